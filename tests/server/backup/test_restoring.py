"""A restore puts everything in its place or nothing, and says why it does not."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from agenda.core.feedback import Answer
from rooms import erasures
from rooms.core.names import Kind, Ref
from server.backup.archive import ArchiveWriter, members, verified, written
from server.backup.restoring import restore
from server.cli import main
from server.db import epoch
from server.db.engine import create_engine
from server.db.migrate import current, migrate, newest
from server.db.participants import FeedbackRows
from server.errors import CommandError
from server.settings import Settings
from server.storage import serving
from server.storage.journal import AccountClosed, ErasureJournal, FeedbackGone, FileGone, WordsGone
from tests.fixtures.disk import files_at_most
from tests.fixtures.postgresql import Cluster
from tests.server.backup.living import everything, files, settings_of
from tests.server.backup.small import ROOM, small
from tests.server.small import SmallApplication

STEPS = (
    "the archive is whole",
    "uploads and keys are laid out",
    "the database is laid out",
    "everything is in its place",
)


class PulledError(Exception):
    """Somebody pulled the plug."""


def nothing(_: str) -> None: ...


def until(step: str) -> Callable[[str], None]:
    """Pulls the plug after a step."""

    def progress(done: str) -> None:
        if done == step:
            raise PulledError(step)

    return progress


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return settings_of(tmp_path / "data", database)


@pytest.fixture
async def archive(settings: Settings) -> Path:
    """Of a room in which something was said; more is said and uploaded afterwards."""
    async with small(settings) as house:
        await house.says("m-1", "m-2")
        await house.uploads(b"before")
        await house.looked_into()
        made = await house.backup()
        await house.says("m-3")
        await house.uploads(b"after")
    return made


def there(path: Path) -> bool:
    return path.exists()


def with_another_byte(archive: Path, beginning: bytes) -> Path:
    whole = archive.read_bytes()
    place = whole.index(beginning)
    damaged = archive.with_name("damaged.tar")
    damaged.write_bytes(whole[:place] + b"?" + whole[place + 1 :])
    return damaged


State = tuple[Mapping[str, object], Mapping[str, bytes], bytes]


async def state(settings: Settings) -> State:
    return await everything(settings), files(settings.files), settings.keys.read_bytes()


def plenum(settings: Settings, *arguments: str) -> int:
    environ = {
        "PLENUM_DATA_DIR": str(settings.data_dir),
        "PLENUM_DATABASE_URL": settings.database_url,
    }
    return main(arguments, SmallApplication(), environ)


async def start_refused(settings: Settings) -> bool:
    engine = create_engine(settings.database)
    try:
        await epoch.require_finished(engine)
    except epoch.UnfinishedRestoreError:
        return True
    finally:
        await engine.dispose()
    return False


async def test_an_abort_leaves_the_old_state_or_one_that_no_server_starts_on(
    settings: Settings, archive: Path
) -> None:
    before = await state(settings)
    # A file takes its place by its name, tables by a commit.
    sqlite = settings.database.startswith("sqlite")
    harmless, harmful = (STEPS[1:3], STEPS[3]) if sqlite else (STEPS[1:2], STEPS[2])
    for step in harmless:
        with pytest.raises(PulledError):
            await restore(settings, archive, until(step), replace=True)
        assert (step, await start_refused(settings)) == (step, False)
        assert await state(settings) == before
    with pytest.raises(PulledError):
        await restore(settings, archive, until(harmful), replace=True)
    assert await start_refused(settings)
    assert [*settings.data_dir.rglob("*restoring*")] == []

    await restore(settings, archive, nothing, replace=True)
    assert not await start_refused(settings)
    found = await everything(settings)
    assert [row["object"] for row in found["room_text"]] == ["m-1", "m-2"]
    assert [row["size"] for row in found["stored_file"]] == [len(b"before")]


async def test_what_it_refuses_and_what_fails_touches_nothing(
    settings: Settings, archive: Path
) -> None:
    """Something is there, somebody serves, the archive is damaged, the disk is full."""
    before = await state(settings)
    with pytest.raises(CommandError, match=r"not empty; .* --replace"):
        await restore(settings, archive, nothing)
    with (
        serving.sharing(settings.data_dir),
        pytest.raises(CommandError, match="a server or a backup is running"),
    ):
        await restore(settings, archive, nothing, replace=True)
    damaged = with_another_byte(archive, b"Wort m-2")
    with pytest.raises(CommandError, match=r"damaged: database/room_text\.jsonl"):
        await restore(settings, damaged, nothing, replace=True)
    with files_at_most(4), pytest.raises(OSError, match="File too large"):
        await restore(settings, archive, nothing, replace=True)
    assert await state(settings) == before
    assert [*settings.data_dir.rglob("*restoring*")] == []


@pytest.mark.database
async def test_nobody_may_be_connected_from_another_host(
    postgresql_url: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path / "data", postgresql_url)
    async with small(settings) as house:
        await house.says("m-1")
        archive = await house.backup()
        with pytest.raises(CommandError, match="connected to the database: plenum rooms"):
            await restore(settings, archive, nothing, replace=True)


@pytest.mark.parametrize("wanted", ["while it runs", "when it was broken off"])
def test_no_server_starts_beside_a_restore(
    wanted: str, sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(tmp_path / "data", sqlite_url)
    if wanted == "while it runs":
        with serving.alone(settings.data_dir):
            assert plenum(settings, "serve") == 1
        assert "a restore is running" in capsys.readouterr().err
        return
    asyncio.run(_broken_off(sqlite_url))
    assert plenum(settings, "serve") == 1
    assert capsys.readouterr().err == (
        "plenum: A restore was not finished; run it again: plenum restore FILE --replace\n"
    )
    assert plenum(settings, "backup") == 1
    assert "was not finished" in capsys.readouterr().err


async def _broken_off(url: str) -> None:
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(epoch.mark)
    await engine.dispose()


def test_the_commands_say_what_they_did_and_what_to_do_next(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(tmp_path / "data", sqlite_url)
    assert plenum(settings, "backup", str(tmp_path / "mine.tar"), "--keep", "3") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"backup: {tmp_path / 'mine.tar'}"
    assert told[2].endswith("as secret as the server itself")
    assert plenum(settings, "restore", str(tmp_path / "mine.tar")) == 1
    assert "not empty" in capsys.readouterr().err
    ErasureJournal(settings.journal, lambda: 1).append([FileGone("gone", 1)])
    assert plenum(settings, "restore", str(tmp_path / "mine.tar"), "--replace") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:4] == [*STEPS]
    assert told[6] == (
        "  erased again, of 1 erasure in the journal: words of 0 objects, 0 taken back,"
        " 0 accounts, 0 uploads"
    )
    assert told[-1] == "Next: plenum doctor, then start the servers."


BEFORE = (
    "INSERT INTO account (id, name, language, created_at) VALUES ('hof', 'Hof', 'de', 1)",
    "INSERT INTO star (account, session, event, at) VALUES ('hof', 'podium', 'regio', 1)",
    "INSERT INTO organisation (guid, kind, name, folded, state, former_of) VALUES"
    " ('a', 'municipality', 'Alt', 'alt', 'BY', NULL),"
    " ('c', 'municipality', 'Neu', 'neu', 'BY', NULL),"
    " ('b', 'municipality', 'Dazwischen', 'dazwischen', 'BY', 'c')",
    "UPDATE organisation SET former_of = 'b' WHERE guid = 'a'",
)
"""Tables of an older release, and rows that point at later ones of their own table."""


@pytest.mark.postgresql
async def test_an_archive_of_an_older_release_comes_up_to_the_present_tables(
    postgresql: Cluster, tmp_path: Path
) -> None:
    old = settings_of(tmp_path / "old")
    await migrate(old.database, "0008")
    engine = create_engine(old.database)
    async with engine.begin() as connection:
        for statement in BEFORE:
            await connection.execute(text(statement))
    await engine.dispose()
    async with small(old) as house:
        archive = await house.backup()
    assert verified(archive).revision == "0008"
    with postgresql.fresh(empty=True) as url:
        target = settings_of(tmp_path / "new", url)
        await restore(target, archive, nothing)
        assert await current(url) == newest()
        found = await everything(target)
    assert found["star"] == [{"account": "hof", "session": "podium"}]
    former = {row["guid"]: row["former_of"] for row in found["organisation"]}
    assert former == {"a": "b", "b": "c", "c": None}


@pytest.mark.parametrize("newer", [{"revision": "9999"}, {"reader": 99}])
async def test_an_archive_of_a_newer_release_is_refused(
    newer: dict[str, object], sqlite_url: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path / "data", sqlite_url)
    async with small(settings) as house:
        archive = await house.backup()
    path = rewritten(archive, tmp_path / "newer.tar", **newer)
    with pytest.raises(CommandError, match="newer than this one; update first"):
        await restore(settings_of(tmp_path / "other"), path, nothing)


def rewritten(archive: Path, path: Path, **changes: object) -> Path:
    """The same archive with another manifest, as whole as it was."""
    manifest = msgspec.structs.replace(verified(archive), **changes)
    with written(path) as file, members(archive) as each:
        writer = ArchiveWriter(file)
        for name, body in each:
            if not name.startswith("manifest"):
                writer.add(name, io.BytesIO(body.read()))
        writer.finish(manifest)
    return path


async def test_a_journal_that_lost_erasures_stops_the_restore(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path / "data", sqlite_url)
    ErasureJournal(settings.journal, lambda: 1).append([AccountClosed("hof", 1)])
    async with small(settings) as house:
        archive = await house.backup()
    target = settings_of(tmp_path / "other")
    with pytest.raises(CommandError, match=r"missing or cut off: 0 of at least 1 .*"):
        await restore(target, archive, nothing)
    assert not there(target.data_dir / "plenum.sqlite3")
    await restore(target, archive, nothing, without_journal=True)


async def test_what_only_the_replaced_database_knows_was_erased_goes_into_the_journal(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Its journal lay on a disk that is gone; the database still tells.

    Feedback that was taken back, and given anew before the backup, stays.  So do words that were
    only old: their dates are looked at again.
    """
    settings = settings_of(tmp_path / "data", sqlite_url)
    taken_back = FeedbackGone("hof", "podium", 1)
    ErasureJournal(settings.journal, lambda: 1).append([taken_back])
    async with small(settings) as house:
        await house.says("m-1", "m-2", "m-3")
        async with house.engine.begin() as connection:
            await connection.execute(text(BEFORE[0]))
        await FeedbackRows(house.engine).put("hof", "regio", "podium", Answer(5, "gut"))
        archive = await house.backup()
        assert await erasures.again(house.store, ROOM, [Ref(Kind.MESSAGE, "m-1")], []) == 1
        assert await erasures.expire(house.store, ROOM, [Ref(Kind.MESSAGE, "m-3")]) == []
    restored = await restore(settings, archive, nothing, replace=True)
    assert restored.settled.words == 1
    found = await everything(settings)
    texts = {row["object"]: row["text"] for row in found["room_text"]}
    assert texts == {"m-1": None, "m-2": "Wort m-2", "m-3": "Wort m-3"}
    assert [row["text"] for row in found["feedback"]] == ["gut"]
    [first, kept] = ErasureJournal(settings.journal, lambda: 1).read()
    assert first == taken_back
    assert isinstance(kept, WordsGone)
    assert kept.objects == (Ref(Kind.MESSAGE, "m-1"),)
