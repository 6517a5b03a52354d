"""A room: its features joined. The only place that knows the list of features."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import msgspec

from access.audiences import Instant
from rooms.core import announcements, backstage, chat, people, questions, stage
from rooms.core.names import (
    AccountId,
    Code,
    Ids,
    Kind,
    ObjectId,
    Person,
    Ref,
    Refusal,
    RoomId,
    VoteCast,
)

RoomCommand = (
    chat.ChatCommand
    | questions.QuestionCommand
    | people.PersonCommand
    | people.EraseWords
    | stage.StageCommand
    | announcements.AnnouncementCommand
    | backstage.BackstageCommand
)
RoomEvent = (
    chat.ChatEvent
    | questions.QuestionEvent
    | people.PersonEvent
    | people.WordsErased
    | stage.StageEvent
    | announcements.AnnouncementEvent
    | backstage.BackstageEvent
)

Change = RoomEvent | VoteCast
"""What ``decide`` makes of a command: events for the log, votes for their rows."""


class Outcome(msgspec.Struct, frozen=True):
    """A command that is carried out: its changes, and what its sender is told."""

    changes: tuple[Change, ...] = ()
    object: ObjectId | None = None
    no_change: bool = False
    """The wanted state was there already: no change, no event (X2)."""
    revision: int | None = None
    my_vote: bool | None = None


class Room(msgspec.Struct):
    """The state of a room: what its history folds to."""

    id: RoomId
    chat: chat.Chat
    questions: questions.Questions
    people: people.People
    stage: stage.Stage
    announcements: announcements.Announcements
    backstage: backstage.Backstage


class RoomView(msgspec.Struct, frozen=True, tag_field="k", tag="room"):
    """What everybody in the room sees of its settings. One object with id ``room``."""

    id: ObjectId
    window: questions.Window
    moderation: questions.Moderation
    display: questions.Display
    on_air: ObjectId | None


class OwnQuestion(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="k", tag="own_question"
):
    """``me``: the fate of a question I asked, also while nobody else sees it."""

    id: ObjectId
    rev: int
    at: Instant
    state: questions.QuestionState
    text: str
    unnamed: bool = False
    number: int | None = None
    reason: str | None = None


class OwnVote(msgspec.Struct, frozen=True, tag_field="k", tag="own_vote"):
    """``me``: my vote on a question. ``rev`` is the instant it was set (0: never)."""

    id: ObjectId
    rev: int
    value: bool


class OwnSanction(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="k", tag="own_sanction"
):
    """``me``: what was imposed on me, how long and why. One object with id ``me``."""

    id: AccountId
    rev: int
    muted: bool = False
    muted_until: Instant | None = None
    removed: bool = False
    reason: str = ""


View = (
    chat.MessageView
    | questions.QuestionView
    | people.PersonView
    | RoomView
    | stage.StageView
    | announcements.AnnouncementView
    | backstage.NoteView
)
Mine = OwnQuestion | OwnVote | OwnSanction


ROOM_REF = Ref(Kind.ROOM, "room")
"""The one object that carries a room's settings."""
_WRITING = chat.SendMessage | questions.AskQuestion


def empty(room: RoomId) -> Room:
    """A room in which nothing has happened yet."""
    return Room(
        room,
        chat.Chat(),
        questions.Questions(),
        people.People(),
        stage.Stage(),
        announcements.Announcements(),
        backstage.Backstage(),
    )


