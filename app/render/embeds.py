"""What other pages embed: cards, tables, scorecards. Each fits any frame from 280 pixels on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Literal

from app.render.claims import PromiseRow
from app.render.pages import Site, render
from app.render.records import Line, RecordView, Row, Value
from app.render.sharing import Picture
from app.vocabulary import Kind

Show = Literal["card", "table", "scorecard", "chart"]
Theme = Literal["light", "dark", "auto"]
Heights = Callable[[int], int]  # pixels: width → height, about

NARROWEST = 280  # pixels
_MOST_VALUES = 6  # of a field, on a card; the rest is counted


@dataclass(frozen=True, slots=True)
class Embed:
    """Something that other pages can embed.

    Args:
        show: what it is.
        title: what it shows.
        path: where it is, below `/embed`, without parameters.
        page: the path of the page that shows the same at length, with its parameters.
        claims: the path of the claims behind it.
        width: in pixels, as which it looks best.
        height: in pixels, about as high as it is when it is so wide.
        picture: the chart that goes with it.
        template: of its page; charts are made otherwise.
        given: what the template shows.
    """

    show: Show
    title: str
    path: str
    page: str
    claims: str
    width: int
    height: Heights
    picture: Picture | None = None
    template: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    def on(self, day: str) -> str:
        """The path of its page as it was known on a day; of today, where that is empty."""
        if not day:
            return self.page
        return f"{self.page}{'&' if '?' in self.page else '?'}as_of={day}"


def render_embed(embed: Embed, theme: Theme, site: Site) -> str:
    """The page that is framed."""
    return render(embed.template, site, embed=embed, theme=theme, **embed.given)


def render_chart_embed(embed: Embed, theme: Theme, wide: str, phone: str, site: Site) -> str:
    """The page of a chart that is framed, with the SVG for wide frames and that for narrow ones."""
    return render("embed_chart.html", site, embed=embed, theme=theme, wide=wide, phone=phone)


# --- Cards ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardRow:
    """A field on a card."""

    row: Row
    values: Sequence[Value]
    more: int  # how many values are left out


# What a card shows besides dates.
_SHOWN: Mapping[Kind, tuple[str, ...]] = {
    Kind.MISSIONS: (
        "operators", "partners", "projects", "country", "outcome", "landing_site", "launch_vehicle",
    ),
    Kind.AGREEMENTS: ("parties", "signatories", "signed_at", "scope"),
    Kind.AGENCIES: ("country", "member_of", "chairs", "held_at"),
    Kind.PROJECTS: ("leads", "partners", "location"),
    Kind.PEOPLE: ("affiliations",),
    Kind.SOURCES: ("authors", "publisher", "kind", "url"),
}  # fmt: skip
_NOT_SHOWN = frozenset({"accessed"})


def card_rows(kind: Kind, view: RecordView) -> list[CardRow]:
    """The fields that a card shows: dates, who takes part, where."""
    rows = {row.name: row for row in (*view.facts, *view.relations)}
    shown = [rows[name] for name in _SHOWN[kind] if name in rows]
    return [
        CardRow(row, row.values[:_MOST_VALUES], max(0, len(row.values) - _MOST_VALUES))
        for row in (*view.dates, *shown)
        if row.name not in _NOT_SHOWN and (row.values or "said to be" in row.said)
    ]


# --- Heights --------------------------------------------------------------------------------------
# Frames without a script have to be given a height: as high as their text is, as far as can be told
# without a browser.

_EDGES = 32  # pixels at the sides of a page that is framed
_LINE, _CHARACTER = 23, 7.7  # pixels that a line is high, and a character wide, about
_FOOT = 100  # characters of the line below
_PHONE_BELOW, _NAMES = 420, 144  # pixels, below which the names of fields stand above their values
_CARDS_BELOW = 736  # pixels, below which the rows of tables stand as cards


def _lines(characters: int, width: float) -> int:
    """How many lines so many characters take."""
    return max(1, ceil(characters * _CHARACTER / width))


def _surroundings(title: str, width: int) -> int:
    """Pixels that heading and foot take."""
    return 62 + 27 * _lines(int(len(title) * 1.2), width) + 20 * _lines(int(_FOOT * 0.85), width)


def card_height(view: RecordView, rows: Sequence[CardRow], told: Sequence[str]) -> Heights:
    """How high a card is.

    Args:
        view: the record.
        rows: the fields that are shown.
        told: what stands above them, line by line.
    """

    def height(width: int) -> int:
        inside = width - _EDGES
        narrow = width <= _PHONE_BELOW
        column = inside if narrow else inside - _NAMES
        pixels = _surroundings(view.name, inside) + 24
        pixels += 22 * _lines(len(view.other_names[0]), inside) if view.other_names else 0
        pixels += sum(_LINE * _lines(len(text), inside) + 5 for text in told)
        return pixels + sum(_row_height(item, column) + _LINE * narrow for item in rows)

    return height


def _row_height(item: CardRow, column: int) -> int:
    values = item.values
    texts = [f"{value.text} {'; '.join(value.about)} {_cited(value, values)}" for value in values]
    lines = sum(_lines(len(text), column) for text in texts) + bool(item.more)
    if plan := item.row.plan:
        lines += 3 * _lines(40, column) if plan.is_overdue else 0
        lines += _lines(115, column) if plan.revisions or plan.slip_days else 0
    return 15 + _LINE * max(1, lines) + 4 * (len(values) - 1)


def _cited(value: Value, values: Sequence[Value]) -> str:
    """What is written of the source of a value."""
    if not value.quotes:
        return ""
    quote = value.quotes[0]
    is_one = len(values) == 1 and quote.said_by.ref != quote.source.ref
    return f"{quote.said_by.name}, {quote.said_on}, planned" if is_one else "source"


def table_height(title: str, lines: Sequence[Line]) -> Heights:
    """How high a table is."""

    def height(width: int) -> int:
        inside = width - _EDGES
        rows = [[line.name, *line.cells] for line in lines]
        wide = width >= _CARDS_BELOW
        return _surroundings(title, inside) + (64 if wide else 30) + _rows_height(rows, width)

    return height


def scorecard_height(title: str, rows: Sequence[PromiseRow], told: Sequence[str]) -> Heights:
    """How high a scorecard is; sources, and plans that set no date, are unfolded later."""
    cells = [
        [
            f"{row.subject.name} {row.what} {row.value}",
            " ".join(f"{quote.what} {quote.value}" for quote in row.outcome) or row.meaning,
            row.verdict_word,
            f"{row.by_how_much} {row.days}",
            f"{row.said_by.name}, {row.locator}",
        ]
        for row in rows
    ]

    def height(width: int) -> int:
        inside = width - _EDGES
        above = sum(22 * _lines(len(text), inside) + 6 for text in told)
        return _surroundings(title, inside) + above + 130 + _rows_height(cells, width)

    return height


def _rows_height(rows: Sequence[Sequence[str]], width: int) -> int:
    inside = width - _EDGES
    if width >= _CARDS_BELOW:
        shares = [0.36 if place == 0 else 0.64 / (len(row) - 1) for row in rows[:1]
                  for place in range(len(row))]  # fmt: skip
        return sum(
            18 + 22 * max(
                _lines(len(cell), inside * share - 13)
                for cell, share in zip(row, shares, strict=True)
            )
            for row in rows
        )  # fmt: skip
    return sum(
        24 + sum(3 + 22 * _lines(len(cell) + 12, inside) for cell in row if cell) for row in rows
    )


# --- Charts ---------------------------------------------------------------------------------------

PHONE_BELOW = 480  # pixels, below which the picture for phones is shown
PHONE_WIDTH = 320
_WIDEST_PHONE = 416  # pixels to which that is enlarged at most


def chart_height(wide: int, drawn: Heights) -> Heights:
    """How high a chart is with the line below it.

    Args:
        wide: the width of the picture for wide frames.
        drawn: how high the picture is that was drawn so wide.
    """

    def height(width: int) -> int:
        own, most = (PHONE_WIDTH, _WIDEST_PHONE) if width < PHONE_BELOW else (wide, wide)
        shown = min(most, max(width, NARROWEST))
        foot = 20 + 19 * _lines(int(_FOOT * 0.8), max(width, NARROWEST) - 24)
        return ceil(drawn(own) * shown / own) + foot

    return height
