"""The database: the two kinds of connections, and the schema's version.

A `Reader` and a `Writer` are different types, so that the type checker refuses to let what
answers requests change anything. Either is one transaction: every statement of an answer sees the
same release, and a load that fails leaves nothing behind.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NewType

from sqlalchemy import Connection, Dialect, Select, column, inspect, select, table
from sqlalchemy.exc import DatabaseError, DBAPIError

from app.backends import backend_of, backend_of_error, read_url
from app.errors import StartError

Reader = NewType("Reader", Connection)
Writer = NewType("Writer", Connection)

_MOST_IDLE = 5
_ONCE = "lunar.once"  # what was read in a transaction, beside its connection
_PLACE = "lunar.place"  # where a connection leads


class Database:
    """One database, by URL."""

    def __init__(self, url: str, migrations_dir: Path) -> None:
        self.url = read_url(url)
        self._backend = backend_of(self.url.get_backend_name())
        self._migrations_dir = migrations_dir
        self._idle: list[Connection] = []
        self._place: Hashable = None
        self._read_engine = self._backend.readers(self.url)
        self._write_engine = self._backend.writers(self.url)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self._backend.name_of(self.url)

    @property
    def is_there(self) -> bool:
        """Whether there may be something to read."""
        return self._backend.is_there(self.url)

    @contextmanager
    def read(self, *, at_length: bool = False) -> Iterator[Reader]:
        """A transaction that sees one state of the database and cannot change it.

        Args:
            at_length: whether each statement may take its time, because nobody else waits for it.
        """
        reader = self.begin()
        try:
            if at_length:
                self._backend.allow_long(reader)
            yield reader
        finally:
            self.end(reader)

    def begin(self) -> Reader:
        """Such a transaction, for who ends it."""
        self._look()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._read_engine.connect()
            connection.info[_PLACE] = self._place
        try:
            self._backend.begin(connection)
            connection.info[_ONCE] = {}
        except BaseException:
            self.end(Reader(connection))
            raise
        return Reader(connection)

    def end(self, connection: Reader) -> None:
        """End a transaction; a connection that cannot be lost is kept at hand for the next one."""
        if connection.closed:
            return  # whoever had it needed it no more
        is_current = connection.info.get(_PLACE) == self._place
        if not (self._backend.is_local and is_current and len(self._idle) < _MOST_IDLE):
            connection.close()
            return
        if connection.in_transaction():  # as SQLAlchemy sees it: it ran a statement
            connection.rollback()
        else:
            connection.connection.dbapi_connection.rollback()  # type: ignore[union-attr]
        self._idle.append(connection)

    @property
    def moves(self) -> int:
        """How often reading went to another server, which may hold an older release."""
        return self._backend.moves(self._read_engine)

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """A transaction that is committed if the block ends well, and else never was."""
        self._backend.prepare(self.url)
        self._look()
        with self._write_engine.begin() as connection:
            yield Writer(connection)
        self._backend.settle(self._write_engine)

    def close(self) -> None:
        """Give the connections back."""
        self.give_back()
        self._read_engine.dispose()
        self._write_engine.dispose()

    def give_back(self) -> None:
        """Give the connections that are kept at hand back to SQLAlchemy."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _look(self) -> None:
        """Let go of connections to what is there no more: its file was deleted, or replaced."""
        place = self._backend.place(self.url)
        if place != self._place:
            self._place = place
            self.close()

    # --- Schema ---------------------------------------------------------------------------------

    @property
    def newest_revision(self) -> str:
        """The version of the schema that this program is written for."""
        return max(self._revisions)

    @cached_property
    def _revisions(self) -> set[str]:
        """All versions that there were, which are numbered."""
        scripts = (self._migrations_dir / "versions").glob("*.py")
        found = (_REVISION.search(script.read_text("utf-8")) for script in scripts)
        return {known[1] for known in found if known}

    def is_current(self, connection: Reader | Writer) -> bool:
        """Whether the database has the schema that this program is written for."""
        return _revision_of(connection) == self.newest_revision

    def migrate(self, writer: Writer) -> bool:
        """Bring the schema up to date within the writer's transaction; says whether it had to.

        Raises:
            StartError: if the database is of a newer program.
        """
        current = _revision_of(writer)
        if current == self.newest_revision:
            return False
        foreign = set(inspect(writer).get_table_names()) - {_VERSION.name}
        if current is None and foreign:
            raise StartError(
                f"{self.name} is another program's database, with a table "
                f"{min(foreign)!r}: set LUNAR_DATABASE_URL to another one"
            )
        if current is not None and current not in self._revisions:
            raise StartError(
                f"the database {self.name} has schema {current}, newer than this "
                f"program's {self.newest_revision}: install the newer program, or set "
                "LUNAR_DATABASE_URL to another one"
            )
        _upgrade(writer, self._migrations_dir)
        return True


_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_VERSION = table("alembic_version", column("version_num"))  # which Alembic keeps


