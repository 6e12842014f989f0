"""What HTTP promises for every address: methods, tags, forms, lifetimes, other sites.

"Every address" is every GET of the OpenAPI document with its examples filled in, and each form
that the document gives it. The helpers below are shared with the other tests of HTTP.
"""

import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

import openpyxl
import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from app.api.formats import FORMATS
from app.db import Database
from app.ledger.loading import load
from app.main import create_app
from app.settings import Settings
from tests.api.test_entities import mission, serving
from tests.api.test_problems import problem_of
from tests.builders import MISSION_FILE
from tests.conftest import NOW, forget
from tests.databases import tables_in

ENDINGS = {item.media_type: item.ending for item in FORMATS}
MEDIA_TYPES = {item.ending: item.media_type for item in FORMATS}


# --- Helpers ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the service itself sends it: nothing is decoded, followed or left out."""

    status: int
    headers: Headers
    body: bytes

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def vary(self) -> list[str]:
        """The headers on which the answer depends, in lower case."""
        return [name.strip().lower() for name in self.headers.get("vary", "").split(",") if name]

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(
    client: TestClient,
    address: str,
    method: str = "GET",
    headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
) -> Answer:
    """Ask the service, with no headers but the given ones and Host: `client` would add its own."""
    url = urlsplit(address)
    given = headers.items() if isinstance(headers, Mapping) else headers or []
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": unquote(url.path),
        "raw_path": quote(url.path, safe="/%:@!$&'()*+,;=~-._").encode(),
        "query_string": url.query.encode(), "root_path": "",
        "headers": [(b"host", b"testserver"),
                    *((name.lower().encode(), value.encode("latin-1")) for name, value in given)],
        "server": ("testserver", 80), "client": ("test", 1),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    assert client.portal is not None
    client.portal.call(client.app, scope, receive, send)
    start, *rest = sent
    body = b"".join(message.get("body", b"") for message in rest)
    return Answer(start["status"], Headers(raw=start["headers"]), body)


@cache
def document_of(client: TestClient) -> dict[str, Any]:
    """The OpenAPI document, read once."""
    body: dict[str, Any] = ask(client, "/openapi.json").json()
    return body


def parameters_of(client: TestClient, path: str) -> list[dict[str, Any]]:
    """The parameters of an operation, shared ones in their places."""
    document = document_of(client)
    shared = document["components"]["parameters"]
    return [
        shared[item["$ref"].rpartition("/")[2]] if "$ref" in item else item
        for item in document["paths"][path]["get"].get("parameters", [])
    ]


def example_of(parameter: Mapping[str, Any]) -> str:
    """The value that the document gives as the example of a parameter, else its first choice."""
    schema = parameter["schema"]
    named = [item["value"] for item in parameter.get("examples", {}).values()]
    given = [*([parameter["example"]] if "example" in parameter else []), *named]
    return str([*given, *schema.get("examples", []), *schema.get("enum", [])][0])


def joined(address: str, **query: Any) -> str:
    """An address with more parameters, written as the service writes them."""
    more = urlencode(query, safe="/,")
    return f"{address}{'&' if '?' in address else '?'}{more}" if more else address


def filled(client: TestClient, path: str, ending: str = "") -> str:
    """The address of a path with its examples filled in, and the query that it must have."""
    address, query = path, {}
    for parameter in parameters_of(client, path):
        if parameter["in"] == "path":
            example = ending if parameter["name"] == "format" else example_of(parameter)
            address = address.replace(f"{{{parameter['name']}}}", example)
        elif parameter["required"]:
            query[parameter["name"]] = example_of(parameter)
    return joined(address, **query)


def with_ending(address: str, ending: str) -> str:
    """The address of the same in a certain form."""
    path, question, query = address.partition("?")
    return f"{path}.{ending}{question}{query}"


def offered(client: TestClient, path: str) -> list[str]:
    """The media types that the document declares for an operation."""
    return list(document_of(client)["paths"][path]["get"]["responses"]["200"]["content"])


@cache
def plain_addresses(client: TestClient) -> Mapping[str, str]:
    """Every path of the document but those of exports → its address."""
    paths = document_of(client)["paths"]
    return {path: filled(client, path) for path in paths if not path.endswith("{format}")}


@cache
def addresses(client: TestClient) -> Mapping[str, str]:
    """Every address, in every form → the media type that the document gives it."""
    found = {}
    for path, address in plain_addresses(client).items():
        if path.startswith("/charts/"):
            continue  # their endings are in the path itself: see test_charts.py
        media_types = offered(client, path)
        found[address] = media_types[0]
        if path.startswith("/v1/") and "application/json" in media_types:
            found |= {with_ending(address, ENDINGS[item]): item for item in media_types}
    return found


@cache
def answers(client: TestClient) -> Mapping[str, Answer]:
    """What every address answers; read once, uncompressed."""
    return {address: ask(client, address) for address in addresses(client)}


@cache
def every(client: TestClient) -> Mapping[str, Answer]:
    """The answers of every address that has one."""
    found = {address: answer for address, answer in answers(client).items() if answer.status == 200}
    assert len(found) > 300, "the tests of every address test something"
    return found


def repeats(address: str) -> bool:
    """Whether an address is a form of a kind of which others stand for all, or one more Excel file.

    Asked for once like all others, these are left out where every address is asked for again.
    """
    path = urlsplit(address).path
    others = path.startswith(("/v1/agreements", "/v1/agencies", "/v1/people"))
    return "." in path and (others or (path.endswith(".xlsx") and "missions" not in path))


