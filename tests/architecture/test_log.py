"""What our own log lines are filled with: numbers, kinds and codes, nothing that people typed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import modules

METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
FILLED_WITH = {
    "_ended(worker.returncode)",
    "code",
    "code or ''",
    "error",
    "len(batch)",
    "len(old) - len(stay)",
    "self._wall_seconds",
    "type(error).__name__",
    "type(submission.command).__name__",
}
"""Each was looked at: it holds no name, address, text or token. A fault is shown by its kind."""


def _lines() -> Iterator[tuple[str, ast.Call]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _is_of_the_log(node.func):
                yield f"{module.where}:{node.lineno}", node


def _is_of_the_log(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in METHODS
        and isinstance(called.value, ast.Name)
        and called.value.id == "log"
    )


def test_a_line_is_a_sentence_written_beforehand() -> None:
    lines = list(_lines())
    assert len(lines) > 20
    assert [w for w, call in lines if not isinstance(call.args[0], ast.Constant)] == []


def test_lines_are_filled_with_what_was_looked_at() -> None:
    filled = {ast.unparse(value) for _, call in _lines() for value in call.args[1:]}
    assert filled == FILLED_WITH


def test_beside_its_sentence_a_line_has_a_number_for_support_or_a_fault() -> None:
    beside = {
        (word.arg, ast.unparse(word.value))
        for _, call in _lines()
        for word in call.keywords
        if word.arg != "exc_info"
    }
    assert beside == {("extra", "{'reference': reference}")}
