"""The JSON Schema of seed files, for editors: it accepts what is right and refuses what is not."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from app.ledger.seedpaths import seed_paths
from app.ledger.seedschema import FILE_MODELS, country_codes, json_schema
from app.vocabulary import PROPERTIES, Kind
from tests.builders import SEED
from tests.conftest import FACTS, REPO

FILES = [path.relative_to(REPO).as_posix() for path in seed_paths(FACTS)]


def as_text(text: str) -> Any:
    """A YAML document whose scalars are all text, as `lunar check` reads it."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # makes nothing but text


def entity(property: str, value: object = None, **keys: object) -> dict[str, object]:  # noqa: A002
    """A record with one claim."""
    claim = {"property": property, "source": "report", "locator": "p. 1", **keys}
    return {"id": "luna-26", "claims": [claim if value is None else claim | {"value": value}]}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """A validator of seed files."""
    return Draft202012Validator(json_schema())


def test_it_is_a_schema_of_its_dialect() -> None:
    """The schema is valid JSON Schema 2020-12, survives JSON, and says which dialect it is."""
    schema = json.loads(json.dumps(json_schema()))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_valid(validator: Draft202012Validator, name: str) -> None:
    """An editor finds nothing wrong with the facts that travel with the program."""
    document = as_text((REPO / name).read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("name", FILES)
def test_an_editor_reads_every_file_the_same(name: str) -> None:
    """What is text to the checks is text to any YAML reader."""
    text = (REPO / name).read_text(encoding="utf-8")
    assert as_text(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "document",
    [
        *(as_text(text) for text in SEED.values()),
        entity("planned_launch", "2022"),
        entity("planned_launch", "202X"),
        entity("planned_launch", "../2030"),
        entity("planned_launch", value_type="unknown"),
        entity("operator", "agencies/roscosmos", since="2017"),
        entity("country", "NO"),
        entity("kind", "orbiter"),
        entity("name", "Luna-26", rank="preferred", rank_reason="the operator's word"),
        {"id": "x", "about": "x", "claims": [{"property": "name"}], "note": "x"},
    ],
)
def test_right_files_are_accepted(validator: Draft202012Validator, document: object) -> None:
    """Every sort of file and of value is accepted."""
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "document",
    [
        entity("planed_launch", "2022"),
        entity("planned_launch", "soon"),
        entity("planned_launch", 2022),
        entity("country", "Norway"),
        entity("country", False),
        entity("kind", "orbitr"),
        entity("status", "done"),
        entity("operator", "Roscosmos"),
        entity("operator", "missions/luna-26"),
        entity("operator", "agencies/Roscosmos"),
        entity("name", "Luna-26", rank="best"),
        entity("name", "Luna-26", nature="plann"),
        entity("name", "Luna-26", value_type="nothing"),
        entity("name", "Luna-26", sourc="report"),
        entity("name", "Luna-26", source="Report.yaml"),
        entity("name", ""),
        {"id": "luna-26", "claims": [{"property": "name", "value": "Luna-26"}]},
        {"id": "Luna_26"},
        {"claims": []},
        {"id": "x", "about": "x", "claims": [], "note": "x"},
        as_text(SEED["sources/report.yaml"]) | {"kind": "newz"},
        as_text(SEED["sources/report.yaml"]) | {"url": "example.org"},
        as_text(SEED["sources/report.yaml"]) | {"language": "English"},
        ["id"],
        None,
    ],
)
def test_wrong_files_are_refused(validator: Draft202012Validator, document: object) -> None:
    """An editor marks a wrong word, a wrong value and a value that is not text."""
    assert not validator.is_valid(document)


def test_every_folder_has_a_model() -> None:
    """Every kind of entity, and disputes, have a folder with a model of its files."""
    assert set(FILE_MODELS) == {*(kind.value for kind in Kind), "disputes", "coverage"}


def test_the_editor_offers_every_property_with_its_meaning() -> None:
    """Completion lists the whole vocabulary, each word with its definition."""
    offered = json_schema()["$defs"]["Claim"]["properties"]["property"]["oneOf"]
    expected = {prop.name: prop.definition for prop in PROPERTIES.values()}
    assert expected == {choice["const"]: choice["title"] for choice in offered}


@pytest.mark.parametrize(("code", "known"), [("RU", True), ("CN", True), ("UK", False)])
def test_country_codes_are_iso_3166(code: str, known: bool) -> None:
    """Countries are named by ISO 3166-1 alpha-2, which has GB and no UK."""
    assert known == (code in country_codes())


def test_the_schema_is_the_same_every_time() -> None:
    """Two calls give the same text, so that a committed copy differs only when the words do."""
    assert json.dumps(json_schema()) == json.dumps(json_schema())
