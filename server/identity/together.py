"""Many who ask for one thing each at the same time are answered by one read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")

MOST = 500
"""Keys in one read: databases bound the number of parameters."""

Read = Callable[[Sequence[str]], Awaitable[Mapping[str, V]]]


class Together(Generic[V]):
    """Gathers keys while a read is under way and asks for them in the next.

    Every answer was read after it was asked for.  When a thousand people come in at once, that
    is a handful of reads instead of a thousand.
    """

    def __init__(self, read: Read[V]) -> None:
        self._read = read
        self._waiting: dict[str, asyncio.Future[V | None]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def get(self, key: str) -> V | None:
        """The value of a key, None when there is none. Raises what the read raises."""
        answer = self._waiting.get(key)
        if answer is None:
            answer = self._waiting[key] = asyncio.get_running_loop().create_future()
            # Marked as seen: whoever waited may have gone away meanwhile.
            answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._reader is None:
            self._reader = asyncio.create_task(self._run())
        return await asyncio.shield(answer)

    async def _run(self) -> None:
        try:
            while self._waiting:
                # Whoever asks in the same turn of the loop comes along.
                await asyncio.sleep(0)
                await self._answer_some()
        finally:
            self._reader = None

    async def _answer_some(self) -> None:
        keys = list(self._waiting)[:MOST]
        answers = {key: self._waiting.pop(key) for key in keys}
        try:
            found = await self._read(keys)
        except Exception as error:
            for answer in answers.values():
                answer.set_exception(error)
        else:
            for key, answer in answers.items():
                answer.set_result(found.get(key))
        finally:
            for answer in answers.values():
                answer.cancel()
