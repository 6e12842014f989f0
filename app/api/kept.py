"""Finished answers, kept to be given again: what is asked often costs little more than sending it.

An answer is made from its release, its day, its address and a few headers. Whoever asks the same
again gets the same bytes, and everything else goes its way to the code that makes answers; that
code knows nothing of this. What it says of itself decides: only whole answers that caches may keep,
that have a tag, and that vary by nothing but the headers below are kept.
"""

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.caching import MAX_AGE, is_among
from app.api.deps import Clock
from app.api.direct import ShortWay, is_ready
from app.api.encoding import Coded, chosen_coding
from app.api.moment import LENGTH, Moment
from app.api.requests import OWN_HEADERS, REQUEST_ID, LogRequest, new_request_id
from app.api.sent import Asker, sent_headers
from app.errors import NotReady
from app.queries.dataset import Held

MAX_BYTES = 32 << 20
MAX_ONE = 1 << 20  # of which many fit
_ROW = 1_000  # bytes that a kept answer takes besides its headers and its body, about

_ASKING = "lunar.asking"
_OF_PARTS = frozenset({b"range", b"if-range"})
_VARIES_BY = frozenset({"accept", "accept-encoding", "accept-datetime"})


Headers = list[tuple[bytes, bytes]]


class _Reply(NamedTuple):
    """What is sent; of its headers what stands before the number of the request, and after it.

    Few objects: of those that are kept, all are looked through for garbage now and then.
    """

    status: int
    tag: bytes
    before: bytes
    after: bytes
    body: bytes

    def lines_with(self, request_id: str) -> list[bytes]:
        """Its headers as they are sent, in pieces."""
        return [self.before, b"%b: %b\r\n" % (REQUEST_ID, request_id.encode()), self.after]

    def headers_with(self, request_id: str) -> Headers:
        """Its headers one by one."""
        lines = b"".join(self.lines_with(request_id)).split(b"\r\n")
        parts = (line.partition(b": ") for line in lines if line)
        return [(name, value) for name, _, value in parts]


def _reply(status: int, before: Headers, after: bytes, body: bytes) -> _Reply:
    tag = next((value for name, value in before if name == b"etag"), b"")
    return _Reply(status, tag, _lines(before), after, body)


def _lines(headers: Headers) -> bytes:
    lines = b"".join([b"%b: %b\r\n" % header for header in headers])
    if lines.count(b"\r") != len(headers) or lines.count(b"\n") != len(headers):
        raise ValueError("a header of an answer has several lines")
    return lines


_OWN_LINES = _lines(OWN_HEADERS)


class _Answer(NamedTuple):
    """What is kept under an address: the answer, and what to say to those who have it."""

    tag: bytes
    full: _Reply | None = None
    not_modified: _Reply | None = None

    def size_under(self, key: Iterable[str | bytes | None]) -> int:
        """Bytes that it takes, about."""
        size = sum(map(len, filter(None, key)))
        for reply in (self.full, self.not_modified):
            if reply is not None:
                size += _ROW + len(reply.before) + len(reply.body)
        return size


@dataclass(slots=True)
class _Shelf:
    """Answers of one release and one part of a day; others are not found on it."""

    held: Held
    begins: dt.datetime
    ends: dt.datetime
    answers: OrderedDict[Any, _Answer] = field(default_factory=OrderedDict)
    size: int = 0

    def find(self, key: Any, held: bytes | None) -> _Reply | None:
        """What there is to say to who asks for this and has the answers with these tags."""
        answer = self.answers.get(key)
        if answer is None:
            return None
        self.answers.move_to_end(key)
        if held is not None and is_among(answer.tag.decode("latin-1"), held.decode("latin-1")):
            return answer.not_modified
        return answer.full

    def keep(self, key: Any, reply: _Reply) -> None:
        """Keep an answer, and let go of those not asked for the longest where it gets too much."""
        if len(reply.body) > MAX_ONE:
            return
        old = self.answers.pop(key, None)
        if old is not None:
            self.size -= old.size_under(key)
        if old is None or old.tag != reply.tag:
            old = _Answer(reply.tag)
        is_304 = reply.status == 304
        new = old._replace(not_modified=reply) if is_304 else old._replace(full=reply)
        self.answers[key] = new
        self.size += new.size_under(key)
        while self.size > MAX_BYTES:
            oldest, answer = self.answers.popitem(last=False)
            self.size -= answer.size_under(oldest)


