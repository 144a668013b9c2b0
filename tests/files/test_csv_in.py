"""CSV comes in: the same numbers from every spelling of a file, every problem on its line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pcf import files

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem

ACTIVITY = "过程,数量,单位\n焙烧,３９００．５,万千瓦时\n电解,－13599,kWh\n"
ENCODINGS = {
    "utf-8": ACTIVITY.encode(),
    "utf-8 with BOM": ACTIVITY.encode("utf-8-sig"),
    "gb18030": ACTIVITY.encode("gb18030"),
    "gb18030 with BOM": ("\ufeff" + ACTIVITY).encode("gb18030"),
    "utf-16 of Excel": ACTIVITY.replace(",", "\t").encode("utf-16"),
    "semicolons": ACTIVITY.replace(",", ";").encode(),
    "windows": ACTIVITY.replace("\n", "\r\n").encode("gb18030"),
    "old mac": ACTIVITY.replace("\n", "\r").encode(),
}


def read(text: str | bytes, **limits: int) -> tuple[files.Table, list[Problem]]:
    problems: list[Problem] = []
    data = text if isinstance(text, bytes) else text.encode()
    table = files.parse_csv(data, "a.csv", problems, limits=files.Limits(**limits))
    return table, problems


def places(problems: list[Problem]) -> list[tuple[str, int]]:
    return [(each.code, each.where.line) for each in problems]


@pytest.mark.parametrize("data", ENCODINGS.values(), ids=ENCODINGS)
def test_every_spelling_of_a_file_gives_the_same_numbers(folder: Path, data: bytes) -> None:
    (folder / "活动数据.csv").write_bytes(data)
    problems: list[Problem] = []
    table = files.read_csv(folder / "活动数据.csv", problems)
    table = files.columns(
        table,
        problems,
        required=["process", "amount", "unit"],
        aliases={"过程": "process", "数量": "amount", "单位": "unit"},
    )
    rows = [(row["process"], files.number(row, "amount", problems)) for row in table.rows]
    assert rows == [("焙烧", 3900.5), ("电解", -13599.0)]
    assert [str(row.where("amount")) for row in table.rows] == [
        "活动数据.csv, line 2, 数量",
        "活动数据.csv, line 3, 数量",
    ]
    assert problems == []


def test_a_row_stands_on_the_line_where_it_begins() -> None:
    table, problems = read('a,b\n"one\n\ntwo",1\r\n\r\n# comment, with, commas\n"x\ry",2\nz,3\n')
    assert [(row.line, row["a"]) for row in table.rows] == [
        (2, "one\n\ntwo"),
        (7, "x\ny"),
        (9, "z"),
    ]
    assert problems == []


def test_comments_and_blank_rows_may_stand_before_the_headings() -> None:
    table, problems = read("# made by hand; with semicolons; and more\n\n,,\na,b\n1,2\n")
    assert table.heading.captions == ("a", "b")
    assert table.rows[0]["b"] == "2"
    assert problems == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_of_the_headings(separator: str) -> None:
    text = '# 5" pipe; a, b, c\n\n"数量\n(kg;t)",b\n"1;2;3;4",2\n'.replace('",', f'"{separator}')
    table, problems = read(text)
    assert table.rows[0].cells == ("1;2;3;4", "2")
    assert problems == []


def test_a_name_that_begins_with_a_number_sign_is_no_comment() -> None:
    table, _ = read("meter,kWh\n#1机组,12\n# 2号停用,13\n#,14\n＃ 注,15\n")
    assert [row["meter"] for row in table.rows] == ["#1机组"]


def test_rows_cut_wrongly_are_named_and_left_out_and_the_others_are_read() -> None:
    table, problems = read("a,b,c\n1,2,3\n1,234,5,6\n1,2\n4,5,6,,\n")
    assert places(problems) == [("row-long", 3), ("row-short", 4)]
    assert [row.line for row in table.rows] == [2, 5]


def test_empty_is_unknown_and_never_text() -> None:
    table, problems = read('a,b\n,""\n  ,　\nx,\n')
    assert [row.cells for row in table.rows] == [("x", None)]
    assert problems == []


def test_headings_that_stand_twice_or_are_missing_are_problems() -> None:
    table, problems = read("数量,數量 ,,name\n1,2,,a\n1,2,lost,b\n1,2,lost,c\n")
    assert places(problems) == [("header-duplicate", 1), ("header-empty", 3)]
    assert table.rows[0]["数量"] == "1"


@pytest.mark.parametrize("text", ['a,b\n"x,1\ny,2\n', 'a,b\n"x"y,1\nz,2\n'])
def test_a_quote_that_does_not_close_is_named_where_it_opens(text: str) -> None:
    table, problems = read("first,1\n" + text)
    assert places(problems) == [("csv-quote", 3)]
    assert [row.line for row in table.rows] == [2]


def test_full_width_commas_are_recognised() -> None:
    table, problems = read("过程，数量\n焙烧，3\n")
    assert places(problems) == [("csv-full-width-comma", 1)]
    assert table.heading.captions == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"\xef\xbb\xbf \n\n", "file-empty"),
        (b"# only a comment\n", "file-empty"),
        (b"a,b\n1,\x002\n", "file-binary"),
        ("a,b".encode("utf-16-le"), "file-binary"),
        (b"a,b\n1,\xff\n", "file-encoding"),
        ("过程,数量\n焙烧".encode()[:-1], "file-damaged-utf8"),
        ("过程,数\n焙烧".encode("utf-8-sig") + b"\xff", "file-damaged-utf8"),
    ],
)
def test_what_is_no_text_is_refused_whole(data: bytes, code: str) -> None:
    table, problems = read(data)
    assert [each.code for each in problems] == [code]
    assert table == files.Table(files.Heading("a.csv"))


def test_damaged_utf8_is_not_taken_for_gb18030() -> None:
    data = ("名称,说明\n" + "电解铝液，铝锭\n" * 3).encode().replace("液".encode(), b"\xe6\xb6", 1)
    assert data.decode("gb18030", "ignore")
    _, problems = read(data)
    assert places(problems) == [("file-damaged-utf8", 2)]


@pytest.mark.parametrize(
    ("text", "limits", "codes"),
    [
        ("a\n1\n2\n3\n", {"rows": 3}, []),
        ("a\n1\n2\n3\n", {"rows": 2}, [("table-too-long", 4)]),
        ("a,b\n1,2\n", {"columns": 2}, []),
        ("a,b,c\n1,2,3\n", {"columns": 2}, [("table-too-wide", 1)]),
        ("a\nxyz\n", {"cell": 3}, []),
        ("a\nxyz\n", {"cell": 2}, [("cell-too-long", 2)]),
        (
            "a\n#N/A\n#N/A\n#N/A\n",
            {"problems": 1},
            [("cell-error-value", 2), ("table-hopeless", 3)],
        ),
        ("a\n" + "x" * 200_000, {}, [("csv-quote", 2)]),
    ],
)
def test_the_size_of_a_table_is_bounded(
    text: str, limits: dict[str, int], codes: list[tuple[str, int]]
) -> None:
    assert places(read(text, **limits)[1]) == codes


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#DIV/0!", "x\x1b[2Jy"])
def test_a_cell_that_cannot_be_used_is_reported_once_and_read_as_unknown(value: str) -> None:
    table, problems = read(f"a,b\n{value},1\n")
    row = table.rows[0]
    assert row["a"] is None
    assert row.is_broken("a")
    assert files.number(row, "a", problems, required=True) is None
    assert len(problems) == 1
    assert "\x1b" not in str(problems[0])


def test_a_heading_from_outside_is_harmless_in_messages() -> None:
    table, problems = read("a\x1b[2J,b\n1,2\n")
    assert places(problems) == [("cell-control", 1)]
    assert table.rows[0]["b"] == "2"


@pytest.mark.parametrize("make", ["missing", "folder", "pipe", "large"])
def test_a_file_that_cannot_be_opened_is_a_problem(folder: Path, make: str) -> None:
    path = folder / "activity.csv"
    (folder / "activty.csv").write_text("a\n1\n")
    if make == "folder":
        path.mkdir()
    elif make == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no named pipes")
        os.mkfifo(path)
    elif make == "large":
        path.write_bytes(b"a\n" + b"1\n" * 100)
    problems: list[Problem] = []
    table = files.read_csv(path, problems, name="研究/activity.csv", limits=files.Limits(bytes=100))
    assert table.heading.captions == ()
    code = {"missing": "file-missing", "large": "file-too-large"}.get(make, "file-not-a-file")
    assert [each.code for each in problems] == [code]
    assert problems[0].where.file == "研究/activity.csv"
    assert problems[0].candidates == (("activty.csv",) if make == "missing" else ())
