"""Pages for people: home, the documentation, and what each problem type means."""

import datetime as dt
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from app.api.caching import cache_control
from app.api.dataset import dataset_document
from app.api.deps import Now, Reading
from app.api.guide import add_guide
from app.api.problems import known_problem
from app.db import Reader
from app.errors import NotFound
from app.queries.paging import PageRequest
from app.queries.promises import ARTICLE, list_scorecard
from app.render.pages import render_home, render_problem

_ASSETS = "/assets/docs"
_REDOC = "redoc.standalone.js"
_KEPT = {"Cache-Control": "public, max-age=86400"}
# ReDoc shows its maker's logo from another host; the documentation asks no host but this one.
_FOREIGN_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"


def add_pages(app: FastAPI, seed_dir: Path) -> None:
    """Add the pages, and the files that the documentation needs, out of an installed package."""
    router = APIRouter(include_in_schema=False)
    folder = Path(str(files("fastapi_offline"))) / "static"
    _add_home(router)
    add_guide(router, seed_dir)
    _add_documentation(router, app.title, (folder / _REDOC).read_bytes())
    app.include_router(router)
    app.mount(_ASSETS, _KeptFiles(directory=folder), name="docs-assets")


class _KeptFiles(StaticFiles):
    """Files that may be kept for a day."""

    def file_response(self, *given: Any, **named: Any) -> Response:
        """The file, saying so."""
        answer = super().file_response(*given, **named)
        answer.headers.update(_KEPT)
        return answer


def _add_home(router: APIRouter) -> None:
    icon = (files("app.web") / "static" / "icon.svg").read_bytes()

    @router.get("/", response_class=HTMLResponse)
    async def get_home(reader: Reading, now: Now) -> Response:
        today = now.date()
        html = render_home(
            promises=_promises(reader, today),
            dataset=dataset_document(reader, today),
            day=today.isoformat(),
        )
        headers = {"Cache-Control": cache_control(now, depends_on_today=True)}
        return HTMLResponse(html, headers=headers)

    @router.get("/problems/{problem_type}", response_class=HTMLResponse)
    async def get_problem(problem_type: str) -> Response:
        problem = known_problem(problem_type)
        return HTMLResponse(
            render_problem(
                title=problem.title,
                status=problem.status,
                meaning=problem.meaning,
                type_=problem.type,
            ),
            headers=_KEPT,
        )

    @router.get("/favicon.ico")
    async def get_icon() -> Response:
        return Response(icon, media_type="image/svg+xml", headers=_KEPT)


def _promises(reader: Reader, day: dt.date) -> list[dict[str, Any]]:
    """What the article promised; nothing, where other facts than the shipped ones are served."""
    try:
        listing = list_scorecard(reader, ARTICLE, {}, day)
    except NotFound:
        return []
    pieces = listing.pieces(reader, PageRequest(limit=None))
    return [json.loads(document) for documents in pieces for document in documents]


def _add_documentation(router: APIRouter, title: str, redoc: bytes) -> None:
    script = redoc.replace(_FOREIGN_LOGO, b"data:,")

    @router.get("/docs", response_class=HTMLResponse)
    async def get_docs(request: Request) -> Response:
        root = request.scope.get("root_path", "")
        page = get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title=f"{title} · try it",
            swagger_js_url=f"{root}{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{_ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{root}/favicon.ico",
            swagger_ui_parameters={"tryItOutEnabled": True, "defaultModelsExpandDepth": 0},
        )
        page.headers.update(_KEPT)
        return page

    @router.get("/redoc", response_class=HTMLResponse)
    async def get_redoc(request: Request) -> Response:
        root = request.scope.get("root_path", "")
        page = get_redoc_html(
            openapi_url=f"{root}/openapi.json",
            title=f"{title} · read",
            redoc_js_url=f"{root}{_ASSETS}/{_REDOC}",
            redoc_favicon_url=f"{root}/favicon.ico",
            with_google_fonts=False,
        )
        page.headers.update(_KEPT)
        return page

    @router.get(f"{_ASSETS}/{_REDOC}")
    async def get_redoc_script() -> Response:
        return Response(script, media_type="text/javascript", headers=_KEPT)