@cache
def lists(client: TestClient) -> Mapping[str, str]:
    """Every list: its path in the document → its address."""
    paged = {
        path: address
        for path, address in plain_addresses(client).items()
        if "limit" in [parameter["name"] for parameter in parameters_of(client, path)]
    }
    assert len(paged) > 30, "the tests of every list test something"
    return paged


# Statuses of refusals, with a request for each.
REFUSED: dict[int, tuple[str, str, dict[str, str]]] = {
    400: ("GET", "/v1/missions?as_off=2018", {}),
    404: ("GET", "/v1/missions/luna-62", {}),
    405: ("POST", "/v1/missions", {}),
    406: ("GET", "/v1/missions", {"Accept": "image/png"}),
    414: ("GET", f"/v1/missions?q={'x' * 9000}", {}),
    416: ("GET", "/v1/missions.csv", {"Range": "bytes=999999999-"}),
    422: ("GET", "/v1/missions.csv?as_of=x", {}),
}


# --- Every address ------------------------------------------------------------------------------


def test_every_address_answers(client: TestClient) -> None:
    """Every address of the document answers 200, in each of its forms, with that media type."""
    asked = answers(client)
    wrong = {
        address: (asked[address].status, asked[address].media_type)
        for address, media_type in addresses(client).items()
        if (asked[address].status, asked[address].media_type) != (200, media_type)
    }
    assert wrong == {}


def test_head(client: TestClient) -> None:
    """HEAD has the status and the headers of GET everywhere, the length too, and no body."""
    own = {"x-request-id", "date"}
    wrong = []
    for address, get in every(client).items():
        if repeats(address):
            continue
        head = ask(client, address, "HEAD")
        told = {name: value for name, value in head.headers.items() if name not in own}
        expected = {name: value for name, value in get.headers.items() if name not in own}
        if "content-length" not in expected:
            told.pop("content-length", None)  # HEAD may say it where GET streams
        if (head.status, told, head.body) != (get.status, expected, b""):
            wrong.append(address)
    assert wrong == []


@pytest.mark.parametrize("status", [status for status in REFUSED if status != 405])
def test_head_of_refusals(client: TestClient, status: int) -> None:
    """HEAD of what is refused has the status and the kind of answer of GET, and no body."""
    method, address, headers = REFUSED[status]
    get, head = ask(client, address, method, headers), ask(client, address, "HEAD", headers)
    if status == 416:  # ranges are of GET alone
        assert (get.status, head.status) == (416, 200)
    else:
        assert (get.status, head.status) == (status, status)
        assert get.headers["content-type"] == head.headers["content-type"]
        assert head.headers["cache-control"] == "no-store"
    assert (bool(get.body), head.body) == (True, b"")


