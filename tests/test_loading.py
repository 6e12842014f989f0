"""Loading: the database is a function of the seed files, all of it or nothing, at any moment."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

import app.backends.sqlite
import app.ledger.writing
from app.db import Database, Reader, Writer
from app.errors import StartError
from app.ledger.loading import Difference, SeedInvalid, load
from app.ledger.seedpaths import fingerprint_of
from app.main import create_app
from app.settings import Settings
from app.tables import CLAIMS, ENTITIES, RELEASES
from tests.builders import AGENCY_FILE, MISSION_FILE, SOURCE_FILE, write_seed
from tests.conftest import FACTS, NOW, REPO
from tests.databases import SERVER, broken_references, of_a_file, tables_in, url_in
from tests.databases import contents as contents_of

DELAYED = """\
- property: planned_launch
  value: "2024"
  source: report
  locator: paragraph 10
"""


def at(path: Path) -> Database:
    """The database at a path."""
    return Database(url_in(path.parent, path.stem), REPO / "migrations")


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.write() as writer:
        return contents_of(writer)


def release_in(reader: Reader | Writer) -> str:
    """The release that a transaction sees."""
    return str(reader.execute(select(RELEASES.c.id)).scalar_one())


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """The smallest seed."""
    return write_seed(tmp_path / "seed")


@pytest.fixture
def new_database(tmp_path: Path) -> Iterator[Database]:
    """A database that is not there yet, in a folder that is not either."""
    database = at(tmp_path / "data" / "lunar.sqlite")
    yield database
    database.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database that has its tables, and nothing in them."""
    database = Database(tables_in(tmp_path / "data"), REPO / "migrations")
    yield database
    database.close()


def test_the_first_load_makes_everything(new_database: Database, seed: Path) -> None:
    """A missing database is made, with its folder, and what came into it is told."""
    loaded = load(new_database, seed)
    assert (loaded.previous, loaded.migrated, loaded.changed) == (None, True, True)
    added = {difference.table: len(difference.added) for difference in loaded.differences}
    assert added == {"entities": 3, "claims": 3, "sources": 1}
    with new_database.read() as reader:
        assert loaded.release == release_in(reader)


def test_a_second_load_changes_nothing(database: Database, seed: Path) -> None:
    """What is loaded already is left alone."""
    first = load(database, seed)
    before = contents(database)
    second = load(database, seed)
    assert (second.release, second.previous) == (first.release, first.release)
    assert (second.changed, second.differences) == (False, ())
    assert before == contents(database)


@of_a_file
def test_a_second_load_touches_nothing(database: Database, seed: Path) -> None:
    """The file is as before to its last byte."""
    load(database, seed)
    database.close()
    path = Path(str(database.url.database))
    before = path.read_bytes()
    load(database, seed)
    database.close()
    assert before == path.read_bytes()


def test_equal_seeds_make_equal_rows(tmp_path: Path) -> None:
    """Neither place nor day nor history of a database shows in its rows."""
    fresh, used = at(tmp_path / "a" / "x.sqlite"), at(tmp_path / "b" / "y.sqlite")
    here, there = write_seed(tmp_path / "seed"), write_seed(tmp_path / "deep" / "er" / "facts")
    load(fresh, here)
    load(used, write_seed(tmp_path / "old", missions__luna_26=MISSION_FILE + DELAYED))
    load(used, there)
    assert contents(fresh) == contents(used)
    fresh.close()
    used.close()


def test_the_same_facts_make_equal_rows(tmp_path: Path) -> None:
    """Two databases of the same facts, read in two places, are the same in every table."""
    copied = shutil.copytree(FACTS, tmp_path / "copied" / "facts")
    made = []
    for name, facts in (("one", FACTS), ("other", copied)):
        database = at(tmp_path / f"{name}.sqlite")
        load(database, facts)
        made.append(contents(database))
        database.close()
    assert len(made[0]["claims"]) > 100
    assert made[0] == made[1]


