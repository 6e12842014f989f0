"""Links between answers: what leads on, what is the same in another form or on another day."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.api.test_entities import KINDS, mission, serving
from tests.api.test_negotiation import (
    ENDINGS,
    NEGOTIATED,
    Answer,
    ask,
    every,
    joined,
    lists,
    offered,
    plain_addresses,
)
from tests.conftest import TODAY

# --- The header ---------------------------------------------------------------------------------

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_ADDRESS = r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"  # RFC 3986, appendix A
_TARGET = re.compile(rf"<({_ADDRESS})>")
_PARAMETER = re.compile(rf'\s*;\s*({_NAME})\s*(?:=\s*({_NAME}|"(?:[^"\\]|\\.)*"))?')
_RELATION = re.compile(r"[a-z][a-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where to, in which relations, with what said of it."""

    target: str
    relations: tuple[str, ...]
    parameters: Mapping[str, str]


def parse_links(text: str) -> list[Link]:
    """The links of a header (RFC 8288, 3) or a link-format document; strict: anything else fails.

    Raises:
        ValueError: for what is no list of links.
    """
    links, place = [], 0
    while True:
        target = _TARGET.match(text, place)
        if target is None:
            raise ValueError(f"no link at {text[place : place + 60]!r}")
        place, parameters = target.end(), {}
        while found := _PARAMETER.match(text, place):
            name, value = found[1].lower(), found[2] or ""
            if name in parameters:
                raise ValueError(f"{name} is given twice: {text[target.start() : found.end()]!r}")
            parameters[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value
            place = found.end()
        relations = tuple(parameters.get("rel", "").split())
        if not relations or not all(map(_RELATION.fullmatch, relations)):
            raise ValueError(f"no relation: {text[target.start() : place]!r}")
        links.append(Link(target[1], relations, parameters))
        comma = re.compile(r"\s*(,|\Z)\s*").match(text, place)
        if comma is None:
            raise ValueError(f"no comma at {text[place : place + 60]!r}")
        if not comma[1]:
            return links
        place = comma.end()


def links_of(answer: Answer) -> list[Link]:
    """The links of an answer's one Link header."""
    [header] = answer.headers.getlist("link")
    return parse_links(header)


def related(answer: Answer, relation: str) -> list[Link]:
    """The links of a relation."""
    return [link for link in links_of(answer) if relation in link.relations]


def one(answer: Answer, relation: str) -> str | None:
    """The target of a relation that an answer has once at most."""
    found = [link.target for link in related(answer, relation)]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    "text",
    ["", "<a>", "<a>;", '<a>; rel="next",', '<a b>; rel="next"', '<a"b>; rel=next', "a; rel=next",
     '<a>; rel="next" <b>; rel="prev"', '<a>; rel="next"; rel="prev"', '<a>b>; rel="next"',
     "<a>; rel=", '<a>; rel="next', "<ä>; rel=next", "<%>; rel=next"],
)  # fmt: skip
def test_the_parser_is_strict(text: str) -> None:
    """What is no list of links is not read as one."""
    with pytest.raises(ValueError, match=r"no |twice"):
        parse_links(text)


def test_the_parser_reads_links() -> None:
    """Commas and semicolons may stand in addresses and in quotes."""
    text = '</a,b;c?d=e,f>;rel="next prev" ; title="x, \\"y\\"; z" , <>; rel=self'
    assert parse_links(text) == [
        Link("/a,b;c?d=e,f", ("next", "prev"), {"rel": "next prev", "title": 'x, "y"; z'}),
        Link("", ("self",), {"rel": "self"}),
    ]


# --- Links of every answer ----------------------------------------------------------------------


def linking(client: TestClient) -> Iterator[tuple[str, Answer]]:
    """Every address of data but the files with the whole."""
    for address, answer in every(client).items():
        if address.startswith("/v1/") and not address.startswith("/v1/dataset."):
            yield address, answer


def test_every_answer_leads_on(client: TestClient) -> None:
    """Every answer says in one header, well written, where its licence and description are."""
    licence = ask(client, "/v1/dataset").json()["meta"]["license_url"]
    for address, answer in linking(client):
        assert one(answer, "license") == licence, address
        assert one(answer, "service-desc") == "/openapi.json", address
        assert one(answer, "service-doc") == "/docs", address


@pytest.mark.parametrize(
    ("relation", "media_type"),
    [("service-desc", "application/json"), ("service-doc", "text/html")],
)
def test_descriptions_answer(client: TestClient, relation: str, media_type: str) -> None:
    """The descriptions are there, of the type that the link gives."""
    [link] = related(ask(client, "/v1/missions?limit=1"), relation)
    answer = ask(client, link.target)
    assert link.parameters["type"] == media_type
    assert (answer.status, answer.media_type) == (200, media_type)


