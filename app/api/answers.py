"""Answers: prepared documents, put into an envelope without being taken apart."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import URL

from app.api.caching import cache_control, canonical, entity_tag, is_held, not_modified
from app.api.parameters import Asked, chosen_keys
from app.fields import Shape, date_keys, fields_of, scalar_keys
from app.queries.entities import Found
from app.queries.paging import PageOf, PageRequest
from app.schemas import ALWAYS, LICENSE, LICENSE_URL, record_model
from app.text import to_json
from app.vocabulary import Kind

JSON = "application/json"


def item_answer(request: Request, found: Found, asked: Asked, now: dt.datetime) -> Response:
    """One record."""
    return _answer(request, found.release, asked, now, {}, "result", found.document)


def page_answer(request: Request, page: PageOf, asked: Asked, now: dt.datetime) -> Response:
    """A page of a list."""
    cursor = page.next_cursor
    here = canonical(request.url)
    following = _readable(here.include_query_params(cursor=cursor)) if cursor else None
    meta = {
        "count": page.count,
        "limit": asked.page.limit,
        "next_cursor": cursor,
        "next": following,
        **page.extra,
    }
    documents = ",".join(row[0] for row in page.rows)
    response = _answer(request, page.release, asked, now, meta, "results", f"[{documents}]")
    if following:
        response.headers.append("Link", f'<{following}>; rel="next"')
    return response


def page_of_constants(
    request: Request, documents: Sequence[str], release: str, asked: Asked, now: dt.datetime
) -> Response:
    """A list that is the same on every day, and always whole."""
    rows = [(document,) for document in documents]
    whole = replace(asked, page=PageRequest(limit=len(rows)))
    return page_answer(request, PageOf(rows, len(rows), release, None), whole, now)


def _answer(
    request: Request,
    release: str,
    asked: Asked,
    now: dt.datetime,
    meta: dict[str, Any],
    key: str,
    document: str,
) -> Response:
    """A document in its envelope, or the news that the client has it already."""
    here = canonical(request.url)
    tag = entity_tag(release, here, asked.day)
    headers = {
        "ETag": tag,
        "Cache-Control": cache_control(now, depends_on_today=asked.depends_on_today),
        "Link": _links(request),
    }
    if is_held(request, tag):
        return not_modified(headers)
    meta |= _meta(here, asked, release)
    body = f'{{"meta":{to_json(meta)},"{key}":{document}}}'
    return Response(body, media_type=JSON, headers=headers)


def _links(request: Request) -> str:
    """Where to read on, in every answer (RFC 8288; service-desc and service-doc: RFC 8631)."""
    base = str(request.base_url).rstrip("/")
    return ", ".join(
        (
            f'<{LICENSE_URL}>; rel="license"',
            f'<{base}/openapi.json>; rel="service-desc"; type="application/json"',
            f'<{base}/docs>; rel="service-doc"; type="text/html"',
        )
    )


def _meta(here: URL, asked: Asked, release: str) -> dict[str, Any]:
    text = f"Lunar Cooperation API, release {release}, as known on {asked.day}. {LICENSE}."
    return {
        "as_of": {"requested": asked.requested, "resolved": asked.day},
        "release": release,
        "license": LICENSE,
        "license_url": LICENSE_URL,
        "citation": {"text": text, "url": _readable(here.include_query_params(as_of=asked.day))},
    }


def _readable(url: URL) -> str:
    # Commas and slashes need no escape in a query, and addresses are there to be read.
    return str(url).replace("%2C", ",").replace("%2F", "/")


# --- Fields -------------------------------------------------------------------------------------


def only_fields(kind: Kind, documents: Sequence[str], fields: str | None) -> list[str]:
    """Records' documents with the keys that were asked for."""
    if fields is None:
        return list(documents)
    chosen = chosen_keys(fields, record_model(kind).model_fields, _groups(kind)).union(ALWAYS)
    return [
        to_json({key: value for key, value in json.loads(document).items() if key in chosen})
        for document in documents
    ]


def field_names(kind: Kind) -> tuple[str, ...]:
    """What the parameter `fields` may name: keys, and dates with all of their keys."""
    return (*record_model(kind).model_fields, *_groups(kind))


def _groups(kind: Kind) -> dict[str, list[str]]:
    """The names of dates, each with its keys."""
    if kind is Kind.SOURCES:
        names = ("published", "accessed")
        return {name: [key.name for key in date_keys(name, "")] for name in names}
    dated = (Shape.DATE, Shape.MILESTONE)
    return {
        field.name: [key.name for key in scalar_keys(field)]
        for field in fields_of(kind)
        if field.shape in dated
    }
