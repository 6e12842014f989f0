"""Dates as precise as their source made them: Extended Date/Time Format (ISO 8601-2:2019).

Supported: EDTF level 0 dates and intervals, level 1 (seasons, qualification, decades, open
intervals, unknown starts), and from level 2 the sub-year groupings for quarters (33-36) and halves
(40-41).
Not supported: times of day, years outside 0000-9999, and the other features of level 2.

The grammar is ours because the `edtf` package has no bounds for open intervals, no qualified
quarters, and costs a third of a second to import; the tests hold the two against each other
wherever both have an answer.

Nothing here reads a clock.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Precision(StrEnum):
    """How much of a date its source gave, from finest to coarsest."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    DECADE = "decade"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class Span:
    """A difference between two dates, in days: at least `min`, at most `max`; None = no bound."""

    min: int | None
    max: int | None


@dataclass(frozen=True, slots=True)
class FuzzyDate:
    """A date with its bounds: full days, both inclusive; None = open."""

    edtf: str
    earliest: dt.date | None
    latest: dt.date | None
    precision: Precision
    label: str
    approximate: bool = False
    uncertain: bool = False

    def contains(self, other: "FuzzyDate") -> bool:
        """Whether every day of `other` may be a day of this one."""
        starts = self.earliest is None or (
            other.earliest is not None and self.earliest <= other.earliest
        )
        ends = self.latest is None or (other.latest is not None and other.latest <= self.latest)
        return starts and ends

    def begins_after(self, other: "FuzzyDate") -> bool:
        """Whether every day of this one lies after every day of `other`."""
        return not _not_after(self.earliest, other.latest)

    def intersects(self, other: "FuzzyDate") -> bool:
        """Whether the two may be the same day."""
        return _not_after(self.earliest, other.latest) and _not_after(other.earliest, self.latest)


def _not_after(start: dt.date | None, end: dt.date | None) -> bool:
    return start is None or end is None or start <= end


def difference(later: FuzzyDate, earlier: FuzzyDate) -> Span:
    """`later` minus `earlier`, as a span: open ends leave that side of the span unbounded."""
    return Span(
        min=_days(later.earliest, earlier.latest),
        max=_days(later.latest, earlier.earliest),
    )


def _days(minuend: dt.date | None, subtrahend: dt.date | None) -> int | None:
    return None if minuend is None or subtrahend is None else (minuend - subtrahend).days


_LAST_YEAR = 9998  # one short of what a date can hold: the day after must be a date too

_SEASONS = {21: ("spring", 3), 22: ("summer", 6), 23: ("autumn", 9), 24: ("winter", 12)}
_GROUPINGS = {  # code: (precision, first month, months, label)
    **{code: (Precision.SEASON, first, 3, name) for code, (name, first) in _SEASONS.items()},
    **{33 + i: (Precision.QUARTER, 1 + 3 * i, 3, f"Q{i + 1}") for i in range(4)},
    **{40 + i: (Precision.HALF, 1 + 6 * i, 6, f"H{i + 1}") for i in range(2)},
}

# What a date looks like, for documentation; the calendar has the last word.
_LOOK = r"[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?|-(2[1-4]|3[3-6]|4[01]))?[~?%]?"
DATE_PATTERN = rf"^(({_LOOK}|[1-9]\d\dX[~?%]?)|({_LOOK}/\.\.)|((\.\.)?/{_LOOK}))$"

_SIMPLE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?P<qualifier>[~?%]?)", re.ASCII
)
_DECADE = re.compile(r"(?P<decade>\d{3})X(?P<qualifier>[~?%]?)", re.ASCII)


@lru_cache(maxsize=16_384)
def parse_date(text: str) -> FuzzyDate:
    """Parse an EDTF expression of the profile above.

    Raises:
        ValueError: with what is wrong and how to write it instead.
    """
    if "/" not in text:
        return _parse_simple(text)
    ends = text.split("/")
    if len(ends) != 2 or not ends[1]:
        raise ValueError(f"{text!r} is not an interval: write start/end, with .. for an open end")
    start, end = (None if part in ("", "..") else _parse_endpoint(part, text) for part in ends)
    if start is None and end is None:
        raise ValueError(f"{text!r} says nothing: leave the date out, or claim it as unknown")
    earliest = start.earliest if start else None
    latest = end.latest if end else None
    if earliest and latest and earliest > latest:
        raise ValueError(f"{text!r} ends before it begins: swap its ends")
    known = [date for date in (start, end) if date]
    return FuzzyDate(
        edtf=text,
        earliest=earliest,
        latest=latest,
        precision=Precision.INTERVAL,
        label=_interval_label(start, end),
        approximate=any(date.approximate for date in known),
        uncertain=any(date.uncertain for date in known),
    )


