"""Reads what the database kept, with plain SQL, past the server and its stores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from server.db.engine import create_engine
from tests.chaos.checker import Kept, RefKey, Seen

STREAMS = ("pub", "stage", "desk")
EVENTS = "SELECT pub, stage, desk, refs FROM room_event WHERE room = :room ORDER BY log"
TEXTS = (
    "SELECT object, text FROM room_text WHERE room = :room AND revision = 1 AND text IS NOT NULL"
)
VOTES = "SELECT question, account FROM room_vote WHERE room = :room AND value"

EPOCH = "SELECT epoch FROM database_epoch WHERE :room = ''"


async def read_kept(url: str, room: str) -> Kept:
    """Every stream in log order, and every text by object."""
    events = await _rows(url, EVENTS, room)
    logs = {
        stream: [
            Seen(getattr(row, stream), _refs(row.refs, stream))
            for row in events
            if getattr(row, stream) is not None
        ]
        for stream in STREAMS
    }
    texts = {row.object: row.text for row in await _rows(url, TEXTS, room)}
    seen = (id_ for entry in logs["desk"] for _, id_ in sorted(entry.refs))
    return Kept(logs, texts, list(dict.fromkeys(id_ for id_ in seen if id_ in texts)))


async def read_epoch(url: str) -> str:
    """The name of the database's life."""
    [row] = await _rows(url, EPOCH, "")
    return str(row.epoch)


async def read_votes(url: str, room: str) -> dict[str, int]:
    """Distinct voters by question."""
    counts: dict[str, int] = {}
    for question, _ in await _rows(url, VOTES, room):
        counts[question] = counts.get(question, 0) + 1
    return counts


def _refs(refs: str, stream: str) -> frozenset[RefKey]:
    """One list when all streams are alike, else one per stream."""
    decoded = json.loads(refs)
    chosen = decoded[stream] if isinstance(decoded, dict) else decoded
    return frozenset((kind, id_) for kind, id_ in chosen)


async def _rows(url: str, query: str, room: str) -> Sequence[Any]:
    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            return (await connection.execute(text(query), {"room": room})).all()
    finally:
        await engine.dispose()
