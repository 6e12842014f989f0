"""Servers that are measured: each in a process of its own, on the core that it is given."""

import http.client
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
_TICK = 1 / os.sysconf("SC_CLK_TCK")
_OURS = (sys.executable, "-c", "from app.start import main; main()", "serve", "--port", "{port}")
_RAW = (
    sys.executable, "-m", "uvicorn", "tests.benchmarks.raw:app", "--port", "{port}",
    "--no-access-log", "--no-server-header", "--log-level", "warning", "--lifespan", "off",
)  # fmt: skip
_KEPT_BY_SERVER = {"date", "x-request-id", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]
    began: float  # by `time.perf_counter`

    def cpu(self) -> float:
        """Seconds that it and its workers have computed."""
        return sum(_cpu(pid) for pid in _family(self.process.pid))

    def cpu_exactly(self) -> float:
        """The same, to less than a microsecond."""
        return sum(_cpu_exactly(pid) for pid in _family(self.process.pid))

    def memory(self) -> float:
        """MB of memory that it and its workers hold at the most."""
        return sum(_peak(pid) for pid in _family(self.process.pid)) / 1024

    def held(self) -> float:
        """MB of memory of their own, without the file that they read in place."""
        return sum(_own(pid) for pid in _family(self.process.pid)) / 1024

    def get(self, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """One answer."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=120)
        try:
            connection.request("GET", path, headers=dict(headers))
            response = connection.getresponse()
            body = response.read()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, body
        finally:
            connection.close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@contextmanager
def ours(
    port: int, database: Path, core: str = "0", workers: int = 1, **settings: str
) -> Iterator[Server]:
    """The service over a database, with a log as it is usually written."""
    environment = {"LUNAR_DATABASE_URL": f"sqlite:///{database}", **settings}
    with _running(port, core, (*_OURS, "--workers", str(workers)), environment) as server:
        yield server


@contextmanager
def raw(port: int, answer: tuple[int, dict[str, str], bytes], folder: Path) -> Iterator[Server]:
    """The bare callable, with one answer of the service."""
    status, headers, body = answer
    kept = [
        (name.encode(), value.encode("latin-1"))
        for name, value in headers.items()
        if name not in _KEPT_BY_SERVER
    ]
    kept.append((b"x-request-id", b"0" * 32))
    file = folder / "answer.pickle"
    file.write_bytes(pickle.dumps((status, kept, body)))
    with _running(port, "0", _RAW, {"RAW_ANSWER": str(file)}) as server:
        yield server


@contextmanager
def _running(
    port: int, core: str, command: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[Server]:
    words = ["taskset", "-c", core, *(word.format(port=port) for word in command)]
    with Path(os.devnull).open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(words, env={**os.environ, **environment}, stderr=log)
        try:
            server = Server(port, process, began)
            _wait(server)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _wait(server: Server) -> None:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError("the server stopped at its start")
        try:
            server.get("/health/live", {})
        except OSError:
            time.sleep(0.002)
        else:
            return
    raise RuntimeError("the server did not start")


def _family(pid: int) -> list[int]:
    """A process and all that came of it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK


def _cpu_exactly(pid: int) -> float:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def _own(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0])
