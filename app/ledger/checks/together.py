"""Records and claims beside one another: what only shows when all are read."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from app.ledger.checks.found import Findings, Record, check_date
from app.ledger.records import Claim, Coverage, Dispute, Place, Source
from app.ledger.seedschema import (
    DISPUTES,
    ClaimEntry,
    CoverageFile,
    DisputeFile,
    EntityFile,
)
from app.vocabulary import Nature, Rank, ValueType


def check_unique(records: Sequence[Record], found: Findings) -> None:
    """That no two files are about the same record."""
    seen: dict[str, Place] = {}
    for record in records:
        place = record.place("id")
        if record.ref in seen:
            remedy = "merge the two files"
            found.add(place, f"{record.ref} stands in {seen[record.ref]} too", remedy)
        seen.setdefault(record.ref, place)


def former_ids_of(records: Sequence[Record], found: Findings) -> list[tuple[str, str]]:
    """The ids that records used to have, each with its record; none may be another's id."""
    former: dict[str, str] = {}
    for record in records:
        for place_in_list, slug in enumerate(getattr(record.model, "former_ids", ())):
            ref = f"{record.folder}/{slug}"
            place = record.place("former_ids", place_in_list)
            if ref in found.refs:
                found.add(place, f"{ref} is a record of its own", "leave it out")
            elif ref in former:
                found.add(place, f"{ref} leads to {former[ref]} too", "leave one of them out")
            former.setdefault(ref, record.ref)
    return [(ref.partition("/")[2], target) for ref, target in former.items()]


def check_duplicates(placed: Sequence[tuple[Claim, Place]], found: Findings) -> None:
    """That no claim stands twice."""
    seen: dict[str, Place] = {}
    for claim, place in placed:
        if claim.id in seen:
            found.add(place, f"the same claim as at {seen[claim.id]}", "delete one")
        seen.setdefault(claim.id, place)


def check_preferred(placed: Sequence[tuple[Claim, Place]], found: Findings) -> None:
    """That a single-valued property has one preferred claim at most."""
    preferred: Counter[tuple[str, str]] = Counter()
    for claim, place in placed:
        if claim.rank is not Rank.PREFERRED or claim.definition().many:
            continue
        key = (claim.subject, claim.property)
        preferred[key] += 1
        if preferred[key] > 1:
            what = f"a second preferred claim of the single-valued {claim.property!r}"
            found.add(place, what, "keep the better one preferred")


def check_said_about(records: Sequence[Record], found: Findings) -> None:
    """That something is claimed about every record, its name at least."""
    for record in records:
        if not isinstance(record.model, EntityFile):
            continue
        if not record.model.claims:
            remedy = "add a claim about it, or delete the file"
            found.add(record.place("id"), f"nothing claims anything about {record.ref}", remedy)
        elif not any(_names(claim) for claim in record.model.claims):
            found.add(record.place("id"), f"{record.ref} has no name", "add a claim of its name")


def _names(claim: ClaimEntry) -> bool:
    """Whether a claim gives its subject a name: neither one withdrawn, nor an opinion, nor none."""
    is_name = claim.property == "name" and (claim.value or not claim.value_type)
    return (
        bool(is_name)
        and claim.rank is not Rank.DEPRECATED
        and claim.nature is not Nature.ASSESSMENT
    )


def check_named_in_time(
    placed: Sequence[tuple[Claim, Place]], sources: dict[str, Source], found: Findings
) -> None:
    """That whatever is told of has a name by then: a later one would tell of later."""
    named: dict[str, dt.date] = {}
    for claim, _ in placed:
        if claim.property == "name" and claim.counts and claim.value:
            named[claim.subject] = min(claim.known_from, named.get(claim.subject, dt.date.max))
    told: dict[str, tuple[dt.date, str]] = {}
    for ref, day, source in _mentions(placed, sources):
        if ref in named and day < named[ref]:
            told[ref] = min((day, source), told.get(ref, (dt.date.max, "")))
    places = {claim.subject: place for claim, place in reversed(placed) if claim.subject in told}
    for ref, (day, source) in told.items():
        what = f"{ref} is told of on {day} (by {source}), and named only on {named[ref]}"
        remedy = "add a claim of its name from then; with said_on:, if it was said before"
        found.add(places[ref], what, remedy)


