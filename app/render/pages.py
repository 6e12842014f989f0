"""Pages for people, from templates. All of them are dressed by `page.html`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as percent_encoded

from markupsafe import Markup

from app.render.assets import asset_path
from app.render.claims import change_rows, scorecard_rows, tallies
from app.render.sharing import DEFAULT, PREVIEW_SIZE, Picture
from app.render.words import day_label
from app.vocabulary import Kind

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _templates() -> "Environment":
    # Who asks for data does not wait until pages can be made.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    made = Environment(
        loader=PackageLoader("app", "web/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.filters["headings"] = headings
    return made


def headings(html: str) -> list[tuple[str, Markup]]:
    """The sections of a part of a page: the id and the words of each heading."""
    found = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', html)
    return [(id_, Markup(words)) for id_, words in found]  # noqa: S704 - it was escaped before


KINDS = tuple(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a page leads."""

    path: str
    name: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What every page is told: where the service is, and of which release and day it speaks."""

    root: str  # the path below which the service is
    address: str  # the same with its host
    path: str  # of the page, with its parameters
    release: str = ""
    day: str = ""
    as_of: str = ""  # if the page is of a day in the past
    alternates: Sequence[Link] = ()
    canonical: str = ""
    picture: Picture = DEFAULT  # is shown where somebody links to the page
    embedded: str = ""  # the path of what can be embedded of it, with its parameters

    @property
    def preview(self) -> str:
        """The address of that picture."""
        return f"{self.address}{self.picture.preview()}"

    @property
    def preview_size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        return PREVIEW_SIZE

    @property
    def oembed(self) -> str:
        """Where programs read how the page is embedded."""
        return f"{self.address}/oembed?url={encoded(f'{self.address}{self.embedded}')}"

    @property
    def embedding(self) -> str:
        """Where people choose how the page is embedded."""
        return self.to(f"/embed?url={encoded(self.embedded)}")

    def to(self, path: str) -> str:
        """The address of something of this server."""
        return f"{self.root}{path}"

    def record(self, ref: str) -> str:
        """The address of a record's page, of the day that is shown."""
        path = f"{self.root}/{percent_encoded(ref)}"
        return f"{path}?as_of={self.as_of}" if self.as_of else path

    def data(self, path: str) -> str:
        """The address of data, of the day that is shown."""
        if not self.as_of:
            return self.to(path)
        return self.to(f"{path}{'&' if '?' in path else '?'}as_of={self.as_of}")

    @property
    def day_label(self) -> str:
        """The day of the page in words."""
        return day_label(self.day) if self.day else ""

    def asset(self, name: str) -> str:
        """The address of a style sheet or script."""
        return self.to(asset_path(name))


def encoded(address: str) -> str:
    """An address as a parameter of another."""
    return percent_encoded(address, safe="/:,")


def render(template: str, site: Site, **given: Any) -> str:
    """A page."""
    return _templates().get_template(template).render(site=site, kinds=KINDS, **given)


def render_home(
    site: Site,
    *,
    scorecard: Mapping[str, Any] | None,
    changes: Sequence[Mapping[str, Any]],
    dataset: Mapping[str, Any],
    steps: str,
    json_ld: Mapping[str, Any],
) -> str:
    """The home page: what this is, and what became of the report of March 2018."""
    return render(
        "home.html",
        site,
        **scorecard_rows(scorecard["promises"] if scorecard else []),
        tallies=tallies(scorecard["verdicts"] if scorecard else {}),
        promised=scorecard["count"] if scorecard else 0,
        changes=change_rows(changes),
        dataset=dataset,
        steps=steps,
        json_ld=json_ld,
    )


def render_problem(site: Site, *, title: str, status: int, meaning: str, type_: str) -> str:
    """The page that a problem's type leads to."""
    return render("problem.html", site, title=title, status=status, meaning=meaning, type=type_)


def render_failure(site: Site, problem: Mapping[str, Any], *, framed: bool = False) -> str:
    """The page that a browser gets in place of what it asked for; a slim one for frames."""
    return render("embed_failure.html" if framed else "failure.html", site, problem=problem)


@dataclass(frozen=True, slots=True)
class HitRow:
    """Something that was found."""

    address: str
    name: str
    kind: str
    highlights: Sequence[tuple[str, Markup]]


def render_search(
    site: Site, *, q: str, kind: str, found: Mapping[str, Any], next_page: str | None
) -> str:
    """What was found."""
    hits = [_hit(site, hit) for hit in found["hits"]]
    return render("search.html", site, q=q, kind=kind, hits=hits, found=found, next_page=next_page)


def _hit(site: Site, hit: Mapping[str, Any]) -> HitRow:
    is_claim = hit["kind"] == "claims"
    return HitRow(
        address=site.data(f"/v1/{hit['ref']}") if is_claim else site.record(hit["ref"]),
        name=hit["name"],
        kind=hit["kind"],
        # The search marks what it found, and has escaped the rest.
        highlights=[
            (item["field"].replace("_", " "), Markup(item["text"]))  # noqa: S704
            for item in hit["highlights"]
            if item["field"] != "name" or "<mark>" not in item["text"] or is_claim
        ],
    )
