"""Rows of any table as people read them: names that link, dates in words, spans, flags."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from app.render.words import day_label, in_days, moved, plain, titled
from app.schemas.tables import Column, ColumnType, Table
from app.vocabulary import SEPARATOR, Kind

Document = Mapping[str, Any]

_LONG = 60  # characters
_MOST_LINKS = 12  # of a list, in one cell
_REF = re.compile(rf"({'|'.join(kind.value for kind in Kind)})/[a-z0-9-]+")
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a cell, and where they lead: to a record's page, to data or elsewhere."""

    text: str
    ref: str = ""
    data: str = ""
    url: str = ""
    title: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its words, and what is to be known of them."""

    parts: Sequence[Part] = ()
    tags: Sequence[str] = ()

    @property
    def plain(self) -> str | None:
        """Its words, where they are nothing but words, as most are."""
        if self.tags or len(self.parts) > 1:
            return None
        if not self.parts:
            return ""
        part = self.parts[0]
        has_more = part.ref or part.data or part.url or part.title or part.css
        return None if has_more else part.text

    @property
    def is_long(self) -> bool:
        """Whether it needs a wide column."""
        return sum(len(part.text) for part in self.parts) > _LONG


Read = Callable[[Document], Cell]


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column as it is shown, which may be several of the data.

    Args:
        name: of the column.
        label: at its head.
        meaning: what it is.
        parts: what the parameter `fields` has to name for it.
        columns: the columns of the data that it shows.
        read: makes its cell.
        is_number: whether its cells are numbers.
    """

    name: str
    label: str
    meaning: str
    parts: tuple[str, ...]
    columns: frozenset[str]
    read: Read
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what tells it from others, its cells, and what is to be known of all of it."""

    key: str
    cells: Sequence[Cell]
    tags: Sequence[str] = ()


def rows_of(
    table: Table, columns: Sequence[ViewColumn], documents: Iterable[Document]
) -> list[Row]:
    """Documents as rows."""
    key = [column for column in table.columns if column.name in table.key]
    return [
        Row(
            key="|".join(str(column.cell(document)) for column in key),
            cells=[column.read(document) for column in columns],
            tags=_row_tags(document),
        )
        for document in documents
    ]


def _row_tags(document: Document) -> list[str]:
    disputed = document.get("disputed")
    if isinstance(disputed, list) and disputed:
        return [f"disputed: {', '.join(map(plain, disputed))}"]
    return ["disputed"] if disputed is True else []


# --- Which columns ------------------------------------------------------------------------------


def chosen_view(table: Table, fields: str | None, shown: Sequence[str]) -> tuple[ViewColumn, ...]:
    """The columns to show: those that are asked for, else those that are shown at first."""
    known = view_columns(table)
    if fields is None:
        by_name = {column.name: column for column in known}
        return tuple(by_name[name] for name in shown if name in by_name)
    named = [name.strip() for name in fields.split(",")]
    chosen = {column.name for column in table.chosen(named).columns}
    hidden = {"id", "ref", "claim_id"} & set(table.key) - set(named)
    found = [column for column in known if _is_chosen(column, chosen, hidden)]
    covered = frozenset[str]().union(*(column.columns for column in found))
    rest = [column for column in part_columns(table) if column.columns <= chosen - covered - hidden]
    return (*found, *rest)


def _is_chosen(column: ViewColumn, chosen: set[str], hidden: set[str]) -> bool:
    if column.columns <= hidden:
        return False
    if f"{column.name}_edtf" in column.columns:  # a date is shown whole, or part by part
        return {f"{column.name}_edtf", f"{column.name}_label"} <= chosen
    return bool(column.columns & chosen)


def view_columns(table: Table) -> tuple[ViewColumn, ...]:
    """The columns of a table as they are shown, each column of the data in one of them."""
    by_name = {column.name: column for column in table.columns}
    dates = {f"{name}_edtf": name for name in table.groups if f"{name}_edtf" in by_name}
    done: set[str] = set()
    made: list[ViewColumn] = []
    for name, column in by_name.items():
        if name in done:
            continue
        if name in dates:
            view = _date(dates[name], table)
        elif partner := _partner(name, by_name):
            view = _pair(column, by_name[partner], table)
        else:
            view = _plain(column, table)
        made.append(view)
        done |= view.columns
    return tuple(made)


def part_columns(table: Table) -> tuple[ViewColumn, ...]:
    """The columns of the data that are shown together with others, each by itself."""
    return tuple(_plain(column, table) for column in table.columns)


# Names beside ids that do not follow from the id's own.
_TITLES: Mapping[str, str] = {"source": "source_title", "source_id": "source_title"}


def _partner(name: str, known: Mapping[str, Column]) -> str | None:
    """The column that says in words what another says, or the other end of its span."""
    ends = [f"{name}_name", f"{name}_names", _TITLES.get(name, "")]
    if name.endswith("_days_min"):
        ends.append(f"{name.removesuffix('_min')}_max")
    return next((end for end in ends if end in known), None)


def _date(name: str, table: Table) -> ViewColumn:
    covered = frozenset(table.groups[name])
    return ViewColumn(name, titled(name), _meaning_of_date(name, table), (name,), covered,
                      lambda document: _date_cell(name, document))  # fmt: skip


def _meaning_of_date(name: str, table: Table) -> str:
    edtf = next(column for column in table.columns if column.name == f"{name}_edtf")
    return edtf.definition.partition(":")[0]


def _pair(column: Column, partner: Column, table: Table) -> ViewColumn:
    if column.name.endswith("_days_min"):
        return _span(column, partner)
    if partner.name.endswith("_names"):
        view = _plain(column, table)
        return ViewColumn(view.name, view.label, view.meaning, (column.name, partner.name),
                          frozenset({column.name, partner.name}), view.read)  # fmt: skip

    def read(document: Document) -> Cell:
        value, words = column.cell(document), partner.cell(document)
        if value is None:
            return Cell()
        return Cell([_linked(column.name, str(value), str(words or value))])

    parts = (column.name, partner.name)
    return ViewColumn(
        column.name, _label(column.name), column.definition, parts, frozenset(parts), read
    )


def _span(least: Column, most: Column) -> ViewColumn:
    name = least.name.removesuffix("_min")

    def read(document: Document) -> Cell:
        ends: list[Any] = [least.cell(document), most.cell(document)]
        text = moved(*ends)
        return Cell([Part(text, title=in_days(*ends))] if text else [])

    parts = (least.name, most.name)
    return ViewColumn(name, _label(name), least.definition, parts, frozenset(parts), read)


def _plain(column: Column, table: Table) -> ViewColumn:
    is_number = column.type in (ColumnType.INTEGER, ColumnType.NUMBER)
    return ViewColumn(
        column.name, _label(column.name), column.definition, (column.name,),
        frozenset({column.name}), _reader(column, table), is_number,
    )  # fmt: skip


_LABELS: Mapping[str, str] = {
    "value_label": "Value",
    "is_overdue": "Overdue",
    "slip_days": "Moved by",
    "late_days": "Late by",
    "superseded_by_days": "Superseded by",
    "source_id": "Source",
    "before_label": "Before",
    "after_label": "After",
    "first_label": "First promised for",
    "differences_texts": "What differs",
    "highlights_texts": "Where it was found",
    "ref": "Record",
}


def _label(name: str) -> str:
    return _LABELS.get(name) or titled(name)


# --- Cells --------------------------------------------------------------------------------------


def _date_cell(name: str, document: Document) -> Cell:
    label = document.get(f"{name}_label")
    if label is None:
        return Cell()
    tags = []
    if document.get(f"{name}_is_overdue"):
        tags.append("overdue")
    elif status := document.get(f"{name}_status"):
        tags.append("happened" if status == "actual" else status)
    return Cell([Part(label, title=f"EDTF {document[f'{name}_edtf']}")], tags)


def _reader(column: Column, table: Table) -> Read:
    """What makes the cells of a column that is shown by itself."""
    name = column.name
    if name in ("name", "title") and any(other.name == "ref" for other in table.columns):
        return lambda document: _record_cell(document, name)
    if name == "value_label":
        return _claimed_cell

    def read(document: Document) -> Cell:
        whole = document.get(column.key) if column.key == name else None
        if isinstance(whole, list) and whole:
            return _list_cell(name, whole)
        return _value_cell(column, column.cell(document), table)

    return read


def _record_cell(document: Document, name: str) -> Cell:
    ref = document["ref"]
    text = document.get(name) or document.get("id") or ref
    if ref.startswith("claims/"):
        return Cell([Part(text, data=f"/v1/{ref}")])
    return Cell([Part(text, ref=ref)])


def _claimed_cell(document: Document) -> Cell:
    value, words = str(document["value"]), document["value_label"]
    return Cell([Part(words, ref=value) if _REF.fullmatch(value) else Part(words)])


def _list_cell(name: str, items: Sequence[Any]) -> Cell:
    parts = [_item(name, item) for item in items[:_MOST_LINKS]]
    if len(items) > _MOST_LINKS:
        parts.append(Part(f"and {len(items) - _MOST_LINKS} more"))
    return Cell(parts)


def _item(name: str, item: Any) -> Part:
    if isinstance(item, Mapping):
        if "ref" in item:
            ended = "" if item.get("active", True) else " (ended)"
            return Part(f"{item['name']}{ended}", ref=item["ref"])
        words = item.get("text") or item.get("about") or item.get("id") or ""
        return Part(unescape(_TAGS.sub("", str(words))))
    return _linked(name, str(item), str(item))


def _linked(name: str, value: str, words: str) -> Part:
    """A value and where it leads."""
    if _REF.fullmatch(value):
        return Part(words, ref=value)
    if name in ("source", "source_id"):
        return Part(words, ref=f"{Kind.SOURCES.value}/{value}")
    if name in ("claim_id", "claims") or name.endswith("_claim_id"):
        return Part(words, data=f"/v1/claims/{value}")
    return Part(words)


def _value_cell(column: Column, value: Any, table: Table) -> Cell:
    if value is None or value == "":
        return Cell()
    if column.type is ColumnType.BOOLEAN:
        return Cell([Part("yes" if value else "no")])
    if column.type is ColumnType.DATE:
        return Cell([Part(day_label(value), title=str(value))])
    if column.type is ColumnType.INTEGER:
        return Cell([Part(f"{value:,}".replace("-", "−"))])
    return Cell(list(_texts(column, str(value), table)))


def _texts(column: Column, text: str, table: Table) -> Iterator[Part]:
    name = column.name
    if name == "verdict":
        yield Part(plain(text), css=f"verdict {text}")
    elif name == "id" and table.name in ("claims", "changes"):
        yield Part(text, data=f"/v1/claims/{text}")
    elif text.startswith(("https://", "http://")):
        yield Part(text.partition("//")[2].partition("/")[0], url=text, title=text)
    elif SEPARATOR in text:
        yield from (Part(unescape(_TAGS.sub("", piece))) for piece in text.split(SEPARATOR))
    elif column.choices or name in _WORDS:
        yield Part(plain(text))
    else:
        yield _linked(name, text, text)


# Columns of words of the vocabulary, which people write without underscores.
_WORDS = frozenset({
    "property", "relation", "field", "milestone", "subject_status", "value_type", "scheme", "kind",
})  # fmt: skip
