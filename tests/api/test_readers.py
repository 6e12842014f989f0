"""The programs that people open tables with: each reads ours as it comes, with the right types."""

import datetime as dt
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas
import polars
import pytest
from fastapi.testclient import TestClient

from app.main import Service
from tests.conftest import forget

TABLES = ("missions", "agencies", "claims", "timeline", "slips", "relations")

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def rows(client: TestClient) -> dict[str, Rows]:
    """The rows of each table, typed: days are days."""
    found = {}
    for name in TABLES:
        described = client.get(f"/v1/{name}.csv-metadata.json").json()["tableSchema"]["columns"]
        days = {column["name"] for column in described if column["datatype"] == "date"}
        body = client.get(f"/v1/{name}.json?shape=arrays").json()
        found[name] = [
            {
                column: dt.date.fromisoformat(cell) if cell and column in days else cell
                for column, cell in zip(body["columns"], row, strict=True)
            }
            for row in body["results"]
        ]
        assert found[name]
    return found


def typed_columns(rows: Rows, type_: type) -> dict[str, list[Any]]:
    """The columns with cells of a type, and those cells; None where there is none."""
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
    return {
        name: cells for name, cells in columns.items() if {type(cell) for cell in cells} >= {type_}
    }


def has_scripts(names: list[Any]) -> bool:
    """Whether names in Russian and in Chinese are among some."""
    text = "".join(filter(None, names))
    return any("а" <= char <= "я" for char in text) and any("一" <= char <= "鿿" for char in text)


# --- pandas ---------------------------------------------------------------------------------------


def plain(frame: pandas.DataFrame, name: str) -> list[Any]:
    """The cells of a column of pandas; None where there is none."""
    return [None if pandas.isna(cell) else cell for cell in frame[name].tolist()]


@pytest.mark.parametrize("query", ["", "?bom=1"], ids=["plain", "bom"])
@pytest.mark.parametrize("table", TABLES)
def test_pandas(client: TestClient, rows: dict[str, Rows], table: str, query: str) -> None:
    """pandas reads days as days, counts as numbers, truth values as such, names in any script."""
    expected = rows[table]
    days = [name for name in expected[0] if name.endswith(("_earliest", "_latest"))]
    body = client.get(f"/v1/{table}.csv{query}").content
    frame = pandas.read_csv(io.BytesIO(body), parse_dates=days)
    assert list(frame.columns) == list(expected[0])
    assert len(frame) == len(expected)
    assert bool(days) is bool(typed_columns(expected, dt.date))
    for name in days:
        assert pandas.api.types.is_datetime64_any_dtype(frame[name]), name
        found = [cell and cell.date() for cell in plain(frame, name)]
        assert found == [row[name] for row in expected], name
    for type_ in (int, bool):
        for name, cells in typed_columns(expected, type_).items():
            assert plain(frame, name) == cells, name
            if None not in cells:
                assert frame[name].dtype == {int: "int64", bool: "bool"}[type_], name
    for name in ("name", "native_name", "subject_name"):
        if name in expected[0]:
            assert plain(frame, name) == [row[name] for row in expected]


def test_pandas_by_address(address: str, rows: dict[str, Rows]) -> None:
    """pandas is given the address of a table, and nothing else."""
    frame = pandas.read_csv(f"{address}/v1/agencies.csv")
    assert plain(frame, "native_name") == [row["native_name"] for row in rows["agencies"]]
    assert has_scripts(plain(frame, "native_name"))


# --- polars ---------------------------------------------------------------------------------------


def check_polars(frame: polars.DataFrame, expected: Rows) -> None:
    """Hold what polars read against what there is."""
    assert frame.columns == list(expected[0])
    assert frame.height == len(expected)
    types = {
        dt.date: polars.Date, int: polars.Int64, bool: polars.Boolean,
    }  # fmt: skip
    for type_, found in types.items():
        for name, cells in typed_columns(expected, type_).items():
            assert frame.schema[name] == found, name
            assert frame[name].to_list() == cells, name
    for name in ("name", "native_name", "subject_name"):
        if name in expected[0]:
            assert frame[name].to_list() == [row[name] for row in expected]


@pytest.mark.parametrize("query", ["", "?bom=1"], ids=["plain", "bom"])
@pytest.mark.parametrize("table", TABLES)
def test_polars_by_address(address: str, rows: dict[str, Rows], table: str, query: str) -> None:
    """polars, which asks for the length and for parts first, gets the whole table, typed."""
    frame = polars.read_csv(f"{address}/v1/{table}.csv{query}", try_parse_dates=True)
    check_polars(frame, rows[table])


