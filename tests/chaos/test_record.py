"""The page is written of the last run of each scenario, however many sittings they took."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.chaos.measured import Measured
from tests.chaos.places import Place
from tests.chaos.record import Sitting, read, result, write
from tests.chaos.report import Scenario, page
from tests.chaos.story import Outcome

MONDAY = Sitting("2026-11-23", "051a274", False, "Linux x86_64, 2 CPUs")
TUESDAY = Sitting("2026-11-24", "b973de5", True, "Linux x86_64, 2 CPUs")
GOAL = Measured("exits", "0", "0", True)
CALM = Outcome([], 500, [], [2.0, 1.0, 3.0], [0.1], [GOAL])
LOST = replace(CALM, findings=["lost: ulm was told that c1 is stored"])


async def nothing(*_: object) -> None:
    """No trouble at all."""


def scenario(name: str) -> Scenario:
    place: Any = nullcontext(Place("sqlite://", ()))
    return Scenario(name, f"title of {name}", lambda _: place, nothing, 150)


A1, A2, B1 = scenario("a1"), scenario("a2"), scenario("b1")
RECORD = {
    "b1": result(CALM, 20, 600.0, MONDAY),
    "a1": result(LOST, 150, 1_200.0, MONDAY),
}


def rows(text: str) -> list[str]:
    """Names of the lines of the first table."""
    table = text.split("| id | what dies", 1)[1].split("\n\n", 1)[0]
    return [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]]


def test_a_scenario_run_anew_leaves_the_others_as_they_stand(tmp_path: Path) -> None:
    kept = tmp_path / "reliability.json"
    write(RECORD, kept)
    write(read(kept) | {"a1": result(CALM, 5, 60.0, TUESDAY)}, kept)
    assert read(kept) == {
        "a1": result(CALM, 5, 60.0, TUESDAY),
        "b1": result(CALM, 20, 600.0, MONDAY),
    }


def test_nothing_is_on_record_before_the_first_run(tmp_path: Path) -> None:
    assert read(tmp_path / "reliability.json") == {}


def test_the_page_has_the_order_of_scenarios() -> None:
    assert rows(page([A1, A2, B1], RECORD)) == ["a1", "b1"]


def test_a_run_is_shown_with_its_own_number_its_day_and_its_version() -> None:
    text = page([A1], {"a1": result(CALM, 5, 90.0, TUESDAY)})
    cells = "a1 | title of a1 | 5 | 500 | 0 | 2.00 / 2.00 / 3.00 s | 0.10 / 0.10 / 0.10 s | 1.5 min"
    assert f"| {cells} | 2026-11-24, b973de5* |" in text


def test_findings_stay_until_the_scenario_is_run_anew() -> None:
    finding = "- a1: lost: ulm was told that c1 is stored"
    assert finding in page([A1, B1], RECORD)
    assert finding not in page([A1, B1], RECORD | {"a1": result(CALM, 5, 60.0, TUESDAY)})


def test_of_many_findings_the_number_is_kept_and_the_first_are_told() -> None:
    run = result(replace(CALM, findings=[f"hole {n}" for n in range(500)]), 5, 60.0, TUESDAY)
    assert (run.findings, len(run.told), run.told[0]) == (500, 20, "hole 0")


def test_a_scenario_never_run_is_named_with_the_reason_if_there_is_one() -> None:
    assert "Not run yet:\n\n- a2, title of a2\n" in page([A1, A2, B1], RECORD)
    assert "- a2, title of a2: no disk\n" in page([A1, A2], RECORD, {"a2": "no disk"})
    assert "Not run yet" not in page([A1, B1], RECORD)


def test_a_scenario_that_is_no_more_is_left_out() -> None:
    text = page([A2, B1], RECORD)
    assert rows(text) == ["b1"]
    assert "a1" not in text.split("| id | what dies", 1)[1]
