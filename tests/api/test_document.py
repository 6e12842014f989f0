"""The OpenAPI document: what generators, validators and people read off it holds."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.api.test_entities import KINDS
from tests.api.test_negotiation import (
    ENDINGS,
    MEDIA_TYPES,
    ask,
    document_of,
    filled,
    joined,
    lists,
    offered,
    parameters_of,
    plain_addresses,
)

TABLE_OPTIONS = {"shape", "labels", "header", "bom", "dl"}
WITHOUT_EXAMPLE = {"cursor"}  # opaque: none would be of anybody's list


def operation_of(client: TestClient, path: str) -> dict[str, Any]:
    """The one operation of a path."""
    methods: dict[str, Any] = document_of(client)["paths"][path]
    assert list(methods) == ["get"]
    operation: dict[str, Any] = methods["get"]
    return operation


def paths_of(client: TestClient) -> list[str]:
    """Every path of the document."""
    return list(document_of(client)["paths"])


def exports_of(client: TestClient) -> list[str]:
    """The paths that end in a form."""
    return [path for path in paths_of(client) if path.endswith(".{format}")]


def names_of(client: TestClient, path: str) -> list[str]:
    """The names of an operation's parameters."""
    return [parameter["name"] for parameter in parameters_of(client, path)]


def found(document: dict[str, Any], reference: str) -> Any:
    """What a reference leads to."""
    part: Any = document
    assert reference.startswith("#/")
    for key in reference[2:].split("/"):
        part = part[key.replace("~1", "/").replace("~0", "~")]
    return part


