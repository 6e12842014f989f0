"""What holds of all lists on every day, over the facts of the tests and over a world of our own."""

import csv
import datetime as dt
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from fastapi.testclient import TestClient

from app.ledger.book import Book
from app.ledger.checks import check_folder
from app.ledger.records import Claim, Ledger
from app.ledger.states import rows_of
from app.main import create_app
from app.settings import Settings
from app.vocabulary import MILESTONE_OF, PROPERTIES, Kind
from tests.api.test_entities import serving
from tests.conftest import FACTS, NOW
from tests.databases import tables_in

T = TypeVar("T")
Record = dict[str, Any]
KINDS = ("missions", "agreements", "agencies", "projects", "people", "sources")
# Lists that need nothing in their path, and the query that some of them must have.
LISTS: dict[str, dict[str, str]] = {
    **{f"/v1/{kind}": {} for kind in KINDS},
    "/v1/claims": {},
    "/v1/disputes": {},
    "/v1/timeline": {},
    "/v1/slips": {},
    "/v1/slips/summary": {},
    "/v1/relations": {},
    "/v1/changes": {},
    "/v1/differences": {"since": "0001"},
    "/v1/network": {},
    "/v1/network/nodes": {},
    "/v1/search": {"q": "a"},
}

# --- A world with everything in it that the facts of the tests may lack ---------------------------


def said(name: str, value: str | None, source: str, **more: str) -> Record:
    """A claim as a seed file has it."""
    entry = {"property": name, "source": source, "locator": f"on {name}", **more}
    return entry if value is None else {**entry, "value": value}


def seed_file(slug: str, claims: list[Record], **more: Any) -> str:
    """A seed file; claims that are alike get places of their own."""
    placed = [{**item, "locator": f"{item['locator']}, {n}"} for n, item in enumerate(claims, 1)]
    return yaml.safe_dump({"id": slug, **more, "claims": placed}, allow_unicode=True)


def report(slug: str, published: str, **more: Any) -> str:
    """A source that somebody published."""
    about = {"title": f"Report {slug}", "publisher": "agencies/press", "kind": "news",
             "language": "en", "published": published}  # fmt: skip
    return seed_file(slug, more.pop("claims", []), **{**about, **more})


