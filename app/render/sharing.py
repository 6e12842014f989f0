"""Which chart goes with a page: shown on it, embedded with it, shown where it is linked to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from app.vocabulary import Kind

Document = Mapping[str, Any]

# The size that previews of links have everywhere: 1200 by 630 pixels of the file.
PREVIEW_SIZE = (1200, 630)
_PREVIEW = {"width": "800", "height": "420"}
_LINES = {"slips": 8, "timeline": 10, "membership": 8, "network": 8, "scorecard": 9}  # that fit
_LOOKS = frozenset({"width", "height", "scale", "theme"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its parameters, and what it shows in words."""

    chart: str
    alt: str
    given: Mapping[str, str] = field(default_factory=dict)

    def on(self, day: str) -> "Picture":
        """The same as it was known on a day; as it is known today, where that is empty."""
        given = {name: value for name, value in self.given.items() if name != "as_of"}
        return replace(self, given={**given, "as_of": day} if day else given)

    def path(self, ending: str = "", **more: str) -> str:
        """Where it is: its page, or the chart in the form of an ending."""
        return _address(f"/charts/{self.chart}", ending, {**self.given, **more})

    def sized(self, width: int) -> "Picture":
        """The same so many pixels wide."""
        return replace(self, given={**self.given, "width": str(width)})

    def themed(self, theme: str) -> "Picture":
        """The same, light, dark, or as its reader's system is."""
        others = {name: value for name, value in self.given.items() if name != "theme"}
        return replace(self, given=others if theme == "auto" else {**others, "theme": theme})

    def preview(self, scale: float = 1.5) -> str:
        """The path of the picture that is shown where somebody links to the page."""
        kept = {name: value for name, value in self.given.items() if name not in _LOOKS}
        most = _LINES[self.chart]
        asked = int(kept.get("top", most))
        shown = {"top": str(min(asked, most)), **_PREVIEW, "scale": f"{scale:g}"}
        return _address(f"/charts/{self.chart}", "png", {**kept, **shown})


def _address(path: str, ending: str, given: Mapping[str, str]) -> str:
    """An address with its parameters in one order, so that it is kept once."""
    query = urlencode(sorted(given.items()), safe="/,:")
    return f"{path}{f'.{ending}' if ending else ''}{f'?{query}' if query else ''}"


# What stands for pages that have no chart of their own: what the home page opens with.
DEFAULT = Picture("scorecard", "What the report of March 2018 announced, and what became of it")


def charts_of_record(
    kind: Kind,
    record: Document,
    *,
    promises: Sequence[Document] = (),
    has_dates: bool = False,
    has_ties: bool = False,
) -> list[Picture]:
    """The charts of a record that have something to show, the best first.

    Args:
        kind: of the record.
        record: its document.
        promises: of a source, what it announced; of others, the dates promised for them.
        has_dates: of an agency, whether what it takes part in has dates.
        has_ties: of an agency, whether it shares something with others.
    """
    slug, ref = record["id"], record["ref"]
    name = record.get("name") or record.get("title") or slug
    if kind is Kind.SOURCES:
        alt = f"What “{name}” announced, and what became of it"
        return [Picture("scorecard", alt, {"source": slug})] if promises else []
    found = []
    if any(item["nature"] == "plan" and item["date_edtf"] for item in promises):
        alt = f"Which dates were promised when for {name}, and what became of them"
        found.append(Picture("slips", alt, {"subject": ref}))
    if _grew(record):
        found.append(Picture("membership", f"Who joined {name}, and when", {"subject": ref}))
    if has_dates:
        alt = f"What {name} takes part in: what happened, what is planned, what is overdue"
        found.append(Picture("timeline", alt, {"agency": slug, "top": "12"}))
    elif has_ties:
        found.append(Picture("network", f"With whom {name} works", {"agency": slug}))
    return found


_MEMBERS = ("parties", "leads", "partners")  # the relations that the chart counts


def _grew(record: Document) -> bool:
    """Whether members joined on different days: a line of one step tells nothing."""
    members = [link for name in _MEMBERS for link in record.get(name) or ()]
    return len({link["since_edtf"] for link in members if link["since_edtf"]}) > 1


_OF_LISTS: Mapping[Kind, Picture] = {
    Kind.MISSIONS: Picture(
        "timeline",
        "Missions to the Moon: what happened, what is planned, what is overdue",
        {"kind": "missions"},
    ),
    Kind.AGREEMENTS: Picture("membership", "Who joined which agreement, and when"),
    Kind.AGENCIES: Picture("network", "Who works with whom at the Moon"),
    Kind.PROJECTS: Picture(
        "timeline", "Projects: what happened, what is planned, what is overdue",
        {"kind": "projects"},
    ),
    Kind.SOURCES: DEFAULT,
}  # fmt: skip


def chart_of_list(kind: Kind) -> Picture | None:
    """The chart that shows what a list lists."""
    return _OF_LISTS.get(kind)
