"""Chat: send, reply, delete own; moderators remove and restore (rooms page, B3).

The room keeps the newest ``KEEP`` messages.  Older ones are kept only while a kept reply quotes
them, or for the one command or event that names them (``recall``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from access.actors import OfficeKind
from access.audiences import Instant
from access.permissions import Permission
from rooms.core import text
from rooms.core.names import (
    AccountId,
    Author,
    Code,
    Command,
    Event,
    Ids,
    Kind,
    ObjectId,
    Person,
    Ref,
    Refusal,
    Stream,
    Words,
)


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


ChatCommand = SendMessage | DeleteMessage | RemoveMessage | RestoreMessage
ChatEvent = MessagePosted | MessageDeleted | MessageRemoved | MessageRestored


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
    """In order of publication."""
    older: dict[ObjectId, Message] = {}
    """Messages before these that a kept reply quotes, or that were recalled just now."""
    replies: dict[ObjectId, list[ObjectId]] = {}
    """Index: the kept replies to a message. Their views show it, so they change with it."""
    count: int = 0
    """Messages published so far: the order of the newest one."""


class Quote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reply shows of the message it answers. No text: that message shows no more."""

    id: ObjectId
    name: str | None = None
    text: str | None = None
    office: OfficeKind | None = None


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
"""How much of a message a reply to it shows, in grapheme clusters."""
REASON_LONGEST = 500
BURST = 5
BURST_MS = 5_000
"""One person posts at most ``BURST`` messages within so long, in any half-open window."""
_UNHURRIED = frozenset({Permission.CHAT_MODERATE, Permission.ROOM_STAGE})
"""Whoever leads the room may post as fast as they write."""


def find(chat: Chat, message: ObjectId) -> Message | None:
    """A message the room knows, kept or recalled."""
    return chat.messages.get(message) or chat.older.get(message)


def recall(chat: Chat, message: Message) -> None:
    """Put a message from before the kept ones at hand; the next post drops it again."""
    if message.id not in chat.messages:
        chat.older.setdefault(message.id, message)


def decide(
    chat: Chat, command: ChatCommand, by: Person, at: Instant, ids: Ids
) -> ChatEvent | Refusal | None:
    """What becomes of a command; None: the wanted state is there already (X2)."""
    if isinstance(command, SendMessage):
        return _send(chat, command, by, at, ids)
    message = find(chat, command.message)
    if message is None:
        return Refusal(Code.NOT_FOUND)
    match command:
        case DeleteMessage():
            return _delete(message, by, at)
        case RemoveMessage():
            return _remove(message, command, by, at)
        case RestoreMessage():
            return _restore(message, by, at)


def _send(
    chat: Chat, command: SendMessage, by: Person, at: Instant, ids: Ids
) -> MessagePosted | Refusal:
    checked = text.check(command.text, 1, LIMIT)
    if isinstance(checked, Refusal):
        return checked
    if command.reply_to is not None and find(chat, command.reply_to) is None:
        return Refusal(Code.NOT_FOUND)
    pause = _pause(chat, by, at)
    if pause > 0:
        return Refusal(Code.RATE_LIMITED, retry_after_ms=pause)
    words = Words(checked, by.author())
    return MessagePosted(at=at, message=ids.object, reply_to=command.reply_to, words=words)


def _pause(chat: Chat, by: Person, at: Instant) -> int:
    """Milliseconds until this person may post; 0: now.

    Counts what was accepted, whatever became of it since.  Looks back ``BURST_MS`` at most, and
    no further than the kept messages: a room that posts ``KEEP`` within that time, which takes
    hundreds of people, holds each of them less strictly.
    """
    if not _UNHURRIED.isdisjoint(by.may):
        return 0
    said = 0
    for message in reversed(chat.messages.values()):
        if message.at <= at - BURST_MS:
            break
        if message.words is not None and message.words.author.account == by.account:
            said += 1
            if said == BURST:
                return message.at + BURST_MS - at
    return 0


def _delete(message: Message, by: Person, at: Instant) -> MessageDeleted | Refusal | None:
    if message.words is None or message.words.author.account != by.account:
        return Refusal(Code.FORBIDDEN)
    if message.state is MessageState.DELETED:
        return None
    if message.state is not MessageState.VISIBLE:
        return Refusal(Code.ILLEGAL_TRANSITION, state=message.state)
    return MessageDeleted(at=at, message=message.id)


