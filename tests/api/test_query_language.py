"""The query language: what every filter, order and offset of every list means."""

import csv
import datetime as dt
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Reader
from app.queries import changes, claims, entities, moments, promises
from app.queries.listing import Listing
from app.queries.paging import PageRequest
from app.vocabulary import PROPERTIES, Kind, ValueType
from tests.api.test_groups import dimensions, related
from tests.api.test_invariants import (
    KINDS,
    LISTS,
    SERVICES,
    Record,
    Service,
    open_service,
    openapi,
)
from tests.conftest import TODAY, count_statements

DAY = TODAY.isoformat()
SORTED = [path for path in LISTS if not path.startswith(("/v1/network", "/v1/search"))]
# Changes have the parameters of claims, and the summary those of the timeline.
DIFFERENT = [path for path in SORTED if path not in ("/v1/changes", "/v1/slips/summary")]
BELOW = {
    "/v1/missions/{id}/claims": "/v1/missions/slipped/claims",
    "/v1/missions/{id}/changes": "/v1/missions/slipped/changes",
    "/v1/missions/{id}/vintages": "/v1/missions/slipped/vintages",
    "/v1/missions/{id}/schedule": "/v1/missions/slipped/schedule",
    "/v1/sources/{id}/scorecard": "/v1/sources/r2018/scorecard",
}
ONLY_WORLD = pytest.mark.parametrize("service", ["world"], indirect=True)


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service over the facts of the tests, and over a world with everything in it."""
    return open_service(request, tmp_path_factory)


def parameters(service: Service, path: str) -> dict[str, Record]:
    """The query parameters of a list, as the OpenAPI document declares them."""
    document = openapi(service)
    shared = document["components"]["parameters"]
    operation = document["paths"][path]["get"]
    declared = [shared[item["$ref"].rpartition("/")[2]] for item in operation["parameters"]]
    return {item["name"]: item["schema"] for item in declared if item["in"] == "query"}


def asked(path: str, **query: Any) -> dict[str, Any]:
    """A query with what its list must have."""
    return {**LISTS.get(path, {}), **query}


def fold(text: str) -> str:
    """Text without case and accents."""
    plain = [
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    ]
    return "".join(plain).casefold()


# --- Countries ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["agreements", "projects", "people", "sources"])
def test_country_of_those_who_take_part(service: Service, kind: str) -> None:
    """What has no country of its own is found by those of the agencies that take part that day."""
    found = 0
    for day in service.days[3::3]:
        agencies = service.records(day, ("agencies",))
        relations = related(service, day)
        codes = {record["country"] for record in agencies.values() if record["country"]}
        for code in sorted({*codes, "FR"}):
            there = {ref for ref, record in agencies.items() if record["country"] == code}
            rows = service.rows(f"/v1/{kind}", as_of=day)
            expected = [
                row["ref"]
                for row in rows
                if any(
                    end in there and Kind.AGENCIES in PROPERTIES[relation].refers_to
                    for relation, end in relations[row["ref"]]
                )
            ]
            told = service.rows(f"/v1/{kind}", as_of=day, country=code)
            assert [row["ref"] for row in told] == expected
            found += len(expected)
    assert found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["Frnace", "ZZ", ","])
def test_countries_that_there_are_not(client: TestClient, kind: str, value: str) -> None:
    """On every kind a country that there is not is refused, with the name of the parameter."""
    response = client.get(f"/v1/{kind}", params={"country": value})
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["parameter"] == "country"
    assert value != "Frnace" or "France" in error["detail"]


# --- Text -----------------------------------------------------------------------------------------


def text_fields(service: Service) -> list[tuple[str, str]]:
    """The filters of texts: list and name."""
    return [
        (path, name.removesuffix("__contains"))
        for path in SORTED
        for name in parameters(service, path)
        if name.endswith("__contains")
    ]


@ONLY_WORLD
def test_texts_whatever_their_case_and_accents(service: Service) -> None:
    """A text is found by itself, in capitals and without accents, and by any part of it."""
    tried = set()
    for path, name in text_fields(service):
        rows = service.rows(path, as_of=DAY)
        for value in {row[name] for row in rows if row[name] and "," not in row[name]}:
            same = [row for row in rows if fold(row[name] or "") == fold(value)]
            for spelling in {value, value.upper(), fold(value)}:
                assert service.rows(path, as_of=DAY, **{name: spelling}) == same
            part = value[1:-1].swapcase()
            having = [row for row in rows if fold(part) in fold(row[name] or "")]
            assert service.rows(path, as_of=DAY, **{f"{name}__contains": part}) == having
            others = [row for row in rows if row not in same]
            assert service.rows(path, as_of=DAY, **{f"{name}__not": value}) == others
            tried.add((name, value))
        without = [row for row in rows if row[name] is None]
        assert service.rows(path, as_of=DAY, **{f"{name}__isnull": "true"}) == without
    assert len({name for name, _ in tried}) > 2


@ONLY_WORLD
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"target": "south pole"}, ["slipped"]),
        ({"target": "sud-krater"}, ["earlier"]),
        ({"target": "SÜD-KRATER"}, ["earlier"]),
        ({"target": "south pole,süd-krater"}, ["earlier", "slipped"]),
        ({"target": "south"}, []),
        ({"target__contains": "SOUTH"}, ["slipped"]),
        ({"target__contains": "ü"}, ["earlier", "slipped"]),
        ({"target__contains": "%"}, []),
        ({"target__contains": "_"}, []),
        ({"target__not": "south pole", "target__isnull": "false"}, ["earlier"]),
        ({"cospar_id": "2018-040a"}, ["flown"]),
        ({"launch_vehicle__contains": "-2.1"}, ["flown"]),
    ],
)
def test_texts(service: Service, query: dict[str, str], found: list[str]) -> None:
    """The whole of a text, several of them, a part of it, anything but it."""
    assert [row["id"] for row in service.rows("/v1/missions", as_of=DAY, **query)] == found


@ONLY_WORLD
def test_texts_of_other_kinds(service: Service) -> None:
    """Agreements, agencies and projects are found by their texts too."""
    for path, query, found in (
        ("/v1/agreements", {"signed_at": "TOKYO"}, ["treaty"]),
        ("/v1/agencies", {"held_at": "tokyo"}, ["forum"]),
        ("/v1/projects", {"location": "LUNAR ORBIT"}, ["station"]),
        ("/v1/projects", {"renamed_to__isnull": "true"}, ["base"]),
    ):
        assert [row["id"] for row in service.rows(path, as_of=DAY, **query)] == found


# --- Slips of records -----------------------------------------------------------------------------

Spans = list[tuple[int | None, int | None]]


def spans_of(record: Record) -> Spans:
    """By how much each plan of a record has moved."""
    names = [key.removesuffix("_slip_days_min") for key in record if key.endswith("_slip_days_min")]
    spans = [(record[f"{name}_slip_days_min"], record[f"{name}_slip_days_max"]) for name in names]
    promised = [record[f"{name}_first_edtf"] is not None for name in names]
    return [span for span, known in zip(spans, promised, strict=True) if known]


def certainly(spans: Spans, operator: str, days: int) -> bool:
    """What is certain of the plan that moved most, whichever day within its span each date is."""
    least = [span[0] for span in spans if span[0] is not None]
    most = [span[1] for span in spans]
    known = [days for days in most if days is not None]
    bounded = bool(most) and len(known) == len(most)
    return {
        "gte": any(value >= days for value in least),
        "gt": any(value > days for value in least),
        "lte": bounded and all(value <= days for value in known),
        "lt": bounded and all(value < days for value in known),
    }[operator]


@pytest.mark.parametrize("operator", ["gte", "gt", "lte", "lt"])
@pytest.mark.parametrize("kind", ["missions", "agreements", "agencies", "projects"])
def test_by_how_much_the_plans_of_a_record_moved(
    service: Service, kind: str, operator: str
) -> None:
    """Of the plan that moved most it is certain that it moved so much, or no more than that."""
    rows = service.rows(f"/v1/{kind}", as_of=DAY)
    for days in (0, 1, 1461):
        query = {f"slipped__{operator}": str(days)}
        found = [row["id"] for row in service.rows(f"/v1/{kind}", as_of=DAY, **query)]
        expected = [row["id"] for row in rows if certainly(spans_of(row), operator, days)]
        assert found == expected, query


@ONLY_WORLD
def test_a_promise_that_became_unknown_has_no_bound(service: Service) -> None:
    """Of a record with such a promise it is certain how far another plan moved, and no limit is."""
    [record] = [row for row in service.rows("/v1/missions", as_of=DAY) if row["id"] == "weighed"]
    assert (None, None) in spans_of(record)
    certain = max(least for least, _ in spans_of(record) if least is not None)
    for query, found in (
        ({"slipped__gte": certain}, True), ({"slipped__gt": certain}, False),
        ({"slipped__lte": 10**9}, False), ({"slipped__isnull": "false"}, True),
    ):  # fmt: skip
        rows = service.rows("/v1/missions", as_of=DAY, **query)
        assert ("weighed" in {row["id"] for row in rows}) == found, query
    last = service.rows("/v1/missions", as_of=DAY, sort="-slipped")
    without = service.rows("/v1/missions", as_of=DAY, slipped__isnull="true")
    unbounded = {row["id"] for row in without} | {"weighed", "drifting"}
    assert {row["id"] for row in last[-len(unbounded) :]} == unbounded


@pytest.mark.parametrize("path", ["/v1/missions", "/v1/timeline", "/v1/slips", "/v1/slips/summary"])
def test_what_has_no_slip_is_not_at_most_anything(service: Service, path: str) -> None:
    """A row without a slip is found by no comparison of slips, and one with it has a slip."""
    without = service.rows(path, as_of=DAY, slipped__isnull="true")
    having = service.rows(path, as_of=DAY, slipped__isnull="false")
    assert len(without) + len(having) == len(service.rows(path, as_of=DAY))
    for rows, none in ((without, True), (having, False)):
        for row in rows if path != "/v1/missions" else ():
            if (row["slip_days_min"] is None) == (row["slip_days_max"] is None):
                assert (row["slip_days_min"] is None) == none
    for operator, days in (("gte", -(10**9)), ("lte", 10**9)):
        for row in service.rows(path, as_of=DAY, **{f"slipped__{operator}": days}):
            assert row not in without, row.get("ref", row.get("id"))


# --- Negation and absence -------------------------------------------------------------------------


def known_values(service: Service, path: str, name: str, schema: Record) -> list[str]:
    """Values to try a filter with: some that the list has, else the example of the document."""
    if name in (dimensions(service, path) if "group_by" in parameters(service, path) else ()):
        found = service.body(path, **asked(path, as_of=DAY, group_by=name))["groups"]
        if values := [str(group[name]) for group in found if group[name] is not None][:1]:
            return values
    value = str(schema["examples"][0])
    refers = schema.get("x-values-from", "").startswith("/v1/")
    if not refers:
        return [value]
    refs = [row["ref"] for kind in schema["x-values-from"].split(", ")
            for row in service.rows(kind, as_of=DAY)]  # fmt: skip
    return [ref if "," in schema["x-values-from"] else ref.partition("/")[2] for ref in refs[:1]]


def lines(service: Service, path: str, **query: str) -> Counter[tuple[Any, ...]]:
    """The rows of a list by what tells them apart, as often as each comes."""
    rows = service.rows(path, **asked(path, as_of=DAY, **query))
    return Counter(map(name_of, rows))


def name_of(row: Record) -> tuple[Any, ...]:
    """What tells a row from all others of its list."""
    keys = ("id", "ref", "claim_id", "subject", "relation", "object", "known_from")
    return tuple(row.get(key) for key in keys)


@ONLY_WORLD
@pytest.mark.parametrize("path", DIFFERENT)
def test_a_filter_and_its_negation_share_out_the_list(service: Service, path: str) -> None:
    """What a filter lets through and what its negation does are all rows, and none twice."""
    declared = parameters(service, path)
    whole = lines(service, path)
    told_apart = 0
    for name, schema in declared.items():
        if f"{name}__not" in declared:
            for value in known_values(service, path, name, schema):
                among = lines(service, path, **{name: value})
                beside = lines(service, path, **{f"{name}__not": value})
                assert among + beside == whole, (name, value)
                told_apart += bool(among) and bool(beside)
    negatable = any(name.endswith("__not") for name in declared)
    assert bool(told_apart) == negatable


def served(name: str) -> str:
    """The key of a record under which a property is served."""
    return PROPERTIES[name].served_field if name in PROPERTIES else name


def is_relation(name: str) -> bool:
    """Whether a property's values are other records."""
    return name in PROPERTIES and PROPERTIES[name].type is ValueType.REFERENCE


