"""The rules I1 to I18 of ``docs/agenda.md``, each by its number, and laws over many events."""

from __future__ import annotations

import datetime as dt
import re

import icalendar
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Component
from msgspec.structs import replace

from agenda.core import ical
from agenda.core.clean import block, line
from agenda.core.ical import Site
from agenda.core.model import Event, Series, SessionStatus, SlotStatus, Text
from agenda.core.release import MOVED_NOTE, stamp
from tests.agenda.events import (
    LATER,
    PUBLISHED,
    STRATEGY,
    WELCOME,
    WERKSTATT,
    WORKSHOP,
    changed_session,
    changed_slot,
    clock,
    draft,
    guid,
    pause,
    released,
    slot,
)

SITE = Site("plenum.example", "https://konferenz.example")
SERIES = Series(guid("series"), "mpsc-2022", Text("Regionalkonferenzen", "Regional conferences"))
HOUR = 3_600_000


def feed(event: Event, at: int = LATER) -> bytes:
    return ical.event(event, SITE, "de", at)


def calendar(body: bytes) -> Component:
    return icalendar.Calendar.from_ical(body)


def entries(body: bytes) -> list[Component]:
    return calendar(body).walk("VEVENT")


def entry(event: Event, number: int = 1, at: int = LATER) -> Component:
    uid = SITE.uid(guid(f"slot {number}"))
    return next(each for each in entries(feed(event, at)) if str(each["UID"]) == uid)


def lines(body: bytes) -> list[str]:
    """Content lines, unfolded."""
    return body.decode().replace("\r\n ", "").split("\r\n")[:-1]


def numbers(found: Component) -> tuple[int, int]:
    changed = found.decoded("last-modified")
    assert isinstance(changed, dt.datetime)
    assert found.decoded("dtstamp") == changed
    return int(found.decoded("sequence")), round(changed.timestamp()) * 1000


def moved() -> Event:
    start, end = clock("2022-03-22T11:00"), clock("2022-03-22T11:30")
    return stamp(released(), changed_slot(draft(), 1, start=start, end=end), LATER)


def test_i1_lines_end_with_crlf_are_short_and_only_feeds_have_a_method() -> None:
    body = feed(released())
    one = ical.session(released(), WELCOME.guid, SITE, "de", LATER)
    for each in (body, one):
        assert each.startswith(b"BEGIN:VCALENDAR\r\n") and each.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in each.replace(b"\r\n", b"") and b"\r" not in each.replace(b"\r\n", b"")
        assert max(len(line) for line in each.split(b"\r\n")) <= 75
        assert {"VERSION:2.0", f"PRODID:{ical.PRODID}"} <= set(lines(each))
    assert [line for line in lines(body) if line.startswith("METHOD")] == ["METHOD:PUBLISH"]
    assert "METHOD" not in one.decode()


def test_i2_calendar_names_itself_its_source_and_when_to_ask_again() -> None:
    assert {
        "NAME:1. Regionalkonferenz\\, virtuell",
        "X-WR-CALNAME:1. Regionalkonferenz\\, virtuell",
        f"UID:{guid('event')}@plenum.example",
        "LAST-MODIFIED:20220301T110000Z",
        "URL:https://konferenz.example/events/probe_2022",
        "SOURCE;VALUE=URI:https://konferenz.example/events/probe_2022/agenda.ics",
        "COLOR:darkblue",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
    } <= set(lines(feed(released())))


def test_i3_identity_is_the_slot_at_the_domain_whatever_is_renamed_or_reordered() -> None:
    event = released()
    uids = [str(each["UID"]) for each in entries(feed(event))]
    assert uids == [f"{guid('slot 1')}@plenum.example", f"{guid('slot 3')}@plenum.example"]
    other = changed_session(event, WELCOME.guid, title=Text("Neu"), slug="neu")
    other = replace(other, slug="umbenannt", release=7, slots=tuple(reversed(other.slots)))
    elsewhere = Site("plenum.example", "https://andere.example")
    again = entries(ical.event(other, elsewhere, "en", LATER))
    assert [str(each["UID"]) for each in again] == uids


