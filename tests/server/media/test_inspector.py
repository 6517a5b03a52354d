"""The inspecting process itself: what it costs is bounded, whatever is in a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agenda.core.materials import FileProblem, MediaType
from server.media import limits
from server.media.facts import Facts, Job
from server.media.inspector import ROOT, ProcessInspector
from tests.server.media import samples

pytestmark = pytest.mark.process


async def inspect(
    folder: Path,
    content: bytes,
    seconds: float = limits.WALL_SECONDS,
    base: float = limits.BASE_SECONDS,
) -> Facts:
    source, out = folder / "original", folder / "out"
    source.write_bytes(content)
    out.mkdir()
    job = Job(str(source), str(out), MediaType.PDF, base)
    return await ProcessInspector(seconds).inspect(job)


async def test_good_file_is_told_about(tmp_path: Path) -> None:
    facts = await inspect(tmp_path, samples.pdf(1))
    assert facts.problem is None
    assert facts.pages is not None
    assert facts.pages.texts == ("Guten Tag, Seite 1",)


async def test_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    facts = await inspect(tmp_path, samples.bomb_pdf())
    assert facts == Facts(problem=FileProblem.TOO_HEAVY)


async def test_file_that_takes_hours_is_given_up(tmp_path: Path) -> None:
    facts = await inspect(tmp_path, samples.endless_pdf(), seconds=4.0)
    assert facts == Facts(problem=FileProblem.TOO_HEAVY)


async def test_file_that_costs_more_than_its_pages_may_is_given_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Long before its wall time, since others wait behind it."""
    facts = await inspect(tmp_path, samples.endless_pdf(), base=0.5)
    assert facts == Facts(problem=FileProblem.TOO_HEAVY)
    assert f"ended with code {-signal.SIGPROF}" in caplog.text


async def test_no_environment_reaches_the_process(tmp_path: Path) -> None:
    os.environ["PLENUM_TEST_SECRET"] = "CANARY"
    try:
        seen = tmp_path / "seen"
        source = f"import os, pathlib; pathlib.Path({str(seen)!r}).write_text(repr(os.environ))"
        await ProcessInspector(command=(sys.executable, "-E", "-s", "-c", source)).inspect(
            Job(str(seen), str(tmp_path), MediaType.PDF)
        )
    finally:
        del os.environ["PLENUM_TEST_SECRET"]
    assert "CANARY" not in seen.read_text()
    assert "LANG" in seen.read_text()


PROBE = """
import resource, socket, os, sys
from server.media import limits
from server.media.confine import confine
confine(1_000_000)
got = {}
for name, act in {
    "network": lambda: socket.socket(),
    "program": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
    "process": lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
    "memory": lambda: bytearray(limits.ADDRESS_SPACE),
    "descriptors": lambda: [open("/dev/null") for _ in range(limits.DESCRIPTORS)],
}.items():
    try:
        act()
    except (OSError, MemoryError) as error:
        got[name] = type(error).__name__
print(got, resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_CPU)[1])
"""


def test_walls_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    walls = {
        "network": "PermissionError",
        "program": "PermissionError",
        "process": "PermissionError",
        "memory": "MemoryError",
        "descriptors": "OSError",
    }
    assert done.stdout.strip() == f"{walls} (0, 0) {limits.CPU_SECONDS}"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        '{"problem": "nonsense"}',
        '{"images": 3}',
        '{"images": 501}',
        '{"pages": {"tagged": true, "language": null, "title": null, "texts": [], "ratio": 1}}',
    ],
)
async def test_answer_that_makes_no_sense_is_no_answer(tmp_path: Path, answer: str) -> None:
    """Whoever takes the process over can only say what it could say anyway."""
    source = f"import pathlib; pathlib.Path('facts.json').write_text({answer!r})"
    command = (sys.executable, "-c", f"import os; os.chdir({str(tmp_path)!r}); {source}")
    facts = await ProcessInspector(command=command).inspect(
        Job(str(tmp_path), str(tmp_path), MediaType.PDF)
    )
    assert facts == Facts(problem=FileProblem.TOO_HEAVY)


async def test_link_in_place_of_a_file_is_no_answer(tmp_path: Path) -> None:
    secret = tmp_path / "authors.keys"
    secret.write_text("CANARY")
    out = tmp_path / "out"
    out.mkdir()
    source = "pathlib.Path('facts.json').write_text('{}'); os.symlink('../authors.keys', 'content')"
    command = (sys.executable, "-c", f"import os, pathlib; os.chdir({str(out)!r}); {source}")
    facts = await ProcessInspector(command=command).inspect(Job(str(out), str(out), MediaType.PDF))
    assert facts == Facts(problem=FileProblem.TOO_HEAVY)


async def test_full_disk_is_not_the_files_fault(tmp_path: Path) -> None:
    facts = await ProcessInspector(command=(sys.executable, "-c", "raise SystemExit(28)")).inspect(
        Job(str(tmp_path), str(tmp_path), MediaType.PDF)
    )
    assert facts == Facts(problem=FileProblem.DISK_FULL)
