"""Statements that are made once for so many values, and take any that many or fewer."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam

Value = TypeVar("Value")
# Values for which statements are made; more take several turns.
TOGETHER = (1, 10, 20, 50, 100, 500)


def size_for(values: Sequence[Any]) -> int:
    """For how many values a statement is to be made that takes these."""
    return next((size for size in TOGETHER if size >= len(values)), len(values))


def in_turns(values: Sequence[Value]) -> Iterator[tuple[Sequence[Value], int]]:
    """As many values as are given to one statement, and for how many that is made."""
    for begin in range(0, len(values), TOGETHER[-1]):
        some = values[begin : begin + TOGETHER[-1]]
        yield some, size_for(some)


def is_one_of(column: ColumnElement[Any], name: str, size: int) -> ColumnElement[bool]:
    """That a column has one of some values, which are given when the statement is run."""
    wanted: Any = bindparam(name, [column.type.python_type()] * size, expanding=True)
    return column.in_(wanted)


def values_of(name: str, values: Sequence[Any], size: int) -> dict[str, Any]:
    """Those values: where there are fewer, the last is given again."""
    filled = [*values, *[values[-1]] * (size - len(values))]
    return {f"{name}_{place}": value for place, value in enumerate(filled, start=1)}
