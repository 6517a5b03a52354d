"""The form of an announcement: to one room, or to all rooms of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from access.actors import Actor
from access.audiences import Instant
from agenda.core.model import Event, Guid
from agenda.core.timetable import MINUTE
from rooms.core.announcements import LONGEST, AnnouncementCommand, Level, SetAnnouncement
from rooms.core.names import Code, Refusal
from server.http.pages.organise.form import Field, Option, Sheet, Typed, Values, members

MINUTES = (5, 15, 30, 60)
WRONG_TEXT = {
    Code.EMPTY: "missing",
    Code.TOO_LONG: "too_long",
    Code.BLOCKED_CONTENT: "blocked_content",
}
"""What rooms refuse because of the text itself; every room says the same."""


class Announcing(Protocol):
    """See ``server.announcing.Announcing``."""

    async def tell(
        self, actor: Actor, rooms: Sequence[Guid], command: AnnouncementCommand
    ) -> Mapping[Guid, Refusal]: ...


def fields(event: Event, sheet: Sheet) -> tuple[Field, ...]:
    texts = sheet.texts
    rooms = [Option(r.guid, r.name.read(texts.language)) for r in event.rooms]
    shown = [Option(str(n), texts("announcement.minutes", number=n)) for n in MINUTES]
    return (
        sheet.make(
            "announcement", "area", hint="announcement_hint", required=True, longest=LONGEST
        ),
        sheet.make(
            "announce_room", "select", options=(Option("", texts("announcement.all_rooms")), *rooms)
        ),
        sheet.make("announce_minutes", "select", options=shown),
        sheet.make("announce_level", "select", options=members("level", Level, texts)),
    )


def defaults() -> dict[str, str]:
    return {"announce_minutes": str(MINUTES[1]), "announce_level": Level.INFO.value}


def read(
    values: Values, event: Event, at: Instant
) -> tuple[SetAnnouncement, list[Guid], dict[str, str]]:
    """What to say, in which rooms, and what is wrong with the choices. The text rooms check."""
    typed = Typed(values)
    minutes = typed.one_of("announce_minutes", map(str, MINUTES)) or str(MINUTES[1])
    command = SetAnnouncement(
        values.get("announcement", ""),
        at + (int(minutes) if "announce_minutes" not in typed.errors else MINUTES[1]) * MINUTE,
        typed.choice("announce_level", Level, Level.INFO),
    )
    return command, rooms(typed, "announce_room", event), typed.errors


def rooms(typed: Typed, name: str, event: Event) -> list[Guid]:
    """The chosen room, or all."""
    chosen = typed.one_of(name, [room.guid for room in event.rooms])
    return [chosen] if chosen else [room.guid for room in event.rooms]


def wrong_text(refusals: Mapping[Guid, Refusal]) -> str:
    """The code of what is wrong with the text; empty: nothing."""
    return next((WRONG_TEXT[r.code] for r in refusals.values() if r.code in WRONG_TEXT), "")
