"""Complete orders of rows, and the parts of them that an index holds together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, false, or_

from app.errors import BadRequest, ParameterError, did_you_mean
from app.queries.cursors import Cursor

Column = ColumnElement[Any]


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


@dataclass(frozen=True, slots=True)
class Run:
    """Rows that stand together in an order: a range of an index."""

    conditions: Sequence[ColumnElement[bool]]
    order: Sequence[ColumnElement[Any]]


def runs(orders: Sequence[Order], last: Cursor | None) -> Iterator[Run]:
    """The rows after a cursor, or before it from there backwards, or all, as one run after another.

    Of what sorts alike first the rest of those like the cursor's row, then what is further by the
    key before, and so on; what has no value for a key stands at the end.
    """
    if last is None:
        yield from all_in_runs(orders)
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
                yield Run([*equal, column.is_not(None)], [as_sorted(directed[place]), *rest])
            continue
        key = _key(column, place)
        further = column < key if directed[place].descending else column > key
        yield Run([*equal, further], [as_sorted(directed[place]), *rest])
        if not last.before and directed[place].may_be_null:
            yield Run([*equal, column.is_(None)], rest)


def all_in_runs(orders: Sequence[Order]) -> Iterator[Run]:
    """All rows: those with a value for the first key, then those without."""
    orders = _once(orders)
    column, rest = orders[0].column, _order_by(orders[1:], backwards=False)
    if not orders[0].may_be_null:
        yield Run([], [as_sorted(orders[0]), *rest])
        return
    yield Run([column.is_not(None)], [as_sorted(orders[0]), *rest])
    yield Run([column.is_(None)], rest)


def _order_by(orders: Sequence[Order], *, backwards: bool) -> list[ColumnElement[Any]]:
    steps: list[ColumnElement[Any]] = []
    for order in _once(orders):
        if order.may_be_null:
            steps.append(nulls(order, first=backwards))
        steps.append(as_sorted(order))
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


def may_be_null(column: Column) -> bool:
    """Whether rows may have no value there."""
    return bool(getattr(column, "nullable", True))


def unknown_sort(name: str, known: Mapping[str, SortKey]) -> BadRequest:
    """The error for a sort key that there is not."""
    detail = f"cannot sort by {name!r}: {did_you_mean(name.removeprefix('-'), known)}"
    return BadRequest(detail, [ParameterError("sort", detail)])


def as_sorted(order: Order) -> ColumnElement[Any]:
    """A step as SQL has it."""
    return order.column.desc() if order.descending else order.column.asc()


def nulls(order: Order, *, first: bool) -> ColumnElement[int]:
    """Sorts what has no value last, whichever way the rest is sorted; backwards, first."""
    return case((order.column.is_(None), 0 if first else 1), else_=1 if first else 0)


def after(orders: Sequence[Order], last: Sequence[Any]) -> ColumnElement[bool]:
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


def before(orders: Sequence[Order], first: Sequence[Any]) -> ColumnElement[bool]:
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
