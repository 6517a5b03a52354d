"""A change of facts is felt by who is connected: out, or on another stream, at once.

Real facts, policy and hub; only the room's log and the sockets are fakes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from access.actors import OfficeKind
from access.audiences import Group, always
from access.resources import EventResource
from rooms.core.names import Stream
from rooms.hub import Hub
from rooms.ports import Credential
from rooms.wire.messages import Close, Joined, Out
from server.identity.admission import PolicyAdmission
from server.seed.guids import guid
from server.seed.registers import seed_registers
from server.ws.frames import text_frame
from tests.fakes.rooms import FakeDisk, FakeRoomStore
from tests.fakes.timers import FakeTimers
from tests.identity.house import House, other_process
from tests.identity.test_admission import Rooms
from tests.rooms.house import FakeOutlet

DISTRICT = guid("organisation", "09475")
CITY = guid("organisation", "09464000")
CONGRESS = EventResource("congress", "congress", "", always(Group.FUNDED))


class Congress:
    """A room of a congress, and funded staff of Landkreis Hof in it."""

    def __init__(self, house: House, account: str, credential: Credential, cookie: str) -> None:
        self.house = house
        self.cookie = cookie
        self.records = house.identity.records
        self.account = account
        self.credential = credential
        self.rooms = Rooms()
        self.rooms.put(CONGRESS)
        self.admission = PolicyAdmission(
            house.identity.credentials, house.identity.facts, self.rooms, house.clock
        )
        disk = FakeDisk()
        timers = FakeTimers(disk.clock)
        self.hub = Hub(FakeRoomStore(disk), self.admission, house.clock, timers, text_frame)

    async def enter(self, credential: Credential | None = None) -> FakeOutlet:
        outlet = FakeOutlet()
        entered = await self.hub.enter("room", credential or self.credential, outlet, None)
        assert not isinstance(entered, Out), entered
        return outlet


@pytest.fixture
async def congress(house: House) -> AsyncIterator[Congress]:
    await seed_registers(house.identity.facts)
    signed_in = await house.sign_in("team@landkreis-hof.example")
    records = house.identity.records
    await records.choose_organisation(signed_in.account, DISTRICT)
    await records.declare_project(signed_in.account, "hof")
    await records.confirm_project(signed_in.account, "hof", by="kts")
    credential = await house.identity.credentials.authenticate(house.cookie(signed_in))
    assert credential is not None
    cookie = house.cookie(signed_in)[0][1].decode()
    made = Congress(house, signed_in.account, credential, cookie)
    await made.hub.start()
    house.identity.facts.listen(made.hub.reconsider)
    house.clock.move(1)
    yield made
    await made.hub.close()


def out(outlet: FakeOutlet) -> tuple[int | None, Out | None]:
    last = outlet.frames[-1]
    return outlet.code, last if isinstance(last, Out) else None


Change = Callable[[Congress], Awaitable[object]]

WITHDRAWALS: dict[str, tuple[Change, int, Out]] = {
    "affiliation ended": (
        lambda c: c.records.end_affiliation(c.account, DISTRICT, by="kts"),
        Close.NOT_ADMITTED,
        Out("forbidden", "project_ended", "ask_project_lead"),
    ),
    "project left": (
        lambda c: c.records.end_project(c.account, "hof", by="kts"),
        Close.NOT_ADMITTED,
        Out("forbidden", "project_not_declared", "choose_project"),
    ),
    "moved to Stadt Hof": (
        lambda c: c.records.choose_organisation(c.account, CITY),
        Close.NOT_ADMITTED,
        Out("forbidden", "project_ended", "ask_project_lead"),
    ),
    "banned": (
        lambda c: c.records.ban(c.account, "congress", by="kts", reason=""),
        Close.NOT_ADMITTED,
        Out("banned", "removed_from_event", "ask_organiser"),
    ),
    "member no longer admitted": (
        lambda c: c.records.admit_member("hof", DISTRICT, False, by="kts"),
        Close.NOT_ADMITTED,
        Out("forbidden", "project_member_not_admitted", "ask_organiser"),
    ),
    "signed out": (
        lambda c: c.house.identity.sign_out(c.credential),
        Close.SIGNED_OUT,
        Out("unauthorized", "credential_expired", "sign_in_again"),
    ),
    "signed out everywhere": (
        lambda c: c.house.identity.sign_out_everywhere(c.account),
        Close.SIGNED_OUT,
        Out("unauthorized", "credential_expired", "sign_in_again"),
    ),
    "account closed": (
        lambda c: c.records.close_account(c.account, by="kts"),
        Close.SIGNED_OUT,
        Out("unauthorized", "credential_expired", "sign_in_again"),
    ),
}


@pytest.mark.parametrize("withdrawal", WITHDRAWALS)
async def test_withdrawal_ends_the_live_connection_with_its_reason(
    congress: Congress, withdrawal: str
) -> None:
    change, code, said = WITHDRAWALS[withdrawal]
    outlet = await congress.enter()
    assert outlet.code is None
    await change(congress)
    assert out(outlet) == (code, said)


async def test_others_stay_when_one_is_out(congress: Congress) -> None:
    screen = await congress.house.identity.credentials.authenticate(
        [], await congress.house.identity.given.screen("room")
    )
    assert screen is not None
    mine, shown = await congress.enter(), await congress.enter(screen)
    await congress.house.identity.sign_out_everywhere(congress.account)
    assert out(mine)[0] == Close.SIGNED_OUT
    assert shown.code is None
    await congress.house.identity.given.revoke(screen.id, by="kts")
    assert out(shown)[0] == Close.SIGNED_OUT


async def test_new_office_brings_the_other_stream_to_the_open_connection(
    congress: Congress,
) -> None:
    outlet = await congress.enter()
    office = await congress.records.appoint(
        congress.account, OfficeKind.MODERATOR, "room", "congress", by="kts"
    )
    assert joined(outlet).at.stream is Stream.DESK
    congress.house.clock.move(1)
    await congress.records.dismiss(congress.account, office, by="kts")
    assert joined(outlet).at.stream is Stream.PUB


def joined(outlet: FakeOutlet) -> Joined:
    last = [frame for frame in outlet.frames if isinstance(frame, Joined)][-1]
    assert last.snapshot is not None
    return last


async def test_withdrawal_by_another_process_ends_it_at_the_next_check(
    congress: Congress,
) -> None:
    outlet = await congress.enter()
    async with other_process(congress.house) as other:
        await other.identity.records.end_project(congress.account, "hof", by="kts")
    assert outlet.code is None
    await congress.house.identity.facts.check()
    assert out(outlet)[0] == Close.NOT_ADMITTED
