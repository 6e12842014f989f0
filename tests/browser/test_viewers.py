"""The viewers of the documentation in a real browser; each is opened once, for it takes seconds."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from tests.browser.conftest import Watched


class Viewer(Watched):
    """A viewer, opened under watch, and the answer that it came with."""

    answer: Response

    def __init__(self, page: Page, address: str, path: str) -> None:
        super().__init__(page, address)
        answer = page.goto(f"{address}{path}")
        assert answer is not None
        self.answer = answer
        page.wait_for_load_state("networkidle")


@pytest.fixture(scope="module")
def docs(browser: Browser, address: str) -> Iterator[Viewer]:
    """The viewer to try requests in."""
    page = browser.new_page()
    yield Viewer(page, address, "/docs")
    page.close()


@pytest.fixture(scope="module")
def redoc(browser: Browser, address: str) -> Iterator[Viewer]:
    """The viewer to read in, where the reader's system is dark."""
    page = browser.new_page(color_scheme="dark")
    yield Viewer(page, address, "/redoc")
    page.close()


def brightness(page: Page, selector: str) -> int:
    """Of the text there, from 0 to 255."""
    colour = page.locator(selector).first.evaluate("item => getComputedStyle(item).color")
    return max(map(int, re.findall(r"\d+", colour)[:3]))


@pytest.mark.parametrize("name", ["docs", "redoc"])
def test_viewers_keep_to_their_policy(request: pytest.FixtureRequest, name: str) -> None:
    """They do nothing that their policy forbids."""
    viewer: Viewer = request.getfixturevalue(name)
    assert "default-src 'none'" in viewer.answer.headers["content-security-policy"]
    assert viewer.complaints == []
    assert viewer.elsewhere == []


# --- To try in ------------------------------------------------------------------------------------


def test_docs_say_what_to_try_first(docs: Viewer) -> None:
    """The documentation opens with five things to try, and each address in them answers."""
    docs.page.wait_for_selector(".info .description ol li")
    links = docs.page.eval_on_selector_all(
        ".info .description ol li a", "links => links.map(link => link.href)"
    )
    assert docs.page.locator(".info .description ol li").count() == 5
    assert len(links) == 6
    for link in links:
        assert docs.page.request.get(link).status == 200, link


SETTLED = """
Promise.allSettled(document.getAnimations().map(item => item.finished)).then(() => null)
"""
OPERATION = "#operations-dataset-get_dataset"
# All operations look alike: one of them, and what stands around them.
PARTS = ["header.site", ".info", ".scheme-container", "#operations-tag-dataset", OPERATION]


def test_the_viewer_to_try_in(docs: Viewer) -> None:
    """With an operation open, axe finds nothing in light and dark, and nothing overflows."""
    page = docs.page
    page.set_viewport_size({"width": 360, "height": 800})
    page.click(f"{OPERATION} .opblock-summary-control", timeout=60_000)
    page.wait_for_selector(f"{OPERATION} .opblock-body pre")
    assert page.url.endswith("#/dataset/get_dataset")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)  # colours change slowly there
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        is_light = brightness(page, ".info li") < 128
        assert is_light == (scheme == "light")
        found = Axe().run(page, context={"include": [[part] for part in PARTS]})
        assert found.violations_count == 0, found.generate_report()
    assert docs.complaints == []


def test_docs_try_it_out_works_offline(docs: Viewer) -> None:
    """A request can be tried as it stands, with no other host involved."""
    docs.page.set_viewport_size({"width": 1280, "height": 720})
    docs.page.click("#operations-missions-list_missions")
    docs.page.click("#operations-missions-list_missions button.execute")
    docs.page.wait_for_selector(".live-responses-table .response-col_status")
    status = docs.page.inner_text(".live-responses-table .response .response-col_status")
    assert status.startswith("200")
    assert docs.elsewhere == []
    assert docs.complaints == []


# --- To read in -----------------------------------------------------------------------------------


def test_redoc_reads_offline(redoc: Viewer) -> None:
    """The reading view is complete with no other host involved."""
    title = "What became of everything that a source announced"
    headings = redoc.page.get_by_role("heading", name=title)
    headings.first.wait_for(timeout=60_000)
    assert headings.count() == 2  # the list itself, and its export
    assert redoc.elsewhere == []
    assert redoc.complaints == []


def test_the_viewer_to_read_in(redoc: Viewer) -> None:
    """It is dark where the reader's system is, within the site's head and foot."""
    redoc.page.wait_for_selector("#viewer li")
    assert brightness(redoc.page, "#viewer p") > 128
    assert redoc.page.locator("header.site").is_visible()
    assert redoc.page.locator("footer.site").count() == 1