def test_hash_seeds_do_not_matter(tmp_path: Path) -> None:
    """Another process, which orders its sets otherwise, makes the same rows."""
    made = []
    for number in ("1", "2"):
        path = tmp_path / f"{number}.sqlite"
        run_load(path, FACTS, PYTHONHASHSEED=number).communicate(timeout=60)
        database = at(path)
        made.append(contents(database))
        database.close()
    assert len(made[0]["claims"]) > 0
    assert made[0] == made[1]


REWRITTEN = {
    "comments": {"missions__luna_26": "# Luna\n" + MISSION_FILE.replace("\n", "  # so\n", 1)},
    "order of claims": {
        "missions__luna_26": """\
claims:
- {locator: paragraph 9, source: report, value: "2022", property: planned_launch}
- {source: 'report', property: name, locator: "paragraph 9", value: 'Luna-26'}
id: luna-26
"""
    },
    "order of keys": {"sources__report": "\n".join(sorted(SOURCE_FILE.splitlines())) + "\n"},
    "defaults written out": {
        "missions__luna_26": MISSION_FILE + "  said_by: agencies/rt\n  said_on: '2018-03-03'\n"
        "  nature: plan\n  rank: normal\n"
    },
}


@pytest.mark.parametrize("case", REWRITTEN)
def test_formatting_does_not_make_a_release(tmp_path: Path, database: Database, case: str) -> None:
    """Files that say the same in another form are the same release with the same rows."""
    first = load(database, write_seed(tmp_path / "seed"))
    before = contents(database)
    second = load(database, write_seed(tmp_path / "seed", **REWRITTEN[case]))
    after = contents(database)
    assert (second.release, second.changed) == (first.release, False)
    assert before.pop("releases") != after.pop("releases")  # the fingerprint is of the files
    assert before == after


CHANGED = {
    "value": {"missions__luna_26": MISSION_FILE.replace('"2022"', '"2023"')},
    "locator": {"missions__luna_26": MISSION_FILE.replace("paragraph 9", "paragraph 8")},
    "note": {"missions__luna_26": MISSION_FILE + "  note: x\n"},
    "original value": {"missions__luna_26": MISSION_FILE + "  original_value: x\n"},
    "nature": {"missions__luna_26": MISSION_FILE + "  nature: assessment\n"},
    "said_on": {"missions__luna_26": MISSION_FILE + "  said_on: '2018-03'\n"},
    "rank": {"missions__luna_26": MISSION_FILE + "  rank: deprecated\n  rank_reason: x\n"},
    "one claim less": {"missions__luna_26": "\n".join(MISSION_FILE.splitlines()[:6]) + "\n"},
    "one claim more": {"missions__luna_26": MISSION_FILE + DELAYED},
    "one record more": {"missions__luna_27": MISSION_FILE.replace("id: luna-26", "id: luna-27")},
    "dispute": {
        "disputes__launch": "id: launch\nabout: x\nclaims: [{property: planned_launch}]\nnote: x\n"
    },
    "title": {"sources__report": SOURCE_FILE.replace("title: Report", "title: A report")},
    "kind of source": {"sources__report": SOURCE_FILE.replace("kind: news", "kind: paper")},
    "language": {"sources__report": SOURCE_FILE.replace("language: en", "language: ru")},
    "published": {"sources__report": SOURCE_FILE.replace("2018-03-03", "2018-03-02")},
    "authors": {"sources__report": SOURCE_FILE + "authors: [agencies/rt]\n"},
    **{
        f"{key} of a source": {"sources__report": SOURCE_FILE + f"{key}: {value}\n"}
        for key, value in {
            "accessed": "'2026-11-22'",
            "url": "https://example.org/a",
            "archived_url": "https://example.org/a",
            "via": "agencies/rt",
            "note": "x",
        }.items()
    },
}


