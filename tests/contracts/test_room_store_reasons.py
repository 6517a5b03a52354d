"""Why moderators acted: what every room store keeps apart, joins again and erases."""

from __future__ import annotations

from access.audiences import Instant
from rooms.core import room
from rooms.core.chat import MessageRemoved, MessageRestored
from rooms.core.names import Kind, Ref, Stream
from rooms.core.people import PersonMuted, WordsErased
from rooms.core.questions import QuestionDismissed
from rooms.core.room import RoomEvent
from rooms.ports import Head, Stored, Writes
from tests.contracts.disks import ULM, Disk, Scribe, asked, numbered, opened, posted

ROOM = "room-plenum"
OTHER = "room-werkstatt"
PERSON = Ref(Kind.PERSON, ULM.account)
DISMISSED = QuestionDismissed(
    at=1_100, by="account-kts", question="question-1", reason="doppelt", notify=True
)


def removed(reason: str, at: Instant = 1_100) -> MessageRemoved:
    return MessageRemoved(at=at, by="account-kts", message="message-1", reason=reason)


def muted(reason: str, at: Instant = 1_100) -> PersonMuted:
    return PersonMuted(at=at, by="account-kts", account=ULM.account, until=None, reason=reason)


def reasons(stored: Stored) -> list[str]:
    """Those of all acts of moderation that say why."""
    events = [logged.event for logged in stored.events]
    return [event.reason for event in events if hasattr(event, "reason")]


async def test_every_act_keeps_the_reason_it_was_given(disk: Disk, scribe: Scribe) -> None:
    restored = MessageRestored(at=1_200, by="account-kts", message="message-1")
    await scribe.write(ROOM, posted("message-1"), asked("question-1"))
    acts: list[RoomEvent] = [
        removed("Ton"),
        restored,
        removed("Werbung", 1_300),
        DISMISSED,
        muted("Lärm"),
    ]
    await scribe.write(ROOM, *acts, muted("", 1_400))
    async with opened(disk) as [restarted]:
        assert reasons(await restarted.load(ROOM)) == ["Ton", "Werbung", "doppelt", "Lärm", ""]
        message = await restarted.message(ROOM, "message-1")
    assert message is not None
    assert message.reason == "Werbung"


async def test_reasons_are_erased_with_the_words_and_the_person(scribe: Scribe) -> None:
    acts: list[RoomEvent] = [removed("Ton"), DISMISSED, muted("Lärm"), muted("wieder Lärm", 1_200)]
    await scribe.write(ROOM, posted("message-1"), asked("question-1"), *acts)
    await scribe.write(OTHER, muted("anderswo"))
    objects = (Ref(Kind.MESSAGE, "message-1"), Ref(Kind.QUESTION, "question-1"))
    await scribe.write(ROOM, WordsErased(at=2_000, objects=objects, persons=(ULM.account,)))
    assert reasons(await scribe.store.load(ROOM)) == ["", "", "", ""]
    assert reasons(await scribe.store.load(OTHER)) == ["anderswo"]


async def test_a_reason_given_after_the_erasure_stays_also_in_one_batch(scribe: Scribe) -> None:
    await scribe.write(ROOM, muted("Lärm"))
    gone = WordsErased(at=2_000, objects=(), persons=(ULM.account,))
    await scribe.write(ROOM, muted("mehr Lärm"), gone, muted("wieder", 2_100))
    await scribe.write(ROOM, muted("noch immer", 2_200))
    assert reasons(await scribe.store.load(ROOM)) == ["", "", "wieder", "noch immer"]


async def test_two_rooms_may_sanction_one_person_at_the_same_number(scribe: Scribe) -> None:
    for name, reason in ((ROOM, "hier"), (OTHER, "dort")):
        await scribe.write(name, muted(reason))
    assert reasons(await scribe.store.load(ROOM)) == ["hier"]
    assert reasons(await scribe.store.load(OTHER)) == ["dort"]


async def test_a_stored_erasure_names_no_person(scribe: Scribe) -> None:
    event = WordsErased(
        at=2_000, objects=(Ref(Kind.QUESTION, "question-1"),), persons=(ULM.account,)
    )
    head, [logged] = numbered(Head(room=ROOM), [event])
    question = Ref(Kind.QUESTION, "question-1")
    refs = {Stream.PUB: (question,), Stream.STAGE: (question,), Stream.DESK: (question, PERSON)}
    told = type(logged)(logged.log, event, logged.numbers, refs)
    async with scribe.store.batch({ROOM: Head(room=ROOM)}, []) as batch:
        await batch.commit(Writes([head], {ROOM: [told]}, {}, []))
    [found] = (await scribe.store.load(ROOM)).events
    assert isinstance(found.event, WordsErased)
    assert found.event.persons is None
    assert found.refs == dict.fromkeys(Stream, (question,))


async def test_a_snapshot_has_the_reasons_that_are_still_there(scribe: Scribe) -> None:
    state = room.empty(ROOM)
    events = [posted("message-1"), asked("question-1"), removed("Ton"), DISMISSED, muted("Lärm")]
    for event in events:
        room.evolve(state, event)
    await scribe.write(ROOM, *events, snapshot=state)
    assert (await scribe.store.load(ROOM)).room == state
    gone = WordsErased(at=2_000, objects=(Ref(Kind.MESSAGE, "message-1"),), persons=(ULM.account,))
    await scribe.write(ROOM, gone)
    found = (await scribe.store.load(ROOM)).room
    assert found is not None
    assert found.chat.messages["message-1"].reason == ""
    assert found.questions.questions["question-1"].reason == "doppelt"
    assert found.people.sanctions[ULM.account].reason == ""
