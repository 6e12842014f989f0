"""What became known between two days: claim by claim, record by record, field by field."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.vocabulary import MILESTONE_OF, PROPERTIES, Kind, Nature, Property, ValueType
from tests.api.test_invariants import (
    KINDS,
    SERVICES,
    Record,
    Service,
    day_before,
    open_service,
    some,
)

TODAY = "2026-11-22"
DATE_PARTS = ("edtf", "earliest", "latest", "precision", "label", "approximate", "uncertain")
PARTS = (
    *DATE_PARTS, "status", "is_overdue", "slip_days_min", "slip_days_max", "first_edtf",
    "first_label", "revisions", "alpha3", "name",
)  # fmt: skip
ONLY_WORLD = pytest.mark.parametrize("service", ["world"], indirect=True)


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service over the facts of the tests, and over a world with everything in it."""
    return open_service(request, tmp_path_factory)


def refused(client: TestClient, path: str, status: int, **query: str) -> str:
    """What an answer says that refuses a request because of one parameter, and names it."""
    response = client.get(path, params=query)
    assert response.status_code == status, response.text
    [error] = response.json()["errors"]
    return f"{error['parameter']}: {error['detail']}"


# --- Claim by claim -------------------------------------------------------------------------------


def test_changes_are_the_claims_between_two_days(service: Service) -> None:
    """Exactly the claims that became known after the one day, and by the other."""
    claims = service.ledger.claims
    for since in service.days[::2]:
        for day in service.days[1::3]:
            if since <= day:
                rows = service.rows("/v1/changes", since=since, as_of=day)
                expected = [
                    claim.id for claim in claims if since < claim.known_from.isoformat() <= day
                ]
                assert sorted(row["id"] for row in rows) == sorted(expected)


def test_changes_of_all_time(service: Service) -> None:
    """Without an earlier day, all that is known: the claims with what each changed."""
    claims = {row["id"]: row for row in service.rows("/v1/claims")}
    changes = service.rows("/v1/changes")
    assert len(changes) == len(claims)
    for row in changes:
        assert claims[row["id"]].items() <= row.items()
    order = [(row["known_from"], row["id"]) for row in changes]
    latest_first = sorted(order, key=lambda item: item[1])
    assert order == sorted(latest_first, key=lambda item: item[0], reverse=True)


