"""The forms of rooms and tracks."""

from __future__ import annotations

import re

from msgspec.structs import replace

from agenda.core.model import Event, Feature, Guid, Room, RoomKind, Text, Track
from agenda.core.slugs import slug
from server.http.pages.organise import audience_form
from server.http.pages.organise.form import Group, Sheet, Typed, Values, members

COLOUR = re.compile(r"#[0-9a-f]{6}")


def blank_room(guid: Guid, event: Event) -> Room:
    position = max((room.position for room in event.rooms), default=0) + 1
    return Room(guid, "", Text(), position)


def fill_room(room: Room, zone: str) -> dict[str, str]:
    return {
        "name_de": room.name.de,
        "name_en": room.name.en,
        "room_kind": room.kind.value,
        "position": str(room.position),
        "chat": "1" if Feature.CHAT in room.features else "",
        "questions": "1" if Feature.QUESTIONS in room.features else "",
        **audience_form.fill(room.audience, zone),
    }


def room_groups(sheet: Sheet) -> tuple[Group, ...]:
    texts = sheet.texts
    kinds = members("room_kind", RoomKind, texts)
    return (
        Group(texts("form.name"), (tuple(sheet.both("name", required=True)),)),
        Group(
            texts("form.use"),
            (
                (
                    sheet.make("room_kind", "select", options=kinds, hint="room_kind_hint"),
                    sheet.make("position", required=True),
                ),
                (sheet.make("chat", "check"), sheet.make("questions", "check")),
            ),
        ),
        audience_form.group(sheet, inherits=True),
    )


def read_room(values: Values, before: Room, event: Event) -> tuple[Room, dict[str, str]]:
    typed = Typed(values)
    name = typed.both("name", required=True)
    others = [room for room in event.rooms if room.guid != before.guid]
    if name.de in {room.name.de for room in others}:
        typed.errors["name_de"] = "name_twice"
    features = {Feature.CHAT: "chat", Feature.QUESTIONS: "questions"}
    after = replace(
        before,
        name=name,
        slug=before.slug or free(name.de, before.guid, {room.slug for room in others}),
        kind=typed.choice("room_kind", RoomKind, before.kind),
        position=typed.number("position", before.position),
        features=tuple(feature for feature, box in features.items() if typed.checked(box)),
        audience=audience_form.read(typed, before.audience, event.time_zone),
    )
    return after, typed.errors


def blank_track(guid: Guid, event: Event) -> Track:
    position = max((track.position for track in event.tracks), default=0) + 1
    return Track(guid, "", Text(), "#1f4e79", position)


def fill_track(track: Track, zone: str) -> dict[str, str]:
    return {
        "name_de": track.name.de,
        "name_en": track.name.en,
        "colour": track.colour,
        "position": str(track.position),
    }


def track_groups(sheet: Sheet) -> tuple[Group, ...]:
    rows = (
        tuple(sheet.both("name", required=True)),
        (
            sheet.make("colour", "colour", hint="colour_hint"),
            sheet.make("position", required=True),
        ),
    )
    return (Group(sheet.texts("form.name"), rows),)


def read_track(values: Values, before: Track, event: Event) -> tuple[Track, dict[str, str]]:
    typed = Typed(values)
    name = typed.both("name", required=True)
    colour = typed.line("colour").lower()
    if not COLOUR.fullmatch(colour):
        typed.errors["colour"] = "colour"
    taken = {track.slug for track in event.tracks if track.guid != before.guid}
    after = replace(
        before,
        name=name,
        slug=before.slug or free(name.de, before.guid, taken),
        colour=colour,
        position=typed.number("position", before.position),
    )
    return after, typed.errors


def free(title: str, guid: Guid, taken: set[str]) -> str:
    """A readable address that nothing else of the event has."""
    fallback = f"{guid[:8]}"
    wanted = slug(title, fallback)
    return wanted if wanted not in taken else f"{wanted[:50]}-{fallback}"