def _mentions(
    placed: Sequence[tuple[Claim, Place]], sources: dict[str, Source]
) -> Iterator[tuple[str, dt.date, str]]:
    """What is told of, on which day, in which source."""
    for claim, _ in placed:
        values = [claim.value] if claim.value and claim.value_type == ValueType.REFERENCE else []
        for ref in (claim.subject, claim.said_by, *values):
            yield ref, claim.known_from, claim.source
    for source in sources.values():
        for ref in (*source.authors, *filter(None, (source.publisher, source.via))):
            if source.dated.latest:
                yield ref, source.dated.latest, source.id


def coverage_of(record: Record, found: Findings) -> Coverage | None:
    """A record as a statement of coverage, if it is one and has a date."""
    model = record.model
    if not isinstance(model, CoverageFile):
        return None
    place = record.place("known_until")
    known_until = check_date(model.known_until, place, found)
    if known_until is None or known_until.latest is None:
        return None
    return Coverage(**model.model_dump(exclude={"known_until"}), known_until=known_until)


class Selection:
    """Claims by what they say, so that a selector is held against few of them."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._claims = claims
        self._by: dict[str, defaultdict[str | None, list[Claim]]] = {}

    def matching(self, wanted: Mapping[str, str]) -> list[str]:
        """The ids of the claims that say all that a selector wants, in their order."""
        few = min((self._saying(key, value) for key, value in wanted.items()), key=len, default=())
        return [claim.id for claim in few if _matches(claim, wanted)]

    def _saying(self, key: str, value: str) -> Sequence[Claim]:
        if key not in self._by:
            self._by[key] = defaultdict(list)
            for claim in self._claims:
                self._by[key][_said(claim, key)].append(claim)
        return self._by[key].get(value, ())


def dispute_of(record: Record, claims: Selection, found: Findings) -> Dispute | None:
    """A record as a dispute, if it is one; each of its selectors must name a claim."""
    model = record.model
    if not isinstance(model, DisputeFile):
        return None
    named: dict[str, None] = {}
    for index, selector in enumerate(model.claims):
        wanted = selector.model_dump(exclude_none=True)
        matching = claims.matching(wanted)
        if not wanted or not matching:
            what = "a selector that names no claim" if wanted else "an empty selector"
            remedy = "check its words against the claim's"
            found.add(record.place("claims", index), what, remedy)
        named.update(dict.fromkeys(matching))
    return Dispute(id=model.id, about=model.about, note=model.note, claims=tuple(named))


def _matches(claim: Claim, wanted: Mapping[str, str]) -> bool:
    return all(_said(claim, key) == value for key, value in wanted.items())


def _said(claim: Claim, key: str) -> str | None:
    said: str | None = claim.said_on.edtf if key == "said_on" else getattr(claim, key)
    return said


def check_said_before_publication(
    placed: Sequence[tuple[Claim, Place]],
    sources: dict[str, Source],
    disputes: Sequence[Dispute],
    found: Findings,
) -> None:
    """That nothing is said after its source was published, unless a dispute tells of it."""
    disputed = {claim_id for dispute in disputes for claim_id in dispute.claims}
    for claim, place in placed:
        published = sources[claim.source].published
        if published is None or claim.said_on.earliest is None or published.latest is None:
            continue
        if claim.said_on.earliest > published.latest and claim.id not in disputed:
            what = f"said on {claim.said_on.edtf}, after its source was published"
            remedy = f"correct said_on, or record the dispute in {DISPUTES}/"
            found.add(place, what, remedy)
