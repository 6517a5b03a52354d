"""Erasures by other processes: the log does not say whose sanctions lost their reasons.

It names no person, since beside the erased objects that would tell who asked unnamed questions.
Whoever still has such reasons in memory compares them with the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from rooms.core import people
from rooms.core.names import AccountId, Kind, Ref, Stream
from rooms.core.people import WordsErased
from rooms.core.room import Room
from rooms.ports import Logged, RoomStore
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
