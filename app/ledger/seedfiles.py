"""Read YAML seed files into plain values that remember their file and line.

YAML guesses types: `NO` becomes false, `2018-03-03` a date object, `12:30` the number 750. Every
scalar is therefore read as the text that was typed, and one that YAML would take for something
else is a problem of its own, because the next program that reads the file would be misled.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.ledger.records import Place
from app.ledger.seedpaths import seed_paths


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the seed files: where, what, and what to do about it."""

    place: Place
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}: {self.remedy}"


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, as typed."""

    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple["Value", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping: its values by key, each key's place."""

    values: dict[str, "Value"]
    keys: dict[str, Place]
    place: Place


Value = Text | Items | Mapping

_STRING = "tag:yaml.org,2002:str"
_READ_AS = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date object",
    "null": "nothing at all",
    "merge": "a merge key",
    "value": "a default value",
}
# YAML 1.2 takes more for a number than the 1.1 that our reader knows: 1e3, 0o17.
_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|0o[0-7]+")
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_file(path: Path, shown_as: str) -> tuple[Value | None, list[Problem]]:
    """Read one file; `shown_as` is how problems call it."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        problem = Problem(Place(shown_as, 1), "not UTF-8 text", "save the file as UTF-8")
        return None, [problem]
    return read_text(text, shown_as)


def read_text(text: str, shown_as: str) -> tuple[Value | None, list[Problem]]:
    """Read one document, with everything that is wrong with it as YAML."""
    problems: list[Problem] = []
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown_as, mark.line + 1 if mark else 1)
        what = f"not YAML ({error.problem or error.context})"
        return None, [Problem(place, what, "check the indentation, colons and quotes there")]
    except yaml.YAMLError as error:
        what = f"not YAML ({str(error).splitlines()[0]})"
        return None, [Problem(Place(shown_as, 1), what, "remove what is not text")]
    if node is None:
        return None, [Problem(Place(shown_as, 1), "empty file", "write a record or delete it")]
    value = _Reader(shown_as, problems).read(node)
    problems += _aliases(text, shown_as)
    return value, problems


def _aliases(text: str, file: str) -> list[Problem]:
    """A value that stands for another one makes a record that cannot be read by itself."""
    if "*" not in text:
        return []
    return [
        Problem(
            Place(file, event.start_mark.line + 1 if event.start_mark else 1),
            "an alias (*)",
            "write the value out where it is used",
        )
        for event in yaml.parse(text, Loader=_Loader)
        if isinstance(event, yaml.AliasEvent)
    ]


class _Reader:
    """Turns YAML nodes into values and collects what is wrong on the way."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.seen: set[int] = set()

    def read(self, node: yaml.Node) -> Value:
        place = self._place(node)
        # An alias arrives as the node of its anchor, a second time; that is reported elsewhere.
        if id(node) in self.seen:
            return Text("", place)
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        if isinstance(node, yaml.SequenceNode):
            return Items(tuple(self.read(item) for item in node.value), place)
        return self._mapping(node, place)

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Text:
        tag = node.tag
        if not node.style and _NUMBER.fullmatch(node.value):
            tag = "tag:yaml.org,2002:float"
        if tag != _STRING:
            read_as = _READ_AS.get(tag.rpartition(":")[2], f"a {tag}")
            typed = node.value or "an empty value"
            remedy = f'write "{node.value}" in quotes' if node.value else "leave the key out"
            self._problem(place, f"{typed}: YAML reads this as {read_as}", remedy)
        return Text(node.value, place)

    def _mapping(self, node: yaml.Node, place: Place) -> Mapping:
        values: dict[str, Value] = {}
        keys: dict[str, Place] = {}
        for key_node, value_node in node.value:
            key = self.read(key_node)
            if not isinstance(key, Text):
                self._problem(
                    key.place, "a key that is not a word", "write a word before the colon"
                )
                continue
            value = self.read(value_node)
            if key.value in values:
                first = keys[key.value].line
                self._problem(
                    key.place, f"{key.value!r} stands twice, first on line {first}", "keep one"
                )
                continue
            values[key.value], keys[key.value] = value, key.place
        return Mapping(values, keys, place)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1)

    def _problem(self, place: Place, what: str, remedy: str) -> None:
        self.problems.append(Problem(place, what, remedy))


def read_folder(root: Path) -> tuple[list[tuple[Path, Value]], list[Problem]]:
    """Read every seed file below a folder; paths are relative to it."""
    documents: list[tuple[Path, Value]] = []
    problems: list[Problem] = []
    for path in seed_paths(root):
        value, found = read_file(path, str(path.relative_to(root.parent)))
        problems += found
        if value is not None:
            documents.append((path.relative_to(root), value))
    return documents, problems
