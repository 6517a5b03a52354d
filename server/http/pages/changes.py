"""What changed, in plain words: for the organiser before a release, for everybody after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agenda.core.changes import Change, ChangeKind, Subject, changes
from agenda.core.model import Event, Guid, Role, Text, WallTime
from agenda.core.timetable import MINUTE, instant
from agenda.visible import Visible
from server.http.pages import when
from server.http.pages.texts import Texts

MOST_SAID = 3
"""Sentences an open page tells; more of them are counted."""


class Said:
    """Says the changes between two releases of one event."""

    def __init__(self, before: Event | None, after: Event, texts: Texts) -> None:
        self._texts = texts
        self._zone = after.time_zone
        rooms = (*(before.rooms if before else ()), *after.rooms)
        self._rooms: dict[Guid, Text] = {room.guid: room.name for room in rooms}

    def sentence(self, change: Change) -> str:
        """One change as one sentence."""
        name = change.name.read(self._texts.language) or change.name.de
        match change.kind, change.before, change.after:
            case ChangeKind.MOVED_TIME, (WallTime() as was, _), (WallTime() as now, _):
                return self._moved(name, was, now)
            case ChangeKind.LENGTH, (_, WallTime() as was), (_, WallTime() as now):
                return self._longer(name, was, now)
            case ChangeKind.MOVED_ROOM, _, room:
                return self._texts("change.moved_room", name=name, room=self._room(room))
            case ChangeKind.TITLE, Text() as was, Text() as now:
                old, new = was.read(self._texts.language), now.read(self._texts.language)
                return self._texts("change.title", old=old, new=new)
            case ChangeKind.PEOPLE, _, _:
                people = self._people(change.after)
                return self._texts("change.people", name=name, people=people)
            case ChangeKind.TEXT | ChangeKind.MOVED_TIME, _, _:
                field = self._texts(f"change.field.{change.field}")
                return self._texts("change.text", name=name, field=field)
        return self._texts(f"change.{change.kind.value}", name=name)

    def _moved(self, name: str, was: WallTime, now: WallTime) -> str:
        time = when.clock(now.clock)
        if was.clock.date() != now.clock.date():
            day = when.day(now.clock.date(), self._texts)
            return self._texts("change.other_day", name=name, day=day, time=time)
        delay = self.minutes(was, now)
        code = "change.later" if delay > 0 else "change.earlier"
        return self._texts(code, name=name, minutes=abs(delay), time=time)

    def _longer(self, name: str, was: WallTime, now: WallTime) -> str:
        time = when.clock(now.clock)
        return self._texts("change.length", name=name, time=time)

    def minutes(self, was: WallTime, now: WallTime) -> int:
        """How much later; negative: earlier."""
        return (instant(now, self._zone) - instant(was, self._zone)) // MINUTE

    def _room(self, guid: object) -> str:
        found = self._rooms.get(guid) if isinstance(guid, str) else None
        return found.read(self._texts.language) if found else self._texts("session.all_rooms")

    def _people(self, people: object) -> str:
        named = people if isinstance(people, tuple) else ()
        names = [r.name.read(self._texts.language) for r in named if isinstance(r, Role)]
        names += [host.name for host in named if not isinstance(host, Role)]
        return ", ".join(names) or self._texts("change.nobody")


class Told(NamedTuple):
    """A sentence, and the change it tells; of several that are told together the first."""

    sentence: str
    change: Change


def told(
    before: Event | None, after: Event, texts: Texts, listed: Sequence[Change] | None = None
) -> tuple[Told, ...]:
    """Every change as a sentence; what moved together is said together."""
    said = Said(before, after, texts)
    found = changes(before, after) if listed is None else listed
    together = _together(found, said)
    done: set[int] = set()
    sentences = []
    for change in found:
        delay = _delay(change, said)
        names = together.get(delay, []) if delay is not None else []
        if delay is None or len(names) < 2:
            sentences.append(Told(said.sentence(change), change))
        elif delay not in done:
            done.add(delay)
            sentences.append(Told(_all_moved(delay, names, texts), change))
    return tuple(sentences)


def sentences(
    before: Event | None, after: Event, texts: Texts, listed: Sequence[Change] | None = None
) -> tuple[str, ...]:
    """As ``told``, the sentences alone."""
    return tuple(each.sentence for each in told(before, after, texts, listed))


def news(before: Visible, after: Visible, texts: Texts) -> str:
    """What somebody with an open page is told, of what they may see; empty: nothing for them."""
    said = sentences(before.event, after.event, texts)
    if not said:
        return ""
    more = len(said) - MOST_SAID
    shown = [*said[:MOST_SAID], *([texts.count("change.more", more)] if more > 0 else [])]
    return texts("change.news", changes=" ".join(shown))


def _together(listed: Iterable[Change], said: Said) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    for change in listed:
        delay = _delay(change, said)
        if delay is not None:
            names[delay].append(change.name.de)
    return names


def _delay(change: Change, said: Said) -> int | None:
    """By how many minutes a slot moved within its day."""
    match change.kind, change.before, change.after:
        case ChangeKind.MOVED_TIME, (WallTime() as was, _), (WallTime() as now, _) if (
            was.clock.date() == now.clock.date()
        ):
            return said.minutes(was, now)
    return None


def _all_moved(delay: int, names: Sequence[str], texts: Texts) -> str:
    code = "change.all_later" if delay > 0 else "change.all_earlier"
    return texts(code, first=names[0], others=len(names) - 1, minutes=abs(delay))


__all__ = ["MOST_SAID", "Said", "Subject", "Told", "news", "sentences", "told"]
