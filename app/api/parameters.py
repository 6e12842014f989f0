"""Query parameters: declared from the filters and fields, read into what the queries take."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from app.errors import BadRequest, InvalidParameter, ParameterError, did_you_mean
from app.queries.filters import MAX_VALUE_LENGTH, Filter, list_pattern
from app.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, PageRequest, cursor_day

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

_AS_OF = Field(
    default=None,
    min_length=1,
    max_length=40,
    description=(
        "The day as of which to answer: only what had been said by then counts. `YYYY`, `YYYY-MM` "
        "(a period means its last day), `YYYY-MM-DD`, `today`, or back from today: `-30d`, `-6m`, "
        "`-1y`. If left out, today."
    ),
    examples=["2018-03"],
    json_schema_extra={
        "pattern": r"^(today|-\d{1,3}[dmy]|[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?)?)$"
    },
)
_CLAIMS = (
    "Which claims to give with each record: `none`, `best` (those behind its values, and those "
    "that contradict one) or `all` that were known by then."
)
_FIELDS = (
    "Which keys of a record to give besides `id` and `ref`, separated by commas; the name of a "
    "date gives all of its keys. If left out, all."
)

# A parameter that may be left out, but not given as null: generators would make a type of it.
_ABSENT: Any = SkipJsonSchema[None]  # type: ignore[misc]


class AsOfQuery(BaseModel):
    """What every reading route takes."""

    model_config = ConfigDict(extra="forbid")

    as_of: str | SkipJsonSchema[None] = _AS_OF


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    requested: str | None
    day: dt.date
    depends_on_today: bool
    page: PageRequest = field(default_factory=PageRequest)
    claims: Literal["none", "best", "all"] = "none"
    fields: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


def query_model(
    name: str,
    *,
    filters: Iterable[Filter] = (),
    sort: Iterable[str] = (),
    default_sort: str = "",
    claims: Literal["none", "best"] | None = None,
    fields: Sequence[str] = (),
) -> type[AsOfQuery]:
    """The query parameters of a route as a model, so that OpenAPI declares them one by one."""
    keys: dict[str, Any] = {item.name: _filter_parameter(item) for item in filters}
    if sort:
        keys |= _paging_parameters(tuple(sort), default_sort)
    if claims:
        keys["claims"] = (Literal["none", "best", "all"], Field(claims, description=_CLAIMS))
    if fields:
        example = ",".join(fields[:3:2])  # the id and the name or title
        keys["fields"] = _optional(_text(list_pattern(fields)), _FIELDS, example)
    model: type[AsOfQuery] = create_model(name, __base__=AsOfQuery, **keys)
    return model


def _filter_parameter(item: Filter) -> Any:
    annotation: Any = bool if item.type is bool else _text(item.pattern, item.max_length)
    return _optional(annotation, item.description, item.example)


def _text(pattern: str | None = None, max_length: int = MAX_VALUE_LENGTH) -> Any:
    """A text whose pattern is shown and not enforced: our own checks can name the nearest word."""
    declared = Field(
        min_length=1,
        max_length=max_length,
        json_schema_extra={"pattern": pattern or _PRINTABLE},
    )
    return Annotated[str, declared]


def _optional(annotation: Any, description: str, example: Any = None) -> Any:
    examples = None if example is None else [example]
    declared = Field(default=None, description=description, examples=examples)
    return (annotation | _ABSENT, declared)


def _paging_parameters(sort: tuple[str, ...], default: str) -> dict[str, Any]:
    how = (
        f"Keys to sort by, separated by commas, `-` before one for descending; what has no value "
        f"comes last. Of: {', '.join(sort)}. If left out: {default}."
    )
    limit = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Records a page.", examples=[100])
    cursor = "Where the page begins: `next_cursor` of the page before, unchanged."
    return {
        "sort": _optional(_text(list_pattern(f"-?{name}" for name in sort)), how, default),
        "limit": (int, limit),
        "cursor": _optional(_text(), cursor),
    }


_NO_FILTERS = frozenset({"as_of", "sort", "limit", "cursor", "claims", "fields"})


def read(query: AsOfQuery, today: dt.date) -> Asked:
    """What a request asks for, on a day."""
    given = query.model_dump(exclude_none=True)
    requested = given.get("as_of")
    depends_on_today = requested is None or _PERIOD.fullmatch(requested) is None
    day = today if requested is None else parse_as_of(requested, today)
    if cursor := given.get("cursor"):
        day = _day_of_list(day, cursor_day(cursor), depends_on_today)
    page = {name: given[name] for name in ("sort", "limit", "cursor") if name in given}
    return Asked(
        requested=requested,
        day=day,
        depends_on_today=depends_on_today,
        page=PageRequest(**page),
        claims=given.get("claims", "none"),
        fields=given.get("fields"),
        given={name: value for name, value in given.items() if name not in _NO_FILTERS},
    )


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


def parse_as_of(text: str, today: dt.date) -> dt.date:
    """The day that `as_of` means; a period means its last day.

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
        f"as_of {text!r} is not a day: write YYYY, YYYY-MM, YYYY-MM-DD, today, or back from today "
        "-30d, -6m, -1y"
    )
    raise InvalidParameter(detail, [ParameterError("as_of", detail)])


def _back(today: dt.date, number: int, unit: str) -> dt.date:
    if unit == "d":
        return today - dt.timedelta(days=number)
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


# --- Fields -------------------------------------------------------------------------------------


def chosen_keys(fields: str, keys: Iterable[str], groups: Mapping[str, Sequence[str]]) -> set[str]:
    """The keys of a record that `fields` names; a group, `launch`, names all of its keys.

    Raises:
        BadRequest: naming the nearest key.
    """
    known = tuple(keys)
    chosen: set[str] = set()
    for part in fields.split(","):
        name = part.strip()
        if name not in known and name not in groups:
            detail = f"unknown field {name!r}: {did_you_mean(name, (*known, *groups))}"
            raise BadRequest(detail, [ParameterError("fields", detail)])
        chosen.update(groups.get(name, (name,)))
    return chosen


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
