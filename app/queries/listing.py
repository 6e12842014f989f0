"""Lists that a statement reads: conditions, a complete order, a page, cursors to its neighbours."""

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    Table,
    Text,
    bindparam,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from app.db import Prepared, Reader
from app.queries.cursors import Cursor, read_cursor, write_cursor
from app.queries.kept import Kept, KeptOfRelease
from app.queries.orders import (
    Column,
    Order,
    SortKey,
    after,
    all_in_runs,
    as_sorted,
    before,
    may_be_null,
    nulls,
    runs,
    unknown_sort,
)
from app.queries.paging import MAX_LIMIT, PageOf, PageRequest
from app.utf8 import utf8

MAX_COUNTED = 12_000  # who has more wants to know that there are many, not how many
_LISTINGS = 200  # that are kept of each sort
_CHUNK = 500  # rows that are held at a time while a whole list is sent

Documents = Callable[[Reader, Sequence[Any]], Sequence[Any]]


# Of all lists together: who asks may narrow and sort in very many ways.
STATEMENTS: Kept[Prepared] = Kept(2_000)
ORDERS: Kept[Sequence[Order]] = Kept(2_000)
COUNTS: KeptOfRelease[int] = KeptOfRelease(20_000)


def as_stored(_: Reader, rows: Sequence[Any]) -> Sequence[Any]:
    """Documents that are the first column of rows."""
    return [row[0] for row in rows]


Given = tuple[tuple[str, Any], ...]  # filters with their values
KEPT: list[Any] = []  # functions that keep listings
Made = TypeVar("Made", bound=Callable[..., Any])


