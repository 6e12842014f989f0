"""Filters of lists over all kinds: moments, promises, relations, changes of records, hits."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from app.fields import Shape, fields_of
from app.queries.filters.base import (
    Filter,
    by_name,
    choices,
    flag_filter,
    ids,
    number_filters,
    references,
)
from app.queries.filters.claims import said_by_filters, said_filters
from app.queries.filters.dates import date_filters
from app.queries.filters.entities import involving
from app.tables import CLAIMS, MOMENTS, PROMISES, RELATIONS
from app.vocabulary import MILESTONES, PROPERTIES, Kind, Nature, ValueType, Verdict

DATED = tuple(
    dict.fromkeys(
        field.name
        for kind in Kind
        for field in fields_of(kind)
        if field.shape in (Shape.DATE, Shape.MILESTONE)
    )
)
_ABOUT = "The record that it is about"
_KINDS = tuple(kind.value for kind in Kind)
_MILESTONES = tuple(milestone.field for milestone in MILESTONES)


@cache
def moment_filters() -> Mapping[str, Filter]:
    """The filters of the timeline, by name."""
    return by_name(_moment_filters())


def _moment_filters() -> Iterator[Filter]:
    columns = MOMENTS.c
    yield from references("subject", _ABOUT, "missions/luna-26", columns.subject)
    yield from choices("kind", "Kind of record", _KINDS, columns.kind)
    yield from choices("field", "What the date is of", DATED, columns.field)
    status = ("planned", "actual")
    yield from choices("status", "Whether it is planned or happened", status, columns.status)
    yield from date_filters("date", "The date", columns.earliest, columns.latest)
    yield from involving(columns.subject)
    what = "Whether its last planned day has passed with no outcome known."
    yield flag_filter("overdue", what, columns.is_overdue)
    yield flag_filter("disputed", "Whether sources disagree on it.", columns.disputed)
    yield flag_filter("promised", "Whether a date was promised before.", columns.promised)
    yield from number_filters(
        "slipped", "Days by which the plan has moved", 365, columns.slip_days_min,
        columns.slip_days_max,
    )  # fmt: skip
    what = "How many times the promised date has been changed"
    yield from number_filters("revisions", what, 1, columns.revisions, columns.revisions)


@cache
def slip_filters() -> Mapping[str, Filter]:
    """The filters of promises with dates, by name."""
    return by_name(_slip_filters())


def _slip_filters() -> Iterator[Filter]:
    columns = PROMISES.c
    yield from references("subject", _ABOUT, "missions/luna-26", columns.subject)
    yield from choices("milestone", "What the date is of", _MILESTONES, columns.milestone)
    natures = (Nature.PLAN.value, Nature.EVENT.value)
    yield from choices("nature", "Whether it was promised or happened", natures, columns.nature)
    yield from choices("verdict", "What had become of it", tuple(Verdict), columns.verdict)
    yield from date_filters("date", "The date", columns.due_earliest, columns.due_latest)

    def begins(day: dt.date) -> ColumnElement[bool]:
        # Looked up claim by claim: of an early day it is nearly all there is.
        claim = (CLAIMS.c.id == columns.claim_id, CLAIMS.c.said_earliest >= day)
        return and_(columns.said_latest >= day, exists().where(*claim))

    yield from said_filters(begins, columns.said_latest)
    yield from ids(
        "source", "Source that says so", "rt-2018-03-02", columns.source_id, Kind.SOURCES
    )
    yield from map(_of_the_claim, said_by_filters())
    yield from involving(columns.subject)
    yield from number_filters(
        "slipped", "Days after the first date that was promised", 365, columns.slip_days_min,
        columns.slip_days_max,
    )  # fmt: skip


def _of_the_claim(item: Filter) -> Filter:
    """A filter of claims, for the promises that they make."""

    def condition(value: Any, day: dt.date) -> ColumnElement[bool]:
        return PROMISES.c.claim_id.in_(select(CLAIMS.c.id).where(item.condition(value, day)))

    return replace(item, condition=condition)


@cache
def relation_filters() -> Mapping[str, Filter]:
    """The filters of relations, by name."""
    return by_name(_relation_filters())


def _relation_filters() -> Iterator[Filter]:
    columns = RELATIONS.c
    yield from references("subject", _ABOUT, "missions/luna-26", columns.subject)
    yield from references(
        "object", "The record to which it is related", "agencies/cnsa", columns.object
    )
    names = tuple(name for name, prop in PROPERTIES.items() if prop.type is ValueType.REFERENCE)
    yield from choices("relation", "How the two are related", names, columns.property)
    yield flag_filter("active", "Whether it held on the day asked about.", columns.active)
