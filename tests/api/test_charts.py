"""Charts over HTTP: every form of each says the same, on the day that was asked for."""

import asyncio
import csv
import io
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.chart_list import CHARTS
from app.api.painting import Painter
from app.main import create_app
from app.render.charts.looks import DARK, LIGHT
from app.render.charts.paint import paint
from app.settings import Settings
from tests.builders import write_seed
from tests.conftest import NOW, count_statements
from tests.databases import tables_in

NAMES = [chart.name for chart in CHARTS]
ENDINGS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "vl.json": "application/vnd.vegalite.v6+json",
    "csv": "text/csv",
    "metadata.json": "application/json",
}
# Each with something to show over the facts of the tests.
ASKED = {
    "slips": "subject=missions/luna-26",
    "timeline": "kind=missions,projects",
    "membership": "subject=agreements/roscosmos-cnsa-intent-2018",
    "network": "via=agreements",
    "scorecard": "source=rt-2018-03-02",
}


def rows(client: TestClient, name: str, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/charts/{name}.csv?{query}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def texts(svg: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", text) for text in re.findall(r"<text.*?</text>", svg)]


# --- Forms --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_form(client: TestClient, name: str) -> None:
    """Each form is of its media type, and links to the others and to the documentation."""
    for ending, media_type in ENDINGS.items():
        answer = client.get(f"/charts/{name}.{ending}?{ASKED[name]}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] == media_type
        links = answer.headers["link"]
        for other, type_ in ENDINGS.items():
            there = f'</charts/{name}.{other}?{ASKED[name]}>; rel="alternate"; type="{type_}"'
            assert (there in links) is (other != ending)
        assert 'rel="service-doc"' in links
        assert f'filename="{name}-{NOW.date()}.{ending}"' in answer.headers["content-disposition"]


@pytest.mark.parametrize("name", NAMES)
def test_spec_and_csv_are_the_picture(client: TestClient, name: str) -> None:
    """The spec, with the CSV that it links to, draws what the SVG shows."""
    spec = client.get(f"/charts/{name}.vl.json?{ASKED[name]}").json()
    assert spec["data"]["url"].startswith("http://testserver/charts/")
    assert f"as_of={NOW.date()}" in spec["data"]["url"]
    url = urlsplit(spec["data"]["url"])
    table = client.get(f"{url.path}?{url.query}").text
    spec["data"] = {"values": table, "format": spec["data"]["format"]}
    drawn = paint(spec, "svg", 1).decode()
    served = client.get(f"/charts/{name}.svg?{ASKED[name]}").text
    assert texts(drawn) == texts(served)
    shapes = r' d="([^"]*)"'
    assert re.findall(shapes, drawn) == re.findall(shapes, served)


@pytest.mark.parametrize("name", NAMES)
def test_metadata_describe_the_csv(client: TestClient, name: str) -> None:
    """The metadata name the columns of the CSV, count its rows, and cite sources that there are."""
    about = client.get(f"/charts/{name}.metadata.json?{ASKED[name]}").json()
    table = rows(client, name, ASKED[name])
    assert about["rows"] == len(table) > 0
    assert [column["name"] for column in about["columns"]] == list(table[0])
    assert all(column["definition"] for column in about["columns"])
    assert about["meta"]["as_of"]["resolved"] == str(NOW.date())
    assert about["sources"]
    for source in about["sources"]:
        assert client.get(f"/v1/sources/{source['id']}").status_code == 200
    for address in (*about["forms"].values(), about["data"], about["meta"]["citation"]["url"]):
        assert address.startswith("http://testserver/")
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("name", NAMES)
def test_pictures_say_what_they_are(client: TestClient, name: str) -> None:
    """The SVG has a title, a description, and the day, the release and the source in print."""
    about = client.get(f"/charts/{name}.metadata.json?{ASKED[name]}").json()
    svg = client.get(f"/charts/{name}.svg?{ASKED[name]}").text
    assert f'<title id="{name}-title">{about["title"]}</title>' in svg
    assert f'<desc id="{name}-desc">' in svg
    release = about["meta"]["release"]
    printed = f"As known on 22 November 2026 · release {release} · Lunar Cooperation API, CC-BY-4.0"
    assert printed in texts(svg)


def test_a_png_has_its_size(client: TestClient) -> None:
    """`width` counts pixels of the chart, `scale` pixels of the file for each of them."""

    def width(query: str) -> int:
        png = client.get(f"/charts/slips.png?{query}").content
        assert png.startswith(b"\x89PNG")
        return int(struct.unpack(">I", png[16:20])[0])

    assert width("width=320") == 640
    assert width("width=320&scale=1") == 320
    assert width("width=320&scale=1.5") == 480


def test_the_bare_address_gives_what_is_accepted(client: TestClient) -> None:
    """Browsers get the page, `<img>` the picture; the answer says that it depends on that."""
    for accept, media_type in (
        ("text/html,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("image/svg+xml,image/*;q=0.8", "image/svg+xml"),
        ("image/png", "image/png"),
        ("text/csv", "text/csv"),
    ):
        answer = client.get("/charts/slips", headers={"Accept": accept})
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert "Accept" in [part.strip() for part in answer.headers["vary"].split(",")]
    assert client.get("/charts/slips", headers={"Accept": "audio/ogg"}).status_code == 406


# --- Days ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("day", ["2018-03-02", "2018-03-03", "2020", "2023-08-31"])
def test_nothing_later_than_the_day(client: TestClient, name: str, day: str) -> None:
    """No claim behind a chart was made after its day."""
    about = client.get(f"/charts/{name}.metadata.json?as_of={day}").json()
    resolved = about["meta"]["as_of"]["resolved"]
    for row in rows(client, name, f"as_of={day}"):
        if row.get("claim_id"):
            claim = client.get(f"/v1/claims/{row['claim_id']}").json()["result"]
            assert claim["known_from"] <= resolved
        assert row.get("said_latest", "") <= resolved
        assert (row.get("day") or "") <= resolved
    svg = client.get(f"/charts/{name}.svg?as_of={day}").text
    assert any(text.startswith("As known on") for text in texts(svg))


def test_a_chart_travels_in_time(client: TestClient) -> None:
    """In March 2018 there was one promise for Luna-26, and it was pending."""
    query = "subject=missions/luna-26&as_of=2018-03-03"
    [row] = rows(client, "slips", query)
    assert (row["date_edtf"], row["verdict"]) == ("2022", "pending")
    assert len(rows(client, "slips", "subject=missions/luna-26")) > 1
    verdicts = {row["verdict"] for row in rows(client, "scorecard", "as_of=2018-03-03")}
    assert "superseded" not in verdicts
    answer = client.get(f"/charts/slips.svg?{query}")
    assert answer.headers["memento-datetime"] == "Sat, 03 Mar 2018 23:59:59 GMT"


def test_before_anything_was_known(client: TestClient) -> None:
    """Long ago there is nothing to see, and the chart says so."""
    for name in NAMES:
        assert rows(client, name, "as_of=1900") == []
        assert "Nothing of this kind was known" in client.get(f"/charts/{name}.svg?as_of=1900").text
        assert client.get(f"/charts/{name}?as_of=1900").status_code == 200


# --- Filters ------------------------------------------------------------------------------------


def test_charts_show_what_the_lists_give(client: TestClient) -> None:
    """A chart has the records of the list that it is drawn from, under the same filters."""
    query = "subject=missions/luna-26&verdict=superseded"
    listed = client.get(f"/v1/slips?{query}&limit=1000").json()["results"]
    drawn = {row["claim_id"] for row in rows(client, "slips", query)}
    assert drawn == {item["claim_id"] for item in listed if item["date_edtf"]}
    query = "status=planned&kind=missions"
    listed = client.get(f"/v1/timeline?{query}").json()["results"]
    assert len(rows(client, "timeline", query)) == len(listed) > 0
    listed = client.get("/v1/sources/rt-2018-03-02/scorecard?verdict=overdue").json()["results"]
    drawn = {row["claim_id"] for row in rows(client, "scorecard", "verdict=overdue")}
    assert drawn == {item["claim_id"] for item in listed}
    ties = client.get("/v1/network?via=agreements&agency=cnsa").json()["results"]
    cells = rows(client, "network", "via=agreements&agency=cnsa&top=32")
    pairs = {frozenset((cell["source"], cell["target"])) for cell in cells}
    assert pairs == {frozenset((tie["source"], tie["target"])) for tie in ties}


def test_slips_begin_with_the_article(client: TestClient) -> None:
    """If nothing is said: the missions that the report touches, and those of their projects."""
    subjects = {row["subject"] for row in rows(client, "slips")}
    assert {"missions/luna-26", "missions/china-south-pole-landing"} <= subjects


def test_slips_begin_with_so_many_missions_as_an_address_may_name(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of very many that the report touches, those are shown that come first by their ids."""
    subjects = {row["subject"] for row in rows(client, "slips")}
    monkeypatch.setattr("app.queries.charts.slips._MOST_MISSIONS", 1)
    fewer = {row["subject"] for row in rows(client, "slips", "as_of=2026-11-22")}
    assert len(fewer) <= 1 < len(subjects)


def test_at_most_so_many(client: TestClient) -> None:
    """`top` limits what is shown; the picture says of how many."""
    count = len(rows(client, "timeline"))
    assert len(rows(client, "timeline", "top=2")) == 2
    svg = client.get("/charts/timeline.svg?top=2").text
    assert f"2 of {count} dates are shown." in " ".join(texts(svg))
    assert "are shown" not in " ".join(texts(client.get("/charts/timeline.svg").text))


def test_native_names(client: TestClient) -> None:
    """`lang=native` writes names in the language of their own country, where they are known."""
    record = client.get("/v1/missions/luna-26").json()["result"]
    [line] = {row["line"] for row in rows(client, "slips", "subject=missions/luna-26&lang=native")}
    assert line == record["native_name"] == "Луна-26"
    assert line in texts(client.get("/charts/slips.svg?subject=missions/luna-26&lang=native").text)


def test_themes(client: TestClient) -> None:
    """Light and dark are what they are; auto is light, and turns dark for who reads in the dark."""
    light, dark, auto = (
        client.get(f"/charts/slips.svg?theme={theme}").text for theme in ("light", "dark", "auto")
    )
    assert f'fill="{LIGHT.paper}"' in light
    assert f'fill="{DARK.paper}"' in dark
    assert f'fill="{LIGHT.paper}"' in auto
    assert ["prefers-color-scheme" in svg for svg in (light, dark, auto)] == [False, False, True]
    assert texts(light) == texts(dark) == texts(auto)


# --- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("slips.svg?as_off=2018", 400, "did you mean 'as_of'?"),
        ("slips.svg?subject=missions/luna-62", 400, "did you mean"),
        ("slips.svg?shape=arrays", 400, "unknown parameter 'shape'"),
        ("timeline.svg?theme=dim", 400, "unknown theme 'dim'"),
        ("timeline.svg?width=10", 422, "width"),
        ("timeline.svg?width=5000", 422, "width"),
        ("timeline.png?scale=9", 422, "scale"),
        ("timeline.png?top=1000", 422, "top"),
        ("network.svg?via=people", 400, "via"),
        ("scorecard.svg?source=rt-2018", 400, "did you mean 'rt-2018-03-02'?"),
        ("scorecard.svg?source=rt-2018-03-02,nsn-2018-03-03", 422, "give one"),
        ("slips.svg?as_of=yesterday", 422, "is not a day"),
        ("slips.svg?top=1&top=2", 400, "given 2 times"),
        ("slips.pdf", 404, "take .svg, .png, .vl.json, .csv, .metadata.json"),
        ("slip.svg", 404, ""),
    ],
)
def test_what_is_refused(client: TestClient, path: str, status: int, said: str) -> None:
    """What is not understood is a problem that says what would be."""
    answer = client.get(f"/charts/{path}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


# --- Caching ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["", *(f".{ending}" for ending in ENDINGS)])
def test_what_is_held_is_not_sent_again(client: TestClient, form: str) -> None:
    """Strong tags, 304 for who has it, and no longer fresh than until midnight."""
    first = client.get(f"/charts/slips{form}?as_of=2018-03")
    assert first.headers["cache-control"] == "public, max-age=300"
    assert first.headers["etag"].startswith('"')
    again = client.get(f"/charts/slips{form}?as_of=2018-03", headers={
        "If-None-Match": first.headers["etag"]
    })  # fmt: skip
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/charts/slips{form}?as_of=2018-04")
    assert other.headers["etag"] != first.headers["etag"]


def test_a_picture_is_drawn_once(app: FastAPI, client: TestClient) -> None:
    """Asked for again, a picture is sent as it was drawn, and nothing is read for it."""
    address = "/charts/slips.svg?width=555&subject=missions/luna-26"
    with count_statements(app) as first:
        drawn = client.get(address)
    with count_statements(app) as second:
        again = client.get(address)
    assert again.content == drawn.content
    assert len(second) == 0 < len(first)


def test_head_and_codings(client: TestClient) -> None:
    """HEAD is answered; SVG comes compressed to who accepts it, PNG as it is."""
    assert client.head("/charts/slips.svg").status_code == 200
    svg = client.get("/charts/slips.svg", headers={"Accept-Encoding": "gzip"})
    assert svg.headers["content-encoding"] == "gzip"
    png = client.get("/charts/slips.png", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in png.headers


# --- Pages --------------------------------------------------------------------------------------


def test_the_list(client: TestClient) -> None:
    """The list leads to every chart."""
    page = client.get("/charts").text
    for name in NAMES:
        assert f'href="/charts/{name}"' in page


@pytest.mark.parametrize("name", NAMES)
def test_pages(client: TestClient, name: str) -> None:
    """A page has the picture in it, the words, the links to all forms and that of its data."""
    page = client.get(f"/charts/{name}?{ASKED[name]}&as_of=2018-03-03").text
    assert page.count("<svg") == 2  # one for phones
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    for ending in ENDINGS:
        assert f'href="/charts/{name}.{ending}?' in page
    about = client.get(f"/charts/{name}.metadata.json?{ASKED[name]}&as_of=2018-03-03").json()
    assert about["data"].replace("&", "&amp;") in page
    assert page.count("<script") == page.count('<script type="module" src="/assets/') == 1


def test_empty_fields_of_a_form_are_left_out(client: TestClient) -> None:
    """A form sends what nobody filled in; that is asked for without it."""
    answer = client.get(
        "/charts/slips?as_of=&subject=missions/luna-26&theme=", follow_redirects=False
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/charts/slips?subject=missions/luna-26"
    kept = client.get("/charts/slips?width=500&scale=2").text
    assert '<input type="hidden" name="width" value="500">' in kept


def test_what_is_typed_is_only_text(client: TestClient) -> None:
    """Nothing that is typed into an address becomes a part of the page."""
    answer = client.get('/charts/slips?date__gte=2018"><script>')
    assert "<script" not in answer.text or answer.headers["content-type"].endswith("json")


# --- Other facts, and the program that draws ----------------------------------------------------


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """A service whose facts include neither the article nor any treaty."""
    seed = write_seed(tmp_path / "seed")
    url = tables_in(tmp_path)
    with TestClient(create_app(Settings(database_url=url, seed_dir=seed), lambda: NOW)) as client:
        yield client


def test_other_facts(other: TestClient) -> None:
    """Every chart can be had whatever the facts are."""
    for name in NAMES:
        assert other.get(f"/charts/{name}").status_code == 200
    assert len(rows(other, "slips")) == 1


def test_a_program_that_ends_is_started_again() -> None:
    """If what draws is killed, the next picture gets a new one; a bad spec is an error."""
    painter = Painter()
    spec = {"data": {"values": [{}]}, "mark": "point"}
    try:
        assert b"<svg" in asyncio.run(painter.paint("one", spec, "svg"))
        assert painter._process
        painter._process.kill()
        painter._process.wait()
        assert b"<svg" in asyncio.run(painter.paint("two", spec, "svg"))
        with pytest.raises(RuntimeError, match="cannot be drawn"):
            asyncio.run(painter.paint("three", {"mark": "nonsense"}, "svg"))
        assert b"<svg" in asyncio.run(painter.paint("four", spec, "svg"))
    finally:
        painter.close()


def test_documented(client: TestClient) -> None:
    """Each chart is an operation with its forms, its parameters and an example."""
    document = client.get("/openapi.json").json()
    for name in NAMES:
        operation = document["paths"][f"/charts/{name}.{{ending}}"]["get"]
        assert operation["operationId"] == f"get_{name}_chart"
        content = operation["responses"]["200"]["content"]
        assert set(content) == set(ENDINGS.values())
        assert content["application/json"]["example"]["name"] == name
        named = json.dumps(operation["parameters"])
        for parameter in ("as_of", "theme", "lang", "width", "height", "scale", "top", "ending"):
            assert f'/{parameter}"' in named or f"/{parameter}." in named
