"""Plenum as a user runs it: ``plenum serve`` with SQLite, full fsync, policy and sign-in on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {"PLENUM_DATA_DIR": folder, "PLENUM_PORT": str(port)}
        tokens = Path(folder) / "tokens"
        tokens.write_text("\n".join(asyncio.run(_people(environment, connections))) + "\n")
        process = subprocess.Popen(
            [*pinned(server=True), sys.executable, "-m", "server", "serve"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(port, process)
            yield Running(port, process, ["--room", ROOM, "--tokens", str(tokens)])
        finally:
            process.terminate()
            process.wait(30)


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
