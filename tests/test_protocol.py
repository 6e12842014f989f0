"""Answers that are sent at once are those that are sent as usual, byte for byte."""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from app.main import Service
from app.protocol import _TOGETHER, Protocol
from tests.conftest import forget

_MEANWHILE = re.compile(rb'(?m)^(x-request-id|date): .*\r\n|"request_id":"[0-9a-f]+"')
_END = b"\r\n\r\n"


@contextmanager
def serving(app: Any, **settings: Any) -> Iterator[int]:
    """The service on a port of its own."""
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, **settings)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def ports(app: Service) -> Iterator[tuple[int, int]]:
    """Where the service answers at once, and where as usual."""
    with serving(app, http=Protocol) as at_once, serving(app, http="httptools") as usual:
        yield at_once, usual


@pytest.fixture
def answered(app: Service, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each request that might be answered at once, whether it was."""
    noted: list[bool] = []
    at_once = app.at_once

    def note(scope: dict[str, object]) -> object:
        answer = at_once(scope)
        noted.append(answer is not None)
        return answer

    # A connection asks for it when it is made.
    monkeypatch.setattr(app, "at_once", note)
    return noted


def request(
    target: str, *headers: str, method: str = "GET", version: str = "1.1", body: str = ""
) -> bytes:
    """A request as it is sent."""
    lines = [f"{method} {target} HTTP/{version}", "Host: moon.example", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def told(port: int, sent: bytes, answers: int = 1) -> bytes:
    """What is sent back on a connection, but for what differs from one moment to the next."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        bodies = not sent.startswith(b"HEAD")
        while _whole(received, bodies=bodies) < answers and (piece := connection.recv(1 << 16)):
            received += piece
        connection.settimeout(0.1)
        with_more = b""
        try:
            with_more = connection.recv(1 << 16)
        except TimeoutError:
            received += b"<it stays open>"
    return _MEANWHILE.sub(b"", received + with_more)


def _whole(received: bytes, *, bodies: bool) -> int:
    """How many whole answers there are, by the lengths that they tell."""
    count = 0
    while _END in received:
        head, _, received = received.partition(_END)
        length = re.search(rb"(?mi)^content-length: (\d+)", head)
        size = int(length[1]) if length and bodies and b" 304 " not in head else 0
        if len(received) < size:
            break
        count, received = count + 1, received[size:]
    return count


ITEM = "/v1/missions/luna-26?as_of=2018-03-03"
AT_ONCE = {
    "an item": request(ITEM),
    "a page": request("/v1/missions?limit=2&sort=-launch&as_of=2018"),
    "a search": request("/v1/search?q=luna"),
    "letters of all sorts": request("/v1/search?q=%E5%AB%A6%E5%A8%A5&as_of=2018-04"),
    "what nobody holds any more": request(ITEM, 'If-None-Match: "older"'),
    "a body that nobody reads": request(ITEM, "Content-Length: 4", body="body"),
    "behind another server": request(ITEM, "X-Forwarded-Proto: https"),
    "for another client": request(ITEM, "X-Forwarded-For: 192.0.2.7", "X-Forwarded-For: 127.0.0.1"),
    "by a scheme that is none": request(ITEM, "X-Forwarded-Proto: javascript"),
    "a browser": request(ITEM, "Connection: keep-alive", "Accept: */*", "User-Agent: it"),
}
AS_USUAL = {
    "compressed": request(f"{ITEM}&fields=id,name", "Accept-Encoding: br"),
    "the end": request(ITEM, "Connection: close"),
    "an old client": request(ITEM, version="1.0"),
    "an old client that stays": request(ITEM, "Connection: keep-alive", version="1.0"),
    "part of it": request(ITEM, "Range: bytes=0-9"),
    "who asks before sending": request(ITEM, "Expect: 100-continue", "Content-Length: 2"),
    "another method": request(ITEM, method="DELETE"),
    "options": request(ITEM, method="OPTIONS"),
    "no such record": request("/v1/missions/luna-2666"),
    "a wrong parameter": request("/v1/missions?limit=x"),
    "a file": request("/v1/missions.csv?as_of=2018-03"),
    "live": request("/health/live"),
}


@pytest.mark.parametrize("case", AT_ONCE)
def test_at_once(app: Service, answered: list[bool], ports: tuple[int, int], case: str) -> None:
    """What is made or kept is sent at once, and is what others get."""
    usual = told(ports[1], AT_ONCE[case])
    assert not answered
    forget(app)
    for _ in range(2):
        assert told(ports[0], AT_ONCE[case]) == usual
    assert answered == [True, True]


@pytest.mark.parametrize("case", AS_USUAL)
def test_as_usual(app: Service, answered: list[bool], ports: tuple[int, int], case: str) -> None:
    """Whatever is out of the ordinary is answered as ever, whether or not it was asked before."""
    forget(app)
    first = told(ports[0], AS_USUAL[case])
    assert True not in answered
    forget(app)
    assert told(ports[1], AS_USUAL[case]) == first


def test_what_is_kept_of_other_ways_is_sent_at_once(
    answered: list[bool], ports: tuple[int, int]
) -> None:
    """Compressed answers, files and heads are, once they have been asked for."""
    for sent in (
        request(f"{ITEM}&fields=id", "Accept-Encoding: gzip"),
        request("/v1/missions.csv?as_of=2018-02"),
        request(f"{ITEM}&claims=all", method="HEAD"),
    ):
        usual = told(ports[1], sent)
        assert told(ports[0], sent) == usual
        assert answered.pop()


def test_who_has_it_is_told_so(answered: list[bool], ports: tuple[int, int]) -> None:
    """A 304 is sent at once, for the plain answer and for one that would be compressed."""
    for coding in ("identity", "br"):
        accepts = f"Accept-Encoding: {coding}"
        tag = re.search(rb"etag: (\S+)", told(ports[1], request(ITEM, accepts)))
        assert tag
        sent = request(ITEM, accepts, f"If-None-Match: {tag[1].decode()}")
        usual = told(ports[1], sent)
        assert usual.startswith(b"HTTP/1.1 304 ")
        assert told(ports[0], sent) == usual
        assert answered.pop()


def test_one_after_the_other(answered: list[bool], ports: tuple[int, int]) -> None:
    """Requests that are sent together are answered in their order, however each is."""
    sent = [AT_ONCE["an item"], AS_USUAL["a file"], AS_USUAL["no such record"], AT_ONCE["a page"]]
    together = b"".join(sent * 30)
    assert told(ports[0], together, 120) == told(ports[1], together, 120)
    assert True in answered


class _Slow:
    """The service, where what is not answered at once takes its time."""

    def __init__(self, app: Service) -> None:
        self._app, self.at_once = app, app.at_once

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            await asyncio.sleep(0.5)
        await self._app(scope, receive, send)


def test_what_takes_longer_than_a_silence(app: Service) -> None:
    """A connection is silent for long when nothing is asked, not when an answer is on its way."""
    with serving(_Slow(app), http=Protocol, timeout_keep_alive=0.1) as port:
        answer = told(port, AT_ONCE["an item"] + AS_USUAL["live"], 2)
    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_who_asks_for_much_waits(answered: list[bool], ports: tuple[int, int]) -> None:
    """Of very many requests that come together most are answered in turns with those of others."""
    sent, times = AT_ONCE["an item"], 100
    together = told(ports[0], sent * times, times)
    assert together.count(b"HTTP/1.1 200 OK") == times
    assert 0 < answered.count(True) < times / 2


def test_a_slow_reader(answered: list[bool], ports: tuple[int, int]) -> None:
    """Answers wait for who does not read them, and come whole."""
    sent, times = request("/v1/claims?limit=1000&as_of=2019"), 30
    body = told(ports[1], sent).partition(_END)[2].removesuffix(b"<it stays open>")
    received = b""
    with socket.socket() as connection:
        connection.settimeout(20)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        connection.connect(("127.0.0.1", ports[0]))
        connection.sendall(sent * times)
        time.sleep(0.3)
        # Those that nobody took on the way are not even made, and sooner than for many together.
        assert 0 < len(answered) < _TOGETHER
        received = b""
        while received.count(body) < times and (piece := connection.recv(1 << 22)):
            received += piece
    assert received.count(b"HTTP/1.1 200 OK") == received.count(body) == times
    assert answered[0]


def test_what_is_no_http_is_a_problem(ports: tuple[int, int]) -> None:
    """Who does not encode an address is told what to do, as of every other error."""
    sent = request("/v1/search?q=x").replace(b"q=x", "q=Луна".encode())
    head, _, body = told(ports[0], sent).partition(_END)
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json\r\n" in head
    assert b"access-control-allow-origin: *" in head
    assert b"connection: close" in head
    problem = json.loads(body.replace(b",,", b","))  # where the number of the request stood
    assert (problem["status"], problem["type"]) == (400, "/problems/bad-request")
    assert "percent-encode" in problem["detail"]


@pytest.mark.parametrize(
    "sent",
    [
        request(ITEM, f"Accept: {'x' * 20_000}"),
        request(ITEM, *[f"X-{number}: {'x' * 90}" for number in range(200)]),
        request(ITEM, f"X: {'x' * 20_000}").rstrip(),
    ],
    ids=["one", "many", "endless"],
)
def test_headers_have_a_bound(ports: tuple[int, int], sent: bytes) -> None:
    """What nobody needs is not held in memory: the connection is closed."""
    head, _, body = told(ports[0], sent).partition(_END)
    assert head.startswith(b"HTTP/1.1 431 ")
    problem = json.loads(body.replace(b",,", b","))
    assert (problem["status"], problem["type"]) == (431, "/problems/headers-too-large")


def test_what_is_large_besides_headers_is_read(ports: tuple[int, int]) -> None:
    """A body, and very many requests together, have nothing to do with that bound."""
    body = "x" * 300_000
    sent = request(ITEM, f"Content-Length: {len(body)}", body=body)
    assert told(ports[0], sent).startswith(b"HTTP/1.1 200 ")
    sent = request("/v1/missions/luna-26?claims=none&fields=id") * 300
    assert told(ports[0], sent, answers=300).count(b"HTTP/1.1 200 ") == 300
