"""What routes answer with: tables, the forms in which they can be had, and what is chosen of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.api.asked import Asked
from app.api.formats import ATOM, ICS, LINKS, TABULAR, Format
from app.errors import BadRequest, ParameterError, did_you_mean
from app.render.calendar import Event
from app.render.feed import Entry
from app.schemas.tables import Table

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a route answers with, and the forms in which it can be had."""

    table: Table
    key: str = "results"  # under which the documents stand in JSON
    events: Callable[[Document], Iterable[Event]] | None = None
    entry: Callable[[Document], Entry] | None = None
    is_timemap: bool = False
    only: tuple[Format, ...] = ()  # where it cannot be had as a table
    formats: tuple[Format, ...] = field(init=False)  # the best first

    def __post_init__(self) -> None:
        more = {ICS: self.events, ATOM: self.entry, LINKS: self.is_timemap}
        tables = (*TABULAR, *(form for form, given in more.items() if given))
        object.__setattr__(self, "formats", self.only or tables)


def chosen_columns(table: Table, asked: Asked) -> tuple[Table, set[str] | None]:
    """The table with the columns asked for, and the keys of its documents; None = all.

    Raises:
        BadRequest: naming the nearest column.
    """
    keys = None
    if asked.fields is not None:
        names = named_fields(table, asked.fields)
        table = table.chosen(names)
        keys = {column.key for column in table.columns} | (set(names) & set(table.beside))
    if not asked.table.labels:
        table = table.narrowed(lambda column: not column.is_label)
    return table, keys


def named_fields(table: Table, fields: str) -> list[str]:
    """What the parameter `fields` names of a table.

    Raises:
        BadRequest: naming the nearest that there is.
    """
    names = [name.strip() for name in fields.split(",")]
    known = table.names()
    for name in names:
        if name not in known:
            detail = f"unknown field {name!r}: {did_you_mean(name, known)}"
            raise BadRequest(detail, [ParameterError("fields", detail)])
    return names
