"""Every public shape, as the OpenAPI document shows it.

Answers are put together from documents prepared when the data was loaded, not from instances of
these models; the tests hold each against the other.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from app.dates import Precision
from app.fields import Field as RecordField
from app.fields import Key, Shape, date_keys, fields_of, scalar_keys
from app.models import Standing
from app.vocabulary import Kind, Nature, Rank, SourceKind, ValueType, Verdict

T = TypeVar("T")

LICENSE = "CC-BY-4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"

SINGULAR = {
    Kind.MISSIONS: "Mission",
    Kind.AGREEMENTS: "Agreement",
    Kind.AGENCIES: "Agency",
    Kind.PROJECTS: "Project",
    Kind.PEOPLE: "Person",
    Kind.SOURCES: "Source",
}


class Shaped(BaseModel):
    """What every public shape has in common: its keys are fixed."""

    model_config = ConfigDict(extra="forbid")


# --- Envelope -----------------------------------------------------------------------------------


class AsOf(Shaped):
    """The day as of which the answer was given."""

    requested: str | None = Field(description="what the request said; null = nothing, so today")
    resolved: dt.date = Field(description="the day that this means; a period means its last day")


class Citation(Shaped):
    """How to cite the answer."""

    text: str
    url: str = Field(description="address that gives the same answer: it names the day")


class Meta(Shaped):
    """What every answer says of itself."""

    as_of: AsOf
    release: str = Field(description="digest of all that the data says; changes when it does")
    license: str = Field(description="licence of the data (SPDX)", examples=[LICENSE])
    license_url: str
    citation: Citation


class ListMeta(Meta):
    """What a list says of itself."""

    count: int = Field(description="how many records there are in all, not only on this page")
    limit: int
    next_cursor: str | None = Field(description="for the next page; null on the last")
    next: str | None = Field(description="address of the next page; null on the last")


class ScorecardMeta(ListMeta):
    """What a scorecard says of itself."""

    verdicts: dict[str, int] = Field(description="how many plans got which verdict")


class Item(Shaped, Generic[T]):
    """One record."""

    meta: Meta
    result: T


class Page(Shaped, Generic[T]):
    """Some records of a list."""

    meta: ListMeta
    results: list[T]


# --- Parts --------------------------------------------------------------------------------------


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


def _one_of(choices: Sequence[str]) -> Any:
    return Literal[tuple(str(choice) for choice in choices)]


def _keys(keys: Iterator[Key]) -> dict[str, Any]:
    return {key.name: (_annotation(key), Field(description=key.definition)) for key in keys}


def _annotation(key: Key) -> Any:
    annotation: Any = _one_of(key.choices) if key.choices else key.type
    return annotation | None if key.nullable else annotation


def _dated(prefix: str, what: str) -> dict[str, Any]:
    return _keys(date_keys(prefix, what))


_ClaimHead = create_model(
    "_ClaimHead",
    __base__=Shaped,
    id=(str, Field(description="made from the content: equal claims, equal ids")),
    subject=(str, Field(description="what it is about, as kind/id")),
    subject_name=(str, ...),
    property=(str, Field(description="a word of the vocabulary; see /v1/properties")),
    value=(str | None, Field(description="as in the ledger; null by value_type")),
    value_type=(
        _one_of((*ValueType, "unknown", "none")),
        Field(description="unknown: said not to be known; none: said not to exist"),
    ),
    value_label=(str, Field(description="in words")),
    value_earliest=(dt.date | None, Field(description="of a date: first day that it may be")),
    value_latest=(dt.date | None, Field(description="of a date: last day that it may be")),
    value_precision=(Precision | None, Field(description="of a date: how precise it is")),
    original_value=(str | None, Field(description="as the source puts it")),
    nature=(Nature, Field(description="an assessment is an opinion and never becomes a value")),
    role=(str | None, ...),
    **_dated("since", "When the relation began"),
    **_dated("until", "When the relation ended"),
    said_by=(str, Field(description="who asserts it; a source, where nobody signed")),
    said_by_name=(str, ...),
    **_dated("said", "When it was asserted"),
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
    nature=(_one_of(("plan", "event")), ...),
    value=(str | None, ...),
    value_label=(str, ...),
    **_dated("date", "The date promised, or the date of the event"),
    said_by=(str, ...),
    said_by_name=(str, ...),
    **_dated("said", "When it was said"),
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


class ProblemError(Shaped):
    """One thing wrong with the request."""

    parameter: str
    detail: str


class Problem(Shaped):
    """An error (RFC 9457)."""

    type: str = Field(description="address of a page about this kind of error")
    title: str = Field(description="the same for every error of the type")
    status: int
    detail: str = Field(description="what is wrong this time, and what to do about it")
    instance: str = Field(description="the address asked for")
    request_id: str = Field(description="also in the header X-Request-Id, and in our log")
    errors: list[ProblemError] = Field(description="the parameters at fault")


@cache
def item_of(model: type[BaseModel]) -> type[BaseModel]:
    """One record of a model, under the name that generated clients will use: MissionItem."""
    return _envelope(f"{model.__name__}Item", Item[model])  # type: ignore[valid-type]


@cache
def page_of(model: type[BaseModel]) -> type[BaseModel]:
    """A page of records of a model: MissionPage."""
    return _envelope(f"{model.__name__}Page", Page[model])  # type: ignore[valid-type]


def _envelope(name: str, base: type[BaseModel]) -> type[BaseModel]:
    made: type[BaseModel] = create_model(name, __base__=base, __doc__=base.__doc__)
    return made


# --- Records ------------------------------------------------------------------------------------


@cache
def record_model(kind: Kind) -> type[BaseModel]:
    """The shape of a record of a kind, with its claims."""
    return _source_model() if kind is Kind.SOURCES else _entity_model(kind)


_CLAIMS = (list[StandingClaim], Field(description="the claims behind it; see the parameter claims"))
_KNOWN: dict[str, Any] = {
    "known_from": (
        dt.date | None,
        Field(description="since when this is what was known; null = nothing was known yet"),
    ),
    "known_to": (
        dt.date | None,
        Field(description="the day from which another answer holds, as far as can be seen"),
    ),
}


def _entity_model(kind: Kind) -> type[BaseModel]:
    keys: dict[str, Any] = {
        "id": (str, Field(description="slug, unique among its kind")),
        "ref": (str, Field(description="kind/id")),
    }
    for field in fields_of(kind):
        keys |= _record_keys(field)
    keys |= {
        "disputed": (list[str], Field(description="fields on which somebody else disagrees")),
        "unknown": (list[str], Field(description="fields said to be unknown")),
        "none": (list[str], Field(description="fields of which it is said that there is none")),
        "disputes": (list[DisputeLink], Field(description="disagreements about it")),
        **_KNOWN,
        "claims": _CLAIMS,
    }
    model: type[BaseModel] = create_model(SINGULAR[kind], __base__=Shaped, **keys)
    model.__doc__ = f"{SINGULAR[kind]}, as it was known on the day asked about."
    return model


def _record_keys(field: RecordField) -> dict[str, Any]:
    if field.shape is Shape.TEXTS:
        return {field.name: (list[str], Field(description=field.definition))}
    if field.shape is Shape.LINKS:
        return {field.name: (list[Link], Field(description=field.definition))}
    return _keys(scalar_keys(field))


def _source_model() -> type[BaseModel]:
    model: type[BaseModel] = create_model(
        "Source",
        __base__=Shaped,
        id=(str, ...),
        ref=(str, ...),
        title=(str | None, ...),
        kind=(SourceKind | None, Field(description="from best to weakest, in this order")),
        publisher=(str | None, ...),
        publisher_name=(str | None, ...),
        authors=(list[AuthorLink], ...),
        via=(str | None, Field(description="who passed on the copy that was read")),
        via_name=(str | None, ...),
        language=(str | None, Field(description="BCP 47")),
        url=(str | None, ...),
        archived_url=(str | None, ...),
        **_dated("published", "When it was published, as printed"),
        **_dated("accessed", "For an undated page, when it was read"),
        note=(str | None, ...),
        disputes=(list[DisputeLink], Field(description="disagreements about it")),
        **_KNOWN,
        claims=(
            list[StandingClaim],
            Field(description="what is claimed about the source itself"),
        ),
    )
    model.__doc__ = "A text that was read."
    return model
