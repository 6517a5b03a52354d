"""A meeting and what three people in it are sent: one in each stream."""

from __future__ import annotations

from typing import Any

import msgspec

from rooms.core import questions, sight
from rooms.core.announcements import AnnouncementView
from rooms.core.backstage import NoteView
from rooms.core.chat import MessageView
from rooms.core.names import Person, Ref, Stream
from rooms.core.people import PersonView, WordsErased
from rooms.core.questions import QuestionView
from rooms.core.questions.show import PUBLIC
from rooms.core.room import Mine, RoomView
from rooms.core.stage import StageView
from rooms.wire.fold import Folded, Seen
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
from tests.rooms.core.vocabulary import MODERATION, SPEAKS, STREAMS, ULM, Meeting

EPOCH = "e1"
NEWEST = 50
VIEWERS = {Stream.PUB: ULM, Stream.STAGE: SPEAKS, Stream.DESK: MODERATION}


class Recording:
    """Let people act in ``meeting``, then say what is sent: ``join``, ``tick``, ``resume`` …"""

    def __init__(self, meeting: Meeting | None = None) -> None:
        self.meeting = meeting or Meeting()
        self.frames: dict[Stream, list[Folded]] = {stream: [] for stream in STREAMS}
        self.present = Present(3, 1)
        self._first = 1
        self._sent = 0

    @property
    def version(self) -> int:
        """Every change is its own commit here."""
        return len(self.meeting.changes) + 1

    def join(self, *, reset: bool = False) -> None:
        """Enter with a snapshot."""
        for stream in STREAMS:
            self.frames[stream].append(self._joined(stream, self.snapshot(stream), reset))
        self._me_all()
        self._first = self.meeting.room.chat.count - NEWEST + 1
        self._sent = len(self.meeting.changes)

    def tick(self) -> None:
        """Send what happened since: one frame of each kind, views as they are now."""
        for stream in STREAMS:
            self._events(stream, self._sent)
        self._gauges()
        self._me()
        self._sent = len(self.meeting.changes)

    def resume(self, overlap: int) -> None:
        """Come back: what was missed, beginning with some changes that were already sent."""
        for stream in STREAMS:
            self.frames[stream].append(self._joined(stream, None, reset=False))
            self._events(stream, max(0, self._sent - overlap))
        self._gauges()
        self._me_all()
        self._sent = len(self.meeting.changes)

    def people_present(self, people: int, version: int) -> None:
        """A gauge, perhaps an outdated one."""
        for frames in self.frames.values():
            frames.append(Gauges(present=Present(people, version)))
        self.present = max(self.present, Present(people, version), key=lambda gauge: gauge.version)

    def expected(self, stream: Stream) -> Seen:
        """What the viewer's page holds at the end: from the room, not from the frames."""
        person, snapshot = VIEWERS[stream], self.snapshot(stream)
        views = self.meeting.sees(stream).values()
        messages = {v.id: v for v in views if isinstance(v, MessageView) and v.order >= self._first}
        return Seen(
            at=Position(EPOCH, stream, self._number(stream, len(self.meeting.changes))),
            may=may(person),
            name=person.name,
            settings=snapshot.room,
            messages=messages,
            older=self._first > 1,
            questions={view.id: view for view in snapshot.questions},
            people={view.id: view for view in snapshot.people},
            scores={score.question: score for score in snapshot.scores},
            present=self.present,
            stage=snapshot.stage,
            announcement=snapshot.announcement,
            notes={view.id: view for view in snapshot.notes},
            mine={key(item): item for item in self.meeting.mine(person)},
        )

    def snapshot(self, stream: Stream) -> Snapshot:
        views = list(self.meeting.sees(stream).values())
        messages = [view for view in views if isinstance(view, MessageView)][-NEWEST:]
        return Snapshot(
            room=next(view for view in views if isinstance(view, RoomView)),
            messages=tuple(messages),
            older=bool(messages) and messages[0].order > 1,
            questions=tuple(view for view in views if isinstance(view, QuestionView)),
            people=tuple(view for view in views if isinstance(view, PersonView)),
            scores=self._scores(),
            present=self.present,
            stage=next(view for view in views if isinstance(view, StageView)),
            announcement=next((v for v in views if isinstance(v, AnnouncementView)), None),
            notes=tuple(view for view in views if isinstance(view, NoteView)),
        )

    def _joined(self, stream: Stream, snapshot: Snapshot | None, reset: bool) -> Joined:
        at = Position(EPOCH, stream, self._number(stream, len(self.meeting.changes)))
        person = VIEWERS[stream]
        return Joined(self.meeting.room.id, at, may(person), person.name, snapshot, reset)

    def _events(self, stream: Stream, since: int) -> None:
        deltas = []
        for index, seen in enumerate(self.meeting.seen[since:], since):
            if stream in seen:
                number = self._number(stream, index) + 1
                at = self.meeting.changes[index].at
                deltas.append(self._delta(stream, number, at, seen[stream]))
        if deltas:
            self.frames[stream].append(Events(tuple(deltas)))

    def _delta(self, stream: Stream, number: int, at: int, refs: tuple[Ref, ...]) -> Delta:
        views = [(ref, sight.view(self.meeting.room, ref, stream)) for ref in refs]
        put = tuple(view for _, view in views if view is not None)
        return Delta(number, at, put, tuple(ref for ref, view in views if view is None))

    def _number(self, stream: Stream, changes: int) -> int:
        """The last number given in a stream after so many changes."""
        return sum(stream in seen for seen in self.meeting.seen[:changes])

    def _scores(self) -> tuple[Score, ...]:
        scores = questions.scores(self.meeting.room.questions)
        return tuple(Score(id, votes, heat, self.version) for id, (votes, heat) in scores.items())

    def _gauges(self) -> None:
        for frames in self.frames.values():
            frames.append(Gauges(scores=self._scores()))

    def _me(self) -> None:
        changes = self.meeting.changes[self._sent :]
        if any(isinstance(change, WordsErased) for change in changes):
            self._me_all()
            return
        for change in changes:
            for account, items in sight.news(self.meeting.room, change).items():
                for stream, person in VIEWERS.items():
                    if person.account == account:
                        self.frames[stream].append(Me(items))

    def _me_all(self) -> None:
        for stream, person in VIEWERS.items():
            self.frames[stream].append(Me(self.meeting.mine(person), all=True))


def may(person: Person) -> tuple[str, ...]:
    return tuple(sorted(permission.value for permission in person.may))


def key(item: Mine) -> tuple[str, str]:
    return str(item.__struct_config__.tag), item.id


def comparable(seen: Seen) -> Any:
    """A folded state as the histories hold it: lists in a fixed order, no stale gauges."""
    scored = [
        seen.scores[id]
        for id in sorted(seen.scores)
        if id in seen.questions and seen.questions[id].state in PUBLIC
    ]
    listed = msgspec.json.encode(
        {
            "at": seen.at,
            "may": seen.may,
            "name": seen.name,
            "settings": seen.settings,
            "messages": list(seen.messages.values()),
            "older": seen.older,
            "questions": [seen.questions[id] for id in sorted(seen.questions)],
            "people": [seen.people[id] for id in sorted(seen.people)],
            "scores": scored,
            "present": seen.present,
            "stage": seen.stage,
            "announcement": seen.announcement,
            "notes": list(seen.notes.values()),
            "mine": [seen.mine[name] for name in sorted(seen.mine)],
        }
    )
    return msgspec.json.decode(listed)
