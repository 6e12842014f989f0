"""Pages of records, lists and searches: what they show is what the API answers."""

import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.vocabulary import Kind
from tests.api.test_entities import serving
from tests.builders import MISSION_FILE
from tests.conftest import count_statements

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
EXAMPLES = {
    "missions": "luna-26",
    "agreements": "roscosmos-cnsa-data-centre-2018",
    "agencies": "roscosmos",
    "projects": "deep-space-gateway",
    "people": "michel-chossudovsky",
    "sources": "rt-2018-03-02",
}
RECORDS = [f"/{kind}/{slug}" for kind, slug in EXAMPLES.items()]
LISTS = [f"/{kind.value}" for kind in Kind]
EXPLORED = ["/explore", "/explore/missions", "/explore/claims?nature=plan"]
PAGES = [
    "/",
    "/search?q=luna",
    "/guide",
    "/guide/facts",
    "/problems/not-found",
    *EXPLORED,
    *LISTS,
    *RECORDS,
]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def text_of(html: str) -> str:
    """What a page says, without its tags, on one line."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", html.partition("<main")[2], flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def section(html: str, name: str) -> str:
    """A section of a page, by the id of its heading."""
    return html.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def refs(client: TestClient, kind: str) -> list[str]:
    """All records of a kind."""
    return [item["ref"] for item in client.get(f"/v1/{kind}?limit=1000").json()["results"]]


# --- All pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_headers_of_pages(client: TestClient, path: str) -> None:
    """A page says what it may load, how long it may be kept, and is not sent twice."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "public, max-age=300"
    again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline(client: TestClient, path: str) -> None:
    """No script, no style and no handler stands in a page: the policy would not let them work."""
    html = client.get(path).text
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    inside = {given for given, text in scripts if text}
    assert inside <= {' type="application/ld+json"'}
    assert all(' type="module" src="/assets/' in given for given, text in scripts if not text)
    assert "<style" not in html
    assert not re.search(r'<[^>]*\s(style|on[a-z]+)="', html)


@pytest.mark.parametrize("path", PAGES)
def test_skeleton_of_pages(client: TestClient, path: str) -> None:
    """One main heading, headings in order, landmarks, unique ids, footer with the release."""
    html = client.get(path).text
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert html.count("<main") == html.count('<header class="site"') == 1
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    release = client.get("/v1/dataset").json()["meta"]["release"]
    footer = html.partition("<footer")[2]
    assert release in footer
    assert "22 November 2026" in footer
    assert "CC BY 4.0" in footer


@pytest.mark.parametrize("path", ["/missions", "/missions/luna-26", "/sources/rt-2018-03-02"])
def test_pages_lead_to_the_data(client: TestClient, path: str) -> None:
    """The header Link names the same as data, and each of those is there."""
    links = client.get(path).headers["link"]
    found = re.findall(r'<(/v1/[^>]*)>; rel="(?:alternate|describedby)"', links)
    assert found[0] == f"/v1{path}"
    assert {client.get(link).status_code for link in found} == {200}


def test_the_style_sheet(client: TestClient) -> None:
    """The one style sheet has its digest in its address and may be kept for good."""
    (path,) = re.findall(r'<link rel="stylesheet" href="([^"]*)"', client.get("/").text)
    assert re.fullmatch(r"/assets/[0-9a-f]{12}/site\.css", path)
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "//" not in answer.text.replace("/*", "")


# --- Records --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_every_record_has_a_page(client: TestClient, kind: str) -> None:
    """Each record of a kind has a page with its name, and links that lead somewhere."""
    for ref in refs(client, kind):
        answer = client.get(f"/{ref}")
        assert answer.status_code == 200, ref
        record = client.get(f"/v1/{ref}").json()["result"]
        assert record.get("name", record.get("title")) in text_of(answer.text)


