"""SQLite: dates are columns of texts, and nobody tries to read them as numbers.

New databases have them so from their first revision on. What is stored is the same: in older ones
only what tables are declared to be is changed, as SQLite tells how to
(https://sqlite.org/lang_altertable.html#otheralter, the second procedure).
"""

import re

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DATE = re.compile(r"\bDATE\b")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    declared = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '% DATE%'")
    ).all()
    changed = [
        {"name": name, "sql": _DATE.sub("DATE_TEXT", sql)}
        for name, sql in declared
        if _DATE.search(sql)
    ]
    if not changed:
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(text("UPDATE sqlite_master SET sql = :sql WHERE name = :name"), changed)
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def downgrade() -> None:
    """Nothing: older programs read texts as well."""