@pytest.mark.parametrize("table", TABLES)
def test_polars_lazily(address: str, rows: dict[str, Rows], table: str) -> None:
    """polars reads a table by its address as a query wants it."""
    frame = polars.scan_csv(f"{address}/v1/{table}.csv", try_parse_dates=True)
    check_polars(frame.collect(), rows[table])
    key = next(iter(rows[table][0]))
    assert frame.select(polars.len()).collect().item() == len(rows[table])
    assert frame.select(key).head(1).collect().item() == rows[table][0][key]


@pytest.mark.parametrize(
    "path", ["claims.csv?as_of=2018-03-03", "as-of/2018-03-03/claims.csv"], ids=["query", "path"]
)
def test_polars_as_of_a_day(address: str, client: TestClient, path: str) -> None:
    """A table of a day can be read by its address, with the day as a parameter or in the path."""
    ids = [json.loads(line)["id"] for line in client.get(
        "/v1/claims.ndjson?as_of=2018-03-03").text.splitlines()]  # fmt: skip
    assert polars.scan_csv(f"{address}/v1/{path}").collect()["id"].to_list() == ids


def test_polars_of_a_table_that_is_streamed(
    app: Service, address: str, rows: dict[str, Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is too large to be held at once can be read by its address too."""
    monkeypatch.setattr("app.api.written.MOST_AT_ONCE", 1)
    forget(app)
    frame = polars.scan_csv(f"{address}/v1/claims.csv", try_parse_dates=True).collect()
    check_polars(frame, rows["claims"])


# --- DuckDB ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB, which fetches nothing of its own accord."""
    with duckdb.connect() as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        yield connection


def check_duck(found: duckdb.DuckDBPyRelation, expected: Rows) -> None:
    """Hold what DuckDB read against what there is."""
    assert found.columns == list(expected[0])
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    cells = found.fetchall()
    assert len(cells) == len(expected)
    for type_, name_of_type in ((dt.date, "DATE"), (int, "BIGINT"), (bool, "BOOLEAN")):
        for name, column in typed_columns(expected, type_).items():
            assert types[name] == name_of_type, name
            place = found.columns.index(name)
            assert [row[place] for row in cells] == column, name
    for name in ("name", "native_name", "subject_name"):
        if name in expected[0]:
            place = found.columns.index(name)
            assert [row[place] for row in cells] == [row[name] for row in expected]


@pytest.mark.parametrize("query", ["", "?bom=1"], ids=["plain", "bom"])
@pytest.mark.parametrize("table", TABLES)
def test_duckdb(
    client: TestClient, rows: dict[str, Rows], duck: duckdb.DuckDBPyConnection, tmp_path: Path,
    table: str, query: str,
) -> None:  # fmt: skip
    """DuckDB finds out by itself what the columns of a downloaded table are."""
    path = tmp_path / f"{table}.csv"
    path.write_bytes(client.get(f"/v1/{table}.csv{query}").content)
    check_duck(duck.read_csv(str(path)), rows[table])


# --- LibreOffice ----------------------------------------------------------------------------------

_UTF_8 = "CSV:44,34,76,1"  # commas, quotes, UTF-8, from the first line on


@pytest.fixture(scope="module")
def sheets(
    client: TestClient, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[list[Any]]]:
    """Tables, with a byte order mark and without, as LibreOffice opens them."""
    program = shutil.which("soffice")
    if program is None:
        reason = "LibreOffice is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("libreoffice")
    names = []
    for table in ("agencies", "timeline"):
        for query, name in (("", table), ("?bom=1", f"{table}-bom")):
            body = client.get(f"/v1/{table}.csv{query}").content
            (folder / f"{name}.csv").write_bytes(body)
            names.append(name)
    subprocess.run(
        [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            f"--infilter={_UTF_8}", "--convert-to", "xlsx", "--outdir", str(folder),
            *(str(folder / f"{name}.csv") for name in names),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )  # fmt: skip
    opened = {}
    for name in names:
        book = openpyxl.load_workbook(folder / f"{name}.xlsx")
        opened[name] = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    return opened


@pytest.mark.parametrize("bom", ["", "-bom"], ids=["plain", "bom"])
@pytest.mark.parametrize("table", ["agencies", "timeline"])
def test_libreoffice(
    sheets: dict[str, list[list[Any]]], rows: dict[str, Rows], table: str, bom: str
) -> None:
    """LibreOffice opens a table with days as days, numbers as numbers, and every script intact."""
    head, *found = sheets[f"{table}{bom}"]
    expected = rows[table]
    assert head == list(expected[0])
    assert len(found) == len(expected)
    checked = 0
    for place, name in enumerate(head):
        cells, own = [row[place] for row in found], [row[name] for row in expected]
        if name.endswith(("_earliest", "_latest", "known_from", "known_to")):
            checked += any(own)
            assert [cell and cell.date() for cell in cells] == own, name
        elif name in ("name", "native_name", "subject_name", "revisions", "slip_days_min"):
            checked += 1
            assert cells == own, name
    assert checked > 4
    if table == "agencies":
        assert has_scripts([row[head.index("native_name")] for row in found])
