"""A file that is deleted or replaced while it is served: what is there now is what is answered."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.api.moment import LENGTH
from app.db import Database
from app.ledger.loading import load
from app.main import create_app
from app.settings import Settings
from tests.builders import MISSION_FILE, write_seed
from tests.conftest import NOW
from tests.databases import of_a_file
from tests.guide import blocks
from tests.test_backups import run

pytestmark = of_a_file

ADDRESSES = ("/v1/missions", "/v1/missions.csv", "/v1/missions.xlsx", "/v1/dataset.ndjson")


@pytest.fixture
def served(tmp_path: Path) -> Settings:
    """Settings of a file of its own."""
    seed = write_seed(tmp_path / "seed")
    return Settings(database_url=f"sqlite:///{tmp_path}/lunar.sqlite", seed_dir=seed)


@pytest.fixture
def asked(served: Settings) -> Iterator[TestClient]:
    """A client of a server that has made it, and has connections open for each way to answer."""
    with TestClient(create_app(served, clock=lambda: NOW)) as client:
        statuses(client)
        yield client


def statuses(client: TestClient) -> set[int]:
    """How every sort of question is answered in another moment than others before."""
    time.sleep(LENGTH)
    return {client.get(address).status_code for address in ADDRESSES}


def loaded_anew(served: Settings) -> str:
    """Other facts, loaded by another process; gives their release."""
    file = served.seed_dir / "missions" / "luna-26.yaml"
    file.write_text(MISSION_FILE.replace("2022", "2024"), encoding="utf-8")
    database = Database(served.database_url, served.migrations_dir)
    release = load(database, served.seed_dir).release
    database.close()
    return release


def check(client: TestClient, release: str) -> None:
    """Every way to answer is of a release, to who asks after the moment in which it came."""
    time.sleep(2 * LENGTH)
    assert client.get("/v1/missions").json()["meta"]["release"] == release
    assert client.get("/health/ready").json()["release"] == release
    assert release in client.get("/v1/dataset.ndjson").text
    assert statuses(client) == {200}


@pytest.mark.parametrize("which", ["lunar.sqlite", "lunar.sqlite*"])
def test_deleted_and_made_anew(
    tmp_path: Path, served: Settings, asked: TestClient, which: str
) -> None:
    """Until the file is made again there is nothing to say; nobody else makes an empty one."""
    for path in tmp_path.glob(which):
        path.unlink()
    assert statuses(asked) == {503}
    assert not (tmp_path / "lunar.sqlite").exists()
    check(asked, loaded_anew(served))


def test_loaded_before_anybody_asked(tmp_path: Path, served: Settings, asked: TestClient) -> None:
    """It need not be seen missing."""
    (tmp_path / "lunar.sqlite").unlink()
    check(asked, loaded_anew(served))


def test_a_copy_in_its_place(tmp_path: Path, served: Settings, asked: TestClient) -> None:
    """What the guide tells to do brings an older release back, and it can be loaded upon."""
    before = asked.get("/v1/missions").json()["meta"]["release"]
    copy = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(tmp_path / "lunar.sqlite")) as source:
        source.execute("VACUUM INTO ?", [str(copy)])
    after = loaded_anew(served)
    check(asked, after)
    (told,) = (block.text for block in blocks("running") if block.text.startswith("rm "))
    run(told, tmp_path)
    check(asked, before)
    assert loaded_anew(served) == after
    check(asked, after)
