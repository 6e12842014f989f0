"""Ledger → states: rows that together say what was known on any day."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.book import Book
from app.ledger.records import Claim, Dispute, Ledger
from app.ledger.states import Row, rows_of
from app.ledger.verdicts import judge
from app.models import (
    AgencyState,
    ClaimStanding,
    MissionState,
    Moment,
    Promise,
    Relation,
    SourceState,
)
from app.vocabulary import PROPERTIES, Nature, Rank, SourceKind
from tests.builders import MISSIONS, event, make_claim, make_source, plan
from tests.test_resolve import LEDGERS, claims_about_a_mission

LUNA = "missions/luna-26"
CNSA = "agencies/cnsa"
ONE_DAY = dt.timedelta(days=1)

# Everything is named before the rest is told, and one agency is renamed in between.
NAMES = (
    make_claim("name", "Luna-26", "2016"),
    make_claim("name", "CNSA", "2010", subject=CNSA),
    make_claim("name", "China National Space Administration", "2020-05-06", subject=CNSA),
    make_claim("name", "ESA", "2010", subject="agencies/esa"),
)


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def make_ledger(claims: Iterable[Claim], disputes: Sequence[Dispute] = (), **source: Any) -> Ledger:
    """A ledger of claims that one source makes."""
    claims = list(claims)
    report = make_source(**source)
    entities = sorted({report.ref, *(claim.subject for claim in claims)})
    return Ledger(entities, {report.id: report}, claims, disputes)


def rows_about(
    ref: str, claims: Iterable[Claim], disputes: Sequence[Dispute] = (), **source: Any
) -> dict[type, list[Row]]:
    """The derived rows about one entity, by table."""
    tables: defaultdict[type, list[Row]] = defaultdict(list)
    for table, row in rows_of(Book(make_ledger(claims, disputes, **source)), ref):
        tables[table].append(row)
    return tables


def states(claims: Iterable[Claim], disputes: Sequence[Dispute] = ()) -> list[Row]:
    return rows_about(LUNA, claims, disputes)[MissionState]


def vintages(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [json.loads(row["changes"]) for row in rows]


def is_around(row: Row, day: dt.date) -> bool:
    return row["known_from"] <= day and (row["known_to"] is None or day < row["known_to"])


def on(rows: Iterable[Row], day: dt.date | str) -> Row:
    """The one row around a day."""
    day = d(day) if isinstance(day, str) else day
    (row,) = [row for row in rows if is_around(row, day)]
    return row


def document(row: Row) -> dict[str, Any]:
    return json.loads(row["document"])


# --- States -------------------------------------------------------------------------------------


def test_a_state_holds_from_one_change_to_the_next() -> None:
    """Each day on which a value changed begins a state, and the last one has no end."""
    rows = states([plan("2022", "2018-03-03"), plan("2024", "2020-01-01")])

    assert [
        (d("2018-03-03"), d("2020-01-01"), "2022"),
        (d("2020-01-01"), d("2025-01-01"), "2024"),
        (d("2025-01-01"), None, "2024"),
    ] == [(row["known_from"], row["known_to"], document(row)["launch_edtf"]) for row in rows]


def test_a_state_carries_its_period_and_columns() -> None:
    """A row's columns say what its document says, and both tell the period."""
    claims = [
        make_claim("name", "Luna-26", "2018"),
        make_claim("alias", "Луна-26", "2018"),
        make_claim("country", "RU", "2018"),
        plan("2022", "2018"),
    ]
    row = on(states(claims), "2020-01-01")
    told = document(row)

    assert tuple(
        row[key]
        for key in ("entity", "slug", "name", "country", "status", "is_overdue", "disputed")
    ) == (LUNA, "luna-26", "Luna-26", "RU", "planned", False, False)
    assert (d("2022-01-01"), d("2022-12-31")) == (row["launch_earliest"], row["launch_latest"])
    assert (row["landing_earliest"], row["landing_latest"]) == (None, None)
    assert (told["known_from"], told["known_to"]) == ("2018-12-31", "2023-01-01")
    assert (
        told["country"], told["country_alpha3"], told["launch_status"], told["launch_latest"],
    ) == ("RU", "RUS", "planned", "2022-12-31")  # fmt: skip
    assert {"luna-26", "луна-26"} <= set(row["names"].split("\n"))


