"""Calendars of a series, an event and one session, to subscribe to or to keep (iCalendar).

What stands in them is what ``agenda.visible`` leaves of the event: a session that is not for the
reader is not in the calendar at all, and an event that does not exist for them is in no series.
Rules in ``docs/agenda.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import Response

from access.actors import GUEST, Actor
from access.audiences import Instant, TimeLine, audience_at
from access.permissions import Permission
from access.refusals import NOT_THERE
from agenda.core import ical
from agenda.core.model import Event
from agenda.ports import Agenda
from agenda.visible import Visible, for_viewer
from server.http import problems, tags
from server.http.places import Places
from server.http.surfaces import Surface, Visit

MEDIA_TYPE = "text/calendar; charset=utf-8"
FRESH = 300
"""Seconds anybody may keep an open calendar; programmes ask again every 15 minutes (I2)."""
VARY = "Accept-Language, Authorization, Cookie"


class Feeds:
    """``/series/{series}.ics``, ``/events/{event}/agenda.ics``, ``…/sessions/{session}.ics``."""

    def __init__(self, agenda: Agenda, site: ical.Site) -> None:
        self._agenda = agenda
        self._places = Places(agenda)
        self._site = site

    def surfaces(self) -> tuple[Surface, ...]:
        """To be routed before the pages: their ``{session}`` would take ``x.ics`` for a name."""
        return (
            Surface(
                "/series/{series}.ics",
                ("GET", "HEAD"),
                Permission.OPEN,
                self.series,
                "series_calendar",
                kind="feed",
            ),
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

    async def series(self, request: Request, visit: Visit) -> Response:
        """The events of a series that exist for the visitor, one entry each (I15).

        Open to everybody, like the list of events: what stands in it is decided event by event. A
        series of which the visitor may see nothing answers like one that is not there.
        """
        slug = request.path_params["series"]
        found = next((s for s in await self._agenda.series() if s.slug == slug), None)
        events = await self._agenda.events() if found else ()
        whole = tuple(event for event in events if found and event.series == found.guid)
        view = _View(whole, _seen(whole, visit.actor, visit.at), visit.at)
        if found is None or not view.seen:
            return problems.denied(NOT_THERE, 404, visit.language)
        seen = [each.event for each in view.seen]
        body = ical.series(found, seen, self._site, visit.language)
        feed = _Feed(body, f'inline; filename="{slug}.ics"', ical.published(seen))
        return _answer(request, view, feed)

    async def event(self, request: Request, visit: Visit) -> Response:
        """The calendar to subscribe to."""
        view = await self._view(request, visit)
        if view is None:
            return problems.denied(NOT_THERE, 404, visit.language)
        event = view.seen[0].event
        body = ical.event(event, self._site, visit.language, visit.at)
        changed = ical.changed(event, visit.at)
        return _answer(request, view, _Feed(body, f'inline; filename="{event.slug}.ics"', changed))

    async def session(self, request: Request, visit: Visit) -> Response:
        """One session to keep, with the same entries as in the calendar of the event."""
        view = await self._view(request, visit)
        slug = request.path_params["session"]
        sessions = view.seen[0].event.sessions if view else ()
        found = next((session for session in sessions if session.slug == slug), None)
        if view is None or found is None:
            return problems.denied(NOT_THERE, 404, visit.language)
        event = view.seen[0].event
        body = ical.session(event, found.guid, self._site, visit.language, visit.at)
        changed = ical.changed(event, visit.at)
        return _answer(request, view, _Feed(body, f'attachment; filename="{slug}.ics"', changed))

    async def _view(self, request: Request, visit: Visit) -> _View | None:
        event = await self._places.found(request)
        seen = await self._places.seen(request, visit)
        if event is None or seen is None or seen.closed:
            return None
        return _View((event,), (seen,), visit.at)


@dataclass(frozen=True)
class _View:
    """The events a calendar is about, what the visitor may see of them, and when."""

    whole: tuple[Event, ...]
    seen: tuple[Visible, ...]
    at: Instant


@dataclass(frozen=True)
class _Feed:
    body: bytes
    disposition: str
    changed: Instant


def _seen(events: tuple[Event, ...], actor: Actor, at: Instant) -> tuple[Visible, ...]:
    seen = (for_viewer(event, actor, at) for event in events)
    return tuple(each for each in seen if each is not None)


def _answer(request: Request, view: _View, feed: _Feed) -> Response:
    """The calendar, or 304 to whoever has these bytes.

    ``If-Modified-Since`` is not looked at: a right gained or lost changes the calendar, too, and
    leaves no time of change.
    """
    tag = tags.tag(feed.body)
    headers = {
        "etag": tag,
        "last-modified": formatdate(feed.changed // 1000, usegmt=True),
        "vary": VARY,
        **_caching(view),
    }
    if tags.held(request, tag):
        return Response(status_code=304, headers=headers)
    headers |= {
        "content-type": MEDIA_TYPE,
        "content-disposition": feed.disposition,
        "content-length": str(len(feed.body)),
    }
    return Response(b"" if request.method == "HEAD" else feed.body, headers=headers)


def _caching(view: _View) -> dict[str, str]:
    """For everybody's caches and pages only what a guest sees, and not beyond its audience."""
    guest = _seen(view.whole, GUEST, view.at)
    if _shown(guest) != _shown(view.seen):
        return {"cache-control": "private, no-cache"}
    lines = (line for event in view.whole for line in _time_lines(event))
    ends = (audience_at(line, view.at)[1] for line in lines)
    age = min([FRESH, *((end - view.at) // 1000 for end in ends if end is not None)])
    return {"cache-control": f"public, max-age={age}", "access-control-allow-origin": "*"}


def _shown(seen: tuple[Visible, ...]) -> list[tuple[Event, bool]]:
    """What a calendar tells: not why somebody may not enter, which differs between people."""
    return [(each.event, each.closed) for each in seen]


def _time_lines(event: Event) -> Iterator[TimeLine]:
    yield event.audience
    yield from (room.audience for room in event.rooms if room.audience is not None)
    yield from (each.audience for each in event.sessions if each.audience is not None)
