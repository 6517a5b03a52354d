"""The asker's own account, and the register in which they find their organisation."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access.organisations import OrganisationKind
from access.permissions import Permission
from agenda.core.text_search import fold
from server.http.api.answers import fresh
from server.http.problems import problem
from server.http.surfaces import Parameter, Surface, Visit
from server.identity.registers import LONGEST_QUERY, Hit, Registers

SHORTEST = 2
"""Letters or digits."""

_SAID = {
    "too_short": {
        "de": f"„q“ braucht mindestens {SHORTEST} Buchstaben oder Ziffern.",
        "en": f"“q” needs at least {SHORTEST} letters or digits.",
    },
    "too_long": {
        "de": f"„q“ hat höchstens {LONGEST_QUERY} Zeichen.",
        "en": f"“q” has at most {LONGEST_QUERY} characters.",
    },
}


class Me(msgspec.Struct, frozen=True):
    """Who asks."""

    account: str
    name: str
    organisation: str
    """As it stands beside the name; empty while none is chosen."""


class OrganisationView(msgspec.Struct, frozen=True):
    """An organisation of the registers. Names repeat; keys do not."""

    guid: str
    name: str
    kind: OrganisationKind
    key: str | None
    """Official key, with its leading zeros."""
    district: str | None
    state: str
    former: str | None
    """The former name that was found and leads here."""
    projects: tuple[str, ...]
    """Names of the model projects it belongs to."""


class Organisations(msgspec.Struct, frozen=True):
    """At most 50, exact names first."""

    organisations: tuple[OrganisationView, ...]


class PersonsApi:
    """``GET /api/v1/me`` and ``GET /api/v1/organisations?q=``, for signed-in persons."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    async def me(self, _: Request, visit: Visit) -> Response:
        actor = visit.actor
        return fresh(Me(actor.account or "", actor.name, actor.organisation))

    async def organisations(self, request: Request, visit: Visit) -> Response:
        """Those whose name contains the words of ``q``, or whose key it is."""
        asked = request.query_params.get("q", "")
        code = _wrong(asked)
        if code:
            return problem(400, code, _SAID[code][visit.language], visit.language)
        found = await self._registers.search(asked)
        return fresh(Organisations(tuple(_view(hit) for hit in found)))

    def surfaces(self) -> tuple[Surface, ...]:
        """Both, with what they need and what they answer."""
        own = Permission.PROFILE
        words = Parameter(
            "q",
            Annotated[str, msgspec.Meta(min_length=SHORTEST, max_length=LONGEST_QUERY)],
            "Words of the name (ü may be written ü or ue), or the whole key.",
            required=True,
        )
        return (
            Surface(
                "/api/v1/me",
                ("GET",),
                own,
                self.me,
                "api_me",
                kind="api",
                answers=Me,
                summary="The asker's own account",
            ),
            Surface(
                "/api/v1/organisations",
                ("GET",),
                own,
                self.organisations,
                "api_organisations",
                kind="api",
                answers=Organisations,
                query=(words,),
                summary="Municipalities, districts and bodies by name or official key",
            ),
        )


def _wrong(asked: str) -> str:
    if len(asked) > LONGEST_QUERY:
        return "too_long"
    return "too_short" if len(fold(asked)) < SHORTEST else ""


def _view(hit: Hit) -> OrganisationView:
    found = hit.organisation
    return OrganisationView(
        guid=found.guid,
        name=found.name,
        kind=found.kind,
        key=found.key,
        district=found.district,
        state=found.state,
        former=hit.former_name,
        projects=hit.projects,
    )
