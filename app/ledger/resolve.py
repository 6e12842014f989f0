"""Claims → values: which claim wins, on any day. Pure functions; the heart of the service.

A single-valued property at day D takes, of the claims known by D that are neither opinions nor
deprecated: preferred before normal, then the latest said, then the better kind of source, then
the lower claim id. What was said at some time between two days is taken for said on the first, and
what is undated for said before all that is dated. A many-valued property takes the union. Nothing
here depends on the order in which claims are given, nor on what was said after D.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from app.dates import FuzzyDate
from app.ledger.records import Claim
from app.vocabulary import (
    DROPPED_STATUSES,
    FAILED_STATUSES,
    PROPERTIES,
    STAGES,
    Kind,
    Milestone,
    Nature,
    ValueType,
    milestones_of,
)

_DAY = dt.timedelta(days=1)
_PRECEDENCE = attrgetter("precedence")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The value of a single-valued property: the claim that won, and those that contradict it."""

    value: str | None
    best: Claim
    rivals: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One value of a many-valued property."""

    best: Claim
    since: FuzzyDate | None
    until: FuzzyDate | None
    active: bool

    @property
    def value(self) -> str:
        """The value itself; members that are none or unknown do not exist."""
        assert self.best.value is not None
        return self.best.value


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a milestone stands: its date, whether it happened, and how far its plan has moved."""

    best: Claim
    happened: bool
    overdue: bool
    current_plan: Claim | None
    first_plan: Claim | None
    revisions: int = 0  # how many times the plan that counts changed its date
    last_word: dt.date | None = None  # the day on which its date was last said


@dataclass(frozen=True, slots=True)
class Resolution:
    """Everything that holds of one entity on one day."""

    single: Mapping[str, Resolved]
    many: Mapping[str, tuple[Member, ...]]
    schedules: Mapping[str, Schedule]
    unknown: tuple[str, ...]
    none: tuple[str, ...]

    def best_claims(self) -> Iterator[Claim]:
        """The claims behind the values."""
        yield from (resolved.best for resolved in self.single.values())
        yield from (member.best for members in self.many.values() for member in members)

    def rival_claims(self) -> Iterator[Claim]:
        """The claims that contradict a value."""
        yield from (rival for resolved in self.single.values() for rival in resolved.rivals)


def change_days(claims: Sequence[Claim]) -> set[dt.date]:
    """Every day on which what holds of their subject may change.

    Not only claims change it: a plan falls due, and a relation begins or ends, on a day of its own.
    """
    days: set[dt.date] = set()
    for claim in claims:
        days.add(claim.known_from)
        if claim.date and claim.nature is Nature.PLAN:
            days.add(_day_after(claim.date))
        if claim.since and claim.since.earliest:
            days.add(claim.since.earliest)
        if claim.until:
            days.add(_day_after(claim.until))
    first = min((claim.known_from for claim in claims), default=dt.date.max)
    return {day for day in days if first <= day < dt.date.max}


def _day_after(date: FuzzyDate) -> dt.date:
    if date.latest is None or date.latest == dt.date.max:
        return dt.date.max
    return date.latest + _DAY


@dataclass(frozen=True, slots=True)
class Known:
    """What was said of an entity by a day, and counts: by property, the winning claim first."""

    day: dt.date
    by_property: Mapping[str, Sequence[Claim]]


def known_by(claims: Iterable[Claim], day: dt.date) -> Known:
    """What of some claims was known by a day, and counts."""
    by_property: dict[str, list[Claim]] = {}
    for claim in sorted(_known(claims, day), key=_PRECEDENCE):
        by_property.setdefault(claim.property, []).append(claim)
    return Known(day, by_property)