@ONLY_WORLD
@pytest.mark.parametrize("path", DIFFERENT)
def test_what_has_no_value_and_what_has_one_share_out_the_list(service: Service, path: str) -> None:
    """`__isnull` parts a list into what lacks a value, and what has one, and loses nothing.

    A source is related as the relations have it: claims tell of more than stands in its record.
    """
    whole = lines(service, path)
    relations = related(service, DAY)
    for name in parameters(service, path):
        field = name.removesuffix("__isnull")
        if field != name:
            without = lines(service, path, **{name: "true"})
            having = lines(service, path, **{name: "false"})
            assert without + having == whole, name
            for given, absent in (("true", True), ("false", False)):
                for row in service.rows(path, **asked(path, as_of=DAY, **{name: given})):
                    value = row.get(f"{field}_edtf", row.get(served(field), ...))
                    if path == "/v1/sources" and is_relation(field):
                        value = [end for name, end in relations[row["ref"]] if name == field]
                    elif isinstance(value, list):  # what ended, or is to begin, does not hold
                        value = [link for link in value if link.get("active", True)]
                    assert value is ... or (value in (None, [])) == absent, (name, row["id"])


def test_two_filters_are_both_asked(service: Service) -> None:
    """What two filters find together is what each of them finds."""
    for path, one, other in (
        ("/v1/missions", {"country": "CN"}, {"launch__gte": "2020"}),
        ("/v1/agencies", {"country__isnull": "false"}, {"kind__not": "media"}),
        ("/v1/claims", {"nature": "plan"}, {"standing": "best"}),
        ("/v1/timeline", {"date": "2018"}, {"status": "actual"}),
        ("/v1/relations", {"relation": "party"}, {"active": "true"}),
        ("/v1/sources", {"language": "en"}, {"published__lte": "2018"}),
    ):
        both = lines(service, path, **one, **other)
        assert both == lines(service, path, **one) & lines(service, path, **other)