def test_head_of_a_streamed_table(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is sent piece by piece has its length in HEAD, which readers ask first."""
    whole = ask(client, "/v1/missions.csv")
    monkeypatch.setattr("app.api.written.MOST_AT_ONCE", 1)
    forget(client.app)
    get, head = ask(client, "/v1/missions.csv"), ask(client, "/v1/missions.csv", "HEAD")
    assert get.body == whole.body
    assert int(get.headers["content-length"]) == len(whole.body)
    assert int(head.headers["content-length"]) == len(whole.body)
    assert head.body == b""


def test_options(client: TestClient) -> None:
    """OPTIONS says of every address what may be asked, with no body."""
    told = {
        address: ask(client, address, "OPTIONS")
        for address in addresses(client)
        if not repeats(address)
    }
    assert {(answer.status, answer.body) for answer in told.values()} == {(204, b"")}
    assert {answer.headers["allow"] for answer in told.values()} == {"GET, HEAD, OPTIONS"}


def test_other_methods(client: TestClient) -> None:
    """Every address refuses to be changed, and says in Allow what may be asked."""
    wrong = []
    for address in addresses(client):
        if address in every(client) and not repeats(address):
            answer = ask(client, address, "POST")
            allowed = {name.strip() for name in answer.headers.get("allow", "").split(",")}
            problem = answer.media_type == "application/problem+json"
            if answer.status != 405 or not problem or not allowed >= {"GET", "HEAD"}:
                wrong.append((address, answer.status, allowed))
    assert wrong == []


def test_behind_a_prefix(client: TestClient) -> None:
    """Below the prefix of a proxy, which an answer's links name, each of these links answers."""
    own = TestClient(client.app, root_path="/lunar", raise_server_exceptions=False)
    answer = own.get("/lunar/v1/missions?as_of=2020")
    located = answer.headers["content-location"]
    assert located.startswith("/lunar/v1/")
    assert own.get(located).status_code == 200
    assert own.get("/lunar/v1/as-of/2020/missions").status_code == 200


# --- Tags ---------------------------------------------------------------------------------------


def tagged(client: TestClient) -> Iterator[tuple[str, Answer]]:
    """Every address but those of health, which nobody keeps."""
    for address, answer in every(client).items():
        if not address.startswith("/health") and not repeats(address):
            yield address, answer


def test_every_answer_has_a_strong_tag(client: TestClient) -> None:
    """Every answer has an entity tag, and a strong one."""
    tags = {
        address: answer.headers.get("etag", "")
        for address, answer in every(client).items()
        if not address.startswith("/health")
    }
    assert [address for address, tag in tags.items() if not tag.startswith('"')] == []
    apart = {tag for address, tag in tags.items() if not urlsplit(address).path.endswith(".json")}
    named = [address for address in tags if not urlsplit(address).path.endswith(".json")]
    assert len(apart) == len(named)


def test_what_is_held_is_not_sent_again(client: TestClient) -> None:
    """With its tag every answer is 304: no body, and the headers that the 200 had (15.4.5)."""
    kept = ("etag", "vary", "cache-control", "content-location", "memento-datetime")
    wrong = []
    for address, answer in tagged(client):
        again = ask(client, address, headers={"If-None-Match": answer.headers["etag"]})
        told = [again.headers.get(name) for name in kept]
        expected = [answer.headers.get(name) for name in kept]
        if (again.status, again.body, told) != (304, b"", expected):
            wrong.append((address, again.status, told, expected))
        if {"content-type", "content-encoding", "content-range"} & set(again.headers):
            wrong.append((address, dict(again.headers)))
    assert wrong == []


def test_what_is_held_keeps_its_links(client: TestClient) -> None:
    """A 304 takes no link away: caches put its headers over their own (RFC 9111, 3.2)."""
    first = ask(client, "/v1/claims?limit=2")
    again = ask(client, "/v1/claims?limit=2", headers={"If-None-Match": first.headers["etag"]})
    assert 'rel="next"' in first.headers["link"]
    assert again.headers.get("link", first.headers["link"]) == first.headers["link"]


FORMS = (
    "/v1/missions",
    "/v1/missions.csv?as_of=2018-03",
    "/v1/missions.xlsx",
    "/v1/missions/luna-26.ndjson",
    "/v1/missions/luna-26/name.txt",
    "/v1/timeline.ics",
    "/v1/changes.atom?limit=3",
    "/v1/missions/luna-26/vintages.link",
    "/v1/missions.csv-metadata.json",
    "/v1/dataset.zip",
    "/openapi.json",
    "/catalog.jsonld",
    "/llms.txt",
)


@cache
def tag_of(client: TestClient, address: str) -> str:
    """The entity tag of an answer."""
    return ask(client, address).headers["etag"]


@pytest.mark.parametrize("address", FORMS)
def test_if_none_match(client: TestClient, address: str) -> None:
    """In every form tags are compared weakly, in lists, and `*` means any (RFC 9110, 13.1.2)."""
    tag = tag_of(client, address)
    bare = tag.strip('"')
    held = (tag, f"W/{tag}", f'"other", {tag}', f'"other",W/{tag} , "more"', "*")
    other = ('"other"', 'W/"other", "more"', bare, f'"{bare}x"', "")
    for status, headers in ((304, held), (200, other)):
        for sent in headers:
            answer = ask(client, address, headers={"If-None-Match": sent})
            assert answer.status == status, sent


@pytest.mark.parametrize("address", FORMS)
def test_if_none_match_goes_before_dates(client: TestClient, address: str) -> None:
    """If-None-Match decides alone where If-Modified-Since is sent too (RFC 9110, 13.2.2)."""
    tag = tag_of(client, address)
    for held, date, status in (
        (tag, "Thu, 01 Jan 1970 00:00:00 GMT", 304),
        ('"other"', "Fri, 31 Dec 2100 23:59:59 GMT", 200),
    ):
        headers = {"If-None-Match": held, "If-Modified-Since": date}
        assert ask(client, address, headers=headers).status == status


def test_tags_in_two_lines(client: TestClient) -> None:
    """Two If-None-Match lines are one list (RFC 9110, 5.3)."""
    tag = ask(client, "/v1/missions.csv").headers["etag"]
    headers = [("If-None-Match", '"other"'), ("If-None-Match", tag)]
    assert ask(client, "/v1/missions.csv", headers=headers).status == 304


@pytest.mark.parametrize(
    "address", ["/v1/missions", "/v1/missions.csv", "/v1/missions/luna-26", "/v1/dataset.ndjson",
                "/openapi.json", "/catalog.jsonld", "/llms.txt"],
)  # fmt: skip
def test_tags_tell_codings_apart(client: TestClient, address: str) -> None:
    """What differs in its bytes by coding never shares a strong tag (RFC 9110, 8.8.3.3)."""
    coded = [
        ask(client, address, headers={"Accept-Encoding": coding})
        for coding in ("identity", "gzip", "br", "zstd")
    ]
    assert len({answer.body for answer in coded}) == 4, "all of these are worth compressing"
    assert len({answer.headers["etag"] for answer in coded}) == 4


def test_a_tag_of_one_coding_is_not_held_in_another(client: TestClient) -> None:
    """Who holds the compressed answer is sent the plain one when that is what it asks for."""
    coded = ask(client, "/v1/missions", headers={"Accept-Encoding": "br"})
    headers = {"If-None-Match": coded.headers["etag"], "Accept-Encoding": "gzip"}
    assert ask(client, "/v1/missions", headers=headers).status == 200
    headers["Accept-Encoding"] = "br"
    again = ask(client, "/v1/missions", headers=headers)
    assert (again.status, again.headers["vary"]) == (304, coded.headers["vary"])


def test_tags_tell_forms_and_days_apart(client: TestClient) -> None:
    """By form, by address, by day: whatever gives other bytes has another tag."""
    asked: list[tuple[str, dict[str, str]]] = [
        ("/v1/missions", {"Accept": media_type}) for media_type in offered(client, "/v1/missions")
    ]
    asked += [(f"/v1/missions?as_of={day}", {}) for day in ("2018-03-02", "2020", "today")]
    asked += [("/v1/missions", {"Accept-Datetime": "Sat, 31 Mar 2018 23:59:59 GMT"})]
    asked += [("/v1/missions?fields=name", {}), ("/v1/missions.csv?bom=true", {})]
    asked += [("/v1/missions?shape=arrays", {}), ("/v1/missions?shape=array", {})]
    given = [ask(client, address, headers=headers) for address, headers in asked]
    assert {answer.status for answer in given} == {200}
    tags = [answer.headers["etag"] for answer in given]
    assert len(set(tags)) == len(asked)


@pytest.mark.parametrize(
    "asked",
    [
        [("/v1/missions", None), ("/v1/missions", "Sun, 22 Nov 2026 10:00:00 GMT")],
        [("/v1/missions.json?limit=1", None), ("/v1/missions?limit=1", None)],
        [("/v1/missions.csv", None), ("/v1/missions.csv", "Sun, 22 Nov 2026 10:00:00 GMT")],
        [("/v1/as-of/2020/missions", None), ("/v1/missions?as_of=2020", None)],
    ],
    ids=["header of today", "ending", "header of today, CSV", "day in the path"],
)
def test_equal_tags_are_equal_bytes(
    client: TestClient, asked: list[tuple[str, str | None]]
) -> None:
    """However something is asked for, an answer with the same tag is the same to the byte."""
    bodies: dict[str, set[bytes]] = {}
    for address, moment in asked:
        headers = {"Accept-Datetime": moment} if moment else {}
        answer = ask(client, address, headers=headers)
        bodies.setdefault(answer.headers["etag"], set()).add(answer.body)
    assert [len(same) for same in bodies.values()] == [1] * len(bodies)


SHOWING_DAYS = [
    "/", "/missions/luna-26", "/missions/luna-26?as_of=2018-03-03", "/missions?as_of=2018-03-03",
    "/charts", "/charts/slips", "/charts/slips?as_of=2018-03-03", "/charts/slips.svg",
    "/charts/slips.svg?as_of=2018-03-03", "/charts/slips.csv?as_of=2018-03-03",
    "/embed/charts/slips?as_of=2018-03-03", "/embed/missions/luna-26?as_of=2018-03-03", "/embed",
    "/embed?url=/missions/luna-26?as_of=2018-03-03", "/explore/missions?as_of=2018-03-03",
    "/explore/missions.svg?as_of=2018-03-03", "/oembed?url=http://testserver/missions/luna-26",
    "/oembed?url=http://testserver/missions/luna-26?as_of=2018-03-03", "/guide",
    "/v1/missions/luna-26?as_of=2018-03-03", "/openapi.json", "/llms.txt",
]  # fmt: skip
MOMENTS = [None, "Sun, 22 Nov 2026 10:00:00 GMT", "Sat, 31 Mar 2018 23:59:59 GMT"]


@pytest.mark.parametrize("address", SHOWING_DAYS)
def test_equal_tags_are_equal_bytes_on_other_days(
    settings: Settings, database: Database, address: str
) -> None:
    """A page that is kept shows nothing of the day on which somebody else asked for it."""
    bodies: dict[str, set[bytes]] = {}
    for days in (0, 1, 800):
        app = create_app(settings, lambda days=days: NOW + dt.timedelta(days=days))
        with TestClient(app) as client:
            for moment in MOMENTS:
                answer = client.get(address, headers={"Accept-Datetime": moment} if moment else {})
                assert answer.status_code == 200, answer.text
                bodies.setdefault(answer.headers["etag"], set()).add(answer.content)
    assert [len(same) for same in bodies.values()] == [1] * len(bodies)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("as_of=2018-03&limit=1&sort=-launch", "sort=-launch&limit=1&as_of=2018-03"),
        ("labels=false&header=false", "header=false&labels=false"),
    ],
)
@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "ics"])
def test_order_of_parameters(client: TestClient, form: str, one: str, other: str) -> None:
    """The same question in another order has the same tag, and the same bytes."""
    first, second = (ask(client, f"/v1/missions.{form}?{query}") for query in (one, other))
    assert (first.status, second.status) == (200, 200)
    assert first.headers["etag"] == second.headers["etag"]
    assert first.body == second.body


