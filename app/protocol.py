"""HTTP on a connection: uvicorn's, but for answers that nobody has to wait for.

They are sent when the headers of a request are read. What they would go through otherwise (a task,
two messages, each header looked at anew) costs as much as all the rest of an answer that is kept.
"""

from collections.abc import Callable
from contextlib import suppress
from copy import copy
from itertools import chain
from typing import Any

from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.api.kept import AtOnce
from app.api.problems import PROBLEM_JSON, problem_document
from app.api.requests import OWN_HEADERS, REQUEST_ID, new_request_id
from app.api.sent import sent_headers
from app.errors import AppError, BadRequest, HeadersTooLarge
from app.text import to_json

# What people type that is no HTTP is letters beyond ASCII, in an address.
_REMEDY = "In an address, percent-encode what is not ASCII: %D0%9B%D1%83%D0%BD%D0%B0, not Луна."
_FORWARDED = frozenset({b"x-forwarded-for", b"x-forwarded-proto"})
_LARGE = 16_384  # bytes
_MOST = 16_384  # bytes of headers
_TOGETHER = 16  # answers; who sends more requests at a time gets in nobody's way


class Protocol(HttpToolsProtocol):
    """A connection."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        app = self.app
        service: Any = app.app if isinstance(app, ProxyHeadersMiddleware) else app
        self._at_once: Callable[[Scope], AtOnce | None] = service.at_once
        self._forwarded = _forwarded_by(app) if service is not app else None
        self._left = _TOGETHER
        self._is_head = False
        self._received = 0  # bytes since the last of all of which the headers were read

    def data_received(self, data: bytes) -> None:
        """Read what was sent."""
        self._left = _TOGETHER
        self._received += len(data)
        super().data_received(data)
        if not self._is_head:
            self._received = 0
        elif self._received > _MOST and not self.transport.is_closing():
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """Begin to read the headers of a request."""
        super().on_message_begin()
        self._is_head = True

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        # To add them up takes time: there are not many bytes, unless that many came.
        if self._received > _MOST and sum(map(len, chain(*self.headers))) > _MOST:
            raise ValueError("too long")  # it is refused, as what is no HTTP
        self._is_head = False
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read with a problem like all others, and close the connection."""
        request_id = new_request_id()
        error: AppError = BadRequest(f"{msg} {_REMEDY}")
        if self._received > _MOST:
            error = HeadersTooLarge(f"address and headers have more than {_MOST} bytes: send fewer")
        body = to_json(problem_document(error, "", request_id=request_id)).encode()
        headers = [
            *self.server_state.default_headers,
            (b"content-type", PROBLEM_JSON.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
            (REQUEST_ID, request_id.encode()),
            *OWN_HEADERS,
        ]
        lines = [b"%b: %b\r\n" % header for header in headers]
        self.transport.write(b"".join([STATUS_LINE[error.status], *lines, b"\r\n", body]))
        self.transport.close()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        # Who closes the connection, reads slowly, or waits for earlier answers is served as usual.
        is_usual = not cycle.keep_alive or cycle.waiting_for_100_continue or app is not self.app
        waits = self.pipeline or self.flow.write_paused or not self._left
        answer = None
        if not (is_usual or waits):
            self._left -= 1
            with suppress(Exception):  # as usual it comes again, and is told of
                if self._forwarded:
                    self._forwarded(cycle.scope)
                answer = self._at_once(cycle.scope)
        if answer is None:
            self._unset_keepalive_if_required()  # that began with an answer sent just now
            super()._start_asgi_task(cycle, app)
            return
        status, headers, body = answer
        own = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
        head = b"".join([STATUS_LINE[status], *own, *headers, b"\r\n"])
        if len(body) > _LARGE:  # it costs more to copy than to hand over
            self.transport.writelines([head, body])
        else:
            self.transport.write(head + body)
        cycle.response_started = cycle.response_complete = True
        self.on_response_complete()


def _forwarded_by(app: ProxyHeadersMiddleware) -> Callable[[Scope], None]:
    """What notes in a scope for whom, and by which scheme, a server in front asks.

    It is uvicorn's own, without what follows there. Nothing in it waits, and it may be done twice.
    """

    async def nothing_more(*_: Any) -> None:
        pass

    reads = copy(app)
    reads.app = nothing_more

    def note(scope: Scope) -> None:
        if not _FORWARDED.isdisjoint(sent_headers(scope)):
            with suppress(StopIteration):
                reads(scope, None, None).send(None)  # type: ignore[arg-type]

    return note
