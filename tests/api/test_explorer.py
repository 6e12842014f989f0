"""The explorer shows what the API answers, for every list and with the same query."""

import json
import re
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.explorer.declared import declared, filters_of, words_of
from app.api.explorer.listed import EXPLORED
from app.api.tables import TABLES
from app.vocabulary import Kind
from tests.api.test_record_pages import BROWSER, POLICY, text_of
from tests.conftest import count_statements

PATHS = list(EXPLORED)
NEEDED = {"/differences": "since=2018-03-02", "/search": "q=luna"}


def asked(path: str, query: str = "") -> str:
    """A path with a query, and with what its list cannot do without."""
    parts = [part for part in (NEEDED.get(path, ""), query) if part]
    return f"{path}?{'&'.join(parts)}" if parts else path


def keys(html: str) -> list[str]:
    """What tells the rows of a page from each other, in their order."""
    return [unescape(key) for key in re.findall(r'<tr role="row" data-key="([^"]*)"', html)]


def api_keys(client: TestClient, address: str) -> tuple[list[str], int]:
    """The same of the API's answer, and how many there are in all."""
    answer = client.get(f"/v1{address}").json()
    path = address.partition("?")[0]
    names = EXPLORED[path].route.offer.table.key
    return ["|".join(str(item[name]) for name in names) for item in answer["results"]], answer[
        "meta"
    ]["count"]


def count_in(html: str) -> int:
    """The count that a page gives."""
    found = re.search(r'id="count"><strong>([\d,]+)</strong>', html)
    assert found, "the page counts"
    return int(found[1].replace(",", ""))


# --- The same as the API --------------------------------------------------------------------------


def test_every_table_can_be_explored(client: TestClient) -> None:
    """Each table of the API is listed, and has a page."""
    html = client.get("/explore").text
    for path in PATHS:
        assert f'href="/explore{path}"' in html
        assert client.get(f"/explore{asked(path)}").status_code == 200
    assert {table.name for table in TABLES} <= {path[1:] for path in PATHS}


def queries(path: str) -> list[str]:
    """Queries to try a list with: nothing, each order, each example of a filter, an earlier day."""
    model = EXPLORED[path].model
    made = ["", "as_of=2018-03-03", "limit=3"]
    sorts = words_of(model, "sort")
    made += [f"sort=-{key}&limit=5" for key in (sorts[:4] if len(sorts) > 4 else sorts)]
    made += [
        f"{item.name}={item.example}"
        for item in filters_of(model)
        if item.example and item.name not in NEEDED.get(path, "").partition("=")[0]
    ][::5]
    return made


@pytest.mark.parametrize("path", PATHS)
def test_rows_are_the_apis(client: TestClient, path: str) -> None:
    """The same query gives the same rows in the same order, and the same count."""
    for query in queries(path):
        address = asked(path, query)
        answer = client.get(f"/v1{address}")
        page = client.get(f"/explore{address}", headers=BROWSER)
        assert page.status_code == answer.status_code, address
        if answer.status_code == 200:
            expected, count = api_keys(client, address)
            assert keys(page.text) == expected, address
            assert count_in(page.text) == count, address


@pytest.mark.parametrize("path", ["/missions", "/claims", "/network"])
def test_pages_of_a_list(client: TestClient, path: str) -> None:
    """Page by page, by their links, every row comes once and in the API's order."""
    expected, count = api_keys(client, f"{path}?limit=1000")
    found: list[str] = []
    address = f"/explore{path}?limit={count // 3 + 1}"
    while address:
        html = client.get(address).text
        found += keys(html)
        following = re.search(r'rel="next" href="([^"]*)"', html)
        address = unescape(following[1]) if following else ""
    assert found == expected


def test_the_address_of_what_is_shown(client: TestClient) -> None:
    """The page prints, links and lets copy the API's address with the same query, in each form."""
    query = "status=planned&sort=-launch&fields=id,name,launch&as_of=2018-03"
    html = client.get(f"/explore/missions?{query}&plot=kind").text
    shown = f"http://testserver/v1/missions?{query}"
    assert f'<a href="{shown.replace("&", "&amp;")}">' in html
    assert f"curl &#39;{shown}&#39;" in unescape(html) or f"curl '{shown}'" in unescape(html)
    for ending in ("json", "csv", "xlsx", "ndjson", "ics"):
        (href,) = re.findall(rf'href="(/v1/missions\.{ending}\?[^"]*)"', html)
        assert client.get(unescape(href)).status_code == 200
    link = client.get(f"/explore/missions?{query}").headers["link"]
    assert "</v1/missions?" in link
    assert "status=planned" in link


