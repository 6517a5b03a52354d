"""Uploading: say what is coming, send its bytes in as many pieces as the line allows, look how far.

``POST /materials/of/{kind}/{owner}`` → ``PUT /uploads/{file}`` with ``Content-Range`` (RFC 9110,
14.5), as often as needed.  ``GET`` or ``HEAD`` tell the offset to go on from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.materials import FileProblem, FileState, StoredFile
from agenda.materials import Materials, Shelf
from agenda.ports import FileRefusedError, UploadBusyError, UploadOverError, WrongOffsetError
from server.http.api.answers import NEVER_KEPT
from server.http.language import Language
from server.http.materials import said
from server.http.materials.places import MaterialPlaces, owner_kind, shelf_of
from server.http.pages.texts import Texts
from server.http.problems import problem
from server.http.surfaces import Surface, Visit
from server.storage.files import SilentLineError

LONGEST_BODY = 4_096
"""Bytes of the announcement."""
OFFSET = "upload-offset"
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})", re.ASCII)
_STATUS = {
    FileProblem.TYPE_NOT_ALLOWED: 415,
    FileProblem.EMPTY: 400,
    FileProblem.TOO_LARGE: 413,
    FileProblem.QUOTA: 413,
    FileProblem.TOO_MANY_FILES: 413,
    FileProblem.DISK_FULL: 507,
}


class Announced(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is going to be uploaded."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    size: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    type: Annotated[str, msgspec.Meta(max_length=200)]


class Upload(msgspec.Struct, frozen=True):
    """How far an upload is. ``state`` and ``problem`` as in the glossary."""

    material: str
    """Guid."""
    upload: str
    """Address to send the bytes to."""
    offset: int
    size: int
    state: FileState
    problem: FileProblem | None = None
    detail: str = ""
    """The problem in words."""


class MalformedError(Exception):
    """The request contradicts itself."""


class Uploads:
    """For whoever may edit the materials of that session or practice example."""

    def __init__(self, materials: Materials, texts: Mapping[Language, Texts]) -> None:
        self._materials = materials
        self._texts = texts
        self._places = MaterialPlaces(materials)

    async def begin(self, request: Request, visit: Visit) -> Response:
        """201 with the address; or why nothing needs to be sent."""
        announced, kind = await _announced(request), owner_kind(request)
        if announced is None or kind is None:
            return self._problem(400, "upload.malformed", visit)
        try:
            shelf = await self._materials.upload(
                kind,
                request.path_params["owner"],
                name=announced.name,
                size=announced.size,
                media_type=announced.type,
                at=visit.at,
            )
        except FileRefusedError as refused:
            return self._refused(refused, visit)
        return self._tell(shelf, shelf.file, 0, visit, status=201)

    async def look(self, request: Request, visit: Visit) -> Response:
        """How far it is."""
        shelf = shelf_of(request)
        offset = await self._materials.offset(shelf.material.file or "")
        return self._tell(shelf, shelf.file, offset, visit)

    async def take(self, request: Request, visit: Visit) -> Response:
        """Bytes from an offset on."""
        shelf = shelf_of(request)
        file_id = shelf.material.file or ""
        try:
            start, length = _piece(request, shelf.file.size if shelf.file else 0)
            file = await self._materials.receive(file_id, start, length, request.stream())
        except MalformedError:
            return self._problem(400, "upload.malformed", visit)
        except WrongOffsetError as wrong:
            headers = {OFFSET: str(wrong.offset)}
            return self._problem(409, "upload.wrong_offset", visit, headers, offset=wrong.offset)
        except UploadBusyError:
            return self._problem(409, "upload.busy", visit, {"retry-after": "5"})
        except UploadOverError:
            return self._problem(409, "upload.over", visit)
        except SilentLineError:
            return self._problem(408, "upload.silent", visit, {"connection": "close"})
        except FileRefusedError as refused:
            return self._refused(refused, visit)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it; what came is kept
        return self._tell(shelf, file, await self._materials.offset(file_id), visit)

    async def cancel(self, request: Request, _: Visit) -> Response:
        """The material and what there is of its file are gone."""
        await self._materials.remove(shelf_of(request).material.guid)
        return Response(status_code=204)

    def _tell(
        self,
        shelf: Shelf,
        file: StoredFile | None,
        offset: int,
        visit: Visit,
        *,
        status: int = 200,
    ) -> Response:
        if file is None:
            return self._problem(409, "upload.over", visit)
        where = f"/uploads/{file.id}"
        body = Upload(
            material=shelf.material.guid,
            upload=where,
            offset=offset,
            size=file.size,
            state=file.state,
            problem=file.problem,
            detail=said.problem(file.problem, self._texts[visit.language]) if file.problem else "",
        )
        headers = {"cache-control": NEVER_KEPT, OFFSET: str(offset)}
        if status == 201:
            headers["location"] = where
        return Response(
            msgspec.json.encode(body), status, media_type="application/json", headers=headers
        )

    def _refused(self, refused: FileRefusedError, visit: Visit) -> Response:
        text = said.problem(refused.problem, self._texts[visit.language], refused.limit)
        return problem(_STATUS[refused.problem], refused.problem.value, text, visit.language)

    def _problem(
        self,
        status: int,
        code: str,
        visit: Visit,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> Response:
        text = self._texts[visit.language](code, **values)
        name = code.replace(".", "_")
        return problem(status, name, text, visit.language, headers=headers)

    def surfaces(self) -> tuple[Surface, ...]:
        """All of them, with what they need."""
        may, upload = Permission.MATERIAL_EDIT, self._places.upload
        path = "/uploads/{file}"
        return (
            Surface(
                "/materials/of/{kind}/{owner}",
                ("POST",),
                may,
                self.begin,
                "upload_begin",
                self._places.owner,
                "api",
            ),
            Surface(path, ("GET", "HEAD"), may, self.look, "upload_look", upload, "api"),
            Surface(
                path, ("PUT",), may, self.take, "upload_take", upload, "api", longest_body=None
            ),
            Surface(path, ("DELETE",), may, self.cancel, "upload_cancel", upload, "api"),
        )


async def _announced(request: Request) -> Announced | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return None
    try:
        return msgspec.json.decode(body, type=Announced)
    except msgspec.MsgspecError:
        return None


def _piece(request: Request, size: int) -> tuple[int, int | None]:
    """Where the bytes begin and how many there are; without a range, all of them from 0 on."""
    given = request.headers.get("content-range")
    stated = request.headers.get("content-length", "")
    if given is None:
        return 0, None
    found = _RANGE.fullmatch(given.strip())
    if found is None:
        raise MalformedError
    first, last, whole = map(int, found.groups())
    length = last - first + 1
    if length < 1 or last >= whole or whole != size or (stated and stated != str(length)):
        raise MalformedError
    return first, length
