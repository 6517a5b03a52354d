"""The stage: the deck that everybody in the room looks at, and the page it stands at.

A page is set, never moved by one: who presses twice, or two who press at once, turn one page.
How many pages a deck has is a fact from outside, passed in; the log holds it with the event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from access.audiences import Instant
from access.permissions import Permission
from rooms.core.names import Code, Command, Event, Kind, ObjectId, Person, Ref, Refusal

DeckId = str
"""The guid of the material whose pages are shown."""


class ShowDeck(Command, frozen=True, tag="stage.show"):
    """Put a deck on the stage, open at this page. It replaces what was there."""

    NEEDS: ClassVar = Permission.STAGE_DIRECT
    deck: DeckId
    page: int = 1


class TurnPage(Command, frozen=True, tag="stage.turn"):
    """Turn to this page of the deck on the stage."""

    NEEDS: ClassVar = Permission.STAGE_DIRECT
    deck: DeckId
    page: int


class ClearStage(Command, frozen=True, tag="stage.clear"):
    NEEDS: ClassVar = Permission.STAGE_DIRECT


class DeckShown(Event, frozen=True, kw_only=True, tag="stage.shown"):
    deck: DeckId
    page: int
    pages: int


class PageTurned(Event, frozen=True, kw_only=True, tag="stage.turned"):
    deck: DeckId
    page: int


class StageCleared(Event, frozen=True, kw_only=True, tag="stage.cleared"):
    deck: DeckId


StageCommand = ShowDeck | TurnPage | ClearStage
StageEvent = DeckShown | PageTurned | StageCleared


class Stage(msgspec.Struct):
    """What stands on the stage. ``deck`` None: nothing; the rest is 0 then."""

    deck: DeckId | None = None
    page: int = 0
    pages: int = 0
    since: Instant | None = None
    """When this deck came onto the stage."""


class StageView(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="k", tag="stage"):
    """What is on the stage, alike for everybody. One object with id ``stage``."""

    id: ObjectId
    deck: DeckId | None = None
    """None: nothing is on the stage."""
    page: int = 0
    """1 is the first."""
    pages: int = 0
    since: Instant | None = None
    """When this deck came onto the stage."""


STAGE_REF = Ref(Kind.STAGE, "stage")
"""The one object that carries what is on the stage."""


def decide(
    stage: Stage, command: StageCommand, by: Person, at: Instant, decks: Mapping[DeckId, int]
) -> StageEvent | Refusal | None:
    """What becomes of a command; None: the wanted state is there already (X2).

    ``decks``: of the decks that were named, those that may be shown in this room, with their
    pages.  A page that a deck does not have is ``not_found`` like a deck that is not there.
    """
    match command:
        case ShowDeck():
            return _show(stage, command, by, at, decks.get(command.deck, 0))
        case TurnPage():
            return _turn(stage, command, by, at)
        case ClearStage():
            if stage.deck is None:
                return None
            return StageCleared(at=at, by=by.account, by_name=by.name, deck=stage.deck)


def _show(
    stage: Stage, command: ShowDeck, by: Person, at: Instant, pages: int
) -> DeckShown | Refusal | None:
    deck, page = command.deck, command.page
    if not 1 <= page <= pages:
        return Refusal(Code.NOT_FOUND)
    if (stage.deck, stage.page, stage.pages) == (deck, page, pages):
        return None
    return DeckShown(at=at, by=by.account, by_name=by.name, deck=deck, page=page, pages=pages)


def _turn(stage: Stage, command: TurnPage, by: Person, at: Instant) -> PageTurned | Refusal | None:
    """A deck that left the stage meanwhile is not turned: the other one would jump."""
    if command.deck != stage.deck or not 1 <= command.page <= stage.pages:
        return Refusal(Code.NOT_FOUND)
    if command.page == stage.page:
        return None
    return PageTurned(at=at, by=by.account, by_name=by.name, deck=command.deck, page=command.page)


def evolve(stage: Stage, event: StageEvent) -> None:
    """Fold an event into the stage, in place. Never fails."""
    match event:
        case DeckShown():
            stage.since = stage.since if stage.deck == event.deck else event.at
            stage.deck, stage.page, stage.pages = event.deck, event.page, event.pages
        case PageTurned() if event.deck == stage.deck:
            stage.page = event.page
        case StageCleared():
            stage.deck, stage.page, stage.pages, stage.since = None, 0, 0, None
        case _:
            pass


def view(stage: Stage) -> StageView:
    """The stage, alike for everybody."""
    return StageView(STAGE_REF.id, stage.deck, stage.page, stage.pages, stage.since)
