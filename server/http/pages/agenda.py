"""The agenda by day: complete without JavaScript, filtered by a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from access.audiences import Instant
from agenda.core.model import Event, Guid, Session, SessionKind, Slot
from agenda.core.rehearsal import renewed_at
from agenda.core.text_search import mentions
from agenda.core.timetable import Day, day_of, days
from agenda.visible import RestrictedSlot, Visible
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
from server.http.pages.texts import Texts
from server.http.pages.words import Link, Refusal

LONGEST_SEARCH = 200
"""Characters. What is longer is said to be; the field keeps it."""
FILTERS = ("day", "room", "track", "kind", "language")


@dataclass(frozen=True)
class Filter:
    """What somebody looks for. Empty means everything; what is unknown finds nothing."""

    day: str = ""
    """ISO date."""
    room: str = ""
    """Slug, like the track."""
    track: str = ""
    kind: str = ""
    language: str = ""
    search: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it asks for certain sessions, so that breaks and closed slots are left out."""
        return any((self.track, self.kind, self.language, self.search))

    @property
    def too_long(self) -> bool:
        """Whether nothing can be looked for with so many words."""
        return len(self.search) > LONGEST_SEARCH

    @property
    def used(self) -> bool:
        return self.narrows or bool(self.day or self.room)


def from_query(query: Mapping[str, str]) -> Filter:
    """The filter in an address."""
    values = {name: query.get(name, "").strip() for name in FILTERS}
    return Filter(**values, search=query.get("q", "").strip())


@dataclass(frozen=True)
class Option:
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class RestrictedCard:
    id: str
    audience: str
    end: Moment
    refusal: Refusal


@dataclass(frozen=True)
class SlotView:
    """What begins together: a break, or sessions side by side."""

    start: Moment
    end: Moment | None
    """None when they do not end together; then each says its own end."""
    night: str
    """Said of what begins after midnight: it stands under the day before (E9)."""
    pause: str
    sessions: tuple[SessionCard, ...]
    restricted: tuple[RestrictedCard, ...]
    running: bool


@dataclass(frozen=True)
class DayView:
    id: str
    title: str
    slots: tuple[SlotView, ...]


@dataclass(frozen=True)
class AgendaView:
    event: str
    href: str
    calendar_href: str
    zone: str
    sample: bool
    now: Instant
    """The server's, so that the page can go on by it."""
    renewed_at: Instant | None
    """When to read this again: the next pass of a rehearsal."""
    search: str
    error: str
    """Why the search was not carried out, or nothing."""
    filtered: bool
    fields: tuple[Field, ...]
    count: str
    days: tuple[DayView, ...]
    live: Following
    trail: tuple[Link, ...]
    starred: frozenset[Guid] | None = None
    """What the viewer starred; None: a guest."""


def agenda(seen: Visible, chosen: Filter, at: Instant, texts: Texts) -> AgendaView:
    """The agenda of an event the viewer may enter, narrowed to what they look for."""
    event = seen.event
    asked = replace(chosen, search="") if chosen.too_long else chosen
    shown = tuple(_day(seen, day, asked, Cards(event, at, texts)) for day in _days(event, asked))
    title = event.title.read(texts.language)
    found = sum(len(slot.sessions) for day in shown for slot in day.slots)
    return AgendaView(
        event=title,
        href=links.agenda(event),
        calendar_href=links.calendar(event),
        zone=_zone(event, texts),
        sample=event.sample,
        now=at,
        renewed_at=renewed_at(event, at),
        search=chosen.search,
        error=texts("agenda.search_too_long", limit=LONGEST_SEARCH) if chosen.too_long else "",
        filtered=chosen.used,
        fields=_fields(event, chosen, texts),
        count=texts.count("agenda.results", found),
        days=shown,
        live=following(event),
        trail=(
            Link("/events", texts("frame.events")),
            Link(links.event(event), title),
        ),
    )


def _days(event: Event, chosen: Filter) -> tuple[Day, ...]:
    return tuple(day for day in days(event) if chosen.day in ("", day.date.isoformat()))


def _zone(event: Event, texts: Texts) -> str:
    """All names of the time in force during the event: two when the clocks change."""
    names = []
    for day in days(event):
        name = when.zone_name(when.local(day.opens, event.time_zone), texts, long=True)
        names += [name] if name not in names else []
    return texts("when.zone", zone=", ".join(names))


def _day(seen: Visible, day: Day, chosen: Filter, cards: Cards) -> DayView:
    slots = [slot for slot in day.slots if _matches(cards, slot, chosen)]
    closed = [] if chosen.narrows or chosen.room else _closed_on(seen, day.date)
    both: list[Slot | RestrictedSlot] = [*slots, *closed]
    starts = sorted({each.starts_at for each in both})
    views = [
        view
        for start in starts
        for view in _beginning(
            [slot for slot in slots if slot.starts_at == start],
            [slot for slot in closed if slot.starts_at == start],
            cards,
        )
    ]
    return DayView(day.date.isoformat(), when.day(day.date, cards.texts), tuple(views))


