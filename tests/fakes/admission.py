"""A door keeper that does what the test says."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from access.actors import OfficeKind
from access.decisions import Denied
from access.permissions import Permission
from access.refusals import REMOVED_FROM_ROOM
from rooms.core.names import AccountId, Person, RoomId, Stream
from rooms.core.stage import DeckId
from rooms.ports import Clock, Credential, Grant

READ = frozenset({Permission.ROOM_ENTER})
ATTEND = READ | {
    Permission.CHAT_SEND,
    Permission.CHAT_DELETE_OWN,
    Permission.QUESTION_ASK,
    Permission.QUESTION_WITHDRAW_OWN,
    Permission.QUESTION_VOTE,
}
SPEAK = ATTEND | {
    Permission.ROOM_STAGE,
    Permission.STAGE_DIRECT,
    Permission.BACKSTAGE_SEND,
}
MODERATE = SPEAK | {
    Permission.ROOM_DESK,
    Permission.CHAT_MODERATE,
    Permission.QUESTION_MODERATE,
    Permission.ROOM_CONFIGURE,
    Permission.ANNOUNCE,
    Permission.PERSON_SANCTION,
    Permission.WORDS_ERASE,
}
MODERATOR: AccountId = "moderation"
SPEAKER: AccountId = "speaker"
"""May post without pause: who fills a room in a test."""


class FakeAccounts:
    """Everybody there is, but for ``strangers``."""

    def __init__(self) -> None:
        self.strangers: set[AccountId] = set()
        self.asked: list[frozenset[AccountId]] = []
        self.broken = False

    async def existing(self, accounts: Collection[AccountId]) -> frozenset[AccountId]:
        self.asked.append(frozenset(accounts))
        if self.broken:
            raise OSError("the accounts cannot be read")
        return frozenset(accounts) - self.strangers


class FakeDecks:
    """The decks of all rooms, with their pages."""

    def __init__(self, **pages: int) -> None:
        self.there = pages
        self.asked: list[tuple[RoomId, frozenset[DeckId]]] = []

    async def pages(self, room: RoomId, decks: Collection[DeckId]) -> Mapping[DeckId, int]:
        self.asked.append((room, frozenset(decks)))
        return {deck: self.there[deck] for deck in decks if deck in self.there}


class FakeAdmission:
    """Admits everybody: ``moderation`` to the desk, ``speaker`` to the stage, other accounts as
    participants, guests to read.

    Change ``permissions`` or ``shut`` and tell the hub to reconsider.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.permissions: dict[AccountId, frozenset[Permission]] = {
            MODERATOR: MODERATE,
            SPEAKER: SPEAK,
        }
        self.names: dict[AccountId, tuple[str, str]] = {}
        """Display name and organisation, where they matter."""
        self.offices: dict[AccountId, OfficeKind] = {
            MODERATOR: OfficeKind.MODERATOR,
            SPEAKER: OfficeKind.SPEAKER,
        }
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
        person = Person(account, name, organisation, may, office=self.offices.get(account))
        return Grant(person, person.stream, until, "test")
