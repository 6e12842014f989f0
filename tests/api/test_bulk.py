"""The whole data set in one file: valid, complete, the same every time, and to be had in parts."""

import csv
import io
import json
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import frictionless
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.api.tables import (
    CLAIMS,
    COVERAGE,
    DISPUTES,
    IDENTIFIERS,
    PROPERTIES,
    RELATIONS,
    SLIPS,
    TIMELINE,
    record_offer,
)
from app.db import Database
from app.main import create_app
from app.settings import Settings
from app.vocabulary import Kind
from tests.conftest import NOW

ENDINGS = {
    "zip": "application/zip",
    "sqlite": "application/vnd.sqlite3",
    "ndjson": "application/x-ndjson",
}
NAMES = [
    *(kind.value for kind in Kind),
    "claims", "relations", "timeline", "slips", "disputes", "identifiers", "properties", "coverage",
]  # fmt: skip
KEYS = {
    offer.table.name: list(offer.table.key)
    for offer in (
        *map(record_offer, Kind), CLAIMS, RELATIONS, TIMELINE, SLIPS, DISPUTES, IDENTIFIERS,
        PROPERTIES, COVERAGE,
    )
}  # fmt: skip
ALWAYS = ("properties", "coverage")  # on whichever day
BEFORE = "1900"  # anything was known
DAYS = (BEFORE, "2018-03-03", "2020-01-01", "2026-11-22")
PLAIN = {"Accept-Encoding": "identity"}


def download(client: TestClient, ending: str, day: str = "", **headers: str) -> Response:
    """A file, in plain bytes."""
    query = f"?as_of={day}" if day else ""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(f"/v1/dataset.{ending}{query}", headers={**PLAIN, **sent})


