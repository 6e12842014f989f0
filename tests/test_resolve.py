"""Which claim wins, on any day."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import parse_date
from app.ledger.records import Claim
from app.ledger.resolve import (
    Member,
    Resolution,
    change_days,
    first_said,
    is_past,
    resolve,
)
from app.vocabulary import PROPERTIES, Kind, Nature, Rank, SourceKind
from tests.builders import MISSIONS, event, make_claim, plan

LATE = dt.date(2030, 1, 1)
CNSA = "agencies/cnsa"


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def resolved(*claims: Claim, day: dt.date | str = LATE, kind: Kind = MISSIONS) -> Resolution:
    resolution = resolve(kind, claims, d(day) if isinstance(day, str) else day)
    assert resolution is not None
    return resolution


# --- Precedence ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        pytest.param(
            plan("2022", "2018", rank=Rank.PREFERRED), plan("2024", "2020"), id="preferred"
        ),
        pytest.param(plan("2024", "2020"), plan("2022", "2018"), id="later"),
        pytest.param(plan("2024", "2018-12-31"), plan("2022", "2018-12-30"), id="later by a day"),
        pytest.param(plan("2024", "2018"), plan("2022", "2018-12-30"), id="last day it may be"),
        pytest.param(plan("2024", "2018"), plan("2022", "2018/2026"), id="first of two days"),
        pytest.param(plan("2024", "2018"), plan("2022", "/2026-11-22"), id="before the undated"),
        pytest.param(plan("2024", "2018"), plan("2022", "../2026"), id="before an open start"),
        pytest.param(plan("2024", "/2020"), plan("2022", "/2018"), id="of the undated, last read"),
        pytest.param(
            plan("2022", "/2020", rank=Rank.PREFERRED), plan("2024", "2026"), id="rank before date"
        ),
        pytest.param(
            plan("2024", "2020", source_kind=SourceKind.COMMENTARY),
            plan("2022", "2018", source_kind=SourceKind.TREATY_TEXT),
            id="later before better source",
        ),
        pytest.param(
            plan("2022", "2018", source_kind=SourceKind.COMMENTARY, rank=Rank.PREFERRED),
            plan("2024", "2018", source_kind=SourceKind.TREATY_TEXT),
            id="preferred before better source",
        ),
    ],
)
def test_of_two_claims_one_wins(winner: Claim, loser: Claim) -> None:
    """Preferred comes before normal, then the later said, whichever is given first."""
    assert winner is resolved(winner, loser).single["planned_launch"].best
    assert winner is resolved(loser, winner).single["planned_launch"].best


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("treaty_text", "official_statement"),
        ("official_statement", "press_release"),
        ("press_release", "paper"),
        ("paper", "dataset"),
        ("dataset", "encyclopedia"),
        ("encyclopedia", "news"),
        ("news", "commentary"),
    ],
)
def test_of_claims_of_one_day_the_better_kind_of_source_wins(better: str, worse: str) -> None:
    """On equal rank and day the kind of source decides."""
    winner = plan("2022", "2018-03-03", source_kind=SourceKind(better))
    loser = plan("2024", "2018-03-03", source_kind=SourceKind(worse))

    assert winner is resolved(loser, winner).single["planned_launch"].best


def test_the_lower_id_decides_when_nothing_else_does() -> None:
    """Claims alike in rank, day and kind of source are told apart by their ids."""
    claims = [plan(str(year), "2018-03-03") for year in range(2020, 2030)]
    winner = min(claims, key=lambda claim: claim.id)

    assert winner is resolved(*claims).single["planned_launch"].best


def test_what_is_said_later_is_not_known_before() -> None:
    """A claim counts from the last day of the span in which it was said, and not a day earlier."""
    first, second = plan("2022", "2017-03"), plan("2024", "2019-10")

    assert resolve(MISSIONS, [first, second], d("2017-03-30")) is None
    assert first is resolved(first, second, day="2017-03-31").single["planned_launch"].best
    assert first is resolved(first, second, day="2019-10-30").single["planned_launch"].best
    assert second is resolved(first, second, day="2019-10-31").single["planned_launch"].best


def test_an_undated_page_is_known_from_the_day_of_reading() -> None:
    """It was said on some day until then, which no id tells: a claim keeps the one that it had."""
    undated = plan("2022", "/2026-11-22")

    assert (None, d("2026-11-22")) == (undated.said_on.earliest, undated.known_from)
    assert undated.id == plan("2022", "2026-11-22").id
    assert resolve(MISSIONS, [undated], d("2026-11-21")) is None
    assert undated is resolved(undated, day="2026-11-22").single["planned_launch"].best


@pytest.mark.parametrize(
    "claim",
    [
        plan("2024", "2020", rank=Rank.DEPRECATED),
        plan("2024", "2020", nature=Nature.ASSESSMENT),
        make_claim("prospect", "likely", "2020"),
        make_claim("alias", "L-26", "2020", rank=Rank.DEPRECATED),
    ],
)
def test_a_claim_that_does_not_count_is_never_a_value(claim: Claim) -> None:
    """A deprecated claim and an opinion change nothing, and alone they tell nothing."""
    other = plan("2022", "2018")

    assert resolve(MISSIONS, [claim], LATE) is None
    assert resolved(other) == resolved(other, claim)


def test_nothing_is_known_without_claims() -> None:
    """Of an entity without claims there is nothing to tell."""
    assert resolve(MISSIONS, [], LATE) is None


# --- Unknown and none ---------------------------------------------------------------------------


def said(property_name: str, value: str | None, said_on: str, **more: Any) -> Claim:
    return make_claim(property_name, value, said_on, **more)


@pytest.mark.parametrize(
    ("claims", "unknown", "none"),
    [
        ([said("target", None, "2018")], ("target",), ()),
        ([said("target", None, "2018", value_type="none")], (), ("target",)),
        ([said("target", None, "2018"), said("target", "pole", "2020")], (), ()),
        ([said("target", "pole", "2018"), said("target", None, "2020")], ("target",), ()),
        ([said("partner", None, "2018", value_type="none")], (), ("partners",)),
        (
            [said("partner", CNSA, "2018"), said("partner", None, "2020", value_type="none")],
            (),
            ("partners",),
        ),
        (
            [said("partner", None, "2018", value_type="none"), said("partner", CNSA, "2020")],
            (),
            (),
        ),
        ([plan(None, "2018")], ("launch",), ()),
        ([plan("2022", "2018"), plan(None, "2020")], ("launch",), ()),
        ([plan(None, "2018"), event("2022-05-01", "2022-05-01")], (), ()),
        ([event(None, "2022-05-01")], ("launch",), ()),
        ([plan(None, "2018"), event(None, "2022-05-01")], ("launch",), ()),
        ([plan("2022", "2018"), event(None, "2022-05-01")], (), ()),
        ([said("status", None, "2018")], ("status",), ()),
        ([said("status", None, "2018"), event("2022-05-01", "2022-05-01")], (), ()),
        (
            [said("target", None, "2018"), said("country", None, "2018", value_type="none")],
            ("target",),
            ("country",),
        ),
    ],
)
def test_what_is_said_to_be_unknown_or_none_is_listed(
    claims: Sequence[Claim], unknown: tuple[str, ...], none: tuple[str, ...]
) -> None:
    """A field without a value is listed where the winning claim says why, and only then."""
    resolution = resolved(*claims)

    assert (unknown, none) == (resolution.unknown, resolution.none)


def test_a_value_said_to_be_unknown_is_no_value() -> None:
    """A newer claim that a value is unknown takes the older value away."""
    unknown = said("target", None, "2020")
    winner = resolved(said("target", "south pole", "2018"), unknown).single["target"]

    assert (None, unknown) == (winner.value, winner.best)


# --- Many-valued --------------------------------------------------------------------------------


def partner(value: str | None = CNSA, said_on: str = "2018-03-03", **more: Any) -> Claim:
    return make_claim("partner", value, said_on, **more)


def members(*claims: Claim, day: str = "2030-01-01") -> tuple[Member, ...]:
    return resolved(*claims, day=day).many["partner"]


def test_a_many_valued_property_is_the_union_of_what_was_said() -> None:
    """Every value said counts once, in order of value, with its winning claim behind it."""
    esa = partner("agencies/esa")
    older, newer = partner(said_on="2018"), partner(said_on="2020")

    assert [(CNSA, newer), ("agencies/esa", esa)] == [
        (member.value, member.best) for member in members(esa, older, newer)
    ]


@pytest.mark.parametrize(
    ("since", "until", "day", "active"),
    [
        (None, None, "2018-03-03", True),
        ("2019", None, "2018-12-31", False),
        ("2019", None, "2019-01-01", True),
        ("2019-05-06", None, "2019-05-05", False),
        (None, "2019", "2019-12-31", True),
        (None, "2019", "2020-01-01", False),
        ("2018-06", "2019-06", "2018-05-31", False),
        ("2018-06", "2019-06", "2018-06-01", True),
        ("2018-06", "2019-06", "2019-06-30", True),
        ("2018-06", "2019-06", "2019-07-01", False),
        ("../2019", None, "2018-03-03", True),
        (None, "2018/..", "2029-01-01", True),
    ],
)
def test_a_member_is_active_from_its_first_to_its_last_day(
    since: str | None, until: str | None, day: str, active: bool
) -> None:
    """A relation is active from the first day it may have begun to the last it may have ended."""
    (member,) = members(partner(since=since, until=until), day=day)

    assert active is member.active
    assert (since, until) == (
        member.since.edtf if member.since else None,
        member.until.edtf if member.until else None,
    )


def test_one_claim_may_give_the_beginning_and_another_the_end() -> None:
    """Beginning and end each come from the first claim in precedence that gives one."""
    begun = partner(said_on="2018", since="2016")
    ended = partner(said_on="2020", until="2019-06")
    (member,) = members(begun, ended)

    assert (parse_date("2016"), parse_date("2019-06")) == (member.since, member.until)
    assert ended is member.best


def test_who_comes_back_is_active_again() -> None:
    """An end that lies before a newer beginning is the end of an earlier time."""
    first = partner(said_on="2018", since="2010", until="2015")
    again = partner(said_on="2022", since="2021")
    (member,) = members(first, again)

    assert (parse_date("2021"), None, True) == (member.since, member.until, member.active)


# --- Disputed -----------------------------------------------------------------------------------


def other(claim_property: str, value: str | None, said_on: str, **more: Any) -> Claim:
    return make_claim(claim_property, value, said_on, said_by=CNSA, **more)


@pytest.mark.parametrize(
    ("claims", "disputed"),
    [
        pytest.param([plan("2022", "2018"), other("planned_launch", "2024", "2018")], True,
                     id="somebody else, same period, another value"),
        pytest.param([plan("2022", "2018-03-03"), other("planned_launch", "2024", "2018-03")], True,
                     id="periods that overlap"),
        pytest.param([plan("2022", "2018"), other("planned_launch", "2022", "2018")], False,
                     id="the same value"),
        pytest.param([plan("2022", "2018"), plan("2024", "2018")], False, id="the same speaker"),
        pytest.param([plan("2022", "2018"), other("planned_launch", "2024", "2019")], False,
                     id="said at another time"),
        pytest.param(
            [plan("2022", "2018", rank=Rank.PREFERRED), other("planned_launch", "2024", "2018")],
            False, id="settled by rank"),
        pytest.param([plan("2022", "2018"), other("planned_launch", "2022-05", "2018")], True,
                     id="plans of different precision"),
        pytest.param([plan("2022", "2018"), other("planned_launch", None, "2018")], True,
                     id="a plan against unknown"),
        pytest.param([said("target", None, "2018"),
                      other("target", None, "2018", value_type="none")], True,
                     id="unknown against none"),
        pytest.param([event("2017-11-01", "2018"), other("launched_on", "2017", "2018")], False,
                     id="a coarser date of the same event"),
        pytest.param([event("2017-11", "2018"), other("launched_on", "2017/2018", "2018")], False,
                     id="an interval around the event"),
        pytest.param([event("2017-11-01", "2018"), other("launched_on", "2017-11-02", "2018")],
                     True, id="two days of one event"),
        pytest.param([event("2017-33", "2018"), other("launched_on", "2017-21", "2018")], True,
                     id="event dates of which neither contains the other"),
        pytest.param([said("target", "far side", "2018"), other("target", "near side", "2018")],
                     True, id="two texts"),
        pytest.param([plan("2022", "2018"), other("planned_launch", "2024", "/2026-11-22")], False,
                     id="a dated and an undated one"),
        pytest.param([plan("2022", "/2026-11-22"), other("planned_launch", "2024", "/2026-11-22")],
                     True, id="two undated ones"),
        pytest.param([plan("2022", "2018"), other("planned_launch", "2024", "2017/2026")], True,
                     id="periods that overlap, of which one is long"),
    ],
)  # fmt: skip
def test_a_value_is_disputed_when_somebody_else_said_otherwise_at_the_time(
    claims: Sequence[Claim], disputed: bool
) -> None:
    """A value has rivals if others, of equal rank and in the same period, contradict it."""
    value = resolved(*claims).single[claims[0].property]
    loser = next(claim for claim in claims if claim is not value.best)

    assert ((loser,) if disputed else ()) == value.rivals


def test_a_dispute_ends_when_either_speaks_again() -> None:
    """A newer claim than the two that disagreed leaves its value undisputed."""
    disagreeing = [plan("2022", "2018"), other("planned_launch", "2024", "2018")]
    later = plan("2025", "2020")

    assert resolved(*disagreeing, later, day="2019-12-31").single["planned_launch"].rivals
    assert resolved(*disagreeing, later).single["planned_launch"].rivals == ()


# --- Status -------------------------------------------------------------------------------------


def status(value: str, said_on: str) -> Claim:
    return make_claim("status", value, said_on)


@pytest.mark.parametrize(
    ("kind", "claims", "expected"),
    [
        (MISSIONS, [plan("2022", "2018")], "planned"),
        (MISSIONS, [said("planned_landing", "2022", "2018")], "planned"),
        (MISSIONS, [event("2020-01-01", "2020")], "launched"),
        (MISSIONS, [plan("2022", "2021"), event("2020-01-01", "2020")], "launched"),
        (MISSIONS, [event("2020", "2020"), said("landed_on", "2020", "2020")], "landed"),
        (MISSIONS, [event("2020", "2021"), said("landed_on", "2020", "2020")], "landed"),
        (MISSIONS, [said("lunar_orbit_on", "2020", "2020"), plan("2020", "2021")], "launched"),
        (MISSIONS, [said("landed_on", "2020", "2020"), said("ended_on", "2021", "2021")],
         "completed"),
        (MISSIONS, [status("operating", "2019"), plan("2022", "2020")], "operating"),
        (MISSIONS, [status("suspended", "2019"), event("2020", "2020")], "launched"),
        (MISSIONS, [event("2020", "2020"), status("failed", "2021")], "failed"),
        (MISSIONS, [event("2020-01-01", "2020-01-01"), status("failed", "2020-01-01")], "failed"),
        (MISSIONS, [event("2020", "2020"), status("failed", "2021"), event("2020", "2022")],
         "failed"),
        (MISSIONS, [status("planned", "2018"), status("cancelled", "2020")], "cancelled"),
        (MISSIONS, [event("2020", "2020"), status("planned", "/2026-11-22")], "launched"),
        (MISSIONS, [plan("2020", "2018"), status("cancelled", "/2026-11-22")], "cancelled"),
        (MISSIONS, [status("cancelled", "2019"), plan("2022", "2021")], "cancelled"),
        (MISSIONS, [plan(None, "2018")], None),
        (MISSIONS, [said("name", "Luna-26", "2018")], None),
        (Kind.AGREEMENTS, [said("planned_signing", "2019", "2018")], "planned"),
        (Kind.AGREEMENTS, [said("signed_on", "2018", "2018")], "signed"),
        (Kind.AGREEMENTS, [said("signed_on", "2018", "2018"), said("ended_on", "2022", "2022")],
         "ended"),
        (Kind.PROJECTS, [said("planned_build", "2030", "2018")], "planned"),
        (Kind.PROJECTS, [said("agreed_on", "2018", "2018"), said("planned_build", "2030", "2019")],
         "agreed"),
        (Kind.PROJECTS, [said("agreed_on", "2018", "2018"),
                         said("first_element_ready_on", "2024", "2024")], "under_construction"),
        (Kind.PROJECTS, [said("first_element_ready_on", "2024", "2024"),
                         said("built_on", "2026", "2026")], "completed"),
        (Kind.PROJECTS, [said("built_on", "2026", "2026"), said("opened_on", "2027", "2027")],
         "operating"),
        (Kind.PROJECTS, [said("agreed_on", "2018", "2018"), said("ended_on", "2022", "2022")],
         "completed"),
        (Kind.PROJECTS, [said("opened_on", "2018", "2018"), said("ended_on", "2022", "2022")],
         "completed"),
    ],
)  # fmt: skip
def test_status_is_what_was_claimed_or_what_happened_since(
    kind: Kind, claims: Sequence[Claim], expected: str | None
) -> None:
    """A status is the one claimed, unless something happened since; else what plans imply."""
    found = resolved(*claims, kind=kind).single.get("status")

    assert expected == (found.value if found else None)


@pytest.mark.parametrize("name", ["launched_on", "landed_on", "ended_on"])
def test_a_plan_is_not_taken_for_the_event(name: str) -> None:
    """A claim of nature plan never says that its subject launched, landed or ended."""
    resolution = resolved(make_claim(name, "2030", "2018", nature=Nature.PLAN))
    found = resolution.single.get("status")

    assert (found.value if found else None) in (None, "planned")
    assert not any(schedule.happened for schedule in resolution.schedules.values())


def test_an_implied_status_has_the_claim_that_implies_it() -> None:
    """A status that nobody claimed is traced to the plan or event that it follows from."""
    planned, launched = plan("2022", "2018"), event("2022-05-01", "2022-05-01")

    assert planned is resolved(planned, launched, day="2019-01-01").single["status"].best
    assert launched is resolved(planned, launched).single["status"].best


# --- Milestones ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "day", "overdue"),
    [
        ([plan("2022", "2018")], "2022-12-31", False),
        ([plan("2022", "2018")], "2023-01-01", True),
        ([plan("2022/..", "2018")], "2030-01-01", False),
        ([plan("2022", "2018"), plan("2024", "2021")], "2023-01-01", False),
        ([plan("2022", "2018"), plan("2024", "2023-06-01")], "2023-05-31", True),
        ([plan("2022", "2018"), plan("2024", "2023-06-01")], "2023-06-01", False),
        ([plan("2022", "2018"), plan(None, "2021")], "2023-01-01", False),
        ([plan("2022", "2018"), event("2022-05-01", "2022-05-01")], "2023-01-01", False),
        ([plan("2022", "2018"), event("2024-05-01", "2024-05-01")], "2024-04-30", True),
        ([plan("2022", "2018"), event("2024-05-01", "2024-05-01")], "2024-05-01", False),
        ([plan("2022", "2018"), event(None, "2022-05-01")], "2023-01-01", True),
        ([plan("2022", "2018"), status("cancelled", "2020")], "2023-01-01", False),
        ([plan("2022", "2018"), status("suspended", "2020")], "2023-01-01", True),
        ([plan("2022", "2018"), status("failed", "2022")], "2023-01-01", False),
        ([plan("2022", "2018"), status("operating", "2022")], "2023-01-01", False),
        ([plan("2022", "2018"), said("landed_on", "2022", "2022")], "2023-01-01", False),
        ([plan("2022", "2018"), said("lunar_orbit_on", "2022", "2022")], "2023-01-01", False),
        ([plan("2022", "2018"), said("outcome", "launch_failure", "2022")], "2023-01-01", False),
        ([plan("2022", "2018", rank=Rank.PREFERRED), plan("2024", "2021")], "2023-01-01", True),
        ([plan("2028", "2018"), plan("2022", "/2026-11-22")], "2026-11-22", False),
    ],
)
def test_a_plan_is_overdue_from_the_day_after_its_last(
    claims: Sequence[Claim], day: str, overdue: bool
) -> None:
    """The current plan is overdue once its last day lies before D, unless it happened or fell."""
    assert overdue is resolved(*claims, day=day).schedules["launch"].overdue


def test_a_milestone_is_its_plan_until_it_happens() -> None:
    """The date served is the current plan's, then the event's; the plans stay beside it."""
    first, current = plan("2020", "2018"), plan("2022", "2020")
    launched = event("2022-05-01", "2022-05-01")
    before = resolved(first, current, launched, day="2022-04-30").schedules["launch"]
    after = resolved(first, current, launched).schedules["launch"]

    assert (current, False) == (before.best, before.happened)
    assert (launched, True) == (after.best, after.happened)
    assert (current, first) == (before.current_plan, before.first_plan)
    assert (current, first) == (after.current_plan, after.first_plan)
    assert "landing" not in resolved(first).schedules


@pytest.mark.parametrize(
    ("claims", "index"),
    [
        ([plan("2020", "2018"), plan("2022", "2020")], 0),
        ([plan("2022", "2020"), plan("2020", "2018", rank=Rank.DEPRECATED)], 0),
        ([plan("2022", "2020"), plan(None, "2018")], 0),
        ([plan("2020", "2018"), plan("2022", "2018", source_kind=SourceKind.PAPER)], 1),
        ([plan("2020", "2018"), plan("2022", "2020", rank=Rank.PREFERRED)], 0),
    ],
)
def test_the_first_plan_is_the_first_dated_one_that_counts(
    claims: Sequence[Claim], index: int
) -> None:
    """Slips are measured from the plan known first; of one day, from the one that wins."""
    assert claims[index] is resolved(*claims).schedules["launch"].first_plan


def test_of_plans_first_known_on_one_day_the_winner_is_first() -> None:
    """Among the claims known first precedence decides, whatever their order."""
    better = plan("2022", "2018-03-03", source_kind=SourceKind.TREATY_TEXT)
    worse, later = plan("2024", "2018-03-03"), plan("2026", "2020", rank=Rank.PREFERRED)

    assert better is first_said([better, worse, later])
    assert better is first_said([later, worse, better])


def test_no_plan_is_said_first_where_there_is_none() -> None:
    """Of no claims none is the first."""
    assert first_said([]) is None


@pytest.mark.parametrize(
    ("date", "day", "past"),
    [
        ("2022", "2022-12-31", False),
        ("2022", "2023-01-01", True),
        ("2022-05-01", "2022-05-02", True),
        ("2022/..", "2900-01-01", False),
        ("../2022", "2023-01-01", True),
    ],
)
def test_a_date_is_past_after_its_last_day(date: str, day: str, past: bool) -> None:
    """A date is past once the last day that it may be is, so an open one never is."""
    assert past is is_past(parse_date(date), d(day))
    assert is_past(None, d(day)) is False


# --- Properties ---------------------------------------------------------------------------------

SAID = st.sampled_from(["2017", "2018", "2018-03", "2018-03-03", "2019-06-01", "2021", "2024-01"])
SPEAKERS = st.sampled_from(["agencies/roscosmos", CNSA, "agencies/esa"])
DATES = st.sampled_from(
    [None, "2019", "2020-05", "2022", "2022-05-06", "2020/2022", "2023/..", "202X"]
)
AGENCIES = st.sampled_from([None, CNSA, "agencies/esa"])
EDGES = st.sampled_from([None, "2018", "2019-07", "2020/..", "../2023"])
VALUES = {
    "planned_launch": DATES,
    "launched_on": DATES,
    "planned_landing": DATES,
    "landed_on": DATES,
    "ended_on": DATES,
    "status": st.sampled_from([None, "planned", "operating", "cancelled", "failed"]),
    "target": st.sampled_from([None, "south pole", "far side"]),
    "name": st.sampled_from(["Luna-26", "Luna-Resurs-1"]),
    "alias": st.sampled_from([None, "L-26", "LR-1"]),
    "partner": AGENCIES,
    "possible_support_from": AGENCIES,
}  # fmt: skip


@st.composite
def claims_about_a_mission(draw: st.DrawFn) -> Claim:
    name = draw(st.sampled_from(sorted(VALUES)))
    value = draw(VALUES[name])
    more: dict[str, Any] = {}
    if value is None:
        more["value_type"] = draw(st.sampled_from(["unknown", "none"]))
    if name in ("partner", "possible_support_from"):
        more |= {"since": draw(EDGES), "until": draw(EDGES)}
    if name in ("partner", "ended_on"):
        more["nature"] = draw(st.sampled_from([PROPERTIES[name].nature, Nature.PLAN]))
    return make_claim(
        name,
        value,
        draw(SAID),
        said_by=draw(SPEAKERS),
        rank=draw(st.sampled_from([Rank.NORMAL, Rank.NORMAL, *Rank])),
        source_kind=draw(st.sampled_from(SourceKind)),
        locator=draw(st.sampled_from(["paragraph 1", "paragraph 2"])),
        **more,
    )


LEDGERS = st.lists(claims_about_a_mission(), max_size=8, unique_by=lambda claim: claim.id)
DAYS = st.dates(dt.date(2016, 12, 1), dt.date(2026, 1, 1))


@given(LEDGERS, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_claims_never_matters(
    claims: list[Claim], day: dt.date, shuffler: random.Random
) -> None:
    """The same claims in another order say the same."""
    shuffled = shuffler.sample(claims, len(claims))

    assert resolve(MISSIONS, claims, day) == resolve(MISSIONS, shuffled, day)


@given(LEDGERS, claims_about_a_mission(), DAYS)
def test_what_was_said_later_never_changes_an_earlier_day(
    claims: list[Claim], added: Claim, day: dt.date
) -> None:
    """Adding a claim leaves what held before it was known as it was."""
    day = min(day, added.known_from - dt.timedelta(days=1))

    assert resolve(MISSIONS, claims, day) == resolve(MISSIONS, [*claims, added], day)


@given(LEDGERS)
def test_precedence_tells_any_two_claims_apart(claims: list[Claim]) -> None:
    """Between claims of different ids there is always a first one."""
    assert len({claim.id for claim in claims}) == len({claim.precedence for claim in claims})


@given(LEDGERS)
def test_what_holds_changes_on_change_days_only(claims: list[Claim]) -> None:
    """Between two change days resolution stays what it was on the first of them."""
    days = sorted(change_days(claims))
    for day in days:
        before = day - dt.timedelta(days=1)
        since = [earlier for earlier in days if earlier <= before]
        last = resolve(MISSIONS, claims, since[-1]) if since else None
        assert last == resolve(MISSIONS, claims, before)
    if days:
        assert resolve(MISSIONS, claims, days[-1]) == resolve(MISSIONS, claims, d("2100-01-01"))


@given(LEDGERS, DAYS)
def test_every_value_has_a_claim_that_counts_and_was_known(
    claims: list[Claim], day: dt.date
) -> None:
    """Whatever is served on a day is behind a counting claim that had been made by then."""
    resolution = resolve(MISSIONS, claims, day)
    known = [claim for claim in claims if claim.counts and claim.known_from <= day]

    assert bool(known) == (resolution is not None)
    if resolution:
        behind = [*resolution.best_claims(), *resolution.rival_claims()]
        assert all(claim in known for claim in behind)
        dated = {name for name, schedule in resolution.schedules.items() if schedule.best.date}
        assert not dated & {*resolution.unknown, *resolution.none}
