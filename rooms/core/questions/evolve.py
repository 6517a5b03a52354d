"""What questions become by events and votes, in place. Never fails (law *Replay*)."""

from __future__ import annotations

from access.audiences import Instant
from rooms.core.names import ObjectId, VoteCast
from rooms.core.questions.model import (
    DisplaySet,
    ModerationSet,
    Question,
    QuestionAnswered,
    QuestionApproved,
    QuestionAsked,
    QuestionDismissed,
    QuestionEvent,
    QuestionOffAir,
    QuestionOnAir,
    QuestionRestored,
    Questions,
    QuestionState,
    QuestionWithdrawn,
    WindowSet,
)


def evolve(questions: Questions, event: QuestionEvent) -> None:
    """Fold an event into the questions, in place."""
    match event:
        case QuestionAsked():
            _ask(questions, event)
        case WindowSet():
            questions.window = event.window
        case ModerationSet():
            questions.moderation = event.moderation
        case DisplaySet():
            questions.display = event.display
        case _:
            question = questions.questions.get(event.question)
            if question is not None:
                _move(questions, question, event)


def vote(questions: Questions, cast: VoteCast) -> None:
    """Fold a vote's row. Rows are absolute and come in any order; votes on the erased are gone."""
    question = questions.questions.get(cast.question)
    if question is not None and question.state is QuestionState.ERASED:
        return
    votes = questions.votes.setdefault(cast.question, {})
    unvoted = questions.unvoted.setdefault(cast.question, {})
    here, there = (votes, unvoted) if cast.value else (unvoted, votes)
    here[cast.account] = cast.at
    there.pop(cast.account, None)


def erase(questions: Questions, question: ObjectId, at: Instant) -> None:
    """Words, author and votes of a question are gone for good; its id and number stay."""
    found = questions.questions.get(question)
    if found is None:
        return
    if found.words is not None:
        account = found.words.author.account
        questions.asked[account].remove(question)
        if not questions.asked[account]:
            del questions.asked[account]
    questions.votes.pop(question, None)
    questions.unvoted.pop(question, None)
    _off(questions, question)
    found.words, found.reason = None, ""
    found.state = QuestionState.ERASED
    found.revision += 1
    found.last_at = at


def _ask(questions: Questions, event: QuestionAsked) -> None:
    question = Question(
        id=event.question,
        at=event.at,
        state=event.state,
        words=event.words,
        session=event.session,
        last_at=event.at,
    )
    questions.questions[question.id] = question
    if event.words is not None:
        questions.asked.setdefault(event.words.author.account, []).append(question.id)
    if event.state is QuestionState.PUBLISHED:
        _publish(questions, question, event.at)


def _move(
    questions: Questions,
    question: Question,
    event: QuestionWithdrawn
    | QuestionApproved
    | QuestionDismissed
    | QuestionRestored
    | QuestionOnAir
    | QuestionOffAir
    | QuestionAnswered,
) -> None:
    """A question already asked goes to another state."""
    _sign(question, event)
    match event:
        case QuestionApproved():
            _publish(questions, question, event.at)
        case QuestionDismissed():
            question.state = QuestionState.DISMISSED
            question.reason, question.notify = event.reason, event.notify
            _off(questions, question.id)
        case QuestionRestored():
            question.state = QuestionState.PENDING
            question.reason, question.notify = "", True
        case QuestionWithdrawn():
            question.state = QuestionState.WITHDRAWN
            _off(questions, question.id)
        case QuestionOnAir():
            _clear_air(questions, event)
            question.state, question.aired_at = QuestionState.ON_AIR, event.at
            questions.on_air = question.id
        case QuestionOffAir():
            question.state = QuestionState.PUBLISHED
            _off(questions, question.id)
        case QuestionAnswered():
            _answer(question, event.at, event.score)
            _off(questions, question.id)


def _sign(question: Question, event: QuestionEvent) -> None:
    question.revision += 1
    question.last_by, question.last_name, question.last_at = event.by, event.by_name, event.at


def _publish(questions: Questions, question: Question, at: Instant) -> None:
    """Everybody sees it. Its number and its age for ranking are those of the first time."""
    question.state = QuestionState.PUBLISHED
    if question.number is None:
        questions.numbered += 1
        question.number = questions.numbered
        question.published_at = at


def _answer(question: Question, at: Instant, score: int | None) -> None:
    question.state = QuestionState.ANSWERED
    question.answered_at = at
    question.final_score = score


def _clear_air(questions: Questions, event: QuestionOnAir) -> None:
    before = questions.questions.get(event.before) if event.before is not None else None
    if before is None:
        return
    _sign(before, event)
    if event.before_answered:
        _answer(before, event.at, event.before_score)
    else:
        before.state = QuestionState.PUBLISHED


def _off(questions: Questions, question: ObjectId) -> None:
    if questions.on_air == question:
        questions.on_air = None
