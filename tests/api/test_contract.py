"""The OpenAPI document, held against the service, and every prepared document against it."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from pydantic import BaseModel
from sqlalchemy import Table, select

from app.api.formats import BY_ENDING
from app.api.openapi import EXAMPLE_ADDRESS
from app.db import Database, Reader
from app.queries.entities import with_claims, with_standing
from app.schemas import (
    Claim,
    Dispute,
    Problem,
    Promise,
    StandingClaim,
    Vintage,
    record_model,
)
from app.tables import CLAIMS, DISPUTES, ENTITIES, PROMISES, STANDINGS, STATES
from app.vocabulary import Kind

Document = dict[str, Any]

# What has to be given besides what stands in the path, and of which parameter there is no example.
REQUIRED = {
    ("/v1/compare", "ref"),
    ("/v1/compare", "since"),
    ("/v1/differences", "since"),
    ("/v1/search", "q"),
    ("/oembed", "url"),
}
EXPORT = ".{format}"


@pytest.fixture(scope="module")
def document(client: TestClient) -> Document:
    """The OpenAPI document, as it is served."""
    response = client.get("/openapi.json")
    assert response.status_code == 200
    body: Document = response.json()
    return body


@pytest.fixture(scope="module")
def reader(database: Database) -> Iterator[Reader]:
    """The loaded database."""
    with database.read() as reader:
        yield reader


def resolved(document: Document, part: Document) -> Document:
    """A part of the document, or the shared one that it refers to."""
    if "$ref" not in part:
        return part
    found = document
    for key in part["$ref"].removeprefix("#/").split("/"):
        found = found[key]
    return found


def operation_of(document: Document, path: str) -> Document:
    """The one operation of a path, shared parameters and problems in their places."""
    [(method, operation)] = document["paths"][path].items()
    assert method == "get"
    responses = operation["responses"].items()
    return {
        **operation,
        "parameters": [resolved(document, item) for item in operation.get("parameters", [])],
        "responses": {status: resolved(document, item) for status, item in responses},
    }


def operations(document: Document) -> dict[str, Document]:
    """Every path with its one operation."""
    return {path: operation_of(document, path) for path in document["paths"]}


def plain(document: Document) -> dict[str, Document]:
    """The operations that answer in the JSON that the document describes."""
    return {
        path: operation
        for path, operation in operations(document).items()
        if not (path.endswith(EXPORT) or is_file(path))
    }


def exports(document: Document) -> dict[str, Document]:
    """The operations that give a list in the form that the address ends in."""
    every = operations(document).items()
    return {path: operation for path, operation in every if path.endswith(EXPORT)}


def is_file(path: str) -> bool:
    """Whether a path is that of a file with the whole data set."""
    return path.startswith("/v1/dataset.")


def is_chart(path: str) -> bool:
    """Whether a path is that of a chart, of which JSON is what it says of itself."""
    return path.startswith("/charts/")


EMBEDDED = {"url": "/missions/luna-26"}  # of which /oembed tells


def check(document: Document, schema: Document, value: Any) -> None:
    """Hold a value against a schema, whose references lie in the document."""
    resolved = {**schema, "components": document["components"]}
    errors = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(
            resolved, format_checker=Draft202012Validator.FORMAT_CHECKER
        ).iter_errors(value)
    ]
    assert errors == []


def answer(operation: Document) -> Document:
    """What an operation says of its 200: schema and example."""
    media: Document = operation["responses"]["200"]["content"]["application/json"]
    return media


def sample(document: Document, path: str, ending: str = "csv") -> tuple[str, dict[str, str]]:
    """An address of a path, with the id of its example, and the query that it must have."""
    if is_file(path):
        return path, {}
    if is_chart(path):
        return path.replace("{ending}", "metadata.json"), {}
    if path == "/oembed":
        return path, EMBEDDED
    operation = operation_of(document, path.removesuffix(EXPORT))
    example = answer(operation)["example"]
    if "meta" not in example:
        return path, {}
    url = urlsplit(example["meta"]["citation"]["url"])
    needed = {parameter["name"] for parameter in operation["parameters"] if parameter["required"]}
    query = {name: value for name, [value] in parse_qs(url.query).items() if name in needed}
    return url.path + (f".{ending}" if path.endswith(EXPORT) else ""), query


# --- The document by itself ---------------------------------------------------------------------


def test_document_is_openapi(document: Document) -> None:
    """The document is valid OpenAPI 3.1."""
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_operation_ids(document: Document) -> None:
    """Operation ids are unique, short, and read like functions."""
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names)) > 30
    for name in names:
        assert re.fullmatch(r"(get|list|export|download)(_[a-z]+){1,3}|search|compare", name)
        assert len(name) <= 30


def test_every_list_has_its_export(document: Document) -> None:
    """A list, and nothing else, has a second operation, with the same parameters and more."""
    lists = {
        path: operation
        for path, operation in plain(document).items()
        if "limit" in [parameter["name"] for parameter in operation["parameters"]]
    }
    assert set(exports(document)) == {f"{path}{EXPORT}" for path in lists}
    of_tables = {"format", "shape", "labels", "header", "bom", "dl"}
    for path, operation in exports(document).items():
        own = [item["name"] for item in lists[path.removesuffix(EXPORT)]["parameters"]]
        names = [item["name"] for item in operation["parameters"]]
        assert set(names) - set(own) in (of_tables, of_tables | {"fields"}), path
        assert [name for name in names if name in own] == own
        [endings] = [
            item["schema"]["enum"] for item in operation["parameters"] if item["name"] == "format"
        ]
        media_types = {BY_ENDING[ending].media_type for ending in endings}
        assert set(operation["responses"]["200"]["content"]) == media_types, path
        assert len(media_types) == len(endings) >= 6


def test_operations_are_described(document: Document) -> None:
    """Every operation has a summary, a tag that is explained, and every parameter a description."""
    tags = {tag["name"] for tag in document["tags"]}
    for path, operation in operations(document).items():
        assert operation["summary"]
        assert operation["tags"]
        assert set(operation["tags"]) <= tags
        for parameter in operation["parameters"]:
            assert parameter.get("description", "").strip(), (path, parameter["name"])
            needed = (path.removesuffix(EXPORT), parameter["name"]) in REQUIRED
            assert parameter["required"] is (parameter["in"] == "path" or needed)


def test_parameters_are_never_null(document: Document) -> None:
    """A parameter may be left out, but is of one type: generators make no union of it."""
    for operation in operations(document).values():
        for parameter in operation["parameters"]:
            assert "anyOf" not in parameter["schema"]
            assert isinstance(parameter["schema"]["type"], str)


def test_nothing_internal_shows(client: TestClient) -> None:
    """The keys by which examples and exports are made are not in the document."""
    text = client.get("/openapi.json").text
    for key in ("x-example-of", "x-formats", "x-table-option"):
        assert key not in text
    assert "HTTPValidationError" not in text


def test_objects_are_closed(document: Document) -> None:
    """Every shape says all of its keys and forbids others.

    Only records may come in part, only lists asked for groups have them, and only a group has keys
    that its request names.
    """
    records = {record_model(kind).__name__ for kind in Kind}
    for name, schema in document["components"]["schemas"].items():
        if schema.get("type") != "object":
            continue
        assert (schema["additionalProperties"] is False) is (name != "Group"), name
        required = {"id", "ref"} if name in records else set(schema["properties"])
        if name.endswith("Page"):
            required -= {"groups"}
        if name == "OEmbed":  # the standard lets it go without a picture
            required = {key for key in required if not key.startswith("thumbnail")}
        assert required == set(schema["required"]), name


def test_unused_schemas(document: Document) -> None:
    """No shape, parameter or problem stands in the document without being used."""
    used = set(re.findall(r"#/components/(\w+)/([^\"/]+)", json.dumps(document)))
    components = document["components"].items()
    assert {(section, name) for section, named in components for name in named} == used


def test_document_names_the_server_asked(client: TestClient) -> None:
    """The server in the document is where it came from; a made-up Host stays out of it."""
    body = client.get("/openapi.json", headers={"Host": "made-up.example"})
    assert [server["url"] for server in body.json()["servers"]] == ["/"]
    assert "made-up.example" not in body.text


# --- Examples -----------------------------------------------------------------------------------


def test_examples_fit_their_schemas(document: Document) -> None:
    """Every answer has an example that its schema accepts."""
    for operation in plain(document).values():
        media = answer(operation)
        check(document, media["schema"], media["example"])


def test_lists_have_examples_with_records(document: Document) -> None:
    """The example of a list is not empty."""
    for path, operation in plain(document).items():
        example = answer(operation)["example"]
        assert example.get("results") != [], path


def test_examples_are_answers(client: TestClient, document: Document) -> None:
    """The server gives what an example shows, at the address that the example cites."""
    for path, operation in plain(document).items():
        example = answer(operation)["example"]
        if is_chart(path):  # what is cited of it is its page
            continue
        if "meta" not in example:
            address, query = sample(document, path)
            there = client.get(address, params=query).text
            there = there.replace("http://testserver", EXAMPLE_ADDRESS)
            assert json.loads(there) == example
            continue
        served = client.get(example["meta"]["citation"]["url"]).json()
        for body in (example, served):
            body["meta"]["as_of"].pop("requested")
            body["meta"].pop("next", None)
        assert served == example


def test_answers_fit_their_schemas(client: TestClient, document: Document) -> None:
    """Every path, asked for the record of its example, today and long ago, keeps to its schema."""
    for path, operation in plain(document).items():
        address, query = sample(document, path)
        days = ["today", "2018-03-03", "2060"] if address.startswith(("/v1", "/charts")) else [None]
        for day in days:
            response = client.get(address, params={**query, "as_of": day} if day else query)
            assert response.status_code == 200, (address, day)
            check(document, answer(operation)["schema"], response.json())


def test_exports_are_of_their_media_types(client: TestClient, document: Document) -> None:
    """Every list in every form that the document names is of the media type that it names."""
    for path, operation in exports(document).items():
        [form] = [item for item in operation["parameters"] if item["name"] == "format"]
        for ending in form["schema"]["enum"]:
            address, query = sample(document, path, ending)
            response = client.get(address, params=query)
            assert response.status_code == 200, address
            media_type = response.headers["content-type"].partition(";")[0]
            assert media_type == BY_ENDING[ending].media_type, address


def test_files_are_of_their_media_types(client: TestClient, document: Document) -> None:
    """Every file with the whole data set is of the media type that the document names."""
    files = {path: item for path, item in operations(document).items() if is_file(path)}
    assert files
    for path, operation in files.items():
        response = client.get(path)
        assert response.status_code == 200, path
        assert list(operation["responses"]["200"]["content"]) == [response.headers["content-type"]]


def test_all_records_fit_their_schemas(client: TestClient, document: Document) -> None:
    """Every record there is, with all its claims, keeps to the schema of its item."""
    for kind in Kind:
        operation = operations(document)[f"/v1/{kind.value}"]
        body = client.get(f"/v1/{kind.value}?claims=all&limit=10000").json()
        check(document, answer(operation)["schema"], body)


def test_error_examples_fit_their_schema(document: Document) -> None:
    """Every error of every operation is the one problem shape, with an example of its status."""
    for path, operation in operations(document).items():
        errors = {
            status: body
            for status, body in operation["responses"].items()
            if status not in ("200", "206")
        }
        asked = set() if path.startswith("/health") else {"400", "406", "414", "422", "503"}
        asked |= {"503"} if path == "/health/ready" else set()
        in_parts = path.endswith(EXPORT) or is_file(path)
        asked |= {"416"} if in_parts else set()
        assert ("206" in operation["responses"]) is in_parts, path
        named = "{id" in path or path.endswith(EXPORT) or is_chart(path) or path == "/oembed"
        expected = {"500"} | asked | ({"404"} if named else set())
        assert set(errors) == expected, path
        for status, body in errors.items():
            assert body["description"]
            assert list(body["content"]) == ["application/problem+json"]
            media = body["content"]["application/problem+json"]
            assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
            check(document, media["schema"], media["example"])
            Problem.model_validate(media["example"])
            assert media["example"]["status"] == int(status)


@pytest.mark.parametrize(
    ("query", "status"),
    [("as_off=2018", 400), ("as_of=2018-13", 422), (f"q={'x' * 10_000}", 414)],
    ids=["400", "422", "414"],
)
def test_error_examples_are_answers(
    client: TestClient, document: Document, query: str, status: int
) -> None:
    """The example of an error has the type, title and parameter that the server answers with."""
    operation = operations(document)["/v1/missions"]
    example = operation["responses"][str(status)]["content"]["application/problem+json"]["example"]
    served = client.get(f"/v1/missions?{query}").json()
    assert example["type"].rpartition("/")[2] == served["type"].rpartition("/")[2]
    for key in ("title", "status"):
        assert example[key] == served[key]
    parameters = [error["parameter"] for error in served["errors"]]
    assert [error["parameter"] for error in example["errors"]] == parameters


# --- Parameters ---------------------------------------------------------------------------------


def test_parameters_take_their_own_examples(client: TestClient, document: Document) -> None:
    """Every parameter is accepted with the value that the document gives as its example."""
    tried, refused = 0, []
    lists = plain(document)
    for path, operation in operations(document).items():
        address, query = sample(document, path)
        # The parameters that an export has in common with its list are read by the same code.
        tried_there = lists[path.removesuffix(EXPORT)]["parameters"] if EXPORT in path else ()
        for parameter in operation["parameters"]:
            for value in parameter["schema"].get("examples", []):
                if parameter["in"] == "query" and parameter not in tried_there:
                    tried += 1
                    asked = {**query, parameter["name"]: value}
                    status = client.get(address, params=asked).status_code
                    if status != 200:
                        refused.append((address, parameter["name"], value, status))
    assert refused == []
    assert tried > 200


def test_every_filter_has_an_example(document: Document) -> None:
    """Every parameter says an example, its choices or its default; only a cursor cannot."""
    silent = {
        parameter["name"]
        for operation in operations(document).values()
        for parameter in operation["parameters"]
        if parameter["in"] == "query"
        and not {"examples", "enum", "default"} & set(parameter["schema"])
    }
    assert silent == {"cursor"}


def test_undocumented_parameters_are_refused(client: TestClient, document: Document) -> None:
    """What the document does not declare is refused by every data path."""
    for path in operations(document):
        if path.startswith("/v1"):
            address, query = sample(document, path)
            response = client.get(address, params={**query, "zzz": "1"})
            assert response.status_code == 400, path


def test_enumerated_parameters(client: TestClient, document: Document) -> None:
    """Each value that a parameter lists is accepted."""
    for path, operation in operations(document).items():
        address, query = sample(document, path)
        for parameter in operation["parameters"]:
            if parameter["name"] == "scheme":
                continue  # an identifier is of one: see test_identifiers.py
            for value in parameter["schema"].get("enum", []):
                if parameter["in"] == "query":
                    response = client.get(address, params={**query, parameter["name"]: value})
                elif parameter["name"] == "format":
                    response = client.get(f"{address.removesuffix('csv')}{value}", params=query)
                elif is_chart(path):
                    form = address.replace("metadata.json", value)
                    response = client.get(form, params=query)
                else:  # it comes last in its path
                    assert path.endswith(f"/{{{parameter['name']}}}")
                    response = client.get(f"{address.rpartition('/')[0]}/{value}", params=query)
                assert response.status_code == 200, (path, parameter["name"], value)


# --- Prepared documents -------------------------------------------------------------------------


def fits(model: type[BaseModel], text: str) -> None:
    """Hold a document against its model: its keys, all of them, in the model's order."""
    value = json.loads(text)
    model.model_validate_json(text)
    assert list(value) == list(model.model_fields)


