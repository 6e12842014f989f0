"""What the explorer is asked for: the API's own parameters, and by what to plot."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.api.asked import Asked, check_query, read
from app.api.explorer.listed import Explored
from app.api.offers import Offer, chosen_columns
from app.api.parameters import ABSENT
from app.api.problems import from_validation
from app.db import Reader
from app.errors import BadRequest, InvalidParameter, ParameterError, did_you_mean
from app.queries.grouping import chosen_dimensions, group_by
from app.queries.listing import Listing
from app.queries.paging import DEFAULT_LIMIT, PageRequest, Results
from app.render.explore.form import split
from app.render.explore.numbers import Numbers, counted, numbers_of

NO_PLOT = "none"
WIDTH = 720  # pixels
_MOST_ROWS = 1_000  # of one page


class PlotQuery(BaseModel):
    """What the explorer takes besides the parameters of the list."""

    model_config = ConfigDict(extra="forbid")

    plot: str | ABSENT = None


class PictureQuery(PlotQuery):
    """What its pictures take."""

    theme: Literal["light", "dark", "auto"] = "auto"
    width: int = Field(WIDTH, ge=280, le=1600)


OWN = frozenset(PictureQuery.model_fields)  # parameters that the API does not know


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list that was asked for, ready to be read.

    Args:
        reader: of the database.
        explored: the table.
        asked: what is asked of it.
        listing: what is asked for, one by one.
        results: the same, or how many of it share what.
        offer: what the results are, and their forms.
        plot: by what is plotted; nothing, if that is not wanted.
        look: how the plot shall look.
    """

    reader: Reader
    explored: Explored
    asked: Asked
    listing: Results
    results: Results
    offer: Offer
    plot: tuple[str, ...]
    look: Any

    def numbers(self) -> Numbers | None:
        """What is to be plotted."""
        what = self.explored.what.capitalize()
        return numbers_of(what, self.plot, self._groups()) if self.plot else None

    def _groups(self) -> list[dict[str, Any]]:
        route, asked = self.explored.route, self.asked
        if route.dimensions:
            assert isinstance(self.listing, Listing), "only such lists have dimensions"
            names = ",".join(self.plot)
            chosen = chosen_dimensions(route.dimensions, names)
            groups = group_by(self.reader, self.listing, chosen, asked.day)
            return [json.loads(document) for document in groups.items]
        if tally := self.explored.tallies.get(",".join(self.plot)):
            found = self.listing.page(self.reader, PageRequest(limit=1), asked.day).extra[tally]
            return [{self.plot[0]: value, "count": count} for value, count in found.items()]
        pieces = self.listing.pieces(self.reader, PageRequest(limit=None))
        return counted([json.loads(text) for texts in pieces for text in texts], self.plot)


async def wanted(
    request: Request,
    reader: Reader,
    now: dt.datetime,
    explored: Explored,
    own: type[PlotQuery] = PlotQuery,
) -> Wanted:
    """What a request asks for.

    Raises:
        BadRequest: as the API does.
        InvalidParameter: likewise.
    """
    await check_query(request)
    given = dict(request.query_params)
    looks = {name: given.pop(name) for name in own.model_fields if name in given}
    query, look = _validated(explored.model, given), _validated(own, looks)
    asked = read(request, query, now)
    listing = explored.route.read(reader, asked, "")
    results = explored.route.grouped(reader, listing, asked)
    offer = explored.route.offer_of(asked)
    chosen_columns(offer.table, asked)
    if (asked.page.limit or 0) > _MOST_ROWS:
        detail = f"limit: a page shows {_MOST_ROWS:,} rows at most; the API gives up to 10,000"
        raise InvalidParameter(detail, [ParameterError("limit", detail)])
    results.check(asked.page._replace(limit=asked.page.limit or DEFAULT_LIMIT))
    plot = _plot(look.plot or asked.group_by or explored.plot, explored)
    return Wanted(reader, explored, asked, listing, results, offer, plot, look)


def _validated(model: Any, given: Mapping[str, str]) -> Any:
    """Parameters as their model has them; what is wrong with them, as the API says it."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        details = [{**item, "loc": ("query", *item["loc"])} for item in error.errors()]
        raise from_validation(details, list(model.model_fields)) from None


def _plot(text: str, explored: Explored) -> tuple[str, ...]:
    """By what is to be plotted.

    Raises:
        BadRequest: for a dimension that there is not.
        InvalidParameter: for more than two, or the same twice.
    """
    names = split(text)
    if not names or names[0] == NO_PLOT:
        return ()
    for name in names:
        if name not in explored.dimensions:
            near = did_you_mean(name, [*explored.dimensions, NO_PLOT])
            detail = f"cannot plot by {name!r}: {near}"
            raise BadRequest(detail, [ParameterError("plot", detail)])
    if len(names) > 2 or len(set(names)) < len(names):
        detail = f"plot {text!r}: give one dimension, or two different ones"
        raise InvalidParameter(detail, [ParameterError("plot", detail)])
    return tuple(names)
