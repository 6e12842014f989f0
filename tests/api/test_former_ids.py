"""Records that got another id: their old addresses lead to the new ones, and stay for good."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.ledger.checks import check_folder
from tests.api.test_entities import mission, serving
from tests.api.test_negotiation import EXPOSED, Answer, ask, joined
from tests.builders import AGENCY_FILE, MISSION_FILE, SOURCE_FILE, write_seed

# Ids that could be taken for something else in an address, too.
MISSIONS = ("luna-grunt", "m", "v1", "missions", "luna", "claims", "1")
AGENCIES = ("russia-today", "a", "agencies", "vintages")
SOURCES = ("rt-report", "s", "scorecard")
FORMER = {
    "missions": ("luna-26", MISSIONS),
    "agencies": ("rt", AGENCIES),
    "sources": ("report", SOURCES),
}


def formerly(file: str, former: tuple[str, ...]) -> str:
    """A seed file of a record that had other ids."""
    return f"{file}former_ids: {json.dumps(former)}\n"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service whose records had other ids."""
    files = {
        "missions__luna_26": formerly(MISSION_FILE, MISSIONS),
        "agencies__rt": formerly(AGENCY_FILE, AGENCIES),
        "sources__report": formerly(SOURCE_FILE, SOURCES),
    }
    with serving(tmp_path_factory.mktemp("moved"), **files) as client:
        yield client


def location(answer: Answer) -> str:
    """Where an answer leads: a 301 that may be kept and that any site may follow."""
    assert answer.status == 301
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert set(answer.headers["access-control-expose-headers"].lower().split(", ")) >= EXPOSED
    return answer.headers["location"]


def place(address: str) -> tuple[str, list[tuple[str, str]]]:
    """An address without its host, its parameters in one order."""
    url = urlsplit(address)
    assert url.netloc in ("", "testserver")
    return url.path, sorted(parse_qsl(url.query, keep_blank_values=True))


# --- Addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "former"), [(kind, slug) for kind, (_, slugs) in FORMER.items() for slug in slugs]
)
def test_an_old_address_leads_to_the_new_one(moved: TestClient, kind: str, former: str) -> None:
    """A record, its lists and its values are found under every id that it ever had."""
    value = "/title" if kind == "sources" else "/name"
    for below in ("", "/claims", "/vintages", "/changes", value):
        current = f"/v1/{kind}/{FORMER[kind][0]}{below}"
        found = location(ask(moved, f"/v1/{kind}/{former}{below}"))
        assert place(found) == (current, [])
        assert ask(moved, found).body == ask(moved, current).body


@pytest.mark.parametrize(
    ("path", "endings"),
    [
        ("/v1/missions/{}", "json csv tsv ndjson xlsx csv-metadata.json ics"),
        ("/v1/missions/{}/claims", "json csv ndjson"),
        ("/v1/missions/{}/changes", "csv atom"),
        ("/v1/missions/{}/schedule", "csv ics"),
        ("/v1/missions/{}/vintages", "csv link"),
        ("/v1/missions/{}/launch_earliest", "json txt"),
        ("/v1/sources/{}/scorecard", "json csv"),
    ],
)
def test_in_any_form(moved: TestClient, path: str, endings: str) -> None:
    """It leads to the same form, which is there."""
    kind = path.split("/")[2]
    current, (former, *_) = FORMER[kind]
    for ending in endings.split():
        found = location(ask(moved, f"{path.format(former)}.{ending}"))
        assert place(found) == (f"{path.format(current)}.{ending}", [])
        assert ask(moved, found).status == 200


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/v1/missions/luna-grunt?as_of=2018-03", "/v1/missions/luna-26?as_of=2018-03"),
        ("/v1/as-of/2018-03/missions/luna-grunt", "/v1/missions/luna-26?as_of=2018-03"),
        (
            "/v1/as-of/2018-03/missions/luna-grunt/claims.csv?header=false",
            "/v1/missions/luna-26/claims.csv?as_of=2018-03&header=false",
        ),
        (
            "/v1/missions/luna-grunt.json?fields=name,launch&claims=all&as_of=-1y",
            "/v1/missions/luna-26.json?fields=name,launch&claims=all&as_of=-1y",
        ),
        (
            "/v1/missions/luna-grunt/claims?limit=1&sort=-known_from&said_by=agencies/rt",
            "/v1/missions/luna-26/claims?limit=1&sort=-known_from&said_by=agencies/rt",
        ),
        (
            "/v1/sources/rt-report/scorecard?verdict=overdue&as_of=2024",
            "/v1/sources/report/scorecard?verdict=overdue&as_of=2024",
        ),
    ],
)
def test_what_was_asked_is_kept(moved: TestClient, address: str, expected: str) -> None:
    """The day, in the path or not, and all parameters lead on with it."""
    found = location(ask(moved, address))
    assert place(found) == place(expected)
    answer = ask(moved, found)
    assert answer.status == 200
    if "as_of=2018-03" in expected:
        assert parse_qs(urlsplit(found).query)["as_of"] == ["2018-03"]
        assert answer.headers["memento-datetime"] == "Sat, 31 Mar 2018 23:59:59 GMT"


