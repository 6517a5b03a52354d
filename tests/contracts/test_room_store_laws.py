"""Laws of a room store: whatever was committed, loading and folding gives the same room.

Histories are made by commands, as the sequencer makes them; the naive model is the room in
memory, and a plain list of what happened.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.permissions import Permission
from rooms.core import announcements, backstage, chat, people, questions, room, sight, stage
from rooms.core.names import Ids, Kind, Person, Ref, Refusal, RoomId, Stream, VoteCast
from rooms.core.room import Room, RoomCommand
from rooms.erasures import completed
from rooms.ports import CommandKey, Head, Logged, StoredResult, Writes
from server.ids import uuid7
from tests.contracts.disks import (
    ClosableStore,
    Disk,
    FakeRooms,
    PostgresqlRooms,
    SqliteRooms,
    make_tables,
    opened,
)

PEOPLE = [
    Person(f"account-{n}", f"Beschäftigte {n}", "Stadt Hof", frozenset(Permission))
    for n in range(4)
]
ACCOUNTS = [person.account for person in PEOPLE]
DECKS = {"slides": 9}
LATER = 20 * 3_600_000


class Act(NamedTuple):
    """A command by somebody; ``pick`` says which of the objects there are it is about."""

    who: int
    kind: str
    pick: int
    flag: bool


KINDS = (
    *("send", "reply", "delete", "remove", "restore", "ask", "approve", "dismiss", "vote", "air"),
    *("mute", "unmute", "erase"),
    *("show", "turn", "announce", "note", "confirm"),
)
ACTS = st.builds(Act, st.integers(0, 3), st.sampled_from(KINDS), st.integers(0, 9), st.booleans())
BATCHES = st.lists(
    st.tuples(st.lists(ACTS, min_size=1, max_size=6), st.sampled_from(["go", "drop", "snapshot"])),
    max_size=12,
)


def command(state: Room, act: Act) -> RoomCommand:
    """The command of an act; about a thing that is not there if there is none."""
    message = _pick([*state.chat.messages], act.pick)
    question = _pick([*state.questions.questions], act.pick)
    asked = state.questions.questions.get(question)
    revision = asked.revision if asked else 1
    account = PEOPLE[act.pick % 4].account
    wishes: dict[str, RoomCommand] = {
        "send": chat.SendMessage(f"Beitrag {act.pick}"),
        "reply": chat.SendMessage("Antwort", reply_to=message),
        "delete": chat.DeleteMessage(message),
        "remove": chat.RemoveMessage(message, "Ton"),
        "restore": chat.RestoreMessage(message),
        "ask": questions.AskQuestion(f"Frage {act.pick}?", unnamed=act.flag),
        "approve": questions.ApproveQuestion(question, revision),
        "dismiss": questions.DismissQuestion(question, revision, f"doppelt {act.pick}"),
        "vote": questions.VoteQuestion(question, act.flag),
        "air": questions.PutOnAir(question, revision),
        "mute": people.MutePerson(account, act.pick + 1, "Ton" if act.flag else ""),
        "unmute": people.UnmutePerson(account),
        "erase": people.EraseWords(account),
        "show": stage.ShowDeck("slides", act.pick),
        "turn": stage.TurnPage("slides", act.pick),
        "announce": announcements.SetAnnouncement(f"Durchsage {act.pick}", LATER),
        "note": backstage.SendNote(f"Notiz {act.pick}"),
        "confirm": backstage.ConfirmNote(_pick([*state.backstage.notes], act.pick)),
    }
    return wishes[act.kind]


def _pick(ids: list[str], number: int) -> str:
    return ids[number % len(ids)] if ids else "nothing"


class Model:
    """A room in memory with its head, and everything that must be found again."""

    def __init__(self, room_id: RoomId) -> None:
        self.state = room.empty(room_id)
        self.head = Head(room=room_id)
        self.log: list[Logged] = []
        self.results: dict[CommandKey, StoredResult] = {}
        self.at = 1_000_000

    def batch(self, acts: list[Act], *, snapshot: bool) -> tuple[Model, Writes]:
        """The model after these acts, and what has to be stored for it."""
        after = copy.deepcopy(self)
        votes: list[VoteCast] = []
        for act in acts:
            votes += after._do(act)
        after._close()
        new = after.log[len(self.log) :]
        results = [after.results[key] for key in after.results.keys() - self.results.keys()]
        snapshots = [(after.head, after.state)] if snapshot else []
        name = self.head.room
        return after, Writes([after.head], {name: new}, {name: votes}, results, snapshots)

    def _do(self, act: Act) -> list[VoteCast]:
        self.at += 60_000
        ids = Ids(str(uuid4()))
        by, wish = PEOPLE[act.who], command(self.state, act)
        outcome = room.decide(self.state, wish, by, self.at, ids, exist=ACCOUNTS, decks=DECKS)
        key = CommandKey(PEOPLE[act.who].account, uuid7())
        made = None if isinstance(outcome, Refusal) else outcome.object
        self.results[key] = StoredResult(key, b"hash", b'"answer"', made)
        changes = () if isinstance(outcome, Refusal) else outcome.changes
        votes = []
        for change in changes:
            refs = sight.advance(self.state, change)
            if isinstance(change, VoteCast):
                votes.append(change)
            else:
                self._append(change, refs)
        return votes

    def _append(self, event: room.RoomEvent, refs: Mapping[Stream, tuple[Ref, ...]]) -> None:
        numbers = {stream: self.head.stream(stream) + 1 for stream in refs}
        moved: dict[str, int] = {str(stream): number for stream, number in numbers.items()}
        head = self.head
        self.head = Head(
            room=head.room,
            log=head.log + 1,
            pub=moved.get("pub", head.pub),
            stage=moved.get("stage", head.stage),
            desk=moved.get("desk", head.desk),
            version=head.version,
        )
        self.log.append(Logged(self.head.log, event, numbers, refs))

    def _close(self) -> None:
        head = self.head
        self.head = Head(
            room=head.room,
            log=head.log,
            pub=head.pub,
            stage=head.stage,
            desk=head.desk,
            version=head.version + 1,
            last_at=self.at,
            on_air=self.state.questions.on_air,
        )


async def fold(store: ClosableStore, name: RoomId) -> Room:
    """The room as a process finds it that has just started."""
    found = await store.load(name)
    state = found.room or room.empty(name)
    for logged in found.events:
        room.evolve(state, logged.event)
    for vote in found.votes:
        room.evolve(state, vote)
    return state


async def play(disk: Disk, batches: list[tuple[list[Act], str]]) -> None:
    """Run the batches, alternating between two processes, and hold the store to the model."""
    model = Model(str(uuid4()))
    name = model.head.room
    follower = copy.deepcopy(model)
    async with opened(disk, 2) as stores:
        for turn, (acts, fate) in enumerate(batches):
            after, writes = model.batch(acts, snapshot=fate == "snapshot")
            async with stores[turn % 2].batch({name: model.head}, []) as batch:
                assert batch.locked.heads == {name: model.head}
                if fate != "drop":
                    await batch.commit(writes)
                    model = after
        await agree(stores[0], model)
        head, logged, votes = await stores[1].since(follower.head)
        news = await completed(stores[1], follower.state, logged)
        for change in (*(one.event for one in news), *votes):
            room.evolve(follower.state, change)
        assert (head, follower.state) == (model.head, model.state)
    async with opened(disk) as [restarted]:
        await agree(restarted, model)


def stored_refs(logged: Logged) -> dict[Stream, tuple[Ref, ...]]:
    """What an erasure changed, without the persons: beside unnamed questions none is named."""
    if not isinstance(logged.event, people.WordsErased):
        return dict(logged.refs)
    return {s: tuple(r for r in refs if r.kind != Kind.PERSON) for s, refs in logged.refs.items()}


async def agree(store: ClosableStore, model: Model) -> None:
    name = model.head.room
    found = await store.load(name)
    assert found.head == model.head
    assert [(e.log, e.numbers, e.refs) for e in found.recent] == [
        (e.log, dict(e.numbers), stored_refs(e)) for e in model.log
    ]
    assert await fold(store, name) == model.state
    messages = [*model.state.chat.messages.values()]
    worded = [message for message in reversed(messages) if message.words is not None]
    assert await store.messages_before(name, len(messages) + 1, 1_000) == worded
    assert [await store.message(name, message.id) for message in messages] == messages
    async with store.batch({name: model.head}, [*model.results]) as batch:
        kept = batch.locked.results
    gone = {
        ref.id
        for e in model.log
        if isinstance(e.event, people.WordsErased)
        for ref in e.event.objects
    }
    untouched = {key: r for key, r in model.results.items() if r.object not in gone}
    assert {key: r for key, r in kept.items() if r.object not in gone} == untouched


law = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(law, max_examples=60)
@given(BATCHES)
def test_the_fake_agrees_with_the_room_in_memory(batches: list[tuple[list[Act], str]]) -> None:
    asyncio.run(play(FakeRooms(), batches))


@settings(law, max_examples=25)
@given(BATCHES)
def test_sqlite_agrees_with_the_room_in_memory(
    sqlite_url: str, tmp_path: Path, batches: list[tuple[list[Act], str]]
) -> None:
    async def run() -> None:
        await make_tables(sqlite_url)
        await play(SqliteRooms(sqlite_url, tmp_path), batches)

    asyncio.run(run())


@pytest.mark.postgresql
@settings(law, max_examples=15)
@given(BATCHES)
def test_postgresql_agrees_with_the_room_in_memory(
    postgresql_url: str, tmp_path: Path, batches: list[tuple[list[Act], str]]
) -> None:
    async def run() -> None:
        await make_tables(postgresql_url)
        await play(PostgresqlRooms(postgresql_url, tmp_path), batches)

    asyncio.run(run())
