"""A release as bytes: canonical JSON, the same for the same content."""

from __future__ import annotations

import hashlib

import msgspec

from agenda.core.model import Event
from agenda.core.timetable import resolve


def encode(event: Event) -> bytes:
    """Canonical JSON. Derived instants are left out, so new time zone rules change no release."""
    slots = tuple(msgspec.structs.replace(s, starts_at=0, ends_at=0) for s in event.slots)
    return msgspec.json.encode(msgspec.structs.replace(event, slots=slots), order="sorted")


def decode(body: bytes) -> Event:
    """The event, its instants derived anew. Raises ``msgspec.MsgspecError`` on foreign bytes."""
    return resolve(msgspec.json.decode(body, type=Event))


def digest(body: bytes) -> str:
    """SHA-256 in hexadecimal: the same for the same content."""
    return hashlib.sha256(body).hexdigest()
