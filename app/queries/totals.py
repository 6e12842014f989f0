"""How many rows of a list hold on a day: looked up, whatever their number."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from app.tables import TOTALS


def total_of(name: str, day: Any) -> Select[Any]:
    """The statement for the total of a list on a day; no row is none."""
    newest = (TOTALS.c.name == name, TOTALS.c.day <= day)
    return select(TOTALS.c.number).where(*newest).order_by(TOTALS.c.day.desc()).limit(1)


def total(table: Table, day: Any) -> Select[Any]:
    """The same for all that a table holds on a day."""
    return total_of(table.name, day)


def within(prefix: str) -> ColumnElement[bool]:
    """Totals whose names begin with a prefix, which ends with a slash."""
    return TOTALS.c.name.between(prefix, f"{prefix[:-1]}0")  # what follows the slash
