"""Moderators cannot sanction each other: facts, policy, hub and sequencer together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from access.actors import OfficeKind
from access.audiences import Group, always
from access.resources import EventResource
from rooms.core.chat import SendMessage
from rooms.core.names import AccountId, Code, Refusal
from rooms.core.people import MutePerson, RemovePerson
from rooms.core.room import RoomCommand
from rooms.draft import Submission
from rooms.hub import Hub
from rooms.member import Member
from rooms.ports import CommandKey, Grant
from rooms.sequencer import Sequencer
from rooms.wire.commands import Answer
from rooms.wire.messages import Ack
from server.identity.admission import PolicyAdmission
from server.identity.facts import LEASE_MS
from server.ids import uuid7
from server.seed.guids import guid
from server.seed.registers import seed_registers
from server.ws.frames import text_frame
from tests.fakes.admission import FakeDecks
from tests.fakes.rooms import FakeDisk, FakeRoomStore
from tests.fakes.timers import FakeTimers, settle
from tests.fixtures.statements import statements
from tests.identity.house import House, other_process
from tests.identity.test_admission import Rooms
from tests.rooms.house import FakeOutlet
from tests.rooms.house import House as RoomHouse

CONFERENCE = EventResource("conference", "conference", "", always(Group.MUNICIPALITIES))
ULM = guid("organisation", "08421000")


class Conference:
    """A room of a conference, with people from Ulm in it; some of them hold an office."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.records = house.identity.records
        rooms = Rooms()
        rooms.put(CONFERENCE)
        disk = FakeDisk()
        self.ids = RoomHouse(disk)
        self.timers = FakeTimers(disk.clock)
        identity = house.identity
        self.admission = PolicyAdmission(identity.credentials, identity.facts, rooms, house.clock)
        store = FakeRoomStore(disk)
        self.hub = Hub(store, self.admission, disk.clock, self.timers, text_frame)
        self.sequencer = Sequencer(
            store, identity.accounts, FakeDecks(), self.hub.publish, self.ids.new_id
        )

    async def person(self, name: str) -> AccountId:
        account = (await self.house.sign_in(f"{name}@ulm.example")).account
        await self.records.choose_organisation(account, ULM)
        return account

    async def holder(self, name: str, kind: OfficeKind, scope: str | None) -> AccountId:
        account = await self.person(name)
        await self.records.appoint(account, kind, scope, "conference", by="kts")
        return account

    async def enter(self, account: AccountId) -> Member:
        token = await self.house.identity.given.bearer(account)
        credential = await self.house.identity.credentials.authenticate([], token)
        assert credential is not None
        member = await self.hub.enter("room", credential, FakeOutlet(), None)
        assert isinstance(member, Member)
        return member

    async def do(self, member: Member, command: RoomCommand) -> Ack:
        answers: list[Answer] = []
        command_id = self.ids.command_id()
        assert member.account is not None
        key = CommandKey(member.account, command_id)
        sender = partial(self.hub.sender, member)
        self.sequencer.submit(Submission("room", key, command, sender=sender, tell=answers.append))
        while not answers:
            await settle()
        return answers[0].ack(command_id, member.stream)


@pytest.fixture
async def conference(house: House) -> AsyncIterator[Conference]:
    await seed_registers(house.identity.facts)
    made = Conference(house)
    await made.hub.start()
    house.identity.facts.listen(made.hub.reconsider)
    yield made
    await made.sequencer.close()
    await made.hub.close()


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        (OfficeKind.MODERATOR, "room"),
        (OfficeKind.MODERATOR, "conference"),
        (OfficeKind.HOST, "conference"),
        (OfficeKind.ORGANISER, None),
    ],
)
async def test_moderator_cannot_sanction_whoever_moderates_the_room(
    conference: Conference, kind: OfficeKind, scope: str | None
) -> None:
    colleague = await conference.holder("colleague", kind, scope)
    moderator = await conference.enter(
        await conference.holder("moderation", OfficeKind.MODERATOR, "room")
    )
    theirs = await conference.enter(colleague)
    for command in (MutePerson(colleague), RemovePerson(colleague)):
        answer = await conference.do(moderator, command)
        assert answer.error == Refusal(Code.FORBIDDEN)
    assert (await conference.do(theirs, SendMessage("Hier bin ich"))).error is None


async def test_measures_take_people_who_never_came_and_refuse_those_who_do_not_exist(
    conference: Conference,
) -> None:
    moderator = await conference.enter(
        await conference.holder("moderation", OfficeKind.MODERATOR, "room")
    )
    absent = await conference.person("absent")
    assert (await conference.do(moderator, RemovePerson(absent))).error is None
    for stranger in (uuid7(), "x", "%"):
        refused = await conference.do(moderator, RemovePerson(stranger))
        assert refused.error == Refusal(Code.NOT_FOUND)


async def test_moderator_can_sanction_a_speaker_and_a_moderator_of_another_room(
    conference: Conference,
) -> None:
    speaker = await conference.holder("speaker", OfficeKind.SPEAKER, "session")
    elsewhere = await conference.holder("elsewhere", OfficeKind.MODERATOR, "another room")
    moderator = await conference.enter(
        await conference.holder("moderation", OfficeKind.MODERATOR, "room")
    )
    for account in (speaker, elsewhere):
        assert (await conference.do(moderator, MutePerson(account))).error is None


async def test_new_moderator_is_protected_and_a_former_one_is_not(conference: Conference) -> None:
    colleague = await conference.person("colleague")
    account = await conference.holder("moderation", OfficeKind.MODERATOR, "room")
    assert colleague not in await staff_for(conference, account)
    office = await conference.records.appoint(
        colleague, OfficeKind.MODERATOR, "room", "conference", by="kts"
    )
    assert colleague in await staff_for(conference, account)
    conference.house.clock.move(1)
    await conference.records.dismiss(colleague, office, by="kts")
    assert colleague not in await staff_for(conference, account)


async def test_moderator_appointed_by_another_process_is_protected_after_its_lease(
    conference: Conference,
) -> None:
    colleague = await conference.person("colleague")
    account = await conference.holder("moderation", OfficeKind.MODERATOR, "room")
    assert colleague not in await staff_for(conference, account)
    async with other_process(conference.house) as other:
        await other.identity.records.appoint(
            colleague, OfficeKind.MODERATOR, "room", "conference", by="kts"
        )
    conference.house.clock.move(LEASE_MS)
    assert colleague in await staff_for(conference, account)


async def test_attendee_is_not_told_who_is_staff(conference: Conference) -> None:
    await conference.holder("moderation", OfficeKind.MODERATOR, "room")
    assert await staff_for(conference, await conference.person("attendee")) == frozenset()


async def test_staff_is_read_once_however_often_leases_are_renewed(conference: Conference) -> None:
    account = await conference.holder("moderation", OfficeKind.MODERATOR, "room")
    token = await conference.house.identity.given.bearer(account)
    credential = await conference.house.identity.credentials.authenticate([], token)
    assert credential is not None
    with statements(conference.house.engine) as asked:
        await conference.admission.admit(credential, "room", removed=frozenset())
        first = len(asked)
        assert first > 0
        for _ in range(3):
            await conference.admission.admit(credential, "room", removed=frozenset())
        assert len(asked) == first


async def staff_for(conference: Conference, account: AccountId) -> frozenset[AccountId]:
    token = await conference.house.identity.given.bearer(account)
    credential = await conference.house.identity.credentials.authenticate([], token)
    assert credential is not None
    grant = await conference.admission.admit(credential, "room", removed=frozenset())
    assert isinstance(grant, Grant)
    assert grant.person is not None
    return grant.person.staff
