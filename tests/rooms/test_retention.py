"""Words stay some days after their event; nothing but the clock and the programme decides."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from agenda.core.model import Event
from agenda.core.timetable import day_end
from rooms.core.chat import SendMessage
from rooms.core.names import RoomId
from server.retention import DAY_MS, Retention, rooms_not_over
from tests.agenda.events import PLENUM, WERKSTATT, draft
from tests.fakes.admission import MODERATOR
from tests.rooms.acts import object_of
from tests.rooms.house import ROOM
from tests.rooms.kept import Kept
from tests.rooms.test_expiry import answered

DAYS = 30
EVENT = draft(rooms=(msgspec.structs.replace(PLENUM, guid=ROOM), WERKSTATT))
OVER = day_end(EVENT.last_day, EVENT)
REHEARSAL = msgspec.structs.replace(EVENT, rolling=True)
LONGER = msgspec.structs.replace(EVENT, last_day=EVENT.last_day + dt.timedelta(days=1))


def retention(kept: Kept, *events: Event) -> Retention:
    async def all_events() -> tuple[Event, ...]:
        return events

    return Retention(all_events, kept.rows, DAYS)


async def worded(kept: Kept, room: RoomId = ROOM) -> int:
    """How much in a room still has words."""
    found = await kept.rows.words_before(kept.clock.now() + DAY_MS)
    return len(found.get(room, ()))


async def said(kept: Kept, at: int, room: RoomId = ROOM) -> None:
    kept.clock.at = at
    ulm = await kept.enter("ulm", room=room)
    assert object_of(await ulm.do(SendMessage("Guten Tag")))


async def test_words_stay_to_the_last_moment_and_are_gone_with_the_next(kept: Kept) -> None:
    await said(kept, OVER - DAY_MS)
    tidy = retention(kept, EVENT)
    await tidy(OVER + DAYS * DAY_MS)
    assert await worded(kept) == 1
    await tidy(OVER + DAYS * DAY_MS + 1)
    assert await worded(kept) == 0


async def test_the_last_day_counts_as_it_stands_now(kept: Kept) -> None:
    """An event that goes on for a day more keeps its words a day more."""
    await said(kept, OVER - DAY_MS)
    due = OVER + DAYS * DAY_MS + 1
    await retention(kept, LONGER)(due)
    assert await worded(kept) == 1
    await retention(kept, EVENT)(due)
    assert await worded(kept) == 0


async def test_what_is_said_after_the_event_has_its_own_days(kept: Kept) -> None:
    await said(kept, OVER - DAY_MS)
    await said(kept, OVER + 10 * DAY_MS)
    tidy = retention(kept, EVENT)
    await tidy(OVER + DAYS * DAY_MS + 1)
    assert await worded(kept) == 1
    await tidy(OVER + (10 + DAYS) * DAY_MS + 1)
    assert await worded(kept) == 0


@pytest.mark.parametrize("events", [(REHEARSAL,), ()], ids=["rehearsal", "no event any more"])
async def test_where_nothing_is_ever_over_each_word_has_its_own_days(
    kept: Kept, events: tuple[Event, ...]
) -> None:
    await said(kept, OVER)
    await said(kept, OVER + DAY_MS)
    await retention(kept, *events)(OVER + DAYS * DAY_MS + 1)
    assert await worded(kept) == 1


async def test_another_room_keeps_its_words(kept: Kept) -> None:
    await said(kept, OVER - DAY_MS)
    await said(kept, OVER - DAY_MS, room="elsewhere")
    elsewhere = msgspec.structs.replace(PLENUM, guid="elsewhere")
    later = msgspec.structs.replace(LONGER, rooms=(elsewhere,))
    await retention(kept, EVENT, later)(OVER + DAYS * DAY_MS + 1)
    assert (await worded(kept), await worded(kept, "elsewhere")) == (0, 1)


async def test_what_was_answered_stays_and_its_room_is_not_read_again(kept: Kept) -> None:
    kept.clock.at = OVER - DAY_MS
    ulm, desk = await kept.enter("ulm"), await kept.enter(MODERATOR)
    await answered(kept, ulm, desk, "Was kostet der Betrieb?")
    await said(kept, kept.clock.now())
    tidy = retention(kept, EVENT)
    due = OVER + DAYS * DAY_MS + 1
    await tidy(due)
    assert await worded(kept) == 1
    head = await kept.rows.heads([ROOM])
    await tidy(due + DAY_MS)
    assert (await worded(kept), await kept.rows.heads([ROOM])) == (1, head)


def test_rooms_of_what_is_going_on_or_to_come_are_not_over() -> None:
    assert rooms_not_over([EVENT], OVER) == {ROOM, WERKSTATT.guid}
    assert rooms_not_over([EVENT], OVER + 1) == frozenset()
    assert rooms_not_over([REHEARSAL], 0) == frozenset()