def test_what_changes_nothing_begins_no_state() -> None:
    """A claim that loses everywhere leaves the states as they were."""
    claims = [plan("2022", "2018-03-03", rank=Rank.PREFERRED)]
    loser = plan("2024", "2019-01-01")

    assert [row["document"] for row in states(claims)] == [
        row["document"] for row in states([*claims, loser])
    ]


def test_an_entity_of_which_nothing_counts_has_no_state() -> None:
    """A deprecated claim alone makes no state, but still has its standing."""
    rows = rows_about(LUNA, [make_claim("target", "pole", "2018", rank=Rank.DEPRECATED)])

    assert rows[MissionState] == []
    assert [(row["standing"], row["known_to"]) for row in rows[ClaimStanding]] == [("other", None)]


@pytest.mark.parametrize(
    ("claims", "days"),
    [
        ([plan("2022", "2018-03-03")], ["2018-03-03", "2023-01-01"]),
        ([plan("2022-05-06", "2018-03-03")], ["2018-03-03", "2022-05-07"]),
        ([plan("2022/..", "2018-03-03")], ["2018-03-03"]),
        ([plan("2017", "2018-03-03")], ["2018-03-03"]),
        (
            [plan("2022", "2018-03-03"), event("2022-05-01", "2022-05-01")],
            ["2018-03-03", "2022-05-01"],
        ),
        (
            [plan("2022", "2018-03-03"), make_claim("status", "cancelled", "2020-01-01")],
            ["2018-03-03", "2020-01-01"],
        ),
        (
            [make_claim("partner", CNSA, "2018-03-03", since="2019", until="2021")],
            ["2018-03-03", "2019-01-01", "2022-01-01"],
        ),
    ],
)
def test_the_calendar_splits_states(claims: Sequence[Claim], days: list[str]) -> None:
    """A plan that falls due and a relation that begins or ends start a state by themselves."""
    rows = states(claims)
    told = {claim.known_from for claim in claims}

    assert [d(day) for day in days] == [row["known_from"] for row in rows]
    assert ["claims" if d(day) in told else "calendar" for day in days] == [
        vintage["because"] for vintage in vintages(rows)
    ]
    assert [[c.id for c in claims if c.known_from == d(day)] for day in days] == [
        vintage["claims"] for vintage in vintages(rows)
    ]


def test_falling_due_changes_the_launch_alone() -> None:
    """The state that begins when a plan falls due is overdue, because of the calendar."""
    before, after = states([plan("2022", "2018-03-03")])

    assert (before["is_overdue"], after["is_overdue"]) == (False, True)
    assert json.loads(after["changes"]) == {
        "known_from": "2023-01-01",
        "known_to": None,
        "changed": ["launch"],
        "because": "calendar",
        "claims": [],
    }


def test_a_slip_is_measured_from_the_first_plan() -> None:
    """A plan has not moved until another is made, nor when it is made again."""
    rows = states([plan("2022", "2018"), plan("2022", "2019"), plan("2024", "2020")])
    told = [document(on(rows, day)) for day in ("2019-06-01", "2020-06-01", "2021-06-01")]

    assert [(found["launch_slip_days_min"], found["launch_slip_days_max"]) for found in told] == [
        (0, 0),
        (0, 0),
        (366, 1095),
    ]


