"""Stars, what is due, and feedback, always through what the person may see."""

from __future__ import annotations

import pytest

from access.actors import GUEST, Actor, Office, OfficeKind, ProjectAffiliation
from access.audiences import Group, always
from agenda.core.feedback import Answer, Summary
from agenda.core.model import Event, Session, SlotStatus
from agenda.core.timetable import MINUTE, resolve
from agenda.participants import Participants, TooEarlyError
from tests.agenda.events import (
    PLENUM,
    WELCOME,
    WERKSTATT,
    WORKSHOP,
    at,
    changed_slot,
    draft,
    guid,
    slot,
)
from tests.fakes.participants import MemoryFeedback, MemoryStars

HOF = Actor("hof")
ULM = Actor("ulm", project_affiliations=(ProjectAffiliation("ulm", 2019, confirmed=True),))
SPEAKER = Actor("speaker", offices=(Office(OfficeKind.SPEAKER, WORKSHOP.guid, guid("event")),))
MORNING = at("2022-03-22T08:00+01:00")
WELCOME_STARTS, WELCOME_ENDS = at("2022-03-22T09:30+01:00"), at("2022-03-22T10:00+01:00")
WORKSHOP_STARTS = at("2022-03-22T10:15+01:00")


class Programme:
    """Events that can be released anew."""

    def __init__(self, *events: Event) -> None:
        self.now = tuple(map(resolve, events))

    async def events(self) -> tuple[Event, ...]:
        return self.now


def of(*events: Event) -> tuple[Participants, Programme]:
    programme = Programme(*(events or (draft(),)))
    return Participants(MemoryStars(), MemoryFeedback(), programme), programme


async def starring(people: Participants, *sessions: Session, who: Actor = HOF) -> None:
    for session in sessions:
        await people.star(who.account or "", session)


async def test_my_agenda_holds_what_was_starred_by_time() -> None:
    people, _ = of()
    await starring(people, WORKSHOP, WELCOME)
    mine = await people.mine(HOF, MORNING)
    assert [[each.session for each in one.slots] for one in mine] == [[WELCOME.guid, WORKSHOP.guid]]
    assert await people.mine(ULM, MORNING) == await people.mine(GUEST, MORNING) == ()
    await people.unstar("hof", WELCOME)
    await people.unstar("hof", WORKSHOP)
    assert await people.mine(HOF, MORNING) == ()


async def test_a_star_for_what_somebody_may_no_longer_enter_shows_nowhere() -> None:
    people, programme = of()
    await starring(people, WORKSHOP)
    await starring(people, WORKSHOP, who=ULM)
    closed = draft(audience=always(Group.FUNDED), hidden=True)
    programme.now = (resolve(closed),)
    soon = WORKSHOP_STARTS - MINUTE
    assert await people.mine(HOF, soon) == ()
    assert await people.due(HOF, soon) is None
    assert len(await people.mine(ULM, soon)) == 1
    assert await people.due(ULM, soon) is not None


async def test_what_is_cancelled_stays_in_my_agenda_and_is_never_due() -> None:
    people, programme = of()
    await starring(people, WELCOME)
    programme.now = (resolve(changed_slot(draft(), 1, status=SlotStatus.CANCELLED)),)
    [mine] = await people.mine(HOF, MORNING)
    assert [each.status for each in mine.slots] == [SlotStatus.CANCELLED]
    assert await people.due(HOF, WELCOME_STARTS) is None


@pytest.mark.parametrize(
    ("before", "told"), [(6, False), (5, True), (1, True), (0, True), (-2, False)]
)
async def test_somebody_is_told_from_five_minutes_before_the_start(before: int, told: bool) -> None:
    people, _ = of()
    await starring(people, WELCOME)
    due = await people.due(HOF, WELCOME_STARTS - before * MINUTE)
    assert (due is not None) == told
    if due:
        assert due.slot.session == WELCOME.guid


async def test_a_speaker_is_told_of_their_session_without_a_star() -> None:
    people, _ = of()
    due = await people.due(SPEAKER, WORKSHOP_STARTS - MINUTE)
    assert due is not None
    assert due.slot.session == WORKSHOP.guid
    assert await people.due(HOF, WORKSHOP_STARTS - MINUTE) is None
    assert await people.due(GUEST, WORKSHOP_STARTS - MINUTE) is None


async def test_of_two_events_at_once_the_earlier_start_is_told() -> None:
    talk = draft().sessions[0]
    other = draft(
        guid=guid("other"),
        slug="other_2022",
        sessions=(WORKSHOP,),
        slots=(slot(9, WORKSHOP, "2022-03-22T09:28", "2022-03-22T10:00", WERKSTATT),),
    )
    first = draft(
        sessions=(talk,), slots=(slot(1, talk, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM),)
    )
    people, _ = of(first, other)
    await starring(people, talk, WORKSHOP)
    due = await people.due(HOF, at("2022-03-22T09:26+01:00"))
    assert due is not None
    assert (due.event.slug, due.slot.session) == ("other_2022", WORKSHOP.guid)


async def test_feedback_is_given_once_the_session_is_over_and_not_before() -> None:
    people, _ = of()
    event = resolve(draft())
    with pytest.raises(TooEarlyError):
        await people.say("hof", event, WELCOME, Answer(5), WELCOME_ENDS - 1)
    await people.say("hof", event, WELCOME, Answer(5), WELCOME_ENDS)
    assert await people.said(HOF) == {WELCOME.guid: Answer(5)}
    assert await people.said(GUEST) == {}


async def test_who_answered_may_change_it_though_the_session_was_moved() -> None:
    people, _ = of()
    event = resolve(draft())
    await people.say("hof", event, WELCOME, Answer(5), WELCOME_ENDS)
    await people.say("hof", event, WELCOME, Answer(2, "Doch nicht."), MORNING)
    assert await people.said(HOF) == {WELCOME.guid: Answer(2, "Doch nicht.")}
    await people.withdraw("hof", WELCOME)
    assert await people.said(HOF) == {}


async def test_organisers_read_of_a_session_once_five_people_spoke() -> None:
    people, _ = of()
    event = resolve(draft())
    for number in range(4):
        await people.say(f"person {number}", event, WELCOME, Answer(4, "Gut."), WELCOME_ENDS)
    assert await people.summaries(event) == {}
    await people.say("person 4", event, WELCOME, Answer(2), WELCOME_ENDS)
    assert await people.summaries(event) == {
        WELCOME.guid: Summary((0, 1, 0, 4, 0), ("Gut.",) * 4),
    }
    await people.withdraw("person 4", WELCOME)
    assert await people.summaries(event) == {}
