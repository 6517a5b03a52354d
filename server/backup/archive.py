"""The file of a backup: a plain tar that any tool opens, with a manifest of what must be in it.

``database/TABLE.jsonl`` holds a table's rows, ``files/…`` uploads, ``keys/…`` keys.  The manifest
comes last, with the size and hash of everything before it; the last member is its own hash.  An
archive that was cut off or damaged anywhere is told by that.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from access.audiences import Instant
from server.errors import CommandError
from server.storage.flushing import flush

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
PART = ".part"
_NAME = re.compile(r"(database|files|keys)(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")
_PIECE = 2**20


class Member(msgspec.Struct, frozen=True):
    """A file in the archive."""

    size: int
    sha256: str


class TableOf(msgspec.Struct, frozen=True):
    """A table as it was written: one JSON array per row, in the order of these columns."""

    columns: tuple[str, ...]
    bytes: frozenset[str]
    """Columns whose values are Base64."""
    rows: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the archive holds, and of what."""

    format: int
    release: str
    revision: str
    """Of the tables."""
    reader: int
    """The oldest release's reader that can fold its rooms (``server.db.generation``)."""
    epoch: str
    taken_at: Instant
    """When the moment was read that the archive shows."""
    tables: Mapping[str, TableOf]
    members: Mapping[str, Member]
    missing: tuple[str, ...]
    """Uploaded files that were deleted while the backup ran."""
    erasures: int
    """Length of the erasure journal before that moment."""


class ArchiveError(CommandError):
    """The file cannot be restored from. ``str()`` is one plain line."""


class ArchiveWriter:
    """Adds members; what was added is known by name, size and hash."""

    def __init__(self, file: BinaryIO) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by ``finish``
        self.members: dict[str, Member] = {}

    def add(self, name: str, content: IO[bytes]) -> Member:
        """From the start of an open file to its end."""
        reading = _Hashing(content)
        info = tarfile.TarInfo(name)
        info.size = content.seek(0, os.SEEK_END)
        info.mode = 0o600
        content.seek(0)
        self._tar.addfile(info, reading)
        self.members[name] = member = Member(info.size, reading.sha256.hexdigest())
        return member

    def finish(self, manifest: Manifest) -> None:
        """Nothing can be added after it."""
        body = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1)
        self.add(MANIFEST, io.BytesIO(body))
        self.add(SEAL, io.BytesIO(hashlib.sha256(body).hexdigest().encode()))
        self._tar.close()


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that has its name only once all of it is on the disk.

    It is readable by its owner alone.  An exception leaves nothing behind.
    """
    part = path.with_name(f"{path.name}{PART}")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        flush(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def verified(path: Path) -> Manifest:
    """Read all of the archive once. Raises ``ArchiveError`` unless all is as it was written."""
    found: dict[str, Member] = {}
    kept: dict[str, bytes] = {}
    with members(path) as each:
        for name, content in each:
            if name in found:
                raise ArchiveError(f"{path}: {name} stands twice in it")
            if name in (MANIFEST, SEAL):
                kept[name] = content.read()
            else:
                found[name] = _measured(content)
    manifest = _manifest(path, kept)
    if found != manifest.members:
        names = found.keys() | manifest.members.keys()
        wrong = min(name for name in names if found.get(name) != manifest.members.get(name))
        raise ArchiveError(f"{path}: damaged: {wrong} is not as it was written")
    return manifest


@contextmanager
def members(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Names and contents, in order. Raises ``ArchiveError`` for what is no archive of ours."""
    try:
        with tarfile.open(path, "r:") as tar:
            yield _members(path, tar)
    except (tarfile.TarError, EOFError) as error:
        raise ArchiveError(f"{path}: no archive of plenum backup, or cut off: {error}") from None
    except (FileNotFoundError, IsADirectoryError):
        raise ArchiveError(f"{path}: no such file") from None


def _members(path: Path, tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for info in tar:
        content = tar.extractfile(info) if info.isreg() else None
        if content is None or not (info.name in (MANIFEST, SEAL) or _NAME.fullmatch(info.name)):
            raise ArchiveError(f"{path}: no archive of plenum backup: {info.name!r} is in it")
        yield info.name, content


def _manifest(path: Path, kept: Mapping[str, bytes]) -> Manifest:
    body = kept.get(MANIFEST, b"")
    if kept.get(SEAL) != hashlib.sha256(body).hexdigest().encode():
        raise ArchiveError(f"{path}: cut off or damaged: its manifest is not whole")
    try:
        form = msgspec.json.decode(body, type=_Form).format
        if form != FORMAT:
            raise ArchiveError(f"{path}: format {form}; this release reads format {FORMAT}")
        return msgspec.json.decode(body, type=Manifest)
    except msgspec.DecodeError as error:
        raise ArchiveError(f"{path}: its manifest cannot be read: {error}") from None


class _Form(msgspec.Struct):
    format: int


def _measured(content: IO[bytes]) -> Member:
    sha256, size = hashlib.sha256(), 0
    while piece := content.read(_PIECE):
        sha256.update(piece)
        size += len(piece)
    return Member(size, sha256.hexdigest())


class _Hashing:
    """What tarfile reads from, hashed on the way."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self.sha256.update(piece)
        return piece
