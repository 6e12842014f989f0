"""Days in requests: how they are written, and which day each means."""

import calendar
import datetime as dt
import re
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from fastapi import Request
from pydantic import Field

from app.api.sent import sent_header, sent_headers
from app.errors import BadRequest, InvalidParameter, ParameterError

_HOW = (
    "`YYYY`, `YYYY-MM` (a period means its last day), `YYYY-MM-DD`, `today`, or back from today: "
    "`-30d`, `-6m`, `-1y`."
)


def day_field(description: str, example: str, default: Any = None) -> Any:
    """A parameter that is a day."""
    return Field(
        default=default,
        min_length=1,
        max_length=40,
        description=f"{description} {_HOW}",
        examples=[example],
        json_schema_extra={
            "pattern": (
                r"^(today|-\d{1,3}[dmy]|[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?)?)$"
            )
        },
    )


_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_BACK = re.compile(r"-(\d{1,5})([dmy])", re.ASCII)


def is_relative(text: str) -> bool:
    """Whether a text means another day on another day."""
    return _last_of(text) is None


def parse_day(name: str, text: str, today: dt.date) -> dt.date:
    """The day that a parameter means; a period means its last day.

    Raises:
        InvalidParameter: with how to write it.
    """
    try:
        if last := _last_of(text):
            return last
        if text == "today":
            return today
        if match := _BACK.fullmatch(text):
            return _back(today, int(match[1]), match[2])
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        pass
    detail = (
        f"{name} {text!r} is not a day: write YYYY, YYYY-MM, YYYY-MM-DD, today, or back from today "
        "-30d, -6m, -1y"
    )
    raise InvalidParameter(detail, [ParameterError(name, detail)])


@lru_cache(maxsize=2_000)
def _last_of(text: str) -> dt.date | None:
    """The last day of a period; None, if the text is none."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None, "the pattern has a year"
    month = 12 if month is None else month
    return dt.date(year, month, calendar.monthrange(year, month)[1] if day is None else day)


def _back(today: dt.date, number: int, unit: str) -> dt.date:
    if unit == "d":
        return today - dt.timedelta(days=number)
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def accept_datetime(request: Request) -> str | None:
    """The day that the header Accept-Datetime asks for (RFC 7089, 2.1.1), as `as_of` writes it.

    Raises:
        BadRequest: if it is no date.
    """
    if b"accept-datetime" not in sent_headers(request.scope):
        return None
    header = sent_header(request.scope, b"accept-datetime")
    try:
        moment = parsedate_to_datetime(header)
        # Without a zone it is of none but GMT (RFC 9110, 5.6.7).
        moment = moment.astimezone(dt.UTC) if moment.tzinfo else moment
        return moment.date().isoformat()
    except (ValueError, OverflowError):
        detail = (
            f"Accept-Datetime {header!r} is not a date: write it as "
            "Sat, 31 Mar 2018 23:59:59 GMT, or ask with as_of=2018-03-31"
        )
        raise BadRequest(detail, [ParameterError("Accept-Datetime", detail)]) from None
