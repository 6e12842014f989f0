"""Pages for people: home, search, the documentation, and what each problem type means."""

import datetime as dt
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from pydantic import Field

from app.api.asked import check_query, read
from app.api.bulk import DISTRIBUTIONS
from app.api.dataset import about_dataset, dataset_document
from app.api.declared import from_query
from app.api.deps import Now, Reading
from app.api.embedding import add_embedding
from app.api.embeds import add_embeds
from app.api.formats import ATOM
from app.api.guide import add_guide
from app.api.html import FormQuery, content_policy, page_answer
from app.api.openapi import DESCRIPTION
from app.api.parameters import ABSENT
from app.api.problems import known_problem
from app.api.record_pages import add_record_pages
from app.api.routing import Router
from app.api.tables import SEARCH
from app.dates import Precision
from app.db import Reader
from app.errors import NotFound, did_you_mean
from app.queries.changes import list_changes
from app.queries.entities import check_exists
from app.queries.paging import PageRequest
from app.queries.promises import ARTICLE, list_scorecard
from app.queries.search import MAX_QUERY, search
from app.render.assets import ASSETS, FOLDER, media_type
from app.render.guide import markdown, placed
from app.render.metadata import schema_org
from app.render.pages import (
    Link,
    Site,
    render,
    render_home,
    render_problem,
    render_search,
)
from app.vocabulary import Kind

_ASSETS = "/assets/docs"
_REDOC = "redoc.standalone.js"
_KEPT = {"Cache-Control": "public, max-age=86400"}
_KEPT_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
_PLANS = 100  # of the article, on the home page
_LATEST = 6  # changes there
_TOLD = (Kind.MISSIONS, Kind.AGREEMENTS, Kind.PROJECTS)  # bodies and texts are behind them
_READ = 200  # from which they are chosen
_DATED = {"said__gte": "1000"}  # on some day that is known: the rest has only that of its reading
_HITS = 20
# ReDoc shows its maker's logo from another host; the documentation asks no host but this one.
_FOREIGN_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"


def add_pages(app: FastAPI, seed_dir: Path) -> None:
    """Add the pages, and the files that the documentation needs, out of an installed package."""
    router = Router(include_in_schema=False)
    folder = Path(str(files("fastapi_offline"))) / "static"
    _add_files(router)
    _add_home(router)
    _add_search(router)
    _add_problems(router)
    add_record_pages(router)
    add_embeds(router)
    add_embedding(router)
    add_guide(router, seed_dir)
    _add_documentation(router, folder / _REDOC)
    router.add_to(app)
    app.mount(_ASSETS, _KeptFiles(directory=folder), name="docs-assets")


class _KeptFiles(StaticFiles):
    """Files that may be kept for a day."""

    def file_response(self, *given: Any, **named: Any) -> Response:
        """The file, saying so."""
        answer = super().file_response(*given, **named)
        answer.headers.update(_KEPT)
        return answer


def _add_files(router: APIRouter) -> None:
    icon = (files("app.web") / "static" / "icon.svg").read_bytes()

    @router.get("/favicon.ico")
    async def get_icon() -> Response:
        return Response(icon, media_type="image/svg+xml", headers=_KEPT)

    @router.get(f"{FOLDER}/{{name}}")
    async def get_asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            raise NotFound(f"there is no file {name!r} for pages: {did_you_mean(name, ASSETS)}")
        return Response(ASSETS[name], media_type=media_type(name), headers=_KEPT_FOR_GOOD)


# --- Home and search ----------------------------------------------------------------------------


def _add_home(router: APIRouter) -> None:
    steps = _first_steps(DESCRIPTION)
    feed = Link("/v1/changes.atom", "What becomes known", ATOM.media_type)

    @router.get("/", response_class=HTMLResponse)
    async def get_home(request: Request, reader: Reading, now: Now) -> Response:
        today = now.date()

        def draw(site: Site) -> str:
            about = about_dataset(reader, site.address, today)
            return render_home(
                site,
                scorecard=_scorecard(reader, today),
                changes=_latest(reader, today),
                dataset=dataset_document(reader, today),
                steps=placed(site, markdown(steps)),
                json_ld=schema_org(about, DISTRIBUTIONS, []),
            )

        return page_answer(
            request,
            reader,
            now,
            draw,
            alternates=[feed],
            embedded=_has_article(reader),
        )


