"""The explorer: every list of the API to filter, sort, page and plot, with the API's own query."""

import datetime as dt
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.api.caching import canonical, is_held, not_modified
from app.api.deps import Now, Reading
from app.api.explorer.listed import EXPLORED, Explored
from app.api.explorer.page import TABLES, Page, query_of
from app.api.explorer.wanted import PictureQuery, Wanted, wanted
from app.api.html import content_policy, page_answer, site_of
from app.api.links import relative
from app.api.painting import Painter
from app.api.problems import wants_page
from app.api.routing import Router
from app.api.validators import validators
from app.errors import AppError, BadRequest, InvalidParameter, NotFound, did_you_mean
from app.queries.dataset import get_release
from app.render.charts.picture import Follows
from app.render.explore.pages import render_explorer
from app.render.explore.plot import plot_picture, plot_spec
from app.render.pages import KINDS


def add_explorer(app: FastAPI, painter: Painter) -> None:
    """Add the pages and pictures of the explorer."""
    router = Router(include_in_schema=False)

    @router.get("/explore", response_class=HTMLResponse)
    async def get_explorer(request: Request, reader: Reading, now: Now) -> Response:
        return page_answer(request, reader, now, lambda site: render_explorer(TABLES, site))

    _add_pictures(router, painter)
    _add_pages(router)
    router.add_to(app)


def _explored(request: Request) -> Explored:
    """The table that the path names.

    Raises:
        NotFound: if there is none.
    """
    path = request.path_params["path"]
    if found := EXPLORED.get(f"/{path}"):
        return found
    near = did_you_mean(path, [known.removeprefix("/") for known in EXPLORED])
    raise NotFound(f"there is no table {path!r} to explore: {near}")


# --- Pages --------------------------------------------------------------------------------------


def _add_pages(router: APIRouter) -> None:
    @router.get("/explore/{path:path}", response_class=HTMLResponse)
    async def get_page(request: Request, reader: Reading, now: Now) -> Response:
        explored = _explored(request)
        if address := _tidied(request):
            return RedirectResponse(address, status_code=303)
        page = Page(request, explored)
        if page.must_be_asked():
            return page_answer(request, reader, now, page.rendered)
        try:
            found = await wanted(request, reader, now, explored)
        except (BadRequest, InvalidParameter) as error:
            if not wants_page(request):
                raise
            return _failed(request, page, error, now, get_release(reader))
        return page_answer(
            request, reader, now, lambda site: page.rendered(site, found), asked=found.asked,
            data=page.data, forms=found.offer.formats,
            embedded=explored.path.strip("/") in KINDS and found.asked.group_by is None,
        )  # fmt: skip


def _tidied(request: Request) -> str | None:
    """The address without what a form leaves empty, with several values as one parameter.

    What is chosen twice, as the same dimension in both lists of the plot, is meant once.
    """
    sent = parse_qsl(request.url.query, keep_blank_values=True)
    values: dict[str, list[str]] = {}
    for name, value in sent:
        values.setdefault(name, []).extend([value.strip()] if value.strip() else [])
    tidy = {name: ",".join(dict.fromkeys(parts)) for name, parts in values.items() if parts}
    if list(tidy.items()) == sent:
        return None
    return relative(request.url.replace(query=query_of(tidy)))


def _failed(
    request: Request, page: Page, error: AppError, now: dt.datetime, release: str
) -> Response:
    """The form as it was filled in, with what is wrong beside each field."""
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept",
        "Content-Security-Policy": content_policy(),
    }
    html = page.rendered(site_of(request, release, today=now.date()), error=error)
    return HTMLResponse(html, status_code=error.status, headers=headers)


# --- Pictures -----------------------------------------------------------------------------------


def _add_pictures(router: APIRouter, painter: Painter) -> None:
    @router.get("/explore/{path:path}.svg")
    async def get_picture(request: Request, reader: Reading, now: Now) -> Response:
        explored = _explored(request)
        found = await wanted(request, reader, now, explored, PictureQuery)
        asked, release = found.asked, get_release(reader)
        here = canonical(request.url)
        name = f"{found.offer.table.name}-{asked.day}.svg"
        headers = validators(asked, now, release, here, "svg")
        headers["Content-Disposition"] = f'inline; filename="{name}"'
        if is_held(request, headers["ETag"]):
            return not_modified(headers)
        key = ("explore", release, here.path, here.query, asked.day)
        picture = painter.kept(key)
        if picture is None:
            picture = await _painted(painter, key, found, Page(request, explored), release)
        return Response(picture, media_type="image/svg+xml", headers=headers)


async def _painted(
    painter: Painter, key: tuple[object, ...], found: Wanted, page: Page, release: str
) -> bytes:
    numbers, look = found.numbers(), found.look
    if numbers is None:
        raise NotFound("there is no picture of no plot: give plot a dimension")
    frame = page.frame(look.width, found.asked.day, release, dark=look.theme == "dark")
    follows = Follows.READER if look.theme == "auto" else Follows.NOBODY

    def finish(drawn: bytes) -> bytes:
        return plot_picture(drawn.decode(), numbers, frame, follows=follows).encode()

    return await painter.paint(key, plot_spec(numbers, frame), "svg", finish=finish)
