"""What is drawn, and what all charts look up: names as they are printed, and sources."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pycountry
from sqlalchemy import select

from app.db import Reader
from app.errors import TooCostly
from app.queries.filters import on_day
from app.queries.paging import PageRequest, Results
from app.tables import CLAIMS, SOURCES, STATES
from app.vocabulary import Kind

Document = Mapping[str, Any]
Row = dict[str, Any]

_MOST_READ = 10_000  # documents for one chart; the facts that ship have a sixth of it at the most


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a chart is asked for.

    Args:
        day: as of which.
        given: the filters of the list from which it is drawn, as they were given.
        native: whether names are to be in the language of their own country, where known.
        top: how much of what there is it may show, at most.
    """

    day: dt.date
    given: Mapping[str, Any] = field(default_factory=dict)
    native: bool = False
    top: int = 8


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chart shows.

    Args:
        rows: its data.
        claims: ids of the claims behind it.
        data: the list of the API from which it is drawn: path and query, without `as_of`.
        shown: how many lines, or bodies, it shows.
        count: of how many that there are.
        of: whose it is, in words: the source of a scorecard.
    """

    rows: Sequence[Row]
    claims: frozenset[str]
    data: str
    shown: int
    count: int
    of: str = ""


def documents_of(reader: Reader, results: Results) -> Iterator[Document]:
    """All documents of a list.

    Raises:
        TooCostly: if there are more than a chart can show.
    """
    read = 0
    for documents in results.pieces(reader, PageRequest(limit=None)):
        read += len(documents)
        if read > _MOST_READ:
            detail = f"a chart of more than {_MOST_READ:,} dates shows nothing: narrow it"
            raise TooCostly(detail)
        yield from map(json.loads, documents)


def claims_of(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The claims behind rows."""
    return frozenset(row["claim_id"] for row in rows if row["claim_id"])


def records_of(reader: Reader, refs: Iterable[str], day: dt.date) -> dict[str, Document]:
    """Records as they were known on a day; those are left out of which nothing was."""
    found = _known_of(reader, refs, day, "document")
    return {ref: json.loads(document) for ref, document in found.items()}


def english_names(reader: Reader, refs: Iterable[str], day: dt.date) -> dict[str, str]:
    """What records were called on a day; those are left out of which nothing was known."""
    return _known_of(reader, refs, day, "name")


def _known_of(reader: Reader, refs: Iterable[str], day: dt.date, column: str) -> dict[str, str]:
    wanted = set(refs)
    found: dict[str, str] = {}
    for kind in sorted({ref.partition("/")[0] for ref in wanted}):
        table = STATES[Kind(kind)]
        statement = select(table.c.entity, table.c[column]).where(
            table.c.entity.in_(wanted), on_day(table, day)
        )
        found |= {row[0]: row[1] for row in reader.execute(statement)}
    return found


def names_of(reader: Reader, refs: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """What records are called on the chart.

    Args:
        reader: of the database.
        refs: the records, each with its English name.
        wanted: says whether native names are.
    """
    if not wanted.native:
        return dict(refs)
    records = records_of(reader, refs, wanted.day)
    return {ref: records.get(ref, {}).get("native_name") or name for ref, name in refs.items()}


_LONG = 16  # characters; what is longer goes by its abbreviation, where there is room for no more


def short_names_of(reader: Reader, refs: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """The same for a matrix: a government as its country, a long name as its abbreviation."""
    records = records_of(reader, refs, wanted.day)
    return {
        ref: (wanted.native and records.get(ref, {}).get("native_name"))
        or _short(records.get(ref, {}), name)
        for ref, name in refs.items()
    }


def _short(record: Document, name: str) -> str:
    if len(name) <= _LONG:
        return name
    country = pycountry.countries.get(alpha_2=record.get("country") or "")
    if record.get("kind") == "government" and country:
        return str(getattr(country, "common_name", country.name))
    short = [alias for alias in record.get("aliases", ()) if alias.isupper() and len(alias) <= 8]
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    return min(short, key=lambda alias: (alias != initials, len(alias), alias), default=name)


def sources_behind(reader: Reader, claims: Iterable[str], day: dt.date) -> list[Row]:
    """The sources of claims: id, title, address; by id."""
    states = STATES[Kind.SOURCES]
    cited = select(CLAIMS.c.source_id).where(CLAIMS.c.id.in_(set(claims)))
    known = select(states.c.entity).where(states.c.entity == SOURCES.c.ref, on_day(states, day))
    statement = (
        select(SOURCES.c.id, SOURCES.c.title, SOURCES.c.url)
        .where(SOURCES.c.id.in_(cited), known.exists())
        .order_by(SOURCES.c.ref)
    )
    return [row._asdict() for row in reader.execute(statement)]
