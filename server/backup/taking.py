"""``plenum backup``: one archive of database, uploads and keys, while people go on talking.

The database's moment comes first, read in one transaction that holds up nobody.  Then the files it
knows: one that is visible never changes, so whenever it is copied it is what the database means.
What somebody deletes meanwhile is told as missing, and stays deleted after a restore.  Keys come
last, since one that the database needs was stored before it.
"""

from __future__ import annotations

import fcntl
import re
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from access.audiences import Instant
from agenda.core.materials import FileState
from server import VERSION
from server.backup import rows
from server.backup.archive import FORMAT, PART, ArchiveWriter, Manifest, TableOf, written
from server.clock import SystemClock
from server.db import epoch
from server.db.engine import create_engine, there
from server.db.generation import asked_for
from server.db.migrate import known, revision_of
from server.db.tables.materials import StoredFileRow
from server.errors import CommandError
from server.media.facts import CONTENT
from server.settings import Settings
from server.storage.belonging import foreign, own
from server.storage.files import ORIGINAL, READY, folder_of
from server.storage.journal import ErasureJournal, JournalError
from server.storage.serving import TakenError, sharing

FOLDER = "backups"
"""In the data folder: where archives go that are given no name."""
KEYS = "keys/authors.keys"
DAY_SECONDS = 86_400
_OURS = re.compile(r"plenum-\d{8}T\d{6}Z\.tar")


@dataclass(frozen=True)
class Taken:
    """What was written."""

    path: Path
    manifest: Manifest
    size: int
    seconds: float
    lost: tuple[str, ...]
    """Uploads that the database knows and the disk has not, or has otherwise."""
    dropped: tuple[Path, ...] = ()
    """Older archives that are gone now."""


async def take(settings: Settings, path: Path | None, keep: int | None) -> Taken:
    """Write an archive; then drop older ones of its folder but the newest ``keep``.

    Raises ``CommandError`` and ``OSError``; then there is no archive of that name.
    """
    begun = time.monotonic()
    target = path or _default(settings)
    if target.exists():
        raise CommandError(f"{target}: exists already")
    if not there(settings.database):
        raise CommandError("there is no database yet; set PLENUM_DATA_DIR or PLENUM_DATABASE_URL")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with sharing(settings.data_dir), written(target) as file:
            backup = Backup(settings, file, target.parent)
            manifest = await _run(backup, settings)
    except TakenError:
        raise CommandError("a restore is running") from None
    except JournalError as error:
        raise CommandError(str(error)) from None
    return Taken(
        target,
        manifest,
        target.stat().st_size,
        time.monotonic() - begun,
        tuple(backup.lost),
        _drop(target.parent, keep) if keep else (),
    )


async def _run(backup: Backup, settings: Settings) -> Manifest:
    engine = create_engine(settings.database)
    try:
        async with engine.connect() as connection:
            if not await connection.run_sync(own, settings.keys):
                raise CommandError(foreign(settings.data_dir))
        return await backup.finish(engine, await backup.read(engine))
    finally:
        await engine.dispose()


def _default(settings: Settings) -> Path:
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return settings.data_dir / FOLDER / f"plenum-{at}.tar"


def _drop(folder: Path, keep: int) -> tuple[Path, ...]:
    """Their names rise in time. What broken-off backups left goes, too."""
    archives = sorted(each for each in folder.iterdir() if _OURS.fullmatch(each.name))
    old = archives[:-keep]
    left = [each for each in folder.glob(f"plenum-*.tar*{PART}") if _abandoned(each)]
    for each in (*old, *left):
        each.unlink()
    return tuple(old)


def _abandoned(part: Path) -> bool:
    """Nobody has written to it for a day."""
    return time.time() - part.stat().st_mtime > DAY_SECONDS


@dataclass(frozen=True)
class _File:
    """A row of an upload that is complete."""

    id: str
    state: FileState
    sha256: str | None

    def parts(self, folder: Path) -> list[tuple[str, Path]]:
        """Names in the archive, and where they lie. Raises ``FileNotFoundError``."""
        if self.state is FileState.READY:
            ready = sorted({folder / READY / CONTENT, *(folder / READY).iterdir()})
            return [(f"{READY}/{path.name}", path) for path in ready]
        original = folder / ORIGINAL
        # Looked into since the moment: what passed is looked into again after a restore.
        return [(ORIGINAL, original if original.exists() else folder / READY / CONTENT)]


@dataclass(frozen=True)
class Moment:
    """What the database said."""

    taken_at: Instant
    erasures: int
    """In the journal just before."""
    tables: Mapping[str, TableOf]
    revision: str
    epoch: str
    reader: int
    files: Sequence[_File]


