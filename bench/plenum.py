"""Plenum as a user runs it: ``plenum serve`` with SQLite, full fsync, policy and sign-in on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from access.actors import OfficeKind
from bench.targets import SENDERS, Running, free_port, pinned, wait_for
from server import app
from server.db.migrate import migrate
from server.seed.guids import guid
from server.services import services
from server.settings import Settings, load, with_data

ROOT = Path(__file__).parent.parent
EVENT = guid("event", "generalprobe")
ROOM = guid("room", "generalprobe", "plenum")
SESSION = guid("session", "generalprobe", "podium")
"""In that room."""


@contextlib.contextmanager
def serve(connections: int) -> Iterator[Running]:
    """A fresh demo with as many signed-in people as there will be connections.

    Those who post are speakers: a participant may not post without pause (``rooms.core.chat``),
    and so that a flood is one, nothing is switched off.  All others are participants.
    """
    with house(connections) as made:
        process = made.started()
        try:
            yield Running(made.port, process, ["--room", ROOM, "--tokens", str(made.tokens)])
        finally:
            process.terminate()
            process.wait(30)


@dataclass(frozen=True)
class House:
    """A data folder with people in it, and a port."""

    folder: Path
    port: int

    @property
    def tokens(self) -> Path:
        """A bearer token for each person, a line each; the first ``SENDERS`` are speakers."""
        return self.folder / "tokens"

    @property
    def environment(self) -> dict[str, str]:
        return {"PLENUM_DATA_DIR": str(self.folder), "PLENUM_PORT": str(self.port)}

    def started(self) -> subprocess.Popen[bytes]:
        """A server that listens. Raises ``LeftOutError``."""
        process = subprocess.Popen(
            [*pinned(server=True), sys.executable, "-m", "server", "serve"],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
        )
        wait_for(self.port, process)
        return process


@contextlib.contextmanager
def house(people: int) -> Iterator[House]:
    """Everything but the server."""
    with tempfile.TemporaryDirectory() as folder:
        made = House(Path(folder), free_port())
        made.tokens.write_text("\n".join(asyncio.run(_people(made.environment, people))) + "\n")
        yield made


async def _people(environment: dict[str, str], number: int) -> list[str]:
    """Accounts with a bearer token each, made before the server starts."""
    settings: Settings = with_data(load(environment))
    await migrate(settings.database)
    await app.seed(settings)
    parts = services(settings)
    try:
        identity = parts.identity
        await identity.keys.load()
        accounts = [
            await identity.accounts.ensure(f"person{n}@bench.example") for n in range(number)
        ]
        for account in accounts[:SENDERS]:
            await identity.records.appoint(account, OfficeKind.SPEAKER, SESSION, EVENT, by="bench")
        return [await identity.given.bearer(account) for account in accounts]
    finally:
        await parts.store.close()
        await parts.engine.dispose()
