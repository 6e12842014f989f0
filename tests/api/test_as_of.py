"""Time travel: any answer as it was on any day."""

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.api.days import parse_day
from app.errors import InvalidParameter
from tests.conftest import TODAY

DAYS = ["2012-06-09", "2017-10-31", "2018-03-01", "2018-03-02", "2018-03-03", "2018-03-31",
        "2021", "2023-01-01", "today", "2060"]  # fmt: skip


def body_of(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    """The answer to a request that must succeed."""
    response = client.get(path, params=query)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("2018", "2026-11-22", "2018-12-31"),
        ("2018-03", "2026-11-22", "2018-03-31"),
        ("2018-02", "2026-11-22", "2018-02-28"),
        ("2020-02", "2026-11-22", "2020-02-29"),
        ("1900-02", "2026-11-22", "1900-02-28"),
        ("2000-02", "2026-11-22", "2000-02-29"),
        ("2018-12", "2026-11-22", "2018-12-31"),
        ("2018-03-03", "2026-11-22", "2018-03-03"),
        ("2020-02-29", "2026-11-22", "2020-02-29"),
        ("0001", "2026-11-22", "0001-12-31"),
        ("9999", "2026-11-22", "9999-12-31"),
        ("today", "2026-11-22", "2026-11-22"),
        ("-0d", "2026-11-22", "2026-11-22"),
        ("-1d", "2026-11-22", "2026-11-21"),
        ("-30d", "2026-11-22", "2026-10-23"),
        ("-30d", "2024-03-01", "2024-01-31"),
        ("-366d", "2024-12-31", "2023-12-31"),
        ("-1m", "2026-03-31", "2026-02-28"),
        ("-1m", "2024-03-31", "2024-02-29"),
        ("-6m", "2026-11-22", "2026-05-22"),
        ("-6m", "2026-05-31", "2025-11-30"),
        ("-11m", "2026-11-22", "2025-12-22"),
        ("-12m", "2026-01-15", "2025-01-15"),
        ("-1y", "2026-11-22", "2025-11-22"),
        ("-1y", "2024-02-29", "2023-02-28"),
        ("-4y", "2024-02-29", "2020-02-29"),
        ("-8y", "2026-11-22", "2018-11-22"),
    ],
)
def test_parse_day(text: str, today: str, day: str) -> None:
    """A period means its last day; a way back from today, the same day of another month or year."""
    assert dt.date.fromisoformat(day) == parse_day("as_of", text, dt.date.fromisoformat(today))


