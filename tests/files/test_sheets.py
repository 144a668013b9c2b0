"""Workbooks go out: as templates that explain themselves, and as values that read back."""

from __future__ import annotations

import io
import math
import time
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from pcf import files
from pcf.errors import FileError
from pcf.files.values import ERROR_VALUES, clean
from pcf.text import Name

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from pcf.errors import Problem
    from pcf.files import Scalar

CONTROLS = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS + "\ufffe\uffff")
) | st.text(st.sampled_from(list("=+-@＝'\"#＃ \t\r\n,;1.%铝")), max_size=6)
VALUES = TEXTS.filter(lambda text: text.strip() not in ERROR_VALUES) | st.floats(
    allow_nan=False, allow_infinity=False
)

DIRECTIONS = {"input": Name(zh="输入", en="input"), "output": Name(zh="输出", en="output")}
BASES = {"dry": Name(zh="干基", en="dry mass"), "wet": Name(zh="湿基", en="wet, as received")}
ACTIVITY = files.Sheet(
    Name(zh="活动数据", en="activity"),
    (
        files.Column(
            "process",
            Name(zh="过程", en="process"),
            explanation=Name(zh="单元过程的编号", en="id of the unit process"),
            example="roasting",
            required=True,
        ),
        files.Column("direction", Name(zh="方向", en="direction"), choices=DIRECTIONS),
        files.Column("amount", Name(zh="数量", en="amount"), "number", example=3900.5),
        files.Column("start", Name(zh="开始", en="start"), "date", example=date(2024, 1, 1)),
        files.Column("basis", Name(zh="基准", en="basis"), choices=BASES, example="dry"),
    ),
)
SHEETS = files.aliases_of({"activity": ACTIVITY.title})


def filled(*rows: dict[str, Scalar]) -> files.Sheet:
    return files.Sheet(ACTIVITY.title, ACTIVITY.columns, rows)


def read(data: bytes) -> tuple[files.Table, list[Problem]]:
    problems: list[Problem] = []
    table = files.parse_workbook(data, "研究.xlsx", problems, sheets=SHEETS)["activity"]
    keys = [column.key for column in ACTIVITY.columns]
    aliases = files.captions(ACTIVITY.columns)
    return files.columns(table, problems, required=keys, aliases=aliases), problems


def opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


def test_an_empty_template_reads_back_as_an_empty_table() -> None:
    table, problems = read(files.workbook([ACTIVITY]))
    assert table.rows == ()
    assert problems == []


def test_a_template_filled_in_by_hand_reads_back() -> None:
    book = opened(files.workbook([ACTIVITY]))
    page = book["活动数据 activity"]
    page.append(("焙烧", "输入 input", 3900.5, datetime(2024, 1, 31), "干基"))  # noqa: DTZ001 - cells have no zone
    page.append(("电解", "OUTPUT", "３，９００", "2024年2月1日", "wet, as received"))
    stream = io.BytesIO()
    book.save(stream)
    table, problems = read(stream.getvalue())
    rows = [
        (
            row["process"],
            files.choice(row, "direction", files.aliases_of(DIRECTIONS), problems),
            files.number(row, "amount", problems),
            files.date(row, "start", problems),
            files.choice(row, "basis", files.aliases_of(BASES), problems),
        )
        for row in table.rows
    ]
    assert rows == [
        ("焙烧", "input", 3900.5, date(2024, 1, 31), "dry"),
        ("电解", "output", 3900.0, date(2024, 2, 1), "wet"),
    ]
    assert problems == []


def test_a_template_says_everything_in_both_languages() -> None:
    page = opened(files.workbook([ACTIVITY])).worksheets[0]
    cells = {str(cell.value) for row in page.iter_rows() for cell in row if cell.value}
    assert {"过程\nprocess", "# 单元过程的编号\nid of the unit process"} <= cells
    assert {"# 例 e.g. roasting", "3900.5", "干基 dry mass"} <= cells
    assert page.freeze_panes == "A2"


def lists(page: Worksheet) -> dict[str, list[str]]:
    """Return what each drop-down list of a sheet offers, by the cells it is offered in."""
    book: Any = page.parent
    offers = {}
    for each in page.data_validations.dataValidation:
        title, area = str(each.formula1).rsplit("!", 1)
        cells = book[title.strip("'")][area.replace("$", "")]
        offers[str(each.sqref)] = [str(cell.value) for (cell,) in cells]
    return offers


def test_drop_down_lists_offer_what_is_read() -> None:
    book = opened(files.workbook([ACTIVITY, filled()]))
    offers = lists(book.worksheets[0])
    assert list(offers.values()) == [
        ["输入 input", "输出 output"],
        ["干基 dry mass", "湿基 wet, as received"],
    ]
    assert [area[:2] for area in offers] == ["B4", "E4"]
    offer = book.worksheets[0].data_validations.dataValidation[0]
    assert (offer.showErrorMessage, offer.showInputMessage) == (True, True)
    assert book.worksheets[-1].sheet_state == "hidden"
    for names, texts in zip((DIRECTIONS, BASES), offers.values(), strict=True):
        known = files.aliases_of(names)
        assert [known[text] for text in texts] == list(names)


