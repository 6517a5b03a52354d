"""For pages that stay open: whether the programme was released anew, and what that changed.

``GET /events/{event}/now.json?since=3`` is asked again and again with the tag of the last answer,
and costs a 304 as long as nothing happened.  What it says is worked out from what the asker may
see of the old and of the new release, so that it tells nobody more than the pages do.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access.audiences import Instant
from access.permissions import Permission
from access.refusals import NOT_THERE
from agenda.core.model import Event
from agenda.core.timetable import MINUTE
from agenda.participants import Due
from agenda.ports import AgendaStore
from agenda.visible import for_viewer
from server.http import problems
from server.http.api.answers import answer
from server.http.pages import changes, when
from server.http.pages.cards import Cards
from server.http.pages.forms import whole
from server.http.pages.site import Answers
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit

MOST_DIGITS = 9


class Next(msgspec.Struct, frozen=True):
    """The asker's next session begins within minutes, by the clock of the server."""

    id: str
    """Of this time: a session that was moved is told of again."""
    said: str
    detail: str
    href: str
    way: str
    """What the link is called."""


class Released(msgspec.Struct, frozen=True, omit_defaults=True):
    release: int
    said: str
    """In plain words, in the language of the page; empty: nothing the asker would notice."""
    next: Next | None = None
    """Of whatever event: whoever looks at one may be expected in another."""


class LiveProgramme:
    def __init__(self, answers: Answers, releases: AgendaStore) -> None:
        self._answers = answers
        self._releases = releases

    async def now(self, request: Request, visit: Visit) -> Response:
        event = await self._answers.places.found(request)
        seen = for_viewer(event, visit.actor, visit.at) if event else None
        if event is None or seen is None:
            return problems.denied(NOT_THERE, 404, visit.language)
        old = await self._old(event, request.query_params.get("since", ""))
        before = for_viewer(old, visit.actor, visit.at) if old else None
        texts = self._answers.texts(visit.language)
        said = changes.news(before, seen, texts) if before else ""
        due = await self._answers.site.participants.due(visit.actor, visit.at)
        coming = next_session(due, visit.at, texts) if due else None
        return answer(request, visit, Released(event.release, said, coming))

    async def _old(self, event: Event, since: str) -> Event | None:
        """The release a page was made from. A rehearsal moves by itself: no news in that."""
        known = whole(since, MOST_DIGITS)
        if event.rolling or known is None or known >= event.release:
            return None
        return await self._releases.release(event.guid, known)

    def surfaces(self) -> tuple[Surface, ...]:
        return (
            Surface(
                "/events/{event}/now.json",
                ("GET",),
                Permission.EVENT_ENTER,
                self.now,
                "programme-now",
                self._answers.places.event,
                "api",
            ),
        )


def next_session(due: Due, at: Instant, texts: Texts) -> Next | None:
    """In words. The minutes are rounded up: who has four and a half is not late with five."""
    card = Cards(due.event, at, texts).session(due.slot)
    if card is None:
        return None
    minutes = -((at - due.slot.starts_at) // MINUTE)
    time = texts("when.time", time=when.clock(due.slot.start.clock), zone=card.start.zone)
    return Next(
        id=f"{due.slot.guid}@{due.slot.starts_at}",
        said=texts.count("next.soon", minutes) if minutes > 0 else texts("next.now"),
        detail=" · ".join(part for part in (card.title, time, card.room) if part),
        href=card.room_href or card.href,
        way=texts("session.enter_room" if card.room_href else "next.session"),
    )
