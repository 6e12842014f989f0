"""Every list in every form: the same cells, as the standards of each form want them."""

import asyncio
import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import feedparser
import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import ASGITransport, AsyncClient, Response
from icalendar import Calendar
from starlette.requests import ClientDisconnect

from app.api.formats import BY_ENDING
from app.db import Database
from app.main import create_app
from app.render.calendar import moment_events, to_calendar
from app.settings import Settings
from tests.builders import MISSION_FILE, SOURCE_FILE, write_seed
from tests.conftest import NOW, TODAY, forget
from tests.databases import tables_in

Document = dict[str, Any]
Row = list[Any]

BOM = b"\xef\xbb\xbf"
TODAYS = TODAY.isoformat()
DAYS = ("2018-03-03", "2020-01-01", TODAYS)
OTHERS = {"since": "2017"}  # of parameters that are needed, where their example is a later day


# --- Every list, as the OpenAPI document tells ----------------------------------------------------


@dataclass(frozen=True)
class Client:
    """A client in the thread of the test: there are some thousand answers to be had."""

    runner: asyncio.Runner
    client: AsyncClient

    def get(self, address: str, **more: Any) -> Response:
        """An answer."""
        return self.runner.get_loop().run_until_complete(self.client.get(address, **more))


@pytest.fixture(scope="module")
def client(app: FastAPI, database: Database) -> Iterator[Client]:
    """A client of the service."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    with asyncio.Runner() as runner:
        client = AsyncClient(transport=transport, base_url="http://testserver")
        yield Client(runner, client)
        runner.run(client.aclose())


@dataclass(frozen=True)
class List:
    """A list: where it is, what it has to be asked, in which forms it can be had."""

    template: str
    path: str
    needed: Mapping[str, str]
    endings: Sequence[str]
    options: Sequence[str]
    dimensions: Sequence[str]


@dataclass
class Lists:
    """Every list, each answer asked for once."""

    client: Client
    every: list[List]
    kept: dict[tuple[str, ...], Response] = field(default_factory=dict)

    @property
    def tables(self) -> list[List]:
        """One list of each sort: claims about an agency are a table as those about a mission."""
        return list({one.path.rpartition("/")[2]: one for one in reversed(self.every)}.values())

    def on(self, day: str) -> list[List]:
        """Every list today, one of each sort on other days."""
        return self.every if day == TODAYS else self.tables

    def get(self, one: List, ending: str, **query: str) -> Response:
        """A list in a form."""
        if query.get("as_of") == TODAYS:
            del query["as_of"]  # which is what is answered if nothing is said
        key = (one.path, ending, *(f"{name}={value}" for name, value in query.items()))
        if key not in self.kept:
            address = f"{one.path}.{ending}"
            response = self.client.get(address, params={**one.needed, **query})
            assert response.status_code == 200, (address, query, response.text)
            self.kept[key] = response
        return self.kept[key]


def resolved(document: Document, part: Document) -> Document:
    """A part of the OpenAPI document, or the shared one that it refers to."""
    if "$ref" not in part:
        return part
    *_, section, name = part["$ref"].split("/")
    found: Document = document["components"][section][name]
    return found


@pytest.fixture(scope="module")
def openapi(client: Client) -> Document:
    """The OpenAPI document."""
    document: Document = client.get("/openapi.json").json()
    return document


@pytest.fixture(scope="module")
def lists(client: Client, openapi: Document) -> Lists:
    """Every list that the OpenAPI document declares, below the record of its example."""
    every = []
    for path, methods in openapi["paths"].items():
        if not path.endswith(".{format}"):
            continue
        parameters = [resolved(openapi, part) for part in methods["get"]["parameters"]]
        by_name = {parameter["name"]: parameter for parameter in parameters}
        address, needed = path.removesuffix(".{format}"), {}
        for name, parameter in by_name.items():
            if parameter["in"] == "path" and name != "format":
                [example] = parameter["examples"].values()
                address = address.replace(f"{{{name}}}", example["value"])
            elif parameter["in"] == "query" and parameter["required"]:
                needed[name] = OTHERS.get(name) or parameter["schema"]["examples"][0]
        endings = by_name["format"]["schema"]["enum"]
        dimensions: list[str] = []
        if "group_by" in by_name:
            pattern = by_name["group_by"]["schema"]["pattern"]
            dimensions = pattern.removeprefix("^(").partition(")")[0].split("|")
        options = list(by_name)
        every.append(List(path, address, needed, endings, options, dimensions))
    assert len(every) >= 40
    return Lists(client, every)


def table_of(response: Response, delimiter: str = ",") -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a table, read strictly."""
    text = io.StringIO(response.content.decode(), newline="")
    head, *rows = csv.reader(text, delimiter=delimiter, strict=True)
    return head, rows


def types_of(lists: Lists, one: List, **query: str) -> dict[str, str]:
    """The type of each column, as the table's description gives it."""
    described = lists.get(one, "csv-metadata.json", **query).json()
    return {column["name"]: column["datatype"] for column in described["tableSchema"]["columns"]}


# --- Flat rows, made here from JSON alone ---------------------------------------------------------

# What a table of promises takes from the claim behind each, and what it leaves to other tables.
OF_PROMISES = {
    "source": ("source", "id"),
    "source_title": ("source", "title"),
    "source_url": ("source", "url"),
    "locator": ("locator",),
}
IDS = ("ref", "id", "field")
WORDS = ("name", "text")


