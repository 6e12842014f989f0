"""Reading prepared documents: their dates, and in which fields two differ."""

import copy
import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from app.ledger.records import Claim, Dispute
from app.models import AgencyState, AgreementState, MissionState, PersonState, SourceState
from app.reading import changed_fields, differences, moments_of, told
from app.vocabulary import Nature, Rank, SourceKind
from tests.builders import event, make_claim, plan
from tests.test_resolve import LEDGERS
from tests.test_states import CNSA, LUNA, NAMES, rows_about

Document = dict[str, Any]
NAME = make_claim("name", "Luna-26", "2010")
CLAIM_KEYS = ("known_from", "known_to")


def documents(
    claims: Iterable[Claim], disputes: Sequence[Dispute] = (), ref: str = LUNA, **source: Any
) -> list[Document]:
    """What is served of a record, from its first state to its last."""
    tables = rows_about(ref, claims, disputes, **source)
    kinds = (MissionState, AgreementState, AgencyState, PersonState, SourceState)
    rows = [row for table in kinds for row in tables[table]]
    return [json.loads(row["document"]) for row in rows]


def without_periods(document: Document) -> Document:
    """A document as differences are made of it: a period is not something that it tells."""
    return {key: value for key, value in document.items() if key not in CLAIM_KEYS}


def plain(document: Document) -> Document:
    """What a document tells, by our own reading of it."""
    return {
        key: [
            {name: part for name, part in item.items() if name != "claim_id"}
            if isinstance(item, dict)
            else item
            for item in value
        ]
        if isinstance(value, list)
        else value
        for key, value in document.items()
        if not key.endswith(("_claim_id", "_last_word")) and key not in CLAIM_KEYS
    }


def told_apart(claims: Iterable[Claim], **more: Any) -> list[Document]:
    """The differences between the first state of a mission and its last."""
    found = documents([NAME, *claims], **more)
    return differences(found[0], found[-1])


def in_short(found: Iterable[Document]) -> list[tuple[str, str, str | None, str | None]]:
    """Differences without their sentences."""
    return [
        (item["field"], item["op"], item["before_label"], item["after_label"]) for item in found
    ]


# --- What a document tells ------------------------------------------------------------------------


def test_who_says_it_does_not_matter() -> None:
    """The same value with a newer claim behind it tells the same, and nothing is changed by it."""
    first, again = documents([NAME, plan("2022", "2018"), plan("2022", "2019")])[1:3]
    kept = copy.deepcopy(again)

    assert first["launch_claim_id"] != again["launch_claim_id"]
    assert told(without_periods(first)) == told(without_periods(again))
    assert again == kept
    assert first["launch_last_word"] < again["launch_last_word"]
    assert not {"launch_claim_id", "launch_last_word"} & told(first).keys()


@settings(max_examples=20)
@given(LEDGERS)
def test_telling_is_what_is_served_without_claims(claims: list[Claim]) -> None:
    """What a document tells is every key and every value of it, but for the claims behind them."""
    for document in documents([*NAMES, *claims]):
        assert told(without_periods(document)) == plain(document)


# --- Fields that changed --------------------------------------------------------------------------


@settings(max_examples=20)
@given(LEDGERS)
def test_fields_changed_exactly_if_the_documents_tell_otherwise(claims: list[Claim]) -> None:
    """From one state to the next a field changed if they do not tell the same, and only then."""
    for before, after in pairwise(documents([*NAMES, *claims])):
        assert (changed_fields(before, after) == []) == (plain(before) == plain(after))
        assert changed_fields(before, before) == []


def test_at_first_nothing_changed() -> None:
    """Of what was not known before nothing can have changed."""
    [document] = documents([NAME])
    assert changed_fields(None, document) == []


def test_a_recorded_dispute_is_a_change() -> None:
    """A dispute that can be told changes the record, under the name of its key."""
    opinion = make_claim("described_as", "bold", "2020", nature=Nature.ASSESSMENT)
    dispute = Dispute("bold", "boldness", "is it?", (NAME.id, opinion.id))
    before, after = documents([NAME, opinion], [dispute])
    assert changed_fields(before, after) == ["disputes"]


# --- Differences ----------------------------------------------------------------------------------


@settings(max_examples=20)
@given(LEDGERS)
def test_differences_name_the_fields_that_changed(claims: list[Claim]) -> None:
    """Between two states each field that changed is told once, in the order of the record."""
    for before, after in pairwise(documents([*NAMES, *claims])):
        found = [item["field"] for item in differences(before, after)]
        assert sorted(found) == sorted(changed_fields(before, after))
        assert len(found) == len(set(found))


@settings(max_examples=20)
@given(LEDGERS)
def test_a_document_does_not_differ_from_itself(claims: list[Claim]) -> None:
    """There are no differences between a document and itself, or its equal with other claims."""
    for document in documents([*NAMES, *claims]):
        assert differences(document, copy.deepcopy(document)) == []


