"""What a table is, for machines: CSV on the Web, Table Schema, Data Package, DCAT, schema.org."""

from collections.abc import Mapping
from typing import Any

from app.schemas.tables import Column, ColumnType, Table

_CSVW_TYPES: Mapping[ColumnType, str] = {
    ColumnType.STRING: "string",
    ColumnType.INTEGER: "integer",
    ColumnType.NUMBER: "number",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "date",
}


def csvw_document(table: Table, address: str, meta: Mapping[str, Any]) -> dict[str, Any]:
    """A table in the words of CSV on the Web (Metadata Vocabulary for Tabular Data).

    Args:
        table: what its columns are.
        address: of the CSV.
        meta: what every answer says of itself.
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
            "header": True,
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
