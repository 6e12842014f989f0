"""Databases that are loaded already: facts that many tests read are loaded once."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.db import Database
from app.ledger.loading import load
from app.settings import Settings
from tests.databases import SERVER, url_in


def loaded(factory: pytest.TempPathFactory, seed_dir: Path) -> Settings:
    """Settings of a database of this process, with the facts of a folder in it.

    Of several processes that test, one loads them and the others copy its file. On a server each
    loads a database of its own.
    """
    folder = factory.mktemp(seed_dir.name)
    settings = Settings(database_url=url_in(folder), seed_dir=seed_dir)
    if SERVER:
        _load(settings)
        return settings
    file, first = folder / "lunar.sqlite", _common_folder(factory) / f"{seed_dir.name}.sqlite"
    with closing(sqlite3.connect(first.with_suffix(".turn"), timeout=300)) as turn:
        turn.execute("BEGIN EXCLUSIVE")  # the others wait here
        if first.exists():
            shutil.copyfile(first, file)
        else:
            _load(settings)
            shutil.copyfile(file, first)
    return settings


def _common_folder(factory: pytest.TempPathFactory) -> Path:
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _load(settings: Settings) -> None:
    database = Database(settings.database_url, settings.migrations_dir)
    load(database, settings.seed_dir)
    database.close()
