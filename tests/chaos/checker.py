"""The history checker: what clients were told, held against what the database kept.

Writers log every command with its outcome; readers log every number they received.  ``check``
returns findings in words; an empty list means: nothing acknowledged is missing, nothing stands
twice, nothing was reordered, nobody has a hole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["ok", "fail", "unknown"]
RefKey = tuple[str, str]


@dataclass(frozen=True)
class Operation:
    """A command as its sender saw it. ``unknown``: no answer came, not even after retries."""

    cmd_id: str
    author: str
    marker: str
    """Stands in the text once, so that a doubled effect shows."""
    outcome: Outcome
    object: str | None = None
    at: int | None = None
    """The number of the effect in the sender's stream, as acknowledged."""
    stream: str = "pub"


@dataclass(frozen=True)
class Seen:
    """A numbered delta as a reader received it."""

    n: int
    refs: frozenset[RefKey]


@dataclass
class Segment:
    """What a reader got after a snapshot that stood at ``as_of``."""

    as_of: int
    seen: list[Seen] = field(default_factory=list)


@dataclass
class Reader:
    """One client's history: a new segment for each snapshot, none for a resume."""

    name: str
    segments: list[Segment] = field(default_factory=list)
    stream: str = "pub"


@dataclass(frozen=True)
class Kept:
    """What the database holds at the end, read past the server."""

    logs: Mapping[str, Sequence[Seen]]
    """Every stream in order."""
    texts: Mapping[str, str]
    """Object id → text."""
    order: Sequence[str]
    """Objects in order of their first number."""


def check(operations: Iterable[Operation], readers: Iterable[Reader], kept: Kept) -> list[str]:
    """All findings, in words."""
    operations = list(operations)
    return [
        *check_numbers(kept),
        *check_effects(operations, kept),
        *check_author_order(operations, kept),
        *(finding for reader in readers for finding in check_reader(reader, kept)),
    ]


def check_numbers(kept: Kept) -> list[str]:
    """Every stream is gapless from 1."""
    wrong = [
        f"{stream}: number {entry.n} stands where {expected} belongs"
        for stream, log in kept.logs.items()
        for expected, entry in enumerate(log, start=1)
        if entry.n != expected
    ]
    return wrong[:5]


def check_effects(operations: Sequence[Operation], kept: Kept) -> list[str]:
    """Acknowledged is kept, under the id and number that were told; nothing stands twice."""
    findings = []
    counts = Counter(kept.texts.values())
    numbers = {stream: {entry.n: entry.refs for entry in log} for stream, log in kept.logs.items()}
    for op in operations:
        times = counts[op.marker]
        if op.outcome == "ok" and times == 0:
            findings.append(f"lost: {op.author} was told that {op.cmd_id} is stored")
        if op.outcome == "fail" and times:
            findings.append(f"refused but stored: {op.cmd_id} of {op.author}")
        if times > 1:
            findings.append(f"doubled: {op.cmd_id} of {op.author} stands {times} times")
        if op.outcome != "ok" or times == 0:
            continue
        if op.object is not None and kept.texts.get(op.object) != op.marker:
            findings.append(f"wrong object: {op.cmd_id} was acknowledged as {op.object}")
        elif op.at is not None and op.object not in {
            id_ for _, id_ in numbers[op.stream].get(op.at, ())
        }:
            findings.append(f"wrong number: {op.cmd_id} was acknowledged at {op.at}")
    return findings


def check_author_order(operations: Sequence[Operation], kept: Kept) -> list[str]:
    """Whoever waits for the answer before the next command finds them in that order."""
    rank = {kept.texts[object_]: index for index, object_ in enumerate(kept.order)}
    newest: dict[str, int] = {}
    findings = []
    for op in operations:
        if op.outcome != "ok" or op.marker not in rank:
            continue
        if rank[op.marker] < newest.get(op.author, -1):
            findings.append(f"reordered: {op.cmd_id} of {op.author}")
        newest[op.author] = rank[op.marker]
    return findings


def check_reader(reader: Reader, kept: Kept) -> list[str]:
    """Each segment is an interval of its stream that begins right after its snapshot."""
    final = {entry.n: entry.refs for entry in kept.logs[reader.stream]}
    findings = []
    for segment in reader.segments:
        finding = _wrong_number(segment, final) or _wrong_content(segment, final)
        if finding is not None:
            findings.append(f"{reader.name} {finding}")
    return findings


def _wrong_number(segment: Segment, final: Mapping[int, frozenset[RefKey]]) -> str | None:
    for expected, seen in enumerate(segment.seen, start=segment.as_of + 1):
        if seen.n != expected:
            kind = "repeat" if seen.n < expected else "hole"
            return f"{kind}: got {seen.n} where {expected} was due"
        if seen.n not in final:
            return f"phantom: got {seen.n}, which is not in the log"
    return None


def _wrong_content(segment: Segment, final: Mapping[int, frozenset[RefKey]]) -> str | None:
    """An object that changed comes at that number or, in a range sent at once, at a later one."""
    newest: dict[RefKey, int] = {}
    for seen in segment.seen:
        if not seen.refs <= final[seen.n]:
            return f"other content: at {seen.n}"
        newest.update(dict.fromkeys(seen.refs, seen.n))
    for seen in segment.seen:
        if any(newest.get(ref, 0) < seen.n for ref in final[seen.n]):
            return f"withheld: a change of {seen.n} never came"
    return None
