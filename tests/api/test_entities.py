"""Records: their lists, their items, and what lies below an item."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.deps import Clock
from app.main import create_app
from app.schemas import record_model
from app.settings import Settings
from app.vocabulary import Kind
from tests.asking import Client
from tests.builders import write_seed
from tests.conftest import NOW, count_statements
from tests.databases import tables_in

KINDS = [kind.value for kind in Kind]
SAMPLES = {
    "missions": "luna-26",
    "agreements": "roscosmos-cnsa-intent-2018",
    "agencies": "isef",
    "projects": "deep-space-gateway",
    "people": "igor-komarov",
    "sources": "rt-2018-03-02",
}


@contextmanager
def serving(folder: Path, clock: Clock = lambda: NOW, **files: str) -> Iterator[TestClient]:
    """A client of a service of its own, over a small seed."""
    seed_dir = write_seed(folder / "seed", **files)
    url = tables_in(folder)
    app = create_app(Settings(database_url=url, seed_dir=seed_dir), clock)
    with Client(app, raise_server_exceptions=False) as client:
        yield client


def mission(slug: str, **claims: str) -> str:
    """A seed file of a mission: its properties and values, all of one report."""
    lines = [f"id: {slug}", "claims:"]
    for name, value in {"name": slug, **claims}.items():
        lines += [f"- property: {name}", f'  value: "{value}"', "  source: report",
                  "  locator: paragraph 9"]  # fmt: skip
    return "\n".join(lines) + "\n"


_TASS = """\
id: tass
claims:
- {property: name, value: TASS, source: other, locator: masthead}
"""
_OTHER = """\
id: other
title: Another report
publisher: agencies/tass
kind: news
published: "2018-03-03"
language: en
"""
_DISPUTED = """\
id: luna-26
claims:
- {property: name, value: Luna-26, source: report, locator: paragraph 9}
- {property: planned_launch, value: "2022", source: report, locator: paragraph 9}
- {property: planned_launch, value: "2024", source: other, locator: paragraph 1}
- {property: described_as, value: a bold venture, nature: assessment, source: other,
   locator: paragraph 2}
"""


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service in which two agencies give two years for one launch, on one day."""
    files = {"agencies__tass": _TASS, "sources__other": _OTHER, "missions__luna_26": _DISPUTED}
    with serving(tmp_path_factory.mktemp("disputed"), **files) as client:
        yield client


def result(client: TestClient, path: str) -> dict[str, Any]:
    """The record at a path."""
    response = client.get(path)
    assert response.status_code == 200, response.text
    record: dict[str, Any] = response.json()["result"]
    return record


# --- Shapes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_list(client: TestClient, kind: str) -> None:
    """A list says how many there are, which day it is of, and gives whole records."""
    body = client.get(f"/v1/{kind}").json()
    assert list(body) == ["meta", "results"]
    meta = body["meta"]
    assert meta["count"] == len(body["results"]) > 0
    assert (meta["limit"], meta["next_cursor"], meta["next"]) == (100, None, None)
    assert meta["as_of"] == {"requested": None, "resolved": "2026-11-22"}
    assert meta["license"] == "CC-BY-4.0"
    for record in body["results"]:
        record_model(Kind(kind)).model_validate(record)
        assert record["ref"] == f"{kind}/{record['id']}"
        assert record["claims"] == []


@pytest.mark.parametrize(("kind", "slug"), SAMPLES.items())
def test_item(client: TestClient, kind: str, slug: str) -> None:
    """An item is the record of the list, with the claims behind it."""
    body = client.get(f"/v1/{kind}/{slug}").json()
    assert list(body) == ["meta", "result"]
    listed = {record["id"]: record for record in client.get(f"/v1/{kind}").json()["results"]}
    assert body["result"] | {"claims": []} == listed[slug]
    assert list(body["result"]) == list(record_model(Kind(kind)).model_fields)


@pytest.mark.parametrize(("kind", "slug"), SAMPLES.items())
def test_before_anything_was_known(client: TestClient, kind: str, slug: str) -> None:
    """Before the first claim a record is there, with every key and nothing in it."""
    blank = result(client, f"/v1/{kind}/{slug}?as_of=1900&claims=all")
    assert list(blank) == list(record_model(Kind(kind)).model_fields)
    assert blank.pop("known_to") > "1900"
    assert (blank.pop("id"), blank.pop("ref")) == (slug, f"{kind}/{slug}")
    assert [value for value in blank.values() if value not in (None, [])] == []


