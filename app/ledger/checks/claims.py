"""One claim: its property, its value, who says it, when."""

import re
from collections.abc import Callable, Iterator

from app.dates import FuzzyDate
from app.errors import did_you_mean
from app.ledger.checks.found import Findings, Record, check_date, check_reference
from app.ledger.records import Claim, Place, Source
from app.ledger.seedschema import (
    ClaimEntry,
    CoverageFile,
    DisputeFile,
    country_codes,
)
from app.vocabulary import (
    MILESTONE_OF,
    PROPERTIES,
    SEPARATOR,
    Kind,
    Nature,
    Property,
    Rank,
    ValueType,
)

SPEAKERS = (Kind.AGENCIES, Kind.PEOPLE, Kind.SOURCES)


def claims_of(
    record: Record, sources: dict[str, Source], found: Findings
) -> Iterator[tuple[Claim, Place]]:
    """The sound claims of a record, each with its place."""
    if isinstance(record.model, DisputeFile | CoverageFile):
        return
    for index, entry in enumerate(record.model.claims):
        before = len(found.problems)

        def place(key: str, index: int = index) -> Place:
            return record.place("claims", index, key)

        claim = _claim(record, entry, place, sources, found)
        if claim and len(found.problems) == before:
            yield claim, place("property")


def _claim(
    record: Record,
    entry: ClaimEntry,
    place: Callable[[str], Place],
    sources: dict[str, Source],
    found: Findings,
) -> Claim | None:
    prop = _property(entry, Kind(record.folder), place("property"), found)
    source = sources.get(entry.source)
    if source is None and f"{Kind.SOURCES}/{entry.source}" not in found.refs:
        known = [ref.partition("/")[2] for ref in found.refs if ref.startswith("sources/")]
        remedy = did_you_mean(entry.source, known) if known else "add the source first"
        found.add(place("source"), f"there is no source {entry.source!r}", remedy)
    said_by = _speaker(entry, source, place, found)
    said_on = _said_on(entry, source, place, found)
    _check_rank(entry, place, found)
    since = check_date(entry.since, place("since"), found)
    until = check_date(entry.until, place("until"), found)
    if prop is None:
        return None
    _check_relation_keys(entry, prop, since, until, place, found)
    nature = _nature(entry, prop, place, found)
    date = _check_value(entry, prop, Kind(record.folder), place, found)
    if source is None or said_by is None or said_on is None:
        return None
    return Claim(
        subject=record.ref,
        property=prop.name,
        value=entry.value,
        value_type=entry.value_type or prop.type.value,
        nature=nature,
        said_by=said_by,
        said_on=said_on,
        source=source.id,
        source_kind=source.kind,
        locator=entry.locator,
        date=date,
        original_value=entry.original_value,
        role=entry.role,
        since=since,
        until=until,
        rank=entry.rank,
        rank_reason=entry.rank_reason,
        note=entry.note,
    )


def _property(entry: ClaimEntry, kind: Kind, place: Place, found: Findings) -> Property | None:
    prop = PROPERTIES.get(entry.property)
    if prop is None:
        fitting = [known.name for known in PROPERTIES.values() if kind in known.subjects]
        remedy = did_you_mean(entry.property, fitting)
        found.add(place, f"unknown property {entry.property!r}", remedy)
    elif kind not in prop.subjects:
        remedy = f"it fits {', '.join(prop.subjects)}"
        found.add(place, f"property {prop.name!r} does not fit {kind.value}", remedy)
        return None
    return prop


def _nature(
    entry: ClaimEntry, prop: Property, place: Callable[[str], Place], found: Findings
) -> Nature:
    if prop.nature is Nature.ASSESSMENT and entry.nature not in (None, Nature.ASSESSMENT):
        what = f"{prop.name!r} is a judgement, not of nature {entry.nature}"
        found.add(place("nature"), what, "leave nature out, or choose another property")
    dated = prop.nature is Nature.EVENT and prop.type is ValueType.DATE
    if dated and entry.nature is Nature.PLAN:
        milestone = MILESTONE_OF.get(prop.name)
        what = f"{prop.name!r} is what happened, not of nature plan"
        found.add(
            place("nature"), what, f"use {milestone.planned if milestone else 'another property'}"
        )
    return entry.nature or prop.nature


