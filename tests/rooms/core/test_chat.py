"""Chat: every transition and refusal of rooms page B3, as far as it is built."""

from __future__ import annotations

import msgspec
import pytest

from access.actors import OfficeKind
from rooms.core import room
from rooms.core.chat import (
    KEEP,
    DeleteMessage,
    MessageState,
    MessageView,
    Quote,
    RemoveMessage,
    RestoreMessage,
    SendMessage,
)
from rooms.core.names import Author, Code, Ids, Kind, Ref, Refusal, Stream
from rooms.core.people import EraseWords
from rooms.core.room import Outcome
from tests.rooms.core.vocabulary import (
    COLLEAGUE,
    HOF,
    JENA,
    KTS,
    MODERATION,
    SPEAKS,
    STREAMS,
    ULM,
    Meeting,
)


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def test_sent_message_is_seen_by_all_with_its_author(meeting: Meeting) -> None:
    message = meeting.given(ULM, SendMessage("  Guten Morgen  "))
    view = MessageView(
        id=message,
        order=1,
        at=meeting.at,
        state=MessageState.VISIBLE,
        text="Guten Morgen",
        author=Author("ulm", "Gastgeberin Ulm", "Stadt Ulm"),
    )
    assert [meeting.sees_message(message, stream) for stream in STREAMS] == [view] * 3


def test_author_carries_the_office_held_when_it_was_said(meeting: Meeting) -> None:
    said = {
        by: meeting.given(by, SendMessage("Guten Tag")) for by in (ULM, SPEAKS, MODERATION, KTS)
    }
    offices = [meeting.sees_message(said[by]).author for by in said]
    assert [author and author.office for author in offices] == [
        None,
        OfficeKind.SPEAKER,
        OfficeKind.MODERATOR,
        OfficeKind.ORGANISER,
    ]
    later = msgspec.structs.replace(MODERATION, office=None)
    meeting.given(later, SendMessage("Ohne Amt"))
    author = meeting.sees_message(said[MODERATION]).author
    assert author is not None and author.office is OfficeKind.MODERATOR


def test_quote_carries_the_office_of_its_author(meeting: Meeting) -> None:
    message = meeting.given(MODERATION, SendMessage("Willkommen"))
    reply = meeting.given(ULM, SendMessage("Danke", reply_to=message))
    quote = Quote(message, "Moderation", "Willkommen", OfficeKind.MODERATOR)
    assert meeting.sees_message(reply).reply_to == quote
    meeting.given(COLLEAGUE, RemoveMessage(message, "doppelt"))
    assert meeting.sees_message(reply).reply_to == Quote(message)


def test_name_of_an_office_gives_none(meeting: Meeting) -> None:
    named = msgspec.structs.replace(ULM, name="Moderation")
    author = meeting.sees_message(meeting.given(named, SendMessage("Hört auf mich"))).author
    assert author == Author("ulm", "Moderation", "Stadt Ulm")


def test_messages_stand_in_order_of_publication(meeting: Meeting) -> None:
    sent = [meeting.given(ULM, SendMessage("Eins")), meeting.given(HOF, SendMessage("Zwei"))]
    assert [meeting.sees_message(message).order for message in sent] == [1, 2]


def test_longest_message_is_accepted_and_a_longer_one_refused(meeting: Meeting) -> None:
    meeting.given(ULM, SendMessage("x" * 1_000))
    assert meeting.refuses(ULM, SendMessage("x" * 1_001)) == Refusal(Code.TOO_LONG, limit=1_000)


def test_blank_message_is_refused(meeting: Meeting) -> None:
    assert meeting.code(ULM, SendMessage(" \n ")) is Code.EMPTY


def test_reply_quotes_the_first_140_characters(meeting: Meeting) -> None:
    message = meeting.given(ULM, SendMessage("x" * 200))
    reply = meeting.given(HOF, SendMessage("Danke", reply_to=message))
    quote = Quote(message, "Gastgeberin Ulm", "x" * 140)
    assert meeting.sees_message(reply).reply_to == quote


