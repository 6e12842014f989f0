"""Slips: what was promised, and by how much each promise has moved."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest

from app.ledger.records import Claim
from app.ledger.resolve import resolve
from app.schemas import Moment
from app.vocabulary import MILESTONES, Milestone, Nature, Rank, SourceKind
from tests.api.test_invariants import (
    SERVICES,
    Record,
    Service,
    open_service,
    some,
)
from tests.api.test_timeline import dates_of, moment
from tests.builders import MISSIONS, event, make_claim, plan

PROMISING = ("missions", "agreements", "agencies", "projects")
Span = tuple[int | None, int | None]


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service over the facts of the tests, and over a world with everything in it."""
    return open_service(request, tmp_path_factory)


# --- What the ledger says, worked out anew --------------------------------------------------------


def winner(claims: Iterable[Claim]) -> Claim | None:
    """Preferred before normal, then the latest said, then the better source, then the lower id."""
    ranked = sorted(claims, key=lambda claim: claim.id)
    ranked.sort(key=lambda claim: list(SourceKind).index(claim.source_kind))
    ranked.sort(key=lambda claim: claim.known_from, reverse=True)
    ranked.sort(key=lambda claim: claim.rank is not Rank.PREFERRED)
    return ranked[0] if ranked else None


def first_of(plans: Sequence[Claim]) -> Claim:
    """The plan that was known first; of several of one day, the one that wins."""
    begun = min(claim.known_from for claim in plans)
    first = winner(claim for claim in plans if claim.known_from == begun)
    assert first is not None
    return first


def apart(later: Claim | None, first: Claim) -> Span:
    """The least and the most days between two plans; a plan lies no days from itself."""
    if later is None or later.date is None or first.date is None:
        return None, None
    if later.value == first.value:
        return 0, 0
    return _days(later.date.earliest, first.date.latest), _days(
        later.date.latest, first.date.earliest
    )


def _days(end: dt.date | None, begin: dt.date | None) -> int | None:
    return None if end is None or begin is None else end.toordinal() - begin.toordinal()


def changes_of(plans: Sequence[Claim]) -> int:
    """How often the date of the plan that counts was another than before."""
    held = [
        winner(claim for claim in plans if claim.known_from <= day)
        for day in sorted({claim.known_from for claim in plans})
    ]
    return sum(one.value != other.value for one, other in pairwise(filter(None, held)))


def promises_known(service: Service, day: str) -> dict[tuple[str, Milestone], list[Claim]]:
    """The dated plans that count, by what they are about."""
    found: dict[tuple[str, Milestone], list[Claim]] = {}
    for claim in service.known(day):
        for milestone in MILESTONES:
            if claim.property == milestone.planned and claim.counts and claim.date:
                found.setdefault((claim.subject, milestone), []).append(claim)
    return found


# --- Every promise --------------------------------------------------------------------------------


def test_it_is_all_schedules_together(service: Service) -> None:
    """On any day the slips are the schedules of all missions, agreements, agencies and projects."""
    for day in service.days[2::3]:
        schedules = [
            row
            for ref in service.records("2026-11-22", PROMISING)
            for row in service.rows(f"/v1/{ref}/schedule", as_of=day)
        ]
        rows = {row["claim_id"]: row for row in service.rows("/v1/slips", as_of=day)}
        assert rows == {row["claim_id"]: row for row in schedules}
        assert len(rows) == len(schedules)


def test_it_is_every_plan_and_event_of_a_milestone(service: Service) -> None:
    """A row for each claim that promises a date or tells of the event, and is not deprecated."""
    for day in service.days:
        expected = {
            claim.id: (claim.subject, milestone.field, claim.nature, claim.value)
            for claim in service.known(day)
            for milestone in MILESTONES
            if claim.counts
            and ((claim.property == milestone.planned and claim.nature is Nature.PLAN)
                 or (claim.property in (milestone.planned, milestone.actual)
                     and claim.nature is Nature.EVENT))
        }  # fmt: skip
        told = {
            row["claim_id"]: (row["subject"], row["milestone"], row["nature"], row["value"])
            for row in service.rows("/v1/slips", as_of=day)
        }
        assert told == expected


