"""Complete files wait here to be looked into: one at a time on this machine, in order of arrival.

What waits stands in the database (state ``checking``), so that a server that died goes on where it
was: at the start every such file is taken up again from its original.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from agenda.core import clean
from agenda.core.materials import Deck, FileId, FileState, StoredFile
from server.db.files import FileRows
from server.media.facts import CONTENT, Facts, Job, Pages
from server.storage.files import ORIGINAL, READY, folder_of
from server.storage.flushing import flush

LOCK = "checking.lock"
_EVERY_SECONDS = 0.5
_WORK = "work-"

log = logging.getLogger(__name__)


class Inspector(Protocol):
    async def inspect(self, job: Job) -> Facts:
        """What is in the file; the job's folder holds what may be given out."""


class CheckingQueue:
    """``server.storage.files.Checking``. Made once per process."""

    def __init__(self, root: Path, rows: FileRows, inspector: Inspector) -> None:
        self._root = root
        self._rows = rows
        self._inspector = inspector
        self._waiting: asyncio.Queue[FileId] = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what an earlier process left, then work in the background."""
        for file in await self._rows.in_state(FileState.UPLOADING):
            # It died between the last byte and saying so.
            path = folder_of(self._root, file.id) / ORIGINAL
            if await asyncio.to_thread(_size, path) == file.size:
                await self._rows.complete(file.id)
        for file in await self._rows.in_state(FileState.CHECKING):
            self.put(file.id)
        self._running = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """What is not done yet is done at the next start."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def put(self, file_id: FileId) -> None:
        self._waiting.put_nowait(file_id)

    async def idle(self) -> None:
        """Returns when nothing waits any more."""
        await self._waiting.join()

    async def _work(self) -> None:
        while True:
            file_id = await self._waiting.get()
            try:
                await self._check(file_id)
            except Exception:
                # The row still says that it waits: the next start tries again.
                log.exception("a file could not be checked")
            finally:
                self._waiting.task_done()

    async def _check(self, file_id: FileId) -> None:
        async with self._turn():
            file = await self._rows.file(file_id)
            # Else another process did it, or it was removed.
            if file is not None and file.state is FileState.CHECKING:
                await self._look(file)
            elif file is not None and file.unmeasured:
                await self._measure(file)

    async def _look(self, file: StoredFile) -> None:
        folder = folder_of(self._root, file.id)
        work = await asyncio.to_thread(_fresh, folder)
        job = Job(str((folder / ORIGINAL).absolute()), str(work.absolute()), file.media_type)
        facts = await self._inspector.inspect(job)
        await self._settle(file, facts, work)

    async def _measure(self, file: StoredFile) -> None:
        """A deck that passed before letters were measured; what is given out stays as it is."""
        folder = folder_of(self._root, file.id)
        work = await asyncio.to_thread(_fresh, folder)
        content = folder / READY / CONTENT
        job = Job(str(content.absolute()), str(work.absolute()), file.media_type)
        try:
            facts = await self._inspector.inspect(job)
        finally:
            await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
        if facts.pages is not None and file.deck is not None:
            measured = replace(file.deck, letters=facts.pages.letters)
            await self._rows.describe(file.id, measured)

    async def _settle(self, file: StoredFile, facts: Facts, work: Path) -> None:
        folder = work.parent
        if facts.problem is None:
            size, sha256 = await asyncio.to_thread(_publish, work)
            passed = replace(
                file,
                state=FileState.READY,
                size=size,
                sha256=sha256,
                deck=_deck(facts.pages) if facts.pages else None,
                cleaned=facts.cleaned,
            )
            known = await self._rows.pass_on(passed)
        else:
            known = await self._rows.refuse(file.id, facts.problem)
            await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
        # Only now: had we died before, the original would be looked into again.
        with contextlib.suppress(FileNotFoundError):
            await asyncio.to_thread((folder / ORIGINAL).unlink)
        if not known:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Alone on this machine; the kernel gives the turn on when a process dies."""
        with (self._root / LOCK).open("w") as lock:
            while not _taken(lock.fileno()):  # noqa: ASYNC110 - another process holds it
                await asyncio.sleep(_EVERY_SECONDS)
            yield


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1


def _fresh(folder: Path) -> Path:
    """An empty folder; what earlier attempts left is thrown away."""
    for left in folder.glob(f"{_WORK}*"):
        shutil.rmtree(left, ignore_errors=True)
    work = folder / f"{_WORK}{secrets.token_hex(4)}"
    work.mkdir(mode=0o700)
    return work


def _publish(work: Path) -> tuple[int, str]:
    """All at once under its final name, and on the disk before anybody is told."""
    for path in work.iterdir():
        flush(path)
    flush(work)
    with (work / CONTENT).open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    ready = work.parent / READY
    shutil.rmtree(ready, ignore_errors=True)
    work.rename(ready)
    flush(work.parent)
    return (ready / CONTENT).stat().st_size, sha256


def _deck(pages: Pages) -> Deck:
    return Deck(
        pages=len(pages.texts),
        tagged=pages.tagged,
        language=clean.line(pages.language or "") or None,
        title=clean.line(pages.title or "") or None,
        texts=tuple(clean.block(text) for text in pages.texts),
        ratio=pages.ratio,
        letters=pages.letters,
    )
