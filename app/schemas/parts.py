"""What stands inside records and beside them: links, claims, promises, the data set."""

import datetime as dt
from typing import Any, Literal

from pydantic import Field, create_model

from app.dates import Precision
from app.models import Standing
from app.schemas.envelope import ListMeta, ScorecardMeta, Shaped
from app.schemas.keys import dated, one_of
from app.vocabulary import Kind, Nature, Rank, SourceKind, ValueType, Verdict


class Link(Shaped):
    """Another record, and how the two are related."""

    ref: str = Field(description="kind/id", examples=["agencies/roscosmos"])
    kind: Kind
    id: str
    name: str
    role: str | None
    since_edtf: str | None = Field(description="when the relation began")
    until_edtf: str | None = Field(description="when it ended")
    active: bool = Field(description="whether it held on the day asked about")
    claim_id: str


class AuthorLink(Shaped):
    """Who wrote a source."""

    ref: str
    name: str


class DisputeLink(Shaped):
    """A disagreement that one should know of."""

    id: str
    about: str
    note: str


class ClaimSource(Shaped):
    """Where a claim can be read."""

    id: str
    title: str
    kind: SourceKind
    publisher: str | None
    publisher_name: str | None
    published_edtf: str | None
    accessed_edtf: str | None = Field(description="for an undated page, when it was read")
    url: str | None
    archived_url: str | None


_ClaimHead = create_model(
    "_ClaimHead",
    __base__=Shaped,
    id=(str, Field(description="made from the content: equal claims, equal ids")),
    subject=(str, Field(description="what it is about, as kind/id")),
    subject_name=(str, ...),
    property=(str, Field(description="a word of the vocabulary; see /v1/properties")),
    value=(str | None, Field(description="as in the ledger; null by value_type")),
    value_type=(
        one_of((*ValueType, "unknown", "none")),
        Field(description="unknown: said not to be known; none: said not to exist"),
    ),
    value_label=(str, Field(description="in words")),
    value_earliest=(dt.date | None, Field(description="of a date: first day that it may be")),
    value_latest=(dt.date | None, Field(description="of a date: last day that it may be")),
    value_precision=(Precision | None, Field(description="of a date: how precise it is")),
    original_value=(str | None, Field(description="as the source puts it")),
    nature=(Nature, Field(description="an assessment is an opinion and never becomes a value")),
    role=(str | None, ...),
    **dated("since", "When the relation began"),
    **dated("until", "When the relation ended"),
    said_by=(str, Field(description="who asserts it; a source, where nobody signed")),
    said_by_name=(str, ...),
    **dated("said", "When it was asserted"),
    known_from=(dt.date, Field(description="the last day of that span: from then on it counts")),
    locator=(str, Field(description="where in the source", examples=["paragraph 9"])),
    source=(ClaimSource, ...),
    rank=(Rank, Field(description="an editor's weighing; only normal goes without a reason")),
    rank_reason=(str | None, ...),
    note=(str | None, ...),
)


class Claim(_ClaimHead):
    """Somebody said something, on some day, in a source."""


class StandingClaim(Claim):
    """A claim, and how it fared on the day asked about."""

    standing: Standing = Field(
        description="best: behind a value; rival: contradicts one; other: neither"
    )


class Vintage(Shaped):
    """A day on which what was known of a record changed."""

    known_from: dt.date
    known_to: dt.date | None = Field(description="the day of the next change in sight")
    changed: list[str] = Field(description="the fields that changed; none at first")
    because: Literal["claims", "calendar"] = Field(
        description="claims became known, or a day came: a plan fell due, a relation ended"
    )
    claims: list[str] = Field(description="ids of the claims that became known")


class Dispute(DisputeLink):
    """A disagreement, and the claims that it is about."""

    known_from: dt.date = Field(description="the day from which all its claims are known")
    subjects: list[str]
    claims: list[str]


_PromiseHead = create_model(
    "_PromiseHead",
    __base__=Shaped,
    subject=(str, ...),
    subject_name=(str, ...),
    property=(str, ...),
    milestone=(str | None, Field(description="what the date is of, if it is one")),
    nature=(one_of(("plan", "event")), ...),
    value=(str | None, ...),
    value_label=(str, ...),
    **dated("date", "The date promised, or the date of the event"),
    said_by=(str, ...),
    said_by_name=(str, ...),
    **dated("said", "When it was said"),
    slip_days_min=(int | None, Field(description="least days after the first date promised")),
    slip_days_max=(int | None, Field(description="most days after the first date promised")),
    verdict=(Verdict | None, Field(description="what had become of the plan; null for events")),
    verdict_meaning=(str | None, ...),
    late_days_min=(int | None, Field(description="if it happened: least days after the promise")),
    late_days_max=(int | None, Field(description="if it happened: most days after the promise")),
    superseded_by_days_min=(int | None, Field(description="if a later plan moved it: least days")),
    superseded_by_days_max=(int | None, Field(description="if a later plan moved it: most days")),
    claim_id=(str, ...),
    claim=(Claim, ...),
    evidence=(list[Claim], Field(description="the claims that justify the verdict")),
)


class Promise(_PromiseHead):
    """A plan and what had become of it, or the event that it was about."""


class Scorecard(Shaped):
    """A source's plans, each beside what had become of it."""

    meta: ScorecardMeta
    results: list[Promise]


_RelationKeys = create_model(
    "_RelationKeys",
    __base__=Shaped,
    subject=(str, Field(description="kind/id")),
    subject_name=(str, ...),
    relation=(str, Field(description="a word of the vocabulary; see /v1/properties")),
    object=(str, Field(description="kind/id")),
    object_name=(str, ...),
    role=(str | None, ...),
    **dated("since", "When the relation began"),
    **dated("until", "When it ended"),
    active=(bool, Field(description="whether it held on the day asked about")),
    nature=(Nature, Field(description="plan: it is to hold; event: it came about")),
    claim_id=(str | None, Field(description="null for who wrote and published a source")),
    known_from=(dt.date, ...),
    known_to=(dt.date | None, ...),
)


