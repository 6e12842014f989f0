"""The explorer and the sliders through time, as a person uses them in a real browser."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Watched

EXPLORED = "/explore/projects"


def rows(page: Page) -> list[str]:
    """What tells the rows from each other, in their order."""
    keys = page.locator("tr[data-key]")
    return [
        key.partition("|")[0] for key in keys.evaluate_all("all => all.map(r => r.dataset.key)")
    ]


def api_rows(page: Page) -> list[str]:
    """What the API answers at the address that the page shows."""
    address = page.inner_text("#api-address")
    answer = page.request.get(address)
    assert answer.ok, address
    return [item["id"] for item in answer.json()["results"]]


def picture(page: Page) -> str:
    """The address of the plot, once it is drawn."""
    image = page.locator(".plot img")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    found: str = image.evaluate("image => image.currentSrc")
    return found


def settled(page: Page, query: str) -> None:
    """Wait until the address has a query and the page shows it."""
    page.wait_for_url(re.compile(re.escape(query) + "$"))
    expect(page.locator("#explorer")).not_to_have_attribute("aria-busy", "true")


def test_filters_change_address_table_and_plot(watched: Watched) -> None:
    """Each change shows at once everywhere, without a reload; back undoes it."""
    page = watched.page
    page.goto(f"{watched.address}{EXPLORED}")
    page.evaluate("window.loaded = true")
    before, drawn = rows(page), picture(page)
    page.click("#by-status summary")
    page.locator("#by-status label", has_text="planned").locator("input").check()
    settled(page, "/explore/projects?status=planned")
    planned = rows(page)
    assert planned == api_rows(page) != before
    assert picture(page) != drawn
    assert page.inner_text("#by-status .chosen") == "planned"
    assert page.evaluate("document.activeElement.value") == "planned"
    assert page.locator("#by-status").get_attribute("open") is not None
    assert f"{len(planned)}" in page.inner_text("#announce")
    page.locator("#by-status summary").press("Enter")

    # Who pauses while typing asks more than once, and goes back once.
    page.locator("#by-q").fill("resear")
    settled(page, "?q=resear&status=planned")
    page.locator("#by-q").fill("research")
    settled(page, "?q=research&status=planned")
    assert rows(page) == api_rows(page) != planned
    assert page.evaluate("document.activeElement.id") == "by-q"
    page.select_option("#plot-by", "status")
    page.select_option("#plot-and-by", "")
    settled(page, "?q=research&status=planned&plot=status")
    assert "plot=status&width=" in picture(page)
    assert "by status" in page.inner_text("#plot").lower()

    page.go_back()
    settled(page, "?q=research&status=planned")
    page.go_back()
    settled(page, "?status=planned")
    assert rows(page) == planned
    assert page.input_value("#by-q") == ""
    page.click(".set a")
    settled(page, EXPLORED)
    assert rows(page) == before
    assert page.evaluate("window.loaded")
    assert (watched.complaints, watched.elsewhere) == ([], [])


def test_sorting_columns_and_days(watched: Watched) -> None:
    """Heads sort by mouse and keyboard, columns are chosen, and all of it travels in time."""
    page = watched.page
    page.goto(f"{watched.address}{EXPLORED}")
    page.click("#sort-name")
    settled(page, "?sort=name")
    assert page.locator("[aria-sort]").get_attribute("aria-sort") == "ascending"
    assert page.evaluate("document.activeElement.id") == "sort-name"
    page.keyboard.press("Enter")
    settled(page, "?sort=-name")
    names = page.locator("tbody tr[data-key] > th a").all_inner_texts()
    assert names == sorted(names, reverse=True)
    assert rows(page) == api_rows(page)
    page.click("#choose-columns > summary")
    page.locator("#choose-columns").get_by_label("Location").check()
    page.wait_for_url("**fields=*")
    heads = page.locator(".explored thead th").all_inner_texts()
    assert heads[:2] == ["Name ▼", "Kind"]
    assert "Location" in heads
    page.fill("#by-as-of", "2018-03-03")
    page.keyboard.press("Enter")
    page.wait_for_url("**as_of=2018-03-03*")
    expect(page.locator(".banner")).to_contain_text("3 March 2018")
    assert rows(page) == api_rows(page)
    link = page.locator("tbody tr[data-key] > th a").first.get_attribute("href")
    assert link
    assert link.endswith("?as_of=2018-03-03")
    assert (watched.complaints, watched.elsewhere) == ([], [])


def test_what_is_wrong_is_said_in_place(watched: Watched) -> None:
    """A wrong value is named beside its field and announced; put right, the rows come back."""
    page = watched.page
    page.goto(f"{watched.address}/explore/missions")
    page.fill("#by-launch--gte", "someday")
    page.keyboard.press("Tab")
    expect(page.locator("#by-launch--gte-error")).to_be_visible()
    expect(page.locator("#announce")).to_contain_text("someday")
    assert page.locator("tr[data-key]").count() == 0
    page.fill("#by-launch--gte", "2024")
    page.keyboard.press("Enter")
    settled(page, "?launch__gte=2024")
    assert rows(page) == api_rows(page) != []
    assert page.locator(".fault").count() == 0
    page.locator("#by-agency").press_sequentially("rosc", delay=20)
    option = page.locator("#suggestions option[value=roscosmos]")
    expect(option).to_be_attached()
    # Of what the browser itself says, only that the first answer was a refusal.
    assert [text for text in watched.complaints if "422" not in text] == []
    assert watched.elsewhere == []


def test_the_form_works_without_script(browser: Browser, address: str) -> None:
    """Filters, order, columns, plot and pages are a form and links; nothing empty is asked."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{EXPLORED}")
    assert not page.locator("[data-copy]").first.is_visible()
    page.click("#by-status summary")
    page.locator("#by-status input[value=planned]").check()
    page.locator("#by-status input[value=agreed]").check()
    page.select_option("#sorted-by", "-name")
    page.select_option("#plot-by", "kind")
    page.select_option("#plot-and-by", "")
    page.click("#explore-form button >> text=Show")
    assert page.url == f"{address}{EXPLORED}?status=agreed,planned&sort=-name&plot=kind"
    assert rows(page) == api_rows(page) != []
    context.close()


