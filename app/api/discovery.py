"""How the service is found: for catalogues, dataset searches, agents and those who cite."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from app.api.bulk import DISTRIBUTIONS
from app.api.caching import cache_control, entity_tag, is_held, not_modified
from app.api.dataset import about_dataset
from app.api.deps import Now, Reading
from app.api.formats import JSON
from app.api.routing import Router
from app.api.tables import TABLES
from app.queries.dataset import get_release
from app.render.discovery import api_catalog, citation_file, guide_for_agents, index_of
from app.render.metadata import Distribution, dcat, schema_org
from app.text import to_json

JSON_LD = "application/ld+json"
_LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'

_TABLES = [
    Distribution(f"/v1/{table.name}.csv", "text/csv", f"{table.title}, as CSV") for table in TABLES
]
_VARIABLES = dict.fromkeys(
    f"{column.name}: {column.definition}"
    for table in TABLES
    if table.name in ("missions", "agreements")
    for column in table.columns
    if column.definition and not column.is_label
)

_DOCUMENTS: dict[str, tuple[str, Callable[[dict[str, str]], str]]] = {
    "/v1": (JSON.media_type, lambda about: to_json(index_of(about, TABLES))),
    "/.well-known/api-catalog": (_LINKSET, lambda about: to_json(api_catalog(about["address"]))),
    "/catalog.jsonld": (JSON_LD, lambda about: to_json(dcat(about, [*DISTRIBUTIONS, *_TABLES]))),
    "/v1/dataset.jsonld": (
        JSON_LD,
        lambda about: to_json(schema_org(about, [*DISTRIBUTIONS, *_TABLES], list(_VARIABLES))),
    ),
    "/llms.txt": ("text/plain; charset=utf-8", lambda about: guide_for_agents(about, TABLES)),
    "/CITATION.cff": ("application/yaml", citation_file),
}


def discovery_router() -> Router:
    """The routes by which the service is found."""
    router = Router(include_in_schema=False)
    for path, (media_type, write) in _DOCUMENTS.items():
        _add(router, path, media_type, write)
    return router


def _add(
    router: APIRouter, path: str, media_type: str, write: Callable[[dict[str, str]], str]
) -> None:
    @router.get(path)
    async def get_document(request: Request, reader: Reading, now: Now) -> Response:
        address = str(request.base_url)
        tag = entity_tag(path, get_release(reader), address, now.date())
        headers = {
            "ETag": tag,
            "Cache-Control": cache_control(now, depends_on_today=True),
            "Link": f'<{address}.well-known/api-catalog>; rel="api-catalog"',
        }
        if is_held(request, tag):
            return not_modified(headers)
        about = about_dataset(reader, address, now.date())
        return Response(write(about), media_type=media_type, headers=headers)
