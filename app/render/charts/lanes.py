"""Lanes: charts in which each row has a line of its own, with its words beside it or above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from app.render.charts.frame import (
    EDGE,
    SMALL,
    TEXT,
    Frame,
    Plot,
    Row,
    Spec,
    milliseconds,
    shortened,
    text_width,
    wrapped,
)

_LANE, _TALL_LANE = 22, 40  # pixels; the tall ones have their words above the bar
_TOP = 16
_BELOW = 9  # pixels below the middle of a tall lane, where its bar lies
_DAY_MS = 86_400_000
_BAR = 9  # pixels


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of days that all look alike.

    Args:
        prefix: of the columns `…_earliest` and `…_latest`.
        colour: of bar and mark.
        shape: of the mark at their end.
        filled: whether they are; else they are hollow.
        dashed: whether their outline is.
        where: which rows have one, as an expression of Vega.
    """

    prefix: str
    colour: str
    shape: str
    filled: bool = False
    dashed: bool = False
    where: str = "true"


def lanes(
    rows: Sequence[Row],
    frame: Frame,
    spans: Sequence[Spans],
    domain: tuple[int, int],
    beside: Mapping[int, str],
) -> Plot:
    """The plot of such a chart.

    Args:
        rows: each with its `place` and `label`.
        frame: of the chart.
        spans: what is drawn in the lanes.
        domain: of the time axis, in milliseconds; what lies beyond is cut, and marked so.
        beside: what stands at the right of each row, by place.
    """
    undated = {row["place"] for row in rows if not _is_dated(row, spans)}
    height = frame.tall((_TALL_LANE if frame.narrow else _LANE) * len(rows), top=_TOP)
    left = right = 0
    if not frame.narrow:
        dated = [row["label"] for row in rows if row["place"] not in undated]
        left = ceil(min(frame.width * 0.38, max(_widest(dated), 40))) + 12
        right = ceil(min(frame.width * 0.29, _widest(list(beside.values())))) + 12
    words = (
        _words_above(rows, beside, undated, frame)
        if frame.narrow
        else _words_beside(rows, beside, undated, (left, right), frame)
    )
    marks = [mark for item in spans for mark in _marks(item, rows, domain, frame)]
    layers = [*_today(domain, frame), _paper(rows, undated, left, frame), *marks, *words]
    return Plot(layers, height=height, left=left, right=right, top=_TOP)


def _is_dated(row: Row, spans: Sequence[Spans]) -> bool:
    return any(row[f"{item.prefix}_{end}"] for item in spans for end in ("earliest", "latest"))


def _widest(texts: Sequence[str]) -> float:
    return max((text_width(text, TEXT) for text in texts), default=0)


# --- Marks --------------------------------------------------------------------------------------


def _across(field: str) -> Spec:
    """Where a day lies; on the axis of the day asked about, which all share."""
    return {"field": field, "type": "temporal"}


def _down(rows: Sequence[Row]) -> Spec:
    return {
        "field": "place",
        "type": "ordinal",
        "axis": None,
        "scale": {"domain": [row["place"] for row in rows], "padding": 0},
    }


def _today(domain: tuple[int, int], frame: Frame) -> list[Spec]:
    """The day as of which it is, on the axis of the chart."""
    axis = {
        "scale": {"type": "utc", "domain": list(domain)},
        "axis": {"title": None, "tickCount": 4 if frame.narrow else 6},
    }
    day = {
        "data": {"values": [{"day": milliseconds(frame.day)}]},
        "encoding": {"x": {**_across("day"), **axis}},
    }
    quiet = frame.look.quiet
    words = {
        "type": "text", "text": "as known on this day", "baseline": "bottom", "y": -4,
        "fontSize": SMALL, "color": quiet,
    }  # fmt: skip
    middle = (milliseconds(frame.day) - domain[0]) / (domain[1] - domain[0])
    align = "left" if middle < 0.25 else "right" if middle > 0.75 else "center"
    return [
        {**day, "mark": {"type": "rule", "color": quiet, "strokeDash": [3, 3]}},
        {**day, "mark": {**words, "align": align}},
    ]


