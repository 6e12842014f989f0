"""Embeds: pages that others frame, what they show, and what leads to them."""

import json
import re
import struct
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.chart_list import CHARTS, Chart
from app.vocabulary import Kind
from tests.api.test_entities import serving
from tests.api.test_former_ids import formerly
from tests.api.test_record_pages import BROWSER, LISTS, PAGES, RECORDS, text_of
from tests.builders import MISSION_FILE
from tests.conftest import count_statements

CHART_PAGES = [f"/charts/{chart.name}" for chart in CHARTS]
SCORECARD = "/sources/rt-2018-03-02/scorecard"
EMBEDS = [f"/embed{path}" for path in (*CHART_PAGES, *LISTS, *RECORDS, SCORECARD)]
DAYS = ["", "2018-03-03", "2012"]


def attribute(html: str, pattern: str) -> str:
    """The one attribute that a pattern finds."""
    [found] = re.findall(pattern, html)
    return unescape(found)


# --- Every embed ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("day", DAYS)
def test_every_embed(client: TestClient, path: str, day: str) -> None:
    """Each may be framed by everybody, loads nothing of others, and says of which day it is."""
    answer = client.get(path, params={"as_of": day} if day else {})
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'; script-src 'self'" in policy
    assert "x-frame-options" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=300"
    html = answer.text
    assert '<header class="site"' not in html
    assert html.count("<h1") == html.count("<main") == html.count("<footer") == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    foot = text_of(f"<main>{html.partition('<footer')[2]}")
    known = {"": "22 November 2026", "2018-03-03": "3 March 2018", "2012": "31 December 2012"}[day]
    release = client.get("/v1/dataset").json()["meta"]["release"]
    assert f"As known on {known} , release {release}" in foot
    assert "Lunar Cooperation API" in foot
    assert "CC BY 4.0" in foot


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("day", DAYS[:2])
def test_links_of_embeds_lead_somewhere(client: TestClient, path: str, day: str) -> None:
    """What an embed links to, its page and its claims among it, is there, on the same day."""
    html = client.get(path, params={"as_of": day} if day else {}).text
    links = {unescape(link) for link in re.findall(r'<a [^>]*href="(/[^"]*)"', html)}
    assert len(links) >= 2
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    if day:
        assert all(f"as_of={day}" in link for link in links if not link.startswith("/v1/claims/"))


@pytest.mark.parametrize("path", EMBEDS)
def test_an_embed_has_a_tag_of_its_own(client: TestClient, path: str) -> None:
    """The tag is not that of the page, holds for the same request, and for no other theme."""
    tag = client.get(path).headers["etag"]
    page = path.removeprefix("/embed").removesuffix("/scorecard")
    assert tag != client.get(page).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    dark = client.get(f"{path}?theme=dark", headers={"If-None-Match": tag})
    assert dark.status_code == 200
    assert '<html lang="en" data-theme="dark">' in dark.text


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("as_off=2018", 400, "did you mean 'as_of'?"),
        ("theme=darc", 400, "did you mean 'dark'?"),
        ("as_of=2018-13", 422, "is not a day"),
    ],
)
def test_wrong_parameters_are_told(
    client: TestClient, path: str, query: str, status: int, said: str
) -> None:
    """A problem names the parameter and the nearest; in a frame it is a page that can be framed."""
    problem = client.get(f"{path}?{query}")
    assert problem.status_code == status
    assert problem.headers["content-type"] == "application/problem+json"
    assert said in problem.json()["detail"]
    page = client.get(f"{path}?{query}", headers=BROWSER)
    assert page.status_code == status
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert said in unescape(page.text)


def test_no_other_page_can_be_framed(client: TestClient) -> None:
    """Everything else keeps to its own server, also failures and the page for choosing."""
    for path in (*PAGES, *CHART_PAGES, "/embed", "/missions/luna-62", "/embedded"):
        policy = client.get(path, headers=BROWSER).headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy, path


def test_records_that_are_not_there(client: TestClient) -> None:
    """A misspelt id is a problem that names the nearest; a former one leads to today's."""
    assert "did you mean 'luna-26'" in client.get("/embed/missions/luna-62").json()["detail"]
    assert client.get("/embed/sources/rt-2018-03-03/scorecard").status_code == 404
    assert client.get("/embed/rockets").status_code == 404


