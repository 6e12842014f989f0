"""Documents → CSV, TSV, NDJSON, rows of JSON, Excel. Each a stream: nothing is held whole.

CSV is RFC 4180: CRLF, quotes only where needed and doubled inside, as many fields in every row as
in the header. No value is changed for a spreadsheet's sake; the check of seed files sees to it that
none begins like a formula, and Excel files are written with texts as texts.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.schemas.tables import Cell, ColumnType, Table
from app.text import to_json

Pieces = Iterable[Sequence[str]]  # documents, some at a time

BOM = "\ufeff".encode()
_LONG_AGO = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - Excel knows no time zones
_EXCEL_BEGINS = dt.date(1900, 3, 1)  # Excel takes 1900 for a leap year
_WIDEST = 60  # characters


def rows_of(table: Table, pieces: Pieces) -> Iterator[list[list[Cell]]]:
    """Documents as rows, some at a time."""
    for documents in pieces:
        yield [table.row(json.loads(document)) for document in documents]


def delimited(
    table: Table, pieces: Pieces, *, delimiter: str = ",", header: bool = True, bom: bool = False
) -> Iterator[bytes]:
    """CSV (RFC 4180), or TSV with tabs."""
    if bom:
        yield BOM
    if header:
        yield _lines([[column.name for column in table.columns]], delimiter)
    for rows in rows_of(table, pieces):
        yield _lines(rows, delimiter)


def _lines(rows: Sequence[Sequence[Cell]], delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def _plain(cell: Cell) -> Cell:
    return str(cell).lower() if isinstance(cell, bool) else cell


def newline_delimited(pieces: Pieces) -> Iterator[bytes]:
    """NDJSON: each line a document, whole as in JSON."""
    for documents in pieces:
        yield "".join(f"{document}\n" for document in documents).encode()


def json_array(pieces: Pieces) -> Iterator[bytes]:
    """A bare array of documents."""
    yield b"["
    comma = ""
    for documents in pieces:
        if documents:
            yield (comma + ",".join(documents)).encode()
            comma = ","
    yield b"]"


def json_rows(table: Table, pieces: Pieces, meta: Mapping[str, Any]) -> Iterator[bytes]:
    """The names of the columns once, and each row as an array of plain values."""
    names = to_json([column.name for column in table.columns])
    yield f'{{"meta":{to_json(meta)},"columns":{names},"results":['.encode()
    comma = ""
    for rows in rows_of(table, pieces):
        if rows:
            yield (comma + ",".join(to_json(row) for row in rows)).encode()
            comma = ","
    yield b"]}"


def write_excel(path: Path, table: Table, pieces: Pieces, about: Mapping[str, str]) -> None:
    """An Excel file: the table with a frozen header, and a sheet that says where it is from.

    Equal input gives equal bytes; rows are written as they come, and not held.
    """
    import xlsxwriter  # noqa: PLC0415

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": table.title, "created": _LONG_AGO})
        sheet = book.add_worksheet(table.name[:31])
        head = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            wide = column.type is ColumnType.STRING and not column.name.endswith("_edtf")
            sheet.set_column(place, place, min(_WIDEST, max(len(column.name), 24 if wide else 12)))
            sheet.write_string(0, place, column.name, head)
        line = 0
        for rows in rows_of(table, pieces):
            for row in rows:
                line += 1
                for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                    _write_cell(sheet, (line, place), column.type, cell, day)
        sheet.autofilter(0, 0, line, len(table.columns) - 1)
        note = book.add_worksheet("about")
        note.set_column(0, 1, 24)
        for line, (key, value) in enumerate(about.items()):
            note.write_string(line, 0, key, head)
            note.write_string(line, 1, value)


def _write_cell(sheet: Any, at: tuple[int, int], kind: ColumnType, cell: Cell, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(*at, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(*at, cell)
    elif kind is ColumnType.DATE and (date := dt.date.fromisoformat(cell)) >= _EXCEL_BEGINS:
        sheet.write_datetime(*at, date, day)
    else:
        sheet.write_string(*at, cell)