def decide(
    state: Room,
    command: RoomCommand,
    by: Person,
    at: Instant,
    ids: Ids,
    *,
    exist: Collection[AccountId] = (),
    decks: Mapping[stage.DeckId, int] = MappingProxyType({}),
) -> Outcome | Refusal:
    """What becomes of a command of this person at this moment.  Changes nothing.

    ``by.may`` is what the policy allows; a command whose ``NEEDS`` is not in it is ``forbidden``,
    whatever it names.  ``at`` must not lie before the newest event.  ``ids`` are fresh; call
    ``mentions`` before and ``recall`` what it names if the room does not have it.  ``exist``: of
    the accounts that ``about`` names, those that belong to somebody.  ``decks``: of those that
    ``deck`` names, the ones that may be shown in this room, with their pages.
    """
    if command.NEEDS not in by.may:
        return Refusal(Code.FORBIDDEN)
    barred = people.barred(state.people, by.account, writing=isinstance(command, _WRITING), at=at)
    if barred is not None:
        return barred
    change: Change | Refusal | None
    if isinstance(command, chat.ChatCommand):
        change = chat.decide(state.chat, command, by, at, ids)
    elif isinstance(command, people.EraseWords):
        change = _erase_words(state, command, by, at, exist)
    elif isinstance(command, people.PersonCommand):
        change = people.decide(state.people, command, by, at, exist)
    elif isinstance(command, stage.StageCommand):
        change = stage.decide(state.stage, command, by, at, decks)
    elif isinstance(command, announcements.AnnouncementCommand):
        change = announcements.decide(state.announcements, command, by, at, ids)
    elif isinstance(command, backstage.BackstageCommand):
        change = backstage.decide(state.backstage, command, by, at, ids)
    else:
        change = questions.decide(state.questions, command, by, at, ids)
    return change if isinstance(change, Refusal) else _outcome(state, command, change)


def _outcome(state: Room, command: RoomCommand, change: Change | None) -> Outcome:
    """A change (None: none needed) and what its sender is told."""
    changes = () if change is None else (change,)
    no_change = change is None
    match change:
        case chat.MessagePosted(message=message):
            return Outcome(changes, object=message)
        case questions.QuestionAsked(question=asked):
            return Outcome(changes, object=asked, revision=1)
        case announcements.AnnouncementSet(announcement=made):
            return Outcome(changes, object=made)
        case backstage.NoteSent(note=note):
            return Outcome(changes, object=note)
    match command:
        case chat.DeleteMessage() | chat.RemoveMessage() | chat.RestoreMessage():
            return Outcome(changes, object=command.message, no_change=no_change)
        case backstage.ConfirmNote():
            return Outcome(changes, object=command.note, no_change=no_change)
        case questions.VoteQuestion():
            voted = command.question
            return Outcome(changes, object=voted, no_change=no_change, my_vote=command.value)
    question = state.questions.questions.get(getattr(command, "question", ""))
    if question is None:
        return Outcome(changes, no_change=no_change)
    revision = question.revision + (not no_change)
    return Outcome(changes, object=question.id, no_change=no_change, revision=revision)


def _erase_words(
    state: Room,
    command: people.EraseWords,
    by: Person,
    at: Instant,
    exist: Collection[AccountId],
) -> people.WordsErased | Refusal | None:
    """Words are erased also of whoever has no account any more."""
    messages = chat.said_by(state.chat, command.account)
    asked = state.questions.asked.get(command.account, ())
    refs = (
        *(Ref(Kind.MESSAGE, message) for message in messages),
        *(Ref(Kind.QUESTION, question) for question in asked),
        *announcements.said_by(state.announcements, command.account),
        *backstage.said_by(state.backstage, command.account),
    )
    if not refs and not people.reasoned(state.people, command.account):
        return None if command.account in exist else Refusal(Code.NOT_FOUND)
    return people.WordsErased(
        at=at, by=by.account, by_name=by.name, objects=refs, persons=(command.account,)
    )


def evolve(state: Room, change: Change) -> Room:
    """Fold a change.  Never refuses, never fails: history is what happened.

    Owns the state it is given, changes it in place and returns the same object.
    """
    if isinstance(change, VoteCast):
        questions.vote(state.questions, change)
    elif isinstance(change, chat.ChatEvent):
        chat.evolve(state.chat, change)
    elif isinstance(change, people.WordsErased):
        _erase(state, change)
    elif isinstance(change, people.PersonEvent):
        people.evolve(state.people, change)
    elif isinstance(change, stage.StageEvent):
        stage.evolve(state.stage, change)
    elif isinstance(change, announcements.AnnouncementEvent):
        announcements.evolve(state.announcements, change)
    elif isinstance(change, backstage.BackstageEvent):
        backstage.evolve(state.backstage, change)
    else:
        questions.evolve(state.questions, change)
    return state


