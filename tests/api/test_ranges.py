"""Parts of an answer: downloads that go on, and readers that look before they read."""

import gc
from collections.abc import Callable
from functools import cache

import pytest
from fastapi.testclient import TestClient

from tests.api.test_negotiation import Answer, ask
from tests.conftest import forget

ADDRESSES = (
    "/v1/claims.csv?limit=50",
    "/v1/missions.tsv?as_of=2020",
    "/v1/missions.ndjson",
    "/v1/missions.xlsx",
    "/v1/timeline.ics",
    "/v1/changes.atom?limit=5",
    "/v1/missions/luna-26.csv",
    "/v1/missions/luna-26/vintages.link",
    "/v1/missions/luna-26/launch_label.txt",
    "/v1/missions.json?shape=array",
    "/v1/missions.json?shape=arrays",
    "/v1/missions.csv-metadata.json",
    "/v1/as-of/2018-03/missions.csv",
    "/v1/dataset.zip",
    "/v1/dataset.sqlite",
    "/v1/dataset.ndjson",
)
A_FEW = ("/v1/claims.csv?limit=50", "/v1/missions.xlsx", "/v1/timeline.ics", "/v1/dataset.zip")


@cache
def whole(client: TestClient, address: str) -> Answer:
    """All of an answer, which says that it can be had in parts."""
    answer = ask(client, address)
    assert answer.status == 200
    assert answer.headers["accept-ranges"] == "bytes"
    assert "content-range" not in answer.headers
    assert len(answer.body) >= 4
    return answer


