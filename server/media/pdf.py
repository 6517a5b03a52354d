"""PDF: cleaned and written anew by one library, then drawn and read from that by another."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
from pikepdf import Dictionary, Pdf
from PIL import Image

from agenda.core.materials import FileProblem
from server.media import letters
from server.media.facts import CONTENT, Facts, Pages, RefusedError
from server.media.limits import (
    LARGEST_OUTPUT,
    LONGEST_PAGE_TEXT,
    LONGEST_SIDE,
    MOST_PAGE_PIXELS,
    MOST_PAGES,
    PAGE_WIDTH,
)
from server.media.pictures import draw
from server.media.scrub import scrub

_LONGEST_LINE = 300


def take(source: Path, folder: Path, on_pages: Callable[[int], None]) -> Facts:
    """Write the clean PDF, the images of its pages, and tell their texts."""
    pages, cleaned = _clean(source, folder / CONTENT)
    texts, sizes, ratio = _draw(folder / CONTENT, folder, on_pages)
    whole = Pages(pages.tagged, pages.language, pages.title, texts, ratio, sizes)
    return Facts(pages=whole, images=len(texts), cleaned=cleaned)


def _clean(source: Path, target: Path) -> tuple[Pages, bool]:
    try:
        with pikepdf.open(source, attempt_recovery=False) as pdf:
            # Also one that opens without a password: its author meant to restrict it.
            if pdf.is_encrypted:
                raise RefusedError(FileProblem.ENCRYPTED)
            count = len(pdf.pages)
            if not count:
                raise RefusedError(FileProblem.DAMAGED)
            if count > MOST_PAGES:
                raise RefusedError(FileProblem.TOO_MANY_PAGES)
            told = Pages(_tagged(pdf), _language(pdf), _title(pdf), ("",), 1.0)
            cleaned = scrub(pdf)
            pdf.save(target, encryption=False)
            return told, cleaned
    except pikepdf.PasswordError:
        raise RefusedError(FileProblem.ENCRYPTED) from None


def _tagged(pdf: Pdf) -> bool:
    marked = pdf.Root.get("/MarkInfo")
    stated = isinstance(marked, Dictionary) and bool(marked.get("/Marked", False))
    return stated and "/StructTreeRoot" in pdf.Root


def _language(pdf: Pdf) -> str | None:
    return _line(str(pdf.Root.get("/Lang", "")))


def _title(pdf: Pdf) -> str | None:
    stated = _line(str(pdf.docinfo.get("/Title", "")))
    if stated is not None or "/Metadata" not in pdf.Root:
        return stated
    with pdf.open_metadata() as described:
        return _line(str(described.get("dc:title", "")))


def _line(text: str) -> str | None:
    return " ".join(text.split())[:_LONGEST_LINE] or None


def _draw(
    path: Path, folder: Path, on_pages: Callable[[int], None]
) -> tuple[tuple[str, ...], tuple[float | None, ...], float]:
    texts, sizes, written, ratio = [], [], 0, 1.0
    document = pypdfium2.PdfDocument(path)
    try:
        on_pages(len(document))
        for index in range(len(document)):
            page = document[index]
            width, height = page.get_size()
            if index == 0:
                ratio = max(width, 1.0) / max(height, 1.0)
            text, size = _read(page, max(width, 1.0))
            texts.append(text)
            sizes.append(size)
            written += draw(_pixels(page, width, height), folder, index + 1)
            page.close()
            if written > LARGEST_OUTPUT:
                raise RefusedError(FileProblem.TOO_HEAVY)
    finally:
        document.close()
    return tuple(texts), tuple(sizes), ratio


def _pixels(page: pypdfium2.PdfPage, width: float, height: float) -> Image.Image:
    if width < 1 or height < 1:
        raise RefusedError(FileProblem.DAMAGED)
    scale = min(PAGE_WIDTH / width, math.sqrt(MOST_PAGE_PIXELS / (width * height)))
    if height * scale > LONGEST_SIDE:
        raise RefusedError(FileProblem.TOO_LONG_PAGE)
    bitmap = page.render(scale=scale, draw_annots=True)
    pixels: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return pixels


def _read(page: pypdfium2.PdfPage, width: float) -> tuple[str, float | None]:
    """The words of a page, and how large its small letters are."""
    found = page.get_textpage()
    try:
        count = min(found.count_chars(), LONGEST_PAGE_TEXT)
        text: str = found.get_text_range(0, count) if count > 0 else ""
        size = letters.small(found, count, width)
    finally:
        found.close()
    return text[:LONGEST_PAGE_TEXT], size
