"""A crowd is answered by few reads, each made after the asking."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from server.identity.together import MOST, Together


class Library:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.reads: list[list[str]] = []
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.known = {"a": 1, "b": 2}
        self.broken = False

    async def read(self, keys: Sequence[str]) -> dict[str, int]:
        self.reads.append(list(keys))
        self.asked.set()
        found = {key: self.known[key] for key in keys if key in self.known}
        await self.open.wait()
        if self.broken:
            raise OSError("gone")
        return found


async def test_who_asks_at_once_is_answered_by_one_read() -> None:
    library = Library()
    together = Together(library.read)
    answers = await asyncio.gather(*(together.get(key) for key in ("a", "b", "c", "a")))
    assert answers == [1, 2, None, 1]
    assert library.reads == [["a", "b", "c"]]


async def test_who_asks_during_a_read_gets_an_answer_read_afterwards() -> None:
    library = Library()
    together = Together(library.read)
    library.open.clear()
    first = asyncio.create_task(together.get("a"))
    await library.asked.wait()
    library.known["a"] = 9
    second = asyncio.create_task(together.get("a"))
    await asyncio.sleep(0)
    library.open.set()
    assert (await first, await second) == (1, 9)
    assert library.reads == [["a"], ["a"]]


async def test_crowd_is_read_in_bounded_portions() -> None:
    library = Library()
    together = Together(library.read)
    await asyncio.gather(*(together.get(str(number)) for number in range(MOST + 1)))
    assert [len(keys) for keys in library.reads] == [MOST, 1]


async def test_failure_reaches_everybody_who_waits_and_not_the_next() -> None:
    library = Library()
    together = Together(library.read)
    library.broken = True
    answers = await asyncio.gather(together.get("a"), together.get("b"), return_exceptions=True)
    assert [type(each) for each in answers] == [OSError, OSError]
    library.broken = False
    assert await together.get("a") == 1


async def test_one_who_goes_away_takes_no_answer_from_others() -> None:
    library = Library()
    together = Together(library.read)
    library.open.clear()
    gone, waiting = (asyncio.create_task(together.get("a")) for _ in range(2))
    await library.asked.wait()
    gone.cancel()
    library.open.set()
    assert await waiting == 1
    with pytest.raises(asyncio.CancelledError):
        await gone
