"""Tables by themselves: their columns, which only grow, and how they are written."""

import asyncio
import csv
import datetime as dt
import io
import itertools
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi import Request
from fastapi.responses import StreamingResponse
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

import app.fields
import app.schemas.records
import app.schemas.tables
from app.api.bodies import long_body
from app.api.encoding import ContentCoding
from app.api.files import Files
from app.api.formats import CSV
from app.api.tables import (
    CHANGES,
    CLAIMS,
    DIFFERENCES,
    DISPUTES,
    NETWORK,
    NODES,
    PROPERTIES,
    RELATIONS,
    SCHEDULE,
    SCORECARD,
    SEARCH,
    SLIPS,
    TABLES,
    TIMELINE,
    VINTAGES,
)
from app.fields import fields_of
from app.ledger.checks import check_folder
from app.render.tables import delimited, newline_delimited, write_excel
from app.schemas.records import record_keys
from app.schemas.tables import record_table, table
from app.vocabulary import PROPERTIES as WORDS
from app.vocabulary import Kind, Property, ValueType, properties_of
from tests.builders import AGENCY_FILE, MISSION_FILE, SOURCE_FILE, write_seed

# --- Columns are only ever added, and only at the right -------------------------------------------

GOLDEN = Path(__file__).parent / "golden" / "columns"
OFFERS = (
    CHANGES, CLAIMS, DIFFERENCES, DISPUTES, NETWORK, NODES, PROPERTIES, RELATIONS, SCHEDULE,
    SCORECARD, SEARCH, SLIPS, TIMELINE, VINTAGES,
)  # fmt: skip
COLUMNS = {
    one.name: [column.name for column in one.columns]
    for one in (*TABLES, *(offer.table for offer in OFFERS))
}


def broken(written: Sequence[str], columns: Sequence[str]) -> str:
    """What is wrong with columns that are no longer where they were; nothing, if all are."""
    for place, (name, now) in enumerate(itertools.zip_longest(written, columns)):
        if place == len(written):
            break
        if name != now:
            return (
                f"column {place + 1} was {name!r} and is {now!r}: people address columns by their "
                "names and their places, so keep it there, and add new ones at the right"
            )
    return ""


def unwritten(written: Sequence[str], columns: Sequence[str], file: str) -> str:
    """What is left to do about new columns; nothing, if there are none."""
    new = columns[len(written) :]
    return f"new at the right: append to {file} the lines {', '.join(new)}" if new else ""


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_columns_stay_where_they_are(name: str) -> None:
    """A formula or script that counts columns, or names them, works as long as the table lives."""
    written = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert broken(written, COLUMNS[name]) == ""


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_columns_are_written_down(name: str) -> None:
    """Once a column is published it is on record, so that it cannot go unnoticed."""
    file = GOLDEN / f"{name}.txt"
    written = file.read_text(encoding="utf-8").splitlines()
    assert unwritten(written, COLUMNS[name], f"tests/golden/columns/{file.name}") == ""


def test_every_table_is_on_record() -> None:
    """No table is published, or taken away, without its columns being on record."""
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(COLUMNS)
    assert {"missions", "timeline", "slips", "vintages", "nodes", "search"} <= set(COLUMNS)


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        (["id", "title", "kind"], "column 2 was 'name' and is 'title'"),
        (["id", "kind"], "column 2 was 'name' and is 'kind'"),
        (["id", "kind", "name"], "column 2 was 'name' and is 'kind'"),
        (["id", "name", "new", "kind"], "column 3 was 'kind' and is 'new'"),
        (["id", "name"], "column 3 was 'kind' and is None"),
    ],
    ids=["renamed", "removed", "moved", "added inside", "removed at the end"],
)
def test_what_breaks_tables_is_found(columns: list[str], place: str) -> None:
    """The guard of the columns finds each way in which they can be broken."""
    assert broken(["id", "name", "kind"], columns).startswith(place)


def test_what_is_added_at_the_right_is_asked_for() -> None:
    """A new column at the right breaks nothing; the guard tells where to write it down."""
    written, columns = ["id", "name"], ["id", "name", "kind", "status"]
    assert broken(written, columns) == ""
    assert unwritten(written, columns, "missions.txt") == (
        "new at the right: append to missions.txt the lines kind, status"
    )
    assert unwritten(columns, columns, "missions.txt") == ""


