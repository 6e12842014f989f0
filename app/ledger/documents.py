"""Values → the JSON that the API serves, prepared once when the data is loaded. Pure functions."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pycountry

from app.dates import FuzzyDate, Span, difference
from app.fields import Field, Shape, date_keys, fields_of
from app.ledger.records import Claim, Coverage, Dispute, Source
from app.ledger.resolve import Member, Resolution, Resolved, Schedule, is_reference
from app.ledger.verdicts import Judgement
from app.vocabulary import (
    COMPLETENESS_MEANINGS,
    MILESTONE_OF,
    PROPERTIES,
    VERDICT_MEANINGS,
    Kind,
    Nature,
    Property,
    SourceKind,
    ValueType,
)

Document = dict[str, Any]
Label = Callable[[str, dt.date], str]  # the name of an entity on a day


def date_document(prefix: str, date: FuzzyDate | None) -> Document:
    """A date under its siblings; see `app.fields.date_keys`."""
    keys = _date_keys(prefix)
    if date is None:
        return dict.fromkeys(keys)
    parts = (
        date.edtf, _iso(date.earliest), _iso(date.latest), date.precision.value, date.label,
        date.approximate, date.uncertain,
    )  # fmt: skip
    return dict(zip(keys, parts, strict=True))


@cache
def _date_keys(prefix: str) -> tuple[str, ...]:
    return tuple(key.name for key in date_keys(prefix, ""))


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def country_document(name: str, code: str | None) -> Document:
    """A country under its two codes and its name (ISO 3166-1)."""
    alpha3, title = _country(code) if code else (None, None)
    return {name: code, f"{name}_alpha3": alpha3, f"{name}_name": title}


@cache
def _country(code: str) -> tuple[str, str]:
    country = pycountry.countries.lookup(code)
    return country.alpha_3, getattr(country, "common_name", country.name)


# --- Entities -----------------------------------------------------------------------------------


def entity_document(
    ref: str,
    resolution: Resolution,
    disputes: Sequence[Dispute],
    day: dt.date,
    label: Label,
) -> Document:
    """A mission, agreement, agency, project or person as it was known on a day."""
    kind, _, slug = ref.partition("/")
    document: Document = {"id": slug, "ref": ref}
    for field in fields_of(Kind(kind)):
        document |= _field_document(field, resolution, day, label)
    document["name"] = label(ref, day)
    document["disputed"] = sorted(_disputed(resolution))
    document["unknown"] = list(resolution.unknown)
    document["none"] = list(resolution.none)
    document["disputes"] = [dispute_link(dispute) for dispute in disputes]
    return document


def _disputed(resolution: Resolution) -> Iterator[str]:
    """The fields whose served value somebody contradicts; not by a plan what has happened."""
    for name, value in resolution.single.items():
        field = PROPERTIES[name].served_field
        schedule = resolution.schedules.get(field)
        over = schedule is not None and schedule.happened and name == MILESTONE_OF[name].planned
        if value.rivals and not over:
            yield field


def without_claims(document: Document) -> Document:
    """A record as it is stored, and as most ask for it; claims are put in where they are wanted."""
    return document | {"claims": []}


def blank_document(ref: str, first_known: dt.date) -> Document:
    """A record before anything was known of it: every key, and nothing in it."""
    kind, _, slug = ref.partition("/")
    known = {"known_from": None, "known_to": first_known}
    return _empty_document(Kind(kind)) | {"id": slug, "ref": ref} | known


@cache
def _empty_document(kind: Kind) -> Document:
    day = dt.date.min
    if kind is Kind.SOURCES:
        source = Source(id="", title="", kind=SourceKind.COMMENTARY, language="")
        document = source_document(source, (), day, lambda *_: "")
    else:
        nothing = Resolution(single={}, many={}, schedules={}, unknown=(), none=())
        document = entity_document(f"{kind}/", nothing, (), day, lambda *_: "")
    return {key: [] if isinstance(value, list) else None for key, value in document.items()}


def dispute_link(dispute: Dispute) -> Document:
    """A dispute as it stands inside other documents."""
    return {"id": dispute.id, "about": dispute.about, "note": dispute.note}


def _field_document(field: Field, resolution: Resolution, day: dt.date, label: Label) -> Document:
    name = field.name
    if field.shape is Shape.MILESTONE:
        return _milestone_document(name, resolution.schedules.get(name))
    if field.shape in (Shape.TEXTS, Shape.LINKS):
        members = resolution.many.get(field.properties[0], ())
        if field.shape is Shape.TEXTS:
            return {name: [member.value for member in members]}
        return {name: [_link(member, day, label) for member in members]}
    resolved = resolution.single.get(field.properties[0])
    return _scalar_document(field, resolved, day, label)


def _scalar_document(
    field: Field, resolved: Resolved | None, day: dt.date, label: Label
) -> Document:
    name, value = field.name, resolved.value if resolved else None
    match field.shape:
        case Shape.DATE:
            document = date_document(name, resolved.best.date if resolved else None)
            return document | {f"{name}_claim_id": resolved.best.id if resolved else None}
        case Shape.COUNTRY:
            return country_document(name, value)
        case Shape.REFERENCE:
            return {name: value, f"{name}_name": label(value, day) if value else None}
        case Shape.NUMBER:
            return {name: float(value) if value else None}
        case Shape.INTEGER:
            return {name: int(value) if value else None}
        case _:
            return {name: value}


def _milestone_document(name: str, schedule: Schedule | None) -> Document:
    document = date_document(name, schedule.best.date if schedule else None)
    slip = _slip(schedule)
    first = schedule.first_plan.date if schedule and schedule.first_plan else None
    return document | {
        f"{name}_claim_id": schedule.best.id if schedule else None,
        f"{name}_status": ("actual" if schedule.happened else "planned") if schedule else None,
        f"{name}_is_overdue": schedule.overdue if schedule else None,
        f"{name}_slip_days_min": slip.min,
        f"{name}_slip_days_max": slip.max,
        f"{name}_first_edtf": first.edtf if first else None,
        f"{name}_first_label": first.label if first else None,
        f"{name}_revisions": schedule.revisions if schedule else None,
        f"{name}_last_word": _iso(schedule.last_word) if schedule else None,
    }


def _slip(schedule: Schedule | None) -> Span:
    """How far the plan has moved: plan against first plan, never against what happened."""
    if not schedule or not schedule.current_plan or not schedule.first_plan:
        return Span(None, None)
    return slip_between(schedule.current_plan, schedule.first_plan)


def slip_between(later: Claim, first: Claim) -> Span:
    """By how many days one plan differs from another; a plan does not differ from itself."""
    if later.date is None or first.date is None:
        return Span(None, None)
    if later.date.edtf == first.date.edtf:
        return Span(0, 0)
    return difference(later.date, first.date)


def _link(member: Member, day: dt.date, label: Label) -> Document:
    kind, _, slug = member.value.partition("/")
    return {
        "ref": member.value,
        "kind": kind,
        "id": slug,
        "name": label(member.value, day),
        "role": member.best.role,
        "since_edtf": member.since.edtf if member.since else None,
        "until_edtf": member.until.edtf if member.until else None,
        "active": member.active,
        "claim_id": member.best.id,
    }


# --- Sources and claims -------------------------------------------------------------------------


def source_document(
    source: Source, disputes: Sequence[Dispute], day: dt.date, label: Label
) -> Document:
    """A source as it is listed: its own particulars."""
    return {
        "id": source.id,
        "ref": source.ref,
        "title": source.title,
        "kind": source.kind.value,
        "publisher": source.publisher,
        "publisher_name": label(source.publisher, day) if source.publisher else None,
        "authors": [{"ref": author, "name": label(author, day)} for author in source.authors],
        "via": source.via,
        "via_name": label(source.via, day) if source.via else None,
        "language": source.language,
        "url": source.url,
        "archived_url": source.archived_url,
        **date_document("published", source.published),
        **date_document("accessed", source.accessed),
        "note": source.note,
        "disputes": [dispute_link(dispute) for dispute in disputes],
    }


def claim_document(claim: Claim, source: Source, label: Label) -> Document:
    """A claim with its source, as it stands everywhere."""
    day = claim.known_from
    return {
        "id": claim.id,
        "subject": claim.subject,
        "subject_name": label(claim.subject, day),
        "property": claim.property,
        "value": claim.value,
        "value_type": claim.value_type,
        "value_label": value_label(claim, label),
        "value_earliest": _iso(claim.date.earliest) if claim.date else None,
        "value_latest": _iso(claim.date.latest) if claim.date else None,
        "value_precision": claim.date.precision.value if claim.date else None,
        "original_value": claim.original_value,
        "nature": claim.nature.value,
        "role": claim.role,
        **date_document("since", claim.since),
        **date_document("until", claim.until),
        "said_by": claim.said_by,
        "said_by_name": label(claim.said_by, day),
        **date_document("said", claim.said_on),
        "known_from": claim.known_from.isoformat(),
        "locator": claim.locator,
        "source": {
            "id": source.id,
            "title": source.title,
            "kind": source.kind.value,
            "publisher": source.publisher,
            "publisher_name": label(source.publisher, day) if source.publisher else None,
            "published_edtf": source.published.edtf if source.published else None,
            "accessed_edtf": source.accessed.edtf if source.accessed else None,
            "url": source.url,
            "archived_url": source.archived_url,
        },
        "rank": claim.rank.value,
        "rank_reason": claim.rank_reason,
        "note": claim.note,
    }


def value_label(claim: Claim, label: Label) -> str:
    """A claim's value in words for people."""
    if claim.value is None:
        return claim.value_type
    match claim.definition().type:
        case ValueType.REFERENCE:
            return label(claim.value, claim.known_from)
        case ValueType.DATE:
            return claim.date.label if claim.date else claim.value
        case ValueType.COUNTRY:
            return _country(claim.value)[1]
        case ValueType.ENUM:
            return claim.value.replace("_", " ")
        case _:
            return claim.value


