"""Filters: what each finds, and that none is ever ignored."""

import itertools
from collections.abc import Iterator
from typing import Any

import pycountry
import pytest
from fastapi.testclient import TestClient

from app.queries.filters import MAX_WORDS
from tests.api.test_contract import operations
from tests.api.test_entities import mission, serving


def ids(client: TestClient, path: str, **query: Any) -> list[str]:
    """The ids of the records that a query finds, in order."""
    response = client.get(path, params={"limit": 10_000, **query})
    assert response.status_code == 200, response.text
    return [record["id"] for record in response.json()["results"]]


def refused(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    """The 400 of a query, after a look at its shape."""
    response = client.get(path, params=query)
    assert response.status_code == 400, response.text
    body: dict[str, Any] = response.json()
    assert [error["parameter"] for error in body["errors"]] == list(query)
    return body


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with missions whose launches are known more and less precisely."""
    dates = {
        "day": {"planned_launch": "2022-06-15"},
        "quarter": {"planned_launch": "2022-34"},
        "year": {"planned_launch": "2022"},
        "span": {"planned_launch": "2021/2023"},
        "open": {"planned_launch": "2022/.."},
        "until": {"planned_launch": "../2022"},
        "none": {"kind": "rover"},
    }
    files = {f"missions__{slug}": mission(slug, **claims) for slug, claims in dates.items()}
    files["missions__luna_26"] = mission("luna-26", kind="orbiter", planned_launch="2030") + (
        '- {property: alias, value: "100% Луна_Ё é", source: report, locator: p 1}\n'
    )
    with serving(tmp_path_factory.mktemp("filters"), **files) as client:
        yield client


# --- Dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("launch", "2022", "day open quarter span until year"),
        ("launch", "2022-06-15", "day open quarter span until year"),
        ("launch", "2022-06-16", "open quarter span until year"),
        ("launch", "2022-33", "open span until year"),
        ("launch", "2021", "span until"),
        ("launch", "2023", "open span"),
        ("launch", "2023/2029", "open span"),
        ("launch", "2024/..", "luna-26 open"),
        ("launch", "../2020", "until"),
        ("launch", "2030", "luna-26 open"),
        ("launch__gte", "2022", "day luna-26 open quarter year"),
        ("launch__gte", "2022-06", "day luna-26"),
        ("launch__gte", "2021", "day luna-26 open quarter span year"),
        ("launch__gt", "2022", "luna-26"),
        ("launch__gt", "2021", "day luna-26 open quarter year"),
        ("launch__lte", "2022", "day quarter until year"),
        ("launch__lte", "2023", "day quarter span until year"),
        ("launch__lte", "2022-06", "day quarter"),
        ("launch__lt", "2023", "day quarter until year"),
        ("launch__lt", "2022", ""),
        ("launch__lt", "2022-07", "day quarter"),
    ],
)
def test_dates(fleet: TestClient, name: str, value: str, found: str) -> None:
    """A bare date finds what may have been then; comparisons what certainly was."""
    assert found.split() == ids(fleet, "/v1/missions", **{name: value})


def test_comparisons_together(fleet: TestClient) -> None:
    """Two comparisons are both asked."""
    query = {"launch__gte": "2022", "launch__lte": "2022"}
    assert ids(fleet, "/v1/missions", **query) == ["day", "quarter", "year"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"signing": "2017"}, ["roscosmos-cnsa-programme-2018-2022",
                               "nasa-roscosmos-gateway-2017"]),
        ({"signing__gte": "2018-03"}, ["roscosmos-cnsa-intent-2018"]),
        ({"valid": "2020"}, ["roscosmos-cnsa-programme-2018-2022"]),
        ({"announced": "2018-03-03"}, ["roscosmos-cnsa-data-centre-2018",
                                       "roscosmos-cnsa-intent-2018"]),
    ],
)  # fmt: skip
def test_dates_of_agreements(
    client: TestClient, query: dict[str, str], expected: list[str]
) -> None:
    """Every date of a kind is a filter."""
    assert sorted(expected) == ids(client, "/v1/agreements", **query)


def test_claims_by_when_they_were_said(client: TestClient) -> None:
    """What was certainly said in October 2017."""
    found = client.get("/v1/claims?said__gte=2017-10&said__lte=2017-10&limit=1000").json()
    assert found["meta"]["count"] > 0
    for claim in found["results"]:
        assert claim["said_earliest"] >= "2017-10-01"
        assert claim["said_latest"] <= "2017-10-31"


# --- Words and flags ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/v1/missions", {"kind": "orbiter"}, ["luna-26"]),
        ("/v1/missions", {"kind": "lander"}, ["change-7", "china-south-pole-landing"]),
        (
            "/v1/missions",
            {"kind": "orbiter,lander"},
            ["change-7", "china-south-pole-landing", "luna-26"],
        ),
        (
            "/v1/missions",
            {"kind": "orbiter, lander"},
            ["change-7", "china-south-pole-landing", "luna-26"],
        ),
        ("/v1/missions", {"kind": "rover"}, []),
        (
            "/v1/missions",
            {"status": "planned"},
            ["change-7", "china-south-pole-landing", "luna-26"],
        ),
        (
            "/v1/missions",
            {"status": "planned", "kind": "lander"},
            ["change-7", "china-south-pole-landing"],
        ),
        ("/v1/missions", {"overdue": "true"}, ["china-south-pole-landing"]),
        ("/v1/missions", {"overdue": "false"}, ["change-7", "luna-26"]),
        ("/v1/missions", {"overdue": "true", "as_of": "2023-06"}, ["luna-26"]),
        ("/v1/missions", {"overdue": "true", "as_of": "2023"}, []),
        (
            "/v1/missions",
            {"overdue": "false", "as_of": "2018-03"},
            ["china-south-pole-landing", "luna-26"],
        ),
        ("/v1/projects", {"kind": "base"}, ["energia-lunar-base"]),
        ("/v1/agencies", {"kind": "forum"}, ["isecg", "isef"]),
        ("/v1/agencies", {"host_country": "JP"}, ["isef"]),
        (
            "/v1/sources",
            {"kind": "commentary"},
            ["freedomsphoenix-2018-03-05", "note-chossudovsky-2018-03", "tdmi-sco-2024"],
        ),
    ],
)
def test_words(client: TestClient, path: str, query: dict[str, str], expected: list[str]) -> None:
    """Words of a list; a comma means or, two filters mean and; all of it on the day asked about."""
    assert expected == ids(client, path, **query)


@pytest.mark.parametrize("path", ["missions", "agreements", "agencies", "projects", "people"])
def test_disputed(client: TestClient, path: str) -> None:
    """`disputed` parts a list into records with a disputed value and records without."""
    records = client.get(f"/v1/{path}?limit=1000").json()["results"]
    wanted = [record["id"] for record in records if record["disputed"]]
    assert wanted == ids(client, f"/v1/{path}", disputed="true")
    rest = [record["id"] for record in records if not record["disputed"]]
    assert rest == ids(client, f"/v1/{path}", disputed="false")


@pytest.mark.parametrize("name", ["kind", "status", "nature", "standing", "property"])
def test_words_of_claims_and_records(client: TestClient, name: str) -> None:
    """Each word that a filter names is accepted."""
    path = "/v1/missions" if name in ("kind", "status") else "/v1/claims"
    parameters = operations(client.get("/openapi.json").json())[path]["parameters"]
    [described] = [item["description"] for item in parameters if item["name"] == name]
    words = described.rpartition("of: ")[2].rstrip(".").split(", ")
    assert len(words) > 2
    for word in words:
        ids(client, path, **{name: word})


# --- Countries ----------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["RU", "ru", "RUS", "Russian Federation",
                                      "russian federation", "RU,US"])  # fmt: skip
def test_country(client: TestClient, spelling: str) -> None:
    """A country by either of its codes or by its name."""
    assert ids(client, "/v1/missions", country=spelling) == ["luna-26"]


def test_country_as_it_is_served(client: TestClient) -> None:
    """Each of the three keys under which a country is served finds the record again."""
    for record in client.get("/v1/agencies?limit=1000").json()["results"]:
        for key in ("country", "country_alpha3", "country_name"):
            if record[key]:
                assert record["id"] in ids(client, "/v1/agencies", country=record[key])


def test_every_country_by_its_codes(client: TestClient) -> None:
    """Every code of ISO 3166-1 is a country, as many of them at a time as may be given."""
    everybody = [
        record["id"]
        for record in client.get("/v1/agencies?limit=1000").json()["results"]
        if record["country"]
    ]
    for codes in (
        [country.alpha_2 for country in pycountry.countries],
        [country.alpha_3 for country in pycountry.countries],
    ):
        found = [
            ids(client, "/v1/agencies", country=",".join(codes[begin : begin + MAX_WORDS]))
            for begin in range(0, len(codes), MAX_WORDS)
        ]
        assert everybody == sorted(itertools.chain.from_iterable(found))


def test_more_values_than_are_read(client: TestClient) -> None:
    """A filter takes a hundred values; one more is refused, with how many may be given."""
    assert ids(client, "/v1/missions", country=",".join(["RU"] * MAX_WORDS)) == ["luna-26"]
    response = client.get("/v1/missions", params={"country": ",".join(["RU"] * (MAX_WORDS + 1))})
    assert (response.status_code, MAX_WORDS) == (422, 100)
    [error] = response.json()["errors"]
    assert error["parameter"] == "country"
    assert "101 values: give 100 at most" in error["detail"]


def test_russia_is_not_taken_for_another_country(client: TestClient) -> None:
    """The everyday name of Russia finds it, or is answered with its full name."""
    response = client.get("/v1/missions?country=Russia")
    if response.status_code == 200:
        assert [record["id"] for record in response.json()["results"]] == ["luna-26"]
    else:
        assert "Russian Federation" in response.json()["detail"]


# --- Relations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        (
            "/v1/agreements",
            {"agency": "cnsa"},
            ["roscosmos-cnsa-intent-2018", "roscosmos-cnsa-programme-2018-2022"],
        ),
        (
            "/v1/agreements",
            {"agency": "agencies/cnsa"},
            ["roscosmos-cnsa-intent-2018", "roscosmos-cnsa-programme-2018-2022"],
        ),
        (
            "/v1/agreements",
            {"agency": "nasa,isef"},
            ["nasa-roscosmos-gateway-2017", "roscosmos-cnsa-intent-2018"],
        ),
        ("/v1/agreements", {"agency": "nasa", "as_of": "2017-09-26"}, []),
        ("/v1/agreements", {"mission": "luna-26"}, ["roscosmos-cnsa-intent-2018"]),
        (
            "/v1/agreements",
            {"agreement": "roscosmos-cnsa-data-centre-2018"},
            ["roscosmos-cnsa-intent-2018"],
        ),
        ("/v1/missions", {"project": "russia-lunar-programme"}, ["luna-26"]),
        (
            "/v1/projects",
            {"agency": "rsc-energia"},
            ["energia-lunar-programme", "energia-lunar-research-centre"],
        ),
        ("/v1/projects", {"project": "energia-lunar-programme"}, ["energia-lunar-base"]),
        (
            "/v1/people",
            {"agency": "roscosmos"},
            ["alexander-bloshenko", "igor-komarov", "yuri-borisov"],
        ),
        ("/v1/people", {"agency": "roscosmos", "as_of": "2018-03"}, ["igor-komarov"]),
        ("/v1/agencies", {"agency": "roscosmos"}, ["isef"]),
        ("/v1/agencies", {"agency": "sco"}, []),
    ],
)
def test_relations(
    client: TestClient, path: str, query: dict[str, str], expected: list[str]
) -> None:
    """What is related to a record in whatever way; an opinion makes no relation."""
    assert expected == ids(client, path, **query)


@pytest.mark.parametrize("agency", ["tass", "rt", "nasa"])
def test_sources_by_their_publisher(client: TestClient, agency: str) -> None:
    """The sources of an agency are at least those that it published."""
    records = client.get("/v1/sources?limit=1000").json()["results"]
    published = {item["id"] for item in records if item["publisher"] == f"agencies/{agency}"}
    assert published
    assert published - set(ids(client, "/v1/sources", agency=agency)) == set()


# --- Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("/v1/missions", "luna", ["luna-26"]),
        ("/v1/missions", "LUNA-26", ["luna-26"]),
        ("/v1/missions", "una-2", ["luna-26"]),
        ("/v1/missions", "26 luna", ["luna-26"]),
        ("/v1/missions", "chinese POLE", ["china-south-pole-landing"]),
        ("/v1/agencies", "роскосмос", ["roscosmos"]),
        ("/v1/agencies", "РОСКОСМОС", ["roscosmos"]),
        ("/v1/agencies", "кнр", ["china-government"]),
        ("/v1/agencies", "kremlin", ["russia-government"]),
        ("/v1/agencies", "国際", ["isef"]),
        ("/v1/missions", "mars", []),
    ],
)
def test_q(client: TestClient, path: str, text: str, expected: list[str]) -> None:
    """Parts of any name, in any script, whatever the case; every word must be found."""
    assert expected == ids(client, path, q=text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100%", ["luna-26"]),
        ("%", ["luna-26"]),
        ("_", ["luna-26"]),
        ("a%6", []),
        ("luna_26", []),
        ("луна_", ["luna-26"]),
        ("ё", ["luna-26"]),
        ("Е", ["luna-26"]),
        ("É луна", ["luna-26"]),
        ("E\u0301 луна", ["luna-26"]),
        ("\\", []),
        ("/", []),
    ],
)
def test_wildcards_are_letters(fleet: TestClient, text: str, expected: list[str]) -> None:
    """Per cent, underscore and backslash stand for themselves; accents do not matter."""
    assert expected == ids(fleet, "/v1/missions", q=text)


def test_names_travel_in_time(client: TestClient) -> None:
    """A name is found from the day on which it was recorded."""
    assert ids(client, "/v1/agencies", q="kremlin", as_of="2018-03-30") == []
    assert ids(client, "/v1/agencies", q="kremlin", as_of="2018-03-31") == ["russia-government"]


# --- Claims -------------------------------------------------------------------------------------


def claims(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    """The claims that a query finds."""
    response = client.get("/v1/claims", params={"limit": 10_000, **query})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["results"]
    return found


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("subject", "missions/luna-26", "subject"),
        ("subject", "missions/luna-26,agencies/cnsa", "subject"),
        ("property", "planned_launch,planned_landing", "property"),
        ("nature", "plan", "nature"),
        ("value", "agencies/cnsa", "value"),
        ("said_by", "agencies/roscosmos", "said_by"),
        ("said_by", "people/igor-komarov", "said_by"),
        ("standing", "best", "standing"),
        ("standing", "best,rival", "standing"),
        ("locator", "paragraph 9", "locator"),
    ],
)
def test_claims_by_each_key(client: TestClient, name: str, value: str, key: str) -> None:
    """Each filter of claims finds exactly the claims with that value."""
    wanted = [claim["id"] for claim in claims(client) if claim[key] in value.split(",")]
    assert wanted
    assert wanted == [claim["id"] for claim in claims(client, **{name: value})]


def test_claims_by_source(client: TestClient) -> None:
    """A source by its id, with or without its kind."""
    wanted = [claim for claim in claims(client) if claim["source"]["id"] == "rt-2018-03-02"]
    assert wanted == claims(client, source="rt-2018-03-02")
    assert wanted == claims(client, source="sources/rt-2018-03-02")


@pytest.mark.parametrize(
    ("locator", "found"),
    [
        ("paragraph 11", {"paragraph 11, closing credit"}),
        ("paragraph 1", {"paragraph 1"}),
        ("paragraph 4", {"paragraph 4, point 1", "paragraph 4, point 1, sentence 2"}),
        ("paragraph 4, point 1", {"paragraph 4, point 1", "paragraph 4, point 1, sentence 2"}),
        ("paragraph 4, point", set()),
        ("paragraph", set()),
        ("paragraph _", set()),
        ("%", set()),
    ],
)
def test_locators(client: TestClient, locator: str, found: set[str]) -> None:
    """A place finds what stands in a part of it, and never another place that begins like it."""
    note = "note-chossudovsky-2018-03"
    assert found == {claim["locator"] for claim in claims(client, source=note, locator=locator)}


@pytest.mark.parametrize("locator", ["Paragraph 11", "PARAGRAPH 11"])
def test_case_of_a_locator(client: TestClient, locator: str) -> None:
    """A place in another case is the same place in all of its parts, or in none."""
    both = "rt-2018-03-02,note-chossudovsky-2018-03"
    found = len(claims(client, source=both, locator=locator))
    assert found in (0, len(claims(client, source=both, locator="paragraph 11")))


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name", "value", "nearest"),
    [
        ("/v1/missions", "status", "planed", "planned"),
        ("/v1/missions", "status", "planned,lanched", "launched"),
        ("/v1/missions", "status", "Planned", "planned"),
        ("/v1/missions", "kind", "orbitr", "orbiter"),
        ("/v1/missions", "agency", "cnsaa", "cnsa"),
        ("/v1/missions", "agency", "cnsa,roscosmo", "roscosmos"),
        ("/v1/missions", "project", "deep-space-gatway", "deep-space-gateway"),
        ("/v1/agreements", "mission", "luna-62", "luna-26"),
        ("/v1/missions", "country", "Chna", "China"),
        ("/v1/claims", "subject", "missions/luna-62", "missions/luna-26"),
        ("/v1/claims", "property", "planed_launch", "planned_launch"),
        ("/v1/claims", "nature", "opinions", "plan"),
        ("/v1/claims", "said_by", "agencies/roscosmo", "agencies/roscosmos"),
        ("/v1/claims", "said_by", "cnsa", "agencies/cnsa"),
        ("/v1/claims", "subject", "luna-26", "missions/luna-26"),
        ("/v1/claims", "source", "rt-2018-03-03", "rt-2018-03-02"),
        ("/v1/claims", "standing", "bst", "best"),
        ("/v1/disputes", "subject", "missions/luna-62", "missions/luna-26"),
        ("/v1/sources", "kind", "newz", "news"),
        ("/v1/sources/rt-2018-03-02/scorecard", "verdict", "over_due", "overdue"),
    ],
)
def test_unknown_values(client: TestClient, path: str, name: str, value: str, nearest: str) -> None:
    """A value that is not known is refused with the nearest, never answered with nothing."""
    assert nearest in refused(client, path, **{name: value})["detail"]


@pytest.mark.parametrize(("name", "value"), [("country", "ZZ"), ("country", "Atlantis"),
                                             ("country", ","), ("agency", ","),
                                             ("status", "planned,")])  # fmt: skip
def test_values_like_no_other(client: TestClient, name: str, value: str) -> None:
    """A value that is near none is refused too, and so is an empty part."""
    refused(client, "/v1/missions", **{name: value})


@pytest.mark.parametrize("spelling", ["EN", "en", "En"])
def test_languages_have_no_case(client: TestClient, spelling: str) -> None:
    """A language tag is the same in capitals (RFC 5646, 2.1.1)."""
    records = client.get("/v1/sources?limit=1000").json()["results"]
    wanted = [record["id"] for record in records if record["language"] == "en"]
    assert wanted == ids(client, "/v1/sources", language=spelling)


def test_unknown_language(client: TestClient) -> None:
    """A code that is no language is refused, and not answered with nothing."""
    refused(client, "/v1/sources", language="klingon")


def test_languages_by_three_letters(client: TestClient) -> None:
    """A language is found by its code of three letters too."""
    assert ids(client, "/v1/sources", language="en") == ids(client, "/v1/sources", language="eng")


@pytest.mark.parametrize("query", ["as_of=2018&as_of=2019", "status=planned&status=launched",
                                   "q=luna&q=26", "limit=1&limit=1", "x=1&x=2"])  # fmt: skip
def test_repeated_parameters(client: TestClient, query: str) -> None:
    """A parameter given twice is refused: one of the two would be ignored."""
    response = client.get(f"/v1/missions?{query}")
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["parameter"] == query.partition("=")[0]
    assert "2 times" in error["detail"]


@pytest.mark.parametrize(
    "path", ["/v1/missions", "/v1/agreements", "/v1/agencies", "/v1/projects", "/v1/people",
             "/v1/sources", "/v1/claims", "/v1/disputes", "/v1/timeline", "/v1/slips",
             "/v1/slips/summary", "/v1/relations", "/v1/changes", "/v1/missions.{format}"],
)  # fmt: skip
def test_every_parameter_refuses_emptiness(client: TestClient, path: str) -> None:
    """No parameter of a list may be given without a value."""
    parameters = operations(client.get("/openapi.json").json())[path]["parameters"]
    names = [parameter["name"] for parameter in parameters if parameter["in"] == "query"]
    assert len(names) > 5
    accepted = []
    for name in names:
        status = client.get(path.format(format="csv"), params={name: ""}).status_code
        if status not in (400, 422):
            accepted.append((name, status))
    assert accepted == []


def test_blank_search(client: TestClient) -> None:
    """A search for nothing but blanks narrows nothing."""
    assert ids(client, "/v1/missions") == ids(client, "/v1/missions", q="  ")


# --- Negation, absence, one relation --------------------------------------------------------------


def test_not_this_or_that(client: TestClient) -> None:
    """`__not` gives all the others, also those without a value."""
    everything = ids(client, "/v1/agencies")
    media = ids(client, "/v1/agencies", kind="media,government")
    others = ids(client, "/v1/agencies", kind__not="media,government")
    assert media
    assert others
    assert sorted(everything) == sorted([*media, *others])


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/missions", "launch", "2028"),
        ("/v1/missions", "country", "RU"),
        ("/v1/missions", "project", "russia-lunar-programme"),
        ("/v1/agreements", "party", "cnsa"),
        ("/v1/agreements", "signing", "2017"),
        ("/v1/sources", "language", "ru"),
        ("/v1/sources", "publisher", "tass"),
        ("/v1/claims", "nature", "assessment"),
        ("/v1/claims", "property", "name"),
        ("/v1/claims", "subject", "missions/luna-26"),
        ("/v1/claims", "said_by", "agencies/rt"),
        ("/v1/claims", "source", "rt-2018-03-02"),
    ],
)
def test_a_filter_and_its_negation_share_out_the_list(
    client: TestClient, path: str, name: str, value: str
) -> None:
    """What a filter lets through and what its negation does are everything, and nothing twice."""
    limit = "10000"
    among = ids(client, path, limit=limit, **{name: value})
    beside = ids(client, path, limit=limit, **{f"{name}__not": value})
    assert among
    assert beside
    assert sorted(ids(client, path, limit=limit)) == sorted([*among, *beside])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/missions", "launch"),
        ("/v1/missions", "outcome"),
        ("/v1/missions", "status"),
        ("/v1/agreements", "signed_during"),
        ("/v1/agencies", "country"),
        ("/v1/projects", "partner"),
        ("/v1/people", "affiliation"),
        ("/v1/sources", "author"),
    ],
)
def test_absence(client: TestClient, path: str, name: str) -> None:
    """`__isnull` shares the list out between what has no value and what has one."""
    without = ids(client, path, **{f"{name}__isnull": "true"})
    having = ids(client, path, **{f"{name}__isnull": "false"})
    assert sorted(ids(client, path)) == sorted([*without, *having])
    key = {"author": "authors", "affiliation": "affiliations", "partner": "partners"}.get(name)
    key = key or ("launch_edtf" if name == "launch" else name)
    records = {record["id"]: record[key] for record in client.get(path).json()["results"]}
    assert all(not records[slug] for slug in without)
    if name != "author":  # an agency as author stands among the authors as well
        assert all(records[slug] for slug in having)


def test_one_way_of_being_related(client: TestClient) -> None:
    """A relation's own name finds records by that relation only."""
    assert "roscosmos-cnsa-intent-2018" in ids(client, "/v1/agreements", party="roscosmos")
    announced = ids(client, "/v1/agreements", announced_by="roscosmos")
    assert announced == ["roscosmos-cnsa-data-centre-2018"]
    either = ids(client, "/v1/agreements", agency="roscosmos")
    assert set(announced) < set(either)


def test_relation_to_more_than_one_kind(client: TestClient) -> None:
    """Where records of several kinds may be meant, they are given as kind/id."""
    found = ids(client, "/v1/agreements", scope="missions/luna-26")
    assert found == ["roscosmos-cnsa-intent-2018"]
    refused(client, "/v1/agreements", scope="luna-26")


def test_negation_names_its_own_parameter(client: TestClient) -> None:
    """An error in a negated filter names that filter."""
    for name, value in (("status__not", "planed"), ("country__not", "Frnace")):
        response = client.get("/v1/missions", params={name: value})
        assert response.status_code == 400
        assert [error["parameter"] for error in response.json()["errors"]] == [name]