def resolve(
    kind: Kind, claims: Iterable[Claim], day: dt.date, same: Iterable[Claim] = ()
) -> Resolution | None:
    """What holds of an entity on a day, or None if nothing was known of it by then.

    Args:
        kind: of the entity.
        claims: about it.
        day: the day asked about.
        same: claims about records that were taken by then to be the same thing. They make none of
            its values; a plan of which they say more is not overdue.
    """
    return resolve_known(kind, known_by(claims, day), same)


def resolve_known(kind: Kind, known: Known, same: Iterable[Claim] = ()) -> Resolution | None:
    """The same, of what was known."""
    day, by_property = known.day, known.by_property
    if not by_property:
        return None
    single: dict[str, Resolved] = {}
    many: dict[str, tuple[Member, ...]] = {}
    for name, ranked in by_property.items():
        if PROPERTIES[name].many:
            many[name] = _members(ranked, day)
        else:
            single[name] = _winner(ranked)
    if status := status_of(kind, known):
        single["status"] = status
    return Resolution(
        single=single,
        many=many,
        schedules=_schedules(kind, single, by_property, day, _known(same, day)),
        unknown=_said_to_be("unknown", by_property, single),
        none=_said_to_be("none", by_property, single),
    )


def _known(claims: Iterable[Claim], day: dt.date) -> list[Claim]:
    return [claim for claim in claims if claim.counts and claim.known_from <= day]


def _winner(ranked: Sequence[Claim]) -> Resolved:
    best, *others = ranked
    rivals = tuple(claim for claim in others if _contradicts(claim, best))
    return Resolved(value=best.value, best=best, rivals=rivals)


def _contradicts(claim: Claim, best: Claim) -> bool:
    """Whether somebody else said something different of equal rank at the same time."""
    return (
        claim.rank is best.rank
        and claim.said_by != best.said_by
        and claim.is_dated() == best.is_dated()  # an unknown start may be the time of anything
        and claim.said_on.intersects(best.said_on)
        and _differ(claim, best)
    )


def _differ(a: Claim, b: Claim) -> bool:
    if (a.value, a.value_type) == (b.value, b.value_type):
        return False
    if a.date and b.date and Nature.PLAN not in (a.nature, b.nature):
        # "2017" does not contradict "1 November 2017": it is the same fact, less precisely.
        return not (a.date.contains(b.date) or b.date.contains(a.date))
    return True


def _members(ranked: Sequence[Claim], day: dt.date) -> tuple[Member, ...]:
    if ranked[0].value is None:  # the winning claim says that there is none, or that it is unknown
        return ()
    by_value: dict[str, list[Claim]] = {}
    for claim in ranked:
        if claim.value is not None:
            by_value.setdefault(claim.value, []).append(claim)
    return tuple(_member(same, day) for _, same in sorted(by_value.items()))


def _member(same: Sequence[Claim], day: dt.date) -> Member:
    since = next((claim.since for claim in same if claim.since), None)
    # Who left and came back has begun anew: an end before the beginning is of the time before.
    ends = (claim.until for claim in same if claim.until)
    until = next((end for end in ends if not (since and since.begins_after(end))), None)
    begun = since is None or since.earliest is None or since.earliest <= day
    ended = until is not None and until.latest is not None and until.latest < day
    return Member(best=same[0], since=since, until=until, active=begun and not ended)


def status_of(kind: Kind, known: Known) -> Resolved | None:
    """The status claimed, unless something happened since; else what the plans imply."""
    by_property = known.by_property
    stated = _winner(by_property["status"]) if "status" in by_property else None
    implied = [
        (name, claims[0], min(claim.known_from for claim in claims), claims[0].nature)
        for name, claims in by_property.items()
        if PROPERTIES[name].implied_status(kind, claims[0].value)
        and claims[0].nature is PROPERTIES[name].nature
    ]
    implied.sort(key=lambda item: (STAGES.index(item[0]) if item[0] in STAGES else -1, item[0]))
    if not implied:
        return stated
    name, claim, first_known, nature = implied[-1]
    if stated and (nature is not Nature.EVENT or stated.best.weighed_at >= first_known):
        return stated
    return Resolved(value=PROPERTIES[name].implied_status(kind, claim.value), best=claim)


