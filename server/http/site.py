"""All surfaces of this server behind one door. The only list of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from access.actors import Actor
from access.resources import MaterialResource, OnStage, Resource, RoomResource
from agenda.core import ical
from agenda.resources import RoomDirectory
from server.announcing import Announcing
from server.http import static
from server.http.api.events import EventsApi
from server.http.api.history import History
from server.http.api.openapi import OpenApi
from server.http.api.people import People
from server.http.api.persons import PersonsApi
from server.http.faults import Faults
from server.http.feeds import Feeds
from server.http.health import Health
from server.http.materials.cues import Cues
from server.http.materials.serving import Serving
from server.http.materials.uploads import Uploads
from server.http.pages import operator, texts
from server.http.pages.live import LiveProgramme
from server.http.pages.organise.base import Office
from server.http.pages.organise.pages import OrganisePages
from server.http.pages.pages import Pages
from server.http.pages.renderer import Renderer
from server.http.pages.site import Site
from server.http.sse.endpoint import RoomStreams
from server.http.static import Assets
from server.http.surfaces import Door, Refused, Surface, routes
from server.ids import uuid7
from server.services import Services
from server.storage.files import MEGABYTE
from server.ws.conversation import Reception


class Http:
    """Pages, feeds and API of one process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._assets = Assets(static.ROOT / "dist")
        self._calendars = ical.Site(services.settings.uid_domain, services.settings.site)
        identity = services.identity
        self._texts = texts.load(static.ROOT / "i18n")
        site = Site(
            agenda=services.agenda,
            planned=services.planned,
            examples=services.examples,
            participants=services.participants,
            afterwards=services.afterwards,
            materials=services.materials,
            largest_upload=services.settings.upload_max_mb * MEGABYTE,
            words_kept_days=services.settings.words_kept_days,
            renderer=Renderer(self._texts, self._assets),
            operator=operator.load(services.settings.data_dir),
            demo=services.settings.demo,
            secure=identity.secure,
        )
        mails = services.post.kept if services.settings.demo else None
        self._pages = Pages(site, identity, mails)
        office = Office(self._pages.answers, services.editing, services.releases, identity)
        self._live = LiveProgramme(self._pages.answers, services.releases)
        announcing = Announcing(
            services.sequencer.submit,
            RoomDirectory(services.agenda),
            services.hub.removed,
            services.clock.now,
            uuid7,
        )
        self._organise = OrganisePages(
            office, services.hub, announcing, services.post.send, services.watch.everybody
        )
        figures = services.process.figures
        self.faults = Faults(self._pages, away=figures.unavailable, broken=figures.fault)
        self.reception = Reception(
            services.hub,
            services.sequencer,
            services.clock,
            authenticate=identity.credentials.authenticate,
            trusted=identity.own_pages.socket,
            build=self._assets.build,
            counting=figures.connection,
        )
        self._streams = RoomStreams(
            self.reception, RoomDirectory(services.agenda), identity.own_pages.stream
        )

    def surfaces(self) -> tuple[Surface, ...]:
        """Everything that can be asked for over HTTP, with what it needs."""
        services = self._services
        directory = RoomDirectory(services.agenda)
        api = (
            *History(services.store, directory).surfaces(),
            *People(services.hub, services.identity.facts, directory).surfaces(),
            *EventsApi(services.agenda, services.examples).surfaces(),
            *PersonsApi(services.identity.registers).surfaces(),
        )
        cookie = services.identity.credentials.cookie
        return (
            *Health(services.engine, services.process).surfaces(),
            *api,
            *OpenApi(api, cookie=cookie).surfaces(),
            # Before the pages: their {session} would take x.ics for a name.
            *Feeds(services.agenda, self._calendars).surfaces(),
            *self._streams.surfaces(),
            *self._live.surfaces(),
            *self._organise.surfaces(),
            *Uploads(services.materials, self._texts).surfaces(),
            *Serving(services.materials, services.files).surfaces(),
            *Cues(services.materials, self._pages.answers.places).surfaces(),
            *self._pages.surfaces(),
        )

    def routes(self) -> list[BaseRoute]:
        """For Starlette. Raises ``UndeclaredSurfaceError``."""
        door = Door(
            identify=self._identify,
            in_place=self._in_place,
            now=self._services.clock.now,
            same_site=self._same_site,
            refuse=self._refuse,
        )
        return [*routes(self.surfaces(), door), static.route(self._assets)]

    async def _identify(self, request: Request) -> Actor | None:
        return await self._services.identity.credentials.visitor(request.scope["headers"])

    async def _refuse(self, request: Request, refused: Refused) -> Response:
        if refused.kind == "stream":
            return await self._streams.refuse(refused)
        return await self.faults.refuse(request, refused)

    async def _in_place(self, actor: Actor, resource: Resource) -> Actor:
        room = _room_of(resource)
        if actor.account is None or room is None:
            return actor
        return actor.known_in(room, await self._services.hub.removed(room))

    def _same_site(self, request: Request) -> bool:
        return self._services.identity.own_pages.may_change(request.scope["headers"])


def _room_of(resource: Resource) -> str | None:
    """The room whose removals count: itself, or the one on whose stage the material is."""
    match resource:
        case RoomResource(guid=room):
            return room
        case MaterialResource(shown=OnStage(room=RoomResource(guid=room))):
            return room
        case _:
            return None
