"""Half-open spans of days, and numbers that change from day to day."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

Span = tuple[dt.date, dt.date]
Changes = Counter[dt.date]  # by how much a number changes on which days

ALWAYS = dt.date.max


def span_of(row: Mapping[str, Any]) -> Span:
    """The period of a row."""
    return row["known_from"], row["known_to"] or ALWAYS


def count(changes: MutableMapping[dt.date, int], span: Span, number: int = 1) -> None:
    """Have a number be higher during a span."""
    changes[span[0]] += number
    changes[span[1]] -= number


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same days in as few spans as there can be."""
    found: list[Span] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def overlaps(some: Sequence[Span], others: Sequence[Span]) -> Iterator[Span]:
    """The days that are in both."""
    for one in some:
        for other in others:
            since, until = max(one[0], other[0]), min(one[1], other[1])
            if since < until:
                yield since, until


def without(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The days that are in some, and not in others."""
    ends = [dt.date.min, *(day for span in joined(others) for day in span), ALWAYS]
    gaps = [(since, until) for since, until in zip(ends[::2], ends[1::2], strict=True)]
    return list(overlaps(some, gaps))
