"""Filters of claims, disputes and scorecards."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, func, or_, select

from app.dates import DATE_PATTERN
from app.models import Standing
from app.queries.filters.base import Filter, by_name, choice_filter, negated, words
from app.queries.filters.dates import date_of
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
    what = "What it is about, as kind/id"
    yield _reference_filter("subject", what, "missions/luna-26", CLAIMS.c.subject, tuple(Kind))
    words = tuple(PROPERTIES)
    yield from _choices("property", "Word of the vocabulary", words, CLAIMS.c.property)
    what = "Record that is its value, as kind/id"
    yield _reference_filter("value", what, "agencies/cnsa", CLAIMS.c.object, tuple(Kind))
    yield from _choices("nature", "What sort of statement", tuple(Nature), CLAIMS.c.nature)
    what = "Who asserts it, as kind/id"
    said_by = CLAIMS.c.said_by
    yield _reference_filter("said_by", what, "agencies/roscosmos", said_by, SPEAKER_KINDS)
    yield from _said_filters()
    yield _source_filter()
    yield _locator_filter()
    standings = tuple(Standing)
    yield from _choices("standing", "How it fared on that day", standings, STANDINGS.c.standing)


def _choices(name: str, what: str, choices: Sequence[str], column: Column[Any]) -> Iterator[Filter]:
    """A choice that is always made: there is nothing to ask whether it is null."""

    def make(parameter: str) -> Filter:
        return choice_filter(parameter, what, choices, column)

    yield make(name)
    yield negated(make(f"{name}__not"))


def _said_filters() -> Iterator[Filter]:
    """When it was asserted; a claim has no column of its own for the end, but `known_from`."""
    gte, lte = (
        lambda date: CLAIMS.c.said_earliest >= (date.earliest or dt.date.min),
        lambda date: CLAIMS.c.known_from <= (date.latest or dt.date.max),
    )
    for name, what, compare in (
        ("said__gte", "Certainly not said before this (EDTF).", gte),
        ("said__lte", "Certainly not said after this (EDTF).", lte),
    ):

        def condition(
            text: str, _: dt.date, name: str = name, compare: Any = compare
        ) -> ColumnElement[bool]:
            found: ColumnElement[bool] = compare(date_of(name, text))
            return found

        yield Filter(name, what, "2018-03", condition, pattern=DATE_PATTERN)


def _reference_filter(
    name: str, what: str, example: str, column: Column[Any], kinds: tuple[Kind, ...]
) -> Filter:
    description = f"{what}. One or more, separated by commas."
    return Filter(name, description, example, lambda text, _: column.in_(words(text)),
                  refers_to=kinds)  # fmt: skip


def _source_filter() -> Filter:
    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        ids = [part.removeprefix("sources/") for part in words(text)]
        return CLAIMS.c.source_id.in_(ids)

    what = "Source that says so, by id. One or more, separated by commas."
    return Filter("source", what, "rt-2018-03-02", condition, refers_to=(Kind.SOURCES,))


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
