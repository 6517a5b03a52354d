"""The pages of the organiser's desk, joined."""

from __future__ import annotations

from collections.abc import Callable

from server.http.pages.organise.announce import Announcing
from server.http.pages.organise.base import Office
from server.http.pages.organise.discard import DiscardPages
from server.http.pages.organise.edit import EditPages
from server.http.pages.organise.example_import import ExampleImport
from server.http.pages.organise.feedback import FeedbackPage
from server.http.pages.organise.here import HerePage, Rooms
from server.http.pages.organise.late import LatePages
from server.http.pages.organise.live import LivePage
from server.http.pages.organise.operations import Everybody, OperationsPage
from server.http.pages.organise.overview import OverviewPages
from server.http.pages.organise.people import PeoplePages
from server.http.pages.organise.release import ReleasePages
from server.http.pages.organise.removal import Removal
from server.http.surfaces import Surface
from server.identity.staff import Staff
from server.mail.letters import Letter


class OrganisePages:
    """Made once per process by the composition root."""

    def __init__(
        self,
        office: Office,
        rooms: Rooms,
        announcing: Announcing,
        send: Callable[[Letter], None],
        everybody: Everybody,
    ) -> None:
        """``send``: puts a letter into the post.  ``everybody``: how each process is doing."""
        staff = Staff(office.identity.facts)
        self._pages = (
            # Before the events: these could be the names of some.
            ExampleImport(office),
            OperationsPage(office, everybody),
            OverviewPages(office),
            FeedbackPage(office),
            HerePage(office, rooms, staff),
            LivePage(office, rooms, announcing),
            PeoplePages(office, staff, send),
            DiscardPages(office, staff),
            LatePages(office),
            ReleasePages(office),
            # Last: their {part} takes any name.
            EditPages(office, Removal(office, staff)),
        )

    def surfaces(self) -> tuple[Surface, ...]:
        """For ``server.http.surfaces.routes``."""
        return tuple(surface for pages in self._pages for surface in pages.surfaces())
