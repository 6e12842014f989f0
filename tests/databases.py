"""Where tests have their databases: files of SQLite, or on a server of PostgreSQL.

`TEST_POSTGRESQL=postgresql://user@host:port/postgres` names the server, on which the user may make
databases.
"""

import hashlib
import os
from functools import cache
from pathlib import Path

import psycopg

SERVER = os.environ.get("TEST_POSTGRESQL", "")
_made: list[str] = []


def url_in(folder: Path, name: str = "lunar") -> str:
    """The URL of a database that is not there yet, or was made by an earlier call like this one."""
    path = folder / f"{name}.sqlite"
    return _on_server(path) if SERVER else f"sqlite:///{path}"


@cache
def _on_server(path: Path) -> str:
    name = f"lunar_{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    _made.append(name)
    return f"{SERVER.rpartition('/')[0]}/{name}"


def drop_all() -> None:
    """Take away what this process made."""
    if _made:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            for name in _made:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