def for_any_day(make: Made) -> Made:
    """Keep the listings that a function makes, with their statements; they are read `on` a day.

    To make a statement costs several times what it costs to run it.
    """
    kept: Any = lru_cache(maxsize=_LISTINGS)(make)
    KEPT.append(kept)
    return kept  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the database, by what is true of them.

    Of a list's own columns it may have some in others with the same values, which an index has in
    order.
    """

    source: Any
    conditions: Sequence[ColumnElement[bool]]
    in_order: Mapping[Column, Column] = field(default_factory=dict)

    def narrowed(self, *more: ColumnElement[bool]) -> "Rows":
        """Those of which more is true; it is said of the list's own columns."""

        def here(element: Any, **_: Any) -> Any:
            return self.in_order.get(element) if isinstance(element, ColumnClause) else None

        theirs = (replacement_traverse(condition, {}, here) for condition in more)
        return replace(self, conditions=[*self.conditions, *map(self.sought_last, theirs)])

    def sought_last(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        """A condition such that engines look at it where they have found a row in order.

        They would sooner begin with whatever index tells of it, and go over the order for each row:
        of truth values there are none.
        """
        columns = {part for part in iterate(condition) if isinstance(part, ColumnClause)}
        is_in_order = not self.in_order or columns <= {*self.in_order.values()}
        return condition if is_in_order else condition.is_(true())

    def ordered(self, order: Order) -> Order:
        """A step of an order as these rows have it."""
        return replace(order, column=self.in_order.get(order.column, order.column))


@dataclass(slots=True, eq=False)  # not frozen: it is made for every request
class Listing:
    """Rows of the database that can be listed, and how documents are made of them."""

    columns: Sequence[Column]
    source: Any  # what to select from
    unique: Column  # ends every order
    sort_keys: Mapping[str, SortKey]
    default_sort: str
    conditions: Sequence[ColumnElement[bool]] = ()
    documents: Documents = as_stored
    more: Callable[[Reader], Mapping[str, Any]] = lambda _: {}  # for `PageOf.extra`
    filled: Collection[Column] = ()  # columns of which the conditions say that they have a value
    most_counted: int = MAX_COUNTED
    total: Select[Any] | None = None  # the statement that knows their number, if there is one
    counted: Rows | None = None  # rows that are as many, where fewer tables tell of them
    read: Rows | None = None  # the same rows with their documents, where an index has them in order
    # The same, where there are more than are counted: as so many are wanted, all that there is, is
    # gone over in the order of an index, and nothing is sorted.
    read_many: Rows | None = None
    many_by: Collection[Column] = ()  # those with which such orders begin
    values: Mapping[str, Any] = field(default_factory=dict)  # of parameters in the conditions
    # Whose statements, orders and counts are its own: those who keep a listing for other days share
    # them.
    own: object = field(default_factory=object)

    def on(self, day: dt.date, **values: Any) -> "Listing":
        """The same on a day, and with values for the other parameters in its conditions."""
        return self.telling(self.documents, day, **values)

    def telling(self, documents: Documents, day: dt.date, **values: Any) -> "Listing":
        """The same on a day, with documents that are made in another way."""
        return replace(self, documents=documents, values={"day": day, **values})

    def narrowed(self, *more: ColumnElement[bool], total: Select[Any] | None = None) -> "Listing":
        """A list of its own, of what fulfils more conditions."""
        return replace(
            self,
            conditions=[*self.conditions, *more],
            total=total,
            counted=self.counted and self.counted.narrowed(*more),
            read=self.read and self.read.narrowed(*more),
            own=object(),
        )

    @property
    def rows(self) -> Rows:
        """Where its pages are read."""
        return self.read or Rows(self.source, self.conditions)

    def statement(self, shape: Hashable, make: Callable[[], Select[Any]]) -> Prepared:
        """A statement about the list, which is made once for all days."""
        return STATEMENTS.get((self.own, shape), lambda: Prepared(make()))

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        self._begin(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page, in two statements and those that its documents need."""
        count = self._count(reader)
        is_counted = self.total is not None or count <= self.most_counted
        if not count:  # nor need anything be looked for
            return PageOf([], 0, extra=self.more(reader))
        limit = MAX_LIMIT if page.limit is None else page.limit
        sort, orders, last = self._begin(page)
        backwards = last is not None and last.before
        rows = self._page_of(sort, orders, last, has_many=not is_counted).rows(
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
            return write_cursor(sort, day, values, before=before)

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

    def _count(self, reader: Reader) -> int:
        """How many there are; it is the same for all pages, and told again if it was counted."""
        values = tuple(self.values.values())
        return COUNTS.get(reader, (self.own, values), lambda: self._counted(reader))

    def _counted(self, reader: Reader) -> int:
        rows = self.statement("count", self._counting).rows(reader, self.values)
        return rows[0][0] if rows else 0

    def _counting(self) -> Select[Any]:
        if self.total is not None:
            return self.total
        rows = self.counted or self.rows
        some = select(literal(1).label("one")).select_from(rows.source)
        some = some.where(*rows.conditions).limit(self.most_counted + 1)
        return select(func.count()).select_from(some.subquery())

    def _page_of(
        self, sort: str, orders: Sequence[Order], last: Cursor | None, *, has_many: bool
    ) -> Prepared:
        """The statement of a page that begins where a cursor says.

        Each of its runs can be read off an index from where it begins: so a page costs the same at
        whatever depth.
        """
        keys = last and (last.before, *(value is None for value in last.values))
        rows = self.rows
        if has_many and self.read_many and orders[0].column in self.many_by:
            rows = self.read_many
        shape = (sort, keys, self.documents is as_stored, rows is self.read_many)
        return self.statement(shape, lambda: self._in_runs(rows, orders, last))

    def _in_runs(self, rows: Rows, orders: Sequence[Order], last: Cursor | None) -> Select[Any]:
        orders = [rows.ordered(order) for order in orders]
        keys = [order.column.label(f"sort_{index}") for index, order in enumerate(orders)]
        large = [column for column in self.columns if _is_large(column)]
        small = [
            rows.in_order.get(column, column) for column in self.columns if not _is_large(column)
        ]
        tables = {column.table.name: column.table for column in large}
        ids = [table.c.id.label(f"{name}_id") for name, table in tables.items()]
        parts = []
        for run in runs(orders, last):
            part = select(*small, *ids, *keys).select_from(rows.source)
            part = part.where(*rows.conditions, *map(rows.sought_last, run.conditions))
            part = part.order_by(*run.order)
            parts.append(select(part.limit(_REACH).subquery()))
        page = (parts[0] if len(parts) == 1 else union_all(*parts)).subquery("page")
        columns = [
            self._looked_up(column, page) if _is_large(column) else page.c[column.name]
            for column in self.columns
        ]
        return select(*columns, *(page.c[key.name] for key in keys)).limit(_SIZE).offset(_BEGIN)

    def _looked_up(self, column: Any, page: Subquery) -> Any:
        rows = column.table.alias()
        value = utf8(rows.c[column.name]) if self.documents is as_stored else rows.c[column.name]
        found = select(value).where(rows.c.id == page.c[f"{column.table.name}_id"])
        return found.scalar_subquery().label(column.name)

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
        _, orders, last = self._begin(page)
        rows = self.rows
        orders = [rows.ordered(order) for order in orders]
        backwards = last is not None and last.before
        directed = [order.reversed() for order in orders] if backwards else orders
        keys = [order.column.label(f"sort_{index}") for index, order in enumerate(orders)]
        statement = select(*self.columns, *keys).select_from(rows.source).where(*rows.conditions)
        runs = [] if last else list(all_in_runs(orders))
        if len(runs) == 1:  # as an index lies: rows need not be sorted before the first is sent
            statement = statement.order_by(*runs[0].order)
        else:
            for order in directed:
                statement = statement.order_by(nulls(order, first=backwards), as_sorted(order))
        if last is not None:
            beyond = before if backwards else after
            statement = statement.where(beyond(orders, last.values))
        if page.offset:
            statement = statement.offset(page.offset)
        return statement, orders, backwards

    def _begin(self, page: PageRequest) -> tuple[str, Sequence[Order], Cursor | None]:
        """The sort of a page, the order that it means, and the row beside which the page begins."""
        sort = page.sort or self.default_sort
        orders = self._orders(sort)
        if page.cursor is None:
            return sort, orders, None
        types = [order.column.type.python_type for order in orders]
        return sort, orders, read_cursor(page.cursor, sort, types)

    def _orders(self, sort: str) -> Sequence[Order]:
        return ORDERS.get((self.own, sort), lambda: self._complete(sort))

    def _complete(self, sort: str) -> Sequence[Order]:
        """The order that is meant, down to what no two rows share."""
        orders = []
        for name in sort.split(","):
            key = self.sort_keys.get(name.removeprefix("-"))
            if key is None:
                raise unknown_sort(name, self.sort_keys)
            descending = name.startswith("-")
            orders.append(self._order(key.descending if descending else key.ascending, descending))
        return [*orders, self._order(self.unique, descending=False)]

    def _order(self, column: Column, descending: bool) -> Order:
        is_filled = any(column is other for other in self.filled)
        return Order(column, descending, not is_filled and may_be_null(column))


def _is_large(column: Any) -> bool:
    """Whether a column is kept out of what is sorted: its values are looked up for a page alone."""
    return isinstance(column.table, Table) and isinstance(column.type, Text)


# How many rows there are to be before, on and up to the end of a page.
_BEGIN: Any = bindparam("page_begin", 0, Integer)
_SIZE: Any = bindparam("page_size", 0, Integer)
_REACH: Any = bindparam("page_reach", 0, Integer)


def _places(offset: int, limit: int) -> dict[str, int]:
    """A page and one row more, which tells whether there are more."""
    return {"page_begin": offset, "page_size": limit + 1, "page_reach": offset + limit + 1}


def _keys(last: Cursor | None) -> dict[str, Any]:
    return {f"key_{place}": value for place, value in enumerate(last.values)} if last else {}


def _as_date(value: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
