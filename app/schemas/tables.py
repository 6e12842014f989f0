"""Public shapes as flat tables: one row a thing, one plain value a cell, one type a column.

Spreadsheets, data frames and charts take nothing else. The columns follow from the shape: what is
nested takes its key as a prefix; a list becomes one cell, its parts separated by `|`, and a list of
records becomes two: their ids, and their names beside them. Columns are only ever added, and only
at the right: people address them by position (see `Property.added`).
"""

import datetime as dt
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.fields import Shape, date_keys, fields_of, scalar_keys
from app.schemas.records import ALWAYS, SINGULAR, record_keys
from app.text import with_article
from app.vocabulary import SEPARATOR, Kind

# As `create_model` takes them: to each its type, and what it means.
Keys = Mapping[str, tuple[Any, FieldInfo]]
Cell = str | int | float | bool | None


class ColumnType(StrEnum):
    """What the cells of a column are; the words are those of Table Schema (Frictionless)."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"  # ISO 8601 full days


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it means, what its cells are, and how one is read off a document."""

    name: str
    type: ColumnType
    definition: str
    key: str  # of the document, in which it is found
    cell: Callable[[Mapping[str, Any]], Cell] = field(repr=False, compare=False)
    is_label: bool = False  # says in words what the column of ids before it says
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the data: what a row of it is, and its columns."""

    name: str
    title: str
    row_is: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)  # dates: name → columns
    beside: tuple[str, ...] = ()  # keys of documents that are tables of their own

    def row(self, document: Mapping[str, Any]) -> list[Cell]:
        """A document as a row."""
        return [column.cell(document) for column in self.columns]

    def names(self) -> tuple[str, ...]:
        """What a choice of columns may name: columns, keys of documents, and dates."""
        keys = dict.fromkeys(name for column in self.columns for name in (column.name, column.key))
        keys |= dict.fromkeys((*self.groups, *self.beside))
        return tuple(keys)

    def chosen(self, names: Iterable[str]) -> "Table":
        """The table with the columns that are named, and those that tell rows apart."""
        wanted = {*self.key, *(part for name in names for part in self.groups.get(name, (name,)))}
        return self.narrowed(lambda column: column.name in wanted or column.key in wanted)

    def narrowed(self, wanted: Callable[[Column], bool]) -> "Table":
        """The table with some of its columns."""
        return replace(self, columns=tuple(filter(wanted, self.columns)))


def table(
    name: str,
    shape: type[BaseModel] | Keys,
    *,
    title: str = "",
    row_is: str = "",
    key: Sequence[str] = ("id",),
    without: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
) -> Table:
    """The table of a public shape.

    Args:
        name: of the table, and of the files that hold it.
        shape: of a row.
        title: for people.
        row_is: what a row is.
        key: the columns that tell rows apart.
        without: keys of the shape that are left out: those that are tables of their own.
        more: columns from inside what is left out: name → path, as `claim.source.url`.
    """
    columns = {column.name: column for column in _columns(shape, (), without)}
    for column_name, path in (more or {}).items():
        *outer, last = path.split(".")
        columns[column_name] = next(
            column
            for column in _columns(_shape_at(shape, outer), tuple(outer), (), prefix="")
            if column.name == last
        )
        columns[column_name] = replace(columns[column_name], name=column_name)
    return Table(
        name, title or name, row_is, tuple(key), tuple(columns.values()), _dates(columns),
        tuple(without),
    )  # fmt: skip


def _dates(columns: Mapping[str, Column]) -> dict[str, Sequence[str]]:
    """The dates among columns, each with its siblings."""
    names = [name.removesuffix("_edtf") for name in columns if name.endswith("_edtf")]
    siblings = {name: [key.name for key in date_keys(name, "")] for name in names}
    return {name: keys for name, keys in siblings.items() if all(key in columns for key in keys)}


@cache
def record_table(kind: Kind) -> Table:
    """The table of a collection; its claims are a table of their own."""
    one = with_article(SINGULAR[kind].lower())
    made = table(
        kind.value,
        record_keys(kind),
        title=kind.value.capitalize(),
        row_is=f"{one.capitalize()} as it was known on the day asked about",
        key=ALWAYS,
        without=("claims",),
    )
    added = {
        key: field.added
        for field in fields_of(kind)
        for key in (*(key.name for key in scalar_keys(field)), field.name, f"{field.name}_names")
    }
    ordered = sorted(made.columns, key=lambda column: added.get(column.name, 1))
    milestones = {
        field.name: [key.name for key in scalar_keys(field)]
        for field in fields_of(kind)
        if field.shape in (Shape.DATE, Shape.MILESTONE)
    }
    return replace(made, columns=tuple(ordered), groups={**made.groups, **milestones})


def group_table(counted: Table, dimensions: Sequence[tuple[str, bool, bool]]) -> Table:
    """The table of how many records share what.

    Args:
        counted: the table of the records.
        dimensions: the name of each, whether names stand beside its values, whether they are
            numbers.
    """
    columns = []
    for name, is_named, is_number in dimensions:
        kind = ColumnType.INTEGER if is_number else ColumnType.STRING
        words = name.replace("_", " ").capitalize()
        columns.append(Column(name, kind, words, name, _value_at((name,))))
        if is_named:
            label = f"{name}_name"
            cell = _value_at((label,))
            columns.append(Column(label, ColumnType.STRING, "its name", label, cell, True))
    what = f"how many of {counted.name}"
    columns.append(Column("count", ColumnType.INTEGER, what, "count", _value_at(("count",))))
    key = tuple(name for name, *_ in dimensions)
    by = " and ".join(key)
    return Table(
        name=f"{counted.name}-by-{'-'.join(key)}",
        title=f"{counted.title} by {by}",
        row_is=f"How many of {counted.name} have a value of {by}",
        key=key,
        columns=tuple(columns),
    )


# --- Shapes → columns ---------------------------------------------------------------------------

_TYPES: Mapping[type, ColumnType] = {
    bool: ColumnType.BOOLEAN,
    int: ColumnType.INTEGER,
    float: ColumnType.NUMBER,
    dt.date: ColumnType.DATE,
    dt.datetime: ColumnType.STRING,
}


def _columns(
    shape: type[BaseModel] | Keys,
    path: tuple[str, ...],
    without: Sequence[str],
    prefix: str | None = None,
) -> Iterator[Column]:
    prefix = "".join(f"{part}_" for part in path) if prefix is None else prefix
    keys = _keys_of(shape)
    names = {f"{prefix}{key}" for key in keys}
    for key, (type_, info) in keys.items():
        if key in without:
            continue
        annotation = _without_none(type_)
        name, here = f"{prefix}{key}", (*path, key)
        what = info.description or name.replace("_", " ").capitalize()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _columns(annotation, here, ())
        elif get_origin(annotation) is list:
            yield from _list_columns(name, here, what, get_args(annotation)[0])
        elif get_origin(annotation) is dict:
            yield Column(name, ColumnType.STRING, what, here[0], _pairs_at(here))
        else:
            is_label = name.endswith("_name") and name.removesuffix("_name") in names
            choices = tuple(map(str, get_args(annotation))) if _is_literal(annotation) else ()
            kind = _TYPES.get(annotation, ColumnType.STRING)
            yield Column(name, kind, what, here[0], _value_at(here), is_label, choices)


_HOLDS = "active"  # what begins and ends says of itself whether it holds


def _list_columns(name: str, path: tuple[str, ...], what: str, item: Any) -> Iterator[Column]:
    holding = ", those that hold" if _HOLDS in getattr(item, "model_fields", ()) else ""
    separated = f"{what} (several separated by {SEPARATOR}{holding})".strip()
    if not (isinstance(item, type) and issubclass(item, BaseModel)):
        yield Column(name, ColumnType.STRING, separated, path[0], _joined_at(path))
        return
    keys = item.model_fields
    identity = next(key for key in ("ref", "id", "field") if key in keys)
    yield Column(name, ColumnType.STRING, separated, path[0], _joined_at(path, identity))
    label = next((key for key in ("name", "text") if key in keys), None)
    if label:
        what = f"{what}: in words".lstrip(": ")
        cell = _joined_at(path, label)
        is_label = label == "name"
        yield Column(f"{name}_{label}s", ColumnType.STRING, what, path[0], cell, is_label)


def _value_at(path: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Cell]:
    if len(path) == 1:
        key = path[0]
        return lambda document: document.get(key)

    def value(document: Mapping[str, Any]) -> Cell:
        found: Any = document
        for key in path:
            found = found.get(key) if found else None
        return found  # type: ignore[no-any-return]

    return value


def _joined_at(path: tuple[str, ...], key: str = "") -> Callable[[Mapping[str, Any]], Cell]:
    items = _value_at(path)

    def joined(document: Mapping[str, Any]) -> Cell:
        found: Any = items(document) or ()
        holding = (item for item in found if not key or item.get(_HOLDS, True))
        return SEPARATOR.join(str(item[key] if key else item) for item in holding) or None

    return joined


def _pairs_at(path: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Cell]:
    items = _value_at(path)

    def pairs(document: Mapping[str, Any]) -> Cell:
        found: Any = items(document) or {}
        listed = (
            f"{key}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
            for key, value in found.items()
        )
        return SEPARATOR.join(listed) or None

    return pairs


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not types.NoneType]
        return parts[0] if len(parts) == 1 else annotation
    return annotation


def _is_literal(annotation: Any) -> bool:
    return get_origin(annotation) is Literal


def _shape_at(shape: type[BaseModel] | Keys, path: Sequence[str]) -> type[BaseModel] | Keys:
    for key in path:
        shape = _without_none(_keys_of(shape)[key][0])
    return shape


def _keys_of(shape: type[BaseModel] | Keys) -> Keys:
    if not isinstance(shape, type):
        return shape
    return {key: (info.annotation, info) for key, info in shape.model_fields.items()}
