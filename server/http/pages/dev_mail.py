"""The mailbox of a demo: what would have been sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from server.http.pages import when
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.site import Answers
from server.http.surfaces import Surface, Visit
from server.mail.post import Kept

ZONE = "Europe/Berlin"
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Piece:
    """Text, or a link to one of our own pages."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class LetterView:
    subject: str
    to: str
    sent: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class MailboxView:
    letters: tuple[LetterView, ...]


def pieces(text: str, site: str) -> Iterator[Piece]:
    """The text with addresses of this site as links."""
    end = 0
    for found in _ADDRESS.finditer(text):
        if found.group().startswith(f"{site}/"):
            yield Piece(text[end : found.start()])
            yield Piece(found.group(), found.group().removeprefix(site))
            end = found.end()
    yield Piece(text[end:])


class Mailbox:
    """Only in demo mode is there such a surface at all."""

    def __init__(self, answers: Answers, kept: Callable[[], Sequence[Kept]], site: str) -> None:
        self.answers = answers
        self.kept = kept
        self.site = site

    async def show(self, request: Request, visit: Visit) -> Response:
        texts = self.answers.texts(visit.language)
        letters = tuple(
            LetterView(
                kept.letter.subject,
                kept.letter.to,
                when.stamp(kept.at, ZONE, texts),
                tuple(pieces(kept.letter.text, self.site)),
            )
            for kept in self.kept()
        )
        return self.answers.show(request, visit, "dev_mail", MailboxView(letters), cache=NEVER_KEPT)

    def surfaces(self) -> tuple[Surface, ...]:
        return (Surface("/dev/mail", ("GET",), Permission.OPEN, self.show, "dev-mail"),)
