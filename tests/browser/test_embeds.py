"""Embeds in pages of others, the page on which one chooses them, and buttons that copy."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page

from tests.browser.conftest import Watched

EMBEDS = (
    "/embed/charts/slips?subject=missions/luna-26",
    "/embed/missions/luna-26",
    "/embed/missions?fields=launch,operators,status",
    "/embed/sources/rt-2018-03-02/scorecard",
    "/embed/sources/rt-2018-03-02?as_of=2018-03-31",
)
SCREENS = [(280, "dark"), (360, "light"), (1280, "light")]
SANDBOXES = ["", 'sandbox="allow-scripts"']
# A host that listens as Datawrapper's own script does, and keeps what it hears.
LISTENING = """<script>
window.heard = [];
addEventListener("message", (event) => {
  heard.push(event.data);
  const told = event.data["datawrapper-height"];
  if (told === undefined) return;
  for (const id in told) {
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow === event.source) frame.style.height = `${told[id]}px`;
    }
  }
});
</script>"""


class Host:
    """Pages of another origin."""

    def __init__(self) -> None:
        self.body = ""
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path == "/"
                self.send_response(200 if found else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                if found:
                    self.wfile.write(f"<!doctype html><title>Host</title>{host.body}".encode())

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://localhost:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """A page of another origin, with whatever a test puts into it."""
    host = Host()
    yield host
    host.server.shutdown()
    host.server.server_close()


def framed(address: str, path: str, more: str = "", width: int = 480) -> str:
    return f'<iframe src="{address}{path}" width="{width}" height="150" {more}></iframe>'


def fits(page: Page, place: int = 0) -> Callable[[], bool]:
    """Whether a frame is as high as what it shows, and not by chance."""

    def check() -> bool:
        frame = page.locator("iframe").nth(place)
        frame.scroll_into_view_if_needed()  # what nobody sees, a browser lays out when it likes
        box = frame.bounding_box()
        inside = page.frames[place + 1].evaluate(
            "[document.documentElement.getBoundingClientRect().height, innerHeight,"
            " document.documentElement.scrollHeight]"
        )
        assert box
        height, window, scrolled = inside
        return bool(
            window - 1 <= -(-height // 1) <= window and scrolled <= window and window != 150
        )

    return check


def wait(page: Page, check: Callable[[], bool]) -> None:
    for _ in range(60):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come about")


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_embeds_as_they_are_seen(browser: Browser, address: str, width: int, scheme: str) -> None:
    """At any width nothing overflows or complains, axe finds nothing, no other host is asked."""
    page = browser.new_page(viewport={"width": width, "height": 500}, color_scheme=scheme)  # type: ignore[arg-type]
    watched = Watched(page, address)
    for path in (*EMBEDS, "/charts/slips"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
    assert page.context.cookies() == []
    assert (watched.complaints, watched.elsewhere) == ([], [])
    page.close()


@pytest.mark.parametrize("sandbox", SANDBOXES, ids=["open", "sandboxed"])
def test_frames_fit(browser: Browser, address: str, host: Host, sandbox: str) -> None:
    """With our script, which may come late, each frame is as high as what it shows, also later."""
    script = f'<script src="{address}/embed/resize.js" async></script>'
    frames = "".join(framed(address, path, sandbox) for path in EMBEDS)
    style = "<style>iframe:nth-of-type(2n) { border: 3px solid; box-sizing: border-box }</style>"
    host.body = f"{style}{frames}{script}{script}"
    page = browser.new_page()
    watched = Watched(page, address)
    page.goto(host.address)
    for place in range(len(EMBEDS)):
        wait(page, fits(page, place))
    page.frames[4].locator("details summary").first.click()  # sources unfold
    wait(page, fits(page, 3))
    page.evaluate("document.querySelectorAll('iframe').forEach(item => item.width = 300)")
    for place in range(len(EMBEDS)):
        wait(page, fits(page, place))
    elsewhere = [url for url in watched.elsewhere if not url.startswith(host.address)]
    assert (watched.complaints, elsewhere) == ([], [])
    page.close()


@pytest.mark.parametrize("sandbox", SANDBOXES, ids=["open", "sandboxed"])
def test_what_frames_say(browser: Browser, address: str, host: Host, sandbox: str) -> None:
    """Who listens to Datawrapper's charts need not change; ids tell frames apart."""
    path = EMBEDS[1]
    frames = framed(address, path, sandbox) + framed(address, f"{path}#mine", sandbox)
    host.body = f"{LISTENING}{frames}"
    page = browser.new_page()
    page.goto(host.address)
    wait(page, fits(page, 0))
    wait(page, fits(page, 1))
    heard = page.evaluate("heard")
    ours = [message for message in heard if message.get("type") == "lunar-embed:height"]
    theirs = [message["datawrapper-height"] for message in heard if "type" not in message]
    assert {message["id"] for message in ours} == {path, "mine"}
    assert {key for message in theirs for key in message} == {path, "mine"}
    assert all(isinstance(message["height"], int) for message in ours)
    count = len(heard)
    page.wait_for_timeout(300)
    assert len(page.evaluate("heard")) == count  # they fall silent
    page.close()


