"""What stands inside records and beside them: links, claims, promises, the data set."""

import datetime as dt
from typing import Literal

from pydantic import Field, create_model

from app.dates import Precision
from app.models import Standing
from app.schemas.envelope import ScorecardMeta, Shaped
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
