"""How many records share a value: counts by one or two dimensions."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import pycountry
from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    Column,
    ColumnElement,
    Integer,
    Join,
    Null,
    Select,
    Table,
    and_,
    case,
    cast,
    extract,
    func,
    null,
    select,
)
from sqlalchemy.sql.visitors import iterate

from app.db import Reader
from app.errors import BadRequest, InvalidParameter, ParameterError, did_you_mean
from app.fields import Shape, fields_of
from app.queries.filters import DAY, on_day
from app.queries.filters.entities import relations_of
from app.queries.listing import Listing, Rows
from app.queries.orders import Order, nulls
from app.queries.paging import MAX_LIMIT, Worked
from app.tables import (
    CLAIMS,
    COUNTED,
    GROUP_TOTALS,
    GROUPS,
    MOMENTS,
    PROMISES,
    RELATIONS,
    STANDINGS,
    STATES,
    Counted,
)
from app.text import to_json
from app.vocabulary import Kind

Labels = Callable[[Reader, dt.date, Sequence[Any]], Mapping[Any, str]]


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something by which records can be counted."""

    name: str
    value: ColumnElement[Any] | None  # None: that to which the records are related
    ways: tuple[str, ...] = ()
    labels: Labels | None = None  # the names of its values
    is_number: bool = False


def group_by(reader: Reader, listing: Listing, chosen: Sequence[Dimension], day: dt.date) -> Worked:
    """The groups of a list, the largest first."""
    names = tuple(dimension.name for dimension in chosen)
    statement = listing.statement(("groups", names), lambda: _grouping(listing, chosen))
    found = statement.rows(reader, listing.values)
    labels = [
        dimension.labels(reader, day, [row[place] for row in found]) if dimension.labels else None
        for place, dimension in enumerate(chosen)
    ]
    return Worked([_group(chosen, labels, row) for row in found])


def _grouping(listing: Listing, chosen: Sequence[Dimension]) -> Select[Any]:
    """The statement for the groups: what was counted at loading is added up, or all is counted."""
    counted = next((counted for counted in COUNTED if counts_all(counted, listing, chosen)), None)
    each = _each_row(listing, chosen) if counted is None else _each_group(counted, listing, chosen)
    records = each.subquery("records")
    grouped = [records.c[f"value_{place}"] for place in range(len(chosen))]
    count = func.count() if counted is None else func.sum(records.c.number)
    statement = select(*grouped, count.label("count")).group_by(*grouped)
    if counted is not None:
        statement = statement.having(count > 0)
    # Engines differ in where they put what has no value.
    steps = ((nulls(Order(column, descending=False), first=True), column) for column in grouped)
    return statement.order_by(count.desc(), *chain.from_iterable(steps)).limit(MAX_LIMIT)


def _each_row(listing: Listing, chosen: Sequence[Dimension]) -> Select[Any]:
    rows = _rows_of(listing, chosen)
    source, values = rows.source, []
    for place, dimension in enumerate(chosen):
        if dimension.value is not None:
            values.append(dimension.value)
            continue
        related = RELATIONS.alias(f"related_{place}")
        joined = and_(
            related.c.subject == listing.source.c.entity,
            # As it stands engines would look each way up by itself: none has many relations.
            related.c.property.concat("").in_(dimension.ways),
            related.c.active.is_(True),
            on_day(related, DAY),
        )
        source = source.outerjoin(related, joined)
        values.append(related.c.object)
    each = select(listing.unique.label("one"), *_numbered(values)).select_from(source)
    each = each.where(*rows.conditions)
    if any(len(dimension.ways) > 1 for dimension in chosen):
        each = each.distinct()  # it may be related in several of these ways
    return each