def test_i3_a_slot_moved_before_another_keeps_its_identity() -> None:
    swapped = changed_slot(
        draft(), 3, start=clock("2022-03-22T08:00"), end=clock("2022-03-22T09:00")
    )
    found = entries(feed(stamp(released(), swapped, LATER)))
    assert [(str(each["UID"]), str(each["SUMMARY"])) for each in found] == [
        (SITE.uid(guid("slot 3")), "Sitzung workshop"),
        (SITE.uid(guid("slot 1")), "Sitzung welcome"),
    ]


def test_i4_a_session_has_the_same_entry_in_every_file() -> None:
    one = entries(ical.session(released(), WELCOME.guid, SITE, "de", LATER))
    assert [each.to_ical() for each in one] == [entry(released()).to_ical()]


def test_i5_a_repeated_session_has_an_entry_of_its_own_for_each_time() -> None:
    again = slot(4, WELCOME, "2022-03-22T12:00", "2022-03-22T12:30", WERKSTATT)
    event = released(draft(slots=(*draft().slots, again)))
    for body in (feed(event), ical.session(event, WELCOME.guid, SITE, "de", LATER)):
        uids = [str(each["UID"]) for each in entries(body)]
        assert len(uids) == len(set(uids)) == len(entries(body))
        assert {SITE.uid(guid("slot 1")), SITE.uid(guid("slot 4"))} <= set(uids)


def test_i6_time_stamp_is_the_last_published_change_of_the_slot() -> None:
    changed = changed_session(draft(), WELCOME.guid, abstract=Text("Anderes."))
    event = stamp(released(), changed, LATER)
    assert numbers(entry(event, 1))[1] == LATER
    assert numbers(entry(event, 3))[1] == PUBLISHED


def test_i7_sequence_counts_announced_changes_and_no_typos() -> None:
    assert numbers(entry(released())) == (0, PUBLISHED)
    typo = changed_session(draft(), WELCOME.guid, abstract=Text("Guten Tag."))
    assert numbers(entry(stamp(released(), typo, LATER))) == (0, LATER)
    assert numbers(entry(moved())) == (1, LATER)
    back = stamp(moved(), draft(), LATER + HOUR)
    assert numbers(entry(back)) == (2, LATER + HOUR)


def test_i8_times_are_wall_times_in_a_zone_that_the_file_explains() -> None:
    shown = lines(feed(released()))
    assert "DTSTART;TZID=Europe/Berlin:20220322T093000" in shown
    assert "DTEND;TZID=Europe/Berlin:20220322T100000" in shown
    assert shown.count("BEGIN:VTIMEZONE") == shown.count("TZID:Europe/Berlin") == 1
    summer, winter = calendar(feed(released())).walk("VTIMEZONE")[0].subcomponents
    assert lines(summer.to_ical())[1:-1] == [
        "DTSTART:19960331T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
    ]
    assert lines(winter.to_ical())[1:-1] == [
        "DTSTART:19961027T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
    ]


def test_i8_both_sides_of_the_change_of_clocks_are_read_back_with_their_offset() -> None:
    offsets = []
    for day in ("2022-03-22", "2022-03-31"):
        date = dt.date.fromisoformat(day)
        only = slot(1, WELCOME, f"{day}T09:30", f"{day}T10:00")
        event = released(draft(first_day=date, last_day=date, slots=(only,)))
        start = entry(event).decoded("dtstart")
        assert isinstance(start, dt.datetime)
        offsets.append(start.isoformat())
    assert offsets == ["2022-03-22T09:30:00+01:00", "2022-03-31T09:30:00+02:00"]


