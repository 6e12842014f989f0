"""Claims, disputes, scorecards: what was said, where it conflicts, and what became of it."""

from typing import Annotated, Any

from fastapi import Request, Response

from app.api.asked import Asked, read
from app.api.declared import answers_with, from_query
from app.api.deps import Now, Reading
from app.api.lists import ListRoute, add_list, id_parameter
from app.api.parameters import query_model
from app.api.routing import DataRoute, DataRouter, Router, data_router, documented
from app.api.tables import CLAIMS, DISPUTES, SCORECARD
from app.db import Reader
from app.queries import claims, promises
from app.queries.entities import Found
from app.queries.filters import claim_filters, dispute_filters, scorecard_filters
from app.queries.grouping import CLAIM_DIMENSIONS
from app.schemas import Dispute, Promise, Scorecard, StandingClaim, item_of
from app.vocabulary import VERDICT_MEANINGS

_VERDICTS = "\n".join(
    f"- `{verdict.value}`: {meaning}" for verdict, meaning in VERDICT_MEANINGS.items()
)

CLAIM_LIST = ListRoute(
    path="/claims",
    operation_id="list_claims",
    summary="List claims",
    description="Everything that had been said by the day asked about: by whom, when, in which "
    "source, where in it. Opinions are of nature `assessment`.",
    model=StandingClaim,
    parameters=query_model(
        "ClaimListQuery",
        filters=claim_filters().values(),
        sort=claims.SORT_KEYS,
        default_sort="known_from",
        columns=CLAIMS.table.names(),
        groups=tuple(CLAIM_DIMENSIONS),
    ),
    example="/v1/claims?source=rt-2018-03-02&locator=paragraph 11&as_of=2018-03&limit=2",
    offer=CLAIMS,
    read=lambda reader, asked, _: claims.list_claims(reader, asked.given, asked.day),
    dimensions=CLAIM_DIMENSIONS,
    tags=("claims",),
)

DISPUTE_LIST = ListRoute(
    path="/disputes",
    operation_id="list_disputes",
    summary="List disputes",
    description="Disagreements that one should know of, once all of their claims were known. "
    "Conflicts that the rules find stand in each record's `disputed`.",
    model=Dispute,
    parameters=query_model(
        "DisputeListQuery",
        filters=dispute_filters().values(),
        sort=claims.DISPUTE_SORT_KEYS,
        default_sort="id",
        columns=DISPUTES.table.names(),
    ),
    example="/v1/disputes?subject=agreements/roscosmos-cnsa-intent-2018&limit=1",
    offer=DISPUTES,
    read=lambda reader, asked, _: claims.list_disputes(reader, asked.given, asked.day),
    tags=("claims",),
)

_SCORECARD = ListRoute(
    path="/sources/{id}/scorecard",
    operation_id="get_source_scorecard",
    summary="What became of everything that a source announced",
    description="Each plan that the source states, in the order of the text, with the verdict of "
    f"the day asked about and the claims that justify it. Verdicts:\n\n{_VERDICTS}",
    model=Promise,
    envelope=Scorecard,
    parameters=query_model(
        "ScorecardQuery",
        filters=scorecard_filters().values(),
        sort=promises.SORT_NAMES,
        default_sort=promises.SCORECARD_SORT,
        columns=SCORECARD.table.names(),
    ),
    example="/v1/sources/rt-2018-03-02/scorecard?as_of=2024&verdict=overdue&limit=1",
    id_example="rt-2018-03-02",
    offer=SCORECARD,
    read=lambda reader, asked, slug: promises.list_scorecard(reader, slug, asked.given, asked.day),
    tags=("sources",),
)

_ClaimQuery: Any = query_model("ClaimQuery", columns=CLAIMS.table.names())
_ClaimId: Any = id_parameter("372fd03688b22608", "Id of a claim: sixteen hexadecimal digits")


def claim_router() -> Router:
    """The routes of claims, disputes and scorecards."""
    router = data_router()
    add_list(router, CLAIM_LIST)
    _add_claim(router)
    add_list(router, DISPUTE_LIST)
    add_list(router, _SCORECARD)
    return router


def _add_claim(router: DataRouter) -> None:
    route = DataRoute("/claims/{id}", _ClaimQuery, lambda _: CLAIMS, _read_claim)
    router.also_short(route)

    @router.get(
        "/claims/{id}",
        tags=["claims"],
        operation_id="get_claim",
        summary="One claim",
        description="An id is made from what the claim says, and never means anything else.",
        **documented("/v1/claims/372fd03688b22608?as_of=2018-03-03", CLAIMS.formats, by_id=True),
    )
    @answers_with(item_of(StandingClaim))
    async def get_claim(
        request: Request,
        id: _ClaimId,
        reader: Reading,
        now: Now,
        query: Annotated[_ClaimQuery, from_query(_ClaimQuery)],
    ) -> Response:
        return await route.answer(request, reader, read(request, query, now), now, id)


def _read_claim(reader: Reader, asked: Asked, claim_id: str) -> Found:
    return claims.get_claim(reader, claim_id, asked.day)
