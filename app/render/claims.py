"""Claims and promises as pages show them: what was said, by whom, when, where to read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.render.words import day_label, in_days, moved, plain, titled
from app.vocabulary import VERDICT_MEANINGS, Verdict

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """A record by its name; `ref` leads to its page."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A claim, and all that is needed to check it."""

    id: str
    subject: Named
    property: str
    what: str  # the property, as people write it
    value: str
    value_ref: str | None
    original: str | None
    role: str | None
    since: str | None
    until: str | None
    said_by: Named
    said_on: str
    source: Named
    source_kind: str
    url: str | None
    archived_url: str | None
    locator: str
    is_plan: bool
    is_opinion: bool
    is_best: bool  # behind a value
    is_rival: bool  # against one
    rank: str | None  # only where it is not the usual one
    note: str | None


def quote(claim: Document) -> Quote:
    """A claim's document as a page shows it."""
    source = claim["source"]
    rank = claim["rank"]
    return Quote(
        id=claim["id"],
        subject=Named(claim["subject"], claim["subject_name"]),
        property=claim["property"],
        what=plain(claim["property"]),
        value=value_in_words(claim),
        value_ref=claim["value"] if claim["value_type"] == "reference" else None,
        original=_original(claim),
        role=claim["role"],
        since=claim["since_label"],
        until=claim["until_label"],
        said_by=Named(claim["said_by"], claim["said_by_name"]),
        said_on=claim["said_label"],
        source=Named(f"sources/{source['id']}", source["title"]),
        source_kind=plain(source["kind"]),
        url=web_address(source["url"]),
        archived_url=web_address(source["archived_url"]),
        locator=claim["locator"],
        is_plan=claim["nature"] == "plan",
        is_opinion=claim["nature"] == "assessment",
        is_best=claim.get("standing") == "best",
        is_rival=claim.get("standing") == "rival",
        rank=None if rank == "normal" else f"{rank}: {claim['rank_reason']}",
        note=claim["note"],
    )


def value_in_words(claim: Document) -> str:
    """What a claim says, where it says that something is not known or not there as well."""
    if claim["value"] is None:
        return {"unknown": "not known", "none": "none"}.get(claim["value_type"], "no date given")
    label = str(claim["value_label"])
    return plain(label) if claim["value_type"] == "enum" else label


def web_address(url: str | None) -> str | None:
    """An address that a page may link to; sources are not only on the web."""
    return url if url and url.startswith(("http://", "https://")) else None


def _original(claim: Document) -> str | None:
    """As the source put it, where that is not what stands there anyway."""
    original: str | None = claim["original_value"]
    return None if original == claim["value_label"] else original


# --- Promises ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A line of a scorecard or schedule."""

    subject: Named
    what: str
    value: str
    said_by: Named
    said_on: str
    locator: str
    verdict: str | None  # None: it is what happened
    verdict_word: str
    meaning: str
    outcome: Sequence[Quote]  # what became of it
    by_how_much: str
    days: str
    claim: Quote


def promise_rows(promises: Iterable[Document]) -> list[PromiseRow]:
    """The lines of a scorecard or schedule, out of the documents of its promises."""
    return [_promise_row(promise) for promise in promises]


def scorecard_rows(promises: Sequence[Document]) -> dict[str, list[PromiseRow]]:
    """The lines of a scorecard: first those of plans with a date, which can be held to it."""
    return {
        "dated": promise_rows(promise for promise in promises if promise["date_edtf"]),
        "undated": promise_rows(promise for promise in promises if not promise["date_edtf"]),
    }


def _promise_row(promise: Document) -> PromiseRow:
    claim = quote(promise["claim"])
    verdict = promise["verdict"]
    late = promise["late_days_min"], promise["late_days_max"]
    later = promise["superseded_by_days_min"], promise["superseded_by_days_max"]
    span = late if verdict in ("kept", "kept_late") else later
    return PromiseRow(
        subject=Named(promise["subject"], promise["subject_name"]),
        what=plain(promise["property"]),
        value="no date given" if promise["value"] is None else promise["value_label"],
        said_by=claim.said_by,
        said_on=promise["said_label"],
        locator=promise["claim"]["locator"],
        verdict=verdict,
        verdict_word=plain(verdict) if verdict else "happened",
        meaning=promise["verdict_meaning"] or "this is what happened",
        outcome=[quote(evidence) for evidence in promise["evidence"]],
        by_how_much=moved(*span),
        days=in_days(*span),
        claim=claim,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many promises got which verdict."""

    verdict: str
    word: str
    meaning: str
    count: int


def tallies(verdicts: Mapping[str, int]) -> list[Tally]:
    """The verdicts that were given, with how many of each."""
    return [
        Tally(verdict, plain(verdict), VERDICT_MEANINGS[Verdict(verdict)], count)
        for verdict, count in verdicts.items()
        if count
    ]


# --- Changes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What a claim changed when it became known."""

    day: str
    subject: Named
    what: str
    before: str | None
    after: str | None
    claim: Quote


def change_rows(changes: Iterable[Document]) -> list[ChangeRow]:
    """Changes as a page shows them."""
    return [
        ChangeRow(
            day=day_label(change["known_from"]),
            subject=Named(change["subject"], change["subject_name"]),
            what=titled(change["property"]),
            before=change["before_label"],
            after=change["after_label"] or value_in_words(change),
            claim=quote(change),
        )
        for change in changes
    ]
