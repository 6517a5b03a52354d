"""The room log on SQLite: one writer thread, one reader thread, plain ``sqlite3``.

Every statement run from Python gives up the interpreter and has to win it back from a busy
event loop.  So there are few statements: what is read comes as one JSON value, and a table's
new rows go in a few statements of many rows (docs/decisions/0060).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import ParamSpec, TypeVar

from access.audiences import Instant
from rooms.core.chat import Message
from rooms.core.names import AccountId, ObjectId, Ref, RoomId, VoteCast
from rooms.ports import (
    RING,
    Batch,
    Clock,
    CommandKey,
    Head,
    Locked,
    Logged,
    Stored,
    StoreUnavailableError,
    Vault,
    Writes,
)
from server.db.engine import PATIENCE_MS, connect_sqlite
from server.db.rooms.found import Begun, head_of
from server.db.rooms.keeping import KEPT_MS, PURGE_EVERY_MS, SECRET_MS, WINDOW_MS
from server.db.rooms.rows import rows_of
from server.db.rooms.sqlite_reader import SqliteReader
from server.db.rooms.sqlite_writer import SqliteWriter, unavailable

P = ParamSpec("P")
T = TypeVar("T")


class SqliteBatch:
    """A transaction of ``SqliteRoomStore``."""

    def __init__(self, store: SqliteRoomStore, begun: Begun) -> None:
        self.locked: Locked = begun.locked
        self.stored = False
        self._store = store
        self._messages = begun.messages

    async def commit(self, writes: Writes) -> None:
        """See ``rooms.ports.Batch``."""
        rows = rows_of(writes, self._messages, self.locked.now)
        await self._store.write(self._store.writer.commit, rows)
        self.stored = True


class SqliteRoomStore:
    """``rooms.ports.RoomStore`` on a SQLite file. Several processes may share the file."""

    def __init__(
        self,
        url: str,
        vault: Vault,
        *,
        clock: Clock | None = None,
        patience_ms: int = PATIENCE_MS,
    ) -> None:
        """``clock``: whose time to take instead of the database's (the machine's)."""
        self._connections = (
            connect_sqlite(url, patience_ms=patience_ms),
            connect_sqlite(url, patience_ms=patience_ms, read_only=True),
        )
        self._turn = asyncio.Lock()
        self._writing = ThreadPoolExecutor(1, "room-writer")
        self._reading = ThreadPoolExecutor(1, "room-reader")
        self.writer = SqliteWriter(self._connections[0], vault, clock.now if clock else None)
        self._reader = SqliteReader(self._connections[1], vault)
        self._purged_at: Instant = 0

    async def epoch(self) -> str:
        """See ``rooms.ports.RoomStore``."""
        return await self.write(self.writer.epoch, secrets.token_hex(8))

    async def load(self, room: RoomId) -> Stored:
        """See ``rooms.ports.RoomStore``."""
        return await self._read(self._reader.load, room)

    @asynccontextmanager
    async def batch(
        self, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]
    ) -> AsyncIterator[Batch]:
        """See ``rooms.ports.RoomStore``."""
        async with self._turn:
            batch = None
            try:
                batch = SqliteBatch(self, await self.write(self.writer.begin, known, keys))
                yield batch
            finally:
                # The thread takes one job after the other: also after a cancellation the
                # transaction is over before the next one begins.
                if batch is None or not batch.stored:
                    await self.write(self.writer.roll_back)
            await self._purge_sometimes(batch.locked.now)

    async def since(self, known: Head) -> tuple[Head, Sequence[Logged], Sequence[VoteCast]]:
        """See ``rooms.ports.RoomStore``."""
        return await self._read(self._reader.since, known)

    async def heads(self, rooms: Collection[RoomId]) -> Mapping[RoomId, Head]:
        """See ``rooms.ports.RoomStore``."""
        found = await self._read(self._reader.heads, list(rooms))
        return {room: head_of(row) for room, row in found.items()}

    async def messages_before(self, room: RoomId, order: int, limit: int) -> Sequence[Message]:
        """See ``rooms.ports.RoomStore``."""
        return await self._read(self._reader.messages_before, room, order, limit)

    async def message(self, room: RoomId, message: ObjectId) -> Message | None:
        """See ``rooms.ports.RoomStore``."""
        return await self._read(self._reader.message, room, message)

    async def messages_by(self, room: RoomId, account: AccountId) -> Sequence[Message]:
        """See ``rooms.ports.RoomStore``."""
        return await self._read(self._reader.messages_by, room, account)

    async def words_before(self, before: Instant) -> Mapping[RoomId, Sequence[Ref]]:
        """See ``server.retention.Words``."""
        return await self._read(self._reader.words_before, before)

    async def purge(self, before: Instant) -> None:
        """Forget answers older than this instant, a part at a time."""
        purged = 1
        while purged:
            # In turn: inside of a batch it would be rolled back with it.
            async with self._turn:
                purged = await self.write(self.writer.purge, before)

    async def cut(self, before: Instant, keep: int = RING) -> None:
        """Forget events older than this instant that a snapshot holds, but the newest ``keep``
        of each room and what was done by somebody in office."""
        for room, upto in await self.write(self.writer.cuttable, keep):
            cut = 1
            while cut:
                async with self._turn:
                    cut = await self.write(self.writer.cut, room, upto, before)

    async def tidy(self, now: Instant) -> None:
        """Forget all answers that are too old by now, whose they were, and old events."""
        await self.purge(now - KEPT_MS)
        await self.cut(now - WINDOW_MS)
        async with self._turn:
            await self._forget(now)

    async def bury(self) -> None:
        """Destroy keys and traces whose destruction a crash prevented. Call once at start."""
        await self.write(self.writer.bury)

    async def close(self) -> None:
        """Let go of the file; an open batch is rolled back."""
        for executor in (self._writing, self._reading):
            await asyncio.to_thread(executor.shutdown)
        for connection in self._connections:
            connection.close()

    async def write(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job in the writer thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writing, lambda: job(*args, **kwargs))

    async def _read(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def read() -> T:
            with unavailable():
                return job(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._reading, read)

    async def _purge_sometimes(self, now: Instant) -> None:
        if now - self._purged_at >= PURGE_EVERY_MS:
            self._purged_at = now
            with suppress(StoreUnavailableError):
                await self.write(self.writer.purge, now - KEPT_MS)
                await self._forget(now)

    async def _forget(self, now: Instant) -> None:
        await self.write(self.writer.forget, now - SECRET_MS)
        await self.write(self.writer.wipe)
