"""What a file is, by its bytes: its name and what the browser says count for nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

from agenda.core.materials import FileProblem, MediaType
from server.media.facts import RefusedError

HEAD = 1_024
TAIL = 1_024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An encrypted PPTX is not a ZIP but one of these."""
_MARKUP = (b"<html", b"<script", b"<svg", b"<!doctype")
_ODP = MediaType.ODP.value.encode()


def check(path: Path, declared: MediaType) -> MediaType:
    """The type of the file. Raises ``RefusedError`` if it is another, or two at once."""
    head, tail, size = _ends(path)
    if not size:
        raise RefusedError(FileProblem.EMPTY)
    if head.startswith(OLE) and declared is MediaType.PPTX:
        raise RefusedError(FileProblem.ENCRYPTED)
    found = _type_of(head)
    if found is not declared or _is_more(found, path, head):
        raise RefusedError(FileProblem.WRONG_TYPE)
    if not _whole(found, head, tail, size):
        raise RefusedError(FileProblem.DAMAGED)
    return found


def _ends(path: Path) -> tuple[bytes, bytes, int]:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(0, size - TAIL))
        return head, file.read(), size


def _type_of(head: bytes) -> MediaType | None:
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if head.startswith(b"PK\x03\x04"):
        return _presentation(head)
    return None


def _presentation(head: bytes) -> MediaType:
    """ODF puts its type first and unpacked; what is no ODP is looked at as a PPTX."""
    is_odf = head[30:38] == b"mimetype"
    if not is_odf:
        return MediaType.PPTX
    if not head[38:].startswith(_ODP + b"PK"):
        raise RefusedError(FileProblem.WRONG_TYPE)
    return MediaType.ODP


def _is_more(found: MediaType, path: Path, head: bytes) -> bool:
    """Whether other programs would take it for something else."""
    archive = found in (MediaType.ODP, MediaType.PPTX)
    if not archive and zipfile.is_zipfile(path):
        return True
    if found is not MediaType.PDF and b"%PDF-" in head:
        return True
    low = head.lower()
    return any(mark in low for mark in _MARKUP)


def _whole(found: MediaType, head: bytes, tail: bytes, size: int) -> bool:
    """Whether the end is there and nothing hangs on behind it."""
    match found:
        case MediaType.PDF:
            _, mark, rest = tail.rpartition(b"%%EOF")
            return bool(mark) and not rest.strip(b"\r\n\t \0")
        case MediaType.PNG:
            return tail.endswith(b"IEND\xaeB`\x82")
        case MediaType.WEBP:
            stated = int.from_bytes(head[4:8], "little") + 8
            return stated in (size, size + 1)
        case _:
            # Phones append things to a JPEG, which are not taken over; whether it is whole shows
            # when it is drawn. An archive shows it when it is read.
            return True
