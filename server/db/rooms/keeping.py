"""How long answers to commands (rooms page, X1) and events (X7) are kept, and how they go."""

from __future__ import annotations

from rooms.wire.commands import OLDEST_MS

KEPT_MS = 48 * 3_600_000
SECRET_MS = KEPT_MS + OLDEST_MS
"""How long the secret of a day is needed: an answer's command may be so much older than it."""
WINDOW_MS = 24 * 3_600_000
"""Events are kept this long, and the newest ``RING`` of a room longer: who was away resumes."""
PURGE_EVERY_MS = 60_000
PURGE_ROWS = 2_000
"""Deleted at a time: a busy room is not held up by cleaning."""