@pytest.mark.parametrize("kind", KINDS)
def test_list_before_anything_was_known(client: TestClient, kind: str) -> None:
    """Before the first claim a list is empty, and no error."""
    body = client.get(f"/v1/{kind}?as_of=1900").json()
    assert (body["meta"]["count"], body["results"]) == (0, [])


# --- Claims -------------------------------------------------------------------------------------


def claim_ids(record: dict[str, Any]) -> list[str]:
    """The ids of a record's claims."""
    return [claim["id"] for claim in record["claims"]]


@pytest.mark.parametrize(("kind", "slug"), SAMPLES.items())
def test_claims_of_an_item(client: TestClient, kind: str, slug: str) -> None:
    """`all` gives what /claims gives; `best` those behind values; `none` none."""
    everything = client.get(f"/v1/{kind}/{slug}/claims?limit=1000").json()["results"]
    by_choice = {
        choice: result(client, f"/v1/{kind}/{slug}?claims={choice}")
        for choice in ("none", "best", "all")
    }
    assert claim_ids(by_choice["none"]) == []
    assert sorted(claim_ids(by_choice["all"])) == sorted(claim["id"] for claim in everything)
    best = {claim["id"] for claim in everything if claim["standing"] != "other"}
    assert set(claim_ids(by_choice["best"])) == best
    assert by_choice["best"] == result(client, f"/v1/{kind}/{slug}")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("choice", ["none", "best", "all"])
def test_claims_in_a_list(client: TestClient, kind: str, choice: str) -> None:
    """A list gives each record the claims that its item has."""
    for record in client.get(f"/v1/{kind}?claims={choice}").json()["results"]:
        assert record == result(client, f"/v1/{kind}/{record['id']}?claims={choice}")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sources"])
def test_every_value_has_its_claim(client: TestClient, kind: str) -> None:
    """The claim that a value names is among those given with the record."""
    for record in client.get(f"/v1/{kind}?claims=best&limit=1000").json()["results"]:
        named = {value for key, value in record.items() if key.endswith("_claim_id") and value}
        for value in record.values():
            if isinstance(value, list):
                named |= {item["claim_id"] for item in value
                          if isinstance(item, dict) and "claim_id" in item}  # fmt: skip
        assert named - {claim["id"] for claim in record["claims"]} == set()


def test_rivals_stand_beside_the_best(disputed: TestClient) -> None:
    """A value on which sources disagree comes with the claims of both, and says so."""
    record = result(disputed, "/v1/missions/luna-26")
    years = {
        claim["value"]: claim["standing"]
        for claim in record["claims"]
        if claim["property"] == "planned_launch"
    }
    assert sorted(years) == ["2022", "2024"]
    assert sorted(years.values()) == ["best", "rival"]
    assert years[record["launch_edtf"]] == "best"
    assert "launch" in " ".join(record["disputed"])


def test_rivals_in_a_list(disputed: TestClient) -> None:
    """A list with claims shows the disagreement too."""
    [record] = disputed.get("/v1/missions?claims=best").json()["results"]
    standings = sorted(claim["standing"] for claim in record["claims"])
    assert standings == ["best", "best", "rival"]


def test_opinions_are_given_only_with_all(disputed: TestClient) -> None:
    """An opinion is listed with its author among all claims, and is behind no value."""
    best = result(disputed, "/v1/missions/luna-26?claims=best")
    everything = result(disputed, "/v1/missions/luna-26?claims=all")
    opinions = [claim for claim in everything["claims"] if claim["nature"] == "assessment"]
    assert [(claim["value"], claim["standing"]) for claim in opinions] == [
        ("a bold venture", "other")
    ]
    assert "assessment" not in [claim["nature"] for claim in best["claims"]]
    assert everything["described_as"] == []


# --- Fields -------------------------------------------------------------------------------------

