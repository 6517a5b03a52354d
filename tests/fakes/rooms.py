"""Room log and vault in memory: what ``rooms/ports.py`` promises, for tests without a disk.

``FakeDisk`` is the database: several ``FakeRoomStore`` on one disk are several processes; a
new store on an old disk is a restart.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import msgspec

from access.audiences import Instant
from rooms.core import announcements, backstage, chat, codec, people, questions
from rooms.core.chat import Message, MessageState
from rooms.core.names import (
    AccountId,
    Author,
    Kind,
    ObjectId,
    Ref,
    RoomId,
    Stream,
    VoteCast,
    Words,
)
from rooms.core.room import Room, RoomEvent
from rooms.ports import (
    RING,
    Batch,
    CommandKey,
    Head,
    Locked,
    Logged,
    Owner,
    Stored,
    StoredResult,
    StoreUnavailableError,
    Writes,
    readable,
)
from server.db.rooms.keeping import KEPT_MS, SECRET_MS, WINDOW_MS


class FakeClock:
    """Shows the time it is told."""

    def __init__(self, now: Instant = 1_700_000_000_000) -> None:
        self.at = now

    def now(self) -> Instant:
        return self.at

    def advance(self, milliseconds: int) -> None:
        self.at += milliseconds


class WallClock(FakeClock):
    """The machine's; nothing advances it."""

    def now(self) -> Instant:
        return time.time_ns() // 1_000_000


class FakeVault:
    """Seals by keeping the author itself."""

    def __init__(self) -> None:
        self.authors: dict[bytes, tuple[ObjectId, Author]] = {}
        self.sealed = 0
        self.questions: set[ObjectId] = set()
        """All that were ever sealed."""

    def seal(self, authors: Mapping[ObjectId, Author]) -> Mapping[ObjectId, bytes]:
        return {question: self._seal(question, author) for question, author in authors.items()}

    def _seal(self, question: ObjectId, author: Author) -> bytes:
        self.sealed += 1
        self.questions.add(question)
        label = f"sealed {self.sealed}".encode()
        self.authors[label] = (question, author)
        return label

    def open(self, question: ObjectId, sealed: bytes) -> Author | None:
        of, author = self.authors.get(sealed, (None, None))
        return author if of == question else None

    def destroy(self, questions: Iterable[ObjectId]) -> None:
        gone = set(questions)
        self.authors = {k: kept for k, kept in self.authors.items() if kept[0] not in gone}

    def owners(
        self, keys: Iterable[CommandKey], *, make: bool = False
    ) -> Mapping[CommandKey, Owner]:
        return {key: Owner(f"{key.account} {key.cmd_id}".encode(), bytes(16)) for key in keys}

    def forget(self, before: Instant) -> None:
        """Keeps no secrets."""


class StoredVote(msgspec.Struct, frozen=True):
    vote: VoteCast
    version: int


class StoredRoom(msgspec.Struct):
    """One room on the disk. Words stand apart from the events, as in the database."""

    head: Head
    events: list[Logged] = []
    texts: dict[Ref, str] = {}
    authors: dict[Ref, Author | bytes] = {}
    reasons: dict[int, tuple[Ref, str]] = {}
    """By the number of the event: what it was about, and why."""
    messages: dict[ObjectId, Message] = {}
    votes: dict[tuple[ObjectId, AccountId], StoredVote] = {}
    snapshot: tuple[Head, bytes] | None = None


class FakeDisk:
    """What survives a restart, and its troubles."""

    def __init__(self, clock: FakeClock | None = None, vault: FakeVault | None = None) -> None:
        self.clock = clock or FakeClock()
        self.vault = vault or FakeVault()
        self.epoch = "epoch-1"
        self.rooms: dict[RoomId, StoredRoom] = {}
        self.results: dict[CommandKey, tuple[StoredResult, Instant]] = {}
        self.lock = asyncio.Lock()
        self.commits = 0
        self._refuse = 0
        self._lose = 0

    def refuse_commits(self, times: int = 1) -> None:
        """The next commits fail and store nothing (disk full)."""
        self._refuse = times

    def lose_answers(self, times: int = 1) -> None:
        """The next commits store everything and fail all the same (connection lost)."""
        self._lose = times

    def room(self, room: RoomId) -> StoredRoom:
        return self.rooms.setdefault(room, StoredRoom(Head(room=room)))

    def write(self, writes: Writes, now: Instant) -> None:
        if self._refuse:
            self._refuse -= 1
            raise StoreUnavailableError("the disk is told to refuse")
        for head in writes.heads:
            self.room(head.room).head = head
            _append(self.room(head.room), writes.events.get(head.room, ()), self.vault)
            _vote(self.room(head.room), writes.votes.get(head.room, ()), head.version)
        for result in writes.results:
            self.results[result.key] = (result, now)
        for events in writes.events.values():
            self._erase_results(events)
        for head, state in writes.snapshots:
            self.room(head.room).snapshot = (head, codec.encode_room(state))
        self.commits += 1
        if self._lose:
            self._lose -= 1
            raise StoreUnavailableError("the disk is told to lose its answer")

    def _erase_results(self, events: Sequence[Logged]) -> None:
        """Answers about erased objects: an unnamed author's goes, another's forgets its hash."""
        erased = [e.event.objects for e in events if isinstance(e.event, people.WordsErased)]
        ids = {ref.id for refs in erased for ref in refs}
        for key, (result, at) in list(self.results.items()):
            if result.object in ids & self.vault.questions:
                del self.results[key]
            elif result.object in ids:
                blank = msgspec.structs.replace(result, payload_hash=b"")
                self.results[key] = (blank, at)


