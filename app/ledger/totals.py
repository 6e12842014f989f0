"""How many rows of each list hold on each day, so that nobody has to count them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from sqlmodel import SQLModel

from app.ledger.records import Claim
from app.models import (
    STATE_TABLES,
    ClaimStanding,
    Moment,
    NetworkNode,
    NetworkTie,
    Promise,
    Relation,
    SourceState,
)
from app.tables import PROMISED

Row = Mapping[str, Any]

_LISTS = (*STATE_TABLES.values(), ClaimStanding, Relation)


class Totals:
    """Counts that grow as rows are written."""

    def __init__(self) -> None:
        self._changes: defaultdict[str, Counter[dt.date]] = defaultdict(Counter)

    def add(self, table: type[SQLModel], row: Row) -> None:
        """Count a row in every list that it stands in while it holds."""
        for name in _lists_of(table, row):
            self._changes[name][row["known_from"]] += 1
            if row["known_to"]:
                self._changes[name][row["known_to"]] -= 1

    def add_claim(self, claim: Claim) -> None:
        """Note from when on its property is in use."""
        name, day = f"properties/{claim.property}", claim.known_from
        if day < min(self._changes[name], default=dt.date.max):
            self._changes[name] = Counter([day])

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows of the table of totals: of each list, from each day on."""
        for name, changes in sorted(self._changes.items()):
            days = sorted(changes)
            numbers = accumulate(changes[day] for day in days)
            for day, number in zip(days, numbers, strict=True):
                if changes[day]:
                    yield {"name": name, "day": day, "number": number}


def _lists_of(table: type[SQLModel], row: Row) -> Iterator[str]:
    if table in _LISTS:
        yield str(table.__tablename__)
    if table in (NetworkNode, NetworkTie):
        yield f"{table.__tablename__}/{row['via']}"
    if table is SourceState:
        yield f"languages/{row['language']}"
    if table is Moment and (row["earliest"] or row["latest"]):
        yield str(table.__tablename__)
    if table is Moment and row["promised"]:
        yield PROMISED
    if table is Promise and row["milestone"]:
        yield str(table.__tablename__)
