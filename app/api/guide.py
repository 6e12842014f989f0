"""The guide: a page a task, written in Markdown."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.api.deps import Now, Reading
from app.api.formats import JSON
from app.api.html import page_answer, site_of
from app.errors import NotFound, did_you_mean
from app.render.grafana import dashboard
from app.render.guide import Entry, Group, Page, page_of, render_guide, render_page
from app.text import to_json

_FOLDER = files("app.web") / "guide"
_SEED_FILES = "seed-files"
_GROUPS = (
    Group("Begin", (
        Entry("quick-start", "From nothing to an answer, a chart in a page and a typed client."),
        Entry("ideas", "Claims, any day in the past, honest dates, promises against outcomes."),
    )),
    Group("Ask", (
        Entry("queries", "Filters, dates as spans, order, pages, counts, search, errors."),
        Entry("formats", "Every ending and header: JSON, CSV, Excel, calendars, feeds, all at "
              "once."),
        Entry("clients", "A client for Python or TypeScript, generated and checked by its types."),
    )),
    Group("Show", (
        Entry("charts", "Five charts, as page, picture, Vega-Lite and data."),
        Entry("embedding", "Charts, cards and tables in pages of others."),
        Entry("web-pages", "A picture, a table and an interactive chart in plain HTML."),
    )),
    Group("Dashboards and tools", (
        Entry("grafana", "A ready dashboard; its time range says as of which day."),
        Entry("spreadsheets", "[Google Sheets](/guide/spreadsheets#google-sheets), "
              "[Excel and Power Query](/guide/spreadsheets#excel), "
              "[LibreOffice](/guide/spreadsheets#libreoffice)."),
        Entry("notebooks", "[Jupyter with pandas and Altair](/guide/notebooks#jupyter), "
              "[Streamlit](/guide/notebooks#streamlit), "
              "[Observable](/guide/notebooks#observable)."),
        Entry("statistics", "[R](/guide/statistics#r), [DuckDB](/guide/statistics#duckdb), "
              "[SQLite](/guide/statistics#sqlite)."),
    )),
    Group("Behind it", (
        Entry("facts", "Whose word counts, and how to propose a fact or a correction."),
        Entry(_SEED_FILES, "Each part of a seed file, with an example of it."),
        Entry("running", "Settings, a server in front, new facts, new versions, back-ups."),
    )),
)  # fmt: skip


def add_guide(router: APIRouter, seed_dir: Path) -> None:
    """Add the pages of the guide; the manual of the seed files is the one that lies beside them."""
    pages = _read(seed_dir)
    groups = [_there(group, pages) for group in _GROUPS]
    order = list(pages.values())

    @router.get("/guide", response_class=HTMLResponse)
    async def get_guide(request: Request, reader: Reading, now: Now) -> Response:
        return page_answer(request, reader, now, lambda site: render_guide(groups, pages, site))

    @router.get("/guide/grafana.json")
    async def get_dashboard(request: Request) -> Response:
        document = to_json(dashboard(site_of(request).address))
        return Response(document, media_type=JSON.media_type)

    @router.get("/guide/{page}", response_class=HTMLResponse)
    async def get_guide_page(request: Request, reader: Reading, now: Now) -> Response:
        page = request.path_params["page"]
        if page not in pages:
            raise NotFound(f"the guide has no page {page!r}: {did_you_mean(page, pages)}")
        return page_answer(request, reader, now, lambda site: render_page(pages[page], site, order))


def _read(seed_dir: Path) -> dict[str, Page]:
    """The pages that there are, in the order in which they are listed."""
    slugs = [entry.slug for group in _GROUPS for entry in group.entries]
    found = {
        slug: seed_dir / "README.md" if slug == _SEED_FILES else _FOLDER / f"{slug}.md"
        for slug in slugs
    }
    return {
        slug: page_of(slug, path.read_text("utf-8"))
        for slug, path in found.items()
        if path.is_file()
    }


def _there(group: Group, pages: dict[str, Page]) -> Group:
    return Group(group.name, [entry for entry in group.entries if entry.slug in pages])
