"""Seed files as understood so far, and the problems found in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.dates import FuzzyDate, parse_date
from app.errors import did_you_mean
from app.ledger.records import Place
from app.ledger.seedfiles import Items, Mapping, Problem, Value
from app.ledger.seedschema import (
    AnyFile,
)
from app.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Record:
    """One seed file, as read and as understood."""

    folder: str
    model: AnyFile
    tree: Mapping

    @property
    def ref(self) -> str:
        """What it is a record of, as kind/id."""
        return f"{self.folder}/{self.model.id}"

    def place(self, *path: str | int) -> Place:
        """Where something in it stands; a path is keys and positions."""
        return place_of(self.tree, path)


def place_of(tree: Value, path: Sequence[str | int]) -> Place:
    """The place of what a path leads to; where it leads nowhere, of the last thing on the way."""
    place = tree.place
    for step in path:
        if isinstance(tree, Mapping) and step in tree.values:
            place, tree = tree.keys[str(step)], tree.values[str(step)]
        elif isinstance(tree, Items) and isinstance(step, int) and step < len(tree.values):
            tree = tree.values[step]
            place = tree.place
        else:
            break
    return place


@dataclass(slots=True)
class Findings:
    """The problems found so far, and the refs that exist."""

    problems: list[Problem] = field(default_factory=list)
    refs: frozenset[str] = frozenset()

    def add(self, place: Place, what: str, remedy: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(place, what, remedy))


def check_date(text: str | None, place: Place, found: Findings) -> FuzzyDate | None:
    """A date, parsed; None if there is none or it cannot be read."""
    if text is None:
        return None
    try:
        date = parse_date(text)
    except ValueError as error:
        what, _, remedy = str(error).partition(": ")
        found.add(place, what, remedy)
        return None
    if season := next((part for part in text.split("/") if _may_be_two_years(part)), None):
        year, month = season[:4], season[5:7]
        remedy = f"write {year}/{year[:2]}{month} for the years, or the months of the season"
        found.add(place, f"{text!r} may mean two years or a season", remedy)
        return None
    return date


def _may_be_two_years(text: str) -> bool:
    """EDTF reads 2020-21 as spring 2020; a person may have meant the two years."""
    match = re.fullmatch(r"\d\d(\d\d)-(2[1-4])[~?%]?", text)
    return match is not None and int(match[2]) == int(match[1]) + 1


def check_reference(ref: str, kinds: Sequence[Kind], place: Place, found: Findings) -> None:
    """That a reference is to a record that there is, of one of some kinds."""
    kind = ref.partition("/")[0]
    if kind not in kinds:
        remedy = f"write {' or '.join(f'{known.value}/…' for known in kinds)}"
        found.add(place, f"{ref!r} is not one of {', '.join(kinds)}", remedy)
    elif ref not in found.refs:
        known = [other for other in found.refs if other.startswith(f"{kind}/")]
        found.add(place, f"there is no {ref}", f"{did_you_mean(ref, known)}, or add its file")
