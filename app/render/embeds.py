"""What other pages embed: cards, tables, scorecards. Each fits any frame from 280 pixels on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.render.pages import Site, render
from app.render.records import RecordView, Row, Value
from app.render.sharing import Picture
from app.vocabulary import Kind

Show = Literal["card", "table", "scorecard", "chart"]
Theme = Literal["light", "dark", "auto"]

NARROWEST = 280  # pixels
_FOOT = 64  # pixels that the printed line takes, and the edges
_CARDS_BELOW = 736  # pixels, below which the rows of tables stand as cards
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
    height: Callable[[int], int]
    picture: Picture | None = None
    template: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    def on(self, day: str) -> str:
        """The path of its page as it was known on a day; of today, where that is empty."""
        if not day or "as_of=" in self.page:
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


def card_height(rows: Sequence[CardRow], tallies: int = 0) -> Callable[[int], int]:
    """How high a card is, about."""

    def height(width: int) -> int:
        lines = 0
        for row in rows:
            lines += 2 * bool(row.row.plan and (row.row.plan.is_overdue or row.row.plan.slip_days))
            lines += max(1, len(row.values)) + bool(row.more) + (width < _PHONE)
        return 104 + 28 * lines + 10 * len(rows) + 30 * tallies + _FOOT

    return height


_PHONE = 420  # pixels, below which the name of a field stands above its values


# --- Tables ---------------------------------------------------------------------------------------


def table_height(rows: int, columns: int) -> Callable[[int], int]:
    """How high a table is, about."""

    def height(width: int) -> int:
        row = 46 if width >= _CARDS_BELOW else 26 * (columns + 1) + 24
        return 110 + row * max(1, rows) + _FOOT

    return height


def scorecard_height(rows: int, tallies: int) -> Callable[[int], int]:
    """How high a scorecard is, about."""

    def height(width: int) -> int:
        row = 96 if width >= _CARDS_BELOW else 190
        return 130 + 36 * tallies + row * rows + _FOOT

    return height


# --- Charts ---------------------------------------------------------------------------------------

PHONE_BELOW = 480  # pixels, below which the picture for phones is shown
PHONE_WIDTH = 320
_WIDEST_PHONE = 416  # pixels to which that is enlarged at most


def chart_height(wide: int, drawn: Callable[[int], int]) -> Callable[[int], int]:
    """How high a chart is with the line below it.

    Args:
        wide: the width of the picture for wide frames.
        drawn: how high the picture is that was drawn so wide.
    """

    def height(width: int) -> int:
        own, most = (PHONE_WIDTH, _WIDEST_PHONE) if width < PHONE_BELOW else (wide, wide)
        shown = min(most, max(width, NARROWEST))
        return -(-drawn(own) * shown // own) + _FOOT

    return height