@pytest.mark.parametrize("former", MISSIONS)
def test_in_the_path_of_a_day(moved: TestClient, former: str) -> None:
    """An old address below a day leads to the new one as of that day."""
    found = location(ask(moved, f"/v1/as-of/2020/missions/{former}.csv"))
    assert place(found) == ("/v1/missions/luna-26.csv", [("as_of", "2020")])


@pytest.mark.parametrize("accept", ["text/csv", "application/json", "*/*", "text/html"])
def test_whatever_is_accepted(moved: TestClient, accept: str) -> None:
    """It leads to the address where forms are negotiated, for every client."""
    headers = {"Accept": accept}
    found = location(ask(moved, "/v1/missions/luna-grunt", headers=headers))
    assert place(found) == ("/v1/missions/luna-26", [])


def test_head(moved: TestClient) -> None:
    """HEAD leads to the same address, with no body."""
    answer = ask(moved, "/v1/missions/luna-grunt.csv", "HEAD")
    assert location(answer) == location(ask(moved, "/v1/missions/luna-grunt.csv"))
    assert answer.body == b""


@pytest.mark.parametrize("origin", ["https://example.org", "null"])
def test_any_site_may_follow(moved: TestClient, origin: str) -> None:
    """A script of any site is led on, sandboxed frames too."""
    answer = ask(moved, "/v1/missions/luna-grunt", headers={"Origin": origin})
    assert place(location(answer)) == ("/v1/missions/luna-26", [])
    assert "access-control-allow-credentials" not in answer.headers


def test_clients_are_led_on(moved: TestClient) -> None:
    """A client that follows sees the record of today, under its id of today."""
    response = moved.get("/v1/missions/luna-grunt?as_of=2018-03", follow_redirects=True)
    assert response.status_code == 200
    assert response.json()["result"]["id"] == "luna-26"


def test_it_is_never_held(moved: TestClient) -> None:
    """An old address is not answered with 304, whatever the client says that it holds."""
    headers = {"If-None-Match": "*", "Range": "bytes=0-3"}
    assert ask(moved, "/v1/missions/luna-grunt.csv", headers=headers).status == 301


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/v1/agencies/luna-grunt", 404),
        ("GET", "/v1/missions/russia-today", 404),
        ("GET", "/v1/missions/luna-grun", 404),
        ("GET", "/v1/missions/luna-grunt/nothing", 404),
        ("GET", "/v1/missions/luna-grunt?as_off=2018", 400),
        ("GET", "/v1/missions/luna-grunt?as_of=x", 422),
        ("POST", "/v1/missions/luna-grunt", 405),
    ],
)
def test_what_leads_nowhere(moved: TestClient, method: str, address: str, status: int) -> None:
    """An id is of one kind; and what would be wrong at the new address is wrong at the old one."""
    assert ask(moved, address, method).status == status