LAUNCH = [
    "launch_edtf", "launch_earliest", "launch_latest", "launch_precision", "launch_label",
    "launch_approximate", "launch_uncertain", "launch_claim_id", "launch_status",
    "launch_is_overdue", "launch_slip_days_min", "launch_slip_days_max", "launch_first_edtf",
    "launch_first_label", "launch_revisions", "launch_last_word",
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ("id", []),
        ("name,id", ["name"]),
        ("id, name", ["name"]),
        ("launch", LAUNCH),
        ("id,launch,launch_edtf", LAUNCH),
        ("launch_vehicle", ["launch_vehicle"]),
        ("launch_edtf", ["launch_edtf"]),
        ("claims", ["claims"]),
        ("known_from,known_to", ["known_from", "known_to"]),
        ("projects_names", ["projects"]),
        ("projects,projects_names,name", ["name", "projects"]),
    ],
)
def test_fields(client: TestClient, fields: str, keys: list[str]) -> None:
    """`fields` gives the id and those keys, in the order of a record, and no others.

    The name of a date gives all of its keys, that of a column of the table the key it is made of.
    """
    keys = ["id", "ref", *keys]
    whole = result(client, "/v1/missions/luna-26")
    chosen = result(client, f"/v1/missions/luna-26?fields={fields}")
    assert {key: whole[key] for key in keys} == chosen
    assert keys == list(chosen)
    body = client.get(f"/v1/missions?fields={fields}").json()
    assert body["meta"]["count"] > 1
    assert [keys] * body["meta"]["count"] == [list(record) for record in body["results"]]


def test_fields_of_a_source(client: TestClient) -> None:
    """A source's day of publication is a group of keys too."""
    chosen = result(client, "/v1/sources/rt-2018-03-02?fields=id,published")
    assert (chosen["id"], chosen["published_edtf"]) == ("rt-2018-03-02", "2018-03-02")
    assert all(key in ("id", "ref") or key.startswith("published_") for key in chosen)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_may_be_asked_for(client: TestClient, kind: str) -> None:
    """Each key of a record is a field, and comes with no others but the id."""
    for key in record_model(Kind(kind)).model_fields:
        response = client.get(f"/v1/{kind}?limit=1&fields={key}")
        expected = [*dict.fromkeys(("id", "ref", key))]
        assert [expected] == [list(record) for record in response.json()["results"]]


def test_unknown_field(client: TestClient) -> None:
    """A field that there is not is refused with the nearest, on an item and on a list."""
    for path in ("/v1/missions/luna-26", "/v1/missions", "/v1/missions?as_of=1900"):
        joint = "&" if "?" in path else "?"
        response = client.get(f"{path}{joint}fields=lanch")
        assert response.status_code == 400
        assert "'launch'" in response.json()["detail"]


# --- Vintages, schedules ------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "slug"), SAMPLES.items())
def test_vintages(client: TestClient, kind: str, slug: str) -> None:
    """Each day on which a record changed, in order; asked at it, the record is as it was then."""
    vintages = client.get(f"/v1/{kind}/{slug}/vintages").json()["results"]
    assert len(vintages) > 0
    days = [vintage["known_from"] for vintage in vintages]
    assert days == sorted(set(days))
    assert [vintage["known_to"] for vintage in vintages[:-1]] == days[1:]
    for vintage in vintages:
        record = result(client, f"/v1/{kind}/{slug}?as_of={vintage['known_from']}")
        assert (record["known_from"], record["known_to"]) == (
            vintage["known_from"], vintage["known_to"],
        )  # fmt: skip


@pytest.mark.parametrize(("kind", "slug"), SAMPLES.items())
def test_vintages_until_a_day(client: TestClient, kind: str, slug: str) -> None:
    """As of a day, only the vintages up to it are listed."""
    days = [
        vintage["known_from"]
        for vintage in client.get(f"/v1/{kind}/{slug}/vintages").json()["results"]
    ]
    for day in days:
        until = client.get(f"/v1/{kind}/{slug}/vintages?as_of={day}").json()["results"]
        assert [vintage["known_from"] for vintage in until] == [d for d in days if d <= day]


