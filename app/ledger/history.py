"""One entity through time: what had been said of it, and what held, from each day on."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

from app.ledger.records import Claim
from app.ledger.resolve import Known, Resolution, known_by, resolve_known
from app.vocabulary import Kind


class History:
    """What held of an entity on every day, computed once for all rows about it.

    It changes on known days only, so that what holds on any other is what held on the last of them.
    """

    def __init__(
        self,
        ref: str,
        claims: Iterable[Claim],
        days: Iterable[dt.date],
        same: Callable[[dt.date], Sequence[Claim]],
    ) -> None:
        """Resolve the claims.

        Args:
            ref: of the entity.
            claims: about it, in the order of their ids.
            days: on which something about it may change.
            same: the claims about what was by a day taken to be the same thing.
        """
        self.ref = ref
        self.kind = Kind(ref.partition("/")[0])
        self.claims = tuple(claims)
        self.days = sorted(days)
        self.same = same
        ranked = sorted(self.claims, key=lambda claim: claim.precedence)
        self.known: Mapping[dt.date, Known] = {day: known_by(ranked, day) for day in self.days}
        self.resolutions: Mapping[dt.date, Resolution | None] = {
            day: resolve_known(self.kind, known, same(day)) for day, known in self.known.items()
        }

    def at(self, day: dt.date) -> Resolution | None:
        """What held on any day."""
        place = bisect_right(self.days, day)
        return self.resolutions[self.days[place - 1]] if place else None

    def known_with_same(self, day: dt.date) -> Known:
        """What was known on one of the days, of the same thing under other names too."""
        same = self.same(day)
        return known_by([*self.claims, *same], day) if same else self.known[day]
