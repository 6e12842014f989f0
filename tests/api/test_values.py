"""One value by itself: what a cell of the table says, alone on a line."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.main import create_app
from app.settings import Settings
from app.vocabulary import Kind
from tests.builders import MISSION_FILE, write_seed
from tests.conftest import NOW
from tests.databases import tables_in

DAYS = ("2018-03-03", "2026-11-22")
PLAIN_TEXT = "text/plain; charset=utf-8"


def rows_of(client: TestClient, kind: str, day: str) -> list[dict[str, str]]:
    """The rows of a collection as CSV has them."""
    body = client.get(f"/v1/{kind}.csv?as_of={day}").content.decode()
    return list(csv.DictReader(io.StringIO(body, newline=""), strict=True))


def fullest(rows: list[dict[str, str]]) -> dict[str, str]:
    """The row with the most values."""
    return max(rows, key=lambda row: sum(map(bool, row.values())))


def ask(client: TestClient, address: str) -> str:
    """A value as plain text, without the end of its line."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.text)
    assert response.headers["content-type"] == PLAIN_TEXT
    assert response.content.endswith(b"\n")
    assert response.content.count(b"\n") == 1
    return response.content.decode()[:-1]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_value_is_a_cell(client: TestClient, kind: Kind) -> None:
    """Each column of a record, asked for by itself with `.txt`, is the cell of its table."""
    row = fullest(rows_of(client, kind, DAYS[1]))
    values = {name: ask(client, f"/v1/{kind}/{row['id']}/{name}.txt") for name in row}
    assert values == row
    assert "" in values.values()
    assert len({value for value in values.values() if value}) > 5


@pytest.mark.parametrize("kind", list(Kind))
def test_a_value_has_a_form_in_json(client: TestClient, kind: Kind) -> None:
    """The same in JSON is typed, and says what every answer says of itself."""
    row = fullest(rows_of(client, kind, DAYS[1]))
    address = f"/v1/{kind}/{row['id']}"
    body = client.get(f"/v1/{kind}/{row['id']}.json?shape=arrays").json()
    typed = dict(zip(body["columns"], body["results"][0], strict=True))
    for name in list(row)[::4]:
        value = client.get(f"{address}/{name}").json()
        assert value["result"] == {"ref": row["ref"], "key": name, "value": typed[name]}
        assert value["meta"]["as_of"]["resolved"] == DAYS[1]
        assert value["meta"]["citation"]["url"].endswith(f"{address}/{name}?as_of={DAYS[1]}")
        assert client.get(f"{address}/{name}.json").json()["result"] == value["result"]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_value_has_a_past(client: TestClient, kind: Kind) -> None:
    """With `as_of` a value is the one of that day; it may also stand in the path."""
    row = fullest(rows_of(client, kind, DAYS[0]))
    name = "title" if kind is Kind.SOURCES else "name"
    for column in ("known_from", "known_to", name):
        address = f"{kind}/{row['id']}/{column}.txt"
        assert ask(client, f"/v1/{address}?as_of={DAYS[0]}") == row[column]
        assert ask(client, f"/v1/as-of/{DAYS[0]}/{address}") == row[column]
    assert ask(client, f"/v1/{kind}/{row['id']}/{name}.txt?as_of=1900") == ""


def test_a_slip_can_be_seen_in_a_value(client: TestClient) -> None:
    """The launch of Luna-26 was to be in 2022, as known in March 2018; not any more."""
    address = "/v1/missions/luna-26/launch_edtf.txt"
    assert ask(client, f"{address}?as_of=2018-03-03") == "2022"
    assert ask(client, address) != "2022"


def test_truth_values_are_lower_case(client: TestClient) -> None:
    """A script compares with `true` and `false`, as in JSON and CSV."""
    missions = rows_of(client, "missions", DAYS[1])
    address = "/v1/missions/luna-26/launch_is_overdue"
    [row] = [row for row in missions if row["id"] == "luna-26"]
    assert ask(client, f"{address}.txt") == row["launch_is_overdue"]
    assert row["launch_is_overdue"] in ("true", "false")
    assert type(client.get(address).json()["result"]["value"]) is bool


def test_no_value_is_an_empty_line(client: TestClient) -> None:
    """What has no value is not the word null or None, and no error."""
    response = client.get("/v1/missions/luna-26/launch_edtf.txt?as_of=1900")
    assert (response.status_code, response.content) == (200, b"\n")
    body = client.get("/v1/missions/luna-26/launch_edtf?as_of=1900").json()
    assert body["result"]["value"] is None


def test_other_scripts_are_utf_8(client: TestClient) -> None:
    """A native name comes in its own script."""
    names = {row["id"]: row["native_name"] for row in rows_of(client, "agencies", DAYS[1])}
    native = {slug: name for slug, name in names.items() if name and not name.isascii()}
    assert any("\u0400" <= char <= "\u04ff" for name in native.values() for char in name)
    assert any("\u4e00" <= char <= "\u9fff" for name in native.values() for char in name)
    for slug, name in native.items():
        assert ask(client, f"/v1/agencies/{slug}/native_name.txt") == name


