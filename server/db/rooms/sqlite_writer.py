"""Writing the room log to SQLite: what runs in the writer thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import chain

import msgspec

from access.audiences import Instant
from rooms.core.names import RoomId
from rooms.ports import CommandKey, Head, Locked, StoredResult, StoreUnavailableError, Vault
from server.db.engine import PATIENCE_MS
from server.db.rooms import statements as sql
from server.db.rooms.found import Begun, FoundResult, behind, heads_of, results_of
from server.db.rooms.keeping import PURGE_ROWS
from server.db.rooms.rows import Rows, with_sealed
from server.db.rooms.sqlite_reader import AMONG, EMPTY, SqliteReader, as_json

WIPE_PATIENCE_MS = 100
SIZES = (512, 256, 128, 64, 32, 16, 8, 4, 2, 1)
"""Rows per statement: few statements for any batch, each prepared once."""

_NOW = "SELECT CAST((julianday('now') - 2440587.5) * 86400000.0 + 0.5 AS INTEGER)"
_RESULTS = (
    "SELECT c.cmd_id, c.owner, c.payload_hash, c.result, c.object FROM json_each(?1) k"
    " JOIN room_command c ON c.cmd_id = k.value ->> 0 AND hex(c.owner) = k.value ->> 1"
)
"""JSON has no bytes, and SQLite before 3.41 cannot read hex digits: so it writes the column's."""
_PURGE = (
    "DELETE FROM room_command WHERE at < ?1 AND rowid IN"
    " (SELECT rowid FROM room_command ORDER BY rowid LIMIT ?2)"
)
"""Rows lie in the order in which they were stored, so the oldest need no index."""


@contextmanager
def unavailable() -> Iterator[None]:
    """Full disk, I/O error and held lock, by one name. A wrong statement stays what it is."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        raise StoreUnavailableError(f"SQLite: {error}") from error


@cache
def _insert(table: sql.Table, rows: int) -> str:
    row = f"({', '.join('?' * len(table.columns))})"
    return sql.insert(table, f"VALUES {', '.join([row] * rows)}")


class SqliteWriter:
    """One transaction at a time through one connection, called from one thread."""

    def __init__(
        self, connection: sqlite3.Connection, vault: Vault, now: Callable[[], Instant] | None
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._reader = SqliteReader(connection, vault)
        self._now = now or self._database_clock
        self._traces = False
        """Whether the write-ahead log may still hold what was erased."""

    def begin(self, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]) -> Begun:
        """Take the write lock and read what the batch has to know."""
        with unavailable():
            self._connection.execute("BEGIN IMMEDIATE")
            found = self._reader.heads(list(known))
            heads = heads_of(found, known)
            news = behind(known, heads)
            locked = Locked(
                now=self._now(),
                heads=heads,
                news={r: self._reader.events_after(r, known[r].log) for r in news},
                votes={r: self._reader.votes_after(r, known[r].version) for r in news},
                results=self._results(keys) if keys else {},
            )
        return Begun(locked, {room: head.messages for room, head in found.items()})

    def commit(self, rows: Rows) -> None:
        """Store all rows and flush."""
        with unavailable():
            with_sealed(rows, self._vault)
            self._store(rows)
            self._connection.execute("COMMIT")
        if rows.erased or rows.pardons:
            # Stored all the same: what cannot be buried now is buried at the next start.
            with suppress(StoreUnavailableError):
                self.bury()

    def roll_back(self) -> None:
        if self._connection.in_transaction:
            with unavailable():
                self._connection.execute("ROLLBACK")

    def bury(self) -> None:
        """Destroy the keys of erased authors and the traces of erased words.

        Runs after the commit, and again after a crash.
        """
        self._traces = True
        with unavailable():
            found = self._connection.execute(sql.TO_BURY.format(empty=EMPTY)).fetchall()
            questions = [question for (question,) in found]
            if questions:
                self._vault.destroy(questions)
                statement = sql.BURIED.format(empty=EMPTY, among=AMONG)
                self._connection.execute(statement, (as_json(questions),))
        self.wipe()

    def wipe(self) -> None:
        """Empty the write-ahead log if it may hold what was erased, and nobody is reading it.

        Else it is tried again with the next cleaning, at least every hour.
        """
        if self._traces:
            with unavailable():
                # Whoever reads for long, such as a backup, must not hold up everybody's words.
                self._connection.execute(f"PRAGMA busy_timeout = {WIPE_PATIENCE_MS}")
                try:
                    found = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                finally:
                    self._connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
                self._traces = found[0] != 0

    def purge(self, before: Instant) -> int:
        """Forget old answers; returns how many, at most ``PURGE_ROWS``."""
        with unavailable():
            return self._connection.execute(_PURGE, (before, PURGE_ROWS)).rowcount

    def cuttable(self, keep: int) -> list[tuple[RoomId, int]]:
        """Rooms, and up to which event their log may be cut."""
        with unavailable():
            return self._connection.execute(sql.CUTTABLE, (keep,)).fetchall()

    def cut(self, room: RoomId, upto: int, before: Instant) -> int:
        """Forget old events; returns how many, at most ``PURGE_ROWS``."""
        with unavailable():
            return self._connection.execute(sql.CUT, (room, upto, before, PURGE_ROWS)).rowcount

    def forget(self, before: Instant) -> None:
        """Destroy the secrets under which the owners of forgotten answers were hidden."""
        self._vault.forget(before)

    def epoch(self, fresh: str) -> str:
        """The database's epoch; ``fresh`` becomes it when there is none."""
        with unavailable():
            self._connection.execute(sql.NEW_EPOCH, (fresh,))
            [epoch] = self._connection.execute(sql.EPOCH).fetchone()
            return str(epoch)

    def _database_clock(self) -> Instant:
        [now] = self._connection.execute(_NOW).fetchone()
        return int(now)

    def _results(self, keys: Sequence[CommandKey]) -> dict[CommandKey, StoredResult]:
        owners = self._vault.owners(keys)
        wanted = [(key.cmd_id, owner.id.hex().upper()) for key, owner in owners.items()]
        parameter = msgspec.json.encode(wanted).decode()
        found = self._connection.execute(_RESULTS, (parameter,)).fetchall()
        return results_of((FoundResult(*row) for row in found), owners)

    def _store(self, rows: Rows) -> None:
        for table, new in sql.new_rows(rows):
            self._insert(table, new)
        for change in rows.states:
            self._connection.execute(sql.SET_STATE, change)
        for snapshot in rows.snapshots:
            self._connection.execute(sql.OLDER_SNAPSHOTS, (snapshot.room, snapshot.log))
        if rows.erased:
            for statement in sql.ERASE:
                made = statement.format(empty=EMPTY, among=AMONG)
                self._connection.execute(made, (as_json(rows.erased),))
        for pardon in rows.pardons:
            self._connection.execute(sql.PARDON, pardon)

    def _insert(self, table: sql.Table, rows: Sequence[tuple[object, ...]]) -> None:
        start = 0
        for size in SIZES:
            while len(rows) - start >= size:
                some = rows[start : start + size]
                self._connection.execute(_insert(table, size), tuple(chain.from_iterable(some)))
                start += size
