"""Every table: the ledger as it was entered, and what was made of it when the data was loaded.

Rows of the second sort carry `document`: the JSON that the API answers with, prepared once.
All of them are a function of the seed files; nothing is ever updated in place.
"""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint, Index, MetaData, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.vocabulary import Kind, Nature, Rank, SourceKind, Verdict

# Alembic can only change or drop a constraint that has a name.
SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def _one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _period() -> CheckConstraint:
    return CheckConstraint("known_to IS NULL OR known_from < known_to", name="period")


class Row(SQLModel):
    """What all rows have in common: nothing checks them before the database does."""

    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]


# --- Ledger -------------------------------------------------------------------------------------


class Release(Row, table=True):
    """The one release of the data that the database holds."""

    __tablename__ = "releases"
    __table_args__ = (CheckConstraint("slot = 1", name="only_one"),)

    slot: int = Field(default=1, primary_key=True)
    id: str = Field(description="digest of what the seed files say")
    fingerprint: str = Field(description="digest of the seed files and of the program")


class Entity(Row, table=True):
    """An id and a kind; all else about it is claimed."""

    __tablename__ = "entities"
    __table_args__ = (_one_of("kind", Kind), UniqueConstraint("kind", "slug"))

    ref: str = Field(primary_key=True)
    kind: str
    slug: str
    blank: str = Field(sa_type=Text, description="its document while nothing was known of it")


class FormerId(Row, table=True):
    """An id under which an entity used to be found."""

    __tablename__ = "former_ids"
    __table_args__ = (_one_of("kind", Kind),)

    kind: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    ref: str = Field(foreign_key="entities.ref")


class Source(Row, table=True):
    """A text that was read."""

    __tablename__ = "sources"
    __table_args__ = (
        _one_of("kind", SourceKind),
        CheckConstraint("published IS NOT NULL OR accessed IS NOT NULL", name="dated"),
    )

    id: str = Field(primary_key=True)
    ref: str = Field(foreign_key="entities.ref", unique=True)
    title: str
    kind: str
    language: str
    publisher: str | None = Field(default=None, foreign_key="entities.ref")
    via: str | None = Field(default=None, foreign_key="entities.ref")
    published: str | None = None
    accessed: str | None = None
    url: str | None = None
    archived_url: str | None = None
    note: str | None = None


class SourceAuthor(Row, table=True):
    """Who signed a source, in the order of the byline."""

    __tablename__ = "source_authors"

    source_id: str = Field(foreign_key="sources.id", primary_key=True)
    position: int = Field(primary_key=True)
    author: str = Field(foreign_key="entities.ref")


