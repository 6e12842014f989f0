"""Answers that are given again are those that would be made anew."""

import asyncio
import datetime as dt
import itertools
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from app.api import kept
from app.api.frames import AS_OF, CURSOR, DAY, ID, WORD
from app.db import Database
from app.ledger.loading import load
from app.main import create_app
from app.queries import listing
from app.queries.dataset import Held
from app.queries.kept import Kept
from app.settings import Settings
from tests.builders import MISSION_FILE, write_seed
from tests.conftest import NOW, count_statements, forget
from tests.databases import listen, tables_in

PATHS = [
    "/v1/missions", "/v1/missions/luna-26", "/v1/missions/luna-26/claims", "/v1/agencies",
    "/v1/missions/luna-26/schedule", "/v1/agencies/cnsa", "/v1/agreements", "/v1/claims",
    "/v1/sources/rt-2018-03-02/scorecard", "/v1/timeline", "/v1/slips/summary", "/v1/network",
    "/v1/changes", "/v1/search", "/v1/dataset", "/v1/missions/no-such", "/v1/as-of/2018/missions",
    "/", "/missions/luna-26", "/openapi.json", "/llms.txt", "/problems/not-found", "/no/such/page",
]  # fmt: skip
ENDINGS = ["", "", "", ".json", ".csv", ".ndjson", ".xlsx", ".ics"]
QUERIES = ["", "limit=2", "as_of=2018-03", "as_of=-1y", "limit=1&as_of=2018-03-03", "as_off=1",
           "as_of=2018-03-03&limit=1", "sort=-known_from", "shape=arrays", "limit=0", "q=luna",
           "q=luna&limit=1", "limit=1&limit=2", "fields=id", "dl=true"]  # fmt: skip
HEADERS: list[dict[str, str]] = [
    {}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0.5, br;q=0.1"},
    {"Accept": "text/csv"}, {"Accept": "text/html, */*;q=0.1"}, {"If-None-Match": "*"},
    {"If-None-Match": '"none"'}, {"Range": "bytes=0-9"}, {"Host": "moon.example"},
    {"Accept-Datetime": "Sat, 31 Mar 2018 23:59:59 GMT"}, {"Origin": "https://example.org"},
]  # fmt: skip
_DIFFERS = {"x-request-id", "date"}
_NUMBER = re.compile(rb'"request_id":"[0-9a-f]+"|[0-9a-f]{32}')


