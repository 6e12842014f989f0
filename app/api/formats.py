"""In which form an answer is given: by the ending of its address, else by the Accept header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.sent import sent_header
from app.errors import NotAcceptable, NotFound

_IN_PATH = "lunar.format"
ASKED_PATH = "lunar.path"  # as it was asked for, before anything was read off it


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """A form of answers: the ending of its addresses, its media type, and names for that.

    Each is there once, and is like no other.
    """

    ending: str
    media_type: str
    parameters: str = ""
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """What the header says."""
        return f"{self.media_type}{self.parameters}"


JSON = Format("json", "application/json")
CSV = Format("csv", "text/csv", "; charset=utf-8; header=present")
TSV = Format("tsv", "text/tab-separated-values", "; charset=utf-8")
NDJSON = Format("ndjson", "application/x-ndjson", also=("application/ndjson", "application/jsonl"))
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
CSVW = Format("csv-metadata.json", "application/csvm+json")
ICS = Format("ics", "text/calendar", "; charset=utf-8")
ATOM = Format("atom", "application/atom+xml")
TXT = Format("txt", "text/plain", "; charset=utf-8")
LINKS = Format("link", "application/link-format")

TABULAR = (JSON, CSV, TSV, NDJSON, XLSX, CSVW)
FORMATS = (*TABULAR, ICS, ATOM, LINKS, TXT)
BY_ENDING = {item.ending: item for item in FORMATS}

# Longest first, so that csv-metadata.json is not taken for json. Bulk files have their own routes.
_ENDINGS = "|".join(re.escape(ending) for ending in sorted(BY_ENDING, key=len, reverse=True))
_PATH = re.compile(
    rf"(?P<rest>.*?/v1/(?!dataset\.ndjson$).*?[^/.])\.(?P<ending>{_ENDINGS})", re.DOTALL
)


class FormatInPath:
    """`/v1/missions.csv` is `/v1/missions` as CSV, whatever the Accept header says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and (match := _PATH.fullmatch(scope["path"])):
            path = match["rest"]
            scope = {
                ASKED_PATH: scope["path"],
                **scope,
                "path": path,
                "raw_path": quote(path).encode(),
                _IN_PATH: BY_ENDING[match["ending"]],
            }
        await self.app(scope, receive, send)


def format_in_path(request: Request) -> Format | None:
    """The form that the ending of the address names."""
    found: Format | None = request.scope.get(_IN_PATH)
    return found


def chosen_format(request: Request, offered: Sequence[Format]) -> Format:
    """The form in which to answer.

    Raises:
        NotFound: if the address ends in a form that is not offered there.
        NotAcceptable: if the Accept header rules out all of them (RFC 9110, 12.5.1).
    """
    named = format_in_path(request)
    if named is not None:
        if named not in offered:
            endings = ", ".join(f".{item.ending}" for item in offered)
            raise NotFound(f"{request.url.path} is not given as .{named.ending}: take {endings}")
        return named
    accept = sent_header(request.scope, b"accept")
    best = best_format(accept, tuple(offered))
    if best is None:
        names = ", ".join(item.media_type for item in offered)
        raise NotAcceptable(f"you accept {accept!r} only: accept one of {names}")
    return best


@lru_cache(maxsize=1_000)  # clients of one sort all send the same
def best_format(accept: str, offered: tuple[Format, ...]) -> Format | None:
    """The form that the header Accept asks for; None, if it rules out all of them."""
    if not accept:
        return offered[0]
    rated = [(_quality(accept, item), -place, item) for place, item in enumerate(offered)]
    quality, _, best = max(rated, key=lambda rating: rating[:2])
    return best if quality > 0 else None


def _quality(accept: str, offered: Format) -> float:
    """How much a client wants a form; the most specific range of its header decides."""
    best = (-1, 0.0)
    kind = offered.media_type.partition("/")[0]
    specificity = {"*/*": 0, f"{kind}/*": 1, offered.media_type: 2} | dict.fromkeys(offered.also, 2)
    for part in accept.split(","):
        range_, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if range_ in specificity:
            best = max(best, (specificity[range_], _weight(parameters)))
    return best[1]


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
