"""Where to read on: the header Link (RFC 8288) and what else points to other answers.

Addresses are relative, to be short; only those of other pages are whole, as in the body.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import URL
from starlette.types import Scope

from app.api.caching import canonical
from app.api.formats import CSVW, LINKS, Format
from app.api.sent import sent_headers
from app.schemas import LICENSE_URL

_PLAIN_PATH = re.compile(r"/[\w.~-][\w.~/-]*", re.ASCII)
# A query of which every part is as it would be written anew.
_PLAIN = re.compile(r"(?:[\w.~-]+=[\w.~,/-]*(?:&(?=.)|$))*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts, for the many that are made of one."""

    origin: str  # the scheme and the host
    path: str
    query: str
    is_plain: bool  # whether path and query are as they would be written anew

    @classmethod
    def of(cls, url: URL) -> "Address":
        """An address with its parameters in one order."""
        parts = canonical(url).components
        is_plain = _is_plain(parts.path, parts.query)
        return cls(f"{parts.scheme}://{parts.netloc}", parts.path, parts.query, is_plain)

    def with_ending(self, ending: str) -> "Address":
        """That of the same in a certain form."""
        return Address(self.origin, f"{self.path}.{ending}", self.query, self.is_plain)

    def changed(self, *without: str, **more: object) -> "Address":
        """With some parameters left out, and with others."""
        names = {*without, *more}
        if self.is_plain:
            parts = self.query.split("&") if self.query else []
            kept = [part for part in parts if part.partition("=")[0] not in names]
            query = "&".join([*kept, *(f"{name}={value}" for name, value in more.items())])
            is_plain = not more or _PLAIN.fullmatch(query) is not None
            return Address(self.origin, self.path, query, is_plain)
        url = URL(str(self)).remove_query_params(sorted(names)).include_query_params(**more)
        return Address(self.origin, self.path, url.query, _is_plain(self.path, url.query))

    def on(self, day: object) -> "Address":
        """As of a day, where none is given."""
        if self.is_plain:
            query = f"{self.query}&as_of={day}" if self.query else f"as_of={day}"
            return Address(self.origin, self.path, query, True)
        return self.changed(as_of=day)

    def relative(self) -> str:
        """Without its host, for headers."""
        address = f"{self.path}?{self.query}" if self.query else self.path
        return address if self.is_plain else _written(address)

    def readable(self) -> str:
        """As people read it."""
        return _written(str(self))

    def __str__(self) -> str:
        address = f"{self.origin}{self.path}"
        return f"{address}?{self.query}" if self.query else address


_IN_SCOPE = "lunar.address"


def asked_address(scope: Scope) -> Address:
    """The address of a request, with its parameters in one order."""
    found: Address | None = scope.get(_IN_SCOPE)
    if found is None:
        found = scope[_IN_SCOPE] = _asked_address(scope)
    return found


def _asked_address(scope: Scope) -> Address:
    path, query = scope["path"], scope["query_string"].decode("latin-1")
    if not _is_plain(path, query):
        return Address.of(URL(scope=scope))
    if "&" in query:
        query = "&".join(sorted(query.split("&")))
    server = scope.get("server")
    host = sent_headers(scope).get(b"host")
    origin = _origin(scope.get("scheme", "http"), host, tuple(server) if server else None)
    return Address(origin, path, query, is_plain=True)


def _is_plain(path: str, query: str) -> bool:
    return _PLAIN_PATH.fullmatch(path) is not None and _PLAIN.fullmatch(query) is not None


@lru_cache(maxsize=1_000)
def _origin(scheme: str, host: bytes | None, server: tuple[Any, ...] | None) -> str:
    headers = [] if host is None else [(b"host", host)]
    scope = {"scheme": scheme, "server": server, "path": "/", "headers": headers}
    return Address.of(URL(scope=scope)).origin


def service_links(request: Request) -> Sequence[str]:
    """Licence and documentation (service-desc and service-doc: RFC 8631)."""
    return _service_links(request.scope.get("root_path", ""))


@lru_cache(maxsize=10)
def _service_links(root: str) -> tuple[str, ...]:
    return tuple(_about_service(root))


def _about_service(root: str) -> Iterator[str]:
    yield f'<{LICENSE_URL}>; rel="license"'
    yield f'<{root}/openapi.json>; rel="service-desc"; type="application/json"'
    yield f'<{root}/docs>; rel="service-doc"; type="text/html"'


def form_links(here: URL | Address, form: Format, offered: Sequence[Format]) -> Sequence[str]:
    """The same in other forms, and the description of its columns.

    Args:
        here: the address without an ending.
        form: of this answer.
        offered: all forms that there are.

    Returns:
        All links in one text, if there are any.
    """
    here = here if isinstance(here, Address) else Address.of(here)
    path, query = _written(here.path), _written(f"?{here.query}" if here.query else "")
    others = _other_forms(form, tuple(offered))
    return [others.replace(_PATH, path).replace(_QUERY, query)] if others else []


_PATH, _QUERY = "\0", "\1"


@lru_cache(maxsize=100)
def _other_forms(form: Format, offered: tuple[Format, ...]) -> str:
    """The links, with a place for the path and one for the query."""
    relations = {CSVW: "describedby"}
    return ", ".join(
        f"<{_PATH}.{other.ending}{_QUERY}>; "
        f'rel="{relations.get(other, "alternate")}"; type="{other.media_type}"'
        for other in offered
        if other is not form
    )


def version_links(
    here: URL | Address, today: Address, versions: Mapping[str, str]
) -> Iterator[str]:
    """The same on other days (RFC 7089, 2.2; RFC 5829).

    Args:
        here: the address without an ending.
        today: the address as it was asked for, without a day.
        versions: of a record: relation → day.
    """
    yield f'<{today.relative()}>; rel="original timegate latest-version"'
    for relation, day in versions.items():
        if relation == "timemap":
            yield f'<{here.path}/vintages.link>; rel="timemap"; type="{LINKS.media_type}"'
            yield f'<{here.path}/vintages>; rel="version-history"'
        else:
            yield f'<{today.on(day).relative()}>; rel="{relation}"'


@lru_cache(maxsize=1_000)
def memento_datetime(day: dt.date) -> str:
    """The last second of a day as headers write it (RFC 7089, 2.1.1; RFC 9110, 5.6.7)."""
    return format_datetime(dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC), usegmt=True)


def readable(url: URL) -> str:
    """An address with commas and slashes as they are, and nothing that would end it early."""
    return _written(str(url))


def _written(address: str) -> str:
    if _EASY.fullmatch(address):
        return address
    return quote(address.replace("%2C", ",").replace("%2F", "/"), safe="%/:?#[]@!$&'()*+,;=~")


_EASY = re.compile(r"[\w.~/:?#\[\]@!$&'()*+,;=-]*", re.ASCII)


def relative(url: URL) -> str:
    """An address without its host, for headers."""
    return readable(url.replace(scheme="", netloc=""))
