"""The demo's doors: a sign-in link for each office, and the big screen."""

from __future__ import annotations

from collections.abc import Sequence

from server.seed.guids import guid
from server.seed.registers import DEMO_PEOPLE
from server.services import Services

REHEARSAL = "/events/generalprobe"
Doorway = tuple[str, str]
"""Who may go in, and the address to open."""


async def doors(services: Services) -> Sequence[Doorway]:
    """What to open. Each link works once; the start page asks for others."""
    site, identity = services.settings.site, services.identity
    await identity.keys.load()
    screen = await identity.given.screen(guid("room", "generalprobe", "plenum"))
    return [
        ("Start", f"{site}/"),
        *[(each.name, await identity.link_for(each.address, REHEARSAL)) for each in DEMO_PEOPLE],
        ("Big screen", f"{site}/screen#{screen}"),
    ]
