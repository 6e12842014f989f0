"""Pages of the explorer: what the templates show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.render.explore.columns import Row, ViewColumn
from app.render.explore.form import Control, Form, Option
from app.render.explore.numbers import Numbers
from app.render.pages import Site, render


@dataclass(frozen=True, slots=True)
class Listed:
    """A table of the explorer, and where it is."""

    name: str
    path: str
    row_is: str
    group: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where something leads, by its name."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the request: the parameter, the words of the API, the address without."""

    parameter: str
    detail: str
    without: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: by what its link sorts, and how it is sorted now."""

    column: ViewColumn
    href: str = ""
    sorted: str = ""  # ascending or descending


@dataclass(frozen=True, slots=True)
class Boxes:
    """Columns that can be chosen, under a heading."""

    label: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and its size."""

    src: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list answers, as a page shows it.

    Args:
        count: how many there are in all.
        heads: of the columns.
        rows: of this page.
        all_columns: how many columns the data have.
        grouped: whether it is counts of groups that the list itself answers.
        next: the address of the next page.
        previous: likewise.
        numbers: what is plotted; nothing, where it is hidden.
        wide: the plot on a desk.
        phone: the plot on a phone.
        counted_at: where the API gives the same numbers.
    """

    count: int
    heads: Sequence[Head]
    rows: Sequence[Row]
    all_columns: int
    grouped: bool
    next: str | None
    previous: str | None
    numbers: Numbers | None
    wide: Picture | None
    phone: Picture | None
    counted_at: str = ""


@dataclass(frozen=True, slots=True)
class ExplorePage:
    """A page of the explorer.

    Args:
        table: which it is of.
        tables: all that there are.
        what: what its rows are, in the plural.
        form: its filters.
        as_of: the control of the day.
        sort: the order, as options; none, where it cannot be chosen.
        limit: rows a page, likewise.
        group_by: the dimensions by which the list itself is counted, likewise.
        columns: what can be chosen of the columns.
        chosen: whether columns were chosen.
        plots: the two lists of dimensions to plot by.
        usual_plot: those that are plotted if nothing is said.
        set: what is set, each with the address without it.
        begin: the address without anything.
        api: the address of the API that gives what is shown.
        forms: the same in other forms.
        chart: the chart that shows the same.
        faults: what is wrong.
        asks: what must be given first, in words.
        shown: the answer; nothing, where there is none.
    """

    table: Listed
    tables: Sequence[Listed]
    what: str
    form: Form
    as_of: Control
    sort: Sequence[Option]
    limit: Sequence[Option]
    columns: Sequence[Boxes]
    chosen: bool
    plots: Sequence[Sequence[Option]]
    usual_plot: str
    set: Sequence[Address]
    begin: str
    api: str
    forms: Sequence[Address]
    chart: str = ""
    faults: Sequence[Fault] = ()
    asks: str = ""
    shown: Shown | None = None

    @property
    def controls(self) -> Mapping[str, Control]:
        """All controls by the parameters that they give."""
        groups = (*self.form.first, *self.form.more)
        found = {item.parameter.name: item for group in groups for item in group.controls}
        return {**found, "as_of": self.as_of}


def render_explorer(tables: Sequence[Listed], site: Site) -> str:
    """All tables that can be explored."""
    return render("explorer.html", site, tables=tables)


def render_explored(page: ExplorePage, site: Site) -> str:
    """One of them."""
    return render("explore.html", site, page=page)
