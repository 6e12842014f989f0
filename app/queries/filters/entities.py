"""Filters of collections: made from the fields, and from how records can be related."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Exists,
    Select,
    Table,
    and_,
    exists,
    not_,
    select,
    true,
    union,
    union_all,
)

from app.fields import Shape, fields_of
from app.queries.filters.base import (
    Filter,
    by_name,
    choice_filter,
    flag_filter,
    number_filters,
    on_day,
    text_filters,
    variants,
    words,
)
from app.queries.filters.codes import country_code, language_code
from app.queries.filters.dates import date_filters
from app.related import WHATEVER_WAY, ways_of
from app.tables import (
    ENTITIES,
    RELATIONS,
    STATES,
)
from app.text import fold
from app.vocabulary import Kind, Property, SourceKind, ValueType, properties_of

COUNTRIES = "ISO 3166-1"
MAX_SEARCH_LENGTH = 100  # every word of it is looked for in every name


@cache
def entity_filters(kind: Kind) -> Mapping[str, Filter]:
    """The filters of a collection, by name."""
    table = STATES[kind]
    made = _source_filters(table) if kind is Kind.SOURCES else _field_filters(kind, table)
    return by_name([*made, *_relation_filters(kind, table), *_common_filters(kind, table)])


def _field_filters(kind: Kind, table: Table) -> Iterator[Filter]:
    for field in fields_of(kind):
        match field.shape:
            case Shape.ENUM:
                yield from _choices(field.name, field.definition, field.choices, table)
            case Shape.COUNTRY:
                what = f"{field.definition}: ISO 3166-1 alpha-2, alpha-3 or name"
                yield from _codes(field.name, what, "CN", country_code, table, COUNTRIES)
            case Shape.DATE | Shape.MILESTONE:
                yield from _dates(field.name, field.definition, table)
            case Shape.NUMBER | Shape.INTEGER:
                column = table.c[field.name]
                kind_of_number = int if field.shape is Shape.INTEGER else float
                yield from number_filters(
                    field.name, field.definition, 10, column, column, kind_of_number
                )
            case Shape.TEXT if field.name in table.c and field.name != "name":
                example = _TEXT_EXAMPLES.get(field.name, "Moon")
                yield from text_filters(field.name, field.definition, example, table.c[field.name])
            case _:
                pass


_TEXT_EXAMPLES = {"cospar_id": "2020-087A", "signed_at": "Tokyo", "launch_vehicle": "Soyuz-2.1b"}


def _dates(name: str, what: str, table: Table) -> Iterator[Filter]:
    return date_filters(name, what, table.c[f"{name}_earliest"], table.c[f"{name}_latest"])


def _source_filters(table: Table) -> Iterator[Filter]:
    yield from _choices("kind", "What sort of source it is", tuple(SourceKind), table)
    what = "Language, by its ISO 639 code of two or three letters"
    yield from _codes("language", what, "ru", language_code, table, "ISO 639")
    yield from _dates("published", "When it was published", table)


def _choices(name: str, what: str, choices: Sequence[str], table: Table) -> Iterator[Filter]:
    column = table.c[name]

    def make(parameter: str) -> Filter:
        return choice_filter(parameter, what, choices, column)

    yield from variants(name, make, lambda _: column.is_(None))


def _codes(
    name: str,
    what: str,
    example: str,
    code_of: Callable[[str, str], str],
    table: Table,
    listed: str,
) -> Iterator[Filter]:
    column = table.c[name]

    def make(parameter: str) -> Filter:
        def condition(text: str, _: dt.date) -> ColumnElement[bool]:
            return column.in_([code_of(parameter, part) for part in words(text)])

        return Filter(
            parameter, f"{what}; several with commas.", example, condition, values_from=listed
        )

    yield from variants(name, make, lambda _: column.is_(None))


def _common_filters(kind: Kind, table: Table) -> Iterator[Filter]:
    what = "Part of its name, native name or an alias; case and accents do not matter."
    yield Filter(
        "q", what, "luna", lambda text, _: _in_names(table, text), max_length=MAX_SEARCH_LENGTH
    )
    if kind is not Kind.SOURCES:
        what = "Whether sources disagree on one of its values."
        yield flag_filter("disputed", what, table.c["disputed"])
    if "is_overdue" in table.c:
        what = "Whether a plan's last day has passed with no outcome known."
        yield flag_filter("overdue", what, table.c["is_overdue"])
        what = "Days by which the plan that moved most has moved"
        least, most = table.c["slipped_min"], table.c["slipped_max"]
        yield from number_filters("slipped", what, 365, least, most)


def _in_names(table: Table, text: str) -> ColumnElement[bool]:
    found = (table.c["names"].contains(word, autoescape=True) for word in fold(text).split())
    return and_(true(), *found)


_EXAMPLES = {
    Kind.AGENCIES: "cnsa",
    Kind.PROJECTS: "deep-space-gateway",
    Kind.MISSIONS: "luna-26",
    Kind.AGREEMENTS: "roscosmos-cnsa-intent-2018",
    Kind.PEOPLE: "michel-chossudovsky",
}


def relations_of(kind: Kind) -> list[Property]:
    """How records of a kind can be related."""
    return [prop for prop in properties_of(kind) if prop.type is ValueType.REFERENCE]


def _relation_filters(kind: Kind, table: Table) -> Iterator[Filter]:
    """By another record: by the way in which the two are related, or in whatever way."""
    relations, ways = relations_of(kind), ways_of(kind)
    for prop in relations:
        yield from _relation(kind, prop.name, prop.definition, prop.refers_to)
    for target, name in WHATEVER_WAY.items():
        if name in ways and name not in ways[name]:
            what = f"Related to one of these {target.value} as {', '.join(ways[name])}"
            yield from _relation(kind, name, what, (target,))
    properties = [prop.name for prop in relations if Kind.AGENCIES in prop.refers_to]
    if "country" not in table.c:
        yield country_of_related("country", table.c["entity"], properties)
    elif kind is Kind.MISSIONS:  # of few of them sources name a country
        yield country_of_related("participant_country", table.c["entity"], properties)


def _relation(kind: Kind, name: str, what: str, targets: tuple[Kind, ...]) -> Iterator[Filter]:
    subject = STATES[kind].c["entity"]
    in_these_ways = RELATIONS.c.property.in_(ways_of(kind)[name])

    def make(parameter: str) -> Filter:
        def condition(text: str, day: dt.date) -> ColumnElement[bool]:
            refs = [_reference(part, targets) for part in words(text)]
            return subject.in_(_relating(day, RELATIONS.c.object.in_(refs)).where(in_these_ways))

        def differs(text: str, day: dt.date) -> ColumnElement[bool]:
            # Looked up for each row: most of them differ, and there are very many.
            refs = [_reference(part, targets) for part in words(text)]
            to_these = RELATIONS.c.object.concat("").in_(refs)
            return not_(_related(subject, day).where(in_these_ways, to_these))

        written = "by id" if len(targets) == 1 else "as kind/id"
        description = f"{what}, on that day; {written}, several with commas."
        example = (
            _EXAMPLES[targets[0]] if len(targets) == 1 else f"{targets[0]}/{_EXAMPLES[targets[0]]}"
        )
        return Filter(
            parameter, description, example, condition, refers_to=targets, differs=differs,
            is_relation=True,
        )  # fmt: skip

    yield from variants(name, make, lambda day: not_(_related(subject, day).where(in_these_ways)))


def _related(subject: Column[Any], day: dt.date) -> Exists:
    """That a subject stands in a relation on a day."""
    return exists().where(
        RELATIONS.c.subject == subject, RELATIONS.c.active.is_(True), on_day(RELATIONS, day)
    )


def _relating(day: dt.date, to: ColumnElement[bool]) -> Select[Any]:
    """Who stands in a relation to some on a day: looked up once, and not for each row."""
    held = (RELATIONS.c.active.is_(True), on_day(RELATIONS, day))
    return select(RELATIONS.c.subject).where(to, *held)


def involving(subject: Column[Any]) -> Iterator[Filter]:
    """By an agency, or a country, that a row's subject is or to which it is related."""

    def is_or_related(text: str, day: dt.date) -> ColumnElement[bool]:
        refs = [full_reference(part, Kind.AGENCIES) for part in words(text)]
        themselves = select(ENTITIES.c.ref).where(ENTITIES.c.ref.in_(refs))
        return subject.in_(union(themselves, _relating(day, RELATIONS.c.object.in_(refs))))

    what = "Agency that it is about or that takes part, by id; several with commas."
    yield Filter(
        "agency",
        what,
        "cnsa",
        is_or_related,
        refers_to=(Kind.AGENCIES,),
        is_relation=True,
    )
    yield country_of_related("country", subject)


