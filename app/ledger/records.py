"""The ledger as plain values: what seed files say, before any of it is a row."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.dates import FuzzyDate, Precision, until
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
        """When it was published; or else, on some day until somebody read it."""
        if self.published:
            return self.published
        day = self.accessed.latest if self.accessed else None
        assert day is not None, "checked: a source has a date"
        return until(day)

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
    weighed_at: dt.date = field(init=False)  # the day for which it is taken beside others
    counts: bool = field(init=False)  # an opinion or a deprecated claim never becomes a value
    # Who wins sorts first.
    precedence: tuple[int, int, int, int, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known_from = self.said_on.latest
        assert known_from is not None, "checked: said_on has an end"
        counts = self.nature is not Nature.ASSESSMENT and self.rank is not Rank.DEPRECATED
        weighed_at = _weighed_at(self.said_on, known_from)
        claim_id = content_id(*self.identity())
        precedence = (
            _RANK_ORDER[self.rank],
            -weighed_at.toordinal(),
            -known_from.toordinal(),
            _SOURCE_ORDER[self.source_kind],
            claim_id,
        )
        object.__setattr__(self, "id", claim_id)
        object.__setattr__(self, "known_from", known_from)
        object.__setattr__(self, "weighed_at", weighed_at)
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "precedence", precedence)

    def identity(self) -> tuple[str, ...]:
        """What makes it this claim and no other."""
        value = self.value if self.value is not None else f"({self.value_type})"
        # The day of reading alone, without the sign for an unknown start: ids are older than it.
        said_on = self.said_on.edtf.removeprefix("/")
        said = (self.said_by, said_on, self.source, self.locator)
        return (self.subject, self.property, value, *said)

    def is_dated(self) -> bool:
        """Whether anything is known of when it began to be said."""
        return self.said_on.earliest is not None

    def is_later_than(self, other: "Claim") -> bool:
        """Whether it was said after another; of what is undated nobody knows that it was."""
        return self.weighed_at > other.made_by()

    def made_by(self) -> dt.date:
        """The day by which it was made, beside what may be later."""
        if self.is_dated():
            return self.weighed_at
        # Since when it was said is unknown; but a plan is made before it falls due.
        due = self.date.latest if self.date and self.nature is Nature.PLAN else None
        return min(self.known_from, due or self.known_from)

    def definition(self) -> Property:
        """The property that it states."""
        return PROPERTIES[self.property]


def _weighed_at(said_on: FuzzyDate, known_from: dt.date) -> dt.date:
    """No later than it is certain to have been said, where its source tells two dates or none."""
    if said_on.precision is not Precision.INTERVAL:
        return known_from
    return said_on.earliest or dt.date.min


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
