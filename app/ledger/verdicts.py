"""Plan against outcome: what had become of a plan by a day. Pure functions.

| verdict       | when                                                                     |
| ------------- | ------------------------------------------------------------------------ |
| `kept`        | it happened, and not certainly after the time promised                   |
| `kept_late`   | it happened, certainly after the time promised                           |
| `dropped`     | its subject was cancelled, or the party it names had left                |
| `failed`      | its mission failed before it came to this milestone                      |
| `superseded`  | a plan said later gives another value; with a date, the slip is served.  |
|               | A text that has all words of the first one says more of the same         |
| `no_evidence` | it set no time; or this lies behind, on a day that nobody tells          |
| `overdue`     | the last day promised has passed                                         |
| `pending`     | it has not                                                               |

The first that applies, from the top.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from app.dates import Span, difference
from app.ledger.records import Claim
from app.ledger.resolve import Known, Resolved, did_happen, is_over, is_past, known_by, status_of
from app.text import search_terms
from app.vocabulary import (
    DROPPED_STATUSES,
    FAILED_STATUSES,
    MILESTONE_OF,
    Kind,
    Nature,
    ValueType,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and the claims that justify it."""

    verdict: Verdict
    evidence: tuple[Claim, ...] = ()
    late: Span | None = None
    slip: Span | None = None


def judge(kind: Kind, plan: Claim, claims: Iterable[Claim], day: dt.date) -> Judgement | None:
    """What had become of a plan by a day; None before the plan was known.

    Args:
        kind: of the plan's subject.
        plan: a claim of nature plan.
        claims: all claims about the plan's subject.
        day: the day asked about.
    """
    if plan.known_from > day:
        return None
    known = known_by(claims, day)
    return judge_known(plan, known, status_of(kind, known))


def judge_known(plan: Claim, known: Known, status: Resolved | None) -> Judgement:
    """The same, of what was known of the plan's subject, and the status that follows from it."""
    return (
        _happened(plan, known)
        or _dropped(plan, known, status)
        or _failed(plan, status)
        or _superseded(plan, known)
        or _untold(plan, status)
        or _by_time(plan, known.day)
    )


def _happened(plan: Claim, known: Known) -> Judgement | None:
    milestone = MILESTONE_OF.get(plan.property)
    if milestone is None:
        return _came_true(plan, known)
    event = next(iter(known.by_property.get(milestone.actual, ())), None)
    if event is None or event.date is None or not did_happen(event):
        return None
    if plan.date is None:
        return Judgement(Verdict.KEPT, (event,))
    late = difference(event.date, plan.date)
    # `min` runs from the last day promised to the first day it may have been.
    is_late = late.min is not None and late.min > 0
    return Judgement(Verdict.KEPT_LATE if is_late else Verdict.KEPT, (event,), late=late)


def _came_true(plan: Claim, known: Known) -> Judgement | None:
    """A plan without a milestone comes true when the same is said again as a fact."""
    for claim in known.by_property.get(plan.property, ()):
        same = claim.value == plan.value
        is_fact = claim.nature is not Nature.PLAN and not _tells_an_end(claim)
        if same and is_fact and claim.is_later_than(plan):
            return Judgement(Verdict.KEPT, (claim,))
    return None


def _tells_an_end(claim: Claim) -> bool:
    """Whether what it tells of ended no later than it was said: that shows no promise kept."""
    return claim.until is not None and not claim.until.begins_after(claim.said_on)


def _dropped(plan: Claim, known: Known, status: Resolved | None) -> Judgement | None:
    if status and status.value in DROPPED_STATUSES and _may_follow(status.best, plan):
        return Judgement(Verdict.DROPPED, (status.best,))
    for claim in known.by_property.get(plan.property, ()):
        if (
            claim.value != plan.value
            or claim.value is None
            or is_past(claim.until, plan.known_from)
        ):
            continue
        if is_past(claim.until, known.day):
            return Judgement(Verdict.DROPPED, (claim,))
    return None


def _may_follow(claim: Claim, plan: Claim) -> bool:
    """Whether a claim was not certainly made before a plan."""
    return claim.known_from >= plan.weighed_at


def _failed(plan: Claim, status: Resolved | None) -> Judgement | None:
    milestone = MILESTONE_OF.get(plan.property)
    if milestone is None or status is None or status.value not in FAILED_STATUSES:
        return None
    return None if is_over(milestone, status) else Judgement(Verdict.FAILED, (status.best,))


def _superseded(plan: Claim, known: Known) -> Judgement | None:
    if plan.definition().many:
        return None  # a second value of a many-valued property stands beside the first
    later = next(
        (
            claim
            for claim in known.by_property.get(plan.property, ())
            if claim.nature is Nature.PLAN and claim.is_later_than(plan)
        ),
        None,
    )
    if later is None or _restates(later, plan):
        return None
    slip = difference(later.date, plan.date) if later.date and plan.date else None
    return Judgement(Verdict.SUPERSEDED, (later,), slip=slip)


def _restates(later: Claim, plan: Claim) -> bool:
    """Whether a later plan says the same, or a text with all of the words and more."""
    if (later.value, later.value_type) == (plan.value, plan.value_type):
        return True
    if later.value is None or plan.value is None or plan.definition().type is not ValueType.TEXT:
        return False
    # Not with fewer: who drops one of two poles has decided.
    return set(search_terms(plan.value)) <= set(search_terms(later.value))


def _untold(plan: Claim, status: Resolved | None) -> Judgement | None:
    milestone = MILESTONE_OF.get(plan.property)
    if milestone and status and is_over(milestone, status):
        return Judgement(Verdict.NO_EVIDENCE, (status.best,))
    return Judgement(Verdict.NO_EVIDENCE) if plan.date is None else None


def _by_time(plan: Claim, day: dt.date) -> Judgement:
    return Judgement(Verdict.OVERDUE if is_past(plan.date, day) else Verdict.PENDING)
