"""The tables of the explorer: each a list of the API, and what of it is shown first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.api.claims import CLAIM_LIST, DISPUTE_LIST
from app.api.dataset import COVERAGE_LIST, PROPERTY_LIST
from app.api.entities import COLLECTIONS, collection_list
from app.api.identifiers import IDENTIFIER_LIST
from app.api.lists import ListRoute
from app.api.views import VIEW_LISTS


@dataclass(frozen=True, slots=True)
class Explored:
    """A list in the explorer.

    Args:
        route: the list as the API has it.
        group: under which heading it stands.
        shown: the columns that are shown if none are chosen.
        first: the fields by which it is filtered most.
        plot: by what it is plotted if nothing is said; one dimension, or two with a comma.
        counted: what it can be plotted by, where its list has no dimensions of its own.
        title: where that of its table is another one's.
        chart: the name of a chart that takes the same filters.
        tallies: what the list counts itself: dimension → key of its meta.
        noun: what its rows are, in the plural, where the name of the table does not say it.
    """

    route: ListRoute
    group: str
    shown: tuple[str, ...]
    first: tuple[str, ...]
    plot: str
    counted: tuple[str, ...] = ()
    title: str = ""
    chart: str = ""
    tallies: Mapping[str, str] = field(default_factory=dict)
    noun: str = ""

    @property
    def path(self) -> str:
        """Its address below the API's and the explorer's."""
        return self.route.path

    @property
    def name(self) -> str:
        """What it is called."""
        return self.title or self.route.offer.table.title

    @property
    def what(self) -> str:
        """What its rows are, in the plural."""
        return self.noun or self.route.offer.table.name

    @property
    def model(self) -> Any:
        """Its parameters."""
        return self.route.parameters()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """By what it can be plotted."""
        return tuple(self.route.dimensions) or self.counted


_RECORDS, _SAID, _DATES = "Records", "What was said", "Dates"
_TOGETHER, _ABOUT = "Who with whom", "About the data"
_LISTS: Mapping[str, ListRoute] = {
    route.path: route
    for route in (
        *map(collection_list, COLLECTIONS), CLAIM_LIST, DISPUTE_LIST, *VIEW_LISTS, IDENTIFIER_LIST,
        PROPERTY_LIST, COVERAGE_LIST,
    )
}  # fmt: skip

_ALL = (
    Explored(
        _LISTS["/missions"], _RECORDS,
        shown=("name", "kind", "status", "country", "launch", "landing", "operators"),
        first=("q", "status", "kind", "agency", "participant_country", "launch", "overdue"),
        plot="launch_year,status",
    ),
    Explored(
        _LISTS["/agreements"], _RECORDS,
        shown=("name", "kind", "status", "signing", "entered_into_force", "signed_at"),
        first=("q", "kind", "status", "party", "country", "signing"),
        plot="signing_year,kind",
    ),
    Explored(
        _LISTS["/agencies"], _RECORDS,
        shown=("name", "kind", "country", "founded", "member_of"),
        first=("q", "kind", "country", "member_of", "founded"),
        plot="kind",
    ),
    Explored(
        _LISTS["/projects"], _RECORDS,
        shown=("name", "kind", "status", "leads", "first_element", "completion"),
        first=("q", "kind", "status", "agency", "country", "overdue"),
        plot="kind,status",
    ),
    Explored(
        _LISTS["/people"], _RECORDS,
        shown=("name", "native_name", "affiliations", "described_as"),
        first=("q", "affiliation", "country"),
        plot="affiliation",
    ),
    Explored(
        _LISTS["/sources"], _RECORDS,
        shown=("title", "kind", "publisher", "published", "language"),
        first=("q", "kind", "publisher", "language", "published"),
        plot="published_year,kind",
    ),
    Explored(
        _LISTS["/claims"], _SAID,
        shown=("subject", "property", "value_label", "nature", "said_by", "said", "source_id",
               "locator", "standing"),
        first=("subject", "property", "nature", "said_by", "source", "said", "standing"),
        plot="known_from_year,nature",
    ),
    Explored(
        _LISTS["/changes"], _SAID,
        shown=("subject", "known_from", "property", "before_label", "after_label", "said_by",
               "source_id"),
        first=("since", "subject", "property", "nature", "source", "known_from"),
        plot="known_from_year,nature",
    ),
    Explored(
        _LISTS["/differences"], _SAID,
        shown=("name", "kind", "op", "differences_texts"),
        first=("since", "kind"),
        plot="kind,op", counted=("kind", "op"), noun="records that differ",
    ),
    Explored(
        _LISTS["/disputes"], _SAID,
        shown=("about", "note", "known_from", "subjects"),
        first=("subject",),
        plot="known_from_year", counted=("known_from_year",),
    ),
    Explored(
        _LISTS["/timeline"], _DATES,
        shown=("subject", "what", "date", "status", "is_overdue", "first_label", "slip_days",
               "revisions"),
        first=("subject", "kind", "field", "status", "agency", "country", "date", "overdue"),
        plot="field,status", chart="timeline", noun="dates",
    ),
    Explored(
        _LISTS["/slips"], _DATES,
        shown=("subject", "milestone", "nature", "date", "said_by", "said", "verdict", "slip_days",
               "source"),
        first=("subject", "milestone", "verdict", "agency", "country", "date", "said"),
        plot="said_year,verdict", chart="slips", noun="dates that were given",
    ),
    Explored(
        _LISTS["/slips/summary"], _DATES,
        shown=("subject", "what", "first_label", "date", "status", "is_overdue", "slip_days",
               "revisions"),
        first=("subject", "kind", "field", "agency", "country", "overdue", "slipped"),
        plot="revisions,status", title="Slips, a row for each promise", noun="promises",
    ),
    Explored(
        _LISTS["/relations"], _TOGETHER,
        shown=("subject", "relation", "object", "role", "since", "until", "active"),
        first=("subject", "relation", "object", "active"),
        plot="relation",
    ),
    Explored(
        _LISTS["/network"], _TOGETHER,
        shown=("source", "target", "weight", "agreements", "missions", "projects"),
        first=("agency", "country", "via", "weight"),
        plot="weight", counted=("weight", "agreements", "missions", "projects"), chart="network",
        noun="ties",
    ),
    Explored(
        _LISTS["/network/nodes"], _TOGETHER,
        shown=("name", "kind", "country", "degree", "weight"),
        first=("agency", "country", "via", "weight"),
        plot="kind", counted=("kind", "country", "degree"), title="Nodes of the network",
    ),
    Explored(
        _LISTS["/identifiers"], _ABOUT,
        shown=("name", "kind", "scheme", "identifier"),
        first=("scheme", "kind", "subject"),
        plot="scheme,kind", counted=("scheme", "kind"),
    ),
    Explored(
        _LISTS["/properties"], _ABOUT,
        shown=("name", "definition", "value_type", "nature", "subjects", "many"),
        first=(), plot="value_type,nature", noun="words", counted=("value_type", "nature", "many"),
    ),
    Explored(
        _LISTS["/coverage"], _ABOUT,
        shown=("covers", "kind", "completeness", "known_until", "note"),
        first=(), plot="kind,completeness", counted=("kind", "completeness"),
        noun="fields of the data",
    ),
    Explored(
        _LISTS["/search"], _ABOUT,
        shown=("name", "kind", "highlights_texts"),
        first=("q", "kind"),
        plot="kind", counted=("kind",), tallies={"kind": "kinds"}, noun="found",
    ),
)  # fmt: skip

EXPLORED: Mapping[str, Explored] = {explored.path: explored for explored in _ALL}
