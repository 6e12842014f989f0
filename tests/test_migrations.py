"""Migrations make exactly the schema of the models, both ways, in one transaction."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select
from sqlalchemy.schema import CreateTable, UniqueConstraint
from sqlmodel import SQLModel

from app.db import Database, Reader, Writer
from app.fulltext import INDEX
from app.settings import Settings
from tests.databases import objects, tables, unlike_the_models, url_in


@pytest.fixture
def migrated(empty_database: Database) -> Iterator[Database]:
    """A database with today's schema and no rows."""
    with empty_database.write() as writer:
        assert empty_database.migrate(writer)
    return empty_database


def alembic(writer: Writer, settings: Settings, direction: str, revision: str) -> None:
    """Run Alembic within the writer's transaction, as the program does."""
    config = Config()
    config.set_main_option("script_location", str(settings.migrations_dir))
    config.attributes["connection"] = writer
    getattr(command, direction)(config, revision)


def names(connection: Reader | Writer) -> set[str]:
    """The names of its tables and indexes, but for Alembic's own."""
    return {name for name in objects(connection) if not name.startswith("alembic_version")}


def columns(connection: Reader | Writer) -> dict[str, list[tuple[str, str, bool]]]:
    """The columns of every table in their order: name, type, whether they may be empty."""
    found = inspect(connection)
    return {
        table: [
            (column["name"], str(column["type"]), column["nullable"])
            for column in found.get_columns(table)
        ]
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_make_the_schema_of_the_models(migrated: Database) -> None:
    """Alembic finds nothing to add to, or take from, a migrated database.

    Only the full-text index is beside the models: the engine's own, as are the tables behind it.
    """
    with migrated.read() as reader:
        assert INDEX.name in tables(reader)
        assert unlike_the_models(reader) == []


def checks(connection: Reader | Writer) -> set[tuple[str, str | None, str]]:
    """Every check constraint: its table, its name, its wording."""
    return {
        (table, check["name"], " ".join(check["sqltext"].split()))
        for table in SQLModel.metadata.tables.keys() & set(tables(connection))
        for check in inspect(connection).get_check_constraints(table)
    }


def test_migrations_make_every_check_and_its_wording(
    migrated: Database, settings: Settings, tmp_path: Path
) -> None:
    """Check constraints, which Alembic does not compare, are those of the models too."""
    made = Database(url_in(tmp_path, "made"), settings.migrations_dir)
    with made.write() as writer:
        SQLModel.metadata.create_all(writer)
        expected = checks(writer)
    made.close()
    assert len(expected) > 20
    with migrated.read() as reader:
        assert expected == checks(reader)


def test_every_constraint_and_index_has_a_name(migrated: Database) -> None:
    """A constraint without a name could never be changed or dropped."""
    with migrated.read() as reader:
        unnamed = [
            line.strip()
            for table in SQLModel.metadata.tables.values()
            for line in str(CreateTable(table).compile(reader)).splitlines()
            if line.lstrip().startswith(("CHECK", "UNIQUE", "FOREIGN KEY", "PRIMARY KEY"))
        ]
    assert unnamed == []
    tables = SQLModel.metadata.tables.values()
    assert [index for table in tables for index in table.indexes if not index.name] == []


def test_names_are_unique_within_the_schema() -> None:
    """No two indexes share a name; SQLite keeps them in one list."""
    tables = SQLModel.metadata.tables.values()
    names = [index.name for table in tables for index in table.indexes]
    names += [
        constraint.name
        for table in tables
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    assert sorted({str(name) for name in names}) == sorted(str(name) for name in names)


def test_down_and_up_again(migrated: Database, settings: Settings) -> None:
    """Going down leaves only Alembic's own table; going up again makes the same schema."""
    with migrated.read() as reader:
        before = objects(reader)
    with migrated.write() as writer:
        alembic(writer, settings, "downgrade", "base")
        assert inspect(writer).get_table_names() == ["alembic_version"]
        assert writer.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar() == 0
    with migrated.write() as writer:
        assert migrated.migrate(writer)
    with migrated.read() as reader:
        assert before == objects(reader)


OF_OLDER_FILES = {"0009"}  # what it changes is never so in databases that are made today


def test_each_migration_goes_both_ways(empty_database: Database, settings: Settings) -> None:
    """Every single step up can be taken back, and leaves what was there before it.

    Tables have the columns that they had, in the same order, and the same checks, and so they have
    after a step again.
    """
    config = Config()
    config.set_main_option("script_location", str(settings.migrations_dir))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())[::-1]
    with empty_database.write() as writer:
        for script in scripts:
            before = names(writer)
            inside_before = columns(writer), checks(writer)
            alembic(writer, settings, "upgrade", script.revision)
            inside_after = columns(writer), checks(writer)
            assert before <= names(writer)
            is_changed = (before, inside_before) != (names(writer), inside_after)
            assert is_changed == (script.revision not in OF_OLDER_FILES)
            alembic(writer, settings, "downgrade", str(script.down_revision or "base"))
            assert before == names(writer)
            assert inside_before == (columns(writer), checks(writer))
            alembic(writer, settings, "upgrade", script.revision)
            assert inside_after == (columns(writer), checks(writer))


def test_a_current_database_is_left_alone(migrated: Database) -> None:
    """Migrating twice does nothing the second time, and says so."""
    with migrated.write() as writer:
        assert not migrated.migrate(writer)
        assert migrated.is_current(writer)


def test_there_is_one_newest_revision(migrated: Database, settings: Settings) -> None:
    """Two branches of migrations would leave it open which schema is meant."""
    config = Config()
    config.set_main_option("script_location", str(settings.migrations_dir))
    assert ScriptDirectory.from_config(config).get_heads() == [migrated.newest_revision]


FAILING = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("half_done", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO half_done VALUES (1)")
    raise RuntimeError("the power is gone")
"""


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, settings: Settings) -> None:
    """Half a migration is none: its tables, and Alembic's own, go with the transaction."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text((settings.migrations_dir / "env.py").read_text())
    (folder / "versions/0001_fails.py").write_text(FAILING)
    database = Database(url_in(tmp_path), folder)

    def migrate() -> None:
        with database.write() as writer:
            database.migrate(writer)

    with pytest.raises(RuntimeError, match="the power is gone"):
        migrate()
    with database.read() as reader:
        assert objects(reader) == {}
    database.close()


def test_alembic_on_the_command_line_uses_the_settings(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a connection handed over, migrations go to the database of the settings."""
    import app.settings

    path = tmp_path / "by-hand.sqlite"
    monkeypatch.setenv("LUNAR_DATABASE_URL", url_in(path.parent, path.stem))
    app.settings.get_settings.cache_clear()
    config = Config()
    config.set_main_option("script_location", str(settings.migrations_dir))
    try:
        command.upgrade(config, "head")
    finally:
        app.settings.get_settings.cache_clear()
    database = Database(url_in(path.parent, path.stem), settings.migrations_dir)
    with database.read() as reader:
        assert database.is_current(reader)
        assert reader.execute(select(SQLModel.metadata.tables["claims"])).all() == []
    database.close()
