"""The inspecting process: one file in, facts and images out. Started by ``server.media.inspector``.

Reads a ``Job`` from its standard input and writes ``Facts`` into the job's folder.  Exit code:
0 done; 28 the disk is full; 12 it took too much memory; anything else: it broke.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import msgspec

from server.media import limits
from server.media.confine import allow, confine
from server.media.facts import FACTS, Facts, Job, RefusedError

NO_MEMORY, NO_SPACE = 12, 28


def main() -> int:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    size = Path(job.source).stat().st_size
    confine(2 * size + 64 * limits.MEGABYTE)
    allow(job.base_seconds)
    try:
        facts = look(job)
        (Path(job.folder) / FACTS).write_bytes(msgspec.json.encode(facts))
    except MemoryError:
        return NO_MEMORY
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return NO_SPACE
        raise
    return 0


def look(job: Job) -> Facts:
    """What is in the file. A fault of a library on foreign bytes means that they are damaged."""
    # Loaded behind the walls: a library that cannot live with them shows itself here.
    from server.media import taking  # noqa: PLC0415 (see above)

    def on_pages(count: int) -> None:
        allow(job.base_seconds + count * limits.PAGE_SECONDS)

    try:
        return taking.take(Path(job.source), Path(job.folder), job.media_type, on_pages)
    except RefusedError as refused:
        return Facts(problem=refused.problem)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # libraries' destructors have nothing to do any more
