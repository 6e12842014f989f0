"""Search: what has these words, the likeliest first; misspelt names find what was meant.

Words are compared without case, accents and apostrophes; of the last, the beginning is enough. A
word that no name has is taken for the name most like it, and one that nothing has is left out.
"""

import datetime as dt
import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
    union_all,
)

from app import fulltext
from app.backends.phrases import Query
from app.db import Prepared, Reader
from app.queries.filters import DAY, on_day, words
from app.queries.filters.base import one_of
from app.queries.highlights import shown
from app.queries.kept import KeptOfRelease
from app.queries.many import is_one_of, values_of
from app.queries.paging import MAX_OFFSET, PageOf, PageRequest, page_at, part_of
from app.tables import SEARCH_DOCUMENTS, SEARCH_TERMS
from app.text import grams, search_terms, titles_of
from app.vocabulary import Kind

MAX_QUERY = 200
KINDS = (*(kind.value for kind in Kind), "claims")
_LIKE = 0.7  # how like a word must be to be meant
_CANDIDATES = 40
_GRAMS = 8  # that are asked for at a time, or twice as many, and so on
_RANKED = 12_000  # hits of which all are ranked
_RANKED_OF_MORE = 4_000  # where there are more: words that so many have say little
_MAX_WORDS = 20  # what comes after is ignored, and told


@dataclass(frozen=True, slots=True)
class _Part:
    """What one word of the query may mean: words in a row."""

    readings: tuple[tuple[str, ...], ...]
    is_prefix: bool

    def query(self, *, is_weighed: bool = False) -> Query:
        """How the index is asked for it; what is whole counts more than what only begins so."""
        phrases = [fulltext.phrase(terms) for terms in self.readings]
        if self.is_prefix:
            begun = fulltext.phrase(self.readings[0], is_prefix=True)
            phrases = [*phrases, begun] if is_weighed else [begun, *phrases[1:]]
        return fulltext.any_of(phrases)

    def signs(self) -> set[str]:
        """What is in the `words_in` a text, if it has any of these words."""
        signs = {f" {term} " for terms in self.readings for term in terms}
        if not self.is_prefix:
            return signs
        begun = f" {self.readings[0][-1]}"
        return {begun, *(sign for sign in signs if not sign.startswith(begun))}


def search(q: str, kinds: str | None, day: dt.date) -> "Hits":
    """What has the words of a query, on a day."""
    wanted = tuple(one_of("kind", part, KINDS) for part in words(kinds)) if kinds else ()
    return Hits(q, wanted, day)


# --- Understanding ------------------------------------------------------------------------------


def _understood(index: "_Index", q: str) -> tuple[list[_Part], list[str]]:
    """The words of a query, each with what it may mean, and those that nothing has."""
    parts: list[_Part] = []
    ignored: list[str] = []
    typed = [word for word in q.split() if search_terms(word)]  # not punctuation alone
    for place, word in enumerate(typed[:_MAX_WORDS]):
        terms = tuple(search_terms(word))
        goes_on = place == len(typed) - 1 and not q[-1].isspace()
        if part := _part(index, terms, goes_on=goes_on, is_alone=len(typed) == 1):
            parts.append(part)
            continue
        apart = terms[:_MAX_WORDS] if len(terms) > 1 else ()
        alone = {term: _part(index, (term,), goes_on=False) for term in apart}
        parts += filter(None, alone.values())
        ignored += (
            [term for term in terms if not alone.get(term)] if any(alone.values()) else [word]
        )
    return parts, ignored + typed[_MAX_WORDS:]


def _part(
    index: "_Index", terms: tuple[str, ...], *, goes_on: bool, is_alone: bool = False
) -> _Part | None:
    """Words in a row, with what they may mean; None, if nothing has anything like them."""
    part, whole = _Part((terms,), goes_on), _Part((terms,), is_prefix=False)
    # Where nothing else was typed, all that has it is looked for anyway, and tells.
    found = index.ranked([part]) if is_alone else None
    if found and found.has_name:
        return part
    if goes_on and found is None and index.has_many([part]) and index.has_many([whole]):
        # What begins with a word that so many have adds nothing, and costs as much as to read all.
        part = whole
    named, begun = (
        fulltext.phrase(terms, is_prefix=part.is_prefix, only_names=only_names)
        for only_names in (True, False)
    )
    if found is None and index.has(named):
        return part
    is_begun = index.has(begun) if found is None else bool(found.kinds)
    is_whole = is_begun and (not part.is_prefix or index.has(whole.query()))
    readings = [terms] if is_begun else []
    if is_whole or not is_begun:  # else somebody is still typing
        meant = tuple(_nearest_name(index, term) or term for term in terms)
        if meant != terms and (len(meant) == 1 or index.has(fulltext.phrase(meant))):
            readings.append(meant)
    return _Part(tuple(readings), part.is_prefix and is_begun) if readings else None


