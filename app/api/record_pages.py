"""Pages of missions, agreements, agencies, projects, people and sources: all made alike."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from app.api.asked import Asked, check_query, read
from app.api.declared import from_path, from_query
from app.api.deps import Now, Reading
from app.api.embeddable import card_embed
from app.api.formats import ATOM, ICS, JSON
from app.api.html import FormQuery, page_answer, past_day
from app.api.own_charts import record_charts
from app.api.parameters import ABSENT
from app.api.tables import record_offer
from app.db import Reader
from app.queries import claims, entities, moments, promises
from app.queries.filters.entities import MAX_SEARCH_LENGTH
from app.queries.paging import PageOf, PageRequest, Results
from app.render.claims import promise_rows, quote, scorecard_rows, tallies
from app.render.metadata import record_schema_org
from app.render.pages import Link, Site, render
from app.render.records import (
    LISTED,
    RecordView,
    groups_of,
    list_lines,
    neighbours,
    record_view,
    versions,
)
from app.render.sharing import chart_of_list
from app.render.snippets import frame_size, iframe
from app.schemas import SINGULAR
from app.utf8 import Json
from app.vocabulary import Kind, milestones_of

_A_PAGE = 50  # records of a list
_CLAIMS = 200  # of a source, on one page
_BESIDE = 300  # relations and dates that are shown with a record; the rest is a link away
_SPEAK = {Kind.PEOPLE: 100, Kind.AGENCIES: 10}  # of what they said, how much is shown

Document = dict[str, Any]


class ListQuery(FormQuery):
    """Parameters of a list."""

    q: Annotated[str, Field(max_length=MAX_SEARCH_LENGTH)] | ABSENT = None
    cursor: str | ABSENT = None


class RecordQuery(FormQuery):
    """Parameters of a record's page."""

    cursor: str | ABSENT = None  # where the claims of a source go on


def add_record_pages(router: APIRouter) -> None:
    """Add a list and a page for each kind."""
    for kind in Kind:
        _add_list(router, kind)
        _add_record(router, kind)


def _add_list(router: APIRouter, kind: Kind) -> None:
    @router.get(f"/{kind.value}", response_class=HTMLResponse, dependencies=[Depends(check_query)])
    async def get_list(
        request: Request,
        reader: Reading,
        now: Now,
        query: Annotated[ListQuery, from_query(ListQuery)],
    ) -> Response:
        asked = read(request, query, now)
        order = "-published" if kind is Kind.SOURCES else "name"
        page = PageRequest(sort=order, limit=_A_PAGE, cursor=asked.page.cursor)
        listing = entities.list_entities(reader, kind, asked.given, asked.day, "none")
        listing.check(page)
        chart = chart_of_list(kind)
        chart = chart.on(past_day(asked, now.date())) if chart else None

        def draw(site: Site) -> str:
            found = listing.page(reader, page, asked.day)
            return render(
                "list.html",
                site,
                chart=chart,
                kind=kind.value,
                columns=LISTED[kind],
                lines=list_lines(kind, _parsed(found.documents)),
                count=found.count,
                q=asked.given.get("q", ""),
                next_page=_at(request, found.next_cursor),
                prev_page=_at(request, found.prev_cursor),
            )

        return page_answer(
            request,
            reader,
            now,
            draw,
            asked=asked,
            data=f"/v1/{kind.value}",
            forms=record_offer(kind).formats,
            picture=chart,
            embedded=True,
        )


def _add_record(router: APIRouter, kind: Kind) -> None:
    @router.get(
        f"/{kind.value}/{{id}}", response_class=HTMLResponse, dependencies=[Depends(check_query)]
    )
    async def get_record(
        request: Request,
        id: Annotated[str, from_path("id")],
        reader: Reading,
        now: Now,
        query: Annotated[RecordQuery, from_query(RecordQuery)],
    ) -> Response:
        asked = read(request, query, now)
        found = entities.get_entity(reader, kind, id, asked.day, "all")
        record = json.loads(found.document)
        wanted = _Wanted(reader, kind, record, asked.day, now.date())
        path = f"/v1/{kind.value}/{id}"

        def draw(site: Site) -> str:
            return wanted.page(request, site, asked)

        return page_answer(
            request,
            reader,
            now,
            draw,
            asked=asked,
            data=path,
            forms=record_offer(kind).formats,
            alternates=_alternates(kind, path),
            embedded=True,
        )


def _alternates(kind: Kind, path: str) -> list[Link]:
    offered = record_offer(kind).formats
    found = [Link(f"{path}.json", "The same as JSON", JSON.media_type)]
    if ICS in offered:
        found.append(Link(f"{path}.ics", "Its dates as a calendar", ICS.media_type))
    return [*found, Link(f"{path}/changes.atom", "What becomes known of it", ATOM.media_type)]


