"""One value by itself: for a cell of a spreadsheet, a badge, a shell script."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from app.api.asked import read
from app.api.declared import answers_with, from_path, from_query
from app.api.deps import Now, Reading
from app.api.entities import COLLECTIONS, Collection
from app.api.formats import JSON, TXT
from app.api.lists import id_parameter
from app.api.offers import Offer
from app.api.parameters import AsOfQuery
from app.api.responses import item_answer
from app.api.routing import Router, data_router, documented
from app.errors import NotFound, nearest
from app.queries.entities import Found, get_entity
from app.schemas import SINGULAR, Value, item_of
from app.schemas.tables import table
from app.text import to_json

_OFFER = Offer(table("value", Value, title="Value", key=("ref", "key")), only=(JSON, TXT))


def value_router() -> Router:
    """The routes of single values; they come last, after the lists below a record."""
    router = data_router()
    for collection in COLLECTIONS:
        _add_value(router, collection)
    return router


def _add_value(router: APIRouter, collection: Collection) -> None:
    kind = collection.kind
    record_id: Any = id_parameter(collection.slug)
    columns = {column.name: column for column in collection.offer.table.columns}
    key_name: Any = Annotated[str, from_path("key", "Column of the table", choices=list(columns))]

    @router.get(
        f"/{kind.value}/{{id}}/{{key}}",
        tags=[kind.value],
        operation_id=f"get_{collection.singular}_value",
        summary=f"One value of one {collection.singular}",
        description="Any column of the table, by itself; with `.txt` at its end it is the plain "
        "value and nothing else, for `=IMPORTDATA(…)` or a script. What has no value is an empty "
        "line.",
        **documented(
            collection.example_of("/name" if "name" in columns else "/title"),
            _OFFER.formats,
            by_id=True,
        ),
    )
    @answers_with(item_of(Value))
    async def get_value(
        request: Request,
        id: record_id,
        key: key_name,
        reader: Reading,
        now: Now,
        query: Annotated[AsOfQuery, from_query(AsOfQuery)],
    ) -> Response:
        asked = read(request, query, now)
        if key not in columns:
            near = nearest(key, columns)
            remedy = f"did you mean {near!r}?" if near else "/docs lists what there is"
            raise NotFound(f"{SINGULAR[kind].lower()} {id} has no list or value {key!r}: {remedy}")
        found = get_entity(reader, kind, id, asked.day, "none")
        document = json.loads(found.document)
        value = {"ref": document["ref"], "key": key, "value": columns[key].cell(document)}
        return await item_answer(request, reader, Found(to_json(value)), asked, now, _OFFER)