class FakeBatch:
    def __init__(self, disk: FakeDisk, locked: Locked) -> None:
        self.locked = locked
        self._disk = disk

    async def commit(self, writes: Writes) -> None:
        await asyncio.sleep(0)
        self._disk.write(writes, self.locked.now)


class FakeRoomStore:
    """One process's view of a ``FakeDisk``."""

    def __init__(self, disk: FakeDisk | None = None) -> None:
        self.disk = disk or FakeDisk()

    async def epoch(self) -> str:
        return self.disk.epoch

    async def load(self, room: RoomId) -> Stored:
        kept = self.disk.rooms.get(room) or StoredRoom(Head(room=room))
        head, body = kept.snapshot or (Head(room=room), None)
        return Stored(
            head=readable(kept.head),
            room=_room(body, kept, self.disk.vault) if body else None,
            events=self._events(kept, head.log),
            votes=[row.vote for row in kept.votes.values()],
            recent=kept.events[-RING:],
        )

    @asynccontextmanager
    async def batch(
        self, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]
    ) -> AsyncIterator[Batch]:
        async with self.disk.lock:
            yield FakeBatch(self.disk, self._locked(known, keys))

    def _locked(self, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]) -> Locked:
        rooms = {room: self.disk.rooms.get(room) or StoredRoom(Head(room=room)) for room in known}
        if any(kept.head.version < known[room].version for room, kept in rooms.items()):
            raise StoreUnavailableError("the disk has lost commits")
        behind = {room: kept for room, kept in rooms.items() if kept.head != known[room]}
        return Locked(
            now=self.disk.clock.now(),
            heads={room: readable(kept.head) for room, kept in rooms.items()},
            news={room: self._events(kept, known[room].log) for room, kept in behind.items()},
            votes={room: _votes_after(kept, known[room].version) for room, kept in behind.items()},
            results={key: self.disk.results[key][0] for key in keys if key in self.disk.results},
        )

    async def since(self, known: Head) -> tuple[Head, Sequence[Logged], Sequence[VoteCast]]:
        kept = self.disk.rooms.get(known.room) or StoredRoom(Head(room=known.room))
        return readable(kept.head), self._events(kept, known.log), _votes_after(kept, known.version)

    async def heads(self, rooms: Collection[RoomId]) -> Mapping[RoomId, Head]:
        there = [self.disk.rooms[room].head for room in rooms if room in self.disk.rooms]
        return {head.room: readable(head) for head in there}

    async def messages_before(self, room: RoomId, order: int, limit: int) -> Sequence[Message]:
        kept = self.disk.rooms.get(room) or StoredRoom(Head(room=room))
        older = [message for message in kept.messages.values() if message.order < order]
        shown = [_message(kept, message, self.disk.vault) for message in older]
        worded = [message for message in shown if message.words is not None]
        return sorted(worded, key=lambda message: -message.order)[:limit]

    async def message(self, room: RoomId, message: ObjectId) -> Message | None:
        kept = self.disk.rooms.get(room) or StoredRoom(Head(room=room))
        found = kept.messages.get(message)
        return _message(kept, found, self.disk.vault) if found else None

    async def messages_by(self, room: RoomId, account: AccountId) -> Sequence[Message]:
        kept = self.disk.rooms.get(room) or StoredRoom(Head(room=room))
        messages = [_message(kept, message, self.disk.vault) for message in kept.messages.values()]
        return [m for m in messages if m.words is not None and m.words.author.account == account]

    async def purge(self, before: Instant) -> None:
        """Forget results older than this instant."""
        results = self.disk.results
        self.disk.results = {key: row for key, row in results.items() if row[1] >= before}

    async def cut(self, before: Instant, keep: int = RING) -> None:
        """Forget old events, as the databases do."""
        for kept in self.disk.rooms.values():
            upto = min(kept.snapshot[0].log if kept.snapshot else 0, kept.head.log - keep)
            kept.events = [one for one in kept.events if not _is_old(one, upto, before)]

    async def tidy(self, now: Instant) -> None:
        """Forget what is too old by now, and whose it was."""
        await self.purge(now - KEPT_MS)
        await self.cut(now - WINDOW_MS)
        self.disk.vault.forget(now - SECRET_MS)

    async def close(self) -> None:
        """Nothing to close; the disk stays."""

    def _events(self, kept: StoredRoom, after: int) -> list[Logged]:
        return [
            _join(kept, logged, self.disk.vault) for logged in kept.events if logged.log > after
        ]


