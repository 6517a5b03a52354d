"""The facts about people, as the policy wants them: read once, kept until one changes.

Every change of a fact raises the access version in its own transaction.  What this process
changes it forgets at once; what others change (another node, the command line) it notices by
the version, at the latest after ``LEASE_MS``.  After each committed change the listeners are
told whose rights may have changed, so that live connections are asked again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from access.actors import Actor
from access.audiences import Instant
from rooms.ports import Clock
from server.db.tables.access import AccessAuditTable, AccessVersionTable
from server.identity.actors import read_actors, read_office_holders
from server.identity.together import Together

LEASE_MS = 5_000
"""How long facts are trusted without having asked the database whether they changed."""
CHECK_SECONDS = 1.0
PAUSE_SECONDS = 0.25
"""After a check, however often others say that they changed something: a thousand people who
register at once elsewhere are not a thousand looks here."""

Accounts = frozenset[str] | None
"""Whom a change concerns; None: nobody knows, so everybody."""
Revoked = Callable[[Accounts], Awaitable[None]]
NewId = Callable[[], str]

SYSTEM = "system"
"""Acts of the server itself."""

_BUMP = text(
    "INSERT INTO access_version (scope, version) VALUES ('all', 1) "
    "ON CONFLICT (scope) DO UPDATE SET version = access_version.version + 1 RETURNING version"
)
_VERSION = select(inspect(AccessVersionTable).c.version)

log = logging.getLogger(__name__)


class Facts:
    """Reads facts, and keeps the door through which they change."""

    def __init__(self, engine: AsyncEngine, clock: Clock, new_id: NewId) -> None:
        self.engine = engine
        self.clock = clock
        self.new_id = new_id
        self._reading = Together(self._read)
        self._actors: dict[str, Actor | None] = {}
        self._reading_holders = Together(self._read_holders)
        self._holders: dict[str, tuple[Actor, ...]] = {}
        self._version: int | None = None
        self._checked_at: Instant | None = None
        self._checking = asyncio.Lock()
        self._forgotten = 0
        self._forget: list[Callable[[Accounts], None]] = [self._drop]
        self._listeners: list[Revoked] = []
        self._committed: list[Callable[[], None]] = []
        self._hurried = asyncio.Event()

    def listen(self, revoked: Revoked) -> None:
        """Call this after every committed change of facts."""
        self._listeners.append(revoked)

    def committing(self, committed: Callable[[], None]) -> None:
        """Call this after every change that this process committed, so that others can look."""
        self._committed.append(committed)

    def hurry(self) -> None:
        """Others say that they changed something: ``watch`` checks now."""
        self._hurried.set()

    def forgetting(self, forget: Callable[[Accounts], None]) -> None:
        """Call this when something kept about these accounts is no longer to be trusted."""
        self._forget.append(forget)

    @property
    def forgotten(self) -> int:
        """Rises whenever something was forgotten: what was read before must not be kept after."""
        return self._forgotten

    async def actor_of(self, account: str) -> Actor | None:
        """All facts about a person; None for one who is unknown or whose account is closed."""
        await self.fresh()
        if account not in self._actors:
            before = self._forgotten
            actor = await self._reading.get(account)
            if before != self._forgotten:
                return actor
            self._actors[account] = actor
        return self._actors[account]

    async def office_holders(self, event: str) -> tuple[Actor, ...]:
        """Everybody with an office for everything, for this event, or for something in it."""
        await self.fresh()
        if event not in self._holders:
            before = self._forgotten
            holders = await self._reading_holders.get(event) or ()
            if before != self._forgotten:
                return holders
            self._holders[event] = holders
        return self._holders[event]

    async def _read_holders(self, events: Sequence[str]) -> dict[str, tuple[Actor, ...]]:
        async with self.engine.connect() as connection:
            return await read_office_holders(connection, events, self.clock.now())

    async def _read(self, accounts: Sequence[str]) -> dict[str, Actor]:
        async with self.engine.connect() as connection:
            return await read_actors(connection, accounts, self.clock.now())

    async def fresh(self) -> None:
        """Make sure that what is kept was confirmed by the database within the lease."""
        if not self._within_lease():
            async with self._checking:
                if not self._within_lease():
                    await self.check()

    def _within_lease(self) -> bool:
        if self._checked_at is None:
            return False
        return abs(self.clock.now() - self._checked_at) < LEASE_MS

    async def check(self) -> None:
        """Ask the database whether others changed facts, and pass it on if so."""
        asked_at = self.clock.now()
        async with self.engine.connect() as connection:
            version: int = (await connection.execute(_VERSION)).scalar() or 0
        known, self._checked_at = self._version, asked_at
        if known is None:
            self._version = version
        elif version > known:
            self._version = version
            self._forget_all(None)
            await self._tell(None)

    async def watch(self, every: float = CHECK_SECONDS) -> None:
        """Check again and again, until cancelled. The application's lifespan owns this task."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), every)
            self._hurried.clear()
            try:
                await self.check()
            except (SQLAlchemyError, OSError):
                log.warning("the facts could not be checked", exc_info=True)
            await asyncio.sleep(PAUSE_SECONDS)

    @asynccontextmanager
    async def changing(
        self, account: str | None, act: str, *, by: str, detail: str = ""
    ) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes facts about an account: version, audit, then the news.

        ``account`` None: the change concerns everybody.
        Leaving it by an exception changes nothing and tells nobody.
        """
        async with self.engine.begin() as connection:
            # First of all: the row's lock puts changes in one order on both databases.
            version: int = (await connection.execute(_BUMP)).scalar_one()
            yield connection
            audit = AccessAuditTable(
                id=self.new_id(),
                at=self.clock.now(),
                by=by,
                account=account or "",
                act=act,
                detail=detail,
            )
            await connection.execute(insert(AccessAuditTable).values(audit.model_dump()))
        await self._changed(version, None if account is None else frozenset({account}))

    async def _changed(self, version: int, accounts: Accounts) -> None:
        known = self._version
        missed = known is None or version > known + 1
        self._version = max(version, known or 0)
        for committed in self._committed:
            committed()
        concerned = None if missed else accounts
        self._forget_all(concerned)
        await self._tell(concerned)

    def _drop(self, accounts: Accounts) -> None:
        # Whoever was given an office is not among those kept: no account tells what to keep.
        self._holders.clear()
        if accounts is None:
            self._actors.clear()
        else:
            for account in accounts:
                self._actors.pop(account, None)

    def _forget_all(self, accounts: Accounts) -> None:
        self._forgotten += 1
        for forget in self._forget:
            forget(accounts)

    async def _tell(self, accounts: Accounts) -> None:
        for revoked in self._listeners:
            try:
                await revoked(accounts)
            except Exception:
                # The change stands; live connections are asked again when their lease ends.
                log.exception("live connections were not told of a change")
