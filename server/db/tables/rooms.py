"""The room log on disk (architecture page, section 2).

Events carry no words: texts stand in ``room_text``, who said them in ``room_author``, and both
can be blanked while the numbering stays whole.  So do the reasons moderators gave.  Votes are
rows, not events.  Instants are milliseconds UTC; ids are text.  Keys begin with ids that rise in
time, so that a busy room writes at the end of every index.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel


class HeadTable(SQLModel, table=True):
    """Where a room stands. Its row lock is the sequencer."""

    __tablename__ = "room_head"

    room: str = Field(primary_key=True)
    log: int = Field(sa_type=BigInteger)
    pub: int = Field(sa_type=BigInteger)
    stage: int = Field(sa_type=BigInteger)
    desk: int = Field(sa_type=BigInteger)
    version: int = Field(sa_type=BigInteger)
    last_at: int = Field(sa_type=BigInteger)
    on_air: str | None
    min_reader: int
    messages: int = Field(sa_type=BigInteger)
    """Messages published so far: the rank of the newest one."""


class EventTable(SQLModel, table=True):
    """One fact, its number in the log, and in each stream where it appears."""

    __tablename__ = "room_event"

    room: str = Field(primary_key=True)
    log: int = Field(primary_key=True, sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    type: str
    version: int
    object: str | None
    """Whose text is joined on loading."""
    body: str = Field(sa_type=Text)
    """JSON of the event without words and reason."""
    pub: int | None = Field(sa_type=BigInteger)
    stage: int | None = Field(sa_type=BigInteger)
    desk: int | None = Field(sa_type=BigInteger)
    refs: str = Field(sa_type=Text)
    """JSON: what changed, by stream; a plain list when it is the same in every stream."""


class TextTable(SQLModel, table=True):
    """What was said, in its present state, and why it was moderated.

    ``text`` is null once it is erased, and empty where a reason was erased that was about a
    person: nobody can tell it from one that was never given.
    """

    __tablename__ = "room_text"
    __table_args__ = (
        Index(
            "ix_room_text_rank",
            "room",
            "rank",
            sqlite_where=text("rank IS NOT NULL"),
            postgresql_where=text("rank IS NOT NULL"),
        ),
    )

    object: str = Field(primary_key=True)
    """Of a reason about a person: the room, a space, the account."""
    revision: int = Field(primary_key=True)
    """Of a reason: the number of its event in the log, negative."""
    room: str
    kind: str
    rank: int | None = Field(sa_type=BigInteger)
    """Order of publication of a message; pages are read by it."""
    at: int = Field(sa_type=BigInteger)
    state: str | None
    """State of a message; questions have theirs in the log alone."""
    reply_to: str | None
    text: str | None = Field(sa_type=Text)


class AuthorTable(SQLModel, table=True):
    """Who said it. Unnamed authors: ``sealed`` under a key that is not in the database."""

    __tablename__ = "room_author"

    object: str = Field(primary_key=True)
    room: str
    account: str | None
    name: str = Field(sa_type=Text)
    organisation: str = Field(sa_type=Text)
    office: str | None
    """Held in the room when it was said."""
    sealed: bytes | None = Field(sa_type=LargeBinary)
    """Empty: erased, and its key has still to be destroyed."""


class VoteTable(SQLModel, table=True):
    """The vote of one account on one question. A vote taken back stays as a row with value 0."""

    __tablename__ = "room_vote"
    __table_args__ = (Index("ix_room_vote_version", "room", "version"),)

    question: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    room: str
    value: bool
    at: int = Field(sa_type=BigInteger)
    version: int = Field(sa_type=BigInteger)
    """Version of the room's head with which it was stored."""


class CommandTable(SQLModel, table=True):
    """The answer a command got. Kept 48 h."""

    __tablename__ = "room_command"

    cmd_id: str = Field(primary_key=True)
    owner: bytes = Field(primary_key=True, sa_type=LargeBinary)
    """In place of the account: a hash under a secret that is not in the database."""
    payload_hash: bytes = Field(sa_type=LargeBinary)
    """Masked under the same secret; empty once its words are erased."""
    result: bytes = Field(sa_type=LargeBinary)
    object: str | None
    """What the command made; erased with it."""
    at: int = Field(sa_type=BigInteger)


class SnapshotTable(SQLModel, table=True):
    """A room's state without words and votes, after event ``log``."""

    __tablename__ = "room_snapshot"

    room: str = Field(primary_key=True)
    log: int = Field(primary_key=True, sa_type=BigInteger)
    version: int = Field(sa_type=BigInteger)
    """Version of the room's head at that moment."""
    body: bytes = Field(sa_type=LargeBinary)


class EpochTable(SQLModel, table=True):
    """One row: random, renewed by a restore, so that no position outlives its history."""

    __tablename__ = "database_epoch"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    epoch: str


class FolderTable(SQLModel, table=True):
    """One row: the data folder all processes share, by the name of its vault."""

    __tablename__ = "database_folder"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    vault: str