def test_a_row_is_its_claim(service: Service) -> None:
    """A row says what its claim says, and has a verdict if it is a plan, and only then."""
    for row in service.rows("/v1/slips"):
        claim = row["claim"]
        assert row["claim_id"] == claim["id"]
        for key in (
            "subject",
            "property",
            "value",
            "value_label",
            "nature",
            "said_by",
            "said_edtf",
        ):
            assert row[key] == claim[key]
        assert row["date_edtf"] == claim["value"]
        assert (row["date_earliest"], row["date_latest"]) == (
            claim["value_earliest"], claim["value_latest"],
        )  # fmt: skip
        assert (row["verdict"] is None) == (row["nature"] == "event")
        assert (row["verdict"] is None) == (row["verdict_meaning"] is None)


def test_slips_are_counted_from_the_first_promise(service: Service) -> None:
    """A plan lies as far from the first one as the spans of the two allow; an event has no slip."""
    spans: set[Span] = set()
    for day in service.days:
        plans = promises_known(service, day)
        for row in service.rows("/v1/slips", as_of=day):
            [about] = [item for item in MILESTONES if item.field == row["milestone"]]
            promised = plans.get((row["subject"], about), [])
            mine = next((claim for claim in promised if claim.id == row["claim_id"]), None)
            expected = apart(mine, first_of(promised)) if mine else (None, None)
            assert (row["slip_days_min"], row["slip_days_max"]) == expected
            spans.add(expected)
    assert len(spans) > 4


def test_the_bounds_of_a_slip(service: Service) -> None:
    """Least is never more than most; between two exact days the two are one number."""
    exact = 0
    for row in service.rows("/v1/slips/summary", as_of=service.days[-1], status="planned"):
        least, most = row["slip_days_min"], row["slip_days_max"]
        assert least is None or most is None or least <= most
        if len(row["first_edtf"]) == len(row["date_edtf"] or "") == len("2018-03-03"):
            assert least == most
            exact += 1
    assert exact or service.name == "sample"


# --- Filters and orders of promises ---------------------------------------------------------------

Wanted = Callable[[Record], bool]
FILTERS: list[tuple[dict[str, str], Wanted]] = [
    ({"milestone": "launch"}, lambda row: row["milestone"] == "launch"),
    ({"milestone": "launch,signing"}, lambda row: row["milestone"] in ("launch", "signing")),
    ({"milestone__not": "launch"}, lambda row: row["milestone"] != "launch"),
    ({"nature": "plan"}, lambda row: row["nature"] == "plan"),
    ({"nature__not": "plan"}, lambda row: row["nature"] == "event"),
    ({"verdict": "superseded"}, lambda row: row["verdict"] == "superseded"),
    ({"verdict": "pending,overdue"}, lambda row: row["verdict"] in ("pending", "overdue")),
    ({"verdict__not": "superseded"}, lambda row: row["verdict"] != "superseded"),
    ({"date": "2026/2028"}, lambda row: _meets(row, "2026-01-01", "2028-12-31")),
    ({"date": "2020"}, lambda row: _meets(row, "2020-01-01", "2020-12-31")),
    ({"date__not": "2020"}, lambda row: not _meets(row, "2020-01-01", "2020-12-31")),
    ({"date__isnull": "true"}, lambda row: row["date_edtf"] is None),
    ({"date__isnull": "false"}, lambda row: row["date_edtf"] is not None),
    ({"date__gte": "2022"}, lambda row: (row["date_earliest"] or "") >= "2022-01-01"),
    ({"date__gt": "2022"}, lambda row: (row["date_earliest"] or "") > "2022-12-31"),
    ({"date__lte": "2022"}, lambda row: (row["date_latest"] or "9999") <= "2022-12-31"),
    ({"date__lt": "2022"}, lambda row: (row["date_latest"] or "9999") < "2022-01-01"),
    ({"slipped__gte": "1"}, lambda row: (row["slip_days_min"] or 0) >= 1),
    ({"slipped__gt": "365"}, lambda row: (row["slip_days_min"] or 0) > 365),
    ({"slipped__lte": "0"}, lambda row: row["slip_days_max"] is not None
                                        and row["slip_days_max"] <= 0),
    ({"slipped__lt": "0"}, lambda row: (row["slip_days_max"] or 0) < 0),
    ({"said__lte": "2018-06"}, lambda row: row["said_latest"] <= "2018-06-30"),
    ({"said__gte": "2020"}, lambda row: (row["said_earliest"] or "") >= "2020-01-01"),
]  # fmt: skip


