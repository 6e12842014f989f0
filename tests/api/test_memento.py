"""Other days by header and TimeMap (RFC 7089): the same answers as with `as_of`."""

import datetime as dt
import time
from collections.abc import Iterator
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.test_entities import SAMPLES
from tests.api.test_links import Link, one, parse_links, vintages
from tests.api.test_negotiation import Answer, ask, every, joined, repeats

IN_MARCH = "Sat, 31 Mar 2018 23:59:59 GMT"
ADDRESSES = (
    "/v1/missions",
    "/v1/missions.csv",
    "/v1/missions.ndjson?sort=-launch",
    "/v1/missions/luna-26",
    "/v1/missions/luna-26.csv",
    "/v1/missions/luna-26/claims",
    "/v1/missions/luna-26/vintages",
    "/v1/projects/deep-space-gateway/schedule",
    "/v1/missions/luna-26/launch_label.txt",
    "/v1/sources/rt-2018-03-02/scorecard",
    "/v1/claims?limit=5",
    "/v1/timeline.ics",
    "/v1/changes.atom?limit=5",
    "/v1/relations.tsv",
    "/v1/network",
    "/v1/search?q=luna",
    "/v1/compare?ref=missions/luna-26&since=2018-03-01",
    "/v1/dataset",
    "/v1/dataset.zip",
    "/v1/dataset.ndjson",
)


def then(client: TestClient, address: str, moment: str = IN_MARCH) -> Answer:
    """An answer as of a moment, asked for by the header."""
    return ask(client, address, headers={"Accept-Datetime": moment})


def told(answer: Answer) -> Any:
    """What an answer says but for its own address: the whole, where it does not say that."""
    if answer.media_type == "application/json":
        body = answer.json()
        body["meta"].pop("citation")
        body["meta"].pop("next", None)
        return body
    return answer.body.replace(b"as_of=2018-03-31&amp;", b"")  # feeds name themselves


# --- The header ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_same_as_the_parameter(client: TestClient, address: str) -> None:
    """Accept-Datetime gives what `as_of` gives, in every form, and says of when it is."""
    by_header, by_parameter = (
        then(client, address),
        ask(client, joined(address, as_of="2018-03-31")),
    )
    assert (by_header.status, by_parameter.status) == (200, 200)
    assert told(by_header) == told(by_parameter)
    moments = [item.headers.get("memento-datetime") for item in (by_header, by_parameter)]
    assert moments[0] == moments[1]
    today = ask(client, address)
    assert told(today) != told(by_header), "the day makes a difference"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("Sat, 31 Mar 2018 00:00:00 GMT", "2018-03-31"),
        ("Sat, 31 Mar 2018 23:59:59 GMT", "2018-03-31"),
        ("Sun, 01 Apr 2018 00:00:00 GMT", "2018-04-01"),
        ("Thu, 29 Feb 2024 12:00:00 GMT", "2024-02-29"),
        ("Mon, 01 Jan 1900 00:00:00 GMT", "1900-01-01"),
        ("Fri, 31 Dec 2060 23:59:59 GMT", "2060-12-31"),
    ],
)
def test_the_day_of_a_moment(client: TestClient, moment: str, day: str) -> None:
    """A moment is of its day in UTC, whether long ago or to come."""
    answer = then(client, "/v1/missions", moment)
    assert answer.json()["meta"]["as_of"] == {"requested": day, "resolved": day}
    expected = ask(client, f"/v1/missions?as_of={day}").json()
    assert answer.json()["results"] == expected["results"]


def test_before_anything_was_known(client: TestClient) -> None:
    """Before the first claim there is an answer, with nothing in it."""
    answer = then(client, "/v1/missions", "Mon, 01 Jan 1900 00:00:00 GMT")
    assert (answer.status, answer.json()["results"]) == (200, [])


