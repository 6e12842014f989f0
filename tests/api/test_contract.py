"""The OpenAPI document, held against the service, and every prepared document against it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from pydantic import BaseModel
from sqlalchemy import Table, select

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


def operations(document: Document) -> list[tuple[str, Document]]:
    """Every path with its one operation."""
    found = []
    for path, methods in document["paths"].items():
        assert list(methods) == ["get"]
        found.append((path, methods["get"]))
    return found


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


def sample(path: str, operation: Document) -> str:
    """An address of a path, with the id of its example."""
    example = answer(operation)["example"]
    if "meta" not in example:
        return path
    url = example["meta"]["citation"]["url"]
    found: str = re.sub(r"^https?://[^/]+|\?.*$", "", url)
    return found


# --- The document by itself ---------------------------------------------------------------------


def test_document_is_openapi(document: Document) -> None:
    """The document is valid OpenAPI 3.1."""
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_operation_ids(document: Document) -> None:
    """Operation ids are unique, short, and read like functions."""
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names)) > 30
    for name in names:
        assert re.fullmatch(r"(get|list)(_[a-z]+){1,3}", name)
        assert len(name) <= 30


def test_operations_are_described(document: Document) -> None:
    """Every operation has a summary, a tag that is explained, and every parameter a description."""
    tags = {tag["name"] for tag in document["tags"]}
    for _, operation in operations(document):
        assert operation["summary"]
        assert set(operation["tags"]) <= tags
        for parameter in operation.get("parameters", []):
            assert parameter["description"].strip()
            assert parameter["required"] is (parameter["in"] == "path")


def test_parameters_are_never_null(document: Document) -> None:
    """A parameter may be left out, but is of one type: generators make no union of it."""
    for _, operation in operations(document):
        for parameter in operation.get("parameters", []):
            assert "anyOf" not in parameter["schema"]
            assert isinstance(parameter["schema"]["type"], str)


def test_nothing_internal_shows(client: TestClient) -> None:
    """The key by which examples are made is not in the document."""
    text = client.get("/openapi.json").text
    assert "x-example-of" not in text
    assert "HTTPValidationError" not in text


def test_objects_are_closed(document: Document) -> None:
    """Every shape says all of its keys and forbids others; only records may come in part."""
    records = {record_model(kind).__name__ for kind in Kind}
    for name, schema in document["components"]["schemas"].items():
        if schema.get("type") != "object":
            continue
        assert schema["additionalProperties"] is False, name
        required = {"id", "ref"} if name in records else set(schema["properties"])
        assert required == set(schema["required"]), name


def test_unused_schemas(document: Document) -> None:
    """No shape stands in the document without being used."""
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert set(document["components"]["schemas"]) == used


def test_document_names_the_server_asked(client: TestClient) -> None:
    """The server in the document is where it came from; a made-up Host stays out of it."""
    body = client.get("/openapi.json", headers={"Host": "made-up.example"})
    assert [server["url"] for server in body.json()["servers"]] == ["/"]
    assert "made-up.example" not in body.text


# --- Examples -----------------------------------------------------------------------------------


def test_examples_fit_their_schemas(document: Document) -> None:
    """Every answer has an example that its schema accepts."""
    for _, operation in operations(document):
        media = answer(operation)
        check(document, media["schema"], media["example"])


def test_lists_have_examples_with_records(document: Document) -> None:
    """The example of a list is not empty."""
    for path, operation in operations(document):
        example = answer(operation)["example"]
        assert example.get("results") != [], path


def test_examples_are_answers(client: TestClient, document: Document) -> None:
    """The server gives what an example shows, at the address that the example cites."""
    for path, operation in operations(document):
        example = answer(operation)["example"]
        if "meta" not in example:
            assert client.get(path).json() == example
            continue
        served = client.get(example["meta"]["citation"]["url"]).json()
        for body in (example, served):
            body["meta"]["as_of"].pop("requested")
            body["meta"].pop("next", None)
        assert served == example


def test_answers_fit_their_schemas(client: TestClient, document: Document) -> None:
    """Every path, asked for the record of its example, today and long ago, keeps to its schema."""
    for path, operation in operations(document):
        address = sample(path, operation)
        days = ["today", "2018-03-03", "2060"] if address.startswith("/v1") else [None]
        for day in days:
            response = client.get(address, params={"as_of": day} if day else {})
            assert response.status_code == 200, (address, day)
            check(document, answer(operation)["schema"], response.json())


def test_all_records_fit_their_schemas(client: TestClient, document: Document) -> None:
    """Every record there is, with all its claims, keeps to the schema of its item."""
    for kind in Kind:
        operation = document["paths"][f"/v1/{kind.value}"]["get"]
        body = client.get(f"/v1/{kind.value}?claims=all&limit=10000").json()
        check(document, answer(operation)["schema"], body)


def test_error_examples_fit_their_schema(document: Document) -> None:
    """Every error of every operation is the one problem shape, with an example of its status."""
    for path, operation in operations(document):
        errors = {
            status: body for status, body in operation["responses"].items() if status != "200"
        }
        asked = set() if path.startswith("/health") else {"400", "406", "422", "503"}
        asked |= {"503"} if path == "/health/ready" else set()
        expected = {"500"} | asked | ({"404"} if "{id}" in path else set())
        assert set(errors) == expected, path
        for status, body in errors.items():
            assert body["description"]
            assert list(body["content"]) == ["application/problem+json"]
            media = body["content"]["application/problem+json"]
            assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
            check(document, media["schema"], media["example"])
            Problem.model_validate(media["example"])
            assert media["example"]["status"] == int(status)


@pytest.mark.parametrize(("query", "status"), [("as_off=2018", 400), ("as_of=2018-13", 422)])
def test_error_examples_are_answers(
    client: TestClient, document: Document, query: str, status: int
) -> None:
    """The example of an error has the type, title and parameter that the server answers with."""
    operation = document["paths"]["/v1/missions"]["get"]
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
    for path, operation in operations(document):
        address = sample(path, operation)
        for parameter in operation.get("parameters", []):
            for value in parameter["schema"].get("examples", []):
                if parameter["in"] == "query":
                    tried += 1
                    status = client.get(address, params={parameter["name"]: value}).status_code
                    if status != 200:
                        refused.append((address, parameter["name"], value, status))
    assert refused == []
    assert tried > 200


def test_every_filter_has_an_example(document: Document) -> None:
    """Every parameter says an example, its choices or its default; only a cursor cannot."""
    silent = {
        parameter["name"]
        for _, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
        and not {"examples", "enum", "default"} & set(parameter["schema"])
    }
    assert silent == {"cursor"}


def test_undocumented_parameters_are_refused(client: TestClient, document: Document) -> None:
    """What the document does not declare is refused by every data path."""
    for path, operation in operations(document):
        if path.startswith("/v1"):
            response = client.get(sample(path, operation), params={"zzz": "1"})
            assert response.status_code == 400, path


def test_enumerated_parameters(client: TestClient, document: Document) -> None:
    """Each value that a parameter lists is accepted."""
    for path, operation in operations(document):
        for parameter in operation.get("parameters", []):
            for value in parameter["schema"].get("enum", []):
                response = client.get(sample(path, operation), params={parameter["name"]: value})
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
    words = {word["name"]: word for word in client.get("/v1/properties").json()["results"]}
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