class AtOnce(NamedTuple):
    """An answer that nobody has to wait for."""

    status: int
    headers: list[bytes]  # as they are sent, in pieces
    body: bytes


class _Asking(NamedTuple):
    """What is asked for: where to look for it, under which key, with the tags of what is held."""

    shelf: _Shelf
    key: tuple[Any, ...]
    held: bytes | None
    began: float

    @property
    def asker(self) -> Asker:
        """Who asks."""
        return Asker._make(self.key[-len(Asker._fields) :])

    def kept(self) -> _Reply | None:
        """The answer, if it is kept."""
        return self.shelf.find(self.key, self.held)


class KeptAnswers:
    """Gives answers again, as the outermost thing that a request comes to."""

    def __init__(
        self,
        app: ASGIApp,
        short: ShortWay,
        moment: Moment,
        clock: Clock,
        log: LogRequest,
        count_moves: Callable[[], int] = lambda: 0,
    ) -> None:
        """Stand around the service.

        Args:
            app: what makes the answers.
            short: what makes some of them at less cost, if it can.
            moment: that others share who ask now.
            clock: that of the service.
            log: where the line of a request goes.
            count_moves: how often reading went to another server, which may hold an older release.
        """
        self._app, self._short, self._log = app, short, log
        self._moment, self._clock = moment, clock
        self._count_moves = count_moves
        self._shelf: _Shelf | None = None
        self._held: Held | None = None
        self._looked = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asking = scope.pop(_ASKING, None) or self._asking(scope)
        if asking is None:
            await self._app(scope, receive, send)
            return
        request_id = new_request_id()
        reply = asking.kept()
        if reply is None:
            moves = self._count_moves()
            shelf, key, held, _ = asking
            made = await self._short.answer(
                scope, asking.asker, held, shelf.held.release, request_id
            )
            if made is None:
                await self._app(scope, receive, _Recorder(shelf, key, send, self._count_moves))
                return
            reply = self._laid(asking, made, moves)
        headers = reply.headers_with(request_id)
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})
        self._log(scope, request_id, reply.status, time.perf_counter() - asking.began)

    def at_once(self, scope: Scope) -> AtOnce | None:
        """An answer that nobody has to wait for; None, if it is to be asked for as usual.

        Args:
            scope: of the request, with what who stands before the service has told of it.
        """
        asking = self._asking(scope)
        if asking is None:
            return None
        reply = asking.kept()
        if reply is None:
            moves = self._count_moves()
            shelf, _, held, _ = asking
            asker = asking.asker
            made = self._short.attempt(scope, asker, held, shelf.held.release)
            if not isinstance(made, Coded) or not is_ready(made, asker):
                scope[_ASKING] = asking
                return None
            reply = self._laid(asking, made, moves)
        request_id = new_request_id()
        self._log(scope, request_id, reply.status, time.perf_counter() - asking.began)
        return AtOnce(reply.status, reply.lines_with(request_id), reply.body)

    def _asking(self, scope: Scope) -> _Asking | None:
        """What is asked for, if it may be kept."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        began = time.perf_counter()
        sent = sent_headers(scope)
        shelf = self._current_shelf(began)
        if shelf is None or b"host" not in sent or not _OF_PARTS.isdisjoint(sent):
            return None
        return _Asking(shelf, _key(scope, sent), sent.get(b"if-none-match"), began)

    def _laid(self, asking: _Asking, made: Coded, moves: int) -> _Reply:
        """An answer that was made when there had been so many moves, as it is kept."""
        reply = _reply(made.status, made.headers, _OWN_LINES, made.body)
        if made.status in (200, 304) and moves == self._count_moves():
            asking.shelf.keep(asking.key, reply)
        return reply

    def _current_shelf(self, began: float) -> _Shelf | None:
        """Where to look and to lay: another one for another release, and for another day.

        An answer in the making is laid where it was begun. So nothing of an older release comes to
        the newer, whose shelf can only be found when the database holds it.
        """
        now, shelf = self._clock(), self._shelf
        is_fresh = began - self._looked < LENGTH
        if is_fresh and shelf is not None and shelf.begins <= now < shelf.ends:
            return shelf
        if not is_fresh:
            with suppress(NotReady):  # until it can be read again, what is kept is given
                self._held = self._moment.begin()
            self._looked = began
        if self._held is None:
            self._shelf = None
        elif shelf is None or shelf.held != self._held or not shelf.begins <= now < shelf.ends:
            self._shelf = _Shelf(self._held, now, _until(now))
        return self._shelf


def _until(now: dt.datetime) -> dt.datetime:
    """Until when answers of today are the same: they say how long they may be kept.

    That is less and less in the last minutes of a day.
    """
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    until = day + dt.timedelta(days=1, seconds=-MAX_AGE)
    return until if now < until else now.replace(microsecond=0) + dt.timedelta(seconds=1)


def _key(scope: Scope, sent: Mapping[bytes, bytes]) -> tuple[Any, ...]:
    """What an answer depends on besides its release and its day: at its end, who asks."""
    query = scope["query_string"]
    if b"&" in query:
        query = b"&".join(sorted(query.split(b"&")))
    return (
        scope["method"], scope.get("raw_path") or scope["path"], query,
        scope["scheme"], scope.get("root_path", ""), sent[b"host"], sent.get(b"accept"),
        sent.get(b"accept-datetime"), chosen_coding(sent.get(b"accept-encoding", b"")),
    )  # fmt: skip


class _Recorder:
    """Sends an answer on, and keeps it if it is whole and may be kept."""

    __slots__ = ("_body", "_count_moves", "_key", "_moves", "_send", "_shelf", "_size", "_start")

    def __init__(self, shelf: _Shelf, key: Any, send: Send, count_moves: Callable[[], int]) -> None:
        self._shelf, self._key, self._send = shelf, key, send
        self._count_moves, self._moves = count_moves, count_moves()
        self._start: Message | None = None
        self._body: list[bytes] = []
        self._size = 0

    async def __call__(self, message: Message) -> None:
        """Send one message on."""
        if message["type"] == "http.response.start":
            self._start = message if _may_be_kept(message) else None
        elif self._start is not None:
            body = message.get("body", b"")
            self._body.append(body)
            self._size += len(body)
            if self._size > MAX_ONE:
                self._start = None
                self._body.clear()
        await self._send(message)
        is_last = message["type"] == "http.response.body" and not message.get("more_body")
        # What was read on another server may be of an older release than the shelf.
        if is_last and self._start is not None and self._moves == self._count_moves():
            self._keep(self._start)

    def _keep(self, start: Message) -> None:
        headers: Headers = start["headers"]
        place = next(at for at, (name, _) in enumerate(headers) if name == REQUEST_ID)
        body = b"".join(self._body)
        after = _lines(headers[place + 1 :])
        reply = _reply(start["status"], headers[:place], after, body)
        self._shelf.keep(self._key, reply)


def _may_be_kept(start: Message) -> bool:
    """Whether an answer says of itself that it comes again for whoever asks the same."""
    if start["status"] not in (200, 304):
        return False
    headers: dict[bytes, bytes] = dict(start["headers"])
    return (
        headers.get(b"cache-control", b"").startswith(b"public")
        and b"etag" in headers
        and REQUEST_ID in headers
        and b"set-cookie" not in headers
        and _varies_by_known(headers.get(b"vary", b""))
    )


@lru_cache(maxsize=100)
def _varies_by_known(header: bytes) -> bool:
    names = {name.strip().lower() for name in header.decode("latin-1").split(",")} - {""}
    return names <= _VARIES_BY
