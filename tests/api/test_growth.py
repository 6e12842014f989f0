"""What keeps answers cheap however much there is: totals, indexes, a bound on every question."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

import app.backends.sqlite
from app.db import Database, Reader
from app.main import create_app
from app.queries.changes import list_changes
from app.queries.claims import list_claims
from app.queries.entities import list_entities
from app.queries.listing import Listing
from app.queries.moments import list_moments, list_relations, list_slips
from app.queries.network import Network, NodeList, TieList, read_ties
from app.queries.paging import PageRequest
from app.settings import Settings
from app.vocabulary import Kind
from tests.conftest import NOW, TODAY
from tests.databases import of_a_file

DAYS = [dt.date(1900, 1, 1), dt.date(2017, 12, 31), dt.date(2018, 3, 2), dt.date(2018, 3, 3), TODAY]
PLANNED = {"status": "planned"}


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


@of_a_file
@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/missions?sort=landing", ["sort"]),
        ("/v1/missions?offset=1&q=luna", ["offset", "q"]),
        ("/v1/claims?group_by=property", ["group_by"]),
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
