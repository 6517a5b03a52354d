"""Erasures by other processes, and those that a backup did not know.

The log does not say whose sanctions lost their reasons: it names no person, since beside the erased
objects that would tell who asked unnamed questions.  Whoever still has such reasons in memory
compares them with the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec

from rooms.core import people
from rooms.core.chat import MessageDeleted, MessageState
from rooms.core.names import RETENTION, SYSTEM, AccountId, Kind, Ref, RoomId, Stream, Words
from rooms.core.people import WordsErased
from rooms.core.questions import QuestionState, QuestionWithdrawn
from rooms.core.room import Room
from rooms.draft import Held, Sheet, catch_up
from rooms.ports import Gone, Logged, RoomStore, Writes
from rooms.recall import Recalled, at_hand
from rooms.sequencer import start

PART = 200
"""Objects that one event erases, when very many are."""


async def completed(store: RoomStore, state: Room, news: Sequence[Logged]) -> Sequence[Logged]:
    """These events, erasures among them with the persons they concern; ``state`` is before them."""
    erasures = [one for one in news if isinstance(one.event, WordsErased)]
    if not erasures:
        return news
    now, _ = await start(store, state.id)
    persons = tuple(
        account
        for account in state.people.sanctions
        if people.reasoned(state.people, account) and not people.reasoned(now.state.people, account)
    )
    return [_with(one, persons) if one in erasures else one for one in news]


def _with(logged: Logged, persons: tuple[AccountId, ...]) -> Logged:
    refs: Mapping[Stream, tuple[Ref, ...]] = logged.refs
    if Stream.DESK in refs:
        named = (Ref(Kind.PERSON, account) for account in persons)
        refs = {**refs, Stream.DESK: (*refs[Stream.DESK], *named)}
    event = msgspec.structs.replace(logged.event, persons=persons)
    return msgspec.structs.replace(logged, event=event, refs=refs)


async def again(
    store: RoomStore, room: RoomId, objects: Sequence[Ref], persons: Sequence[AccountId]
) -> int:
    """Erase what a backup brought back, by the server itself, before anybody is let in.

    With the words go the reasons of the sanctions on their authors.  How many objects still had
    words.  Raises ``StoreUnavailableError``.
    """
    held, _ = await start(store, room)
    authors = {ref: await _author(store, held.state, ref) for ref in objects}
    found = tuple(ref for ref, author in authors.items() if author is not None)
    accounts = dict.fromkeys([*persons, *(authors[ref] or "" for ref in found)])
    bereft = tuple(one for one in accounts if people.reasoned(held.state.people, one))
    if found or bereft:
        erased = WordsErased(at=0, by=SYSTEM, objects=found, persons=bereft)
        await _append(store, held, lambda *_: [erased], {})
    return len(found)


async def expire(store: RoomStore, room: RoomId, old: Sequence[Ref]) -> Sequence[Ref]:
    """Erase what was kept for long enough, by the server itself; what of it stays.

    Answered questions stay: they are what a conference leaves behind.  A person stands for the
    reasons of the sanctions on them.  A part at a time: nobody in the room has to wait for all.
    Raises ``StoreUnavailableError``.
    """
    stay: list[Ref] = []
    for first in range(0, len(old), PART):
        held, recent = await start(store, room)
        part = old[first : first + PART]
        # Under the lock: what is answered this moment stays, and of two processes that look at
        # the same time the second finds nothing left.
        await _append(store, held, partial(_expired, part, recent), {})
        stay += [ref for ref in part if _answered(held.state, ref)]
    return stay


def _expired(
    part: Sequence[Ref], recent: Sequence[Logged], state: Room, news: Sequence[Logged]
) -> Sequence[Gone]:
    gone = {
        ref
        for logged in (*recent, *news)
        if isinstance(logged.event, WordsErased)
        for ref in logged.event.objects
    }
    left = [ref for ref in part if ref not in gone and not _answered(state, ref)]
    objects = tuple(ref for ref in left if ref.kind is not Kind.PERSON)
    persons = tuple(
        ref.id for ref in left if ref.kind is Kind.PERSON and people.reasoned(state.people, ref.id)
    )
    if not objects and not persons:
        return []
    return [WordsErased(at=0, by=RETENTION, objects=objects, persons=persons)]


def _answered(state: Room, ref: Ref) -> bool:
    found = state.questions.questions.get(ref.id) if ref.kind is Kind.QUESTION else None
    return found is not None and found.state is QuestionState.ANSWERED


async def take_back(store: RoomStore, room: RoomId, objects: Sequence[Ref]) -> int:
    """Delete messages and withdraw questions again, for their authors. How many were there.

    Raises ``StoreUnavailableError``.
    """
    held, _ = await start(store, room)
    recalled: Recalled = {}
    events: list[MessageDeleted | QuestionWithdrawn] = []
    for ref in objects:
        message = await store.message(room, ref.id) if ref.kind is Kind.MESSAGE else None
        question = held.state.questions.questions.get(ref.id)
        if message is not None and message.state in _DELETABLE:
            recalled[ref.id] = message
            events.append(MessageDeleted(at=0, message=ref.id))
        elif question is not None and question.state not in _AWAY:
            events.append(QuestionWithdrawn(at=0, question=ref.id))
    if events:
        await _append(store, held, lambda *_: events, recalled)
    return len(events)


_DELETABLE = (MessageState.VISIBLE, MessageState.REMOVED)
_AWAY = (QuestionState.WITHDRAWN, QuestionState.ERASED)


async def _author(store: RoomStore, state: Room, ref: Ref) -> AccountId | None:
    """Who said it; None when its words are not there."""
    words: Words | None = None
    match ref.kind:
        case Kind.MESSAGE:
            message = await store.message(state.id, ref.id)
            words = message.words if message else None
        case Kind.QUESTION:
            question = state.questions.questions.get(ref.id)
            words = question.words if question else None
        case Kind.ANNOUNCEMENT:
            made = state.announcements.made.get(ref.id)
            words = made.words if made else None
        case Kind.NOTE:
            note = state.backstage.notes.get(ref.id)
            words = note.words if note else None
        case _:
            pass
    return words.author.account if words else None


async def _append(
    store: RoomStore,
    held: Held,
    decide: Callable[[Room, Sequence[Logged]], Sequence[Gone]],
    recalled: Recalled,
) -> None:
    """Store what is decided as of now, if anything; of the room, and what just came to it."""
    room = held.head.room
    async with store.batch({room: held.head}, []) as batch:
        catch_up(held, batch.locked, {})
        sheet, at = Sheet(held), max(batch.locked.now, held.head.last_at)
        for event in decide(held.state, batch.locked.news.get(room, ())):
            at_hand(held.state, event, recalled)
            sheet.log(msgspec.structs.replace(event, at=at), at)
        head = sheet.closed()
        if head is not None:
            await batch.commit(Writes([head], {room: sheet.events}, {}, []))
