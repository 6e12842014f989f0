"""Charts: each in every form under one address and one query string."""

import datetime as dt
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.datastructures import URL
from starlette_compress import add_compress_type

from app.api.asked import Asked, check_query, read
from app.api.caching import (
    cache_control,
    canonical,
    entity_tag,
    is_held,
    not_modified,
    with_ending,
)
from app.api.chart_list import CHARTS, WIDTH, Chart
from app.api.deps import Now, Reading
from app.api.encoding import send_plain
from app.api.formats import CSV, Format, chosen_format
from app.api.html import content_policy, page_answer, site_of
from app.api.links import (
    form_links,
    memento_datetime,
    readable,
    relative,
    service_links,
    version_links,
)
from app.api.painting import Painter
from app.api.routing import EXAMPLE, problem_responses
from app.dates import parse_date
from app.db import Database
from app.errors import (
    AddressTooLong,
    AppError,
    BadRequest,
    InvalidParameter,
    NotAcceptable,
    NotFound,
    NotReady,
)
from app.queries.charts.drawn import Drawn, sources_behind
from app.queries.dataset import get_release
from app.render.chart_pages import ChartField, ChartLink, ChartPage, render_chart, render_charts
from app.render.charts.frame import Frame, Spec, inline, linked, spec_of
from app.render.charts.looks import DARK, LIGHT
from app.render.charts.picture import finished
from app.render.tables import delimited
from app.schemas import LICENSE, LICENSE_URL
from app.schemas.charts import ChartMetadata
from app.text import to_json

HTML = Format("html", "text/html", "; charset=utf-8")
SVG = Format("svg", "image/svg+xml")
PNG = Format("png", "image/png")
VEGA_LITE = Format("vl.json", "application/vnd.vegalite.v6+json")
METADATA = Format("metadata.json", "application/json")
_FORMS = (SVG, PNG, VEGA_LITE, CSV, METADATA)
_BY_ENDING = {form.ending: form for form in _FORMS}

for _form in (SVG, VEGA_LITE):
    add_compress_type(_form.media_type)

_PROBLEMS: tuple[type[AppError], ...] = (
    BadRequest, NotFound, NotAcceptable, AddressTooLong, InvalidParameter, AppError, NotReady,
)  # fmt: skip


def add_charts(app: FastAPI) -> Painter:
    """Add the routes of charts; whoever adds them closes the painter that they share."""
    painter = Painter()
    for chart in CHARTS:
        _add_files(app, chart, painter)
    pages = APIRouter(
        include_in_schema=False,
        dependencies=[Depends(check_query)],
        route_class=_WithoutBlanks,
    )
    _add_list(pages)
    for chart in CHARTS:
        _add_page(pages, chart, painter)
    app.include_router(pages)
    return painter


def _add_files(app: FastAPI, chart: Chart, painter: Painter) -> None:
    router = APIRouter(dependencies=[Depends(check_query)])
    parameters: Any = chart.query()
    # Shown and not enforced: our own check says which there are.
    shown = {"enum": list(_BY_ENDING)}
    ending: Any = Annotated[
        str,
        Path(
            max_length=20,
            description="The form of the chart.",
            json_schema_extra=shown,
            openapi_examples={"svg": {"value": "svg"}},
        ),
    ]
    address = f"/charts/{chart.name}"

    @router.get(
        f"{address}.{{ending}}",
        tags=["charts"],
        operation_id=f"get_{chart.name}_chart",
        summary=f"Chart: {chart.title[0].lower()}{chart.title[1:]}",
        description=f"{chart.description} {chart.unasked}\n\nAs `svg` or `png`; as `vl.json`, the "
        "Vega-Lite spec, with the address of its data; as `csv`, exactly what it shows; as "
        f"`metadata.json`, what that is and where it is from. The page is `{address}`.",
        response_model=ChartMetadata,
        responses={
            200: {
                "content": {
                    SVG.media_type: {"schema": {"type": "string"}},
                    PNG.media_type: {"schema": {"type": "string", "format": "binary"}},
                    VEGA_LITE.media_type: {"schema": {"type": "object"}},
                    CSV.media_type: {"schema": {"type": "string"}},
                }
            },
            **problem_responses(_PROBLEMS),
        },
        openapi_extra={EXAMPLE: f"{address}.{METADATA.ending}?{chart.example}"},
    )
    async def get_chart(
        request: Request, ending: ending, now: Now, query: Annotated[parameters, Query()]
    ) -> Response:
        if ending not in _BY_ENDING:
            listed = ", ".join(f".{name}" for name in _BY_ENDING)
            raise NotFound(f"{address} is not given as .{ending}: take {listed}")
        form = _BY_ENDING[ending]
        answer = _Answer(request, chart, read(request, query, now), form, named=True)
        return await answer.given(painter, now)

    app.include_router(router)


