"""What stands around every answer, and what errors look like."""

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

T = TypeVar("T")

LICENSE = "CC-BY-4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"


class Shaped(BaseModel):
    """What every public shape has in common: its keys are fixed."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class AsOf(Shaped):
    """The day as of which the answer was given."""

    requested: str | None = Field(description="what the request said; null = nothing, so today")
    resolved: dt.date = Field(description="the day that this means; a period means its last day")


class Citation(Shaped):
    """How to cite the answer."""

    text: str = Field(description="ready to be pasted")
    url: str = Field(description="address that gives the same answer: it names the day")


class Meta(Shaped):
    """What every answer says of itself."""

    as_of: AsOf
    release: str = Field(description="digest of all that the data says; changes when it does")
    license: str = Field(description="licence of the data (SPDX)", examples=[LICENSE])
    license_url: str = Field(description="the licence in full")
    citation: Citation


class ListMeta(Meta):
    """What a list says of itself."""

    count: int = Field(description="how many records there are in all, not only on this page")
    count_is: Literal["exact", "at_least"] = Field(
        description="whether that is all, or there are more: very many are not counted to the end"
    )
    limit: int = Field(description="how many a page may hold")
    next_cursor: str | None = Field(description="for the next page; null on the last")
    next: str | None = Field(description="address of the next page; null on the last")


class ScorecardMeta(ListMeta):
    """What a scorecard says of itself."""

    verdicts: dict[str, int] = Field(description="how many plans got which verdict")


class Item(Shaped, Generic[T]):
    """One record."""

    meta: Meta
    result: T


class Group(BaseModel):
    """How many records share a value, or two; each dimension is a key, with its name beside it."""

    model_config = ConfigDict(extra="allow", defer_build=True)
    __pydantic_extra__: dict[str, str | int | None]

    count: int = Field(description="how many there are")


class Page(Shaped, Generic[T]):
    """Some records of a list."""

    meta: ListMeta
    results: list[T]


class GroupablePage(Page[T], Generic[T]):
    """Some records of a list, or how many share what."""

    groups: list[Group] | None = Field(
        default=None, description="only with `group_by`, in place of the records"
    )


# What stands around a model; like parameters, it is made when it is first asked for.
Envelope = Callable[[], type[BaseModel]]
Model = type[BaseModel] | Callable[[], type[BaseModel]]


@cache
def item_of(model: Model) -> Envelope:
    """One record of a model, under the name that generated clients will use: MissionItem."""
    return _envelope("Item", Item, model)


@cache
def page_of(model: Model) -> Envelope:
    """A page of records of a model: MissionPage."""
    return _envelope("Page", Page, model)


@cache
def groupable_page_of(model: Model) -> Envelope:
    """A page of records that can be counted by what they share."""
    return _envelope("Page", GroupablePage, model)


def _envelope(what: str, around: Any, model: Model) -> Envelope:
    @cache
    def made() -> type[BaseModel]:
        inner = model if isinstance(model, type) else model()
        base = around[inner]
        return create_model(f"{inner.__name__}{what}", __base__=base, __doc__=base.__doc__)

    return made


class ProblemError(Shaped):
    """One thing wrong with the request."""

    parameter: str = Field(description="the parameter that is wrong")
    detail: str = Field(description="what is wrong with it, and the remedy")


class Problem(Shaped):
    """An error (RFC 9457)."""

    type: str = Field(description="address of a page about this kind of error")
    title: str = Field(description="the same for every error of the type")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what is wrong this time, and what to do about it")
    instance: str = Field(description="the address asked for")
    request_id: str = Field(description="also in the header X-Request-Id, and in our log")
    errors: list[ProblemError] = Field(description="the parameters at fault")