NEW_PROPERTIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "text": ({"type": ValueType.TEXT}, ["motto"]),
    "texts": ({"type": ValueType.TEXT, "many": True}, ["motto"]),
    "number": ({"type": ValueType.NUMBER}, ["motto"]),
    "country": ({"type": ValueType.COUNTRY}, ["motto", "motto_alpha3", "motto_name"]),
    "enum": (
        {"type": ValueType.ENUM, "choices": {Kind.MISSIONS: ("a", "b")}},
        ["motto"],
    ),
    "reference": (
        {"type": ValueType.REFERENCE, "refers_to": (Kind.AGENCIES,)},
        ["motto", "motto_name"],
    ),
    "references": (
        {"type": ValueType.REFERENCE, "refers_to": (Kind.AGENCIES,), "many": True},
        ["motto", "motto_names"],
    ),
    "date": (
        {"type": ValueType.DATE},
        [
            "motto_edtf", "motto_earliest", "motto_latest", "motto_precision", "motto_label",
            "motto_approximate", "motto_uncertain", "motto_claim_id",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", [0, 3], ids=["first", "in the middle"])
@pytest.mark.parametrize("sort", list(NEW_PROPERTIES))
def test_new_words_get_columns_at_the_right(
    monkeypatch: pytest.MonkeyPatch, sort: str, place: int
) -> None:
    """A word added to the vocabulary, wherever it is written there, moves no column there was."""
    how, expected = NEW_PROPERTIES[sort]
    before = [column.name for column in record_table(Kind.MISSIONS).columns]
    new = Property("motto", "What is painted on it", subjects=(Kind.MISSIONS,), added=2, **how)
    words = list(properties_of(Kind.MISSIONS))
    words.insert(place, new)
    # Made anew from the longer vocabulary, past what is remembered of the shipped one.
    monkeypatch.setattr(app.fields, "properties_of", lambda _: tuple(words))
    monkeypatch.setattr(app.schemas.records, "fields_of", fields_of.__wrapped__)
    monkeypatch.setattr(app.schemas.tables, "fields_of", fields_of.__wrapped__)
    monkeypatch.setattr(app.schemas.tables, "record_keys", record_keys.__wrapped__)
    made = record_table.__wrapped__(Kind.MISSIONS)
    assert [column.name for column in made.columns] == before + expected
    assert (made.groups.get("motto") == expected) is (sort == "date")


def test_words_of_one_age_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later generations stand to the right of earlier ones, each in the vocabulary's own order."""
    words = list(properties_of(Kind.PEOPLE))
    before = [column.name for column in record_table(Kind.PEOPLE).columns]
    for name, added in (("third", 3), ("second", 2), ("also-second", 2)):
        words.append(Property(name, name, ValueType.TEXT, (Kind.PEOPLE,), added=added))
    monkeypatch.setattr(app.fields, "properties_of", lambda _: tuple(words))
    monkeypatch.setattr(app.schemas.records, "fields_of", fields_of.__wrapped__)
    monkeypatch.setattr(app.schemas.tables, "fields_of", fields_of.__wrapped__)
    monkeypatch.setattr(app.schemas.tables, "record_keys", record_keys.__wrapped__)
    made = record_table.__wrapped__(Kind.PEOPLE)
    names = [column.name for column in made.columns]
    assert names == [*before, "second", "also-second", "third"]


# --- How tables are written -----------------------------------------------------------------------


class Row(BaseModel):
    """A row with a column of every type."""

    id: str
    text: str | None
    number: int | None
    share: float | None
    yes: bool | None
    day: dt.date | None
    tags: list[str]


ROWS = table("rows", Row, title="Rows", row_is="A row")


def a_row(**changes: Any) -> str:
    """The document of a row."""
    row = {"id": "a", "text": None, "number": None, "share": None, "yes": None, "day": None}
    return json.dumps({**row, "tags": [], **changes}, ensure_ascii=False)


def test_csv_to_the_byte() -> None:
    """CSV is RFC 4180: CRLF, quotes where needed and doubled inside, nothing for no value."""
    documents = [
        a_row(text='say "hello"', number=-5, share=0.5, yes=True, day="2022-01-31"),
        a_row(id="b", text="one, two", number=0, yes=False, tags=["x", "y"]),
        a_row(id="嫦娥", text="line\nline\r\nline"),
    ]
    written = b"".join(delimited(ROWS, [documents[:2], [], documents[2:]]))
    assert written.decode() == (
        "id,text,number,share,yes,day,tags\r\n"
        'a,"say ""hello""",-5,0.5,true,2022-01-31,\r\n'
        'b,"one, two",0,,false,,x|y\r\n'
        '嫦娥,"line\nline\r\nline",,,,,\r\n'
    )


def test_options_to_the_byte() -> None:
    """A byte order mark and a header come if they are asked for, and nothing else changes."""
    plain = b"a,,,,,,\r\n"
    head = b"id,text,number,share,yes,day,tags\r\n"
    made = {
        (header, bom): b"".join(delimited(ROWS, [[a_row()]], header=header, bom=bom))
        for header in (True, False)
        for bom in (True, False)
    }
    assert made == {
        (True, True): b"\xef\xbb\xbf" + head + plain,
        (True, False): head + plain,
        (False, True): b"\xef\xbb\xbf" + plain,
        (False, False): plain,
    }


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@pytest.mark.parametrize("delimiter", [",", "\t"], ids=["csv", "tsv"])
@given(texts=st.lists(_TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back_as_it_was(delimiter: str, texts: list[str]) -> None:
    """Whatever is in a text, a reader of RFC 4180 gets it back, in as many fields as there are."""
    documents = [a_row(id=text, text=text, tags=["x"]) for text in texts]
    written = b"".join(delimited(ROWS, [documents], delimiter=delimiter)).decode()
    read = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter, strict=True)
    head, *rows = read
    assert head == [column.name for column in ROWS.columns]
    assert rows == [[text, text, "", "", "", "", "x"] for text in texts]


@given(texts=st.lists(_TEXTS, min_size=1, max_size=4))
def test_any_text_is_one_line_of_ndjson(texts: list[str]) -> None:
    """A line feed is nothing but the end of a document, whatever is in its texts."""
    documents = [a_row(text=text) for text in texts]
    lines = b"".join(newline_delimited([documents])).split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["text"] for line in lines] == texts


# --- Excel ----------------------------------------------------------------------------------------

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "{=1+1}", '=HYPERLINK("http://x.example")')
LOOKALIKES = ("http://x.example/", "mailto:x@x.example", "007", "1e5", "2020-01-01", "TRUE", "#N/A")


def excel(folder: Path, documents: Sequence[str], name: str = "rows.xlsx") -> Path:
    """An Excel file of rows."""
    path = folder / name
    about = {"title": "Rows", "release": "=1+1", "license": "https://x.example/"}
    write_excel(path, ROWS, [documents], about)
    return path


@pytest.mark.parametrize("text", [*FORMULAS, *LOOKALIKES])
def test_excel_runs_and_changes_nothing(tmp_path: Path, text: str) -> None:
    """A text stays a text in Excel, also one that begins like a formula or looks like a number."""
    path = excel(tmp_path, [a_row(id=text, text=text, tags=[text])])
    book = openpyxl.load_workbook(path)
    cells = {cell.coordinate: cell for cell in book["rows"][2]}
    for place in ("A2", "B2", "G2"):
        assert (cells[place].data_type, cells[place].value) == ("s", text)
        assert cells[place].hyperlink is None
    with zipfile.ZipFile(path) as package:
        sheets = [package.read(name) for name in package.namelist() if "sheets/sheet" in name]
    assert len(sheets) == 2
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


def test_excel_has_types(tmp_path: Path) -> None:
    """Numbers, truth values and days are that in Excel, and what has no value is an empty cell."""
    days = ["2022-01-31", "1900-03-01", "1900-02-28", "0988-07-01", None]
    documents = [a_row(number=-5, share=0.5, yes=True, day=days[0])]
    documents += [a_row(yes=False, day=day) for day in days[1:]]
    sheet = openpyxl.load_workbook(excel(tmp_path, documents))["rows"]
    assert [cell.value for cell in sheet[1]] == [column.name for column in ROWS.columns]
    first = [cell.value for cell in sheet[2]]
    assert first == ["a", None, -5, 0.5, True, dt.datetime(2022, 1, 31), None]  # noqa: DTZ001
    assert [type(value) for value in first[2:5]] == [int, float, bool]
    assert [sheet.cell(line, 5).value for line in (3, 4)] == [False, False]
    assert [sheet.cell(line, 6).data_type for line in range(2, 7)] == ["d", "d", "s", "s", "n"]
    assert sheet["F2"].number_format == "yyyy-mm-dd"
    # Excel takes 1900 for a leap year, and knows nothing before it.
    assert [sheet.cell(line, 6).value for line in (4, 5, 6)] == days[2:]


def test_excel_looks_like_a_table(tmp_path: Path) -> None:
    """The header stays in sight and can be filtered by; a second sheet says where it is from."""
    book = openpyxl.load_workbook(excel(tmp_path, [a_row(), a_row()]))
    assert book.sheetnames == ["rows", "about"]
    assert book["rows"].freeze_panes == "A2"
    assert book["rows"].auto_filter.ref == "A1:G3"
    assert book["rows"]["A1"].font.bold
    about = {row[0].value: row[1].value for row in book["about"].iter_rows()}
    assert about == {"title": "Rows", "release": "=1+1", "license": "https://x.example/"}
    assert book["about"]["B2"].data_type == "s"


def test_excel_is_the_same_every_time(tmp_path: Path) -> None:
    """Equal rows give equal bytes, whenever they are written."""
    one = excel(tmp_path, [a_row(text="x")], "one.xlsx")
    other = excel(tmp_path, [a_row(text="x")], "other.xlsx")
    assert one.read_bytes() == other.read_bytes()
    assert excel(tmp_path, [a_row(text="y")]).read_bytes() != one.read_bytes()
    with zipfile.ZipFile(one) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}
        assert str(dt.date.today().year).encode() not in package.read("docProps/core.xml")  # noqa: DTZ011


