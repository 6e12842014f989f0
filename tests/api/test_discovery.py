"""How the service is found: what it tells catalogues, dataset searches, agents and citers."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import yaml
from fastapi.testclient import TestClient

from tests.api.test_entities import serving
from tests.api.test_links import parse_links
from tests.api.test_negotiation import Answer, ask, document_of, lists
from tests.conftest import TODAY

MEDIA_TYPES = {
    "/.well-known/api-catalog": "application/linkset+json",
    "/catalog.jsonld": "application/ld+json",
    "/v1/dataset.jsonld": "application/ld+json",
    "/llms.txt": "text/plain",
    "/CITATION.cff": "application/yaml",
}
HERE = "http://testserver"


def read(client: TestClient, path: str) -> Any:
    """A document of discovery, which is of the media type that its readers ask for."""
    answer = ask(client, path)
    assert (answer.status, answer.media_type) == (200, MEDIA_TYPES[path])
    return answer.json() if answer.media_type.endswith("json") else answer.body.decode()


def release_of(client: TestClient) -> str:
    """The release that is served."""
    release: str = ask(client, "/v1/dataset").json()["result"]["release"]
    return release


# --- All of them --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MEDIA_TYPES)
def test_head(client: TestClient, path: str) -> None:
    """HEAD tells what GET tells, with no body."""
    get, head = ask(client, path), ask(client, path, "HEAD")
    own = {"x-request-id", "link"}  # HEAD of the catalogue may lead to what it lists
    assert (head.status, head.media_type, head.body) == (200, MEDIA_TYPES[path], b"")
    assert {name: value for name, value in get.headers.items() if name not in own} == {
        name: value for name, value in head.headers.items() if name not in own
    }


@pytest.mark.parametrize("path", MEDIA_TYPES)
def test_what_is_held_is_not_sent_again(client: TestClient, path: str) -> None:
    """With its tag it is 304, with no body and the same headers."""
    first = ask(client, path)
    for held in (first.headers["etag"], f"W/{first.headers['etag']}", "*"):
        again = ask(client, path, headers={"If-None-Match": held})
        assert (again.status, again.body) == (304, b"")
        for name in ("etag", "cache-control", "vary", "access-control-allow-origin"):
            assert first.headers[name] == again.headers[name]
    assert ask(client, path, headers={"If-None-Match": '"other"'}).status == 200


@pytest.mark.parametrize("path", MEDIA_TYPES)
def test_any_site_may_read_it(client: TestClient, path: str) -> None:
    """It may be read from any site, and by clients that accept anything or nothing of it."""
    for accept in ("*/*", "text/html", MEDIA_TYPES[path]):
        answer = ask(client, path, headers={"Origin": "null", "Accept": accept})
        assert (answer.status, answer.media_type) == (200, MEDIA_TYPES[path])
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", MEDIA_TYPES)
def test_refusals(client: TestClient, path: str) -> None:
    """It cannot be changed, and lies at this address alone."""
    answer = ask(client, path, "POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert ask(client, f"{path}/").status == 404


@pytest.mark.parametrize("path", MEDIA_TYPES)
def test_it_names_the_server_that_was_asked(client: TestClient, path: str) -> None:
    """Its addresses are those of the server that was asked, and so is its tag."""
    response = client.get(path, headers={"Host": "other.example"})
    assert "http://other.example/" in response.text
    assert HERE not in response.text
    assert response.headers["etag"] != client.get(path).headers["etag"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service of a single mission."""
    with serving(tmp_path_factory.mktemp("small")) as client:
        yield client


@pytest.mark.parametrize("path", MEDIA_TYPES)
def test_it_is_of_its_facts(client: TestClient, small: TestClient, path: str) -> None:
    """Of other facts it has another tag, and can be read all the same."""
    assert ask(small, path).headers["etag"] != ask(client, path).headers["etag"]
    assert read(small, path)


# --- API catalogue (RFC 9727, RFC 9264) -----------------------------------------------------------


def catalog(client: TestClient) -> list[dict[str, Any]]:
    """The link contexts of the API catalogue."""
    body = read(client, "/.well-known/api-catalog")
    assert list(body) == ["linkset"]
    contexts: list[dict[str, Any]] = body["linkset"]
    return contexts


