"""What a table is, for machines: CSV on the Web, Table Schema, Data Package, DCAT, schema.org."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.schemas.tables import Column, ColumnType, Table
from app.vocabulary import Kind

_ISO_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")

_CSVW_TYPES: Mapping[ColumnType, str] = {
    ColumnType.STRING: "string",
    ColumnType.INTEGER: "integer",
    ColumnType.NUMBER: "number",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "date",
}


def csvw_document(
    table: Table, address: str, meta: Mapping[str, Any], *, header: bool = True
) -> dict[str, Any]:
    """A table in the words of CSV on the Web (Metadata Vocabulary for Tabular Data).

    Args:
        table: what its columns are.
        address: of the CSV.
        meta: what every answer says of itself.
        header: whether its first line names the columns.
    """
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": address,
        "dc:title": table.title,
        "dc:description": table.row_is,
        "dc:license": {"@id": meta["license_url"]},
        "dc:bibliographicCitation": meta["citation"]["text"],
        "dialect": {
            "encoding": "utf-8",
            "delimiter": ",",
            "header": header,
            "lineTerminators": "\r\n",
        },
        "tableSchema": {
            "primaryKey": list(table.key),
            "columns": [_csvw_column(column) for column in table.columns],
        },
    }


def _csvw_column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.definition,
        "datatype": _CSVW_TYPES[column.type],
        "null": "",
    }
    if column.name.endswith(("_days_min", "_days_max")):
        described["schema:unitText"] = "day"
    return described


def table_schema(table: Table) -> dict[str, Any]:
    """A table in the words of Table Schema (Frictionless Data Package 2.0)."""
    return {
        "fields": [_schema_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }


def _schema_field(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "type": column.type.value}
    if column.definition:
        described["description"] = column.definition
    if column.choices:
        described["constraints"] = {"enum": list(column.choices)}
    return described


def data_package(
    tables: Sequence[Table], sources: Sequence[Mapping[str, Any]], about: Mapping[str, Any]
) -> dict[str, Any]:
    """The whole in the words of Data Package 2.0 (Frictionless)."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "lunar-cooperation",
        "id": f"lunar-cooperation-{about['release']}-{about['as_of']}",
        "title": about["title"],
        "description": about["description"],
        "version": about["release"],
        "created": f"{about['as_of']}T00:00:00Z",
        "homepage": about["address"],
        "licenses": [{"name": about["license"], "path": about["license_url"]}],
        "contributors": [{"title": about["title"], "roles": ["publisher"]}],
        "sources": [_package_source(source) for source in sources],
        "resources": [
            {
                "name": table.name,
                "type": "table",
                "path": f"{table.name}.csv",
                "title": table.title,
                "description": table.row_is,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": table_schema(table) | _foreign_keys(table, tables),
            }
            for table in tables
        ],
    }


def _package_source(source: Mapping[str, Any]) -> dict[str, Any]:
    described = {"title": source["title"]}
    if source["url"]:
        described["path"] = source["url"]
    return described


# Columns that hold keys of other tables: column → (table, its column).
_KEYS = {
    "claim_id": ("claims", "id"),
    "source_id": ("sources", "id"),
    "source": ("sources", "id"),
}


def _foreign_keys(table: Table, tables: Sequence[Table]) -> dict[str, Any]:
    names = {other.name for other in tables}
    found = [
        {"fields": [column.name], "reference": {"resource": target, "fields": [key]}}
        for column in table.columns
        for name, (target, key) in _KEYS.items()
        if column.name == name and target in names and target != table.name
    ]
    return {"foreignKeys": found} if found else {}


# --- Catalogues ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Distribution:
    """A file or service in which the data can be had."""

    path: str
    media_type: str
    title: str


def schema_org(
    about: Mapping[str, Any], distributions: Sequence[Distribution], variables: Sequence[str]
) -> dict[str, Any]:
    """The data set in the words of schema.org, as dataset searches read them."""
    address = about["address"]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{address}/v1/dataset",
        "name": about["title"],
        "description": about["description"],
        "url": f"{address}/",
        "identifier": f"lunar-cooperation-{about['release']}",
        "version": about["release"],
        "license": about["license_url"],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": about["title"], "url": f"{address}/"},
        "citation": about["citation"],
        "keywords": ["Moon", "space", "international cooperation", "agreements", "missions"],
        "inLanguage": "en",
        "temporalCoverage": f"{about['first_claim_on'] or '..'}/{about['last_claim_on'] or '..'}",
        "variableMeasured": list(variables),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": item.title,
                "contentUrl": f"{address}{item.path}",
                "encodingFormat": item.media_type,
            }
            for item in distributions
        ],
    }


