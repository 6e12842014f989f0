"""Load from wrk on a core of its own, and what it cost the server."""

import json
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.servers import HOST, Server

_SCRIPT = """
local lines, place = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    local path, tag, coding = line:match("([^\\t]*)\\t([^\\t]*)\\t([^\\t]*)")
    local headers = {}
    if tag ~= "" then headers["If-None-Match"] = tag end
    if coding ~= "" then headers["Accept-Encoding"] = coding end
    lines[#lines + 1] = wrk.format("GET", path, headers)
  end
end
function request()
  place = place % #lines + 1
  return lines[place]
end
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%f,"bytes":%d,"bad":%d,"p50":%f,"p99":%f}\\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: its path, the tag that the client holds, the coding that it takes."""

    path: str
    tag: str = ""
    coding: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a load."""

    requests: int
    rate: float  # a second
    cpu: float  # microseconds of the server a request
    p50: float  # milliseconds
    p99: float
    bad: int
    size: float  # bytes on the wire a request


def run(
    server: Server, asks: Sequence[Ask], folder: Path, seconds: int, connections: int = 32,
    core: str = "1",
) -> Run:  # fmt: skip
    """Ask one after the other, over and over, for some seconds."""
    script, addresses = folder / "load.lua", folder / "asks.txt"
    script.write_text(_SCRIPT)
    addresses.write_text("".join(f"{ask.path}\t{ask.tag}\t{ask.coding}\n" for ask in asks))
    command = [
        "taskset", "-c", core, "wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "60",
        "-s", str(script), f"http://{HOST}:{server.port}", str(addresses),
    ]  # fmt: skip
    before = server.cpu()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    cpu = server.cpu() - before
    told = json.loads(done.stdout.splitlines()[-1])
    requests = max(told["requests"], 1)
    return Run(
        requests=told["requests"],
        rate=told["requests"] / told["seconds"],
        cpu=cpu / requests * 1e6,
        p50=told["p50"],
        p99=told["p99"],
        bad=told["bad"],
        size=told["bytes"] / requests,
    )


def median(runs: Sequence[Run]) -> Run:
    """The medians of some runs; a request that failed in any of them counts."""
    middle = {
        name: statistics.median(getattr(one, name) for one in runs)
        for name in ("requests", "rate", "cpu", "p50", "p99", "size")
    }
    return Run(**middle, bad=sum(one.bad for one in runs))  # type: ignore[arg-type]
