"""What seed files may hold besides: former ids; and texts that would harm tables are refused."""

import json
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from sqlalchemy import select

from app.db import Database
from app.ledger.checks import check_folder
from app.ledger.loading import load
from app.ledger.seedschema import json_schema
from app.main import create_app
from app.settings import Settings
from app.tables import FORMER_IDS
from app.vocabulary import PROPERTIES, Kind, ValueType
from tests.builders import AGENCY_FILE, MISSION_FILE, SOURCE_FILE, write_seed
from tests.conftest import NOW, REPO
from tests.databases import tables_in

MISSION = "seed/missions/luna-26.yaml"
OTHER = "seed/missions/luna-27.yaml"
SOURCE = "seed/sources/report.yaml"
OTHER_FILE = MISSION_FILE.replace("id: luna-26", "id: luna-27")
PERSON_FILE = AGENCY_FILE.replace("id: rt", "id: ann").replace("value: RT", "value: Ann")


def with_former(file: str, former: str) -> str:
    """A seed file with former ids on its second line."""
    first, _, rest = file.partition("\n")
    return f"{first}\nformer_ids: {former}\n{rest}"


def problems_of(folder: Path, **files: str) -> list[str]:
    """The problems of the smallest seed with some files."""
    _, problems = check_folder(write_seed(folder / "seed", **files))
    return [str(problem) for problem in problems]


