"""Every kind of page at a phone's and a desk's width, light and dark, with axe's rules."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Watched

PAGES = (
    "/",
    "/missions",
    "/missions/luna-26",
    "/missions/luna-26?as_of=2018-03-03",
    "/agreements/roscosmos-cnsa-intent-2018",
    "/agencies/roscosmos",
    "/projects/deep-space-gateway",
    "/people/michel-chossudovsky",
    "/sources/rt-2018-03-02",
    "/search?q=luna26",
    "/guide",
    "/problems/not-found",
)
PHONE, DESK = (360, "dark"), (1280, "light")
# Each is seen on one of two screens, in turn; those with the most on them on both.
VIEWS = [(path, (PHONE, DESK)[place % 2]) for place, path in enumerate(PAGES)]
VIEWS += [(path, DESK) for path in ("/", "/missions/luna-26?as_of=2018-03-03")]
VIEWS += [(path, PHONE) for path in ("/missions", "/sources/rt-2018-03-02")]


@pytest.fixture
def seen(browser: Browser, address: str, screen: tuple[int, str]) -> Iterator[Watched]:
    """A page under watch on a screen."""
    width, scheme = screen
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    yield Watched(page, address)
    page.close()


def overflow(page: Page) -> int:
    """By how much the page is wider than the screen."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width


@pytest.mark.parametrize(("path", "screen"), dict.fromkeys(VIEWS))
def test_a_page_as_it_is_seen(seen: Watched, path: str) -> None:
    """Nothing complains, nothing is asked elsewhere, nothing overflows, axe finds nothing."""
    seen.page.goto(f"{seen.address}{path}")
    assert overflow(seen.page) <= 0
    # Folded text is not looked at: on one of the two screens all is unfolded.
    if seen.page.viewport_size == {"width": 360, "height": 800}:
        seen.page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
        assert overflow(seen.page) <= 0
    found = Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()
    assert seen.elsewhere == []
    assert seen.complaints == []


def test_a_failure_is_a_page(watched: Watched) -> None:
    """A misspelt address leads to a page in the same dress, from which one can search."""
    answer = watched.page.goto(f"{watched.address}/missions/luna-62")
    assert answer is not None
    assert answer.status == 404
    assert "did you mean" in watched.page.inner_text("main")
    assert Axe().run(watched.page).violations_count == 0
    assert watched.elsewhere == []


def test_sources_are_one_click_away(watched: Watched) -> None:
    """A value's claim unfolds with one click, and leads to the source's page."""
    watched.page.goto(f"{watched.address}/missions/luna-26")
    launch = watched.page.locator("#launch details.sources").first
    link = launch.locator("li a[href^='/sources/']").first
    assert not link.is_visible()
    launch.locator("summary").click()
    assert link.is_visible()
    link.click()
    watched.page.wait_for_url("**/sources/**")
    assert watched.page.locator("h1").count() == 1
    assert watched.complaints == []


def test_walking_back_in_time(watched: Watched) -> None:
    """From today one walks back version by version, and returns with one click."""
    watched.page.goto(f"{watched.address}/missions/luna-26")
    watched.page.click("nav.walk a[rel=prev]")
    watched.page.wait_for_url("**?as_of=*")
    assert "As known on" in watched.page.inner_text(".banner")
    watched.page.click(".banner a")
    watched.page.wait_for_url("**/missions/luna-26")
    assert watched.page.locator(".banner").count() == 0


def test_a_day_of_choice(watched: Watched) -> None:
    """The form on a page asks for the day that is typed."""
    watched.page.goto(f"{watched.address}/missions/luna-26")
    watched.page.fill("#as-of", "2018-03-03")
    watched.page.click("section[aria-labelledby=history] button")
    watched.page.wait_for_url("**?as_of=2018-03-03")
    assert "2022" in watched.page.inner_text("#launch")


def test_with_the_keyboard(watched: Watched) -> None:
    """The first tab leads to the content, and every summary can be reached and opened."""
    watched.page.goto(f"{watched.address}/missions/luna-26")
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.className") == "skip"
    watched.page.keyboard.press("Enter")
    assert watched.page.evaluate("document.activeElement.id") == "content"
    watched.page.locator("#launch summary").first.focus()
    watched.page.keyboard.press("Enter")
    assert watched.page.locator("#launch details").first.get_attribute("open") is not None


def test_search_from_any_page(watched: Watched) -> None:
    """The box at the head of a page finds records."""
    watched.page.goto(f"{watched.address}/missions")
    watched.page.fill("#site-search", "luna26")
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_url("**/search?q=luna26")
    watched.page.click(".hits a.name >> nth=0")
    watched.page.wait_for_url("**/missions/luna-26")
