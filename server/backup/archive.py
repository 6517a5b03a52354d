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
import secrets
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from access.audiences import Instant
from server.errors import CommandError
from server.storage.flushing import flush

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
PART = ".part"
LONGEST_MANIFEST = 256 * 2**20
"""Bytes: about a million files. It is read into memory."""
_LONGEST = {MANIFEST: LONGEST_MANIFEST, SEAL: 2 * hashlib.sha256().digest_size}
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

    def finish(self, manifest: Manifest, longest: int = LONGEST_MANIFEST) -> None:
        """Nothing can be added after it. Raises ``ArchiveError`` for more than can be read again.

        ``longest``: bytes of the manifest.
        """
        body = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1)
        if len(body) > longest:
            files = len(manifest.members)
            raise ArchiveError(f"{files} files are more than one archive can name: no backup made")
        self.add(MANIFEST, io.BytesIO(body))
        self.add(SEAL, io.BytesIO(hashlib.sha256(body).hexdigest().encode()))
        self._tar.close()


@contextmanager
def written(
    path: Path, link: Callable[[Path, Path], None] = Path.hardlink_to
) -> Iterator[BinaryIO]:
    """A file that has its name only once all of it is on the disk.

    It is readable by its owner alone.  An exception leaves nothing behind.  Raises
    ``ArchiveError`` when somebody else was faster: what has the name keeps it.  ``link`` gives a
    file (the second) another name; ``OSError`` where the disk cannot.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name(part, path, link)
        flush(path.parent)
    except OSError as error:
        if error.errno is None:
            raise
        # Of a full disk the system names no file, and of others the one that is gone again.
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        part.unlink(missing_ok=True)


def _name(part: Path, path: Path, link: Callable[[Path, Path], None]) -> None:
    try:
        link(path, part)  # unlike a renaming, it takes no name from another file
    except FileExistsError:
        raise ArchiveError(f"{path}: was made by somebody else meanwhile") from None
    except OSError:
        # Not on every disk; there, who comes within the same instant is not told apart.
        if path.exists():
            raise ArchiveError(f"{path}: was made by somebody else meanwhile") from None
        part.rename(path)


def verified(path: Path) -> Manifest:
    """Read all of the archive once. Raises ``ArchiveError`` unless all is as it was written."""
    found: dict[str, Member] = {}
    kept: dict[str, bytes] = {}
    with members(path) as each:
        for name, content in each:
            if name in found:
                raise ArchiveError(f"{path}: {name} stands twice in it")
            if name in (MANIFEST, SEAL):
                kept[name] = b"".join(_pieces(content))
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
        with path.open("rb", buffering=0) as file, _open(path, file) as tar:
            yield _members(path, tar)
    except (tarfile.TarError, EOFError) as error:
        raise ArchiveError(f"{path}: no archive of plenum backup, or cut off: {error}") from None
    except IsADirectoryError:
        raise ArchiveError(f"{path}: a folder, not an archive") from None
    except FileNotFoundError:
        raise ArchiveError(f"{path}: no such file") from None


def _open(path: Path, file: io.FileIO) -> tarfile.TarFile:
    with _one_line(path):
        return tarfile.open(fileobj=_InPieces(file), mode="r:")


class _InPieces(io.BufferedReader):
    """What tarfile reads from: headers that lie about sizes do not make it take the memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= _PIECE:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return super().read(size)


def _members(path: Path, tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    while info := _next(path, tar):
        # What is sparse takes more room on the disk than in the archive. We write nothing like it.
        content = tar.extractfile(info) if info.isreg() and not info.issparse() else None
        if content is None or not (info.name in _LONGEST or _NAME.fullmatch(info.name)):
            raise ArchiveError(f"{path}: no archive of plenum backup: {info.name!r} is in it")
        if not 0 <= info.size <= _LONGEST.get(info.name, info.size):
            raise ArchiveError(f"{path}: {info.name} is said to have {info.size} bytes")
        yield info.name, content


def _next(path: Path, tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    with _one_line(path):
        return tar.next()


@contextmanager
def _one_line(path: Path) -> Iterator[None]:
    """What tarfile raises for headers that nobody writes."""
    try:
        yield
    except (ValueError, OverflowError, RecursionError) as error:
        raise ArchiveError(f"{path}: no archive of plenum backup: {error}") from None


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
    for piece in _pieces(content):
        sha256.update(piece)
        size += len(piece)
    return Member(size, sha256.hexdigest())


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(content.read, _PIECE), b"")


class _Hashing:
    """What tarfile reads from, hashed on the way."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self.sha256.update(piece)
        return piece
