"""After a session its page shows what was answered in it, to whoever may enter its room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from msgspec.structs import replace

from access.actors import Actor, Affiliation
from access.decisions import Allowed
from access.organisations import OrganisationKind
from access.rules import Rule
from agenda.core.model import Event, SessionStatus, Slot, SlotStatus
from agenda.resources import event_resource
from rooms.core.people import EraseWords, RemovePerson
from rooms.core.questions import DismissQuestion, MarkAnswered, PutOnAir, WithdrawQuestion
from server.http.pages.answered import of_session
from server.http.surfaces import Visit
from tests.fakes.admission import MODERATOR
from tests.pages.markup import Page
from tests.pages.world import World
from tests.rooms.acts import published
from tests.rooms.house import House, Visitor

CANARY = "CANARY Was kostet der Betrieb?"
HOF, ULM = "amt@hof.example", "team@ulm.example"
MINUTE = 60_000


@dataclass
class Talk:
    """A session of a rehearsal, and its room with people in it."""

    site: World
    house: House
    event: Event
    slot: Slot
    desk: Visitor

    @property
    def next_begins(self) -> int:
        """In the same room."""
        return min(
            each.starts_at
            for each in self.event.slots
            if each.session and each.room == self.slot.room and each.starts_at >= self.slot.ends_at
        )

    @property
    def path(self) -> str:
        slug = next(s.slug for s in self.event.sessions if s.guid == self.slot.session)
        return f"/events/{self.event.slug}/sessions/{slug}"

    async def ask(self, text: str = CANARY, who: str = "hof") -> tuple[Visitor, str]:
        author = await self.house.enter(who, room=self.desk.room)
        return author, await published(self.house, self.desk, author, text)

    async def answer(self, text: str = CANARY, who: str = "hof", *, at: int | None = None) -> None:
        self.house.clock.at = self.slot.starts_at + MINUTE if at is None else at
        _, question = await self.ask(text, who)
        await self.desk.do(PutOnAir(question, 2))
        await self.desk.do(MarkAnswered(question, 3))

    async def told(self, event: Event) -> tuple[str, ...]:
        """What a person of Hof would be told on the page, if the event were like this."""
        hof = Actor("hof", affiliations=(Affiliation("hof", OrganisationKind.MUNICIPALITY),))
        allowed = Allowed(Rule.MUNICIPALITY)
        visit = Visit(hof, event_resource(event), allowed, "de", self.site.clock.at)
        past = self.site.pages.answers.site.afterwards
        return await of_session(past, visit, event, self.slot.session or "", event)

    async def read(self, address: str = "") -> tuple[int, list[str]]:
        """Status of the session's page, and the answered questions on it."""
        if not address:
            async with self.site.browser() as guest:
                page = await guest.get(self.path)
        else:
            async with self.site.signed_in(address) as signed_in:
                page = await signed_in.get(self.path)
        return page.status_code, Page(page.text).all("//ul[@class='answered']/li")


async def opened(
    site: World, slug: str, *, before_a_break: bool = False, last: bool = False
) -> Talk:
    """The first session of the pass that is running; its end is where the clock stands."""
    event = await site.pages.answers.site.agenda.event(slug)
    assert event is not None
    slots = sorted((s for s in event.slots if s.session and s.room), key=lambda s: s.starts_at)
    if last:
        slots.reverse()
    if before_a_break:
        slots = [
            one
            for one, after in pairwise(slots)
            if one.room == after.room and one.ends_at < after.starts_at
        ]
    slot = slots[0]
    site.disk.clock.at = slot.starts_at
    site.clock.at = slot.ends_at
    house = await House(site.disk).open()
    return Talk(site, house, event, slot, await house.enter(MODERATOR, room=slot.room or ""))


@pytest.fixture
async def talk(site: World) -> AsyncIterator[Talk]:
    await site.account(HOF, "hof-city")
    made = await opened(site, "generalprobe")
    yield made
    await made.house.close()


async def test_answered_questions_are_shown_in_their_order_without_names(talk: Talk) -> None:
    await talk.answer()
    await talk.answer("Wer haftet?", "jena", at=talk.slot.starts_at + 2 * MINUTE)
    assert await talk.read(HOF) == (200, [CANARY, "Wer haftet?"])
    async with talk.site.signed_in(HOF) as browser:
        text = (await browser.get(talk.path)).text
    assert [name for name in ("Amt hof", "Amt jena") if name in text] == []


