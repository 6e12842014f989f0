"""Rows of lists under what very many are related to; more indexes of relations and of states.

Every row is made from the seed files and is made anew by the load that follows.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text
from sqlmodel.sql.sqltypes import AutoString

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DAYS = ["known_from", "known_to"]
_UNDER = ["object", "way"]
_OF_RELATED: dict[str, dict[str, list[Any]]] = {
    "related_records": {
        "slug": [*_UNDER, "slug", *_DAYS],
        "name": [*_UNDER, "name", "slug", *_DAYS],
        "up": [*_UNDER, "earliest", "slug", *_DAYS],
        "down": [*_UNDER, text("latest DESC"), "slug", *_DAYS],
    },
    "related_moments": {
        "up": ["object", "earliest", "moment", *_DAYS],
        "down": ["object", text("latest DESC"), "moment", *_DAYS],
    },
}


_MORE: dict[str, dict[str, list[Any]]] = {
    "moments": {"around": [text("latest DESC"), "earliest", "subject", "field"]},
    "mission_states": {
        f"{column}_slug": [column, "slug"] for column in ("kind", "status", "outcome", "country")
    },
    "relations": {
        "active": ["active", "subject", "property", "object", "id"],
        "property_active": ["property", "active", "subject", "object", "id"],
        "object": ["object", "subject", "property", "id", "active"],
    },
}
_STATES = ("mission", "agreement", "agency", "project", "person", "source")


def _indexes() -> dict[str, tuple[str, list[Any]]]:
    """Those of tables that there were: name, table, columns."""
    indexes: dict[str, tuple[str, list[Any]]] = {
        f"ix_{table}_{name}": (table, [*columns, *_DAYS])
        for table, named in _MORE.items()
        for name, columns in named.items()
    }
    for kind in _STATES:
        table = f"{kind}_states"
        indexes[f"ix_{table}_digest"] = (table, ["entity", *_DAYS, "digest", "name"])
    return indexes


def _date(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=True)


def _create(table: str, *columns: Any) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object", AutoString(), nullable=False),
        *columns,
        _date("earliest"),
        _date("latest"),
        sa.Column("known_from", sa.Date(), nullable=False),
        _date("known_to"),
        sa.ForeignKeyConstraint(["object"], ["entities.ref"], name=op.f(f"fk_{table}_object")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for name, found_by in _OF_RELATED[table].items():
        op.create_index(f"ix_{table}_{name}", table, found_by)


def upgrade() -> None:
    _create(
        "related_records",
        sa.Column("way", sa.Integer(), nullable=False),
        sa.Column("slug", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
    )
    _create(
        "related_moments",
        sa.Column("moment", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["moment"], ["moments.id"], name=op.f("fk_related_moments_moment")),
    )

    for name, (table, columns) in _indexes().items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in _indexes().items():
        op.drop_index(name, table)
    op.drop_table("related_moments")
    op.drop_table("related_records")
