"""Starts the inspecting process, waits no longer than it may take, and checks what it answers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import stat
import sys
from pathlib import Path

import msgspec

from agenda.core.materials import FileProblem
from server.media import limits, worker
from server.media.facts import CONTENT, FACTS, Facts, Job, image

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-E", "-s", "-m", "server.media.worker")

log = logging.getLogger(__name__)


class ProcessInspector:
    """One process per file. Nothing of the server's environment, and no secret, reaches it."""

    def __init__(
        self,
        wall_seconds: float = limits.WALL_SECONDS,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self._wall_seconds = wall_seconds
        self._command = command

    async def inspect(self, job: Job) -> Facts:
        """What is in the file, or why it is not taken. The folder holds what may be given out."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=ROOT,
            env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,  # it may speak of what is in the file
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._wall_seconds):
                await process.communicate(msgspec.json.encode(job))
        except TimeoutError:
            log.warning("looking into a file took longer than %s s", self._wall_seconds)
        finally:
            _kill(process.pid)
            code = await process.wait()
        return await asyncio.to_thread(_answer, code, Path(job.folder))


def _kill(pid: int) -> None:
    """The process and whatever it may have left behind in its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _answer(code: int, folder: Path) -> Facts:
    if code == worker.NO_SPACE:
        return Facts(problem=FileProblem.DISK_FULL)
    if code != 0:
        log.warning("looking into a file ended with code %s", code)
        return Facts(problem=FileProblem.TOO_HEAVY)
    try:
        facts = msgspec.json.decode(_read(folder / FACTS), type=Facts)
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("looking into a file gave no answer: %s", type(error).__name__)
        return Facts(problem=FileProblem.TOO_HEAVY)
    if facts.problem is None and not _there(facts, folder):
        return Facts(problem=FileProblem.TOO_HEAVY)
    return facts


def _read(path: Path) -> bytes:
    if path.lstat().st_size > limits.LARGEST_FACTS:
        raise OSError("the answer is too long")
    return path.read_bytes()


def _there(facts: Facts, folder: Path) -> bool:
    """Exactly what was announced lies there, as plain files."""
    named = {CONTENT, FACTS}
    for number in range(1, facts.images + 1):
        named |= {image(number, small=False), image(number, small=True)}
    if facts.pages is not None and facts.images != len(facts.pages.texts):
        return False
    with os.scandir(folder) as entries:
        found = {
            each.name: stat.S_ISREG(each.stat(follow_symlinks=False).st_mode) for each in entries
        }
    return found.keys() == named and all(found.values())
