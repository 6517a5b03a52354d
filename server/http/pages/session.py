"""The page of a session, for whoever may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from access.audiences import Instant
from agenda.core.examples import PracticeExample
from agenda.core.model import Event, Guid, RoleKind, Session, Slot
from agenda.core.timetable import in_order
from agenda.visible import Visible
from server.http.pages import links, when, words
from server.http.pages.cards import (
    Cards,
    Following,
    Moment,
    SessionCard,
    following,
    language_names,
    moment,
)
from server.http.pages.feedback import FeedbackView
from server.http.pages.materials import MaterialsView
from server.http.pages.texts import Texts
from server.http.pages.words import Link


@dataclass(frozen=True)
class Person:
    name: str
    organisation: str


@dataclass(frozen=True)
class PeopleGroup:
    title: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class TimeView:
    day: str
    start: Moment
    end: Moment


@dataclass(frozen=True)
class Example:
    title: str
    href: str
    teaser: str


@dataclass(frozen=True)
class SessionView:
    card: SessionCard
    """At its running, next or first time."""
    event: str
    """With the day where there are several: "Results of the day" may come every day."""
    subtitle: str
    abstract: tuple[str, ...]
    """Paragraphs."""
    people: tuple[PeopleGroup, ...]
    times: tuple[TimeView, ...]
    over: bool
    """After its last time."""
    examples: tuple[Example, ...]
    answered: tuple[str, ...]
    """Questions, once it is over."""
    materials: MaterialsView | None
    languages: str
    audience: str
    calendar_href: str
    live: Following
    trail: tuple[Link, ...]
    starred: frozenset[Guid] | None = None
    """What the viewer starred; None: a guest."""
    feedback: FeedbackView | None = None
    guest_was_there: bool = False
    """It is over, and whoever signs in may give feedback."""


def session(
    seen: Visible,
    slug: str,
    examples: Sequence[PracticeExample],
    at: Instant,
    texts: Texts,
    *,
    answered: tuple[str, ...] = (),
    materials: MaterialsView | None = None,
) -> SessionView | None:
    """The session of that address; None if the viewer's event has no such session or no time."""
    event = seen.event
    found = next((each for each in event.sessions if each.slug == slug), None)
    if found is None:
        return None
    slots = [slot for slot in in_order(event) if slot.session == found.guid]
    cards = Cards(event, at, texts)
    shown = [card for slot in slots if (card := cards.session(slot)) is not None]
    if not shown:
        return None
    title = event.title.read(texts.language)
    return SessionView(
        card=next((card for card in shown if card.end.at > at), shown[0]),
        event=_event(event, slots[0], texts),
        subtitle=found.subtitle.read(texts.language),
        abstract=_paragraphs(found.abstract.read(texts.language)),
        people=_people(found, texts),
        times=tuple(_time(slot, event, texts) for slot in slots),
        over=all(card.end.at <= at for card in shown),
        examples=tuple(
            Example(
                example.title.read(texts.language), links.example(example.slug), example.summary
            )
            for example in examples
            if example.guid in found.practice_examples
        ),
        answered=answered,
        materials=materials,
        languages=language_names(found.languages, texts),
        audience=words.audience(found.audience or event.audience, at, texts),
        calendar_href=links.session_calendar(event, found),
        live=following(event),
        trail=(
            Link("/events", texts("frame.events")),
            Link(links.event(event), title),
            Link(links.agenda(event), texts("agenda.title")),
        ),
    )


def _time(slot: Slot, event: Event, texts: Texts) -> TimeView:
    return TimeView(
        day=when.day(when.local(slot.starts_at, event.time_zone).date(), texts),
        start=moment(slot.starts_at, event, texts),
        end=moment(slot.ends_at, event, texts),
    )


def _event(event: Event, slot: Slot, texts: Texts) -> str:
    title = event.title.read(texts.language)
    if event.first_day == event.last_day:
        return title
    day = when.local(slot.starts_at, event.time_zone).date()
    return f"{title}, {when.days(day, day, texts)}"


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _people(session: Session, texts: Texts) -> tuple[PeopleGroup, ...]:
    groups = []
    for kind in RoleKind:
        people = tuple(
            Person(role.name.read(texts.language), role.organisation.read(texts.language))
            for role in session.people
            if role.kind is kind
        )
        if people:
            groups.append(PeopleGroup(texts.of("role", kind), people))
    return tuple(groups)
