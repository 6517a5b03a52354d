"""Practice examples from CSV: first said, then done."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.cli import main
from tests.server.small import SmallApplication

ROW = "ulm,münsterluft,Münsterluft,Klima,Mit Sensoren.\n"
TABLE = f"project_id,slug,title,topic,summary\n{ROW}mond,krater,Krater,Raum,Weit.\nulm,x,,,\n"
PLANNED = [
    "line 2: new: Münsterluft (ulm)",
    "line 3: left out: Krater: there is no model project of this project_id",
    "line 4: left out: title (empty), topic (empty), summary (empty)",
]


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_file_is_planned_done_and_then_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"PLENUM_DATA_DIR": str(tmp_path / "data")}
    file = tmp_path / "beispiele.csv"
    file.write_text(TABLE, encoding="utf-8")
    assert main(["seed"], environ=environ) == 0
    lines(capsys)
    for _ in range(2):
        assert main(["import-examples", str(file)], environ=environ) == 0
        assert lines(capsys) == [
            *PLANNED,
            "1 new, 0 changed, 0 the same, 2 left out",
            "Nothing was changed. With --apply it is done and released.",
        ]
    assert main(["import-examples", str(file), "--apply"], environ=environ) == 0
    assert lines(capsys) == [*PLANNED, "1 new, 0 changed, 0 the same, 2 left out"]
    file.write_text(TABLE.replace("Klima", "Umwelt"), encoding="utf-8")
    assert main(["import-examples", str(file)], environ=environ) == 0
    assert lines(capsys)[0] == "line 2: changed: Münsterluft: topic"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_one_line_and_an_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    file = tmp_path / "x.csv"
    if content is not None:
        file.write_bytes(content)
    environ = {"PLENUM_DATA_DIR": str(tmp_path / "data")}
    assert main(["import-examples", str(file)], SmallApplication(), environ) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert str(file) in said.err
