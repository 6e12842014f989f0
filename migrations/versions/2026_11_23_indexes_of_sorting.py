"""Indexes for all spans that lists are sorted by, for what narrows claims and relations most."""

from collections.abc import Iterator
from typing import Any

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_DAYS = ["known_from", "known_to"]
_DATES = {
    "mission_states": (
        "landing", "ended", "lunar_orbit", "impacted", "returned", "authorised",
    ),
    "agreement_states": (
        "announced", "valid", "ended", "proposed", "authorised", "adopted", "opened_for_signature",
        "ratified", "acceded", "entered_into_force", "withdrawal_notified",
    ),
    "agency_states": ("founded", "meeting", "side_meeting"),
    "project_states": (
        "announced", "agreed", "build", "first_element", "opening", "ended", "proposed",
        "authorised", "completion", "first_launch", "crewed_landing",
    ),
    "person_states": (),
    "source_states": (),
}  # fmt: skip
_OTHERS = {
    "ix_claims_behind": ("claims", ["subject", "property", text("known_from DESC"), "id"]),
    "ix_claims_property": ("claims", ["property", "known_from", "id"]),
    "ix_claims_nature": ("claims", ["nature", "known_from", "id"]),
    "ix_moments_latest": ("moments", [text("latest DESC"), "id", *_DAYS]),
    "ix_promises_verdict": (
        "promises",
        ["verdict", "subject", "milestone", "said_latest", "claim_id", *_DAYS],
    ),
    "ix_relations_in_order": (
        "relations", ["subject", "property", "object", "id", "active", *_DAYS],
    ),
    "ix_relations_property": (
        "relations", ["property", "subject", "object", "id", "active", *_DAYS],
    ),
}  # fmt: skip


def _indexes() -> dict[str, tuple[str, list[Any]]]:
    """The new ones: name, table, columns."""
    indexes: dict[str, tuple[str, list[Any]]] = dict(_OTHERS)
    for table, dates in _DATES.items():
        known = ["known_from", "slug", "known_to", "entity", "digest"]
        indexes[f"ix_{table}_known_from"] = (table, known)
        spans = [(f"{date}_earliest", f"{date}_latest") for date in dates]
        if table not in ("person_states", "source_states"):
            spans.append(("slipped_min", "slipped_max"))
        for first, last in spans:
            indexes[f"ix_{table}_{first}"] = (table, [first, "slug", *_DAYS])
            indexes[f"ix_{table}_{last}"] = (table, [text(f"{last} DESC"), "slug", *_DAYS])
    return indexes


# Those that there were: of each the table, what it begins with, and what it carries from now on.
_NARROWED_BY = {
    "mission_states": (("kind", "status", "country", "outcome"), "launch"),
    "agreement_states": (("kind", "status"), "signing"),
    "agency_states": (("kind", "country"), ""),
    "project_states": (("kind", "status"), ""),
    "source_states": (("kind", "language"), "published"),
}
_LATEST = [text("known_from DESC"), "id"]


def _wider() -> Iterator[tuple[str, str, list[Any], list[str]]]:
    yield "ix_claims_latest", "claims", _LATEST, ["property", "nature", "said_earliest"]
    for table, (narrowing, dated) in _NARROWED_BY.items():
        latest = [text(f"{dated}_latest DESC")] if dated else []
        for column in narrowing:
            others = [other for other in narrowing if other != column]
            yield f"ix_{table}_{column}", table, [column, *latest, "slug", *_DAYS], others


def upgrade() -> None:
    for name, (table, columns) in _indexes().items():
        op.create_index(name, table, columns)
    for name, table, columns, carried in _wider():
        op.drop_index(name, table)
        op.create_index(name, table, [*columns, *carried])


def downgrade() -> None:
    for name, (table, _) in _indexes().items():
        op.drop_index(name, table)
    for name, table, columns, _ in _wider():
        op.drop_index(name, table)
        op.create_index(name, table, columns)