# --- Former ids ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "former"),
    [
        ({}, []),
        ({"missions__luna_26": with_former(MISSION_FILE, "[]")}, []),
        (
            {"missions__luna_26": with_former(MISSION_FILE, "[luna-glob]")},
            [("luna-glob", "missions/luna-26")],
        ),
        (
            {"missions__luna_26": with_former(MISSION_FILE, "[luna-glob, luna-26a, l]")},
            [("l", "missions/luna-26"), ("luna-26a", "missions/luna-26"),
             ("luna-glob", "missions/luna-26")],
        ),
        (
            {"missions__luna_26": with_former(MISSION_FILE, '\n- luna-glob\n- "26"')},
            [("26", "missions/luna-26"), ("luna-glob", "missions/luna-26")],
        ),
        (
            {"sources__report": with_former(SOURCE_FILE, "[news-2018]")},
            [("news-2018", "sources/report")],
        ),
        (
            {"agencies__rt": with_former(AGENCY_FILE, "[russia-today]")},
            [("russia-today", "agencies/rt")],
        ),
        (  # ids are unique among their kind only
            {"missions__luna_26": with_former(MISSION_FILE, "[rt, report]"),
             "agencies__rt": with_former(AGENCY_FILE, "[luna-26]"),
             "people__ann": with_former(PERSON_FILE, "[rt]")},
            [("luna-26", "agencies/rt"), ("report", "missions/luna-26"),
             ("rt", "missions/luna-26"), ("rt", "people/ann")],
        ),
    ],
    ids=["none", "empty", "one", "several", "a line each", "source", "agency", "other kinds"],
)  # fmt: skip
def test_former_ids_are_read(
    tmp_path: Path, files: dict[str, str], former: list[tuple[str, str]]
) -> None:
    """A record of any kind may keep the ids that it used to have."""
    ledger, problems = check_folder(write_seed(tmp_path / "seed", **files))
    assert [str(problem) for problem in problems] == []
    assert sorted(ledger.former_ids) == former


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"missions__luna_26": with_former(MISSION_FILE, "[luna-26]")},
            [f"{MISSION}:2: missions/luna-26 is a record of its own: leave it out"],
        ),
        (
            {"missions__luna_26": with_former(MISSION_FILE, "[luna-27]"),
             "missions__luna_27": OTHER_FILE},
            [f"{MISSION}:2: missions/luna-27 is a record of its own: leave it out"],
        ),
        (
            {"missions__luna_26": with_former(MISSION_FILE, "[luna-glob]"),
             "missions__luna_27": with_former(OTHER_FILE, "\n- zond\n- luna-glob")},
            [f"{OTHER}:4: missions/luna-glob leads to missions/luna-26 too: leave one of them out"],
        ),
        (
            {"missions__luna_26": with_former(MISSION_FILE, "\n- zond\n- luna-glob\n- zond")},
            [f"{MISSION}:5: missions/zond leads to missions/luna-26 too: leave one of them out"],
        ),
        (
            {"sources__report": with_former(SOURCE_FILE, "[report]")},
            [f"{SOURCE}:2: sources/report is a record of its own: leave it out"],
        ),
        (  # also where the other record has problems of its own
            {"missions__luna_26": with_former(MISSION_FILE, "[luna-27]"),
             "missions__luna_27": OTHER_FILE.replace("planned_launch", "planed_launch")},
            [f"{MISSION}:2: missions/luna-27 is a record of its own: leave it out",
             f"{OTHER}:7: unknown property 'planed_launch': did you mean 'planned_launch'?"],
        ),
    ],
    ids=["its own id", "another's id", "two records", "twice", "source", "broken record"],
)  # fmt: skip
def test_former_ids_that_clash(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    """An old address leads to one record: where it could lead to two, the second is named."""
    assert problems_of(tmp_path, **files) == expected


@pytest.mark.parametrize("slug", ["Luna_26", "-luna", "missions/x"])
def test_former_ids_are_ids(tmp_path: Path, slug: str) -> None:
    """What could never have been an id is refused where it stands, with what an id is made of."""
    file = with_former(MISSION_FILE, f'\n- luna-glob\n- "{slug}"')
    (problem,) = problems_of(tmp_path, missions__luna_26=file)
    assert problem.startswith(f"{MISSION}:4: ")
    assert repr(slug) in problem
    assert "lower-case letters, digits and single hyphens" in problem


@pytest.mark.parametrize("former", ["luna-glob", '"luna-glob"', "{luna-glob: x}"])
def test_former_ids_are_a_list(tmp_path: Path, former: str) -> None:
    """One former id by itself is a list of one: anything else is refused by line and name."""
    (problem,) = problems_of(tmp_path, missions__luna_26=with_former(MISSION_FILE, former))
    assert problem.startswith(f"{MISSION}:2: former_ids: ")


def test_a_misspelt_key_is_put_right(tmp_path: Path) -> None:
    """The key is known to the checks: a misspelt one is answered with it."""
    file = MISSION_FILE.replace("claims:", "former_id: [x]\nclaims:", 1)
    expected = f"{MISSION}:2: unknown key 'former_id': did you mean 'former_ids'?"
    assert problems_of(tmp_path, missions__luna_26=file) == [expected]


def test_disputes_have_no_former_ids(tmp_path: Path) -> None:
    """Disputes have no addresses that anybody could have kept."""
    dispute = (
        "id: launch\nformer_ids: [start]\nabout: x\nclaims: [{property: planned_launch}]\nnote: x\n"
    )
    (problem,) = problems_of(tmp_path, disputes__launch=dispute)
    assert problem.startswith("seed/disputes/launch.yaml:2: unknown key 'former_ids'")


def former_ids_in(database: Database) -> list[tuple[str, str, str]]:
    """The former ids of a database."""
    with database.read() as reader:
        rows = reader.execute(select(FORMER_IDS)).all()
    return sorted((row.kind, row.slug, row.ref) for row in rows)


FORMER = {
    "missions__luna_26": with_former(MISSION_FILE, "[luna-glob, zond]"),
    "sources__report": with_former(SOURCE_FILE, "[zond]"),
}


def test_former_ids_are_loaded(tmp_path: Path, bare_database: Database) -> None:
    """They are in the database with their records, and gone when they are gone from the files."""
    load(bare_database, write_seed(tmp_path / "seed", **FORMER))
    assert former_ids_in(bare_database) == [
        ("missions", "luna-glob", "missions/luna-26"),
        ("missions", "zond", "missions/luna-26"),
        ("sources", "zond", "sources/report"),
    ]
    load(bare_database, write_seed(tmp_path / "seed"))
    assert former_ids_in(bare_database) == []


def test_former_ids_make_a_release(tmp_path: Path, bare_database: Database) -> None:
    """As with every other key, a change of them is another release, and is told."""
    first = load(bare_database, write_seed(tmp_path / "seed"))
    second = load(bare_database, write_seed(tmp_path / "seed", **FORMER))
    assert former_ids_in(bare_database) != []
    assert second.changed
    assert first.release != second.release


def test_the_order_of_former_ids_does_not_matter(tmp_path: Path, bare_database: Database) -> None:
    """Equal ids in another order are the same release."""
    first = load(bare_database, write_seed(tmp_path / "seed", **FORMER))
    turned = FORMER["missions__luna_26"].replace("[luna-glob, zond]", "[zond, luna-glob]")
    again = write_seed(tmp_path / "seed", **FORMER | {"missions__luna_26": turned})
    second = load(bare_database, again)
    assert (second.release, second.changed) == (first.release, False)


def test_old_addresses_lead_to_the_record(tmp_path: Path) -> None:
    """Who kept an old address is sent to the one of today, among records of the same kind only."""
    seed = write_seed(tmp_path / "seed", **FORMER)
    settings = Settings(database_url=tables_in(tmp_path, "x"), seed_dir=seed)
    with TestClient(create_app(settings, clock=lambda: NOW)) as client:
        for path, now in (
            ("/v1/missions/luna-glob", "/v1/missions/luna-26"),
            ("/v1/missions/zond", "/v1/missions/luna-26"),
            ("/v1/sources/zond", "/v1/sources/report"),
        ):
            answer = client.get(path, follow_redirects=False)
            assert answer.status_code == 301
            assert answer.headers["location"].endswith(now)
            assert client.get(path).json()["result"]["ref"] == now.removeprefix("/v1/")
        assert client.get("/v1/agencies/zond").status_code == 404
        assert client.get("/v1/sources/luna-glob").status_code == 404


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """A validator of seed files, as editors have it."""
    return Draft202012Validator(json.loads(json.dumps(json_schema())))


@pytest.mark.parametrize(
    "text",
    [with_former(file, former) for file in (MISSION_FILE, AGENCY_FILE, SOURCE_FILE)
     for former in ("[]", "[old-id]", "[a, b-2, '3']")],
)  # fmt: skip
def test_editors_know_former_ids(validator: Draft202012Validator, text: str) -> None:
    """An editor takes former ids of records and of sources for what they are."""
    document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # makes nothing but text
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("former", ["old-id", "[Old_id]", "['']", "[[a]]", "{a: b}"])
def test_editors_mark_what_is_no_former_id(validator: Draft202012Validator, former: str) -> None:
    """An editor marks what the checks would refuse."""
    document = yaml.load(with_former(MISSION_FILE, former), Loader=yaml.BaseLoader)  # noqa: S506
    assert not validator.is_valid(document)


def test_editors_tell_what_former_ids_are_for() -> None:
    """The key is offered with its meaning, for records and sources, and not for disputes."""
    definitions = json_schema()["$defs"]
    for name in ("EntityFile", "SourceFile"):
        offered = definitions[name]["properties"]["former_ids"]
        assert offered["type"] == "array"
        assert "address" in offered["description"]
        assert "former_ids" not in definitions[name]["required"]
    assert "former_ids" not in definitions["DisputeFile"]["properties"]


def test_the_readme_tells_of_former_ids() -> None:
    """Who writes seed files reads of it there, and of what is refused for the sake of tables."""
    text = (REPO / "seed/README.md").read_text(encoding="utf-8")
    for words in ("former_ids", "spreadsheets", "`=`", "`|`"):
        assert words in text


# --- Texts that spreadsheets would run ----------------------------------------------------------


def claim(property: str, value: str, **more: str) -> str:  # noqa: A002
    """One more claim of the mission, from line 11 on."""
    lines = {"property": property, "value": value, "source": "report", "locator": "p", **more}
    body = "".join(f"  {key}: {json.dumps(text)}\n" for key, text in lines.items())
    return f"-{body[1:]}"


FORMULAS = [
    '=HYPERLINK("http://example.org","x")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "=",
    "+ x",
    "-Luna",
    "-1.",
    "-1,5",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_value_that_spreadsheets_would_run(tmp_path: Path, text: str) -> None:
    """A value that begins like a formula is refused with its line, and told why."""
    problems = problems_of(tmp_path, missions__luna_26=MISSION_FILE + claim("alias", text))
    remedy = "begin with another character: spreadsheets run what begins with = + - @"
    assert problems == [f"{MISSION}:12: value: {text!r}: {remedy}"]


@pytest.mark.parametrize("sign", "=+-@")
@pytest.mark.parametrize(
    ("key", "line"),
    [("locator", 14), ("original_value", 15), ("note", 15), ("role", 15), ("rank_reason", 15)],
)
def test_any_text_of_a_claim_that_spreadsheets_would_run(
    tmp_path: Path, key: str, line: int, sign: str
) -> None:
    """So it is with every text of a claim."""
    file = MISSION_FILE + claim("operator", "agencies/rt", **{key: f"{sign}A1"})
    (problem,) = problems_of(tmp_path, missions__luna_26=file)
    assert problem.startswith(f"{MISSION}:{line}: {key}: '{sign}A1': ")
    assert "spreadsheets" in problem


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("sources__report", SOURCE_FILE.replace("Report", "'=Report'"), f"{SOURCE}:2: title"),
        ("sources__report", SOURCE_FILE + "note: '@x'\n", f"{SOURCE}:7: note"),
        ("disputes__a", "id: a\nabout: +x\nclaims: [{property: name}]\nnote: x\n",
         "seed/disputes/a.yaml:2: about"),
        ("disputes__a", "id: a\nabout: x\nclaims: [{property: name}]\nnote: -x\n",
         "seed/disputes/a.yaml:4: note"),
    ],
)  # fmt: skip
def test_texts_of_sources_and_disputes(tmp_path: Path, file: str, text: str, place: str) -> None:
    """So it is with titles and notes of sources, and with what a dispute is about."""
    found = [problem for problem in problems_of(tmp_path, **{file: text}) if place in problem]
    assert len(found) == 1
    assert "spreadsheets" in found[0]


