"""iCalendar (RFC 5545, 7986) of an event, a session, a series: values in, bytes out.

Everything given here must already be what the reader may see (``visible``).  The same values
give the same bytes.  Breaks are left out: nobody keeps an appointment with a coffee break.
Rule numbers I… refer to the export rules in ``docs/agenda.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import icalendar
import msgspec
from icalendar import vText

from access.audiences import Instant
from agenda.core import words
from agenda.core.clean import block, line
from agenda.core.model import Event, Feature, Guid, Language, Role, Room, Series, Session, Slot
from agenda.core.release import MOVED_NOTE, cancelled, session_of
from agenda.core.timetable import DAY, doubtful, in_order, season

PRODID = "-//Plenum//Agenda//DE"
COLOUR = "darkblue"
"""A CSS 3 name, as RFC 7986 demands."""
REFRESH = dt.timedelta(minutes=15)
BERLIN = "Europe/Berlin"


class Site(msgspec.Struct, frozen=True):
    """Where this instance lives, fixed by configuration and never taken from a request."""

    domain: str
    """Part of every UID for ever (I3): not to be changed once feeds are in use."""
    base_url: str
    """``https://host`` without a slash at the end."""

    def event(self, event: Event) -> str:
        return f"{self.base_url}/events/{event.slug}"

    def session(self, event: Event, session: Session) -> str:
        return f"{self.event(event)}/sessions/{session.slug}"

    def room(self, event: Event, room: Room) -> str:
        return f"{self.event(event)}/rooms/{room.slug}"

    def uid(self, guid: Guid) -> str:
        return f"{guid}@{self.domain}"


def event(event: Event, site: Site, language: Language, at: Instant) -> bytes:
    """The calendar feed of an event: every slot that holds a session."""
    feed = _Feed(site, language)
    calendar = feed.calendar(event.title.read(language), site.uid(event.guid), changed(event, at))
    feed.publish(calendar, site.event(event), f"{site.event(event)}/agenda.ics")
    return feed.write(calendar, event, at, in_order(event))


def session(event: Event, guid: Guid, site: Site, language: Language, at: Instant) -> bytes:
    """One session to keep: its slots, the same entries as in the feed, no subscription."""
    feed = _Feed(site, language)
    slots = tuple(slot for slot in in_order(event) if slot.session == guid)
    title = next((s.title.read(language) for s in event.sessions if s.guid == guid), "")
    calendar = feed.calendar(title, site.uid(guid), changed(event, at))
    return feed.write(calendar, event, at, slots)


def series(series: Series, events: Sequence[Event], site: Site, language: Language) -> bytes:
    """The calendar feed of a series: one entry per event (I15)."""
    feed = _Feed(site, language)
    title, uid = series.title.read(language), site.uid(series.guid)
    calendar = feed.calendar(title, uid, published(events))
    feed.publish(calendar, f"{site.base_url}/events", f"{site.base_url}/series/{series.slug}.ics")
    entries = [feed.whole(event) for event in events]
    if any(event.time_zone == BERLIN and _one_day(event) for event in events):
        calendar.add_component(berlin())
    for entry in entries:
        calendar.add_component(entry)
    return _bytes(calendar)


def published(events: Sequence[Event]) -> Instant:
    """When the feed of a series last changed: the last release of one of its events."""
    return max((event.published_at for event in events), default=0)


def changed(event: Event, at: Instant) -> Instant:
    """When the feed of the event last changed: a release, or a note on a move that ran out."""
    ends = [slot.moved_at + MOVED_NOTE for slot in event.slots if slot.moved_at is not None]
    return max([event.published_at, *(end for end in ends if end <= at)])


