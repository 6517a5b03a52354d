"""owners of commands, reasons apart

The answers to commands named the account that gave each; now they hold a hash in its place, made
under a secret that is not in the database (docs/decisions/0062), so no old row can be converted.
The old answers, at most those of 48 hours, are deleted.  Whoever sent a command right before the
update, was not told, and sends it again afterwards may find it carried out twice: update while no
conference is running.

The reasons of acts of moderation leave the log and the snapshots for rows of ``room_text``, where
they can be erased (docs/decisions/0040).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

OBJECTS = {
    "message.removed": "message",
    "question.dismissed": "question",
    "person.muted": "account",
    "person.removed": "account",
}
"""Types of events with a reason, and the field that says what they are about."""

EVENTS = sa.table(
    "room_event",
    sa.column("room", sa.String),
    sa.column("log", sa.BigInteger),
    sa.column("at", sa.BigInteger),
    sa.column("type", sa.String),
    sa.column("version", sa.Integer),
    sa.column("object", sa.String),
    sa.column("body", sa.Text),
)
TEXTS = sa.table(
    "room_text",
    sa.column("object", sa.String),
    sa.column("revision", sa.Integer),
    sa.column("room", sa.String),
    sa.column("kind", sa.String),
    sa.column("at", sa.BigInteger),
    sa.column("text", sa.Text),
)
SNAPSHOTS = sa.table(
    "room_snapshot",
    sa.column("room", sa.String),
    sa.column("log", sa.BigInteger),
    sa.column("body", sa.LargeBinary),
)


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
    # The newest reason for which a message is removed: its event's row has it from now on.
    op.drop_column("room_text", "reason")
    connection = op.get_bind()
    _move_reasons(connection)
    _bare_snapshots(connection)


def _move_reasons(connection: sa.Connection) -> None:
    old = sa.select(EVENTS).where(EVENTS.c.type.in_(OBJECTS), EVENTS.c.version == 1)
    for event in connection.execute(old).mappings().all():
        body = json.loads(event["body"])
        reason, key = body.pop("reason", ""), body[OBJECTS[event["type"]]]
        about = f"{event['room']} {key}" if "account" in body else key
        gone = about == key and not _still_there(connection, key)
        connection.execute(
            sa.insert(TEXTS).values(
                object=about,
                revision=-event["log"],
                room=event["room"],
                kind="reason",
                at=event["at"],
                text=None if gone else reason,
            )
        )
        connection.execute(
            sa.update(EVENTS)
            .where(EVENTS.c.room == event["room"], EVENTS.c.log == event["log"])
            .values(version=2, object=about, body=_json(body))
        )


def _still_there(connection: sa.Connection, key: str) -> bool:
    """Whether the words of a message or question were not erased."""
    words = sa.select(TEXTS.c.text).where(TEXTS.c.object == key, TEXTS.c.revision == 1)
    return connection.execute(words).scalar() is not None


def _bare_snapshots(connection: sa.Connection) -> None:
    for room, log, body in connection.execute(sa.select(SNAPSHOTS)).all():
        snapshot = json.loads(body)
        for row in _reasoned(snapshot):
            row.pop("reason", None)
        connection.execute(
            sa.update(SNAPSHOTS)
            .where(SNAPSHOTS.c.room == room, SNAPSHOTS.c.log == log)
            .values(body=_json({**snapshot, "version": 2}).encode())
        )


def _reasoned(snapshot: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from snapshot["messages"]
    yield from snapshot["older"]
    yield from snapshot["asked"]["questions"]
    yield from snapshot["sanctions"]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