def references(part: Any) -> Iterator[str]:
    """Every reference in a part of the document but those in examples."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for key, value in part.items():
            if key not in ("example", "examples"):
                yield from references(value)
    elif isinstance(part, list):
        for item in part:
            yield from references(item)


def breaches(client: TestClient, schema: dict[str, Any], value: Any) -> list[str]:
    """Why a value does not fit a schema whose references lie in the document."""
    whole = {**schema, "components": document_of(client)["components"]}
    checker = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(value)]


def responses_of(client: TestClient, path: str) -> dict[str, dict[str, Any]]:
    """The answers of an operation by status, shared ones in their places."""
    document = document_of(client)
    return {
        status: found(document, response["$ref"]) if "$ref" in response else response
        for status, response in operation_of(client, path)["responses"].items()
    }


# --- The document by itself ---------------------------------------------------------------------


def test_it_is_valid(client: TestClient) -> None:
    """It is valid OpenAPI 3.1, and asks for no key."""
    document = document_of(client)
    validate(document)
    assert re.fullmatch(r"3\.1\.\d", document["openapi"])
    assert document["security"] == []


def test_operation_ids(client: TestClient) -> None:
    """No two operations have the same name, nor names that differ by case alone."""
    names = Counter(operation_of(client, path)["operationId"].lower() for path in paths_of(client))
    assert [name for name, count in names.items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)


def test_references_lead_somewhere(client: TestClient) -> None:
    """Every reference leads to a part of the document, that of a parameter to a parameter."""
    document = document_of(client)
    all_of_them = set(references(document))
    assert len(all_of_them) > 400
    for reference in all_of_them:
        assert isinstance(found(document, reference), dict), reference
    for path in paths_of(client):
        operation = operation_of(client, path)
        for part, keys in (("parameters", {"name", "in", "schema"}), ("responses", {"content"})):
            listed = operation.get(part, [])
            for item in listed.values() if isinstance(listed, dict) else listed:
                if "$ref" in item:
                    assert item["$ref"].startswith(f"#/components/{part}/")
                    assert keys <= set(found(document, item["$ref"]))


def test_shared_parts_are_used_and_differ(client: TestClient) -> None:
    """Every shared part is used, and no two of a name are alike."""
    document = document_of(client)
    used = set(references(document))
    for section, parts in document["components"].items():
        for name in parts:
            assert f"#/components/{section}/{name}" in used
    parameters = list(document["components"]["parameters"].values())
    assert all(parameters.count(parameter) == 1 for parameter in parameters)


def test_nothing_internal_shows(client: TestClient) -> None:
    """Notes of ours to ourselves are not in it; what has another prefix is of OpenAPI."""
    text = ask(client, "/openapi.json").body.decode()
    own = set(re.findall(r'"(x-[a-z-]+)":', text))
    assert own <= {"x-values-from"}


def test_keys_of_answers_are_described(client: TestClient) -> None:
    """Every key of every shape says what it is, or is of a shape that does, or a list of such."""
    shapes = document_of(client)["components"]["schemas"]
    silent = set()
    for name, shape in shapes.items():
        for key, schema in shape.get("properties", {}).items():
            own = schema.get("items", schema)
            of_shape = shapes[own["$ref"].rpartition("/")[2]] if "$ref" in own else {}
            if not (schema.get("description") or of_shape.get("description", "")).strip():
                silent.add((name, key))
    assert silent == set()


def test_links_of_the_description(client: TestClient) -> None:
    """Every link in its description answers."""
    text = document_of(client)["info"]["description"]
    links = re.findall(r"\]\((/[^)]+)\)", text)
    assert len(links) >= 3
    for address in links:
        assert ask(client, address).status == 200, address


def test_where_values_are_listed(client: TestClient) -> None:
    """Where a parameter says that its values are listed, there is a list."""
    told = set()
    for path in paths_of(client):
        for parameter in parameters_of(client, path):
            told |= set(parameter["schema"].get("x-values-from", "").split(", "))
    addresses = {text.split()[0] for text in told if text.startswith("/")}
    assert len(addresses) > 5
    for address in addresses:
        assert ask(client, address).status == 200, address


# --- Parameters ---------------------------------------------------------------------------------


def test_parameters_are_named_once(client: TestClient) -> None:
    """No operation has a parameter twice, and those in its path are those of its path."""
    for path in paths_of(client):
        names = names_of(client, path)
        assert len(set(names)) == len(names), path
        in_path = [item["name"] for item in parameters_of(client, path) if item["in"] == "path"]
        assert set(re.findall(r"\{(\w+)\}", path)) == set(in_path)
        assert all(item["required"] for item in parameters_of(client, path) if item["in"] == "path")


def test_parameters_are_described(client: TestClient) -> None:
    """Every parameter says what it is, and shows a value or all values that it takes."""
    for path in paths_of(client):
        for parameter in parameters_of(client, path):
            where, schema = (path, parameter["name"]), parameter["schema"]
            assert len(parameter.get("description", "").strip()) > 10, where
            shown = "example" in parameter or parameter.get("examples") or schema.get("examples")
            if parameter["name"] in WITHOUT_EXAMPLE:
                assert not shown, where
            else:
                assert shown or schema.get("enum"), where


def test_days_say_how_they_are_written(client: TestClient) -> None:
    """Every parameter that is a day says how to write one, and has a pattern for it."""
    days = 0
    for path in paths_of(client):
        for parameter in parameters_of(client, path):
            if parameter["name"] in ("as_of", "since"):
                days += 1
                assert "YYYY-MM-DD" in parameter["description"], (path, parameter["name"])
                assert "pattern" in parameter["schema"], (path, parameter["name"])
    assert days > 80


def test_examples_of_parameters_fit(client: TestClient) -> None:
    """Every value that is shown of a parameter fits its schema."""
    wrong, tried = {}, 0
    for path in paths_of(client):
        for parameter in parameters_of(client, path):
            schema = parameter["schema"]
            shown = [item["value"] for item in parameter.get("examples", {}).values()]
            shown += [parameter["example"]] if "example" in parameter else []
            shown += schema.get("examples", []) + (
                [schema["default"]] if "default" in schema else []
            )
            for value in shown:
                tried += 1
                if reasons := breaches(client, schema, value):
                    wrong[parameter["name"], str(value)] = (path, reasons)
    assert tried > 500
    assert wrong == {}


def test_patterns_are_patterns(client: TestClient) -> None:
    """Every pattern can be read, by readers of JavaScript too: it has no look-behind or \\A."""
    patterns = {
        parameter["schema"]["pattern"]
        for path in paths_of(client)
        for parameter in parameters_of(client, path)
        if "pattern" in parameter["schema"]
    }
    assert len(patterns) > 10
    for pattern in patterns:
        assert re.compile(pattern)
        assert not re.search(r"\(\?<|\\A|\\Z|\(\?P", pattern)


# --- Lists and their forms ----------------------------------------------------------------------


def test_every_list_has_one_export(client: TestClient) -> None:
    """Each list, and nothing else, has one operation for its forms, named after it."""
    assert sorted(exports_of(client)) == sorted(f"{path}.{{format}}" for path in lists(client))
    for path in lists(client):
        name = operation_of(client, path)["operationId"]
        bare = re.sub(r"^(list|get)_", "", name)
        assert operation_of(client, f"{path}.{{format}}")["operationId"] == f"export_{bare}"
    names = [operation_of(client, path)["operationId"] for path in paths_of(client)]
    assert sum(name.startswith("export_") for name in names) == len(lists(client))


def test_exports_take_what_lists_take_and_more(client: TestClient) -> None:
    """An export has all parameters of its list, the same ones, and those of tables."""
    for path in lists(client):
        plain = {item["name"]: item for item in parameters_of(client, path)}
        export = {item["name"]: item for item in parameters_of(client, f"{path}.{{format}}")}
        for name, parameter in plain.items():
            assert export[name] == parameter, (path, name)
        more = set(export) - set(plain)
        assert more - {"fields"} == TABLE_OPTIONS | {"format"}, path
        assert "fields" in export, path


def test_exports_declare_the_forms_that_there_are(client: TestClient) -> None:
    """An export's forms are those that the server gives, and their media types its answers."""
    for path in lists(client):
        [form] = [
            item for item in parameters_of(client, f"{path}.{{format}}") if item["name"] == "format"
        ]
        endings = form["schema"]["enum"]
        media_types = {MEDIA_TYPES[ending] for ending in endings}
        assert media_types == set(offered(client, f"{path}.{{format}}"))
        assert media_types == set(offered(client, path))
        others = set(ENDINGS.values()) - set(endings)
        assert others
        for ending in others:
            assert ask(client, filled(client, f"{path}.{{format}}", ending)).status == 404


