"""Fresh ids. RFC 9562: version 7 begins with the time, the rest is random."""

from __future__ import annotations

import os
import time
import uuid

_VERSION_AND_VARIANT = 0x7 << 76 | 0x2 << 62
_FREE = ~(0xF << 76 | 0x3 << 62)


def uuid7() -> str:
    """A UUIDv7 in text form; not guessable, grows with time from one millisecond to the next."""
    moment = (time.time_ns() // 1_000_000) & 0xFFFF_FFFF_FFFF
    value = moment << 80 | int.from_bytes(os.urandom(10), "big")
    return str(uuid.UUID(int=value & _FREE | _VERSION_AND_VARIANT))


def guid() -> str:
    """A random UUID in text form (E3), for things whose id must not tell when they were made."""
    return str(uuid.uuid4())
