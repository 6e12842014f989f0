"""The short way to an answer, for requests that need nothing of the framework's.

The routes are declared as everywhere, and whatever is out of the ordinary goes the long way through
them: another method, a part of a body, another form than JSON, a parameter that is wrong, a path
that no route here has, an error. Of the rest, those that differ in id, day and page alone are
validated once, and share a frame; what is read is read by the same functions.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError
from starlette.types import Scope

from app.api.answers import Answer, told_of_item, told_of_page
from app.api.asked import Asked, Undated, check_pairs, read_undated
from app.api.caching import IN_SCOPE, Coding, is_among
from app.api.deps import Clock
from app.api.encoding import Coded, chosen_coding, coded
from app.api.frames import AS_OF, CURSOR, DAY, ID, RELEASE, Frame, Values, has_marks, values_of
from app.api.middleware import MAX_ADDRESS
from app.api.routing import DataRoute
from app.api.sent import sent_headers
from app.db import Database, is_too_costly
from app.errors import AppError
from app.queries.dataset import get_release
from app.queries.entities import Found
from app.queries.filters import MAX_VALUE_LENGTH

_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
_OUT_OF_THE_ORDINARY = frozenset({b"range", b"if-range", b"accept-datetime"})
_BY_ID = re.compile(r"(.*?/v1/[a-z-]+/)([\w~-]{1,200})((?:/[a-z-]+)?)", re.ASCII)
_CURSOR = re.compile(rf"[\w-]{{1,{MAX_VALUE_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Way:
    """A route, what is asked of it on whatever day, and what stands around its documents."""

    route: DataRoute
    undated: Undated
    frame: Frame
    coding: Coding

    def is_held(self, header: bytes, values: Values, asked: Asked) -> bool:
        """Whether a client says that it has the answer; notes its tag."""
        tag = self.frame.tag(values, asked)
        values["tag"] = tag[1:-1]
        return bool(header) and is_among(self.coding.tag(tag), header.decode("latin-1"))


class _Asking(NamedTuple):
    """What a request asks for."""

    way: _Way
    slug: str
    as_of: str | None
    cursor: str | None


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
        self._whole: dict[str, DataRoute] = {}
        self._around: dict[tuple[str, str], DataRoute] = {}
        for route in _short_routes(routers):
            before, is_below, after = route.path.partition("{id}")
            if is_below:
                self._around[before, after] = route
            else:
                self._whole[route.path] = route
        self._way = lru_cache(maxsize=2_000)(self._make_way)

    async def answer(self, scope: Scope, request_id: str, release: str) -> Coded | None:
        """The answer to a request; None, if it is not to be had this way.

        Args:
            scope: of the request.
            request_id: the number that it has.
            release: the one that the database held a moment ago.
        """
        asking = self._asking(scope)
        if asking is None:
            return None
        try:
            made = self._made(asking, sent_headers(scope).get(b"if-none-match"), release)
        except DatabaseError as error:
            if not is_too_costly(error):
                return None
            request = Request({**scope, "app": self._app, "request_id": request_id})
            answer: Any = self._app.exception_handlers[DatabaseError]
            problem = await answer(request, error)  # the long way would cost as much
            made = Coded(problem.status_code, problem.raw_headers, problem.body)
            return await coded(scope, made, asking.way.coding)
        except Exception:  # noqa: BLE001 - the long way comes to the same, and tells of it
            return None
        if made.status == 304 or asking.way.coding.is_identity:
            return made
        return await coded(scope, made, asking.way.coding)

    def _made(self, asking: _Asking, held: bytes | None, release: str) -> Coded:
        """The answer, before it is compressed."""
        way, now = asking.way, self._clock()
        asked = way.undated.on(asking.as_of, asking.cursor, now)
        values = values_of(asking.slug, asked, asking.cursor, release, now)
        # Only who was given the answer has its tag: what is asked is right, and it is there.
        if held is not None and b"*" not in held and way.is_held(held, values, asked):
            return way.frame.not_modified(values)
        with self._database.read() as reader:
            found = way.route.read(reader, asked, asking.slug)
            values["release"] = get_release(reader)
            if way.is_held(held or b"", values, asked):
                return way.frame.not_modified(values)
            if isinstance(found, Found):
                told = told_of_item(found, way.frame.chosen)
            else:
                found.check(asked.page)
                page_at = way.frame.page_at(values)
                told = told_of_page(reader, found, asked, way.frame.chosen, page_at)
        return way.frame.whole(values, told, now.date())

    def _asking(self, scope: Scope) -> _Asking | None:
        """What a request asks for, if it is ordinary: the whole of something, in usual words."""
        sent, root = sent_headers(scope), scope.get("root_path", "")
        path, raw, query = scope["path"], scope.get("raw_path"), scope["query_string"]
        if (
            scope["method"] != "GET"
            or raw is None
            or b"%" in raw
            or len(raw) + len(query) >= MAX_ADDRESS
            or not _OUT_OF_THE_ORDINARY.isdisjoint(sent)
        ):
            return None
        before, slug, after = path, "", ""
        if path.removeprefix(root) not in self._whole:
            match = _BY_ID.fullmatch(path)
            if match is None:
                return None
            before, slug, after = match.groups()
        rest, as_of = _taken(query, b"as_of=")
        rest, cursor = _taken(rest, b"cursor=")
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            return None
        way = self._way(
            before, slug != "", after, rest, as_of is not None, cursor is not None,
            scope.get("scheme", "http"), root, sent.get(b"host"), sent.get(b"accept"),
            chosen_coding(sent.get(b"accept-encoding", b"")),
        )  # fmt: skip
        return way and _Asking(way, slug, as_of, cursor)

    def _make_way(
        self, before: str, by_id: bool, after: str, rest: bytes, has_day: bool, has_cursor: bool,
        scheme: str, root: str, host: bytes | None, accept: bytes | None, coding: str,
    ) -> _Way | None:  # fmt: skip
        """The way of requests that have all this in common; None, if they are out of the ordinary.

        Args:
            before: what stands in the path before an id, or all of it.
            by_id: whether there is one.
            after: what stands after it.
            rest: of the query, without the parameters whose values differ.
            has_day: whether `as_of` is given.
            has_cursor: whether `cursor` is.
            scheme, root, host: of the service, as the client sees it.
            accept: the header.
            coding: in which to answer.
        """
        query = rest.decode("latin-1")
        local = before.removeprefix(root)
        route = self._around.get((local, after)) if by_id else self._whole.get(local)
        if route is None or host is None or has_marks(before, query, host.decode("latin-1")):
            return None
        given = [query] if query else []
        given += [f"as_of={AS_OF}"] if has_day else []
        given += [f"cursor={CURSOR}"] if has_cursor else []
        path, query = f"{before}{ID if by_id else ''}{after}", "&".join(given)
        scope = {
            "type": "http", "method": "GET", "scheme": scheme, "root_path": root, "app": self._app,
            "path": path, "raw_path": path.encode(), "query_string": query.encode("latin-1"),
            "headers": [(b"host", host), (b"accept", accept or b"")], IN_SCOPE: Coding(coding),
        }  # fmt: skip
        try:
            undated = read_undated(route.parameters.model_validate(_parameters(query)))
            if (undated.requested is not None, undated.cursor is not None) != (has_day, has_cursor):
                return None  # they are written in another way
            asked = replace(undated.rest, requested=undated.requested, day=DAY)
            answer = Answer(Request(scope), RELEASE, asked, _LONG_AGO, route.offer_of(asked))
        except (AppError, ValidationError):
            return None
        if not answer.is_enveloped:
            return None
        return _Way(route, undated, Frame(answer, Coding(coding)), Coding(coding))


def _taken(query: bytes, name: bytes) -> tuple[bytes, str | None]:
    """A query without a parameter, and the value of that, if it stands there as it is."""
    begin = query.find(name)
    if begin < 0 or (begin > 0 and query[begin - 1 : begin] != b"&"):
        return query, None
    before, (value, _, after) = query[:begin], query[begin + len(name) :].partition(b"&")
    rest = before + after if after else before[:-1]
    return rest, value.decode("latin-1")


def _parameters(query: str) -> Mapping[str, str]:
    """The parameters of a query, none of which may come twice.

    Raises:
        BadRequest, InvalidParameter: see `check_pairs`.
    """
    items = parse_qsl(query, keep_blank_values=True)
    check_pairs(items)
    return dict(items)


def _short_routes(routers: Iterable[Any]) -> Iterator[DataRoute]:
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
