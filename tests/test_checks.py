"""The rules that make seed files a ledger: every breach is found, with line and remedy."""

import os
import re
import shutil
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.ledger.checks import check_folder
from app.ledger.seedfiles import Items, Mapping, read_folder
from app.ledger.seedschema import ClaimEntry, CoverageFile, DisputeFile, EntityFile, SourceFile
from app.vocabulary import PROPERTIES, Kind, Property, ValueType
from tests.builders import AGENCY_FILE, MISSION_FILE, SOURCE_FILE, write_seed
from tests.conftest import REPO, SHIPPED

MISSION = "seed/missions/luna-26.yaml"
AGENCY = "seed/agencies/rt.yaml"
SOURCE = "seed/sources/report.yaml"
DISPUTE = "seed/disputes/launch.yaml"


def claim(property: str = "planned_launch", value: str | None = '"2023"', **keys: str) -> str:  # noqa: A002
    """One more claim; what is given replaces or follows its usual lines."""
    lines = {"value": value, "source": "report", "locator": "paragraph 1", **keys}
    body = "".join(f"  {key}: {text}\n" for key, text in lines.items() if text)
    return f"- property: {property}\n{body}"


def mission(*claims: str) -> dict[str, str]:
    """The smallest mission with claims added from line 11 on."""
    return {"missions__luna_26": MISSION_FILE + "".join(claims)}


def source(text: str) -> dict[str, str]:
    """The smallest seed with another source file."""
    return {"sources__report": text}


def agency(*claims: str) -> dict[str, str]:
    """The smallest agency with claims added from line 7 on."""
    return {"agencies__rt": AGENCY_FILE + "".join(claims)}


def dispute(selectors: str) -> dict[str, str]:
    """A dispute whose selectors begin on line 4."""
    text = f"id: launch\nabout: Year of the launch\nclaims:\n{selectors}note: Two years.\n"
    return {"disputes__launch": text}


# Two days before the report, in the words of the report itself.
AT_FIRST = {"said_on": '"2018-03-01"', "said_by": "sources/report"}
LATE = "is told of on 2018-03-01 (by report), and named only on 2018-03-03"
OLDER = SOURCE_FILE.replace("id: report", "id: older").replace("2018-03-03", "2018-03-01")