def _numbered(values: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return [value.label(f"value_{place}") for place, value in enumerate(values)]


def _rows_of(listing: Listing, dimensions: Sequence[Dimension]) -> Rows:
    """The rows to be counted: of fewer tables, where those have the dimensions."""
    values = [dimension.value for dimension in dimensions if dimension.value is not None]
    counted = listing.counted
    if counted is not None and select(*values).get_final_froms() == [counted.source]:
        return counted
    return Rows(listing.source, listing.conditions)


# --- What was counted at loading ------------------------------------------------------------------


def counts_all(counted: Counted, listing: Listing, chosen: Sequence[Dimension]) -> bool:
    """Whether groups that were counted at loading tell of all that a list is to be grouped by.

    Its conditions must be such that they hold of all rows of a group or of none.
    """
    if getattr(listing.source, "left", listing.source) is not counted.table:
        return False
    related = [dimension for dimension in chosen if dimension.value is None]
    if [dimension.ways for dimension in related] != [counted.ways] * bool(counted.ways):
        return False
    of_days = [condition for condition in listing.conditions if _is_of_day(condition)]
    return (
        bool(of_days)
        and all(_tells_value(counted, item.value) for item in chosen if item.value is not None)
        and all(_tells(counted, item) for item in listing.conditions if item not in of_days)
    )


def _each_group(counted: Counted, listing: Listing, chosen: Sequence[Dimension]) -> Select[Any]:
    newest = (GROUP_TOTALS.c.group == GROUPS.c.id, GROUP_TOTALS.c.day <= DAY)
    number = select(GROUP_TOTALS.c.number).where(*newest)
    number = number.order_by(GROUP_TOTALS.c.day.desc()).limit(1)
    source = GROUPS.join(counted.table, counted.table.c.id == GROUPS.c.row)
    if isinstance(listing.source, Join):
        source = source.join(listing.source.right, listing.source.onclause)
    values = [GROUPS.c.related if item.value is None else item.value for item in chosen]
    others = [condition for condition in listing.conditions if not _is_of_day(condition)]
    return (
        select(*_numbered(values), number.scalar_subquery().label("number"))
        .select_from(source)
        .where(GROUPS.c.name == counted.name, *others)
    )


def _is_of_day(condition: ColumnElement[bool]) -> bool:
    """Whether it says no more than that a row holds on the day."""
    return any(
        isinstance(part, BindParameter) and part.key == DAY.key for part in iterate(condition)
    ) and all(column.name in ("known_from", "known_to") for column in _columns_of(condition))


def _tells_value(counted: Counted, value: ColumnElement[Any]) -> bool:
    columns = {*_columns_of(value)}
    return columns <= {*counted.columns} or columns in [{*ends} for ends in counted.years]


def _tells(counted: Counted, condition: ColumnElement[bool]) -> bool:
    """Whether it can be said of a group; of some columns only whether they have a value."""
    asked, asked_whether_given = _columns_of(condition), Counter[Column[Any]]()
    for part in iterate(condition):
        if isinstance(part, BinaryExpression) and isinstance(part.right, Null):
            asked_whether_given += _columns_of(part)
    known, given = {*counted.columns}, {*counted.given}
    return (asked - asked_whether_given).keys() <= known and asked.keys() <= known | given


def _columns_of(element: ColumnElement[Any]) -> Counter[Column[Any]]:
    return Counter(part for part in iterate(element) if isinstance(part, Column))


# --- Choosing -------------------------------------------------------------------------------------


def chosen_dimensions(dimensions: Mapping[str, Dimension], names: str) -> tuple[Dimension, ...]:
    """Those that are named.

    Raises:
        BadRequest: for an unknown one.
        InvalidParameter: for more than two, or the same twice.
    """
    parts = [part.strip() for part in names.split(",")]
    for part in parts:
        if part not in dimensions:
            detail = f"cannot group by {part!r}: {did_you_mean(part, dimensions)}"
            raise BadRequest(detail, [ParameterError("group_by", detail)])
    if len(parts) > 2 or len(set(parts)) < len(parts):
        detail = f"group_by {names!r}: give one dimension, or two different ones"
        raise InvalidParameter(detail, [ParameterError("group_by", detail)])
    return tuple(dimensions[part] for part in parts)


def _group(
    dimensions: Sequence[Dimension], labels: Sequence[Mapping[Any, str] | None], row: Any
) -> str:
    group: dict[str, Any] = {}
    for place, (dimension, named) in enumerate(zip(dimensions, labels, strict=True)):
        group[dimension.name] = row[place]
        if named is not None:
            group[f"{dimension.name}_name"] = named.get(row[place])
    return to_json({**group, "count": row[-1]})


# --- Dimensions -----------------------------------------------------------------------------------


def _year(date: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(extract("year", date), Integer)


def _year_of(name: str, table: Table) -> Dimension:
    """The year of a date, where it is certain; else nothing."""
    earliest, latest = (_year(table.c[f"{name}_{end}"]) for end in ("earliest", "latest"))
    return Dimension(
        f"{name}_year", case((earliest == latest, earliest), else_=null()), is_number=True
    )


def _countries(_: Reader, __: dt.date, codes: Sequence[Any]) -> Mapping[Any, str]:
    known = (pycountry.countries.get(alpha_2=code) for code in codes if code)
    return {
        country.alpha_2: getattr(country, "common_name", country.name)
        for country in known
        if country
    }


def _names(reader: Reader, day: dt.date, refs: Sequence[Any]) -> Mapping[Any, str]:
    """What records were called on a day."""
    named: dict[Any, str] = {}
    kinds = {ref.partition("/")[0] for ref in refs if ref}
    for kind in sorted(kinds):
        table = STATES[Kind(kind)]
        statement = select(table.c.entity, table.c.name).where(
            table.c.entity.in_([ref for ref in refs if ref]), on_day(table, day)
        )
        named |= {row[0]: row[1] for row in reader.execute(statement)}
    return named


def _by_name(*dimensions: Dimension) -> Mapping[str, Dimension]:
    return {dimension.name: dimension for dimension in dimensions}


@cache
def entity_dimensions(kind: Kind) -> Mapping[str, Dimension]:
    """By what a collection can be counted."""
    return _by_name(*_own_dimensions(kind), *_related_dimensions(kind))


def _own_dimensions(kind: Kind) -> Iterator[Dimension]:
    table = STATES[kind]
    if kind is Kind.SOURCES:
        yield Dimension("kind", table.c["kind"])
        yield Dimension("language", table.c["language"])
        yield _year_of("published", table)
        return
    for field in fields_of(kind):
        if field.shape is Shape.ENUM:
            yield Dimension(field.name, table.c[field.name])
        elif field.shape is Shape.COUNTRY:
            yield Dimension(field.name, table.c[field.name], labels=_countries)
        elif field.shape in (Shape.DATE, Shape.MILESTONE):
            yield _year_of(field.name, table)


def _related_dimensions(kind: Kind) -> Iterator[Dimension]:
    properties = relations_of(kind)
    for prop in properties:
        yield Dimension(prop.name, None, (prop.name,), _names)
    ways = tuple(prop.name for prop in properties if Kind.AGENCIES in prop.refers_to)
    yield Dimension("agency", None, ways, _names)


CLAIM_DIMENSIONS = _by_name(
    Dimension("property", CLAIMS.c.property),
    Dimension("nature", CLAIMS.c.nature),
    Dimension("standing", STANDINGS.c.standing),
    Dimension("subject", CLAIMS.c.subject, labels=_names),
    Dimension("said_by", CLAIMS.c.said_by, labels=_names),
    Dimension("source", CLAIMS.c.source_id),
    Dimension("known_from_year", _year(CLAIMS.c.known_from), is_number=True),
)
MOMENT_DIMENSIONS = _by_name(
    Dimension("kind", MOMENTS.c.kind),
    Dimension("field", MOMENTS.c.field),
    Dimension("status", MOMENTS.c.status),
    Dimension("subject", MOMENTS.c.subject, labels=_names),
    Dimension("overdue", cast(MOMENTS.c.is_overdue, Integer), is_number=True),
    Dimension("revisions", MOMENTS.c.revisions, is_number=True),
)
SLIP_DIMENSIONS = _by_name(
    Dimension("milestone", PROMISES.c.milestone),
    Dimension("nature", PROMISES.c.nature),
    Dimension("verdict", PROMISES.c.verdict),
    Dimension("subject", PROMISES.c.subject, labels=_names),
    Dimension("source", PROMISES.c.source_id),
    Dimension("said_year", _year(PROMISES.c.said_latest), is_number=True),
)
RELATION_DIMENSIONS = _by_name(
    Dimension("relation", RELATIONS.c.property),
    Dimension("subject", RELATIONS.c.subject, labels=_names),
    Dimension("object", RELATIONS.c.object, labels=_names),
    Dimension("active", cast(RELATIONS.c.active, Integer), is_number=True),
)
