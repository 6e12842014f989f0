"""Records and dates under each record to which they are related: see `app.related`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import SQLModel

from app.ledger.spans import ALWAYS, Span, joined, overlaps, span_of
from app.models import STATE_TABLES, Moment, Relation
from app.related import DATED, RelatedMoment, RelatedRecord, way_number, ways_of
from app.vocabulary import Kind

Row = dict[str, Any]

_KINDS = {model: kind for kind, model in STATE_TABLES.items()}
_EVER = (dt.date.min, ALWAYS)
_BODIES = f"{Kind.AGENCIES.value}/"


class RelatedRows:
    """The rows of one record after the other, made of what is told of it."""

    def __init__(self) -> None:
        self._kind = Kind.MISSIONS
        self._sorted: defaultdict[tuple[Any, ...], list[Span]] = defaultdict(list)  # by its keys
        self._moments: list[tuple[int, Row]] = []
        self._related: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)

    def add(self, table: type[SQLModel], number: int, row: Row) -> None:
        """Take note of a row, by its id."""
        if table in _KINDS:
            self._kind = _KINDS[table]
            date = DATED.get(self._kind)
            keys = (row[name] for name in ("slug", "name"))
            dates = (row.get(f"{date}_{end}") for end in ("earliest", "latest"))
            self._sorted[*keys, *dates].append(span_of(row))
        elif table is Moment:
            self._moments.append((number, row))
        elif table is Relation and row["active"]:
            self._related[row["property"], row["object"]].append(span_of(row))

    def end_record(self) -> Iterator[tuple[type[SQLModel], Row]]:
        """The rows of the record in hand: all that was known of it is there."""
        if self._related:
            yield from self._record_rows()
        if self._moments:
            yield from self._moment_rows()
        self._sorted.clear()
        self._moments.clear()
        self._related.clear()

    def _record_rows(self) -> Iterator[tuple[type[SQLModel], Row]]:
        for way, properties in ways_of(self._kind).items():
            number = way_number(self._kind, way)
            for other, held in self._by_object(properties).items():
                for (slug, name, earliest, latest), spans in self._sorted.items():
                    keys = {"slug": slug, "name": name, "earliest": earliest, "latest": latest}
                    for known in _overlaps(joined(spans), held):
                        yield RelatedRecord, {"object": other, "way": number, **keys, **known}

    def _moment_rows(self) -> Iterator[tuple[type[SQLModel], Row]]:
        subject = self._moments[0][1]["subject"]
        held = {
            other: spans
            for other, spans in self._by_object({way for way, _ in self._related}).items()
            if other.startswith(_BODIES)
        }
        if subject.startswith(_BODIES):
            held[subject] = [_EVER]
        for other, spans in held.items():
            for number, row in self._moments:
                dates = {"earliest": row["earliest"], "latest": row["latest"]}
                for known in _overlaps([span_of(row)], spans):
                    yield RelatedMoment, {"object": other, "moment": number, **dates, **known}

    def _by_object(self, properties: Collection[str]) -> Mapping[str, Sequence[Span]]:
        """When the record was related to others by some properties."""
        found: defaultdict[str, list[Span]] = defaultdict(list)
        for (prop, other), spans in self._related.items():
            if prop in properties:
                found[other] += spans
        return {other: joined(spans) for other, spans in found.items()}


def _overlaps(some: Sequence[Span], others: Sequence[Span]) -> Iterator[Row]:
    """The days that are in both, as columns."""
    for since, until in overlaps(some, others):
        yield {"known_from": since, "known_to": None if until == ALWAYS else until}
