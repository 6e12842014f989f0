"""The data as a whole."""

from sqlalchemy import select

from app.db import Reader
from app.errors import NotReady
from app.queries.entities import Found
from app.tables import RELEASES


def get_dataset(reader: Reader) -> Found:
    """The release that the database holds.

    Raises:
        NotReady: if it holds none.
    """
    row = reader.execute(select(RELEASES.c.document, RELEASES.c.id)).one_or_none()
    if row is None:
        raise NotReady("the database holds no data yet: run lunar load")
    return Found(row[0], row[1])
