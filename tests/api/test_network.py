"""Who works with whom: worked out anew from the relations of the day."""

import csv
import io
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.vocabulary import SEPARATOR
from tests.api.test_invariants import SERVICES, Record, Service, open_service, some

TIES = ("party", "operator", "partner", "lead", "carries_payload_of")
VIA = ("agreements", "missions", "projects")
TODAY = "2026-11-22"
Pairs = dict[tuple[str, str], set[str]]


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service over the facts of the tests, and over a world with everything in it."""
    return open_service(request, tmp_path_factory)


def shared(service: Service, day: str, via: tuple[str, ...] = VIA) -> Pairs:
    """What each two bodies share on a day."""
    bodies: defaultdict[str, set[str]] = defaultdict(set)
    for row in service.rows("/v1/relations", as_of=day):
        kind = row["subject"].partition("/")[0]
        if row["active"] and row["relation"] in TIES and kind in via:
            bodies[row["subject"]].add(row["object"])
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, together in bodies.items():
        for pair in combinations(sorted(together), 2):
            found[pair].add(subject)
    return found


def as_told(pairs: Pairs) -> list[Record]:
    """Pairs as the network tells them, but for their names."""
    edges = []
    for (source, target), via in pairs.items():
        kinds = Counter(ref.partition("/")[0] for ref in via)
        counts = {kind: kinds[kind] for kind in VIA}
        edge = {"source": source, "target": target, "weight": len(via), **counts}
        edges.append({**edge, "via": sorted(via)})
    return sorted(edges, key=lambda edge: (-edge["weight"], edge["source"], edge["target"]))


def nodes_of(edges: list[Record]) -> dict[str, tuple[int, int]]:
    """How many others each body works with, and how much, by body."""
    degree: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    for edge in edges:
        for end in (edge["source"], edge["target"]):
            degree[end] += 1
            weight[end] += edge["weight"]
    return {ref: (degree[ref], weight[ref]) for ref in degree}


def network(service: Service, day: str, **query: Any) -> Record:
    """The network of a day, all of it."""
    return service.body("/v1/network", as_of=day, limit=10_000, **query)


def plain(edges: list[Record]) -> list[Record]:
    """Edges without the names of their ends."""
    return [{key: edge[key] for key in edge if not key.endswith("_name")} for edge in edges]


# --- What it holds --------------------------------------------------------------------------------


def test_ties_are_what_bodies_share(service: Service) -> None:
    """Two bodies are joined by each agreement, mission and project in which both take part."""
    told = set()
    for day in service.days:
        body = network(service, day)
        expected = as_told(shared(service, day))
        assert plain(body["results"]) == expected
        assert body["meta"]["count"] == len(expected)
        told.add(len(expected))
    assert len(told) > 2


def test_nodes_are_the_ends_of_the_ties(service: Service) -> None:
    """Each body that is joined to any, with how many and how much, the busiest first."""
    for day in service.days:
        agencies = service.records(day, ("agencies",))
        body = network(service, day)
        assert service.rows("/v1/network/nodes", as_of=day) == body["nodes"]
        expected = nodes_of(body["results"])
        told = {node["ref"]: (node["degree"], node["weight"]) for node in body["nodes"]}
        assert told == expected
        order = [(-node["weight"], node["ref"]) for node in body["nodes"]]
        assert order == sorted(order)
        for node in body["nodes"]:
            assert node["id"] == node["ref"].partition("/")[2]
            if node["ref"] in agencies:
                about = agencies[node["ref"]]
                assert (node["name"], node["kind"], node["country"]) == (
                    about["name"], about["kind"], about["country"],
                )  # fmt: skip


def test_ends_are_called_as_the_relations_call_them(service: Service) -> None:
    """A body bears one name on one day, wherever it stands."""
    for day in service.days:
        called = {
            row["object"]: row["object_name"]
            for row in service.rows("/v1/relations", as_of=day)
            if row["relation"] in TIES
        }
        body = network(service, day)
        for edge in body["results"]:
            assert edge["source_name"] == called[edge["source"]], (day, edge["source"])
            assert edge["target_name"] == called[edge["target"]], (day, edge["target"])
        for node in body["nodes"]:
            assert node["name"] == called[node["ref"]], (day, node["ref"])


@pytest.mark.parametrize("service", ["world"], indirect=True)
def test_who_left_is_joined_no_more(service: Service) -> None:
    """A party that left, or a partner that is to join, is joined up to its day, or from it on."""
    pairs = {
        day: {(edge["source"], edge["target"]): edge["via"] for edge in body["results"]}
        for day in ("2020-06-30", "2020-07-01", "2029-12-31", "2030-01-01")
        for body in [network(service, day)]
    }
    left = ("agencies/beta", "agencies/delta")
    assert pairs["2020-06-30"][left] == ["agreements/pact"]
    assert left not in pairs["2020-07-01"]
    joins = ("agencies/beta", "agencies/gamma")
    assert "missions/slipped" not in pairs["2029-12-31"][joins]
    assert "missions/slipped" in pairs["2030-01-01"][joins]


def test_before_the_first_claim_nobody_works_with_anybody(service: Service) -> None:
    """On a day on which nothing was known the network is there, and empty."""
    body = network(service, "0001")
    assert (body["results"], body["nodes"], body["meta"]["count"]) == ([], [], 0)
    assert service.rows("/v1/network/nodes", as_of="0001") == []


@pytest.mark.parametrize("via", ["", "projects,missions"])
def test_the_chart_has_the_bodies_that_share_most(service: Service, via: str) -> None:
    """It has those that share most different things with any, and every tie among them."""
    kinds = tuple(via.split(",")) if via else VIA
    query = {"top": 5, **({"via": via} if via else {})}
    drawn = 0
    for day in service.days:
        pairs = shared(service, day, kinds)
        things: defaultdict[str, set[str]] = defaultdict(set)
        for pair, subjects in pairs.items():
            for ref in pair:
                things[ref] |= subjects
        most = sorted(things, key=lambda ref: (-len(things[ref]), ref))[:5]
        answer = service.client.get("/charts/network.csv", params={"as_of": day, **query})
        cells = list(csv.DictReader(io.StringIO(answer.text)))
        told = {frozenset((cell["source"], cell["target"])): cell["via"] for cell in cells}
        assert told == {
            frozenset(pair): SEPARATOR.join(sorted(subjects))
            for pair, subjects in pairs.items()
            if {*pair} <= {*most}
        }
        drawn += len(told)
    assert drawn


# --- Filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "via", [*VIA, "agreements,missions", "missions, projects", "agreements,missions,projects"]
)
def test_via(service: Service, via: str) -> None:
    """Bodies may be joined by one kind of records only, or by two."""
    kinds = tuple(part.strip() for part in via.split(","))
    expected = as_told(shared(service, TODAY, kinds))
    body = network(service, TODAY, via=via)
    assert plain(body["results"]) == expected
    assert {node["ref"] for node in body["nodes"]} == set(nodes_of(expected))


def test_agency(service: Service) -> None:
    """The ties of one body, or of several, and the bodies at both ends of them."""
    whole = shared(service, TODAY)
    refs = sorted({ref for pair in whole for ref in pair})
    tried = set()
    for chosen in [*([ref] for ref in some(refs, 8)), [refs[0], refs[-1]]]:
        expected = as_told({pair: via for pair, via in whole.items() if {*pair} & {*chosen}})
        slugs = ",".join(ref.partition("/")[2] for ref in chosen)
        body = network(service, TODAY, agency=slugs)
        assert plain(body["results"]) == expected
        assert network(service, TODAY, agency=",".join(chosen))["results"] == body["results"]
        told = {node["ref"]: (node["degree"], node["weight"]) for node in body["nodes"]}
        assert told == nodes_of(expected)
        tried.add(len(expected))
    assert len(tried) > 1


@pytest.mark.parametrize("country", ["RU", "CN", "US,CN", "JP"])
def test_country(service: Service, country: str) -> None:
    """The ties of which one end at least is of a country."""
    for day in service.days[4::2]:
        agencies = service.records(day, ("agencies",))
        there = {ref for ref, record in agencies.items() if record["country"] in country.split(",")}
        pairs = {pair: via for pair, via in shared(service, day).items() if there & {*pair}}
        assert plain(network(service, day, country=country)["results"]) == as_told(pairs)


def test_country_by_any_of_its_names(service: Service) -> None:
    """A country may be given by either code or by its name."""
    by_code = network(service, TODAY, country="CN")["results"]
    assert by_code
    for spelling in ("CHN", "China", "cn"):
        assert network(service, TODAY, country=spelling)["results"] == by_code


@pytest.mark.parametrize("least", [1, 2, 3, 1000])
def test_weight(service: Service, least: int) -> None:
    """Only ties of at least a weight, and only the bodies that those join."""
    whole = shared(service, TODAY)
    expected = as_told({pair: via for pair, via in whole.items() if len(via) >= least})
    body = network(service, TODAY, weight__gte=least)
    assert plain(body["results"]) == expected
    told = {node["ref"]: (node["degree"], node["weight"]) for node in body["nodes"]}
    assert told == nodes_of(expected)


def test_filters_together(service: Service) -> None:
    """Weights are of what is left when the network is narrowed to a kind."""
    for ref in some(sorted({row["source"] for row in network(service, TODAY)["results"]}), 6):
        pairs = {
            pair: via
            for pair, via in shared(service, TODAY, ("agreements", "projects")).items()
            if ref in pair and len(via) >= 2
        }
        query = {"agency": ref, "via": "agreements,projects", "weight__gte": 2}
        assert plain(network(service, TODAY, **query)["results"]) == as_told(pairs)
        nodes = service.rows("/v1/network/nodes", as_of=TODAY, **query)
        assert nodes == network(service, TODAY, **query)["nodes"]


@pytest.mark.parametrize("path", ["/v1/network", "/v1/network/nodes"])
@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ({"via": "mission"}, 400, "missions"),
        ({"via": "agencies"}, 400, "agreements"),
        ({"agency": "roscosmo"}, 400, "roscosmos"),
        ({"agency": "missions/luna-26"}, 400, "/v1/agencies"),
        ({"country": "Frnace"}, 400, "France"),
        ({"weight__gte": "0"}, 422, "1"),
        ({"weight__gte": "much"}, 422, "integer"),
        ({"weight": "2"}, 400, "weight__gte"),
        ({"sort": "weight"}, 400, "sort"),
        ({"group_by": "source"}, 400, "group_by"),
    ],
)
def test_refusals(
    client: TestClient, path: str, query: dict[str, str], status: int, named: str
) -> None:
    """What a parameter cannot mean is refused, and the answer names it and what would do."""
    response = client.get(path, params=query)
    assert response.status_code == status, response.text
    [error] = response.json()["errors"]
    assert error["parameter"] == next(iter(query))
    assert named in error["detail"] or named in error["parameter"]


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/network", "/v1/network/nodes"])
@pytest.mark.parametrize("limit", [1, 2])
def test_pages(service: Service, path: str, limit: int) -> None:
    """Page by page the network is the whole; the nodes beside the ties are always all of them."""
    whole = service.rows(path, as_of=TODAY)
    body = service.body(path, as_of=TODAY, limit=limit)
    found: list[Record] = []
    while True:
        assert body["meta"]["count"] == len(whole)
        assert len(body["results"]) <= limit
        assert path.endswith("nodes") or body["nodes"] == network(service, TODAY)["nodes"]
        found += body["results"]
        if body["meta"]["next"] is None:
            break
        body = service.client.get(body["meta"]["next"]).json()
    assert found == whole


@pytest.mark.parametrize("path", ["/v1/network", "/v1/network/nodes"])
def test_offsets(service: Service, path: str) -> None:
    """An offset leaves out as many as it says; past the end is nothing, and an honest count."""
    whole = service.rows(path, as_of=TODAY)
    for offset in (0, 1, len(whole) - 1, len(whole), len(whole) + 5):
        body = service.body(path, as_of=TODAY, offset=offset)
        assert body["results"] == whole[offset:]
        assert (body["meta"]["count"], body["meta"]["next"]) == (len(whole), None)
