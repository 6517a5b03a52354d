"""A room: its features joined. The only place that knows the list of features."""

from __future__ import annotations

import msgspec

from access.audiences import Instant
from rooms.core import chat, people, questions
from rooms.core.names import AccountId, ObjectId, RoomId, VoteCast

RoomCommand = (
    chat.SendMessage
    | chat.DeleteMessage
    | chat.RemoveMessage
    | chat.RestoreMessage
    | questions.AskQuestion
    | questions.WithdrawQuestion
    | questions.VoteQuestion
    | questions.ApproveQuestion
    | questions.DismissQuestion
    | questions.RestoreQuestion
    | questions.PutOnAir
    | questions.TakeOffAir
    | questions.MarkAnswered
    | questions.NextQuestion
    | questions.SetWindow
    | questions.SetModeration
    | people.MutePerson
    | people.UnmutePerson
    | people.RemovePerson
    | people.ReadmitPerson
    | people.EraseWords
)

RoomEvent = (
    chat.MessagePosted
    | chat.MessageDeleted
    | chat.MessageRemoved
    | chat.MessageRestored
    | questions.QuestionAsked
    | questions.QuestionWithdrawn
    | questions.QuestionApproved
    | questions.QuestionDismissed
    | questions.QuestionRestored
    | questions.QuestionOnAir
    | questions.QuestionOffAir
    | questions.QuestionAnswered
    | questions.WindowSet
    | questions.ModerationSet
    | people.PersonMuted
    | people.PersonUnmuted
    | people.PersonRemoved
    | people.PersonReadmitted
    | people.WordsErased
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


View = chat.MessageView | questions.QuestionView | people.PersonView | RoomView
Mine = OwnQuestion | OwnVote | OwnSanction
