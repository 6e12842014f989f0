"""Membership: how many had joined what, day by day."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.render.charts.frame import (
    TEXT,
    Frame,
    Plot,
    Row,
    Spec,
    cycled,
    milliseconds,
    nothing,
    spread,
    text_width,
    wrapped,
    years_around,
)
from app.render.charts.looks import DASHES

_LEFT, _HEIGHT, _LEAST = 26, 360, 200  # pixels


def draw(rows: Sequence[Row], frame: Frame) -> Plot:
    """The plot: a step line for each agreement or project; where a day is a span, a band."""
    dated = [row for row in rows if row["day"]]
    if not dated:
        return nothing(frame)
    begin, _ = years_around([row["day"] for row in dated], [frame.day])
    domain = (begin, milliseconds(frame.day))
    lines = list(dict.fromkeys(row["line"] for row in dated))
    most = max(row["members_max"] for row in dated)
    names, height = dict(_ends(rows, frame)), frame.tall(_HEIGHT, least=_LEAST)
    right = int(max(text_width(part, TEXT) for name in names.values() for part in name)) + 14
    colour = {
        "field": "line", "type": "nominal", "legend": None,
        "scale": {"domain": lines, "range": cycled(frame.look.series, len(lines))},
    }  # fmt: skip
    x = {"field": "day", "type": "temporal"}
    across = {
        "scale": {"type": "utc", "domain": list(domain)},
        "axis": {"title": None, "grid": False, "tickCount": 4 if frame.narrow else 8},
    }  # fmt: skip
    y = {
        "field": "members_min", "type": "quantitative",
        "scale": {"domain": [0, most * 1.05]},
        "axis": {"title": None, "tickCount": 5, "format": "d"},
    }  # fmt: skip
    only = [{"filter": "isValid(datum.day)"}]
    layers = [
        {
            "transform": only,
            "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.3},
            "encoding": {
                "x": {**x, **across}, "y": y, "y2": {"field": "members_max"}, "color": colour,
            },
        },
        {
            "transform": only,
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2,
                     "tooltip": {"content": "data"}},
            "encoding": {
                "x": x, "y": y, "color": colour,
                "strokeDash": {
                    "field": "line", "type": "nominal", "legend": None,
                    "scale": {"domain": lines, "range": cycled(DASHES, len(lines))},
                },
            },
        },
        _names(dated, lines, names, (most * 1.05, height), frame),
    ]  # fmt: skip
    return Plot(layers, height=height, left=_LEFT, right=right)


def summary(rows: Sequence[Row]) -> str:
    """How many members each had in the end, and since when."""
    told = []
    for line, steps in _by_line(rows):
        dated = [row for row in steps if row["day"]]
        undated = len(steps) - len(dated)
        more = f", and {undated} more of whom no day of joining is known" if undated else ""
        if dated:
            since = dated[0]["day"]
            told.append(f"{line}: {dated[-1]['members_min']} members, from {since} on{more}.")
        else:
            told.append(f"{line}: {undated} members of whom no day of joining is known.")
    return " ".join(told)


def _by_line(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    return ((line, list(steps)) for line, steps in groupby(rows, key=lambda row: row["line"]))


def _ends(rows: Sequence[Row], frame: Frame) -> Iterator[tuple[str, list[str]]]:
    """What stands at the end of each line, in lines of text: its name and its number."""
    room = 84 if frame.narrow else 190
    for line, steps in _by_line(rows):
        dated = [row for row in steps if row["day"]]
        if not dated:
            continue
        undated = len(steps) - len(dated)
        number = str(dated[-1]["members_min"])
        if dated[-1]["members_max"] != dated[-1]["members_min"]:
            number = f"{number} to {dated[-1]['members_max']}"
        number += f" (+{undated} undated)" if undated else ""
        yield line, [*wrapped(line, room, TEXT), *wrapped(number, room, TEXT)]


def _names(
    dated: Sequence[Row], lines: Sequence[str], names: dict[str, list[str]],
    axis: tuple[float, int], frame: Frame,
) -> Spec:  # fmt: skip
    most, height = axis
    ends = sorted((steps[-1]["members_min"], line) for line, steps in _by_line(dated))
    tallest = max(len(name) for name in names.values())
    gap = most * (tallest * 14 + 4) / height
    places = spread([end for end, _ in ends], gap, gap / 2, most)
    values = [
        {"name": names[line], "line": line, "end": place}
        for place, (_, line) in zip(places, ends, strict=True)
    ]
    return {
        "data": {"values": values},
        "mark": {
            "type": "text", "align": "left", "baseline": "middle", "lineHeight": 14,
            "x": {"expr": "width + 8"},
        },
        "encoding": {
            "y": {"field": "end", "type": "quantitative"},
            "text": {"field": "name"},
            "color": {
                "field": "line", "type": "nominal", "legend": None,
                "scale": {
                    "domain": list(lines), "range": cycled(frame.look.series, len(lines)),
                },
            },
        },
    }  # fmt: skip
