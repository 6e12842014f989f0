"""Pages of charts: the picture, what it shows, and the ways to have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.render.pages import Site, render
from app.schemas.tables import Table

CHOICES: Mapping[str, Sequence[str]] = {
    "theme": ("auto", "light", "dark"),
    "lang": ("en", "native"),
}


@dataclass(frozen=True, slots=True)
class ChartField:
    """A field of the form: a parameter, what it is now, and what one might write."""

    name: str
    value: str
    example: str

    @property
    def choices(self) -> Sequence[str]:
        """Its values, where there are few."""
        return CHOICES.get(self.name, ())


@dataclass(frozen=True, slots=True)
class ChartLink:
    """A word and where it leads."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class ChartPage:
    """What the page of a chart is made of.

    Args:
        about: what its metadata say.
        theme: light, dark or auto.
        wide: the SVG for wide screens.
        phone: the SVG for narrow ones.
        root: the path below which the service is.
        fields: of the form.
        kept: parameters that the form does not show, and hands on.
        days: the chart on other days.
        today: the chart as of today.
        now: which day that is.
        files: the chart in other forms.
        table: what its columns are.
        rows: its data.
    """

    about: Mapping[str, Any]
    theme: str
    wide: str
    phone: str
    root: str
    fields: Sequence[ChartField]
    kept: Mapping[str, str]
    days: Sequence[ChartLink]
    today: str
    now: str
    files: Sequence[ChartLink]
    table: Table
    rows: Sequence[Mapping[str, Any]]


def render_chart(page: ChartPage, site: Site) -> str:
    """The page of a chart."""
    return render("chart.html", site, page=page, about=page.about)


def render_charts(listed: Sequence[tuple[str, str, str]], site: Site) -> str:
    """All charts: name, title, description."""
    return render("charts.html", site, charts=listed, root=site.root)