@pytest.mark.parametrize("path", RECORDS)
@pytest.mark.parametrize("as_of", ["", "?as_of=2018-03-31"])
def test_links_of_records_lead_somewhere(client: TestClient, path: str, as_of: str) -> None:
    """Every link of a page to this server is answered."""
    html = client.get(f"{path}{as_of}").text
    links = {unescape(link) for link in re.findall(r'href="(/[^"]*)"', html)}
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    anchors = set(re.findall(r'href="#([^"]*)"', html))
    assert anchors <= set(re.findall(r'\sid="([^"]*)"', html))


@pytest.mark.parametrize("path", RECORDS)
def test_every_claim_stands_on_the_page(client: TestClient, path: str) -> None:
    """What the API gives as claims about a record is on its page, one click away."""
    html = client.get(path).text
    claims = client.get(f"/v1{path}?claims=all").json()["result"]["claims"]
    missing = [claim["id"] for claim in claims if f"/v1/claims/{claim['id']}" not in html]
    assert missing == []


def test_values_are_those_of_the_api(client: TestClient) -> None:
    """Luna-26: its dates, slip, revisions and relations, in the API's own words and numbers."""
    record = client.get("/v1/missions/luna-26").json()["result"]
    html = client.get("/missions/luna-26").text
    dates = text_of(f"<main>{section(html, 'dates')}")
    assert f"Launch {record['launch_label']} planned" in dates
    assert f"First promised for {record['launch_first_label']}" in dates
    least, most = record["launch_slip_days_min"], record["launch_slip_days_max"]
    assert f"({least:,} to {most:,} days)" in dates
    assert f"changed {record['launch_revisions']} time" in dates
    for link in (*record["operators"], *record["partners"], *record["projects"]):
        assert f'<a href="/{link["ref"]}">{link["name"]}</a>' in html


def test_schedule_has_every_promise(client: TestClient) -> None:
    """Each date that was given stands in the table with its verdict."""
    html = section(client.get("/missions/luna-26").text, "schedule")
    rows = client.get("/v1/missions/luna-26/schedule").json()["results"]
    assert len(re.findall(r"<tr ", html)) == len(rows) + 1
    for row in rows:
        assert f"/v1/claims/{row['claim_id']}" in html


def test_overdue_is_said_with_the_last_word(client: TestClient) -> None:
    """A plan whose day has passed says so, and since when nobody has spoken of it."""
    text = text_of(client.get("/missions/china-south-pole-landing").text)
    assert (
        "Overdue. The last planned day has passed, and no outcome is known; the last word" in text
    )


def test_a_source_has_its_scorecard_and_its_claims(client: TestClient) -> None:
    """A source's page has each of its plans and each claim from it, in the order of the text."""
    html = client.get("/sources/rt-2018-03-02").text
    card = client.get("/v1/sources/rt-2018-03-02/scorecard").json()["results"]
    tables = section(html, "scorecard").count("<table")
    assert len(re.findall(r"<tr ", section(html, "scorecard"))) == len(card) + tables
    claims = client.get("/v1/claims?source=rt-2018-03-02&sort=locator&limit=1000").json()["results"]
    shown = re.findall(r'href="/v1/claims/([0-9a-f]+)"', section(html, "claims"))
    assert shown == [claim["id"] for claim in claims][: len(shown)]
    assert len(shown) == min(len(claims), 200)


def test_an_opinion_looks_like_one(client: TestClient) -> None:
    """A commentator's judgement stands apart, with his name, and is no fact of the page."""
    html = client.get("/people/michel-chossudovsky").text
    asked = "/v1/claims?said_by=people/michel-chossudovsky&nature=assessment&limit=1000"
    opinions = client.get(asked).json()["results"]
    held = section(html, "held")
    assert held.count('<figure class="opinion">') == len(opinions) > 0
    assert held.count("Opinion of") == len(opinions)
    claim = opinions[0]
    subject = client.get(f"/{claim['subject']}").text
    about = section(subject, "opinions")
    assert claim["value_label"] in text_of(f"<main>{about}")
    assert claim["id"] not in section(subject, "facts")