def _add_page(router: APIRouter, chart: Chart, painter: Painter) -> None:
    parameters: Any = chart.query()

    @router.get(f"/charts/{chart.name}")
    async def get_chart_page(
        request: Request, now: Now, query: Annotated[parameters, Query()]
    ) -> Response:
        form = chosen_format(request, (HTML, *_FORMS))
        asked = read(request, query, now)
        return await _Answer(request, chart, asked, form, named=False).given(painter, now)


class _Answer:
    """A chart in the form that was asked for."""

    def __init__(
        self, request: Request, chart: Chart, asked: Asked, form: Format, *, named: bool
    ) -> None:
        """Prepare it.

        Args:
            request: as it came.
            chart: which.
            asked: what the request asks for.
            form: of the answer.
            named: whether the address ends in the form.
        """
        self.request, self.chart, self.asked, self.form = request, chart, asked, form
        self.named = named
        here = canonical(request.url)
        path = here.path.removesuffix(f".{form.ending}") if named else here.path
        self.here = here.replace(path=path)
        self.release, self.drawn = "", Drawn([], frozenset(), "", 0, 0)
        self.sources: list[dict[str, Any]] = []

    async def given(self, painter: Painter, now: dt.datetime) -> Response:
        """The answer, or that the client has it already."""
        if self.form is PNG:
            send_plain(self.request)
        # Closed before drawing: pictures wait for each other, and connections are few.
        database: Database = self.request.app.state.database
        with database.read() as reader:
            self.release = get_release(reader)
            headers = self._headers(now)
            if is_held(self.request, headers["ETag"]):
                return not_modified(headers)
            if (kept := self._picture_kept(painter)) is not None:
                return Response(kept, media_type=self.form.content_type, headers=headers)
            self.drawn = self.chart.draw(reader, self.chart.wanted(self.asked))
            if self.form in (HTML, METADATA):
                self.sources = sources_behind(reader, self.drawn.claims, self.asked.day)
        body = await self._body(painter, now)
        return Response(body, media_type=self.form.content_type, headers=headers)

    def _headers(self, now: dt.datetime) -> dict[str, str]:
        asked = self.asked
        own = with_ending(self.here, self.form.ending) if self.named else self.here
        links = [
            *service_links(self.request),
            *form_links(self.here, self.form, _FORMS),
            *version_links(self.here, own, {}),
        ]
        headers = {
            "ETag": entity_tag(self.release, own, self.form.ending, asked.requested, asked.day),
            "Cache-Control": cache_control(now, depends_on_today=asked.depends_on_today),
            "Vary": "Accept-Datetime" + ("" if self.named else ", Accept"),
            "Link": ", ".join(links),
        }
        if asked.requested is not None:
            headers["Memento-Datetime"] = memento_datetime(asked.day)
        if not self.named and self.form is not HTML:
            headers["Content-Location"] = relative(with_ending(self.here, self.form.ending))
        if self.form is HTML:
            # The picture stands in the page, with styles of its own.
            headers["Content-Security-Policy"] = content_policy(style_src=_STYLES)
        else:
            name = f"{self.chart.name}-{asked.day}.{self.form.ending}"
            headers["Content-Disposition"] = f'inline; filename="{name}"'
        return headers

    async def _body(self, painter: Painter, now: dt.datetime) -> bytes | str:
        chart, drawn = self.chart, self.drawn
        if self.form is HTML:
            return await self._page(painter, now)
        if self.form is SVG:
            return await self._svg(painter, self._width, chart.name)
        if self.form is PNG:
            scale = self._given("scale", 2.0)
            key, spec = self._key("png", self._width, scale), self._inline(self._width)
            return await painter.paint(key, spec, "png", scale)
        if self.form is VEGA_LITE:
            data = linked(chart.table, str(self._pinned(CSV)))
            return to_json(self._spec(self._width, data))
        if self.form is CSV:
            return b"".join(delimited(chart.table, [[to_json(row) for row in drawn.rows]]))
        return to_json(self.metadata())

    def _given(self, name: str, default: Any) -> Any:
        return self.asked.given.get(name, default)

    @property
    def _width(self) -> int:
        width: int = self._given("width", WIDTH)
        return width

    # --- The picture ------------------------------------------------------------------------------

    def _picture_kept(self, painter: Painter) -> bytes | None:
        """The picture, if it was drawn before: then nothing need be read for it."""
        if self.form is SVG:
            return painter.kept(self._key("svg", self._width, self.chart.name))
        if self.form is PNG:
            return painter.kept(self._key("png", self._width, self._given("scale", 2.0)))
        return None

    def _key(self, *more: object) -> tuple[object, ...]:
        """What tells a picture from others: all that goes into it."""
        given = tuple(sorted((name, str(value)) for name, value in self.asked.given.items()))
        return (self.release, self.chart.name, self.asked.day, given, *more)

    async def _svg(self, painter: Painter, width: int, name: str) -> bytes:
        seen = self.chart.summary(self.drawn.rows)

        def finish(drawn: bytes) -> bytes:
            return finished(
                drawn.decode(),
                name=name,
                title=self._title,
                description=f"{self._told(self.chart.description)} {seen}",
                follows=self._given("theme", "auto") == "auto",
            ).encode()

        return await painter.paint(
            self._key("svg", width, name), self._inline(width), "svg", finish=finish
        )

    def _inline(self, width: int) -> Spec:
        return self._spec(width, inline(self.chart.table, self.drawn.rows))

    def _spec(self, width: int, data: Spec) -> Spec:
        frame = Frame(
            width=width,
            height=self.asked.given.get("height"),
            look=DARK if self._given("theme", "auto") == "dark" else LIGHT,
            day=self.asked.day,
            title=self._title,
            subtitle=self._told(self.chart.reading),
            printed=f"As known on {parse_date(str(self.asked.day)).label} · release "
            f"{self.release} · {_PUBLISHER}, {LICENSE}",
        )
        return spec_of(frame, self.chart.plot(self.drawn.rows, frame), data)

    @property
    def _title(self) -> str:
        return f"{self.chart.title}: {self.drawn.of}" if self.drawn.of else self.chart.title

    def _told(self, how: str) -> str:
        """How it is read, and how much of what there is it shows."""
        drawn = self.drawn
        if drawn.shown == drawn.count:
            return how
        return f"{how} {drawn.shown} of {drawn.count:,} {self.chart.what} are shown."

    # --- What it says of itself -------------------------------------------------------------------

    def _pinned(self, form: Format | None = None) -> URL:
        """The address that gives the same on any later day: it names the day."""
        here = self.here.include_query_params(as_of=self.asked.day)
        return with_ending(here, form.ending) if form else here

    def _data(self) -> str:
        """The list of the API from which the chart is drawn, on the same day."""
        base = str(self.request.base_url).rstrip("/")
        joint = "&" if "?" in self.drawn.data else "?"
        return f"{base}{self.drawn.data}{joint}as_of={self.asked.day}"

    def metadata(self) -> dict[str, Any]:
        """The chart in words: see `ChartMetadata`."""
        chart, asked, drawn = self.chart, self.asked, self.drawn
        text = f"{_PUBLISHER}, {self._title}, release {self.release}, as known on {asked.day}."
        return {
            "meta": {
                "as_of": {"requested": asked.requested, "resolved": str(asked.day)},
                "release": self.release,
                "license": LICENSE,
                "license_url": LICENSE_URL,
                "citation": {"text": f"{text} {LICENSE}.", "url": readable(self._pinned())},
            },
            "name": chart.name,
            "title": self._title,
            "description": self._told(chart.description),
            "summary": chart.summary(drawn.rows),
            "rows": len(drawn.rows),
            "row_is": chart.table.row_is,
            "columns": [
                {
                    "name": column.name,
                    "type": column.type.value,
                    "definition": column.definition,
                    "choices": list(column.choices),
                }
                for column in chart.table.columns
            ],
            "sources": self.sources,
            "data": self._data(),
            "forms": {
                form.ending: readable(with_ending(self.here, form.ending)) for form in _FORMS
            },
            "parameters": asked.given,
        }

    # --- The page ---------------------------------------------------------------------------------

    async def _page(self, painter: Painter, now: dt.datetime) -> str:
        chart, given = self.chart, dict(self.request.query_params)
        wide = await self._svg(painter, max(self._width, _NARROWEST), chart.name)
        phone = await self._svg(painter, _PHONE, f"{chart.name}-phone")
        offered = ("as_of", *chart.fields, "theme", "lang")
        return render_chart(
            ChartPage(
                about=self.metadata(),
                theme=self._given("theme", "auto"),
                wide=wide.decode(),
                phone=phone.decode(),
                root=self.request.scope.get("root_path", ""),
                fields=[
                    ChartField(name, given.get(name, ""), chart.fields.get(name, ""))
                    for name in offered
                ],
                kept={name: value for name, value in given.items() if name not in offered},
                days=[
                    ChartLink(label, relative(self.here.include_query_params(as_of=day)))
                    for day, label in _DAYS.items()
                ],
                today=relative(self.here.remove_query_params("as_of")),
                now=str(now.date()),
                files=[
                    ChartLink(label, relative(with_ending(self.here, form.ending)))
                    for form, label in _FILES.items()
                ],
                table=chart.table,
                rows=self.drawn.rows,
            ),
            site_of(self.request, self.release, self.asked, now.date()),
        )


