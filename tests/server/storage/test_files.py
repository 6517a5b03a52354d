"""Uploads on the disk: in pieces, in order, never half-visible, never more than there may be."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import SQLModel

from agenda.core.materials import FileProblem, FileState, StoredFile
from agenda.ports import FileRefusedError, UploadBusyError, UploadOverError, WrongOffsetError
from server.db.engine import create_engine
from server.db.files import FileRows
from server.storage.checking import CheckingQueue
from server.storage.files import (
    MOST_FILES,
    ORIGINAL,
    RESERVE,
    DiskFiles,
    Shares,
    SilentLineError,
    Writer,
    folder_of,
    opened,
)
from tests.fakes.inspector import FakeInspector

PDF = "application/pdf"
AT = 1_648_000_000_000
DAY = 24 * 3_600_000


class FullDisk:
    """Takes so many bytes, then none."""

    def __init__(self, room: int) -> None:
        self.room = room

    @asynccontextmanager
    async def __call__(self, path: Path) -> AsyncIterator[Writer]:
        async with opened(path) as writer:
            yield _Filling(writer, self)


class _Filling:
    def __init__(self, writer: Writer, disk: FullDisk) -> None:
        self.fileno, self.seek, self.truncate = writer.fileno, writer.seek, writer.truncate
        self._writer, self._disk = writer, disk

    async def write(self, data: bytes, /) -> int:
        if not self._disk.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = await self._writer.write(data[: self._disk.room])
        self._disk.room -= written
        return written


class House:
    """Storage with a database of its own; ``again`` is another process on the same disk."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "files"
        self.engine = create_engine(f"sqlite+aiosqlite:///{folder / 'plenum.sqlite3'}")
        self.rows = FileRows(self.engine)
        self.inspector = FakeInspector()
        self.free = 10 * RESERVE
        self.disk = FullDisk(10**9)
        self.names = iter(range(1_000))
        self.queue, self.files = self.again()

    def again(self, silence_seconds: float = 60) -> tuple[CheckingQueue, DiskFiles]:
        queue = CheckingQueue(self.root, self.rows, self.inspector)
        files = DiskFiles(
            self.root,
            self.rows,
            queue,
            lambda: f"file-{next(self.names):04}",
            Shares(largest=1_000, quota=2_500),
            free=lambda _: self.free,
            opening=self.disk,
            silence_seconds=silence_seconds,
        )
        return queue, files

    async def begin(self, size: int = 10, media_type: str = PDF) -> StoredFile:
        return await self.files.begin("session:a", "Folien.pdf", size, media_type, AT)

    async def state(self, file: StoredFile) -> StoredFile:
        return (await self.files.files([file.id]))[file.id]

    async def checked(self) -> None:
        await self.queue.start()
        await self.queue.idle()
        await self.queue.stop()

    def on_disk(self, file: StoredFile) -> set[str]:
        folder = folder_of(self.root, file.id)
        return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    async with made.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield made
    await made.engine.dispose()