def test_a_rename_of_what_a_mission_names_splits_its_state() -> None:
    """A mission shows its partners by the names of the day, its claims by that of their own."""
    joined = make_claim("partner", CNSA, "2018-03-03")
    rows = states([*NAMES, joined])
    names = {row["known_from"]: document(row)["partners"] for row in rows}

    assert {
        d("2016-12-31"): [],
        d("2018-03-03"): ["CNSA"],
        d("2020-05-06"): ["China National Space Administration"],
    } == {day: [partner["name"] for partner in partners] for day, partners in names.items()}
    assert (
        vintages(rows)[-1]["because"],
        vintages(rows)[-1]["changed"],
    ) == ("calendar", ["partners"])


def test_a_mission_that_names_nobody_renamed_is_not_split() -> None:
    """A rename concerns only those that name the one renamed."""
    joined = make_claim("partner", "agencies/esa", "2018-03-03")

    assert [d("2016-12-31"), d("2018-03-03")] == [
        row["known_from"] for row in states([*NAMES, joined])
    ]


def test_nobody_is_called_by_a_later_name() -> None:
    """Before anybody had named it, a record is told by its id, which tells nothing of later."""
    joined = make_claim("partner", CNSA, "2018-03-03")
    named = make_claim("name", "CNSA", "2019-01-01", subject=CNSA)
    rows = states([NAMES[0], joined, named])

    assert [
        (d("2018-03-03"), d("2019-01-01"), ["cnsa"]), (d("2019-01-01"), None, ["CNSA"]),
    ] == [
        (row["known_from"], row["known_to"], [link["name"] for link in document(row)["partners"]])
        for row in rows[1:]
    ]  # fmt: skip
    assert [("luna-26", d("2019-01-01")), ("Luna-26", None)] == [
        (row["name"], row["known_to"])
        for row in states([joined, make_claim("name", "Luna-26", "2019-01-01")])
    ]


def test_a_mission_bears_the_name_of_the_day() -> None:
    """A mission that is renamed keeps its earlier name in its earlier states."""
    rows = states([make_claim("name", "Luna-Resurs", "2016"), make_claim("name", "L-27", "2019")])

    assert [("Luna-Resurs", d("2019-12-31")), ("L-27", None)] == [
        (row["name"], row["known_to"]) for row in rows
    ]


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ([plan("2022", "2018")], plan("2024", "2020"), ["launch"]),
        ([plan("2022", "2018")], event("2020-05-01", "2020-05-01"), ["status", "launch"]),
        ([plan("2022", "2018")], make_claim("status", "cancelled", "2020"), ["status"]),
        ([plan("2022", "2018")], make_claim("target", "pole", "2020"), ["target"]),
        ([plan("2022", "2018")], make_claim("country", "RU", "2020"), ["country"]),
        ([plan("2022", "2018")], make_claim("partner", CNSA, "2020"), ["partners"]),
        ([plan("2022", "2018")], make_claim("alias", "L-26", "2020"), ["aliases"]),
        ([plan("2022", "2018")], make_claim("name", "Luna-26", "2020"), ["name"]),
        ([plan("2022", "2018")], plan(None, "2020"), ["status", "launch"]),
        ([plan("2022", "2018")], plan("2022", "2020"), []),
        ([make_claim("partner", CNSA, "2018")], make_claim("partner", CNSA, "2020"), []),
        ([make_claim("partner", CNSA, "2018")], make_claim("partner", CNSA, "2020", until="2020"),
         ["partners"]),
        ([plan("2022", "2018")], make_claim("target", None, "2020"), ["target"]),
        (
            [
                make_claim("target", "pole", "2018-03-31"),
                make_claim("target", "far side", "2018-03", said_by=CNSA,
                           source_kind=SourceKind.COMMENTARY),
            ],
            make_claim("target", "pole", "2020"),  # no longer disputed
            ["target"],
        ),
    ],
)  # fmt: skip
def test_a_vintage_names_the_fields_that_changed(
    before: Sequence[Claim], after: Claim, changed: list[str]
) -> None:
    """What a claim changed is told by field; saying the same again, undisputed, changes none."""
    rows = states([make_claim("name", "luna-26", "2010"), *before, after])
    (vintage,) = [found for found in vintages(rows) if after.id in found["claims"]]

    assert vintage["because"] == "claims"
    assert sorted(changed) == sorted(vintage["changed"])


