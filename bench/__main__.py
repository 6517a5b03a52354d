"""``python -m bench``: measure, print one table per regime, keep JSON and a chart.

Everything runs on this machine over loopback, bounded in count and time.  Figures of different
machines do not compare; the ratios of one run do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from bench import crowd, floods, plenum, report, targets
from bench.targets import LeftOutError, Running, Target
from rooms.core.chat import BURST, BURST_MS

TARGETS = (
    Target("C floor", "one send() per post", "persist, authorise, resume", targets.floor(0)),
    Target("C floor, bundled", "5 ms bundles", "persist, authorise, resume", targets.floor(5)),
    Target("trial", "bare prepared frames", "persist, authorise, resume", targets.trial),
    Target("ws (Node)", "send() per client", "persist, authorise, resume", targets.node_ws),
    Target("Plenum", "SQLite, as served", "", plenum.serve),
)
PACE = f"a participant may post {BURST} messages in {BURST_MS // 1_000} s"
REGIMES = {"paced": ["--rate", "20"], "flood": ["--flood", "1"]}
F3 = "f3"
"""Others beside a hostile connection; Plenum alone."""
CROWD = "crowd"
"""Many who only listen, and everybody back after a kill; Plenum alone."""


ALL = [*REGIMES, F3, CROWD]


def measure(
    target: Target, regime: str, running: Running, options: argparse.Namespace
) -> report.Row:
    """Run the generator against a started target and read both processors."""
    command = [
        *targets.pinned(server=False),
        str(targets.compiled(Path(__file__).parent / "load.c")),
        *("--port", str(running.port)),
        *("--connections", str(options.connections)),
        *("--seconds", str(options.seconds)),
        *("--senders", str(targets.SENDERS)),
        *REGIMES[regime],
        *running.extra,
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as generator:
        assert generator.stdin is not None
        assert generator.stdout is not None
        if generator.stdout.readline() != b"READY\n":
            raise LeftOutError("the generator's connections did not all get in")
        before = running.cpu_seconds()
        generator.stdin.write(b"go\n")
        generator.stdin.flush()
        result = json.loads(generator.stdout.readline())
        spent = running.cpu_seconds() - before
    taken = {name: result[name] for name in report.Row.__dataclass_fields__ if name in result}
    return report.Row(
        target=target.name, regime=regime, lacks=target.lacks, server_cpu_s=spent, **taken
    )


def chosen(names: list[str]) -> list[Target]:
    return [t for t in TARGETS if not names or any(n in t.name.lower() for n in names)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="only targets whose name contains one of these")
    parser.add_argument("--connections", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--regimes", nargs="*", default=ALL, choices=ALL)
    options = parser.parse_args()
    rows: list[report.Row] = []
    left_out: dict[str, str] = {}
    regimes = [regime for regime in options.regimes if regime in REGIMES]
    for regime in regimes:
        for target in chosen([name.lower() for name in options.names]):
            print(f"… {target.name}, {regime}", file=sys.stderr, flush=True)
            try:
                with target.start(options.connections) as running:
                    rows.append(measure(target, regime, running, options))
            except LeftOutError as why:
                left_out[target.name] = str(why)
    beside = floods.measure() if F3 in options.regimes else []
    many = crowd.measure() if CROWD in options.regimes else None
    for regime in regimes:
        print(f"\n{regime}: {options.connections} connections, {options.seconds} s, 200 bytes")
        print(report.table(rows, regime))
    if beside:
        print(f"\nf3: 20 others beside one hostile connection, {floods.SECONDS} s each")
        print(floods.table(beside))
    if many is not None:
        print(f"\ncrowd: Plenum\n{crowd.table(many)}")
    for name, reason in left_out.items():
        print(f"left out: {name} ({reason})")
    print(f"\nPlenum's {targets.SENDERS} senders are speakers of the room's session: {PACE}.")
    print("All but Plenum lack: persist, authorise, resume. Versions:", report.versions())
    report.write(rows, left_out, beside, many)
    return 0


if __name__ == "__main__":
    sys.exit(main())
