"""Materials: the files and links of a session or of a practice example, as values."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

import msgspec

from access.audiences import TimeLine
from agenda.core import clean
from agenda.core.model import Guid, Text

FileId = str
"""Random, made by the store of files; says nothing about the file."""

LONGEST_TITLE = 200
LONGEST_LICENCE = 200
LONGEST_ALTERNATIVE = 4_000
LONGEST_CUE = 4_000
LONGEST_ADDRESS = 2_000
"""Characters."""
PHONE_WIDTH = 320
"""CSS pixels: as wide as a small phone shows a page."""
READABLE_PX = 8
"""So high are letters of 24 points on a wide slide there; below, hardly anybody reads on."""


class OwnerKind(StrEnum):
    """What a material belongs to."""

    SESSION = "session"
    EXAMPLE = "example"


class MaterialKind(StrEnum):
    SLIDES = "slides"
    HANDOUT = "handout"
    PICTURE = "picture"
    LINK = "link"


class MediaType(StrEnum):
    """What may be uploaded. Nothing else is taken."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    ODP = "application/vnd.oasis.opendocument.presentation"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


PICTURES = frozenset({MediaType.PNG, MediaType.JPEG, MediaType.WEBP})


class FileState(StrEnum):
    """The life of a file. Only a ready one is ever given out."""

    UPLOADING = "uploading"
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"


class FileProblem(StrEnum):
    """Why a file is not taken. Each has a German and an English text that says what to do."""

    # Before a byte is sent
    TYPE_NOT_ALLOWED = "type_not_allowed"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    QUOTA = "quota"
    TOO_MANY_FILES = "too_many_files"
    DISK_FULL = "disk_full"
    # After the last one
    WRONG_TYPE = "wrong_type"
    """What is in it is not what its name says, or is two things at once."""
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_LONG_PAGE = "too_long_page"
    """So long and narrow that no image can be made of it."""
    TOO_BIG_PICTURE = "too_big_picture"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    ACTIVE_CONTENT = "active_content"
    """Macros in a presentation; from a PDF they are taken out instead."""
    TOO_HEAVY = "too_heavy"
    """Looking at it took more time or memory than one file may."""


class Deck(msgspec.Struct, frozen=True):
    """A PDF as its pages."""

    pages: int
    tagged: bool
    """It carries the structure that screen readers go by."""
    language: str | None
    title: str | None
    texts: tuple[str, ...]
    """What stands on each page, as far as it is text."""
    ratio: float
    """Width by height of the first page."""
    letters: tuple[float | None, ...] | None = None
    """Height of the small letters of each page, by its width; None for a page without any. None
    altogether: the deck came before this was measured."""


class StoredFile(msgspec.Struct, frozen=True):
    """What is known of an uploaded file."""

    id: FileId
    name: str
    """As the uploader's machine called it; for downloads, never for deciding."""
    media_type: MediaType
    size: int
    """Bytes: as declared; once ready, of what is given out."""
    sha256: str | None
    """Of what is given out; None until it is ready."""
    state: FileState
    problem: FileProblem | None = None
    deck: Deck | None = None
    cleaned: bool = False
    """Scripts, attachments or the like were taken out of it."""

    @property
    def unmeasured(self) -> bool:
        """Whether it can be measured how large the letters are, and was not."""
        ready = self.state is FileState.READY
        return ready and self.deck is not None and self.deck.letters is None

    @property
    def pages(self) -> int:
        """How many page images there are; a picture is one page."""
        if self.state is not FileState.READY:
            return 0
        if self.deck is not None:
            return self.deck.pages
        return 1 if self.media_type in PICTURES else 0


class Material(msgspec.Struct, frozen=True):
    """A file or a link. Exactly one of ``file`` and ``url`` is set."""

    guid: Guid
    owner_kind: OwnerKind
    owner: Guid
    kind: MaterialKind
    title: Text
    file: FileId | None = None
    url: str | None = None
    audience: TimeLine | None = None
    """None: whoever may enter what it belongs to. Else it decides alone."""
    released: bool = False
    position: int = 0
    licence: str = ""
    alternatives: tuple[str, ...] = ()
    """In words: one per page of a deck, one for a picture. Empty: the page's own text will do."""
    cues: tuple[str, ...] = ()
    """What whoever speaks wants to remember, per page. For editors and for who directs the stage;
    no reader is ever told."""
    version: int = 1
    """Rises with each change; an edit names the one it was made from."""

    def __post_init__(self) -> None:
        if (self.file is None) == (self.url is None):
            raise ValueError("a material is either a file or a link")


class Edit(msgspec.Struct, frozen=True):
    """What an editor may change in one go."""

    title: Text
    kind: MaterialKind
    licence: str = ""
    audience: TimeLine | None = None
    position: int = 0
    alternatives: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()


class Difference(msgspec.Struct, frozen=True):
    """One field in which an edit and the stored row differ."""

    field: str
    stored: object
    given: object


class Hint(StrEnum):
    """What would make a document easier to use (EN 301 549, chapter 10)."""

    NOT_TAGGED = "not_tagged"
    NO_LANGUAGE = "no_language"
    NO_TITLE = "no_title"
    PAGES_WITHOUT_TEXT = "pages_without_text"
    SMALL_LETTERS = "small_letters"
    """On a phone they could hardly be read."""
    NOT_MEASURED = "not_measured"
    """Nobody knows yet whether they could."""
    PICTURE_WITHOUT_TEXT = "picture_without_text"
    ASK_FOR_PDF = "ask_for_pdf"
    """A presentation to download shows no pages here."""


