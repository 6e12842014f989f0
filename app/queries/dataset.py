"""The data as a whole."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from app.db import Database, Prepared, Reader, is_locked, is_lost
from app.errors import NotReady
from app.queries.totals import total, within
from app.tables import CLAIMS, COVERAGE, DISPUTES, RELEASES, STANDINGS, STATES, TOTALS
from app.vocabulary import Kind


def get_release(reader: Reader) -> str:
    """The id of the release that the database holds.

    Raises:
        NotReady: if it holds none.
    """
    return held_by(reader).release


def passing(error: DatabaseError) -> NotReady | None:
    """What to say of an error that is over in a while; None of any other."""
    if is_lost(error):
        return NotReady("the database cannot be reached: ask again in a few seconds")
    if is_locked(error):
        return NotReady("the tables are this moment being changed: ask again in a few seconds")
    return None


_HELD = Prepared(select(RELEASES.c.id, RELEASES.c.fingerprint))


class Held(NamedTuple):
    """What a database holds: a release, in the way that one program makes it."""

    release: str
    fingerprint: str


def held_by(reader: Reader) -> Held:
    """What the database holds, as a transaction sees it.

    Raises:
        NotReady: if it holds nothing.
    """
    found = _HELD.once(reader)
    if not found:
        raise NotReady("the database holds no data yet: run lunar load")
    return Held(*found[0])


def dataset_on(reader: Reader, day: dt.date) -> dict[str, Any]:
    """How much had been said by a day, about how much, and since when."""
    known = CLAIMS.c.known_from <= day
    numbers = {
        **{kind.value: total(STATES[kind], day) for kind in Kind},
        "claims": total(STANDINGS, day),
        "disputes": select(func.count()).select_from(DISPUTES).where(DISPUTES.c.known_from <= day),
        # Each by itself, an index has it at its end.
        "first": select(func.min(CLAIMS.c.known_from)).where(known),
        "last": select(func.max(CLAIMS.c.known_from)).where(known),
    }
    named = (number.scalar_subquery().label(name) for name, number in numbers.items())
    *counts, first, last = reader.execute(select(*named)).one()
    return {
        "release": get_release(reader),
        "counts": {
            **{name: count or 0 for name, count in zip(numbers, counts, strict=False)},
            "properties_in_use": len(_parts(reader, "properties/", day)),
        },
        "coverage": {
            "first_claim_on": first,
            "last_claim_on": last,
            "languages": _parts(reader, "languages/", day),
        },
    }


@contextmanager
def reading_at_length(database: Database, release: str) -> Iterator[Reader]:
    """A transaction that sees a release, for who reads very much of it and holds nobody up.

    Raises:
        NotReady: if the database holds another one by now.
    """
    with database.read(at_length=True) as reader:
        if get_release(reader) != release:
            raise NotReady("the data has this moment been renewed: ask again")
        yield reader


def coverage_documents(reader: Reader) -> list[str]:
    """How far the data reaches, field by field, by kind and id."""
    statement = select(COVERAGE.c.document).order_by(COVERAGE.c.kind, COVERAGE.c.id)
    return list(reader.scalars(statement))


def _parts(reader: Reader, prefix: str, day: dt.date) -> list[str]:
    """What there is of something on a day, by name."""
    statement = (
        select(TOTALS.c.name, TOTALS.c.number)
        .where(within(prefix), TOTALS.c.day <= day)
        .order_by(TOTALS.c.name, TOTALS.c.day)
    )
    newest = {row.name: row.number for row in reader.execute(statement)}
    return [name.removeprefix(prefix) for name, number in newest.items() if number]