def dispute_document(
    dispute: Dispute, claims: Mapping[str, Claim], known_from: dt.date
) -> Document:
    """A dispute by itself."""
    return {
        **dispute_link(dispute),
        "known_from": known_from,
        "subjects": sorted({claims[claim_id].subject for claim_id in dispute.claims}),
        "claims": sorted(dispute.claims),
    }


def relation_document(
    subject: tuple[str, str], name: str, target: tuple[str, str], member: Member | None
) -> Document:
    """That one entity stands in a relation to another; without a member, by its own record.

    Args:
        subject: its reference and its name.
        name: of the relation.
        target: the reference and the name of what it is related to.
        member: the value of the relation.
    """
    claim = member.best if member else None
    return {
        "subject": subject[0],
        "subject_name": subject[1],
        "relation": name,
        "object": target[0],
        "object_name": target[1],
        "role": claim.role if claim else None,
        **date_document("since", member.since if member else None),
        **date_document("until", member.until if member else None),
        "active": member.active if member else True,
        "nature": claim.nature.value if claim else Nature.RELATION.value,
        "claim_id": claim.id if claim else None,
    }


def coverage_document(item: Coverage) -> Document:
    """How far the data reaches in one field."""
    return {
        "id": item.id,
        "kind": item.kind.value,
        "covers": item.covers,
        "completeness": item.completeness.value,
        "completeness_meaning": COMPLETENESS_MEANINGS[item.completeness],
        **date_document("known_until", item.known_until),
        "note": item.note,
    }


