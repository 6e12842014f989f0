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