def _marks(spans: Spans, rows: Sequence[Row], domain: tuple[int, int], frame: Frame) -> list[Spec]:
    """Bars over the days that each may be, a mark at the last of them, arrows where they go on."""
    first, last = f"datum.{spans.prefix}_earliest", f"datum.{spans.prefix}_latest"
    begin, end = domain
    # An empty cell is no date. A bar ends where its last day ends; what is open, or lies
    # beyond the axis, goes to its edge.
    only: list[Spec] = [
        {"filter": f"({spans.where}) && (isDate({first}) || isDate({last}))"},
        {"calculate": f"isDate({first}) ? +{first} : {begin - 1}", "as": "from"},
        {"calculate": f"isDate({last}) ? +{last} + {_DAY_MS} : {end + 1}", "as": "till"},
        {"calculate": f"clamp(datum.from, {begin}, {end})", "as": "drawn_from"},
        {"calculate": f"clamp(datum.till, {begin}, {end})", "as": "drawn_till"},
    ]
    y, below = _down(rows), _BELOW if frame.narrow else 0
    paint = {
        "fill": spans.colour if spans.filled else frame.look.paper,
        "stroke": spans.colour,
        "strokeWidth": 1.5,
    }
    arrow = {"type": "text", "color": spans.colour, "dy": below, "fontSize": TEXT}
    return [
        {
            "transform": [*only, {"filter": f"datum.till - datum.from > {_DAY_MS}"}],
            "mark": {
                "type": "bar", "height": _BAR, "yOffset": below, **paint,
                "fillOpacity": 0.35 if spans.filled else 1,
                "strokeDash": [3, 2] if spans.dashed else [1, 0], "tooltip": {"content": "data"},
            },
            "encoding": {
                "x": _across("drawn_from"), "x2": {"field": "drawn_till"}, "y": y,
            },
        },
        {
            "transform": [*only, {"filter": f"datum.till > {end}"}],
            "mark": {**arrow, "text": "▸", "align": "left", "dx": -1},
            "encoding": {"x": _across("drawn_till"), "y": y},
        },
        {
            "transform": [*only, {"filter": f"datum.from < {begin}"}],
            "mark": {**arrow, "text": "◂", "align": "right", "dx": 1},
            "encoding": {"x": _across("drawn_from"), "y": y},
        },
        {
            "transform": [
                *only,
                {"calculate": f"isDate({last}) ? +{last} : +{first}", "as": "end"},
                {"filter": f"datum.end >= {begin} && datum.end <= {end}"},
            ],
            "mark": {
                "type": "point", "shape": spans.shape, "size": 70, "opacity": 1,
                "yOffset": below, **paint, "tooltip": {"content": "data"},
            },
            "encoding": {"x": _across("end"), "y": y},
        },
    ]  # fmt: skip


def _paper(rows: Sequence[Row], undated: set[int], left: int, frame: Frame) -> Spec:
    """Paper below words, so that neither the day nor the grid runs through them."""
    tall = frame.narrow
    covered = rows if tall else [row for row in rows if row["place"] in undated]
    values = [
        {"place": row["place"], "high": _TALL_LANE if row["place"] in undated else _TALL_LANE // 2}
        for row in covered
    ]
    size = {"height": {"expr": "datum.high"}, "yOffset": {"expr": f"(datum.high - {_TALL_LANE})/2"}}
    return {
        "data": {"values": values},
        "mark": {
            "type": "rect",
            "color": frame.look.paper,
            "x": -left,
            "x2": {"expr": "width"},
            **(size if tall else {}),
        },
        "encoding": {"y": _down(rows)},
    }


# --- Words --------------------------------------------------------------------------------------


def _words_beside(
    rows: Sequence[Row], beside: Mapping[int, str], undated: set[int], room: tuple[int, int],
    frame: Frame,
) -> list[Spec]:  # fmt: skip
    """Words at both sides; a row without a date has the whole width for its own."""
    left, right = room
    plot = frame.width - 2 * EDGE - left - right
    values = [
        {
            "place": row["place"],
            "label": _label(row["label"], left - 12 + (plot if row["place"] in undated else 0)),
            "beside": shortened(beside[row["place"]], right - 12, TEXT),
        }
        for row in rows
    ]
    look = frame.look
    return [
        _words(rows, values, "label", {"align": "left", "x": -left, "color": look.ink}),
        _words(rows, values, "beside", {"align": "left", "x": plot + 10, "color": look.quiet}),
    ]


def _words_above(
    rows: Sequence[Row], beside: Mapping[int, str], undated: set[int], frame: Frame
) -> list[Spec]:
    """Words above the bar; a row without a date has its lane for two lines of them."""
    room = frame.width - 2 * EDGE
    first, second = [], []
    for row in rows:
        place, said = row["place"], beside[row["place"]]
        rest = room - text_width(said, TEXT) - 12
        if place in undated:
            lines = wrapped(row["label"], room, TEXT)
            more = shortened(" ".join(lines[1:]), rest, TEXT)
            first.append({"place": place, "label": lines[0], "beside": ""})
            second.append({"place": place, "label": more, "beside": said})
        else:
            label = _label(row["label"], rest)
            first.append({"place": place, "label": label, "beside": said})
    look = frame.look
    return [
        _words(rows, values, field, {**mark, "dy": dy})
        for values, dy in ((first, -8), (second, 8))
        for field, mark in (
            ("label", {"align": "left", "x": 0, "color": look.ink}),
            ("beside", {"align": "right", "x": room, "color": look.quiet}),
        )
    ]


def _label(text: str, width: float) -> str:
    """A label that fits: of a long one, the end says what it is about and stays."""
    head, joint, tail = text.rpartition(": ")
    room = width - text_width(f"{joint}{tail}", TEXT)
    if not joint or room < width / 2:
        return shortened(text, width, TEXT)
    return f"{shortened(head, room, TEXT)}{joint}{tail}"


def _words(rows: Sequence[Row], values: Sequence[Spec], field: str, mark: Spec) -> Spec:
    return {
        "data": {"values": values},
        "mark": {"type": "text", "baseline": "middle", **mark},
        "encoding": {"y": _down(rows), "text": {"field": field}},
    }
