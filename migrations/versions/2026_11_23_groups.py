"""Groups of rows that say the same, counted by day; indexes with all that states are narrowed by.

Every row is made from the seed files and is made anew by the load that follows.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text
from sqlmodel.sql.sqltypes import AutoString

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LISTED = ["slug", "known_from", "known_to", "entity"]
_COUNTED = ["known_from", "slug", "known_to", "entity", "digest"]
_NARROWED_BY = {  # before, and from now on
    "mission_states": (
        ["kind", "status", "country", "outcome"],
        [
            "names", "disputed", "kind", "status", "outcome", "country", "target",
            "launch_vehicle", "cospar_id", "is_overdue", "slipped_min", "slipped_max",
            "wikidata_id", "cost", "landing_site", "orbit", "nssdca_id", "gcat_id",
            "landing_latitude", "landing_longitude",
        ],
    ),
    "agreement_states": (
        ["kind", "status"],
        [
            "names", "disputed", "kind", "status", "signed_at", "is_overdue", "slipped_min",
            "slipped_max", "wikidata_id", "cost", "signing_order", "participant_count",
        ],
    ),
    "agency_states": (
        ["kind", "country"],
        [
            "names", "disputed", "kind", "country", "host_country", "held_at", "is_overdue",
            "slipped_min", "slipped_max", "wikidata_id", "governs",
        ],
    ),
    "project_states": (
        ["kind", "status"],
        [
            "names", "disputed", "kind", "status", "location", "renamed_to", "is_overdue",
            "slipped_min", "slipped_max", "wikidata_id", "cost", "participant_count",
        ],
    ),
    "person_states": ([], ["names", "disputed", "wikidata_id"]),
    "source_states": (["kind", "language"], ["names", "disputed", "kind", "language"]),
}  # fmt: skip
_LATEST = [text("known_from DESC"), "id", "property", "nature", "said_earliest"]
_MOMENTS = ["known_from", "known_to", "earliest", "latest", "promised"]
_MORE_OF_MOMENTS = [
    "is_overdue", "disputed", "kind", "field", "status", "subject", "revisions", "slip_days_min",
    "slip_days_max",
]  # fmt: skip


def _index(name: str, table: str, columns: list[Any]) -> None:
    op.drop_index(name, table)
    op.create_index(name, table, columns)


def upgrade() -> None:
    for table, (_, columns) in _NARROWED_BY.items():
        _index(f"ix_{table}_slug_known_from", table, [*_LISTED, *columns])
        _index(f"ix_{table}_known_from", table, [*_COUNTED, *columns])
    _index("ix_claims_latest", "claims", [*_LATEST, "locator"])
    _index("ix_claims_known_from_id", "claims", ["known_from", *_LATEST[1:], "locator"])
    _index("ix_moments_days", "moments", [*_MOMENTS, *_MORE_OF_MOMENTS])
    op.create_table(
        "record_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("related", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_groups")),
    )
    found_by = ["name", "id", "row", "related"]
    op.create_index("ix_record_groups_name", "record_groups", found_by)
    op.create_table(
        "group_totals",
        sa.Column("group", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group"], ["record_groups.id"], name=op.f("fk_group_totals_group")
        ),
        sa.PrimaryKeyConstraint("group", "day", name=op.f("pk_group_totals")),
    )


def downgrade() -> None:
    op.drop_table("group_totals")
    op.drop_index("ix_record_groups_name", "record_groups")
    op.drop_table("record_groups")
    _index("ix_moments_days", "moments", _MOMENTS)
    _index("ix_claims_known_from_id", "claims", ["known_from", "id"])
    _index("ix_claims_latest", "claims", _LATEST)
    for table, (columns, _) in _NARROWED_BY.items():
        _index(f"ix_{table}_slug_known_from", table, [*_LISTED, *columns])
        _index(f"ix_{table}_known_from", table, _COUNTED)
