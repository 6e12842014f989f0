"""The timeline: every date of every record on one axis, as the records themselves have it."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.test_invariants import (
    SERVICES,
    Record,
    Service,
    day_before,
    open_service,
    some,
)

DATED_KINDS = ("missions", "agreements", "agencies", "projects")
PARTS = ("edtf", "earliest", "latest", "precision", "label", "approximate", "uncertain")
MOVED = ("last_word", "slip_days_min", "slip_days_max", "first_edtf", "first_label")


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service over the facts of the tests, and over a world with everything in it."""
    return open_service(request, tmp_path_factory)


def dates_of(record: Record) -> list[str]:
    """The dated fields of a record that have a value."""
    names = [key.removesuffix("_edtf") for key in record if key.endswith("_edtf")]
    return [name for name in names if not name.endswith("_first") and record[f"{name}_edtf"]]


def moment(record: Record, name: str) -> Record:
    """A date of a record, as a row of the timeline should have it."""
    dates = {f"date_{part}": record[f"{name}_{part}"] for part in PARTS}
    moved = {key: record.get(f"{name}_{key}") for key in MOVED}
    return {
        "id": f"{record['ref']}/{name}",
        "subject": record["ref"],
        "subject_name": record["name"],
        "kind": record["ref"].partition("/")[0],
        "field": name,
        "status": record.get(f"{name}_status"),
        "subject_status": record.get("status"),
        **dates,
        **moved,
        "is_overdue": record.get(f"{name}_is_overdue") or False,
        "revisions": record.get(f"{name}_revisions") or 0,
        "disputed": name in record["disputed"],
        "claim_id": record[f"{name}_claim_id"],
    }


def timeline(service: Service, day: str, **query: Any) -> list[Record]:
    """The rows of the timeline on a day."""
    return service.rows("/v1/timeline", as_of=day, **query)


# --- What it holds --------------------------------------------------------------------------------


def test_it_is_the_dates_of_the_records(service: Service) -> None:
    """On any day there is a row for each date of each record, and it says what the record says."""
    for day in service.days:
        expected = {
            row["id"]: row
            for record in service.records(day, DATED_KINDS).values()
            for row in (moment(record, name) for name in dates_of(record))
        }
        rows = timeline(service, day)
        assert len(rows) == len(expected)
        for row in rows:
            told = expected[row["id"]]
            if told["status"] is None:  # it is no milestone: see below
                told["status"] = row["status"]
            plain = {key: row[key] for key in row if key not in ("what", "known_from", "known_to")}
            assert plain == told
            assert row["what"]


def test_people_and_sources_have_no_dates_on_it(service: Service) -> None:
    """Of people and sources the timeline tells nothing."""
    rows = timeline(service, service.days[-1])
    assert {row["kind"] for row in rows} <= set(DATED_KINDS)
    assert timeline(service, service.days[-1], kind="people,sources") == []


def test_a_row_holds_from_its_first_day_to_its_last(service: Service) -> None:
    """A row is another than on the day before it began and on the day on which it ends."""
    looked_at = 0
    for row in some(timeline(service, service.days[-3]), 12):
        days = [day_before(row["known_from"])] + ([row["known_to"]] if row["known_to"] else [])
        for day in days:
            about = timeline(service, day, subject=row["subject"], field=row["field"])
            assert row not in about
            looked_at += 1
        [begun] = timeline(service, row["known_from"], subject=row["subject"], field=row["field"])
        assert row == begun
    assert looked_at


def test_spans_are_honest(service: Service) -> None:
    """A date is the span of days that its source left open, and only a day is one day."""
    for row in timeline(service, service.days[-1]):
        begin, end = row["date_earliest"], row["date_latest"]
        assert begin or end
        assert begin is None or end is None or begin <= end
        assert (row["date_precision"] == "day") == (begin == end)


def test_overdue_is_planned_past_and_not_given_up(service: Service) -> None:
    """Overdue is what is planned, what has passed in full, and what was not cancelled."""
    found = set()
    for day in service.days:
        for row in timeline(service, day):
            # Only milestones are promised; of other dates nothing can be owed.
            late = (
                row["status"] == "planned"
                and row["date_latest"] is not None
                and row["date_latest"] < day
                and row["subject_status"] != "cancelled"
            )
            assert row["is_overdue"] == late, (day, row["id"])
            found.add(late)
    assert found == {False, True}


# --- Filters --------------------------------------------------------------------------------------


def _begin(row: Record) -> str:
    return row["date_earliest"] or "0001-01-01"


def _end(row: Record) -> str:
    return row["date_latest"] or "9999-12-31"