@pytest.mark.parametrize("case", CHANGED)
def test_whatever_is_said_otherwise_makes_a_release(
    tmp_path: Path, database: Database, case: str
) -> None:
    """Every key of every file counts: a change has another release, and is told."""
    first = load(database, write_seed(tmp_path / "seed"))
    second = load(database, write_seed(tmp_path / "seed", **CHANGED[case]))
    assert first.release != second.release
    assert (second.previous, second.changed) == (first.release, True)
    assert second.differences


def test_differences_name_what_changed(tmp_path: Path, database: Database, seed: Path) -> None:
    """What came, what went and what is said otherwise under the same id is listed by table."""
    load(database, seed)
    with database.read() as reader:
        launch = reader.scalars(
            select(CLAIMS.c.id).where(CLAIMS.c.property == "planned_launch")
        ).one()
    noted = write_seed(
        tmp_path / "seed",
        missions__luna_26=MISSION_FILE + "  note: x\n",
        missions__luna_27="id: luna-27\nclaims: [{property: name, value: L, source: report, "
        "locator: p}]\n",
    )
    loaded = load(database, noted)
    by_table = {difference.table: difference for difference in loaded.differences}
    assert by_table["entities"] == Difference("entities", ("missions/luna-27",), (), ())
    claims = by_table["claims"]
    assert (len(claims.added), claims.removed, claims.changed) == (1, (), (launch,))
    (noted / "missions/luna-27.yaml").unlink()
    differences = load(database, noted).differences
    removed = {difference.table: difference.removed for difference in differences}
    assert removed["entities"] == ("missions/luna-27",)
    assert removed["claims"] == claims.added


def test_an_invalid_seed_leaves_the_old_data(
    tmp_path: Path, database: Database, seed: Path
) -> None:
    """A seed with problems is refused with the list of them, and the database is as before."""
    load(database, seed)
    before = contents(database)
    broken = MISSION_FILE.replace("planned_launch", "planed_launch").replace('"2022"', "2022")
    with pytest.raises(SeedInvalid) as caught:
        load(database, write_seed(tmp_path / "seed", missions__luna_26=broken))
    assert [str(found.place) for found in caught.value.problems] == [
        "seed/missions/luna-26.yaml:7", "seed/missions/luna-26.yaml:8",
    ]  # fmt: skip
    assert str(caught.value).splitlines() == [str(found) for found in caught.value.problems]
    assert before == contents(database)


def test_an_invalid_seed_makes_no_database(tmp_path: Path, new_database: Database) -> None:
    """Where there was no database, a seed with problems leaves none."""
    with pytest.raises(SeedInvalid):
        load(new_database, write_seed(tmp_path / "seed", missions__luna_26="id: luna-26\n"))
    assert SERVER or not Path(str(new_database.url.database)).exists()
    assert contents(new_database) == {}


