"""What participants said of the sessions of an event: sums and words, without names."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.feedback import SCORES, Summary
from agenda.core.model import Session
from agenda.core.timetable import in_order
from server.http.pages import links as public
from server.http.pages.organise.base import Office
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit


@dataclass(frozen=True)
class Count:
    name: str
    number: int


@dataclass(frozen=True)
class SummaryView:
    id: str
    title: str
    href: str
    number: str
    mean: str
    counts: tuple[Count, ...]
    """The best first."""
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SummariesView:
    title: str
    slug: str
    sessions: tuple[SummaryView, ...]
    few: tuple[str, ...]
    """Titles of sessions of which nothing is told yet."""


class FeedbackPage:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: Request, visit: Visit) -> Response:
        desk, texts = await self._office.desk(visit), self._office.texts(visit)
        event = desk.released
        if event is None:
            return self._office.gone(request, visit)
        found = await self._office.answers.site.participants.summaries(event)
        placed = dict.fromkeys(slot.session for slot in in_order(event))
        known = {each.guid: each for each in event.sessions}
        sessions = [known[guid] for guid in placed if guid is not None]
        view = SummariesView(
            title=event.title.read(texts.language),
            slug=event.slug,
            sessions=tuple(
                _summary(each, found[each.guid], public.session(event, each), texts)
                for each in sessions
                if each.guid in found
            ),
            few=tuple(
                each.title.read(texts.language) for each in sessions if each.guid not in found
            ),
        )
        return self._office.show(request, visit, "feedback", view)

    def surfaces(self) -> tuple[Surface, ...]:
        return (
            Surface(
                "/organise/{event}/feedback",
                ("GET",),
                Permission.AGENDA_EDIT,
                self._office.or_gone(self.show),
                "feedback-summary",
                self._office.resource,
            ),
        )


def _summary(session: Session, summary: Summary, href: str, texts: Texts) -> SummaryView:
    counts = zip(SCORES, summary.counts, strict=True)
    return SummaryView(
        id=session.code.lower(),
        title=session.title.read(texts.language),
        href=href,
        number=texts("summary.number", number=summary.number),
        mean=texts("summary.mean", mean=texts.decimal(summary.mean)),
        counts=tuple(
            Count(texts(f"feedback.score.{score}"), number)
            for score, number in reversed(tuple(counts))
        ),
        texts=summary.texts,
    )