def test_lists_have_the_new_id_alone(moved: TestClient) -> None:
    """A record is in its list once, under its id of today."""
    body = ask(moved, "/v1/missions").json()
    assert [record["id"] for record in body["results"]] == ["luna-26"]


# --- Filters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameter", "value", "current"),
    [
        ("/v1/claims", "subject", "missions/luna-grunt", "missions/luna-26"),
        ("/v1/claims.csv", "subject", "missions/luna-grunt", "missions/luna-26"),
        ("/v1/claims", "subject__not", "missions/m", "missions/luna-26"),
        ("/v1/claims", "source", "rt-report", "report"),
        ("/v1/claims", "source", "report,s", "report"),
        ("/v1/claims", "said_by", "agencies/russia-today", "agencies/rt"),
        ("/v1/changes", "subject", "missions/luna-grunt", "missions/luna-26"),
        ("/v1/missions", "agency", "russia-today", "rt"),
        ("/v1/timeline.ics", "subject", "missions/luna-grunt", "missions/luna-26"),
        ("/v1/slips", "subject", "missions/luna-grunt", "missions/luna-26"),
        ("/v1/relations", "object", "agencies/russia-today", "agencies/rt"),
        ("/v1/disputes", "subject", "missions/luna-grunt", "missions/luna-26"),
        ("/v1/network", "agency", "russia-today", "rt"),
        ("/v1/differences?since=2018", "ref", "missions/luna-grunt", "missions/luna-26"),
        ("/v1/compare?since=2018", "ref", "missions/luna-grunt", "missions/luna-26"),
    ],
)
def test_filters_name_the_new_id(
    moved: TestClient, path: str, parameter: str, value: str, current: str
) -> None:
    """A filter by an old id is a 400 that says what it is now: it must not mean "none"."""
    answer = ask(moved, joined(path, **{parameter: value}))
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    problem = answer.json()
    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    named = problem["detail"].split("'")[-2]
    assert named.rpartition("/")[2] == current.rpartition("/")[2]
    again = ask(moved, joined(path, **{parameter: named}))
    assert again.status == 200, "what the detail names can be taken as it stands"


# --- Seed files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"missions__luna_26": formerly(MISSION_FILE, ("luna-27",)),
             "missions__luna_27": mission("luna-27")},
            ["seed/missions/luna-26.yaml:11: missions/luna-27 is a record of its own"],
        ),
        (
            {"missions__luna_26": formerly(MISSION_FILE, ("luna-26",))},
            ["seed/missions/luna-26.yaml:11: missions/luna-26 is a record of its own"],
        ),
        (
            {"missions__luna_26": formerly(MISSION_FILE, ("luna",)),
             "missions__luna_27": formerly(mission("luna-27"), ("luna",))},
            ["seed/missions/luna-27.yaml:7: missions/luna leads to missions/luna-26 too"],
        ),
        (
            {"missions__luna_26": formerly(MISSION_FILE, ("luna", "luna"))},
            ["seed/missions/luna-26.yaml:11: missions/luna leads to missions/luna-26 too"],
        ),
        (
            {"agencies__rt": formerly(AGENCY_FILE, ("luna",)),
             "missions__luna_26": formerly(MISSION_FILE, ("luna",))},
            [],
        ),
        ({"sources__report": formerly(SOURCE_FILE, ("rt-report",))}, []),
    ],
    ids=["another's", "its own", "of two", "twice", "of two kinds", "of a source"],
)  # fmt: skip
def test_checks(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    """An old id leads to one record, and is no record's id of today."""
    _, problems = check_folder(write_seed(tmp_path / "seed", **files))
    assert [f"{item.place}: {item.what}" for item in problems] == expected
    assert all(item.remedy for item in problems)


@pytest.mark.parametrize("former", ["Luna", "luna/26", "luna 26", "", "-luna", "luna.csv"])
def test_what_is_no_id(tmp_path: Path, former: str) -> None:
    """An old id is written as ids are."""
    files = {"missions__luna_26": formerly(MISSION_FILE, (former,))}
    _, problems = check_folder(write_seed(tmp_path / "seed", **files))
    assert [item.place.line for item in problems] == [11]
