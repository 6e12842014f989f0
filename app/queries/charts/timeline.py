"""Dates of all kinds on one axis, as a chart shows them."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, union_all

from app.db import Reader
from app.errors import TooCostly
from app.queries.charts.drawn import (
    Document,
    Drawn,
    Row,
    Wanted,
    claims_of,
    names_of,
)
from app.queries.filters import DAY
from app.queries.listing import Listing
from app.queries.moments import list_moments
from app.queries.paging import PageRequest
from app.tables import MOMENTS


def draw_timeline(reader: Reader, wanted: Wanted) -> Drawn:
    """The dates nearest to the day, in their order."""
    listing = list_moments(reader, wanted.given, wanted.day)
    found = listing.page(reader, PageRequest(limit=1), wanted.day)
    if not found.is_counted:
        detail = f"there are more than {found.count:,} such dates: narrow them"
        raise TooCostly(detail)
    near = sorted(
        (json.loads(row[0]) for row in _nearest(reader, listing, wanted.top)),
        key=lambda moment: (days_between(moment, wanted.day), moment["id"]),
    )
    chosen = sorted(near[: wanted.top], key=_order)
    names = names_of(reader, {item["subject"]: item["subject_name"] for item in chosen}, wanted)
    rows = [_row(place, item, names[item["subject"]]) for place, item in enumerate(chosen, 1)]
    return Drawn(
        rows=rows,
        claims=claims_of(rows),
        data=f"/v1/timeline?{urlencode(wanted.given, safe='/,')}".rstrip("?"),
        shown=len(rows),
        count=found.count,
    )


def _nearest(reader: Reader, listing: Listing, top: int) -> Iterator[Any]:
    """The documents of the dates nearest to the day: so many before it, of it and after it."""
    near = listing.statement("near", lambda: _near(listing))
    yield from near.rows(reader, {**listing.values, "top": top})


def _near(listing: Listing) -> Select[Any]:
    """Each part is read off an index from the day on, or backwards; in the order of their ids."""
    rows = listing.rows
    first, last = (rows.in_order.get(end, end) for end in (MOMENTS.c.earliest, MOMENTS.c.latest))
    by_id = MOMENTS.c.subject + "/" + MOMENTS.c.field
    begun = or_(first.is_(None), first <= DAY)
    parts: tuple[tuple[ColumnElement[bool], Sequence[ColumnElement[Any]]], ...] = (
        (first > DAY, [first]),
        (last < DAY, [last.desc()]),
        (and_(begun, last.between(DAY, dt.date.max)), []),
        (and_(begun, last.is_(None)), []),
    )
    found = (
        select(MOMENTS.c.id)
        .select_from(rows.source)
        .where(*rows.conditions, condition)
        .order_by(*order, by_id)
        .limit(bindparam("top", 0))
        .subquery()
        for condition, order in parts
    )
    chosen = union_all(*(select(part.c.id) for part in found))
    return select(MOMENTS.c.document).where(MOMENTS.c.id.in_(chosen))


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
