"""A batch of commands, decided under the locks: what is to be stored, told and shown.

Synchronous and without input or output: the sequencer opens the transaction around it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from access.audiences import Instant
from rooms.core import room as rooms
from rooms.core import sight
from rooms.core.codec import WRITES
from rooms.core.names import (
    AccountId,
    Code,
    Ids,
    ObjectId,
    Person,
    Refusal,
    RoomId,
    Stream,
    VoteCast,
)
from rooms.core.questions import VoteQuestion
from rooms.core.room import Change, Outcome, Room, RoomCommand
from rooms.core.stage import DeckId
from rooms.ports import (
    CommandKey,
    Head,
    Locked,
    Logged,
    StoredResult,
    StoreUnavailableError,
    Writes,
)
from rooms.recall import Recalled, at_hand
from rooms.wire.commands import Answer, pack, payload_hash, refused, unpack, untimely
from rooms.wire.messages import Done

SNAPSHOT_EVERY = 1_000
"""Events between two persisted snapshots of a room."""


class Submission(msgspec.Struct, eq=False):
    """A command on its way: who asks for what, and whom to tell."""

    room: RoomId
    key: CommandKey
    command: RoomCommand
    sender: Callable[[], Person | Refusal]
    """Asked under the lock: the person as admitted at that moment, or why not any more."""
    tell: Callable[[Answer], None]
    hash: bytes = b""

    def __post_init__(self) -> None:
        self.hash = payload_hash(self.room, self.command)


class Held(msgspec.Struct, eq=False):
    """A room as the sequencer has folded it, uncommitted changes included."""

    head: Head
    state: Room
    behind: int = 0
    """Milliseconds by which the clock was set back after something was logged."""

    def at(self, clock: Instant, last_at: Instant) -> Instant:
        """The room's time: never before what it has logged, and going on whatever the clock does.

        A clock that was set back is taken to be so much behind, until it is right again: if the
        room's time stood still instead, whoever must wait some seconds would wait for an hour.
        """
        self.behind = 0 if clock >= last_at else max(self.behind, last_at - clock)
        return clock + self.behind


class Committed(msgspec.Struct, frozen=True):
    """What one commit changed in one room. Only ever made of what is durable."""

    head: Head
    events: Sequence[Logged]
    votes: Sequence[VoteCast]
    recalled: Recalled = {}
    """Messages these changes mention, as they were, for whoever no longer has them."""


class Facts(msgspec.Struct, frozen=True):
    """What was found out before deciding, because the core asks nobody."""

    exist: Collection[AccountId] = ()
    """Of the accounts that commands are about, those that belong to somebody."""
    decks: Mapping[RoomId, Mapping[DeckId, int]] = {}
    """Of the decks that are to be shown in each room, those that may be, with their pages."""


class PoisonedError(Exception):
    """Folding what this command decided failed; its room's state is of no use any more."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(f"cannot fold the outcome of {type(submission.command).__name__}")
        self.submission = submission


