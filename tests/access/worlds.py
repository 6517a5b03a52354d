"""Small worlds for the laws: few names and instants, so that facts meet and overlap often."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec.structs import replace

from access.actors import (
    Actor,
    Affiliation,
    Office,
    OfficeKind,
    ProjectAffiliation,
)
from access.audiences import Audience, Group, Step, TimeLine
from access.organisations import OrganisationKind
from access.resources import (
    PLATFORM,
    EventResource,
    ExampleResource,
    MaterialResource,
    Missing,
    OnStage,
    Resource,
    RoomResource,
    SessionResource,
    Turn,
)

EVENTS = ("event-1", "event-2")
ROOMS = ("room-1", "room-2")
SESSIONS = ("session-1", "session-2")
PLACES = (*EVENTS, *ROOMS, *SESSIONS)

instants = st.integers(min_value=0, max_value=20)
ends = st.none() | instants

audiences = st.builds(
    Audience,
    group=st.sampled_from(Group),
    seasons=st.sampled_from([(), (2019,), (2020, 2021)]),
)


@st.composite
def time_lines(draw: st.DrawFn) -> TimeLine:
    since = sorted(draw(st.sets(instants, max_size=2)))
    return TimeLine(draw(audiences), tuple(Step(at, draw(audiences)) for at in since))


affiliations = st.builds(
    Affiliation,
    organisation=st.sampled_from(["hof-city", "hof-district"]),
    kind=st.sampled_from(OrganisationKind),
    since=instants,
    until=ends,
    confirmed=st.booleans(),
    projects=st.sampled_from([(), ("hof",)]),
    seasons=st.sampled_from([(), (2020,)]),
)
project_affiliations = st.builds(
    ProjectAffiliation,
    project=st.sampled_from(["hof", "ulm"]),
    season=st.sampled_from([2019, 2020, 2021]),
    since=instants,
    until=ends,
    confirmed=st.booleans(),
    admits=st.booleans(),
)


@st.composite
def offices(draw: st.DrawFn) -> Office:
    kind = draw(st.sampled_from(OfficeKind))
    scopes = {
        OfficeKind.ORGANISER: (None, *EVENTS),
        OfficeKind.HOST: EVENTS,
        OfficeKind.MODERATOR: (*EVENTS, *ROOMS),
        OfficeKind.SPEAKER: SESSIONS,
    }
    scope = draw(st.sampled_from(scopes[kind]))
    event = scope if scope in EVENTS else draw(st.sampled_from(EVENTS))
    return Office(kind, scope, event, draw(instants), draw(ends))


def _guids(pool: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(pool), max_size=2)


people = st.builds(
    Actor,
    account=st.just("person"),
    affiliations=st.lists(affiliations, max_size=2).map(tuple),
    project_affiliations=st.lists(project_affiliations, max_size=2).map(tuple),
    invitations=_guids(PLACES),
    registrations=_guids(EVENTS),
    offices=st.lists(offices(), max_size=2).map(tuple),
    bans=_guids(PLACES),
    until=ends,
)
screens = st.builds(
    Actor, account=st.none(), screen_of=st.sampled_from(ROOMS), until=st.none() | instants
)
actors = people | screens | st.just(Actor(account=None))

events = st.builds(
    EventResource,
    guid=st.sampled_from(EVENTS),
    slug=st.just("event"),
    title=st.just("Event"),
    audience=time_lines(),
    hidden=st.booleans(),
    guests_read=st.booleans(),
)
hidden_events = events.map(lambda event: replace(event, hidden=True))
sessions = st.builds(
    SessionResource,
    guid=st.sampled_from(SESSIONS),
    event=events,
    audience=st.none() | time_lines(),
    room=st.none() | st.sampled_from(ROOMS),
    released=st.booleans(),
)
rooms = st.builds(
    RoomResource,
    guid=st.sampled_from(ROOMS),
    event=events,
    audience=st.none() | time_lines(),
    speakers_of=_guids(SESSIONS),
    turns=st.lists(st.builds(Turn, st.sampled_from(SESSIONS), instants, instants), max_size=3).map(
        tuple
    ),
)
in_events: st.SearchStrategy[EventResource | SessionResource | RoomResource | Missing] = (
    events | sessions | rooms | st.builds(Missing, event=events)
)
in_hidden_events = hidden_events | st.builds(replace, sessions | rooms, event=hidden_events)
examples = st.builds(
    ExampleResource,
    guid=st.just("example"),
    slug=st.just("example"),
    project=st.sampled_from(["hof", "ulm"]),
    audience=time_lines(),
    released=st.booleans(),
)
materials = st.builds(
    MaterialResource,
    guid=st.just("material"),
    owner=sessions | examples,
    audience=st.none() | time_lines(),
    released=st.booleans(),
    shown=st.none() | st.builds(OnStage, room=rooms, until=st.none() | instants),
)
knowledge: st.SearchStrategy[ExampleResource | MaterialResource] = examples | materials
resources: st.SearchStrategy[Resource] = in_events | knowledge | st.just(PLATFORM)
