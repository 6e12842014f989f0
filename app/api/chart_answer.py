"""A chart as an answer: in the form that was asked for, kept as long as it holds."""

import datetime as dt
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import URL
from starlette_compress import add_compress_type

from app.api.asked import Asked
from app.api.caching import (
    canonical,
    is_held,
    not_modified,
    with_ending,
)
from app.api.chart_list import Chart
from app.api.drawing import PUBLISHER, Drawing
from app.api.embeddable import chart_embed, chart_picture
from app.api.encoding import send_plain
from app.api.formats import CSV, Format
from app.api.html import FRAMED, content_policy, oembed_links, site_of
from app.api.links import (
    Address,
    form_links,
    readable,
    relative,
    service_links,
    version_links,
)
from app.api.painting import Painter
from app.api.validators import validators
from app.db import Database
from app.queries.charts.drawn import Drawn, sources_behind
from app.queries.dataset import get_release
from app.render.chart_pages import ChartField, ChartLink, ChartPage, render_chart
from app.render.charts.frame import linked
from app.render.charts.picture import Follows, finished
from app.render.embeds import PHONE_WIDTH, render_chart_embed
from app.render.pages import Site
from app.render.tables import delimited
from app.schemas import LICENSE, LICENSE_URL
from app.text import to_json

HTML = Format("html", "text/html", "; charset=utf-8")
EMBED = Format("embed", "text/html", "; charset=utf-8")  # a page that others frame
SVG = Format("svg", "image/svg+xml")
PNG = Format("png", "image/png")
VEGA_LITE = Format("vl.json", "application/vnd.vegalite.v6+json")
METADATA = Format("metadata.json", "application/json")
FORMS = (SVG, PNG, VEGA_LITE, CSV, METADATA)

for _form in (SVG, VEGA_LITE):
    add_compress_type(_form.media_type)

_STYLES = "'self' 'unsafe-inline'"
_NARROWEST = 480  # pixels, of the picture that wide screens get
_PHONE = 288  # pixels, of the one for phones: what the narrowest have between their margins
_DAYS = {"2018-03-03": "March 2018", "2020": "2020", "2022": "2022", "2024": "2024"}
_FILES = {
    SVG: "SVG", PNG: "PNG", VEGA_LITE: "Vega-Lite", CSV: "CSV", METADATA: "About, as JSON",
}  # fmt: skip


