"""The charts of a record: read as far as needed to know that they have something to show."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.db import Reader
from app.queries import promises
from app.queries.moments import list_moments
from app.queries.network import has_ties
from app.queries.paging import PageRequest, Results
from app.render.sharing import Picture, charts_of_record
from app.vocabulary import Kind, milestones_of

Document = Mapping[str, Any]

_ENOUGH = 300  # promises, to see whether one of them has a date


def record_charts(
    reader: Reader,
    kind: Kind,
    record: Document,
    day: dt.date,
    promised: Sequence[Document] | None = None,
) -> list[Picture]:
    """The charts of a record, the best first.

    Args:
        reader: of the database.
        kind: of the record.
        record: its document.
        day: as of which.
        promised: its schedule, or its scorecard, where that is read already.
    """
    if promised is None:
        promised = _promised(reader, kind, record["id"], day)
    is_body = kind is Kind.AGENCIES
    has_dates = is_body and _has_dates(reader, record["id"], day)
    return charts_of_record(
        kind,
        record,
        promises=promised,
        has_dates=has_dates,
        has_ties=is_body and not has_dates and has_ties(reader, record["ref"], day),
    )


def _promised(reader: Reader, kind: Kind, slug: str, day: dt.date) -> Sequence[Document]:
    listing: Results
    if kind is Kind.SOURCES:
        listing = promises.list_scorecard(reader, slug, {}, day)
    elif milestones_of(kind):
        listing = promises.list_schedule(reader, kind, slug, day)
    else:
        return []
    found = listing.page(reader, PageRequest(limit=_ENOUGH), day)
    return [json.loads(document) for document in found.documents]


def _has_dates(reader: Reader, slug: str, day: dt.date) -> bool:
    moments = list_moments(reader, {"agency": slug}, day)
    return moments.page(reader, PageRequest(limit=1), day).count > 0
