"""Processes tell each other how they are doing; who is gone is shown no more."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from access.actors import OfficeKind
from rooms.attendance import Attendances, attendance
from rooms.core.names import Person
from rooms.meter import Occupancy
from server.observe.process import Process
from server.observe.reports import FRESH_S, Report, Reports, Sample
from server.observe.watch import KEPT, Sources, Watch

HOF = Person("hof", "Bauamt Hof", "Stadt Hof", frozenset())
ULM = Person("ulm", "Gastgeberin Ulm", "Stadt Ulm", frozenset(), office=OfficeKind.HOST)
THERE: Attendances = {"plenum": attendance([HOF], guests=2)}
OTHER = Report("zz-rathaus", 8_000, 0, 1_000, 2**27, THERE, (Sample(people=3),))


def watch(
    folder: Path,
    process: Process | None = None,
    told: Callable[[Iterable[Attendances]], None] = lambda others: None,
) -> Watch:
    there, here = Occupancy(1, 2, 3, 1), {"plenum": attendance([ULM, HOF], guests=0)}
    sources = Sources(lambda: there, lambda: 900, lambda: 2, lambda: 1_000, lambda: here, told)
    return Watch(process or Process(slot=1), sources, Reports(folder), port=8_000)


def aged(path: Path, seconds: float) -> None:
    at = path.stat().st_mtime - seconds
    os.utime(path, (at, at))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_each_process_sees_all(tmp_path: Path) -> None:
    reports = Reports(tmp_path / "processes")
    own = watch(tmp_path / "processes")
    reports.publish(OTHER)
    await own.start()
    first, second = await own.everybody()
    assert (first.slot, list(first.present), first.draining) == (1, ["plenum"], False)
    assert (first.samples[-1].people, first.samples[-1].silent) == (2, 0.9)
    assert second == OTHER
    assert [one.place for one in reports.others(OTHER)] == [first.place]
    await own.stop()
    assert reports.others(OTHER) == ()


async def test_each_process_is_told_who_is_in_the_rooms_by_the_others(tmp_path: Path) -> None:
    Reports(tmp_path).publish(OTHER)
    told: list[Attendances] = []
    own = watch(tmp_path, told=told.extend)
    await own.start()
    await own.stop()
    assert told == [THERE]


async def test_who_is_connected_to_two_processes_is_counted_once_per_room(tmp_path: Path) -> None:
    there = {**THERE, "werkstatt-1": attendance([HOF], guests=0)}
    Reports(tmp_path).publish(replace(OTHER, present=there))
    own = watch(tmp_path)
    await own.start()
    own.sample()
    await own.stop()
    assert [sample.people for sample in own.report().samples] == [2, 5]


async def test_who_wrote_nothing_for_long_is_gone_and_tidied_away(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    reports.publish(OTHER)
    reports.publish(replace(OTHER, slot=1))
    (tmp_path / "rathaus-8000-0.json").write_text('{"of": "another release"}')
    aged(tmp_path / "zz-rathaus-8000-1.json", FRESH_S + 1)
    for half in ("rathaus-8000-0.new", "zz-rathaus-8000-2.new"):
        (tmp_path / half).write_text('{"present": {"plenum": {"persons": {"hof"')
    aged(tmp_path / "zz-rathaus-8000-2.new", FRESH_S + 1)
    own = watch(tmp_path)
    assert (await own.everybody())[1:] == (OTHER,)
    await own.start()
    await own.stop()
    assert names(tmp_path) == [
        "rathaus-8000-0.json",
        "rathaus-8000-0.new",  # being written just now
        "zz-rathaus-8000-0.json",
    ]


def test_whoever_takes_the_place_of_a_process_takes_its_file(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    reports.publish(OTHER)
    reports.publish(successor := replace(OTHER, since=2_000))
    assert reports.others(watch(tmp_path).report()) == (successor,)


def test_a_sample_has_what_happened_since_the_one_before(tmp_path: Path) -> None:
    process = Process()
    own, figures = watch(tmp_path, process), process.figures
    figures.delivered(400, 1)
    figures.ticked(30)
    figures.ticked(20)
    figures.fault()
    own.sample()
    own.sample()
    before, after = own.report().samples
    assert before.frames > 0
    assert (before.late, before.troubles) == (0.03, 1)
    assert (after.frames, after.late, after.troubles) == (0, 0, 0)
    for _ in range(KEPT):
        own.sample()
    assert len(own.report().samples) == KEPT


async def test_a_disk_that_is_full_stops_nobody_and_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "processes").touch()  # no folder can be made there
    own = watch(tmp_path / "processes", process=Process(draining=True))
    await own.start()
    assert [one.draining for one in await own.everybody()] == [True]
    await own.stop()
    assert [record.message for record in caplog.records] == [
        "the report of this process could not be written"
    ]
