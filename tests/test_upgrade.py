"""From the schema before search to that of today, and back: nobody has to delete a database."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from fastapi.testclient import TestClient
from sqlalchemy import inspect, select, text
from sqlmodel import SQLModel

import app.ledger.states
import app.ledger.writing
from app import fulltext
from app.db import Database, Reader, Writer
from app.ledger.loading import SeedInvalid, load
from app.main import create_app
from app.settings import Settings
from app.tables import SEARCH_DOCUMENTS
from tests.builders import MISSION_FILE, SOURCE_FILE, write_seed
from tests.conftest import FACTS, NOW, REPO
from tests.databases import (
    MIGRATIONS,
    broken_references,
    contents,
    indexed,
    objects,
    of_a_file,
    rows_of,
    tables,
    unlike_the_models,
    url_in,
)

BEFORE, AFTER = "0001", "0002"


def alembic(database: Database, direction: str, revision: str) -> None:
    """Run Alembic on a database, with the migrations and the connections of the program."""
    with database.write() as writer:
        config = Config(attributes={"connection": writer})
        config.set_main_option("script_location", str(MIGRATIONS))
        getattr(command, direction)(config, revision)


def revision_of(reader: Reader | Writer) -> str | None:
    """The version of the schema that a database has."""
    return MigrationContext.configure(reader).get_current_revision()


def schema(database: Database) -> dict[str, str]:
    """Every table and index of a database, and what it is made of."""
    with database.read() as reader:
        return objects(reader)


def tables_of(database: Database) -> set[str]:
    """The names of its tables, but for those that the index keeps for itself."""
    with database.read() as reader:
        return set(tables(reader))


def count(database: Database, table: str) -> int:
    """How many rows a table has."""
    with database.read() as reader:
        return int(reader.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


# --- A database of the schema before ------------------------------------------------------------

SEARCHED = {"search_index", "search_documents", "search_terms", "former_ids", "moments"}
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("entities", {"ref": "missions/old", "kind": "missions", "slug": "old"}),
    ("entities", {"ref": "agencies/old", "kind": "agencies", "slug": "old"}),
    ("entities", {"ref": "sources/old", "kind": "sources", "slug": "old"}),
    ("sources", {"id": "old", "ref": "sources/old", "kind": "news", "publisher": "agencies/old"}),
    ("source_authors", {"source_id": "old", "author": "agencies/old"}),
    ("claims", {"id": "0123456789abcdef", "subject": "missions/old", "said_by": "agencies/old",
                "source_id": "old", "nature": "plan", "rank": "normal", "value": "2022",
                "value_type": "date"}),
    ("disputes", {"id": "old"}),
    ("dispute_claims", {"dispute_id": "old", "claim_id": "0123456789abcdef"}),
    ("mission_states", {"entity": "missions/old"}),
    ("agency_states", {"entity": "agencies/old"}),
    ("source_states", {"entity": "sources/old"}),
    ("relations", {"subject": "sources/old", "object": "agencies/old"}),
    ("claim_standings", {"claim_id": "0123456789abcdef", "standing": "best"}),
    ("promises", {"claim_id": "0123456789abcdef", "subject": "missions/old", "source_id": "old",
                  "nature": "plan", "verdict": "pending"}),
    ("releases", {"slot": 1, "id": "0123456789ab", "fingerprint": "old"}),
)  # fmt: skip
FILLED = {"known_from": "2018-03-03", "known_to": None, "rank_reason": None, "published": "2018"}


def fill(database: Database) -> None:
    """Write rows as the program of the time did: some of them refer to others."""
    with database.write() as writer:
        for table, given in ROWS:
            row = dict(given)
            for column in inspect(writer).get_columns(table):
                name, kind = column["name"], column["type"].python_type
                plain = {int: 1, bool: False, dt.date: "2018-03-03"}.get(kind, "old")
                if name in FILLED:
                    row.setdefault(name, FILLED[name])
                elif not column["nullable"]:
                    row.setdefault(name, plain)
            names = ", ".join(f":{name}" for name in row)
            statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({names})"  # noqa: S608
            writer.execute(text(statement), row)


@pytest.fixture
def old(empty_database: Database) -> Database:
    """A database of the schema before, with data in it."""
    alembic(empty_database, "upgrade", BEFORE)
    assert not tables_of(empty_database) & SEARCHED
    fill(empty_database)
    return empty_database


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database made today, of the smallest seed."""
    folder = tmp_path_factory.mktemp("fresh")
    database = Database(url_in(folder), REPO / "migrations")
    load(database, write_seed(folder / "seed"))
    yield database
    database.close()