def test_every_alternate_is_there(client: TestClient) -> None:
    """Every answer leads to all of its other forms, which answer with the type of the link."""
    wrong = []
    for address, answer in linking(client):
        for link in [*related(answer, "alternate"), *related(answer, "describedby")]:
            other = every(client).get(link.target)
            if other is None or other.media_type != link.parameters["type"]:
                wrong.append((address, link.target))
    assert wrong == []


def test_alternates_are_the_forms_of_the_document(client: TestClient) -> None:
    """With itself, an answer's alternates and description are what the document declares."""
    for path, address in plain_addresses(client).items():
        if address.startswith("/v1/") and not address.startswith("/v1/dataset."):
            answer = every(client)[address]
            linked = [*related(answer, "alternate"), *related(answer, "describedby")]
            found = [answer.media_type, *(link.parameters["type"] for link in linked)]
            assert sorted(found) == sorted(offered(client, path)), address


def test_tables_are_described(client: TestClient) -> None:
    """A CSV leads to its description (CSVW 5.2), and that back to it."""
    for address, answer in linking(client):
        if answer.media_type == "text/csv":
            [link] = related(answer, "describedby")
            assert link.parameters["type"] == "application/csvm+json"
            described = every(client).get(link.target) or ask(client, link.target)
            assert described.json()["url"] == f"http://testserver{address}"


@pytest.mark.parametrize(
    "address",
    [
        *NEGOTIATED,
        "/v1/missions.csv?as_of=2020&header=false&labels=false&fields=name,launch",
        "/v1/missions.json?group_by=status",
        "/v1/slips?group_by=verdict",
        "/v1/changes?group_by=nature&since=2018",
        "/v1/as-of/2018-03/missions?sort=-launch",
        "/v1/as-of/-1y/missions.csv",
        "/v1/claims?locator=paragraph%2011&limit=2",
        "/v1/search?q=%E5%AB%A6%E5%A8%A5&limit=1",
        "/v1/search?q=a%3E%3B%20rel%3D%22next%22&limit=1",
        "/v1/search?q=a%2Cb%26c%3Dd&limit=1",
    ],
)
def test_alternates_ask_for_the_same(client: TestClient, address: str) -> None:
    """The other forms of an answer are asked for with all of its parameters, and are there."""
    answer = ask(client, address)
    path, query = urlsplit(address).path, urlsplit(address).query
    if match := re.fullmatch(r"/v1/as-of/([^/]+)(/.*)", path):
        path, query = f"/v1{match[2]}", "&".join(filter(None, (query, f"as_of={match[1]}")))
    stem = path.rpartition(".")[0] if "." in path else path
    links = [*related(answer, "alternate"), *related(answer, "describedby")]
    assert links
    for link in links:
        target = urlsplit(link.target)
        assert target.path == f"{stem}.{ENDINGS[link.parameters['type']]}"
        assert sorted(parse_qsl(target.query)) == sorted(parse_qsl(query))
        if not target.path.endswith(".xlsx") or "missions" in target.path:  # which stand for all
            other = ask(client, link.target)
            assert (other.status, other.media_type) == (200, link.parameters["type"])


@pytest.mark.parametrize("query", ['q=a>;rel="next', "q=a>,<b>", "q=<", "q=^`{|}", "q=\\"])
def test_unquoted_characters(client: TestClient, query: str) -> None:
    """What a client sends unquoted breaks no link: no address can write links of its own."""
    answer = ask(client, f"/v1/missions.json?{query}")
    assert answer.status == 200
    assert related(answer, "next") == []
    for link in related(answer, "alternate"):
        assert ask(client, link.target).status == 200


@pytest.mark.parametrize("query", ["q=a b", "q=\u00e9"])
def test_odd_characters_in_an_address(client: TestClient, query: str) -> None:
    """Of what cannot stand in an address at all, nothing gets into a header."""
    quoted = query.replace(" ", "%20").replace("\u00e9", "%C3%A9")
    for link in links_of(ask(client, f"/v1/missions.json?{quoted}")):
        assert link.target.isascii()
        assert " " not in link.target


# --- Pages --------------------------------------------------------------------------------------


def page_at(client: TestClient, address: str) -> Answer:
    """A page of a list, whose body and header name the same next page."""
    answer = ask(client, address)
    assert answer.status == 200, answer.body
    meta = answer.json()["meta"]
    assert one(answer, "next") == meta["next"]
    assert (meta["next"] is None) is (meta["next_cursor"] is None)
    if meta["next"]:
        assert parse_qs(urlsplit(meta["next"]).query)["cursor"] == [meta["next_cursor"]]
    return answer


