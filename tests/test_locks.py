"""Tables that somebody else is changing: nobody waits for them, and what is kept is given on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.ledger.loading import load
from app.main import Service, create_app
from app.settings import Settings
from tests.builders import write_seed
from tests.conftest import NOW, forget
from tests.databases import of_a_server, url_in

pytestmark = of_a_server


@pytest.fixture
def changing(tmp_path: Path) -> Settings:
    """Settings of a database that nobody else looks at."""
    settings = Settings(database_url=url_in(tmp_path), seed_dir=write_seed(tmp_path / "seed"))
    database = Database(settings.database_url, settings.migrations_dir)
    load(database, settings.seed_dir)
    database.close()
    return settings


@contextmanager
def locked(settings: Settings, table: str) -> Iterator[None]:
    """Somebody who changes a table, as a migration does, and then thinks better of it."""
    with psycopg.connect(settings.database_url) as other:
        other.execute(f"ALTER TABLE {table} ADD COLUMN newer integer".encode())
        yield
        other.rollback()


@pytest.mark.parametrize("shortcuts", [True, False], ids=["the short way", "the long way"])
def test_a_table_that_is_being_changed(changing: Settings, shortcuts: bool) -> None:
    """Who reads it is told to come again, and nobody is told that the question is too costly."""
    app = create_app(changing, clock=lambda: NOW, shortcuts=shortcuts)
    with TestClient(app) as client:
        with locked(changing, "mission_states"):
            answer = client.get("/v1/missions")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.json()["type"].endswith("/problems/not-ready")
            assert client.get("/v1/claims").status_code == 200
        assert client.get("/v1/missions").json()["meta"]["count"] == 1


def test_what_is_kept_while_the_release_is_being_changed(changing: Settings) -> None:
    """What was answered before is answered still, though nobody can tell which release there is."""
    app: Service = create_app(changing, clock=lambda: NOW)
    with TestClient(app) as client:
        before = client.get("/v1/missions")
        with locked(changing, "releases"):
            assert client.get("/v1/missions").content == before.content
            assert client.get("/health/ready").status_code == 503
            forget(app)
            assert client.get("/v1/missions").status_code == 503
        assert client.get("/v1/missions").content == before.content


def test_a_start_waits_for_who_changes_tables(changing: Settings) -> None:
    """Of several that start, one brings the database up to date, and the others wait for it."""
    database = Database(changing.database_url, changing.migrations_dir)
    found: list[bool] = []

    def start() -> None:
        found.append(load(database, changing.seed_dir).changed)

    with database.write() as writer:
        writer.exec_driver_sql("ALTER TABLE releases ADD COLUMN newer integer")
        thread = threading.Thread(target=start)
        thread.start()
        thread.join(1)
        assert thread.is_alive()
        writer.exec_driver_sql("ALTER TABLE releases DROP COLUMN newer")
    thread.join(60)
    database.close()
    assert found == [False]
