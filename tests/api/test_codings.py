"""Content codings: whoever takes compressed answers gets the same bytes, and fewer of them."""

import gzip
import io
import json
from functools import cache

import brotli
import pytest
import zstandard
from fastapi.testclient import TestClient

from tests.api.test_negotiation import REFUSED, Answer, ask, every
from tests.conftest import forget

CODINGS = ("gzip", "br", "zstd")
# A form of each sort: what is small, what is large, what is packed already.
ADDRESSES = (
    "/v1/missions",
    "/v1/missions.json?claims=all",
    "/v1/missions.csv",
    "/v1/missions.tsv",
    "/v1/missions.ndjson",
    "/v1/missions.xlsx",
    "/v1/missions.csv-metadata.json",
    "/v1/missions.ics",
    "/v1/missions?shape=array",
    "/v1/missions?shape=arrays",
    "/v1/missions/luna-26",
    "/v1/missions/luna-26.csv",
    "/v1/missions/luna-26/name.txt",
    "/v1/missions/luna-26/vintages.link",
    "/v1/claims.csv",
    "/v1/changes.atom",
    "/v1/timeline.ics",
    "/v1/search?q=luna",
    "/v1/network",
    "/v1/dataset",
    "/v1/dataset.zip",
    "/v1/dataset.sqlite",
    "/v1/dataset.ndjson",
    "/v1/dataset.jsonld",
    "/catalog.jsonld",
    "/.well-known/api-catalog",
    "/llms.txt",
    "/CITATION.cff",
    "/openapi.json",
    "/health/live",
    "/",
    "/docs",
    "/problems/not-found",
)
PACKED = (".xlsx", ".zip")
LEFT_ALONE = (".sqlite", ".cff")  # of which nothing is promised but that they can be read
SMALL = 500  # bytes; what is smaller gains nothing


def decoded(answer: Answer) -> bytes:
    """The body as it was before it was compressed."""
    coding = answer.headers.get("content-encoding", "identity")
    if coding == "gzip":
        return gzip.decompress(answer.body)
    if coding == "br":
        return brotli.decompress(answer.body)
    if coding == "zstd":
        reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(answer.body))
        return reader.read()
    assert coding == "identity"
    return answer.body


@cache
def plain_answer(client: TestClient, address: str) -> Answer:
    """An answer that is not compressed."""
    return ask(client, address)


def is_packed(address: str) -> bool:
    """Whether an address is that of something compressed in itself."""
    return address.partition("?")[0].endswith(PACKED)


@pytest.mark.parametrize("address", ADDRESSES)
def test_same_bytes(client: TestClient, address: str) -> None:
    """In every coding an answer is the same, shorter, and says in which coding it is."""
    plain = plain_answer(client, address)
    for coding in CODINGS:
        coded = ask(client, address, headers={"Accept-Encoding": coding})
        assert (coded.status, coded.headers["content-type"]) == (200, plain.headers["content-type"])
        assert decoded(coded) == plain.body
        if is_packed(address) or len(plain.body) < SMALL:
            assert "content-encoding" not in coded.headers
            assert coded.body == plain.body
        elif not address.endswith(LEFT_ALONE):
            assert coded.headers["content-encoding"] == coding
            assert len(coded.body) < len(plain.body)
        length = coded.headers.get("content-length")
        assert length is None or int(length) == len(coded.body)


@pytest.mark.parametrize("coding", CODINGS)
def test_same_bytes_of_a_streamed_table(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, coding: str
) -> None:
    """A table that is sent piece by piece is compressed piece by piece."""
    plain = ask(client, "/v1/claims.csv")
    monkeypatch.setattr("app.api.written.MOST_AT_ONCE", 1)
    forget(client.app)
    coded = ask(client, "/v1/claims.csv", headers={"Accept-Encoding": coding})
    assert coded.headers["content-encoding"] == coding
    assert "content-length" not in coded.headers
    assert decoded(coded) == plain.body
    assert len(coded.body) < len(plain.body) / 3
    head = ask(client, "/v1/claims.csv", "HEAD", {"Accept-Encoding": coding})
    assert (head.headers["content-encoding"], head.body) == (coding, b"")


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        (None, {None}),
        ("", {None}),
        ("identity", {None}),
        ("gzip", {"gzip"}),
        ("GZip", {"gzip"}),
        ("br", {"br"}),
        ("zstd", {"zstd"}),
        ("gzip, deflate, br, zstd", {"br"}),
        ("gzip, deflate", {"gzip"}),
        ("gzip;q=0.5, br;q=0.4", {"gzip"}),
        ("gzip;q=0.5, br;q=0.4, zstd;q=0.6", {"zstd"}),
        ("gzip ; q=0.5 , br ; q=0.4", {"gzip"}),
        ("br;q=0, gzip", {"gzip"}),
        ("br;q=0.0, *", {"gzip", "zstd"}),
        ("*", {"br", "gzip", "zstd"}),
        ("*;q=0.1", {"br", "gzip", "zstd"}),
        ("gzip;q=0", {None}),
        ("gzip ; q=0", {None}),
        ("*;q=0", {None}),
        ("gzip;q=0, *;q=0", {None}),
        ("identity, gzip;q=0.5", {None}),
        ("identity;q=0.5, gzip;q=1.0", {"gzip"}),
        ("identity;q=0, gzip;q=0.1", {"gzip"}),
        ("identity;q=0, *;q=0.1", {"br", "gzip", "zstd"}),
        ("deflate, compress, exi", {None}),
        ("sdch, gzip;q=0.001", {"gzip"}),
        ("gzipped", {None}),
    ],
)
def test_choice(client: TestClient, header: str | None, allowed: set[str | None]) -> None:
    """The coding that the client likes best is taken, and none that it rules out (12.5.3)."""
    headers = {} if header is None else {"Accept-Encoding": header}
    for address in ("/v1/missions", "/v1/missions.csv", "/v1/dataset.ndjson"):
        answer = ask(client, address, headers=headers)
        assert answer.status == 200
        assert answer.headers.get("content-encoding") in allowed