def forwards(client: TestClient, address: str) -> list[tuple[str, list[str]]]:
    """The pages from an address on, each with its own address and its records as texts."""
    pages: list[tuple[str, list[str]]] = []
    following: str | None = address
    while following:
        answer = page_at(client, following)
        pages.append((following, [json.dumps(record) for record in answer.json()["results"]]))
        following = one(answer, "next")
        assert len(pages) < 500, "the list does not end"
    return pages


def backwards(client: TestClient, address: str) -> list[list[str]]:
    """The records of the pages from an address back to the first."""
    pages: list[list[str]] = []
    previous: str | None = address
    while previous:
        answer = page_at(client, previous)
        pages.append([json.dumps(record) for record in answer.json()["results"]])
        previous = one(answer, "prev")
        assert len(pages) < 500, "the list does not begin"
    return pages


def walk(client: TestClient, address: str, limit: int) -> None:
    """That the pages of a list fit together, forwards and backwards."""
    everything = [
        json.dumps(record)
        for record in ask(client, joined(address, limit=10_000)).json()["results"]
    ]
    pages = forwards(client, joined(address, limit=limit))
    found = [record for _, records in pages for record in records]
    assert found == everything
    assert len(set(found)) == len(found)
    assert all(len(records) == limit for _, records in pages[:-1])
    last, _ = pages[-1]
    assert backwards(client, last) == [records for _, records in pages[::-1]]


SHORT = {
    # Of long lists a part, for which some filters come together.
    "/v1/agencies": {"country": "CN,RU"},
    "/v1/sources": {"kind": "news"},
    "/v1/claims": {"subject": "missions/luna-26,projects/deep-space-gateway"},
    "/v1/changes": {"since": "2018-03-02"},
    "/v1/relations": {"object": "agencies/cnsa"},
    "/v1/search": {"q": "luna-26"},
    "/v1/differences": {"since": "2018-03-02"},
}


def short(path: str, address: str) -> str:
    """A list, cut short by its filters and a day of long ago."""
    query = {"as_of": "2018-03-03", **SHORT.get(path, {})}
    base, _, own = address.partition("?")
    return joined(base, **(dict(parse_qsl(own)) | query))


def sorts_of(client: TestClient, path: str) -> list[str]:
    """The keys by which a list can be sorted, as its own error says."""
    body = ask(client, joined(path, sort="zzzzzz")).json()
    names: list[str] = body["detail"].partition("known are: ")[2].split(", ")
    return names