_SOURCES = {
    "r2010": report("r2010", "2010-05-01"),
    "r2014": report("r2014", "2014-06-01"),
    "r2016": report("r2016", "2016-06-01", language="ru"),
    "r2018": report("r2018", "2018-06-01"),
    "alpha-2018": report("alpha-2018", "2018-06-01", publisher="agencies/alpha"),
    "paper-2018": report("paper-2018", "2018", kind="paper", publisher="agencies/gamma",
                         authors=["people/anna", "people/boris"]),
    "r2020": report("r2020", "2020-06-01"),
    "r2022": report("r2022", "2022-06-01"),
    "r2024": report("r2024", "2024-06-01", claims=[
        said("described_as", "a late report", "r2026"),
        said("image_credit", "agencies/alpha", "r2026"),
        said("author", "people/anna", "r2026"),
    ]),
    "r2026": report("r2026", "2026-06-01"),
}  # fmt: skip
_AGENCIES = {
    "press": [said("name", "Press", "r2010"), said("kind", "media", "r2010")],
    "alpha": [
        said("name", "Alpha", "r2010"),
        said("name", "Alpha Space", "r2020"),
        said("kind", "space_agency", "r2010"),
        said("country", "RU", "r2010"),
        said("founded_on", "1992-02-25", "r2010"),
        said("member_of", "agencies/forum", "r2014", since="2012"),
        said("member_of", "agencies/forum", "r2022", until="2022-04-13", role="founder"),
    ],
    "beta": [
        said("name", "Beta", "r2010"),
        said("kind", "space_agency", "r2010"),
        said("country", "CN", "r2010"),
        said("member_of", "agencies/forum", "r2014", since="2025"),
    ],
    "gamma": [said("name", "Gamma", "r2014"), said("country", "US", "r2014")],
    "epsilon": [said("name", "Epsilon", "r2016")],
    "summit": [
        said("name", "Summit", "r2024"),
        said("planned_meeting", "2028-05", "r2024"),
    ],
    "delta": [said("name", "Delta", "r2018"), said("kind", "company", "r2018")],
    "forum": [
        said("name", "Forum", "r2010"),
        said("kind", "forum", "r2010"),
        said("held_on", "2018-03-03", "r2018"),
        said("held_at", "Tōkyō", "r2018"),
        said("host_country", "JP", "r2018"),
        said("attended_by", "agencies/alpha", "r2018"),
        said("attended_by", "agencies/beta", "r2018"),
    ],
}
_MISSIONS = {
    "flown": [
        said("name", "Flown", "r2014"),
        said("kind", "orbiter", "r2014"),
        said("country", "RU", "r2014"),
        said("operator", "agencies/alpha", "r2014"),
        said("carries_payload_of", "agencies/beta", "r2016"),
        said("planned_launch", "2015", "r2014"),
        said("planned_launch", "2017-33", "r2016"),
        said("launched_on", "2018-05-05", "r2018"),
        said("planned_landing", "2018/2019", "r2016"),
        said("landed_on", "2019-01", "r2020"),
        said("outcome", "success", "r2020"),
        said("ended_on", "2021~", "r2022"),
        said("planned_landing", "2018/2019", "alpha-2018", said_by="agencies/alpha"),
        said("launch_vehicle", "Soyuz-2.1b", "r2016"),
        said("cospar_id", "2018-040A", "r2018"),
        said("described_as", "a bold venture", "r2024", nature="assessment"),
    ],
    "slipped": [
        said("name", "Slipped", "r2016"),
        said("kind", "lander", "r2016"),
        said("kind", "rover", "r2020"),
        said("country", "CN", "r2016"),
        said("operator", "agencies/beta", "r2016"),
        said("partner", "agencies/alpha", "r2016", since="2016"),
        said("partner", "agencies/alpha", "r2022", until="2022-04-13"),
        said("partner", "agencies/gamma", "r2018", since="2030"),
        said("project", "projects/station", "r2018"),
        said("target", "South Pole", "r2016"),
        said("alias", "S-1", "r2016"),
        said("alias", "S-2", "r2020"),
        said("planned_launch", "2020", "r2016"),
        said("planned_launch", "2020-12", "r2018"),
        said("planned_launch", "2022~", "r2020"),
        said("planned_launch", "2022~", "r2022", said_by="agencies/beta"),
        said("planned_launch", "2028", "r2024"),
        said("planned_landing", "2021", "r2016"),
        said("planned_landing", "2029-34", "r2024"),
    ],
    "forth-and-back": [
        said("name", "Forth and back", "r2014"),
        said("planned_launch", "2020", "r2014"),
        said("planned_launch", "2022", "r2016"),
        said("planned_launch", "2020", "r2018"),
    ],
    "open-ended": [
        said("name", "Open", "r2016"),
        said("planned_launch", "2022/..", "r2016"),
        said("planned_launch", "2024", "r2020"),
    ],
    "drifting": [
        said("name", "Drifting", "r2016"),
        said("planned_launch", "2022", "r2016"),
        said("planned_launch", "2024/..", "r2020"),
        said("planned_landing", "2030", "r2016"),
    ],
    "earlier": [
        said("name", "Earlier", "r2016"),
        said("planned_launch", "2035-01-01", "r2016"),
        said("planned_launch", "2027-06-15", "r2020"),
        said("target", "Süd-Krater", "r2016"),
        said("coordinates_with", "missions/slipped", "r2016"),
    ],
    "cancelled": [
        said("name", "Cancelled", "r2016"),
        said("planned_launch", "2020", "r2016"),
        said("status", "cancelled", "r2018"),
    ],
    "disputed": [
        said("name", "Disputed", "r2018"),
        said("planned_launch", "2022", "r2018"),
        said("planned_launch", "2024", "alpha-2018"),
    ],
    "argued": [
        said("name", "Argued", "r2018"),
        said("planned_launch", "2022", "r2018"),
        said("planned_launch", "2024", "alpha-2018"),
        said("launched_on", "2022-06-30", "r2024"),
    ],
    "weighed": [
        said("name", "Weighed", "r2014"),
        said("target", "far side", "r2016"),
        said("target", None, "r2024", value_type="unknown"),
        said("planned_launch", "2019", "r2014", rank="deprecated", rank_reason="a misprint"),
        said("planned_launch", "2021", "r2016", rank="preferred", rank_reason="signed"),
        said("planned_launch", "2023", "r2020"),
        said("planned_landing", "2024", "r2016"),
        said("planned_landing", None, "r2022", value_type="unknown"),
    ],
    "bare": [said("name", "Bare", "r2016"), said("planned_launch", None, "r2018",
                                                 value_type="unknown")],
}  # fmt: skip
_AGREEMENTS = {
    "treaty": [
        said("name", "Treaty", "r2014"),
        said("kind", "treaty", "r2014"),
        said("party", "agencies/alpha", "r2014", role="depositary"),
        said("party", "agencies/beta", "r2014"),
        said("planned_signing", "2015", "r2014"),
        said("signed_on", "2016-05-30", "r2016"),
        said("signed_at", "Tōkyō", "r2016"),
        said("signed_during", "agencies/forum", "r2016"),
        said("valid_during", "2016/2021", "r2016"),
        said("ended_on", "2022", "r2022"),
        said("scope", "missions/slipped", "r2018"),
        said("covers", "craters", "r2014"),
        said("covers", "boulders", "r2016"),
    ],
    "pact": [
        said("name", "Pact", "r2014"),
        said("party", "agencies/alpha", "r2014"),
        said("party", "agencies/gamma", "r2014"),
        said("party", "agencies/epsilon", "r2016"),
        said("party", "agencies/delta", "r2018"),
        said("party", "agencies/beta", "r2020", until="2020-06-30"),
        said("distinct_from", "agreements/treaty", "r2016"),
    ],
    "coming": [
        said("name", "Coming", "r2024"),
        said("planned_signing", "2027", "r2024"),
        said("party", "agencies/beta", "r2024", nature="plan"),
        said("party", "agencies/gamma", "r2024", nature="plan"),
    ],
}
_PROJECTS = {
    "station": [
        said("name", "Station", "r2018"),
        said("kind", "station", "r2018"),
        said("lead", "agencies/alpha", "r2018"),
        said("partner", "agencies/beta", "r2018", since="2018"),
        said("partner", "agencies/gamma", "r2018"),
        said("agreed_on", "2018", "paper-2018"),
        said("first_element_planned", "2024", "r2018"),
        said("location", "Lunar orbit", "r2018"),
        said("renamed_to", "Gate", "r2022"),
    ],
    "base": [
        said("name", "Base", "r2018"),
        said("planned_build", "2030/2040", "r2018"),
        said("planned_build", "2035", "r2020"),
        said("planned_opening", "2027-34", "r2018"),
        said("planned_opening", "2028", "paper-2018", said_by="people/anna"),
        said("project", "projects/station", "r2018"),
        said("possible_support_from", "agencies/gamma", "r2020", nature="plan"),
    ],
}
_PEOPLE = {
    "anna": [
        said("name", "Anna", "r2018"),
        said("affiliation", "agencies/alpha", "r2018", role="engineer"),
        said("affiliation", "agencies/alpha", "r2022", until="2020"),
    ],
    "boris": [said("name", "Boris", "r2018"),
              said("affiliation", "agencies/beta", "r2018", since="2021")],
}  # fmt: skip
_DISPUTES = {
    "launch-of-disputed": {
        "id": "launch-of-disputed",
        "about": "launch of Disputed",
        "note": "two years",
        "claims": [{"subject": "missions/disputed", "property": "planned_launch"}],
    },
    "success-of-flown": {  # it changes nothing else of the record on the day it can be told
        "id": "success-of-flown",
        "about": "success of Flown",
        "note": "a fact and an opinion",
        "claims": [
            {"subject": "missions/flown", "property": "outcome"},
            {"subject": "missions/flown", "property": "described_as"},
        ],
    },
}
WORLD: dict[str, str] = {
    **{f"sources__{slug}": text for slug, text in _SOURCES.items()},
    **{
        f"{kind}__{slug}": seed_file(slug, claims, **more)
        for kind, records in (
            ("agencies", _AGENCIES), ("missions", _MISSIONS), ("agreements", _AGREEMENTS),
            ("projects", _PROJECTS), ("people", _PEOPLE),
        )
        for slug, claims in records.items()
        for more in [{"former_ids": ["flew"]} if slug == "flown" else {}]
    },
    **{f"disputes__{slug}": yaml.safe_dump(text) for slug, text in _DISPUTES.items()},
}  # fmt: skip