Wanted = Callable[[Record], bool]
FILTERS: list[tuple[dict[str, str], Wanted]] = [
    ({"kind": "projects"}, lambda row: row["kind"] == "projects"),
    ({"kind": "projects,missions"}, lambda row: row["kind"] in ("projects", "missions")),
    ({"kind__not": "missions"}, lambda row: row["kind"] != "missions"),
    ({"field": "launch"}, lambda row: row["field"] == "launch"),
    ({"field": "launch,signing"}, lambda row: row["field"] in ("launch", "signing")),
    ({"field__not": "launch"}, lambda row: row["field"] != "launch"),
    ({"status": "planned"}, lambda row: row["status"] == "planned"),
    ({"status": "actual"}, lambda row: row["status"] == "actual"),
    ({"status__not": "actual"}, lambda row: row["status"] == "planned"),
    ({"date": "2026/2028"}, lambda row: _begin(row) <= "2028-12-31" and _end(row) >= "2026-01-01"),
    ({"date": "2018"}, lambda row: _begin(row) <= "2018-12-31" and _end(row) >= "2018-01-01"),
    ({"date": "2018-03-03"}, lambda row: _begin(row) <= "2018-03-03" <= _end(row)),
    ({"date": "2027/.."}, lambda row: _end(row) >= "2027-01-01"),
    ({"date": "../2017"}, lambda row: _begin(row) <= "2017-12-31"),
    ({"date__not": "2018"}, lambda row: _begin(row) > "2018-12-31" or _end(row) < "2018-01-01"),
    ({"date__gte": "2018"}, lambda row: (row["date_earliest"] or "") >= "2018-01-01"),
    ({"date__gt": "2018"}, lambda row: (row["date_earliest"] or "") > "2018-12-31"),
    ({"date__lte": "2024"}, lambda row: (row["date_latest"] or "9999-12-31") <= "2024-12-31"),
    ({"date__lt": "2018"}, lambda row: (row["date_latest"] or "9999-12-31") < "2018-01-01"),
    ({"overdue": "true"}, lambda row: row["is_overdue"]),
    ({"overdue": "false"}, lambda row: not row["is_overdue"]),
    ({"disputed": "true"}, lambda row: row["disputed"]),
    ({"disputed": "false"}, lambda row: not row["disputed"]),
    ({"promised": "true"}, lambda row: row["first_edtf"] is not None),
    ({"promised": "false"}, lambda row: row["first_edtf"] is None),
    ({"slipped__gte": "1"}, lambda row: (row["slip_days_min"] or 0) >= 1),
    ({"slipped__gt": "-1"}, lambda row: row["slip_days_min"] not in (None, *range(-9999, 0))),
    ({"slipped__lte": "0"}, lambda row: row["slip_days_max"] is not None
                                        and row["slip_days_max"] <= 0),
    ({"slipped__lt": "0"}, lambda row: (row["slip_days_max"] or 0) < 0),
    ({"revisions__gte": "1"}, lambda row: row["revisions"] >= 1),
    ({"revisions__gt": "1"}, lambda row: row["revisions"] > 1),
    ({"revisions__lte": "0"}, lambda row: row["revisions"] <= 0),
    ({"revisions__lt": "2"}, lambda row: row["revisions"] < 2),
    ({"status": "planned", "date__gte": "2027"},
     lambda row: row["status"] == "planned" and (row["date_earliest"] or "") >= "2027-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "wanted"),
    FILTERS,
    ids=["&".join(f"{k}={v}" for k, v in q.items()) for q, _ in FILTERS],
)
def test_filters(service: Service, query: dict[str, str], wanted: Wanted) -> None:
    """A filter gives exactly the rows that have what it asks for, in the order of the whole."""
    rows = timeline(service, "2026-11-22")
    found = timeline(service, "2026-11-22", **query)
    assert found == [row for row in rows if wanted(row)]
    assert service.name == "sample" or 0 < len(found) < len(rows)


def test_filter_by_subject(service: Service) -> None:
    """The dates of one record, of two, and of all others."""
    rows = timeline(service, "2026-11-22")
    one, *_, other = sorted({row["subject"] for row in rows})
    for value in (one, f"{one},{other}"):
        among = [row for row in rows if row["subject"] in value.split(",")]
        assert timeline(service, "2026-11-22", subject=value) == among
        beside = [row for row in rows if row not in among]
        assert timeline(service, "2026-11-22", subject__not=value) == beside


def taking_part(service: Service, day: str, bodies: set[str]) -> set[str]:
    """The records that are some bodies, or that stand in a relation to one of them on a day."""
    return bodies | {
        row["subject"]
        for row in service.rows("/v1/relations", as_of=day)
        if row["active"] and row["object"] in bodies
    }


def of_country(service: Service, day: str, code: str) -> set[str]:
    """The agencies and missions of a country on a day."""
    known = service.records(day, ("agencies", "missions"))
    return {ref for ref, record in known.items() if record["country"] == code}


@pytest.mark.parametrize("path", ["/v1/timeline", "/v1/slips", "/v1/slips/summary"])
def test_filter_by_agency(service: Service, path: str) -> None:
    """An agency finds what it is itself and what it takes part in on that day, not before or after.

    It may be given with its kind or without.
    """
    counts = set()
    for day in service.days[3::3]:
        rows = service.rows(path, as_of=day)
        active = service.rows("/v1/relations", as_of=day, active="true", relation="party,lead")
        bodies = {row["object"] for row in active} | {*service.records(day, ("agencies",))}
        for ref in [*some(sorted(bodies), 4), *[row["object"] for row in active][-2:]]:
            subjects = taking_part(service, day, {ref})
            expected = [row for row in rows if row["subject"] in subjects]
            assert service.rows(path, as_of=day, agency=ref.partition("/")[2]) == expected
            counts.add(len(expected))
    assert len(counts) > 1


@pytest.mark.parametrize("path", ["/v1/timeline", "/v1/slips", "/v1/slips/summary"])
@pytest.mark.parametrize("code", ["RU", "US"])
def test_filter_by_country(service: Service, path: str, code: str) -> None:
    """A country finds what its agencies and missions are or take part in on that day."""
    for day in service.days[3::3]:
        subjects = taking_part(service, day, of_country(service, day, code))
        rows = service.rows(path, as_of=day)
        expected = [row for row in rows if row["subject"] in subjects]
        assert service.rows(path, as_of=day, country=code) == expected


def test_country_by_any_of_its_names(service: Service) -> None:
    """A country may be given by either code or its name; several with commas."""
    by_code = timeline(service, "2026-11-22", country="RU")
    assert by_code
    for spelling in ("RUS", "ru", "Russian Federation"):
        assert timeline(service, "2026-11-22", country=spelling) == by_code
    both = timeline(service, "2026-11-22", country="RU,CN")
    only = timeline(service, "2026-11-22", country="CN")
    assert {row["id"] for row in both} == {row["id"] for row in (*by_code, *only)}


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ({"kind": "mission"}, 400, "missions"),
        ({"field": "lunch"}, 400, "launch"),
        ({"status": "plan"}, 400, "planned"),
        ({"subject": "missions/luna-62"}, 400, "missions/luna-26"),
        ({"agency": "roscosmo"}, 400, "roscosmos"),
        ({"country": "Frnace"}, 400, "France"),
        ({"sort": "dat"}, 400, "date"),
        ({"group_by": "kid"}, 400, "kind"),
        ({"date": "next year"}, 422, "YYYY"),
        ({"date__gte": "2026-13"}, 422, "01-12"),
        ({"slipped__gte": "many"}, 422, "integer"),
        ({"overdue": "perhaps"}, 422, "boolean"),
    ],
)
def test_refusals(client: TestClient, query: dict[str, str], status: int, named: str) -> None:
    """What a parameter cannot mean is refused, and the answer names it and what would do."""
    response = client.get("/v1/timeline", params=query)
    assert response.status_code == status
    [error] = response.json()["errors"]
    assert error["parameter"] == next(iter(query))
    assert named in error["detail"]


