"""The organiser speaks to rooms without entering them; each room decides by its own rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from access.actors import GUEST, Actor, Office, OfficeKind
from access.audiences import Group, always
from access.resources import EventResource, RoomResource
from rooms.core.announcements import ClearAnnouncement, SetAnnouncement
from rooms.core.names import Code
from rooms.core.people import RemovePerson
from rooms.draft import Submission
from rooms.wire.commands import Answer
from server.announcing import Announcing
from tests.fakes.admission import MODERATOR
from tests.fakes.timers import settle
from tests.rooms.house import House

CONFERENCE = EventResource("conference", "conference", "", always(Group.PUBLIC))
KTS = Actor("kts", "Organisation", "KTS", offices=(Office(OfficeKind.ORGANISER),))
HOST = Actor("host", "Gastgeberin Ulm", "Stadt Ulm")
HOSTS = (Office(OfficeKind.HOST, "conference", event="conference"),)
ROOMS = ("plenum", "werkstatt")


class Directory:
    async def room(self, guid: str) -> RoomResource | None:
        return RoomResource(guid, CONFERENCE) if guid in ROOMS else None


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def announcing(house: House) -> Announcing:
    return Announcing(
        house.sequencer.submit,
        Directory(),
        house.hub.removed,
        house.clock.now,
        house.command_id,
    )


def pause(house: House, text: str = "Pause bis halb") -> SetAnnouncement:
    return SetAnnouncement(text, house.clock.now() + 60_000)


async def shown(house: House) -> list[str]:
    return [(await house.hub.glance(room)).announced for room in ROOMS]


async def test_all_rooms_show_it_until_it_ends_by_itself(
    house: House, announcing: Announcing
) -> None:
    assert await announcing.tell(KTS, ROOMS, pause(house)) == {}
    assert await shown(house) == ["Pause bis halb", "Pause bis halb"]
    house.clock.advance(60_000)
    assert await shown(house) == ["", ""]


async def test_one_room_alone_is_told_that_it_is_over(house: House, announcing: Announcing) -> None:
    await announcing.tell(KTS, ROOMS, pause(house))
    assert await announcing.tell(KTS, ROOMS[:1], ClearAnnouncement()) == {}
    assert await shown(house) == ["", "Pause bis halb"]


async def test_a_host_of_the_event_speaks_and_others_do_not(
    house: House, announcing: Announcing
) -> None:
    host = replace(HOST, offices=HOSTS)
    assert await announcing.tell(host, ROOMS, pause(house)) == {}
    for other in (HOST, GUEST):
        refused = await announcing.tell(other, ROOMS, pause(house, "Werbung"))
        assert set(refused) == set(ROOMS)
    assert await shown(house) == ["Pause bis halb", "Pause bis halb"]


async def test_whoever_was_sent_out_of_a_room_does_not_speak_there_as_a_host_either(
    house: House, announcing: Announcing
) -> None:
    desk = await house.enter(MODERATOR, room=ROOMS[0])
    await house.enter("host", room=ROOMS[0])
    await desk.do(RemovePerson("host"))
    refused = await announcing.tell(replace(HOST, offices=HOSTS), ROOMS, pause(house))
    assert set(refused) == {ROOMS[0]}
    assert await shown(house) == ["", "Pause bis halb"]


async def test_who_goes_away_before_a_room_answers_breaks_nothing(house: House) -> None:
    given: list[Submission] = []
    announcing = Announcing(
        given.append, Directory(), house.hub.removed, house.clock.now, house.command_id
    )
    waiting = asyncio.create_task(announcing.tell(KTS, ROOMS[:1], pause(house)))
    while not given:
        await settle()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    given[0].tell(Answer())
    assert waiting.cancelled()


async def test_what_is_wrong_with_a_text_is_told_for_each_room(
    house: House, announcing: Announcing
) -> None:
    for text, code in ((" ", Code.EMPTY), ("x" * 281, Code.TOO_LONG)):
        refused = await announcing.tell(KTS, ROOMS, pause(house, text))
        assert {room: refusal.code for room, refusal in refused.items()} == dict.fromkeys(
            ROOMS, code
        )


async def test_a_room_that_is_not_there_is_named(house: House, announcing: Announcing) -> None:
    refused = await announcing.tell(KTS, ("plenum", "nirgends"), pause(house))
    assert {room: refusal.code for room, refusal in refused.items()} == {"nirgends": Code.NOT_FOUND}
    assert (await shown(house))[0] == "Pause bis halb"
