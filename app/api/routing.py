"""How routes are declared: their problems, their examples, what they check first."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request

from app.api.asked import check_query
from app.api.formats import Format
from app.errors import (
    AddressTooLong,
    AppError,
    BadRequest,
    InvalidParameter,
    NotAcceptable,
    NotFound,
    NotReady,
    RangeNotSatisfiable,
)

FORMATS = "x-formats"  # the endings of the forms in which an answer can be had
EXAMPLE = "x-example-of"  # the address whose answer OpenAPI shows as the example
PROBLEM_JSON = "application/problem+json"
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}

_ALWAYS: Sequence[type[AppError]] = (
    BadRequest, NotAcceptable, AddressTooLong, InvalidParameter, AppError, NotReady,
)  # fmt: skip


FILE_PROBLEMS: Sequence[type[AppError]] = (*_ALWAYS, RangeNotSatisfiable)


async def check_path(request: Request) -> None:
    """That the path has no nought in it, and does not end in a line feed.

    Databases refuse the one as text, and routes take the other for the end of the path.

    Raises:
        NotFound: if it does, unless that is part of an id, of which the route knows more to say.
    """
    if "\0" in request.scope["path"]:
        raise NotFound("there is no address with the character U+0000: leave that out")
    ids = request.path_params.values()
    if request.scope["path"].endswith("\n") and not any(value.endswith("\n") for value in ids):
        path = request.scope["path"].rstrip("\n")
        raise NotFound(f"there is no address {path} with a line feed at its end: leave that out")


def data_router() -> APIRouter:
    """A router for data: it checks first that what is asked for can be understood."""
    return APIRouter(prefix="/v1", dependencies=[Depends(check_query)])


def documented(
    example: str,
    formats: Sequence[Format] = (),
    *,
    by_id: bool = False,
    problems: Sequence[type[AppError]] = _ALWAYS,
) -> dict[str, Any]:
    """What a route tells OpenAPI besides its answer: forms, problems, and whose answer to show."""
    problems = [*problems, *([NotFound] if by_id else [])]
    return {
        "openapi_extra": {EXAMPLE: example, FORMATS: [item.ending for item in formats]},
        "responses": problem_responses(problems),
    }


def problem_responses(problems: Sequence[type[AppError]]) -> dict[int | str, dict[str, Any]]:
    """Problems, as OpenAPI declares answers."""
    return {
        str(problem.status): {
            "description": problem.title,
            "content": {PROBLEM_JSON: {"schema": PROBLEM_SCHEMA}},
        }
        for problem in sorted(problems, key=lambda problem: problem.status)
    }
