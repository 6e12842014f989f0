"""Relations: which record stands in which relation to which, as the records themselves say."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.vocabulary import PROPERTIES, Kind, ValueType
from tests.api.test_invariants import (
    KINDS,
    SERVICES,
    Record,
    Service,
    open_service,
    some,
)

# Relations by the field of a record under which they are served.
RELATIONS = {
    (kind, prop.served_field): prop.name
    for prop in PROPERTIES.values()
    if prop.type is ValueType.REFERENCE
    for kind in prop.subjects
}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service over the facts of the tests, and over a world with everything in it."""
    return open_service(request, tmp_path_factory)


def relations(service: Service, day: str, **query: Any) -> list[Record]:
    """The relations that were known on a day."""
    return service.rows("/v1/relations", as_of=day, **query)


def named(row: Record) -> tuple[str, str, str]:
    """What tells a relation from all others."""
    return row["subject"], row["relation"], row["object"]


def in_records(service: Service, day: str) -> dict[tuple[str, str, str], Record]:
    """The relations of a day as the records of that day have them."""
    found = {}
    for ref, record in service.records(day).items():
        kind = Kind(ref.partition("/")[0])
        told = {"subject": ref, "subject_name": record.get("name") or record.get("title")}
        for key, value in record.items():
            relation = RELATIONS.get((kind, key))
            if relation is None:
                continue
            links = value if isinstance(value, list) else [value] if value else []
            for link in links:
                about = (
                    link if isinstance(link, dict) else {"ref": link, "name": record[f"{key}_name"]}
                )
                found[ref, relation, about["ref"]] = {
                    **told,
                    "relation": relation,
                    "object": about["ref"],
                    "object_name": about["name"],
                    "role": about.get("role"),
                    "since_edtf": about.get("since_edtf"),
                    "until_edtf": about.get("until_edtf"),
                    "active": about.get("active", True),
                    "claim_id": about.get("claim_id"),
                }
    return found | told_of_sources(service, day, found)


def told_of_sources(
    service: Service, day: str, found: Mapping[tuple[str, str, str], Record]
) -> dict[tuple[str, str, str], Record]:
    """The relations of sources that claims tell of, beyond what stands in their own records."""
    names = {ref: record.get("name") for ref, record in service.records(day).items()}
    told = {}
    for claim in service.rows("/v1/claims", as_of=day, standing="best"):
        key = claim["subject"], claim["property"], claim["value"]
        if claim["subject"].startswith("sources/") and key not in found and "/" in str(key[2]):
            told[key] = {
                "subject_name": claim["subject_name"],
                "object_name": names.get(key[2], key[2].partition("/")[2]),
                **dict.fromkeys(("role", "since_edtf", "until_edtf")),
                "active": True,
                "claim_id": claim["id"],
            }
    return told


# --- What it holds --------------------------------------------------------------------------------


def test_they_are_the_links_of_the_records(service: Service) -> None:
    """On any day there is one row for each link of each record, ended or not, and no other."""
    ended = 0
    for day in service.days:
        expected = in_records(service, day)
        rows = relations(service, day)
        assert sorted(map(named, rows)) == sorted(expected)
        for row in rows:
            told = expected[named(row)]
            for key in ("role", "since_edtf", "until_edtf", "active"):
                assert row[key] == told[key], (day, named(row))
            ended += not row["active"]
    assert ended or service.name == "sample"


def test_they_name_the_claims_behind_them(service: Service) -> None:
    """A relation has the claim behind it, with its nature; who wrote a source needs none."""
    claims = {row["id"]: row for row in service.rows("/v1/claims")}
    expected = in_records(service, "2026-11-22")
    for row in relations(service, "2026-11-22"):
        if row["subject"].startswith("sources/") and row["claim_id"] is None:
            assert row["relation"] in ("author", "publisher")
            continue
        claim = claims[row["claim_id"]]
        assert (
            row["claim_id"] == expected[named(row)]["claim_id"]
            or row["relation"] == "signed_during"
        )
        assert named(row) == (claim["subject"], claim["property"], claim["value"])
        assert (row["nature"], row["role"]) == (claim["nature"], claim["role"])
        assert claim["standing"] == "best"


