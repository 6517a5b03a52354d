"""Errors of the API as problem details (RFC 9457): a code, two languages, no internals."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from starlette.responses import Response

from access.decisions import Denied
from access.rules import Rule
from server.http.language import Language

TEXTS = Path(__file__).parents[2] / "static" / "i18n"
MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every error. ``type`` names the code; ``detail`` is in the reader's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    rule: str = ""
    next_step: str = ""
    reference: str = ""


TITLES: Mapping[Language, Mapping[int, str]] = {
    "de": {
        400: "Die Anfrage ist nicht verständlich",
        401: "Bitte zuerst anmelden",
        403: "Kein Zugang",
        404: "Nicht gefunden",
        405: "So nicht möglich",
        408: "Zu lange still",
        409: "Inzwischen geändert",
        413: "Die Anfrage ist zu groß",
        415: "Dieses Format wird nicht angenommen",
        429: "Zu viele Anfragen",
        500: "Unerwarteter Fehler",
        503: "Gerade nicht erreichbar",
        507: "Kein Platz auf dem Server",
    },
    "en": {
        400: "The request could not be understood",
        401: "Please sign in first",
        403: "No access",
        404: "Not found",
        405: "Not possible this way",
        408: "Silent for too long",
        409: "Changed meanwhile",
        413: "The request is too large",
        415: "This format is not accepted",
        429: "Too many requests",
        500: "Unexpected error",
        503: "Not available right now",
        507: "No space on the server",
    },
}


@cache
def reasons(language: Language) -> Mapping[str, str]:
    """Texts of rules and next steps, by code."""
    read: dict[str, str] = json.loads((TEXTS / language / "access.json").read_text("utf-8"))
    return read


def problem(
    status: int,
    code: str,
    detail: str,
    language: Language,
    *,
    headers: Mapping[str, str] | None = None,
    reference: str = "",
) -> Response:
    """An error of the API. ``detail`` says what happened and what to do next."""
    return _answer(
        Problem(
            type=f"urn:plenum:problem:{code}",
            title=TITLES[language].get(status, str(status)),
            status=status,
            detail=detail,
            code=code,
            reference=reference,
        ),
        headers,
    )


def denied(answer: Denied, status: int, language: Language) -> Response:
    """A refusal of the policy: rule and next step, as codes and in words."""
    texts = reasons(language)
    code = {401: "unauthorized", 403: "forbidden", 404: "not_found"}[status]
    return _answer(
        Problem(
            type=f"urn:plenum:problem:{code}",
            title=TITLES[language][status],
            status=status,
            detail=f"{texts[f'rule.{answer.rule}']} {texts[f'step.{answer.next_step}']}",
            code=code,
            rule=answer.rule,
            next_step=answer.next_step,
        ),
        {"www-authenticate": challenge(answer)} if status == 401 else None,
    )


def challenge(answer: Denied) -> str:
    """What a program sees at 401 (RFC 6750, section 3): a token is missing, or not valid."""
    invalid = answer.rule is Rule.CREDENTIAL_EXPIRED
    return 'Bearer realm="plenum"' + (', error="invalid_token"' if invalid else "")


def _answer(body: Problem, headers: Mapping[str, str] | None) -> Response:
    return Response(
        msgspec.json.encode(body),
        status_code=body.status,
        media_type=MEDIA_TYPE,
        headers={"cache-control": "no-store", "vary": "Accept-Language", **(headers or {})},
    )


def new_reference() -> str:
    """A number that a person can read to support, and support finds in the log."""
    return secrets.token_hex(4)
