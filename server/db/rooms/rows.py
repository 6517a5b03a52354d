"""What a batch wants stored, as rows of ``server/db/tables/rooms.py``. Pure.

Each row type has the fields of its table, in its order (a test compares them): statements are
made from the fields, and both databases store the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from access.actors import OfficeKind
from access.audiences import Instant
from rooms.core import announcements, backstage, chat, codec, people, questions
from rooms.core.chat import MessageState
from rooms.core.names import AccountId, Author, Kind, ObjectId, Ref, RoomId, Stream, VoteCast, Words
from rooms.core.room import RoomEvent
from rooms.ports import Head, Logged, Owner, StoredResult, Vault, Writes

_encode = msgspec.json.Encoder().encode

FIRST = 1
"""Revision of the words an object is published with. Those of reasons are below zero."""
REASON = "reason"
"""Kind of a text that says why a moderator acted."""


class HeadRow(NamedTuple):
    room: RoomId
    log: int
    pub: int
    stage: int
    desk: int
    version: int
    last_at: Instant
    on_air: ObjectId | None
    min_reader: int
    messages: int


class EventRow(NamedTuple):
    room: RoomId
    log: int
    at: Instant
    type: str
    version: int
    object: ObjectId | None
    body: str
    pub: int | None
    stage: int | None
    desk: int | None
    refs: str


class TextRow(NamedTuple):
    object: ObjectId
    revision: int
    room: RoomId
    kind: str
    rank: int | None
    at: Instant
    state: str | None
    reply_to: ObjectId | None
    text: str | None


class AuthorRow(NamedTuple):
    object: ObjectId
    room: RoomId
    account: AccountId | None
    name: str
    organisation: str
    office: OfficeKind | None
    sealed: bytes | None


class VoteRow(NamedTuple):
    question: ObjectId
    account: AccountId
    room: RoomId
    value: bool
    at: Instant
    version: int


class CommandRow(NamedTuple):
    cmd_id: str
    owner: bytes
    payload_hash: bytes
    result: bytes
    object: ObjectId | None
    at: Instant


class SnapshotRow(NamedTuple):
    room: RoomId
    log: int
    version: int
    body: bytes


class StateChange(NamedTuple):
    """A message's new state; parameters of one UPDATE."""

    state: MessageState
    object: ObjectId


class Pardon(NamedTuple):
    """A person whose sanctions lose their reasons; parameters of one UPDATE."""

    object: str
    revision: int
    """Of the erasure, were it a reason: what came after it in the same batch stays."""


class Rows(msgspec.Struct):
    """Everything of one batch. New rows first, then states, then erasure."""

    now: Instant
    heads: list[HeadRow] = []
    events: list[EventRow] = []
    texts: list[TextRow] = []
    authors: list[AuthorRow] = []
    votes: list[VoteRow] = []
    commands: list[CommandRow] = []
    snapshots: list[SnapshotRow] = []
    unnamed: dict[ObjectId, tuple[RoomId, Author]] = {}
    """Authors still to be sealed: see ``with_sealed``."""
    results: list[StoredResult] = []
    """Answers whose owners have still to be hidden: see ``with_sealed``."""
    states: list[StateChange] = []
    erased: list[ObjectId] = []
    pardons: list[Pardon] = []


def rows_of(writes: Writes, messages: Mapping[RoomId, int], now: Instant) -> Rows:
    """The rows of a batch. ``messages``: how many each room has published before."""
    counts = dict(messages)
    rows = Rows(now, results=list(writes.results))
    for head in writes.heads:
        for logged in writes.events.get(head.room, ()):
            _add_event(rows, head.room, logged, counts)
        rows.heads.append(_head(head, counts.get(head.room, 0)))
        rows.votes += _votes(head, writes.votes.get(head.room, ()))
    rows.snapshots = [
        SnapshotRow(head.room, head.log, head.version, codec.encode_room(room))
        for head, room in writes.snapshots
    ]
    return rows


def with_sealed(rows: Rows, vault: Vault) -> None:
    """Add what tells who said something, sealed under keys that are durable already."""
    if rows.unnamed:
        sealed = vault.seal({question: author for question, (_, author) in rows.unnamed.items()})
        rows.authors += [
            AuthorRow(question, room, None, "", "", None, sealed[question])
            for question, (room, _) in rows.unnamed.items()
        ]
        rows.unnamed = {}
    if rows.results:
        owners = vault.owners([result.key for result in rows.results], make=True)
        rows.commands += [_command(result, owners[result.key], rows.now) for result in rows.results]
        rows.results = []


def masked(payload_hash: bytes, owner: Owner) -> bytes:
    """The hash as it is stored; masked again, what it was. Erased: it stays empty."""
    return bytes(a ^ b for a, b in zip(payload_hash, owner.mask, strict=False))


def _head(head: Head, messages: int) -> HeadRow:
    return HeadRow(
        head.room,
        head.log,
        head.pub,
        head.stage,
        head.desk,
        head.version,
        head.last_at,
        head.on_air,
        head.min_reader,
        messages,
    )


