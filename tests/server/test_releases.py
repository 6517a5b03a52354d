"""Rooms learn of each release once, whoever made it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agenda.core.model import Event
from agenda.core.release import stamp
from rooms.wire.messages import Agenda, AnyServerFrame
from server.releases import Releases
from tests.agenda.events import LATER, PLENUM, WERKSTATT, draft, released


class FakeProgramme:
    def __init__(self, *events: Event) -> None:
        self.current: Sequence[Event] = events

    async def events(self) -> Sequence[Event]:
        return self.current


class FakeRooms:
    def __init__(self) -> None:
        self.told: list[tuple[list[str], AnyServerFrame]] = []

    def tell(self, rooms: Collection[str], frame: AnyServerFrame) -> None:
        self.told.append((sorted(rooms), frame))


SECOND = stamp(released(), draft(), LATER)
ROOMS = sorted([PLENUM.guid, WERKSTATT.guid])


async def test_what_was_published_before_the_start_is_no_news() -> None:
    rooms = FakeRooms()
    news = Releases(FakeProgramme(released()), rooms)
    await news.start()
    await news.look()
    await news.stop()
    assert rooms.told == []


async def test_a_release_is_told_once_to_the_rooms_of_its_event() -> None:
    rooms, programme = FakeRooms(), FakeProgramme(released())
    news = Releases(programme, rooms)
    await news.start()
    programme.current = (SECOND,)
    await news.released(SECOND)
    await news.look()
    await news.stop()
    assert rooms.told == [(ROOMS, Agenda(SECOND.guid, 2))]


async def test_a_release_of_another_process_is_noticed() -> None:
    rooms, programme = FakeRooms(), FakeProgramme(released())
    news = Releases(programme, rooms)
    await news.start()
    programme.current = (SECOND,)
    await news.look()
    await news.stop()
    assert rooms.told == [(ROOMS, Agenda(SECOND.guid, 2))]
