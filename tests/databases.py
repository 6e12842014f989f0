"""Where tests have their databases: files of SQLite, or on a server of PostgreSQL.

`TEST_POSTGRESQL=postgresql://user@host:port/postgres` names the server, on which the user may make
databases. What tests must know of an engine to look into a database stands here too.
"""

import atexit
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, Index, event, inspect, text
from sqlmodel import SQLModel

import app.tables  # noqa: F401  # fills the metadata
from app.db import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"
SERVER = os.environ.get("TEST_POSTGRESQL", "")
_made: dict[str, Path] = {}
_shared: dict[str, Path] = {}  # those of them that other processes copy

# These are not run on a server; see tests/conftest.py.
of_a_file = pytest.mark.of_a_file
# These are run on a server alone.
of_a_server = pytest.mark.skipif(not SERVER, reason="TEST_POSTGRESQL names no server")


def url_in(folder: Path, name: str = "lunar") -> str:
    """The URL of a database that is not there yet, or was made by an earlier call like this one."""
    path = folder / f"{name}.sqlite"
    return _on_server(path) if SERVER else f"sqlite:///{path}"


def _on_server(path: Path, template: str = "template0") -> str:
    name = _name(path)
    if name not in _made:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            # File by file it is copied in half of the time, but that is newer than some servers.
            how = " STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{how}".encode())
        _made[name] = path
    return f"{SERVER.rpartition('/')[0]}/{name}"


def _name(path: Path) -> str:
    return f"lunar_{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"


def tables_in(folder: Path, name: str = "lunar") -> str:
    """The same of one that has its tables already, and nothing in them.

    They are made once in a process, by the same migrations, and copied. What is about making them
    begins without.
    """
    path = folder / f"{name}.sqlite"
    if SERVER:
        return _on_server(path, template=_tables())
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_tables(), path)
    return f"sqlite:///{path}"


def copy_in(folder: Path, first: Path, fill: Callable[[str], None]) -> str:
    """The same of a copy of one that processes share: whoever comes first fills it."""
    with _alone(first):
        if SERVER:
            if not _is_there(_name(first)):
                _shared[_name(first)] = first
                fill(_on_server(first))
            return _on_server(folder / first.name, template=_name(first))
        if not first.exists():
            fill(f"sqlite:///{first}")
        shutil.copyfile(first, folder / first.name)
        return f"sqlite:///{folder / first.name}"


@contextmanager
def _alone(first: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    with closing(sqlite3.connect(first.with_suffix(".turn"), timeout=300)) as turn:
        turn.execute("BEGIN EXCLUSIVE")
        yield


def _is_there(name: str) -> bool:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


@cache
def _tables() -> str:
    """The file to copy, or the database on the server."""
    folder = Path(tempfile.mkdtemp(prefix="lunar-tables-"))
    atexit.register(shutil.rmtree, folder)
    database = Database(url_in(folder), MIGRATIONS)
    with database.write() as writer:
        assert database.migrate(writer)
    database.close()
    return str(database.url.database)


def drop_in(folder: Path) -> None:
    """Take away what this process made in a folder on a server, and in those below it."""
    names = [name for name, path in _made.items() if path.is_relative_to(folder)]
    if names:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            for name in names:
                with _alone(_shared[name]) if name in _shared else nullcontext():
                    connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
                del _made[name]


# --- What is asked --------------------------------------------------------------------------------


def listen(engine: Engine, note: Callable[[str], None]) -> Callable[[], None]:
    """Tell of each statement that reaches the driver, until what is given back is called."""

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *rest: Any, **named: Any) -> "Cursor":
            note(str(query))
            super().execute(query, *rest, **named)
            return self

    def begin(connection: Any, _record: object, _proxy: object) -> None:
        if engine.name == "sqlite":
            connection.set_trace_callback(note)
        else:
            connection.cursor_factory = Cursor

    def end(connection: Any, _record: object) -> None:
        if connection is None:
            return  # it was lost
        if engine.name == "sqlite":
            connection.set_trace_callback(None)
        else:
            connection.cursor_factory = psycopg.Cursor

    def stop() -> None:
        event.remove(engine, "checkout", begin)
        event.remove(engine, "checkin", end)

    event.listen(engine, "checkout", begin)
    event.listen(engine, "checkin", end)
    return stop


