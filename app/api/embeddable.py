"""What can be embedded, under which address, with which parameters: one table of all of it.

The pages that are framed, oEmbed and the page on which one chooses read this table, so that none
of them can know an embed, or a parameter, that the others do not.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from app.api.asked import Asked
from app.api.chart_list import CHARTS, Chart
from app.api.drawing import Drawing
from app.api.offers import named_fields
from app.api.own_charts import record_charts
from app.api.parameters import Parameters, optional_parameter, query_model
from app.api.tables import record_offer
from app.db import Reader
from app.queries import entities, promises
from app.queries.dataset import get_release
from app.queries.filters import entity_filters, scorecard_filters
from app.queries.paging import PageRequest
from app.render.claims import Tally, scorecard_rows, tallies
from app.render.embeds import (
    PHONE_BELOW,
    Embed,
    card_height,
    card_rows,
    chart_height,
    scorecard_height,
    table_height,
)
from app.render.records import LISTED, RecordView, list_lines, record_view
from app.render.sharing import Picture, chart_of_list, charts_of_record
from app.render.words import plain, titled
from app.schemas import SINGULAR
from app.vocabulary import Kind

_ROWS, _MOST_ROWS = 10, 200  # of a table that says nothing of its own, and at most
_PROMISES = 100


@dataclass(frozen=True, slots=True)
class Embeddable:
    """A family of embeds.

    Args:
        path: below `/embed`, with `{id}` where there is one.
        parameters: what they take.
        read: reads one.
        chart: which chart it is, if it is one: those are painted.
    """

    path: str
    parameters: Parameters
    read: Callable[[Reader, Asked, str], Embed]
    chart: Chart | None = None
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.escape(self.path).replace(r"\{id\}", "(?P<id>[^/]+)")
        object.__setattr__(self, "pattern", re.compile(pattern))


_THEME = optional_parameter(
    Literal["light", "dark", "auto"],
    "Its colours; `auto`, which holds if left out, is as the reader's system is.",
    "dark",
)


def _limited(most: int, usual: int) -> Any:
    rows = f"Rows at most, up to {most}; if left out, {usual}."
    return optional_parameter(Annotated[int, Field(ge=1, le=most)], rows, usual)


@cache
def embeddables() -> Sequence[Embeddable]:
    """All that can be embedded."""
    return tuple(_embeddables())


def _embeddables() -> Iterator[Embeddable]:
    for chart in CHARTS:
        yield Embeddable(f"/charts/{chart.name}", chart.query(), _chart_reader(chart), chart)
    for kind in Kind:
        yield Embeddable(f"/{kind.value}", _list_query(kind), _list_reader(kind))
        yield Embeddable(f"/{kind.value}/{{id}}", _CARD_QUERY, _record_reader(kind))
    yield Embeddable("/sources/{id}/scorecard", _SCORECARD_QUERY, _read_scorecard)


# --- Charts ---------------------------------------------------------------------------------------


def _chart_reader(chart: Chart) -> Callable[[Reader, Asked, str], Embed]:
    def read_chart(reader: Reader, asked: Asked, _: str) -> Embed:
        drawn = chart.draw(reader, chart.wanted(asked))
        return chart_embed(Drawing(chart, asked, drawn, get_release(reader), is_framed=True))

    return read_chart


def chart_embed(drawing: Drawing) -> Embed:
    """A chart as it is embedded."""
    picture = chart_picture(drawing)
    wide = max(drawing.width, PHONE_BELOW)
    return Embed(
        show="chart",
        title=drawing.title,
        path=f"/charts/{drawing.chart.name}",
        page=picture.on("").path(),
        claims=picture.path("metadata.json"),
        width=wide,
        height=chart_height(wide, drawing.height),
        picture=picture,
    )


def chart_picture(drawing: Drawing) -> Picture:
    """A chart as what it was asked for; before it is drawn, its title is that of all its kind."""
    asked = drawing.asked
    given = {name: _text(value) for name, value in asked.given.items()}
    return Picture(drawing.chart.name, drawing.title, given).on(asked.requested or "")


# --- Cards ----------------------------------------------------------------------------------------

_CARD_QUERY = query_model("CardEmbedQuery", more={"theme": _THEME}, tables=False)


def _record_reader(kind: Kind) -> Callable[[Reader, Asked, str], Embed]:
    def read_card(reader: Reader, asked: Asked, slug: str) -> Embed:
        record = json.loads(entities.get_entity(reader, kind, slug, asked.day, "all").document)
        view = record_view(kind, SINGULAR[kind], record)
        if kind is Kind.SOURCES:
            found = promises.list_scorecard(reader, slug, {}, asked.day)
            one = found.page(reader, PageRequest(limit=1), asked.day)
            charts = charts_of_record(kind, record, promises=[*map(json.loads, one.documents)])
            verdicts = tallies(one.extra["verdicts"])
        else:
            charts, verdicts = record_charts(reader, kind, record, asked.day), []
        return card_embed(kind, view, verdicts, _first(charts, asked))

    return read_card


def card_embed(
    kind: Kind, view: RecordView, verdicts: Sequence[Tally] = (), picture: Picture | None = None
) -> Embed:
    """A record as a card."""
    rows = card_rows(kind, view)
    return Embed(
        show="card",
        title=view.name,
        path=f"/{view.ref}",
        page=f"/{view.ref}",
        claims=f"/v1/{view.ref}/claims",
        width=480,
        height=card_height(view, rows, _told(verdicts)),
        picture=picture,
        template="embed_card.html",
        given={"view": view, "rows": rows, "tallies": verdicts},
    )


# --- Tables ---------------------------------------------------------------------------------------


def _list_query(kind: Kind) -> Parameters:
    return query_model(
        f"{SINGULAR[kind]}TableQuery",
        filters=entity_filters(kind).values(),
        sort=entities.sort_keys(kind),
        default_sort=_order(kind),
        fields=record_offer(kind).table.names(),
        more={"limit": _limited(_MOST_ROWS, _ROWS), "theme": _THEME},
        tables=False,
    )


def _order(kind: Kind) -> str:
    return "-published" if kind is Kind.SOURCES else "name"


def _list_reader(kind: Kind) -> Callable[[Reader, Asked, str], Embed]:
    table = record_offer(kind).table

    def read_table(reader: Reader, asked: Asked, _: str) -> Embed:
        filters = _filters(asked)
        columns = named_fields(table, asked.fields) if asked.fields else LISTED[kind]
        listing = entities.list_entities(reader, kind, filters, asked.day, "none")
        page = _page(asked, _order(kind), _ROWS)
        listing.check(page)
        found = listing.page(reader, page, asked.day)
        lines = list_lines(kind, map(json.loads, found.documents), columns)
        own, chart = _query(asked), chart_of_list(kind)
        title = _titled(kind.value.capitalize(), filters)
        return Embed(
            show="table",
            title=title,
            path=f"/{kind.value}",
            page=f"/{kind.value}",
            claims=f"/v1/{kind.value}?{own}{'&' if own else ''}claims=best",
            width=760,
            height=table_height(title, lines),
            picture=chart.on(asked.requested or "") if chart else None,
            template="embed_table.html",
            given={
                "lines": lines,
                "columns": [titled(name) for name in columns],
                "count": found.count,
                "kind": kind.value,
            },
        )

    return read_table


# --- Scorecards -----------------------------------------------------------------------------------

_SCORECARD_QUERY = query_model(
    "ScorecardEmbedQuery",
    filters=scorecard_filters().values(),
    sort=promises.SORT_NAMES,
    default_sort=promises.SCORECARD_SORT,
    more={"limit": _limited(_MOST_ROWS, _PROMISES), "theme": _THEME},
    tables=False,
)


def _read_scorecard(reader: Reader, asked: Asked, slug: str) -> Embed:
    found = entities.get_entity(reader, Kind.SOURCES, slug, asked.day, "none")
    source, filters = json.loads(found.document), _filters(asked)
    name = source["title"] or slug
    listing = promises.list_scorecard(reader, slug, filters, asked.day)
    page = _page(asked, promises.SCORECARD_SORT, _PROMISES)
    listing.check(page)
    card = listing.page(reader, page, asked.day)
    documents = [json.loads(document) for document in card.documents]
    given = scorecard_rows(documents)
    title = _titled(f"What became of what “{name}” announced", filters)
    counted, own = tallies(card.extra["verdicts"]), _query(asked)
    return Embed(
        show="scorecard",
        title=title,
        path=f"/sources/{slug}/scorecard",
        page=f"/sources/{slug}",
        claims=f"/v1/sources/{slug}/scorecard{f'?{own}' if own else ''}",
        width=760,
        height=scorecard_height(title, given["dated"] or given["undated"], _told(counted)),
        picture=_first(charts_of_record(Kind.SOURCES, source, promises=documents), asked),
        template="embed_scorecard.html",
        given={**given, "tallies": counted, "count": card.count, "source": source},
    )


# --- What they have in common ---------------------------------------------------------------------

_LOOKS = frozenset({"theme"})


def _filters(asked: Asked) -> dict[str, Any]:
    return {name: value for name, value in asked.given.items() if name not in _LOOKS}


def _page(asked: Asked, order: str, rows: int) -> PageRequest:
    return asked.page._replace(sort=asked.page.sort or order, limit=asked.page.limit or rows)


def _first(charts: Sequence[Picture], asked: Asked) -> Picture | None:
    return charts[0].on(asked.requested or "") if charts else None


def _told(counted: Sequence[Tally]) -> list[str]:
    return [f"{tally.count} {tally.word} {tally.meaning}" for tally in counted]


def _titled(what: str, filters: dict[str, Any]) -> str:
    said = ", ".join(f"{plain(name)} {_text(value)}" for name, value in filters.items())
    return f"{what}: {said}" if said else what


def _query(asked: Asked) -> str:
    """The filters as parameters of the API's own list."""
    return urlencode({name: _text(value) for name, value in _filters(asked).items()}, safe="/,:")


def _text(value: Any) -> str:
    """A value as an address has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