def test_the_first_vintage_changes_nothing() -> None:
    """The state that begins when something is first known has nothing to differ from."""
    claim = plan("2022", "2018")

    assert ([], "claims", [claim.id]) == tuple(
        vintages(states([claim]))[0][key] for key in ("changed", "because", "claims")
    )


# --- Disputes -----------------------------------------------------------------------------------

EARLY, LATE = plan("2022", "2018-03-03"), plan("2024", "2020-01-01", said_by=CNSA)
DISPUTE = Dispute("launch-of-luna-26", "launch of Luna-26", "two dates", (EARLY.id, LATE.id))


def test_a_dispute_is_told_once_all_its_claims_are_known() -> None:
    """Telling of a dispute earlier would tell of a claim that nobody had made."""
    rows = states([EARLY, LATE], [DISPUTE])

    assert [[told["id"] for told in document(row)["disputes"]] for row in rows] == [
        [],
        ["launch-of-luna-26"],
        ["launch-of-luna-26"],
    ]
    assert d("2020-01-01") == rows[1]["known_from"]
    assert sorted(vintages(rows)[1]["changed"]) == ["disputes", "launch"]


def test_a_claim_about_another_may_open_the_dispute() -> None:
    """A dispute splits the state of each of its subjects, though only one has a new claim."""
    other = make_claim("target", "pole", "2020-01-01", subject="missions/luna-27")
    rows = states([EARLY, other], [Dispute("two", "two missions", "note", (EARLY.id, other.id))])

    assert [d("2018-03-03"), d("2020-01-01"), d("2023-01-01")] == [
        row["known_from"] for row in rows
    ]
    assert vintages(rows)[1]["changed"] == ["disputes"]


def test_a_source_has_states_from_its_publication() -> None:
    """A source is known from the day it is published, and names its publisher as of the day."""
    rows = rows_about("sources/report", NAMES, publisher=CNSA)[SourceState]

    assert [
        (d("2018-03-03"), d("2020-05-06"), "CNSA"),
        (d("2020-05-06"), None, "China National Space Administration"),
    ] == [(row["known_from"], row["known_to"], document(row)["publisher_name"]) for row in rows]
    assert vintages(rows)[1]["changed"] == ["publisher_name"]
    assert [found["because"] for found in vintages(rows)] == ["claims", "calendar"]


TWO_YEARS = plan("2022", "2018"), plan("2024", "2018", said_by=CNSA)


@pytest.mark.parametrize(
    ("claims", "disputed"),
    [
        pytest.param(TWO_YEARS, ["launch"], id="two plans"),
        pytest.param([*TWO_YEARS, event("2022-06-30", "2022-07")], [], id="it happened"),
        pytest.param([*TWO_YEARS, event("2022-06-30", "2022-07"),
                      event("2022-07-01", "2022-07", said_by=CNSA)], ["launch"],
                     id="it happened on two days"),
        pytest.param([*TWO_YEARS, event(None, "2022-07")], ["launch"], id="it may have happened"),
        pytest.param([plan("2022", "2018"), event(None, "2022-07", source_kind=SourceKind.PAPER),
                      event("2022-06-30", "2022-07", said_by=CNSA,
                            source_kind=SourceKind.COMMENTARY)], ["launch"],
                     id="it happened, says somebody who is not believed"),
        pytest.param([*TWO_YEARS, make_claim("landed_on", "2022-07-01", "2022-08")], ["launch"],
                     id="something else happened"),
    ],
)  # fmt: skip
def test_what_happened_is_not_disputed_by_its_plans(
    claims: Sequence[Claim], disputed: list[str]
) -> None:
    """Plans that differ dispute a date until it is a fact; then only another fact does."""
    row = on(states(claims), "2023-01-01")

    assert disputed == document(row)["disputed"]
    assert bool(disputed) == row["disputed"]


