"""What a filter is, and what all of them share."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Date, and_, bindparam, not_, or_, true
from sqlalchemy.sql import FromClause

from app.errors import BadRequest, ParameterError, did_you_mean
from app.text import fold
from app.vocabulary import Kind

# The day asked about, in statements that are made once and run for any day.
DAY: Any = bindparam("day", value=dt.date.min, type_=Date)

# What a value means for a list, on the day asked about.
Condition = Callable[[Any, dt.date], ColumnElement[bool]]

MAX_VALUE_LENGTH = 2_000
MAX_WORDS = 100
_MORE = f"{{0,{MAX_WORDS - 1}}}"
_SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
ONE_REFERENCE = f"[a-z]+/{_SLUG}"
REFERENCE_PATTERN = f"^{ONE_REFERENCE}(,{ONE_REFERENCE}){_MORE}$"
ID_PATTERN = f"^([a-z]+/)?{_SLUG}(,([a-z]+/)?{_SLUG}){_MORE}$"


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
    choices: tuple[str, ...] = ()  # its values, where it takes some words only
    refers_to: tuple[Kind, ...] = ()  # its values are ids of these kinds, to be looked up
    values_from: str = ""  # where else its values are listed
    differs: Condition | None = None  # what its negation means, where that is no mere "not"
    is_relation: bool = False  # one of its values has rows in order: see `app.related`


def conditions(
    filters: Mapping[str, Filter], given: Mapping[str, Any], day: dt.date
) -> list[ColumnElement[bool]]:
    """The conditions for the parameters that were given."""
    return [filters[name].condition(value, day) for name, value in given.items()]


def on_day(table: FromClause, day: dt.date) -> ColumnElement[bool]:
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

    yield Filter(f"{name}__isnull", f"Whether {name} has no value.", False, lacks, type=bool)


def negated(item: Filter) -> Filter:
    """The filter for everything that another does not let through."""

    def differs(value: Any, day: dt.date) -> ColumnElement[bool]:
        # What has no value is not the one asked for either.
        return item.condition(value, day).is_not(true())

    return replace(
        item, description=f"Anything but: {item.description}", condition=item.differs or differs,
        is_relation=False,
    )  # fmt: skip


def choice_filter(
    name: str, what: str, choices: Sequence[str], column: ColumnElement[Any]
) -> Filter:
    """One or more of a list of words."""

    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        return column.in_([one_of(name, part, choices) for part in words(text)])

    description = f"{what}. One or more, separated by commas, of: {', '.join(choices)}."
    return Filter(
        name, description, choices[0], condition, pattern=list_pattern(choices),
        choices=tuple(choices),
    )  # fmt: skip


def one_of(name: str, text: str, choices: Sequence[str]) -> str:
    """A word that must be one of some.

    Raises:
        BadRequest: naming the nearest.
    """
    if text not in choices:
        raise unknown_value(name, text, choices)
    return text


def list_pattern(words: Iterable[str]) -> str:
    """The regular expression of one or more of some words, separated by commas."""
    one = f"({'|'.join(words)})"
    return f"^{one}(,{one}){_MORE}$"


def unknown_value(name: str, text: str, known: Sequence[str]) -> BadRequest:
    """The error for a value that is none of those known."""
    detail = f"unknown {name} {text!r}: {did_you_mean(text, known)}"
    return BadRequest(detail, [ParameterError(name, detail)])


def words(text: str) -> list[str]:
    """The parts of a comma-separated value."""
    return [part.strip() for part in text.split(",")]


def number_filters(
    name: str,
    what: str,
    example: float,
    least: Column[Any],
    most: Column[Any],
    type_: type[int] | type[float] = int,
) -> Iterator[Filter]:
    """Comparisons of a number that may be a span: certainly at least, certainly at most."""
    comparisons: Sequence[tuple[str, str, Callable[[float], ColumnElement[bool]]]] = (
        ("gte", "at least", lambda number: least >= number),
        ("lte", "at most", lambda number: most <= number),
        ("gt", "more than", lambda number: least > number),
        ("lt", "less than", lambda number: most < number),
    )
    for operator, meaning, compare in comparisons:

        def condition(
            value: float, _: dt.date, compare: Callable[[float], ColumnElement[bool]] = compare
        ) -> ColumnElement[bool]:
            return compare(value)

        description = f"{what}: certainly {meaning} this."
        yield Filter(f"{name}__{operator}", description, example, condition, type=type_)
    lacks = f"Whether {name} has no value."
    no_bound = and_(least.is_(None), most.is_(None))
    yield Filter(
        f"{name}__isnull", lacks, False,
        lambda wanted, _: no_bound if wanted else not_(no_bound), type=bool,
    )  # fmt: skip


def text_filters(
    name: str, what: str, example: str, column: ColumnElement[Any]
) -> Iterator[Filter]:
    """The whole text of a column that holds it folded."""

    def make(parameter: str) -> Filter:
        def condition(text: str, _: dt.date) -> ColumnElement[bool]:
            return column.in_([fold(part) for part in words(text)])

        described = f"{what}: this; case and accents do not matter. Several with commas."
        return Filter(parameter, described, example, condition)

    yield from variants(name, make, lambda _: column.is_(None))

    def part_of(text: str, _: dt.date) -> ColumnElement[bool]:
        return column.contains(fold(text), autoescape=True)

    yield Filter(f"{name}__contains", f"{what}: has this in it.", example, part_of)


def always(name: str, make: Callable[[str], Filter]) -> Iterator[Filter]:
    """A filter of what always has a value, and its negation."""
    yield make(name)
    yield negated(make(f"{name}__not"))


def choices(
    name: str, what: str, known: Sequence[str], column: ColumnElement[Any]
) -> Iterator[Filter]:
    """One or more of a list of words, or none of them."""
    return always(name, lambda parameter: choice_filter(parameter, what, known, column))


def references(
    name: str,
    what: str,
    example: str,
    column: ColumnElement[Any],
    kinds: tuple[Kind, ...] = tuple(Kind),
) -> Iterator[Filter]:
    """By records of some kinds, written kind/id, in a column that holds such."""

    def make(parameter: str) -> Filter:
        described = f"{what}, as kind/id. One or more, separated by commas."
        return Filter(
            parameter, described, example, lambda text, _: column.in_(words(text)), refers_to=kinds
        )

    return always(name, make)


def ids(
    name: str, what: str, example: str, column: ColumnElement[Any], kind: Kind
) -> Iterator[Filter]:
    """By records of one kind, in a column that holds their ids."""

    def make(parameter: str) -> Filter:
        def condition(text: str, _: dt.date) -> ColumnElement[bool]:
            return column.in_([part.removeprefix(f"{kind.value}/") for part in words(text)])

        described = f"{what}, by id. One or more, separated by commas."
        return Filter(parameter, described, example, condition, refers_to=(kind,))

    return always(name, make)


def flag_filter(name: str, what: str, column: ColumnElement[Any]) -> Filter:
    """True or false."""
    return Filter(name, what, True, lambda wanted, _: column.is_(wanted), type=bool)
