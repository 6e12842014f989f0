"""What holds for every request, outside all routes: log, crash, CORS, HEAD and OPTIONS."""

import logging
import re
import time
from urllib.parse import quote

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.formats import ASKED_PATH
from app.api.problems import ALLOWED_METHODS, problem_response
from app.api.requests import LogRequest, new_request_id, with_own_headers
from app.errors import AddressTooLong, AppError

_log = logging.getLogger(__name__)

_PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOWED_METHODS,
    "Access-Control-Allow-Headers": (
        "Accept, Content-Type, If-None-Match, If-Modified-Since, If-Range, Range, Accept-Datetime"
    ),
    "Access-Control-Max-Age": "86400",
    "Allow": ALLOWED_METHODS,
}


class EveryRequest:
    """Gives a request its id, logs it, and answers when the code behind it crashes."""

    def __init__(self, app: ASGIApp, log: LogRequest) -> None:
        self.app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = new_request_id()
        scope["request_id"] = request_id
        began = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = with_own_headers(message, request_id)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            asked = {"method": scope["method"], "path": scope["path"]}
            _log.exception("crash", extra={"fields": {"request_id": request_id, **asked}})
            if status:  # the answer has begun; all that is left is to break it off
                raise
            error = AppError(f"it is in our log under {request_id}; tell us that number")
            reply = _without_body(send_with_headers) if scope["method"] == "HEAD" else None
            answer = problem_response(Request(scope), error)
            await answer(scope, receive, reply or send_with_headers)
        self._log(scope, request_id, status, time.perf_counter() - began)


MAX_ADDRESS = 8_192


class AddressLimit:
    """Refuses addresses that are longer than anybody needs (RFC 9110, 15.5.15)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            raw_path = scope.get("raw_path") or scope["path"].encode()
            query = scope["query_string"]
            length = len(raw_path) + (len(query) + 1 if query else 0)
            if length > MAX_ADDRESS:
                detail = (
                    f"the address has {length} characters: {MAX_ADDRESS} are read; ask for less at "
                    "once, or for everything and choose from that"
                )
                answer = problem_response(Request(scope), AddressTooLong(detail))
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


class HeadAndOptions:
    """HEAD is GET without its body (RFC 9110, 9.3.2); OPTIONS tells what may be asked (9.3.7)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        method = scope.get("method")
        if method == "OPTIONS":
            await _send_options(send)
        elif method == "HEAD":
            scope = {**scope, "method": "GET", "lunar.head": True}
            await self.app(scope, receive, _without_body(send))
        else:
            await self.app(scope, receive, send)


_AS_OF = re.compile(r"(?P<root>.*?)/v1/as-of/(?P<day>[^/]+)(?P<rest>/.+)", re.DOTALL)


class AsOfInPath:
    """`/v1/as-of/2018-03/missions` is `/v1/missions?as_of=2018-03`.

    For tools that cannot be given parameters, or that judge an address by its ending.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and (match := _AS_OF.fullmatch(scope["path"])):
            path = f"{match['root']}/v1{match['rest']}"
            day = f"as_of={quote(match['day'])}".encode()
            query = b"&".join(part for part in (scope["query_string"], day) if part)
            # Starlette builds a request's address from these three.
            asked = {ASKED_PATH: scope["path"], **scope}
            scope = {**asked, "path": path, "raw_path": quote(path).encode(), "query_string": query}
        await self.app(scope, receive, send)


async def _send_options(send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in _PREFLIGHT.items()]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head