UNSORTED = ("/v1/properties", "/v1/coverage", "/v1/network", "/v1/network/nodes", "/v1/search")
LONGEST = {1: 5, 2: 8, 3: 30}  # of longer lists, pages of so many are not walked


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_every_list_can_be_walked(client: TestClient, limit: int) -> None:
    """`next` visits each record of every list once; `prev` gives the same pages backwards.

    A page of one in the usual order, of two down, of three by a key that not all records have.
    """
    walked = 0
    for path, address in lists(client).items():
        if "{id}" in path and path.startswith(("/v1/agreements", "/v1/agencies", "/v1/people")):
            continue  # the others stand for these
        asked = short(path, address)
        count = ask(client, joined(asked, limit=1)).json()["meta"]["count"]
        names = sorts_of(client, address) if path not in UNSORTED else []
        if names and limit > 1:
            sort = f"-{names[-1]}" if limit == 2 else names[len(names) // 2]
            asked = joined(asked, sort=sort)
        if count <= LONGEST[limit]:
            walk(client, asked, limit)
            walked += count > limit
    assert walked >= 8


@pytest.mark.parametrize("path", ["/v1/projects", "/v1/timeline"])
def test_every_order_can_be_walked(client: TestClient, path: str) -> None:
    """Whatever a list is sorted by, up or down, with and without values, its pages fit together."""
    for place, name in enumerate(sorts_of(client, path)):
        sign = "-" if place % 2 else ""
        walk(client, joined(path, sort=f"{sign}{name}", as_of="2018-03-31"), 3)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with missions of which some have no launch, some no landing, some the same."""
    dates = {
        "a": {"planned_launch": "2024"},
        "b": {"planned_launch": "2022", "planned_landing": "2023"},
        "c": {"planned_landing": "2021"},
        "d": {},
        "e": {"planned_launch": "2022-03", "planned_landing": "2023"},
        "f": {"planned_launch": "2022"},
        "g": {"planned_launch": "2020/2030"},
        "h": {"planned_launch": "2026/.."},
        "i": {"planned_landing": "2021"},
    }
    files = {f"missions__{slug}": mission(slug, **claims) for slug, claims in dates.items()}
    with serving(tmp_path_factory.mktemp("fleet"), **files) as client:
        yield client


@pytest.mark.parametrize(
    "sort", ["-id", "launch", "-launch", "-landing", "launch,landing", "-landing,launch,-id",
             "status,-launch", "-slipped,name"],
)  # fmt: skip
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_walk_past_what_has_no_value(fleet: TestClient, sort: str, limit: int) -> None:
    """Both ways, links pass rows without values, in any of several keys, up and down."""
    walk(fleet, f"/v1/missions?sort={sort}", limit)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/v1/missions.json?limit=1&sort=-launch&claims=best&fields=name&as_of=2018-03",
         "/v1/missions.json"),
        ("/v1/missions?limit=1&sort=-launch,name&as_of=2018-03", "/v1/missions"),
        ("/v1/as-of/2018-03/missions.json?limit=1", "/v1/missions.json"),
        ("/v1/claims.json?limit=2&locator=paragraph%2011&source=rt-2018-03-02", "/v1/claims.json"),
        ("/v1/changes?limit=1&since=-10y&as_of=-1y", "/v1/changes"),
        ("/v1/search.json?q=%E2%80%98luna%E2%80%99%20%26&limit=1&kind=missions,claims",
         "/v1/search.json"),
        ("/v1/properties.json?limit=1", "/v1/properties.json"),
        ("/v1/missions/luna-26/claims.json?limit=1&nature=plan",
         "/v1/missions/luna-26/claims.json"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("relation", ["next", "prev"])
def test_the_next_page_is_asked_for_in_the_same_way(
    client: TestClient, address: str, path: str, relation: str
) -> None:
    """`next` and `prev` keep the form and all parameters, and add a cursor."""
    following = one(page_at(client, address), "next")
    if relation == "prev":
        following = one(page_at(client, str(following)), "prev")
    url = urlsplit(str(following))
    query = dict(parse_qsl(url.query))
    assert url.path == path
    assert query.pop("cursor")
    asked = dict(parse_qsl(urlsplit(address).query))
    if "/as-of/" in address:
        asked["as_of"] = "2018-03"
    assert query == asked


@pytest.mark.parametrize(
    "path", ["/v1/missions", "/v1/agencies", "/v1/properties", "/v1/network", "/v1/network/nodes",
             "/v1/search?q=moscow", "/v1/sources/rt-2018-03-02/scorecard"],
)  # fmt: skip
def test_pages_begun_by_an_offset(client: TestClient, path: str) -> None:
    """From a list begun in its midst `next` goes on and `prev` gives what comes before, once."""
    everything = ask(client, path).json()["results"]
    page = page_at(client, joined(path, offset=1, limit=2))
    assert page.json()["results"] == everything[1:3]
    before = page_at(client, str(one(page, "prev")))
    assert before.json()["results"] == everything[:1]
    following = one(page, "next")
    if len(everything) > 3:
        assert "offset" not in parse_qs(urlsplit(str(following)).query)
        assert page_at(client, str(following)).json()["results"] == everything[3:5]
    else:
        assert following is None


@pytest.mark.parametrize("path", ["/v1/missions", "/v1/properties", "/v1/search?q=luna"])
def test_past_the_end(client: TestClient, path: str) -> None:
    """Past the end there is nothing, and nothing further on."""
    page = page_at(client, joined(path, offset=100_000))
    assert page.json()["results"] == []
    assert one(page, "next") is None


@pytest.mark.parametrize("path", ["/v1/missions", "/v1/properties", "/v1/search?q=luna"])
def test_one_page_has_no_neighbours(client: TestClient, path: str) -> None:
    """A list that is given whole has no next page, and none before."""
    page = page_at(client, joined(path, limit=10_000))
    assert (one(page, "next"), one(page, "prev")) == (None, None)


def test_groups_can_be_walked(client: TestClient) -> None:
    """`next` visits each group of a list once."""
    address = "/v1/claims?group_by=property,nature"
    everything = ask(client, joined(address, limit=10_000)).json()["groups"]
    found: list[Any] = []
    following: str | None = joined(address, limit=7)
    while following:
        answer = ask(client, following)
        assert answer.status == 200, answer.body
        found += answer.json()["groups"]
        following = one(answer, "next")
        assert len(found) <= len(everything)
    assert found == everything


# --- Versions (RFC 5829) ------------------------------------------------------------------------


def vintages(client: TestClient, ref: str, **query: str) -> list[str]:
    """The days on which what was known of a record changed."""
    body = ask(client, joined(f"/v1/{ref}/vintages", limit=10_000, **query)).json()
    return [vintage["known_from"] for vintage in body["results"]]


def day_of(address: str) -> str:
    """The day that an address names."""
    return parse_qs(urlsplit(address).query)["as_of"][0]


@pytest.fixture(scope="module")
def much_changed(client: TestClient) -> list[str]:
    """The two records of each kind that changed most often."""
    groups = ask(client, "/v1/claims?group_by=subject&limit=10000").json()["groups"]
    subjects = [group["subject"] for group in groups]
    found = [
        ref for kind in KINDS for ref in [ref for ref in subjects if ref.startswith(f"{kind}/")][:2]
    ]
    assert len(found) == 2 * len(KINDS)
    return found


def test_walking_back_ends_at_the_first_vintage(
    client: TestClient, much_changed: list[str]
) -> None:
    """From today, predecessor-version leads through every earlier day of /vintages, and ends."""
    for ref in much_changed:
        days, address = [], f"/v1/{ref}"
        while previous := one(ask(client, address), "predecessor-version"):
            days.append(day_of(previous))
            address = previous
        assert days == vintages(client, ref)[-2::-1], ref


def test_walking_on_visits_every_vintage(client: TestClient, much_changed: list[str]) -> None:
    """From the first vintage successor-version leads through all days up to today, and no other."""
    for ref in much_changed:
        expected = vintages(client, ref)
        days, address = expected[:1], joined(f"/v1/{ref}", as_of=expected[0])
        while following := one(ask(client, address), "successor-version"):
            if day_of(following) > TODAY.isoformat():
                break
            days.append(day_of(following))
            address = following
        assert days == expected, ref


@pytest.mark.parametrize(
    "ref", ["missions/luna-26", "projects/deep-space-gateway", "agencies/cnsa",
            "agreements/roscosmos-cnsa-intent-2018"],
)  # fmt: skip
def test_the_latest_version_has_no_successor(client: TestClient, ref: str) -> None:
    """What is known today is followed by nothing: no version is of a day to come."""
    latest = ask(client, f"/v1/{ref}")
    assert one(latest, "successor-version") is None
    last = ask(client, joined(f"/v1/{ref}", as_of=vintages(client, ref)[-1]))
    assert one(last, "successor-version") is None


@pytest.mark.parametrize("ending", ["", ".json", ".csv", ".ics", ".xlsx"])
def test_versions_are_in_the_same_form(client: TestClient, ending: str) -> None:
    """The versions of an answer are of its form and with its parameters."""
    answer = ask(client, f"/v1/missions/luna-26{ending}?as_of=2020&fields=launch")
    for relation in ("predecessor-version", "successor-version", "latest-version"):
        url = urlsplit(str(one(answer, relation)))
        assert url.path == f"/v1/missions/luna-26{ending}"
        query = parse_qs(url.query)
        assert query.pop("as_of", []) == (
            [] if relation == "latest-version" else [day_of(url.geturl())]
        )
        assert query == {"fields": ["launch"]}
        assert ask(client, url.geturl()).status == 200


def test_the_latest_version_is_that_of_today(client: TestClient) -> None:
    """latest-version is the address without a day, and says what is known today."""
    for address in ("/v1/missions/luna-26.csv", "/v1/missions.csv", "/v1/changes.csv?limit=3"):
        answer = ask(client, joined(address, as_of="2020"))
        assert one(answer, "latest-version") == address
        assert ask(client, address).body == ask(client, joined(address, as_of="today")).body


def test_the_history_of_versions(client: TestClient, much_changed: list[str]) -> None:
    """version-history is the list of the days on which the record changed."""
    for ref in much_changed:
        for day in ({}, {"as_of": "2020"}):
            history = one(ask(client, joined(f"/v1/{ref}", **day)), "version-history")
            answer = ask(client, str(history))
            assert answer.status == 200
            days = [vintage["known_from"] for vintage in answer.json()["results"]]
            assert days == vintages(client, ref)


def test_between_two_versions(client: TestClient) -> None:
    """On any day the neighbours are the last change before its version and the first after it."""
    days = vintages(client, "missions/luna-26")
    for earlier, current, later in zip(days, days[1:], days[2:], strict=False):
        answer = ask(client, f"/v1/missions/luna-26?as_of={current}")
        assert day_of(str(one(answer, "predecessor-version"))) == earlier
        assert day_of(str(one(answer, "successor-version"))) == later
    before = ask(client, "/v1/missions/luna-26?as_of=1999")
    assert before.json()["result"]["known_from"] is None
    assert one(before, "predecessor-version") is None
