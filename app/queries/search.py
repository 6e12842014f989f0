"""Search: what has these words, the likeliest first; misspelt names find what was meant.

Words are compared without case, accents and apostrophes; of the last, the beginning is enough. A
word that no name has is taken for the name most like it, and one that nothing has is left out.
"""

import datetime as dt
import difflib
import html
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, func, literal, select

from app import fulltext
from app.backends.phrases import Query
from app.db import Prepared, Reader
from app.queries.filters import DAY, on_day, words
from app.queries.filters.base import one_of
from app.queries.paging import PageOf, PageRequest, page_at, part_of
from app.tables import SEARCH_DOCUMENTS, SEARCH_TERMS
from app.text import grams, search_terms, titles_of, to_json
from app.vocabulary import Kind

MAX_QUERY = 200
KINDS = (*(kind.value for kind in Kind), "claims")
_LIKE = 0.7  # how like a word must be to be meant
_CANDIDATES = 40
_GRAMS = 8  # that are asked for at a time, or twice as many, and so on
_RANKED = 12_000  # hits of which all are ranked
_RANKED_OF_MORE = 4_000  # where there are more: words that so many have say little
_READ_AT_ONCE = 20, 500  # hits: a page of a few, or a part of many
_HIGHLIGHTS = 3
_MAX_WORDS = 20  # what comes after is ignored, and told
_AROUND = 120  # characters of a text that are shown around what was found


@dataclass(frozen=True, slots=True)
class _Part:
    """What one word of the query may mean: words in a row."""

    readings: tuple[tuple[str, ...], ...]
    is_prefix: bool

    def query(self) -> Query:
        """How the index is asked for it."""
        exact = [fulltext.phrase(terms) for terms in self.readings]
        if self.is_prefix:
            exact.append(fulltext.phrase(self.readings[0], is_prefix=True))
        return fulltext.any_of(exact)

    def signs(self) -> Iterator[str]:
        """What is in the `words_in` a text, if it has any of these words."""
        for terms in self.readings:
            yield from (f" {term} " for term in terms)
        if self.is_prefix:
            yield f" {self.readings[0][-1]}"


def search(reader: Reader, q: str, kinds: str | None, day: dt.date) -> "Hits":
    """What has the words of a query, on a day."""
    index = _Index(reader, titles_of([q]), day)
    parts, ignored = _understood(index, q)
    found = index.find([part.query() for part in parts])
    return Hits(
        rows=found,
        is_all=index.is_all,
        signs=tuple(dict.fromkeys(sign for part in parts for sign in part.signs())),
        kinds=tuple(one_of("kind", part, KINDS) for part in words(kinds)) if kinds else (),
        extra={
            "interpreted": " ".join(" ".join(part.readings[-1]) for part in parts),
            "ignored": ignored,
        },
    )


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
    part = _Part((terms,), goes_on)
    if goes_on and index.has_many(part.query()) and index.has_many(fulltext.phrase(terms)):
        # What begins with a word that so many have adds nothing, and costs as much as to read all.
        part = _Part((terms,), is_prefix=False)
    named, begun = (
        fulltext.phrase(terms, is_prefix=part.is_prefix, only_names=only_names)
        for only_names in (True, False)
    )
    # Of words that are all that was typed everything is looked for anyway: what is found tells.
    hits = None if not is_alone or index.has_many(part.query()) else index.hits(part.query())
    if index.has(named) if hits is None else any(hit.is_named for hit in hits):
        return part
    is_begun = index.has(begun) if hits is None else bool(hits)
    is_whole = is_begun and (not part.is_prefix or index.has(fulltext.phrase(terms)))
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
    candidates: list[str] = [row.term for row in _alike(index.reader, sorted(grams(term)))]
    for name in difflib.get_close_matches(term, candidates, cutoff=_LIKE):
        if index.has(fulltext.phrase([name], only_names=True)):
            return name
    return None


def _alike(reader: Reader, wanted: Sequence[str]) -> Sequence[Any]:
    """Words of names that have most of some grams."""
    size = -len(wanted) // _GRAMS * -_GRAMS
    return _having(size).rows(reader, _values_of("gram", wanted, size))


