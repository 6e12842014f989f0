"""The fields of the API: which keys a record of each kind has, made from the vocabulary.

The prepared documents, the response models of OpenAPI, the filters and the sort keys all follow
this list, so that none of them can know a field that the others do not.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.dates import Precision
from app.vocabulary import (
    MILESTONE_OF,
    Kind,
    Nature,
    Property,
    ValueType,
    milestones_of,
    properties_of,
)


class Shape(StrEnum):
    """How a field is served."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    ENUM = "enum"
    COUNTRY = "country"  # three keys: alpha-2, alpha-3, name
    DATE = "date"  # DATE_KEYS
    MILESTONE = "milestone"  # DATE_KEYS and MILESTONE_KEYS
    REFERENCE = "reference"  # two keys: the reference, its name
    TEXTS = "texts"  # a list
    LINKS = "links"  # a list of references with their names


@dataclass(frozen=True, slots=True)
class Field:
    """One field, which may be several keys."""

    name: str
    shape: Shape
    definition: str
    properties: tuple[str, ...]
    choices: tuple[str, ...] = ()
    added: int = 1  # see Property


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record: its type and what it means."""

    name: str
    type: type
    definition: str
    nullable: bool = True
    choices: tuple[str, ...] = ()


_DATE_KEYS = (
    ("edtf", str, "as precisely as the source gives it (EDTF)"),
    ("earliest", dt.date, "first day that it may be; null = open or not known"),
    ("latest", dt.date, "last day that it may be; null = open or not known"),
    ("precision", Precision, "how precise it is"),
    ("label", str, "in words"),
    ("approximate", bool, "whether the source gives it as about"),
    ("uncertain", bool, "whether the source gives it as uncertain"),
)
_CLAIM_KEY = ("claim_id", str, "the claim behind it")
_MILESTONE_KEYS = (
    ("is_overdue", bool, "whether its last planned day has passed, with no outcome known"),
    ("slip_days_min", int, "least days by which the plan has moved since it was first made"),
    ("slip_days_max", int, "most days by which the plan has moved since it was first made"),
    ("first_edtf", str, "the first date that was promised (EDTF)"),
    ("first_label", str, "the first date that was promised, in words"),
    ("revisions", int, "how many times the promised date has been changed"),
    ("last_word", dt.date, "the day on which that was last said"),
)
MILESTONE_STATUSES = ("planned", "actual")

_SHAPES: Mapping[tuple[ValueType, bool], Shape] = {
    (ValueType.TEXT, False): Shape.TEXT,
    (ValueType.TEXT, True): Shape.TEXTS,
    (ValueType.NUMBER, False): Shape.NUMBER,
    (ValueType.INTEGER, False): Shape.INTEGER,
    (ValueType.ENUM, False): Shape.ENUM,
    (ValueType.COUNTRY, False): Shape.COUNTRY,
    (ValueType.DATE, False): Shape.DATE,
    (ValueType.REFERENCE, False): Shape.REFERENCE,
    (ValueType.REFERENCE, True): Shape.LINKS,
}


@cache
def fields_of(kind: Kind) -> tuple[Field, ...]:
    """The fields of a kind, in the order in which they are served."""
    return tuple(_fields(kind))


def _fields(kind: Kind) -> Iterator[Field]:
    milestones = {milestone.planned: milestone for milestone in milestones_of(kind)}
    for prop in properties_of(kind):
        if prop.nature is Nature.ASSESSMENT:
            continue  # an opinion never becomes a value
        milestone = MILESTONE_OF.get(prop.name)
        if prop.name in milestones:
            milestone = milestones[prop.name]
            yield Field(
                milestone.field,
                Shape.MILESTONE,
                milestone.definition,
                (milestone.planned, milestone.actual),
                added=prop.added,
            )
        elif milestone is None:
            yield _field(prop, kind)


def _field(prop: Property, kind: Kind) -> Field:
    return Field(
        name=prop.served_field,
        shape=_SHAPES[prop.type, prop.many],
        definition=prop.definition,
        properties=(prop.name,),
        choices=prop.choices.get(kind, ()),
        added=prop.added,
    )


def scalar_keys(field: Field) -> Iterator[Key]:
    """The keys of a field that is served flat; a list has one key of its own name."""
    name, what = field.name, field.definition
    match field.shape:
        case Shape.DATE | Shape.MILESTONE:
            yield from date_keys(name, what)
            yield Key(f"{name}_{_CLAIM_KEY[0]}", str, f"{what}: {_CLAIM_KEY[2]}")
        case Shape.ENUM:
            yield Key(name, str, what, choices=field.choices)
        case Shape.NUMBER:
            yield Key(name, float, what)
        case Shape.INTEGER:
            yield Key(name, int, what)
        case Shape.COUNTRY:
            yield Key(name, str, f"{what} (ISO 3166-1 alpha-2)")
            yield Key(f"{name}_alpha3", str, f"{what} (ISO 3166-1 alpha-3)")
            yield Key(f"{name}_name", str, f"{what}, by its name in ISO 3166-1")
        case Shape.REFERENCE:
            yield Key(name, str, f"{what}, as kind/id")
            yield Key(f"{name}_name", str, f"{what}, by its name")
        case Shape.TEXT:
            yield Key(name, str, what)
    if field.shape is Shape.MILESTONE:
        status = f"{what}: whether this is the plan or what happened"
        yield Key(f"{name}_status", str, status, choices=MILESTONE_STATUSES)
        for suffix, kind, meaning in _MILESTONE_KEYS:
            yield Key(f"{name}_{suffix}", kind, f"{what}: {meaning}")


def date_keys(prefix: str, what: str) -> Iterator[Key]:
    """The siblings under which a date is served everywhere."""
    for suffix, kind, meaning in _DATE_KEYS:
        yield Key(f"{prefix}_{suffix}", kind, f"{what}: {meaning}")
