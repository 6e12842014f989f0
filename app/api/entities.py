"""Missions, agreements, agencies, projects, people, sources: one router for each, made alike."""

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Annotated, Any

from fastapi import Request, Response

from app.api.asked import Asked, read
from app.api.declared import answers_with, from_query
from app.api.deps import Now, Reading
from app.api.lists import ListRoute, add_list, id_parameter
from app.api.offers import Offer
from app.api.parameters import Parameters, query_model
from app.api.responses import held_answer
from app.api.routing import DataRoute, DataRouter, data_router, documented
from app.api.tables import CHANGES, CLAIMS, SCHEDULE, VINTAGES, record_offer
from app.db import Reader
from app.queries import changes, claims, entities, promises
from app.queries.dataset import get_release
from app.queries.filters import claim_filters, entity_filters
from app.queries.grouping import CLAIM_DIMENSIONS, SLIP_DIMENSIONS, entity_dimensions
from app.schemas import SINGULAR, Change, Promise, StandingClaim, Vintage, item_of, record_model
from app.vocabulary import Kind, milestones_of


@dataclass(frozen=True, slots=True)
class Collection:
    """What a router needs to know of a kind: whom to show as the example, and when."""

    kind: Kind
    about: str
    example: str
    listing: str
    dated: str = ""  # whose schedule to show, where nothing was promised for the example

    @property
    def slug(self) -> str:
        """The id of the example."""
        return self.example.partition("?")[0]

    @property
    def singular(self) -> str:
        """`mission`, in operation ids."""
        return SINGULAR[self.kind].lower()

    @property
    def offer(self) -> Offer:
        """In which forms its records can be had."""
        return record_offer(self.kind)

    def example_of(self, below: str, **parameters: object) -> str:
        """The address of something below the example."""
        query = self.example.partition("?")[2]
        more = "".join(f"&{name}={value}" for name, value in parameters.items())
        return f"/v1/{self.kind.value}/{self.slug}{below}?{query}{more}"


COLLECTIONS = (
    Collection(Kind.MISSIONS, "A mission to the Moon, flown or planned.",
               "luna-26?as_of=2018-03-03", "as_of=2018-03-03&limit=2"),
    Collection(Kind.AGREEMENTS, "What was agreed, by whom, when, where, about what.",
               "roscosmos-cnsa-intent-2018?as_of=2018-03-03", "as_of=2018-03-03&limit=2"),
    Collection(Kind.AGENCIES, "A space agency, government, company, forum or other body.",
               "cnsa?as_of=2018-03-03", "as_of=2018-03-03&country=CN&limit=2",
               dated="isef?as_of=2018-03-03"),
    Collection(Kind.PROJECTS, "Something to be built or done together, such as a station.",
               "deep-space-gateway?as_of=2018-03-03", "as_of=2018-03-03&limit=2"),
    Collection(Kind.PEOPLE, "A person who said something, and for whom they spoke.",
               "igor-komarov?as_of=2018-03-03", "as_of=2018-03-03&limit=2"),
    Collection(Kind.SOURCES, "A text that was read: every claim stands in one.",
               "rt-2018-03-02?as_of=2018-03-31", "as_of=2018-03-31&limit=2"),
)  # fmt: skip


def collection_routers() -> list[DataRouter]:
    """The routers of all collections."""
    return [_router(collection) for collection in COLLECTIONS]


def _router(collection: Collection) -> DataRouter:
    router = data_router()
    router.tags = [collection.kind.value]
    add_list(router, collection_list(collection))
    _add_item(router, collection)
    add_list(router, _claims(collection))
    add_list(router, _changes(collection))
    add_list(router, _vintages(collection))
    if milestones_of(collection.kind):
        add_list(router, _schedule(collection))
    return router


@cache
def collection_list(collection: Collection) -> ListRoute:
    """The list of a collection."""
    kind, dimensions = collection.kind, entity_dimensions(collection.kind)
    return ListRoute(
        path=f"/{kind.value}",
        operation_id=f"list_{kind.value}",
        summary=f"List {kind.value}",
        description=f"{collection.about} Each as it was known on the day asked about; filters "
        "combine, and a comma in a value means *or*.",
        model=partial(record_model, kind),
        parameters=query_model(
            f"{SINGULAR[kind]}ListQuery",
            filters=entity_filters(kind).values(),
            sort=entities.sort_keys(kind),
            default_sort="id",
            claims="none",
            fields=collection.offer.table.names(),
            groups=tuple(dimensions),
        ),
        example=f"/v1/{kind.value}?{collection.listing}",
        offer=collection.offer,
        read=lambda reader, asked, _: entities.list_entities(
            reader, kind, asked.given, asked.day, asked.claims
        ),
        dimensions=dimensions,
    )


@cache
def _item_query(kind: Kind) -> Parameters:
    names = record_offer(kind).table.names()
    return query_model(f"{SINGULAR[kind]}Query", claims="best", fields=names)


