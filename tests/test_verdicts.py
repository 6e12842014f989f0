"""What had become of a plan by a day."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import Span
from app.ledger.records import Claim
from app.ledger.verdicts import Judgement, judge
from app.vocabulary import Kind, Nature, Rank, Verdict
from tests.builders import MISSIONS, event, make_claim, plan
from tests.test_resolve import DAYS, LEDGERS, claims_about_a_mission

V = Verdict
CNSA = "agencies/cnsa"


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def support(said_on: str = "2018", **more: Any) -> Claim:
    return make_claim("possible_support_from", CNSA, said_on, **more)


def status(value: str, said_on: str) -> Claim:
    return make_claim("status", value, said_on)


PLAN = plan("2022", "2018-03-03")  # the plan that is judged wherever a row does not say another
LANDING = make_claim("planned_landing", "2022", "2018-03-03")
FAILURE = make_claim("outcome", "spacecraft_failure", "2024")
TARGET = make_claim("target", "south pole", "2018-03-03")


@pytest.mark.parametrize(
    ("judged", "claims", "day", "verdict", "evidence"),
    [
        # It happened
        pytest.param(PLAN, [event("2022-05-01", "2022-05-01")], "2022-05-01", V.KEPT, [0],
                     id="within the time"),
        pytest.param(PLAN, [event("2022-12-31", "2022-12-31")], "2023-05-01", V.KEPT, [0],
                     id="on the last day"),
        pytest.param(PLAN, [event("2023-01-01", "2023-01-01")], "2023-05-01", V.KEPT_LATE, [0],
                     id="the day after the last"),
        pytest.param(PLAN, [event("2021-05-01", "2021-05-01")], "2021-05-01", V.KEPT, [0],
                     id="early"),
        pytest.param(PLAN, [event("2022/2023", "2023")], "2024-01-01", V.KEPT, [0],
                     id="perhaps late"),
        pytest.param(PLAN, [event("2023", "2023")], "2024-01-01", V.KEPT_LATE, [0],
                     id="late to the year"),
        pytest.param(plan("2022/..", "2018"), [event("2030", "2030")], "2031-01-01", V.KEPT, [0],
                     id="no last day promised"),
        pytest.param(plan(None, "2018"), [event("2030", "2030")], "2031-01-01", V.KEPT, [0],
                     id="no time promised"),
        pytest.param(PLAN, [plan("2024", "2021"), event("2022-05-01", "2022-05-01")],
                     "2023-01-01", V.KEPT, [1], id="replaced, then kept"),
        pytest.param(PLAN, [event("2022-05-01", "2022-05-01"), status("cancelled", "2022-06-01")],
                     "2023-01-01", V.KEPT, [0], id="kept, then cancelled"),
        pytest.param(PLAN, [event("2022-05-01", "2022-05-01"), event("2023-02-01", "2024")],
                     "2025-01-01", V.KEPT_LATE, [1], id="the event as last told"),
        pytest.param(TARGET,
                     [make_claim("target", "south pole", "2022", nature=Nature.STATUS)],
                     "2023-01-01", V.KEPT, [0], id="said again as a fact"),
        pytest.param(TARGET, [make_claim("target", "south pole", "2017", nature=Nature.STATUS)],
                     "2022-01-01", V.NO_EVIDENCE, [], id="said as a fact before only"),
        pytest.param(make_claim("partner", CNSA, "2018", nature=Nature.PLAN),
                     [make_claim("partner", CNSA, "2020", since="2020", until="2021")],
                     "2023-01-01", V.KEPT, [0], id="became a partner, and left"),
        pytest.param(make_claim("partner", CNSA, "2018", nature=Nature.PLAN),
                     [make_claim("partner", CNSA, "2022-04-13", until="2022-04-13")],
                     "2022-04-13", V.NO_EVIDENCE, [], id="said to leave that day"),
        pytest.param(make_claim("partner", CNSA, "2018", nature=Nature.PLAN),
                     [make_claim("partner", CNSA, "2022-04-13", until="2022-04-13")],
                     "2022-04-14", V.DROPPED, [0], id="its end is no evidence that it was kept"),
        pytest.param(make_claim("partner", CNSA, "2018", nature=Nature.PLAN),
                     [make_claim("partner", CNSA, "2022-04-13", until="2022-04-13"),
                      make_claim("partner", CNSA, "2020")],
                     "2022-04-14", V.KEPT, [1], id="kept, and ended later"),
        # It was dropped
        pytest.param(PLAN, [status("cancelled", "2020")], "2020-12-31", V.DROPPED, [0],
                     id="cancelled"),
        pytest.param(PLAN, [status("cancelled", "2024")], "2024-12-31", V.DROPPED, [0],
                     id="cancelled when overdue"),
        pytest.param(PLAN, [plan("2024", "2020"), status("cancelled", "2021")], "2022-01-01",
                     V.DROPPED, [1], id="moved, then cancelled"),
        pytest.param(PLAN, [status("cancelled", "2018-03-03")], "2018-03-03", V.DROPPED, [0],
                     id="cancelled the same day"),
        pytest.param(TARGET, [status("cancelled", "2020")], "2021-01-01", V.DROPPED, [0],
                     id="cancelled, without a date"),
        pytest.param(PLAN, [status("cancelled", "2017")], "2018-03-03", V.PENDING, [],
                     id="cancelled before it was planned"),
        pytest.param(PLAN, [status("cancelled", "2019"), status("planned", "2020")],
                     "2021-01-01", V.PENDING, [], id="cancelled, then taken up again"),
        pytest.param(PLAN, [status("suspended", "2019")], "2020-01-01", V.PENDING, [],
                     id="suspended only"),
        pytest.param(support(), [support("2020", until="2020-06")], "2020-12-31", V.DROPPED, [0],
                     id="the party left"),
        pytest.param(support(), [support("2020", until="2021-06")], "2021-06-30", V.NO_EVIDENCE,
                     [], id="the party is to leave"),
        pytest.param(support(), [support("2020", until="2021-06")], "2021-07-01", V.DROPPED, [0],
                     id="the party has left as it was to"),
        pytest.param(support(), [make_claim("possible_support_from", "agencies/esa", "2020",
                                            until="2020-06")],
                     "2021-01-01", V.NO_EVIDENCE, [], id="another party left"),
        pytest.param(support("2018"), [support("2012", until="2012-06")], "2019-01-01",
                     V.NO_EVIDENCE, [], id="the party had left before it was planned"),
        # It was tried, and failed before
        pytest.param(LANDING, [FAILURE], "2024-12-31", V.FAILED, [0], id="failed before"),
        pytest.param(LANDING, [status("failed", "2024")], "2024-12-31", V.FAILED, [0],
                     id="said to have failed"),
        pytest.param(LANDING, [make_claim("planned_landing", "2025", "2021"), FAILURE],
                     "2024-12-31", V.FAILED, [1], id="moved, then failed"),
        pytest.param(make_claim("planned_landing", "2023", "2025"), [FAILURE], "2025-12-31",
                     V.FAILED, [0], id="told after it had failed"),
        pytest.param(LANDING, [make_claim("landed_on", "2022-05", "2022"), FAILURE],
                     "2024-12-31", V.KEPT, [0], id="reached, then failed"),
        pytest.param(PLAN, [make_claim("outcome", "launch_failure", "2022-06")], "2024-12-31",
                     V.FAILED, [0], id="the launch failed"),
        pytest.param(TARGET, [FAILURE], "2024-12-31", V.NO_EVIDENCE, [],
                     id="failed, and set no time"),
        # It is over, and nobody tells since when
        pytest.param(PLAN, [make_claim("landed_on", "2022-05", "2022-06")], "2024-12-31",
                     V.NO_EVIDENCE, [0], id="landed, so it was launched"),
        pytest.param(PLAN, [make_claim("lunar_orbit_on", "2022-05", "2022-06")], "2024-12-31",
                     V.NO_EVIDENCE, [0], id="in orbit, so it was launched"),
        pytest.param(PLAN, [FAILURE], "2024-12-31", V.NO_EVIDENCE, [0],
                     id="the craft failed, so it was launched"),
        pytest.param(PLAN, [status("operating", "2024")], "2024-12-31", V.NO_EVIDENCE, [0],
                     id="at work, so it was launched"),
        pytest.param(LANDING, [status("operating", "2024")], "2024-12-31", V.OVERDUE, [],
                     id="at work, perhaps in orbit"),
        pytest.param(LANDING, [make_claim("outcome", "success", "2024")], "2024-12-31",
                     V.NO_EVIDENCE, [0], id="ended well"),
        pytest.param(PLAN, [plan("2023", "2021"), status("operating", "2024")], "2024-12-31",
                     V.SUPERSEDED, [0], id="moved, and over"),
        # It was replaced
        pytest.param(PLAN, [plan("2024", "2021-05-06")], "2021-05-06", V.SUPERSEDED, [0],
                     id="moved"),
        pytest.param(PLAN, [plan("2024", "2021-05-06")], "2021-05-05", V.PENDING, [],
                     id="the day before it is moved"),
        pytest.param(PLAN, [plan("2024", "2023-05-06")], "2023-05-06", V.SUPERSEDED, [0],
                     id="moved when overdue"),
        pytest.param(PLAN, [plan("2024", "2020"), plan("2026", "2021")], "2022-01-01",
                     V.SUPERSEDED, [1], id="moved twice"),
        pytest.param(PLAN, [plan("2022", "2021")], "2022-01-01", V.PENDING, [], id="restated"),
        pytest.param(PLAN, [plan("2024", "2020"), plan("2022", "2021")], "2022-01-01", V.PENDING,
                     [], id="moved, and moved back"),
        pytest.param(PLAN, [plan("2022-05", "2021")], "2022-01-01", V.SUPERSEDED, [0],
                     id="made more precise"),
        pytest.param(PLAN, [plan(None, "2021")], "2022-01-01", V.SUPERSEDED, [0],
                     id="no longer known"),
        pytest.param(PLAN, [plan("2020", "2017")], "2018-03-03", V.PENDING, [], id="older plan"),
        pytest.param(PLAN, [plan("2024", "2018-03-03")], "2018-03-03", V.PENDING, [],
                     id="another plan of that day"),
        pytest.param(PLAN, [plan("2024", "2021", rank=Rank.DEPRECATED)], "2022-01-01", V.PENDING,
                     [], id="a deprecated plan"),
        pytest.param(PLAN, [make_claim("planned_landing", "2024", "2021")], "2022-01-01",
                     V.PENDING, [], id="a plan for something else"),
        pytest.param(TARGET, [make_claim("target", "far side", "2021")], "2022-01-01",
                     V.SUPERSEDED, [0], id="another target"),
        pytest.param(TARGET, [make_claim("target", "Shackleton, near the South Pole", "2021")],
                     "2022-01-01", V.NO_EVIDENCE, [], id="the same target in more words"),
        pytest.param(TARGET, [make_claim("target", "pole", "2021")], "2022-01-01", V.SUPERSEDED,
                     [0], id="a target in fewer words"),
        pytest.param(TARGET, [make_claim("target", "north pole", "2021")], "2022-01-01",
                     V.SUPERSEDED, [0], id="a target with some of the words"),
        pytest.param(TARGET, [make_claim("target", None, "2021")], "2022-01-01", V.SUPERSEDED,
                     [0], id="a target that is no longer known"),
        pytest.param(TARGET, [make_claim("target", "far side", "2021", nature=Nature.STATUS)],
                     "2022-01-01", V.NO_EVIDENCE, [], id="a fact beside the plan"),
        pytest.param(support(), [make_claim("possible_support_from", "agencies/esa", "2021")],
                     "2022-01-01", V.NO_EVIDENCE, [], id="a party beside the first"),
        # It is not known when it was said
        pytest.param(PLAN, [plan("2024", "/2026-11-22")], "2026-11-22", V.OVERDUE, [],
                     id="an undated plan moves none"),
        pytest.param(PLAN, [plan("2024", "2017/2026")], "2026-12-31", V.OVERDUE, [],
                     id="a plan that may be older moves none"),
        pytest.param(PLAN, [plan("2024", "2019/2026")], "2026-12-31", V.SUPERSEDED, [0],
                     id="a plan of some time since moves it"),
        pytest.param(plan("2024", "/2026-11-22"), [plan("2022", "2018")], "2026-11-22", V.OVERDUE,
                     [], id="an undated plan, and one that may be older"),
        pytest.param(plan("2024", "/2026-11-22"), [plan("2028", "2025")], "2026-11-22",
                     V.SUPERSEDED, [0], id="an undated plan was made before it fell due"),
        pytest.param(plan("2027", "/2026-11-22"), [plan("2028", "2025")], "2026-11-22",
                     V.PENDING, [], id="an undated plan that is still to fall due"),
        pytest.param(plan("2027", "/2026-11-22"), [plan("2028", "2026-11-23")], "2026-11-23",
                     V.SUPERSEDED, [0], id="moved after it was read"),
        pytest.param(PLAN, [status("cancelled", "/2026-11-22")], "2026-11-22", V.DROPPED, [0],
                     id="an undated page says that it was cancelled"),
        pytest.param(plan("2024", "/2026-11-22"), [status("cancelled", "2020")], "2026-11-22",
                     V.DROPPED, [0], id="an undated plan, cancelled"),
        pytest.param(TARGET, [make_claim("target", "south pole", "/2026", nature=Nature.STATUS)],
                     "2026-12-31", V.NO_EVIDENCE, [], id="an undated fact may be older"),
        # Time alone
        pytest.param(PLAN, [], "2018-03-03", V.PENDING, [], id="just made"),
        pytest.param(PLAN, [], "2022-12-31", V.PENDING, [], id="the last day"),
        pytest.param(PLAN, [], "2023-01-01", V.OVERDUE, [], id="the day after"),
        pytest.param(PLAN, [event("2022-05-01", "2024")], "2023-01-01", V.OVERDUE, [],
                     id="happened, but not told yet"),
        pytest.param(PLAN, [event(None, "2022")], "2023-01-01", V.OVERDUE, [],
                     id="when it happened is unknown"),
        pytest.param(PLAN, [event("2022-05-01", "2022", rank=Rank.DEPRECATED)], "2023-01-01",
                     V.OVERDUE, [], id="a deprecated event"),
        pytest.param(plan("2022/..", "2018"), [], "2900-01-01", V.PENDING, [], id="open end"),
        pytest.param(TARGET, [], "2900-01-01", V.NO_EVIDENCE, [], id="no time set"),
        pytest.param(plan(None, "2018"), [], "2900-01-01", V.NO_EVIDENCE, [], id="time unknown"),
    ],
)  # fmt: skip
def test_every_plan_has_the_verdict_of_the_day(
    judged: Claim, claims: Sequence[Claim], day: str, verdict: Verdict, evidence: list[int]
) -> None:
    """The verdict is the first of the table that applies, with the claims that justify it."""
    judgement = judge(MISSIONS, judged, [judged, *claims], d(day))

    assert judgement is not None
    assert (verdict, tuple(claims[index] for index in evidence)) == (
        judgement.verdict,
        judgement.evidence,
    )


@pytest.mark.parametrize(
    ("promised", "happened", "late"),
    [
        ("2022", "2024-05-03", Span(489, 853)),
        ("2022-05-01", "2022-05-04", Span(3, 3)),
        ("2022-05-01", "2022-05-01", Span(0, 0)),
        ("2022", "2022-05-04", Span(-241, 123)),
        ("2022-05-04", "2022-05-01", Span(-3, -3)),
        ("2022", "2023", Span(1, 729)),
        ("2022/..", "2024-05-03", Span(None, 853)),
    ],
)
def test_lateness_is_a_span_of_days(promised: str, happened: str, late: Span) -> None:
    """Lateness runs from the last day promised to the first, negative where it came early."""
    judged, outcome = plan(promised, "2018"), event(happened, "2025")
    expected = V.KEPT_LATE if late.min is not None and late.min > 0 else V.KEPT

    assert Judgement(expected, (outcome,), late=late) == judge(
        MISSIONS, judged, [judged, outcome], d("2026-01-01")
    )


@pytest.mark.parametrize(
    ("first", "second", "slip"),
    [
        ("2022", "2024", Span(366, 1095)),
        ("2022-05-01", "2022-05-04", Span(3, 3)),
        ("2022-05-04", "2022-05-01", Span(-3, -3)),
        ("2022", "2024/..", Span(366, None)),
        ("2022", None, None),
        (None, "2022", None),
    ],
)
def test_a_superseded_plan_has_its_slip(
    first: str | None, second: str | None, slip: Span | None
) -> None:
    """A plan that was moved tells by how much, where both set a time."""
    judged, later = plan(first, "2018"), plan(second, "2020")

    assert Judgement(V.SUPERSEDED, (later,), slip=slip) == judge(
        MISSIONS, judged, [judged, later], d("2021-01-01")
    )


def test_a_plan_is_not_judged_before_it_is_known() -> None:
    """There is no verdict until the last day on which the plan may have been made."""
    judged = plan("2022", "2018-03")

    assert judge(MISSIONS, judged, [judged], d("2018-03-30")) is None
    assert Judgement(V.PENDING) == judge(MISSIONS, judged, [judged], d("2018-03-31"))


def test_a_milestone_of_another_kind_is_judged_alike() -> None:
    """The signing of an agreement is held against its plan as a launch is."""
    judged = make_claim("planned_signing", "2018-05", "2018-03", subject="agreements/intent")
    signed = make_claim("signed_on", "2018-06-02", "2018-06-02", subject="agreements/intent")

    assert Judgement(V.KEPT_LATE, (signed,), late=Span(2, 32)) == judge(
        Kind.AGREEMENTS, judged, [judged, signed], d("2018-07-01")
    )


PLANS = claims_about_a_mission().filter(lambda claim: claim.nature is Nature.PLAN)


@given(PLANS, LEDGERS, DAYS)
def test_a_known_plan_has_exactly_one_verdict(
    judged: Claim, claims: list[Claim], day: dt.date
) -> None:
    """From the day it is known a plan has a verdict, justified by what was known that day."""
    judgement = judge(MISSIONS, judged, [judged, *claims], day)

    assert (judged.known_from <= day) == (judgement is not None)
    if judgement:
        assert judgement.verdict in Verdict
        assert all(claim.counts and claim.known_from <= day for claim in judgement.evidence)
        if judgement.verdict is not V.NO_EVIDENCE:  # a later stage may show that it is over
            by_time = judgement.verdict in (V.PENDING, V.OVERDUE)
            assert by_time == (judgement.evidence == ())
        assert (judgement.late is None) or judgement.verdict in (V.KEPT, V.KEPT_LATE)
        assert (judgement.slip is None) or judgement.verdict is V.SUPERSEDED


@given(PLANS, LEDGERS, claims_about_a_mission(), DAYS)
def test_what_was_said_later_changes_no_earlier_verdict(
    judged: Claim, claims: list[Claim], added: Claim, day: dt.date
) -> None:
    """Adding a claim leaves every verdict before it was known as it was."""
    day = min(day, added.known_from - dt.timedelta(days=1))
    known = [judged, *claims]

    assert judge(MISSIONS, judged, known, day) == judge(MISSIONS, judged, [*known, added], day)


@given(PLANS, LEDGERS, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_no_verdict(judged, claims, day, shuffler) -> None:
    """The same claims in another order justify the same verdict."""
    known = [judged, *claims]
    shuffled = shuffler.sample(known, len(known))

    assert judge(MISSIONS, judged, known, day) == judge(MISSIONS, judged, shuffled, day)
