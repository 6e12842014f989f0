"""The ledger as plain values: what seed files say, before any of it is a row."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.dates import FuzzyDate
from app.vocabulary import PROPERTIES, Completeness, Kind, Nature, Property, Rank, SourceKind

_RANK_ORDER = {rank: place for place, rank in enumerate(Rank)}
_SOURCE_ORDER = {kind: place for place, kind in enumerate(SourceKind)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the seed files something stands."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was read: its particulars as printed."""

    id: str
    title: str
    kind: SourceKind
    language: str
    published: FuzzyDate | None = None
    accessed: FuzzyDate | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    archived_url: str | None = None
    via: str | None = None
    note: str | None = None

    @property
    def ref(self) -> str:
        """The source as a subject of claims."""
        return f"{Kind.SOURCES}/{self.id}"

    @property
    def dated(self) -> FuzzyDate:
        """When it was published, or else when somebody read it."""
        date = self.published or self.accessed
        assert date is not None, "checked: a source has a date"
        return date

    @property
    def speaker(self) -> str | None:
        """Who speaks in it where a claim does not say."""
        return self.authors[0] if len(self.authors) == 1 else self.publisher


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody said something, on some day, in a source."""

    subject: str
    property: str
    value: str | None  # canonical text; None = unknown or none, by value_type
    value_type: str  # a ValueType, "unknown" or "none"
    nature: Nature
    said_by: str
    said_on: FuzzyDate
    source: str
    source_kind: SourceKind
    locator: str
    date: FuzzyDate | None = None  # the value, where it is a date
    original_value: str | None = None
    role: str | None = None
    since: FuzzyDate | None = None
    until: FuzzyDate | None = None
    rank: Rank = Rank.NORMAL
    rank_reason: str | None = None
    note: str | None = None
    # Made from the rest:
    id: str = field(init=False)
    known_from: dt.date = field(init=False)  # the last day of the span in which it was said
    counts: bool = field(init=False)  # an opinion or a deprecated claim never becomes a value
    precedence: tuple[int, int, int, str] = field(init=False, repr=False)  # who wins sorts first

    def __post_init__(self) -> None:
        known_from = self.said_on.latest
        assert known_from is not None, "checked: said_on has an end"
        counts = self.nature is not Nature.ASSESSMENT and self.rank is not Rank.DEPRECATED
        claim_id = content_id(*self.identity())
        precedence = (
            _RANK_ORDER[self.rank],
            -known_from.toordinal(),
            _SOURCE_ORDER[self.source_kind],
            claim_id,
        )
        object.__setattr__(self, "id", claim_id)
        object.__setattr__(self, "known_from", known_from)
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "precedence", precedence)

    def identity(self) -> tuple[str, ...]:
        """What makes it this claim and no other."""
        value = self.value if self.value is not None else f"({self.value_type})"
        said = (self.said_by, self.said_on.edtf, self.source, self.locator)
        return (self.subject, self.property, value, *said)

    def definition(self) -> Property:
        """The property that it states."""
        return PROPERTIES[self.property]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disagreement that a person should know of, and the claims it is about."""

    id: str
    about: str
    note: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the data reaches in one field, as its editors see it."""

    id: str
    kind: Kind
    covers: str
    completeness: Completeness
    known_until: FuzzyDate
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that the seed files say."""

    entities: Sequence[str]  # "missions/luna-26", sources included
    sources: Mapping[str, Source]
    claims: Sequence[Claim]
    disputes: Sequence[Dispute]
    coverage: Sequence[Coverage] = ()
    former_ids: Sequence[tuple[str, str]] = ()  # an id that was, and what it is now: kind/id


def content_id(*parts: str) -> str:
    """Sixteen hexadecimal digits made from the parts: equal parts, equal id."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