def _meets(row: Record, begin: str, end: str) -> bool:
    dated = row["date_edtf"] is not None
    return (
        dated
        and (row["date_earliest"] or "0001") <= end
        and (row["date_latest"] or "9999") >= begin
    )


def named(filters: list[tuple[dict[str, str], Wanted]]) -> list[str]:
    """The names of the cases."""
    return ["&".join(f"{name}={value}" for name, value in query.items()) for query, _ in filters]


@pytest.mark.parametrize(("query", "wanted"), FILTERS, ids=named(FILTERS))
def test_filters(service: Service, query: dict[str, str], wanted: Wanted) -> None:
    """A filter gives exactly the promises that have what it asks for, in the order of the whole."""
    rows = service.rows("/v1/slips")
    found = service.rows("/v1/slips", **query)
    assert found == [row for row in rows if wanted(row)]
    assert service.name == "sample" or 0 < len(found) < len(rows)


@pytest.mark.parametrize("day", ["2018-06-15", "2017-10-15"])
@pytest.mark.parametrize("name", ["gte", "lte"])
def test_when_it_was_said_is_certain(service: Service, day: str, name: str) -> None:
    """A promise of which one knows only the year was not certainly made after a day in it.

    The list of claims answers so, and the same words mean the same here.
    """
    found = {row["claim_id"] for row in service.rows("/v1/slips", **{f"said__{name}": day})}
    claims = {row["id"] for row in service.rows("/v1/claims", **{f"said__{name}": day})}
    assert found == claims & {row["claim_id"] for row in service.rows("/v1/slips")}


def test_filter_by_subject_source_and_speaker(service: Service) -> None:
    """The promises for a record, those that a source or somebody makes, and all others."""
    rows = service.rows("/v1/slips")
    for name, key in (("subject", lambda row: row["subject"]),
                      ("said_by", lambda row: row["claim"]["said_by"]),
                      ("source", lambda row: row["claim"]["source"]["id"])):  # fmt: skip
        for value in some(sorted({key(row) for row in rows}), 8):
            among = [row for row in rows if key(row) == value]
            assert service.rows("/v1/slips", **{name: value}) == among
            beside = [row for row in rows if key(row) != value]
            assert service.rows("/v1/slips", **{f"{name}__not": value}) == beside


def test_the_order_unless_another_is_asked_for(service: Service) -> None:
    """Promises come by subject, by milestone, by when they were known, and last by their id."""
    rows = service.rows("/v1/slips")
    keys = [(row["subject"], row["milestone"], row["said_latest"], row["claim_id"]) for row in rows]
    assert keys == sorted(keys)


# --- The summary ----------------------------------------------------------------------------------


def summary(service: Service, day: str, **query: Any) -> list[Record]:
    """The rows of the summary on a day."""
    return service.rows("/v1/slips/summary", as_of=day, **query)


def test_summary_is_every_milestone_for_which_a_date_was_promised(service: Service) -> None:
    """A row for each of them, and none for what only happened; it is the row of the timeline."""
    undated = 0
    for day in service.days:
        rows = {row["id"]: row for row in summary(service, day)}
        promised = promises_known(service, day)
        assert set(rows) == {f"{subject}/{item.field}" for subject, item in promised}
        on_timeline = service.rows("/v1/timeline", as_of=day)
        dated = {key: row for key, row in rows.items() if row["date_edtf"]}
        assert dated == {row["id"]: row for row in on_timeline if row["first_edtf"]}
        undated += len(rows) - len(dated)
    assert undated or service.name == "sample"  # one was said, and then said not to be known