# --- What spreadsheets would run does not get into the data ---------------------------------------


def claim(**lines: str) -> str:
    """A claim of a seed file."""
    lines = {"property": "target", "source": "report", "locator": "paragraph 1", **lines}
    body = "".join(f"  {key}: {text}\n" for key, text in lines.items())
    return f"- {body.strip()}\n"


# A text that begins as is to be put in the place of X.
PLACES: dict[str, dict[str, str]] = {
    "value": {"missions__luna_26": MISSION_FILE + claim(value="X")},
    "locator": {"missions__luna_26": MISSION_FILE + claim(value="Moon", locator="X")},
    "original value": {"missions__luna_26": MISSION_FILE + claim(value="M", original_value="X")},
    "note": {"missions__luna_26": MISSION_FILE + claim(value="Moon", note="X")},
    "rank reason": {
        "missions__luna_26": MISSION_FILE + claim(value="M", rank="preferred", rank_reason="X")
    },
    "role": {
        "missions__luna_26": MISSION_FILE
        + claim(property="operator", value="agencies/rt", role="X")
    },
    "title of a source": {"sources__report": SOURCE_FILE.replace("title: Report", "title: X")},
    "note on a source": {"sources__report": SOURCE_FILE + "note: X\n"},
    "address of a source": {"sources__report": SOURCE_FILE + "url: X\n"},
    "language of a source": {"sources__report": SOURCE_FILE.replace("language: en", "language: X")},
    "what a dispute is about": {
        "disputes__launch": "id: launch\nabout: X\nclaims:\n- {property: name}\nnote: Two.\n"
    },
    "note on a dispute": {
        "disputes__launch": "id: launch\nabout: Name\nclaims:\n- {property: name}\nnote: X\n"
    },
}


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\\t", "\\r"])
@pytest.mark.parametrize("place", list(PLACES))
def test_no_text_begins_like_a_formula(tmp_path: Path, place: str, begins: str) -> None:
    """What a spreadsheet would run is refused before it is published, wherever it is written."""
    own_form = place in ("address of a source", "language of a source")
    for text, expected in (("SUM(A1)", 0), (f"{begins}SUM(A1)", 1)):
        if own_form and not expected:
            continue  # it is neither an address nor a language
        written = {name: file.replace(" X", f' "{text}"') for name, file in PLACES[place].items()}
        _, problems = check_folder(write_seed(tmp_path / f"seed{expected}", **written))
        assert len(problems) == expected, problems
        for problem in problems:
            assert next(iter(written)).replace("__", "/").replace("_", "-") in str(problem.place)
            assert own_form or "SUM(A1)" in problem.what


