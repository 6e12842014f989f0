"""The ledger as rows need it: by subject, with the names and documents that they refer to."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from app.ledger.documents import (
    Document,
    blank_document,
    change_document,
    claim_document,
    dispute_document,
)
from app.ledger.history import History
from app.ledger.periods import Period, periods
from app.ledger.records import Claim, Dispute, Ledger
from app.ledger.resolve import change_days, is_reference, resolve
from app.text import to_json
from app.vocabulary import Kind


class Names:
    """What every entity was called on any day."""

    def __init__(self, ledger: Ledger) -> None:
        self._titles = {source.ref: source.title for source in ledger.sources.values()}
        self._periods: dict[str, list[Period[str]]] = {}
        naming: defaultdict[str, list[Claim]] = defaultdict(list)
        for claim in ledger.claims:
            if claim.property == "name":
                naming[claim.subject].append(claim)
        for ref, claims in naming.items():
            self._periods[ref] = periods(change_days(claims), _name_on(ref, claims))

    def on(self, ref: str, day: dt.date) -> str:
        """The name on a day; before anybody had named it, its id, which tells nothing of later."""
        if ref in self._titles:
            return self._titles[ref]
        named = [period for period in self._periods.get(ref, ()) if period.known_from <= day]
        return named[-1].value if named else ref.partition("/")[2]

    def change_days(self, ref: str) -> set[dt.date]:
        """The days on which the name changes."""
        return {period.known_from for period in self._periods.get(ref, ())}


def _name_on(ref: str, claims: Sequence[Claim]) -> Any:
    kind = Kind(ref.partition("/")[0])

    def at(day: dt.date) -> str | None:
        resolution = resolve(kind, claims, day)
        return resolution.single["name"].value if resolution else None

    return at


class Book:
    """The ledger by subject, with the names and documents that rows refer to."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.names = Names(ledger)
        self.claims = {claim.id: claim for claim in ledger.claims}
        self.by_subject: defaultdict[str, list[Claim]] = defaultdict(list)
        for claim in ledger.claims:
            self.by_subject[claim.subject].append(claim)
        # Of the entity in hand only: rows are made of one after the other.
        self._history: History | None = None
        self._claim_documents: dict[str, Document] = {}
        self._claim_texts: dict[str, str] = {}
        self._same: defaultdict[str, list[Claim]] = defaultdict(list)
        for claim in ledger.claims:
            if claim.property == "identified_with" and claim.counts and claim.value:
                self._same[claim.subject].append(claim)
        self.disputes_of: defaultdict[str, list[Dispute]] = defaultdict(list)
        for dispute in sorted(ledger.disputes, key=lambda dispute: dispute.id):
            for subject in {self.claims[claim_id].subject for claim_id in dispute.claims}:
                self.disputes_of[subject].append(dispute)

    def same(self, ref: str, day: dt.date) -> list[Claim]:
        """The claims about records that were taken by a day to be about the same thing."""
        others = {claim.value for claim in self._same[ref] if claim.known_from <= day}
        return [claim for other in sorted(filter(None, others)) for claim in self.by_subject[other]]

    def dispute_known_from(self, dispute: Dispute) -> dt.date:
        """The day from which all its claims are known: telling it earlier would tell of them."""
        return max(self.claims[claim_id].known_from for claim_id in dispute.claims)

    def disputes_known(self, subject: str, day: dt.date) -> list[Dispute]:
        """The disputes about a subject that can be told on a day."""
        return [
            dispute
            for dispute in self.disputes_of[subject]
            if self.dispute_known_from(dispute) <= day
        ]

    def first_known(self, ref: str) -> dt.date:
        """The first day on which something could be told of an entity."""
        if source := self.ledger.sources.get(ref.removeprefix("sources/")):
            assert source.dated.latest is not None, "checked: a source has a day"
            return source.dated.latest
        return min(claim.known_from for claim in self.by_subject[ref] if claim.counts)

    def dispute_document(self, dispute: Dispute) -> Document:
        """A dispute by itself."""
        return dispute_document(dispute, self.claims, self.dispute_known_from(dispute))

    def history(self, ref: str) -> History:
        """An entity through time."""
        if self._history is None or self._history.ref != ref:
            claims = sorted(self.by_subject[ref], key=lambda claim: claim.id)
            days = self._days(ref, claims)
            self._history = History(ref, claims, days, lambda day: self.same(ref, day))
            self._claim_documents.clear()
            self._claim_texts.clear()
        return self._history

    def _days(self, ref: str, claims: Sequence[Claim]) -> Iterator[dt.date]:
        """The days on which something about an entity may change."""
        days = change_days(claims)
        for claim in claims:
            if claim.value and is_reference(claim.property):
                days |= self.names.change_days(claim.value)
        days |= {self.dispute_known_from(dispute) for dispute in self.disputes_of[ref]}
        days |= change_days(self.same(ref, dt.date.max))
        first = min((claim.known_from for claim in claims), default=dt.date.max)
        return (day for day in days if day >= first)

    def blank_document(self, ref: str) -> Document:
        """A record before anything was known of it."""
        return blank_document(ref, self.first_known(ref))

    def claim_document(self, claim: Claim) -> Document:
        """A claim as it stands everywhere."""
        if claim.id not in self._claim_documents:
            source = self.ledger.sources[claim.source]
            self._claim_documents[claim.id] = claim_document(claim, source, self.names.on)
        return self._claim_documents[claim.id]

    def claim_text(self, claim: Claim) -> str:
        """The same, as JSON."""
        if claim.id not in self._claim_texts:
            self._claim_texts[claim.id] = to_json(self.claim_document(claim))
        return self._claim_texts[claim.id]

    def change_document(self, claim: Claim) -> Document:
        """What a claim changed on the day on which it became known."""
        history, day = self.history(claim.subject), claim.known_from
        before = history.at(day - dt.timedelta(days=1))
        return change_document(claim, before, history.at(day), self.names.on)
