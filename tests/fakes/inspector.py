"""Looks into files at once and in this process, and can be told what to find."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from agenda.core.materials import PICTURES, FileProblem, MediaType
from server.media.facts import CONTENT, Facts, Job, Pages, image


@dataclass
class FakeInspector:
    """Takes every file as it is; a PDF has as many pages as there are ``texts``."""

    texts: tuple[str, ...] = ("Erste Seite", "")
    letters: tuple[float | None, ...] = (0.03, None)
    problem: FileProblem | None = None
    jobs: list[Job] = field(default_factory=list)
    running: int = 0
    most_at_once: int = 0

    async def inspect(self, job: Job) -> Facts:
        self.jobs.append(job)
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        return self._look(job)

    def _look(self, job: Job) -> Facts:
        folder = Path(job.folder)
        if self.problem is not None:
            (folder / CONTENT).write_bytes(b"half")
            return Facts(problem=self.problem)
        (folder / CONTENT).write_bytes(Path(job.source).read_bytes())
        deck = job.media_type is MediaType.PDF
        count = len(self.texts) if deck else int(job.media_type in PICTURES)
        for number in range(1, count + 1):
            for small in (False, True):
                (folder / image(number, small=small)).write_bytes(b"CANARY image %d" % number)
        pages = Pages(False, None, None, self.texts, 1.5, self.letters) if deck else None
        return Facts(pages=pages, images=count)
