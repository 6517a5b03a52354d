"""A database has one data folder: who comes with another one is told so and does not serve."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.backup.restoring import restore
from server.cli import main
from server.db.engine import create_engine
from server.doctor import data
from server.services import services
from server.settings import Settings
from server.storage.belonging import ForeignFolderError, adopt, require_own
from server.storage.vault import FileVault, name_in
from tests.fixtures.ports import free_port
from tests.server.backup.living import settings_of
from tests.server.backup.small import small
from tests.server.small import SmallApplication


def vault(folder: Path) -> Path:
    """An ``authors.keys`` as a start makes it."""
    FileVault(folder / "authors.keys").close()
    return folder / "authors.keys"


async def belongs(url: str, keys: Path) -> bool:
    engine = create_engine(url)
    try:
        await require_own(engine, keys)
    except ForeignFolderError:
        return False
    finally:
        await engine.dispose()
    return True


async def errors(settings: Settings) -> list[str]:
    return [f"{each.part}: {each.text}" for each in await data(settings) if each.level == "error"]


async def test_the_first_folder_is_the_one_and_others_are_refused(
    database: str, tmp_path: Path
) -> None:
    one, other = vault(tmp_path / "one"), vault(tmp_path / "other")
    told = [await belongs(database, keys) for keys in (one, other, one, other)]
    assert told == [True, False, True, False]
    assert other.stat().st_size == 0, "nothing was put into it"


async def test_of_several_that_start_at_once_all_with_one_folder_go_on(
    postgresql_url: str, tmp_path: Path
) -> None:
    """The first start after an update, on three nodes and on one that was set up wrongly."""
    shared, other = vault(tmp_path / "shared"), vault(tmp_path / "other")
    told = await asyncio.gather(
        *(belongs(postgresql_url, keys) for keys in (shared, other, shared, other, shared))
    )
    assert told in ([True, False, True, False, True], [False, True, False, True, False])


async def test_a_folder_that_moved_is_still_the_one(sqlite_url: str, tmp_path: Path) -> None:
    keys = vault(tmp_path / "here")
    assert await belongs(sqlite_url, keys)
    moved = keys.parent.rename(tmp_path / "there")
    assert await belongs(sqlite_url, moved / "authors.keys")


async def test_a_lost_folder_is_replaced_on_purpose(database: str, tmp_path: Path) -> None:
    lost, fresh = vault(tmp_path / "lost"), vault(tmp_path / "fresh")
    assert await belongs(database, lost)
    engine = create_engine(database)
    await adopt(engine, fresh)
    await engine.dispose()
    assert [await belongs(database, keys) for keys in (fresh, lost)] == [True, False]


async def test_a_restore_makes_the_folder_it_fills_the_one_and_a_copy_of_before_is_refused(
    database: str, tmp_path: Path
) -> None:
    before = settings_of(tmp_path / "before", database)
    assert await belongs(database, vault(before.data_dir))
    async with small(before) as house:
        archive = await house.backup()
    after = settings_of(tmp_path / "after", database)
    await restore(after, archive, lambda _: None, replace=True)
    assert [await belongs(database, each.keys) for each in (after, before)] == [True, False]


def test_the_name_of_a_vault_is_kept_and_told_by_looking(tmp_path: Path) -> None:
    keys = vault(tmp_path)
    assert (name_in(keys), name_in(tmp_path / "nothing")) == (None, None)
    name = FileVault(keys).name()
    assert {FileVault(keys).name(), name_in(keys)} == {name}
    assert FileVault(keys).rename() == name_in(keys) != name


@pytest.fixture
def foreign(database: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a node that shares the database, but not the folder."""
    assert asyncio.run(belongs(database, vault(tmp_path / "shared")))
    yield settings_of(tmp_path / "own", database).model_copy(update={"port": free_port()})


def plenum(settings: Settings, *arguments: str) -> int:
    environ = {
        "PLENUM_DATA_DIR": str(settings.data_dir),
        "PLENUM_DATABASE_URL": settings.database_url,
        "PLENUM_PORT": str(settings.port),
    }
    return main(arguments, SmallApplication(), environ)


@pytest.mark.parametrize("command", ["serve", "backup"])
def test_no_server_and_no_backup_starts_and_the_line_says_what_to_do(
    foreign: Settings, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plenum(foreign, command) == 1
    assert capsys.readouterr().err == (
        f"plenum: {foreign.data_dir} is not the data folder of this database: its authors.keys is"
        " another one. Set PLENUM_DATA_DIR to the folder that all processes share. If that one is"
        " lost, restore a backup, or go on without its keys: plenum migrate --adopt-folder\n"
    )


def test_the_doctor_says_it_too_until_the_folder_is_adopted(
    foreign: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (told,) = asyncio.run(errors(foreign))
    assert told.startswith(f"folder: {foreign.data_dir} is not the data folder of this database")
    assert plenum(foreign, "migrate", "--adopt-folder") == 0
    adopted = f"database: its data folder is {foreign.data_dir}"
    assert capsys.readouterr().out.splitlines()[1:] == [adopted]
    assert asyncio.run(errors(foreign)) == []


def test_a_process_that_nobody_asked_before_its_start_does_not_serve_either(
    foreign: Settings,
) -> None:
    async def start() -> None:
        async with services(foreign).running():
            raise AssertionError

    with pytest.raises(ForeignFolderError):
        asyncio.run(start())


async def test_the_doctor_has_no_question_about_a_database_of_before(
    database: str, tmp_path: Path
) -> None:
    engine = create_engine(database)
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE database_folder"))
    await engine.dispose()
    assert await errors(settings_of(tmp_path, database)) == []
