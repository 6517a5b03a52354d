"""Histories of the stage, of announcements and of notes backstage."""

from __future__ import annotations

from rooms.core.announcements import ClearAnnouncement, Level, SetAnnouncement
from rooms.core.backstage import ConfirmNote, SendNote
from rooms.core.people import EraseWords
from rooms.core.stage import ClearStage, ShowDeck, TurnPage
from tests.conformance.recording import Recording
from tests.rooms.core.vocabulary import COLLEAGUE, KTS, MINUTE, MODERATION, SPEAKS, START


def pages_turned_before_and_after_joining(r: Recording) -> None:
    r.meeting.given(SPEAKS, ShowDeck("slides"))
    r.meeting.given(SPEAKS, TurnPage("slides", 3))
    r.join()
    r.meeting.given(SPEAKS, TurnPage("slides", 4))
    r.tick()


def pages_turned_while_away(r: Recording) -> None:
    r.join()
    r.meeting.given(SPEAKS, ShowDeck("slides"))
    r.tick()
    r.meeting.given(SPEAKS, TurnPage("slides", 2))
    r.meeting.given(SPEAKS, TurnPage("slides", 3))
    r.resume(overlap=1)


def stage_cleared(r: Recording) -> None:
    r.meeting.given(SPEAKS, ShowDeck("photos"))
    r.join()
    r.meeting.given(MODERATION, ClearStage())
    r.tick()


def announcement_replaced_then_cleared(r: Recording) -> None:
    until = START + 60 * MINUTE
    r.meeting.given(MODERATION, SetAnnouncement("Wir beginnen um 10:15.", until))
    r.join()
    r.meeting.given(COLLEAGUE, SetAnnouncement("Bitte warten.", until, Level.IMPORTANT))
    r.tick()
    r.meeting.given(MODERATION, ClearAnnouncement())
    r.tick()


def note_backstage_confirmed(r: Recording) -> None:
    r.meeting.given(SPEAKS, SendNote("Das Mikrofon geht nicht"))
    r.join()
    note = r.meeting.given(MODERATION, SendNote("Noch fünf Minuten"))
    r.tick()
    r.meeting.given(SPEAKS, ConfirmNote(note))
    r.tick()


def note_and_announcement_erased(r: Recording) -> None:
    r.meeting.given(MODERATION, SetAnnouncement("Pause", START + 60 * MINUTE))
    r.meeting.given(MODERATION, SendNote("Noch fünf Minuten"))
    r.join()
    r.meeting.given(KTS, EraseWords(MODERATION.account))
    r.tick()


NAMED = (
    pages_turned_before_and_after_joining,
    pages_turned_while_away,
    stage_cleared,
    announcement_replaced_then_cleared,
    note_backstage_confirmed,
    note_and_announcement_erased,
)
