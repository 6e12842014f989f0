"""What hits are found by is stored so that it can be looked through without taking it apart.

Every row is made from the seed files and is made anew by the load that follows.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rename("texts", "found_by")


def downgrade() -> None:
    _rename("found_by", "texts")


def _rename(column: str, name: str) -> None:
    op.execute("DELETE FROM search_documents")
    with op.batch_alter_table("search_documents", recreate="never") as batch_op:
        batch_op.alter_column(column, new_column_name=name)