def test_the_remedy_names_the_characters(tmp_path: Path) -> None:
    """Who writes such a text is told what is wrong with it."""
    file = MISSION_FILE + claim(value='"=SUM(A1)"')
    _, [problem] = check_folder(write_seed(tmp_path / "seed", missions__luna_26=file))
    assert "= + - @" in problem.remedy


@pytest.mark.parametrize(
    "name",
    [
        word.name
        for word in WORDS.values()
        if word.type is ValueType.TEXT and word.many and Kind.MISSIONS in word.subjects
    ],
)
def test_one_of_several_texts_has_no_separator(tmp_path: Path, name: str) -> None:
    """A cell with several texts can be taken apart at its bars: none of the texts has one."""
    for value, expected in (("near side", 0), ("near|side", 1)):
        file = MISSION_FILE + claim(property=name, value=f'"{value}"')
        seed = write_seed(tmp_path / f"seed{expected}", missions__luna_26=file)
        _, problems = check_folder(seed)
        assert len(problems) == expected
        assert all("|" in problem.what and "|" in problem.remedy for problem in problems)


@pytest.mark.parametrize(
    "files",
    [
        {"agencies__rt": AGENCY_FILE.replace("value: RT", 'value: "R|T"')},
        {"missions__luna_26": MISSION_FILE.replace("value: Luna-26", 'value: "Luna|26"')},
    ],
    ids=["agency", "mission"],
)
def test_no_name_has_a_separator(tmp_path: Path, files: dict[str, str]) -> None:
    """A cell with several names, as `operators_names`, can be taken apart as well."""
    _, problems = check_folder(write_seed(tmp_path / "seed", **files))
    assert ["|" in problem.what for problem in problems] == [True]


