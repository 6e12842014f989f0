"""Answers in other forms than plain JSON, which are written piece by piece."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import Response

from app.api.answers import Answer
from app.api.bodies import ranged, streamed
from app.api.formats import ATOM, CSV, CSVW, ICS, LINKS, NDJSON, TSV, TXT, XLSX
from app.api.offers import Document
from app.db import Reader
from app.queries.paging import DEFAULT_LIMIT, Results, unbounded
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


def written(answer: Answer, reader: Reader, results: Results) -> Response:
    """A list in a form that is written piece by piece."""
    page = answer.asked.page
    if answer.form is ATOM and page.limit is None:
        page = page._replace(limit=DEFAULT_LIMIT)  # who reads a feed wants what is new
    pieces = unbounded(reader, results.pieces(reader, page))
    if answer.form is XLSX:
        return _excel(answer, pieces)
    content_type = answer.form.content_type
    if answer.form in (CSV, TSV) and not answer.asked.table.header:
        content_type = content_type.replace("header=present", "header=absent")
    return streamed(answer.request, _body(answer, pieces), answer.with_links(), content_type)


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


def _excel(answer: Answer, pieces: Pieces) -> Response:
    about = {
        "title": answer.table.title,
        "a row is": answer.table.row_is,
        "as known on": str(answer.asked.day),
        "release": answer.release,
        "license": LICENSE_URL,
        "address": answer.meta()["citation"]["url"],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_excel(path, answer.table, pieces, about)
        body = path.open("rb")
    return ranged(answer.request, body, answer.with_links(), XLSX.content_type)


def _plain(value: Any) -> bytes:
    """A value alone on its line."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"{text}\n".encode()


def _parsed(pieces: Pieces) -> Iterator[Document]:
    return (json.loads(document) for documents in pieces for document in documents)
