"""The facts that travel with the program, as they are served: all of them, on several days."""

import csv
import io
import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter

from app.ledger.checks import check_folder
from app.schemas import Identifier, Moment, Promise, Relation, StandingClaim
from app.schemas.records import record_model
from app.vocabulary import Kind
from tests.conftest import FACTS, SHIPPED

Record = dict[str, Any]
LISTS: dict[str, type[BaseModel]] = {
    **{kind.value: record_model(kind) for kind in Kind},
    "claims": StandingClaim,
    "timeline": Moment,
    "slips": Promise,
    "slips/summary": Moment,
    "relations": Relation,
    "identifiers": Identifier,
}
# As much as there must be at least, of each kind.
LEAST = {"missions": 250, "agreements": 150, "agencies": 200, "claims": 3_000, "sources": 600}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("day", ["2018-03-03", "2026-11-22"])
def test_every_record_is_as_documented(shipped: TestClient, name: str, day: str) -> None:
    """Each record of each list, whole, has the shape that the OpenAPI document shows."""
    lines = shipped.get(f"/v1/{name}.ndjson", params={"as_of": day}).text.splitlines()
    assert lines
    TypeAdapter(list[LISTS[name]]).validate_python([json.loads(line) for line in lines])  # type: ignore[misc]


def test_the_article_is_there() -> None:
    """Every claim of the report and of the note above it is among the facts that ship."""
    article = ("rt-2018-03-02", "note-chossudovsky-2018-03")
    told, shipped = (
        {
            (claim.subject, claim.property, claim.value, claim.said_by, claim.locator)
            for claim in check_folder(folder)[0].claims
            if claim.source in article
        }
        for folder in (FACTS, SHIPPED)
    )
    assert len(told) > 100
    assert told - shipped == set()


@pytest.mark.parametrize(
    ("name", "key"),
    [("agreements", "parties"), ("missions", "partners"), ("missions", "operators")],
)
def test_tables_list_what_holds(shipped: TestClient, name: str, key: str) -> None:
    """A cell of several lists those that take part; who left is told by the record alone."""
    rows = csv.DictReader(io.StringIO(shipped.get(f"/v1/{name}.csv").text))
    records = [json.loads(line) for line in shipped.get(f"/v1/{name}.ndjson").text.splitlines()]
    ended = 0
    for row, record in zip(rows, records, strict=True):
        assert row["id"] == record["id"]
        holding = [link["ref"] for link in record[key] if link["active"]]
        ended += len(record[key]) - len(holding)
        assert row[key] == "|".join(holding)
    assert ended


def test_there_is_enough(shipped: TestClient) -> None:
    """The whole field is there, and not the article alone."""
    counts = shipped.get("/v1/dataset").json()["result"]["counts"]
    assert {name: counts[name] for name in LEAST if counts[name] < LEAST[name]} == {}


def test_the_landing_of_2023_has_an_outcome(shipped: TestClient) -> None:
    """The Chinese landing that the article expected for 2023 is found under what it became."""
    path = "/v1/missions/china-south-pole-landing"
    record = shipped.get(path).json()["result"]
    assert "missions/change-7" in [link["ref"] for link in record["identified_with"]]
    assert not record["landing_is_overdue"]
    card = shipped.get("/v1/sources/rt-2018-03-02/scorecard?limit=1000").json()["results"]
    (promise,) = [
        row for row in card
        if (row["subject"], row["property"]) == (record["ref"], "planned_landing")
    ]  # fmt: skip
    assert promise["verdict"] == "superseded"
    assert [claim["subject"] for claim in promise["evidence"]] == ["missions/change-7"]


def test_in_2018_nobody_took_it_for_another(shipped: TestClient) -> None:
    """As known in March 2018 it is a landing without a name, pending."""
    record = shipped.get("/v1/missions/china-south-pole-landing?as_of=2018-03").json()["result"]
    assert (record["identified_with"], record["landing_edtf"]) == ([], "2023")


@pytest.mark.parametrize(
    ("address", "ref"),
    [
        ("cospar/2023-118A", "missions/luna-25"),
        ("cospar/1969-059A", "missions/apollo-11"),
        ("iso3166/CHN", "agencies/china-government"),
    ],
)
def test_others_call_it_so(shipped: TestClient, address: str, ref: str) -> None:
    """Identifiers that everybody uses lead to the record."""
    rows = shipped.get(f"/v1/identifiers/{address}").json()["results"]
    assert [row["ref"] for row in rows] == [ref]


def test_parties_over_time(shipped: TestClient) -> None:
    """The parties of the Artemis Accords grow from the eight of the first day."""
    path = "/v1/agreements/artemis-accords-2020"
    parties = shipped.get(path).json()["result"]["parties"]
    first = [link["ref"] for link in parties if link["since_edtf"] == "2020-10-13"]
    assert len(first) == 8
    assert len(parties) >= 65
    assert len({link["ref"] for link in parties}) == len(parties)


@pytest.mark.parametrize("words", ["Luna-26", "Луна-26", "嫦娥七号", "Roskosmos", "Change 7"])
def test_search_finds_it_among_many(shipped: TestClient, words: str) -> None:
    """With all the facts there, what is meant still comes among the first."""
    hits = shipped.get("/v1/search", params={"q": words, "limit": 5}).json()["results"]
    wanted = {"missions/luna-26", "missions/change-7", "agencies/roscosmos"}
    assert wanted & {hit["ref"] for hit in hits}, hits


def test_what_failed_is_planned_no_more(shipped: TestClient) -> None:
    """A page does not say of a landing that it is planned, where the mission crashed before."""
    tags = {
        slug: set(re.findall(r'<span class="tag (\w+)">', shipped.get(f"/missions/{slug}").text))
        for slug in ("luna-25", "luna-26")
    }
    assert {"actual", "failed"} <= tags["luna-25"]
    assert "planned" not in tags["luna-25"]
    assert "planned" in tags["luna-26"]
