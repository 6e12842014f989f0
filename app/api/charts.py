"""Charts: each in every form under one address and one query string."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from app.api.asked import check_query, read
from app.api.chart_answer import (
    EMBED,
    FORMS,
    HTML,
    METADATA,
    PNG,
    SVG,
    VEGA_LITE,
    ChartAnswer,
)
from app.api.chart_list import CHARTS, Chart
from app.api.declared import answers_with, from_path, from_query
from app.api.deps import Now, Reading
from app.api.formats import CSV, chosen_format
from app.api.html import page_answer
from app.api.links import relative
from app.api.painting import Painter
from app.api.routing import EXAMPLE, Router, problem_responses
from app.errors import (
    AddressTooLong,
    AppError,
    BadRequest,
    InvalidParameter,
    NotAcceptable,
    NotFound,
    NotReady,
)
from app.render.chart_pages import render_charts
from app.schemas.charts import ChartMetadata

_BY_ENDING = {form.ending: form for form in FORMS}
_PROBLEMS: tuple[type[AppError], ...] = (
    BadRequest, NotFound, NotAcceptable, AddressTooLong, InvalidParameter, AppError, NotReady,
)  # fmt: skip


def add_charts(app: FastAPI) -> Painter:
    """Add the routes of charts; whoever adds them closes the painter that they share."""
    painter = Painter()
    for chart in CHARTS:
        _add_files(app, chart, painter)
    pages = Router(
        include_in_schema=False,
        dependencies=[Depends(check_query)],
        route_class=_WithoutBlanks,
    )
    _add_list(pages)
    for chart in CHARTS:
        _add_page(pages, chart, painter)
        _add_frame(pages, chart, painter)
    pages.add_to(app)
    return painter


def _add_files(app: FastAPI, chart: Chart, painter: Painter) -> None:
    router = Router(dependencies=[Depends(check_query)])
    parameters: Any = chart.query()
    ending: Any = Annotated[
        str,
        from_path(
            "ending", "The form of the chart.", example="svg", choices=list(_BY_ENDING), longest=20
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
    @answers_with(ChartMetadata)
    async def get_chart(
        request: Request,
        ending: ending,
        now: Now,
        query: Annotated[parameters, from_query(parameters)],
    ) -> Response:
        if ending not in _BY_ENDING:
            listed = ", ".join(f".{name}" for name in _BY_ENDING)
            raise NotFound(f"{address} is not given as .{ending}: take {listed}")
        form = _BY_ENDING[ending]
        answer = ChartAnswer(request, chart, read(request, query, now), form, named=True)
        return await answer.given(painter, now)

    router.add_to(app)


def _add_page(router: APIRouter, chart: Chart, painter: Painter) -> None:
    parameters: Any = chart.query()

    @router.get(f"/charts/{chart.name}")
    async def get_chart_page(
        request: Request, now: Now, query: Annotated[parameters, from_query(parameters)]
    ) -> Response:
        form = chosen_format(request, (HTML, *FORMS))
        asked = read(request, query, now)
        return await ChartAnswer(request, chart, asked, form, named=False).given(painter, now)


def _add_frame(router: APIRouter, chart: Chart, painter: Painter) -> None:
    parameters: Any = chart.query()

    @router.get(f"/embed/charts/{chart.name}")
    async def get_framed_chart(
        request: Request, now: Now, query: Annotated[parameters, from_query(parameters)]
    ) -> Response:
        asked = read(request, query, now)
        return await ChartAnswer(request, chart, asked, EMBED, named=False).given(painter, now)


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
