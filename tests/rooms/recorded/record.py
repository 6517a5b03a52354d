"""Write down what this release stores: ``.venv/bin/python -m tests.rooms.recorded.record``.

One file for each reader (``rooms.core.codec.READER``).  One that was part of a release is never
written again: it is what old databases look like.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from rooms.core import codec
from rooms.core.names import Command
from rooms.core.people import EraseWords
from rooms.core.questions import MarkAnswered, TakeOffAir
from rooms.core.stage import TurnPage
from tests.rooms.house import ROOM, House, state
from tests.rooms.test_every_command import WISHES, scene_of

APART = (TurnPage, TakeOffAir, MarkAnswered)
"""Among all others these would find nothing left to do."""
Record = dict[str, Any]


def file(reader: int) -> Path:
    """Where a reader's histories stand."""
    return Path(__file__).parent / f"reader_{reader}.json"


async def recorded() -> list[Record]:
    """Histories in which every kind of event comes, each as it is stored, with its snapshot."""
    rest = [kind for kind in WISHES if kind not in (*APART, EraseWords)]
    return [
        await _history([*rest, EraseWords]),
        *[await _history([kind]) for kind in APART],
    ]


async def _history(kinds: Sequence[type[Command]]) -> Record:
    house = await House().open()
    scene = await scene_of(house)
    for kind in kinds:
        who, command = WISHES[kind](scene)
        await (await house.enter(who)).do(command)
        await house.quiet()
    rows = [codec.encode_event(logged.event) for logged in house.disk.room(ROOM).events]
    events = [[row.type, row.version, msgspec.json.decode(row.body)] for row in rows]
    snapshot = msgspec.json.decode(codec.encode_room(state(house)))
    await house.close()
    return {"events": events, "snapshot": snapshot}


if __name__ == "__main__":
    written = msgspec.json.format(msgspec.json.encode(asyncio.run(recorded())), indent=1)
    file(codec.READER).write_bytes(written + b"\n")
