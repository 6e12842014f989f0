"""Charts as a person's browser shows them."""

import re

import pytest
import vl_convert
from playwright.sync_api import Browser

from app.api.chart_list import CHARTS
from tests.browser.test_pages import Watched
from tests.test_chart_specs import CHART, ROWS, spec

NAMES = [chart.name for chart in CHARTS]
PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_on_a_phone(browser: Browser, address: str, name: str, scheme: str) -> None:
    """Nothing is wider than the screen, words are 11 pixels high, colours are the reader's."""
    page = browser.new_page(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]
    watched = Watched(page, address)
    page.goto(f"{address}/charts/{name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shown = page.locator("figure svg:visible")
    assert shown.count() == 1
    box = shown.bounding_box()
    assert box
    assert box["width"] == pytest.approx(288, abs=1)
    heights = shown.locator("text").evaluate_all(
        "texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize))"
    )
    assert min(heights) >= 11
    paper = shown.locator("rect").first.evaluate("rect => getComputedStyle(rect).fill")
    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 18, 18)")
    assert (watched.complaints, watched.elsewhere) == ([], [])
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_words_stay_in_the_picture(browser: Browser, address: str, name: str) -> None:
    """Nothing that is written in a chart runs out of it."""
    for viewport in (PHONE, DESKTOP):
        page = browser.new_page(viewport=viewport)  # type: ignore[arg-type]
        page.goto(f"{address}/charts/{name}")
        beyond = page.locator("figure svg:visible").evaluate(
            """svg => {
                const frame = svg.getBoundingClientRect();
                return [...svg.querySelectorAll("text")].filter(text => {
                    const box = text.getBoundingClientRect();
                    return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
                        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
                }).map(text => text.textContent);
            }"""
        )
        assert beyond == []
        page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_on_a_desktop(browser: Browser, address: str, theme: str) -> None:
    """The theme that was asked for holds, whatever the reader's system is."""
    other = "dark" if theme == "light" else "light"
    page = browser.new_page(viewport=DESKTOP, color_scheme=other)  # type: ignore[arg-type]
    watched = Watched(page, address)
    page.goto(f"{address}/charts/slips?theme={theme}")
    shown = page.locator("figure svg:visible")
    paper = shown.locator("rect").first.evaluate("rect => getComputedStyle(rect).fill")
    assert paper == ("rgb(255, 255, 255)" if theme == "light" else "rgb(18, 18, 18)")
    text = page.evaluate("getComputedStyle(document.body).color")
    assert _light(text) == (theme == "dark")
    assert (watched.complaints, watched.elsewhere) == ([], [])
    page.close()


def test_the_form_asks_without_script(browser: Browser, address: str) -> None:
    """What is filled in is asked for, and what is not, is not in the address."""
    page = browser.new_context(java_script_enabled=False, viewport=DESKTOP).new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/charts/slips?width=640")
    page.fill("input[name=as_of]", "2018-03-03")
    page.fill("input[name=subject]", "missions/luna-26")
    page.click("main button")
    assert page.url == f"{address}/charts/slips?width=640&as_of=2018-03-03&subject=missions/luna-26"
    assert "As known on 3 March 2018" in (page.text_content("figure svg:visible") or "")
    page.click("text=today")
    assert "As known on 22 November 2026" in (page.text_content("figure svg:visible") or "")
    page.context.close()


def test_a_chart_is_named_for_those_who_hear_it(browser: Browser, address: str) -> None:
    """The picture has a name and a description; the words stand on the page too."""
    page = browser.new_page(viewport=DESKTOP)  # type: ignore[arg-type]
    page.goto(f"{address}/charts/scorecard")
    picture = page.get_by_role("img").first
    label = picture.get_attribute("aria-labelledby")
    assert label
    said = [page.locator(f"[id='{part}']").text_content() or "" for part in label.split()]
    assert said[0].startswith("What was announced")
    assert "promises:" in said[1]
    assert "promises:" in page.inner_text("body")
    page.close()


def test_the_list_shows_the_pictures(browser: Browser, address: str) -> None:
    """Every picture of the list is there."""
    watched = Watched(browser.new_page(), address)
    watched.page.goto(f"{watched.address}/charts", wait_until="networkidle")
    widths = watched.page.eval_on_selector_all(
        ".charts img", "images => images.map(image => image.naturalWidth)"
    )
    watched.page.close()
    assert widths == [480] * len(NAMES)
    assert (watched.complaints, watched.elsewhere) == ([], [])


@pytest.mark.parametrize("name", NAMES)
def test_a_spec_works_elsewhere(browser: Browser, address: str, name: str) -> None:
    """A page of any origin draws the spec, as it is, from the address of its data."""
    page = browser.new_page()
    watched = Watched(page, address)
    page.set_content("<div id=chart></div>")
    page.add_script_tag(content=vl_convert.javascript_bundle())
    query = "subject=agreements/roscosmos-cnsa-intent-2018" if name == "membership" else ""
    page.evaluate(
        "url => vegaEmbed('#chart', url, {renderer: 'svg', actions: false}).then(() => null)",
        f"{address}/charts/{name}.vl.json?{query}",
    )
    words = page.locator("#chart svg").text_content() or ""
    page.close()
    assert "As known on 22 November 2026" in words
    assert (watched.complaints, watched.elsewhere) == ([], [])


@pytest.mark.parametrize("width", [320, 720])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_conflicting_in_a_spec(browser: Browser, name: str, width: int) -> None:
    """Vega-Lite has nothing to warn of."""
    page = browser.new_page()
    watched = Watched(page, "about:")
    page.set_content("<div id=chart></div>")
    page.add_script_tag(content=vl_convert.javascript_bundle())
    page.evaluate(
        "spec => vegaEmbed('#chart', spec, {actions: false}).then(() => null)",
        spec(CHART[name], ROWS[name], width=width),
    )
    page.close()
    assert watched.complaints == []


def _light(colour: str) -> bool:
    """Whether a colour is nearer to white than to black."""
    return min(map(int, re.findall(r"\d+", colour))) > 127
