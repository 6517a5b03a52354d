"""Stars and feedback in memory, on SQLite and on PostgreSQL: one suite for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlmodel import SQLModel

from agenda.core.feedback import Answer
from agenda.ports import FeedbackStore, StarStore
from server.db.engine import create_engine
from server.db.participants import FeedbackRows, StarRows
from server.db.tables.identity import AccountTable
from tests.fakes.participants import MemoryFeedback, MemoryStars

HOF, ULM = "hof", "ulm"
WELCOME, WORKSHOP, TALK = "welcome", "workshop", "talk"


@dataclass(frozen=True)
class Stores:
    stars: StarStore
    feedback: FeedbackStore


@pytest.fixture
async def stores(kept_at: str | None) -> AsyncIterator[Stores]:
    """With the accounts of two people."""
    if kept_at is None:
        yield Stores(MemoryStars(), MemoryFeedback())
        return
    engine = create_engine(kept_at)
    accounts = SQLModel.metadata.tables["account"]
    async with engine.begin() as connection:
        for account in (HOF, ULM):
            row = AccountTable(id=account, name="", language="de", created_at=1, closed_at=None)
            await connection.execute(accounts.insert().values(row.model_dump()))
    yield Stores(StarRows(engine), FeedbackRows(engine))
    await engine.dispose()


async def test_stars_are_one_persons_and_come_by_session(stores: Stores) -> None:
    for star in (WORKSHOP, TALK, WELCOME):
        await stores.stars.put(HOF, star)
    assert await stores.stars.of(HOF) == (TALK, WELCOME, WORKSHOP)
    assert await stores.stars.of(ULM) == ()


async def test_a_session_is_starred_once(stores: Stores) -> None:
    await stores.stars.put(HOF, WELCOME)
    await stores.stars.put(HOF, WELCOME)
    assert await stores.stars.of(HOF) == (WELCOME,)


async def test_two_tabs_that_star_at_once_make_one_star(stores: Stores) -> None:
    await asyncio.gather(*(stores.stars.put(HOF, WELCOME) for _ in range(4)))
    assert await stores.stars.of(HOF) == (WELCOME,)


async def test_a_star_is_taken_away_from_one_person_alone(stores: Stores) -> None:
    for account in (HOF, ULM):
        await stores.stars.put(account, WELCOME)
    await stores.stars.remove(HOF, "welcome")
    await stores.stars.remove(HOF, "welcome")
    assert await stores.stars.of(HOF) == ()
    assert await stores.stars.of(ULM) == (WELCOME,)


async def test_a_person_says_one_thing_of_a_session_and_the_last_counts(stores: Stores) -> None:
    feedback = stores.feedback
    await feedback.put(HOF, "event", "welcome", Answer(2, "Zu kurz."))
    await feedback.put(HOF, "event", "welcome", Answer(4))
    assert await feedback.own(HOF) == {"welcome": Answer(4)}
    assert await feedback.of_event("event") == {"welcome": (Answer(4),)}


async def test_two_tabs_that_answer_at_once_make_one_answer(stores: Stores) -> None:
    answers = [Answer(score) for score in (1, 2, 3, 4)]
    await asyncio.gather(
        *(stores.feedback.put(HOF, "event", "welcome", answer) for answer in answers)
    )
    found = await stores.feedback.of_event("event")
    assert len(found["welcome"]) == 1
    assert found["welcome"][0] in answers


async def test_feedback_is_told_by_session_of_one_event_without_names(stores: Stores) -> None:
    feedback = stores.feedback
    await feedback.put(HOF, "event", "welcome", Answer(5, "Gut."))
    await feedback.put(ULM, "event", "welcome", Answer(3))
    await feedback.put(ULM, "event", "workshop", Answer(1))
    await feedback.put(ULM, "other", "talk", Answer(2))
    found = await feedback.of_event("event")
    assert {session: sorted(a.score for a in said) for session, said in found.items()} == {
        "welcome": [3, 5],
        "workshop": [1],
    }
    assert await feedback.of_event("nowhere") == {}


async def test_withdrawn_feedback_is_gone(stores: Stores) -> None:
    await stores.feedback.put(HOF, "event", "welcome", Answer(5))
    await stores.feedback.put(ULM, "event", "welcome", Answer(3))
    await stores.feedback.remove(HOF, "welcome")
    assert await stores.feedback.own(HOF) == {}
    assert await stores.feedback.of_event("event") == {"welcome": (Answer(3),)}
