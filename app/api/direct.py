"""The short way to an answer, for requests that need nothing of the framework's.

The routes are declared as everywhere, and whatever is out of the ordinary goes the long way through
them: another method, a parameter that is wrong, a path that no route here has. The rest is looked
up, validated by the same model, and given to the same function, for a fraction of the cost.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.asked import check_query
from app.api.deps import Clock
from app.db import Database

_LONGEST_ID = 200
_GIVEN = {"request", "id", "reader", "now", "query"}


@dataclass(frozen=True, slots=True)
class _Route:
    """A function that answers, and the model of its parameters."""

    path: str
    answer: Callable[..., Awaitable[Response]]
    model: type[BaseModel]


class ShortWay:
    """Stands before the routes, and answers what needs no more than a look-up."""

    def __init__(self, app: ASGIApp, routers: Iterable[APIRouter]) -> None:
        self.app = app
        # By path; by what stands before and after the id.
        self._whole: dict[str, _Route] = {}
        self._around: dict[tuple[str, str], _Route] = {}
        for route in _direct_routes(routers):
            before, is_below, after = route.path.partition("{id}")
            if is_below:
                self._around[before, after] = route
            else:
                self._whole[route.path] = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        found = self._find(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        route, given = found
        app: FastAPI = scope["app"]
        scope = {**scope, "path_params": given}
        request = Request(scope, receive)
        database: Database = app.state.database
        clock: Clock = app.state.clock
        try:
            await check_query(request)
            query = route.model.model_validate(dict(request.query_params))
            with database.read() as reader:
                response = await route.answer(
                    request=request, reader=reader, now=clock(), query=query, **given
                )
                # A long body is read as it is sent.
                await response(scope, receive, send)
        except ValidationError:
            await self.app(scope, receive, send)
        except Exception as error:
            handler = _handler(app, error)
            if handler is None:
                raise
            response = await handler(request, error)
            await response(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[_Route, dict[str, str]] | None:
        path: str = scope["path"]
        if root := scope.get("root_path"):
            path = path.removeprefix(root) if path.startswith(f"{root}/") else path
        if route := self._whole.get(path):
            return route, {}
        parts = path.split("/", 4)  # "", v1, missions, luna-26, and what is below
        if len(parts) < 4 or not 0 < len(parts[3]) <= _LONGEST_ID or path[-1] == "\n":
            return None
        after = f"/{parts[4]}" if len(parts) == 5 else ""
        route = self._around.get((f"/{parts[1]}/{parts[2]}/", after))
        return (route, {"id": parts[3]}) if route else None


def _handler(app: FastAPI, error: Exception) -> Callable[..., Awaitable[Response]] | None:
    """What answers an error."""
    handlers: Any = app.exception_handlers
    return next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)


def _direct_routes(routers: Iterable[APIRouter]) -> list[_Route]:
    """The routes whose functions want nothing but what is given here."""
    before: list[APIRoute] = []
    found = []
    for route in (route for router in routers for route in router.routes):
        if not isinstance(route, APIRoute):
            continue
        wanted = inspect.signature(route.endpoint).parameters
        ids = {"id"} if "{id}" in route.path else set()
        is_plain = route.path.count("{") == len(ids) and set(wanted) == _GIVEN - {"id"} | ids
        if is_plain and not _is_hidden(route.path, before):
            model = _model(wanted["query"].annotation)
            found.append(_Route(route.path, route.endpoint, model))
        before.append(route)
    return found


def _is_hidden(path: str, before: Sequence[APIRoute]) -> bool:
    """Whether a route that was declared before takes the path."""
    example = path.replace("{id}", "some-id")
    return any(route.path_regex.match(example) for route in before)


def _model(annotation: Any) -> type[BaseModel]:
    assert get_origin(annotation) is Annotated, annotation
    model: type[BaseModel] = get_args(annotation)[0]
    return model
