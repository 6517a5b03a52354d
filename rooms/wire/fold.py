"""What a client makes of the frames it is sent.  Twin of ``static/src/core/room.ts``.

``fold`` owns the state it is given, changes it in place and returns it.  A number already folded
is passed over, so a range sent again does no harm.
"""

from __future__ import annotations

import msgspec

from rooms.core.announcements import AnnouncementView
from rooms.core.backstage import NoteView
from rooms.core.chat import MessageView
from rooms.core.names import Kind, ObjectId, Ref
from rooms.core.people import PersonView
from rooms.core.questions import QuestionView
from rooms.core.room import Mine, RoomView, View
from rooms.core.stage import StageView
from rooms.wire.messages import (
    Delta,
    Events,
    Gauges,
    Joined,
    Me,
    Position,
    Present,
    Score,
    Snapshot,
)

Folded = Joined | Events | Gauges | Me
MineKey = tuple[str, ObjectId]


class Seen(msgspec.Struct):
    """A room as one connection sees it."""

    at: Position | None = None
    may: tuple[str, ...] = ()
    name: str | None = None
    settings: RoomView | None = None
    messages: dict[ObjectId, MessageView] = {}
    """In their order, from the oldest known one on."""
    older: bool = False
    questions: dict[ObjectId, QuestionView] = {}
    people: dict[ObjectId, PersonView] = {}
    scores: dict[ObjectId, Score] = {}
    present: Present | None = None
    stage: StageView | None = None
    announcement: AnnouncementView | None = None
    notes: dict[ObjectId, NoteView] = {}
    """In the order in which they were sent."""
    mine: dict[MineKey, Mine] = {}


def fold(state: Seen, frame: Folded) -> Seen:
    """Take one frame."""
    match frame:
        case Joined():
            _join(state, frame)
        case Events():
            for delta in frame.events:
                _apply(state, delta)
        case Gauges():
            _gauges(state, frame)
        case Me():
            _me(state, frame)
    return state


def continues(state: Seen, frame: Events) -> bool:
    """Whether the frame follows without a gap; if not, join again from ``state.at``."""
    if not frame.events or state.at is None:
        return True
    return frame.events[0].n <= state.at.n + 1


def _join(state: Seen, frame: Joined) -> None:
    state.may, state.name = frame.may, frame.name
    if frame.snapshot is None:
        # The missed events follow: the position stays where it was.
        state.at = state.at or frame.at
        return
    state.at = frame.at
    _replace(state, frame.snapshot)


def _replace(state: Seen, snapshot: Snapshot) -> None:
    state.settings = snapshot.room
    state.messages = {view.id: view for view in snapshot.messages}
    state.older = snapshot.older
    state.questions = {view.id: view for view in snapshot.questions}
    state.people = {view.id: view for view in snapshot.people}
    state.scores = {score.question: score for score in snapshot.scores}
    state.present = snapshot.present
    state.stage = snapshot.stage
    state.announcement = snapshot.announcement
    state.notes = {view.id: view for view in snapshot.notes}


def _apply(state: Seen, delta: Delta) -> None:
    if state.at is None or delta.n <= state.at.n:
        return
    for view in delta.put:
        _put(state, view)
    for ref in delta.gone:
        _drop(state, ref)
    state.at = msgspec.structs.replace(state.at, n=delta.n)


def _put(state: Seen, view: View) -> None:
    match view:
        case MessageView():
            _put_message(state, view)
        case QuestionView():
            state.questions[view.id] = view
        case PersonView():
            state.people[view.id] = view
        case RoomView():
            state.settings = view
        case StageView():
            state.stage = view
        case AnnouncementView():
            state.announcement = view
        case NoteView():
            state.notes[view.id] = view


def _put_message(state: Seen, view: MessageView) -> None:
    """In the place of what was there, or where its order belongs.

    Before the oldest known message lies what was never sent: a view from there is not shown,
    unless nothing is missing there.
    """
    if view.id in state.messages:
        state.messages[view.id] = view
        return
    newest = next(reversed(state.messages.values()), None)
    if newest is None or view.order > newest.order:
        state.messages[view.id] = view
        return
    oldest = next(iter(state.messages.values()))
    if view.order > oldest.order or not state.older:
        in_order = sorted([*state.messages.values(), view], key=lambda message: message.order)
        state.messages = {message.id: message for message in in_order}


def _drop(state: Seen, ref: Ref) -> None:
    match ref.kind:
        case Kind.MESSAGE:
            state.messages.pop(ref.id, None)
        case Kind.QUESTION:
            state.questions.pop(ref.id, None)
        case Kind.PERSON:
            state.people.pop(ref.id, None)
        case Kind.ANNOUNCEMENT:
            if state.announcement is not None and state.announcement.id == ref.id:
                state.announcement = None
        case Kind.NOTE:
            state.notes.pop(ref.id, None)
        case Kind.ROOM | Kind.STAGE:
            pass


def _gauges(state: Seen, frame: Gauges) -> None:
    for score in frame.scores:
        known = state.scores.get(score.question)
        if known is None or score.version >= known.version:
            state.scores[score.question] = score
    if frame.present is not None:
        known_present = state.present or frame.present
        state.present = max(frame.present, known_present, key=lambda gauge: gauge.version)


def _me(state: Seen, frame: Me) -> None:
    """Absolute states merged by revision; ``all`` replaces everything."""
    if frame.all:
        state.mine = {}
    for item in frame.put:
        key = (str(item.__struct_config__.tag), item.id)
        known = state.mine.get(key)
        if known is None or item.rev >= known.rev:
            state.mine[key] = item
