"""What stands around documents in answers that differ in id, day and page alone: made once.

The code that makes any answer makes one with marks in place of those, and the marks are found again
in all that came of them: addresses, links, what an answer says of itself. To fill the places in
costs a small part of making it all anew.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from app.api.answers import Answer, until
from app.api.asked import When
from app.api.caching import Coding, cache_control, is_among, tag_of
from app.api.encoding import Coded, with_coding
from app.api.formats import JSON
from app.api.links import memento_datetime, version_links
from app.api.told import Told, enveloped, neighbour_links
from app.api.whole import Whole
from app.text import to_json

# Plain words, so that nobody quotes them; no request may have them.
ID, AS_OF, CURSOR, WORD, RELEASE = "~id~", "~as-of~", "~cursor~", "~word~", "~release~"
DAY = dt.date.min
_NEXT, _ON, _TAG, _AGE, _LENGTH, _MORE = (
    "~next~", "~on~", "~tag~", "~age~", "~length~", "~more~"
)  # fmt: skip
_NAMES = {
    ID: "id", AS_OF: "as_of", CURSOR: "cursor", WORD: "word", RELEASE: "release",
    _NEXT: "next", _ON: "on", _TAG: "tag", _AGE: "age", _LENGTH: "length", _MORE: "more",
    str(DAY): "day", memento_datetime(DAY): "until",
}  # fmt: skip

Values = dict[str, bytes]
_MARK = re.compile(f"({'|'.join(map(re.escape, _NAMES))})")


def has_marks(*texts: str) -> bool:
    """Whether texts of a request have what would be taken for a mark."""
    return any(map(_MARK.search, texts))


class _Template:
    """A text with marks."""

    def __init__(self, text: str, encoding: str = "utf-8") -> None:
        pieces = _MARK.split(text)  # every other one is a mark
        self._pieces = [piece.encode(encoding) for piece in pieces]
        self._names = [_NAMES[mark] for mark in pieces[1::2]]

    def filled(self, values: Values) -> bytes:
        """The text with values in place of the marks."""
        pieces = self._pieces.copy()
        pieces[1::2] = map(values.__getitem__, self._names)
        return b"".join(pieces)


class _Headers:
    """Headers with marks."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self._names = [name for name, _ in headers]
        lines = (value.decode("latin-1") for _, value in headers)
        self._template = _Template("\n".join(lines), "latin-1")

    def filled(self, values: Values) -> list[tuple[bytes, bytes]]:
        """The headers with values in place of the marks."""
        lines = self._template.filled(values).split(b"\n")
        return list(zip(self._names, lines, strict=True))


class Frame:
    """What stands around the documents of one route, asked in one way, by clients of one sort."""

    def __init__(self, answer: Answer, coding: Coding) -> None:
        """Take an answer with marks apart.

        Args:
            answer: to a request with marks, of the release `RELEASE`, as of `DAY`.
            coding: in which it is sent.
        """
        self.chosen = answer.chosen
        self._coding = coding
        self._tagged = _Template(answer.tagged)
        self._meta = _Template(to_json(answer.meta()))
        self._page_at = _Template(answer.page_at(_NEXT))
        marks = {"ETag": f'"{_TAG}"', "Cache-Control": _AGE}
        held = Whole({**answer.headers, **marks}).raw_headers
        self._held = _Headers(list(with_coding(held, coding)))
        link = answer.with_links()["Link"] + _MORE
        full = Whole({**answer.headers, **marks, "Link": link}, b"", JSON.content_type).raw_headers
        full = [(n, _LENGTH.encode() if n == b"content-length" else value) for n, value in full]
        # What is to be compressed gets the rest then.
        self._full = _Headers(list(with_coding(full, coding)) if coding.is_identity else full)
        self._versions = {
            relation: _Template(", ".join(_version_link(answer, relation)), "latin-1")
            for relation in ("timemap", "predecessor-version", "successor-version")
        }

    def is_held(self, values: Values, held: bytes | None) -> bool:
        """Whether a client that has what has these tags has the answer; notes its tag."""
        tag = tag_of(self._tagged.filled(values))
        values["tag"] = tag[1:-1].encode()
        return held is not None and is_among(self._coding.tag(tag), held.decode("latin-1"))

    def page_at(self, values: Values) -> Callable[[str], str]:
        """What tells the address of the page at a cursor."""
        return lambda cursor: self._page_at.filled(values | {"next": cursor.encode()}).decode()

    def not_modified(self, values: Values) -> Coded:
        """That a client has the answer."""
        return Coded(304, self._held.filled(values), b"")

    def whole(self, values: Values, told: Told, today: dt.date) -> Coded:
        """The answer."""
        body = enveloped(told, self._meta.filled(values))
        links = [b""]
        for relation, day in until(today, told.versions).items():
            values["on"] = day.encode()
            links.append(self._versions[relation].filled(values))
        links += [link.encode("latin-1") for link in neighbour_links(told.neighbours)]
        values["more"] = b", ".join(links)
        values["length"] = b"%d" % len(body)
        return Coded(200, self._full.filled(values), body)


def _version_link(answer: Answer, relation: str) -> Iterator[str]:
    links = version_links(answer.here, answer.of_today, {relation: _ON})
    next(links)  # the one that all have
    return links


class Differing(NamedTuple):
    """In what requests differ that share a frame; None = they have no such thing."""

    slug: str | None
    as_of: str | None
    cursor: str | None
    word: str | None  # that is looked for


def values_of(differing: Differing, release: str, when: When, now: dt.datetime) -> Values:
    """What is put in place of the marks, for one request."""
    slug, as_of, cursor, word = differing
    return {
        "id": (slug or "").encode(),
        "as_of": (as_of or "").encode(),
        "cursor": (cursor or "").encode(),
        "word": (word or "").encode(),
        "release": release.encode(),
        "day": str(when.day).encode(),
        "until": memento_datetime(when.day).encode(),
        "age": cache_control(now, depends_on_today=when.depends_on_today).encode(),
    }
