"""All pages, joined: their surfaces, and the pages for refusals and faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from access.actors import GUEST, Actor
from access.audiences import Instant
from access.refusals import FOREIGN_PAGE
from access.resources import EventResource, Missing, Resource, RoomResource, SessionResource
from server.http import language
from server.http.pages import refusals
from server.http.pages.dev_mail import Mailbox
from server.http.pages.forms import fields
from server.http.pages.knowledge import Knowledge
from server.http.pages.material_check import CheckPages
from server.http.pages.material_pages import LONGEST_FORM, MaterialPages
from server.http.pages.material_prepare import PreparePages
from server.http.pages.organise.base import MOST
from server.http.pages.participants import ParticipantPages
from server.http.pages.profile import ProfilePages
from server.http.pages.public import Public
from server.http.pages.refusals import MessageView
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.sign_in import SignInPages
from server.http.pages.site import Answers, Site
from server.http.surfaces import Refused, Surface
from server.identity.service import Identity
from server.mail.post import Kept


class Pages:
    """Made once per process by the composition root."""

    def __init__(
        self, site: Site, identity: Identity, mails: Callable[[], Sequence[Kept]] | None = None
    ) -> None:
        """``mails``: what the demo's mailbox shows; None in production."""
        self.answers = Answers(site)
        self._public = Public(self.answers, identity.credentials.cookie)
        self._participants = ParticipantPages(self.answers, self._public.session_page)
        self._sign_in = SignInPages(self.answers, identity)
        self._profile = ProfilePages(self.answers, identity)
        self._materials = MaterialPages(self.answers)
        self._check = CheckPages(self.answers)
        self._prepare = PreparePages(self.answers)
        self._knowledge = Knowledge(self.answers, identity.registers, identity.site)
        self._mailbox = Mailbox(self.answers, mails, identity.site) if mails else None

    def surfaces(self) -> tuple[Surface, ...]:
        """For ``server.http.surfaces.routes``."""
        return (
            *self._public.surfaces(),
            *self._participants.surfaces(),
            *self._sign_in.surfaces(),
            *self._profile.surfaces(),
            *self._materials.surfaces(),
            *self._check.surfaces(),
            *self._prepare.surfaces(),
            *self._knowledge.surfaces(),
            *(self._mailbox.surfaces() if self._mailbox else ()),
        )

    async def refuse(self, request: Request, refused: Refused) -> Response:
        """The page for what the policy refused. Hidden and absent come as one case."""
        texts = self.answers.texts(refused.language)
        if refused.denied != FOREIGN_PAGE:  # whose words are not the visitor's
            await _read(request)
        if refused.status == 404:
            view = refusals.not_found(texts, request, guest=refused.actor.account is None)
            return self._message(request, refused.actor, view, 404)
        seen = await self.answers.seen_by(refused.actor, refused.at)
        return self.answers.page(
            request,
            refused.language,
            _name(refused.actor),
            "refused",
            refusals.refused(
                refused.denied,
                seen,
                refused.at,
                texts,
                request,
                thing=await self._thing(
                    refused.resource, refused.actor, refused.at, texts.language
                ),
                path=_path(request),
            ),
            status=refused.status,
        )

    async def _thing(
        self, resource: Resource | None, actor: Actor, at: Instant, spoken: language.Language
    ) -> str:
        """Title of the event that was asked for, or that it lies in; the rest is not named."""
        match resource:
            case EventResource(guid=guid):
                pass
            case SessionResource(event=event) | RoomResource(event=event) | Missing(event=event):
                guid = event.guid
            case _:
                return ""
        for seen in await self.answers.seen_by(actor, at):
            if seen.event.guid == guid:
                return seen.event.title.read(spoken)
        return ""

    async def not_found(self, request: Request, exception: Exception | None = None) -> Response:
        """For addresses without a surface: the same page as for what is hidden."""
        texts = self.answers.texts(language.of(request))
        return self._message(request, GUEST, refusals.not_found(texts, request), 404)

    def broken(self, request: Request, reference: str) -> Response:
        """For faults of ours. ``reference`` stands in the log."""
        texts = self.answers.texts(language.of(request))
        return self._message(request, GUEST, refusals.broken(reference, texts), 500)

    def unusable(self, request: Request, text: str, status: int = 400) -> Response:
        """For requests that make no sense, with the reason in words."""
        texts = self.answers.texts(language.of(request))
        return self._message(request, GUEST, refusals.unusable(text, texts), status)

    def _message(self, request: Request, actor: Actor, view: MessageView, status: int) -> Response:
        return self.answers.page(
            request,
            language.of(request),
            _name(actor),
            "message",
            view,
            status=status,
            cache=NEVER_KEPT,
        )


async def _read(request: Request) -> None:
    """The form that somebody sent to what is gone or not theirs (any more): its words are shown
    again. Of guests, too: they may have been signed out while they wrote."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        await fields(request, LONGEST_FORM, MOST)


def _name(actor: Actor) -> str | None:
    return None if actor.account is None else actor.name


def _path(request: Request) -> str:
    """Where to come back to after signing in: the page, or the form that was sent."""
    if request.method != "GET":
        return request.url.path if _is_page(request) else "/"
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _is_page(request: Request) -> bool:
    """Whether the address of a form that was sent can be opened, too."""
    opened = {**request.scope, "method": "GET"}
    return any(route.matches(opened)[0] is Match.FULL for route in request.app.routes)