def test_vintages_of_luna_26(client: TestClient) -> None:
    """Luna-26: named on 2 March 2018, its launch known the day after, overdue from 2023 on."""
    vintages = client.get("/v1/missions/luna-26/vintages").json()["results"]
    told = {vintage["known_from"]: vintage for vintage in vintages}
    assert {"2018-03-02", "2018-03-03", "2023-01-01"} <= set(told)
    assert told["2018-03-02"]["changed"] == []
    assert {"launch", "status"} <= set(told["2018-03-03"]["changed"])
    assert told["2023-01-01"]["changed"] == ["launch"]
    assert told["2023-01-01"]["because"] == "calendar"
    assert told["2018-03-03"]["because"] == "claims"


def test_schedule(client: TestClient) -> None:
    """A schedule has a row for each date that was given: who, when, how it stands."""
    expected = [
        ("launch", "2022", "agencies/roscosmos", "superseded", 0, 0),
        ("launch", "2027", "people/alexander-bloshenko", "superseded", 1462, 2190),
        ("launch", "2027", "people/yuri-borisov", "superseded", 1462, 2190),
        ("launch", "2028", "people/lev-zelenyi", "pending", 1827, 2556),
        ("launch", "2028", "people/anatoly-petrukovich", "pending", 1827, 2556),
    ]
    keys = ("milestone", "date_edtf", "said_by", "verdict", "slip_days_min", "slip_days_max")
    rows = client.get("/v1/missions/luna-26/schedule").json()["results"]
    assert [tuple(row[key] for key in keys) for row in rows] == expected
    then = client.get("/v1/missions/luna-26/schedule?as_of=2023-06").json()["results"]
    assert [tuple(row[key] for key in keys) for row in then] == [
        ("launch", "2022", "agencies/roscosmos", "overdue", 0, 0)
    ]


def test_schedule_of_a_project(client: TestClient) -> None:
    """Two who promise the same span are two rows, in the order in which they spoke."""
    rows = client.get("/v1/projects/deep-space-gateway/schedule").json()["results"]
    promised = [
        (row["said_by"], row["date_edtf"]) for row in rows if row["milestone"] == "first_element"
    ]
    assert promised == [("people/igor-komarov", "2024/2026"), ("agencies/rt", "2024/2026")]


def test_schedule_of_a_forum(client: TestClient) -> None:
    """A meeting is promised and held like a launch: the promise has its verdict, and its record."""
    keys = ("milestone", "property", "date_edtf", "nature", "verdict")
    rows = client.get("/v1/agencies/isef/schedule").json()["results"]
    assert {tuple(row[key] for key in keys) for row in rows} == {
        ("meeting", "planned_meeting", "2018-03-03", "plan", "kept"),
        ("meeting", "held_on", "2018-03-03", "event", None),
    }
    then = client.get("/v1/agencies/isef/schedule?as_of=2018-03-03").json()["results"]
    assert [tuple(row[key] for key in keys) for row in then] == [
        ("meeting", "held_on", "2018-03-03", "event", None)
    ]
    forum = result(client, "/v1/agencies/isef")
    told = ("edtf", "status", "is_overdue", "first_edtf", "slip_days_max", "revisions")
    assert [forum[f"meeting_{key}"] for key in told] == [
        "2018-03-03", "actual", False, "2018-03-03", 0, 0,
    ]  # fmt: skip
    assert client.get("/v1/agencies/cnsa/schedule").json()["results"] == []
    assert client.get("/v1/people/igor-komarov/schedule").status_code == 404


def test_a_meeting_that_was_not_held(tmp_path: Path) -> None:
    """A forum that was to meet, and of which nothing more is known, is overdue and can be found."""
    forum = mission("forum", kind="forum", planned_meeting="2020-05").replace("mission", "agency")
    with serving(tmp_path, agencies__forum=forum) as client:
        for day, overdue in (("2020-05-31", False), ("2020-06-01", True)):
            body = client.get(f"/v1/agencies/forum?as_of={day}").json()["result"]
            assert (body["meeting_status"], body["meeting_is_overdue"]) == ("planned", overdue)
            late = client.get(f"/v1/agencies?overdue=true&as_of={day}").json()["results"]
            assert [row["id"] for row in late] == ["forum"] * overdue
            late = client.get(f"/v1/timeline?overdue=true&as_of={day}").json()["results"]
            assert [row["id"] for row in late] == ["agencies/forum/meeting"] * overdue
        for query in ("meeting=2020", "slipped__lte=0", "sort=meeting&meeting__gte=2020-05"):
            rows = client.get(f"/v1/agencies?{query}").json()["results"]
            assert [row["id"] for row in rows] == ["forum"], query


