"""Statements that are made once for so many values, and take any that many or fewer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam

TOGETHER = (1, 10, 50, 100, 500)  # values for which statements are made; more take several turns


def size_for(values: Sequence[Any]) -> int:
    """For how many values a statement is to be made that takes these."""
    return next((size for size in TOGETHER if size >= len(values)), len(values))


def is_one_of(column: ColumnElement[Any], name: str, size: int) -> ColumnElement[bool]:
    """That a column has one of some values, which are given when the statement is run."""
    wanted: Any = bindparam(name, [column.type.python_type()] * size, expanding=True)
    return column.in_(wanted)


def values_of(name: str, values: Sequence[Any], size: int) -> dict[str, Any]:
    """Those values: where there are fewer, the last is given again."""
    filled = [*values, *[values[-1]] * (size - len(values))]
    return {f"{name}_{place}": value for place, value in enumerate(filled, start=1)}