@pytest.fixture(scope="module")
def anew(settings: Settings, database: Database) -> Iterator[TestClient]:
    """A client of the service that makes every answer anew, and the long way."""
    app = create_app(settings, clock=lambda: NOW, shortcuts=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def requests() -> list[tuple[str, str, dict[str, str]]]:
    """Some hundred requests: method, address, headers."""
    chosen = random.Random(5)  # noqa: S311
    every = list(itertools.product(PATHS, ENDINGS, QUERIES, HEADERS, ["GET", "GET", "HEAD"]))
    return [
        (method, f"{path}{ending}{query and '?'}{query}", headers)
        for path, ending, query, headers, method in chosen.sample(every, 500)
    ]


def declared(client: TestClient) -> list[str]:
    """Addresses of lists and records with two of their parameters, as the document shows them."""
    chosen = random.Random(7)  # noqa: S311
    document = client.get("/openapi.json").json()
    shared = document["components"]["parameters"]
    addresses = []
    for path, item in sorted(document["paths"].items()):
        if not path.startswith("/v1/") or "{" in path.replace("{id}", ""):
            continue
        named = [shared.get(one.get("$ref", "").rpartition("/")[2], one)
                 for one in item["get"].get("parameters", ())]  # fmt: skip
        ids = next((list(one["examples"]) for one in named if one["in"] == "path"), [""])
        query = [
            (one["name"], example)
            for one in named
            if one["in"] == "query"
            for example in one["schema"].get("examples", ())
        ]
        for _ in range(6):
            given = chosen.sample(query, min(2, len(query)))
            addresses.append(f"{path.replace('{id}', ids[0])}?{urlencode(given)}")
    return addresses


ODD = [
    "/v1/missions?", "/v1/missions?&", "/v1/missions?limit=2&", "/v1/missions?limit",
    "/v1/missions/",
    "/v1/missions?limit=", "/v1/missions?limit=2&&sort=name", "/v1/missions?name__contains=luna+26",
    "/v1/missions?name__contains=luna%2026", "/v1/missions?name__contains=%D0%9B", "//v1/missions",
    "/v1/missions?a=b=c", "/v1/missions?=2", "/v1/missions?limit=%32", "/v1/missions?LIMIT=2",
    "/v1/missions/l%75na-26", "/v1/missions/luna-26/", "/v1/missions/luna-26/claims/",
    "/v1/missions/luna-26.csv/claims", "/v1/missions/luna.26", "/v1/missions/LUNA-26",
    "/v1/missions/luna-26?claims=all&fields=name,claims", "/v1/missions/luna-26?fields=nam",
    "/v1/search?q=%E6%9C%88", "/v1/search?q=%00", "/v1/search?q=%ED%A0%80", "/v1/missions?sort=,",
    "/v1/missions/luna-26?as_of=today", "/v1/missions/luna-26?as_of=2018-13", "/v1/slips?as_of=",
    "/v1/missions?agency=cnsa,roscosmos&sort=-launch,name&limit=3&claims=best",
    "/v1/missions?group_by=status", "/v1/missions?group_by=status&sort=name",
    "/v1/missions?ofset=1",
    "/v1/missions?offset=2&limit=2", "/v1/claims?cursor=none", "/v1/claims?since=-1y&limit=2",
    "/v1/missions?as_of=2018&as_of=2019", "/v1/missions?xas_of=2018", "/v1/missions?as_of=2018&",
    "/v1/missions?limit=1&&as_of=2018", "/v1/missions?as_of=%32018", "/v1/claims?cursor=",
    "/v1/changes?since=2018&limit=2", "/v1/missions?dl=true&as_of=2018&limit=1",
    "/v1/search?q=luna", "/v1/search?q=gateway&limit=2", "/v1/search?limit=2&q=Gateway&as_of=2018",
    "/v1/search?q=lu&limit=1", "/v1/search?q=luna_26", "/v1/search?q=nothing26", "/v1/search?q=",
    "/v1/search?q=luna-26&kind=missions", "/v1/search?q=luna&q=moon", "/v1/search?q=luna%20gateway",
    "/v1/search?q=luna&offset=1&limit=1", "/v1/search?kind=missions&q=2018&fields=id,name",
    "/v1/missions?q=luna&limit=1", "/v1/missions?as_of=2018&q=luna&limit=1&sort=-name",
    "/v1/missions?q=luna&group_by=status", "/v1/sources?q=moon&kind=news", "/v1/claims?q=luna",
    f"/v1/search?q={'l' * 101}", f"/v1/search?q={WORD}", f"/v1/missions?q={WORD}",
    "/v1/slips?q=abc",
    # What the short way itself writes where ids and days will stand.
    f"/v1/missions/{ID}", f"/v1/missions/luna-26?as_of={AS_OF}", f"/v1/claims?cursor={CURSOR}",
    f"/v1/missions?name__contains={ID}", f"/v1/missions?launch__gte={DAY}&as_of=2018",
    f"/v1/missions/luna-26?as_of={DAY}", "/v1/missions?name__contains=%25(id)s&as_of=2018",
]  # fmt: skip


def test_both_ways_say_the_same(client: TestClient, anew: TestClient) -> None:
    """The short way and the long one answer alike: every list, with what it takes, and odd ones."""
    addresses = declared(anew)
    assert len(addresses) > 150
    for address in [*addresses, *ODD]:
        expected = told(anew, "GET", address, {})
        forget(client.app)
        assert expected == told(client, "GET", address, {}), address
        tag = {"If-None-Match": next((v for n, v in expected[1] if n == "etag"), '"none"')}
        assert told(anew, "GET", address, tag) == told(client, "GET", address, tag), address


def test_both_ways_go_through_pages_alike(client: TestClient, anew: TestClient) -> None:
    """From page to page, forwards and back, as of a day and as of today."""
    for first in ("/v1/missions?limit=1&sort=-launch&as_of=2018-03", "/v1/claims?limit=90",
                  "/v1/search?q=moon&limit=3"):  # fmt: skip
        address, turned = first, "next"
        for _ in range(8):
            expected = told(anew, "GET", address, {})
            assert expected == told(client, "GET", address, {}), address
            links = anew.get(address).links
            turned = turned if turned in links else "prev"
            if turned not in links:
                break
            address = links[turned]["url"]


def told(client: TestClient, method: str, address: str, headers: dict[str, str]) -> Any:
    """All that a client is told but the number of the request."""
    answer = client.request(method, address, headers=headers, follow_redirects=False)
    # The number stands in problems: compressed, they are not all of a length.
    differs = _DIFFERS | ({"content-length"} if answer.status_code >= 400 else set())
    lines = [(name, value) for name, value in answer.headers.multi_items() if name not in differs]
    return answer.status_code, lines, _NUMBER.sub(b"", answer.content)


def test_kept_answers_are_those_made_anew(client: TestClient, anew: TestClient) -> None:
    """Status, headers in their order and bytes are the same, the first time and every other."""
    for method, address, headers in requests():
        expected = told(anew, method, address, headers)
        for _ in range(3):
            assert expected == told(client, method, address, headers), (method, address, headers)


def test_tags_are_answered_alike(client: TestClient, anew: TestClient) -> None:
    """Who has the answer is told so by both, with the same headers."""
    for _, address, headers in requests()[:150]:
        if headers.keys() & {"Range", "If-None-Match"}:
            continue
        tag = anew.get(address, headers=headers).headers.get("etag")
        held = {**headers, "If-None-Match": tag or '"none"'}
        for _ in range(2):
            assert told(anew, "GET", address, held) == told(client, "GET", address, held)


def test_what_is_kept_is_not_read_again(client: TestClient) -> None:
    """The second of two equal questions takes no statement; nor does one in another order."""
    with count_statements(client.app) as first:
        client.get("/v1/missions?limit=7&as_of=2018-03")
    assert len(first) == 2
    with count_statements(client.app) as second:
        client.app.kept._shelf = None
        client.get("/v1/missions?limit=7&as_of=2018-03")
        again = len(second)
        client.get("/v1/missions?as_of=2018-03&limit=7")
    assert len(second) == again == 2


def test_every_answer_has_its_own_number(client: TestClient) -> None:
    """An answer that is given again is another request."""
    numbers = {client.get("/v1/agencies").headers["x-request-id"] for _ in range(20)}
    assert len(numbers) == 20


def test_least_used_give_way(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept stays within its bounds, and what was asked last is kept."""
    monkeypatch.setattr(kept, "MAX_BYTES", 60_000)
    with TestClient(create_app(settings, clock=lambda: NOW)) as client:
        for limit in range(1, 60):
            client.get(f"/v1/claims?limit={limit}")
        shelf = client.app.kept._shelf
        bodies = sum(len(answer.full.body) for answer in shelf.answers.values())
        assert bodies <= shelf.size <= 60_000
        held, size = len(shelf.answers), shelf.size
        assert 1 < held < 59
        key, answer = next(iter(shelf.answers.items()))
        for _ in range(100):  # as when many ask at once for what is not there yet
            shelf.keep(key, answer.full)
        assert (len(shelf.answers), shelf.size) == (held, size)
        with count_statements(client.app) as none:
            client.app.kept._shelf = shelf
            client.get("/v1/claims?limit=59")
        assert none == []


def _shelf() -> kept._Shelf:
    return kept._Shelf(Held("r", "f"), NOW, NOW + dt.timedelta(hours=1))


def test_what_is_very_large_is_not_kept() -> None:
    """Of what takes a large part of the room few would fit."""
    shelf = _shelf()
    for place, size in enumerate((kept.MAX_ONE, kept.MAX_ONE + 1)):
        shelf.keep((str(place),), kept._Reply(200, b'"tag"', b"", b"", b"x" * size))
    assert list(shelf.answers) == [("0",)]


@pytest.mark.parametrize(
    ("headers", "moves", "is_kept"),
    [
        ({}, 0, True),
        ({b"vary": b"Accept, Accept-Encoding"}, 0, True),
        ({b"vary": b"Accept, Cookie"}, 0, False),
        ({b"cache-control": b"no-store"}, 0, False),
        ({b"set-cookie": b"a=b"}, 0, False),
        ({}, 1, False),
    ],
    ids=[
        "for all",
        "by what is known",
        "by what is not",
        "for once",
        "for one",
        "of another server",
    ],
)
def test_what_is_kept_comes_again_for_whoever_asks(
    headers: dict[bytes, bytes], moves: int, *, is_kept: bool
) -> None:
    """What an answer says of itself decides; and what may have been read elsewhere is left."""
    shelf, moved = _shelf(), iter([0, moves])
    usual = {b"etag": b'"t"', b"cache-control": b"public, max-age=9", b"x-request-id": b"1"}
    start = {"type": "http.response.start", "status": 200, "headers": [*(usual | headers).items()]}

    async def send(_: Any) -> None:
        pass

    async def pass_on() -> None:
        recorder = kept._Recorder(shelf, ("key",), send, lambda: next(moved))
        await recorder(start)
        await recorder({"type": "http.response.body", "body": b"1", "more_body": True})
        await recorder({"type": "http.response.body", "body": b"2"})

    asyncio.run(pass_on())
    found = shelf.find(("key",), None)
    assert (found is not None) == is_kept
    assert found is None or found.body == b"12"


def test_what_is_made_twice_counts_once() -> None:
    """Two who make the same meanwhile leave as much room as one."""
    store: Kept[str] = Kept(10, len)
    store.get("a", lambda: store.get("a", lambda: "12345"))
    store.get("b", lambda: "12345")
    assert len(store) == 2


def test_the_last_minutes_of_a_day(settings: Settings, database: Database) -> None:
    """An answer of today may be kept until midnight and no longer, also when it is given again."""
    clock = [dt.datetime(2026, 11, 22, 23, 54, 59, 500_000, tzinfo=dt.UTC)]
    with TestClient(create_app(settings, lambda: clock[0])) as client:
        ages = []
        for seconds in (0, 0, 61, 0, 238, 0, 1, 0, 5):
            clock[0] += dt.timedelta(seconds=seconds)
            answer = client.get("/v1/missions?limit=1")
            ages.append(int(answer.headers["cache-control"].rpartition("=")[2]))
            assert answer.json()["meta"]["as_of"]["resolved"] == str(clock[0].date())
    assert ages == [300, 300, 239, 239, 1, 1, 0, 0, 300]


def test_another_release_is_found_at_once(tmp_path: Path) -> None:
    """What was kept of one release is not given when the database holds another."""
    seed = write_seed(tmp_path / "seed")
    settings = Settings(database_url=tables_in(tmp_path), seed_dir=seed)
    with TestClient(create_app(settings, lambda: NOW)) as client:
        before = client.get("/v1/missions").json()["meta"]["release"]
        text = MISSION_FILE.replace("2022", "2024")
        (seed / "missions" / "luna-26.yaml").write_text(text, encoding="utf-8")
        database = Database(settings.database_url, settings.migrations_dir)
        after = load(database, seed).release
        database.close()
        assert before != after == client.get("/v1/missions").json()["meta"]["release"]


def test_what_is_counted_is_of_its_release(tmp_path: Path) -> None:
    """Pages of a list share its count, until another release has another."""
    seed = write_seed(tmp_path / "seed")
    settings = Settings(database_url=tables_in(tmp_path), seed_dir=seed)
    app = create_app(settings, lambda: NOW)
    with TestClient(app) as client:
        assert client.get("/v1/missions?status=planned").json()["meta"]["count"] == 1
        app.kept._moment.end()
        app.state.database.give_back()
        statements: list[str] = []
        stop = listen(app.state.database._read_engine, statements.append)
        assert client.get("/v1/missions?status=planned&sort=name").status_code == 200
        app.kept._moment.end()
        app.state.database.give_back()
        stop()
        assert statements
        assert not any("count(" in statement for statement in statements)
        text = MISSION_FILE.replace("luna-26", "luna-99")
        (seed / "missions" / "luna-99.yaml").write_text(text, encoding="utf-8")
        database = Database(settings.database_url, settings.migrations_dir)
        load(database, seed)
        database.close()
        assert client.get("/v1/missions?status=planned&sort=name").json()["meta"]["count"] == 2


def test_statements_give_way(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ways to sort are asked for, no more than some statements are kept."""
    monkeypatch.setattr(listing.STATEMENTS, "_most", 50)
    names = ["name", "kind", "status", "launch", "country", "known_from"]
    orders = [",".join(chosen) for chosen in itertools.permutations(names, 3)]
    assert len(orders) > 100
    for order in orders:
        assert client.get(f"/v1/missions?status=planned&limit=1&sort={order}").status_code == 200
    assert 0 < len(listing.STATEMENTS) <= 50
