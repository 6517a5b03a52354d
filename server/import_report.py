"""What an import of practice examples would do, in plain lines."""

from __future__ import annotations

from collections.abc import Iterator

from agenda.core.example_tables import Plan, RowFault, RowProblem

_FAULTS = {
    RowProblem.COLUMNS: "the file needs the columns project_id and title",
    RowProblem.FORM: "this is no CSV row with as many cells as there are columns",
    RowProblem.TOO_MANY: "the file has too many rows",
    RowProblem.PROJECT: "there is no model project of this project_id",
    RowProblem.TWICE: "this example, or its address, is there already",
}


def lines(plan: Plan) -> Iterator[str]:
    """New and changed examples, what is wrong with which line, and the sum."""
    for new in plan.new:
        yield f"line {new.line}: new: {new.example.title.de} ({new.example.project})"
    for changed in plan.changed:
        fields = ", ".join(difference.field for difference in changed.differences)
        yield f"line {changed.line}: changed: {changed.example.title.de}: {fields}"
    for fault in plan.faults:
        yield f"line {fault.line}: left out: {_why(fault)}"
    yield (
        f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.same} the same,"
        f" {len(plan.faults)} left out"
    )


def _why(fault: RowFault) -> str:
    named = f"{fault.title}: " if fault.title else ""
    if fault.findings:
        return named + ", ".join(f"{field} ({problem})" for field, problem in fault.findings)
    return named + _FAULTS[fault.problem]
