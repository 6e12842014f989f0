"""Things that change only on known days, as half-open periods."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Period(Generic[T]):
    """What held from `known_from` until the day before `known_to`; None = still."""

    known_from: dt.date
    known_to: dt.date | None
    value: T


def periods(days: Iterable[dt.date], at: Callable[[dt.date], T | None]) -> list[Period[T]]:
    """What `at` says on each of the days, equal neighbours merged; where it says None, no period.

    `days` must hold every day on which the answer may change. The result never overlaps, and has
    a gap only where `at` says None.
    """
    starts: list[tuple[dt.date, T | None]] = []
    for day in sorted(set(days)):
        value = at(day)
        if not starts or starts[-1][1] != value:
            starts.append((day, value))
    ends = (*(day for day, _ in starts[1:]), None)
    return [
        Period(known_from, known_to, value)
        for (known_from, value), known_to in zip(starts, ends, strict=False)
        if value is not None
    ]
