"""An archive whose hashes are right and whose rows are not: told in one line, nothing touched."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.backup.archive import ArchiveError, ArchiveWriter, members, verified, written
from server.backup.restoring import restore
from server.storage.files import folder_of
from tests.server.backup.living import settings_of
from tests.server.backup.small import small

FILES = "database/stored_file.jsonl"
Row = list[Any]


@pytest.fixture
async def archive(sqlite_url: str, tmp_path: Path) -> Path:
    """With one upload that is complete and one that is not."""
    async with small(settings_of(tmp_path / "data", sqlite_url)) as house:
        await house.uploads(b"whole")
        await house.looked_into()
        await house.uploads(b"half", size=100)
        return await house.backup()


def with_rows(archive: Path, change: Callable[[Row], object]) -> Path:
    """The same archive, its rows of uploads changed and everything hashed anew."""
    path, manifest = archive.with_name("evil.tar"), verified(archive)
    with written(path) as file, members(archive) as each:
        writer = ArchiveWriter(file)
        for name, content in each:
            body = content.read()
            if name == FILES:
                rows = [json.loads(line) for line in body.splitlines()]
                for row in rows:
                    change(row)
                body = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
            if not name.startswith("manifest"):
                writer.add(name, io.BytesIO(body))
        writer.finish(msgspec.structs.replace(manifest, members=dict(writer.members)))
    return path


def column(archive: Path, name: str) -> int:
    return verified(archive).tables["stored_file"].columns.index(name)


@pytest.mark.parametrize("name", ["../../../victim", "/victim", "..", "a/b", "", "a" * 65])
async def test_a_row_names_no_folder_elsewhere(name: str, archive: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    at = column(archive, "id")
    evil = with_rows(archive, lambda row: row.__setitem__(at, name))
    target = settings_of(tmp_path / "new")
    with pytest.raises(ArchiveError, match="table stored_file: row 1 is not as we write it"):
        await restore(target, evil, lambda _: None)
    assert victim.is_dir()
    assert not (target.data_dir / "plenum.sqlite3").exists()


@pytest.mark.parametrize("change", [list.pop, lambda row: row.append(1), list.clear])
async def test_a_row_too_short_or_too_long_is_told(
    change: Callable[[Row], object], archive: Path, tmp_path: Path
) -> None:
    with pytest.raises(ArchiveError, match="table stored_file: row 1 is not as we write it"):
        await restore(settings_of(tmp_path / "new"), with_rows(archive, change), lambda _: None)


async def test_a_number_that_no_database_takes_is_told(archive: Path, tmp_path: Path) -> None:
    at = column(archive, "size")
    evil = with_rows(archive, lambda row: row.__setitem__(at, 10**30))
    with pytest.raises(ArchiveError, match="table stored_file: "):
        await restore(settings_of(tmp_path / "new"), evil, lambda _: None)


def test_a_folder_is_only_made_of_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the id of a file"):
        folder_of(tmp_path, "../../x")
