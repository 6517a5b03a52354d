"""Words to tell what happens in a room: who acts, what was given, what everybody sees then."""

from __future__ import annotations

from access.actors import OfficeKind
from access.audiences import Instant
from access.permissions import Permission
from rooms.core import codec, room, sight
from rooms.core.chat import MessageView
from rooms.core.names import (
    AccountId,
    Code,
    Ids,
    Kind,
    ObjectId,
    Person,
    Ref,
    Refusal,
    Stream,
    Words,
)
from rooms.core.people import PersonView
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    PutOnAir,
    Question,
    QuestionView,
)
from rooms.core.room import Change, Mine, Outcome, Room, RoomCommand, View

START: Instant = 1_648_540_800_000
"""29 March 2022, 10:00 in Berlin."""
SECOND = 1_000
MINUTE = 60 * SECOND

GUEST = frozenset({Permission.ROOM_ENTER})
ATTENDEE = GUEST | {
    Permission.CHAT_SEND,
    Permission.CHAT_DELETE_OWN,
    Permission.QUESTION_ASK,
    Permission.QUESTION_WITHDRAW_OWN,
    Permission.QUESTION_VOTE,
}
SPEAKER = ATTENDEE | {
    Permission.ROOM_STAGE,
    Permission.STAGE_DIRECT,
    Permission.BACKSTAGE_SEND,
}
MODERATOR = SPEAKER | {
    Permission.ROOM_DESK,
    Permission.CHAT_MODERATE,
    Permission.QUESTION_MODERATE,
    Permission.ROOM_CONFIGURE,
    Permission.ANNOUNCE,
    Permission.PERSON_SANCTION,
}
ORGANISER = MODERATOR | {Permission.WORDS_ERASE}
STAFF = frozenset({"moderation", "colleague", "organiser"})

ULM = Person("ulm", "Gastgeberin Ulm", "Stadt Ulm", ATTENDEE)
HOF = Person("hof", "Stadtverwaltung Hof", "Stadt Hof", ATTENDEE)
JENA = Person("jena", "Stadtwerke Jena", "Stadt Jena", ATTENDEE)
SPEAKS = Person("speaker", "Vortrag", "Landkreis Mayen-Koblenz", SPEAKER, office=OfficeKind.SPEAKER)
MODERATION = Person("moderation", "Moderation", "KTS", MODERATOR, STAFF, OfficeKind.MODERATOR)
COLLEAGUE = Person("colleague", "Zweite Moderation", "KTS", MODERATOR, STAFF, OfficeKind.MODERATOR)
KTS = Person("organiser", "Organisation", "KTS", ORGANISER, office=OfficeKind.ORGANISER)
NOBODY = "nobody"
"""No account."""
EVERYBODY = (ULM, HOF, JENA, SPEAKS, MODERATION, COLLEAGUE, KTS)

ACCOUNTS = frozenset(person.account for person in EVERYBODY)
DECKS = {"slides": 12, "photos": 3}
"""Decks of this room, with their pages."""

STREAMS = tuple(Stream)