@pytest.mark.parametrize(
    "address", ["/v1/missions?as_of=2018-03-02", "/v1/as-of/2018-03-02/missions",
                "/v1/missions.csv?as_of=2018-03-02", "/v1/dataset.zip?as_of=2018-03-02"],
)  # fmt: skip
@pytest.mark.parametrize("moment", ["Thu, 31 Dec 2020 23:59:59 GMT", "nonsense"])
def test_the_address_goes_before_the_header(client: TestClient, address: str, moment: str) -> None:
    """Where the address names a day, that day holds, whatever the header says."""
    plain, asked = ask(client, address), then(client, address, moment)
    assert (asked.status, asked.body) == (200, plain.body)
    assert asked.headers["etag"] == plain.headers["etag"]


def test_pages_of_a_moment(client: TestClient) -> None:
    """A list begun by the header goes on as of its day, with the header and without."""
    first = then(client, "/v1/claims?limit=100")
    address = str(one(first, "next"))
    assert first.json()["meta"]["as_of"]["resolved"] == "2018-03-31"
    for following in (ask(client, address), then(client, address)):
        body = following.json()
        assert following.status == 200
        assert body["meta"]["as_of"]["resolved"] == "2018-03-31"
        assert body["meta"]["count"] == first.json()["meta"]["count"]


# --- What says that an answer is of a day ---------------------------------------------------------


def test_only_answers_of_a_day_say_so(client: TestClient) -> None:
    """Without a day asked for no answer has a Memento-Datetime (RFC 7089, 2.1.1)."""
    named = [address for address, item in every(client).items()
             if "memento-datetime" in item.headers]  # fmt: skip
    assert named == []


@pytest.mark.parametrize(
    "address", ["/v1/missions?as_of=2018-03", "/v1/as-of/2018-03/missions.csv",
                "/v1/missions/luna-26.json?as_of=2018-03-31", "/v1/changes.atom?as_of=2018-03",
                "/v1/dataset?as_of=2018-03", "/v1/missions/luna-26/name.txt?as_of=2018-03"],
)  # fmt: skip
def test_answers_of_a_day_say_so(client: TestClient, address: str) -> None:
    """An answer of a day says which moment it is of: the last of that day."""
    answer = ask(client, address)
    assert answer.headers["memento-datetime"] == IN_MARCH
    assert ask(client, address, "HEAD").headers["memento-datetime"] == IN_MARCH


def test_files_of_a_day_say_so(client: TestClient) -> None:
    """So do files with the whole."""
    for ending in ("zip", "sqlite", "ndjson"):
        answer = ask(client, f"/v1/dataset.{ending}?as_of=2018-03")
        assert answer.headers.get("memento-datetime") == IN_MARCH, ending


@pytest.mark.parametrize(
    ("address", "status"),
    [("/v1/missions/luna-62?as_of=2018", 404), ("/v1/missions?as_of=2018-13", 422),
     ("/v1/missions?as_of=2018&as_off=2019", 400), ("/v1/missions.atom?as_of=2018", 404)],
)  # fmt: skip
def test_refusals_are_of_no_day(client: TestClient, address: str, status: int) -> None:
    """A refusal is no version of anything."""
    answer = ask(client, address)
    assert answer.status == status
    assert "memento-datetime" not in answer.headers


def test_data_varies_by_the_header(client: TestClient) -> None:
    """Every answer of data says that it depends on Accept-Datetime, so that caches know."""
    silent = [
        address
        for address, answer in every(client).items()
        if address.startswith("/v1/") and answer.vary.count("accept-datetime") != 1
    ]
    assert silent == []


def test_what_is_held_is_of_its_day(client: TestClient) -> None:
    """A 304 is of the day of the header, and the tag of one day is not that of another."""
    march = then(client, "/v1/missions.csv")
    headers = {"Accept-Datetime": IN_MARCH, "If-None-Match": march.headers["etag"]}
    again = ask(client, "/v1/missions.csv", headers=headers)
    assert (again.status, again.headers["memento-datetime"]) == (304, IN_MARCH)
    headers["Accept-Datetime"] = "Sun, 01 Apr 2018 00:00:00 GMT"
    assert ask(client, "/v1/missions.csv", headers=headers).status == 200


