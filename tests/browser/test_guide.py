"""The guide in a real browser."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route

from tests.browser.conftest import Watched
from tests.conftest import REPO
from tests.guide import Block, blocks, every_block

SCREENS = [(360, "dark"), (1280, "light")]
README = [
    block
    for block in blocks("README", (REPO / "README.md").read_text("utf-8"))
    if block.language == "html"
]
SNIPPETS = [block for block in every_block("html") if block.page != "embedding"] + README
# Stands in for Vega-Embed, which is another host's: it fetches the spec and its data.
VEGA_EMBED = """
window.vegaEmbed = async (place, url) => {
  const spec = await (await fetch(url)).json();
  const data = await fetch(spec.data.url);
  document.querySelector(place).textContent = data.ok ? "drawn" : data.status;
};
"""


class Elsewhere(ThreadingHTTPServer):
    """A server of somebody else, with a page of theirs."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.page = ""
        self.address = f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """A server of another origin."""
    with Elsewhere() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("block", SNIPPETS, ids=str)
def test_snippets_work_in_pages_of_others(
    watched: Watched, elsewhere: Elsewhere, address: str, block: Block
) -> None:
    """What is shown as HTML works in a page of another origin, and shows something."""
    snippet = block.at(address).replace("http://127.0.0.1:8000", address)
    icon = '<link rel="icon" href="data:,">'
    elsewhere.page = f"<!doctype html><title>Theirs</title>{icon}{snippet}"
    page = watched.page
    page.route(re.compile("^https:"), _script)
    page.goto(elsewhere.address)
    page.wait_for_function("document.readyState === 'complete'")
    pictures = page.eval_on_selector_all(
        "img", "all => all.map(item => item.naturalWidth > 100 && item.alt.length > 10)"
    )
    assert all(pictures)
    if not pictures:
        shown = re.compile(r"drawn|Luna-26: launch planned for 20\d\d|Roscosmos")
        page.locator("body", has_text=shown).wait_for()
    assert watched.complaints == []


def _script(route: Route) -> None:
    body = VEGA_EMBED if "vega-embed" in route.request.url else ""
    route.fulfill(content_type="text/javascript", body=body)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_a_page_of_the_guide(browser: Browser, address: str, width: int, scheme: str) -> None:
    """Long pages and the front page fit, axe finds nothing, the contents lead to their headings."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    watched = Watched(page, address)
    for path in ("/guide", "/guide/spreadsheets", "/guide/formats"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    page.click(".contents a >> nth=2")
    assert page.url.endswith("#in-a-feed-reader-in-a-calendar")
    assert page.locator(":target").is_visible()
    page.close()
    assert watched.complaints == []
    assert watched.elsewhere == []


def test_an_example_is_copied(browser: Browser, address: str) -> None:
    """A click copies the example, with the address of this server."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/guide/quick-start")
    page.click("button.copy >> nth=0")
    copied = page.evaluate("navigator.clipboard.readText()")
    context.close()
    assert copied.strip() == f"curl '{address}/v1/sources/rt-2018-03-02/scorecard'"
