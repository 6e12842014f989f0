"""What the service is and how to use it, for those that read no page: catalogues and agents."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.schemas.tables import Table
from app.version import VERSION


def api_catalog(address: str) -> dict[str, Any]:
    """The linkset of the API (RFC 9727, RFC 9264)."""
    return {
        "linkset": [
            {
                "anchor": f"{address}/.well-known/api-catalog",
                "item": [{"href": f"{address}/v1"}],
            },
            {
                "anchor": f"{address}/v1",
                "service-desc": [{"href": f"{address}/openapi.json", "type": "application/json"}],
                "service-doc": [
                    {"href": f"{address}/docs", "type": "text/html"},
                    {"href": f"{address}/llms.txt", "type": "text/plain"},
                ],
                "service-meta": [
                    {"href": f"{address}/catalog.jsonld", "type": "application/ld+json"},
                    {"href": f"{address}/v1/dataset.jsonld", "type": "application/ld+json"},
                ],
                "status": [{"href": f"{address}/health/ready", "type": "application/json"}],
            },
        ]
    }


def index_of(about: Mapping[str, Any], tables: Sequence[Table]) -> dict[str, Any]:
    """What there is below /v1."""
    address = about["address"]
    return {
        "title": about["title"],
        "description": about["description"],
        "release": about["release"],
        "license": about["license"],
        "documentation": f"{address}/docs",
        "openapi": f"{address}/openapi.json",
        "lists": [
            {"name": table.name, "a_row_is": table.row_is, "url": f"{address}/v1/{table.name}"}
            for table in tables
        ],
    }


def citation_file(about: Mapping[str, Any]) -> str:
    """How to cite the data (Citation File Format 1.2.0)."""
    import yaml  # noqa: PLC0415

    return yaml.safe_dump(
        {
            "cff-version": "1.2.0",
            "message": "If you use this data, please cite it as follows.",
            "type": "dataset",
            "title": about["title"],
            "abstract": about["description"],
            "authors": [{"name": about["title"]}],
            "version": about["release"],
            "date-released": about["as_of"],
            "license": about["license"],
            "url": f"{about['address']}/",
        },
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )


def guide_for_agents(about: Mapping[str, Any], tables: Sequence[Table]) -> str:
    """What a language model needs to ask well (llms.txt): right beside wrong."""
    address = about["address"]
    lists = "\n".join(f"- [/v1/{table.name}]({address}/v1/{table.name}): {table.row_is}"
                      for table in tables)  # fmt: skip
    return f"""\
# {about["title"]}

> {about["description"]}

Version {VERSION}, release {about["release"]}. No key. GET only. Data: {about["license"]}.
Every parameter: [{address}/openapi.json]({address}/openapi.json).

## Lists

{lists}

## How to ask

- As it was known on a day: `as_of=2018-03` (a period means its last day). Default: today.
- Wrong: `/v1/missions?as_off=2018`. An unknown parameter is an error, never ignored.
- Wrong: to take a planned date for what happened. Right: read `launch_status` (`planned`, `actual`)
  and `launch_is_overdue` beside `launch_earliest` and `launch_latest`.
- Wrong: to make a day of `launch_edtf` "2028". Right: say "in 2028", as `launch_label` does.
- Wrong: to state an opinion as a fact. Right: claims of nature `assessment` are their author's.
- Wrong: to page through `/v1/claims`. Right: `/v1/claims.csv` or `.ndjson`, which are whole.
- What became of a source's promises: `/v1/sources/{{id}}/scorecard`, verdicts in `meta.verdicts`.
- How often a date moved: `/v1/slips/summary`; every date that was ever promised: `/v1/slips`.
- By name, also misspelt or in Russian or Chinese: `/v1/search?q=嫦娥七号`.
- Who works with whom: `/v1/network`. What became known since: `/v1/changes?since=2024`.
- `launch=2026/2028` finds what may be then; `launch__gte=2026` what certainly is not before.
- Cite `meta.citation.text` with `meta.citation.url`; behind each value stands its `claim_id`, and
  `/v1/claims/{{id}}` says who said it, when, in which source, where.
"""
