"""Log lines: structured, one event a line, for a person or for a machine."""

import asyncio
import atexit
import datetime as dt
import json
import logging
import re
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from starlette.types import Scope

from app.api.requests import LogRequest, level_of
from app.settings import Settings


def configure_logging(settings: Settings) -> None:
    """Send the program's own lines and those of its libraries the same way."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLine() if settings.log_format == "json" else _TextLine())
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for library in ("alembic", "httpx"):  # the OpenAPI document asks this server for its examples
        logging.getLogger(library).setLevel(logging.WARNING)


class _TextLine(logging.Formatter):
    """A line for a person: what happened, then what `extra` says of it under `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and a traceback below it if there is one."""
        fields = sorted(_fields(record).items())
        told = "".join(f" {name}={_shown(str(value))}" for name, value in fields)
        event = f"{record.getMessage():30}" if told else record.getMessage()
        line = f"{_instant(record)} [{record.levelname.lower():9}] {event}{told}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _JsonLine(logging.Formatter):
    """The same for a machine."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said = {
            **_fields(record),
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": _instant(record),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = getattr(record, "fields", {})
    return found


def _instant(record: logging.LogRecord) -> str:
    moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def request_log(settings: Settings) -> LogRequest:
    """What writes the lines of requests, as the lines above look, and at a fraction of the cost.

    There is one for every request, and answering many of them costs less than such a line.
    """
    least = logging.getLevelNamesMapping()[settings.log_level.upper()]
    lines = _Lines(_json_line if settings.log_format == "json" else _text_line)

    def log(scope: Scope, request_id: str, status: int, seconds: float) -> None:
        level = level_of(scope)
        if level >= least:
            asked = scope["method"], scope["path"], scope["query_string"]
            lines.add(_Request(time.time_ns(), level, *asked, request_id, status, seconds))

    return log


class _Request(NamedTuple):
    """What the line of a request tells."""

    at: int  # nanoseconds
    level: int
    method: str
    path: str
    query: bytes
    id: str
    status: int
    seconds: float

    @property
    def moment(self) -> str:
        """When it was answered."""
        second, nanoseconds = divmod(self.at, 1_000_000_000)
        return f"{_second(second)}.{nanoseconds // 1_000:06}Z"


@lru_cache(maxsize=1)
def _second(second: int) -> str:
    return dt.datetime.fromtimestamp(second, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")


_LEVELS = {logging.DEBUG: "debug", logging.INFO: "info"}
_HEADS = {level: f"[{name:9}] {'request':30}" for level, name in _LEVELS.items()}


def _text_line(of: _Request) -> str:
    query = of.query.decode("latin-1")
    return (
        f"{of.moment} {_HEADS[of.level]} method={of.method} ms={of.seconds * 1000:.1f} "
        f"path={_shown(of.path)} query={_shown(query)} request_id={of.id} status={of.status}\n"
    )


def _json_line(of: _Request) -> str:
    query = of.query.decode("latin-1")
    return (
        f'{{"request_id": "{of.id}", "method": "{of.method}", '
        f'"path": {_quoted(of.path)}, "query": {_quoted(query)}, "status": {of.status}, '
        f'"ms": {of.seconds * 1000:.1f}, "event": "request", "level": "{_LEVELS[of.level]}", '
        f'"timestamp": "{of.moment}"}}\n'
    )


def _shown(text: str) -> str:
    """A value; quoted, where it would be taken for more, or for orders to a terminal."""
    return text if text.isprintable() and not _NEEDS_QUOTES.search(text) else repr(text)


_NEEDS_QUOTES = re.compile("[ =\"']")
_quoted = json.dumps
_MOMENT = 0.02  # seconds


class _Lines:
    """Lines that are made and written together: those of the requests of a moment."""

    def __init__(self, write: Callable[[_Request], str]) -> None:
        self._line = write
        self._waiting: list[_Request] = []
        atexit.register(self._write)  # what came in the last moment of the process

    def add(self, request: _Request) -> None:
        """Write its line, sooner than anybody sees that it was not at once."""
        self._waiting.append(request)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(_MOMENT, self._write)

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        sys.stderr.write("".join(map(self._line, waiting)))
        sys.stderr.flush()
