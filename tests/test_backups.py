"""Copies of a database, made as the guide says: each holds the same release, ready to serve."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.db import Database
from app.ledger.loading import load
from tests.builders import write_seed
from tests.clusters import clusters, programs
from tests.conftest import REPO
from tests.databases import contents
from tests.guide import blocks


def told(beginning: str) -> str:
    """The commands of the guide that begin so, but for serving."""
    (found,) = (
        block.text
        for block in blocks("running")
        if block.language == "sh" and block.text.startswith(beginning)
    )
    return "\n".join(line for line in found.splitlines() if "lunar serve" not in line)


def run(commands: str, folder: Path, **more: str) -> None:
    """Run commands of a shell in a folder."""
    environment = {**os.environ, **more}
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=folder, env=environment, check=True,
        timeout=120,
    )  # fmt: skip


def at(url: str) -> Database:
    """The database of a URL."""
    return Database(url, REPO / "migrations")


def check(seed: Path, original: str, *copies: str) -> None:
    """Each copy has every row, and a start finds nothing to do."""
    first = at(original)
    with first.write() as writer:
        expected = contents(writer)
    first.close()
    for url in copies:
        copy = at(url)
        assert not load(copy, seed).changed
        with copy.write() as writer:
            assert expected == contents(writer)
        copy.close()


def test_sqlite(tmp_path: Path) -> None:
    """A file is copied by SQLite's own program while it is in use."""
    if shutil.which("sqlite3") is None:
        reason = "sqlite3 is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    seed = write_seed(tmp_path / "seed")
    url = f"sqlite:///{tmp_path}/"
    database = at(f"{url}lunar.sqlite")
    load(database, seed)
    run(told("sqlite3 "), tmp_path)
    database.close()
    check(seed, *(f"{url}{name}.sqlite" for name in ("lunar", "copy", "smaller")))


def test_postgresql(tmp_path: Path) -> None:
    """A database is written into a file, and made again from it."""
    with clusters("server") as (server,):
        server.make()
        server.start()
        server.tell("CREATE DATABASE lunar")
        seed = write_seed(tmp_path / "seed")
        database = at(server.url("lunar"))
        load(database, seed)
        database.close()
        commands = told("pg_dump ").replace("postgresql://lunar@db.example.org/", server.url(""))
        run(commands, tmp_path, PGHOST="127.0.0.1", PGPORT=str(server.port), PGUSER="postgres",
            PATH=f"{programs()}:{os.environ['PATH']}")  # fmt: skip
        check(seed, server.url("lunar"), server.url("copy"))