class Meeting:
    """A room in which people act one after the other, a minute apart unless told otherwise."""

    def __init__(self, state: Room | None = None) -> None:
        self.room = state or room.empty("plenum")
        self.at = START
        self.made = 0
        self.told: list[tuple[Person, RoomCommand, Outcome | Refusal]] = []
        self.changes: list[Change] = []
        self.seen: list[dict[Stream, tuple[Ref, ...]]] = []
        """Per change, the objects it changed in each stream."""

    def when(self, by: Person, command: RoomCommand, *, after: int = MINUTE) -> Outcome | Refusal:
        """Somebody gives a command; what becomes of it is folded."""
        self.at += after
        self.made += 1
        ids = Ids(f"id-{self.made}")
        outcome = room.decide(self.room, command, by, self.at, ids, exist=ACCOUNTS, decks=DECKS)
        self.told.append((by, command, outcome))
        if isinstance(outcome, Outcome):
            for change in outcome.changes:
                self.changes.append(change)
                self.seen.append(sight.advance(self.room, change))
        return outcome

    def given(self, by: Person, command: RoomCommand, *, after: int = MINUTE) -> ObjectId:
        """The same, for what must have happened before; answers the object's id."""
        outcome = self.when(by, command, after=after)
        assert isinstance(outcome, Outcome), outcome
        return outcome.object or ""

    def refuses(self, by: Person, command: RoomCommand, *, after: int = MINUTE) -> Refusal:
        """Somebody gives a command that is not carried out and leaves no trace."""
        changes = len(self.changes)
        refusal = self.when(by, command, after=after)
        assert isinstance(refusal, Refusal), refusal
        assert len(self.changes) == changes
        return refusal

    def code(self, by: Person, command: RoomCommand, *, after: int = MINUTE) -> Code:
        """Only why it was refused."""
        return self.refuses(by, command, after=after).code

    def asked(self, by: Person = ULM, text: str = "Wer pflegt die Daten?") -> ObjectId:
        """A question that waits for the moderation."""
        return self.given(by, AskQuestion(text))

    def published(self, by: Person = ULM, text: str = "Wer pflegt die Daten?") -> ObjectId:
        """A question that everybody sees."""
        question = self.asked(by, text)
        return self.given(MODERATION, ApproveQuestion(question, self.revision(question)))

    def on_air(self, by: Person = ULM, text: str = "Wer pflegt die Daten?") -> ObjectId:
        """A question that is being answered now."""
        question = self.published(by, text)
        return self.given(MODERATION, PutOnAir(question, self.revision(question)))

    def question(self, question: ObjectId) -> Question:
        return self.room.questions.questions[question]

    def revision(self, question: ObjectId) -> int:
        return self.question(question).revision

    def sees_message(self, message: ObjectId, stream: Stream = Stream.PUB) -> MessageView:
        view = sight.view(self.room, Ref(Kind.MESSAGE, message), stream)
        assert isinstance(view, MessageView)
        return view

    def sees_question(self, question: ObjectId, stream: Stream = Stream.PUB) -> QuestionView | None:
        view = sight.view(self.room, Ref(Kind.QUESTION, question), stream)
        assert view is None or isinstance(view, QuestionView)
        return view

    def sees_person(self, account: AccountId, stream: Stream = Stream.DESK) -> PersonView | None:
        view = sight.view(self.room, Ref(Kind.PERSON, account), stream)
        assert view is None or isinstance(view, PersonView)
        return view

    def sees(self, stream: Stream) -> dict[Ref, View]:
        return sight.redact(self.room, stream)

    def mine(self, person: Person) -> tuple[Mine, ...]:
        return sight.mine(self.room, person.account)


def words_of(state: Room) -> dict[Ref, Words]:
    """What the words' rows of a room hold."""
    messages = {**state.chat.older, **state.chat.messages}
    said = {Ref(Kind.MESSAGE, m.id): m.words for m in messages.values()}
    asked = {Ref(Kind.QUESTION, q.id): q.words for q in state.questions.questions.values()}
    made = {Ref(Kind.ANNOUNCEMENT, a.id): a.words for a in state.announcements.made.values()}
    notes = {Ref(Kind.NOTE, n.id): n.words for n in state.backstage.notes.values()}
    known = said | asked | made | notes
    return {ref: words for ref, words in known.items() if words is not None}


def reasons_of(state: Room) -> dict[Ref, list[str]]:
    """The reasons a store keeps apart: here only the last, after one for a lifted sanction."""
    messages = {**state.chat.older, **state.chat.messages}
    asked, sanctions = state.questions.questions, state.people.sanctions
    return {
        **{Ref(Kind.MESSAGE, m.id): [m.reason] for m in messages.values()},
        **{Ref(Kind.QUESTION, q.id): [q.reason] for q in asked.values()},
        **{
            Ref(Kind.PERSON, s.account): ["earlier", s.reason] if s.reasoned else [s.reason]
            for s in sanctions.values()
        },
    }


def stored_and_loaded(state: Room) -> Room:
    """The room as it comes back from a snapshot, its texts' rows and its votes' rows."""
    loaded = codec.decode_room(codec.encode_room(state), words_of(state), reasons_of(state))
    loaded.questions.votes = {q: dict(v) for q, v in state.questions.votes.items()}
    loaded.questions.unvoted = {q: dict(v) for q, v in state.questions.unvoted.items()}
    return loaded
