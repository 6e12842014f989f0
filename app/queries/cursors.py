"""Cursors: places in lists, opaque and safe in URLs.

One holds the sort keys of a row, so that a page costs the same at any depth, and the day asked
about, so that a list read over midnight stays one list.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidParameter, ParameterError


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row that a page begins after, or ends before."""

    day: dt.date
    values: tuple[Any, ...]
    before: bool


def cursor_day(cursor: str) -> dt.date:
    """The day asked about when the list began."""
    return _parse_cursor(cursor)[1].day


def write_cursor(sort: str, day: dt.date, values: Sequence[Any], *, before: bool = False) -> str:
    """The cursor to what comes after a row with these keys, or before it."""
    plain = [{"d": value.isoformat()} if isinstance(value, dt.date) else value for value in values]
    parts = [sort, day.isoformat(), plain, *([1] if before else [])]
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_cursor(cursor: str, sort: str, keys: Sequence[type]) -> Cursor:
    """The cursor of a list that is sorted so, by keys of these types: what is no other is text.

    Raises:
        InvalidParameter: if it is of another list, or of none.
    """
    written_for, read = _parse_cursor(cursor)
    if written_for != sort or len(read.values) != len(keys):
        raise bad_cursor(f"it belongs to a list sorted by {written_for!r}")
    if not all(map(_fits, read.values, keys)):
        raise bad_cursor("it is not one of ours")
    return read


def _fits(value: Any, key: type) -> bool:
    if value is None:
        return True
    if key is bool:
        return value in (0, 1)
    if key in (int, float):
        return isinstance(value, int | float)
    return isinstance(value, dt.date if key is dt.date else str)


def _parse_cursor(cursor: str) -> tuple[str, Cursor]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort, day, values, *before = json.loads(packed)
        unpacked = tuple(_unpacked(value) for value in values)
        read = Cursor(dt.date.fromisoformat(day), unpacked, before == [1])
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError):
        raise bad_cursor("it is not one of ours") from None
    return str(sort), read


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return dt.date.fromisoformat(value["d"])
    if isinstance(value, str):
        value.encode()  # half a character is refused here, not by the database
    elif value is not None and (not isinstance(value, int | float) or not abs(value) < 2**63):
        raise TypeError(value)
    return value


def bad_cursor(why: str) -> InvalidParameter:
    """The error for a cursor that cannot be used."""
    detail = f"the cursor cannot be used: {why}; take next_cursor of the page before, unchanged"
    return InvalidParameter(detail, [ParameterError("cursor", detail)])
