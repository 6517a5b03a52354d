"""The pages of one material: reading it page by page, and describing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from zoneinfo import ZoneInfo

from access.audiences import Audience, Group, Instant, Step, TimeLine
from agenda.core.materials import (
    Difference,
    Edit,
    MaterialKind,
    OwnerKind,
    edit_of,
    hints,
    text_of,
)
from agenda.core.model import Text
from agenda.core.years import possible
from agenda.materials import Shelf
from server.http.materials import said
from server.http.pages import links, materials, words
from server.http.pages.texts import Texts
from server.http.pages.words import Link

ZONE = "Europe/Berlin"
"""Of the clock in the form; the programme's events all take place there."""
WINDOW = 10
"""Pages described at a time."""
INHERIT, KEEP = "inherit", "keep"
_FIELD_NAMES = {
    "title": "material.title_de",
    "kind": "material.kind_label",
    "licence": "material.licence",
    "audience": "material.audience",
    "position": "material.position",
    "alternatives": "material.alternatives",
    "cues": "material.cues",
}


@dataclass(frozen=True)
class PageView:
    number: int
    title: str
    image: str
    text: tuple[str, ...]
    """Paragraphs."""
    written: str
    found: tuple[str, ...]


@dataclass(frozen=True)
class MaterialView:
    """A material to read."""

    line: materials.Line
    pages: tuple[PageView, ...]
    width: int
    height: int
    trail: tuple[Link, ...]


@dataclass(frozen=True)
class Choice:
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Other:
    """A field that somebody else changed meanwhile, or that of one page."""

    field: str
    stored: str
    given: str


@dataclass(frozen=True)
class EditView:
    """A material to describe."""

    guid: str
    heading: str
    version: int
    released: bool
    usable: bool
    note: str
    cleaned: bool
    hints: tuple[str, ...]
    looked_at: bool
    check_href: str
    """Where to look at it before others do; empty where there is no deck."""
    title_de: str
    title_en: str
    licence: str
    position: int
    kinds: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    then_at: str
    thens: tuple[Choice, ...]
    pages: tuple[PageView, ...]
    cues: Mapping[int, str]
    """By page; empty where nothing is ever shown on a stage."""
    windows: tuple[Link, ...]
    first: int
    others: tuple[Other, ...]
    line: materials.Line
    trail: tuple[Link, ...]
    saved: str = ""
    error: str = ""
    was: str = ""
    """Marks of what the form was filled with before anything was typed."""


def reading(shelf: Shelf, home: Link, texts: Texts) -> MaterialView:
    """Every page as an image and in words."""
    count = shelf.file.pages if shelf.file else 0
    ratio = shelf.file.deck.ratio if shelf.file and shelf.file.deck else 16 / 9
    return MaterialView(
        line=materials.line(shelf, texts),
        pages=_pages(shelf, edit_of(shelf.material), (1, count), texts, small=False),
        width=1_600,
        height=max(1, round(1_600 / ratio)),
        trail=(home,),
    )


def editing(
    shelf: Shelf,
    edit: Edit,
    home: Link,
    texts: Texts,
    *,
    first: int = 1,
    others: tuple[Difference, ...] = (),
    typed: Mapping[str, str] | None = None,
) -> EditView:
    """The form, filled with ``edit``; ``first``: the page from which on pages are described.

    ``typed``: of whom it is for, where that cannot be read.
    """
    material, file = shelf.material, shelf.file
    count = file.pages if file else 0
    window = (first, min(first + WINDOW - 1, count))
    line, step = edit.audience, _one_step(edit.audience)
    return EditView(
        guid=material.guid,
        heading=material.title.read(texts.language),
        version=material.version,
        released=material.released,
        usable=shelf.usable,
        note=materials.note(file, texts),
        cleaned=file is not None and file.cleaned,
        hints=_hints(shelf, texts),
        looked_at=file is not None and shelf.usable,
        check_href=links.material_check(material.guid) if file and file.deck else "",
        title_de=edit.title.de,
        title_en=edit.title.en,
        licence=edit.licence,
        position=edit.position,
        kinds=_kinds(shelf, edit, texts),
        audiences=_chosen(_audiences(line, texts), "audience", typed),
        then_at=typed.get("then_at", "") if typed else _clock(step.since) if step else "",
        thens=_chosen(_thens(step, texts), "then", typed),
        pages=_pages(shelf, edit, window, texts, small=True),
        cues=_cues(shelf, edit, window),
        windows=windows(links.material_edit(material.guid), count, texts),
        first=first,
        others=tuple(other for each in others for other in _others(each, texts)),
        line=materials.line(shelf, texts),
        trail=(home,),
    )