# --- When claims became known ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "begin", "end"),
    [
        ({"known_from__gte": "2018"}, "2018-01-01", "9999"),
        ({"known_from__gte": "2018-03"}, "2018-03-01", "9999"),
        ({"known_from__gte": "2018-06-01"}, "2018-06-01", "9999"),
        ({"known_from__gte": "2018-06-02"}, "2018-06-02", "9999"),
        ({"known_from__lte": "2018"}, "0000", "2018-12-31"),
        ({"known_from__lte": "2018-05"}, "0000", "2018-05-31"),
        ({"known_from__gte": "2018", "known_from__lte": "2018"}, "2018-01-01", "2018-12-31"),
        ({"known_from__gte": "201X"}, "2010-01-01", "9999"),
        ({"known_from__gte": "2030"}, "2030-01-01", "9999"),
    ],
)
def test_when_claims_became_known(
    service: Service, query: dict[str, str], begin: str, end: str
) -> None:
    """Claims by the day from which they count, which is always known exactly."""
    rows = service.rows("/v1/claims")
    found = service.rows("/v1/claims", **query)
    assert found == [row for row in rows if begin <= row["known_from"] <= end]


# --- Offsets --------------------------------------------------------------------------------------


@ONLY_WORLD
@pytest.mark.parametrize("path", LISTS)
def test_offsets(service: Service, path: str) -> None:
    """An offset leaves out as many rows as it says; past the end the count is still that of all."""
    whole = service.rows(path, **asked(path, as_of=DAY))
    for offset in (1, len(whole) - 1, len(whole), 1_000_000):
        query = asked(path, as_of=DAY, limit=10_000, offset=offset)
        body = service.body(path, **query)
        assert body["results"] == whole[offset:]
        assert (body["meta"]["count"], body["meta"]["next_cursor"]) == (len(whole), None)


