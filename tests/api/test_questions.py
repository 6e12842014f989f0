"""The questions that the service exists for, each answered by one request."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.ledger.checks import check_folder
from app.ledger.records import Claim
from app.vocabulary import Nature
from tests.conftest import FACTS

REPORT = "rt-2018-03-02"
NOTE = "note-chossudovsky-2018-03"


OPINIONS = """
paragraph 3: suggests the two points that the note makes
paragraph 4: runs a Russia-Gate campaign directed against the Kremlin
paragraph 4: joint US-Russian space station
paragraph 4: part of US-Russian space collaboration
paragraph 4: potentially in jeopardy
paragraph 4: acknowledges that the US-Russian station project was agreed on in September 2017
paragraph 4: suggests that US-Russian space collaboration is potentially in jeopardy
paragraph 4: suggests that the jeopardy comes largely from Washington's Russia-Gate campaign against the Kremlin
paragraph 5: agencies/sco
paragraph 5: agencies/sco
paragraph 5: agencies/china-government
paragraph 5: agencies/china-government
paragraph 5: the framework under whose auspices Russia and China are military allies
paragraph 5: self-proclaimed holder of military hegemony of deep space
paragraph 5: has civilian applications
paragraph 5: has military applications
paragraph 5: joint project of Russia and China
paragraph 5: challenges America's self-proclaimed military hegemony of deep space
paragraph 5: deals largely with civilian dimensions
paragraph 5: suggests that the Russian-Chinese space programme has civilian and military applications
"""  # noqa: E501


def ask(client: TestClient, url: str, **query: Any) -> Any:
    """The result or results of one request."""
    response = client.get(url, params=query)
    assert response.status_code == 200, response.text
    body = response.json()
    return body["result"] if "result" in body else body["results"]


def behind(record: dict[str, Any], claim_id: str) -> dict[str, Any]:
    """The claim behind a value, out of the record's own claims."""
    return next(claim for claim in record["claims"] if claim["id"] == claim_id)


def cited(claim: dict[str, Any]) -> tuple[str, str, str]:
    """Who says it, in which source, where."""
    return claim["said_by"], claim["source"]["id"], claim["locator"]


@pytest.fixture(scope="module")
def article() -> list[Claim]:
    """All claims of the article, from the seed files themselves."""
    ledger, _ = check_folder(FACTS)
    return [claim for claim in ledger.claims if claim.source in (REPORT, NOTE)]


def test_planned_launch_of_luna_26_when_the_report_was_known(client: TestClient) -> None:
    """On 3 March 2018 Luna-26 was to be launched in 2022: Roscosmos, paragraph 9 of the report."""
    mission = ask(client, "/v1/missions/luna-26", as_of="2018-03-03")
    assert mission["launch_edtf"] == "2022"
    assert (mission["launch_earliest"], mission["launch_latest"]) == ("2022-01-01", "2022-12-31")
    assert (mission["launch_precision"], mission["launch_status"]) == ("year", "planned")
    claim = behind(mission, mission["launch_claim_id"])
    assert cited(claim) == ("agencies/roscosmos", REPORT, "paragraph 9")
    assert (claim["property"], claim["value"]) == ("planned_launch", "2022")
    assert claim["said_edtf"] == "2018-03-03"


def test_nothing_was_known_of_luna_26_before_the_report(client: TestClient) -> None:
    """On 1 March 2018 every value of Luna-26 is null or empty, and there are no claims."""
    mission = ask(client, "/v1/missions/luna-26", as_of="2018-03-01", claims="all")
    told = {
        key: value
        for key, value in mission.items()
        if value not in (None, []) and key not in ("id", "ref")
    }
    assert told == {"known_to": "2018-03-02"}


