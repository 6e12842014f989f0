"""Claims and disputes: what was said, by whom, when, where to read it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.sql.visitors import replacement_traverse

from app.db import Reader
from app.errors import NotFound
from app.queries.entities import Found, check_exists, check_references, with_standing
from app.queries.filters import DAY, claim_filters, conditions, dispute_filters, on_day
from app.queries.listing import Given, Listing, Rows, for_any_day
from app.queries.orders import SortKey, sorted_by
from app.queries.totals import total
from app.tables import CLAIMS, DISPUTES, STANDINGS
from app.vocabulary import Kind

SORT_KEYS: Mapping[str, SortKey] = {
    **sorted_by(known_from=CLAIMS.c.known_from),
    "said": SortKey(CLAIMS.c.said_earliest, CLAIMS.c.known_from),
    **sorted_by(
        subject=CLAIMS.c.subject,
        property=CLAIMS.c.property,
        said_by=CLAIMS.c.said_by,
        source=CLAIMS.c.source_id,
        locator=CLAIMS.c.position,
    ),
}
DISPUTE_SORT_KEYS = sorted_by(id=DISPUTES.c.id, known_from=DISPUTES.c.known_from)


# That a claim was known on a day, with how it fared; the first is where an index begins.
KNOWN = (CLAIMS.c.known_from <= DAY, on_day(STANDINGS, DAY))


WITH_STANDING = STANDINGS.join(CLAIMS, STANDINGS.c.claim_id == CLAIMS.c.id)


def list_claims(reader: Reader, given: Mapping[str, Any], day: dt.date) -> Listing:
    """The claims known by a day, each with how it fared on it."""
    check_references(reader, claim_filters(), given)
    filters, one = apart(given)
    return _claims(filters, is_about_one=bool(one)).on(day, **one)


def apart(given: Mapping[str, Any]) -> tuple[Given, Mapping[str, str]]:
    """Filters, and apart from them the one record that is asked about: all share a statement."""
    subject = given.get("subject", ",")
    if "," in subject:
        return tuple(given.items()), {}
    others = tuple((name, value) for name, value in given.items() if name != "subject")
    return others, {"subject": subject}


def claim_conditions(given: Given, *, is_about_one: bool) -> list[ColumnElement[bool]]:
    """The conditions of filters that were taken apart."""
    subject: Any = bindparam("subject", "")
    about = [CLAIMS.c.subject == subject] if is_about_one else []
    names = {name for name, _ in given} | ({"subject"} if is_about_one else set())
    narrowed = conditions(claim_filters(), dict(given), DAY)
    return [*KNOWN, *about, *(_sought_last(condition, names) for condition in narrowed)]


# Of these few claims are left, whatever else is asked; then come the others.
_FEW = {"subject", "value", "said_by", "source"}


def _sought_last(condition: ColumnElement[bool], names: set[str]) -> ColumnElement[bool]:
    """A condition as it is best looked at beside others.

    Engines take whatever index has the claims in order, though it has very many of them: of columns
    with few values they are kept away where another narrows more.
    """
    many = [CLAIMS.c.nature] if names & {*_FEW, "property"} else []
    many += [CLAIMS.c.property] if names & (_FEW - {"subject"}) else []

    def hidden(element: Any, **_: Any) -> Any:
        return element.concat("") if any(element is column for column in many) else None

    return replacement_traverse(condition, {}, hidden) if many else condition


def counted_claims(given: Given, conditions: Sequence[ColumnElement[bool]]) -> Rows | None:
    """The claims by themselves: every one that is known fares somehow on every day."""
    if any(name.startswith("standing") for name, _ in given):
        return None
    return Rows(CLAIMS, [condition for condition in conditions if condition is not KNOWN[1]])


@for_any_day
def _claims(given: Given, *, is_about_one: bool) -> Listing:
    conditions = claim_conditions(given, is_about_one=is_about_one)
    return Listing(
        columns=(CLAIMS.c.document, STANDINGS.c.standing),
        source=WITH_STANDING,
        total=None if given or is_about_one else total(STANDINGS, DAY),
        unique=CLAIMS.c.id,
        sort_keys=SORT_KEYS,
        default_sort="known_from",
        conditions=conditions,
        counted=counted_claims(given, conditions),
        documents=lambda _, rows: [with_standing(row.document, row.standing) for row in rows],
    )


def list_claims_about(
    reader: Reader, kind: Kind, slug: str, given: Mapping[str, Any], day: dt.date
) -> Listing:
    """The claims about one record."""
    ref = check_exists(reader, kind, slug)
    return list_claims(reader, {**given, "subject": ref}, day)


def get_claim(reader: Reader, claim_id: str, day: dt.date) -> Found:
    """One claim; it is found on any day, and says itself from when it was known.

    Raises:
        NotFound: if there is no such claim, or it was not known by then.
    """
    statement = (
        select(CLAIMS.c.document, STANDINGS.c.standing)
        .select_from(WITH_STANDING)
        .where(CLAIMS.c.id == claim_id, on_day(STANDINGS, day))
    )
    row = reader.execute(statement).one_or_none()
    if row is not None:
        return Found(with_standing(row[0], row[1]))
    known_from = reader.scalar(select(CLAIMS.c.known_from).where(CLAIMS.c.id == claim_id))
    if known_from is None:
        raise NotFound(f"there is no claim {claim_id}: its id changes when what it says does")
    raise NotFound(f"claim {claim_id} was not known on {day}: it is from {known_from} on")


def list_disputes(reader: Reader, given: Mapping[str, Any], day: dt.date) -> Listing:
    """The recorded disputes of which all claims were known by a day."""
    check_references(reader, dispute_filters(), given)
    return _disputes(tuple(given.items())).on(day)


@for_any_day
def _disputes(given: Given) -> Listing:
    return Listing(
        columns=(DISPUTES.c.document,),
        source=DISPUTES,
        unique=DISPUTES.c.id,
        sort_keys=DISPUTE_SORT_KEYS,
        default_sort="id",
        conditions=[DISPUTES.c.known_from <= DAY, *conditions(dispute_filters(), dict(given), DAY)],
    )
