"""A whole identity service on a real database, with a clock that is told the time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from server.db.engine import create_engine
from server.identity.facts import Accounts
from server.identity.service import Identity
from server.identity.sign_in import SignedIn
from server.ids import uuid7

SITE = "https://konferenz.example"
SECRET = "a secret of the tests, long enough to be one"
START = 1_700_000_000_000


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> int:
        return self.at

    def move(self, milliseconds: int) -> None:
        self.at += milliseconds


class Letterbox:
    """Takes the sign-in mails."""

    def __init__(self) -> None:
        self.links: list[tuple[str, str, str]] = []

    def sign_in_link(self, address: str, link: str, language: str) -> None:
        self.links.append((address, link, language))

    def token(self) -> str:
        """The token in the newest link."""
        return self.links[-1][1].partition("#")[2]


class House:
    def __init__(self, engine: AsyncEngine, secret: str = SECRET) -> None:
        self.engine = engine
        self.clock = HandClock()
        self.letters = Letterbox()
        self.told: list[Accounts] = []
        self.identity = Identity(
            engine, self.clock, uuid7, self.letters, site=SITE, secret=secret, demo=False
        )
        self.identity.facts.listen(self._tell)

    async def _tell(self, accounts: Accounts) -> None:
        self.told.append(accounts)

    async def sign_in(self, address: str) -> SignedIn:
        """The whole way: ask for a link, press the button."""
        self.identity.sign_in.request_link(address, language="de", network="192.0.2.1")
        answer = await self.identity.sign_in.confirm(self.letters.token())
        assert isinstance(answer, SignedIn)
        return answer

    def cookie(self, signed_in: SignedIn) -> list[tuple[bytes, bytes]]:
        """The headers the browser sends from then on."""
        return [(b"cookie", f"{self.identity.credentials.cookie}={signed_in.session}".encode())]


@asynccontextmanager
async def house_on(url: str) -> AsyncIterator[House]:
    """A house on a database with all tables."""
    engine = create_engine(url)
    try:
        house = House(engine)
        await house.identity.keys.load()
        await house.identity.facts.check()
        yield house
    finally:
        await engine.dispose()


@asynccontextmanager
async def other_process(house: House) -> AsyncIterator[House]:
    """Another process on the same database and clock, with memory of its own."""
    other = House(house.engine)
    other.clock = house.clock
    other.identity.facts.clock = house.clock
    await other.identity.keys.load()
    await other.identity.facts.check()
    yield other
