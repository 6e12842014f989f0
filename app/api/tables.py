"""Every table that the service gives, and what else it can be given as: calendars, feeds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from app.api.offers import Offer
from app.reading import moments_of
from app.render.calendar import Event, moment_events
from app.render.feed import change_entry
from app.schemas import (
    Actor,
    Change,
    CoveredField,
    Difference,
    Dispute,
    Hit,
    Identifier,
    Moment,
    Promise,
    Relation,
    StandingClaim,
    Tie,
    Vintage,
    VocabularyProperty,
)
from app.schemas.tables import record_table, table
from app.vocabulary import Kind

# Of the claim behind a promise, what a table says; the rest stands in the table of claims.
_CLAIM_OF_PROMISE = {
    "source": "claim.source.id",
    "source_title": "claim.source.title",
    "source_url": "claim.source.url",
    "locator": "claim.locator",
}


_NEVER = ("dropped", "failed")  # verdicts on what will not be


def _promise_events(promise: Mapping[str, Any]) -> Iterable[Event]:
    """A date that was promised, as an event of its own."""
    planned = promise["nature"] == "plan"
    return moment_events(
        {
            **promise,
            "id": f"claims/{promise['claim_id']}",
            "what": f"{promise['milestone'].replace('_', ' ')}, as said by "
            f"{promise['said_by_name']} ({promise['said_label']})",
            "status": "planned" if planned else "actual",
            "subject_status": "cancelled" if promise["verdict"] in _NEVER else None,
            "is_overdue": promise["verdict"] == "overdue",
            "revisions": 0,
            "known_from": promise["claim"]["known_from"],
        }
    )


def _record_events(record: Mapping[str, Any]) -> Iterable[Event]:
    """The dates of a record."""
    for moment in moments_of(dict(record)).values():
        yield from moment_events({**moment, "known_from": record["known_from"]})


@cache
def record_offer(kind: Kind) -> Offer:
    """A collection, and its records."""
    events = None if kind in (Kind.SOURCES, Kind.PEOPLE) else _record_events
    return Offer(record_table(kind), events=events)


CLAIMS = Offer(
    table("claims", StandingClaim, title="Claims", row_is="What somebody said in a source")
)
CHANGES = Offer(
    table("changes", Change, title="Changes", row_is="A claim that became known, and its effect"),
    entry=change_entry,
)
DIFFERENCES = Offer(
    table(
        "differences", Difference, title="Differences", key=("ref",),
        row_is="A record of which something else was known than before",
    )
)  # fmt: skip
DISPUTES = Offer(table("disputes", Dispute, title="Disputes", row_is="A recorded disagreement"))
PROPERTIES = Offer(
    table(
        "properties", VocabularyProperty, title="Properties", key=("name",),
        row_is="A word of the vocabulary",
    )
)  # fmt: skip
RELATIONS = Offer(
    table(
        "relations", Relation, title="Relations", key=("subject", "relation", "object"),
        row_is="That one record stands in a relation to another",
    )
)  # fmt: skip
SCHEDULE = Offer(
    table(
        "schedule", Promise, title="Promised dates", key=("claim_id",),
        row_is="A date that was promised for a milestone, or on which it happened",
        without=("claim", "evidence"), more=_CLAIM_OF_PROMISE,
    ),
    events=_promise_events,
)  # fmt: skip
SLIPS = replace(SCHEDULE, table=replace(SCHEDULE.table, name="slips", title="Slips"))
SCORECARD = Offer(
    table(
        "scorecard", Promise, title="Scorecard", key=("claim_id",),
        row_is="What a source announced, and what had become of it",
        without=("claim", "evidence"), more=_CLAIM_OF_PROMISE,
    )
)  # fmt: skip
TIMELINE = Offer(
    table(
        "timeline", Moment, title="Timeline",
        row_is="A date of a record, planned or past, and how far it has moved",
    ),
    events=moment_events,
)  # fmt: skip
IDENTIFIERS = Offer(
    table(
        "identifiers", Identifier, title="Identifiers", key=("scheme", "identifier", "ref"),
        row_is="What a record is called in a register that others keep",
    )
)  # fmt: skip
COVERAGE = Offer(
    table("coverage", CoveredField, title="Coverage", row_is="How far the data reaches in a field")
)
NETWORK = Offer(
    table(
        "network", Tie, title="Network", key=("source", "target"),
        row_is="Two bodies that work together",
    )
)  # fmt: skip
NODES = Offer(
    table("nodes", Actor, title="Nodes", key=("ref",), row_is="A body that works with others")
)
SEARCH = Offer(
    table("search", Hit, title="Search", key=("ref",), row_is="Something that was found")
)
VINTAGES = Offer(
    table(
        "vintages", Vintage, title="Vintages", key=("known_from",),
        row_is="A day on which what was known of a record changed",
    ),
    is_timemap=True,
)  # fmt: skip

# The tables that stand by themselves, each at its own address.
TABLES = (
    *(record_offer(kind).table for kind in Kind),
    *(
        offer.table
        for offer in (
            CLAIMS,
            RELATIONS,
            TIMELINE,
            SLIPS,
            CHANGES,
            DISPUTES,
            IDENTIFIERS,
            NETWORK,
            PROPERTIES,
            COVERAGE,
        )
    ),
)
