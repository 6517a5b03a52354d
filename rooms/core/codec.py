"""Events and snapshots as bytes, without words and reasons.

What people said, and why it was moderated, stands in rows of its own so that it can be erased;
whoever loads joins it again.  What is written here carries a version.  A newer release reads all
older versions: an *upcaster* turns the body of one version into that of the next.  What a newer
release wrote is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar, get_args

import msgspec

from rooms.core.announcements import Announcement, Announcements
from rooms.core.backstage import Backstage, Note
from rooms.core.chat import Chat, Message, MessageState
from rooms.core.names import Kind, Ref, RoomId, Words
from rooms.core.people import People, Sanction
from rooms.core.questions import (
    Display,
    Moderation,
    Question,
    Questions,
    QuestionState,
    Window,
)
from rooms.core.room import Room, RoomEvent
from rooms.core.stage import Stage

READER: Final = 1
"""What this release can fold. One more for each change that the release before cannot."""
WRITES: Final = 1
"""Who reads what this release writes must be at least this: the ``READER`` of the release before.
Rooms keep the highest they were written with (``Head.min_reader``)."""

Body = dict[str, Any]
Upcaster = Callable[[Body], Body]
Said = TypeVar("Said", Message, Question, Announcement, Note)

_CLASSES: Final[dict[str, type[RoomEvent]]] = {
    str(known.__struct_config__.tag): known for known in get_args(RoomEvent)
}
REASONED: Final = frozenset(
    name for name, known in _CLASSES.items() if "reason" in known.__struct_fields__
)
"""Types of acts of moderation that say why."""
_APART: Final = ("words", "reason", "reasoned", "persons")
"""What stands in rows of its own, or in memory alone."""


def _reason_inside(fields: Body) -> Body:
    """Version 1 held the reason itself. Migrations moved it; where it still is, it counts."""
    return fields


def _reasons_inside(fields: Body) -> Body:
    """Version 1 held reasons; the rows of the events have them too."""
    rows = (*fields["messages"], *fields["older"], *fields["asked"]["questions"])
    for row in (*rows, *fields["sanctions"]):
        row.pop("reason", None)
    return fields


def _before_the_stage(fields: Body) -> Body:
    """Version 2 knew no stage, no announcements and nothing backstage."""
    return {**fields, "stage": {}, "announcements": [], "announced": None, "notes": []}


EVENT_UPCASTERS: Final[Mapping[str, tuple[Upcaster, ...]]] = dict.fromkeys(
    REASONED, (_reason_inside,)
)
"""By type: the first turns version 1 into 2, and so on. An event is written as the last."""
SNAPSHOT_UPCASTERS: Final[tuple[Upcaster, ...]] = (_reasons_inside, _before_the_stage)


class UnknownVersionError(ValueError):
    """Written by a newer release than this one."""


class EventRow(msgspec.Struct, frozen=True):
    """An event as it is stored."""

    type: str
    version: int
    body: bytes
    """JSON, without type, words and reason."""
    words: Words | None
    """To be stored apart, under ``object``."""
    reason: str | None
    """To be stored apart, for this event of ``object``; None: the event has none at all."""
    object: Ref | None
    """The one object the event is about; None for settings and for an erasure."""


class _Asked(msgspec.Struct):
    """Questions as a snapshot holds them: votes are rows, the index is made from the words."""

    questions: list[Body]
    on_air: str | None
    numbered: int
    window: Window
    moderation: Moderation
    display: Display


class _Snapshot(msgspec.Struct):
    room: RoomId
    count: int
    messages: list[Body]
    older: list[Body]
    asked: _Asked
    sanctions: list[Body]
    stage: Stage
    announcements: list[Body]
    announced: str | None
    notes: list[Body]
    version: int = 1 + len(SNAPSHOT_UPCASTERS)


def encode_event(event: RoomEvent) -> EventRow:
    """An event for the log, its words and its reason apart."""
    fields = msgspec.to_builtins(event)
    for apart in _APART:
        fields.pop(apart, None)
    name = fields.pop("type")
    return EventRow(
        type=name,
        version=1 + len(EVENT_UPCASTERS.get(name, ())),
        body=msgspec.json.encode(fields),
        words=getattr(event, "words", None),
        reason=getattr(event, "reason", None),
        object=_about(event),
    )


def decode_event(
    name: str, version: int, body: bytes, words: Words | None, reason: str | None = None
) -> RoomEvent:
    """The event again, with its words or its reason if they are still there.

    Raises ``UnknownVersionError`` for a type or version of a newer release.
    """
    known = _CLASSES.get(name)
    if known is None:
        raise UnknownVersionError(f"event type {name}")
    fields = _up(msgspec.json.decode(body), version, EVENT_UPCASTERS.get(name, ()))
    if "words" in known.__struct_fields__:
        fields["words"] = words
    if name in REASONED:
        fields["reason"] = reason or fields.get("reason", "")
    event: RoomEvent = msgspec.convert(fields, known)
    return event


def encode_room(state: Room) -> bytes:
    """A snapshot: JSON, without words, reasons and votes."""
    asked = state.questions
    quoted = (m for m in state.chat.older.values() if m.id in state.chat.replies)
    return msgspec.json.encode(
        _Snapshot(
            room=state.id,
            count=state.chat.count,
            messages=_bare(state.chat.messages.values()),
            older=_bare(quoted),
            asked=_Asked(
                questions=_bare(asked.questions.values()),
                on_air=asked.on_air,
                numbered=asked.numbered,
                window=asked.window,
                moderation=asked.moderation,
                display=asked.display,
            ),
            sanctions=_bare(state.people.sanctions.values()),
            stage=state.stage,
            announcements=_bare(state.announcements.made.values()),
            announced=state.announcements.shown,
            notes=_bare(state.backstage.notes.values()),
        )
    )


def decode_room(
    body: bytes, words: Mapping[Ref, Words], reasons: Mapping[Ref, Sequence[str]] | None = None
) -> Room:
    """The room again; fold the votes' rows onto it afterwards.

    ``words`` are those still there of ``words_wanted``, ``reasons`` all those of
    ``reasons_wanted``, the newest last.  Raises ``UnknownVersionError``.
    """
    found = _snapshot(body)
    room = Room(
        found.room,
        _chat(found, words),
        _questions(found.asked, words),
        _people(found),
        found.stage,
        _announcements(found, words),
        _backstage(found, words),
    )
    for ref, thing in _moderated(room):
        given = (reasons or {}).get(ref) or ("",)
        if isinstance(thing, Sanction):
            thing.reasoned = any(given)
        if not isinstance(thing, Sanction) or thing.muted or thing.removed:
            thing.reason = given[-1]
    return room


def words_wanted(body: bytes) -> tuple[Ref, ...]:
    """The objects of a snapshot whose words are to be joined, if they are still there."""
    found = _snapshot(body)
    messages = (Ref(Kind.MESSAGE, row["id"]) for row in (*found.messages, *found.older))
    asked = (Ref(Kind.QUESTION, row["id"]) for row in found.asked.questions)
    made = (Ref(Kind.ANNOUNCEMENT, row["id"]) for row in found.announcements)
    notes = (Ref(Kind.NOTE, row["id"]) for row in found.notes)
    return (*messages, *asked, *made, *notes)


def reasons_wanted(body: bytes) -> tuple[Ref, ...]:
    """The objects of a snapshot whose reasons are to be joined, if they are still there."""
    return tuple(ref for ref, _ in _moderated(decode_room(body, {})))


def _moderated(room: Room) -> Iterator[tuple[Ref, Message | Question | Sanction]]:
    """What is as the last act with a reason left it, and all persons who were ever sanctioned."""
    for message in (*room.chat.messages.values(), *room.chat.older.values()):
        if message.state is MessageState.REMOVED:
            yield Ref(Kind.MESSAGE, message.id), message
    for question in room.questions.questions.values():
        if question.state is QuestionState.DISMISSED:
            yield Ref(Kind.QUESTION, question.id), question
    for sanction in room.people.sanctions.values():
        yield Ref(Kind.PERSON, sanction.account), sanction


def _snapshot(body: bytes) -> _Snapshot:
    fields: Body = msgspec.json.decode(body)
    return msgspec.convert(_up(fields, fields["version"], SNAPSHOT_UPCASTERS), _Snapshot)


def _up(fields: Body, version: int, upcasters: tuple[Upcaster, ...]) -> Body:
    if not 1 <= version <= 1 + len(upcasters):
        raise UnknownVersionError(f"version {version}")
    for upcaster in upcasters[version - 1 :]:
        fields = upcaster(fields)
    return fields


def _bare(things: Iterable[Message | Question | Sanction | Announcement | Note]) -> list[Body]:
    rows = [msgspec.to_builtins(thing) for thing in things]
    return [{name: row[name] for name in row if name not in _APART} for row in rows]


def _chat(found: _Snapshot, words: Mapping[Ref, Words]) -> Chat:
    messages = _joined(found.messages, Message, Kind.MESSAGE, words)
    older = _joined(found.older, Message, Kind.MESSAGE, words)
    chat = Chat(messages={m.id: m for m in messages}, older={m.id: m for m in older})
    chat.count = found.count
    for message in messages:
        if message.reply_to is not None:
            chat.replies.setdefault(message.reply_to, []).append(message.id)
    return chat


def _questions(found: _Asked, words: Mapping[Ref, Words]) -> Questions:
    asked = Questions(
        on_air=found.on_air,
        numbered=found.numbered,
        window=found.window,
        moderation=found.moderation,
        display=found.display,
    )
    for question in _joined(found.questions, Question, Kind.QUESTION, words):
        asked.questions[question.id] = question
        if question.words is not None:
            asked.asked.setdefault(question.words.author.account, []).append(question.id)
    return asked


def _people(found: _Snapshot) -> People:
    sanctions = [msgspec.convert(row, Sanction) for row in found.sanctions]
    return People({sanction.account: sanction for sanction in sanctions})


def _announcements(found: _Snapshot, words: Mapping[Ref, Words]) -> Announcements:
    made = _joined(found.announcements, Announcement, Kind.ANNOUNCEMENT, words)
    return Announcements({one.id: one for one in made}, found.announced)


def _backstage(found: _Snapshot, words: Mapping[Ref, Words]) -> Backstage:
    return Backstage({note.id: note for note in _joined(found.notes, Note, Kind.NOTE, words)})


def _joined(
    rows: Iterable[Body], cls: type[Said], kind: Kind, words: Mapping[Ref, Words]
) -> list[Said]:
    """Rows with their words. What was erased stays so, whatever the words' rows say."""
    things = [msgspec.convert({**row, "words": None}, cls) for row in rows]
    for thing in things:
        if getattr(thing, "state", None) not in (MessageState.ERASED, QuestionState.ERASED):
            thing.words = words.get(Ref(kind, thing.id))
    return things


def _about(event: RoomEvent) -> Ref | None:
    for kind, field in _KEYS:
        if (key := getattr(event, field, None)) is not None:
            return Ref(kind, key)
    return None


_KEYS: Final = (
    (Kind.MESSAGE, "message"),
    (Kind.QUESTION, "question"),
    (Kind.PERSON, "account"),
    (Kind.ANNOUNCEMENT, "announcement"),
    (Kind.NOTE, "note"),
)
