"""``make chaos``: the long forms, with progress on screen; writes ``docs/reliability.md``.

``.venv/bin/python -m tests.chaos [SCENARIO ...] [--times N]``; what is not run stays on the page.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.chaos import clocks, full_disk, hostile, record, troubles
from tests.chaos.cut_off import servers_cut_off
from tests.chaos.drill import backups_are_put_back
from tests.chaos.flushed import power_goes
from tests.chaos.places import on_postgresql, on_sqlite
from tests.chaos.record import Result
from tests.chaos.report import Scenario, page
from tests.chaos.requests import requests_are_malformed
from tests.chaos.revoked import OTHERS, rights_end
from tests.chaos.room import PEOPLE, VOTERS, Traffic
from tests.chaos.slow import readers_are_slow
from tests.chaos.story import told
from tests.fixtures.server import ROOT
from tests.system_parts import missing

long_lives = partial(troubles.server_dies, longest=4.5)
"""Long enough for the half million acknowledged commands that the design asks for."""
three = partial(on_postgresql, servers=3)
wired = partial(three, redis=True, relayed=True)
cut = partial(rights_end, cut=True)
MANY = (*PEOPLE, *VOTERS)
SCENARIOS = (
    Scenario("a1", "kill -9 of the server, SQLite", on_sqlite, long_lives, 150, MANY),
    Scenario("a1p", "kill -9 of the server, PostgreSQL", on_postgresql, long_lives, 150, MANY),
    Scenario("a2", "kill -9 of PostgreSQL", on_postgresql, troubles.database_dies, 100),
    Scenario(
        "a3",
        "bus killed or frozen, three servers",
        partial(three, redis=True),
        troubles.bus_dies,
        100,
    ),
    Scenario("a5", "power goes under the server, SQLite", on_sqlite, power_goes, 100),
    Scenario("i1", "backup and restore, SQLite", on_sqlite, backups_are_put_back, 20),
    Scenario("i1p", "backup and restore, PostgreSQL", on_postgresql, backups_are_put_back, 20),
    Scenario("b1", "rolling restart of three servers", three, troubles.servers_restart_in_turn, 20),
    Scenario("x5", "kill -9 of three servers in turn", three, troubles.servers_die_in_turn, 20),
    Scenario("c1", "slow readers", on_sqlite, readers_are_slow, 5),
    Scenario(
        "d1",
        "disk full, SQLite",
        full_disk.on_a_small_disk,
        full_disk.disk_is_full,
        30,
        lacking=full_disk.cannot_mount,
    ),
    Scenario(
        "d1p",
        "disk full, PostgreSQL",
        full_disk.postgresql_on_a_small_disk,
        full_disk.disk_is_full,
        30,
        lacking=full_disk.cannot_mount,
    ),
    Scenario("e1", "one of three servers cut off from the bus", wired, servers_cut_off, 30),
    Scenario("f1", "malformed frames", on_sqlite, hostile.frames_are_malformed, 3_000),
    Scenario("f2", "malformed requests", on_sqlite, requests_are_malformed, 200),
    Scenario("f3", "floods", on_sqlite, hostile.connections_flood, 1_000),
    Scenario("f5", "handshakes stall", on_sqlite, hostile.handshakes_do_not_get_on, 4),
    Scenario("h1", "rights end, three servers", three, rights_end, 100, OTHERS),
    Scenario("h1r", "rights end, bus cut off", wired, cut, 30, OTHERS),
    Scenario(
        "j1",
        "clock jumps by an hour",
        clocks.with_a_clock_of_its_own,
        clocks.clocks_jump,
        20,
        lacking=clocks.cannot_jump,
    ),
    Scenario(
        "j1s",
        "summer time ends at the server",
        partial(clocks.with_a_clock_of_its_own, wrong=clocks.until_summer_ends),
        clocks.summer_ends,
        20,
        lacking=clocks.cannot_jump,
    ),
)


def main() -> int:
    """Run what was asked for; 1 when anything was lost, doubled or reordered."""
    names = [each.name for each in SCENARIOS]
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=[[], *names], help=", ".join(names))
    parser.add_argument("--times", type=int, help="how often something dies, in place of many")
    asked = parser.parse_args()
    if parts := missing():
        print(f"missing: {', '.join(parts)}; python3 tests/system_parts.py installs them")
        return 1
    found = 0
    lacking: dict[str, str] = {}
    for each in SCENARIOS:
        if asked.scenario and each.name not in asked.scenario:
            continue
        if reason := each.lacking():
            lacking[each.name] = reason
            print(f"{each.name} ({each.title}) is not run: {reason}")
            continue
        run = _run(each, asked.times or each.times)
        found += run.findings
        # After each: who ends a long run early keeps what is done.
        record.write(record.read() | {each.name: run})
        record.PAGE.write_text(page(SCENARIOS, record.read(), lacking), encoding="utf-8")
    print(f"written: {record.PAGE.relative_to(ROOT)}")
    return 1 if found else 0


def _run(scenario: Scenario, times: int) -> Result:
    sitting = record.sitting()
    begun = time.monotonic()

    def progress(done: int) -> None:
        sys.stdout.write(f"\r{scenario.name}  {scenario.title}: {done} of {times}")
        sys.stdout.flush()

    async def trouble(traffic: Traffic) -> None:
        await scenario.act(place, traffic, times, progress)

    with tempfile.TemporaryDirectory() as folder, scenario.place(Path(folder)) as place:
        outcome = asyncio.run(told(place.clients(scenario.people), place.url, trouble))
    print(f"\n    {outcome.acknowledged} acknowledged, {len(outcome.findings)} findings")
    for finding in outcome.findings[: record.TOLD_FINDINGS]:
        print(f"    {finding}")
    for each in outcome.measured:
        print(f"    {each.what}: {each.found} ({'met' if each.met else f'goal: {each.goal}'})")
    return record.result(outcome, times, time.monotonic() - begun, sitting)


if __name__ == "__main__":
    sys.exit(main())
