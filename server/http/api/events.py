"""Events, agendas, sessions and who may enter: the programme for programs."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access import policy
from access.permissions import Permission
from access.refusals import NOT_THERE
from agenda.examples import Examples
from agenda.ports import Agenda
from agenda.resources import event_resource
from agenda.visible import Visible, for_viewer
from server.http import problems
from server.http.api import programme, views
from server.http.api.answers import answer, malformed
from server.http.pages.forms import whole
from server.http.places import Places
from server.http.surfaces import Finder, Handler, Parameter, Surface, Visit

DAY = Parameter(
    "day", Annotated[int, msgspec.Meta(ge=1)], "Only this day of the programme, from 1."
)
_DIGITS = 3
"""Nobody holds an event of more than 999 days."""


class EventsApi:
    """``GET /api/v1/events`` and what lies below; ``GET /api/v1/practice-examples``."""

    def __init__(self, agenda: Agenda, examples: Examples) -> None:
        self._agenda = agenda
        self._examples = examples
        self._places = Places(agenda)

    async def events(self, request: Request, visit: Visit) -> Response:
        """Whatever the asker may know of."""
        seen = [for_viewer(e, visit.actor, visit.at) for e in await self._agenda.events()]
        lines = [programme.event_line(e, visit.actor, visit.at) for e in seen if e]
        return answer(request, visit, views.Events(tuple(lines)))

    async def event(self, request: Request, visit: Visit) -> Response:
        seen = await self._seen(request, visit)
        body = programme.event_view(seen, visit.actor, visit.at) if seen else None
        return _answer_or_absent(request, visit, body)

    async def agenda(self, request: Request, visit: Visit) -> Response:
        """The whole programme, or one day of it."""
        seen = await self._seen(request, visit)
        if seen is None:
            return _answer_or_absent(request, visit, None)
        last = (seen.event.last_day - seen.event.first_day).days + 1
        given = request.query_params.get("day")
        day = None if given is None else whole(given, _DIGITS)
        if given is not None and (day is None or not 1 <= day <= last):
            return malformed(
                visit,
                f"„day“ muss die Nummer eines Tages sein, von 1 bis {last}.",
                f"“day” must be the number of a day, from 1 to {last}.",
            )
        return answer(request, visit, programme.agenda(seen, visit.at, day))

    async def session(self, request: Request, visit: Visit) -> Response:
        seen = await self._seen(request, visit)
        examples = await self._examples.read_by(visit.actor)
        slug = request.path_params["session"]
        body = programme.session(seen, slug, examples, visit.at) if seen else None
        return _answer_or_absent(request, visit, body)

    async def now(self, request: Request, visit: Visit) -> Response:
        """What runs and what comes, room by room."""
        seen = await self._seen(request, visit)
        body = programme.now(seen, visit.at) if seen else None
        return _answer_or_absent(request, visit, body)

    async def rooms(self, request: Request, visit: Visit) -> Response:
        seen = await self._seen(request, visit)
        return _answer_or_absent(request, visit, programme.rooms(seen.event) if seen else None)

    async def access(self, request: Request, visit: Visit) -> Response:
        """Whether the asker may enter, why, and what helps."""
        event = await self._places.found(request)
        if event is None:
            return _answer_or_absent(request, visit, None)
        resource = event_resource(event)
        decision = policy.decide(visit.actor, Permission.EVENT_ENTER, resource, visit.at)
        return answer(request, visit, programme.access(event, decision, visit.language))

    async def examples(self, request: Request, visit: Visit) -> Response:
        """Whatever is released and for the asker."""
        found = await self._examples.read_by(visit.actor)
        body = views.Examples(tuple(programme.example(each) for each in found))
        return answer(request, visit, body)

    async def _seen(self, request: Request, visit: Visit) -> Visible | None:
        """The event of the address, as the visitor may see it."""
        event = await self._places.found(request)
        return for_viewer(event, visit.actor, visit.at) if event else None

    def surfaces(self) -> tuple[Surface, ...]:
        """All of them, with what they need and what they answer."""
        return (*self._for_all(), *self._of_events(), *self._inside())

    def _for_all(self) -> tuple[Surface, ...]:
        return (
            _get(
                "events", Permission.OPEN, self.events, views.Events, "Events the asker may know of"
            ),
            _get(
                "practice-examples",
                Permission.OPEN,
                self.examples,
                views.Examples,
                "What model projects did, for others to take over",
            ),
        )

    def _of_events(self) -> tuple[Surface, ...]:
        return (
            _get(
                "events/{event}",
                Permission.EVENT_SEE,
                self.event,
                views.EventView,
                "One event; in outline while it is closed to the asker",
                resource=self._places.event,
            ),
            _get(
                "events/{event}/access",
                Permission.EVENT_SEE,
                self.access,
                views.AccessView,
                "Whether the asker may enter the event, why, and what to do",
                resource=self._places.event,
            ),
        )

    def _inside(self) -> tuple[Surface, ...]:
        may, event = Permission.EVENT_ENTER, self._places.event
        return (
            _get(
                "events/{event}/agenda",
                may,
                self.agenda,
                views.AgendaView,
                "The programme, day by day; what is for others stands there as restricted",
                resource=event,
                query=(DAY,),
            ),
            _get(
                "events/{event}/sessions/{session}",
                Permission.SESSION_ENTER,
                self.session,
                views.SessionView,
                "One session with all its times",
                resource=self._places.session,
            ),
            _get(
                "events/{event}/now",
                may,
                self.now,
                views.Now,
                "What runs now and what comes next, room by room",
                resource=event,
            ),
            _get(
                "events/{event}/rooms",
                may,
                self.rooms,
                views.Rooms,
                "The rooms the asker may see",
                resource=event,
            ),
        )


def _get(
    path: str,
    needs: Permission,
    handler: Handler,
    answers: type,
    summary: str,
    *,
    resource: Finder | None = None,
    query: tuple[Parameter, ...] = (),
) -> Surface:
    name = "api_" + path.rpartition("/")[2].strip("{}").replace("-", "_")
    return Surface(
        f"/api/v1/{path}", ("GET",), needs, handler, name, resource, "api", answers, query, summary
    )


def _answer_or_absent(request: Request, visit: Visit, body: msgspec.Struct | None) -> Response:
    """What is gone since the door was passed answers like what never was."""
    if body is None:
        return problems.denied(NOT_THERE, 404, visit.language)
    return answer(request, visit, body)
