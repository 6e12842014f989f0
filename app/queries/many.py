"""Statements that are made once for so many values, and take any that many or fewer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam


def is_one_of(column: ColumnElement[Any], name: str, size: int) -> ColumnElement[bool]:
    """That a column has one of some values of text, which are given when the statement is run."""
    wanted: Any = bindparam(name, [""] * size, expanding=True)
    return column.in_(wanted)


def values_of(name: str, values: Sequence[str], size: int) -> dict[str, str]:
    """Those values: where there are fewer, the last is given again."""
    filled = [*values, *[values[-1]] * (size - len(values))]
    return {f"{name}_{place}": value for place, value in enumerate(filled, start=1)}