@pytest.mark.parametrize(
    "text",
    ["1+1=2", "a=b", "me@example.org", "Luna-26", "x - y", "(=1)", '"=1"', "'+1", "−1", "—", "#1"],
)
def test_signs_within_a_text(tmp_path: Path, text: str) -> None:
    """Within a text the signs are harmless, and signs that only look like them are others."""
    file = MISSION_FILE + claim("alias", text, note=text)
    assert problems_of(tmp_path, missions__luna_26=file) == []


@pytest.mark.parametrize("text", ["-1", "-0.5", "-100.25"])
def test_numbers_below_nought(tmp_path: Path, text: str) -> None:
    """A number is a number to a spreadsheet, and nothing to run."""
    assert problems_of(tmp_path, missions__luna_26=MISSION_FILE + claim("alias", text)) == []


@pytest.mark.parametrize("text", [" x", "x ", "\t=1", "a\nb", "", "\n=1"])
def test_blanks_at_the_ends(tmp_path: Path, text: str) -> None:
    """No blank hides what a text begins with; the remedy is that of blanks."""
    (problem,) = problems_of(tmp_path, missions__luna_26=MISSION_FILE + claim("alias", text))
    assert problem.startswith(f"{MISSION}:12: value: ")
    assert "no blanks at its ends" in problem


