"""The tables as statements name them, and in what their rows are counted when they are written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

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
from app.vocabulary import Kind, ValueType, properties_of

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
RELATIONS = table_of(Relation)
RELEASES = table_of(Release)
SEARCH_DOCUMENTS = table_of(SearchDocument)
SEARCH_TERMS = table_of(SearchTerm)
SOURCES = table_of(Source)
STANDINGS = table_of(ClaimStanding)
TOTALS = table_of(Total)
STATES: dict[Kind, Table] = {kind: table_of(model) for kind, model in STATE_TABLES.items()}


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
    related = [prop for prop in properties_of(kind) if prop.type is ValueType.REFERENCE]
    for prop in related:
        yield Counted(f"{table.name}/{prop.name}", table, ways=(prop.name,))
    if ways := tuple(prop.name for prop in related if Kind.AGENCIES in prop.refers_to):
        yield Counted(f"{table.name}/agency", table, ways=ways)
        yield Counted(f"{table.name}/agency and others", table, columns, ways=ways)


COUNTED = tuple(_counted())  # of those that would do, the first is the smallest
