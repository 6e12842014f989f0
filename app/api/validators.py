"""The headers by which answers are kept, and asked for again."""

import datetime as dt

from app.api.asked import Asked
from app.api.caching import cache_control, entity_tag
from app.api.links import memento_datetime


def validators(
    asked: Asked, now: dt.datetime, *made_of: object, vary: str = "Accept-Datetime"
) -> dict[str, str]:
    """The headers of an answer that tells of a day.

    Args:
        asked: of which day.
        now: the moment of the request; what shows the day that is today is made of that, too.
        made_of: all else that the answer is made of.
        vary: the headers of requests on which it depends.
    """
    headers = {
        "ETag": entity_tag(*made_of, asked.requested, asked.day),
        "Cache-Control": cache_control(now, depends_on_today=asked.depends_on_today),
        "Vary": vary,
    }
    if asked.requested is not None:
        headers["Memento-Datetime"] = memento_datetime(asked.day)
    return headers
