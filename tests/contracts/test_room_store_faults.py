"""Troubles of the databases: nothing acknowledged is lost, nothing half stored (a2, a5, d1)."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rooms.ports import Head, StoreUnavailableError, Writes
from server.db.rooms.postgresql import PostgresqlRoomStore
from server.db.rooms.sqlite import SqliteRoomStore
from server.storage.vault import FileVault
from tests.contracts.disks import (
    UNNAMED,
    PostgresqlRooms,
    Scribe,
    SqliteRooms,
    asked,
    make_tables,
    numbered,
    opened,
    posted,
    result,
    texts,
)
from tests.fixtures import strace
from tests.fixtures.disk import files_at_most
from tests.fixtures.postgresql import Cluster, cluster

ROOM = "room-plenum"


@pytest.fixture
def sqlite(sqlite_url: str, tmp_path: Path) -> SqliteRooms:
    asyncio.run(make_tables(sqlite_url))
    return SqliteRooms(sqlite_url, tmp_path)


def path_of(disk: SqliteRooms) -> Path:
    return Path(disk.url.split("///")[1])


# SQLite


async def test_a_full_disk_stores_nothing_and_reading_goes_on(sqlite: SqliteRooms) -> None:
    async with opened(sqlite) as [store]:
        scribe = Scribe(store)
        head = await scribe.write(ROOM, posted("message-1"))
        long = [posted(f"long-{n}", "x" * 900) for n in range(200)]
        with files_at_most(path_of(sqlite).with_suffix(".sqlite3-wal").stat().st_size + 8_192):
            with pytest.raises(StoreUnavailableError):
                await scribe.write(ROOM, *long, results=[result("command-1")])
            found = await store.load(ROOM)
            assert (found.head, texts(found)) == (head, ["Guten Tag"])
        await scribe.write(ROOM, posted("message-2"))
        assert texts(await store.load(ROOM)) == ["Guten Tag", "Guten Tag"]
        assert await scribe.found(result("command-1").key) == {}


async def test_a_lock_held_too_long_is_a_retry(sqlite: SqliteRooms) -> None:
    store = SqliteRoomStore(sqlite.url, sqlite.vault, patience_ms=20)
    other = sqlite3.connect(path_of(sqlite), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    scribe = Scribe(store)
    with pytest.raises(StoreUnavailableError, match="locked"):
        await scribe.write(ROOM, posted("message-1"))
    other.execute("ROLLBACK")
    other.close()
    await scribe.write(ROOM, posted("message-1"))
    await store.close()


async def test_keys_of_erased_authors_are_destroyed_after_a_crash(
    sqlite: SqliteRooms, tmp_path: Path
) -> None:
    async with opened(sqlite) as [store]:
        await Scribe(store).write(ROOM, asked("question-1", by=UNNAMED))
    database = sqlite3.connect(path_of(sqlite), isolation_level=None)
    [(sealed,)] = database.execute("SELECT sealed FROM room_author").fetchall()
    # What a crash between commit and destruction leaves behind.
    database.execute("UPDATE room_author SET sealed = x''")
    async with opened(sqlite) as [store]:
        assert isinstance(store, SqliteRoomStore)
        assert sqlite.vault.open("question-1", sealed) == UNNAMED
        await store.bury()
    assert FileVault(tmp_path / "vault" / "keys").open("question-1", sealed) is None
    assert database.execute("SELECT count(*) FROM room_author").fetchone() == (0,)
    database.close()


WRITER = """
import asyncio, sys
from pathlib import Path
from tests.contracts.disks import Scribe, SqliteRooms, opened, posted, result

async def main(url, folder):
    async with opened(SqliteRooms(url, Path(folder))) as [store]:
        scribe = Scribe(store)
        for n in range(int(sys.argv[3])):
            await scribe.write("room-plenum", posted(f"m-{n}"), results=[result(f"c-{n}")])
            sys.stdout.write(f"stored {n}\\n")
            sys.stdout.flush()

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


def writer(disk: SqliteRooms, folder: Path, commits: int, *before: str) -> subprocess.Popen[bytes]:
    """Another process that writes one message after the other and says which are stored."""
    return subprocess.Popen(
        [*before, sys.executable, "-c", WRITER, disk.url, str(folder), str(commits)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )


async def test_what_a_killed_process_acknowledged_is_there(
    sqlite: SqliteRooms, tmp_path: Path
) -> None:
    process = writer(sqlite, tmp_path, 10_000)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(30)]
    process.kill()
    lines += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    told = [int(line.split()[1]) for line in lines if line.endswith(b"\n")]
    async with opened(sqlite) as [store]:
        found = await store.load(ROOM)
    kept = [int(getattr(e.event, "message", "").removeprefix("m-")) for e in found.events]
    assert kept == list(range(len(kept)))
    assert len(told) <= len(kept) <= len(told) + 1