class Backup:
    """Written in this order: what the database says, the files it means, keys."""

    def __init__(self, settings: Settings, file: BinaryIO, folder: Path) -> None:
        """``folder``: where there is room for what is on its way into the archive."""
        self._settings = settings
        self._archive = ArchiveWriter(file)
        self._folder = folder
        self.lost: list[str] = []

    async def read(self, engine: AsyncEngine) -> Moment:
        """The database as of one moment, into the archive."""
        clock = SystemClock()
        erasures = len(ErasureJournal(self._settings.journal, clock.now).read())
        async with _one_moment(engine) as connection:
            taken_at = clock.now()
            tables = await self._tables(connection)
            revision, name, reader = await connection.run_sync(_state)
            files = await _files(connection)
            return Moment(taken_at, erasures, tables, revision, name, reader, files)

    async def finish(self, engine: AsyncEngine, moment: Moment) -> Manifest:
        """What that moment means beside the database."""
        gone = [each.id for each in moment.files if not self._file(each)]
        # Rows go before their files do: of what is still there now, nothing was half deleted.
        left = await _there(engine) if moment.files else frozenset()
        self.lost += [each for each in gone if each in left]
        if self._settings.keys.exists():
            with self._settings.keys.open("rb") as keys:
                fcntl.flock(keys, fcntl.LOCK_SH)  # nobody appends (``FileVault``)
                self._archive.add(KEYS, keys)
        manifest = Manifest(
            format=FORMAT,
            release=VERSION,
            revision=moment.revision,
            reader=moment.reader,
            epoch=moment.epoch,
            taken_at=moment.taken_at,
            tables=moment.tables,
            members=dict(self._archive.members),
            missing=tuple(each.id for each in moment.files if each.id not in left),
            erasures=moment.erasures,
        )
        self._archive.finish(manifest)
        return manifest

    async def _tables(self, connection: AsyncConnection) -> dict[str, TableOf]:
        told = {}
        for table in await connection.run_sync(rows.tables):
            with tempfile.TemporaryFile(dir=self._folder) as lines:
                told[str(table.name)] = await rows.dump(connection, table, lines)
                self._archive.add(f"database/{table.name}.jsonl", lines)
        return told

    def _file(self, file: _File) -> bool:
        """Add an upload, all of it or nothing; False: it is not there."""
        folder = folder_of(self._settings.files, file.id)
        with ExitStack() as stack:
            try:
                found = {
                    name: stack.enter_context(path.open("rb")) for name, path in file.parts(folder)
                }
            except FileNotFoundError:
                return False
            for name, content in found.items():
                member = self._archive.add(
                    f"files/{folder.parent.name}/{folder.name}/{name}", content
                )
                if name == f"{READY}/{CONTENT}" and member.sha256 != file.sha256:
                    self.lost.append(file.id)
        return True


@asynccontextmanager
async def _one_moment(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction in which everything read is as of one commit, and nobody waits for it."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    async with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # The driver begins by itself only when something is written.
            await connection.exec_driver_sql("BEGIN")
        yield connection
        await connection.rollback()


def _state(connection: Connection) -> tuple[str, str, int]:
    """Revision, epoch and reader. Raises ``CommandError`` where there is nothing to back up."""
    revision, name = revision_of(connection), epoch.stored(connection)
    if revision is None:
        raise CommandError("there is no database yet")
    if not known(revision):
        raise CommandError(f"the database is of a newer release (revision {revision})")
    if name == epoch.UNFINISHED:
        raise CommandError("a restore of the database was not finished")
    return revision, name or "", asked_for(connection)


async def _files(connection: AsyncConnection) -> list[_File]:
    """Uploads that are complete. Of half ones no byte is kept."""
    if not await connection.run_sync(_takes_uploads):
        return []
    columns = inspect(StoredFileRow).c
    complete = (FileState.CHECKING.value, FileState.READY.value)
    query = select(columns.id, columns.state, columns.sha256).where(columns.state.in_(complete))
    found = await connection.execute(query.order_by(columns.id))
    return [_File(row.id, FileState(row.state), row.sha256) for row in found]


def _takes_uploads(connection: Connection) -> bool:
    """The tables of the first revisions did not yet."""
    return inspect(connection).has_table(str(StoredFileRow.__tablename__))


async def _there(engine: AsyncEngine) -> frozenset[str]:
    """Uploads that the database knows now, and did not refuse."""
    columns = inspect(StoredFileRow).c
    query = select(columns.id).where(columns.state != FileState.REFUSED.value)
    async with engine.connect() as connection:
        return frozenset((await connection.execute(query)).scalars())