def test_choice_in_two_lines(client: TestClient) -> None:
    """Two Accept-Encoding lines are one list (RFC 9110, 5.3)."""
    headers = [("Accept-Encoding", "gzip;q=0.5"), ("Accept-Encoding", "zstd")]
    answer = ask(client, "/v1/missions", headers=headers)
    assert answer.headers["content-encoding"] == "zstd"


@pytest.mark.parametrize(
    "header", [";", ",,", "gzip;q=", "gzip;q=x", "gzip;q=nan", "br;q=-1", "br;q=inf", "zstd;;",
               "\xff", "gzip;q=0;q=1", "identity;q=0", "gzip," * 1000],
)  # fmt: skip
def test_odd_headers(client: TestClient, header: str) -> None:
    """A header that is no list of codings does no harm: what comes can be read."""
    plain = plain_answer(client, "/v1/missions.csv")
    answer = ask(client, "/v1/missions.csv", headers={"Accept-Encoding": header})
    assert answer.status == 200
    assert decoded(answer) == plain.body


def test_vary_names_the_coding_once(client: TestClient) -> None:
    """Every answer says once that it varies by coding, and nothing else twice."""
    wrong = {
        address: answer.vary
        for address, answer in every(client).items()
        if answer.vary.count("accept-encoding") != 1 or len(set(answer.vary)) < len(answer.vary)
    }
    assert wrong == {}


@pytest.mark.parametrize("coding", ["identity", *CODINGS])
@pytest.mark.parametrize("address", ["/v1/missions", "/v1/missions.xlsx", "/health/live", "/docs"])
def test_vary_in_every_coding(client: TestClient, address: str, coding: str) -> None:
    """So do answers that are compressed, those that are too small for it, 206 and 304."""
    for more in ({}, {"If-None-Match": "*"}, {"Range": "bytes=0-9"}):
        answer = ask(client, address, headers={"Accept-Encoding": coding, **more})
        assert answer.status in (200, 206, 304)
        assert answer.vary.count("accept-encoding") == 1
        assert len(answer.headers.getlist("vary")) == 1


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("status", [400, 404, 406, 422])
def test_problems(client: TestClient, status: int, coding: str) -> None:
    """A problem can be read in every coding."""
    method, address, headers = REFUSED[status]
    answer = ask(client, address, method, {**headers, "Accept-Encoding": coding})
    assert json.loads(decoded(answer))["status"] == answer.status == status
    assert answer.vary.count("accept-encoding") == 1


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize(
    "address", ["/v1/missions", "/v1/missions.csv", "/v1/missions.xlsx", "/v1/dataset.ndjson"]
)
def test_ranges_are_of_plain_bytes(client: TestClient, address: str, coding: str) -> None:
    """What is asked for in part is never compressed, whatever the client takes."""
    plain = plain_answer(client, address)
    headers = {"Accept-Encoding": coding, "Range": "bytes=10-1009"}
    answer = ask(client, address, headers=headers)
    assert "content-encoding" not in answer.headers
    assert answer.body == (plain.body[10:1010] if answer.status == 206 else plain.body)
    assert answer.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("address", ["/v1/missions", "/v1/missions.csv", "/v1/dataset.zip"])
def test_head(client: TestClient, address: str, coding: str) -> None:
    """HEAD tells of the compressed answer what GET tells."""
    headers = {"Accept-Encoding": coding}
    get, head = ask(client, address, headers=headers), ask(client, address, "HEAD", headers)
    for name in ("content-encoding", "content-length", "etag", "vary", "content-type"):
        assert get.headers.get(name) == head.headers.get(name)
    assert head.body == b""
