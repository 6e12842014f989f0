"""What a filter is, and what all of them share."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, not_, or_, true

from app.errors import BadRequest, ParameterError, did_you_mean
from app.vocabulary import Kind

# What a value means for a list, on the day asked about.
Condition = Callable[[Any, dt.date], ColumnElement[bool]]

MAX_VALUE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list."""

    name: str
    description: str
    example: Any
    condition: Condition
    type: type = str
    max_length: int = MAX_VALUE_LENGTH
    pattern: str | None = None  # what its values look like, for those who read the documentation
    refers_to: tuple[Kind, ...] = ()  # its values are ids of these kinds, to be looked up


def conditions(
    filters: Mapping[str, Filter], given: Mapping[str, Any], day: dt.date
) -> list[ColumnElement[bool]]:
    """The conditions for the parameters that were given."""
    return [filters[name].condition(value, day) for name, value in given.items()]


def on_day(table: Table, day: dt.date) -> ColumnElement[bool]:
    """That a row's period holds a day."""
    known_from, known_to = table.c.known_from, table.c.known_to
    return and_(known_from <= day, or_(known_to.is_(None), known_to > day))


def by_name(filters: Iterable[Filter]) -> dict[str, Filter]:
    """Filters by their names."""
    return {item.name: item for item in filters}


def variants(
    name: str, make: Callable[[str], Filter], is_absent: Callable[[dt.date], ColumnElement[bool]]
) -> Iterator[Filter]:
    """A filter, its negation and the question whether there is a value at all.

    Args:
        name: of the parameter.
        make: the filter under the name of a parameter, for its errors to name.
        is_absent: the condition, on a day, that there is no value.
    """
    yield make(name)
    yield negated(make(f"{name}__not"))

    def lacks(wanted: Any, day: dt.date) -> ColumnElement[bool]:
        return is_absent(day) if wanted else not_(is_absent(day))

    yield Filter(f"{name}__isnull", f"Whether {name} has no value.", "false", lacks, type=bool)


def negated(item: Filter) -> Filter:
    """The filter for everything that another does not let through."""

    def differs(value: Any, day: dt.date) -> ColumnElement[bool]:
        # What has no value is not the one asked for either.
        return item.condition(value, day).is_not(true())

    return replace(item, description=f"Anything but: {item.description}", condition=differs)


def choice_filter(name: str, what: str, choices: Sequence[str], column: Column[Any]) -> Filter:
    """One or more of a list of words."""

    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        return column.in_([_choice(name, part, choices) for part in words(text)])

    description = f"{what}. One or more, separated by commas, of: {', '.join(choices)}."
    return Filter(name, description, choices[0], condition, pattern=list_pattern(choices))


def _choice(name: str, text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise unknown_value(name, text, choices)
    return text


def list_pattern(words: Iterable[str]) -> str:
    """The regular expression of one or more of some words, separated by commas."""
    one = f"({'|'.join(words)})"
    return f"^{one}(,{one})*$"


def unknown_value(name: str, text: str, known: Sequence[str]) -> BadRequest:
    """The error for a value that is none of those known."""
    detail = f"unknown {name} {text!r}: {did_you_mean(text, known)}"
    return BadRequest(detail, [ParameterError(name, detail)])


def words(text: str) -> list[str]:
    """The parts of a comma-separated value."""
    return [part.strip() for part in text.split(",")]


def flag_filter(name: str, what: str, column: Column[Any]) -> Filter:
    """True or false."""
    return Filter(name, what, "true", lambda wanted, _: column.is_(wanted), type=bool)