def test_api_catalog_is_a_linkset(client: TestClient) -> None:
    """The catalogue is a linkset that says by its profile what it is (RFC 9727, 4)."""
    header = ask(client, "/.well-known/api-catalog").headers["content-type"]
    assert 'profile="https://www.rfc-editor.org/info/rfc9727"' in header
    for context in catalog(client):
        assert urlsplit(context["anchor"]).netloc == "testserver"
        relations = [name for name in context if name != "anchor"]
        assert relations
        for relation in relations:
            assert re.fullmatch(r"[a-z][a-z0-9.-]*", relation)
            for link in context[relation]:
                assert set(link) <= {"href", "type", "title", "hreflang"}
                assert urlsplit(link["href"]).netloc == "testserver"


def test_api_catalog_lists_and_describes_the_api(client: TestClient) -> None:
    """Each API that it lists is described: for machines, for people, and whether it is up."""
    described = {context["anchor"]: context for context in catalog(client)}
    own = described[f"{HERE}/.well-known/api-catalog"]
    assert own["item"]
    for item in own["item"]:
        assert {"service-desc", "service-doc", "status"} <= set(described[item["href"]])


def test_addresses_of_the_api_catalog_answer(client: TestClient) -> None:
    """Every address in it answers, with the media type that it gives."""
    wrong = []
    for context in catalog(client):
        for relation, links in context.items():
            for link in links if relation != "anchor" else ():
                answer = ask(client, link["href"])
                media_type = link.get("type", answer.media_type)
                if (answer.status, answer.media_type) != (200, media_type):
                    wrong.append((relation, link["href"], answer.status, answer.media_type))
    assert wrong == []


def test_api_catalog_leads_to_the_document(client: TestClient) -> None:
    """Its service-desc is the OpenAPI document, whose validity is tested with it."""
    [link] = [link for context in catalog(client) for link in context.get("service-desc", ())]
    assert ask(client, link["href"]).json() == document_of(client)
    assert document_of(client)["openapi"].startswith("3.1")


def test_head_of_the_api_catalog_links(client: TestClient) -> None:
    """HEAD of it has a Link to the APIs or to the catalogue itself (RFC 9727, 2 and 3)."""
    header = ask(client, "/.well-known/api-catalog", "HEAD").headers.get("link")
    assert header is not None
    relations = {relation for link in parse_links(header) for relation in link.relations}
    assert relations & {"item", "api-catalog"}


# --- DCAT ---------------------------------------------------------------------------------------


def described(client: TestClient) -> dict[str, Any]:
    """The data set in the catalogue."""
    dataset: dict[str, Any] = read(client, "/catalog.jsonld")["dcat:dataset"]
    return dataset