@pytest.mark.parametrize(
    ("claims", "slipped"),
    [
        pytest.param([], (None, None), id="nothing promised"),
        pytest.param([plan(None, "2018")], (None, None), id="never a date"),
        pytest.param([plan("2022-01-01", "2018")], (0, 0), id="promised once"),
        pytest.param([plan("2022-01-01", "2018"), plan("2022-01-11", "2019")], (10, 10),
                     id="moved"),
        pytest.param([plan("2022-01-01", "2018"), plan(None, "2019")], (None, None),
                     id="not known any more"),
        pytest.param([plan("2022-01-01", "2018"), plan("2022-01-11", "2019"),
                      make_claim("planned_landing", "2022-02-01", "2018"),
                      make_claim("planned_landing", None, "2019")], (10, None),
                     id="one moved, one not known any more"),
        pytest.param([plan("2022-01-01", "2018"), make_claim("planned_landing", None, "2019")],
                     (0, 0), id="one promised, one never"),
        pytest.param([plan("2022/..", "2018"), plan("2024/..", "2019"),
                      make_claim("planned_landing", "2022", "2018")], (0, None),
                     id="a distance that nobody can tell"),
    ],
)  # fmt: skip
def test_how_far_the_plans_of_a_record_moved(
    claims: Sequence[Claim], slipped: tuple[int | None, int | None]
) -> None:
    """It is bounded only if each date that was ever promised is known to have moved so far."""
    row = on(states([NAMES[0], *claims]), "2020-06-01")

    assert slipped == (row["slipped_min"], row["slipped_max"])


def test_a_date_that_is_not_known_any_more_stays_a_moment() -> None:
    """A plan that became unknown is a moment without a date, that says what was promised first."""
    unknown = plan(None, "2020-01-01")
    rows = rows_about(LUNA, [plan("2022", "2018-03-03"), unknown])[Moment]

    assert [
        (d("2018-03-03"), d("2020-01-01"), d("2022-01-01"), d("2022-12-31"), 0, 0),
        (d("2020-01-01"), None, None, None, None, None),
    ] == [
        tuple(row[key] for key in ("known_from", "known_to", "earliest", "latest",
                                   "slip_days_min", "slip_days_max"))
        for row in rows
    ]  # fmt: skip
    assert [(row["promised"], row["is_overdue"], row["status"]) for row in rows] == [
        (True, False, "planned")
    ] * 2
    told = document(rows[-1])
    assert ("2022", None, unknown.id) == (told["first_edtf"], told["date_edtf"], told["claim_id"])


def test_a_date_that_never_was_one_is_no_moment() -> None:
    """A plan that was said to be unknown from the first has nothing to tell."""
    assert rows_about(LUNA, [plan(None, "2018-03-03")])[Moment] == []


# --- Relations, standings, promises -------------------------------------------------------------


def test_who_is_said_to_have_written_a_source_is_a_relation() -> None:
    """Claims about a source are relations with their claim; its own record needs none."""
    source = "sources/report"
    credit = make_claim("image_credit", CNSA, "2019-01-01", subject=source)
    hearsay = make_claim("author", CNSA, "2020-01-01", subject=source)
    again = make_claim("publisher", "agencies/esa", "2020-01-01", subject=source)
    tables = rows_about(source, [*NAMES[1:2], NAMES[3], credit, hearsay, again],
                        publisher="agencies/esa")  # fmt: skip

    assert {
        ("publisher", "agencies/esa", d("2018-03-03"), None),
        ("image_credit", CNSA, d("2019-01-01"), credit.id),
        ("author", CNSA, d("2020-01-01"), hearsay.id),
    } == {
        (row["property"], row["object"], row["known_from"], row["claim_id"])
        for row in tables[Relation]
    }
    assert [document(row)["authors"] for row in tables[SourceState]] == [[]]


