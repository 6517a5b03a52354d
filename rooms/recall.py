"""Old messages that something newer is about: read from the store before it is needed."""

from __future__ import annotations

from collections.abc import Iterable

from rooms.core import chat
from rooms.core import room as rooms
from rooms.core.chat import Message, MessagePosted
from rooms.core.names import ObjectId
from rooms.core.people import EraseWords
from rooms.core.room import Change, Room, RoomCommand
from rooms.ports import RoomStore

Recalled = dict[ObjectId, Message]
"""Messages at hand for the next step. The state that folds them owns them."""


async def missing(store: RoomStore, state: Room, named: Iterable[RoomCommand | Change]) -> Recalled:
    """What these commands or changes mention and the state, once it gets there, will not have."""
    found: Recalled = {}
    posted: set[ObjectId] = set()
    for one in named:
        if isinstance(one, MessagePosted):
            posted.add(one.message)
        if isinstance(one, EraseWords):
            said = await store.messages_by(state.id, one.account)
            found |= {message.id: message for message in said if message.id not in found}
        name = rooms.mentions(one)
        if name is None or name in posted or name in found or chat.find(state.chat, name):
            continue
        message = await store.message(state.id, name)
        if message is not None:
            found[name] = message
    return found


def at_hand(state: Room, one: RoomCommand | Change, recalled: Recalled) -> None:
    """Put what this mentions where ``decide`` and ``evolve`` look for it. Call right before:
    the next message posted lets it go again."""
    if isinstance(one, EraseWords):
        for message in recalled.values():
            rooms.recall(state, message)
    name = rooms.mentions(one)
    if name is not None and name in recalled:
        rooms.recall(state, recalled[name])
