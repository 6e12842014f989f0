"""Who works with whom on each day: worked out once, so that no answer goes over all relations."""

import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, combinations
from typing import Any

from sqlmodel import SQLModel

from app.ledger.book import Names
from app.ledger.periods import Period, periods
from app.ledger.spans import ALWAYS, Changes, Span, count, joined, overlaps, span_of
from app.models import AgencyState, NetworkNode, NetworkPair, NetworkShare, NetworkTie, Relation
from app.text import to_json
from app.vocabulary import TIES, VIA, Kind, via_number

Row = dict[str, Any]
Pair = tuple[str, str]
Narrowed = tuple[int, str]  # a body in the network by some kinds of records

# By one thing: its pairs are as many as the square of this. All states of the world in one treaty
# are two fifths of it, and take a second; of thousands nobody could say that each works with each.
MOST_JOINED = 500
_NUMBERS = range(1, via_number(VIA) + 1)  # every choice of kinds by which bodies are joined


class NetworkRows:
    """The rows of the network, made of the relations and of what is known of bodies.

    Of the relations nothing is kept but what two bodies share.
    """

    def __init__(self) -> None:
        self._subject = ""
        self._bodies: defaultdict[str, list[Span]] = defaultdict(list)  # of the subject in hand
        self._shared: defaultdict[Pair, list[tuple[str, Span]]] = defaultdict(list)
        self._weights: defaultdict[Pair, dict[int, Changes]] = defaultdict(dict)  # by kind
        self._shares: defaultdict[Narrowed, Changes] = defaultdict(Counter)
        self._known: defaultdict[str, list[Period[Row]]] = defaultdict(list)

    def add(self, table: type[SQLModel], row: Mapping[str, Any]) -> None:
        """Take note of a row; those about one subject come together."""
        if table is Relation and row["property"] in TIES and row["active"]:
            if row["subject"] != self._subject:
                self._share()
                self._subject = row["subject"]
            self._bodies[row["object"]].append(span_of(row))
        elif table is AgencyState:
            about = {key: row[key] for key in ("name", "kind", "country")}
            self._known[row["entity"]].append(Period(row["known_from"], row["known_to"], about))

    def _share(self) -> None:
        """Note what the bodies of the subject in hand share; so many as to mean nothing do not."""
        kind, bodies = self._subject.partition("/")[0], self._bodies
        self._bodies = defaultdict(list)
        if not 2 <= len(bodies) <= MOST_JOINED or kind not in VIA:
            return
        number = via_number([Kind(kind)])
        with_others: defaultdict[str, list[Span]] = defaultdict(list)
        took_part = {ref: joined(spans) for ref, spans in sorted(bodies.items())}
        for pair in combinations(took_part, 2):
            for span in overlaps(*(took_part[ref] for ref in pair)):
                self._shared[pair].append((self._subject, span))
                count(self._weights[pair].setdefault(number, Counter()), span)
                for ref in pair:
                    with_others[ref].append(span)
        for ref, spans in with_others.items():
            for span in joined(spans):
                for via in _NUMBERS:
                    if via & number:
                        count(self._shares[via, ref], span)

    def rows(self, names: Names) -> Iterator[tuple[type[SQLModel], Row]]:
        """The rows of all tables of the network, those that are referred to first.

        Args:
            names: what bodies are called of which nothing is known but that.
        """
        self._share()
        degrees: defaultdict[Narrowed, Changes] = defaultdict(Counter)
        weights: defaultdict[Narrowed, Changes] = defaultdict(Counter)
        for number, pair in enumerate(sorted(self._shared), start=1):
            yield NetworkPair, {"source": pair[0], "target": pair[1]}
            for subject, span in sorted(self._shared[pair]):
                yield NetworkShare, {"pair": number, "subject": subject, **_known(span)}
            told: dict[int, list[tuple[Span, int]]] = {}  # by the kinds that the two do share
            kinds = sum(self._weights[pair])
            for via in _NUMBERS:
                if via & kinds not in told:
                    told[via & kinds] = list(self._weights_of(pair, via & kinds))
                for span, weight in told[via & kinds]:
                    yield NetworkTie, {"pair": number, "via": via, "weight": weight, **_known(span)}
                    for ref in pair:
                        count(degrees[via, ref], span)
                        count(weights[via, ref], span, weight)
        for narrowed in sorted(degrees):
            counts = (degrees[narrowed], weights[narrowed], self._shares[narrowed])
            yield from self._nodes(*narrowed, counts, names)

    def _weights_of(self, pair: Pair, via: int) -> Iterator[tuple[Span, int]]:
        changes: Changes = Counter()
        for number, some in self._weights[pair].items():
            if via & number:
                changes.update(some)
        days = sorted(day for day, change in changes.items() if change)
        weights = accumulate(changes[day] for day in days)
        for since, until, weight in zip(days, [*days, ALWAYS][1:], weights, strict=True):
            if weight and since < ALWAYS:
                yield (since, until), weight

    def _nodes(
        self, via: int, ref: str, counts: Sequence[Changes], names: Names
    ) -> Iterator[tuple[type[SQLModel], Row]]:
        known = self._known[ref]
        numbers = [_Number(changes) for changes in counts]
        days = {day for changes in counts for day in changes}
        days |= {day for period in known for day in (period.known_from, period.known_to) if day}
        days |= names.change_days(ref)

        def at(day: dt.date) -> tuple[int, Row] | None:
            degree, weight, shares = (number.on(day) for number in numbers)
            if not degree:
                return None
            about = next((period.value for period in known if _holds(period, day)), None)
            about = about or {"name": names.on(ref, day)}
            return shares, {
                "ref": ref,
                "id": ref.partition("/")[2],
                "name": about["name"],
                "kind": about.get("kind"),
                "country": about.get("country"),
                "degree": degree,
                "weight": weight,
            }

        for period in periods(days - {ALWAYS}, at):
            shares, document = period.value
            yield (
                NetworkNode,
                {
                    "via": via,
                    "ref": ref,
                    "weight": document["weight"],
                    "shares": shares,
                    "known_from": period.known_from,
                    "known_to": period.known_to,
                    "document": to_json(document),
                },
            )


class _Number:
    """What changes amount to, day by day."""

    def __init__(self, changes: Changes) -> None:
        self._days = sorted(changes)
        self._sums = list(accumulate(changes[day] for day in self._days))

    def on(self, day: dt.date) -> int:
        place = bisect_right(self._days, day)
        return self._sums[place - 1] if place else 0


def _holds(period: Period[Row], day: dt.date) -> bool:
    return period.known_from <= day and (period.known_to is None or day < period.known_to)


def _known(span: Span) -> Row:
    return {"known_from": span[0], "known_to": None if span[1] == ALWAYS else span[1]}
