"""``plenum restore``: what an archive holds takes the place of what is there.

1. The archive is read once, and every hash compared. Nothing was touched until here.
2. Nobody serves: a lock on the data folder, and on PostgreSQL no other connection.
3. Uploads, keys and a SQLite database are laid out in full beside their places.
4. The database changes in one step: a renamed file, or the commit of one transaction. From here its
   epoch says *unfinished*, and no server starts.
5. Uploads and keys follow; what was erased since is erased again; every session ends.
6. A fresh epoch: the restore is over.

An abort before 4 leaves the old state, one after it a state that only another restore ends.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.core.codec import READER
from server.backup import rows, settling
from server.backup.archive import ArchiveError, Manifest, members, verified
from server.backup.settling import Settled
from server.backup.taking import KEYS
from server.clock import SystemClock
from server.db import epoch
from server.db.engine import address, connect_sqlite, create_engine
from server.db.migrate import alone as database_alone
from server.db.migrate import known, upgrade
from server.db.tables import metadata
from server.errors import CommandError
from server.settings import Settings
from server.storage.flushing import flush
from server.storage.journal import ErasureJournal, JournalError
from server.storage.serving import TakenError, alone

PATIENCE = 5
"""How often to look again whether others let go of the database."""
STAGE = ".restoring"
"""In the names of what waits to be put in its place."""
_BESIDE = ("-wal", "-shm", "-journal", ".migrating")
_OTHERS = text(
    "SELECT DISTINCT COALESCE(NULLIF(application_name, ''), 'without a name')"
    " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND usename = current_user"
)


@dataclass(frozen=True)
class Restored:
    """What was done."""

    manifest: Manifest
    erasures: int
    """In the journal."""
    settled: Settled
    seconds: float


Progress = Callable[[str], None]
"""Called after each step, with what is done."""


async def restore(
    settings: Settings,
    path: Path,
    progress: Progress,
    *,
    replace: bool = False,
    without_journal: bool = False,
) -> Restored:
    """``replace``: also where there is something.  ``without_journal``: though what was erased
    may come back.  Raises ``CommandError`` with what to do, and ``OSError``.
    """
    begun = time.monotonic()
    manifest = _checked(path)
    progress("the archive is whole")
    try:
        with alone(settings.data_dir):
            await _nobody_connected(settings.database)
            if not replace:
                await _require_empty(settings)
            journal = ErasureJournal(settings.journal, SystemClock().now)
            if not without_journal:
                _require_complete(settings.journal, journal, manifest)
            await settling.remember(settings.database, journal)
            erasures = journal.read()
            await _put(_Stage(settings), path, manifest, progress)
            settled = await settling.settle(settings, manifest, erasures)
    except TakenError:
        raise CommandError(_SERVING) from None
    except JournalError as error:
        raise CommandError(str(error)) from None
    return Restored(manifest, len(erasures), settled, time.monotonic() - begun)


_SERVING = "a server or a backup is running on this data; stop it first"


def _checked(path: Path) -> Manifest:
    manifest = verified(path)
    if not known(manifest.revision) or manifest.reader > READER:
        raise ArchiveError(
            f"{path}: of release {manifest.release}, which is newer than this one; update first"
        )
    return manifest


async def _put(stage: _Stage, path: Path, manifest: Manifest, progress: Progress) -> None:
    try:
        stage.lay_out(path)
        progress("uploads and keys are laid out")
        await stage.database(path, manifest)
        progress("the database is laid out")
        stage.put_in_place()
        progress("everything is in its place")
    finally:
        stage.clear()


async def _nobody_connected(url: str) -> None:
    """Servers of other hosts, too: each has a connection open all the time."""
    if url.startswith("sqlite"):
        return
    engine = create_engine(url)
    try:
        others = await _others(engine)
        for _ in range(PATIENCE):
            # Whoever has just stopped is let go of by PostgreSQL in a moment.
            if others:
                await asyncio.sleep(0.2)
                others = await _others(engine)
    finally:
        await engine.dispose()
    if others:
        raise CommandError(f"{_SERVING} (connected to the database: {', '.join(others)})")


async def _others(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return sorted((await connection.execute(_OTHERS)).scalars())


async def _require_empty(settings: Settings) -> None:
    there = [path for path in (settings.files, settings.keys) if _holds(path)]
    if settings.database.startswith("sqlite"):
        there += [path for path in [_database(settings)] if path.exists()]
    elif await database_alone(settings.database, _tables_of_ours):
        there.append(Path("the database"))
    if there:
        raise CommandError(
            f"{', '.join(map(str, there))}: not empty; plenum backup keeps it,"
            " then --replace puts the archive in its place"
        )


def _holds(path: Path) -> bool:
    if path.is_dir():
        return any(each.is_dir() and each.name != STAGE for each in path.iterdir())
    return path.exists() and path.stat().st_size > 0


def _database(settings: Settings) -> Path:
    return Path(address(settings.database).database or "")


def _tables_of_ours(connection: Connection) -> list[str]:
    ours = {*metadata.tables, rows.VERSION_TABLE}
    return sorted(ours & {*inspect(connection).get_table_names()})


def _require_complete(path: Path, journal: ErasureJournal, manifest: Manifest) -> None:
    """The journal must be the one that went on where the archive left it."""
    length = len(journal.read())
    if length < manifest.erasures:
        raise CommandError(
            f"{path}: the erasure journal is missing or cut off: {length} of at least"
            f" {manifest.erasures} erasures; put it back, or use --without-journal"
        )


class _Stage:
    """Everything in full on the disk where it belongs, so that putting it there is only renaming.

    Folders and files may be links to other disks, and stay so.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._files = settings.files / STAGE
        self._keys = settings.keys.resolve()
        self._sqlite = settings.database.startswith("sqlite")
        self._file = _database(settings).resolve()
        self.clear()

    def clear(self) -> None:
        shutil.rmtree(self._files, ignore_errors=True)
        _beside(self._keys).unlink(missing_ok=True)
        if self._sqlite:
            for end in ("", *_BESIDE):
                Path(f"{_beside(self._file)}{end}").unlink(missing_ok=True)

    def lay_out(self, path: Path) -> None:
        """Uploads and keys."""
        self._settings.files.mkdir(exist_ok=True, mode=0o700)
        self._files.mkdir(mode=0o700)
        with members(path) as each:
            for name, content in each:
                if name == KEYS:
                    _write(_beside(self._keys), content)
                elif name.startswith("files/"):
                    _write(self._files / name.removeprefix("files/"), content)
        os.sync()  # the names of all of them

    async def database(self, path: Path, manifest: Manifest) -> None:
        """SQLite: a new file, not yet in its place. PostgreSQL: changed by one commit."""

        def build(connection: Connection) -> None:
            _drop(connection)
            upgrade(connection, manifest.revision)
            _load(connection, path, manifest)
            upgrade(connection)
            epoch.mark(connection)

        url = self._settings.database
        if self._sqlite:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            url = f"sqlite+aiosqlite:///{_beside(self._file)}"
        await database_alone(url, build)
        if self._sqlite:
            _beside(self._file).chmod(0o600)
            flush(_beside(self._file))

    def put_in_place(self) -> None:
        if self._sqlite:
            _settle_log(self._file, self._settings.database)
            for end in _BESIDE:
                Path(f"{self._file}{end}").unlink(missing_ok=True)
            _put_there(self._file)
        for folder in self._settings.files.iterdir():
            if folder.is_dir() and folder != self._files:
                shutil.rmtree(folder)
        for folder in self._files.iterdir():
            folder.rename(self._settings.files / folder.name)
        flush(self._settings.files)
        self._keys.unlink(missing_ok=True)
        if _beside(self._keys).exists():
            _put_there(self._keys)


def _beside(path: Path) -> Path:
    """Where it waits to be put in its place."""
    return path.with_name(f"{path.name}{STAGE}")


def _put_there(path: Path) -> None:
    _beside(path).rename(path)
    flush(path.parent)


def _write(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())


def _drop(connection: Connection) -> None:
    """All tables of Plenum; a database of others as well is not touched there."""
    ours = _tables_of_ours(connection)
    if ours:
        connection.exec_driver_sql(f"DROP TABLE {', '.join(ours)}")


def _load(connection: Connection, path: Path, manifest: Manifest) -> None:
    """Tables that others point at come first, wherever they stand in the archive."""
    for table in rows.tables(connection):
        told = manifest.tables.get(table.name)
        if told is None:
            raise ArchiveError(f"{path}: table {table.name} is not in it")
        connection.execute(table.delete())  # what a migration put there
        with members(path) as each:
            for name, content in each:
                if name == f"database/{table.name}.jsonl":
                    rows.load(connection, table, told, content)


def _settle_log(file: Path, url: str) -> None:
    """Bring what its log holds into the database that goes: until it is gone, it stays whole.

    One that is damaged cannot be settled, and need not be.
    """
    if file.exists():
        with suppress(sqlite3.Error), closing(connect_sqlite(url)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