# --- A service and its ledger ---------------------------------------------------------------------


@dataclass(frozen=True)
class Service:
    """A client, the ledger that its answers are made of, and days that are worth asking about."""

    client: TestClient
    ledger: Ledger
    days: tuple[str, ...]
    name: str
    answers: dict[tuple[Any, ...], Record] = field(default_factory=dict)

    def body(self, path: str, **query: Any) -> Record:
        """An answer that must be a success; nothing changes, so it is asked for once."""
        key = (path, *sorted(query.items()))
        if key not in self.answers:
            response = self.client.get(path, params=query)
            assert response.status_code == 200, response.text
            self.answers[key] = response.json()
        return self.answers[key]

    def rows(self, path: str, **query: Any) -> list[Record]:
        """All that a list holds."""
        body = self.body(path, **{"limit": 10_000, **query})
        results: list[Record] = body["results"]
        assert body["meta"]["count"] == len(results)
        return results

    def records(self, day: str, kinds: tuple[str, ...] = KINDS) -> dict[str, Record]:
        """Every record that was known on a day, by its reference."""
        return {row["ref"]: row for kind in kinds for row in self.rows(f"/v1/{kind}", as_of=day)}

    def known(self, day: str) -> list[Claim]:
        """The claims that were known on a day, as the seed files have them."""
        return [claim for claim in self.ledger.claims if claim.known_from.isoformat() <= day]


