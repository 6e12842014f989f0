"""Search: what has these words, the likeliest first; misspelt names find what was meant.

Words are compared without case, accents and apostrophes; of the last, the beginning is enough. A
word that no name has is taken for the name most like it, and one that nothing has is left out.
"""

import datetime as dt
import difflib
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, case, func, select

from app import fulltext
from app.backends.phrases import Query
from app.db import Prepared, Reader
from app.queries.filters import DAY, on_day, words
from app.queries.filters.base import one_of
from app.queries.paging import MAX_OFFSET, PageOf, PageRequest, page_at, part_of
from app.tables import SEARCH_DOCUMENTS, SEARCH_TERMS
from app.text import Word, grams, search_terms, search_words, titles_of, to_json
from app.vocabulary import Kind

MAX_QUERY = 200
KINDS = (*(kind.value for kind in Kind), "claims")
_LIKE = 0.7  # how like a word must be to be meant
_CANDIDATES = 40
_RANKED = 12_000  # hits of which all are ranked
_RANKED_OF_MORE = 4_000  # where there are more: words that so many have say little
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


def search(reader: Reader, q: str, kinds: str | None, day: dt.date) -> "Hits":
    """What has the words of a query, on a day."""
    parts, ignored = _understood(reader, q, day)
    queries = [part.query() for part in parts]
    hits = Hits(
        query=fulltext.all_of(queries) if queries else None,
        title=titles_of([q]),
        marks=frozenset(term for part in parts for terms in part.readings for term in terms),
        prefix=next((part.readings[0][-1] for part in parts if part.is_prefix), ""),
        kinds=tuple(one_of("kind", part, KINDS) for part in words(kinds)) if kinds else (),
        day=day,
        extra={
            "interpreted": " ".join(" ".join(part.readings[-1]) for part in parts),
            "ignored": ignored,
        },
    )
    if len(parts) > 1 and not hits.counted(reader):
        return replace(hits, query=fulltext.any_of(queries))
    return hits


# --- Understanding ------------------------------------------------------------------------------


def _understood(reader: Reader, q: str, day: dt.date) -> tuple[list[_Part], list[str]]:
    """The words of a query, each with what it may mean, and those that nothing has."""
    parts: list[_Part] = []
    ignored: list[str] = []
    typed = [word for word in q.split() if search_terms(word)]  # not punctuation alone
    for place, word in enumerate(typed[:_MAX_WORDS]):
        terms = tuple(search_terms(word))
        goes_on = place == len(typed) - 1 and not q[-1].isspace()
        if part := _part(reader, terms, day, goes_on=goes_on):
            parts.append(part)
            continue
        apart = terms[:_MAX_WORDS] if len(terms) > 1 else ()
        found = {term: _part(reader, (term,), day, goes_on=False) for term in apart}
        parts += filter(None, found.values())
        ignored += (
            [term for term in terms if not found.get(term)] if any(found.values()) else [word]
        )
    return parts, ignored + typed[_MAX_WORDS:]


def _part(reader: Reader, terms: tuple[str, ...], day: dt.date, *, goes_on: bool) -> _Part | None:
    """Words in a row, with what they may mean; None, if nothing has anything like them."""
    named = fulltext.phrase(terms, is_prefix=goes_on, only_names=True)
    if _is_known(reader, named, day):
        return _Part((terms,), goes_on)
    is_begun = _is_known(reader, fulltext.phrase(terms, is_prefix=goes_on), day)
    is_whole = is_begun and (not goes_on or _is_known(reader, fulltext.phrase(terms), day))
    readings = [terms] if is_begun else []
    if is_whole or not is_begun:  # else somebody is still typing
        meant = tuple(_nearest_name(reader, term, day) or term for term in terms)
        if meant != terms and _is_known(reader, fulltext.phrase(meant), day):
            readings.append(meant)
    return _Part(tuple(readings), goes_on and is_begun) if readings else None


def _is_known(reader: Reader, query: Query, day: dt.date) -> bool:
    """Whether anything is found on a day."""
    return bool(_known().rows(reader, {**fulltext.values(query), "day": day}))


@cache
def _known() -> Prepared:
    conditions = fulltext.matches(), on_day(SEARCH_DOCUMENTS, DAY)
    return Prepared(select(SEARCH_DOCUMENTS.c.id).select_from(_SOURCE).where(*conditions).limit(1))


def _nearest_name(reader: Reader, term: str, day: dt.date) -> str | None:
    """The word of a name that is most like a word."""
    if term.isdigit():
        return None
    shared = func.count()
    statement = (
        select(SEARCH_TERMS.c.term)
        .where(SEARCH_TERMS.c.gram.in_(grams(term)))
        .group_by(SEARCH_TERMS.c.term)
        .order_by(shared.desc(), SEARCH_TERMS.c.term)
        .limit(_CANDIDATES)
    )
    candidates: list[str] = list(reader.scalars(statement))
    alike = difflib.get_close_matches(term, candidates, cutoff=_LIKE)
    for name in alike:
        if _is_known(reader, fulltext.phrase([name], only_names=True), day):
            return name
    return None


# --- Finding ------------------------------------------------------------------------------------

# Records before what is only said about them, if it is their name that was found.
_IS_ENTITY = SEARCH_DOCUMENTS.c.kind.not_in((Kind.SOURCES.value, "claims"))
_SOURCE = SEARCH_DOCUMENTS.join(fulltext.INDEX, SEARCH_DOCUMENTS.c.id == fulltext.NUMBER)