@pytest.mark.parametrize(
    "text",
    ["", " ", "2018-13", "2018-00", "2018-02-29", "2018-04-31", "2018-03-00", "0000", "0000-01",
     "18", "201", "20180303", "2018-3", "2018-3-3", "2018/03", "2018-03-03T12:00", "03.03.2018",
     "+1d", "1d", "-1w", "-d", "--1d", "-1", "-99999y", "-99999m", "-999999d", "Today", "now",
     "2018 ", " 2018", "2018-03\n", "２０１８", "²018", "٢٠١٨", "2018-03-03/2018-03-05",
     "2018~", "2018?", "201X"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    """Anything else is refused, with the parameter named and how to write it."""
    with pytest.raises(InvalidParameter) as caught:
        parse_day("as_of", text, TODAY)
    assert [error.parameter for error in caught.value.errors] == ["as_of"]
    for way in ("YYYY", "YYYY-MM", "YYYY-MM-DD", "today", "-30d", "-1y"):
        assert way in caught.value.detail


@given(st.dates(), st.dates(min_value=dt.date(1, 1, 1)))
def test_every_day_can_be_written(day: dt.date, today: dt.date) -> None:
    """A day in ISO 8601 is itself, whatever day it is."""
    assert day == parse_day("as_of", day.isoformat(), today)


@given(st.integers(0, 700_000), st.dates())
def test_days_back_are_days(number: int, today: dt.date) -> None:
    """`-Nd` lies N days back, or is refused where the calendar ends."""
    if number >= 100_000 or number >= today.toordinal():
        with pytest.raises(InvalidParameter):
            parse_day("as_of", f"-{number}d", today)
    else:
        assert number == (today - parse_day("as_of", f"-{number}d", today)).days


@pytest.mark.parametrize(
    ("spellings", "resolved"),
    [
        (("2017", "2017-12", "2017-12-31"), "2017-12-31"),
        (("2018-03", "2018-03-31"), "2018-03-31"),
        (("today", "2026-11-22", "-0d", "-0m", "-0y"), "2026-11-22"),
        (("-1y", "-12m", "-365d", "2025-11-22"), "2025-11-22"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/missions", "/v1/claims", "/v1/projects/deep-space-gateway"])
def test_one_day_in_several_spellings(
    client: TestClient, path: str, spellings: tuple[str, ...], resolved: str
) -> None:
    """However a day is written, the answer is the same, and says what was asked and meant."""
    answers = []
    for spelling in spellings:
        body = body_of(client, path, as_of=spelling)
        assert body["meta"]["as_of"] == {"requested": spelling, "resolved": resolved}
        answers.append(body.get("results", body.get("result")))
    assert [answers[0]] * len(answers) == answers


def test_without_as_of_it_is_today(client: TestClient) -> None:
    """What is asked without a day is answered as of today."""
    body = body_of(client, "/v1/claims", limit=1000)
    assert body["meta"]["as_of"] == {"requested": None, "resolved": TODAY.isoformat()}
    assert body["results"] == body_of(client, "/v1/claims", limit=1000, as_of="today")["results"]


def test_nothing_is_forgotten(client: TestClient) -> None:
    """What was known on a day is known on every later one."""
    before: set[str] = set()
    for day in DAYS:
        body = body_of(client, "/v1/claims", as_of=day, limit=10_000)
        known = {claim["id"] for claim in body["results"]}
        assert before - known == set()
        before = known
    assert len(before) > 100


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "kind", ["missions", "agreements", "agencies", "projects", "people", "sources"]
)
def test_list_and_item_agree(client: TestClient, kind: str, day: str) -> None:
    """A record in a list is what its own address gives on that day; one not listed is blank."""
    listed = {
        record["id"]: record for record in body_of(client, f"/v1/{kind}", as_of=day)["results"]
    }
    for slug in [record["id"] for record in body_of(client, f"/v1/{kind}")["results"]]:
        item = body_of(client, f"/v1/{kind}/{slug}", as_of=day, claims="none")["result"]
        if slug in listed:
            assert listed[slug] == item
        else:
            assert item["known_from"] is None


@pytest.mark.parametrize("day", DAYS)
def test_answer_is_of_its_day(client: TestClient, day: str) -> None:
    """No record is newer than the day, no claim was made after it, and none ended before it."""
    for kind in ("missions", "agreements", "agencies", "projects"):
        body = body_of(client, f"/v1/{kind}", as_of=day, claims="all")
        resolved = body["meta"]["as_of"]["resolved"]
        for record in body["results"]:
            assert record["known_from"] <= resolved
            assert record["known_to"] is None or record["known_to"] > resolved
            assert all(claim["known_from"] <= resolved for claim in record["claims"])


@pytest.mark.parametrize(
    ("day", "status", "launch", "overdue"),
    [
        ("2018-03-02", None, None, None),
        ("2018-03-03", "planned", "2022", False),
        ("2022-12-31", "planned", "2022", False),
        ("2023-01-01", "planned", "2022", True),
        ("2023-06", "planned", "2022", True),
        ("2023-08-08", "planned", "2022", True),
        ("2023-08-09", "planned", "2027", False),
        ("2025-09-11", "planned", "2027", False),
        ("2025-09-12", "planned", "2028", False),
        ("2028", "planned", "2028", False),
        ("2029-01-01", "planned", "2028", True),
        ("2060-01-01", "planned", "2028", True),
    ],
)
def test_luna_26_by_day(
    client: TestClient, day: str, status: str | None, launch: str | None, overdue: bool | None
) -> None:
    """Luna-26 is overdue from 1 January 2023 on, until a later year is given; and so again."""
    record = body_of(client, "/v1/missions/luna-26", as_of=day)["result"]
    assert (record["status"], record["launch_edtf"], record["launch_is_overdue"]) == (
        status, launch, overdue,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "ids"),
    [
        ("2022-12-31", []),
        ("2023-01-01", ["luna-26"]),
        ("2023-08-08", ["luna-26"]),
        ("2023-08-09", []),
        ("2024-01-01", ["china-south-pole-landing"]),
        ("2029-01-01", ["change-7", "china-south-pole-landing", "luna-26"]),
    ],
)
def test_overdue_filter_travels(client: TestClient, day: str, ids: list[str]) -> None:
    """The filter for what is overdue follows the day asked about."""
    body = body_of(client, "/v1/missions", as_of=day, overdue="true")
    assert ids == [record["id"] for record in body["results"]]


@pytest.mark.parametrize("day", ["2027-01-01", "2100", "9999", "9999-12-31"])
def test_days_to_come(client: TestClient, day: str) -> None:
    """A day to come is answered with what is known today, its calendar gone on."""
    body = body_of(client, "/v1/claims", as_of=day, limit=10_000)
    today = body_of(client, "/v1/claims", limit=10_000)
    assert {claim["id"] for claim in body["results"]} == {claim["id"] for claim in today["results"]}
    gateway = body_of(client, "/v1/projects/deep-space-gateway", as_of=day)["result"]
    assert gateway["first_element_is_overdue"] is True


@pytest.mark.parametrize(
    "path",
    ["/v1/missions", "/v1/missions/luna-26", "/v1/missions/luna-26/schedule", "/v1/claims?limit=3",
     "/v1/sources/rt-2018-03-02/scorecard", "/v1/disputes", "/v1/dataset", "/v1/properties",
     "/v1/claims?source=rt-2018-03-02&locator=paragraph 9, point 1"],
)  # fmt: skip
@pytest.mark.parametrize("day", ["2018-03-03", "-1y", None])
def test_citation_gives_the_same_answer(client: TestClient, path: str, day: str | None) -> None:
    """The address in the citation names the day and gives the same answer."""
    joint = "&" if "?" in path else "?"
    body = body_of(client, f"{path}{joint}as_of={day}" if day else path)
    citation = body["meta"]["citation"]
    again = client.get(citation["url"]).json()
    assert body["meta"]["as_of"]["resolved"] == again["meta"]["as_of"]["requested"]
    for key in ("result", "results"):
        assert body.get(key) == again.get(key)
    for part in (body["meta"]["release"], body["meta"]["as_of"]["resolved"]):
        assert part in citation["text"]


def test_citation_of_a_later_page(client: TestClient) -> None:
    """The address in the citation of a second page gives the second page."""
    first = body_of(client, "/v1/claims?limit=2")
    second = client.get(first["meta"]["next"]).json()
    again = client.get(second["meta"]["citation"]["url"]).json()
    assert second["results"] == again["results"]


# --- In the path --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "same_as"),
    [
        ("/v1/as-of/2018-03/missions", "/v1/missions?as_of=2018-03"),
        ("/v1/as-of/2018-03-03/missions/luna-26", "/v1/missions/luna-26?as_of=2018-03-03"),
        ("/v1/as-of/-1y/claims?limit=1", "/v1/claims?limit=1&as_of=-1y"),
        ("/v1/as-of/today/dataset", "/v1/dataset?as_of=today"),
        (
            "/v1/as-of/2018/sources/rt-2018-03-02/scorecard?sort=-due",
            "/v1/sources/rt-2018-03-02/scorecard?as_of=2018&sort=-due",
        ),
    ],
)
def test_day_in_the_path(client: TestClient, path: str, same_as: str) -> None:
    """A day in the path is the parameter as_of: the same bytes, the same tag."""
    one, other = client.get(path), client.get(same_as)
    assert (200, other.content) == (one.status_code, one.content)
    assert other.headers["etag"] == one.headers["etag"]


def test_a_list_as_of_a_path_goes_on(client: TestClient) -> None:
    """The next page of such a list is of the same day."""
    page = client.get("/v1/as-of/2018-03/claims?limit=100").json()
    following = client.get(page["meta"]["next"]).json()
    assert page["meta"]["as_of"] == following["meta"]["as_of"]
    assert page["results"][-1]["id"] != following["results"][0]["id"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/as-of/2018-13/missions", 422),
        ("/v1/as-of/2018%2601/missions", 422),
        ("/v1/as-of/2018/missions?as_of=2019", 400),
        ("/v1/as-of/2018/nothing", 404),
        ("/v1/as-of/2018", 404),
        ("/v1/as-of/2018/", 404),
        ("/v1/as-of//missions", 404),
        ("/v1/as-of/2018/as-of/2019/missions", 404),
    ],
)
def test_bad_day_in_the_path(client: TestClient, path: str, status: int) -> None:
    """What is wrong with it is said as it is of the parameter."""
    response = client.get(path)
    assert status == response.status_code
    assert response.headers["content-type"] == "application/problem+json"
