"""Query parameters, read into what a request asks for."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel

from app.api.days import accept_datetime, is_relative, parse_day
from app.api.parameters import AsOfQuery
from app.errors import BadRequest, InvalidParameter, ParameterError
from app.queries.cursors import cursor_day
from app.queries.filters import MAX_WORDS
from app.queries.paging import PageRequest


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


_ABOUT_PAGES = frozenset(PageRequest.__dataclass_fields__)
_ABOUT_TABLES = frozenset(TableOptions.__dataclass_fields__)
NO_FILTERS = {"as_of", "since", "claims", "fields", "group_by"} | _ABOUT_PAGES | _ABOUT_TABLES


def read(request: Request, query: AsOfQuery, now: dt.datetime) -> Asked:
    """What a request asks for.

    Raises:
        BadRequest: for an Accept-Datetime that is no date.
        InvalidParameter: for an `as_of` that is no day, or parameters that exclude each other.
    """
    given = _given(query)
    asked = on_day(_undated(given), given.get("as_of") or accept_datetime(request), now)
    if cursor := given.get("cursor"):
        if "offset" in given:
            raise _not_together("offset", "cursor")
        day = _day_of_list(asked.day, cursor_day(cursor), asked.depends_on_today)
        asked = replace(asked, day=day)
    if since := given.get("since"):
        since_day = parse_day("since", since, now.date())
        is_relative_too = asked.depends_on_today or is_relative(since)
        asked = replace(asked, since=since_day, depends_on_today=is_relative_too)
    return asked


def read_undated(query: AsOfQuery) -> Asked | None:
    """What is asked for but its day; None, if more than `as_of` and the clock tell that.

    Raises:
        InvalidParameter: for parameters that exclude each other.
    """
    given = _given(query)
    return None if {"cursor", "since"} & given.keys() else _undated(given)


def on_day(asked: Asked, requested: str | None, now: dt.datetime) -> Asked:
    """The same on a day, as `as_of` gives it; today, if it does not.

    Raises:
        InvalidParameter: for an `as_of` that is no day.
    """
    today = now.date()
    day = today if requested is None else parse_day("as_of", requested, today)
    depends_on_today = requested is None or is_relative(requested)
    # What replace() does, at a fraction of its cost.
    return Asked(
        requested, day, depends_on_today, asked.since, asked.page, asked.table, asked.claims,
        asked.fields, asked.group_by, asked.given,
    )  # fmt: skip


def _undated(given: Mapping[str, Any]) -> Asked:
    _check_lengths(given)
    page = {name: given[name] for name in _ABOUT_PAGES & given.keys()}
    table = {name: given[name] for name in _ABOUT_TABLES & given.keys()}
    return Asked(
        requested=None,
        day=dt.date.min,
        depends_on_today=True,
        page=PageRequest(**{"limit": None, **page}),
        table=TableOptions(**table),
        claims=given.get("claims", "none"),
        fields=given.get("fields"),
        group_by=_group_by(given),
        given={name: value for name, value in given.items() if name not in NO_FILTERS},
    )


def _given(query: BaseModel) -> dict[str, Any]:
    """The parameters that have a value: those of the request, and what others are without one."""
    named, defaults = query.model_fields_set, _defaults(type(query))
    values = {name: getattr(query, name) for name in sorted(named)}
    values |= {name: defaults[name] for name in defaults.keys() - named}
    return {name: value for name, value in values.items() if value is not None}


@cache
def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    return {
        name: field.default
        for name, field in model.model_fields.items()
        if not field.is_required() and field.default is not None
    }


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


def _day_of_list(day: dt.date, begun_on: dt.date, depends_on_today: bool) -> dt.date:
    """The day of a list that goes on: the one on which it began, also over midnight."""
    if day != begun_on and not depends_on_today:
        detail = (
            f"the cursor is of a list as of {begun_on}: leave as_of as it was, or the cursor out"
        )
        raise InvalidParameter(detail, [ParameterError("cursor", detail)])
    return begun_on


# --- All of them ----------------------------------------------------------------------------------


_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


async def check_query(request: Request) -> None:
    """That no parameter is given twice, and none has a character that nobody can have meant.

    Raises:
        BadRequest: for a parameter given twice: one of the two would be ignored.
        InvalidParameter: for a control character, which databases do not compare as text.
    """
    check_pairs(request.query_params.multi_items())


def check_pairs(items: Sequence[tuple[str, str]]) -> None:
    """The same of parameters that stand elsewhere."""
    names = [name for name, _ in items]
    for name, value in items:
        if names.count(name) > 1:
            detail = f"{name} is given {names.count(name)} times: separate its values by commas"
            raise BadRequest(detail, [ParameterError(name, detail)])
        if _UNPRINTABLE.search(value):
            detail = f"{name} has a control character or half of one: leave it out"
            raise InvalidParameter(detail, [ParameterError(name, detail)])
