"""Pages for people, from templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

TEMPLATES = Environment(
    loader=PackageLoader("app", "web/templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A line of a scorecard."""

    subject: str
    subject_name: str
    what: str
    value: str
    said_by: str
    locator: str
    verdict: str
    explanation: str
    claim_id: str


def promise_rows(promises: Sequence[Mapping[str, Any]]) -> list[PromiseRow]:
    """The lines of a scorecard, out of the documents of its promises."""
    return [
        PromiseRow(
            subject=promise["subject"],
            subject_name=promise["subject_name"],
            what=promise["property"].replace("_", " "),
            value="no date given" if promise["value"] is None else promise["value_label"],
            said_by=promise["said_by_name"],
            locator=promise["claim"]["locator"],
            verdict=promise["verdict"].replace("_", " "),
            explanation=promise["verdict_meaning"],
            claim_id=promise["claim_id"],
        )
        for promise in promises
    ]


def render_home(
    *, promises: Sequence[Mapping[str, Any]], dataset: Mapping[str, Any], day: str
) -> str:
    """The home page: what this is, and what became of the report of March 2018."""
    dated = [promise for promise in promises if promise["date_edtf"]]
    undated = [promise for promise in promises if not promise["date_edtf"]]
    return TEMPLATES.get_template("home.html").render(
        dated=promise_rows(dated), undated=promise_rows(undated), dataset=dataset, day=day
    )


def render_problem(*, title: str, status: int, meaning: str, type_: str) -> str:
    """The page that a problem's type leads to."""
    return TEMPLATES.get_template("problem.html").render(
        title=title, status=status, meaning=meaning, type=type_
    )
