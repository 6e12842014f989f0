"""Groups: how many records of a list share what, counted anew from the records themselves."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise, product
from typing import Any

import pycountry
import pytest
from fastapi.testclient import TestClient

from app.vocabulary import PROPERTIES, Kind, ValueType
from tests.api.test_invariants import SERVICES, Record, Service, open_service, openapi

TODAY = "2026-11-22"
ENTITIES = ("missions", "agreements", "agencies", "projects", "people", "sources")
# Lists that can be grouped, with the dimensions that they are to have at least.
CLAIMS = ("property", "nature", "standing", "subject", "said_by", "source", "known_from_year")
MOMENTS = ("kind", "field", "status", "subject", "overdue", "revisions")
SLIPS = ("milestone", "nature", "verdict", "subject", "source", "said_year")
LISTS = {
    "/v1/missions": ("kind", "status", "country", "launch_year", "operator", "agency"),
    "/v1/agreements": ("kind", "status", "signing_year", "party", "agency"),
    "/v1/agencies": ("kind", "country", "host_country", "founded_year", "member_of"),
    "/v1/projects": ("kind", "status", "agreed_year", "lead", "partner", "agency"),
    "/v1/people": ("affiliation", "agency"),
    "/v1/sources": ("kind", "language", "published_year", "publisher"),
    "/v1/claims": CLAIMS,
    "/v1/changes": CLAIMS,
    "/v1/timeline": MOMENTS,
    "/v1/slips": SLIPS,
    "/v1/slips/summary": MOMENTS,
    "/v1/relations": ("relation", "subject", "object", "active"),
}
ONLY_WORLD = pytest.mark.parametrize("service", ["world"], indirect=True)


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service over the facts of the tests, and over a world with everything in it."""
    return open_service(request, tmp_path_factory)


# --- Counting anew --------------------------------------------------------------------------------

Values = list[Any]  # of one record in one dimension; [None] = it has none


def year_of(begin: str | None, end: str | None) -> Values:
    """The year of a span, if all of it lies in one."""
    return [int(begin[:4])] if begin and end and begin[:4] == end[:4] else [None]


