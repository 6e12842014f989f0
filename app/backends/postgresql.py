"""PostgreSQL: a server, or several with one that writes, with full text by tsvector."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    cast,
    create_engine,
    event,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.exc import DatabaseError, DisconnectionError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import String, Text

from app.backends.phrases import AllOf, AnyOf, Phrase, Query
from app.errors import StartError

_DRIVER = "postgresql+psycopg"
_LONGEST_READ = 1_000  # milliseconds of one statement of a reader, for which others wait
_LONGEST_ALONE = 30_000  # the same where nobody does: the whole of a list may have to be sorted
_LOCK = 7_151_203  # whoever holds it writes; any number that other programs do not use
_LONGEST_WAIT = 100  # milliseconds for a table that is being changed, before a reader says so
_CANCELLED = "57014"
_LOCKED = "55P03"
_SERVER = "lunar_server"  # under which an engine and its connections know theirs
_RECYCLE = 300  # seconds after which a connection is made anew, perhaps to a server that came back
_SILENCE = 1.0  # seconds
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
_PATIENCE = {
    "connect_timeout": 2, "tcp_user_timeout": 3_000,
    "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2,
}  # fmt: skip
_GONE = ("08", "57P")  # connections that broke; a server that ends, starts, or was told to end
_UNDEFINED = ("42P01", "42703", "3D000")  # table, column, database
# Of the four weights of words in a tsvector, those of names take the first, others the last.
_NAME, _TEXT = "A", "D"
_WEIGHTS = "{0.1, 0, 0, 1}"
_WHOLE = 10  # how much more a whole word counts than one that goes on
_LAST_PLACE, _MOST_PLACES = 16_383, 255  # what a tsvector can tell of one word
_LONGEST = 500  # characters of a word that it compares: they are 2,046 bytes at most
_APART = 100  # places between names and texts: no phrase reaches from one into the other


class PostgreSQL:
    """See `Backend`."""

    drivers: tuple[str, ...] = ("postgresql", _DRIVER)
    is_local: bool = False

    def url(self, url: URL) -> URL:
        """With psycopg 3 as its driver."""
        return url.set(drivername=_DRIVER)

    def readers(self, url: URL) -> Engine:
        """See `Backend`; where the URL names several servers, those that only follow come first."""
        # No query here is worth several processes; and without them, what UNION ALL joins comes in
        # its order.
        alone = (
            f"{url.query.get('options', '')} -c max_parallel_workers_per_gather=0 "
            f"-c statement_timeout={_LONGEST_READ} -c lock_timeout={_LONGEST_WAIT}"
        )
        server = _OneServer()
        engine = create_engine(
            url,
            pool_pre_ping=True,
            pool_recycle=_RECYCLE,
            max_overflow=-1,  # to wait would hold up those who could give theirs back
            connect_args=_session(url, "prefer-standby") | {"options": alone},
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True, _SERVER: server},
        )
        event.listen(engine, "do_connect", server.connect)
        event.listen(engine, "checkout", server.check)
        return engine

    def begin(self, _: Connection, /) -> None:
        """See `Backend`: the driver does."""

    def writers(self, url: URL) -> Engine:
        """See `Backend`; whoever comes second waits for the lock, and finds the work done."""
        engine = create_engine(url, pool_pre_ping=True, connect_args=_session(url, "read-write"))

        @event.listens_for(engine, "begin")
        def _on_begin(connection: Connection) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

        return engine

    def prepare(self, url: URL) -> None:
        """See `Backend`: that one can connect is all."""
        engine = self.writers(url)
        try:
            with engine.connect():
                pass
        except OperationalError as error:
            why = str(error.orig).strip().partition("\n")[0]
            message = f"the database {self.name_of(url)} cannot be opened: {why}"
            raise StartError(f"{message}. Set LUNAR_DATABASE_URL.") from error
        finally:
            engine.dispose()

    def is_there(self, _: URL, /) -> bool:
        """See `Backend`."""
        return True

    def place(self, _: URL, /) -> None:
        """See `Backend`: of connections that are lost the pool knows."""

    def name_of(self, url: URL) -> str:
        """Its URL without the password."""
        return url.render_as_string(hide_password=True)

    def is_missing(self, error: DatabaseError) -> bool:
        """See `Backend`."""
        return getattr(error.orig, "sqlstate", None) in _UNDEFINED

    def is_too_costly(self, error: DatabaseError) -> bool:
        """See `Backend`."""
        return getattr(error.orig, "sqlstate", None) == _CANCELLED

    def utf8(self, column: ColumnElement[str], /) -> ColumnElement[Any]:
        """See `Backend`; bytes would be sent as twice as many letters."""
        return column

    def allow_more(self, _: Connection, /) -> None:
        """See `Backend`: each part of what is read is a statement of its own."""

    def allow_long(self, connection: Connection, /) -> None:
        """See `Backend`."""
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {_LONGEST_ALONE}")

    def is_lost(self, error: DatabaseError) -> bool:
        """See `Backend`: it cannot be reached, ends, or has not begun to serve."""
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            return isinstance(error.orig, psycopg.OperationalError)
        return str(state).startswith(_GONE)

    def is_locked(self, error: DatabaseError, /) -> bool:
        """See `Backend`: who changes a table has it alone until its transaction ends."""
        return getattr(error.orig, "sqlstate", None) == _LOCKED

    def moves(self, engine: Engine) -> int:
        """See `Backend`."""
        server: _OneServer = engine.get_execution_options()[_SERVER]
        return server.moves

    def settle(self, _: Engine, /) -> None:
        """See `Backend`: the server does."""

    @contextmanager
    def without_indexes(self, _: Connection, /) -> Iterator[None]:
        """See `Backend`: they stay, because who reads would wait for them."""
        yield

    # --- Full text --------------------------------------------------------------------------------

    def create_index(self, connection: Connection) -> None:
        """See `Backend`."""
        connection.exec_driver_sql(
            "CREATE TABLE search_index (id integer PRIMARY KEY, words tsvector NOT NULL)"
        )
        connection.exec_driver_sql("CREATE INDEX ix_search_index ON search_index USING gin (words)")

    def add(self, connection: Connection, documents: Sequence[tuple[int, str, str]]) -> None:
        """See `Backend`."""
        statement = text("INSERT INTO search_index VALUES (:id, CAST(:words AS tsvector))")
        connection.execute(
            statement,
            [{"id": number, "words": _vector(names, texts)} for number, names, texts in documents],
        )

    def finish(self, connection: Connection) -> None:
        """Tell the planner what there is now: it was all written in this transaction."""
        connection.exec_driver_sql("ANALYZE")

    def key(self) -> ColumnElement[int]:
        """See `Backend`."""
        return literal_column("search_index.id")

    def query(self, query: Query) -> str:
        """See https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY."""
        match query:
            case Phrase(terms, is_prefix, only_names):
                marks = [_NAME if only_names else ""] * len(terms)
                marks[-1] += "*" if is_prefix else ""
                return " <-> ".join(
                    f"'{term[:_LONGEST]}'{':' if mark else ''}{mark}"
                    for term, mark in zip(terms, marks, strict=True)
                )
            case AnyOf(queries):
                return f"({' | '.join(f'({self.query(part)})' for part in queries)})"
            case AllOf(queries):
                return " & ".join(f"({self.query(part)})" for part in queries)

    def matches(self, query: ColumnElement[str]) -> ColumnElement[bool]:
        """See `Backend`."""
        return _WORDS.op("@@")(cast(query, TSQUERY))

    def has_name(self, query: ColumnElement[str]) -> ColumnElement[bool]:
        """See `Backend`."""
        return self.matches(query)

    def distance(self, query: ColumnElement[str]) -> ColumnElement[float]:
        """By how often the words stand there, and whether in names, for its length.

        Words that are there as they were typed count more than those that go on.
        """
        whole = func.replace(query, ":*", "")
        return -(_rank(query) + _WHOLE * _rank(whole))


def _rank(query: ColumnElement[str]) -> ColumnElement[float]:
    by_log_of_length = 1
    return func.ts_rank(text(f"'{_WEIGHTS}'"), _WORDS, cast(query, TSQUERY), by_log_of_length)


_WORDS: ColumnElement[str] = literal_column("search_index.words", TSVECTOR)


def _vector(names: str, texts: str) -> str:
    """Words with their places, as a tsvector is written: `'luna':1A '26':2A`."""
    named = names.split()
    places: defaultdict[str, list[str]] = defaultdict(list)
    for words, first, weight in ((named, 1, _NAME), (texts.split(), len(named) + _APART, _TEXT)):
        for place, word in enumerate(words, first):
            places[word[:_LONGEST]].append(f"{min(place, _LAST_PLACE)}{weight}")
    return " ".join(f"'{word}':{','.join(at[:_MOST_PLACES])}" for word, at in places.items())


class _OneServer:
    """Has all connections of an engine lead to one server: the one that was reached last.

    Of two servers one may hold an older release than the other. So what is read goes back to it at
    most when a server is lost or comes again, and whoever must know is told how often that was.
    """

    def __init__(self) -> None:
        self.moves = 0
        self._place: tuple[str, int] | None = None
        self._silent_until = float("-inf")

    def connect(self, dialect: Dialect, record: Any, args: Any, named: Any) -> Any:
        """Make a connection; where nobody was reached a moment ago, nobody is waited for."""
        if time.monotonic() < self._silent_until:
            raise psycopg.OperationalError("no server could be reached a moment ago")
        try:
            connection: Any = dialect.connect(*args, **named)
        except psycopg.OperationalError:
            self._silent_until = time.monotonic() + _SILENCE
            raise
        place = connection.info.host, connection.info.port
        if place != self._place:
            self._place = place
            self.moves += 1
        record.info[_SERVER] = place
        return connection

    def check(self, _connection: Any, record: Any, _proxy: Any) -> None:
        """Refuse a connection to a server from which others have moved on."""
        if record.info[_SERVER] != self._place:
            raise DisconnectionError


def _session(url: URL, wanted: str) -> dict[str, Any]:
    """What libpq is told if the URL does not: which server to take, and how long to wait for it."""
    told = {"target_session_attrs": wanted, **_PATIENCE}
    return {name: value for name, value in told.items() if name not in url.query}


@compiles(String, "postgresql")
def _string(type_: String, compiler: PGTypeCompiler, **named: object) -> str:
    return _by_bytes(compiler.visit_string(type_, **named), named)


@compiles(Text, "postgresql")
def _text(type_: Text, compiler: PGTypeCompiler, **named: object) -> str:
    return _by_bytes(compiler.visit_text(type_, **named), named)


def _by_bytes(written: str, named: dict[str, object]) -> str:
    """Columns compare text as SQLite does, whatever the language of the database is."""
    is_column = named.get("type_expression") is not None
    return f'{written} COLLATE "C"' if is_column and "COLLATE" not in written else written
