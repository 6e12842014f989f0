"""The OpenAPI document, with examples that are answers of this very service."""

import copy
import json
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response

from app.api.caching import cache_control, entity_tag, is_held, not_modified
from app.api.declared import declare
from app.api.deps import Now, Reading
from app.api.exports import add_exports, share
from app.api.formats import JSON
from app.api.problems import problem_document
from app.api.requests import ITSELF
from app.api.routing import EXAMPLE, Router
from app.errors import PROBLEMS, AppError, ParameterError
from app.queries.dataset import get_release
from app.schemas import Problem
from app.text import to_json

if TYPE_CHECKING:
    from httpx import AsyncClient

DESCRIPTION = """\
Who agreed with whom to do what at the Moon, which missions carry it out, and what became of each
promise. Every value has a source; every answer can be had as it was known on any day.

**Try first**

1. [What became of the report of March 2018](/v1/sources/rt-2018-03-02/scorecard): each of its plans with its verdict today.
2. [Luna-26 as it was known on 3 March 2018](/v1/missions/luna-26?as_of=2018-03-03): then leave `as_of` out.
3. [How far each promise has moved](/v1/slips/summary), and [every date that was promised](/v1/slips.csv) as CSV.
4. [Find by name](/v1/search?q=luna26), also misspelt, in Russian or in Chinese.
5. [What the commentator thinks](/v1/claims?source=note-chossudovsky-2018-03&nature=assessment): opinions are listed with their author and never become values.

**In short**

- `as_of` is a day: only what had been said by then counts. It may stand in the path too:
  [/v1/as-of/2018-03/missions.csv](/v1/as-of/2018-03/missions.csv).
- A date has five keys and more: `launch_edtf` as precise as its source, `launch_earliest` and
  `launch_latest` as full days, `launch_precision`, and `launch_label` for people.
  [The ideas](/guide/ideas).
- A comma in a filter means *or*; `launch=2026/2028` finds what *may* be then, `launch__gte=2026` what
  *certainly* is not before. `next_cursor` is `null` on the last page. An unknown parameter or value is
  an error, never ignored. [The query language](/guide/queries).
- Every list also as `.csv`, `.tsv`, `.ndjson`, `.xlsx`; what is dated as `.ics`; what became known as
  [/v1/changes.atom](/v1/changes.atom); one value by itself as
  [/v1/missions/luna-26/launch_label.txt](/v1/missions/luna-26/launch_label.txt); everything at once as
  [/v1/dataset.zip](/v1/dataset.zip). [The formats](/guide/formats).
- In sheets, notebooks, dashboards and pages, step by step: [the guide](/guide).

**Limits and promises**

- An address has at most 8,192 characters, a list in a filter 100 values, `q` 100 characters (200 in
  `/v1/search`), a page 10,000 records, `offset` 1,000,000. What goes beyond is refused with an error
  that says the limit.
- Send an answer's `ETag` back as `If-None-Match`: while it holds you get 304 and no body. Answers
  come compressed (br, zstd, gzip) to those who accept it; tables and files in parts, by `Range`.
- A record that got another id is found at the old address too, by a 301.
- New keys and new values of lists may come; those there are keep their name, type and meaning.

Data: CC BY 4.0. No key, no account.
"""  # noqa: E501

EXAMPLE_ADDRESS = "http://127.0.0.1:8000"  # where `lunar serve` listens if nothing is said

TAGS = (
    ("missions", "Missions to the Moon, flown or planned"),
    ("agreements", "What was agreed, by whom, when, about what"),
    ("agencies", "Space agencies, governments, companies, forums and other bodies"),
    ("projects", "What is built or done together"),
    ("people", "Who speaks for whom"),
    ("sources", "Texts that were read, and what became of what they announced"),
    ("claims", "Who said what, when, where"),
    (
        "views",
        "Across all records: dates on one axis, slips, relations, changes, who works with whom",
    ),
    ("charts", "Pictures of all that: SVG, PNG, Vega-Lite, with their data and sources"),
    ("embeds", "How pages of this service are shown in pages of others"),
    ("search", "What has these words"),
    ("identifiers", "Records by what the registers of others call them"),
    ("dataset", "The data as a whole, and its vocabulary"),
    ("health", "Whether the service is up"),
)