def test_below_a_root_path(app: FastAPI) -> None:
    """Under a path of its own every address of the page keeps to it."""
    below = TestClient(app, root_path="/moon")
    html = below.get("/explore/missions?status=planned").text
    links = re.findall(r'(?:href|src|srcset|action)="(/[^"]*)"', html)
    assert links
    assert {link for link in links if not link.startswith("/moon/")} == set()


# --- The form -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_every_filter_has_a_control(client: TestClient, path: str) -> None:
    """Each parameter that narrows a list can be set, each order and dimension chosen."""
    html = client.get(f"/explore{asked(path)}").text
    names = set(re.findall(r'\bname="([^"]+)"', html.partition("<main")[2]))
    model = EXPLORED[path].model
    wanted = {item.name for item in filters_of(model)} | {"as_of", "plot"}
    wanted |= {"sort", "fields", "limit"} & declared(model).keys()
    assert wanted <= names
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    for item in filters_of(model):
        for word in item.words:
            assert re.search(rf'name="{item.name}" value="{word}"', html), (item.name, word)


@pytest.mark.parametrize("kind", [Kind.MISSIONS, Kind.AGREEMENTS])
def test_the_form_is_filled_in(client: TestClient, kind: Kind) -> None:
    """What is asked stands in the form, and what is set can be taken away one by one."""
    html = client.get(f"/explore/{kind.value}?q=luna&overdue=true&kind__not=other").text
    assert re.search(r'name="q" value="luna"', html)
    assert re.search(r'<option value="true" selected>', html)
    assert re.search(r'<details class="further" id="more-filters" open>', html)
    section = html.partition('<ul class="set"')[2].partition("</ul>")[0]
    removing = [unescape(href) for href in re.findall(r'href="([^"]*)"', section)]
    assert len(removing) == 3
    assert f"/explore/{kind.value}?q=luna&kind__not=other" in removing


def test_what_a_form_sends_is_tidied(client: TestClient) -> None:
    """Empty fields and boxes ticked one by one become the API's query."""
    sent = "/explore/missions?q=&status=planned&status=launched&fields=name&fields=launch&as_of="
    answer = client.get(sent, follow_redirects=False)
    assert answer.status_code == 303
    expected = "/explore/missions?status=planned,launched&fields=name,launch"
    assert answer.headers["location"] == expected
    twice = client.get("/explore/missions?plot=kind&plot=kind", follow_redirects=False)
    assert twice.headers["location"] == "/explore/missions?plot=kind"


def test_columns_can_be_chosen(client: TestClient) -> None:
    """The columns are those that are named, a date as one; parts of one by themselves."""
    html = client.get("/explore/missions?fields=name,launch,country_name,landing_earliest").text
    heads = re.findall(r'<th role="columnheader".*?</th>', html, re.DOTALL)
    labels = [re.sub(r"<[^>]*>|[▲▼]", "", head).strip() for head in heads]
    assert labels == ["Name", "Country", "Launch", "Landing earliest"]
    assert 'name="fields" value="launch" checked' in html
    assert 'name="fields" value="country_name" checked' in html
    assert 'name="fields" value="status">' in html


def test_sorting_by_the_heads(client: TestClient) -> None:
    """A head sorts by its column, and then the other way round; it says how it is sorted."""
    html = client.get("/explore/missions?sort=launch&cursor=").text
    assert re.search(r'aria-sort="ascending"><a id="sort-launch" href="[^"]*sort=-launch"', html)
    html = client.get("/explore/missions?sort=-launch").text
    assert re.search(r'aria-sort="descending"><a id="sort-launch" href="[^"]*sort=launch"', html)
    assert html.count("aria-sort") == 1


# --- What is wrong --------------------------------------------------------------------------------

