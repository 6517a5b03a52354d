"""Materials of a session that nobody else knows of yet: the page a speaker is invited to."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from access.resources import ExampleResource, SessionResource
from agenda.core.materials import OwnerKind
from server.http.materials.places import MaterialPlaces
from server.http.pages import links
from server.http.pages.materials import MaterialsView
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.site import Answers, see_other
from server.http.surfaces import Surface, Visit


@dataclass(frozen=True)
class PrepareView:
    title: str
    event: str
    materials: MaterialsView | None


class PreparePages:
    """For whoever may edit the materials; where there is a page for all, it leads there."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._places = MaterialPlaces(answers.site.materials)

    async def prepare(self, request: Request, visit: Visit) -> Response:
        owner = visit.resource
        if isinstance(owner, ExampleResource):
            return see_other(links.example(owner.slug))
        if isinstance(owner, SessionResource) and owner.released:
            return see_other(await self._answers.session_page(owner))
        texts = self._answers.texts(visit.language)
        guid = request.path_params["owner"]
        found = await self._answers.site.planned.find(guid)
        if found is None:  # released, or taken out, a moment ago
            return self._answers.not_found(request, visit)
        prepared = PrepareView(
            title=found.session.title.read(texts.language),
            event=found.event.title.read(texts.language),
            materials=await self._answers.materials(visit, OwnerKind.SESSION, guid),
        )
        return self._answers.show(
            request, visit, "material_prepare", prepared, section="events", cache=NEVER_KEPT
        )

    def surfaces(self) -> tuple[Surface, ...]:
        """All of them, with what they need."""
        return (
            Surface(
                "/materials/of/{kind}/{owner}",
                ("GET",),
                Permission.MATERIAL_EDIT,
                self.prepare,
                "material_prepare",
                self._places.owner,
            ),
        )
