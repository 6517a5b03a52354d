"""Signed-in browsers. The id is opaque, known to the browser alone, and stands here hashed."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b

import msgspec
from sqlalchemy import ColumnElement, bindparam, func, insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from access.audiences import Instant
from server.db.tables.access import AccessAuditTable
from server.db.tables.identity import BrowserSessionTable
from server.identity.facts import Facts
from server.identity.together import Together

LIFE_MS = 14 * 24 * 3_600_000
"""A session ends this long after the sign-in, however much it is used."""

EVERYWHERE = "signed_out_everywhere"
"""The act, in the audit."""

Also = Callable[[AsyncConnection, str], Awaitable[None]]

_AUDIT = inspect(AccessAuditTable).c
_SESSION = inspect(BrowserSessionTable).c
_OPEN = select(_SESSION.hash, _SESSION.account, _SESSION.created_at, _SESSION.expires_at).where(
    _SESSION.ended_at.is_(None), _SESSION.expires_at > bindparam("now")
)
_THESE = _OPEN.where(_SESSION.hash.in_(bindparam("hashes", expanding=True)))
_OF = _OPEN.where(_SESSION.account == bindparam("account")).order_by(_SESSION.created_at.desc())


class Session(msgspec.Struct, frozen=True):
    id: str
    """The hash: names the session, opens nothing."""
    account: str
    created_at: Instant
    expires_at: Instant


def hashed(opaque: str) -> str:
    """What is stored of an opaque id. It has 256 random bits: no salt is needed."""
    return blake2b(opaque.encode(), digest_size=32, person=b"plenum session").hexdigest()


class Sessions:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._reading = Together(self._read)

    async def open(self, account: str) -> str:
        """Start a session; returns the opaque id for the cookie."""
        opaque = secrets.token_urlsafe(32)
        now = self._facts.clock.now()
        row = BrowserSessionTable(
            hash=hashed(opaque),
            account=account,
            created_at=now,
            expires_at=now + LIFE_MS,
            ended_at=None,
        )
        async with self._facts.engine.begin() as connection:
            await connection.execute(insert(BrowserSessionTable).values(row.model_dump()))
        return opaque

    async def get(self, session: str) -> Session | None:
        """A session by its id (hash); None when it ended, expired or never was."""
        return await self._reading.get(session)

    async def _read(self, sessions: Sequence[str]) -> dict[str, Session]:
        asked = {"hashes": sessions, "now": self._facts.clock.now()}
        async with self._facts.engine.connect() as connection:
            found = [Session(*row) for row in await connection.execute(_THESE, asked)]
        return {each.id: each for each in found}

    async def of(self, account: str) -> tuple[Session, ...]:
        """The open sessions of an account, newest first."""
        asked = {"account": account, "now": self._facts.clock.now()}
        async with self._facts.engine.connect() as connection:
            return tuple(Session(*row) for row in await connection.execute(_OF, asked))

    async def end(self, session: Session) -> None:
        """Sign one browser out."""
        async with self._facts.changing(
            session.account, "signed_out", by=session.account
        ) as connection:
            await self._end(connection, _SESSION.hash == session.id)

    async def end_all(self, account: str, *, by: str, also: Also) -> None:
        """Sign the person out of all browsers; ``also`` ends what else proves the account."""
        async with self._facts.changing(account, EVERYWHERE, by=by) as connection:
            await self._end(connection, _SESSION.account == account)
            await also(connection, account)

    async def ended_everywhere(self, account: str) -> Instant:
        """When the person last signed out everywhere; 0: never."""
        query = select(func.max(_AUDIT.at)).where(
            _AUDIT.account == account, _AUDIT.act == EVERYWHERE
        )
        async with self._facts.engine.connect() as connection:
            found: Instant | None = (await connection.execute(query)).scalar_one()
        return found or 0

    async def _end(self, connection: AsyncConnection, which: ColumnElement[bool]) -> None:
        await connection.execute(
            update(BrowserSessionTable)
            .where(which, _SESSION.ended_at.is_(None))
            .values(ended_at=self._facts.clock.now())
        )