@settings(max_examples=20)
@given(LEDGERS)
def test_a_new_document_is_told_by_its_values(claims: list[Claim]) -> None:
    """Of a record that was not known before each value is inserted, and nothing else is told."""
    for document in documents([*NAMES, *claims]):
        found = differences(None, document)
        assert {item["op"] for item in found} == {"insert"}
        assert all(item["before_label"] is None and item["after_label"] for item in found)
        for item in found:
            name = item["field"]
            assert document.get(name, document.get(f"{name}_label"))


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (
            [plan("2022", "2018-03-03"), plan("2024/..", "2020-01-01")],
            [("status", "insert", None, "planned"),
             ("launch", "insert", None, "2024 or later (planned)")],
        ),
        (
            [event("2022-05-01", "2022-05-01")],
            [("status", "insert", None, "launched"),
             ("launch", "insert", None, "1 May 2022 (actual)")],
        ),
        (
            [plan("2022", "2018-03-03")],
            [("status", "insert", None, "planned"),
             ("launch", "insert", None, "2022 (planned, overdue)")],
        ),
        ([make_claim("target", "south pole", "2020")], [("target", "insert", None, "south pole")]),
        ([make_claim("kind", "sample_return", "2020")],
         [("kind", "insert", None, "sample return")]),
        ([make_claim("country", "CN", "2020")], [("country", "insert", None, "China")]),
        ([make_claim("alias", "L-26", "2020"), make_claim("alias", "Glob", "2020")],
         [("aliases", "insert", None, "Glob; L-26")]),
        ([make_claim("name", "Luna-Glob", "2020")], [("name", "update", "Luna-26", "Luna-Glob")]),
        ([make_claim("ended_on", "2021~", "2022")],
         [("status", "insert", None, "completed"), ("ended", "insert", None, "about 2021")]),
        ([make_claim("partner", "agencies/esa", "2018", until="2020")],
         [("partners", "insert", None, "esa (ended)")]),
        ([plan("2022", "2018", rank=Rank.DEPRECATED)], []),
        ([make_claim("described_as", "bold", "2018", nature=Nature.ASSESSMENT)], []),
    ],
)  # fmt: skip
def test_words_of_what_is_new(
    claims: list[Claim], expected: list[tuple[str, str, str | None, str | None]]
) -> None:
    """Values are told as people say them: dates with how they stand, countries by their names."""
    assert in_short(told_apart(claims)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (plan("2022", "2018"), plan("2024/..", "2019"),
         [("launch", "update", "2022 (planned)", "2024 or later (planned)")]),
        (plan("2022/..", "2018"), plan(None, "2019"),
         [("status", "delete", "planned", None),
          ("launch", "delete", "2022 or later (planned)", None)]),
        (plan("2022/..", "2018"), event("2019-05-01", "2019-05-01"),
         [("status", "update", "planned", "launched"),
          ("launch", "update", "2022 or later (planned)", "1 May 2019 (actual)")]),
        (plan("2022", "2018"), make_claim("status", "cancelled", "2019"),
         [("status", "update", "planned", "cancelled")]),
        (make_claim("target", "pole", "2018"), make_claim("target", "far side", "2019"),
         [("target", "update", "pole", "far side")]),
        (make_claim("target", "pole", "2018"),
         make_claim("target", None, "2019", value_type="none"),
         [("target", "delete", "pole", None)]),
        (make_claim("alias", "L-26", "2018"), make_claim("alias", "Glob", "2019"),
         [("aliases", "update", "L-26", "Glob; L-26")]),
        (make_claim("partner", CNSA, "2018"), make_claim("partner", CNSA, "2019", until="2018"),
         [("partners", "update", "cnsa", "cnsa (ended)")]),
        (make_claim("partner", CNSA, "2018"),
         make_claim("partner", None, "2019", value_type="none"),
         [("partners", "delete", "cnsa", None)]),
    ],
)  # fmt: skip
def test_words_of_what_changed(
    before: Claim, after: Claim, expected: list[tuple[str, str, str | None, str | None]]
) -> None:
    """Before and after are told, and whether the value is another, or there is none any more."""
    first, *_, last = documents([before, after, make_claim("name", "Luna-26", "2017")])[1:]
    found = differences(first, last)
    # What falls due in between is told below.
    assert [item for item in in_short(found) if "overdue" not in str(item)] == expected
    for item in found:
        words = [item["before_label"] or "nothing", item["after_label"] or "nothing"]
        assert item["text"] == f"{item['what']}: {' → '.join(words)}"


def test_falling_due_is_told_in_words() -> None:
    """A plan whose time has passed is the same date, and overdue."""
    _, before, after = documents([NAME, plan("2022", "2018")])
    assert in_short(differences(before, after)) == [
        ("launch", "update", "2022 (planned)", "2022 (planned, overdue)")
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([], [make_claim("target", None, "2020")], id="said to be unknown"),
        pytest.param(
            [make_claim("target", "pole", "2018", source_kind=SourceKind.PAPER),
             make_claim("target", "far side", "2018", said_by=CNSA)],
            [make_claim("target", "pole", "2020")],
            id="disputed no more",
        ),
        pytest.param(
            [make_claim("partner", CNSA, "2018", role="supplier")],
            [make_claim("partner", CNSA, "2020", role="owner")],
            id="in another role",
        ),
    ],
)  # fmt: skip
def test_what_differs_reads_differently(before: list[Claim], after: list[Claim]) -> None:
    """What is told as a difference has other words after than before."""
    *_, first = documents([NAME, *before])
    *_, last = documents([NAME, *before, *after])
    found = differences(first, last)
    assert found
    assert [item["text"] for item in found if item["before_label"] == item["after_label"]] == []


