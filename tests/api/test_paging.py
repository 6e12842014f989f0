"""Pages: every record once, in one order, however a list is cut."""

import base64
import datetime as dt
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.test_entities import mission, serving

LISTS = [
    "/v1/missions",
    "/v1/agreements",
    "/v1/agencies",
    "/v1/projects",
    "/v1/people",
    "/v1/sources",
    "/v1/claims",
    "/v1/disputes",
    "/v1/timeline",
    "/v1/slips",
    "/v1/slips/summary",
    "/v1/relations",
    "/v1/changes",
    "/v1/missions/luna-26/claims",
    "/v1/missions/luna-26/changes",
    "/v1/missions/luna-26/vintages",
    "/v1/projects/deep-space-gateway/schedule",
    "/v1/sources/rt-2018-03-02/scorecard",
]


def walk(client: TestClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """All records of a list, page by page, by the cursor."""
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(1000):
        asked = {**query, "cursor": cursor} if cursor else query
        response = client.get(path, params=asked)
        assert response.status_code == 200, response.text
        body = response.json()
        assert len(body["results"]) <= int(query["limit"])
        found += body["results"]
        cursor = body["meta"]["next_cursor"]
        if cursor is None:
            assert body["meta"]["next"] is None
            assert body["meta"]["count"] == len(found)
            return found
    raise AssertionError("the list does not end")


def whole(client: TestClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """All records of a list in one page."""
    body = client.get(path, params={**query, "limit": 10_000}).json()
    assert (body["meta"]["next_cursor"], body["meta"]["limit"]) == (None, 10_000)
    results: list[dict[str, Any]] = body["results"]
    return results


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with missions of which some have no launch, some no landing, some the same."""
    dates = {
        "a": {"planned_launch": "2024"},
        "b": {"planned_launch": "2022", "planned_landing": "2023"},
        "c": {"planned_landing": "2021"},
        "d": {},
        "e": {"planned_launch": "2022-03", "planned_landing": "2023"},
        "f": {"planned_launch": "2022"},
        "g": {"planned_launch": "2020/2030"},
        "h": {"planned_launch": "2026/.."},
    }
    files = {f"missions__{slug}": mission(slug, **claims) for slug, claims in dates.items()}
    with serving(tmp_path_factory.mktemp("fleet"), **files) as client:
        yield client


# --- Cursors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("path", LISTS)
def test_walk(client: TestClient, path: str, limit: int) -> None:
    """Pages of any size give each record once, in the order of the whole list."""
    if path in ("/v1/claims", "/v1/changes") and limit == 1:
        path = f"{path}?source=rt-2018-03-02"
    assert whole(client, path) == walk(client, path, limit=limit)


def sort_names(client: TestClient, path: str) -> list[str]:
    """What a list can be sorted by, as its own error says."""
    detail = client.get(path, params={"sort": "zzzzzz"}).json()["detail"]
    return detail.partition("known are: ")[2].split(", ")


@pytest.mark.parametrize("path", LISTS)
def test_walk_in_every_order(client: TestClient, path: str) -> None:
    """Whatever a list is sorted by, up or down, its pages fit together."""
    for name, sign in itertools.product(sort_names(client, path), ("", "-")):
        query = {"sort": sign + name}
        if path in ("/v1/claims", "/v1/changes"):
            query["source"] = "rt-2018-03-02"
        assert whole(client, path, **query) == walk(client, path, limit=5, **query)


@pytest.mark.parametrize("sort", ["launch,landing", "-launch,landing,-id", "-landing,-launch",
                                  "status,-launch", "country,outcome,id"])  # fmt: skip
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_walk_past_what_has_no_value(fleet: TestClient, sort: str, limit: int) -> None:
    """Cursors pass rows without values in any of several keys."""
    assert len(whole(fleet, "/v1/missions")) == 9
    assert whole(fleet, "/v1/missions", sort=sort) == walk(
        fleet, "/v1/missions", sort=sort, limit=limit
    )


@pytest.mark.parametrize("path", LISTS)
def test_next_is_an_address(client: TestClient, path: str) -> None:
    """`next` is the address of the next page, with all that was asked for."""
    body = client.get(path, params={"limit": 1, "as_of": "2024"}).json()
    found = list(body["results"])
    for _ in range(3):
        if body["meta"]["next"] is None:
            break
        body = client.get(body["meta"]["next"]).json()
        assert body["meta"]["as_of"]["resolved"] == "2024-12-31"
        found += body["results"]
    assert whole(client, path, as_of="2024")[: len(found)] == found


def test_next_keeps_the_filters(client: TestClient) -> None:
    """`next` asks for the same records, whatever characters the filters have."""
    query = {"source": "rt-2018-03-02,note-chossudovsky-2018-03", "locator": "paragraph 11",
             "said_by": "agencies/rt,agencies/rsc-energia", "sort": "-property"}  # fmt: skip
    body = client.get("/v1/claims", params={**query, "limit": 4}).json()
    found = body["results"]
    while body["meta"]["next"]:
        body = client.get(body["meta"]["next"]).json()
        found += body["results"]
    assert whole(client, "/v1/claims", **query) == found


@pytest.mark.parametrize("path", LISTS)
def test_cursor_is_safe_in_an_address(client: TestClient, path: str) -> None:
    """A cursor needs no escape in an address."""
    cursor = client.get(path, params={"limit": 1}).json()["meta"]["next_cursor"]
    assert cursor is None or cursor.replace("-", "").replace("_", "").isalnum()


def packed(*values: Any) -> str:
    """A cursor of our own making."""
    text = json.dumps(list(values))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "nonsense",
        "%%%",
        "é",
        "bnVsbA",
        "W10",
        "e30",
        packed("id"),
        packed("id", "2026-11-22"),
        packed("id", "tomorrow", ["a", "a"]),
        packed("id", "2026-11-22", []),
        packed("id", "2026-11-22", ["a"]),
        packed("id", "2026-11-22", ["a", "b", "c"]),
        packed("id", "2026-11-22", [["a"], "b"]),
        packed("id", "2026-11-22", [{"x": 1}, "b"]),
        packed("id", "2026-11-22", ["\ud800", "b"]),
        packed("id", "2026-11-22", [10**30, "b"]),
        packed("id", 20261122, ["a", "b"]),
        packed(None, None, None),
        "W1tb" * 400,
    ],
)
def test_cursor_of_nobody(client: TestClient, cursor: str) -> None:
    """A cursor that is not ours is a 422 that says what to do, and never a crash."""
    response = client.get("/v1/missions", params={"cursor": cursor})
    assert response.status_code == 422, response.text
    body = response.json()
    assert [error["parameter"] for error in body["errors"]] == ["cursor"]
    assert "next_cursor" in body["detail"]


WRONG = ["x", 7, 7.5, True, None, {"d": "2020-01-01"}]


@pytest.mark.parametrize(
    ("path", "sort"),
    [("missions", "launch,-slipped,name,status"), ("timeline", "date,kind,overdue"),
     ("claims", "known_from,subject"), ("slips", "said,due,verdict"), ("changes", "known_from")],
)  # fmt: skip
def test_cursor_with_values_of_other_types(client: TestClient, path: str, sort: str) -> None:
    """A cursor that somebody changed is refused, or is another place in the list."""
    answer = client.get(f"/v1/{path}", params={"limit": 1, "sort": sort})
    cursor = answer.json()["meta"]["next_cursor"]
    name, day, values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    refused = 0
    for place, wrong in itertools.product(range(len(values)), WRONG):
        changed = packed(name, day, [*values[:place], wrong, *values[place + 1 :]])
        answer = client.get(f"/v1/{path}", params={"cursor": changed, "sort": sort})
        assert answer.status_code in (200, 422), (values, place, wrong, answer.text)
        refused += answer.status_code == 422
    assert refused


@pytest.mark.parametrize("sort", ["name", "-id", "id,name", "launch"])
def test_cursor_of_another_order(client: TestClient, sort: str) -> None:
    """A cursor fits the order that it was given with, and no other."""
    cursor = client.get("/v1/agencies?limit=1&sort=id").json()["meta"]["next_cursor"]
    path = "/v1/missions" if sort == "launch" else "/v1/agencies"
    response = client.get(path, params={"sort": sort, "cursor": cursor})
    assert response.status_code == 422
    assert "'id'" in response.json()["detail"]


@pytest.mark.parametrize("limit", [1, 10_000])
def test_limits(client: TestClient, limit: int) -> None:
    """The least and the greatest page."""
    body = client.get(f"/v1/agencies?limit={limit}").json()
    assert body["meta"]["limit"] == limit
    assert len(body["results"]) == min(limit, body["meta"]["count"])


# --- Days ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [{}, {"as_of": "today"}, {"as_of": "-0d"}])
def test_list_read_over_midnight_is_one_list(
    tmp_path_factory: pytest.TempPathFactory, asked: dict[str, str]
) -> None:
    """A cursor keeps the day on which the list was begun, however that day was written."""
    now = [dt.datetime(2022, 12, 31, 23, 59, tzinfo=dt.UTC)]
    files = {f"missions__{slug}": mission(slug, planned_launch="2022") for slug in "abc"}
    folder = tmp_path_factory.mktemp("midnight")
    with serving(folder, clock=lambda: now[0], **files) as client:
        first = client.get("/v1/missions", params={"limit": 2, **asked}).json()
        now[0] += dt.timedelta(minutes=2)
        second = client.get(first["meta"]["next"]).json()
        cursor = first["meta"]["next_cursor"]
        by_cursor = client.get("/v1/missions", params={"limit": 2, "cursor": cursor, **asked})
        anew = client.get("/v1/missions", params={"limit": 2, **asked}).json()
    for body in (first, second, by_cursor.json()):
        assert body["meta"]["as_of"]["resolved"] == "2022-12-31"
        assert {record["launch_is_overdue"] for record in body["results"]} == {False}
    assert anew["meta"]["as_of"]["resolved"] == "2023-01-01"


def test_cursor_of_yesterday(client: TestClient) -> None:
    """A list begun as of one day goes on as of that day without naming it again."""
    first = client.get("/v1/claims?limit=5&as_of=2018-03-02").json()
    cursor = first["meta"]["next_cursor"]
    rest = client.get("/v1/claims", params={"limit": 10_000, "cursor": cursor}).json()
    assert rest["meta"]["as_of"]["resolved"] == "2018-03-02"
    assert rest["meta"]["count"] == first["meta"]["count"]
    assert whole(client, "/v1/claims", as_of="2018-03-02") == first["results"] + rest["results"]


# --- Orders -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("id", "a b c d e f g h luna-26"),
        ("-id", "luna-26 h g f e d c b a"),
        ("launch", "g b f luna-26 e a h c d"),
        ("-launch", "g a b f luna-26 e c d h"),  # an open end has no last day
        ("landing", "c b e a d f g h luna-26"),
        ("-landing", "b e c a d f g h luna-26"),
        ("landing,-launch", "c b e g a f luna-26 d h"),
        ("-landing,-id", "e b c luna-26 h g f d a"),
        ("launch,-id", "g luna-26 f b e a h d c"),
    ],
)
def test_orders(fleet: TestClient, sort: str, ids: str) -> None:
    """Spans sort up by their first day, down by their last; what has none is last; ids end it."""
    assert ids.split() == [record["id"] for record in whole(fleet, "/v1/missions", sort=sort)]


@pytest.mark.parametrize("sort", ["launch", "-launch", "landing", "-landing"])
def test_nulls_come_last(client: TestClient, sort: str) -> None:
    """What has no date comes last, whichever way the rest is sorted."""
    key = sort.removeprefix("-") + "_edtf"
    dated = [record[key] is not None for record in whole(client, "/v1/missions", sort=sort)]
    assert set(dated) == {True, False}
    assert dated == sorted(dated, reverse=True)


@pytest.mark.parametrize("sort", ["nmae", "-nmae", "--id", "id,", ",", "id,,name", " id"])
def test_unknown_order(client: TestClient, sort: str) -> None:
    """An order that there is not is refused, with the parameter named."""
    response = client.get("/v1/missions", params={"sort": sort})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == ["sort"]