@pytest.mark.parametrize("service", ["world"], indirect=True)
def test_a_promise_that_became_unknown_stays_in_the_summary(service: Service) -> None:
    """It has what was promised first and no date, comes last, and is not on the timeline."""
    key = "missions/weighed/landing"
    about = {"subject": "missions/weighed", "field": "landing"}
    [dated] = summary(service, "2022-05-31", **about)
    assert (dated["date_edtf"], dated["slip_days_min"], dated["slip_days_max"]) == ("2024", 0, 0)
    for day in ("2022-06-01", "2026-11-22"):
        [row] = summary(service, day, **about)
        Moment.model_validate(row)
        assert {name for name in row if name.startswith("date_") and row[name] is not None} == set()
        assert (row["first_edtf"], row["status"], row["is_overdue"]) == ("2024", "planned", False)
        assert (row["slip_days_min"], row["slip_days_max"], row["revisions"]) == (None, None, 0)
        [claim] = service.rows("/v1/claims", as_of=day, subject=about["subject"], standing="best",
                               property="planned_landing")  # fmt: skip
        assert (row["claim_id"], claim["value_type"]) == (claim["id"], "unknown")
        undated = [row["id"] for row in summary(service, day, date__isnull="true")]
        assert undated == [key]
        assert service.rows("/v1/timeline", as_of=day, **about) == []
        query = {"as_of": day, **about}
        calendar = service.client.get("/v1/slips/summary.ics", params=query)
        assert calendar.status_code == 200
        assert "BEGIN:VEVENT" not in calendar.text
        lines = service.client.get("/v1/slips/summary.csv", params=query).text.splitlines()
        assert len(lines) == 2
    record = service.records("2026-11-22")["missions/weighed"]
    assert ("landing" in record["unknown"], record["landing_edtf"]) == (True, None)


def test_summary_says_how_far_and_how_often_a_plan_moved(service: Service) -> None:
    """First date, distance, changes: as the claims have them, plan against plan.

    What happened is never held against the first promise: that is lateness, which verdicts tell.
    """
    happened = 0
    for day in service.days:
        rows = {row["id"]: row for row in summary(service, day)}
        for (subject, item), plans in promises_known(service, day).items():
            row = rows[f"{subject}/{item.field}"]
            first = first_of(plans)
            current = winner(
                claim
                for claim in service.known(day)
                if claim.subject == subject and claim.property == item.planned and claim.counts
            )
            assert row["first_edtf"] == first.value
            assert first.date
            assert row["first_label"] == first.date.label
            assert (row["slip_days_min"], row["slip_days_max"]) == apart(current, first)
            assert row["revisions"] == changes_of(plans)
            assert current
            assert row["status"] == "actual" or row["date_edtf"] == current.value
            happened += row["status"] == "actual"
    assert happened or service.name == "sample"


def test_summary_begins_with_what_moved_furthest(service: Service) -> None:
    """The plans that may have moved most come first, those of which nobody can say last."""
    most = [row["slip_days_max"] for row in summary(service, "2026-11-22")]
    known = [days for days in most if days is not None]
    assert most == sorted(known, reverse=True) + [None] * (len(most) - len(known))


SUMMARY_FILTERS: list[tuple[dict[str, str], Wanted]] = [
    ({"kind": "missions"}, lambda row: row["kind"] == "missions"),
    ({"field": "launch"}, lambda row: row["field"] == "launch"),
    ({"status": "actual"}, lambda row: row["status"] == "actual"),
    ({"overdue": "true"}, lambda row: row["is_overdue"]),
    ({"date": "2026/2028"}, lambda row: _meets(row, "2026-01-01", "2028-12-31")),
    ({"date__gte": "2026"}, lambda row: (row["date_earliest"] or "") >= "2026-01-01"),
    ({"slipped__gte": "1"}, lambda row: (row["slip_days_min"] or 0) >= 1),
    ({"slipped__lt": "0"}, lambda row: (row["slip_days_max"] or 0) < 0),
    ({"revisions__gte": "2"}, lambda row: row["revisions"] >= 2),
    ({"disputed": "true"}, lambda row: row["disputed"]),
]


@pytest.mark.parametrize(("query", "wanted"), SUMMARY_FILTERS, ids=named(SUMMARY_FILTERS))
def test_summary_filters(service: Service, query: dict[str, str], wanted: Wanted) -> None:
    """The summary is narrowed as the timeline is, in its own order."""
    rows = summary(service, "2026-11-22")
    found = summary(service, "2026-11-22", **query)
    assert found == [row for row in rows if wanted(row)]
    assert service.name == "sample" or 0 < len(found) < len(rows)


