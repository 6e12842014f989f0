"""Who works with whom, as the lower half of a matrix."""

import json
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlencode

from sqlalchemy import select

from app.db import Reader
from app.queries.charts.drawn import Document, Drawn, Row, Wanted, short_names_of
from app.queries.entities import check_references
from app.queries.filters import on_day
from app.queries.network import NETWORK_FILTERS, network
from app.tables import RELATIONS
from app.vocabulary import SEPARATOR, TIES


def draw_network(reader: Reader, wanted: Wanted) -> Drawn:
    """The bodies that share most different agreements, missions and projects with others.

    Not those with the most ties: whoever signs what seventy sign has sixty-nine at once.
    """
    check_references(reader, NETWORK_FILTERS, wanted.given)
    found = network(reader, wanted.given, wanted.day)
    ties = [json.loads(tie) for tie in found.ties]
    names = {node["ref"]: node["name"] for node in map(json.loads, found.actors)}
    shared: defaultdict[str, set[str]] = defaultdict(set)
    for tie in ties:
        for ref in (tie["source"], tie["target"]):
            shared[ref].update(tie["via"])
    chosen = sorted(shared, key=lambda ref: (-len(shared[ref]), ref))[: wanted.top]
    labels = short_names_of(reader, {ref: names[ref] for ref in chosen}, wanted)
    places = {ref: place for place, ref in enumerate(chosen, 1)}
    among = [tie for tie in ties if tie["source"] in places and tie["target"] in places]
    rows = sorted(
        (_row(tie, places, labels) for tie in among), key=lambda row: (row["row"], row["column"])
    )
    return Drawn(
        rows=rows,
        claims=_claims_behind(reader, among, wanted),
        data=f"/v1/network?{urlencode(wanted.given, safe='/,')}".rstrip("?"),
        shown=len(chosen),
        count=len(shared),
    )


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


def _claims_behind(reader: Reader, ties: Iterable[Document], wanted: Wanted) -> frozenset[str]:
    """The claims that the bodies of the ties take part in what they share."""
    actors = {tie[end] for tie in ties for end in ("source", "target")}
    shared = {ref for tie in ties for ref in tie["via"]}
    statement = select(RELATIONS.c.claim_id).where(
        RELATIONS.c.object.in_(actors),
        RELATIONS.c.subject.in_(shared),
        RELATIONS.c.property.in_(TIES),
        RELATIONS.c.claim_id.is_not(None),
        on_day(RELATIONS, wanted.day),
    )
    return frozenset(reader.scalars(statement))
