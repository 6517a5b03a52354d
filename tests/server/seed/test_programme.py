"""What ships: the events of 2022 as they were, the projects, and a rehearsal that always runs."""

from __future__ import annotations

import csv
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import text

from access.audiences import Group, always
from access.resources import EventKind
from agenda.core.gate import check
from agenda.core.model import Event, Text
from agenda.core.rehearsal import around
from agenda.core.timetable import days, now_and_next, resolve
from agenda.examples import Examples
from agenda.publish import publish
from server.db.agenda import AgendaRows
from server.db.engine import create_engine
from server.db.examples import ExampleRows
from server.ids import uuid7
from server.seed.programme import (
    DATA,
    read_events,
    read_practice_examples,
    read_series,
    seed_examples,
    seed_programme,
)
from server.seed.registers import seed_registers
from tests.agenda.events import at
from tests.identity.house import House

EVENTS = {event.slug: resolve(event) for event, _ in read_events()}
REHEARSALS = [event for event in EVENTS.values() if event.rolling]
SERIES_2022 = sorted(
    (event for event in EVENTS.values() if not event.rolling), key=lambda event: event.first_day
)
TABLES = ("agenda_series", "agenda_event", "agenda_release", "example", "example_version")


def local(event: Event, instant: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(instant / 1000, ZoneInfo(event.time_zone))


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def test_four_events_of_2022_have_their_days_kinds_and_audiences() -> None:
    conference, congress = EventKind.REGIONAL_CONFERENCE, EventKind.CONGRESS
    found = [
        (e.slug, e.first_day.isoformat(), e.last_day.isoformat(), e.kind, e.audience)
        for e in SERIES_2022
    ]
    public, funded = always(Group.PUBLIC), always(Group.FUNDED)
    assert found == [
        ("regionalkonferenz_1_2022", "2022-03-22", "2022-03-22", conference, public),
        ("regionalkonferenz_2_2022", "2022-03-31", "2022-03-31", conference, public),
        ("regionalkonferenz_3_2022", "2022-04-05", "2022-04-05", conference, public),
        ("kongress_2022", "2022-04-26", "2022-04-29", congress, funded),
    ]


def test_they_belong_to_one_series_in_order_and_say_that_times_are_invented() -> None:
    series = next(each for each in read_series() if each.slug == "mpsc-2022")
    assert {event.series for event in SERIES_2022} == {series.guid}
    assert [event.number for event in SERIES_2022] == [1, 2, 3, 4]
    assert all(event.sample for event in EVENTS.values())
    assert {event.time_zone for event in EVENTS.values()} == {"Europe/Berlin"}


@pytest.mark.parametrize(
    ("slug", "begins", "ends"),
    [
        ("regionalkonferenz_1_2022", "2022-03-22T09:30:00+01:00", "2022-03-22T13:30:00+01:00"),
        ("regionalkonferenz_2_2022", "2022-03-31T09:30:00+02:00", "2022-03-31T13:30:00+02:00"),
        ("regionalkonferenz_3_2022", "2022-04-05T09:30:00+02:00", "2022-04-05T13:30:00+02:00"),
    ],
)
def test_conferences_last_from_half_past_nine_by_the_clocks_of_their_day(
    slug: str, begins: str, ends: str
) -> None:
    event = EVENTS[slug]
    first = min(slot.starts_at for slot in event.slots)
    last = max(slot.ends_at for slot in event.slots)
    assert (local(event, first).isoformat(), local(event, last).isoformat()) == (begins, ends)


def test_congress_has_something_on_each_of_its_four_days() -> None:
    assert [len(day.slots) > 0 for day in days(EVENTS["kongress_2022"])] == [True] * 4


def test_hosts_are_those_of_2022() -> None:
    hosts = [[h.name for h in event.hosts if h.role.value == "host"] for event in SERIES_2022[:3]]
    assert [len(names) for names in hosts] == [1, 2, 1]
    assert [("Mayen-Koblenz", "Lemgo", "Ulm")[n] in names[0] for n, names in enumerate(hosts)] == [
        True
    ] * 3
    assert "Kalletal" in hosts[1][1]


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.slug)
def test_shipped_events_pass_the_gate_and_speak_both_languages(event: Event) -> None:
    assert [finding for finding in check(event) if finding.blocks] == []
    texts = [event.title, event.summary, *(room.name for room in event.rooms)]
    texts += [session.title for session in event.sessions]
    assert all(each.de and each.en for each in texts)


