"""Facts: read once, forgotten when they change here, noticed when they change elsewhere."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from access.actors import OfficeKind
from access.audiences import Group, always
from access.permissions import Permission
from access.policy import Allowed, Denied, decide
from access.resources import EventResource
from access.rules import NextStep, Rule
from server.identity.facts import LEASE_MS
from server.identity.records import UnknownEntryError
from server.seed.guids import guid
from server.seed.registers import seed_demo_people, seed_registers
from tests.identity.house import House, other_process

HOF_CITY = guid("organisation", "09464000")
HOF_DISTRICT = guid("organisation", "09475")
CONGRESS = EventResource("congress", "congress", "Congress", always(Group.FUNDED))
CONFERENCE = EventResource("conference", "conference", "Conference", always(Group.MUNICIPALITIES))


async def person(house: House, address: str = "staff@hof.example") -> str:
    await seed_registers(house.identity.facts)
    account = (await house.sign_in(address)).account
    house.told.clear()
    return account


async def asked(house: House, account: str, event: EventResource) -> Allowed | Denied:
    actor = await house.identity.facts.actor_of(account)
    assert actor is not None
    return decide(actor, Permission.EVENT_ENTER, event, house.clock.at)


async def test_choosing_a_municipality_opens_the_conference_at_once(any_house: House) -> None:
    house = any_house
    account = await person(house)
    assert await asked(house, account, CONFERENCE) == Denied(
        Rule.MUNICIPALITIES_ONLY, NextStep.CHOOSE_ORGANISATION
    )
    await house.identity.records.choose_organisation(account, HOF_CITY)
    assert await asked(house, account, CONFERENCE) == Allowed(Rule.MUNICIPALITY)
    assert house.told == [frozenset({account})]


async def test_d1_stadt_hof_is_never_taken_for_landkreis_hof(house: House) -> None:
    account = await person(house)
    await house.identity.records.choose_organisation(account, HOF_CITY)
    assert await asked(house, account, CONGRESS) == Denied(
        Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE
    )
    await house.identity.records.declare_project(account, "hof")
    assert await asked(house, account, CONGRESS) == Denied(
        Rule.PROJECT_PENDING, NextStep.WAIT_FOR_CONFIRMATION
    )


async def test_d2_landkreis_hof_is_admitted_after_confirmation(any_house: House) -> None:
    house = any_house
    account = await person(house, "team@landkreis-hof.example")
    records = house.identity.records
    await records.choose_organisation(account, HOF_DISTRICT)
    assert await asked(house, account, CONGRESS) == Denied(
        Rule.PROJECT_NOT_DECLARED, NextStep.CHOOSE_PROJECT
    )
    await records.declare_project(account, "hof")
    await records.confirm_project(account, "hof", by="organiser")
    assert await asked(house, account, CONGRESS) == Allowed(Rule.FUNDED)


async def test_d3_setting_of_the_project_decides_on_its_partner(any_house: House) -> None:
    house = any_house
    account = await person(house)
    maifeld = guid("organisation", "071375002")
    records = house.identity.records
    await records.choose_organisation(account, maifeld)
    await records.declare_project(account, "mayen-koblenz")
    await records.confirm_project(account, "mayen-koblenz", by="organiser")
    assert await asked(house, account, CONGRESS) == Allowed(Rule.FUNDED)
    house.told.clear()
    await records.admit_member("mayen-koblenz", maifeld, False, by="organiser")
    assert await asked(house, account, CONGRESS) == Denied(
        Rule.PROJECT_MEMBER_NOT_ADMITTED, NextStep.ASK_ORGANISER
    )
    assert house.told == [None]


async def test_d4_body_without_a_key_is_admitted_through_its_project(house: House) -> None:
    account = await person(house)
    records = house.identity.records
    await records.choose_organisation(account, guid("organisation", "rhein-neckar"))
    await records.declare_project(account, "rhein-neckar")
    await records.confirm_project(account, "rhein-neckar", by="organiser")
    assert await asked(house, account, CONGRESS) == Allowed(Rule.FUNDED)


async def test_d11_moving_to_an_employer_without_funding_ends_access(any_house: House) -> None:
    house = any_house
    account = await person(house)
    records = house.identity.records
    await records.choose_organisation(account, HOF_DISTRICT)
    await records.declare_project(account, "hof")
    await records.confirm_project(account, "hof", by="organiser")
    assert await asked(house, account, CONGRESS) == Allowed(Rule.FUNDED)
    house.clock.move(1_000)
    house.told.clear()
    await records.choose_organisation(account, HOF_CITY)
    assert await asked(house, account, CONGRESS) == Denied(
        Rule.PROJECT_ENDED, NextStep.ASK_PROJECT_LEAD
    )
    assert await asked(house, account, CONFERENCE) == Allowed(Rule.MUNICIPALITY)
    assert house.told == [frozenset({account})]
    actor = await house.identity.facts.actor_of(account)
    assert actor is not None
    assert actor.organisation == "Stadt Hof"


async def test_every_change_of_facts_is_told_and_counts(house: House) -> None:
    account = await person(house)
    records = house.identity.records
    office = await records.appoint(account, OfficeKind.MODERATOR, "room", "conference", by="kts")
    actor = await house.identity.facts.actor_of(account)
    assert actor is not None
    assert [each.kind for each in actor.offices] == [OfficeKind.MODERATOR]
    house.clock.move(1)
    await records.dismiss(account, office, by="kts")
    await records.invite(account, "congress", by="kts")
    await records.invite(account, "congress", by="kts")
    await records.register(account, "conference")
    await records.ban(account, "other", by="kts", reason="disturbed")
    actor = await house.identity.facts.actor_of(account)
    assert actor is not None
    assert (actor.invitations, actor.registrations, actor.bans) == (
        frozenset({"congress"}),
        frozenset({"conference"}),
        frozenset({"other"}),
    )
    assert actor.offices[0].until == house.clock.at
    await records.withdraw_invitation(account, "congress", by="kts")
    await records.cancel_registration(account, "conference", by=account)
    await records.lift_ban(account, "other", by="kts")
    actor = await house.identity.facts.actor_of(account)
    assert actor is not None
    assert (actor.invitations, actor.registrations, actor.bans) == (
        frozenset(),
        frozenset(),
        frozenset(),
    )
    await records.close_account(account, by="kts")
    assert await house.identity.facts.actor_of(account) is None
    assert house.told == [frozenset({account})] * 10


async def test_change_by_another_process_is_noticed_within_the_lease(any_house: House) -> None:
    house = any_house
    account = await person(house)
    await house.identity.records.choose_organisation(account, HOF_CITY)
    assert isinstance(await asked(house, account, CONFERENCE), Allowed)
    house.told.clear()
    async with other_process(house) as other:
        await other.identity.records.end_affiliation(account, HOF_CITY, by="kts")
    house.clock.move(LEASE_MS)
    assert isinstance(await asked(house, account, CONFERENCE), Denied)
    assert house.told == [None]


async def test_change_by_another_process_is_noticed_at_once_on_a_hint(any_house: House) -> None:
    house = any_house
    account = await person(house)
    noticed = asyncio.Event()

    async def told(_: object) -> None:
        noticed.set()

    await house.identity.facts.check()
    house.identity.facts.listen(told)
    watching = asyncio.create_task(house.identity.facts.watch(every=3_600))
    async with other_process(house) as other:
        other.identity.facts.committing(house.identity.facts.hurry)
        await other.identity.records.choose_organisation(account, HOF_CITY)
        await asyncio.wait_for(noticed.wait(), 30)
    watching.cancel()
    assert await asked(house, account, CONFERENCE) == Allowed(Rule.MUNICIPALITY)


async def test_a_change_that_fails_is_no_hint(house: House) -> None:
    hints: list[None] = []
    account = await person(house)
    house.identity.facts.committing(lambda: hints.append(None))
    with pytest.raises(UnknownEntryError):
        await house.identity.records.choose_organisation(account, "nowhere")
    assert hints == []
    await house.identity.records.choose_organisation(account, HOF_CITY)
    assert len(hints) == 1


async def test_own_change_after_a_missed_one_tells_everybody(house: House) -> None:
    account = await person(house)
    async with other_process(house) as other:
        await other.identity.records.register(account, "conference")
    await house.identity.records.rename(account, "Hof")
    assert house.told == [None]


async def test_change_that_fails_leaves_no_trace(house: House) -> None:
    account = await person(house)
    facts = house.identity.facts

    async def counts() -> tuple[object, object]:
        async with house.engine.connect() as connection:
            version = (await connection.execute(text("SELECT version FROM access_version"))).all()
            audit = (await connection.execute(text("SELECT count(*) FROM access_audit"))).all()
        return version, audit

    before = await counts()
    with pytest.raises(ZeroDivisionError):
        async with facts.changing(account, "broken", by="test"):
            _ = 1 // 0
    assert await counts() == before
    assert house.told == []


async def test_what_is_unknown_to_the_registers_cannot_be_chosen(house: House) -> None:
    account = await person(house)
    with pytest.raises(UnknownEntryError):
        await house.identity.records.choose_organisation(account, "no such guid")
    with pytest.raises(UnknownEntryError):
        await house.identity.records.declare_project(account, "no such project")
    assert house.told == []


async def test_changes_at_the_same_time_all_count(any_house: House) -> None:
    house = any_house
    account = await person(house)
    records = house.identity.records
    await asyncio.gather(*(records.register(account, f"event-{number}") for number in range(8)))
    actor = await house.identity.facts.actor_of(account)
    assert actor is not None
    assert actor.registrations == frozenset(f"event-{number}" for number in range(8))


async def test_audit_says_who_changed_what(house: House) -> None:
    account = await person(house)
    await house.identity.records.invite(account, "congress", by="organiser")
    async with house.engine.connect() as connection:
        rows = await connection.execute(
            text('SELECT "by", account, act, detail FROM access_audit ORDER BY at, id')
        )
        entries = [tuple(row) for row in rows]
    assert entries[-1] == ("organiser", account, "invited", "congress")


async def test_demo_people_come_in_where_they_should(house: House) -> None:
    facts = house.identity.facts
    await seed_registers(facts)
    await seed_demo_people(facts)
    answers = {}
    for address in ("staff@hof.example", "staff@mayen-koblenz.example", "presenter@ulm.example"):
        account = await house.identity.accounts.find(address)
        assert account is not None
        answers[address] = (await asked(house, account, CONGRESS)).rule
    assert answers == {
        "staff@hof.example": Rule.NOT_FUNDED,
        "staff@mayen-koblenz.example": Rule.FUNDED,
        "presenter@ulm.example": Rule.FUNDED,
    }
