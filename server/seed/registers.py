"""The registers that ship: organisations, the 73 model projects, and the people of a demo.

Seeding again changes nothing.  An organisation is never dropped: people may belong to it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import msgspec
from sqlalchemy import insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from access.actors import OfficeKind
from access.organisations import KEY_LENGTH, Organisation, OrganisationKind
from access.projects import MemberRole
from agenda.core.text_search import fold
from server.db.tables.access import (
    AffiliationTable,
    ModelProjectTable,
    OfficeTable,
    OrganisationTable,
    ProjectAffiliationTable,
    ProjectMemberTable,
)
from server.db.tables.identity import AccountTable, CredentialTable
from server.identity.accounts import MAIL
from server.identity.facts import SYSTEM, Facts
from server.seed.guids import guid

DATA = files("server.seed") / "data"

REHEARSAL = "generalprobe"
EVENTS = (
    REHEARSAL,
    "kongress_probe",
    "regionalkonferenz_1_2022",
    "regionalkonferenz_2_2022",
    "regionalkonferenz_3_2022",
    "kongress_2022",
)
"""Slugs of the events whose rooms the demo's moderator moderates."""
ULM_SPEAKS_IN = ("strategie-der-gastgeberin", "podium")
"""Sessions of the rehearsal in the plenary room."""


class DemoPerson(msgspec.Struct, frozen=True):
    """Somebody a demo can be entered as: an office, never an invented name."""

    address: str
    name: str
    organisation: str
    """Official key, or the short name of a body."""
    project: str | None = None
    """Confirmed staff of this model project."""
    offices: tuple[tuple[OfficeKind, str | None, str | None], ...] = ()
    """Kind, scope and event."""


def _ulm() -> tuple[tuple[OfficeKind, str, str], ...]:
    event = guid("event", REHEARSAL)
    return tuple(
        (OfficeKind.SPEAKER, guid("session", REHEARSAL, session), event)
        for session in ULM_SPEAKS_IN
    )


DEMO_PEOPLE = (
    DemoPerson(
        "organisation@kts.example",
        "Organisation",
        "kts",
        offices=((OfficeKind.ORGANISER, None, None),),
    ),
    DemoPerson(
        "moderation@kts.example",
        "Moderation",
        "kts",
        offices=tuple(
            (OfficeKind.MODERATOR, guid("event", event), guid("event", event)) for event in EVENTS
        ),
    ),
    DemoPerson("presenter@ulm.example", "Vortrag Ulm", "08421000", project="ulm", offices=_ulm()),
    DemoPerson(
        "staff@mayen-koblenz.example",
        "Projektteam Mayen-Koblenz",
        "07137",
        project="mayen-koblenz",
    ),
    DemoPerson("staff@hof.example", "Digitalisierung Hof", "09464000"),
)


async def seed_registers(facts: Facts) -> None:
    """Organisations, projects and members that are missing."""
    await _add_missing(facts, "registers.seeded", [*_organisations(), *_projects(), *_members()])


async def seed_demo_people(facts: Facts) -> None:
    """The demo's offices with their facts. Only in demo mode."""
    now = facts.clock.now()
    rows = [row for person in DEMO_PEOPLE for row in _person(person, now)]
    await _add_missing(facts, "demo.seeded", rows)


def organisations() -> Iterator[Organisation]:
    """The organisations that ship; former ones after those that took their place."""
    read = [_organisation(row) for row in _read("organisations.csv")]
    yield from sorted(read, key=lambda each: each.former_of is not None)


def _organisation(row: dict[str, str]) -> Organisation:
    kind = OrganisationKind(row["kind"])
    return Organisation(
        guid=guid("organisation", row["id"]),
        kind=kind,
        key=row["id"] if kind in KEY_LENGTH else None,
        name=row["name"],
        district=row["district"] or None,
        state=row["state"],
        former_of=guid("organisation", row["former_of"]) if row["former_of"] else None,
    )


def _organisations() -> Iterator[SQLModel]:
    for each in organisations():
        yield OrganisationTable(
            guid=each.guid,
            kind=each.kind.value,
            key=each.key,
            name=each.name,
            folded=fold(each.name),
            district=each.district,
            state=each.state,
            former_of=each.former_of,
        )


def _projects() -> Iterator[SQLModel]:
    for row in _read("model_projects.csv"):
        yield ModelProjectTable(
            id=row["id"],
            name=row["name"],
            season=int(row["season"]),
            title=row["title"],
            state=row["state"],
        )


def _members() -> Iterator[SQLModel]:
    for row in _read("model_project_members.csv"):
        yield ProjectMemberTable(
            project=row["project"],
            organisation=guid("organisation", row["organisation"]),
            role=MemberRole(row["role"]).value,
            admits=True,
        )


def _person(person: DemoPerson, now: int) -> Iterator[SQLModel]:
    account = guid("account", person.address)
    organisation = guid("organisation", person.organisation)
    yield AccountTable(id=account, name=person.name, language="de", created_at=now, closed_at=None)
    yield CredentialTable(kind=MAIL, value=person.address, account=account, at=now)
    yield AffiliationTable(
        guid=guid("affiliation", person.address, person.organisation),
        account=account,
        organisation=organisation,
        since=0,
        until=None,
        confirmed_at=now if person.project else None,
        confirmed_by=SYSTEM if person.project else None,
    )
    if person.project:
        yield ProjectAffiliationTable(
            guid=guid("project_affiliation", person.address, person.project),
            account=account,
            project=person.project,
            organisation=organisation,
            since=0,
            until=None,
            confirmed_at=now,
            confirmed_by=SYSTEM,
        )
    for kind, scope, event in person.offices:
        yield OfficeTable(
            guid=guid("office_of", person.address, kind.value, scope or "everything"),
            account=account,
            kind=kind.value,
            scope=scope,
            event=event,
            since=0,
            until=None,
        )


async def _add_missing(facts: Facts, act: str, rows: Sequence[SQLModel]) -> None:
    async with facts.engine.connect() as connection:
        missing = await _missing(connection, rows)
    if not missing:
        return
    async with facts.changing(None, act, by=SYSTEM) as connection:
        tables: dict[type[SQLModel], list[dict[str, Any]]] = {}
        for row in await _missing(connection, rows):
            tables.setdefault(type(row), []).append(row.model_dump())
        for table, missing_rows in tables.items():
            await connection.execute(insert(table), missing_rows)


async def _missing(connection: AsyncConnection, rows: Sequence[SQLModel]) -> list[SQLModel]:
    known = {table: await _keys(connection, table) for table in {type(row) for row in rows}}
    return [row for row in rows if _key(row) not in known[type(row)]]


async def _keys(connection: AsyncConnection, table: type[SQLModel]) -> set[tuple[Any, ...]]:
    found = await connection.execute(select(*inspect(table).primary_key))
    return {tuple(row) for row in found}


def _key(row: SQLModel) -> tuple[Any, ...]:
    return tuple(getattr(row, column.name) for column in inspect(type(row)).primary_key)


def _read(name: str) -> list[dict[str, str]]:
    text = (DATA / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
