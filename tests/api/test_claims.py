"""Claims and disputes: what was said, how it fared, where it conflicts."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.ledger.checks import check_folder
from app.ledger.records import Ledger
from tests.conftest import FACTS

PLAN = {"subject": "missions/luna-26", "property": "planned_launch"}


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """The facts of the tests, from the files themselves."""
    return check_folder(FACTS)[0]


def listed(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    """The claims that a query finds."""
    response = client.get("/v1/claims", params={"limit": 10_000, **query})
    assert response.status_code == 200, response.text
    claims: list[dict[str, Any]] = response.json()["results"]
    return claims


def test_all_claims_are_served(client: TestClient, ledger: Ledger) -> None:
    """Every claim of the seed files is served under its id, and no other."""
    served = {
        (claim["id"], claim["subject"], claim["property"], claim["value"], claim["said_by"],
         claim["said_edtf"], claim["source"]["id"], claim["locator"], claim["nature"])
        for claim in listed(client)
    }  # fmt: skip
    written = {
        (claim.id, claim.subject, claim.property, claim.value, claim.said_by, claim.said_on.edtf,
         claim.source, claim.locator, claim.nature.value)
        for claim in ledger.claims
    }  # fmt: skip
    assert written == served


def test_claim_by_id(client: TestClient) -> None:
    """A claim by its id is what the list gives."""
    for claim in listed(client, **PLAN):
        assert claim == client.get(f"/v1/claims/{claim['id']}").json()["result"]


def test_claim_has_its_source(client: TestClient) -> None:
    """A claim says who published it, what sort of text it is, and of which day."""
    [claim] = listed(client, source="rt-2018-03-02", **PLAN)
    assert claim["source"] == {
        "id": "rt-2018-03-02",
        "title": "Report on the Russian-Chinese lunar and deep-space data centre",
        "kind": "news",
        "publisher": "agencies/rt",
        "publisher_name": "RT",
        "published_edtf": "2018-03-02",
        "accessed_edtf": None,
        "url": None,
        "archived_url": None,
    }
    assert (claim["said_by_name"], claim["subject_name"]) == ("Roscosmos", "Luna-26")
    assert (claim["value_label"], claim["value_precision"]) == ("2022", "year")
    assert (claim["value_earliest"], claim["value_latest"]) == ("2022-01-01", "2022-12-31")


def test_claim_said_in_a_month_is_known_at_its_end(client: TestClient) -> None:
    """What was said in October 2017 counts from 31 October 2017."""
    [claim] = listed(client, subject="projects/energia-lunar-base", source="rt-2018-03-02",
                     property="planned_build")  # fmt: skip
    assert (claim["said_edtf"], claim["known_from"]) == ("2017-10", "2017-10-31")


def test_value_as_the_source_puts_it(client: TestClient) -> None:
    """A value that we put in our words comes with those of the source."""
    [claim] = listed(client, source="rt-2018-03-02", property="announced_on",
                     subject="agreements/roscosmos-cnsa-data-centre-2018")  # fmt: skip
    assert (claim["value"], claim["original_value"]) == ("2018-03-03", "on Saturday")


def test_unknown_is_no_value(client: TestClient) -> None:
    """What is said to be unknown has no value, and says so in its type."""
    for claim in listed(client, property="planned_opening"):
        assert (claim["value"], claim["value_type"], claim["value_label"]) == (
            None, "unknown", "unknown",
        )  # fmt: skip


@pytest.mark.parametrize("day", ["2017-10-31", "2018-03-02", "2018-03-03", "2018-03", "2026"])
def test_claims_known_by_a_day(client: TestClient, ledger: Ledger, day: str) -> None:
    """As of a day, exactly the claims known by then are listed."""
    resolved = client.get("/v1/claims", params={"as_of": day}).json()["meta"]["as_of"]["resolved"]
    known = {claim.id for claim in ledger.claims if claim.known_from.isoformat() <= resolved}
    assert known == {claim["id"] for claim in listed(client, as_of=day)}


def test_opinions_stand_behind_nothing(client: TestClient) -> None:
    """No opinion and no deprecated claim is best or rival, on any day."""
    for day in ("2018-03-03", "2018-04", "2026"):
        for claim in listed(client, as_of=day):
            if claim["nature"] == "assessment" or claim["rank"] == "deprecated":
                assert claim["standing"] == "other"


def test_default_order(client: TestClient) -> None:
    """Claims come in the order in which they became known."""
    days = [claim["known_from"] for claim in listed(client)]
    assert days == sorted(days)


def test_locators_sort_as_people_count(client: TestClient) -> None:
    """Sorted by place, paragraph 9 comes before paragraph 11."""
    places = [claim["locator"] for claim in listed(client, source="rt-2018-03-02", sort="locator")]
    numbers = [int(place.split()[1].rstrip(",")) for place in places]
    assert numbers == sorted(numbers)
    assert {6, 7, 8, 9, 10, 11} == set(numbers)


def test_claims_under_a_record(client: TestClient) -> None:
    """Under a record stand the claims about it: the list with its subject."""
    below = client.get("/v1/missions/luna-26/claims?limit=1000").json()["results"]
    assert below == listed(client, subject="missions/luna-26")


# --- Disputes -----------------------------------------------------------------------------------


def test_disputes(client: TestClient, ledger: Ledger) -> None:
    """Every recorded dispute is served, with the claims that it names."""
    served = client.get("/v1/disputes").json()["results"]
    assert {dispute.id: set(dispute.claims) for dispute in ledger.disputes} == {
        dispute["id"]: set(dispute["claims"]) for dispute in served
    }


def test_dispute_is_told_when_all_of_it_is_known(client: TestClient, ledger: Ledger) -> None:
    """A dispute is there from the day on which the last of its claims is known, not earlier."""
    known_from = {claim.id: claim.known_from for claim in ledger.claims}
    for dispute in client.get("/v1/disputes").json()["results"]:
        last = max(known_from[claim] for claim in dispute["claims"])
        assert dispute["known_from"] == last.isoformat()
        before = client.get("/v1/disputes", params={"as_of": str(last.replace(year=last.year - 1))})
        on_day = client.get("/v1/disputes", params={"as_of": last.isoformat()})
        assert dispute["id"] not in [item["id"] for item in before.json()["results"]]
        assert dispute["id"] in [item["id"] for item in on_day.json()["results"]]


def test_dispute_stands_in_its_records(client: TestClient) -> None:
    """Each record that a dispute is about shows it."""
    for dispute in client.get("/v1/disputes").json()["results"]:
        for ref in dispute["subjects"]:
            record = client.get(f"/v1/{ref}").json()["result"]
            assert dispute["id"] in [link["id"] for link in record["disputes"]]


def test_disputes_of_a_subject(client: TestClient) -> None:
    """Disputes can be had for one record."""
    whole = client.get("/v1/disputes").json()["results"]
    subject = "agreements/roscosmos-cnsa-intent-2018"
    wanted = [dispute["id"] for dispute in whole if subject in dispute["subjects"]]
    found = client.get("/v1/disputes", params={"subject": subject}).json()["results"]
    assert wanted == [dispute["id"] for dispute in found]
    assert "tokyo-one-document-or-two" in wanted
