"""What pages stand on, and how one is answered."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from access import policy
from access.actors import Actor
from access.audiences import Instant
from access.decisions import Allowed
from access.permissions import Permission
from access.resources import PLATFORM, Resource, SessionResource
from agenda.core.materials import OwnerKind
from agenda.core.model import Event, Guid, Room
from agenda.examples import Examples
from agenda.materials import Materials, Shelf
from agenda.participants import Participants
from agenda.planned import PlannedSessions
from agenda.ports import Agenda
from agenda.resources import event_resource, room_resource
from agenda.visible import Visible, for_viewer
from rooms.afterwards import Afterwards
from server.http import language
from server.http.language import Language
from server.http.pages import links, refusals
from server.http.pages.frame import THEME_COOKIE, Section, frame, theme_of
from server.http.pages.materials import MaterialsView, section
from server.http.pages.operator import Operator
from server.http.pages.renderer import NEVER_KEPT, PRIVATE, Renderer
from server.http.pages.rooms import Deck, held_in
from server.http.pages.texts import Texts
from server.http.places import Places
from server.http.surfaces import Visit

YEAR = 365 * 24 * 3600
"""Seconds."""


@dataclass(frozen=True)
class Site:
    """Everything the pages need from the outside."""

    agenda: Agenda
    materials: Materials
    largest_upload: int
    """Bytes."""
    words_kept_days: int
    """How long what was said in rooms stays after its event."""
    planned: PlannedSessions
    examples: Examples
    participants: Participants
    afterwards: Afterwards
    renderer: Renderer
    operator: Operator
    demo: bool
    secure: bool
    """Cookies go over https only."""


class Answers:
    """Answers with pages: language, frame, cookies of choice. Shared by all handlers."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.places = Places(site.agenda)

    def texts(self, spoken: Language) -> Texts:
        return self.site.renderer.texts(spoken)

    def page(
        self,
        request: Request,
        spoken: Language,
        name: str | None,
        template: str,
        view: object = None,
        *,
        section: Section = "none",
        status: int = 200,
        cache: str = PRIVATE,
        organises: bool = False,
    ) -> Response:
        """A page for a person of that name (None: a guest)."""
        around = frame(
            request,
            spoken,
            name,
            demo=self.site.demo,
            sign_video=bool(self.site.operator.sign_language_video),
            organises=organises,
        )
        answer = self.site.renderer.page(
            template, around, view, section=section, status=status, cache=cache
        )
        self._remember_choices(request, answer)
        return answer

    def show(
        self,
        request: Request,
        visit: Visit,
        template: str,
        view: object = None,
        *,
        section: Section = "none",
        status: int = 200,
        cache: str = PRIVATE,
    ) -> Response:
        """A page for who is visiting."""
        name = visit.actor.name if visit.actor.account is not None else None
        return self.page(
            request,
            visit.language,
            name,
            template,
            view,
            section=section,
            status=status,
            cache=cache,
            organises=self._organises(visit),
        )

    def not_found(self, request: Request, visit: Visit) -> Response:
        """The same for what does not exist and for what must not be known to exist."""
        view = refusals.not_found(self.texts(visit.language), request)
        return self.show(request, visit, "message", view, status=404)

    def _organises(self, visit: Visit) -> bool:
        decision = policy.decide(visit.actor, Permission.AGENDA_EDIT, PLATFORM, visit.at)
        return isinstance(decision, Allowed)

    def _remember_choices(self, request: Request, answer: Response) -> None:
        """Cookies only for what somebody chose by hand (G8)."""
        spoken = language.chosen(request)
        if spoken:
            self._keep(answer, language.COOKIE, spoken)
        if "theme" in request.query_params:
            self._keep(answer, THEME_COOKIE, theme_of(request))

    def _keep(self, answer: Response, name: str, value: str) -> None:
        answer.set_cookie(
            name, value, max_age=YEAR, httponly=True, secure=self.site.secure, samesite="lax"
        )

    async def seen(self, visit: Visit) -> tuple[Visible, ...]:
        """All events the visitor may know of, in order of time."""
        return await self.seen_by(visit.actor, visit.at)

    async def seen_by(self, actor: Actor, at: Instant) -> tuple[Visible, ...]:
        events = await self.site.agenda.events()
        seen = (for_viewer(event, actor, at) for event in events)
        return tuple(each for each in seen if each is not None)

    async def seen_event(self, request: Request, visit: Visit) -> Visible | None:
        """The event of the address, as the visitor may see it."""
        return await self.places.seen(request, visit)

    async def starred(self, visit: Visit) -> frozenset[Guid] | None:
        """What the visitor starred; None: a guest stars nothing."""
        if visit.actor.account is None:
            return None
        return await self.site.participants.starred(visit.actor)

    async def materials(self, visit: Visit, kind: OwnerKind, owner: Guid) -> MaterialsView | None:
        """The section "Unterlagen" of what the visitor may enter."""
        seen = await self.site.materials.seen(kind, owner, visit.actor, visit.at)
        largest = self.site.largest_upload
        return section(seen, kind, owner, visit.at, self.texts(visit.language), largest=largest)

    async def session_page(self, session: SessionResource) -> str:
        """Where whoever edits its materials finds them: the page for all, or one for them."""
        if not session.released:
            return links.materials_of(OwnerKind.SESSION, session.guid)
        event = await self.site.agenda.event_by_guid(session.event.guid)
        found = [s for s in event.sessions if s.guid == session.guid] if event else []
        return links.session(event, found[0]) if event and found else "/events"

    def edits(self, visit: Visit, event: Event) -> bool:
        """Whether the policy opens the organiser's page of the event to the visitor."""
        return self._may(visit, Permission.AGENDA_EDIT, event_resource(event))

    def moderated(self, visit: Visit, event: Event) -> frozenset[Guid]:
        """Rooms of the event whose desk the policy opens to the visitor."""
        return self._rooms(visit, event, Permission.ROOM_DESK)

    def spoken_in(self, visit: Visit, event: Event) -> frozenset[Guid]:
        """Rooms of the event whose stage the policy opens to the visitor."""
        return self._rooms(visit, event, Permission.ROOM_STAGE)

    def _rooms(self, visit: Visit, event: Event, needed: Permission) -> frozenset[Guid]:
        return frozenset(
            room.guid
            for room in event.rooms
            if self._may(visit, needed, room_resource(event, room))
        )

    async def decks(self, visit: Visit, event: Event, room: Room) -> tuple[Deck, ...]:
        """What can be put on the stage of a room: the decks of its sessions.

        Of other sessions a speaker is told what may be read, and no cues.
        """
        held = held_in(event, room)
        found = await self.site.materials.of_owners(OwnerKind.SESSION, held)
        shelves = [(shelf, until) for session, until in held.items() for shelf in found[session]]
        decks = [await self._deck(visit, event, room, *each) for each in shelves]
        return tuple(deck for deck in decks if deck is not None)

    async def _deck(
        self, visit: Visit, event: Event, room: Room, shelf: Shelf, until: Instant
    ) -> Deck | None:
        if shelf.file is None or not shelf.usable or not shelf.file.pages:
            return None
        resource = await self.site.materials.resource(shelf.material)
        if resource is None or not self._may(visit, Permission.MATERIAL_READ, resource):
            return None
        edits = self._may(visit, Permission.MATERIAL_EDIT, resource)
        return Deck(
            shelf.material.guid,
            shelf.material.title.read(visit.language),
            shelf.file.pages,
            until,
            links.cues(event, room, shelf.material.guid) if edits else "",
        )

    def _may(self, visit: Visit, needed: Permission, resource: Resource) -> bool:
        return isinstance(policy.decide(visit.actor, needed, resource, visit.at), Allowed)


def account(visit: Visit) -> str:
    """Who acts: the permission let only signed-in persons in."""
    if visit.actor.account is None:
        raise PermissionError("this act needs an account")
    return visit.actor.account


def see_other(path: str) -> Response:
    """To the page that shows what became of an act, or that is meant instead."""
    return RedirectResponse(path, 303, headers={"cache-control": NEVER_KEPT})