def test_a_crash_while_writing_leaves_the_old_data(
    tmp_path: Path, database: Database, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load that breaks off after its rows are written never was; the next one works."""
    load(database, seed)
    before = contents(database)
    later = write_seed(tmp_path / "seed", missions__luna_26=MISSION_FILE + DELAYED)

    def crash(*_: object) -> str:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(app.ledger.writing, "release_of", crash)
        with pytest.raises(RuntimeError, match="the power is gone"):
            load(database, later)
    assert before == contents(database)
    assert load(database, later).changed
    assert before != contents(database)


def test_a_crash_at_the_first_load_leaves_no_schema(
    new_database: Database, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migrating and writing are one transaction: an empty database stays empty."""

    def crash(*_: object) -> str:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(app.ledger.writing, "release_of", crash)
        with pytest.raises(RuntimeError, match="the power is gone"):
            load(new_database, seed)
    assert contents(new_database) == {}
    assert load(new_database, seed).migrated


def test_a_reader_keeps_its_release(tmp_path: Path, database: Database, seed: Path) -> None:
    """A transaction that runs while a load commits goes on seeing the old release."""
    old = load(database, seed).release
    writer = Database(database.url.render_as_string(hide_password=False), REPO / "migrations")
    later = write_seed(tmp_path / "seed", missions__luna_26=MISSION_FILE + DELAYED)
    with database.read() as running:
        assert old == release_in(running)
        claims = running.execute(select(CLAIMS.c.id).order_by(CLAIMS.c.id)).all()
        new = load(writer, later).release
        assert old == release_in(running)
        assert claims == running.execute(select(CLAIMS.c.id).order_by(CLAIMS.c.id)).all()
        with database.read() as fresh:
            assert new == release_in(fresh)
    writer.close()
    assert old != new


def test_a_running_server_serves_what_is_loaded(tmp_path: Path, seed: Path) -> None:
    """A load shows in the next answer of a server that was started before, without a restart."""
    path = tmp_path / "lunar.sqlite"
    settings = Settings(database_url=url_in(path.parent, path.stem), seed_dir=seed)
    with TestClient(create_app(settings, clock=lambda: NOW)) as client:
        old = client.get("/health/ready").json()["release"]
        elsewhere = at(path)
        later = write_seed(tmp_path / "seed", missions__luna_26=MISSION_FILE + DELAYED)
        new = load(elsewhere, later).release
        elsewhere.close()
        assert new == client.get("/health/ready").json()["release"]
        claims = client.get("/v1/claims", params={"subject": "missions/luna-26"})
        assert '"2024"' in claims.text
    assert old != new


# --- Several at once ----------------------------------------------------------------------------


def run_load(path: Path, seed: Path, **more: str) -> subprocess.Popen[str]:
    """`lunar load` in a process of its own."""
    environment = os.environ | more
    environment |= {
        "LUNAR_DATABASE_URL": url_in(path.parent, path.stem),
        "LUNAR_SEED_DIR": str(seed),
    }
    return subprocess.Popen(
        [sys.executable, "-c", "from app.start import main; main()", "load"],
        env=environment,
        cwd=REPO,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_several_processes_make_one_database(tmp_path: Path) -> None:
    """Of four processes that start on a missing database one works, and none fails."""
    path = tmp_path / "data" / "lunar.sqlite"
    started = [run_load(path, FACTS) for _ in range(4)]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in started]
    assert [(code, errors) for _, errors, code in ended] == [(0, "")] * 4
    assert sorted("nothing to do" in out for out, _, _ in ended) == [False, True, True, True]


# --- The state of the database ------------------------------------------------------------------


@of_a_file
def test_an_empty_file_is_migrated(new_database: Database, seed: Path) -> None:
    """A database before the first migration is brought up to date."""
    path = Path(str(new_database.url.database))
    path.parent.mkdir()
    path.touch()
    assert load(new_database, seed).migrated
    with new_database.read() as reader:
        assert new_database.is_current(reader)


def test_a_database_at_base_is_migrated(new_database: Database, seed: Path) -> None:
    """A database that was taken back to its beginnings is brought up to date."""
    with new_database.write() as writer:
        writer.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    assert load(new_database, seed).migrated


def test_a_database_of_a_newer_program_is_refused(database: Database, seed: Path) -> None:
    """A schema that this program does not know is named beside the one it knows, and left alone."""
    load(database, seed)
    with database.write() as writer:
        writer.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = contents(database)
    with pytest.raises(StartError) as caught:
        load(database, seed)
    for word in ("9999", database.newest_revision, str(database.url.database), "newer"):
        assert word in str(caught.value)
    assert before == contents(database)


@of_a_file
@pytest.mark.parametrize("content", [b"not a database at all, only text " * 40, b"notes\n"])
def test_a_file_that_is_no_database_is_refused(
    new_database: Database, seed: Path, content: bytes
) -> None:
    """Some other file under the name of the database is refused by name, and left alone."""
    path = Path(str(new_database.url.database))
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StartError, match=str(path)):
        load(new_database, seed)
    assert content == path.read_bytes()