def test_what_the_agreement_of_intent_covers_where_and_when(client: TestClient) -> None:
    """The agreement of intent: its topics, Tokyo, the forum, 3 March 2018, each with its source."""
    agreement = ask(client, "/v1/agreements/roscosmos-cnsa-intent-2018", as_of="2018-03-03")
    topics = {
        claim["value"]: claim["locator"]
        for claim in agreement["claims"]
        if claim["property"] == "covers" and claim["source"]["id"] == REPORT
    }
    assert topics == {
        "cooperation in Moon research": "paragraph 8",
        "cooperation in deep-space research": "paragraph 8",
        "looking into Chinese help for the Russian lunar programme": "paragraph 9",
        "looking into Russian help for the Chinese lunar programme": "paragraph 9",
    }
    assert set(topics) <= set(agreement["covers"])
    assert {link["ref"] for link in agreement["scope"]} == {
        "missions/luna-26",
        "missions/china-south-pole-landing",
    }
    assert (agreement["signed_at"], agreement["signed_during"]) == ("Tokyo", "agencies/isef")
    assert (agreement["signing_edtf"], agreement["signing_status"]) == ("2018-03-03", "actual")
    claim = behind(agreement, agreement["signing_claim_id"])
    assert claim["source"]["id"] in ("parabolicarc-2018-03-07", "nsn-2018-03-03")
    tokyo = [claim for claim in agreement["claims"] if claim["property"] == "signed_at"]
    assert [cited(claim) for claim in tokyo] == [("agencies/rt", REPORT, "paragraph 8")]
    assert {link["ref"] for link in agreement["parties"]} == {"agencies/roscosmos", "agencies/cnsa"}


def test_topics_of_the_programme_for_2018_to_2022(client: TestClient) -> None:
    """The report's topics of the programme, each with paragraph 10."""
    topics = ask(
        client,
        "/v1/agreements/roscosmos-cnsa-programme-2018-2022/claims",
        property="covers",
        source=REPORT,
    )
    assert {claim["value"]: cited(claim) for claim in topics} == dict.fromkeys(
        [
            "space debris monitoring",
            "research into the Moon",
            "research into deep space",
            "research into satellites",
            "other issues",
        ],
        ("agencies/rt", REPORT, "paragraph 10"),
    )


def test_topics_stand_in_the_programme_itself(client: TestClient) -> None:
    """The programme names its topics, its years and the day on which it was signed."""
    programme = ask(client, "/v1/agreements/roscosmos-cnsa-programme-2018-2022", as_of="2018-03")
    assert {"space debris monitoring", "research into the Moon", "research into deep space",
            "research into satellites"} <= set(programme["covers"])  # fmt: skip
    assert (programme["valid_edtf"], programme["valid_precision"]) == ("2018/2022", "interval")
    assert programme["signing_edtf"] == "2017-11-01"


def test_when_the_base_of_energia_was_to_be_built(client: TestClient) -> None:
    """Energia's base was to be built in 2040 to 2050: a span with two ends, not a date."""
    base = ask(client, "/v1/projects/energia-lunar-base", as_of="2018-03-03", claims="all")
    assert base["build_edtf"] == "2040/2050"
    assert (base["build_earliest"], base["build_latest"]) == ("2040-01-01", "2050-12-31")
    assert (base["build_precision"], base["build_label"]) == ("interval", "2040–2050")
    assert (base["build_status"], base["build_is_overdue"]) == ("planned", False)
    said = [cited(claim) for claim in base["claims"] if claim["property"] == "planned_build"]
    assert ("agencies/rsc-energia", REPORT, "paragraph 11") in said


def test_who_agreed_on_the_gateway_when_and_when_modules_were_expected(client: TestClient) -> None:
    """Russia and the United States, September 2017, first modules 2024 to 2026: paragraph 11."""
    gateway = ask(client, "/v1/projects/deep-space-gateway", as_of="2018-03-03")
    partners = {link["ref"]: behind(gateway, link["claim_id"]) for link in gateway["partners"]}
    assert set(partners) == {"agencies/russia-government", "agencies/us-government"}
    for claim in partners.values():
        assert cited(claim) == ("agencies/rt", REPORT, "paragraph 11")
    assert (gateway["agreed_edtf"], gateway["agreed_precision"]) == ("2017-09", "month")
    assert cited(behind(gateway, gateway["agreed_claim_id"])) == (
        "agencies/rt", REPORT, "paragraph 11",
    )  # fmt: skip
    assert gateway["first_element_edtf"] == "2024/2026"
    assert cited(behind(gateway, gateway["first_element_claim_id"])) == (
        "agencies/rt", REPORT, "paragraph 11",
    )  # fmt: skip


