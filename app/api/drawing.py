"""A chart with its data: what it is called, how large it is, the spec of which it is painted."""

from dataclasses import dataclass
from typing import Any

from app.api.asked import Asked
from app.api.chart_list import WIDTH, Chart
from app.dates import parse_date
from app.queries.charts.drawn import Drawn
from app.render.charts.frame import Frame, Spec, inline, spec_of
from app.render.charts.looks import DARK, LIGHT
from app.schemas import LICENSE

PUBLISHER = "Lunar Cooperation API"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as it was asked for.

    Args:
        chart: which.
        asked: what the request asks for.
        drawn: its data.
        release: of which release they are.
        is_framed: whether the page around it prints day and release, and says whether it is dark.
    """

    chart: Chart
    asked: Asked
    drawn: Drawn
    release: str
    is_framed: bool = False

    def given(self, name: str, default: Any) -> Any:
        """A parameter, or what holds without it."""
        return self.asked.given.get(name, default)

    @property
    def width(self) -> int:
        """How many pixels wide it was asked for."""
        return int(self.given("width", WIDTH))

    @property
    def title(self) -> str:
        """What it shows, and whose that is."""
        return f"{self.chart.title}: {self.drawn.of}" if self.drawn.of else self.chart.title

    @property
    def summary(self) -> str:
        """What can be seen on it."""
        return self.chart.summary(self.drawn.rows)

    def told(self, how: str) -> str:
        """How it is read, and how much of what there is it shows."""
        drawn = self.drawn
        if drawn.shown == drawn.count:
            return how
        return f"{how} {drawn.shown} of {drawn.count:,} {self.chart.what} are shown."

    def inline(self, width: int) -> Spec:
        """The spec with its data in it."""
        return self.spec(width, inline(self.chart.table, self.drawn.rows))

    def spec(self, width: int, data: Spec) -> Spec:
        """The spec with data as they are given."""
        frame = Frame(
            width=width,
            height=self.given("height", None),
            look=DARK if self.is_dark else LIGHT,
            day=self.asked.day,
            title=self.title,
            subtitle=self.told(self.chart.reading),
            printed="" if self.is_framed else self._printed,
        )
        return spec_of(frame, self.chart.plot(self.drawn.rows, frame), data)

    @property
    def is_dark(self) -> bool:
        """Whether it is painted in the colours of dark surroundings."""
        return not self.is_framed and self.given("theme", "auto") == "dark"

    @property
    def _printed(self) -> str:
        day = parse_date(str(self.asked.day)).label
        return f"As known on {day} · release {self.release} · {PUBLISHER}, {LICENSE}"

    def height(self, width: int) -> int:
        """How many pixels high it is, when it is so wide."""
        spec = self.inline(width)
        padding = spec["padding"]
        return int(spec["height"] + padding["top"] + padding["bottom"])
