"""One way to list anything: conditions, a complete order, a page, cursors to its neighbours.

A cursor is opaque and URL-safe. It holds the sort keys of a row, so that a page costs the same at
any depth, and the day asked about, so that a list read over midnight stays one list.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from app.db import Reader
from app.errors import BadRequest, InvalidParameter, ParameterError, did_you_mean

MAX_LIMIT = 10_000
MAX_OFFSET = 1_000_000
DEFAULT_LIMIT = 100
_CHUNK = 500  # rows that are held at a time while a whole list is sent

Column = ColumnElement[Any]
Documents = Callable[[Reader, Sequence[Any]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list; without a limit, all of it."""

    sort: str | None = None
    limit: int | None = DEFAULT_LIMIT
    offset: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page: its documents, the count of all, and the cursors to the pages beside it."""

    documents: Sequence[str]
    count: int
    next_cursor: str | None = None
    prev_cursor: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)  # for the envelope's meta
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)  # other lists in it


class Results(Protocol):
    """A list that can be read: a page of it, or all of it piece by piece."""

    def check(self, page: PageRequest) -> None:
        """That the part asked for can be given.

        Raises:
            BadRequest: for an unknown sort key.
            InvalidParameter: for a cursor that is not of this list.
        """

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """The documents of the part asked for, some at a time."""


# --- Lists that a statement reads ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SortKey:
    """What sorting by a name means: a column up, a column down."""

    ascending: Column
    descending: Column


def sorted_by(**columns: Column) -> dict[str, SortKey]:
    """Sort keys that are the same column up and down."""
    return {name: SortKey(column, column) for name, column in columns.items()}


@dataclass(frozen=True, slots=True)
class Order:
    """One step of a complete order."""

    column: Column
    descending: bool

    def reversed(self) -> "Order":
        """The same step, read backwards."""
        return Order(self.column, not self.descending)


def _first_column(_: Reader, rows: Sequence[Any]) -> Sequence[str]:
    return [row[0] for row in rows]


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of the database that can be listed, and how documents are made of them."""

    columns: Sequence[Column]
    source: Any  # what to select from
    unique: Column  # ends every order
    sort_keys: Mapping[str, SortKey]
    default_sort: str
    conditions: Sequence[ColumnElement[bool]] = ()
    documents: Documents = _first_column
    more: Callable[[Reader], Mapping[str, Any]] = lambda _: {}  # for `PageOf.extra`

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        self._statement(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page, in two statements and those that its documents need."""
        counting = select(func.count()).select_from(self.source).where(*self.conditions)
        count = reader.execute(counting).scalar_one()
        limit = MAX_LIMIT if page.limit is None else page.limit
        statement, orders, backwards = self._statement(page)
        rows = reader.execute(statement.limit(limit + 1)).all()
        more = len(rows) > limit
        rows = rows[:limit][::-1] if backwards else rows[:limit]
        sort = page.sort or self.default_sort

        def cursor_at(row: Any, *, before: bool) -> str:
            return _write_cursor(sort, day, tuple(row)[-len(orders) :], before=before)

        comes_after = page.offset > 0 if page.cursor is None else not backwards
        has_next = backwards or more
        has_prev = more if backwards else comes_after
        return PageOf(
            documents=self.documents(reader, rows),
            count=count,
            next_cursor=cursor_at(rows[-1], before=False) if rows and has_next else None,
            prev_cursor=cursor_at(rows[0], before=True) if rows and has_prev else None,
            extra=self.more(reader),
        )

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`; one statement, whose rows are read as they are sent."""
        statement, _, backwards = self._statement(page)
        if page.limit is not None:
            statement = statement.limit(page.limit)
        if backwards:
            yield self.documents(reader, reader.execute(statement).all()[::-1])
            return
        with reader.execute(statement, execution_options={"yield_per": _CHUNK}) as result:
            for rows in result.partitions():
                yield self.documents(reader, rows)

    def _statement(self, page: PageRequest) -> tuple[Select[Any], Sequence[Order], bool]:
        """The rows from where the page begins, the order they are in, and whether backwards."""
        sort = page.sort or self.default_sort
        orders = self._orders(sort)
        last = _read_cursor(page.cursor, sort, len(orders)) if page.cursor else None
        backwards = last is not None and last.before
        directed = [order.reversed() for order in orders] if backwards else orders
        keys = [order.column.label(f"sort_{index}") for index, order in enumerate(orders)]
        statement = select(*self.columns, *keys).select_from(self.source).where(*self.conditions)
        for order in directed:
            statement = statement.order_by(_nulls(order, first=backwards), _directed(order))
        if last is not None:
            after = _before(orders, last.values) if backwards else _after(orders, last.values)
            statement = statement.where(after)
        if page.offset:
            statement = statement.offset(page.offset)
        return statement, orders, backwards

    def _orders(self, sort: str) -> list[Order]:
        orders = []
        for name in sort.split(","):
            key = self.sort_keys.get(name.removeprefix("-"))
            if key is None:
                raise _unknown_sort(name, self.sort_keys)
            descending = name.startswith("-")
            orders.append(Order(key.descending if descending else key.ascending, descending))
        return [*orders, Order(self.unique, descending=False)]


def _unknown_sort(name: str, known: Mapping[str, SortKey]) -> BadRequest:
    detail = f"cannot sort by {name!r}: {did_you_mean(name.removeprefix('-'), known)}"
    return BadRequest(detail, [ParameterError("sort", detail)])


def _directed(order: Order) -> ColumnElement[Any]:
    return order.column.desc() if order.descending else order.column.asc()


def _nulls(order: Order, *, first: bool) -> ColumnElement[int]:
    """Sorts what has no value last, whichever way the rest is sorted; backwards, first."""
    return case((order.column.is_(None), 0 if first else 1), else_=1 if first else 0)


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


def _before(orders: Sequence[Order], first: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that come before one with these keys."""
    alternatives: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for order, value in zip(orders, first, strict=True):
        column = order.column
        if value is None:
            alternatives.append(and_(*equal, column.is_not(None)))
            equal.append(column.is_(None))
            continue
        alternatives.append(and_(*equal, column > value if order.descending else column < value))
        equal.append(column == value)
    return or_(false(), *alternatives)


# --- Lists without keys of their own: a cursor is a place in them ---------------------------------


def part_of(page: PageRequest) -> tuple[int, int | None]:
    """How many come before a page, and how many it has at most; None = all that there are.

    Raises:
        InvalidParameter: for a cursor that is not of such a list.
    """
    if page.cursor is None:
        return page.offset, page.limit
    begin, end = _read_cursor(page.cursor, "", 2).values
    if not isinstance(begin, int) or not 0 <= begin <= 2 * MAX_OFFSET:
        raise _bad_cursor("it is not one of ours")
    if not isinstance(end, int):
        return begin, page.limit
    # A page before another has only what comes before that.
    before = max(0, end - begin)
    return begin, before if page.limit is None else min(page.limit, before)


def page_at(
    page: PageRequest, documents: Sequence[str], count: int, day: dt.date, extra: Mapping[str, Any]
) -> PageOf:
    """The page that was asked for, with the cursors to those beside it."""
    limit = MAX_LIMIT if page.limit is None else page.limit
    begin, size = part_of(page)
    end, before = begin + (limit if size is None else size), max(0, begin - limit)
    return PageOf(
        documents=documents,
        count=count,
        next_cursor=_write_cursor("", day, [end, None]) if end < count else None,
        prev_cursor=_write_cursor("", day, [before, begin]) if begin > 0 else None,
        extra=extra,
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """Documents that were worked out, in their order."""

    items: Sequence[str]
    extra: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        part_of(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""
        (documents,) = self.pieces(reader, page)
        found = page_at(page, documents, len(self.items), day, self.extra)
        return replace(found, beside=self.beside)

    def pieces(self, _: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`."""
        begin, size = part_of(page)
        yield self.items[begin:] if size is None else self.items[begin : begin + size]


# --- Cursors ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cursor:
    day: dt.date
    values: tuple[Any, ...]
    before: bool


def cursor_day(cursor: str) -> dt.date:
    """The day asked about when the list began."""
    return _parse_cursor(cursor)[1].day


def _write_cursor(sort: str, day: dt.date, values: Sequence[Any], *, before: bool = False) -> str:
    plain = [{"d": value.isoformat()} if isinstance(value, dt.date) else value for value in values]
    parts = [sort, day.isoformat(), plain, *([1] if before else [])]
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, sort: str, keys: int) -> _Cursor:
    written_for, read = _parse_cursor(cursor)
    if written_for != sort or len(read.values) != keys:
        raise _bad_cursor(f"it belongs to a list sorted by {written_for!r}")
    return read


def _parse_cursor(cursor: str) -> tuple[str, _Cursor]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort, day, values, *before = json.loads(packed)
        unpacked = tuple(_unpacked(value) for value in values)
        read = _Cursor(dt.date.fromisoformat(day), unpacked, before == [1])
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError):
        raise _bad_cursor("it is not one of ours") from None
    return str(sort), read


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return dt.date.fromisoformat(value["d"])
    if isinstance(value, str):
        value.encode()  # half a character is refused here, not by the database
    elif value is not None and (not isinstance(value, int | float) or not abs(value) < 2**63):
        raise TypeError(value)
    return value


def _bad_cursor(why: str) -> InvalidParameter:
    detail = f"the cursor cannot be used: {why}; take next_cursor of the page before, unchanged"
    return InvalidParameter(detail, [ParameterError("cursor", detail)])
