"""The short way to an answer, for requests that need nothing of the framework's.

The routes are declared as everywhere, and whatever is out of the ordinary goes the long way through
them: another method, a part of a body, another form by an ending, a parameter that is wrong, a path
that no route here has, an error. The rest is looked up, validated by the same model, and given to
the same function, for a fraction of the cost.
"""

import datetime as dt
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.answers import Offer, held_answer
from app.api.asked import check_pairs, read_day
from app.api.caching import RELEASE
from app.api.deps import Clock
from app.api.encoding import ContentCoding
from app.api.links import is_plain_query
from app.api.middleware import MAX_ADDRESS, EveryRequest, NotThisWay
from app.api.requests import LogRequest
from app.db import Database
from app.errors import AppError

_LONGEST_ID = 200
_GIVEN = {"request", "id", "reader", "now", "query"}
_OUT_OF_THE_ORDINARY = frozenset({b"range", b"if-range"})
_FOUND = "lunar.found"


@dataclass(frozen=True, slots=True)
class _Route:
    """A function that answers, and the model of its parameters."""

    path: str
    answer: Callable[..., Awaitable[Response]]
    model: type[BaseModel]
    offer: Offer | None


class ShortWay:
    """Stands before the application, and answers what needs no more than a look-up."""

    def __init__(
        self,
        long: ASGIApp,
        app: FastAPI,
        routers: Iterable[APIRouter],
        clock: Clock,
        log: LogRequest,
    ) -> None:
        """Stand before the application.

        Args:
            long: the application.
            app: the same, as handlers see it; its database is asked.
            routers: whose routes may be answered here.
            clock: that of the service.
            log: where the line of a request goes.
        """
        self._long, self._app, self._clock = long, app, clock
        self._database: Database = app.state.database
        self._short = EveryRequest(ContentCoding(self._answer), log)
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
        found = self._find(scope) if _is_ordinary(scope) else None
        if found is not None:
            more = {"app": self._app, "path_params": found[1], _FOUND: found}
            try:
                await self._short({**scope, **more}, receive, send)
            except NotThisWay:
                pass
            else:
                return
        await self._long(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        (route, given), request, now = scope[_FOUND], Request(scope), self._clock()
        try:
            parameters = _parameters(scope["query_string"])
            if held := _held(request, route, parameters, now):
                await held(scope, receive, send)
                return
            query = route.model.model_validate(parameters)
        except (AppError, ValidationError) as error:
            raise NotThisWay from error
        with ExitStack() as stack:
            try:
                reader = stack.enter_context(self._database.read())
                response = await route.answer(
                    request=request, reader=reader, now=now, query=query, **given
                )
            except Exception as error:
                raise NotThisWay from error
            if isinstance(response, StreamingResponse):
                await response(scope, receive, send)  # it is read as it is sent
                return
        await response(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[_Route, dict[str, str]] | None:
        path: str = scope["path"]
        if root := scope.get("root_path"):
            path = path.removeprefix(root) if path.startswith(f"{root}/") else path
        if route := self._whole.get(path):
            return route, {}
        parts = path.split("/", 4)  # "", v1, missions, luna-26, and what is below
        if len(parts) < 4 or not 0 < len(parts[3]) <= _LONGEST_ID or "." in path:
            return None
        after = f"/{parts[4]}" if len(parts) == 5 else ""
        route = self._around.get((f"/{parts[1]}/{parts[2]}/", after))
        return (route, {"id": parts[3]}) if route else None


def _is_ordinary(scope: Scope) -> bool:
    """Whether a request asks for the whole of something in the words that are usual."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path: bytes | None = scope.get("raw_path")
    return (
        path is not None
        and b"%" not in path
        and len(path) + len(scope["query_string"]) < MAX_ADDRESS
        and not any(name in _OUT_OF_THE_ORDINARY for name, _ in scope["headers"])
    )


def _held(
    request: Request, route: _Route, parameters: Mapping[str, str], now: dt.datetime
) -> Response | None:
    """That the client has the answer already, told without asking the database."""
    release: str | None = request.scope.get(RELEASE)
    sent = request.headers
    if not release or not route.offer or "if-none-match" not in sent or "accept-datetime" in sent:
        return None
    asked = read_day(parameters, now)
    return held_answer(request, release, asked, now, route.offer) if asked else None


def _parameters(query: bytes) -> Mapping[str, str]:
    """The parameters of a query, none of which may come twice.

    Raises:
        BadRequest, InvalidParameter: see `check_pairs`.
    """
    text = query.decode("latin-1")
    if is_plain_query(text):
        pairs = [_pair(part) for part in text.split("&")] if text else []
        names: dict[str, str] = dict(pairs)
        if len(names) == len(pairs):
            return names
    items = parse_qsl(text, keep_blank_values=True)
    check_pairs(items)
    return dict(items)


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value


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
            offer = getattr(route.endpoint, "offer", None)
            found.append(_Route(route.path, route.endpoint, model, offer))
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
