"""A primary and a standby: reading goes on when either is lost, and nothing wrong is served."""

import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db import Database
from app.ledger.loading import load
from app.settings import Settings
from tests.builders import MISSION_FILE, write_seed
from tests.clusters import Cluster, clusters, wait_until_followed
from tests.test_workers import Readers, serve

YEARS = ("2022", "2024", "2025")  # that the mission is planned for: one in each release
READERS = 3
_YEAR = re.compile(f'"({"|".join(YEARS)})"'.encode())


@pytest.fixture
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    """A primary that is followed by a standby."""
    with clusters("primary", "standby") as (primary, standby):
        primary.make()
        primary.start()
        primary.tell("CREATE DATABASE lunar")
        standby.follow(primary)
        standby.start()
        yield primary, standby


class Ledger:
    """The facts, which are loaded again and again on the primary."""

    def __init__(self, folder: Path, url: str) -> None:
        self.seed = write_seed(folder / "seed")
        self.settings = Settings(database_url=url, seed_dir=self.seed)
        self.years: dict[str, str] = {}  # by release

    def load(self, year: str) -> str:
        """Load the facts with another year; gives the release."""
        file = self.seed / "missions" / "luna-26.yaml"
        file.write_text(MISSION_FILE.replace(YEARS[0], year), encoding="utf-8")
        database = Database(self.settings.database_url, self.settings.migrations_dir)
        release = load(database, self.seed).release
        database.close()
        self.years[release] = year
        return release


def readers_on(cluster: Cluster) -> int:
    """How many connections the service has there."""
    return int(
        cluster.tell(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = 'lunar' AND backend_type = 'client backend'"
        )
    )


def get(port: int, address: str) -> tuple[int, http.client.HTTPMessage, dict]:
    """An answer: its status, headers and document."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        return response.status, response.headers, json.loads(response.read())
    finally:
        connection.close()


def wait_for(port: int, release: str) -> None:
    """Wait until answers are of a release; until then they are of others."""
    deadline = time.monotonic() + 20
    while get(port, "/v1/missions")[2].get("meta", {}).get("release") != release:
        assert time.monotonic() < deadline, "the release does not go live"
        time.sleep(0.05)


def test_servers_come_and_go(tmp_path: Path, pair: tuple[Cluster, Cluster]) -> None:
    """The standby serves, is lost and comes back; then the primary is lost, then both are."""
    primary, standby = pair
    hosts = "&".join(f"host=127.0.0.1:{cluster.port}" for cluster in pair)
    ledger = Ledger(tmp_path, f"postgresql://postgres@/lunar?{hosts}")
    first = ledger.load(YEARS[0])
    wait_until_followed(primary, standby)
    with serve(ledger.settings) as port:
        readers = Readers(port, READERS)
        try:
            wait_for(port, first)
            assert (readers_on(primary), readers_on(standby) > 0) == (0, True)

            second = ledger.load(YEARS[1])  # while they ask
            wait_for(port, second)
            assert readers_on(primary) == 0

            standby.stop()
            wait_for(port, second)  # from the primary
            assert readers_on(primary) > 0
            third = ledger.load(YEARS[2])
            wait_for(port, third)

            standby.start()
            wait_until_followed(primary, standby)
            primary.stop()
            wait_for(port, third)  # from the standby
            assert readers_on(standby) > 0
        finally:
            readers.stop()
        check(readers, ledger)
        check_without_any(port, pair, third)


def check(readers: Readers, ledger: Ledger) -> None:
    """Each answer is of one release; only what was under way when a server was lost may fail."""
    failed = [status for _, _, status, _, _ in readers.seen if status != 200]
    assert set(failed) <= {503}
    assert len(failed) <= 2 * READERS
    served = [(release, body) for _, _, status, release, body in readers.seen if status == 200]
    assert {release for release, _ in served} == set(ledger.years)
    for release, body in served:
        assert set(_YEAR.findall(body)) <= {ledger.years[release].encode()}
    assert len(served) > 50


def check_without_any(port: int, pair: tuple[Cluster, Cluster], release: str) -> None:
    """While no server is there, kept answers are given, and others are told to ask again."""
    primary, standby = pair
    kept, other = "/v1/missions?limit=7", "/v1/missions?limit=8"
    assert get(port, kept)[0] == 200
    standby.stop()
    for _ in range(3):
        status, _, document = get(port, kept)
        assert (status, document["meta"]["release"]) == (200, release)
        began = time.monotonic()
        status, headers, problem = get(port, other)
        assert time.monotonic() - began < 2
        assert (status, headers["Content-Type"]) == (503, "application/problem+json")
        assert int(headers["Retry-After"]) > 0
        assert "cannot be reached" in problem["detail"]
        assert get(port, "/health/live")[0] == 200
    primary.start()
    deadline = time.monotonic() + 20
    while get(port, other)[0] != 200:
        assert time.monotonic() < deadline, "the primary is not found again"
        time.sleep(0.1)
    assert get(port, other)[2]["meta"]["release"] == release