def test_disputes_are_shown(client: TestClient) -> None:
    """Recorded disagreements stand on the page of each record that they are about."""
    for dispute in client.get("/v1/disputes").json()["results"]:
        for ref in dispute["subjects"]:
            text = text_of(client.get(f"/{ref}").text)
            assert " ".join(dispute["about"].split()) in text
            assert " ".join(dispute["note"].split()) in text


def test_json_ld(client: TestClient) -> None:
    """Programs read what the record is called, in the words of schema.org."""
    html = client.get("/agencies/roscosmos").text
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    found = json.loads(written)
    assert found["@id"] == found["url"] == "http://testserver/agencies/roscosmos"
    assert found["@type"] == "GovernmentOrganization"
    assert found["name"] == "Roscosmos"


# --- Time -----------------------------------------------------------------------------------------


def test_a_page_in_the_past(client: TestClient) -> None:
    """With as_of, the page says so, is of that day, and its links stay in it."""
    answer = client.get("/missions/luna-26?as_of=2018-03-03")
    text = text_of(answer.text)
    assert "As known on 3 March 2018 ." in text
    assert "Launch 2022 planned" in text
    assert answer.headers["memento-datetime"] == "Sat, 03 Mar 2018 23:59:59 GMT"
    canonical = "http://testserver/missions/luna-26?as_of=2018-03-03"
    assert f'<link rel="canonical" href="{canonical}">' in answer.text
    assert 'href="/agencies/roscosmos?as_of=2018-03-03"' in answer.text
    assert "As known on 22" not in text_of(client.get("/missions/luna-26").text)


def test_walking_through_time(client: TestClient) -> None:
    """The page lists every version, marks the one that is shown, and leads to its neighbours."""
    days = [
        vintage["known_from"]
        for vintage in client.get("/v1/missions/luna-26/vintages").json()["results"]
    ]
    html = client.get(f"/missions/luna-26?as_of={days[1]}").text
    history = section(html, "history")
    assert re.findall(r"\?as_of=([^\"]*)\"", history) == days[::-1]
    assert re.findall(r'as_of=([^"]*)" aria-current="true"', history) == [days[1]]
    assert f'rel="prev" href="/missions/luna-26?as_of={days[0]}"' in html
    assert f'rel="next" href="/missions/luna-26?as_of={days[2]}"' in html


@pytest.mark.parametrize("path", RECORDS)
def test_before_anything_was_known(client: TestClient, path: str) -> None:
    """A record that nobody had spoken of yet has a page that says so."""
    answer = client.get(f"{path}?as_of=1990")
    assert answer.status_code == 200
    assert "Nothing was known of it on 31 December 1990" in text_of(answer.text)


def test_an_empty_field_of_a_form(client: TestClient) -> None:
    """What a form leaves empty is not asked."""
    today, empty = client.get("/missions/luna-26"), client.get("/missions/luna-26?as_of=")
    assert text_of(empty.text) == text_of(today.text)
    assert client.get("/missions?q=&as_of=").status_code == 200


# --- Lists and search -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_a_list_has_every_record(client: TestClient, kind: str) -> None:
    """Page by page, each record of a kind is listed once."""
    found: list[str] = []
    path = f"/{kind}"
    while path:
        html = client.get(path).text
        found += re.findall(r'<th role="rowheader" scope="row"><a href="/([^"]*)"', html)
        more = re.search(r'rel="next" href="([^"]*)"', html)
        path = f"/{kind}{unescape(more[1])}" if more else ""
    assert sorted(found) == sorted(refs(client, kind))


def test_a_list_with_words(client: TestClient) -> None:
    """A list is narrowed by words, as the API's is."""
    html = client.get("/missions?q=luna").text
    listed = re.findall(r'<th role="rowheader" scope="row"><a href="/([^"]*)"', html)
    assert listed == [item["ref"] for item in client.get("/v1/missions?q=luna").json()["results"]]
    assert "Nothing." in client.get("/missions?q=zzzz").text


