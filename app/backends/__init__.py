"""What differs between database engines stands here, and nowhere else: SQLite, and PostgreSQL.

All other code speaks SQLAlchemy, and is the same for each.
"""

import sqlite3
from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Protocol

from sqlalchemy import URL, ColumnElement, Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from app.backends.phrases import Query
from app.backends.sqlite import SQLite

_SQLITE, _POSTGRESQL = _NAMES = ("sqlite", "postgresql")
_EXAMPLES = "sqlite:////path/to/file.sqlite or postgresql://user:password@host/database"


class Backend(Protocol):
    """A database engine."""

    drivers: tuple[str, ...]  # of the URLs that are its own
    is_local: bool  # whether a connection, once made, cannot be lost

    def url(self, url: URL) -> URL:
        """The URL with the driver that the program uses."""

    def readers(self, url: URL) -> Engine:
        """Connections whose transactions see one state of the database, and change nothing."""

    def begin(self, connection: Connection, /) -> None:
        """Begin the transaction of a reader, if the driver does not when there is a statement."""

    def writers(self, url: URL) -> Engine:
        """Connections of which one at a time is in a transaction."""

    def prepare(self, url: URL) -> None:
        """Make what must be there before somebody connects to write.

        Raises:
            StartError: if it cannot be made.
        """

    def settle(self, engine: Engine, /) -> None:
        """Bring what was written to where it is read at the least cost."""

    def is_there(self, url: URL, /) -> bool:
        """Whether there may be a database to read."""

    def place(self, url: URL, /) -> Hashable:
        """What a URL leads to: connections to anything else are of no more use."""

    def name_of(self, url: URL) -> str:
        """What the database is called in messages; never with a password."""

    def is_missing(self, error: DatabaseError) -> bool:
        """Whether a statement failed because there is no database, table or column of ours."""

    def is_too_costly(self, error: DatabaseError) -> bool:
        """Whether a statement was broken off because it went on for too long."""

    def allow_more(self, connection: Connection, /) -> None:
        """Let a reader go on for as long again, because it has told something of what it read."""

    def allow_long(self, connection: Connection, /) -> None:
        """Let each statement of a transaction take its time, because nobody else waits for it."""

    def is_lost(self, error: DatabaseError, /) -> bool:
        """Whether a statement failed because the server cannot be reached, or not any more."""

    def is_locked(self, error: DatabaseError, /) -> bool:
        """Whether a statement failed because somebody else is changing a table."""

    def moves(self, engine: Engine, /) -> int:
        """How often the connections of readers went to another server, which may know less."""

    def without_indexes(self, connection: Connection, /) -> AbstractContextManager[None]:
        """Have indexes made when all rows are there, if that holds up nobody who reads."""

    def utf8(self, column: ColumnElement[str], /) -> ColumnElement[Any]:
        """A text as bytes in UTF-8; as it is, where that costs less."""

    # --- Full text ----------------------------------------------------------------------------

    def create_index(self, connection: Connection) -> None:
        """Make the full-text index, which is the engine's own."""

    def add(self, connection: Connection, documents: Sequence[tuple[int, str, str]]) -> None:
        """Put the words of documents in: of each its number, its names and its texts."""

    def finish(self, connection: Connection) -> None:
        """Make the index ready for those who search."""

    def key(self) -> ColumnElement[int]:
        """The number of a document."""

    def query(self, query: Query) -> str:
        """A query in the engine's own language."""

    def matches(self, query: ColumnElement[str]) -> ColumnElement[bool]:
        """That a document is found by a query."""

    def has_name(self, query: ColumnElement[str], /) -> ColumnElement[bool]:
        """That a document that is found has a name with any of these phrases."""

    def distance(self, query: ColumnElement[str], /) -> ColumnElement[float]:
        """How far a document that is found is from the ideal: the least comes first."""


def read_url(text: str) -> URL:
    """A database URL, with the driver that the program uses.

    Raises:
        ValueError: if it is none, or of an engine or driver that is not supported.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError(f"not a database URL; write {_EXAMPLES}") from None
    if url.get_backend_name() in _NAMES:
        backend = backend_of(url.get_backend_name())
        if url.drivername in backend.drivers:
            return backend.url(url)
    raise ValueError(f"{url.drivername!r} is not supported; write {_EXAMPLES}")


@cache
def backend_of(name: str) -> Backend:
    """The engine of a URL, connection or statement, by SQLAlchemy's name for it."""
    if name == _SQLITE:
        return SQLite()
    # With its driver and SQLAlchemy's dialect, a tenth of the time that a process takes to start.
    from app.backends.postgresql import PostgreSQL  # noqa: PLC0415

    return PostgreSQL()


def backend_of_error(error: DatabaseError) -> Backend:
    """The engine whose driver raised an error."""
    return backend_of(_SQLITE if isinstance(error.orig, sqlite3.Error) else _POSTGRESQL)