def openapi_router() -> Router:
    """The route of the document."""
    router = Router(include_in_schema=False)

    @router.get("/openapi.json")
    async def get_openapi_document(request: Request, reader: Reading, now: Now) -> Response:
        """The document, made once for each release."""
        app: FastAPI = request.app
        # Some examples are answers of today. Nothing of the request goes into the document: whoever
        # asked first with a made-up Host would have written it for everybody.
        key = (get_release(reader), now.date(), request.scope.get("root_path", ""))
        headers = {
            "ETag": entity_tag("openapi", *key),
            "Cache-Control": cache_control(now, depends_on_today=True),
        }
        if is_held(request, headers["ETag"]):
            return not_modified(headers)
        made: tuple[object, str] | None = getattr(app.state, "openapi_document", None)
        if made is None or made[0] != key:
            made = app.state.openapi_document = (key, to_json(await _document(app, key[2])))
        return Response(made[1], media_type=JSON.media_type, headers=headers)

    return router


async def _document(app: FastAPI, root_path: str) -> dict[str, Any]:
    # As much to import as there is to do for the first answers of a process.
    from httpx import ASGITransport, AsyncClient  # noqa: PLC0415

    document = copy.deepcopy(app.openapi())
    tags = document.pop("tags")
    declare(document, app.routes)
    document["tags"] = tags
    add_exports(document)
    document["components"]["schemas"] |= _problem_schemas()
    document["security"] = []  # said outright: no key is needed
    document["info"]["description"] = DESCRIPTION.replace("](/", f"]({root_path}/")
    document["servers"] = [{"url": root_path or "/", "description": "this server"}]
    transport = ASGITransport(app=app, client=ITSELF)
    async with AsyncClient(transport=transport, base_url=EXAMPLE_ADDRESS) as client:
        for path in document["paths"].values():
            for operation in path.values():
                await _add_examples(operation, client)
    share(document)
    return document


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


async def _add_examples(operation: dict[str, Any], client: "AsyncClient") -> None:
    responses = operation["responses"]
    address = operation.pop(EXAMPLE, None)
    if address and not operation["operationId"].startswith("export_"):
        answer = await client.get(address)
        if answer.is_success:  # other facts than the shipped ones may have no such record
            responses["200"]["content"]["application/json"]["example"] = json.loads(answer.text)
    for problem in PROBLEMS:
        content = responses.get(str(problem.status), {}).get("content", {})
        if media := content.get("application/problem+json"):
            error = problem(*_EXAMPLES.get(problem.type, (problem.meaning,)))
            media["example"] = problem_document(error, EXAMPLE_ADDRESS) | {
                "instance": "/v1/missions",
                "request_id": "0f8c1f4e7d5b4a52",
            }


_AS_OFF = "unknown parameter 'as_off': did you mean 'as_of'?"
_BAD_DAY = "as_of '2018-13' is not a day: write YYYY, YYYY-MM, YYYY-MM-DD, today, or -1y"
_EXAMPLES: dict[str, tuple[Any, ...]] = {
    "bad-request": (_AS_OFF, [ParameterError("as_off", _AS_OFF)]),
    "invalid-parameter": (_BAD_DAY, [ParameterError("as_of", _BAD_DAY)]),
    "not-found": ("there is no missions/luna-62: did you mean 'luna-26'?",),
    "not-acceptable": ("you accept 'text/html' only: accept one of application/json, text/csv",),
    AppError.type: (
        "it is in our log under 0f8c1f4e7d5b4a52a1f9d3c0b6a7e821; tell us that number",
    ),
    "not-ready": ("the database holds no data yet: run lunar load",),
}
