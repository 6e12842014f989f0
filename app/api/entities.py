"""Missions, agreements, agencies, projects, people, sources: one router for each, made alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from app.api.answers import field_names, item_answer, only_fields, page_answer
from app.api.deps import Now, Reading
from app.api.parameters import Asked, query_model, read
from app.api.routing import data_router, documented
from app.db import Reader
from app.queries import claims, entities, promises
from app.queries.filters import claim_filters, entity_filters
from app.queries.paging import PageOf
from app.schemas import SINGULAR, Promise, StandingClaim, Vintage, item_of, page_of, record_model
from app.vocabulary import Kind, milestones_of


@dataclass(frozen=True, slots=True)
class Collection:
    """What a router needs to know of a kind: whom to show as the example, and when."""

    kind: Kind
    about: str
    example: str
    listing: str

    @property
    def slug(self) -> str:
        """The id of the example."""
        return self.example.partition("?")[0]

    @property
    def singular(self) -> str:
        """`mission`, in operation ids."""
        return SINGULAR[self.kind].lower()


COLLECTIONS = (
    Collection(Kind.MISSIONS, "A mission to the Moon, flown or planned.",
               "luna-26?as_of=2018-03-03", "as_of=2018-03-03&limit=2"),
    Collection(Kind.AGREEMENTS, "What was agreed, by whom, when, where, about what.",
               "roscosmos-cnsa-intent-2018?as_of=2018-03-03", "as_of=2018-03-03&limit=2"),
    Collection(Kind.AGENCIES, "A space agency, government, company, forum or other body.",
               "cnsa?as_of=2018-03-03", "as_of=2018-03-03&country=CN&limit=2"),
    Collection(Kind.PROJECTS, "Something to be built or done together, such as a station.",
               "deep-space-gateway?as_of=2018-03-03", "as_of=2018-03-03&limit=2"),
    Collection(Kind.PEOPLE, "A person who said something, and for whom they spoke.",
               "igor-komarov?as_of=2018-03-03", "as_of=2018-03-03&limit=2"),
    Collection(Kind.SOURCES, "A text that was read: every claim stands in one.",
               "rt-2018-03-02?as_of=2018-03-31", "as_of=2018-03-31&limit=2"),
)  # fmt: skip


def id_parameter(example: str, description: str = "Id, as in the list") -> Any:
    """The id in a path, with one that can be tried at once."""
    shown: dict[str, Any] = {example: {"value": example}}
    return Annotated[str, Path(max_length=200, description=description, openapi_examples=shown)]


def collection_routers() -> list[APIRouter]:
    """The routers of all collections."""
    return [_router(collection) for collection in COLLECTIONS]


def _router(collection: Collection) -> APIRouter:
    router = data_router()
    router.tags = [collection.kind.value]
    _add_list(router, collection)
    _add_item(router, collection)
    _add_below(router, collection, _claims(collection))
    _add_below(router, collection, _vintages(collection))
    if milestones_of(collection.kind):
        _add_below(router, collection, _schedule(collection))
    return router


def _example_of(collection: Collection, below: str) -> str:
    query = collection.example.partition("?")[2]
    return f"/v1/{collection.kind.value}/{collection.slug}{below}?{query}"


def _add_list(router: APIRouter, collection: Collection) -> None:
    kind = collection.kind
    parameters: Any = query_model(
        f"{SINGULAR[kind]}ListQuery",
        filters=entity_filters(kind).values(),
        sort=entities.sort_keys(kind),
        default_sort="id",
        claims="none",
        fields=field_names(kind),
    )

    @router.get(
        f"/{kind.value}",
        operation_id=f"list_{kind.value}",
        summary=f"List {kind.value}",
        description=f"{collection.about} Each as it was known on the day asked about; filters "
        "combine, and a comma in a value means *or*.",
        response_model=page_of(record_model(kind)),
        **documented(f"/v1/{kind.value}?{collection.listing}"),
    )
    async def list_records(
        request: Request, reader: Reading, now: Now, query: Annotated[parameters, Query()]
    ) -> Response:
        asked = read(query, now.date())
        page = entities.list_entities(
            reader, kind, asked.given, asked.page, asked.day, asked.claims
        )
        documents = only_fields(kind, [row[0] for row in page.rows], asked.fields)
        page = replace(page, rows=[(document,) for document in documents])
        return page_answer(request, page, asked, now)


def _add_item(router: APIRouter, collection: Collection) -> None:
    kind = collection.kind
    record_id: Any = id_parameter(collection.slug)
    parameters: Any = query_model(f"{SINGULAR[kind]}Query", claims="best", fields=field_names(kind))

    @router.get(
        f"/{kind.value}/{{id}}",
        operation_id=f"get_{collection.singular}",
        summary=f"One {collection.singular}",
        description=f"{collection.about} Before anything was known of it, every value is null.",
        response_model=item_of(record_model(kind)),
        **documented(_example_of(collection, ""), by_id=True),
    )
    async def get_record(
        request: Request,
        id: record_id,
        reader: Reading,
        now: Now,
        query: Annotated[parameters, Query()],
    ) -> Response:
        asked = read(query, now.date())
        found = entities.get_entity(reader, kind, id, asked.day, asked.claims)
        document = only_fields(kind, [found.document], asked.fields)[0]
        return item_answer(request, entities.Found(document, found.release), asked, now)


@dataclass(frozen=True, slots=True)
class _Below:
    """A list below a record: its path, its parameters, and how a page of it is read."""

    path: str
    operation_id: str
    summary: str
    description: str
    model: type[BaseModel]
    parameters: Any
    example: str
    read_page: Callable[[Reader, Kind, str, Asked], PageOf]


def _claims(collection: Collection) -> _Below:
    kind = SINGULAR[collection.kind]
    return _Below(
        path="claims",
        operation_id=f"list_{collection.singular}_claims",
        summary=f"Claims about one {collection.singular}",
        description="Everything that had been said about it, opinions included, in the order in "
        "which it became known.",
        model=StandingClaim,
        parameters=query_model(
            f"{kind}ClaimsQuery",
            filters=[item for item in claim_filters().values() if item.name != "subject"],
            sort=claims.SORT_KEYS,
            default_sort="known_from",
        ),
        example=f"{_example_of(collection, '/claims')}&limit=2",
        read_page=lambda reader, kind, slug, asked: claims.list_claims_about(
            reader, kind, slug, asked.given, asked.page, asked.day
        ),
    )


def _vintages(collection: Collection) -> _Below:
    kind = SINGULAR[collection.kind]
    return _Below(
        path="vintages",
        operation_id=f"list_{collection.singular}_vintages",
        summary=f"Days on which what was known of one {collection.singular} changed",
        description="Ask for the record with `as_of` one of these days to see it as it was then.",
        model=Vintage,
        parameters=query_model(
            f"{kind}VintagesQuery", sort=("known_from",), default_sort="known_from"
        ),
        example=_example_of(collection, "/vintages"),
        read_page=lambda reader, kind, slug, asked: entities.list_vintages(
            reader, kind, slug, asked.page, asked.day
        ),
    )


def _schedule(collection: Collection) -> _Below:
    kind = SINGULAR[collection.kind]
    return _Below(
        path="schedule",
        operation_id=f"get_{collection.singular}_schedule",
        summary=f"Every date promised for one {collection.singular}",
        description="A row for each date that was given for one of its milestones: who gave it, "
        "when, how far it lies from the first one, and what had become of it; and what happened.",
        model=Promise,
        parameters=query_model(
            f"{kind}ScheduleQuery",
            sort=promises.SORT_NAMES,
            default_sort=promises.SCHEDULE_SORT,
        ),
        example=_example_of(collection, "/schedule"),
        read_page=lambda reader, kind, slug, asked: promises.list_schedule(
            reader, kind, slug, asked.page, asked.day
        ),
    )


def _add_below(router: APIRouter, collection: Collection, below: _Below) -> None:
    kind = collection.kind
    record_id: Any = id_parameter(collection.slug)
    parameters: Any = below.parameters

    @router.get(
        f"/{kind.value}/{{id}}/{below.path}",
        operation_id=below.operation_id,
        summary=below.summary,
        description=below.description,
        response_model=page_of(below.model),
        **documented(below.example, by_id=True),
    )
    async def list_below(
        request: Request,
        id: record_id,
        reader: Reading,
        now: Now,
        query: Annotated[parameters, Query()],
    ) -> Response:
        asked = read(query, now.date())
        page = below.read_page(reader, kind, id, asked)
        return page_answer(request, page, asked, now)
