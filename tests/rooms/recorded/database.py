"""Keep a database as this release writes it: ``.venv/bin/python -m tests.rooms.recorded.database``.

Beside the database stand the keys of its unnamed questions and, as JSON, what its rooms showed.
README.md in ``databases`` says when one is recorded, and how the first was.
"""

from __future__ import annotations

import asyncio
import gzip
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from rooms.core.chat import DeleteMessage, RemoveMessage, RestoreMessage, SendMessage
from rooms.core.names import RoomId
from rooms.core.people import EraseWords, MutePerson, ReadmitPerson, RemovePerson, UnmutePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    Display,
    MarkAnswered,
    NextQuestion,
    PutOnAir,
    SetDisplay,
    SetWindow,
    VoteQuestion,
    Window,
    WithdrawQuestion,
)
from rooms.core.room import Room, RoomCommand
from rooms.draft import Submission
from rooms.member import Member
from rooms.ports import CommandKey, Credential
from rooms.sequencer import start
from rooms.wire.commands import Answer
from rooms.wire.messages import Out
from server import app
from server.db.migrate import migrate, newest
from server.housekeeping import Housekeeping
from server.identity.sign_in import SignedIn
from server.ids import uuid7
from server.seed.guids import guid
from server.services import Services, services
from server.settings import Settings, load, with_data
from tests.rooms.house import FakeOutlet

FOLDER = Path(__file__).parent / "databases"
ROWS, KEYS, SHOWN = "database.sql.gz", "authors.keys", "rooms.json"

PLENARY, WORKSHOP = (guid("room", "generalprobe", each) for each in ("plenum", "werkstatt-1"))
MODERATION, ORGANISATION = "moderation@kts.example", "organisation@kts.example"
ULM, HOF, MAYEN = "presenter@ulm.example", "staff@hof.example", "staff@mayen-koblenz.example"
GUESTS = [f"gast-{number}@kts.example" for number in (1, 2, 3)]

LONG = 1_000
"""Events, between two snapshots of a room (``rooms.draft.SNAPSHOT_EVERY``)."""

Shown = dict[str, Any]


class Conference:
    """People in the rooms of a server without pages and sockets."""

    def __init__(self, parts: Services) -> None:
        self.parts = parts
        self._people: dict[str, Credential] = {}

    async def account(self, who: str) -> str:
        """Signs in whoever did not yet."""
        account = (await self._credential(who)).account
        assert account is not None
        return account

    async def comes(self, who: str, room: RoomId) -> tuple[Member | Out, FakeOutlet]:
        """What somebody is told who comes into a room."""
        outlet = FakeOutlet()
        return await self.parts.hub.enter(room, await self._credential(who), outlet, None), outlet

    async def does(self, who: str, room: RoomId, command: RoomCommand) -> str:
        """Give a command and wait until it is stored. Returns what it made or was about."""
        (answer,) = await self.answers(who, room, [command])
        assert answer.done is not None, (who, command, answer.error)
        return answer.done.object or ""

    async def answers(
        self, who: str, room: RoomId, commands: Sequence[RoomCommand]
    ) -> Sequence[Answer]:
        """What becomes of commands that are given in one go."""
        hub, account = self.parts.hub, await self.account(who)
        member, _ = await self.comes(who, room)
        assert isinstance(member, Member), member
        waiting = []
        for command in commands:
            told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            key, sender = CommandKey(account, uuid7()), partial(hub.sender, member)
            self.parts.sequencer.submit(Submission(room, key, command, sender, told.set_result))
            waiting.append(told)
        answers = [await told for told in waiting]
        hub.leave(member)
        return answers

    async def _credential(self, who: str) -> Credential:
        if who not in self._people:
            identity = self.parts.identity
            link = await identity.link_for(who)
            signed = await identity.sign_in.confirm(link.partition("#")[2])
            assert isinstance(signed, SignedIn), signed
            cookie = f"{identity.credentials.cookie}={signed.session}".encode()
            found = await identity.credentials.authenticate([(b"cookie", cookie)])
            assert found is not None
            self._people[who] = found
        return self._people[who]


