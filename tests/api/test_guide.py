"""The guide: its pages, and that what they show works."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.vocabulary import SourceKind
from tests.guide import PAGES, addresses, blocks

# What a page shows as an error.
REFUSED = {"/v1/missions?as_off=2018-03": 400}
SLUGS = tuple(PAGES)


def test_the_guide_lists_its_pages(shipped: TestClient) -> None:
    """Each page is reached from the list, with a sentence, and all sections it names are there."""
    answer = shipped.get("/guide")
    assert answer.headers["content-type"].startswith("text/html")
    for page in SLUGS:
        entry = answer.text.partition(f'<dt><a href="/guide/{page}">')[2]
        assert re.match(r"[^<]+</a></dt>\s*<dd>[^<]*\S", entry), page
    for page, section in re.findall(r'href="(/guide/[^"#]+)#([^"]+)"', answer.text):
        assert f'id="{section}"' in shipped.get(page).text


@pytest.mark.parametrize("page", SLUGS)
def test_every_address_on_a_page_answers(shipped: TestClient, page: str) -> None:
    """What a page links to or shows, on this server, is there: over the facts that ship."""
    text = shipped.get(f"/guide/{page}").text
    links = {unescape(link) for link in re.findall(r'href="(/[^"]*)"', text)}
    for address in {link.replace("…", "luna") for link in links} | addresses(unescape(text)):
        assert shipped.get(address).status_code == REFUSED.get(address, 200), address


@pytest.mark.parametrize("page", SLUGS)
def test_a_page_shows_the_address_it_came_from(shipped: TestClient, page: str) -> None:
    """Examples have the address that was asked, and below a path that path too."""
    text = shipped.get(f"/guide/{page}", headers={"Host": "moon.example"}).text
    assert "{{" not in re.sub(r"\{\{\S+&quot;,", "", text)
    assert "http://127.0.0.1:8000/v1" not in text
    if any("{{address}}" in block.text for block in blocks(page)):
        assert "http://moon.example/" in text


def test_below_a_path(shipped: TestClient) -> None:
    """Where the service is below a path of another site, all that a page shows and links is so."""
    # Without `with`, it neither starts nor stops the service, which others go on using.
    client = TestClient(shipped.app, root_path="/moon", base_url="https://site.example")
    text = client.get("/guide/spreadsheets").text + client.get("/guide").text
    queries = client.get("/guide/grafana.json").text
    text += client.get("/").text
    described = client.get("/openapi.json").json()["info"]["description"]
    assert set(re.findall(r"\]\((/[^/)]*)", described)) == {"/moon"}
    assert "https://site.example/moon/v1/missions.csv" in text
    assert set(re.findall(r'(?:href|src)="(/[^/"]*)', text)) == {"/moon"}
    assert queries.count("https://site.example/moon/v1/") == 6
    assert not re.search(r"https://site\.example(?!/moon)", queries)


def test_a_made_up_host_is_text(shipped: TestClient) -> None:
    """Whatever a client sends as Host, it comes back as text, never as markup."""
    text = shipped.get("/guide/quick-start", headers={"Host": 'x"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text


def test_pages_lead_on(shipped: TestClient) -> None:
    """From the first page one comes to the last by the links to the next."""
    seen = ["quick-start"]
    while following := re.search(
        r'rel="next" href="/guide/([^"]+)"', shipped.get(f"/guide/{seen[-1]}").text
    ):
        seen.append(following[1])
    assert seen == list(SLUGS)


def test_contents_lead_to_headings(shipped: TestClient) -> None:
    """A long page begins with its contents, each a heading; copy buttons name what they copy."""
    text = shipped.get("/guide/formats").text
    contents = text.partition('<nav class="contents"')[2].partition("</nav>")[0]
    ids = re.findall(r'href="#([^"]+)"', contents)
    assert ids[:2] == ["endings", "tables"]
    copied = re.findall(r'data-copy="#([^"]+)"', text)
    assert len(copied) == text.count("<pre") > 2
    for id_ in (*ids, *copied):
        assert text.count(f'id="{id_}"') == 1


def test_a_page_that_there_is_not(shipped: TestClient) -> None:
    """A misspelt page is a problem that names the nearest."""
    answer = shipped.get("/guide/fact")
    assert answer.status_code == 404
    assert "did you mean 'facts'?" in answer.json()["detail"]


def test_the_rules_name_every_kind_of_source(shipped: TestClient) -> None:
    """The order of sources on the page is that of the vocabulary."""
    text = shipped.get("/guide/facts").text
    words = [kind.value.replace("_", " ") for kind in SourceKind]
    words = [
        {"dataset": "data set", "encyclopedia": "encyclopaedia"}.get(word, word) for word in words
    ]
    places = [text.index(word, text.index("the better kind of source")) for word in words]
    assert places == sorted(places)


def test_the_manual_is_the_one_beside_the_facts(shipped: TestClient) -> None:
    """The manual of the seed files is the README of their folder."""
    text = shipped.get("/guide/seed-files").text
    assert "<h1>How the facts are written down</h1>" in text
    assert "lunar check" in text