@pytest.mark.parametrize("text", FORMULAS)
def test_editors_mark_what_spreadsheets_would_run(
    validator: Draft202012Validator, text: str
) -> None:
    """An editor marks such a text while it is typed."""
    said = {"property": "alias", "source": "report", "locator": "p"}
    assert validator.is_valid({"id": "x", "claims": [said | {"value": "x"}]})
    assert not validator.is_valid({"id": "x", "claims": [said | {"value": text}]})
    assert not validator.is_valid({"id": "x", "claims": [said | {"value": "x", "note": text}]})


# --- Texts with the sign that separates values ----------------------------------------------------

MANY = [
    (kind, prop.name)
    for prop in PROPERTIES.values()
    if prop.many and prop.type is ValueType.TEXT
    for kind in prop.subjects[:1]
]
FILES = {
    Kind.MISSIONS: "missions__x",
    Kind.AGREEMENTS: "agreements__x",
    Kind.AGENCIES: "agencies__x",
    Kind.PROJECTS: "projects__x",
    Kind.PEOPLE: "people__x",
    Kind.SOURCES: "sources__x",
}


@pytest.mark.parametrize(("kind", "name"), MANY, ids=[name for _, name in MANY])
def test_one_of_several_values_has_no_separator(tmp_path: Path, kind: Kind, name: str) -> None:
    """In a table several values stand in one cell: the sign between them is in none of them."""
    head = "id: x\nclaims:\n- {property: name, value: X, source: report, locator: p}\n"
    if kind is Kind.SOURCES:
        head = SOURCE_FILE.replace("id: report", "id: x") + "claims:\n"
    line = head.count("\n") + 2
    problems = problems_of(tmp_path, **{FILES[kind]: head + claim(name, "this | that")})
    remedy = "write it without |, which separates values in tables"
    assert problems == [f"seed/{kind.value}/x.yaml:{line}: 'this | that' has a |: {remedy}"]
    assert problems_of(tmp_path, **{FILES[kind]: head + claim(name, "this or that")}) == []


def test_there_are_properties_of_several_texts() -> None:
    """The cases above are some, and aliases are among them."""
    assert ("missions", "alias") in [(kind.value, name) for kind, name in MANY]
    assert len(MANY) >= 5


@pytest.mark.parametrize("key", ["original_value", "note", "locator"])
def test_a_separator_elsewhere(tmp_path: Path, key: str) -> None:
    """In a cell of its own a text may have the sign."""
    file = MISSION_FILE + claim("alias", "Luna", **{key: "this | that"})
    assert problems_of(tmp_path, missions__luna_26=file) == []


def test_a_name_has_no_separator(tmp_path: Path) -> None:
    """Names of several records stand in one cell as well, where others refer to them."""
    file = AGENCY_FILE.replace("value: RT", 'value: "R|T"')
    (problem,) = problems_of(tmp_path, agencies__rt=file)
    assert problem.startswith("seed/agencies/rt.yaml:4: ")
    assert "separates values in tables" in problem
