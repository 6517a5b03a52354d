"""Hints by PUBLISH of Valkey or Redis, where somebody runs one anyway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.bus.hints import BusError

CHANNEL = "plenum:hints"
PATIENCE_SECONDS = 2.0


class RedisCarrier:
    """``server.bus.hints.Carrier`` on a server of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._redis: Redis | None = None
        self._hearing: asyncio.Task[None] | None = None

    async def open(self, heard: Callable[[bytes], None]) -> None:
        """See ``server.bus.hints.Carrier``."""
        await self.close()
        self._redis = Redis.from_url(
            self._url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            # Whoever sends hints knows better when to try again.
            retry=Retry(NoBackoff(), 0),
        )
        channel = self._redis.pubsub(ignore_subscribe_messages=True)
        async with _reachable(), asyncio.timeout(PATIENCE_SECONDS):
            await channel.subscribe(CHANNEL)
            # Answered only once the subscription stands.
            await channel.ping()
        self._hearing = asyncio.create_task(_hear(channel, heard))

    async def send(self, message: bytes) -> None:
        """See ``server.bus.hints.Carrier``."""
        if self._redis is None:
            raise BusError("not connected")
        async with _reachable():
            await self._redis.publish(CHANNEL, message)

    async def close(self) -> None:
        """See ``server.bus.hints.Carrier``."""
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)
            self._hearing = None
        if self._redis is not None:
            with suppress(RedisError, OSError):
                await self._redis.aclose()
            self._redis = None


async def _hear(channel: PubSub, heard: Callable[[bytes], None]) -> None:
    """Until the connection ends; that nothing more is heard is found out by whoever listens."""
    with suppress(RedisError, OSError):
        async for message in channel.listen():
            if message["type"] == "message":
                heard(message["data"])


@asynccontextmanager
async def _reachable() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise BusError(f"Redis: {str(error) or type(error).__name__}") from error