def test_plain_lists_say_nothing_of_tables(client: TestClient) -> None:
    """What generated clients read declares no options of tables, yet the server takes them."""
    for path, address in plain_addresses(client).items():
        if not path.startswith("/v1/") or path.startswith("/v1/dataset."):
            continue
        declared = set(names_of(client, path))
        assert not declared & TABLE_OPTIONS, path
        if path in lists(client):
            query = {"shape": "arrays", "labels": "false", "header": "false", "bom": "true"}
            answer = ask(client, joined(address, limit=1, dl="true", **query))
            assert answer.status == 200, path
            assert "columns" in answer.json()
            assert answer.headers["content-disposition"].startswith("attachment")


def test_typed_answers_have_one_shape(client: TestClient) -> None:
    """The JSON of every operation but exports is a shape that the document declares by name."""
    for path in plain_addresses(client):
        if not path.startswith("/v1/dataset."):
            content = responses_of(client, path)["200"]["content"]["application/json"]
            assert re.fullmatch(r"#/components/schemas/\w+", content["schema"]["$ref"]), path


# --- Answers ------------------------------------------------------------------------------------


def test_examples_of_answers_fit(client: TestClient) -> None:
    """Every example of an answer, problems too, fits the schema that it stands beside."""
    tried = 0
    for path in paths_of(client):
        for status, response in responses_of(client, path).items():
            for media in response["content"].values():
                if "example" in media:
                    tried += 1
                    assert breaches(client, media["schema"], media["example"]) == [], (path, status)
    assert tried > 400


