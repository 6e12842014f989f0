"""Query parameters: declared from the filters and fields, read into what the queries take."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from app.errors import BadRequest, InvalidParameter, ParameterError
from app.queries.filters import (
    ID_PATTERN,
    MAX_VALUE_LENGTH,
    MAX_WORDS,
    REFERENCE_PATTERN,
    Filter,
    list_pattern,
)
from app.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, PageRequest, cursor_day

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

_HOW = (
    "`YYYY`, `YYYY-MM` (a period means its last day), `YYYY-MM-DD`, `today`, or back from today: "
    "`-30d`, `-6m`, `-1y`."
)


def day_field(description: str, example: str, default: Any = None) -> Any:
    """A parameter that is a day."""
    return Field(
        default=default,
        min_length=1,
        max_length=40,
        description=f"{description} {_HOW}",
        examples=[example],
        json_schema_extra={
            "pattern": (
                r"^(today|-\d{1,3}[dmy]|[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?)?)$"
            )
        },
    )


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


class AsOfQuery(BaseModel):
    """What every reading route takes."""

    model_config = ConfigDict(extra="forbid")

    as_of: str | SkipJsonSchema[None] = _AS_OF


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a table is written."""

    shape: Literal["objects", "array", "arrays"] = "objects"
    labels: bool = True
    header: bool = True
    bom: bool = False
    dl: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    requested: str | None
    day: dt.date
    depends_on_today: bool
    since: dt.date | None = None
    page: PageRequest = field(default_factory=PageRequest)
    table: TableOptions = field(default_factory=TableOptions)
    claims: Literal["none", "best", "all"] = "none"
    fields: str | None = None
    group_by: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


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
) -> type[AsOfQuery]:
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
    """
    keys: dict[str, Any] = {item.name: _filter_parameter(item) for item in filters}
    if sort:
        keys |= _sort_parameter(tuple(sort), default_sort)
    if sort or places:
        keys |= _paging_parameters()
    if claims:
        keys["claims"] = (Literal["none", "best", "all"], Field(claims, description=_CLAIMS))
    if fields:
        example = ",".join(fields[:3:2])  # the id and the name or title
        keys["fields"] = optional_parameter(_text(list_pattern(fields)), _FIELDS, example)
    if columns:
        keys["fields"] = _table_option(
            _text(list_pattern(columns)), _FIELDS, ",".join(columns[:3:2])
        )
    if groups:
        one = f"({'|'.join(groups)})"
        what = f"{_GROUP_BY} Of: {', '.join(groups)}."
        keys["group_by"] = optional_parameter(_text(f"^{one}(,{one})?$"), what, groups[0])
    keys |= _TABLE_OPTIONS | dict(more or {})
    model: type[AsOfQuery] = create_model(name, __base__=AsOfQuery, **keys)
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
        annotation = _text(pattern, item.max_length, listed)
    elif item.type is int:
        annotation = Annotated[int, Field(ge=-_MANY, le=_MANY)]
    return optional_parameter(annotation, item.description, item.example)


def _text(
    pattern: str | None = None, max_length: int = MAX_VALUE_LENGTH, values_from: str = ""
) -> Any:
    """A text whose pattern is shown and not enforced: our own checks can name the nearest word."""
    shown = {"pattern": pattern or PRINTABLE}
    if values_from:
        shown[VALUES_FROM] = values_from
    declared = Field(min_length=1, max_length=max_length, json_schema_extra=shown)  # type: ignore[arg-type]
    return Annotated[str, declared]


def text_parameter(description: str, example: str, values_from: str = "") -> Any:
    """A text that may be left out."""
    return optional_parameter(_text(values_from=values_from), description, example)


def choice_parameter(description: str, choices: Sequence[str]) -> Any:
    """One or more of some words, separated by commas."""
    what = f"{description} Of: {', '.join(choices)}."
    return optional_parameter(_text(list_pattern(choices)), what, choices[0])


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
    pattern = list_pattern(f"-?{name}" for name in sort)
    return {"sort": optional_parameter(_text(pattern), how, default)}


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


_ABOUT_PAGES = frozenset(PageRequest.__dataclass_fields__)
_ABOUT_TABLES = frozenset(TableOptions.__dataclass_fields__)
_NO_FILTERS = {"as_of", "since", "claims", "fields", "group_by"} | _ABOUT_PAGES | _ABOUT_TABLES


def read(request: Request, query: AsOfQuery, now: dt.datetime) -> Asked:
    """What a request asks for.

    Raises:
        BadRequest: for an Accept-Datetime that is no date.
        InvalidParameter: for an `as_of` that is no day, or parameters that exclude each other.
    """
    given = query.model_dump(exclude_none=True)
    _check_lengths(given)
    requested = given.get("as_of") or accept_datetime(request)
    today = now.date()
    depends_on_today = requested is None or _is_relative(requested)
    day = today if requested is None else parse_day("as_of", requested, today)
    if cursor := given.get("cursor"):
        if "offset" in given:
            raise _not_together("offset", "cursor")
        day = _day_of_list(day, cursor_day(cursor), depends_on_today)
    page = {name: given[name] for name in _ABOUT_PAGES & given.keys()}
    table = {name: given[name] for name in _ABOUT_TABLES & given.keys()}
    since = given.get("since")
    return Asked(
        requested=requested,
        day=day,
        depends_on_today=depends_on_today or (since is not None and _is_relative(since)),
        since=parse_day("since", since, today) if since else None,
        page=PageRequest(**{"limit": None, **page}),
        table=TableOptions(**table),
        claims=given.get("claims", "none"),
        fields=given.get("fields"),
        group_by=_group_by(given),
        given={name: value for name, value in given.items() if name not in _NO_FILTERS},
    )


_TEXTS = frozenset({"q", "locator", "cursor"})  # in which a comma is a comma


def _check_lengths(given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        is_text = name in _TEXTS or name.endswith("__contains") or not isinstance(value, str)
        parts = 1 if is_text else value.count(",") + 1
        if parts > MAX_WORDS:
            detail = (
                f"{name} has {parts} values: give {MAX_WORDS} at most, separated by commas, or "
                "leave it out and choose from the whole"
            )
            raise InvalidParameter(detail, [ParameterError(name, detail)])


def _group_by(given: Mapping[str, Any]) -> str | None:
    group_by: str | None = given.get("group_by")
    if group_by:
        for name in ("sort", "fields"):
            if name in given:
                raise _not_together(name, "group_by")
    return group_by


def _not_together(name: str, other: str) -> InvalidParameter:
    detail = f"{name} and {other} exclude each other: leave one of them out"
    return InvalidParameter(detail, [ParameterError(name, detail)])


def accept_datetime(request: Request) -> str | None:
    """The day that the header Accept-Datetime asks for (RFC 7089, 2.1.1), as `as_of` writes it.

    Raises:
        BadRequest: if it is no date.
    """
    header = request.headers.get("accept-datetime")
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header)
        # Without a zone it is of none but GMT (RFC 9110, 5.6.7).
        moment = moment.astimezone(dt.UTC) if moment.tzinfo else moment
        return moment.date().isoformat()
    except (ValueError, OverflowError):
        detail = (
            f"Accept-Datetime {header!r} is not a date: write it as "
            "Sat, 31 Mar 2018 23:59:59 GMT, or ask with as_of=2018-03-31"
        )
        raise BadRequest(detail, [ParameterError("Accept-Datetime", detail)]) from None


def _day_of_list(day: dt.date, begun_on: dt.date, depends_on_today: bool) -> dt.date:
    """The day of a list that goes on: the one on which it began, also over midnight."""
    if day != begun_on and not depends_on_today:
        detail = (
            f"the cursor is of a list as of {begun_on}: leave as_of as it was, or the cursor out"
        )
        raise InvalidParameter(detail, [ParameterError("cursor", detail)])
    return begun_on


# --- As of --------------------------------------------------------------------------------------

_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_BACK = re.compile(r"-(\d{1,5})([dmy])", re.ASCII)


def _is_relative(text: str) -> bool:
    return _PERIOD.fullmatch(text) is None


def parse_day(name: str, text: str, today: dt.date) -> dt.date:
    """The day that a parameter means; a period means its last day.

    Raises:
        InvalidParameter: with how to write it.
    """
    try:
        if text == "today":
            return today
        if match := _BACK.fullmatch(text):
            return _back(today, int(match[1]), match[2])
        if match := _PERIOD.fullmatch(text):
            year, month, day = (int(part) if part else None for part in match.groups())
            assert year is not None, "the pattern has a year"
            month = 12 if month is None else month
            last = calendar.monthrange(year, month)[1]
            return dt.date(year, month, last if day is None else day)
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        pass
    detail = (
        f"{name} {text!r} is not a day: write YYYY, YYYY-MM, YYYY-MM-DD, today, or back from today "
        "-30d, -6m, -1y"
    )
    raise InvalidParameter(detail, [ParameterError(name, detail)])


def _back(today: dt.date, number: int, unit: str) -> dt.date:
    if unit == "d":
        return today - dt.timedelta(days=number)
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


# --- All of them ----------------------------------------------------------------------------------


async def check_query(request: Request) -> None:
    """That no parameter is given twice, and none has a character that nobody can have meant.

    Raises:
        BadRequest: for a parameter given twice: one of the two would be ignored.
        InvalidParameter: for a control character, which databases do not compare as text.
    """
    items = request.query_params.multi_items()
    names = [name for name, _ in items]
    for name, value in items:
        if names.count(name) > 1:
            detail = f"{name} is given {names.count(name)} times: separate its values by commas"
            raise BadRequest(detail, [ParameterError(name, detail)])
        if _UNPRINTABLE.search(value):
            detail = f"{name} has a control character or half of one: leave it out"
            raise InvalidParameter(detail, [ParameterError(name, detail)])
