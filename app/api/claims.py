"""Claims, disputes, scorecards: what was said, where it conflicts, and what became of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import item_answer, page_answer
from app.api.deps import Now, Reading
from app.api.entities import id_parameter
from app.api.parameters import AsOfQuery, query_model, read
from app.api.routing import data_router, documented
from app.queries import claims, promises
from app.queries.filters import claim_filters, dispute_filters, scorecard_filters
from app.schemas import Dispute, Scorecard, StandingClaim, item_of, page_of
from app.vocabulary import VERDICT_MEANINGS

_ClaimListQuery: Any = query_model(
    "ClaimListQuery",
    filters=claim_filters().values(),
    sort=claims.SORT_KEYS,
    default_sort="known_from",
)
_DisputeListQuery: Any = query_model(
    "DisputeListQuery",
    filters=dispute_filters().values(),
    sort=claims.DISPUTE_SORT_KEYS,
    default_sort="id",
)
_ScorecardQuery: Any = query_model(
    "ScorecardQuery",
    filters=scorecard_filters().values(),
    sort=promises.SORT_NAMES,
    default_sort=promises.SCORECARD_SORT,
)
_VERDICTS = "\n".join(
    f"- `{verdict.value}`: {meaning}" for verdict, meaning in VERDICT_MEANINGS.items()
)

_ClaimId: Any = id_parameter("372fd03688b22608", "Id of a claim: sixteen hexadecimal digits")
_SourceId: Any = id_parameter("rt-2018-03-02")


def claim_router() -> APIRouter:
    """The routes of claims, disputes and scorecards."""
    router = data_router()
    _add_claims(router)
    _add_disputes(router)
    _add_scorecard(router)
    return router


def _add_claims(router: APIRouter) -> None:
    @router.get(
        "/claims",
        tags=["claims"],
        operation_id="list_claims",
        summary="List claims",
        description="Everything that had been said by the day asked about: by whom, when, in "
        "which source, where in it. Opinions are of nature `assessment`.",
        response_model=page_of(StandingClaim),
        **documented("/v1/claims?source=rt-2018-03-02&locator=paragraph 11&as_of=2018-03&limit=2"),
    )
    async def list_claims(
        request: Request, reader: Reading, now: Now, query: Annotated[_ClaimListQuery, Query()]
    ) -> Response:
        asked = read(query, now.date())
        page = claims.list_claims(reader, asked.given, asked.page, asked.day)
        return page_answer(request, page, asked, now)

    @router.get(
        "/claims/{id}",
        tags=["claims"],
        operation_id="get_claim",
        summary="One claim",
        description="An id is made from what the claim says, and never means anything else.",
        response_model=item_of(StandingClaim),
        **documented("/v1/claims/372fd03688b22608?as_of=2018-03-03", by_id=True),
    )
    async def get_claim(
        request: Request,
        id: _ClaimId,
        reader: Reading,
        now: Now,
        query: Annotated[AsOfQuery, Query()],
    ) -> Response:
        asked = read(query, now.date())
        return item_answer(request, claims.get_claim(reader, id, asked.day), asked, now)


def _add_disputes(router: APIRouter) -> None:
    @router.get(
        "/disputes",
        tags=["claims"],
        operation_id="list_disputes",
        summary="List disputes",
        description="Disagreements that one should know of, once all of their claims were known. "
        "Conflicts that the rules find stand in each record's `disputed`.",
        response_model=page_of(Dispute),
        **documented("/v1/disputes?subject=agreements/roscosmos-cnsa-intent-2018&limit=1"),
    )
    async def list_disputes(
        request: Request, reader: Reading, now: Now, query: Annotated[_DisputeListQuery, Query()]
    ) -> Response:
        asked = read(query, now.date())
        page = claims.list_disputes(reader, asked.given, asked.page, asked.day)
        return page_answer(request, page, asked, now)


def _add_scorecard(router: APIRouter) -> None:
    @router.get(
        "/sources/{id}/scorecard",
        tags=["sources"],
        operation_id="get_source_scorecard",
        summary="What became of everything that a source announced",
        description=f"Each plan that the source states, in the order of the text, with the verdict "
        f"of the day asked about and the claims that justify it. Verdicts:\n\n{_VERDICTS}",
        response_model=Scorecard,
        **documented(
            "/v1/sources/rt-2018-03-02/scorecard?as_of=2023&verdict=overdue&limit=1", by_id=True
        ),
    )
    async def get_source_scorecard(
        request: Request,
        id: _SourceId,
        reader: Reading,
        now: Now,
        query: Annotated[_ScorecardQuery, Query()],
    ) -> Response:
        asked = read(query, now.date())
        page = promises.list_scorecard(reader, id, asked.given, asked.page, asked.day)
        return page_answer(request, page, asked, now)