def test_a_relation_is_known_active_or_not() -> None:
    """A relation has a row while its activity and its claim stay the same."""
    joined = make_claim("partner", CNSA, "2018-03-03", since="2019")
    left = make_claim("partner", CNSA, "2020-01-01", until="2020-06")
    rows = rows_about(LUNA, [joined, left])[Relation]

    assert [
        (False, d("2018-03-03"), d("2019-01-01"), joined.id),
        (True, d("2019-01-01"), d("2020-01-01"), joined.id),
        (True, d("2020-01-01"), d("2020-07-01"), left.id),
        (False, d("2020-07-01"), None, left.id),
    ] == [(row["active"], row["known_from"], row["known_to"], row["claim_id"]) for row in rows]
    assert {(LUNA, "partner", CNSA)} == {
        (row["subject"], row["property"], row["object"]) for row in rows
    }


def test_a_relation_that_is_said_not_to_exist_ends() -> None:
    """A newer claim that there is no partner takes the partner away."""
    none = make_claim("partner", None, "2020-01-01", value_type="none")
    (row,) = rows_about(LUNA, [make_claim("partner", CNSA, "2018-03-03"), none])[Relation]

    assert (d("2018-03-03"), d("2020-01-01")) == (row["known_from"], row["known_to"])


def test_a_claim_is_best_rival_or_other() -> None:
    """Standing tells how a claim fared: behind the value, against it, or neither."""
    first = make_claim("target", "pole", "2018-03-03")
    rival = make_claim("target", "far side", "2018-03", said_by=CNSA)
    later = make_claim("target", "near side", "2020-01-01")
    rows = rows_about(LUNA, [first, rival, later])[ClaimStanding]
    told = defaultdict(list)
    for row in rows:
        told[row["claim_id"]].append((row["standing"], row["known_from"]))

    assert {
        first.id: [("best", d("2018-03-03")), ("rival", d("2018-03-31")),
                   ("other", d("2020-01-01"))],
        rival.id: [("best", d("2018-03-31")), ("other", d("2020-01-01"))],
        later.id: [("best", d("2020-01-01"))],
    } == told  # fmt: skip


def test_a_promise_has_a_verdict_on_every_day() -> None:
    """A plan's verdict changes on the day that settles it, and an event has none."""
    first, moved = plan("2020", "2018-03-03"), plan("2022", "2021-05-01")
    launched = event("2023-01-05", "2023-01-05")
    rows = rows_about(LUNA, [first, moved, launched])[Promise]
    told = defaultdict(list)
    for row in rows:
        told[row["claim_id"]].append((row["verdict"], row["known_from"]))

    assert {
        first.id: [("pending", d("2018-03-03")), ("overdue", d("2021-01-01")),
                   ("superseded", d("2021-05-01")), ("kept_late", d("2023-01-05"))],
        moved.id: [("pending", d("2021-05-01")), ("overdue", d("2023-01-01")),
                   ("kept_late", d("2023-01-05"))],
        launched.id: [(None, d("2023-01-05"))],
    } == told  # fmt: skip


def test_a_meeting_falls_due() -> None:
    """A forum that was to meet is overdue the day after, and so is its promise."""
    forum = make_claim("planned_meeting", "2018-03-03", "2018-03-02", subject="agencies/isef")
    tables = rows_about("agencies/isef", [forum])

    assert [("pending", d("2018-03-02")), ("overdue", d("2018-03-04"))] == [
        (row["verdict"], row["known_from"]) for row in tables[Promise]
    ]
    assert [(False, d("2018-03-02")), (True, d("2018-03-04"))] == [
        (row["is_overdue"], row["known_from"]) for row in tables[AgencyState]
    ]


