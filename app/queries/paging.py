"""One way to list anything: conditions, a complete order, a page, cursors to its neighbours.

A cursor is opaque and URL-safe. It holds the sort keys of a row, so that a page costs the same at
any depth, and the day asked about, so that a list read over midnight stays one list.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from app.db import Prepared, Reader, allow_more
from app.errors import BadRequest, InvalidParameter, ParameterError, did_you_mean

MAX_LIMIT = 10_000
MAX_OFFSET = 1_000_000
DEFAULT_LIMIT = 100
MAX_COUNTED = 12_000  # who has more wants to know that there are many, not how many
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
    is_counted: bool = True  # else there are more than the count


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


def unbounded(reader: Reader, pieces: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Pieces that are sent as they are read: each is told at the cost of its own rows."""
    for piece in pieces:
        allow_more(reader)
        yield piece


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
    may_be_null: bool = True

    def reversed(self) -> "Order":
        """The same step, read backwards."""
        return replace(self, descending=not self.descending)


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
    filled: Collection[Column] = ()  # columns of which the conditions say that they have a value
    most_counted: int = MAX_COUNTED
    total: Select[Any] | None = None  # the statement that knows their number, if there is one
    values: Mapping[str, Any] = field(default_factory=dict)  # of parameters in the conditions
    # Statements by what shapes them: those who keep a listing for other days share them.
    made: dict[Any, Prepared] = field(default_factory=dict)

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        sort = page.sort or self.default_sort
        orders = self._orders(sort)
        if page.cursor:
            _read_cursor(page.cursor, sort, len(orders))

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page, in two statements and those that its documents need."""
        counted = self._counting().rows(reader, self.values)
        count = counted[0][0] if counted else 0
        is_counted = self.total is not None or count <= self.most_counted
        if not count:  # nor need anything be looked for
            return PageOf([], 0, extra=self.more(reader))
        limit = MAX_LIMIT if page.limit is None else page.limit
        sort = page.sort or self.default_sort
        orders = self._orders(sort)
        last = _read_cursor(page.cursor, sort, len(orders)) if page.cursor else None
        backwards = last is not None and last.before
        rows = self._page_of(sort, orders, last).rows(
            reader, {**self.values, **_places(page.offset, limit), **_keys(last)}
        )
        more = len(rows) > limit
        rows = rows[:limit][::-1] if backwards else rows[:limit]

        def cursor_at(row: Any, *, before: bool) -> str:
            keys = row[-len(orders) :]
            values = [
                _as_date(key) if isinstance(order.column.type, Date) else key
                for order, key in zip(orders, keys, strict=True)
            ]
            return _write_cursor(sort, day, values, before=before)

        comes_after = page.offset > 0 if page.cursor is None else not backwards
        has_next = backwards or more
        has_prev = more if backwards else comes_after
        return PageOf(
            documents=self.documents(reader, rows),
            count=count if is_counted else self.most_counted,
            next_cursor=cursor_at(rows[-1], before=False) if rows and has_next else None,
            prev_cursor=cursor_at(rows[0], before=True) if rows and has_prev else None,
            extra=self.more(reader),
            is_counted=is_counted,
        )

    def _counting(self) -> Prepared:
        if "count" not in self.made and self.total is not None:
            self.made["count"] = Prepared(self.total)
        elif "count" not in self.made:
            some = select(literal(1).label("one")).select_from(self.source)
            some = some.where(*self.conditions).limit(self.most_counted + 1)
            self.made["count"] = Prepared(select(func.count()).select_from(some.subquery()))
        return self.made["count"]

    def _page_of(self, sort: str, orders: Sequence[Order], last: "_Cursor | None") -> Prepared:
        """The statement of a page that begins where a cursor says.

        Each of its runs can be read off an index from where it begins: so a page costs the same at
        whatever depth.
        """
        shape = (sort, last and (last.before, *(value is None for value in last.values)))
        if shape not in self.made:
            self.made[shape] = Prepared(self._in_runs(orders, last))
        return self.made[shape]

    def _in_runs(self, orders: Sequence[Order], last: "_Cursor | None") -> Select[Any]:
        keys = [order.column.label(f"sort_{index}") for index, order in enumerate(orders)]
        large = [column for column in self.columns if _is_large(column)]
        small = [column for column in self.columns if not _is_large(column)]
        tables = {column.table.name: column.table for column in large}
        ids = [table.c.id.label(f"{name}_id") for name, table in tables.items()]
        parts = []
        for run in _runs(orders, last):
            part = select(*small, *ids, *keys).select_from(self.source)
            part = part.where(*self.conditions, *run.conditions).order_by(*run.order)
            parts.append(select(part.limit(_REACH).subquery()))
        page = (parts[0] if len(parts) == 1 else union_all(*parts)).subquery("page")
        columns = [
            _looked_up(column, page) if _is_large(column) else page.c[column.name]
            for column in self.columns
        ]
        return select(*columns, *(page.c[key.name] for key in keys)).limit(_SIZE).offset(_BEGIN)

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`; one statement, whose rows are read as they are sent."""
        statement, _, backwards = self._statement(page)
        if page.limit is not None:
            statement = statement.limit(page.limit)
        if backwards:
            rows = reader.execute(statement, self.values).all()
            yield self.documents(reader, rows[::-1])
            return
        options = {"yield_per": _CHUNK}
        with reader.execute(statement, self.values, execution_options=options) as result:
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
        runs = [] if last else list(_all_in_runs(orders))
        if len(runs) == 1:  # as an index lies: rows need not be sorted before the first is sent
            statement = statement.order_by(*runs[0].order)
        else:
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
            orders.append(self._order(key.descending if descending else key.ascending, descending))
        return [*orders, self._order(self.unique, descending=False)]

    def _order(self, column: Column, descending: bool) -> Order:
        is_filled = any(column is other for other in self.filled)
        return Order(column, descending, not is_filled and _may_be_null(column))


