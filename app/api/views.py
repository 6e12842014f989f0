"""Lists over all kinds at once: the timeline, slips, relations, changes, the network, search."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.api.asked import Asked, read
from app.api.days import day_field
from app.api.declared import answers_with, from_query
from app.api.deps import Now, Reading
from app.api.lists import ListRoute, add_list
from app.api.offers import Offer
from app.api.parameters import (
    ABSENT,
    PRINTABLE,
    VALUES_FROM,
    choice_parameter,
    optional_parameter,
    query_model,
    text_parameter,
)
from app.api.responses import item_answer
from app.api.routing import Router, data_router, documented
from app.api.tables import (
    CHANGES,
    DIFFERENCES,
    NETWORK,
    NODES,
    RELATIONS,
    SEARCH,
    SLIPS,
    TIMELINE,
)
from app.db import Reader
from app.errors import InvalidParameter, ParameterError
from app.queries import changes, claims, moments
from app.queries.entities import Found, check_references
from app.queries.filters import (
    claim_filters,
    moment_filters,
    relation_filters,
    slip_filters,
)
from app.queries.filters.base import ONE_REFERENCE
from app.queries.filters.entities import COUNTRIES
from app.queries.grouping import (
    CLAIM_DIMENSIONS,
    MOMENT_DIMENSIONS,
    RELATION_DIMENSIONS,
    SLIP_DIMENSIONS,
)
from app.queries.network import NETWORK_FILTERS, Network, NodeList, TieList, network_of
from app.queries.paging import Results
from app.queries.search import KINDS, MAX_QUERY, search
from app.schemas import (
    Actor,
    Change,
    Comparison,
    Difference,
    Hit,
    Moment,
    Promise,
    Relation,
    SearchResults,
    Tie,
    item_of,
)
from app.schemas import Network as NetworkShape
from app.schemas.tables import table
from app.vocabulary import VIA, Kind

_SINCE = (str, day_field("The earlier day: what became known after it.", "2018-03", ...))
_SINCE_OR_NEVER = (
    str | ABSENT,
    day_field("The earlier day: only what became known after it; all, if left out.", "2018-03"),
)


_TIMELINE = ListRoute(
    path="/timeline",
    operation_id="list_timeline",
    summary="Every date, planned or past, on one axis",
    description="A row for each date of a mission, agreement, agency or project that held on the "
    "day asked about, as the span of days that it may be; with it how far the plan has moved. As "
    "`.ics` it is a calendar.",
    model=Moment,
    parameters=query_model(
        "TimelineQuery",
        filters=moment_filters().values(),
        sort=moments.MOMENT_SORT_KEYS,
        default_sort="date",
        columns=TIMELINE.table.names(),
        groups=tuple(MOMENT_DIMENSIONS),
    ),
    example="/v1/timeline?as_of=2018-03-03&status=planned&limit=2",
    offer=TIMELINE,
    read=lambda reader, asked, _: moments.list_moments(reader, asked.given, asked.day),
    dimensions=MOMENT_DIMENSIONS,
    tags=("views",),
)

_SLIPS = ListRoute(
    path="/slips",
    operation_id="list_slips",
    summary="Every date that was promised",
    description="A row for each date that anybody gave for a milestone: who gave it, when, how "
    "far it lies from the first one, and what had become of it; and what happened. A summary, with "
    "one row for each milestone, is at `/v1/slips/summary`.",
    model=Promise,
    parameters=query_model(
        "SlipsQuery",
        filters=slip_filters().values(),
        sort=moments.SLIP_SORT_KEYS,
        default_sort=moments.SLIP_SORT,
        columns=SLIPS.table.names(),
        groups=tuple(SLIP_DIMENSIONS),
    ),
    example="/v1/slips?subject=missions/luna-26&limit=1",
    offer=SLIPS,
    read=lambda reader, asked, _: moments.list_slips(reader, asked.given, asked.day),
    dimensions=SLIP_DIMENSIONS,
    tags=("views",),
)

_SLIPS_SUMMARY = ListRoute(
    path="/slips/summary",
    operation_id="list_slips_summary",
    summary="How far each promise has moved",
    description="A row for each milestone for which a date was promised: the first date, the one "
    "that holds, how many days lie between them, and how often it was changed.",
    model=Moment,
    parameters=query_model(
        "SlipsSummaryQuery",
        filters=[item for item in moment_filters().values() if item.name != "promised"],
        sort=moments.MOMENT_SORT_KEYS,
        default_sort="-slipped",
        columns=TIMELINE.table.names(),
        groups=tuple(MOMENT_DIMENSIONS),
    ),
    example="/v1/slips/summary?limit=1",
    offer=TIMELINE,
    read=lambda reader, asked, _: moments.list_summary(reader, asked.given, asked.day),
    dimensions=MOMENT_DIMENSIONS,
    tags=("views",),
)

_RELATIONS = ListRoute(
    path="/relations",
    operation_id="list_relations",
    summary="Which record stands in which relation to which",
    description="A row for each party to an agreement, operator of a mission, member of an "
    "organisation and so on; those that had ended by the day asked about are not `active`.",
    model=Relation,
    parameters=query_model(
        "RelationsQuery",
        filters=relation_filters().values(),
        sort=moments.RELATION_SORT_KEYS,
        default_sort="subject,relation,object",
        columns=RELATIONS.table.names(),
        groups=tuple(RELATION_DIMENSIONS),
    ),
    example="/v1/relations?object=agencies/cnsa&relation=party&limit=1",
    offer=RELATIONS,
    read=lambda reader, asked, _: moments.list_relations(reader, asked.given, asked.day),
    dimensions=RELATION_DIMENSIONS,
    tags=("views",),
)

_CHANGES = ListRoute(
    path="/changes",
    operation_id="list_changes",
    summary="What became known, the latest first",
    description="The claims that became known after `since` and by the day asked about, each with "
    "the value on the day before and on its day. What an undated page says became known on the day "
    "on which it was read, which is no news: its `said_earliest` is null, and `said__gte=1000` "
    "leaves it out. What the changes make of each record stands at `/v1/differences`. As `.atom` "
    "it is a feed.",
    model=Change,
    parameters=query_model(
        "ChangesQuery",
        filters=claim_filters().values(),
        sort=claims.SORT_KEYS,
        default_sort=changes.CHANGE_SORT,
        columns=CHANGES.table.names(),
        groups=tuple(CLAIM_DIMENSIONS),
        more={"since": _SINCE_OR_NEVER},
    ),
    example="/v1/changes?since=2018-03-01&as_of=2018-03-03&limit=1",
    offer=CHANGES,
    dimensions=CLAIM_DIMENSIONS,
    read=lambda reader, asked, _: changes.list_changes(reader, asked.given, asked.since, asked.day),
    tags=("views",),
)


def _list_differences(reader: Reader, asked: Asked, _: str) -> Results:
    assert asked.since is not None, "it is required"
    return changes.list_differences(reader, asked.given, asked.since, asked.day)


_DIFFERENCES = ListRoute(
    path="/differences",
    operation_id="list_differences",
    summary="What differs between two days",
    description="The records of which something else was known on the day asked about than on "
    "`since`, field by field, with both values in words.",
    model=Difference,
    parameters=query_model(
        "DifferencesQuery",
        filters=changes.difference_filters().values(),
        sort=changes.DIFFERENCE_SORT_NAMES,
        default_sort="ref",
        columns=DIFFERENCES.table.names(),
        more={"since": _SINCE},
    ),
    example="/v1/differences?since=2018-03-01&as_of=2018-03-03&limit=1",
    offer=DIFFERENCES,
    read=_list_differences,
    tags=("views",),
)


def _network(reader: Reader, asked: Asked) -> Network:
    check_references(reader, NETWORK_FILTERS, asked.given)
    return network_of(asked.given, asked.day)


NETWORK_PARAMETERS = {
    "via": choice_parameter(
        "By what bodies are joined. One or more, separated by commas.",
        tuple(kind.value for kind in VIA),
    ),
    "agency": text_parameter(
        "Only ties of these bodies, by id; several with commas.", "cnsa", "/v1/agencies"
    ),
    "country": text_parameter(
        "Only ties of bodies of these countries: ISO 3166-1 alpha-2, alpha-3 or name.",
        "CN",
        COUNTRIES,
    ),
    "weight__gte": optional_parameter(
        Annotated[int, Field(ge=1, le=10**9)], "Only ties of at least this weight.", 1
    ),
}


_TIES = ListRoute(
    path="/network",
    operation_id="get_network",
    summary="Who works with whom",
    description="Bodies are joined if they are party to the same agreement, or operate, lead, "
    "take part in or fly on the same mission or project; the weight of a tie is how many of those "
    "they share. What more than 500 bodies take part in joins none of them. `nodes` are all bodies "
    "that are joined to any; as a table it is the ties, and the "
    "nodes are at `/v1/network/nodes`.",
    model=Tie,
    envelope=NetworkShape,
    parameters=query_model(
        "NetworkQuery", places=True, columns=NETWORK.table.names(), more=NETWORK_PARAMETERS
    ),
    example="/v1/network?agency=cnsa&limit=1",
    offer=NETWORK,
    read=lambda reader, asked, _: TieList(_network(reader, asked)),
    tags=("views",),
)
_NODES = ListRoute(
    path="/network/nodes",
    operation_id="list_network_nodes",
    summary="Who works with others",
    description="The nodes of the network: with how many others each works, and how much.",
    model=Actor,
    parameters=query_model(
        "NetworkNodesQuery", places=True, columns=NODES.table.names(), more=NETWORK_PARAMETERS
    ),
    example="/v1/network/nodes?agency=cnsa&limit=1",
    offer=NODES,
    read=lambda reader, asked, _: NodeList(_network(reader, asked)),
    tags=("views",),
)

_SEARCH = ListRoute(
    path="/search",
    operation_id="search",
    summary="Find records and claims by their words",
    description="Names, native names and aliases of everything, what is said in claims, and "
    "sources; the likeliest first. Case, accents and apostrophes do not count, of the last word "
    "its beginning is enough, and a misspelt name finds the one most like it: `meta.interpreted` "
    "says what was looked for. Nothing that you type is an error.",
    model=Hit,
    envelope=SearchResults,
    parameters=query_model(
        "SearchQuery",
        places=True,
        columns=SEARCH.table.names(),
        more={
            "q": (
                Annotated[str, Field(min_length=1, max_length=MAX_QUERY)],
                Field(
                    description="What to look for.",
                    examples=["luna26"],
                    json_schema_extra={"pattern": PRINTABLE},
                ),
            ),
            "kind": choice_parameter(
                "Only these kinds of hits. One or more, separated by commas.", KINDS
            ),
        },
    ),
    example="/v1/search?q=luna26&limit=1",
    offer=SEARCH,
    read=lambda _, asked, __: search(asked.given["q"], asked.given.get("kind"), asked.day),
    tags=("search",),
)

VIEW_LISTS = (
    _TIMELINE, _SLIPS, _SLIPS_SUMMARY, _RELATIONS, _CHANGES, _DIFFERENCES, _TIES, _NODES, _SEARCH,
)  # fmt: skip

_COMPARISON = Offer(table("comparison", Comparison, title="Comparison", key=("ref",)))
_CompareQuery: Any = query_model(
    "CompareQuery",
    more={
        "ref": (
            Annotated[str, Field(min_length=3, max_length=200)],
            Field(
                description="The record, as kind/id.",
                examples=["missions/luna-26"],
                json_schema_extra={
                    "pattern": f"^{ONE_REFERENCE}$",
                    VALUES_FROM: ", ".join(f"/v1/{kind.value}" for kind in Kind),
                },
            ),
        ),
        "since": _SINCE,
    },
)


def view_router() -> Router:
    """The routes of views."""
    router = data_router()
    for route in VIEW_LISTS:
        add_list(router, route)
    _add_compare(router)
    return router


def _add_compare(router: APIRouter) -> None:
    @router.get(
        "/compare",
        tags=["views"],
        operation_id="compare",
        summary="One record on two days",
        description="The record as it was known on `since` and on the day asked about, and the "
        "fields in which the two differ.",
        **documented(
            "/v1/compare?ref=missions/luna-26&since=2018-03-01&as_of=2018-03-03",
            _COMPARISON.formats,
        ),
    )
    @answers_with(item_of(Comparison))
    async def compare(
        request: Request,
        reader: Reading,
        now: Now,
        query: Annotated[_CompareQuery, from_query(_CompareQuery)],
    ) -> Response:
        asked = read(request, query, now)
        assert asked.since is not None, "it is required"
        ref = asked.given["ref"]
        if "/" not in ref or "," in ref or ref != ref.strip():
            detail = f"ref {ref!r} is not a record: write one as kind/id, as missions/luna-26"
            raise InvalidParameter(detail, [ParameterError("ref", detail)])
        check_references(reader, changes.difference_filters(), {"ref": ref})
        found = Found(changes.compare(reader, ref, asked.since, asked.day))
        return await item_answer(request, reader, found, asked, now, _COMPARISON)
