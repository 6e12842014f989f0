"""What handlers are given: the database, and the day it is."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Request

from app.db import Database, Reader

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The only clock of the service."""
    return dt.datetime.now(dt.UTC)


# Everything here and every handler is async without ever waiting: a statement takes some tens of
# microseconds, and handing it to a thread and back takes several times as long.


async def get_now(request: Request) -> dt.datetime:
    """The instant of the request."""
    clock: Clock = request.app.state.clock
    return clock()


async def get_reader(request: Request) -> AsyncIterator[Reader]:
    """A transaction for the whole answer: all of it is of one release."""
    database: Database = request.app.state.database
    with database.read() as reader:
        yield reader


Now = Annotated[dt.datetime, Depends(get_now)]
Reading = Annotated[Reader, Depends(get_reader)]