def until(day: dt.date) -> FuzzyDate:
    """On some day until one: since when is unknown."""
    return parse_date(f"/{day.isoformat()}")


def _parse_endpoint(part: str, whole: str) -> FuzzyDate:
    # 2024/25 is what people write for "2024 to 2025", never the year 25.
    if re.fullmatch(r"\d{2}", part):
        raise ValueError(f"{whole!r} is short for an interval: write both years in full")
    return _parse_simple(part)


def _parse_simple(text: str) -> FuzzyDate:
    if match := _DECADE.fullmatch(text):
        first = int(match["decade"]) * 10
        _check_year(first + 9, text)
        return _build(
            text,
            _first_day(first, 1, text),
            dt.date(first + 9, 12, 31),
            Precision.DECADE,
            f"{first}s",
            match["qualifier"],
        )
    match = _SIMPLE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date: write YYYY, YYYY-MM, YYYY-MM-DD or start/end")
    year, qualifier = int(match["year"]), match["qualifier"]
    if not match["month"]:
        return _build(
            text, _first_day(year, 1, text), dt.date(year, 12, 31), Precision.YEAR, f"{year:04d}",
            qualifier,
        )  # fmt: skip
    month = int(match["month"])
    if match["day"]:
        return _parse_day(text, year, month, int(match["day"]), qualifier)
    if 1 <= month <= 12:
        label = f"{calendar.month_name[month]} {year:04d}"
        return _build(
            text, _first_day(year, month, text), _last_day(year, month), Precision.MONTH, label,
            qualifier,
        )  # fmt: skip
    if month not in _GROUPINGS:
        raise ValueError(f"{text!r} has no month {month:02d}: {_month_remedy(year, month)}")
    precision, first_month, months, name = _GROUPINGS[month]
    # A winter belongs to the year in which it begins and ends in the next one's February.
    last = first_month + months - 1
    return _build(
        text,
        _first_day(year, first_month, text),
        _last_day(year + (last - 1) // 12, (last - 1) % 12 + 1),
        precision,
        f"{name} {year:04d}",
        qualifier,
    )


def _month_remedy(year: int, month: int) -> str:
    # Level 2 would read 2024-25 as "spring, northern hemisphere"; a person means two years.
    second = year + (month - year) % 100
    meant = second == year + 1 or (25 <= month <= 32 and second > year)
    if meant and year >= 1 and second <= _LAST_YEAR:
        return f"for two years write {year:04d}/{second:04d}"
    return "use 01-12, seasons 21-24, quarters 33-36 or halves 40-41"


def _parse_day(text: str, year: int, month: int, day: int, qualifier: str) -> FuzzyDate:
    _check_year(year, text)
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar: check it") from None
    label = f"{day} {calendar.month_name[month]} {year:04d}"
    return _build(text, date, date, Precision.DAY, label, qualifier)


def _first_day(year: int, month: int, text: str) -> dt.date:
    _check_year(year, text)
    return dt.date(year, month, 1)


def _check_year(year: int, text: str) -> None:
    if not 1 <= year <= _LAST_YEAR:
        raise ValueError(f"{text!r} is outside of what we can count: use the years 0001 to 9998")


def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _build(
    text: str,
    earliest: dt.date,
    latest: dt.date,
    precision: Precision,
    label: str,
    qualifier: str,
) -> FuzzyDate:
    approximate, uncertain = qualifier in ("~", "%"), qualifier in ("?", "%")
    words = ("about " if qualifier in ("~", "%") else "") + label
    return FuzzyDate(
        edtf=text,
        earliest=earliest,
        latest=latest,
        precision=precision,
        label=words + (" (uncertain)" if uncertain else ""),
        approximate=approximate,
        uncertain=uncertain,
    )


def _interval_label(start: FuzzyDate | None, end: FuzzyDate | None) -> str:
    if start is None:
        return f"by {end.label}" if end else ""
    if end is None:
        return f"{start.label} or later"
    if start.precision == end.precision == Precision.YEAR and start.label[-4:].isdigit():
        return f"{start.label}–{end.label}"
    return f"{start.label} to {end.label}"
