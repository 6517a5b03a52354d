"""Views of events, sessions and slots that several pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from access.audiences import Instant
from agenda.core.model import (
    Event,
    Guid,
    Room,
    RoomKind,
    Session,
    Slot,
    SlotStatus,
    Track,
)
from agenda.core.release import MOVED_NOTE, cancelled
from agenda.core.timetable import instant, now_and_next
from agenda.visible import Visible
from server.http.pages import links, when, words
from server.http.pages.texts import Texts

State = Literal["", "running", "next"]


@dataclass(frozen=True)
class Moment:
    """A point in time for a ``time`` element."""

    iso: str
    text: str
    zone: str
    """MEZ or MESZ, CET or CEST."""
    at: Instant


@dataclass(frozen=True)
class TrackMark:
    name: str
    colour: str
    """``#rrggbb``, beside the name, never alone."""


@dataclass(frozen=True)
class EventCard:
    title: str
    href: str
    dates: str
    hosts: str
    audience: str
    closed: bool
    state: Literal["running", "coming", "past"]


@dataclass(frozen=True)
class SessionCard:
    """A session at one of its times."""

    id: str
    guid: Guid
    """Of the session, at whatever time."""
    title: str
    href: str
    star_href: str
    """Where it is starred."""
    kind: str
    room: str
    room_href: str
    """Empty when nothing of it takes place in a room."""
    start: Moment
    end: Moment
    people: str
    languages: str
    """Named only when it is not the language of the page alone."""
    track: TrackMark | None
    state: State
    cancelled: bool
    change: str
    """What was published late: moved, delayed."""


@dataclass(frozen=True)
class Live:
    """What is on now, and the way in."""

    title: str
    event: str
    room: str
    room_href: str
    agenda_href: str
    until: str
    then: str


@dataclass(frozen=True)
class Following:
    """How an open page learns of the next release (``static/src/pages/site/programme.ts``)."""

    href: str
    release: int


def following(event: Event) -> Following:
    return Following(links.now(event), event.release)


def moment(at: Instant, event: Event, texts: Texts) -> Moment:
    """An instant on the wall clock of the event."""
    local = when.local(at, event.time_zone)
    zone = when.zone_name(local, texts)
    return Moment(local.isoformat(timespec="minutes"), when.clock(local), zone, at)


def event_card(seen: Visible, at: Instant, texts: Texts) -> EventCard:
    event = seen.event
    return EventCard(
        title=event.title.read(texts.language),
        href=links.event(event),
        dates=dates(event, texts),
        hosts=words.hosts(event, texts),
        audience=words.audience(event.audience, at, texts),
        closed=seen.closed,
        state=_event_state(event, at),
    )


def dates(event: Event, texts: Texts) -> str:
    """The days of the event; a rehearsal that always runs has none worth naming."""
    if event.rolling:
        return texts("event.rolling")
    return when.days(event.first_day, event.last_day, texts)


def _event_state(event: Event, at: Instant) -> Literal["running", "coming", "past"]:
    if event.rolling:
        return "running"  # also for whoever may not see its times
    today = when.local(at, event.time_zone).date()
    if event.slots:
        if min(slot.starts_at for slot in event.slots) > at:
            return "coming"
        return "running" if at < max(slot.ends_at for slot in event.slots) else "past"
    if event.first_day > today:
        return "coming"
    return "running" if today <= event.last_day else "past"