@lru_cache(maxsize=100)
def _ranked(kinds: tuple[str, ...]) -> Prepared:
    """The statement for the documents of hits, the likeliest first."""
    titles, title = SEARCH_DOCUMENTS.c.titles, bindparam("title", "", String)
    found = fulltext.found_by(_MOST)
    statement = (
        select(SEARCH_DOCUMENTS.c.document)
        .select_from(found.join(SEARCH_DOCUMENTS, SEARCH_DOCUMENTS.c.id == found.c.number))
        .where(on_day(SEARCH_DOCUMENTS, DAY))
        .order_by(
            case(
                (titles.startswith(title, escape=_ESCAPE), 0),
                (titles.contains(title, escape=_ESCAPE), 1),
                else_=2,
            ),
            case((and_(_IS_ENTITY, found.c.is_named), 0), else_=1),
            found.c.distance,
            SEARCH_DOCUMENTS.c.id,
        )
        .limit(bindparam("page_size", 0, Integer))
        .offset(bindparam("page_begin", 0, Integer))
    )
    if kinds:
        statement = statement.where(SEARCH_DOCUMENTS.c.kind.in_(kinds))
    return Prepared(statement)


@cache
def _by_kind() -> Prepared:
    """The statement for how many hits there are of each kind, among those that are looked at."""
    found = fulltext.numbers_of(_MOST)
    return Prepared(
        select(SEARCH_DOCUMENTS.c.kind, func.count())
        .select_from(found.join(SEARCH_DOCUMENTS, SEARCH_DOCUMENTS.c.id == found.c.number))
        .where(on_day(SEARCH_DOCUMENTS, DAY))
        .group_by(SEARCH_DOCUMENTS.c.kind)
        .order_by(SEARCH_DOCUMENTS.c.kind)
    )


@cache
def _has_more() -> Prepared:
    """The statement that has a row if more are found than are ranked."""
    found = fulltext.numbers_of(_RANKED + 1)
    return Prepared(select(found.c.number).offset(_RANKED).limit(1))


_MOST: Any = bindparam("most", 0, Integer)
_ESCAPE = "/"


def _escaped(text: str) -> str:
    for char in (_ESCAPE, "%", "_"):
        text = text.replace(char, f"{_ESCAPE}{char}")
    return text


@lru_cache(maxsize=2_000)  # texts that are likely come often
def _words_of(text: str) -> tuple[Sequence[Word], frozenset[str]]:
    """The words of a text, and how they are compared."""
    found = search_words(text)
    return found, frozenset(word.term for word in found)


@dataclass(frozen=True, slots=True)
class Hits:
    """What is found, as a list that can be read in parts."""

    query: Query | None
    title: str
    marks: frozenset[str]
    prefix: str
    kinds: tuple[str, ...]
    day: dt.date
    extra: Mapping[str, Any]

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        part_of(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""
        is_all = self._is_all(reader)
        kinds = self._counted(reader, is_all=is_all)
        count = sum(kinds[kind] for kind in kinds if not self.kinds or kind in self.kinds)
        documents = self._ranked(reader, page, is_all=is_all)
        found = page_at(page, documents, count, day, {"kinds": kinds, **self.extra})
        return replace(found, is_counted=is_all)

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`."""
        if self.query is not None:
            yield self._ranked(reader, page, is_all=self._is_all(reader))

    def _ranked(self, reader: Reader, page: PageRequest, *, is_all: bool) -> Sequence[str]:
        if self.query is None:
            return []
        begin, size = part_of(page)
        values = {
            **fulltext.values(self.query),
            "day": self.day,
            "title": _escaped(self.title),
            "page_begin": begin,
            "page_size": MAX_OFFSET if size is None else size,
            "most": _RANKED if is_all else _RANKED_OF_MORE,
        }
        rows = _ranked(self.kinds).rows(reader, values)
        return [self._document(row[0]) for row in rows]

    def counted(self, reader: Reader) -> dict[str, int]:
        """How many of each kind are found, whichever kinds are asked for."""
        return self._counted(reader, is_all=self._is_all(reader))

    def _is_all(self, reader: Reader) -> bool:
        """Whether all that are found are looked at."""
        return self.query is None or not _has_more().rows(reader, fulltext.values(self.query))

    def _counted(self, reader: Reader, *, is_all: bool) -> dict[str, int]:
        if self.query is None:
            return {}
        most = _RANKED if is_all else _RANKED_OF_MORE
        values = {**fulltext.values(self.query), "day": self.day, "most": most}
        return {row[0]: row[1] for row in _by_kind().rows(reader, values)}

    def _document(self, stored: str) -> str:
        hit = json.loads(stored)
        highlights: list[dict[str, str]] = []
        for field, text in hit.pop("texts"):
            marked = self._marked(text)
            if marked and len(highlights) < _HIGHLIGHTS:
                highlights.append({"field": field, "text": marked})
        return to_json({**hit, "highlights": highlights})

    def _marked(self, text: str) -> str | None:
        """A text with what was found in it marked; None, if it has nothing of it."""
        words_of, terms = _words_of(text)
        begun = [term for term in terms if term.startswith(self.prefix)] if self.prefix else ()
        if not begun and self.marks.isdisjoint(terms):
            return None
        marks = self.marks.union(begun)
        found = [word for word in words_of if word.term in marks]
        begin = max(0, found[0].begin - _AROUND)
        end = min(len(text), found[0].end + _AROUND)
        shown, place = "…" if begin else "", begin
        for word in found:
            if word.end > end:
                break
            if word.begin < place:
                continue  # of a character that stands for several words
            marked = html.escape(text[word.begin : word.end], quote=False)
            before = html.escape(text[place : word.begin], quote=False)
            shown += f"{before}<mark>{marked}</mark>"
            place = word.end
        return shown + html.escape(text[place:end], quote=False) + ("…" if end < len(text) else "")