_STYLES = "'self' 'unsafe-inline'"
_PUBLISHER = "Lunar Cooperation API"
_NARROWEST = 480  # pixels, of the picture that wide screens get
_PHONE = 288  # pixels, of the one for phones: what the narrowest have between their margins
_DAYS = {"2018-03-03": "March 2018", "2020": "2020", "2022": "2022", "2024": "2024"}
_FILES = {
    SVG: "SVG", PNG: "PNG", VEGA_LITE: "Vega-Lite", CSV: "CSV", METADATA: "About, as JSON",
}  # fmt: skip


def _add_list(router: APIRouter) -> None:
    @router.get("/charts", response_class=HTMLResponse)
    async def get_charts(request: Request, reader: Reading, now: Now) -> Response:
        listed = [(chart.name, chart.title, chart.description) for chart in CHARTS]
        return page_answer(request, reader, now, lambda site: render_charts(listed, site))


class _WithoutBlanks(APIRoute):
    """A form sends its empty fields too; who left one empty asked for nothing."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_without_blanks(request: Request) -> Response:
            given = parse_qsl(request.url.query, keep_blank_values=True)
            kept = [(name, value) for name, value in given if value]
            if len(kept) == len(given):
                return await handle(request)
            address = relative(request.url.replace(query=urlencode(kept, safe="/,:")))
            return RedirectResponse(address, status_code=303)

        return handle_without_blanks
