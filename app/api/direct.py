"""The short way to an answer, for requests that need nothing of the framework's.

The routes are declared as everywhere, and whatever is out of the ordinary goes the long way through
them: another method, a part of a body, another form than JSON, a parameter that is wrong, a path
that no route here has, an error. The rest is looked up, validated by the same model, and given to
the same function, for a fraction of the cost.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DatabaseError
from starlette.types import Scope

from app.api.answers import held_answer
from app.api.asked import Asked, check_pairs, on_day, read, read_undated
from app.api.caching import IN_SCOPE
from app.api.deps import Clock
from app.api.encoding import Coded, coded, wanted_coding
from app.api.formats import JSON, best_format
from app.api.links import asked_address
from app.api.middleware import MAX_ADDRESS
from app.api.parameters import AsOfQuery
from app.api.routing import ShortRoute
from app.api.sent import sent_header, sent_headers
from app.db import Database, is_too_costly

_LONGEST_ID = 200
_OUT_OF_THE_ORDINARY = frozenset({b"range", b"if-range", b"accept-datetime"})


class ShortWay:
    """Makes answers that need no more than a look-up."""

    def __init__(self, app: FastAPI, routers: Iterable[object], clock: Clock) -> None:
        """Know the routes.

        Args:
            app: the application, as handlers see it; its database is asked.
            routers: in their order; some have routes that may be answered here.
            clock: that of the service.
        """
        self._app, self._clock = app, clock
        self._database: Database = app.state.database
        # By path; by what stands before and after the id.
        self._whole: dict[str, ShortRoute] = {}
        self._around: dict[tuple[str, str], ShortRoute] = {}
        for route in _short_routes(routers):
            before, is_below, after = route.path.partition("{id}")
            if is_below:
                self._around[before, after] = route
            else:
                self._whole[route.path] = route

    async def answer(self, scope: Scope, request_id: str, release: str) -> Coded | None:
        """The answer to a request; None, if it is not to be had this way.

        Args:
            scope: of the request.
            request_id: the number that it has.
            release: the one that the database held a moment ago.
        """
        found = self._find(scope)
        if found is None:
            return None
        coding = wanted_coding(scope)
        more = {"app": self._app, "request_id": request_id, IN_SCOPE: coding}
        request = Request({**scope, **more})
        try:
            response = self._response(request, *found, release)
        except DatabaseError as error:
            if not is_too_costly(error):
                return None
            answer: Any = self._app.exception_handlers[DatabaseError]
            response = await answer(request, error)  # the long way would cost as much
        except Exception:  # noqa: BLE001 - the long way comes to the same, and tells of it
            return None
        return await coded(request.scope, response, coding) if response else None

    def _response(
        self, request: Request, route: ShortRoute, slug: str, release: str
    ) -> Response | None:
        now = self._clock()
        asked = _asked(request, route.parameters, now)
        if asked.table.shape != "objects":
            return None  # it may be sent as it is read
        if b"if-none-match" in sent_headers(request.scope):
            held = held_answer(request, release, asked, now, route.offer)
            if held:
                return held
        with self._database.read() as reader:
            return route.answer(request, reader, asked, now, slug)

    def _find(self, scope: Scope) -> tuple[ShortRoute, str] | None:
        """The route that a request is for, and the id in its path."""
        path: str = scope["path"]
        if root := scope.get("root_path"):
            path = path.removeprefix(root) if path.startswith(f"{root}/") else path
        route, slug = self._whole.get(path), ""
        if route is None:
            parts = path.split("/", 4)  # "", v1, missions, luna-26, and what is below
            if len(parts) < 4 or not 0 < len(parts[3]) <= _LONGEST_ID or "." in path:
                return None
            slug, after = parts[3], f"/{parts[4]}" if len(parts) == 5 else ""
            route = self._around.get((f"/{parts[1]}/{parts[2]}/", after))
        return (route, slug) if route is not None and _is_ordinary(scope, route) else None


def _is_ordinary(scope: Scope, route: ShortRoute) -> bool:
    """Whether a request asks for the whole of something, as JSON, in words that are usual."""
    path: bytes | None = scope.get("raw_path")
    return (
        scope["method"] == "GET"
        and path is not None
        and b"%" not in path
        and len(path) + len(scope["query_string"]) < MAX_ADDRESS
        and _OUT_OF_THE_ORDINARY.isdisjoint(sent_headers(scope))
        and best_format(sent_header(scope, b"accept"), route.offer.formats) is JSON
    )


def _asked(request: Request, parameters: type[AsOfQuery], now: dt.datetime) -> Asked:
    """What the parameters of a request ask for.

    Raises:
        BadRequest, InvalidParameter, ValidationError: for parameters that cannot be.
    """
    here = asked_address(request.scope)
    if here.is_plain:
        parts = here.query.split("&")
        days = [part for part in parts if part.startswith(_AS_OF)]
        if len(days) < 2:
            rest = "&".join([part for part in parts if part not in days])
            if undated := _undated(parameters, rest):
                return on_day(undated, days[0][len(_AS_OF) :] if days else None, now)
    query = request.scope["query_string"].decode("latin-1")
    return read(request, parameters.model_validate(_parameters(query)), now)


_AS_OF = "as_of="


@lru_cache(maxsize=2_000)  # the same is asked of many days, and of many records
def _undated(parameters: type[AsOfQuery], query: str) -> Asked | None:
    return read_undated(parameters.model_validate(_parameters(query)))


def _parameters(query: str) -> Mapping[str, str]:
    """The parameters of a query, none of which may come twice.

    Raises:
        BadRequest, InvalidParameter: see `check_pairs`.
    """
    items = parse_qsl(query, keep_blank_values=True)
    check_pairs(items)
    return dict(items)


def _short_routes(routers: Iterable[Any]) -> Iterator[ShortRoute]:
    """Those whose path no route that was declared before takes."""
    before: list[Any] = []
    for router in routers:
        for route in getattr(router, "short", ()):
            example = route.path.replace("{id}", "some-id")
            own = next(one for one in router.routes if one.path == route.path)
            earlier = [*before, *router.routes[: router.routes.index(own)]]
            if not any(one.path_regex.match(example) for one in earlier):
                yield route
        before += router.routes
