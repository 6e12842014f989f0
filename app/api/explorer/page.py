"""A page of the explorer in the making: its addresses, its controls, what it shows."""

import datetime as dt
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request

from app.api.explorer.declared import declared, filters_of, words_of
from app.api.explorer.listed import EXPLORED, Explored
from app.api.explorer.wanted import NO_PLOT, OWN, WIDTH, Wanted
from app.api.formats import ATOM, CSV, ICS, JSON, NDJSON, XLSX
from app.errors import AppError, ParameterError
from app.queries.paging import DEFAULT_LIMIT
from app.render.charts.frame import Frame
from app.render.explore.columns import ViewColumn, chosen_view, part_columns, rows_of, view_columns
from app.render.explore.form import Option, compared, control_of, form_of, split
from app.render.explore.numbers import Dimension, Numbers
from app.render.explore.pages import (
    Address,
    Boxes,
    ExplorePage,
    Fault,
    Head,
    Listed,
    Picture,
    Shown,
    render_explored,
)
from app.render.explore.plot import frame_of, plot_height
from app.render.pages import Site
from app.render.words import day_label, plain
from app.schemas import LICENSE

_PHONE = 328  # pixels of pictures: what a phone of 360 has between its margins
_FORMS = {JSON: "JSON", CSV: "CSV", XLSX: "Excel", NDJSON: "NDJSON", ICS: "Calendar", ATOM: "Feed"}
_LIMITS = ("", "25", "50", "250", "1000")
_PLACE = ("cursor", "offset")  # where in the list one is
_PART = ("limit", *_PLACE)  # how much of it is asked for
# What a column is called where the list sorts by it under another name.
_SORTED_AS = {
    "title": "name", "source_id": "source", "is_overdue": "overdue", "slip_days": "slipped",
}  # fmt: skip


def _listed(explored: Explored) -> Listed:
    row_is = explored.route.offer.table.row_is
    return Listed(explored.name, explored.path, row_is, explored.group)


TABLES = [_listed(explored) for explored in EXPLORED.values()]


def query_of(given: Mapping[str, object]) -> str:
    """Parameters as a query string that people can read."""
    return urlencode(given, safe="/,:")


def _joined(path: str, given: Mapping[str, object]) -> str:
    return f"{path}?{query_of(given)}" if given else path


