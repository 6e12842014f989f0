"""Answers: prepared documents in the form that was asked for, without being taken apart."""

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from fastapi import Request, Response

from app.api.asked import Asked
from app.api.bodies import ranged, streamed
from app.api.caching import cache_control, is_held, not_modified, tag_of, tagged
from app.api.encoding import send_plain
from app.api.formats import (
    ATOM,
    CSV,
    CSVW,
    ICS,
    JSON,
    LINKS,
    NDJSON,
    TABULAR,
    TSV,
    TXT,
    XLSX,
    Format,
    chosen_format,
    format_in_path,
)
from app.api.links import (
    asked_address,
    form_links,
    memento_datetime,
    service_links,
    version_links,
)
from app.api.sent import sent_header
from app.api.whole import Whole
from app.db import Reader
from app.errors import AppError, BadRequest, ParameterError, did_you_mean
from app.queries.dataset import get_release
from app.queries.entities import Found
from app.queries.paging import DEFAULT_LIMIT, Results, Worked, unbounded
from app.render.calendar import Event, to_calendar
from app.render.feed import Entry, to_atom
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
from app.schemas import LICENSE, LICENSE_URL
from app.schemas.tables import Table
from app.text import to_json
from app.utf8 import Json, to_bytes, to_text

Document = Mapping[str, Any]
Written = TypeVar("Written", bound=Json)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a route answers with, and the forms in which it can be had."""

    table: Table
    key: str = "results"  # under which the documents stand in JSON
    events: Callable[[Document], Iterable[Event]] | None = None
    entry: Callable[[Document], Entry] | None = None
    is_timemap: bool = False
    only: tuple[Format, ...] = ()  # where it cannot be had as a table
    formats: tuple[Format, ...] = field(init=False)  # the best first

    def __post_init__(self) -> None:
        more = {ICS: self.events, ATOM: self.entry, LINKS: self.is_timemap}
        tables = (*TABULAR, *(form for form, given in more.items() if given))
        object.__setattr__(self, "formats", self.only or tables)


class Told(NamedTuple):
    """What an answer tells, without what stands around it."""

    parts: Mapping[str, Sequence[Json]]  # documents by the key under which they stand
    meta: Mapping[str, Any] = {}
    neighbours: Mapping[str, str] = {}  # addresses of the pages beside it, by relation
    versions: Mapping[str, str] = {}  # of a record: days by relation


def list_answer(
    request: Request, reader: Reader, results: Results, asked: Asked, now: dt.datetime, offer: Offer
) -> Response:
    """A list, or a part of it."""
    results.check(asked.page)
    answer = Answer(request, get_release(reader), asked, now, offer)
    if answer.is_held:
        return not_modified(answer.headers)
    if answer.is_enveloped:
        told = told_of_page(reader, results, asked, answer.chosen, answer.page_at)
        return answer.whole(told)
    return answer.written(reader, results)


def item_answer(
    request: Request, reader: Reader, found: Found, asked: Asked, now: dt.datetime, offer: Offer
) -> Response:
    """One record."""
    answer = Answer(request, get_release(reader), asked, now, offer, found.versions)
    if answer.is_held:
        return not_modified(answer.headers)
    if answer.is_enveloped:
        return answer.whole(told_of_item(found, answer.chosen))
    return answer.written(reader, Worked([to_text(found.document)]))


def held_answer(
    request: Request, release: str, asked: Asked, now: dt.datetime, offer: Offer
) -> Response | None:
    """That the client has an answer already, told before anything is read of it; None, if not.

    Only who was given the answer as it is has its tag: what is asked is right, and it is there.
    """
    if "*" in (sent_header(request.scope, b"if-none-match") or "*"):
        return None
    try:
        answer = Answer(request, release, asked, now, offer)
    except AppError:
        return None  # there may be no such thing, which is to be said first
    return not_modified(answer.headers) if answer.is_held else None


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
        # One by one: a rare letter would make all of them slow.
        pieces += [piece for document in documents for piece in (to_bytes(document), b",")]
        if documents:
            pieces.pop()
        pieces.append(end)
    return b"".join([*pieces, b"}"])


def neighbour_links(neighbours: Mapping[str, str]) -> Iterator[str]:
    """The pages beside a page, for the header."""
    return (f'<{address}>; rel="{relation}"' for relation, address in neighbours.items())


class Answer:
    """An answer in the making."""

    def __init__(
        self,
        request: Request,
        release: str,
        asked: Asked,
        now: dt.datetime,
        offer: Offer,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        self.request, self.release, self.asked = request, release, asked
        self.form = chosen_format(request, offer.formats)
        self.offer = offer
        self.table, keys = chosen_columns(offer.table, asked)
        self.chosen = Chosen(offer.key, keys)
        if self.form is XLSX:
            send_plain(request)
        self.here = asked_address(request.scope)
        named = format_in_path(request)
        self.own = self.here.with_ending(named.ending) if named else self.here
        self.of_today = self.own.changed("as_of")
        self.versions = until(now.date(), versions or {})
        self.headers = self._headers(now)

    @property
    def is_enveloped(self) -> bool:
        """Whether it is plain JSON."""
        return self.form is JSON and self.asked.table.shape == "objects"

    @property
    def is_held(self) -> bool:
        """Whether the client has it already."""
        return is_held(self.request, self.headers["ETag"])

    @property
    def tagged(self) -> str:
        """What its tag is made of."""
        asked = self.asked
        return tagged(self.release, self.own, self.form.ending, asked.requested, asked.day)

    def _headers(self, now: dt.datetime) -> dict[str, str]:
        asked, named = self.asked, format_in_path(self.request)
        headers = {
            "ETag": tag_of(self.tagged.encode()),
            "Cache-Control": cache_control(now, depends_on_today=asked.depends_on_today),
            "Vary": "Accept-Datetime" + ("" if named else ", Accept"),
        }
        if asked.requested is not None:
            headers["Memento-Datetime"] = memento_datetime(asked.day)
        if named is None:
            headers["Content-Location"] = self.here.with_ending(self.form.ending).relative()
        if asked.table.dl or self.form in (XLSX, ICS):
            name = f"{self.table.name}-{asked.day}.{self.form.ending}"
            kind = "attachment" if asked.table.dl or self.form is XLSX else "inline"
            headers["Content-Disposition"] = f'{kind}; filename="{name}"'
        return headers

    def with_links(self, *more: str) -> dict[str, str]:
        """The headers of a whole answer: an answer that is held says less."""
        links = [
            *service_links(self.request),
            *form_links(self.here, self.form, self.offer.formats),
            *version_links(self.here, self.of_today, self.versions),
            *more,
        ]
        return {**self.headers, "Link": ", ".join(links)}

    def meta(self) -> dict[str, Any]:
        """What every answer says of itself."""
        asked, release = self.asked, self.release
        text = f"Lunar Cooperation API, release {release}, as known on {asked.day}. {LICENSE}."
        address = self.of_today.on(asked.day).readable()
        return {
            "as_of": {"requested": asked.requested, "resolved": str(asked.day)},
            "release": release,
            "license": LICENSE,
            "license_url": LICENSE_URL,
            "citation": {"text": text, "url": address},
        }

    def page_at(self, cursor: str) -> str:
        """The address of the page at a cursor."""
        return self.own.changed("offset", cursor=cursor).readable()

    def whole(self, told: Told) -> Response:
        """Documents in their envelope."""
        body = enveloped(told, to_json(self.meta()).encode())
        headers = self.with_links(*neighbour_links(told.neighbours))
        return Whole(headers, body, JSON.content_type)

    # --- Other forms ----------------------------------------------------------------------------

    def written(self, reader: Reader, results: Results) -> Response:
        """A list in a form that is written piece by piece."""
        page = self.asked.page
        if self.form is ATOM and page.limit is None:
            page = page._replace(limit=DEFAULT_LIMIT)  # who reads a feed wants what is new
        pieces = unbounded(reader, results.pieces(reader, page))
        if self.form is XLSX:
            return self._excel(pieces)
        content_type = self.form.content_type
        if self.form in (CSV, TSV) and not self.asked.table.header:
            content_type = content_type.replace("header=present", "header=absent")
        return streamed(self.request, self._body(pieces), self.with_links(), content_type)

    def _body(self, pieces: Pieces) -> Iterator[bytes]:
        options, table, form = self.asked.table, self.table, self.form
        written: Iterator[bytes]
        if form in (CSV, TSV):
            delimiter = "," if form is CSV else "\t"
            written = delimited(
                table, pieces, delimiter=delimiter, header=options.header, bom=options.bom
            )
        elif form is NDJSON:
            written = newline_delimited(map(self.chosen.of, pieces))
        elif form is TXT:
            written = (_plain(document["value"]) for document in _parsed(pieces))
        elif form is CSVW:
            address = str(self.here.with_ending(CSV.ending))
            written = iter(
                [
                    to_json(
                        csvw_document(table, address, self.meta(), header=options.header)
                    ).encode()
                ]
            )
        elif form in (ICS, ATOM, LINKS):
            written = self._for_readers(pieces)
        elif options.shape == "array":
            written = json_array(map(self.chosen.of, pieces))
        else:
            written = json_rows(table, pieces, self.meta())
        return written

    def _for_readers(self, pieces: Pieces) -> Iterator[bytes]:
        """Calendars, feeds, timemaps."""
        offer, base = self.offer, str(self.request.base_url).rstrip("/")
        documents = _parsed(pieces)
        if self.form is ICS and offer.events:
            events = (event for document in documents for event in offer.events(document))
            return to_calendar(events, name=self.table.title, address=base)
        if self.form is ATOM and offer.entry:
            entries = [offer.entry(document) for document in documents]
            about = self.here.path.removeprefix(f"{self.request.scope.get('root_path', '')}/v1/")
            record = about.removesuffix("/changes") if "/" in about else ""
            title = f"{self.table.title}: {record}" if record else self.table.title
            return to_atom(entries, title=title, address=self.own.readable(), base=base)
        days = [document["known_from"] for document in documents]
        record = str(replace(self.here, query="")).removesuffix("/vintages")
        return to_timemap(days, record, str(self.own))

    def _excel(self, pieces: Pieces) -> Response:
        about = {
            "title": self.table.title,
            "a row is": self.table.row_is,
            "as known on": str(self.asked.day),
            "release": self.release,
            "license": LICENSE_URL,
            "address": self.meta()["citation"]["url"],
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.xlsx"
            write_excel(path, self.table, pieces, about)
            body = path.open("rb")
        return ranged(self.request, body, self.with_links(), XLSX.content_type)


def until(today: dt.date, versions: Mapping[str, str]) -> Mapping[str, str]:
    """The versions that there are by now; of a plan that will fall due, the next is foreseen."""
    return {
        relation: day
        for relation, day in versions.items()
        if relation != "successor-version" or day <= str(today)
    }


def _plain(value: Any) -> bytes:
    """A value alone on its line."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"{text}\n".encode()


def _parsed(pieces: Pieces) -> Iterator[Document]:
    return (json.loads(document) for documents in pieces for document in documents)


def chosen_columns(table: Table, asked: Asked) -> tuple[Table, set[str] | None]:
    """The table with the columns asked for, and the keys of its documents; None = all.

    Raises:
        BadRequest: naming the nearest column.
    """
    keys = None
    if asked.fields is not None:
        names = named_fields(table, asked.fields)
        table = table.chosen(names)
        keys = {column.key for column in table.columns} | (set(names) & set(table.beside))
    if not asked.table.labels:
        table = table.narrowed(lambda column: not column.is_label)
    return table, keys


def named_fields(table: Table, fields: str) -> list[str]:
    """What the parameter `fields` names of a table.

    Raises:
        BadRequest: naming the nearest that there is.
    """
    names = [name.strip() for name in fields.split(",")]
    known = table.names()
    for name in names:
        if name not in known:
            detail = f"unknown field {name!r}: {did_you_mean(name, known)}"
            raise BadRequest(detail, [ParameterError("fields", detail)])
    return names