def test_reply_to_a_message_that_never_was_is_not_found(meeting: Meeting) -> None:
    assert meeting.code(ULM, SendMessage("Danke", reply_to="never-was")) is Code.NOT_FOUND


def test_reply_written_while_its_message_was_removed_is_not_lost(meeting: Meeting) -> None:
    message = meeting.given(ULM, SendMessage("Unfreundlich"))
    meeting.given(MODERATION, RemoveMessage(message))
    reply = meeting.given(HOF, SendMessage("Bitte nicht", reply_to=message))
    assert meeting.sees_message(reply).reply_to == Quote(message)


def test_removed_message_is_a_tombstone_in_every_place(meeting: Meeting) -> None:
    """T-C2: for open clients, late joiners and in quotes; the desk still reads it."""
    message = meeting.given(ULM, SendMessage("Unfreundlich"))
    reply = meeting.given(HOF, SendMessage("Bitte nicht", reply_to=message))
    sent = meeting.sees_message(message)
    meeting.given(MODERATION, RemoveMessage(message, "Ton"))
    tombstone = MessageView(message, 1, sent.at, MessageState.REMOVED)
    for stream in (Stream.PUB, Stream.STAGE):
        assert meeting.sees_message(message, stream) == tombstone
        assert meeting.sees_message(reply, stream).reply_to == Quote(message)
    desk = meeting.sees_message(message, Stream.DESK)
    assert (desk.state, desk.text, desk.reason) == (MessageState.REMOVED, "Unfreundlich", "Ton")


def test_removal_touches_the_replies_that_quote(meeting: Meeting) -> None:
    message = meeting.given(ULM, SendMessage("Unfreundlich"))
    reply = meeting.given(HOF, SendMessage("Bitte nicht", reply_to=message))
    meeting.given(MODERATION, RemoveMessage(message))
    refs = (Ref(Kind.MESSAGE, message), Ref(Kind.MESSAGE, reply))
    assert meeting.seen[-1] == dict.fromkeys(STREAMS, refs)


def test_restored_message_is_back_at_its_place(meeting: Meeting) -> None:
    message = meeting.given(ULM, SendMessage("Eins"))
    reply = meeting.given(HOF, SendMessage("Zwei", reply_to=message))
    before = meeting.sees(Stream.PUB)
    meeting.given(MODERATION, RemoveMessage(message))
    meeting.given(COLLEAGUE, RestoreMessage(message))
    assert meeting.sees(Stream.PUB) == before
    assert meeting.sees_message(reply).reply_to == Quote(message, "Gastgeberin Ulm", "Eins")


def test_own_message_is_deleted_for_all_also_for_the_desk(meeting: Meeting) -> None:
    message = meeting.given(ULM, SendMessage("Vertippt"))
    meeting.given(ULM, DeleteMessage(message))
    for stream in STREAMS:
        view = meeting.sees_message(message, stream)
        assert (view.state, view.text, view.author) == (MessageState.DELETED, None, None)


def test_message_of_somebody_else_cannot_be_deleted(meeting: Meeting) -> None:
    """T-Q8: not even by the moderation, which removes."""
    message = meeting.given(ULM, SendMessage("Meins"))
    assert meeting.code(HOF, DeleteMessage(message)) is Code.FORBIDDEN
    assert meeting.code(MODERATION, DeleteMessage(message)) is Code.FORBIDDEN


def test_unknown_message_is_not_found(meeting: Meeting) -> None:
    assert meeting.code(HOF, DeleteMessage("never-was")) is Code.NOT_FOUND
    assert meeting.code(MODERATION, RemoveMessage("never-was")) is Code.NOT_FOUND
    assert meeting.code(MODERATION, RestoreMessage("never-was")) is Code.NOT_FOUND


def test_attendees_cannot_moderate(meeting: Meeting) -> None:
    """T-Q8: the same answer for a message that is there and for one that is not."""
    message = meeting.given(ULM, SendMessage("Meins"))
    for named in (message, "never-was"):
        assert meeting.refuses(HOF, RemoveMessage(named)) == Refusal(Code.FORBIDDEN)
        assert meeting.refuses(HOF, RestoreMessage(named)) == Refusal(Code.FORBIDDEN)