def dcat(about: Mapping[str, Any], distributions: Sequence[Distribution]) -> dict[str, Any]:
    """The catalogue in the words of DCAT 3."""
    address = about["address"]
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"{address}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": about["title"],
        "dct:description": about["description"],
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": about["title"]},
        "dcat:dataset": {
            "@id": f"{address}/v1/dataset",
            "@type": "dcat:Dataset",
            "dct:title": about["title"],
            "dct:description": about["description"],
            "dct:identifier": f"lunar-cooperation-{about['release']}",
            "dcat:version": about["release"],
            "dct:license": {"@id": about["license_url"]},
            "dct:language": "en",
            "dcat:keyword": ["Moon", "space", "international cooperation"],
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": _xsd_date(about["first_claim_on"]),
                "dcat:endDate": _xsd_date(about["last_claim_on"]),
            },
            "dcat:distribution": [_dcat_distribution(item, about) for item in distributions],
        },
        "dcat:service": {
            "@id": f"{address}/v1",
            "@type": "dcat:DataService",
            "dct:title": about["title"],
            "dcat:endpointURL": {"@id": f"{address}/v1"},
            "dcat:endpointDescription": {"@id": f"{address}/openapi.json"},
            "dcat:servesDataset": {"@id": f"{address}/v1/dataset"},
        },
    }


def _xsd_date(day: str | None) -> dict[str, str] | None:
    return {"@value": day, "@type": "xsd:date"} if day else None


def _dcat_distribution(item: Distribution, about: Mapping[str, Any]) -> dict[str, Any]:
    media = f"https://www.iana.org/assignments/media-types/{item.media_type}"
    return {
        "@type": "dcat:Distribution",
        "dct:title": item.title,
        "dcat:downloadURL": {"@id": f"{about['address']}{item.path}"},
        "dcat:mediaType": {"@id": media},
        "dct:license": {"@id": about["license_url"]},
    }


# --- Records ------------------------------------------------------------------------------------

# What schema.org has for a record: by the kind within its kind, else by kind. Of a mission it has
# nothing that would be true of one that has not flown.
_SCHEMA_TYPES: Mapping[Kind, str] = {
    Kind.MISSIONS: "Thing",
    Kind.AGREEMENTS: "CreativeWork",
    Kind.AGENCIES: "Organization",
    Kind.PROJECTS: "Project",
    Kind.PEOPLE: "Person",
    Kind.SOURCES: "CreativeWork",
}
_SCHEMA_TYPES_WITHIN: Mapping[tuple[Kind, str], str] = {
    (Kind.AGENCIES, "space_agency"): "GovernmentOrganization",
    (Kind.AGENCIES, "government"): "GovernmentOrganization",
    (Kind.AGENCIES, "ministry"): "GovernmentOrganization",
    (Kind.AGENCIES, "company"): "Corporation",
    (Kind.AGENCIES, "media"): "NewsMediaOrganization",
    (Kind.AGENCIES, "research_institute"): "ResearchOrganization",
    (Kind.SOURCES, "paper"): "ScholarlyArticle",
    (Kind.SOURCES, "news"): "NewsArticle",
    (Kind.SOURCES, "commentary"): "OpinionNewsArticle",
    (Kind.SOURCES, "dataset"): "Dataset",
}


def record_schema_org(
    kind: Kind, record: Mapping[str, Any], page: str, address: str
) -> dict[str, Any]:
    """A record in the words of schema.org: what it is called, and who else knows it.

    Args:
        kind: of record.
        record: its document.
        page: the address of its page.
        address: the service's own.
    """
    sort = record.get("kind") or ""
    named = {
        "name": record.get("name") or record.get("title") or record["id"],
        "alternateName": [
            name for name in (record.get("native_name"), *record.get("aliases", ())) if name
        ],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": key.removesuffix("_id"), "value": record[key]}
            for key in ("cospar_id", "nssdca_id", "gcat_id", "wikidata_id")
            if record.get(key)
        ],
        "additionalType": sort.replace("_", " "),
        "sameAs": _same_as(record),
        "datePublished": _whole_date(record.get("published_edtf")),
        "foundingDate": _whole_date(record.get("founded_edtf")),
        "inLanguage": record.get("language"),
    }
    return {
        "@context": "https://schema.org/",
        "@type": _SCHEMA_TYPES_WITHIN.get((kind, sort), _SCHEMA_TYPES[kind]),
        "@id": f"{address}/{record['ref']}",
        "url": page,
        **{key: value for key, value in named.items() if value},
        "subjectOf": {"@type": "Dataset", "@id": f"{address}/v1/dataset"},
    }


def _same_as(record: Mapping[str, Any]) -> list[str]:
    wikidata = record.get("wikidata_id")
    found = [f"https://www.wikidata.org/entity/{wikidata}"] if wikidata else []
    return [*found, *([record["url"]] if record.get("url") else [])]


def _whole_date(edtf: str | None) -> str | None:
    """A date that ISO 8601-1 has too: what is about, open or a season is left out."""
    return edtf if edtf and _ISO_DATE.fullmatch(edtf) else None