def _pages(
    shelf: Shelf, edit: Edit, window: tuple[int, int], texts: Texts, *, small: bool
) -> tuple[PageView, ...]:
    deck = shelf.file.deck if shelf.file else None
    views = []
    for number in range(window[0], window[1] + 1):
        written = edit.alternatives[number - 1] if number <= len(edit.alternatives) else ""
        found = deck.texts[number - 1] if deck and number <= len(deck.texts) else ""
        views.append(
            PageView(
                number=number,
                title=texts("material.page", number=number),
                image=links.material_page(shelf.material.guid, number, small=small),
                text=lines_of(text_of(shelf.material, deck, number)),
                written=written,
                found=lines_of(found),
            )
        )
    return tuple(views)


def _hints(shelf: Shelf, texts: Texts) -> tuple[str, ...]:
    found = hints(shelf.material, shelf.file) if shelf.file else ()
    return tuple(said.hint(each, shelf, texts) for each in found)


def _cues(shelf: Shelf, edit: Edit, window: tuple[int, int]) -> Mapping[int, str]:
    """For editors alone: pages for readers have no field that could hold them."""
    if shelf.material.owner_kind is not OwnerKind.SESSION:
        return {}
    cues = dict(enumerate(edit.cues, 1))
    return {number: cues.get(number, "") for number in range(window[0], window[1] + 1)}


