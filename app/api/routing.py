"""How routes are declared: their problems, their examples, what they check first."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from app.api.deps import require_json
from app.api.parameters import check_query
from app.errors import (
    AppError,
    BadRequest,
    InvalidParameter,
    NotAcceptable,
    NotFound,
    NotReady,
)

EXAMPLE = "x-example-of"  # the address whose answer OpenAPI shows as the example
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}

_ALWAYS: Sequence[type[AppError]] = (
    BadRequest, NotAcceptable, InvalidParameter, AppError, NotReady,
)  # fmt: skip


def data_router() -> APIRouter:
    """A router for data: it checks first that the client takes JSON and what it asks for."""
    checks = [Depends(require_json), Depends(check_query)]
    return APIRouter(prefix="/v1", dependencies=checks, route_class=APIRoute)


def documented(
    example: str, *, by_id: bool = False, problems: Sequence[type[AppError]] = _ALWAYS
) -> dict[str, Any]:
    """What a route tells OpenAPI besides its answer: its problems, and whose answer to show."""
    problems = [*problems, *([NotFound] if by_id else [])]
    return {
        "openapi_extra": {EXAMPLE: example},
        "responses": {
            problem.status: {
                "description": problem.title,
                "content": {"application/problem+json": {"schema": PROBLEM_SCHEMA}},
            }
            for problem in sorted(problems, key=lambda problem: problem.status)
        },
    }
