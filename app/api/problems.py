"""Errors as application/problem+json (RFC 9457), at every door."""

import logging
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import DatabaseError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match

from app.api.caching import canonical, with_ending
from app.api.declared import query_of
from app.api.formats import ASKED_PATH, format_in_path
from app.api.html import FRAMED, content_policy, site_of
from app.db import is_missing, is_too_costly
from app.errors import (
    PROBLEMS,
    AppError,
    BadRequest,
    InvalidParameter,
    MethodNotAllowed,
    Moved,
    NotFound,
    NotReady,
    ParameterError,
    RangeNotSatisfiable,
    TooCostly,
    did_you_mean,
    nearest,
)
from app.queries.dataset import passing
from app.render.pages import render_failure
from app.text import to_json

_log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
ALLOWED_METHODS = "GET, HEAD, OPTIONS"
_RETRY_AFTER = "5"  # seconds


def add_handlers(app: FastAPI) -> None:
    """Answer every error as a problem."""
    app.add_exception_handler(Moved, _moved)  # type: ignore[arg-type]
    app.add_exception_handler(AppError, _app_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _validation_error)  # type: ignore[arg-type]
    app.add_exception_handler(StarletteHTTPException, _http_error)  # type: ignore[arg-type]
    app.add_exception_handler(DatabaseError, _database_error)  # type: ignore[arg-type]


def problem_response(request: Request, error: AppError) -> Response:
    """The answer to a request that failed."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ALLOWED_METHODS
    if isinstance(error, NotReady):
        headers["Retry-After"] = _RETRY_AFTER
    if isinstance(error, RangeNotSatisfiable):
        headers["Content-Range"] = f"bytes */{error.length}"
    instance = quote(request.scope.get(ASKED_PATH, request.scope["path"]))
    request_id = request.scope.get("request_id", "")
    document = problem_document(error, str(request.base_url), instance, request_id)
    if not _is_data(request):
        headers["Vary"] = "Accept"
        if wants_page(request):
            framed = _is_framed(request)
            headers["Content-Security-Policy"] = content_policy(**(FRAMED if framed else {}))
            page = render_failure(site_of(request), document, framed=framed)
            return HTMLResponse(page, status_code=error.status, headers=headers)
    return Response(
        to_json(document), status_code=error.status, media_type=PROBLEM_JSON, headers=headers
    )


# What lies below these is for programs, whoever asks for it.
_DATA = ("/v1", "/health", "/openapi.json", "/oembed", "/.well-known")


def _is_data(request: Request) -> bool:
    path = str(request.scope.get(ASKED_PATH, request.scope["path"]))
    path = path.removeprefix(request.scope.get("root_path", ""))
    return any(path == begin or path.startswith(f"{begin}/") for begin in _DATA)


def _is_framed(request: Request) -> bool:
    """Whether the page stands in a page of others: who embeds sees what is wrong."""
    path = str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))
    return path.startswith("/embed/")


def wants_page(request: Request) -> bool:
    """Whether somebody looks at the answer in a browser: nobody else names text/html."""
    accepted = ",".join(request.headers.getlist("accept")).lower()
    ranges = [part.strip().partition(";")[0].strip() for part in accepted.split(",")]
    return "text/html" in ranges


def problem_document(
    error: AppError, address: str, instance: str = "", request_id: str = ""
) -> dict[str, Any]:
    """An error in the words of RFC 9457, section 3; `address` is the service's own."""
    return {
        "type": f"{address.rstrip('/')}/problems/{error.type}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
        "request_id": request_id,
        "errors": [{"parameter": item.parameter, "detail": item.detail} for item in error.errors],
    }


def known_problem(type_: str) -> type[AppError]:
    """The kind of error that a problem type names.

    Raises:
        NotFound: if there is none.
    """
    for problem in PROBLEMS:
        if problem.type == type_:
            return problem
    near = did_you_mean(type_, [problem.type for problem in PROBLEMS])
    raise NotFound(f"there is no problem type {type_!r}: {near}")


async def _moved(request: Request, error: Moved) -> Response:
    """301 to the address of today, in the same form and with the same parameters."""
    here = canonical(request.url)
    named = format_in_path(request)
    here = with_ending(here, named.ending) if named else here
    below = "/v1" if _is_data(request) else ""
    head, _, tail = here.path.partition(f"{below}/{error.kind}/{error.former}")
    path = f"{head}{below}/{error.kind}/{error.current}{tail}"
    headers = {"Location": str(here.replace(path=path)), "Cache-Control": "public, max-age=86400"}
    return Response(status_code=301, headers=headers)


