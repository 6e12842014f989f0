"""What lists can be filtered by, made from the fields: each a typed parameter with its condition.

Two kinds of comparison for dates that are spans: `launch=2026/2028` asks whether it *may* have
been then (the spans meet); `launch__gte=2026` and its like whether it *certainly* was.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pycountry
from sqlalchemy import Column, ColumnElement, Table, and_, exists, func, or_, select, true

from app.dates import DATE_PATTERN, FuzzyDate, parse_date
from app.errors import BadRequest, InvalidParameter, ParameterError, did_you_mean
from app.fields import Field, Shape, fields_of
from app.models import Standing
from app.tables import (
    CLAIMS,
    DISPUTE_CLAIMS,
    DISPUTES,
    PROMISES,
    RELATIONS,
    STANDINGS,
    STATES,
)
from app.text import fold
from app.vocabulary import PROPERTIES, Kind, Nature, SourceKind, Verdict, properties_of

# What a value means for a list, on the day asked about.
Condition = Callable[[Any, dt.date], ColumnElement[bool]]


MAX_VALUE_LENGTH = 2_000
MAX_SEARCH_LENGTH = 100  # every word of it is looked for in every name


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list."""

    name: str
    description: str
    example: Any
    condition: Condition
    type: type = str
    max_length: int = MAX_VALUE_LENGTH
    pattern: str | None = None  # what its values look like, for those who read the documentation
    refers_to: tuple[Kind, ...] = ()  # its values are ids of these kinds, to be looked up


def conditions(
    filters: Mapping[str, Filter], given: Mapping[str, Any], day: dt.date
) -> list[ColumnElement[bool]]:
    """The conditions for the parameters that were given."""
    return [filters[name].condition(value, day) for name, value in given.items()]


def on_day(table: Table, day: dt.date) -> ColumnElement[bool]:
    """That a row's period holds a day."""
    known_from, known_to = table.c.known_from, table.c.known_to
    return and_(known_from <= day, or_(known_to.is_(None), known_to > day))


# --- Collections of entities --------------------------------------------------------------------


@cache
def entity_filters(kind: Kind) -> Mapping[str, Filter]:
    """The filters of a collection, by name."""
    table = STATES[kind]
    made = _source_filters(table) if kind is Kind.SOURCES else _field_filters(kind, table)
    return _by_name([*made, *_relation_filters(kind, table), *_common_filters(kind, table)])


def _by_name(filters: Iterable[Filter]) -> dict[str, Filter]:
    return {item.name: item for item in filters}


def _field_filters(kind: Kind, table: Table) -> Iterator[Filter]:
    for field in fields_of(kind):
        match field.shape:
            case Shape.ENUM:
                yield choice_filter(field.name, field.definition, field.choices, table)
            case Shape.COUNTRY:
                yield _country_filter(field, table)
            case Shape.DATE | Shape.MILESTONE:
                yield from date_filters(field.name, field.definition, table)
            case _:
                pass


def _source_filters(table: Table) -> Iterator[Filter]:
    yield choice_filter("kind", "What sort of source it is", tuple(SourceKind), table)
    yield _language_filter(table)
    yield from date_filters("published", "When it was published", table)


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


def _in_names(table: Table, text: str) -> ColumnElement[bool]:
    found = (table.c["names"].contains(word, autoescape=True) for word in fold(text).split())
    return and_(true(), *found)


def choice_filter(name: str, what: str, choices: Sequence[str], table: Table) -> Filter:
    """One or more of a list of words."""

    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        return table.c[name].in_([_choice(name, part, choices) for part in words(text)])

    description = f"{what}. One or more, separated by commas, of: {', '.join(choices)}."
    return Filter(name, description, choices[0], condition, pattern=list_pattern(choices))