def edit_of(material: Material) -> Edit:
    """What an editor sees before changing anything."""
    return Edit(
        title=material.title,
        kind=material.kind,
        licence=material.licence,
        audience=material.audience,
        position=material.position,
        alternatives=material.alternatives,
        cues=material.cues,
    )


def edited(material: Material, edit: Edit) -> Material:
    """The material after an edit, one version further; the texts cleaned, nothing cut."""
    return msgspec.structs.replace(
        material,
        title=Text(clean.line(edit.title.de), clean.line(edit.title.en)),
        kind=edit.kind,
        licence=clean.line(edit.licence),
        audience=edit.audience,
        position=edit.position,
        alternatives=tuple(clean.block(text) for text in edit.alternatives),
        cues=tuple(clean.block(text) for text in edit.cues),
        version=material.version + 1,
    )


def differences(stored: Material, given: Edit) -> tuple[Difference, ...]:
    """What somebody else's change and this edit say differently, in a stable order."""
    held = edit_of(stored)
    return tuple(
        Difference(field, getattr(held, field), getattr(given, field))
        for field in Edit.__struct_fields__
        if getattr(held, field) != getattr(given, field)
    )


def too_long(edit: Edit) -> str:
    """Name of the first field that is longer than it may be; empty if none is."""
    limits = (
        ("title", max(len(edit.title.de), len(edit.title.en)), LONGEST_TITLE),
        ("licence", len(edit.licence), LONGEST_LICENCE),
        ("alternatives", max(map(len, edit.alternatives), default=0), LONGEST_ALTERNATIVE),
        ("cues", max(map(len, edit.cues), default=0), LONGEST_CUE),
    )
    return next((field for field, length, most in limits if length > most), "")


def first_kind(media_type: MediaType) -> MaterialKind:
    """What a file most likely is, until somebody says otherwise."""
    return MaterialKind.PICTURE if media_type in PICTURES else MaterialKind.SLIDES


def first_title(name: str) -> str:
    """A title from a file name: without its ending, with spaces."""
    stem = name.rpartition(".")[0] or name
    return clean.line(stem.replace("_", " "))[:LONGEST_TITLE]


def text_of(material: Material, deck: Deck | None, page: int) -> str:
    """What a page says in words: the written alternative, else the text found on it."""
    written = material.alternatives[page - 1] if page <= len(material.alternatives) else ""
    found = deck.texts[page - 1] if deck is not None and page <= len(deck.texts) else ""
    return written or found


def silent_pages(material: Material, deck: Deck) -> tuple[int, ...]:
    """Numbers of the pages that say nothing in words."""
    return tuple(n for n in range(1, deck.pages + 1) if not text_of(material, deck, n).strip())


def letters_px(deck: Deck, page: int) -> float | None:
    """Height of the small letters of a page on a phone, in CSS pixels; None: none, or unknown."""
    share = deck.letters[page - 1] if deck.letters and page <= len(deck.letters) else None
    return None if share is None else round(share * PHONE_WIDTH, 1)


def tiny_pages(deck: Deck) -> tuple[int, ...]:
    """Numbers of the pages whose small letters could hardly be read on a phone."""
    heights = ((n, letters_px(deck, n)) for n in range(1, deck.pages + 1))
    return tuple(n for n, height in heights if height is not None and height < READABLE_PX)


def hints(material: Material, file: StoredFile) -> tuple[Hint, ...]:
    """What the uploader is told about a ready file. None of it refuses."""
    if file.state is not FileState.READY:
        return ()
    if file.media_type in PICTURES:
        return () if text_of(material, None, 1) else (Hint.PICTURE_WITHOUT_TEXT,)
    if file.deck is None:
        return (Hint.ASK_FOR_PDF,)
    deck = file.deck
    found = (
        (Hint.NOT_TAGGED, not deck.tagged),
        (Hint.NO_LANGUAGE, not deck.language),
        (Hint.NO_TITLE, not deck.title),
        (Hint.PAGES_WITHOUT_TEXT, bool(silent_pages(material, deck))),
        (Hint.SMALL_LETTERS, bool(tiny_pages(deck))),
        (Hint.NOT_MEASURED, file.unmeasured),
    )
    return tuple(hint for hint, holds in found if holds)


def usable(material: Material, file: StoredFile | None) -> bool:
    """Whether there is something to give out: a link, or a file that passed."""
    return material.file is None or (file is not None and file.state is FileState.READY)


def in_order(materials: Sequence[Material]) -> tuple[Material, ...]:
    """As they are listed."""
    return tuple(sorted(materials, key=lambda each: (each.position, each.guid)))


def address(given: str) -> str | None:
    """A link as it is stored: http or https, host in lower case and ASCII. None if it is no such.

    It is never fetched by the server; this only keeps ``javascript:`` and the like, user names and
    control characters out of pages.
    """
    text = given.strip()
    if not text or len(text) > LONGEST_ADDRESS or not text.isprintable() or " " in text:
        return None
    if "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    place = host if port in (None, default) else f"{host}:{port}"
    return urlunsplit((parts.scheme.lower(), place, parts.path or "/", parts.query, parts.fragment))
