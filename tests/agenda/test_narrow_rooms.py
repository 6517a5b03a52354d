"""A room narrower than its event: who sees what takes place in it."""

from __future__ import annotations

import datetime as dt

from access.actors import Actor, Affiliation, Office, OfficeKind
from access.audiences import Group, always
from access.organisations import OrganisationKind
from access.resources import EventKind
from access.rules import Rule
from agenda.core.model import Event, Room, Session, SessionKind, Slot, Text, WallTime
from agenda.core.timetable import resolve
from agenda.visible import Visible, for_viewer

AT = 0
MUNICIPAL = (Affiliation("hof", OrganisationKind.MUNICIPALITY, "09464000"),)
ATTENDEE = Actor("attendee", affiliations=MUNICIPAL)


def speaker(of: str) -> Actor:
    office = Office(OfficeKind.SPEAKER, of, event="conference")
    return Actor("speaker", affiliations=MUNICIPAL, offices=(office,))


def clock(hour: int) -> WallTime:
    return WallTime(dt.datetime(2026, 3, 1, hour))


def session(guid: str, audience: Group | None = None) -> Session:
    kind = next(iter(SessionKind))
    line = None if audience is None else always(audience)
    return Session(guid, f"CODE{guid[-1]}0", guid, Text(guid), kind, audience=line)


def slot(number: int, hour: int, room: str, of: str | None, pause: str = "") -> Slot:
    text = Text(pause) if of is None else None
    return Slot(f"slot-{number}", number, clock(hour), clock(hour + 1), of, text, room)


CONFERENCE = resolve(
    Event(
        guid="conference",
        slug="conference",
        series="series",
        number=1,
        kind=EventKind.REGIONAL_CONFERENCE,
        title=Text("Konferenz"),
        time_zone="Europe/Berlin",
        first_day=dt.date(2026, 3, 1),
        last_day=dt.date(2026, 3, 1),
        audience=always(Group.MUNICIPALITIES),
        rooms=(
            Room("hall", "hall", Text("Plenum"), 0),
            Room("funded", "funded", Text("Werkstatt"), 1, audience=always(Group.FUNDED)),
        ),
        sessions=(
            session("session-0"),
            session("session-1"),
            session("session-2"),
            session("session-3", Group.MUNICIPALITIES),
        ),
        slots=(
            slot(1, 9, "hall", "session-0"),
            slot(2, 9, "funded", "session-1"),
            slot(3, 10, "funded", None, "Kaffee"),
            slot(4, 11, "funded", "session-2"),
            slot(5, 12, "funded", "session-3"),
        ),
    )
)


def seen_by(actor: Actor) -> Visible:
    seen = for_viewer(CONFERENCE, actor, AT)
    assert seen is not None
    return seen


def shown(seen: Visible) -> tuple[set[str], set[str], set[str]]:
    event = seen.event
    return (
        {room.guid for room in event.rooms},
        {each.guid for each in event.sessions},
        {each.guid for each in event.slots},
    )


def test_attendee_sees_times_taken_in_a_narrower_room_and_nothing_of_it() -> None:
    seen = seen_by(ATTENDEE)
    assert shown(seen) == ({"hall"}, {"session-0"}, {"slot-1"})
    assert [(each.start, each.refusal.rule) for each in seen.restricted] == [
        (clock(9), Rule.NOT_FUNDED),
        (clock(11), Rule.NOT_FUNDED),
        (clock(12), Rule.NOT_FUNDED),
    ]


def test_speaker_sees_the_own_session_and_its_room_but_no_other_session_there() -> None:
    seen = seen_by(speaker("session-2"))
    assert shown(seen) == ({"hall", "funded"}, {"session-0", "session-2"}, {"slot-1", "slot-4"})
    assert [each.start for each in seen.restricted] == [clock(9), clock(12)]


def test_speaker_of_a_session_with_an_audience_of_its_own_sees_it_in_the_narrower_room() -> None:
    seen = seen_by(speaker("session-3"))
    assert shown(seen)[1:] == ({"session-0", "session-3"}, {"slot-1", "slot-5"})


def test_moderator_of_the_narrower_room_sees_everything_in_it() -> None:
    office = Office(OfficeKind.MODERATOR, "funded", event="conference")
    seen = seen_by(Actor("moderator", offices=(office,)))
    event = CONFERENCE
    assert seen == Visible(event)
