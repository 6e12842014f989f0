"""A promise may have failed: one word more that a verdict may be.

Every promise is made from the seed files and is made anew by the load that follows.
"""

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BEFORE = "'dropped', 'no_evidence')"
_AFTER = "'dropped', 'failed', 'no_evidence')"
_VERDICTS = "verdict IN ('kept', 'kept_late', 'pending', 'overdue', 'superseded', "


def upgrade() -> None:
    _change(_BEFORE, _AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM promises WHERE verdict = 'failed'")
    _change(_AFTER, _BEFORE)


def _change(before: str, after: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_promises_verdict"), "promises")
        op.create_check_constraint(op.f("ck_promises_verdict"), "promises", _VERDICTS + after)
        return
    # In place, as SQLite tells how to: https://sqlite.org/lang_altertable.html#otheralter
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = 'promises'"
        ),
        {"before": before, "after": after},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