def search_rows(database: Database) -> dict[str, list[Any]]:
    """All that search is made of: documents, words of names, and every word of the index."""
    with database.write() as writer:
        rows = {table: rows_of(writer, table) for table in ("search_documents", "search_terms")}
        return rows | {"words": indexed(writer)}


def found(database: Database, word: str) -> list[str]:
    """What the index finds by a word."""
    with database.read() as reader:
        return list(reader.scalars(FOUND, fulltext.values(fulltext.phrase([word]))))


FOUND = (
    select(SEARCH_DOCUMENTS.c.ref)
    .join(fulltext.INDEX, SEARCH_DOCUMENTS.c.id == fulltext.NUMBER)
    .where(fulltext.matches())
    .order_by(SEARCH_DOCUMENTS.c.id)
)


# --- Up -----------------------------------------------------------------------------------------


def test_the_service_upgrades_when_it_starts(old: Database, tmp_path: Path) -> None:
    """A database of the program before is brought up to date, loaded anew, and searched."""
    seed = write_seed(tmp_path / "seed")
    url = old.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, seed_dir=seed)
    with TestClient(create_app(settings, clock=lambda: NOW)) as client:
        assert client.get("/health/ready").status_code == 200
        hits = client.get("/v1/search?q=luna26").json()["results"]
        assert hits[0]["ref"] == "missions/luna-26"
        assert client.get("/v1/missions/old").status_code == 404
        assert client.get("/v1/search?q=old").json()["results"] == []
    with old.read() as reader:
        assert revision_of(reader) == old.newest_revision


def test_an_upgraded_database_is_as_a_new_one(
    old: Database, fresh: Database, tmp_path: Path
) -> None:
    """After the upgrade nothing shows that the database was there before."""
    loaded = load(old, write_seed(tmp_path / "seed"))
    assert (loaded.migrated, loaded.changed, loaded.previous) == (True, True, None)
    assert tables_of(old) == tables_of(fresh)
    for table in sorted(tables_of(fresh) - {"search_index"}):
        with old.read() as upgraded, fresh.read() as made:
            rows = [rows_of(reader, table) for reader in (upgraded, made)]
        assert (table, rows[0]) == (table, rows[1])
    assert search_rows(old) == search_rows(fresh)


def test_a_second_start_does_nothing(old: Database, tmp_path: Path) -> None:
    """The upgrade is done once."""
    seed = write_seed(tmp_path / "seed")
    assert load(old, seed).migrated
    again = load(old, seed)
    assert (again.migrated, again.changed) == (False, False)


def test_the_migration_by_itself_leaves_no_rows(old: Database) -> None:
    """Old rows, which lack what is new, do not pass for new ones: the load that follows sees none.

    Whoever looks at the database between the two finds it empty, not half of it.
    """
    assert [count(old, table) for table, _ in ROWS if table != "entities"] == [1] * 12
    alembic(old, "upgrade", AFTER)
    assert {table: count(old, table) for table in tables_of(old) - {"alembic_version"}} == (
        dict.fromkeys(tables_of(old) - {"alembic_version"}, 0)
    )


