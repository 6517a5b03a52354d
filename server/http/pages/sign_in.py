"""Signing in by a mailed link, and out."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from server.http.pages.forms import fields
from server.http.pages.links import inside
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.site import Answers, see_other
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit
from server.identity.service import Identity
from server.identity.sign_in import LinkRefused, SignedIn

LONGEST_SHOWN = 254
"""Of an address that is shown again; no valid one is longer."""
FAILURES = ("link_invalid", "link_expired", "link_used", "link_withdrawn", "account_closed")


@dataclass(frozen=True)
class SignInView:
    next: str
    address: str = ""
    error: str = ""


@dataclass(frozen=True)
class SentView:
    address: str


@dataclass(frozen=True)
class ConfirmView:
    error: str = ""


class SignInPages:
    """Ask for a link, use it, leave."""

    def __init__(self, answers: Answers, identity: Identity) -> None:
        self.answers = answers
        self.identity = identity

    async def ask(self, request: Request, visit: Visit) -> Response:
        to = inside(request.query_params.get("next", "/"))
        if visit.actor.account is not None:
            return see_other("/profile" if to == "/" else to)
        return self._form(request, visit, SignInView(to))

    def _form(
        self, request: Request, visit: Visit, view: SignInView, status: int = 200
    ) -> Response:
        return self.answers.show(
            request,
            visit,
            "sign_in",
            view,
            section="sign-in",
            status=status,
            cache=NEVER_KEPT,
        )

    async def send(self, request: Request, visit: Visit) -> Response:
        """The same answer for every address that mail could reach, known or not."""
        form = await fields(request)
        address = form.get("address", "")
        to = inside(form.get("next", "/"))
        sent = self.identity.sign_in.request_link(
            address, language=visit.language, network=_network(request), to=to
        )
        if isinstance(sent, LinkRefused):
            error = _why_not(sent, self.answers.texts(visit.language))
            view = SignInView(to, address[:LONGEST_SHOWN], error)
            if not sent.retry_after_ms:
                return self._form(request, visit, view, 422)
            answer = self._form(request, visit, view, 429)
            answer.headers["retry-after"] = str(ceil(sent.retry_after_ms / 1_000))
            return answer
        view_of_sent = SentView(sent.address)
        return self.answers.show(
            request, visit, "sign_in_sent", view_of_sent, section="sign-in", cache=NEVER_KEPT
        )

    async def confirm_form(self, request: Request, visit: Visit) -> Response:
        return self._confirm(request, visit, ConfirmView())

    def _confirm(
        self, request: Request, visit: Visit, view: ConfirmView, status: int = 200
    ) -> Response:
        return self.answers.show(
            request,
            visit,
            "sign_in_confirm",
            view,
            section="sign-in",
            status=status,
            cache=NEVER_KEPT,
        )

    async def confirm(self, request: Request, visit: Visit) -> Response:
        """Use the link up. People also paste the whole link: what follows the # counts."""
        token = (await fields(request)).get("token", "").rpartition("#")[2]
        done = await self.identity.sign_in.confirm(token, language=visit.language)
        if not isinstance(done, SignedIn):
            error = self.answers.texts(visit.language)(f"confirm.{done.code}")
            return self._confirm(request, visit, ConfirmView(error), 422)
        answer = see_other(done.to)
        answer.set_cookie(
            self.identity.credentials.cookie,
            done.session,
            max_age=done.life_ms // 1000,
            httponly=True,
            secure=self.identity.secure,
            samesite="lax",
        )
        return answer

    async def sign_out(self, request: Request, visit: Visit) -> Response:
        credential = await self.identity.credentials.authenticate(request.scope["headers"])
        if credential is not None:
            await self.identity.sign_out(credential)
        return goodbye(self.identity)

    def surfaces(self) -> tuple[Surface, ...]:
        may = Permission.OPEN
        return (
            Surface("/sign-in", ("GET",), may, self.ask, "sign-in"),
            Surface("/sign-in", ("POST",), may, self.send, "sign-in-send"),
            Surface("/sign-in/confirm", ("GET",), may, self.confirm_form, "confirm-form"),
            Surface("/sign-in/confirm", ("POST",), may, self.confirm, "confirm"),
            Surface("/sign-out", ("POST",), may, self.sign_out, "sign-out"),
        )


def goodbye(identity: Identity) -> Response:
    """To the start page, without the cookie."""
    answer = see_other("/")
    answer.delete_cookie(
        identity.credentials.cookie, httponly=True, secure=identity.secure, samesite="lax"
    )
    return answer


def _network(request: Request) -> str:
    return request.client.host if request.client else ""


def _why_not(refused: LinkRefused, texts: Texts) -> str:
    if refused.retry_after_ms:
        return texts.count("sign_in.often", ceil(refused.retry_after_ms / 60_000))
    return texts("sign_in.invalid")
