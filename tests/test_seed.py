"""The article of March 2018, fact by fact, against the facts of the tests."""

import datetime as dt
import re
from typing import NamedTuple

import pytest

from app.ledger.checks import check_folder
from app.ledger.records import Claim, Ledger
from app.vocabulary import Nature
from tests.conftest import FACTS as FOLDER

REPORT = "rt-2018-03-02"
NOTE = "note-chossudovsky-2018-03"
COMMENTATOR = "people/michel-chossudovsky"


class Fact(NamedTuple):
    """What a paragraph says: the value, or why there is none."""

    paragraph: int
    subject: str
    property: str
    value: str
    nature: str
    said_by: str


# A heading gives paragraph, subject and speaker; each line below it property, nature and value.
# Paragraphs 1 to 5 and 12 and the credit at the end of 11 are of the note, the rest of the report.
ARTICLE = """
# 1 agreements/roscosmos-cnsa-data-centre-2018 sources/note-chossudovsky-2018-03
described_as assessment far-reaching
implication assessment asks whether it has military implications
implication assessment asks whether it has strategic implications
# 1 projects/lunar-deep-space-data-centre sources/note-chossudovsky-2018-03
described_as status joint data centre of Russia and China for lunar projects and deep-space exploration
# 2 people/michel-chossudovsky sources/note-chossudovsky-2018-03
name status Michel Chossudovsky
# 2 sources/note-chossudovsky-2018-03 sources/note-chossudovsky-2018-03
author relation people/michel-chossudovsky
# 3 agencies/rt people/michel-chossudovsky
name status RT
# 3 sources/rt-2018-03-02 people/michel-chossudovsky
interpreted_as assessment suggests the two points that the note makes
# 4 agencies/russia-government people/michel-chossudovsky
alias status Kremlin
# 4 agencies/us-government people/michel-chossudovsky
described_as assessment runs a Russia-Gate campaign directed against the Kremlin
# 4 projects/deep-space-gateway people/michel-chossudovsky
agreed_on event 2017-09
described_as assessment joint US-Russian space station
described_as assessment part of US-Russian space collaboration
prospect assessment potentially in jeopardy
# 4 sources/rt-2018-03-02 people/michel-chossudovsky
interpreted_as assessment acknowledges that the US-Russian station project was agreed on in September 2017
interpreted_as assessment suggests that US-Russian space collaboration is potentially in jeopardy
interpreted_as assessment suggests that the jeopardy comes largely from Washington's Russia-Gate campaign against the Kremlin
# 5 agencies/china-government people/michel-chossudovsky
member_of assessment agencies/sco
# 5 agencies/russia-government people/michel-chossudovsky
allied_with assessment agencies/china-government
allied_with assessment agencies/china-government
member_of assessment agencies/sco
# 5 agencies/sco people/michel-chossudovsky
alias status SCO
described_as assessment the framework under whose auspices Russia and China are military allies
kind status intergovernmental_organisation
name status Shanghai Cooperation Organization
# 5 agencies/us-government people/michel-chossudovsky
alias status America
described_as assessment self-proclaimed holder of military hegemony of deep space
# 5 projects/lunar-deep-space-data-centre people/michel-chossudovsky
described_as assessment has civilian applications
described_as assessment has military applications
described_as assessment joint project of Russia and China
implication assessment challenges America's self-proclaimed military hegemony of deep space
# 5 sources/rt-2018-03-02 people/michel-chossudovsky
interpreted_as assessment deals largely with civilian dimensions
interpreted_as assessment suggests that the Russian-Chinese space programme has civilian and military applications
# 6 agencies/china-government agencies/rt
country relation CN
name status China
# 6 agencies/roscosmos agencies/rt
country relation RU
kind status space_agency
name status Roscosmos
# 6 agencies/russia-government agencies/rt
country relation RU
name status Russia
# 6 agreements/roscosmos-cnsa-data-centre-2018 agencies/roscosmos
party relation agencies/china-government
party relation agencies/russia-government
purpose plan create a joint data centre
scope plan projects/lunar-deep-space-data-centre
# 6 agreements/roscosmos-cnsa-data-centre-2018 agencies/rt
announced_by event agencies/roscosmos
kind status other
name status Russian-Chinese agreement to create a joint data centre
# 6 projects/lunar-deep-space-data-centre agencies/roscosmos
covers plan deep-space projects
covers plan lunar projects
partner relation agencies/china-government
partner relation agencies/russia-government
planned_opening plan unknown
status status agreed
# 6 projects/lunar-deep-space-data-centre agencies/rt
kind status data_centre
name status Joint data centre for lunar and deep-space projects
# 7 agreements/roscosmos-cnsa-data-centre-2018 agencies/rt
announced_on event 2018-03-03
# 7 projects/lunar-deep-space-data-centre agencies/roscosmos
involves plan Chinese companies
involves plan Chinese industrial bodies
involves plan Chinese scientific bodies
involves plan Russian companies
involves plan Russian industrial bodies
involves plan Russian scientific bodies
# 8 agencies/cnsa agencies/rt
alias status CNSA
country relation CN
kind status space_agency
name status China National Space Administration
# 8 agencies/isef agencies/rt
alias status ISEF
held_at event Tokyo
kind status forum
name status International Space Exploration Forum
# 8 agreements/roscosmos-cnsa-intent-2018 agencies/rt
covers event cooperation in Moon research
covers event cooperation in deep-space research
distinct_from relation agreements/roscosmos-cnsa-data-centre-2018
kind status agreement_of_intent
name status Agreement of intent on cooperation in Moon and deep-space research
party relation agencies/cnsa
party relation agencies/roscosmos
signed_at event Tokyo
signed_during event agencies/isef
status status signed
# 9 agencies/china-government agencies/rt
kind status government
# 9 agreements/roscosmos-cnsa-intent-2018 agencies/rt
covers plan looking into Chinese help for the Russian lunar programme
covers plan looking into Russian help for the Chinese lunar programme
scope plan missions/china-south-pole-landing
scope plan missions/luna-26
# 9 missions/china-south-pole-landing agencies/rt
country relation CN
kind status lander
name status Chinese landing on the south pole of the Moon
planned_landing plan 2023
project relation projects/china-lunar-programme
target plan lunar south pole
# 9 missions/luna-26 agencies/roscosmos
planned_launch plan 2022
# 9 missions/luna-26 agencies/rt
country relation RU
kind status orbiter
name status Luna-26
project relation projects/russia-lunar-programme
# 9 projects/china-lunar-programme agencies/rt
kind status programme
name status Chinese lunar programme
possible_support_from plan agencies/russia-government
# 9 projects/russia-lunar-programme agencies/rt
kind status programme
name status Russian lunar programme
possible_support_from plan agencies/china-government
# 10 agreements/roscosmos-cnsa-programme-2018-2022 agencies/rt
covers event other issues
covers event research into deep space
covers event research into satellites
covers event research into the Moon
covers event space debris monitoring
described_as status programme of bilateral cooperation
kind status programme
name status Programme of bilateral cooperation for 2018-2022
party relation agencies/cnsa
party relation agencies/roscosmos
signed_on event 2017
valid_during event 2018/2022
# 11 agencies/rt sources/note-chossudovsky-2018-03
alias status RT News
kind status media
# 11 agencies/rt agencies/rt
name status RT
# 11 sources/rt-2018-03-02 sources/note-chossudovsky-2018-03
published_on event 2018-03-02
publisher relation agencies/rt
# 11 agencies/rsc-energia agencies/rt
country relation RU
kind status company
name status Energia
# 11 agencies/russia-government agencies/rt
alias status Moscow
kind status government
# 11 agencies/us-government agencies/rt
alias status Washington
country relation US
kind status government
name status United States
# 11 projects/deep-space-gateway agencies/rt
agreed_on event 2017-09
described_as status new station, a joint project of Russia and the US
first_element_planned plan 2024/2026
kind status station
location plan lunar orbit
name status Deep Space Gateway
partner relation agencies/russia-government
partner relation agencies/us-government
# 11 projects/energia-lunar-base agencies/rsc-energia
planned_build plan 2040/2050
# 11 projects/energia-lunar-base agencies/rt
kind status base
name status Lunar base
project relation projects/energia-lunar-programme
# 11 projects/energia-lunar-programme agencies/rt
announced_by event agencies/rsc-energia
announced_on event 2017-10
kind status programme
lead relation agencies/rsc-energia
name status Moon exploration programme
purpose plan exploration of the Moon
# 11 projects/energia-lunar-research-centre agencies/rt
kind status research_centre
lead plan agencies/rsc-energia
name status Research centre for Moon exploration programmes
planned_opening plan unknown
purpose plan develop Moon exploration programmes for future missions
purpose plan support the Deep Space Gateway project
status status planned
# 12 sources/note-chossudovsky-2018-03 sources/note-chossudovsky-2018-03
image_credit relation agencies/nasa
"""  # noqa: E501


