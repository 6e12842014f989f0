"""The number and the log line that every request has, and the headers of every answer."""

import itertools
import logging
import secrets
from collections.abc import Callable

from starlette.types import Message, Scope

_log = logging.getLogger(__name__)

# The service asks itself for the examples of its documentation; nobody needs to read of that.
ITSELF = ("itself", 0)

# Writes the line of a request: its scope, its number, the status, and how many seconds it took.
LogRequest = Callable[[Scope, str, int, float], None]

REQUEST_ID = b"x-request-id"
_PROCESS = secrets.token_hex(10)
_numbers = itertools.count()

_EXPOSED = (
    b"Link, ETag, X-Request-Id, Retry-After, Content-Range, Accept-Ranges, Content-Length, "
    b"Content-Location, Content-Disposition, Memento-Datetime"
)
OWN_HEADERS = [  # of every answer
    (b"x-content-type-options", b"nosniff"),
    # Always, also without an Origin: a cache may give the answer to somebody who sends one.
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
]


def new_request_id() -> str:
    """A number that no other request has, in whichever process: it is not a secret."""
    return f"{_PROCESS}{next(_numbers):012x}"


def with_own_headers(start: Message, request_id: str) -> Message:
    """The beginning of an answer with the headers that every answer has."""
    return {
        **start,
        "headers": [*start["headers"], (REQUEST_ID, request_id.encode()), *OWN_HEADERS],
    }


def level_of(scope: Scope) -> int:
    """How important the line of a request is."""
    return logging.DEBUG if scope.get("client") == ITSELF else logging.INFO


def log_request(scope: Scope, request_id: str, status: int, seconds: float) -> None:
    """Write the line of a request as other lines are written."""
    fields = {
        "request_id": request_id,
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode("latin-1"),
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    _log.log(level_of(scope), "request", extra={"fields": fields})