@cache
def _having(size: int) -> Prepared:
    """The statement for the words of names by so many grams."""
    return Prepared(
        select(SEARCH_TERMS.c.term)
        .where(_is_one_of(SEARCH_TERMS.c.gram, "gram", [""] * size))
        .group_by(SEARCH_TERMS.c.term)
        .order_by(func.count().desc(), SEARCH_TERMS.c.term)
        .limit(_CANDIDATES)
    )


def _is_one_of(column: Any, name: str, values: Sequence[Any]) -> ColumnElement[bool]:
    """That a column has one of as many values, which are given when the statement is run."""
    wanted: Any = bindparam(name, values, expanding=True)
    return ColumnElement.in_(column, wanted)


def _values_of(name: str, values: Sequence[Any], size: int) -> dict[str, Any]:
    """Those values: where there are fewer, the last is given again."""
    filled = [*values, *[values[-1]] * (size - len(values))]
    return {f"{name}_{place}": value for place, value in enumerate(filled, start=1)}


# --- Finding ------------------------------------------------------------------------------------


class _Index:
    """The index as one search asks it, on a day: what is found is not looked for twice."""

    def __init__(self, reader: Reader, title: str, day: dt.date) -> None:
        self.reader = reader
        self._title, self._day = title, day
        self._found: dict[Query, Sequence[Any]] = {}
        self._many: dict[Query, bool] = {}
        self.is_all = True  # that was found last

    def has(self, query: Query) -> bool:
        """Whether anything is found."""
        return bool(_known().rows(self.reader, {**fulltext.values(query), "day": self._day}))

    def has_many(self, query: Query) -> bool:
        """Whether more is found than is ranked, on all days together."""
        if query not in self._many:
            self._many[query] = bool(_more().rows(self.reader, fulltext.values(query)))
        return self._many[query]

    def find(self, queries: Sequence[Query]) -> Sequence[Any]:
        """What all queries find or, if there is no such thing, any: the likeliest first."""
        if len(queries) < 2:
            return self.hits(queries[0]) if queries else ()
        return self.hits(fulltext.all_of(queries)) or self.hits(fulltext.any_of(queries))

    def hits(self, query: Query) -> Sequence[Any]:
        """What a query finds, the likeliest first."""
        self.is_all = not self.has_many(query)
        if query not in self._found:
            values = {**fulltext.values(query), "day": self._day, "title": _escaped(self._title)}
            self._found[query] = _ranked(is_all=self.is_all).rows(self.reader, values)
        return self._found[query]


_SOURCE = SEARCH_DOCUMENTS.join(fulltext.INDEX, SEARCH_DOCUMENTS.c.id == fulltext.NUMBER)
# Records before what is only said about them, if it is their name that was found.
_IS_ENTITY = SEARCH_DOCUMENTS.c.kind.not_in((Kind.SOURCES.value, "claims"))
_ESCAPE = "/"


@cache
def _known() -> Prepared:
    """The statement that has a row if anything is found on a day."""
    conditions = fulltext.matches(), on_day(SEARCH_DOCUMENTS, DAY)
    return Prepared(select(SEARCH_DOCUMENTS.c.id).select_from(_SOURCE).where(*conditions).limit(1))


@cache
def _more() -> Prepared:
    """The statement that has a row if more are found than are ranked."""
    return Prepared(fulltext.after(_RANKED))


@cache
def _ranked(*, is_all: bool) -> Prepared:
    """The statement for the hits, the likeliest first.

    Where there are very many, how rare their words are is not asked: to know it costs as much as
    reading them all.
    """
    titles, title = SEARCH_DOCUMENTS.c.titles, bindparam("title", "", String)
    if is_all:
        found = fulltext.found_by(_RANKED)
        is_named = found.c.is_named
        likely = [case((and_(_IS_ENTITY, is_named), 0), else_=1), found.c.distance]
    else:
        found = fulltext.numbers_of(_RANKED_OF_MORE)
        is_named = literal(0).label("is_named")
        likely = [case((_IS_ENTITY, 0), else_=1)]
    return Prepared(
        select(SEARCH_DOCUMENTS.c.id, SEARCH_DOCUMENTS.c.kind, is_named)
        .select_from(found.join(SEARCH_DOCUMENTS, SEARCH_DOCUMENTS.c.id == found.c.number))
        .where(on_day(SEARCH_DOCUMENTS, DAY))
        .order_by(
            case(
                (titles.startswith(title, escape=_ESCAPE), 0),
                (titles.contains(title, escape=_ESCAPE), 1),
                else_=2,
            ),
            *likely,
            SEARCH_DOCUMENTS.c.id,
        )
    )


