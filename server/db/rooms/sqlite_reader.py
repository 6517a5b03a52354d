"""Reading the room log from a SQLite connection. Every query returns one JSON value."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec

from access.audiences import Instant
from rooms.core.chat import Message
from rooms.core.names import AccountId, ObjectId, Ref, RoomId, VoteCast
from rooms.core.room import Room
from rooms.ports import RING, Head, Logged, Stored, Vault
from server.db.rooms import statements as sql
from server.db.rooms.found import (
    FoundEvent,
    FoundHead,
    head_of,
    logged_of,
    message_of,
    objects_in,
    old_of,
    room_of,
    votes_of,
)

T = TypeVar("T")

AMONG = "IN (SELECT value FROM json_each(?1))"
EMPTY = "x''"
_HEX = "CASE WHEN a.sealed IS NOT NULL THEN hex(a.sealed) END"


@cache
def _json(query: sql.Query[Any]) -> str:
    """A statement that returns all rows of a query as one JSON array of arrays."""
    inner = ", ".join(f"{column} AS c{n}" for n, column in enumerate(query.columns))
    outer = ", ".join(f"c{n}" for n in range(len(query.columns)))
    made = f"SELECT json_group_array(json_array({outer})) FROM (SELECT {inner} {query.rest})"  # noqa: S608 - our own names
    return made.format(hex=_HEX, among=AMONG)


def as_json(values: Sequence[str]) -> str:
    """A list as the parameter of ``AMONG``."""
    return msgspec.json.encode(values).decode()


class SqliteReader:
    """Reads through one connection; not for two threads at once."""

    def __init__(self, connection: sqlite3.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def heads(self, rooms: Sequence[RoomId]) -> dict[RoomId, FoundHead]:
        return {row.room: row for row in self._rows(sql.HEADS_OF, as_json(rooms))}

    def head(self, room: RoomId) -> Head:
        found = self.heads([room]).get(room)
        return head_of(found) if found else Head(room=room)

    def events_after(self, room: RoomId, log: int) -> list[Logged]:
        return self._logged(room, sql.EVENTS_AFTER, log)

    def votes_after(self, room: RoomId, version: int) -> list[VoteCast]:
        return votes_of(self._rows(sql.VOTES_AFTER, room, version))

    def load(self, room: RoomId) -> Stored:
        """Everything as of one commit."""
        self._connection.execute("BEGIN")
        try:
            return self._load(room)
        finally:
            self._connection.execute("COMMIT")

    def since(self, known: Head) -> tuple[Head, list[Logged], list[VoteCast]]:
        """What came after, as of one commit."""
        self._connection.execute("BEGIN")
        try:
            head = self.head(known.room)
            if head.version == known.version:
                return head, [], []
            events = self.events_after(known.room, known.log)
            return head, events, self.votes_after(known.room, known.version)
        finally:
            self._connection.execute("COMMIT")

    def messages_before(self, room: RoomId, order: int, limit: int) -> list[Message]:
        found = self._rows(sql.MESSAGES_BEFORE, room, order, limit)
        return [message_of(row, self._vault) for row in found]

    def message(self, room: RoomId, message: ObjectId) -> Message | None:
        found = self._rows(sql.MESSAGE, room, message)
        return message_of(found[0], self._vault) if found else None

    def messages_by(self, room: RoomId, account: AccountId) -> list[Message]:
        found = self._rows(sql.MESSAGES_BY, room, account)
        return [message_of(row, self._vault) for row in found]

    def words_before(self, before: Instant) -> dict[RoomId, list[Ref]]:
        return old_of(self._rows(sql.WORDS_BEFORE, before))

    def _load(self, room: RoomId) -> Stored:
        head = self.head(room)
        log, state = self._snapshot(room)
        return Stored(
            head=head,
            room=state,
            events=self.events_after(room, log),
            votes=self.votes_after(room, 0),
            recent=self._logged(room, sql.RECENT, head.log - RING),
        )

    def _snapshot(self, room: RoomId) -> tuple[int, Room | None]:
        found = self._connection.execute(sql.SNAPSHOT, (room,)).fetchone()
        if found is None:
            return 0, None
        log, body = found
        texts = self._rows(sql.TEXTS_OF, as_json(objects_in(room, body)))
        return log, room_of(room, body, texts, self._vault)

    def _logged(self, room: RoomId, query: sql.Query[FoundEvent], after: int) -> list[Logged]:
        found = self._rows(query, room, after)
        return [logged_of(room, row, self._vault) for row in found]

    def _rows(self, query: sql.Query[T], *parameters: str | int) -> list[T]:
        [value] = self._connection.execute(_json(query), parameters).fetchone()
        return query.decoder.decode(value)
