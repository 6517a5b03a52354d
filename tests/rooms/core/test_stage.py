"""The stage: which deck stands at which page, for everybody, from the first moment on."""

from __future__ import annotations

import pytest

from rooms.core import stage
from rooms.core.names import Code, Refusal
from rooms.core.room import Outcome
from rooms.core.stage import ClearStage, ShowDeck, StageView, TurnPage
from tests.rooms.core.vocabulary import (
    DECKS,
    MODERATION,
    SPEAKS,
    STREAMS,
    ULM,
    Meeting,
    stored_and_loaded,
)

EMPTY = StageView("stage")


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def shown(meeting: Meeting) -> StageView:
    """What is on the stage, which is the same in every stream."""
    seen = {stream: meeting.sees(stream)[stage.STAGE_REF] for stream in STREAMS}
    (view,) = set(seen.values())
    assert isinstance(view, StageView)
    return view


def test_nothing_is_on_the_stage_at_first(meeting: Meeting) -> None:
    assert shown(meeting) == EMPTY


def test_shown_deck_is_seen_by_everybody_at_its_page(meeting: Meeting) -> None:
    meeting.given(SPEAKS, ShowDeck("slides"))
    assert shown(meeting) == StageView("stage", "slides", 1, 12, meeting.at)


def test_deck_opens_at_the_page_that_is_asked_for(meeting: Meeting) -> None:
    meeting.given(MODERATION, ShowDeck("slides", 7))
    assert shown(meeting).page == 7


def test_turning_sets_the_page_and_keeps_the_beginning(meeting: Meeting) -> None:
    meeting.given(SPEAKS, ShowDeck("slides"))
    began = meeting.at
    meeting.given(SPEAKS, TurnPage("slides", 5))
    assert shown(meeting) == StageView("stage", "slides", 5, 12, began)


@pytest.mark.parametrize("page", [0, -1, 13])
def test_page_that_the_deck_does_not_have_is_not_found(meeting: Meeting, page: int) -> None:
    assert meeting.code(SPEAKS, ShowDeck("slides", page)) is Code.NOT_FOUND
    meeting.given(SPEAKS, ShowDeck("slides"))
    assert meeting.code(SPEAKS, TurnPage("slides", page)) is Code.NOT_FOUND
    assert shown(meeting).page == 1


def test_deck_of_another_room_is_answered_like_one_that_never_was(meeting: Meeting) -> None:
    assert "elsewhere" not in DECKS
    assert meeting.refuses(SPEAKS, ShowDeck("elsewhere")) == Refusal(Code.NOT_FOUND)


def test_turning_a_deck_that_is_not_on_the_stage_turns_nothing(meeting: Meeting) -> None:
    assert meeting.code(SPEAKS, TurnPage("slides", 2)) is Code.NOT_FOUND
    meeting.given(SPEAKS, ShowDeck("photos"))
    assert meeting.code(SPEAKS, TurnPage("slides", 2)) is Code.NOT_FOUND
    assert shown(meeting).page == 1


def test_turning_twice_to_the_same_page_turns_once(meeting: Meeting) -> None:
    meeting.given(SPEAKS, ShowDeck("slides"))
    meeting.given(SPEAKS, TurnPage("slides", 2))
    assert meeting.when(SPEAKS, TurnPage("slides", 2)) == Outcome(no_change=True)
    assert meeting.when(SPEAKS, ShowDeck("slides", 2)) == Outcome(no_change=True)
    assert len(meeting.changes) == 2


def test_another_deck_replaces_the_one_before_and_begins_anew(meeting: Meeting) -> None:
    meeting.given(SPEAKS, ShowDeck("slides", 9))
    meeting.given(MODERATION, ShowDeck("photos"))
    assert shown(meeting) == StageView("stage", "photos", 1, 3, meeting.at)


def test_cleared_stage_is_empty_and_stays_so(meeting: Meeting) -> None:
    meeting.given(SPEAKS, ShowDeck("slides"))
    meeting.given(SPEAKS, ClearStage())
    assert shown(meeting) == EMPTY
    assert meeting.when(SPEAKS, ClearStage()) == Outcome(no_change=True)


def test_participants_do_not_direct_the_stage(meeting: Meeting) -> None:
    for wish in (ShowDeck("slides"), TurnPage("slides", 2), ClearStage()):
        assert meeting.code(ULM, wish) is Code.FORBIDDEN


def test_stage_comes_back_from_a_snapshot(meeting: Meeting) -> None:
    meeting.given(SPEAKS, ShowDeck("slides", 4))
    assert stored_and_loaded(meeting.room) == meeting.room