class ChartAnswer:
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
        root = request.scope.get("root_path", "")
        self.here = here.replace(path=path.replace(f"{root}/embed/", f"{root}/", 1))
        self.release = ""
        self.drawing = Drawing(chart, asked, Drawn([], frozenset(), "", 0, 0), "")
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
            drawn = self.chart.draw(reader, self.chart.wanted(self.asked))
            is_framed = self.form is EMBED
            self.drawing = Drawing(self.chart, self.asked, drawn, self.release, is_framed)
            if self.form in (HTML, METADATA):
                self.sources = sources_behind(reader, drawn.claims, self.asked.day)
        body = await self._body(painter, now)
        return Response(body, media_type=self.form.content_type, headers=headers)

    def _headers(self, now: dt.datetime) -> dict[str, str]:
        asked, is_page = self.asked, self.form in (HTML, EMBED)
        own = with_ending(self.here, self.form.ending) if self.named else self.here
        links = [
            *service_links(self.request),
            *form_links(self.here, self.form, FORMS),
            *version_links(self.here, Address.of(own).changed("as_of"), {}),
            *(oembed_links(self._site(now)) if is_page else []),
        ]
        made_of = [self.release, own, self.form.ending]
        if self.form is HTML:  # on which one goes through the days, up to today
            made_of.append(now.date())
        vary = "Accept-Datetime" + ("" if self.named or self.form is EMBED else ", Accept")
        headers = validators(asked, now, *made_of, vary=vary)
        headers["Link"] = ", ".join(links)
        if not (self.named or is_page):
            headers["Content-Location"] = relative(with_ending(self.here, self.form.ending))
        if is_page:
            # The picture stands in the page, with styles of its own.
            more = FRAMED if self.form is EMBED else {}
            headers["Content-Security-Policy"] = content_policy(style_src=_STYLES, **more)
        else:
            name = f"{self.chart.name}-{asked.day}.{self.form.ending}"
            headers["Content-Disposition"] = f'inline; filename="{name}"'
        return headers

    async def _body(self, painter: Painter, now: dt.datetime) -> bytes | str:
        chart, drawing = self.chart, self.drawing
        if self.form in (HTML, EMBED):
            page = self._page if self.form is HTML else self._framed
            return await page(painter, now)
        if self.form is SVG:
            return await self._svg(painter, drawing.width, chart.name)
        if self.form is PNG:
            key, spec = self._key("png", drawing.width, self._scale), drawing.inline(drawing.width)
            return await painter.paint(key, spec, "png", self._scale)
        if self.form is VEGA_LITE:
            data = linked(chart.table, str(self._pinned(CSV)))
            return to_json(drawing.spec(drawing.width, data))
        if self.form is CSV:
            return b"".join(delimited(chart.table, [[to_json(row) for row in drawing.drawn.rows]]))
        return to_json(self.metadata())

    # --- The picture ------------------------------------------------------------------------------

    def _picture_kept(self, painter: Painter) -> bytes | None:
        """The picture, if it was drawn before: then nothing need be read for it."""
        if self.form is SVG:
            return painter.kept(self._key("svg", self.drawing.width, self.chart.name))
        if self.form is PNG:
            return painter.kept(self._key("png", self.drawing.width, self._scale))
        return None

    @property
    def _scale(self) -> float:
        scale: float = self.drawing.given("scale", 2.0)
        return scale

    def _key(self, *more: object) -> tuple[object, ...]:
        """What tells a picture from others: all that goes into it."""
        given = tuple(sorted((name, str(value)) for name, value in self.asked.given.items()))
        framed = self.form is EMBED
        return (self.release, self.chart.name, self.asked.day, given, framed, *more)

    async def _svg(self, painter: Painter, width: int, name: str) -> bytes:
        drawing = self.drawing
        follows = Follows.READER if drawing.given("theme", "auto") == "auto" else Follows.NOBODY
        if drawing.is_framed:
            follows = Follows.PAGE

        def finish(drawn: bytes) -> bytes:
            return finished(
                drawn.decode(),
                name=name,
                title=drawing.title,
                description=f"{drawing.told(self.chart.description)} {drawing.summary}",
                follows=follows,
            ).encode()

        return await painter.paint(
            self._key("svg", width, name), drawing.inline(width), "svg", finish=finish
        )

    # --- What it says of itself -------------------------------------------------------------------

    def _pinned(self, form: Format | None = None) -> URL:
        """The address that gives the same on any later day: it names the day."""
        here = self.here.include_query_params(as_of=self.asked.day)
        return with_ending(here, form.ending) if form else here

    def _data(self) -> str:
        """The list of the API from which the chart is drawn, on the same day."""
        base = str(self.request.base_url).rstrip("/")
        data = self.drawing.drawn.data
        joint = "&" if "?" in data else "?"
        return f"{base}{data}{joint}as_of={self.asked.day}"

    def metadata(self) -> dict[str, Any]:
        """The chart in words: see `ChartMetadata`."""
        chart, asked, drawing = self.chart, self.asked, self.drawing
        text = f"{PUBLISHER}, {drawing.title}, release {self.release}, as known on {asked.day}."
        return {
            "meta": {
                "as_of": {"requested": asked.requested, "resolved": str(asked.day)},
                "release": self.release,
                "license": LICENSE,
                "license_url": LICENSE_URL,
                "citation": {"text": f"{text} {LICENSE}.", "url": readable(self._pinned())},
            },
            "name": chart.name,
            "title": drawing.title,
            "description": drawing.told(chart.description),
            "summary": drawing.summary,
            "rows": len(drawing.drawn.rows),
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
            "forms": {form.ending: readable(with_ending(self.here, form.ending)) for form in FORMS},
            "parameters": asked.given,
        }

    # --- The page ---------------------------------------------------------------------------------

    async def _page(self, painter: Painter, now: dt.datetime) -> str:
        chart, given = self.chart, dict(self.request.query_params)
        wide = await self._svg(painter, max(self.drawing.width, _NARROWEST), chart.name)
        phone = await self._svg(painter, _PHONE, f"{chart.name}-phone")
        offered = ("as_of", *chart.fields, "theme", "lang")
        return render_chart(
            ChartPage(
                about=self.metadata(),
                theme=self.drawing.given("theme", "auto"),
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
                rows=self.drawing.drawn.rows,
            ),
            self._site(now),
        )

    def _site(self, now: dt.datetime) -> Site:
        """What the page is told of the service, and how it is shared."""
        root = self.request.scope.get("root_path", "")
        picture = chart_picture(self.drawing)
        own = relative(self.here).removeprefix(root)
        return site_of(
            self.request, self.release, self.asked, now.date(), (), picture, embedded=own
        )

    async def _framed(self, painter: Painter, now: dt.datetime) -> str:
        """The page that is framed: the picture, for wide frames and for narrow ones."""
        drawing, name = self.drawing, self.chart.name
        embed = chart_embed(drawing)
        wide = await self._svg(painter, embed.width, name)
        phone = await self._svg(painter, PHONE_WIDTH, f"{name}-phone")
        return render_chart_embed(
            embed, drawing.given("theme", "auto"), wide.decode(), phone.decode(), self._site(now)
        )
