"""The figures on what the facts rest on."""

from typing import Any

from app.ledger.records import Claim, Ledger
from app.ledger.report import report_on
from app.vocabulary import Rank, SourceKind
from tests.builders import make_claim, make_source, plan

RT, NASA, IDLE = "agencies/rt", "agencies/nasa", "agencies/idle"


def named(ref: str, **more: Any) -> Claim:
    return make_claim("name", ref, "2018", subject=ref, **more)


def ledger() -> Ledger:
    """Two missions, three bodies and four sources, one of which nobody cites."""
    weak = {"source": "wiki", "source_kind": SourceKind.ENCYCLOPEDIA}
    claims = [
        named("missions/one"),
        plan("2022", "2018", subject="missions/one"),
        plan("2024", "2020", subject="missions/one", source="copy"),
        plan("2021", "2020", subject="missions/one", source="copy", rank=Rank.DEPRECATED,
             rank_reason="a misprint"),
        named("missions/two", **weak),
        make_claim("operator", NASA, "2018", subject="missions/two", **weak),
        named(RT),
        named(NASA),
        named(IDLE),
    ]  # fmt: skip
    sources = [
        make_source(publisher=RT),
        make_source("copy", publisher=RT, via=NASA),
        make_source("wiki", kind=SourceKind.ENCYCLOPEDIA, published=None, publisher=RT,
                    accessed=make_source().published),
        make_source("unread", publisher=RT),
    ]  # fmt: skip
    refs = sorted({claim.subject for claim in claims} | {source.ref for source in sources})
    return Ledger(refs, {source.id: source for source in sources}, claims, [])


def test_what_the_claims_rest_on() -> None:
    """Claims by the kind of their source; weak ones, copies and undated pages are counted."""
    report = report_on(ledger())
    assert report.claims == 9
    assert report.sources_by_kind == {"encyclopedia": 1, "news": 3}
    assert report.claims_by_source_kind == {"encyclopedia": 2, "news": 7}
    assert (report.weak_claims, report.copied_claims, report.undated_sources) == (2, 2, 1)
    assert (report.deprecated, report.disputes) == (1, 0)


def test_records_by_kind() -> None:
    """How many records of a kind there are, and how many claims each has."""
    missions = report_on(ledger()).kinds["missions"]
    assert (missions.records, missions.claims, missions.median, missions.most) == (2, 6, 3, 4)
    assert missions.single_source == 1
    people = report_on(ledger()).kinds["people"]
    assert (people.records, people.claims, people.median, people.most) == (0, 0, 0, 0)


def test_what_is_thin() -> None:
    """What rests on one source, and what leads nowhere, is listed by name."""
    report = report_on(ledger())
    assert report.single_source == ["missions/two"]
    assert report.dead_ends == [IDLE, "sources/unread"]