@pytest.fixture(scope="module")
def packages(client: TestClient, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The Data Package of each day, as a file."""
    folder = tmp_path_factory.mktemp("packages")
    paths = {}
    for day in DAYS:
        paths[day] = folder / f"{day}.zip"
        paths[day].write_bytes(download(client, "zip", day).content)
    return paths


def described(path: Path) -> dict[str, Any]:
    """What a package says of itself."""
    with zipfile.ZipFile(path) as package:
        document: dict[str, Any] = json.loads(package.read("datapackage.json"))
        return document


@pytest.fixture(scope="module", params=DAYS)
def opened(
    request: pytest.FixtureRequest, client: TestClient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, sqlite3.Connection]]:
    """A day, and the SQLite file of that day, opened for reading only."""
    path = tmp_path_factory.mktemp("sqlite") / "lunar.sqlite"
    path.write_bytes(download(client, "sqlite", request.param).content)
    path.chmod(0o444)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        yield request.param, database


def table_of(client: TestClient, name: str, day: str) -> tuple[list[str], list[list[str]]]:
    """A table as it is served by itself."""
    text = client.get(f"/v1/{name}.csv?as_of={day}").content.decode()
    head, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    return head, rows


# --- The Data Package -----------------------------------------------------------------------------


@pytest.mark.parametrize("day", [DAYS[0], DAYS[-1]])
def test_the_package_is_valid(packages: dict[str, Path], day: str) -> None:
    """Frictionless finds nothing wrong: types, keys, references, choices, all of it described."""
    report = frictionless.validate(str(packages[day]))
    assert report.flatten(["type", "title", "message"]) == []
    assert report.valid
    assert report.stats["tasks"] == len(NAMES)


def test_what_is_wrong_with_a_package_is_found(packages: dict[str, Path], tmp_path: Path) -> None:
    """The check above is one: of a package with one letter changed it finds fault."""
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(packages[DAYS[-1]]) as package, zipfile.ZipFile(broken, "w") as made:
        for name in package.namelist():
            body = package.read(name)
            made.writestr(name, body.replace(b",false", b",fales", 1) if "slips" in name else body)
    report = frictionless.validate(str(broken))
    assert [found for [found] in report.flatten(["type"])] == ["type-error"]


@pytest.mark.parametrize("day", DAYS)
def test_the_package_has_every_table(
    client: TestClient, packages: dict[str, Path], day: str
) -> None:
    """Each table is in the package as it is served by itself, byte for byte, and described."""
    document = described(packages[day])
    with zipfile.ZipFile(packages[day]) as package:
        assert package.testzip() is None
        # Nothing of when it was made is in it, or no two would be the same.
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist() == [
            *(f"{name}.csv" for name in NAMES), "datapackage.json", "README.md",
        ]  # fmt: skip
        for name in NAMES:
            served = client.get(f"/v1/{name}.csv?as_of={day}").content
            assert package.read(f"{name}.csv") == served, name
    assert [resource["name"] for resource in document["resources"]] == NAMES
    for resource in document["resources"]:
        head, rows = table_of(client, resource["name"], day)
        assert [field["name"] for field in resource["schema"]["fields"]] == head
        assert bool(rows) is (day != BEFORE or resource["name"] in ALWAYS), resource["name"]
        assert resource["schema"]["primaryKey"] == KEYS[resource["name"]]
        assert resource["description"]


@pytest.mark.parametrize("day", DAYS)
def test_the_package_names_its_sources(
    client: TestClient, packages: dict[str, Path], day: str
) -> None:
    """Whoever passes the package on passes on where it is from: every source, with its address."""
    sources = client.get(f"/v1/sources?as_of={day}&limit=10000").json()["results"]
    expected = [
        {"title": source["title"], **({"path": source["url"]} if source["url"] else {})}
        for source in sources
    ]
    assert described(packages[day])["sources"] == expected
    assert bool(expected) is (day != BEFORE)


@pytest.mark.parametrize("day", DAYS)
def test_the_package_says_what_it_is(
    client: TestClient, packages: dict[str, Path], day: str
) -> None:
    """Release, day, licence and citation are in the package, for machines and for people."""
    release = client.get("/v1/dataset").json()["result"]["release"]
    resolved = "1900-12-31" if day == BEFORE else day
    document = described(packages[day])
    assert document["version"] == release
    assert document["id"] == f"lunar-cooperation-{release}-{resolved}"
    assert document["licenses"] == [
        {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
    ]
    with zipfile.ZipFile(packages[day]) as package:
        readme = package.read("README.md").decode()
    assert f"Release {release}, as known on {resolved}" in readme
    assert all(f"`{name}.csv`" in readme for name in NAMES)


# --- The SQLite file ------------------------------------------------------------------------------


def test_the_database_is_sound(opened: tuple[str, sqlite3.Connection]) -> None:
    """It opens as it is, without rights to write, and is whole."""
    _, database = opened
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA encoding").fetchone() == ("UTF-8",)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM about")
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert {name for (name,) in tables} == {*NAMES, "about", "columns"}


def test_tables_of_the_database_have_keys(opened: tuple[str, sqlite3.Connection]) -> None:
    """Each table has its primary key, and no row lacks it."""
    _, database = opened
    for name in NAMES:
        info = database.execute(f'PRAGMA table_info("{name}")').fetchall()
        key = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
        assert key == KEYS[name]
        for column in key:
            lacking = f'SELECT count(*) FROM "{name}" WHERE "{column}" IS NULL'  # noqa: S608
            assert database.execute(lacking).fetchone() == (0,)
    with closing(sqlite3.connect(":memory:")) as memory:
        [(made,)] = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'claims'")
        memory.execute(made)
        memory.execute("INSERT INTO claims (id) VALUES ('a')")
        with pytest.raises(sqlite3.IntegrityError):
            memory.execute("INSERT INTO claims (id) VALUES ('a')")


def test_cells_of_the_database_are_those_of_csv(
    client: TestClient, opened: tuple[str, sqlite3.Connection]
) -> None:
    """The tables are those that are served, cell by cell, truth values as 0 and 1."""
    day, database = opened
    for name in NAMES:
        head, rows = table_of(client, name, day)
        found = database.execute(f'SELECT * FROM "{name}"')  # noqa: S608
        assert [column[0] for column in found.description] == head
        types = dict(
            database.execute("SELECT name, type FROM columns WHERE table_name = ?", [name])
        )
        expected = [
            tuple(
                typed(cell, types[column]) for column, cell in zip(head, row, strict=True)
            )
            for row in rows
        ]  # fmt: skip
        assert sorted(found.fetchall(), key=str) == sorted(expected, key=str), name
        assert bool(rows) is (day != BEFORE or name in ALWAYS)


def typed(cell: str, type_: str) -> str | int | float | None:
    """A cell of CSV as SQLite holds it."""
    if not cell:
        return None
    if type_ == "boolean":
        return {"true": 1, "false": 0}[cell]
    return {"integer": int, "number": float}.get(type_, str)(cell)


def test_the_database_explains_itself(
    client: TestClient, packages: dict[str, Path], opened: tuple[str, sqlite3.Connection]
) -> None:
    """`about` says what it is and how to cite it, `columns` what each column means."""
    day, database = opened
    about = dict(database.execute("SELECT key, value FROM about"))
    assert about["release"] == client.get("/v1/dataset").json()["result"]["release"]
    assert about["as_of"] == ("1900-12-31" if day == BEFORE else day)
    assert about["license"] == "CC-BY-4.0"
    assert about["as_of"] in about["citation"]
    assert about["address"] == "http://testserver"
    columns = database.execute("SELECT table_name, name, type, definition FROM columns").fetchall()
    expected = {
        (resource["name"], field["name"], field["type"], field.get("description", ""))
        for resource in described(packages[day])["resources"]
        for field in resource["schema"]["fields"]
    }
    assert set(columns) == expected
    assert len(columns) == len(expected)


# --- NDJSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", DAYS)
def test_lines_are_all_records_of_all_tables(client: TestClient, day: str) -> None:
    """Each line says of which table it is, and there are as many as the tables have rows."""
    body = download(client, "ndjson", day).content
    lines = body.split(b"\n")
    assert lines.pop() == b""
    parsed = [json.loads(line) for line in lines]
    assert {tuple(line) for line in parsed} == {("table", "row")}
    about = parsed.pop(0)
    assert about["table"] == "about"
    assert about["row"]["as_of"] == ("1900-12-31" if day == BEFORE else day)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES}
    for line in parsed:
        rows[line["table"]].append(line["row"])
    counts = {
        name: client.get(f"/v1/{name}?as_of={day}&limit=1").json()["meta"]["count"]
        for name in NAMES
        if name not in ALWAYS
    }
    counts |= {name: client.get(f"/v1/{name}?limit=1").json()["meta"]["count"] for name in ALWAYS}
    assert Counter(line["table"] for line in parsed) == Counter(counts)
    assert len(lines) == sum(counts.values()) + 1
    for name in NAMES:
        served = client.get(f"/v1/{name}.ndjson?as_of={day}").text.split("\n")[:-1]
        assert rows[name] == [json.loads(line) for line in served], name


# --- The same every time, on every day ------------------------------------------------------------


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_equal_data_give_equal_bytes(
    client: TestClient, settings: Settings, database: Database, ending: str
) -> None:
    """Another server over the same data gives the same file, so that digests can be compared."""
    with TestClient(create_app(settings, clock=lambda: NOW)) as other:
        for day in ("", "2018-03-03"):
            one, two = download(client, ending, day), download(other, ending, day)
            assert one.content == two.content
            assert one.headers["etag"] == two.headers["etag"]
            assert one.headers["content-type"] == ENDINGS[ending]
            resolved = day or "2026-11-22"
            said = f'attachment; filename="lunar-{resolved}.{ending}"'
            assert one.headers["content-disposition"] == said


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_each_day_has_its_file(client: TestClient, ending: str) -> None:
    """Days on which other things were known have other files, with tags of their own."""
    answers = [download(client, ending, day) for day in DAYS]
    assert len({answer.content for answer in answers}) == len(DAYS)
    assert len({answer.headers["etag"] for answer in answers}) == len(DAYS)
    assert download(client, ending, "2018-03").headers["content-disposition"] == (
        f'attachment; filename="lunar-2018-03-31.{ending}"'
    )


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_the_day_can_stand_in_the_path(client: TestClient, ending: str) -> None:
    """As everywhere the day may stand in the path, for tools that can be given no parameters."""
    answer = client.get(f"/v1/as-of/2018-03-03/dataset.{ending}", headers=PLAIN)
    assert answer.headers["content-type"] == ENDINGS[ending]
    assert answer.content == download(client, ending, "2018-03-03").content


def test_what_is_no_longer_kept_is_made_again(client: TestClient) -> None:
    """However many days are asked for in between, a file is the same when it is asked for again."""
    first = download(client, "ndjson", "2018-03-03").content
    for year in range(2010, 2020):
        assert download(client, "ndjson", str(year)).status_code == 200
    assert download(client, "ndjson", "2018-03-03").content == first


@pytest.mark.parametrize(
    ("query", "status"), [("as_off=2018", 400), ("as_of=soon", 422), ("fields=id", 400)]
)
def test_what_cannot_be_asked_is_refused(client: TestClient, query: str, status: int) -> None:
    """A file can be asked for as of a day, and nothing else."""
    for ending in ENDINGS:
        answer = client.get(f"/v1/dataset.{ending}?{query}")
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


# --- Parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", list(ENDINGS))
@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [("bytes=-8", -8, None), ("bytes=0-0", 0, 1), ("bytes=100-", 100, None), ("bytes=5-9", 5, 10)],
)
def test_a_part_can_be_had(
    client: TestClient, ending: str, asked: str, begin: int, end: int | None
) -> None:
    """A range of bytes is that part of the file, and says which."""
    whole = download(client, ending)
    assert whole.headers["accept-ranges"] == "bytes"
    length = len(whole.content)
    assert whole.headers["content-length"] == str(length)
    part = download(client, ending, Range=asked)
    expected = whole.content[begin:end]
    assert (part.status_code, part.content) == (206, expected)
    first = begin % length
    last = first + len(expected) - 1
    assert part.headers["content-range"] == f"bytes {first}-{last}/{length}"
    assert part.headers["content-length"] == str(len(expected))
    assert part.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_a_download_can_be_resumed(client: TestClient, ending: str) -> None:
    """What was broken off goes on where it was, and is the whole in the end."""
    whole = download(client, ending, "2018-03-03")
    tag = whole.headers["etag"]
    got = whole.content[:1000]
    while len(got) < len(whole.content):
        asked = f"bytes={len(got)}-{len(got) + 99_999}"
        part = download(client, ending, "2018-03-03", Range=asked, If_Range=tag)
        assert part.status_code == 206
        got += part.content
    assert got == whole.content


@pytest.mark.parametrize("ending", list(ENDINGS))
@pytest.mark.parametrize("held", ['"another"', "Sat, 03 Mar 2018 00:00:00 GMT", "W/"])
def test_what_has_changed_is_not_resumed(client: TestClient, ending: str, held: str) -> None:
    """Who holds the beginning of another file gets the whole, and no end that does not fit."""
    whole = download(client, ending)
    tag = f"W/{whole.headers['etag']}" if held == "W/" else held
    again = download(client, ending, Range="bytes=1000-", If_Range=tag)
    assert (again.status_code, again.content) == (200, whole.content)
    assert "content-range" not in again.headers


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_a_tag_is_of_certain_bytes(client: TestClient, ending: str) -> None:
    """What was begun compressed is not resumed with plain bytes: its tag is another one."""
    address = f"/v1/dataset.{ending}"
    plain = client.get(address, headers=PLAIN)
    for coding in ("gzip", "br"):
        other = client.get(address, headers={"Accept-Encoding": coding})
        assert other.content == plain.content
        if "content-encoding" in other.headers:
            assert other.headers["etag"] != plain.headers["etag"], coding
    assert ("content-encoding" in other.headers) is (ending == "ndjson")


@pytest.mark.parametrize("ending", ["zip", "sqlite"])
def test_what_is_sent_plain_can_be_resumed(client: TestClient, ending: str) -> None:
    """A browser, which always says what codings it knows, can resume what came without any."""
    address, headers = f"/v1/dataset.{ending}", {"Accept-Encoding": "gzip, deflate, br, zstd"}
    whole = client.get(address, headers=headers)
    assert "content-encoding" not in whole.headers
    headers |= {"Range": "bytes=1000-", "If-Range": whole.headers["etag"]}
    part = client.get(address, headers=headers)
    assert (part.status_code, part.content) == (206, whole.content[1000:])


@pytest.mark.parametrize("path", [*(f"dataset.{ending}" for ending in ENDINGS), "claims.xlsx"])
@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_a_problem(client: TestClient, path: str, asked: str) -> None:
    """Who asks for bytes that there are not is told how many there are."""
    length = len(client.get(f"/v1/{path}", headers=PLAIN).content)
    answer = client.get(f"/v1/{path}", headers={**PLAIN, "Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-range"] == f"bytes */{length}"
    problem = answer.json()
    assert problem["status"] == 416
    assert problem["type"].endswith("/problems/range-not-satisfiable")
    assert str(length) in problem["detail"]


@pytest.mark.parametrize("asked", ["bytes=0-0,5-9", "lines=0-5", "bytes=9-5", "bytes=", "bytes=a-"])
def test_what_is_no_range_is_ignored(client: TestClient, asked: str) -> None:
    """Anything else but one range gets the whole (RFC 9110, 14.2)."""
    answer = download(client, "zip", Range=asked)
    assert (answer.status_code, answer.content) == (200, download(client, "zip").content)


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_what_is_held_is_not_sent(client: TestClient, ending: str) -> None:
    """A file that is held already costs a question: 304 and no body, with a range or without."""
    tag = download(client, ending).headers["etag"]
    for headers in ({}, {"Range": "bytes=0-5"}):
        answer = download(client, ending, If_None_Match=tag, **headers)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    assert download(client, ending, If_None_Match='"another"').status_code == 200
    assert download(client, ending, "2018-03-03", If_None_Match=tag).status_code == 200


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_the_length_can_be_asked(client: TestClient, ending: str) -> None:
    """HEAD says how long the file is, before it is downloaded."""
    answer = client.head(f"/v1/dataset.{ending}", headers=PLAIN)
    whole = download(client, ending)
    assert (answer.status_code, answer.content) == (200, b"")
    for name in ("content-length", "etag", "content-type", "accept-ranges"):
        assert answer.headers[name] == whole.headers[name]


@pytest.mark.parametrize("ending", ["csv", "tsv", "ndjson", "xlsx"])
def test_tables_can_be_had_in_parts_too(client: TestClient, ending: str) -> None:
    """A table by itself can be resumed as well: readers of CSV look before they read."""
    address = f"/v1/claims.{ending}"
    whole = client.get(address, headers=PLAIN)
    assert whole.headers["accept-ranges"] == "bytes"
    tag = whole.headers["etag"]
    middle = len(whole.content) // 2
    parts = [
        client.get(address, headers={**PLAIN, "Range": asked, "If-Range": tag})
        for asked in (f"bytes=0-{middle - 1}", f"bytes={middle}-")
    ]
    assert [part.status_code for part in parts] == [206, 206]
    assert b"".join(part.content for part in parts) == whole.content
    other = client.get(address, headers={**PLAIN, "Range": "bytes=5-", "If-Range": '"x"'})
    assert (other.status_code, other.content) == (200, whole.content)