@ONLY_WORLD
@pytest.mark.parametrize("path", LISTS)
def test_a_list_goes_on_after_an_offset(service: Service, path: str) -> None:
    """The page after one with an offset begins where that one ended."""
    whole = service.rows(path, **asked(path, as_of=DAY))
    body = service.body(path, **asked(path, as_of=DAY, limit=2, offset=1))
    assert body["results"] == whole[1:3]
    if len(whole) > 3:
        following = service.client.get(body["meta"]["next"]).json()
        assert following["results"] == whole[3:5]
    assert (body["meta"]["next"] is None) == (len(whole) <= 3)
    text = service.client.get(f"{path}.csv", params=asked(path, as_of=DAY, offset=2, limit=1)).text
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 1 + len(whole[2:3])


@pytest.mark.parametrize("offset", ["-1", "1000001", "x", "1.5"])
def test_offsets_out_of_range(client: TestClient, offset: str) -> None:
    """An offset that is no count, or too large, is refused by its name."""
    for path in ("/v1/missions", "/v1/timeline", "/v1/network"):
        response = client.get(path, params={"offset": offset})
        assert response.status_code == 422
        assert [error["parameter"] for error in response.json()["errors"]] == ["offset"]


@pytest.mark.parametrize("path", ["/v1/claims", "/v1/timeline", "/v1/network"])
def test_offset_and_cursor_exclude_each_other(service: Service, path: str) -> None:
    """A page begins in one place: both an offset and a cursor are refused."""
    cursor = service.body(path, limit=1)["meta"]["next_cursor"]
    response = service.client.get(path, params={"offset": 1, "cursor": cursor})
    assert response.status_code == 422
    assert {error["parameter"] for error in response.json()["errors"]} <= {"offset", "cursor"}