def _add_event(rows: Rows, room: RoomId, logged: Logged, counts: dict[RoomId, int]) -> None:
    event, numbers = logged.event, logged.numbers
    encoded = codec.encode_event(event)
    has_text = encoded.words is not None or encoded.reason is not None
    about = text_object(room, encoded.object) if encoded.object and has_text else None
    rows.events.append(
        EventRow(
            room,
            logged.log,
            event.at,
            encoded.type,
            encoded.version,
            about,
            encoded.body.decode(),
            numbers.get(Stream.PUB),
            numbers.get(Stream.STAGE),
            numbers.get(Stream.DESK),
            _refs(_without_persons(logged)),
        )
    )
    if about is not None and encoded.reason is not None:
        rows.texts.append(_reason(room, about, logged, encoded.reason))
    match event:
        case chat.MessagePosted(words=Words() as words):
            rank = counts[room] = counts.get(room, 0) + 1
            rows.texts.append(_message(room, rank, event, words))
            _add_author(rows, room, event.message, words.author)
        case questions.QuestionAsked(words=Words() as words):
            rows.texts.append(_text(room, Kind.QUESTION, event.question, event, words))
            _add_author(rows, room, event.question, words.author)
        case announcements.AnnouncementSet(announcement=made, words=Words() as words):
            rows.texts.append(_text(room, Kind.ANNOUNCEMENT, made, event, words))
            _add_author(rows, room, made, words.author)
        case backstage.NoteSent(note=note, words=Words() as words):
            rows.texts.append(_text(room, Kind.NOTE, note, event, words))
            _add_author(rows, room, note, words.author)
        case _:
            _add_change(rows, room, logged.log, event)


def text_object(room: RoomId, ref: Ref) -> str:
    """Under which name the texts about an object stand. A person is one in every room."""
    return f"{room} {ref.id}" if ref.kind is Kind.PERSON else ref.id


def _reason(room: RoomId, about: str, logged: Logged, reason: str) -> TextRow:
    """Also when it is empty: a reason that was erased must not be told from one never given."""
    return TextRow(about, -logged.log, room, REASON, None, logged.event.at, None, None, reason)


def _message(room: RoomId, rank: int, posted: chat.MessagePosted, words: Words) -> TextRow:
    return TextRow(
        posted.message,
        FIRST,
        room,
        Kind.MESSAGE,
        rank,
        posted.at,
        MessageState.VISIBLE,
        posted.reply_to,
        words.text,
    )


def _text(room: RoomId, kind: Kind, object_: ObjectId, event: RoomEvent, words: Words) -> TextRow:
    """Words whose state stands in the log alone."""
    return TextRow(object_, FIRST, room, kind, None, event.at, None, None, words.text)


def _add_author(rows: Rows, room: RoomId, object_: ObjectId, author: Author) -> None:
    if author.unnamed:
        rows.unnamed[object_] = (room, author)
        return
    rows.authors.append(
        AuthorRow(
            object_, room, author.account, author.name, author.organisation, author.office, None
        )
    )


def _add_change(rows: Rows, room: RoomId, log: int, event: RoomEvent) -> None:
    """The present state of older rows."""
    match event:
        case chat.MessageDeleted(message=message):
            rows.states.append(StateChange(MessageState.DELETED, message))
        case chat.MessageRemoved(message=message):
            rows.states.append(StateChange(MessageState.REMOVED, message))
        case chat.MessageRestored(message=message):
            rows.states.append(StateChange(MessageState.VISIBLE, message))
        case people.WordsErased(objects=objects, persons=persons):
            rows.erased += [ref.id for ref in objects]
            rows.states += [
                StateChange(MessageState.ERASED, ref.id)
                for ref in objects
                if ref.kind is Kind.MESSAGE
            ]
            about = (text_object(room, Ref(Kind.PERSON, one)) for one in persons or ())
            rows.pardons += [Pardon(one, -log) for one in about]
        case _:
            pass


def _votes(head: Head, votes: Sequence[VoteCast]) -> list[VoteRow]:
    """The last vote of each account: one statement may not touch a row twice."""
    last = {(vote.question, vote.account): vote for vote in votes}
    return [
        VoteRow(vote.question, vote.account, head.room, vote.value, vote.at, head.version)
        for vote in last.values()
    ]


def _command(result: StoredResult, owner: Owner, now: Instant) -> CommandRow:
    stored = masked(result.payload_hash, owner)
    return CommandRow(result.key.cmd_id, owner.id, stored, result.result, result.object, now)


def _without_persons(logged: Logged) -> Mapping[Stream, tuple[Ref, ...]]:
    """What an erasure changed, but not in whose sanction: that would name who asked."""
    if not isinstance(logged.event, people.WordsErased):
        return logged.refs
    return {
        stream: tuple(ref for ref in refs if ref.kind is not Kind.PERSON)
        for stream, refs in logged.refs.items()
    }


def _refs(refs: Mapping[Stream, tuple[Ref, ...]]) -> str:
    lists = list(refs.values())
    first = lists[0] if lists else ()
    for other in lists:
        if other is not first and other != first:
            return _encode(refs).decode()
    return _encode(first).decode()
