"""What becomes of a command on questions (rooms page, B2.3 to B2.7).

The order of answers to a command on one question is always the same: is it there for this person
(else ``not_found``, as for an id that never was), is the wanted state there already (None: no
change), did somebody act first (``conflict``), does this transition exist
(``illegal_transition``).
"""

from __future__ import annotations

import re
from typing import Final

from access.audiences import Instant
from rooms.core import text
from rooms.core.names import (
    Code,
    Ids,
    ObjectId,
    Person,
    Refusal,
    Stream,
    VoteCast,
    Words,
)
from rooms.core.questions.heat import votes
from rooms.core.questions.model import (
    LONGEST,
    OPEN_PER_PERSON,
    PAUSE_MS,
    REASON_LONGEST,
    SHORTEST,
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    Display,
    DisplaySet,
    MarkAnswered,
    Moderation,
    ModerationSet,
    NextQuestion,
    PutOnAir,
    Question,
    QuestionAnswered,
    QuestionApproved,
    QuestionAsked,
    QuestionCommand,
    QuestionDismissed,
    QuestionEvent,
    QuestionOffAir,
    QuestionOnAir,
    QuestionRestored,
    Questions,
    QuestionState,
    QuestionWithdrawn,
    RestoreQuestion,
    SetDisplay,
    SetModeration,
    SetWindow,
    TakeOffAir,
    VoteQuestion,
    Window,
    WindowSet,
    WithdrawQuestion,
)
from rooms.core.questions.show import visible

_SESSION: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_UNANSWERED: Final = (QuestionState.PENDING, QuestionState.PUBLISHED, QuestionState.ON_AIR)
_GONE: Final = (QuestionState.WITHDRAWN, QuestionState.ERASED)

Transit = (
    WithdrawQuestion
    | ApproveQuestion
    | DismissQuestion
    | RestoreQuestion
    | PutOnAir
    | TakeOffAir
    | MarkAnswered
    | NextQuestion
)

Step = tuple[tuple[QuestionState, ...], QuestionState]
TRANSITIONS: Final[dict[type[Transit], Step]] = {
    ApproveQuestion: ((QuestionState.PENDING,), QuestionState.PUBLISHED),
    DismissQuestion: (_UNANSWERED, QuestionState.DISMISSED),
    RestoreQuestion: ((QuestionState.DISMISSED,), QuestionState.PENDING),
    WithdrawQuestion: (
        (QuestionState.PENDING, QuestionState.PUBLISHED),
        QuestionState.WITHDRAWN,
    ),
    PutOnAir: ((QuestionState.PUBLISHED,), QuestionState.ON_AIR),
    TakeOffAir: ((QuestionState.ON_AIR,), QuestionState.PUBLISHED),
    MarkAnswered: ((QuestionState.ON_AIR,), QuestionState.ANSWERED),
    NextQuestion: ((QuestionState.PUBLISHED,), QuestionState.ON_AIR),
}
"""From which states to which one. What is not here does not happen (B2.3)."""


def decide(
    questions: Questions, command: QuestionCommand, by: Person, at: Instant, ids: Ids
) -> QuestionEvent | VoteCast | Refusal | None:
    """What becomes of a command; None: the wanted state is there already (X2)."""
    match command:
        case VoteQuestion():
            return _vote(questions, command, by, at)
        case AskQuestion():
            return _ask(questions, command, by, at, ids)
        case SetWindow() | SetModeration() | SetDisplay():
            return _configure(questions, command, by, at)
        case _:
            return _transition(questions, command, by, at)


def _ask(
    questions: Questions, command: AskQuestion, by: Person, at: Instant, ids: Ids
) -> QuestionAsked | Refusal:
    if questions.window is not Window.OPEN:
        return Refusal(Code.WINDOW_CLOSED, state=questions.window)
    if command.unnamed and questions.display is Display.NAMED:
        return Refusal(Code.UNSUPPORTED)
    if command.session is not None and not _SESSION.fullmatch(command.session):
        return Refusal(Code.NOT_FOUND)
    checked = text.check(command.text, SHORTEST, LONGEST)
    if isinstance(checked, Refusal):
        return checked
    held_back = _own_limits(questions, checked, command.session, by, at)
    if held_back is not None:
        return held_back
    unnamed = command.unnamed or questions.display is Display.UNNAMED_ONLY
    post = questions.moderation is Moderation.POST
    return QuestionAsked(
        at=at,
        question=ids.object,
        session=command.session,
        state=QuestionState.PUBLISHED if post else QuestionState.PENDING,
        words=Words(checked, by.author(unnamed=unnamed)),
    )


def _own_limits(
    questions: Questions, wish: str, session: ObjectId | None, by: Person, at: Instant
) -> Refusal | None:
    """One person's limits: not the same twice, not too fast, not too many (B2.6)."""
    own = [questions.questions[asked] for asked in questions.asked.get(by.account, ())]
    here = [question for question in own if question.session == session]
    for question in here:
        said = None if question.state in _GONE else question.words
        if said is not None and text.same(said.text, wish):
            return Refusal(Code.DUPLICATE, of=question.id)
    if own and at < own[-1].at + PAUSE_MS:
        return Refusal(Code.RATE_LIMITED, retry_after_ms=own[-1].at + PAUSE_MS - at)
    if sum(question.state in _UNANSWERED for question in here) >= OPEN_PER_PERSON:
        return Refusal(Code.RATE_LIMITED, limit=OPEN_PER_PERSON)
    return None


