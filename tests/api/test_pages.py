"""Pages for people: home, documentation, and their files."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.test_entities import mission, serving
from tests.builders import SOURCE_FILE

HOST = "http://testserver"


class Page(HTMLParser):
    """What a page refers to, and its tables as rows of texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.links: list[str] = []
        self.canonical = ""
        self.rows: list[list[str]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.references.append(value)
                if tag == "a":
                    self.links.append(value)
        if tag == "link" and ("rel", "canonical") in attrs:
            self.canonical = self.references[-1]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += data


def page(client: TestClient, path: str) -> Page:
    """A page that must be there."""
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Page(response.text)


def row_of(home: Page, subject: str, promised: str) -> list[str]:
    """The row of a promise, its texts without the space around them."""
    found = [
        [" ".join(cell.split()) for cell in row]
        for row in home.rows
        if subject in row[0] and promised in " ".join(row[0].split())
    ]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("subject", "promised", "outcome", "verdict", "by_how_much", "where"),
    [
        ("Luna-26", "planned launch: 2022", "planned launch: 2028", "superseded",
         "5 to 7 years later 1,827 to 2,556 days", "Roscosmos, paragraph 9"),
        ("south pole of the Moon", "planned landing: 2023",
         "the time that was promised has passed, and no outcome is known", "overdue", "–",
         "RT, paragraph 9"),
        ("Deep Space Gateway", "first element planned: 2024–2026",
         "the time that was promised has not passed yet", "pending", "–", "RT, paragraph 11"),
        ("Lunar base", "planned build: 2040–2050",
         "the time that was promised has not passed yet", "pending", "–", "Energia, paragraph 11"),
    ],
)  # fmt: skip
def test_home_shows_the_scorecard(
    client: TestClient,
    subject: str,
    promised: str,
    outcome: str,
    verdict: str,
    by_how_much: str,
    where: str,
) -> None:
    """The home page has each dated plan, what became of it, its verdict, and who said it where."""
    row = row_of(page(client, "/"), subject, promised)
    assert row[1:4] == [outcome, verdict, by_how_much]
    assert where in row[4]
    assert "Read it there" in row[4] or "data" in row[4]


def test_home_shows_every_plan(client: TestClient) -> None:
    """The home page has a row for each row of the scorecard, and no other."""
    count = client.get("/v1/sources/rt-2018-03-02/scorecard").json()["meta"]["count"]
    heads = [row for row in page(client, "/").rows if row[0] == "Promised"]
    assert len(page(client, "/").rows) == count + len(heads)
    assert len(heads) == 2