@pytest.mark.parametrize("address", ["/v1/missions.csv", "/v1/missions/luna-26",
                                     "/v1/changes.csv?limit=3"])  # fmt: skip
def test_the_original(client: TestClient, address: str) -> None:
    """An answer of a day leads to the address without one, where the header picks the day."""
    answer = ask(client, joined(address, as_of="2018-03-31"))
    original = str(one(answer, "original"))
    assert (original, original) == (address, one(answer, "timegate"))
    assert told(then(client, original)) == told(answer)


# --- What is no date ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment",
    ["", " ", "x", "2018", "2018-03-31", "2018-03-31T23:59:59Z", "Sat", "Sat, 31 Mar 2018",
     "Sat, 99 Mar 2018 23:59:59 GMT", "Sat, 31 Foo 2018 23:59:59 GMT", "1522540799", "yesterday",
     "Sat, 31 Mar 2018 25:61:61 GMT", "Sat, 31 Mar 2018 23:59:59 +9999", ",", "0", "\xe9",
     "Sat, 31 Mar 20180 23:59:59 GMT", "Wed, 31 Dec 9999 23:59:59 -1200", "x" * 5000,
     "Sat, 29 Feb 2018 00:00:00 GMT"],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/v1/missions", "/v1/missions.csv", "/v1/dataset.zip"])
def test_what_is_no_date(client: TestClient, address: str, moment: str) -> None:
    """A header that is no HTTP-date is a 400 that names it and says how to write it (4.5.3)."""
    answer = then(client, address, moment)
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    problem = answer.json()
    assert [error["parameter"] for error in problem["errors"]] == ["Accept-Datetime"]
    assert "Accept-Datetime" in problem["detail"]
    assert IN_MARCH in problem["detail"]
    assert "memento-datetime" not in answer.headers


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own time is not UTC."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("moment", ["Sat, 31 Mar 2018 23:59:59", "Sat, 31 Mar 2018 23:59:59 -0000"])
@pytest.mark.usefixtures("elsewhere")
def test_a_date_without_a_zone(client: TestClient, moment: str) -> None:
    """A date without a zone is refused or taken as UTC: never as where the server stands."""
    answer = then(client, "/v1/missions?limit=1", moment)
    if answer.status == 200:
        assert answer.json()["meta"]["as_of"]["resolved"] == "2018-03-31"
    else:
        assert answer.status == 400


_WORDS = st.sampled_from(
    ["Sat", ",", "31", "Mar", "2018", "23:59:59", "GMT", "-0500", "0", "99", "1:1", ":", "-", "+",
     ".", " ", "", "(", ")", "99999999999", "Z", "x", "\t", "\xff", "PM", "00", "60", "2018-03-31"]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=8).map(" ".join))
@settings(max_examples=150)
def test_any_header_is_answered(client: TestClient, moment: str) -> None:
    """Whatever the header says, it is answered with a day or refused, and never a crash."""
    answer = then(client, "/v1/people/igor-komarov/id.txt", moment)
    assert answer.status in (200, 400)
    if answer.status == 200:
        assert parsedate_to_datetime(answer.headers["memento-datetime"])


@given(st.dates(dt.date(1583, 1, 1)), st.times())
@settings(max_examples=100)
def test_any_moment_is_of_its_day(client: TestClient, day: dt.date, hour: dt.time) -> None:
    """Any moment written as HTTP writes it is of the day that it names."""
    written = format_datetime(dt.datetime.combine(day, hour, dt.UTC), usegmt=True)
    answer = then(client, "/v1/people/igor-komarov/id.txt", written)
    assert answer.status == 200
    assert parsedate_to_datetime(answer.headers["memento-datetime"]).date() == day


