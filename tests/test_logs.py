"""Lines of requests look as all others."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

SAYS = """
import asyncio, sys, structlog
from app.logs import configure_logging, request_log
from app.settings import Settings
settings = Settings(log_format=sys.argv[1], log_level=sys.argv[2])
configure_logging(settings)
given = dict(method="GET", path="/v1/a b", query="q='x'&limit=1")
structlog.get_logger().info(
    "request", request_id="12ab", **given, status=200, ms=1.2
) if sys.argv[3] == "plain" else None
async def main():
    scope = {**given, "query_string": given["query"].encode(), "client": ("x", 1)}
    request_log(settings)(scope, "12ab", 200, 0.0012)
    await asyncio.sleep(0)
asyncio.run(main())
"""


def lines(form: str, level: str, which: str) -> list[str]:
    """What is written, without the time."""
    done = subprocess.run(
        [sys.executable, "-c", SAYS, form, level, which],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    return [re.sub(r"\d{4}-[-0-9T:.]+Z", "TIME", line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize("form", ["text", "json"])
def test_request_lines_look_as_others(form: str) -> None:
    """Written the short way, a line says the same in the same form."""
    usual, short = lines(form, "info", "plain")
    if form == "json":
        assert json.loads(usual) == json.loads(short)
    else:
        assert usual == short


def test_request_lines_obey_the_level() -> None:
    """Who wants warnings only is spared them."""
    assert lines("text", "warning", "short") == []
