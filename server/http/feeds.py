"""Calendars of an event and of one session, to subscribe to or to keep (iCalendar).

What stands in them is what ``agenda.visible`` leaves of the event: a session that is not for the
reader is not in the calendar at all.  Rules in ``docs/agenda.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import Response

from access.actors import GUEST
from access.audiences import Instant, TimeLine, audience_at
from access.permissions import Permission
from access.refusals import NOT_THERE
from agenda.core import ical
from agenda.core.model import Event
from agenda.ports import Agenda
from agenda.visible import for_viewer
from server.http import problems, tags
from server.http.places import Places
from server.http.surfaces import Surface, Visit

MEDIA_TYPE = "text/calendar; charset=utf-8"
FRESH = 300
"""Seconds anybody may keep an open calendar; programmes ask again every 15 minutes (I2)."""
VARY = "Accept-Language, Authorization, Cookie"


class Feeds:
    """``/events/{event}/agenda.ics`` and ``/events/{event}/sessions/{session}.ics``."""

    def __init__(self, agenda: Agenda, site: ical.Site) -> None:
        self._places = Places(agenda)
        self._site = site

    def surfaces(self) -> tuple[Surface, ...]:
        """To be routed before the pages: their ``{session}`` would take ``x.ics`` for a name."""
        return (
            Surface(
                "/events/{event}/agenda.ics",
                ("GET", "HEAD"),
                Permission.EVENT_ENTER,
                self.event,
                "event_calendar",
                self._places.event,
                kind="feed",
            ),
            Surface(
                "/events/{event}/sessions/{session}.ics",
                ("GET", "HEAD"),
                Permission.SESSION_ENTER,
                self.session,
                "session_calendar",
                self._places.session,
                kind="feed",
            ),
        )

    async def event(self, request: Request, visit: Visit) -> Response:
        """The calendar to subscribe to."""
        view = await self._view(request, visit)
        if view is None:
            return problems.denied(NOT_THERE, 404, visit.language)
        body = ical.event(view.seen, self._site, visit.language, visit.at)
        return _answer(request, view, body, f'inline; filename="{view.seen.slug}.ics"')

    async def session(self, request: Request, visit: Visit) -> Response:
        """One session to keep, with the same entries as in the calendar of the event."""
        view = await self._view(request, visit)
        slug = request.path_params["session"]
        found = next((s for s in view.seen.sessions if s.slug == slug), None) if view else None
        if view is None or found is None:
            return problems.denied(NOT_THERE, 404, visit.language)
        body = ical.session(view.seen, found.guid, self._site, visit.language, visit.at)
        return _answer(request, view, body, f'attachment; filename="{slug}.ics"')

    async def _view(self, request: Request, visit: Visit) -> _View | None:
        event = await self._places.found(request)
        seen = await self._places.seen(request, visit)
        if event is None or seen is None or seen.closed:
            return None
        return _View(event, seen.event, visit.at)


@dataclass(frozen=True)
class _View:
    """An event, what the visitor may see of it, and when."""

    event: Event
    seen: Event
    at: Instant


def _answer(request: Request, view: _View, body: bytes, disposition: str) -> Response:
    """The calendar, or 304 to whoever has these bytes.

    ``If-Modified-Since`` is not looked at: a right gained or lost changes the calendar, too, and
    leaves no time of change.
    """
    tag = tags.tag(body)
    headers = {
        "etag": tag,
        "last-modified": formatdate(ical.changed(view.seen, view.at) // 1000, usegmt=True),
        "vary": VARY,
        **_caching(view),
    }
    if tags.held(request, tag):
        return Response(status_code=304, headers=headers)
    headers |= {
        "content-type": MEDIA_TYPE,
        "content-disposition": disposition,
        "content-length": str(len(body)),
    }
    return Response(b"" if request.method == "HEAD" else body, headers=headers)


def _caching(view: _View) -> dict[str, str]:
    """For everybody's caches and pages only what a guest sees, and not beyond its audience."""
    guest = for_viewer(view.event, GUEST, view.at)
    if guest is None or guest.closed or guest.event != view.seen:
        return {"cache-control": "private, no-cache"}
    ends = (audience_at(line, view.at)[1] for line in _time_lines(view.event))
    age = min([FRESH, *((end - view.at) // 1000 for end in ends if end is not None)])
    return {"cache-control": f"public, max-age={age}", "access-control-allow-origin": "*"}


def _time_lines(event: Event) -> Iterator[TimeLine]:
    yield event.audience
    yield from (room.audience for room in event.rooms if room.audience is not None)
    yield from (each.audience for each in event.sessions if each.audience is not None)
