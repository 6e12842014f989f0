"""What requests of the same moment read: one transaction, that begins when they look for a release.

To begin one, to read which release it sees and to end it costs as much as to read a record.
"""

import asyncio

from sqlalchemy.exc import DatabaseError

from app.db import Database, Reader, allow_more
from app.errors import NotReady
from app.queries.dataset import Held, held_by, passing

LENGTH = 0.01  # seconds


class Moment:
    """The moment that is now, for requests that are answered one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader: Reader | None = None
        self._is_alone = False
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> Held | None:
        """What the database holds at the beginning of another moment; None, if nothing.

        Raises:
            NotReady: if it cannot be read for a while.
        """
        self.end()
        try:
            self._reader = reader = self._database.begin()
            held = held_by(reader)
        except (NotReady, DatabaseError) as error:
            self.end()
            if isinstance(error, DatabaseError) and (why := passing(error)):
                raise why from error
            return None
        # Nobody may ask any more, and who writes would wait for it to end.
        self._timer = asyncio.get_running_loop().call_later(LENGTH, self.end)
        return held

    def __enter__(self) -> Reader:
        """The transaction of the moment; one by itself, if the moment is over."""
        if self._reader is None:
            self._is_alone = True
            self._reader = self._database.begin()
        else:
            allow_more(self._reader)
        return self._reader

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """End it, if it is of no more use."""
        if self._is_alone or isinstance(error, DatabaseError):
            self.end()

    def end(self) -> None:
        """End it."""
        reader, self._reader, self._is_alone = self._reader, None, False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if reader is not None:
            self._database.end(reader)
