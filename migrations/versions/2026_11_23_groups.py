"""Groups of rows that say the same, with how many there are by day, in place of counting them.

Every row is made from the seed files and is made anew by the load that follows.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("related", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_groups")),
    )
    columns = ["name", "id", "row", "related"]
    op.create_index("ix_record_groups_name", "record_groups", columns)
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