def _facts(text: str) -> list[Fact]:
    facts = []
    paragraph, subject, said_by = 0, "", ""
    for line in text.strip().splitlines():
        if line.startswith("#"):
            _, number, subject, said_by = line.split()
            paragraph = int(number)
        else:
            name, nature, value = line.split(maxsplit=2)
            facts.append(Fact(paragraph, subject, name, value, nature, said_by))
    return facts


FACTS = _facts(ARTICLE)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """The facts of the tests; those that ship hold all of the article too: see test_shipped.py."""
    ledger, problems = check_folder(FOLDER)
    assert problems == []
    return ledger


def _of_article(ledger: Ledger) -> list[Claim]:
    return [claim for claim in ledger.claims if claim.source in (REPORT, NOTE)]


def _fact(claim: Claim) -> Fact:
    found = re.match(r"paragraph (\d+)(,|$)", claim.locator)
    assert found, f"{claim.locator} names no paragraph of the article"
    value = claim.value_type if claim.value is None else claim.value
    return Fact(
        int(found[1]), claim.subject, claim.property, value, claim.nature.value, claim.said_by
    )


def _source_of(fact: Fact, claims: list[Claim]) -> set[str]:
    return {claim.source for claim in claims if _fact(claim) == fact}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.paragraph}-{fact.value[:40]}")