def test_copying(browser: Browser, address: str) -> None:
    """A click copies the address of the API and the command; where that is barred, it is marked."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    page.goto(f"{address}{EXPLORED}?status=planned")
    for target in ("#api-address", "#api-curl"):
        page.click(f"[data-copy='{target}']")
        expect(page.locator(f"[data-copy='{target}']")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.inner_text(target)
    context.close()
    barred = browser.new_page()
    barred.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new Error());"
        "document.execCommand = () => false;"
    )
    barred.goto(f"{address}{EXPLORED}")
    barred.click("[data-copy='#api-address']")
    expect(barred.locator("[data-copy='#api-address']")).to_have_text("Selected")
    assert barred.evaluate("getSelection().toString()") == barred.inner_text("#api-address")
    barred.close()


# --- Through time ---------------------------------------------------------------------------------


def moved(slider: Locator, key: str, times: int = 1) -> str:
    """Move a slider by the keyboard; what it says then."""
    for _ in range(times):
        slider.press(key)
    said = slider.get_attribute("aria-valuetext")
    assert said
    return said


def test_the_slider_of_a_record(watched: Watched) -> None:
    """By keyboard through all versions: page, address and words follow, changes are marked."""
    page = watched.page
    page.goto(f"{watched.address}/missions/luna-26")
    today = page.inner_text("#launch .value")
    days = page.locator(".versions a").all_inner_texts()
    slider = page.get_by_role("slider", name="As known on")
    top = page.locator(".walker").bounding_box()
    assert moved(slider, "Home") == days[-1]
    page.wait_for_url("**?as_of=*")
    expect(page.locator(".versions [aria-current]")).to_have_text(days[-1])
    expect(page.locator(".walker [role=status]")).to_contain_text(days[-1])
    assert page.locator(".walker").bounding_box() == top
    assert page.evaluate("document.activeElement.id") == "walk-day"
    launches = {page.inner_text("#launch .value")} if page.locator("#launch").count() else set()
    marked = 0
    for day in days[-2:0:-1]:
        assert moved(slider, "ArrowRight") == day
        expect(page.locator(".versions [aria-current]")).to_have_text(day)
        launches |= set(page.locator("#launch .value").all_inner_texts())
        marked += page.locator(".tag.changed").count()
    assert len(launches) > 1
    assert marked > 0
    moved(slider, "End")
    page.wait_for_url(f"{watched.address}/missions/luna-26")
    expect(page.locator("#launch .value")).to_have_text(today)
    page.go_back()
    expect(page.locator("#launch .value").first).to_have_text(today)
    assert (watched.complaints, watched.elsewhere) == ([], [])


def test_the_slider_of_a_chart(watched: Watched) -> None:
    """The picture follows the slider, and so does the address, with what else it asks."""
    page = watched.page
    page.goto(f"{watched.address}/charts/slips?subject=missions/luna-26")
    shown = page.locator("figure svg:visible")
    assert "22 November 2026" in (shown.text_content() or "")
    slider = page.get_by_role("slider", name="As known on")
    assert slider.get_attribute("aria-valuetext") == "today"
    said = moved(slider, "ArrowLeft", 3)
    page.wait_for_url("**as_of=*")
    expect(shown).to_contain_text(f"As known on {said}")
    assert "subject=missions" in page.url
    assert page.input_value("input[name=as_of]") in page.url
    page.go_back()
    expect(shown).to_contain_text("As known on 22 November 2026")
    assert slider.get_attribute("aria-valuetext") == "today"
    assert (watched.complaints, watched.elsewhere) == ([], [])


# --- As it is seen --------------------------------------------------------------------------------


PHONE, DESK = (360, "dark"), (1280, "light")


@pytest.fixture
def seen(browser: Browser, address: str, screen: tuple[int, str]) -> Iterator[Watched]:
    """A page under watch on a screen."""
    width, scheme = screen
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    yield Watched(page, address)
    page.close()


@pytest.mark.parametrize(
    ("path", "screen"),
    [
        ("/explore", PHONE),
        ("/explore/missions?status=planned&sort=-launch", PHONE),
        ("/explore/missions?status=planned&sort=-launch", DESK),
        ("/explore/claims?limit=20", PHONE),
        ("/explore/slips?plot=verdict&limit=20", DESK),
        ("/explore/missions?statsu=planned", PHONE),
        ("/explore/search", DESK),
        ("/charts/timeline", DESK),
    ],
)
def test_as_it_is_seen(seen: Watched, path: str) -> None:
    """Nothing overflows, folded or not, axe finds nothing, targets are large, nothing complains."""
    page = seen.page
    page.goto(f"{seen.address}{path}", wait_until="networkidle")
    for unfold in (False, True):
        if unfold:
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    if path.startswith("/explore/missions"):
        page.evaluate("document.querySelectorAll('.words').forEach(d => d.open = false)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    refused = "statsu" in path
    assert [text for text in seen.complaints if not (refused and "400" in text)] == []
    assert seen.elsewhere == []
