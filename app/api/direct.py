"""The short way to an answer, for requests that need nothing of the framework's.

The routes are declared as everywhere, and whatever is out of the ordinary goes the long way through
them: another method, a part of a body, another form than JSON, a parameter that is wrong, a path
that no route here has, an error. Of the rest, those that differ in id, day, page and word alone are
validated once, and share a frame; what is read is read by the same functions.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError
from starlette.types import Scope

from app.api.answers import Answer
from app.api.asked import Undated, check_pairs, read_undated
from app.api.caching import IDENTITY, IN_SCOPE, Coding
from app.api.deps import Clock
from app.api.encoding import Coded, coded
from app.api.frames import (
    AS_OF,
    CURSOR,
    DAY,
    ID,
    RELEASE,
    WORD,
    Differing,
    Frame,
    has_marks,
    values_of,
)
from app.api.moment import Moment
from app.api.routing import DataRoute
from app.api.sent import Asker
from app.api.told import told_of_item, told_of_page
from app.db import is_locked, is_too_costly
from app.errors import AppError
from app.queries.dataset import get_release
from app.queries.entities import Found
from app.queries.filters import MAX_VALUE_LENGTH

_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
_WAYS = 1_000  # that are kept; one takes some ten times the bytes of its address
_LOOKED_FOR = "q"
_USUAL_SIZE = 1_500  # bytes of an address
_BY_ID = re.compile(r"(.*?/v1/[a-z-]+/)([\w~-]{1,200})((?:/[a-z-]+)?)", re.ASCII)
_WORD = re.compile(r"\w{3,100}", re.ASCII)  # which stands in an address as it is
_CURSOR = re.compile(rf"[\w-]{{1,{MAX_VALUE_LENGTH}}}", re.ASCII)


Outcome = Coded | DatabaseError | None
_OUTCOME = "lunar.outcome"


def is_ready(made: Coded, asker: Asker) -> bool:
    """Whether an answer is as it is sent."""
    return made.status == 304 or asker.coding == IDENTITY


class _Way(NamedTuple):
    """A route, what is asked of it on whatever day, and what stands around its documents."""

    route: DataRoute
    undated: Undated
    frame: Frame


class _Pattern(NamedTuple):
    """What addresses have in common that differ in id, day, page and word alone."""

    before: str  # in the path, before the id; all of it, if there is none
    after: str
    rest: bytes  # of the query, without the parameters whose values differ
    has: tuple[bool, ...]  # of what differs, as in `Differing`


class ShortWay:
    """Makes answers that need no more than a look-up."""

    def __init__(
        self, app: FastAPI, routers: Iterable[object], clock: Clock, moment: Moment
    ) -> None:
        """Know the routes.

        Args:
            app: the application, as handlers see it.
            routers: in their order; some have routes that may be answered here.
            clock: that of the service.
            moment: what is asked.
        """
        self._app, self._clock, self._moment = app, clock, moment
        # By path; by what stands before and after the id.
        self._whole: dict[str, DataRoute] = {}
        self._around: dict[tuple[str, str], DataRoute] = {}
        for route in _short_routes(routers):
            before, is_below, after = route.path.partition("{id}")
            if is_below:
                self._around[before, after] = route
            else:
                self._whole[route.path] = route
        self._way = lru_cache(maxsize=_WAYS)(self._make_way)

    def attempt(self, scope: Scope, asker: Asker, held: bytes | None, release: str) -> Outcome:
        """What comes of a request this way, which is not tried twice.

        Args:
            scope: of the request, which is for the whole of something.
            asker: who asks.
            held: the tags of what the client has.
            release: the one that the database held a moment ago.

        Returns:
            The answer, before it is compressed; the error, if it would cost as much the long way;
            None, if it is not to be had this way.
        """
        if _OUTCOME not in scope:
            scope[_OUTCOME] = self._attempt(scope, asker, held, release)
        outcome: Outcome = scope[_OUTCOME]
        return outcome

    def _attempt(self, scope: Scope, asker: Asker, held: bytes | None, release: str) -> Outcome:
        asking = self._asking(scope, asker)
        if asking is None:
            return None
        try:
            return self._made(asking, held, release)
        except DatabaseError as error:
            return error if is_too_costly(error) or is_locked(error) else None
        except Exception:  # noqa: BLE001 - the long way comes to the same, and tells of it
            return None

    async def answer(
        self, scope: Scope, asker: Asker, held: bytes | None, release: str, request_id: str
    ) -> Coded | None:
        """The answer as it is sent; None, if it is not to be had this way.

        Args:
            scope: see `attempt`.
            asker: who asks.
            held: the tags of what the client has.
            release: the one that the database held a moment ago.
            request_id: the number that it has.
        """
        outcome = self.attempt(scope, asker, held, release)
        if isinstance(outcome, DatabaseError):
            request = Request({**scope, "app": self._app, "request_id": request_id})
            answer: Any = self._app.exception_handlers[DatabaseError]
            problem = await answer(request, outcome)  # the long way would cost as much
            made = Coded(problem.status_code, problem.raw_headers, problem.body)
            return await coded(scope, made, Coding(asker.coding))
        if outcome is None or is_ready(outcome, asker):
            return outcome
        return await coded(scope, outcome, Coding(asker.coding))

    def _made(self, asking: tuple[_Way, Differing], held: bytes | None, release: str) -> Coded:
        """The answer, before it is compressed."""
        (route, undated, frame), differing = asking
        slug, as_of, cursor, word = differing
        now = self._clock()
        when = undated.when(as_of, cursor, now)
        values = values_of(differing, release, when, now)
        # Only who was given the answer has its tag: what is asked is right, and it is there.
        if held is not None and b"*" not in held and frame.is_held(values, held):
            return frame.not_modified(values)
        with self._moment as reader:
            asked = undated.on(when, as_of, cursor, now)
            if word is not None:
                asked = asked._replace(given={**asked.given, _LOOKED_FOR: word})
            found = route.read(reader, asked, slug or "")
            values["release"] = get_release(reader).encode()
            if not isinstance(found, Found):
                found.check(asked.page)
            if frame.is_held(values, held):
                return frame.not_modified(values)
            if isinstance(found, Found):
                told = told_of_item(found, frame.chosen)
            else:
                told = told_of_page(reader, found, asked, frame.chosen, frame.page_at(values))
        return frame.whole(values, told, now.date())

    def _asking(self, scope: Scope, asker: Asker) -> tuple[_Way, Differing] | None:
        """What a request asks for, if it does so in usual words."""
        path, raw, query = scope["path"], scope.get("raw_path"), scope["query_string"]
        size = len(raw or b"") + len(query) + len(asker.host)
        is_usual = raw is not None and b"%" not in raw and size < _USUAL_SIZE
        if not is_usual or scope["method"] != "GET" or asker.accept_datetime is not None:
            return None
        before, slug, after = path, None, ""
        if path.removeprefix(asker.root) not in self._whole:
            match = _BY_ID.fullmatch(path)
            if match is None:
                return None
            before, slug, after = match.groups()
        rest, as_of = _taken(query, b"as_of=")
        rest, cursor = _taken(rest, b"cursor=")
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            return None
        others, word = _taken(rest, b"q=")
        if word is not None and _WORD.fullmatch(word):
            rest = others
        else:
            word = None
        differing = Differing(slug, as_of, cursor, word)
        has = tuple([value is not None for value in differing])
        way = self._way(_Pattern(before, after, rest, has), asker)
        return None if way is None else (way, differing)

    def _make_way(self, pattern: _Pattern, asker: Asker) -> _Way | None:
        """The way of requests that have a pattern; None, if they are out of the ordinary."""
        before, after = pattern.before.removeprefix(asker.root), pattern.after
        by_id, *others = pattern.has
        route = self._around.get((before, after)) if by_id else self._whole.get(before)
        query, host = pattern.rest.decode("latin-1"), asker.host
        if route is None or has_marks(pattern.before, query, host.decode("latin-1")):
            return None
        marks = f"as_of={AS_OF}", f"cursor={CURSOR}", f"{_LOOKED_FOR}={WORD}"
        marked = [mark for mark, has in zip(marks, others, strict=True) if has]
        query = "&".join([query, *marked] if query else marked)
        path = f"{pattern.before}{ID if by_id else ''}{after}"
        coding = Coding(asker.coding)
        scope = {
            "type": "http", "method": "GET", "scheme": asker.scheme, "root_path": asker.root,
            "app": self._app, "path": path, "raw_path": path.encode(),
            "query_string": query.encode("latin-1"), IN_SCOPE: coding,
            "headers": [(b"host", host), (b"accept", asker.accept or b"")],
        }  # fmt: skip
        try:
            undated = read_undated(route.parameters().model_validate(_parameters(query)))
            word = undated.rest.given.get(_LOOKED_FOR)
            read = undated.requested is not None, undated.cursor is not None, word == WORD
            if read != tuple(others):
                return None  # they are written in another way
            asked = undated.rest._replace(requested=undated.requested, day=DAY)
            answer = Answer(Request(scope), RELEASE, asked, _LONG_AGO, route.offer_of(asked))
        except (AppError, ValidationError):
            return None
        return _Way(route, undated, Frame(answer, coding)) if answer.is_enveloped else None


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
