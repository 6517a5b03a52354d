"""The site with the organiser's desk, on a database with the programme that ships."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request

from access.actors import Actor, OfficeKind
from access.resources import Resource
from agenda.core import ical
from agenda.core.model import Event, Slot
from agenda.editing import Editing
from rooms.attendance import NOBODY
from rooms.core.announcements import AnnouncementCommand
from rooms.core.names import Person, Refusal
from rooms.here import Glance, Here
from server.db.agenda import AgendaRows
from server.db.drafts import DraftRows
from server.db.engine import create_engine
from server.http.api.events import EventsApi
from server.http.faults import Faults
from server.http.feeds import Feeds
from server.http.pages.live import LiveProgramme
from server.http.pages.organise.base import Office
from server.http.pages.organise.pages import OrganisePages
from server.http.surfaces import Door, routes
from server.ids import guid
from server.observe.reports import Report, Sample
from server.seed.programme import seed_programme
from tests.pages.markup import Page
from tests.pages.world import SITE, FixedClock, World, world

EVENT = "/organise/regionalkonferenz_2_2022"
PUBLIC = "/events/regionalkonferenz_2_2022"
ORGANISER, HOST = "organisation@kts.example", "gastgeber@lemgo.example"
OTHER_HOST, MODERATOR = "gastgeber@ulm.example", "moderation@kts.example"
PARTICIPANT = "amt@hof.example"
CLONE = {
    "title_de": "4. Regionalkonferenz",
    "title_en": "",
    "first_day": "2022-10-18",
    "number": "4",
    "slug": "regio_nord_2022",
}
"""What the form of a new event is filled with."""


class QuietRooms:
    """Rooms with seven people, two questions to review and one open.

    ``present``: those of the seven who have signed in, by room.
    """

    def __init__(self) -> None:
        self.present: dict[str, list[Person]] = {}

    async def here(self, room: str) -> Here:
        return Here({person.account: person for person in self.present.get(room, [])}, {})

    async def glance(self, room: str) -> Glance:
        return Glance(7, 2, 1, "Was kostet das?", announced="Die Pause dauert länger")


class Loudspeaker:
    """Hears what is said in which rooms; those in ``deaf`` are away for a moment."""

    def __init__(self) -> None:
        self.said: list[tuple[str | None, tuple[str, ...], AnnouncementCommand]] = []
        self.deaf: dict[str, Refusal] = {}

    async def tell(
        self, actor: Actor, rooms: Sequence[str], command: AnnouncementCommand
    ) -> Mapping[str, Refusal]:
        self.said.append((actor.account, tuple(rooms), command))
        return {room: self.deaf[room] for room in rooms if room in self.deaf}


@dataclass
class Desk:
    """The site, and who holds which office."""

    site: World
    store: AgendaRows
    editing: Editing
    told: list[int]
    loudspeaker: Loudspeaker
    rooms: QuietRooms
    reports: list[Report]
    """How the processes are doing, for the page *Betrieb*."""

    async def event(self) -> Event:
        found = await self.store.event("regionalkonferenz_2_2022")
        assert found is not None
        return found

    async def slot(self, slug: str = "podium") -> Slot:
        """When a session of that event takes place, for the first time."""
        event = await self.event()
        session = next(each for each in event.sessions if each.slug == slug)
        return next(each for each in event.slots if each.session == session.guid)

    async def session(self, slug: str = "podium") -> str:
        """Address of the form of a session of the second regional conference."""
        return f"{EVENT}/sessions/{(await self.slot(slug)).session}"

    @asynccontextmanager
    async def signed_in(self, address: str) -> AsyncIterator[httpx.AsyncClient]:
        async with self.site.signed_in(address) as browser:
            yield browser

    async def form(self, browser: httpx.AsyncClient, path: str) -> dict[str, str]:
        """What a form would send if it were sent as it stands."""
        return sent_by(Page((await browser.get(path)).text))

    async def release(self, browser: httpx.AsyncClient, event: str = EVENT) -> httpx.Response:
        """Look at what changes, and release it."""
        looked = Page((await browser.get(f"{event}/release")).text)
        return await browser.post(f"{event}/release", data=sent_by(looked, "release"))


def sent_by(page: Page, act: str = "") -> dict[str, str]:
    """Names and values of the first form in the page's content whose address says ``act``."""
    form = page.find(f"//main//form[@method='post'][contains(@action, '/{act}')]")[0]
    values: dict[str, str] = {}
    for field in form.xpath(".//input | .//textarea | .//select"):
        name = field.get("name")
        if field.get("type") == "checkbox":
            if field.get("checked") is not None:
                values[name] = field.get("value")
        elif field.tag == "textarea":
            values[name] = (field.text or "").removeprefix("\n")
        elif field.tag == "select":
            values[name] = field.value or ""
        elif name:
            values[name] = field.get("value", "")
    return values


