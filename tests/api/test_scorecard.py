"""The scorecard of a source: each of its plans beside what became of it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.vocabulary import VERDICT_MEANINGS, Verdict
from tests.api.test_entities import mission, serving

CARD = "/v1/sources/rt-2018-03-02/scorecard"


def card(client: TestClient, **query: Any) -> dict[str, Any]:
    """The scorecard of the report."""
    response = client.get(CARD, params={"limit": 1000, **query})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def verdict_of(body: dict[str, Any], subject: str) -> str | None:
    """The verdict of the one dated plan of a subject."""
    found = [row["verdict"] for row in body["results"] if row["subject"] == subject
             and row["date_edtf"]]  # fmt: skip
    return found[0] if found else None


@pytest.mark.parametrize(
    ("day", "verdicts"),
    [
        ("2018-03-01", (None, None, None, "pending")),
        ("2018-03-02", (None, "pending", "pending", "pending")),
        ("2018-03-03", ("pending", "pending", "pending", "pending")),
        ("2022-12-31", ("pending", "pending", "pending", "pending")),
        ("2023-01-01", ("overdue", "pending", "pending", "pending")),
        ("2023-08-08", ("overdue", "pending", "pending", "pending")),
        ("2023-08-09", ("superseded", "pending", "pending", "pending")),
        ("2023-12-31", ("superseded", "pending", "pending", "pending")),
        ("2024-01-01", ("superseded", "overdue", "pending", "pending")),
        ("2026-12-31", ("superseded", "overdue", "pending", "pending")),
        ("2027-01-01", ("superseded", "overdue", "overdue", "pending")),
        ("2051-01-01", ("superseded", "overdue", "overdue", "overdue")),
    ],
)
def test_verdicts_by_day(client: TestClient, day: str, verdicts: tuple[str | None, ...]) -> None:
    """A dated plan is pending until its last day, overdue from the day after, until replaced."""
    body = card(client, as_of=day)
    assert verdicts == tuple(
        verdict_of(body, subject)
        for subject in (
            "missions/luna-26",
            "missions/china-south-pole-landing",
            "projects/deep-space-gateway",
            "projects/energia-lunar-base",
        )
    )


@pytest.mark.parametrize("day", ["2018-03", "2023-06", "2023", "today", "2060"])
def test_counts_of_verdicts(client: TestClient, day: str) -> None:
    """The head of a scorecard counts its verdicts, those of nobody included."""
    body = card(client, as_of=day)
    counted = Counter(row["verdict"] for row in body["results"])
    assert body["meta"]["verdicts"] == {
        verdict.value: counted[verdict.value] for verdict in Verdict
    }
    assert body["meta"]["count"] == len(body["results"]) == sum(counted.values())


def test_counts_do_not_depend_on_the_page(client: TestClient) -> None:
    """A page of one counts all."""
    assert card(client)["meta"]["verdicts"] == card(client, limit=1)["meta"]["verdicts"]


@pytest.mark.parametrize(
    "verdict", ["overdue", "pending", "superseded", "no_evidence", "overdue,pending", "kept"]
)
def test_filter_by_verdict(client: TestClient, verdict: str) -> None:
    """A scorecard can be narrowed to some verdicts."""
    wanted = [row for row in card(client)["results"] if row["verdict"] in verdict.split(",")]
    assert wanted == card(client, verdict=verdict)["results"]


def test_order_of_the_text(client: TestClient) -> None:
    """Plans come in the order in which the source states them."""
    numbers = [
        int(row["claim"]["locator"].split()[1].rstrip(",")) for row in card(client)["results"]
    ]
    assert numbers == sorted(numbers)


def test_rows(client: TestClient) -> None:
    """A row says what was promised, by whom, where, and what the verdict means."""
    results = card(client, as_of="2023-06")["results"]
    [row] = [row for row in results if row["subject"] == "missions/luna-26"]
    assert (row["property"], row["milestone"]) == ("planned_launch", "launch")
    assert (row["value"], row["value_label"], row["date_edtf"]) == ("2022", "2022", "2022")
    assert (row["said_by"], row["said_by_name"]) == ("agencies/roscosmos", "Roscosmos")
    assert row["verdict_meaning"] == VERDICT_MEANINGS[Verdict.OVERDUE]
    assert (row["evidence"], row["superseded_by_days_max"]) == ([], None)


def test_row_of_what_was_superseded(client: TestClient) -> None:
    """A plan in whose place another was put says by how much, and shows the claim that did so."""
    rows = card(client, verdict="superseded")["results"]
    [row] = [row for row in rows if row["subject"] == "missions/luna-26"]
    assert row["verdict_meaning"] == VERDICT_MEANINGS[Verdict.SUPERSEDED]
    [later] = row["evidence"]
    assert (later["property"], later["value"]) == ("planned_launch", "2028")
    assert (later["said_by"], later["known_from"]) == ("people/anatoly-petrukovich", "2025-10-02")
    assert (row["superseded_by_days_min"], row["superseded_by_days_max"]) == (1827, 2556)


def test_source_without_plans(client: TestClient) -> None:
    """A source that announces nothing has an empty scorecard."""
    body = client.get("/v1/sources/note-chossudovsky-2018-03/scorecard").json()
    assert (body["meta"]["count"], body["results"]) == (0, [])
    assert set(body["meta"]["verdicts"].values()) == {0}


_LATER = """\
id: later
title: A later report
publisher: agencies/rt
kind: news
published: "2021-06-01"
language: en
"""


def _later(**claims: str) -> str:
    return mission("luna-26", planned_launch="2022") + "".join(
        f'- {{property: {name}, value: "{value}", source: later, locator: paragraph 1}}\n'
        for name, value in claims.items()
    )


@pytest.mark.parametrize(
    ("claims", "verdict", "late", "slip"),
    [
        ({"launched_on": "2021-05-01"}, "kept", (-609, -245), (None, None)),
        ({"planned_launch": "2024"}, "superseded", (None, None), (366, 1095)),
        ({"planned_launch": "2022"}, "pending", (None, None), (None, None)),
        ({"status": "cancelled"}, "dropped", (None, None), (None, None)),
        ({"status": "failed"}, "failed", (None, None), (None, None)),
        ({"status": "landed"}, "no_evidence", (None, None), (None, None)),
    ],
)
def test_what_became_of_a_plan(
    tmp_path: Path,
    claims: dict[str, str],
    verdict: str,
    late: tuple[int | None, int | None],
    slip: tuple[int | None, int | None],
) -> None:
    """What is said later decides, with the claim that says it as evidence; not a day before."""
    files = {"sources__later": _LATER, "missions__luna_26": _later(**claims)}
    with serving(tmp_path, **files) as client:
        path = "/v1/sources/report/scorecard"
        [before] = client.get(f"{path}?as_of=2021-05-31").json()["results"]
        [row] = client.get(f"{path}?as_of=2021-06-01").json()["results"]
    assert (before["verdict"], before["evidence"]) == ("pending", [])
    assert row["verdict"] == verdict
    assert (row["late_days_min"], row["late_days_max"]) == late
    assert (row["superseded_by_days_min"], row["superseded_by_days_max"]) == slip
    sources = [claim["source"]["id"] for claim in row["evidence"]]
    assert sources == ([] if verdict == "pending" else ["later"])
