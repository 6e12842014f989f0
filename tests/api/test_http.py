"""HTTP itself: methods, negotiation, caching, headers."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.conftest import NOW

PATHS = [
    "/",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/assets/docs/swagger-ui.css",
    "/assets/docs/redoc.standalone.js",
    "/problems/not-found",
    "/health/live",
    "/health/ready",
    "/v1/missions",
    "/v1/missions/luna-26",
    "/v1/missions/luna-26/claims",
    "/v1/missions/luna-26/changes",
    "/v1/missions/luna-26/vintages",
    "/v1/missions/luna-26/schedule",
    "/v1/missions/luna-26/name",
    "/v1/agreements",
    "/v1/agencies/cnsa",
    "/v1/projects/deep-space-gateway",
    "/v1/people/igor-komarov",
    "/v1/sources/rt-2018-03-02",
    "/v1/sources/rt-2018-03-02/scorecard",
    "/v1/claims?limit=3",
    "/v1/claims/372fd03688b22608",
    "/v1/disputes",
    "/v1/timeline",
    "/v1/slips",
    "/v1/slips/summary",
    "/v1/relations",
    "/v1/changes",
    "/v1/differences?since=2018-03-01",
    "/v1/compare?ref=missions/luna-26&since=2018-03-01",
    "/v1/network",
    "/v1/network/nodes",
    "/v1/search?q=luna26",
    "/v1/dataset",
    "/v1/properties",
]
TABLES = [
    "/v1/missions.json?shape=arrays",
    "/v1/missions.csv",
    "/v1/missions.tsv",
    "/v1/missions.ndjson",
    "/v1/missions.xlsx",
    "/v1/missions.csv-metadata.json",
    "/v1/missions.ics",
    "/v1/changes.atom",
    "/v1/missions/luna-26/vintages.link",
    "/v1/missions/luna-26/name.txt",
    "/v1/claims.csv",
]
FILES = ["/v1/dataset.zip", "/v1/dataset.sqlite", "/v1/dataset.ndjson"]
FOUND_BY = ["/.well-known/api-catalog", "/catalog.jsonld", "/v1/dataset.jsonld", "/llms.txt",
            "/CITATION.cff"]  # fmt: skip
ERRORS = [
    ("/nothing", 404),
    ("/v1/missions/luna-62", 404),
    ("/v1/missions?as_off=1", 400),
    ("/v1/missions?as_of=x", 422),
    ("/v1/missions.atom", 404),
    ("/v1/missions?q=" + "x" * 10_000, 414),
    ("/problems/nothing", 404),
    ("/assets/docs/nothing.js", 404),
]


@pytest.fixture(scope="module")
def failing(settings: Settings) -> Iterator[TestClient]:
    """A service of which one route crashes."""
    own = create_app(settings, clock=lambda: NOW)

    @own.get("/crash")
    async def crash() -> None:
        raise RuntimeError("crash")

    with TestClient(own, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def hands() -> list[dt.datetime]:
    """The hands of a clock that a test may set."""
    return [NOW]


@pytest.fixture(scope="module")
def clocked(settings: Settings, hands: list[dt.datetime]) -> Iterator[TestClient]:
    """A client of the service by that clock."""
    with TestClient(create_app(settings, clock=lambda: hands[0])) as client:
        yield client


def body_sent(app: Any, method: str, path: str, coding: str = "identity") -> bytes:
    """The body that the service itself sends.

    A test client would hide that of HEAD, and would decode one that is compressed.
    """
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"testserver"), (b"accept-encoding", coding.encode())],
        "server": ("testserver", 80), "client": ("test", 1),
    }  # fmt: skip
    sent: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    asyncio.run(app(scope, receive, send))
    return b"".join(sent)


# --- Methods ------------------------------------------------------------------------------------


def test_head_covers_every_documented_path(client: TestClient) -> None:
    """The paths tested below are of every route that OpenAPI has, one kind standing for all."""
    documented = set(client.get("/openapi.json").json()["paths"])
    kinds = {"missions", "agreements", "agencies", "projects", "people", "sources"}
    shapes = {
        "/".join("{kind}" if part in kinds else part for part in path.split("/"))
        for path in documented
        if not path.endswith(".{format}")  # see TABLES
        and not path.startswith("/charts/")  # see test_charts.py
        and path != "/oembed"  # see test_oembed.py
    }
    assert shapes == {
        "/v1/{kind}", "/v1/{kind}/{id}", "/v1/{kind}/{id}/claims", "/v1/{kind}/{id}/changes",
        "/v1/{kind}/{id}/vintages", "/v1/{kind}/{id}/schedule", "/v1/{kind}/{id}/scorecard",
        "/v1/{kind}/{id}/{key}", "/v1/claims", "/v1/claims/{id}", "/v1/disputes", "/v1/timeline",
        "/v1/slips", "/v1/slips/summary", "/v1/relations", "/v1/changes", "/v1/differences",
        "/v1/identifiers", "/v1/identifiers/{scheme}/{identifier}", "/v1/coverage",
        "/v1/compare", "/v1/network", "/v1/network/nodes", "/v1/search", "/v1/dataset",
        "/v1/properties", *FILES, "/health/live", "/health/ready",
    }  # fmt: skip


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize(
    "path", [*PATHS, *TABLES, *FILES, *FOUND_BY, *(path for path, _ in ERRORS)]
)
def test_head(client: TestClient, path: str, coding: str) -> None:
    """HEAD has the status and headers of GET, and no body, in whatever coding."""
    headers = {"Accept-Encoding": coding}
    get, head = client.get(path, headers=headers), client.head(path, headers=headers)
    own = {"x-request-id", "date", "content-length"}
    assert body_sent(client.app, "HEAD", path, coding) == b""
    assert get.status_code == head.status_code
    assert {name: value for name, value in get.headers.items() if name not in own} == {
        name: value for name, value in head.headers.items() if name not in own
    }
    if get.status_code == 200:  # an error's length varies with its number
        assert get.headers.get("content-length") == head.headers.get("content-length")
        if coding == "identity" or "content-length" in get.headers:
            sent = body_sent(client.app, "GET", path, coding)
            assert len(sent) == int(get.headers["content-length"])


@pytest.mark.parametrize("path", [*PATHS, *TABLES, *FILES, *FOUND_BY])
def test_codings(client: TestClient, path: str) -> None:
    """A body says the same in every coding; what is sent otherwise has another strong tag."""
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    tags = {}
    for coding in ("identity", "gzip", "br", "zstd"):
        response = client.get(path, headers={"Accept-Encoding": coding})
        applied = response.headers.get("content-encoding")
        assert applied in (None, coding)
        if coding != "zstd":  # which this client cannot read
            assert response.content == plain.content
        assert "Accept-Encoding" in response.headers["vary"].split(", ")
        tags[applied] = response.headers.get("etag")
    assert len(set(tags.values()) - {None}) in (0, len(tags)), tags


@pytest.mark.parametrize(
    "path", [*PATHS, *TABLES, *FILES, *FOUND_BY, "/nothing", "/v1/missions/luna-62", "*"]
)
def test_options(client: TestClient, path: str) -> None:
    """OPTIONS says what may be asked, everywhere, with no body."""
    response = client.options(path)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/v1/missions", "/nothing", "/assets/docs/swagger-ui.css"])
def test_preflight(client: TestClient, path: str) -> None:
    """A browser on another site may ask, with the headers that reading takes."""
    response = client.options(
        path,
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "If-None-Match",
        },
    )
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "GET" in response.headers["access-control-allow-methods"]
    assert "If-None-Match" in response.headers["access-control-allow-headers"]
    assert int(response.headers["access-control-max-age"]) > 0


# --- Headers of every answer --------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [*PATHS, *TABLES, *FILES, *FOUND_BY, *(path for path, _ in ERRORS)]
)
@pytest.mark.parametrize("origin", ["https://example.org", None])
def test_cors(client: TestClient, path: str, origin: str | None) -> None:
    """Every answer may be read from any site, errors, pages and files included."""
    response = client.get(path, headers={"Origin": origin} if origin else {})
    assert response.headers["access-control-allow-origin"] == "*"
    assert "X-Request-Id" in response.headers["access-control-expose-headers"]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/v1/missions", 405),
                                                        ("GET", "/crash", 500)])  # fmt: skip
def test_cors_of_refusals_and_crashes(
    failing: TestClient, method: str, path: str, status: int
) -> None:
    """So may a refused method and a crash."""
    response = failing.request(method, path)
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == "*"
    assert len(response.headers["x-request-id"]) >= 16


def test_cors_of_not_acceptable(client: TestClient) -> None:
    """So may a 406."""
    response = client.get("/v1/missions", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (406, "*")


def test_request_ids(client: TestClient) -> None:
    """No two answers have the same number, whatever became of the request."""
    paths = [*PATHS[:4], *(path for path, _ in ERRORS)] * 3
    numbers = [client.get(path).headers["x-request-id"] for path in paths]
    assert len(set(numbers)) == len(paths)


def test_request_id_is_not_taken_from_outside(client: TestClient) -> None:
    """A client cannot choose the number under which its request is logged."""
    response = client.get("/v1/missions?limit=1", headers={"X-Request-Id": "mine"})
    assert response.headers["x-request-id"] != "mine"


# --- Accept -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("APPLICATION/JSON", "application/json"),
        ("application/json;q=0.9,text/plain", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("*/*;q=0.1", "application/json"),
        ("application/json;q=1, */*;q=0", "application/json"),
        ("text/csv, application/json", "application/json"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/jsonl", "application/x-ndjson"),
        ("application/csvm+json", "application/csvm+json"),
        ("text/calendar", "text/calendar"),
        ("application/json;q=0, */*", "text/csv"),
        ("application/*;q=0, */*", "text/csv"),
        ("text/html", None),
        ("application/json;q=0", None),
        ("application/json;q=0.0", None),
        ("application/json;q=0, text/html", None),
        ("application/*;q=0, text/*;q=0, */*", None),
        ("*/*;q=0", None),
        ("application/xml", None),
        ("application/atom+xml", None),
    ],
)
def test_accept(client: TestClient, accept: str, media_type: str | None) -> None:
    """The most specific range decides, and one of quality nought rules out (RFC 9110, 12.5.1)."""
    response = client.get("/v1/missions", headers={"Accept": accept})
    if media_type is None:
        assert response.status_code == 406
        assert response.headers["content-type"] == "application/problem+json"
    else:
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == media_type


def test_accept_may_be_left_out(client: TestClient) -> None:
    """A client that says nothing takes everything; so does one that says nothing twice."""
    request = client.build_request("GET", "/v1/missions?limit=1")
    del request.headers["Accept"]
    assert client.send(request).status_code == 200
    assert client.get("/v1/missions?limit=1", headers={"Accept": ""}).status_code == 200


def test_accept_in_two_lines(client: TestClient) -> None:
    """Two Accept lines are one list (RFC 9110, 5.3)."""
    headers = [("Accept", "text/html"), ("Accept", "application/json")]
    assert client.get("/v1/missions?limit=1", headers=headers).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "text/csv"])
@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/health/live"])
def test_pages_do_not_negotiate(client: TestClient, path: str, accept: str) -> None:
    """Pages, the document and health are what they are."""
    assert client.get(path, headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith("/v1")])
def test_data_is_json(client: TestClient, path: str) -> None:
    """All data is JSON, in UTF-8, unless something else is asked for."""
    response = client.get(path)
    assert response.headers["content-type"] == "application/json"
    response.content.decode("utf-8")


# --- Caching ------------------------------------------------------------------------------------


def max_age(response: Any) -> int:
    """For how many seconds an answer may be kept by anybody."""
    assert response.status_code == 200
    scope, age = response.headers["cache-control"].split(", ")
    assert scope == "public"
    return int(age.removeprefix("max-age="))


DATED = [path for path in [*PATHS, *TABLES, *FILES] if path.startswith("/v1")]


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("12:00:00", 300),
        ("23:55:00", 300),
        ("23:55:01", 299),
        ("23:59:00", 60),
        ("23:59:59", 1),
        ("00:00:00", 300),
    ],
)
@pytest.mark.parametrize("path", [*DATED, *FOUND_BY, "/", "/openapi.json"])
def test_what_depends_on_today(
    clocked: TestClient, hands: list[dt.datetime], path: str, time: str, seconds: int
) -> None:
    """What is of today may be kept until midnight UTC, and for five minutes at most."""
    hands[0] = dt.datetime.fromisoformat(f"2026-11-22T{time}+00:00")
    assert max_age(clocked.get(path)) == seconds


@pytest.mark.parametrize(
    ("as_of", "seconds"),
    [("2018", 300), ("2018-03", 300), ("2018-03-03", 300), ("2030", 300), ("today", 60),
     ("-1d", 60), ("-1y", 60)],
)  # fmt: skip
def test_what_depends_on_a_day(
    clocked: TestClient, hands: list[dt.datetime], as_of: str, seconds: int
) -> None:
    """A fixed day does not end at midnight; a day counted back from today does."""
    hands[0] = dt.datetime(2026, 11, 22, 23, 59, tzinfo=dt.UTC)
    for path in DATED:
        joint = "&" if "?" in path else "?"
        assert max_age(clocked.get(f"{path}{joint}as_of={as_of}")) == seconds


@pytest.mark.parametrize(("path", "status"), ERRORS)
def test_errors_are_not_kept(client: TestClient, path: str, status: int) -> None:
    """No error may be kept."""
    response = client.get(path)
    assert (response.status_code, response.headers["cache-control"]) == (status, "no-store")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_is_not_kept(client: TestClient, path: str) -> None:
    """Whether the service is up must be asked anew each time."""
    response = client.get(path)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")


def test_health(client: TestClient) -> None:
    """Health says which release is served, once there is one."""
    release = client.get("/v1/dataset").json()["meta"]["release"]
    assert client.get("/health/live").json() == {"status": "ok", "release": None}
    assert client.get("/health/ready").json() == {"status": "ok", "release": release}