def test_alone_it_says_nothing(browser: Browser, address: str) -> None:
    """In a window of its own an embed sends no message."""
    page = browser.new_page()
    page.add_init_script("window.heard = []; addEventListener('message', e => heard.push(e.data))")
    page.goto(f"{address}{EMBEDS[0]}", wait_until="networkidle")
    assert page.evaluate("heard") == []
    page.close()


@pytest.mark.parametrize("sandbox", SANDBOXES, ids=["open", "sandboxed"])
def test_frames_follow_a_theme(browser: Browser, address: str, host: Host, sandbox: str) -> None:
    """A message makes them dark or light, whatever the reader's system is; others are ignored."""
    host.body = "".join(framed(address, path, sandbox) for path in EMBEDS[:2])
    page = browser.new_page(color_scheme="light")
    page.goto(host.address)
    chart, card = page.frames[1], page.frames[2]
    for theme, paper in (("dark", "rgb(18, 18, 18)"), ("light", "rgb(255, 255, 255)")):
        page.evaluate(
            "theme => document.querySelectorAll('iframe').forEach(frame => frame.contentWindow"
            ".postMessage({type: 'lunar-embed:theme', theme}, '*'))",
            theme,
        )
        for frame in (chart, card):
            frame.wait_for_function("t => document.documentElement.dataset.theme === t", arg=theme)
        assert fill_of(chart) == paper
        assert (lightness(card) > 127) is (theme == "light")
    page.evaluate("document.querySelector('iframe').contentWindow.postMessage("
                  "{type: 'lunar-embed:theme', theme: 'pink'}, '*')")  # fmt: skip
    page.wait_for_timeout(100)
    assert chart.evaluate("document.documentElement.dataset.theme") == "light"
    page.close()


def fill_of(frame: Frame) -> str:
    """The colour of the paper of a chart."""
    first = frame.locator("main svg:visible rect").first
    colour: str = first.evaluate("rect => getComputedStyle(rect).fill")
    return colour


def lightness(frame: Frame) -> int:
    """How light a page is, from 0 to 255."""
    colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    return int(colour.partition("(")[2].partition(",")[0])


def test_other_pages_do_not_frame(browser: Browser, address: str, host: Host) -> None:
    """A page of the service is refused in a page of others; a failing embed says what is wrong."""
    host.body = framed(address, "/missions/luna-26") + framed(address, "/embed/missions/luna-62")
    page = browser.new_page()
    page.goto(host.address, wait_until="networkidle")
    assert page.frames[1].url.startswith("chrome-error:")
    assert "did you mean" in page.frames[2].inner_text("main")
    page.close()


@pytest.mark.parametrize(("width", "scheme"), SCREENS[1:])
def test_choosing(browser: Browser, address: str, width: int, scheme: str) -> None:
    """Preview, snippets and address follow the form; a misspelt address is told beside it."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    watched = Watched(page, address)
    page.goto(f"{address}/missions/luna-26")
    page.click("a:text('See it, and choose')")
    frame = page.locator("#snippet-1")
    assert 'embed/missions/luna-26"' in frame.inner_text()
    page.fill("input[name=as_of]", "2018-03-03")
    page.wait_for_function(
        "() => document.querySelector('#snippet-1').textContent.includes('as_of')"
    )
    assert page.is_checked("input[value=frozen]")
    page.select_option("#theme", "dark")
    page.wait_for_url("**theme=dark**")
    page.check("input[value=chart]")
    page.wait_for_url("**show=chart**")
    page.wait_for_function(
        "() => document.querySelector('#snippet-1').textContent.includes('slips')"
    )
    shown = page.frames[1]
    shown.wait_for_selector("main svg:visible")
    assert "3 March 2018" in shown.inner_text("footer")
    assert fill_of(shown) == "rgb(18, 18, 18)"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert (watched.complaints, watched.elsewhere) == ([], [])
    page.fill("#url", "/missions/luna-62")
    page.keyboard.press("Tab")
    page.wait_for_function(
        "() => document.querySelector('#problem').textContent.includes('luna-26')"
    )
    page.close()


def test_choosing_without_script(browser: Browser, address: str) -> None:
    """The form asks for the page with what was chosen, and the frame is there."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/embed?url=/missions/luna-26")
    page.fill("#width", "320")
    page.click("form.embedding button")
    page.wait_for_url("**width=320**")
    assert 'width="320"' in page.inner_text("#snippet-1")
    assert page.get_attribute(".preview iframe", "width") == "320"
    assert not page.locator("button.copy").first.is_visible()
    page.context.close()


@pytest.mark.parametrize("has_clipboard", [True, False], ids=["clipboard", "selection"])
def test_buttons_copy(browser: Browser, address: str, has_clipboard: bool) -> None:
    """One click copies, also where a page has no clipboard of its own, and says so."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    if not has_clipboard:
        page.add_init_script(
            "navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))"
        )
    page.goto(f"{address}/missions/luna-26")
    button = page.locator("button[data-copy='#snippet-2']")
    button.click()
    page.wait_for_function("() => [...document.querySelectorAll('[role=status]')]"
                           ".some(item => item.textContent === 'Copied')")  # fmt: skip
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.inner_text("#snippet-2")
    assert "as_of=2026-11-22" in copied
    assert button.evaluate("button => button === document.activeElement")
    page.wait_for_timeout(2200)
    assert button.inner_text().startswith("Copy")
    context.close()
