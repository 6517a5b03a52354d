"""A server's data without a server: rooms and uploads, made by the parts that make them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agenda.core.materials import FileId
from rooms.core.names import RoomId
from server.backup.archive import members
from server.backup.taking import take
from server.db.engine import create_engine
from server.db.files import FileRows
from server.ids import uuid7
from server.services import room_store
from server.settings import Settings
from server.storage.checking import CheckingQueue
from server.storage.files import DiskFiles, Shares
from server.storage.vault import FileVault
from tests.contracts.disks import Scribe, posted
from tests.fakes.inspector import FakeInspector

ROOM: RoomId = "plenum"


class Small:
    """Somebody who writes and uploads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = create_engine(settings.database)
        self.rows = FileRows(self.engine)
        self.queue = CheckingQueue(settings.files, self.rows, FakeInspector())
        self.files = DiskFiles(
            settings.files, self.rows, self.queue, uuid7, Shares(), free=lambda _: 10**12
        )
        self.vault = FileVault(settings.keys)
        self.store = room_store(settings, self.vault)
        self.scribe = Scribe(self.store)

    async def says(self, *messages: str) -> None:
        for message in messages:
            await self.scribe.write(ROOM, posted(message, f"Wort {message}"))

    async def uploads(self, content: bytes, size: int | None = None) -> FileId:
        """All of a PDF, or the beginning of a larger one; nobody has looked into it yet."""
        file = await self.files.begin(
            "session:a", "Folien.pdf", size or len(content), "application/pdf", 1
        )
        await self.files.receive(file.id, 0, len(content), _pieces(content))
        return file.id

    async def looked_into(self) -> None:
        await self.queue.start()
        await self.queue.idle()
        await self.queue.stop()

    async def backup(self) -> Path:
        return (await take(self.settings, None, None)).path

    async def close(self) -> None:
        await self.store.close()
        self.vault.close()
        await self.engine.dispose()


@asynccontextmanager
async def small(settings: Settings) -> AsyncIterator[Small]:
    made = Small(settings)
    try:
        yield made
    finally:
        await made.close()


def names_in(path: Path, part: str) -> list[str]:
    """Members of an archive below ``files/`` or so, without the folders' names."""
    with members(path) as each:
        return [name.split("/", 3)[-1] for name, _ in each if name.startswith(f"{part}/")]


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content
