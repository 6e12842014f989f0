"""The headers of a request that answers depend on, taken apart once."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from starlette.types import Scope

_IN_SCOPE = "lunar.sent"
_READ = frozenset(
    {
        b"accept", b"accept-datetime", b"accept-encoding", b"host", b"if-none-match", b"if-range",
        b"range", b"x-forwarded-for", b"x-forwarded-proto",
    }
)  # fmt: skip


def sent_headers(scope: Scope) -> Mapping[bytes, bytes]:
    """Those headers by name, in lower case; what comes several times is one list."""
    found: Mapping[bytes, bytes] | None = scope.get(_IN_SCOPE)
    if found is None:
        found = scope[_IN_SCOPE] = _by_name(scope["headers"])
    return found


def sent_header(scope: Scope, name: bytes) -> str:
    """One of those headers; empty, if it was not sent."""
    return sent_headers(scope).get(name, b"").decode("latin-1")


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _READ:
            found[name] = found[name] + b"," + value if name in found else value
    return found


class Asker(NamedTuple):
    """Who asks: what answers depend on besides what is asked, and when."""

    scheme: str
    root: str
    host: bytes
    accept: bytes | None
    accept_datetime: bytes | None
    coding: str  # in which to answer
