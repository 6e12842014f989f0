"""Query parameters, declared one by one from the filters and fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from app.api.days import day_field
from app.queries.filters import (
    ID_PATTERN,
    MAX_VALUE_LENGTH,
    REFERENCE_PATTERN,
    Filter,
    list_pattern,
)
from app.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET

PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\ufffe\uffff]*$"  # the last two are no characters

_AS_OF = day_field(
    "The day as of which to answer: only what had been said by then counts. If left out, today.",
    "2018-03",
)
_CLAIMS = (
    "Which claims to give with each record: `none`, `best` (those behind its values, and those "
    "that contradict one) or `all` that were known by then."
)
_FIELDS = (
    "Which keys of a record to give besides those that tell records apart, separated by commas; "
    "the name of a date gives all of its keys. If left out, all."
)

_GROUP_BY = (
    "Count records by one or two dimensions, separated by a comma: the answer has `groups` in "
    "place of records. A record with several values in a dimension counts under each."
)

# A parameter that may be left out, but not given as null: generators would make a type of it.
ABSENT: Any = SkipJsonSchema[None]  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of which a text is one or more; stands beside its type, for forms."""

    words: tuple[str, ...]


class AsOfQuery(BaseModel):
    """What every reading route takes."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    as_of: str | SkipJsonSchema[None] = _AS_OF


# A model, which is made when it is first asked for: nobody needs all that there are.
Parameters = Callable[[], type[AsOfQuery]]


def query_model(
    name: str,
    *,
    filters: Iterable[Filter] = (),
    sort: Iterable[str] = (),
    default_sort: str = "",
    places: bool = False,
    claims: Literal["none", "best"] | None = None,
    fields: Sequence[str] = (),
    columns: Sequence[str] = (),
    groups: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
    tables: bool = True,
) -> Parameters:
    """The query parameters of a route as a model, so that OpenAPI declares them one by one.

    Args:
        name: of the model.
        filters: that narrow the list.
        sort: keys to sort by; with them come the parameters of pages.
        default_sort: what holds if nothing is said.
        places: whether there are pages although nothing can be sorted.
        claims: what holds if nothing is said, where claims can be had with the records.
        fields: keys that can be chosen.
        columns: the same, where only tables can do without some.
        groups: dimensions by which records can be counted.
        more: parameters of this route alone, as `create_model` takes them.
        tables: whether the answer can be had as a table that is written as one likes.
    """

    @cache
    def model() -> type[AsOfQuery]:
        keys: dict[str, Any] = {item.name: _filter_parameter(item) for item in filters}
        if sort:
            keys |= _sort_parameter(tuple(sort), default_sort)
        if sort or places:
            keys |= _paging_parameters()
        if claims:
            keys["claims"] = (Literal["none", "best", "all"], Field(claims, description=_CLAIMS))
        if fields:
            example = ",".join(fields[:3:2])  # the id and the name or title
            keys["fields"] = optional_parameter(_words(fields), _FIELDS, example)
        if columns:
            keys["fields"] = _table_option(_words(columns), _FIELDS, ",".join(columns[:3:2]))
        if groups:
            one = f"({'|'.join(groups)})"
            what = f"{_GROUP_BY} Of: {', '.join(groups)}."
            dimensions = _text(f"^{one}(,{one})?$", words=groups)
            keys["group_by"] = optional_parameter(dimensions, what, groups[0])
        keys |= (_TABLE_OPTIONS if tables else {}) | dict(more or {})
        made: type[AsOfQuery] = create_model(name, __base__=AsOfQuery, **keys)
        return made

    return model


_MANY = 10**9  # what databases take for a number of days

VALUES_FROM = "x-values-from"  # of OpenAPI: where the values of a parameter are listed
TABLE_OPTION = "x-table-option"  # of OpenAPI: a parameter of tables, not of plain JSON


def _table_option(annotation: Any, description: str, example: Any) -> Any:
    declared = Field(
        default=None,
        description=description,
        examples=[example],
        json_schema_extra={TABLE_OPTION: True},
    )
    return (annotation | ABSENT, declared)


_TABLE_OPTIONS: dict[str, Any] = {
    "shape": _table_option(
        Literal["objects", "array", "arrays"],
        "How JSON is laid out: `objects` in their envelope; `array`, the bare objects; `arrays`, "
        "the names of the columns once and each row as an array of plain values.",
        "arrays",
    ),
    "labels": _table_option(
        bool, "Whether columns of names stand beside those of ids; yes if left out.", False
    ),
    "header": _table_option(
        bool, "CSV and TSV: whether the first line names the columns; yes if left out.", False
    ),
    "bom": _table_option(
        bool, "CSV and TSV: begin with a byte order mark, for Excel; no if left out.", True
    ),
    "dl": _table_option(bool, "Have browsers save the answer in a file; no if left out.", True),
}


def _filter_parameter(item: Filter) -> Any:
    annotation: Any = item.type
    if item.type is str:
        listed = ", ".join(f"/v1/{kind.value}" for kind in item.refers_to) or item.values_from
        pattern = item.pattern
        if item.refers_to:
            pattern = ID_PATTERN if len(item.refers_to) == 1 else REFERENCE_PATTERN
        annotation = _text(pattern, item.max_length, listed, item.choices)
    elif item.type is int:
        annotation = Annotated[int, Field(ge=-_MANY, le=_MANY)]
    elif item.type is float:
        annotation = Annotated[float, Field(ge=-_MANY, le=_MANY, allow_inf_nan=False)]
    return optional_parameter(annotation, item.description, item.example)


def _text(
    pattern: str | None = None,
    max_length: int = MAX_VALUE_LENGTH,
    values_from: str = "",
    words: Sequence[str] = (),
) -> Any:
    """A text whose pattern is shown and not enforced: our own checks can name the nearest word."""
    shown = {"pattern": pattern or PRINTABLE}
    if values_from:
        shown[VALUES_FROM] = values_from
    declared = Field(min_length=1, max_length=max_length, json_schema_extra=shown)  # type: ignore[arg-type]
    return Annotated[str, declared, Words(tuple(words))] if words else Annotated[str, declared]


def _words(words: Sequence[str]) -> Any:
    return _text(list_pattern(words), words=words)


def text_parameter(description: str, example: str, values_from: str = "") -> Any:
    """A text that may be left out."""
    return optional_parameter(_text(values_from=values_from), description, example)


def choice_parameter(description: str, choices: Sequence[str]) -> Any:
    """One or more of some words, separated by commas."""
    what = f"{description} Of: {', '.join(choices)}."
    return optional_parameter(_words(choices), what, choices[0])


def optional_parameter(annotation: Any, description: str, example: Any = None) -> Any:
    """A parameter that may be left out, as `create_model` takes it."""
    examples = None if example is None else [example]
    declared = Field(default=None, description=description, examples=examples)
    return (annotation | ABSENT, declared)


def _sort_parameter(sort: tuple[str, ...], default: str) -> dict[str, Any]:
    how = (
        f"Keys to sort by, separated by commas, `-` before one for descending; what has no value "
        f"comes last. Of: {', '.join(sort)}. If left out: {default}."
    )
    keys = _text(list_pattern(f"-?{name}" for name in sort), words=sort)
    return {"sort": optional_parameter(keys, how, default)}


def _paging_parameters() -> dict[str, Any]:
    limit = (
        f"Records a page, up to {MAX_LIMIT}. If left out, {DEFAULT_LIMIT} in plain JSON, and all "
        "of them in every other form."
    )
    offset = "How many records to leave out before the page begins; not together with `cursor`."
    cursor = "Where the page begins: `next_cursor` of the page before, unchanged."
    return {
        "limit": optional_parameter(Annotated[int, Field(ge=1, le=MAX_LIMIT)], limit, 100),
        "offset": optional_parameter(Annotated[int, Field(ge=0, le=MAX_OFFSET)], offset, 0),
        "cursor": optional_parameter(_text(), cursor),
    }
