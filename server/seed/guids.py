"""Stable ids of what we ship: seeding again changes nothing, and parts can name each other.

``guid("event", "generalprobe")``, ``guid("room", "generalprobe", "plenum")``,
``guid("session", "generalprobe", "chat")``, ``guid("organisation", "08421000")`` (by key).
"""

from __future__ import annotations

import uuid

SEED = uuid.UUID("6f1c1f0a-5d0e-5a53-9a0b-706c656e756d")
"""Namespace of the shipped content. Never change it: every id below hangs on it."""


def guid(kind: str, *names: str) -> str:
    """The id of a shipped thing, from its kind and its readable names."""
    if not names or any("/" in part for part in (kind, *names)):
        raise ValueError("a kind and names without slashes are needed")
    return str(uuid.uuid5(SEED, "/".join((kind, *names))))
