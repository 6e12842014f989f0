"""The database: the two kinds of connections, and the schema's version.

A `Reader` and a `Writer` are different types, so that the type checker refuses to let what
answers requests change anything. Either is one transaction: every statement of an answer sees the
same release, and a load that fails leaves nothing behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NewType

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError

from app.backends import BACKENDS, backend_of, read_url
from app.errors import StartError

Reader = NewType("Reader", Connection)
Writer = NewType("Writer", Connection)


class Database:
    """One database, by URL."""

    def __init__(self, url: str, migrations_dir: Path) -> None:
        self._url = read_url(url)
        self._backend = backend_of(self._url.get_backend_name())
        self._config = _alembic_config(migrations_dir)
        self._read_engine = self._backend.readers(self._url)
        self._write_engine = self._backend.writers(self._url)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self._backend.name_of(self._url)

    @property
    def is_there(self) -> bool:
        """Whether there may be something to read."""
        return self._backend.is_there(self._url)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A transaction that sees one state of the database and cannot change it."""
        with self._read_engine.connect() as connection, connection.begin():
            yield Reader(connection)

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """A transaction that is committed if the block ends well, and else never was."""
        self._backend.prepare(self._url)
        with self._write_engine.begin() as connection:
            yield Writer(connection)

    def close(self) -> None:
        """Give the connections back."""
        self._read_engine.dispose()
        self._write_engine.dispose()

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
                f"{self.name} is another program's database, with a table "
                f"{min(foreign)!r}: set LUNAR_DATABASE_URL to another one"
            )
        if current is not None and current not in {
            script.revision for script in scripts.walk_revisions()
        }:
            raise StartError(
                f"the database {self.name} has schema {current}, newer than this "
                f"program's {self.newest_revision}: install the newer program, or set "
                "LUNAR_DATABASE_URL to another one"
            )
        self._config.attributes["connection"] = writer
        command.upgrade(self._config, "head")
        return True


def _alembic_config(migrations_dir: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_dir).replace("%", "%%"))
    return config


def defer_references(writer: Writer) -> None:
    """Check at the end of the transaction only that rows refer to each other rightly."""
    backend_of(writer.dialect.name).defer_references(writer)


def is_missing(error: DatabaseError) -> bool:
    """Whether a statement failed because there is no database, table or column of ours."""
    return any(backend.is_missing(error) for backend in BACKENDS.values())
