"""Command ids, payload hashes and answers: what makes a repeated command harmless (X1)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

import msgspec

from access.audiences import Instant
from rooms.core.names import Code, Refusal, RoomId, Stream
from rooms.core.room import RoomCommand
from rooms.wire.messages import Ack, Done

OLDEST_MS = 24 * 3_600_000
"""Ids older than this are refused, so that results may be purged after 48 h."""
AHEAD_MS = 5 * 60_000

NOT_STORED = frozenset(
    {
        Code.UNAUTHORIZED,
        Code.RATE_LIMITED,
        Code.TOO_LONG,
        Code.TOO_SHORT,
        Code.EMPTY,
        Code.IDEMPOTENCY_CONFLICT,
        Code.EXPIRED_COMMAND,
        Code.UNSUPPORTED,
        Code.MALFORMED,
        Code.UNKNOWN_COMMAND,
        Code.TOO_LARGE,
        Code.INTERNAL,
        Code.RETRY_LATER,
    }
)
"""Refusals that do not depend on the room's state, or that a repetition may escape."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a command, whoever asks: the ack of any connection is made of it."""

    done: Done | None = None
    error: Refusal | None = None
    at: Mapping[Stream, int] = {}
    """Number of the effect in each stream in which it appears."""
    replayed: bool = False

    def ack(self, command_id: str, stream: Stream) -> Ack:
        """The answer as a connection with this stream receives it."""
        return Ack(command_id, self.done, self.error, self.at.get(stream), self.replayed)

    @property
    def lasting(self) -> bool:
        """Whether it is stored, so that a repetition gets the same."""
        return self.error is None or self.error.code not in NOT_STORED


def refused(
    code: Code, *, retry_after_ms: int | None = None, server_time: Instant | None = None
) -> Answer:
    """An answer that says no."""
    return Answer(error=Refusal(code, retry_after_ms=retry_after_ms, server_time=server_time))


def made_at(command_id: str) -> Instant:
    """The instant in a UUIDv7. The id must be one."""
    return int(command_id[:8] + command_id[9:13], 16)


def untimely(command_id: str, now: Instant) -> Answer | None:
    """Refuses ids made more than 24 h ago or more than 5 min in the future."""
    if now - OLDEST_MS <= made_at(command_id) <= now + AHEAD_MS:
        return None
    return refused(Code.EXPIRED_COMMAND, server_time=now)


def payload_hash(room: RoomId, command: RoomCommand) -> bytes:
    """BLAKE2b, 16 bytes, of the decoded command and its room: same wish, same hash."""
    return blake2b(msgspec.json.encode((room, command)), digest_size=16).digest()


def pack(answer: Answer) -> bytes:
    """As stored."""
    return msgspec.json.encode(answer)


def unpack(stored: bytes) -> Answer:
    """As stored, marked as a repetition."""
    return msgspec.structs.replace(_ANSWERS.decode(stored), replayed=True)


_ANSWERS = msgspec.json.Decoder(Answer)
