"""A client that has the service answer in the thread of the test."""

import asyncio
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import httpx2
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Scope

_PORTS = {"http": 80, "https": 443}


class Client(TestClient):
    """Starlette's client without what is slow in it: that threads wait for each other.

    Over some ten thousand answers that is most of the time. There are no streams and no web
    sockets: an answer is had whole. What a service does at its start and its end, it does in the
    thread of Starlette's client.
    """

    def __init__(self, app: ASGIApp, raise_server_exceptions: bool = True) -> None:
        super().__init__(app, raise_server_exceptions=raise_server_exceptions)
        self._slow = self._transport
        self._here = _Here(app, raise_server_exceptions)

    def __enter__(self) -> Self:
        super().__enter__()
        self._transport = self._here
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._transport = self._slow
        self._here.close()
        super().__exit__(kind, error, trace)


class _Here(httpx2.BaseTransport):
    """Has an application answer in the thread that asks."""

    def __init__(self, app: ASGIApp, raises: bool) -> None:
        self._app = app
        self._raises = raises
        self._loop: asyncio.AbstractEventLoop | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        request.read()
        exchange = _Exchange(request)
        try:
            self._loop.run_until_complete(
                self._app(_scope(request), exchange.receive, exchange.send)
            )
        except Exception:
            if self._raises:
                raise
            if not exchange.started:
                return httpx2.Response(500, request=request)
        return exchange.response()

    def close(self) -> None:
        if self._loop is not None:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
            self._loop = None


def _scope(request: httpx2.Request) -> Scope:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "path": unquote(url.path),
        "raw_path": url.raw_path.split(b"?", 1)[0],
        "root_path": "",
        "scheme": url.scheme,
        "query_string": url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("testclient", 50000),
        "server": (url.host, url.port or _PORTS[url.scheme]),
        "state": {},
    }


class _Exchange:
    """A request that is read once, and the messages that answer it."""

    def __init__(self, request: httpx2.Request) -> None:
        self._request = request
        self._is_read = False
        self._is_answered = asyncio.Event()
        self.started: list[Message] = []
        self._body: list[bytes] = []

    async def receive(self) -> Message:
        if self._is_read:
            await self._is_answered.wait()
            return {"type": "http.disconnect"}
        self._is_read = True
        return {"type": "http.request", "body": self._request.content}

    async def send(self, message: Message) -> None:
        assert not self._is_answered.is_set(), "a message after the end of the answer"
        if message["type"] == "http.response.start":
            assert not self.started, "an answer that begins twice"
            self.started.append(message)
        elif message["type"] == "http.response.body":
            assert self.started, "a body without a beginning"
            self._body.append(bytes(message.get("body", b"")))
            if not message.get("more_body"):
                self._is_answered.set()

    def response(self) -> httpx2.Response:
        """What was answered."""
        assert self.started, "no answer"
        (start,) = self.started
        headers: Any = list(start.get("headers", []))
        body = b"" if self._request.method == "HEAD" else b"".join(self._body)
        stream = httpx2.ByteStream(body)
        return httpx2.Response(
            start["status"], headers=headers, stream=stream, request=self._request
        )
