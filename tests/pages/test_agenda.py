"""The agenda: days, times, what runs, what is closed, what is looked for."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace

from access.actors import GUEST
from access.audiences import Group, Instant, always
from access.resources import EventKind
from agenda.core.model import (
    Event,
    Room,
    RoomKind,
    Session,
    SessionKind,
    SessionStatus,
    Slot,
    SlotStatus,
    Text,
    Track,
    WallTime,
)
from agenda.core.timetable import instant, resolve
from agenda.visible import Visible, for_viewer
from server.http import static
from server.http.pages import rooms, texts
from server.http.pages.agenda import LONGEST_SEARCH, AgendaView, Filter, agenda, from_query
from server.http.pages.feedback import ended_in

GERMAN = texts.load(static.ROOT / "i18n")["de"]
BERLIN = "Europe/Berlin"
PLENARY = Room("room-plenary", "plenum", Text("Plenum"), 1, RoomKind.PLENARY)
WORKSHOP = Room("room-workshop", "werkstatt", Text("Werkstatt"), 2)
STRATEGY = Track("track-strategy", "strategie", Text("Strategie"), "#123456")


def wall(day: int, hour: int, minute: int = 0) -> WallTime:
    return WallTime(dt.datetime(2022, 3, day, hour, minute))


def at(day: int, hour: int, minute: int = 0) -> Instant:
    return instant(wall(day, hour, minute), BERLIN)


def session(name: str, kind: SessionKind = SessionKind.KEYNOTE, **more: object) -> Session:
    made = Session(f"session-{name}", "ABC123", name, Text(name.capitalize()), kind)
    return replace(made, **more)


def slot(number: int, name: str, start: WallTime, end: WallTime, **more: object) -> Slot:
    made = Slot(f"slot-{number}", number, start, end, f"session-{name}", room=PLENARY.guid)
    return replace(made, **more)


OPENING = session("eröffnung", track=STRATEGY.guid)
TALK = session("vortrag", languages=("en",))
WORK = session("werkstatt", SessionKind.WORKSHOP)
CLOSED = session("geheim", SessionKind.WORKSHOP, audience=always(Group.FUNDED))
LATE = session("nachtrunde", SessionKind.GET_TOGETHER)
PAUSE = Slot("slot-9", 9, wall(26, 10), wall(26, 11), pause=Text("Pause"))


def event(**more: object) -> Event:
    made = Event(
        guid="event",
        slug="probe",
        series="series",
        number=1,
        kind=EventKind.REGIONAL_CONFERENCE,
        title=Text("Probe"),
        time_zone=BERLIN,
        first_day=dt.date(2022, 3, 26),
        last_day=dt.date(2022, 3, 27),
        audience=always(Group.PUBLIC),
        rooms=(PLENARY, WORKSHOP),
        tracks=(STRATEGY,),
        sessions=(OPENING, TALK, WORK, CLOSED, LATE),
        slots=(
            slot(1, "eröffnung", wall(26, 9), wall(26, 10)),
            PAUSE,
            slot(2, "vortrag", wall(26, 11), wall(26, 12)),
            slot(3, "werkstatt", wall(26, 11), wall(26, 12, 30), room=WORKSHOP.guid),
            slot(4, "geheim", wall(26, 11), wall(26, 12), room=WORKSHOP.guid),
            slot(5, "nachtrunde", wall(27, 1), wall(27, 2)),
        ),
    )
    return resolve(replace(made, **more))


def shown(now: Instant, chosen: Filter | None = None, made: Event | None = None) -> AgendaView:
    """The agenda as a guest sees it."""
    seen = for_viewer(made or event(), GUEST, now)
    assert isinstance(seen, Visible)
    return agenda(seen, chosen or Filter(), now, GERMAN)


def titles(view: AgendaView) -> list[str]:
    return [card.title for day in view.days for slot in day.slots for card in slot.sessions]


def test_every_day_stands_there_with_what_begins_together_side_by_side() -> None:
    view = shown(at(25, 12))
    outline = [
        (day.title, [(s.start.text, s.pause, [c.title for c in s.sessions]) for s in day.slots])
        for day in view.days
    ]
    assert outline == [
        (
            "Samstag, 26. März 2022",
            [
                ("09:00", "", ["Eröffnung"]),
                ("10:00", "Pause", []),
                ("11:00", "", ["Vortrag", "Werkstatt"]),
                ("01:00", "", ["Nachtrunde"]),
            ],
        ),
        ("Sonntag, 27. März 2022", []),
    ]
    assert view.count == "4 Programmpunkte"


def test_sessions_that_end_apart_say_their_own_end() -> None:
    together = shown(at(25, 12)).days[0].slots[2]
    assert together.end is None
    assert [card.end.text for card in together.sessions] == ["12:00", "12:30"]


def test_what_begins_after_midnight_says_so() -> None:
    assert shown(at(25, 12)).days[0].slots[3].night == "in der Nacht zu Sonntag"


def test_both_names_of_the_time_are_told_when_the_clocks_change() -> None:
    assert shown(at(25, 12)).zone == (
        "Alle Zeiten: Mitteleuropäische Zeit (MEZ), Mitteleuropäische Sommerzeit (MESZ)"
    )


def test_running_and_next_are_marked_with_a_way_in() -> None:
    view = shown(at(26, 9, 30))
    cards = [card for day in view.days for slot in day.slots for card in slot.sessions]
    assert [(card.title, card.state, card.room_href) for card in cards[:2]] == [
        ("Eröffnung", "running", "/events/probe/rooms/plenum"),
        ("Vortrag", "", "/events/probe/rooms/plenum"),
    ]
    assert [slot.running for slot in view.days[0].slots] == [True, False, False, False]
    during_pause = shown(at(26, 10, 30)).days[0].slots[2].sessions
    assert [card.state for card in during_pause] == ["next", "next"]


def test_session_over_all_rooms_leads_to_the_plenary() -> None:
    made = event(slots=(slot(1, "eröffnung", wall(26, 9), wall(26, 10), room=None),))
    card = shown(at(25, 12), made=made).days[0].slots[0].sessions[0]
    assert (card.room, card.room_href) == ("Alle Räume", "/events/probe/rooms/plenum")


def test_closed_session_shows_time_audience_reason_and_next_step_but_no_content() -> None:
    view = shown(at(25, 12))
    card = view.days[0].slots[2].restricted[0]
    assert (card.audience, card.end.text) == ("Nur für Modellprojekte", "12:00")
    assert card.refusal.reason
    assert card.refusal.next_step
    assert "geheim" not in repr(view).casefold()


def test_cancelled_and_moved_sessions_stay_and_say_so() -> None:
    made = event(
        sessions=(replace(OPENING, status=SessionStatus.CANCELLED), TALK),
        slots=(
            slot(1, "eröffnung", wall(26, 9), wall(26, 10)),
            slot(
                2,
                "vortrag",
                wall(26, 11),
                wall(26, 12),
                status=SlotStatus.MOVED,
                moved_from=wall(26, 10),
            ),
        ),
    )
    cards = [s.sessions[0] for s in shown(at(25, 12), made=made).days[0].slots]
    assert [(card.cancelled, card.change) for card in cards] == [
        (True, ""),
        (False, "Verschoben, vorher 10:00 Uhr MEZ"),
    ]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Filter(day="2022-03-27"), []),
        (Filter(room="werkstatt"), ["Werkstatt"]),
        (Filter(track="strategie"), ["Eröffnung"]),
        (Filter(kind="workshop"), ["Werkstatt"]),
        (Filter(language="en"), ["Vortrag"]),
        (Filter(search="ERÖFF"), ["Eröffnung"]),
        (Filter(search="eroeffnung"), ["Eröffnung"]),
        (Filter(search="geheim"), []),
        (Filter(kind="unknown"), []),
        (Filter(room="plenum", search="vortrag"), ["Vortrag"]),
    ],
)
def test_filter_finds_only_what_was_asked_for(chosen: Filter, found: list[str]) -> None:
    view = shown(at(25, 12), chosen)
    assert titles(view) == found
    assert view.filtered


def test_looking_for_sessions_leaves_out_breaks_and_closed_times() -> None:
    slots = [slot for day in shown(at(25, 12), Filter(kind="keynote")).days for slot in day.slots]
    assert [(slot.pause, slot.restricted) for slot in slots] == [("", ()), ("", ())]


def test_filter_offers_only_choices_that_exist() -> None:
    fields = {field.name: [o.value for o in field.options] for field in shown(at(25, 12)).fields}
    assert fields == {
        "day": ["2022-03-26", "2022-03-27"],
        "room": ["plenum", "werkstatt"],
        "kind": ["keynote", "workshop", "get_together"],
        "language": ["de", "en"],
    }


def test_filter_is_read_from_the_address() -> None:
    query = {"day": " 2022-03-26 ", "q": " Wort ", "other": "y"}
    assert from_query(query) == Filter(day="2022-03-26", search="Wort")


def test_a_search_that_is_too_long_is_said_to_be_and_kept_whole() -> None:
    words = "x" * (LONGEST_SEARCH + 1)
    view = shown(at(25, 12), Filter(search=words))
    assert (view.search, view.error) == (
        words,
        "Die Suche nimmt höchstens 200 Zeichen. Bitte suchen Sie mit weniger Wörtern.",
    )
    assert shown(at(25, 12), Filter(search=words[:-1])).error == ""


def test_a_room_shows_what_is_on_and_what_comes_there_without_the_past() -> None:
    lines = rooms.room(
        event(), PLENARY, at(26, 10, 30), GERMAN, moderates=False, speaks=False
    ).programme.lines
    assert [(line.title, line.state) for line in lines] == [
        ("Pause", "running"),
        ("Vortrag", "next"),
        ("Nachtrunde", ""),
    ]


def test_a_room_after_its_last_session_shows_nothing() -> None:
    view = rooms.room(event(), PLENARY, at(28, 9), GERMAN, moderates=False, speaks=False)
    assert (view.programme.renewed_at, view.programme.lines) == (None, ())


def test_what_is_held_in_a_room_is_what_takes_place_there() -> None:
    off = slot(2, "vortrag", wall(26, 11), wall(26, 12), status=SlotStatus.CANCELLED)
    instead = slot(3, "vortrag", wall(26, 13), wall(26, 14), room=WORKSHOP.guid)
    everywhere = slot(1, "eröffnung", wall(26, 9), wall(26, 10), room=None)
    made = event(slots=(everywhere, off, instead))
    asked = [
        [each.guid for each in ended_in(made, room, {}, at(26, 9), GERMAN)]
        for room in (PLENARY, WORKSHOP)
    ]
    assert asked == [[OPENING.guid], [OPENING.guid, TALK.guid]]
    shown = [rooms.held_in(made, room) for room in (PLENARY, WORKSHOP)]
    assert shown == [{}, {TALK.guid: at(26, 14)}]