class Relation(_RelationKeys):
    """That one record stands in a relation to another."""


_MomentKeys = create_model(
    "_MomentKeys",
    __base__=Shaped,
    id=(str, Field(description="kind/id/field", examples=["missions/luna-26/launch"])),
    subject=(str, Field(description="kind/id")),
    subject_name=(str, ...),
    kind=(Kind, ...),
    field=(str, Field(description="the field of the record, as `launch`")),
    what=(str, Field(description="what the date is of, in words")),
    status=(one_of(("planned", "actual")), ...),
    subject_status=(str | None, Field(description="how the record stands")),
    **dated("date", "The date that holds"),
    is_overdue=(bool, Field(description="its last planned day has passed, no outcome known")),
    slip_days_min=(int | None, Field(description="least days by which the plan has moved")),
    slip_days_max=(int | None, Field(description="most days by which the plan has moved")),
    first_edtf=(str | None, Field(description="the first date that was promised (EDTF)")),
    first_label=(str | None, Field(description="the first date that was promised, in words")),
    revisions=(int, Field(description="how many times the promised date has been changed")),
    disputed=(bool, Field(description="whether somebody else gives another date")),
    claim_id=(str, ...),
    known_from=(dt.date, ...),
    known_to=(dt.date | None, ...),
)


class Moment(_MomentKeys):
    """A date of a record, planned or past, and how far it has moved."""


class Change(StandingClaim):
    """A claim that became known, and what it changed on that day."""

    op: Literal["insert", "update"] = Field(
        description="insert: nothing was known of the property before; update: something was"
    )
    field: str | None = Field(description="the field that it is about; null for opinions")
    changed: bool = Field(description="whether the value changed on that day")
    before_label: str | None = Field(description="the value on the day before, in words")
    after_label: str | None = Field(description="the value on that day, in words")


class FieldDifference(Shaped):
    """A field that differs between two days."""

    field: str
    what: str = Field(description="what the field is, in words")
    op: Literal["insert", "update", "delete"]
    before_label: str | None
    after_label: str | None
    text: str = Field(description="the whole of it, in words")


class Difference(Shaped):
    """A record that differs between two days."""

    ref: str
    kind: Kind
    id: str
    name: str
    op: Literal["insert", "update"] = Field(description="insert: nothing was known of it before")
    differences: list[FieldDifference]


class Comparison(Shaped):
    """One record on two days."""

    ref: str
    name: str
    since: dt.date
    until: dt.date
    differences: list[FieldDifference]
    before: dict[str, Any] = Field(description="the record on the earlier day, as at its address")
    after: dict[str, Any] = Field(description="the record on the later day")


class Tie(Shaped):
    """Two bodies that work together: an edge of the network."""

    source: str = Field(description="kind/id")
    source_name: str
    target: str = Field(description="kind/id")
    target_name: str
    weight: int = Field(description="how many agreements, missions and projects they share")
    agreements: int
    missions: int
    projects: int
    via: list[str] = Field(description="those that they share, as kind/id")


class Actor(Shaped):
    """A body that works with others: a node of the network."""

    ref: str
    id: str
    name: str
    kind: str | None
    country: str | None = Field(description="ISO 3166-1 alpha-2")
    degree: int = Field(description="with how many others it works")
    weight: int = Field(description="the weights of its ties together")


class Network(Shaped):
    """Who works with whom."""

    meta: ListMeta
    results: list[Tie] = Field(description="the edges, the heaviest first")
    nodes: list[Actor] = Field(description="the nodes that the edges join")


class Highlight(Shaped):
    """Where the words were found."""

    field: str
    text: str = Field(description="HTML: what was found stands in <mark>, all else is escaped")


class Hit(Shaped):
    """Something that was found."""

    kind: str = Field(description="a kind of records, or claims")
    ref: str = Field(description="kind/id")
    id: str
    name: str
    highlights: list[Highlight]


class SearchMeta(ListMeta):
    """What a search says of itself."""

    kinds: dict[str, int] = Field(description="how many of each kind were found")
    interpreted: str = Field(description="what was looked for, near misses put right")
    ignored: list[str] = Field(description="words that nothing has, and that were left out")


class SearchResults(Shaped):
    """What was found."""

    meta: SearchMeta
    results: list[Hit]


class Value(Shaped):
    """One value of a record."""

    ref: str = Field(description="kind/id")
    key: str = Field(description="the column of its table")
    value: str | int | float | bool | None


class VocabularyProperty(Shaped):
    """A word of the vocabulary."""

    name: str
    definition: str
    value_type: ValueType
    many: bool = Field(description="whether a subject may have several values at once")
    subjects: list[Kind]
    nature: Nature = Field(description="what its claims usually are")
    field: str | None = Field(description="the field that serves it; null for opinions")
    refers_to: list[Kind]
    choices: dict[str, list[str]] = Field(description="by kind of subject")


class Coverage(Shaped):
    """How far the data reaches."""

    first_claim_on: dt.date | None
    last_claim_on: dt.date | None
    languages: list[str]


class Dataset(Shaped):
    """The data as a whole."""

    title: str
    description: str
    release: str
    program: str = Field(description="version of the program that serves it")
    counts: dict[str, int]
    coverage: Coverage
    code_license: str
    license: str
    license_url: str


class Health(Shaped):
    """Whether the service is there, and with which data."""

    status: Literal["ok"]
    release: str | None
