"""Promise against outcome: the schedule of a mission, the scorecard of a source."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from app.db import Reader
from app.queries.entities import check_exists
from app.queries.filters import DAY, conditions, on_day, scorecard_filters
from app.queries.listing import Given, Listing, for_any_day
from app.queries.orders import sorted_by
from app.tables import PROMISES
from app.vocabulary import Kind, Nature, Verdict

SORT_KEYS = sorted_by(
    milestone=PROMISES.c.milestone,
    said=PROMISES.c.said_latest,
    due=PROMISES.c.due_latest,
    locator=PROMISES.c.position,
    subject=PROMISES.c.subject,
    verdict=PROMISES.c.verdict,
)
SCHEDULE_SORT = "milestone,said"
SCORECARD_SORT = "locator,subject"
SORT_NAMES = tuple(SORT_KEYS)

ARTICLE = "rt-2018-03-02"  # the report from which the service begins


def list_schedule(reader: Reader, kind: Kind, slug: str, day: dt.date) -> Listing:
    """Every date that was given for a record's milestones by a day, and what had become of it."""
    ref = check_exists(reader, kind, slug)
    return _schedule().on(day, subject=ref)


@for_any_day
def _schedule() -> Listing:
    subject: Any = bindparam("subject", "")
    wanted = [PROMISES.c.subject == subject, PROMISES.c.milestone.is_not(None)]
    return replace(_listing(wanted, SCHEDULE_SORT), filled=(PROMISES.c.milestone,))


def list_scorecard(reader: Reader, slug: str, given: Mapping[str, Any], day: dt.date) -> Listing:
    """A source's plans, each with its verdict on a day, and how many got which."""
    check_exists(reader, Kind.SOURCES, slug)
    listing = _scorecard(tuple(given.items())).on(day, source=slug)
    return replace(listing, more=lambda reader: {"verdicts": _verdicts(reader, listing)})


@for_any_day
def _scorecard(given: Given) -> Listing:
    source: Any = bindparam("source", "")
    plans = [PROMISES.c.source_id == source, PROMISES.c.nature == Nature.PLAN.value]
    return _listing([*plans, *conditions(scorecard_filters(), dict(given), DAY)], SCORECARD_SORT)


def _verdicts(reader: Reader, listing: Listing) -> dict[str, int]:
    def by_verdict() -> Select[Any]:
        statement = select(PROMISES.c.verdict, func.count()).where(*listing.conditions)
        return statement.group_by(PROMISES.c.verdict)

    rows = listing.statement("verdicts", by_verdict).rows(reader, listing.values)
    counted = {row[0]: row[1] for row in rows}
    return {verdict.value: counted.get(verdict.value, 0) for verdict in Verdict}


def _listing(wanted: list[ColumnElement[bool]], sort: str) -> Listing:
    return Listing(
        columns=(PROMISES.c.document,),
        source=PROMISES,
        unique=PROMISES.c.claim_id,
        sort_keys=SORT_KEYS,
        default_sort=sort,
        conditions=[*wanted, on_day(PROMISES, DAY)],
    )