# --- Orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "key"),
    [(None, "date_earliest"), ("date", "date_earliest"), ("-date", "date_latest"),
     ("slipped", "slip_days_min"), ("-slipped", "slip_days_max"), ("-revisions", "revisions"),
     ("overdue", "is_overdue"), ("-overdue", "is_overdue")],
)  # fmt: skip
def test_orders(service: Service, sort: str | None, key: str) -> None:
    """Dates and slips sort up by their least, down by their most, what has none comes last."""
    rows = timeline(service, "2026-11-22", **({"sort": sort} if sort else {}))
    values = [row[key] for row in rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=sort is not None and sort.startswith("-"))
    assert values == known + [None] * (len(values) - len(known))


def test_it_follows_the_calendar(service: Service) -> None:
    """Nothing but a day that passes makes a plan overdue: on its last day it is not, then it is."""
    tried = 0
    for row in timeline(service, "2026-11-22", overdue="true"):
        last = row["date_latest"]
        if row["claim_id"] in {claim.id for claim in service.known(last)}:
            after = (dt.date.fromisoformat(last) + dt.timedelta(days=1)).isoformat()
            asked = {"subject": row["subject"], "field": row["field"]}
            [on_it] = timeline(service, last, **asked)
            [then] = timeline(service, after, **asked)
            assert (on_it["is_overdue"], then["is_overdue"]) == (False, True)
            assert then["known_from"] == on_it["known_to"] == after
            tried += 1
    assert tried


def distance(row: Record, day: str) -> int:
    """How many days a date lies from a day, at least."""
    first, last = row["date_earliest"], row["date_latest"]
    if first and first > day:
        return (dt.date.fromisoformat(first) - dt.date.fromisoformat(day)).days
    if last and last < day:
        return (dt.date.fromisoformat(day) - dt.date.fromisoformat(last)).days
    return 0


@pytest.mark.parametrize("top", [1, 2, 5, 30])
def test_the_chart_shows_the_nearest_dates(service: Service, top: int) -> None:
    """It has those nearest to the day, before and after it, and of equally near ones the first."""
    shown = 0
    for day in service.days:
        for query in ({}, {"status": "planned"}):
            every = sorted(
                timeline(service, day, **query), key=lambda row: (distance(row, day), row["id"])
            )
            asked = {"as_of": day, "top": top, **query}
            answer = service.client.get("/charts/timeline.csv", params=asked)
            drawn = list(csv.DictReader(io.StringIO(answer.text)))
            told = {f"{row['subject']}/{row['field']}" for row in drawn}
            assert told == {row["id"] for row in every[:top]}, (day, query)
            shown += len(told)
    assert shown
