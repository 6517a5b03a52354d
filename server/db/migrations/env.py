"""What Alembic runs for every command; ``server.db.migrate`` hands it an open connection.

SQLite cannot alter most things of a table, so there batch mode rebuilds it.
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlmodel.sql.sqltypes import AutoString

from server.db.tables import metadata


def render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write SQLModel's own string type as SQLAlchemy's: migrations outlive their tools."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    return False


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_server_default=True,
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
