"""Who works with whom, as the lower half of a matrix."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from sqlalchemy import select

from app.db import Prepared, Reader
from app.queries.charts.drawn import Document, Drawn, Row, Wanted, short_names_of
from app.queries.entities import check_references
from app.queries.filters import DAY, on_day
from app.queries.many import is_one_of, size_for, values_of
from app.queries.network import (
    NETWORK_FILTERS,
    Network,
    Node,
    Tie,
    network_of,
    nodes_of,
    number_of_nodes,
    read_ties,
    shared_by,
    sharing_most,
    tie_documents,
    ties_among,
)
from app.tables import RELATIONS
from app.vocabulary import SEPARATOR, TIES


def draw_network(reader: Reader, wanted: Wanted) -> Drawn:
    """The bodies that share most different agreements, missions and projects with others.

    Not those with the most ties: whoever signs what seventy sign has sixty-nine at once.
    """
    check_references(reader, NETWORK_FILTERS, wanted.given)
    network = network_of(wanted.given, wanted.day)
    found = _largest(reader, network, wanted.top)
    names = {node.ref: json.loads(node.document)["name"] for node in found.nodes}
    labels = short_names_of(reader, names, wanted)
    places = {node.ref: place for place, node in enumerate(found.nodes, 1)}
    ties = [json.loads(tie) for tie in tie_documents(reader, network, found.ties)]
    rows = sorted(
        (_row(tie, places, labels) for tie in ties), key=lambda row: (row["row"], row["column"])
    )
    return Drawn(
        rows=rows,
        claims=_claims_behind(reader, ties, wanted),
        data=f"/v1/network?{urlencode(wanted.given, safe='/,')}".rstrip("?"),
        shown=len(found.nodes),
        count=found.count,
    )


@dataclass(frozen=True, slots=True)
class _Largest:
    """The bodies that share most, the ties among them, and how many bodies there are."""

    nodes: Sequence[Node]
    ties: Sequence[Tie]
    count: int


def _largest(reader: Reader, network: Network, top: int) -> _Largest:
    if network.is_whole:
        nodes = sharing_most(reader, network, top)
        ties = ties_among(reader, network, [node.ref for node in nodes])
        return _Largest(nodes, ties, number_of_nodes(reader, network))
    every = read_ties(reader, network)
    via = shared_by(reader, network, [tie.pair for tie in every])
    shared: defaultdict[str, set[str]] = defaultdict(set)
    for tie in every:
        for ref in tie.ends:
            shared[ref].update(via[tie.pair])
    chosen = sorted(shared, key=lambda ref: (-len(shared[ref]), ref))[:top]
    known = {node.ref: node for node in nodes_of(reader, network, every)}
    among = [tie for tie in every if {*tie.ends} <= {*chosen}]
    return _Largest([known[ref] for ref in chosen], among, len(shared))


def _row(tie: Document, places: dict[str, int], labels: dict[str, str]) -> Row:
    """A tie as a cell below the diagonal: whoever comes first has the column."""
    first, last = sorted((tie["source"], tie["target"]), key=places.__getitem__)
    return {
        "row": places[last],
        "column": places[first],
        "source": first,
        "source_label": labels[first],
        "target": last,
        "target_label": labels[last],
        **{key: tie[key] for key in ("weight", "agreements", "missions", "projects")},
        "via": SEPARATOR.join(tie["via"]),
    }


def _claims_behind(reader: Reader, ties: Sequence[Document], wanted: Wanted) -> frozenset[str]:
    """The claims that the bodies of the ties take part in what they share."""
    actors = sorted({tie[end] for tie in ties for end in ("source", "target")})
    if not actors:
        return frozenset()
    shared = {ref for tie in ties for ref in tie["via"]}
    size = size_for(actors)
    rows = _taking_part(size).rows(reader, {**values_of("actor", actors, size), "day": wanted.day})
    return frozenset(row.claim_id for row in rows if row.subject in shared)


@lru_cache(maxsize=20)
def _taking_part(size: int) -> Prepared:
    return Prepared(
        select(RELATIONS.c.subject, RELATIONS.c.claim_id).where(
            is_one_of(RELATIONS.c.object, "actor", size),
            RELATIONS.c.property.in_(TIES),
            RELATIONS.c.claim_id.is_not(None),
            on_day(RELATIONS, DAY),
        )
    )