def _erase(state: Room, event: people.WordsErased) -> None:
    for ref in event.objects:
        if ref.kind is Kind.MESSAGE:
            chat.erase(state.chat, ref.id)
        elif ref.kind is Kind.QUESTION:
            questions.erase(state.questions, ref.id, event.at)
        elif ref.kind is Kind.ANNOUNCEMENT:
            announcements.erase(state.announcements, ref.id)
        elif ref.kind is Kind.NOTE:
            backstage.erase(state.backstage, ref.id)
    for account in event.persons or ():
        people.erase(state.people, account)


def touched(state: Room, change: Change) -> tuple[Ref, ...]:
    """Objects that may look different to somebody after the change.  Ask before folding it.

    A reply quotes: it is touched with the message it answers.
    """
    match change:
        case chat.MessagePosted():
            return (Ref(Kind.MESSAGE, change.message),)
        case VoteCast():
            return ()
        case chat.MessageDeleted() | chat.MessageRemoved() | chat.MessageRestored():
            return tuple(chat.touched(state.chat, change.message))
        case people.WordsErased():
            return _erased(state, change)
        case (
            people.PersonMuted()
            | people.PersonUnmuted()
            | people.PersonRemoved()
            | people.PersonReadmitted()
        ):
            return (Ref(Kind.PERSON, change.account),)
        case questions.QuestionAsked() | questions.QuestionApproved():
            return (Ref(Kind.QUESTION, change.question),)
        case stage.DeckShown() | stage.PageTurned() | stage.StageCleared():
            return (stage.STAGE_REF,)
        case announcements.AnnouncementSet() | announcements.AnnouncementCleared():
            return announcements.touched(state.announcements, change)
        case backstage.NoteSent() | backstage.NoteConfirmed():
            return (Ref(Kind.NOTE, change.note),)
        case _:
            return (*questions.touched(state.questions, change), ROOM_REF)


def _erased(state: Room, event: people.WordsErased) -> tuple[Ref, ...]:
    refs: dict[Ref, None] = {}
    for ref in event.objects:
        found = chat.touched(state.chat, ref.id) if ref.kind is Kind.MESSAGE else [ref]
        refs |= dict.fromkeys(found)
    return (*refs, *(Ref(Kind.PERSON, one) for one in event.persons or ()), ROOM_REF)


def mentions(named: RoomCommand | Change) -> ObjectId | None:
    """The message a command or event names, however old.

    If the room does not have it, read it from the store and ``recall`` it, before ``decide`` and
    before ``evolve`` alike: else a reply to it would show an empty quote.  ``EraseWords`` names
    no message: before deciding it, recall all that this account said.
    """
    match named:
        case chat.SendMessage() | chat.MessagePosted():
            return named.reply_to
        case (
            chat.DeleteMessage()
            | chat.RemoveMessage()
            | chat.RestoreMessage()
            | chat.MessageDeleted()
            | chat.MessageRemoved()
            | chat.MessageRestored()
        ):
            return named.message
        case _:
            return None


def about(command: RoomCommand) -> AccountId | None:
    """The account a command is about. Find out whether it exists before ``decide``."""
    match command:
        case (
            people.MutePerson()
            | people.UnmutePerson()
            | people.RemovePerson()
            | people.ReadmitPerson()
            | people.EraseWords()
        ):
            return people.named(command)
        case _:
            return None


def deck(command: RoomCommand) -> stage.DeckId | None:
    """The deck that is to be shown. Find out how many pages it has before ``decide``."""
    return command.deck if isinstance(command, stage.ShowDeck) else None


def recall(state: Room, message: chat.Message) -> None:
    """Put a message from before the kept ones at hand, for the next command or event."""
    chat.recall(state.chat, message)


def view(state: Room) -> RoomView:
    """The settings, alike for everybody."""
    asked = state.questions
    return RoomView(ROOM_REF.id, asked.window, asked.moderation, asked.display, asked.on_air)