def _at(request: Request, cursor: str | None) -> str | None:
    """The address of the same list from a place on."""
    if cursor is None:
        return None
    url = request.url.include_query_params(cursor=cursor)
    return f"?{url.query}"


def _parsed(documents: Iterable[Json]) -> list[Document]:
    return [json.loads(document) for document in documents]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A record, and what is read besides to show it."""

    reader: Reader
    kind: Kind
    record: Document
    day: dt.date
    today: dt.date

    def page(self, request: Request, site: Site, asked: Asked) -> str:
        """The page, and what it needs of the database: so many statements, whatever it shows."""
        kind, singular = self.kind, SINGULAR[self.kind]
        view = record_view(kind, singular, self.record)
        days = versions(self._all(self._vintages()), self.record["known_from"])
        inward = self._first(self._inward())
        spoken = self._spoken()
        promised = self._promised()
        documents = _parsed(promised.documents) if promised else []
        charts = record_charts(self.reader, kind, self.record, self.day, documents)
        charts = [chart.on(site.as_of) for chart in charts]
        site = replace(site, picture=charts[0]) if charts else site
        given: dict[str, Any] = {
            "kind": kind.value,
            "singular": singular.lower(),
            "slug": self.record["id"],
            "view": view,
            "versions": days,
            "near": neighbours(days, str(self.day)),
            "groups": groups_of(_parsed(inward.documents)),
            "more_groups": inward.count - len(inward.documents),
            "said": [quote(claim) for claim in _parsed(spoken.documents)] if spoken else [],
            "said_count": spoken.count if spoken else 0,
            "schedule": [] if kind is Kind.SOURCES else promise_rows(documents),
            "charts": charts,
            "frames": self._frames(site, view),
            "json_ld": record_schema_org(kind, self.record, site.canonical, site.address),
        }
        if kind is not Kind.SOURCES:
            return render("record.html", site, **given)
        assert promised, "of sources it is read"
        counted = tallies(promised.extra["verdicts"])
        given |= {
            **scorecard_rows(documents),
            "tallies": counted,
            **self._said_there(request, asked),
        }
        return render("source.html", site, **given)

    def _promised(self) -> PageOf | None:
        """The dates promised for it; of a source, what it announced."""
        slug = self.record["id"]
        if self.kind is Kind.SOURCES:
            return self._first(promises.list_scorecard(self.reader, slug, {}, self.day))
        if milestones_of(self.kind):
            return self._first(promises.list_schedule(self.reader, self.kind, slug, self.day))
        return None

    def _frames(self, site: Site, view: RecordView) -> list[tuple[str, str]]:
        """What one pastes to embed it: as known whenever somebody looks, and as on this day."""
        embed = card_embed(self.kind, view)
        size, address = frame_size(embed), f"{site.address}/embed{embed.path}"
        frozen = f"{embed.title} (as known on {site.day_label})"
        return [
            ("Live", iframe(address, embed.title, size)),
            (f"Frozen on {site.day_label}", iframe(f"{address}?as_of={site.day}", frozen, size)),
        ]

    def _said_there(self, request: Request, asked: Asked) -> dict[str, Any]:
        """All that is claimed from a source."""
        slug = self.record["id"]
        listing = claims.list_claims(self.reader, {"source": slug}, self.day)
        page = PageRequest(sort="locator", limit=_CLAIMS, cursor=asked.page.cursor)
        found = listing.page(self.reader, page, self.day)
        return {
            "claims": [quote(claim) for claim in _parsed(found.documents)],
            "claims_count": found.count,
            "next_page": _at(request, found.next_cursor),
        }

    def _vintages(self) -> Results:
        """All days to this one, also where the page is of an earlier one: one walks both ways."""
        return entities.list_vintages(self.reader, self.kind, self.record["id"], self.today)

    def _inward(self) -> Results:
        given = {"object": self.record["ref"]}
        return moments.list_relations(self.reader, given, self.day)

    def _spoken(self) -> PageOf | None:
        """What a person or body said, the latest first."""
        if self.kind not in _SPEAK:
            return None
        listing = claims.list_claims(self.reader, {"said_by": self.record["ref"]}, self.day)
        page = PageRequest(sort="-known_from", limit=_SPEAK[self.kind])
        return listing.page(self.reader, page, self.day)

    def _first(self, results: Results) -> PageOf:
        return results.page(self.reader, PageRequest(limit=_BESIDE), self.day)

    def _all(self, results: Results) -> list[Document]:
        pieces = results.pieces(self.reader, PageRequest(limit=None))
        return [json.loads(document) for documents in pieces for document in documents]
