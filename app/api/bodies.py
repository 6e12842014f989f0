"""Bodies of tables and files: whole where they are small, piece by piece where they are not.

A client that asks for a range, or for the length alone, gets it of tables too, at the address of
their form: some readers of CSV (polars, DuckDB) look before they read.
"""

import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.api.encoding import coding_of
from app.api.formats import format_in_path
from app.errors import RangeNotSatisfiable

_SMALL = 1 << 20  # bytes; what is larger is sent as it is made
_PIECE = 1 << 16
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_DIGITS = 18  # of a number of bytes; what has more is more than there are


def streamed(
    request: Request, pieces: Iterator[bytes], headers: dict[str, str], content_type: str
) -> Response:
    """The answer with a body that comes in pieces."""
    has_ranges = format_in_path(request) is not None
    headers = headers | ({"Accept-Ranges": "bytes"} if has_ranges else {})
    if has_ranges and "range" in request.headers and not is_head(request):
        return ranged(request, _spooled(pieces), headers, content_type)
    begun, is_whole = _begin(pieces)
    if is_whole:
        return Response(b"".join(begun), headers=headers, media_type=content_type)
    if is_head(request) and coding_of(request) == "identity":
        return ranged(request, _spooled(chain(begun, pieces)), headers, content_type)
    return StreamingResponse(_rest(begun, pieces), headers=headers, media_type=content_type)


def ranged(
    request: Request, body: IO[bytes], headers: dict[str, str], content_type: str
) -> Response:
    """The part of a body that is asked for, or all of it (RFC 9110, 14.2); closes the body.

    Raises:
        RangeNotSatisfiable: if the range begins beyond the end.
    """
    length = body.seek(0, 2)
    try:
        part = None if is_head(request) else _part(request, length, headers["ETag"])
    except RangeNotSatisfiable:
        body.close()
        raise
    begin, end = (part.begin, part.end) if part else (0, length)
    headers = headers | {"Accept-Ranges": "bytes", "Content-Length": str(end - begin)}
    if part:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{length}"
    return StreamingResponse(
        _slice(body, begin, end),
        status_code=206 if part else 200,
        headers=headers,
        media_type=content_type,
    )


def _begin(pieces: Iterator[bytes]) -> tuple[list[bytes], bool]:
    """As many pieces as are held at once, and whether that is all of them."""
    begun: list[bytes] = []
    size = 0
    for piece in pieces:
        begun.append(piece)
        size += len(piece)
        if size > _SMALL:
            return begun, False
    return begun, True


async def _rest(begun: list[bytes], pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield b"".join(begun)
    begun.clear()
    for piece in pieces:
        yield piece


def _spooled(pieces: Iterator[bytes]) -> IO[bytes]:
    """All pieces in a file, which is one of the disk only when it is large."""
    body = tempfile.SpooledTemporaryFile(max_size=_SMALL)  # noqa: SIM115 - closed when sent
    for piece in pieces:  # not writelines(): that holds all of them before it looks at the size
        body.write(piece)
    return body


def is_head(request: Request) -> bool:
    """Whether nothing but the headers is wanted: ranges are of GET alone (RFC 9110, 14.2)."""
    return bool(request.scope.get("lunar.head"))


async def _slice(body: IO[bytes], begin: int, end: int) -> AsyncIterator[bytes]:
    with body:
        body.seek(begin)
        while begin < end and (piece := body.read(min(_PIECE, end - begin))):
            begin += len(piece)
            yield piece


@dataclass(frozen=True, slots=True)
class _Part:
    begin: int
    end: int  # exclusive


def _part(request: Request, length: int, tag: str) -> _Part | None:
    """The one range that is asked for; None = the whole, as for anything else but one range."""
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or match.groups() == ("", ""):
        return None
    if request.headers.get("if-range", tag) != tag:
        return None  # the client holds a part of another version (RFC 9110, 13.1.5)
    first, last = (number if len(number) <= _DIGITS else "9" * _DIGITS for number in match.groups())
    if not first:
        begin, end = max(0, length - int(last)), length
    else:
        begin, end = int(first), min(length, int(last) + 1) if last else length
    if last and first and int(last) < int(first):
        return None
    if begin >= length or begin >= end:
        raise RangeNotSatisfiable(
            f"the range {request.headers['range']!r} begins beyond the {length} bytes that there "
            "are: ask for less, or for all",
            length,
        )
    return _Part(begin, end)
