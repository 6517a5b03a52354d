"""Practice examples in memory, on SQLite and on PostgreSQL: one suite for all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from access.actors import Actor, Office, OfficeKind, ProjectAffiliation
from access.audiences import Group, always
from agenda.core.example_tables import Plan
from agenda.core.examples import Finding, PracticeExample, Problem, values
from agenda.core.merge import marks
from agenda.core.model import Text
from agenda.examples import Conflict, Draft, Examples, ExampleStore
from server.db.engine import create_engine
from server.db.examples import ExampleRows
from tests.fakes.examples import MemoryExamples

TYPED = {"title": "Bäume zählen", "topic": "Klima", "summary": "Mit Sensoren."}
KTS = Actor("kts", offices=(Office(OfficeKind.ORGANISER),))
ULM = Actor("ulm", project_affiliations=(ProjectAffiliation("ulm", 2019, confirmed=True),))
HOF = Actor("hof")
GUEST = Actor(None)


class Guids:
    """guid-1, guid-2 …"""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        return f"guid-{self.made}"


@pytest.fixture
async def store(kept_at: str | None) -> AsyncIterator[ExampleStore]:
    if kept_at is None:
        yield MemoryExamples()
        return
    engine = create_engine(kept_at)
    yield ExampleRows(engine)
    await engine.dispose()


@pytest.fixture
def examples(store: ExampleStore) -> Examples:
    return Examples(store, lambda: 1_000, Guids())


async def begun(examples: Examples, **typed: str) -> Draft:
    draft = await examples.begin("ulm", TYPED | typed)
    assert isinstance(draft, Draft)
    return draft


def done(result: object) -> Draft:
    assert isinstance(result, Draft)
    return result


async def test_a_new_example_is_a_draft_that_only_its_editors_find(examples: Examples) -> None:
    draft = await begun(examples)
    assert draft == Draft(
        PracticeExample(
            "guid-1", "baeume-zaehlen", "ulm", Text("Bäume zählen"), "Klima", "Mit Sensoren."
        ),
        changed_at=1_000,
    )
    assert await examples.store.draft("baeume-zaehlen") == draft
    assert await examples.edited_by(ULM) == await examples.edited_by(KTS) == (draft,)
    assert await examples.edited_by(HOF) == await examples.edited_by(GUEST) == ()
    for actor in (KTS, ULM, HOF, GUEST):
        assert await examples.read_by(actor) == ()


async def test_the_same_title_gets_an_address_of_its_own(examples: Examples) -> None:
    await begun(examples)
    assert (await begun(examples)).example.slug == "baeume-zaehlen-2"


async def test_released_it_is_read_by_those_it_is_for(examples: Examples) -> None:
    draft = await begun(examples)
    released = done(await examples.release("baeume-zaehlen", draft.row_version, "ulm"))
    assert (released.released, released.row_version) == (1, 2)
    assert await examples.read_by(GUEST) == (draft.example,)
    for_funded = replace(draft.example, audience=always(Group.FUNDED))
    await examples.store.save(replace(released, example=for_funded, row_version=3), 2)
    again = done(await examples.release("baeume-zaehlen", 3, "ulm"))
    assert again.released == 2
    assert await examples.read_by(GUEST) == ()
    assert await examples.read_by(ULM) == (for_funded,)


async def test_readers_get_the_release_while_the_draft_goes_on(examples: Examples) -> None:
    draft = await begun(examples)
    await examples.release("baeume-zaehlen", 1, "ulm")
    saved = done(await examples.save("baeume-zaehlen", {"topic": "Umwelt"}, 2))
    assert saved.example.topic == "Umwelt"
    assert await examples.read_by(GUEST) == (draft.example,)
    assert await examples.shown(saved) == draft.example


async def test_taken_back_it_is_gone_for_readers_and_kept_for_its_project(
    examples: Examples,
) -> None:
    await begun(examples)
    await examples.release("baeume-zaehlen", 1, "ulm")
    gone = done(await examples.take_back("baeume-zaehlen", 2))
    assert gone.released is None
    assert await examples.read_by(GUEST) == ()
    assert [each.number for each in await examples.store.versions("guid-1")] == [1]


async def test_an_earlier_version_comes_back_as_the_draft(examples: Examples) -> None:
    first = await begun(examples)
    await examples.release("baeume-zaehlen", 1, "ulm")
    await examples.save("baeume-zaehlen", {"topic": "Umwelt"}, 2)
    await examples.release("baeume-zaehlen", 3, "ulm")
    back = done(await examples.bring_back("baeume-zaehlen", 1, 4))
    assert back.example == first.example
    assert back.released == 2
    assert [(v.number, v.by) for v in await examples.store.versions("guid-1")] == [
        (2, "ulm"),
        (1, "ulm"),
    ]


async def test_who_saves_second_loses_nothing_and_sees_the_difference(examples: Examples) -> None:
    draft = await begun(examples)
    mine = done(await examples.save("baeume-zaehlen", {"topic": "Umwelt"}, 1))
    conflict = await examples.save("baeume-zaehlen", {"topic": "Wald", "effort": "Viel"}, 1)
    assert isinstance(conflict, Conflict)
    assert conflict.now == mine
    assert conflict.typed == values(replace(draft.example, topic="Wald", effort="Viel"))
    assert conflict.differences == (("topic", "Umwelt", "Wald"), ("effort", "", "Viel"))
    assert await examples.store.draft("baeume-zaehlen") == mine


async def test_what_only_one_of_two_changed_is_as_they_left_it(examples: Examples) -> None:
    began = values((await begun(examples)).example)
    mine = done(await examples.save("baeume-zaehlen", began | {"topic": "Umwelt"}, 1, marks(began)))
    typed = began | {"effort": "Viel"}
    conflict = await examples.save("baeume-zaehlen", typed, 1, marks(began))
    assert isinstance(conflict, Conflict)
    assert conflict.typed == values(replace(mine.example, effort="Viel"))
    assert conflict.differences == ()
    assert await examples.save("baeume-zaehlen", began, 1, marks(began)) == mine


async def test_the_row_decides_between_two_who_save_at_once(store: ExampleStore) -> None:
    examples = Examples(store, lambda: 1_000, Guids())
    draft = await begun(examples)
    one = replace(draft, row_version=2, changed_at=1)
    assert await store.save(one, 1)
    assert not await store.save(replace(draft, row_version=2, changed_at=2), 1)
    assert await store.draft("baeume-zaehlen") == one


async def test_what_is_wrong_is_told_and_nothing_stored(examples: Examples) -> None:
    draft = await begun(examples)
    assert await examples.begin("ulm", {"title": ""}) == [
        Finding("title", Problem.EMPTY),
        Finding("topic", Problem.EMPTY),
        Finding("summary", Problem.EMPTY),
    ]
    assert await examples.save("baeume-zaehlen", {"topic": ""}, 1) == [
        Finding("topic", Problem.EMPTY)
    ]
    assert list(await examples.store.drafts()) == [draft]
    assert await examples.save("nirgends", TYPED, 1) is None


async def test_an_import_does_what_its_plan_says(examples: Examples) -> None:
    await begun(examples)
    await examples.release("baeume-zaehlen", 1, "ulm")
    text = (
        "project_id,slug,title,topic,summary\r\n"
        "ulm,baeume-zaehlen,Bäume zählen,Wald,Mit Sensoren.\r\n"
        "ulm,,Busse finden,Mobilität,Mit Karten.\r\n"
    )
    plan = await examples.plan(text, frozenset({"ulm"}))
    assert [len(plan.new), len(plan.changed), plan.same, plan.faults] == [1, 1, 0, ()]
    assert [each.topic for each in await examples.read_by(GUEST)] == ["Klima"]
    await examples.apply(plan)
    assert [each.topic for each in await examples.read_by(GUEST)] == ["Wald", "Mobilität"]
    again = await examples.plan(text, frozenset({"ulm"}))
    assert again == Plan(same=2)


async def test_shipped_examples_are_added_once_and_edited_ones_left_alone(
    examples: Examples,
) -> None:
    shipped = PracticeExample("s", "stadtwald", "ulm", Text("Stadtwald"), "Klima", "Bäume.")
    await examples.ship([shipped])
    await examples.save("stadtwald", {"topic": "Umwelt"}, 2)
    await examples.ship([shipped])
    draft = await examples.store.draft("stadtwald")
    assert draft is not None
    assert (draft.example.topic, draft.row_version, draft.released) == ("Umwelt", 3, 1)