def test_a_recorded_dispute_is_told_in_words() -> None:
    """A dispute that can be told is a difference: a record that differs says in what."""
    opinion = make_claim("described_as", "bold", "2020", nature=Nature.ASSESSMENT)
    dispute = Dispute("bold", "boldness", "is it?", (NAME.id, opinion.id))
    before, after = documents([NAME, opinion], [dispute])
    assert [item["field"] for item in differences(before, after)] == ["disputes"]


def test_differences_of_a_source() -> None:
    """A source differs by its own particulars: here, by what its publisher is called."""
    before, after = map(without_periods, documents(NAMES, ref="sources/report", publisher=CNSA))
    assert changed_fields(before, after) == ["publisher_name"]
    assert in_short(differences(before, after)) == [
        ("publisher_name", "update", "CNSA", "China National Space Administration")
    ]
    new = {item["field"] for item in differences(None, before)}
    assert {"title", "kind", "language", "published_edtf", "publisher"} <= new
    assert not {"id", "ref", "known_from", "known_to", "note", "url"} & new


# --- Moments --------------------------------------------------------------------------------------


def dates_in(document: Document) -> list[str]:
    """The dates that a document has, by our own reading of it."""
    names = [key.removesuffix("_edtf") for key in document if key.endswith("_edtf")]
    return [name for name in names if document[f"{name}_edtf"] and not name.endswith("_first")]


@settings(max_examples=20)
@given(LEDGERS)
def test_moments_are_the_dates_of_a_document(claims: list[Claim]) -> None:
    """Each date that has a value is a moment, with its span, its claim and how it stands."""
    for document in documents([*NAMES, *claims]):
        found = moments_of(document)
        assert list(found) == dates_in(document)
        for name, moment in found.items():
            assert moment["id"] == f"{LUNA}/{name}"
            assert (moment["subject"], moment["subject_name"]) == (LUNA, document["name"])
            assert (moment["kind"], moment["field"]) == ("missions", name)
            for part in ("edtf", "earliest", "latest", "precision", "label"):
                assert moment[f"date_{part}"] == document[f"{name}_{part}"]
            assert moment["claim_id"] == document[f"{name}_claim_id"]
            assert moment["disputed"] == (name in document["disputed"])
            assert moment["subject_status"] == document["status"]
            assert isinstance(moment["is_overdue"], bool)
            assert isinstance(moment["revisions"], int)


def test_a_planned_moment_says_how_it_has_moved() -> None:
    """A plan has its first date, its slip and how often it was changed; it may be overdue."""
    *_, document = documents([NAME, plan("2022", "2018"), plan("2024", "2020")])
    moment = moments_of(document)["launch"]
    assert (moment["status"], moment["is_overdue"]) == ("planned", True)
    assert (moment["first_edtf"], moment["first_label"], moment["revisions"]) == ("2022", "2022", 1)
    assert (moment["slip_days_min"], moment["slip_days_max"]) == (366, 1095)


def test_a_moment_that_happened_keeps_what_was_promised() -> None:
    """What happened has its own date; how far the plan had moved stays beside it."""
    claims = [plan("2022", "2018"), plan("2024", "2020"), event("2025-05-01", "2025-05-01")]
    *_, document = documents([NAME, *claims])
    moment = moments_of(document)["launch"]
    assert (moment["status"], moment["is_overdue"], moment["date_edtf"]) == (
        "actual", False, "2025-05-01",
    )  # fmt: skip
    assert (moment["first_edtf"], moment["slip_days_min"], moment["slip_days_max"]) == (
        "2022", 366, 1095,
    )  # fmt: skip


def test_what_is_no_milestone_was_never_promised() -> None:
    """A date that is not promised has no first date, no slip and no changes."""
    pact = "agreements/pact"
    claims = [make_claim("name", "Pact", "2010", subject=pact),
              make_claim("valid_during", "2018/2022", "2018", subject=pact)]  # fmt: skip
    *_, document = documents(claims, ref=pact)
    moment = moments_of(document)["valid"]
    assert (moment["date_earliest"], moment["date_latest"]) == ("2018-01-01", "2022-12-31")
    assert {moment[key] for key in ("first_edtf", "first_label", "slip_days_min")} == {None}
    assert (moment["revisions"], moment["is_overdue"]) == (0, False)


def test_who_has_no_dates_has_no_moments() -> None:
    """A person has none, and a mission has none before anything is dated."""
    person = make_claim("name", "Anna", "2010", subject="people/anna")
    [document] = documents([person], ref="people/anna")
    assert moments_of(document) == {}
    [document] = documents([NAME])
    assert moments_of(document) == {}
