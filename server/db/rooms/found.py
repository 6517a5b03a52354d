"""What is read from the tables, as values of ``rooms/``. Pure, but for the vault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from access.actors import OfficeKind
from access.audiences import Instant
from rooms.core import codec
from rooms.core.chat import Message, MessageState
from rooms.core.names import AccountId, Author, Kind, ObjectId, Ref, RoomId, Stream, VoteCast, Words
from rooms.core.room import Room
from rooms.ports import (
    CommandKey,
    Head,
    Locked,
    Logged,
    Owner,
    StoredResult,
    StoreUnavailableError,
    Vault,
    readable,
)
from server.db.rooms.rows import REASON, masked, text_object

NOBODY = Author(account="", name="", organisation="", unnamed=True)
"""An unnamed author whose key is lost: the question stays, whoever asked it."""


class FoundHead(NamedTuple):
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


class FoundWords(NamedTuple):
    """Text and author of an object; all null when they are gone. ``sealed`` as hex digits."""

    text: str | None
    account: AccountId | None
    name: str | None
    organisation: str | None
    office: str | None
    sealed: str | None


class FoundEvent(NamedTuple):
    log: int
    type: str
    version: int
    object: ObjectId | None
    body: str
    pub: int | None
    stage: int | None
    desk: int | None
    refs: str
    text: str | None
    account: AccountId | None
    name: str | None
    organisation: str | None
    office: str | None
    sealed: str | None


class FoundMessage(NamedTuple):
    object: ObjectId
    rank: int
    at: Instant
    state: str
    reason: str
    reply_to: ObjectId | None
    text: str | None
    account: AccountId | None
    name: str | None
    organisation: str | None
    office: str | None
    sealed: str | None


class FoundText(NamedTuple):
    object: str
    kind: str
    text: str | None
    account: AccountId | None
    name: str | None
    organisation: str | None
    office: str | None
    sealed: str | None


class FoundOld(NamedTuple):
    room: RoomId
    object: str
    kind: str | None
    """None: only reasons stand under this name, so it is a person's."""


class FoundVote(NamedTuple):
    question: ObjectId
    account: AccountId
    value: int
    at: Instant


class FoundResult(NamedTuple):
    cmd_id: str
    owner: bytes
    payload_hash: bytes
    result: bytes
    object: ObjectId | None


class Begun(msgspec.Struct, frozen=True):
    """What a batch found, and how many messages each room has published."""

    locked: Locked
    messages: Mapping[RoomId, int]


_refs = msgspec.json.Decoder(tuple[Ref, ...] | dict[Stream, tuple[Ref, ...]])


def head_of(found: FoundHead) -> Head:
    return readable(Head(*found[:-1]))


def heads_of(found: Mapping[RoomId, FoundHead], known: Mapping[RoomId, Head]) -> dict[RoomId, Head]:
    """The heads of all rooms a batch names; a room never written has an empty one.

    Raises ``StoreUnavailableError`` when one stands behind what the caller knows: a database
    that lost commits (a late replica took over, a backup was put back) must not be written to
    by somebody who still has them in mind.
    """
    heads = {room: head_of(found[room]) if room in found else Head(room=room) for room in known}
    for room, head in known.items():
        if heads[room].version < head.version:
            raise StoreUnavailableError(f"the database has lost commits of room {room}")
    return heads


def behind(known: Mapping[RoomId, Head], heads: Mapping[RoomId, Head]) -> Sequence[RoomId]:
    """The rooms in which others have written since."""
    return [room for room, head in known.items() if heads[room].version != head.version]


def results_of(
    found: Iterable[FoundResult], owners: Mapping[CommandKey, Owner]
) -> dict[CommandKey, StoredResult]:
    """The answers under the keys that were asked for."""
    keys = {(key.cmd_id, owner.id): key for key, owner in owners.items()}
    results = {}
    for row in found:
        key = keys[row.cmd_id, row.owner]
        payload_hash = masked(row.payload_hash, owners[key])
        results[key] = StoredResult(key, payload_hash, row.result, row.object)
    return results


def logged_of(room: RoomId, found: FoundEvent, vault: Vault) -> Logged:
    """An event with its words or its reason, if they are still there."""
    words, reason = None, None
    if found.type in codec.REASONED:
        reason = found.text
    elif found.object is not None:
        words = words_of(found.object, FoundWords(*found[-6:]), vault)
    event = codec.decode_event(found.type, found.version, found.body.encode(), words, reason)
    given = ((Stream.PUB, found.pub), (Stream.STAGE, found.stage), (Stream.DESK, found.desk))
    numbers = {stream: number for stream, number in given if number is not None}
    refs = _refs.decode(found.refs)
    if not isinstance(refs, dict):
        refs = dict.fromkeys(numbers, refs)
    return Logged(found.log, event, numbers, refs)


def words_of(object_: ObjectId, found: FoundWords, vault: Vault) -> Words | None:
    """None when erased. A lost key costs the name, not the words."""
    if found.text is None:
        return None
    if found.sealed is not None:
        author = vault.open(object_, bytes.fromhex(found.sealed)) or NOBODY
    elif found.account is not None:
        office = None if found.office is None else OfficeKind(found.office)
        author = Author(found.account, found.name or "", found.organisation or "", office=office)
    else:
        return None
    return Words(found.text, author)


def message_of(found: FoundMessage, vault: Vault) -> Message:
    return Message(
        id=found.object,
        order=found.rank,
        at=found.at,
        state=MessageState(found.state),
        words=words_of(found.object, FoundWords(*found[-6:]), vault),
        reply_to=found.reply_to,
        reason=found.reason,
    )


def votes_of(found: Iterable[FoundVote]) -> list[VoteCast]:
    return [VoteCast(row.question, row.account, bool(row.value), row.at) for row in found]


def old_of(found: Iterable[FoundOld]) -> dict[RoomId, list[Ref]]:
    """What has words, by room; of persons, whose sanctions have reasons."""
    old: dict[RoomId, list[Ref]] = {}
    for row in found:
        person = row.object.removeprefix(f"{row.room} ")
        ref = Ref(Kind(row.kind), row.object) if row.kind else Ref(Kind.PERSON, person)
        old.setdefault(row.room, []).append(ref)
    return old


def objects_in(room: RoomId, body: bytes) -> list[str]:
    """The objects of a snapshot whose words and reasons have to be joined."""
    reasons = (text_object(room, ref) for ref in codec.reasons_wanted(body))
    return list(dict.fromkeys([*(ref.id for ref in codec.words_wanted(body)), *reasons]))


def room_of(room: RoomId, body: bytes, texts: Sequence[FoundText], vault: Vault) -> Room:
    """A snapshot with the words and reasons that are still there; ``texts`` the newest last."""
    words: Mapping[Ref, Words] = {
        Ref(Kind(text.kind), text.object): said
        for text in texts
        if text.kind != REASON
        and (said := words_of(text.object, FoundWords(*text[-6:]), vault)) is not None
    }
    given: dict[str, list[str]] = {}
    for text in texts:
        if text.kind == REASON:
            given.setdefault(text.object, []).append(text.text or "")
    wanted = codec.reasons_wanted(body)
    reasons = {ref: given.get(text_object(room, ref), []) for ref in wanted}
    return codec.decode_room(body, words, reasons)
