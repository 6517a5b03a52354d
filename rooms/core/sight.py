"""Who sees what of a room (laws *Sight* and *Hidden means not there*).

A *view* is an object as the readers of one stream see it now.  A change exists in a stream if it
changes a view there; what is sent for it later is the view at that later moment.  Views are
absolute, so replay, coalescing and resume all lead to the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable

from access.audiences import Instant
from rooms.core import announcements, backstage, chat, people, questions, room, stage
from rooms.core.names import AccountId, Kind, ObjectId, Ref, Stream, VoteCast
from rooms.core.room import Change, Mine, OwnQuestion, OwnSanction, OwnVote, Room, View

_STREAMS = (Stream.PUB, Stream.STAGE, Stream.DESK)


def view(state: Room, ref: Ref, stream: Stream) -> View | None:
    """How one object looks in a stream; None: for its readers it does not exist."""
    match ref.kind:
        case Kind.MESSAGE:
            message = chat.find(state.chat, ref.id)
            return None if message is None else chat.view(state.chat, message, stream)
        case Kind.QUESTION:
            question = state.questions.questions.get(ref.id)
            return None if question is None else questions.view(question, stream)
        case Kind.PERSON:
            return people.view(state.people, ref.id) if stream is Stream.DESK else None
        case Kind.ROOM:
            return room.view(state) if ref == room.ROOM_REF else None
        case Kind.STAGE:
            return stage.view(state.stage) if ref == stage.STAGE_REF else None
        case Kind.ANNOUNCEMENT:
            return announcements.view(state.announcements, ref.id)
        case Kind.NOTE:
            return backstage.view(state.backstage, ref.id, stream)


def advance(state: Room, change: Change) -> dict[Stream, tuple[Ref, ...]]:
    """Fold a change in place.  Answers, per stream in which it shows, what it changed there.

    A stream that is not in the answer gives the change no number.
    """
    if isinstance(change, VoteCast):
        room.evolve(state, change)
        return {}
    refs = room.touched(state, change)
    before = [_views(state, ref) for ref in refs]
    room.evolve(state, change)
    after = [_views(state, ref) for ref in refs]
    seen: dict[Stream, tuple[Ref, ...]] = {}
    for place, stream in enumerate(_STREAMS):
        changed = tuple(
            ref
            for ref, was, now in zip(refs, before, after, strict=True)
            if was[place] != now[place]
        )
        if changed:
            seen[stream] = changed
    return seen


def _views(state: Room, ref: Ref) -> tuple[View | None, View | None, View | None]:
    """The object in pub, stage and desk.  But for notes, stage shows what pub shows: speakers wait
    for approval too.  A law test holds that this is what ``view`` says."""
    public = view(state, ref, Stream.PUB)
    if ref.kind is Kind.MESSAGE:
        message = chat.find(state.chat, ref.id)
        if message is None or message.state is not chat.MessageState.REMOVED:
            return public, public, public
    desk = view(state, ref, Stream.DESK)
    return public, desk if ref.kind is Kind.NOTE else public, desk


def redact(state: Room, stream: Stream) -> dict[Ref, View]:
    """All of the room that the readers of a stream see: the kept messages in order, and so on."""
    refs = [
        room.ROOM_REF,
        *(Ref(Kind.MESSAGE, message) for message in state.chat.messages),
        *(Ref(Kind.QUESTION, question) for question in state.questions.questions),
        *(Ref(Kind.PERSON, account) for account in state.people.sanctions),
        stage.STAGE_REF,
        *(Ref(Kind.ANNOUNCEMENT, made) for made in state.announcements.made),
        *(Ref(Kind.NOTE, note) for note in state.backstage.notes),
    ]
    views = ((ref, view(state, ref, stream)) for ref in refs)
    return {ref: seen for ref, seen in views if seen is not None}


def mine(state: Room, account: AccountId) -> tuple[Mine, ...]:
    """What concerns one account: own questions and their fate, own votes, own sanction."""
    asked = state.questions.asked.get(account, ())
    own = (_own_question(state, question) for question in asked)
    votes = (_own_vote(state, question, account) for question in state.questions.votes)
    sanction = _own_sanction(state, account)
    found = (*own, *votes, sanction)
    return tuple(item for item in found if item is not None)


def news(state: Room, change: Change) -> dict[AccountId, tuple[Mine, ...]]:
    """What a change altered in whose ``me``.  Ask after folding it.

    After an erasure nobody is named any more: ask ``bereft`` before it, and send ``me`` whole.
    """
    match change:
        case VoteCast():
            vote = _own_vote(state, change.question, change.account)
            return {change.account: (vote,)} if vote is not None else {}
        case (
            people.PersonMuted()
            | people.PersonUnmuted()
            | people.PersonRemoved()
            | people.PersonReadmitted()
        ):
            sanction = _own_sanction(state, change.account)
            return {change.account: (sanction,)} if sanction is not None else {}
        case questions.QuestionOnAir(question=question, before=before):
            return _fates(state, (question, before))
        case _:
            return _fates(state, (getattr(change, "question", None),))


def bereft(state: Room, changes: Iterable[Change]) -> frozenset[AccountId]:
    """Whose ``me`` an erasure among these changes takes something from: own questions, the reason
    of a sanction.  Ask before folding them."""
    asked = {key: question.words for key, question in state.questions.questions.items()}
    accounts = set()
    for change in changes:
        if isinstance(change, questions.QuestionAsked):
            asked[change.question] = change.words
        elif isinstance(change, people.WordsErased):
            words = (asked.get(ref.id) for ref in change.objects if ref.kind is Kind.QUESTION)
            accounts |= {each.author.account for each in words if each is not None}
            accounts |= {one for one in change.persons or () if people.reasoned(state.people, one)}
    return frozenset(accounts)


def concerned(state: Room, change: Change) -> frozenset[AccountId]:
    """Whose ``me`` a change altered.  Ask after folding it."""
    return frozenset(news(state, change))


def _fates(state: Room, named: tuple[ObjectId | None, ...]) -> dict[AccountId, tuple[Mine, ...]]:
    fates: dict[AccountId, tuple[Mine, ...]] = {}
    for key in named:
        question = state.questions.questions.get(key) if key is not None else None
        if question is None or question.words is None:
            continue
        account = question.words.author.account
        own = _own_question(state, question.id)
        if own is not None:
            fates[account] = (*fates.get(account, ()), own)
    return fates


def _own_question(state: Room, key: ObjectId) -> OwnQuestion | None:
    question = state.questions.questions[key]
    if question.words is None:
        return None
    return OwnQuestion(
        id=key,
        rev=question.revision,
        at=question.at,
        state=question.state,
        text=question.words.text,
        unnamed=question.words.author.unnamed,
        number=question.number,
        reason=(question.reason or None) if question.notify else None,
    )


def _own_vote(state: Room, question: ObjectId, account: AccountId) -> OwnVote | None:
    cast: Instant | None = state.questions.votes.get(question, {}).get(account)
    if cast is not None:
        return OwnVote(question, cast, True)
    back = state.questions.unvoted.get(question, {}).get(account)
    return OwnVote(question, back, False) if back is not None else None


def _own_sanction(state: Room, account: AccountId) -> OwnSanction | None:
    sanction = state.people.sanctions.get(account)
    if sanction is None:
        return None
    return OwnSanction(
        id=account,
        rev=sanction.revision,
        muted=sanction.muted,
        muted_until=sanction.muted_until,
        removed=sanction.removed,
        reason=sanction.reason,
    )
