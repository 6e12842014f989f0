"""Scorecard: what a source promised, and what became of it."""

from collections import Counter
from collections.abc import Sequence

from app.render.charts.frame import Frame, Plot, Row, counted, nothing, years_around
from app.render.charts.lanes import Spans, lanes

# A sign before each verdict's word, so that a row can be told at a glance.
_SIGNS = {
    "kept": "✓",
    "kept_late": "✓",
    "pending": "…",
    "overdue": "!",
    "superseded": "→",
    "dropped": "×",
    "failed": "✗",
    "no_evidence": "?",
}


def draw(rows: Sequence[Row], frame: Frame) -> Plot:
    """The plot: a line for each promise, its span, and the span of what took its place."""
    if not rows:
        return nothing(frame)
    keys = ("date_earliest", "date_latest", "outcome_earliest", "outcome_latest")
    domain = years_around([row[key] for row in rows for key in keys if row[key]], [frame.day])
    look = frame.look
    # A phone has no room for the date that stands in the picture anyway.
    tell = _sign if frame.narrow else _verdict
    beside = {row["place"]: tell(row) for row in rows}
    spans = [
        Spans("outcome", look.series[1], "square", filled=True),
        Spans("date", look.series[2], "diamond"),  # in front: it is what was promised
    ]
    return lanes(rows, frame, spans, domain, beside)


def summary(rows: Sequence[Row]) -> str:
    """How many promises got which verdict, and each of them."""
    verdicts = Counter(row["verdict"] for row in rows)
    numbers = ", ".join(f"{verdicts[name]} {_words(name)}" for name in _SIGNS if verdicts[name])
    listed = "; ".join(f"{row['label']}: {_verdict(row)[2:]}" for row in rows)
    return f"{counted(len(rows), 'promise')}: {numbers}. {listed}." if rows else ""


def _verdict(row: Row) -> str:
    return f"{_sign(row)}: {row['outcome_label']}" if row["outcome_label"] else _sign(row)


def _sign(row: Row) -> str:
    return f"{_SIGNS[row['verdict']]} {_words(row['verdict'])}"


def _words(verdict: str) -> str:
    return verdict.replace("_", " ")