def test_former_ids(tmp_path: Path) -> None:
    """An embed of a record that got another id stays where it is pasted."""
    file = formerly(MISSION_FILE, ("luna-resurs",))
    with serving(tmp_path, missions__luna_26=file) as client:
        answer = client.get("/embed/missions/luna-resurs?theme=dark", follow_redirects=False)
        assert answer.status_code == 301
        assert answer.headers["location"].endswith("/embed/missions/luna-26?theme=dark")
        told = client.get("/oembed?url=/missions/luna-resurs").json()
        assert "/embed/missions/luna-26" in told["html"]


# --- What they show -------------------------------------------------------------------------------


def test_a_card_is_what_the_api_says(client: TestClient) -> None:
    """Name, dates, slip and relations are those of the record, each with a link to its source."""
    record = client.get("/v1/missions/luna-26?claims=best").json()["result"]
    html = client.get("/embed/missions/luna-26").text
    text = text_of(html)
    assert record["name"] in text
    assert f"Launch {record['launch_label']} planned" in text
    assert f"({record['launch_slip_days_min']:,} to" in text
    for link in (*record["operators"], *record["partners"], *record["projects"]):
        assert f'<a href="/{link["ref"]}">{link["name"]}</a>' in html
    sources = {f"/sources/{claim['source']['id']}" for claim in record["claims"]}
    shown = set(re.findall(r'class="source" href="([^"]*)"', html))
    assert shown
    assert shown <= sources


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_every_record_has_a_card(client: TestClient, kind: str) -> None:
    """Each record can be embedded, under its own name."""
    for record in client.get(f"/v1/{kind}?limit=1000").json()["results"]:
        html = client.get(f"/embed/{record['ref']}").text
        assert record.get("name", record.get("title")) in text_of(html)


def test_a_card_before_anything_was_known(client: TestClient) -> None:
    """It says so, and no more."""
    text = text_of(client.get("/embed/missions/luna-26?as_of=1990").text)
    assert "Nothing was known of it on 31 December 1990." in text
    assert "Launch" not in text


@pytest.mark.parametrize(
    "query",
    [
        "sort=name",
        "status=planned&sort=-launch",
        "country=RU&fields=launch,operators,status",
        "q=luna&limit=1&as_of=2018-03-03",
        "launch__gte=2026&sort=-id&fields=launch_edtf,id",
    ],
)
def test_a_table_is_the_list_of_the_api(client: TestClient, query: str) -> None:
    """Rows, their order, and what is in their cells are the API's."""
    listed = client.get(f"/v1/missions?{query.partition('&fields')[0]}").json()
    html = client.get(f"/embed/missions?{query}").text
    rows = re.findall(r'scope="row"><a href="/([^"?]*)', html)
    assert rows == [record["ref"] for record in listed["results"]][: len(rows)]
    assert f"{len(rows)} of {listed['meta']['count']}" in text_of(html) or not rows
    if "launch_edtf" in query:
        cells = re.findall(r'data-label="Launch edtf"[^>]*>([^<]*)<', html)
        assert cells == [record["launch_edtf"] or "" for record in listed["results"]]


def test_a_table_refuses_what_the_api_refuses(client: TestClient) -> None:
    """Unknown fields, values and keys are problems with the same words."""
    for query in ("fields=nam", "status=plannd", "sort=nme", "limit=0", "country=XX"):
        asked, there = client.get(f"/embed/missions?{query}"), client.get(f"/v1/missions?{query}")
        assert asked.status_code == there.status_code in (400, 422), query
        assert asked.json()["errors"][0]["parameter"] == query.partition("=")[0]
        if "limit" not in query:
            assert asked.json()["detail"] == there.json()["detail"]