class Sheet:
    """One room within the batch."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self.last_at = held.head.last_at
        self.numbers = {stream: held.head.stream(stream) for stream in Stream}
        self.events: list[Logged] = []
        self.votes: list[VoteCast] = []
        self.recalled: Recalled = {}

    def log(self, change: Change, at: Instant) -> dict[Stream, int]:
        """Fold one change; the numbers it got."""
        self._keep(change)
        refs = sight.advance(self.held.state, change)
        self.last_at = at
        if isinstance(change, VoteCast):
            self.votes.append(change)
            return {}
        numbers = {stream: self.numbers[stream] + 1 for stream in refs}
        self.numbers.update(numbers)
        log = self.held.head.log + len(self.events) + 1
        self.events.append(Logged(log, change, numbers, refs))
        return numbers

    def _keep(self, change: Change) -> None:
        """Keep what is mentioned as it was: those who follow may have dropped it as too old."""
        name = rooms.mentions(change)
        message = self.held.state.chat.older.get(name) if name is not None else None
        if message is not None:
            self.recalled.setdefault(message.id, copy.copy(message))

    def closed(self) -> Head | None:
        """The head to store, or None when nothing changed."""
        if not self.events and not self.votes:
            return None
        before = self.held.head
        return msgspec.structs.replace(
            before,
            log=before.log + len(self.events),
            version=before.version + 1,
            last_at=self.last_at,
            min_reader=max(before.min_reader, WRITES),
            on_air=self.held.state.questions.on_air,
            **{stream.value: number for stream, number in self.numbers.items()},
        )


class Draft:
    """Takes submissions one by one; :meth:`writes` is what must be stored before they are told."""

    def __init__(
        self,
        locked: Locked,
        held: Mapping[RoomId, Held],
        recalled: Mapping[RoomId, Recalled],
        facts: Facts,
        new_id: Callable[[], ObjectId],
    ) -> None:
        for room, one in held.items():
            catch_up(one, locked, recalled.get(room, {}))
        self._locked = locked
        self._recalled = recalled
        self._facts = facts
        self._new_id = new_id
        self._sheets = {room: Sheet(one) for room, one in held.items()}
        self._results: dict[CommandKey, StoredResult] = {}
        self.answers: list[tuple[Submission, Answer]] = []
        self.faults: list[tuple[Submission, Exception]] = []
        """Commands whose ``decide`` failed; they were answered ``internal``."""

    def take(self, submission: Submission) -> None:
        """Decide one command. Raises ``PoisonedError`` when the whole batch must be redone."""
        answer = self._repeated(submission)
        if answer is None:
            answer = self._decided(submission)
            if answer.lasting:
                about = answer.done.object if answer.done else None
                result = StoredResult(submission.key, submission.hash, pack(answer), about)
                self._results[submission.key] = result
        self.answers.append((submission, answer))

    def writes(self) -> Writes | None:
        """What to store, or None when there is nothing."""
        heads = {room: head for room, sheet in self._sheets.items() if (head := sheet.closed())}
        if not heads and not self._results:
            return None
        return Writes(
            heads=list(heads.values()),
            events={room: self._sheets[room].events for room in heads},
            votes={room: self._sheets[room].votes for room in heads},
            results=list(self._results.values()),
            snapshots=[
                (head, self._sheets[room].held.state)
                for room, head in heads.items()
                if head.log // SNAPSHOT_EVERY > self._sheets[room].held.head.log // SNAPSHOT_EVERY
            ],
        )

    def committed(self) -> list[Committed]:
        """Call once, after the commit: what to show, and the heads move."""
        shown = []
        for sheet in self._sheets.values():
            if head := sheet.closed():
                shown.append(Committed(head, sheet.events, sheet.votes, sheet.recalled))
                sheet.held.head = head
        return shown

    def _repeated(self, submission: Submission) -> Answer | None:
        late = untimely(submission.key.cmd_id, self._locked.now)
        if late is not None:
            return late
        stored = self._results.get(submission.key) or self._locked.results.get(submission.key)
        if stored is None:
            return None
        if stored.payload_hash != submission.hash:
            return refused(Code.IDEMPOTENCY_CONFLICT)
        return unpack(stored.result)

    def _decided(self, submission: Submission) -> Answer:
        sheet = self._sheets[submission.room]
        at = sheet.held.at(self._locked.now, sheet.last_at)
        try:
            person = submission.sender()
            if isinstance(person, Refusal):
                return Answer(error=person)
            at_hand(sheet.held.state, submission.command, self._recalled.get(submission.room, {}))
            ids = Ids(self._new_id())
            outcome = rooms.decide(
                sheet.held.state,
                submission.command,
                person,
                at,
                ids,
                exist=self._facts.exist,
                decks=self._facts.decks.get(submission.room, {}),
            )
        except Exception as error:
            self.faults.append((submission, error))
            return refused(Code.INTERNAL)
        if isinstance(outcome, Refusal):
            return Answer(error=outcome)
        return self._carried_out(sheet, submission, outcome, at)

    def _carried_out(
        self, sheet: Sheet, submission: Submission, outcome: Outcome, at: Instant
    ) -> Answer:
        numbers: dict[Stream, int] = {}
        try:
            for change in outcome.changes:
                numbers.update(sheet.log(change, at))
        except Exception as error:
            raise PoisonedError(submission) from error
        done = Done(
            object=outcome.object,
            no_change=outcome.no_change,
            revision=outcome.revision,
            score=_score(sheet.held.state, submission.command),
            my_vote=outcome.my_vote,
        )
        return Answer(done, at=numbers)


def whole(known: Head, head: Head, events: Sequence[Logged]) -> bool:
    """Whether these are all events between two heads. Not so when the log was cut between them:
    then only loading the room helps."""
    return len(events) == head.log - known.log


def catch_up(held: Held, locked: Locked, recalled: Recalled) -> None:
    """Fold what others committed since. Raises ``StoreUnavailableError``."""
    room = held.head.room
    news, votes = locked.news.get(room, ()), locked.votes.get(room, ())
    if not whole(held.head, locked.heads[room], news):
        raise StoreUnavailableError(f"the log of {room} was cut while nobody read it")
    fold(held, locked.heads[room], news, votes, recalled)


def fold(
    held: Held,
    head: Head,
    events: Sequence[Logged],
    votes: Sequence[VoteCast],
    recalled: Recalled,
) -> None:
    """Bring a room up to what is committed."""
    for logged in events:
        at_hand(held.state, logged.event, recalled)
        held.state = rooms.evolve(held.state, logged.event)
    for vote in votes:
        held.state = rooms.evolve(held.state, vote)
    held.head = head


def _score(state: Room, command: RoomCommand) -> int | None:
    if not isinstance(command, VoteQuestion):
        return None
    return len(state.questions.votes.get(command.question, {}))
