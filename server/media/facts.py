"""What the inspecting process is asked and what it answers. Its answer is checked, not trusted."""

from __future__ import annotations

from typing import Annotated

import msgspec

from agenda.core.materials import FileProblem, MediaType
from server.media.limits import BASE_SECONDS, LONGEST_PAGE_TEXT, MOST_PAGES

CONTENT = "content"
"""Name of the file that may be given out."""
FACTS = "facts.json"

Line = Annotated[str, msgspec.Meta(max_length=300)]


class Job(msgspec.Struct, frozen=True):
    """Look at ``source`` and put what may be given out into ``folder``."""

    source: str
    folder: str
    media_type: MediaType
    """As declared by the uploader."""
    base_seconds: float = BASE_SECONDS
    """CPU time for the file without its pages."""


class Pages(msgspec.Struct, frozen=True):
    """A PDF, as far as it was looked into."""

    tagged: bool
    language: Line | None
    title: Line | None
    texts: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=LONGEST_PAGE_TEXT)], ...],
        msgspec.Meta(min_length=1, max_length=MOST_PAGES),
    ]
    ratio: Annotated[float, msgspec.Meta(gt=0)]
    letters: Annotated[
        tuple[Annotated[float, msgspec.Meta(gt=0)] | None, ...],
        msgspec.Meta(max_length=MOST_PAGES),
    ] = ()
    """Height of the small letters of each page by its width."""


class Facts(msgspec.Struct, frozen=True):
    """The result: a problem, or what may be given out."""

    problem: FileProblem | None = None
    pages: Pages | None = None
    images: Annotated[int, msgspec.Meta(ge=0, le=MOST_PAGES)] = 0
    cleaned: bool = False


class RefusedError(Exception):
    """The file is not taken."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def image(number: int, *, small: bool) -> str:
    """Name of the image of a page."""
    return f"{number}{'-small' if small else ''}.webp"