def test_home_shows_no_more_plans_than_can_be_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of very many it shows the first, and says of how many."""
    count = client.get("/v1/sources/rt-2018-03-02/scorecard").json()["meta"]["count"]
    monkeypatch.setattr("app.api.pages._PLANS", 2)
    text = client.get("/?as_of=2026-01-01").text
    assert f"These are the first 2 of {count} plans." in text
    assert "These are the first" not in client.get("/").text


def test_home_counts_the_verdicts(client: TestClient) -> None:
    """Above them stands how many got which verdict, as the API counts them."""
    verdicts = client.get("/v1/sources/rt-2018-03-02/scorecard").json()["meta"]["verdicts"]
    text = client.get("/").text
    for verdict, count in verdicts.items():
        shown = re.search(rf"<strong>(\d+)</strong> *<span class=.verdict {verdict}\b", text)
        assert (int(shown[1]) if shown else 0) == count, verdict


def test_home_tells_what_became_known_last(client: TestClient) -> None:
    """The latest changes are of the list of changes, each of another record."""
    text = client.get("/").text.partition('id="changes"')[2].partition('id="use"')[0]
    shown = re.findall(r'<li><span class="quiet">[^<]*</span> <a href="/([^"]*)"', text)
    told = [change["subject"] for change in client.get("/v1/changes?limit=200").json()["results"]]
    assert 1 <= len(shown) <= 6
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(told)


def test_what_was_only_read_is_no_news(client: TestClient) -> None:
    """An undated page has the day of its reading: the latest of the list, and not of the home."""
    text = client.get("/").text.partition('id="changes"')[2].partition('id="use"')[0]
    changes = client.get("/v1/changes").json()["results"]
    read = [change for change in changes if change["said_earliest"] is None]
    assert read
    assert all(change["said_edtf"] == f"/{change['known_from']}" for change in read)
    assert "by 22 November 2026" not in text


@pytest.mark.parametrize(
    ("date", "is_news"),
    [
        ('published: "2026-09-13"', True),
        ('published: "2026-09"', True),
        ('published: "2026-01-01/2026-11-22"', False),
        ('accessed: "2026-11-22"', False),
    ],
)
def test_news_has_a_date_of_its_own(tmp_path: Path, date: str, is_news: bool) -> None:
    """What a page of no one date says became known when it was read, which is no news."""
    page = SOURCE_FILE.replace("id: report", "id: page").replace('published: "2018-03-03"', date)
    files = {
        "sources__page": page,
        "missions__luna_26": mission("luna-26"),
        "missions__luna_27": mission("luna-27").replace("source: report", "source: page"),
    }
    with serving(tmp_path, **files) as client:
        text = client.get("/").text.partition('id="changes"')[2].partition('id="use"')[0]
    assert "luna-26" in text
    assert ("luna-27" in text) == is_news


def test_home_says_of_when_it_is(client: TestClient) -> None:
    """The home page names its day, its release and the licence."""
    text = client.get("/").text
    assert "22 November 2026" in text
    assert client.get("/v1/dataset").json()["meta"]["release"] in text
    assert "CC BY 4.0" in text


def test_links_of_home_lead_somewhere(client: TestClient) -> None:
    """Every link to this server is answered; the others are to the licence and to sources."""
    links = set(page(client, "/").links)
    internal = {link for link in links if link.startswith("/")}
    licence = "https://creativecommons.org/licenses/by/4.0/"
    sources = client.get("/v1/sources").json()["results"]
    known = {address for item in sources for address in (item["url"], item["archived_url"])}
    assert links - internal - known - {"#content"} == {licence}
    assert {"/docs", "/redoc", "/openapi.json", "/missions", "/missions/luna-26"} <= internal
    statuses = {link: client.get(link).status_code for link in internal}
    assert dict.fromkeys(internal, 200) == statuses


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/problems/not-found"])
def test_pages_refer_to_no_other_host(client: TestClient, path: str) -> None:
    """Pages take nothing from other hosts: they work with no outside network."""
    found = page(client, path)
    foreign = [
        reference
        for reference in found.references
        if reference not in found.links
        and reference != found.canonical
        and not reference.startswith((HOST, "data:"))
        and ("//" in reference or not reference.startswith("/"))
    ]
    assert foreign == []


@pytest.mark.parametrize(("path", "viewer"), [("/docs", "swagger-ui"), ("/redoc", "redoc")])
def test_files_of_the_documentation(client: TestClient, path: str, viewer: str) -> None:
    """Every file that a page of the documentation needs is served, of its own sort."""
    found = page(client, path)
    sorts = {"js": "text/javascript", "css": "text/css", "ico": "image/svg+xml"}
    files = [name for name in set(found.references) if name.rpartition(".")[2] in sorts]
    assert any(viewer in name for name in files)
    for name in files:
        response = client.get(name)
        assert response.status_code == 200
        assert len(response.content) > 100
        sort = sorts[name.rpartition(".")[2]]
        assert response.headers["content-type"].partition(";")[0] == sort


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_documentation_reads_our_document(client: TestClient, path: str) -> None:
    """Both views read the document from this server, and no script stands in the page."""
    answer = client.get(path)
    assert 'data-document="/openapi.json"' in answer.text
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert re.findall(r"<script[^>]*>([^<]+)</script>", answer.text) == []


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/assets/docs/redoc.standalone.js"])
def test_no_logo_from_elsewhere(client: TestClient, path: str) -> None:
    """The reading view asks its maker's host for nothing, nor any host of fonts."""
    text = client.get(path).text
    for host in (
        "cdn.redoc.ly",
        "cdn.jsdelivr.net",
        "fonts.googleapis.com",
        "fastapi.tiangolo.com",
    ):
        assert host not in text


def test_documentation_says_what_to_try_first(client: TestClient) -> None:
    """The addresses that the documentation begins with are answered, and so are all after them."""
    description = client.get("/openapi.json").json()["info"]["description"]
    steps = re.findall(r"^(\d)\. .*?\]\(/", description, re.MULTILINE)
    assert steps == ["1", "2", "3", "4", "5"]
    addresses = re.findall(r"\]\((/[^)]*)\)", description)
    assert len(addresses) > len(steps)
    statuses = {address: client.get(address).status_code for address in addresses}
    assert dict.fromkeys(addresses, 200) == statuses


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/problems/bad-request"])
def test_pages_have_a_title(client: TestClient, path: str) -> None:
    """Every page has a title that names the service."""
    text = client.get(path).text
    title = text.partition("<title>")[2].partition("</title>")[0]
    assert "Lunar Cooperation API" in title
