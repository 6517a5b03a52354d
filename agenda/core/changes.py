"""What changed between two releases, as data: for the change list, live pages, mails alike.

The list is empty exactly when the published content is the same.  What a release stamps on slots
is not content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from agenda.core.draft import in_row_order, plain
from agenda.core.model import (
    Event,
    Guid,
    Room,
    Session,
    SessionStatus,
    Slot,
    SlotStatus,
    Text,
    Track,
)
from agenda.core.timetable import in_order


class ChangeKind(StrEnum):
    NEW = "new"
    MOVED_TIME = "moved_time"
    MOVED_ROOM = "moved_room"
    LENGTH = "length"
    TITLE = "title"
    PEOPLE = "people"
    TEXT = "text"
    """Everything else that can be read; ``Change.field`` says what."""
    CANCELLED = "cancelled"
    RESTORED = "restored"
    REMOVED = "removed"


class Subject(StrEnum):
    """What a change is about."""

    EVENT = "event"
    ROOM = "room"
    TRACK = "track"
    SESSION = "session"
    PAUSE = "pause"


class Change(msgspec.Struct, frozen=True):
    kind: ChangeKind
    subject: Subject
    guid: Guid
    """Of the subject; a break is its slot."""
    name: Text
    """As it is called now; of what is gone, as it was called."""
    before: object = None
    after: object = None
    """Values of the model: texts, times as (start, end), guids of rooms, people."""
    slot: Guid | None = None
    """Which time of a session it is about."""
    field: str = ""
    """What is different, where the kind alone does not say it."""


_KINDS = {
    "title": ChangeKind.TITLE,
    "name": ChangeKind.TITLE,
    "pause": ChangeKind.TITLE,
    "people": ChangeKind.PEOPLE,
    "hosts": ChangeKind.PEOPLE,
    "room": ChangeKind.MOVED_ROOM,
    "first_day": ChangeKind.MOVED_TIME,
    "last_day": ChangeKind.MOVED_TIME,
}
"""Of a field that is different; every other field is text."""
_PARTS = frozenset({"rooms", "tracks", "sessions", "slots"})
_TIMES = frozenset({"start", "end", "starts_at", "ends_at"})


def changes(before: Event | None, after: Event) -> tuple[Change, ...]:
    """From one release to the next, in the order of the programme."""
    old = in_row_order(plain(before)) if before else None
    new = in_row_order(plain(after))
    return (*_head(old, new), *_rooms(old, new), *_tracks(old, new), *_programme(old, new))


def _head(old: Event | None, new: Event) -> Iterator[Change]:
    about = _About(Subject.EVENT, new.guid, new.title)
    if old is None:
        yield about.change(ChangeKind.NEW)
    else:
        yield from about.fields(old, new, skip=_PARTS)


def _rooms(old: Event | None, new: Event) -> Iterator[Change]:
    before = {room.guid: room for room in old.rooms} if old else {}
    yield from _things(Subject.ROOM, before, {room.guid: room for room in new.rooms})


def _tracks(old: Event | None, new: Event) -> Iterator[Change]:
    before = {track.guid: track for track in old.tracks} if old else {}
    yield from _things(Subject.TRACK, before, {track.guid: track for track in new.tracks})


Named = Room | Track


def _things(
    subject: Subject, before: Mapping[Guid, Named], after: Mapping[Guid, Named]
) -> Iterator[Change]:
    for guid, thing in after.items():
        about = _About(subject, guid, thing.name)
        if guid in before:
            yield from about.fields(before[guid], thing)
        else:
            yield about.change(ChangeKind.NEW)
    for guid, thing in before.items():
        if guid not in after:
            yield _About(subject, guid, thing.name).change(ChangeKind.REMOVED)


def _programme(old: Event | None, new: Event) -> Iterator[Change]:
    """Sessions where their first time stands, breaks between them; at the end what is gone."""
    was = _Programme(old) if old else _Programme(None)
    now = _Programme(new)
    told: set[Guid] = set()
    for slot in in_order(new):
        if slot.session is None:
            yield from _pause(was.slots.get(slot.guid), slot)
        elif slot.session not in told and slot.session in now.sessions:
            told.add(slot.session)
            yield from _session(was, now, slot.session)
    for guid in now.sessions:
        if guid not in told:
            yield from _session(was, now, guid)
    yield from _gone(was, now)


class _Programme:
    """Sessions and slots of an event, by guid."""

    def __init__(self, event: Event | None) -> None:
        self.sessions = {s.guid: s for s in event.sessions} if event else {}
        self.slots = {slot.guid: slot for slot in event.slots} if event else {}


def _session(was: _Programme, now: _Programme, guid: Guid) -> Iterator[Change]:
    session = now.sessions[guid]
    about = _About(Subject.SESSION, guid, session.title)
    before = was.sessions.get(guid)
    if before is None:
        yield about.change(ChangeKind.NEW)
        return
    yield from about.fields(before, session, skip={"status"})
    off = SessionStatus.CANCELLED
    yield from about.status(before.status is off, session.status is off)
    for slot in now.slots.values():
        if slot.session == guid:
            yield from _time(about, was.slots.get(slot.guid), slot)
    for slot in was.slots.values():
        if slot.session == guid and slot.guid not in now.slots:
            yield about.at(slot).change(ChangeKind.REMOVED, before=(slot.start, slot.end))


def _pause(before: Slot | None, slot: Slot) -> Iterator[Change]:
    yield from _time(_About(Subject.PAUSE, slot.guid, slot.pause or Text()), before, slot)


def _time(about: _About, before: Slot | None, slot: Slot) -> Iterator[Change]:
    here = about.at(slot)
    if before is None:
        yield here.change(ChangeKind.NEW, after=(slot.start, slot.end))
        return
    was, now = (before.start, before.end), (slot.start, slot.end)
    moved = before.start != slot.start
    if moved:
        yield here.change(ChangeKind.MOVED_TIME, was, now)
    if (_length(before) != _length(slot)) if moved else before.end != slot.end:
        yield here.change(ChangeKind.LENGTH, was, now)
    yield from here.fields(before, slot, skip={"status", *_TIMES})
    off = SlotStatus.CANCELLED
    yield from here.status(before.status is off, slot.status is off)
    if before.status != slot.status and off not in (before.status, slot.status):
        yield here.change(ChangeKind.TEXT, before.status, slot.status, field="status")


def _length(slot: Slot) -> int:
    return slot.ends_at - slot.starts_at


def _gone(was: _Programme, now: _Programme) -> Iterator[Change]:
    for slot in was.slots.values():
        if slot.session is None and slot.guid not in now.slots:
            about = _About(Subject.PAUSE, slot.guid, slot.pause or Text())
            yield about.change(ChangeKind.REMOVED)
    for guid, session in was.sessions.items():
        if guid not in now.sessions:
            yield _About(Subject.SESSION, guid, session.title).change(ChangeKind.REMOVED)


class _About(msgspec.Struct, frozen=True):
    """Makes changes of one subject."""

    subject: Subject
    guid: Guid
    name: Text
    slot: Guid | None = None

    def at(self, slot: Slot) -> _About:
        return msgspec.structs.replace(self, slot=slot.guid)

    def change(
        self, kind: ChangeKind, before: object = None, after: object = None, field: str = ""
    ) -> Change:
        return Change(kind, self.subject, self.guid, self.name, before, after, self.slot, field)

    def status(self, was_off: bool, is_off: bool) -> Iterator[Change]:
        if was_off != is_off:
            yield self.change(ChangeKind.CANCELLED if is_off else ChangeKind.RESTORED)

    def fields(
        self,
        before: Event | Named | Session | Slot,
        after: Event | Named | Session | Slot,
        skip: set[str] | frozenset[str] = frozenset(),
    ) -> Iterator[Change]:
        for name in after.__struct_fields__:
            old, new = getattr(before, name), getattr(after, name)
            if name not in skip and old != new:
                yield self.change(_KINDS.get(name, ChangeKind.TEXT), old, new, field=name)
