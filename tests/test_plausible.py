"""What cannot well be true is a problem, unless it is marked as such."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.ledger.checks.found import Findings
from app.ledger.checks.plausible import check_plausible
from app.ledger.records import Claim, Dispute, Place
from app.vocabulary import Kind, Nature, Rank
from tests.builders import event, make_claim, plan

TREATY = "agreements/treaty"
BODY = "agencies/body"
CNSA = "agencies/cnsa"


def oddities(claims: Sequence[Claim], disputes: Sequence[Dispute] = ()) -> list[str]:
    """What is found odd about claims."""
    found = Findings()
    placed = [(claim, Place("seed/x.yaml", line)) for line, claim in enumerate(claims, 1)]
    check_plausible(placed, disputes, found)
    assert all("deprecated" in problem.remedy for problem in found.problems)
    return [f"{problem.place.line}: {problem.what}" for problem in found.problems]


def agreement(name: str, value: str, said_on: str = "2024", **more: Any) -> Claim:
    return make_claim(name, value, said_on, subject=TREATY, **more)


LAUNCHED = event("2023-08-11", "2023-08-12")

ODD: dict[str, tuple[list[Claim], str]] = {
    "a landing before the launch": (
        [LAUNCHED, make_claim("landed_on", "2023-08-10", "2023-09")],
        "2: landed_on 2023-08-10, before it was launched (2023-08-11)",
    ),
    "an end before the launch": (
        [make_claim("ended_on", "2022", "2023-09"), LAUNCHED],
        "1: ended_on 2022, before it was launched (2023-08-11)",
    ),
    "a planned landing before the launch planned beside it": (
        [plan("2024", "2020"), make_claim("planned_landing", "2023", "2020")],
        "2: planned_landing 2023, before the launch (2024)",
    ),
    "a party before the agreement": (
        [agreement("signed_on", "2020-10-13"), agreement("party", CNSA, since="2019")],
        "2: party agencies/cnsa since 2019, before the agreement (2020-10-13)",
    ),
    "a plan over more than thirty years": (
        [plan("2020/2060", "2018")],
        "1: a plan that spans more than thirty years (2020–2060)",
    ),
    "an agency that was told of before it was founded": (
        [
            make_claim("member_of", CNSA, "2010", subject=BODY),
            make_claim("founded_on", "2015", "2020", subject=BODY),
        ],
        "2: founded 2015, though it was told of on 2010-12-31",
    ),
    "a designator of another year": (
        [LAUNCHED, make_claim("cospar_id", "2022-118A", "2024")],
        "2: cospar_id 2022-118A, though it was launched in 2023",
    ),
    "a designator without a year": (
        [LAUNCHED, make_claim("cospar_id", "118A", "2024")],
        "2: cospar_id 118A, though it was launched in 2023",
    ),
    "an event told before it happened": (
        [event("2024-05-03", "2023")],
        "1: launched_on 2024-05-03, said to have happened before it did",
    ),
    "a latitude that there is not": (
        [make_claim("landing_latitude", "-91", "2024")],
        "1: landing_latitude -91 is not between -90 and 90",
    ),
    "a longitude that there is not": (
        [make_claim("landing_longitude", "203.5", "2024")],
        "1: landing_longitude 203.5 is not between -180 and 180",
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_named(case: str) -> None:
    """The claim is named that cannot be, with what it contradicts."""
    claims, expected = ODD[case]
    assert oddities(claims) == [expected]


@pytest.mark.parametrize("case", ODD)
def test_what_is_marked_is_let_through(case: str) -> None:
    """A source may be wrong: its claim is deprecated, or a dispute tells of it."""
    claims, expected = ODD[case]
    place = int(expected.partition(":")[0]) - 1
    dispute = Dispute("odd", "about", "note", (claims[place].id,))
    assert oddities(claims, [dispute]) == []
    kept = [claim for claim in claims if claim is not claims[place]]
    said = claims[place]
    deprecated = make_claim(
        said.property,
        said.value,
        said.said_on.edtf,
        subject=said.subject,
        nature=said.nature,
        since=said.since,
        rank=Rank.DEPRECATED,
        rank_reason="a misprint",
    )
    assert oddities([*kept, deprecated]) == []


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param([LAUNCHED, make_claim("landed_on", "2023-08-11", "2023-09")], id="same day"),
        pytest.param([LAUNCHED, make_claim("landed_on", "2023", "2023-12")], id="same year"),
        pytest.param([plan("2024", "2020"), make_claim("planned_landing", "2024", "2020")],
                     id="planned for one year"),
        pytest.param([plan("2024", "2020", source="other"),
                      make_claim("planned_landing", "2023", "2020")], id="of two sources"),
        pytest.param([plan("2020/2049", "2018")], id="thirty years"),
        pytest.param([plan("2030/..", "2018")], id="an open plan"),
        pytest.param([agreement("signed_on", "2020-10-13"),
                      agreement("party", CNSA, since="2020")], id="party in the year"),
        pytest.param([agreement("announced_on", "2018"), agreement("signed_on", "2020-10-13"),
                      agreement("party", CNSA, since="2019")], id="party since it was announced"),
        pytest.param([agreement("party", CNSA, since="1999")], id="agreement without a date"),
        pytest.param([agreement("valid_during", "2023/2027", "2022")], id="years to come"),
        pytest.param([make_claim("name", "Body", "2010", subject=BODY),
                      make_claim("described_as", "to be set up", "2010", subject=BODY,
                                 nature=Nature.PLAN),
                      make_claim("founded_on", "2015", "2020", subject=BODY)],
                     id="named and planned before it was founded"),
        pytest.param([event("2020-12-31", "2021"), event("2021-01-01", "2021"),
                      make_claim("cospar_id", "2021-001A", "2024")], id="about the new year"),
        pytest.param([make_claim("cospar_id", "2021-001A", "2024")], id="designator alone"),
        pytest.param([make_claim("landing_latitude", "-90", "2024"),
                      make_claim("landing_longitude", "180", "2024")], id="at the pole"),
    ],
)  # fmt: skip
def test_what_may_well_be_is_let_through(claims: list[Claim]) -> None:
    """Nothing is a problem that can be true within the precision of what was said."""
    assert oddities(claims) == []


def test_records_do_not_meddle() -> None:
    """What is said of one record is not held against another."""
    other = f"{Kind.MISSIONS}/other"
    claims = [LAUNCHED, make_claim("landed_on", "1966-02-03", "2023", subject=other)]
    assert oddities(claims) == []
