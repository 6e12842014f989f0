"""Network: who works with whom, as the lower half of a matrix."""

from collections.abc import Sequence

from app.render.charts.frame import (
    EDGE,
    SMALL,
    TEXT,
    Frame,
    Plot,
    Row,
    Spec,
    counted,
    nothing,
    shortened,
    text_width,
)

_BOUNDS = (2, 3, 5, 10)  # shared things from which on a cell is a step darker


def draw(rows: Sequence[Row], frame: Frame) -> Plot:
    """The plot: a cell for each two bodies, with how much they share; names on the diagonal."""
    if not rows:
        return nothing(frame)
    names = _names(rows)
    places = sorted(names)
    room = 112 if frame.narrow else 210
    right = int(min(room, max(text_width(name, TEXT) for name in names.values()))) + 8
    side = frame.width - 2 * EDGE - right  # of the matrix
    cell = max(14, min(34, side // len(places)))
    right = frame.width - 2 * EDGE - cell * len(places)
    look = frame.look
    x = {"field": "column", "type": "ordinal", "axis": None,
         "scale": {"domain": places, "padding": 0.04}}  # fmt: skip
    y = {"field": "row", "type": "ordinal", "axis": None,
         "scale": {"domain": places, "padding": 0.04}}  # fmt: skip
    labels = [
        {
            "row": place,
            "column": place,
            # The earlier a row, the more room there is beside its end.
            "name": shortened(name, right + cell * (len(places) - place + 1) - 8, TEXT),
        }
        for place, name in names.items()
    ]
    dark = f"datum.weight >= {_BOUNDS[2]}"
    layers: list[Spec] = [
        {
            "mark": {"type": "rect", "tooltip": {"content": "data"}},
            "encoding": {
                "x": x, "y": y,
                "color": {
                    "field": "weight", "type": "quantitative", "legend": None,
                    "scale": {
                        "type": "threshold", "domain": list(_BOUNDS), "range": list(look.steps),
                    },
                },
            },
        },
        {
            "mark": {"type": "text", "baseline": "middle", "fontSize": SMALL},
            "encoding": {
                "x": x, "y": y, "text": {"field": "weight", "type": "quantitative"},
                "color": {"condition": {"test": dark, "value": look.on_much},
                          "value": look.on_little},
            },
        },
        {
            "data": {"values": labels},
            "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 4 - cell // 2},
            "encoding": {"x": x, "y": y, "text": {"field": "name"}},
        },
    ]  # fmt: skip
    return Plot(layers, height=frame.tall(cell * len(places), axis=0), right=right, axis=0)


def summary(rows: Sequence[Row]) -> str:
    """Who is shown, and who shares most."""
    if not rows:
        return ""
    strongest = sorted(rows, key=lambda row: -row["weight"])[:5]
    listed = "; ".join(
        f"{row['source_label']} and {row['target_label']} {row['weight']}" for row in strongest
    )
    names = _names(rows)
    return f"{counted(len(names), 'body', 'bodies')}; those that share most: {listed}."


def _names(rows: Sequence[Row]) -> dict[int, str]:
    """The names by their places on the diagonal."""
    named = {row["column"]: row["source_label"] for row in rows}
    named |= {row["row"]: row["target_label"] for row in rows}
    return dict(sorted(named.items()))