def openapi(service: Service) -> Record:
    """The OpenAPI document, which is the same for all services, and slow to make."""
    if not _DOCUMENT:
        _DOCUMENT.update(service.client.get("/openapi.json").json())
    return _DOCUMENT


_DOCUMENT: Record = {}


def some(items: Iterable[T], number: int) -> list[T]:
    """Some of many things, spread over all of them, so that tests do not grow with the seed."""
    every = list(items)
    return every[:: -(-len(every) // number)] if every else []


def day_before(day: str) -> str:
    """The day before, as it is written."""
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()


@cache
def _ledger(folder: Path) -> Ledger:
    ledger, problems = check_folder(folder)
    assert problems == []
    return ledger


_WORLD_DAYS = ("2010-04-30", "2014-06-01", "2016-06-01", "2018-06-01", "2018-12-31", "2020-06-30",
               "2020-07-01", "2022-06-01", "2023-01-01", "2025-01-01", "2026-11-22",
               "2030-01-01")  # fmt: skip


def sample_service(client: TestClient) -> Service:
    """The facts of the tests, on days spread over all on which claims became known."""
    ledger = _ledger(FACTS)
    known = sorted({claim.known_from.isoformat() for claim in ledger.claims})
    spread = [known[place * (len(known) - 1) // 5] for place in range(6)]
    days = dict.fromkeys([day_before(known[0]), *spread, "2026-11-22", "2041-01-01"])
    return Service(client, ledger, tuple(sorted(days)), "sample")


SERVICES = ("sample", "world")
_OPENED: dict[str, Service] = {}


def open_service(request: pytest.FixtureRequest, factory: pytest.TempPathFactory) -> Service:
    """One of `SERVICES`, for a fixture that has them as parameters; opened once for all tests."""
    name = request.param
    if name not in _OPENED and name == "sample":
        _OPENED[name] = sample_service(request.getfixturevalue("client"))
    elif name not in _OPENED:
        folder, stack = factory.mktemp("world"), ExitStack()
        client = stack.enter_context(serving(folder, **WORLD))
        request.config.add_cleanup(stack.close)
        _OPENED[name] = Service(client, _ledger(folder / "seed"), _WORLD_DAYS, name)
    return _OPENED[name]


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service over the facts of the tests, and over the world above."""
    return open_service(request, tmp_path_factory)


def below(ref: str) -> list[str]:
    """The lists below a record."""
    kind = ref.partition("/")[0]
    lists = ["claims", "changes", "vintages"]
    lists += ["schedule"] if kind in ("missions", "agreements", "agencies", "projects") else []
    lists += ["scorecard"] if kind == "sources" else []
    return [f"/v1/{ref}/{name}" for name in lists]


def first_day(ledger: Ledger) -> str:
    """The first day on which anything could be known."""
    days = [claim.known_from for claim in ledger.claims]
    days += [source.dated.latest for source in ledger.sources.values() if source.dated.latest]
    return min(days).isoformat()


# --- Claims through time --------------------------------------------------------------------------


def test_claims_are_monotone(service: Service) -> None:
    """On a day exactly those claims are known that became known by then: none is forgotten."""
    before: set[str] = set()
    for day in service.days:
        known = [row["id"] for row in service.rows("/v1/claims", as_of=day)]
        assert sorted(known) == sorted(claim.id for claim in service.known(day))
        assert before <= set(known)
        before = set(known)
    assert before == {claim.id for claim in service.ledger.claims}


def test_known_from_is_never_clipped(service: Service) -> None:
    """A claim says on every day the same of itself: from when it was known, and all the rest."""
    told = {claim.id: claim.known_from.isoformat() for claim in service.ledger.claims}
    first: dict[str, Record] = {}
    for day in service.days:
        for row in service.rows("/v1/claims", as_of=day):
            assert row["known_from"] == told[row["id"]]
            plain = {key: value for key, value in row.items() if key != "standing"}
            assert first.setdefault(row["id"], plain) == plain


@pytest.mark.parametrize(
    ("path", "key"),
    [
        *((f"/v1/{kind}", ("ref",)) for kind in KINDS),
        ("/v1/timeline", ("id",)),
        ("/v1/relations", ("subject", "relation", "object")),
    ],
)
def test_periods_are_never_clipped(service: Service, path: str, key: tuple[str, ...]) -> None:
    """What holds over a period is the same on each of its days, its beginning and end included."""
    told: dict[tuple[str, ...], Record] = {}
    for day in service.days:
        for row in service.rows(path, as_of=day):
            assert row["known_from"] <= day
            assert row["known_to"] is None or day < row["known_to"]
            named = (*(row[name] for name in key), row["known_from"])
            assert told.setdefault(named, row) == row
    assert told


@pytest.mark.parametrize("kind", ["missions", "agreements", "projects", "people"])
def test_vintages_are_the_days_on_which_a_record_changed(service: Service, kind: str) -> None:
    """A record is that of its last vintage, whose day is a day on which it is another than before.

    Between two vintages it stays the same, as far as the days asked about can tell.
    """
    for ref in some(service.records("2026-11-22", (kind,)), 12):
        vintages = service.rows(f"/v1/{ref}/vintages", as_of="9999-12-31")
        begins = [row["known_from"] for row in vintages]
        assert begins == sorted(set(begins))
        assert [*begins[1:], None] == [row["known_to"] for row in vintages]
        for day in service.days:
            record = service.records(day, (kind,)).get(ref)
            last = max((begun for begun in begins if begun <= day), default=None)
            assert last == (record["known_from"] if record else None)


# --- As it was known ------------------------------------------------------------------------------


def _told_on(book: Book, day: dt.date) -> dict[str, list[str]]:
    """What the rows around a day say of each record, but for when they end."""
    told: dict[str, list[str]] = {}
    for ref in book.ledger.entities:
        rows = [
            (table.__name__, {**row, "known_to": None, "document": _endless(row, "document"),
                              "changes": _endless(row, "changes")})
            for table, row in rows_of(book, ref)
            if row["known_from"] <= day and (row["known_to"] is None or day < row["known_to"])
        ]  # fmt: skip
        told[ref] = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)
    return told


def _endless(row: Record, key: str) -> Record | None:
    return {**json.loads(row[key]), "known_to": None} if row.get(key) else None


def _ended_on(ledger: Ledger, day: dt.date) -> Ledger:
    """The ledger as it was on a day: what became known later has not been written yet."""
    claims = [claim for claim in ledger.claims if claim.known_from <= day]
    said = {claim.id for claim in claims}
    disputes = [dispute for dispute in ledger.disputes if said.issuperset(dispute.claims)]
    subjects = {claim.subject for claim in claims}
    entities = [ref for ref in ledger.entities if ref in subjects or ref.startswith("sources/")]
    return replace(ledger, claims=claims, disputes=disputes, entities=entities)


def test_a_day_is_told_as_if_the_ledger_ended_there(service: Service) -> None:
    """What is told as known on a day does not depend on anything that became known later."""
    whole = Book(service.ledger)
    for text in service.days[1:-1:2]:
        day = dt.date.fromisoformat(text)
        then = _told_on(Book(_ended_on(service.ledger, day)), day)
        now = _told_on(whole, day)
        assert {ref for ref, rows in now.items() if rows} == {ref for ref in then if then[ref]}
        for ref, rows in then.items():
            assert rows == now[ref], (day, ref)


NAMED = tuple(f"{kind}/" for kind in KINDS[:-1])  # sources have their titles


def _names_told(told: Any) -> Iterator[tuple[str, str]]:
    """Whom an answer calls what."""
    if isinstance(told, dict):
        pairs = [(told.get("ref"), told.get("name"))]
        pairs += [(told.get(key.removesuffix("_name")), value) for key, value in told.items()
                  if key.endswith("_name")]  # fmt: skip
        yield from ((ref, name) for ref, name in pairs if name and str(ref).startswith(NAMED))
    if isinstance(told, dict | list):
        for part in told.values() if isinstance(told, dict) else told:
            yield from _names_told(part)


def test_nobody_is_called_by_a_name_that_is_not_recorded_yet(service: Service) -> None:
    """Whatever is named on a day has a name by then, and is called by one of those alone.

    What a source reports as said before it came out is older than that source: of its publisher
    there may be no more to tell by then than the id.
    """
    checked = 0
    for day in service.days[1:]:
        names: defaultdict[str, set[str]] = defaultdict(set)
        older: defaultdict[str, set[str]] = defaultdict(set)
        for claim in service.known(day):
            source = service.ledger.sources[claim.source]
            if claim.property == "name" and claim.counts and claim.value:
                names[claim.subject].add(claim.value)
            if source.publisher and source.dated.latest and claim.known_from < source.dated.latest:
                older[source.publisher].add(source.publisher.partition("/")[2])
        for path, query in LISTS.items():
            for ref, name in _names_told(service.rows(path, as_of=day, **query)):
                assert name in names[ref] | older[ref], (day, path, ref)
                checked += 1
    assert checked > 1000


# --- Values and the claims behind them ------------------------------------------------------------


def test_each_value_has_one_claim_behind_it(service: Service) -> None:
    """Of a property with one value one claim is the best, on any day on which any counts.

    A status may follow from what happened instead, and then no claim of a status is behind it.
    """
    for day in service.days:
        counting = {
            (claim.subject, claim.property)
            for claim in service.known(day)
            if claim.counts and not PROPERTIES[claim.property].many
        }
        best: defaultdict[tuple[str, str], int] = defaultdict(int)
        for row in service.rows("/v1/claims", as_of=day, standing="best"):
            if not PROPERTIES[row["property"]].many:
                best[row["subject"], row["property"]] += 1
        assert {about for about in counting if about[1] != "status"} <= set(best) <= counting
        assert set(best.values()) <= {1}


def test_what_is_disputed_says_so(service: Service) -> None:
    """A record names as disputed exactly those fields of which a claim contradicts the value."""
    found = 0
    for day in service.days:
        rivals: defaultdict[str, set[str]] = defaultdict(set)
        for row in service.rows("/v1/claims", as_of=day, standing="rival"):
            rivals[row["subject"]].add(row["property"])
        for ref, record in service.records(day, KINDS[:-1]).items():
            fields = {name: PROPERTIES[name].served_field for name in rivals[ref]}
            # Plans that differ do not matter once it has happened.
            over = {
                name for name in fields
                if name in MILESTONE_OF and PROPERTIES[name].nature == "plan"
                and record[f"{fields[name]}_status"] == "actual"
            }  # fmt: skip
            sure = {field for name, field in fields.items() if name not in over}
            assert sure == set(record["disputed"]), (day, ref)
            found += len(record["disputed"])
    assert found or service.name == "sample"


def _values(record: Record) -> Iterator[tuple[str, str, str | None]]:
    """The values of a record: property, value, and the claim that the record itself names."""
    kind = Kind(record["ref"].partition("/")[0])
    for prop in PROPERTIES.values():
        name = prop.served_field
        if kind not in prop.subjects or prop.nature == "assessment" or name == "name":
            continue
        value = record.get(name)
        if isinstance(value, list):
            for item in value:
                linked = isinstance(item, dict)
                yield prop.name, item["ref"] if linked else item, item["claim_id"] if linked else ""
        elif f"{name}_edtf" in record:
            planned = record.get(f"{name}_status", "") == "planned"
            mine = (prop.nature == "plan") == planned or f"{name}_status" not in record
            if record[f"{name}_edtf"] and mine:
                yield prop.name, record[f"{name}_edtf"], record[f"{name}_claim_id"]
        elif value is not None:
            yield prop.name, value, ""


def test_every_value_is_traced_to_a_claim(service: Service) -> None:
    """Each value of each record has a claim that says it, and it is the one the record names.

    A status that nobody stated has the claim of the plan or event from which it follows. Names are
    looked at below.
    """
    traced = 0
    for day in service.days:
        for kind in KINDS[:-1]:
            for record in service.rows(f"/v1/{kind}", as_of=day, claims="best"):
                said_so = {
                    (claim["property"], claim["value"]): claim["id"]
                    for claim in record["claims"]
                    if claim["standing"] == "best"
                }
                implied = {
                    ("status", PROPERTIES[name].implied_status(Kind(kind), value))
                    for name, value in said_so
                }
                for name, value, claim_id in _values(record):
                    assert (name, value) in {*said_so, *implied}, (day, record["ref"])
                    assert claim_id in ("", said_so.get((name, value))), (day, record["ref"])
                    traced += 1
    assert traced > 500


def test_every_claim_is_traced_to_a_source(service: Service) -> None:
    """Each claim says where it can be read: a source that is listed, and a place in it."""
    sources = {row["id"]: row for row in service.rows("/v1/sources")}
    for claim in service.rows("/v1/claims"):
        source = sources[claim["source"]["id"]]
        for key, value in claim["source"].items():
            if key != "publisher_name":  # as it was called when the claim was made
                assert value == source[key]
        assert claim["source"]["title"]
        assert claim["source"]["published_edtf"] or claim["source"]["accessed_edtf"]
        assert claim["locator"]


def test_claims_beside_records_are_those_of_the_list_of_claims(service: Service) -> None:
    """All claims of all records on a day are the claims of that day, each with one standing."""
    for day in service.days[::3]:
        beside = [
            claim
            for kind in KINDS
            for record in service.rows(f"/v1/{kind}", as_of=day, claims="all")
            for claim in record["claims"]
        ]
        listed = {claim["id"]: claim for claim in service.rows("/v1/claims", as_of=day)}
        assert len(beside) == len({claim["id"] for claim in beside})
        assert {claim["id"]: claim for claim in beside}.items() <= listed.items()
        known = service.records(day)
        told = {claim_id for claim_id, claim in listed.items() if claim["subject"] in known}
        assert told == {claim["id"] for claim in beside}


# --- The same everywhere --------------------------------------------------------------------------


ONLY_WORLD = pytest.mark.parametrize("service", ["world"], indirect=True)


@ONLY_WORLD
@pytest.mark.parametrize("path", LISTS)
def test_every_form_says_the_same(service: Service, path: str) -> None:
    """A list says the same in its envelope, line by line, bare, as a table and under its day."""
    day = service.days[5]
    query = {**LISTS[path], "as_of": day}
    records = service.rows(path, **query)
    lines = service.client.get(f"{path}.ndjson", params=query).text.splitlines()
    assert records == [json.loads(line) for line in lines]
    bare = service.client.get(f"{path}.json", params={**query, "shape": "array"})
    assert records == bare.json()
    query.pop("as_of")
    long = {**query, "limit": 10_000}
    under = service.client.get(f"/v1/as-of/{day}{path.removeprefix('/v1')}", params=long)
    assert records == under.json()["results"]


@ONLY_WORLD
@pytest.mark.parametrize("path", LISTS)
def test_a_table_says_what_the_records_say(service: Service, path: str) -> None:
    """Each plain value of each record stands in its cell, and every row has every column."""
    query = {**LISTS[path], "as_of": service.days[-2]}
    records = service.rows(path, **query)
    text = service.client.get(f"{path}.csv", params=query).text
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    arrays = service.client.get(f"{path}.json", params={**query, "shape": "arrays"}).json()
    assert arrays["columns"] == head
    assert len(rows) == len(arrays["results"]) == len(records) > 0
    for record, row, array in zip(records, rows, arrays["results"], strict=True):
        assert len(row) == len(array) == len(head)
        cells = dict(zip(head, row, strict=True))
        for key, value in record.items():
            if not isinstance(value, list | dict):
                assert cells[key] == _cell(value), (path, key)
        assert row == [_cell(value) for value in array]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _all_answers(client: TestClient, refs: list[str]) -> dict[str, bytes]:
    found = {}
    for path, query in LISTS.items():
        asked = {**query, "as_of": "2026-11-22", "limit": 10_000}
        found[path] = client.get(path, params=asked).content
    for path in [path for ref in refs for path in (f"/v1/{ref}", *below(ref))]:
        found[path] = client.get(path, params={"as_of": "2026-11-22"}).content
    return found


def test_two_loads_give_the_same_bytes(service: Service, tmp_path: Path) -> None:
    """The same seed files, loaded once more, give the same answers to the last byte."""
    refs: list[str] = []
    if service.name == "world":
        refs = ["missions/slipped", "sources/r2018", "projects/base"]
    once = _all_answers(service.client, refs)
    if service.name == "world":
        with serving(tmp_path, **WORLD) as client:
            again = _all_answers(client, refs)
    else:
        url = tables_in(tmp_path, "again")
        app = create_app(Settings(database_url=url, seed_dir=FACTS), lambda: NOW)
        with TestClient(app) as client:
            again = _all_answers(client, refs)
    assert all(answer.startswith(b'{"meta":') for answer in once.values())
    assert [key for key in once if once[key] != again[key]] == []


# --- Before anything was known --------------------------------------------------------------------


def test_before_the_first_claim_every_list_is_empty(service: Service) -> None:
    """Asked about a day on which nothing was known, a list answers, and has nothing in it."""
    before = day_before(first_day(service.ledger))
    for day in (before, "0001-12-31") if service.name == "world" else (before,):
        for path, query in LISTS.items():
            body = service.body(path, **query, as_of=day)
            assert (body["meta"]["count"], body["results"], body.get("nodes", [])) == (0, [], [])
            assert (body["meta"]["next_cursor"], body["meta"]["next"]) == (None, None)
        query = {**LISTS["/v1/search"], "as_of": day}
        assert len(service.client.get("/v1/search.csv", params=query).text.splitlines()) == 1


def test_before_the_first_claim_a_record_is_blank(service: Service) -> None:
    """A record on such a day has every key and no value, and the lists below it are empty."""
    before = day_before(first_day(service.ledger))
    for ref in some(service.records("2026-11-22"), 6):
        record = service.body(f"/v1/{ref}", as_of=before)["result"]
        told = {key for key, value in record.items() if value not in (None, [])}
        assert told == {"id", "ref", "known_to"}
        for path in below(ref):
            assert service.rows(path, as_of=before) == []
