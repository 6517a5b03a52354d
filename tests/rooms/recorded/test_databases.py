"""Databases of earlier states come to this release with everything that was in their rooms."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from rooms.core.chat import SendMessage
from rooms.core.names import Code
from rooms.core.people import UnmutePerson
from rooms.core.questions import ApproveQuestion, AskQuestion, MarkAnswered, VoteQuestion
from rooms.core.room import RoomCommand
from rooms.wire.messages import Joined, Out
from server.backup.restoring import restore
from server.backup.taking import take
from server.db.migrate import current, differences, migrate, newest
from server.settings import Settings
from tests.rooms.recorded.database import (
    FOLDER,
    GUESTS,
    HOF,
    KEYS,
    MODERATION,
    PLENARY,
    ROWS,
    SHOWN,
    WORKSHOP,
    Conference,
    Shown,
    conference,
    held,
    record,
    settings_of,
)

NEW = "gast-4@kts.example"
"""Was not there when it was recorded."""
RECORDED = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def put_back(recorded: Path, folder: Path) -> Settings:
    """The database as it was, in a data folder."""
    settings = settings_of(folder)
    with closing(sqlite3.connect(folder / "plenum.sqlite3")) as database:
        database.executescript(gzip.decompress((recorded / ROWS).read_bytes()).decode())
    shutil.copy(recorded / KEYS, folder / KEYS)
    return settings


def shown_then(recorded: Path) -> Shown:
    found: Shown = msgspec.json.decode((recorded / SHOWN).read_bytes())
    return found


@pytest.fixture(params=RECORDED)
def recorded(request: pytest.FixtureRequest) -> Path:
    return FOLDER / str(request.param)


async def shown_by(settings: Settings) -> Shown:
    async with conference(settings) as house:
        return dict(await held(house.parts))


async def test_an_earlier_database_comes_here_with_exactly_what_its_rooms_held(
    recorded: Path, tmp_path: Path
) -> None:
    settings = put_back(recorded, tmp_path)
    assert await current(settings.database) == recorded.name
    assert await shown_by(settings) == shown_then(recorded)
    assert await current(settings.database) == newest()
    assert await differences(settings.database) == []


async def test_its_rooms_go_on(recorded: Path, tmp_path: Path) -> None:
    """Sanctions hold, numbers go on, and whoever comes in is shown what was there."""
    then = shown_then(recorded)
    settings = put_back(recorded, tmp_path)
    async with conference(settings) as house:
        assert await seen_by(house, MODERATION, PLENARY) == told_to_the_desk(then[PLENARY])
        assert await refused(house, GUESTS[0], PLENARY, SendMessage("Noch etwas")) == Code.MUTED
        assert await refused(house, HOF, WORKSHOP, AskQuestion("Was nun?")) == Code.WINDOW_CLOSED
        out, _ = await house.comes(GUESTS[1], WORKSHOP)
        assert isinstance(out, Out)
        message = await house.does(HOF, PLENARY, SendMessage("Seither", reply_to=first(then)))
        question = await house.does(NEW, PLENARY, AskQuestion("Gibt es eine Aufzeichnung?"))
        on_air, votes = then[PLENARY]["on air"], then[PLENARY]["votes"]
        await house.does(MODERATION, PLENARY, ApproveQuestion(question, 1))
        await house.does(GUESTS[2], PLENARY, VoteQuestion(on_air, value=True))
        await house.does(MODERATION, PLENARY, MarkAnswered(on_air, 3))
        muted = await house.account(GUESTS[0])
        await house.does(MODERATION, PLENARY, UnmutePerson(muted))
    now = (await shown_by(settings))[PLENARY]
    *before, last = now["messages"]
    assert (before, last["id"]) == (then[PLENARY]["messages"], message)
    assert last["order"] == 1 + then[PLENARY]["messages"][-1]["order"]
    asked = {each["id"]: each for each in now["questions"]}
    assert asked[question]["number"] == 1 + then[PLENARY]["numbered"]
    assert asked[on_air]["final_score"] == 1 + len(votes[on_air])
    assert now["sanctions"][muted]["muted"] is False


async def test_a_backup_made_before_the_update_is_put_back_into_this_release(
    recorded: Path, tmp_path: Path
) -> None:
    taken = await take(put_back(recorded, tmp_path / "then"), None, None)
    assert taken.manifest.revision == recorded.name
    target = settings_of(tmp_path / "now")
    await restore(target, taken.path, nothing)
    assert await shown_by(target) == shown_then(recorded)


@pytest.mark.postgresql
async def test_a_backup_made_after_the_update_is_put_back_into_postgresql(
    recorded: Path, tmp_path: Path, postgresql_url: str
) -> None:
    settings = put_back(recorded, tmp_path / "then")
    await migrate(settings.database)
    taken = await take(settings, None, None)
    target = settings_of(tmp_path / "now", postgresql_url)
    await restore(target, taken.path, nothing, replace=True)
    assert await shown_by(target) == shown_then(recorded)


async def test_a_database_can_be_recorded_as_this_release_writes_it(tmp_path: Path) -> None:
    await record(tmp_path / "recorded")
    settings = put_back(tmp_path / "recorded", tmp_path / "data")
    assert await shown_by(settings) == shown_then(tmp_path / "recorded")


def nothing(_: str) -> None: ...


async def refused(house: Conference, who: str, room: str, command: RoomCommand) -> Code | None:
    (answer,) = await house.answers(who, room, [command])
    return answer.error.code if answer.error else None


async def seen_by(house: Conference, who: str, room: str) -> Mapping[str, str | None]:
    """What is shown to somebody who comes in: messages and questions, with their words."""
    _, outlet = await house.comes(who, room)
    (joined,) = (each for each in outlet.frames if isinstance(each, Joined))
    assert joined.snapshot is not None
    messages = {view.id: view.text for view in joined.snapshot.messages}
    return {**messages, **{view.id: view.text for view in joined.snapshot.questions}}


def told_to_the_desk(room: Shown) -> Mapping[str, str | None]:
    """The words of everything but of messages that their authors deleted."""
    return {
        each["id"]: each["words"]["text"] if each["state"] != "deleted" else None
        for each in (*room["messages"], *room["questions"])
    }


def first(then: Shown) -> str:
    found: str = then[PLENARY]["messages"][0]["id"]
    return found