def test_every_commit_is_flushed_before_it_is_told(sqlite: SqliteRooms, tmp_path: Path) -> None:
    """a5: between a write to the database's log and the next ``stored`` lies a finished flush."""
    trace = tmp_path / "trace"
    watch = strace.watching(trace, "write", "pwrite64", *strace.FLUSHES)
    process = writer(sqlite, tmp_path, 20, *watch)
    assert process.communicate(timeout=60)[0].count(b"stored") == 20
    strace.wait(trace, process.pid)
    dirty, flushes, told = False, 0, 0
    for call, ended in strace.moments(strace.lines(trace)):
        if ended and call.file.endswith("-wal"):
            flushes += call.name in strace.FLUSHES and dirty
            dirty = call.name == "pwrite64"
        elif ended and call.name == "write" and call.data.startswith(b"stored "):
            assert not dirty, f"told before it was flushed: {call.text}"
            told += 1
    assert told == 20
    assert flushes >= 20


async def test_files_cut_back_to_the_last_flush_hold_what_was_acknowledged(
    sqlite: SqliteRooms, tmp_path: Path
) -> None:
    """a5: the bytes beyond what the last commit flushed may be lost with the power."""
    source, copy = path_of(sqlite), tmp_path / "copy.sqlite3"
    async with opened(sqlite) as [store]:
        scribe = Scribe(store)
        for n in range(5):
            await scribe.write(ROOM, posted(f"message-{n}"))
        log = source.with_name(f"{source.name}-wal")
        flushed = log.stat().st_size
        async with store.batch({ROOM: scribe.head(ROOM)}, []) as batch:
            _, logged = numbered(batch.locked.heads[ROOM], [posted("never acknowledged")])
            # The process dies here; what it has not committed need not be on the disk.
            shutil.copyfile(source, copy)
            copy.with_name(f"{copy.name}-wal").write_bytes(log.read_bytes()[:flushed])
            assert logged
    async with opened(SqliteRooms(f"sqlite:///{copy}", tmp_path)) as [store]:
        found = await store.load(ROOM)
    assert [getattr(e.event, "message", "") for e in found.events] == [
        f"message-{n}" for n in range(5)
    ]


# PostgreSQL


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A cluster that only this file kills."""
    with cluster() as made:
        yield made


@pytest.fixture
def postgres(own_cluster: Cluster, tmp_path: Path) -> Iterator[PostgresqlRooms]:
    with own_cluster.fresh() as url:
        asyncio.run(make_tables(url))
        yield PostgresqlRooms(url, tmp_path)


@pytest.mark.postgresql
async def test_a_killed_database_is_used_again_when_it_is_back(
    own_cluster: Cluster, postgres: PostgresqlRooms
) -> None:
    async with opened(postgres) as [store]:
        scribe = Scribe(store)
        await scribe.write(ROOM, posted("message-1"), results=[result("command-1")])
        own_cluster.kill()
        for _ in range(2):
            with pytest.raises(StoreUnavailableError):
                await scribe.write(ROOM, posted("message-2"))
            with pytest.raises(StoreUnavailableError):
                await store.load(ROOM)
        await asyncio.to_thread(own_cluster.start)
        scribe.known[ROOM] = (await store.load(ROOM)).head
        await scribe.write(ROOM, posted("message-2"))
        assert texts(await store.load(ROOM)) == ["Guten Tag", "Guten Tag"]
        assert set(await scribe.found(result("command-1").key)) == {result("command-1").key}


@pytest.mark.postgresql
async def test_a_database_killed_inside_a_batch_stores_nothing_of_it(
    own_cluster: Cluster, postgres: PostgresqlRooms
) -> None:
    async with opened(postgres) as [store]:
        scribe = Scribe(store)
        await scribe.write(ROOM, posted("message-1"))
        with pytest.raises(StoreUnavailableError):
            async with store.batch({ROOM: scribe.head(ROOM)}, []) as batch:
                head, logged = numbered(batch.locked.heads[ROOM], [posted("message-2")])
                own_cluster.kill()
                await batch.commit(Writes([head], {ROOM: logged}, {}, [result("command-2")]))
        await asyncio.to_thread(own_cluster.start)
        assert texts(await store.load(ROOM)) == ["Guten Tag"]
        assert await scribe.found(result("command-2").key) == {}


@pytest.mark.postgresql
async def test_a_frozen_process_does_not_hold_its_rooms(postgres: PostgresqlRooms) -> None:
    """The database ends a transaction that does nothing; the others go on."""
    sleeper = PostgresqlRoomStore(postgres.url, postgres.vault, idle_ms=200)
    async with opened(postgres) as [awake]:
        with pytest.raises(StoreUnavailableError):
            async with sleeper.batch({ROOM: Head(room=ROOM)}, []) as batch:
                await Scribe(awake).write(ROOM, posted("message-1"))
                head, logged = numbered(batch.locked.heads[ROOM], [posted("message-2")])
                await batch.commit(Writes([head], {ROOM: logged}, {}, []))
        assert texts(await awake.load(ROOM)) == ["Guten Tag"]
    await sleeper.close()


@pytest.mark.postgresql
async def test_a_held_row_is_a_retry(postgres: PostgresqlRooms) -> None:
    impatient = PostgresqlRoomStore(postgres.url, postgres.vault, patience_ms=50)
    async with opened(postgres) as [store], store.batch({ROOM: Head(room=ROOM)}, []):
        with pytest.raises(StoreUnavailableError, match="lock"):
            await Scribe(impatient).write(ROOM, posted("message-1"))
    await Scribe(impatient).write(ROOM, posted("message-1"))
    await impatient.close()
