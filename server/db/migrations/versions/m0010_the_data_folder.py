"""the data folder"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "database_folder",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vault", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
