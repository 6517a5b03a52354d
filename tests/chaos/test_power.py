"""What a5 finds in a trace: answers that were early, and what a disk holds when the power goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.flushed import Seen
from tests.chaos.power import Disk
from tests.fixtures import strace

LOG = Path("/data/plenum.sqlite3-wal")
ID = "019ab000-0000-7000-8000-000000000001"
WRITE = f'7 pwrite64(9<{LOG}>, "{ID}", 36, 0) = 36'
FLUSH = f"7 fdatasync(9<{LOG}>) = 0"
TELL = (
    r'5 write(11<socket:[3]>, "\201~\0K'
    rf'{{\"t\":\"ack\",\"id\":\"{ID}\",\"done\":{{}}}}", 77) = 77'
)
ASK = TELL.replace("ack", "do")


def seen(*lines: str) -> Seen:
    found = Seen(Disk({LOG: b""}), set())
    for call, ended in strace.moments(lines):
        found.take(call, ended=ended)
    return found


def cut(line: str, thread: int = 7) -> tuple[str, str]:
    """A call as it is written when another thread comes in between."""
    begun, result = line.rsplit(" = ", 1)
    name = begun.split("(", 1)[0].split()[1]
    return f"{begun[:-1]} <unfinished ...>", f"{thread} <... {name} resumed>) = {result}"


FLUSH_BEGINS, FLUSH_ENDS = cut(FLUSH)
WRITE_BEGINS, WRITE_ENDS = cut(WRITE)
TELL_BEGINS, TELL_ENDS = cut(TELL, thread=5)


def test_told_after_a_flush_that_is_over_is_in_order() -> None:
    found = seen(WRITE, FLUSH, TELL)
    assert (found.told, found.early) == ({ID}, [])


@pytest.mark.parametrize(
    "lines",
    [
        (TELL, WRITE, FLUSH),
        (WRITE, TELL, FLUSH),
        (WRITE, FLUSH_BEGINS, TELL, FLUSH_ENDS),
        (WRITE, FLUSH_BEGINS, TELL_BEGINS, FLUSH_ENDS, TELL_ENDS),
        (FLUSH_BEGINS, WRITE, FLUSH_ENDS, TELL),
        (WRITE_BEGINS, FLUSH_BEGINS, WRITE_ENDS, FLUSH_ENDS, TELL),
        (WRITE, FLUSH.replace("= 0", "= -1 EIO (Input/output error)"), TELL),
        (WRITE, FLUSH.replace(str(LOG), "/data/files.keys"), TELL),
    ],
    ids=[
        "before it is written",
        "before the flush",
        "while it is flushed",
        "begun while it is flushed",
        "the flush began before the write",
        "the flush began before the write was over",
        "the flush failed",
        "another file was flushed",
    ],
)
def test_told_too_early_is_found(lines: tuple[str, ...]) -> None:
    assert seen(*lines).early == [ID]


def test_a_write_in_which_the_process_was_killed_may_have_taken_place() -> None:
    killed = f'7 pwrite64(9<{LOG}>, "last", 4, 36) = ?'
    disk = seen(WRITE, killed).disk
    assert disk.files[str(LOG)].written() == ID.encode()
    assert disk.files[str(LOG)].written(disk.unended(LOG)) == ID.encode() + b"last"


def test_only_an_answer_tells() -> None:
    assert seen(ASK, WRITE).told == set()


def test_power_takes_what_was_written_since_the_last_flush(tmp_path: Path) -> None:
    more = f'7 pwrite64(9<{LOG}>, "later", 5, 36) = 5'
    disk = seen(WRITE, FLUSH, more).disk
    disk.cut_back(tmp_path / "cut")
    assert (tmp_path / "cut" / LOG.name).read_bytes() == ID.encode()
    assert disk.files[str(LOG)].written() == ID.encode() + b"later"


def test_files_grow_and_are_cut_and_begin_anew() -> None:
    far = rf'7 pwrite64(9<{LOG}>, "\0\377\"\\\n8", 6, 40) = 6'
    shorter = f"7 ftruncate(9<{LOG}>, 42) = 0"
    gone = f'7 unlink("{LOG}") = 0'
    file = seen(WRITE, far, shorter, FLUSH).disk.files[str(LOG)]
    assert bytes(file.flushed) == ID.encode() + bytes(4) + b"\0\xff"
    assert seen(WRITE, far).disk.files[str(LOG)].written().endswith(b'\0\xff"\\\n8')
    assert seen(WRITE, FLUSH, gone).disk.files[str(LOG)].written() == b""