WRONG = [
    "/missions?statsu=planned",
    "/missions?status=planed",
    "/missions?launch__gte=someday",
    "/missions?agency=cnas",
    "/missions?country=Atlantis",
    "/missions?sort=lunch",
    "/missions?fields=nam",
    "/missions?limit=0",
    "/missions?as_of=someday",
    "/missions?cursor=abc",
    "/missions?group_by=colour",
    "/missions?group_by=kind&sort=name",
    "/missions?overdue=perhaps",
    "/timeline?slipped__gte=many",
    "/differences?kind=missions",
    "/network?via=missons",
    "/claims?q=luna",
]


@pytest.mark.parametrize("address", WRONG)
def test_wrong_parameters(client: TestClient, address: str) -> None:
    """What the API refuses is refused with its status and words, beside the field, form kept."""
    problem = client.get(f"/v1{address}")
    page = client.get(f"/explore{address}", headers=BROWSER)
    assert page.status_code == problem.status_code >= 400
    errors = problem.json()["errors"]
    assert errors
    for error in errors:
        assert error["detail"] in text_of(unescape(page.text))
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["cache-control"] == "no-store"
    assert 'id="explore-form"' in page.text
    plain = client.get(f"/explore{address}")
    assert plain.headers["content-type"] == "application/problem+json"
    assert plain.json()["errors"] == errors


def test_an_error_stands_beside_its_field(client: TestClient) -> None:
    """The field says that it is wrong and why, keeps its value, and so do the others."""
    html = client.get("/explore/missions?launch__gte=someday&q=luna", headers=BROWSER).text
    field = re.search(r'<input id="by-launch--gte"[^>]*>', html)
    assert field
    assert 'value="someday"' in field[0]
    assert 'aria-invalid="true" aria-describedby="by-launch--gte-error"' in field[0]
    assert '<p class="fault" id="by-launch--gte-error">' in html
    assert 'href="#by-launch--gte"' in html
    assert 'name="q" value="luna"' in html


def test_only_the_explorer_refuses(client: TestClient) -> None:
    """What the explorer alone takes, or does not, is named as well."""
    for query, status, says in (
        ("plot=colour", 400, "cannot plot by 'colour'"),
        ("plot=statsu", 400, "did you mean 'status'?"),
        ("plot=kind,kind", 422, "one dimension, or two different ones"),
        ("limit=5000", 422, "1,000 rows at most"),
    ):
        answer = client.get(f"/explore/missions?{query}", headers=BROWSER)
        assert answer.status_code == status
        assert says in unescape(answer.text)
    answer = client.get("/explore/mission", headers=BROWSER)
    assert answer.status_code == 404
    assert "did you mean 'missions'?" in unescape(answer.text)


@pytest.mark.parametrize("path", list(NEEDED))
def test_what_must_be_asked(client: TestClient, path: str) -> None:
    """A list that needs a parameter asks for it."""
    html = client.get(f"/explore{path}").text
    assert 'id="count"' not in html
    assert 'class="lead"' in html


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", '"><img src=x>', "a&b'c"])
def test_what_is_typed_is_escaped(client: TestClient, q: str) -> None:
    """Words are shown as they were typed, in form, chips and addresses, never as HTML."""
    html = client.get("/explore/missions", params={"q": q, "nonsense": q}, headers=BROWSER).text
    assert "<script>alert" not in html
    assert "<img src=x" not in html


# --- The plot -------------------------------------------------------------------------------------


def plotted(html: str) -> dict[str, int]:
    """The table of numbers below a plot: by the first dimension, in all."""
    table = html.partition('id="plot-numbers"')[2].partition("</table>")[0]
    rows = re.findall(
        r'<tr><th scope="row">(.*?)</th>.*?<td class="number">([\d,]+)</td></tr>', table
    )
    return {unescape(label): int(count.replace(",", "")) for label, count in rows}


@pytest.mark.parametrize("query", ["", "&status=planned", "&as_of=2018-03-03"])
def test_numbers_are_those_of_the_api(client: TestClient, query: str) -> None:
    """What is plotted is what the API counts by the same dimension, of the same list."""
    html = client.get(f"/explore/missions?plot=kind{query}").text
    groups = client.get(f"/v1/missions?group_by=kind{query}").json()["groups"]
    expected = {(group["kind"] or "no value").replace("_", " "): group["count"] for group in groups}
    assert plotted(html) == expected
    (link,) = re.findall(r'All of them <a href="([^"]*)"', html)
    assert client.get(unescape(link)).json()["groups"] == groups


