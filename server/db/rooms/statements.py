"""The SQL both databases share. Parameters are written ``?1``, ``?2``; PostgreSQL reads ``$1``.

Reading statements are made of the columns of a type in ``found.py`` and of the rest, so that
SQLite can return all rows as one JSON value.  Writing statements are made from ``rows.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from rooms.core import codec
from server.db.rooms.found import (
    FoundEvent,
    FoundHead,
    FoundMessage,
    FoundOld,
    FoundText,
    FoundVote,
)
from server.db.rooms.rows import (
    FIRST,
    AuthorRow,
    CommandRow,
    EventRow,
    HeadRow,
    Rows,
    SnapshotRow,
    TextRow,
    VoteRow,
)

T = TypeVar("T")


class Table(NamedTuple):
    """Where rows of a kind go."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    """A row takes the place of the one with the same key; empty: every row is new."""


EVENTS = Table("room_event", EventRow._fields)
TEXTS = Table("room_text", TextRow._fields)
AUTHORS = Table("room_author", AuthorRow._fields)
VOTES = Table("room_vote", VoteRow._fields, ("question", "account"))
COMMANDS = Table("room_command", CommandRow._fields)
SNAPSHOTS = Table("room_snapshot", SnapshotRow._fields, ("room", "log"))
HEADS = Table("room_head", HeadRow._fields, ("room",))


def new_rows(rows: Rows) -> tuple[tuple[Table, Sequence[tuple[object, ...]]], ...]:
    """The rows of a batch with their tables."""
    return (
        (EVENTS, rows.events),
        (TEXTS, rows.texts),
        (AUTHORS, rows.authors),
        (VOTES, rows.votes),
        (COMMANDS, rows.commands),
        (SNAPSHOTS, rows.snapshots),
        (HEADS, rows.heads),
    )


def insert(table: Table, values: str) -> str:
    """Insert rows into a table from ``values`` (a VALUES list or a SELECT)."""
    made = f"INSERT INTO {table.name} ({', '.join(table.columns)}) {values}"
    if not table.key:
        return made
    others = [name for name in table.columns if name not in table.key]
    new = ", ".join(f"{name} = excluded.{name}" for name in others)
    return f"{made} ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {new}"


class Query(Generic[T]):
    """A SELECT whose columns are those of a type in ``found.py``."""

    def __init__(self, kind: type[T], columns: Sequence[str], rest: str) -> None:
        self.kind = kind
        self.columns = columns
        self.rest = rest
        self.decoder: msgspec.json.Decoder[list[T]] = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]


_EVENT = ("e.log", "e.type", "e.version", "e.object", "e.body", "e.pub", "e.stage", "e.desk")
_WORDS = ("t.text", "a.account", "a.name", "a.organisation", "a.office", "{hex}")
_NO_WORDS = ("NULL",) * len(_WORDS)
_REASON = (
    "CASE t.state WHEN 'removed' THEN COALESCE((SELECT r.text FROM room_text r"
    " WHERE r.object = t.object AND r.revision < 0 ORDER BY r.revision LIMIT 1), '') ELSE '' END"
)
"""Why a message is removed: the newest of the reasons it was ever removed for."""
_MESSAGE = ("t.object", "t.rank", "t.at", "t.state", _REASON, "t.reply_to", *_WORDS)
_TEXT_AND_AUTHOR = "FROM room_text t LEFT JOIN room_author a ON a.object = t.object"
_REASONED = ", ".join(f"'{name}'" for name in sorted(codec.REASONED))
_VOTE = ("question", "account", "value", "at")

HEADS_OF = Query(FoundHead, HeadRow._fields, "FROM room_head WHERE room {among}")
EVENTS_AFTER = Query(
    FoundEvent,
    (*_EVENT, "e.refs", *_WORDS),
    "FROM room_event e"
    " LEFT JOIN room_text t ON t.object = e.object AND t.revision ="
    f" CASE WHEN e.type IN ({_REASONED}) THEN -e.log ELSE {FIRST} END"
    " LEFT JOIN room_author a ON a.object = e.object"
    " WHERE e.room = ?1 AND e.log > ?2 ORDER BY e.log",
)
RECENT = Query(
    FoundEvent,
    (*_EVENT, "e.refs", *_NO_WORDS),
    "FROM room_event e WHERE e.room = ?1 AND e.log > ?2 ORDER BY e.log",
)
VOTES_AFTER = Query(
    FoundVote, _VOTE, "FROM room_vote WHERE room = ?1 AND version > ?2 ORDER BY version, at"
)
MESSAGES_BEFORE = Query(
    FoundMessage,
    _MESSAGE,
    f"{_TEXT_AND_AUTHOR} WHERE t.room = ?1 AND t.rank IS NOT NULL AND t.rank < ?2"
    " AND t.text IS NOT NULL"
    " ORDER BY t.rank DESC LIMIT ?3",
)
MESSAGES_BY = Query(
    FoundMessage,
    _MESSAGE,
    f"{_TEXT_AND_AUTHOR} WHERE a.room = ?1 AND a.account = ?2 AND t.rank IS NOT NULL"
    " ORDER BY t.rank",
)
"""No index on the author: erasure is rare, posting is not."""
MESSAGE = Query(
    FoundMessage,
    _MESSAGE,
    f"{_TEXT_AND_AUTHOR} WHERE t.object = ?2 AND t.room = ?1 AND t.revision = {FIRST}"
    " AND t.rank IS NOT NULL",
)
WORDS_BEFORE = Query(
    FoundOld,
    ("room", "object", f"MAX(CASE WHEN revision >= {FIRST} THEN kind END)"),
    "FROM room_text WHERE text <> '' GROUP BY room, object HAVING MAX(at) < ?1"
    " ORDER BY room, object",
)
"""No index: asked once an hour. Only a reason about a person has no words beside it."""
TEXTS_OF = Query(
    FoundText,
    ("t.object", "t.kind", *_WORDS),
    f"{_TEXT_AND_AUTHOR} WHERE t.revision <= {FIRST} AND t.object {{among}}"
    " ORDER BY t.revision DESC",
)
"""Words, then reasons, the newest last."""

SNAPSHOT = "SELECT log, body FROM room_snapshot WHERE room = ?1 ORDER BY log DESC LIMIT 1"
OLDER_SNAPSHOTS = "DELETE FROM room_snapshot WHERE room = ?1 AND log < ?2"
CUTTABLE = (
    "SELECT h.room, MIN(CASE WHEN s.log < h.log - ?1 THEN s.log ELSE h.log - ?1 END)"
    " FROM room_head h JOIN room_snapshot s ON s.room = h.room WHERE h.log > ?1 GROUP BY h.room"
)
"""Up to where the log of each room is in a snapshot, and more than ``?1`` events old."""
CUT = (
    "DELETE FROM room_event WHERE room = ?1 AND log IN (SELECT log FROM room_event"
    """ WHERE room = ?1 AND log <= ?2 AND at < ?3 AND body NOT LIKE '%"by":%'"""
    " ORDER BY log LIMIT ?4)"
)
"""What was done in office says by whom, and stays: it tells who moderated what."""
SET_STATE = f"UPDATE room_text SET state = ?1 WHERE object = ?2 AND revision = {FIRST}"  # noqa: S608 - our own number

ERASE = (
    "UPDATE room_text SET text = NULL WHERE object {among}",
    # What an unnamed author was answered goes, whoever holds the vault too. Named: a retry must
    # still find that the command was carried out, but not what it said.
    "DELETE FROM room_command WHERE object IN"
    " (SELECT object FROM room_author WHERE object {among} AND sealed IS NOT NULL)",
    "UPDATE room_command SET payload_hash = {empty} WHERE object {among}",
    "DELETE FROM room_vote WHERE question {among}",
    "DELETE FROM room_author WHERE object {among} AND sealed IS NULL",
    "UPDATE room_author SET sealed = {empty} WHERE object {among}",
)
"""Erase the words of the objects in ``?1``. Keys are destroyed after the commit: until then the
author's row stays, empty, so that a crash between the two is made up for."""
PARDON = "UPDATE room_text SET text = '' WHERE object = ?1 AND revision > ?2 AND revision < 0"
"""Erase the reasons of the sanctions on a person, up to an event."""

TO_BURY = "SELECT object FROM room_author WHERE sealed = {empty}"
BURIED = "DELETE FROM room_author WHERE sealed = {empty} AND object {among}"

EPOCH = "SELECT epoch FROM database_epoch WHERE id = 1"
NEW_EPOCH = "INSERT INTO database_epoch (id, epoch) VALUES (1, ?1) ON CONFLICT (id) DO NOTHING"