async def held(parts: Services) -> Mapping[RoomId, Shown]:
    """What was said, asked, voted and imposed in the rooms, as a release of today folds it."""
    return {room: shown((await start(parts.store, room))[0].state) for room in (PLENARY, WORKSHOP)}


def shown(state: Room) -> Shown:
    """A room, in words that every release has."""
    asked = state.questions
    return {
        "messages": [_message(each) for each in state.chat.messages.values()],
        "questions": [_question(each) for each in asked.questions.values()],
        "votes": _sorted(asked.votes),
        "votes taken back": _sorted(asked.unvoted),
        "sanctions": {who: _of(each, _SANCTION) for who, each in state.people.sanctions.items()},
        "on air": asked.on_air,
        "numbered": asked.numbered,
        "settings": [asked.window.value, asked.moderation.value, asked.display.value],
    }


_SAID = ("id", "at", "state", "reason")
_MESSAGE = (*_SAID, "order", "reply_to")
_QUESTION = (
    *(*_SAID, "revision", "number", "session", "published_at", "answered_at"),
    *("final_score", "notify", "last_by", "last_name", "last_at"),
)
_SANCTION = ("muted", "muted_until", "removed", "reason", "revision")
_AUTHOR = ("account", "name", "organisation", "unnamed")


def _message(each: Any) -> Shown:
    return {**_of(each, _MESSAGE), "words": _words(each)}


def _question(each: Any) -> Shown:
    return {**_of(each, _QUESTION), "words": _words(each)}


def _words(each: Any) -> Shown | None:
    return each.words and {"text": each.words.text, **_of(each.words.author, _AUTHOR)}


def _of(thing: object, names: Iterable[str]) -> Shown:
    return {name: getattr(thing, name) for name in names}


def _sorted(votes: Mapping[str, Mapping[str, int]]) -> Shown:
    return {question: dict(sorted(of.items())) for question, of in sorted(votes.items()) if of}


# What happens


async def talk(house: Conference) -> None:
    """Everything that people could say, ask and impose at the time of the first recording."""
    await _plenary(house)
    await _workshop(house)


