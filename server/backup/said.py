"""What the commands print when they are done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from access.audiences import Instant
from server.backup.archive import Member
from server.backup.restoring import Restored
from server.backup.rows import counted
from server.backup.taking import Taken

MEGABYTE = 1_000_000


def of_backup(taken: Taken) -> Iterator[str]:
    """A short block; what is wrong with the data stands last."""
    manifest = taken.manifest
    yield f"backup: {taken.path}"
    yield (
        f"  {_held(counted(manifest.tables), len(manifest.tables), manifest.members)},"
        f" {taken.size / MEGABYTE:,.1f} MB in {taken.seconds:.1f} s"
    )
    yield f"  as of {_time(manifest.taken_at)}; as secret as the server itself"
    if manifest.missing:
        yield f"  deleted while the backup ran: {', '.join(manifest.missing)}"
    for path in taken.dropped:
        yield f"  dropped: {path}"


def of_losses(taken: Taken) -> Iterator[str]:
    """Uploads that are wrong on the disk."""
    for file in taken.lost:
        yield f"upload {file}: missing or damaged on the disk; the archive has all the rest"


def of_restore(restored: Restored) -> Iterator[str]:
    """What was done, and what to do next."""
    manifest, settled = restored.manifest, restored.settled
    yield f"restored: the state of {_time(manifest.taken_at)} (release {manifest.release})"
    yield (
        f"  {_held(counted(manifest.tables), len(manifest.tables), manifest.members)}"
        f" in {restored.seconds:.1f} s"
    )
    yield (
        f"  erased again, of {_count(restored.erasures, 'erasure')} in the journal:"
        f" words of {_count(settled.words, 'object')}, {settled.taken_back} taken back,"
        f" {_count(settled.accounts, 'account')}, {_count(settled.files, 'upload')}"
    )
    if settled.halves:
        yield f"  not complete, to be made again: {_count(settled.halves, 'upload')}"
    yield "  everybody is signed out; tokens, screens and links in mails are void"
    yield f"  epoch {settled.epoch}: open pages load afresh"
    yield "Next: plenum doctor, then start the servers."


def _held(rows: int, tables: int, members: Mapping[str, Member]) -> str:
    uploads = {name.split("/")[2] for name in members if name.startswith("files/")}
    return f"{_count(rows, 'row')} in {tables} tables, {_count(len(uploads), 'upload')}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _time(at: Instant) -> str:
    return f"{dt.datetime.fromtimestamp(at // 1_000, dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
