"""Pages as a person's browser sees them."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Watched


def test_home_shows_the_scorecard(watched: Watched) -> None:
    """The home page says what became of Luna-26, and asks no other host."""
    watched.page.goto(watched.address)
    row = watched.page.locator("tr", has_text="Luna-26").first
    assert "superseded" in row.inner_text()
    assert watched.elsewhere == []
    assert watched.complaints == []


def test_docs_try_it_out_works_offline(watched: Watched) -> None:
    """In /docs a request can be tried as it stands, with no other host involved."""
    watched.page.goto(f"{watched.address}/docs")
    watched.page.click("#operations-missions-list_missions")
    watched.page.click("button.execute")
    watched.page.wait_for_selector(".live-responses-table .response-col_status")
    status = watched.page.inner_text(".live-responses-table .response .response-col_status")
    assert status.startswith("200")
    assert watched.elsewhere == []
    assert watched.complaints == []


def test_docs_say_what_to_try_first(watched: Watched) -> None:
    """The documentation opens with five things to try, and each address in them answers."""
    watched.page.goto(f"{watched.address}/docs")
    watched.page.wait_for_selector(".info .description ol li")
    links = watched.page.eval_on_selector_all(
        ".info .description ol li a", "links => links.map(link => link.href)"
    )
    assert watched.page.locator(".info .description ol li").count() == 5
    assert len(links) == 6
    for link in links:
        assert watched.page.request.get(link).status == 200, link


def test_redoc_reads_offline(watched: Watched) -> None:
    """The reading view is complete with no other host involved."""
    watched.page.goto(f"{watched.address}/redoc")
    title = "What became of everything that a source announced"
    headings = watched.page.get_by_role("heading", name=title)
    headings.first.wait_for()
    assert headings.count() == 2  # the list itself, and its export
    assert watched.elsewhere == []
    assert watched.complaints == []


def test_home_fits_a_phone(browser: Browser, address: str) -> None:
    """On a narrow screen the page itself does not scroll sideways."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(address)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert width <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_home_follows_the_colour_scheme(browser: Browser, address: str, scheme: str) -> None:
    """The page is light or dark as the reader's system is."""
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    colour = page.evaluate("getComputedStyle(document.body).color")
    page.close()
    assert _light(colour) == (scheme == "dark")


def _light(colour: str) -> bool:
    """Whether a colour is nearer to white than to black."""
    return min(map(int, re.findall(r"\d+", colour))) > 127
