"""Indexes off which lists are read and counted, in place of rows that hold whole documents."""

from typing import Any

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NARROWED_BY = {
    "mission_states": (("kind", "status", "country", "outcome"), "launch"),
    "agreement_states": (("kind", "status"), "signing"),
    "agency_states": (("kind", "country"), ""),
    "project_states": (("kind", "status"), ""),
    "person_states": ((), ""),
    "source_states": (("kind", "language"), "published"),
}
_DAYS = ["known_from", "known_to"]
_OTHERS = {
    "ix_claim_standings_days": ("claim_standings", ["claim_id", *_DAYS, "standing"]),
    "ix_claims_latest": ("claims", [text("known_from DESC"), "id"]),
    "ix_moments_days": ("moments", [*_DAYS, "earliest", "latest", "promised"]),
    "ix_moments_earliest": ("moments", ["earliest", "id", *_DAYS]),
    "ix_moments_slipped": ("moments", [text("slip_days_max DESC"), "id", *_DAYS]),
    "ix_promises_milestone": (
        "promises", ["subject", "milestone", "said_latest", "claim_id", *_DAYS],
    ),
}  # fmt: skip


def _indexes() -> dict[str, tuple[str, list[Any]]]:
    """The new ones: name, table, columns."""
    indexes: dict[str, tuple[str, list[Any]]] = dict(_OTHERS)
    for table, (narrowing, dated) in _NARROWED_BY.items():
        carried = [*_DAYS, "entity", *narrowing]
        latest = [text(f"{dated}_latest DESC")] if dated else []
        indexes[f"ix_{table}_name"] = (table, ["name", "slug", *carried])
        for column in narrowing:
            indexes[f"ix_{table}_{column}"] = (table, [column, *latest, "slug", *_DAYS])
        if dated:
            indexes[f"ix_{table}_{dated}_up"] = (table, [f"{dated}_earliest", "slug", *carried])
            indexes[f"ix_{table}_{dated}_down"] = (table, [*latest, "slug", *carried])
    return indexes


def upgrade() -> None:
    for name, (table, columns) in _indexes().items():
        op.create_index(name, table, columns)
    for table, (narrowing, _) in _NARROWED_BY.items():
        name = f"ix_{table}_slug_known_from"
        op.drop_index(name, table)
        op.create_index(name, table, ["slug", *_DAYS, "entity", *narrowing])


def downgrade() -> None:
    for table in _NARROWED_BY:
        name = f"ix_{table}_slug_known_from"
        op.drop_index(name, table)
        op.create_index(name, table, ["slug", "known_from"])
    for name, (table, _) in _indexes().items():
        op.drop_index(name, table)
