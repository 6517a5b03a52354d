"""The key set: which keys may sign and which are still believed.

A key is derived from the server's secret and its id (HMAC-SHA-256), so the database holds none.
Rotation makes a new id; tokens of the former one stay valid until it is retired and they expire.
"""

from __future__ import annotations

import hmac
import secrets

from sqlalchemy import insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from access.audiences import Instant
from rooms.ports import Clock
from server.db.tables.identity import SigningKeyTable

RELOAD_MS = 5_000
_KEY = inspect(SigningKeyTable).c


class KeySet:
    """Load before use; load again after a rotation elsewhere."""

    def __init__(self, engine: AsyncEngine, clock: Clock, secret: str) -> None:
        self._engine = engine
        self._clock = clock
        self._secret = secret.encode()
        self._kids: dict[str, Instant | None] = {}
        """Id → when it stops being believed (None: not planned), oldest first."""
        self._read_at: Instant = 0

    async def load(self) -> None:
        """Read the key set; on the first start make its first key."""
        async with self._engine.begin() as connection:
            await self._read(connection)
            if self._current() is None:
                await self._make(connection)
                await self._read(connection)

    async def reload(self) -> bool:
        """Read the key set again, if that was not done just now: strangers must not cost reads."""
        now = self._clock.now()
        if abs(now - self._read_at) < RELOAD_MS:
            return False
        async with self._engine.connect() as connection:
            await self._read(connection)
        return True

    async def rotate(self, believed_ms: int) -> None:
        """Sign with a new key from now on; believe the former ones this much longer."""
        now = self._clock.now()
        async with self._engine.begin() as connection:
            await connection.execute(
                update(SigningKeyTable)
                .where(_KEY.retired_at.is_(None))
                .values(retired_at=now + believed_ms)
            )
            await self._make(connection)
            await self._read(connection)

    def signing(self) -> tuple[str, bytes]:
        """Id and key to sign with."""
        kid = self._current()
        if kid is None:
            raise RuntimeError("the key set was not loaded")
        return kid, self._derive(kid)

    def key(self, kid: str) -> bytes | None:
        """The key of this id, or None when it is unknown or not believed any more."""
        if kid not in self._kids:
            return None
        retired_at = self._kids[kid]
        if retired_at is not None and retired_at <= self._clock.now():
            return None
        return self._derive(kid)

    def _current(self) -> str | None:
        valid = [kid for kid, retired_at in self._kids.items() if retired_at is None]
        return valid[-1] if valid else None

    def _derive(self, kid: str) -> bytes:
        return hmac.digest(self._secret, b"plenum signing key " + kid.encode(), "sha256")

    async def _make(self, connection: AsyncConnection) -> None:
        row = SigningKeyTable(
            kid=secrets.token_urlsafe(8), created_at=self._clock.now(), retired_at=None
        )
        await connection.execute(insert(SigningKeyTable).values(row.model_dump()))

    async def _read(self, connection: AsyncConnection) -> None:
        query = select(_KEY.kid, _KEY.retired_at).order_by(_KEY.created_at, _KEY.kid)
        self._read_at = self._clock.now()
        self._kids = {row.kid: row.retired_at for row in await connection.execute(query)}
