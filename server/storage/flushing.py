"""What has been written survives a crash of the whole machine."""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """What was written to a file; of a folder, which names stand in it.

    Returns when it is on the disk. Raises ``OSError``.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