def test_a_database_of_another_program_is_refused(new_database: Database, seed: Path) -> None:
    """A database of somebody else is refused by name, whatever its tables are called."""
    with new_database.write() as writer:
        writer.exec_driver_sql("CREATE TABLE entities (id INTEGER)")
    with pytest.raises(StartError, match=str(new_database.url.database)):
        load(new_database, seed)
    assert list(contents(new_database)) == ["entities"]


@of_a_file
@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.parent.rmdir() or
                                  path.parent.touch()], ids=["folder", "file above"])  # fmt: skip
def test_a_place_that_cannot_be_written_is_refused(
    new_database: Database, seed: Path, make: Callable[[Path], None]
) -> None:
    """Where no file can be, the sentence says so and names the setting."""
    path = Path(str(new_database.url.database))
    path.parent.mkdir()
    make(path)
    with pytest.raises(StartError, match="LUNAR_DATABASE_URL"):
        load(new_database, seed)


@of_a_file
@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(settings: Settings, seed: Path, url: str) -> None:
    """A database that each connection would have for itself is refused."""
    database = Database(url, settings.migrations_dir)
    with pytest.raises(StartError, match="names no file"):
        load(database, seed)
    database.close()


# --- What the database itself refuses -----------------------------------------------------------


def test_every_reference_leads_somewhere(tmp_path: Path) -> None:
    """No row refers to a row that is not there."""
    database = at(tmp_path / "lunar.sqlite")
    load(database, FACTS)
    with database.read() as reader:
        assert broken_references(reader) == []
        assert SERVER or reader.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    database.close()


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "missions/nothing"},
        {"said_by": "people/nobody"},
        {"source_id": "nothing"},
        {"object": "agencies/nobody"},
        {"nature": "rumour"},
        {"rank": "best"},
        {"rank": "deprecated", "rank_reason": None},
        {"value": None},
        {"value_type": "unknown"},
        {"id": None},
    ],
    ids=str,
)
def test_a_bad_claim_is_refused_by_the_database(
    database: Database, seed: Path, change: dict[str, str | None]
) -> None:
    """An orphan claim, or one against the rules, cannot be written even past the checks."""
    load(database, seed)
    with database.read() as reader:
        row = dict(reader.execute(select(CLAIMS)).mappings().first() or {})
    good = row | {"id": "0123456789abcdef"}
    with database.write() as writer:
        writer.execute(insert(CLAIMS), good)
        writer.exec_driver_sql("DELETE FROM claims WHERE id = '0123456789abcdef'")

    def write() -> None:
        with database.write() as writer:
            writer.execute(insert(CLAIMS), good | change)

    with pytest.raises(IntegrityError, match=r"(?i)CHECK|FOREIGN KEY|NOT[ -]NULL"):
        write()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE mission_states SET known_to = known_from",
        "UPDATE mission_states SET known_to = '1957-10-04'",
        "UPDATE claim_standings SET known_to = known_from",
        "UPDATE promises SET known_to = known_from",
        "UPDATE claim_standings SET standing = 'worst'",
        "UPDATE promises SET verdict = 'broken'",
        "UPDATE promises SET verdict = NULL",
        "UPDATE promises SET nature = 'event'",
        "UPDATE entities SET kind = 'moons'",
        "UPDATE sources SET kind = 'gossip'",
        "UPDATE sources SET published = NULL, accessed = NULL",
        "UPDATE releases SET slot = 2",
        "DELETE FROM sources",
        "DELETE FROM entities WHERE ref = 'missions/luna-26'",
        "INSERT INTO entities VALUES ('missions/luna', 'missions', 'luna-26', '{}')",
        "INSERT INTO dispute_claims VALUES ('nothing', 'nothing')",
    ],
)  # fmt: skip
def test_bad_rows_are_refused_by_the_database(
    database: Database, seed: Path, statement: str
) -> None:
    """Periods that end before they begin, unknown words and orphans cannot be written."""
    load(database, seed)
    before = contents(database)

    def write() -> None:
        with database.write() as writer:
            writer.exec_driver_sql(statement)

    with pytest.raises(IntegrityError):
        write()
    assert before == contents(database)


