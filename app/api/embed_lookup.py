"""From the address of a page of this server to what can be embedded of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from fastapi import Request
from pydantic import ValidationError

from app.api.asked import Asked, check_pairs, read
from app.api.embeddable import Embeddable, embeddables
from app.api.problems import from_validation
from app.db import Reader
from app.errors import (
    AppError,
    BadRequest,
    InvalidParameter,
    Moved,
    NotFound,
    ParameterError,
    nearest,
)
from app.queries.promises import ARTICLE
from app.render.embeds import Embed
from app.render.words import day_label

_HOME = f"/sources/{ARTICLE}/scorecard"  # what the home page opens with
# Parameters that only pages have: where one has read on to, and what the explorer plots.
_OF_PAGES = frozenset({"cursor", "plot"})
_EXPLORER = "/explore"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be embedded, and the parameters with which it was asked for."""

    embed: Embed
    asked: Asked
    given: dict[str, str]

    def path(self, **more: str) -> str:
        """Its address on this server, with other parameters in place of some; empty: without."""
        given = {name: value for name, value in {**self.given, **more}.items() if value}
        query = urlencode(sorted(given.items()), safe="/,:")
        return f"/embed{quote(self.embed.path)}{f'?{query}' if query else ''}"

    @property
    def title(self) -> str:
        """What it shows, and as known when, where that is said."""
        if self.asked.requested is None:
            return self.embed.title
        return f"{self.embed.title} (as known on {day_label(self.asked.day)})"


def find_embed(request: Request, reader: Reader, now: dt.datetime, url: str) -> Wanted:
    """What the address of a page, or of an embed, leads to.

    Args:
        request: it says which host and root path are ours.
        reader: of the database.
        now: the instant of the request.
        url: whole, or from its first slash on.

    Raises:
        NotFound: if the address is not ours, or nothing that can be embedded is there.
        BadRequest: for a parameter in it that there is not.
        InvalidParameter: for a value that cannot be read.
    """
    path, query = _ours(request, url)
    found, slug = _family(path)
    model = found.parameters()
    try:
        given = _parameters(query)
        asked = read(request, model.model_validate(given), now)
        embed = _read(found, reader, asked, slug)
    except ValidationError as error:
        details: Any = [
            {**item, "loc": ("query", *item["loc"])} for item in error.errors(include_url=False)
        ]
        raise _inside(from_validation(details, list(model.model_fields))) from None
    except (BadRequest, InvalidParameter) as error:
        raise _inside(error) from None
    return Wanted(embed, asked, given)


def _ours(request: Request, url: str) -> tuple[str, str]:
    """The path of an address below this server's root, and its query."""
    base, parts = urlsplit(str(request.base_url)), urlsplit(url.strip())
    root = base.path.rstrip("/")
    is_whole = parts.scheme in ("http", "https") and parts.netloc.lower() == base.netloc.lower()
    is_part = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    path = unquote(parts.path)
    if is_whole and not f"{path}/".startswith(f"{root}/"):
        is_whole = False
    if not (is_whole or is_part):
        detail = f"{url!r} is no address of this server: give one that begins with {base.geturl()}"
        raise NotFound(detail, [ParameterError("url", detail)])
    path = path.removeprefix(root) if f"{path}/".startswith(f"{root}/") else path
    return path.rstrip("/"), parts.query


def _family(path: str) -> tuple[Embeddable, str]:
    path = path.removeprefix("/embed").removeprefix(_EXPLORER) or _HOME
    for item in embeddables():
        if match := item.pattern.fullmatch(path):
            return item, match.groupdict().get("id", "")
    known = [item.path for item in embeddables()]
    near = nearest(path, known)
    remedy = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
    detail = f"nothing at {path} can be embedded: {remedy}"
    raise NotFound(detail, [ParameterError("url", detail)])


def _parameters(query: str) -> dict[str, str]:
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[1]]
    check_pairs(pairs)
    return {name: value for name, value in pairs if name not in _OF_PAGES}


def _read(found: Embeddable, reader: Reader, asked: Asked, slug: str) -> Embed:
    try:
        return found.read(reader, asked, slug)
    except Moved as moved:  # a record that has another id now
        return found.read(reader, asked, moved.current)


def _inside(error: AppError) -> AppError:
    """An error of the address inside the address, told so."""
    errors = [ParameterError("url", f"in url: {item.detail}") for item in error.errors]
    return type(error)(f"in url: {error.detail}", errors)
