"""Records by what others call them."""

from typing import Annotated, Any

from fastapi import Request, Response

from app.api.asked import read
from app.api.declared import answers_with, from_path, from_query
from app.api.deps import Now, Reading
from app.api.lists import ListRoute, add_list
from app.api.parameters import query_model
from app.api.responses import list_answer
from app.api.routing import Router, data_router, documented
from app.api.tables import IDENTIFIERS
from app.queries import identifiers
from app.schemas import Identifier, page_of

_SCHEMES = "\n".join(f"- `{scheme}`: {what}" for scheme, what in identifiers.SCHEMES.items())

IDENTIFIER_LIST = ListRoute(
    path="/identifiers",
    operation_id="list_identifiers",
    summary="What records are called in the registers of others",
    description=f"A row for each identifier of each record. Schemes:\n\n{_SCHEMES}",
    model=Identifier,
    parameters=query_model(
        "IdentifiersQuery",
        filters=identifiers.identifier_filters().values(),
        sort=identifiers.SORT_KEYS,
        default_sort=identifiers.SORT,
        columns=IDENTIFIERS.table.names(),
    ),
    example="/v1/identifiers?scheme=iso3166&limit=2",
    offer=IDENTIFIERS,
    read=lambda reader, asked, _: identifiers.list_identifiers(reader, asked.given, asked.day),
)
_FindQuery: Any = query_model(
    "FindIdentifierQuery",
    sort=identifiers.SORT_KEYS,
    default_sort=identifiers.SORT,
    columns=IDENTIFIERS.table.names(),
)
_Scheme: Any = Annotated[
    str,
    from_path(
        "scheme", "Whose register it is", example="iso3166", choices=list(identifiers.SCHEMES)
    ),
]
_Identifier: Any = Annotated[
    str, from_path("identifier", "As the register has it; case does not matter", example="RU")
]


def identifier_router() -> Router:
    """The routes of identifiers."""
    router = data_router()
    router.tags = ["identifiers"]
    add_list(router, IDENTIFIER_LIST)

    @router.get(
        "/identifiers/{scheme}/{identifier}",
        operation_id="get_identifier",
        summary="The record that others call so",
        description="The records that an identifier names: one, unless sources disagree on whose "
        "it is.",
        **documented("/v1/identifiers/iso3166/RU", IDENTIFIERS.formats, by_id=True),
    )
    @answers_with(page_of(Identifier))
    async def find_identifier(
        request: Request,
        scheme: _Scheme,
        identifier: _Identifier,
        reader: Reading,
        now: Now,
        query: Annotated[_FindQuery, from_query(_FindQuery)],
    ) -> Response:
        asked = read(request, query, now)
        found = identifiers.find(reader, scheme, identifier, asked.day)
        return await list_answer(request, reader, found, asked, now, IDENTIFIERS)

    return router