def test_summary_has_no_filter_for_what_all_of_it_is(service: Service) -> None:
    """All of the summary was promised: `promised` is no parameter of it."""
    response = service.client.get("/v1/slips/summary?promised=true")
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == ["promised"]


def test_records_and_summary_agree(service: Service) -> None:
    """What the summary says of a milestone is what its record says."""
    records = service.records("2026-11-22", PROMISING)
    for row in summary(service, "2026-11-22"):
        record = records[row["subject"]]
        assert (row["field"] in dates_of(record)) == (row["date_edtf"] is not None)
        assert moment(record, row["field"]).items() <= row.items()


# --- How often a plan changed ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "revisions"),
    [
        pytest.param([plan("2022", "2018")], 0, id="said once"),
        pytest.param([plan("2022", "2018"), plan("2022", "2019")], 0, id="said again"),
        pytest.param([plan("2022", "2018"), plan("2024", "2019")], 1, id="moved"),
        pytest.param([plan("2022", "2018"), plan("2024", "2019"), plan("2022", "2020")], 2,
                     id="moved and moved back"),
        pytest.param([plan("2022", "2018"), plan("2022", "2019"), plan("2024", "2020"),
                      plan("2024", "2021"), plan("2025", "2022")], 2, id="twice, with repeats"),
        pytest.param([plan("2022", "2018"), plan("2022-06", "2019")], 1, id="made more precise"),
        pytest.param([plan("2022", "2018"), plan("2022~", "2019")], 1, id="made less certain"),
        pytest.param([plan("2022", "2018-03-03"), plan("2024", "2018-03-03",
                                                       source_kind=SourceKind.PAPER)], 0,
                     id="two on one day"),
        pytest.param([plan("2022", "2018", rank=Rank.PREFERRED), plan("2024", "2019")], 0,
                     id="a later plan that does not win"),
        pytest.param([plan("2022", "2018"), plan("2024", "2019", rank=Rank.PREFERRED),
                      plan("2025", "2020")], 1, id="the preferred plan stays"),
        pytest.param([plan("2022", "2018"), plan("2024", "2019", rank=Rank.DEPRECATED)], 0,
                     id="a deprecated plan"),
        pytest.param([plan("2022", "2018"), plan("2024", "2019", nature=Nature.ASSESSMENT)], 0,
                     id="an opinion"),
        pytest.param([plan("2022", "2018"), plan("2024", "2035")], 0, id="not known yet"),
        pytest.param([plan(None, "2018"), plan("2022", "2019")], 0, id="unknown at first"),
        pytest.param([plan("2022", "2018"), event("2024-05-01", "2024-05-01")], 0,
                     id="what happened is no plan"),
        pytest.param([plan("2022", "2018"), plan("2023", "2019"), event("2024", "2024")], 1,
                     id="changes stay after it happened"),
    ],
)  # fmt: skip
def test_revisions(claims: list[Claim], revisions: int) -> None:
    """What counts is how often the date that held became another, from one day to a later one."""
    for given in (claims, claims[::-1]):
        resolution = resolve(MISSIONS, given, dt.date(2030, 1, 1))
        assert resolution is not None
        assert resolution.schedules["launch"].revisions == revisions


@pytest.mark.parametrize(("day", "revisions"), [("2018-12-31", 0), ("2019-12-30", 0),
                                                ("2019-12-31", 1), ("2020-12-31", 2)])  # fmt: skip
def test_revisions_by_a_day(day: str, revisions: int) -> None:
    """Changes count from the day on which they became known."""
    claims = [plan("2022", "2018"), plan("2024", "2019"), plan("2025", "2020")]
    resolution = resolve(MISSIONS, claims, dt.date.fromisoformat(day))
    assert resolution is not None
    assert resolution.schedules["launch"].revisions == revisions


def test_milestones_are_counted_apart() -> None:
    """A landing that moves does not count as a change of the launch."""
    landings = [
        make_claim("planned_landing", *told) for told in (("2023", "2018"), ("2025", "2019"))
    ]
    resolution = resolve(MISSIONS, [plan("2022", "2018"), *landings], dt.date(2030, 1, 1))
    assert resolution is not None
    counted = {name: schedule.revisions for name, schedule in resolution.schedules.items()}
    assert counted == {"launch": 0, "landing": 1}
