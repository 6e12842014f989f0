"""Answers in other forms than plain JSON, which are written piece by piece."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Response

from app.api.answers import Answer
from app.api.bodies import long_body, short_body
from app.api.files import Files
from app.api.formats import ATOM, CSV, CSVW, ICS, LINKS, NDJSON, TSV, TXT, XLSX, format_in_path
from app.api.offers import Document
from app.db import Database, Reader
from app.queries.dataset import reading_at_length
from app.queries.paging import DEFAULT_LIMIT, PageRequest, Results, unbounded
from app.render.calendar import to_calendar
from app.render.feed import to_atom
from app.render.metadata import csvw_document
from app.render.tables import (
    Pieces,
    delimited,
    json_array,
    json_rows,
    newline_delimited,
    write_excel,
)
from app.render.timemap import to_timemap
from app.schemas import LICENSE_URL
from app.text import to_json

MOST_AT_ONCE = 500  # documents that are written while all others wait: a fiftieth of a second


async def written(answer: Answer, reader: Reader, results: Results) -> Response:
    """A list in a form that is written piece by piece; what is long comes from a file.

    Raises:
        NotReady: if too many others have files made.
        RangeNotSatisfiable: if the range that is asked for begins beyond the end.
    """
    page, headers, content_type = answer.asked.page, answer.with_links(), answer.form.content_type
    if answer.form is ATOM and page.limit is None:
        page = page._replace(limit=DEFAULT_LIMIT)  # who reads a feed wants what is new
    if answer.form in (CSV, TSV) and not answer.asked.table.header:
        content_type = content_type.replace("header=present", "header=absent")
    if format_in_path(answer.request) is not None:
        headers["Accept-Ranges"] = "bytes"
    files: Files = answer.request.app.state.files
    tag = headers["ETag"]
    if answer.form is not XLSX and not files.has(tag):
        # What describes columns tells of no rows.
        few = () if answer.form is CSVW else _few(reader, results, page)
        if few is not None:
            body = b"".join(_body(answer, [few]))
            return short_body(answer.request, body, headers, content_type)
    reader.close()  # the file is made in a transaction of its own, when its turn has come
    file = await files.get(tag, partial(_write, answer, results, page))
    return long_body(answer.request, file, headers, content_type)


def _few(reader: Reader, results: Results, page: PageRequest) -> Sequence[str] | None:
    """All documents, if they are few; None, if there are more.

    What is not read to its end is closed here, before the connection is another's.
    """
    pieces = unbounded(reader, results.pieces(reader, page))
    found = next(pieces, ())
    return found if len(found) <= MOST_AT_ONCE and next(pieces, None) is None else None


def _write(answer: Answer, results: Results, page: PageRequest, path: Path) -> None:
    database: Database = answer.request.app.state.database
    with reading_at_length(database, answer.release) as reader:
        pieces = unbounded(reader, results.pieces(reader, page))
        if answer.form is XLSX:
            write_excel(path, answer.table, pieces, _about(answer))
        else:
            with path.open("wb") as file:
                file.writelines(_body(answer, pieces))


def _body(answer: Answer, pieces: Pieces) -> Iterator[bytes]:
    options, table, form = answer.asked.table, answer.table, answer.form
    body: Iterator[bytes]
    if form in (CSV, TSV):
        delimiter = "," if form is CSV else "\t"
        body = delimited(table, pieces, delimiter=delimiter, header=options.header, bom=options.bom)
    elif form is NDJSON:
        body = newline_delimited(map(answer.chosen.of, pieces))
    elif form is TXT:
        body = (_plain(document["value"]) for document in _parsed(pieces))
    elif form is CSVW:
        address = str(answer.here.with_ending(CSV.ending))
        body = iter(
            [to_json(csvw_document(table, address, answer.meta(), header=options.header)).encode()]
        )
    elif form in (ICS, ATOM, LINKS):
        body = _for_readers(answer, pieces)
    elif options.shape == "array":
        body = json_array(map(answer.chosen.of, pieces))
    else:
        body = json_rows(table, pieces, answer.meta())
    return body


def _for_readers(answer: Answer, pieces: Pieces) -> Iterator[bytes]:
    """Calendars, feeds, timemaps."""
    offer, base = answer.offer, str(answer.request.base_url).rstrip("/")
    documents = _parsed(pieces)
    if answer.form is ICS and offer.events:
        events = (event for document in documents for event in offer.events(document))
        return to_calendar(events, name=answer.table.title, address=base)
    if answer.form is ATOM and offer.entry:
        entries = [offer.entry(document) for document in documents]
        about = answer.here.path.removeprefix(f"{answer.request.scope.get('root_path', '')}/v1/")
        record = about.removesuffix("/changes") if "/" in about else ""
        title = f"{answer.table.title}: {record}" if record else answer.table.title
        return to_atom(entries, title=title, address=answer.own.readable(), base=base)
    days = [document["known_from"] for document in documents]
    record = str(replace(answer.here, query="")).removesuffix("/vintages")
    return to_timemap(days, record, str(answer.own))


def _about(answer: Answer) -> dict[str, str]:
    """What an Excel file says of itself."""
    return {
        "title": answer.table.title,
        "a row is": answer.table.row_is,
        "as known on": str(answer.asked.day),
        "release": answer.release,
        "license": LICENSE_URL,
        "address": answer.meta()["citation"]["url"],
    }


def _plain(value: Any) -> bytes:
    """A value alone on its line."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"{text}\n".encode()


def _parsed(pieces: Pieces) -> Iterator[Document]:
    return (json.loads(document) for documents in pieces for document in documents)