# Name of the case, files, and each problem as (file:line: what, a piece of the remedy).
BREACHES: dict[str, tuple[dict[str, str], list[tuple[str, str]]]] = {
    # The file by itself
    "folder of no kind": (
        {"moons__luna": "id: luna\n"},
        [("seed/moons/luna.yaml:1: not in a folder of a kind", "seed/missions/")],
    ),
    "file beside the folders": (
        {"luna": "id: luna\n"},
        [("seed/luna.yaml:1: not in a folder of a kind", "seed/missions/")],
    ),
    "file below a folder of a kind": (
        {"missions__old__luna": "id: luna\n"},
        [("seed/missions/old/luna.yaml:1: not in a folder of a kind", "seed/missions/")],
    ),
    "list at the top": (
        {"missions__luna_26": "# Luna\n- id: luna-26\n"},
        [(f"{MISSION}:2: not a record", "id:")],
    ),
    "YAML trap": (
        agency(claim("country", "NO")),
        [(f"{AGENCY}:8: NO: YAML reads this as true or false", 'write "NO" in quotes')],
    ),
    "unknown key of an entity": (
        {"missions__luna_26": MISSION_FILE + "claim: x\n"},
        [(f"{MISSION}:11: unknown key 'claim'", "did you mean 'claims'?")],
    ),
    "unknown key of a claim": (
        mission(claim(sourc="report")),
        [(f"{MISSION}:15: unknown key 'sourc'", "did you mean 'source'?")],
    ),
    "unknown key of a source": (
        source(SOURCE_FILE + "titel: x\nxyz: en\n"),
        [(f"{SOURCE}:7: unknown key 'titel'", "did you mean 'title'?"),
         (f"{SOURCE}:8: unknown key 'xyz'", "known are: id, title")],
    ),
    "unknown key of a selector": (
        dispute("- {subject: missions/luna-26, propert: planned_launch}\n"),
        [(f"{DISPUTE}:4: unknown key 'propert'", "did you mean 'property'?")],
    ),
    "missing key of an entity": (
        {"missions__luna_26": MISSION_FILE.removeprefix("id: luna-26\n")},
        [(f"{MISSION}:1: no 'id'", "add a line id:")],
    ),
    "missing keys of a claim": (
        mission("- property: planned_launch\n  value: '2023'\n"),
        [(f"{MISSION}:11: no 'locator'", "add a line locator:"),
         (f"{MISSION}:11: no 'source'", "add a line source:")],
    ),
    "missing key of a source": (
        source(SOURCE_FILE.replace("kind: news\n", "")),
        [(f"{SOURCE}:1: no 'kind'", "add a line kind:")],
    ),
    "missing key of a dispute": (
        {"disputes__launch": "id: launch\nclaims:\n- {property: planned_launch}\nnote: x\n"},
        [(f"{DISPUTE}:1: no 'about'", "add a line about:")],
    ),
    "id that is no slug": (
        {"missions__luna_26": MISSION_FILE.replace("id: luna-26", "id: Luna_26")},
        [(f"{MISSION}:1: 'Luna_26' is not a slug", "lower-case")],
    ),
    "source that is no slug": (
        mission(claim(source="Report.yaml")),
        [(f"{MISSION}:13: 'Report.yaml' is not a slug", "lower-case")],
    ),
    "id of another name than the file": (
        {"missions__luna_26": MISSION_FILE.replace("id: luna-26", "id: luna-27")},
        [(f"{MISSION}:1: id 'luna-27' in a file of another name", "write id: luna-26")],
    ),
    "claims that are no list": (
        {"missions__luna_26": "id: luna-26\nclaims: none\n"},
        [(f"{MISSION}:2: claims: ", "seed/README.md")],
    ),
    "word of no language": (
        source(SOURCE_FILE.replace("language: en", "language: English")),
        [(f"{SOURCE}:6: language: ", "seed/README.md")],
    ),
    "address without http": (
        source(SOURCE_FILE + "url: example.org\n"),
        [(f"{SOURCE}:7: url: ", "seed/README.md")],
    ),
    "kind of source": (
        source(SOURCE_FILE.replace("kind: news", "kind: newz")),
        [(f"{SOURCE}:4: 'newz' is no kind", "did you mean 'news'?")],
    ),
    "nature": (
        mission(claim(nature="plann")),
        [(f"{MISSION}:15: 'plann' is no nature", "did you mean 'plan'?")],
    ),
    "rank": (
        mission(claim(rank="best", rank_reason="x")),
        [(f"{MISSION}:15: 'best' is no rank", "preferred, normal, deprecated")],
    ),
    "value_type": (
        mission(claim(value=None, value_type="unknwon")),
        [(f"{MISSION}:14: 'unknwon' is no value_type", "did you mean 'unknown'?")],
    ),
    # Sources
    "source without a date": (
        source(SOURCE_FILE.replace('published: "2018-03-03"\n', "")),
        [(f"{SOURCE}:1: source without a date", "accessed:")],
    ),
    "source open-ended": (
        source(SOURCE_FILE.replace('"2018-03-03"', '"2018/.."')),
        [(f"{SOURCE}:5: '2018/..' has no end", "latest day")],
    ),
    "source with a date that is none": (
        source(SOURCE_FILE.replace('"2018-03-03"', '"3 March 2018"')),
        [(f"{SOURCE}:5: '3 March 2018' is not a date", "YYYY-MM-DD")],
    ),
    "source without publisher or authors": (
        source(SOURCE_FILE.replace("publisher: agencies/rt\n", "")),
        [(f"{SOURCE}:1: source without publisher or authors", "publisher: agencies/")],
    ),
    "publisher of a wrong kind": (
        source(SOURCE_FILE.replace("agencies/rt", "missions/luna-26")),
        [(f"{SOURCE}:3: 'missions/luna-26' is not one of agencies", "agencies/…")],
    ),
    "publisher that is nobody": (
        source(SOURCE_FILE.replace("agencies/rt", "agencies/rtt")),
        [(f"{SOURCE}:3: there is no agencies/rtt", "did you mean 'agencies/rt'?")],
    ),
    "author that is nobody": (
        source(SOURCE_FILE + "authors: [people/nobody]\n"),
        [(f"{SOURCE}:7: there is no people/nobody", "add its file")],
    ),
    "via of a wrong kind": (
        source(SOURCE_FILE + "via: sources/report\n"),
        [(f"{SOURCE}:7: 'sources/report' is not one of agencies", "agencies/…")],
    ),
    # Claims
    "unknown property": (
        mission(claim("planed_launch")),
        [(f"{MISSION}:11: unknown property 'planed_launch'", "did you mean 'planned_launch'?")],
    ),
    "property that does not fit": (
        mission(claim("member_of", "agencies/rt")),
        [(f"{MISSION}:11: property 'member_of' does not fit missions", "agencies")],
    ),
    "date": (
        mission(claim(value="in 2023")),
        [(f"{MISSION}:12: 'in 2023' is not a date", "YYYY")],
    ),
    "day that is none": (
        mission(claim(value='"2023-02-29"')),
        [(f"{MISSION}:12: '2023-02-29' is not a day of the calendar", "check")],
    ),
    "enum": (
        mission(claim("kind", "orbitr")),
        [(f"{MISSION}:12: 'orbitr' is no kind of missions", "did you mean 'orbiter'?")],
    ),
    "enum of another kind": (
        mission(claim("status", "signed")),
        [(f"{MISSION}:12: 'signed' is no status of missions", "planned")],
    ),
    "country": (
        mission(claim("country", "Russia")),
        [(f"{MISSION}:12: 'Russia' is no country", "ISO 3166-1")],
    ),
    "country in small letters": (
        mission(claim("country", "ru")),
        [(f"{MISSION}:12: 'ru' is no country", "capital")],
    ),
    "reference of a wrong kind": (
        mission(claim("operator", "missions/luna-26")),
        [(f"{MISSION}:12: 'missions/luna-26' is not one of agencies", "agencies/…")],
    ),
    "reference that is a word": (
        mission(claim("operator", "Roscosmos")),
        [(f"{MISSION}:12: 'Roscosmos' is not one of agencies", "agencies/…")],
    ),
    "reference to nothing": (
        mission(claim("operator", "agencies/rtt")),
        [(f"{MISSION}:12: there is no agencies/rtt", "did you mean 'agencies/rt'?, or add")],
    ),
    "source that is none": (
        mission(claim(source="raport")),
        [(f"{MISSION}:13: there is no source 'raport'", "did you mean 'report'?")],
    ),
    "both value and value_type": (
        mission(claim(value_type="unknown")),
        [(f"{MISSION}:12: both value and value_type", "write one")],
    ),
    "neither value nor value_type": (
        mission(claim(value=None)),
        [(f"{MISSION}:11: no value", "value_type: unknown or none")],
    ),
    "two years or a season": (
        mission(claim(value='"2020-21"')),
        [(f"{MISSION}:12: '2020-21' may mean two years or a season", "2020/2021")],
    ),
    "two years or a season, about": (
        mission(claim(value='"2020-21~"')),
        [(f"{MISSION}:12: '2020-21~' may mean two years or a season", "2020/2021")],
    ),
    "two years or a season, in a span": (
        mission(claim(value='"2020-21/2024"')),
        [(f"{MISSION}:12: '2020-21/2024' may mean two years or a season", "2020/2021")],
    ),
    "two years": (
        mission(claim(value='"2024-25"')),
        [(f"{MISSION}:12: '2024-25' has no month 25", "2024/2025")],
    ),
    "opinion of another nature": (
        mission(claim("prospect", "bright", nature="plan")),
        [(f"{MISSION}:15: 'prospect' is a judgement, not of nature plan", "leave nature out")],
    ),
    "milestone reached that is a plan": (
        mission(claim("launched_on", nature="plan")),
        [(f"{MISSION}:15: 'launched_on' is what happened, not of nature plan", "planned_launch")],
    ),
    "meeting held that is a plan": (
        agency(claim("held_on", nature="plan")),
        [(f"{AGENCY}:11: 'held_on' is what happened, not of nature plan", "planned_meeting")],
    ),
    "other date of what happened that is a plan": (
        agency(claim("founded_on", '"1992"', nature="plan")),
        [(f"{AGENCY}:11: 'founded_on' is what happened, not of nature plan", "another property")],
    ),
    "end that is a plan": (
        mission(claim("ended_on", nature="plan")),
        [(f"{MISSION}:15: 'ended_on' is what happened, not of nature plan", "another property")],
    ),
    "said_by of a wrong kind": (
        mission(claim(said_by="missions/luna-26")),
        [(f"{MISSION}:15: 'missions/luna-26' is not one of agencies, people, sources", "people/…")],
    ),
    "said_by nobody": (
        mission(claim(said_by="people/nobody")),
        [(f"{MISSION}:15: there is no people/nobody", "add its file")],
    ),
    "said_on that is no date": (
        mission(claim(said_on="yesterday")),
        [(f"{MISSION}:15: 'yesterday' is not a date", "YYYY")],
    ),
    "said_on open-ended": (
        mission(claim(said_on='"2018/.."')),
        [(f"{MISSION}:15: '2018/..' has no end", "last day")],
    ),
    "said after its source was published": (
        mission(claim(said_on='"2018-03-04"')),
        [(f"{MISSION}:11: said on 2018-03-04, after its source was published", "disputes/")],
    ),
    "rank without a reason": (
        mission(claim(rank="deprecated")),
        [(f"{MISSION}:15: rank deprecated without a reason", "rank_reason:")],
    ),
    "reason without a rank": (
        mission(claim(rank_reason="a misprint")),
        [(f"{MISSION}:15: a rank_reason without a rank", "rank: preferred or deprecated")],
    ),
    "since, until and role with no relation": (
        mission(claim(role="camera", since='"2017"', until='"2018"')),
        [(f"{MISSION}:15: 'role' with 'planned_launch', which is no relation", "leave it out"),
         (f"{MISSION}:16: 'since' with 'planned_launch', which is no relation", "leave it out"),
         (f"{MISSION}:17: 'until' with 'planned_launch', which is no relation", "leave it out")],
    ),
    "since that is no date": (
        mission(claim("operator", "agencies/rt", since="then")),
        [(f"{MISSION}:15: 'then' is not a date", "YYYY")],
    ),
    "since after until": (
        mission(claim("operator", "agencies/rt", since='"2019"', until='"2018"')),
        [(f"{MISSION}:16: ends before it begins", "swap")],
    ),
    "open since after until": (
        mission(claim("operator", "agencies/rt", since='"2019/.."', until='"../2018"')),
        [(f"{MISSION}:16: ends before it begins", "swap")],
    ),
    # Claims together
    "duplicate claim": (
        mission(claim(), claim(note="again")),
        [(f"{MISSION}:15: the same claim as at {MISSION}:11", "delete one")],
    ),
    "two preferred claims": (
        mission(
            claim(rank="preferred", rank_reason="the operator's word"),
            claim(value='"2024"', rank="preferred", rank_reason="the newer word"),
        ),
        [(f"{MISSION}:17: a second preferred claim of the single-valued 'planned_launch'", "keep")],
    ),
    "nothing claimed": (
        {"people__nobody": "id: nobody\n"},
        [("seed/people/nobody.yaml:1: nothing claims anything about people/nobody", "delete")],
    ),
    "no name": (
        {"missions__luna_26": "id: luna-26\nclaims:\n" + claim()},
        [(f"{MISSION}:1: missions/luna-26 has no name", "name")],
    ),
    "no name but an opinion": (
        {"missions__luna_26": "id: luna-26\nclaims:\n" + claim("name", "L", nature="assessment")},
        [(f"{MISSION}:1: missions/luna-26 has no name", "name")],
    ),
    "no name but an unknown one": (
        {"missions__luna_26": "id: luna-26\nclaims:\n"
                              + claim("name", None, value_type="unknown")},
        [(f"{MISSION}:1: missions/luna-26 has no name", "name")],
    ),
    "no name but one withdrawn": (
        {"missions__luna_26": "id: luna-26\nclaims:\n"
                              + claim("name", "L", rank="deprecated", rank_reason="a misprint")},
        [(f"{MISSION}:1: missions/luna-26 has no name", "name")],
    ),
    # Names in time: the report is of 3 March 2018, and so is what it says
    "told of before it is named": (
        mission(claim(**AT_FIRST)),
        [(f"{MISSION}:3: missions/luna-26 {LATE}", "add a claim of its name from then")],
    ),
    "told of by a claim withdrawn": (
        mission(claim(**AT_FIRST, rank="deprecated", rank_reason="a misprint")),
        [(f"{MISSION}:3: missions/luna-26 is told of on 2018-03-01", "said_on:")],
    ),
    "named in time by a name withdrawn": (
        mission(claim("name", "L", **AT_FIRST, rank="deprecated", rank_reason="a misprint")),
        [(f"{MISSION}:3: missions/luna-26 is told of on 2018-03-01", "said_on:")],
    ),
    "named in time by an opinion": (
        mission(claim("name", "L", **AT_FIRST, nature="assessment")),
        [(f"{MISSION}:3: missions/luna-26 is told of on 2018-03-01", "said_on:")],
    ),
    "named by other files before it names itself": (
        mission(claim("operator", "agencies/rt", **AT_FIRST), claim("name", "L", **AT_FIRST)),
        [(f"{AGENCY}:3: agencies/rt {LATE}", "with said_on:, if it was said before")],
    ),
    "speaks before it is named": (
        mission(claim("name", "L", said_on='"2018-03-01"', said_by="agencies/rt")),
        [(f"{AGENCY}:3: agencies/rt is told of on 2018-03-01", "said_on:")],
    ),
    "publishes before it is named": (
        {"sources__older": OLDER},
        [(f"{AGENCY}:3: agencies/rt {LATE.replace('report', 'older')}", "said_on:")],
    ),
    "writes before it is named": (
        {"sources__older": OLDER.replace("publisher: agencies/rt", "authors: [agencies/rt]")},
        [(f"{AGENCY}:3: agencies/rt is told of on 2018-03-01 (by older)", "said_on:")],
    ),
    "passes on before it is named": (
        {"sources__older": OLDER.replace("publisher", "via") + "authors: [people/ann]\n",
         "people__ann": "id: ann\nclaims:\n" + claim("name", "Ann", source="older")},
        [(f"{AGENCY}:3: agencies/rt is told of on 2018-03-01 (by older)", "said_on:")],
    ),
    "told of by several before it is named": (
        {"sources__older": OLDER} | mission(claim(source="older", said_on='"2018-02"'),
                                            claim(source="older", said_on='"2017"')),
        [(f"{AGENCY}:3: agencies/rt is told of on 2017-12-31 (by older)", "said_on:"),
         (f"{MISSION}:3: missions/luna-26 is told of on 2017-12-31 (by older)", "said_on:")],
    ),
    # Disputes
    "dispute of no claim": (
        dispute("- {subject: missions/luna-26, property: planned_launch}\n- {value: '2099'}\n"),
        [(f"{DISPUTE}:5: a selector that names no claim", "check its words")],
    ),
    "empty selector": (
        dispute("- {property: planned_launch}\n- {}\n"),
        [(f"{DISPUTE}:5: an empty selector", "")],
    ),
    "dispute without selectors": (
        {"disputes__launch": "id: launch\nabout: x\nclaims: []\nnote: x\n"},
        [(f"{DISPUTE}:3: claims: ", "seed/README.md")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BREACHES)
def test_every_breach_is_a_problem_with_line_and_remedy(tmp_path: Path, case: str) -> None:
    """A broken rule is reported where it is broken, with what to do about it, and nothing else is.

    What is broken in a source may make the claims from it unusable: that is said in other files.
    """
    files, expected = BREACHES[case]
    _, problems = check_folder(write_seed(tmp_path / "seed", **files))
    broken = {place.partition(":")[0] for place, _ in expected}
    found = [problem for problem in problems if problem.place.file in broken]
    shown = [str(problem) for problem in found]
    assert len(expected) == len(found), shown
    for (place_and_what, remedy), problem in zip(expected, found, strict=True):
        assert str(problem).startswith(place_and_what), shown
        assert remedy in problem.remedy, shown


def test_nobody_speaks_for_several_authors(tmp_path: Path) -> None:
    """Where several sign and no publisher stands behind them, each claim says who asserts it."""
    people = {
        f"people__{name}": f"id: {name}\nclaims:\n" + claim("name", name, said_by="agencies/rt")
        for name in ("ann", "bob")
    }
    signed = SOURCE_FILE.replace("publisher: agencies/rt", "authors: [people/ann, people/bob]")
    spoken = AGENCY_FILE + "  said_by: agencies/rt\n"
    mission_file = MISSION_FILE + "  said_by: people/ann\n"
    seed = write_seed(
        tmp_path / "seed",
        sources__report=signed,
        agencies__rt=spoken,
        missions__luna_26=mission_file,
        **people,
    )
    _, problems = check_folder(seed)
    remedy = "add said_by:, if nobody signed it sources/report"
    expected = [f"{MISSION}:5: nobody says it: the source has several authors: {remedy}"]
    assert expected == [str(problem) for problem in problems]


def test_a_broken_name_is_one_problem(tmp_path: Path) -> None:
    """A record whose name is claimed wrongly is not said to have no name besides."""
    broken = MISSION_FILE.replace("  source: report", "  source: raport", 1)
    _, problems = check_folder(write_seed(tmp_path / "seed", missions__luna_26=broken))
    expected = [f"{MISSION}:5: there is no source 'raport': did you mean 'report'?"]
    assert expected == [str(problem) for problem in problems]


def test_a_source_that_nobody_published_is_one_problem(tmp_path: Path) -> None:
    """The cause is told once, and not a wrong one with each claim."""
    silent = SOURCE_FILE.replace("publisher: agencies/rt\n", "")
    _, problems = check_folder(write_seed(tmp_path / "seed", sources__report=silent))
    assert [problem.what for problem in problems] == ["source without publisher or authors"]


def test_the_same_ref_twice(tmp_path: Path) -> None:
    """Two files of one record are a problem of the second, which names the first."""
    seed = write_seed(tmp_path / "seed")
    (seed / "missions/luna-26.yml").write_text("id: luna-26\nclaims:\n" + claim("name", "Luna 26"))
    _, problems = check_folder(seed)
    what = f"missions/luna-26 stands in {MISSION}:1 too"
    expected = [f"seed/missions/luna-26.yml:1: {what}: merge the two files"]
    assert expected == [str(problem) for problem in problems]


@pytest.mark.parametrize(
    "value", ["heavy", "1,5", "nan", "inf", "-Infinity", "1_000", " 12", "١٢", "1e400"]
)
def test_a_number_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """The value of a numeric property is digits, and neither nan nor infinite."""
    mass = Property("mass", "Mass", ValueType.NUMBER, (Kind.MISSIONS,))
    monkeypatch.setitem(PROPERTIES, "mass", mass)  # type: ignore[arg-type]
    _, problems = check_folder(
        write_seed(tmp_path / "seed", **mission(claim("mass", f"'{value}'")))
    )
    assert [str(problem.place) for problem in problems] == [f"{MISSION}:12"]


@pytest.mark.parametrize("value", ["42", "0.5", "-3", "1200.25"])
def test_numbers_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Digits with or without a point are a number."""
    mass = Property("mass", "Mass", ValueType.NUMBER, (Kind.MISSIONS,))
    monkeypatch.setitem(PROPERTIES, "mass", mass)  # type: ignore[arg-type]
    _, problems = check_folder(
        write_seed(tmp_path / "seed", **mission(claim("mass", f"'{value}'")))
    )
    assert problems == []


@pytest.mark.parametrize(
    "files",
    [
        {},
        mission(claim(value=None, value_type="unknown"), claim("partner", None, value_type="none")),
        mission(claim("operator", "agencies/rt", since='"2018"', until='"2018"', role="owner")),
        mission(claim("operator", "agencies/rt", since='"2018-05"', until='"2018"')),
        mission(claim(value='"2022-21"'), claim(value='"2020/2021"'), claim(value='"2025-24"')),
        mission(claim("alias", "A", rank="preferred", rank_reason="x"),
                claim("alias", "B", rank="preferred", rank_reason="x")),
        mission(claim("described_as", "bold", nature="assessment", said_by="sources/report")),
        mission(claim("prospect", "bright", nature="assessment")),
        mission(claim(), claim(locator="paragraph 2")),
        mission(claim(said_on='"2018-03-03"'), claim(said_on='"2018-03"', locator="b")),
        mission(claim(said_on='"2018-03-04"'))
        | dispute('- {subject: missions/luna-26, said_on: "2018-03-04"}\n'),
        source(SOURCE_FILE.replace("published", "accessed")),
        source(SOURCE_FILE.replace("published", "accessed")) | mission(claim(said_on='"2020"')),
        mission(claim("name", "L", **AT_FIRST), claim(**AT_FIRST)),
        agency(claim("name", "R", **AT_FIRST))
        | mission(claim("name", "L", **AT_FIRST), claim("operator", "agencies/rt", **AT_FIRST)),
        agency(claim("held_at", "Tokyo", nature="plan"), claim("planned_meeting", '"2028"')),
        source(SOURCE_FILE + "authors: [agencies/rt]\n"),
        source(SOURCE_FILE + "claims:\n" + claim("described_as", "a report")),
    ],
    ids=["smallest", "unknown and none", "relation", "overlapping ends", "seasons and years",
         "preferred of many", "assessment", "opinion", "other locator", "said in time", "disputed",
         "undated", "said after an undated page was read", "named before", "all named before",
         "planned place and meeting", "author", "claim about a source"],
)  # fmt: skip
def test_what_keeps_the_rules_has_no_problems(tmp_path: Path, files: dict[str, str]) -> None:
    """The rules refuse nothing that is right."""
    ledger, problems = check_folder(write_seed(tmp_path / "seed", **files))
    assert problems == []
    assert sorted(ledger.entities) == ["agencies/rt", "missions/luna-26", "sources/report"]


def test_the_smallest_seed_is_a_ledger(tmp_path: Path) -> None:
    """What is left out of a claim comes from its property and source."""
    ledger, _ = check_folder(write_seed(tmp_path / "seed"))
    launch = next(claim for claim in ledger.claims if claim.property == "planned_launch")
    expected = ("missions/luna-26", "2022", "plan", "agencies/rt", "2018-03-03", "normal")
    assert expected == (
        launch.subject, launch.value, launch.nature, launch.said_by, launch.said_on.edtf,
        launch.rank,
    )  # fmt: skip


def test_all_problems_come_at_once_in_order(tmp_path: Path) -> None:
    """A person who mends everything that is listed is done: problems of all sorts come sorted."""
    seed = write_seed(
        tmp_path / "seed",
        missions__luna_26=MISSION_FILE + claim("planed_launch") + claim(value="soon"),
        agencies__rt=AGENCY_FILE + claim("country", "NO") + claim("country", "XX"),
        people__nobody="id: nobody\n",
        projects__tab="\tid: tab\n",
        disputes__launch="id: launch\nabout: x\nclaims:\n- {}\nnote: x\n",
    )
    _, problems = check_folder(seed)
    expected = [
        f"{AGENCY}:8", f"{AGENCY}:12", f"{DISPUTE}:4", f"{MISSION}:11", f"{MISSION}:16",
        "seed/people/nobody.yaml:1", "seed/projects/tab.yaml:1",
    ]  # fmt: skip
    assert expected == [str(problem.place) for problem in problems]


@pytest.mark.parametrize("content", [None, "README.md"])
def test_a_folder_without_seed_files(tmp_path: Path, content: str | None) -> None:
    """A folder that holds no seed files is probably the wrong one."""
    seed = tmp_path / "seed"
    seed.mkdir()
    if content:
        (seed / content).write_text("# Hello\n")
    _, problems = check_folder(seed)
    expected = ["seed:1: no seed files: name a folder that has some"]
    assert expected == [str(problem) for problem in problems]


def test_the_current_folder_is_a_folder_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A remedy leads to a folder below the one that is checked, also where that one is `.`."""
    monkeypatch.chdir(write_seed(tmp_path / "seed", moons__luna="id: luna\n"))
    _, problems = check_folder(Path())
    assert [problem.what for problem in problems] == ["not in a folder of a kind"]
    assert "move it to one of /" not in problems[0].remedy


def test_the_order_of_files_on_disk_does_not_matter(tmp_path: Path) -> None:
    """The same files written in another order make the same ledger."""
    one = write_seed(tmp_path / "one" / "seed", people__x="id: x\nclaims:\n" + claim("name", "X"))
    other = tmp_path / "other" / "seed"
    for path in sorted(one.rglob("*.yaml"), reverse=True):
        target = other / path.relative_to(one)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        os.utime(target, (0, 0))
    assert check_folder(one) == check_folder(other)


# --- The sample in seed/README.md, and the shipped facts ----------------------------------------


ENTITIES = {*map(str, Kind)}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blocks of seed/README.md that name a file, as a seed folder."""
    seed = tmp_path_factory.mktemp("sample") / "seed"
    text = (REPO / "seed/README.md").read_text(encoding="utf-8")
    for name, block in re.findall(
        r"^```yaml file=(\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    ):
        (seed / name).parent.mkdir(parents=True, exist_ok=True)
        (seed / name).write_text(block, encoding="utf-8")
    return seed


def test_the_sample_of_the_readme_passes(sample: Path) -> None:
    """What seed/README.md shows can be copied as it stands."""
    ledger, problems = check_folder(sample)
    assert [str(problem) for problem in problems] == []
    assert sorted(ledger.entities) == [
        "agencies/example-agency", "missions/example-orbiter", "missions/unnamed-orbiter",
        "people/example-author", "sources/example-report",
    ]  # fmt: skip
    assert [item.id for item in ledger.coverage] == ["example-missions"]
    assert [dispute.id for dispute in ledger.disputes] == ["example-orbiter-launch"]


@pytest.mark.parametrize("model", [EntityFile, ClaimEntry, SourceFile, DisputeFile, CoverageFile])
def test_the_sample_of_the_readme_uses_every_key(sample: Path, model: type[BaseModel]) -> None:
    """A key that the models know appears in the sample of seed/README.md."""
    documents, _ = read_folder(sample)
    trees = [(path.parts[0], tree) for path, tree in documents if isinstance(tree, Mapping)]
    folders = {EntityFile: {"missions", "agencies", "people"}, SourceFile: {"sources"},
               DisputeFile: {"disputes"}, CoverageFile: {"coverage"}}  # fmt: skip
    if model is ClaimEntry:
        lists = [tree.values.get("claims") for folder, tree in trees if folder in ENTITIES]
        entries = [entry for some in lists if isinstance(some, Items) for entry in some.values]
    else:
        entries = [tree for folder, tree in trees if folder in folders[model]]
    used = {key for entry in entries if isinstance(entry, Mapping) for key in entry.values}
    assert set(model.model_fields) - used == set()


def test_the_shipped_seed_passes() -> None:
    """The facts that travel with the program keep every rule."""
    ledger, problems = check_folder(SHIPPED)
    assert [str(problem) for problem in problems] == []
    assert ledger.claims
