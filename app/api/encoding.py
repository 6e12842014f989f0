"""Content codings: br, zstd or gzip, whichever the client likes best (RFC 9110, 12.5.3).

The coding is settled before the answer is made: it is a part of its entity tag.
"""

from collections.abc import Mapping

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from app.api.formats import FORMATS, XLSX

_CODINGS = ("br", "zstd", "gzip")  # the smallest first
_IDENTITY = "identity"
_IN_SCOPE = "lunar.coding"

for _format in FORMATS:
    if _format is not XLSX:  # is a zip file already
        add_compress_type(_format.media_type)
for _media_type in ("application/problem+json", "application/linkset+json", "application/ld+json"):
    add_compress_type(_media_type)


class ContentCoding:
    """Settles the coding, and has the answer compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            # A range is one of the plain bytes: nobody needs parts of something compressed anew.
            coding = _IDENTITY if "range" in headers else _chosen(headers)
            scope = {**scope, "headers": list(scope["headers"]), _IN_SCOPE: coding}
            asked = MutableHeaders(scope=scope)
            asked["Accept-Encoding"] = coding
            if held := headers.getlist("if-none-match"):
                del asked["If-None-Match"]
                asked["If-None-Match"] = _without_coding(", ".join(held), coding)
            send = _told_apart(send, coding)
        await self.app(scope, receive, send)


# Codings are different representations: none may share a strong tag (RFC 9110, 8.8.3.3).


def _told_apart(send: Send, coding: str) -> Send:
    """Every answer says that it varies by coding, and its tag says by which; a 304 like the 200."""

    async def send_told_apart(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            named = [name.strip() for name in headers.get("vary", "").split(",")]
            headers["Vary"] = ", ".join(dict.fromkeys(filter(None, (*named, "Accept-Encoding"))))
            if coding != _IDENTITY and headers.get("etag", "").endswith('"'):
                headers["ETag"] = f'{headers["etag"][:-1]}-{coding}"'
        await send(message)

    return send_told_apart


def _without_coding(held: str, coding: str) -> str:
    """The tags that a client holds of this coding, as they are before it."""
    if coding == _IDENTITY:
        return held
    tags = (tag.strip() for tag in held.split(","))
    ours = f'-{coding}"'
    return ", ".join(
        f'{tag.removesuffix(ours)}"' if tag.endswith(ours) else tag
        for tag in tags
        if tag.endswith(ours) or tag == "*"
    )


def coding_of(request: Request) -> str:
    """The coding in which the answer will be sent, if it is worth it."""
    coding: str = request.scope.get(_IN_SCOPE, _IDENTITY)
    return coding


def _chosen(headers: Headers) -> str:
    weights = _weights(",".join(headers.getlist("accept-encoding")))
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
