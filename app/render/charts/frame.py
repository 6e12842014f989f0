"""What all charts have in common: size, heading, what is printed below, how data is read."""

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.render.charts.looks import LIGHT, Look
from app.schemas.tables import ColumnType, Table

Spec = dict[str, Any]
Row = Mapping[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# The renderer carries Liberation Sans; browsers have a face of about the same measures.
FONT = "Liberation Sans, Arial, Helvetica, Arimo, Nimbus Sans, DejaVu Sans Condensed, sans-serif"

NARROW = 480  # pixels: below it, a chart is laid out for a phone
EDGE = 12  # pixels that stay free at every side
TEXT = 12  # size of text in pixels; nothing is smaller than 11
SMALL = 11
_HEADING = 16
AXIS = 24  # pixels below the plot that an axis takes

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Frame:
    """How a chart is to be drawn, and what is to be printed on it.

    Args:
        width: in pixels, of the whole picture.
        height: likewise; None = what the chart needs.
        look: its colours.
        day: as of which it is.
        title: what it shows, in a few words.
        subtitle: what a reader has to know in order to read it.
        printed: the line below: as known on which day, of which release, from whom.
    """

    width: int = 720
    height: int | None = None
    look: Look = LIGHT
    day: dt.date = dt.date(2018, 3, 3)
    title: str = ""
    subtitle: str = ""
    printed: str = ""

    @property
    def narrow(self) -> bool:
        """Whether it is laid out for a phone."""
        return self.width < NARROW

    @property
    def heading(self) -> list[str]:
        """The title in lines."""
        return wrapped(self.title, self.width - 2 * EDGE, _HEADING, bold=True)

    @property
    def below_heading(self) -> list[str]:
        """The subtitle in lines."""
        return wrapped(self.subtitle, self.width - 2 * EDGE, TEXT)

    @property
    def foot(self) -> list[str]:
        """The printed line, which takes several where the chart is narrow."""
        return wrapped(self.printed, self.width - 2 * EDGE, SMALL)

    @property
    def above(self) -> int:
        """Pixels that the heading takes, and the edge above it."""
        return EDGE + len(self.heading) * 20 + len(self.below_heading) * 16 + 20

    def below(self, axis: int) -> int:
        """Pixels that an axis of so many takes, the printed line, and the edge below it."""
        return axis + 8 + len(self.foot) * 14 + EDGE

    def tall(self, usual: int, axis: int = AXIS, top: int = 0, least: int | None = None) -> int:
        """How high a plot is: as usual, or what the height that was asked for leaves to it.

        Args:
            usual: pixels, where no height was asked for.
            axis: pixels that its axis takes.
            top: pixels between heading and plot.
            least: how low it may become; as low as usual, if left out.
        """
        if self.height is None:
            return usual
        left = self.height - self.above - top - self.below(axis)
        return max(usual if least is None else least, left)


@dataclass(frozen=True, slots=True)
class Plot:
    """What a chart puts into its frame.

    Args:
        layers: of the spec, from back to front.
        height: in pixels, of the plot without its surroundings.
        left: pixels beside the plot for what is written there.
        right: likewise.
        top: pixels between heading and plot.
        axis: pixels below the plot for its axis, and for a legend.
    """

    layers: Sequence[Spec]
    height: int
    left: int = 0
    right: int = 0
    top: int = 0
    axis: int = AXIS


def spec_of(frame: Frame, plot: Plot, data: Spec) -> Spec:
    """The spec of a chart: its plot between its heading and its printed line.

    Every place is settled here: nothing is left to the renderer, which would make the plot smaller
    until what is written around it fits.
    """
    return {
        "$schema": SCHEMA,
        "description": f"{frame.title}. {frame.subtitle}",
        "width": frame.width - 2 * EDGE - plot.left - plot.right,
        "height": plot.height,
        "autosize": "none",
        "padding": {
            "left": EDGE + plot.left,
            "right": EDGE + plot.right,
            "top": frame.above + plot.top,
            "bottom": frame.below(plot.axis),
        },
        "background": frame.look.paper,
        "data": data,
        "layer": [*_head(frame, plot), *plot.layers, _foot(frame, plot)],
        "config": _config(frame.look),
    }


def _head(frame: Frame, plot: Plot) -> list[Spec]:
    """Title and subtitle; as marks, for a title of Vega-Lite stays clear of what is drawn."""
    top = EDGE - frame.above - plot.top
    look, lines = frame.look, len(frame.heading)
    title = {"text": frame.heading, "fontSize": _HEADING, "fontWeight": "bold", "color": look.ink}
    below = {"text": frame.below_heading, "fontSize": TEXT, "color": look.quiet}
    return [
        _text(plot, {**title, "y": top, "lineHeight": 20}),
        _text(plot, {**below, "y": top + lines * 20 + 4, "lineHeight": 16}),
    ]


def _foot(frame: Frame, plot: Plot) -> Spec:
    words = {"text": frame.foot, "fontSize": SMALL, "lineHeight": 14, "color": frame.look.quiet}
    return _text(plot, {**words, "y": plot.height + plot.axis + 8})


def _text(plot: Plot, mark: Spec) -> Spec:
    """Words around the plot, from the left edge of the picture on."""
    place = {"align": "left", "baseline": "top", "x": -plot.left}
    return {"data": {"values": [{}]}, "mark": {"type": "text", **place, **mark}}


def _config(look: Look) -> Spec:
    return {
        "font": FONT,
        # The picture has a title and a description of its own; a name for each mark is noise.
        "aria": False,
        "view": {"stroke": None},
        "text": {"fontSize": TEXT, "color": look.ink},
        "axis": {
            "labelColor": look.quiet,
            "labelFontSize": SMALL,
            "titleColor": look.quiet,
            "titleFontSize": SMALL,
            "titleFontWeight": "normal",
            "gridColor": look.grid,
            "domain": False,
            "tickColor": look.grid,
            "labelOverlap": True,
        },
        "legend": {
            "labelColor": look.ink,
            "labelFontSize": SMALL,
            "symbolStrokeColor": look.ink,
            "title": None,
        },
    }


# --- Data ---------------------------------------------------------------------------------------

_PARSED: Mapping[ColumnType, str] = {
    # Days are days everywhere: read and drawn in UTC, whatever zone a reader is in.
    ColumnType.DATE: "utc:'%Y-%m-%d'",
    ColumnType.INTEGER: "number",
    ColumnType.NUMBER: "number",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.STRING: "string",  # and nothing for an empty cell
}


def inline(table: Table, rows: Sequence[Row]) -> Spec:
    """Rows as the data of a spec, each with the columns of the table and nothing else."""
    names = [column.name for column in table.columns]
    values = [{name: row[name] for name in names} for row in rows]
    return {"values": values, "format": {"parse": _parse(table)}}


def linked(table: Table, address: str) -> Spec:
    """The address of a CSV as the data of a spec."""
    return {"url": address, "format": {"type": "csv", "parse": _parse(table)}}


def _parse(table: Table) -> dict[str, str]:
    return {column.name: _PARSED[column.type] for column in table.columns}


def milliseconds(day: dt.date | str) -> int:
    """A day as charts count time: milliseconds since 1970, UTC."""
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return (day - dt.date(1970, 1, 1)).days * _DAY_MS


def years_around(days: Sequence[str], at_least: Sequence[dt.date] = ()) -> tuple[int, int]:
    """The whole years in which some days lie, as a domain: milliseconds, end exclusive.

    Args:
        days: ISO 8601; may be none.
        at_least: days that shall lie in it too.
    """
    years = [int(day[:4]) for day in days] + [day.year for day in at_least]
    first, last = min(years), min(max(years), dt.date.max.year - 1)
    return milliseconds(dt.date(first, 1, 1)), milliseconds(dt.date(last + 1, 1, 1))


# --- Text ---------------------------------------------------------------------------------------


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how many pixels a text takes; wide characters count twice."""
    units = sum(
        1.0
        if unicodedata.east_asian_width(char) in "WF"
        else 0.66
        if char.isupper() or char in "mwMW—–…·"
        else 0.27
        if char in " ilI.,:;'’|()fjt"
        else 0.54
        for char in text
    )
    return units * size * (1.16 if bold else 1)


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """A text in lines that are no wider than so many pixels."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shortened(text: str, width: float, size: float) -> str:
    """A text, cut with … where it is wider than so many pixels."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels: as near to those wanted as their gap lets them be, in the same order.

    Args:
        wanted: in rising order.
        gap: that any two need.
        low: the first place there is.
        high: the last one.
    """
    placed: list[float] = []
    for place in wanted:
        placed.append(max(place, placed[-1] + gap if placed else low))
    ceiling = high
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed


def nothing(frame: Frame) -> Plot:
    """What is drawn where there is nothing to draw."""
    layer: Spec = {
        "data": {"values": [{}]},
        "mark": {
            "type": "text",
            "text": "Nothing of this kind was known on that day.",
            "align": "left",
            "x": 0,
            "y": 30,
            "color": frame.look.quiet,
        },
    }
    return Plot([layer], height=frame.tall(60, axis=0), axis=0)


def cycled(values: Sequence[Any], number: int) -> list[Any]:
    """As many values as are needed, from the first again where there are fewer."""
    return [values[place % len(values)] for place in range(number)]


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