def test_what_the_commentator_thinks(client: TestClient) -> None:
    """The commentator's own assessments, by property and subject; none stands behind a value."""
    opinions = ask(
        client, "/v1/claims", nature="assessment", said_by="people/michel-chossudovsky", limit=1000
    )
    assert sorted(
        f"{claim['locator'].partition(',')[0]}: {claim['value']}" for claim in opinions
    ) == sorted(line.strip() for line in OPINIONS.strip().splitlines())
    assert {claim["source"]["id"] for claim in opinions} == {NOTE}
    assert {claim["standing"] for claim in opinions} == {"other"}


def test_opinions_become_no_values(client: TestClient) -> None:
    """What the note says of alliance and jeopardy stands in no record's values."""
    russia = ask(client, "/v1/agencies/russia-government", claims="none")
    gateway = ask(client, "/v1/projects/deep-space-gateway", claims="none")
    assert (russia["allied_with"], russia["member_of"]) == ([], [])
    assert gateway["described_as"] == ["new station, a joint project of Russia and the US"]


def test_all_claims_of_paragraph_11(client: TestClient, article: list[Claim]) -> None:
    """One request gives every claim of paragraph 11, the credit at its end included."""
    found = ask(client, "/v1/claims", source=f"{REPORT},{NOTE}", locator="paragraph 11", limit=1000)
    written = [claim for claim in article if claim.locator.startswith("paragraph 11")]
    assert len(written) > 30
    assert {claim.id for claim in written} == {claim["id"] for claim in found}
    values = {(claim["property"], claim["value"]) for claim in found}
    assert {
        ("planned_build", "2040/2050"),
        ("first_element_planned", "2024/2026"),
        ("agreed_on", "2017-09"),
        ("announced_on", "2017-10"),
        ("published_on", "2018-03-02"),
    } <= values


def test_every_plan_of_the_report_with_its_verdict(
    client: TestClient, article: list[Claim]
) -> None:
    """The scorecard holds each plan of the report: four with a date, and those without one."""
    then = ask(client, f"/v1/sources/{REPORT}/scorecard", limit=1000, as_of="2023-06")
    rows = ask(client, f"/v1/sources/{REPORT}/scorecard", limit=1000)
    [luna] = [row for row in then if row["subject"] == "missions/luna-26"]
    assert (luna["value"], luna["verdict"]) == ("2022", "overdue")
    written = {
        claim.id for claim in article if claim.source == REPORT and claim.nature is Nature.PLAN
    }
    assert written == {row["claim_id"] for row in rows}
    assert {(row["subject"], row["value"]): row["verdict"] for row in rows if row["date_edtf"]} == {
        ("missions/luna-26", "2022"): "superseded",
        ("missions/china-south-pole-landing", "2023"): "overdue",
        ("projects/deep-space-gateway", "2024/2026"): "pending",
        ("projects/energia-lunar-base", "2040/2050"): "pending",
    }
    assert {row["verdict"] for row in rows if not row["date_edtf"]} == {"no_evidence"}
    for row in rows:
        assert (row["claim"]["id"], row["claim"]["source"]["id"]) == (row["claim_id"], REPORT)


def test_the_dispute_about_the_saturday(client: TestClient) -> None:
    """That the report speaks of a Saturday and is dated a Friday stands with the agreement."""
    found = ask(client, "/v1/disputes", subject="agreements/roscosmos-cnsa-data-centre-2018")
    assert "rt-report-saturday-or-friday" in [dispute["id"] for dispute in found]
