"""Whether somebody works in the data folder: servers and backups share it, a restore is alone.

The kernel lets go of a lock when its process dies, however it died.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "serving.lock"


class TakenError(Exception):
    """Somebody else is there."""


@contextmanager
def sharing(folder: Path) -> Iterator[None]:
    """As long as a server or a backup runs. Raises ``TakenError`` while a restore does."""
    with _locked(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """As long as a restore runs. Raises ``TakenError`` while a server or a backup does."""
    with _locked(folder, fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TakenError(str(folder)) from None
        yield
    finally:
        os.close(lock)