def test_every_typed_answer_has_an_example(client: TestClient) -> None:
    """Every operation that generated clients call shows an answer, with something in it."""
    for path in plain_addresses(client):
        if not path.startswith("/v1/dataset."):
            example = responses_of(client, path)["200"]["content"]["application/json"]["example"]
            assert example.get("results", example.get("result", example)), path


def test_every_problem_has_an_example_of_its_status(client: TestClient) -> None:
    """Every refusal is a problem, with an example that says its status and what it means."""
    for path in paths_of(client):
        for status, response in responses_of(client, path).items():
            if status >= "400":
                [(media_type, media)] = response["content"].items()
                assert media_type == "application/problem+json"
                assert media["example"]["status"] == int(status), (path, status)
                assert media["example"]["detail"]


def test_answers_are_of_the_media_types_declared(client: TestClient) -> None:
    """Whatever is accepted of what an operation declares is what it answers with."""
    for path in ("/v1/missions", "/v1/changes", "/v1/compare", "/v1/missions/{id}/{key}",
                 "/v1/missions/{id}/vintages", "/v1/claims/{id}", "/v1/dataset"):  # fmt: skip
        for media_type in offered(client, path):
            headers = {"Accept": media_type}
            answer = ask(client, plain_addresses(client)[path], headers=headers)
            assert (answer.status, answer.media_type) == (200, media_type), path


def provoked(client: TestClient, path: str) -> Iterator[int]:
    """The statuses with which an operation answers, whatever it is asked."""
    ending = "csv" if path.endswith("{format}") else ""
    address = filled(client, path, ending)
    asked: list[tuple[str, dict[str, str]]] = [(address, {}), (address, {"If-None-Match": "*"})]
    if path.startswith("/v1/"):
        asked += [(joined(address, zzz=1), {}), (joined(address, as_of="x"), {})]
        asked += [(joined(address, as_of="x" * 9000), {}), (address, {"Accept": "image/png"})]
        for part in ("bytes=0-1", "bytes=99999999-"):
            asked += [(address, {"Range": part, "Accept": media_type})
                      for media_type in ("*/*", "text/csv")]  # fmt: skip
    if "{id}" in path:
        for example in ("luna-26", "roscosmos-cnsa-intent-2018", "372fd03688b22608"):
            asked.append((address.replace(example, "0123456789abcdef"), {}))
    if ending:
        asked.append((filled(client, path, "txt"), {}))
    for each, headers in asked:
        yield ask(client, each, headers=headers).status


@pytest.fixture(scope="module")
def undocumented(client: TestClient) -> dict[int, list[str]]:
    """Statuses that operations answer with and the document does not have: status → paths."""
    told: dict[int, list[str]] = {}
    for path in paths_of(client):
        kind = path.removeprefix("/v1/").split("/")[0].partition(".")[0]
        others = kind in KINDS and kind != "missions"  # which stand for all
        if not others or path.endswith("/scorecard"):
            documented = {int(status) for status in operation_of(client, path)["responses"]}
            for status in set(provoked(client, path)) - documented:
                told.setdefault(status, []).append(path)
    return told


@pytest.mark.parametrize("status", [200, 206, 400, 404, 406, 414, 416, 422, 500])
def test_statuses_are_documented(undocumented: dict[int, list[str]], status: int) -> None:
    """No operation answers with a status of which the document says nothing."""
    assert undocumented.get(status, []) == []


def test_no_other_status_is_answered(undocumented: dict[int, list[str]]) -> None:
    """Nor with one that nobody would expect."""
    assert set(undocumented) <= {304}  # is the 200 that the client has
