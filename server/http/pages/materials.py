"""The section "Unterlagen" of a page, for readers and for whoever may add to it.

Sessions have one; pages of practice examples take the same view and the same macro
(``materials_part.html``).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from access.audiences import Instant
from agenda.core.materials import (
    FileState,
    MaterialKind,
    MediaType,
    OwnerKind,
    StoredFile,
)
from agenda.core.model import Guid
from agenda.materials import Seen, Shelf
from server.http.materials import said
from server.http.pages import links, words
from server.http.pages.texts import Texts

_TYPES = {
    MediaType.PDF: "PDF",
    MediaType.PNG: "PNG",
    MediaType.JPEG: "JPEG",
    MediaType.WEBP: "WebP",
    MediaType.ODP: "ODP",
    MediaType.PPTX: "PPTX",
}
ACCEPTED = ",".join([media_type.value for media_type in MediaType] + [".odp", ".pptx"])
_ENDINGS = " ".join(
    f"{ending}={media_type.value}"
    for ending, media_type in (("odp", MediaType.ODP), ("pptx", MediaType.PPTX))
)
"""Browsers that know no office formats tell no type for them."""
PREVIEW = 4
"""Pages shown in the list."""


@dataclass(frozen=True)
class Line:
    """One material in the list."""

    title: str
    facts: tuple[str, ...]
    """Kind, type, size, pages, licence."""
    href: str
    """Empty while there is nothing to give out."""
    view_href: str
    external: bool
    preview: tuple[str, ...] = ()
    """Small images of its first pages."""
    ratio: float = 16 / 9
    """Width by height of these images."""


@dataclass(frozen=True)
class Unfinished:
    """An upload to go on with, by name and size."""

    href: str
    name: str
    size: int


@dataclass(frozen=True)
class EditLine:
    """What editors see beside a material."""

    line: Line
    edit_href: str
    state: str
    state_name: str
    audience: str
    note: str
    """What is wrong with it, or what it waits for."""
    unfinished: Unfinished | None


@dataclass(frozen=True)
class Adding:
    """The forms for adding."""

    upload_href: str
    link_href: str
    accepted: str
    endings: str
    limit: str


@dataclass(frozen=True)
class MaterialsView:
    lines: tuple[Line, ...]
    edit_lines: tuple[EditLine, ...]
    adding: Adding | None
    """None for readers."""


def section(
    seen: Seen,
    kind: OwnerKind,
    owner: Guid,
    at: Instant,
    texts: Texts,
    *,
    largest: int,
) -> MaterialsView | None:
    """None where a reader would find nothing. ``largest``: bytes a file may have."""
    if not seen.edits:
        lines = tuple(line(shelf, texts) for shelf in seen.shelves)
        return MaterialsView(lines, (), None) if lines else None
    base = links.materials_of(kind, owner)
    adding = Adding(
        upload_href=base,
        link_href=f"{base}/links",
        accepted=ACCEPTED,
        endings=_ENDINGS,
        limit=said.size(largest, texts),
    )
    return MaterialsView((), tuple(_edit_line(each, at, texts) for each in seen.shelves), adding)


def line(shelf: Shelf, texts: Texts) -> Line:
    """A material as readers find it."""
    material, file = shelf.material, shelf.file
    facts = [texts.of("material.kind", material.kind)]
    if material.url is not None:
        host = urlsplit(material.url).hostname or ""
        facts.append(texts("material.elsewhere", host=host))
    elif file is not None:
        facts += [_TYPES[file.media_type], said.size(file.size, texts)]
        if file.deck is not None:
            facts.append(texts.count("material.pages", file.pages))
    if material.licence:
        facts.append(material.licence)
    return Line(
        title=material.title.read(texts.language),
        facts=tuple(facts),
        href=(material.url or links.material(material.guid)) if shelf.usable else "",
        view_href=links.material_view(material.guid) if file is not None and file.pages else "",
        external=material.kind is MaterialKind.LINK,
        preview=tuple(
            links.material_page(material.guid, number, small=True)
            for number in range(1, min(PREVIEW, file.pages if file is not None else 0) + 1)
        ),
        ratio=file.deck.ratio if file is not None and file.deck is not None else 16 / 9,
    )


def _edit_line(shelf: Shelf, at: Instant, texts: Texts) -> EditLine:
    material, file = shelf.material, shelf.file
    state = "released" if material.released else "draft"
    if file is not None and file.state is not FileState.READY:
        state = file.state.value
    own = material.audience
    return EditLine(
        line=line(shelf, texts),
        edit_href=links.material_edit(material.guid),
        state=state,
        state_name=texts(f"material.state.{state}"),
        audience=words.audience(own, at, texts) if own else "",
        note=note(file, texts),
        unfinished=(
            Unfinished(links.upload(file.id), file.name, file.size)
            if file is not None and file.state is FileState.UPLOADING
            else None
        ),
    )


def note(file: StoredFile | None, texts: Texts) -> str:
    """What a file waits for, or why it was not taken."""
    if file is None or file.state is FileState.READY:
        return ""
    if file.problem is not None:
        return said.problem(file.problem, texts)
    return texts(f"material.{file.state}")