def _remove(
    message: Message, command: RemoveMessage, by: Person, at: Instant
) -> MessageRemoved | Refusal | None:
    reason = text.check_remark(command.reason, REASON_LONGEST)
    if isinstance(reason, Refusal):
        return reason
    if message.state is MessageState.REMOVED:
        return None
    if message.state is not MessageState.VISIBLE:
        return Refusal(Code.ILLEGAL_TRANSITION, state=message.state)
    return MessageRemoved(at=at, by=by.account, by_name=by.name, message=message.id, reason=reason)


def _restore(message: Message, by: Person, at: Instant) -> MessageRestored | Refusal | None:
    if message.state is MessageState.VISIBLE:
        return None
    if message.state is not MessageState.REMOVED:
        return Refusal(Code.ILLEGAL_TRANSITION, state=message.state)
    return MessageRestored(at=at, by=by.account, by_name=by.name, message=message.id)


def evolve(chat: Chat, event: ChatEvent) -> None:
    """Fold an event into the chat, in place. Never fails; a message not at hand is passed over."""
    if isinstance(event, MessagePosted):
        _post(chat, event)
        return
    message = find(chat, event.message)
    if message is None:
        return
    match event:
        case MessageDeleted():
            message.state = MessageState.DELETED
        case MessageRemoved():
            message.state = MessageState.REMOVED
            message.reason = event.reason
        case MessageRestored():
            message.state = MessageState.VISIBLE
            message.reason = ""


def _post(chat: Chat, event: MessagePosted) -> None:
    chat.count += 1
    chat.messages[event.message] = Message(
        id=event.message,
        order=chat.count,
        at=event.at,
        state=MessageState.VISIBLE,
        words=event.words,
        reply_to=event.reply_to,
    )
    if event.reply_to is not None:
        chat.replies.setdefault(event.reply_to, []).append(event.message)
    if len(chat.messages) > KEEP:
        _evict(chat, chat.messages.pop(next(iter(chat.messages))))
    if chat.older:
        for message in [older for older in chat.older if older not in chat.replies]:
            del chat.older[message]


def _evict(chat: Chat, message: Message) -> None:
    """Let the oldest message go, unless a kept reply still quotes it."""
    if message.id in chat.replies:
        chat.older[message.id] = message
    if message.reply_to is not None:
        replies = chat.replies[message.reply_to]
        replies.remove(message.id)
        if not replies:
            del chat.replies[message.reply_to]


def erase(chat: Chat, message: ObjectId) -> None:
    """The words of a message are gone for good; its place stays."""
    found = find(chat, message)
    if found is not None:
        found.state, found.words, found.reason = MessageState.ERASED, None, ""


def said_by(chat: Chat, account: AccountId) -> list[ObjectId]:
    """Messages at hand with words of this person, whatever their state."""
    at_hand = [*chat.older.values(), *chat.messages.values()]
    return [m.id for m in at_hand if m.words is not None and m.words.author.account == account]


def touched(chat: Chat, message: ObjectId) -> list[Ref]:
    """What looks different when a message changes: itself and the replies that quote it."""
    replies = chat.replies.get(message, ())
    return [Ref(Kind.MESSAGE, message), *(Ref(Kind.MESSAGE, reply) for reply in replies)]


def view(chat: Chat, message: Message, stream: Stream) -> MessageView:
    """A message for the readers of a stream; the desk still reads what was removed."""
    shown = message.words if message.state is MessageState.VISIBLE else None
    if message.state is MessageState.REMOVED and stream is Stream.DESK:
        shown = message.words
    if shown is None:
        state = message.state if message.words is not None else MessageState.ERASED
        return MessageView(id=message.id, order=message.order, at=message.at, state=state)
    return MessageView(
        id=message.id,
        order=message.order,
        at=message.at,
        state=message.state,
        text=shown.text,
        author=shown.author,
        reply_to=_quote(chat, message.reply_to) if message.reply_to is not None else None,
        reason=message.reason or None,
    )


def _quote(chat: Chat, message: ObjectId) -> Quote:
    """The quoted message as it is now: without words when it is no longer shown to everybody."""
    quoted = find(chat, message)
    if quoted is None or quoted.words is None or quoted.state is not MessageState.VISIBLE:
        return Quote(message)
    author = quoted.words.author
    return Quote(message, author.name, text.first(quoted.words.text, QUOTE), author.office)