def test_i9_a_missing_or_doubled_hour_is_written_in_utc() -> None:
    spring = changed_slot(
        draft(), 1, start=clock("2022-03-27T02:30"), end=clock("2022-03-27T04:30")
    )
    first = changed_slot(draft(), 1, start=clock("2022-10-30T01:30"), end=clock("2022-10-30T02:30"))
    second = changed_slot(
        draft(), 1, start=clock("2022-10-30T02:30", fold=1), end=clock("2022-10-30T03:30")
    )
    times = []
    for event in (spring, first, second):
        only = released(replace(event, slots=event.slots[:1]))
        times.append(
            [line for line in lines(feed(only)) if line.startswith(("DTSTART:20", "DTEND:"))]
        )
    assert times == [
        ["DTSTART:20220327T013000Z", "DTEND:20220327T023000Z"],
        ["DTSTART:20221029T233000Z", "DTEND:20221030T003000Z"],
        ["DTSTART:20221030T013000Z", "DTEND:20221030T023000Z"],
    ]


def test_i10_created_before_changed_and_begun_before_ended() -> None:
    for event in (released(), moved()):
        for each in entries(feed(event)):
            assert each.decoded("created") <= each.decoded("last-modified")
            assert each.decoded("dtstart") < each.decoded("dtend")


def test_i11_what_is_cancelled_stays_and_says_so() -> None:
    one = changed_slot(draft(), 1, status=SlotStatus.CANCELLED)
    whole = changed_session(draft(), WELCOME.guid, status=SessionStatus.CANCELLED)
    for changed in (one, whole):
        event = stamp(released(), changed, LATER)
        for at in (LATER, event.slots[0].ends_at + 30 * 24 * HOUR):
            found = entry(event, 1, at)
            said = [str(found[name]) for name in ("STATUS", "SUMMARY", "TRANSP")]
            assert said == ["CANCELLED", "Abgesagt: Sitzung welcome", "TRANSPARENT"]
            assert numbers(found) == (1, LATER)
    assert str(entry(stamp(released(), one, LATER), 3)["STATUS"]) == "CONFIRMED"


def test_i12_what_moved_names_its_former_time_for_fourteen_days() -> None:
    note = "Verschoben\\, vorher 22.03.2022\\, 09:30 Uhr MEZ."
    for at, named in ((LATER, True), (LATER + MOVED_NOTE - 1, True), (LATER + MOVED_NOTE, False)):
        found = entry(moved(), 1, at)
        assert str(found["STATUS"]) == "CONFIRMED"
        assert (note in "".join(lines(found.to_ical()))) is named
        assert found.decoded("dtstart").replace(tzinfo=None) == dt.datetime(2022, 3, 22, 11)


def test_i12_calendar_is_changed_when_the_note_runs_out() -> None:
    ends = LATER + MOVED_NOTE
    assert [ical.changed(moved(), at) for at in (ends - 1, ends)] == [LATER, ends]


def test_i15_event_of_one_day_is_timed_and_of_several_days_all_day() -> None:
    long = replace(
        released(),
        guid=guid("long"),
        first_day=dt.date(2022, 9, 19),
        last_day=dt.date(2022, 9, 20),
    )
    body = ical.series(SERIES, (released(), long), SITE, "de")
    times = [line for line in lines(body) if line.startswith(("DTSTART;", "DTEND;"))]
    assert times == [
        "DTSTART;TZID=Europe/Berlin:20220322T093000",
        "DTEND;TZID=Europe/Berlin:20220322T110000",
        "DTSTART;VALUE=DATE:20220919",
        "DTEND;VALUE=DATE:20220921",
    ]
    assert [str(each["UID"]) for each in entries(body)] == [
        SITE.uid(guid("event")),
        SITE.uid(guid("long")),
    ]


def test_i16_place_and_room_page_stand_in_every_entry_and_no_secret() -> None:
    found = lines(entry(released()).to_ical())
    page = "https://konferenz.example/events/probe_2022/rooms/plenum"
    assert {"LOCATION:Plenum (online)", f"URL:{page}"} <= set(found)
    conference = next(line for line in found if line.startswith("CONFERENCE"))
    assert conference == (
        f'CONFERENCE;FEATURE=VIDEO,CHAT;LABEL="Zum Raum: Plenum";VALUE=URI:{page}'
    )
    everywhere = released(changed_slot(draft(), 1, room=None))
    found = lines(entry(everywhere).to_ical())
    assert "LOCATION:Alle Räume (online)" in found
    assert "URL:https://konferenz.example/events/probe_2022/sessions/sitzung-welcome" in found
    assert "?" not in "".join(line for line in found if line.startswith(("URL", "CONFERENCE")))


