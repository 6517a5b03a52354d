"""What participants do: star a session, look at their own agenda, say how a session was."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.feedback import Answer, read
from agenda.core.model import Event, Session
from agenda.participants import TooEarlyError
from server.http.pages import links
from server.http.pages.feedback import Tried
from server.http.pages.forms import fields
from server.http.pages.my_agenda import my_agenda
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.site import Answers, account, see_other
from server.http.surfaces import Surface, Visit

LONGEST = 100_000
"""Bytes of a form: a text far too long is still shown again, with what is wrong with it."""


class SessionPage(Protocol):
    """The page of a session; see ``server.http.pages.public.Public.session_page``."""

    async def __call__(
        self, request: Request, visit: Visit, tried: Tried | None = None, status: int = 200
    ) -> Response: ...


class ParticipantPages:
    def __init__(self, answers: Answers, session_page: SessionPage) -> None:
        self._answers = answers
        self._session_page = session_page
        self._participants = answers.site.participants

    async def mine(self, request: Request, visit: Visit) -> Response:
        """My agenda."""
        view = my_agenda(
            await self._participants.mine(visit.actor, visit.at),
            await self._participants.starred(visit.actor),
            await self._participants.said(visit.actor),
            visit.at,
            self._answers.texts(visit.language),
        )
        return self._answers.show(request, visit, "my_agenda", view, section="my", cache=NEVER_KEPT)

    async def star(self, request: Request, visit: Visit) -> Response:
        """Star a session, or take the star away; back to the page it was done on."""
        found = await self._session(request, visit)
        if found is None:
            return self._answers.not_found(request, visit)
        event, session = found
        typed = await fields(request)
        if typed.get("star") == "0":
            await self._participants.unstar(account(visit), session)
        else:
            await self._participants.star(account(visit), session)
        return see_other(links.inside(typed.get("back", links.session(event, session))))

    async def feedback(self, request: Request, visit: Visit) -> Response:
        """Give feedback on a session, change it, or withdraw it."""
        found = await self._session(request, visit)
        if found is None:
            return self._answers.not_found(request, visit)
        event, session = found
        typed = await fields(request, LONGEST)
        if typed.get("act") == "withdraw":
            await self._participants.withdraw(account(visit), session)
            return see_other(f"{links.session(event, session)}?feedback=withdrawn#feedback")
        tried = Tried(typed.get("score", ""), typed.get("text", ""))
        answer = read(tried.score, tried.text)
        if not isinstance(answer, Answer):
            return await self._session_page(request, visit, replace(tried, problems=answer), 422)
        try:
            await self._participants.say(account(visit), event, session, answer, visit.at)
        except TooEarlyError:
            return await self._session_page(request, visit, replace(tried, early=True), 409)
        return see_other(f"{links.session(event, session)}?feedback=saved#feedback")

    async def _session(self, request: Request, visit: Visit) -> tuple[Event, Session] | None:
        """As the visitor may see it: a room may be narrower than the session in it."""
        seen = await self._answers.seen_event(request, visit)
        slug = request.path_params["session"]
        sessions = seen.event.sessions if seen else ()
        found = next((each for each in sessions if each.slug == slug), None)
        return (seen.event, found) if seen and found else None

    def surfaces(self) -> tuple[Surface, ...]:
        """For ``server.http.surfaces.routes``."""
        return (
            Surface(links.MY_AGENDA, ("GET",), Permission.PROFILE, self.mine, "my-agenda"),
            Surface(
                "/events/{event}/sessions/{session}/star",
                ("POST",),
                Permission.SESSION_STAR,
                self.star,
                "star",
                self._answers.places.session,
            ),
            Surface(
                "/events/{event}/sessions/{session}/feedback",
                ("POST",),
                Permission.FEEDBACK_GIVE,
                self.feedback,
                "feedback",
                self._answers.places.session,
                longest_body=LONGEST,
            ),
        )