@pytest.mark.parametrize("path", PATHS)
def test_every_table_has_a_plot(client: TestClient, path: str) -> None:
    """The usual plot of each table counts its rows, and lies at an address of its own."""
    html = client.get(f"/explore{asked(path)}").text
    numbers = plotted(html)
    assert sum(numbers.values()) >= count_in(html)
    picture = re.search(r'<img src="([^"]*)" width="(\d+)" height="(\d+)" alt="([^"]+)"', html)
    assert picture
    assert all(label in unescape(picture[4]) for label in list(numbers)[:5])
    if path in ("/missions", "/network", "/claims"):
        answer = client.get(unescape(picture[1]))
        assert answer.headers["content-type"] == "image/svg+xml"
        size = re.search(r'<svg [^>]*width="(\d+)" height="(\d+)"', answer.text)
        assert size
        assert size.groups() == picture.groups()[1:3]
        assert "<title" in answer.text
        assert "<desc" in answer.text


def test_pictures(client: TestClient) -> None:
    """Pictures have widths and themes, patterns beside colours, tags, and refuse what is wrong."""
    address = "/explore/missions.svg?plot=kind,status&status=planned"
    light, dark = (
        client.get(f"{address}&theme=light"),
        client.get(f"{address}&theme=dark&width=328"),
    )
    assert light.status_code == dark.status_code == 200
    assert 'width="720"' in light.text
    assert 'width="328"' in dark.text
    assert "#121212" in dark.text
    assert "prefers-color-scheme" not in light.text
    both = client.get("/explore/claims.svg?plot=property,nature")
    assert "<pattern" in both.text
    assert 'fill="url(#plot-hatch-1)"' in both.text
    again = client.get("/explore/claims.svg?plot=property,nature",
                       headers={"If-None-Match": both.headers["etag"]})  # fmt: skip
    assert again.status_code == 304
    for query, status in (("plot=colour", 400), ("width=9", 422), ("theme=grey", 400),
                          ("plot=none", 404), ("statsu=planned", 400)):  # fmt: skip
        assert client.get(f"/explore/missions.svg?{query}").status_code == status


def test_groups_in_place_of_rows(client: TestClient) -> None:
    """With group_by the table has the API's groups, and the plot their numbers."""
    html = client.get("/explore/missions?group_by=status,kind").text
    groups = client.get("/v1/missions?group_by=status,kind").json()["groups"]
    shown = re.findall(r'<tr role="row" data-key="([^"]*)"', html)
    assert shown == [f"{group['status']}|{group['kind']}" for group in groups]


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_statements_are_few(app: FastAPI, client: TestClient, path: str) -> None:
    """A page takes so many statements, however much it shows; without a plot, fewer."""
    for plot, most in (("", 12), ("plot=none", 7)):
        with count_statements(app) as statements:
            assert client.get(f"/explore{asked(path, plot)}").status_code == 200
        assert len(statements) <= most, len(statements)


def test_lists_lead_to_the_explorer(client: TestClient) -> None:
    """The page of a list leads to the same list in the explorer."""
    html = client.get("/missions?q=luna&as_of=2018-03-03").text
    (href,) = re.findall(r'href="([^"]*)">filter and plot', html)
    assert client.get(unescape(href)).status_code == 200
    found = json.loads(client.get("/v1/missions?q=luna&as_of=2018-03-03").text)["meta"]["count"]
    assert count_in(client.get(unescape(href)).text) == found


def test_what_is_explored_can_be_embedded(client: TestClient) -> None:
    """A filtered list leads to its embed, and oEmbed knows its address, plot and all."""
    page = "/explore/missions?status=planned&fields=id,name,launch&plot=status"
    html = client.get(page).text
    (href,) = re.findall(r'href="([^"]*)">Embed<', html)
    assert (
        "/embed/missions?fields=id,name,launch&amp;status=planned"
        in client.get(unescape(href)).text
    )
    (oembed,) = re.findall(r'href="([^"]*oembed[^"]*format=json[^"]*)"', html) or re.findall(
        r'type="application/json\+oembed" href="([^"]*)"', html
    )
    answer = client.get(unescape(oembed)).json()
    assert "/embed/missions?fields=id,name,launch&amp;status=planned" in answer["html"]
    for other in ("/explore/slips", "/explore/missions?group_by=status"):
        assert ">Embed<" not in client.get(other).text
