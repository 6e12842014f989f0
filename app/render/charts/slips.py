"""Slips: on which day which date was promised, mission by mission."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil

from app.render.charts.frame import (
    AXIS,
    EDGE,
    SMALL,
    TEXT,
    Frame,
    Plot,
    Row,
    Spec,
    counted,
    cycled,
    milliseconds,
    nothing,
    shortened,
    spread,
    text_width,
    years_around,
)
from app.render.charts.looks import DASHES

# A mark for each fate of a promise, in the order of the legend; what is a path is so for its size.
_FATES = {
    "superseded": "M-0.45,0A0.45,0.45,0,1,0,0.45,0A0.45,0.45,0,1,0,-0.45,0Z",  # a dot
    "pending": "diamond",
    "overdue": "triangle-down",
    "kept": "circle",
    "kept_late": "M-0.7,-0.7h1.4v1.4h-1.4Z",  # a square
    "dropped": "cross",
    "failed": "M0.92,-0.49L0.42,0L0.92,0.49L0.49,0.92L0,0.42L-0.49,0.92L-0.92,0.49L-0.42,0"
    "L-0.92,-0.49L-0.49,-0.92L0,-0.42L0.49,-0.92Z",  # the cross, turned
    "no_evidence": "triangle-up",
    "happened": "M0,-1.4L0.4,-0.56L1.33,-0.43L0.67,0.21L0.83,1.13L0,0.7L-0.83,1.13L-0.67,0.21"
    "L-1.33,-0.43L-0.4,-0.56Z",  # a star
}
_LEFT, _TOP, _HEIGHT, _NARROW_HEIGHT = 34, 24, 400, 320
_LEAST = 200  # pixels
_LEGEND_LINE = 18  # pixels

Domain = tuple[int, int]  # milliseconds

# A promise has passed after its last day; one that is open at its end never has.
_WORKED_OUT: list[Spec] = [
    {
        "calculate": "isDate(datum.date_latest) ? datum.date_latest : datum.date_earliest",
        "as": "end",
    },
    {
        "calculate": "isDate(datum.date_earliest) ? datum.date_earliest : datum.date_latest",
        "as": "begin",
    },
    {"calculate": "datum.nature == 'event' ? 'happened' : datum.verdict", "as": "fate"},
    # As claims are weighed: what was said between two days is taken for said on the first.
    {
        "calculate": "datum.said_precision == 'interval' && isDate(datum.said_earliest)"
        " ? datum.said_earliest : datum.said_latest",
        "as": "said",
    },
    {"calculate": "datum.nature == 'event' ? datum.end : datum.said", "as": "at"},
    {"calculate": "datum.nature == 'event' ? +datum.end : 1e15", "as": "event"},
    {
        "joinaggregate": [{"op": "min", "field": "event", "as": "happened"}],
        "groupby": ["line"],
    },
]
# After it has happened nobody promises it any more: what is said then is history. So is what was
# said at an unknown time: it has no place on a line that runs from day to day.
_ASIDE = "datum.nature == 'plan' && (+datum.said > datum.happened || !isDate(datum.said_earliest))"
_PLANS: list[Spec] = [*_WORKED_OUT, {"filter": "datum.nature == 'plan'"}]


def draw(rows: Sequence[Row], frame: Frame) -> Plot:
    """The plot: x the day of the promise, y the date promised, a line for each mission."""
    if not rows:
        return nothing(frame)
    x, y = _domains(rows, frame.day)
    lines = sorted({row["line"] for row in rows})
    fates = [fate for fate in _FATES if fate in {_fate(row) for row in rows}]
    room = 84 if frame.narrow else 170
    right = ceil(min(room, max(text_width(line, TEXT) for line in lines))) + 12
    columns = 3 if frame.narrow else 8
    axis = AXIS + 10 + _LEGEND_LINE * -(-len(fates) // columns)
    height = frame.tall(_NARROW_HEIGHT if frame.narrow else _HEIGHT, axis, _TOP, _LEAST)
    legend = {
        "orient": "none",
        "legendX": -_LEFT,
        "legendY": height + AXIS + 10,
        "direction": "horizontal",
        "columns": columns,
        "labelExpr": "replace(datum.label, /_/g, ' ')",
        "symbolFillColor": frame.look.ink,
        "symbolSize": 75,
        "columnPadding": 12,
    }
    layers = [
        *_due(x, y, frame),
        *_promises(lines, (x, y), frame),
        _marks(lines, fates, legend, frame),
        _names(rows, lines, (y, height, right - 12), frame),
    ]
    return Plot(layers, height=height, left=_LEFT, right=right, top=_TOP, axis=axis)


def summary(rows: Sequence[Row]) -> str:
    """What can be seen, line by line."""
    return " ".join(_told(line, list(told)) for line, told in _by_line(rows))


def _told(line: str, told: Sequence[Row]) -> str:
    event, running = _event(told), _running(told)
    first, last = running[0], running[-1]
    number = sum(row["nature"] == "plan" for row in told)
    text = (
        f"{line}: {counted(number, 'promise')}, the first {first['date_label']} (said "
        f"{first['said_label']}), the last {last['date_label']} (said {last['said_label']})"
    )
    return f"{text}; it happened {event['date_label']}." if event else f"{text}."


def _fate(row: Row) -> str:
    return "happened" if row["nature"] == "event" else str(row["verdict"])


def _by_line(rows: Sequence[Row]) -> Iterator[tuple[str, Iterator[Row]]]:
    ordered = sorted(rows, key=lambda row: (row["line"], _said(row)))
    return groupby(ordered, key=lambda row: str(row["line"]))


def _said(row: Row) -> str:
    is_between = row["said_precision"] == "interval"
    return (is_between and row["said_earliest"]) or row["said_latest"] or ""


def _running(told: Sequence[Row]) -> list[Row]:
    """The promises along which a line runs; those without a day, where there are no others."""
    plans = [row for row in told if row["nature"] == "plan"]
    return [row for row in plans if row["said_earliest"]] or plans


def _domains(rows: Sequence[Row], day: dt.date) -> tuple[Domain, Domain]:
    """What the two axes show: the years of the promises up to the day, those of the dates."""
    said = [row[key] for row in rows for key in ("said_earliest", "said_latest") if row[key]]
    told = [row[key] for row in rows for key in ("date_earliest", "date_latest") if row[key]]
    begin, _ = years_around(said, [day])
    return (begin, milliseconds(day)), years_around(told)


def _due(x: Domain, y: Domain, frame: Frame) -> list[Spec]:
    """The diagonal on which a promise falls due, and below it what was past when it was said."""
    low, high = max(x[0], y[0]), min(x[1], y[1])
    if low >= high:
        return []
    ends = [{"at": low, "due": low, "floor": y[0]}, {"at": high, "due": high, "floor": y[0]}]
    if high < x[1]:
        ends.append({"at": x[1], "due": high, "floor": y[0]})
    place = {"x": _time("at"), "y": _time("due")}
    quiet = frame.look.quiet
    name = {
        "data": {"values": [{"at": x[1], "due": y[0]}]},
        "mark": {
            "type": "text", "text": ["past the diagonal,", "a promise is due"], "align": "right",
            "baseline": "bottom", "dx": -6, "dy": -20, "lineHeight": 14, "fontSize": SMALL,
            "color": quiet,
        },
        "encoding": place,
    }  # fmt: skip
    return [
        {
            "data": {"values": ends},
            "mark": {"type": "area", "color": frame.look.shade},
            "encoding": {**place, "y2": {"field": "floor"}},
        },
        {
            "data": {"values": ends[:2]},
            "mark": {"type": "line", "color": quiet, "strokeDash": [3, 3], "strokeWidth": 1.5},
            "encoding": place,
        },
        *([] if frame.narrow else [name]),
    ]


def _time(field: str, **more: object) -> Spec:
    return {"field": field, "type": "temporal", **more}


def _promises(lines: Sequence[str], domains: tuple[Domain, Domain], frame: Frame) -> list[Spec]:
    """Each promise as the span of days that it names, and the line that runs along its end."""
    x, y = domains
    colour = _colour(lines, frame)
    said, end = _time("said"), _time("end")
    # Said once, of the lines: the axes are those of all.
    across = {
        "scale": {"type": "utc", "domain": list(x)},
        "axis": {"title": None, "grid": False, "tickCount": 4 if frame.narrow else 8},
    }
    up = {
        "scale": {"type": "utc", "domain": list(y)},
        "axis": {
            "title": "date promised ↑, on which day →",
            "titleAngle": 0,
            "titleAlign": "left",
            "titleX": -_LEFT,
            "titleY": -12,
            "titleBaseline": "bottom",
            "tickCount": 6 if frame.narrow else 10,
        },
    }
    until = {"filter": f"!({_ASIDE})"}
    return [
        {
            "transform": _PLANS,
            "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.22},
            "encoding": {
                "x": said, "y": _time("begin"), "y2": {"field": "end"}, "color": colour,
            },
        },
        {
            "transform": _PLANS,
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.4},
            "encoding": {
                "x": _time("said_earliest"), "x2": {"field": "said_latest"},
                "y": end, "color": colour,
            },
        },
        {
            "transform": [*_PLANS, {"filter": "!isDate(datum.date_latest)"}],
            "mark": {"type": "text", "text": "↑", "dy": -9, "fontWeight": "bold"},
            "encoding": {"x": said, "y": end, "color": colour},
        },
        {
            "transform": [*_PLANS, until],
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 1.8},
            "encoding": {
                "x": {**said, **across}, "y": {**end, **up}, "color": colour,
                "strokeDash": {
                    "field": "line", "type": "nominal", "legend": None,
                    "scale": {"domain": list(lines), "range": cycled(DASHES, len(lines))},
                },
            },
        },
    ]  # fmt: skip


def _marks(lines: Sequence[str], fates: Sequence[str], legend: Spec, frame: Frame) -> Spec:
    """What became of each promise, and what happened."""
    return {
        "transform": _WORKED_OUT,
        "mark": {
            "type": "point",
            "filled": True,
            "size": 75,
            "stroke": frame.look.paper,
            "strokeWidth": 0.6,
            "tooltip": {"content": "data"},
        },
        "encoding": {
            "x": _time("at"),
            "y": _time("end"),
            "color": _colour(lines, frame),
            "shape": {
                "field": "fate",
                "type": "nominal",
                "legend": legend,
                "scale": {"domain": list(fates), "range": [_FATES[fate] for fate in fates]},
            },
            "opacity": {"condition": {"test": _ASIDE, "value": 0.3}, "value": 1},
        },
    }


def _names(
    rows: Sequence[Row], lines: Sequence[str], room: tuple[Domain, int, int], frame: Frame
) -> Spec:
    """The names of the lines, beside their ends and clear of each other.

    Args:
        rows: of the chart.
        lines: all of them.
        room: the axis of dates, its height and the width beside it, in pixels.
        frame: of the chart.
    """
    y, height, width = room
    ends = sorted((_end(list(told)), line) for line, told in _by_line(rows))
    places = spread([end for end, _ in ends], (y[1] - y[0]) * 15 / height, y[0], y[1])
    values = [
        {"name": shortened(line, width, TEXT), "line": line, "end": place}
        for place, (_, line) in zip(places, ends, strict=True)
    ]
    return {
        "data": {"values": values},
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "x": frame.width - 2 * EDGE - _LEFT - width - 12 + 8,
        },
        "encoding": {
            "y": _time("end"),
            "text": {"field": "name"},
            "color": _colour(lines, frame),
        },
    }


def _event(told: Sequence[Row]) -> Row | None:
    """What happened, as records tell it: said last, if nobody counts before others."""
    events = [row for row in told if row["nature"] == "event"]
    return max(events, key=lambda row: (row["rank"] == "preferred", _said(row)), default=None)


def _end(told: Sequence[Row]) -> int:
    """Where a line ends: what happened, or the date that was promised last."""
    last = _event(told) or _running(told)[-1]
    return milliseconds(last["date_latest"] or last["date_earliest"])


def _colour(lines: Sequence[str], frame: Frame) -> Spec:
    return {
        "field": "line",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(lines), "range": cycled(frame.look.series, len(lines))},
    }