async def body(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def broken(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    raise ConnectionResetError


async def silent(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("size", "media_type", "problem"),
    [
        (0, PDF, FileProblem.EMPTY),
        (1_001, PDF, FileProblem.TOO_LARGE),
        (10, "image/svg+xml", FileProblem.TYPE_NOT_ALLOWED),
        (10, "text/html", FileProblem.TYPE_NOT_ALLOWED),
        (10, "", FileProblem.TYPE_NOT_ALLOWED),
    ],
)
async def test_refused_before_a_byte_is_sent(
    house: House, size: int, media_type: str, problem: FileProblem
) -> None:
    with pytest.raises(FileRefusedError) as refused:
        await house.begin(size, media_type)
    assert refused.value.problem is problem
    assert await house.rows.share("session:a") == (0, 0)
    assert list(house.root.glob("*/*")) == []


async def test_owners_share_is_kept_and_is_free_again_after_removing(house: House) -> None:
    first = await house.begin(1_000)
    await house.begin(1_000)
    with pytest.raises(FileRefusedError) as refused:
        await house.begin(501)
    assert (refused.value.problem, refused.value.limit) == (FileProblem.QUOTA, 2_500)
    await house.files.remove([first.id])
    await house.begin(501)


async def test_number_of_files_is_bounded(house: House) -> None:
    for _ in range(MOST_FILES):
        await house.begin(1)
    with pytest.raises(FileRefusedError) as refused:
        await house.begin(1)
    assert refused.value.problem is FileProblem.TOO_MANY_FILES


async def test_disk_that_is_nearly_full_takes_nothing_new(house: House) -> None:
    house.free = RESERVE + 29
    with pytest.raises(FileRefusedError) as refused:
        await house.begin(10)
    assert refused.value.problem is FileProblem.DISK_FULL


async def test_pieces_in_order_make_the_file(house: House) -> None:
    file = await house.begin(10)
    await house.files.receive(file.id, 0, 4, body(b"%PD", b"F"))
    assert await house.files.offset(file.id) == 4
    assert (await house.state(file)).state is FileState.UPLOADING
    done = await house.files.receive(file.id, 4, 6, body(b"-12345"))
    assert done.state is FileState.CHECKING
    await house.checked()
    ready = await house.state(file)
    assert ready.state is FileState.READY
    assert house.files.content(ready).read_bytes() == b"%PDF-12345"
    assert ORIGINAL not in house.on_disk(file)


async def test_line_that_breaks_keeps_what_came_and_tells_where_to_go_on(house: House) -> None:
    file = await house.begin(10)
    with pytest.raises(ConnectionResetError):
        await house.files.receive(file.id, 0, 10, broken(b"%PDF-"))
    with pytest.raises(WrongOffsetError) as wrong:
        await house.files.receive(file.id, 0, 10, body(b"%PDF-12345"))
    assert wrong.value.offset == await house.files.offset(file.id) == 5
    done = await house.files.receive(file.id, 5, 5, body(b"12345"))
    assert done.state is FileState.CHECKING


async def test_line_that_falls_silent_is_given_up_however_long_its_bytes_are_written(
    house: House,
) -> None:
    file = await house.begin(10)
    _, impatient = house.again(silence_seconds=0)
    with pytest.raises(SilentLineError):
        await impatient.receive(file.id, 0, 10, silent(b"%PDF-"))
    assert await house.files.offset(file.id) == 5


async def test_two_tabs_at_once_never_interleave(house: House) -> None:
    file, going, refused = await house.begin(10), asyncio.Event(), asyncio.Event()
    _, other = house.again()

    async def slow() -> AsyncIterator[bytes]:
        yield b"11111"
        going.set()
        await refused.wait()
        yield b"11111"

    first = asyncio.create_task(house.files.receive(file.id, 0, 10, slow()))
    await going.wait()
    for files in (house.files, other):
        with pytest.raises(UploadBusyError):
            await files.receive(file.id, 5, 5, body(b"22222"))
    refused.set()
    assert (await first).state is FileState.CHECKING
    content = (folder_of(house.root, file.id) / ORIGINAL).read_bytes()
    assert content == b"1111111111"


async def test_more_than_was_announced_is_refused_and_not_kept(house: House) -> None:
    file = await house.begin(10)
    with pytest.raises(FileRefusedError) as refused:
        await house.files.receive(file.id, 0, None, body(b"1234567890", b"!"))
    assert refused.value.problem is FileProblem.TOO_LARGE
    assert await house.files.offset(file.id) == 0


async def test_complete_file_takes_no_more_bytes(house: House) -> None:
    file = await house.begin(3)
    await house.files.receive(file.id, 0, 3, body(b"abc"))
    with pytest.raises(UploadOverError):
        await house.files.receive(file.id, 3, 1, body(b"d"))
    with pytest.raises(UploadOverError):
        await house.files.receive("file-9999", 0, 1, body(b"d"))


async def test_full_disk_says_so_keeps_no_half_piece_and_the_server_goes_on(house: House) -> None:
    file = await house.begin(10)
    await house.files.receive(file.id, 0, 4, body(b"%PDF"))
    house.disk.room = 3
    with pytest.raises(FileRefusedError) as refused:
        await house.files.receive(file.id, 4, 6, body(b"-12345"))
    assert refused.value.problem is FileProblem.DISK_FULL
    assert await house.files.offset(file.id) == 4
    house.disk.room = 100
    done = await house.files.receive(file.id, 4, 6, body(b"-12345"))
    assert done.state is FileState.CHECKING


async def test_refused_file_leaves_nothing_behind(house: House) -> None:
    house.inspector.problem = FileProblem.ENCRYPTED
    file = await house.begin(3)
    await house.files.receive(file.id, 0, 3, body(b"abc"))
    await house.checked()
    refused = await house.state(file)
    assert (refused.state, refused.problem) == (FileState.REFUSED, FileProblem.ENCRYPTED)
    assert house.on_disk(file) == set()
    assert await house.rows.share("session:a") == (0, 0)


async def test_files_are_looked_into_one_at_a_time_in_order(house: House) -> None:
    files = [await house.begin(3) for _ in range(4)]
    queue, other = house.again()
    for number, file in enumerate(files):
        into = house.files if number % 2 else other
        await into.receive(file.id, 0, 3, body(b"abc"))
    await asyncio.gather(queue.start(), house.queue.start())
    await asyncio.gather(queue.idle(), house.queue.idle())
    await asyncio.gather(queue.stop(), house.queue.stop())
    assert [(await house.state(file)).state for file in files] == [FileState.READY] * 4
    # Both processes had all of them in their queues; each file was looked into once.
    assert (len(house.inspector.jobs), house.inspector.most_at_once) == (4, 1)


async def test_server_that_died_while_looking_does_it_again(house: House) -> None:
    file = await house.begin(3)
    await house.files.receive(file.id, 0, 3, body(b"abc"))
    folder = folder_of(house.root, file.id)
    left = folder / "work-dead"
    left.mkdir()
    (left / "1.webp").write_bytes(b"half")
    house.queue, _ = house.again()
    await house.checked()
    assert (await house.state(file)).state is FileState.READY
    assert not any("work-" in name or "original" in name for name in house.on_disk(file))


async def test_server_that_died_right_after_the_last_byte_goes_on(house: House) -> None:
    file = await house.begin(3)
    (folder_of(house.root, file.id) / ORIGINAL).write_bytes(b"abc")
    await house.checked()
    assert (await house.state(file)).state is FileState.READY


async def test_file_removed_while_it_is_looked_into_is_gone(house: House) -> None:
    file = await house.begin(3)
    await house.files.receive(file.id, 0, 3, body(b"abc"))
    await house.rows.remove([file.id])
    await house.checked()
    assert await house.files.files([file.id]) == {}


async def test_uploads_nobody_finished_are_found_by_age(house: House) -> None:
    old = await house.begin(3)
    done = await house.begin(3)
    await house.files.receive(done.id, 0, 3, body(b"abc"))
    assert await house.files.abandoned(AT) == ()
    assert await house.files.abandoned(AT + 1) == (old.id,)


async def test_folders_that_no_row_knows_are_thrown_away(house: House) -> None:
    file = await house.begin(3)
    lost = folder_of(house.root, "file-lost")
    lost.mkdir(parents=True)
    await house.files.tidy(1)
    assert lost.exists()
    await house.files.tidy(AT * 10)
    assert not lost.exists()
    assert folder_of(house.root, file.id).exists()


async def ready(house: House) -> StoredFile:
    """A deck that was looked into before letters were measured."""
    file = await house.begin()
    await house.files.receive(file.id, 0, None, body(b"0123456789"))
    await house.checked()
    passed = await house.state(file)
    assert passed.deck is not None
    await house.rows.describe(file.id, replace(passed.deck, letters=None))
    return await house.state(file)


async def test_deck_from_before_is_measured_without_changing_what_is_given_out(
    house: House,
) -> None:
    old = await ready(house)
    assert old.unmeasured
    there = house.on_disk(old)
    await house.files.measure(old.id)
    await house.checked()
    measured = await house.state(old)
    assert measured.deck is not None
    assert measured.deck.letters == house.inspector.letters
    assert old.deck is not None
    assert replace(measured, deck=replace(measured.deck, letters=None)) == old
    assert house.on_disk(old) == there


async def test_deck_that_cannot_be_measured_stays_as_it_is(house: House) -> None:
    old = await ready(house)
    there = house.on_disk(old)
    house.inspector.problem = FileProblem.TOO_HEAVY
    await house.files.measure(old.id)
    await house.checked()
    assert await house.state(old) == old
    assert house.on_disk(old) == there
