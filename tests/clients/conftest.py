"""Where generated clients find the document, and which lists there are to page through."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest


@dataclass(frozen=True, slots=True)
class List:
    """A list, as the document declares it."""

    path: str
    operation_id: str
    tag: str
    arguments: dict[str, Any]  # those that are required


@pytest.fixture(scope="session")
def document(address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The OpenAPI document in a file."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_text(httpx.get(f"{address}/openapi.json", timeout=60).text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def lists(document: Path) -> list[List]:
    """Every list that has pages."""
    return list(_lists(json.loads(document.read_text(encoding="utf-8"))))


def _lists(document: dict[str, Any]) -> Iterator[List]:
    declared = document["components"]["parameters"]
    for path, operations in document["paths"].items():
        operation = operations["get"]
        names = [item["$ref"].rpartition("/")[2] for item in operation.get("parameters", ())]
        parameters = [declared[name] for name in names]
        if "cursor" not in {item["name"] for item in parameters} or "{format}" in path:
            continue
        required = {item["name"]: _example(item) for item in parameters if item.get("required")}
        yield List(path, operation["operationId"], operation["tags"][0], required)


def _example(parameter: dict[str, Any]) -> Any:
    if shown := parameter.get("examples"):
        return next(iter(shown.values()))["value"]
    return parameter["schema"]["examples"][0]


def program(name: str) -> str:
    """The path of a program; without it the test is skipped, but not where CI installs it."""
    beside = str(Path(sys.executable).parent)  # where the packages of these tests put theirs
    path = shutil.which(name, path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if path is None:
        reason = f"{name} is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path
