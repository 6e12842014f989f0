"""Records by what others call them, numbers as filters, and how far the data reaches."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.queries.listing import STATEMENTS
from app.vocabulary import PROPERTIES, Completeness
from tests.api.test_entities import serving

LUNA = """\
id: luna-25
claims:
- {property: name, value: Luna-25, source: report, locator: p1}
- {property: cospar_id, value: 2023-118A, source: report, locator: p1}
- {property: landing_latitude, value: "-57.865", source: report, locator: p1}
- {property: landing_longitude, value: "61.36", source: report, locator: p1}
- {property: outcome, value: spacecraft_failure, source: report, locator: p1}
"""
TWIN = """\
id: twin
claims:
- {property: name, value: Twin, source: report, locator: p2}
- {property: cospar_id, value: 1966-078A, source: report, locator: p2}
- {property: outcome, value: success, source: report, locator: p1}
"""
OTHER_TWIN = TWIN.replace("twin", "other-twin").replace("Twin", "Other Twin")
RUSSIA = """\
id: russia
claims:
- {property: name, value: Russia, source: report, locator: p3}
- {property: governs, value: "RU", source: report, locator: p3}
- {property: wikidata_id, value: Q159, source: report, locator: p3}
"""
PACT = """\
id: pact
claims:
- {property: name, value: Pact, source: report, locator: p4}
- {property: participant_count, value: "13", source: report, locator: p4}
"""
COVERAGE = """\
id: flights
kind: missions
covers: flights to the Moon
completeness: nearly_complete
known_until: "2018-03"
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service over five records."""
    with serving(
        tmp_path_factory.mktemp("identifiers"),
        missions__luna_25=LUNA,
        missions__twin=TWIN,
        missions__other_twin=OTHER_TWIN,
        agencies__russia=RUSSIA,
        agreements__pact=PACT,
        coverage__flights=COVERAGE,
    ) as client:
        yield client


@pytest.mark.parametrize(
    ("address", "refs"),
    [
        ("cospar/2023-118A", ["missions/luna-25"]),
        ("cospar/2023-118a", ["missions/luna-25"]),
        ("cospar/1966-078A", ["missions/other-twin", "missions/twin"]),  # two lay claim to it
        ("wikidata/Q159", ["agencies/russia"]),
        ("wikidata/q159", ["agencies/russia"]),
        ("iso3166/RU", ["agencies/russia"]),
        ("iso3166/rus", ["agencies/russia"]),
        ("iso3166/Russian Federation", ["agencies/russia"]),
    ],
)
def test_an_identifier_finds_the_record(small: TestClient, address: str, refs: list[str]) -> None:
    """The record is found by what others call it, whatever the case."""
    body = small.get(f"/v1/identifiers/{address}").json()
    assert [row["ref"] for row in body["results"]] == refs
    assert body["meta"]["count"] == len(refs)
    for row in body["results"]:
        assert small.get(f"/v1/{row['ref']}").json()["result"]["name"] == row["name"]
        claim = small.get(f"/v1/claims/{row['claim_id']}").json()["result"]
        assert (claim["property"], claim["value"]) == (row["property"], row["identifier"])


def test_before_it_was_known_it_names_nothing(small: TestClient) -> None:
    """The report is of 3 March 2018: the day before there was no such identifier."""
    body = small.get("/v1/identifiers/cospar/2023-118A?as_of=2018-03-02").json()
    assert (body["results"], body["meta"]["count"]) == ([], 0)


@pytest.mark.parametrize(
    ("address", "status", "named"),
    [
        ("cospar/2023-118B", 404, "did you mean '2023-118a'?"),
        ("cospar/-", 404, "names no record"),
        ("cosparr/2023-118A", 404, "did you mean 'cospar'?"),
        ("iso3166/RX", 404, "unknown identifier 'RX'"),
        ("iso3166/CN", 404, "names no record"),
    ],
)
def test_what_names_nothing(small: TestClient, address: str, status: int, named: str) -> None:
    """An identifier or scheme that there is not is a problem with the nearest that there is."""
    answer = small.get(f"/v1/identifiers/{address}")
    assert answer.status_code == status, answer.text
    assert named in answer.json()["detail"]


def test_all_identifiers(small: TestClient) -> None:
    """The list has them all, by scheme and identifier, and can be narrowed and had as a table."""
    rows = small.get("/v1/identifiers").json()["results"]
    assert [(row["scheme"], row["identifier"], row["ref"]) for row in rows] == [
        ("cospar", "1966-078A", "missions/other-twin"),
        ("cospar", "1966-078A", "missions/twin"),
        ("cospar", "2023-118A", "missions/luna-25"),
        ("iso3166", "RU", "agencies/russia"),
        ("wikidata", "Q159", "agencies/russia"),
    ]
    only = small.get("/v1/identifiers?scheme=wikidata,iso3166").json()["results"]
    assert only == rows[3:]
    assert small.get("/v1/identifiers?subject=missions/twin").json()["results"] == rows[1:2]
    text = small.get("/v1/identifiers/cospar/2023-118A.csv").text
    assert text.splitlines()[1].startswith("cospar,2023-118A,missions/luna-25,missions,luna-25,")


def test_schemes_are_documented(small: TestClient) -> None:
    """Each scheme of the vocabulary stands in the document."""
    schemes = {prop.scheme for prop in PROPERTIES.values() if prop.scheme}
    document = small.get("/openapi.json").json()
    path = document["paths"]["/v1/identifiers/{scheme}/{identifier}"]["get"]
    names = [part["$ref"].rpartition("/")[2] for part in path["parameters"]]
    declared = [document["components"]["parameters"][name] for name in names]
    (scheme,) = [part for part in declared if part["name"] == "scheme"]
    assert set(scheme["schema"]["enum"]) == schemes


# --- Numbers and outcomes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("missions?landing_latitude__lt=-50.5", ["luna-25"]),
        ("missions?landing_latitude__gte=-57.865&landing_latitude__lte=-57.865", ["luna-25"]),
        ("missions?landing_latitude__gt=-57.865", []),
        ("missions?landing_longitude__isnull=true", ["luna-26", "other-twin", "twin"]),
        ("missions?status=failed", ["luna-25"]),
        ("missions?status=completed", ["other-twin", "twin"]),
        ("agreements?participant_count__gte=13", ["pact"]),
        ("agreements?participant_count__gt=13", []),
    ],
)
def test_numbers_and_outcomes_filter(small: TestClient, query: str, ids: list[str]) -> None:
    """Numbers are compared as numbers; a mission that ended has the status that follows from it."""
    answer = small.get(f"/v1/{query}")
    assert [row["id"] for row in answer.json()["results"]] == ids


def test_pages_by_a_number(small: TestClient) -> None:
    """A list sorted by a number with a point is paged through like others."""
    first = small.get("/v1/missions?sort=landing_latitude&limit=1").json()
    assert [row["id"] for row in first["results"]] == ["luna-25"]
    second = small.get(first["meta"]["next"]).json()
    assert [row["id"] for row in second["results"]] == ["luna-26"]


def test_whole_numbers_are_whole(small: TestClient) -> None:
    """A count has no point behind it, in JSON and in tables; a coordinate may have."""
    pact = small.get("/v1/agreements/pact").text
    assert '"participant_count":13,' in pact
    assert small.get("/v1/agreements/pact/participant_count.txt").text == "13\n"
    assert small.get("/v1/missions/luna-25").json()["result"]["landing_latitude"] == -57.865


# --- Coverage -------------------------------------------------------------------------------------


def test_coverage_says_how_far_it_reaches(small: TestClient) -> None:
    """What the editors say of a field is served with its meaning in words."""
    (row,) = small.get("/v1/coverage").json()["results"]
    assert (row["id"], row["kind"], row["completeness"]) == (
        "flights", "missions", Completeness.NEARLY_COMPLETE,
    )  # fmt: skip
    assert (row["known_until_edtf"], row["known_until_latest"]) == ("2018-03", "2018-03-31")
    assert row["completeness_meaning"] == "a few are known or likely to be missing"


def test_every_kind_says_how_far_it_reaches(shipped: TestClient) -> None:
    """Of the shipped facts, coverage is stated for each kind that can be incomplete."""
    rows = shipped.get("/v1/coverage").json()["results"]
    assert {"missions", "agreements", "agencies", "projects"} <= {row["kind"] for row in rows}


def test_who_asks_again_makes_no_new_statements(client: TestClient) -> None:
    """The statements of other lists are kept with those of this one: it leaves them their room."""
    addresses = [f"/v1/identifiers/iso3166/RU?limit={limit}" for limit in range(1, 6)]
    assert client.get(addresses[0]).status_code == 200
    before = len(STATEMENTS)
    assert {client.get(address).status_code for address in addresses} == {200}
    assert len(STATEMENTS) == before
