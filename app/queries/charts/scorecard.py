"""A source's promises and what became of them, as a chart shows them."""

from urllib.parse import urlencode

from app.db import Reader
from app.errors import InvalidParameter, NotFound, ParameterError
from app.queries.charts.drawn import (
    Document,
    Drawn,
    Row,
    Wanted,
    documents_of,
    names_of,
    records_of,
)
from app.queries.entities import check_references
from app.queries.filters import slip_filters
from app.queries.promises import ARTICLE, list_scorecard
from app.vocabulary import MILESTONE_OF, Kind

_SOURCE = slip_filters()["source"]  # only to look the id up


def draw_scorecard(reader: Reader, wanted: Wanted) -> Drawn:
    """What a source promised: first what has a date, by that date, then all the rest."""
    given = dict(wanted.given)
    slug = given.pop("source", ARTICLE)
    if "source" in wanted.given:
        check_references(reader, {"source": _SOURCE}, wanted.given)
    ref = f"{Kind.SOURCES.value}/{slug}"
    try:
        listing = list_scorecard(reader, slug, given, wanted.day)
    except NotFound:
        if slug == ARTICLE:  # other facts than the shipped ones
            return Drawn([], frozenset(), "/v1/sources", 0, 0)
        detail = f"source {slug!r} is not one source: give one, by its id"
        raise InvalidParameter(detail, [ParameterError("source", detail)]) from None
    promises = list(documents_of(reader, listing))
    ordered = sorted(promises, key=lambda item: (not item["date_edtf"], item["date_latest"] or ""))
    chosen = ordered[: wanted.top]
    names = names_of(reader, {item["subject"]: item["subject_name"] for item in chosen}, wanted)
    rows = [_row(place, item, names[item["subject"]]) for place, item in enumerate(chosen, 1)]
    evidence = {claim["id"] for promise in chosen for claim in promise["evidence"]}
    source = records_of(reader, [ref], wanted.day).get(ref, {})
    return Drawn(
        rows=rows,
        claims=frozenset(row["claim_id"] for row in rows) | evidence,
        data=f"/v1/sources/{slug}/scorecard?{urlencode(given)}".rstrip("?"),
        shown=len(rows),
        count=len(promises),
        of=source.get("title") or slug,
    )


def _row(place: int, promise: Document, name: str) -> Row:
    same = (
        "subject", "subject_name", "property", "value_label", "said_by", "said_by_name",
        "said_label", "date_edtf", "date_earliest", "date_latest", "verdict", "claim_id",
    )  # fmt: skip
    outcome = _outcome(promise)
    return {
        "place": place,
        "label": f"{name}: {_what(promise)}",
        **{key: promise[key] for key in same},
        "outcome_label": outcome.get("value_label"),
        "outcome_earliest": outcome.get("value_earliest"),
        "outcome_latest": outcome.get("value_latest"),
        "locator": promise["claim"]["locator"],
    }


def _what(promise: Document) -> str:
    """What was promised, in words."""
    if promise["milestone"]:
        value = promise["value_label"] if promise["date_edtf"] else "no date given"
        return f"{promise['milestone'].replace('_', ' ')} {value}"
    return f"{promise['property'].replace('_', ' ')} {promise['value_label']}"


def _outcome(promise: Document) -> Document:
    """The date that took the place of the one that was promised: a later plan, or the event."""
    milestone = MILESTONE_OF.get(promise["property"])
    if milestone is None:
        return {}
    for claim in promise["evidence"]:
        if claim["property"] in (milestone.planned, milestone.actual):
            return dict(claim)
    return {}
