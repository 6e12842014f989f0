"""Answers: prepared documents, put into an envelope without being taken apart."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import URL

from app.api.parameters import Asked, chosen_keys
from app.fields import Shape, date_keys, fields_of, scalar_keys
from app.queries.entities import Found
from app.queries.paging import PageOf, PageRequest
from app.schemas import ALWAYS, LICENSE, LICENSE_URL, record_model
from app.vocabulary import Kind

JSON = "application/json"
MAX_AGE = 300


def item_answer(request: Request, found: Found, asked: Asked, now: dt.datetime) -> Response:
    """One record."""
    meta = _meta(request, asked, found.release)
    return json_response(_joined(meta, "result", found.document), asked, now)


def page_answer(request: Request, page: PageOf, asked: Asked, now: dt.datetime) -> Response:
    """A page of a list."""
    cursor = page.next_cursor
    meta = {
        "count": page.count,
        "limit": asked.page.limit,
        "next_cursor": cursor,
        "next": _address(request.url.include_query_params(cursor=cursor)) if cursor else None,
        **page.extra,
        **_meta(request, asked, page.release),
    }
    documents = ",".join(row[0] for row in page.rows)
    return json_response(_joined(meta, "results", f"[{documents}]"), asked, now)


def page_of_constants(
    request: Request, documents: Sequence[str], release: str, asked: Asked, now: dt.datetime
) -> Response:
    """A list that is the same on every day, and always whole."""
    rows = [(document,) for document in documents]
    whole = replace(asked, page=PageRequest(limit=len(rows)))
    return page_answer(request, PageOf(rows, len(rows), release, None), whole, now)


def _joined(meta: dict[str, Any], key: str, document: str) -> str:
    return f'{{"meta":{compact(meta)},"{key}":{document}}}'


def compact(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def json_response(body: str, asked: Asked | None, now: dt.datetime) -> Response:
    """A body that is JSON already."""
    headers = {"Cache-Control": cache_control(asked, now)}
    return Response(body, media_type=JSON, headers=headers)


def cache_control(asked: Asked | None, now: dt.datetime) -> str:
    """How long an answer may be kept; one that depends on today, at most until midnight UTC."""
    age = MAX_AGE
    if asked is None or asked.depends_on_today:
        midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), dt.UTC)
        age = min(age, int((midnight - now).total_seconds()))
    return f"public, max-age={age}"


def _meta(request: Request, asked: Asked, release: str) -> dict[str, Any]:
    url = request.url.include_query_params(as_of=asked.day)
    text = f"Lunar Cooperation API, release {release}, as known on {asked.day}. {LICENSE}."
    return {
        "as_of": {"requested": asked.requested, "resolved": asked.day},
        "release": release,
        "license": LICENSE,
        "license_url": LICENSE_URL,
        "citation": {"text": text, "url": _address(url)},
    }


def _address(url: URL) -> str:
    # Commas and slashes need no escape in a query, and addresses are there to be read.
    return str(url).replace("%2C", ",").replace("%2F", "/")


# --- Fields -------------------------------------------------------------------------------------


def only_fields(kind: Kind, documents: Sequence[str], fields: str | None) -> list[str]:
    """Records' documents with the keys that were asked for."""
    if fields is None:
        return list(documents)
    chosen = chosen_keys(fields, record_model(kind).model_fields, _groups(kind)).union(ALWAYS)
    return [
        compact({key: value for key, value in json.loads(document).items() if key in chosen})
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
