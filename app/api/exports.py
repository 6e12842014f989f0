"""Every list in every form, as the OpenAPI document declares it.

A list has one route and two operations in the document: the plain one, which is typed and which
generated clients page through, and one for `.{format}`, with the parameters that say how a table is
written. Parameters that several operations share are declared once.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

from app.api.formats import BY_ENDING, JSON, NDJSON, XLSX, Format
from app.api.parameters import TABLE_OPTION
from app.api.routing import FORMATS, PROBLEM_JSON, problem_responses
from app.errors import NotFound, RangeNotSatisfiable

Operation = dict[str, Any]
Document = dict[str, Any]


def add_exports(document: Document) -> None:
    """Add the operation for every form of each list, and take its options out of the plain one."""
    paths: Document = {}
    for path, operations in document["paths"].items():
        paths[path] = operations
        operation = operations["get"]
        formats = [BY_ENDING[ending] for ending in operation.pop(FORMATS, ())]
        if not formats:
            continue
        if "limit" in {parameter["name"] for parameter in operation["parameters"]}:
            paths[f"{path}.{{format}}"] = {"get": _export(path, operation, formats)}
        operation["parameters"] = [
            parameter
            for parameter in operation["parameters"]
            if not parameter["schema"].get(TABLE_OPTION)
        ]
        content = operation["responses"]["200"]["content"]
        content |= {item.media_type: _body(item) for item in formats if item is not JSON}
    for parameter in _parameters(paths):
        parameter["schema"].pop(TABLE_OPTION, None)
    document["paths"] = paths


def share(document: Document) -> None:
    """Declare each parameter and each problem once, however many operations have it."""
    parameters, problems = _Shared("parameters"), _Shared("responses")
    for operations in document["paths"].values():
        for operation in operations.values():
            if declared := operation.get("parameters"):
                operation["parameters"] = [
                    parameters.reference(parameter["name"], parameter) for parameter in declared
                ]
            for status, response in operation["responses"].items():
                if PROBLEM_JSON in response["content"]:
                    name = f"problem-{status}"
                    operation["responses"][status] = problems.reference(name, response)
    document["components"] |= {"parameters": parameters.named, "responses": problems.named}


class _Shared:
    """Parts of the document by their names, equal ones under one."""

    def __init__(self, section: str) -> None:
        self.named: Document = {}
        self._section = section
        self._known: dict[str, str] = {}

    def reference(self, name: str, part: Document) -> Document:
        """A reference to a part, which may be there already."""
        text = json.dumps(part)
        if text not in self._known:
            number = 1
            while (free := name if number == 1 else f"{name}.{number}") in self.named:
                number += 1
            self._known[text] = free
            self.named[free] = part
        return {"$ref": f"#/components/{self._section}/{self._known[text]}"}


def _parameters(paths: Document) -> Iterator[Document]:
    for operations in paths.values():
        for operation in operations.values():
            yield from operation.get("parameters", ())


def _export(path: str, operation: Operation, formats: list[Format]) -> Operation:
    export = copy.deepcopy(operation)
    name = export["operationId"].removeprefix("list_").removeprefix("get_")
    endings = [item.ending for item in formats]
    export["operationId"] = f"export_{name}"
    export["summary"] = f"{export['summary']}, as {', '.join(endings)}"
    export["description"] = (
        f"The same as `{path}`, in the form that the ending names: whole unless `limit` says "
        "otherwise, and with the parameters that say how a table is written."
    )
    export["parameters"] = [
        *(item for item in export["parameters"] if item["in"] == "path"),
        {
            "name": "format",
            "in": "path",
            "required": True,
            "description": "The form of the answer.",
            "schema": {"type": "string", "enum": endings},
            "example": "csv",
        },
        *(item for item in export["parameters"] if item["in"] != "path"),
    ]
    answer = {
        "description": "The list in that form",
        "content": {item.media_type: _body(item) for item in formats},
    }
    part = {"description": "The bytes that the header Range asks for", "content": answer["content"]}
    export["responses"] = {
        **export["responses"],
        "200": answer,
        "206": part,
        **problem_responses([NotFound, RangeNotSatisfiable]),
    }
    return export


def _body(item: Format) -> Document:
    if item is JSON:
        return {"schema": {"description": "laid out as `shape` says"}}
    if item is XLSX:
        return {"schema": {"type": "string", "format": "binary"}}
    if item is NDJSON:
        return {"schema": {"type": "string", "description": "a JSON document a line"}}
    if item.media_type.endswith("json"):
        return {"schema": {"type": "object"}}
    return {"schema": {"type": "string"}}