def related(service: Service, day: str) -> dict[str, list[tuple[str, str]]]:
    """The relations in which a record stands on a day: their names and ends."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in service.rows("/v1/relations", as_of=day, active="true"):
        found[row["subject"]].append((row["relation"], row["object"]))
    return found


def values_of(
    path: str, name: str, row: Record, relations: dict[str, list[tuple[str, str]]]
) -> Values:
    """What a row of a list has in a dimension."""
    kind = path.rpartition("/")[2]
    if kind in ENTITIES and (name in PROPERTIES or name == "agency"):
        prop = PROPERTIES.get(name)
        if prop is None or (prop.type is ValueType.REFERENCE and Kind(kind) in prop.subjects):
            ends = {
                end
                for relation, end in relations[row["ref"]]
                if relation == name
                or (name == "agency" and Kind.AGENCIES in PROPERTIES[relation].refers_to)
            }
            return sorted(ends) or [None]
    plain: dict[str, Callable[[], Values]] = {
        "overdue": lambda: [int(row["is_overdue"])],
        "active": lambda: [int(row["active"])],
        "source": lambda: [(row.get("claim") or row)["source"]["id"]],
        "known_from_year": lambda: [int(row["known_from"][:4])],
        "said_year": lambda: [int(row["said_latest"][:4])],
    }
    if name in plain:
        return plain[name]()
    if name.endswith("_year"):
        field = name.removesuffix("_year")
        return year_of(row[f"{field}_earliest"], row[f"{field}_latest"])
    return [row[name]]


def counted(
    service: Service, path: str, names: Iterable[str], day: str, **query: str
) -> Counter[tuple[Any, ...]]:
    """How many rows have which values; a row with several counts under each."""
    relations = related(service, day)
    found: Counter[tuple[Any, ...]] = Counter()
    for row in service.rows(path, as_of=day, **query):
        found.update(product(*(values_of(path, name, row, relations) for name in names)))
    return found


def groups(service: Service, path: str, names: str, **query: Any) -> list[Record]:
    """The groups of a list."""
    body = service.body(path, group_by=names, **{"limit": 10_000, **query})
    assert body["results"] == []
    found: list[Record] = body["groups"]
    assert body["meta"]["count"] == len(found)
    return found


def dimensions(service: Service, path: str) -> list[str]:
    """By what a list can be grouped, as the OpenAPI document says."""
    document = openapi(service)
    [declared] = [
        parameter
        for item in document["paths"][path]["get"]["parameters"]
        for parameter in [document["components"]["parameters"][item["$ref"].rpartition("/")[2]]]
        if parameter["name"] == "group_by"
    ]
    return str(declared["schema"]["pattern"]).removeprefix("^(").partition(")")[0].split("|")


def check(service: Service, path: str, names: tuple[str, ...], day: str, **query: str) -> None:
    """Hold the groups of a list against our own count of it, and look at their order."""
    found = groups(service, path, ",".join(names), as_of=day, **query)
    told = {tuple(group[name] for name in names): group["count"] for group in found}
    assert told == counted(service, path, names, day, **query), (path, names)
    assert len(told) == len(found)
    for one, other in pairwise(found):
        assert one["count"] >= other["count"]
        values = [[group[name] for name in names] for group in (one, other)]
        if one["count"] == other["count"] and None not in (*values[0], *values[1]):
            assert values[0] < values[1], (path, names)


@ONLY_WORLD
@pytest.mark.parametrize("path", LISTS)
def test_lists_declare_their_dimensions(service: Service, path: str) -> None:
    """The document names what a list can be grouped by, and that is all that there is to name."""
    declared = dimensions(service, path)
    assert set(LISTS[path]) <= set(declared)
    assert len(declared) == len(set(declared))


def test_every_list_with_dimensions_is_tested(service: Service) -> None:
    """Every list that can be grouped stands above, or below a record, where it is grouped too."""
    document = openapi(service)
    groupable = {
        path
        for path, operations in document["paths"].items()
        if not path.endswith("{format}")
        and any("group_by" in item["$ref"] for item in operations["get"].get("parameters", ()))
    }
    assert {path for path in groupable if "{id}" not in path} == set(LISTS)
    assert {path.rpartition("/")[2] for path in groupable if "{id}" in path} == {
        "claims", "changes", "schedule",
    }  # fmt: skip


# --- One dimension, two ---------------------------------------------------------------------------


@ONLY_WORLD
@pytest.mark.parametrize("path", LISTS)
def test_by_one_dimension(service: Service, path: str) -> None:
    """By each dimension groups count what the records say, the largest first, and none twice."""
    for name in dimensions(service, path):
        check(service, path, (name,), TODAY)


@ONLY_WORLD
@pytest.mark.parametrize("path", LISTS)
def test_by_two_dimensions(service: Service, path: str) -> None:
    """By two dimensions a group counts what has both values."""
    names = dimensions(service, path)
    for pair in [*pairwise(names), (names[-1], names[0])]:
        check(service, path, pair, TODAY)


@pytest.mark.parametrize(
    ("path", "names", "query"),
    [
        ("/v1/missions", ("status", "country"), {"overdue": "true"}),
        ("/v1/missions", ("launch_year",), {"launch__gte": "2020"}),
        ("/v1/agreements", ("party",), {"status__isnull": "false"}),
        ("/v1/agencies", ("kind",), {"country__isnull": "true"}),
        ("/v1/projects", ("partner", "status"), {"agency__isnull": "false"}),
        ("/v1/people", ("affiliation",), {}),
        ("/v1/sources", ("kind", "published_year"), {"language": "en"}),
        ("/v1/sources", ("publisher",), {}),
        ("/v1/agreements", ("agency", "kind"), {}),
        ("/v1/claims", ("said_by", "known_from_year"), {}),
        ("/v1/claims", ("property",), {"nature": "plan", "standing": "best"}),
        ("/v1/timeline", ("kind", "status"), {"date__gte": "2018"}),
        ("/v1/slips", ("verdict",), {"nature": "plan"}),
        ("/v1/slips/summary", ("revisions",), {"field": "launch"}),
        ("/v1/relations", ("relation",), {"active": "true"}),
    ],
)
def test_with_filters(
    service: Service, path: str, names: tuple[str, ...], query: dict[str, str]
) -> None:
    """Groups count what the filters let through, as it was known on the day asked about."""
    for day in (TODAY, "2018-12-31"):
        check(service, path, names, day, **query)


def test_changes_between_two_days(service: Service) -> None:
    """What became known between two days can be counted too."""
    found = groups(service, "/v1/changes", "nature", since="2017", as_of="2018")
    rows = service.rows("/v1/changes", since="2017", as_of="2018")
    assert {group["nature"]: group["count"] for group in found} == Counter(
        row["nature"] for row in rows
    )
    assert rows


@pytest.mark.parametrize(
    ("kind", "below", "name"),
    [("missions", "claims", "property"), ("projects", "changes", "nature"),
     ("missions", "schedule", "verdict"), ("sources", "claims", "property")],
)  # fmt: skip
def test_below_a_record(service: Service, kind: str, below: str, name: str) -> None:
    """A list below a record can be grouped as the list of all."""
    tried = 0
    whole = service.rows("/v1/slips" if below == "schedule" else "/v1/claims")
    about = {row["subject"] for row in whole if row["subject"].startswith(f"{kind}/")}
    for ref in sorted(about)[:3]:
        path = f"/v1/{ref}/{below}"
        found = groups(service, path, name)
        rows = service.rows(path)
        assert {group[name]: group["count"] for group in found} == Counter(
            row[name] for row in rows
        )
        tried += len(rows)
    assert tried


# --- Groups and filters ---------------------------------------------------------------------------


def filtered(path: str, name: str, value: Any) -> dict[str, str]:
    """The filter that gives what is in a group; nothing, if there is none."""
    if value is None:
        lacking = {"verdict", "milestone"}  # always there, or told by another filter
        return {} if name in lacking or name.endswith("_year") else {f"{name}__isnull": "true"}
    if name.endswith("_year"):
        field = name.removesuffix("_year")
        return {f"{field}__gte": str(value), f"{field}__lte": str(value)}
    if name in ("overdue", "active"):
        return {name: str(bool(value)).lower()}
    if name == "revisions":
        return {"revisions__gte": str(value), "revisions__lte": str(value)}
    return {name: str(value)}


@ONLY_WORLD
@pytest.mark.parametrize("path", sorted({*LISTS} - {"/v1/changes", "/v1/slips/summary"}))
def test_a_group_is_as_large_as_its_filter_finds(service: Service, path: str) -> None:
    """The count of a group is that of the list, filtered by the value of the group."""
    compared = 0
    for name in dimensions(service, path):
        for group in groups(service, path, name, as_of=TODAY)[:2]:
            query = filtered(path, name, group[name])
            if query:
                meta = service.body(path, as_of=TODAY, limit=1, **query)["meta"]
                assert meta["count"] == group["count"], (path, query)
                compared += 1
    assert compared


def test_two_values_make_two_filters(service: Service) -> None:
    """A group by two dimensions is as large as the list under both filters."""
    for group in groups(service, "/v1/timeline", "kind,status", as_of=TODAY):
        query = {name: group[name] for name in ("kind", "status")}
        meta = service.body("/v1/timeline", as_of=TODAY, limit=1, **query)["meta"]
        assert meta["count"] == group["count"]


def test_years_only_where_they_are_certain(service: Service) -> None:
    """A date that may lie in either of two years, or is open, is counted under no year."""
    vague = 0
    for kind in ("missions", "projects", "agreements"):
        rows = service.rows(f"/v1/{kind}", as_of=TODAY)
        for name in (name for name in dimensions(service, f"/v1/{kind}") if name.endswith("_year")):
            field = name.removesuffix("_year")
            found = groups(service, f"/v1/{kind}", name, as_of=TODAY)
            sure = [row for row in rows if (row[f"{field}_earliest"] or "a")[:4]
                    == (row[f"{field}_latest"] or "b")[:4]]  # fmt: skip
            assert sum(g["count"] for g in found if g[name] is not None) == len(sure)
            vague += sum(row[f"{field}_edtf"] is not None for row in rows) - len(sure)
    assert vague


# --- Names ----------------------------------------------------------------------------------------


def test_names_stand_beside_ids(service: Service) -> None:
    """A group by records names each as it was called that day."""
    for day in (service.days[4], TODAY):
        called = {ref: row.get("name") or row.get("title")
                  for ref, row in service.records(day).items()}  # fmt: skip
        for path, name in (("/v1/missions", "operator"), ("/v1/agreements", "party"),
                           ("/v1/projects", "agency"), ("/v1/people", "affiliation"),
                           ("/v1/sources", "publisher"), ("/v1/claims", "subject"),
                           ("/v1/claims", "said_by"), ("/v1/timeline", "subject"),
                           ("/v1/relations", "object")):  # fmt: skip
            for group in groups(service, path, name, as_of=day):
                assert list(group) == [name, f"{name}_name", "count"]
                if group[name] is None or group[name] in called:
                    assert group[f"{name}_name"] == called.get(group[name])


def test_countries_stand_beside_their_codes(service: Service) -> None:
    """A group by countries has the name of each, as the records have it."""
    for path in ("/v1/agencies", "/v1/missions"):
        named = {row["country"]: row["country_name"] for row in service.rows(path, as_of=TODAY)}
        for group in groups(service, path, "country", as_of=TODAY):
            assert group["country_name"] == named[group["country"]]
            if group["country"]:
                assert pycountry.countries.get(alpha_2=group["country"])


def test_names_of_two_dimensions(service: Service) -> None:
    """Each dimension with names has its own beside it, in the order asked for."""
    for group in groups(service, "/v1/missions", "operator,country", as_of=TODAY):
        assert list(group) == ["operator", "operator_name", "country", "country_name", "count"]
    for group in groups(service, "/v1/missions", "status,operator", as_of=TODAY):
        assert list(group) == ["status", "operator", "operator_name", "count"]


# --- Pages and forms ------------------------------------------------------------------------------


def pages(service: Service, path: str, **query: Any) -> Iterator[Record]:
    """The pages of groups."""
    body = service.body(path, **query)
    yield body
    while body["meta"]["next"]:
        response = service.client.get(body["meta"]["next"])
        assert response.status_code == 200, response.text
        body = response.json()
        yield body


@pytest.mark.parametrize(("path", "name"), [("/v1/claims", "property"), ("/v1/sources", "kind")])
def test_groups_come_in_pages(service: Service, path: str, name: str) -> None:
    """Groups page by page, each at the address that the one before gives, are all groups."""
    whole = groups(service, path, name, as_of=TODAY)
    limit = 1 if len(whole) < 10 else 9
    found: list[Record] = []
    for body in pages(service, path, group_by=name, as_of=TODAY, limit=limit):
        assert (body["meta"]["count"], body["results"]) == (len(whole), [])
        found += body["groups"]
    assert found == whole


@pytest.mark.parametrize(("path", "name"), [("/v1/claims", "property"), ("/v1/sources", "kind")])
def test_offsets_of_groups(service: Service, path: str, name: str) -> None:
    """An offset leaves out as many groups as it says; past the end the count stays honest."""
    whole = groups(service, path, name, as_of=TODAY)
    past = service.body(path, group_by=name, as_of=TODAY, offset=len(whole) + 1)
    assert (past["groups"], past["meta"]["count"], past["meta"]["next"]) == ([], len(whole), None)
    cut = service.body(path, group_by=name, as_of=TODAY, offset=1, limit=1)
    assert cut["groups"] == whole[1:2]


@pytest.mark.parametrize(
    ("path", "names"),
    [("/v1/missions", "status"), ("/v1/missions", "country,launch_year"),
     ("/v1/claims", "said_by,nature"), ("/v1/timeline", "kind,overdue")],
)  # fmt: skip
def test_groups_as_a_table(service: Service, path: str, names: str) -> None:
    """As CSV the groups are rows: the columns of the dimensions, their names, the count."""
    found = groups(service, path, names, as_of=TODAY)
    response = service.client.get(f"{path}.csv", params={"group_by": names, "as_of": TODAY})
    assert response.headers["content-type"].startswith("text/csv")
    head, *rows = csv.reader(io.StringIO(response.text, newline=""))
    assert head == list(found[0])
    told = [["" if cell is None else str(cell) for cell in group.values()] for group in found]
    assert rows == told
    bare = service.client.get(f"{path}.csv", params={"group_by": names, "labels": "false"})
    assert bare.text.splitlines()[0].split(",") == [*names.split(","), "count"]


def test_groups_in_other_forms(service: Service) -> None:
    """Line by line and bare the groups are the same objects."""
    query = {"group_by": "kind,status", "as_of": TODAY}
    found = groups(service, "/v1/timeline", "kind,status", as_of=TODAY)
    bare = service.client.get("/v1/timeline.json", params={**query, "shape": "array"})
    assert bare.json() == found
    lines = service.client.get("/v1/timeline.ndjson", params=query).text
    assert len(lines.splitlines()) == len(found)


def test_before_the_first_claim_there_are_no_groups(service: Service) -> None:
    """On a day on which nothing was known there is nothing to count."""
    for path in LISTS:
        assert groups(service, path, LISTS[path][0], as_of="0001") == []


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/missions", "/v1/claims", "/v1/timeline", "/v1/relations"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [("{0}x", 400), ("zzz", 400), ("{0},zzz", 400), ("{0},", 400), (",", 400),
     ("{0},{0}", 422), ("{0},{1},{0}", 422), ("{0},{1},{2}", 422)],
)  # fmt: skip
def test_refusals(client: TestClient, path: str, asked: str, status: int) -> None:
    """A dimension that there is not, three of them, or one twice are refused under the name."""
    names = [*LISTS[path], "agency", "agency"]
    response = client.get(path, params={"group_by": asked.format(*names)})
    assert response.status_code == status, response.text
    [error] = response.json()["errors"]
    assert error["parameter"] == "group_by"
    if asked == "{0}x":
        assert repr(names[0]) in error["detail"]


@pytest.mark.parametrize("name", ["sort", "fields"])
def test_what_groups_cannot_take(client: TestClient, name: str) -> None:
    """Groups have an order and keys of their own: what would change those is refused by name."""
    response = client.get("/v1/missions", params={"group_by": "status", name: "id"})
    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


def test_a_list_without_dimensions_has_no_groups(client: TestClient) -> None:
    """Where nothing can be grouped, the parameter is unknown, and says so."""
    for path in ("/v1/disputes", "/v1/network", "/v1/differences?since=2018"):
        response = client.get(path + ("&" if "?" in path else "?") + "group_by=kind")
        assert response.status_code == 400
        assert "group_by" in {error["parameter"] for error in response.json()["errors"]}
