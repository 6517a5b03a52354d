"""A door keeper that does what the test says."""

from __future__ import annotations

from access.decisions import Denied
from access.permissions import Permission
from access.refusals import REMOVED_FROM_ROOM
from rooms.core.names import AccountId, Person, RoomId, Stream
from rooms.ports import Clock, Credential, Grant

READ = frozenset({Permission.ROOM_ENTER})
ATTEND = READ | {
    Permission.CHAT_SEND,
    Permission.CHAT_DELETE_OWN,
    Permission.QUESTION_ASK,
    Permission.QUESTION_WITHDRAW_OWN,
    Permission.QUESTION_VOTE,
}
MODERATE = ATTEND | {
    Permission.ROOM_STAGE,
    Permission.ROOM_DESK,
    Permission.CHAT_MODERATE,
    Permission.QUESTION_MODERATE,
    Permission.STAGE_DIRECT,
    Permission.ROOM_CONFIGURE,
    Permission.PERSON_SANCTION,
    Permission.WORDS_ERASE,
}
MODERATOR: AccountId = "moderation"


class FakeAdmission:
    """Admits everybody: ``moderation`` to the desk, other accounts as participants, guests to read.

    Change ``permissions`` or ``shut`` and tell the hub to reconsider.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.permissions: dict[AccountId, frozenset[Permission]] = {MODERATOR: MODERATE}
        self.names: dict[AccountId, tuple[str, str]] = {}
        """Display name and organisation, where they matter."""
        self.shut: dict[AccountId, Denied] = {}
        self.closed_rooms: dict[RoomId, Denied] = {}
        self.asked = 0
        self.broken = False

    async def admit(
        self, credential: Credential, room: RoomId, *, removed: frozenset[AccountId]
    ) -> Grant | Denied:
        self.asked += 1
        if self.broken:
            raise OSError("the facts cannot be read")
        account = credential.account
        if room in self.closed_rooms:
            return self.closed_rooms[room]
        until = self.clock.now() + 5_000
        if account is None:
            return Grant(None, Stream.PUB, until, "guest")
        if account in removed:
            return REMOVED_FROM_ROOM
        if account in self.shut:
            return self.shut[account]
        may = self.permissions.get(account, ATTEND)
        name, organisation = self.names.get(account, (f"Amt {account}", "Stadt Ulm"))
        person = Person(account, name, organisation, may)
        return Grant(person, person.stream, until, "test")
