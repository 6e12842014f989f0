"""Moments: requests that come together read one transaction, and nobody holds it for long."""

import asyncio

import pytest
from sqlalchemy.exc import DatabaseError, OperationalError

from app.api import moment
from app.api.moment import Moment
from app.db import Database


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment that is over soon, but not before a test has looked."""
    monkeypatch.setattr(moment, "LENGTH", 0.05)


def test_it_ends_by_itself(database: Database) -> None:
    """Who writes would wait for a transaction that nobody asks any more."""

    async def wait() -> None:
        now = Moment(database)
        now.begin()
        assert now._reader is not None
        for _ in range(200):
            await asyncio.sleep(0.01)
            if now._reader is None:
                break
        assert now._reader is None

    asyncio.run(wait())


def test_its_end_is_not_that_of_the_next(database: Database) -> None:
    """A moment that was ended early has nothing to end any more."""

    async def twice() -> None:
        now = Moment(database)
        now.begin()
        first = now._timer
        now.begin()
        assert first is not None
        assert first.cancelled()
        assert now._timer is not None
        assert not now._timer.cancelled()
        now.end()

    asyncio.run(twice())


def test_an_error_ends_it(database: Database) -> None:
    """After an error a transaction may be of no use: the next request reads another."""

    async def fail() -> None:
        now = Moment(database)
        now.begin()
        with pytest.raises(DatabaseError), now:
            raise OperationalError("SELECT", {}, Exception("lost"))
        assert now._reader is None
        now.begin()
        with pytest.raises(KeyError), now:
            raise KeyError("of our own")
        assert now._reader is not None
        now.end()

    asyncio.run(fail())