def _speaker(
    entry: ClaimEntry, source: Source | None, place: Callable[[str], Place], found: Findings
) -> str | None:
    if entry.said_by:
        check_reference(entry.said_by, SPEAKERS, place("said_by"), found)
        return entry.said_by
    if source and len(source.authors) > 1 and not source.speaker:
        remedy = f"add said_by:, if nobody signed it {source.ref}"
        found.add(place("source"), "nobody says it: the source has several authors", remedy)
    return source.speaker if source else None


def _said_on(
    entry: ClaimEntry, source: Source | None, place: Callable[[str], Place], found: Findings
) -> FuzzyDate | None:
    if entry.said_on is None:
        return source.dated if source else None
    said_on = check_date(entry.said_on, place("said_on"), found)
    if said_on and said_on.latest is None:
        remedy = "a claim counts from the last day on which it may have been made: give one"
        found.add(place("said_on"), f"{said_on.edtf!r} has no end", remedy)
        return None
    return said_on


def _check_rank(entry: ClaimEntry, place: Callable[[str], Place], found: Findings) -> None:
    if entry.rank is not Rank.NORMAL and not entry.rank_reason:
        found.add(place("rank"), f"rank {entry.rank} without a reason", "add rank_reason:")
    if entry.rank is Rank.NORMAL and entry.rank_reason:
        remedy = "add rank: preferred or deprecated, or make it a note"
        found.add(place("rank_reason"), "a rank_reason without a rank", remedy)


def _check_relation_keys(
    entry: ClaimEntry,
    prop: Property,
    since: FuzzyDate | None,
    until: FuzzyDate | None,
    place: Callable[[str], Place],
    found: Findings,
) -> None:
    for key in ("since", "until", "role"):
        if getattr(entry, key) and prop.type is not ValueType.REFERENCE:
            what = f"{key!r} with {prop.name!r}, which is no relation"
            found.add(place(key), what, "leave it out")
    if since and until and since.earliest and until.latest and since.earliest > until.latest:
        found.add(place("until"), "ends before it begins", "swap since and until")


def _check_value(
    entry: ClaimEntry, prop: Property, kind: Kind, place: Callable[[str], Place], found: Findings
) -> FuzzyDate | None:
    """Check a value against its property's type; a date is returned parsed."""
    if (entry.value is None) == (entry.value_type is None):
        what = "both value and value_type" if entry.value else "no value"
        found.add(place("value"), what, "write one: value:, or value_type: unknown or none")
        return None
    if entry.value is None:
        return None
    where = place("value")
    match prop.type:
        case ValueType.DATE:
            return check_date(entry.value, where, found)
        case ValueType.REFERENCE:
            check_reference(entry.value, prop.refers_to, where, found)
        case ValueType.TEXT if (prop.many or prop.name == "name") and SEPARATOR in entry.value:
            remedy = f"write it without {SEPARATOR}, which separates values in tables"
            found.add(where, f"{entry.value!r} has a {SEPARATOR}", remedy)
        case ValueType.ENUM if entry.value not in prop.choices[kind]:
            remedy = did_you_mean(entry.value, prop.choices[kind])
            found.add(where, f"{entry.value!r} is no {prop.name} of {kind.value}", remedy)
        case ValueType.COUNTRY if entry.value not in country_codes():
            remedy = "write the two capital letters of ISO 3166-1, in quotes"
            found.add(where, f"{entry.value!r} is no country", remedy)
        case ValueType.INTEGER if not re.fullmatch(r"\d+", entry.value, re.ASCII):
            found.add(where, f"{entry.value!r} is no whole number", 'write digits: "42"')
        case ValueType.NUMBER if not _is_number(entry.value):
            found.add(where, f"{entry.value!r} is no number", 'write digits: "42" or "0.5"')
    return None


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) is not None