@pytest.mark.parametrize(
    "address",
    [
        "/v1/missions/luna-62",
        "/v1/missions/luna-62/claims.csv",
        "/v1/missions/luna-26/nothing",
        "/v1/claims/0123456789abcdef.csv",
        "/v1/missions.atom",
        "/v1/missions?as_off=1",
        "/v1/missions?as_of=x",
        "/v1/missions.csv?fields=nmae",
        "/v1/missions?sort=lunch",
        "/v1/missions?status=planed",
        "/v1/missions?agency=nobody",
        "/v1/missions?launch=soon",
        "/v1/missions?launch__gte=soon",
        "/v1/missions?cursor=x",
        "/v1/missions?limit=0",
        "/v1/missions?group_by=nothing",
        "/v1/missions?group_by=status&sort=id",
        "/v1/claims?source=nothing",
        "/v1/claims?nature=nothing",
        "/v1/disputes?subject=missions/nothing",
        "/v1/network?via=nothing",
        "/v1/network/nodes?cursor=x",
        "/v1/search",
        "/v1/search?q=luna&kind=nothing",
        "/v1/compare?ref=missions/nothing&since=2018",
        "/v1/differences",
        "/v1/differences?since=2020&as_of=2019",
        "/v1/dataset.zip?as_of=x",
        "/v1/dataset.zip?as_off=2018",
        "/nothing",
    ],
)
def test_no_refusal_is_held(client: TestClient, address: str) -> None:
    """What is refused is refused again, whatever the client says that it holds."""
    refused = ask(client, address)
    assert refused.status in (400, 404, 422)
    assert "etag" not in refused.headers
    for held in ("*", tag_of(client, "/v1/missions")):
        assert ask(client, address, headers={"If-None-Match": held}).status == refused.status


