"""People in the event: who holds which office, who is invited to speak, who is there now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.actors import OfficeKind
from access.permissions import Permission
from agenda.core.materials import OwnerKind
from agenda.core.model import Guid, Session
from agenda.editing import Desk
from server.http.pages.links import materials_of
from server.http.pages.links import session as session_page
from server.http.pages.organise import links
from server.http.pages.organise.base import Office
from server.http.pages.organise.form import Field, Option, Sheet
from server.http.pages.site import account, see_other
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit
from server.identity import addresses
from server.identity.accounts import ClosedAccountError
from server.identity.staff import Held, Staff
from server.mail import letters
from server.mail.letters import Letter


@dataclass(frozen=True)
class HeldLine:
    office: str
    account: str
    name: str
    address: str
    what: str
    invite_href: str
    """To send a speaker the way to their session; empty where there is none yet."""


@dataclass(frozen=True)
class PeopleView:
    title: str
    slug: str
    notice: str
    error: str
    held: tuple[HeldLine, ...]
    fields: tuple[Field, ...]
    registered: str


@dataclass(frozen=True)
class Place:
    """An office that can be given here."""

    value: str
    text: str
    kind: OfficeKind
    scope: Guid


class PeoplePages:
    def __init__(self, office: Office, staff: Staff, send: Callable[[Letter], None]) -> None:
        self._office = office
        self._staff = staff
        self._send = send

    async def show(self, request: Request, visit: Visit) -> Response:
        notice = next(
            (code for code in ("given", "withdrawn", "invited") if code in request.query_params),
            "",
        )
        return await self._page(request, visit, {}, {}, notice=notice)

    async def give(self, request: Request, visit: Visit) -> Response:
        """An office for whoever has this address; they need not have signed in before."""
        values = await self._office.typed(request)
        desk = await self._office.desk(visit)
        places = {each.value: each for each in self._places(desk, visit)}
        place = places.get(values.get("office", ""))
        address = addresses.parse(values.get("address", ""))
        errors = {} if address else {"address": "address"}
        if place is None:
            errors["office"] = "choice"
        if address is None or place is None:
            return await self._page(request, visit, values, errors, status=422)
        try:
            person = await self._office.identity.accounts.ensure(address, language=visit.language)
        except ClosedAccountError:
            return await self._page(request, visit, values, {"address": "closed"}, status=422)
        held = await self._staff.of(desk.draft.guid)
        if not any((h.account, h.kind, h.scope) == (person, place.kind, place.scope) for h in held):
            await self._office.identity.records.appoint(
                person, place.kind, place.scope, desk.draft.guid, by=account(visit)
            )
        return see_other(f"{links.act(desk.draft.slug, 'people')}?given=1")

    async def withdraw(self, request: Request, visit: Visit) -> Response:
        desk = await self._office.desk(visit)
        held = await self._held(request, desk)
        may = held is not None and (
            held.kind is not OfficeKind.HOST or self._office.may_create(visit)
        )
        if held is None or not may:
            return self._office.gone(request, visit)
        await self._office.identity.records.dismiss(held.account, held.guid, by=account(visit))
        return see_other(f"{links.act(desk.draft.slug, 'people')}?withdrawn=1")

    async def invite(self, request: Request, visit: Visit) -> Response:
        """A mail with the way to their session."""
        desk = await self._office.desk(visit)
        held = await self._held(request, desk)
        session = _session(desk, held.scope) if held else None
        if held is None or session is None or not held.address:
            return self._office.gone(request, visit)
        site = self._office.identity.site
        self._send(
            letters.speaker(
                held.address,
                f"{site}/sign-in?next={_page_of(desk, session)}",
                letters.About(
                    session.title.read(visit.language), desk.draft.title.read(visit.language)
                ),
                visit.language,
            )
        )
        return see_other(f"{links.act(desk.draft.slug, 'people')}?invited=1")

    async def _held(self, request: Request, desk: Desk) -> Held | None:
        wanted = request.path_params["office"]
        held = await self._staff.of(desk.draft.guid)
        return next((each for each in held if each.guid == wanted), None)

    def _places(self, desk: Desk, visit: Visit) -> tuple[Place, ...]:
        texts, event = self._office.texts(visit), desk.draft
        spoken = texts.language
        moderator, speaker = OfficeKind.MODERATOR, OfficeKind.SPEAKER
        found = [Place("moderator", texts("place.moderator_all"), moderator, event.guid)]
        found += [
            Place(
                f"moderator:{room.guid}",
                texts("place.moderator_of", name=room.name.read(spoken)),
                moderator,
                room.guid,
            )
            for room in event.rooms
        ]
        found += [
            Place(
                f"speaker:{session.guid}",
                texts("place.speaker_of", name=session.title.read(spoken)),
                speaker,
                session.guid,
            )
            for session in event.sessions
        ]
        if self._office.may_create(visit):
            found.append(Place("host", texts("place.host"), OfficeKind.HOST, event.guid))
        return tuple(found)

    async def _page(
        self,
        request: Request,
        visit: Visit,
        values: dict[str, str],
        errors: dict[str, str],
        *,
        notice: str = "",
        status: int = 200,
    ) -> Response:
        desk, texts = await self._office.desk(visit), self._office.texts(visit)
        sheet = Sheet(texts, values, errors)
        options = [Option(each.value, each.text) for each in self._places(desk, visit)]
        view = PeopleView(
            title=desk.draft.title.read(texts.language),
            slug=desk.draft.slug,
            notice=texts(f"people.{notice}") if notice else "",
            error=texts.count("form.errors", len(errors)) if errors else "",
            held=_lines(await self._staff.of(desk.draft.guid), desk, texts),
            fields=(
                sheet.make("address", "email", required=True, hint="address_hint"),
                sheet.make("office", "select", options=options),
            ),
            registered=texts.count(
                "people.registered", await self._staff.registered(desk.draft.guid)
            ),
        )
        return self._office.show(request, visit, "people", view, status)

    def surfaces(self) -> tuple[Surface, ...]:
        may, event, post = Permission.OFFICE_GRANT, self._office.resource, ("POST",)
        way = "/organise/{event}/people"
        one = f"{way}/{{office}}"
        return (
            Surface(way, ("GET",), may, self.show, "event-people", event),
            Surface(way, post, may, self.give, "give-office", event),
            Surface(f"{one}/withdraw", post, may, self.withdraw, "withdraw-office", event),
            Surface(f"{one}/invite", post, may, self.invite, "invite-speaker", event),
        )


def _session(desk: Desk, guid: Guid) -> Session | None:
    """As it is released, else as it is planned."""
    released = desk.released.sessions if desk.released else ()
    both = (*released, *desk.draft.sessions)
    return next((session for session in both if session.guid == guid), None)


def _page_of(desk: Desk, session: Session) -> str:
    """What is not released has a page for whoever prepares it."""
    if desk.released is not None and session in desk.released.sessions:
        return session_page(desk.released, session)
    return materials_of(OwnerKind.SESSION, session.guid)


def _lines(held: Sequence[Held], desk: Desk, texts: Texts) -> tuple[HeldLine, ...]:
    names = {each.guid: each.name for each in desk.draft.rooms}
    names |= {each.guid: each.title for each in desk.draft.sessions}
    way = links.act(desk.draft.slug, "people")

    def what(each: Held) -> str:
        if each.kind is OfficeKind.HOST:
            return texts("place.host")
        if each.scope == desk.draft.guid:
            return texts("place.moderator_all")
        if each.scope not in names:
            speaker = each.kind is OfficeKind.SPEAKER
            return texts("place.speaker_gone" if speaker else "place.moderator_gone")
        name = names[each.scope].read(texts.language)
        return texts(f"place.{each.kind.value}_of", name=name)

    return tuple(
        HeldLine(
            office=each.guid,
            account=each.account,
            name=each.name,
            address=each.address,
            what=what(each),
            invite_href=f"{way}/{each.guid}/invite" if _session(desk, each.scope) else "",
        )
        for each in held
    )