def names_of(part: Any) -> Iterator[str]:
    """Every key and type of a JSON-LD document."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield name
            if name == "@type":
                yield from [value] if isinstance(value, str) else value
            yield from names_of(value)
    elif isinstance(part, list):
        for item in part:
            yield from names_of(item)


def test_catalog_uses_what_it_declares(client: TestClient) -> None:
    """Every name in it is of a vocabulary that its context declares: none is dropped by readers."""
    body = read(client, "/catalog.jsonld")
    context = body.pop("@context")
    prefixes = {name.partition(":")[0] for name in names_of(body) if not name.startswith("@")}
    assert prefixes <= set(context)
    assert {"dcat", "dct"} <= prefixes
    assert context["dcat"] == "http://www.w3.org/ns/dcat#"
    assert context["dct"] == "http://purl.org/dc/terms/"


def test_catalog_describes_the_data(client: TestClient) -> None:
    """It says what the data is, of which version, over which time, under which licence."""
    dataset, about = described(client), ask(client, "/v1/dataset").json()
    assert dataset["@type"] == "dcat:Dataset"
    assert dataset["dcat:version"] == release_of(client)
    assert dataset["dct:license"] == {"@id": about["meta"]["license_url"]}
    assert dataset["dct:title"] == about["result"]["title"]
    coverage = about["result"]["coverage"]
    assert dataset["dct:temporal"]["dcat:startDate"]["@value"] == coverage["first_claim_on"]
    assert dataset["dct:temporal"]["dcat:endDate"]["@value"] == coverage["last_claim_on"]
    assert ask(client, dataset["@id"]).status == 200


def distributions(client: TestClient) -> list[tuple[str, str]]:
    """Where the data can be downloaded → as what, of the catalogue."""
    iana = "https://www.iana.org/assignments/media-types/"
    found = []
    for item in described(client)["dcat:distribution"]:
        assert item["@type"] == "dcat:Distribution"
        assert item["dct:title"]
        assert item["dct:license"] == described(client)["dct:license"]
        assert item["dcat:mediaType"]["@id"].startswith(iana)
        found.append((item["dcat:downloadURL"]["@id"], item["dcat:mediaType"]["@id"][len(iana) :]))
    return found


def test_downloads_of_the_catalog_answer(client: TestClient) -> None:
    """Every download is there, of the media type that it says."""
    found = distributions(client)
    assert len({address for address, _ in found}) == len(found) > 10
    for address, media_type in found:
        answer = ask(client, address)
        assert (answer.status, answer.media_type) == (200, media_type), address
        assert answer.body


def test_service_of_the_catalog(client: TestClient) -> None:
    """The service is described by the OpenAPI document, and serves this data set."""
    service = read(client, "/catalog.jsonld")["dcat:service"]
    assert service["@type"] == "dcat:DataService"
    assert service["dcat:endpointURL"]["@id"] == f"{HERE}/v1"
    answer = ask(client, service["dcat:endpointDescription"]["@id"])
    assert answer.json()["openapi"].startswith("3.1")
    assert service["dcat:servesDataset"]["@id"] == described(client)["@id"]


# --- schema.org ---------------------------------------------------------------------------------


def test_dataset_search(client: TestClient, small: TestClient) -> None:
    """It has what dataset searches require: a name, and a description of 50 to 5,000 characters."""
    for each in (client, small):
        dataset = read(each, "/v1/dataset.jsonld")
        assert dataset["@context"].rstrip("/") == "https://schema.org"
        assert dataset["@type"] == "Dataset"
        assert dataset["name"]
        assert 50 <= len(dataset["description"]) <= 5000


def test_dataset_search_is_told_what_it_advises(client: TestClient) -> None:
    """And what they advise: licence, maker, version, time, variables, each as they read it."""
    dataset = read(client, "/v1/dataset.jsonld")
    about = ask(client, "/v1/dataset").json()
    assert dataset["license"] == about["meta"]["license_url"]
    assert dataset["version"] == release_of(client)
    assert dataset["creator"]["@type"] in ("Organization", "Person")
    assert dataset["creator"]["name"]
    assert dataset["isAccessibleForFree"] is True
    assert ask(client, dataset["url"]).status == 200
    assert ask(client, dataset["@id"]).status == 200
    begin, _, end = dataset["temporalCoverage"].partition("/")
    assert dt.date.fromisoformat(begin) < dt.date.fromisoformat(end) <= TODAY
    assert len(dataset["variableMeasured"]) > 10
    assert all(re.match(r"[a-z0-9_]+: \S", text) for text in dataset["variableMeasured"])


def test_each_variable_is_said_once(client: TestClient) -> None:
    """What is measured is said once, also where missions and agreements both have it."""
    variables = read(client, "/v1/dataset.jsonld")["variableMeasured"]
    assert sorted(set(variables)) == sorted(variables)


def test_downloads_of_the_dataset_answer(client: TestClient) -> None:
    """Every download is there, of the format that it says, the same as in the catalogue."""
    found = []
    for item in read(client, "/v1/dataset.jsonld")["distribution"]:
        assert item["@type"] == "DataDownload"
        assert item["name"]
        found.append((item["contentUrl"], item["encodingFormat"]))
    assert found == distributions(client)
    statuses = {ask(client, address, "HEAD").status for address, _ in found}
    assert statuses == {200}


def test_dataset_of_few_facts(small: TestClient) -> None:
    """Of facts of a single day the time is that day."""
    assert read(small, "/v1/dataset.jsonld")["temporalCoverage"] == "2018-03-03/2018-03-03"


# --- llms.txt -----------------------------------------------------------------------------------


def test_guide_for_agents_has_its_form(client: TestClient) -> None:
    """It begins with the name and a summary, and has its lists below headings (llmstxt.org)."""
    lines = read(client, "/llms.txt").splitlines()
    assert re.fullmatch(r"# \S.*", lines[0])
    assert sum(line.startswith("# ") for line in lines) == 1
    assert next(line for line in lines[1:] if line).startswith("> ")
    assert sum(line.startswith("## ") for line in lines) >= 2
    assert max(len(line) for line in lines if not line.startswith(">")) < 200


def test_links_of_the_guide_answer(client: TestClient) -> None:
    """Every link in it answers."""
    links = re.findall(r"\[[^\]]+\]\(([^)]+)\)", read(client, "/llms.txt"))
    assert len(links) > 10
    for address in links:
        assert urlsplit(address).netloc == "testserver"
        assert ask(client, address).status == 200, address


def test_addresses_in_the_guide_answer(client: TestClient) -> None:
    """Every address that it tells to use answers; the one that it calls wrong is refused."""
    text = read(client, "/llms.txt")
    addresses = re.findall(r"`(/v1/[^`]*)`", text)
    assert len(addresses) > 8
    ids = {"/v1/sources/": "rt-2018-03-02", "/v1/claims/": "372fd03688b22608"}
    for address in addresses:
        for start, slug in ids.items():
            if address.startswith(start):
                address = address.replace("{id}", slug)  # noqa: PLW2901 - the one that is there
        wrong = f"Wrong: `{address}`" in text
        answer = ask(client, quote(address, safe="/?&=,"))
        assert answer.status == (400 if wrong else 200), address


def test_the_guide_lists_the_tables(client: TestClient) -> None:
    """It lists each list of records that stands by itself."""
    links = re.findall(r"\]\(http://testserver(/v1/[^)]+)\)", read(client, "/llms.txt"))
    alone = {path for path in lists(client) if path.count("/") == 2}
    assert alone - {"/v1/differences", "/v1/search"} <= set(links)


def test_what_the_guide_says_of_keys(client: TestClient) -> None:
    """The keys that it names are those of records and of what answers say of themselves."""
    text = read(client, "/llms.txt")
    mission = ask(client, "/v1/missions/luna-26").json()
    for name in re.findall(r"`(launch_[a-z_]+)`", text):
        if "__" not in name:
            assert name in mission["result"], name
    scorecard = ask(client, "/v1/sources/rt-2018-03-02/scorecard").json()
    for name in re.findall(r"`meta\.([a-z_.]+)`", text):
        found: Any = {**scorecard["meta"]}
        for key in name.split("."):
            assert key in found, name
            found = found[key]
    assert release_of(client) in text


# --- CITATION.cff -------------------------------------------------------------------------------


def test_citation_file(client: TestClient) -> None:
    """It has the keys that CFF 1.2.0 requires, and no value that YAML would take for a date."""
    cff = yaml.safe_load(read(client, "/CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(cff)
    assert cff["cff-version"] == "1.2.0"
    assert cff["message"]
    assert cff["type"] == "dataset"
    assert cff["authors"]
    for author in cff["authors"]:
        assert author.get("name") or (author.get("family-names") and author.get("given-names"))
    assert isinstance(cff["date-released"], str)
    assert dt.date.fromisoformat(cff["date-released"]) <= TODAY
    assert cff["version"] == release_of(client)
    assert ask(client, cff["url"]).status == 200


def test_licence_of_the_citation_file(client: TestClient) -> None:
    """Its licence is written as SPDX writes it."""
    cff = yaml.safe_load(read(client, "/CITATION.cff"))
    assert cff["license"] == "CC-BY-4.0"
    about = ask(client, "/v1/dataset").json()["meta"]["license_url"]
    assert about == "https://creativecommons.org/licenses/by/4.0/"


def test_keys_of_the_citation_file(client: TestClient) -> None:
    """It has no key that CFF 1.2.0 does not know: its schema is closed."""
    known = {
        "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi",
        "identifiers", "keywords", "license", "license-url", "message", "preferred-citation",
        "references", "repository", "repository-artifact", "repository-code", "title", "type",
        "url", "version",
    }  # fmt: skip
    assert set(yaml.safe_load(read(client, "/CITATION.cff"))) <= known


def test_all_say_the_same(client: TestClient) -> None:
    """Catalogue, dataset search, citation file and the data itself agree on what this is."""
    dataset = read(client, "/v1/dataset.jsonld")
    cff = yaml.safe_load(read(client, "/CITATION.cff"))
    about = ask(client, "/v1/dataset").json()["result"]
    guide = read(client, "/llms.txt")
    for text in ("title", "description"):
        assert about[text] == described(client)[f"dct:{text}"]
        assert about[text] in guide
    assert about["title"] == dataset["name"] == cff["title"]
    assert about["description"] == dataset["description"] == cff["abstract"]


def test_release_and_day_last(tmp_path: Path) -> None:
    """Another day has another tag: what is cited names its day."""
    now = [dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)]

    def asked(client: TestClient) -> list[Answer]:
        return [ask(client, path) for path in MEDIA_TYPES]

    with serving(tmp_path, clock=lambda: now[0]) as own:
        today, again = asked(own), asked(own)
        now[0] += dt.timedelta(days=1)
        tomorrow = asked(own)
    for first, second, later in zip(today, again, tomorrow, strict=True):
        assert (first.headers["etag"], first.body) == (second.headers["etag"], second.body)
        assert first.body == later.body or first.headers["etag"] != later.headers["etag"]
