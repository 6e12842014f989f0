"""Who joined what, day by day: steps of lines that count members."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select

from app.db import Reader
from app.queries.charts.drawn import (
    Document,
    Drawn,
    Row,
    Wanted,
    claims_of,
    documents_of,
    names_of,
)
from app.queries.moments import list_relations
from app.tables import ENTITIES

# What is shown if nothing is asked for, by the names under which it is spoken of.
_SPOKEN_OF: Mapping[str, str] = {
    "agreements/artemis-accords-2020": "Artemis Accords",
    "projects/ilrs": "ILRS",
    "agreements/moon-agreement-1979": "Moon Agreement",
    "agreements/outer-space-treaty-1967": "Outer Space Treaty",
}
_MEMBERS = "party,lead,partner"  # the relations that make a body a member


def draw_membership(reader: Reader, wanted: Wanted) -> Drawn:
    """The members of agreements and projects over time."""
    given = {"relation": _MEMBERS, **wanted.given}
    if "subject" not in given:
        known = select(ENTITIES.c.ref).where(ENTITIES.c.ref.in_(_SPOKEN_OF))
        if not (there := sorted(reader.scalars(known))):
            return Drawn([], frozenset(), "/v1/relations", 0, 0)
        given["subject"] = ",".join(there)
    relations: defaultdict[str, list[Document]] = defaultdict(list)
    for relation in documents_of(reader, list_relations(reader, given, wanted.day)):
        if relation["nature"] != "plan":  # who is to be a member is none yet
            relations[relation["subject"]].append(relation)
    chosen = sorted(relations, key=lambda ref: (-len(relations[ref]), ref))[: wanted.top]
    named = {ref: relations[ref][0]["subject_name"] for ref in chosen}
    names = names_of(reader, {**named, **_spoken(named)}, wanted)
    rows = [row for ref in chosen for row in steps(relations[ref], names[ref], wanted.day)]
    return Drawn(
        rows=rows,
        claims=claims_of(rows),
        data=f"/v1/relations?{urlencode(given, safe='/,')}",
        shown=len(chosen),
        count=len(relations),
    )


def _spoken(refs: Iterable[str]) -> dict[str, str]:
    return {ref: _SPOKEN_OF[ref] for ref in refs if ref in _SPOKEN_OF}


@dataclass(frozen=True, slots=True)
class _Step:
    day: str
    change: str
    least: int  # what it adds to how many are members for certain
    most: int  # what it adds to how many may be
    of: Document


def steps(relations: Sequence[Document], line: str, day: dt.date) -> Iterator[Row]:
    """One line as its steps, up to a day.

    A day of joining that is known as a span makes two: on its first day one may have joined, on
    its last one certainly had. Members of whom no such day is known are counted nowhere, and come
    at the end.
    """
    members = list(_once(relations))
    listed = sorted(
        (step for relation in members for step in _steps_of(relation) if step.day <= str(day)),
        key=lambda step: (step.day, step.change, step.of["object"]),
    )
    least = most = 0
    for step in listed:
        least, most = least + step.least, most + step.most
        yield _row(line, step.of, step.change, step.day, (least, most))
    if listed:
        bare = {**listed[0].of, **dict.fromkeys(_OF_A_MEMBER)}
        yield _row(line, bare, "as_of", str(day), (least, most))
    for relation in members:
        if _is_undated(relation) and relation["active"]:
            yield _row(line, relation, "undated", None, (least, most))


def _once(relations: Sequence[Document]) -> Iterator[Document]:
    """Each member once, whatever it is besides: as what it has been longest."""
    seen: set[str] = set()
    for relation in sorted(relations, key=lambda item: item["since_earliest"] or "9999"):
        if relation["object"] not in seen:
            seen.add(relation["object"])
            yield relation


def _is_undated(relation: Document) -> bool:
    return not (relation["since_earliest"] or relation["since_latest"])


def _steps_of(relation: Document) -> Iterator[_Step]:
    if _is_undated(relation):
        return
    yield from _ends(relation, "since", "joined", 1)
    yield from _ends(relation, "until", "left", -1)


def _ends(relation: Document, prefix: str, change: str, sign: int) -> Iterator[_Step]:
    """The steps that one date makes; one that is open at its end makes none there.

    Nor does one that is open at its beginning: "by 2024" counts from then on, for no day before
    it is known on which it might have been.
    """
    first, last = relation[f"{prefix}_earliest"], relation[f"{prefix}_latest"]
    if last and first in (None, last):
        yield _Step(last, change, sign, sign, relation)
        return
    # Who may have joined counts among the most; who may have left, no longer among the least.
    may, did = ((0, sign), (sign, 0)) if sign > 0 else ((sign, 0), (0, sign))
    if first:
        yield _Step(first, f"may_have_{change}", *may, relation)
    if last:
        yield _Step(last, change, *did, relation)


_OF_A_MEMBER = ("object", "object_name", "since_edtf", "until_edtf", "claim_id")


def _row(
    line: str, relation: Document, change: str, day: str | None, members: tuple[int, int]
) -> Row:
    least, most = members
    return {
        "line": line,
        "subject": relation["subject"],
        "change": change,
        "day": day,
        "members_min": least,
        "members_max": most,
        **{key: relation[key] for key in _OF_A_MEMBER},
    }