async def _app_error(request: Request, error: AppError) -> Response:
    return problem_response(request, error)


async def _validation_error(request: Request, error: RequestValidationError) -> Response:
    return problem_response(request, from_validation(error.errors(), _parameters(request)))


def from_validation(details: Sequence[Any], known: Sequence[str]) -> BadRequest | InvalidParameter:
    """What validation found, in our own words.

    Args:
        details: as Pydantic lists them; the parameter comes second in each place.
        known: the parameters that there are.
    """
    unknown = [str(item["loc"][-1]) for item in details if item["type"] == "extra_forbidden"]
    if unknown:
        errors = [ParameterError(name, _unknown(name, known)) for name in unknown]
        return BadRequest("; ".join(item.detail for item in errors), errors)
    words = [item for item in details if item["type"] in ("literal_error", "enum")]
    if words:
        errors = [ParameterError(_name(item), _unknown_word(item)) for item in words]
        return BadRequest("; ".join(item.detail for item in errors), errors)
    # A parameter that may be left out is also tried as null, which nobody meant.
    meant = [item for item in details if item["type"] != "none_required"]
    errors = [ParameterError(_name(item), f"{_name(item)}: {item['msg']}") for item in meant]
    return InvalidParameter("; ".join(item.detail for item in errors), errors)


def _name(detail: dict[str, Any]) -> str:
    """The parameter of a validation error: it comes second, after where it was given."""
    return str(detail["loc"][1])


def _unknown_word(detail: dict[str, Any]) -> str:
    choices = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
    return f"unknown {_name(detail)} {detail['input']!r}: {did_you_mean(detail['input'], choices)}"


def _unknown(name: str, known: Sequence[str]) -> str:
    return f"unknown parameter {name!r}: {did_you_mean(name, known)}"


def _parameters(request: Request) -> list[str]:
    """The query parameters of the route that a request was meant for."""
    handler = getattr(request.scope.get("route"), "endpoint", None)
    model = query_of(handler) if handler else None
    return list(model.model_fields) if model else []


async def _http_error(request: Request, error: StarletteHTTPException) -> Response:
    if error.status_code == MethodNotAllowed.status:
        detail = f"{request.method} is not answered here: use GET"
        return problem_response(request, MethodNotAllowed(detail))
    if error.status_code == NotFound.status:
        return problem_response(request, NotFound(_no_route(request)))
    _log.error("unexpected http error", extra={"fields": {"status": error.status_code}})
    return problem_response(request, AppError(str(error.detail)))


def _no_route(request: Request) -> str:
    path = request.scope["path"]
    without = path.rstrip("/")
    if without != path and _is_there(request, without):
        return f"there is no address {path}: did you mean {without}?"
    near = nearest(path, [*request.app.openapi()["paths"], "/docs", "/openapi.json"], likeness=0.75)
    remedy = f"did you mean {near}?" if near else "/docs lists what there is"
    return f"there is no address {path}: {remedy}"


def _is_there(request: Request, path: str) -> bool:
    scope = {**request.scope, "path": path, "method": "GET"}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


async def _database_error(request: Request, error: DatabaseError) -> Response:
    if is_too_costly(error):
        return problem_response(request, _too_costly(request))
    if why := passing(error):
        _log.error("database out of reach", extra={"fields": {"error": str(error.orig)}})
        return problem_response(request, why)
    if not is_missing(error):
        raise error
    _log.error("database not ready", extra={"fields": {"error": str(error.orig)}})
    detail = "the database is missing or of another version: run lunar load"
    return problem_response(request, NotReady(detail))


# What makes an answer go over many rows, and what to do instead.
_REMEDIES = {
    "offset": "follow next_cursor, which costs the same at any depth",
    "sort": "sort by id or name, or narrow the list first",
    "q": "search with /v1/search?q=, or narrow the list by another filter",
    "group_by": "narrow what is counted by a filter, such as kind or status",
    "since": "ask about fewer days",
    "as_of": "ask about a later day, or narrow the list by a filter",
}
_NARROWER = "narrow it by another filter besides, or take it all: /v1/dataset.ndjson"


def _too_costly(request: Request) -> TooCostly:
    given = dict.fromkeys(request.query_params)
    remedies = {name: _REMEDIES[name] for name in _REMEDIES if name in given}
    remedies = remedies or dict.fromkeys(given, _NARROWER)
    detail = "; ".join(f"{name}: {remedy}" for name, remedy in remedies.items()) or _NARROWER
    errors = [ParameterError(name, remedy) for name, remedy in remedies.items()]
    return TooCostly(f"that goes over more rows than one answer may look at: {detail}", errors)