def _vote(
    questions: Questions, command: VoteQuestion, by: Person, at: Instant
) -> VoteCast | Refusal | None:
    question = questions.questions.get(command.question)
    if question is None or not visible(question, Stream.PUB):
        return Refusal(Code.NOT_FOUND)
    if _is_author(question, by):
        return Refusal(Code.FORBIDDEN)
    if questions.window not in (Window.OPEN, Window.VOTE_ONLY):
        return Refusal(Code.WINDOW_CLOSED, state=questions.window)
    if question.state is QuestionState.ANSWERED:
        return _illegal(question)
    if command.value is (by.account in questions.votes.get(question.id, ())):
        return None
    return VoteCast(question.id, by.account, command.value, at)


def _configure(
    questions: Questions,
    command: SetWindow | SetModeration | SetDisplay,
    by: Person,
    at: Instant,
) -> QuestionEvent | None:
    match command:
        case SetWindow(window):
            if window is questions.window:
                return None
            return WindowSet(at=at, by=by.account, by_name=by.name, window=window)
        case SetModeration(moderation):
            if moderation is questions.moderation:
                return None
            return ModerationSet(at=at, by=by.account, by_name=by.name, moderation=moderation)
        case SetDisplay(display):
            if display is questions.display:
                return None
            return DisplaySet(at=at, by=by.account, by_name=by.name, display=display)


def _transition(
    questions: Questions, command: Transit, by: Person, at: Instant
) -> QuestionEvent | Refusal | None:
    question = questions.questions.get(command.question)
    if question is None or not _named_by(question, by):
        return Refusal(Code.NOT_FOUND)
    if isinstance(command, WithdrawQuestion) and not _is_author(question, by):
        return Refusal(Code.FORBIDDEN)
    sources, wanted = TRANSITIONS[type(command)]
    if question.state is wanted:
        return None
    if command.revision != question.revision:
        return _conflict(question, by)
    if question.state not in sources:
        return _illegal(question)
    return _event(questions, question, command, by, at)


def _event(
    questions: Questions, question: Question, command: Transit, by: Person, at: Instant
) -> QuestionEvent | Refusal:
    """The event of a transition that exists."""
    key, who, name = question.id, by.account, by.name
    match command:
        case WithdrawQuestion():
            return QuestionWithdrawn(at=at, question=key)
        case ApproveQuestion():
            return QuestionApproved(at=at, by=who, by_name=name, question=key)
        case RestoreQuestion():
            return QuestionRestored(at=at, by=who, by_name=name, question=key)
        case TakeOffAir():
            return QuestionOffAir(at=at, by=who, by_name=name, question=key)
        case MarkAnswered():
            score = votes(questions, question)
            return QuestionAnswered(at=at, by=who, by_name=name, question=key, score=score)
        case DismissQuestion():
            return _dismiss(question, command, by, at)
        case PutOnAir() | NextQuestion():
            return _put_on_air(questions, question, command, by, at)


def _dismiss(
    question: Question, command: DismissQuestion, by: Person, at: Instant
) -> QuestionDismissed | Refusal:
    reason = text.check(command.reason, 1, REASON_LONGEST)
    if isinstance(reason, Refusal):
        return reason
    return QuestionDismissed(
        at=at,
        by=by.account,
        by_name=by.name,
        question=question.id,
        reason=reason,
        notify=command.notify,
    )


def _put_on_air(
    questions: Questions,
    question: Question,
    command: PutOnAir | NextQuestion,
    by: Person,
    at: Instant,
) -> QuestionOnAir | Refusal:
    """One question on air at most: the one before returns, or is answered by ``next``."""
    before = questions.questions.get(questions.on_air) if questions.on_air is not None else None
    answered = isinstance(command, NextQuestion) and before is not None
    if isinstance(command, NextQuestion) and command.leaving not in (None, questions.on_air):
        return _conflict(before or question, by)
    return QuestionOnAir(
        at=at,
        by=by.account,
        by_name=by.name,
        question=question.id,
        before=None if before is None else before.id,
        before_answered=answered,
        before_score=votes(questions, before) if answered and before is not None else None,
    )


def _named_by(question: Question, by: Person) -> bool:
    """Whether this person can name the question: it is in their stream, or it is their own."""
    return visible(question, by.stream) or _is_author(question, by)


def _is_author(question: Question, by: Person) -> bool:
    return question.words is not None and question.words.author.account == by.account


def _illegal(question: Question) -> Refusal:
    return Refusal(
        Code.ILLEGAL_TRANSITION, state=question.state, revision=question.revision, of=question.id
    )


def _conflict(question: Question, by: Person) -> Refusal:
    """Somebody was first. Who, only the desk is told; an author is never named."""
    return Refusal(
        Code.CONFLICT,
        of=question.id,
        state=question.state,
        revision=question.revision,
        by=(question.last_name or question.last_by) if by.stream is Stream.DESK else None,
        at=question.last_at,
    )
