"""What records are called in the registers that others keep."""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from app.db import Prepared, Reader
from app.errors import BadRequest, NotFound, did_you_mean
from app.queries.entities import check_references, compared
from app.queries.filters import DAY, conditions, on_day
from app.queries.filters.base import Filter, by_name, choices, references
from app.queries.filters.codes import country_code
from app.queries.listing import Given, Listing, for_any_day
from app.queries.orders import sorted_by
from app.tables import IDENTIFIERS
from app.text import fold
from app.vocabulary import PROPERTIES, Kind, ValueType

SCHEMES: Mapping[str, str] = {
    prop.scheme: prop.definition for prop in PROPERTIES.values() if prop.scheme
}
_COUNTRIES = {prop.scheme for prop in PROPERTIES.values() if prop.type is ValueType.COUNTRY}
SORT_KEYS = sorted_by(
    scheme=IDENTIFIERS.c.scheme,
    identifier=IDENTIFIERS.c.identifier,
    ref=IDENTIFIERS.c.subject,
    known_from=IDENTIFIERS.c.known_from,
)
SORT = "scheme,identifier,ref"


@cache
def identifier_filters() -> Mapping[str, Filter]:
    """The filters of the list, by name."""
    return by_name(_filters())


def _filters() -> Iterator[Filter]:
    columns = IDENTIFIERS.c
    yield from choices("scheme", "Whose register it is", tuple(SCHEMES), columns.scheme)
    yield from choices("kind", "Kind of record", tuple(kind.value for kind in Kind), columns.kind)
    yield from references(
        "subject", "The record that it names", "agencies/china-government", columns.subject
    )


def list_identifiers(reader: Reader, given: Mapping[str, Any], day: dt.date) -> Listing:
    """Every identifier that was known on a day."""
    check_references(reader, identifier_filters(), given)
    return _identifiers(tuple(given.items())).on(day)


@for_any_day
def _identifiers(given: Given) -> Listing:
    return Listing(
        columns=(IDENTIFIERS.c.document,),
        source=IDENTIFIERS,
        unique=IDENTIFIERS.c.id,
        sort_keys=SORT_KEYS,
        default_sort=SORT,
        conditions=[
            on_day(IDENTIFIERS, DAY),
            *conditions(identifier_filters(), dict(given), DAY),
        ],
    )


def find(reader: Reader, scheme: str, identifier: str, day: dt.date) -> Listing:
    """The records that an identifier names; seldom more than one.

    Raises:
        NotFound: for a scheme that there is not, or an identifier that names nothing on any day.
    """
    if scheme not in SCHEMES:
        detail = did_you_mean(scheme, SCHEMES)
        raise NotFound(f"there is no scheme {scheme!r} of identifiers: {detail}")
    folded = fold(_country(identifier) if scheme in _COUNTRIES else identifier)
    named = {"scheme": scheme, "identifier": folded}
    if not _known().rows(reader, named):
        column = IDENTIFIERS.c.identifier
        listed = select(column).where(IDENTIFIERS.c.scheme == scheme).distinct()
        known = compared(reader, listed, column, folded)
        remedy = did_you_mean(folded, sorted(row.identifier for row in known))
        raise NotFound(f"{scheme} {identifier!r} names no record: {remedy}")
    return _named().on(day, **named)


def _is_named() -> list[ColumnElement[bool]]:
    table = IDENTIFIERS.c
    return [table[name] == bindparam(name, "") for name in ("scheme", "identifier")]


@cache
def _known() -> Prepared:
    """The statement that has a row if an identifier names something on any day."""
    return Prepared(select(IDENTIFIERS.c.id).where(*_is_named()).limit(1))


@for_any_day
def _named() -> Listing:
    return _identifiers(()).narrowed(*_is_named())


def _country(identifier: str) -> str:
    """A country by its code of two letters, of three, or by its name."""
    try:
        return country_code("identifier", identifier)
    except BadRequest as error:
        raise NotFound(error.detail) from None