async def _plenary(house: Conference) -> None:
    says, asks, does = (partial(each, house, PLENARY) for each in (_says, _asks, _does))
    hello = await says(ULM, "Guten Tag aus Ulm!\nDie Folien stehen am Nachmittag bereit. 🌱")
    await says(HOF, "Danke – und gibt es sie auch auf Englisch?", hello)
    slip = await says(MAYEN, "Das war für einen anderen Raum")
    await does(MAYEN, DeleteMessage(slip))
    advert = await says(GUESTS[0], "Kommen Sie an unseren Stand")
    await does(MODERATION, RemoveMessage(advert, "Werbung"))
    joke = await says(GUESTS[1], "Der Plan passt auf keinen Bierdeckel")
    await does(MODERATION, RemoveMessage(joke, "Versehen"))
    await does(MODERATION, RestoreMessage(joke))

    first = await asks(HOF, "Wer trägt die Kosten nach der Förderung?")
    unnamed = await asks(MAYEN, "Warum dauert die Freigabe so lange?", unnamed=True)
    await asks(GUESTS[0], "Gibt es die Daten auch offen?", unnamed=True)
    withdrawn = await asks(GUESTS[1], "Hat sich erledigt, oder?")
    twice = await asks(GUESTS[2], "Wer zahlt das später?", unnamed=True)
    await does(GUESTS[1], WithdrawQuestion(withdrawn, 1))
    await does(MODERATION, DismissQuestion(twice, 1, "Doppelt gestellt"))
    for question in (first, unnamed):
        await does(MODERATION, ApproveQuestion(question, 1))
    for who in (ULM, MAYEN, GUESTS[2]):
        await does(who, VoteQuestion(first, value=True))
    await does(GUESTS[2], VoteQuestion(first, value=False))
    for who in (HOF, ULM):
        await does(who, VoteQuestion(unnamed, value=True))
    await does(MODERATION, PutOnAir(first, 2))
    await does(MODERATION, NextQuestion(unnamed, 2, leaving=first))

    await does(MODERATION, MutePerson(await house.account(GUESTS[0]), reason="Mehrfach Werbung"))
    await does(
        MODERATION, MutePerson(await house.account(MAYEN), minutes=60, reason="Verwechslung")
    )
    await does(MODERATION, UnmutePerson(await house.account(MAYEN)))
    # So long that the room is kept as a snapshot on the way.
    windows = [SetWindow(each) for each in (Window.VOTE_ONLY, Window.OPEN)] * (LONG // 2)
    await house.answers(MODERATION, PLENARY, windows)
    await does(MODERATION, SetDisplay(Display.NAMED))
    await says(MAYEN, "Kein Problem", joke)
    last = await asks(ULM, "Wann folgt die nächste Werkstatt?")
    await does(MODERATION, ApproveQuestion(last, 1))


async def _workshop(house: Conference) -> None:
    says, asks, does = (partial(each, house, WORKSHOP) for each in (_says, _asks, _does))
    await says(HOF, "Wir fangen an")
    await says(GUESTS[0], "Das steht bald nirgends mehr")
    await asks(GUESTS[0], "Und diese Frage auch?", unnamed=True)
    rude = await says(GUESTS[1], "Unsinn!")
    await does(MODERATION, RemoveMessage(rude, "Ton"))
    await does(MODERATION, RemovePerson(await house.account(GUESTS[1]), "Ton, trotz Hinweis"))
    await does(MODERATION, RemovePerson(await house.account(GUESTS[2]), "Verwechslung"))
    await does(MODERATION, ReadmitPerson(await house.account(GUESTS[2])))
    await does(ORGANISATION, EraseWords(await house.account(GUESTS[0])))
    answered = await asks(MAYEN, "Gibt es ein Protokoll?")
    await does(MODERATION, ApproveQuestion(answered, 1))
    await does(HOF, VoteQuestion(answered, value=True))
    await does(MODERATION, PutOnAir(answered, 2))
    await does(MODERATION, MarkAnswered(answered, 3))
    await does(MODERATION, SetWindow(Window.CLOSED))


async def _does(house: Conference, room: RoomId, who: str, command: RoomCommand) -> str:
    return await house.does(who, room, command)


async def _says(house: Conference, room: RoomId, who: str, said: str, to: str | None = None) -> str:
    return await house.does(who, room, SendMessage(said, reply_to=to))


async def _asks(
    house: Conference, room: RoomId, who: str, text: str, *, unnamed: bool = False
) -> str:
    return await house.does(who, room, AskQuestion(text, unnamed=unnamed))


# On the disk


def settings_of(folder: Path, url: str = "") -> Settings:
    """A demo with its data in this folder; by default with SQLite there, too."""
    return with_data(load({"PLENUM_DATA_DIR": str(folder), "PLENUM_DATABASE_URL": url}))


@asynccontextmanager
async def conference(settings: Settings) -> AsyncIterator[Conference]:
    """A server as ``plenum serve`` starts it, but for its housekeeping: old words stay."""
    await migrate(settings.database)
    await app.seed(settings)
    parts = services(settings)
    parts = replace(parts, housekeeping=Housekeeping(parts.clock.now))
    async with parts.running():
        yield Conference(parts)


async def record(to: Path) -> None:
    """Write database, keys and what was shown into this folder."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_of(Path(folder))
        async with conference(settings) as house:
            await talk(house)
            seen = await held(house.parts)
        _keep(settings, seen, to)


def _keep(settings: Settings, seen: Mapping[RoomId, Shown], to: Path) -> None:
    with closing(sqlite3.connect(settings.data_dir / "plenum.sqlite3")) as database:
        rows = "\n".join(database.iterdump())
    to.mkdir(parents=True)
    (to / ROWS).write_bytes(gzip.compress(rows.encode(), mtime=0))
    shutil.copy(settings.data_dir / KEYS, to / KEYS)
    (to / SHOWN).write_bytes(msgspec.json.format(msgspec.json.encode(seen), indent=1) + b"\n")


if __name__ == "__main__":
    asyncio.run(record(FOLDER / str(newest())))
