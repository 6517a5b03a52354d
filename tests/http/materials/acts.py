"""What people do with materials, for tests: upload in pieces, release, ask."""

from __future__ import annotations

import httpx

from access.actors import OfficeKind
from access.audiences import TimeLine
from agenda.core.materials import OwnerKind, edit_of
from tests.pages.world import SeededAgenda, World

PDF = "application/pdf"
CONTENT = b"%PDF-1.7 CANARY in the file"
TEXT = "CANARY on the page"
SPEAKER = "vortrag@ulm.example"


async def session_of(event: str, slug: str = "keynote") -> tuple[str, str]:
    """Guids of an event that ships and of a session in it."""
    found = await SeededAgenda().event(event)
    assert found is not None
    session = next((each for each in found.sessions if each.slug == slug), found.sessions[0])
    return found.guid, session.guid


async def speaker(site: World, event: str) -> tuple[str, str]:
    """Appoints a speaker; their address and the guid of their session."""
    guid, session = await session_of(event)
    account = await site.account(SPEAKER, "ulm")
    await site.identity.records.appoint(
        account, OfficeKind.SPEAKER, scope=session, event=guid, by="kts"
    )
    return SPEAKER, session


def announced(
    size: int = len(CONTENT), name: str = "Meine Folien.pdf", type_: str = PDF
) -> dict[str, object]:
    return {"name": name, "size": size, "type": type_}


async def begin(browser: httpx.AsyncClient, session: str, **more: object) -> httpx.Response:
    return await browser.post(f"/materials/of/session/{session}", json={**announced(), **more})


async def uploaded(site: World, browser: httpx.AsyncClient, session: str) -> str:
    """Guid of a material that is ready and not released."""
    begun = (await begin(browser, session)).json()
    done = await browser.put(begun["upload"], content=CONTENT)
    assert done.json()["state"] in {"checking", "ready"}, done.text
    await site.storage.checking.idle()
    guid: str = begun["material"]
    return guid


async def release(
    site: World, guid: str, line: TimeLine | None = None, *, released: bool = True
) -> None:
    """As the edit page does, without its form."""
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    edit = edit_of(shelf.material)
    changed = type(edit)(edit.title, edit.kind, edit.licence, line, edit.position)
    await site.storage.materials.edit(guid, shelf.material.version, changed)
    await site.storage.materials.release(guid, released=released)


SESSION = OwnerKind.SESSION
