"""Which library looks at which type, and what its complaints mean."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from agenda.core.materials import PICTURES, FileProblem, MediaType
from server.media import pdf, pictures, presentations, sniff
from server.media.facts import Facts, RefusedError

_OURS = (errno.ENOSPC, errno.EDQUOT)


def take(
    source: Path,
    folder: Path,
    declared: MediaType,
    on_pages: Callable[[int], None] = lambda _: None,
) -> Facts:
    """Look at the file; put what may be given out into the folder. Raises ``RefusedError``.

    ``on_pages`` is told how many pages there are before they are drawn.
    """
    media_type = sniff.check(source, declared)
    try:
        if media_type is MediaType.PDF:
            return pdf.take(source, folder, on_pages)
        if media_type in PICTURES:
            return pictures.take(source, folder, media_type)
        return presentations.take(source, folder, media_type)
    except (RefusedError, MemoryError):
        raise
    except OSError as error:
        if error.errno in _OURS:
            raise
        problem = FileProblem.TOO_HEAVY if error.errno == errno.EFBIG else FileProblem.DAMAGED
        raise RefusedError(problem) from error
    except Exception as error:  # whatever a library says about foreign bytes
        raise RefusedError(FileProblem.DAMAGED) from error
