"""Dates of all kinds on one axis, as a chart shows them."""

import datetime as dt
from urllib.parse import urlencode

from app.db import Reader
from app.queries.charts.drawn import (
    Document,
    Drawn,
    Row,
    Wanted,
    claims_of,
    documents_of,
    names_of,
)
from app.queries.moments import list_moments


def draw_timeline(reader: Reader, wanted: Wanted) -> Drawn:
    """The dates nearest to the day, in their order."""
    moments = list(documents_of(reader, list_moments(reader, wanted.given, wanted.day)))
    near = sorted(moments, key=lambda moment: (days_between(moment, wanted.day), moment["id"]))
    chosen = sorted(near[: wanted.top], key=_order)
    names = names_of(reader, {item["subject"]: item["subject_name"] for item in chosen}, wanted)
    rows = [_row(place, item, names[item["subject"]]) for place, item in enumerate(chosen, 1)]
    return Drawn(
        rows=rows,
        claims=claims_of(rows),
        data=f"/v1/timeline?{urlencode(wanted.given, safe='/,')}".rstrip("?"),
        shown=len(rows),
        count=len(moments),
    )


def days_between(moment: Document, day: dt.date) -> int:
    """How many days lie between a date and a day, at least: none, where it may be that day."""
    earliest, latest = moment["date_earliest"], moment["date_latest"]
    if earliest and earliest > str(day):
        return (dt.date.fromisoformat(earliest) - day).days
    if latest and latest < str(day):
        return (day - dt.date.fromisoformat(latest)).days
    return 0


def _order(moment: Document) -> tuple[str, str, str]:
    earliest, latest = moment["date_earliest"], moment["date_latest"]
    return earliest or latest, latest or str(dt.date.max), moment["id"]


def _row(place: int, moment: Document, name: str) -> Row:
    same = (
        "subject", "subject_name", "kind", "field", "date_edtf", "date_earliest", "date_latest",
        "date_label", "first_label", "revisions", "claim_id",
    )  # fmt: skip
    return {
        "place": place,
        "label": f"{name}: {moment['field'].replace('_', ' ')}",
        "state": "overdue" if moment["is_overdue"] else moment["status"],
        **{key: moment[key] for key in same},
    }