def test_not_acceptable_is_not_held(client: TestClient) -> None:
    """Nor is what the client would not accept."""
    headers = {"Accept": "image/png", "If-None-Match": "*"}
    assert ask(client, "/v1/missions", headers=headers).status == 406


OF_ONE_RELEASE = (
    "/v1/missions", "/v1/missions/luna-26.csv", "/v1/missions/luna-26/vintages.link",
    "/v1/agencies.ndjson?as_of=2020", "/v1/timeline.ics", "/v1/changes.atom", "/v1/missions.xlsx",
    "/v1/dataset.zip", "/catalog.jsonld", "/llms.txt",
)  # fmt: skip


def test_tags_change_with_the_claims_and_only_then(tmp_path: Path) -> None:
    """A tag lasts until a claim changes, in every form; loading the same facts keeps it."""
    file = tmp_path / "seed" / "missions" / "luna-26.yaml"
    versions = (
        (MISSION_FILE, True),
        (f"# What is known of it.\n{MISSION_FILE}", True),
        (MISSION_FILE.replace('"2022"', '"2023"'), False),
        (MISSION_FILE.replace("locator: paragraph 9\n-", "locator: paragraph 8\n-"), False),
    )
    with serving(tmp_path) as own:
        before = [ask(own, address).headers["etag"] for address in OF_ONE_RELEASE]
        settings = Settings(database_url=tables_in(tmp_path), seed_dir=tmp_path / "seed")
        for text, same in versions:
            file.write_text(text, encoding="utf-8")
            database = Database(settings.database_url, settings.migrations_dir)
            load(database, settings.seed_dir)
            database.close()
            tags = zip(before, OF_ONE_RELEASE, strict=True)
            kept = [tag == ask(own, address).headers["etag"] for tag, address in tags]
            assert kept == [same] * len(before), text


# --- Accept -------------------------------------------------------------------------------------

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
    "q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "accept", "ending"),
    [
        ("/v1/missions", "application/json", "json"),
        ("/v1/missions", "*/*", "json"),
        ("/v1/missions", "application/*", "json"),
        ("/v1/missions", CHROME, "json"),
        ("/v1/missions", FIREFOX, "json"),
        ("/v1/missions", "image/avif,image/webp,*/*;q=0.1", "json"),
        ("/v1/missions", "application/json;q=0.9,text/plain", "json"),
        ("/v1/missions", "text/csv; charset=utf-8", "csv"),
        ("/v1/missions", "Text/CSV", "csv"),
        ("/v1/missions", "text/*", "csv"),
        ("/v1/missions", "text/tab-separated-values", "tsv"),
        ("/v1/missions", "application/x-ndjson", "ndjson"),
        ("/v1/missions", "application/ndjson", "ndjson"),
        ("/v1/missions", "application/jsonl", "ndjson"),
        ("/v1/missions", MEDIA_TYPES["xlsx"], "xlsx"),
        ("/v1/missions", "application/csvm+json", "csv-metadata.json"),
        ("/v1/missions", "text/calendar", "ics"),
        ("/v1/missions", "text/csv;q=0.5, application/json;q=0.4", "csv"),
        ("/v1/missions", "text/csv;q=0.4, application/json;q=0.5", "json"),
        ("/v1/missions", "text/csv, application/json", "json"),
        ("/v1/missions", "application/json;q=0.5, text/*;q=0.6, text/csv;q=0.1", "tsv"),
        ("/v1/missions", "*/*;q=0.1, text/calendar;q=0.2", "ics"),
        ("/v1/missions", "application/json;q=0, */*;q=0.1", "csv"),
        ("/v1/missions", "application/json ; q=0.1 , text/csv ; q=0.2", "csv"),
        ("/v1/missions", "text/html, text/csv;q=0.001", "csv"),
        ("/v1/missions", "application/json;q=0.000, text/csv", "csv"),
        ("/v1/missions/luna-26", "text/csv", "csv"),
        ("/v1/missions/luna-26/vintages", "application/link-format", "link"),
        ("/v1/missions/luna-26/name", "text/plain", "txt"),
        ("/v1/missions/luna-26/name", "text/*;q=0.5", "txt"),
        ("/v1/missions/luna-26/name", CHROME, "json"),
        ("/v1/changes", "application/rss+xml, application/atom+xml;q=0.9", "atom"),
    ],
)
def test_accept(client: TestClient, path: str, accept: str, ending: str) -> None:
    """The form that a client likes best is what it gets, and is named in Content-Location."""
    answer = ask(client, f"{path}?as_of=2020", headers={"Accept": accept})
    assert (answer.status, answer.media_type) == (200, MEDIA_TYPES[ending])
    assert answer.headers["content-location"] == f"{path}.{ending}?as_of=2020"


