"""Promise against outcome: the schedule of a mission, the scorecard of a source."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.db import Reader
from app.queries.entities import check_exists
from app.queries.filters import conditions, on_day, scorecard_filters
from app.queries.paging import Listing, PageOf, PageRequest, SortKey, fetch_page
from app.tables import PROMISES
from app.vocabulary import Kind, Nature, Verdict

_SAID = SortKey(PROMISES.c.said_latest, PROMISES.c.said_latest)
_SORT_KEYS: Mapping[str, SortKey] = {
    "milestone": SortKey(PROMISES.c.milestone, PROMISES.c.milestone),
    "said": _SAID,
    "due": SortKey(PROMISES.c.due_latest, PROMISES.c.due_latest),
    "locator": SortKey(PROMISES.c.position, PROMISES.c.position),
    "subject": SortKey(PROMISES.c.subject, PROMISES.c.subject),
    "verdict": SortKey(PROMISES.c.verdict, PROMISES.c.verdict),
}
SCHEDULE_SORT = "milestone,said"
SCORECARD_SORT = "locator,subject"
SORT_NAMES = tuple(_SORT_KEYS)


def list_schedule(reader: Reader, kind: Kind, slug: str, page: PageRequest, day: dt.date) -> PageOf:
    """Every date that was given for a record's milestones by a day, and what had become of it."""
    ref = check_exists(reader, kind, slug)
    wanted = [PROMISES.c.subject == ref, PROMISES.c.milestone.is_not(None)]
    return fetch_page(reader, _listing(wanted, SCHEDULE_SORT, day), page, day)


def list_scorecard(
    reader: Reader, slug: str, given: Mapping[str, Any], page: PageRequest, day: dt.date
) -> PageOf:
    """A source's plans, each with its verdict on a day, and how many got which."""
    check_exists(reader, Kind.SOURCES, slug)
    narrowed = conditions(scorecard_filters(), given, day)
    wanted = [
        PROMISES.c.source_id == slug,
        PROMISES.c.nature == Nature.PLAN.value,
        *narrowed,
    ]
    listing = _listing(wanted, SCORECARD_SORT, day)
    found = fetch_page(reader, listing, page, day)
    statement = (
        select(PROMISES.c.verdict, func.count())
        .where(*listing.conditions)
        .group_by(PROMISES.c.verdict)
    )
    counted = {row[0]: row[1] for row in reader.execute(statement)}
    verdicts = {verdict.value: counted.get(verdict.value, 0) for verdict in Verdict}
    return PageOf(found.rows, found.count, found.release, found.next_cursor, {"verdicts": verdicts})


def _listing(wanted: list[ColumnElement[bool]], sort: str, day: dt.date) -> Listing:
    return Listing(
        columns=(PROMISES.c.document,),
        source=PROMISES,
        unique=PROMISES.c.claim_id,
        sort_keys=_SORT_KEYS,
        default_sort=sort,
        conditions=[*wanted, on_day(PROMISES, day)],
    )
