"""How routes are declared: their problems, their examples, what they check first."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response, params

from app.api.asked import Asked, check_query
from app.api.formats import Format
from app.api.offers import Offer
from app.api.parameters import Parameters
from app.api.responses import item_answer, list_answer
from app.db import Reader
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
from app.queries.entities import Found
from app.queries.paging import Results

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


@dataclass(frozen=True, slots=True)
class DataRoute:
    """What a route comes to in the end: it can be asked without the framework."""

    path: str
    parameters: Parameters
    offer_of: Callable[[Asked], Offer]
    read: Callable[[Reader, Asked, str], Found | Results]  # the last is the id, if there is one

    async def answer(
        self, request: Request, reader: Reader, asked: Asked, now: dt.datetime, slug: str = ""
    ) -> Response:
        """What it answers to a request."""
        offer = self.offer_of(asked)
        found = self.read(reader, asked, slug)
        if isinstance(found, Found):
            return await item_answer(request, reader, found, asked, now, offer)
        return await list_answer(request, reader, found, asked, now, offer)


class Router(APIRouter):
    """Routes that check the path first."""

    def __init__(self, *, dependencies: Sequence[params.Depends] = (), **named: Any) -> None:
        super().__init__(dependencies=[Depends(check_path), *dependencies], **named)

    def add_to(self, app: FastAPI) -> None:
        """Add the routes to the service as they stand.

        `include_router` would have each made a second time, when the first is looked for.
        """
        app.router.routes.extend(self.routes)


class DataRouter(Router):
    """Routes for data, which check first that what is asked for can be understood."""

    def __init__(self) -> None:
        super().__init__(prefix="/v1", dependencies=[Depends(check_query)])
        self.short: list[DataRoute] = []

    def also_short(self, route: DataRoute) -> None:
        """Have a route's answers be had the short way too; its path is below that of the router."""
        self.short.append(replace(route, path=f"{self.prefix}{route.path}"))


def data_router() -> DataRouter:
    """A router for data."""
    return DataRouter()


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