def test_search(client: TestClient) -> None:
    """The page has the hits of the API, and counts them by kind."""
    found = client.get("/v1/search?q=luna26&limit=20").json()
    html = client.get("/search?q=luna26").text
    for hit in found["results"]:
        assert hit["ref"] in html
    assert f"{found['meta']['count']} found for" in html
    for kind, count in found["meta"]["kinds"].items():
        assert f">{kind} ({count})</a>" in html
    assert client.get("/search").status_code == 200


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", '"><img src=x>', "a&b", "%00é"])
def test_what_is_typed_is_escaped(client: TestClient, q: str) -> None:
    """Words are shown as they were typed, and never as HTML."""
    for path in ("/search", "/missions"):
        html = client.get(path, params={"q": q}).text
        assert "<script>alert" not in html
        assert "<img" not in html


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[TestClient]:
    """A service over facts that look like HTML."""
    name = "</script><script>alert(1)</script>"
    file = MISSION_FILE.replace("value: Luna-26", f"value: '{name}'")
    with serving(tmp_path, missions__luna_26=file) as client:
        yield client


@pytest.mark.parametrize("path", ["/missions/luna-26", "/missions", "/search?q=script", "/"])
def test_facts_are_escaped(hostile: TestClient, path: str) -> None:
    """Facts are shown as they are, and never as HTML."""
    html = hostile.get(path).text
    assert "<script>" not in html
    assert "</script><script" not in html


# --- What there is not ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/missions/luna-62", 404, "did you mean"),
        ("/nothing", 404, "there is no address /nothing"),
        ("/missions/luna-26/", 404, "did you mean /missions/luna-26?"),
        ("/nothing/", 404, "/docs lists what there is"),
        ("/missions?as_off=2018", 400, "as_off"),
        ("/missions/luna-26?as_of=someday", 422, "is not a day"),
        ("/guide/fact", 404, "did you mean"),
    ],
)
def test_a_failure_is_a_page_for_browsers(
    client: TestClient, path: str, status: int, says: str
) -> None:
    """A browser gets a page, anybody else a problem; both with the same status and words."""
    page, problem = client.get(path, headers=BROWSER), client.get(path)
    assert page.status_code == problem.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == POLICY
    assert problem.headers["content-type"] == "application/problem+json"
    assert "Accept" in page.headers["vary"]
    assert "Accept" in problem.headers["vary"]
    assert says in problem.json()["detail"]
    assert problem.json()["detail"] in unescape(page.text)


@pytest.mark.parametrize("path", ["/v1/missions/luna-62", "/v1/nothing", "/health/nothing"])
def test_data_fails_as_data(client: TestClient, path: str) -> None:
    """Below /v1 a browser gets the problem as everybody does."""
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("former", ["luna-grunt", "missions", "v1"])
def test_a_former_id(tmp_path: Path, former: str) -> None:
    """A page under an id that a record once had leads to the page of today."""
    file = f"{MISSION_FILE}former_ids: [{former}]\n"
    with serving(tmp_path, missions__luna_26=file) as client:
        answer = client.get(f"/missions/{former}?as_of=2020", follow_redirects=False)
        assert answer.status_code == 301
        assert answer.headers["location"].endswith("/missions/luna-26?as_of=2020")
        assert client.get(f"/missions/{former}").status_code == 200


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "most"),
    [(path, 17) for path in RECORDS] + [(path, 4) for path in LISTS] + [("/", 30)],
)
def test_statements_are_few(app: FastAPI, client: TestClient, path: str, most: int) -> None:
    """A page takes so many statements, however much it shows."""
    with count_statements(app) as statements:
        assert client.get(path).status_code == 200
    assert len(statements) <= most, len(statements)
