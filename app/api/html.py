"""How pages answer: what they may load, how long they may be kept, what else there is of them."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from pydantic import field_validator, model_validator
from starlette.datastructures import URL

from app.api.asked import Asked
from app.api.caching import canonical, is_held, not_modified
from app.api.formats import Format
from app.api.links import form_links, readable, relative, service_links
from app.api.parameters import AsOfQuery
from app.api.validators import validators
from app.db import Reader
from app.queries.dataset import get_release
from app.render.pages import Link, Site
from app.render.sharing import DEFAULT, Picture

# What a page may load and do: nothing but what stands here, and nothing of another host.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
}
NOTHING_MORE: Mapping[str, str] = {}
FRAMED = {"frame_ancestors": "*"}  # of pages that are made to stand in pages of others
OEMBED_FORMS = {"json": "application/json", "xml": "text/xml"}


def content_policy(**more: str) -> str:
    """The header Content-Security-Policy, with more for pages that need it (`script_src`)."""
    directives = _POLICY | {name.replace("_", "-"): value for name, value in more.items()}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


class FormQuery(AsOfQuery):
    """Parameters that forms send: what somebody leaves empty is not asked."""

    @model_validator(mode="before")
    @classmethod
    def _left_empty(cls, given: Any) -> Any:
        return {name: value for name, value in dict(given).items() if value != ""}

    @field_validator("*", mode="after")
    @classmethod
    def _trimmed(cls, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value


def today_only(now: dt.datetime) -> Asked:
    """What is asked of a page that has no parameters."""
    return Asked(requested=None, day=now.date(), depends_on_today=True)


def page_answer(
    request: Request,
    reader: Reader,
    now: dt.datetime,
    draw: Callable[[Site], str],
    *,
    asked: Asked | None = None,
    data: str = "",
    forms: Sequence[Format] = (),
    alternates: Sequence[Link] = (),
    picture: Picture | None = None,
    embedded: bool = False,
    policy: Mapping[str, str] = NOTHING_MORE,
) -> Response:
    """A page, unless the client has it already.

    Args:
        request: the request.
        reader: the database.
        now: the instant of the request.
        draw: makes the page.
        asked: of which day; if left out, of today.
        data: the path at which the API serves the same, with its query but for `as_of`.
        forms: in which forms.
        alternates: what else the head of the page shall lead to.
        picture: the chart that goes with it.
        embedded: whether others can embed what it shows.
        policy: what it may load or do besides.
    """
    asked = asked or today_only(now)
    release, here = get_release(reader), canonical(request.url)
    # Whatever day it is of, a page may lead to what there is today.
    headers = validators(asked, now, release, here, "html", now.date())
    headers["Content-Security-Policy"] = content_policy(**policy)
    if is_held(request, headers["ETag"]):
        return not_modified(headers)
    own = own_path(request) if embedded else ""
    site = site_of(request, release, asked, now.date(), alternates, picture, own)
    headers["Link"] = ", ".join([*_links(request, data, forms, asked), *oembed_links(site)])
    return HTMLResponse(draw(site), headers=headers)


def site_of(
    request: Request,
    release: str = "",
    asked: Asked | None = None,
    today: dt.date | None = None,
    alternates: Sequence[Link] = (),
    picture: Picture | None = None,
    embedded: str = "",
) -> Site:
    """What a page is told of the service."""
    here = canonical(request.url)
    root = request.scope.get("root_path", "")
    day = asked.day if asked else today
    past = past_day(asked, today)
    own = here.replace(query=f"as_of={past}" if past else "")
    return Site(
        root=root,
        address=str(request.base_url).rstrip("/"),
        path=relative(here),
        release=release,
        day=str(day) if day else "",
        as_of=past,
        alternates=alternates,
        canonical=readable(own),
        picture=picture or DEFAULT.on(past),
        embedded=embedded,
    )


def past_day(asked: Asked | None, today: dt.date | None) -> str:
    """The day of a page that stays on it; empty: it is of today, and moves on."""
    is_past = asked is not None and not asked.depends_on_today and asked.day != today
    return str(asked.day) if asked and is_past else ""


def own_path(request: Request) -> str:
    """The path of a page below the service's root, with the parameters that say what it shows."""
    here = canonical(request.url).remove_query_params("cursor")
    return relative(here).removeprefix(request.scope.get("root_path", ""))


def oembed_links(site: Site) -> Iterator[str]:
    """Where programs read how a page is embedded (oEmbed 1.0, section 4)."""
    if site.embedded:
        for form, media_type in OEMBED_FORMS.items():
            address = f"{site.oembed}&format={form}"
            yield f'<{address}>; rel="alternate"; type="{media_type}+oembed"'


def _links(request: Request, data: str, forms: Sequence[Format], asked: Asked) -> Iterator[str]:
    yield from service_links(request)
    if data:
        same = _data_address(request, data, asked)
        yield f'<{relative(same)}>; rel="alternate"; type="{forms[0].media_type}"'
        yield from form_links(same, forms[0], forms)


def _data_address(request: Request, path: str, asked: Asked) -> URL:
    root = request.scope.get("root_path", "")
    path, _, query = path.partition("?")
    as_of = f"as_of={asked.day}" if asked.requested is not None else ""
    return request.url.replace(path=f"{root}{path}", query="&".join(filter(None, (query, as_of))))
