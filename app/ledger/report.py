"""How well the seed files are founded: what they rest on, where they are thin. Pure functions."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.ledger.records import Claim, Ledger, Source
from app.ledger.resolve import is_reference
from app.vocabulary import Kind, Rank, SourceKind

# What is told by somebody who was not there, and does not say who was.
WEAK = frozenset({SourceKind.ENCYCLOPEDIA, SourceKind.COMMENTARY})
_NAMING = frozenset({"name", "native_name", "alias", "kind", "country", "governs"})


@dataclass(frozen=True, slots=True)
class KindReport:
    """The records of a kind: how many, and how many claims each has."""

    records: int
    claims: int
    median: float
    most: int
    single_source: int  # records of which one source alone tells anything


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to say of a ledger as a whole."""

    claims: int
    sources_by_kind: Mapping[str, int]
    claims_by_source_kind: Mapping[str, int]
    kinds: Mapping[str, KindReport]
    weak_claims: int  # on an encyclopaedia or a commentary
    copied_claims: int  # read in a copy that somebody else passed on
    undated_sources: int
    deprecated: int
    disputes: int
    single_source: Sequence[str]  # missions, agreements and projects that rest on one source
    dead_ends: Sequence[str]  # records that nothing refers to, and that only have a name


def report_on(ledger: Ledger) -> Report:
    """The figures of a ledger."""
    sources = ledger.sources
    about: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in ledger.claims:
        about[claim.subject].append(claim)
    single = {ref for ref, claims in about.items() if len({c.source for c in claims}) == 1}
    return Report(
        claims=len(ledger.claims),
        sources_by_kind=_counted(source.kind.value for source in sources.values()),
        claims_by_source_kind=_counted(claim.source_kind.value for claim in ledger.claims),
        kinds={kind.value: _kind_report(kind, ledger, about, single) for kind in Kind},
        weak_claims=sum(claim.source_kind in WEAK for claim in ledger.claims),
        copied_claims=sum(sources[claim.source].via is not None for claim in ledger.claims),
        undated_sources=sum(source.published is None for source in sources.values()),
        deprecated=sum(claim.rank is Rank.DEPRECATED for claim in ledger.claims),
        disputes=len(ledger.disputes),
        single_source=sorted(ref for ref in single if _kind(ref) in _OF_INTEREST),
        dead_ends=sorted(_dead_ends(ledger, about)),
    )


_OF_INTEREST = (Kind.MISSIONS, Kind.AGREEMENTS, Kind.PROJECTS)


def _kind(ref: str) -> Kind:
    return Kind(ref.partition("/")[0])


def _counted(words: Iterator[str]) -> Mapping[str, int]:
    found = Counter(words)
    return {kind.value: found[kind.value] for kind in SourceKind if found[kind.value]}


def _kind_report(
    kind: Kind, ledger: Ledger, about: Mapping[str, Sequence[Claim]], single: set[str]
) -> KindReport:
    refs = [ref for ref in ledger.entities if _kind(ref) is kind]
    numbers = [len(about.get(ref, ())) for ref in refs]
    return KindReport(
        records=len(refs),
        claims=sum(numbers),
        median=statistics.median(numbers) if numbers else 0,
        most=max(numbers, default=0),
        single_source=len(single.intersection(refs)),
    )


def _dead_ends(ledger: Ledger, about: Mapping[str, Sequence[Claim]]) -> Iterator[str]:
    """Records that nothing refers to and of which nothing is told but what they are called."""
    named = {ref for source in ledger.sources.values() for ref in _named_by(source)}
    named |= {claim.said_by for claim in ledger.claims}
    named |= {
        claim.value for claim in ledger.claims if claim.value and is_reference(claim.property)
    }
    used = {claim.source for claim in ledger.claims}
    for ref in ledger.entities:
        if ref.startswith(f"{Kind.SOURCES}/"):
            if ref.partition("/")[2] not in used and ref not in named:
                yield ref
        elif ref not in named and all(claim.property in _NAMING for claim in about[ref]):
            yield ref


def _named_by(source: Source) -> Iterator[str]:
    yield from source.authors
    yield from filter(None, (source.publisher, source.via))