@asynccontextmanager
async def desk(folder: Path, clock: FixedClock | None = None) -> AsyncIterator[Desk]:
    clock = clock or FixedClock()
    engine = create_engine(f"sqlite+aiosqlite:///{folder / 'plenum.sqlite3'}")
    store, told = AgendaRows(engine), []
    async with world(folder, agenda=store, clock=clock) as site:
        await seed_programme(store)

        async def tell(event: Event) -> None:
            told.append(event.release)

        drafts, materials = DraftRows(engine), site.pages.answers.site.materials
        editing = Editing(store, drafts, materials, clock.now, guid, tell=tell)
        loudspeaker, rooms = Loudspeaker(), QuietRooms()
        reports = [
            Report("rathaus-1", 8_000, 0, clock.now(), 2**27, {"plenum": NOBODY}, (Sample(),))
        ]

        async def everybody() -> Sequence[Report]:
            return reports

        def organise(office: Office) -> OrganisePages:
            return OrganisePages(office, rooms, loudspeaker, site.letters.send, everybody)

        joined = _joined(site, store, editing, organise)
        made = Desk(joined, store, editing, told, loudspeaker, rooms, reports)
        await _appoint(made)
        yield made
    await engine.dispose()


def _joined(
    site: World,
    store: AgendaRows,
    editing: Editing,
    organise: Callable[[Office], OrganisePages],
) -> World:
    """The site's pages with those of the desk before them."""
    faults = Faults(site.pages)
    answers = site.pages.answers
    office = Office(answers, editing, store, site.identity)
    surfaces = (
        *EventsApi(answers.site.agenda, answers.site.examples).surfaces(),
        *Feeds(answers.site.agenda, ical.Site("plenum.example", SITE)).surfaces(),
        *LiveProgramme(answers, store).surfaces(),
        *organise(office).surfaces(),
        *site.storage.surfaces(answers.site.agenda),
        *site.pages.surfaces(),
    )

    async def identify(request: Request) -> Actor | None:
        return await site.identity.credentials.visitor(request.scope["headers"])

    async def in_place(actor: Actor, _: Resource) -> Actor:
        return actor

    door = Door(identify, in_place, site.clock.now, lambda _: True, faults.refuse)
    app = Starlette(routes=routes(surfaces, door), exception_handlers=faults.handlers)
    return replace(site, app=app)


async def _appoint(made: Desk) -> None:
    event = await made.event()
    other = await made.store.event("regionalkonferenz_3_2022")
    assert other is not None
    for address, kind, scope in (
        (ORGANISER, OfficeKind.ORGANISER, None),
        (HOST, OfficeKind.HOST, event.guid),
        (OTHER_HOST, OfficeKind.HOST, other.guid),
        (MODERATOR, OfficeKind.MODERATOR, event.guid),
    ):
        account = await made.site.account(address)
        await made.site.identity.records.appoint(account, kind, scope, scope, by="test")
