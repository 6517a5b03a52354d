"""Finding an organisation: all hits with what tells them apart, and former keys lead on."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from access.organisations import OrganisationKind
from server.seed.registers import organisations, seed_demo_people, seed_registers
from tests.identity.house import House


@pytest.fixture
async def registers(any_house: House) -> House:
    await seed_registers(any_house.identity.facts)
    return any_house


async def found(house: House, query: str) -> list[tuple[str, str | None, str]]:
    hits = await house.identity.registers.search(query)
    return [(h.organisation.name, h.organisation.district, h.organisation.state) for h in hits]


async def test_d6_all_neuenkirchen_are_found_with_district_and_state(registers: House) -> None:
    hits = await found(registers, "Neuenkirchen")
    exact = [hit for hit in hits if hit[0] == "Neuenkirchen"]
    assert len(exact) == 11
    assert len(hits) == 13
    assert all(district and state for _, district, state in hits)
    keys = {h.organisation.key for h in await registers.identity.registers.search("neuenkirchen")}
    assert len(keys) == 13


async def test_d1_stadt_hof_and_landkreis_hof_stand_beside_each_other(registers: House) -> None:
    hits = await registers.identity.registers.search("hof")
    named = {hit.organisation.name: hit for hit in hits}
    city, district = named["Stadt Hof"], named["Landkreis Hof"]
    assert (city.organisation.key, city.projects) == ("09464000", ())
    assert (district.organisation.key, district.projects) == ("09475", ("Landkreis Hof",))
    assert {hit.organisation.name for hit in hits[:2]} == {"Stadt Hof", "Landkreis Hof"}


async def test_d7_former_key_of_eisenach_leads_to_the_present_one(registers: House) -> None:
    present = await registers.identity.registers.by_key("16056000")
    assert present is not None
    assert (present.key, present.name, present.district) == (
        "16063105",
        "Eisenach",
        "Wartburgkreis",
    )
    hits = await registers.identity.registers.search("16056000")
    assert [(h.organisation.key, h.former_name) for h in hits] == [("16063105", "Stadt Eisenach")]
    by_name = await registers.identity.registers.search("Eisenach")
    assert [(h.organisation.key, h.former_name) for h in by_name] == [("16063105", None)]


async def test_d7_choosing_a_former_organisation_gives_its_successor(registers: House) -> None:
    account = (await registers.sign_in("staff@eisenach.example")).account
    former = next(each for each in organisations() if each.key == "16056000")
    chosen = await registers.identity.records.choose_organisation(account, former.guid)
    assert chosen.key == "16063105"


TYPED = {
    "süderbrarup": "Süderbrarup",
    "Suederbrarup": "Süderbrarup",
    "  KÖLN ": "Stadt Köln",
    "071375002": "Verbandsgemeinde Maifeld",
    "Halle (Saale)": "Stadt Halle (Saale)",
    "verband region rhein-neckar": "Verband Region Rhein-Neckar",
}
NOTHING = ("", "x", "%", "_", "%%%", "' OR 1=1 --", "h" * 5_000)


async def test_search_forgives_how_names_are_typed(registers: House) -> None:
    for query, name in TYPED.items():
        assert name in [hit[0] for hit in await found(registers, query)]


async def test_search_of_nothing_finds_nothing(registers: House) -> None:
    assert [await found(registers, query) for query in NOTHING] == [[]] * len(NOTHING)


async def test_projects_have_their_members_and_seasons(registers: House) -> None:
    projects = {each.id: each for each in await registers.identity.registers.projects()}
    assert len(projects) == 73
    assert sorted({each.season for each in projects.values()}) == [2019, 2020, 2021]
    cut = {member.key for member in projects["cut"].members}
    assert cut == {"02000000", "14713000", "09162000"}
    assert sum(len(each.members) for each in projects.values()) == 127
    assert [m.key for m in projects["rhein-neckar"].members if m.role == "lead"] == [None]


async def test_every_organisation_that_ships_is_well_formed(registers: House) -> None:
    shipped = list(organisations())
    guids = {each.guid for each in shipped}
    assert len(guids) == len(shipped)
    assert all(each.former_of is None or each.former_of in guids for each in shipped)
    bodies = [each for each in shipped if each.kind is OrganisationKind.BODY]
    assert len(bodies) == 3


async def test_seeding_again_changes_nothing(registers: House) -> None:
    async def rows() -> list[object]:
        async with registers.engine.connect() as connection:
            tables = ("organisation", "project_member", "account", "office", "access_version")
            return [
                (await connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))).all()
                for table in tables
            ]

    await seed_demo_people(registers.identity.facts)
    before = await rows()
    registers.clock.move(1_000)
    await seed_registers(registers.identity.facts)
    await seed_demo_people(registers.identity.facts)
    assert await rows() == before
