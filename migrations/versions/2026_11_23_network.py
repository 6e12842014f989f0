"""The network in tables of its own, worked out for all days, in place of relations joined anew.

Every row is made from the seed files and is made anew by the load that follows.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _table(name: str, *parts: Any) -> None:
    number = sa.Column("id", sa.Integer(), nullable=False)
    op.create_table(name, number, *parts, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")))


def _period(table: str) -> tuple[Any, ...]:
    ordered = "known_to IS NULL OR known_from < known_to"
    return (
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.CheckConstraint(ordered, name=op.f(f"ck_{table}_period")),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    _table(
        "network_pairs",
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("target", AutoString(), nullable=False),
        _refers("network_pairs", "source", "entities.ref"),
        _refers("network_pairs", "target", "entities.ref"),
        _unique("network_pairs", "source", "target"),
    )
    op.create_index(op.f("ix_network_pairs_target"), "network_pairs", ["target"])
    _table(
        "network_shares",
        sa.Column("pair", sa.Integer(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        *_period("network_shares"),
        _refers("network_shares", "pair", "network_pairs.id"),
        _refers("network_shares", "subject", "entities.ref"),
        _unique("network_shares", "pair", "subject", "known_from"),
    )
    _table(
        "network_ties",
        sa.Column("pair", sa.Integer(), nullable=False),
        sa.Column("via", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        *_period("network_ties"),
        _refers("network_ties", "pair", "network_pairs.id"),
        _unique("network_ties", "pair", "via", "known_from"),
    )
    _table(
        "network_nodes",
        sa.Column("ref", AutoString(), nullable=False),
        sa.Column("via", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("shares", sa.Integer(), nullable=False),
        *_period("network_nodes"),
        sa.Column("document", sa.Text(), nullable=False),
        _refers("network_nodes", "ref", "entities.ref"),
        _unique("network_nodes", "ref", "via", "known_from"),
    )
    for table, column in (("network_ties", "pair"), ("network_nodes", "ref")):
        op.create_index(
            f"ix_{table}_weight",
            table,
            ["via", sa.text("weight DESC"), column, "known_from", "known_to"],
        )


def downgrade() -> None:
    for table in ("network_nodes", "network_ties", "network_shares", "network_pairs"):
        op.drop_table(table)