def _add_item(router: DataRouter, collection: Collection) -> None:
    kind, offer = collection.kind, collection.offer
    record_id: Any = id_parameter(collection.slug)
    parameters: Any = _item_query(kind)

    def read_record(reader: Reader, asked: Asked, slug: str) -> entities.Found:
        return entities.get_entity(reader, kind, slug, asked.day, asked.claims)

    path = f"/{kind.value}/{{id}}"
    route = DataRoute(path, parameters, lambda _: offer, read_record)
    router.also_short(route)

    @router.get(
        path,
        operation_id=f"get_{collection.singular}",
        summary=f"One {collection.singular}",
        description=f"{collection.about} Before anything was known of it, every value is null.",
        **documented(collection.example_of(""), offer.formats, by_id=True),
    )
    @answers_with(item_of(partial(record_model, kind)))
    async def get_record(
        request: Request,
        id: record_id,
        reader: Reading,
        now: Now,
        query: Annotated[parameters, from_query(parameters)],
    ) -> Response:
        asked = read(request, query, now)
        if "if-none-match" in request.headers:
            held = held_answer(request, get_release(reader), asked, now, offer)
            if held:
                return held
        return await route.answer(request, reader, asked, now, id)


@cache
def _claims(collection: Collection) -> ListRoute:
    kind = collection.kind
    return ListRoute(
        path=f"/{kind.value}/{{id}}/claims",
        operation_id=f"list_{collection.singular}_claims",
        summary=f"Claims about one {collection.singular}",
        description="Everything that had been said about it, opinions included, in the order in "
        "which it became known.",
        model=StandingClaim,
        parameters=query_model(
            f"{SINGULAR[kind]}ClaimsQuery",
            filters=_about_one(),
            sort=claims.SORT_KEYS,
            default_sort="known_from",
            columns=CLAIMS.table.names(),
            groups=tuple(CLAIM_DIMENSIONS),
        ),
        example=collection.example_of("/claims", limit=2),
        id_example=collection.slug,
        offer=CLAIMS,
        dimensions=CLAIM_DIMENSIONS,
        read=lambda reader, asked, slug: claims.list_claims_about(
            reader, kind, slug, asked.given, asked.day
        ),
    )


@cache
def _changes(collection: Collection) -> ListRoute:
    kind = collection.kind
    return ListRoute(
        path=f"/{kind.value}/{{id}}/changes",
        operation_id=f"list_{collection.singular}_changes",
        summary=f"What became known of one {collection.singular}",
        description="The claims about it, the latest first, each with what it changed.",
        model=Change,
        parameters=query_model(
            f"{SINGULAR[kind]}ChangesQuery",
            filters=_about_one(),
            sort=claims.SORT_KEYS,
            default_sort=changes.CHANGE_SORT,
            columns=CHANGES.table.names(),
            groups=tuple(CLAIM_DIMENSIONS),
        ),
        example=collection.example_of("/changes", limit=1),
        id_example=collection.slug,
        offer=CHANGES,
        dimensions=CLAIM_DIMENSIONS,
        read=lambda reader, asked, slug: changes.list_changes(
            reader,
            {**asked.given, "subject": entities.check_exists(reader, kind, slug)},
            None,
            asked.day,
        ),
    )


def _about_one() -> list[Any]:
    """The filters of claims, for lists that are about one record."""
    return [item for name, item in claim_filters().items() if not name.startswith("subject")]


@cache
def _vintages(collection: Collection) -> ListRoute:
    kind = collection.kind
    return ListRoute(
        path=f"/{kind.value}/{{id}}/vintages",
        operation_id=f"list_{collection.singular}_vintages",
        summary=f"Days on which what was known of one {collection.singular} changed",
        description="Ask for the record with `as_of` one of these days to see it as it was then.",
        model=Vintage,
        parameters=query_model(
            f"{SINGULAR[kind]}VintagesQuery",
            sort=("known_from",),
            default_sort="known_from",
            columns=VINTAGES.table.names(),
        ),
        example=collection.example_of("/vintages"),
        id_example=collection.slug,
        offer=VINTAGES,
        read=lambda reader, asked, slug: entities.list_vintages(reader, kind, slug, asked.day),
    )


@cache
def _schedule(collection: Collection) -> ListRoute:
    kind = collection.kind
    shown = replace(collection, example=collection.dated or collection.example)
    return ListRoute(
        path=f"/{kind.value}/{{id}}/schedule",
        operation_id=f"get_{collection.singular}_schedule",
        summary=f"Every date promised for one {collection.singular}",
        description="A row for each date that was given for one of its milestones: who gave it, "
        "when, how far it lies from the first one, and what had become of it; and what happened.",
        model=Promise,
        parameters=query_model(
            f"{SINGULAR[kind]}ScheduleQuery",
            sort=promises.SORT_NAMES,
            default_sort=promises.SCHEDULE_SORT,
            columns=SCHEDULE.table.names(),
            groups=tuple(SLIP_DIMENSIONS),
        ),
        example=shown.example_of("/schedule"),
        id_example=shown.slug,
        offer=SCHEDULE,
        dimensions=SLIP_DIMENSIONS,
        read=lambda reader, asked, slug: promises.list_schedule(reader, kind, slug, asked.day),
    )
