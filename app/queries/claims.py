"""Claims and disputes: what was said, by whom, when, where to read it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.db import Reader
from app.errors import NotFound
from app.queries.entities import Found, check_exists, check_references, with_standing
from app.queries.filters import claim_filters, conditions, dispute_filters, on_day
from app.queries.paging import (
    Listing,
    PageOf,
    PageRequest,
    SortKey,
    current_release,
    fetch_page,
)
from app.tables import CLAIMS, DISPUTES, STANDINGS
from app.vocabulary import Kind

_KNOWN_FROM = SortKey(CLAIMS.c.known_from, CLAIMS.c.known_from)
SORT_KEYS: Mapping[str, SortKey] = {
    "known_from": _KNOWN_FROM,
    "said": SortKey(CLAIMS.c.said_earliest, CLAIMS.c.known_from),
    "subject": SortKey(CLAIMS.c.subject, CLAIMS.c.subject),
    "property": SortKey(CLAIMS.c.property, CLAIMS.c.property),
    "said_by": SortKey(CLAIMS.c.said_by, CLAIMS.c.said_by),
    "source": SortKey(CLAIMS.c.source_id, CLAIMS.c.source_id),
    "locator": SortKey(CLAIMS.c.position, CLAIMS.c.position),
}
DISPUTE_SORT_KEYS: Mapping[str, SortKey] = {
    "id": SortKey(DISPUTES.c.id, DISPUTES.c.id),
    "known_from": SortKey(DISPUTES.c.known_from, DISPUTES.c.known_from),
}

_WITH_STANDING = STANDINGS.join(CLAIMS, STANDINGS.c.claim_id == CLAIMS.c.id)


def list_claims(
    reader: Reader, given: Mapping[str, Any], page: PageRequest, day: dt.date
) -> PageOf:
    """A page of the claims known by a day, each with how it fared on it."""
    filters = claim_filters()
    check_references(reader, filters, given)
    listing = Listing(
        columns=(CLAIMS.c.document, STANDINGS.c.standing),
        source=_WITH_STANDING,
        unique=CLAIMS.c.id,
        sort_keys=SORT_KEYS,
        default_sort="known_from",
        conditions=[on_day(STANDINGS, day), *conditions(filters, given, day)],
    )
    found = fetch_page(reader, listing, page, day)
    rows = [(with_standing(row[0], row[1]),) for row in found.rows]
    return PageOf(rows, found.count, found.release, found.next_cursor)


def list_claims_about(
    reader: Reader,
    kind: Kind,
    slug: str,
    given: Mapping[str, Any],
    page: PageRequest,
    day: dt.date,
) -> PageOf:
    """A page of the claims about one record."""
    ref = check_exists(reader, kind, slug)
    return list_claims(reader, {**given, "subject": ref}, page, day)


def get_claim(reader: Reader, claim_id: str, day: dt.date) -> Found:
    """One claim; it is found on any day, and says itself from when it was known.

    Raises:
        NotFound: if there is no such claim, or it was not known by then.
    """
    statement = (
        select(CLAIMS.c.document, STANDINGS.c.standing, current_release())
        .select_from(_WITH_STANDING)
        .where(CLAIMS.c.id == claim_id, on_day(STANDINGS, day))
    )
    row = reader.execute(statement).one_or_none()
    if row is not None:
        return Found(with_standing(row[0], row[1]), row[2])
    known_from = reader.scalar(select(CLAIMS.c.known_from).where(CLAIMS.c.id == claim_id))
    if known_from is None:
        raise NotFound(f"there is no claim {claim_id}: its id changes when what it says does")
    raise NotFound(f"claim {claim_id} was not known on {day}: it is from {known_from} on")


def list_disputes(
    reader: Reader, given: Mapping[str, Any], page: PageRequest, day: dt.date
) -> PageOf:
    """A page of the recorded disputes of which all claims were known by a day."""
    filters = dispute_filters()
    check_references(reader, filters, given)
    listing = Listing(
        columns=(DISPUTES.c.document,),
        source=DISPUTES,
        unique=DISPUTES.c.id,
        sort_keys=DISPUTE_SORT_KEYS,
        default_sort="id",
        conditions=[DISPUTES.c.known_from <= day, *conditions(filters, given, day)],
    )
    return fetch_page(reader, listing, page, day)
