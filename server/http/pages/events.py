"""Start page, list of events, page of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from access.audiences import Instant
from access.rules import NextStep
from agenda.core.model import Guid, Series
from agenda.core.timetable import now_and_next
from agenda.visible import Visible
from server.http.pages import links, words
from server.http.pages.cards import Cards, EventCard, Live, dates, event_card
from server.http.pages.organise import links as organise
from server.http.pages.texts import Texts
from server.http.pages.words import Link, Refusal


@dataclass(frozen=True)
class Group:
    title: str
    events: tuple[EventCard, ...]


@dataclass(frozen=True)
class StartView:
    live: Live | None
    groups: tuple[Group, ...]
    calendars: tuple[Link, ...]


@dataclass(frozen=True)
class EventsView:
    groups: tuple[Group, ...]
    calendars: tuple[Link, ...]
    """To subscribe to, one for each series."""


@dataclass(frozen=True)
class RoomLine:
    name: str
    href: str
    now: str
    desk_href: str
    """Empty for whoever does not moderate there."""
    present_href: str
    """Empty for whoever does not speak there."""


@dataclass(frozen=True)
class EventView:
    title: str
    dates: str
    hosts: str
    motto: str
    summary: str
    audience: str
    format: str
    live: Live | None
    rooms: tuple[RoomLine, ...]
    agenda_href: str
    calendar_href: str
    organise_href: str
    """Empty for whoever does not edit it."""
    refusal: Refusal | None
    register_href: str
    """Set when a click on this page is all that is missing."""
    trail: tuple[Link, ...]


def start(
    seen: Sequence[Visible], series: Sequence[Series], at: Instant, texts: Texts
) -> StartView:
    """What runs now first, then everything else."""
    live = (Cards(each.event, at, texts).live() for each in seen if not each.closed)
    return StartView(
        live=next((found for found in live if found), None),
        groups=groups(seen, at, texts),
        calendars=calendars(seen, series, texts),
    )


def calendars(seen: Sequence[Visible], series: Sequence[Series], texts: Texts) -> tuple[Link, ...]:
    """Of every series with dates to keep. What always runs is no date."""
    dated = {each.event.series for each in seen if not each.event.rolling}
    return tuple(
        Link(
            links.series_calendar(each),
            texts("events.calendar", series=each.title.read(texts.language)),
        )
        for each in series
        if each.guid in dated
    )


def groups(seen: Sequence[Visible], at: Instant, texts: Texts) -> tuple[Group, ...]:
    """Now, coming (soonest first), past (latest first); empty groups are left out."""
    cards = [event_card(each, at, texts) for each in seen]
    running = tuple(card for card in cards if card.state == "running")
    coming = tuple(card for card in cards if card.state == "coming")
    past = tuple(card for card in reversed(cards) if card.state == "past")
    named = (("events.running", running), ("events.coming", coming), ("events.past", past))
    return tuple(Group(texts(code), found) for code, found in named if found)


@dataclass(frozen=True)
class Ways:
    """Where the viewer may go beyond what everybody is shown."""

    edits: bool = False
    moderated: frozenset[Guid] = frozenset()
    """Rooms whose desk they may open."""
    spoken_in: frozenset[Guid] = frozenset()
    """Rooms whose presenter's view they may open."""


def event(seen: Visible, at: Instant, texts: Texts, ways: Ways) -> EventView:
    shown = seen.event
    cards = Cards(shown, at, texts)
    title = shown.title.read(texts.language)
    return EventView(
        title=title,
        dates=dates(shown, texts),
        hosts=words.hosts(shown, texts),
        motto=shown.motto.read(texts.language),
        summary=shown.summary.read(texts.language),
        audience=words.audience(shown.audience, at, texts),
        format=texts.of("format", shown.format),
        live=cards.live(),
        rooms=_rooms(cards, ways),
        agenda_href=links.agenda(shown),
        calendar_href=links.calendar(shown),
        organise_href=organise.event(shown.slug) if ways.edits else "",
        refusal=words.refusal(seen.refusal, texts) if seen.refusal else None,
        register_href=_register(seen),
        trail=(Link("/events", texts("frame.events")),),
    )


def _register(seen: Visible) -> str:
    missing = seen.refusal is not None and seen.refusal.next_step is NextStep.REGISTER
    return links.register(seen.event) if missing else ""


def _rooms(cards: Cards, ways: Ways) -> tuple[RoomLine, ...]:
    lines = []
    for room in sorted(cards.event.rooms, key=lambda room: room.position):
        running = now_and_next(cards.event, cards.at, room.guid).now
        lines.append(
            RoomLine(
                name=room.name.read(cards.texts.language),
                href=links.room(cards.event, room),
                now=cards.title(running[0]) if running else "",
                desk_href=links.desk(cards.event, room) if room.guid in ways.moderated else "",
                present_href=links.present(cards.event, room)
                if room.guid in ways.spoken_in
                else "",
            )
        )
    return tuple(lines)