def test_schedule_holds_what_happened(tmp_path: Path) -> None:
    """The event stands among the promises, and each promise has its verdict and its slip."""
    files = {"missions__luna_26": mission("luna-26", planned_launch="2017",
                                          launched_on="2018-02-10")}  # fmt: skip
    with serving(tmp_path, **files) as client:
        rows = client.get("/v1/missions/luna-26/schedule").json()["results"]
    plan = next(row for row in rows if row["nature"] == "plan")
    happened = next(row for row in rows if row["nature"] == "event")
    assert (plan["verdict"], plan["late_days_min"], plan["late_days_max"]) == (
        "kept_late", 41, 405,
    )  # fmt: skip
    assert (happened["verdict"], happened["date_edtf"]) == (None, "2018-02-10")
    assert [claim["id"] for claim in plan["evidence"]] == [happened["claim_id"]]


@pytest.mark.parametrize("below", ["claims", "changes", "vintages", "schedule"])
def test_below_an_item_before_anything_was_known(client: TestClient, below: str) -> None:
    """What lies below a record that nothing was known of yet is empty, and no error."""
    body = client.get(f"/v1/missions/luna-26/{below}?as_of=2018-03-01").json()
    assert (body["meta"]["count"], body["results"]) == (0, [])


# --- Statements ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/v1/missions/luna-26", 2),
        ("/v1/missions/luna-26?claims=all", 2),
        ("/v1/missions/luna-26?claims=none", 1),
        ("/v1/sources/rt-2018-03-02?claims=none", 1),
        ("/v1/missions/luna-26?fields=id&claims=none", 1),
        ("/v1/agencies", 2),
        ("/v1/agencies?limit=1", 2),
        ("/v1/agencies?claims=best", 3),
        ("/v1/agencies?claims=best&limit=1", 3),
        ("/v1/agencies?claims=all&limit=100", 3),
        ("/v1/missions?agency=cnsa", 3),
        ("/v1/missions?status=planned&country=RU&q=luna", 2),
        ("/v1/claims", 2),
        ("/v1/claims?limit=1", 2),
        ("/v1/claims?subject=missions/luna-26", 3),
        ("/v1/claims?subject=missions/luna-26&source=rt-2018-03-02", 3),
    ],
)
def test_number_of_statements(app: FastAPI, client: TestClient, path: str, statements: int) -> None:
    """An answer takes a fixed number of SQL statements, however long it is.

    Of a list: its count, its page; and the claims and the references asked for. Which release
    there is is read besides.
    """
    with count_statements(app) as run:
        assert client.get(path).status_code == 200
    assert len(run) == statements, run


@pytest.mark.parametrize(
    "path",
    [
        "/v1/missions/luna-26/claims",
        "/v1/missions/luna-26/changes",
        "/v1/missions/luna-26/vintages",
        "/v1/missions/luna-26/schedule",
        "/v1/sources/rt-2018-03-02/scorecard",
        "/v1/disputes",
        "/v1/timeline",
        "/v1/slips",
        "/v1/slips/summary",
        "/v1/relations",
        "/v1/changes",
    ],
)
def test_statements_do_not_grow(app: FastAPI, client: TestClient, path: str) -> None:
    """The first record of a list costs as many statements as all of them."""
    counted = []
    for limit in (1, 100):
        with count_statements(app) as run:
            assert client.get(f"{path}?limit={limit}").status_code == 200
        counted.append(len(run))
    assert counted[0] == counted[1] <= 4


def test_more_records_take_no_more_statements(tmp_path: Path) -> None:
    """Forty missions with their claims are listed in as many statements as one."""
    files = {f"missions__m_{n}": mission(f"m-{n}", planned_launch="2022") for n in range(40)}
    with serving(tmp_path, **files) as client, count_statements(client.app) as run:
        body = client.get("/v1/missions?claims=all").json()
    assert (body["meta"]["count"], len(run)) == (41, 3)
