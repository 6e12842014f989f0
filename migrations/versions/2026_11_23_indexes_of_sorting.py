"""Indexes for all spans that lists are sorted by, for what narrows claims and relations most."""

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
_LATEST = [text("known_from DESC"), "id"]
_OTHERS = {
    "ix_claims_behind": ("claims", ["subject", "property", text("known_from DESC"), "id"]),
    "ix_claims_property": ("claims", ["property", "known_from", "id"]),
    "ix_claims_nature": ("claims", ["nature", "known_from", "id"]),
    "ix_moments_latest": ("moments", [text("latest DESC"), "id", *_DAYS]),
    "ix_relations_in_order": (
        "relations", ["subject", "property", "object", "active", *_DAYS],
    ),
    "ix_relations_property": (
        "relations", ["property", "subject", "object", "active", *_DAYS],
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


def upgrade() -> None:
    for name, (table, columns) in _indexes().items():
        op.create_index(name, table, columns)
    op.drop_index("ix_claims_latest", "claims")
    carried = ["property", "nature", "said_earliest"]
    op.create_index("ix_claims_latest", "claims", [*_LATEST, *carried])


def downgrade() -> None:
    for name, (table, _) in _indexes().items():
        op.drop_index(name, table)
    op.drop_index("ix_claims_latest", "claims")
    op.create_index("ix_claims_latest", "claims", _LATEST)
