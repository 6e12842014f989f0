"""Ledger → states: every row that answers are made of, computed entity by entity. Pure functions.

What an entity was on a day changes on known days only: when a claim becomes known, when a plan
falls due, when a relation begins or ends, when something it names is renamed, or when a recorded
dispute can first be told. Each of its rows is the period between two such days.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from app.fields import Shape, fields_of
from app.ledger.book import Book
from app.ledger.documents import (
    Document,
    entity_document,
    identifier_document,
    names_of,
    promise_document,
    relation_document,
    source_document,
    without_claims,
)
from app.ledger.history import History
from app.ledger.periods import Period, periods
from app.ledger.records import Claim, Source, content_id
from app.ledger.resolve import (
    Member,
    Resolution,
    first_said,
    is_reference,
    status_of,
)
from app.ledger.search import Findable, findable_claim, findable_record
from app.ledger.verdicts import Judgement, judge_known
from app.models import (
    STATE_TABLES,
    ClaimStanding,
    Identifier,
    Moment,
    Promise,
    Relation,
    SearchDocument,
    Standing,
)
from app.reading import changed_fields, moments_of, told
from app.text import fold, natural_order, to_json
from app.vocabulary import MILESTONE_OF, PROPERTIES, Kind, Nature, Property

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """An entity on a day; two are equal if what is served is."""

    document: Document
    resolution: Resolution | None = field(compare=False)

    def names(self, *others: str) -> list[str]:
        """Every name by which it may be looked for."""
        return names_of(self.resolution, others)


def rows_of(book: Book, ref: str) -> Iterator[tuple[type, Row]]:
    """Every derived row about one entity, as (table, row)."""
    history = book.history(ref)
    claims, resolutions = history.claims, history.resolutions
    if history.kind is Kind.SOURCES:
        yield from _source_rows(book, book.ledger.sources[ref.partition("/")[2]], resolutions)
    else:
        yield from _state_rows(book, ref, claims, resolutions)
        yield from _relation_rows(book, ref, resolutions)
    yield from _standing_rows(claims, resolutions)
    yield from _promise_rows(book, history)
    yield from _identifier_rows(book, history)
    for claim in claims:
        found = findable_claim(book.claim_document(claim))
        yield SearchDocument, _search_row(found, claim.known_from, None)


# --- States -------------------------------------------------------------------------------------


def _state_rows(
    book: Book, ref: str, claims: Sequence[Claim], resolutions: Mapping[dt.date, Resolution | None]
) -> Iterator[tuple[type, Row]]:
    def at(day: dt.date) -> _Snapshot | None:
        resolution = resolutions[day]
        if resolution is None:
            return None
        disputes = book.disputes_known(ref, day)
        document = entity_document(ref, resolution, disputes, day, book.names.on)
        return _Snapshot(document, resolution)

    states = periods(resolutions, at)
    yield from _period_rows(ref, claims, states)
    yield from _moment_rows(ref, states)
    yield from _search_rows(states)


def _source_rows(
    book: Book, source: Source, resolutions: Mapping[dt.date, Resolution | None]
) -> Iterator[tuple[type, Row]]:
    first = book.first_known(source.ref)
    named = [*source.authors, *filter(None, (source.publisher, source.via))]
    days = {first} | {day for ref in named for day in book.names.change_days(ref)}
    days |= {book.dispute_known_from(dispute) for dispute in book.disputes_of[source.ref]}

    def at(day: dt.date) -> _Snapshot:
        disputes = book.disputes_known(source.ref, day)
        return _Snapshot(source_document(source, disputes, day, book.names.on), None)

    known = periods((day for day in days if day >= first), at)
    yield from _period_rows(source.ref, (), known)
    yield from _search_rows(known)
    # Who wrote and published it stands in its own record; no claim is needed.
    related = [("author", author) for author in dict.fromkeys(source.authors)]
    related += [("publisher", source.publisher)] if source.publisher else []
    for pair in related:

        def called(day: dt.date, other: str = pair[1]) -> _Related:
            return _Related(None, book.names.on(source.ref, day), book.names.on(other, day))

        for period in periods((day for day in days if day >= first), called):
            yield Relation, _relation_row(source.ref, *pair, period)
    yield from _relation_rows(book, source.ref, resolutions, without=related)


def _period_rows(
    ref: str, claims: Sequence[Claim], states: Sequence[Period[_Snapshot]]
) -> Iterator[tuple[type, Row]]:
    kind, _, slug = ref.partition("/")
    before: Document | None = None
    for state in states:
        document = state.value.document
        said = [claim.id for claim in claims if claim.known_from == state.known_from]
        changes = {
            "changed": changed_fields(before, document),
            "because": "claims" if said or before is None else "calendar",
            "claims": said,
        }
        known = {"known_from": state.known_from, "known_to": state.known_to}
        row: Row = {
            "entity": ref,
            "slug": slug,
            **known,
            "name": document.get("name") or document["title"],
            "disputed": bool(document.get("disputed")),
            "digest": content_id(to_json(told(document))),
            "document": to_json(without_claims(document | known)),
            "changes": to_json(known | changes),
        }
        row["names"] = fold("\n".join(state.value.names(row["name"], slug)))
        yield STATE_TABLES[Kind(kind)], row | _columns(Kind(kind), document)
        before = document


def _columns(kind: Kind, document: Document) -> Row:
    """The columns that filters and sorting use, out of a document."""
    columns = {
        name: document[name]
        for name in STATE_TABLES[kind].model_fields
        if name in document and name not in _COMMON_COLUMNS
    }
    overdue = [
        document[f"{field.name}_is_overdue"]
        for field in fields_of(kind)
        if field.shape is Shape.MILESTONE
    ]
    if overdue:
        columns["is_overdue"] = any(overdue)
        columns |= _moved(document)
    return {name: _column_value(name, value) for name, value in columns.items()}


def _moved(document: Document) -> Row:
    """How far the plan that moved most has moved; no bound, where one of them has none.

    Nor has a date that was promised once and is not known any more: it may be never.
    """
    kind = Kind(document["ref"].partition("/")[0])
    names = [field.name for field in fields_of(kind) if field.shape is Shape.MILESTONE]
    promised = [name for name in names if document[f"{name}_first_edtf"] is not None]
    least = [document[f"{name}_slip_days_min"] for name in promised]
    most = [document[f"{name}_slip_days_max"] for name in promised]
    return {
        "slipped_min": max((days for days in least if days is not None), default=None),
        "slipped_max": None if None in most else max(most, default=None),
    }


_COMMON_COLUMNS = frozenset({"id", "name", "disputed", "known_from", "known_to"})


def _column_value(name: str, value: Any) -> Any:
    if name.endswith(("_earliest", "_latest")) and value:
        return dt.date.fromisoformat(value)
    if name in _TEXT_COLUMNS and value:
        return fold(value)
    return value


_TEXT_COLUMNS = frozenset(
    field.name for kind in Kind for field in fields_of(kind) if field.shape is Shape.TEXT
)


# --- Relations, standings, promises -------------------------------------------------------------


def _relation_rows(
    book: Book,
    ref: str,
    resolutions: Mapping[dt.date, Resolution | None],
    without: Iterable[tuple[str, str]] = (),
) -> Iterator[tuple[type, Row]]:
    related = {
        day: dict(_relations(resolution)) if resolution else {}
        for day, resolution in resolutions.items()
    }
    pairs = sorted({pair for relations in related.values() for pair in relations} - {*without})
    for name, target in pairs:

        def at(day: dt.date, pair: tuple[str, str] = (name, target)) -> _Related | None:
            member = related[day].get(pair)
            if member is None:
                return None
            return _Related(member, book.names.on(ref, day), book.names.on(pair[1], day))

        for period in periods(related, at):
            yield Relation, _relation_row(ref, name, target, period)


@dataclass(frozen=True, slots=True)
class _Related:
    """All of a relation that may change from day to day."""

    member: Member | None
    subject_name: str
    target_name: str


def _relation_row(ref: str, name: str, target: str, period: Period[_Related]) -> Row:
    now = period.value
    document = relation_document(
        (ref, now.subject_name), name, (target, now.target_name), now.member
    )
    known = {"known_from": period.known_from, "known_to": period.known_to}
    return {
        "subject": document["subject"],
        "property": document["relation"],
        "object": document["object"],
        "active": document["active"],
        **known,
        "claim_id": document["claim_id"],
        "document": to_json(document | known),
    }


def _relations(resolution: Resolution) -> Iterator[tuple[tuple[str, str], Member]]:
    for name, members in resolution.many.items():
        if is_reference(name):
            for member in members:
                yield (name, member.value), member
    for name, resolved in resolution.single.items():
        if is_reference(name) and resolved.value:
            member = Member(best=resolved.best, since=None, until=None, active=True)
            yield (name, resolved.value), member


def _identifier_rows(book: Book, history: History) -> Iterator[tuple[type, Row]]:
    """What others call an entity in their registers, with the periods in which nothing changed."""
    ref, claimed = history.ref, {claim.property for claim in history.claims}
    for prop in PROPERTIES.values():
        if not prop.scheme or prop.name not in claimed:
            continue

        def at(day: dt.date, prop: Property = prop) -> Document | None:
            resolution = history.resolutions[day]
            resolved = resolution.single.get(prop.name) if resolution else None
            if resolved is None or resolved.value is None:
                return None
            return identifier_document(ref, prop, resolved.best, book.names.on(ref, day))

        for period in periods(history.days, at):
            document = period.value
            known = {"known_from": period.known_from, "known_to": period.known_to}
            yield (
                Identifier,
                {
                    "scheme": prop.scheme,
                    "identifier": fold(document["identifier"]),
                    "subject": ref,
                    "kind": document["kind"],
                    **known,
                    "document": to_json(document | known),
                },
            )


def _moment_rows(ref: str, states: Sequence[Period[_Snapshot]]) -> Iterator[tuple[type, Row]]:
    """The dates of an entity, each with the periods in which nothing about it changed."""
    moments = {state.known_from: moments_of(state.value.document) for state in states}
    for name in sorted({name for found in moments.values() for name in found}):
        for period in periods(moments, lambda day, name=name: moments[day].get(name)):  # type: ignore[misc]
            document = period.value
            known = {"known_from": period.known_from, "known_to": period.known_to}
            yield (
                Moment,
                {
                    "subject": ref,
                    "kind": document["kind"],
                    "field": name,
                    "status": document["status"],
                    "earliest": _column_value("_earliest", document["date_earliest"]),
                    "latest": _column_value("_latest", document["date_latest"]),
                    "is_overdue": document["is_overdue"],
                    "disputed": document["disputed"],
                    "promised": document["first_edtf"] is not None,
                    "revisions": document["revisions"],
                    "slip_days_min": document["slip_days_min"],
                    "slip_days_max": document["slip_days_max"],
                    **known,
                    "document": to_json(document | known),
                },
            )


def _search_rows(states: Sequence[Period[_Snapshot]]) -> Iterator[tuple[type, Row]]:
    """An entity as it can be found, with the periods in which its words did not change."""
    found = {
        state.known_from: findable_record(
            state.value.document,
            state.value.names(state.value.document.get("name") or state.value.document["title"]),
        )
        for state in states
    }
    for period in periods(found, found.__getitem__):
        yield SearchDocument, _search_row(period.value, period.known_from, period.known_to)


def _search_row(findable: Findable, known_from: dt.date, known_to: dt.date | None) -> Row:
    known = {"known_from": known_from, "known_to": known_to}
    return {**findable.row(), **known, "words": findable.words()}


def _standing_rows(
    claims: Sequence[Claim], resolutions: Mapping[dt.date, Resolution | None]
) -> Iterator[tuple[type, Row]]:
    # Of each claim the days on which it came to fare otherwise: of many claims, few do on any day.
    turns: dict[str, dict[dt.date, Standing]] = {
        claim.id: {claim.known_from: Standing.OTHER} for claim in claims
    }
    before: dict[str, Standing] = {}
    for day, resolution in resolutions.items():
        now: dict[str, Standing] = {}
        if resolution:
            now |= dict.fromkeys((c.id for c in resolution.rival_claims()), Standing.RIVAL)
            now |= dict.fromkeys((c.id for c in resolution.best_claims()), Standing.BEST)
        for claim_id in {claim_id for claim_id, _ in now.items() ^ before.items()}:
            turns[claim_id][day] = now.get(claim_id, Standing.OTHER)
        before = now
    for claim in claims:
        for period in periods(turns[claim.id], turns[claim.id].__getitem__):
            yield (
                ClaimStanding,
                {
                    "claim_id": claim.id,
                    "standing": period.value.value,
                    "known_from": period.known_from,
                    "known_to": period.known_to,
                },
            )


def _promise_rows(book: Book, history: History) -> Iterator[tuple[type, Row]]:
    known = cache(history.known_with_same)
    status = cache(lambda day: status_of(history.kind, known(day)))
    for claim in history.claims:
        milestone = MILESTONE_OF.get(claim.property)
        is_plan = claim.nature is Nature.PLAN
        is_event = claim.nature is Nature.EVENT and milestone is not None
        if not claim.counts or not (is_plan or is_event):
            continue
        # Slips are told of plans, from the one that was known first.
        first = first_said(
            other
            for other in history.claims
            if is_plan and other.counts and other.property == claim.property and other.date
        )
        if claim is not first and not claim.is_dated():
            first = None  # nobody knows that it was said after

        def at(day: dt.date, plan: Claim = claim) -> Judgement:
            return judge_known(plan, known(day), status(day))

        judged: Sequence[Period[Judgement] | Period[None]] = (
            periods((day for day in history.days if day >= claim.known_from), at)
            if is_plan
            else [Period(claim.known_from, None, None)]
        )
        for period in judged:
            document = promise_document(claim, period.value, first, book.claim_document)
            yield (
                Promise,
                {
                    "claim_id": claim.id,
                    "subject": claim.subject,
                    "source_id": claim.source,
                    "milestone": milestone.field if milestone else None,
                    "nature": claim.nature.value,
                    "verdict": document["verdict"],
                    "said_latest": claim.known_from,
                    "due_earliest": claim.date.earliest if claim.date else None,
                    "due_latest": claim.date.latest if claim.date else None,
                    "slip_days_min": document["slip_days_min"],
                    "slip_days_max": document["slip_days_max"],
                    "position": natural_order(claim.locator),
                    "known_from": period.known_from,
                    "known_to": period.known_to,
                    "document": to_json(document),
                },
            )