def _is_large(column: Any) -> bool:
    """Whether a column is kept out of what is sorted: its values are looked up for a page alone."""
    return isinstance(column.table, Table) and isinstance(column.type, Text)


def _looked_up(column: Any, page: Subquery) -> Any:
    rows = column.table.alias()
    value = select(rows.c[column.name]).where(rows.c.id == page.c[f"{column.table.name}_id"])
    return value.scalar_subquery().label(column.name)


# How many rows there are to be before, on and up to the end of a page.
_BEGIN: Any = bindparam("page_begin", 0, Integer)
_SIZE: Any = bindparam("page_size", 0, Integer)
_REACH: Any = bindparam("page_reach", 0, Integer)


def _places(offset: int, limit: int) -> dict[str, int]:
    """A page and one row more, which tells whether there are more."""
    return {"page_begin": offset, "page_size": limit + 1, "page_reach": offset + limit + 1}


def _keys(last: "_Cursor | None") -> dict[str, Any]:
    return {f"key_{place}": value for place, value in enumerate(last.values)} if last else {}


def _as_date(value: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows that stand together in an order: a range of an index."""

    conditions: Sequence[ColumnElement[bool]]
    order: Sequence[ColumnElement[Any]]


def _runs(orders: Sequence[Order], last: "_Cursor | None") -> Iterator[_Run]:
    """The rows after a cursor, or before it from there backwards, or all, as one run after another.

    Of what sorts alike first the rest of those like the cursor's row, then what is further by the
    key before, and so on; what has no value for a key stands at the end.
    """
    if last is None:
        yield from _all_in_runs(orders)
        return
    directed = [order.reversed() for order in orders] if last.before else orders
    for place in range(len(orders) - 1, -1, -1):
        equal = [
            _equals(orders[before].column, before, last.values[before]) for before in range(place)
        ]
        column, value = directed[place].column, last.values[place]
        rest = _order_by(directed[place + 1 :], backwards=last.before)
        if value is None:
            if last.before:
                yield _Run([*equal, column.is_not(None)], [_directed(directed[place]), *rest])
            continue
        key = _key(column, place)
        further = column < key if directed[place].descending else column > key
        yield _Run([*equal, further], [_directed(directed[place]), *rest])
        if not last.before and directed[place].may_be_null:
            yield _Run([*equal, column.is_(None)], rest)


def _all_in_runs(orders: Sequence[Order]) -> Iterator[_Run]:
    """All rows: those with a value for the first key, then those without."""
    orders = _once(orders)
    column, rest = orders[0].column, _order_by(orders[1:], backwards=False)
    if not orders[0].may_be_null:
        yield _Run([], [_directed(orders[0]), *rest])
        return
    yield _Run([column.is_not(None)], [_directed(orders[0]), *rest])
    yield _Run([column.is_(None)], rest)


def _order_by(orders: Sequence[Order], *, backwards: bool) -> list[ColumnElement[Any]]:
    steps: list[ColumnElement[Any]] = []
    for order in _once(orders):
        if order.may_be_null:
            steps.append(_nulls(order, first=backwards))
        steps.append(_directed(order))
    return steps


def _once(orders: Sequence[Order]) -> Sequence[Order]:
    """Without steps by what was sorted by before: engines do not see that they change nothing."""
    first: dict[Column, Order] = {}
    for order in orders:
        first.setdefault(order.column, order)
    return list(first.values())


def _key(column: Column, place: int) -> Any:
    return bindparam(f"key_{place}", None, column.type)


def _equals(column: Column, place: int, value: Any) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == _key(column, place)


def _may_be_null(column: Column) -> bool:
    return bool(getattr(column, "nullable", True))


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
