"""Filters of claims, disputes and scorecards."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, func, or_, select

from app.dates import DATE_PATTERN
from app.models import Standing
from app.queries.filters.base import (
    Filter,
    by_name,
    choice_filter,
    choices,
    ids,
    references,
    words,
)
from app.queries.filters.dates import date_of, days
from app.tables import (
    CLAIMS,
    DISPUTE_CLAIMS,
    DISPUTES,
    PROMISES,
    STANDINGS,
)
from app.vocabulary import PROPERTIES, Kind, Nature, Verdict

SPEAKER_KINDS = (Kind.AGENCIES, Kind.PEOPLE, Kind.SOURCES)


@cache
def claim_filters() -> Mapping[str, Filter]:
    """The filters of claims, by name."""
    return by_name(_claim_filters())


def _claim_filters() -> Iterator[Filter]:
    columns = CLAIMS.c
    yield from references("subject", "What it is about", "missions/luna-26", columns.subject)
    yield from choices("property", "Word of the vocabulary", tuple(PROPERTIES), columns.property)
    yield from references("value", "Record that is its value", "agencies/cnsa", columns.object)
    yield from choices("nature", "What sort of statement", tuple(Nature), columns.nature)
    yield from said_by_filters()
    # A claim has no column of its own for the end, but `known_from`.
    yield from said_filters(lambda day: columns.said_earliest >= day, columns.known_from)
    yield from days("known_from", "Known from a day", columns.known_from)
    yield from ids(
        "source", "Source that says so", "rt-2018-03-02", columns.source_id, Kind.SOURCES
    )
    yield _locator_filter()
    what = "How it fared on that day"
    yield from choices("standing", what, tuple(Standing), STANDINGS.c.standing)


def said_by_filters() -> Iterator[Filter]:
    """By who asserts it."""
    who, example = "Who asserts it", "agencies/roscosmos"
    yield from references("said_by", who, example, CLAIMS.c.said_by, SPEAKER_KINDS)


def said_filters(
    begins: Callable[[dt.date], ColumnElement[bool]], latest: Column[Any]
) -> Iterator[Filter]:
    """When it was asserted.

    Args:
        begins: the condition that the first day on which it may have been is not before a day.
        latest: the last day on which it may have been.
    """

    def not_before(text: str, _: dt.date) -> ColumnElement[bool]:
        return begins(date_of("said__gte", text).earliest or dt.date.min)

    def not_after(text: str, _: dt.date) -> ColumnElement[bool]:
        return latest <= (date_of("said__lte", text).latest or dt.date.max)

    for name, meaning, condition in (
        ("said__gte", "before", not_before),
        ("said__lte", "after", not_after),
    ):
        what = f"Certainly not said {meaning} this (EDTF)."
        yield Filter(name, what, "2018-03", condition, pattern=DATE_PATTERN)


def _locator_filter() -> Filter:
    """`paragraph 11` finds "paragraph 11, closing credit" too, but not "paragraph 112"."""

    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        locator, wanted = func.lower(CLAIMS.c.locator), text.lower()
        return or_(locator == wanted, locator.startswith(f"{wanted}, ", autoescape=True))

    what = "Where in its source it stands, or a larger part of that."
    return Filter("locator", what, "paragraph 11", condition)


@cache
def dispute_filters() -> Mapping[str, Filter]:
    """The filters of disputes, by name."""

    def about(text: str, _: dt.date) -> ColumnElement[bool]:
        named = (
            select(DISPUTE_CLAIMS.c.dispute_id)
            .join(CLAIMS, CLAIMS.c.id == DISPUTE_CLAIMS.c.claim_id)
            .where(CLAIMS.c.subject.in_(words(text)))
        )
        return DISPUTES.c.id.in_(named)

    what = "Record that it is about, as kind/id. One or more, separated by commas."
    return by_name([Filter("subject", what, "missions/luna-26", about, refers_to=tuple(Kind))])


@cache
def scorecard_filters() -> Mapping[str, Filter]:
    """The filters of a scorecard, by name."""
    return by_name(
        [choice_filter("verdict", "What had become of it", tuple(Verdict), PROMISES.c.verdict)]
    )
