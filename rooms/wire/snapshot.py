"""What somebody who enters is shown: a room's present state in one stream."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest

from rooms.core import announcements, questions, sight, stage
from rooms.core.backstage import NoteView
from rooms.core.chat import MessageView
from rooms.core.names import Kind, ObjectId, Ref, Stream
from rooms.core.people import PersonView
from rooms.core.questions import QuestionView
from rooms.core.room import ROOM_REF, Room, RoomView
from rooms.wire.messages import Present, Score, Snapshot

MESSAGES = 50


def snapshot(room: Room, stream: Stream, version: int, present: Present) -> Snapshot:
    """The newest messages in order, every question and person this stream shows, and gauges."""
    messages = _messages(room, stream)
    view = sight.view(room, ROOM_REF, stream)
    assert isinstance(view, RoomView)
    return Snapshot(
        room=view,
        messages=messages,
        older=bool(messages) and messages[0].order > 1,
        questions=_questions(room, stream),
        people=_people(room, stream),
        scores=scores(room, version, room.questions.questions),
        present=present,
        stage=stage.view(room.stage),
        announcement=announcements.view(room.announcements, room.announcements.shown),
        notes=_notes(room, stream),
    )


def scores(room: Room, version: int, asked: Iterable[ObjectId]) -> tuple[Score, ...]:
    """The gauges of these questions, as far as they have one, at this version of the room."""
    counted = ((question, questions.score(room.questions, question)) for question in asked)
    return tuple(Score(question, *score, version) for question, score in counted if score)


def _messages(room: Room, stream: Stream) -> tuple[MessageView, ...]:
    newest = nlargest(MESSAGES, room.chat.messages.values(), key=lambda message: message.order)
    views = (sight.view(room, Ref(Kind.MESSAGE, one.id), stream) for one in reversed(newest))
    return tuple(view for view in views if isinstance(view, MessageView))


def _questions(room: Room, stream: Stream) -> tuple[QuestionView, ...]:
    views = (sight.view(room, Ref(Kind.QUESTION, one), stream) for one in room.questions.questions)
    return tuple(view for view in views if isinstance(view, QuestionView))


def _people(room: Room, stream: Stream) -> tuple[PersonView, ...]:
    views = (sight.view(room, Ref(Kind.PERSON, one), stream) for one in room.people.sanctions)
    return tuple(view for view in views if isinstance(view, PersonView))


def _notes(room: Room, stream: Stream) -> tuple[NoteView, ...]:
    views = (sight.view(room, Ref(Kind.NOTE, note), stream) for note in room.backstage.notes)
    return tuple(view for view in views if isinstance(view, NoteView))
