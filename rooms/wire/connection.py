"""The connection as a machine without a socket.

Feed it frames with :meth:`Connection.receive`; afterwards send what :meth:`Connection.frames`
gives, carry out what :meth:`Connection.requests` gives, one by one and in order, and close if
:attr:`Connection.close` names a code.  Tell it how a request ended (``greeted``, ``entered``,
``left``).  The same machine serves a WebSocket, and events down with posts up.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from access.audiences import Instant
from rooms.core.names import Code, Refusal, RoomId
from rooms.core.room import RoomCommand
from rooms.wire.decoding import Rejected, decode
from rooms.wire.messages import (
    PROTOCOL,
    Ack,
    AnyClientFrame,
    AnyServerFrame,
    Close,
    Do,
    Fault,
    Hello,
    Join,
    Leave,
    Ping,
    Pong,
    Position,
)


class Phase(StrEnum):
    """Where a connection stands."""

    NEW = "new"
    """Has not said hello."""
    READY = "ready"
    """Greeted, in no room."""
    JOINING = "joining"
    LIVE = "live"
    CLOSED = "closed"


class Greet(msgspec.Struct, frozen=True):
    """Find out who this is; answer ``welcome``; then call :meth:`Connection.greeted`.

    Comes again when the client re-authenticates on the open socket.
    """

    token: str | None


class Enter(msgspec.Struct, frozen=True):
    """Let it into the room, or say why not; then call ``entered`` or ``left``."""

    room: RoomId
    after: Position | None


class Exit(msgspec.Struct, frozen=True):
    """It left the room."""


class Perform(msgspec.Struct, frozen=True):
    """Carry out the command and acknowledge it once."""

    id: str
    command: RoomCommand


Request = Greet | Enter | Exit | Perform


class Connection:
    """One client's conversation: hello → join → live → closed."""

    def __init__(self, phase: Phase = Phase.NEW) -> None:
        """``phase``: live for a frame that was posted: its address named and opened the room."""
        self.phase = phase
        self.close: int | None = None
        """The WebSocket close code to close with, once there is one."""
        self._frames: list[AnyServerFrame] = []
        self._requests: list[Request] = []

    def receive(self, data: bytes | str, now: Instant) -> None:
        """Take one message of the client. Never raises."""
        if self.phase is Phase.CLOSED:
            return
        frame = decode(data)
        if isinstance(frame, Rejected):
            self._reject(frame)
        else:
            self._handle(frame, now)

    def frames(self) -> list[AnyServerFrame]:
        """Frames to send now; each is given once."""
        frames, self._frames = self._frames, []
        return frames

    def requests(self) -> list[Request]:
        """What to carry out now, in order; each is given once."""
        requests, self._requests = self._requests, []
        return requests

    def greeted(self) -> None:
        """``welcome`` was sent."""
        if self.phase is Phase.NEW:
            self.phase = Phase.READY

    def entered(self) -> None:
        """The room let it in."""
        if self.phase is Phase.JOINING:
            self.phase = Phase.LIVE

    def left(self) -> None:
        """It is in no room any more, or was not let in."""
        if self.phase in (Phase.JOINING, Phase.LIVE):
            self.phase = Phase.READY

    def closed(self) -> None:
        """The transport is gone. Nothing more is taken."""
        self.phase = Phase.CLOSED

    def _reject(self, rejected: Rejected) -> None:
        if rejected.id is None:
            self._frames.append(Fault(rejected.error, rejected.detail))
        else:
            self._frames.append(Ack(rejected.id, error=rejected.error))

    def _handle(self, frame: AnyClientFrame, now: Instant) -> None:
        match frame:
            case Ping():
                self._frames.append(Pong(now))
            case Hello():
                self._hello(frame)
            case Do():
                self._do(frame)
            case Join() if self.phase in (Phase.READY, Phase.LIVE):
                self.phase = Phase.JOINING
                self._requests.append(Enter(frame.room, frame.after))
            case Leave() if self.phase is Phase.LIVE:
                self._requests.append(Exit())
            case _:
                self._frames.append(Fault(self._not_now(), f"{frame.__struct_config__.tag} now"))

    def _hello(self, hello: Hello) -> None:
        if hello.protocol == PROTOCOL:
            self._requests.append(Greet(hello.token))
            return
        self._frames.append(Fault(Refusal(Code.UNSUPPORTED, limit=PROTOCOL), "protocol version"))
        self.close = Close.PROTOCOL

    def _do(self, do: Do) -> None:
        if self.phase is Phase.LIVE:
            self._requests.append(Perform(do.id, do.command))
        elif self.phase is Phase.JOINING:
            error = Refusal(Code.RETRY_LATER, retry_after_ms=JOINING_MS)
            self._frames.append(Ack(do.id, error=error))
        else:
            self._frames.append(Ack(do.id, error=self._not_now()))

    def _not_now(self) -> Refusal:
        return Refusal(Code.ILLEGAL_TRANSITION, state=self.phase.value)


JOINING_MS = 200
"""When to try again a command that came while the room was still opening."""