@ONLY_WORLD
@pytest.mark.parametrize(
    ("since", "day"),
    [("-30d", "2026-10-23"), ("-0d", TODAY), ("today", TODAY), ("-1y", "2025-11-22"),
     ("-18m", "2025-05-22"), ("2018", "2018-12-31"), ("2018-03", "2018-03-31")],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/changes", "/v1/differences"])
def test_since_is_written_as_any_day(service: Service, path: str, since: str, day: str) -> None:
    """The earlier day may be a period, which means its last day, or lie back from today."""
    assert service.rows(path, since=since) == service.rows(path, since=day)


def test_today_nothing_is_newer_than_today(service: Service) -> None:
    """Between a day and itself nothing becomes known."""
    for path in ("/v1/changes", "/v1/differences"):
        assert service.rows(path, since="today") == []
        for day in service.days[::4]:
            assert service.rows(path, since=day, as_of=day) == []


@pytest.mark.parametrize("path", ["/v1/changes", "/v1/differences", "/v1/compare"])
@pytest.mark.parametrize(
    ("since", "as_of"), [("2018-03-04", "2018-03-03"), ("2019", "2018"), ("2027", "today")]
)
def test_the_earlier_day_is_the_earlier_one(
    client: TestClient, path: str, since: str, as_of: str
) -> None:
    """Two days in the wrong order are refused: the answer to that would be taken for none."""
    more = {"ref": "missions/luna-26"} if path.endswith("compare") else {}
    said = refused(client, path, 422, since=since, as_of=as_of, **more)
    assert said.startswith("since: ")
    assert "later than as_of" in said


@pytest.mark.parametrize("path", ["/v1/changes", "/v1/differences", "/v1/compare"])
def test_what_is_no_day_is_refused(client: TestClient, path: str) -> None:
    """A day that cannot be read is refused under its own name."""
    more = {"ref": "missions/luna-26"} if path.endswith("compare") else {}
    assert refused(client, path, 422, since="2018-13", **more).startswith("since: ")
    assert refused(client, path, 422, since="-1w", **more).startswith("since: ")


def test_changes_below_each_record(service: Service) -> None:
    """Below a record are the changes about it, as the list of all has them."""
    tried = 0
    for kind in KINDS:
        for ref in some(service.records(TODAY, (kind,)), 5):
            below = service.rows(f"/v1/{ref}/changes")
            assert below == [row for row in service.rows("/v1/changes") if row["subject"] == ref]
            tried += len(below)
    [ref, *_] = service.records(TODAY, ("missions",))
    among = [row for row in service.rows("/v1/changes", as_of="2018") if row["subject"] == ref]
    assert service.rows(f"/v1/{ref}/changes", as_of="2018") == among
    assert tried


@pytest.mark.parametrize(
    "query",
    [{"nature": "plan"}, {"standing": "best"}, {"property": "name"}, {"nature__not": "plan"},
     {"known_from__gte": "2018"}, {"known_from__lte": "2018-03"}],
    ids=str,
)  # fmt: skip
def test_changes_are_narrowed_as_claims_are(service: Service, query: dict[str, str]) -> None:
    """Every filter of claims narrows the changes in the same way."""
    claims = {row["id"] for row in service.rows("/v1/claims", **query)}
    changes = service.rows("/v1/changes", since="2016", **query)
    assert {row["id"] for row in changes} == {
        row["id"] for row in service.rows("/v1/changes", since="2016") if row["id"] in claims
    }
    assert changes


# --- What a claim changed -------------------------------------------------------------------------


class Untold(Exception):
    """A record does not tell a property by itself, as a plan beside what happened."""


def in_words(record: Record | None, prop: Property) -> str | None:
    """A property of a record in words."""
    name = prop.served_field
    if record is None:
        return None
    if prop.name in MILESTONE_OF:
        planned = prop.name == MILESTONE_OF[prop.name].planned
        if record[f"{name}_edtf"] and (record[f"{name}_status"] == "planned") != planned:
            raise Untold
        return record[f"{name}_label"] or None
    value: Any
    if prop.type is ValueType.DATE:
        value = record[f"{name}_label"]
    elif prop.many:
        named = [item["name"] if isinstance(item, dict) else item for item in record[name]]
        value = "; ".join(named) or None
    elif prop.type in (ValueType.COUNTRY, ValueType.REFERENCE):
        value = record[f"{name}_name"]
    else:
        value = record[name]
    return value.replace("_", " ") if value and prop.type is ValueType.ENUM else value


def called(item: Any) -> str:
    """One of several values in words: a text, or a link, which may have ended."""
    if not isinstance(item, dict):
        return str(item)
    ended = item["until_edtf"] and not item["active"]
    return f"{item['name']} (ended)" if ended else str(item["name"])


def changes_of_records(service: Service) -> Iterator[tuple[Record, Record | None, Record]]:
    """Each change of a value, with the record on the day before and on the day."""
    changes = service.rows("/v1/changes", as_of=TODAY)
    days = sorted({row["known_from"] for row in changes})
    looked_at = days if service.name == "world" else some(days, 8)
    for row in changes:
        day = row["known_from"]
        if day not in looked_at:
            continue
        kind = row["subject"].partition("/")[0]
        if kind == "sources" or PROPERTIES[row["property"]].nature is Nature.ASSESSMENT:
            continue
        before = service.records(day_before(day), (kind,)).get(row["subject"])
        after = service.records(day, (kind,)).get(row["subject"])
        if after is not None:
            yield row, before, after


def sort_of(prop: Property) -> str:
    """What sort of a property it is, for the tests to tell which of them are right."""
    if prop.name in ("name", "status"):
        return prop.name
    return "relation" if prop.type is ValueType.REFERENCE else "value"


@pytest.mark.parametrize("sort", ["value", "status", "relation"])
def test_labels_are_what_the_records_say(service: Service, sort: str) -> None:
    """Before and after are the values of the record on the day before and on the day."""
    told = 0
    for row, before, after in changes_of_records(service):
        prop = PROPERTIES[row["property"]]
        if sort_of(prop) != sort:
            continue
        for key, record in (("before_label", before), ("after_label", after)):
            try:
                expected = in_words(record, prop)
            except Untold:
                continue
            if expected is None:
                assert row[key] in (None, "unknown", "none"), (row["subject"], row["property"])
            else:
                # That a relation has ended may be said beside its name.
                label = row[key].replace(" (ended)", "") if sort == "relation" else row[key]
                assert label == expected, (row["subject"], row["property"], row["known_from"])
            told += 1
    assert told


def test_labels_of_names(service: Service) -> None:
    """A name that is given anew is told with the one before."""
    told = set()
    for row, before, after in changes_of_records(service):
        if row["property"] == "name":
            was_named = any(
                claim.subject == row["subject"] and claim.property == "name"
                for claim in service.known(day_before(row["known_from"]))
            )
            assert row["before_label"] == (before["name"] if before and was_named else None)
            assert row["after_label"] == after["name"]
            told.add((row["op"], row["changed"]))
    assert ("insert", True) in told


def test_what_was_known_before_is_updated(service: Service) -> None:
    """A change inserts if nobody had said anything of the property, and updates if somebody had."""
    told = set()
    for row, before, _ in changes_of_records(service):
        earlier = [
            claim
            for claim in service.known(day_before(row["known_from"]))
            if claim.counts and (claim.subject, claim.property) == (row["subject"], row["property"])
        ]
        known = bool(earlier) or bool(row["property"] == "status" and before and before["status"])
        assert row["op"] == ("update" if known else "insert"), (row["subject"], row["property"])
        told.add(row["op"])
    assert told == {"insert", "update"}


def test_changed_is_said_of_what_changed(service: Service) -> None:
    """Of a plain value a change says that it changed if the words differ, and only then."""
    for row, before, after in changes_of_records(service):
        prop = PROPERTIES[row["property"]]
        if sort_of(prop) == "value":
            try:
                differ = in_words(before, prop) != in_words(after, prop)
            except Untold:
                continue
            unknown = "unknown" in (row["before_label"], row["after_label"])
            assert row["changed"] == (differ or unknown), (row["subject"], row["property"])
        assert row["changed"] or row["before_label"] == row["after_label"]


def test_a_relation_that_ends_has_changed(service: Service) -> None:
    """A claim from which a relation has ended, or begun, changed it: the record says otherwise."""
    tried = 0
    for row, before, after in changes_of_records(service):
        prop = PROPERTIES[row["property"]]
        if prop.type is not ValueType.REFERENCE or not prop.many or before is None:
            continue
        activity = [
            {link["ref"]: link["active"] for link in record[prop.served_field]}
            for record in (before, after)
        ]
        if activity[0] != activity[1]:
            assert row["changed"], (row["subject"], row["property"], row["known_from"])
            tried += 1
    assert tried or service.name == "sample"


def test_opinions_change_nothing(service: Service) -> None:
    """An opinion is listed with the changes, belongs to no field, and changes no value alone."""
    tried = 0
    for row in service.rows("/v1/changes"):
        assert (row["field"] is None) == (row["nature"] == "assessment")
        alone = [
            claim for claim in service.ledger.claims
            if (claim.subject, claim.property, claim.known_from.isoformat())
            == (row["subject"], row["property"], row["known_from"])
        ]  # fmt: skip
        if row["nature"] == "assessment" and len(alone) == 1:
            assert not row["changed"]
            tried += 1
        elif row["field"]:
            assert row["field"] == PROPERTIES[row["property"]].served_field
    assert tried


# --- Record by record -----------------------------------------------------------------------------


def told(record: Record) -> Record:
    """What a record tells, whoever said it and since whenever."""
    return {
        key: [
            {name: part for name, part in item.items() if name != "claim_id"}
            if isinstance(item, dict)
            else item
            for item in value
        ]
        if isinstance(value, list)
        else value
        for key, value in record.items()
        if key not in ("known_from", "known_to", "claims") and not key.endswith("_claim_id")
    }


def pairs(service: Service) -> list[tuple[str, str]]:
    """Some pairs of days, near to one another and far apart."""
    days = service.days
    return [*zip(days[::2], days[1::2], strict=False), (days[0], days[-1]), (days[3], TODAY)]


def differences(service: Service, since: str, day: str, **query: Any) -> list[Record]:
    """The records that differ between two days."""
    return service.rows("/v1/differences", since=since, as_of=day, **query)


def test_differences_are_the_records_that_differ(service: Service) -> None:
    """Exactly the records that answer otherwise on the two days, and which are new."""
    found = 0
    for since, day in pairs(service):
        before, after = service.records(since), service.records(day)
        expected = {
            ref: "update" if ref in before else "insert"
            for ref, record in after.items()
            if ref not in before or told(before[ref]) != told(record)
        }
        rows = differences(service, since, day)
        assert {row["ref"]: row["op"] for row in rows} == expected
        for row in rows:
            record = after[row["ref"]]
            assert (row["kind"], row["id"]) == tuple(row["ref"].split("/"))
            assert row["name"] == (record.get("name") or record.get("title"))
        found += len(expected)
    assert found


def keys_of(record: Record, name: str) -> list[str]:
    """The keys of a record under which a field is served."""
    return [key for key in (name, *(f"{name}_{part}" for part in PARTS)) if key in record]


def fields_that_differ(before: Record | None, after: Record) -> set[str]:
    """The fields in which a record tells otherwise, apart from recorded disputes."""
    was, now = told(before) if before else None, told(after)
    kind = Kind(after["ref"].partition("/")[0])
    if kind is Kind.SOURCES:
        ids = {"id", "ref"}
        return {key for key in now if key not in ids and (was[key] if was else None) != now[key]}
    properties = [prop for prop in PROPERTIES.values() if kind in prop.subjects]
    names = {prop.served_field for prop in properties if prop.nature is not Nature.ASSESSMENT}
    if was is None:
        return {name for name in names if now.get(name, now.get(f"{name}_edtf")) not in (None, [])}
    found = {name for name in names for key in keys_of(now, name) if was[key] != now[key]}
    for key in ("disputed", "unknown", "none"):
        found |= {*was[key]} ^ {*now[key]}
    return found


def test_differences_are_told_field_by_field(service: Service) -> None:
    """Each field that differs is told, and no other; of a new record each that has a value."""
    for since, day in pairs(service):
        before, after = service.records(since), service.records(day)
        for row in differences(service, since, day):
            fields = [item["field"] for item in row["differences"]]
            expected = fields_that_differ(before.get(row["ref"]), after[row["ref"]])
            empty = {key for key in ("authors", "disputes") if after[row["ref"]].get(key) == []}
            assert set(fields) - {"disputes"} == expected - {"disputes"} - empty, row["ref"]
            assert len(fields) == len(set(fields))


def test_differences_are_told_in_words(service: Service) -> None:
    """Before and after are the words of the two records, and the text has both."""
    for since, day in pairs(service):
        before, after = service.records(since), service.records(day)
        for row in differences(service, since, day):
            records = (before.get(row["ref"]), after[row["ref"]])
            for item in row["differences"]:
                labels = (item["before_label"], item["after_label"])
                assert item["text"].startswith(f"{item['what']}: ")
                assert " → ".join(label or "nothing" for label in labels) in item["text"]
                absent = {(True, False): "insert", (False, True): "delete"}
                key = (labels[0] is None, labels[1] is None)
                assert key == (True, True) or item["op"] == absent.get(key, "update")
                if row["kind"] != "sources":
                    for record, label in zip(records, labels, strict=True):
                        _check_words(record, item["field"], label)


def _check_words(record: Record | None, name: str, label: str | None) -> None:
    if name == "disputes":
        return
    # Where the words are the same, as of what is disputed now, it says so in more words.
    label = label and label.removesuffix(" (otherwise than before)")
    if record is None or label in (None, "nothing"):
        plain = record.get(name, record.get(f"{name}_label")) if record else None
        assert plain in (None, [])
    elif f"{name}_status" in record:
        assert label.startswith(record[f"{name}_label"])
        assert record[f"{name}_status"] in label
        assert ("overdue" in label) == record[f"{name}_is_overdue"]
    elif f"{name}_label" in record:
        assert label == record[f"{name}_label"]
    elif f"{name}_name" in record:
        assert label == record[f"{name}_name"]
    elif isinstance(record[name], list):
        assert label == "; ".join(map(called, record[name]))
    else:
        assert label in (str(record[name]), str(record[name]).replace("_", " "))


def test_a_difference_is_never_without_a_word(service: Service) -> None:
    """A record is listed because of something, a dispute that can be told too: it is named."""
    for since, day in [*pairs(service), ("2024-05-31", "2024-06-01")]:
        silent = [
            row["ref"] for row in differences(service, since, day) if row["differences"] == []
        ]
        assert silent == []


def test_what_has_not_begun_has_not_ended(service: Service) -> None:
    """A link is told as ended if it has ended, and not if it is still to begin."""
    for since, day in pairs(service):
        records = service.records(day)
        for row in differences(service, since, day):
            for item in row["differences"]:
                links = records[row["ref"]].get(item["field"])
                if not isinstance(links, list) or "(ended)" not in (item["after_label"] or ""):
                    continue
                ended = {
                    link["name"] for link in links if not link["active"] and link["until_edtf"]
                }
                words = item["after_label"].split("; ")
                assert {word.removesuffix(" (ended)") for word in words if "(ended)" in word} <= (
                    ended
                ), (row["ref"], day)


@ONLY_WORLD
def test_a_plan_that_falls_due_is_a_difference(service: Service) -> None:
    """Nothing was said, but a year has passed: what was planned is overdue."""
    assert service.rows("/v1/changes", since="2022-12-31", as_of="2023-01-01") == []
    assert differences(service, "2022-12-30", "2022-12-31") == []
    rows = differences(service, "2022-12-31", "2023-01-01")
    [row] = [row for row in rows if row["ref"] == "missions/luna-26"]
    [item] = row["differences"]
    assert (row["op"], item["field"], item["op"]) == ("update", "launch", "update")
    assert "overdue" in item["after_label"]
    assert "overdue" not in item["before_label"]


@ONLY_WORLD
def test_a_value_that_is_taken_back_is_deleted(service: Service) -> None:
    """A value that is said to be unknown again is a deletion, with the words that held before."""
    [row] = differences(service, "2024-05-31", "2024-06-01", ref="missions/weighed")
    [item] = row["differences"]
    assert (item["field"], item["op"]) == ("target", "delete")
    assert (item["before_label"], item["after_label"]) == ("far side", None)


# --- Filters, orders, pages of differences --------------------------------------------------------


@ONLY_WORLD
def test_differences_are_narrowed_by_kind_and_record(service: Service) -> None:
    """One kind or several, one record or several, or all but those."""
    since, day = service.days[2], TODAY
    rows = differences(service, since, day)
    for kind in (*KINDS, "missions,people"):
        among = [row for row in rows if row["kind"] in kind.split(",")]
        assert differences(service, since, day, kind=kind) == among
    some = f"{rows[0]['ref']},{rows[-1]['ref']}"
    assert differences(service, since, day, ref=some) == [rows[0], rows[-1]]
    assert differences(service, since, day, ref__not=some) == rows[1:-1]


@ONLY_WORLD
@pytest.mark.parametrize("sort", ["ref", "-ref", "name", "-name", "known_from", "-known_from",
                                  "-known_from,name"])  # fmt: skip
def test_orders_of_differences(service: Service, sort: str) -> None:
    """Differences sort by record, by name, by when what holds now became known."""
    since, day = service.days[2], TODAY
    after = service.records(day)
    rows = differences(service, since, day)
    expected = sorted(rows, key=lambda row: row["ref"])
    for key in sort.split(",")[::-1]:
        name = key.removeprefix("-")
        expected.sort(
            key=lambda row, name=name: (
                after[row["ref"]][name] if name == "known_from" else row[name]
            ),
            reverse=key.startswith("-"),
        )
    assert differences(service, since, day, sort=sort) == expected


@ONLY_WORLD
@pytest.mark.parametrize("limit", [1, 4])
def test_pages_of_differences(service: Service, limit: int) -> None:
    """Page by page, by cursor or by offset, the list is the whole list."""
    query = {
        "since": service.days[3],
        "as_of": TODAY,
        "kind": "missions,agreements",
        "sort": "-name",
    }
    whole = service.rows("/v1/differences", **query)
    body = service.body("/v1/differences", **query, limit=limit)
    found = list(body["results"])
    while body["meta"]["next"]:
        assert body["meta"]["count"] == len(whole)
        body = service.client.get(body["meta"]["next"]).json()
        found += body["results"]
    assert found == whole
    assert len(whole) > limit
    cut = service.body("/v1/differences", **query, offset=limit)
    assert cut["results"] == whole[limit:]


@pytest.mark.parametrize(
    ("query", "named"),
    [({"ref": "missions/luna-62"}, "missions/luna-26"), ({"ref": "luna-26"}, "missions/luna-26"),
     ({"kind": "mission"}, "missions"), ({"sort": "nmae"}, "name")],
)  # fmt: skip
def test_refusals_of_differences(client: TestClient, query: dict[str, str], named: str) -> None:
    """What there is not is refused, with the nearest that there is."""
    said = refused(client, "/v1/differences", 400, since="2018", **query)
    assert said.startswith(f"{next(iter(query))}: ")
    assert named in said


@pytest.mark.parametrize("path", ["/v1/differences", "/v1/compare?ref=missions/luna-26"])
def test_the_earlier_day_must_be_given(client: TestClient, path: str) -> None:
    """Two days are compared: without the earlier one the answer is an error that names it."""
    response = client.get(path)
    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == ["since"]


# --- One record on two days -----------------------------------------------------------------------


def compare(service: Service, ref: str, since: str, day: str) -> Record:
    """One record on two days."""
    result: Record = service.body("/v1/compare", ref=ref, since=since, as_of=day)["result"]
    return result


@pytest.mark.parametrize("pair", range(2))
def test_compare_gives_the_records_of_both_days(service: Service, pair: int) -> None:
    """Each side is the record as its own address gives it, without claims.

    The differences are those of the list, and there are none exactly if the two tell the same.
    """
    since, day = ((service.days[3], TODAY), (service.days[1], service.days[4]))[pair]
    before, after = service.records(since), service.records(day)
    listed = {row["ref"]: row["differences"] for row in differences(service, since, day)}
    for place, ref in enumerate(some(service.records(TODAY), (45, 15)[pair])):
        answer = compare(service, ref, since, day)
        assert (answer["ref"], answer["since"], answer["until"]) == (ref, since, day)
        for side, known, when in (("before", before, since), ("after", after, day)):
            record = known.get(ref)
            if record is None and place % 5 == 0:  # it has an address, and is blank there
                record = service.body(f"/v1/{ref}", as_of=when)["result"]
            plain = {key: value for key, value in (record or {}).items() if key != "claims"}
            assert answer[side] == plain if record else answer[side]["known_from"] is None
        assert answer["differences"] == listed.get(ref, [])
        if ref in after:
            same = ref in before and told(before[ref]) == told(after[ref])
            assert same == (ref not in listed)
            assert answer["name"] == after[ref].get("name", after[ref].get("title"))


def test_compare_with_itself(service: Service) -> None:
    """A record does not differ from itself."""
    for ref in some(service.records(TODAY), 8):
        answer = compare(service, ref, TODAY, TODAY)
        assert answer["before"] == answer["after"]
        assert answer["differences"] == []


def test_compare_before_anything_was_known(service: Service) -> None:
    """Of a record that was known on neither day nothing differs, and it has its id for a name."""
    [ref, *_] = service.records(TODAY, ("missions",))
    answer = compare(service, ref, "0001", "0002")
    assert answer["differences"] == []
    assert answer["name"] == ref.partition("/")[2]
    assert answer["before"]["known_from"] is answer["after"]["known_from"] is None


@pytest.mark.parametrize(
    ("ref", "status", "named"),
    [
        ("missions/luna-62", 400, "missions/luna-26"),
        ("mission/luna-26", 400, "missions/luna-26"),
        ("sources/rt-2018-03-03", 400, "sources/rt-2018-03-02"),
        ("luna-26", 422, "missions/luna-26"),
        ("disputes/isef2-date", 400, "ref"),
        ("missions/", 400, "ref"),
        ("/luna-26", 400, "missions/luna-26"),
    ],
)
def test_compare_refuses_what_is_no_record(
    client: TestClient, ref: str, status: int, named: str
) -> None:
    """A record that there is not is refused with the nearest; one without its kind, with how."""
    said = refused(client, "/v1/compare", status, ref=ref, since="2018")
    assert said.startswith("ref: ")
    assert named in said


@pytest.mark.parametrize(
    "ref",
    [" missions/luna-26", "missions/luna-26 ", "missions/luna-26,missions/luna-26",
     "missions/luna-26,sources/rt-2018-03-02", "missions/luna-26/claims", "missions//luna-26"],
)  # fmt: skip
def test_compare_takes_one_record(client: TestClient, ref: str) -> None:
    """More than one record, or blanks around it, are answered or refused, and never a crash."""
    response = client.get("/v1/compare", params={"ref": ref, "since": "2018"})
    assert response.status_code in (200, 400, 422), response.text
    if response.status_code != 200:
        assert [error["parameter"] for error in response.json()["errors"]] == ["ref"]


def test_compare_needs_a_record(client: TestClient) -> None:
    """Without a record the answer is an error that names the parameter."""
    assert refused(client, "/v1/compare", 422, since="2018").startswith("ref: ")


@ONLY_WORLD
def test_compare_says_under_which_id_a_record_is_now(service: Service) -> None:
    """An id that a record used to have is refused with the one that it has now."""
    said = refused(service.client, "/v1/compare", 400, ref="missions/flew", since="2018")
    assert "missions/flown" in said