def _said_to_be(
    value_type: str,
    by_property: Mapping[str, Sequence[Claim]],
    single: Mapping[str, Resolved],
) -> tuple[str, ...]:
    """The fields without a value of which the winning claim says why they have none."""
    said = {
        PROPERTIES[name].served_field
        for name, ranked in by_property.items()
        if ranked[0].value_type == value_type
    }
    valued = {
        PROPERTIES[name].served_field
        for name, resolved in single.items()
        if resolved.value is not None
    }
    return tuple(sorted(said - valued))


# --- Milestones ---------------------------------------------------------------------------------


def _schedules(
    kind: Kind,
    single: Mapping[str, Resolved],
    by_property: Mapping[str, Sequence[Claim]],
    day: dt.date,
    same: Sequence[Claim],
) -> dict[str, Schedule]:
    status = single.get("status")
    schedules = {}
    for milestone in milestones_of(kind):
        plans = [claim for claim in by_property.get(milestone.planned, ()) if claim.date]
        event = single.get(milestone.actual)
        if schedule := _schedule(milestone, plans, event, single, status, day, same):
            schedules[milestone.field] = schedule
    return schedules


def _schedule(
    milestone: Milestone,
    plans: Sequence[Claim],
    event: Resolved | None,
    single: Mapping[str, Resolved],
    status: Resolved | None,
    day: dt.date,
    same: Sequence[Claim],
) -> Schedule | None:
    happened = event is not None and did_happen(event.best)
    planned = single.get(milestone.planned)
    best = event.best if event and happened else planned.best if planned else None
    if best is None:
        return None
    current = planned.best if planned and planned.best.date else None
    overdue = (
        not happened
        and not is_over(milestone, status)
        and not (status and status.value in DROPPED_STATUSES | FAILED_STATUSES)
        and current is not None
        and is_past(current.date, day)
        and not any(_says_more(claim, milestone, current) for claim in same)
    )
    return Schedule(
        best=best,
        happened=happened,
        overdue=overdue,
        current_plan=current,
        first_plan=first_said(plans),
        revisions=_revisions(plans),
        last_word=best.known_from,
    )


def _says_more(claim: Claim, milestone: Milestone, plan: Claim) -> bool:
    """Whether a claim about the same thing tells what became of a plan."""
    return (
        claim.property in (milestone.planned, milestone.actual)
        and claim.date is not None
        and claim.is_later_than(plan)
    )


def _revisions(ranked: Sequence[Claim]) -> int:
    """How many times the date of the winning plan changed, from one day to a later one."""
    winners = [
        next(claim for claim in ranked if claim.known_from <= day)
        for day in sorted({claim.known_from for claim in ranked})
    ]
    dates = [claim.date.edtf for claim in winners if claim.date]
    return sum(before != after for before, after in pairwise(dates))


def did_happen(claim: Claim) -> bool:
    """Whether a claim of a milestone says that it was reached, and when."""
    return claim.date is not None and claim.nature is not Nature.PLAN


def is_over(milestone: Milestone, status: Resolved | None) -> bool:
    """Whether a status shows that a milestone lies behind, on a day that it does not tell."""
    return status is not None and bool({status.value, status.best.value} & milestone.over_with)


def is_past(date: FuzzyDate | None, day: dt.date) -> bool:
    """Whether the last day that a date may be lies before a day."""
    return date is not None and date.latest is not None and date.latest < day


def first_said(claims: Iterable[Claim]) -> Claim | None:
    """The claim that was known first; of several on that day, the one that wins."""
    return min(claims, key=attrgetter("known_from", "precedence"), default=None)


def is_reference(name: str) -> bool:
    """Whether a property's values are other entities."""
    return PROPERTIES[name].type is ValueType.REFERENCE
