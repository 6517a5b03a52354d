"""Questions: ask, moderate, vote, on air, answered (rooms page, B2)."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from access.audiences import Instant
from access.permissions import Permission
from rooms.core.names import AccountId, Author, Command, Event, ObjectId, Words


class QuestionState(StrEnum):
    PENDING = "pending"
    PUBLISHED = "published"
    ON_AIR = "on_air"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Window(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    VOTE_ONLY = "vote_only"
    CLOSED = "closed"


class Moderation(StrEnum):
    PRE = "pre"
    POST = "post"


class Display(StrEnum):
    """Whether questions carry names (rooms page, B2.10)."""

    NAMED = "named"
    NAMED_OR_UNNAMED = "named_or_unnamed"
    UNNAMED_ONLY = "unnamed_only"


class AskQuestion(Command, frozen=True, tag="question.ask"):
    NEEDS: ClassVar = Permission.QUESTION_ASK
    text: str
    unnamed: bool = False
    session: ObjectId | None = None


class WithdrawQuestion(Command, frozen=True, tag="question.withdraw"):
    NEEDS: ClassVar = Permission.QUESTION_WITHDRAW_OWN
    question: ObjectId
    revision: int


class VoteQuestion(Command, frozen=True, tag="question.vote"):
    NEEDS: ClassVar = Permission.QUESTION_VOTE
    question: ObjectId
    value: bool


class ApproveQuestion(Command, frozen=True, tag="question.approve"):
    NEEDS: ClassVar = Permission.QUESTION_MODERATE
    question: ObjectId
    revision: int


class DismissQuestion(Command, frozen=True, tag="question.dismiss"):
    NEEDS: ClassVar = Permission.QUESTION_MODERATE
    question: ObjectId
    revision: int
    reason: str
    notify: bool = True


class RestoreQuestion(Command, frozen=True, tag="question.restore"):
    NEEDS: ClassVar = Permission.QUESTION_MODERATE
    question: ObjectId
    revision: int


class PutOnAir(Command, frozen=True, tag="question.on_air"):
    NEEDS: ClassVar = Permission.STAGE_DIRECT
    question: ObjectId
    revision: int


class TakeOffAir(Command, frozen=True, tag="question.off_air"):
    NEEDS: ClassVar = Permission.STAGE_DIRECT
    question: ObjectId
    revision: int


class MarkAnswered(Command, frozen=True, tag="question.answered"):
    NEEDS: ClassVar = Permission.STAGE_DIRECT
    question: ObjectId
    revision: int


class NextQuestion(Command, frozen=True, tag="question.next"):
    """The question on air is answered and this one goes on air, in one act.

    ``leaving`` is the question the sender saw on air.  When given and another is on air by
    now, the answer is ``conflict``: two colleagues pressing at once must not skip a question.
    """

    NEEDS: ClassVar = Permission.STAGE_DIRECT
    question: ObjectId
    revision: int
    leaving: ObjectId | None = None


class SetWindow(Command, frozen=True, tag="questions.window"):
    NEEDS: ClassVar = Permission.ROOM_CONFIGURE
    window: Window


class SetModeration(Command, frozen=True, tag="questions.moderation"):
    NEEDS: ClassVar = Permission.ROOM_CONFIGURE
    moderation: Moderation


class SetDisplay(Command, frozen=True, tag="questions.display"):
    """Whether new questions carry names. Earlier unnamed ones stay unnamed."""

    NEEDS: ClassVar = Permission.ROOM_CONFIGURE
    display: Display


class QuestionAsked(Event, frozen=True, kw_only=True, tag="question.asked"):
    question: ObjectId
    session: ObjectId | None = None
    state: QuestionState
    words: Words | None


class QuestionWithdrawn(Event, frozen=True, kw_only=True, tag="question.withdrawn"):
    question: ObjectId


class QuestionApproved(Event, frozen=True, kw_only=True, tag="question.approved"):
    question: ObjectId


class QuestionDismissed(Event, frozen=True, kw_only=True, tag="question.dismissed"):
    question: ObjectId
    reason: str
    notify: bool


class QuestionRestored(Event, frozen=True, kw_only=True, tag="question.restored"):
    question: ObjectId


class QuestionOnAir(Event, frozen=True, kw_only=True, tag="question.on_air"):
    """``question`` is on air. The one before returned to published, or was answered (next)."""

    question: ObjectId
    before: ObjectId | None = None
    before_answered: bool = False
    before_score: int | None = None


class QuestionOffAir(Event, frozen=True, kw_only=True, tag="question.off_air"):
    question: ObjectId


class QuestionAnswered(Event, frozen=True, kw_only=True, tag="question.answered"):
    question: ObjectId
    score: int
    """Votes at this moment; frozen from now on."""


class WindowSet(Event, frozen=True, kw_only=True, tag="questions.window"):
    window: Window


class ModerationSet(Event, frozen=True, kw_only=True, tag="questions.moderation"):
    moderation: Moderation


class DisplaySet(Event, frozen=True, kw_only=True, tag="questions.display"):
    display: Display


QuestionCommand = (
    AskQuestion
    | WithdrawQuestion
    | VoteQuestion
    | ApproveQuestion
    | DismissQuestion
    | RestoreQuestion
    | PutOnAir
    | TakeOffAir
    | MarkAnswered
    | NextQuestion
    | SetWindow
    | SetModeration
    | SetDisplay
)

QuestionEvent = (
    QuestionAsked
    | QuestionWithdrawn
    | QuestionApproved
    | QuestionDismissed
    | QuestionRestored
    | QuestionOnAir
    | QuestionOffAir
    | QuestionAnswered
    | WindowSet
    | ModerationSet
    | DisplaySet
)


class Question(msgspec.Struct):
    """A question as the room knows it."""

    id: ObjectId
    at: Instant
    state: QuestionState
    words: Words | None
    revision: int = 1
    number: int | None = None
    """"F17" is 17: given at first publication, then stable."""
    session: ObjectId | None = None
    published_at: Instant | None = None
    aired_at: Instant | None = None
    """When it went on air for the last time."""
    answered_at: Instant | None = None
    final_score: int | None = None
    reason: str = ""
    notify: bool = True
    last_by: AccountId | None = None
    """Which moderator or speaker acted last; None if it was the author."""
    last_name: str | None = None
    last_at: Instant | None = None


class Questions(msgspec.Struct):
    questions: dict[ObjectId, Question] = {}
    asked: dict[AccountId, list[ObjectId]] = {}
    """Index: the questions of each author in order of asking. Made from the words, never stored."""
    votes: dict[ObjectId, dict[AccountId, Instant]] = {}
    """Current votes by question and voter, with the instant they were cast. From rows."""
    unvoted: dict[ObjectId, dict[AccountId, Instant]] = {}
    """Votes taken back, with that instant. From rows; ``me`` needs it."""
    on_air: ObjectId | None = None
    numbered: int = 0
    window: Window = Window.OPEN
    moderation: Moderation = Moderation.PRE
    display: Display = Display.NAMED_OR_UNNAMED


class QuestionView(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="k", tag="question"):
    """A question as one stream shows it. Scores are gauges and stand apart."""

    id: ObjectId
    at: Instant
    state: QuestionState
    revision: int
    text: str
    unnamed: bool = False
    author: Author | None = None
    number: int | None = None
    session: ObjectId | None = None
    published_at: Instant | None = None
    answered_at: Instant | None = None
    reason: str | None = None
    last_by: str | None = None
    """Desk only: account of whichever moderator or speaker acted last. Never the author."""
    last_name: str | None = None
    """Desk only: display name of ``last_by``."""


SHORTEST = 3
LONGEST = 500
PAUSE_MS = 20_000
"""One question per person in this time."""
OPEN_PER_PERSON = 5
"""Unanswered questions of one person in one session."""
REASON_LONGEST = 500
