"""SQLite: a file, in write-ahead mode once there is something in it, with full text by FTS5."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Date,
    Engine,
    LargeBinary,
    cast,
    create_engine,
    event,
    literal_column,
    text,
)
from sqlalchemy.dialects.sqlite import DATE
from sqlalchemy.dialects.sqlite.base import SQLiteTypeCompiler, ischema_names
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import Float

from app.backends.phrases import AllOf, AnyOf, Phrase, Query
from app.errors import StartError

_BUSY_SECONDS = 60
_SETTLING = 2_000  # milliseconds in which readers get on to what is new
_CACHED = 64 * 1024  # KB of pages that who writes may hold before it must write them out
_MAPPED = 1 << 30  # bytes of the file that are read in place, and not copied page by page
# KB of what lies beyond: the upper parts of its trees, with which each look begins.
_KEPT = 16 * 1024
_COUNTED_BY = 100_000  # steps
_MOST = 40  # times: a tenth of a second off an index, most of one where rows are read one by one
_WRITE_AHEAD = "PRAGMA journal_mode = WAL"
_BESIDE = ("-wal", "-shm")  # https://sqlite.org/howtocorrupt.html, 1.4
_DATE = "DATE_TEXT"
_NAMES_WEIGHT, _TEXTS_WEIGHT = 10.0, 1.0


class SQLite:
    """See `Backend`."""

    drivers: tuple[str, ...] = ("sqlite", "sqlite+pysqlite")
    is_local: bool = True

    def url(self, url: URL) -> URL:
        """See `Backend`."""
        return url

    def readers(self, url: URL) -> Engine:
        """See `Backend`; they make no file where there is none."""
        pragmas = ("query_only = ON", f"mmap_size = {_MAPPED}", f"cache_size = -{_KEPT}")
        engine = _engine(url, pragmas, factory=_Bounded)

        @event.listens_for(engine, "do_connect")
        def _on_connecting(*_: object) -> None:
            if not self.is_there(url):
                raise sqlite3.OperationalError(f"unable to open {url.database}: there is no file")

        return engine

    def begin(self, connection: Connection) -> None:
        """See `Backend`."""
        driver: Any = connection.connection.dbapi_connection
        driver.left = _MOST
        driver.execute("BEGIN")

    def writers(self, url: URL) -> Engine:
        """See `Backend`; whoever comes second waits at BEGIN, and finds the work done."""
        pragmas = ("foreign_keys = ON", "synchronous = NORMAL", f"cache_size = -{_CACHED}")
        engine = _engine(url, pragmas)

        @event.listens_for(engine, "begin")
        def _on_begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def prepare(self, url: URL) -> None:
        """Make the folder, and the file; in write-ahead mode readers go on while somebody loads.

        Where there is nothing to read yet, what is loaded goes straight into the file: each page
        that is read back is sought in all of the log, so that a long one costs as its square.
        """
        path = url.database
        if not path or path == ":memory:":
            raise StartError(f"{url} names no file: write sqlite:////path/to/file.sqlite")
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            if not Path(path).exists():  # what was beside another one is no part of a new one
                for ending in _BESIDE:
                    Path(f"{path}{ending}").unlink(missing_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
            try:
                if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                    connection.execute(_WRITE_AHEAD)
            finally:
                connection.close()
        except (OSError, sqlite3.DatabaseError) as error:
            message = f"the database {path} cannot be opened: {error}. Set LUNAR_DATABASE_URL."
            raise StartError(message) from error

    def settle(self, engine: Engine) -> None:
        """Have a log from now on, and bring what is in it into the file, once nobody reads the old.

        What stands in the log alone is copied by all who read it, and takes as much room again. If
        somebody goes on reading for long, or the file cannot take it, it stays there until there is
        something else to write, or nobody has the file open: it is written either way.
        """
        connection = engine.raw_connection()
        try:
            driver: Any = connection.dbapi_connection
            with suppress(sqlite3.OperationalError):
                driver.execute(f"PRAGMA busy_timeout = {_SETTLING}")
                driver.execute(_WRITE_AHEAD)
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.invalidate()  # the next is as patient as the others
            connection.close()

    def is_there(self, url: URL) -> bool:
        """See `Backend`."""
        return Path(url.database or "").is_file()

    def place(self, url: URL, /) -> tuple[int, int] | None:
        """See `Backend`: a file that was deleted or replaced is read on by who has it open."""
        try:
            found = os.stat(url.database or "")  # noqa: PTH116 - at half of the cost
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def name_of(self, url: URL) -> str:
        """Its path."""
        return str(url.database)

    def is_missing(self, error: DatabaseError) -> bool:
        """See `Backend`."""
        said = str(error.orig)
        return any(sign in said for sign in ("no such table", "no such column", "unable to open"))

    def is_too_costly(self, error: DatabaseError) -> bool:
        """See `Backend`."""
        return str(error.orig) == "interrupted"

    def utf8(self, column: ColumnElement[str], /) -> ColumnElement[Any]:
        """See `Backend`; they are stored so, and nothing is done."""
        return cast(column, LargeBinary)

    def allow_more(self, connection: Connection, /) -> None:
        """See `Backend`."""
        bounded = connection.connection.dbapi_connection
        assert isinstance(bounded, _Bounded)
        bounded.left = _MOST

    def allow_long(self, _: Connection, /) -> None:
        """See `Backend`: each piece of what is long may go over as much."""

    def is_lost(self, _: DatabaseError, /) -> bool:
        """See `Backend`: there is no server."""
        return False

    def is_locked(self, _: DatabaseError, /) -> bool:
        """See `Backend`: who reads goes on with what was there before."""
        return False

    def moves(self, _: Engine, /) -> int:
        """See `Backend`."""
        return 0

    @contextmanager
    def without_indexes(self, connection: Connection, /) -> Iterator[None]:
        """See `Backend`; those who read go on with what was there before."""
        found = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name NOT LIKE 'search_index%' ORDER BY rowid"
        ).all()
        for name, _ in found:
            connection.exec_driver_sql(f'DROP INDEX "{name}"')
        yield
        for _, made in found:
            connection.exec_driver_sql(made)

    # --- Full text --------------------------------------------------------------------------------

    def create_index(self, connection: Connection) -> None:
        """See `Backend`; words come separated by blanks, so its own idea of them is not asked."""
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE search_index USING "
            "fts5(names, texts, tokenize = 'ascii', prefix = '2 3')"
        )

    def add(self, connection: Connection, documents: Sequence[tuple[int, str, str]]) -> None:
        """See `Backend`."""
        connection.execute(
            text("INSERT INTO search_index (rowid, names, texts) VALUES (:id, :names, :texts)"),
            [{"id": number, "names": names, "texts": texts} for number, names, texts in documents],
        )

    def finish(self, connection: Connection) -> None:
        """Lay it out anew: it is found fastest, and nothing shows of what was there before."""
        connection.exec_driver_sql("INSERT INTO search_index (search_index) VALUES ('rebuild')")

    def key(self) -> ColumnElement[int]:
        """See `Backend`."""
        return literal_column("search_index.rowid")

    def query(self, query: Query) -> str:
        """See https://sqlite.org/fts5.html#full_text_query_syntax."""
        match query:
            case Phrase(terms, is_prefix, only_names):
                quoted = f'"{" ".join(terms)}"{" *" if is_prefix else ""}'
                return f"{{names}} : {quoted}" if only_names else quoted
            case AnyOf(queries):
                return f"({' OR '.join(map(self.query, queries))})"
            case AllOf(queries):
                return " AND ".join(map(self.query, queries))

    def matches(self, query: ColumnElement[str]) -> ColumnElement[bool]:
        """See `Backend`."""
        return literal_column("search_index").op("MATCH", is_comparison=True)(query)

    def has_name(self, _: ColumnElement[str], /) -> ColumnElement[bool]:
        """See `Backend`: by names alone it is below nought."""
        return literal_column("bm25(search_index, 1.0, 0.0)", Float) < 0

    def distance(self, _: ColumnElement[str], /) -> ColumnElement[float]:
        """By BM25."""
        return literal_column(f"bm25(search_index, {_NAMES_WEIGHT}, {_TEXTS_WEIGHT})", Float)