def _object(event: RoomEvent) -> Ref | None:
    """The object whose words the event carries."""
    if isinstance(event, chat.MessagePosted):
        return Ref(Kind.MESSAGE, event.message)
    if isinstance(event, questions.QuestionAsked):
        return Ref(Kind.QUESTION, event.question)
    if isinstance(event, announcements.AnnouncementSet):
        return Ref(Kind.ANNOUNCEMENT, event.announcement)
    if isinstance(event, backstage.NoteSent):
        return Ref(Kind.NOTE, event.note)
    return None


def _append(kept: StoredRoom, events: Sequence[Logged], vault: FakeVault) -> None:
    for logged in events:
        event = logged.event
        ref = _object(event)
        words = getattr(event, "words", None)
        if ref is not None and words is not None:
            kept.texts[ref] = words.text
            kept.authors[ref] = words.author
            if words.author.unnamed:
                kept.authors[ref] = vault.seal({ref.id: words.author})[ref.id]
        row = codec.encode_event(event)
        if row.object is not None and row.reason is not None:
            kept.reasons[logged.log] = (row.object, row.reason)
        bare = codec.decode_event(row.type, row.version, row.body, None)
        kept.events.append(msgspec.structs.replace(logged, event=bare, refs=_refs(logged)))
        _change_messages(kept, event)
        if isinstance(event, people.WordsErased):
            _erase(kept, event, vault)


def _refs(logged: Logged) -> Mapping[Stream, tuple[Ref, ...]]:
    """As stored: an erasure tells nothing about persons."""
    if not isinstance(logged.event, people.WordsErased):
        return logged.refs
    return {s: tuple(r for r in refs if r.kind != Kind.PERSON) for s, refs in logged.refs.items()}


def _change_messages(kept: StoredRoom, event: RoomEvent) -> None:
    match event:
        case chat.MessagePosted(message=id, at=at, reply_to=reply_to):
            order = len(kept.messages) + 1
            kept.messages[id] = Message(id, order, at, MessageState.VISIBLE, None, reply_to)
        case chat.MessageDeleted(message=id) if id in kept.messages:
            kept.messages[id].state = MessageState.DELETED
        case chat.MessageRemoved(message=id, reason=reason) if id in kept.messages:
            kept.messages[id].state = MessageState.REMOVED
            kept.messages[id].reason = reason
        case chat.MessageRestored(message=id) if id in kept.messages:
            kept.messages[id].state = MessageState.VISIBLE
            kept.messages[id].reason = ""
        case _:
            pass


def _erase(kept: StoredRoom, event: people.WordsErased, vault: FakeVault) -> None:
    for ref in event.objects:
        kept.texts.pop(ref, None)
        kept.authors.pop(ref, None)
        if ref.id in kept.messages:
            kept.messages[ref.id].state = MessageState.ERASED
            kept.messages[ref.id].reason = ""
        kept.votes = {key: row for key, row in kept.votes.items() if key[0] != ref.id}
    gone = {*event.objects, *(Ref(Kind.PERSON, account) for account in event.persons or ())}
    blank = {log: (ref, "") for log, (ref, _) in kept.reasons.items() if ref in gone}
    kept.reasons |= blank
    vault.destroy(ref.id for ref in event.objects)


def _vote(kept: StoredRoom, votes: Sequence[VoteCast], version: int) -> None:
    for vote in votes:
        kept.votes[vote.question, vote.account] = StoredVote(vote, version)


def _is_old(logged: Logged, upto: int, before: Instant) -> bool:
    return logged.log <= upto and logged.event.at < before and logged.event.by is None


def _votes_after(kept: StoredRoom, version: int) -> list[VoteCast]:
    return [row.vote for row in kept.votes.values() if row.version > version]


def _words(kept: StoredRoom, ref: Ref, vault: FakeVault) -> Words | None:
    author = kept.authors.get(ref)
    if isinstance(author, bytes):
        author = vault.open(ref.id, author) or Author("", "", "", unnamed=True)
    if ref not in kept.texts or author is None:
        return None
    return Words(kept.texts[ref], author)


def _join(kept: StoredRoom, logged: Logged, vault: FakeVault) -> Logged:
    event = logged.event
    if (ref := _object(event)) is not None:
        event = msgspec.structs.replace(event, words=_words(kept, ref, vault))
    elif logged.log in kept.reasons:
        event = msgspec.structs.replace(event, reason=kept.reasons[logged.log][1])
    return msgspec.structs.replace(logged, event=event)


def _message(kept: StoredRoom, message: Message, vault: FakeVault) -> Message:
    words = _words(kept, Ref(Kind.MESSAGE, message.id), vault)
    return msgspec.structs.replace(message, words=words)


def _room(body: bytes, kept: StoredRoom, vault: FakeVault) -> Room:
    """A persisted snapshot with the words that are still there."""
    words = {ref: _words(kept, ref, vault) for ref in codec.words_wanted(body)}
    reasons: dict[Ref, list[str]] = {}
    for _, (ref, reason) in sorted(kept.reasons.items()):
        reasons.setdefault(ref, []).append(reason)
    return codec.decode_room(body, {ref: said for ref, said in words.items() if said}, reasons)
