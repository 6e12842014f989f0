"""One way to list anything: conditions, a complete order, a page, a cursor to the next.

A cursor is opaque and URL-safe. It holds the sort keys of the last row, so that a page costs the
same at any depth, and the day asked about, so that a list read over midnight stays one list.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from app.db import Reader
from app.errors import BadRequest, InvalidParameter, ParameterError, did_you_mean
from app.tables import RELEASES

MAX_LIMIT = 10_000
DEFAULT_LIMIT = 100

Column = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class SortKey:
    """What sorting by a name means: a column up, a column down."""

    ascending: Column
    descending: Column


@dataclass(frozen=True, slots=True)
class Order:
    """One step of a complete order."""

    column: Column
    descending: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Something that can be listed: rows with a document, and ways to sort them."""

    columns: Sequence[Column]  # the document first
    source: Any  # what to select from
    unique: Column  # ends every order
    sort_keys: Mapping[str, SortKey]
    default_sort: str
    conditions: Sequence[ColumnElement[bool]] = ()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list."""

    sort: str | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page: its rows, the count of all, and the cursor to the next."""

    rows: Sequence[Any]
    count: int
    release: str
    next_cursor: str | None
    extra: Mapping[str, Any] = field(default_factory=dict)


def fetch_page(reader: Reader, listing: Listing, page: PageRequest, day: dt.date) -> PageOf:
    """Read one page, in two statements.

    Raises:
        BadRequest: for an unknown sort key.
        InvalidParameter: for a cursor that is not of this list.
    """
    sort = page.sort or listing.default_sort
    orders = _orders(listing, sort)
    counting = select(func.count(), current_release()).select_from(listing.source)
    count, release = reader.execute(counting.where(*listing.conditions)).one()
    statement = _page_statement(listing, orders).limit(page.limit + 1)
    if page.cursor:
        last = _read_cursor(page.cursor, sort, len(orders)).values
        statement = statement.where(_after(orders, last))
    rows = reader.execute(statement).all()
    next_cursor = None
    if len(rows) > page.limit:
        rows = rows[: page.limit]
        next_cursor = _write_cursor(sort, day, tuple(rows[-1])[-len(orders) :])
    return PageOf(rows=rows, count=count, release=release, next_cursor=next_cursor)


def current_release() -> ColumnElement[str]:
    """The release, as a column of any statement: of the same instant as its other columns."""
    return select(RELEASES.c.id).scalar_subquery()


def _page_statement(listing: Listing, orders: Sequence[Order]) -> Select[Any]:
    keys = [order.column.label(f"sort_{index}") for index, order in enumerate(orders)]
    statement = select(*listing.columns, *keys).select_from(listing.source)
    for order in orders:
        statement = statement.order_by(_is_null(order.column), _directed(order))
    return statement.where(*listing.conditions)


def _directed(order: Order) -> ColumnElement[Any]:
    return order.column.desc() if order.descending else order.column.asc()


def _is_null(column: Column) -> ColumnElement[int]:
    """Sorts what has no value last, whichever way the rest is sorted."""
    return case((column.is_(None), 1), else_=0)


def _orders(listing: Listing, sort: str) -> list[Order]:
    orders = []
    for name in sort.split(","):
        key = listing.sort_keys.get(name.removeprefix("-"))
        if key is None:
            raise _unknown_sort(name, listing.sort_keys)
        descending = name.startswith("-")
        orders.append(Order(key.descending if descending else key.ascending, descending))
    return [*orders, Order(listing.unique, descending=False)]


def _unknown_sort(name: str, known: Mapping[str, SortKey]) -> BadRequest:
    detail = f"cannot sort by {name!r}: {did_you_mean(name.removeprefix('-'), known)}"
    return BadRequest(detail, [ParameterError("sort", detail)])


def _after(orders: Sequence[Order], last: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that come after one with these keys."""
    alternatives: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for order, value in zip(orders, last, strict=True):
        column = order.column
        if value is None:
            equal.append(column.is_(None))
            continue
        further = column < value if order.descending else column > value
        alternatives.append(and_(*equal, or_(further, column.is_(None))))
        equal.append(column == value)
    return or_(false(), *alternatives)


# --- Cursors ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cursor:
    day: dt.date
    values: tuple[Any, ...]


def cursor_day(cursor: str) -> dt.date:
    """The day asked about when the list began."""
    return _parse_cursor(cursor)[1].day


def _write_cursor(sort: str, day: dt.date, values: Sequence[Any]) -> str:
    plain = [{"d": value.isoformat()} if isinstance(value, dt.date) else value for value in values]
    packed = json.dumps([sort, day.isoformat(), plain], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, sort: str, keys: int) -> _Cursor:
    written_for, read = _parse_cursor(cursor)
    if written_for != sort or len(read.values) != keys:
        raise _bad_cursor(f"it belongs to a list sorted by {written_for!r}")
    return read


def _parse_cursor(cursor: str) -> tuple[str, _Cursor]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort, day, values = json.loads(packed)
        read = _Cursor(dt.date.fromisoformat(day), tuple(_unpacked(value) for value in values))
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError):
        raise _bad_cursor("it is not one of ours") from None
    return str(sort), read


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return dt.date.fromisoformat(value["d"])
    if isinstance(value, str):
        value.encode()  # half a character is refused here, not by the database
    elif value is not None and (not isinstance(value, int) or abs(value) >= 2**63):
        raise TypeError(value)
    return value


def _bad_cursor(why: str) -> InvalidParameter:
    detail = f"the cursor cannot be used: {why}; take next_cursor of the page before, unchanged"
    return InvalidParameter(detail, [ParameterError("cursor", detail)])