UNSATISFIABLE = (
    "text/html", "image/*", "application/xml", "text/plain", "*/*;q=0", "application/json;q=0",
    "text/csv;q=0, application/json;q=0.0", "application/jsonx", "nonsense",
)  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/v1/missions", "/v1/missions/luna-26", "/v1/missions/luna-26/vintages",
             "/v1/changes", "/v1/claims/372fd03688b22608", "/v1/dataset", "/v1/search?q=luna"],
)  # fmt: skip
def test_not_acceptable(client: TestClient, path: str) -> None:
    """What satisfies no client is a 406 that names every media type there is."""
    [declared] = [key for key, address in plain_addresses(client).items()
                  if urlsplit(address).path == urlsplit(path).path]  # fmt: skip
    for accept in UNSATISFIABLE:
        response = client.get(path, headers={"Accept": accept})
        detail = problem_of(response, 406, "not-acceptable")["detail"]
        named = detail.rpartition(": ")[2].removeprefix("accept one of ").split(", ")
        assert set(named) == set(offered(client, declared)), accept


@pytest.mark.parametrize(
    "accept", [";", ",", ";;;", "q=1", "/", "*", "text", "text/csv;q=", "text/csv;q=x",
               "text/csv;q=nan", "text/csv;q=inf", "text/csv;q=-1", "text/csv;q=1e999", "\xff/\xff",
               "text/csv;" * 500, "text/csv," * 500],
)  # fmt: skip
def test_odd_accept_headers(client: TestClient, accept: str) -> None:
    """A header that is no list of media types is no crash, and gets no form but one of ours."""
    answer = ask(client, "/v1/missions?limit=1", headers={"Accept": accept})
    assert (answer.status, answer.media_type) in (
        (200, "text/csv"), (200, "application/json"), (406, "application/problem+json"),
    )  # fmt: skip


NEGOTIATED = (
    "/v1/missions?as_of=2020&limit=2&sort=-name",
    "/v1/missions/luna-26?as_of=2018-03-03&claims=all",
    "/v1/missions/luna-26/claims?limit=3",
    "/v1/missions/luna-26/vintages",
    "/v1/projects/deep-space-gateway/schedule",
    "/v1/sources/rt-2018-03-02/scorecard?limit=3",
    "/v1/missions/luna-26/launch_label",
    "/v1/claims/372fd03688b22608",
    "/v1/changes?since=2018-03-01&limit=3",
    "/v1/timeline?limit=3",
    "/v1/network",
    "/v1/properties?limit=3",
    "/v1/search?q=luna&limit=3",
    "/v1/compare?ref=missions/luna-26&since=2018-03-01",
    "/v1/dataset",
)


def content_of(answer: Answer, path: str) -> Any:
    """What an answer says, with no ending where it says its own address."""
    ending = ENDINGS[answer.media_type]
    if ending != "xlsx":
        return answer.body.replace(f"{path}.{ending}".encode(), path.encode())
    book = openpyxl.load_workbook(io.BytesIO(answer.body), read_only=True)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    return [
        tuple(str(cell).replace(f"{path}.{ending}", path) for cell in row) for row in rows
    ]  # fmt: skip


@pytest.mark.parametrize("address", NEGOTIATED)
def test_content_location(client: TestClient, address: str) -> None:
    """What is negotiated says so, and where the same is to be had without negotiation (8.7)."""
    path = urlsplit(address).path
    alternatives = {
        link.rpartition('type="')[2].rstrip('"')
        for link in ask(client, address).headers["link"].split(", <")
        if 'rel="alternate"' in link or 'rel="describedby"' in link
    }
    assert alternatives
    for media_type in ("application/json", *sorted(alternatives)):
        if ENDINGS[media_type] == "xlsx" and "missions" not in path:
            continue  # those of missions stand for all
        answer = ask(client, address, headers={"Accept": media_type})
        located = ask(client, answer.headers["content-location"])
        assert "accept" in answer.vary, media_type
        assert located.status == 200, answer.headers["content-location"]
        assert located.headers["content-type"] == answer.headers["content-type"]
        assert "accept" not in located.vary
        assert "content-location" not in located.headers
        assert content_of(answer, path) == content_of(located, path), media_type


def test_only_what_negotiates_says_so(client: TestClient) -> None:
    """Vary: Accept and Content-Location are of addresses without an ending, and of them all."""
    negotiated, fixed = [], []
    for address, answer in every(client).items():
        path = urlsplit(address).path
        told = "accept" in answer.vary, "content-location" in answer.headers
        if path.startswith("/v1") and "." not in path:
            negotiated.append(told)
        else:
            fixed.append(told)
    assert (set(negotiated), set(fixed)) == ({(True, True)}, {(False, False)})


@pytest.mark.parametrize(
    "address",
    ["/v1/missions.json", "/v1/missions.csv", "/v1/missions.xlsx", "/v1/missions.ics",
     "/v1/missions.csv-metadata.json", "/v1/changes.atom", "/v1/missions/luna-26/name.txt",
     "/v1/missions/luna-26/vintages.link", "/v1/as-of/2018-03/missions.tsv"],
)  # fmt: skip
def test_an_ending_beats_accept(client: TestClient, address: str) -> None:
    """An address with an ending is in that form for everybody."""
    plain = ask(client, address)
    for accept in ("application/json", "text/csv", "image/png", "*/*;q=0"):
        asked = ask(client, address, headers={"Accept": accept})
        assert (asked.status, asked.media_type) == (200, plain.media_type)
        assert (asked.body, asked.headers["etag"]) == (plain.body, plain.headers["etag"])