async def test_nothing_is_shown_while_the_session_is_on(talk: Talk) -> None:
    await talk.answer()
    talk.site.clock.at = talk.slot.ends_at - 1
    assert await talk.read(HOF) == (200, [])


async def test_question_of_the_next_session_is_not_shown(talk: Talk) -> None:
    await talk.answer(at=talk.next_begins)
    assert await talk.read(HOF) == (200, [])


async def test_what_is_said_after_the_planned_end_belongs_to_the_session_until_the_next_begins(
    site: World,
) -> None:
    talk = await opened(site, "kongress_2022", before_a_break=True)
    await site.funded(ULM)
    await talk.answer(at=talk.slot.ends_at)
    await talk.answer("Wer haftet?", "jena", at=talk.next_begins - 1)
    await talk.answer("Und dann?", "ulm", at=talk.next_begins)
    assert await talk.read(ULM) == (200, [CANARY, "Wer haftet?"])
    await talk.house.close()


async def test_what_is_said_after_the_last_session_belongs_to_it(site: World) -> None:
    talk = await opened(site, "kongress_2022", last=True)
    await site.funded(ULM)
    await talk.answer(at=talk.slot.ends_at + 60 * MINUTE)
    assert await talk.read(ULM) == (200, [CANARY])
    await talk.house.close()


async def test_a_session_called_off_by_itself_or_as_a_whole_shows_nothing(talk: Talk) -> None:
    await talk.answer()
    event, slot = talk.event, talk.slot
    slot_off = replace(slot, status=SlotStatus.CANCELLED)
    slots = tuple(slot_off if each is slot else each for each in event.slots)
    sessions = tuple(
        replace(each, status=SessionStatus.CANCELLED) if each.guid == slot.session else each
        for each in event.sessions
    )
    told = [
        await talk.told(each)
        for each in (event, replace(event, slots=slots), replace(event, sessions=sessions))
    ]
    assert told == [(CANARY,), (), ()]


async def test_question_on_air_at_the_end_belongs_to_its_session(talk: Talk) -> None:
    talk.house.clock.at = talk.slot.ends_at - 1
    _, question = await talk.ask()
    await talk.desk.do(PutOnAir(question, 2))
    assert await talk.read(HOF) == (200, [])
    talk.house.clock.at = talk.slot.ends_at + MINUTE
    await talk.desk.do(MarkAnswered(question, 3))
    assert await talk.read(HOF) == (200, [CANARY])


async def test_waiting_dismissed_and_withdrawn_questions_are_not_shown(talk: Talk) -> None:
    talk.house.clock.at = talk.slot.starts_at + MINUTE
    _, dismissed = await talk.ask("CANARY 1", "hof")
    await talk.desk.do(DismissQuestion(dismissed, 2, "doppelt"))
    author, withdrawn = await talk.ask("CANARY 2", "jena")
    await author.do(WithdrawQuestion(withdrawn, 2))
    await talk.ask("CANARY 3", "ulm")
    assert await talk.read(HOF) == (200, [])


async def test_erased_words_are_gone_from_the_page(talk: Talk) -> None:
    await talk.answer()
    assert await talk.read(HOF) == (200, [CANARY])
    await talk.desk.do(EraseWords("hof"))
    assert await talk.read(HOF) == (200, [])


async def test_whoever_may_not_enter_the_room_reads_nothing_of_it(talk: Talk) -> None:
    await talk.answer()
    assert await talk.read() == (200, [])
    account = await talk.site.identity.accounts.ensure(HOF)
    await talk.desk.do(RemovePerson(account))
    assert await talk.read(HOF) == (200, [])


async def test_page_of_a_closed_session_tells_no_word(site: World) -> None:
    talk = await opened(site, "kongress_probe")
    await site.account(HOF, "hof-city")
    await site.funded(ULM)
    await talk.answer()
    assert await talk.read(ULM) == (200, [CANARY])
    for who, status in ((HOF, 403), ("", 401)):
        assert await talk.read(who) == (status, [])
    await talk.house.close()
