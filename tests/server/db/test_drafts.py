"""The rows of drafts on both databases: nothing that somebody typed is overwritten in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError

from agenda.core.draft import Conflict, Difference, Kind, Planned, Row, assemble, split
from agenda.core.model import Text
from server.db.drafts import DraftRows
from server.db.engine import create_engine
from tests.agenda.events import WELCOME, WORKSHOP, draft, guid, room

EVENT = draft().guid
ROWS = split(draft())


class House:
    """Two processes on one database."""

    def __init__(self, database: str) -> None:
        self.engines = (create_engine(database), create_engine(database))
        self.here, self.there = (DraftRows(engine) for engine in self.engines)


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    made = House(database)
    await made.here.begin(EVENT, ROWS, 3)
    yield made
    for engine in made.engines:
        await engine.dispose()


def titled(text: str) -> Planned:
    row = next(row for row in ROWS if row.guid == WELCOME.guid)
    assert isinstance(row.body, Planned)
    return replace(row.body, session=replace(row.body.session, title=Text(text)))


async def test_a_draft_comes_back_as_it_was_stored(house: House) -> None:
    assert assemble(await house.there.rows(EVENT)) == assemble(ROWS)
    assert [row.guid for row in await house.there.heads()] == [EVENT]


async def test_a_row_is_found_without_knowing_its_event(house: House) -> None:
    expected = next(row for row in ROWS if row.guid == WELCOME.guid)
    assert await house.there.find(Kind.SESSION, WELCOME.guid) == (EVENT, expected)
    assert await house.there.find(Kind.ROOM, WELCOME.guid) is None
    assert await house.there.find(Kind.SESSION, guid("never")) is None


async def test_a_draft_that_is_there_is_not_begun_again(house: House) -> None:
    await house.here.change(EVENT, Kind.SESSION, WELCOME.guid, 1, titled("Neu"))
    await house.there.begin(EVENT, ROWS, 99)
    rows = await house.here.rows(EVENT)
    assert [row.body for row in rows if row.guid == WELCOME.guid] == [titled("Neu")]
    assert await house.there.number(EVENT) == 4


async def test_two_who_begin_at_once_make_one_draft(house: House) -> None:
    other = split(draft(guid=guid("other")))
    await asyncio.gather(
        house.here.begin(guid("other"), other, 3), house.there.begin(guid("other"), other, 3)
    )
    assert len(await house.here.rows(guid("other"))) == len(other)


async def test_an_edit_raises_the_version(house: House) -> None:
    done = await house.here.change(EVENT, Kind.SESSION, WELCOME.guid, 1, titled("Neu"))
    assert done == Row(Kind.SESSION, WELCOME.guid, 2, titled("Neu"))


async def test_the_second_of_two_is_told_what_the_first_made_of_it(house: House) -> None:
    await house.here.change(EVENT, Kind.SESSION, WELCOME.guid, 1, titled("Grußwort"))
    done = await house.there.change(EVENT, Kind.SESSION, WELCOME.guid, 1, titled("Begrüßung"))
    assert done == Conflict(
        Row(Kind.SESSION, WELCOME.guid, 2, titled("Grußwort")),
        (Difference("session.title", Text("Grußwort"), Text("Begrüßung")),),
    )
    rows = await house.there.rows(EVENT)
    assert [row.body for row in rows if row.guid == WELCOME.guid] == [titled("Grußwort")]


async def test_of_many_at_once_one_wins_and_each_other_one_knows(house: House) -> None:
    asked = [
        rows.change(EVENT, Kind.SESSION, WELCOME.guid, 1, titled(f"Titel {n}"))
        for n in range(8)
        for rows in (house.here, house.there)
    ]
    done = await asyncio.gather(*asked)
    # The pair with the winner's very words is no conflict: nothing is lost.
    won = [each for each in done if isinstance(each, Row)]
    lost = [each for each in done if isinstance(each, Conflict)]
    assert (len(won), len(lost)) == (2, 14)
    assert {each.body for each in won} == {each.current.body for each in lost}


async def test_different_sessions_never_conflict(house: House) -> None:
    workshop = next(row.body for row in ROWS if row.guid == WORKSHOP.guid)
    assert isinstance(workshop, Planned)
    other = replace(workshop, session=replace(workshop.session, title=Text("Auch neu")))
    done = await asyncio.gather(
        house.here.change(EVENT, Kind.SESSION, WELCOME.guid, 1, titled("Neu")),
        house.there.change(EVENT, Kind.SESSION, WORKSHOP.guid, 1, other),
    )
    assert [each.version for each in done if isinstance(each, Row)] == [2, 2]


async def test_what_was_deleted_cannot_be_edited(house: House) -> None:
    assert await house.here.remove(EVENT, Kind.SESSION, WELCOME.guid, 1)
    done = await house.there.change(EVENT, Kind.SESSION, WELCOME.guid, 1, titled("Neu"))
    assert done is None


async def test_what_was_edited_meanwhile_is_not_deleted(house: House) -> None:
    await house.here.change(EVENT, Kind.SESSION, WELCOME.guid, 1, titled("Neu"))
    assert not await house.there.remove(EVENT, Kind.SESSION, WELCOME.guid, 1)
    assert WELCOME.guid in {row.guid for row in await house.here.rows(EVENT)}


async def test_a_row_is_added_once(house: House) -> None:
    loft = room("dachboden", 3)
    row = Row(Kind.ROOM, loft.guid, 1, loft)
    await house.here.add(EVENT, row)
    with pytest.raises(IntegrityError):
        await house.there.add(EVENT, row)
    assert loft in assemble(await house.here.rows(EVENT)).rooms


async def test_numbers_are_given_once_however_many_ask(house: House) -> None:
    given = await asyncio.gather(
        *(rows.number(EVENT) for _ in range(10) for rows in (house.here, house.there))
    )
    assert sorted(given) == list(range(4, 24))
