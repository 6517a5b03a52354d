"""The built client: hashed names from Vite's manifest, served from memory, cached for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ROOT = Path(__file__).parents[2] / "static"
"""Where the client's sources, texts and build lie in this tree."""

IMMUTABLE = "public, max-age=31536000, immutable"
PREFIX = "/static/"
_TEXT = (".js", ".css", ".svg", ".json")

mimetypes.add_type("font/woff2", ".woff2")


class ClientNotBuiltError(Exception):
    """There is no build of the client, or it lacks an entry a page asks for."""


class Entry(msgspec.Struct, frozen=True):
    """One line of Vite's manifest."""

    file: str
    name: str = ""
    isEntry: bool = False  # noqa: N815 (Vite's name)


class Asset(msgspec.Struct, frozen=True):
    """A built file, ready to send."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


class Assets:
    """The files of one build folder. A new build (``make watch``) is noticed by its manifest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read_at = -1
        self._build = ""
        self._entries: dict[str, str] = {}
        self._files: dict[str, Asset] = {}

    def url(self, entry: str) -> str:
        """Address of an entry by its name. Raises ClientNotBuiltError."""
        self._refresh()
        try:
            return PREFIX + self._entries[entry]
        except KeyError:
            raise ClientNotBuiltError(f"no entry {entry!r} in {self.folder}") from None

    @property
    def build(self) -> str:
        """A name for this build, from its manifest. Raises ClientNotBuiltError."""
        self._refresh()
        return self._build

    def file(self, path: str) -> Asset | None:
        """A file of the build by its path below the folder."""
        self._refresh()
        return self._files.get(path)

    def _refresh(self) -> None:
        manifest = self.folder / "manifest.json"
        try:
            changed = manifest.stat().st_mtime_ns
        except FileNotFoundError:
            raise ClientNotBuiltError(f"no build of the client in {self.folder}") from None
        if changed != self._read_at:
            listed = manifest.read_bytes()
            entries = msgspec.json.decode(listed, type=dict[str, Entry])
            self._build = hashlib.sha256(listed).hexdigest()[:12]
            self._entries = {e.name: e.file for e in entries.values() if e.isEntry}
            self._files = dict(_load(self.folder))
            self._read_at = changed


def _load(folder: Path) -> list[tuple[str, Asset]]:
    paths = sorted(path for path in (folder / "assets").rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), _asset(path)) for path in paths]


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        body=body,
        packed=gzip.compress(body, 9, mtime=0) if path.suffix in _TEXT else None,
        media_type=media_type,
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    )


def route(assets: Assets) -> Route:
    """``/static/…``: public files, the same for everybody, so they need no permission."""

    async def serve(request: Request) -> Response:
        asset = assets.file(request.path_params["path"])
        if asset is None:
            return Response(status_code=404)
        headers = {"cache-control": IMMUTABLE, "etag": asset.etag, "vary": "Accept-Encoding"}
        if asset.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(asset.packed, headers=headers, media_type=asset.media_type)
        return Response(asset.body, headers=headers, media_type=asset.media_type)

    return Route(PREFIX + "{path:path}", serve, methods=["GET"], name="static")