def test_several_values_are_separated_as_in_tables(client: TestClient) -> None:
    """A list is one line, its values separated by bars."""
    parties = client.get("/v1/agreements/roscosmos-cnsa-intent-2018").json()["result"]["parties"]
    address = "/v1/agreements/roscosmos-cnsa-intent-2018"
    assert len(parties) > 1
    assert ask(client, f"{address}/parties.txt") == "|".join(link["ref"] for link in parties)
    names = "|".join(link["name"] for link in parties)
    assert ask(client, f"{address}/parties_names.txt") == names


# --- How it is asked for --------------------------------------------------------------------------


def test_the_form_can_be_accepted(client: TestClient) -> None:
    """`Accept: text/plain` is as good as `.txt`; what is neither is refused."""
    address = "/v1/missions/luna-26/name"
    response = client.get(address, headers={"Accept": "text/plain"})
    assert response.headers["content-type"] == PLAIN_TEXT
    assert response.text == "Luna-26\n"
    assert response.headers["content-location"] == f"{address}.txt"
    assert client.get(address, headers={"Accept": "text/csv"}).status_code == 406


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("missions/luna-26/lunch_edtf", "'lunch_edtf': did you mean 'launch_edtf'?"),
        ("missions/luna-26/lunch_edtf.txt", "'lunch_edtf': did you mean 'launch_edtf'?"),
        ("missions/luna-26/nmae.txt", "'nmae': did you mean 'name'?"),
        ("people/igor-komarov/affiliation_name.txt", "did you mean 'affiliations_names'?"),
        ("missions/luna-62/name.txt", "did you mean 'luna-26'?"),
        ("missions/luna-62/name", "did you mean 'luna-26'?"),
        ("missions/luna-26/name.csv", "take .json, .txt"),
    ],
)
def test_what_there_is_not_is_named(client: TestClient, path: str, detail: str) -> None:
    """An unknown key or record is 404, in either form, and names the nearest."""
    response = client.get(f"/v1/{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert detail in response.json()["detail"]


@pytest.mark.parametrize("query", ["as_off=2018", "fields=name", "shape=arrays", "limit=1"])
def test_only_the_day_can_be_asked(client: TestClient, query: str) -> None:
    """A value has no other parameter than `as_of`: nothing is ever ignored."""
    response = client.get(f"/v1/missions/luna-26/name.txt?{query}")
    assert response.status_code == 400
    assert query.partition("=")[0] in response.json()["detail"]


def test_a_value_can_be_kept(client: TestClient) -> None:
    """A value has a tag of its own in each form, and 304 if it still holds."""
    address = "/v1/missions/luna-26/name"
    tags = {client.get(f"{address}{ending}").headers["etag"] for ending in ("", ".txt")}
    tags.add(client.get("/v1/missions/luna-26/kind.txt").headers["etag"])
    assert len(tags) == 3
    tag = client.get(f"{address}.txt").headers["etag"]
    held = client.get(f"{address}.txt", headers={"If-None-Match": tag})
    assert (held.status_code, held.content) == (304, b"")


def test_the_document_lists_the_columns(client: TestClient) -> None:
    """The OpenAPI document says which keys there are, for every kind of record."""
    document = client.get("/openapi.json").json()
    shared = document["components"]["parameters"]
    for kind in Kind:
        parts = document["paths"][f"/v1/{kind}/{{id}}/{{key}}"]["get"]["parameters"]
        parameters = [shared[part["$ref"].rpartition("/")[2]] for part in parts]
        [key] = [parameter for parameter in parameters if parameter["name"] == "key"]
        header = client.get(f"/v1/{kind}.csv?limit=1").text.partition("\r\n")[0]
        assert key["schema"]["enum"] == header.split(",")


# --- Records that were renamed --------------------------------------------------------------------


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a service where Luna-26 was called Luna-Resource before."""
    folder: Path = tmp_path_factory.mktemp("renamed")
    file = MISSION_FILE.replace("id: luna-26", "id: luna-26\nformer_ids: [luna-resource]")
    seed = write_seed(folder / "seed", missions__luna_26=file)
    settings = Settings(database_url=tables_in(folder, "x"), seed_dir=seed)
    with TestClient(create_app(settings, clock=lambda: NOW)) as client:
        yield client


def moved(client: TestClient, address: str) -> tuple[str, Response]:
    """Where an address leads, and what is there."""
    response = client.get(address, follow_redirects=False)
    assert response.status_code == 301
    return response.headers["location"], client.get(address)


@pytest.mark.parametrize("below", ["/name.txt", "/launch_edtf.txt?as_of=2019", "/name", ".csv"])
def test_a_former_name_leads_to_the_same_form(renamed: TestClient, below: str) -> None:
    """A formula with the former id of a record gets what it always got, in the same form."""
    location, response = moved(renamed, f"/v1/missions/luna-resource{below}")
    assert location == f"http://testserver/v1/missions/luna-26{below}"
    assert response.status_code == 200
    assert response.content == renamed.get(f"/v1/missions/luna-26{below}").content


def test_a_former_name_leads_to_plain_text(renamed: TestClient) -> None:
    """Of a renamed record too a value is plain text."""
    _, response = moved(renamed, "/v1/missions/luna-resource/name.txt")
    assert response.headers["content-type"] == PLAIN_TEXT
    assert response.text == "Luna-26\n"
    assert json.loads(renamed.get("/v1/missions/luna-resource/name").text)["result"]["value"] == (
        "Luna-26"
    )
