"""The guide: a page a task, written in Markdown."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.api.deps import Now, Reading
from app.api.html import page_answer
from app.errors import NotFound, did_you_mean
from app.render.guide import Page, page_of, render_guide, render_page

_FOLDER = files("app.web") / "guide"
_PAGES = ("facts", "charts", "embedding")
_SEED_FILES = "seed-files"


def add_guide(router: APIRouter, seed_dir: Path) -> None:
    """Add the pages of the guide; the manual of the seed files is the one that lies beside them."""
    pages = {slug: page_of(slug, (_FOLDER / f"{slug}.md").read_text("utf-8")) for slug in _PAGES}
    pages |= _manual(seed_dir / "README.md")

    @router.get("/guide", response_class=HTMLResponse)
    async def get_guide(request: Request, reader: Reading, now: Now) -> Response:
        return page_answer(request, reader, now, lambda site: render_guide(pages.values(), site))

    @router.get("/guide/{page}", response_class=HTMLResponse)
    async def get_guide_page(request: Request, page: str, reader: Reading, now: Now) -> Response:
        if page not in pages:
            raise NotFound(f"the guide has no page {page!r}: {did_you_mean(page, pages)}")
        return page_answer(request, reader, now, lambda site: render_page(pages[page], site))


def _manual(path: Path) -> dict[str, Page]:
    if not path.is_file():
        return {}
    return {_SEED_FILES: page_of(_SEED_FILES, path.read_text("utf-8"))}
