"""The drill: a conference is backed up, goes on, and is put back as it was.

Row by row and file by file; what was erased meanwhile stays erased, and nobody is signed in.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from agenda.core.feedback import Answer
from agenda.core.model import Session
from rooms.core.chat import DeleteMessage, SendMessage
from rooms.core.people import EraseWords, MutePerson
from rooms.core.questions import ApproveQuestion, AskQuestion, VoteQuestion
from rooms.wire.messages import Joined
from server.backup.restoring import restore
from server.backup.taking import take
from server.db.participants import FeedbackRows
from server.identity.sign_in import SignInFailed
from server.settings import Settings
from server.storage.vault import NAME, RECORD, name_in
from tests.server.backup.living import (
    HOF,
    MAYEN,
    MODERATOR,
    ORGANISER,
    SIGNED_OUT,
    Living,
    everything,
    files,
    living,
    settings_of,
)

ENDED = {"browser_session", "access_token", "sign_in_link", "signing_key"}
RENEWED = {"database_epoch", "database_folder", "access_version", "access_audit"}
WORD = "Mondfisch"
"""In everything that is erased later."""


async def talk(house: Living) -> None:
    """Messages, questions with and without a name, a vote, a sanction and a slide."""
    await house.does(ORGANISER, SendMessage("Guten Tag"))
    await house.does(HOF, SendMessage(f"{WORD} am Morgen"))
    unnamed, named = AskQuestion(f"Gibt es {WORD}?", unnamed=True), AskQuestion("Was kostet es?")
    for who, question in ((HOF, unnamed), (MAYEN, named)):
        asked = await house.does(who, question)
        assert asked.object is not None
        assert asked.revision is not None
        await house.does(MODERATOR, ApproveQuestion(asked.object, asked.revision))
        await house.does(ORGANISER, VoteQuestion(asked.object, value=True))
    account = await house.parts.identity.accounts.find(HOF)
    assert account is not None
    await house.does(MODERATOR, MutePerson(account, minutes=60, reason=f"{WORD} als Grund"))


@pytest.mark.postgresql
async def test_every_row_and_every_file_is_equal_even_on_the_other_kind_of_database(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path / "data", sqlite_url)
    async with living(settings) as house:
        await talk(house)
        await house.uploads("Lageplan.png")
        taken = await take(settings, None, None)
    target = settings_of(tmp_path / "other", postgresql_url)
    on_another_disk(tmp_path / "disk", target)
    await restore(target, taken.path, print, replace=True)

    before, after = await everything(settings), await everything(target)
    assert before.keys() == after.keys()
    for table in before.keys() - ENDED - RENEWED:
        assert (table, after[table]) == (table, before[table])
    assert {table: len(rows) for table, rows in before.items()} == {
        **{table: len(rows) for table, rows in after.items()},
        "access_audit": len(after["access_audit"]) - 1,
        "sign_in_link": len(before["sign_in_link"]),
    }
    assert files(target.files) == without_marks(files(settings.files))
    assert keys_in(target) == keys_in(settings)
    assert name_in(target.keys) != name_in(settings.keys)
    assert (target.files.is_symlink(), target.keys.is_symlink()) == (True, True)


def on_another_disk(disk: Path, settings: Settings) -> None:
    """Uploads and keys lie where several hosts share them."""
    (disk / "files").mkdir(parents=True)
    settings.files.symlink_to(disk / "files")
    settings.keys.symlink_to(disk / "authors.keys")


def keys_in(settings: Settings) -> list[bytes]:
    """All records but the file's own name, which a restore draws anew."""
    content = settings.keys.read_bytes()
    records = [content[at : at + RECORD.size] for at in range(0, len(content), RECORD.size)]
    return [each for each in records if any(each) and not each.startswith(NAME)]


def without_marks(found: dict[str, bytes]) -> dict[str, bytes]:
    """Without the lock of those who look into files."""
    return {name: content for name, content in found.items() if "/" in name}


async def test_what_was_erased_since_stays_erased_and_nobody_is_signed_in(
    database: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path / "data", database)
    async with living(settings) as house:
        identity = house.parts.identity
        await talk(house)
        hof, mayen = [await identity.accounts.find(each) or "" for each in (HOF, MAYEN)]
        session = await feedback(house, mayen)
        kept, erased = await house.uploads("Lageplan.png"), await house.uploads("Porträt.png")
        cookie = await house.sign_in(MAYEN)
        position = (await house.comes(cookie)).at
        token, link = await identity.token_for(MAYEN), await identity.link_for(MAYEN)
        slip = await house.does(MODERATOR, SendMessage("Versehen"))
        assert token is not None
        taken = await take(settings, None, None)

        await house.does(ORGANISER, EraseWords(hof))
        await house.does(ORGANISER, SendMessage("Nach der Sicherung"))
        await house.does(MODERATOR, DeleteMessage(slip.object or ""))
        await house.removes(erased)
        await house.parts.participants.withdraw(mayen, session)
        later = await house.sign_in(MAYEN)
        later_token = await identity.token_for(MAYEN)
        await identity.records.close_account(hof, by="kts")
    restored = await restore(settings, taken.path, print, replace=True)

    settled = restored.settled
    assert (settled.words, settled.taken_back, settled.accounts, settled.files) == (2, 1, 1, 1)
    await nowhere(WORD, settings)
    assert {path.name for path in settings.files.glob("*/*")} == {kept}
    async with living(settings, seeded=False) as house:
        identity = house.parts.identity
        assert [await house.who(each) for each in (cookie, later)] == [SIGNED_OUT, SIGNED_OUT]
        for each in (token, later_token):
            assert await identity.credentials.authenticate([], each) is None
        failed = await identity.sign_in.confirm(link.partition("#")[2])
        assert failed == SignInFailed("link_invalid")
        there = [await identity.facts.actor_of(each) is not None for each in (hof, mayen)]
        assert there == [False, True]

        joined = await house.comes(await house.sign_in(MAYEN), after=position)
        assert joined.at.epoch == settled.epoch != position.epoch
        assert shown(joined) == (["Guten Tag", None, None], ["Was kostet es?"])
        await house.does(ORGANISER, SendMessage("Es geht weiter"))


def shown(joined: Joined) -> tuple[list[str | None], list[str]]:
    """Messages and questions of somebody who had to begin anew."""
    assert joined.reset
    assert joined.snapshot is not None
    messages = [each.text for each in joined.snapshot.messages]
    return messages, [each.text for each in joined.snapshot.questions]


async def feedback(house: Living, account: str) -> Session:
    """Somebody said how a session was."""
    session = (await house.parts.agenda.events())[0].sessions[0]
    rows = FeedbackRows(house.parts.engine)
    await rows.put(account, "event", session.guid, Answer(5, f"{WORD} satt"))
    return session


async def nowhere(word: str, settings: Settings) -> None:
    """Neither in a row, nor anywhere in a file of the data folder but the archive."""
    assert word not in str(await everything(settings))
    there = {path for path in settings.data_dir.rglob("*") if path.is_file()}
    archives = {path for path in there if path.suffix == ".tar"}
    assert [str(path) for path in there - archives if word.encode() in path.read_bytes()] == []
