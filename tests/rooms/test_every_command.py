"""What holds for every command there is: repeated, given by who may not, sent with more in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from rooms.core.announcements import ClearAnnouncement, SetAnnouncement
from rooms.core.backstage import ConfirmNote, SendNote
from rooms.core.chat import DeleteMessage, RemoveMessage, RestoreMessage, SendMessage
from rooms.core.names import Code, Command, Refusal
from rooms.core.people import EraseWords, MutePerson, ReadmitPerson, RemovePerson, UnmutePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    Display,
    MarkAnswered,
    Moderation,
    NextQuestion,
    PutOnAir,
    RestoreQuestion,
    SetDisplay,
    SetModeration,
    SetWindow,
    TakeOffAir,
    VoteQuestion,
    Window,
    WithdrawQuestion,
)
from rooms.core.room import RoomCommand
from rooms.core.stage import ClearStage, ShowDeck, TurnPage
from rooms.wire.commands import Answer
from rooms.wire.decoding import COMMANDS, Rejected, decode
from tests.fakes.admission import MODERATOR, SPEAKER
from tests.fakes.timers import settle
from tests.rooms.acts import code_of, object_of, published
from tests.rooms.house import ROOM, House, Visitor

Given = tuple[str, RoomCommand]


@dataclass(frozen=True)
class Scene:
    """A room in which there is something for every command."""

    message: str
    removed: str
    pending: str
    published: str
    on_air: str
    dismissed: str
    note: str
    later: int = field(default=1, kw_only=True)


WISHES: dict[type[Command], Callable[[Scene], Given]] = {
    SendMessage: lambda s: ("ulm", SendMessage("Noch etwas", reply_to=s.message)),
    DeleteMessage: lambda s: ("ulm", DeleteMessage(s.message)),
    RemoveMessage: lambda s: (MODERATOR, RemoveMessage(s.message, "Ton")),
    RestoreMessage: lambda s: (MODERATOR, RestoreMessage(s.removed)),
    AskQuestion: lambda s: ("hof", AskQuestion("Wer haftet?", unnamed=True)),
    WithdrawQuestion: lambda s: ("ulm", WithdrawQuestion(s.pending, 1)),
    VoteQuestion: lambda s: ("hof", VoteQuestion(s.published, True)),
    ApproveQuestion: lambda s: (MODERATOR, ApproveQuestion(s.pending, 1)),
    DismissQuestion: lambda s: (MODERATOR, DismissQuestion(s.pending, 1, "doppelt")),
    RestoreQuestion: lambda s: (MODERATOR, RestoreQuestion(s.dismissed, 3)),
    PutOnAir: lambda s: (MODERATOR, PutOnAir(s.published, 2)),
    TakeOffAir: lambda s: (MODERATOR, TakeOffAir(s.on_air, 3)),
    MarkAnswered: lambda s: (MODERATOR, MarkAnswered(s.on_air, 3)),
    NextQuestion: lambda s: (MODERATOR, NextQuestion(s.published, 2, leaving=s.on_air)),
    SetWindow: lambda s: (MODERATOR, SetWindow(Window.VOTE_ONLY)),
    SetModeration: lambda s: (MODERATOR, SetModeration(Moderation.POST)),
    SetDisplay: lambda s: (MODERATOR, SetDisplay(Display.NAMED)),
    MutePerson: lambda s: (MODERATOR, MutePerson("hof", 5, "Ton")),
    UnmutePerson: lambda s: (MODERATOR, UnmutePerson("mayen")),
    RemovePerson: lambda s: (MODERATOR, RemovePerson("hof", "Ton")),
    ReadmitPerson: lambda s: (MODERATOR, ReadmitPerson("jena")),
    EraseWords: lambda s: (MODERATOR, EraseWords("ulm")),
    ShowDeck: lambda s: (MODERATOR, ShowDeck("photos")),
    TurnPage: lambda s: (MODERATOR, TurnPage("slides", 2)),
    ClearStage: lambda s: (MODERATOR, ClearStage()),
    SetAnnouncement: lambda s: (MODERATOR, SetAnnouncement("Pause", s.later)),
    ClearAnnouncement: lambda s: (MODERATOR, ClearAnnouncement()),
    SendNote: lambda s: (MODERATOR, SendNote("Noch fünf Minuten")),
    ConfirmNote: lambda s: (MODERATOR, ConfirmNote(s.note)),
}
OWN = (SendMessage, DeleteMessage, AskQuestion, WithdrawQuestion, VoteQuestion)
"""What a participant may give."""
ALL = pytest.mark.parametrize("kind", COMMANDS.values(), ids=COMMANDS)


async def scene_of(house: House) -> Scene:
    desk, ulm = await house.enter(MODERATOR), await house.enter("ulm")
    message, removed = [object_of(await ulm.do(SendMessage(text))) for text in ("Eins", "Zwei")]
    await desk.do(RemoveMessage(removed, "Ton"))
    pending = object_of(await ulm.do(AskQuestion("Wann beginnt der Ausbau?")))
    shown, on_air, dismissed = [
        await published(house, desk, await house.enter(who), f"Frage von {who}?")
        for who in ("mayen", "jena", "kiel")
    ]
    await desk.do(PutOnAir(on_air, 2))
    await desk.do(DismissQuestion(dismissed, 2, "doppelt"))
    await desk.do(MutePerson("mayen"))
    await desk.do(RemovePerson("jena"))
    speaker, later = await house.enter(SPEAKER), house.clock.now() + 3_600_000
    note = object_of(await speaker.do(SendNote("Das Mikrofon geht nicht")))
    await desk.do(ShowDeck("slides"))
    await desk.do(SetAnnouncement("Es geht gleich los", later))
    await house.quiet()
    return Scene(message, removed, pending, shown, on_air, dismissed, note, later=later)


def traces(house: House) -> tuple[int, int]:
    """How much the store holds: events, and votes as they were last changed."""
    kept = house.disk.rooms[ROOM]
    return kept.head.log, sum(row.vote.value for row in kept.votes.values())


async def at_once(tabs: Sequence[Visitor], command: RoomCommand, command_id: str) -> list[Answer]:
    """From several connections, before any of them is answered."""
    answers: list[Answer] = []
    for tab in tabs:
        tab.house.sequencer.submit(tab.submission(command, command_id, answers))
    while len(answers) < len(tabs):
        await settle()
    return answers


@ALL
async def test_the_same_command_on_two_sockets_has_one_effect(
    house: House, kind: type[Command]
) -> None:
    """T-X1: at once on two sockets, then on both after the answer, then after a restart."""
    who, command = WISHES[kind](await scene_of(house))
    tabs = [await house.enter(who) for _ in range(2)]
    command_id, before = house.command_id(), traces(house)
    first, second = await at_once(tabs, command, command_id)
    once = traces(house)
    assert (first.error, first.replayed, second.replayed) == (None, False, True)
    assert first.done == second.done
    assert first.done is not None
    assert not first.done.no_change
    assert once[0] - before[0] == (0 if kind is VoteQuestion else 1)

    later = [await tab.do(command, command_id) for tab in tabs]
    restarted = await House(house.disk).open()
    later.append(await (await restarted.enter(who)).do(command, command_id))
    await restarted.close()
    wanted = first.ack(command_id, tabs[0].member.stream)  # type: ignore[union-attr]
    assert [(ack.done, ack.at, ack.replayed) for ack in later] == [
        (wanted.done, wanted.at, True)
    ] * 3
    assert traces(house) == once


def test_every_command_is_looked_at() -> None:
    assert WISHES.keys() == set(COMMANDS.values())


@pytest.mark.parametrize("kind", [kind for kind in COMMANDS.values() if kind not in OWN])
async def test_a_participant_cannot_give_it_and_changes_nothing(
    house: House, kind: type[Command]
) -> None:
    """T-Q8: the same answer whether or not the object is there."""
    scene = await scene_of(house)
    hof = await house.enter("hof")
    before = traces(house)
    nothing = Scene(*["never-was"] * 7)
    for around in (scene, nothing):
        _, command = WISHES[kind](around)
        assert (await hof.do(command)).error == Refusal(Code.FORBIDDEN)
    assert traces(house) == before


async def test_what_is_somebody_elses_stays_theirs(house: House) -> None:
    """T-Q8: forbidden where one sees it, not found where one does not."""
    scene = await scene_of(house)
    hof = await house.enter("hof")
    before = traces(house)
    wishes: list[RoomCommand] = [
        DeleteMessage(scene.message),
        WithdrawQuestion(scene.published, 2),
        WithdrawQuestion(scene.pending, 1),
        VoteQuestion(scene.pending, True),
        VoteQuestion(scene.dismissed, True),
    ]
    assert [code_of(await hof.do(wish)) for wish in wishes] == [
        Code.FORBIDDEN,
        Code.FORBIDDEN,
        Code.NOT_FOUND,
        Code.NOT_FOUND,
        Code.NOT_FOUND,
    ]
    assert traces(house) == before


@ALL
@pytest.mark.parametrize("more", ["by", "account", "permissions", "at", "k"])
async def test_a_command_with_more_in_it_is_none(
    house: House, kind: type[Command], more: str
) -> None:
    """T-Q8: extra keys are refused, never copied onto anything."""
    _, command = WISHES[kind](Scene(*["question-1"] * 7))
    sent: dict[str, Any] = msgspec.to_builtins(command)
    if more in sent:
        more = "moderator"
    frame = {"t": "do", "id": house.command_id(), "command": {**sent, more: MODERATOR}}
    rejected = decode(msgspec.json.encode(frame))
    assert isinstance(rejected, Rejected)
    assert (rejected.error.code, rejected.id) == (Code.MALFORMED, frame["id"])
    assert not isinstance(decode(msgspec.json.encode({**frame, "command": sent})), Rejected)
