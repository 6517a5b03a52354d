"""``python -m bench.backups [DATABASE_URL]``: a backup while somebody writes, and a restore.

Prints what decision 0103 says: times, sizes, and how long a commit took without and beside it.
Without a URL the database is a SQLite file; else an empty PostgreSQL database, which is filled.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from access.permissions import Permission
from rooms.core.chat import SendMessage
from rooms.core.names import Person
from rooms.draft import Submission
from rooms.ports import CommandKey
from rooms.wire.commands import Answer
from server.backup.restoring import restore
from server.backup.rows import counted
from server.backup.taking import Taken, take
from server.db.migrate import migrate
from server.ids import uuid7
from server.services import Services, services
from server.settings import Settings, load, with_data

MESSAGES = 100_000
AT_ONCE = 500
ALONE = 300
"""Commits measured before the backup."""
TEXT = "Was ein Mensch im Chat so schreibt."
MAY = frozenset({Permission.CHAT_SEND})


async def main(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder), url)
        await migrate(settings.database)
        parts = services(settings)
        await _fill(parts)
        alone = [await _say(parts, "before") for _ in range(ALONE)]
        taking = asyncio.create_task(take(settings, None, None))
        beside = []
        while not taking.done():
            beside.append(await _say(parts, "meanwhile"))
        taken = await taking
        await parts.sequencer.close()
        await parts.store.close()
        parts.vault.close()
        await parts.engine.dispose()
        begun = time.monotonic()
        await restore(settings, taken.path, lambda _: None, replace=True)
        _print(settings, taken, time.monotonic() - begun, alone, beside)


def _settings(folder: Path, url: str) -> Settings:
    given = {"PLENUM_DATA_DIR": str(folder), "PLENUM_DATABASE_URL": url}
    return with_data(load(given))


async def _fill(parts: Services) -> None:
    for _ in range(MESSAGES // AT_ONCE):
        await asyncio.gather(*(_say(parts, TEXT) for _ in range(AT_ONCE)))


async def _say(parts: Services, text: str) -> float:
    """Seconds until it was stored. Everybody says one thing only: nobody is too fast."""
    account = uuid7()
    told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    person = Person(account, "Teilnehmerin", "Stadt", MAY)
    key, command = CommandKey(account, uuid7()), SendMessage(text)
    begun = time.monotonic()
    parts.sequencer.submit(Submission("plenum", key, command, lambda: person, told.set_result))
    answer = await told
    if answer.error is not None:
        raise RuntimeError(answer.error)
    return time.monotonic() - begun


def _print(
    settings: Settings,
    taken: Taken,
    seconds: float,
    alone: Sequence[float],
    beside: Sequence[float],
) -> None:
    kind = settings.database.partition("+")[0]
    rows = counted(taken.manifest.tables)
    print(f"{kind}: {rows:,} rows, archive {taken.size / 1e6:.1f} MB")
    print(f"  backup {taken.seconds:.1f} s, restore {seconds:.1f} s")
    print(f"  a commit before the backup: {_times(alone)}")
    print(f"  a commit during the backup: {_times(beside)}")


def _times(seconds: Sequence[float]) -> str:
    middle, longest = sorted(seconds)[len(seconds) // 2], max(seconds)
    return f"{middle * 1e3:.1f} ms in the middle, {longest * 1e3:.0f} ms at most"


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
