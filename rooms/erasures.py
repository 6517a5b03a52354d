"""Erasures by other processes, and those that a backup did not know.

The log does not say whose sanctions lost their reasons: it names no person, since beside the erased
objects that would tell who asked unnamed questions.  Whoever still has such reasons in memory
compares them with the store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from rooms.core import people, sight
from rooms.core.codec import WRITES
from rooms.core.names import SYSTEM, AccountId, Kind, Ref, RoomId, Stream, Words
from rooms.core.people import WordsErased
from rooms.core.room import Room
from rooms.draft import Held
from rooms.ports import Head, Logged, RoomStore, Writes
from rooms.sequencer import start


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
        await _erase(store, held, found, bereft)
    return len(found)


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


async def _erase(
    store: RoomStore, held: Held, objects: tuple[Ref, ...], persons: tuple[AccountId, ...]
) -> None:
    room = held.head.room
    async with store.batch({room: held.head}, []) as batch:
        at = max(batch.locked.now, held.head.last_at)
        event = WordsErased(at=at, by=SYSTEM, objects=objects, persons=persons)
        refs = sight.advance(held.state, event)
        head = _next(held, event, refs)
        logged = Logged(head.log, event, {each: head.stream(each) for each in refs}, refs)
        await batch.commit(Writes([head], {room: [logged]}, {}, []))


def _next(held: Held, event: WordsErased, refs: Collection[Stream]) -> Head:
    before = held.head
    return msgspec.structs.replace(
        before,
        log=before.log + 1,
        version=before.version + 1,
        last_at=event.at,
        min_reader=max(before.min_reader, WRITES),
        on_air=held.state.questions.on_air,
        **{stream.value: before.stream(stream) + 1 for stream in refs},
    )
