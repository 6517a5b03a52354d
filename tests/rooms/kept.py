"""A house on a real database, with the history of the room over HTTP."""

from __future__ import annotations

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from access.actors import Actor, Affiliation, Office, OfficeKind
from access.audiences import Group, always
from access.organisations import OrganisationKind
from access.resources import EventResource, Resource, RoomResource
from rooms.hub import Hub
from rooms.sequencer import Sequencer
from server.db.rooms.postgresql import PostgresqlRoomStore
from server.db.rooms.sqlite import SqliteRoomStore
from server.http import problems
from server.http.api.history import History
from server.http.surfaces import Door, Refused, routes
from server.storage.vault import FileVault
from server.ws.frames import text_frame
from tests.fakes.admission import MODERATOR
from tests.fakes.rooms import FakeDisk, WallClock
from tests.rooms.house import ROOM, House

CONFERENCE = EventResource("conference", "conference", "", always(Group.MUNICIPALITIES))
PEOPLE = {
    "hof": Actor("hof", affiliations=(Affiliation("hof", OrganisationKind.MUNICIPALITY),)),
    MODERATOR: Actor(MODERATOR, offices=(Office(OfficeKind.MODERATOR, ROOM, "conference"),)),
}


class Kept(House):
    """A house on a database; another one on the same database is another process."""

    def __init__(self, url: str, vault: FileVault) -> None:
        sqlite = url.startswith("sqlite")
        # PostgreSQL takes no time but its own; ids of commands are made from the same.
        super().__init__(None if sqlite else FakeDisk(WallClock()))
        self.vault = vault
        self.rows: SqliteRoomStore | PostgresqlRoomStore = (
            SqliteRoomStore(url, vault, clock=self.clock)
            if sqlite
            else PostgresqlRoomStore(url, vault)
        )
        self.hub = Hub(self.rows, self.admission, self.clock, self.timers, text_frame)
        self.sequencer = Sequencer(
            self.rows, self.accounts, self.decks, self.hub.publish, self.new_id
        )

    async def close(self) -> None:
        await super().close()
        await self.rows.close()
        self.vault.close()

    async def room(self, guid: str) -> RoomResource:
        return RoomResource(guid, CONFERENCE)

    async def history(self, who: str) -> str:
        """Every older page over HTTP, as one text."""
        pages, before, older = [], 2**40, True
        while older:
            answer = await self.older_page(who, str(before))
            assert answer.status_code == 200
            pages.append(answer.text)
            page = answer.json()
            older = page["older"]
            before = page["messages"][0]["order"] if older else before
        return "".join(pages)

    async def older_page(self, who: str, before: str) -> httpx.Response:
        """One page over HTTP."""
        app = Starlette(routes=routes(History(self.rows, self).surfaces(), self._door()))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://k.example") as browser:
            return await browser.get(
                f"/api/v1/rooms/{ROOM}/messages",
                params={"before": before},
                headers={"as": who},
            )

    def _door(self) -> Door:
        async def identify(request: Request) -> Actor:
            return PEOPLE[request.headers["as"]]

        async def in_place(actor: Actor, _: Resource) -> Actor:
            return actor

        async def refuse(_: Request, refused: Refused) -> Response:
            return problems.denied(refused.denied, refused.status, refused.language)

        return Door(identify, in_place, self.clock.now, lambda _: True, refuse)