def _nearest_name(index: "_Index", term: str) -> str | None:
    """The word of a name that is most like a word."""
    if term.isdigit():
        return None
    reader = index.reader
    for name in LIKE.get(reader, term, lambda: _like(reader, term)):
        if index.has(fulltext.phrase([name], only_names=True)):
            return name
    return None


# Of words, as they are the same on all days: names that are like one, whether many have it.
LIKE: KeptOfRelease[Sequence[str]] = KeptOfRelease(5_000)
MANY: KeptOfRelease[bool] = KeptOfRelease(5_000)


def _like(reader: Reader, term: str) -> Sequence[str]:
    """Words of names that are like a word, the likest first: on whatever day they are known."""
    candidates: list[str] = [row.term for row in _alike(reader, sorted(grams(term)))]
    return difflib.get_close_matches(term, candidates, cutoff=_LIKE)


def _alike(reader: Reader, wanted: Sequence[str]) -> Sequence[Any]:
    """Words of names that have most of some grams."""
    size = -len(wanted) // _GRAMS * -_GRAMS
    return _having(size).rows(reader, values_of("gram", wanted, size))


@cache
def _having(size: int) -> Prepared:
    """The statement for the words of names by so many grams."""
    return Prepared(
        select(SEARCH_TERMS.c.term)
        .where(is_one_of(SEARCH_TERMS.c.gram, "gram", size))
        .group_by(SEARCH_TERMS.c.term)
        .order_by(func.count().desc(), SEARCH_TERMS.c.term)
        .limit(_CANDIDATES)
    )


# --- Finding ------------------------------------------------------------------------------------


_Join = Callable[[Sequence[Query]], Query]


@dataclass(frozen=True, slots=True)
class _Found:
    """What is found: how much, and the hits of a page, the likeliest first."""

    hits: Sequence[Any] = ()  # document, texts
    kinds: Mapping[str, int] = field(default_factory=dict)
    has_name: bool = False  # whether it is known to be in a name
    is_all: bool = True  # else there are too many to be ranked, and these are some


class _Index:
    """The index as one search asks it, on a day: what is found is not looked for twice."""

    def __init__(self, reader: Reader, hits: "Hits", begin: int, size: int) -> None:
        self.reader = reader
        self._kinds = hits.kinds
        self._values = {
            "day": hits.day,
            "title": _as_it_is(titles_of([hits.q])),
            "page_begin": begin,
            "page_size": size,
        }
        self._found: dict[Any, _Found] = {}

    def has(self, query: Query) -> bool:
        """Whether anything is found."""
        return bool(_known().rows(self.reader, {**self._values, **fulltext.values(query)}))

    def has_many(self, parts: Sequence[_Part], join: _Join = fulltext.all_of) -> bool:
        """Whether more is found than is ranked, on all days together."""
        query = join([part.query() for part in parts])
        more = _more()
        return MANY.get(
            self.reader, query, lambda: bool(more.rows(self.reader, fulltext.values(query)))
        )

    def ranked(self, parts: Sequence[_Part], join: _Join = fulltext.all_of) -> _Found | None:
        """All that is found, ranked; None, if that is too much."""
        if self.has_many(parts, join):
            return None
        key = (join, *parts)
        if key not in self._found:
            self._found[key] = self._read(parts, join, is_all=True)
        return self._found[key]

    def find(self, parts: Sequence[_Part]) -> _Found:
        """What has all parts or, if there is no such thing, any."""
        found = self._find(parts, fulltext.all_of) if parts else _Found()
        return found if found.kinds or len(parts) < 2 else self._find(parts, fulltext.any_of)

    def _find(self, parts: Sequence[_Part], join: _Join) -> _Found:
        return self.ranked(parts, join) or self._read(parts, join, is_all=False)

    def _read(self, parts: Sequence[_Part], join: _Join, *, is_all: bool) -> _Found:
        query = join([part.query(is_weighed=is_all) for part in parts])
        values = {**self._values, **fulltext.values(query)}
        rows = _statement(self._kinds, is_all=is_all).rows(self.reader, values)
        return _Found(
            hits=[row for row in rows if row.kind is None],
            kinds={row.kind: row.number for row in rows if row.kind is not None},
            has_name=any(row.has_name for row in rows),
            is_all=is_all,
        )


_SOURCE = SEARCH_DOCUMENTS.join(fulltext.INDEX, SEARCH_DOCUMENTS.c.id == fulltext.NUMBER)
_ESCAPE = "/"
_SAID = Kind.SOURCES.value, "claims"  # what is not a record itself


