"""``python -m bench.choices [DATABASE_URL [BUS_URL]]``: figures of decisions 0052, 0060, 0100.

Prints how many commands a second are stored one by one and together, what it costs to ask the
policy again for a full room, and how long a hint takes.  Without a URL the database is a SQLite
file and there are no hints; else an empty PostgreSQL database, which is filled, and a Valkey or
Redis.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator

from access.permissions import Permission
from agenda.resources import RoomDirectory
from rooms.core.chat import SendMessage
from rooms.core.names import Person
from rooms.draft import Submission
from rooms.ports import CommandKey, Credential
from rooms.timers import LoopTimers
from rooms.wire.commands import Answer
from server import app
from server.bus.hints import Carrier, Hint, Hints
from server.bus.postgresql import NotifyCarrier
from server.bus.redis import RedisCarrier
from server.db.migrate import migrate
from server.identity.admission import PolicyAdmission
from server.identity.credentials import Credentials
from server.ids import uuid7
from server.seed.guids import guid
from server.services import Services, services
from server.settings import load, with_data

ROOM = guid("room", "generalprobe", "plenum")
TOGETHER = (1, 8, 64, 512)
COMMANDS = 1_024
PEOPLE = 1_000
HINTS = 200
MAY = frozenset({Permission.CHAT_SEND})


async def main(url: str, bus_url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = {"PLENUM_DATA_DIR": folder, "PLENUM_DATABASE_URL": url}
        settings = with_data(load(given))
        await migrate(settings.database)
        await app.seed(settings)
        parts = services(settings)
        async with parts.running():
            sys.stdout.write(f"{settings.database.partition('+')[0]}\n")
            for together in TOGETHER:
                rate = await commands_a_second(parts, together)
                sys.stdout.write(f"  {together:3} commands together: {rate:7,.0f} a second\n")
            asked, kept = await renewals(parts)
            sys.stdout.write(
                f"  {PEOPLE:,} leases: {asked:.0f} ms of CPU asked anew, {kept:.0f} ms kept\n"
            )
            for carriers in _carriers(settings.database, bus_url):
                sys.stdout.write(f"  {await hints_take(*carriers)}\n")


async def commands_a_second(parts: Services, together: int) -> float:
    """Each waits for the answers of all of the last group."""
    begun = time.monotonic()
    for _ in range(COMMANDS // together):
        await asyncio.gather(*(_say(parts) for _ in range(together)))
    return COMMANDS / (time.monotonic() - begun)


async def _say(parts: Services) -> None:
    """Everybody says one thing only: nobody is too fast."""
    account = uuid7()
    told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    person = Person(account, "Teilnehmerin", "Stadt", MAY)
    key = CommandKey(account, uuid7())
    command = SendMessage("Was ein Mensch im Chat so schreibt.")
    parts.sequencer.submit(Submission("bench", key, command, lambda: person, told.set_result))
    answer = await told
    if answer.error is not None:
        raise RuntimeError(answer.error)


async def renewals(parts: Services) -> tuple[float, float]:
    """CPU milliseconds for a lease of everybody in a room: first asked, then asked again."""
    identity = parts.identity
    accounts = [await identity.accounts.ensure(f"person{n}@bench.example") for n in range(PEOPLE)]
    tokens = [await identity.given.bearer(account) for account in accounts]
    found = [await _credential(identity.credentials, token) for token in tokens]
    directory = RoomDirectory(parts.agenda)
    admissions = [
        PolicyAdmission(identity.credentials, identity.facts, directory, parts.clock)
        for _ in range(2)
    ]
    times = []
    # The first round only reads who they are; the last finds what the one before was answered.
    for admission in (*admissions, admissions[-1]):
        begun = time.process_time()
        for credential in found:
            await admission.admit(credential, ROOM, removed=frozenset())
        times.append((time.process_time() - begun) * 1_000)
    _, asked, kept = times
    return asked, kept


async def _credential(credentials: Credentials, token: str) -> Credential:
    found = await credentials.authenticate([], token)
    assert found is not None
    return found


def _carriers(database: str, bus_url: str) -> Iterator[tuple[str, Carrier, Carrier]]:
    if not database.startswith("sqlite"):
        yield "NOTIFY", NotifyCarrier(database), NotifyCarrier(database)
    if bus_url:
        yield "Redis", RedisCarrier(bus_url), RedisCarrier(bus_url)


async def hints_take(name: str, here: Carrier, there: Carrier) -> str:
    """From the commit in one process until another knows where to look."""
    heard = asyncio.Event()

    def hear(_: Hint) -> None:
        heard.set()

    def nothing() -> None:
        pass

    speaker = Hints(here, LoopTimers(), uuid7(), heard=hear, missed=nothing)
    listener = Hints(there, LoopTimers(), uuid7(), heard=hear, missed=nothing)
    for each in (listener, speaker):
        await each.start()
    times = []
    for _ in range(HINTS):
        await asyncio.sleep(0.03)  # after a pause: it goes at once
        heard.clear()
        begun = time.monotonic()
        speaker.wrote([ROOM])
        await heard.wait()
        times.append((time.monotonic() - begun) * 1_000)
    for each in (listener, speaker):
        await each.stop()
    middle, late = (sorted(times)[int(share * HINTS)] for share in (0.5, 0.99))
    return f"a hint by {name}: {middle:.1f} ms in the middle, {late:.1f} ms at p99"


if __name__ == "__main__":
    asyncio.run(main(*[*sys.argv[1:3], "", ""][:2]))
