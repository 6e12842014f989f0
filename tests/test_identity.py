"""Two records that somebody takes for one: what became of a plan is looked for in both."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import pytest

from app.ledger.book import Book
from app.ledger.records import Claim, Ledger
from app.ledger.states import rows_of
from app.models import MissionState, Promise
from app.vocabulary import Rank
from tests.builders import make_claim, make_source

UNNAMED, NAMED = "missions/south-pole-landing", "missions/change-7"


def landing(value: str, said_on: str, subject: str, **more: Any) -> Claim:
    return make_claim("planned_landing", value, said_on, subject=subject, **more)


NAMES = [
    make_claim("name", "South-pole landing", "2018-03-02", subject=UNNAMED),
    make_claim("name", "Chang'e-7", "2018-03-02", subject=NAMED),
]
PROMISE = landing("2023", "2018-03-02", UNNAMED)
LATER = landing("2026", "2022-09-17", NAMED)
SAME = make_claim("identified_with", NAMED, "2024-01-01", subject=UNNAMED, role="inferred")


def told(ref: str, claims: Sequence[Claim], day: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record and its promise of a landing, as of a day."""
    report = make_source()
    refs = sorted({report.ref, *(claim.subject for claim in claims)})
    book = Book(Ledger(refs, {report.id: report}, claims, []))
    when = dt.date.fromisoformat(day)
    found = {}
    for table, row in rows_of(book, ref):
        about = row.get("claim_id") in (None, PROMISE.id) and table in (MissionState, Promise)
        if about and row["known_from"] <= when and (not row["known_to"] or when < row["known_to"]):
            found[table] = json.loads(row["document"])
    return found[MissionState], found[Promise]


@pytest.mark.parametrize(
    ("day", "verdict", "overdue"),
    [
        ("2022-12-31", "pending", False),  # nobody has taken the two for one yet
        ("2023-12-31", "pending", False),
        ("2024-01-01", "superseded", False),
        ("2030-01-01", "superseded", False),
    ],
)
def test_a_plan_is_superseded_by_what_is_said_of_the_same(
    day: str, verdict: str, overdue: bool
) -> None:
    """From the day on which the two are taken for one, a later plan of the other counts."""
    record, promise = told(UNNAMED, [*NAMES, PROMISE, LATER, SAME], day)
    assert (promise["verdict"], record["landing_is_overdue"]) == (verdict, overdue)


def test_the_evidence_is_the_claim_of_the_other() -> None:
    """The claim that justifies the verdict is of the other record, and says so."""
    record, promise = told(UNNAMED, [*NAMES, PROMISE, LATER, SAME], "2026-11-22")
    (evidence,) = promise["evidence"]
    assert (evidence["id"], evidence["subject"]) == (LATER.id, NAMED)
    assert (promise["superseded_by_days_min"], promise["superseded_by_days_max"]) == (732, 1460)
    assert (
        record["landing_edtf"] == "2023"
    )  # its own plan: what is said of the other is the other's
    (link,) = record["identified_with"]
    assert (link["ref"], link["role"], link["name"]) == (NAMED, "inferred", "Chang'e-7")


def test_it_happened_to_the_other() -> None:
    """What happened to the other keeps the promise, late."""
    landed = make_claim("landed_on", "2027-02-01", "2027-02-02", subject=NAMED)
    record, promise = told(UNNAMED, [*NAMES, PROMISE, SAME, landed], "2027-03-01")
    assert (promise["verdict"], promise["late_days_min"]) == ("kept_late", 1128)
    assert (record["landing_status"], record["landing_is_overdue"]) == ("planned", False)


def test_without_identity_it_is_overdue() -> None:
    """Nobody having taken the two for one, nothing is known of what became of the plan."""
    record, promise = told(UNNAMED, [*NAMES, PROMISE, LATER], "2026-11-22")
    assert (promise["verdict"], record["landing_is_overdue"]) == ("overdue", True)


def test_an_identity_that_does_not_count() -> None:
    """A deprecated identity is none."""
    wrong = make_claim("identified_with", NAMED, "2024-01-01", subject=UNNAMED,
                       rank=Rank.DEPRECATED, rank_reason="withdrawn")  # fmt: skip
    _, promise = told(UNNAMED, [*NAMES, PROMISE, LATER, wrong], "2026-11-22")
    assert promise["verdict"] == "overdue"


def test_what_was_said_of_the_other_before_makes_nothing_late() -> None:
    """An older plan of the other does not take the place of this one."""
    older = landing("2020", "2015-01-01", NAMED)
    record, promise = told(UNNAMED, [*NAMES, PROMISE, older, SAME], "2026-11-22")
    assert (promise["verdict"], record["landing_is_overdue"]) == ("overdue", True)