@pytest.mark.parametrize(
    ("path", "ending", "endings"),
    [
        ("/v1/agencies/cnsa/vintages", "ics", "json csv tsv ndjson xlsx csv-metadata.json link"),
        ("/v1/people", "ics", "json csv tsv ndjson xlsx csv-metadata.json"),
        ("/v1/missions", "atom", "json csv tsv ndjson xlsx csv-metadata.json ics"),
        ("/v1/missions", "txt", "json csv tsv ndjson xlsx csv-metadata.json ics"),
        ("/v1/missions/luna-26", "link", "json csv tsv ndjson xlsx csv-metadata.json ics"),
        ("/v1/missions/luna-26/name", "csv", "json txt"),
        ("/v1/claims", "ics", "json csv tsv ndjson xlsx csv-metadata.json"),
        ("/v1/dataset", "ics", "json csv tsv xlsx csv-metadata.json"),  # .ndjson is the whole
        ("/v1/as-of/2020/people", "ics", "json csv tsv ndjson xlsx csv-metadata.json"),
    ],
)
def test_an_ending_that_is_not_offered(
    client: TestClient, path: str, ending: str, endings: str
) -> None:
    """A form in which something cannot be had is a 404 that names those in which it can."""
    answer = ask(client, f"{path}.{ending}")
    assert (answer.status, answer.media_type) == (404, "application/problem+json")
    named = answer.json()["detail"].rpartition(" take ")[2].split(", ")
    assert {f".{item}" for item in endings.split()} == set(named)


@pytest.mark.parametrize(
    "address", ["/v1/agencies/cnsa/vintages.ics", "/v1/missions/luna-62.csv",
                "/v1/as-of/2018-13/missions", "/v1/missions.csv?as_of=x"],
)  # fmt: skip
def test_a_problem_names_the_address_that_was_asked_for(client: TestClient, address: str) -> None:
    """`instance` is the path as the client wrote it, its ending and its day too."""
    assert ask(client, address).json()["instance"] == urlsplit(address).path


def test_csv_metadata_is_not_json(client: TestClient) -> None:
    """`.csv-metadata.json` describes the CSV beside it, and is not the records in JSON."""
    answer = ask(client, "/v1/missions.csv-metadata.json?as_of=2020")
    body = answer.json()
    assert answer.media_type == "application/csvm+json"
    assert body["url"] == "http://testserver/v1/missions.csv?as_of=2020"
    header = ask(client, body["url"]).body.partition(b"\r\n")[0].decode()
    assert [column["name"] for column in body["tableSchema"]["columns"]] == header.split(",")
    assert ask(client, "/v1/missions.csv-metadata").status == 404


@pytest.mark.parametrize(
    "address", ["/v1/missions.CSV", "/v1/missions.csv/", "/v1/missions..csv", "/v1/.csv",
                "/v1/missions.csv.json", "/v1/missions.html", "/v1/missions/.csv", "/v1.csv"],
)  # fmt: skip
def test_what_is_no_ending(client: TestClient, address: str) -> None:
    """What only looks like an ending is an address that there is not."""
    answer = ask(client, address)
    assert (answer.status, answer.media_type) == (404, "application/problem+json")


@pytest.mark.parametrize("ending", ["zip", "sqlite", "ndjson"])
def test_files_as_of_a_path(client: TestClient, ending: str) -> None:
    """The day of a file with the whole may stand in its path, as anywhere."""
    in_path = ask(client, f"/v1/as-of/2018-03/dataset.{ending}")
    in_query = ask(client, f"/v1/dataset.{ending}?as_of=2018-03")
    assert (in_path.status, in_path.media_type) == (200, in_query.media_type)
    assert in_path.body == in_query.body


# --- How long an answer may be kept ---------------------------------------------------------------


def max_age(answer: Answer) -> int:
    """For how many seconds an answer may be kept by anybody; none where it says nothing."""
    scope, _, age = answer.headers.get("cache-control", "").partition(", max-age=")
    assert scope == "public", answer.headers.get("cache-control")
    return int(age)


def test_every_answer_says_how_long_it_may_be_kept(client: TestClient) -> None:
    """Every answer may be kept for at most five minutes, health not at all."""
    for address, answer in every(client).items():
        if address.startswith("/health"):
            assert answer.headers["cache-control"] == "no-store"
        else:
            assert 0 < max_age(answer) <= 300, address


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/redoc", "/problems/not-found", "/favicon.ico", "/openapi.json",
             "/assets/docs/swagger-ui.css", "/.well-known/api-catalog", "/catalog.jsonld",
             "/v1/dataset.jsonld", "/llms.txt", "/CITATION.cff"],
)  # fmt: skip
def test_every_page_says_how_long_it_may_be_kept(client: TestClient, path: str) -> None:
    """So do pages and their files: no cache has to guess."""
    answer = ask(client, path)
    assert answer.status == 200
    assert max_age(answer) > 0


@pytest.fixture(scope="module")
def late(settings: Settings) -> Iterator[TestClient]:
    """A client of the service a minute before midnight."""
    clock = NOW.replace(hour=23, minute=59)
    with TestClient(create_app(settings, clock=lambda: clock)) as client:
        yield client


def test_what_depends_on_today_ends_with_it(client: TestClient, late: TestClient) -> None:
    """What is answered as of today is kept until midnight UTC at most, in every form."""
    anything = {"If-None-Match": "*"}  # the headers without the body
    for address, _ in tagged(client):
        if "." not in address or address.startswith(("/v1/missions", "/v1/dataset")):
            assert max_age(ask(late, address, headers=anything)) == 60, address
    for path in ("/", "/catalog.jsonld", "/v1/dataset.jsonld", "/llms.txt", "/CITATION.cff"):
        assert max_age(ask(late, path)) == 60, path