def test_i17_description_is_plain_text_with_offices_and_no_addresses_of_people() -> None:
    found = entry(released())
    assert str(found["DESCRIPTION"]) == (
        "Guten Tag, alle.\n\nVortrag: Gastgeberin Ulm\nModeration\n\n"
        "Zum Programmpunkt: https://konferenz.example/events/probe_2022/sessions/sitzung-welcome"
    )
    shown = feed(released()).decode()
    assert not any(word in shown for word in ("X-ALT-DESC", "ATTENDEE", "ORGANIZER", "mailto:"))


def test_i18_track_kind_and_event_are_named() -> None:
    found = lines(entry(released(), 3).to_ical())
    assert f"CATEGORIES:{STRATEGY.name.de},Werkstatt" in found
    assert f"RELATED-TO:{guid('event')}@plenum.example" in found


def test_breaks_are_in_no_calendar() -> None:
    event = released(
        draft(slots=(*draft().slots, pause(9, "2022-03-22T11:00", "2022-03-22T12:00")))
    )
    assert len(entries(feed(event))) == 2


def test_invented_minute_plan_says_so() -> None:
    assert "Die Uhrzeiten sind erfunden." in str(entry(released(draft(sample=True)))["DESCRIPTION"])


TEXT = st.text(st.characters(codec=None), max_size=200)


def _with(title: str, abstract: str, room: str, order: list[int]) -> Event:
    """The event with texts of any kind, its slots in any order."""
    base = changed_session(draft(), WELCOME.guid, title=Text(title), abstract=Text(abstract))
    base = changed_session(base, WORKSHOP.guid, subtitle=Text(title))
    rooms = (replace(base.rooms[0], name=Text(room)), *base.rooms[1:])
    slots = tuple(base.slots[n] for n in order)
    return released(replace(base, title=Text(title), rooms=rooms, slots=slots))


EVENTS = st.builds(_with, TEXT, TEXT, TEXT, st.permutations(range(3)))


@given(EVENTS)
def test_law_lines_are_short_end_with_crlf_and_hold_no_control_characters(event: Event) -> None:
    body = feed(event)
    assert body.endswith(b"\r\n")
    for each in body.split(b"\r\n"):
        assert len(each) <= 75
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", each.decode())


@given(EVENTS)
def test_law_the_same_event_gives_the_same_bytes(event: Event) -> None:
    assert feed(event) == feed(event)
    assert feed(replace(event, slots=tuple(reversed(event.slots)))) == feed(event)


@given(EVENTS)
def test_law_identities_are_unique_and_no_text_changes_them(event: Event) -> None:
    uids = [str(each["UID"]) for each in entries(feed(event))]
    assert uids == [str(each["UID"]) for each in entries(feed(released()))]
    assert len(uids) == len(set(uids))


@given(EVENTS)
def test_law_a_calendar_is_read_back_as_it_was_meant(event: Event) -> None:
    found = entry(event)
    assert len(entries(feed(event))) == 2
    assert found.errors == []
    assert str(found["SUMMARY"]) == line(event.sessions[0].title.de)
    assert block(event.sessions[0].abstract.de) in str(found["DESCRIPTION"])


@given(st.datetimes(dt.datetime(2022, 1, 1), dt.datetime(2030, 1, 1)), st.integers(5, 600))
def test_law_a_start_is_read_back_as_the_instant_it_is(start: dt.datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    changed = changed_slot(
        draft(),
        1,
        start=clock(start.isoformat()),
        end=clock((start + dt.timedelta(minutes=minutes)).isoformat()),
    )
    event = released(replace(changed, slots=changed.slots[:1]))
    found = entry(event).decoded("dtstart")
    assert isinstance(found, dt.datetime)
    assert round(found.timestamp()) * 1000 == event.slots[0].starts_at
