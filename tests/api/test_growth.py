"""What keeps answers cheap however much there is: totals, indexes, a bound on every question."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

import app.backends.sqlite
from app.db import Database, Reader
from app.ledger.book import Names
from app.ledger.network import NetworkRows
from app.ledger.records import Ledger
from app.main import create_app
from app.models import NetworkPair, Relation
from app.queries.changes import list_changes, list_differences
from app.queries.claims import list_claims
from app.queries.entities import list_entities
from app.queries.filters import entity_filters
from app.queries.grouping import (
    CLAIM_DIMENSIONS,
    MOMENT_DIMENSIONS,
    RELATION_DIMENSIONS,
    SLIP_DIMENSIONS,
    Dimension,
    entity_dimensions,
    group_by,
)
from app.queries.listing import STATEMENTS, Listing
from app.queries.moments import list_moments, list_relations, list_slips, list_summary
from app.queries.network import Network, NodeList, TieList, read_ties
from app.queries.paging import PageRequest
from app.related import ways_of
from app.settings import Settings
from app.tables import RELATIONS
from app.vocabulary import Kind
from tests.conftest import NOW, TODAY
from tests.databases import of_a_file

DAYS = [dt.date(1900, 1, 1), dt.date(2017, 12, 31), dt.date(2018, 3, 2), dt.date(2018, 3, 3), TODAY]
PLANNED = {"status": "planned"}
OF_ONE = {"agency": "cnsa"}
Given = Mapping[str, Any]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_totals_are_what_counting_finds(database: Database, day: dt.date) -> None:
    """Of every list, the total that is looked up is the number of its rows on that day."""
    with database.read() as reader:
        lists = {
            **{kind.value: list_entities(reader, kind, {}, day, "none") for kind in Kind},
            "claims": list_claims(reader, {}, day),
            "changes": list_changes(reader, {}, None, day),
            "timeline": list_moments(reader, {}, day),
            "slips": list_slips(reader, {}, day),
            "relations": list_relations(reader, {}, day),
            "summary": list_summary(reader, {}, day),
        }
        for name, listing in lists.items():
            rows = select(func.count()).select_from(listing.source).where(*listing.conditions)
            counted = reader.scalar(rows, listing.values)
            assert listing.total is not None, name
            assert listing.page(reader, PageRequest(limit=1), day).count == counted, name


LISTS: dict[str, tuple[Callable[[Reader, dt.date], Listing], str | None]] = {
    "missions": (lambda reader, day: list_entities(reader, Kind.MISSIONS, {}, day, "none"), None),
    "by launch": (
        lambda reader, day: list_entities(reader, Kind.MISSIONS, PLANNED, day, "none"), "-launch"
    ),
    "planned": (
        lambda reader, day: list_entities(reader, Kind.MISSIONS, PLANNED, day, "none"), None
    ),
    "by name": (lambda reader, day: list_entities(reader, Kind.SOURCES, {}, day, "none"), "name"),
    "claims": (lambda reader, day: list_claims(reader, {}, day), None),
    "changes": (lambda reader, day: list_changes(reader, {}, None, day), None),
    "slips": (lambda reader, day: list_slips(reader, {}, day), None),
    "timeline": (lambda reader, day: list_moments(reader, {}, day), None),
    "latest dates": (lambda reader, day: list_moments(reader, {}, day), "-date"),
    "by landing": (
        lambda reader, day: list_entities(reader, Kind.MISSIONS, {}, day, "none"), "landing"
    ),
    "by slip": (
        lambda reader, day: list_entities(reader, Kind.PROJECTS, {}, day, "none"), "-slipped"
    ),
    "news": (
        lambda reader, day: list_entities(reader, Kind.MISSIONS, {}, day, "none"), "known_from"
    ),
    "plans": (lambda reader, day: list_claims(reader, {"nature": "plan"}, day), None),
    "operators": (lambda reader, day: list_relations(reader, {"relation": "operator"}, day), None),
    "relations": (lambda reader, day: list_relations(reader, {}, day), None),
    "ended relations": (lambda reader, day: list_relations(reader, {"active": False}, day), None),
    "ended operators": (
        lambda reader, day: list_relations(reader, {"relation": "operator", "active": False}, day),
        None,
    ),
    "relations to one": (
        lambda reader, day: list_relations(reader, {"object": "agencies/cnsa"}, day), None
    ),
    **{
        f"of a body, by {sort}": (
            lambda reader, day: list_entities(reader, Kind.MISSIONS, OF_ONE, day, "none"), sort
        )
        for sort in ("id", "name", "launch", "-launch")
    },
    **{
        f"dates of a body, by {sort}": (lambda reader, day: list_moments(reader, OF_ONE, day), sort)
        for sort in ("date", "-date")
    },
    "kept": (lambda reader, day: list_slips(reader, {"verdict": "kept"}, day), None),
}  # fmt: skip


def plans_of(reader: Reader, ask: Callable[[], Any]) -> list[str]:
    """How the engine goes about the statements that are run meanwhile."""
    statements: list[str] = []
    driver: Any = reader.connection.dbapi_connection
    driver.set_trace_callback(statements.append)
    ask()
    driver.set_trace_callback(None)
    return [
        row[3]
        for statement in statements
        for row in reader.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
    ]


@of_a_file
@pytest.mark.parametrize("day", [dt.date(2018, 4, 30), TODAY], ids=str)
@pytest.mark.parametrize("name", LISTS)
def test_pages_are_read_off_indexes(database: Database, name: str, day: dt.date) -> None:
    """No page is sorted when it is asked for: where it begins and how it goes on is an index."""
    make, sort = LISTS[name]
    with database.read() as reader:
        plans = plans_of(
            reader, lambda: make(reader, day).page(reader, PageRequest(sort=sort, limit=50), day)
        )
    assert plans
    assert not [plan for plan in plans if "TEMP B-TREE" in plan], plans


def pages(reader: Reader, listing: Listing, sort: str, day: dt.date) -> Iterator[Any]:
    """All of a list by pages of two, forwards and then backwards, each with what it says."""
    request: PageRequest | None = PageRequest(sort=sort, limit=2)
    last = request
    while request is not None:
        page, last = listing.page(reader, request, day), request
        yield page.documents, page.next_cursor, page.prev_cursor
        cursor = page.next_cursor
        request = request._replace(cursor=cursor) if cursor else None
    cursor = listing.page(reader, last, day).prev_cursor
    while cursor is not None:
        page = listing.page(reader, last._replace(cursor=cursor), day)
        yield page.documents, page.next_cursor, page.prev_cursor
        cursor = page.prev_cursor


RELATED_SORTS = ("id", "-name", "known_from")


def relation_filters_in_use(reader: Reader, kind: Kind) -> Iterator[tuple[str, str]]:
    """Filters of a kind by what records of it are related to, with a value that each has."""
    for name, properties in ways_of(kind).items():
        related = (RELATIONS.c.property.in_(properties), RELATIONS.c.subject.startswith(kind.value))
        objects = select(RELATIONS.c.object).where(*related).distinct().order_by(RELATIONS.c.object)
        targets = entity_filters(kind)[name].refers_to
        for ref in list(reader.scalars(objects))[:3]:
            if ref.partition("/")[0] in targets:
                yield name, ref


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_is_related_is_what_looking_it_up_finds(
    database: Database, kind: Kind, day: dt.date
) -> None:
    """Rows under what they are related to make the pages that the relations themselves make."""
    dated = {Kind.MISSIONS: ("launch", "-launch"), Kind.AGREEMENTS: ("-signing",)}
    with database.read() as reader:
        every = list_entities(reader, kind, {}, day, "none").page(reader, PageRequest(), day)
        for name, ref in relation_filters_in_use(reader, kind):
            found = list_entities(reader, kind, {name: ref}, day, "none")
            looked_up = replace(found, read=None, counted=None, own=object())
            for sort in (*RELATED_SORTS, *dated.get(kind, ())):
                expected = list(pages(reader, looked_up, sort, day))
                assert list(pages(reader, found, sort, day)) == expected, (name, ref, sort)
            others = list_entities(reader, kind, {f"{name}__not": ref}, day, "none")
            counts = [one.page(reader, PageRequest(), day).count for one in (found, others)]
            assert sum(counts) == every.count, (name, ref)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("agency", ["cnsa", "roscosmos"])
def test_dates_of_what_is_related_are_those_that_looking_up_finds(
    database: Database, agency: str, day: dt.date
) -> None:
    """The same for the timeline, and for those dates of it that were promised."""
    with database.read() as reader:
        for make in (list_moments, list_summary):
            for more in ({}, {"kind": "missions"}, {"date__gte": "2018"}):
                found = make(reader, {"agency": agency, **more}, day)
                looked_up = replace(found, read=None, counted=None, own=object())
                for sort in ("date", "-date", "subject", "-slipped"):
                    expected = list(pages(reader, looked_up, sort, day))
                    assert list(pages(reader, found, sort, day)) == expected, (more, sort)


@pytest.mark.parametrize("sort", ["ref", "-ref", "name", "-known_from", "known_from,name"])
def test_of_very_many_the_same_are_listed(database: Database, sort: str) -> None:
    """Where more are found than are counted, they are read in another way, and are the same."""
    with database.read() as reader:
        few = list_differences(reader, {}, dt.date(2018, 3, 1), TODAY)
        many = replace(few, most_counted=1, own=object())
        assert list(pages(reader, many, sort, TODAY)) == list(pages(reader, few, sort, TODAY))


@of_a_file
@pytest.mark.parametrize("sort", ["status", "slipped", "-slipped", "subject", "kind"])
def test_what_is_related_is_where_a_page_begins(database: Database, sort: str) -> None:
    """Of the dates of a body, no page is sought among the dates of all, in whatever order."""
    with database.read() as reader:
        listing = list_moments(reader, OF_ONE | {"disputed": False}, TODAY)
        first = PageRequest(sort=sort, limit=1)
        cursor = listing.page(reader, first, TODAY).next_cursor
        assert cursor
        for page in (first, first._replace(cursor=cursor)):
            plans = plans_of(reader, lambda page=page: listing.page(reader, page, TODAY))
            sought = [plan for plan in plans if " moments " in plan]
            assert sought
            assert all("INTEGER PRIMARY KEY" in plan for plan in sought), sought


@of_a_file
def test_the_network_is_not_made_when_it_is_asked_for(database: Database) -> None:
    """Its strongest ties and busiest bodies are read off indexes, and those of one by its pairs."""
    with database.read() as reader:
        whole, of_one = Network(TODAY), Network(TODAY, agencies=("agencies/cnsa",))
        for network in (TieList(whole), NodeList(whole)):
            plans = plans_of(
                reader, lambda asked=network: asked.page(reader, PageRequest(limit=10), TODAY)
            )
            assert not [plan for plan in plans if "TEMP B-TREE" in plan or "SCAN" in plan], plans
        plans = plans_of(reader, lambda: read_ties(reader, of_one))
        assert [plan for plan in plans if "network_ties" in plan and "(pair=?" in plan], plans


@pytest.mark.parametrize(("parties", "pairs"), [(3, 3), (4, 6), (5, 0)])
def test_what_very_many_take_part_in_joins_nobody(
    monkeypatch: pytest.MonkeyPatch, parties: int, pairs: int
) -> None:
    """Pairs are as many as the square of the parties: of more than some, none are made."""
    monkeypatch.setattr("app.ledger.network.MOST_JOINED", 4)
    network = NetworkRows()
    for number in range(parties):
        row = {
            "subject": "agreements/charter", "property": "party", "object": f"agencies/a{number}",
            "active": True, "known_from": dt.date(2000, 1, 1), "known_to": None,
        }  # fmt: skip
        network.add(Relation, row)
    names = Names(Ledger([], {}, [], []))
    assert len([table for table, _ in network.rows(names) if table is NetworkPair]) == pairs


@of_a_file
@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({"subject": "missions/luna-26", "nature": "plan"}, "(subject=?"),
        ({"subject": "missions/luna-26,agencies/cnsa", "nature__not": "plan"}, "(subject=?"),
        ({"source": "rt-2018-03-02", "nature": "plan", "property": "name"}, "(source_id=?"),
        ({"property": "name", "nature": "plan"}, "(property=?"),
        ({"nature": "plan"}, "(nature=?"),
        ({"locator": "paragraph 11"}, "COVERING INDEX ix_claims_"),
    ],
)
def test_claims_are_sought_where_there_are_fewest(
    database: Database, given: Given, index: str
) -> None:
    """Of what they are narrowed by, that is looked up of which there are few, however many else."""
    with database.read() as reader:
        plans = plans_of(
            reader,
            lambda: list_claims(reader, given, TODAY).page(reader, PageRequest(limit=20), TODAY),
        )
    sought = [plan for plan in plans if "claims" in plan and "_1" not in plan]
    assert sought
    assert all(index in plan for plan in sought if "claim_" not in plan), sought


@of_a_file
@pytest.mark.parametrize(
    "given", [{"q": "luna"}, {"target__contains": "moon"}, {"slipped__gte": 1}]
)
def test_what_has_no_index_is_sought_apart_from_documents(database: Database, given: Given) -> None:
    """All that lists of records are narrowed by, but dates, stands together in an index."""
    with database.read() as reader:
        plans = plans_of(
            reader,
            lambda: list_entities(reader, Kind.MISSIONS, given, TODAY, "none").page(
                reader, PageRequest(limit=20), TODAY
            ),
        )
    sought = [plan for plan in plans if "mission_states " in plan]
    assert sought
    assert all("COVERING INDEX" in plan for plan in sought), sought


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("given", [{}, {"nature": "plan"}, {"standing": "best"}], ids=str)
def test_claims_are_as_many_as_are_counted(
    database: Database, day: dt.date, given: dict[str, str]
) -> None:
    """Claims are counted without how they fared, which is something for each on every day."""
    with database.read() as reader:
        for listing in (list_claims(reader, given, day), list_changes(reader, given, None, day)):
            page = listing.page(reader, PageRequest(limit=10_000), day)
            assert page.count == len(page.documents)


_PAIRS = 7  # of so many pairs of dimensions one is asked for
GROUPED: dict[str, tuple[Callable[[Reader, dt.date, Given], Listing], Given, Given]] = {
    **{
        kind.value: (
            lambda reader, day, given, kind=kind: list_entities(reader, kind, given, day, "none"),
            entity_dimensions(kind),
            {"kind__isnull": False} if kind is not Kind.PEOPLE else {"disputed": False},
        )
        for kind in Kind
    },
    "claims": (
        lambda reader, day, given: list_claims(reader, given, day), CLAIM_DIMENSIONS,
        {"nature": "plan", "standing__not": "best"},
    ),
    "changes": (
        lambda reader, day, given: list_changes(reader, given, dt.date(2017, 1, 1), day),
        CLAIM_DIMENSIONS, {},
    ),
    "timeline": (
        lambda reader, day, given: list_moments(reader, given, day), MOMENT_DIMENSIONS,
        {"promised": True, "overdue": False},
    ),
    "summary": (
        lambda reader, day, given: list_summary(reader, given, day), MOMENT_DIMENSIONS,
        {"date__gte": "2018"},
    ),
    "slips": (
        lambda reader, day, given: list_slips(reader, given, day), SLIP_DIMENSIONS,
        {"nature": "plan"},
    ),
    "relations": (
        lambda reader, day, given: list_relations(reader, given, day), RELATION_DIMENSIONS,
        {"active": True},
    ),
}  # fmt: skip


@pytest.mark.parametrize("day", [dt.date(2018, 3, 2), TODAY], ids=str)
@pytest.mark.parametrize("name", GROUPED)
def test_groups_are_those_that_counting_finds(
    database: Database, monkeypatch: pytest.MonkeyPatch, name: str, day: dt.date
) -> None:
    """What was counted at loading makes the groups that going over all rows makes."""
    make, dimensions, narrowed = GROUPED[name]
    chosen: list[tuple[Dimension, ...]] = [(one,) for one in dimensions.values()]
    chosen += [*combinations(dimensions.values(), 2)][::_PAIRS]

    def groups(reader: Reader) -> list[Any]:
        return [
            group_by(reader, make(reader, day, given), some, day).items
            for given in ({}, narrowed)
            for some in chosen
        ]

    with database.read() as reader:
        found = groups(reader)
        monkeypatch.setattr("app.queries.grouping.COUNTED", ())
        STATEMENTS.clear()
        counted = groups(reader)
        STATEMENTS.clear()
    assert found == counted


@of_a_file
@pytest.mark.parametrize(
    ("name", "dimensions", "given"),
    [
        ("missions", "status,launch_year", {}),
        ("missions", "agency", {}),
        ("missions", "agency,status", {"country": "CN"}),
        ("sources", "publisher", {}),
        ("claims", "property,known_from_year", {"standing": "best"}),
        ("claims", "said_by", {}),
        ("timeline", "kind,revisions", {"overdue": True}),
        ("summary", "field", {}),
        ("slips", "said_year,verdict", {"milestone": "launch"}),
        ("relations", "object,relation", {"active": True}),
    ],
)
def test_groups_are_not_counted_when_they_are_asked_for(
    database: Database, name: str, dimensions: str, given: Given
) -> None:
    """They are added up from what was counted at loading, a row for each group and day."""
    make, known, _ = GROUPED[name]
    chosen = [known[part] for part in dimensions.split(",")]
    with database.read() as reader:
        plans = plans_of(
            reader, lambda: group_by(reader, make(reader, TODAY, given), chosen, TODAY)
        )
    assert [plan for plan in plans if "record_groups" in plan]
    assert not [plan for plan in plans if plan.startswith("SCAN") and "records" not in plan], plans


@of_a_file
@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/missions?sort=landing", ["sort"]),
        ("/v1/missions?offset=1&q=luna", ["offset", "q"]),
        ("/v1/claims?group_by=subject", ["group_by"]),
        ("/v1/slips?verdict=kept", ["verdict"]),
        ("/v1/network", []),
    ],
)
def test_what_costs_too_much_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str, named: list[str]
) -> None:
    """A question that goes over too many rows is broken off, and told what to ask instead."""
    monkeypatch.setattr(app.backends.sqlite, "_COUNTED_BY", 50)
    monkeypatch.setattr(app.backends.sqlite, "_MOST", 0)
    service = create_app(settings, clock=lambda: NOW)
    response = TestClient(service, raise_server_exceptions=False).get(path)
    service.state.database.close()
    problem = response.json()
    assert (response.status_code, problem["type"].rpartition("/")[2]) == (422, "too-costly")
    assert [error["parameter"] for error in problem["errors"]] == named
    assert all(error["detail"] in problem["detail"] for error in problem["errors"])


@of_a_file
def test_what_is_sent_as_it_is_read_may_be_long(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole list as CSV goes on however many rows it has: each is told at its own cost."""
    whole = create_app(settings, clock=lambda: NOW)
    rows = TestClient(whole).get("/v1/claims.csv").text
    whole.state.database.close()
    monkeypatch.setattr(app.backends.sqlite, "_COUNTED_BY", 1_000)
    monkeypatch.setattr(app.backends.sqlite, "_MOST", 12)
    monkeypatch.setattr("app.queries.listing._CHUNK", 10)
    bounded = create_app(settings, clock=lambda: NOW)
    client = TestClient(bounded, raise_server_exceptions=False)
    assert client.get("/v1/claims.csv").text == rows
    bounded.state.database.close()
