"""The forms of sessions with their times and people, and of breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from agenda.core.clean import line
from agenda.core.draft import Planned
from agenda.core.merge import Rows
from agenda.core.model import (
    Event,
    Guid,
    Role,
    RoleKind,
    Session,
    SessionKind,
    SessionStatus,
    Slot,
    SlotStatus,
    Text,
    WallTime,
)
from agenda.core.slugs import code
from agenda.core.timetable import DAY
from server.http.pages.organise import audience_form, example_choice
from server.http.pages.organise.form import (
    MOST_ROWS,
    PEOPLE,
    TIMES,
    Field,
    Group,
    Option,
    Sheet,
    Typed,
    Values,
    clock,
    members,
    numbers,
    stacked,
)
from server.http.pages.organise.room_form import free

SPARE_PEOPLE, SPARE_TIMES = 2, 1
NEW_ID = Callable[[], Guid]
MORE = {rows.kind: rows for rows in (PEOPLE, TIMES)}
"""Rows of which another can be asked for."""
LANGUAGES = ("de", "en", "de,en", "en,de")


def blank(guid: Guid) -> Planned:
    return Planned(Session(guid, code(guid), "", Text(), SessionKind.IMPULSE))


def fill(planned: Planned, zone: str) -> dict[str, str]:
    session = planned.session
    values = {
        "title_de": session.title.de,
        "title_en": session.title.en,
        "subtitle_de": session.subtitle.de,
        "subtitle_en": session.subtitle.en,
        "abstract_de": session.abstract.de,
        "abstract_en": session.abstract.en,
        "session_kind": session.kind.value,
        "track": session.track or "",
        "languages": ",".join(session.languages),
        "status": session.status.value,
        **audience_form.fill(session.audience, zone),
        **example_choice.fill(session),
    }
    for number, role in enumerate(session.people, start=1):
        values |= _fill_person(f"person{number}_", role)
    for number, slot in enumerate(planned.slots, start=1):
        values |= _fill_time(f"time{number}_", slot)
    return values


def _fill_person(prefix: str, role: Role) -> dict[str, str]:
    return {
        f"{prefix}guid": role.guid,
        f"{prefix}kind": role.kind.value,
        f"{prefix}de": role.name.de,
        f"{prefix}en": role.name.en,
        f"{prefix}organisation": role.organisation.de,
    }


def _fill_time(prefix: str, slot: Slot) -> dict[str, str]:
    return {
        f"{prefix}guid": slot.guid,
        f"{prefix}date": slot.start.clock.date().isoformat(),
        f"{prefix}start": clock(slot.start.clock.time()),
        f"{prefix}end": clock(slot.end.clock.time()),
        f"{prefix}room": slot.room or "",
        f"{prefix}off": "1" if slot.status is SlotStatus.CANCELLED else "",
    }


def groups(sheet: Sheet, event: Event, examples: Sequence[Option]) -> tuple[Group, ...]:
    """``examples``: that can be chosen."""
    texts = sheet.texts
    tracks = [Option(t.guid, t.name.read(texts.language)) for t in event.tracks]
    spoken = tuple(Option(each, texts(f"languages.{each.replace(',', '_')}")) for each in LANGUAGES)
    frame = (
        sheet.make("session_kind", "select", options=members("kind", SessionKind, texts)),
        sheet.make("track", "select", options=(Option("", texts("field.no_track")), *tracks)),
        sheet.make("languages", "select", options=spoken),
        sheet.make("status", "select", options=members("status", SessionStatus, texts)),
    )
    about = (
        *sheet.both("title", required=True),
        *sheet.both("subtitle"),
        *sheet.both("abstract", "area"),
    )
    return (
        Group(texts("form.about"), stacked(about)),
        *_times(sheet, event),
        *_people(sheet),
        Group(texts("form.frame"), (frame[:2], frame[2:])),
        example_choice.group(sheet, examples),
        audience_form.group(sheet, inherits=True),
    )


def _times(sheet: Sheet, event: Event) -> Iterable[Group]:
    shown = numbers(sheet, TIMES, SPARE_TIMES)
    for number in shown:
        prefix = f"time{number}_"
        off = sheet.make(f"{prefix}off", "check", label="off")
        guid = sheet.hidden(f"{prefix}guid")
        rows = (_time_fields(sheet, event, prefix), (off, guid))
        more = _more(sheet, TIMES) if number == shown[-1] < MOST_ROWS else None
        yield Group(sheet.texts("form.time", number=number), rows, numbered=True, more=more)


def _more(sheet: Sheet, rows: Rows) -> Option:
    return Option(rows.kind, sheet.texts(f"form.more_{rows.kind}"))


def _time_fields(sheet: Sheet, event: Event, prefix: str) -> tuple[Field, ...]:
    rooms = [Option(r.guid, r.name.read(sheet.texts.language)) for r in event.rooms]
    everywhere = Option("", sheet.texts("field.all_rooms"))
    return (
        sheet.make(f"{prefix}date", "date", label="date"),
        sheet.make(f"{prefix}start", "time", label="start"),
        sheet.make(f"{prefix}end", "time", label="end"),
        sheet.make(f"{prefix}room", "select", label="room", options=(*rooms, everywhere)),
    )


def _people(sheet: Sheet) -> Iterable[Group]:
    kinds = (Option("", sheet.texts("field.no_person")), *members("role", RoleKind, sheet.texts))
    shown = numbers(sheet, PEOPLE, SPARE_PEOPLE)
    for number in shown:
        prefix = f"person{number}_"
        fields = (
            sheet.make(f"{prefix}kind", "select", label="person_kind", options=kinds),
            sheet.make(f"{prefix}de", label="person"),
            sheet.make(f"{prefix}en", label="person_en"),
            sheet.make(f"{prefix}organisation", label="person_organisation"),
            sheet.hidden(f"{prefix}guid"),
        )
        more = _more(sheet, PEOPLE) if number == shown[-1] < MOST_ROWS else None
        yield Group(sheet.texts("form.person", number=number), (fields,), numbered=True, more=more)


def read(
    values: Values, before: Planned, event: Event, examples: Sequence[Option], new_id: NEW_ID
) -> tuple[Planned, dict[str, str]]:
    """The session as typed, and what is wrong with it. New slots have no number yet (0)."""
    typed = Typed(values)
    old = before.session
    title = typed.both("title", required=True)
    taken = {session.slug for session in event.sessions if session.guid != old.guid}
    languages = typed.one_of("languages", LANGUAGES) or ",".join(old.languages)
    session = replace(
        old,
        title=title,
        slug=old.slug or free(title.de, old.guid, taken),
        kind=typed.choice("session_kind", SessionKind, old.kind),
        subtitle=typed.both("subtitle"),
        abstract=typed.blocks("abstract"),
        track=typed.one_of("track", [track.guid for track in event.tracks]),
        languages=tuple(languages.split(",")),
        status=typed.choice("status", SessionStatus, old.status),
        people=tuple(_read_people(typed, old, event, new_id)),
        audience=audience_form.read(typed, old.audience, event.time_zone),
        practice_examples=example_choice.read(values, old, examples),
    )
    slots = tuple(_read_times(typed, before, event, new_id))
    return Planned(session, slots), typed.errors


def _read_people(typed: Typed, old: Session, event: Event, new_id: NEW_ID) -> Iterable[Role]:
    """A known name is the same person; an open role that is filled keeps its place."""
    known = {r.name.de: r.guid for s in event.sessions for r in s.people if r.name.de}
    for number in typed.rows(PEOPLE):
        prefix = f"person{number}_"
        given = typed.values.get(f"{prefix}guid", "")
        was = next((role for role in old.people if role.guid == given), None)
        if not typed.values.get(f"{prefix}kind"):
            if _half(typed, prefix, PEOPLE, _fill_person("", was) if was else {}):
                typed.errors[f"{prefix}kind"] = "role"
            continue
        name = Text(typed.line(f"{prefix}de"), typed.line(f"{prefix}en"))
        same = was if was is not None and was.name.de in ("", name.de) else None
        organisation = typed.line(f"{prefix}organisation")
        kept = same.organisation if same and same.organisation.de == organisation else None
        yield Role(
            guid=known.get(name.de) or (same.guid if same else new_id()),
            kind=typed.choice(f"{prefix}kind", RoleKind, RoleKind.SPEAKER),
            name=name,
            organisation=kept or Text(organisation),
        )


def _read_times(typed: Typed, before: Planned, event: Event, new_id: NEW_ID) -> Iterable[Slot]:
    for number in typed.rows(TIMES):
        prefix = f"time{number}_"
        given = typed.values.get(f"{prefix}guid", "")
        was = next((slot for slot in before.slots if slot.guid == given), None)
        if not typed.values.get(f"{prefix}date"):
            if _half(typed, prefix, TIMES, _fill_time("", was) if was else {}):
                typed.errors[f"{prefix}date"] = "date"
            continue
        guid = was.guid if was else new_id()
        slot = read_time(typed, prefix, was, event, guid, session=before.session.guid)
        if slot is not None:
            off = typed.checked(f"{prefix}off")
            yield _switched(slot, off)


def _half(typed: Typed, prefix: str, rows: Rows, was: Values) -> bool:
    """Whether a row without its first field holds words that nobody has saved.

    Without them it is a row that somebody takes out.
    """
    said = ((name, line(typed.values.get(f"{prefix}{name}", ""))) for name in rows.told)
    return any(text and text != was.get(name, "") for name, text in said)


def _switched(slot: Slot, off: bool) -> Slot:
    was = slot.status is SlotStatus.CANCELLED
    if off == was:
        return slot
    return replace(slot, status=SlotStatus.CANCELLED if off else SlotStatus.SCHEDULED)


def read_time(
    typed: Typed,
    prefix: str,
    was: Slot | None,
    event: Event,
    guid: Guid,
    *,
    session: Guid | None = None,
    pause: Text | None = None,
) -> Slot | None:
    """A slot; one that ends before its start ends on the next day."""
    date, start = typed.date(f"{prefix}date"), typed.time(f"{prefix}start")
    end = typed.time(f"{prefix}end")
    room = typed.one_of(f"{prefix}room", [room.guid for room in event.rooms])
    if end is not None and start == end:
        typed.errors[f"{prefix}end"] = "end_is_start"
        return None
    if date is None or start is None or end is None:
        return None
    begins = dt.datetime.combine(date, start)
    ends = dt.datetime.combine(date if end > start else date + DAY, end)
    return Slot(
        guid=guid,
        export_id=was.export_id if was else 0,
        start=_wall(begins, was.start if was else None),
        end=_wall(ends, was.end if was else None),
        session=session,
        pause=pause,
        room=room,
        status=was.status if was else SlotStatus.SCHEDULED,
    )


def _wall(at: dt.datetime, was: WallTime | None) -> WallTime:
    """The same clock as before is the same hour of a doubled one."""
    return was if was is not None and was.clock == at else WallTime(at)


def blank_pause(guid: Guid, event: Event) -> Slot:
    noon = dt.datetime.combine(event.first_day, dt.time(12))
    return Slot(guid, 0, WallTime(noon), WallTime(noon + dt.timedelta(minutes=15)), pause=Text())


def fill_pause(slot: Slot, zone: str) -> dict[str, str]:
    pause = slot.pause or Text()
    return {"pause_de": pause.de, "pause_en": pause.en, **_fill_time("", slot)}


def pause_groups(sheet: Sheet, event: Event) -> tuple[Group, ...]:
    return (
        Group(sheet.texts("form.name"), (tuple(sheet.both("pause", required=True)),)),
        Group(sheet.texts("form.when"), (_time_fields(sheet, event, ""),)),
    )


def read_pause(values: Values, before: Slot, event: Event) -> tuple[Slot, dict[str, str]]:
    typed = Typed(values)
    text = typed.both("pause", required=True)
    slot = read_time(typed, "", before, event, before.guid, pause=text)
    return slot or before, typed.errors
