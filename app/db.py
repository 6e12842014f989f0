"""The database: engine, the two kinds of connections, and the schema's version.

A `Reader` and a `Writer` are different types, so that the type checker refuses to let what
answers requests change anything. Either is one transaction: every statement of an answer sees the
same release, and a load that fails leaves nothing behind.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NewType

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Dialect, Engine, Select, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from app.errors import StartError

Reader = NewType("Reader", Connection)
Writer = NewType("Writer", Connection)

_BUSY_SECONDS = 60
_MAPPED = 1 << 30  # bytes of the file that are read in place, and not copied page by page


class Database:
    """One database, by URL."""

    def __init__(self, url: str, migrations_dir: Path) -> None:
        self.url = make_url(url)
        self._config = _alembic_config(migrations_dir)
        self._peeking: PoolProxiedConnection | None = None
        self._read_engine = _engine(
            url, begin="BEGIN", pragmas=("query_only = ON", f"mmap_size = {_MAPPED}")
        )
        self._write_engine = _engine(
            # One writer at a time, from its first statement on: whoever comes second waits here,
            # and finds the work done.
            url,
            begin="BEGIN IMMEDIATE",
            pragmas=("foreign_keys = ON", "synchronous = NORMAL"),
        )

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A transaction that sees one state of the database and cannot change it."""
        with self._read_engine.connect() as connection, connection.begin():
            yield Reader(connection)

    def peek(self, statement: "Prepared") -> Sequence[Any]:
        """The rows of a statement by itself, outside all transactions, at next to no cost."""
        dialect = self._read_engine.dialect
        if self._peeking is None:
            try:
                self._peeking = self._read_engine.raw_connection()
            except dialect.loaded_dbapi.Error as error:
                raise DBAPIError.instance(None, None, error, dialect.loaded_dbapi.Error) from error
        return statement.run(self._peeking, dialect, {})

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """A transaction that is committed if the block ends well, and else never was."""
        self._make_file()
        with self._write_engine.begin() as connection:
            yield Writer(connection)

    def close(self) -> None:
        """Give the connections back."""
        if self._peeking is not None:
            self._peeking.close()
            self._peeking = None
        self._read_engine.dispose()
        self._write_engine.dispose()

    def _make_file(self) -> None:
        """Make the folder, and a file in write-ahead mode: readers go on while somebody loads."""
        path = self.url.database
        if not path or path == ":memory:":
            raise StartError(f"{self.url} names no file: write sqlite:////path/to/file.sqlite")
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
        except (OSError, sqlite3.DatabaseError) as error:
            message = f"the database {path} cannot be opened: {error}. Set LUNAR_DATABASE_URL."
            raise StartError(message) from error

    # --- Schema ---------------------------------------------------------------------------------

    @property
    def newest_revision(self) -> str:
        """The version of the schema that this program is written for."""
        head = ScriptDirectory.from_config(self._config).get_current_head()
        assert head is not None, "the program ships migrations"
        return head

    def is_current(self, connection: Reader | Writer) -> bool:
        """Whether the database has the schema that this program is written for."""
        return MigrationContext.configure(connection).get_current_revision() == (
            self.newest_revision
        )

    def migrate(self, writer: Writer) -> bool:
        """Bring the schema up to date within the writer's transaction; says whether it had to.

        Raises:
            StartError: if the database is of a newer program.
        """
        current = MigrationContext.configure(writer).get_current_revision()
        if current == self.newest_revision:
            return False
        scripts = ScriptDirectory.from_config(self._config)
        foreign = set(inspect(writer).get_table_names()) - {"alembic_version"}
        if current is None and foreign:
            raise StartError(
                f"{self.url.database} is another program's database, with a table "
                f"{min(foreign)!r}: set LUNAR_DATABASE_URL to another file"
            )
        if current is not None and current not in {
            script.revision for script in scripts.walk_revisions()
        }:
            raise StartError(
                f"the database {self.url.database} has schema {current}, newer than this "
                f"program's {self.newest_revision}: install the newer program, or set "
                "LUNAR_DATABASE_URL to another file"
            )
        self._config.attributes["connection"] = writer
        command.upgrade(self._config, "head")
        return True


def _alembic_config(migrations_dir: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_dir).replace("%", "%%"))
    return config


def _engine(url: str, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        # Python's driver opens transactions of its own accord, but not before DDL; SQLAlchemy's
        # "begin" event below opens them instead, so that migrations roll back too.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class Prepared:
    """A statement that is compiled once, for those that are run for every request.

    Its rows are named tuples of what the driver gives: dates are text where the database has none.
    Values that differ between runs are bind parameters with names and, at first, any value.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._ready: _Ready | None = None

    def rows(self, reader: Reader, values: Mapping[str, Any]) -> Sequence[Any]:
        """All rows, for these values of its bind parameters."""
        return self.run(reader.connection, reader.dialect, values)

    def run(
        self, connection: PoolProxiedConnection, dialect: Dialect, values: Mapping[str, Any]
    ) -> Sequence[Any]:
        """All rows, of a connection of the driver."""
        ready = self._ready or self._make(dialect)
        cursor, parameters = connection.cursor(), ready.parameters(values)
        try:
            cursor.execute(ready.sql, parameters)
            return [ready.row(row) for row in cursor.fetchall()]
        except ready.error as error:
            raise DBAPIError.instance(ready.sql, parameters, error, ready.error) from error
        finally:
            cursor.close()

    def _make(self, dialect: Dialect) -> "_Ready":
        compiled: Any = self._statement.compile(
            dialect=dialect, compile_kwargs={"render_postcompile": True}
        )
        writers = {
            name: write
            for bind, name in compiled.bind_names.items()
            if (write := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        values = compiled.construct_params()
        for name in values:  # those of a list are numbered
            if write := writers.get(name) or writers.get(name.rpartition("_")[0]):
                values[name] = write(values[name])
        self._ready = _Ready(
            sql=str(compiled),
            places=compiled.positiontup,
            values=values,
            writers=writers,
            error=dialect.loaded_dbapi.Error,
            row=_row_of([column.name for column in self._statement.selected_columns]),
        )
        return self._ready


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a statement is to the driver."""

    sql: str
    places: Sequence[str] | None  # the names of its parameters in their order, if that counts
    values: Mapping[str, Any]
    writers: Mapping[str, Callable[[Any], Any]]  # what makes them as the driver wants them
    error: type[Exception]
    row: Callable[[Any], Any]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        given = {**self.values, **values}
        for name in values.keys() & self.writers.keys():
            given[name] = self.writers[name](given[name])
        return given if self.places is None else [given[name] for name in self.places]


def _row_of(columns: Sequence[str]) -> Callable[[Any], Any]:
    row: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc]
    made: Callable[[Any], Any] = row._make
    return made


def is_missing(error: DatabaseError) -> bool:
    """Whether a statement failed because there is no database, table or column of ours."""
    text = str(error.orig)
    return any(sign in text for sign in ("no such table", "no such column", "unable to open"))
