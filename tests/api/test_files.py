"""Files made by threads: once for all who ask, a few at a time, while others are served."""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.api import files
from app.api.files import File, Files
from app.db import Database
from app.errors import NotReady
from app.ledger.loading import load
from app.main import Service, create_app
from app.queries.dataset import coverage_documents
from app.settings import Settings
from tests.asking import Client
from tests.builders import MISSION_FILE, write_seed
from tests.conftest import NOW
from tests.databases import url_in

LONG = ("/v1/claims.csv", "/v1/claims.xlsx", "/v1/dataset.ndjson")


class Maker:
    """Makes files of some bytes, when it may, and notes which."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.may = threading.Event()
        self.may.set()

    def __call__(self, name: str, size: int = 10) -> Callable[[Path], None]:
        """What makes a file that begins with its name."""

        def make(path: Path) -> None:
            self.made.append(name)
            assert self.may.wait(30)
            path.write_bytes(name.encode().ljust(size, b"."))

        return make


@pytest.fixture
def maker() -> Iterator[Maker]:
    """A maker whose threads end with the test."""
    maker = Maker()
    yield maker
    maker.may.set()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.001)


# --- What is made and kept ------------------------------------------------------------------------


def test_who_asks_together_has_it_made_once(maker: Maker) -> None:
    """Of ten who ask at once, and one who asks later, all get the same file."""

    async def ask() -> None:
        kept = Files()
        found = await asyncio.gather(*(kept.get("a", maker("a")) for _ in range(10)))
        found.append(await kept.get("a", maker("a")))
        assert {file.read(0, 99) for file in found} == {b"a" + b"." * 9}

    asyncio.run(ask())
    assert maker.made == ["a"]


def test_who_gives_up_leaves_it_to_others(maker: Maker) -> None:
    """A file is made to its end if whoever asked first goes away."""
    maker.may.clear()

    async def ask() -> None:
        kept = Files()
        first = asyncio.create_task(kept.get("a", maker("a")))
        await until(lambda: bool(maker.made))
        second = asyncio.create_task(kept.get("a", maker("a")))
        await asyncio.sleep(0)
        first.cancel()
        maker.may.set()
        assert (await second).read(0, 1) == b"a"

    asyncio.run(ask())
    assert maker.made == ["a"]


def test_a_few_are_made_at_a_time(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others wait for their turn; whose turn does not come is told to ask again."""
    maker.may.clear()

    async def ask() -> None:
        kept = Files()
        patient = [asyncio.create_task(kept.get(tag, maker(tag))) for tag in "abcd"]
        await until(lambda: len(maker.made) == files.AT_ONCE)
        monkeypatch.setattr(files, "PATIENCE", 0)
        with pytest.raises(NotReady):
            await kept.get("e", maker("e"))
        assert len(maker.made) == files.AT_ONCE
        maker.may.set()
        assert [file.read(0, 1) for file in await asyncio.gather(*patient)] == [
            *map(str.encode, "abcd")
        ]
        assert (await kept.get("e", maker("e"))).read(0, 1) == b"e"

    asyncio.run(ask())
    assert sorted(maker.made) == [*"abcde"]


def test_what_fails_is_tried_again(maker: Maker) -> None:
    """An error is told to who asked, and takes nobody's turn."""

    def fail(_: Path) -> None:
        raise NotReady("not now")

    async def ask() -> None:
        kept = Files()
        for _ in range(files.AT_ONCE + 1):
            with pytest.raises(NotReady, match="not now"):
                await kept.get("a", fail)
        assert (await kept.get("a", maker("a"))).length == 10

    asyncio.run(ask())


