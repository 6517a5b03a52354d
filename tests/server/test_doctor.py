"""The doctor names what would hurt, and looks without touching."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from server.cli import main
from server.db.migrate import migrate
from server.doctor import Finding, data, examine, room_left
from server.settings import Settings
from tests.fixtures.disk import NOBODY, files_at_most, folder_of_everybody, somebody_else
from tests.fixtures.ports import free_port
from tests.fixtures.redis import RedisServer
from tests.fixtures.server import RunningServer


async def findings(settings: Settings, part: str) -> list[tuple[str, str]]:
    found = await examine(settings, {})
    return [(finding.level, finding.text) for finding in found if finding.part == part]


async def test_a_healthy_installation_has_no_error(database: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=database)
    errors = [finding for finding in await examine(settings, {}) if finding.level == "error"]
    assert errors == []


def test_looking_makes_no_file(tmp_path: Path) -> None:
    asyncio.run(examine(Settings(data_dir=tmp_path / "data"), {}))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_of_everybody() as made:
        yield made / "data"


def closed(path: Path, mode: int) -> None:
    """A folder, made if it is not there, or a file, with these rights."""
    if not path.exists():
        path.mkdir()
    path.chmod(mode)


async def errors(settings: Settings) -> list[str]:
    """What is wrong with the data, as ``part: text``."""
    return [f"{each.part}: {each.text}" for each in await data(settings) if each.level == "error"]


async def test_a_folder_that_is_not_there_yet_will_be_made(folder: Path) -> None:
    settings = Settings(data_dir=folder / "deeper")
    assert await findings(settings, "folder") == [
        ("ok", f"{folder / 'deeper'} will be made on the first start")
    ]
    assert await errors(settings) == []


async def test_a_folder_that_cannot_be_made_says_who_has_to_make_it(folder: Path) -> None:
    """Nobody is told to take the folder above it from its owner."""
    closed(folder, 0o555)
    missing = folder / "deeper"
    with somebody_else():
        user = os.geteuid()
        told = await errors(Settings(data_dir=missing))
    assert told[0].startswith(f"folder: {missing} is not there, and user ")
    assert told[0].endswith(f" may not make it in {folder}: make it, then chown {user} {missing}")
    assert [each.partition(":")[0] for each in told] == ["folder", "erasures"]


@pytest.mark.parametrize("mode", [0o000, 0o500, 0o555])
async def test_a_folder_that_may_not_be_written_is_named_with_what_to_do(
    mode: int, folder: Path
) -> None:
    """Nobody is told the name of an exception, and nothing is promised for the first start."""
    settings = Settings(data_dir=folder)
    closed(folder, 0o700)
    await migrate(settings.database)
    closed(folder, mode)
    with somebody_else():
        told = await errors(settings)
        promised = [each.text for each in await data(settings) if "first start" in each.text]
    assert told[0].startswith(f"folder: {folder} ")
    assert any(
        advice in told[0] for advice in (f"chown -R {NOBODY} {folder}", f"chmod u+rwX {folder}")
    )
    assert f"erasures: {settings.journal} cannot be written: nothing can be erased" in told
    assert "OperationalError" not in "".join(told)
    assert promised == []


async def test_a_file_of_somebody_else_in_the_folder_is_named(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    closed(folder, 0o777)
    await migrate(settings.database)
    closed(folder / "plenum.sqlite3", 0o000)
    with somebody_else():
        told = await errors(settings)
    assert [each.partition(":")[0] for each in told] == ["folder", "database"]
    assert told[0].startswith(f"folder: {folder / 'plenum.sqlite3'} ")
    assert "cannot be opened now (unable to open database file)" in told[1]


async def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    told = await errors(Settings(data_dir=tmp_path / "data"))
    journal = tmp_path / "data" / "erasures.journal"
    assert told == [
        f"folder: {tmp_path / 'data'} is a file, not a folder: set PLENUM_DATA_DIR",
        f"erasures: {journal} cannot be written: nothing can be erased",
    ]


async def test_on_a_full_disk_the_database_cannot_be_opened_and_all_else_is_looked_at(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)
    await migrate(settings.database)
    with files_at_most(0):
        told = await errors(settings)
    path = tmp_path / "plenum.sqlite3"
    why = "cannot be opened now (disk I/O error): see disk and folder above, then try again"
    assert told == [f"database: {path} {why}"]


def test_little_room_is_told_before_there_is_none(tmp_path: Path) -> None:
    levels = [room_left(free * 2**20, tmp_path).level for free in (99, 100, 1_023, 1_024)]
    assert levels == ["error", "warning", "warning", "ok"]
    assert room_left(0, tmp_path).text == (
        f"0 MiB free at {tmp_path}, too little to store anything: make room"
    )


async def test_what_is_no_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plenum.sqlite3").write_text("Guten Tag, ich bin keine Datenbank." * 100)
    assert await errors(Settings(data_dir=tmp_path)) == [
        f"database: {tmp_path / 'plenum.sqlite3'} is damaged (file is not a database):"
        " restore a backup"
    ]


async def test_a_damaged_database_is_an_error(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    await migrate(settings.database)
    path = tmp_path / "plenum.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE words (text)")
    connection.executemany("INSERT INTO words VALUES (?)", [("x" * 900,)] * 100)
    connection.commit()
    connection.close()
    with path.open("r+b") as file:
        file.seek(-40_000, 2)
        file.write(b"\xff" * 20_000)
    ((level, text),) = [
        found for found in await findings(settings, "database") if found[0] == "error"
    ]
    assert (level, text.startswith("damaged: ")) == ("error", True)


async def test_a_database_that_may_lose_writes_is_an_error(
    postgresql_url: str, tmp_path: Path
) -> None:
    connection = await asyncpg.connect(postgresql_url.replace("+asyncpg", ""))
    name = postgresql_url.rsplit("/", 1)[1]
    await connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await connection.close()
    settings = Settings(data_dir=tmp_path, database_url=postgresql_url)
    ((_, text),) = [found for found in await findings(settings, "database") if found[0] == "error"]
    assert text.startswith("may lose data: synchronous_commit is off, it must be on")


async def test_an_unreachable_database_is_an_error(tmp_path: Path) -> None:
    url = f"postgresql://plenum@127.0.0.1:{free_port()}/plenum"
    ((level, _),) = await findings(Settings(data_dir=tmp_path, database_url=url), "database")
    assert level == "error"


async def test_a_bus_that_is_away_is_a_warning_for_nothing_is_lost(
    tmp_path: Path, redis: RedisServer
) -> None:
    settings = Settings(data_dir=tmp_path, bus_url=SecretStr(redis.url))
    assert await findings(settings, "bus") == [("ok", "carries hints between processes")]
    redis.kill()
    ((level, text),) = await findings(settings, "bus")
    assert (level, text[:24]) == ("warning", "cannot be reached: Redis")
    assert await findings(Settings(data_dir=tmp_path), "bus") == []


async def test_a_database_of_an_older_release_is_named(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    (tmp_path / "plenum.sqlite3").touch()
    found = await findings(settings, "database")
    assert ("warning", "journal mode is delete, not wal") in found


async def test_a_clock_behind_what_is_stored_is_a_warning(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    await migrate(settings.database)
    assert await findings(settings, "clock") == [("ok", "not behind anything stored")]
    connection = sqlite3.connect(tmp_path / "plenum.sqlite3")
    heads = ("room", "log", "pub", "stage", "desk", "version", "last_at", "min_reader", "messages")
    values = ("plenum", 0, 0, 0, 0, 0, 4_102_444_800_000, 0, 0)
    connection.execute(
        f"INSERT INTO room_head ({', '.join(heads)}) VALUES ({', '.join('?' * len(heads))})", values
    )
    connection.commit()
    connection.close()
    ((level, text),) = await findings(settings, "clock")
    assert (level, text.endswith(" s behind the newest message stored")) == ("warning", True)


async def test_figures_that_others_can_reach_are_a_warning(tmp_path: Path) -> None:
    for host, warned in (("127.0.0.1", 0), ("0.0.0.0", 1)):
        settings = Settings(data_dir=tmp_path, metrics_port=9464, metrics_host=host)
        told = [text for _, text in await findings(settings, "settings")]
        assert sum("METRICS_HOST: port 9464" in text for text in told) == warned


async def test_a_misspelt_variable_is_a_warning(tmp_path: Path) -> None:
    found = await examine(Settings(data_dir=tmp_path), {"PLENUM_SMPT_URL": "x"})
    named = Finding("warning", "settings", "PLENUM_SMPT_URL is not a setting of Plenum")
    assert named in found


def test_wrong_settings_fail_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"], environ={"PLENUM_MODE": "production"}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "error    settings: PLENUM_SECRET: missing; production needs it" in lines


def test_running_demo_is_sound(demo: RunningServer) -> None:
    """The server holds the database open; looking at it does no harm to either."""
    lines = demo.command("doctor").splitlines()
    assert {line.split()[0] for line in lines} <= {"ok", "warning"}
    assert any("sound, write-ahead log" in line for line in lines)


async def test_an_erasure_journal_that_nobody_can_read_is_an_error(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert await findings(settings, "erasures") == [("ok", f"0 in the journal {settings.journal}")]
    settings.journal.write_text("something else\n")
    [(level, text)] = await findings(settings, "erasures")
    assert (level, text.startswith(f"{settings.journal}: line 1: ")) == ("error", True)