@pytest.mark.parametrize(
    ("state", "delete", "remove", "restore"),
    [
        (MessageState.VISIBLE, "done", "done", "no change"),
        (MessageState.DELETED, "no change", "illegal", "illegal"),
        (MessageState.REMOVED, "illegal", "no change", "done"),
        (MessageState.ERASED, "forbidden", "illegal", "illegal"),
    ],
)
def test_transitions_of_a_message(
    state: MessageState, delete: str, remove: str, restore: str
) -> None:
    results = {
        "done": Outcome,
        "no change": Outcome,
        "illegal": Refusal(Code.ILLEGAL_TRANSITION, state=state),
        "forbidden": Refusal(Code.FORBIDDEN),
    }
    wishes = ((ULM, DeleteMessage, delete), (KTS, RemoveMessage, remove))
    for by, wish, result in (*wishes, (KTS, RestoreMessage, restore)):
        meeting, message = message_in(state)
        outcome = meeting.when(by, wish(message))
        if isinstance(outcome, Outcome):
            assert results[result] is Outcome
            assert outcome.no_change == (result == "no change")
            assert outcome.object == message
        else:
            assert outcome == results[result]


def message_in(state: MessageState) -> tuple[Meeting, str]:
    meeting = Meeting()
    message = meeting.given(ULM, SendMessage("Guten Tag"))
    match state:
        case MessageState.DELETED:
            meeting.given(ULM, DeleteMessage(message))
        case MessageState.REMOVED:
            meeting.given(KTS, RemoveMessage(message))
        case MessageState.ERASED:
            meeting.given(KTS, EraseWords(ULM.account))
        case MessageState.VISIBLE:
            pass
    assert meeting.room.chat.messages[message].state is state
    return meeting, message


def test_the_newest_messages_are_kept(meeting: Meeting) -> None:
    sent = [meeting.given(ULM, SendMessage("x")) for _ in range(KEEP + 5)]
    assert list(meeting.room.chat.messages) == sent[5:]
    assert meeting.code(MODERATION, RemoveMessage(sent[0])) is Code.NOT_FOUND


def test_quoted_message_stays_as_long_as_its_reply(meeting: Meeting) -> None:
    old = meeting.given(ULM, SendMessage("Alt"))
    reply = meeting.given(HOF, SendMessage("Dazu", reply_to=old))
    for _ in range(KEEP - 1):
        meeting.given(JENA, SendMessage("x"))
    assert meeting.sees_message(reply).reply_to == Quote(old, "Gastgeberin Ulm", "Alt")
    assert Ref(Kind.MESSAGE, old) not in meeting.sees(Stream.PUB)
    meeting.given(MODERATION, RemoveMessage(old))
    assert meeting.sees_message(reply).reply_to == Quote(old)
    meeting.given(JENA, SendMessage("x"))
    assert (meeting.room.chat.older, meeting.room.chat.replies) == ({}, {})


def test_recalled_message_can_be_removed_and_is_then_let_go(meeting: Meeting) -> None:
    """The store brings messages from before the kept ones when a command names them."""
    old = meeting.given(ULM, SendMessage("Alt"))
    stored = meeting.room.chat.messages[old]
    for _ in range(KEEP):
        meeting.given(JENA, SendMessage("x"))
    command = RemoveMessage(old)
    assert room.mentions(command) == old
    room.recall(meeting.room, stored)
    meeting.given(MODERATION, command)
    assert meeting.seen[-1] == dict.fromkeys(STREAMS, (Ref(Kind.MESSAGE, old),))
    assert meeting.sees_message(old).text is None
    meeting.given(JENA, SendMessage("x"))
    assert meeting.room.chat.older == {}


def test_removal_of_a_message_no_longer_kept_folds_without_harm(meeting: Meeting) -> None:
    meeting.given(ULM, SendMessage("Alt"))
    event = room.decide(meeting.room, RemoveMessage("id-1"), MODERATION, meeting.at, Ids("new"))
    assert isinstance(event, Outcome)
    elsewhere = Meeting()
    room.evolve(elsewhere.room, event.changes[0])
    assert elsewhere.room == Meeting().room
