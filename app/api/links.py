"""Where to read on: the header Link (RFC 8288) and what else points to other answers.

Addresses are relative, to be short; only those of other pages are whole, as in the body.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from email.utils import format_datetime
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import URL

from app.api.caching import with_ending
from app.api.formats import CSVW, LINKS, Format
from app.schemas import LICENSE_URL


def service_links(request: Request) -> Iterator[str]:
    """Licence and documentation (service-desc and service-doc: RFC 8631)."""
    root = request.scope.get("root_path", "")
    yield f'<{LICENSE_URL}>; rel="license"'
    yield f'<{root}/openapi.json>; rel="service-desc"; type="application/json"'
    yield f'<{root}/docs>; rel="service-doc"; type="text/html"'


def form_links(here: URL, form: Format, offered: Sequence[Format]) -> Iterator[str]:
    """The same in other forms, and the description of its columns.

    Args:
        here: the address without an ending.
        form: of this answer.
        offered: all forms that there are.
    """
    for other in offered:
        relation = "describedby" if other is CSVW else "alternate"
        if other is not form:
            address = relative(with_ending(here, other.ending))
            yield f'<{address}>; rel="{relation}"; type="{other.media_type}"'


def version_links(here: URL, own: URL, versions: Mapping[str, str]) -> Iterator[str]:
    """The same on other days (RFC 7089, 2.2; RFC 5829).

    Args:
        here: the address without an ending.
        own: the address as it was asked for.
        versions: of a record: relation → day.
    """
    today = relative(own.remove_query_params("as_of"))
    yield f'<{today}>; rel="original timegate latest-version"'
    for relation, day in versions.items():
        if relation == "timemap":
            yield f'<{here.path}/vintages.link>; rel="timemap"; type="{LINKS.media_type}"'
            yield f'<{here.path}/vintages>; rel="version-history"'
        else:
            yield f'<{relative(own.include_query_params(as_of=day))}>; rel="{relation}"'


def memento_datetime(day: dt.date) -> str:
    """The last second of a day as headers write it (RFC 7089, 2.1.1; RFC 9110, 5.6.7)."""
    return format_datetime(dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC), usegmt=True)


def readable(url: URL) -> str:
    """An address with commas and slashes as they are, and nothing that would end it early."""
    address = str(url).replace("%2C", ",").replace("%2F", "/")
    return quote(address, safe="%/:?#[]@!$&'()*+,;=~")


def relative(url: URL) -> str:
    """An address without its host, for headers."""
    return readable(url.replace(scheme="", netloc=""))
