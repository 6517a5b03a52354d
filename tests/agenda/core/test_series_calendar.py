"""The calendar of a series: the rules of ``docs/agenda.md`` for entries of whole events (I15)."""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace

from access.resources import EventKind
from agenda.core import ical
from agenda.core.model import Event, EventFormat, Host, Text
from agenda.core.release import stamp
from agenda.visible import outline
from tests.agenda.core.test_ical import SERIES, SITE, entries, lines, numbers
from tests.agenda.events import (
    LATER,
    PUBLISHED,
    WELCOME,
    changed_session,
    changed_slot,
    clock,
    draft,
    guid,
    released,
)

CONGRESS = released(
    draft(
        guid=guid("congress"),
        slug="kongress_2022",
        number=2,
        kind=EventKind.CONGRESS,
        title=Text("Kongress, vor Ort", "Congress, on site"),
        first_day=dt.date(2022, 4, 26),
        last_day=dt.date(2022, 4, 29),
        hosts=(Host("Stadt Ulm"),),
        summary=Text("Vier Tage.", "Four days."),
        format=EventFormat.HYBRID,
    )
)


def calendar(*events: Event) -> bytes:
    return ical.series(SERIES, events or (released(), CONGRESS), SITE, "de")


def shown(event: Event) -> list[str]:
    return lines(entries(calendar(event))[0].to_ical())


def test_i1_lines_end_with_crlf_are_short_and_it_is_published() -> None:
    body = calendar()
    assert body.startswith(b"BEGIN:VCALENDAR\r\n") and body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert lines(body).count("METHOD:PUBLISH") == lines(body).count("VERSION:2.0") == 1


def test_i2_calendar_names_itself_its_source_and_when_to_ask_again() -> None:
    later = stamp(released(), changed_session(draft(), WELCOME.guid, title=Text("Neu")), LATER)
    assert {
        "NAME:Regionalkonferenzen",
        "X-WR-CALNAME:Regionalkonferenzen",
        f"UID:{guid('series')}@plenum.example",
        "LAST-MODIFIED:20220310T110000Z",
        "URL:https://konferenz.example/events",
        "SOURCE;VALUE=URI:https://konferenz.example/series/mpsc-2022.ics",
        "COLOR:darkblue",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
    } <= set(lines(calendar(CONGRESS, later)))


def test_i3_and_i5_each_event_has_one_identity_whatever_is_renamed() -> None:
    wanted = [SITE.uid(guid("event")), SITE.uid(guid("congress"))]
    assert [str(each["UID"]) for each in entries(calendar())] == wanted
    renamed = replace(released(), title=Text("Neu"), slug="umbenannt", release=7)
    assert [str(each["UID"]) for each in entries(calendar(renamed, CONGRESS))] == wanted


def test_i6_and_i10_stamps_are_the_last_release_and_not_before_the_first() -> None:
    event = stamp(released(), draft(summary=Text("Anderes.")), LATER)
    (found,) = entries(calendar(event))
    assert numbers(found) == (0, LATER)
    assert round(found.decoded("created").timestamp()) * 1000 == PUBLISHED
    for each in entries(calendar()):
        assert each.decoded("dtstart") < each.decoded("dtend")


def test_i7_sequence_counts_changes_of_title_days_and_of_the_times_of_a_single_day() -> None:
    typo = stamp(released(), draft(summary=Text("Anderes.")), LATER)
    title = stamp(typo, draft(title=Text("Anderer Titel")), LATER)
    inner = stamp(title, _ending(title, "2022-03-22T09:50", number=1), LATER)
    longer = stamp(inner, _ending(inner, "2022-03-22T11:30", number=3), LATER)
    events = (typo, title, inner, longer)
    assert [int(entries(calendar(each))[0].decoded("sequence")) for each in events] == [0, 1, 1, 2]
    several = stamp(CONGRESS, _ending(CONGRESS, "2022-03-22T11:30", number=3), LATER)
    assert several.sequence == 0


def _ending(event: Event, end: str, number: int) -> Event:
    return changed_slot(event, number, end=clock(end))


def test_i8_one_zone_explains_the_timed_entries_and_none_is_there_for_whole_days() -> None:
    other = replace(released(), guid=guid("other"))
    assert lines(calendar(released(), other)).count("BEGIN:VTIMEZONE") == 1
    assert "VTIMEZONE" not in calendar(CONGRESS).decode()


def test_i9_a_doubled_hour_is_written_in_utc() -> None:
    night = dt.date(2022, 10, 30)
    moved = changed_slot(
        draft(first_day=night, last_day=night),
        1,
        start=clock("2022-10-30T01:30"),
        end=clock("2022-10-30T02:30"),
    )
    event = released(replace(moved, slots=moved.slots[:1]))
    times = [line for line in shown(event) if line.startswith(("DTSTART", "DTEND"))]
    assert times == ["DTSTART:20221029T233000Z", "DTEND:20221030T003000Z"]


def test_i15_days_end_the_day_after_the_last_and_a_closed_event_tells_no_times() -> None:
    days = ["DTSTART;VALUE=DATE:20220426", "DTEND;VALUE=DATE:20220430"]
    for event in (CONGRESS, outline(CONGRESS)):
        assert [line for line in shown(event) if line.startswith(("DTSTART", "DTEND"))] == days
    closed = shown(outline(released()))
    assert {"DTSTART;VALUE=DATE:20220322", "DTEND;VALUE=DATE:20220323"} <= set(closed)


def test_i16_where_it_takes_place_and_its_page_and_no_secret() -> None:
    found = shown(CONGRESS)
    page = "https://konferenz.example/events/kongress_2022"
    assert {"LOCATION:Vor Ort und online", f"URL:{page}"} <= set(found)
    assert "?" not in "".join(line for line in found if line.startswith(("URL", "CONFERENCE")))


def test_i17_description_is_plain_text_with_hosts_and_the_way_to_the_page() -> None:
    (found,) = entries(calendar(CONGRESS))
    assert str(found["DESCRIPTION"]) == (
        "Vier Tage.\n\nGastgeber: Stadt Ulm\n\n"
        "Programm: https://konferenz.example/events/kongress_2022"
    )
    text = calendar().decode()
    assert not any(word in text for word in ("X-ALT-DESC", "ATTENDEE", "ORGANIZER", "mailto:"))


def test_i18_kind_of_the_event_is_its_category() -> None:
    assert "CATEGORIES:Kongress" in shown(CONGRESS)
    assert "CATEGORIES:Regionalkonferenz" in shown(released())
