"""The organiser's desk on a real database: edit, check, release, quick fix, running late."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from access.audiences import Instant
from agenda.core.changes import ChangeKind
from agenda.core.clone import New
from agenda.core.draft import Conflict, Kind, Planned, Row
from agenda.core.gate import Fault
from agenda.core.materials import OwnerKind
from agenda.core.model import Event, Series, Slot, SlotStatus, Text
from agenda.core.shift import Late
from agenda.editing import Editing, GoneError, NothingToReleaseError, ReleasedError
from agenda.ports import SYSTEM, Act
from agenda.publish import NotReleasableError, publish
from server.db.agenda import AgendaRows
from server.db.drafts import DraftRows
from server.db.engine import create_engine
from server.ids import uuid7
from tests.agenda.events import (
    LATER,
    PUBLISHED,
    WELCOME,
    WERKSTATT,
    WORKSHOP,
    at,
    clock,
    draft,
    guid,
    room,
    session,
)
from tests.fixtures.statements import statements

EVENT = draft().guid
DAY = dt.date(2022, 3, 22)
MORNING = at("2022-03-22T08:00+01:00")
BY = "kts"


class Emptied:
    """What was emptied; while it is stuck, nothing more is."""

    def __init__(self) -> None:
        self.owners: list[tuple[OwnerKind, str]] = []
        self.stuck = False

    async def remove_all(self, kind: OwnerKind, owner: str) -> None:
        if self.stuck:
            raise ConnectionError
        self.owners.append((kind, owner))


class Office:
    """A desk of its own: one organiser, one process."""

    def __init__(self, database: str) -> None:
        self.at: Instant = LATER
        self.told: list[tuple[str, int]] = []
        self.engine = create_engine(database)
        self.store = AgendaRows(self.engine)
        self.drafts = DraftRows(self.engine)
        self.belongings = Emptied()
        self.editing = Editing(
            self.store, self.drafts, self.belongings, self.now, uuid7, tell=self.tell
        )

    def now(self) -> Instant:
        self.at += 1
        return self.at

    async def tell(self, event: Event) -> None:
        self.told.append((event.guid, event.release))

    async def edit(self, kind: Kind, guid: str, body: object) -> Row | Conflict:
        row = (await self.editing.desk(EVENT)).row(kind, guid)
        return await self.editing.change(EVENT, kind, guid, row.version, body)  # type: ignore[arg-type]

    async def planned(self, guid: str) -> Planned:
        body = (await self.editing.desk(EVENT)).row(Kind.SESSION, guid).body
        assert isinstance(body, Planned)
        return body

    async def retitle(self, guid: str, title: str) -> Row | Conflict:
        body = await self.planned(guid)
        new = replace(body, session=replace(body.session, title=Text(title)))
        return await self.edit(Kind.SESSION, guid, new)

    async def titles(self) -> list[str]:
        event = await self.store.event_by_guid(EVENT)
        assert event is not None
        return [each.title.de for each in event.sessions]

    async def times(self) -> list[str]:
        event = await self.store.event_by_guid(EVENT)
        assert event is not None
        return [f"{s.start.clock:%H:%M}" for s in event.slots]


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    made = Office(database)
    await made.store.put_series(Series(guid("series"), "mpsc-2022", Text("Reihe")))
    await publish(made.store, draft(), PUBLISHED)
    yield made
    await made.engine.dispose()


@pytest.fixture
async def other(database: str, office: Office) -> AsyncIterator[Office]:
    made = Office(database)
    yield made
    await made.engine.dispose()


async def test_what_is_published_is_the_draft_until_somebody_edits(office: Office) -> None:
    desk = await office.editing.desk(EVENT)
    assert (desk.changes, desk.findings, desk.released) == ((), (), desk.released)
    assert await office.drafts.rows(EVENT) == ()


async def test_an_edit_stays_in_the_draft_until_it_is_released(office: Office) -> None:
    await office.retitle(WELCOME.guid, "Grußwort")
    assert await office.titles() == ["Sitzung welcome", "Sitzung workshop"]
    desk = await office.editing.desk(EVENT)
    assert [(each.kind, each.name.de) for each in desk.changes] == [(ChangeKind.TITLE, "Grußwort")]

    released = await office.editing.release(EVENT, by=BY)
    assert (released.release, await office.titles()) == (2, ["Grußwort", "Sitzung workshop"])
    assert (await office.editing.desk(EVENT)).changes == ()
    assert office.told == [(EVENT, 2)]


async def test_old_releases_stay_readable_with_who_made_them(office: Office) -> None:
    await office.retitle(WELCOME.guid, "Grußwort")
    await office.editing.release(EVENT, by=BY)
    history = await office.store.history(EVENT)
    assert [(each.number, each.act, each.by) for each in history] == [
        (2, Act.RELEASE, BY),
        (1, Act.RELEASE, SYSTEM),
    ]
    first = await office.store.release(EVENT, 1)
    assert first is not None
    assert first.sessions[0].title.de == "Sitzung welcome"


async def test_releasing_what_is_published_already_is_said(office: Office) -> None:
    with pytest.raises(NothingToReleaseError):
        await office.editing.release(EVENT, by=BY)
    assert office.told == []


async def test_two_organisers_at_the_same_session_lose_no_word(
    office: Office, other: Office
) -> None:
    mine, theirs = await office.planned(WELCOME.guid), await other.planned(WELCOME.guid)
    await office.edit(
        Kind.SESSION, WELCOME.guid, replace(mine, session=replace(mine.session, title=Text("A")))
    )
    late = replace(theirs, session=replace(theirs.session, abstract=Text("B")))
    done = await other.editing.change(EVENT, Kind.SESSION, WELCOME.guid, 1, late)
    assert isinstance(done, Conflict)
    assert [each.field for each in done.differences] == ["session.title", "session.abstract"]
    assert done.current.version == 2


async def test_two_organisers_who_release_at_once_make_two_releases_or_one(
    office: Office, other: Office
) -> None:
    await other.store.events()
    await office.retitle(WELCOME.guid, "A")
    done = await asyncio.gather(
        office.editing.release(EVENT, by="one"),
        other.editing.release(EVENT, by="two"),
        return_exceptions=True,
    )
    released = [each for each in done if isinstance(each, Event)]
    assert [each.release for each in released] == [2] * len(released)
    others = [type(each) for each in done if not isinstance(each, Event)]
    assert set(others) <= {NothingToReleaseError}
    assert [each.number for each in await office.store.history(EVENT)] == [2, 1]


async def test_one_item_is_released_and_the_rest_waits(office: Office) -> None:
    await office.retitle(WELCOME.guid, "A")
    await office.retitle(WORKSHOP.guid, "B")
    await office.editing.release_one(EVENT, Kind.SESSION, WORKSHOP.guid, by=BY)
    assert await office.titles() == ["Sitzung welcome", "B"]
    assert [each.name.de for each in (await office.editing.desk(EVENT)).changes] == ["A"]
    assert [each.act for each in await office.store.history(EVENT)] == [Act.ONE, Act.RELEASE]


async def test_one_item_in_an_unpublished_room_is_not_released(office: Office) -> None:
    loft = room("dachboden", 3)
    await office.editing.add(EVENT, Kind.ROOM, loft.guid, loft)
    body = await office.planned(WELCOME.guid)
    slots = (replace(body.slots[0], room=loft.guid),)
    await office.edit(Kind.SESSION, WELCOME.guid, replace(body, slots=slots))
    with pytest.raises(NotReleasableError, match="unknown_reference"):
        await office.editing.release_one(EVENT, Kind.SESSION, WELCOME.guid, by=BY)
    assert (await office.editing.release(EVENT, by=BY)).release == 2


async def test_a_clash_blocks_the_release_and_is_named(office: Office) -> None:
    body = await office.planned(WELCOME.guid)
    slots = (replace(body.slots[0], end=clock("2022-03-22T10:30"), room=WERKSTATT.guid),)
    await office.edit(Kind.SESSION, WELCOME.guid, replace(body, slots=slots))
    with pytest.raises(NotReleasableError):
        await office.editing.release(EVENT, by=BY)
    faults = {each.fault for each in (await office.editing.desk(EVENT)).findings}
    assert faults == {Fault.ROOM_CLASH}


async def test_a_published_session_is_cancelled_not_deleted(office: Office) -> None:
    with pytest.raises(ReleasedError):
        await office.editing.remove(EVENT, Kind.SESSION, WELCOME.guid, 1)
    body = await office.planned(WELCOME.guid)
    with pytest.raises(ReleasedError):
        await office.edit(Kind.SESSION, WELCOME.guid, replace(body, slots=()))
    off = replace(body, slots=(replace(body.slots[0], status=SlotStatus.CANCELLED),))
    await office.edit(Kind.SESSION, WELCOME.guid, off)
    released = await office.editing.release(EVENT, by=BY)
    assert (released.slots[0].sequence, released.slots[0].status) == (1, SlotStatus.CANCELLED)


async def test_a_session_that_was_never_published_is_deleted(office: Office) -> None:
    new = session("neu")
    await office.editing.add(EVENT, Kind.SESSION, new.guid, Planned(new))
    assert await office.editing.remove(EVENT, Kind.SESSION, new.guid, 1)
    assert (await office.editing.desk(EVENT)).changes == ()


async def test_a_number_is_never_given_again(office: Office) -> None:
    slot = Slot(
        guid("x"), 4, clock("2022-03-22T11:00"), clock("2022-03-22T11:15"), pause=Text("Pause")
    )
    assert await office.editing.number(EVENT) == 4
    await office.editing.add(EVENT, Kind.PAUSE, slot.guid, slot)
    await office.editing.release(EVENT, by=BY)
    await office.editing.remove(EVENT, Kind.PAUSE, slot.guid, 1)
    await office.editing.release(EVENT, by=BY)
    assert await office.editing.number(EVENT) == 5


async def test_running_late_moves_what_is_published_and_the_draft(office: Office) -> None:
    await office.retitle(WORKSHOP.guid, "Noch nicht fertig")
    released = await office.editing.run_late(EVENT, Late(DAY, MORNING, 15), by=BY)
    assert await office.times() == ["09:45", "10:15", "10:30"]
    assert [slot.sequence for slot in released.slots] == [1, 1, 1]
    desk = await office.editing.desk(EVENT)
    assert [each.kind for each in desk.changes] == [ChangeKind.TITLE]
    assert office.told == [(EVENT, 2)]


async def test_a_delay_is_taken_back_exactly(office: Office) -> None:
    await office.editing.run_late(EVENT, Late(DAY, MORNING, 15), by=BY)
    assert await office.editing.latest_delay(EVENT)
    released = await office.editing.undo_late(EVENT, by=BY)
    assert await office.times() == ["09:30", "10:00", "10:15"]
    assert [slot.sequence for slot in released.slots] == [2, 2, 2]
    assert (await office.editing.desk(EVENT)).changes == ()
    assert await office.editing.latest_delay(EVENT) == ()
    assert [each.act for each in await office.store.history(EVENT)][:2] == [Act.BACK, Act.LATE]


async def test_two_delays_are_taken_back_one_after_the_other(office: Office) -> None:
    for minutes in (10, 5):
        await office.editing.run_late(EVENT, Late(DAY, MORNING, minutes), by=BY)
    assert await office.times() == ["09:45", "10:15", "10:30"]
    await office.editing.undo_late(EVENT, by=BY)
    assert await office.times() == ["09:40", "10:10", "10:25"]
    await office.editing.undo_late(EVENT, by=BY)
    assert await office.times() == ["09:30", "10:00", "10:15"]
    with pytest.raises(NothingToReleaseError):
        await office.editing.undo_late(EVENT, by=BY)


async def test_a_delay_that_was_edited_since_is_not_taken_back(office: Office) -> None:
    await office.editing.run_late(EVENT, Late(DAY, MORNING, 15), by=BY)
    body = await office.planned(WELCOME.guid)
    slots = (replace(body.slots[0], start=clock("2022-03-22T09:40")),)
    await office.edit(Kind.SESSION, WELCOME.guid, replace(body, slots=slots))
    await office.editing.release(EVENT, by=BY)
    assert await office.editing.latest_delay(EVENT) == ()


async def test_however_many_delays_there_were_they_are_read_by_one_statement(
    office: Office,
) -> None:
    """None of them can be taken back, so all of them are looked at."""
    for minutes in (5, 10, 15):
        await office.editing.run_late(EVENT, Late(DAY, MORNING, minutes), by=BY)
        body = await office.planned(WELCOME.guid)
        slots = (replace(body.slots[0], start=clock("2022-03-22T09:30")),)
        await office.edit(Kind.SESSION, WELCOME.guid, replace(body, slots=slots))
        await office.editing.release(EVENT, by=BY)
        assert await office.editing.latest_delay(EVENT) == ()
        with statements(office.engine) as asked:
            assert await office.editing.latest_delay(EVENT) == ()
        assert sum("agenda_release.snapshot" in each for each in asked) == 1


async def test_what_is_planned_otherwise_in_the_draft_stays(office: Office) -> None:
    body = await office.planned(WORKSHOP.guid)
    slots = (replace(body.slots[0], start=clock("2022-03-22T10:40")),)
    await office.edit(Kind.SESSION, WORKSHOP.guid, replace(body, slots=slots))
    await office.editing.run_late(EVENT, Late(DAY, MORNING, 15), by=BY)
    kept = (await office.planned(WORKSHOP.guid)).slots[0]
    assert kept.start == clock("2022-03-22T10:40")


async def test_running_late_with_nothing_left_is_said(office: Office) -> None:
    evening = at("2022-03-22T20:00+01:00")
    with pytest.raises(NothingToReleaseError):
        await office.editing.run_late(EVENT, Late(DAY, evening, 15), by=BY)


async def test_a_clone_is_a_draft_that_nobody_sees(office: Office) -> None:
    new = New("regio_nord_2022", Text("4. Regionalkonferenz"), dt.date(2022, 10, 18), 4)
    made = await office.editing.clone(EVENT, new)
    assert await office.store.event("regio_nord_2022") is None
    assert (await office.editing.find("regio_nord_2022") or made).guid == made.guid
    desk = await office.editing.desk(made.guid)
    assert [each.fault for each in desk.findings] == [Fault.OPEN_ROLE] * 2
    released = await office.editing.release(made.guid, by=BY)
    assert (released.release, released.sessions[0].people) == (1, ())


async def test_a_draft_that_was_never_released_is_thrown_away_whole(office: Office) -> None:
    new = New("regio_nord_2022", Text("4. Regionalkonferenz"), dt.date(2022, 10, 18), 4)
    made = await office.editing.clone(EVENT, new)
    await office.editing.discard(made.guid)
    assert await office.editing.find(new.slug) is None
    with pytest.raises(GoneError):
        await office.editing.desk(made.guid)
    again = await office.editing.clone(EVENT, new)
    assert (await office.editing.desk(again.guid)).draft.slug == new.slug


async def test_what_lies_in_a_draft_goes_before_it_so_that_it_can_be_thrown_away_again(
    office: Office,
) -> None:
    new = New("regio_nord_2022", Text("4. Regionalkonferenz"), dt.date(2022, 10, 18), 4)
    made = await office.editing.clone(EVENT, new)
    sessions = [each.guid for each in (await office.editing.desk(made.guid)).draft.sessions]
    office.belongings.stuck = True
    with pytest.raises(ConnectionError):
        await office.editing.discard(made.guid)
    assert (await office.editing.desk(made.guid)).draft.slug == new.slug
    office.belongings.stuck = False
    await office.editing.discard(made.guid)
    assert office.belongings.owners == [(OwnerKind.SESSION, each) for each in sessions]
    assert await office.editing.find(new.slug) is None


async def test_what_lies_in_a_session_goes_with_it_and_stays_when_somebody_edited_it(
    office: Office,
) -> None:
    new = New("regio_nord_2022", Text("4. Regionalkonferenz"), dt.date(2022, 10, 18), 4)
    made = await office.editing.clone(EVENT, new)
    kept, gone, *_ = [
        r for r in (await office.editing.desk(made.guid)).rows if r.kind is Kind.SESSION
    ]
    for row, version in ((kept, kept.version - 1), (gone, gone.version)):
        removed = await office.editing.remove(made.guid, row.kind, row.guid, version)
        assert removed == (row is gone)
    assert office.belongings.owners == [(OwnerKind.SESSION, gone.guid)]


async def test_what_was_released_is_not_thrown_away(office: Office) -> None:
    await office.retitle(WELCOME.guid, "Neu")
    with pytest.raises(ReleasedError):
        await office.editing.discard(EVENT)
    assert len((await office.editing.desk(EVENT)).changes) == 1


async def test_two_events_cannot_have_one_acronym(office: Office) -> None:
    made = await office.editing.clone(EVENT, New("probe_2022", Text("Noch eine"), DAY))
    desk = await office.editing.desk(made.guid)
    assert [each.fault for each in desk.findings if each.blocks] == [Fault.ACRONYM_TAKEN]
    with pytest.raises(NotReleasableError):
        await office.editing.release(made.guid, by=BY)


async def test_what_is_nowhere_is_said(office: Office) -> None:
    with pytest.raises(GoneError):
        await office.editing.desk(guid("nowhere"))
    with pytest.raises(GoneError):
        await office.editing.change(EVENT, Kind.ROOM, guid("nowhere"), 1, WERKSTATT)