@pytest.mark.parametrize(
    ("address", "seconds"),
    [
        ("/v1/missions.csv?as_of=2018-03", 300),
        ("/v1/missions.csv?as_of=today", 60),
        ("/v1/missions.csv?as_of=-1y", 60),
        ("/v1/as-of/2018-03/missions.csv", 300),
        ("/v1/as-of/-30d/missions.csv", 60),
        ("/v1/dataset.zip?as_of=2018-03", 300),
        ("/v1/dataset.zip?as_of=-1y", 60),
        ("/v1/changes?since=2018-03&as_of=2020", 300),
        ("/v1/changes?since=-3y&as_of=2025", 60),
        ("/v1/changes.atom?since=-30d", 60),
        ("/v1/changes?since=2018-03", 60),
        ("/v1/differences.csv?since=-10y&as_of=2020", 60),
        ("/v1/compare?ref=missions/luna-26&since=-10y&as_of=2020", 60),
        ("/v1/compare?ref=missions/luna-26&since=2018&as_of=2020", 300),
    ],
)
def test_what_is_counted_from_today_ends_with_it(
    late: TestClient, address: str, seconds: int
) -> None:
    """A day counted back from today ends at midnight, that of `since` too; a fixed one does not."""
    assert max_age(ask(late, address)) == seconds


def test_a_page_further_on_ends_with_the_day_on_which_it_was_asked(late: TestClient) -> None:
    """A cursor of today's list does not make an answer last."""
    cursor = ask(late, "/v1/claims?limit=1").json()["meta"]["next_cursor"]
    assert max_age(ask(late, f"/v1/claims?limit=1&cursor={cursor}")) == 60


def test_a_fixed_day_of_the_header_lasts(late: TestClient) -> None:
    """Accept-Datetime fixes the day as `as_of` does."""
    headers = {"Accept-Datetime": "Sat, 31 Mar 2018 23:59:59 GMT"}
    assert max_age(ask(late, "/v1/missions", headers=headers)) == 300


@pytest.mark.parametrize("status", REFUSED)
def test_no_refusal_is_kept(client: TestClient, status: int) -> None:
    """No refusal may be kept by anybody."""
    method, address, headers = REFUSED[status]
    answer = ask(client, address, method, headers)
    assert (answer.status, answer.headers["cache-control"]) == (status, "no-store")


# --- Other sites --------------------------------------------------------------------------------

EXPOSED = {
    "link", "etag", "content-range", "accept-ranges", "content-length", "memento-datetime",
    "content-location", "content-disposition",
}  # fmt: skip
GIVEN: dict[int, tuple[str, str, dict[str, str]]] = {
    200: ("GET", "/v1/missions.csv", {}),
    206: ("GET", "/v1/missions.csv", {"Range": "bytes=0-9"}),
    304: ("GET", "/v1/missions.csv", {"If-None-Match": "*"}),
}


@pytest.mark.parametrize("status", [*GIVEN, *REFUSED])
def test_cors(client: TestClient, status: int) -> None:
    """Whatever the status, any site may read the answer and its headers, sandboxed frames too."""
    method, address, headers = (GIVEN | REFUSED)[status]
    for origin in ({"Origin": "https://example.org"}, {"Origin": "null"}, {}):
        answer = ask(client, address, method, headers | origin)
        assert answer.status == status
        assert answer.headers.getlist("access-control-allow-origin") == ["*"]
        assert "access-control-allow-credentials" not in answer.headers
        exposed = answer.headers["access-control-expose-headers"].lower().split(", ")
        assert set(exposed) >= EXPOSED


@pytest.mark.parametrize(
    "path", ["/v1/missions", "/v1/missions.csv", "/v1/dataset.zip", "/openapi.json", "/nothing"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_preflight(client: TestClient, path: str, method: str) -> None:
    """A browser may send these headers from any site: it asks once, and is not led elsewhere."""
    wanted = {"range", "if-none-match", "accept-datetime", "if-range"}
    headers = {
        "Origin": "null",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": ",".join(sorted(wanted)),
    }
    answer = ask(client, path, "OPTIONS", headers)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert method in answer.headers["access-control-allow-methods"].split(", ")
    assert wanted <= set(answer.headers["access-control-allow-headers"].lower().split(", "))
    assert int(answer.headers["access-control-max-age"]) > 0


def test_a_crash_may_be_read(settings: Settings) -> None:
    """So may a crash, which names no address but its own."""
    app = create_app(settings, clock=dt.datetime.now)  # type: ignore[arg-type] - has no zone
    with TestClient(app, raise_server_exceptions=False) as own:
        answer = ask(own, "/v1/missions", headers={"Origin": "null"})
    assert (answer.status, answer.media_type) == (500, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_service_of_few_facts_has_the_same_forms(tmp_path: Path) -> None:
    """What is offered does not hang on what is known: an empty list has every form."""
    with serving(tmp_path, missions__eagle=mission("eagle")) as own:
        for ending in ("json", "csv", "tsv", "ndjson", "xlsx", "ics", "csv-metadata.json"):
            answer = ask(own, f"/v1/agreements.{ending}")
            assert (answer.status, answer.media_type) == (200, MEDIA_TYPES[ending])
