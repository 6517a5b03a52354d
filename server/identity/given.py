"""Tokens that were given out to scripts and big screens, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, bindparam, insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from access.audiences import Instant
from server.db.tables.identity import AccessTokenTable
from server.identity.facts import Facts
from server.identity.together import Together
from server.identity.tokens import Purpose, Tokens

BEARER_LIFE_MS = 30 * 24 * 3_600_000
SCREEN_LIFE_MS = 7 * 24 * 3_600_000

_TOKEN = inspect(AccessTokenTable).c
_GOOD = select(_TOKEN.jti, _TOKEN.account, _TOKEN.room, _TOKEN.expires_at).where(
    _TOKEN.jti.in_(bindparam("ids", expanding=True)),
    _TOKEN.revoked_at.is_(None),
    _TOKEN.expires_at > bindparam("now"),
)


class Given(msgspec.Struct, frozen=True):
    """A token that is still good."""

    jti: str
    account: str | None
    room: str | None
    expires_at: Instant


class GivenTokens:
    def __init__(self, facts: Facts, tokens: Tokens) -> None:
        self._facts = facts
        self._tokens = tokens
        self._reading = Together(self._read)

    async def bearer(self, account: str) -> str:
        """A token by which scripts act for this account."""
        token, jti = self._tokens.issue(Purpose.BEARER, account, BEARER_LIFE_MS)
        await self._keep(jti, "bearer", BEARER_LIFE_MS, account=account)
        return token

    async def screen(self, room: str) -> str:
        """A token for a big screen: reads the public stream of one room, nothing else."""
        token, jti = self._tokens.issue(Purpose.SCREEN, room, SCREEN_LIFE_MS)
        await self._keep(jti, "screen", SCREEN_LIFE_MS, room=room)
        return token

    async def get(self, jti: str) -> Given | None:
        """A token that was given out, is not revoked and not expired."""
        return await self._reading.get(jti)

    async def _read(self, ids: Sequence[str]) -> dict[str, Given]:
        asked = {"ids": ids, "now": self._facts.clock.now()}
        async with self._facts.engine.connect() as connection:
            rows: list[Row[Any]] = list(await connection.execute(_GOOD, asked))
        return {row.jti: Given(row.jti, row.account, row.room, row.expires_at) for row in rows}

    async def revoke(self, jti: str, *, by: str) -> None:
        """Take one token back. Who uses it is out at once."""
        async with self._facts.changing(None, "token.revoked", by=by, detail=jti) as connection:
            await self._revoke(connection, _TOKEN.jti == jti)

    async def revoke_all(self, connection: AsyncConnection, account: str) -> None:
        """Take all tokens of an account back, within a change of facts."""
        await self._revoke(connection, _TOKEN.account == account)

    async def _revoke(self, connection: AsyncConnection, which: ColumnElement[bool]) -> None:
        await connection.execute(
            update(AccessTokenTable)
            .where(which, _TOKEN.revoked_at.is_(None))
            .values(revoked_at=self._facts.clock.now())
        )

    async def _keep(
        self,
        jti: str,
        kind: str,
        life_ms: int,
        *,
        account: str | None = None,
        room: str | None = None,
    ) -> None:
        now = self._facts.clock.now()
        row = AccessTokenTable(
            jti=jti,
            kind=kind,
            account=account,
            room=room,
            created_at=now,
            expires_at=now + life_ms,
            revoked_at=None,
        )
        async with self._facts.engine.begin() as connection:
            await connection.execute(insert(AccessTokenTable).values(row.model_dump()))