def berlin() -> icalendar.Timezone:
    """The rules of Europe/Berlin since 1996 (I8).

    Written by hand: the library's own component starts summer time at the clock after the change
    and ends after some years.  RFC 5545 wants the wall clock before it.
    """
    zone = icalendar.Timezone()
    zone.add("tzid", BERLIN)
    winter, summer = dt.timedelta(hours=1), dt.timedelta(hours=2)
    changes = (
        (icalendar.TimezoneDaylight(), "1996-03-31T02:00", winter, summer, "CEST"),
        (icalendar.TimezoneStandard(), "1996-10-27T03:00", summer, winter, "CET"),
    )
    for rule, wall_clock, before, after, name in changes:
        onset = dt.datetime.fromisoformat(wall_clock)
        rule.add("dtstart", onset)
        rule.add("rrule", {"freq": "yearly", "bymonth": onset.month, "byday": "-1SU"})
        rule.add("tzoffsetfrom", before)
        rule.add("tzoffsetto", after)
        rule.add("tzname", name)
        zone.add_component(rule)
    return zone


class _Feed(msgspec.Struct, frozen=True):
    """Writes components for one site in one language."""

    site: Site
    language: Language

    def calendar(self, name: str, uid: str, last_modified: Instant) -> icalendar.Calendar:
        calendar = icalendar.Calendar()
        calendar.add("prodid", PRODID)
        calendar.add("version", "2.0")
        # As text values: given as plain strings the library leaves their commas unescaped.
        calendar.add("name", vText(line(name)))
        calendar.add("x-wr-calname", vText(line(name)))
        calendar.add("uid", uid)
        calendar.add("last-modified", _utc(last_modified))
        calendar.add("color", COLOUR)
        return calendar

    def publish(self, calendar: icalendar.Calendar, page: str, source: str) -> None:
        """What only a calendar one can subscribe to carries (I1, I2)."""
        calendar.add("method", "PUBLISH")
        calendar.add("url", page)
        calendar.add("source", source, {"VALUE": "URI"})
        calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT15M")

    def write(
        self, calendar: icalendar.Calendar, event: Event, at: Instant, slots: Sequence[Slot]
    ) -> bytes:
        if event.time_zone == BERLIN:
            calendar.add_component(berlin())
        for slot in slots:
            session = session_of(event, slot)
            if session is not None:
                calendar.add_component(self.entry(event, slot, session, at))
        return _bytes(calendar)

    def entry(self, event: Event, slot: Slot, session: Session, at: Instant) -> icalendar.Event:
        off = cancelled(session, slot)
        prefix = words.CANCELLED.read(self.language) if off else ""
        entry = self._entry(slot.guid, slot.changed_at, slot.created_at, slot.sequence)
        entry.add("summary", line(prefix + session.title.read(self.language)))
        entry.add("description", block(self._description(event, slot, session, at)))
        _times(entry, event.time_zone, slot, slot)
        entry.add("status", "CANCELLED" if off else "CONFIRMED")
        entry.add("transp", "TRANSPARENT" if off else "OPAQUE")
        self._place(entry, event, slot, session)
        entry.add("categories", self._categories(event, session))
        entry.add("related-to", self.site.uid(event.guid))
        return entry

    def whole(self, event: Event) -> icalendar.Event:
        """The event as one entry: timed on a single day, all-day over several (I15)."""
        created = min(event.created_at, event.published_at)
        entry = self._entry(event.guid, event.published_at, created, event.sequence)
        entry.add("summary", line(event.title.read(self.language)))
        entry.add("description", block(self._about(event)))
        if _one_day(event):
            first = min(event.slots, key=lambda slot: slot.starts_at)
            last = max(event.slots, key=lambda slot: slot.ends_at)
            _times(entry, event.time_zone, first, last)
        else:
            entry.add("dtstart", event.first_day)
            entry.add("dtend", event.last_day + DAY)
        entry.add("status", "CONFIRMED")
        entry.add("transp", "OPAQUE")
        entry.add("location", words.FORMATS[event.format].read(self.language))
        entry.add("url", self.site.event(event))
        entry.add("categories", [words.EVENT_KINDS[event.kind].read(self.language)])
        return entry

    def _entry(
        self, guid: Guid, changed_at: Instant, created_at: Instant, sequence: int
    ) -> icalendar.Event:
        entry = icalendar.Event()
        entry.add("uid", self.site.uid(guid))
        entry.add("dtstamp", _utc(changed_at))
        entry.add("last-modified", _utc(changed_at))
        entry.add("created", _utc(min(created_at, changed_at)))
        entry.add("sequence", sequence)
        return entry

    def _place(self, entry: icalendar.Event, event: Event, slot: Slot, session: Session) -> None:
        room = next((room for room in event.rooms if room.guid == slot.room), None)
        name = room.name if room else words.ALL_ROOMS
        online = words.ONLINE.read(self.language)
        entry.add("location", line(f"{name.read(self.language)} ({online})"))
        if room is None:
            entry.add("url", self.site.session(event, session))
            return
        page = self.site.room(event, room)
        features = ["VIDEO", "CHAT"] if Feature.CHAT in room.features else ["VIDEO"]
        label = line(f"{words.ROOM_PAGE.read(self.language)}: {room.name.read(self.language)}")
        entry.add("url", page)
        # A list: as one string with a comma the library would quote it into one value.
        conference = icalendar.vUri(page)
        conference.params["VALUE"] = "URI"
        conference.params["FEATURE"] = features
        conference.params["LABEL"] = label
        entry.add("conference", conference)

    def _categories(self, event: Event, session: Session) -> list[str]:
        tracks = [t.name.read(self.language) for t in event.tracks if t.guid == session.track]
        kind = words.SESSION_KINDS[session.kind].read(self.language)
        return [line(name) for name in (*tracks, kind)]

    def _description(self, event: Event, slot: Slot, session: Session, at: Instant) -> str:
        language = self.language
        parts = [
            self._former(slot, event.time_zone, at),
            session.subtitle.read(language),
            session.abstract.read(language),
            "\n".join(self._person(role) for role in session.people),
            words.SAMPLE.read(language) if event.sample else "",
            f"{words.MORE.read(language)} {self.site.session(event, session)}",
        ]
        return "\n\n".join(part for part in parts if part)

    def _person(self, role: Role) -> str:
        part, name = words.ROLE_KINDS[role.kind].read(self.language), role.name.read(self.language)
        return name if part == name else f"{part}: {name}"

    def _former(self, slot: Slot, zone: str, at: Instant) -> str:
        if slot.moved_from is None or slot.moved_at is None or at >= slot.moved_at + MOVED_NOTE:
            return ""
        former, german = slot.moved_from.clock, self.language == "de"
        shown = f"{former:%d.%m.%Y, %H:%M} Uhr" if german else f"{former:%Y-%m-%d, %H:%M}"
        name = words.zone(season(slot.moved_from, zone)).read(self.language)
        return f"{words.MOVED_FROM.read(self.language)} {shown} {name}."

    def _about(self, event: Event) -> str:
        language = self.language
        hosts = ", ".join(host.name for host in event.hosts)
        parts = [
            event.motto.read(language),
            event.summary.read(language),
            f"{words.HOSTED_BY.read(language)} {hosts}" if hosts else "",
            f"{words.AGENDA_OF.read(language)} {self.site.event(event)}",
        ]
        return "\n\n".join(part for part in parts if part)


def _one_day(event: Event) -> bool:
    return event.first_day == event.last_day and bool(event.slots)


def _times(entry: icalendar.Event, zone: str, first: Slot, last: Slot) -> None:
    """Wall time with the zone's name; UTC where that could be read in two ways (I8, I9)."""
    if zone != BERLIN or doubtful(first.start, zone) or doubtful(last.end, zone):
        entry.add("dtstart", _utc(first.starts_at))
        entry.add("dtend", _utc(last.ends_at))
    else:
        entry.add("dtstart", first.start.clock, {"TZID": BERLIN})
        entry.add("dtend", last.end.clock, {"TZID": BERLIN})


def _bytes(calendar: icalendar.Calendar) -> bytes:
    body: bytes = calendar.to_ical()
    return body


def _utc(at: Instant) -> dt.datetime:
    return dt.datetime.fromtimestamp(at // 1000, dt.UTC)
