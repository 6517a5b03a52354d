"""stars without times"""

from __future__ import annotations

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    # When somebody starred what, and in which event, nobody ever asked.
    op.drop_column("star", "event")
    op.drop_column("star", "at")
    op.create_index("ix_agenda_draft_guid", "agenda_draft", ["guid"])
