"""Moments, what each claim changed, search, former ids, and columns to filter by.

Every row is made from the seed files and is made anew by the load that follows, so the old ones go.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from app import fulltext

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = (
    "promises", "claim_standings", "relations", "source_states", "person_states", "project_states",
    "agency_states", "agreement_states", "mission_states", "dispute_claims", "disputes", "claims",
    "source_authors", "sources", "entities", "releases",
)  # fmt: skip


def _empty() -> None:
    for table in _TABLES:
        op.execute(f"DELETE FROM {table}")


def upgrade() -> None:
    _empty()
    fulltext.create(op.get_bind())
    op.create_table(
        "search_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("titles", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_search_documents_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
    )
    op.create_table(
        "search_terms",
        sa.Column("gram", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("term", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("gram", "term", name=op.f("pk_search_terms")),
    )
    op.create_table(
        "former_ids",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('missions', 'agreements', 'agencies', 'projects', 'people', 'sources')",
            name=op.f("ck_former_ids_kind"),
        ),
        sa.ForeignKeyConstraint(["ref"], ["entities.ref"], name=op.f("fk_former_ids_ref")),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_former_ids")),
    )
    op.create_table(
        "moments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("field", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("promised", sa.Boolean(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("slip_days_min", sa.Integer(), nullable=True),
        sa.Column("slip_days_max", sa.Integer(), nullable=True),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('missions', 'agreements', 'agencies', 'projects', 'people', 'sources')",
            name=op.f("ck_moments_kind"),
        ),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_moments_period")
        ),
        sa.ForeignKeyConstraint(["subject"], ["entities.ref"], name=op.f("fk_moments_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moments")),
        sa.UniqueConstraint(
            "subject", "field", "known_from", name=op.f("uq_moments_subject_field_known_from")
        ),
    )
    with op.batch_alter_table("moments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moments_known_from_earliest"), ["known_from", "earliest"], unique=False
        )

    # Altered in place: a table that is made anew has its columns and constraints in another order.
    with op.batch_alter_table("agency_states", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False))
        batch_op.add_column(sa.Column("held_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("is_overdue", sa.Boolean(), nullable=False))
        batch_op.add_column(sa.Column("slipped_min", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("slipped_max", sa.Integer(), nullable=True))
        batch_op.alter_column("held_earliest", new_column_name="meeting_earliest")
        batch_op.alter_column("held_latest", new_column_name="meeting_latest")

    with op.batch_alter_table("agreement_states", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False))
        batch_op.add_column(
            sa.Column("signed_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(sa.Column("slipped_min", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("slipped_max", sa.Integer(), nullable=True))

    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.add_column(sa.Column("change", sa.Text(), nullable=False))

    with op.batch_alter_table("mission_states", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False))
        batch_op.add_column(sa.Column("target", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(
            sa.Column("launch_vehicle", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("cospar_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(sa.Column("slipped_min", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("slipped_max", sa.Integer(), nullable=True))

    with op.batch_alter_table("person_states", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False))

    with op.batch_alter_table("project_states", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False))
        batch_op.add_column(
            sa.Column("location", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("renamed_to", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(sa.Column("slipped_min", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("slipped_max", sa.Integer(), nullable=True))

    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.drop_column("document")

    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_earliest", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("slip_days_min", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("slip_days_max", sa.Integer(), nullable=True))

    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document", sa.Text(), nullable=False))

    with op.batch_alter_table("source_states", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False))


def downgrade() -> None:
    fulltext.drop(op.get_bind())
    op.drop_table("moments")
    op.drop_table("former_ids")
    op.drop_table("search_terms")
    op.drop_table("search_documents")
    _empty()
    with op.batch_alter_table("source_states", schema=None) as batch_op:
        batch_op.drop_column("digest")

    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document", sa.Text(), nullable=False))

    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_column("slip_days_max")
        batch_op.drop_column("slip_days_min")
        batch_op.drop_column("due_earliest")

    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.drop_column("document")

    with op.batch_alter_table("project_states", schema=None) as batch_op:
        batch_op.drop_column("slipped_max")
        batch_op.drop_column("slipped_min")
        batch_op.drop_column("renamed_to")
        batch_op.drop_column("location")
        batch_op.drop_column("digest")

    with op.batch_alter_table("person_states", schema=None) as batch_op:
        batch_op.drop_column("digest")

    with op.batch_alter_table("mission_states", schema=None) as batch_op:
        batch_op.drop_column("slipped_max")
        batch_op.drop_column("slipped_min")
        batch_op.drop_column("cospar_id")
        batch_op.drop_column("launch_vehicle")
        batch_op.drop_column("target")
        batch_op.drop_column("digest")

    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_column("change")

    with op.batch_alter_table("agreement_states", schema=None) as batch_op:
        batch_op.drop_column("slipped_max")
        batch_op.drop_column("slipped_min")
        batch_op.drop_column("signed_at")
        batch_op.drop_column("digest")

    with op.batch_alter_table("agency_states", schema=None, recreate="never") as batch_op:
        batch_op.alter_column("meeting_latest", new_column_name="held_latest")
        batch_op.alter_column("meeting_earliest", new_column_name="held_earliest")
        batch_op.drop_column("slipped_max")
        batch_op.drop_column("slipped_min")
        batch_op.drop_column("is_overdue")
        batch_op.drop_column("held_at")
        batch_op.drop_column("digest")
