"""Several processes answer: a new release goes live in all of them, and no answer mixes two."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.db import Database
from app.ledger.loading import load
from app.settings import Settings
from tests.builders import MISSION_FILE, write_seed
from tests.clusters import free_port
from tests.databases import url_in

_ADDRESSES = ("/v1/missions/luna-26?claims=all", "/v1/missions?claims=all", "/v1/claims")
SERVE = (sys.executable, "-c", "from app.start import main; main()", "serve")
_START_AT_MOST = 120  # seconds, on a busy machine


class Readers:
    """Clients that ask without end, each time on a connection of its own."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.seen: list[tuple[float, float, int, str, bytes]] = []
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have them end."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        place = 0
        while not self._is_over.is_set():
            place += 1
            began = time.monotonic()
            status, body = ask(self.port, _ADDRESSES[place % len(_ADDRESSES)])
            release = json.loads(body)["meta"]["release"] if status == 200 else ""
            self.seen.append((began, time.monotonic(), status, release, body))


def ask(port: int, address: str) -> tuple[int, bytes]:
    """An answer, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def start(
    settings: Settings, port: int, workers: int = 1, command: Sequence[str] = SERVE
) -> subprocess.Popen[bytes]:
    """The service in processes of its own, when it answers."""
    environment = {
        **os.environ,
        "LUNAR_DATABASE_URL": settings.database_url,
        "LUNAR_SEED_DIR": str(settings.seed_dir),
        "LUNAR_LOG_LEVEL": "error",
    }
    process = subprocess.Popen(
        [*command, "--workers", str(workers), "--port", str(port)], env=environment
    )
    deadline = time.monotonic() + _START_AT_MOST
    while True:
        try:
            ask(port, "/health/live")
        except OSError:
            assert process.poll() is None, "the service stopped at its start"
            if time.monotonic() > deadline:
                process.kill()
                raise
            time.sleep(0.1)
        else:
            return process


@contextmanager
def serve(settings: Settings, workers: int = 1) -> Iterator[int]:
    """The service for a while; gives the port."""
    port = free_port()
    process = start(settings, port, workers)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


def test_a_release_goes_live_everywhere(tmp_path: Path) -> None:
    """Under load nothing fails, each answer is of one release, and soon all are of the new one."""
    seed = write_seed(tmp_path / "seed")
    settings = Settings(database_url=url_in(tmp_path), seed_dir=seed)
    with serve(settings, workers=2) as port:
        readers = Readers(port, 3)
        try:
            time.sleep(1)
            text = MISSION_FILE.replace("2022", "2024")
            (seed / "missions" / "luna-26.yaml").write_text(text, encoding="utf-8")
            database = Database(settings.database_url, settings.migrations_dir)
            loaded = load(database, seed)
            database.close()
            live = time.monotonic()
            time.sleep(2)
        finally:
            readers.stop()
    assert {status for _, _, status, _, _ in readers.seen} == {200}
    releases = {loaded.previous, loaded.release}
    assert releases == {release for _, _, _, release, _ in readers.seen}
    for _, _, _, release, body in readers.seen:
        assert (b"2024" in body) == (release == loaded.release)
    late = {release for began, _, _, release, _ in readers.seen if began > live + 1}
    assert late == {loaded.release}
