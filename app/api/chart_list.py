"""Every chart: what it shows, which parameters narrow it, how it is read and drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.asked import Asked
from app.api.parameters import optional_parameter, query_model, text_parameter
from app.api.views import NETWORK_PARAMETERS
from app.db import Reader
from app.queries.charts.drawn import Drawn, Wanted
from app.queries.charts.membership import draw_membership
from app.queries.charts.network import draw_network
from app.queries.charts.scorecard import draw_scorecard
from app.queries.charts.slips import draw_slips
from app.queries.charts.timeline import draw_timeline
from app.queries.filters import (
    Filter,
    moment_filters,
    relation_filters,
    scorecard_filters,
    slip_filters,
)
from app.queries.promises import ARTICLE
from app.render.charts import membership, network, scorecard, slips, timeline
from app.render.charts.frame import Frame, Plot, Row
from app.schemas.charts import (
    MembershipStep,
    NetworkCell,
    ScorecardLine,
    SlipMark,
    TimelineLine,
)
from app.schemas.tables import Table, table

WIDTH = 720  # pixels
_WIDTHS, _HEIGHTS = (280, 1600), (200, 2400)


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart: what it shows, from where, and how it is drawn.

    Args:
        name: in its address.
        title: what it shows, in a few words; `{of}` is whose it is.
        reading: how it is read, as short as it can be said: it stands in the picture.
        description: the same at length.
        table: its data.
        draw: reads its data.
        plot: draws them.
        summary: tells them in words.
        filters: parameters of the list from which it is drawn.
        more: other parameters that narrow it, as `create_model` takes them.
        top: how much it shows if nothing is said, and at most.
        what: what it shows so many of.
        fields: the parameters that its page offers, each with an example.
        example: a query to try it with.
        unasked: what it shows if nothing narrows it.
    """

    name: str
    title: str
    reading: str
    description: str
    table: Table
    draw: Callable[[Reader, Wanted], Drawn]
    plot: Callable[[Sequence[Row], Frame], Plot]
    summary: Callable[[Sequence[Row]], str]
    top: tuple[int, int]
    what: str
    filters: Mapping[str, Filter] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    unasked: str = ""

    @cache  # noqa: B019  # there are five
    def query(self) -> Any:
        """Its parameters."""
        return query_model(
            f"{self.name.capitalize()}ChartQuery",
            filters=self.filters.values(),
            more={**self.more, **_looks(*self.top, self.what)},
            tables=False,
        )

    def wanted(self, asked: Asked) -> Wanted:
        """What is to be drawn, out of what a request asks for."""
        given, narrowing = asked.given, {*self.filters, *self.more}
        return Wanted(
            day=asked.day,
            given={name: value for name, value in given.items() if name in narrowing},
            native=given.get("lang") == "native",
            top=given.get("top", self.top[0]),
        )


def _looks(usual: int, most: int, what: str) -> dict[str, Any]:
    """The parameters that say how a chart looks."""
    of_pixels = "pixels, of the whole picture; more where what it shows needs more."
    return {
        "top": optional_parameter(
            Annotated[int, Field(ge=1, le=most)],
            f"How many {what} to show at most, up to {most}; if left out, {usual}.",
            usual,
        ),
        "theme": optional_parameter(
            Literal["light", "dark", "auto"],
            "Its colours. `auto`, which holds if left out, is light, and as SVG dark where the "
            "reader's system is.",
            "dark",
        ),
        "lang": optional_parameter(
            Literal["en", "native"],
            "Names in English, or where they are known in the language of their own country.",
            "native",
        ),
        "width": optional_parameter(
            Annotated[int, Field(ge=_WIDTHS[0], le=_WIDTHS[1])],
            f"Width in pixels, {_WIDTHS[0]} to {_WIDTHS[1]}; below 480 it is laid out for a phone. "
            f"If left out, {WIDTH}.",
            480,
        ),
        "height": optional_parameter(
            Annotated[int, Field(ge=_HEIGHTS[0], le=_HEIGHTS[1])], f"Height in {of_pixels}", 600
        ),
        "scale": optional_parameter(
            Annotated[float, Field(ge=1, le=3, allow_inf_nan=False)],
            "Of a PNG: how many of its pixels for each pixel of the chart, 1 to 3; 2 if left out.",
            2,
        ),
    }


_SUBJECT = "missions/luna-26,missions/change-7"

