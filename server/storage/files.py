"""Uploaded files on the disk, below ``data_dir/files``: one folder per file, named at random.

While it comes in, and until it was looked into, a folder holds ``original``, which is never given
out.  What may be given out appears in one step as the folder ``ready``.  The database row says
which state holds; what a crash leaves between the two is done again or thrown away.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiofiles

from access.audiences import Instant
from agenda.core import clean
from agenda.core.materials import FileId, FileProblem, FileState, MediaType, StoredFile
from agenda.ports import FileRefusedError, UploadBusyError, UploadOverError, WrongOffsetError
from server.db.files import FileRows
from server.media.facts import CONTENT, image
from server.storage.journal import ErasureJournal

ORIGINAL, READY = "original", "ready"
MEGABYTE = 1_000_000
_ID = re.compile(r"[A-Za-z0-9_-]{3,64}")
MOST_FILES = 200
"""Per owner."""
RESERVE = 500 * MEGABYTE
"""Bytes of the disk that uploads leave to the database."""
SILENCE_SECONDS = 30.0
"""A line on which nothing comes for so long is taken for broken."""
LONGEST_NAME = 200
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Writer(Protocol):
    """An open file, as ``aiofiles`` gives it."""

    def fileno(self) -> int: ...
    async def seek(self, offset: int, whence: int = 0, /) -> int: ...
    async def write(self, data: bytes, /) -> int: ...
    async def truncate(self, size: int, /) -> int: ...


Opening = Callable[[Path], AbstractAsyncContextManager[Writer]]


@dataclass(frozen=True)
class Shares:
    """Bytes: how large a file may be, and all files of one owner together."""

    largest: int = 100 * MEGABYTE
    quota: int = 1_000 * MEGABYTE


class Checking(Protocol):
    def put(self, file_id: FileId) -> None:
        """The file is complete and has to be looked into; or it is to be measured."""


class SilentLineError(Exception):
    """Nothing more came. What came is kept."""


def free_bytes(folder: Path) -> int:
    """Room on the disk for somebody without special rights."""
    return shutil.disk_usage(folder).free


def opened(path: Path) -> AbstractAsyncContextManager[Writer]:
    """For writing anywhere in it; unbuffered, so that a full disk shows itself at once."""
    return aiofiles.open(path, "r+b", buffering=0)


class DiskFiles:
    """``agenda.ports.Files``."""

    def __init__(
        self,
        root: Path,
        rows: FileRows,
        checking: Checking,
        new_id: Callable[[], str],
        shares: Shares,
        *,
        free: Callable[[Path], int] = free_bytes,
        opening: Opening = opened,
        silence_seconds: float = SILENCE_SECONDS,
        erasures: ErasureJournal | None = None,
    ) -> None:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._root = root
        self._rows = rows
        self._checking = checking
        self._new_id = new_id
        self._shares = shares
        self._free = free
        self._opening = opening
        self._silence_seconds = silence_seconds
        self._erasures = erasures

    async def begin(
        self, owner: str, name: str, size: int, media_type: str, at: Instant
    ) -> StoredFile:
        """See ``agenda.ports.Files``."""
        known = self._allowed(size, media_type)
        used, number = await self._rows.share(owner)
        if used + size > self._shares.quota:
            raise FileRefusedError(FileProblem.QUOTA, self._shares.quota)
        if number >= MOST_FILES:
            raise FileRefusedError(FileProblem.TOO_MANY_FILES, MOST_FILES)
        title = clean.line(name)[:LONGEST_NAME] or "datei"
        file = StoredFile(self._new_id(), title, known, size, None, FileState.UPLOADING)
        await self._rows.add(file, owner, at)
        try:
            await asyncio.to_thread(_make, folder_of(self._root, file.id))
        except OSError as error:
            await self._rows.remove([file.id])
            raise _refused(error) from error
        return file

    def _allowed(self, size: int, media_type: str) -> MediaType:
        try:
            known = MediaType(media_type)
        except ValueError:
            raise FileRefusedError(FileProblem.TYPE_NOT_ALLOWED) from None
        if size < 1:
            raise FileRefusedError(FileProblem.EMPTY)
        if size > self._shares.largest:
            raise FileRefusedError(FileProblem.TOO_LARGE, self._shares.largest)
        # Once as it comes, once as it is given out, and its pages.
        if self._free(self._root) < 3 * size + RESERVE:
            raise FileRefusedError(FileProblem.DISK_FULL)
        return known

    async def receive(
        self, file_id: FileId, start: int, length: int | None, body: AsyncIterator[bytes]
    ) -> StoredFile:
        """See ``agenda.ports.Files``. Raises ``SilentLineError`` too."""
        file = await self._rows.file(file_id)
        if file is None or file.state is not FileState.UPLOADING:
            raise UploadOverError(file_id)
        async with self._alone(file_id) as writer:
            offset = await writer.seek(0, os.SEEK_END)
            if start != offset:
                raise WrongOffsetError(offset)
            most = file.size - start if length is None else min(length, file.size - start)
            offset = await self._append(writer, start, most, body)
            if offset == file.size and not await self._rows.complete(file_id):
                raise UploadOverError(file_id)
        if offset < file.size:
            return file
        self._checking.put(file_id)
        return (await self._rows.files([file_id])).get(file_id, file)

    @asynccontextmanager
    async def _alone(self, file_id: FileId) -> AsyncIterator[Writer]:
        """The file, as long as nobody else writes to it, here or in another process."""
        try:
            async with self._opening(folder_of(self._root, file_id) / ORIGINAL) as writer:
                try:
                    fcntl.flock(writer.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise UploadBusyError(file_id) from None
                yield writer
        except FileNotFoundError:
            raise UploadOverError(file_id) from None

    async def _append(
        self, writer: Writer, start: int, most: int, body: AsyncIterator[bytes]
    ) -> int:
        """Where the file ends now. What was written is on the disk, whatever ended the line."""
        offset = start
        try:
            async for piece in self._heard(body):
                if offset + len(piece) > start + most:
                    await writer.truncate(start)
                    raise FileRefusedError(FileProblem.TOO_LARGE, most)
                offset += await _write(writer, piece)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            await writer.truncate(start)
            raise _refused(error) from error
        finally:
            await asyncio.to_thread(os.fsync, writer.fileno())
        return offset

    async def _heard(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        while True:
            try:
                # Without the yield: how long a piece is written is not the line's silence.
                async with asyncio.timeout(self._silence_seconds):
                    piece = await anext(body)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise SilentLineError from None
            yield piece

    async def offset(self, file_id: FileId) -> int:
        """See ``agenda.ports.Files``."""
        path = folder_of(self._root, file_id) / ORIGINAL
        try:
            return (await asyncio.to_thread(path.stat)).st_size
        except FileNotFoundError:
            file = await self._rows.file(file_id)
            return 0 if file is None else file.size

    async def files(self, ids: Collection[FileId]) -> Mapping[FileId, StoredFile]:
        """See ``agenda.ports.Files``."""
        return await self._rows.files(ids)

    async def measure(self, file_id: FileId) -> None:
        """See ``agenda.ports.Files``."""
        self._checking.put(file_id)

    async def remove(self, ids: Collection[FileId]) -> None:
        """See ``agenda.ports.Files``. Raises ``OSError``; then nothing was removed."""
        if self._erasures is not None:
            await self._erasures.files(ids)
        await self._rows.remove(ids)
        for file_id in ids:
            await asyncio.to_thread(
                shutil.rmtree, folder_of(self._root, file_id), ignore_errors=True
            )

    async def abandoned(self, before: Instant) -> tuple[FileId, ...]:
        """See ``agenda.ports.Files``."""
        return tuple(file.id for file in await self._rows.in_state(FileState.UPLOADING, before))

    async def tidy(self, before: Instant) -> None:
        """Throw away folders from before that no row knows: what a crash left behind."""
        old = await asyncio.to_thread(_older, self._root, before)
        for file_id in set(old) - await self._rows.known(old):
            await asyncio.to_thread(
                shutil.rmtree, folder_of(self._root, file_id), ignore_errors=True
            )

    def content(self, file: StoredFile) -> Path:
        """See ``agenda.ports.Files``."""
        return folder_of(self._root, file.id) / READY / CONTENT

    def page(self, file: StoredFile, number: int, *, small: bool) -> Path:
        """See ``agenda.ports.Files``."""
        return folder_of(self._root, file.id) / READY / image(number, small=small)


def folder_of(root: Path, file_id: FileId) -> Path:
    """The last characters are the most random ones: folders stay small.

    Raises ``ValueError`` for what is no name of one folder: a row may come from elsewhere.
    """
    if not _ID.fullmatch(file_id):
        raise ValueError(f"not the id of a file: {file_id!r}")
    return root / file_id[-2:] / file_id


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    (folder / ORIGINAL).touch(mode=0o600)


async def _write(writer: Writer, piece: bytes) -> int:
    """All of it: an unbuffered file may take only a part at a time."""
    view, written = memoryview(piece), 0
    while written < len(piece):
        written += await writer.write(bytes(view[written:]))
    return written


def _refused(error: OSError) -> Exception:
    return FileRefusedError(FileProblem.DISK_FULL) if error.errno in _FULL else error


def _older(root: Path, before: Instant) -> list[FileId]:
    found = []
    for folder in root.glob("*/*"):
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_mtime * 1_000 < before:
                found.append(folder.name)
    return found