def test_every_practice_example_on_the_programme_ships() -> None:
    shipped = {example.guid for example in read_practice_examples()}
    shown = {g for e in EVENTS.values() for s in e.sessions for g in s.practice_examples}
    assert shown
    assert shown <= shipped


def test_73_projects_and_36_practice_examples_ship() -> None:
    projects = {row["id"] for row in rows_of("model_projects.csv")}
    members = rows_of("model_project_members.csv")
    examples = read_practice_examples()
    assert (len(projects), len(examples), len({e.guid for e in examples})) == (73, 36, 36)
    assert {row["project"] for row in members} == projects
    assert {row["organisation"] for row in members} <= {
        r["id"] for r in rows_of("organisations.csv")
    }
    assert {example.project for example in examples} <= projects
    assert {row["season"] for row in rows_of("model_projects.csv")} == {"2019", "2020", "2021"}


@pytest.mark.parametrize("event", REHEARSALS, ids=lambda event: event.slug)
@given(now=st.integers(at("2022-02-01T00:00+00:00"), at("2040-12-31T00:00+00:00")))
def test_rehearsal_runs_at_any_instant(event: Event, now: int) -> None:
    moved = around(event, now)
    assert now_and_next(moved, now).now != ()
    assert [finding for finding in check(moved) if finding.blocks] == []


def test_rehearsals_are_one_for_all_and_one_for_the_funded() -> None:
    assert {event.slug: event.audience for event in REHEARSALS} == {
        "generalprobe": always(Group.PUBLIC),
        "kongress_probe": always(Group.FUNDED),
    }


async def test_seeding_twice_changes_nothing(database: str) -> None:
    engine = create_engine(database)

    async def stored() -> list[list[tuple[object, ...]]]:
        async with engine.connect() as connection:
            found = [await connection.execute(text(f"SELECT * FROM {name}")) for name in TABLES]
            return [sorted((tuple(row) for row in each), key=repr) for each in found]

    examples = Examples(ExampleRows(engine), lambda: 1_000, uuid7)
    await seed_examples(examples)
    first = await seed_programme(AgendaRows(engine))
    before = await stored()
    await seed_examples(examples)
    second = await seed_programme(AgendaRows(engine))
    assert second == first
    assert await stored() == before
    assert [len(rows) for rows in before] == [2, 6, 6, 36, 36]
    assert {event.slug for event in first} == EVENTS.keys()
    await engine.dispose()


async def test_what_organisers_made_of_an_event_stays_when_it_is_seeded_again(
    sqlite_url: str,
) -> None:
    engine = create_engine(sqlite_url)
    store = AgendaRows(engine)
    first = (await seed_programme(store))[0]
    edited = replace(first, title=Text("Von Hand"))
    await publish(store, edited, first.published_at + 1)
    again = await seed_programme(store, {first.guid})
    kept = await store.event_by_guid(first.guid)
    assert kept is not None
    assert (kept.title.de, kept.release) == ("Von Hand", 2)
    assert first.guid not in {event.guid for event in again}
    await engine.dispose()


async def test_seeding_the_registers_twice_changes_nothing(database: str) -> None:
    house = House(create_engine(database))

    async def count() -> list[int]:
        async with house.engine.connect() as connection:
            return [
                (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()
                for name in ("model_project", "project_member", "organisation")
            ]

    await seed_registers(house.identity.facts)
    before = await count()
    await seed_registers(house.identity.facts)
    assert await count() == before == [73, 127, 150]
    await house.engine.dispose()
