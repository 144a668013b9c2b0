"""Columns are found under Chinese or English headings; missing and unknown ones are problems."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from openpyxl.utils import get_column_letter

from pcf import files
from pcf.errors import Where
from pcf.files.tables import letters
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.errors import Problem

ALIASES = files.aliases_of({"amount": Name(zh="数量", en="amount"), "unit": Name(zh="单位")})


def placed(text: str) -> tuple[files.Table, list[Problem]]:
    problems: list[Problem] = []
    table = files.parse_csv(text.encode(), "a.csv", problems)
    table = files.columns(
        table, problems, required=["amount"], optional=["unit", "note"], aliases=ALIASES
    )
    return table, problems


@pytest.mark.parametrize(
    "caption", ["amount", " AMOUNT ", "数量", "數量", "ａmount", "数量 amount"]
)
def test_a_heading_is_known_in_either_language_and_spelling(caption: str) -> None:
    table, problems = placed(f"{caption},单位\n1,kg\n")
    assert (table.rows[0]["amount"], table.rows[0]["unit"]) == ("1", "kg")
    assert problems == []


def test_a_heading_of_two_lines_is_known() -> None:
    table, problems = placed('"数量\namount"\n1\n')
    assert table.rows[0]["amount"] == "1"
    assert problems == []


def test_an_optional_column_that_is_not_there_is_unknown_and_a_strange_key_is_our_mistake() -> None:
    row = placed("amount\n1\n")[0].rows[0]
    assert row["note"] is None
    assert not row.is_broken("note")
    assert str(row.where("note")) == "a.csv, line 2"
    with pytest.raises(KeyError):
        row["nothing"]


def test_missing_and_unknown_columns_name_each_other() -> None:
    table, problems = placed("# kept as a comment\namuont,#remark,unit\n1,x,kg\n")
    assert [(each.code, each.candidates[0]) for each in problems] == [
        ("column-unknown", "amount"),
        ("column-missing", "amuont"),
    ]
    assert problems[0].where == Where(file="a.csv", line=2, column="amuont")
    assert table.rows[0]["unit"] == "kg"
    assert table.rows[0]["amount"] is None


def test_two_headings_for_one_column_are_a_problem() -> None:
    table, problems = placed("amount,数量\n1,2\n")
    assert [(each.code, each.where.column) for each in problems] == [("header-duplicate", "数量")]
    assert table.rows[0]["amount"] == "1"


def test_a_table_that_could_not_be_read_is_not_reported_again() -> None:
    table, problems = placed("")
    assert [each.code for each in problems] == ["file-empty"]
    assert table.rows == ()


def test_rows_pickle() -> None:
    table = placed("amount\n1\n")[0]
    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301 - our own bytes


def test_letters_of_columns_count_as_excel_does() -> None:
    assert [letters(at) for at in range(2000)] == [get_column_letter(at + 1) for at in range(2000)]