def _closed_on(seen: Visible, date: dt.date) -> list[RestrictedSlot]:
    return [slot for slot in seen.restricted if day_of(slot.start, seen.event) == date]


def _beginning(
    slots: Sequence[Slot], closed: Sequence[RestrictedSlot], cards: Cards
) -> Iterator[SlotView]:
    """What begins at one instant: breaks on their own, the sessions side by side."""
    for pause, together in groupby(slots, key=lambda slot: slot.pause is not None):
        if pause:
            yield from (_pause(slot, cards) for slot in together)
        else:
            yield _sessions(list(together), closed, cards)
            closed = ()
    if closed:
        yield _sessions([], closed, cards)


def _pause(slot: Slot, cards: Cards) -> SlotView:
    return SlotView(
        start=moment(slot.starts_at, cards.event, cards.texts),
        end=moment(slot.ends_at, cards.event, cards.texts),
        night=_night(slot, cards),
        pause=cards.title(slot),
        sessions=(),
        restricted=(),
        running=cards.state(slot) == "running",
    )


def _sessions(slots: Sequence[Slot], closed: Sequence[RestrictedSlot], cards: Cards) -> SlotView:
    event, texts = cards.event, cards.texts
    both: list[Slot | RestrictedSlot] = [*slots, *closed]
    ends = {each.ends_at for each in both}
    made = tuple(card for slot in slots if (card := cards.session(slot)) is not None)
    return SlotView(
        start=moment(both[0].starts_at, event, texts),
        end=moment(ends.pop(), event, texts) if len(ends) == 1 else None,
        night=_night(both[0], cards),
        pause="",
        sessions=made,
        restricted=tuple(_restricted(slot, n, cards) for n, slot in enumerate(closed)),
        running=any(card.state == "running" for card in made),
    )


def _night(slot: Slot | RestrictedSlot, cards: Cards) -> str:
    date = slot.start.clock.date()
    if day_of(slot.start, cards.event) == date:
        return ""
    return cards.texts("when.night", weekday=cards.texts(f"weekday.{date.isoweekday()}"))


def _restricted(slot: RestrictedSlot, number: int, cards: Cards) -> RestrictedCard:
    return RestrictedCard(
        id=f"closed-{slot.starts_at}-{number}",
        audience=words.audience(slot.audience, cards.at, cards.texts),
        end=moment(slot.ends_at, cards.event, cards.texts),
        refusal=words.refusal(slot.refusal, cards.texts),
    )


def _matches(cards: Cards, slot: Slot, chosen: Filter) -> bool:
    if chosen.room and slot.room is not None and cards.rooms[slot.room].slug != chosen.room:
        return False
    if slot.session is None:
        return not chosen.narrows
    return _session_matches(cards.event, cards.sessions[slot.session], chosen)


def _session_matches(event: Event, session: Session, chosen: Filter) -> bool:
    track = next((track.slug for track in event.tracks if track.guid == session.track), "")
    return (
        chosen.track in ("", track)
        and chosen.kind in ("", session.kind.value)
        and (not chosen.language or chosen.language in session.languages)
        and _found(session, chosen.search)
    )


def _found(session: Session, search: str) -> bool:
    """Whether every word looked for stands somewhere in the session."""
    texts = [session.title, session.subtitle, session.abstract]
    for role in session.people:
        texts += [role.name, role.organisation]
    return mentions(" ".join(f"{text.de} {text.en}" for text in texts), search)


def _fields(event: Event, chosen: Filter, texts: Texts) -> tuple[Field, ...]:
    """Only choices that exist; a choice of one is none."""
    language = texts.language
    kinds = [kind for kind in SessionKind if any(s.kind is kind for s in event.sessions)]
    spoken = sorted({language for session in event.sessions for language in session.languages})
    rooms = sorted(event.rooms, key=lambda room: room.position)
    tracks = sorted(event.tracks, key=lambda track: track.position)
    offered = (
        ("day", [(day.date.isoformat(), when.day(day.date, texts)) for day in days(event)]),
        ("room", [(room.slug, room.name.read(language)) for room in rooms]),
        ("track", [(track.slug, track.name.read(language)) for track in tracks]),
        ("kind", [(kind.value, texts.of("kind", kind)) for kind in kinds]),
        ("language", [(code, language_names((code,), texts)) for code in spoken]),
    )
    return tuple(
        Field(
            name,
            texts(f"agenda.{name}"),
            tuple(Option(value, text, value == getattr(chosen, name)) for value, text in values),
        )
        for name, values in offered
        if len(values) > 1
    )
