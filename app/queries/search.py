"""Search: what has these words, the likeliest first; misspelt names find what was meant.

Words are compared without case, accents and apostrophes; of the last, the beginning is enough. A
word that no name has is taken for the name most like it, and one that nothing has is left out.
"""

import datetime as dt
import difflib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, select

from app import fulltext
from app.backends.phrases import Query
from app.db import Prepared, Reader
from app.queries.filters import words
from app.queries.filters.base import one_of
from app.queries.highlights import shown
from app.queries.kept import KeptOfRelease
from app.queries.many import is_one_of, values_of
from app.queries.paging import MAX_OFFSET, PageOf, PageRequest, page_at, part_of
from app.queries.ranking import NOTHING, Ranking, has, has_many, ranked, texts_of
from app.tables import SEARCH_TERMS
from app.text import grams, search_terms, titles_of
from app.vocabulary import Kind

MAX_QUERY = 200
KINDS = (*(kind.value for kind in Kind), "claims")
_LIKE = 0.7  # how like a word must be to be meant
_CANDIDATES = 40
_GRAMS = 8  # that are asked for at a time, or twice as many, and so on
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
    if found is not None and found.has_name:
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
    is_begun = index.has(begun) if found is None else bool(found.ids)
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


# Names that are like a word: the same on all days.
LIKE: KeptOfRelease[Sequence[str]] = KeptOfRelease(5_000)


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


class _Index:
    """The index as one search asks it, on a day."""

    def __init__(self, reader: Reader, q: str, day: dt.date) -> None:
        self.reader = reader
        self._title, self._day = titles_of([q]), day
        self._found: dict[Any, Ranking | None] = {}

    def has(self, query: Query) -> bool:
        """Whether anything is found."""
        return has(self.reader, query, self._day)

    def has_many(self, parts: Sequence[_Part], join: _Join = fulltext.all_of) -> bool:
        """Whether more is found than is ranked, on all days together."""
        return has_many(self.reader, join([part.query() for part in parts]))

    def ranked(self, parts: Sequence[_Part], join: _Join = fulltext.all_of) -> Ranking | None:
        """All that is found, ranked; None, if that is too much."""
        key = (join, *parts)
        if key not in self._found:
            has_many = self.has_many(parts, join)
            self._found[key] = None if has_many else self._read(parts, join, is_all=True)
        return self._found[key]

    def find(self, parts: Sequence[_Part]) -> Ranking:
        """What has all parts or, if there is no such thing, any."""
        found = self._find(parts, fulltext.all_of) if parts else NOTHING
        return found if found.ids or len(parts) < 2 else self._find(parts, fulltext.any_of)

    def _find(self, parts: Sequence[_Part], join: _Join) -> Ranking:
        return self.ranked(parts, join) or self._read(parts, join, is_all=False)

    def _read(self, parts: Sequence[_Part], join: _Join, *, is_all: bool) -> Ranking:
        query = join([part.query(is_weighed=is_all) for part in parts])
        return ranked(self.reader, query, self._title, is_all=is_all).on(self._day)


def _signs(parts: Sequence[_Part]) -> frozenset[str]:
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
        parts, ignored, found = self._find(reader)
        kinds = Counter(found.kinds)
        wanted = self._wanted(found)
        extra = {
            "kinds": dict(sorted(kinds.items())),
            "interpreted": " ".join(" ".join(part.readings[-1]) for part in parts),
            "ignored": ignored,
        }
        signs = _signs(parts)
        documents = SHOWN.get_all(
            reader,
            [(number, signs) for number in _part_of(page, wanted)],
            lambda missing: _shown(reader, missing, signs),
        )
        return page_at(page, documents, len(wanted), day, extra, is_counted=found.is_all)

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`."""
        parts, _, found = self._find(reader)
        yield shown(texts_of(reader, _part_of(page, self._wanted(found))), _signs(parts))

    def _find(self, reader: Reader) -> tuple[list[_Part], list[str], Ranking]:
        index = _Index(reader, self.q, self.day)
        parts, ignored = _understood(index, self.q)
        return parts, ignored, index.find(parts)

    def _wanted(self, found: Ranking) -> Sequence[int]:
        """The numbers of those of the kinds that are asked for."""
        return found.of(self.kinds).ids if self.kinds else found.ids


def _part_of(page: PageRequest, hits: Sequence[int]) -> Sequence[int]:
    begin, size = part_of(page)
    return hits[begin : begin + (MAX_OFFSET if size is None else size)]


# Hits as they are shown on all days, by their number and by what was looked for: so many bytes.
SHOWN: KeptOfRelease[bytes] = KeptOfRelease(4 << 20, len)


def _shown(
    reader: Reader, hits: Sequence[tuple[int, Any]], signs: Collection[str]
) -> Sequence[bytes]:
    found = texts_of(reader, [number for number, _ in hits])
    return [document.encode() for document in shown(found, signs)]
