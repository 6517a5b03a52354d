"""f3: how long others wait beside one hostile connection, and on a quiet server in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from bench import plenum, targets

KINDS = ("quiet", "pings", "empty fragments", "tiny frames", "large frames", "costly texts")
"""The last one stays within its budget; the others are closed and come back at once."""
SECONDS = 4
PEOPLE = 21
"""Twenty others and the author of the texts, as ``flood.c`` has them."""


@dataclass(frozen=True)
class Flood:
    """What others saw beside one kind of flood. Milliseconds from question to answer."""

    kind: str
    answered: int
    unanswered: int
    p50_ms: float
    p95_ms: float
    max_ms: float
    closed: int
    """How often the attacker was closed."""
    closed_max_ms: float
    """The longest it took."""


def measure() -> list[Flood]:
    """All kinds, one after the other, against one Plenum. Raises ``LeftOutError``."""
    program = targets.compiled(targets.HERE / "flood.c")
    floods = []
    with plenum.serve(PEOPLE) as running:
        for kind in KINDS:
            print(f"… Plenum, f3: {kind}", file=sys.stderr, flush=True)
            command = [
                *targets.pinned(server=False),
                str(program),
                *("--port", str(running.port), "--kind", kind, "--seconds", str(SECONDS)),
                *running.extra,
            ]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
            if done.returncode:
                raise targets.LeftOutError(f"{kind}: the generator gave up")
            floods.append(Flood(kind, **json.loads(done.stdout)))
    return floods


HEAD = (
    f"{'flood':<20}{'pings':>8}{'p50 ms':>9}{'p95 ms':>9}{'max':>9}"
    f"{'p50 × quiet':>13}{'p95 × quiet':>13}{'closed':>8}{'after ms':>10}{'lost':>6}"
)


def table(floods: list[Flood]) -> str:
    """Rows as text; ratios are against the quiet server of the same run."""
    quiet = floods[0]
    lines = [HEAD]
    for row in floods:
        p50 = row.p50_ms / quiet.p50_ms if quiet.p50_ms else 0.0
        p95 = row.p95_ms / quiet.p95_ms if quiet.p95_ms else 0.0
        lines.append(
            f"{row.kind:<20}{row.answered:>8}{row.p50_ms:>9.2f}{row.p95_ms:>9.2f}"
            f"{row.max_ms:>9.1f}{p50:>13.1f}{p95:>13.1f}{row.closed:>8}"
            f"{row.closed_max_ms:>10.1f}{row.unanswered:>6}"
        )
    return "\n".join(lines)