def _escaped(text: str) -> str:
    for char in (_ESCAPE, "%", "_"):
        text = text.replace(char, f"{_ESCAPE}{char}")
    return text


@cache
def _documents(size: int) -> Prepared:
    """The statement for so many hits by their numbers."""
    columns = SEARCH_DOCUMENTS.c.id, SEARCH_DOCUMENTS.c.document, SEARCH_DOCUMENTS.c.texts
    is_one = _is_one_of(SEARCH_DOCUMENTS.c.id, "number", [0] * size)
    return Prepared(select(*columns).where(is_one))


@dataclass(frozen=True, slots=True)
class Hits:
    """What is found, as a list that can be read in parts."""

    rows: Sequence[Any]
    is_all: bool  # else there are more
    signs: tuple[str, ...]  # of words that are marked
    kinds: tuple[str, ...]
    extra: Mapping[str, Any]

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        part_of(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""
        kinds = self.counted()
        count = sum(kinds[kind] for kind in kinds if not self.kinds or kind in self.kinds)
        documents = [document for some in self.pieces(reader, page) for document in some]
        found = page_at(page, documents, count, day, {"kinds": kinds, **self.extra})
        return replace(found, is_counted=self.is_all)

    def counted(self) -> dict[str, int]:
        """How many of each kind are found, whichever kinds are asked for."""
        return dict(sorted(Counter(row.kind for row in self.rows).items()))

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`."""
        numbers = [row.id for row in self.rows if not self.kinds or row.kind in self.kinds]
        begin, size = part_of(page)
        end = len(numbers) if size is None else min(begin + size, len(numbers))
        few, many = _READ_AT_ONCE
        at_once = few if end - begin <= few else many
        for first in range(begin, end, at_once):
            yield self._read(reader, numbers[first : min(first + at_once, end)], at_once)

    def _read(self, reader: Reader, numbers: Sequence[int], at_once: int) -> Sequence[str]:
        """The documents of hits, in the order of their numbers."""
        values = _values_of("number", numbers, at_once)
        rows = {row.id: row for row in _documents(at_once).rows(reader, values)}
        texts = json.loads(f"[{','.join(rows[number].texts for number in numbers)}]")
        return [
            self._document(rows[number].document, of_it)
            for number, of_it in zip(numbers, texts, strict=True)
        ]

    def _document(self, stored: str, texts: Sequence[tuple[str, str, str, str]]) -> str:
        """What is shown of a hit, with the first texts in which something was found."""
        highlights = []
        for field, text, terms, places in texts:
            if found := self._found_in(terms):
                marked = to_json(_marked(text, terms, places, found))
                highlights.append(f'{{"field":{to_json(field)},"text":{marked}}}')
                if len(highlights) == _HIGHLIGHTS:
                    break
        return f'{stored[:-1]},"highlights":[{",".join(highlights)}]}}'

    def _found_in(self, terms: str) -> list[int]:
        """Where the words begin that were found among those of a text, in no order."""
        found: list[int] = []
        for sign in self.signs:
            place = terms.find(sign)
            while place >= 0:
                found.append(place)
                place = terms.find(sign, place + 1)
        return found


def _marked(text: str, terms: str, places: str, found: Sequence[int]) -> str:
    """A text with words marked, and of a long one what stands around the first of them."""
    numbers = places.split()
    words_found = [terms.count(" ", 0, place) for place in sorted(set(found))]
    ends = [(int(numbers[2 * word]), int(numbers[2 * word + 1])) for word in words_found]
    begin = max(0, ends[0][0] - _AROUND)
    end = min(len(text), ends[0][1] + _AROUND)
    shown, place = "…" if begin else "", begin
    for word_begin, word_end in ends:
        if word_end > end:
            break
        if word_begin < place:
            continue  # of a character that stands for several words
        before = html.escape(text[place:word_begin], quote=False)
        word = html.escape(text[word_begin:word_end], quote=False)
        shown += f"{before}<mark>{word}</mark>"
        place = word_end
    return shown + html.escape(text[place:end], quote=False) + ("…" if end < len(text) else "")