class Cards:
    """Makes the views of one event's sessions for one viewer, at one instant, in one language."""

    def __init__(self, event: Event, at: Instant, texts: Texts) -> None:
        self.event = event
        self.at = at
        self.texts = texts
        self.sessions = {session.guid: session for session in event.sessions}
        self.rooms = {room.guid: room for room in event.rooms}
        self._tracks = {track.guid: track for track in event.tracks}
        found = now_and_next(event, at)
        self._now = frozenset(slot.guid for slot in found.now)
        self._next = frozenset(slot.guid for slot in found.next)

    def state(self, slot: Slot) -> State:
        if slot.guid in self._now:
            return "running"
        return "next" if slot.guid in self._next else ""

    def session(self, slot: Slot) -> SessionCard | None:
        """The session of a slot; None for a break."""
        session = self.sessions.get(slot.session or "")
        if session is None:
            return None
        room = self.room(slot)
        return SessionCard(
            id=f"slot-{slot.export_id}",
            guid=session.guid,
            title=session.title.read(self.texts.language),
            href=links.session(self.event, session),
            star_href=links.star(self.event, session),
            kind=self.texts.of("kind", session.kind),
            room=self.room_name(slot),
            room_href=links.room(self.event, room) if room else "",
            start=moment(slot.starts_at, self.event, self.texts),
            end=moment(slot.ends_at, self.event, self.texts),
            people=self._people(session),
            languages=self._languages(session),
            track=self._track(session.track),
            state=self.state(slot),
            cancelled=cancelled(session, slot),
            change=self._change(slot),
        )

    def room(self, slot: Slot) -> Room | None:
        """Where to go: the slot's room; for all rooms at once the plenary."""
        if slot.room is not None:
            return self.rooms.get(slot.room)
        plenaries = (room for room in self.event.rooms if room.kind is RoomKind.PLENARY)
        return min(plenaries, key=lambda room: room.position, default=None)

    def room_name(self, slot: Slot) -> str:
        if slot.room is None:
            return self.texts("session.all_rooms")
        return self.rooms[slot.room].name.read(self.texts.language)

    def live(self) -> Live | None:
        """The first thing that runs now: in the plenary before the other rooms."""
        found = now_and_next(self.event, self.at)
        running = [slot for slot in found.now if slot.session]
        if not running:
            return None
        slot = min(running, key=self._plenary_first)
        card = self.session(slot)
        if card is None:
            return None
        following = [self.title(following) for following in found.next]
        return Live(
            title=card.title,
            event=self.event.title.read(self.texts.language),
            room=card.room,
            room_href=card.room_href,
            agenda_href=links.agenda(self.event),
            until=self.texts("when.time", time=card.end.text, zone=card.end.zone),
            then=following[0] if len(following) == 1 else "",
        )

    def title(self, slot: Slot) -> str:
        """Of the session, or of the break."""
        if slot.pause is not None:
            return slot.pause.read(self.texts.language)
        return self.sessions[slot.session or ""].title.read(self.texts.language)

    def _plenary_first(self, slot: Slot) -> int:
        room = self.room(slot)
        return room.position if room else 0

    def _people(self, session: Session) -> str:
        return ", ".join(role.name.read(self.texts.language) for role in session.people)

    def _languages(self, session: Session) -> str:
        if session.languages == (self.texts.language,):
            return ""
        return language_names(session.languages, self.texts)

    def _track(self, guid: Guid | None) -> TrackMark | None:
        track: Track | None = self._tracks.get(guid or "")
        return TrackMark(track.name.read(self.texts.language), track.colour) if track else None

    def _change(self, slot: Slot) -> str:
        if slot.status is SlotStatus.DELAYED:
            return self.texts("session.delayed")
        if self._moved(slot) and slot.moved_from is not None:
            before = moment(instant(slot.moved_from, self.event.time_zone), self.event, self.texts)
            time = self.texts("when.time", time=before.text, zone=before.zone)
            return self.texts("session.moved", time=time)
        return ""

    def _moved(self, slot: Slot) -> bool:
        """Named for as long as the calendars name it (I12)."""
        if slot.status is SlotStatus.MOVED:
            return True
        since = slot.moved_at
        return since is not None and self.at < since + MOVED_NOTE


def language_names(languages: tuple[str, ...], texts: Texts) -> str:
    """``Deutsch, Englisch``; a language without a name of ours by its code."""
    codes = [f"language.{language}" for language in languages]
    return ", ".join(texts(code) if texts.has(code) else code.split(".")[1] for code in codes)
