"""My agenda: what a person starred, event by event, by day and time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from access.audiences import Instant
from agenda.core.model import Event, Guid, Slot, SlotStatus
from agenda.core.my_agenda import overlaps
from agenda.core.rehearsal import renewed_at
from agenda.core.timetable import day_of
from agenda.participants import Mine
from server.http.pages import links, when
from server.http.pages.cards import Cards, Following, SessionCard, State, following
from server.http.pages.texts import Texts


@dataclass(frozen=True)
class Item:
    card: SessionCard
    zone: str
    clash: str
    """With what it overlaps, as a sentence."""
    feedback_href: str
    """Once it is over, for whoever said nothing yet."""


@dataclass(frozen=True)
class DayBlock:
    id: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class EventBlock:
    id: str
    title: str
    href: str
    days: tuple[DayBlock, ...]
    live: Following | None
    """None: it is over, nothing of it changes any more."""


@dataclass(frozen=True)
class MyAgendaView:
    now: Instant
    renewed_at: Instant | None
    """When to read this again: the next pass of a rehearsal."""
    events: tuple[EventBlock, ...]
    """What is still to come first, by time; then what is over, newest first."""
    starred: frozenset[Guid]


def my_agenda(
    mine: Sequence[Mine],
    starred: frozenset[Guid],
    said: Collection[Guid],
    at: Instant,
    texts: Texts,
) -> MyAgendaView:
    """``said``: the sessions the person gave feedback on."""
    page = _Page(mine, said, at, texts)
    coming = sorted((one for one in mine if not _over(one, at)), key=_start)
    over = sorted((one for one in mine if _over(one, at)), key=_start, reverse=True)
    anew = [renewed_at(one.event, at) for one in mine]
    return MyAgendaView(
        now=at,
        renewed_at=min((each for each in anew if each is not None), default=None),
        events=tuple(page.block(one) for one in (*coming, *over)),
        starred=starred,
    )


class _Page:
    """Knows all that was starred: what overlaps may be of another event."""

    def __init__(
        self, mine: Sequence[Mine], said: Collection[Guid], at: Instant, texts: Texts
    ) -> None:
        self._said = said
        self._at = at
        self._texts = texts
        slots = [slot for one in mine for slot in one.slots]
        self._overlaps = overlaps(slots)
        self._events: Mapping[Guid, Event] = {s.guid: one.event for one in mine for s in one.slots}
        coming = [s.starts_at for s in slots if s.starts_at > at and _takes_place(s)]
        self._next = min(coming, default=None)

    def block(self, mine: Mine) -> EventBlock:
        event = mine.event
        cards = Cards(event, self._at, self._texts)
        by_day = groupby(mine.slots, key=lambda slot: day_of(slot.start, event))
        return EventBlock(
            id=event.slug,
            title=event.title.read(self._texts.language),
            href=links.agenda(event),
            days=tuple(
                DayBlock(
                    f"{event.slug}-{date.isoformat()}",
                    when.day(date, self._texts),
                    tuple(self._items(cards, slots)),
                )
                for date, slots in ((date, tuple(slots)) for date, slots in by_day)
            ),
            live=None if _over(mine, self._at) else following(event),
        )

    def _items(self, cards: Cards, slots: Sequence[Slot]) -> list[Item]:
        return [
            Item(
                card=replace(card, id=f"{cards.event.slug}-{card.id}", state=self._state(slot)),
                zone=card.end.zone,
                clash=self._clash(slot),
                feedback_href=self._feedback(slot, card),
            )
            for slot in slots
            if (card := cards.session(slot)) is not None
        ]

    def _state(self, slot: Slot) -> State:
        """Of what was starred: what comes next may be later than the next of the event."""
        if not _takes_place(slot):
            return ""
        if slot.starts_at <= self._at < slot.ends_at:
            return "running"
        return "next" if slot.starts_at == self._next else ""

    def _clash(self, slot: Slot) -> str:
        others = [self._named(other) for other in self._overlaps.get(slot.guid, ())]
        return self._texts("my.clash", titles=", ".join(others)) if others else ""

    def _named(self, slot: Slot) -> str:
        cards = Cards(self._events[slot.guid], self._at, self._texts)
        start, end = when.clock(slot.start.clock), when.clock(slot.end.clock)
        return self._texts("my.clash_one", title=cards.title(slot), time=f"{start}–{end}")

    def _feedback(self, slot: Slot, card: SessionCard) -> str:
        over = _takes_place(slot) and slot.ends_at <= self._at
        return f"{card.href}#feedback" if over and card.guid not in self._said else ""


def _takes_place(slot: Slot) -> bool:
    return slot.status is not SlotStatus.CANCELLED


def _over(mine: Mine, at: Instant) -> bool:
    return not mine.event.rolling and max(slot.ends_at for slot in mine.slots) <= at


def _start(mine: Mine) -> Instant:
    return mine.slots[0].starts_at
