"""The guide: its pages, and that what they show works."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.vocabulary import SourceKind

PAGES = ("facts", "embedding", "seed-files")


def test_the_guide_lists_its_pages(shipped: TestClient) -> None:
    """Each page is reached from the list."""
    answer = shipped.get("/guide")
    assert answer.headers["content-type"].startswith("text/html")
    for page in PAGES:
        assert f'href="/guide/{page}"' in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_every_address_on_a_page_answers(shipped: TestClient, page: str) -> None:
    """What a page links to, on this server, is there."""
    text = shipped.get(f"/guide/{page}").text
    links = [unescape(link) for link in re.findall(r'href="(/[^"]*)"', text)]
    assert links
    for link in links:
        assert shipped.get(link.replace("…", "luna")).status_code == 200, link


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