@cache
def _known() -> Prepared:
    """The statement that has a row if anything is found on a day."""
    conditions = fulltext.matches(), on_day(SEARCH_DOCUMENTS, DAY)
    return Prepared(select(SEARCH_DOCUMENTS.c.id).select_from(_SOURCE).where(*conditions).limit(1))


@cache
def _more() -> Prepared:
    """The statement that has a row if more are found than are ranked."""
    return Prepared(fulltext.after(_RANKED))


@lru_cache(maxsize=200)
def _statement(kinds: tuple[str, ...], *, is_all: bool) -> Prepared:
    """The statement for a page of hits, the likeliest first, and after them how many there are.

    Each hit is looked at once.
    """
    found = (_all() if is_all else _some()).cte("found")
    # Records come before what is only said about them, if it is their name that was found.
    is_meant: ColumnElement[bool] = found.c.kind.not_in(_SAID)
    if is_all:
        is_meant = and_(is_meant, found.c.has_name == 1)
    tier = case((is_meant, 0), else_=1)
    page = select(found.c.id).order_by(found.c.likeness, tier, found.c.distance, found.c.id)
    if kinds:
        page = page.where(found.c.kind.in_(kinds))
    page_size, page_begin = bindparam("page_size", 0, Integer), bindparam("page_begin", 0, Integer)
    places = page.limit(page_size).offset(page_begin).subquery("page")
    shown = (
        select(column)
        .where(SEARCH_DOCUMENTS.c.id == places.c.id)
        .scalar_subquery()
        .label(column.name)
        for column in (SEARCH_DOCUMENTS.c.document, SEARCH_DOCUMENTS.c.texts)
    )
    hits = select(
        *shown, null().label("kind"), literal(0).label("number"), literal(0).label("has_name")
    ).select_from(places)
    kinds_found = select(
        null(), null(), found.c.kind, func.count(), func.max(found.c.has_name)
    ).group_by(found.c.kind)
    return Prepared(select(union_all(hits, kinds_found).subquery("told")))


def _all() -> Select[Any]:
    """All hits."""
    # Claims have no names, and are most of what is found.
    has_name = case((SEARCH_DOCUMENTS.c.kind == "claims", 0), (fulltext.has_name(), 1), else_=0)
    return _found(_SOURCE, has_name, fulltext.distance()).where(fulltext.matches())


def _some() -> Select[Any]:
    """Some of very many hits.

    How rare their words are is not asked: to know it costs as much as reading them all.
    """
    first = fulltext.first(_RANKED_OF_MORE)
    source = first.join(SEARCH_DOCUMENTS, SEARCH_DOCUMENTS.c.id == first.c.number)
    return _found(source, literal(0), literal(0))


def _found(source: Any, has_name: Any, distance: Any) -> Select[Any]:
    titles, title = SEARCH_DOCUMENTS.c.titles, bindparam("title", "", String)
    likeness = case(
        (titles.startswith(title, escape=_ESCAPE), 0),
        (titles.contains(title, escape=_ESCAPE), 1),
        else_=2,
    )
    return (
        select(
            SEARCH_DOCUMENTS.c.id,
            SEARCH_DOCUMENTS.c.kind,
            has_name.label("has_name"),
            likeness.label("likeness"),
            distance.label("distance"),
        )
        .select_from(source)
        .where(on_day(SEARCH_DOCUMENTS, DAY))
    )


def _as_it_is(text: str) -> str:
    for char in (_ESCAPE, "%", "_"):
        text = text.replace(char, f"{_ESCAPE}{char}")
    return text


def _signs(parts: Sequence[_Part]) -> Collection[str]:
    return frozenset[str]().union(*(part.signs() for part in parts))


@dataclass(frozen=True, slots=True)
class Hits:
    """What is found, as a list that can be read in parts."""

    q: str
    kinds: tuple[str, ...]
    day: dt.date

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        part_of(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""
        parts, ignored, found = self._find(reader, page)
        count = sum(
            number for kind, number in found.kinds.items() if not self.kinds or kind in self.kinds
        )
        extra = {
            "kinds": dict(sorted(found.kinds.items())),
            "interpreted": " ".join(" ".join(part.readings[-1]) for part in parts),
            "ignored": ignored,
        }
        told = page_at(page, shown(found.hits, _signs(parts)), count, day, extra)
        return replace(told, is_counted=found.is_all)

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`."""
        parts, _, found = self._find(reader, page)
        yield shown(found.hits, _signs(parts))

    def _find(self, reader: Reader, page: PageRequest) -> tuple[list[_Part], list[str], _Found]:
        begin, size = part_of(page)
        index = _Index(reader, self, begin, MAX_OFFSET if size is None else size)
        parts, ignored = _understood(index, self.q)
        return parts, ignored, index.find(parts)
