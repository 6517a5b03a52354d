"""The door of the rooms: present facts, in the words of the rooms' port."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from access.actors import OfficeKind
from access.audiences import Group, Step, TimeLine, always
from access.resources import EventResource, RoomResource
from rooms.core.names import Stream
from rooms.ports import Credential, Grant
from rooms.wire.messages import Out
from rooms.wire.refusing import out
from server.identity.admission import PolicyAdmission
from server.identity.facts import LEASE_MS
from server.identity.sessions import LIFE_MS
from server.seed.guids import guid
from server.seed.registers import seed_registers
from tests.identity.house import House

HOF_CITY = guid("organisation", "09464000")
GUEST = Credential("guest", "")
NOBODY: frozenset[str] = frozenset()
CONFERENCE = EventResource("conference", "conference", "", always(Group.MUNICIPALITIES))
CONGRESS = EventResource("congress", "congress", "", always(Group.FUNDED))


class Rooms:
    """Knows the rooms it was given."""

    def __init__(self) -> None:
        self.known: dict[str, RoomResource] = {}

    async def room(self, guid: str) -> RoomResource | None:
        return self.known.get(guid)

    def put(self, event: EventResource, room: str = "room") -> None:
        self.known[room] = RoomResource(room, event, speakers_of=frozenset({"session"}))


class Door:
    """Somebody from Stadt Hof before a room of an open conference."""

    def __init__(self, house: House, rooms: Rooms, account: str, credential: Credential) -> None:
        self.house = house
        self.rooms = rooms
        self.account = account
        self.credential = credential
        self.admission = PolicyAdmission(
            house.identity.credentials, house.identity.facts, rooms, house.clock
        )

    async def ask(
        self, credential: Credential | None = None, *, removed: frozenset[str] = NOBODY
    ) -> Grant | Out:
        asked = credential or self.credential
        answer = await self.admission.admit(asked, "room", removed=removed)
        return answer if isinstance(answer, Grant) else out(answer)


@pytest.fixture
async def door(house: House) -> Door:
    await seed_registers(house.identity.facts)
    signed_in = await house.sign_in("staff@hof.example")
    await house.identity.records.choose_organisation(signed_in.account, HOF_CITY)
    credential = await house.identity.credentials.authenticate(house.cookie(signed_in))
    assert credential is not None
    rooms = Rooms()
    rooms.put(CONFERENCE)
    return Door(house, rooms, signed_in.account, credential)


async def test_attendee_is_admitted_with_name_and_lease(door: Door) -> None:
    grant = await door.ask()
    assert isinstance(grant, Grant)
    assert grant.person is not None
    assert (grant.person.account, grant.person.organisation) == (door.account, "Stadt Hof")
    assert (grant.stream, grant.rule) == (Stream.PUB, "municipality")
    assert grant.until == door.house.clock.at + LEASE_MS


async def test_offices_decide_the_stream(door: Door) -> None:
    records = door.house.identity.records
    await records.appoint(door.account, OfficeKind.SPEAKER, "session", "conference", by="kts")
    speaker = await door.ask()
    assert isinstance(speaker, Grant)
    assert speaker.stream is Stream.STAGE
    desk = await records.appoint(door.account, OfficeKind.MODERATOR, "room", "conference", by="kts")
    moderator = await door.ask()
    assert isinstance(moderator, Grant)
    assert moderator.stream is Stream.DESK
    door.house.clock.move(1)
    await records.dismiss(door.account, desk, by="kts")
    again = await door.ask()
    assert isinstance(again, Grant)
    assert again.stream is Stream.STAGE


async def test_strongest_office_held_in_the_room_stands_beside_the_name(door: Door) -> None:
    records = door.house.identity.records
    offices: list[OfficeKind | None] = []
    for kind, scope, event in (
        (None, None, None),
        (OfficeKind.MODERATOR, "another-room", "conference"),
        (OfficeKind.HOST, "another-event", "another-event"),
        (OfficeKind.SPEAKER, "session", "conference"),
        (OfficeKind.MODERATOR, "room", "conference"),
        (OfficeKind.HOST, "conference", "conference"),
        (OfficeKind.ORGANISER, None, None),
    ):
        if kind is not None:
            await records.appoint(door.account, kind, scope, event, by="kts")
        grant = await door.ask()
        assert isinstance(grant, Grant)
        assert grant.person is not None
        offices.append(grant.person.office)
    speaker, moderator = OfficeKind.SPEAKER, OfficeKind.MODERATOR
    assert offices[:3] == [None] * 3
    assert offices[3:] == [speaker, moderator, OfficeKind.HOST, OfficeKind.ORGANISER]


async def test_office_that_ended_stands_beside_the_name_no_more(door: Door) -> None:
    records = door.house.identity.records
    given = await records.appoint(door.account, OfficeKind.HOST, "conference", "conference", by="")
    door.house.clock.move(1)
    await records.dismiss(door.account, given, by="kts")
    grant = await door.ask()
    assert isinstance(grant, Grant)
    assert grant.person is not None
    assert grant.person.office is None


async def test_lease_ends_when_the_audience_changes(door: Door) -> None:
    later = door.house.clock.at + 2_000
    line = TimeLine(CONFERENCE.audience.first, (Step(later, CONGRESS.audience.first),))
    door.rooms.put(replace(CONFERENCE, audience=line))
    grant = await door.ask()
    assert isinstance(grant, Grant)
    assert grant.until == later
    door.house.clock.move(2_000)
    assert await door.ask() == Out("forbidden", "not_funded", "attend_regional_conference")


async def test_d1_unfunded_person_is_told_why_the_congress_is_closed(door: Door) -> None:
    door.rooms.put(CONGRESS)
    assert await door.ask() == Out("forbidden", "not_funded", "attend_regional_conference")


async def test_guest_is_asked_to_sign_in(door: Door) -> None:
    assert await door.ask(GUEST) == Out("unauthorized", "sign_in_first", "sign_in")


async def test_guest_reads_where_the_event_allows_it(door: Door) -> None:
    door.rooms.put(replace(CONFERENCE, audience=always(Group.PUBLIC), guests_read=True))
    grant = await door.ask(GUEST)
    assert isinstance(grant, Grant)
    assert (grant.person, grant.stream) == (None, Stream.PUB)


async def test_screen_gets_the_public_stream_of_its_room_only(door: Door) -> None:
    tokens = door.house.identity.given
    credentials = door.house.identity.credentials
    own = await credentials.authenticate([], await tokens.screen("room"))
    other = await credentials.authenticate([], await tokens.screen("elsewhere"))
    assert own is not None
    assert other is not None
    grant = await door.ask(own)
    assert isinstance(grant, Grant)
    assert (grant.person, grant.stream) == (None, Stream.PUB)
    assert await door.ask(other) == Out("forbidden", "screen_only_shows", "open_in_browser")


async def test_removed_person_is_banned_from_this_room(door: Door) -> None:
    removed = frozenset({door.account})
    assert await door.ask(removed=removed) == Out("banned", "removed_from_room", "ask_organiser")
    assert isinstance(await door.ask(), Grant)


async def test_person_banned_from_the_event_is_out_of_its_rooms(door: Door) -> None:
    await door.house.identity.records.ban(door.account, "conference", by="kts", reason="")
    assert await door.ask() == Out("banned", "removed_from_event", "ask_organiser")


async def test_unknown_room_and_hidden_room_answer_alike(door: Door) -> None:
    door.rooms.put(replace(CONGRESS, hidden=True))
    hidden = await door.ask()
    door.rooms.known.clear()
    assert hidden == await door.ask() == Out("not_found", "not_there", "check_address")


async def test_d14_valid_credential_does_not_restore_a_right_withdrawn(door: Door) -> None:
    token = await door.house.identity.given.bearer(door.account)
    bearer = await door.house.identity.credentials.authenticate([], token)
    assert bearer is not None
    assert isinstance(await door.ask(bearer), Grant)
    door.house.clock.move(1)
    await door.house.identity.records.end_affiliation(door.account, HOF_CITY, by="kts")
    ended = Out("forbidden", "affiliation_ended", "choose_organisation")
    assert await door.ask(bearer) == ended
    assert await door.ask() == ended


async def test_d14_credential_from_before_signing_out_everywhere_is_refused(door: Door) -> None:
    await door.house.identity.sign_out_everywhere(door.account)
    ended = Out("unauthorized", "credential_expired", "sign_in_again")
    assert await door.ask() == ended
    await door.house.sign_in("staff@hof.example")
    assert await door.ask() == ended


async def test_expired_session_is_asked_to_sign_in_again(door: Door) -> None:
    door.house.clock.move(LIFE_MS)
    assert await door.ask() == Out("unauthorized", "credential_expired", "sign_in_again")


async def test_closed_account_is_out(door: Door) -> None:
    await door.house.identity.records.close_account(door.account, by="kts")
    assert isinstance(await door.ask(), Out)


async def test_a_kept_answer_ends_with_the_time_line_and_with_other_facts(door: Door) -> None:
    steps = (Step(door.house.clock.now() + 2_000, always(Group.FUNDED).first),)
    narrowing = TimeLine(always(Group.MUNICIPALITIES).first, steps)
    door.rooms.put(replace(CONFERENCE, audience=narrowing))
    first = await door.ask()
    assert isinstance(first, Grant)
    assert first.until == steps[0].since
    door.house.clock.move(1_000)
    assert await door.ask() == first
    door.house.clock.move(1_000)
    assert isinstance(await door.ask(), Out)
    door.rooms.put(CONFERENCE)
    assert isinstance(await door.ask(), Grant)
    door.rooms.put(CONGRESS)
    assert isinstance(await door.ask(), Out)