# --- Orders ---------------------------------------------------------------------------------------


def sort_keys(service: Service, path: str) -> list[str]:
    """What a list can be sorted by, as the OpenAPI document says."""
    pattern = str(parameters(service, path)["sort"]["pattern"])
    return pattern.removeprefix("^(").partition(")")[0].replace("-?", "").split("|")


def natural(text: str) -> str:
    """Text in the order in which people count."""
    return re.sub("[0-9]+", lambda number: number[0].zfill(6), text)


def _overdue(row: Record) -> bool:
    own = [value for key, value in row.items() if key.endswith("is_overdue")]
    return any(own)


def sort_value(row: Record, name: str, *, down: bool) -> Any:
    """What a row is sorted by; a span by its first day or number up, by its last down."""
    claim = row.get("claim", row)
    of_claims: dict[str, Callable[[], Any]] = {
        "disputed": lambda: bool(row["disputed"]),
        "overdue": lambda: _overdue(row),
        "said": lambda: claim["known_from"] if down or "claim" in row else row["said_earliest"],
        "due": lambda: row["date_latest"],
        "source": lambda: claim["source"]["id"],
        "locator": lambda: natural(claim["locator"]),
    }
    if name in of_claims:
        return of_claims[name]()
    if name == "slipped":
        return row["slip_days_max" if down else "slip_days_min"]
    if f"{name}_edtf" in row:
        return row[f"{name}_latest" if down else f"{name}_earliest"]
    folded = name in ("target", "launch_vehicle", "cospar_id", "signed_at", "held_at", "location",
                      "renamed_to")  # fmt: skip
    return fold(row[name]) if folded and row[name] else row[name]


# By what a row is sorted that it does not say itself.
UNSAID = {
    **{f"/v1/{kind}": {"slipped"} for kind in KINDS},
    "/v1/differences": {"known_from"},
}


@ONLY_WORLD
@pytest.mark.parametrize("path", [*SORTED, *BELOW])
def test_all_keys_together(service: Service, path: str) -> None:
    """A list can be sorted by all of its keys at once, up and down, and holds the same."""
    address = BELOW.get(path, path)
    names = sort_keys(service, path)
    for sort in (",".join(names), ",".join(f"-{name}" for name in names)):
        rows = service.rows(address, **asked(address, as_of=DAY, sort=sort))
        assert Counter(map(name_of, rows)) == lines(service, address)


@ONLY_WORLD
def test_two_keys(service: Service) -> None:
    """The second key orders what the first leaves equal."""
    rows = service.rows("/v1/timeline", as_of=DAY, sort="kind,-revisions,field")
    keys = [(row["kind"], -row["revisions"], row["field"]) for row in rows]
    assert keys == sorted(keys)


Listed = Callable[[Reader], Listing]
KINDS_LISTED: Mapping[str, Listed] = {
    f"/v1/{kind}": lambda reader, kind=kind: entities.list_entities(  # type: ignore[misc]
        reader, Kind(kind), {}, TODAY, "none"
    )
    for kind in KINDS
}
LISTINGS: Mapping[str, Listed] = {
    **KINDS_LISTED,
    "/v1/claims": lambda reader: claims.list_claims(reader, {}, TODAY),
    "/v1/disputes": lambda reader: claims.list_disputes(reader, {}, TODAY),
    "/v1/timeline": lambda reader: moments.list_moments(reader, {}, TODAY),
    "/v1/slips": lambda reader: moments.list_slips(reader, {}, TODAY),
    "/v1/relations": lambda reader: moments.list_relations(reader, {}, TODAY),
    "/v1/differences": lambda reader: changes.list_differences(
        reader, {}, dt.date(2016, 12, 31), TODAY
    ),
    "/v1/missions/{id}/claims": lambda reader: claims.list_claims_about(
        reader, Kind.MISSIONS, "slipped", {}, TODAY
    ),
    "/v1/missions/{id}/vintages": lambda reader: entities.list_vintages(
        reader, Kind.MISSIONS, "slipped", TODAY
    ),
    "/v1/missions/{id}/schedule": lambda reader: promises.list_schedule(
        reader, Kind.MISSIONS, "slipped", TODAY
    ),
    "/v1/sources/{id}/scorecard": lambda reader: promises.list_scorecard(
        reader, "r2018", {}, TODAY
    ),
}


