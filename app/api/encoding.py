"""Content codings: br, zstd or gzip, whichever the client likes best (RFC 9110, 12.5.3).

The coding is settled before the answer is made: it is a part of its entity tag.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from app.api.caching import IDENTITY as _IDENTITY
from app.api.caching import IN_SCOPE, Coding
from app.api.formats import FORMATS, XLSX
from app.api.sent import sent_headers

_CODINGS = ("br", "zstd", "gzip")  # the smallest first

for _format in FORMATS:
    if _format is not XLSX:  # is a zip file already
        add_compress_type(_format.media_type)
for _media_type in ("application/problem+json", "application/linkset+json", "application/ld+json"):
    add_compress_type(_media_type)


class ContentCoding:
    """Settles the coding, and has the answer compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self._compressed = app, CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        coding = wanted_coding(scope)
        scope = {**scope, IN_SCOPE: coding}
        send = _told_apart(send, coding)
        if coding.is_identity:
            await self.app(scope, receive, send)
            return
        scope["headers"] = list(scope["headers"])
        MutableHeaders(scope=scope)["Accept-Encoding"] = coding.name
        await self._compressed(scope, receive, send)


class Coded(NamedTuple):
    """A whole answer, as it is sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


async def coded(scope: Scope, whole: Coded, coding: Coding) -> Coded:
    """An answer in the coding that was settled."""
    if coding.is_identity:
        return whole._replace(headers=with_coding(whole.headers, coding))
    sent: list[Message] = []

    async def answer(_: Scope, __: Receive, send: Send) -> None:
        status, headers, body = whole
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def collect(message: Message) -> None:
        sent.append(message)

    async def nothing_more() -> Message:
        return {"type": "http.request"}

    await ContentCoding(answer)(scope, nothing_more, collect)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Coded(sent[0]["status"], sent[0]["headers"], body)


def _told_apart(send: Send, coding: Coding) -> Send:
    """Every answer says that it varies by coding, and its tag says by which; a 304 like the 200."""

    async def send_told_apart(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": with_coding(message["headers"], coding)}
        await send(message)

    return send_told_apart


def with_coding(
    headers: Iterable[tuple[bytes, bytes]], coding: Coding
) -> list[tuple[bytes, bytes]]:
    """Headers that tell by what an answer varies, with the tag that it has in a coding."""
    told = []
    varies = b""
    for name, value in headers:
        if name == b"vary":
            varies = value
            told.append((name, _varying(value)))
        elif name == b"etag":
            told.append((name, coding.tag(value.decode("latin-1")).encode("latin-1")))
        else:
            told.append((name, value))
    return told if varies else [*told, (b"vary", b"Accept-Encoding")]


@lru_cache(maxsize=100)
def _varying(by: bytes) -> bytes:
    named = [name.strip() for name in by.split(b",")]
    return b", ".join(dict.fromkeys(filter(None, (*named, b"Accept-Encoding"))))


def send_plain(request: Request) -> None:
    """Send what is compressed already as it is."""
    if coding := request.scope.get(IN_SCOPE):
        coding.name = _IDENTITY


def coding_of(request: Request) -> str:
    """The coding in which the answer will be sent, if it is worth it."""
    coding: Coding | None = request.scope.get(IN_SCOPE)
    return coding.name if coding else _IDENTITY


def wanted_coding(scope: Scope) -> Coding:
    """The coding that a request asks for."""
    sent = sent_headers(scope)
    if b"range" in sent:  # of the plain bytes: nobody needs parts of what is compressed anew
        return Coding(_IDENTITY)
    return Coding(chosen_coding(sent.get(b"accept-encoding", b"")))


@lru_cache(maxsize=1_000)  # clients of one sort all send the same
def chosen_coding(accepted: bytes) -> str:
    """The coding that a client likes best, by its header Accept-Encoding."""
    weights = _weights(accepted.decode("latin-1"))
    rest = weights.get("*", 0.0)
    rated = [(weights.get(coding, rest), -place) for place, coding in enumerate(_CODINGS)]
    weight, place = max(rated)
    return _CODINGS[-place] if weight > 0 and weight >= weights.get(_IDENTITY, 0.0) else _IDENTITY


def _weights(header: str) -> Mapping[str, float]:
    weights = {}
    for part in header.lower().split(","):
        coding, _, parameter = part.partition(";")
        weight = parameter.strip().removeprefix("q=") if parameter else "1"
        try:
            weights[coding.strip()] = float(weight)
        except ValueError:
            weights[coding.strip()] = 0.0
    return weights
