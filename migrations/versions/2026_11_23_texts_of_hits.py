"""Texts of hits apart from what is shown of them, with the places of their words.

Every row is made from the seed files and is made anew by the load that follows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM search_documents")
    with op.batch_alter_table("search_documents", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("texts", sa.Text(), nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM search_documents")
    with op.batch_alter_table("search_documents", recreate="never") as batch_op:
        batch_op.drop_column("texts")
