"""Several workers on one port: an even spread, a new one for each that ends, one end for all."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from server.cli import main
from server.workers import Workers
from tests.fixtures.server import RunningServer, running_server

MANY = 90
ESTABLISHED = "01"


@pytest.fixture
def three(postgresql_url: str, tmp_path: Path) -> Iterator[RunningServer]:
    environment = {"PLENUM_DATABASE_URL": postgresql_url, "PLENUM_DRAIN_SECONDS": "1"}
    small = "tests.server.small"
    with running_server(tmp_path / "three", environment, "--workers", "3", module=small) as server:
        # The first of them answers before the last one listens.
        until(lambda: "Plenum serves" in server.output)
        yield server


def workers_of(server: RunningServer) -> set[int]:
    assert server.process is not None
    pid = server.process.pid
    return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def connections_of(pid: int, port: int) -> int:
    """How many a process holds on this port, by what the system tells of its open files."""
    lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    ours = {
        f"socket:[{line[9]}]"
        for line in lines
        if line[3] == ESTABLISHED and int(line[1].split(":")[1], 16) == port
    }
    return sum(str(each.readlink()) in ours for each in Path(f"/proc/{pid}/fd").iterdir())


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.process
def test_connections_are_spread_over_all_workers(three: RunningServer) -> None:
    workers = workers_of(three)
    assert len(workers) == 3
    with ExitStack() as open_ones:
        for _ in range(MANY):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", three.port)))

        def counts() -> list[int]:
            return [connections_of(pid, three.port) for pid in workers]

        until(lambda: sum(counts()) >= MANY)
        assert min(counts()) >= MANY // 9


@pytest.mark.process
def test_another_worker_takes_the_place_of_one_that_was_killed(three: RunningServer) -> None:
    before = workers_of(three)
    gone = min(before)
    os.kill(gone, signal.SIGKILL)
    until(lambda: len(workers_of(three) - before) == 1)
    three.wait()
    assert before - {gone} < workers_of(three)
    assert "a worker was ended by SIGKILL; another one is started" in three.output
    assert three.output.count("Plenum serves") == 1


@pytest.mark.process
def test_a_stop_ends_all_in_order(three: RunningServer) -> None:
    workers = workers_of(three)
    assert three.stop() == 0
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
    assert "another one" not in three.output


@pytest.mark.process
def test_no_worker_outlives_its_parent(three: RunningServer) -> None:
    workers = workers_of(three)
    three.kill()
    until(lambda: not any(_lives(pid) for pid in workers))


def _lives(pid: int) -> bool:
    """Who is dead may stand in the list until somebody asks how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.process
def test_where_one_cannot_start_none_stays() -> None:
    said: list[str] = []
    workers = Workers([sys.executable, "-c", "raise SystemExit(3)"], 2)
    assert workers.run(lambda: said.append("ready")) == 1
    assert said == []


def test_several_on_one_file_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"PLENUM_DATA_DIR": str(tmp_path)}
    assert main(["serve", "--workers", "2"], environ=environ) == 1
    assert capsys.readouterr().err == (
        "plenum: --workers: several need PostgreSQL; set PLENUM_DATABASE_URL\n"
    )


@pytest.mark.parametrize("count", ["0", "-1", "viele", "100", "²"])
def test_a_number_that_is_none_is_refused(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--workers", count], environ={})
    assert "a number from 1 to 99" in capsys.readouterr().err
