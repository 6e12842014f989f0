"""What cannot well be true, whoever says it: mistakes of ours, or of a source, to be marked."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.dates import FuzzyDate
from app.ledger.checks.found import Findings
from app.ledger.records import Claim, Dispute, Place
from app.vocabulary import MILESTONES, Nature

Placed = tuple[Claim, Place]

_LONGEST_PLAN = dt.timedelta(days=30 * 366)
_REMEDY = (
    "correct it; if the source says so, make it rank: deprecated with a rank_reason, or record "
    "the dispute"
)
# What can only happen to a mission that was launched, and what before an agreement can have a
# party.
_AFTER_LAUNCH = ("landed_on", "lunar_orbit_on", "impacted_on", "returned_on", "ended_on")
_BEGINNINGS = ("proposed_on", "announced_on", "adopted_on", "opened_for_signature_on", "signed_on")
_RANGES = {"landing_latitude": 90, "landing_longitude": 180}


def check_plausible(placed: Sequence[Placed], disputes: Sequence[Dispute], found: Findings) -> None:
    """That claims which count do not contradict the calendar, the sky or one another.

    A claim that a dispute names is known to be odd, and is let through.
    """
    disputed = {claim_id for dispute in disputes for claim_id in dispute.claims}
    about: defaultdict[str, list[Placed]] = defaultdict(list)
    for claim, place in placed:
        if claim.counts and claim.id not in disputed:
            about[claim.subject].append((claim, place))
    for claims in about.values():
        for place, what in _oddities(claims):
            found.add(place, what, _REMEDY)


def _oddities(claims: Sequence[Placed]) -> Iterator[tuple[Place, str]]:
    for claim, place in claims:
        for what in _by_itself(claim):
            yield place, what
    yield from _before_launch(claims)
    yield from _launch_and_designator(claims)
    yield from _before_the_agreement(claims)
    yield from _before_foundation(claims)


def _by_itself(claim: Claim) -> Iterator[str]:
    date = claim.date
    if date and claim.nature is Nature.PLAN and _length(date) > _LONGEST_PLAN:
        yield f"a plan that spans more than thirty years ({date.label})"
    happened = date if claim.nature is Nature.EVENT and claim.property != "valid_during" else None
    if happened and happened.earliest and happened.earliest > claim.known_from:
        yield f"{claim.property} {happened.edtf}, said to have happened before it did"
    limit = _RANGES.get(claim.property)
    if limit and claim.value and abs(float(claim.value)) > limit:
        yield f"{claim.property} {claim.value} is not between -{limit} and {limit}"


def _length(date: FuzzyDate) -> dt.timedelta:
    """How long a span is; one that is open has no length."""
    if date.earliest is None or date.latest is None:
        return dt.timedelta(0)
    return date.latest - date.earliest


def _before_launch(claims: Sequence[Placed]) -> Iterator[tuple[Place, str]]:
    launches = [claim.date for claim, _ in claims if claim.property == "launched_on" and claim.date]
    earliest = min((date.earliest for date in launches if date.earliest), default=None)
    for claim, place in claims:
        if claim.property in _AFTER_LAUNCH and _is_over_by(claim.date, earliest):
            assert claim.date is not None
            yield place, f"{claim.property} {claim.date.edtf}, before it was launched ({earliest})"
    # Of two plans in one source, the landing cannot come first.
    launch, landing = MILESTONES[0], MILESTONES[1]
    planned = {
        claim.source: claim.date
        for claim, _ in claims
        if claim.property == launch.planned and claim.date
    }
    for claim, place in claims:
        before = planned.get(claim.source) if claim.property == landing.planned else None
        if before and _is_over_by(claim.date, before.earliest):
            yield place, f"{claim.property} {claim.value}, before the launch ({before.edtf})"


def _is_over_by(date: FuzzyDate | None, day: dt.date | None) -> bool:
    return bool(date and date.latest and day and date.latest < day)


def _launch_and_designator(claims: Sequence[Placed]) -> Iterator[tuple[Place, str]]:
    years = {
        day.year
        for claim, _ in claims
        if claim.property == "launched_on" and claim.date
        for day in (claim.date.earliest, claim.date.latest)
        if day
    }
    for claim, place in claims:
        if claim.property == "cospar_id" and years and claim.value:
            year = re.match(r"\d{4}", claim.value)
            if year is None or int(year[0]) not in years:
                launched = ", ".join(str(year) for year in sorted(years))
                yield place, f"cospar_id {claim.value}, though it was launched in {launched}"


def _before_the_agreement(claims: Sequence[Placed]) -> Iterator[tuple[Place, str]]:
    begun = [
        claim.date.earliest
        for claim, _ in claims
        if claim.property in _BEGINNINGS and claim.date and claim.date.earliest
    ]
    first = min(begun, default=None)
    for claim, place in claims:
        if claim.property == "party" and _is_over_by(claim.since, first):
            assert claim.since is not None
            yield (
                place,
                f"party {claim.value} since {claim.since.edtf}, before the agreement ({first})",
            )


def _before_foundation(claims: Sequence[Placed]) -> Iterator[tuple[Place, str]]:
    for claim, place in claims:
        if claim.property != "founded_on" or not claim.date or not claim.date.earliest:
            continue
        # A body may be planned, and so have a name, before it is founded.
        told = min(
            (
                other.known_from
                for other, _ in claims
                if other.nature in (Nature.EVENT, Nature.RELATION)
            ),
            default=dt.date.max,
        )
        if told < claim.date.earliest:
            yield place, f"founded {claim.date.edtf}, though it was told of on {told}"
