"""The page on which one chooses how something is embedded."""

import datetime as dt
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from app.api.asked import check_query, read
from app.api.chart_list import CHARTS
from app.api.declared import from_query
from app.api.deps import Now, Reading
from app.api.embed_lookup import Wanted, find_embed
from app.api.html import FormQuery, page_answer
from app.api.parameters import ABSENT
from app.db import Reader
from app.queries.entities import list_names
from app.render.embedding import HEIGHTS, WIDTHS, Choice, render_embedding
from app.render.embeds import Embed, Show
from app.render.pages import Link, Site, encoded
from app.render.snippets import PROVIDER, Place, frame_size
from app.vocabulary import Kind

_FIRST = "/charts/slips"  # what is shown before anything is chosen
_BY_NAME = (Kind.MISSIONS, Kind.PROJECTS, Kind.AGREEMENTS)  # whose names are offered


class EmbeddingQuery(FormQuery):
    """What the form sends."""

    url: Annotated[str, Field(max_length=4_000)] | ABSENT = None
    show: Show | ABSENT = None
    when: Literal["live", "frozen"] | ABSENT = None
    theme: Literal["auto", "light", "dark"] | ABSENT = None
    width: Annotated[int, Field(ge=WIDTHS[0], le=WIDTHS[1])] | ABSENT = None
    height: Annotated[int, Field(ge=HEIGHTS[0], le=HEIGHTS[1])] | ABSENT = None


def add_embedding(router: APIRouter) -> None:
    """Add the page."""

    @router.get("/embed", response_class=HTMLResponse, dependencies=[Depends(check_query)])
    async def get_embedding(
        request: Request,
        reader: Reading,
        now: Now,
        query: Annotated[EmbeddingQuery, from_query(EmbeddingQuery)],
    ) -> Response:
        asked = read(request, query, now)
        url = query.url or _FIRST
        found = find_embed(request, reader, now, url)
        addresses = _shows(found.embed)
        wanted = found
        if query.show in addresses and query.show != found.embed.show:
            other = find_embed(request, reader, now, addresses[query.show])
            wanted = replace(other, given={**_time(found), **other.given})
        own_day = found.asked.day if found.asked.requested else None
        is_frozen = query.when == "frozen" or (query.when is None and bool(query.as_of or own_day))
        day = str(asked.day if query.as_of else own_day or now.date()) if is_frozen else ""

        def draw(site: Site) -> str:
            choice = _choice(site, wanted, query, day)
            choice = replace(choice, url=url, shows=list(addresses))
            shown = replace(site, day=day or str(now.date()))
            return render_embedding(shown, wanted.embed, choice, _offered(reader, site))

        return page_answer(
            request,
            reader,
            now,
            draw,
            asked=asked,
            picture=wanted.embed.picture,
            policy={"frame_src": "'self'"},
        )


def _time(wanted: Wanted) -> dict[str, str]:
    return {name: value for name, value in wanted.given.items() if name == "as_of"}


def _shows(embed: Embed) -> dict[Show, str]:
    """In which ways the same can be shown, each with its address."""
    chart: dict[Show, str] = {"chart": embed.picture.path()} if embed.picture else {}
    source = embed.path.removesuffix("/scorecard")
    if source.startswith(f"/{Kind.SOURCES.value}/"):
        card: dict[Show, str] = {"card": source}
        if chart:
            card["scorecard"] = f"{source}/scorecard"
        return card | chart
    return {embed.show: embed.path} | chart


def _choice(site: Site, wanted: Wanted, query: EmbeddingQuery, day: str) -> Choice:
    embed, theme = wanted.embed, query.theme or wanted.given.get("theme", "auto")
    path = wanted.path(as_of=day, theme="" if theme == "auto" else theme)
    page = f"{site.address}{embed.on(day)}"
    # A page of a list has fewer filters than its table, and a scorecard no page of its own.
    own = page if embed.show in ("card", "chart") else f"{site.address}{path}"
    size = frame_size(embed, query.width, query.height)
    if query.width or query.height:
        wide = query.width or size.width
        size = replace(size, width=wide, height=query.height or embed.height(wide))
    known = f", release {site.release}, as known on {day}" if day else ""
    return Choice(
        url="",
        shows=[],
        is_frozen=bool(day),
        theme=theme,
        size=size,
        height=query.height,
        path=path,
        place=Place(
            address=site.address,
            frame=f"{site.address}{path}",
            page=page,
            cited=f"{embed.title}. {PROVIDER}{known}. CC BY 4.0. {page}",
            oembed=f"{site.address}/oembed?url={encoded(own)}",
            theme=theme,
            as_of=day,
        ),
    )


def _offered(reader: Reader, site: Site) -> dict[str, list[Link]]:
    """What there is to embed, by its names."""
    groups = {
        "Charts": [Link(f"/charts/{chart.name}", chart.title) for chart in CHARTS],
        "Tables": [Link(f"/{kind.value}", kind.value.capitalize()) for kind in Kind],
    }
    for kind in _BY_NAME:
        named = list_names(reader, kind, dt.date.fromisoformat(site.day))
        groups[kind.value.capitalize()] = [Link(f"/{ref}", name) for ref, name in named]
    return groups
