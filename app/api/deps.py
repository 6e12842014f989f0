"""What handlers are given: the database, and the day it is."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Request

from app.db import Database, Reader
from app.errors import NotAcceptable

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


async def require_json(request: Request) -> None:
    """That the client takes what there is.

    Raises:
        NotAcceptable: if its Accept header rules JSON out (RFC 9110, 12.5.1).
    """
    accept = ",".join(request.headers.getlist("accept"))
    if accept and not accepts(accept, "application/json"):
        raise NotAcceptable(f"you accept {accept!r} only: accept application/json")


def accepts(header: str, media_type: str) -> bool:
    """Whether an Accept header allows a media type; its most specific range decides."""
    best = (-1, 0.0)
    kind = media_type.partition("/")[0]
    specificity = {"*/*": 0, f"{kind}/*": 1, media_type: 2}
    for part in header.split(","):
        range_, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if range_ in specificity:
            best = max(best, (specificity[range_], _quality(parameters)))
    return best[1] > 0


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


Now = Annotated[dt.datetime, Depends(get_now)]
Reading = Annotated[Reader, Depends(get_reader)]