# --- What is there --------------------------------------------------------------------------------

# Tables and indexes with the statements that make them.
_OBJECTS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT relname, concat_ws(', ',
            (SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod),
                                         CASE WHEN attnotnull THEN 'NOT NULL' END), ', '
                               ORDER BY attname)
             FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped),
            (SELECT string_agg(concat_ws(' ', conname, pg_get_constraintdef(oid)), ', '
                               ORDER BY conname)
             FROM pg_constraint WHERE conrelid = pg_class.oid))
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    """,
}
# Which documents have which words where.
_INDEXED = {
    "sqlite": """
        SELECT term, doc, col, "offset" FROM temp.indexed ORDER BY term, doc, col, "offset"
    """,
    "postgresql": """
        SELECT lexeme, id, unnest(weights), unnest(positions)
        FROM search_index, unnest(words) ORDER BY 1, 2, 3, 4
    """,
}


def objects(connection: Connection) -> dict[str, str]:
    """Every table and index of a database, and what it is made of.

    A table that was changed has a name in quotes, which is the same name.
    """
    rows = connection.execute(text(_OBJECTS[connection.dialect.name]))
    return {name: " ".join(made.replace('"', "").split()) for name, made in rows}


def tables(connection: Connection) -> list[str]:
    """The names of its tables, but for those that the index keeps for itself."""
    names = inspect(connection).get_table_names()
    return sorted(name for name in names if not name.startswith("search_index_"))


def rows_of(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    """Every row of a table, with its columns in the order of their names."""
    columns = sorted(column["name"] for column in inspect(connection).get_columns(table))
    named = ", ".join(f'"{column}"' for column in columns)
    found = connection.execute(text(f'SELECT {named} FROM "{table}"'))  # noqa: S608
    return sorted((tuple(row) for row in found), key=repr)


def contents(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, with those that the index keeps for itself."""
    names = inspect(connection).get_table_names()
    return {table: rows_of(connection, table) for table in sorted(names)}


def indexed(connection: Connection) -> list[tuple[Any, ...]]:
    """Every word of the full-text index: the word, its document, and where it stands there.

    Only those who write may have it.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS "
            "temp.indexed USING fts5vocab(main, search_index, instance)"
        )
    return [tuple(row) for row in connection.execute(text(_INDEXED[connection.dialect.name]))]


_BROKEN = {
    "sqlite": "PRAGMA foreign_key_check",
    # The server checks each row that is written; that none of these rules is put off is to be seen.
    "postgresql": "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated",
}


def unlike_the_models(connection: Connection) -> list[Any]:
    """What Alembic would change, so that the tables are those of the models.

    The full-text index is the engine's own, and so are the tables that it keeps. Which way the
    columns of an index go only migrations say, and only PostgreSQL tells.
    """
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "render_as_batch": True,
        "include_name": lambda name, kind, _: (
            kind != "table" or not str(name).startswith("search_index")
        ),
    }
    context = MigrationContext.configure(connection, opts=options)
    found = [item for item in compare_metadata(context, SQLModel.metadata) if item]
    turned = Counter(_columns(item[1]) for item in found if str(item[0]).endswith("_index"))
    return [
        item
        for item in found
        if not (str(item[0]).endswith("_index") and turned[_columns(item[1])] == 2)
    ]


def _columns(index: Index) -> tuple[str | None, ...]:
    columns = (str(column).removesuffix(" DESC") for column in index.expressions)
    return (index.name, *(column.rpartition(".")[2] for column in columns))


def broken_references(connection: Connection) -> list[Any]:
    """What refers to nothing."""
    return list(connection.execute(text(_BROKEN[connection.dialect.name])).all())
