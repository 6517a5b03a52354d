"""The room log on PostgreSQL: one writing connection for each process, a few for reading.

A batch takes five round trips: begin, lock, results of retried commands, one statement with all
new rows, commit.  A connection that breaks is replaced by the next batch.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg

from access.audiences import Instant
from rooms.core.chat import Message
from rooms.core.names import AccountId, ObjectId, Ref, RoomId, VoteCast
from rooms.core.room import Room
from rooms.ports import (
    RING,
    Batch,
    CommandKey,
    Head,
    Locked,
    Logged,
    Stored,
    StoredResult,
    StoreUnavailableError,
    Vault,
    Writes,
)
from server.db.engine import PATIENCE_MS, address
from server.db.rooms import postgresql_queries as pg
from server.db.rooms import statements as sql
from server.db.rooms.found import (
    Begun,
    FoundEvent,
    FoundHead,
    FoundResult,
    behind,
    head_of,
    heads_of,
    logged_of,
    message_of,
    objects_in,
    old_of,
    results_of,
    room_of,
    votes_of,
)
from server.db.rooms.keeping import KEPT_MS, PURGE_EVERY_MS, PURGE_ROWS, SECRET_MS, WINDOW_MS
from server.db.rooms.rows import Rows, rows_of, with_sealed

READERS = 4


class PostgresqlBatch:
    """A transaction of ``PostgresqlRoomStore``."""

    def __init__(
        self, store: PostgresqlRoomStore, writer: asyncpg.Connection, begun: Begun
    ) -> None:
        self.locked: Locked = begun.locked
        self.stored = False
        self._store = store
        self._writer = writer
        self._messages = begun.messages

    async def commit(self, writes: Writes) -> None:
        """See ``rooms.ports.Batch``."""
        await self._store.commit(self._writer, rows_of(writes, self._messages, self.locked.now))
        self.stored = True


class PostgresqlRoomStore:
    """``rooms.ports.RoomStore`` on PostgreSQL, for any number of processes."""

    def __init__(
        self,
        url: str,
        vault: Vault,
        *,
        patience_ms: int = PATIENCE_MS,
        idle_ms: int = PATIENCE_MS,
    ) -> None:
        """Connects when first used.

        ``patience_ms``: how long to wait for a lock.  ``idle_ms``: how long a process frozen
        inside a batch may hold its rooms.
        """
        self._dsn = address(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._vault = vault
        self._settings = {
            "application_name": "plenum rooms",
            "lock_timeout": str(patience_ms),
            "idle_in_transaction_session_timeout": str(idle_ms),
        }
        self._turn = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._writer: asyncpg.Connection | None = None
        self._pool: asyncpg.Pool | None = None
        self._made: set[RoomId] = set()
        self._purged_at: Instant = 0

    async def epoch(self) -> str:
        """See ``rooms.ports.RoomStore``."""
        async with self._reader() as reader:
            await reader.execute(pg.numbered(sql.NEW_EPOCH), secrets.token_hex(8))
            return str(await reader.fetchval(sql.EPOCH))

    async def load(self, room: RoomId) -> Stored:
        """See ``rooms.ports.RoomStore``."""
        async with self._reader() as reader, _one_moment(reader):
            head = await self._head(reader, room)
            log, state = await self._snapshot(reader, room)
            return Stored(
                head=head,
                room=state,
                events=await self._logged(reader, sql.EVENTS_AFTER, room, log),
                votes=votes_of(await pg.select(reader, sql.VOTES_AFTER, room, 0)),
                recent=await self._logged(reader, sql.RECENT, room, head.log - RING),
            )

    @asynccontextmanager
    async def batch(
        self, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]
    ) -> AsyncIterator[Batch]:
        """See ``rooms.ports.RoomStore``."""
        async with self._turn:
            with pg.unavailable():
                writer = await self._connected()
            batch = None
            try:
                with pg.unavailable():
                    batch = PostgresqlBatch(self, writer, await self._begin(writer, known, keys))
                yield batch
            finally:
                if batch is None or not batch.stored:
                    await self._roll_back(writer)
            await self._purge_sometimes(writer, batch.locked.now)

    async def since(self, known: Head) -> tuple[Head, Sequence[Logged], Sequence[VoteCast]]:
        """See ``rooms.ports.RoomStore``."""
        async with self._reader() as reader, _one_moment(reader):
            head = await self._head(reader, known.room)
            if head.version == known.version:
                return head, [], []
            events = await self._logged(reader, sql.EVENTS_AFTER, known.room, known.log)
            votes = await pg.select(reader, sql.VOTES_AFTER, known.room, known.version)
            return head, events, votes_of(votes)

    async def heads(self, rooms: Collection[RoomId]) -> Mapping[RoomId, Head]:
        """See ``rooms.ports.RoomStore``."""
        async with self._reader() as reader:
            found = await pg.select(reader, sql.HEADS_OF, list(rooms))
            return {row.room: head_of(row) for row in found}

    async def messages_before(self, room: RoomId, order: int, limit: int) -> Sequence[Message]:
        """See ``rooms.ports.RoomStore``."""
        async with self._reader() as reader:
            found = await pg.select(reader, sql.MESSAGES_BEFORE, room, order, limit)
            return [message_of(row, self._vault) for row in found]

    async def message(self, room: RoomId, message: ObjectId) -> Message | None:
        """See ``rooms.ports.RoomStore``."""
        async with self._reader() as reader:
            found = await pg.select(reader, sql.MESSAGE, room, message)
            return message_of(found[0], self._vault) if found else None

    async def messages_by(self, room: RoomId, account: AccountId) -> Sequence[Message]:
        """See ``rooms.ports.RoomStore``."""
        async with self._reader() as reader:
            found = await pg.select(reader, sql.MESSAGES_BY, room, account)
            return [message_of(row, self._vault) for row in found]

    async def words_before(self, before: Instant) -> Mapping[RoomId, Sequence[Ref]]:
        """See ``server.retention.Words``."""
        async with self._reader() as reader:
            return old_of(await pg.select(reader, sql.WORDS_BEFORE, before))

    async def purge(self, before: Instant) -> None:
        """Forget answers older than this instant, a part at a time."""
        async with self._reader() as reader:
            while await _deleted(reader, pg.PURGE, before, PURGE_ROWS):
                pass

    async def cut(self, before: Instant, keep: int = RING) -> None:
        """Forget events older than this instant that a snapshot holds, but the newest ``keep``
        of each room and what was done by somebody in office."""
        async with self._reader() as reader:
            for room, upto in await reader.fetch(pg.numbered(sql.CUTTABLE), keep):
                while await _deleted(reader, pg.numbered(sql.CUT), room, upto, before, PURGE_ROWS):
                    pass

    async def tidy(self, now: Instant) -> None:
        """Forget all answers that are too old by now, whose they were, and old events."""
        await self.purge(now - KEPT_MS)
        await self.cut(now - WINDOW_MS)
        await self._forget(now)

    async def bury(self) -> None:
        """Destroy keys whose destruction a crash prevented. Call once at start."""
        async with self._reader() as reader:
            await self._bury(reader)

    async def close(self) -> None:
        """Close all connections; an open batch is rolled back."""
        if self._writer is not None:
            self._writer.terminate()
        if self._pool is not None:
            self._pool.terminate()

    async def commit(self, writer: asyncpg.Connection, rows: Rows) -> None:
        """Store all rows and flush. Only ``PostgresqlBatch`` calls this."""
        # In a thread: it may wait for another process or for a flush.
        await asyncio.to_thread(with_sealed, rows, self._vault)
        with pg.unavailable():
            await _store(writer, rows)
            await writer.execute("COMMIT")
        if rows.erased:
            with pg.unavailable(), suppress(StoreUnavailableError):
                # Stored all the same: what is left is buried at the next start.
                await self._bury(writer)

    async def _connected(self) -> asyncpg.Connection:
        if self._writer is None or self._writer.is_closed():
            self._writer = await asyncpg.connect(
                self._dsn, timeout=10, command_timeout=30, server_settings=self._settings
            )
        return self._writer

    async def _begin(
        self, writer: asyncpg.Connection, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]
    ) -> Begun:
        await self._make_heads(writer, known)
        await writer.execute("BEGIN")
        rows = await writer.fetch(pg.LOCK, list(known))
        found = {row["room"]: FoundHead(*row[:-1]) for row in rows}
        self._made &= {*(self._made - known.keys()), *found}
        heads = heads_of(found, known)
        news = behind(known, heads)
        locked = Locked(
            now=rows[0][-1] if rows else await writer.fetchval(pg.NOW),
            heads=heads,
            news={r: await self._logged(writer, sql.EVENTS_AFTER, r, known[r].log) for r in news},
            votes={
                r: votes_of(await pg.select(writer, sql.VOTES_AFTER, r, known[r].version))
                for r in news
            },
            results=await self._results(writer, keys) if keys else {},
        )
        return Begun(locked, {room: head.messages for room, head in found.items()})

    async def _results(
        self, writer: asyncpg.Connection, keys: Sequence[CommandKey]
    ) -> dict[CommandKey, StoredResult]:
        owners = self._vault.owners(keys)
        ids = [key.cmd_id for key in owners]
        found = await writer.fetch(pg.RESULTS, ids, [owner.id for owner in owners.values()])
        return results_of((FoundResult(*row) for row in found), owners)

    async def _make_heads(self, writer: asyncpg.Connection, known: Mapping[RoomId, Head]) -> None:
        """There must be a row to lock. In a transaction of its own: nobody waits for it."""
        missing = [room for room in known if room not in self._made]
        if missing:
            await writer.execute(pg.MAKE_HEADS, missing)
            self._made.update(missing)

    async def _roll_back(self, writer: asyncpg.Connection) -> None:
        try:
            if not writer.is_closed() and writer.is_in_transaction():
                await writer.execute("ROLLBACK", timeout=5)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            writer.terminate()

    async def _bury(self, connection: pg.Connection) -> None:
        found = await connection.fetch(pg.numbered(sql.TO_BURY))
        questions = [question for (question,) in found]
        if questions:
            await asyncio.to_thread(self._vault.destroy, questions)
            await connection.execute(pg.numbered(sql.BURIED), questions)

    async def _head(self, reader: pg.Connection, room: RoomId) -> Head:
        found = await pg.select(reader, sql.HEADS_OF, [room])
        return head_of(found[0]) if found else Head(room=room)

    async def _snapshot(self, reader: pg.Connection, room: RoomId) -> tuple[int, Room | None]:
        found = await reader.fetchrow(pg.numbered(sql.SNAPSHOT), room)
        if found is None:
            return 0, None
        log, body = found
        texts = await pg.select(reader, sql.TEXTS_OF, objects_in(room, body))
        return log, room_of(room, body, texts, self._vault)

    async def _logged(
        self, connection: pg.Connection, query: sql.Query[FoundEvent], room: RoomId, after: int
    ) -> list[Logged]:
        found = await pg.select(connection, query, room, after)
        return [logged_of(room, row, self._vault) for row in found]

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[pg.Connection]:
        with pg.unavailable():
            async with (await self._opened()).acquire() as reader:
                yield reader

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                # Without connections of its own: it starts also while the database is away.
                self._pool = await asyncpg.create_pool(
                    self._dsn, min_size=0, max_size=READERS, timeout=10, command_timeout=30
                )
            return self._pool

    async def _purge_sometimes(self, writer: asyncpg.Connection, now: Instant) -> None:
        if now - self._purged_at >= PURGE_EVERY_MS:
            self._purged_at = now
            with suppress(StoreUnavailableError), pg.unavailable():
                await _deleted(writer, pg.PURGE, now - KEPT_MS, PURGE_ROWS)
                await self._forget(now)

    async def _forget(self, now: Instant) -> None:
        await asyncio.to_thread(self._vault.forget, now - SECRET_MS)


@asynccontextmanager
async def _one_moment(reader: pg.Connection) -> AsyncIterator[None]:
    """Everything read inside is as of one commit."""
    async with reader.transaction(isolation="repeatable_read", readonly=True):
        yield


async def _store(writer: asyncpg.Connection, rows: Rows) -> None:
    statement, columns = pg.insertion(rows)
    if columns:
        await writer.execute(statement, *columns)
    if rows.states:
        await writer.executemany(pg.numbered(sql.SET_STATE), rows.states)
    for snapshot in rows.snapshots:
        await writer.execute(pg.numbered(sql.OLDER_SNAPSHOTS), snapshot.room, snapshot.log)
    if rows.erased:
        for erase in sql.ERASE:
            await writer.execute(pg.numbered(erase), rows.erased)
    if rows.pardons:
        await writer.executemany(pg.numbered(sql.PARDON), rows.pardons)


async def _deleted(connection: pg.Connection, statement: str, *parameters: object) -> int:
    """How many rows a statement deleted."""
    done = await connection.execute(statement, *parameters)
    return int(done.split()[-1])
