"""The organiser's desk: a draft is edited row by row, checked, compared, and released.

Who may do it is decided by the surface that calls.  What is released goes through ``publish``;
``tell`` is called after each release, so that whoever looks at the programme learns of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from access.audiences import Instant
from agenda.core import shift as running
from agenda.core.changes import Change, changes
from agenda.core.clone import New, clone
from agenda.core.draft import (
    Body,
    Conflict,
    Kind,
    Planned,
    Row,
    assemble,
    fingerprint,
    guids,
    publishable,
    split,
)
from agenda.core.gate import Finding, check
from agenda.core.materials import OwnerKind
from agenda.core.model import Event, Guid, Slot
from agenda.core.shift import Late, Move, Shift, apply, inverse, moved, possible, span
from agenda.ports import Act, AgendaStore, Belongings, Drafts, ReleaseTakenError
from agenda.publish import NotReleasableError, publish

TRIES = 5
"""How often an act is done again because somebody else was faster."""
LATE_REMEMBERED = 20
"""Releases back to which a delay can be taken back."""

Tell = Callable[[Event], Awaitable[None]]


class NothingToReleaseError(Exception):
    """The draft says what is published already."""


class ReleasedError(Exception):
    """What was published once is cancelled, not deleted: calendars hold it (I11)."""


class MovedOnError(Exception):
    """It is no longer what the person who acts was shown. Nothing was done."""


class GoneError(LookupError):
    """Somebody deleted it meanwhile, or there never was one."""


class Desk(msgspec.Struct, frozen=True):
    """A draft as its organiser sees it."""

    rows: tuple[Row, ...]
    draft: Event
    released: Event | None
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    """What a release would change for everybody."""
    beside: tuple[Event, ...] = ()
    """Other events of the series, which findings may name."""

    @property
    def blocked(self) -> bool:
        return any(finding.blocks for finding in self.findings)

    @property
    def fingerprint(self) -> str:
        """Another one as soon as a release would publish something else, or change it from else."""
        number = self.released.release if self.released else 0
        return f"{number}-{fingerprint(publishable(self.draft))}"

    def row(self, kind: Kind, guid: Guid) -> Row:
        """Raises ``GoneError``."""
        found = (row for row in self.rows if (row.kind, row.guid) == (kind, guid))
        row = next(found, None)
        if row is None:
            raise GoneError(guid)
        return row


class Editing:
    """Use cases of the desk. One per process."""

    def __init__(
        self,
        store: AgendaStore,
        drafts: Drafts,
        belongings: Belongings,
        now: Callable[[], Instant],
        new_id: Callable[[], Guid],
        *,
        tell: Tell,
    ) -> None:
        self._store = store
        self._drafts = drafts
        self._belongings = belongings
        self._now = now
        self._new_id = new_id
        self._tell = tell

    # Looking

    async def events(self) -> tuple[Event, ...]:
        """Every event there is, as a draft where somebody works on one; by first day."""
        heads = [row.body for row in await self._drafts.heads() if isinstance(row.body, Event)]
        known = {event.guid for event in heads}
        others = [event for event in await self._store.events() if event.guid not in known]
        return tuple(sorted([*heads, *others], key=lambda e: (e.first_day, e.number, e.slug)))

    async def find(self, name: str) -> Event | None:
        """The event of a slug or guid; of a draft its head alone."""
        return next((e for e in await self.events() if name in (e.slug, e.guid)), None)

    async def desk(self, event: Guid) -> Desk:
        """Everything about one draft. Raises ``GoneError``."""
        released = await self._store.event_by_guid(event)
        rows = await self._drafts.rows(event) or (split(released) if released else ())
        if not rows:
            raise GoneError(event)
        draft = assemble(rows)
        beside = [each for each in await self._beside(draft) if each.guid != event]
        return Desk(
            rows,
            draft,
            released,
            check(draft, beside),
            changes(released, publishable(draft)),
            tuple(beside),
        )

    async def _beside(self, draft: Event) -> list[Event]:
        """Events of the same series, and whatever else has taken the acronym."""
        published = [e for e in await self._store.events() if not e.rolling]
        return [*(e for e in published if draft.series == e.series), *await self.events()]

    # Editing

    async def create(self, event: Event) -> Event:
        """A new event, as a draft that nobody else sees."""
        await self._drafts.begin(event.guid, split(event), _last_number(event))
        return event

    async def clone(self, pattern: Guid, new: New) -> Event:
        """A new event after the pattern of another one's draft. Raises ``GoneError``."""
        desk = await self.desk(pattern)
        return await self.create(clone(desk.draft, new, iter(self._new_id, None)))

    async def change(
        self, event: Guid, kind: Kind, guid: Guid, expected: int, body: Body
    ) -> Row | Conflict:
        """The edited row, or what somebody else made of it.

        Raises ``GoneError``, and ``ReleasedError`` when a published time would vanish.
        """
        if isinstance(body, Planned):
            await self._keep_published(event, body)
        await self._begin(event)
        done = await self._drafts.change(event, kind, guid, expected, body)
        if done is None:
            raise GoneError(guid)
        return done

    async def add(self, event: Guid, kind: Kind, guid: Guid, body: Body) -> Row:
        await self._begin(event)
        row = Row(kind, guid, 1, body)
        await self._drafts.add(event, row)
        return row

    async def number(self, event: Guid) -> int:
        """A number for a new slot (E4)."""
        await self._begin(event)
        return await self._drafts.number(event)

    async def remove(self, event: Guid, kind: Kind, guid: Guid, expected: int) -> bool:
        """Take something out of the draft, with what lies in it; False: somebody edited it.

        Raises ``GoneError``, and ``ReleasedError`` for what was published, except for breaks.
        """
        desk = await self.desk(event)
        if kind is not Kind.PAUSE and desk.released and guid in guids(desk.released):
            raise ReleasedError(guid)
        if desk.row(kind, guid).version != expected:
            return False
        await self._begin(event)
        if kind is Kind.SESSION:
            await self._belongings.remove_all(OwnerKind.SESSION, guid)
        return await self._drafts.remove(event, kind, guid, expected)

    async def discard(self, event: Guid) -> None:
        """Throw away a draft with all that lies in it.

        The draft goes last: whoever was interrupted can do it again.  Raises ``GoneError``, and
        ``ReleasedError`` for an event that was ever released.
        """
        desk = await self.desk(event)
        if desk.released is not None:
            raise ReleasedError(event)
        for session in desk.draft.sessions:
            await self._belongings.remove_all(OwnerKind.SESSION, session.guid)
        await self._drafts.discard(event)

    async def _keep_published(self, event: Guid, body: Planned) -> None:
        released = await self._store.event_by_guid(event)
        slots = released.slots if released else ()
        kept = {slot.guid for slot in body.slots}
        if any(s.session == body.session.guid and s.guid not in kept for s in slots):
            raise ReleasedError(body.session.guid)

    async def _begin(self, event: Guid) -> None:
        """Before the first edit of what is published: its rows. Harmless to repeat."""
        if await self._drafts.rows(event):
            return
        released = await self._store.event_by_guid(event)
        if released is None:
            raise GoneError(event)
        await self._drafts.begin(event, split(released), await self._numbers(event))

    async def _numbers(self, event: Guid) -> int:
        """The highest number that any release has given."""
        last = 0
        for release in await self._store.history(event):
            old = await self._store.release(event, release.number)
            last = max(last, _last_number(old) if old else 0)
        return last

    # Releasing

    async def release(self, event: Guid, *, by: str, seen: str | None = None) -> Event:
        """Release the whole draft.

        ``seen``: ``fingerprint`` of the desk that was looked at; None: whatever the draft says.
        Raises ``NotReleasableError``, ``NothingToReleaseError`` or ``MovedOnError``.
        """

        async def whole() -> Event:
            desk = await self.desk(event)
            if desk.blocked:
                raise NotReleasableError(desk.draft, desk.findings)
            if not desk.changes:
                raise NothingToReleaseError
            if seen is not None and seen != desk.fingerprint:
                raise MovedOnError
            return publishable(desk.draft)

        return await self._publish(whole, Act.RELEASE, by)

    async def release_one(
        self, event: Guid, kind: Kind, guid: Guid, *, by: str, seen: int | None = None
    ) -> Event:
        """Release one session or break as the draft has it; the rest stays as published.

        ``seen``: version of the row that was looked at.  Raises ``GoneError``, and as ``release``.
        """

        async def one() -> Event:
            desk = await self.desk(event)
            if desk.released is None:
                raise NothingToReleaseError
            kept = [row for row in split(desk.released) if (row.kind, row.guid) != (kind, guid)]
            row = desk.row(kind, guid)
            after = publishable(assemble((*kept, row)))
            if not changes(desk.released, after):
                raise NothingToReleaseError
            if seen is not None and seen != row.version:
                raise MovedOnError
            return after

        return await self._publish(one, Act.ONE, by)

    async def late(self, event: Guid, late: Late) -> Shift:
        """What running late would move, for a look before. Raises ``GoneError``."""
        return running.shift(await self._released(event), late)

    async def run_late(self, event: Guid, late: Late, *, by: str, seen: int | None = None) -> Event:
        """Move what is not over yet, in what is published and in the draft, as one release.

        ``seen``: number of the release that was looked at; None: whichever there is.
        Raises as ``release``.
        """
        moves: tuple[Move, ...] = ()

        async def shifted() -> Event:
            nonlocal moves
            before = await self._seen(event, seen)
            done = running.shift(before, late)
            if not done.moves:
                raise NothingToReleaseError
            if any(finding.blocks for finding in done.findings):
                raise NotReleasableError(before, done.findings)
            moves = done.moves
            return apply(before, moves)

        released = await self._publish(shifted, Act.LATE, by)
        await self._follow(event, moves)
        return released

    async def latest_delay(self, event: Guid) -> tuple[Move, ...]:
        """The moves that take the newest delay back; none where a later release contradicts."""
        now = await self._store.event_by_guid(event)
        history = (await self._store.history(event))[:LATE_REMEMBERED] if now else ()
        late = [release.number for release in history if release.act is Act.LATE]
        old = await self._store.old_releases(event, {*late, *(number - 1 for number in late)})
        for number in late:
            if now is None or not old.keys() >= {number - 1, number}:
                continue
            back = inverse(moved(old[number - 1], old[number]))
            if possible(now, back):
                return back
        return ()

    async def undo_late(self, event: Guid, *, by: str, seen: int | None = None) -> Event:
        """Take the newest delay back. Raises ``NothingToReleaseError`` where none can be.

        ``seen`` and ``MovedOnError`` as in ``run_late``.
        """
        back: tuple[Move, ...] = ()

        async def before() -> Event:
            nonlocal back
            now = await self._seen(event, seen)
            back = await self.latest_delay(event)
            if not back:
                raise NothingToReleaseError
            return apply(now, back)

        released = await self._publish(before, Act.BACK, by)
        await self._follow(event, back)
        return released

    async def _released(self, event: Guid) -> Event:
        found = await self._store.event_by_guid(event)
        if found is None:
            raise GoneError(event)
        return found

    async def _seen(self, event: Guid, seen: int | None) -> Event:
        found = await self._released(event)
        if seen is not None and found.release != seen:
            raise MovedOnError
        return found

    async def _publish(self, make: Callable[[], Awaitable[Event]], act: Act, by: str) -> Event:
        """Made anew if another release came first."""
        for left in reversed(range(TRIES)):
            draft = await make()
            try:
                released = await publish(self._store, draft, self._now(), act, by=by)
            except ReleaseTakenError:
                if not left:
                    raise
            else:
                await self._tell(released)
                return released
        raise AssertionError("unreachable: the last try returns or raises")

    async def _follow(self, event: Guid, moves: Sequence[Move]) -> None:
        """The draft moves along, except for what its organiser has planned otherwise."""
        planned = {move.slot: move for move in moves}
        for row in await self._drafts.rows(event):
            current: Row | Conflict | None = row
            while isinstance(current, Row) and (body := _moved(current.body, planned)):
                done = await self._drafts.change(event, row.kind, row.guid, current.version, body)
                current = done.current if isinstance(done, Conflict) else None


def _moved(body: Body, moves: dict[Guid, Move]) -> Body | None:
    """The row's content with its slots moved; None: nothing of it moves."""
    if isinstance(body, Slot):
        slots: tuple[Slot, ...] = (body,)
    else:
        slots = body.slots if isinstance(body, Planned) else ()
    after = tuple(_at(slot, moves.get(slot.guid)) for slot in slots)
    if after == slots:
        return None
    return after[0] if isinstance(body, Slot) else msgspec.structs.replace(body, slots=after)


def _at(slot: Slot, move: Move | None) -> Slot:
    if move is None or span(slot) != move.before:
        return slot
    return msgspec.structs.replace(slot, start=move.after.start, end=move.after.end)


def _last_number(event: Event) -> int:
    return max((slot.export_id for slot in event.slots), default=0)