def test_an_undated_plan_has_no_slip_unless_it_is_the_first() -> None:
    """Nobody knows that it was made after the first; a later plan slips from it all the same."""
    first, undated = plan("2022", "2018"), plan("2024", "/2026-11-22")
    later = plan("2026", "2027")

    def slips(*claims: Claim) -> dict[str, int | None]:
        rows = rows_about(LUNA, [*NAMES, *claims])[Promise]
        return {json.loads(row["document"])["value"]: row["slip_days_min"] for row in rows}

    assert slips(first, undated) == {"2022": 0, "2024": None}
    assert slips(undated, later) == {"2024": 0, "2026": 366}


def test_a_deprecated_claim_is_no_promise() -> None:
    """A plan or an event that does not count is held against nobody, and stays a claim."""
    wrong = plan("2022", "2018-03-03", rank=Rank.DEPRECATED)
    never = event("2023", "2023", rank=Rank.DEPRECATED)
    right = plan("2024", "2020-01-01")
    tables = rows_about(LUNA, [wrong, never, right])

    assert {right.id} == {row["claim_id"] for row in tables[Promise]}
    assert {wrong.id, never.id, right.id} == {row["claim_id"] for row in tables[ClaimStanding]}


# --- Properties ---------------------------------------------------------------------------------


def days_of(tables: dict[type, list[Row]]) -> list[dt.date]:
    """Every day on which a row begins or ends, and the day before it."""
    edges = {
        row[key]
        for rows in tables.values()
        for row in rows
        for key in ("known_from", "known_to")
        if row[key]
    }
    return sorted(edges | {day - ONE_DAY for day in edges})


def grouped(rows: Iterable[Row], *keys: str) -> list[list[Row]]:
    groups: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return list(groups.values())


def is_chain(rows: Sequence[Row]) -> bool:
    """Whether each row begins where the one before it ends, and the last has no end."""
    joined = all(before["known_to"] == after["known_from"] for before, after in pairwise(rows))
    return joined and rows[-1]["known_to"] is None


@given(LEDGERS)
def test_states_follow_one_another_without_gap(claims: list[Claim]) -> None:
    """From the first day that anything counted, exactly one state is around every day."""
    rows = rows_about(LUNA, [*NAMES[1:], *claims])[MissionState]
    counted = [claim.known_from for claim in claims if claim.counts]

    assert bool(counted) == bool(rows)
    if rows:
        assert min(counted) == rows[0]["known_from"]
        assert is_chain(rows)
        assert all(not row["known_to"] or row["known_from"] < row["known_to"] for row in rows)


@given(LEDGERS)
def test_a_claim_has_one_standing_on_every_day(claims: list[Claim]) -> None:
    """From the day it is known on, a claim is always best, rival or other, and only one."""
    rows = rows_about(LUNA, [*NAMES, *claims])[ClaimStanding]
    known_from = {claim.id: claim.known_from for claim in (NAMES[0], *claims)}
    chains = grouped(rows, "claim_id")

    assert known_from == {chain[0]["claim_id"]: chain[0]["known_from"] for chain in chains}
    assert all(is_chain(chain) for chain in chains)


@given(LEDGERS)
def test_the_best_claims_are_those_behind_the_document(claims: list[Claim]) -> None:
    """On every day, a document's claims have the standing best, and its disputes a rival.

    Plans that differ dispute nothing once what they were about has happened.
    """
    tables = rows_about(LUNA, [*NAMES, *claims])
    about = {claim.id: claim.property for claim in (NAMES[0], *claims)}
    for row in tables[MissionState]:
        standing = {
            found["claim_id"]: found["standing"]
            for found in tables[ClaimStanding]
            if is_around(found, row["known_from"])
        }
        told = document(row)
        behind = {
            *(told[key] for key in told if key.endswith("_claim_id") and told[key]),
            *(partner["claim_id"] for partner in told["partners"]),
        }
        assert {"best"} >= {standing[claim_id] for claim_id in behind}
        rivals = {about[claim_id] for claim_id, found in standing.items() if found == "rival"}
        happened = [name for name in ("launch", "landing") if told[f"{name}_status"] == "actual"]
        rivals -= {f"planned_{name}" for name in happened}
        assert {PROPERTIES[name].served_field for name in rivals} == set(told["disputed"])


