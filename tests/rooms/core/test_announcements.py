"""Announcements: one banner before everybody, until an instant that is known from the start."""

from __future__ import annotations

import pytest

from rooms.core import codec
from rooms.core.announcements import (
    LONGEST,
    LONGEST_MS,
    AnnouncementView,
    ClearAnnouncement,
    Level,
    SetAnnouncement,
)
from rooms.core.names import Code, Kind, Ref
from rooms.core.people import EraseWords, WordsErased
from rooms.core.room import Outcome
from tests.rooms.core.vocabulary import (
    COLLEAGUE,
    KTS,
    MINUTE,
    MODERATION,
    SPEAKS,
    START,
    STREAMS,
    ULM,
    Meeting,
    stored_and_loaded,
)

UNTIL = START + 60 * MINUTE


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def banners(meeting: Meeting) -> list[AnnouncementView]:
    """What is shown, which is the same in every stream."""
    pub, stage, desk = (
        [view for view in meeting.sees(stream).values() if isinstance(view, AnnouncementView)]
        for stream in STREAMS
    )
    assert pub == stage == desk
    return pub


def test_everybody_is_shown_the_banner_and_its_end(meeting: Meeting) -> None:
    made = meeting.given(MODERATION, SetAnnouncement("Wir beginnen um 10:15.", UNTIL))
    assert banners(meeting) == [
        AnnouncementView(made, meeting.at, Level.INFO, UNTIL, "Wir beginnen um 10:15.")
    ]


def test_newest_banner_replaces_the_one_before(meeting: Meeting) -> None:
    meeting.given(MODERATION, SetAnnouncement("Wir beginnen um 10:15.", UNTIL))
    meeting.given(COLLEAGUE, SetAnnouncement("Bitte das Haus verlassen.", UNTIL, Level.IMPORTANT))
    (banner,) = banners(meeting)
    assert (banner.text, banner.level) == ("Bitte das Haus verlassen.", Level.IMPORTANT)


def test_cleared_banner_is_gone_and_stays_so(meeting: Meeting) -> None:
    meeting.given(MODERATION, SetAnnouncement("Pause", UNTIL))
    meeting.given(COLLEAGUE, ClearAnnouncement())
    assert banners(meeting) == []
    assert meeting.when(MODERATION, ClearAnnouncement()) == Outcome(no_change=True)


@pytest.mark.parametrize(
    ("text", "code"), [("", Code.EMPTY), (" \n", Code.EMPTY), ("x" * (LONGEST + 1), Code.TOO_LONG)]
)
def test_text_that_cannot_be_shown_is_refused(meeting: Meeting, text: str, code: Code) -> None:
    assert meeting.code(MODERATION, SetAnnouncement(text, UNTIL)) is code


def test_banner_ends_in_the_future_and_within_a_day(meeting: Meeting) -> None:
    now = START + MINUTE
    for until in (now, now - 1, now + LONGEST_MS + 1):
        assert Meeting().code(MODERATION, SetAnnouncement("Pause", until)) is Code.MALFORMED
    for until in (now + 1, now + LONGEST_MS):
        assert Meeting().given(MODERATION, SetAnnouncement("Pause", until))


def test_only_who_leads_the_room_announces(meeting: Meeting) -> None:
    for person in (ULM, SPEAKS):
        for wish in (SetAnnouncement("Pause", UNTIL), ClearAnnouncement()):
            assert meeting.code(person, wish) is Code.FORBIDDEN


def test_words_stand_apart_from_the_log(meeting: Meeting) -> None:
    made = meeting.given(MODERATION, SetAnnouncement("Pause", UNTIL))
    (event,) = meeting.changes
    row = codec.encode_event(event)  # type: ignore[arg-type]
    assert b"Pause" not in row.body
    assert MODERATION.account.encode() not in row.body
    assert row.object == Ref(Kind.ANNOUNCEMENT, made)


def test_erased_words_take_the_banner_away_also_those_replaced(meeting: Meeting) -> None:
    first = meeting.given(MODERATION, SetAnnouncement("Pause", UNTIL))
    second = meeting.given(MODERATION, SetAnnouncement("Es geht weiter", UNTIL))
    meeting.given(KTS, EraseWords(MODERATION.account))
    assert banners(meeting) == []
    erasure = meeting.changes[-1]
    assert isinstance(erasure, WordsErased)
    assert erasure.objects == (Ref(Kind.ANNOUNCEMENT, first), Ref(Kind.ANNOUNCEMENT, second))
    assert all(one.words is None for one in meeting.room.announcements.made.values())


def test_announcements_come_back_from_a_snapshot(meeting: Meeting) -> None:
    meeting.given(MODERATION, SetAnnouncement("Pause", UNTIL))
    meeting.given(MODERATION, SetAnnouncement("Es geht weiter", UNTIL))
    assert stored_and_loaded(meeting.room) == meeting.room
