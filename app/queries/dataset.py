"""The data as a whole."""

import datetime as dt
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import DatabaseError

from app.db import Database, Prepared, Reader, is_lost
from app.errors import NotReady
from app.queries.filters import on_day
from app.tables import CLAIMS, COVERAGE, DISPUTES, RELEASES, STATES
from app.vocabulary import Kind


def get_release(reader: Reader) -> str:
    """The id of the release that the database holds.

    Raises:
        NotReady: if it holds none.
    """
    found = _RELEASE.rows(reader, {})
    if not found:
        raise NotReady("the database holds no data yet: run lunar load")
    return str(found[0].id)


UNREACHABLE = "the database cannot be reached: ask again in a few seconds"
_RELEASE = Prepared(select(RELEASES.c.id))
_FINGERPRINT = Prepared(select(RELEASES.c.fingerprint))


def find_fingerprint(database: Database) -> str | None:
    """What tells all that the database holds from what it held before; None, if it holds nothing.

    One release may stand in it in several ways, made by several programs.

    Raises:
        NotReady: if it cannot be reached.
    """
    try:
        found = database.peek(_FINGERPRINT)
    except DatabaseError as error:
        if is_lost(error):
            raise NotReady(UNREACHABLE) from error
        return None
    return found[0].fingerprint if found else None


def dataset_on(reader: Reader, day: dt.date) -> dict[str, Any]:
    """How much had been said by a day, about how much, and since when."""
    known = CLAIMS.c.known_from <= day
    first, last, claims, properties = reader.execute(
        select(
            func.min(CLAIMS.c.known_from),
            func.max(CLAIMS.c.known_from),
            func.count(),
            func.count(CLAIMS.c.property.distinct()),
        ).where(known)
    ).one()
    disputes = select(func.count()).select_from(DISPUTES).where(DISPUTES.c.known_from <= day)
    sources = STATES[Kind.SOURCES]
    languages = select(sources.c.language).where(on_day(sources, day)).distinct()
    return {
        "release": get_release(reader),
        "counts": {
            **{kind.value: reader.scalar(_count(kind, day)) for kind in Kind},
            "claims": claims,
            "disputes": reader.scalar(disputes),
            "properties_in_use": properties,
        },
        "coverage": {
            "first_claim_on": first,
            "last_claim_on": last,
            "languages": list(reader.scalars(languages.order_by(sources.c.language))),
        },
    }


def coverage_documents(reader: Reader) -> list[str]:
    """How far the data reaches, field by field, by kind and id."""
    statement = select(COVERAGE.c.document).order_by(COVERAGE.c.kind, COVERAGE.c.id)
    return list(reader.scalars(statement))


def _count(kind: Kind, day: dt.date) -> Select[int]:
    table = STATES[kind]
    return select(func.count()).select_from(table).where(on_day(table, day))
