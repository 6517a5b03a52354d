"""Chat: send, reply, delete own; moderators remove and restore (rooms page, B3)."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from access.audiences import Instant
from access.permissions import Permission
from rooms.core.names import Author, Command, Event, ObjectId, Words


class MessageState(StrEnum):
    VISIBLE = "visible"
    DELETED = "deleted"
    REMOVED = "removed"
    ERASED = "erased"


class SendMessage(Command, frozen=True, tag="chat.send"):
    NEEDS: ClassVar = Permission.CHAT_SEND
    text: str
    reply_to: ObjectId | None = None


class DeleteMessage(Command, frozen=True, tag="chat.delete"):
    NEEDS: ClassVar = Permission.CHAT_DELETE_OWN
    message: ObjectId


class RemoveMessage(Command, frozen=True, tag="chat.remove"):
    NEEDS: ClassVar = Permission.CHAT_MODERATE
    message: ObjectId
    reason: str = ""


class RestoreMessage(Command, frozen=True, tag="chat.restore"):
    NEEDS: ClassVar = Permission.CHAT_MODERATE
    message: ObjectId


class MessagePosted(Event, frozen=True, kw_only=True, tag="message.posted"):
    message: ObjectId
    reply_to: ObjectId | None = None
    words: Words | None


class MessageDeleted(Event, frozen=True, kw_only=True, tag="message.deleted"):
    message: ObjectId


class MessageRemoved(Event, frozen=True, kw_only=True, tag="message.removed"):
    message: ObjectId
    reason: str


class MessageRestored(Event, frozen=True, kw_only=True, tag="message.restored"):
    message: ObjectId


class Message(msgspec.Struct):
    """A message as the room knows it."""

    id: ObjectId
    order: int
    """1, 2, 3 … in order of publication; the only order there is. Reveals nothing held back."""
    at: Instant
    state: MessageState
    words: Words | None
    reply_to: ObjectId | None = None
    reason: str = ""


class Chat(msgspec.Struct):
    """The newest ``KEEP`` messages; older ones are read from the store when somebody asks."""

    messages: dict[ObjectId, Message] = {}
    count: int = 0
    """Messages published so far: the order of the newest one."""


class Quote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reply shows of the message it answers. No text: that message shows no more."""

    id: ObjectId
    name: str | None = None
    text: str | None = None


class MessageView(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="k", tag="message"):
    """A message as one stream shows it. Without ``text`` it is a tombstone."""

    id: ObjectId
    order: int
    at: Instant
    state: MessageState
    text: str | None = None
    author: Author | None = None
    reply_to: Quote | None = None
    reason: str | None = None


KEEP = 1_000
LIMIT = 1_000
"""Longest message, in grapheme clusters."""
QUOTE = 140
