"""What tests share: a loaded database, a client, a day that does not move."""

import datetime as dt
import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import settings as hypothesis_settings

from app.db import Database
from app.main import Service, create_app
from app.queries import listing, ranking, search
from app.settings import Settings
from tests.asking import Client
from tests.databases import SERVER, drop_in, listen, tables_in, url_in
from tests.loaded import loaded

# The same examples every time: a failure on one machine is a failure on all.
hypothesis_settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis_settings.load_profile("fixed")

REPO = Path(__file__).parent.parent
# Facts that do not change when those that ship do: the report of March 2018 and what is about it.
FACTS = REPO / "tests" / "facts"
SHIPPED = REPO / "seed"
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TODAY = NOW.date()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a server, leave out what is about SQLite's own file."""
    if SERVER:
        left_out = [item for item in items if item.get_closest_marker("of_a_file")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("of_a_file")]


def pytest_collection_finish() -> None:
    """What stands now stands for good: no need to look through it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 20, 20)  # or a tenth of the time would go into looking for it


def pytest_sessionfinish() -> None:
    """Leave nothing behind on a server."""
    drop_in(Path("/"))


@pytest.fixture(autouse=bool(SERVER))
def left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """On a server, what a test makes in a folder of its own goes with it: there are hundreds."""
    yield
    if "tmp_path" in request.node.funcargs:
        drop_in(request.node.funcargs["tmp_path"])


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a database in a temporary folder, loaded with the facts of the tests."""
    return loaded(tmp_path_factory, FACTS)


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[Database]:
    """A database with the facts of the tests; nothing may change it."""
    database = Database(settings.database_url, settings.migrations_dir)
    yield database
    database.close()


@pytest.fixture(scope="session")
def app(settings: Settings, database: Database) -> FastAPI:
    """The service, on a day that does not move."""
    return create_app(settings, clock=lambda: NOW)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the service; a crash is an answer, as it is over the network."""
    with Client(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def shipped_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The service over the facts that travel with the program."""
    return create_app(loaded(tmp_path_factory, SHIPPED), clock=lambda: NOW)


@pytest.fixture(scope="session")
def shipped(shipped_app: FastAPI) -> Iterator[TestClient]:
    """A client of the service over the facts that travel with the program."""
    with Client(shipped_app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    """The address of the service on a free port."""
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server stopped at its start"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def empty_database(tmp_path: Path, settings: Settings) -> Iterator[Database]:
    """A database whose file is not there yet."""
    database = Database(url_in(tmp_path / "new"), settings.migrations_dir)
    yield database
    database.close()


@pytest.fixture
def bare_database(tmp_path: Path, settings: Settings) -> Iterator[Database]:
    """A database that has its tables, and nothing in them."""
    database = Database(tables_in(tmp_path / "bare"), settings.migrations_dir)
    yield database
    database.close()


_NOT_COUNTED = ("SELECT releases.id, releases.fingerprint", "'main'.'search_index")


@contextmanager
def count_statements(app: Service) -> Iterator[list[str]]:
    """The SQL statements that the service runs meanwhile, with nothing kept to begin with."""
    statements: list[str] = []
    forget(app)
    app.state.database.give_back()

    def note(statement: str) -> None:
        # Not those of the full-text index itself; and which release there is is asked for all
        # requests of a moment.
        if statement.startswith(("SELECT", "WITH")) and not any(
            word in statement for word in _NOT_COUNTED
        ):
            statements.append(statement)

    stop = listen(app.state.database._read_engine, note)
    try:
        yield statements
    finally:
        forget(app)
        app.state.database.give_back()
        stop()


def forget(app: Service) -> None:
    """Have the service make its answers anew, on another connection."""
    if app.kept:
        app.kept._shelf = None
        app.kept._moment.end()
    for kept in listing.KEPT:
        kept.cache_clear()
    search.LIKE.clear()
    search.SHOWN.clear()
    ranking.MANY.clear()
    ranking.RANKED.clear()
