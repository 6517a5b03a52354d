"""How late an event is: asked every few seconds by everybody who looks at all its rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from access.audiences import Instant
from agenda.core.model import Event, Guid, Series, Text
from agenda.core.release import stamp
from agenda.core.shift import Late, apply, shift, spans
from agenda.core.timetable import MINUTE, day_of
from agenda.lateness import REMEMBERED, Lateness
from agenda.ports import Act
from server.db.agenda import AgendaRows
from server.db.engine import create_engine
from tests.agenda.events import at, guid, released

MORNING = at("2022-03-22T08:00+01:00")


class Counted(AgendaRows):
    """Notes which old releases are read."""

    def __init__(self, database: str) -> None:
        self.engine = create_engine(database)
        super().__init__(self.engine)
        self.read: list[int] = []

    async def release(self, event: Guid, number: int) -> Event | None:
        self.read.append(number)
        return await super().release(event, number)

    async def run_late(self, event: Event, when: Instant) -> Event:
        moves = shift(event, Late(day_of(event.slots[0].start, event), MORNING, 5)).moves
        later = stamp(event, apply(event, moves), when)
        await self.put_release(later, Act.LATE)
        return later


@pytest.fixture
async def store(database: str) -> AsyncIterator[Counted]:
    made = Counted(database)
    await made.put_series(Series(guid("series"), "mpsc-2022", Text("Reihe")))
    await made.put_release(released())
    yield made
    await made.engine.dispose()


async def test_a_release_is_read_once_however_often_somebody_looks(store: Counted) -> None:
    lateness, plan = Lateness(store), released()
    second = await store.run_late(plan, MORNING)
    third = await store.run_late(second, MORNING + MINUTE)
    for _ in range(3):
        assert await lateness.planned_times(third, MORNING + 2 * MINUTE) == spans(plan)
    assert store.read == [2, 1]
    fourth = await store.run_late(third, MORNING + 3 * MINUTE)
    for _ in range(3):
        assert await lateness.planned_times(fourth, MORNING + 4 * MINUTE) == spans(plan)
    assert store.read == [2, 1]


async def test_a_delay_of_yesterday_is_the_plan_of_today(store: Counted) -> None:
    lateness = Lateness(store)
    second = await store.run_late(released(), MORNING)
    third = await store.run_late(second, MORNING + MINUTE)
    the_next_day = MORNING + MINUTE + REMEMBERED
    assert await lateness.planned_times(third, the_next_day) == spans(second)
    assert await lateness.planned_times(third, the_next_day + 1) == spans(third)
    assert store.read == [2]
