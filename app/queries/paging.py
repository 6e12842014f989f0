"""A part of a list: which one is asked for, what it holds, and lists that were worked out."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

from app.db import Reader, allow_more
from app.queries.cursors import bad_cursor, read_cursor, write_cursor
from app.utf8 import Json

MAX_LIMIT = 10_000
MAX_OFFSET = 1_000_000
DEFAULT_LIMIT = 100


class PageRequest(NamedTuple):
    """Which part of a list; without a limit, all of it."""

    sort: str | None = None
    limit: int | None = DEFAULT_LIMIT
    offset: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page: its documents, the count of all, and the cursors to the pages beside it."""

    documents: Sequence[Json]
    count: int
    next_cursor: str | None = None
    prev_cursor: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)  # for the envelope's meta
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)  # other lists in it
    is_counted: bool = True  # else there are more than the count


class Results(Protocol):
    """A list that can be read: a page of it, or all of it piece by piece."""

    def check(self, page: PageRequest) -> None:
        """That the part asked for can be given.

        Raises:
            BadRequest: for an unknown sort key.
            InvalidParameter: for a cursor that is not of this list.
        """

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """The documents of the part asked for, some at a time."""


def unbounded(reader: Reader, pieces: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Pieces that are sent as they are read: each is told at the cost of its own rows."""
    for piece in pieces:
        allow_more(reader)
        yield piece


# --- Lists without keys of their own: a cursor is a place in them ---------------------------------


def part_of(page: PageRequest) -> tuple[int, int | None]:
    """How many come before a page, and how many it has at most; None = all that there are.

    Raises:
        InvalidParameter: for a cursor that is not of such a list.
    """
    if page.cursor is None:
        return page.offset, page.limit
    begin, end = read_cursor(page.cursor, "", (int, int)).values
    if not isinstance(begin, int) or not 0 <= begin <= 2 * MAX_OFFSET:
        raise bad_cursor("it is not one of ours")
    if not isinstance(end, int):
        return begin, page.limit
    # A page before another has only what comes before that.
    before = max(0, end - begin)
    return begin, before if page.limit is None else min(page.limit, before)


def page_at(
    page: PageRequest,
    documents: Sequence[Json],
    count: int,
    day: dt.date,
    extra: Mapping[str, Any],
    *,
    is_counted: bool = True,
) -> PageOf:
    """The page that was asked for, with the cursors to those beside it."""
    limit = MAX_LIMIT if page.limit is None else page.limit
    begin, size = part_of(page)
    end, before = begin + (limit if size is None else size), max(0, begin - limit)
    return PageOf(
        documents=documents,
        count=count,
        next_cursor=write_cursor("", day, [end, None]) if end < count else None,
        prev_cursor=write_cursor("", day, [before, begin]) if begin > 0 else None,
        extra=extra,
        is_counted=is_counted,
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """Documents that were worked out, in their order."""

    items: Sequence[str]
    extra: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        part_of(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""
        (documents,) = self.pieces(reader, page)
        found = page_at(page, documents, len(self.items), day, self.extra)
        return replace(found, beside=self.beside)

    def pieces(self, _: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`."""
        begin, size = part_of(page)
        yield self.items[begin:] if size is None else self.items[begin : begin + size]
