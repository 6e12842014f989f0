"""Hits of a query, the likeliest first: they are ranked once for all days, pages and kinds.

How likely a hit is what was meant depends on what the index holds, and so on the release alone. Who
turns pages, chooses a kind or asks as of another day is told of the same order.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from functools import cache
from itertools import compress
from sys import intern
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, String, bindparam, case, cast, func, literal, select

from app import fulltext
from app.backends.phrases import Query
from app.db import Prepared, Reader
from app.queries.filters import DAY, on_day
from app.queries.kept import KeptOfRelease
from app.queries.many import in_turns, is_one_of, values_of
from app.tables import SEARCH_DOCUMENTS
from app.vocabulary import Kind

_RANKED = 12_000  # hits of which all are ranked
_RANKED_OF_MORE = 4_000  # where there are more: words that so many have say little
_HITS = 100_000  # that are kept, of all queries together: some 40 bytes each
_SAID = Kind.SOURCES.value, "claims"  # what is not a record itself
_ESCAPE = "/"
_ALWAYS = "~"  # after every day

_Value = TypeVar("_Value")


class Ranking(NamedTuple):
    """What a query finds, the likeliest first, and when it is there to be found; days are text.

    Columns: of very many hits none is an object, which it would take time to make and to pass over
    whenever garbage is looked for.
    """

    ids: Sequence[int] = ()
    kinds: Sequence[str] = ()
    begins: Sequence[str] = ()
    ends: Sequence[str] = ()
    are_names: Sequence[bool] = ()  # whether it is known to be in a name
    is_all: bool = True  # else there are too many to be ranked, and these are some

    @property
    def has_name(self) -> bool:
        """Whether it is known to be in any name."""
        return any(self.are_names)

    def on(self, day: dt.date) -> "Ranking":
        """What is found on a day."""
        text = str(day)
        return self._those(
            [begins <= text < ends for begins, ends in zip(self.begins, self.ends, strict=True)]
        )

    def of(self, kinds: Collection[str]) -> "Ranking":
        """What is found of some kinds."""
        return self._those([kind in kinds for kind in self.kinds])

    def _those(self, are_wanted: Sequence[bool]) -> "Ranking":
        if all(are_wanted):
            return self

        def those(column: Sequence[_Value]) -> Sequence[_Value]:
            return tuple(compress(column, are_wanted))

        return self._replace(
            ids=those(self.ids),
            kinds=those(self.kinds),
            begins=those(self.begins),
            ends=those(self.ends),
            are_names=those(self.are_names),
        )


NOTHING = Ranking()


# --- Whether there is anything ------------------------------------------------------------------


MANY: KeptOfRelease[bool] = KeptOfRelease(5_000)


def has(reader: Reader, query: Query, day: dt.date) -> bool:
    """Whether anything is found on a day."""
    return bool(_known().rows(reader, {"day": day, **fulltext.values(query)}))


def has_many(reader: Reader, query: Query) -> bool:
    """Whether more is found than is ranked, on all days together."""
    more = _more()
    return MANY.get(reader, query, lambda: bool(more.rows(reader, fulltext.values(query))))


@cache
def _known() -> Prepared:
    """The statement that has a row if anything is found on a day."""
    conditions = fulltext.matches(), on_day(SEARCH_DOCUMENTS, DAY)
    return Prepared(select(SEARCH_DOCUMENTS.c.id).select_from(_SOURCE).where(*conditions).limit(1))


@cache
def _more() -> Prepared:
    """The statement that has a row if more are found than are ranked."""
    return Prepared(fulltext.after(_RANKED))


# --- In their order -----------------------------------------------------------------------------


RANKED: KeptOfRelease[Ranking] = KeptOfRelease(_HITS, lambda found: 1 + len(found.ids))


def ranked(reader: Reader, query: Query, title: str, *, is_all: bool) -> Ranking:
    """What a query finds on any day.

    Args:
        reader: of the database.
        query: the one that is asked of the index.
        title: what was typed, as `app.text.titles_of` has it; names that begin so come first.
        is_all: whether to rank all that is found; else it is some of very much.
    """
    return RANKED.get(
        reader, (query, title, is_all), lambda: _read(reader, query, title, is_all=is_all)
    )


def _read(reader: Reader, query: Query, title: str, *, is_all: bool) -> Ranking:
    statement = _all() if is_all else _some()
    values = {"title": _as_it_is(title), **fulltext.values(query)}
    found = statement.columns(reader, values)
    if not found:
        return NOTHING
    ids, kinds, begins, ends, in_titles, _, tiers = found[:7]
    are_names = [
        is_all and (tier == 0 or in_title == 1)
        for tier, in_title in zip(tiers, in_titles, strict=True)
    ]
    kinds, begins, ends = (tuple(map(intern, texts)) for texts in (kinds, begins, ends))
    return Ranking(ids, kinds, begins, ends, are_names, is_all)


_SOURCE = SEARCH_DOCUMENTS.join(fulltext.INDEX, SEARCH_DOCUMENTS.c.id == fulltext.NUMBER)
_KIND = SEARCH_DOCUMENTS.c.kind


@cache
def _all() -> Prepared:
    """The statement for all hits."""
    # Claims have no names, and are most of what is found.
    has_name = case((fulltext.has_name(), 1), else_=0)
    # Records come before what is only said about them, if it is their name that was found.
    tier = case((_KIND.in_(_SAID), 1), (has_name == 1, 0), else_=1)
    in_title = case((_KIND.in_([Kind.SOURCES.value]), has_name), else_=0)
    distance = fulltext.distance().label("distance")
    return Prepared(_in_order(_SOURCE, tier, in_title, distance).where(fulltext.matches()))


@cache
def _some() -> Prepared:
    """The statement for some of very many hits.

    How rare their words are is not asked: to know it costs as much as reading them all.
    """
    first = fulltext.first(_RANKED_OF_MORE)
    source = first.join(SEARCH_DOCUMENTS, SEARCH_DOCUMENTS.c.id == first.c.number)
    tier = case((_KIND.in_(_SAID), 1), else_=0)
    return Prepared(_in_order(source, tier, literal(0)))


def _in_order(source: Any, tier: Any, in_title: Any, *distance: Any) -> Select[Any]:
    documents = SEARCH_DOCUMENTS.c
    title = bindparam("title", "", String)
    likeness = case(
        (documents.titles.startswith(title, escape=_ESCAPE), 0),
        (documents.titles.contains(title, escape=_ESCAPE), 1),
        else_=2,
    ).label("likeness")
    order = likeness, tier.label("tier"), *distance
    begins = cast(documents.known_from, String).label("begins")
    ends = func.coalesce(cast(documents.known_to, String), _ALWAYS).label("ends")
    return (
        select(documents.id, _KIND, begins, ends, in_title.label("in_title"), *order)
        .select_from(source)
        .order_by(*order, documents.id)
    )


def _as_it_is(text: str) -> str:
    for char in (_ESCAPE, "%", "_"):
        text = text.replace(char, f"{_ESCAPE}{char}")
    return text


# --- What is shown of them ----------------------------------------------------------------------


def texts_of(reader: Reader, hits: Sequence[int]) -> Sequence[Any]:
    """The documents and texts of hits by their numbers, in their order."""
    found = {}
    for some, size in in_turns(hits):
        rows = _texts(size).rows(reader, values_of("id", some, size))
        found.update({row.id: row for row in rows})
    return [found[number] for number in hits]


@cache
def _texts(size: int) -> Prepared:
    """The statement for so many of them."""
    documents = SEARCH_DOCUMENTS.c
    columns = documents.id, documents.document, documents.found_by
    return Prepared(select(*columns).where(is_one_of(documents.id, "id", size)))