def test_a_reader_cannot_write(database: Database, seed: Path) -> None:
    """What answers requests cannot change anything."""
    load(database, seed)
    with database.read() as reader, pytest.raises(DBAPIError, match=r"read-?only"):
        reader.execute(ENTITIES.delete())


# --- The fingerprint ----------------------------------------------------------------------------


def test_the_fingerprint_is_of_names_and_contents(tmp_path: Path) -> None:
    """It changes with a byte and with a name of a seed file, and not with its place or README."""
    seed = write_seed(tmp_path / "seed")
    first = fingerprint_of(seed)
    assert first == fingerprint_of(write_seed(tmp_path / "elsewhere" / "facts"))
    (seed / "README.md").write_text("# Facts\n")
    assert first == fingerprint_of(seed)
    (seed / "agencies/rt.yaml").write_text(AGENCY_FILE + "\n")
    assert first != fingerprint_of(seed)
    (seed / "agencies/rt.yaml").rename(seed / "agencies/rtv.yaml")
    (seed / "agencies/rtv.yaml").write_text(AGENCY_FILE)
    assert first != fingerprint_of(seed)


def test_progress_reaches_its_end(database: Database, seed: Path) -> None:
    """Each entity is counted once, up to all of them."""
    told: list[tuple[int, int]] = []
    load(database, seed, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@of_a_file
def test_what_was_written_is_in_the_file(seed: Path, tmp_path: Path) -> None:
    """Also while a server has the file open, nothing is left in the log beside it."""
    server, loader = at(tmp_path / "data.sqlite"), at(tmp_path / "data.sqlite")
    load(server, seed)
    with server.read() as reader:
        before = release_in(reader)
    (seed / "missions" / "luna-26.yaml").write_text(f"{MISSION_FILE}{DELAYED}", encoding="utf-8")
    assert load(loader, seed).release != before
    assert (tmp_path / "data.sqlite-wal").stat().st_size == 0
    with server.read() as reader:
        assert release_in(reader) != before
    loader.close()
    server.close()


@of_a_file
def test_nobody_waits_long_for_readers(
    seed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who goes on reading what was there before holds up no load, and reads it to the end."""
    monkeypatch.setattr(app.backends.sqlite, "_SETTLING", 10)
    server, loader = at(tmp_path / "data.sqlite"), at(tmp_path / "data.sqlite")
    load(server, seed)
    (seed / "missions" / "luna-26.yaml").write_text(f"{MISSION_FILE}{DELAYED}", encoding="utf-8")
    with server.read() as reader:
        before = release_in(reader)
        assert load(loader, seed).release != before
        assert (tmp_path / "data.sqlite-wal").stat().st_size > 0
        assert reader.execute(select(RELEASES.c.id)).scalar_one() == before
    loader.close()
    server.close()
    assert not (tmp_path / "data.sqlite-wal").exists()


@of_a_file
def test_a_full_disk_afterwards_fails_no_load(
    seed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written is written, whether or not it can be brought from the log into the file."""

    class Full(sqlite3.Connection):
        def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:
            if "wal_checkpoint" in statement:
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(statement, *given)

    original = app.backends.sqlite._engine
    monkeypatch.setattr(
        app.backends.sqlite, "_engine",
        lambda url, pragmas, factory=Full: original(url, pragmas, factory),
    )  # fmt: skip
    database = at(tmp_path / "data.sqlite")
    release = load(database, seed).release
    with database.read() as reader:
        assert release_in(reader) == release
    database.close()
