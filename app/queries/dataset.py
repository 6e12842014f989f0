"""The data as a whole."""

from sqlalchemy import select

from app.db import Reader
from app.errors import NotReady
from app.queries.entities import Found
from app.tables import RELEASES


def get_release(reader: Reader) -> str:
    """The id of the release that the database holds.

    Raises:
        NotReady: if it holds none.
    """
    release = reader.scalar(select(RELEASES.c.id))
    if release is None:
        raise NotReady("the database holds no data yet: run lunar load")
    return str(release)


def get_dataset(reader: Reader) -> Found:
    """The release that the database holds.

    Raises:
        NotReady: if it holds none.
    """
    row = reader.execute(select(RELEASES.c.document)).one_or_none()
    if row is None:
        raise NotReady("the database holds no data yet: run lunar load")
    return Found(row[0])
