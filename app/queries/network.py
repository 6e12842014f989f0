"""Who works with whom: bodies joined by the agreements, missions and projects that they share."""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select

from app.db import Reader
from app.queries.filters import full_reference, on_day, words
from app.queries.filters.base import Filter, ids, one_of
from app.queries.filters.codes import country_code
from app.tables import RELATIONS, STATES
from app.text import to_json
from app.vocabulary import TIES, Kind

VIA = (Kind.AGREEMENTS, Kind.MISSIONS, Kind.PROJECTS)


# Only to look the ids up: the network is narrowed as it is made.
NETWORK_FILTERS: Mapping[str, Filter] = {
    item.name: item
    for item in ids("agency", "", "", RELATIONS.c.object, Kind.AGENCIES)
    if item.name == "agency"
}


@dataclass(frozen=True, slots=True)
class Network:
    """Edges and the nodes that they join, as documents."""

    ties: Sequence[str]
    actors: Sequence[str]


def network(reader: Reader, given: Mapping[str, Any], day: dt.date) -> Network:
    """The network on a day, narrowed by `via`, `agency`, `country` and `weight__gte`.

    Raises:
        BadRequest: for a country or a kind that there is not.
    """
    known = [kind.value for kind in VIA]
    via = [one_of("via", part, known) for part in words(given.get("via") or ",".join(known))]
    country = given.get("country")
    codes = {country_code("country", part) for part in words(country)} if country else None
    shared = _shared(reader, day, via, given.get("agency"))
    actors = _actors(reader, day, {ref for pair in shared for ref in pair})
    ties = [
        _tie(pair, refs, actors)
        for pair, refs in shared.items()
        if len(refs) >= given.get("weight__gte", 1)
        and (codes is None or codes & {actors[ref]["country"] for ref in pair})
    ]
    ties.sort(key=lambda tie: (-tie["weight"], tie["source"], tie["target"]))
    return Network(
        ties=[to_json(tie) for tie in ties],
        actors=[to_json(node) for node in _nodes(ties, actors)],
    )


def has_ties(reader: Reader, ref: str, day: dt.date) -> bool:
    """Whether a body shares anything with another."""
    statement = _pairs(day, [kind.value for kind in VIA], [ref])
    return reader.execute(statement.limit(1)).first() is not None


def _shared(
    reader: Reader, day: dt.date, via: Sequence[str], agency: str | None
) -> Mapping[tuple[str, str], set[str]]:
    """What each two bodies share."""
    refs = [full_reference(part, Kind.AGENCIES) for part in words(agency)] if agency else []
    shared: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for source, target, subject in reader.execute(_pairs(day, via, refs)):
        shared[source, target].add(subject)
    return shared


def _pairs(day: dt.date, via: Sequence[str], refs: Sequence[str]) -> Select[Any]:
    """Each two bodies, or those of which one is named, with something that they share."""
    one, other = RELATIONS.alias("one"), RELATIONS.alias("other")
    statement = (
        select(one.c.object, other.c.object, one.c.subject)
        .select_from(one)
        .join(other, and_(one.c.subject == other.c.subject, one.c.object < other.c.object))
        .where(
            *(
                condition
                for side in (one, other)
                for condition in (
                    side.c.property.in_(TIES), side.c.active.is_(True), on_day(side, day),
                )
            ),
            or_(*(one.c.subject.startswith(f"{kind}/") for kind in via)),
        )
    )  # fmt: skip
    if refs:
        return statement.where(or_(one.c.object.in_(refs), other.c.object.in_(refs)))
    return statement


def _actors(reader: Reader, day: dt.date, refs: set[str]) -> Mapping[str, Mapping[str, Any]]:
    """What bodies were called on a day, what they are and where."""
    table = STATES[Kind.AGENCIES]
    statement = select(table.c.entity, table.c.name, table.c.kind, table.c.country).where(
        on_day(table, day)
    )
    known = {row.entity: row._asdict() for row in reader.execute(statement) if row.entity in refs}
    unknown = refs - known.keys()
    return {**known, **(_only_named(reader, day, unknown) if unknown else {})}


def _only_named(reader: Reader, day: dt.date, refs: set[str]) -> Mapping[str, Mapping[str, Any]]:
    """Bodies that others named before anything was known of themselves."""
    statement = select(RELATIONS.c.object, RELATIONS.c.document).where(
        RELATIONS.c.object.in_(refs), on_day(RELATIONS, day)
    )
    return {
        ref: {"name": json.loads(document)["object_name"], "kind": None, "country": None}
        for ref, document in reader.execute(statement)
    }


def _tie(
    pair: tuple[str, str], refs: set[str], actors: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    source, target = pair
    kinds = Counter(ref.partition("/")[0] for ref in refs)
    return {
        "source": source,
        "source_name": actors[source]["name"],
        "target": target,
        "target_name": actors[target]["name"],
        "weight": len(refs),
        **{kind.value: kinds[kind.value] for kind in VIA},
        "via": sorted(refs),
    }


def _nodes(
    ties: Sequence[Mapping[str, Any]], actors: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    degree: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    for tie in ties:
        for ref in (tie["source"], tie["target"]):
            degree[ref] += 1
            weight[ref] += tie["weight"]
    for ref in sorted(degree, key=lambda ref: (-weight[ref], ref)):
        yield {
            "ref": ref,
            "id": ref.partition("/")[2],
            "name": actors[ref]["name"],
            "kind": actors[ref]["kind"],
            "country": actors[ref]["country"],
            "degree": degree[ref],
            "weight": weight[ref],
        }
