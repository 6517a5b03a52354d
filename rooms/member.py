"""One connection in one room: what it was sent, how fast it reads, how long it may stay."""

from __future__ import annotations

from typing import Protocol

from rooms.core.names import AccountId, Code, Person, Refusal, RoomId, Stream
from rooms.ports import Credential, Grant
from rooms.timers import Milliseconds

BUFFERED = 65_536
"""Bytes waiting for a slow reader above which it gets nothing more."""
LEASE_MS = 5_000
"""No grant is trusted longer than this without asking again."""


class Outlet(Protocol):
    """Where frames for one connection go. ``rooms`` knows no sockets."""

    def write(self, frame: bytes) -> None:
        """Hand over a prepared frame; never waits, never raises."""

    def buffered(self) -> int:
        """Bytes handed over that the other side has not taken."""

    def close(self, code: int) -> None:
        """End the connection with a close code (``rooms.wire.messages.Close``)."""


class Nowhere:
    """The outlet of whoever is told nothing: a command that came by itself."""

    def write(self, frame: bytes) -> None:
        """Forget it."""

    def buffered(self) -> int:
        """Nothing waits."""
        return 0

    def close(self, code: int) -> None:
        """There is nothing to close."""


class Member:
    """A connection in a room. Lives from joining until it leaves, is cut, or is lost."""

    __slots__ = (
        "asked",
        "away",
        "credential",
        "gauged",
        "grant",
        "lagging_since",
        "lease_until",
        "mine_stale",
        "missed",
        "outlet",
        "refusal",
        "room",
        "sent",
    )

    def __init__(
        self, room: RoomId, credential: Credential, outlet: Outlet, grant: Grant, lease: int
    ) -> None:
        self.room = room
        self.credential = credential
        self.outlet = outlet
        self.grant = grant
        self.lease_until: Milliseconds = lease
        """On the steady clock. After it nothing is delivered until the grant is renewed."""
        self.sent = 0
        """The last number handed over. Ticks, resumes and snapshots all go on from here."""
        self.gauged = -1
        """Gauges handed over, as the room counts them."""
        self.mine_stale = False
        """``me`` frames were left out while it lagged."""
        self.missed = False
        """It was passed over in a tick: a snapshot may be shorter than what it missed."""
        self.lagging_since: Milliseconds | None = None
        self.asked = 0
        """How often the policy was asked about it; only the newest answer counts."""
        self.refusal: Refusal | None = None
        """Why its commands are not carried out any more, once it was cut."""
        self.away = False
        """Not in the room any more."""

    @property
    def stream(self) -> Stream:
        """Which translation of the history it receives."""
        return self.grant.stream

    @property
    def account(self) -> AccountId | None:
        """None: a guest or a big screen."""
        return self.grant.person.account if self.grant.person else None

    @property
    def name(self) -> str | None:
        """The display name."""
        return self.grant.person.name if self.grant.person else None

    @property
    def may(self) -> tuple[str, ...]:
        """Permissions in a stable order."""
        person = self.grant.person
        return tuple(sorted(one.value for one in person.may)) if person else ()

    def ready(self, now: Milliseconds) -> bool:
        """Whether it may be handed a frame now; notes when it begins to lag."""
        if self.lease_until <= now:
            return False
        if self.outlet.buffered() <= BUFFERED:
            self.lagging_since = None
            return True
        if self.lagging_since is None:
            self.lagging_since = now
        return False

    def sender(self, now: Milliseconds) -> Person | Refusal:
        """Who gives a command, asked at the moment of the commit.

        A connection that was lost after sending still has its grant: the command was given.
        """
        if self.refusal is not None:
            return self.refusal
        if self.grant.person is None:
            return Refusal(Code.UNAUTHORIZED)
        if self.lease_until <= now:
            return Refusal(Code.RETRY_LATER, retry_after_ms=1_000)
        return self.grant.person
