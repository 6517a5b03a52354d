"""The one writer of a process: commands of any rooms, grouped into one transaction at a time.

Idle, a command is committed at once.  Busy, whatever arrived during the last commit goes
together, at most ``BATCH``.  Nothing is told or shown before the commit returned; if it fails,
nothing is told as done, and the states folded on the way are dropped and loaded again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from rooms.core import room as rooms
from rooms.core.names import AccountId, Code, ObjectId, RoomId
from rooms.core.room import RoomCommand
from rooms.core.stage import DeckId
from rooms.draft import Committed, Draft, Facts, Held, PoisonedError, Submission, fold
from rooms.meter import UNMEASURED, Meter, Occurrence
from rooms.ports import Accounts, Batch, Decks, Erasures, Gone, Logged, RoomStore, Writes
from rooms.recall import Recalled, missing
from rooms.wire.commands import Answer, refused

BATCH = 512
RETRY_MS = 1_000
"""When to send a command again that could not be stored."""

log = logging.getLogger(__name__)


class Sequencer:
    """``submit`` commands; each is told exactly once, after the commit that holds its effect."""

    def __init__(
        self,
        store: RoomStore,
        accounts: Accounts,
        decks: Decks,
        publish: Callable[[Sequence[Committed]], None],
        new_id: Callable[[], ObjectId],
        *,
        meter: Meter = UNMEASURED,
        erasures: Erasures | None = None,
    ) -> None:
        """``erasures``: who remembers what is erased, for when a backup is put back."""
        self._store = store
        self._accounts = accounts
        self._decks = decks
        self._publish = publish
        self._new_id = new_id
        self._meter = meter
        self._erasures = erasures
        self._held: dict[RoomId, Held] = {}
        self._waiting: deque[Submission] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    def submit(self, submission: Submission) -> None:
        """Queue a command. Commands of one sender are decided in the order of their coming."""
        if self._closed:
            submission.tell(refused(Code.RETRY_LATER, retry_after_ms=RETRY_MS))
            return
        self._waiting.append(submission)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Commit what waits and take nothing more."""
        self._closed = True
        if self._writer is not None:
            await self._writer

    async def _write(self) -> None:
        try:
            while self._waiting:
                size = min(BATCH, len(self._waiting))
                await self._group([self._waiting.popleft() for _ in range(size)])
        finally:
            self._writer = None

    async def _group(self, batch: list[Submission]) -> None:
        """Commit one group, leaving out a command that cannot be folded."""
        while batch:
            try:
                await self._commit(batch)
            except PoisonedError as fault:
                log.exception("a command could not be folded", exc_info=fault)
                self._drop(batch)
                batch.remove(fault.submission)
                _tell(fault.submission, refused(Code.INTERNAL))
            except Exception:
                # StoreUnavailableError, or a surprise: either way nothing was acknowledged, and
                # a repetition finds the stored result if the commit went through after all.
                log.warning("a batch of %d commands was not stored", len(batch), exc_info=True)
                self._meter.count(Occurrence.UNSTORED)
                self._drop(batch)
                _tell_later(batch)
                return
            else:
                return

    async def _commit(self, batch: Sequence[Submission]) -> None:
        held = await self._loaded(batch)
        recalled = await self._recalled(batch, held)
        facts = Facts(await self._existing(batch), await self._shown(batch))
        known = {room: one.head for room, one in held.items()}
        keys = list(dict.fromkeys(one.key for one in batch))
        with self._meter.committing(len(batch)):
            async with self._store.batch(known, keys) as transaction:
                draft = self._decide(batch, held, recalled, facts, transaction)
                writes = draft.writes()
                if writes is not None:
                    await self._remember(writes)
                    await transaction.commit(writes)
        for submission, error in draft.faults:
            log.error("deciding %s failed", type(submission.command).__name__, exc_info=error)
        self._publish(draft.committed())
        for submission, answer in draft.answers:
            _tell(submission, answer)
        self._meter.answered(_code(answer) for _, answer in draft.answers)

    async def _remember(self, writes: Writes) -> None:
        """What is gone stands in the journal before anybody is told that it is."""
        gone = [
            (room, logged.event)
            for room, events in writes.events.items()
            for logged in events
            if isinstance(logged.event, Gone)
        ]
        if gone and self._erasures is not None:
            await self._erasures.words(gone)

    def _decide(
        self,
        batch: Sequence[Submission],
        held: Mapping[RoomId, Held],
        recalled: Mapping[RoomId, Recalled],
        facts: Facts,
        transaction: Batch,
    ) -> Draft:
        draft = Draft(transaction.locked, held, recalled, facts, self._new_id)
        for submission in batch:
            draft.take(submission)
        return draft

    async def _loaded(self, batch: Sequence[Submission]) -> dict[RoomId, Held]:
        names = dict.fromkeys(submission.room for submission in batch)
        for room in names:
            if room not in self._held:
                self._held[room], _ = await start(self._store, room)
        return {room: self._held[room] for room in names}

    async def _recalled(
        self, batch: Sequence[Submission], held: Mapping[RoomId, Held]
    ) -> dict[RoomId, Recalled]:
        wishes: dict[RoomId, list[RoomCommand]] = {room: [] for room in held}
        for submission in batch:
            wishes[submission.room].append(submission.command)
        return {
            room: await missing(self._store, held[room].state, commands)
            for room, commands in wishes.items()
        }

    async def _existing(self, batch: Sequence[Submission]) -> frozenset[AccountId]:
        """Of the accounts these commands are about, those there are. Most batches name none."""
        named = {account for one in batch if (account := rooms.about(one.command)) is not None}
        return await self._accounts.existing(named) if named else frozenset()

    async def _shown(self, batch: Sequence[Submission]) -> dict[RoomId, Mapping[DeckId, int]]:
        """Of the decks that are to be shown, the pages. Most batches name none."""
        named: dict[RoomId, set[DeckId]] = {}
        for one in batch:
            if (deck := rooms.deck(one.command)) is not None:
                named.setdefault(one.room, set()).add(deck)
        return {room: await self._decks.pages(room, decks) for room, decks in named.items()}

    def _drop(self, batch: Sequence[Submission]) -> None:
        for submission in batch:
            self._held.pop(submission.room, None)


async def start(store: RoomStore, room: RoomId) -> tuple[Held, Sequence[Logged]]:
    """A room as committed, folded, and its newest events."""
    stored = await store.load(room)
    held = Held(stored.head, stored.room or rooms.empty(room))
    recalled = await missing(store, held.state, [logged.event for logged in stored.events])
    fold(held, stored.head, stored.events, stored.votes, recalled)
    return held, stored.recent


def _code(answer: Answer) -> str:
    return "ok" if answer.error is None else answer.error.code


def _tell(submission: Submission, answer: Answer) -> None:
    try:
        submission.tell(answer)
    except Exception:
        # One broken listener must not keep the others from their answers.
        log.exception("telling the answer of a command failed")


def _tell_later(batch: Sequence[Submission]) -> None:
    for submission in batch:
        _tell(submission, refused(Code.RETRY_LATER, retry_after_ms=RETRY_MS))
