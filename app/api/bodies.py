"""Bodies of tables and files: from memory where they are short, from a file where they are not.

A client that asks for a range, or for the length alone, gets it of tables too, at the address of
their form: some readers of CSV (polars, DuckDB) look before they read (RFC 9110, 14.2).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.api.caching import IDENTITY
from app.api.encoding import coding_of
from app.api.files import File
from app.errors import RangeNotSatisfiable

_PIECE = 1 << 16
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_DIGITS = 18  # of a number of bytes; what has more is more than there are


def short_body(
    request: Request, body: bytes, headers: dict[str, str], content_type: str
) -> Response:
    """The part of a body that is asked for, or all of it, where the headers offer parts.

    Raises:
        RangeNotSatisfiable: if the range begins beyond the end.
    """
    part = _part(request, len(body), headers)
    if part is None:
        return Response(body, headers=headers, media_type=content_type)
    headers = headers | _headers_of(part, len(body))
    return Response(body[part.begin : part.end], 206, headers, content_type)


def long_body(request: Request, file: File, headers: dict[str, str], content_type: str) -> Response:
    """The same of a file, which is sent as the client takes it.

    Raises:
        RangeNotSatisfiable: if the range begins beyond the end.
    """
    part = _part(request, file.length, headers)
    begin, end = (part.begin, part.end) if part else (0, file.length)
    headers = headers | {"Content-Length": str(end - begin)}
    if part:
        headers |= _headers_of(part, file.length)
    if is_head(request):
        end = min(end, begin + _PIECE)  # by which who compresses sees whether it is worth it
        if coding_of(request) != IDENTITY:
            del headers["Content-Length"]
    body = _slice(file, begin, end)
    return StreamingResponse(body, 206 if part else 200, headers, content_type)


def is_head(request: Request) -> bool:
    """Whether nothing but the headers is wanted: ranges are of GET alone (RFC 9110, 14.2)."""
    return bool(request.scope.get("lunar.head"))


async def _slice(file: File, begin: int, end: int) -> AsyncIterator[bytes]:
    while begin < end and (piece := file.read(begin, min(_PIECE, end - begin))):
        begin += len(piece)
        yield piece
        await asyncio.sleep(0)  # others have their turn, and who has gone is noticed


@dataclass(frozen=True, slots=True)
class _Part:
    begin: int
    end: int  # exclusive


def _headers_of(part: _Part, length: int) -> dict[str, str]:
    return {"Content-Range": f"bytes {part.begin}-{part.end - 1}/{length}"}


def _part(request: Request, length: int, headers: Mapping[str, str]) -> _Part | None:
    """The one range that is asked for; None = the whole, as for anything else but one range."""
    if "Accept-Ranges" not in headers or is_head(request):
        return None
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or match.groups() == ("", ""):
        return None
    if request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
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