def check_order(path: str, rows: list[Record], name: str, *, down: bool) -> None:
    """That rows are in an order, and that what has no value comes last, up and down."""
    if name in UNSAID.get(path, ()):
        return
    called = "title" if name == "name" and "title" in rows[0] else name
    values = [sort_value(row, called, down=down) for row in rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=down), (path, name, down)
    assert values == known + [None] * (len(values) - len(known)), (path, name, down)


@ONLY_WORLD
@pytest.mark.parametrize("path", LISTINGS)
def test_every_order_up_and_down(service: Service, path: str) -> None:
    """Each key sorts up and down, and what has no value comes last both ways.

    Every order is complete: read one by one, a long list a few by few, it is the whole list.
    """
    app: Any = service.client.app
    with app.state.database.read() as reader:
        listing = LISTINGS[path](reader)
        for name in sort_keys(service, path):
            for sort in (name, f"-{name}"):
                every = listing.page(reader, PageRequest(sort=sort, limit=10_000), TODAY)
                whole, count = list(every.documents), every.count
                assert len(whole) == count > 0
                check_order(path, list(map(json.loads, whole)), name, down=sort != name)
                found: list[str] = []
                page = PageRequest(sort=sort, limit=max(1, count // 12))
                while True:
                    part = listing.page(reader, page, TODAY)
                    found += part.documents
                    if part.next_cursor is None:
                        break
                    page = page._replace(cursor=part.next_cursor)
                assert found == whole, (path, sort)


@pytest.mark.parametrize("path", SORTED)
def test_orders_that_there_are_not(client: TestClient, path: str) -> None:
    """An order that a list does not have is refused, with the parameter named."""
    for sort in ("-zzz", "--known_from", "known_from,,known_from"):
        response = client.get(path, params=asked(path, sort=sort))
        assert response.status_code == 400
        assert [error["parameter"] for error in response.json()["errors"]] == ["sort"]


# --- Statements -----------------------------------------------------------------------------------

# How many SQL statements a page takes, however many rows it has: the count, the rows; more
# where ids in the path or in filters are looked up, or documents are put together.
STATEMENTS = {
    **dict.fromkeys(LISTS, 2),
    "/v1/search": 3,
    "/v1/network": 5,
    "/v1/differences": 3,
    "/v1/missions/luna-26/claims": 4,
    "/v1/missions/luna-26/changes": 4,
    "/v1/missions/luna-26/vintages": 3,
    "/v1/missions/luna-26/schedule": 3,
    "/v1/sources/rt-2018-03-02/scorecard": 4,
    "/v1/missions?claims=all": 3,
    "/v1/agencies?claims=best": 3,
    "/v1/agencies?agency=cnsa": 2,
    "/v1/timeline?agency=cnsa&country=CN": 3,
    "/v1/claims?group_by=property": 1,
    "/v1/missions?group_by=status,country": 1,
}


def statements(app: FastAPI, client: TestClient, path: str, **query: Any) -> int:
    """How many statements an answer takes."""
    address, _, rest = path.partition("?")
    more = dict(part.split("=") for part in rest.split("&")) if rest else {}
    with count_statements(app) as noted:
        response = client.get(address, params=asked(address, **more, **query))
    assert response.status_code == 200, response.text
    return len(noted)


@pytest.mark.parametrize("path", STATEMENTS)
def test_statements_do_not_grow_with_the_page(app: FastAPI, client: TestClient, path: str) -> None:
    """A page takes the same number of statements, whether it has one row or all of them."""
    counted = {limit: statements(app, client, path, limit=limit) for limit in (1, 10_000)}
    assert counted == dict.fromkeys((1, 10_000), STATEMENTS[path])
