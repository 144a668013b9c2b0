"""CSV goes out: what is written reads back, and no spreadsheet computes it."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pcf import files
from pcf.errors import FileError
from pcf.files.values import ERROR_VALUES, clean, is_comment

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem

# Every text that cells may hold, and often the characters that readers stumble over.
CONTROLS = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS)) | st.text(
    st.sampled_from(list("=+-@＝'\"#＃ \t\r\n,;1.%eE铝")), max_size=6
)
TEXTS = TEXTS.filter(lambda text: text.strip() not in ERROR_VALUES)
INJECTIONS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    "－1",
    "＋1",
]
INJECTIONS += ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "'=1", "-", "+86 10", "-5%", "－5"]


def read_back(text: str) -> files.Table:
    problems: list[Problem] = []
    table = files.parse_csv(text.encode(), "a.csv", problems)
    assert problems == []
    return table


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4))
@example([("# a", "# b", ""), ("'# a", "'=1", "''=1"), ("'t Hooft", " '=1", "=\r\n1")])
@example([("'\r", "'\t", "''\n"), ("'", "''", "' ")])
@example([("#1机组", "\ufeff", "\u2028x\x85"), ("", "", "x\r"), ("\u3000", "\xa0", "1,5")])
def test_text_reads_back_as_written_but_for_outer_space(rows: list[tuple[str, ...]]) -> None:
    expected = [tuple(map(clean, row)) for row in rows]
    expected = [row for row in expected if any(row)]
    table = read_back(files.csv_text(["a", "b", "c"], rows))
    assert [row.cells for row in table.rows] == [*expected]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), min_size=1))
def test_numbers_read_back_exactly(values: list[float]) -> None:
    table = read_back(files.csv_text(["a"], [[value] for value in values]))
    assert [files.number(row, "a", []) for row in table.rows] == list(map(float, values))


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_spreadsheet_takes_text_for_a_formula(text: str) -> None:
    written = files.csv_text(["name", "note"], [["x", text], [text, "x"]])
    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@＝＋－＠")]
    assert read_back(written).rows[0]["note"] == clean(text)
    assert read_back(written).rows[1]["name"] == clean(text)


@pytest.mark.parametrize("text", ["-5", "+5.5", "-1.5e-7"])
def test_text_that_is_a_number_stays_a_number(text: str) -> None:
    assert files.csv_text(["a"], [[text]]) == f"a\n{text}\n"


def test_text_that_looks_like_a_comment_stays_data() -> None:
    table = read_back(files.csv_text(["a", "b"], [["# 2号停用", "# x"]]))
    assert table.rows[0].cells == ("# 2号停用", "# x")
    assert is_comment("# 2号停用")


def test_values_are_written_as_their_exact_text() -> None:
    values = [True, False, None, 3.0, 0.1, np.float64(0.1), np.int64(7), date(2024, 1, 31)]
    values += [datetime(2024, 1, 31), datetime(2024, 1, 31, 8, 30), 1e22, -0.0, 10**20]  # noqa: DTZ001 - cells have no zone
    expected = "true,false,,3,0.1,0.1,7,2024-01-31,2024-01-31,2024-01-31 08:30:00,1e+22,0"
    assert files.csv_text([], [values]).splitlines()[1] == f"{expected},{10**20}"


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), np.float64("nan"), "a\0b", "\ud800", " #N/A"]
)
def test_what_has_no_exact_text_is_refused(value: float | str) -> None:
    with pytest.raises(FileError):
        files.csv_text(["a"], [[value]])


def test_excel_gets_the_mark_that_it_needs(folder: Path) -> None:
    files.write(folder / "结果.csv", files.csv_text(["过程"], [["电解"]], for_excel=True))
    assert (folder / "结果.csv").read_bytes() == "\ufeff过程\n电解\n".encode()
    assert files.read_csv(folder / "结果.csv", []).rows[0]["过程"] == "电解"


@given(st.lists(TEXTS.filter(clean), min_size=1, max_size=3))
@example(["a;b;c", "d"])
@example(["数量\tamount\tx"])
@example(["# a", "b;c;d"])
def test_any_headings_read_back(columns: list[str]) -> None:
    problems: list[Problem] = []
    text = files.csv_text(columns, [["x"] * len(columns)])
    table = files.parse_csv(text.encode(), "a.csv", problems)
    if [each.code for each in problems] != ["csv-full-width-comma"]:
        assert table.heading.captions == tuple(map(clean, columns))
        assert table.heading.separator == ","
