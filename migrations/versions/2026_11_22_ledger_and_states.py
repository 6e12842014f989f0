"""The ledger, and the states, relations, standings and promises made from it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_table(
        "entities",
        sa.Column("ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("blank", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('missions', 'agreements', 'agencies', 'projects', 'people', 'sources')",
            name=op.f("ck_entities_kind"),
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_entities")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_entities_kind_slug")),
    )
    op.create_table(
        "releases",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("slot = 1", name=op.f("ck_releases_only_one")),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_releases")),
    )
    op.create_table(
        "agency_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("host_country", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("founded_earliest", sa.Date(), nullable=True),
        sa.Column("founded_latest", sa.Date(), nullable=True),
        sa.Column("held_earliest", sa.Date(), nullable=True),
        sa.Column("held_latest", sa.Date(), nullable=True),
        sa.Column("side_meeting_earliest", sa.Date(), nullable=True),
        sa.Column("side_meeting_latest", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_agency_states_period")
        ),
        sa.ForeignKeyConstraint(["entity"], ["entities.ref"], name=op.f("fk_agency_states_entity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_states")),
        sa.UniqueConstraint(
            "entity", "known_from", name=op.f("uq_agency_states_entity_known_from")
        ),
    )
    with op.batch_alter_table("agency_states", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agency_states_slug_known_from", ["slug", "known_from"], unique=False
        )

    op.create_table(
        "agreement_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("signing_earliest", sa.Date(), nullable=True),
        sa.Column("signing_latest", sa.Date(), nullable=True),
        sa.Column("announced_earliest", sa.Date(), nullable=True),
        sa.Column("announced_latest", sa.Date(), nullable=True),
        sa.Column("valid_earliest", sa.Date(), nullable=True),
        sa.Column("valid_latest", sa.Date(), nullable=True),
        sa.Column("ended_earliest", sa.Date(), nullable=True),
        sa.Column("ended_latest", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_agreement_states_period")
        ),
        sa.ForeignKeyConstraint(
            ["entity"], ["entities.ref"], name=op.f("fk_agreement_states_entity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_states")),
        sa.UniqueConstraint(
            "entity", "known_from", name=op.f("uq_agreement_states_entity_known_from")
        ),
    )
    with op.batch_alter_table("agreement_states", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agreement_states_slug_known_from", ["slug", "known_from"], unique=False
        )

    op.create_table(
        "mission_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("launch_earliest", sa.Date(), nullable=True),
        sa.Column("launch_latest", sa.Date(), nullable=True),
        sa.Column("landing_earliest", sa.Date(), nullable=True),
        sa.Column("landing_latest", sa.Date(), nullable=True),
        sa.Column("ended_earliest", sa.Date(), nullable=True),
        sa.Column("ended_latest", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_mission_states_period")
        ),
        sa.ForeignKeyConstraint(
            ["entity"], ["entities.ref"], name=op.f("fk_mission_states_entity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission_states")),
        sa.UniqueConstraint(
            "entity", "known_from", name=op.f("uq_mission_states_entity_known_from")
        ),
    )
    with op.batch_alter_table("mission_states", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mission_states_slug_known_from", ["slug", "known_from"], unique=False
        )

    op.create_table(
        "person_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_person_states_period")
        ),
        sa.ForeignKeyConstraint(["entity"], ["entities.ref"], name=op.f("fk_person_states_entity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_states")),
        sa.UniqueConstraint(
            "entity", "known_from", name=op.f("uq_person_states_entity_known_from")
        ),
    )
    with op.batch_alter_table("person_states", schema=None) as batch_op:
        batch_op.create_index(
            "ix_person_states_slug_known_from", ["slug", "known_from"], unique=False
        )

    op.create_table(
        "project_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("announced_earliest", sa.Date(), nullable=True),
        sa.Column("announced_latest", sa.Date(), nullable=True),
        sa.Column("agreed_earliest", sa.Date(), nullable=True),
        sa.Column("agreed_latest", sa.Date(), nullable=True),
        sa.Column("build_earliest", sa.Date(), nullable=True),
        sa.Column("build_latest", sa.Date(), nullable=True),
        sa.Column("first_element_earliest", sa.Date(), nullable=True),
        sa.Column("first_element_latest", sa.Date(), nullable=True),
        sa.Column("opening_earliest", sa.Date(), nullable=True),
        sa.Column("opening_latest", sa.Date(), nullable=True),
        sa.Column("ended_earliest", sa.Date(), nullable=True),
        sa.Column("ended_latest", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_project_states_period")
        ),
        sa.ForeignKeyConstraint(
            ["entity"], ["entities.ref"], name=op.f("fk_project_states_entity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_states")),
        sa.UniqueConstraint(
            "entity", "known_from", name=op.f("uq_project_states_entity_known_from")
        ),
    )
    with op.batch_alter_table("project_states", schema=None) as batch_op:
        batch_op.create_index(
            "ix_project_states_slug_known_from", ["slug", "known_from"], unique=False
        )

    op.create_table(
        "source_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("published_earliest", sa.Date(), nullable=True),
        sa.Column("published_latest", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_source_states_period")
        ),
        sa.ForeignKeyConstraint(["entity"], ["entities.ref"], name=op.f("fk_source_states_entity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_states")),
        sa.UniqueConstraint(
            "entity", "known_from", name=op.f("uq_source_states_entity_known_from")
        ),
    )
    with op.batch_alter_table("source_states", schema=None) as batch_op:
        batch_op.create_index(
            "ix_source_states_slug_known_from", ["slug", "known_from"], unique=False
        )

    op.create_table(
        "sources",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("publisher", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("via", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("published", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("accessed", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("archived_url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('treaty_text', 'official_statement', 'press_release', 'paper', 'dataset', 'encyclopedia', 'news', 'commentary')",
            name=op.f("ck_sources_kind"),
        ),
        sa.CheckConstraint(
            "published IS NOT NULL OR accessed IS NOT NULL", name=op.f("ck_sources_dated")
        ),
        sa.ForeignKeyConstraint(["publisher"], ["entities.ref"], name=op.f("fk_sources_publisher")),
        sa.ForeignKeyConstraint(["ref"], ["entities.ref"], name=op.f("fk_sources_ref")),
        sa.ForeignKeyConstraint(["via"], ["entities.ref"], name=op.f("fk_sources_via")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("ref", name=op.f("uq_sources_ref")),
    )
    op.create_table(
        "claims",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("property", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("value_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("object", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("nature", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("said_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("said_on", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("said_earliest", sa.Date(), nullable=True),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("locator", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("original_value", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("since", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("until", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("rank", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rank_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(value IS NULL) = (value_type IN ('unknown', 'none'))",
            name=op.f("ck_claims_value_or_none"),
        ),
        sa.CheckConstraint(
            "nature IN ('event', 'plan', 'status', 'relation', 'assessment')",
            name=op.f("ck_claims_nature"),
        ),
        sa.CheckConstraint(
            "rank = 'normal' OR rank_reason IS NOT NULL", name=op.f("ck_claims_rank_reason")
        ),
        sa.CheckConstraint(
            "rank IN ('preferred', 'normal', 'deprecated')", name=op.f("ck_claims_rank")
        ),
        sa.ForeignKeyConstraint(["object"], ["entities.ref"], name=op.f("fk_claims_object")),
        sa.ForeignKeyConstraint(["said_by"], ["entities.ref"], name=op.f("fk_claims_said_by")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_claims_source_id")),
        sa.ForeignKeyConstraint(["subject"], ["entities.ref"], name=op.f("fk_claims_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_claims_known_from_id"), ["known_from", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_claims_object"), ["object"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_claims_said_by_known_from"), ["said_by", "known_from"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_claims_source_id_known_from"), ["source_id", "known_from"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_claims_subject_known_from"), ["subject", "known_from"], unique=False
        )

    op.create_table(
        "source_authors",
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author"], ["entities.ref"], name=op.f("fk_source_authors_author")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_source_authors_source_id")
        ),
        sa.PrimaryKeyConstraint("source_id", "position", name=op.f("pk_source_authors")),
    )
    op.create_table(
        "claim_standings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("standing", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "standing IN ('best', 'rival', 'other')", name=op.f("ck_claim_standings_standing")
        ),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_claim_standings_period")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_standings_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_standings")),
        sa.UniqueConstraint(
            "claim_id", "known_from", name=op.f("uq_claim_standings_claim_id_known_from")
        ),
    )
    op.create_table(
        "dispute_claims",
        sa.Column("dispute_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("claim_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_dispute_claims_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_claims_dispute_id")
        ),
        sa.PrimaryKeyConstraint("dispute_id", "claim_id", name=op.f("pk_dispute_claims")),
    )
    with op.batch_alter_table("dispute_claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_claims_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "promises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("milestone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("nature", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("said_latest", sa.Date(), nullable=False),
        sa.Column("due_latest", sa.Date(), nullable=True),
        sa.Column("position", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(verdict IS NOT NULL) = (nature = 'plan')", name=op.f("ck_promises_plans_are_judged")
        ),
        sa.CheckConstraint(
            "verdict IN ('kept', 'kept_late', 'pending', 'overdue', 'superseded', 'dropped', 'no_evidence')",
            name=op.f("ck_promises_verdict"),
        ),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_promises_period")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_promises_claim_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_promises_source_id")),
        sa.ForeignKeyConstraint(["subject"], ["entities.ref"], name=op.f("fk_promises_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("claim_id", "known_from", name=op.f("uq_promises_claim_id_known_from")),
    )
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_promises_source_id_known_from"),
            ["source_id", "known_from"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_promises_subject_known_from"), ["subject", "known_from"], unique=False
        )

    op.create_table(
        "relations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("property", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("object", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("known_to", sa.Date(), nullable=True),
        sa.Column("claim_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "known_to IS NULL OR known_from < known_to", name=op.f("ck_relations_period")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_relations_claim_id")),
        sa.ForeignKeyConstraint(["object"], ["entities.ref"], name=op.f("fk_relations_object")),
        sa.ForeignKeyConstraint(["subject"], ["entities.ref"], name=op.f("fk_relations_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relations")),
        sa.UniqueConstraint(
            "subject",
            "property",
            "object",
            "known_from",
            name=op.f("uq_relations_subject_property_object_known_from"),
        ),
    )
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_relations_object_property_known_from"),
            ["object", "property", "known_from"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relations_object_property_known_from"))

    op.drop_table("relations")
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_promises_subject_known_from"))
        batch_op.drop_index(batch_op.f("ix_promises_source_id_known_from"))

    op.drop_table("promises")
    with op.batch_alter_table("dispute_claims", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_claims_claim_id"))

    op.drop_table("dispute_claims")
    op.drop_table("claim_standings")
    op.drop_table("source_authors")
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claims_subject_known_from"))
        batch_op.drop_index(batch_op.f("ix_claims_source_id_known_from"))
        batch_op.drop_index(batch_op.f("ix_claims_said_by_known_from"))
        batch_op.drop_index(batch_op.f("ix_claims_object"))
        batch_op.drop_index(batch_op.f("ix_claims_known_from_id"))

    op.drop_table("claims")
    op.drop_table("sources")
    with op.batch_alter_table("source_states", schema=None) as batch_op:
        batch_op.drop_index("ix_source_states_slug_known_from")

    op.drop_table("source_states")
    with op.batch_alter_table("project_states", schema=None) as batch_op:
        batch_op.drop_index("ix_project_states_slug_known_from")

    op.drop_table("project_states")
    with op.batch_alter_table("person_states", schema=None) as batch_op:
        batch_op.drop_index("ix_person_states_slug_known_from")

    op.drop_table("person_states")
    with op.batch_alter_table("mission_states", schema=None) as batch_op:
        batch_op.drop_index("ix_mission_states_slug_known_from")

    op.drop_table("mission_states")
    with op.batch_alter_table("agreement_states", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_states_slug_known_from")

    op.drop_table("agreement_states")
    with op.batch_alter_table("agency_states", schema=None) as batch_op:
        batch_op.drop_index("ix_agency_states_slug_known_from")

    op.drop_table("agency_states")
    op.drop_table("releases")
    op.drop_table("entities")
    op.drop_table("disputes")
