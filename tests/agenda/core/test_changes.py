"""What changed between two releases, as a list: complete, and empty only for the same content."""

from __future__ import annotations

from hypothesis import given
from msgspec.structs import replace

from agenda.core.changes import Change, ChangeKind, Subject, changes
from agenda.core.draft import in_row_order, plain
from agenda.core.model import Event, SessionStatus, SlotStatus, Text
from agenda.core.release import stamp
from agenda.core.timetable import resolve
from tests.agenda.events import (
    LATER,
    PLENUM,
    PUBLISHED,
    ULM,
    WELCOME,
    WERKSTATT,
    WORKSHOP,
    changed_session,
    changed_slot,
    clock,
    draft,
    pause,
    released,
    session,
    slot,
)
from tests.agenda.planned import events, law, pairs


def content(event: Event) -> Event:
    return in_row_order(plain(event))


@law
@given(pairs())
def test_no_change_is_listed_exactly_when_the_content_is_the_same(
    both: tuple[Event, Event],
) -> None:
    before, after = both
    assert (changes(before, after) == ()) == (content(before) == content(after))


@law
@given(events())
def test_releasing_again_changes_nothing(event: Event) -> None:
    first = stamp(None, event, PUBLISHED)
    assert changes(first, stamp(first, event, LATER)) == ()


@law
@given(pairs())
def test_sequences_never_fall(both: tuple[Event, Event]) -> None:
    first = stamp(None, both[0], PUBLISHED)
    second = stamp(first, both[1], LATER)
    before = {each.guid: each.sequence for each in first.slots}
    assert all(each.sequence >= before.get(each.guid, 0) for each in second.slots)
    assert second.sequence >= first.sequence


def kinds(after: Event, before: Event | None = None) -> list[ChangeKind]:
    return [change.kind for change in changes(before or released(), resolve(after))]


def test_a_moved_session_says_from_when_to_when() -> None:
    after = changed_slot(draft(), 1, start=clock("2022-03-22T09:45"), end=clock("2022-03-22T10:15"))
    assert changes(released(), resolve(after)) == (
        Change(
            ChangeKind.MOVED_TIME,
            Subject.SESSION,
            WELCOME.guid,
            WELCOME.title,
            before=(clock("2022-03-22T09:30"), clock("2022-03-22T10:00")),
            after=(clock("2022-03-22T09:45"), clock("2022-03-22T10:15")),
            slot=draft().slots[0].guid,
        ),
    )


def test_a_longer_session_is_a_change_of_its_own() -> None:
    assert kinds(changed_slot(draft(), 1, end=clock("2022-03-22T09:50"))) == [ChangeKind.LENGTH]


def test_a_later_and_longer_session_is_both() -> None:
    after = changed_slot(draft(), 3, start=clock("2022-03-22T10:20"), end=clock("2022-03-22T11:30"))
    assert kinds(after) == [ChangeKind.MOVED_TIME, ChangeKind.LENGTH]


def test_each_kind_of_change_has_its_name() -> None:
    base = draft()
    for after, kind in (
        (changed_slot(base, 1, room=WERKSTATT.guid), ChangeKind.MOVED_ROOM),
        (changed_slot(base, 1, room=None), ChangeKind.MOVED_ROOM),
        (changed_session(base, WELCOME.guid, title=Text("Anders")), ChangeKind.TITLE),
        (changed_session(base, WELCOME.guid, people=(ULM,)), ChangeKind.PEOPLE),
        (changed_session(base, WELCOME.guid, abstract=Text("Neu")), ChangeKind.TEXT),
        (changed_slot(base, 1, status=SlotStatus.CANCELLED), ChangeKind.CANCELLED),
        (
            changed_session(base, WELCOME.guid, status=SessionStatus.CANCELLED),
            ChangeKind.CANCELLED,
        ),
        (changed_slot(base, 2, pause=Text("Mittag")), ChangeKind.TITLE),
        (replace(base, title=Text("Anders")), ChangeKind.TITLE),
        (replace(base, summary=Text("Anders")), ChangeKind.TEXT),
        (replace(base, rooms=(replace(PLENUM, name=Text("Saal")), WERKSTATT)), ChangeKind.TITLE),
    ):
        assert kinds(after) == [kind]


def test_what_was_cancelled_and_takes_place_again_is_restored() -> None:
    before = stamp(None, changed_slot(draft(), 1, status=SlotStatus.CANCELLED), PUBLISHED)
    assert kinds(draft(), before) == [ChangeKind.RESTORED]


def test_a_new_session_is_named_once_with_all_its_times() -> None:
    new = session("new")
    more = (
        slot(4, new, "2022-03-22T11:00", "2022-03-22T11:30", PLENUM),
        slot(5, new, "2022-03-22T12:00", "2022-03-22T12:30", PLENUM),
    )
    base = draft()
    after = replace(base, sessions=(*base.sessions, new), slots=(*base.slots, *more))
    assert kinds(after) == [ChangeKind.NEW]


def test_a_session_that_is_gone_and_a_break_that_is_gone_are_removed() -> None:
    gone = replace(draft(), sessions=(WELCOME,), slots=draft().slots[:1])
    listed = changes(released(), resolve(gone))
    assert [(change.kind, change.subject) for change in listed] == [
        (ChangeKind.REMOVED, Subject.PAUSE),
        (ChangeKind.REMOVED, Subject.SESSION),
    ]


def test_changes_come_in_the_order_of_the_programme() -> None:
    after = changed_session(
        changed_session(draft(), WORKSHOP.guid, title=Text("B")), WELCOME.guid, title=Text("A")
    )
    after = replace(after, motto=Text("Neu"))
    found = [change.name.de for change in changes(released(), resolve(after))]
    assert found == [draft().title.de, "A", "B"]


def test_nothing_was_there_before_the_first_release() -> None:
    listed = changes(None, released())
    assert {change.kind for change in listed} == {ChangeKind.NEW}
    assert [change.subject for change in listed] == [
        Subject.EVENT,
        *[Subject.ROOM] * 2,
        Subject.TRACK,
        Subject.SESSION,
        Subject.PAUSE,
        Subject.SESSION,
    ]


def test_a_second_break_is_new() -> None:
    base = draft()
    after = replace(base, slots=(*base.slots, pause(9, "2022-03-22T11:00", "2022-03-22T11:15")))
    assert kinds(after) == [ChangeKind.NEW]
