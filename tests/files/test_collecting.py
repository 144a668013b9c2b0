"""All problems of one input are raised together."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcf import files
from pcf.errors import FileError, StudyProblems, UnitError, problem


def read_all(folder: Path, names: list[str]) -> None:
    with files.collecting(StudyProblems) as problems:
        for name in names:
            table = files.read_csv(folder / name, problems)
            table = files.columns(table, problems, required=["amount"])
            for row in table.rows:
                files.number(row, "amount", problems)


def stop_half_way() -> None:
    with files.collecting() as problems:
        files.read_csv(Path("nowhere.csv"), problems)
        raise UnitError(problem("unit-unknown", unit="mWh"))


def test_every_problem_of_several_files_is_raised_at_the_end(folder: Path) -> None:
    (folder / "a.csv").write_text("amount\nx\ny\n")
    (folder / "b.csv").write_text("amuont\n1\n")
    with pytest.raises(StudyProblems) as raised:
        read_all(folder, ["a.csv", "b.csv", "c.csv"])
    assert [(each.where.file, each.code) for each in raised.value.problems] == [
        ("a.csv", "number-not"),
        ("a.csv", "number-not"),
        ("b.csv", "column-unknown"),
        ("b.csv", "column-missing"),
        ("c.csv", "file-missing"),
    ]


def test_an_error_inside_adds_to_what_was_found_before_it() -> None:
    with pytest.raises(FileError) as raised:
        stop_half_way()
    assert [each.code for each in raised.value.problems] == ["file-missing", "unit-unknown"]


def test_nothing_is_raised_where_nothing_is_wrong() -> None:
    with files.collecting() as problems:
        pass
    assert problems == []