# --- Tables of any length, with little memory ---------------------------------------------------

MEGABYTE = 1 << 20
LITTLE = 6 * MEGABYTE  # for bodies of several times that


def a_request(method: str = "GET", **headers: str) -> Request:
    """A request as the routes get it: HEAD comes as a GET that is known to be one."""
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": listed}
    return Request({**scope, "lunar.format": CSV, "lunar.head": method == "HEAD"})


async def answered(request: Request, pieces: Callable[[], Iterator[bytes]]) -> StreamingResponse:
    """A body that is too long to be held, and is made into a file."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(pieces())

    file = await Files().get("tag", write)
    headers = {"ETag": '"tag"', "Accept-Ranges": "bytes"}
    response = long_body(request, file, headers, "text/csv")
    assert isinstance(response, StreamingResponse)
    return response


async def measured(response: StreamingResponse) -> int:
    """The length of a body, which is not kept."""
    return sum([len(piece) async for piece in response.body_iterator])


async def sent(
    request: Request, pieces: Callable[[], Iterator[bytes]]
) -> tuple[StreamingResponse, int]:
    """An answer, and the length of the body that was sent."""
    response = await answered(request, pieces)
    return response, await measured(response)


def many_pieces(number: int, made: list[int]) -> Iterator[bytes]:
    """A hundred kilobytes at a time, noting how many have been made."""
    for place in range(number):
        made.append(place)
        yield b"x" * 100_000


def test_a_long_table_takes_little_memory() -> None:
    """A table of 20,000 rows and 40 megabytes is written and sent without being held."""
    text = "Автоматическая станция «Луна-26», " * 32

    def pieces() -> Iterator[list[str]]:
        for place in range(0, 20_000, 100):
            yield [f'{{"id":"{place + row}","text":"{text}"}}' for row in range(100)]

    narrow = ROWS.narrowed(lambda column: column.name in ("id", "text"))
    tracemalloc.start()
    try:
        _, length = asyncio.run(sent(a_request(), lambda: delimited(narrow, pieces())))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert length > 20_000 * len(text.encode())
    assert peak < LITTLE < length / 5


@pytest.mark.parametrize(
    ("method", "headers"),
    [("GET", {}), ("HEAD", {}), ("GET", {"range": "bytes=100000-30000000"})],
    ids=["whole", "its length alone", "a part"],
)
def test_no_way_of_asking_takes_much_memory(method: str, headers: dict[str, str]) -> None:
    """Who asks for the length or a part of a long table has it made on disk, not in memory."""
    tracemalloc.start()
    try:
        request = a_request(method, **headers)
        response, length = asyncio.run(sent(request, lambda: many_pieces(400, [])))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    told = 29_900_001 if headers else 40_000_000
    assert response.headers["content-length"] == str(told)
    assert length == told if method == "GET" else length <= MEGABYTE
    assert peak < LITTLE


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
def test_nothing_is_held_to_be_compressed(coding: str) -> None:
    """A long table is compressed as it is sent."""
    made: list[int] = []
    held: list[int] = []
    sent: list[int] = []

    async def table_app(scope: Any, receive: Any, send: Any) -> None:
        response = await answered(Request(scope), lambda: many_pieces(200, made))
        await response(scope, receive, send)

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # the client stays
        raise AssertionError("it waits for ever")

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            assert headers.get(b"content-encoding", b"identity").decode() == coding
        else:
            sent.append(len(message["body"]))
            held.append(tracemalloc.get_traced_memory()[0])

    headers = [(b"accept-encoding", coding.encode())]
    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
    }  # fmt: skip
    tracemalloc.start()
    try:
        asyncio.run(ContentCoding(table_app)(scope, receive, send))
    finally:
        tracemalloc.stop()
    assert len(made) == 200
    assert (sum(sent) == 20_000_000) is (coding == "identity")
    assert max(held) < LITTLE
