"""Search: what has these words, the likeliest first; misspelt names find what was meant.

Words are compared without case, accents and apostrophes; of the last, the beginning is enough. A
word that no name has is taken for the name most like it, and one that nothing has is left out.
"""

import datetime as dt
import difflib
import html
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, func, literal, select

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


def search(reader: Reader, q: str, kinds: str | None, day: dt.date) -> "Hits":
    """What has the words of a query, on a day."""
    wanted = tuple(one_of("kind", part, KINDS) for part in words(kinds)) if kinds else ()
    index = _Index(reader, titles_of([q]), day)
    parts, ignored = _understood(index, q)
    found = index.find(parts)
    return Hits(
        rows=found.hits,
        is_all=found.is_all,
        signs=frozenset[str]().union(*(part.signs() for part in parts)),
        kinds=wanted,
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
    part, whole = _Part((terms,), goes_on), _Part((terms,), is_prefix=False)
    # Where nothing else was typed, all that has it is looked for anyway, and tells.
    hits = index.all_hits([part]) if is_alone else None
    if hits and any(map(_is_named, hits)):
        return part
    if goes_on and hits is None and index.has_many([part]) and index.has_many([whole]):
        # What begins with a word that so many have adds nothing, and costs as much as to read all.
        part = whole
    named, begun = (
        fulltext.phrase(terms, is_prefix=part.is_prefix, only_names=only_names)
        for only_names in (True, False)
    )
    if hits is None and index.has(named):
        return part
    is_begun = index.has(begun) if hits is None else bool(hits)
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


_Join = Callable[[Sequence[Query]], Query]


@dataclass(frozen=True, slots=True)
class _Found:
    """Hits, the likeliest first."""

    hits: Sequence[Any]
    is_all: bool = True  # else there are too many to be ranked, and these are some


class _Index:
    """The index as one search asks it, on a day: what is found is not looked for twice."""

    def __init__(self, reader: Reader, title: str, day: dt.date) -> None:
        self.reader = reader
        self._title, self._day = title, day
        self._hits: dict[Any, Sequence[Any]] = {}
        self._many: dict[Any, bool] = {}

    def has(self, query: Query) -> bool:
        """Whether anything is found."""
        return bool(_known().rows(self.reader, {**fulltext.values(query), "day": self._day}))

    def has_many(self, parts: Sequence[_Part], join: _Join = fulltext.all_of) -> bool:
        """Whether more is found than is ranked, on all days together."""
        key = (join, *parts)
        if key not in self._many:
            query = join([part.query() for part in parts])
            self._many[key] = bool(_more().rows(self.reader, fulltext.values(query)))
        return self._many[key]

    def all_hits(
        self, parts: Sequence[_Part], join: _Join = fulltext.all_of
    ) -> Sequence[Any] | None:
        """All that is found; None, if there is too much to be ranked."""
        key = (join, *parts)
        if key not in self._hits:
            query = join([part.query(is_weighed=True) for part in parts])
            self._hits[key] = self._run(_ranked(), query)
        return None if not self._hits[key] and self.has_many(parts, join) else self._hits[key]

    def find(self, parts: Sequence[_Part]) -> _Found:
        """What has all parts or, if there is no such thing, any."""
        found = self._find(parts, fulltext.all_of) if parts else _Found(())
        return found if found.hits or len(parts) < 2 else self._find(parts, fulltext.any_of)

    def _find(self, parts: Sequence[_Part], join: _Join) -> _Found:
        hits = self.all_hits(parts, join)
        if hits is not None:
            return _Found(hits)
        some = self._run(_unranked(), join([part.query() for part in parts]))
        return _Found(some, is_all=False)

    def _run(self, statement: Prepared, query: Query) -> Sequence[Any]:
        values = {**fulltext.values(query), "day": self._day, "title": _as_it_is(self._title)}
        return statement.rows(self.reader, values)


_SOURCE = SEARCH_DOCUMENTS.join(fulltext.INDEX, SEARCH_DOCUMENTS.c.id == fulltext.NUMBER)
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
def _ranked() -> Prepared:
    """The statement for hits, the likeliest first; it has none where there are too many."""
    tier = case((and_(_IS_ENTITY, fulltext.has_name()), 0), else_=1)
    has_name = case((and_(_KIND.in_((Kind.SOURCES.value,)), fulltext.has_name()), 1), else_=0)
    statement = _in_order(_SOURCE, tier.label("tier"), has_name, fulltext.distance())
    is_few = fulltext.after(_RANKED).scalar_subquery().is_(None)
    return Prepared(statement.where(fulltext.matches(), is_few))


@cache
def _unranked() -> Prepared:
    """The statement for some of very many hits.

    How rare their words are is not asked: to know it costs as much as reading them all.
    """
    found = fulltext.first(_RANKED_OF_MORE)
    source = found.join(SEARCH_DOCUMENTS, SEARCH_DOCUMENTS.c.id == found.c.number)
    tier = case((_IS_ENTITY, 0), else_=1)
    return Prepared(_in_order(source, tier.label("tier"), literal(0)))


_KIND = SEARCH_DOCUMENTS.c.kind
# Records come before what is only said about them, if it is their name that was found.
_IS_ENTITY = _KIND.not_in((Kind.SOURCES.value, "claims"))


def _in_order(source: Any, tier: Any, is_named_source: Any, *distance: Any) -> Select[Any]:
    titles, title = SEARCH_DOCUMENTS.c.titles, bindparam("title", "", String)
    order = case(
        (titles.startswith(title, escape=_ESCAPE), 0),
        (titles.contains(title, escape=_ESCAPE), 1),
        else_=2,
    )
    return (
        select(SEARCH_DOCUMENTS.c.id, _KIND, tier, is_named_source.label("is_named_source"))
        .select_from(source)
        .where(on_day(SEARCH_DOCUMENTS, DAY))
        .order_by(order, tier, *distance, SEARCH_DOCUMENTS.c.id)
    )


def _is_named(hit: Any) -> bool:
    """Whether a hit of those that are all there are has what was found in a name."""
    return hit.tier == 0 or bool(hit.is_named_source)


def _as_it_is(text: str) -> str:
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
    signs: frozenset[str]  # of words that are marked
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
                marked = to_json(_marked(text, found, places.split()))
                highlights.append(f'{{"field":"{field}","text":{marked}}}')
                if len(highlights) == _HIGHLIGHTS:
                    break
        return f'{stored[:-1]},"highlights":[{",".join(highlights)}]}}'

    def _found_in(self, terms: str) -> list[int]:
        """Which words of a text were found, in their order."""
        found: list[int] = []
        for sign in self.signs:
            place = terms.find(sign)
            while place >= 0:
                found.append(terms.count(" ", 0, place))
                place = terms.find(sign, place + 1)
        return found if len(found) < 2 else sorted(set(found))


def _marked(text: str, found: Sequence[int], places: Sequence[str]) -> str:
    """A text with words marked, and of a long one what stands around the first of them."""
    first = 2 * found[0]
    begin = max(0, int(places[first]) - _AROUND)
    end = min(len(text), int(places[first + 1]) + _AROUND)
    escaped = _escaped if "&" in text or "<" in text or ">" in text else str
    shown, place = "…" if begin else "", begin
    for word in found:
        word_begin, word_end = int(places[2 * word]), int(places[2 * word + 1])
        if word_end > end:
            break
        if word_begin < place:
            continue  # of a character that stands for several words
        before, itself = escaped(text[place:word_begin]), escaped(text[word_begin:word_end])
        shown += f"{before}<mark>{itself}</mark>"
        place = word_end
    return shown + escaped(text[place:end]) + ("…" if end < len(text) else "")


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