def test_an_invalid_seed_upgrades_nothing(old: Database, tmp_path: Path) -> None:
    """Where the seed has problems, the database stays as the program before had it."""
    before = schema(old)
    broken = write_seed(tmp_path / "seed", missions__luna_26="id: luna-26\n")
    with pytest.raises(SeedInvalid):
        load(old, broken)
    with old.read() as reader:
        assert revision_of(reader) == BEFORE
    assert schema(old) == before
    assert [count(old, table) for table, _ in ROWS if table != "entities"] == [1] * 12


def test_a_crash_upgrades_nothing(
    old: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Upgrade and load are one: if the load breaks off, the old schema and its rows are there."""
    before = schema(old)

    def crash(*_: object) -> str:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(app.ledger.writing, "release_of", crash)
        with pytest.raises(RuntimeError, match="the power is gone"):
            load(old, write_seed(tmp_path / "seed"))
    assert schema(old) == before
    assert [count(old, table) for table, _ in ROWS if table != "entities"] == [1] * 12
    assert load(old, write_seed(tmp_path / "seed")).migrated


# --- Down, and up again -------------------------------------------------------------------------


def shapes_of(database: Database) -> dict[str, dict[str, list[str]]]:
    """The columns, keys, rules and indexes of every table, each in words that can be compared."""
    with database.read() as reader:
        inspector = inspect(reader)
        return {
            table: {
                what: sorted(str(sorted(item.items(), key=str)) for item in read(table))
                for what, read in {
                    "columns": inspector.get_columns,
                    "foreign keys": inspector.get_foreign_keys,
                    "rules": inspector.get_check_constraints,
                    "unique": inspector.get_unique_constraints,
                    "indexes": inspector.get_indexes,
                }.items()
            }
            for table in inspector.get_table_names()
            if not table.startswith("search_index")
        }


def test_an_empty_database_goes_down_and_up(empty_database: Database) -> None:
    """A step back leaves the schema before, a step up that of today, rules and indexes and all."""
    alembic(empty_database, "upgrade", BEFORE)
    before = shapes_of(empty_database)
    alembic(empty_database, "upgrade", AFTER)
    after = shapes_of(empty_database)
    assert tables_of(empty_database) >= SEARCHED
    assert before.keys() < after.keys()
    alembic(empty_database, "downgrade", BEFORE)
    assert not tables_of(empty_database) & SEARCHED
    assert shapes_of(empty_database) == before
    alembic(empty_database, "upgrade", AFTER)
    assert shapes_of(empty_database) == after


def test_a_loaded_database_goes_down_and_up(empty_database: Database, tmp_path: Path) -> None:
    """With data in it too: the step back leaves no rows that the program before could not read."""
    seed = write_seed(tmp_path / "seed", **FORMER)
    load(empty_database, seed)
    today, rows = schema(empty_database), search_rows(empty_database)
    alembic(empty_database, "downgrade", BEFORE)
    assert not tables_of(empty_database) & SEARCHED
    assert all(count(empty_database, table) == 0 for table, _ in ROWS)
    with empty_database.read() as reader:
        assert revision_of(reader) == BEFORE
        assert broken_references(reader) == []
    assert load(empty_database, seed).migrated
    assert set(schema(empty_database)) == set(today)
    assert search_rows(empty_database) == rows


def test_an_upgraded_database_can_be_filled_again_as_before(old: Database) -> None:
    """After a step up and a step back, the program before can write what it used to write."""
    alembic(old, "upgrade", AFTER)
    alembic(old, "downgrade", BEFORE)
    fill(old)
    assert [count(old, table) for table, _ in ROWS if table != "entities"] == [1] * 12
    with old.read() as reader:
        assert broken_references(reader) == []


FORMER = {"missions__luna_26": MISSION_FILE.replace("\n", "\nformer_ids: [luna-glob]\n", 1)}


@pytest.mark.parametrize("way", ["made", "upgraded", "there and back"])
def test_models_and_migrations_agree(empty_database: Database, way: str) -> None:
    """Whichever way a database came to the schema of today, Alembic finds nothing to change."""
    if way == "upgraded":
        alembic(empty_database, "upgrade", BEFORE)
        fill(empty_database)
    alembic(empty_database, "upgrade", "head")
    if way == "there and back":
        alembic(empty_database, "downgrade", BEFORE)
        alembic(empty_database, "upgrade", "head")
    with empty_database.read() as reader:
        assert unlike_the_models(reader) == []
        assert fulltext.INDEX.name in tables(reader)


def test_upgraded_tables_keep_their_rules(old: Database, tmp_path: Path) -> None:
    """Tables that the upgrade rebuilt refuse the same rows as those that it left alone."""
    load(old, write_seed(tmp_path / "seed"))
    with old.read() as reader:
        inspector = inspect(reader)
        for table in SQLModel.metadata.tables.values():
            names = {check["name"] for check in inspector.get_check_constraints(table.name)}
            expected = {str(rule.name) for rule in table.constraints if hasattr(rule, "sqltext")}
            assert len(names) == len(expected)
            foreign = inspector.get_foreign_keys(table.name)
            assert len(foreign) == len(table.foreign_key_constraints)


@of_a_file
def test_dates_of_older_files_become_texts(empty_database: Database, tmp_path: Path) -> None:
    """What tables are declared to be changes, their rows do not, and the file is sound."""
    load(empty_database, write_seed(tmp_path / "seed"))
    alembic(empty_database, "downgrade", "0008")
    today = schema(empty_database)
    with empty_database.read() as reader:
        rows = contents(reader)
    path = empty_database.url.database
    assert path
    with sqlite3.connect(path) as connection:  # as it was made before
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'DATE_TEXT', 'DATE')")
        connection.execute("PRAGMA schema_version = 1000")
    empty_database.close()
    assert "DATE_TEXT" in str(today)
    assert "DATE_TEXT" not in str(schema(empty_database))
    alembic(empty_database, "upgrade", "0009")
    assert schema(empty_database) == today
    with empty_database.read() as reader:
        assert {**contents(reader), "alembic_version": []} == {**rows, "alembic_version": []}
    alembic(empty_database, "upgrade", "head")
    with empty_database.read() as reader:
        assert unlike_the_models(reader) == []
        assert reader.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        compared = "SELECT count(*) FROM mission_states WHERE known_from > 0"  # text is above all
        assert reader.execute(text(compared)).scalar_one() == count(
            empty_database, "mission_states"
        )


def test_a_verdict_that_is_new_is_stored_in_an_older_database(
    empty_database: Database, tmp_path: Path
) -> None:
    """The load that brings a database up to date, in one transaction, writes `failed`."""
    alembic(empty_database, "upgrade", "0011")
    tried = "".join(
        f'- {{property: {name}, value: "{value}", source: report, locator: paragraph 9}}\n'
        for name, value in (("planned_landing", "2023"), ("status", "failed"))
    )
    load(empty_database, write_seed(tmp_path / "seed", missions__luna_26=MISSION_FILE + tried))
    with empty_database.read() as reader:
        assert "failed" in set(reader.scalars(text("SELECT verdict FROM promises")))
    alembic(empty_database, "downgrade", "0011")
    with empty_database.read() as reader:
        assert "failed" not in set(reader.scalars(text("SELECT verdict FROM promises")))


# --- The index ----------------------------------------------------------------------------------


def test_equal_seeds_make_equal_indexes(
    database: Database, bare_database: Database, tmp_path: Path
) -> None:
    """Two databases of the same facts, one of which held something else, are searched alike."""
    load(bare_database, write_seed(tmp_path / "seed", **FORMER))
    load(bare_database, FACTS)
    rows = search_rows(database)
    assert len(rows["search_documents"]) > 400
    assert len(rows["search_terms"]) > 500
    assert search_rows(bare_database) == rows


OTHER = {
    "missions__zarya": MISSION_FILE.replace("luna-26", "zarya").replace("Luna-26", "Zarya"),
    "sources__later": SOURCE_FILE.replace("id: report", "id: later").replace("Report", "Gazette"),
}


def test_another_seed_leaves_nothing_of_the_old(bare_database: Database, tmp_path: Path) -> None:
    """What is no longer in the seed is found by no word, and is like no word."""
    load(bare_database, write_seed(tmp_path / "one", **OTHER))
    assert found(bare_database, "zarya")
    assert found(bare_database, "gazette") == ["sources/later"]
    load(bare_database, write_seed(tmp_path / "two"))
    assert found(bare_database, "zarya") == found(bare_database, "gazette") == []
    assert found(bare_database, "luna")
    rows = search_rows(bare_database)
    for name, some in rows.items():
        assert not [row for row in some if "zar" in str(row).lower() or "gaz" in str(row).lower()]
        assert some, name


def test_every_document_has_its_words(bare_database: Database, tmp_path: Path) -> None:
    """In the index stand the words of just the documents that there are, under their numbers."""
    load(bare_database, write_seed(tmp_path / "seed", **OTHER))
    with bare_database.write() as writer:
        numbers = list(
            writer.scalars(select(SEARCH_DOCUMENTS.c.id).order_by(SEARCH_DOCUMENTS.c.id))
        )
        assert numbers == list(range(1, len(numbers) + 1))
        assert sorted({row[1] for row in indexed(writer)}) == numbers


@of_a_file
def test_the_index_is_sound(bare_database: Database, tmp_path: Path) -> None:
    """SQLite finds in the index what the index says that it holds."""
    load(bare_database, write_seed(tmp_path / "seed", **OTHER))
    with bare_database.write() as writer:
        check = "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 0)"
        writer.execute(text(check))


def test_a_refused_seed_leaves_the_index(bare_database: Database, tmp_path: Path) -> None:
    """A seed with problems changes nothing of what is found."""
    load(bare_database, write_seed(tmp_path / "seed"))
    before = search_rows(bare_database)
    broken = OTHER | {"missions__luna_26": "id: luna-26\n"}
    with pytest.raises(SeedInvalid):
        load(bare_database, write_seed(tmp_path / "seed", **broken))
    assert search_rows(bare_database) == before


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (app.ledger.writing, "release_of"),
        (app.ledger.writing, "grams_of"),
        (app.ledger.states, "findable_claim"),
    ],
    ids=["at the end", "with words in the index", "half way"],
)
def test_a_crash_leaves_the_index(
    bare_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
) -> None:
    """A load that breaks off, whenever it does, leaves the index as it was; the next one works."""
    load(bare_database, write_seed(tmp_path / "seed"))
    before = search_rows(bare_database)
    other = write_seed(tmp_path / "other", **OTHER)

    def crash(*_: object) -> str:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(module, name, crash)
        with pytest.raises(RuntimeError, match="the power is gone"):
            load(bare_database, other)
    assert search_rows(bare_database) == before
    assert found(bare_database, "zarya") == []
    load(bare_database, other)
    assert found(bare_database, "zarya")


def test_a_reader_searches_its_release(bare_database: Database, tmp_path: Path) -> None:
    """A search that runs while a load commits goes on in the old index."""
    load(bare_database, write_seed(tmp_path / "seed"))
    values = fulltext.values(fulltext.phrase(["zarya"]))
    with bare_database.read() as running:
        assert running.execute(FOUND, values).all() == []
        url = bare_database.url.render_as_string(hide_password=False)
        writer = Database(url, REPO / "migrations")
        load(writer, write_seed(tmp_path / "seed", **OTHER))
        writer.close()
        assert running.execute(FOUND, values).all() == []
        with bare_database.read() as later:
            assert later.execute(FOUND, values).all()
