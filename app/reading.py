"""Read off prepared documents: their dates, and in which fields two differ. Pure functions."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from app.fields import Field, Shape, date_keys, fields_of, scalar_keys
from app.vocabulary import Kind

Document = dict[str, Any]


# Keys that change when somebody says the same again.
_WHO_AND_WHEN = ("_claim_id", "_last_word")


def told(document: Document) -> Document:
    """What a document tells, whoever says it: two that tell the same are equal."""
    return {
        key: _without_claims(value)
        for key, value in document.items()
        if not key.endswith(_WHO_AND_WHEN)
    }


def changed_fields(before: Document | None, after: Document) -> list[str]:
    """The fields in which two documents of one entity differ, by their names in `fields_of`."""
    if before is None:
        return []
    changed = ["disputes"] if before["disputes"] != after["disputes"] else []
    kind = Kind(after["ref"].partition("/")[0])
    if kind is Kind.SOURCES:
        return sorted(key for key in after if before[key] != after[key])
    told_of = ("disputed", "unknown", "none")
    retold = {name for key in told_of for name in {*before[key]} ^ {*after[key]}}
    for name, keys in _told_keys(kind):
        if name in retold or any(
            before[key] != after[key]
            and _without_claims(before[key]) != _without_claims(after[key])
            for key in keys
        ):
            changed.append(name)
    return changed


@cache
def _told_keys(kind: Kind) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The fields of a kind, each with its keys; by whom and when it was said is no part of it.

    A value that somebody else says again is the same value, with a newer claim behind it.
    """
    found = []
    for field in fields_of(kind):
        keys = [key.name for key in scalar_keys(field)] or [field.name]
        found.append((field.name, tuple(key for key in keys if not key.endswith(_WHO_AND_WHEN))))
    return tuple(found)


def _without_claims(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [
        {key: part for key, part in item.items() if key != "claim_id"}
        if isinstance(item, dict)
        else item
        for item in value
    ]


def differences(before: Document | None, after: Document) -> list[Document]:
    """What one document says that an earlier one did not, or said otherwise, field by field."""
    changed = changed_fields(before, after)
    found = []
    for name, what, was, after_label in _told_in_words(before, after):
        now = after_label
        if was == now and name not in changed:
            continue
        if was == now:
            now = f"{now or 'nothing'} (otherwise than before)"
        found.append(
            {
                "field": name,
                "what": what,
                "op": "insert" if was is None else "delete" if now is None else "update",
                "before_label": was,
                "after_label": now,
                "text": f"{what}: {was or 'nothing'} → {now or 'nothing'}",
            }
        )
    return found


def _told_in_words(
    before: Document | None, after: Document
) -> Iterator[tuple[str, str, str | None, str | None]]:
    kind = Kind(after["ref"].partition("/")[0])
    if kind is Kind.SOURCES:
        for name in sorted(after):
            if name not in _BESIDE:
                was = _words(before.get(name)) if before else None
                yield name, name.replace("_", " "), was, _words(after[name])
    else:
        for field in fields_of(kind):
            was = label_of(field, before) if before else None
            yield field.name, field.definition, was, label_of(field, after)
    was = _disputes(before) if before else None
    yield "disputes", "Recorded disagreements", was, _disputes(after)


_BESIDE = frozenset({"id", "ref", "known_from", "known_to", "claims", "disputes"})


def label_of(field: Field, document: Document) -> str | None:
    """A field of a document in words."""
    name = field.name
    match field.shape:
        case Shape.MILESTONE:
            label = document[f"{name}_label"]
            late = ", overdue" if document[f"{name}_is_overdue"] else ""
            return f"{label} ({document[f'{name}_status']}{late})" if label else None
        case Shape.DATE:
            return _words(document[f"{name}_label"])
        case Shape.COUNTRY | Shape.REFERENCE:
            return _words(document[f"{name}_name"])
        case Shape.ENUM:
            return document[name].replace("_", " ") if document[name] else None
        case Shape.LINKS:
            return "; ".join(_link(link) for link in document[name]) or None
        case _:
            return _words(document[name])


def _link(link: Document) -> str:
    ended = not link["active"] and link["until_edtf"]
    return f"{link['name']} (ended)" if ended else str(link["name"])


def _disputes(document: Document) -> str | None:
    return "; ".join(dispute["about"] for dispute in document["disputes"]) or None


def _words(value: Any) -> str | None:
    if isinstance(value, list):
        parts = (part if isinstance(part, str) else part.get("name", str(part)) for part in value)
        return "; ".join(parts) or None
    return None if value is None else str(value)


# --- Moments ------------------------------------------------------------------------------------


def moments_of(document: Document) -> dict[str, Document]:
    """The dates of a record, each by itself on the one axis of time; by field."""
    kind = Kind(document["ref"].partition("/")[0])
    return {
        field.name: _moment_document(field, document, kind)
        for field in fields_of(kind)
        if field.shape in (Shape.DATE, Shape.MILESTONE)
        # A date that was promised once, and then said not to be known, is a moment without one.
        and (document[f"{field.name}_edtf"] or document.get(f"{field.name}_first_edtf"))
    }


def _moment_document(field: Field, document: Document, kind: Kind) -> Document:
    name = field.name
    moved = ("slip_days_min", "slip_days_max", "first_edtf", "first_label", "last_word")
    dates = {key.name: document[key.name] for key in date_keys(name, "")}
    return {
        "id": f"{document['ref']}/{name}",
        "subject": document["ref"],
        "subject_name": document["name"],
        "kind": kind.value,
        "field": name,
        "what": field.definition,
        "status": document.get(f"{name}_status", "actual"),
        "subject_status": document.get("status"),
        **{f"date{key.removeprefix(name)}": value for key, value in dates.items()},
        **{key: document.get(f"{name}_{key}") for key in moved},
        "is_overdue": bool(document.get(f"{name}_is_overdue")),
        "revisions": document.get(f"{name}_revisions") or 0,
        "disputed": name in document["disputed"],
        "claim_id": document[f"{name}_claim_id"],
    }
