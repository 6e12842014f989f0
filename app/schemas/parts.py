"""What stands inside records and beside them: links, claims, promises, the data set."""

import datetime as dt
from typing import Any, Literal

from pydantic import Field, create_model

from app.dates import Precision
from app.models import Standing
from app.schemas.envelope import ListMeta, ScorecardMeta, Shaped
from app.schemas.keys import dated, one_of
from app.vocabulary import Completeness, Kind, Nature, Rank, SourceKind, ValueType, Verdict


class Link(Shaped):
    """Another record, and how the two are related."""

    ref: str = Field(description="kind/id", examples=["agencies/roscosmos"])
    kind: Kind = Field(description="kind of record")
    id: str = Field(description="its id, unique among its kind")
    name: str = Field(description="what it was called on that day")
    role: str | None = Field(description="in what role")
    since_edtf: str | None = Field(description="when the relation began")
    until_edtf: str | None = Field(description="when it ended")
    active: bool = Field(description="whether it held on the day asked about")
    claim_id: str = Field(description="the claim behind it")


class AuthorLink(Shaped):
    """Who wrote a source."""

    ref: str = Field(description="kind/id")
    name: str = Field(description="what it was called on that day")


class DisputeLink(Shaped):
    """A disagreement that one should know of."""

    id: str = Field(description="its id, unique among its kind")
    about: str = Field(description="what the disagreement is about")
    note: str = Field(description="what a reader should know about it")


class ClaimSource(Shaped):
    """Where a claim can be read."""

    id: str = Field(description="its id, as in /v1/sources")
    title: str = Field(description="its title")
    kind: SourceKind = Field(description="kind of source")
    publisher: str | None = Field(description="who published it, as kind/id")
    publisher_name: str | None = Field(description="what the publisher was called on that day")
    published_edtf: str | None = Field(description="when it was published (EDTF)")
    accessed_edtf: str | None = Field(description="for an undated page, when it was read")
    url: str | None = Field(description="where it can be read")
    archived_url: str | None = Field(description="a copy that stays")


