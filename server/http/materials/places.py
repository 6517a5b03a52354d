"""What an address of a material or an upload is about, for whoever asks the policy."""

from __future__ import annotations

from starlette.requests import Request

from access.resources import Resource
from agenda.core.materials import OwnerKind
from agenda.materials import Materials, Shelf
from server.http.pages.forms import whole

_SHELF = "material"


class MaterialPlaces:
    """Finds by the guids in the path. What was found stands beside the request."""

    def __init__(self, materials: Materials) -> None:
        self._materials = materials

    async def owner(self, request: Request) -> Resource | None:
        """The session or practice example in the path."""
        kind = owner_kind(request)
        if kind is None:
            return None
        return await self._materials.owner(kind, request.path_params["owner"])

    async def material(self, request: Request) -> Resource | None:
        return await self._resource(
            request, await self._materials.shelf(request.path_params["material"])
        )

    async def usable(self, request: Request) -> Resource | None:
        """A material with something to give out; until then it is not there."""
        shelf = await self._materials.shelf(request.path_params["material"])
        return await self._resource(request, shelf if shelf and shelf.usable else None)

    async def file(self, request: Request) -> Resource | None:
        """A material with a file that is ready; a link has no pages."""
        shelf = await self._materials.shelf(request.path_params["material"])
        there = shelf is not None and shelf.usable and shelf.file is not None
        return await self._resource(request, shelf if there else None)

    async def page(self, request: Request) -> Resource | None:
        """A material that has the page of the path."""
        shelf = await self._materials.shelf(request.path_params["material"])
        there = shelf is not None and page_number(request, shelf) is not None
        return await self._resource(request, shelf if there else None)

    async def upload(self, request: Request) -> Resource | None:
        return await self._resource(
            request, await self._materials.of_file(request.path_params["file"])
        )

    async def _resource(self, request: Request, shelf: Shelf | None) -> Resource | None:
        if shelf is None:
            return None
        setattr(request.state, _SHELF, shelf)
        return await self._materials.resource(shelf.material)


def shelf_of(request: Request) -> Shelf:
    """What was found at the door, without asking the database again."""
    found: Shelf = getattr(request.state, _SHELF)
    return found


def page_number(request: Request, shelf: Shelf) -> int | None:
    """The page of the path, if the material has it."""
    given = request.path_params["page"]
    number = whole(given, 3)
    if number is None or not shelf.file:
        return None
    return number if 1 <= number <= shelf.file.pages else None


def owner_kind(request: Request) -> OwnerKind | None:
    """The kind of owner in the path."""
    given = request.path_params["kind"]
    return next((kind for kind in OwnerKind if kind.value == given), None)
