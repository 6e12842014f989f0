"""Pages that others frame: cards, tables and scorecards. Charts are framed in `charts.py`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.api.asked import Asked, check_query, read
from app.api.caching import entity_tag, is_held, not_modified
from app.api.declared import from_path, from_query
from app.api.deps import Now, Reading
from app.api.embeddable import Embeddable, embeddables
from app.api.html import FRAMED, page_answer
from app.render.assets import ASSETS, media_type
from app.render.embeds import Embed, render_embed

_RESIZE = "resize.js"


def add_embeds(router: APIRouter) -> None:
    """Add the pages, and the script for the pages around them."""
    for item in embeddables():
        if item.chart is None:
            _add_frame(router, item)
    _add_resize(router)


def _add_frame(router: APIRouter, item: Embeddable) -> None:
    parameters: Any = item.parameters

    if "{id}" not in item.path:

        @router.get(
            f"/embed{item.path}", response_class=HTMLResponse, dependencies=[Depends(check_query)]
        )
        async def get_frame(
            request: Request,
            reader: Reading,
            now: Now,
            query: Annotated[parameters, from_query(parameters)],
        ) -> Response:
            asked = read(request, query, now)
            return _framed(request, reader, now, item.read(reader, asked, ""), asked)

        return

    @router.get(
        f"/embed{item.path}", response_class=HTMLResponse, dependencies=[Depends(check_query)]
    )
    async def get_frame_of_record(
        request: Request,
        id: Annotated[str, from_path("id")],
        reader: Reading,
        now: Now,
        query: Annotated[parameters, from_query(parameters)],
    ) -> Response:
        asked = read(request, query, now)
        return _framed(request, reader, now, item.read(reader, asked, id), asked)


def _framed(request: Request, reader: Reading, now: Now, embed: Embed, asked: Asked) -> Response:
    return page_answer(
        request,
        reader,
        now,
        lambda site: render_embed(embed, asked.given.get("theme", "auto"), site),
        asked=asked,
        picture=embed.picture,
        embedded=True,
        policy=FRAMED,
    )


def _add_resize(router: APIRouter) -> None:
    """The one script whose address never changes: it is written into pages of others."""
    script = ASSETS[_RESIZE]
    tag = entity_tag(_RESIZE, script)

    @router.get(f"/embed/{_RESIZE}")
    async def get_resize_script(request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=86400", "ETag": tag}
        if is_held(request, tag):
            return not_modified(headers)
        return Response(script, media_type=media_type(_RESIZE), headers=headers)
