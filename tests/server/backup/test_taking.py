"""A backup is one moment of the database with everything that moment means, while people go on."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.backup.archive import members, verified, written
from server.backup.restoring import restore
from server.backup.taking import Backup, Taken, take
from server.errors import CommandError
from server.settings import Settings
from server.storage.files import folder_of
from tests.fixtures.disk import files_at_most
from tests.server.backup.living import everything, settings_of
from tests.server.backup.small import ROOM, Small, names_in, small

READY = ["ready/1-small.webp", "ready/1.webp", "ready/2-small.webp", "ready/2.webp"]


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Small]:
    async with small(settings_of(tmp_path / "data", sqlite_url)) as made:
        yield made


def nothing(_: str) -> None: ...


async def restored(house: Small, archive: Path, tmp_path: Path) -> Settings:
    target = settings_of(tmp_path / "other")
    await restore(target, archive, nothing)
    return target


@pytest.mark.database
async def test_a_backup_during_traffic_is_a_beginning_of_the_history(
    database: str, tmp_path: Path
) -> None:
    """All that was acknowledged before it, nothing without what came before, numbers whole."""
    settings = settings_of(tmp_path / "data", database)
    async with small(settings) as house:
        acknowledged: list[str] = []
        going = asyncio.Condition()

        async def talk() -> None:
            for number in itertools.count():
                await house.says(f"m-{number:04}")
                async with going:
                    acknowledged.append(f"m-{number:04}")
                    going.notify_all()

        async def said(count: int) -> None:
            async with going:
                await going.wait_for(lambda: len(acknowledged) >= count)

        talking = asyncio.create_task(talk())
        await said(20)
        before = len(acknowledged)
        archive = await house.backup()
        await said(len(acknowledged) + 20)
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
    rows = await everything(await restored(house, archive, tmp_path))
    texts = [row["object"] for row in sorted(rows["room_text"], key=lambda row: row["rank"])]
    assert texts == acknowledged[: len(texts)]
    assert before <= len(texts) < len(acknowledged)
    events = rows["room_event"]
    assert [row["log"] for row in events] == [*range(1, len(texts) + 1)]
    [head] = rows["room_head"]
    assert (head["room"], head["log"], head["messages"]) == (ROOM, len(texts), len(texts))
    assert sorted(row["object"] for row in rows["room_author"]) == texts


async def test_of_an_upload_all_is_in_it_or_nothing(house: Small, tmp_path: Path) -> None:
    """Half of one begins again after a restore; one that nobody looked into yet waits for it."""
    half = await house.uploads(b"the beginn", size=1_000)
    ready = await house.uploads(b"all of it")
    await house.looked_into()
    waiting = await house.uploads(b"all of it, too")
    archive = await house.backup()
    assert sorted(names_in(archive, "files")) == sorted([*READY, "ready/content", "original"])
    target = await restored(house, archive, tmp_path)
    assert not {half} & {path.name for path in target.files.glob("*/*")}
    async with small(target) as again:
        await again.looked_into()
        found = await again.rows.files([half, ready, waiting])
        contents = {id_: again.files.content(file).read_bytes() for id_, file in found.items()}
    assert contents == {ready: b"all of it", waiting: b"all of it, too"}


async def between(house: Small, path: Path, act: str, file: str) -> tuple[list[str], Path]:
    """A backup; something happens to a file after the database was read."""
    with written(path) as archive:
        backup = Backup(house.settings, archive, path.parent)
        moment = await backup.read(house.engine)
        if act == "deleted":
            await house.files.remove([file])
        elif act == "looked into":
            await house.looked_into()
        elif act == "lost":
            (folder_of(house.settings.files, file) / "ready" / "content").unlink()
        await backup.finish(house.engine, moment)
    return backup.lost, path


async def test_what_is_deleted_meanwhile_is_told_and_stays_deleted(
    house: Small, tmp_path: Path
) -> None:
    file, other = await house.uploads(b"one"), await house.uploads(b"two")
    await house.looked_into()
    lost, archive = await between(house, tmp_path / "b.tar", "deleted", file)
    assert (lost, verified(archive).missing) == ([], (file,))
    target = await restored(house, archive, tmp_path)
    assert [row["id"] for row in (await everything(target))["stored_file"]] == [other]


async def test_what_is_looked_into_meanwhile_is_looked_into_again(
    house: Small, tmp_path: Path
) -> None:
    file = await house.uploads(b"all of it")
    lost, archive = await between(house, tmp_path / "b.tar", "looked into", file)
    assert (lost, names_in(archive, "files")) == ([], ["original"])


async def test_what_the_disk_lost_is_told_and_the_rest_is_kept(
    house: Small, tmp_path: Path
) -> None:
    file, other = await house.uploads(b"one"), await house.uploads(b"two")
    await house.looked_into()
    (folder_of(house.settings.files, other) / "ready" / "content").write_bytes(b"rot")
    lost, archive = await between(house, tmp_path / "b.tar", "lost", file)
    assert sorted(lost) == sorted([file, other])
    assert verified(archive).missing == ()


async def test_a_full_disk_leaves_no_archive_and_the_older_ones(house: Small) -> None:
    await house.says("m-1", "m-2", "m-3")
    older = await house.backup()
    target = older.with_name("next.tar")
    with files_at_most(20_000), pytest.raises(OSError, match=r"File too large: .*/next\.tar'$"):
        await take(house.settings, target, keep=1)
    assert [*older.parent.iterdir()] == [older]


async def test_the_last_ones_are_kept_and_nothing_else_is_touched(house: Small) -> None:
    folder = house.settings.data_dir / "backups"
    folder.mkdir()
    old = [folder / f"plenum-2026010{day}T000000Z.tar" for day in range(1, 5)]
    others = [folder / "plenum-mine.tar", folder / "notes.txt"]
    parts = [folder / f"plenum-20260101T000000Z.tar.{end}.part" for end in ("0a1b2c3d", "4e5f6a7b")]
    for path in [*old, *others, *parts]:
        path.touch()
    os.utime(parts[0], (1, 1))
    taken = await take(house.settings, None, keep=3)
    assert taken.dropped == (old[0], old[1])
    assert sorted(folder.iterdir()) == sorted([*old[2:], *others, parts[1], taken.path])


async def test_an_archive_is_never_written_over(house: Small, tmp_path: Path) -> None:
    (tmp_path / "mine.tar").write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        await take(house.settings, tmp_path / "mine.tar", None)
    assert (tmp_path / "mine.tar").read_text() == "mine"


async def test_of_two_backups_to_one_name_one_is_whole_and_the_other_says_so(
    house: Small, tmp_path: Path
) -> None:
    await house.says("m-1")
    target = tmp_path / "backups" / "b.tar"
    done = await asyncio.gather(
        *(take(house.settings, target, None) for _ in range(2)), return_exceptions=True
    )
    (taken,) = (each for each in done if isinstance(each, Taken))
    (refused,) = (each for each in done if isinstance(each, CommandError))
    assert str(refused) == f"{target}: was made by somebody else meanwhile"
    assert verified(target) == taken.manifest
    assert [*target.parent.iterdir()] == [target]


async def test_rows_are_lines_that_anybody_reads(house: Small) -> None:
    await house.says("m-1")
    with members(await house.backup()) as each:
        lines = {name: body.read() for name, body in each}
    assert json.loads(lines["database/room_text.jsonl"])[0] == "m-1"


async def test_there_must_be_a_database(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no database yet"):
        await take(settings_of(tmp_path / "data"), None, None)
