"""The table, the JSON and the chart of a run."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from xml.sax.saxutils import escape

from bench.crowd import Crowd
from bench.floods import Flood

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("uvicorn", "uvloop", "websockets", "starlette", "msgspec")
BAR, ROW, LEFT = 420, 34, 250


@dataclass(frozen=True)
class Row:
    """One target in one regime. Times in milliseconds, processor time in seconds."""

    target: str
    regime: str
    lacks: str
    sent: int
    deliveries: int
    expected: int
    disorder: int
    refused: int
    frames: int
    seconds: float
    server_cpu_s: float
    generator_cpu_s: float
    p50_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float

    @property
    def per_second(self) -> float:
        return self.deliveries / self.seconds if self.seconds else 0.0

    @property
    def cpu_us(self) -> float:
        """Server processor time per delivery, in microseconds."""
        return self.server_cpu_s / self.deliveries * 1e6 if self.deliveries else 0.0

    @property
    def lost(self) -> int:
        return self.expected - self.deliveries


HEAD = (
    f"{'target':<24}{'deliveries/s':>13}{'CPU µs':>8}{'× trial':>9}"
    f"{'p50 ms':>9}{'p99 ms':>9}{'p99.9':>9}{'max':>9}{'frames/s':>10}{'lost':>6}{'order':>7}"
)


def table(rows: list[Row], regime: str) -> str:
    """One regime as text; ratios are against the trial of the same run."""
    chosen = [row for row in rows if row.regime == regime]
    trial = next((row.cpu_us for row in chosen if row.target == "trial"), 0.0)
    lines = [HEAD]
    for row in chosen:
        ratio = f"{row.cpu_us / trial:.2f}" if trial else "–"
        order = "ok" if row.disorder == 0 else str(row.disorder)
        lines.append(
            f"{row.target:<24}{row.per_second:>13,.0f}{row.cpu_us:>8.2f}{ratio:>9}"
            f"{row.p50_ms:>9.1f}{row.p99_ms:>9.1f}{row.p999_ms:>9.1f}{row.max_ms:>9.1f}"
            f"{row.frames / row.seconds:>10,.0f}{row.lost:>6}{order:>7}"
        )
    return "\n".join(lines)


def versions() -> dict[str, str]:
    found = {name: version(name) for name in PACKAGES}
    return {"python": platform.python_version(), "machine": platform.machine(), **found}


def write(
    rows: list[Row], left_out: dict[str, str], beside: list[Flood], many: Crowd | None
) -> None:
    """Keep the run as ``bench/results/latest.json`` and ``flood.svg``."""
    RESULTS.mkdir(exist_ok=True)
    body = {
        "versions": versions(),
        "left_out": left_out,
        "rows": [asdict(row) for row in rows],
        "f3": [asdict(row) for row in beside],
        "crowd": asdict(many) if many else None,
    }
    (RESULTS / "latest.json").write_text(json.dumps(body, indent=2) + "\n", "utf-8")
    if any(row.regime == "flood" for row in rows):
        (RESULTS / "flood.svg").write_text(chart(rows), "utf-8")


def chart(rows: list[Row]) -> str:
    """Deliveries per second in the flood, as bars with numbers."""
    chosen = [row for row in rows if row.regime == "flood"]
    most = max((row.per_second for row in chosen), default=1.0)
    parts = []
    for index, row in enumerate(chosen):
        y = 40 + index * ROW
        width = max(1, round(row.per_second / most * BAR))
        parts.append(
            f'<text x="{LEFT - 10}" y="{y + 16}" text-anchor="end">{escape(row.target)}</text>'
            f'<rect x="{LEFT}" y="{y}" width="{width}" height="22" rx="3"/>'
            f'<text x="{LEFT + width + 8}" y="{y + 16}">{row.per_second:,.0f}</text>'
        )
    height = 60 + len(chosen) * ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {height}" role="img" '
        'aria-label="Deliveries per second in the flood"><style>'
        "svg{background:#fff}text{font:15px sans-serif;fill:#1d2433}rect{fill:#2b5fd9}"
        '</style><text x="20" y="24">Deliveries per second, one room, one core (flood)</text>'
        + "".join(parts)
        + "</svg>\n"
    )