class Page:
    """A page of the explorer."""

    def __init__(self, request: Request, explored: Explored) -> None:
        self.explored = explored
        self.given = dict(request.query_params)
        self.root = request.scope.get("root_path", "")
        self.address = str(request.base_url).rstrip("/")
        self.parameters = declared(explored.model)
        self.filters = filters_of(explored.model)

    def must_be_asked(self) -> bool:
        """Whether nothing is given yet of what must be."""
        return not self.given and any(item.is_required for item in self.parameters.values())

    def rendered(
        self, site: Site, found: Wanted | None = None, error: AppError | None = None
    ) -> str:
        """The page.

        Args:
            site: what every page is told.
            found: what was asked for; nothing, where that is not known yet or wrong.
            error: what is wrong.
        """
        explored, given = self.explored, self.given
        errors = {item.parameter: item.detail for item in error.errors} if error else {}
        required = [item for item in self.parameters.values() if item.is_required]
        kept = [name for name in self.parameters if self._is_kept(name)]
        as_of = self.parameters["as_of"]
        page = ExplorePage(
            table=_listed(explored),
            tables=TABLES,
            what=explored.what,
            form=form_of(self.filters, given, errors, explored.first, kept),
            as_of=control_of(as_of, given.get("as_of", ""), errors.get("as_of", ""), "As known on"),
            sort=self._sorts(),
            limit=self._limits(),
            columns=self._boxes(),
            chosen="fields" in given,
            plots=self._plots(),
            usual_plot=explored.plot,
            set=[Address(text, self.at(**{name: None})) for name, text in self.narrowed().items()],
            begin=f"{self.root}/explore{explored.path}",
            api=f"{self.address}{self._data('', self._dated(found, self._for_api()))}",
            forms=self._forms(found),
            chart=self._chart(),
            faults=self._faults(error),
            asks="" if found or error else " ".join(item.description for item in required),
            shown=self._shown(found) if found else None,
        )
        return render_explored(page, site)

    # --- Addresses ------------------------------------------------------------------------------

    def at(self, **changes: str | None) -> str:
        """The same page with other parameters, from the beginning of its list."""
        given = {name: value for name, value in self.given.items() if name not in _PLACE}
        changed = {name: value for name, value in {**given, **changes}.items() if value is not None}
        return _joined(f"{self.root}/explore{self.explored.path}", changed)

    @property
    def data(self) -> str:
        """The path and query of the API, but for the day."""
        return self._data("", self._for_api("as_of"))

    def _for_api(self, *without: str) -> dict[str, str]:
        left_out = {*OWN, *without}
        return {name: value for name, value in self.given.items() if name not in left_out}

    def _data(self, ending: str, query: Mapping[str, str]) -> str:
        return _joined(f"/v1{self.explored.path}{ending}", query)

    def _dated(self, found: Wanted | None, query: dict[str, str]) -> dict[str, str]:
        """With the day, where a header has asked for it."""
        if found and found.asked.requested is not None and "as_of" not in query:
            return {**query, "as_of": str(found.asked.day)}
        return query

    def _forms(self, found: Wanted | None) -> list[Address]:
        offer = found.offer if found else self.explored.route.offer
        query = self._dated(found, self._for_api(*_PART))
        return [
            Address(label, f"{self.root}{self._data(f'.{form.ending}', query)}")
            for form, label in _FORMS.items()
            if form in offer.formats
        ]

    def _chart(self) -> str:
        """The address of the chart of its own, with the same filters."""
        if not self.explored.chart:
            return ""
        names = {"as_of", *(item.name for item in self.filters)}
        kept = {name: value for name, value in self.given.items() if name in names}
        return _joined(f"{self.root}/charts/{self.explored.chart}", kept)

    # --- Controls -------------------------------------------------------------------------------

    def _is_kept(self, name: str) -> bool:
        """Whether a parameter has no control here, and is handed on."""
        is_option = self.parameters[name].is_option and name != "fields"
        return is_option or name in ("claims", "group_by")

    def narrowed(self) -> dict[str, str]:
        """What the list is narrowed by, in words."""
        said = {
            item.name: f"{compared(item)} {control_of(item, self.given[item.name]).said}"
            for item in self.filters
            if item.name in self.given
        }
        if "as_of" in self.given:
            said["as_of"] = f"as known on {self.given['as_of']}"
        if "group_by" in self.given:
            said["group_by"] = f"counted by {plain(self.given['group_by'])}"
        return said

    def _sorts(self) -> list[Option]:
        keys = words_of(self.explored.model, "sort")
        if not keys or "group_by" in self.given:
            return []
        now = self.given.get("sort", "")
        usual = Option("", f"as usual ({_order(self.parameters['sort'].example)})", not now)
        values = [value for key in keys for value in (key, f"-{key}")]
        values += [now] if now and now not in values else []
        return [usual, *(Option(value, _order(value), value == now) for value in values)]

    def _limits(self) -> list[Option]:
        if "limit" not in self.parameters:
            return []
        now = self.given.get("limit", "")
        values = [*_LIMITS, *([now] if now not in _LIMITS else [])]
        return [Option(value, value or str(DEFAULT_LIMIT), value == now) for value in values]

    def _boxes(self) -> list[Boxes]:
        names = words_of(self.explored.model, "fields")
        if not names or "group_by" in self.given:
            return []
        table, fields = self.explored.route.offer.table, self.given.get("fields")
        named = set(split(fields or ""))
        chosen = {item.name for item in chosen_view(table, fields, self.explored.shown)}
        main = [_box(item, item.name in chosen, named) for item in view_columns(table)]
        known = {item.name for item in view_columns(table)}
        parts = [
            _box(item, item.name in chosen, named)
            for item in part_columns(table)
            if item.name not in known
        ]
        # A name that there is not stays in the form, so that it can be put right.
        strange = [Option(name, f"{name} (unknown)", True) for name in sorted(named - set(names))]
        boxes = [Boxes("Columns", [*main, *strange])]
        return [*boxes, Boxes("Parts of dates, codes", parts)] if parts else boxes

    def _plots(self) -> list[list[Option]]:
        explored = self.explored
        now = split(self.given.get("plot") or self.given.get("group_by") or explored.plot)
        first, second = [*now, "", ""][:2]
        known = [(name, Dimension(name).label) for name in explored.dimensions]
        strange = [(name, f"{name} (unknown)") for name in now if name not in explored.dimensions]
        listed = [*known, *(pair for pair in strange if pair[0] != NO_PLOT)]
        return [
            [Option(name, label, name == first) for name, label in (*listed, (NO_PLOT, "no plot"))],
            [
                Option(name, label, name == second)
                for name, label in (("", "nothing else"), *listed)
            ],
        ]

    def _faults(self, error: AppError | None) -> list[Fault]:
        if error is None:
            return []
        told = error.errors or (ParameterError("", error.detail),)
        return [
            Fault(item.parameter, item.detail, self.at(**{item.parameter: None})) for item in told
        ]

    # --- What is shown --------------------------------------------------------------------------

    def _shown(self, found: Wanted) -> Shown:
        asked, table = found.asked, found.offer.table
        limit = asked.page.limit or DEFAULT_LIMIT
        part = found.results.page(found.reader, asked.page._replace(limit=limit), asked.day)
        usual = [item.name for item in view_columns(table)] if asked.group_by else None
        columns = chosen_view(table, asked.fields, usual or self.explored.shown)
        numbers = found.numbers()
        return Shown(
            count=part.count,
            heads=[self._head(column) for column in columns],
            rows=rows_of(table, columns, [json.loads(text) for text in part.documents]),
            all_columns=len(table.columns),
            grouped=asked.group_by is not None,
            next=self.at(cursor=part.next_cursor) if part.next_cursor else None,
            previous=self.at(cursor=part.prev_cursor) if part.prev_cursor else None,
            numbers=numbers,
            wide=self._picture(numbers, found, WIDTH) if numbers else None,
            phone=self._picture(numbers, found, _PHONE) if numbers else None,
            counted_at=self._counted_at(found),
        )

    def _head(self, column: ViewColumn) -> Head:
        keys = words_of(self.explored.model, "sort")
        names = (column.name, _SORTED_AS.get(column.name))
        key = next((name for name in names if name in keys), None)
        if key is None or "group_by" in self.given:
            return Head(column)
        now = (self.given.get("sort") or self.parameters["sort"].example).partition(",")[0]
        if now == key:
            return Head(column, self.at(sort=f"-{key}"), "ascending")
        return Head(column, self.at(sort=key), "descending" if now == f"-{key}" else "")

    def _counted_at(self, found: Wanted) -> str:
        """Where the API gives the numbers of the plot."""
        if not found.plot or not self.explored.route.dimensions:
            return ""
        query = self._for_api(*_PART, "sort", "fields", "group_by")
        query = self._dated(found, {**query, "group_by": ",".join(found.plot)})
        return f"{self.address}{self._data('', query)}"

    def _picture(self, numbers: Numbers, found: Wanted, width: int) -> Picture:
        query: dict[str, object] = {**self._for_api(*_PART, "sort", "fields")}
        if found.asked.requested is not None:
            query["as_of"] = found.asked.day
        query |= {"plot": ",".join(found.plot), "width": width}
        src = _joined(f"{self.root}/explore{self.explored.path}.svg", query)
        height = plot_height(numbers, self.frame(width, found.asked.day, "0" * 12))
        return Picture(src, width, height)

    def frame(self, width: int, day: dt.date, release: str, *, dark: bool = False) -> Frame:
        """How the plot is drawn."""
        only = [text for name, text in self.narrowed().items() if name not in ("as_of", "group_by")]
        printed = (
            f"As known on {day_label(day)} · release {release} · Lunar Cooperation API, {LICENSE}"
        )
        return frame_of(width, "; ".join(only), printed, dark=dark, day=day)


def _order(keys: str) -> str:
    """Sort keys in words."""
    told = [
        f"{plain(key.removeprefix('-'))}{', descending' if key.startswith('-') else ''}"
        for key in keys.split(",")
    ]
    return ", then ".join(told)


def _box(column: ViewColumn, is_chosen: bool, named: set[str]) -> Option:
    """A column to tick; where only parts of it are named, those stay as they are."""
    parts = [part for part in column.parts if part in named] or column.parts
    return Option(",".join(parts), column.label, is_chosen)