def part(client: TestClient, address: str, asked: str, **headers: str) -> Answer:
    """A part of an answer."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(client, address, headers={"Range": asked, **given})


def is_part(answer: Answer, all_of_it: Answer, begin: int, end: int) -> None:
    """That an answer is the bytes from `begin` up to `end`, and says so (RFC 9110, 15.3.7)."""
    length = len(all_of_it.body)
    assert answer.status == 206
    assert answer.body == all_of_it.body[begin:end]
    assert answer.headers["content-range"] == f"bytes {begin}-{end - 1}/{length}"
    assert answer.headers["content-length"] == str(end - begin)
    for name in ("content-type", "etag", "cache-control", "accept-ranges", "vary"):
        assert answer.headers[name] == all_of_it.headers[name]


def is_whole(answer: Answer, all_of_it: Answer) -> None:
    """That an answer is all of it, and nothing about it says that it is a part."""
    assert (answer.status, answer.body) == (200, all_of_it.body)
    assert "content-range" not in answer.headers


MANY = "9" * 26

# Name → of n bytes, what to ask for, and between which places lies what comes.
PARTS: dict[str, Callable[[int], tuple[str, int, int]]] = {
    "first byte": lambda _: ("bytes=0-0", 0, 1),
    "first bytes": lambda _: ("bytes=0-3", 0, 4),
    "middle": lambda n: (f"bytes={n // 2}-{n // 2}", n // 2, n // 2 + 1),
    "to the end": lambda n: (f"bytes={n // 2}-", n // 2, n),
    "last byte": lambda n: (f"bytes={n - 1}-{n - 1}", n - 1, n),
    "last byte, open": lambda n: (f"bytes={n - 1}-", n - 1, n),
    "all": lambda n: ("bytes=0-", 0, n),
    "all, closed": lambda n: (f"bytes=0-{n - 1}", 0, n),
    "over the end": lambda n: (f"bytes={n // 2}-{n + 1000}", n // 2, n),
    "far over the end": lambda n: (f"bytes=1-{MANY}", 1, n),
    "last bytes": lambda n: ("bytes=-3", n - 3, n),
    "more than there is": lambda n: (f"bytes=-{n + 1000}", 0, n),
    "far more than there is": lambda n: (f"bytes=-{MANY}", 0, n),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_part(client: TestClient, address: str) -> None:
    """Of tables, calendars, feeds and files any part can be had (RFC 9110, 14.1.2)."""
    everything = whole(client, address)
    for asked in PARTS.values():
        header, begin, end = asked(len(everything.body))
        is_part(part(client, address, header), everything, begin, end)


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,4-5", "bytes=0-0,-1", "bytes=0-1, 2-3", "bytes=", "bytes=-", "bytes=a-b",
     "bytes=5-2", "bytes=0", "bytes 0-5", "0-5", "items=0-5", "bytes=0-1x", "bytes=--1",
     "bytes=+1-2", "bytes=1.0-2", "bytes=0x1-0x2", "bytes=\xb2-", "", "bytes=1 0-20",
     "bytes=1_0-20", "none"],
)  # fmt: skip
def test_what_is_not_one_range(client: TestClient, asked: str) -> None:
    """Several ranges, and what is no range of bytes, are answered with all of it (14.2)."""
    for address in A_FEW:
        is_whole(part(client, address, asked), whole(client, address))


@pytest.mark.parametrize(
    "asked", ["bytes={n}-", "bytes={n}-{beyond}", "bytes={beyond}-", "bytes=-0",
              f"bytes={MANY}-"],
)  # fmt: skip
@pytest.mark.parametrize("address", A_FEW)
def test_beyond_the_end(client: TestClient, address: str, asked: str) -> None:
    """A range that begins beyond the end is a 416 that says how many bytes there are (15.5.17)."""
    n = len(whole(client, address).body)
    answer = part(client, address, asked.format(n=n, beyond=n + 9))
    assert (answer.status, answer.media_type) == (416, "application/problem+json")
    assert answer.headers["content-range"] == f"bytes */{n}"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert (problem["status"], problem["type"].rpartition("/")[2]) == (416, "range-not-satisfiable")
    assert str(n) in problem["detail"]


def test_a_refused_range_leaves_no_file_open(client: TestClient) -> None:
    """A server that refuses ranges all day does not run out of files."""
    for address in A_FEW:
        assert part(client, address, "bytes=999999999-").status == 416
    gc.collect()  # what was left open would warn here, which is an error


@pytest.mark.parametrize("asked", ["bytes={}-", "bytes=0-{}", "bytes=-{}"])
@pytest.mark.parametrize("address", ["/v1/missions.csv", "/v1/dataset.ndjson"])
def test_a_number_of_thousands_of_digits(client: TestClient, address: str, asked: str) -> None:
    """A range of any length of digits is answered or refused, and is no fault of ours."""
    answer = part(client, address, asked.format("9" * 5000))
    assert answer.status in (200, 206, 400, 416)


# --- If-Range -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_if_range(client: TestClient, address: str) -> None:
    """A download goes on where it stopped, if the answer is still the same."""
    everything = whole(client, address)
    tag = everything.headers["etag"]
    answer = part(client, address, "bytes=2-", If_Range=tag)
    is_part(answer, everything, 2, len(everything.body))


@pytest.mark.parametrize(
    "held", ['"other"', "W/{tag}", "{bare}", "Sun, 22 Nov 2026 12:00:00 GMT", "", "*"]
)
@pytest.mark.parametrize("address", A_FEW)
def test_if_range_of_another_version(client: TestClient, address: str, held: str) -> None:
    """If it is not the same, or not surely so, all of it comes anew (RFC 9110, 13.1.5)."""
    everything = whole(client, address)
    tag = everything.headers["etag"]
    sent = held.format(tag=tag, bare=tag.strip('"'))
    is_whole(part(client, address, "bytes=2-", If_Range=sent), everything)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("address", ["/v1/claims.csv?limit=50", "/v1/dataset.ndjson"])
def test_if_range_of_compressed_bytes(client: TestClient, address: str, coding: str) -> None:
    """Plain bytes are never added to compressed ones: those who hold such get all of it."""
    coded = ask(client, address, headers={"Accept-Encoding": coding})
    assert coded.headers["content-encoding"] == coding
    headers = {"If-Range": coded.headers["etag"], "Accept-Encoding": coding}
    answer = ask(client, address, headers={"Range": "bytes=100-", **headers})
    assert answer.status == 200
    assert "content-range" not in answer.headers


@pytest.mark.parametrize("address", A_FEW)
def test_a_held_answer_goes_before_its_parts(client: TestClient, address: str) -> None:
    """Who holds the whole is told so, also when it asks for a part (RFC 9110, 13.2.2)."""
    tag = whole(client, address).headers["etag"]
    answer = part(client, address, "bytes=0-3", If_None_Match=tag)
    assert (answer.status, answer.body) == (304, b"")
    assert "content-range" not in answer.headers
    is_part(
        part(client, address, "bytes=0-3", If_None_Match='"other"'), whole(client, address), 0, 4
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_parts_make_the_whole(client: TestClient, address: str) -> None:
    """Read in parts of one length, the parts are the whole, and each says how long that is."""
    everything = whole(client, address)
    step = len(everything.body) // 5 + 1
    parts = []
    for begin in range(0, len(everything.body), step):
        answer = part(
            client,
            address,
            f"bytes={begin}-{begin + step - 1}",
            If_Range=everything.headers["etag"],
        )
        assert answer.status == 206
        assert answer.headers["content-range"].endswith(f"/{len(everything.body)}")
        parts.append(answer.body)
    assert b"".join(parts) == everything.body


# --- Other methods and answers ------------------------------------------------------------------


@pytest.mark.parametrize("address", A_FEW)
def test_head_has_no_ranges(client: TestClient, address: str) -> None:
    """Ranges are of GET alone: HEAD tells of the whole, whatever range is asked (14.2)."""
    for asked in ("bytes=0-3", "bytes=999999999-"):
        answer = ask(client, address, "HEAD", {"Range": asked})
        assert (answer.status, answer.body) == (200, b"")
        assert "content-range" not in answer.headers
        assert answer.headers["content-length"] == str(len(whole(client, address).body))


@pytest.mark.parametrize(
    "address", ["/v1/missions", "/v1/missions/luna-26", "/v1/dataset", "/openapi.json", "/"]
)
@pytest.mark.parametrize("asked", ["bytes=0-3", "bytes=999999999-", "bytes=-1"])
def test_what_has_no_parts(client: TestClient, address: str, asked: str) -> None:
    """What cannot be had in parts says nothing of them, and comes whole."""
    plain, answer = ask(client, address), part(client, address, asked)
    is_whole(answer, plain)
    assert answer.headers.get("accept-ranges", "none") == "none"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/missions/luna-62.csv", 404),
        ("/v1/missions.csv?as_off=1", 400),
        ("/v1/missions.csv?as_of=x", 422),
        ("/v1/dataset.zip?as_of=x", 422),
    ],
)
def test_a_part_of_a_refusal(client: TestClient, address: str, status: int) -> None:
    """A refusal is sent whole, whatever part was asked for."""
    answer = part(client, address, "bytes=0-3")
    assert (answer.status, answer.json()["status"]) == (status, status)
    assert "content-range" not in answer.headers


def test_negotiated_parts(client: TestClient) -> None:
    """Parts are had at the address of a form; what was negotiated comes whole, and says where."""
    headers = {"Accept": "text/csv", "Range": "bytes=5-14"}
    answer = ask(client, "/v1/missions?as_of=2020", headers=headers)
    located = whole(client, answer.headers["content-location"])
    assert (answer.status, answer.body) == (200, located.body)
    assert "accept-ranges" not in answer.headers


def test_part_of_a_table_that_is_streamed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of a large table is that of the whole, whichever way the whole is sent."""
    everything = ask(client, "/v1/claims.csv")
    monkeypatch.setattr("app.api.written.MOST_AT_ONCE", 1)
    forget(client.app)
    streamed = ask(client, "/v1/claims.csv")
    assert streamed.headers["content-length"] == str(len(everything.body))
    assert streamed.headers["accept-ranges"] == "bytes"
    assert streamed.body == everything.body
    answer = part(client, "/v1/claims.csv", "bytes=-70000")
    is_part(answer, everything, len(everything.body) - 70_000, len(everything.body))


def test_an_empty_table(client: TestClient) -> None:
    """Of nothing there is no part: any range is refused, and the whole is nothing."""
    address = "/v1/missions.csv?as_of=1900&header=false"
    assert (ask(client, address).status, ask(client, address).body) == (200, b"")
    answer = part(client, address, "bytes=0-")
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */0")