def test_a_scorecard_has_every_promise(client: TestClient) -> None:
    """Each promise stands there with its verdict and its claim; filters are the API's."""
    for query in ("", "?verdict=superseded"):
        card = client.get(f"/v1{SCORECARD}{query}").json()
        html = client.get(f"/embed{SCORECARD}{query}").text
        assert html.count('scope="row"') == len(card["results"]) > 0
        for promise in card["results"]:
            assert f"/v1/claims/{promise['claim_id']}" in html
        for verdict, count in card["meta"]["verdicts"].items():
            said = rf'<strong>{count}</strong>\s*<span class="verdict {verdict}"'
            assert bool(re.search(said, html)) is (count > 0), verdict


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_framed_chart(client: TestClient, chart: Chart) -> None:
    """Both pictures stand in it, follow the theme of the page, and do not print its foot again."""
    html = client.get(f"/embed/charts/{chart.name}?as_of=2018-03-03").text
    assert html.count("<svg ") == 2
    assert "light-dark(#ffffff,#121212)" in html
    assert html.count("As known on") == 1
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))


def test_statements_are_few(app: FastAPI, client: TestClient) -> None:
    """An embed takes so many statements, however much it shows."""
    for path in EMBEDS[len(CHART_PAGES) :]:
        with count_statements(app) as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 9, path


