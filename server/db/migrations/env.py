"""What Alembic runs for every command; ``server.db.migrate`` hands it an open connection.

SQLite cannot alter most things of a table, so there batch mode rebuilds it.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from server.db.tables import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_server_default=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