def _revision_of(connection: Connection) -> str | None:
    """The version of the schema that a database has, if it has any."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    found: str | None = connection.scalar(select(_VERSION.c.version_num))
    return found


def _upgrade(writer: Writer, migrations_dir: Path) -> None:
    # Seldom needed, and a tenth of the time and memory that a process takes to start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": writer})
    config.set_main_option("script_location", str(migrations_dir).replace("%", "%%"))
    command.upgrade(config, "head")


def allow_more(reader: Reader) -> None:
    """Let a reader go on for as long again, because it has told something of what it read."""
    backend_of(reader.dialect.name).allow_more(reader)


def is_too_costly(error: DatabaseError) -> bool:
    """Whether a statement was broken off because it went on for too long."""
    return backend_of_error(error).is_too_costly(error)


@contextmanager
def without_indexes(writer: Writer) -> Iterator[None]:
    """Have the engine make its indexes when all rows are there, if that holds up no reader."""
    with backend_of(writer.dialect.name).without_indexes(writer):
        yield


class Prepared:
    """A statement that is compiled once, for those that are run for every request.

    Its rows are named tuples of what the driver gives: dates are text where the database has none.
    Values that differ between runs are bind parameters with names and, at first, any value.
    """

    def __init__(self, statement: Select[Any]) -> None:
        # Until it is compiled: what SQLAlchemy makes a statement of takes ten times its room.
        self._statement: Select[Any] | None = statement
        self._ready: _Ready | None = None

    def rows(self, reader: Reader, values: Mapping[str, Any]) -> Sequence[Any]:
        """All rows, for these values of its bind parameters."""
        return self.run(reader.connection.dbapi_connection, reader.dialect, values)

    def columns(self, reader: Reader, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """All rows as columns, for very many of them; none at all, if there are no rows."""
        fetched, _ = self._fetched(reader.connection.dbapi_connection, reader.dialect, values)
        return list(zip(*fetched, strict=True))

    def once(self, reader: Reader) -> Sequence[Any]:
        """All rows, which are read once in a transaction; it has no bind parameters."""
        found: dict[Prepared, Sequence[Any]] = reader.info.get(_ONCE, {})
        if self not in found:
            found[self] = self.rows(reader, {})
        return found[self]

    def run(self, driver: Any, dialect: Dialect, values: Mapping[str, Any]) -> Sequence[Any]:
        """All rows, of a connection of the driver."""
        fetched, row = self._fetched(driver, dialect, values)
        return list(map(row, fetched))

    def _fetched(
        self, driver: Any, dialect: Dialect, values: Mapping[str, Any]
    ) -> tuple[Sequence[Any], Callable[[Any], Any]]:
        """All rows as the driver gives them, and what names their values."""
        ready = self._ready or self._make(dialect)
        parameters = ready.parameters(values)
        try:
            return driver.execute(ready.sql, parameters).fetchall(), ready.row
        except ready.error as error:
            raise DBAPIError.instance(ready.sql, parameters, error, ready.error) from error

    def _make(self, dialect: Dialect) -> "_Ready":
        statement = self._statement
        if statement is None:  # another thread was first
            assert self._ready is not None
            return self._ready
        compiled: Any = statement.compile(
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
        places = compiled.positiontup
        ready = self._ready = _Ready(
            sql=str(compiled),
            values=values if places is None else [values[name] for name in places],
            places={name: [name] for name in values} if places is None else _places(places),
            writers=writers,
            error=dialect.loaded_dbapi.Error,
            row=_row_of(tuple(column.name for column in statement.selected_columns)),
        )
        self._statement = None
        return ready


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a statement is to the driver."""

    sql: str
    values: Any  # of its parameters, where none are given: by name or in their order
    places: Mapping[str, Sequence[Any]]  # where a parameter stands among them
    writers: Mapping[str, Callable[[Any], Any]]  # what makes them as the driver wants them
    error: type[Exception]
    row: Callable[[Any], Any]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        given = self.values.copy()
        for name, value in values.items():
            write = self.writers.get(name)
            written = write(value) if write else value
            for place in self.places.get(name, ()):
                given[place] = written
        return given


def _places(names: Sequence[str]) -> Mapping[str, Sequence[int]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    return places


@lru_cache(maxsize=500)
def _row_of(columns: tuple[str, ...]) -> Callable[[Any], Any]:
    row: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc]
    return partial(tuple.__new__, row)  # what _make() does, at a third of its cost


def is_missing(error: DatabaseError) -> bool:
    """Whether a statement failed because there is no database, table or column of ours."""
    return backend_of_error(error).is_missing(error)


def is_lost(error: DatabaseError) -> bool:
    """Whether a statement failed because the database cannot be reached, or not any more."""
    return backend_of_error(error).is_lost(error)


def is_locked(error: DatabaseError) -> bool:
    """Whether a statement failed because somebody else is changing a table."""
    return backend_of_error(error).is_locked(error)
