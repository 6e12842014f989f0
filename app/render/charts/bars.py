"""Bars: how many there are of what, side by side or along an axis of years."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from app.render.charts.frame import (
    EDGE,
    SMALL,
    TEXT,
    Frame,
    Plot,
    Spec,
    nothing,
    shortened,
    text_width,
)

_LANE, _BAR = 24, 15  # pixels
_YEARS = 220  # pixels, the height of a plot along years
_KEY, _KEY_LINE = 11, 20  # pixels: the square of a legend, and a line of it
_LEFT = 40


@dataclass(frozen=True, slots=True)
class Counted:
    """A bar: its label, and how many of each series."""

    label: str
    counts: Sequence[int]
    is_rest: bool = False


def draw(bars: Sequence[Counted], series: Sequence[str], frame: Frame, *, years: bool) -> Plot:
    """The plot.

    Args:
        bars: in their order.
        series: what the parts of a bar are; one without a name, if bars have no parts.
        frame: of the chart.
        years: whether bars are years, that stand on an axis.
    """
    if not any(sum(bar.counts) for bar in bars):
        return nothing(frame)
    keys, top = _legend(series, frame)
    plot = _along_years(bars, frame) if years else _side_by_side(bars, frame)
    moved = [{**key, "mark": {**key["mark"], "x": key["mark"]["x"] - plot.left}} for key in keys]
    return Plot(
        [*moved, *plot.layers], plot.height, plot.left, plot.right, plot.top + top, plot.axis
    )


# --- One below the other ------------------------------------------------------------------------


def _side_by_side(bars: Sequence[Counted], frame: Frame) -> Plot:
    most = max(sum(bar.counts) for bar in bars if not bar.is_rest)
    room = frame.width * (0.42 if frame.narrow else 0.36)
    left = ceil(min(room, max(text_width(bar.label, TEXT) for bar in bars))) + 10
    right = ceil(text_width(f"{most:,}", TEXT)) + 8
    drawn = [bar for bar in bars if not bar.is_rest]
    height = frame.tall(_LANE * len(bars), axis=0)
    lane = height / len(bars)
    look = frame.look
    y = {"field": "place", "type": "quantitative", "axis": None,
         "scale": {"domain": [0, len(bars)], "reverse": True}}  # fmt: skip
    x = {"type": "quantitative", "axis": None, "scale": {"domain": [0, most], "nice": False}}
    words = [
        {
            "place": place + 0.5,
            "label": shortened(bar.label, left - 10, TEXT),
            # What is told together is told only: its bar would dwarf the others.
            "end": 0 if bar.is_rest else sum(bar.counts),
            "count": f"{sum(bar.counts):,}{' together' if bar.is_rest else ''}",
        }
        for place, bar in enumerate(bars)
    ]
    return Plot(
        [
            {
                "data": {"values": list(_parts(drawn, frame))},
                "mark": {"type": "bar", "height": min(_BAR, lane - 4), "stroke": look.paper,
                         "strokeWidth": 1},
                "encoding": {
                    "x": {"field": "from", **x}, "x2": {"field": "to"},
                    "y": {**y, "field": "middle"},
                    "fill": {"field": "fill", "type": "nominal", "scale": None},
                },
            },
            {
                "data": {"values": words},
                "mark": {"type": "text", "align": "left", "x": -left, "baseline": "middle",
                         "color": look.ink},
                "encoding": {"y": y, "text": {"field": "label"}},
            },
            {
                "data": {"values": words},
                "mark": {"type": "text", "align": "left", "dx": 5, "baseline": "middle",
                         "color": look.quiet},
                "encoding": {"y": y, "x": {"field": "end", **x}, "text": {"field": "count"}},
            },
        ],
        height=height, left=left, right=right, axis=0,
    )  # fmt: skip


def _parts(bars: Sequence[Counted], frame: Frame) -> Iterator[dict[str, Any]]:
    """The parts of all bars, each with where it begins and ends."""
    for place, bar in enumerate(bars):
        begin = 0
        for number, count in enumerate(bar.counts):
            if count:
                yield {
                    "place": place, "middle": place + 0.5, "label": bar.label, "from": begin,
                    "to": begin + count,
                    "fill": frame.look.series[number % len(frame.look.series)],
                }  # fmt: skip
            begin += count


# --- Along years --------------------------------------------------------------------------------


def _along_years(bars: Sequence[Counted], frame: Frame) -> Plot:
    most = max(sum(bar.counts) for bar in bars)
    first, last = int(bars[0].label), int(bars[-1].label)
    height, look = frame.tall(_YEARS), frame.look
    plot = frame.width - 2 * EDGE - _LEFT - 8
    gap = 0.1 if plot / len(bars) > 8 else 0.02
    values = [
        {**part, "begin": int(part["label"]) - 0.5 + gap, "end": int(part["label"]) + 0.5 - gap}
        for part in _parts(bars, frame)
    ]
    # Whole years only on the axis, and no more of them than there is room for.
    step = ceil((last - first + 1) / (5 if frame.narrow else 14))
    ticks = list(range(last - (last - first) // step * step, last + 1, step))
    return Plot(
        [
            {
                "data": {"values": values},
                "mark": {"type": "rect", "stroke": look.paper, "strokeWidth": 0.5},
                "encoding": {
                    "x": {
                        "field": "begin", "type": "quantitative",
                        "scale": {"domain": [first - 0.5, last + 0.5], "nice": False,
                                  "zero": False},
                        "axis": {"title": None, "grid": False, "format": "d", "values": ticks},
                    },
                    "x2": {"field": "end"},
                    "y": {
                        "field": "from", "type": "quantitative",
                        "scale": {"domain": [0, most], "nice": True},
                        "axis": {"title": None, "tickCount": 5, "tickMinStep": 1, "format": ",d"},
                    },
                    "y2": {"field": "to"},
                    "fill": {"field": "fill", "type": "nominal", "scale": None},
                },
            }
        ],
        height=height, left=_LEFT, right=8,
    )  # fmt: skip


# --- Legend and patterns ------------------------------------------------------------------------


def _legend(series: Sequence[str], frame: Frame) -> tuple[list[Spec], int]:
    """Squares and their names above the plot, in lines; and how many pixels they take."""
    if len(series) < 2 and not series[0]:
        return [], 0
    width, look = frame.width - 2 * EDGE, frame.look
    places: list[tuple[float, int]] = []
    x, line = 0.0, 0
    names = [shortened(name, width - _KEY - 8, SMALL) for name in series]
    for name in names:
        size = _KEY + 5 + text_width(name, SMALL) + 16
        if x and x + size > width:
            x, line = 0.0, line + 1
        places.append((x, line))
        x += size
    top = (line + 1) * _KEY_LINE + 8
    marks: list[Spec] = []
    for number, (name, (x, line)) in enumerate(zip(names, places, strict=True)):
        y = line * _KEY_LINE - top
        fill = look.series[number % len(look.series)]
        one: Spec = {"data": {"values": [{}]}}
        marks.append({**one, "mark": {
            "type": "rect", "x": x, "y": y, "width": _KEY, "height": _KEY, "fill": fill,
        }})  # fmt: skip
        marks.append({**one, "mark": {
            "type": "text", "text": name, "x": x + _KEY + 5, "y": y + _KEY / 2, "align": "left",
            "baseline": "middle", "fontSize": SMALL, "color": look.ink,
        }})  # fmt: skip
    return marks, top


# What is drawn over a colour, so that no colour stands alone; the first has none.
_HATCHES: Mapping[int, str] = {
    1: "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2",
    2: "M0,3 H6",
    3: "M-1,5 l2,2 M0,0 l6,6 M5,-1 l2,2",
    4: "M3,0 V6",
    5: "M0,3 H6 M3,0 V6",
    6: "M1.5,1.5 h1 M4.5,4.5 h1",
    7: "M0,0 l6,6 M0,6 l6,-6",
}


def hatched(svg: str, frame: Frame) -> str:
    """The drawn picture with a pattern on each series but the first."""
    patterns = []
    for number, colour in enumerate(frame.look.series):
        if number not in _HATCHES or f'fill="{colour}"' not in svg:
            continue
        svg = svg.replace(f'fill="{colour}"', f'fill="url(#hatch-{number})"')
        patterns.append(
            f'<pattern id="hatch-{number}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect width="6" height="6" fill="{colour}"/>'
            f'<path d="{_HATCHES[number]}" fill="none" stroke="{frame.look.paper}" '
            f'stroke-width="1.3"/></pattern>'
        )
    if not patterns:
        return svg
    return re.sub(r"(<svg [^>]*>)", rf"\1<defs>{''.join(patterns)}</defs>", svg, count=1)
