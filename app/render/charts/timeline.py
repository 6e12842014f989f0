"""Timeline: dates of all kinds on one axis, planned, actual and overdue."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from app.render.charts.frame import Frame, Plot, Row, counted, nothing, years_around
from app.render.charts.lanes import Spans, lanes

_STATES = ("actual", "planned", "overdue")
_FAR = 12  # years from the day; what lies further off is shown only where it must be


def draw(rows: Sequence[Row], frame: Frame) -> Plot:
    """The plot: a line for each date, from the first day that it may be to the last."""
    if not rows:
        return nothing(frame)
    look = frame.look
    spans = [
        Spans("date", look.series[0], "circle", filled=True, where="datum.state == 'actual'"),
        Spans("date", look.series[2], "diamond", where="datum.state == 'planned'"),
        Spans(
            "date", look.series[1], "triangle-down", filled=True, dashed=True,
            where="datum.state == 'overdue'",
        ),
    ]  # fmt: skip
    domain = years_around(list(_bounds(rows, frame.day)), [frame.day])
    beside = {row["place"]: _told(row) for row in rows}
    return lanes(rows, frame, spans, domain, beside)


def summary(rows: Sequence[Row]) -> str:
    """How many dates of which state there are, and each of them."""
    states = Counter(row["state"] for row in rows)
    numbers = ", ".join(f"{states[state]} {state}" for state in _STATES if states[state])
    listed = "; ".join(f"{row['label']}, {row['date_label']} ({row['state']})" for row in rows)
    return f"{counted(len(rows), 'date')}: {numbers}. {listed}." if rows else ""


def _told(row: Row) -> str:
    return f"{row['date_label']}, overdue" if row["state"] == "overdue" else row["date_label"]


def _bounds(rows: Sequence[Row], day: dt.date) -> Iterator[str]:
    """The days that the axis must show: those not far off, and of each row the nearest."""

    def years_off(bound: str) -> int:
        return abs(int(bound[:4]) - day.year)

    for row in rows:
        known = [row[key] for key in ("date_earliest", "date_latest") if row[key]]
        near = [bound for bound in known if years_off(bound) <= _FAR]
        contains = (row["date_earliest"] or "") <= str(day) <= (row["date_latest"] or "9999")
        yield from near or ([] if contains else [min(known, key=years_off)])
