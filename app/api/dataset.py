"""The data as a whole, its vocabulary, and whether the service is up."""

import datetime as dt
from typing import Annotated, Any

from fastapi import Request, Response

from app.api.asked import read
from app.api.declared import answers_with, from_query
from app.api.deps import Now, Reading
from app.api.formats import JSON, NDJSON, TABULAR
from app.api.lists import ListRoute, add_list
from app.api.offers import Offer
from app.api.parameters import query_model
from app.api.responses import item_answer
from app.api.routing import Router, data_router, documented
from app.api.tables import COVERAGE as COVERAGE_OFFER
from app.api.tables import PROPERTIES as PROPERTIES_OFFER
from app.db import Reader
from app.errors import AppError, NotReady
from app.queries.dataset import coverage_documents, dataset_on, get_release
from app.queries.entities import Found
from app.queries.paging import Worked
from app.schemas import (
    LICENSE,
    LICENSE_URL,
    CoveredField,
    Dataset,
    Health,
    VocabularyProperty,
    item_of,
)
from app.schemas.tables import table
from app.text import to_json
from app.version import VERSION
from app.vocabulary import PROPERTIES, Nature, Property

DESCRIPTION = (
    "Who agreed with whom to do what at the Moon, which missions carry it out, and what became of "
    "each promise: every value with its source, all of it as it was known on any day. It begins "
    "with a news report of March 2018 on a Russian-Chinese joint data centre for lunar and "
    "deep-space projects, and a commentator's note above it."
)


def dataset_router() -> Router:
    """The routes of the data set and its vocabulary."""
    router = data_router()
    router.tags = ["dataset"]

    @router.get(
        "/dataset",
        operation_id="get_dataset",
        summary="The data as a whole",
        description="Release, counts, coverage, licence and citation.",
        **documented("/v1/dataset", _DATASET.formats),
    )
    @answers_with(item_of(Dataset))
    async def get_dataset(
        request: Request,
        reader: Reading,
        now: Now,
        query: Annotated[_DatasetQuery, from_query(_DatasetQuery)],
    ) -> Response:
        asked = read(request, query, now)
        found = Found(to_json(dataset_document(reader, asked.day)))
        return await item_answer(request, reader, found, asked, now, _DATASET)

    add_list(router, PROPERTY_LIST)
    add_list(router, COVERAGE_LIST)
    return router


PROPERTY_LIST = ListRoute(
    path="/properties",
    operation_id="list_properties",
    summary="The vocabulary",
    description="Every property that a claim may state, with its type and the kinds it fits.",
    model=VocabularyProperty,
    parameters=query_model("PropertiesQuery", places=True, columns=PROPERTIES_OFFER.table.names()),
    example="/v1/properties?limit=2",
    offer=PROPERTIES_OFFER,
    read=lambda *_: Worked(property_documents()),
)
COVERAGE_LIST = ListRoute(
    path="/coverage",
    operation_id="list_coverage",
    summary="How far the data reaches",
    description="Field by field, how much of it the data holds and up to which day its sources "
    "tell, as its editors see it today: what a list that lacks something does not mean.",
    model=CoveredField,
    parameters=query_model("CoverageQuery", places=True, columns=COVERAGE_OFFER.table.names()),
    example="/v1/coverage?limit=1",
    offer=COVERAGE_OFFER,
    read=lambda reader, *_: Worked(coverage_documents(reader)),
)
_DATASET = Offer(
    table("dataset", Dataset, title="Dataset", key=("release",)),
    only=tuple(form for form in TABULAR if form is not NDJSON),  # that is the data itself
)
_DatasetQuery: Any = query_model("DatasetQuery", columns=_DATASET.table.names())


def property_documents() -> list[str]:
    """The vocabulary, word by word."""
    return [_property(prop) for prop in PROPERTIES.values()]


def about_dataset(reader: Reader, address: str, day: dt.date) -> dict[str, Any]:
    """What files and catalogues say of the data as a whole; `address` is the service's own."""
    dataset = dataset_document(reader, day)
    kept = ("title", "description", "release", "license", "license_url")
    return {
        **{key: dataset[key] for key in kept},
        "as_of": str(day),
        "citation": f"{dataset['title']}, release {dataset['release']}, as known on {day}. "
        f"{LICENSE}.",
        "address": address.rstrip("/"),
        "first_claim_on": dataset["coverage"]["first_claim_on"],
        "last_claim_on": dataset["coverage"]["last_claim_on"],
    }


def dataset_document(reader: Reader, day: dt.date) -> dict[str, Any]:
    """What there is to say of the data as a whole, as it was known on a day."""
    return {
        "title": "Lunar Cooperation API",
        "description": DESCRIPTION,
        **dataset_on(reader, day),
        "program": VERSION,
        "code_license": "MIT",
        "license": LICENSE,
        "license_url": LICENSE_URL,
    }


def _property(prop: Property) -> str:
    opinion = prop.nature is Nature.ASSESSMENT
    return VocabularyProperty(
        name=prop.name,
        definition=prop.definition,
        value_type=prop.type,
        many=prop.many,
        subjects=list(prop.subjects),
        nature=prop.nature,
        field=None if opinion else prop.served_field,
        refers_to=list(prop.refers_to),
        choices={kind.value: list(choices) for kind, choices in prop.choices.items()},
    ).model_dump_json()


def health_router() -> Router:
    """Whether the process lives, and whether it can answer."""
    router = Router(prefix="/health", tags=["health"])

    @router.get(
        "/live",
        operation_id="get_live",
        summary="Whether the process is there",
        **documented("/health/live", problems=(AppError,)),
    )
    @answers_with(Health)
    async def get_live() -> Response:
        return _health(None)

    @router.get(
        "/ready",
        operation_id="get_ready",
        summary="Whether it can answer, and from which release",
        **documented("/health/ready", problems=(AppError, NotReady)),
    )
    @answers_with(Health)
    async def get_ready(request: Request, reader: Reading) -> Response:
        if not request.app.state.database.is_current(reader):
            raise NotReady("the database is of another version of the program: run lunar load")
        return _health(get_release(reader))

    return router


def _health(release: str | None) -> Response:
    body = to_json({"status": "ok", "release": release})
    return Response(body, media_type=JSON.media_type, headers={"Cache-Control": "no-store"})
