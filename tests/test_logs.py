"""How log lines look: those of the program, of its libraries, and of requests."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

SAYS = """
import asyncio, logging, sys
from app.api.requests import log_request
from app.logs import configure_logging, request_log
from app.settings import Settings
settings = Settings(log_format=sys.argv[1], log_level=sys.argv[2])
configure_logging(settings)
path, query = "/v1/a\\x1b[31m\\x85\\u2028", b"q='x y'&limit=1"
scope = dict(method="GET", path=path, query_string=query, client=("x", 1))
own = logging.getLogger("app")
async def main():
    if sys.argv[3] == "usual":
        log_request(scope, "12ab", 200, 0.0012)
    elif sys.argv[3] == "short":
        request_log(settings)(scope, "12ab", 200, 0.0012)
        await asyncio.sleep(0)
    else:
        own.info("ready", extra={"fields": {"release": None, "version": "0.1.0"}})
        own.error("database lost", extra={"fields": {"error": "it's gone"}})
        logging.getLogger("uvicorn.error").warning("%s HTTP request received.", "Invalid")
        try:
            1 / 0
        except ZeroDivisionError:
            own.exception("crash", extra={"fields": {"path": "/é", "method": "GET"}})
asyncio.run(main())
"""


def lines(form: str, level: str, which: str) -> list[str]:
    """What is written, without the time."""
    done = subprocess.run(
        [sys.executable, "-c", SAYS, form, level, which],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    return [
        re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "TIME", line)
        for line in done.stderr.splitlines()
    ]


def test_lines_for_people() -> None:
    """Time, level and event in columns, then the rest by name, and a traceback below."""
    told = lines("text", "info", "others")
    assert told[:5] == [
        "TIME [info     ] ready                          release=None version=0.1.0",
        'TIME [error    ] database lost                  error="it\'s gone"',
        "TIME [warning  ] Invalid HTTP request received.",
        "TIME [error    ] crash                          method=GET path=/é",
        "Traceback (most recent call last):",
    ]
    assert told[-1] == "ZeroDivisionError: division by zero"


def test_lines_for_machines() -> None:
    """An object a line, with the same keys last in all; a traceback is one of its values."""
    *told, crash = map(json.loads, lines("json", "info", "others"))
    assert told == [
        {"release": None, "version": "0.1.0", "event": "ready", "level": "info"}
        | {"timestamp": "TIME"},
        {"error": "it's gone", "event": "database lost", "level": "error", "timestamp": "TIME"},
        {"event": "Invalid HTTP request received.", "level": "warning", "timestamp": "TIME"},
    ]
    assert list(crash) == ["path", "method", "event", "level", "timestamp", "exception"]
    assert crash["exception"].startswith("Traceback (most recent call last):\n")
    assert crash["exception"].endswith("\nZeroDivisionError: division by zero")


@pytest.mark.parametrize("form", ["text", "json"])
def test_request_lines_look_as_others(form: str) -> None:
    """Written the short way, a line says the same in the same form, and moves no cursor."""
    [usual] = lines(form, "info", "usual")
    [short] = lines(form, "info", "short")
    assert usual.isprintable()
    if form == "json":
        assert json.loads(usual) == json.loads(short)
    else:
        assert usual == short


@pytest.mark.parametrize("which", ["usual", "short"])
def test_request_lines_obey_the_level(which: str) -> None:
    """Who wants warnings only is spared them."""
    assert lines("text", "warning", which) == []