@compiles(Date, "sqlite")
def _date(_: Date, __: SQLiteTypeCompiler, **___: object) -> str:
    """The type of dates, which are stored as texts.

    A column of type DATE is one of numbers to SQLite, which would try to read its dates as numbers
    whenever it compares them: a quarter of what a list costs. With TEXT in its name a type is one
    of texts (https://sqlite.org/datatype3.html, 3.1).
    """
    return _DATE


ischema_names[_DATE] = DATE  # by which Alembic knows it again


class _Bounded(sqlite3.Connection):
    """A connection whose transactions are broken off when they have done so many steps.

    Steps are those of the engine's virtual machine: equal questions take equally many, however busy
    the machine is.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.left = _MOST
        self.set_progress_handler(self._spend, _COUNTED_BY)

    def _spend(self) -> bool:
        if self.in_transaction:  # statements by themselves are small
            self.left -= 1
        return self.left < 0


def _engine(
    url: URL, pragmas: tuple[str, ...], factory: type[sqlite3.Connection] = sqlite3.Connection
) -> Engine:
    # Whoever wants a connection gets one: waiting would hold up those who could give theirs back.
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_SECONDS, "factory": factory},
        poolclass=QueuePool,
        max_overflow=-1,
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        # Python's driver opens transactions of its own accord, but not before DDL; they are opened
        # above instead, so that migrations roll back too.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    return engine
