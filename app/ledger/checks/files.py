"""One seed file by itself: whether it is a record of its kind."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.errors import did_you_mean
from app.ledger.checks.found import Findings, Record, place_of
from app.ledger.seedfiles import Items, Mapping, Text, Value
from app.ledger.seedschema import (
    FILE_MODELS,
    AnyFile,
    ClaimEntry,
    ClaimSelector,
    DisputeFile,
)


def record_of(path: Path, tree: Value, root: str, found: Findings) -> Record | None:
    """A file as a record, if its shape allows it to be read as one."""
    folder = path.parts[0] if len(path.parts) == 2 else ""
    if folder not in FILE_MODELS:
        folders = ", ".join(f"{root}/{name}/" for name in FILE_MODELS)
        found.add(tree.place, "not in a folder of a kind", f"move it to one of {folders}")
        return None
    if not isinstance(tree, Mapping):
        found.add(tree.place, "not a record", "begin with a line id: and the file's name")
        return None
    try:
        model = FILE_MODELS[folder].model_validate(_plain(tree))
    except ValidationError as error:
        for detail in _outermost(error.errors()):
            _shape_problem(detail, FILE_MODELS[folder], tree, found)
        return None
    record = Record(folder, model, tree)
    if model.id != path.stem:
        remedy = f"write id: {path.stem}, or rename the file"
        found.add(record.place("id"), f"id {model.id!r} in a file of another name", remedy)
    return record


def _outermost(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The problems without those that only follow from others: a list short of its broken items."""
    broken = {
        tuple(detail["loc"])[:depth] for detail in details for depth in range(len(detail["loc"]))
    }
    return [
        detail
        for detail in details
        if detail["type"] != "too_short" or tuple(detail["loc"]) not in broken
    ]


def _plain(value: Value) -> object:
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Items):
        return [_plain(item) for item in value.values]
    return {key: _plain(inner) for key, inner in value.values.items()}


def _shape_problem(
    detail: ErrorDetails, model: type[AnyFile], tree: Mapping,
    found: Findings,
) -> None:  # fmt: skip
    path = tuple(detail["loc"])
    key = str(next((step for step in reversed(path) if isinstance(step, str)), ""))
    place = place_of(tree, path)
    typed = detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            known = _keys_at(model, path)
            found.add(place, f"unknown key {key!r}", did_you_mean(key, known))
        case "missing":
            found.add(place, f"no {key!r}", f"add a line {key}: …")
        case "enum" | "literal_error":
            choices = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            found.add(place, f"{typed!r} is no {key}", did_you_mean(str(typed), choices))
        case "string_pattern_mismatch" if key in ("id", "source", "former_ids"):
            remedy = "write lower-case letters, digits and single hyphens"
            found.add(place, f"{typed!r} is not a slug", remedy)
        case "string_pattern_mismatch" | "string_too_short" if key not in ("language", "url"):
            remedy = "write it on one line, with no blanks at its ends"
            if str(typed).startswith(("=", "+", "-", "@")):
                remedy = "begin with another character: spreadsheets run what begins with = + - @"
            found.add(place, f"{key}: {typed!r}", remedy)
        case _:
            found.add(place, f"{key or 'record'}: {detail['msg']}", "see seed/README.md")


def _keys_at(model: type[AnyFile], path: Sequence[str | int]) -> Iterable[str]:
    if len(path) == 1:
        return model.model_fields
    entry: type[ClaimEntry | ClaimSelector] = ClaimSelector if model is DisputeFile else ClaimEntry
    return entry.model_fields
