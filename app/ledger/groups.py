"""How many rows share what on each day, so that lists are grouped without going over them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from app.ledger.spans import ALWAYS, Changes, Span, count, joined, overlaps, span_of, without
from app.models import Group, GroupTotal, Relation
from app.tables import COUNTED, Counted

Row = Mapping[str, Any]
Said = tuple[Any, ...]  # by what rows are counted


class _State(NamedTuple):
    """A row about the record in hand."""

    number: int
    span: Span
    said: Said


class _Key(NamedTuple):
    """What makes a group."""

    name: str
    said: Said
    related: str | None


class Groups:
    """Groups that grow as rows are written; those about one record come together."""

    def __init__(self) -> None:
        self._rows: dict[_Key, int] = {}  # of each group the row that stands for it
        self._changes: defaultdict[_Key, Changes] = defaultdict(Counter)
        self._states: defaultdict[str, list[_State]] = defaultdict(list)  # by name
        self._related: defaultdict[str, list[tuple[str, Span]]] = defaultdict(list)  # by way

    def add(self, table: type[SQLModel], number: int, row: Row, claim: Row) -> None:
        """Count a row.

        Args:
            table: in which it is.
            number: its id.
            row: its columns.
            claim: those of the claim that it is about, if it is about one.
        """
        for counted, said_in in _COUNTED.get(str(table.__tablename__), ()):
            said = said_in(row, claim)
            if counted.ways:
                self._states[counted.name].append(_State(number, span_of(row), said))
            else:
                self._count(_Key(counted.name, said, None), number, span_of(row))
        if table is Relation and row["active"]:
            self._related[row["property"]].append((row["object"], span_of(row)))

    def _count(self, key: _Key, number: int, span: Span) -> None:
        self._rows.setdefault(key, number)
        count(self._changes[key], span)

    def end_record(self) -> None:
        """Count by what the record is related to: all that was known of it is there."""
        for name, states in self._states.items():
            others: defaultdict[str, list[Span]] = defaultdict(list)
            for way in _WAYS[name]:
                for other, span in self._related.get(way, ()):
                    others[other].append(span)
            self._relate(name, states, {other: joined(spans) for other, spans in others.items()})
        self._states.clear()
        self._related.clear()

    def _relate(
        self, name: str, states: Sequence[_State], others: Mapping[str, Sequence[Span]]
    ) -> None:
        first: dict[Said, int] = {}
        known: defaultdict[Said, list[Span]] = defaultdict(list)
        for state in states:
            first.setdefault(state.said, state.number)
            known[state.said].append(state.span)
        ever = [span for spans in others.values() for span in spans]
        for said, spans in known.items():
            of_all = joined(spans)
            for span in without(of_all, ever) if ever else of_all:
                self._count(_Key(name, said, None), first[said], span)
            for other, held in others.items():
                for span in overlaps(of_all, held):
                    self._count(_Key(name, said, other), first[said], span)

    def rows(self) -> Iterator[tuple[type[SQLModel], dict[str, Any]]]:
        """The rows of the groups, and of how many stand in each from each day on."""
        for number, key in enumerate(self._rows, start=1):
            row = {"name": key.name, "row": self._rows[key], "related": key.related}
            yield Group, {"id": number, **row}
            changes = self._changes[key]
            days = sorted(day for day, change in changes.items() if change and day != ALWAYS)
            numbers = accumulate(changes[day] for day in days)
            for day, total in zip(days, numbers, strict=True):
                yield GroupTotal, {"group": number, "day": day, "number": total}


def _reader_of(counted: Counted) -> Callable[[Row, Row], Said]:
    """What reads from a row by what it is counted."""
    plain = [(column.table is counted.table, column.name) for column in counted.columns]
    given = [(column.table is counted.table, column.name) for column in counted.given]
    years = [[(end.table is counted.table, end.name) for end in ends] for ends in counted.years]

    def said(row: Row, claim: Row) -> Said:
        return (
            *((row if own else claim)[name] for own, name in plain),
            *((row if own else claim)[name] is None for own, name in given),
            *(_year([(row if own else claim)[name] for own, name in ends]) for ends in years),
        )

    return said


def _year(ends: Sequence[dt.date | None]) -> int | None:
    """The year in which all of them are."""
    years = {end.year if end else None for end in ends}
    return years.pop() if len(years) == 1 else None


_WAYS = {counted.name: counted.ways for counted in COUNTED}
_COUNTED: defaultdict[str, list[tuple[Counted, Callable[[Row, Row], Said]]]] = defaultdict(list)
for _counted in COUNTED:
    _COUNTED[_counted.table.name].append((_counted, _reader_of(_counted)))
