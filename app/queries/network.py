"""Who works with whom: bodies joined by the agreements, missions and projects that they share.

Which bodies are joined on a day was worked out when the data was loaded. So a page of the network
as a whole is read off an index, with the bodies as they stand; of a narrowed one its ties are read,
and its bodies are counted from them.
"""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, bindparam, select, union

from app.db import Prepared, Reader
from app.queries.filters import DAY, full_reference, on_day, words
from app.queries.filters.base import Filter, ids, one_of
from app.queries.filters.codes import country_code
from app.queries.many import in_turns, is_one_of, size_for, values_of
from app.queries.paging import PageOf, PageRequest, page_at, part_of
from app.queries.totals import total_of
from app.tables import NETWORK_NODES, NETWORK_PAIRS, NETWORK_SHARES, NETWORK_TIES, RELATIONS, STATES
from app.text import to_json
from app.vocabulary import VIA, Kind, via_number

# Only to look the ids up.
NETWORK_FILTERS: Mapping[str, Filter] = {
    item.name: item
    for item in ids("agency", "", "", RELATIONS.c.object, Kind.AGENCIES)
    if item.name == "agency"
}

_ALL = 2**31 - 1  # rows


@dataclass(frozen=True, slots=True)
class Network:
    """The network on a day, narrowed by `via`, `agency`, `country` and `weight__gte`."""

    day: dt.date
    via: tuple[Kind, ...] = VIA
    agencies: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    least: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out of it but kinds of things to share."""
        return not self.agencies and not self.countries and self.least <= 1

    @property
    def values(self) -> dict[str, Any]:
        """What statements are told of it."""
        agencies, countries = size_for(self.agencies), size_for(self.countries)
        return {
            "day": self.day,
            "via": via_number(self.via),
            "least": self.least,
            **(values_of("agency", self.agencies, agencies) if self.agencies else {}),
            **(values_of("country", self.countries, countries) if self.countries else {}),
        }


def network_of(given: Mapping[str, Any], day: dt.date) -> Network:
    """The network that is asked for.

    Raises:
        BadRequest: for a country or a kind that there is not.
    """
    known = [kind.value for kind in VIA]
    via = [one_of("via", part, known) for part in words(given.get("via") or ",".join(known))]
    country, agency = given.get("country"), given.get("agency")
    codes = {country_code("country", part) for part in words(country)} if country else set()
    refs = {full_reference(part, Kind.AGENCIES) for part in words(agency)} if agency else set()
    return Network(
        day=day,
        via=tuple(kind for kind in VIA if kind.value in via),
        agencies=tuple(sorted(refs)),
        countries=tuple(sorted(codes)),
        least=given.get("weight__gte", 1),
    )


@dataclass(frozen=True, slots=True)
class Tie:
    """Two bodies, and how much they share: in what, the pair's number tells."""

    pair: int
    source: str
    target: str
    weight: int

    @property
    def ends(self) -> tuple[str, str]:
        """The two."""
        return self.source, self.target


@dataclass(frozen=True, slots=True)
class Node:
    """A body of the network."""

    ref: str
    document: str


