"""Random histories of a room: people with different rights give commands at random times.

Every state is reached by commands.  An act is six bytes: who, what, on which object, when, and
two choices more; so a history is quick to draw, and a failing one shrinks to few acts.  Mostly
the objects named exist, revisions are current, and who acts has the right to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

from rooms.core import announcements, backstage, chat, people, questions, stage
from rooms.core.chat import DeleteMessage
from rooms.core.names import ObjectId, Person
from rooms.core.questions import Display, Moderation, QuestionState, Window, WithdrawQuestion
from rooms.core.room import RoomCommand
from tests.rooms.core.vocabulary import (
    DECKS,
    EVERYBODY,
    HOF,
    JENA,
    SECOND,
    SPEAKS,
    START,
    ULM,
    Meeting,
)

NOWHERE = "nowhere"
TEXTS = (
    "Guten Morgen",
    "Wer zahlt den Betrieb?",
    "Gibt es die Folien?",
    "Äpfel 👩‍👩‍👧‍👦",
    "x" * 150,
    "",
)
SESSIONS = (None, "session-1")
PAUSES = (0, 1, 19 * SECOND, 20 * SECOND, 61 * SECOND, 61 * SECOND)
WINDOWS = (*[Window.OPEN] * 6, Window.VOTE_ONLY, Window.CLOSED)
MINUTES = (None, 1, 5)
PAGES = (1, 2, 3, 4, 12, 13, 0)
LATER = START + 20 * 3_600_000
YES_NO = (True, False)
ACCOUNTS = tuple(person.account for person in EVERYBODY)

PENDING, PUBLISHED, ON_AIR, DISMISSED = (
    QuestionState.PENDING,
    QuestionState.PUBLISHED,
    QuestionState.ON_AIR,
    QuestionState.DISMISSED,
)

Act = bytes
Item = TypeVar("Item")


def acts(most: int) -> st.SearchStrategy[list[Act]]:
    """So many acts at most."""
    return st.lists(st.binary(min_size=6, max_size=6), min_size=most // 2, max_size=most)


def lively() -> Meeting:
    """A room in which people have begun to talk: a reply, a waiting and two published questions."""
    meeting = Meeting()
    message = meeting.given(ULM, chat.SendMessage("Willkommen"))
    meeting.given(HOF, chat.SendMessage("Danke", reply_to=message))
    meeting.published(ULM, "Wie oft tagt der Beirat?")
    meeting.published(JENA, "Was kostet der Betrieb?")
    meeting.given(HOF, questions.AskQuestion("Wer haftet?", unnamed=True))
    meeting.given(SPEAKS, backstage.SendNote("Das Mikrofon geht nicht"))
    return meeting


def play(meeting: Meeting, history: Iterable[Act]) -> None:
    """Let people act; some of it is refused."""
    for act in history:
        who, what, which, when, one, two = act
        choice = Choice(meeting, which, one, two)
        command = COMMANDS[what % len(COMMANDS)](choice)
        meeting.when(_actor(meeting, command, who), command, after=pick(PAUSES, when))


def pick(options: Sequence[Item], byte: int) -> Item:
    return options[byte % len(options)]


def _actor(meeting: Meeting, command: RoomCommand, who: int) -> Person:
    """Anybody, or mostly somebody with the right; for own things mostly their author."""
    if who >= 224:
        return pick(EVERYBODY, who)
    able = [person for person in EVERYBODY if command.NEEDS in person.may]
    said, asked = meeting.room.chat.messages, meeting.room.questions.questions
    named = said.get(getattr(command, "message", "")) or asked.get(getattr(command, "question", ""))
    own = isinstance(command, DeleteMessage | WithdrawQuestion)
    if own and named is not None and named.words is not None:
        author = named.words.author.account
        return next(person for person in able if person.account == author)
    return pick(able, who)


class Choice:
    """What the bytes of an act choose."""

    def __init__(self, meeting: Meeting, which: int, one: int, two: int) -> None:
        self.room = meeting.room
        self.which, self.one, self.two = which, one, two

    @property
    def message(self) -> ObjectId:
        known = list(self.room.chat.messages)
        return pick(known, self.which) if known and self.which < 240 else NOWHERE

    def question(self, *states: QuestionState) -> tuple[ObjectId, int]:
        """A question, mostly one in these states, and its revision, mostly the current one."""
        asked = self.room.questions.questions.values()
        fitting = [question for question in asked if question.state in states]
        known = list(asked) if self.one % 8 == 0 else fitting
        if not known or self.which >= 240:
            return NOWHERE, 1
        found = pick(known, self.which)
        return found.id, found.revision - (self.two % 8 == 0)

    @property
    def deck(self) -> str:
        """A deck of the room, mostly the one on the stage if there is one."""
        shown = self.room.stage.deck
        if shown is not None and self.one % 4:
            return shown
        return pick((*DECKS, NOWHERE), self.one)

    @property
    def note(self) -> ObjectId:
        known = list(self.room.backstage.notes)
        return pick(known, self.which) if known and self.which < 240 else NOWHERE

    @property
    def account(self) -> str:
        return pick(ACCOUNTS, self.which)


def _say(c: Choice) -> RoomCommand:
    return chat.SendMessage(pick(TEXTS, c.one))


def _reply(c: Choice) -> RoomCommand:
    return chat.SendMessage(pick(TEXTS, c.one), reply_to=c.message)


def _ask(c: Choice) -> RoomCommand:
    return questions.AskQuestion(pick(TEXTS, c.one), pick(YES_NO, c.two), pick(SESSIONS, c.which))


def _dismiss(c: Choice) -> RoomCommand:
    asked = c.question(PENDING, PUBLISHED, ON_AIR)
    return questions.DismissQuestion(*asked, "doppelt", notify=pick(YES_NO, c.two))


def _vote(c: Choice) -> RoomCommand:
    return questions.VoteQuestion(c.question(PUBLISHED, ON_AIR)[0], pick(YES_NO, c.two))


def _announce(c: Choice) -> RoomCommand:
    # As if everybody looked at the room's clock: an instant later than all histories, or none.
    until = pick((LATER, LATER, LATER, 0), c.two)
    return announcements.SetAnnouncement(
        pick(TEXTS, c.one), until, pick(tuple(announcements.Level), c.which)
    )


def _mute(c: Choice) -> RoomCommand:
    return people.MutePerson(c.account, pick(MINUTES, c.one), "Ton")


COMMANDS: Sequence[Callable[[Choice], RoomCommand]] = (
    _say,
    _say,
    _reply,
    _reply,
    lambda c: DeleteMessage(c.message),
    lambda c: chat.RemoveMessage(c.message, "Ton"),
    lambda c: chat.RemoveMessage(c.message),
    lambda c: chat.RestoreMessage(c.message),
    _ask,
    _ask,
    _ask,
    lambda c: questions.ApproveQuestion(*c.question(PENDING)),
    lambda c: questions.ApproveQuestion(*c.question(PENDING)),
    lambda c: questions.ApproveQuestion(*c.question(PENDING)),
    _vote,
    _vote,
    _vote,
    lambda c: WithdrawQuestion(*c.question(PENDING, PUBLISHED)),
    _dismiss,
    lambda c: questions.RestoreQuestion(*c.question(DISMISSED)),
    lambda c: questions.PutOnAir(*c.question(PUBLISHED)),
    lambda c: questions.PutOnAir(*c.question(PUBLISHED)),
    lambda c: questions.TakeOffAir(*c.question(ON_AIR)),
    lambda c: questions.MarkAnswered(*c.question(ON_AIR)),
    lambda c: questions.NextQuestion(*c.question(PUBLISHED)),
    lambda c: questions.SetWindow(pick(WINDOWS, c.one)),
    lambda c: questions.SetModeration(pick(tuple(Moderation), c.one)),
    lambda c: questions.SetDisplay(pick(tuple(Display), c.one)),
    _mute,
    lambda c: people.UnmutePerson(c.account),
    lambda c: people.RemovePerson(c.account if c.two < 64 else NOWHERE),
    lambda c: people.ReadmitPerson(next(iter(c.room.people.sanctions), c.account)),
    lambda c: people.EraseWords(c.account if c.two < 64 else NOWHERE),
    lambda c: stage.ShowDeck(c.deck, pick(PAGES, c.two)),
    lambda c: stage.TurnPage(c.deck, pick(PAGES, c.two)),
    lambda c: stage.TurnPage(c.deck, pick(PAGES, c.two)),
    lambda c: stage.ClearStage(),
    _announce,
    lambda c: announcements.ClearAnnouncement(),
    lambda c: backstage.SendNote(pick(TEXTS, c.one)),
    lambda c: backstage.ConfirmNote(c.note),
)
