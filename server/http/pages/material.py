"""The pages of one material: reading it page by page, and describing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from server.http.pages.forms import whole
from server.http.pages.texts import Texts
from server.http.pages.words import Link

ZONE = "Europe/Berlin"
"""Of the clock in the form; the programme's events all take place there."""
WINDOW = 10
"""Pages described at a time."""
WIDTH = 1_600
"""Pixels of the image of a page; where it is shown smaller, its proportions count."""
AUDIENCE = ("audience", "then_at", "then")
"""Whom it is for: one thing in three fields."""
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
    values: Mapping[str, str]
    """What stands in the form, by name of the field."""
    kinds: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    thens: tuple[Choice, ...]
    pages: tuple[PageView, ...]
    cued: bool
    """Whether any of it is ever shown on a stage."""
    width: int
    height: int
    windows: tuple[Link, ...]
    first: int
    others: tuple[Other, ...]
    line: materials.Line
    trail: tuple[Link, ...]
    saved: str = ""
    error: str = ""
    was: str = ""
    """Marks of what the form was filled with before anything was typed."""
    shown: bool = False
    """Whether a room has it on its stage, so that it cannot be removed."""


def reading(shelf: Shelf, home: Link, texts: Texts) -> MaterialView:
    """Every page as an image and in words."""
    count = shelf.file.pages if shelf.file else 0
    return MaterialView(
        line=materials.line(shelf, texts),
        pages=_pages(shelf, range(1, count + 1), texts, small=False),
        width=WIDTH,
        height=_height(shelf),
        trail=(home,),
    )


def _height(shelf: Shelf) -> int:
    ratio = shelf.file.deck.ratio if shelf.file and shelf.file.deck else 16 / 9
    return max(1, round(WIDTH / ratio))


def filled(edit: Edit, shelf: Shelf, first: int) -> dict[str, str]:
    """What the form is filled with, by name of the field.

    ``first``: the page from which on pages are described.
    """
    line, step = edit.audience, _one_step(edit.audience)
    group = INHERIT if line is None else line.first.group.value if _is_plain(line) else KEEP
    window = _window(shelf, first)
    written, cues = dict(enumerate(edit.alternatives, 1)), dict(enumerate(edit.cues, 1))
    # For editors alone: pages for readers have no field that could hold them.
    cued = window if shelf.material.owner_kind is OwnerKind.SESSION else ()
    return {
        "title_de": edit.title.de,
        "title_en": edit.title.en,
        "kind": edit.kind.value,
        "audience": group,
        "then_at": _clock(step.since) if step else "",
        "then": step.audience.group.value if step else "",
        "licence": edit.licence,
        "position": str(edit.position),
        **{f"text_{number}": written.get(number, "") for number in window},
        **{f"cue_{number}": cues.get(number, "") for number in cued},
    }


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
    values = filled(edit, shelf, first)
    if typed is not None:
        values |= {name: typed.get(name, "") for name in AUDIENCE}
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
        values=values,
        kinds=_kinds(shelf, values["kind"], texts),
        audiences=_audiences(edit.audience, values["audience"], texts),
        thens=_thens(values["then"], texts),
        pages=_pages(shelf, _window(shelf, first), texts, small=True),
        cued=material.owner_kind is OwnerKind.SESSION,
        width=WIDTH,
        height=_height(shelf),
        windows=windows(links.material_edit(material.guid), file.pages if file else 0, texts),
        first=first,
        others=tuple(other for each in others for other in _others(each, texts)),
        line=materials.line(shelf, texts),
        trail=(home,),
    )


def _window(shelf: Shelf, first: int) -> range:
    """The pages that are described at a time."""
    count = shelf.file.pages if shelf.file else 0
    return range(first, min(first + WINDOW - 1, count) + 1)


def _pages(
    shelf: Shelf, numbers: Iterable[int], texts: Texts, *, small: bool
) -> tuple[PageView, ...]:
    deck = shelf.file.deck if shelf.file else None
    views = []
    for number in numbers:
        found = deck.texts[number - 1] if deck and number <= len(deck.texts) else ""
        views.append(
            PageView(
                number=number,
                title=texts("material.page", number=number),
                image=links.material_page(shelf.material.guid, number, small=small),
                text=lines_of(text_of(shelf.material, deck, number)),
                found=lines_of(found),
            )
        )
    return tuple(views)


def _hints(shelf: Shelf, texts: Texts) -> tuple[str, ...]:
    found = hints(shelf.material, shelf.file) if shelf.file else ()
    return tuple(said.hint(each, shelf, texts) for each in found)


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


def _kinds(shelf: Shelf, chosen: str, texts: Texts) -> tuple[Choice, ...]:
    kinds = [
        kind for kind in MaterialKind if (kind is MaterialKind.LINK) == bool(shelf.material.url)
    ]
    return tuple(
        Choice(kind.value, texts.of("material.kind", kind), kind.value == chosen) for kind in kinds
    )


def _audiences(line: TimeLine | None, chosen: str, texts: Texts) -> tuple[Choice, ...]:
    """``line``: the one that is held; a form that cannot show it can keep it."""
    first = [Choice(INHERIT, texts("material.audience.inherit"), chosen == INHERIT)]
    if line is not None and not _is_plain(line):
        first.append(Choice(KEEP, texts("material.audience.keep"), chosen == KEEP))
    return (*first, *_groups(chosen, texts))


def _thens(chosen: str, texts: Texts) -> tuple[Choice, ...]:
    return (Choice("", texts("material.then.never"), not chosen), *_groups(chosen, texts))


def _groups(chosen: str, texts: Texts) -> Iterator[Choice]:
    for group in Group:
        yield Choice(group.value, texts.of("audience", group), group.value == chosen)


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
    position = whole(form.get("position", ""), 4)
    return Edit(
        title=Text(form.get("title_de", held.title.de), form.get("title_en", held.title.en)),
        kind=kind,
        licence=form.get("licence", held.licence),
        audience=_read_audience(form, held.audience),
        position=held.position if position is None else position,
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