def _first_steps(description: str) -> str:
    """The list of what to try first, with which the documentation begins."""
    return "\n".join(re.findall(r"^\d\. .*$", description, re.MULTILINE))


def _scorecard(reader: Reader, day: dt.date) -> dict[str, Any] | None:
    """What the article promised; nothing, where other facts than the shipped ones are served."""
    try:
        listing = list_scorecard(reader, ARTICLE, {}, day)
    except NotFound:
        return None
    found = listing.page(reader, PageRequest(limit=_PLANS), day)
    promises = [json.loads(document) for document in found.documents]
    return {"promises": promises, "verdicts": found.extra["verdicts"], "count": found.count}


def _has_article(reader: Reader) -> bool:
    try:
        check_exists(reader, Kind.SOURCES, ARTICLE)
    except NotFound:
        return False
    return True


def _latest(reader: Reader, day: dt.date) -> list[dict[str, Any]]:
    """What became known last, of different records.

    What was only said again is no news, nor is what a page of no one date says on the day of
    reading it.
    """
    found = list_changes(reader, _DATED, None, day).page(reader, PageRequest(limit=_READ), day)
    read_ = (json.loads(document) for document in found.documents)
    by_subject: dict[str, dict[str, Any]] = {}
    for change in read_:
        is_news = change["changed"] and change["said_precision"] != Precision.INTERVAL
        if is_news and change["subject"].startswith(_TOLD):
            by_subject.setdefault(change["subject"], change)
    return list(by_subject.values())[:_LATEST]


class _SearchQuery(FormQuery):
    """Parameters of a search."""

    q: Annotated[str, Field(max_length=MAX_QUERY)] | ABSENT = None
    kind: str | ABSENT = None
    cursor: str | ABSENT = None


def _add_search(router: APIRouter) -> None:
    @router.get("/search", response_class=HTMLResponse, dependencies=[Depends(check_query)])
    async def get_search(
        request: Request,
        reader: Reading,
        now: Now,
        query: Annotated[_SearchQuery, from_query(_SearchQuery)],
    ) -> Response:
        asked = read(request, query, now)
        q, kind = asked.given.get("q", ""), asked.given.get("kind", "")
        hits = search(q, kind or None, asked.day)
        page = PageRequest(limit=_HITS, cursor=asked.page.cursor)
        hits.check(page)

        def draw(site: Site) -> str:
            found = hits.page(reader, page, asked.day)
            further = {"cursor": found.next_cursor}
            return render_search(
                site,
                q=q,
                kind=kind,
                found={
                    "hits": [json.loads(document) for document in found.documents],
                    "count": found.count,
                    **found.extra,
                },
                next_page=f"?{request.url.include_query_params(**further).query}"
                if found.next_cursor
                else None,
            )

        return page_answer(
            request, reader, now, draw, asked=asked, data="/v1/search", forms=SEARCH.formats
        )


def _add_problems(router: APIRouter) -> None:
    @router.get("/problems/{problem_type}", response_class=HTMLResponse)
    async def get_problem(request: Request, reader: Reading, now: Now) -> Response:
        problem = known_problem(request.path_params["problem_type"])
        return page_answer(
            request,
            reader,
            now,
            lambda site: render_problem(
                site,
                title=problem.title,
                status=problem.status,
                meaning=problem.meaning,
                type_=problem.type,
            ),
        )


# --- Documentation ------------------------------------------------------------------------------


def _add_documentation(router: APIRouter, redoc: Path) -> None:
    @router.get("/docs", response_class=HTMLResponse)
    async def get_docs(request: Request, reader: Reading, now: Now) -> Response:
        return _viewer(page_answer(request, reader, now, lambda site: render("docs.html", site)))

    @router.get("/redoc", response_class=HTMLResponse)
    async def get_redoc(request: Request, reader: Reading, now: Now) -> Response:
        return _viewer(page_answer(request, reader, now, lambda site: render("redoc.html", site)))

    @router.get(f"{_ASSETS}/{_REDOC}")
    async def get_redoc_script() -> Response:
        script = redoc.read_bytes().replace(_FOREIGN_LOGO, b"data:,")
        return Response(script, media_type="text/javascript", headers=_KEPT)


def _viewer(page: Response) -> Response:
    """The page of a viewer, which styles what it shows, and works beside the page."""
    page.headers["Content-Security-Policy"] = content_policy(
        style_src="'self' 'unsafe-inline'", img_src="'self' data:", worker_src="blob:"
    )
    return page