def test_the_script_for_hosts(client: TestClient) -> None:
    """It is short, at an address that never changes, for a day, and for any page."""
    answer = client.get("/embed/resize.js", headers={"Origin": "https://host.example"})
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert len(answer.text.splitlines()) <= 20
    again = client.get("/embed/resize.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


# --- What leads to them, and pictures of links ----------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, *CHART_PAGES, "/embed", "/guide/embedding", "/charts"])
@pytest.mark.parametrize("day", ["", "?as_of=2018-03-31"])
def test_pictures_of_links(client: TestClient, path: str, day: str) -> None:
    """Every page names a picture by a whole address, of the size that it says, with words."""
    takes_day = path in (*LISTS, *RECORDS, *CHART_PAGES)
    html = client.get(f"{path}{day if takes_day else ''}").text
    address = attribute(html, r'property="og:image" content="([^"]*)"')
    assert address.startswith("http://testserver/charts/")
    assert ("as_of=2018-03-31" in address) is (takes_day and bool(day))
    assert attribute(html, r'property="og:image:alt" content="([^"]*)"')
    assert 'name="twitter:card" content="summary_large_image"' in html
    picture = client.get(address)
    assert picture.headers["content-type"] == "image/png"
    size = struct.unpack(">II", picture.content[16:24])
    said = [attribute(html, rf'og:image:{side}" content="(\d+)"') for side in ("width", "height")]
    assert [str(side) for side in size] == said


@pytest.mark.parametrize("path", [*RECORDS, *LISTS, *CHART_PAGES, "/"])
def test_pages_lead_to_their_embeds(client: TestClient, path: str) -> None:
    """Head and header name both forms of oEmbed, and those tell how the page is framed."""
    answer = client.get(path)
    for form, media_type in (("json", "application/json"), ("xml", "text/xml")):
        pattern = rf'type="{re.escape(media_type)}\+oembed" href="([^"]*)"'
        address = attribute(answer.text, pattern)
        assert f'<{address}>; rel="alternate"; type="{media_type}+oembed"' in answer.headers["link"]
        told = client.get(address)
        assert told.status_code == 200
        assert told.headers["content-type"].startswith(media_type)
        assert f"format={form}" in address
    if path != "/":
        assert 'href="/embed?url=' in answer.text


@pytest.mark.parametrize("path", ["/guide", "/search?q=luna", "/problems/not-found", "/embed"])
def test_other_pages_have_none(client: TestClient, path: str) -> None:
    """What cannot be embedded does not say that it can."""
    answer = client.get(path)
    assert "+oembed" not in answer.text
    assert "+oembed" not in answer.headers["link"]


# --- The chart of a page --------------------------------------------------------------------------


def test_charts_of_records_show_something(client: TestClient) -> None:
    """A chart that stands on a page has rows; a page of the past has that of its day."""
    seen = set()
    for kind in Kind:
        for record in client.get(f"/v1/{kind.value}?limit=1000").json()["results"]:
            for day in ("", "?as_of=2018-03-31"):
                html = client.get(f"/{record['ref']}{day}").text
                for path in re.findall(r'<img src="(/charts/[^"]*)" alt="Chart: [^"]+"', html):
                    about = client.get(unescape(path).replace(".svg", ".metadata.json")).json()
                    assert about["rows"] > 0, path
                    assert bool(day) is ("as_of=2018-03-31" in path)
                    seen.add(about["name"])
    assert {"slips", "scorecard", "timeline"} <= seen


# --- Choosing -------------------------------------------------------------------------------------


def snippets(client: TestClient, query: str) -> dict[str, str]:
    """What the page for choosing gives to paste, by name."""
    answer = client.get(f"/embed?{query}")
    assert answer.status_code == 200, answer.text
    found = re.findall(r'aria-label="([^"]*)"><code>(.*?)</code>', answer.text, re.DOTALL)
    return {unescape(name): unescape(text) for name, text in found}


def test_live_and_frozen(client: TestClient) -> None:
    """Live has no day in it; frozen has the day chosen, or that of the address, or today."""
    asked = "url=/missions/luna-26"
    assert "as_of" not in json.dumps(snippets(client, asked))
    assert "?as_of=2026-11-22" in snippets(client, f"{asked}&when=frozen")["Frame"]
    frozen = snippets(client, f"{asked}&when=frozen&as_of=2018-03-03")
    assert all("as_of=2018-03-03" in text.replace("%3D", "=") for text in frozen.values())
    there = snippets(client, "url=/missions/luna-26?as_of=2018-03")
    assert "?as_of=2018-03-31" in there["Frame"]
    assert "as_of" not in json.dumps(snippets(client, "url=/missions/luna-26?as_of=2018&when=live"))


@pytest.mark.parametrize("url", [*CHART_PAGES, *LISTS, *RECORDS, f"/embed{SCORECARD}"])
def test_every_address_in_a_snippet_answers(client: TestClient, url: str) -> None:
    """Frames, pictures, links and the script that are pasted are there."""
    rest = "&when=frozen&as_of=2018-03-03&theme=dark&width=400"
    for name, text in snippets(client, f"url={url}{rest}").items():
        addresses = re.findall(r"http://testserver[^\s\"<>)\]]*", unescape(text))
        assert addresses, name
        for address in addresses:
            assert client.get(address).status_code == 200, (name, address)


def test_ways_to_show_the_same(client: TestClient) -> None:
    """A source is a card, a scorecard or a chart; a list a table or a chart."""
    for show, framed in (
        ("card", "/embed/sources/rt-2018-03-02"),
        ("scorecard", f"/embed{SCORECARD}"),
        ("chart", "/embed/charts/scorecard?source=rt-2018-03-02"),
    ):
        frame = snippets(client, f"url=/sources/rt-2018-03-02&show={show}")["Frame"]
        assert f'src="http://testserver{framed}"' in frame
    chart = snippets(client, "url=/missions&show=chart")["Frame"]
    assert "/embed/charts/timeline?kind=missions" in chart


def test_choosing_what_is_not_there(client: TestClient) -> None:
    """A misspelt address, record or parameter is a problem that names the nearest."""
    for url, status, said in (
        ("/missions/luna-62", 404, "did you mean 'luna-26'"),
        ("/mission", 404, "did you mean /missions"),
        ("/missions?stats=planned", 400, "did you mean 'status'"),
        ("https://elsewhere.example/missions", 404, "no address of this server"),
    ):
        answer = client.get("/embed", params={"url": url})
        assert answer.status_code == status
        assert said in answer.json()["detail"]


def test_below_a_root_path(app: FastAPI) -> None:
    """Behind a prefix everything pasted and framed has it, and addresses with it are understood."""
    own = TestClient(app, root_path="/lunar", raise_server_exceptions=False)
    html = own.get("/missions/luna-26").text
    found = attribute(html, r'json\+oembed" href="([^"]*)"')
    assert found.startswith("http://testserver/lunar/oembed?url=http://testserver/lunar/missions")
    told = own.get(found.replace("/lunar/oembed", "/oembed")).json()
    assert 'src="http://testserver/lunar/embed/missions/luna-26"' in told["html"]
    assert told["thumbnail_url"].startswith("http://testserver/lunar/charts/slips.png?")
    framed = own.get("/embed/charts/slips").text
    assert 'src="/lunar/assets/' in framed
    assert "http://testserver/lunar/charts/slips" in framed
    bare = own.get("/oembed?url=http://testserver/missions/luna-26")
    assert bare.status_code == 404
