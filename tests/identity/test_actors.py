"""Everything recorded about many people is read at once, and nobody's facts become another's."""

from __future__ import annotations

from access.actors import Actor, Affiliation, Office, OfficeKind, ProjectAffiliation
from access.organisations import OrganisationKind
from server.identity.actors import read_actors
from server.seed.guids import guid
from server.seed.registers import seed_registers
from tests.fixtures.statements import statements
from tests.identity.house import House

CITY = guid("organisation", "09464000")
DISTRICT = guid("organisation", "09475")


async def busy_person(house: House) -> str:
    """One of everything: two employers, a project, two offices, an invitation, a ban."""
    records = house.identity.records
    account = (await house.sign_in("team@landkreis-hof.example")).account
    for employer in (CITY, DISTRICT):
        await records.choose_organisation(account, employer)
        house.clock.move(1)
    await records.declare_project(account, "hof")
    await records.confirm_project(account, "hof", by="kts")
    house.clock.move(1)
    await records.appoint(account, OfficeKind.ORGANISER, None, None, by="kts")
    house.clock.move(1)
    await records.appoint(account, OfficeKind.MODERATOR, "room", "congress", by="kts")
    await records.invite(account, "congress", by="kts")
    await records.register(account, "conference")
    await records.ban(account, "closed", by="kts", reason="")
    return account


async def test_facts_of_many_are_read_by_one_statement_and_kept_apart(any_house: House) -> None:
    house = any_house
    await seed_registers(house.identity.facts)
    start = house.clock.at
    busy = await busy_person(house)
    plain = (await house.sign_in("amt@hof.example")).account
    closed = (await house.sign_in("gone@hof.example")).account
    await house.identity.records.close_account(closed, by="kts")
    async with house.engine.connect() as connection:
        with statements(house.engine) as asked:
            found = await read_actors(connection, [busy, plain, closed, "nobody"], house.clock.at)
    assert len(asked) == 1
    assert found.keys() == {busy, plain}
    assert found[plain] == Actor(plain, "Amt", "")
    assert found[busy] == Actor(
        account=busy,
        name="Team",
        organisation="Landkreis Hof",
        affiliations=(
            Affiliation(
                CITY,
                OrganisationKind.MUNICIPALITY,
                "09464000",
                since=start,
                until=start + 1,
            ),
            Affiliation(
                DISTRICT,
                OrganisationKind.DISTRICT,
                "09475",
                since=start + 1,
                projects=("hof",),
                seasons=(2020,),
            ),
        ),
        project_affiliations=(ProjectAffiliation("hof", 2020, since=start + 2, confirmed=True),),
        invitations=frozenset({"congress"}),
        registrations=frozenset({"conference"}),
        offices=(
            Office(OfficeKind.ORGANISER, None, None, start + 3),
            Office(OfficeKind.MODERATOR, "room", "congress", start + 4),
        ),
        bans=frozenset({"closed"}),
    )