@pytest.mark.parametrize("kind", list(Kind))
def test_prepared_records(reader: Reader, kind: Kind) -> None:
    """Every state of every record, and its blank, is of the shape that is documented."""
    table = STATES[kind]
    rows = reader.execute(select(table.c.document, table.c.changes, table.c.known_from)).all()
    assert len(rows) > 0
    for text, changes, known_from in rows:
        fits(record_model(kind), with_claims(text, ()))
        fits(Vintage, changes)
        assert json.loads(text)["known_from"] == known_from.isoformat()
    blanks = reader.scalars(select(ENTITIES.c.blank).where(ENTITIES.c.kind == kind.value)).all()
    assert len(blanks) > 0
    for text in blanks:
        fits(record_model(kind), with_claims(text, ()))


@pytest.mark.parametrize(
    ("table", "model"),
    [(CLAIMS, Claim), (PROMISES, Promise), (DISPUTES, Dispute)],
    ids=["claims", "promises", "disputes"],
)
def test_prepared_documents(reader: Reader, table: Table, model: type[BaseModel]) -> None:
    """Every claim, every promise in each of its periods, every dispute is as documented."""
    texts = reader.scalars(select(table.c.document)).all()
    assert len(texts) > 0
    for text in texts:
        fits(model, text)


def test_prepared_claims_with_standing(reader: Reader) -> None:
    """A claim with how it fared is of its own shape, in each of its periods."""
    joined = STANDINGS.join(CLAIMS, STANDINGS.c.claim_id == CLAIMS.c.id)
    rows = reader.execute(select(CLAIMS.c.document, STANDINGS.c.standing).select_from(joined)).all()
    assert len(rows) >= len(reader.execute(select(CLAIMS.c.id)).all())
    for text, standing in rows:
        served = json.loads(with_standing(text, standing))
        StandingClaim.model_validate(served)
        assert set(served) == set(StandingClaim.model_fields)


def test_vocabulary(client: TestClient) -> None:
    """Every property in use is explained, and names the field under which it is served."""
    words = {
        word["name"]: word for word in client.get("/v1/properties?limit=1000").json()["results"]
    }
    used = {claim["property"] for claim in client.get("/v1/claims?limit=10000").json()["results"]}
    assert used - set(words) == set()
    for word in words.values():
        assert (word["field"] is None) == (word["nature"] == "assessment")
        for kind in word["subjects"] if word["field"] else ():
            if kind != "sources":
                keys = record_model(Kind(kind)).model_fields
                assert {word["field"], f"{word['field']}_edtf"} & set(keys), word["name"]


def test_dataset(client: TestClient) -> None:
    """The counts of the data set are those of the lists."""
    counts = client.get("/v1/dataset").json()["result"]["counts"]
    for name in [*(kind.value for kind in Kind), "claims", "disputes"]:
        assert counts[name] == client.get(f"/v1/{name}?limit=1").json()["meta"]["count"]
