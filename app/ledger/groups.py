"""How many rows share what on each day, so that lists are grouped without going over them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Column
from sqlmodel import SQLModel

from app.ledger.spans import ALWAYS, Span, count, joined, overlaps, span_of, without
from app.models import Group, GroupTotal, Relation
from app.tables import COUNTED, Counted

Row = Mapping[str, Any]
Said = tuple[Any, ...]  # by what rows are counted
Key = tuple[str, Said, str | None]  # what makes a group: its name, what is said, to what related
Reading = Callable[[Row, Row], Said]


class _State(NamedTuple):
    """A row about the record in hand."""

    number: int
    span: Span
    row: Row


class Groups:
    """Groups that grow as rows are written; those about one record come together."""

    def __init__(self) -> None:
        self._rows: dict[Key, int] = {}  # of each group the row that stands for it
        self._changes: defaultdict[Key, defaultdict[dt.date, int]] = defaultdict(
            lambda: defaultdict(int)
        )
        # Of the record in hand:
        self._kept_in = ""
        self._states: list[_State] = []
        self._related: defaultdict[str, list[tuple[str, Span]]] = defaultdict(list)  # by way

    def add(self, table: type[SQLModel], number: int, row: Row, claim: Row) -> None:
        """Count a row.

        Args:
            table: in which it is.
            number: its id.
            row: its columns.
            claim: those of the claim that it is about, if it is about one.
        """
        name = str(table.__tablename__)
        if name in _OWN:
            span = span_of(row)
            for counted, said in _OWN[name]:
                self._count((counted, said(row, claim), None), number, span)
        if name in _BY_WAY:
            self._kept_in = name
            self._states.append(_State(number, span_of(row), row))
        elif table is Relation and row["active"]:
            self._related[row["property"]].append((row["object"], span_of(row)))

    def _count(self, key: Key, number: int, span: Span) -> None:
        self._rows.setdefault(key, number)
        count(self._changes[key], span)

    def end_record(self) -> None:
        """Count by what the record is related to: all that was known of it is there."""
        if self._states:
            number, known = self._states[0].number, joined(span for _, span, _ in self._states)
            for name, ways, said in _BY_WAY[self._kept_in]:
                others = self._others(ways)
                if said is None:
                    self._relate(name, (), number, known, others)
                else:
                    for values, (first, spans) in self._by_said(said).items():
                        self._relate(name, values, first, spans, others)
        self._states.clear()
        self._related.clear()

    def _others(self, ways: Sequence[str]) -> Mapping[str, Sequence[Span]]:
        """To what the record was related in some ways, and when."""
        found: defaultdict[str, list[Span]] = defaultdict(list)
        for way in ways:
            for other, span in self._related.get(way, ()):
                found[other].append(span)
        return {other: joined(spans) for other, spans in found.items()}

    def _by_said(self, said: Reading) -> Mapping[Said, tuple[int, Sequence[Span]]]:
        """When it said what, with the first row that does."""
        first: dict[Said, int] = {}
        spans: defaultdict[Said, list[Span]] = defaultdict(list)
        for number, span, row in self._states:
            values = said(row, {})
            first.setdefault(values, number)
            spans[values].append(span)
        return {values: (first[values], joined(spans[values])) for values in first}

    def _relate(
        self,
        name: str,
        said: Said,
        number: int,
        known: Sequence[Span],
        others: Mapping[str, Sequence[Span]],
    ) -> None:
        for other, held in others.items():
            for span in overlaps(known, held):
                self._count((name, said, other), number, span)
        ever = [span for spans in others.values() for span in spans]
        for span in without(known, ever) if ever else known:
            self._count((name, said, None), number, span)

    def rows(self) -> Iterator[tuple[type[SQLModel], dict[str, Any]]]:
        """The rows of the groups, and of how many stand in each from each day on."""
        for number, (key, row) in enumerate(self._rows.items(), start=1):
            yield Group, {"id": number, "name": key[0], "row": row, "related": key[2]}
            changes = self._changes[key]
            days = sorted(day for day, change in changes.items() if change and day != ALWAYS)
            numbers = accumulate(changes[day] for day in days)
            for day, total in zip(days, numbers, strict=True):
                yield GroupTotal, {"group": number, "day": day, "number": total}


def _reading(counted: Counted) -> Reading:
    """What reads from a row, and from the claim that it is about, by what it is counted."""

    def is_own(column: Column[Any]) -> bool:
        return column.table is counted.table

    own = _values_of([column.name for column in counted.columns if is_own(column)])
    others = _values_of([column.name for column in counted.columns if not is_own(column)])
    given = [column.name for column in counted.given]
    years = [(is_own(ends[0]), ends[0].name, ends[-1].name) for ends in counted.years]

    def said(row: Row, claim: Row) -> Said:
        values = own(row) + others(claim)
        if given:
            values += tuple(row[name] is None for name in given)
        if years:
            values += tuple(
                _year(row[begin], row[end]) if own else _year(claim[begin], claim[end])
                for own, begin, end in years
            )
        return values

    return said


def _values_of(names: Sequence[str]) -> Callable[[Row], Said]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)


def _year(begin: dt.date | None, end: dt.date | None) -> int | None:
    """The year of a span that is within one."""
    if begin is None or end is None:
        return None
    return begin.year if begin.year == end.year else None


_OWN: defaultdict[str, list[tuple[str, Reading]]] = defaultdict(list)
_BY_WAY: defaultdict[str, list[tuple[str, Sequence[str], Reading | None]]] = defaultdict(list)
for _counted in COUNTED:
    _read = _reading(_counted)
    if _counted.ways:
        _read_too = _read if _counted.columns else None
        _BY_WAY[_counted.table.name].append((_counted.name, _counted.ways, _read_too))
    else:
        _OWN[_counted.table.name].append((_counted.name, _read))
