"""Where Alembic finds the database and the models.

The program hands its own connection over; `alembic` on the command line uses the settings.
"""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import app.tables  # noqa: F401  # fills the metadata
from app.db import Database
from app.settings import get_settings


def run(connection: Connection) -> None:
    """Run the migrations in the transaction that the connection is in."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        # The full-text index is the engine's own, and so are the tables that it keeps.
        include_name=lambda name, kind, _: (
            kind != "table" or not str(name).startswith("search_index")
        ),
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    settings = get_settings()
    database = Database(settings.database_url, settings.migrations_dir)
    with database.write() as writer:
        run(writer)
    database.close()