# --- As lists -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TieList:
    """The ties, the strongest first, with the bodies that they join beside them."""

    network: Network

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        part_of(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""
        network, (begin, size) = self.network, part_of(page)
        if network.is_whole:
            count = number_of_ties(reader, network)
            ties = read_ties(reader, network, begin, size)
            nodes = read_nodes(reader, network)
        else:
            every = read_ties(reader, network)
            count, nodes = len(every), nodes_of(reader, network, every)
            ties = every[begin:] if size is None else every[begin : begin + size]
        found = page_at(page, tie_documents(reader, network, ties), count, day, {})
        return replace(found, beside={"nodes": [node.document for node in nodes]})

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`."""
        begin, size = part_of(page)
        ties = read_ties(reader, self.network, begin, size)
        for some, _ in in_turns(ties):
            yield tie_documents(reader, self.network, some)


@dataclass(frozen=True, slots=True)
class NodeList:
    """The bodies, the busiest first."""

    network: Network

    def check(self, page: PageRequest) -> None:
        """See `Results.check`."""
        part_of(page)

    def page(self, reader: Reader, page: PageRequest, day: dt.date) -> PageOf:
        """One page."""
        nodes, count = self._part(reader, page)
        return page_at(page, [node.document for node in nodes], count, day, {})

    def pieces(self, reader: Reader, page: PageRequest) -> Iterator[Sequence[str]]:
        """See `Results.pieces`."""
        nodes, _ = self._part(reader, page)
        yield [node.document for node in nodes]

    def _part(self, reader: Reader, page: PageRequest) -> tuple[Sequence[Node], int]:
        """The bodies of a page, and how many there are in all."""
        network, (begin, size) = self.network, part_of(page)
        if network.is_whole:
            return read_nodes(reader, network, begin, size), number_of_nodes(reader, network)
        every = nodes_of(reader, network, read_ties(reader, network))
        return every[begin:] if size is None else every[begin : begin + size], len(every)


def number_of_ties(reader: Reader, network: Network) -> int:
    """How many ties a network has as a whole."""
    return _number(reader, NETWORK_TIES.name, network)


def number_of_nodes(reader: Reader, network: Network) -> int:
    """How many bodies a network has as a whole."""
    return _number(reader, NETWORK_NODES.name, network)


def _number(reader: Reader, table: str, network: Network) -> int:
    rows = _total(f"{table}/{via_number(network.via)}").rows(reader, {"day": network.day})
    return int(rows[0][0]) if rows else 0


@lru_cache
def _total(name: str) -> Prepared:
    return Prepared(total_of(name, DAY))


# --- Ties -----------------------------------------------------------------------------------------


def read_ties(
    reader: Reader, network: Network, begin: int = 0, size: int | None = None
) -> list[Tie]:
    """The ties of a network, or a part of them, the strongest first."""
    sizes = (size_for(refs) if refs else 0 for refs in (network.agencies, network.countries))
    part = {"part_begin": begin, "part_size": _ALL if size is None else size}
    return [Tie(*row) for row in _ties(*sizes).rows(reader, {**network.values, **part})]


def ties_among(reader: Reader, network: Network, refs: Sequence[str]) -> list[Tie]:
    """Those of the ties of a network as a whole of which both ends are among some bodies."""
    if not refs:
        return []
    size = size_for(refs)
    values = {**network.values, **values_of("ref", refs, size)}
    return [Tie(*row) for row in _among(size).rows(reader, values)]


@lru_cache(maxsize=50)
def _ties(agencies: int, countries: int) -> Prepared:
    pairs = NETWORK_PAIRS
    begin: Any = bindparam("part_begin", 0)
    size: Any = bindparam("part_size", 0)
    return Prepared(
        select(pairs.c.id, pairs.c.source, pairs.c.target, NETWORK_TIES.c.weight)
        .join(NETWORK_TIES, NETWORK_TIES.c.pair == pairs.c.id)
        .where(*_conditions(agencies, countries))
        .order_by(NETWORK_TIES.c.weight.desc(), NETWORK_TIES.c.pair)
        .limit(size)
        .offset(begin)
    )


@lru_cache(maxsize=20)
def _among(size: int) -> Prepared:
    ends = (NETWORK_PAIRS.c.source, NETWORK_PAIRS.c.target)
    return Prepared(
        select(NETWORK_PAIRS.c.id, *ends, NETWORK_TIES.c.weight)
        .join(NETWORK_TIES, NETWORK_TIES.c.pair == NETWORK_PAIRS.c.id)
        .where(*_tied(from_pairs=True), *(is_one_of(end, "ref", size) for end in ends))
    )


def _conditions(agencies: int, countries: int) -> Iterator[ColumnElement[bool]]:
    """What is true of ties, where so many agencies and countries are named."""
    yield from _tied(from_pairs=bool(agencies or countries))
    if agencies:
        yield _has_end(lambda end: is_one_of(end, "agency", agencies))
    if countries:
        bodies = STATES[Kind.AGENCIES]
        there = select(bodies.c.entity).where(
            is_one_of(bodies.c.country, "country", countries), on_day(bodies, DAY)
        )
        yield _has_end(lambda end: end.in_(there))


def _tied(*, from_pairs: bool) -> Iterator[ColumnElement[bool]]:
    """That there is a tie; where only some pairs can have one, it is looked up for each of them.

    Engines would sooner go over all ties, the strongest first: a sum keeps them from that index.
    """
    via: Any = bindparam("via", 0)
    least: Any = bindparam("least", 1)
    yield (NETWORK_TIES.c.via + 0 if from_pairs else NETWORK_TIES.c.via) == via
    yield NETWORK_TIES.c.weight >= least
    yield on_day(NETWORK_TIES, DAY)


def _has_end(is_chosen: Callable[[Column[Any]], ColumnElement[bool]]) -> ColumnElement[bool]:
    """That one end of a pair is chosen."""
    ends = (NETWORK_PAIRS.c.source, NETWORK_PAIRS.c.target)
    chosen = (select(NETWORK_PAIRS.c.id).where(is_chosen(end)) for end in ends)
    return NETWORK_PAIRS.c.id.in_(union(*chosen))


def tie_documents(reader: Reader, network: Network, ties: Sequence[Tie]) -> list[str]:
    """What is shown of some ties of a network."""
    known = _described(reader, network.day, sorted({ref for tie in ties for ref in tie.ends}))
    names = {ref: json.loads(document)["name"] for ref, document in known.items()}
    shared = shared_by(reader, network, [tie.pair for tie in ties])
    return [to_json(_tie(tie, names, shared[tie.pair])) for tie in ties]


def _tie(tie: Tie, names: Mapping[str, str], via: Sequence[str]) -> dict[str, Any]:
    kinds = Counter(ref.partition("/")[0] for ref in via)
    return {
        "source": tie.source,
        "source_name": names[tie.source],
        "target": tie.target,
        "target_name": names[tie.target],
        "weight": tie.weight,
        **{kind.value: kinds[kind.value] for kind in VIA},
        "via": via,
    }


def shared_by(
    reader: Reader, network: Network, pairs: Sequence[int]
) -> Mapping[int, Sequence[str]]:
    """What pairs share on the day, by their numbers, in order."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for some, size in in_turns(pairs):
        values = {**values_of("pair", some, size), "day": network.day}
        for pair, subject in _shares(size).rows(reader, values):
            if subject.partition("/")[0] in network.via:
                found[pair].append(subject)
    return found


@lru_cache(maxsize=20)
def _shares(size: int) -> Prepared:
    shares = NETWORK_SHARES
    return Prepared(
        select(shares.c.pair, shares.c.subject)
        .where(is_one_of(shares.c.pair, "pair", size), on_day(shares, DAY))
        .order_by(shares.c.pair, shares.c.subject)
    )


# --- Nodes ----------------------------------------------------------------------------------------


def read_nodes(
    reader: Reader, network: Network, begin: int = 0, size: int | None = None
) -> list[Node]:
    """The bodies of a network as a whole, or a part of them, the busiest first."""
    part = {"part_begin": begin, "part_size": _ALL if size is None else size}
    values = {"day": network.day, "via": via_number(network.via)}
    return [Node(*row) for row in _NODES.rows(reader, {**values, **part})]


_NODES = Prepared(
    select(NETWORK_NODES.c.ref, NETWORK_NODES.c.document)
    .where(NETWORK_NODES.c.via == bindparam("via", 0), on_day(NETWORK_NODES, DAY))
    .order_by(NETWORK_NODES.c.weight.desc(), NETWORK_NODES.c.ref)
    .limit(bindparam("part_size", 0))
    .offset(bindparam("part_begin", 0))
)


def nodes_of(reader: Reader, network: Network, ties: Sequence[Tie]) -> list[Node]:
    """The bodies that ties join, the busiest first, with how many of these ties each has."""
    degree: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    for tie in ties:
        for ref in tie.ends:
            degree[ref] += 1
            weight[ref] += tie.weight
    known = _described(reader, network.day, list(degree))
    found = []
    for ref in sorted(degree, key=lambda ref: (-weight[ref], ref)):
        now = {"degree": degree[ref], "weight": weight[ref]}
        found.append(Node(ref, to_json(json.loads(known[ref]) | now)))
    return found


def _described(reader: Reader, day: dt.date, refs: Sequence[str]) -> Mapping[str, str]:
    """The documents of some bodies, whatever it is by which they are joined."""
    found: dict[str, str] = {}
    for some, size in in_turns(refs):
        found |= dict(_nodes_of(size).rows(reader, {**values_of("ref", some, size), "day": day}))
    return found


@lru_cache(maxsize=20)
def _nodes_of(size: int) -> Prepared:
    nodes = NETWORK_NODES
    wanted = (is_one_of(nodes.c.ref, "ref", size), nodes.c.via == via_number(VIA))
    return Prepared(select(nodes.c.ref, nodes.c.document).where(*wanted, on_day(nodes, DAY)))


def sharing_most(reader: Reader, network: Network, top: int) -> list[Node]:
    """The bodies of a network as a whole that share most different things with others."""
    values = {"day": network.day, "via": via_number(network.via), "top": top}
    return [Node(*row) for row in _SHARING_MOST.rows(reader, values)]


_SHARING_MOST = Prepared(
    select(NETWORK_NODES.c.ref, NETWORK_NODES.c.document)
    .where(NETWORK_NODES.c.via == bindparam("via", 0), on_day(NETWORK_NODES, DAY))
    .order_by(NETWORK_NODES.c.shares.desc(), NETWORK_NODES.c.ref)
    .limit(bindparam("top", 0))
)


def has_ties(reader: Reader, ref: str, day: dt.date) -> bool:
    """Whether a body shares anything with another."""
    return bool(_IN_NETWORK.rows(reader, {"ref": ref, "day": day}))


_IN_NETWORK = Prepared(
    select(NETWORK_NODES.c.id).where(
        NETWORK_NODES.c.ref == bindparam("ref", ""),
        NETWORK_NODES.c.via == via_number(VIA),
        on_day(NETWORK_NODES, DAY),
    )
)
