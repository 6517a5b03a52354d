"""What rooms tell of themselves: every frame once, every command by its end, every tick's delay."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager

import msgspec
import pytest

from rooms.core.chat import SendMessage
from rooms.core.people import MutePerson
from rooms.member import BUFFERED
from rooms.meter import Occupancy, Occurrence
from server.ws.frames import text_frame
from tests.fakes.admission import MODERATOR, SPEAKER
from tests.rooms.acts import fill, say
from tests.rooms.house import House


class Notes:
    """A meter that writes down what it is told."""

    def __init__(self) -> None:
        self.frames = 0
        self.bytes = 0
        self.late: list[int] = []
        self.batches: list[int] = []
        self.codes: Counter[str] = Counter()
        self.seen: Counter[Occurrence] = Counter()

    def delivered(self, frames: int, size: int) -> None:
        self.frames += frames
        self.bytes += size

    def ticked(self, late: int) -> None:
        self.late.append(late)

    @contextmanager
    def committing(self, commands: int) -> Iterator[None]:
        self.batches.append(commands)
        yield

    def answered(self, codes: Iterable[str]) -> None:
        self.codes.update(codes)

    def count(self, occurrence: Occurrence) -> None:
        self.seen[occurrence] += 1


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def measured(notes: Notes) -> AsyncIterator[House]:
    house = await House(meter=notes).open()
    yield house
    await house.close()


async def test_every_frame_handed_over_is_counted_once(measured: House, notes: Notes) -> None:
    desk, ulm, guest = [await measured.enter(one) for one in (MODERATOR, "ulm", None)]
    await say(ulm, "Guten Tag", "Hallo")
    await desk.do(MutePerson("ulm", reason="Pause"))
    await measured.quiet()
    await say(desk, "Es geht weiter")  # a tick after everything else
    await measured.tick()
    handed = [raw for one in (desk, ulm, guest) for raw in one.outlet.raw]
    assert notes.frames == len(handed)
    assert notes.bytes == sum(len(text_frame(raw.encode())) for raw in handed)


async def test_commands_are_counted_by_what_became_of_them(measured: House, notes: Notes) -> None:
    ulm = await measured.enter("ulm")
    await say(ulm, "Guten Tag")
    await ulm.do(SendMessage(""))
    assert (notes.codes, notes.batches) == (Counter(ok=1, empty=1), [1, 1])
    measured.disk.refuse_commits()
    await ulm.do(SendMessage("Und noch etwas"))
    assert notes.seen == Counter({Occurrence.UNSTORED: 1})


async def test_a_tick_is_as_late_as_its_last_connection_was_handed_it(
    measured: House, notes: Notes
) -> None:
    ulm, hof = await measured.enter("ulm"), await measured.enter("hof")
    await measured.quiet()
    notes.late.clear()
    take = hof.outlet.write

    def slowly(frame: bytes) -> None:
        measured.timers._now += 7
        take(frame)

    hof.outlet.write = slowly  # type: ignore[method-assign]
    await say(ulm, "Guten Tag")
    await measured.tick()
    assert notes.late == [7]


async def test_a_slow_reader_is_seen_and_counted_when_it_catches_up_and_when_it_is_closed(
    measured: House, notes: Notes
) -> None:
    speaker, slow, silent = [await measured.enter(one) for one in (SPEAKER, "slow", "silent")]
    for one in (slow, silent):
        one.outlet.reading = False
    await fill(speaker)
    assert slow.outlet.buffered() > BUFFERED
    await measured.tick(1_000)
    assert measured.hub.occupancy == Occupancy(1, 3, 3, lagging=2)
    await say(speaker, "weiter")
    await measured.tick()
    slow.outlet.read_again()
    assert slow.member is not None
    measured.hub.drained(slow.member)
    await measured.tick(11_000)
    assert notes.seen[Occurrence.DRAINED] == 1
    assert notes.seen[Occurrence.EVICTED] == 1
    assert measured.hub.occupancy == Occupancy(1, 2, 2, lagging=0)


async def test_who_comes_back_from_another_epoch_is_counted_as_reset(
    measured: House, notes: Notes
) -> None:
    ulm = await measured.enter("ulm")
    elsewhere = msgspec.structs.replace(ulm.joined.at, epoch="another")
    await measured.enter("hof", after=elsewhere)
    assert notes.seen == Counter({Occurrence.RESET: 1})
