"""All of Plenum in this process, without pages and sockets: people sign in, speak, and upload."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select

from agenda.core.materials import OwnerKind
from rooms.core.room import RoomCommand
from rooms.draft import Submission
from rooms.member import Member
from rooms.ports import CommandKey, Credential
from rooms.wire.commands import Answer
from rooms.wire.messages import Done, Joined, Out, Position
from server import app
from server.db.engine import create_engine
from server.db.tables import metadata
from server.identity.sign_in import SignedIn
from server.ids import uuid7
from server.seed.guids import guid
from server.services import Services, services
from server.settings import Settings, load, with_data
from tests.rooms.house import FakeOutlet

ROOM = guid("room", "generalprobe", "plenum")
SESSION = guid("session", "generalprobe", "plenum")
ORGANISER = "organisation@kts.example"
MODERATOR = "moderation@kts.example"
HOF = "staff@hof.example"
MAYEN = "staff@mayen-koblenz.example"

SIGNED_OUT = Credential("guest", "")


class Living:
    def __init__(self, parts: Services) -> None:
        self.parts = parts
        self._cookies: dict[str, str] = {}

    async def sign_in(self, address: str) -> str:
        """The whole way; returns the cookie."""
        link = await self.parts.identity.link_for(address)
        signed = await self.parts.identity.sign_in.confirm(link.partition("#")[2])
        assert isinstance(signed, SignedIn), signed
        return signed.session

    async def who(self, cookie: str) -> Credential | None:
        """Whom the server takes the owner of a cookie for."""
        credentials = self.parts.identity.credentials
        return await credentials.authenticate(
            [(b"cookie", f"{credentials.cookie}={cookie}".encode())]
        )

    async def comes(self, cookie: str, after: Position | None = None) -> Joined:
        """What somebody is shown first who comes into the room; they leave at once."""
        outlet = FakeOutlet()
        self.parts.hub.leave(await self._enter(cookie, outlet, after))
        (first, *_) = (frame for frame in outlet.frames if isinstance(frame, Joined))
        return first

    async def does(self, address: str, command: RoomCommand) -> Done:
        """Give a command in the room, and leave when told that it is stored."""
        member = await self._enter(await self._cookie(address), FakeOutlet(), None)
        account = member.credential.account
        assert account is not None
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        sender = partial(self.parts.hub.sender, member)
        key = CommandKey(account, uuid7())
        self.parts.sequencer.submit(Submission(ROOM, key, command, sender, told.set_result))
        answer = await told
        self.parts.hub.leave(member)
        assert answer.done is not None, answer.error
        return answer.done

    async def _enter(self, cookie: str, outlet: FakeOutlet, after: Position | None) -> Member:
        credential = await self.who(cookie)
        assert credential is not None
        member = await self.parts.hub.enter(ROOM, credential, outlet, after)
        assert not isinstance(member, Out), member
        return member

    async def _cookie(self, address: str) -> str:
        if address not in self._cookies:
            self._cookies[address] = await self.sign_in(address)
        return self._cookies[address]

    async def uploads(self, name: str, size: int | None = None) -> str:
        """A picture, complete unless its ``size`` is said to be larger; returns the file's id."""
        content = picture(name)
        materials = self.parts.materials
        shelf = await materials.upload(
            OwnerKind.SESSION,
            SESSION,
            name=name,
            size=size or len(content),
            media_type="image/png",
            at=self.parts.clock.now(),
        )
        assert shelf.file is not None
        await materials.receive(shelf.file.id, 0, len(content), _pieces(content))
        await self.parts.checking.idle()
        return shelf.file.id

    async def removes(self, file: str) -> None:
        """An organiser deletes the material."""
        shelf = await self.parts.materials.of_file(file)
        assert shelf is not None
        await self.parts.materials.remove(shelf.material.guid)


@asynccontextmanager
async def living(settings: Settings, *, seeded: bool = True) -> AsyncIterator[Living]:
    """A server as ``plenum serve`` starts it, stopped in order."""
    if seeded:
        await app.seed(settings)
    parts = services(settings)
    async with parts.running():
        yield Living(parts)


def settings_of(folder: Path, url: str = "", **environ: str) -> Settings:
    given = {"PLENUM_DATA_DIR": str(folder), "PLENUM_DATABASE_URL": url}
    return with_data(load({**given, **environ}))


def picture(name: str) -> bytes:
    """A small PNG, another one for each name."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), tuple(name.encode().ljust(3)[:3])).save(made, "PNG")
    return made.getvalue()


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


Rows = Mapping[str, Sequence[Mapping[str, Any]]]


async def everything(settings: Settings) -> Rows:
    """All rows of all tables, past the server and past the backup."""

    engine = create_engine(settings.database)
    found = {}
    try:
        async with engine.connect() as connection:
            for name, table in metadata.tables.items():
                query = select(table).order_by(*table.primary_key.columns)
                rows = (await connection.execute(query)).mappings()
                found[name] = [dict(row) for row in rows]
    finally:
        await engine.dispose()
    return found


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, by its path there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
