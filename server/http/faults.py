"""What does not work: unknown addresses, wrong methods, faults of ours. Page or problem."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.refusals import NOT_THERE
from rooms.ports import StoreUnavailableError
from server.http import language, problems
from server.http.language import Language
from server.http.pages.pages import Pages
from server.http.problems import problem
from server.http.surfaces import Refused, TooManyFieldsError

Handler = Callable[[Request, Exception], Awaitable[Response]]

RETRY_S = "2"
_SAID: dict[Language, dict[str, str]] = {
    "de": {
        "not_allowed": "Diese Adresse nimmt {method} nicht an.",
        "too_large": "Das sind mehr als {limit} kB. Es wurde nichts gespeichert. "
        "Bitte gehen Sie zurück und kürzen Sie Ihre Eingabe.",
        "too_many_fields": "Das sind mehr als {limit} Felder. Es wurde nichts gespeichert. "
        "Bitte gehen Sie zurück und kürzen Sie Ihre Eingabe.",
        "fault": "Auf unserer Seite ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal. "
        "Nummer für den Support: {reference}",
        "unavailable": "Die Datenbank antwortet gerade nicht. Es wurde nichts gespeichert. "
        "Bitte versuchen Sie es gleich noch einmal.",
    },
    "en": {
        "not_allowed": "This address does not take {method}.",
        "too_large": "This is more than {limit} kB. Nothing was stored. "
        "Please go back and shorten what you entered.",
        "too_many_fields": "This is more than {limit} fields. Nothing was stored. "
        "Please go back and shorten what you entered.",
        "fault": "Something went wrong on our side. Please try again. "
        "Number for support: {reference}",
        "unavailable": "The database does not answer right now. Nothing was stored. "
        "Please try again in a moment.",
    },
}

_DATABASE_AWAY: tuple[type[Exception], ...] = (
    StoreUnavailableError,
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    ConnectionError,
)
"""How the database's absence, a lock held too long or a full pool show themselves."""

log = logging.getLogger(__name__)


def _uncounted() -> None:
    """Nobody counts."""


class Faults:
    """Refusals and faults in the form the asker reads."""

    def __init__(
        self,
        pages: Pages,
        *,
        away: Callable[[], None] = _uncounted,
        broken: Callable[[], None] = _uncounted,
    ) -> None:
        """``away`` and ``broken`` count the database's absences and our own faults."""
        self._pages = pages
        self._away = away
        self._broken = broken

    async def refuse(self, request: Request, refused: Refused) -> Response:
        """For ``Door.refuse``."""
        if refused.kind == "page":
            return await self._pages.refuse(request, refused)
        return problems.denied(refused.denied, refused.status, refused.language)

    async def http(self, request: Request, error: Exception) -> Response:
        """Unknown addresses, wrong methods, bodies that are too large."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        spoken = language.of(request)
        if status == 404:
            if _is_api(request):
                return problems.denied(NOT_THERE, 404, spoken)
            return await self._pages.not_found(request)
        code, limit = _code(error)
        text = _SAID[spoken][code].format(method=request.method, limit=limit)
        headers = error.headers if isinstance(error, HTTPException) else None
        if _is_api(request):
            return problem(status, code, text, spoken, headers=headers)
        answer = self._pages.unusable(request, text, status)
        answer.headers.update(headers or {})
        return answer

    async def unavailable(self, request: Request, error: Exception) -> Response:
        """The database did not answer; nothing was stored."""
        log.warning("database not available: %s", error)
        self._away()
        spoken = language.of(request)
        text, headers = _SAID[spoken]["unavailable"], {"retry-after": RETRY_S}
        if _is_api(request):
            return problem(503, "retry_later", text, spoken, headers=headers)
        answer = self._pages.unusable(request, text, 503)
        answer.headers.update(headers)
        return answer

    async def fault(self, request: Request, error: Exception) -> Response:
        """A surprise: a number for support, the details in the log, no internals outside."""
        self._broken()
        reference = problems.new_reference()
        log.error("fault", extra={"reference": reference}, exc_info=error)
        spoken = language.of(request)
        if _is_api(request):
            text = _SAID[spoken]["fault"].format(reference=reference)
            return problem(500, "internal", text, spoken, reference=reference)
        return self._pages.broken(request, reference)

    async def gone(self, request: Request, error: Exception) -> Response:
        """The asker hung up in the middle of the request: no fault, and nobody reads this."""
        return Response(status_code=400)

    @property
    def handlers(self) -> dict[Any, Handler]:
        """For Starlette."""
        return {
            HTTPException: self.http,
            ClientDisconnect: self.gone,
            **dict.fromkeys(_DATABASE_AWAY, self.unavailable),
            Exception: self.fault,
        }


class AnsweredFaults:
    """ASGI middleware: a fault is answered here, and has one line in the log.

    Starlette raises again what it has answered. uvicorn would log that a second time, without the
    number, and hang up on whoever asks next on this connection.
    """

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:  # whatever it is, its number goes into the log
            answer = await self._faults.fault(Request(scope), error)
            if not begun:
                await answer(scope, receive, send)
            # Else half an answer is out: uvicorn says so, and cuts the connection.


def _code(error: Exception) -> tuple[str, int]:
    """What is said, and the limit that it names."""
    match error:
        case TooManyFieldsError():
            return "too_many_fields", int(error.detail)
        case HTTPException(status_code=413):
            return "too_large", int(error.detail) // 1024
    return "not_allowed", 0


def _is_api(request: Request) -> bool:
    """Whether a program asks: the API, or a feed."""
    path = request.url.path
    return path.startswith(("/api/", "/uploads/", "/sse/")) or path.endswith(".ics")