def test_text_columns_keep_codes_that_excel_would_change() -> None:
    page = opened(files.workbook([filled({"process": "0034"})])).worksheets[0]
    assert page.column_dimensions["A"].number_format == "@"
    assert page.column_dimensions["D"].number_format == "yyyy-mm-dd"
    assert page.cell(page.max_row, 1).value == "0034"


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "@x", "-x", "\t=1", "=cmd|'/C calc'!A0"])
def test_no_text_becomes_a_formula(text: str) -> None:
    data = files.workbook(
        [
            files.Sheet(
                Name(zh="表"),
                (files.Column("a", Name(zh=text), explanation=Name(en=text), example=text),),
                ({"a": text},),
            )
        ]
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"<f " not in xml
    cell = opened(data)["表"]["A4"]
    assert cell.data_type == "s"
    assert cell.value == text
    assert cell.quotePrefix


@given(st.lists(st.tuples(VALUES, VALUES), max_size=4))
@example([("# a", "# b"), ("'# a", "'=1"), ("''=1", "'t Hooft"), ("#1机组", 0.1 + 0.2)])
@example([("\r#", "x"), ("'\n# ", "'# "), (" ＃", "#")])
@example([("_x0041_", "a_x000D_b"), (1e22, -0.0), (5e-324, 123456789012345678.0)])
def test_values_read_back_as_written_but_for_outer_space(rows: list[tuple[Scalar, ...]]) -> None:
    sheet = files.Sheet(
        Name(zh="表"),
        (files.Column("a", Name(zh="甲")), files.Column("b", Name(zh="乙"))),
        tuple(dict(zip("ab", row, strict=True)) for row in rows),
    )
    problems: list[Problem] = []
    table = files.parse_workbook(files.workbook([sheet]), "a.xlsx", problems)["表"]
    expected = [tuple(clean(files.exact_text(value)) for value in row) for row in rows]
    assert [row.cells for row in table.rows] == [row for row in expected if any(row)]
    assert problems == []


def test_the_same_sheets_give_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = files.workbook([filled({"process": "焙烧", "start": date(2024, 1, 31)})])
    monkeypatch.setattr(time, "time", lambda: 1e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(1e9))
    again = files.workbook([filled({"process": "焙烧", "start": date(2024, 1, 31)})])
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        core = archive.read("docProps/core.xml")
        assert archive.namelist()[0] == "docProps/app.xml"
        assert {entry.compress_type for entry in archive.filelist} == {zipfile.ZIP_STORED}
    assert core.count(b"2000-01-01T00:00:00Z") == 2
    assert str(datetime.now().year).encode() not in core  # noqa: DTZ005 - only the year


@pytest.mark.parametrize("value", [math.inf, math.nan, "a\0", "\ud800", "x" * 32_768, "#REF!"])
def test_what_excel_cannot_hold_is_refused(value: Scalar) -> None:
    with pytest.raises(FileError):
        files.workbook([filled({"process": value})])


def test_the_longest_text_is_not_cut() -> None:
    table, problems = read(files.workbook([filled({"process": "x" * 32_767})]))
    assert len(str(table.rows[0]["process"])) == 32_767
    assert problems == []


def test_rows_of_captions_and_explanations_are_as_high_as_their_text() -> None:
    """Excel shows one line of a row without a height, and half of each caption was cut."""
    column = files.Column("a", Name("name", "名称"), explanation=Name(zh="说" * 60))
    data = files.workbook([files.Sheet(Name("s", "表"), (column,))])
    page = load_workbook(io.BytesIO(data)).worksheets[0]
    assert page.row_dimensions[1].height >= 30
    assert page.row_dimensions[2].height >= 15 * 120 / page.column_dimensions["A"].width


def test_single_cells_have_lists_of_their_own_and_equal_lists_stand_once() -> None:
    yes_no = {"yes": Name("yes", "是"), "no": Name("no", "否")}
    words = {"a": Name("A", "甲"), "b": Name("B", "乙"), "c": Name("C", "丙")}
    columns = (
        files.Column("fact", Name("fact", "事实")),
        files.Column("value", Name("value", "内容")),
    )
    rows = tuple({"fact": name} for name in ("one", "two", "three"))
    offers = {(0, "value"): yes_no, (1, "value"): words, (2, "value"): yes_no}
    data = files.workbook([files.Sheet(Name("s", "表"), columns, rows, offers)])
    book = load_workbook(io.BytesIO(data))
    page = book["表 s"]
    lists = {str(each.sqref): each.formula1 for each in page.data_validations.dataValidation}
    assert set(lists) == {"B2", "B3", "B4"}
    assert lists["B2"] == lists["B4"] != lists["B3"]
    hidden = book["# lists"]
    assert [cell.value for cell in hidden["B"]] == ["甲 A", "乙 B", "丙 C"]
    assert [cell.value for cell in hidden["A"]][:2] == ["是 yes", "否 no"]


def test_long_texts_are_seen_whole() -> None:
    column = files.Column("note", Name("note", "备注"))
    data = files.workbook(
        [files.Sheet(Name("s", "表"), (column,), ({"note": "字" * 90}, {"note": "short"}))]
    )
    page = load_workbook(io.BytesIO(data))["表 s"]
    assert page["A2"].alignment.wrap_text
    assert not page["A3"].alignment.wrap_text
    assert (page.row_dimensions[2].height or 0) >= 60