def test_names_are_those_of_the_day(service: Service) -> None:
    """Both ends are called as their records, or the record that names them, call them that day."""
    renamed = set()
    for day in service.days:
        expected = in_records(service, day)
        for row in relations(service, day):
            told = expected[named(row)]
            assert row["subject_name"] == told["subject_name"]
            assert row["object_name"] == told["object_name"], (day, named(row))
            renamed.add((row["object"], row["object_name"]))
    assert service.name == "sample" or len(renamed) > len(dict(renamed))


def test_authors_and_publishers_are_those_of_the_sources(service: Service) -> None:
    """Who wrote and who published a source stands among the relations from the day it is known."""
    for day in service.days:
        expected = {
            (ref, relation, who)
            for ref, record in service.records(day, ("sources",)).items()
            for relation, those in (
                ("author", [author["ref"] for author in record["authors"]]),
                ("publisher", [record["publisher"]] if record["publisher"] else []),
            )
            for who in those
        }
        rows = relations(service, day, relation="author,publisher")
        rows = [row for row in rows if row["claim_id"] is None]  # the others are by hearsay
        assert {named(row) for row in rows} == expected
        assert len(rows) == len(expected)


def test_they_begin_and_end_on_their_days(service: Service) -> None:
    """From the day on which a relation begins to that on which it ends it is active."""
    looked_at = 0
    for day in service.days:
        for row in relations(service, day):
            begun = row["since_earliest"] is None or row["since_earliest"] <= day
            over = row["until_latest"] is not None and row["until_latest"] < day
            assert row["active"] == (begun and not over), (day, named(row))
            looked_at += bool(row["since_edtf"] or row["until_edtf"])
    assert looked_at or service.name == "sample"


# --- Filters and orders ---------------------------------------------------------------------------

