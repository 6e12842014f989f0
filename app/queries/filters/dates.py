"""Filters by dates, which are spans.

`launch=2026/2028` asks whether it *may* have been then (the spans meet); `launch__gte=2026` and its
like whether it *certainly* was.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, not_, or_

from app.dates import DATE_PATTERN, FuzzyDate, parse_date
from app.errors import InvalidParameter, ParameterError
from app.queries.filters.base import Filter, variants


def date_filters(
    name: str, what: str, earliest: Column[Any], latest: Column[Any]
) -> Iterator[Filter]:
    """`name` (may have been then) and its four certain comparisons."""
    undated = and_(earliest.is_(None), latest.is_(None))

    def during(parameter: str) -> Filter:
        def condition(text: str, _: dt.date) -> ColumnElement[bool]:
            date = date_of(parameter, text)
            begins = or_(earliest.is_(None), earliest <= (date.latest or dt.date.max))
            ends = or_(latest.is_(None), latest >= (date.earliest or dt.date.min))
            return and_(not_(undated), begins, ends)

        description = f"{what}: may be in this span (EDTF)."
        return Filter(parameter, description, "2022", condition, pattern=DATE_PATTERN)

    yield from variants(name, during, lambda _: undated)
    comparisons: tuple[tuple[str, str, Callable[[FuzzyDate], ColumnElement[bool]]], ...] = (
        ("gte", "certainly not before", lambda date: earliest >= (date.earliest or dt.date.min)),
        ("lte", "certainly not after", lambda date: latest <= (date.latest or dt.date.max)),
        ("gt", "certainly after", lambda date: earliest > (date.latest or dt.date.max)),
        ("lt", "certainly before", lambda date: latest < (date.earliest or dt.date.min)),
    )
    for operator, meaning, compare in comparisons:
        parameter = f"{name}__{operator}"

        def condition(
            text: str,
            _: dt.date,
            parameter: str = parameter,
            compare: Callable[[FuzzyDate], ColumnElement[bool]] = compare,
        ) -> ColumnElement[bool]:
            return compare(date_of(parameter, text))

        description = f"{what}: {meaning} this (EDTF)."
        yield Filter(parameter, description, "2022", condition, pattern=DATE_PATTERN)


def days(name: str, what: str, column: Column[Any]) -> Iterator[Filter]:
    """By a day that is known exactly."""

    def not_before(text: str, _: dt.date) -> ColumnElement[bool]:
        return column >= (date_of(f"{name}__gte", text).earliest or dt.date.min)

    def not_after(text: str, _: dt.date) -> ColumnElement[bool]:
        return column <= (date_of(f"{name}__lte", text).latest or dt.date.max)

    for operator, meaning, condition in (
        ("gte", "after", not_before),
        ("lte", "before", not_after),
    ):
        described = f"{what} on or {meaning} this (EDTF)."
        yield Filter(f"{name}__{operator}", described, "2018-03", condition, pattern=DATE_PATTERN)


def date_of(parameter: str, text: str) -> FuzzyDate:
    """The date that a parameter gives.

    Raises:
        InvalidParameter: with how to write it.
    """
    try:
        return parse_date(text)
    except ValueError as error:
        raise InvalidParameter(str(error), [ParameterError(parameter, str(error))]) from None