def country_of_related(
    name: str, subject: Column[Any], properties: Sequence[str] | None = None
) -> Filter:
    """By the country of an agency, or mission, that a subject is or to which it is related."""

    def condition(text: str, day: dt.date) -> ColumnElement[bool]:
        codes = [country_code(name, part) for part in words(text)]
        theirs = [
            select(state.c.entity).where(state.c.country.in_(codes), on_day(state, day))
            for state in (STATES[Kind.AGENCIES], STATES[Kind.MISSIONS])
        ]
        related = _relating(day, RELATIONS.c.object.in_(union_all(*theirs)))
        if properties is not None:
            related = related.where(RELATIONS.c.property.in_(properties))
        return subject.in_(union(*theirs, related))

    what = (
        "Country of one of those that take part: ISO 3166-1 alpha-2, alpha-3 or name; several with "
        "commas."
    )
    return Filter(name, what, "CN", condition, values_from=COUNTRIES)


def _reference(text: str, targets: tuple[Kind, ...]) -> str:
    return full_reference(text, targets[0]) if len(targets) == 1 else text


def full_reference(text: str, kind: Kind) -> str:
    """`cnsa` or `agencies/cnsa` as `agencies/cnsa`."""
    return text if text.startswith(f"{kind.value}/") else f"{kind.value}/{text}"
