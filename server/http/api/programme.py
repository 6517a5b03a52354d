"""From the programme, as one viewer may see it, to what the API answers. Takes only what
``agenda.visible`` let through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal
from zoneinfo import ZoneInfo

from access import policy
from access.actors import Actor
from access.audiences import Instant, TimeLine, audience_at
from access.decisions import Allowed, Decision, Denied
from access.permissions import Permission
from access.refusals import asks_to_sign_in
from agenda.core.examples import PracticeExample
from agenda.core.model import Event, Room, Session, Slot
from agenda.core.timetable import days, in_order, now_and_next
from agenda.resources import event_resource, session_resource
from agenda.visible import RestrictedSlot, Visible
from server.http.api import views
from server.http.language import Language
from server.http.problems import reasons


def moment(at: Instant, zone: str) -> dt.datetime:
    """The instant with the offset in force then in the zone."""
    return dt.datetime.fromtimestamp(at / 1000, ZoneInfo(zone))


def _audience(line: TimeLine, at: Instant, zone: str) -> views.AudienceView:
    present, until = audience_at(line, at)
    return views.AudienceView(
        present.group, present.seasons, None if until is None else moment(until, zone)
    )


def event_line(seen: Visible, actor: Actor, at: Instant) -> views.EventLine:
    """An event in a list."""
    event = seen.event
    return views.EventLine(
        slug=event.slug,
        guid=event.guid,
        title=event.title,
        first_day=event.first_day,
        last_day=event.last_day,
        zone=event.time_zone,
        kind=event.kind,
        audience=_audience(event.audience, at, event.time_zone),
        state="closed" if seen.closed else "open",
        registration=_registration(event, actor, at),
    )


def _registration(
    event: Event, actor: Actor, at: Instant
) -> Literal["registered", "possible", "sign_in", "refused"]:
    if event.guid in actor.registrations:
        return "registered"
    answer = policy.decide(actor, Permission.EVENT_REGISTER, event_resource(event), at)
    if isinstance(answer, Allowed):
        return "possible"
    return "sign_in" if asks_to_sign_in(answer) else "refused"


def event_view(seen: Visible, actor: Actor, at: Instant) -> views.EventView:
    """An event with what stands around its agenda."""
    event = seen.event
    return views.EventView(
        event=event_line(seen, actor, at),
        motto=event.motto,
        summary=event.summary,
        format=event.format,
        hosts=tuple(views.HostView(host.name, host.role) for host in event.hosts),
        rooms=rooms(event).rooms,
        sample=event.sample,
        rehearsal=event.rolling,
        release=event.release,
    )


def rooms(event: Event) -> views.Rooms:
    ordered = sorted(event.rooms, key=lambda room: room.position)
    return views.Rooms(tuple(_room(room) for room in ordered))


def _room(room: Room) -> views.RoomView:
    return views.RoomView(room.guid, room.slug, room.name, room.kind, room.position, room.features)


class Slots:
    """Slots of one event as the API shows them."""

    def __init__(self, event: Event) -> None:
        self._event = event
        self._sessions = {session.guid: session for session in event.sessions}
        self._rooms = {room.guid: room.slug for room in event.rooms}
        self._tracks = {track.guid: track.slug for track in event.tracks}

    def slot(self, slot: Slot) -> views.SessionSlot | views.BreakSlot:
        zone = self._event.time_zone
        start, end = moment(slot.starts_at, zone), moment(slot.ends_at, zone)
        room = self._rooms.get(slot.room or "")
        if slot.pause is not None:
            return views.BreakSlot(slot.guid, start, end, slot.status, room, slot.pause)
        session = self.session(self._sessions[slot.session or ""])
        return views.SessionSlot(slot.guid, start, end, slot.status, room, session)

    def all(self, slots: Iterable[Slot]) -> tuple[views.SessionSlot | views.BreakSlot, ...]:
        return tuple(self.slot(slot) for slot in slots)

    def closed(self, slot: RestrictedSlot, at: Instant) -> views.ClosedSlot:
        zone = self._event.time_zone
        return views.ClosedSlot(
            start=moment(slot.starts_at, zone),
            end=moment(slot.ends_at, zone),
            audience=_audience(slot.audience, at, zone),
            rule=slot.refusal.rule,
            next_step=slot.refusal.next_step,
        )

    def session(self, session: Session) -> views.SessionLine:
        return views.SessionLine(
            guid=session.guid,
            code=session.code,
            slug=session.slug,
            title=session.title,
            subtitle=session.subtitle,
            kind=session.kind,
            track=self._tracks.get(session.track or ""),
            languages=session.languages,
            status=session.status,
            people=tuple(
                views.PersonView(role.kind, role.name, role.organisation) for role in session.people
            ),
        )


def agenda(seen: Visible, at: Instant, day: int | None = None) -> views.AgendaView:
    """All days, or the one of that index."""
    event = seen.event
    shown = [each for each in days(event) if day in (None, each.index)]
    slots = Slots(event)
    zone = event.time_zone
    return views.AgendaView(
        event=event.slug,
        zone=zone,
        release=event.release,
        sample=event.sample,
        tracks=tuple(
            views.TrackView(track.slug, track.name, track.colour)
            for track in sorted(event.tracks, key=lambda track: track.position)
        ),
        days=tuple(
            views.DayView(
                index=each.index,
                date=each.date,
                opens=moment(each.opens, zone),
                closes=moment(each.closes, zone),
                slots=_in_order(
                    slots.all(each.slots),
                    (
                        slots.closed(slot, at)
                        for slot in seen.restricted
                        if each.opens <= slot.starts_at < each.closes
                    ),
                ),
            )
            for each in shown
        ),
    )


def _in_order(
    open_slots: Iterable[views.SessionSlot | views.BreakSlot], closed: Iterable[views.ClosedSlot]
) -> tuple[views.SessionSlot | views.BreakSlot | views.ClosedSlot, ...]:
    return tuple(sorted((*open_slots, *closed), key=lambda slot: slot.start))


def now(seen: Visible, at: Instant) -> views.Now:
    """What runs and what comes, for each room."""
    event, slots = seen.event, Slots(seen.event)
    found = []
    for room in sorted(event.rooms, key=lambda room: room.position):
        there = now_and_next(event, at, room.guid)
        found.append(views.RoomNow(_room(room), slots.all(there.now), slots.all(there.next)))
    return views.Now(tuple(found))


def session(
    seen: Visible, slug: str, examples: Iterable[PracticeExample], at: Instant
) -> views.SessionView | None:
    """The session of that slug; None if the viewer's event has no such session."""
    event, slots = seen.event, Slots(seen.event)
    found = next((each for each in event.sessions if each.slug == slug), None)
    if found is None:
        return None
    return views.SessionView(
        event=event.slug,
        session=slots.session(found),
        abstract=found.abstract,
        audience=_audience(
            session_resource(event, found).audience or event.audience, at, event.time_zone
        ),
        slots=slots.all(slot for slot in in_order(event) if slot.session == found.guid),
        examples=tuple(example(each) for each in examples if each.guid in found.practice_examples),
    )


def example(example: PracticeExample) -> views.ExampleView:
    return views.ExampleView(
        example.guid,
        example.slug,
        example.project,
        example.title,
        example.topic,
        example.summary,
        example.sources,
    )


def access(event: Event, decision: Decision, language: Language) -> views.AccessView:
    """A decision on entering, as code and in words."""
    texts = reasons(language)
    step = decision.next_step if isinstance(decision, Denied) else None
    until = decision.until
    return views.AccessView(
        event=event.slug,
        allowed=step is None,
        rule=decision.rule,
        next_step=step,
        texts=views.Reasons(
            texts[f"rule.{decision.rule}"], texts[f"step.{step}"] if step is not None else ""
        ),
        until=None if until is None else moment(until, event.time_zone),
    )