@given(LEDGERS)
def test_relations_do_not_overlap(claims: list[Claim]) -> None:
    """On no day does a relation have two rows, and on each it is what the document lists."""
    tables = rows_about(LUNA, [*NAMES, *claims])
    for chain in grouped(tables[Relation], "property", "object"):
        assert all(
            before["known_to"] is not None and before["known_to"] <= after["known_from"]
            for before, after in pairwise(chain)
        )
    for state in tables[MissionState]:
        listed = {
            (name, link["ref"], link["active"], link["claim_id"])
            for name, field in (
                ("partner", "partners"), ("possible_support_from", "possible_support_from")
            )
            for link in document(state)[field]
        }  # fmt: skip
        assert listed == {
            (row["property"], row["object"], row["active"], row["claim_id"])
            for row in tables[Relation]
            if is_around(row, state["known_from"])
        }


@given(LEDGERS)
def test_a_promise_says_on_every_day_what_judging_says(claims: list[Claim]) -> None:
    """The verdict of the row around a day is the verdict of that day."""
    tables = rows_about(LUNA, [*NAMES, *claims])
    about = [NAMES[0], *claims]
    dues = {claim.date.latest for claim in claims if claim.date and claim.date.latest}
    days = {*days_of(tables), *dues, *(due + ONE_DAY for due in dues)}
    by_id = {claim.id: claim for claim in claims}
    for chain in grouped(tables[Promise], "claim_id"):
        claim = by_id[chain[0]["claim_id"]]
        assert is_chain(chain)
        if claim.nature is Nature.PLAN:
            for day in (day for day in days if day >= claim.known_from):
                judgement = judge(MISSIONS, claim, about, day)
                assert judgement is not None
                assert judgement.verdict.value == on(chain, day)["verdict"]


@given(LEDGERS, st.randoms(use_true_random=False))
def test_rows_do_not_depend_on_the_order_of_the_ledger(claims, shuffler) -> None:
    """The same ledger in another order gives the same rows, in the same order."""
    claims = [*NAMES, *claims]
    shuffled = shuffler.sample(claims, len(claims))
    disputes = [
        Dispute(f"dispute-{claim.id}", "about", "note", (NAMES[0].id, claim.id)) for claim in claims
    ]

    assert list(rows_of(Book(make_ledger(claims, disputes)), LUNA)) == list(
        rows_of(Book(make_ledger(shuffled, disputes[::-1])), LUNA)
    )


def told_on(tables: dict[type, list[Row]], day: dt.date) -> list[tuple[str, str]]:
    """All that the rows around a day say, but for when they end."""
    said = []
    for table, rows in tables.items():
        for row in (row for row in rows if is_around(row, day)):
            parts = {key: value for key, value in row.items() if key != "known_to"}
            for key in parts.keys() & {"document", "changes"}:
                parts[key] = {**json.loads(parts[key]), "known_to": None}
            said.append((table.__name__, json.dumps(parts, default=str, sort_keys=True)))
    return sorted(said)


@given(LEDGERS, claims_about_a_mission())
def test_what_is_said_later_leaves_what_was_told_before(claims: list[Claim], added: Claim) -> None:
    """Adding a claim changes what rows say from the day it is known on, and nothing before."""
    before = rows_about(LUNA, [*NAMES, *claims])
    after = rows_about(LUNA, [*NAMES, *claims, added])
    days = {*days_of(before), *days_of(after), added.known_from - ONE_DAY}

    for day in sorted(day for day in days if day < added.known_from):
        assert told_on(before, day) == told_on(after, day)
