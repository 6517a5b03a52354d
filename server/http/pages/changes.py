"""What changed, in plain words: for the organiser before a release, for everybody after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from agenda.core.changes import Change, ChangeKind, Subject, changes
from agenda.core.model import Event, Guid, Host, Role, Text, WallTime
from agenda.core.timetable import MINUTE, instant
from agenda.visible import Visible
from server.http.pages import when
from server.http.pages.texts import Texts

Named = Role | Host
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
            case (
                ChangeKind.LENGTH,
                (_, WallTime() as was),
                (WallTime() as begins, WallTime() as ends),
            ):
                return self._longer(name, was, begins, ends)
            case ChangeKind.MOVED_ROOM, _, room:
                return self._texts("change.moved_room", name=name, room=self._room(room))
            case ChangeKind.TITLE, Text() as was, Text() as now:
                return self._renamed(change, name, was, now)
            case ChangeKind.PEOPLE, tuple() as before, tuple() as after:
                return " ".join(self._people(name, before, after))
            case ChangeKind.TEXT | ChangeKind.MOVED_TIME, _, _:
                field = self._texts(f"change.field.{change.field}")
                return self._texts("change.text", name=name, field=field)
        return self._texts(f"change.{change.kind.value}", name=name)

    def _renamed(self, change: Change, name: str, was: Text, now: Text) -> str:
        old, new = was.read(self._texts.language), now.read(self._texts.language)
        if old != new:
            return self._texts("change.title", old=old, new=new)
        field = self._texts(f"change.field.{change.field}")
        if was.en != now.en:
            field = self._texts("change.field_en", field=field)
        return self._texts("change.text", name=name, field=field)

    def noticed(self, change: Change) -> bool:
        """Whether it can be read in this language; the other one's words may be all that is new."""
        match change.before, change.after:
            case (Text(), Text()) | (tuple(), tuple()):
                return self._read(change.before) != self._read(change.after)
        return True

    def _read(self, value: object) -> object:
        match value:
            case Text():
                return value.read(self._texts.language)
            case Role():
                return value.kind, self._called(value), self._organisation(value)
            case tuple():
                return [self._read(each) for each in value]
        return value

    def _moved(self, name: str, was: WallTime, now: WallTime) -> str:
        time = when.clock(now.clock)
        if was.clock.date() != now.clock.date():
            day = when.day(now.clock.date(), self._texts)
            return self._texts("change.other_day", name=name, day=day, time=time)
        delay = self.minutes(was, now)
        code = "change.later" if delay > 0 else "change.earlier"
        return self._texts(code, name=name, minutes=abs(delay), time=time)

    def _longer(self, name: str, was: WallTime, begins: WallTime, ends: WallTime) -> str:
        """``was``: its end before, which stays where only the beginning moved."""
        if was == ends:
            return self._texts("change.lasts", name=name, minutes=self.minutes(begins, ends))
        return self._texts("change.length", name=name, time=when.clock(ends.clock))

    def minutes(self, was: WallTime, now: WallTime) -> int:
        """How much later; negative: earlier."""
        return (instant(now, self._zone) - instant(was, self._zone)) // MINUTE

    def _room(self, guid: object) -> str:
        found = self._rooms.get(guid) if isinstance(guid, str) else None
        return found.read(self._texts.language) if found else self._texts("session.all_rooms")

    def _people(self, name: str, before: Sequence[Named], after: Sequence[Named]) -> Iterator[str]:
        """Who it is with now, and what is different with those who stay."""
        was, now = ([self._called(each) for each in people] for people in (before, after))
        left = {self._called(each): each for each in before if each not in after}
        staying = [
            sentence
            for called, each in zip(now, after, strict=True)
            if called in left and each not in before
            for sentence in self._other_person(name, called, left[called], each)
        ]
        if was != now or not staying:
            people = ", ".join(now) or self._texts("change.nobody")
            yield self._texts("change.people", name=name, people=people)
        yield from staying

    def _called(self, each: Named) -> str:
        return each.name.read(self._texts.language) if isinstance(each, Role) else each.name

    def _other_person(self, name: str, person: str, was: Named, now: Named) -> Iterator[str]:
        say = partial(self._texts, name=name, person=person)
        old, new = self._role(was), self._role(now)
        if old != new:
            yield say("change.role", old=old, new=new)
        old, new = self._organisation(was), self._organisation(now)
        if old != new and old and new:
            yield say("change.organisation", old=old, new=new)
        elif old != new:
            code = "change.organisation_new" if new else "change.organisation_gone"
            yield say(code, organisation=new or old)

    def _role(self, each: Named) -> str:
        if isinstance(each, Role):
            return self._texts.of("role", each.kind)
        return self._texts.of("host_role", each.role)

    def _organisation(self, each: Named) -> str:
        """A host is an organisation itself."""
        return each.organisation.read(self._texts.language) if isinstance(each, Role) else ""


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
    speech = Said(before.event, after.event, texts)
    listed = [each for each in changes(before.event, after.event) if speech.noticed(each)]
    said = sentences(before.event, after.event, texts, listed)
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
