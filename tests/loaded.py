"""Databases that are loaded already: facts that many tests read are loaded once."""

import os
from pathlib import Path

import pytest

from app.db import Database
from app.ledger.loading import load
from app.settings import Settings
from tests.databases import copy_in


def loaded(factory: pytest.TempPathFactory, seed_dir: Path) -> Settings:
    """Settings of a database of this process, with the facts of a folder in it.

    Of several processes that test, one loads them and the others copy its database.
    """

    def fill(url: str) -> None:
        settings = Settings(database_url=url, seed_dir=seed_dir)
        database = Database(url, settings.migrations_dir)
        load(database, seed_dir)
        database.close()

    first = _common_folder(factory) / f"{seed_dir.name}.sqlite"
    url = copy_in(factory.mktemp(seed_dir.name), first, fill)
    return Settings(database_url=url, seed_dir=seed_dir)


def _common_folder(factory: pytest.TempPathFactory) -> Path:
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