def flat(document: Document, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The cells of a document: what is nested by its path, lists joined by bars."""
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and key == "choices":
            pairs = [f"{kind}: {', '.join(words)}" for kind, words in value.items()]
            yield name, "|".join(pairs) or None
        elif isinstance(value, dict):
            yield from flat(value, f"{name}_")
        elif not isinstance(value, list):
            yield name, value
        elif value and isinstance(value[0], dict):
            ids = next(key for key in IDS if key in value[0])
            yield name, "|".join(item[ids] for item in value)
            for words in WORDS:
                if words in value[0]:
                    yield f"{name}_{words}s", "|".join(item[words] for item in value)
        else:
            yield name, "|".join(map(str, value)) or None
            if not value:  # of what it would be a list, one cannot see
                yield from ((f"{name}_{words}s", None) for words in WORDS)


def cells_of(document: Document, columns: Sequence[str]) -> Row:
    """A document as a row of a table with certain columns; nothing it says may be left out."""
    document = dict(document)
    if "evidence" in document:
        claim = document.pop("claim")
        del document["evidence"]
        for name, path in OF_PROMISES.items():
            found = claim
            for key in path:
                found = found[key]
            document[name] = found
    cells = dict(flat(document))
    lost = {name for name, cell in cells.items() if cell is not None} - set(columns)
    assert lost == set()
    return [cells[name] for name in columns]


def written(cell: Any) -> str:
    """A cell as text."""
    if cell is None:
        return ""
    return ("true" if cell else "false") if isinstance(cell, bool) else str(cell)


def in_excel(cell: Any) -> Any:
    """A cell of an Excel file, days as ISO 8601 has them."""
    if isinstance(cell, dt.datetime):
        assert cell.time() == dt.time()
        return cell.date().isoformat()
    return cell


def excel_of(response: Response) -> tuple[Row, list[Row]]:
    """The header and the rows of an Excel file."""
    book = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)
    head, *rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    return head, [[in_excel(cell) for cell in row] for row in rows]


def paged(client: Client, one: List, day: str) -> list[Document]:
    """The documents of a list, seven at a time, following `next`."""
    query = {**one.needed, "as_of": day, "limit": "7"}
    body = client.get(one.path, params=query).json()
    documents: list[Document] = body["results"]
    count = body["meta"]["count"]
    while body["meta"]["next"]:
        body = client.get(body["meta"]["next"]).json()
        assert 0 < len(body["results"]) <= 7
        documents += body["results"]
    assert len(documents) == count, one.path
    return documents


@pytest.fixture(scope="module")
def expected(client: Client, lists: Lists) -> dict[str, dict[str, list[Document]]]:
    """What every list has on every day, as its JSON gives it page by page."""
    return {day: {one.path: paged(client, one, day) for one in lists.every} for day in DAYS}


Expected = dict[str, dict[str, list[Document]]]


@pytest.mark.parametrize("day", DAYS)
def test_ndjson_is_the_pages_of_json(lists: Lists, expected: Expected, day: str) -> None:
    """NDJSON has the documents of JSON, whole and in the same order, each alone on a line."""
    for one in lists.every:
        response = lists.get(one, "ndjson", as_of=day)
        assert response.content.endswith(b"\n") or not response.content
        lines = response.content.split(b"\n")[:-1]
        assert [json.loads(line) for line in lines] == expected[day][one.path], one.path


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("ending", "delimiter"), [("csv", ","), ("tsv", "\t")], ids=["csv", "tsv"])
def test_delimited_cells_are_those_of_json(
    lists: Lists, expected: Expected, day: str, ending: str, delimiter: str
) -> None:
    """CSV and TSV say what JSON says, cell by cell."""
    for one in lists.every:
        head, rows = table_of(lists.get(one, ending, as_of=day), delimiter)
        documents = expected[day][one.path]
        cells = [[written(cell) for cell in cells_of(item, head)] for item in documents]
        assert rows == cells, one.path


@pytest.mark.parametrize("day", DAYS)
def test_excel_cells_are_those_of_json(lists: Lists, expected: Expected, day: str) -> None:
    """Excel says what JSON says, cell by cell, each of the same type, and days as days."""
    for one in lists.on(day):
        response = lists.get(one, "xlsx", as_of=day)
        head, rows = excel_of(response)
        cells = [cells_of(item, head) for item in expected[day][one.path]]
        assert rows == cells, one.path
        kinds = [[type(cell) for cell in row] for row in rows]
        assert kinds == [[type(cell) for cell in row] for row in cells], one.path


@pytest.mark.parametrize("day", DAYS)
def test_other_shapes_of_json_are_those_of_json(lists: Lists, expected: Expected, day: str) -> None:
    """`shape=array` is the bare documents, `shape=arrays` the table; both have all of them."""
    for one in lists.on(day):
        documents = expected[day][one.path]
        assert lists.get(one, "json", as_of=day, shape="array").json() == documents, one.path
        body = lists.get(one, "json", as_of=day, shape="arrays").json()
        assert list(body) == ["meta", "columns", "results"]
        assert body["results"] == [cells_of(item, body["columns"]) for item in documents], one.path
        assert body["meta"]["as_of"]["resolved"] == day


@pytest.mark.parametrize("form", ["csv", "tsv", "ndjson", "xlsx"])
def test_one_record_is_a_row_of_its_list(client: Client, form: str) -> None:
    """A record by itself can be had in the same forms, and is the same row."""
    if form == "xlsx":
        (head, rows), (whole_head, whole) = (
            excel_of(client.get(f"/v1/missions{below}.xlsx")) for below in ("/luna-26", "")
        )
    elif form == "ndjson":
        [alone], whole_ = (
            [json.loads(line) for line in client.get(address).text.splitlines()]
            for address in ("/v1/missions/luna-26.ndjson?claims=none", "/v1/missions.ndjson")
        )
        assert alone in whole_
        return
    else:
        delimiter = "," if form == "csv" else "\t"
        (head, rows), (whole_head, whole) = (
            table_of(client.get(f"/v1/missions{below}.{form}"), delimiter)
            for below in ("/luna-26", "")
        )
    assert head == whole_head
    assert len(rows) == 1
    assert rows[0] in whole


def test_one_claim_is_a_row_of_its_list(client: Client) -> None:
    """A claim by itself is a table of one row as well."""
    claim = client.get("/v1/claims?limit=1").json()["results"][0]
    head, rows = table_of(client.get(f"/v1/claims/{claim['id']}.csv"))
    assert rows == [[written(cell) for cell in cells_of(claim, head)]]


def counted(lists: Lists) -> Iterator[tuple[List, str, list[Document]]]:
    """Every list counted by everything it can be counted by."""
    for one in lists.every:
        if one.template.count("{") > 1:
            continue  # which are counted as the lists of everything are
        for name in one.dimensions:
            page = lists.get(one, "json", group_by=name, limit="10000")
            yield one, name, page.json()["groups"]


def test_counts_have_forms(lists: Lists) -> None:
    """Counts by whatever they can be counted by are tables, and say the same in every form."""
    for number, (one, name, groups) in enumerate(counted(lists)):
        head, rows = table_of(lists.get(one, "csv", group_by=name))
        assert groups, (one.path, name)
        assert head == list(groups[0]), (one.path, name)
        assert rows == [[written(cell) for cell in group.values()] for group in groups]
        lines = lists.get(one, "ndjson", group_by=name).text.splitlines()
        assert [json.loads(line) for line in lines] == groups
        if number % 10 == 0:
            sheet = excel_of(lists.get(one, "xlsx", group_by=name))
            assert sheet == (head, [list(group.values()) for group in groups])
    assert number > 40


def test_counts_have_types(lists: Lists) -> None:
    """A year, or how often a date was moved, is a number where counts are by it."""
    wrong = []
    for one, name, groups in counted(lists):
        for column, type_ in types_of(lists, one, group_by=name).items():
            cells = [group[column] for group in groups if group[column] is not None]
            if {type(cell) for cell in cells} - {PLAIN[type_]}:
                wrong.append((one.path, column, type_, cells[0]))
    assert wrong == []


def test_counts_by_two_dimensions_have_forms(client: Client) -> None:
    """A table of counts by two dimensions has a column for each, with names beside ids."""
    query = "group_by=nature,said_by"
    groups = client.get(f"/v1/claims?{query}&limit=10000").json()["groups"]
    head, rows = table_of(client.get(f"/v1/claims.csv?{query}"))
    assert head == ["nature", "said_by", "said_by_name", "count"]
    assert rows == [[written(cell) for cell in group.values()] for group in groups]
    assert table_of(client.get(f"/v1/claims.csv?{query}&labels=off"))[0] == [
        "nature", "said_by", "count",
    ]  # fmt: skip
    assert excel_of(client.get(f"/v1/claims.xlsx?{query}"))[0] == head


# --- CSV and TSV ----------------------------------------------------------------------------------


def test_csv_keeps_to_rfc_4180(lists: Lists) -> None:
    """Every line ends in CR LF, every row has as many fields as the header, names come once."""
    for one in lists.every:
        response = lists.get(one, "csv")
        kind = "text/csv; charset=utf-8; header=present"
        assert response.headers["content-type"] == kind, one.path
        head, rows = table_of(response)
        assert len(rows) > 0, one.path
        assert {len(row) for row in rows} == {len(head)}, one.path
        assert len(set(head)) == len(head), one.path
        # No text of ours has a line of its own, so that whoever counts lines counts rows.
        assert response.content.count(b"\r\n") == len(rows) + 1, one.path
        assert response.content.count(b"\n") == response.content.count(b"\r") == len(rows) + 1
        assert response.content.endswith(b"\r\n")


def test_quotes_are_doubled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A text with quotes, commas, tabs and bars is served as RFC 4180 wants it."""
    folder = tmp_path_factory.mktemp("quotes")
    name = 'Luna "26", or\\t«Glob»'
    seed = write_seed(
        folder / "seed",
        missions__luna_26=MISSION_FILE.replace("value: Luna-26", f"value: '{name}'").replace(
            f"'{name}'", json.dumps(name.replace("\\t", "\t"), ensure_ascii=False)
        ),
    )
    settings = Settings(database_url=tables_in(folder, "x"), seed_dir=seed)
    with TestClient(create_app(settings, clock=lambda: NOW)) as other:
        query = "fields=name&as_of=2020"
        served = other.get(f"/v1/missions.csv?{query}").text
        assert served == ('id,ref,name\r\nluna-26,missions/luna-26,"Luna ""26"", or\t«Glob»"\r\n')
        served = other.get(f"/v1/missions.tsv?{query}").text
        assert served == (
            'id\tref\tname\r\nluna-26\tmissions/luna-26\t"Luna ""26"", or\t«Glob»"\r\n'
        )
        assert other.get("/v1/missions/luna-26/name.txt?as_of=2020").text == (
            'Luna "26", or\t«Glob»\n'
        )


def test_tsv_is_csv_with_tabs(lists: Lists) -> None:
    """TSV has the cells of CSV, and a media type of its own."""
    for one in lists.every:
        response = lists.get(one, "tsv")
        assert response.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
        assert table_of(response, "\t") == table_of(lists.get(one, "csv")), one.path
        assert response.content.count(b"\n") == response.content.count(b"\r\n")


@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_a_byte_order_mark_only_if_asked(lists: Lists, ending: str) -> None:
    """With `bom=1` a byte order mark comes first, for Excel; else there is none anywhere."""
    for one in lists.tables:
        plain = lists.get(one, ending).content
        assert BOM not in plain
        assert lists.get(one, ending, bom="0").content == plain
        assert lists.get(one, ending, bom="1").content == BOM + plain, one.path


def test_the_header_can_be_left_out(lists: Lists) -> None:
    """With `header=off` the first line is a row, and the media type says so."""
    for one in lists.tables:
        plain = lists.get(one, "csv").content
        response = lists.get(one, "csv", header="off")
        assert response.content == plain.partition(b"\r\n")[2], one.path
        assert response.headers["content-type"] == "text/csv; charset=utf-8; header=absent"
        tsv = lists.get(one, "tsv", header="off").content
        assert tsv == lists.get(one, "tsv").content.partition(b"\r\n")[2], one.path


def test_labels_can_be_left_out(lists: Lists) -> None:
    """With `labels=off` columns of names beside those of ids go, and no other column."""
    dropped, kept_back = {}, {}
    for one in lists.tables:
        head, rows = table_of(lists.get(one, "csv"))
        shorter, cut = table_of(lists.get(one, "csv", labels="off"))
        names = {
            name
            for name in head
            if (name.endswith("_name") and name.removesuffix("_name") in head)
            or (name.endswith("_names") and name.removesuffix("_names") in head)
        }
        if names & set(shorter):
            kept_back[one.path] = names & set(shorter)
        if set(head) - set(shorter) - names:
            dropped[one.path] = set(head) - set(shorter) - names
        places = [head.index(name) for name in shorter]
        assert places == sorted(places)
        assert cut == [[row[place] for place in places] for row in rows], one.path
    assert kept_back == {}
    assert dropped == {}, "these hold no names, and nothing else says what they say"


@pytest.mark.parametrize("ending", ["csv", "tsv", "ndjson", "json", "atom", "csv-metadata.json"])
def test_a_download_is_named(lists: Lists, ending: str) -> None:
    """With `dl=1` browsers save the answer, under a name with the table, the day and the ending."""
    for one in lists.tables:
        if ending not in one.endings:
            continue
        assert "content-disposition" not in lists.get(one, ending).headers
        said = lists.get(one, ending, dl="1").headers["content-disposition"]
        name = r'attachment; filename="[a-z]+-2026-11-22\.' + re.escape(ending) + '"'
        assert re.fullmatch(name, said), (one.path, said)


def test_fields_narrow_columns(lists: Lists) -> None:
    """`fields=` leaves the columns that it names and those that tell rows apart, in their order."""
    for one in lists.tables:
        assert "fields" in one.options
        head, rows = table_of(lists.get(one, "csv"))
        described = lists.get(one, "csv-metadata.json").json()["tableSchema"]
        for name in (head[2], head[-1]):
            narrow, cut = table_of(lists.get(one, "csv", fields=name))
            assert {name, *described["primaryKey"]} <= set(narrow), (one.path, name)
            assert len(narrow) < len(head), (one.path, name)
            places = [head.index(column) for column in narrow]
            assert places == sorted(places)
            assert cut == [[row[place] for place in places] for row in rows], (one.path, name)


def test_fields_narrow_every_form(client: Client) -> None:
    """`fields=` means the same in every form that is a table."""
    head, rows = table_of(client.get("/v1/missions.csv?fields=name,operators"))
    assert head == ["id", "ref", "name", "operators", "operators_names"]
    assert table_of(client.get("/v1/missions.tsv?fields=name,operators"), "\t") == (head, rows)
    sheet, cells = excel_of(client.get("/v1/missions.xlsx?fields=name,operators"))
    assert (sheet, [list(map(written, row)) for row in cells]) == (head, rows)


def test_fields_take_dates_whole(lists: Lists) -> None:
    """`fields=launch` is all columns of that date, in every table that has dates."""
    found = 0
    for one in lists.tables:
        head, _ = table_of(lists.get(one, "csv"))
        key = lists.get(one, "csv-metadata.json").json()["tableSchema"]["primaryKey"]
        for date in [name.removesuffix("_earliest") for name in head if "_earliest" in name]:
            siblings = {
                name for name in head if name.startswith(f"{date}_") and f"{date}_label" in head
            }
            if f"{date}_edtf" not in head:
                continue  # as `value`, which is not always a date
            found += 1
            narrow, _ = table_of(lists.get(one, "csv", fields=date))
            assert set(narrow) - set(key) <= siblings, (one.path, date)
            parts = ("edtf", "earliest", "latest", "precision", "label", "approximate", "uncertain")
            assert {f"{date}_{part}" for part in parts} <= set(narrow), (one.path, date)
    assert found > 30


def test_fields_by_the_example_of_a_launch(client: Client) -> None:
    """`fields=id,launch` is what it says: which mission, and everything about its launch."""
    head, rows = table_of(client.get("/v1/missions.csv?fields=id,launch"))
    assert head == [
        "id", "ref", "launch_edtf", "launch_earliest", "launch_latest", "launch_precision",
        "launch_label", "launch_approximate", "launch_uncertain", "launch_claim_id",
        "launch_status", "launch_is_overdue", "launch_slip_days_min", "launch_slip_days_max",
        "launch_first_edtf", "launch_first_label", "launch_revisions", "launch_last_word",
    ]  # fmt: skip
    assert "luna-26" in [row[0] for row in rows]


def test_an_unknown_column_is_named(lists: Lists) -> None:
    """A column that there is not is an error, in every form, that names the nearest."""
    for ending in ("csv", "ndjson", "xlsx", "json"):
        response = lists.client.get(f"/v1/missions.{ending}?fields=id,lunch")
        assert response.status_code == 400
        assert "unknown field 'lunch': did you mean 'launch'?" in response.json()["detail"]


# --- Every row alike ------------------------------------------------------------------------------


@pytest.mark.parametrize("day", DAYS)
def test_every_row_has_every_key(lists: Lists, day: str) -> None:
    """A reader that looks at one document knows the keys of all of them."""
    for one in lists.every:
        lines = lists.get(one, "ndjson", as_of=day).text.split("\n")[:-1]
        keys = {tuple(json.loads(line)) for line in lines}
        assert len(keys) <= 1, one.path
        assert lines or day != TODAYS, one.path


IS_OF: Mapping[str, re.Pattern[str]] = {
    "string": re.compile(r"(?s).+"),
    "integer": re.compile(r"-?(0|[1-9]\d*)"),
    "number": re.compile(r"-?\d+(\.\d+)?"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
}
PLAIN = {"string": str, "integer": int, "number": float, "boolean": bool, "date": str}


@pytest.mark.parametrize("day", DAYS)
def test_a_column_has_one_type(lists: Lists, day: str) -> None:
    """All cells of a column are of the type that the table's description gives it."""
    used = set()
    for one in lists.every:
        types = types_of(lists, one, as_of=day)
        head, rows = table_of(lists.get(one, "csv", as_of=day))
        for row in rows:
            for name, cell in zip(head, row, strict=True):
                assert not cell or IS_OF[types[name]].fullmatch(cell), (one.path, name, cell)
                used |= {types[name]} if cell else set()
        body = lists.get(one, "json", as_of=day, shape="arrays").json()
        for row in body["results"]:
            for name, cell in zip(body["columns"], row, strict=True):
                assert cell is None or type(cell) is PLAIN[types[name]], (one.path, name, cell)
    assert used >= {"string", "integer", "boolean", "date"}


@pytest.mark.parametrize("day", DAYS)
def test_keys_tell_rows_apart(lists: Lists, day: str) -> None:
    """No two rows have the same key, and none lacks it."""
    for one in lists.every:
        described = lists.get(one, "csv-metadata.json", as_of=day).json()["tableSchema"]
        head, rows = table_of(lists.get(one, "csv", as_of=day))
        places = [head.index(name) for name in described["primaryKey"]]
        assert places
        keys = [tuple(row[place] for place in places) for row in rows]
        assert len(set(keys)) == len(keys), one.path
        assert all(all(key) for key in keys), one.path


@pytest.mark.parametrize("day", DAYS)
def test_no_text_is_run_by_a_spreadsheet(lists: Lists, day: str) -> None:
    """No text of any table begins like a formula."""
    texts = 0
    for one in lists.every:
        types = types_of(lists, one, as_of=day)
        head, rows = table_of(lists.get(one, "csv", as_of=day))
        for row in rows:
            for name, cell in zip(head, row, strict=True):
                if cell and types[name] == "string":
                    texts += 1
                    assert cell[0] not in "=+-@\t\r", (one.path, name, cell)
    assert texts > 1000


# --- NDJSON and the shapes of JSON ----------------------------------------------------------------


def test_ndjson_has_as_many_lines_as_there_are(lists: Lists) -> None:
    """Each line is a document by itself, and there are as many as JSON says there are."""
    for one in lists.every:
        response = lists.get(one, "ndjson")
        assert response.headers["content-type"] == "application/x-ndjson"
        lines = response.content.split(b"\n")
        assert lines.pop() == b"", one.path
        assert {type(json.loads(line)) for line in lines} == {dict}
        count = lists.client.get(one.path, params=one.needed).json()["meta"]["count"]
        assert len(lines) == count, one.path


def test_an_unknown_shape_is_named(lists: Lists) -> None:
    """A shape that there is not is an error that names it, and those that there are."""
    for one in lists.tables:
        query = {**one.needed, "shape": "arays"}
        response = lists.client.get(f"{one.path}.json", params=query)
        assert response.status_code == 400, one.path
        problem = response.json()
        assert problem["detail"] == "unknown shape 'arays': did you mean 'arrays'?"
        assert [error["parameter"] for error in problem["errors"]] == ["shape"]


def test_fields_narrow_documents(client: Client) -> None:
    """`fields=` narrows documents, whatever the form, to the keys of the columns it names."""
    [first, *_] = client.get("/v1/missions.ndjson?fields=operators").text.splitlines()
    assert list(json.loads(first)) == ["id", "ref", "operators"]
    [first, *_] = client.get("/v1/missions.json?shape=array&fields=operators").json()
    assert list(first) == ["id", "ref", "operators"]
    body = client.get("/v1/missions.json?shape=arrays&fields=operators").json()
    assert body["columns"] == ["id", "ref", "operators", "operators_names"]


# --- Whole, and no more of it at once than is taken -----------------------------------------------


def test_a_table_is_whole(client: Client) -> None:
    """A page of JSON has a hundred records, every other form all of them, unless told otherwise."""
    page = client.get("/v1/claims").json()
    count = page["meta"]["count"]
    assert (len(page["results"]), page["meta"]["limit"]) == (100, 100)
    assert count > 100
    assert len(table_of(client.get("/v1/claims.csv"))[1]) == count
    assert len(client.get("/v1/claims.ndjson").text.splitlines()) == count
    assert len(client.get("/v1/claims.json?shape=array").json()) == count
    assert len(client.get("/v1/claims.json").json()["results"]) == 100


def test_a_table_can_be_had_in_parts(client: Client) -> None:
    """`limit`, `offset` and `cursor` mean for tables what they mean for JSON."""
    _, whole = table_of(client.get("/v1/claims.csv"))
    assert table_of(client.get("/v1/claims.csv?limit=5"))[1] == whole[:5]
    assert table_of(client.get("/v1/claims.csv?limit=5&offset=7"))[1] == whole[7:12]
    assert table_of(client.get("/v1/claims.csv?offset=7"))[1] == whole[7:]
    cursor = client.get("/v1/claims?limit=7").json()["meta"]["next_cursor"]
    params = {"cursor": cursor, "limit": "5"}
    assert table_of(client.get("/v1/claims.csv", params=params))[1] == whole[7:12]
    assert table_of(client.get("/v1/claims.csv", params={"cursor": cursor}))[1] == whole[7:]


@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_who_gives_up_holds_nothing(
    app: FastAPI, client: Client, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """Who is slow to take a table, or goes away in the midst of it, holds no transaction."""
    monkeypatch.setattr("app.api.written.MOST_AT_ONCE", 1)  # so that it is sent piece by piece
    forget(app)
    pool = app.state.database._read_engine.pool
    kept = app.state.database._idle

    def used() -> int:
        is_shared = app.kept._moment._reader is not None  # with who asks in the same moment
        return pool.checkedout() - len(kept) - is_shared

    before = used()
    during: list[int] = []

    async def ask() -> None:
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if during:
                gone.set()
                return {"type": "http.disconnect"}
            await asyncio.sleep(0.01)
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body":
                during.append(used())
                if version == "2.4":
                    raise OSError("the client is gone")
                await asyncio.Event().wait()  # what is sent, nobody takes

        scope = {
            "type": "http", "method": "GET", "path": "/v1/claims.ndjson", "root_path": "",
            "raw_path": b"/v1/claims.ndjson", "query_string": b"", "scheme": "http",
            "headers": [(b"accept-encoding", b"identity")], "client": ("test", 1),
            "server": ("test", 80), "http_version": "1.1",
            "asgi": {"version": "3.0", "spec_version": version},
        }  # fmt: skip
        call = asyncio.wait_for(app(scope, receive, send), timeout=20)
        if version == "2.3":
            await call
            assert gone.is_set()
        else:
            with pytest.raises(ClientDisconnect):
                await call

    asyncio.run(ask())
    assert during == [before]
    assert used() == before
    assert client.get("/v1/claims.csv?limit=1").status_code == 200


# --- Excel ----------------------------------------------------------------------------------------


def test_excel_files_say_where_they_are_from(lists: Lists) -> None:
    """Every list is an Excel file with a frozen header, and a sheet with its source and licence."""
    for one in lists.every:
        response = lists.get(one, "xlsx")
        assert response.headers["content-type"] == BY_ENDING["xlsx"].media_type
        said = response.headers["content-disposition"]
        assert re.fullmatch(r'attachment; filename="[a-z]+-2026-11-22\.xlsx"', said)
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.worksheets[0].freeze_panes == "A2"
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert about["as known on"] == TODAYS
    assert about["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert about["release"]
    assert lists.client.get(about["address"]).content == response.content


def test_excel_files_are_the_same_every_time(lists: Lists) -> None:
    """Equal data give equal bytes, so that a changed file means that something changed."""
    for one in lists.every[::6]:
        again = lists.client.get(f"{one.path}.xlsx", params=one.needed)
        assert again.content == lists.get(one, "xlsx").content, one.path


def test_days_are_days_in_excel(client: Client) -> None:
    """Excel can sort, filter and count with dates: they are no texts."""
    response = client.get("/v1/timeline.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    head, *rows = sheet.iter_rows()
    place = [cell.value for cell in head].index("date_earliest")
    kinds = {row[place].data_type for row in rows if row[place].value is not None}
    assert kinds == {"d"}
    assert {row[place].number_format for row in rows if row[place].is_date} == {"yyyy-mm-dd"}


# --- What the columns are (CSV on the Web) --------------------------------------------------------


def links_of(response: Response) -> list[dict[str, str]]:
    """The links of an answer: address, relations, media type."""
    found = []
    for address, rest in re.findall(r"<([^>]*)>((?:; \w+=\"[^\"]*\")*)", response.headers["link"]):
        found.append({"address": address, **dict(re.findall(r'(\w+)="([^"]*)"', rest))})
    return found


@pytest.mark.parametrize("query", [{}, {"as_of": "2018-03-03"}, {"labels": "off"}, {"bom": "1"}])
def test_a_table_is_described(lists: Lists, query: dict[str, str]) -> None:
    """What `Link` calls the description of a CSV names its columns, in their order, with types."""
    for one in lists.tables:
        response = lists.get(one, "csv", **query)
        head = response.content.removeprefix(BOM).partition(b"\r\n")[0].decode().split(",")
        [link] = [link for link in links_of(response) if link["rel"] == "describedby"]
        assert link["type"] == "application/csvm+json"
        described = lists.client.get(link["address"])
        assert described.headers["content-type"] == "application/csvm+json"
        body = described.json()
        assert body["@context"][0] == "http://www.w3.org/ns/csvw"
        columns = body["tableSchema"]["columns"]
        assert [column["name"] for column in columns] == head, one.path
        assert {column["titles"] for column in columns} == set(head)
        assert {column["datatype"] for column in columns} <= set(IS_OF), one.path
        assert set(body["tableSchema"]["primaryKey"]) <= set(head), one.path
        assert body["dc:title"]
        assert body["dc:description"]
        # It is the description of that very file.
        assert lists.client.get(body["url"]).content == response.content, one.path


def test_every_column_is_explained(lists: Lists) -> None:
    """Every column of every table says what it means."""
    silent: dict[str, list[str]] = {}
    for one in lists.tables:
        body = lists.get(one, "csv-metadata.json").json()
        for column in body["tableSchema"]["columns"]:
            meaning = re.sub(r"\(several separated by .*\)$", "", column["dc:description"]).strip()
            if not meaning:
                silent.setdefault(body["dc:title"], []).append(column["name"])
    assert not silent, "\n".join(f"{title}: {', '.join(names)}" for title, names in silent.items())


def test_a_description_is_of_the_columns_asked_for(client: Client) -> None:
    """A narrowed table has a narrowed description."""
    response = client.get("/v1/missions.csv?fields=id,launch")
    described = client.get(response.links["describedby"]["url"]).json()
    names = [column["name"] for column in described["tableSchema"]["columns"]]
    assert names == table_of(response)[0]


def test_a_description_says_whether_there_is_a_header(client: Client) -> None:
    """Who reads a table without a header by its description takes no row for the header."""
    response = client.get("/v1/missions.csv?header=off")
    described = client.get(response.links["describedby"]["url"]).json()
    assert described["dialect"]["header"] is False
    response = client.get("/v1/missions.csv")
    described = client.get(response.links["describedby"]["url"]).json()
    assert described["dialect"]["header"] is True


# --- Calendars ------------------------------------------------------------------------------------

CALENDARS = (
    "/v1/timeline", "/v1/missions", "/v1/agreements", "/v1/agencies", "/v1/projects", "/v1/slips",
    "/v1/slips/summary", "/v1/missions/luna-26", "/v1/missions/luna-26/schedule",
)  # fmt: skip


def events_of(body: bytes) -> dict[str, Any]:
    """The events of a calendar by their uids, which are unique."""
    events = Calendar.from_ical(body).walk("VEVENT")
    by_uid = {str(event["uid"]): event for event in events}
    assert len(by_uid) == len(events)
    return by_uid


def test_every_calendar_is_tried(openapi: Document) -> None:
    """Each list that can be had as a calendar is one of those tried below."""
    offered = {
        path
        for path, methods in openapi["paths"].items()
        if "text/calendar" in methods["get"]["responses"]["200"].get("content", {})
    }
    tried = {path.replace("luna-26", "{id}") for path in CALENDARS}
    assert {path for path in offered if "format" not in path} >= tried
    others = {path for path in offered - tried if "format" not in path and "{id}" not in path}
    assert others == set()


@pytest.mark.parametrize("day", ["2017-01-01", *DAYS])
@pytest.mark.parametrize("path", CALENDARS)
def test_calendars_are_icalendar(client: Client, path: str, day: str) -> None:
    """A calendar program can subscribe: RFC 5545, lines folded at 75 octets and ended by CR LF."""
    response = client.get(f"{path}.ics?as_of={day}")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert response.content.endswith(b"\r\nEND:VCALENDAR\r\n")
    lines = response.content.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert all(line.decode() for line in lines)  # no fold takes a letter apart, no line is empty
    calendar = Calendar.from_ical(response.content)
    assert (str(calendar["version"]), str(calendar["calscale"])) == ("2.0", "GREGORIAN")
    assert calendar["prodid"]
    assert calendar.errors == []
    events = events_of(response.content)
    assert len(events) > 0 or day < "2018" or path == "/v1/agencies"
    for event in events.values():
        assert event.errors == []
        assert type(event["dtstart"].dt) is dt.date  # all day
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert event["dtstamp"].dt.tzinfo is not None
        if "dtend" in event:
            assert type(event["dtend"].dt) is dt.date
            assert event["dtend"].dt > event["dtstart"].dt
        assert str(event["status"]) in ("CONFIRMED", "TENTATIVE", "CANCELLED")
        assert str(event["transp"]) == "TRANSPARENT"


@pytest.mark.parametrize("day", DAYS)
def test_events_are_the_timeline(client: Client, day: str) -> None:
    """Each date with a first day is an event over the days that it may be, and no other is."""
    rows = client.get(f"/v1/timeline?as_of={day}&limit=10000").json()["results"]
    rows = [row for row in rows if row["date_earliest"]]
    events = events_of(client.get(f"/v1/timeline.ics?as_of={day}").content)
    assert len(events) == len(rows) > 0
    for row, event in zip(rows, events.values(), strict=True):
        assert row["id"] in str(event["uid"])
        assert event["dtstart"].dt.isoformat() == row["date_earliest"]
        if row["date_latest"]:
            last = event["dtend"].dt - dt.timedelta(days=1)  # the end is the day after
            assert last.isoformat() == row["date_latest"]
        else:
            assert "dtend" not in event
        is_plan = row["status"] == "planned"
        dropped = is_plan and row["subject_status"] == "cancelled"
        expected = "CANCELLED" if dropped else "TENTATIVE" if is_plan else "CONFIRMED"
        assert str(event["status"]) == expected
        assert str(event["summary"]) == f"{row['subject_name']}: {row['what']}"
        assert urlsplit(str(event["url"])).path == f"/v1/{row['subject']}"
        assert client.get(str(event["url"])).status_code == 200
        assert int(event["sequence"]) > 0


def test_a_mission_has_its_dates_of_the_timeline(client: Client) -> None:
    """The calendar of a mission has the events of the timeline that are its own."""
    whole = events_of(client.get("/v1/timeline.ics").content)
    missions = events_of(client.get("/v1/missions.ics").content)
    own = events_of(client.get("/v1/missions/luna-26.ics").content)
    assert set(own) == {uid for uid in whole if uid.startswith("missions/luna-26/")} != set()
    assert set(missions) == {uid for uid in whole if uid.startswith("missions/")}
    for uid, event in own.items():
        for key in ("dtstart", "dtend", "summary", "status"):
            assert event[key] == whole[uid][key] == missions[uid][key]


def days_of_change(client: Client) -> list[str]:
    """The days on which anything became known."""
    claims = client.get("/v1/claims.json?shape=array&fields=known_from").json()
    return [*sorted({claim["known_from"] for claim in claims}), TODAYS]


@pytest.mark.parametrize("path", ["/v1/timeline", "/v1/missions/luna-26", "/v1/slips"])
def test_a_calendar_keeps_its_events(client: Client, path: str) -> None:
    """An event of one day is the same event on a later one: no calendar doubles it."""
    known: set[str] = set()
    for day in days_of_change(client):
        if client.get(f"{path}?as_of={day}").status_code == 200:
            known |= (uids := set(events_of(client.get(f"{path}.ics?as_of={day}").content)))
    assert known == uids  # none was ever called otherwise than today
    assert known


def test_a_slip_is_a_new_revision(client: Client) -> None:
    """A calendar program takes a moved launch for the newer version of the same event."""
    uid, found = "missions/luna-26/launch@lunar-cooperation-api", []
    for day in ("2018-03-03", TODAYS):
        event = events_of(client.get(f"/v1/missions/luna-26.ics?as_of={day}").content)[uid]
        found.append((event["dtstart"].dt, int(event["sequence"]), event["dtstamp"].dt))
    (was, first, stamped), (now, later, restamped) = found
    assert was == dt.date(2022, 1, 1)
    assert now > was
    assert later > first
    assert restamped > stamped


@pytest.mark.parametrize("path", ["/v1/timeline", "/v1/slips"])
def test_every_new_date_is_a_new_revision(client: Client, path: str) -> None:
    """Whenever the days of an event change, its SEQUENCE rises; it never falls (RFC 5545)."""
    last: dict[str, tuple[Any, int]] = {}
    wrong = []
    for day in days_of_change(client):
        for uid, event in events_of(client.get(f"{path}.ics?as_of={day}").content).items():
            when = tuple(str(event[key].dt) for key in ("dtstart", "dtend") if key in event)
            revision = int(event["sequence"])
            if uid in last:
                before, held = last[uid]
                if revision < held or (when != before and revision == held):
                    wrong.append((uid, day, before, when, held, revision))
            last[uid] = (when, revision)
    assert last
    assert wrong == []


def test_what_was_planned_and_happened_is_a_new_revision(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A launch in place of its plan is the newer version of the same event."""
    folder = tmp_path_factory.mktemp("launched")
    launched = (
        "- property: launched_on\n  value: '2023-08-11'\n  source: report\n"
        "  locator: paragraph 9\n  said_on: '2023-08-11'\n"
    )
    later = SOURCE_FILE.replace("report", "later").replace("2018-03-03", "2023-08-11")
    seed = write_seed(
        folder / "seed",
        missions__luna_26=MISSION_FILE
        + launched.replace("source: report", "source: later")
        + "  said_by: agencies/rt\n",
        sources__later=later,
    )
    settings = Settings(database_url=tables_in(folder, "x"), seed_dir=seed)
    with TestClient(create_app(settings, clock=lambda: NOW)) as other:
        found = []
        for day in ("2020", "2024"):
            [event] = events_of(other.get(f"/v1/timeline.ics?as_of={day}").content).values()
            found.append(event)
        plan, fact = found
    assert plan["uid"] == fact["uid"]
    assert (str(plan["status"]), str(fact["status"])) == ("TENTATIVE", "CONFIRMED")
    assert (plan["dtstart"].dt, plan["dtend"].dt) == (dt.date(2022, 1, 1), dt.date(2023, 1, 1))
    assert (fact["dtstart"].dt, fact["dtend"].dt) == (dt.date(2023, 8, 11), dt.date(2023, 8, 12))
    assert int(fact["sequence"]) > int(plan["sequence"])


MOMENT = {
    "id": "missions/luna-26/launch", "subject": "missions/luna-26", "subject_name": "Luna-26",
    "what": "Launch", "status": "planned", "subject_status": "planned", "date_label": "2022",
    "date_earliest": "2022-01-01", "date_latest": "2022-12-31", "is_overdue": False,
    "revisions": 0, "first_label": "2022", "known_from": "2018-03-03",
}  # fmt: skip


def an_event(**changes: Any) -> Any:
    """One date as the event of a calendar."""
    events = moment_events({**MOMENT, **changes})
    body = b"".join(to_calendar(events, name="Test", address="https://x.example/"))
    assert max(map(len, body.split(b"\r\n"))) <= 75
    [event] = events_of(body).values()
    return event


def test_what_was_cancelled_is_cancelled() -> None:
    """A calendar strikes out what is no longer to happen, and not what has happened."""
    assert str(an_event(subject_status="cancelled")["status"]) == "CANCELLED"
    assert str(an_event(subject_status="cancelled", status="actual")["status"]) == "CONFIRMED"
    assert str(an_event()["status"]) == "TENTATIVE"


def test_a_date_without_an_end_has_none() -> None:
    """Of a date that is open towards the future an event has the first day alone."""
    assert "dtend" not in an_event(date_latest=None)
    assert "dtend" not in an_event(date_latest="9999-12-31")
    assert an_event(date_latest="2022-01-01")["dtend"].dt == dt.date(2022, 1, 2)


def test_a_date_without_a_beginning_is_no_event() -> None:
    """What has no first day stands in no calendar."""
    assert list(moment_events({**MOMENT, "date_earliest": None})) == []


def test_long_lines_are_folded_between_letters() -> None:
    """A long name in Russian or Chinese, with commas and semicolons, comes back as it was."""
    name = "Международная научная лунная станция; 国际月球科研站, " * 5
    assert str(an_event(subject_name=name)["summary"]) == f"{name}: Launch"


def test_an_overdue_date_says_so() -> None:
    """What a calendar shows of an event says that it is overdue, and what was promised first."""
    text = str(an_event(is_overdue=True, revisions=2, first_label="2020")["description"])
    assert text == "Planned: 2022. Overdue as known on 2018-03-03. First promised: 2020."


# --- Feeds ----------------------------------------------------------------------------------------

FEEDS = ("/v1/changes", "/v1/missions/luna-26/changes")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


def feed_of(client: Client, path: str, **query: str) -> Any:
    """A feed, read without complaint."""
    response = client.get(f"{path}.atom", params=query)
    assert response.headers["content-type"] == "application/atom+xml"
    read = feedparser.parse(response.content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read


@pytest.mark.parametrize("path", FEEDS)
def test_feeds_are_atom(client: Client, path: str) -> None:
    """A feed reader can follow what becomes known: RFC 4287, the latest first."""
    read = feed_of(client, path)
    changes = client.get(path).json()["results"]
    assert len(read.entries) == len(changes) > 0
    assert RFC_3339.fullmatch(read.feed.updated)
    assert read.feed.id
    assert read.feed.title
    [own] = [link for link in read.feed.links if link.rel == "self"]
    assert client.get(own.href).content == client.get(f"{path}.atom").content
    for change, entry in zip(changes, read.entries, strict=True):
        assert RFC_3339.fullmatch(entry.updated)
        assert entry.updated[:10] == change["known_from"]
        assert change["subject_name"] in entry.title
        assert change["value_label"] in entry.summary
        assert entry.author == change["said_by_name"]
        assert urlsplit(entry.link).path == f"/v1/claims/{change['id']}"
    assert client.get(read.entries[0].link).status_code == 200
    updated = [entry.updated for entry in read.entries]
    assert updated == sorted(updated, reverse=True)
    assert read.feed.updated == updated[0]


@pytest.mark.parametrize("path", FEEDS)
def test_entries_keep_their_ids(client: Client, path: str) -> None:
    """No reader shows an entry twice: its id is its own, on whatever day the feed was read."""
    ids: dict[str, str] = {}
    for day in DAYS:
        read = feed_of(client, path, as_of=day, limit="10000")
        now = {urlsplit(entry.link).path: entry.id for entry in read.entries}
        assert len(set(now.values())) == len(read.entries) > 0
        assert ids.items() <= now.items()
        ids = now


def test_a_feed_is_of_what_is_new(client: Client) -> None:
    """A feed has the latest hundred entries unless told otherwise."""
    assert len(feed_of(client, "/v1/changes").entries) == 100
    assert len(feed_of(client, "/v1/changes", limit="5").entries) == 5


def test_an_empty_feed_is_a_feed(client: Client) -> None:
    """Before anything was known a feed is empty, and a feed."""
    read = feed_of(client, "/v1/changes", as_of="1900")
    assert read.entries == []
    assert RFC_3339.fullmatch(read.feed.updated)


def test_each_feed_has_an_id_of_its_own(client: Client) -> None:
    """Who follows two feeds follows two: a reader tells them apart by their ids (RFC 4287)."""
    paths = (*FEEDS, "/v1/agencies/cnsa/changes", "/v1/changes")
    ids = [feed_of(client, path).feed.id for path in paths]
    assert ids[0] == ids[3]
    assert len(set(ids)) == 3


def test_each_feed_says_of_what_it_is(client: Client) -> None:
    """In a list of feeds one sees which is which."""
    titles = [feed_of(client, path).feed.title for path in FEEDS]
    assert titles[0] != titles[1]
