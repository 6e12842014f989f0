"""Identifiers, coverage, and columns for accessions, ends of missions and milestones of projects.

Every row is made from the seed files and is made anew by the load that follows.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('missions', 'agreements', 'agencies', 'projects', 'people', 'sources')"
_DATES = {
    "mission_states": ("lunar_orbit", "impacted", "returned", "authorised"),
    "agreement_states": (
        "proposed", "authorised", "adopted", "opened_for_signature", "ratified", "acceded",
        "entered_into_force", "withdrawal_notified",
    ),
    "project_states": ("proposed", "authorised", "completion", "first_launch", "crewed_landing"),
}  # fmt: skip
_OTHERS: dict[str, dict[str, type[sa.types.TypeEngine]]] = {
    "mission_states": {
        "wikidata_id": AutoString, "cost": AutoString, "landing_site": AutoString,
        "orbit": AutoString, "nssdca_id": AutoString, "gcat_id": AutoString,
        "landing_latitude": sa.Float, "landing_longitude": sa.Float,
    },
    "agreement_states": {
        "wikidata_id": AutoString, "cost": AutoString, "signing_order": sa.Integer,
        "participant_count": sa.Integer,
    },
    "agency_states": {"wikidata_id": AutoString, "governs": AutoString},
    "project_states": {
        "wikidata_id": AutoString, "cost": AutoString, "participant_count": sa.Integer,
    },
    "person_states": {"wikidata_id": AutoString},
}  # fmt: skip


def _columns(table: str) -> list[sa.Column]:
    dates = [f"{name}_{end}" for name in _DATES.get(table, ()) for end in ("earliest", "latest")]
    columns = {**dict.fromkeys(dates, sa.Date), **_OTHERS[table]}
    return [sa.Column(name, kind(), nullable=True) for name, kind in columns.items()]


def upgrade() -> None:
    for table in _OTHERS:
        with op.batch_alter_table(table) as batch_op:
            for column in _columns(table):
                batch_op.add_column(column)
    op.create_table(
        "coverage",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
    )
    op.create_table(
        "identifiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme", AutoString(), nullable=False),
        sa.Column("identifier", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_identifiers_kind")),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_identifiers_period")
        ),
        sa.ForeignKeyConstraint(["subject"], ["entities.ref"], name=op.f("fk_identifiers_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifiers")),
        sa.UniqueConstraint(
            "subject", "scheme", "known_from", name=op.f("uq_identifiers_subject_scheme_known_from")
        ),
    )
    op.create_index(
        op.f("ix_identifiers_scheme_identifier_known_from"),
        "identifiers",
        ["scheme", "identifier", "known_from"],
    )


def downgrade() -> None:
    op.drop_table("identifiers")
    op.drop_table("coverage")
    for table in reversed(_OTHERS):
        with op.batch_alter_table(table) as batch_op:
            for column in reversed(_columns(table)):
                batch_op.drop_column(column.name)
