"""The command line: what it does with an application passed in, and how it says no."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from rooms.core.codec import READER
from server.cli import main
from server.settings import Settings
from tests.fixtures.ports import free_port
from tests.fixtures.postgresql import Cluster
from tests.fixtures.server import ROOT
from tests.server.db.test_generation import WRITTEN
from tests.server.small import SmallApplication

PRODUCTION = {
    "PLENUM_MODE": "production",
    "PLENUM_SECRET": "x" * 32,
    "PLENUM_BASE_URL": "https://konferenz.example",
    "PLENUM_SMTP_URL": "smtps://mail.example",
    "PLENUM_MAIL_FROM": "plenum@konferenz.example",
}


@contextmanager
def serving(folder: Path, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``plenum serve`` with the small application, as a process."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if name[:7] != "PLENUM_"}
    own = {"PLENUM_DATA_DIR": str(folder / "data"), "PLENUM_PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.server.small", "serve"],
        cwd=ROOT,
        env={**inherited, **own, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        url = f"http://127.0.0.1:{port}/readyz"
        try:
            _wait(process, url)
            yield process, url
        finally:
            process.kill()


def _wait(process: subprocess.Popen[str], url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(process.communicate())


@pytest.fixture
def environ(tmp_path: Path) -> Mapping[str, str]:
    return {"PLENUM_DATA_DIR": str(tmp_path / "data")}


@pytest.mark.process
def test_serve_migrates_seeds_and_says_what_to_open(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, url):
        assert httpx.get(url).status_code == 200
        process.terminate()
        output, errors = process.communicate(timeout=30)
    assert "\n  Moderation\n  http://127.0.0.1:" in output
    assert (process.returncode, errors) == (0, "")
    assert (tmp_path / "data" / "plenum.sqlite3").exists()


@pytest.mark.process
def test_production_prints_no_link_and_nothing_of_who_asks_for_what(tmp_path: Path) -> None:
    with serving(tmp_path, **PRODUCTION, PLENUM_LOG_LEVEL="debug") as (process, url):
        httpx.get(url, params={"token": "secret"})
        process.terminate()
        told = process.communicate(timeout=30)
    assert told == ("Plenum serves https://konferenz.example\n", "")


@pytest.mark.process
@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        ("", {"scheme": "http", "client": "127.0.0.1"}),
        ("127.0.0.1", {"scheme": "https", "client": "203.0.113.7"}),
    ],
)
def test_forwarded_headers_count_only_from_a_trusted_proxy(
    tmp_path: Path, proxies: str, seen: dict[str, str]
) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    with serving(tmp_path, PLENUM_TRUSTED_PROXIES=proxies) as (_, url):
        assert httpx.get(url, headers=forwarded).json() == seen


def test_a_taken_port_is_one_plain_line(
    environ: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        given = {**environ, "PLENUM_PORT": str(port)}
        assert main(["serve"], SmallApplication(), given) == 1
    line = f"cannot listen on 127.0.0.1 port {port}: Address already in use; set PLENUM_PORT"
    assert capsys.readouterr().err == f"plenum: {line}\n"


def test_wrong_settings_are_one_plain_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    given = {"PLENUM_MODE": "production", "PLENUM_PORT": "0"}
    assert main(["serve"], SmallApplication(), given) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["plenum: PLENUM_PORT: Input should be greater than or equal to 1"]


def test_a_file_that_cannot_be_read_is_named(
    environ: Mapping[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "examples.csv")
    assert main(["import-examples", missing], SmallApplication(), environ) == 1
    assert capsys.readouterr().err == f"plenum: {missing}: No such file or directory\n"


def test_what_is_made_is_for_its_owner_alone(environ: Mapping[str, str], tmp_path: Path) -> None:
    assert main(["migrate"], SmallApplication(), environ) == 0
    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "data").iterdir()}
    assert "plenum.sqlite3.migrating" in modes
    assert {*modes.values()} == {0}


def test_an_unreachable_database_is_one_plain_line(
    environ: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"postgresql://plenum@127.0.0.1:{free_port()}/plenum"
    assert main(["migrate"], SmallApplication(), {**environ, "PLENUM_DATABASE_URL": url}) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("plenum: ")
    assert "Connect call failed" in line


@pytest.mark.postgresql
def test_a_missing_database_is_one_plain_line(
    environ: Mapping[str, str], postgresql: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {**environ, "PLENUM_DATABASE_URL": postgresql.url("nowhere")}
    assert main(["migrate"], SmallApplication(), given) == 1
    line = 'plenum: database: database "nowhere" does not exist\n'
    assert capsys.readouterr().err == line


def test_a_database_set_to_lose_writes_is_not_served(
    environ: Mapping[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/p.sqlite3?synchronous=off"
    given = {**environ, "PLENUM_PORT": str(free_port()), "PLENUM_DATABASE_URL": url}
    assert main(["serve"], SmallApplication(), given) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("plenum: The database is set to lose acknowledged writes")


def test_a_database_of_a_newer_release_is_not_served(
    environ: Mapping[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {**environ, "PLENUM_PORT": str(free_port()), "PLENUM_DATA_DIR": str(tmp_path)}
    assert main(["migrate"], SmallApplication(), given) == 0
    with closing(sqlite3.connect(tmp_path / "plenum.sqlite3")) as connection, connection:
        connection.execute(WRITTEN, {"reader": READER + 1})
    assert main(["serve"], SmallApplication(), given) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("plenum: A newer Plenum wrote in this database")


class BrokenApplication(SmallApplication):
    async def token(self, settings: Settings, address: str) -> str:
        raise LookupError("something nobody thought of\nand its details")


def test_a_surprise_is_one_plain_line(
    environ: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", "x@y.example"], BrokenApplication(), environ) == 1
    line = "plenum: LookupError: something nobody thought of (PLENUM_LOG_LEVEL=debug: more)\n"
    assert capsys.readouterr().err == line


def test_debug_shows_where_a_surprise_comes_from(environ: Mapping[str, str]) -> None:
    with pytest.raises(LookupError):
        main(["token", "x"], BrokenApplication(), {**environ, "PLENUM_LOG_LEVEL": "debug"})


def test_seed_migrates_first(
    environ: Mapping[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    application = SmallApplication()
    assert main(["seed"], application, environ) == 0
    assert application.seeded == [f"sqlite+aiosqlite:///{tmp_path}/data/plenum.sqlite3"]
    assert capsys.readouterr().out == "database: seeded\n"


def test_sign_in_link_prints_the_link_alone(
    environ: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sign-in-link", "moderation@kts.example"], SmallApplication(), environ) == 0
    assert capsys.readouterr().out == "http://127.0.0.1:8000/sign-in/confirm#ticket\n"


def test_sign_in_link_for_a_stranger_is_refused(
    environ: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sign-in-link", "x@y.example"], SmallApplication(), environ) == 1
    assert capsys.readouterr().err == "plenum: x@y.example: no such account\n"


def test_token_prints_the_token_alone(
    environ: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", "moderation@kts.example"], SmallApplication(), environ) == 0
    assert capsys.readouterr().out == "token for moderation@kts.example\n"


@pytest.mark.parametrize("arguments", [[], ["fly"], ["sign-in-link"]])
def test_an_unknown_or_incomplete_command_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments, SmallApplication(), {})
    assert ended.value.code == 2
