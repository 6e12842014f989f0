"""The whole data set in one file, as it was known on a day."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from app.api.asked import Asked, read
from app.api.bodies import long_body
from app.api.caching import cache_control, canonical, entity_tag, is_held, not_modified
from app.api.dataset import about_dataset, property_documents
from app.api.declared import from_query
from app.api.deps import Now, Reading
from app.api.encoding import send_plain
from app.api.files import Files
from app.api.links import memento_datetime
from app.api.parameters import AsOfQuery
from app.api.routing import FILE_PROBLEMS, Router, data_router, problem_responses
from app.api.tables import (
    CLAIMS,
    COVERAGE,
    DISPUTES,
    IDENTIFIERS,
    PROPERTIES,
    RELATIONS,
    SLIPS,
    TIMELINE,
    record_offer,
)
from app.db import Database, Reader
from app.queries import claims, entities, identifiers, moments
from app.queries.dataset import coverage_documents, get_release, reading_at_length
from app.queries.paging import PageRequest, Results, Worked, unbounded
from app.render.bulk import Contents, lines_of, write_database, write_package
from app.render.metadata import Distribution
from app.vocabulary import Kind

_ALL = PageRequest(limit=None)

Write = Callable[[Path, Iterator[Contents], dict[str, Any]], None]


def _write_lines(path: Path, contents: Iterator[Contents], about: dict[str, Any]) -> None:
    with path.open("wb") as file:
        file.writelines(lines_of(contents, about))


FILES: dict[str, tuple[str, str, Write]] = {
    "zip": ("application/zip", "Data Package: every table as CSV, described", write_package),
    "sqlite": ("application/vnd.sqlite3", "SQLite database with every table", write_database),
    "ndjson": ("application/x-ndjson", "every record of every table, whole", _write_lines),
}
DISTRIBUTIONS = [
    Distribution(f"/v1/dataset.{ending}", media_type, title)
    for ending, (media_type, title, _) in FILES.items()
]


def bulk_router() -> Router:
    """The routes of the files."""
    router = data_router()
    router.tags = ["dataset"]
    for ending, (media_type, title, write) in FILES.items():
        _add_file(router, ending, media_type, title, write)
    return router


def _add_file(router: APIRouter, ending: str, media_type: str, title: str, write: Write) -> None:
    @router.get(
        f"/dataset.{ending}",
        operation_id=f"download_{ending}",
        summary=f"The whole: {title}",
        description="As it was known on the day asked about. Parts of it can be asked for with "
        "`Range`, and a download can be resumed with `If-Range`.",
        response_class=Response,
        responses=_documented(media_type),
    )
    async def download(
        request: Request,
        reader: Reading,
        now: Now,
        query: Annotated[AsOfQuery, from_query(AsOfQuery)],
    ) -> Response:
        asked = read(request, query, now)
        if ending != "ndjson":
            send_plain(request)
        release = get_release(reader)
        tag = entity_tag(release, canonical(request.url), asked.day)
        headers = {
            "ETag": tag,
            "Cache-Control": cache_control(now, depends_on_today=asked.depends_on_today),
            "Vary": "Accept-Datetime",
            "Content-Disposition": f'attachment; filename="lunar-{asked.day}.{ending}"',
            "Accept-Ranges": "bytes",
        }
        if asked.requested is not None:
            headers["Memento-Datetime"] = memento_datetime(asked.day)
        if is_held(request, tag):
            return not_modified(headers)
        reader.close()  # the file is made in a transaction of its own, when its turn has come
        files: Files = request.app.state.files
        file = await files.get(tag, partial(_make, request, asked, release, write))
        return long_body(request, file, headers, media_type)


def _documented(media_type: str) -> dict[int | str, dict[str, Any]]:
    """What the route of a file tells OpenAPI."""
    body = {"schema": {"type": "string", "format": "binary"}}
    return {
        200: {"description": "The file", "content": {media_type: body}},
        206: {"description": "A part of it", "content": {media_type: body}},
        **problem_responses(FILE_PROBLEMS),
    }


def _make(request: Request, asked: Asked, release: str, write: Write, path: Path) -> None:
    database: Database = request.app.state.database
    with reading_at_length(database, release) as reader:
        about = about_dataset(reader, str(request.base_url), asked.day)
        write(path, _contents(reader, asked), about)


def _contents(reader: Reader, asked: Asked) -> Iterator[Contents]:
    """Every table of the data set, as it was known on the day asked about."""
    lists: list[tuple[Any, Results]] = [
        (record_offer(kind), entities.list_entities(reader, kind, {}, asked.day, "none"))
        for kind in Kind
    ]
    lists += [
        (CLAIMS, claims.list_claims(reader, {}, asked.day)),
        (RELATIONS, moments.list_relations(reader, {}, asked.day)),
        (TIMELINE, moments.list_moments(reader, {}, asked.day)),
        (SLIPS, moments.list_slips(reader, {}, asked.day)),
        (DISPUTES, claims.list_disputes(reader, {}, asked.day)),
        (IDENTIFIERS, identifiers.list_identifiers(reader, {}, asked.day)),
        (PROPERTIES, Worked(property_documents())),
        (COVERAGE, Worked(coverage_documents(reader))),
    ]
    for offer, results in lists:
        yield Contents(offer.table, unbounded(reader, results.pieces(reader, _ALL)))
