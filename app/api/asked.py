"""Query parameters, read into what a request asks for."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

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


class Asked(NamedTuple):
    """What a request asks for."""

    requested: str | None
    day: dt.date
    depends_on_today: bool
    since: dt.date | None = None
    page: PageRequest = PageRequest()
    table: TableOptions = TableOptions()
    claims: Literal["none", "best", "all"] = "none"
    fields: str | None = None
    group_by: str | None = None
    given: Mapping[str, Any] = MappingProxyType({})


_ABOUT_PAGES = frozenset(PageRequest._fields)
_ABOUT_TABLES = frozenset(TableOptions.__dataclass_fields__)
NO_FILTERS = {"as_of", "since", "claims", "fields", "group_by"} | _ABOUT_PAGES | _ABOUT_TABLES


class When(NamedTuple):
    """The day as of which to answer."""

    day: dt.date
    depends_on_today: bool


@dataclass(frozen=True, slots=True)
class Undated:
    """What a request asks for, on whatever day."""

    requested: str | None
    cursor: str | None
    since: str | None
    rest: Asked  # of no day

    def when(self, requested: str | None, cursor: str | None, now: dt.datetime) -> When:
        """The day that is meant.

        Args:
            requested: as `as_of` gives it; None for today.
            cursor: where the page begins: a list that goes on keeps its day, also over midnight.
            now: the moment of the request.

        Raises:
            InvalidParameter: for what is no day, and for a cursor that is none or of another day.
        """
        today = now.date()
        day = today if requested is None else parse_day("as_of", requested, today)
        depends_on_today = requested is None or is_relative(requested)
        if cursor is not None:
            day = _day_of_list(day, cursor_day(cursor), depends_on_today)
        if self.since is not None:
            depends_on_today = depends_on_today or is_relative(self.since)
        return When(day, depends_on_today)

    def on(self, when: When, requested: str | None, cursor: str | None, now: dt.datetime) -> Asked:
        """The same on a day; for the rest see `when`.

        Raises:
            InvalidParameter: for a `since` that is no day.
        """
        rest, page = self.rest, self.rest.page
        if cursor is not None:
            page = page._replace(cursor=cursor)
        since = None if self.since is None else parse_day("since", self.since, now.date())
        day, depends_on_today = when
        return rest._replace(
            requested=requested, day=day, depends_on_today=depends_on_today, since=since, page=page
        )


def read(request: Request, query: AsOfQuery, now: dt.datetime) -> Asked:
    """What a request asks for.

    Raises:
        BadRequest: for an Accept-Datetime that is no date.
        InvalidParameter: for an `as_of` that is no day, or parameters that exclude each other.
    """
    undated = read_undated(query)
    requested, cursor = undated.requested or accept_datetime(request), undated.cursor
    return undated.on(undated.when(requested, cursor, now), requested, cursor, now)


def read_undated(query: AsOfQuery) -> Undated:
    """What a request asks for but its day.

    Raises:
        InvalidParameter: for parameters that exclude each other.
    """
    given = _given(query)
    _check_lengths(given)
    if "cursor" in given and "offset" in given:
        raise _not_together("offset", "cursor")
    page = {name: given[name] for name in _ABOUT_PAGES & given.keys()}
    table = {name: given[name] for name in _ABOUT_TABLES & given.keys()}
    rest = Asked(
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
    return Undated(given.get("as_of"), given.get("cursor"), given.get("since"), rest)


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


_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


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
            detail = (
                f"{name} is given {names.count(name)} times: give it once, with commas between "
                "several values, if it takes several"
            )
            raise BadRequest(detail, [ParameterError(name, detail)])
        if _UNPRINTABLE.search(value):
            detail = f"{name} has a control character or half of one: leave it out"
            raise InvalidParameter(detail, [ParameterError(name, detail)])
