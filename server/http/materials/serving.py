"""Giving out what passed: the file for download, the images of its pages, and what they say.

Every request asks the policy with the present time, and is asked again: nothing is kept by anybody
without that.  What is not ready answers as if it were not there.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from access.permissions import Permission
from access.rules import Rule
from agenda.core.materials import MediaType, StoredFile, text_of
from agenda.core.page_search import LONGEST_SEARCH, FoundPage, search
from agenda.materials import Materials, Shelf
from agenda.ports import Files
from server.http import tags
from server.http.materials.places import MaterialPlaces, page_number, shelf_of
from server.http.surfaces import Finder, Handler, Surface, Visit

CONTENT_POLICY = "sandbox; default-src 'none'"
_ENDINGS = {
    MediaType.PDF: ".pdf",
    MediaType.PNG: ".png",
    MediaType.JPEG: ".jpg",
    MediaType.WEBP: ".webp",
    MediaType.ODP: ".odp",
    MediaType.PPTX: ".pptx",
}


class PageText(msgspec.Struct, frozen=True):
    """A page in words."""

    page: int
    pages: int
    text: str


class FoundPages(msgspec.Struct, frozen=True):
    """Pages of a deck that have all the words asked for, the first ones first."""

    pages: tuple[FoundPage, ...]


class Serving:
    """For whoever the policy lets read."""

    def __init__(self, materials: Materials, files: Files) -> None:
        self._files = files
        self._places = MaterialPlaces(materials)

    async def download(self, request: Request, visit: Visit) -> Response:
        """The file under its name, never shown in place; a link leads where it leads."""
        shelf = shelf_of(request)
        if shelf.material.url is not None:
            return RedirectResponse(shelf.material.url, 303, headers=_kept(visit))
        file = file_of(shelf)
        return _send(
            request,
            visit,
            self._files.content(file),
            file.media_type.value,
            tag=f'"{file.sha256}"',
            name=file_name(file),
        )

    async def image(self, request: Request, visit: Visit) -> Response:
        return self._image(request, visit, small=False)

    async def small_image(self, request: Request, visit: Visit) -> Response:
        return self._image(request, visit, small=True)

    def _image(self, request: Request, visit: Visit, *, small: bool) -> Response:
        shelf = shelf_of(request)
        file, number = file_of(shelf), page_number(request, shelf) or 1
        return _send(
            request,
            visit,
            self._files.page(file, number, small=small),
            MediaType.WEBP.value,
            tag=f'"{file.sha256}-{number}{"s" if small else ""}"',
        )

    async def text(self, request: Request, visit: Visit) -> Response:
        """The written alternative of a page, else the text found on it."""
        shelf = shelf_of(request)
        file, number = file_of(shelf), page_number(request, shelf) or 1
        words = text_of(shelf.material, file.deck, number)
        return _told(request, visit, PageText(number, file.pages, words))

    async def search(self, request: Request, visit: Visit) -> Response:
        """``?q=``: the pages that say these words; of a longer search only its beginning counts."""
        shelf = shelf_of(request)
        file, words = file_of(shelf), request.query_params.get("q", "")[:LONGEST_SEARCH]
        said = [text_of(shelf.material, file.deck, n + 1) for n in range(file.pages)]
        return _told(request, visit, FoundPages(search(said, words)))

    def surfaces(self) -> tuple[Surface, ...]:
        """All of them, with what they need. What is on the stage may be seen, not taken home."""
        one, place, look = "/materials/{material}", self._places, ("GET", "HEAD")
        download = Permission.MATERIAL_READ
        return (
            Surface(one, look, download, self.download, "material", place.usable),
            _seen(f"{one}/pages.json", ("GET",), self.search, "material_search", place.file),
            _seen(
                f"{one}/pages/{{page}}-small.webp",
                look,
                self.small_image,
                "material_small",
                place.page,
            ),
            _seen(f"{one}/pages/{{page}}.webp", look, self.image, "material_page", place.page),
            _seen(f"{one}/pages/{{page}}.json", ("GET",), self.text, "material_text", place.page),
        )


def _seen(
    path: str, methods: tuple[str, ...], handler: Handler, name: str, place: Finder
) -> Surface:
    return Surface(path, methods, Permission.MATERIAL_SEE, handler, name, place, "api")


def file_of(shelf: Shelf) -> StoredFile:
    """The file of a material that the door found to have one."""
    assert shelf.file is not None
    return shelf.file


def file_name(file: StoredFile) -> str:
    """The uploader's name with the ending of what it is, and nothing that leads elsewhere."""
    stem = file.name.rpartition(".")[0] or file.name
    plain = "".join(
        "-" if each in '/\\:*?"<>|' or not each.isprintable() else each for each in stem
    )
    return (plain.strip(" .-") or "datei") + _ENDINGS[file.media_type]


def _send(
    request: Request,
    visit: Visit,
    path: Path,
    media_type: str,
    *,
    tag: str,
    name: str | None = None,
) -> Response:
    headers = _kept(visit) | {
        "etag": tag,
        "x-content-type-options": "nosniff",
        "content-security-policy": CONTENT_POLICY,
    }
    if tags.held(request, tag):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=media_type, filename=name)


def _told(request: Request, visit: Visit, what: msgspec.Struct) -> Response:
    body = msgspec.json.encode(what)
    headers = _kept(visit) | {"etag": tags.tag(body)}
    if tags.held(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _kept(visit: Visit) -> dict[str, str]:
    """Who may keep it: everybody what is public, else the asker's own browser; both ask again."""
    public = visit.allowed.rule is Rule.PUBLIC
    return {
        "cache-control": f"{'public' if public else 'private'}, no-cache",
        "vary": "Cookie, Authorization",
    }
