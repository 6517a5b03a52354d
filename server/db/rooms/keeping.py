"""How long answers to commands are kept (rooms page, X1), and how they are cleaned away."""

from __future__ import annotations

from rooms.wire.commands import OLDEST_MS

KEPT_MS = 48 * 3_600_000
SECRET_MS = KEPT_MS + OLDEST_MS
"""How long the secret of a day is needed: an answer's command may be so much older than it."""
PURGE_EVERY_MS = 60_000
PURGE_ROWS = 2_000
"""Deleted at a time: a busy room is not held up by cleaning."""
