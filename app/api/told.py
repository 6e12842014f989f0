"""What answers tell, in the envelope of plain JSON."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from app.api.asked import Asked
from app.db import Reader
from app.queries.entities import Found
from app.queries.paging import DEFAULT_LIMIT, Results
from app.text import to_json
from app.utf8 import Json, to_bytes

Written = TypeVar("Written", bound=Json)


class Told(NamedTuple):
    """What an answer tells, without what stands around it."""

    parts: Mapping[str, Sequence[Json]]  # documents by the key under which they stand
    meta: Mapping[str, Any] = {}
    neighbours: Mapping[str, str] = {}  # addresses of the pages beside it, by relation
    versions: Mapping[str, str] = {}  # of a record: days by relation


class Chosen(NamedTuple):
    """What is chosen of the documents."""

    key: str  # under which those of a list stand
    keys: Collection[str] | None  # of theirs; None = all

    def of(self, documents: Sequence[Written]) -> Sequence[Written | str]:
        """Documents with the keys that were asked for."""
        if self.keys is None:
            return documents
        return [
            to_json({key: value for key, value in json.loads(document).items() if key in self.keys})
            for document in documents
        ]


def told_of_item(found: Found, chosen: Chosen) -> Told:
    """What the answer with one record tells."""
    return Told({"result": chosen.of([found.document])}, versions=found.versions)


def told_of_page(
    reader: Reader, results: Results, asked: Asked, chosen: Chosen, page_at: Callable[[str], str]
) -> Told:
    """What a page of a list tells.

    Args:
        reader: of the database.
        results: the list.
        asked: which part of it.
        chosen: what of its documents.
        page_at: the address of the page at a cursor.
    """
    limit = asked.page.limit or DEFAULT_LIMIT
    page = results.page(reader, asked.page._replace(limit=limit), asked.day)
    cursors = {"next": page.next_cursor, "prev": page.prev_cursor}
    neighbours = {relation: page_at(cursor) for relation, cursor in cursors.items() if cursor}
    meta = {
        "count": page.count,
        "count_is": "exact" if page.is_counted else "at_least",
        "limit": limit,
        "next_cursor": page.next_cursor,
        "next": neighbours.get("next"),
        **page.extra,
    }
    return Told({chosen.key: chosen.of(page.documents), **page.beside}, meta, neighbours)


def enveloped(told: Told, meta: bytes) -> bytes:
    """Documents in their envelope: one as `result`, others as lists.

    Args:
        told: what is told.
        meta: what every answer says of itself, in JSON.
    """
    parts = {"results": [], **told.parts} if "groups" in told.parts else told.parts
    own = f"{to_json(told.meta)[:-1]}," if told.meta else "{"
    pieces = [b'{"meta":', own.encode(), meta[1:]]
    for key, documents in parts.items():
        begin, end = (b"", b"") if key == "result" else (b"[", b"]")
        pieces += [b',"%b":' % key.encode(), begin]
        if documents:  # one by one: a rare letter would make all of them slow
            listed = [b","] * (2 * len(documents) - 1)
            listed[::2] = map(to_bytes, documents)
            pieces += listed
        pieces.append(end)
    return b"".join([*pieces, b"}"])


def neighbour_links(neighbours: Mapping[str, str]) -> Iterator[str]:
    """The pages beside a page, for the header."""
    return (f'<{address}>; rel="{relation}"' for relation, address in neighbours.items())