class Claim(Row, table=True):
    """Somebody said something, on some day, in a source."""

    __tablename__ = "claims"
    __table_args__ = (
        _one_of("nature", Nature),
        _one_of("rank", Rank),
        CheckConstraint("rank = 'normal' OR rank_reason IS NOT NULL", name="rank_reason"),
        CheckConstraint(
            "(value IS NULL) = (value_type IN ('unknown', 'none'))", name="value_or_none"
        ),
        Index(None, "subject", "known_from"),
        Index(None, "source_id", "known_from"),
        Index(None, "said_by", "known_from"),
        # Whichever way they are told: with what they are narrowed by that has no index of its own.
        *(Index(name, "known_from", "id", "property", "nature", "said_earliest", "locator")
          for name in ("ix_claims_known_from_id", "ix_claims_latest")),
        Index("ix_claims_behind", "subject", "property", "known_from", "id"),
        Index("ix_claims_property", "property", "known_from", "id"),
        Index("ix_claims_nature", "nature", "known_from", "id"),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    subject: str = Field(foreign_key="entities.ref")
    property: str
    value: str | None = None
    value_type: str
    object: str | None = Field(default=None, foreign_key="entities.ref", index=True)
    nature: str
    said_by: str = Field(foreign_key="entities.ref")
    said_on: str
    said_earliest: dt.date | None = None
    known_from: dt.date
    source_id: str = Field(foreign_key="sources.id")
    locator: str
    position: str = Field(description="the locator, so that paragraph 9 sorts before paragraph 11")
    original_value: str | None = None
    role: str | None = None
    since: str | None = None
    until: str | None = None
    rank: str
    rank_reason: str | None = None
    note: str | None = None
    document: str = Field(sa_type=Text)
    change: str = Field(sa_type=Text, description="what it changed when it became known, as JSON")


class Dispute(Row, table=True):
    """A disagreement that a person should know of."""

    __tablename__ = "disputes"

    id: str = Field(primary_key=True)
    about: str
    note: str
    known_from: dt.date = Field(description="the day from which all its claims are known")
    document: str = Field(sa_type=Text)


class DisputeClaim(Row, table=True):
    """A claim that a dispute is about."""

    __tablename__ = "dispute_claims"

    dispute_id: str = Field(foreign_key="disputes.id", primary_key=True)
    claim_id: str = Field(foreign_key="claims.id", primary_key=True, index=True)


# --- States: one row per period in which nothing changed ----------------------------------------


class State(Row):
    """What every kind's states have in common."""

    kind_of_entity: ClassVar[Kind]

    id: int | None = Field(default=None, primary_key=True)
    entity: str = Field(foreign_key="entities.ref")
    slug: str
    known_from: dt.date
    known_to: dt.date | None = None
    name: str
    names: str = Field(sa_type=Text, description="all its names, folded, for q")
    disputed: bool
    digest: str = Field(description="of what it says, without the period: equal if nothing differs")
    document: str = Field(sa_type=Text)
    changes: str = Field(sa_type=Text, description="what changed when the period began, as JSON")


_DAYS = ("known_from", "known_to")


def _state_args(
    table: str, *narrowing: str, dated: str = ""
) -> tuple[UniqueConstraint | CheckConstraint | Index, ...]:
    """What the states of every kind have in common.

    Args:
        table: of the states.
        narrowing: columns by which they are narrowed besides the days.
        dated: the date by which they are sorted most.
    """
    # The latest dates lie the last first, as they are asked for: only migrations can say that.
    carried = (*_DAYS, "entity", *narrowing)
    dates = (f"{dated}_earliest", f"{dated}_latest") if dated else ()
    return (
        UniqueConstraint("entity", "known_from"),
        _period(),
        Index(f"ix_{table}_name", "name", "slug", *carried),
        *(Index(f"ix_{table}_{column}", column, *dates[1:], "slug", *_DAYS,
                *(other for other in narrowing if other != column))
          for column in narrowing),
        *(Index(f"ix_{table}_{dated}_{place}", date, "slug", *carried)
          for place, date in zip(("up", "down"), dates, strict=False)),
    )  # fmt: skip


class MissionState(State, table=True):
    """A mission during a period."""

    __tablename__ = "mission_states"
    __table_args__ = _state_args(
        "mission_states", "kind", "status", "country", "outcome", dated="launch"
    )
    kind_of_entity = Kind.MISSIONS

    kind: str | None = None
    status: str | None = None
    outcome: str | None = None
    country: str | None = None
    target: str | None = None
    launch_vehicle: str | None = None
    cospar_id: str | None = None
    is_overdue: bool
    slipped_min: int | None = Field(default=None, description="most that a plan surely moved, days")
    slipped_max: int | None = Field(default=None, description="most that a plan may have moved")
    launch_earliest: dt.date | None = None
    launch_latest: dt.date | None = None
    landing_earliest: dt.date | None = None
    landing_latest: dt.date | None = None
    ended_earliest: dt.date | None = None
    ended_latest: dt.date | None = None
    lunar_orbit_earliest: dt.date | None = None
    lunar_orbit_latest: dt.date | None = None
    impacted_earliest: dt.date | None = None
    impacted_latest: dt.date | None = None
    returned_earliest: dt.date | None = None
    returned_latest: dt.date | None = None
    authorised_earliest: dt.date | None = None
    authorised_latest: dt.date | None = None
    wikidata_id: str | None = None
    cost: str | None = None
    landing_site: str | None = None
    orbit: str | None = None
    nssdca_id: str | None = None
    gcat_id: str | None = None
    landing_latitude: float | None = None
    landing_longitude: float | None = None


class AgreementState(State, table=True):
    """An agreement during a period."""

    __tablename__ = "agreement_states"
    __table_args__ = _state_args("agreement_states", "kind", "status", dated="signing")
    kind_of_entity = Kind.AGREEMENTS

    kind: str | None = None
    status: str | None = None
    signed_at: str | None = None
    is_overdue: bool
    slipped_min: int | None = None
    slipped_max: int | None = None
    signing_earliest: dt.date | None = None
    signing_latest: dt.date | None = None
    announced_earliest: dt.date | None = None
    announced_latest: dt.date | None = None
    valid_earliest: dt.date | None = None
    valid_latest: dt.date | None = None
    ended_earliest: dt.date | None = None
    ended_latest: dt.date | None = None
    proposed_earliest: dt.date | None = None
    proposed_latest: dt.date | None = None
    authorised_earliest: dt.date | None = None
    authorised_latest: dt.date | None = None
    adopted_earliest: dt.date | None = None
    adopted_latest: dt.date | None = None
    opened_for_signature_earliest: dt.date | None = None
    opened_for_signature_latest: dt.date | None = None
    ratified_earliest: dt.date | None = None
    ratified_latest: dt.date | None = None
    acceded_earliest: dt.date | None = None
    acceded_latest: dt.date | None = None
    entered_into_force_earliest: dt.date | None = None
    entered_into_force_latest: dt.date | None = None
    withdrawal_notified_earliest: dt.date | None = None
    withdrawal_notified_latest: dt.date | None = None
    wikidata_id: str | None = None
    cost: str | None = None
    signing_order: int | None = None
    participant_count: int | None = None


class AgencyState(State, table=True):
    """An agency, government, company or other body during a period."""

    __tablename__ = "agency_states"
    __table_args__ = _state_args("agency_states", "kind", "country")
    kind_of_entity = Kind.AGENCIES

    kind: str | None = None
    country: str | None = None
    host_country: str | None = None
    held_at: str | None = None
    founded_earliest: dt.date | None = None
    founded_latest: dt.date | None = None
    is_overdue: bool
    slipped_min: int | None = None
    slipped_max: int | None = None
    meeting_earliest: dt.date | None = None
    meeting_latest: dt.date | None = None
    side_meeting_earliest: dt.date | None = None
    side_meeting_latest: dt.date | None = None
    wikidata_id: str | None = None
    governs: str | None = None


class ProjectState(State, table=True):
    """A project during a period."""

    __tablename__ = "project_states"
    __table_args__ = _state_args("project_states", "kind", "status")
    kind_of_entity = Kind.PROJECTS

    kind: str | None = None
    status: str | None = None
    location: str | None = None
    renamed_to: str | None = None
    is_overdue: bool
    slipped_min: int | None = None
    slipped_max: int | None = None
    announced_earliest: dt.date | None = None
    announced_latest: dt.date | None = None
    agreed_earliest: dt.date | None = None
    agreed_latest: dt.date | None = None
    build_earliest: dt.date | None = None
    build_latest: dt.date | None = None
    first_element_earliest: dt.date | None = None
    first_element_latest: dt.date | None = None
    opening_earliest: dt.date | None = None
    opening_latest: dt.date | None = None
    ended_earliest: dt.date | None = None
    ended_latest: dt.date | None = None
    proposed_earliest: dt.date | None = None
    proposed_latest: dt.date | None = None
    authorised_earliest: dt.date | None = None
    authorised_latest: dt.date | None = None
    completion_earliest: dt.date | None = None
    completion_latest: dt.date | None = None
    first_launch_earliest: dt.date | None = None
    first_launch_latest: dt.date | None = None
    crewed_landing_earliest: dt.date | None = None
    crewed_landing_latest: dt.date | None = None
    wikidata_id: str | None = None
    cost: str | None = None
    participant_count: int | None = None


class PersonState(State, table=True):
    """A person during a period."""

    __tablename__ = "person_states"
    __table_args__ = _state_args("person_states")
    kind_of_entity = Kind.PEOPLE

    wikidata_id: str | None = None


class SourceState(State, table=True):
    """A source since it was published."""

    __tablename__ = "source_states"
    __table_args__ = _state_args("source_states", "kind", "language", dated="published")
    kind_of_entity = Kind.SOURCES

    kind: str
    language: str
    published_earliest: dt.date | None = None
    published_latest: dt.date | None = None


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements that read columns and make no objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


STATE_TABLES: dict[Kind, type[State]] = {
    model.kind_of_entity: model
    for model in (
        MissionState, AgreementState, AgencyState, ProjectState, PersonState, SourceState,
    )
}  # fmt: skip


def _index_spans(table: Table) -> None:
    """Have an index for each end of a span by which states are sorted, if it begins none yet."""
    first = {index.columns[0].name for index in table.indexes}
    for column in list(table.columns):
        is_end = column.name.endswith(("_earliest", "_latest", "_min", "_max"))
        if is_end and column.name not in first:
            rest = (table.c[name] for name in ("slug", *_DAYS))
            Index(f"ix_{table.name}_{column.name}", column, *rest)


def _index_all_but_documents(table: Table) -> None:
    """Have indexes with all that filters ask for but dates: to list by, and to count by.

    What is found by no index of its own is sought there, in a few pages, and not among documents.
    """
    without = {"id", "entity", "slug", *_DAYS, "name", "digest", "document", "changes"}
    others = [
        column.name
        for column in table.columns
        if column.name not in without and not column.name.endswith(("_earliest", "_latest"))
    ]
    for name, begin in (
        ("slug_known_from", ("slug", *_DAYS, "entity")),
        ("known_from", ("known_from", "slug", "known_to", "entity", "digest")),
    ):
        columns = (table.c[column] for column in (*begin, *others))
        Index(f"ix_{table.name}_{name}", *columns)


for _model in STATE_TABLES.values():
    _index_spans(table_of(_model))
    _index_all_but_documents(table_of(_model))


class Relation(Row, table=True):
    """That one entity stands in a relation to another, while that was known and active or not."""

    __tablename__ = "relations"
    __table_args__ = (
        _period(),
        UniqueConstraint("subject", "property", "object", "known_from"),
        Index(None, "object", "property", "known_from"),
        Index("ix_relations_in_order", "subject", "property", "object", "id", "active", *_DAYS),
        Index("ix_relations_property", "property", "subject", "object", "id", "active", *_DAYS),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(foreign_key="entities.ref")
    property: str
    object: str = Field(foreign_key="entities.ref")
    active: bool
    known_from: dt.date
    known_to: dt.date | None = None
    claim_id: str | None = Field(
        default=None,
        foreign_key="claims.id",
        description="null for who wrote and published a source: that stands in its own record",
    )
    document: str = Field(sa_type=Text)


class Standing(StrEnum):
    """How a claim fares in resolution: behind a value, against one, or neither."""

    BEST = "best"
    RIVAL = "rival"
    OTHER = "other"


class ClaimStanding(Row, table=True):
    """How a claim fared during a period; every known claim has exactly one on every day."""

    __tablename__ = "claim_standings"
    __table_args__ = (
        _one_of("standing", Standing),
        _period(),
        UniqueConstraint("claim_id", "known_from"),
        Index("ix_claim_standings_days", "claim_id", "known_from", "known_to", "standing"),
    )

    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="claims.id")
    standing: str
    known_from: dt.date
    known_to: dt.date | None = None


class Promise(Row, table=True):
    """A plan, or the event that it was about, and what had become of it during a period."""

    __tablename__ = "promises"
    __table_args__ = (
        CheckConstraint(
            f"verdict IN ({', '.join(repr(verdict.value) for verdict in Verdict)})", name="verdict"
        ),
        CheckConstraint("(verdict IS NOT NULL) = (nature = 'plan')", name="plans_are_judged"),
        _period(),
        UniqueConstraint("claim_id", "known_from"),
        Index(None, "source_id", "known_from"),
        Index(None, "subject", "known_from"),
        Index(
            "ix_promises_verdict",
            "verdict",
            "subject",
            "milestone",
            "said_latest",
            "claim_id",
            "known_from",
            "known_to",
        ),
        Index(
            "ix_promises_milestone",
            "subject",
            "milestone",
            "said_latest",
            "claim_id",
            "known_from",
            "known_to",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="claims.id")
    subject: str = Field(foreign_key="entities.ref")
    source_id: str = Field(foreign_key="sources.id")
    milestone: str | None = None
    nature: str
    verdict: str | None = None
    said_latest: dt.date
    due_earliest: dt.date | None = None
    due_latest: dt.date | None = None
    slip_days_min: int | None = None
    slip_days_max: int | None = None
    position: str = Field(description="where in its source it stands, so that it sorts")
    known_from: dt.date
    known_to: dt.date | None = None
    document: str = Field(sa_type=Text)


class Moment(Row, table=True):
    """A date of an entity, planned or past, and how far it has moved, during a period."""

    __tablename__ = "moments"
    __table_args__ = (
        _one_of("kind", Kind),
        _period(),
        UniqueConstraint("subject", "field", "known_from"),
        Index(None, "known_from", "earliest"),
        Index(
            "ix_moments_days",
            "known_from",
            "known_to",
            "earliest",
            "latest",
            "promised",
            "is_overdue",
            "disputed",
            "kind",
            "field",
            "status",
            "subject",
            "revisions",
            "slip_days_min",
            "slip_days_max",
        ),
        Index("ix_moments_earliest", "earliest", "id", "known_from", "known_to"),
        Index("ix_moments_latest", "latest", "id", "known_from", "known_to"),
        Index("ix_moments_slipped", "slip_days_max", "id", "known_from", "known_to"),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(foreign_key="entities.ref")
    kind: str
    field: str
    status: str
    earliest: dt.date | None = None
    latest: dt.date | None = None
    is_overdue: bool
    disputed: bool
    promised: bool = Field(description="whether a date was ever promised for it")
    revisions: int
    slip_days_min: int | None = None
    slip_days_max: int | None = None
    known_from: dt.date
    known_to: dt.date | None = None
    document: str = Field(sa_type=Text)


class Identifier(Row, table=True):
    """What an entity is called in a register that others keep, during a period."""

    __tablename__ = "identifiers"
    __table_args__ = (
        _one_of("kind", Kind),
        _period(),
        UniqueConstraint("subject", "scheme", "known_from"),
        Index(None, "scheme", "identifier", "known_from"),
    )

    id: int | None = Field(default=None, primary_key=True)
    scheme: str
    identifier: str = Field(description="folded")
    subject: str = Field(foreign_key="entities.ref")
    kind: str
    known_from: dt.date
    known_to: dt.date | None = None
    document: str = Field(sa_type=Text)


# --- The network: bodies joined by the agreements, missions and projects that they share ----------


class NetworkPair(Row, table=True):
    """Two bodies that were ever joined, numbered in the order of their references."""

    __tablename__ = "network_pairs"
    __table_args__ = (UniqueConstraint("source", "target"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(foreign_key="entities.ref")
    target: str = Field(foreign_key="entities.ref", index=True)


class NetworkShare(Row, table=True):
    """That two bodies both took part in something during a period."""

    __tablename__ = "network_shares"
    __table_args__ = (_period(), UniqueConstraint("pair", "subject", "known_from"))

    id: int | None = Field(default=None, primary_key=True)
    pair: int = Field(foreign_key="network_pairs.id")
    subject: str = Field(foreign_key="entities.ref")
    known_from: dt.date
    known_to: dt.date | None = None


class NetworkTie(Row, table=True):
    """How many things two bodies shared during a period, by each choice of kinds of things."""

    __tablename__ = "network_ties"
    __table_args__ = (
        _period(),
        UniqueConstraint("pair", "via", "known_from"),
        Index("ix_network_ties_weight", "via", "weight", "pair", "known_from", "known_to"),
    )

    id: int | None = Field(default=None, primary_key=True)
    pair: int = Field(foreign_key="network_pairs.id")
    via: int = Field(description="see `via_number`")
    weight: int
    known_from: dt.date
    known_to: dt.date | None = None


class NetworkNode(Row, table=True):
    """A body of the network during a period, by each choice of kinds of things."""

    __tablename__ = "network_nodes"
    __table_args__ = (
        _period(),
        UniqueConstraint("ref", "via", "known_from"),
        Index("ix_network_nodes_weight", "via", "weight", "ref", "known_from", "known_to"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(foreign_key="entities.ref")
    via: int = Field(description="see `via_number`")
    weight: int = Field(description="of all its ties together")
    shares: int = Field(description="how many different things it shares with any")
    known_from: dt.date
    known_to: dt.date | None = None
    document: str = Field(sa_type=Text)


class Coverage(Row, table=True):
    """How far the data reaches in one field, as its editors see it."""

    __tablename__ = "coverage"

    id: str = Field(primary_key=True)
    kind: str
    document: str = Field(sa_type=Text)


class Total(Row, table=True):
    """How many rows of a list hold from a day on, until the next such day."""

    __tablename__ = "totals"

    name: str = Field(primary_key=True, description="of the table, or of a part of it")
    day: dt.date = Field(primary_key=True)
    number: int


class Group(Row, table=True):
    """Rows of a list that say the same in some columns, of which one stands for all of them."""

    __tablename__ = "record_groups"
    __table_args__ = (Index("ix_record_groups_name", "name", "id", "row", "related"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(description="of the table and of the columns, see `Counted`")
    row: int = Field(description="one of them; its own period says nothing of the others")
    related: str | None = Field(default=None, description="to what they are all related, if so")


class GroupTotal(Row, table=True):
    """How many records stand in a group from a day on, until the next such day."""

    __tablename__ = "group_totals"

    group: int = Field(foreign_key="record_groups.id", primary_key=True)
    day: dt.date = Field(primary_key=True)
    number: int


# --- Search -------------------------------------------------------------------------------------


class SearchDocument(Row, table=True):
    """Something that can be found during a period: a record, or a claim.

    Its words stand under the same number in the full-text index, which is the engine's own.
    """

    __tablename__ = "search_documents"
    __table_args__ = (_period(),)

    id: int | None = Field(default=None, primary_key=True, description="the likelier sought first")
    kind: str
    ref: str
    titles: str = Field(description="its names, folded, for an exact match to come first")
    known_from: dt.date
    known_to: dt.date | None = None
    document: str = Field(sa_type=Text, description="what is shown of it, but for highlights")
    found_by: str = Field(sa_type=Text, description="its texts: see `app.text.joined_texts`")


class SearchTerm(Row, table=True):
    """A word of a name, and three letters of it: words with many in common are alike."""

    __tablename__ = "search_terms"

    gram: str = Field(primary_key=True)
    term: str = Field(primary_key=True)
