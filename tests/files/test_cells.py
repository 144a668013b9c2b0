"""What cells hold: numbers and dates are read exactly or refused, never guessed."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import files

if TYPE_CHECKING:
    from pcf.errors import Problem


def cell(text: str, separator: str = ",") -> files.Row:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows([["a", "b"], [text, "x"]])
    problems: list[Problem] = []
    row = files.parse_csv(stream.getvalue().encode(), "a.csv", problems).rows[0]
    assert problems == []
    return row


def number(text: str, *, percent: bool = False, separator: str = ",") -> float | str | None:
    problems: list[Problem] = []
    found = files.number(cell(text, separator), "a", problems, percent=percent)
    assert (found is None) == bool(problems)
    assert all(str(each.where) == "a.csv, line 2, a" for each in problems)
    return problems[0].code if problems else found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3900", 3900.0),
        ("３９００．５", 3900.5),
        ("－１．５ｅ－３", -0.0015),
        ("−2", -2.0),
        ("+.5", 0.5),
        ("13,599", 13599.0),
        ("1，234，567.25", 1234567.25),
        ("0", 0.0),
        ("-0.000", 0.0),
        ("0.1000000000000000055511151231257827", 0.1),
        ("9007199254740993", 9007199254740992.0),
    ],
)
def test_a_number_is_read(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((text, "number-comma") for text in ("1,23", "0,123", "1,2345", "1234,567", "1,,234")),
        *((text, "number-not") for text in ("abc", "NaN", "inf", "-inf", "nan", "1_000", "1 000")),
        *((text, "number-not") for text in ("10²", "½", "٣", "三", "5.", "1.2.3", "0x10", "3 kWh")),
        *((text, "number-not") for text in ("3.9万", "(5)", "~3", "--3", "1e", "true", "’-5")),
        *((text, "number-range") for text in ("1e999", "-1e400", "1e-400")),
        ("12%", "number-percent"),
    ],
)
def test_what_is_no_number_for_certain_is_refused(text: str, code: str) -> None:
    assert number(text) == code


def test_a_comma_is_refused_where_semicolons_part_the_cells() -> None:
    assert number("1,234") == 1234.0
    assert number("1,234", separator=";") == "number-comma"
    assert number("1234.5", separator=";") == 1234.5


@pytest.mark.parametrize(
    ("text", "value"), [("12%", 0.12), ("１２．５ ％", 0.125), ("0.12", 0.12), ("7%", 0.07)]
)
def test_a_share_may_be_a_percentage(text: str, value: float) -> None:
    assert number(text, percent=True) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back_as_written(value: float) -> None:
    assert number(files.exact_text(value)) == value


@pytest.mark.parametrize(
    "text",
    ["2024-01-31", "2024/1/31", "2024.1.31", "20240131", "2024年1月31日", "２０２４－０１－３１"],
)
def test_a_date_is_read(text: str) -> None:
    assert files.date(cell(text), "a", []) == date(2024, 1, 31)
    assert files.date(cell(text + " 00:00:00"), "a", []) == date(2024, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        *("31/01/2024", "01/31/2024", "2024-02-30", "2024-13-01", "2024-1/3", "24-01-31", "45322"),
        *("2024-01", "2024", "2024-01-31 08:30:00", "Jan 31 2024", "2024年1月"),
    ],
)
def test_what_is_no_date_for_certain_is_refused(text: str) -> None:
    problems: list[Problem] = []
    assert files.date(cell(text), "a", problems) is None
    assert [each.code for each in problems] == ["date-not"]


def test_a_choice_is_folded_and_a_wrong_one_names_all_of_a_few_the_nearest_first() -> None:
    allowed = {"输入": "input", "input": "input", "output": "output"}
    problems: list[Problem] = []
    read = [
        files.choice(cell(text), "a", allowed, problems)
        for text in ("ＩＮＰＵＴ", "輸入", "输入", "outptu", "其他")
    ]
    assert read == ["input", "input", "input", None, None]
    assert [each.code for each in problems] == ["choice-not"] * 2
    assert problems[0].candidates == ("output", "input")
    assert problems[1].candidates == ("input", "output")


def test_an_empty_cell_is_unknown_and_reported_only_where_it_is_required() -> None:
    problems: list[Problem] = []
    row = files.parse_csv(b"a,b\n,x\n", "a.csv", problems).rows[0]
    assert files.number(row, "a", problems) is None
    assert files.date(row, "a", problems) is None
    assert files.choice(row, "a", ["x"], problems) is None
    assert problems == []
    assert files.number(row, "a", problems, required=True) is None
    assert files.date(row, "a", problems, required=True) is None
    assert files.choice(row, "a", ["x"], problems, required=True) is None
    assert files.filled(row, "a", problems) is None
    assert [each.code for each in problems] == ["cell-empty"] * 4
