"""ODP and PPTX: given out unchanged, so looked at all the more strictly. Never opened here."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from agenda.core.materials import FileProblem, MediaType
from server.media.facts import CONTENT, Facts, RefusedError
from server.media.limits import (
    HIGHEST_RATIO,
    LARGEST_UNPACKED,
    MEGABYTE,
    MOST_ENTRIES,
    RATIO_COUNTS_FROM,
)

_END = 22
"""Bytes of the record at the end of a ZIP without a comment."""
_MAIN_PART = b"presentationml.presentation.main+xml"
_ENCRYPTED_ENTRY = 0x1
_CHUNK = 1 << 20


def take(source: Path, folder: Path, media_type: MediaType) -> Facts:
    """Check the archive whole and copy it. Raises ``RefusedError``."""
    try:
        with zipfile.ZipFile(source) as archive:
            _sizes(archive, source.stat().st_size)
            _ends_there(archive, source)
            _says_what_it_is(archive, media_type)
            _unpacks(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, UnicodeDecodeError) as error:
        raise RefusedError(FileProblem.DAMAGED) from error
    except RuntimeError as error:  # a way of packing that no presentation uses
        raise RefusedError(FileProblem.WRONG_TYPE) from error
    shutil.copyfile(source, folder / CONTENT)
    return Facts()


def _sizes(archive: zipfile.ZipFile, size: int) -> None:
    """By what the archive says of itself, before anything is unpacked."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED:
        raise RefusedError(FileProblem.UNPACKS_TOO_LARGE)
    # Entries that share their bytes are how a small file unpacks to a huge one.
    if packed > size or (unpacked > RATIO_COUNTS_FROM and unpacked > HIGHEST_RATIO * size):
        raise RefusedError(FileProblem.UNPACKS_TOO_LARGE)


def _ends_there(archive: zipfile.ZipFile, source: Path) -> None:
    """Nothing before the first entry, nothing behind the last record, no odd names."""
    entries = archive.infolist()
    with source.open("rb") as file:
        file.seek(-_END, 2)
        end = file.read(4)
    if not entries or end != b"PK\x05\x06" or min(e.header_offset for e in entries) != 0:
        raise RefusedError(FileProblem.WRONG_TYPE)
    for entry in entries:
        steps = entry.filename.split("/")
        if entry.filename.startswith("/") or ".." in steps or "\\" in entry.filename:
            raise RefusedError(FileProblem.WRONG_TYPE)
        if entry.flag_bits & _ENCRYPTED_ENTRY:
            raise RefusedError(FileProblem.ENCRYPTED)
    if len({entry.filename for entry in entries}) != len(entries):
        raise RefusedError(FileProblem.WRONG_TYPE)


def _says_what_it_is(archive: zipfile.ZipFile, media_type: MediaType) -> None:
    names = [name.lower() for name in archive.namelist()]
    if media_type is MediaType.ODP:
        manifest = _small(archive, "META-INF/manifest.xml")
        if "content.xml" not in names:
            raise RefusedError(FileProblem.WRONG_TYPE)
        if b"encryption-data" in manifest:
            raise RefusedError(FileProblem.ENCRYPTED)
        active = any(name.startswith(("basic/", "scripts/")) for name in names)
    else:
        types = _small(archive, "[Content_Types].xml")
        active = b"macroenabled" in types.lower() or any(
            name.endswith("vbaproject.bin") or name.startswith("ppt/activex/") for name in names
        )
        if not active and _MAIN_PART not in types:
            raise RefusedError(FileProblem.WRONG_TYPE)
    if active:
        raise RefusedError(FileProblem.ACTIVE_CONTENT)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of an entry that has to be there."""
    try:
        with archive.open(name) as entry:
            return entry.read(MEGABYTE)
    except KeyError:
        raise RefusedError(FileProblem.WRONG_TYPE) from None


def _unpacks(archive: zipfile.ZipFile) -> None:
    """Every entry is whole and no larger than it says: what it says was only a promise."""
    unpacked = 0
    for entry in archive.infolist():
        with archive.open(entry) as file:
            while piece := file.read(_CHUNK):
                unpacked += len(piece)
                if unpacked > LARGEST_UNPACKED:
                    raise RefusedError(FileProblem.UNPACKS_TOO_LARGE)