def test_what_the_article_says_is_claimed(ledger: Ledger, fact: Fact) -> None:
    """Each fact of the article is a claim of its own part, note or report, with its paragraph."""
    of_note = fact.paragraph not in range(6, 12) or fact.said_by == f"sources/{NOTE}"
    assert {NOTE if of_note else REPORT} == _source_of(fact, _of_article(ledger))


def test_nothing_is_claimed_that_the_article_does_not_say(ledger: Ledger) -> None:
    """The report and the note are sources of no other claims about paragraphs 1 to 12."""
    of_others = f"sources/{NOTE}", "published_on", "2018-03-05"
    claimed = [
        _fact(claim)
        for claim in _of_article(ledger)
        if (claim.subject, claim.property, claim.value) != of_others
    ]
    assert sorted(FACTS) == sorted(claimed)


def test_every_paragraph_is_covered() -> None:
    """The table above leaves no paragraph of the article out."""
    assert set(range(1, 13)) == {fact.paragraph for fact in FACTS}


def test_the_report_states_no_opinions(ledger: Ledger) -> None:
    """What Roscosmos, Energia or RT says in the report is never an assessment."""
    natures = {claim.nature for claim in ledger.claims if claim.source == REPORT}
    assert {Nature.EVENT, Nature.PLAN, Nature.STATUS, Nature.RELATION} == natures


def test_what_the_commentator_thinks_is_his_opinion(ledger: Ledger) -> None:
    """The commentator asserts no more than names, sorts and one date; all else is his judgement."""
    plain = {
        (claim.subject, claim.property, claim.value)
        for claim in ledger.claims
        if claim.said_by == COMMENTATOR and claim.nature is not Nature.ASSESSMENT
    }
    assert plain == {
        ("agencies/rt", "name", "RT"),
        ("agencies/russia-government", "alias", "Kremlin"),
        ("agencies/us-government", "alias", "America"),
        ("agencies/sco", "name", "Shanghai Cooperation Organization"),
        ("agencies/sco", "alias", "SCO"),
        ("agencies/sco", "kind", "intergovernmental_organisation"),
        ("projects/deep-space-gateway", "agreed_on", "2017-09"),
    }


def test_headline_speaks_for_nobody(ledger: Ledger) -> None:
    """Headline, byline and credits are unsigned: the note says them, not its author."""
    unsigned = {
        claim.said_by
        for claim in _of_article(ledger)
        if claim.source == NOTE and _fact(claim).paragraph in (1, 2, 11, 12)
    }
    assert {f"sources/{NOTE}"} == unsigned


def test_saturday_and_friday_are_a_dispute(ledger: Ledger) -> None:
    """The Saturday of the statement stands beside the Friday of the credit, neither repaired."""
    dispute = next(item for item in ledger.disputes if item.id == "rt-report-saturday-or-friday")
    named = [claim for claim in ledger.claims if claim.id in dispute.claims]
    credit = [claim.value for claim in named if claim.property == "published_on"]
    announced = {claim.value for claim in named if claim.property == "announced_on"}
    said = {claim.said_on.edtf for claim in named if claim.said_by == "agencies/roscosmos"}
    assert credit == ["2018-03-02"]
    assert {"2018-03-03"} == announced
    assert {"2018-03-03"} == said
    assert [dt.date(2018, 3, day).weekday() for day in (2, 3)] == [4, 5]


def test_what_roscosmos_says_is_said_on_the_saturday(ledger: Ledger) -> None:
    """Every claim that the report attributes to Roscosmos is of 3 March 2018."""
    said = {
        claim.said_on.edtf
        for claim in ledger.claims
        if claim.source == REPORT and claim.said_by == "agencies/roscosmos"
    }
    assert {"2018-03-03"} == said


def test_claims_of_the_saturday_are_in_the_dispute(ledger: Ledger) -> None:
    """No claim is said after its source was published without the dispute that says why."""
    dispute = next(item for item in ledger.disputes if item.id == "rt-report-saturday-or-friday")
    published = ledger.sources[REPORT].dated.latest
    assert published == dt.date(2018, 3, 2)
    late = {
        claim.id
        for claim in ledger.claims
        if claim.source == REPORT and claim.known_from > published
    }
    assert late
    assert late - set(dispute.claims) == set()


def test_every_source_file_is_a_record_of_its_own(ledger: Ledger) -> None:
    """Each file below sources/ is a source by its name: none is lost on the way."""
    files = {path.stem for path in (FOLDER / "sources").glob("*.yaml")}
    assert files == set(ledger.sources)
