"""What the gate finds, in plain words with the place to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from agenda.core.gate import Fault, Finding
from agenda.core.model import Event, Guid, Slot, Text
from agenda.core.release import session_of
from agenda.core.timetable import MINUTE
from server.http.pages import when
from server.http.pages.organise import links
from server.http.pages.texts import Texts

HOUR = 60 * MINUTE


@dataclass(frozen=True)
class FindingLine:
    text: str
    href: str
    """Where it can be mended; empty: nowhere in particular."""
    blocks: bool


class Finder:
    """Knows what the things of an event are called."""

    def __init__(self, event: Event, beside: Sequence[Event], texts: Texts) -> None:
        self._event = event
        self._texts = texts
        self._slots = {s.guid: (e, s) for e in (*beside, event) for s in e.slots}
        self._sessions = {s.guid: s for s in event.sessions}
        people = {r.guid: r.name for e in (*beside, event) for s in e.sessions for r in s.people}
        self._names: dict[Guid, Text] = people | {thing.guid: thing.name for thing in event.rooms}
        self._names[event.guid] = event.title

    def line(self, finding: Finding, number: int = 1) -> FindingLine:
        """``number``: how many of the same it stands for."""
        text = self._texts(
            self._code(finding, number),
            number=number,
            hours=self._hours(finding.subject),
            subject=self._called(finding.subject),
            other=self._called(finding.other),
            about=self._name(finding.about),
            gap=self._gap(finding),
            wanted=self._event.buffer_minutes or 0,
        )
        return FindingLine(text, self._href(finding.subject), finding.blocks)

    def _code(self, finding: Finding, number: int) -> str:
        if finding.fault is Fault.OPEN_ROLE and number > 1:
            return "finding.open_role.many"
        if finding.fault is Fault.LONG and self._overnight(finding.subject):
            return "finding.long.overnight"
        return f"finding.{finding.fault.value}"

    def _hours(self, guid: str) -> int:
        """Full hours that a slot takes, rounded."""
        slot = self._slots[guid][1] if guid in self._slots else None
        return round((slot.ends_at - slot.starts_at) / HOUR) if slot else 0

    def _overnight(self, guid: str) -> bool:
        slot = self._slots[guid][1] if guid in self._slots else None
        return slot is not None and slot.end.clock.date() > slot.start.clock.date()

    def _gap(self, finding: Finding) -> int:
        """Minutes between the two slots of a finding."""
        pair = [
            self._slots[guid][1] for guid in (finding.other, finding.subject) if guid in self._slots
        ]
        return (pair[1].starts_at - pair[0].ends_at) // MINUTE if len(pair) == 2 else 0

    def _called(self, guid: str) -> str:
        """A session by its title, a slot by title and time; else the text itself."""
        if guid in self._sessions:
            return self._texts("finding.named", name=self._read(self._sessions[guid].title))
        if guid not in self._slots:
            return self._texts("finding.named", name=self._name(guid)) if guid else ""
        event, slot = self._slots[guid]
        session = session_of(event, slot)
        name = session.title if session else slot.pause or Text()
        return self._texts(
            "finding.slot",
            name=self._read(name),
            start=when.clock(slot.start.clock),
            end=when.clock(slot.end.clock),
        )

    def _name(self, guid: str) -> str:
        return self._read(self._names[guid]) if guid in self._names else guid

    def _read(self, text: Text) -> str:
        return text.read(self._texts.language)

    def _href(self, guid: str) -> str:
        slot: Slot | None = self._slots[guid][1] if guid in self._slots else None
        if guid in self._sessions:
            return links.row(self._event.slug, "sessions", guid)
        if slot is not None and slot.session in self._sessions:
            return links.row(self._event.slug, "sessions", slot.session or "")
        if slot is not None:
            return links.row(self._event.slug, "breaks", guid)
        if guid in {room.guid for room in self._event.rooms}:
            return links.row(self._event.slug, "rooms", guid)
        return ""


def lines(
    findings: Sequence[Finding], event: Event, texts: Texts, beside: Sequence[Event] = ()
) -> tuple[FindingLine, ...]:
    """What blocks the release first; the open roles of a session are one line."""
    finder = Finder(event, beside, texts)
    ordered = sorted(findings, key=lambda finding: not finding.blocks)
    counted: dict[Finding, int] = {}
    for finding in ordered:
        same = replace(finding, about="") if finding.fault is Fault.OPEN_ROLE else finding
        counted[same] = counted.get(same, 0) + 1
    return tuple(finder.line(finding, number) for finding, number in counted.items())
