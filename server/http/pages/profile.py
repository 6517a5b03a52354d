"""A person's own page: name, organisation, model project, signed-in browsers."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access import offices
from access.actors import OfficeKind
from access.audiences import Instant
from access.groups import in_force
from access.organisations import Organisation
from access.permissions import Permission
from access.projects import ModelProject
from access.resources import EventResource
from rooms.core import text
from server.http.language import LANGUAGES
from server.http.pages import when
from server.http.pages.forms import fields
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.sign_in import goodbye
from server.http.pages.site import Answers, account, see_other
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit
from server.identity.records import UnknownEntryError
from server.identity.registers import LONGEST_QUERY, Hit
from server.identity.service import Identity, Profile

LONGEST_NAME = 80
"""Grapheme clusters."""
ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class AffiliationLine:
    name: str
    detail: str
    state: str


@dataclass(frozen=True)
class ProjectOffer:
    id: str
    name: str


@dataclass(frozen=True)
class HitLine:
    guid: str
    name: str
    detail: str
    """District, state, key: names alone repeat."""


@dataclass(frozen=True)
class SessionLine:
    id: str
    since: str
    current: bool


@dataclass(frozen=True)
class ProfileView:
    address: str
    name: str
    saved: str
    error: str
    affiliations: tuple[AffiliationLine, ...]
    projects: tuple[AffiliationLine, ...]
    offers: tuple[ProjectOffer, ...]
    search: str
    found: str
    hits: tuple[HitLine, ...]
    sessions: tuple[SessionLine, ...]


@dataclass(frozen=True)
class Search:
    """What the person looked for, and what there is."""

    words: str = ""
    hits: tuple[Hit, ...] = ()


def view(
    profile: Profile,
    projects: Mapping[str, ModelProject],
    search: Search,
    at: Instant,
    texts: Texts,
    *,
    current: str = "",
    saved: str = "",
    error: str = "",
) -> ProfileView:
    """``projects``: all, by id; ``current``: id of the session of this browser."""
    declared = in_force(profile.actor.project_affiliations, at)
    held = {each.project for each in declared}
    return ProfileView(
        address=", ".join(profile.addresses),
        name=profile.actor.name,
        saved=saved,
        error=error,
        affiliations=_affiliations(profile, at, texts),
        projects=tuple(
            AffiliationLine(
                projects[each.project].name,
                projects[each.project].title,
                texts("profile.confirmed" if each.confirmed else "profile.pending"),
            )
            for each in declared
            if each.project in projects
        ),
        offers=tuple(
            ProjectOffer(each.id, each.name)
            for each in profile.offered_projects
            if each.id not in held
        ),
        search=search.words,
        found=_found(search, texts),
        hits=tuple(_hit(hit, texts) for hit in search.hits),
        sessions=tuple(
            SessionLine(
                each.id,
                texts("profile.since", date=when.stamp(each.created_at, ZONE, texts)),
                each.id == current,
            )
            for each in profile.sessions
        ),
    )


def _found(search: Search, texts: Texts) -> str:
    if len(search.words) > LONGEST_QUERY:
        return texts("profile.search_too_long", limit=LONGEST_QUERY)
    return texts.count("profile.results", len(search.hits)) if search.words else ""


def _affiliations(profile: Profile, at: Instant, texts: Texts) -> tuple[AffiliationLine, ...]:
    known = {each.guid: each for each in profile.organisations}
    return tuple(
        AffiliationLine(
            known[each.organisation].name,
            place(known[each.organisation], texts),
            texts("profile.confirmed" if each.confirmed else "profile.stated"),
        )
        for each in in_force(profile.actor.affiliations, at)
        if each.organisation in known
    )


def place(organisation: Organisation, texts: Texts) -> str:
    """``Gemeinde, Landkreis Uelzen, Niedersachsen, 03360405``: what tells namesakes apart."""
    parts = (
        texts.of("organisation", organisation.kind),
        organisation.district,
        organisation.state,
        organisation.key,
    )
    return ", ".join(part for part in parts if part)


def _hit(hit: Hit, texts: Texts) -> HitLine:
    details = [place(hit.organisation, texts)]
    if hit.former_name:
        details.append(texts("profile.former", name=hit.former_name))
    details += [texts("profile.member_of", project=name) for name in hit.projects]
    return HitLine(hit.organisation.guid, hit.organisation.name, ". ".join(details))


class ProfilePages:
    """Own account only: every act is on the account of who asks."""

    def __init__(self, answers: Answers, identity: Identity) -> None:
        self.answers = answers
        self.identity = identity

    async def show(self, request: Request, visit: Visit) -> Response:
        words = request.query_params.get("organisation", "").strip()
        hits = await self.identity.registers.search(words) if words else ()
        texts = self.answers.texts(visit.language)
        saved = texts("profile.saved") if "saved" in request.query_params else ""
        return await self._page(request, visit, Search(words, hits), saved=saved)

    async def _page(
        self,
        request: Request,
        visit: Visit,
        search: Search | None = None,
        *,
        saved: str = "",
        error: str = "",
        name: str | None = None,
        status: int = 200,
    ) -> Response:
        profile = await self.identity.profile(account(visit))
        if profile is None:
            return goodbye(self.identity)
        credential = await self.identity.credentials.authenticate(request.scope["headers"])
        shown = view(
            profile,
            {each.id: each for each in await self.identity.registers.projects()},
            search or Search(),
            visit.at,
            self.answers.texts(visit.language),
            current=credential.id if credential else "",
            saved=saved,
            error=error,
        )
        return self.answers.show(
            request,
            visit,
            "profile",
            shown if name is None else replace(shown, name=name),
            section="profile",
            status=status,
            cache=NEVER_KEPT,
        )

    async def rename(self, request: Request, visit: Visit) -> Response:
        typed = (await fields(request)).get("name", "")
        name = text.check(typed, 1, LONGEST_NAME)
        if not isinstance(name, str):
            return await self._refuse(request, visit, "profile.invalid", name=typed)
        one_line = " ".join(name.split())
        if self._looks_official(one_line) and not offices.holds_any(visit.actor, visit.at):
            return await self._refuse(request, visit, "profile.name_of_office", name=one_line)
        await self.identity.records.rename(account(visit), one_line)
        return _saved()

    def _looks_official(self, name: str) -> bool:
        """Whether a name is what stands beside the names of those who hold an office."""
        words = (
            self.answers.texts(language).of("office", kind)
            for language in LANGUAGES
            for kind in OfficeKind
        )
        return _folded(name) in map(_folded, words)

    async def choose_organisation(self, request: Request, visit: Visit) -> Response:
        chosen = (await fields(request)).get("organisation", "")
        try:
            await self.identity.records.choose_organisation(account(visit), chosen)
        except UnknownEntryError:
            return await self._refuse(request, visit, "profile.unknown")
        return _saved()

    async def declare_project(self, request: Request, visit: Visit) -> Response:
        chosen = (await fields(request)).get("project", "")
        try:
            await self.identity.records.declare_project(account(visit), chosen)
        except UnknownEntryError:
            return await self._refuse(request, visit, "profile.unknown_project")
        return _saved()

    async def _refuse(
        self, request: Request, visit: Visit, code: str, *, name: str | None = None
    ) -> Response:
        """The page again with the reason. ``name``: as it was typed."""
        error = self.answers.texts(visit.language)(code)
        return await self._page(request, visit, error=error, name=name, status=422)

    async def end_session(self, request: Request, visit: Visit) -> Response:
        session = (await fields(request)).get("session", "")
        await self.identity.end_session(account(visit), session)
        return _saved()

    async def sign_out_everywhere(self, request: Request, visit: Visit) -> Response:
        await self.identity.sign_out_everywhere(account(visit))
        return goodbye(self.identity)

    async def organisations(self, request: Request, visit: Visit) -> Response:
        """Hits for the search field while somebody types."""
        words = request.query_params.get("q", "").strip()
        texts = self.answers.texts(visit.language)
        hits = [_hit(hit, texts) for hit in await self.identity.registers.search(words)]
        return _json(hits)

    async def register(self, request: Request, visit: Visit) -> Response:
        """Take a place at an event."""
        if not isinstance(visit.resource, EventResource):
            raise TypeError("registering needs an event")
        await self.identity.records.register(account(visit), visit.resource.guid)
        return see_other(f"/events/{visit.resource.slug}")

    def surfaces(self) -> tuple[Surface, ...]:
        own = Permission.PROFILE
        event = self.answers.places.event
        return (
            Surface("/profile", ("GET",), own, self.show, "profile"),
            Surface("/profile/name", ("POST",), own, self.rename, "rename"),
            Surface("/profile/organisations", ("GET",), own, self.organisations, "organisations"),
            Surface("/profile/organisation", ("POST",), own, self.choose_organisation, "employer"),
            Surface("/profile/project", ("POST",), own, self.declare_project, "project"),
            Surface("/profile/end-session", ("POST",), own, self.end_session, "end-session"),
            Surface(
                "/profile/sign-out-everywhere",
                ("POST",),
                own,
                self.sign_out_everywhere,
                "sign-out-everywhere",
            ),
            Surface(
                "/events/{event}/register",
                ("POST",),
                Permission.EVENT_REGISTER,
                self.register,
                "register",
                event,
            ),
        )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _saved() -> Response:
    return see_other("/profile?saved=1")


def _json(hits: Sequence[HitLine]) -> Response:
    return Response(
        msgspec.json.encode(hits),
        media_type="application/json",
        headers={"cache-control": NEVER_KEPT},
    )