Wanted = Callable[[Record], bool]
FILTERS: list[tuple[dict[str, str], Wanted]] = [
    ({"active": "true"}, lambda row: row["active"]),
    ({"active": "false"}, lambda row: not row["active"]),
    ({"relation": "party"}, lambda row: row["relation"] == "party"),
    ({"relation": "party,publisher"}, lambda row: row["relation"] in ("party", "publisher")),
    ({"relation__not": "publisher"}, lambda row: row["relation"] != "publisher"),
    ({"relation": "party", "active": "true"},
     lambda row: row["relation"] == "party" and row["active"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "wanted"), FILTERS, ids=["&".join(map("=".join, q.items())) for q, _ in FILTERS]
)
def test_filters(service: Service, query: dict[str, str], wanted: Wanted) -> None:
    """A filter gives exactly the relations that have what it asks for."""
    for day in (service.days[4], "2026-11-22"):
        rows = relations(service, day)
        found = relations(service, day, **query)
        assert found == [row for row in rows if wanted(row)]
    assert service.name == "sample" or 0 < len(found) < len(rows)


@pytest.mark.parametrize("end", ["subject", "object"])
def test_filter_by_either_end(service: Service, end: str) -> None:
    """The relations of one record, of two, and of all others."""
    rows = relations(service, "2026-11-22")
    refs = sorted({row[end] for row in rows})
    for value in (*some(refs, 8), f"{refs[0]},{refs[-1]}"):
        among = [row for row in rows if row[end] in value.split(",")]
        assert relations(service, "2026-11-22", **{end: value}) == among
        beside = [row for row in rows if row not in among]
        assert relations(service, "2026-11-22", **{f"{end}__not": value}) == beside


def test_a_record_in_no_relation(service: Service) -> None:
    """Of a record to which nothing is related there is nothing to tell, and no error."""
    objects = {row["object"] for row in relations(service, "2026-11-22")}
    alone = [ref for ref in service.records("2026-11-22") if ref not in objects]
    assert alone
    assert relations(service, "2026-11-22", object=alone[0]) == []


@pytest.mark.parametrize(
    ("query", "named"),
    [({"relation": "praty"}, "party"), ({"subject": "missions/luna-62"}, "missions/luna-26"),
     ({"object": "agencies/cnsaa"}, "agencies/cnsa"), ({"object": "cnsa"}, "agencies/cnsa"),
     ({"agency": "cnsa"}, "active")],
)  # fmt: skip
def test_refusals(client: TestClient, query: dict[str, str], named: str) -> None:
    """A relation or record that there is not is refused, with the nearest that there is."""
    response = client.get("/v1/relations", params=query)
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["parameter"] == next(iter(query))
    assert named in error["detail"] or error["parameter"] == "agency"


def test_the_order_unless_another_is_asked_for(service: Service) -> None:
    """Relations come by subject, by relation, by object."""
    rows = list(map(named, relations(service, "2026-11-22")))
    assert rows == sorted(rows)
    assert len(rows) == len(set(rows))


def test_every_relation_can_be_filtered_by_its_own_name(service: Service) -> None:
    """A relation that is listed is found in its collection by the parameter of its name."""
    for kind in KINDS:
        rows = [row for row in relations(service, "2026-11-22", active="true")
                if row["subject"].startswith(f"{kind}/")]  # fmt: skip
        for relation in sorted({row["relation"] for row in rows}):
            target = next(row["object"] for row in rows if row["relation"] == relation)
            several = len(PROPERTIES[relation].refers_to) > 1
            value = target if several else target.partition("/")[2]
            found = service.rows(f"/v1/{kind}", as_of="2026-11-22", **{relation: value})
            expected = {row["subject"] for row in rows
                        if (row["relation"], row["object"]) == (relation, target)}  # fmt: skip
            assert {record["ref"] for record in found} == expected


@pytest.mark.parametrize("service", ["world"], indirect=True)
def test_who_is_said_to_have_written_a_source(service: Service) -> None:
    """What a claim says of a source relates the two; the record has its own authors alone."""
    told = {
        (row["relation"], row["object"]): row["claim_id"]
        for row in relations(service, "2026-06-01", subject="sources/r2024")
    }
    claims = {
        (row["property"], row["value"]): row["id"]
        for row in service.rows("/v1/claims", subject="sources/r2024", source="r2026")
        if row["property"] in ("author", "image_credit")
    }
    assert len(claims) == 2
    assert told == {("publisher", "agencies/press"): None, **claims}
    for day, found in (("2026-05-31", []), ("2026-06-01", ["r2024"])):
        for query in ({"author": "people/anna"}, {"author__isnull": "false"}, {"person": "anna"}):
            rows = service.rows("/v1/sources", as_of=day, **query)
            assert [row["id"] for row in rows] == ["paper-2018", *found], query
            assert [row["authors"] for row in rows[1:]] == [[] for _ in found]
        credited = service.rows("/v1/sources", as_of=day, image_credit="agencies/alpha")
        assert [row["id"] for row in credited] == found
        without = service.rows("/v1/sources", as_of=day, author__isnull="true")
        assert ("r2024" in {row["id"] for row in without}) == (not found)


@pytest.mark.parametrize("service", ["world"], indirect=True)
def test_a_relation_in_time(service: Service) -> None:
    """A relation is not active yet, active, active no more: by the day, with no new claim."""
    about = {"subject": "agencies/beta", "relation": "member_of"}
    told = {}
    for day in ("2014-05-31", "2014-06-01", "2024-12-31", "2025-01-01"):
        rows = relations(service, day, **about)
        told[day] = [(row["active"], row["known_from"], row["known_to"]) for row in rows]
    assert told == {
        "2014-05-31": [],
        "2014-06-01": [(False, "2014-06-01", "2025-01-01")],
        "2024-12-31": [(False, "2014-06-01", "2025-01-01")],
        "2025-01-01": [(True, "2025-01-01", None)],
    }
    about = {"subject": "agreements/pact", "object": "agencies/beta"}
    told = {}
    for day in ("2020-06-30", "2020-07-01"):
        [row] = relations(service, day, **about)
        told[day] = (row["active"], row["known_from"], row["known_to"])
    assert told == {
        "2020-06-30": (True, "2020-06-01", "2020-07-01"),
        "2020-07-01": (False, "2020-07-01", None),
    }