@pytest.mark.parametrize("bound", ["MOST", "MOST_BYTES"])
def test_what_is_not_asked_for_goes(
    maker: Maker, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """So many files are kept, or so many bytes; who reads one that has gone reads on."""
    monkeypatch.setattr(files, bound, 3 if bound == "MOST" else 30)

    async def ask() -> None:
        kept = Files()
        first = await kept.get("a", maker("a"))
        for tag in "bcad":
            await kept.get(tag, maker(tag))
        assert [tag for tag in "abcd" if kept.has(tag)] == [*"acd"]
        await kept.get("long", maker("long", 31))
        assert [tag for tag in "abcd" if kept.has(tag)] == ([*"ad"] if bound == "MOST" else [])
        assert kept.has("long")
        assert first.read(0, 1) == b"a"

    asyncio.run(ask())
    assert maker.made == ["a", "b", "c", "d", "long"]


def test_nothing_lies_about(maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is kept has no name: who tidies the folder takes nothing away."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def ask() -> File:
        return await Files().get("a", maker("a"))

    file = asyncio.run(ask())
    assert not list(tmp_path.iterdir())
    assert file.read(0, 1) == b"a"


# --- While one is made ----------------------------------------------------------------------------


class Held:
    """Has files wait before they are made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waiting = 0
        self.may = threading.Event()
        usual = files._made

        def made(make: Any) -> File:
            self.waiting += 1
            assert self.may.wait(30)
            return usual(make)

        monkeypatch.setattr(files, "_made", made)
        monkeypatch.setattr("app.api.written.MOST_AT_ONCE", 1)


def close(app: Service) -> None:
    """End what an application has begun in a loop that is no more."""
    assert app.kept
    app.kept._moment.end()
    app.state.database.close()


def scope_of(path: str) -> dict[str, Any]:
    """A request for plain bytes."""
    return {
        "type": "http", "method": "GET", "path": path, "root_path": "", "raw_path": path.encode(),
        "query_string": b"", "scheme": "http", "client": ("test", 1), "server": ("test", 80),
        "headers": [(b"host", b"testserver"), (b"accept-encoding", b"identity")],
        "http_version": "1.1", "asgi": {"version": "3.0", "spec_version": "2.3"},
    }  # fmt: skip


async def answer(app: Service, path: str) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if sent and not sent[-1].get("more_body", True):
            return {"type": "http.disconnect"}
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope_of(path), receive, send)
    return sent[0]["status"], b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize("path", LONG)
def test_others_are_served_meanwhile(
    settings: Settings, client: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """While a long answer is made, others are given, and who waits for it has no transaction."""
    plain = client.get(path, headers={"Accept-Encoding": "identity"}).content
    held = Held(monkeypatch)
    app = create_app(settings, clock=lambda: NOW, loads=False)
    database: Database = app.state.database

    async def ask() -> None:
        waiting = [asyncio.create_task(answer(app, path)) for _ in range(20)]
        await until(lambda: held.waiting == 1)
        assert await answer(app, "/health/live") == (200, b'{"status":"ok","release":null}')
        assert (await answer(app, "/v1/missions"))[0] == 200
        app.kept._moment.end()  # type: ignore[union-attr]
        pool: Any = database._read_engine.pool
        assert pool.checkedout() == len(database._idle)
        with ExitStack() as stack:  # whose connections were those of who waits
            readers = [stack.enter_context(database.read()) for _ in range(10)]
            before = [coverage_documents(reader) for reader in readers]
            held.may.set()
            assert {*await asyncio.gather(*waiting)} == {(200, plain)}
            assert [coverage_documents(reader) for reader in readers] == before

    asyncio.run(ask())
    close(app)
    assert held.waiting == 1


@pytest.mark.parametrize("path", LONG)
def test_a_release_that_ends_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """What was to be of one release is not made of another: who asks again gets that."""
    seed = write_seed(tmp_path / "seed")
    settings = Settings(database_url=url_in(tmp_path), seed_dir=seed)
    database = Database(settings.database_url, settings.migrations_dir)
    load(database, seed)
    held = Held(monkeypatch)
    app = create_app(settings, clock=lambda: NOW, loads=False)

    async def ask() -> None:
        asking = asyncio.create_task(answer(app, path))
        await until(lambda: held.waiting == 1)
        file = seed / "missions" / "luna-26.yaml"
        file.write_text(MISSION_FILE.replace("2022", "2024"), encoding="utf-8")
        assert load(database, seed).changed
        held.may.set()
        assert (await asking)[0] == 503
        assert (await answer(app, path))[0] == 200

    asyncio.run(ask())
    close(app)
    database.close()


def test_too_many_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who would have to wait for too long is told when to ask again."""
    monkeypatch.setattr("app.api.written.MOST_AT_ONCE", 1)
    monkeypatch.setattr(files, "PATIENCE", 0)
    monkeypatch.setattr(files, "AT_ONCE", 0)
    app = create_app(settings, clock=lambda: NOW, loads=False)
    with Client(app) as client:
        for path in LONG:
            refused = client.get(path)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            assert refused.json()["type"].endswith("/problems/not-ready")
        assert client.get("/v1/missions").status_code == 200
