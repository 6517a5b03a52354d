"""Handlers of what most people read: events, agenda, sessions, rooms, legal pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.materials import OwnerKind
from agenda.core.model import Event
from agenda.visible import Visible
from server.http.pages import agenda, answered, events, feedback, legal, rooms
from server.http.pages import session as sessions
from server.http.pages.feedback import Tried
from server.http.pages.site import Answers
from server.http.surfaces import Finder, Handler, Surface, Visit


class Public:
    """Pages without a form that changes anything."""

    def __init__(self, answers: Answers, session_cookie: str) -> None:
        self.answers = answers
        self.session_cookie = session_cookie

    async def start(self, request: Request, visit: Visit) -> Response:
        texts = self.answers.texts(visit.language)
        series = await self.answers.site.agenda.series()
        view = events.start(await self.answers.seen(visit), series, visit.at, texts)
        return self.answers.show(request, visit, "start", view, section="start")

    async def events(self, request: Request, visit: Visit) -> Response:
        texts = self.answers.texts(visit.language)
        seen, series = await self.answers.seen(visit), await self.answers.site.agenda.series()
        groups = events.groups(seen, visit.at, texts)
        view = events.EventsView(groups, events.calendars(seen, series, texts))
        return self.answers.show(request, visit, "events", view, section="events")

    async def event(self, request: Request, visit: Visit) -> Response:
        seen = await self.answers.seen_event(request, visit)
        if seen is None:
            return self.answers.not_found(request, visit)
        ways = events.Ways(
            self.answers.edits(visit, seen.event),
            self.answers.moderated(visit, seen.event),
            self.answers.spoken_in(visit, seen.event),
        )
        view = events.event(seen, visit.at, self.answers.texts(visit.language), ways)
        return self.answers.show(request, visit, "event", view, section="events")

    async def agenda(self, request: Request, visit: Visit) -> Response:
        seen = await self.answers.seen_event(request, visit)
        if seen is None:
            return self.answers.not_found(request, visit)
        chosen = agenda.from_query(request.query_params)
        view = agenda.agenda(seen, chosen, visit.at, self.answers.texts(visit.language))
        view = replace(view, starred=await self.answers.starred(visit))
        status = 422 if view.error else 200
        return self.answers.show(request, visit, "agenda", view, section="events", status=status)

    async def session(self, request: Request, visit: Visit) -> Response:
        return await self.session_page(request, visit)

    async def session_page(
        self, request: Request, visit: Visit, tried: Tried | None = None, status: int = 200
    ) -> Response:
        """``tried``: feedback that was not taken; the page says why and keeps it."""
        seen = await self.answers.seen_event(request, visit)
        view = await self._session_view(request, visit, seen) if seen else None
        if seen is None or view is None:
            return self.answers.not_found(request, visit)
        view = await self._for_visitor(request, visit, seen.event, view, tried)
        return self.answers.show(request, visit, "session", view, section="events", status=status)

    async def _for_visitor(
        self,
        request: Request,
        visit: Visit,
        event: Event,
        view: sessions.SessionView,
        tried: Tried | None,
    ) -> sessions.SessionView:
        """With what the visitor starred, and may say of it."""
        session = next(each for each in event.sessions if each.guid == view.card.guid)
        said = await self.answers.site.participants.said(visit.actor)
        asked = feedback.feedback(
            event,
            session,
            said.get(session.guid),
            visit.at,
            self.answers.texts(visit.language),
            tried=tried,
            said=request.query_params.get("feedback", ""),
        )
        guest = visit.actor.account is None
        return replace(
            view,
            starred=await self.answers.starred(visit),
            feedback=None if guest else asked,
            guest_was_there=guest and asked is not None and asked.open,
        )

    async def _session_view(
        self, request: Request, visit: Visit, seen: Visible
    ) -> sessions.SessionView | None:
        examples = await self.answers.site.examples.read_by(visit.actor)
        texts = self.answers.texts(visit.language)
        slug = request.path_params["session"]
        guid = next((each.guid for each in seen.event.sessions if each.slug == slug), "")
        materials = await self.answers.materials(visit, OwnerKind.SESSION, guid)
        site = self.answers.site
        whole = await site.agenda.event_by_guid(seen.event.guid) or seen.event
        asked = await answered.of_session(site.afterwards, visit, seen.event, guid, whole)
        return sessions.session(
            seen, slug, examples, visit.at, texts, answered=asked, materials=materials
        )

    async def room(self, request: Request, visit: Visit) -> Response:
        return await self._live(request, visit, "room")

    async def moderator_desk(self, request: Request, visit: Visit) -> Response:
        return await self._live(request, visit, "desk")

    async def present(self, request: Request, visit: Visit) -> Response:
        return await self._live(request, visit, "present")

    async def _live(
        self, request: Request, visit: Visit, kind: Literal["room", "desk", "present"]
    ) -> Response:
        seen = await self.answers.seen_event(request, visit)
        slug = request.path_params["room"]
        found = next((r for r in seen.event.rooms if r.slug == slug), None) if seen else None
        if seen is None or found is None:
            return self.answers.not_found(request, visit)
        texts = self.answers.texts(visit.language)
        if kind == "desk":
            view = rooms.desk(seen.event, found, visit.at, texts)
        elif kind == "present":
            decks = await self.answers.decks(visit, seen.event, found)
            view = rooms.present(seen.event, found, visit.at, texts, decks)
        else:
            view = rooms.room(
                seen.event,
                found,
                visit.at,
                texts,
                moderates=found.guid in self.answers.moderated(visit, seen.event),
                speaks=found.guid in self.answers.spoken_in(visit, seen.event),
            )
            kept = rooms.kept(seen.event, self.answers.site.words_kept_days, texts)
            view = replace(view, kept=kept)
            if visit.actor.account is not None:
                said = await self.answers.site.participants.said(visit.actor)
                ended = feedback.ended_in(seen.event, found, said, visit.at, texts)
                view = replace(view, feedback=ended)
        return self.answers.show(request, visit, "room", view, section="events")

    async def screen(self, request: Request, visit: Visit) -> Response:
        return self.answers.show(request, visit, "screen")

    async def imprint(self, request: Request, visit: Visit) -> Response:
        view = legal.operator(self.answers.site.operator)
        return self.answers.show(request, visit, "imprint", view, section="imprint")

    async def help(self, request: Request, visit: Visit) -> Response:
        view = legal.operator(self.answers.site.operator)
        return self.answers.show(request, visit, "help", view, section="help")

    async def privacy(self, request: Request, visit: Visit) -> Response:
        texts = self.answers.texts(visit.language)
        site = self.answers.site
        view = legal.privacy(site.operator, self.session_cookie, site.words_kept_days, texts)
        return self.answers.show(request, visit, "privacy", view, section="privacy")

    async def accessibility(self, request: Request, visit: Visit) -> Response:
        view = legal.statement(self.answers.site.operator, self.answers.texts(visit.language))
        return self.answers.show(request, visit, "accessibility", view, section="accessibility")

    async def easy_language(self, request: Request, visit: Visit) -> Response:
        return self.answers.show(request, visit, "easy_language", section="easy-language")

    async def sign_language(self, request: Request, visit: Visit) -> Response:
        view = legal.SignLanguageView(self.answers.site.operator.sign_language_video)
        return self.answers.show(request, visit, "sign_language", view, section="sign-language")

    def surfaces(self) -> tuple[Surface, ...]:
        """All of them, with what they need."""
        event, session, room = (
            self.answers.places.event,
            self.answers.places.session,
            self.answers.places.room,
        )
        may = Permission
        return (
            _get("/", may.OPEN, self.start, "start"),
            _get("/events", may.OPEN, self.events, "events"),
            _get("/events/{event}", may.EVENT_SEE, self.event, "event", event),
            _get("/events/{event}/agenda", may.EVENT_ENTER, self.agenda, "agenda", event),
            _get(
                "/events/{event}/sessions/{session}",
                may.SESSION_ENTER,
                self.session,
                "session",
                session,
            ),
            _get("/events/{event}/rooms/{room}", may.ROOM_ENTER, self.room, "room", room),
            _get(
                "/events/{event}/rooms/{room}/desk",
                may.ROOM_DESK,
                self.moderator_desk,
                "desk",
                room,
            ),
            _get(
                "/events/{event}/rooms/{room}/present",
                may.ROOM_STAGE,
                self.present,
                "present",
                room,
            ),
            _get("/screen", may.OPEN, self.screen, "screen"),
            _get("/imprint", may.OPEN, self.imprint, "imprint"),
            _get("/privacy", may.OPEN, self.privacy, "privacy"),
            _get("/accessibility", may.OPEN, self.accessibility, "accessibility"),
            _get("/help", may.OPEN, self.help, "help"),
            _get("/easy-language", may.OPEN, self.easy_language, "easy-language"),
            _get("/sign-language", may.OPEN, self.sign_language, "sign-language"),
        )


def _get(
    path: str,
    needs: Permission,
    handler: Handler,
    name: str,
    resource: Finder | None = None,
) -> Surface:
    return Surface(path, ("GET",), needs, handler, name, resource)