def _choice(name: str, text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise unknown_value(name, text, choices)
    return text


def list_pattern(words: Iterable[str]) -> str:
    """The regular expression of one or more of some words, separated by commas."""
    one = f"({'|'.join(words)})"
    return f"^{one}(,{one})*$"


def unknown_value(name: str, text: str, known: Sequence[str]) -> BadRequest:
    """The error for a value that is none of those known."""
    detail = f"unknown {name} {text!r}: {did_you_mean(text, known)}"
    return BadRequest(detail, [ParameterError(name, detail)])


def words(text: str) -> list[str]:
    """The parts of a comma-separated value."""
    return [part.strip() for part in text.split(",")]


def _language_filter(table: Table) -> Filter:
    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        codes = [_language_code(part) for part in words(text)]
        language = table.c.language
        return or_(*(or_(language == code, language.startswith(f"{code}-")) for code in codes))

    what = "Language, by its ISO 639 code of two or three letters; several with commas."
    return Filter("language", what, "ru", condition)


def _language_code(text: str) -> str:
    """A language as BCP 47 begins a tag: two letters where there are two, else three."""
    code = text.casefold()
    language = pycountry.languages.get(alpha_2=code) or pycountry.languages.get(alpha_3=code)
    if language is None:
        codes = [known.alpha_2 for known in pycountry.languages if hasattr(known, "alpha_2")]
        raise unknown_value("language", text, codes)
    found: str = getattr(language, "alpha_2", language.alpha_3)
    return found


def flag_filter(name: str, what: str, column: Column[Any]) -> Filter:
    """True or false."""
    return Filter(name, what, "true", lambda wanted, _: column.is_(wanted), type=bool)


def _country_filter(field: Field, table: Table) -> Filter:
    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        codes = [_country_code(field.name, part) for part in words(text)]
        return table.c[field.name].in_(codes)

    what = f"{field.definition}: ISO 3166-1 alpha-2, alpha-3 or name; several with commas."
    return Filter(field.name, what, "CN", condition)


def _country_code(name: str, text: str) -> str:
    try:
        code: str = pycountry.countries.lookup(text).alpha_2
    except LookupError:
        # Some are listed under a longer name than anybody uses: Russian Federation.
        names = {country.name: country.alpha_2 for country in pycountry.countries}
        longer = [code for full, code in names.items() if full.casefold().startswith(fold(text))]
        if len(longer) != 1:
            raise unknown_value(name, text, list(names)) from None
        code = longer[0]
    return code


# --- Dates --------------------------------------------------------------------------------------


def date_filters(name: str, what: str, table: Table) -> Iterator[Filter]:
    """`name` (may have been then) and its four certain comparisons."""
    earliest, latest = table.c[f"{name}_earliest"], table.c[f"{name}_latest"]

    def during(text: str, _: dt.date) -> ColumnElement[bool]:
        date = _date(name, text)
        dated = or_(earliest.is_not(None), latest.is_not(None))
        begins = or_(earliest.is_(None), earliest <= (date.latest or dt.date.max))
        ends = or_(latest.is_(None), latest >= (date.earliest or dt.date.min))
        return and_(dated, begins, ends)

    description = f"{what}: may be in this span (EDTF)."
    yield Filter(name, description, "2022", during, pattern=DATE_PATTERN)
    comparisons: tuple[tuple[str, str, Callable[[FuzzyDate], ColumnElement[bool]]], ...] = (
        ("gte", "certainly not before", lambda date: earliest >= (date.earliest or dt.date.min)),
        ("lte", "certainly not after", lambda date: latest <= (date.latest or dt.date.max)),
        ("gt", "certainly after", lambda date: earliest > (date.latest or dt.date.max)),
        ("lt", "certainly before", lambda date: latest < (date.earliest or dt.date.min)),
    )
    for operator, meaning, compare in comparisons:
        parameter = f"{name}__{operator}"

        def condition(
            text: str,
            _: dt.date,
            parameter: str = parameter,
            compare: Callable[[FuzzyDate], ColumnElement[bool]] = compare,
        ) -> ColumnElement[bool]:
            return compare(_date(parameter, text))

        description = f"{what}: {meaning} this (EDTF)."
        yield Filter(parameter, description, "2022", condition, pattern=DATE_PATTERN)


def _date(parameter: str, text: str) -> FuzzyDate:
    try:
        return parse_date(text)
    except ValueError as error:
        raise InvalidParameter(str(error), [ParameterError(parameter, str(error))]) from None


# --- Relations and names ------------------------------------------------------------------------

_RELATION_PARAMETERS = {
    Kind.AGENCIES: ("agency", "cnsa"),
    Kind.PROJECTS: ("project", "deep-space-gateway"),
    Kind.MISSIONS: ("mission", "luna-26"),
    Kind.AGREEMENTS: ("agreement", "roscosmos-cnsa-intent-2018"),
    Kind.PEOPLE: ("person", "michel-chossudovsky"),
}


def _relation_filters(kind: Kind, table: Table) -> Iterator[Filter]:
    """By any record to which records of this kind are related, in whatever way."""
    for target, (name, example) in _RELATION_PARAMETERS.items():
        properties = [prop.name for prop in properties_of(kind) if target in prop.refers_to]
        if properties:
            yield _relation_filter(name, example, target, properties, table)


def _relation_filter(
    name: str, example: str, target: Kind, properties: Sequence[str], table: Table
) -> Filter:
    def condition(text: str, day: dt.date) -> ColumnElement[bool]:
        return exists().where(
            RELATIONS.c.subject == table.c["entity"],
            RELATIONS.c.object.in_([full_reference(part, target) for part in words(text)]),
            RELATIONS.c.property.in_(properties),
            RELATIONS.c.active.is_(True),
            on_day(RELATIONS, day),
        )

    what = (
        f"Related on that day to one of these {target.value}, by id, separated by commas, in one "
        f"of these ways: {', '.join(properties)}."
    )
    return Filter(name, what, example, condition, refers_to=(target,))


def full_reference(text: str, kind: Kind) -> str:
    """`cnsa` or `agencies/cnsa` as `agencies/cnsa`."""
    return text if text.startswith(f"{kind.value}/") else f"{kind.value}/{text}"


# --- Claims -------------------------------------------------------------------------------------

SPEAKER_KINDS = (Kind.AGENCIES, Kind.PEOPLE, Kind.SOURCES)


@cache
def claim_filters() -> Mapping[str, Filter]:
    """The filters of claims, by name."""
    return _by_name(
        [
            _reference_filter("subject", "What it is about, as kind/id", "missions/luna-26",
                              CLAIMS.c.subject, tuple(Kind)),
            choice_filter("property", "Word of the vocabulary", tuple(PROPERTIES), CLAIMS),
            _reference_filter("value", "Record that is its value, as kind/id", "agencies/cnsa",
                              CLAIMS.c.object, tuple(Kind)),
            choice_filter("nature", "What sort of statement it is", tuple(Nature), CLAIMS),
            _reference_filter("said_by", "Who asserts it, as kind/id", "agencies/roscosmos",
                              CLAIMS.c.said_by, SPEAKER_KINDS),
            *_said_filters(),
            _source_filter(),
            _locator_filter(),
            choice_filter("standing", "How it fared on that day", tuple(Standing), STANDINGS),
        ]
    )  # fmt: skip


def _said_filters() -> Iterator[Filter]:
    """When it was asserted; a claim has no column of its own for the end, but `known_from`."""
    gte, lte = (
        lambda date: CLAIMS.c.said_earliest >= (date.earliest or dt.date.min),
        lambda date: CLAIMS.c.known_from <= (date.latest or dt.date.max),
    )
    for name, what, compare in (
        ("said__gte", "Certainly not said before this (EDTF).", gte),
        ("said__lte", "Certainly not said after this (EDTF).", lte),
    ):

        def condition(
            text: str, _: dt.date, name: str = name, compare: Any = compare
        ) -> ColumnElement[bool]:
            found: ColumnElement[bool] = compare(_date(name, text))
            return found

        yield Filter(name, what, "2018-03", condition, pattern=DATE_PATTERN)


def _reference_filter(
    name: str, what: str, example: str, column: Column[Any], kinds: tuple[Kind, ...]
) -> Filter:
    description = f"{what}. One or more, separated by commas."
    return Filter(name, description, example, lambda text, _: column.in_(words(text)),
                  refers_to=kinds)  # fmt: skip


def _source_filter() -> Filter:
    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        ids = [part.removeprefix("sources/") for part in words(text)]
        return CLAIMS.c.source_id.in_(ids)

    what = "Source that says so, by id. One or more, separated by commas."
    return Filter("source", what, "rt-2018-03-02", condition, refers_to=(Kind.SOURCES,))


def _locator_filter() -> Filter:
    """`paragraph 11` finds "paragraph 11, closing credit" too, but not "paragraph 112"."""

    def condition(text: str, _: dt.date) -> ColumnElement[bool]:
        locator, wanted = func.lower(CLAIMS.c.locator), text.lower()
        return or_(locator == wanted, locator.startswith(f"{wanted}, ", autoescape=True))

    what = "Where in its source it stands, or a larger part of that."
    return Filter("locator", what, "paragraph 11", condition)


# --- Disputes and promises ----------------------------------------------------------------------


@cache
def dispute_filters() -> Mapping[str, Filter]:
    """The filters of disputes, by name."""

    def about(text: str, _: dt.date) -> ColumnElement[bool]:
        named = (
            select(DISPUTE_CLAIMS.c.dispute_id)
            .join(CLAIMS, CLAIMS.c.id == DISPUTE_CLAIMS.c.claim_id)
            .where(CLAIMS.c.subject.in_(words(text)))
        )
        return DISPUTES.c.id.in_(named)

    what = "Record that it is about, as kind/id. One or more, separated by commas."
    return _by_name([Filter("subject", what, "missions/luna-26", about, refers_to=tuple(Kind))])


@cache
def scorecard_filters() -> Mapping[str, Filter]:
    """The filters of a scorecard, by name."""
    return _by_name([choice_filter("verdict", "What had become of it", tuple(Verdict), PROMISES)])