def identifier_document(ref: str, prop: Property, claim: Claim, name: str) -> Document:
    """What an entity is called in a register that others keep."""
    kind, _, slug = ref.partition("/")
    return {
        "scheme": prop.scheme,
        "identifier": claim.value,
        "ref": ref,
        "kind": kind,
        "id": slug,
        "name": name,
        "property": prop.name,
        "claim_id": claim.id,
    }


def change_document(
    claim: Claim, before: Resolution | None, after: Resolution | None, label: Label
) -> Document:
    """What a claim changed on the day on which it became known.

    Args:
        claim: that became known.
        before: what held of its subject on the day before.
        after: what held on that day.
        label: the name of an entity on a day.
    """
    day = claim.known_from
    was = _property_label(claim.property, before, day - dt.timedelta(days=1), label)
    now = _property_label(claim.property, after, day, label)
    return {
        "op": "insert" if was is None else "update",
        "field": None if claim.nature is Nature.ASSESSMENT else claim.definition().served_field,
        "changed": was != now,
        "before_label": was,
        "after_label": now,
    }


def _property_label(
    name: str, resolution: Resolution | None, day: dt.date, label: Label
) -> str | None:
    """What held of a property on a day, in words."""
    if resolution is None:
        return None
    if resolved := resolution.single.get(name):
        return _resolved_label(name, resolved.value, resolved.best, day, label)
    members = [
        _resolved_label(name, member.value, member.best, day, label)
        + (" (ended)" if member.until and not member.active else "")
        for member in resolution.many.get(name, ())
    ]
    return "; ".join(members) or None


def _resolved_label(name: str, value: str | None, best: Claim, day: dt.date, label: Label) -> str:
    """A value in words; a status may be of another claim's making."""
    if value is None or (best.property == name and not is_reference(name)):
        return value_label(best, label)
    return label(value, day) if is_reference(name) else value.replace("_", " ")


# --- Promises -----------------------------------------------------------------------------------


def promise_document(
    claim: Claim,
    judgement: Judgement | None,
    first: Claim | None,
    document_of: Callable[[Claim], Document],
) -> Document:
    """A plan and what had become of it; or, without a judgement, an event on the same axis."""
    milestone = MILESTONE_OF.get(claim.property)
    late = judgement.late if judgement else None
    moved = judgement.slip if judgement else None
    slip = slip_between(claim, first) if first else Span(None, None)
    own = document_of(claim)
    return {
        "subject": claim.subject,
        "subject_name": own["subject_name"],
        "property": claim.property,
        "milestone": milestone.field if milestone else None,
        "nature": claim.nature.value,
        "value": claim.value,
        "value_label": own["value_label"],
        **date_document("date", claim.date),
        "said_by": claim.said_by,
        "said_by_name": own["said_by_name"],
        **date_document("said", claim.said_on),
        "slip_days_min": slip.min,
        "slip_days_max": slip.max,
        "verdict": judgement.verdict.value if judgement else None,
        "verdict_meaning": VERDICT_MEANINGS[judgement.verdict] if judgement else None,
        "late_days_min": late.min if late else None,
        "late_days_max": late.max if late else None,
        "superseded_by_days_min": moved.min if moved else None,
        "superseded_by_days_max": moved.max if moved else None,
        "claim_id": claim.id,
        "claim": own,
        "evidence": [document_of(item) for item in judgement.evidence] if judgement else [],
    }


def names_of(resolution: Resolution | None, others: Iterable[str]) -> list[str]:
    """Every name by which an entity may be looked for."""
    names = list(others)
    if resolution:
        names += [
            value.value
            for name in ("name", "native_name")
            if (value := resolution.single.get(name)) and value.value
        ]
        names += [member.value for member in resolution.many.get("alias", ())]
    return list(dict.fromkeys(names))
