"""Dates of all records on one axis, and every date that was promised for them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Integer, cast, or_

from app.db import Reader
from app.queries.entities import Under, check_references, single_relation
from app.queries.filters import (
    DAY,
    conditions,
    moment_filters,
    on_day,
    relation_filters,
    slip_filters,
)
from app.queries.listing import Given, Listing, Rows, for_any_day
from app.queries.orders import SortKey, sorted_by
from app.queries.promises import SORT_KEYS as PROMISE_SORT_KEYS
from app.queries.totals import total, total_of
from app.tables import MOMENTS, PROMISED, PROMISES, RELATED_MOMENTS, RELATIONS

MOMENT_SORT_KEYS: Mapping[str, SortKey] = {
    "date": SortKey(MOMENTS.c.earliest, MOMENTS.c.latest),
    **sorted_by(
        subject=MOMENTS.c.subject,
        kind=MOMENTS.c.kind,
        field=MOMENTS.c.field,
        status=MOMENTS.c.status,
        overdue=cast(MOMENTS.c.is_overdue, Integer),
        revisions=MOMENTS.c.revisions,
        known_from=MOMENTS.c.known_from,
    ),
    "slipped": SortKey(MOMENTS.c.slip_days_min, MOMENTS.c.slip_days_max),
}
SLIP_SORT_KEYS: Mapping[str, SortKey] = {
    **PROMISE_SORT_KEYS,
    "date": SortKey(PROMISES.c.due_earliest, PROMISES.c.due_latest),
    "slipped": SortKey(PROMISES.c.slip_days_min, PROMISES.c.slip_days_max),
}
SLIP_SORT = "subject,milestone,said"
RELATION_SORT_KEYS = sorted_by(
    subject=RELATIONS.c.subject,
    relation=RELATIONS.c.property,
    object=RELATIONS.c.object,
    known_from=RELATIONS.c.known_from,
)
_MOST_COUNTED = 4_000  # there are fewer among the facts that ship


def list_moments(reader: Reader, given: Mapping[str, Any], day: dt.date) -> Listing:
    """The dates that held on a day."""
    check_references(reader, moment_filters(), given)
    return _dated_moments(tuple(given.items())).on(day)


@for_any_day
def _dated_moments(given: Given) -> Listing:
    dated = or_(MOMENTS.c.earliest.is_not(None), MOMENTS.c.latest.is_not(None))
    return _moments(given).narrowed(dated, total=None if given else total(MOMENTS, DAY))


def _moments(given: Given) -> Listing:
    values = dict(given)
    under = single_relation(moment_filters(), values)
    return Listing(
        columns=(MOMENTS.c.document,),
        source=MOMENTS,
        unique=MOMENTS.c.id,
        sort_keys=MOMENT_SORT_KEYS,
        default_sort="date",
        conditions=[on_day(MOMENTS, DAY), *conditions(moment_filters(), values, DAY)],
        read=_related(under, values) if under else None,
        counted=_alone(under) if under and len(given) == 1 else None,
    )


def _related(under: Under, given: Mapping[str, Any]) -> Rows:
    """Where the dates of what is related to one body stand in their order."""
    others = {name: value for name, value in given.items() if name != under.name}
    alone = _alone(under)
    joined = RELATED_MOMENTS.join(MOMENTS, MOMENTS.c.id == RELATED_MOMENTS.c.moment)
    return replace(alone, source=joined).narrowed(*conditions(moment_filters(), others, DAY))


def _alone(under: Under) -> Rows:
    """The same by themselves: no more can be asked of them than their dates."""
    related, moments = RELATED_MOMENTS.c, MOMENTS.c
    return Rows(
        RELATED_MOMENTS,
        [related.object == under.ref, on_day(RELATED_MOMENTS, DAY)],
        {
            moments.id: related.moment,
            moments.earliest: related.earliest,
            moments.latest: related.latest,
        },
    )


def list_summary(reader: Reader, given: Mapping[str, Any], day: dt.date) -> Listing:
    """Those of the dates for which one was promised, those that moved furthest first."""
    check_references(reader, moment_filters(), given)
    return _summary(tuple(given.items())).on(day)


@for_any_day
def _summary(given: Given) -> Listing:
    promised = None if given else total_of(PROMISED, DAY)
    listing = _moments(given).narrowed(MOMENTS.c.promised.is_(True), total=promised)
    return replace(listing, default_sort="-slipped", counted=None)


def list_slips(reader: Reader, given: Mapping[str, Any], day: dt.date) -> Listing:
    """Every date that had been given for a milestone by a day, and what had become of it."""
    check_references(reader, slip_filters(), given)
    return _slips(tuple(given.items())).on(day)


@for_any_day
def _slips(given: Given) -> Listing:
    return Listing(
        columns=(PROMISES.c.document,),
        source=PROMISES,
        unique=PROMISES.c.claim_id,
        sort_keys=SLIP_SORT_KEYS,
        default_sort=SLIP_SORT,
        filled=(PROMISES.c.milestone,),
        conditions=[
            PROMISES.c.milestone.is_not(None),
            on_day(PROMISES, DAY),
            *conditions(slip_filters(), dict(given), DAY),
        ],
        total=None if given else total(PROMISES, DAY),
    )


def list_relations(reader: Reader, given: Mapping[str, Any], day: dt.date) -> Listing:
    """The relations that were known on a day, those that had ended included."""
    check_references(reader, relation_filters(), given)
    return _relations(tuple(given.items())).on(day)


@for_any_day
def _relations(given: Given) -> Listing:
    return Listing(
        columns=(RELATIONS.c.document,),
        source=RELATIONS,
        unique=RELATIONS.c.id,
        sort_keys=RELATION_SORT_KEYS,
        default_sort="subject,relation,object",
        conditions=[on_day(RELATIONS, DAY), *conditions(relation_filters(), dict(given), DAY)],
        most_counted=_MOST_COUNTED,
        total=None if given else total(RELATIONS, DAY),
    )