CHARTS = (
    Chart(
        name="slips",
        title="Which date was promised when, and what became of it",
        reading="Each line is a mission: across, the day on which a date was promised; "
        "up, the date. A star: it happened.",
        description="Across: the day on which somebody named a date. Up: the date named. A line "
        "runs along the last day of each promise, a pale bar is the span that it names, an arrow "
        "says that it is open, a star is what happened. Where a line meets the diagonal, the "
        "promise falls due; what lies below was past when it was said.",
        table=table(
            "slips-chart", SlipMark, title="Slips", key=("claim_id",),
            row_is="A date that was given for a milestone, or on which it happened",
        ),
        draw=draw_slips,
        plot=slips.draw,
        summary=slips.summary,
        top=(8, 16),
        what="lines",
        filters=slip_filters(),
        fields={"subject": _SUBJECT, "agency": "cnsa", "top": "8"},
        example="subject=missions/luna-26&as_of=2018-03-03",
        unasked="If nothing narrows it: the missions that the report of March 2018 touches, and "
        "those of the same projects; no more than a hundred.",
    ),
    Chart(
        name="timeline",
        title="What happened, what is planned, what is overdue",
        reading="Circle: it happened. Diamond: planned. Triangle: overdue. "
        "Bars are the days that it may be.",
        description="A line for each date, from the first day that it may be to the last; an "
        "arrow says that it is open. Filled with a circle: it happened. Hollow with a diamond: it "
        "is planned. Dashed with a triangle: its last planned day has passed, and no outcome is "
        "known.",
        table=table(
            "timeline-chart", TimelineLine, title="Timeline", key=("place",),
            row_is="A date of a record, planned or past",
        ),
        draw=draw_timeline,
        plot=timeline.draw,
        summary=timeline.summary,
        top=(30, 60),
        what="dates",
        filters=moment_filters(),
        fields={"kind": "missions", "status": "planned", "agency": "cnsa", "top": "30"},
        example="kind=missions&status=planned&as_of=2018-03-03",
        unasked="Of more dates than it may show, those nearest to the day.",
    ),
    Chart(
        name="membership",
        title="Who joined what, and when",
        reading="How many had joined by each day, as far as this data tells.",
        description="How many had joined each agreement or project by each day, as far as this "
        "data tells. Where a day of joining is known as a span only, the band runs from who "
        "certainly had joined to who may have; who joined by some day counts from it on. "
        "Members of whom no such day is known are drawn "
        "nowhere; their number stands beside the line, as undated.",
        table=table(
            "membership-chart", MembershipStep, title="Membership",
            key=("subject", "object", "change", "day"),
            row_is="A day on which a body joined or left, or may have",
        ),
        draw=draw_membership,
        plot=membership.draw,
        summary=membership.summary,
        top=(8, 16),
        what="lines",
        filters=relation_filters(),
        fields={"subject": "agreements/artemis-accords-2020", "object": "agencies/japan"},
        example="subject=agreements/roscosmos-cnsa-intent-2018&as_of=2018-03-03",
        unasked="If nothing narrows it: the Artemis Accords, the ILRS, the Moon Agreement and the "
        "Outer Space Treaty.",
    ),
    Chart(
        name="network",
        title="Who works with whom",
        reading="How many agreements, missions and projects two bodies share.",
        description="Each cell is two bodies, and says how many agreements, missions and projects "
        "they share: the body whose name stands at the end of its row, and the one whose name "
        "stands at the top of its column. No cell: they share none that is known.",
        table=table(
            "network-chart", NetworkCell, title="Network", key=("row", "column"),
            row_is="Two bodies that work together",
        ),
        draw=draw_network,
        plot=network.draw,
        summary=network.summary,
        top=(12, 32),
        what="bodies",
        more=NETWORK_PARAMETERS,
        fields={"via": "missions", "country": "CN", "top": "12"},
        example="as_of=2018-03-03",
        unasked="The bodies that share most different things with others come first.",
    ),
    Chart(
        name="scorecard",
        title="What was announced, and what became of it",
        reading="Diamond: the time that was promised. Square: the date that took its place, "
        "or what happened.",
        description="A line for each promise of one source. Hollow with a diamond: the time that "
        "was promised. Filled with a square: the date that took its place, a later plan or what "
        "happened. The verdict stands beside it.",
        table=table(
            "scorecard-chart", ScorecardLine, title="Scorecard", key=("place",),
            row_is="A promise of a source, and what had become of it",
        ),
        draw=draw_scorecard,
        plot=scorecard.draw,
        summary=scorecard.summary,
        top=(40, 60),
        what="promises",
        filters=scorecard_filters(),
        more={
            "source": text_parameter(
                f"The source, by id; if left out, `{ARTICLE}`.", ARTICLE, "/v1/sources"
            )
        },
        fields={"source": ARTICLE, "verdict": "overdue"},
        example=f"source={ARTICLE}&as_of=2018-03-03",
        unasked="Promises with a date come first.",
    ),
)  # fmt: skip
