"""How much may be asked for at once; each refusal says the limit, so that a client can keep it."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from tests.api.test_negotiation import ask, joined, lists, parameters_of

LONGEST = 8192  # characters of an address
MOST_VALUES = 100
LONGEST_VALUE = 2000
LARGEST_PAGE = 10_000
FARTHEST = 1_000_000


def problem(client: TestClient, address: str, status: int) -> dict[str, Any]:
    """The problem that an address is answered with."""
    answer = ask(client, address)
    assert (answer.status, answer.media_type) == (status, "application/problem+json"), answer.body
    found: dict[str, Any] = answer.json()
    return found


def at_fault(found: dict[str, Any]) -> list[str]:
    """The parameters that a problem names."""
    return [error["parameter"] for error in found["errors"]]


def refused(client: TestClient, address: str, parameter: str, *limits: int) -> str:
    """What is said of an address of which one parameter goes too far; it says the limits."""
    found = problem(client, address, 422)
    assert at_fault(found) == [parameter]
    detail: str = found["detail"]
    numbers = re.findall(r"\d+", detail.replace(",", ""))
    assert {int(number) for number in numbers if len(number) < 20} >= set(limits), detail
    assert parameter in detail
    return detail


# --- Addresses ----------------------------------------------------------------------------------


def of_length(start: str, length: int) -> str:
    """An address of so many characters."""
    return start + "x" * (length - len(start))


@pytest.mark.parametrize(
    "start", ["/v1/missions?q=", "/v1/missions.csv?q=", "/v1/missions/", "/", "/v1/search?q=",
              "/v1/as-of/2018/missions?q=", "/docs?", "/v1/dataset.zip?as_of="],
)  # fmt: skip
@pytest.mark.parametrize("length", [LONGEST + 8, 3 * LONGEST])
def test_too_long_an_address(client: TestClient, start: str, length: int) -> None:
    """An address that is too long is a 414 everywhere, which says how long it may be."""
    address = of_length(start, length)
    found = problem(client, address, 414)
    assert found["type"].endswith("/problems/address-too-long")
    assert str(LONGEST) in found["detail"].replace(",", "")
    assert ask(client, address, "HEAD").status == 414


@pytest.mark.parametrize("start", ["/v1/missions?q=", "/v1/missions/", "/"])
def test_the_longest_address(client: TestClient, start: str) -> None:
    """An address just as long as it may be is read."""
    assert ask(client, of_length(start, LONGEST)).status in (404, 422)


@pytest.mark.parametrize("start", ["/v1/missions?q=", "/v1/missions/"])
def test_one_character_more(client: TestClient, start: str) -> None:
    """One character more is too long, and is counted as the client would count it."""
    answer = ask(client, of_length(start, LONGEST + 1))
    assert answer.status == 414
    assert str(LONGEST + 1) in answer.json()["detail"]


# --- Lists of values ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        ("/v1/missions", "status", "planned"),
        ("/v1/missions", "status__not", "planned"),
        ("/v1/missions", "country", "CN"),
        ("/v1/missions", "agency", "cnsa"),
        ("/v1/missions", "sort", "id"),
        ("/v1/missions", "fields", "name"),
        ("/v1/missions", "group_by", "status"),
        ("/v1/missions.csv", "status", "planned"),
        ("/v1/missions/luna-26", "fields", "name"),
        ("/v1/missions/luna-26/claims", "property", "name"),
        ("/v1/claims", "source", "rt-2018-03-02"),
        ("/v1/claims.ndjson", "subject", "missions/luna-26"),
        ("/v1/changes.atom", "nature", "plan"),
        ("/v1/timeline.ics", "subject", "missions/luna-26"),
        ("/v1/slips", "verdict", "overdue"),
        ("/v1/network", "via", "missions"),
        ("/v1/network", "agency", "cnsa"),
        ("/v1/search?q=luna", "kind", "missions"),
        ("/v1/differences?since=2018", "kind", "missions"),
        ("/v1/sources/rt-2018-03-02/scorecard", "verdict", "overdue"),
    ],
)
def test_too_many_values(client: TestClient, path: str, parameter: str, value: str) -> None:
    """More than a hundred values in one parameter are refused, and the parameter is named."""
    values = ",".join([value] * (MOST_VALUES + 1))
    if len(values) > LONGEST_VALUE:
        refused(client, joined(path, **{parameter: values}), parameter, LONGEST_VALUE)
    else:
        limits = (MOST_VALUES, MOST_VALUES + 1)
        refused(client, joined(path, **{parameter: values}), parameter, *limits)


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        ("/v1/missions", "status", "planned"),
        ("/v1/missions", "country", "CN"),
        ("/v1/missions", "agency", "cnsa"),
        ("/v1/missions", "fields", "name"),
        ("/v1/missions", "sort", "id"),
        ("/v1/claims", "property", "name"),
        ("/v1/slips", "verdict", "overdue"),
        ("/v1/network", "agency", "cnsa"),
    ],
)
def test_a_hundred_values(client: TestClient, path: str, parameter: str, value: str) -> None:
    """A hundred values are one, if they are all the same."""
    many = ask(client, joined(path, **{parameter: ",".join([value] * MOST_VALUES)}))
    single = ask(client, joined(path, **{parameter: value}))
    assert (many.status, single.status) == (200, 200)
    assert many.json()["results"] == single.json()["results"]


def test_every_list_of_values_has_its_limit(client: TestClient) -> None:
    """Whatever parameter takes several values takes a hundred at most."""
    tried = set()
    for path, address in lists(client).items():
        for parameter in parameters_of(client, path):
            name, pattern = parameter["name"], parameter["schema"].get("pattern", "")
            if (name, pattern) in tried or ")(,(" not in pattern:
                continue
            tried.add((name, pattern))
            first = parameter["schema"]["examples"][0].partition(",")[0]
            values = ",".join([first] * (MOST_VALUES + 1))
            limit = LONGEST_VALUE if len(values) > LONGEST_VALUE else MOST_VALUES
            refused(client, joined(address, **{name: values}), name, limit)
    assert len(tried) > 50


def test_commas_are_no_list_in_a_text(client: TestClient) -> None:
    """What is looked for is a text: its commas separate nothing, however many there are."""
    text = "luna" + "," * (MOST_VALUES + 20)
    answer = ask(client, joined("/v1/search", q=text))
    assert answer.status == 200, answer.json()["detail"]
    assert answer.json()["results"][0]["id"] == "luna-26"


# --- Texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameter", "longest"),
    [
        ("/v1/search", "q", 200),
        ("/v1/search.csv", "q", 200),
        ("/v1/missions", "q", 100),
        ("/v1/agencies.csv", "q", 100),
        ("/v1/missions", "status", LONGEST_VALUE),
        ("/v1/missions", "sort", LONGEST_VALUE),
        ("/v1/missions", "fields", LONGEST_VALUE),
        ("/v1/missions", "cursor", LONGEST_VALUE),
        ("/v1/claims", "locator", LONGEST_VALUE),
        ("/v1/missions", "as_of", 40),
        ("/v1/differences", "since", 40),
        ("/v1/compare?since=2018", "ref", 200),
    ],
)
def test_too_long_a_text(client: TestClient, path: str, parameter: str, longest: int) -> None:
    """A text that is too long is refused, with how long it may be."""
    refused(client, joined(path, **{parameter: "x" * (longest + 1)}), parameter, longest)


def test_the_longest_texts_are_looked_for(client: TestClient) -> None:
    """Texts just as long as they may be are looked for."""
    for path, longest in (("/v1/search", 200), ("/v1/missions", 100), ("/v1/agencies.csv", 100)):
        assert ask(client, joined(path, q="x" * longest)).status == 200


def test_documented_lengths_are_the_limits(client: TestClient) -> None:
    """The length that the document gives a text is the one that is refused when exceeded."""
    tried = set()
    for path, address in lists(client).items():
        for parameter in parameters_of(client, path):
            name, longest = parameter["name"], parameter["schema"].get("maxLength")
            if parameter["in"] == "path" or longest is None or (name, longest) in tried:
                continue
            tried.add((name, longest))
            base, _, query = address.partition("?")
            others = "&".join(part for part in query.split("&") if not part.startswith(f"{name}="))
            asked = f"{base}?{others}&{name}={'x' * (longest + 1)}"
            refused(client, asked.replace("?&", "?"), name, longest)
    assert len(tried) > 30


# --- Pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/missions", "/v1/missions.csv", "/v1/properties",
                                  "/v1/search?q=luna", "/v1/changes.atom"])  # fmt: skip
@pytest.mark.parametrize(
    ("parameter", "value", "limit"),
    [
        ("limit", LARGEST_PAGE + 1, LARGEST_PAGE),
        ("limit", 10**30, LARGEST_PAGE),
        ("limit", 0, 1),
        ("limit", -1, 1),
        ("offset", FARTHEST + 1, FARTHEST),
        ("offset", 10**30, FARTHEST),
        ("offset", -1, 0),
    ],
)
def test_too_far(client: TestClient, path: str, parameter: str, value: int, limit: int) -> None:
    """A page that is too large or too far away is refused, with how large and how far it may be."""
    refused(client, joined(path, **{parameter: value}), parameter, limit)


@pytest.mark.parametrize("path", ["/v1/missions", "/v1/missions.csv", "/v1/properties",
                                  "/v1/search?q=luna", "/v1/network"])  # fmt: skip
def test_as_far_as_it_goes(client: TestClient, path: str) -> None:
    """The largest page, and one as far away as can be, are given."""
    assert ask(client, joined(path, limit=LARGEST_PAGE)).status == 200
    assert ask(client, joined(path, offset=FARTHEST, limit=1)).status == 200


def test_documented_numbers_are_the_limits(client: TestClient) -> None:
    """The document gives the same limits."""
    for path in lists(client):
        schemas = {item["name"]: item["schema"] for item in parameters_of(client, path)}
        assert (schemas["limit"]["minimum"], schemas["limit"]["maximum"]) == (1, LARGEST_PAGE)
        assert (schemas["offset"]["minimum"], schemas["offset"]["maximum"]) == (0, FARTHEST)


@pytest.mark.parametrize(
    "path", ["/v1/missions", "/v1/missions.csv", "/v1/properties", "/v1/search?q=luna",
             "/v1/missions/luna-26/claims"],
)  # fmt: skip
def test_an_offset_with_a_cursor(client: TestClient, path: str) -> None:
    """A place is given by an offset or by a cursor, not by both."""
    cursor = ask(client, joined(path.replace(".csv", ""), limit=1)).json()["meta"]["next_cursor"]
    assert cursor
    assert ask(client, joined(path, cursor=cursor)).status == 200
    assert "cursor" in refused(client, joined(path, offset=0, cursor=cursor), "offset")


# --- Groups -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/missions", "/v1/missions.csv", "/v1/claims",
                                  "/v1/missions/luna-26/claims.json"])  # fmt: skip
def test_groups_are_not_sorted(client: TestClient, path: str) -> None:
    """Groups have an order and keys of their own, and a cursor of their own."""
    plain = path.partition(".")[0]
    group, sort = ("status", "id") if plain == "/v1/missions" else ("property", "known_from")
    cursor = ask(client, joined(plain, limit=1)).json()["meta"]["next_cursor"]
    assert ask(client, joined(path, group_by=group)).status == 200
    for parameter, value in {"sort": sort, "fields": "id", "cursor": cursor}.items():
        assert ask(client, joined(path, **{parameter: value})).status == 200
        detail = refused(client, joined(path, group_by=group, **{parameter: value}), parameter)
        assert parameter == "cursor" or "group_by" in detail


@pytest.mark.parametrize(
    ("path", "dimensions"),
    [
        ("/v1/missions", "status,kind,country"),
        ("/v1/missions.csv", "status,kind,country"),
        ("/v1/claims", "property,nature,said_by"),
        ("/v1/slips", "milestone,verdict,nature"),
        ("/v1/missions", "status,status"),
    ],
)
def test_too_many_dimensions(client: TestClient, path: str, dimensions: str) -> None:
    """Records are counted by one dimension or by two different ones."""
    assert "two" in refused(client, joined(path, group_by=dimensions), "group_by")


def test_two_dimensions(client: TestClient) -> None:
    """By two they are counted."""
    groups = ask(client, "/v1/missions?group_by=status,kind").json()["groups"]
    assert sum(group["count"] for group in groups) == 3
    assert {"status", "kind", "count"} <= set(groups[0])


@pytest.mark.parametrize("path", ["/v1/properties", "/v1/network", "/v1/search?q=luna"])
def test_what_cannot_be_grouped(client: TestClient, path: str) -> None:
    """What has no dimensions does not know the parameter."""
    assert at_fault(problem(client, joined(path, group_by="kind"), 400)) == ["group_by"]


# --- All at once --------------------------------------------------------------------------------


def test_several_limits_at_once(client: TestClient) -> None:
    """All parameters that go too far are named at once."""
    query = urlencode({"limit": LARGEST_PAGE + 1, "offset": -1, "q": "x" * 101})
    found = problem(client, f"/v1/missions?{query}", 422)
    assert set(at_fault(found)) == {"limit", "offset", "q"}
