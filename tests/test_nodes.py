"""Two nodes behind nginx, set up as the guide says: one is lost, answers are kept and renewed."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.db import Database
from app.ledger.loading import load
from app.settings import Settings
from tests.builders import MISSION_FILE, write_seed
from tests.clusters import free_port
from tests.databases import url_in
from tests.guide import every_block
from tests.test_workers import start

CLIENTS = 4
AGE = 3  # seconds; the five minutes of the service are too long for a test
_SERVE = (
    sys.executable,
    "-c",
    f"import app.api.caching as c; c.MAX_AGE = {AGE}; from app.start import main; main()",
    "serve",
)
_AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{shown}
}}
"""


@contextmanager
def nginx(folder: Path, nodes: list[int]) -> Iterator[str]:
    """nginx with what the guide shows, but for ports and paths; gives its address."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        reason = "nginx is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    (shown,) = (block.text for block in every_block("nginx") if "upstream lunar" in block.text)
    port = free_port()
    changes = {
        "127.0.0.1:8001": f"127.0.0.1:{nodes[0]}",
        "127.0.0.1:8002": f"127.0.0.1:{nodes[1]}",
        "127.0.0.1:8000": f"127.0.0.1:{port}",
        "/var/cache/nginx/lunar": f"{folder}/cache",
    }
    for old, new in changes.items():
        assert shown.count(old) == 1
        shown = shown.replace(old, new)
    user = "user root;" if os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(_AROUND.format(folder=folder, user=user, shown=shown), encoding="utf-8")
    process = subprocess.Popen([program, "-c", str(path), "-e", str(folder / "error.log")])
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=30)
                break
            except httpx.TransportError:
                assert process.poll() is None, (folder / "error.log").read_text()
                assert time.monotonic() < deadline, "nginx did not start"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


class Clients:
    """Programs that ask for something else each time, so that no cache can answer."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.told: list[int] = []
        self._is_over = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have them end."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        with httpx.Client(base_url=self.address, timeout=30) as client:
            for place in range(number + 1, 10_000, CLIENTS):
                if self._is_over.is_set():
                    break
                try:
                    self.told.append(client.get(f"/v1/missions?limit={place}").status_code)
                except httpx.TransportError:
                    self.told.append(0)


def test_two_nodes_behind_nginx(tmp_path: Path) -> None:
    """Losing a node fails no request but those on their way; the cache obeys what answers say."""
    seed = write_seed(tmp_path / "seed")
    settings = Settings(database_url=url_in(tmp_path), seed_dir=seed)
    ports = [free_port(), free_port()]
    processes = [start(settings, port, command=_SERVE) for port in ports]
    try:
        with nginx(tmp_path, ports) as address:
            check_the_cache(address, settings, seed)
            clients = Clients(address)
            time.sleep(2)
            before = len(clients.told)
            processes[0].kill()
            time.sleep(3)
            clients.stop()
            assert len(clients.told) > before > 0
            assert sum(status != 200 for status in clients.told) <= CLIENTS
            check_without_nodes(address, processes)
    finally:
        for process in processes:
            process.kill()
            process.wait(30)


def check_the_cache(address: str, settings: Settings, seed: Path) -> None:
    """Answers are kept by what they vary by, for their time, and then asked for by their tag."""
    with httpx.Client(base_url=address, timeout=30) as client:
        url = "/v1/missions/luna-26"
        answers = [client.get(url) for _ in range(20)]
        seen = Counter(answer.headers["x-cache-status"] for answer in answers)
        assert seen["HIT"] >= 17
        assert len({answer.content for answer in answers}) == 1
        assert client.get(url, headers={"Accept": "text/csv"}).text.startswith("id,")
        assert client.get(url, headers={"Accept": "text/csv"}).headers["x-cache-status"] == "HIT"
        past = {"Accept-Datetime": "Sat, 31 Mar 2018 23:59:59 GMT"}
        assert client.get(url, headers=past).headers["x-cache-status"] != "HIT"
        tag = answers[-1].headers["etag"]
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
        time.sleep(AGE + 1)
        again = client.get(url)
        assert again.headers["x-cache-status"] == "REVALIDATED"
        assert again.content == answers[0].content

        text = MISSION_FILE.replace("2022", "2024")
        (seed / "missions" / "luna-26.yaml").write_text(text, encoding="utf-8")
        database = Database(settings.database_url, settings.migrations_dir)
        release = load(database, seed).release
        database.close()
        time.sleep(AGE + 1)
        renewed = client.get(url)
        assert renewed.json()["meta"]["release"] == release
        assert renewed.headers["x-cache-status"] == "EXPIRED"
        assert client.get(url).headers["x-cache-status"] == "HIT"


def check_without_nodes(address: str, processes: list[subprocess.Popen[bytes]]) -> None:
    """With no node at all, what is kept is given on."""
    with httpx.Client(base_url=address, timeout=30) as client:
        kept = client.get("/v1/agencies")
        assert kept.status_code == 200
        processes[1].kill()
        processes[1].wait(30)
        time.sleep(AGE + 1)
        stale = client.get("/v1/agencies")
        assert (stale.status_code, stale.headers["x-cache-status"]) == (200, "STALE")
        assert stale.content == kept.content
        assert client.get("/v1/agencies?limit=3").status_code == 502