def lines_of(text: str) -> tuple[str, ...]:
    """Its paragraphs."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def windows(where: str, count: int, texts: Texts) -> tuple[Link, ...]:
    """Ways to all pages of a deck, some at a time; none when one window holds them."""
    if count <= WINDOW:
        return ()
    return tuple(
        Link(
            f"{where}?from={first}",
            texts("material.more_pages", first=first, last=min(first + WINDOW - 1, count)),
        )
        for first in range(1, count + 1, WINDOW)
    )


def _kinds(shelf: Shelf, edit: Edit, texts: Texts) -> tuple[Choice, ...]:
    kinds = [
        kind for kind in MaterialKind if (kind is MaterialKind.LINK) == bool(shelf.material.url)
    ]
    return tuple(
        Choice(kind.value, texts.of("material.kind", kind), kind is edit.kind) for kind in kinds
    )


def _audiences(line: TimeLine | None, texts: Texts) -> tuple[Choice, ...]:
    plain = line is not None and _is_plain(line)
    first = [Choice(INHERIT, texts("material.audience.inherit"), line is None)]
    if line is not None and not plain:
        first.append(Choice(KEEP, texts("material.audience.keep"), chosen=True))
    groups = [
        Choice(
            group.value,
            texts.of("audience", group),
            line is not None and plain and line.first.group is group,
        )
        for group in Group
    ]
    return (*first, *groups)


def _thens(step: Step | None, texts: Texts) -> tuple[Choice, ...]:
    never = Choice("", texts("material.then.never"), step is None)
    groups = [
        Choice(
            group.value,
            texts.of("audience", group),
            step is not None and step.audience.group is group,
        )
        for group in Group
    ]
    return (never, *groups)


def _chosen(
    choices: tuple[Choice, ...], name: str, typed: Mapping[str, str] | None
) -> tuple[Choice, ...]:
    """With what was typed chosen."""
    if typed is None:
        return choices
    return tuple(replace(each, chosen=each.value == typed.get(name, "")) for each in choices)


def _is_plain(line: TimeLine) -> bool:
    """Whether the form can show it: groups without seasons, at most one change."""
    named = (line.first, *(step.audience for step in line.steps))
    return len(line.steps) <= 1 and not any(audience.seasons for audience in named)


def _one_step(line: TimeLine | None) -> Step | None:
    return line.steps[0] if line is not None and _is_plain(line) and line.steps else None


def _clock(at: Instant) -> str:
    return f"{dt.datetime.fromtimestamp(at / 1_000, ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"


def _others(each: Difference, texts: Texts) -> Iterator[Other]:
    """Of texts of pages one for each page."""
    name = texts(_FIELD_NAMES[each.field])
    if not (isinstance(each.stored, tuple) and isinstance(each.given, tuple)):
        yield Other(name, _shown(each.stored, texts), _shown(each.given, texts))
        return
    pairs = zip_longest(each.stored, each.given, fillvalue="")
    for number, (stored, given) in enumerate(pairs, start=1):
        if stored != given:
            page = texts("material.page", number=number)
            yield Other(f"{page}: {name}", _shown(stored, texts), _shown(given, texts))


def _shown(value: object, texts: Texts) -> str:
    match value:
        case None:
            return texts("material.audience.inherit")
        case Text():
            return " / ".join(part for part in (value.de, value.en) if part)
        case MaterialKind():
            return texts.of("material.kind", value)
        case TimeLine():
            return words.audience(value, 0, texts)
        case _:
            return str(value) or texts("form.empty")


class BadTimeError(Exception):
    """Time and audience of the later change do not go together. ``code``: of the text why."""

    def __init__(self, code: str = "material.bad_time") -> None:
        super().__init__(code)
        self.code = code


def read_edit(form: dict[str, str], shelf: Shelf) -> Edit:
    """The edit of a form; what the form does not hold stays as it is. Raises ``BadTimeError``."""
    held = edit_of(shelf.material)
    kind = next((k for k in MaterialKind if k.value == form.get("kind")), held.kind)
    if (kind is MaterialKind.LINK) != (shelf.material.url is not None):
        kind = held.kind
    position = form.get("position", "")
    usable = position.isascii() and position.isdigit() and len(position) <= 4
    return Edit(
        title=Text(form.get("title_de", held.title.de), form.get("title_en", held.title.en)),
        kind=kind,
        licence=form.get("licence", held.licence),
        audience=_read_audience(form, held.audience),
        position=int(position) if usable else held.position,
        alternatives=_read_pages(form, "text", shelf, held.alternatives),
        cues=_read_pages(form, "cue", shelf, held.cues),
    )


def _read_audience(form: dict[str, str], held: TimeLine | None) -> TimeLine | None:
    given = form.get("audience", KEEP)
    group = next((group for group in Group if group.value == given), None)
    at, then = form.get("then_at", "").strip(), form.get("then", "")
    if group is None and (at or then):
        raise BadTimeError("material.no_audience")
    if group is None:
        return None if given == INHERIT else held
    if not at and not then:
        return TimeLine(Audience(group))
    later = next((group for group in Group if group.value == then), None)
    try:
        since = dt.datetime.fromisoformat(at)
    except ValueError:
        raise BadTimeError from None
    if later is None or since.tzinfo is not None:
        raise BadTimeError
    if not possible(since):
        raise BadTimeError("material.bad_year")
    instant = round(since.replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1_000)
    return TimeLine(Audience(group), (Step(instant, Audience(later)),))


def _read_pages(
    form: dict[str, str], name: str, shelf: Shelf, held: tuple[str, ...]
) -> tuple[str, ...]:
    """The window of the form, laid over what is stored."""
    count = shelf.file.pages if shelf.file else 0
    texts = list(held[:count]) + [""] * (count - len(held))
    for number in range(1, count + 1):
        texts[number - 1] = form.get(f"{name}_{number}", texts[number - 1])
    while texts and not texts[-1].strip():
        texts.pop()
    return tuple(texts)
