"""The whole data set in one file: a Data Package, an SQLite database, NDJSON.

Equal input gives equal bytes, so that a download can be resumed and compared.
"""

import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.render.metadata import data_package
from app.render.tables import Pieces, delimited, rows_of
from app.schemas.tables import ColumnType, Table
from app.text import to_json

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can say
_SQL_TYPES = {
    ColumnType.STRING: "TEXT",
    ColumnType.DATE: "TEXT",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.BOOLEAN: "INTEGER",
    ColumnType.NUMBER: "REAL",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of the data set with its documents, which can be read once."""

    table: Table
    pieces: Pieces


def write_package(path: Path, contents: Iterable[Contents], about: Mapping[str, Any]) -> None:
    """A Data Package (Frictionless): `datapackage.json`, and each table as CSV."""
    tables: list[Table] = []
    sources: list[Mapping[str, Any]] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part in contents:
            tables.append(part.table)
            pieces = part.pieces
            if part.table.name == "sources":
                sources = [json.loads(text) for texts in part.pieces for text in texts]
                pieces = [[to_json(source) for source in sources]]
            with package.open(_entry(f"{part.table.name}.csv"), "w") as file:
                for piece in delimited(part.table, pieces):
                    file.write(piece)
        described = json.dumps(data_package(tables, sources, about), ensure_ascii=False, indent=2)
        package.writestr(_entry("datapackage.json"), described)
        package.writestr(_entry("README.md"), _readme(tables, about))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _readme(tables: Sequence[Table], about: Mapping[str, Any]) -> str:
    lines = [f"- `{table.name}.csv`: {table.row_is}." for table in tables]
    return (
        f"# {about['title']}\n\n{about['description']}\n\n"
        f"Release {about['release']}, as known on {about['as_of']}. {about['license']}: "
        f"{about['license_url']}\n\nCite as: {about['citation']}\n\n"
        "Tables, described column by column in `datapackage.json`:\n\n" + "\n".join(lines) + "\n\n"
        "A cell with several values separates them by `|`. An empty cell is not known, or there is "
        "none: `unknown` and `none` of a record say which.\n"
    )


def write_database(path: Path, contents: Iterable[Contents], about: Mapping[str, Any]) -> None:
    """An SQLite file: each table with its key, what its columns mean, and where it is from."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        database.executemany(
            "INSERT INTO about VALUES (?, ?)", [(key, str(value)) for key, value in about.items()]
        )
        database.execute(
            "CREATE TABLE columns (table_name TEXT, name TEXT, type TEXT, definition TEXT, "
            "PRIMARY KEY (table_name, name)) WITHOUT ROWID"
        )
        for part in contents:
            _write_table(database, part)


def _write_table(database: sqlite3.Connection, part: Contents) -> None:
    table = part.table
    columns = ", ".join(f'"{column.name}" {_SQL_TYPES[column.type]}' for column in table.columns)
    key = ", ".join(f'"{name}"' for name in table.key)
    database.execute(f'CREATE TABLE "{table.name}" ({columns}, PRIMARY KEY ({key}))')
    database.executemany(
        "INSERT INTO columns VALUES (?, ?, ?, ?)",
        [(table.name, column.name, column.type, column.definition) for column in table.columns],
    )
    marks = ", ".join("?" * len(table.columns))
    for rows in rows_of(table, part.pieces):
        database.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', rows)  # noqa: S608


def lines_of(contents: Iterable[Contents], about: Mapping[str, Any]) -> Iterator[bytes]:
    """NDJSON: what the data set is, then each record of each table, whole, on a line."""
    yield f'{{"table":"about","row":{to_json(about)}}}\n'.encode()
    for part in contents:
        for documents in part.pieces:
            name = part.table.name
            lines = (f'{{"table":"{name}","row":{document}}}\n' for document in documents)
            yield "".join(lines).encode()
