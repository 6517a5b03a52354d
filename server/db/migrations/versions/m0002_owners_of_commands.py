"""owners of commands

The answers to commands named the account that gave each; now they hold a hash in its place, made
under a secret that is not in the database (docs/decisions/0062), so no old row can be converted.
The old answers, at most those of 48 hours, are deleted.  Whoever sent a command right before the
update, was not told, and sends it again afterwards may find it carried out twice: update while no
conference is running.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.drop_table("room_command")
    op.create_table(
        "room_command",
        sa.Column("cmd_id", sa.String(), nullable=False),
        sa.Column("owner", sa.LargeBinary(), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("object", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cmd_id", "owner"),
    )
