"""The tables as statements name them, and in what their rows are counted when they are written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Table

from app.fields import Shape, fields_of
from app.models import (
    STATE_TABLES,
    Claim,
    ClaimStanding,
    Coverage,
    Dispute,
    DisputeClaim,
    Entity,
    FormerId,
    Group,
    GroupTotal,
    Identifier,
    Moment,
    NetworkNode,
    NetworkPair,
    NetworkShare,
    NetworkTie,
    Promise,
    Relation,
    Release,
    SearchDocument,
    SearchTerm,
    Source,
    Total,
    table_of,
)
from app.related import WHATEVER_WAY, RelatedMoment, RelatedRecord, ways_of
from app.vocabulary import Kind

CLAIMS = table_of(Claim)
COVERAGE = table_of(Coverage)
DISPUTES = table_of(Dispute)
DISPUTE_CLAIMS = table_of(DisputeClaim)
ENTITIES = table_of(Entity)
FORMER_IDS = table_of(FormerId)
GROUPS = table_of(Group)
GROUP_TOTALS = table_of(GroupTotal)
IDENTIFIERS = table_of(Identifier)
MOMENTS = table_of(Moment)
NETWORK_NODES = table_of(NetworkNode)
NETWORK_PAIRS = table_of(NetworkPair)
NETWORK_SHARES = table_of(NetworkShare)
NETWORK_TIES = table_of(NetworkTie)
PROMISES = table_of(Promise)
RELATED_MOMENTS = table_of(RelatedMoment)
RELATED_RECORDS = table_of(RelatedRecord)
RELATIONS = table_of(Relation)
RELEASES = table_of(Release)
SEARCH_DOCUMENTS = table_of(SearchDocument)
SEARCH_TERMS = table_of(SearchTerm)
SOURCES = table_of(Source)
STANDINGS = table_of(ClaimStanding)
TOTALS = table_of(Total)
STATES: dict[Kind, Table] = {kind: table_of(model) for kind, model in STATE_TABLES.items()}

_DAYS = ("known_from", "known_to")
# What lists are narrowed by besides, with the rest of their order: nothing need be sorted.
for _name, _columns in {
    "active": ("active", "subject", "property", "object", "id"),
    "property_active": ("property", "active", "subject", "object", "id"),
    "object": ("object", "subject", "property", "id", "active"),
}.items():
    Index(f"ix_relations_{_name}", *(RELATIONS.c[name] for name in (*_columns, *_DAYS)))
# Missions, of which there are most, by what they are narrowed by most, in their usual order.
_missions = STATES[Kind.MISSIONS]
for _name in ("kind", "status", "outcome", "country"):
    Index(
        f"ix_{_missions.name}_{_name}_slug",
        *(_missions.c[name] for name in (_name, "slug", *_DAYS)),
    )
# The dates around a day, with all that those are chosen by which are nearest to it.
Index(
    "ix_moments_around", MOMENTS.c.latest.desc(), MOMENTS.c.earliest, MOMENTS.c.subject,
    MOMENTS.c.field, *(MOMENTS.c[name] for name in _DAYS),
)  # fmt: skip
# By which what was known of records on two days is compared in their order.
for _table in STATES.values():
    _columns = ("entity", *_DAYS, "digest", "name")
    Index(f"ix_{_table.name}_digest", *(_table.c[name] for name in _columns))


PROMISED = f"{MOMENTS.name}/promised"  # under which dates that were promised have their totals


# --- What is counted when rows are written --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows that are counted by what they say in some columns: those that say the same are a group.

    So what a list is grouped by need not be counted row by row; of columns with nearly as many
    values as there are rows that would spare nothing, and they are left out.
    """

    name: str
    table: Table  # whose rows hold during a period
    columns: tuple[Column[Any], ...] = ()
    years: tuple[tuple[Column[Any], ...], ...] = ()  # dates, or ends of spans: the year counts
    given: tuple[Column[Any], ...] = ()  # whether they have a value counts, and not which
    ways: tuple[str, ...] = ()  # relations: to what the record is related in one of these ways


def _counted() -> Iterator[Counted]:
    for kind, table in STATES.items():
        yield from _counted_records(kind, table)
    claims, standings, moments = CLAIMS.c, STANDINGS.c, MOMENTS.c
    known = ((claims.known_from,),)
    said = (claims.property, claims.nature, standings.standing)
    yield Counted("claim_standings/property", STANDINGS, said)
    yield Counted("claim_standings/year", STANDINGS, said, known)
    yield Counted("claim_standings/said_by", STANDINGS, (claims.said_by,), known)
    yield Counted("claim_standings/source", STANDINGS, (claims.source_id,))
    yield Counted(
        "moments", MOMENTS,
        (
            moments.kind, moments.field, moments.status, moments.is_overdue, moments.revisions,
            moments.promised,
        ),
        given=(moments.earliest, moments.latest),
    )  # fmt: skip
    promised = (PROMISES.c.milestone, PROMISES.c.nature, PROMISES.c.verdict)
    yield Counted("promises", PROMISES, promised, ((PROMISES.c.said_latest,),))
    yield Counted("relations/property", RELATIONS, (RELATIONS.c.property, RELATIONS.c.active))
    related = (RELATIONS.c.property, RELATIONS.c.object, RELATIONS.c.active)
    yield Counted("relations/object", RELATIONS, related)


def _counted_records(kind: Kind, table: Table) -> Iterator[Counted]:
    shapes = {field.name: field.shape for field in fields_of(kind)}
    if kind is Kind.SOURCES:
        shapes = {"kind": Shape.ENUM, "language": Shape.ENUM, "published": Shape.DATE}
    words = [name for name, shape in shapes.items() if shape in (Shape.ENUM, Shape.COUNTRY)]
    dates = [name for name, shape in shapes.items() if shape in (Shape.DATE, Shape.MILESTONE)]
    columns = tuple(table.c[name] for name in words)
    spans = ((table.c[f"{name}_earliest"], table.c[f"{name}_latest"]) for name in dates)
    yield Counted(table.name, table, columns, tuple(spans))
    agency = WHATEVER_WAY[Kind.AGENCIES]
    for name, ways in ways_of(kind).items():
        if name in ways or name == agency:
            yield Counted(f"{table.name}/{name}", table, ways=ways)
        if name == agency:
            yield Counted(f"{table.name}/{name} and others", table, columns, ways=ways)


COUNTED = tuple(_counted())  # of those that would do, the first is the smallest
