"""offices of authors"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Who said something before stays without an office: what they held then is not known."""
    with op.batch_alter_table("room_author", schema=None) as batch_op:
        batch_op.add_column(sa.Column("office", sa.String(), nullable=True))