_ClaimHead = create_model(
    "_ClaimHead",
    __base__=Shaped,
    id=(str, Field(description="made from the content: equal claims, equal ids")),
    subject=(str, Field(description="what it is about, as kind/id")),
    subject_name=(str, Field(description="what that record was called on that day")),
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
    role=(str | None, Field(description="in what role")),
    **dated("since", "When the relation began"),
    **dated("until", "When the relation ended"),
    said_by=(str, Field(description="who asserts it; a source, where nobody signed")),
    said_by_name=(str, Field(description="what the speaker was called on that day")),
    **dated("said", "When it was asserted; /day, on some day until it was read, if undated"),
    known_from=(dt.date, Field(description="the last day of that span: from then on it counts")),
    locator=(str, Field(description="where in the source", examples=["paragraph 9"])),
    source=(ClaimSource, ...),
    rank=(Rank, Field(description="an editor's weighing; only normal goes without a reason")),
    rank_reason=(str | None, Field(description="why an editor weighs it so")),
    note=(str | None, Field(description="what a reader should know about it")),
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

    known_from: dt.date = Field(description="the day")
    known_to: dt.date | None = Field(description="the day of the next change in sight")
    changed: list[str] = Field(description="the fields that changed; none at first")
    because: Literal["claims", "calendar"] = Field(
        description="claims became known, or a day came: a plan fell due, a relation ended"
    )
    claims: list[str] = Field(description="ids of the claims that became known")


class Dispute(DisputeLink):
    """A disagreement, and the claims that it is about."""

    known_from: dt.date = Field(description="the day from which all its claims are known")
    subjects: list[str] = Field(description="what it is about, as kind/id")
    claims: list[str] = Field(description="ids of the claims that disagree")


_PromiseHead = create_model(
    "_PromiseHead",
    __base__=Shaped,
    subject=(str, Field(description="what it is about, as kind/id")),
    subject_name=(str, Field(description="what that record was called on that day")),
    property=(str, Field(description="a word of the vocabulary; see /v1/properties")),
    milestone=(str | None, Field(description="what the date is of, if it is one")),
    nature=(one_of(("plan", "event")), Field(description="a plan, or the event that it was about")),
    value=(str | None, Field(description="as in the ledger")),
    value_label=(str, Field(description="in words")),
    **dated("date", "The date promised, or the date of the event"),
    said_by=(str, Field(description="who said it, as kind/id")),
    said_by_name=(str, Field(description="what the speaker was called on that day")),
    **dated("said", "When it was said; /day, on some day until it was read, if undated"),
    slip_days_min=(int | None, Field(description="least days after the first date promised")),
    slip_days_max=(int | None, Field(description="most days after the first date promised")),
    verdict=(Verdict | None, Field(description="what had become of the plan; null for events")),
    verdict_meaning=(str | None, Field(description="the verdict in words")),
    late_days_min=(int | None, Field(description="if it happened: least days after the promise")),
    late_days_max=(int | None, Field(description="if it happened: most days after the promise")),
    superseded_by_days_min=(int | None, Field(description="if a later plan moved it: least days")),
    superseded_by_days_max=(int | None, Field(description="if a later plan moved it: most days")),
    claim_id=(str, Field(description="the claim behind it")),
    claim=(Claim, Field(description="the claim itself")),
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
    subject_name=(str, Field(description="what that record was called on that day")),
    relation=(str, Field(description="a word of the vocabulary; see /v1/properties")),
    object=(str, Field(description="kind/id")),
    object_name=(str, Field(description="what that record was called on that day")),
    role=(str | None, Field(description="in what role")),
    **dated("since", "When the relation began"),
    **dated("until", "When it ended"),
    active=(bool, Field(description="whether it held on the day asked about")),
    nature=(Nature, Field(description="plan: it is to hold; event: it came about")),
    claim_id=(str | None, Field(description="null for who wrote and published a source")),
    known_from=(dt.date, Field(description="the first day on which this held")),
    known_to=(
        dt.date | None,
        Field(description="the day on which something else held; null = none in sight"),
    ),
)


class Relation(_RelationKeys):
    """That one record stands in a relation to another."""


_MomentKeys = create_model(
    "_MomentKeys",
    __base__=Shaped,
    id=(str, Field(description="kind/id/field", examples=["missions/luna-26/launch"])),
    subject=(str, Field(description="kind/id")),
    subject_name=(str, Field(description="what that record was called on that day")),
    kind=(Kind, Field(description="kind of record")),
    field=(str, Field(description="the field of the record, as `launch`")),
    what=(str, Field(description="what the date is of, in words")),
    status=(one_of(("planned", "actual")), Field(description="whether it is planned or happened")),
    subject_status=(str | None, Field(description="how the record stands")),
    **dated("date", "The date that holds"),
    is_overdue=(bool, Field(description="its last planned day has passed, no outcome known")),
    slip_days_min=(int | None, Field(description="least days by which the plan has moved")),
    slip_days_max=(int | None, Field(description="most days by which the plan has moved")),
    first_edtf=(str | None, Field(description="the first date that was promised (EDTF)")),
    first_label=(str | None, Field(description="the first date that was promised, in words")),
    revisions=(int, Field(description="how many times the promised date has been changed")),
    last_word=(
        dt.date | None,
        Field(description="of what was promised: the day on which its date was last said"),
    ),
    disputed=(bool, Field(description="whether somebody else gives another date")),
    claim_id=(str, Field(description="the claim behind it")),
    known_from=(dt.date, Field(description="the first day on which this held")),
    known_to=(
        dt.date | None,
        Field(description="the day on which something else held; null = none in sight"),
    ),
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

    field: str = Field(description="the field of the record")
    what: str = Field(description="what the field is, in words")
    op: Literal["insert", "update", "delete"] = Field(
        description="insert: nothing was known before; delete: it is known no longer"
    )
    before_label: str | None = Field(description="its value on the earlier day, in words")
    after_label: str | None = Field(description="its value on the later day, in words")
    text: str = Field(description="the whole of it, in words")


class Difference(Shaped):
    """A record that differs between two days."""

    ref: str = Field(description="kind/id")
    kind: Kind = Field(description="kind of record")
    id: str = Field(description="its id, unique among its kind")
    name: str = Field(description="what it was called on that day")
    op: Literal["insert", "update"] = Field(description="insert: nothing was known of it before")
    differences: list[FieldDifference] = Field(description="what differs, field by field")


class Comparison(Shaped):
    """One record on two days."""

    ref: str = Field(description="kind/id")
    name: str = Field(description="what it was called on that day")
    since: dt.date = Field(description="the earlier day")
    until: dt.date = Field(description="the later day")
    differences: list[FieldDifference] = Field(description="what differs, field by field")
    before: dict[str, Any] = Field(description="the record on the earlier day, as at its address")
    after: dict[str, Any] = Field(description="the record on the later day")


class Identifier(Shaped):
    """What a record is called in a register that others keep."""

    scheme: str = Field(description="whose register it is", examples=["iso3166"])
    identifier: str = Field(description="as the register has it", examples=["RU"])
    ref: str = Field(description="kind/id")
    kind: Kind = Field(description="kind of record")
    id: str = Field(description="its id, unique among its kind")
    name: str = Field(description="what it was called on that day")
    property: str = Field(description="a word of the vocabulary; see /v1/properties")
    claim_id: str = Field(description="the claim behind it")
    known_from: dt.date = Field(description="the first day on which this held")
    known_to: dt.date | None = Field(
        description="the day on which something else held; null = none in sight"
    )


_CoveredField = create_model(
    "_CoveredField",
    __base__=Shaped,
    id=(str, Field(description="its id")),
    kind=(Kind, Field(description="kind of record")),
    covers=(str, Field(description="which of them")),
    completeness=(Completeness, Field(description="how much of it the data holds")),
    completeness_meaning=(str, Field(description="the same in words")),
    **dated("known_until", "The day up to which the sources that were read tell"),
    note=(str | None, Field(description="what a reader should know about it")),
)


class CoveredField(_CoveredField):
    """How far the data reaches in one field, as its editors see it."""


class Tie(Shaped):
    """Two bodies that work together: an edge of the network."""

    source: str = Field(description="kind/id")
    source_name: str = Field(description="what the first was called on that day")
    target: str = Field(description="kind/id")
    target_name: str = Field(description="what the second was called on that day")
    weight: int = Field(description="how many agreements, missions and projects they share")
    agreements: int = Field(description="how many agreements they share")
    missions: int = Field(description="how many missions they share")
    projects: int = Field(description="how many projects they share")
    via: list[str] = Field(description="those that they share, as kind/id")


class Actor(Shaped):
    """A body that works with others: a node of the network."""

    ref: str = Field(description="kind/id")
    id: str = Field(description="its id, unique among its kind")
    name: str = Field(description="what it was called on that day")
    kind: str | None = Field(description="sort of body")
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

    field: str = Field(description="in which part of the record")
    text: str = Field(description="HTML: what was found stands in <mark>, all else is escaped")


class Hit(Shaped):
    """Something that was found."""

    kind: str = Field(description="a kind of records, or claims")
    ref: str = Field(description="kind/id")
    id: str = Field(description="its id, unique among its kind")
    name: str = Field(description="what it was called on that day")
    highlights: list[Highlight] = Field(description="where the words were found")


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
    value: str | int | float | bool | None = Field(
        description="the value; null where nothing is known"
    )


class VocabularyProperty(Shaped):
    """A word of the vocabulary."""

    name: str = Field(description="the word")
    definition: str = Field(description="what it means")
    value_type: ValueType = Field(description="how its values are written")
    many: bool = Field(description="whether a subject may have several values at once")
    subjects: list[Kind] = Field(description="kinds of records that it fits")
    nature: Nature = Field(description="what its claims usually are")
    field: str | None = Field(description="the field that serves it; null for opinions")
    refers_to: list[Kind] = Field(description="kinds of records that a value may name")
    choices: dict[str, list[str]] = Field(description="by kind of subject")


class Coverage(Shaped):
    """How far the data reaches."""

    first_claim_on: dt.date | None = Field(
        description="the day on which the first claim became known"
    )
    last_claim_on: dt.date | None = Field(
        description="the day on which the last claim became known"
    )
    languages: list[str] = Field(description="languages of the sources (BCP 47)")


class Dataset(Shaped):
    """The data as a whole."""

    title: str = Field(description="its name")
    description: str = Field(description="what it is")
    release: str = Field(description="digest of all that the data says")
    program: str = Field(description="version of the program that serves it")
    counts: dict[str, int] = Field(description="how many there are of each kind")
    coverage: Coverage = Field(description="how far the data reaches")
    code_license: str = Field(description="licence of the program (SPDX)")
    license: str = Field(description="licence of the data (SPDX)")
    license_url: str = Field(description="the licence in full")


class Health(Shaped):
    """Whether the service is there, and with which data."""

    status: Literal["ok"] = Field(description="ok: it answers")
    release: str | None = Field(description="digest of all that the data says")
