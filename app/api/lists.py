"""How lists are declared: what they hold, what narrows them, in which forms they can be had."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import BaseModel

from app.api.asked import Asked, read
from app.api.declared import answers_with, from_path, from_query
from app.api.deps import Now, Reading
from app.api.offers import Offer
from app.api.parameters import Parameters
from app.api.routing import DataRoute, DataRouter, documented
from app.db import Reader
from app.queries.grouping import Dimension, chosen_dimensions, group_by
from app.queries.listing import Listing
from app.queries.paging import Results
from app.schemas import groupable_page_of, page_of
from app.schemas.envelope import Model
from app.schemas.tables import group_table

ReadList = Callable[[Reader, Asked, str], Results]


@dataclass(frozen=True, slots=True)
class ListRoute:
    """A list: its address, its parameters, what it holds and how it is read."""

    path: str
    operation_id: str
    summary: str
    description: str
    model: Model  # of a record
    parameters: Parameters
    example: str
    offer: Offer
    read: ReadList  # the last argument is the id in the path, if there is one
    id_example: str = ""
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    envelope: type[BaseModel] | None = None  # where it is not the usual one
    tags: tuple[str, ...] = ()

    def offer_of(self, asked: Asked) -> Offer:
        """In which forms what is asked for can be had: groups have a table of their own.

        Raises:
            BadRequest: for a dimension that there is not.
            InvalidParameter: for more than two of them.
        """
        if asked.group_by is None:
            return self.offer
        columns = [
            (dimension.name, dimension.labels is not None, dimension.is_number)
            for dimension in chosen_dimensions(self.dimensions, asked.group_by)
        ]
        table = group_table(self.offer.table, columns)
        return replace(self.offer, table=table, key="groups", events=None, entry=None)

    def results(self, reader: Reader, asked: Asked, slug: str) -> Results:
        """What is asked for: the list itself, or how many of it share what."""
        return self.grouped(reader, self.read(reader, asked, slug), asked)

    def grouped(self, reader: Reader, found: Results, asked: Asked) -> Results:
        """The list itself, or how many of it share what.

        Raises:
            BadRequest, InvalidParameter: see `offer_of`.
        """
        if asked.group_by is None:
            return found
        assert isinstance(found, Listing), "only lists that a statement reads have dimensions"
        chosen = chosen_dimensions(self.dimensions, asked.group_by)
        return group_by(reader, found, chosen, asked.day)


def id_parameter(example: str, description: str = "Id, as in the list") -> Any:
    """The id in a path, with one that can be tried at once."""
    return Annotated[str, from_path("id", description, example=example)]


def add_list(router: DataRouter, route: ListRoute) -> None:
    """Add the route of a list."""
    parameters: Any = route.parameters
    page_model = groupable_page_of if route.dimensions else page_of
    envelope = route.envelope or page_model(route.model)
    declared: dict[str, Any] = {
        "operation_id": route.operation_id,
        "summary": route.summary,
        "description": route.description,
        "tags": list(route.tags) or None,
        **documented(route.example, route.offer.formats, by_id=bool(route.id_example)),
    }

    data = DataRoute(route.path, parameters, route.offer_of, route.results)
    router.also_short(data)
    if route.id_example:
        record_id: Any = id_parameter(route.id_example)

        @router.get(route.path, **declared)
        @answers_with(envelope)
        async def list_below(
            request: Request,
            id: record_id,
            reader: Reading,
            now: Now,
            query: Annotated[parameters, from_query(parameters)],
        ) -> Response:
            return await data.answer(request, reader, read(request, query, now), now, id)

        return

    @router.get(route.path, **declared)
    @answers_with(envelope)
    async def list_all(
        request: Request,
        reader: Reading,
        now: Now,
        query: Annotated[parameters, from_query(parameters)],
    ) -> Response:
        return await data.answer(request, reader, read(request, query, now), now)
