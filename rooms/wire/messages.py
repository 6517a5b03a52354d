"""The envelopes. Client types in ``static/src/protocol`` are generated from this file.

Every frame is one JSON object with a ``t``.  A connection is in at most one room.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from access.audiences import Instant
from rooms.core.announcements import AnnouncementView
from rooms.core.backstage import NoteView
from rooms.core.chat import MessageView
from rooms.core.names import AccountId, ObjectId, Ref, Refusal, RoomId, Stream
from rooms.core.people import PersonView
from rooms.core.questions import QuestionView
from rooms.core.room import Mine, RoomCommand, RoomView, View
from rooms.core.stage import StageView

PROTOCOL = 1


class Position(msgspec.Struct, frozen=True):
    """How far a client got: all up to ``n`` of this stream, in this epoch of the database."""

    epoch: str
    stream: Stream
    n: int


class ClientFrame(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="t", omit_defaults=True
):
    """Client → server."""


class Hello(ClientFrame, frozen=True, tag="hello"):
    """First frame. ``token``: bearer or screen token, where there is no session cookie."""

    protocol: int
    client: str = ""
    token: str | None = None


class Join(ClientFrame, frozen=True, tag="join"):
    """Enter a room; with ``after`` the server sends what was missed, or a snapshot."""

    room: RoomId
    after: Position | None = None


class Leave(ClientFrame, frozen=True, tag="leave"):
    pass


class Do(ClientFrame, frozen=True, tag="do"):
    """Carry out a command in the joined room. ``id`` is a UUIDv7 made by the client."""

    id: str
    command: RoomCommand


class Ping(ClientFrame, frozen=True, tag="ping"):
    pass


AnyClientFrame = Hello | Join | Leave | Do | Ping


class ServerFrame(msgspec.Struct, frozen=True, tag_field="t", omit_defaults=True):
    """Server → client."""


class Limits(msgspec.Struct, frozen=True):
    message: int
    question_shortest: int
    question_longest: int
    frame_bytes: int


class Welcome(ServerFrame, frozen=True, tag="welcome"):
    """Answer to hello."""

    protocol: int
    build: str
    epoch: str
    server_time: Instant
    account: AccountId | None
    limits: Limits


class Score(msgspec.Struct, frozen=True, array_like=True):
    """Gauge of one question: votes, heat (log2, rooms page B2.8) and the version it is of."""

    question: ObjectId
    votes: int
    heat: float
    version: int


class Present(msgspec.Struct, frozen=True, array_like=True):
    """Gauge of the room: people in it (rounded above 50), and its version."""

    people: int
    version: int


class Snapshot(msgspec.Struct, frozen=True):
    """A stream's present state. Messages: the newest 50 in order; ``older`` says there are more."""

    room: RoomView
    messages: tuple[MessageView, ...]
    older: bool
    questions: tuple[QuestionView, ...]
    people: tuple[PersonView, ...]
    scores: tuple[Score, ...]
    present: Present
    stage: StageView
    announcement: AnnouncementView | None
    notes: tuple[NoteView, ...]
    """Stage and desk only."""


class Joined(ServerFrame, frozen=True, tag="joined"):
    """In the room. ``snapshot`` replaces everything; without it, missed events follow at once.

    ``reset`` says that a position was given but could not be continued.
    """

    room: RoomId
    at: Position
    may: tuple[str, ...]
    """Permissions, for what the interface offers. The server asks the policy again anyway."""
    name: str | None
    snapshot: Snapshot | None = None
    reset: bool = False


class Delta(msgspec.Struct, frozen=True, omit_defaults=True):
    """Number ``n`` of the stream: put these views in place of what was there, drop these."""

    n: int
    at: Instant
    put: tuple[View, ...] = ()
    gone: tuple[Ref, ...] = ()


class Events(ServerFrame, frozen=True, tag="events"):
    """Numbered, gapless, in order. One frame per tick."""

    events: tuple[Delta, ...]


class Gauges(ServerFrame, frozen=True, tag="gauges"):
    """Absolute values, unnumbered; a higher version wins."""

    scores: tuple[Score, ...] = ()
    present: Present | None = None


class Me(ServerFrame, frozen=True, tag="me"):
    """What concerns this account in this room. ``all``: replaces everything; else merged by rev."""

    put: tuple[Mine, ...]
    all: bool = False


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command was carried out."""

    object: ObjectId | None = None
    no_change: bool = False
    revision: int | None = None
    score: int | None = None
    my_vote: bool | None = None


class Agenda(ServerFrame, frozen=True, tag="agenda"):
    """The programme of the room's event was released anew.

    Without content: what somebody may see of it they ask for with their own rights.
    """

    event: str
    release: int


class Ack(ServerFrame, frozen=True, tag="ack"):
    """Exactly one per command. ``at``: the effect's number in the receiver's stream."""

    id: str
    done: Done | None = None
    error: Refusal | None = None
    at: int | None = None
    replayed: bool = False


class Fault(ServerFrame, frozen=True, tag="fault"):
    """A frame that was no command: malformed, too large, not allowed now. The connection stays."""

    error: Refusal
    detail: str = ""


class Out(ServerFrame, frozen=True, tag="out"):
    """Not (or no longer) in the room: the policy's rule, and the next step. Only ``left``, the
    answer to ``leave``, has none."""

    code: Literal["unauthorized", "forbidden", "not_found", "banned", "left"]
    rule: str = ""
    next_step: str = ""
    reason: str = ""
    """What the moderators gave as the reason of a removal, in their words. For this person only."""


class Pong(ServerFrame, frozen=True, tag="pong"):
    server_time: Instant


class Bye(ServerFrame, frozen=True, tag="bye"):
    """The server closes; come back after the hint."""

    retry_after_ms: int


AnyServerFrame = Welcome | Joined | Events | Gauges | Me | Agenda | Ack | Fault | Out | Pong | Bye


class Close:
    """WebSocket close codes. Below 4100: come back; from 4100 on: do not retry by yourself."""

    RESUME_LATER = 4000
    """Too slow or idle: reconnect and resume."""
    GOING_AWAY = 4001
    """The server restarts."""
    BUDGET = 4002
    """Too many frames; wait before reconnecting."""
    SIGNED_OUT = 4100
    NOT_ADMITTED = 4101
    PROTOCOL = 4102
    """This client is too old: reload the page."""
    TOO_MANY = 4103
    """The account has opened too many connections since; the oldest is closed."""
