"""A checker that finds nothing proves nothing: each planted fault is caught by its name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.chaos.checker import Kept, Operation, Reader, Seen, Segment, check


def entry(n: int, object_: str) -> Seen:
    return Seen(n, frozenset({("message", object_)}))


LOG = [entry(1, "a"), entry(2, "b"), entry(3, "c")]
KEPT = Kept(logs={"pub": LOG}, texts={"a": "one", "b": "two", "c": "three"}, order=["a", "b", "c"])
OPERATIONS = [
    Operation("c1", "ulm", "one", "ok", "a", 1),
    Operation("c2", "hof", "two", "ok", "b", 2),
    Operation("c3", "ulm", "three", "unknown"),
]
READERS = [
    Reader("away", [Segment(0, LOG[:1]), Segment(2, LOG[2:])]),
    Reader("there", [Segment(0, LOG)]),
]


def test_a_faithful_history_has_no_findings() -> None:
    assert check(OPERATIONS, READERS, KEPT) == []


def test_an_unknown_command_may_have_had_no_effect() -> None:
    kept = Kept(logs={"pub": LOG[:2]}, texts={"a": "one", "b": "two"}, order=["a", "b"])
    assert check(OPERATIONS, [], kept) == []


def test_an_acknowledged_command_without_effect_is_lost() -> None:
    kept = replace(KEPT, texts={"a": "one", "b": "?", "c": "three"})
    assert check(OPERATIONS[:2], [], kept) == ["lost: hof was told that c2 is stored"]


def test_a_retry_that_took_effect_again_is_doubled() -> None:
    kept = replace(KEPT, texts={"a": "one", "b": "two", "c": "one"})
    assert "doubled: c1 of ulm stands 2 times" in check(OPERATIONS[:2], [], kept)


def test_a_refused_command_with_an_effect_is_found() -> None:
    refused = [Operation("c9", "ulm", "three", "fail")]
    assert check(refused, [], KEPT) == ["refused but stored: c9 of ulm"]


def test_an_acknowledgement_with_a_foreign_number_is_found() -> None:
    wrong = [replace(OPERATIONS[0], at=2)]
    assert check(wrong, [], KEPT) == ["wrong number: c1 was acknowledged at 2"]


def test_two_commands_of_one_author_in_the_wrong_order_are_found() -> None:
    swapped = [
        Operation("c3", "ulm", "three", "ok", "c", 3),
        Operation("c1", "ulm", "one", "ok", "a", 1),
    ]
    assert check(swapped, [], KEPT) == ["reordered: c1 of ulm"]


@pytest.mark.parametrize(
    ("segment", "finding"),
    [
        (Segment(0, [LOG[0], LOG[2]]), "hole: got 3 where 2 was due"),
        (Segment(0, [LOG[0], LOG[0]]), "repeat: got 1 where 2 was due"),
        (Segment(3, [entry(4, "d")]), "phantom: got 4, which is not in the log"),
        (Segment(1, [entry(2, "x")]), "other content: at 2"),
        (Segment(1, [Seen(2, frozenset())]), "withheld: a change of 2 never came"),
    ],
)
def test_a_reader_with_a_wrong_interval_is_found(segment: Segment, finding: str) -> None:
    assert check([], [Reader("r", [segment])], KEPT) == [f"r {finding}"]


def test_a_range_sent_at_once_may_bring_an_object_at_its_last_number() -> None:
    kept = Kept(logs={"pub": [entry(1, "a"), entry(2, "a")]}, texts={}, order=[])
    reader = Reader("r", [Segment(0, [Seen(1, frozenset()), entry(2, "a")])])
    assert check([], [reader], kept) == []


def test_a_log_with_a_missing_number_is_found() -> None:
    kept = replace(KEPT, logs={"pub": [LOG[0], LOG[2]]})
    assert check([], [], kept) == ["pub: number 3 stands where 2 belongs"]