# --- TimeMaps -----------------------------------------------------------------------------------


def mementos(answer: Answer) -> list[Link]:
    """The versions that a TimeMap lists."""
    assert (answer.status, answer.media_type) == (200, "application/link-format")
    return [link for link in parse_links(answer.body.decode()) if "memento" in link.relations]


def days_of(links: list[Link]) -> list[str]:
    """The days that versions name in their addresses."""
    return [day for link in links for day in parse_qs(urlsplit(link.target).query)["as_of"]]


@pytest.mark.parametrize(("kind", "slug"), SAMPLES.items())
def test_timemap(client: TestClient, kind: str, slug: str) -> None:
    """The TimeMap of a record lists exactly its /vintages, each by its moment (section 5)."""
    answer = ask(client, f"/v1/{kind}/{slug}/vintages.link")
    links = mementos(answer)
    assert days_of(links) == vintages(client, f"{kind}/{slug}")
    for link, day in zip(links, days_of(links), strict=True):
        moment = parsedate_to_datetime(link.parameters["datetime"])
        assert moment == dt.datetime.fromisoformat(f"{day}T23:59:59+00:00")
        version = ask(client, link.target)
        assert version.status == 200
        assert version.headers["memento-datetime"] == link.parameters["datetime"]
        assert version.json()["result"]["known_from"] == day


def test_timemap_of_every_record(client: TestClient) -> None:
    """Each record leads to its TimeMap, which leads back to it."""
    records = [record["ref"] for record in ask(client, "/v1/missions").json()["results"]]
    records += [record["ref"] for record in ask(client, "/v1/agreements").json()["results"]]
    for ref in records:
        timemap = str(one(ask(client, f"/v1/{ref}"), "timemap"))
        answer = ask(client, timemap)
        links = parse_links(answer.body.decode())
        [original] = [link.target for link in links if "original" in link.relations]
        [own] = [link for link in links if "self" in link.relations]
        assert original == f"http://testserver/v1/{ref}"
        assert own.target == f"http://testserver{timemap}"
        assert own.parameters["type"] == "application/link-format"
        assert days_of(mementos(answer)) == vintages(client, ref)


@pytest.mark.parametrize(
    "query", ["as_of=2018-03-31", "sort=-known_from", "limit=2", "sort=-known_from&as_of=2024",
              "dl=true"],
)  # fmt: skip
def test_timemap_with_parameters(client: TestClient, query: str) -> None:
    """A TimeMap of a day, of a part or in another order lists versions of the record too."""
    path = "/v1/missions/luna-26/vintages"
    answer = ask(client, f"{path}.link?{query}")
    links = mementos(answer)
    expected = ask(client, f"{path}?{query}" if "dl" not in query else path).json()["results"]
    assert days_of(links) == [vintage["known_from"] for vintage in expected]
    for link in links:
        version = ask(client, link.target)
        assert version.status == 200, link.target
        assert version.headers["memento-datetime"] == link.parameters["datetime"]
        assert version.json()["result"]["ref"] == "missions/luna-26"


def test_timemap_by_accept(client: TestClient) -> None:
    """A TimeMap is to be had by Accept too."""
    path = "/v1/missions/luna-26/vintages"
    answer = ask(client, path, headers={"Accept": "application/link-format"})
    assert days_of(mementos(answer)) == vintages(client, "missions/luna-26")
    assert answer.headers["content-location"] == f"{path}.link"


def test_timemap_lies_below_records_alone(client: TestClient) -> None:
    """A list has no versions of its own, and names no TimeMap."""
    for address, answer in every(client).items():
        if address.startswith("/v1/missions") and not repeats(address):
            is_record = urlsplit(address).path.partition(".")[0] == "/v1/missions/luna-26"
            assert (one(answer, "timemap") is not None) is is_record, address
