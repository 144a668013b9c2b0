"""Excel workbooks come in: exact cells with their places, hostile ones refused unopened."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from pcf import files
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcf.errors import Problem

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TEXT_CELL = '<c r="A1" t="inlineStr"><is><t>a</t></is></c>'
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def made(*rows: tuple[Any, ...], title: str = "活动数据") -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with one of its parts changed, or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", 8) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        parts[part] = change(parts.get(part, b""))
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()


def with_rows(rows: str) -> bytes:
    xml = b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (NAMESPACE, rows.encode())
    return changed(made(("a",)), SHEET, lambda _: xml)


def read(
    data: bytes, sheets: dict[str, str] | None = None, **limits: int
) -> tuple[dict[str, files.Table], list[Problem]]:
    problems: list[Problem] = []
    tables = files.parse_workbook(
        data, "研究.xlsx", problems, sheets=sheets, limits=files.Limits(**limits)
    )
    return tables, problems


def codes(data: bytes, **limits: int) -> list[str]:
    return [each.code for each in read(data, **limits)[1]]


def test_cells_become_exact_text_and_know_their_place(folder: Path) -> None:
    rows = [
        ("过程", "数量", "日期", "是否"),
        ("焙烧", 0.1, date(2024, 1, 31), True),
        ("电解", 3.0, datetime(2024, 1, 31, 8, 30), False),  # noqa: DTZ001 - cells have no zone
        ("  铸造\r\n一 ", 13599, None, None),
        ("３９", "３，９００", 1e-7, 123456789012345),
    ]
    (folder / "研究.xlsx").write_bytes(made(*rows))
    problems: list[Problem] = []
    table = files.read_workbook(folder / "研究.xlsx", problems)["活动数据"]
    assert [row.cells for row in table.rows] == [
        ("焙烧", "0.1", "2024-01-31", "true"),
        ("电解", "3", "2024-01-31 08:30:00", "false"),
        ("铸造\n一", "13599", None, None),
        ("３９", "３，９００", "1e-07", "123456789012345"),
    ]
    assert str(table.rows[1].where("数量")) == "研究.xlsx, 活动数据!B3, 数量"
    assert str(table.rows[1].where()) == "研究.xlsx, 活动数据!3:3"
    assert [files.number(row, "数量", problems) for row in table.rows] == [0.1, 3, 13599, 3900]
    assert files.date(table.rows[0], "日期", problems) == date(2024, 1, 31)
    assert problems == []


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), max_size=9))
def test_numbers_arrive_as_excel_keeps_them(values: list[float]) -> None:
    rows = "".join(f"<row><c><v>{value!r}</v></c></row>" for value in values)
    tables, _ = read(with_rows(f"<row>{TEXT_CELL}</row>{rows}"))
    numbers = [files.number(row, "a", []) for row in tables["活动数据"].rows]
    assert numbers == list(map(float, values))


def test_a_percentage_is_one_and_a_quoted_sign_is_not() -> None:
    book = Workbook()
    book.active.append(("share",))
    for value, form in [(0.125, "0.00%"), (0.07, "0%"), (12.5, '0.0"%"'), (1, "0%"), (9, "0\\%")]:
        book.active.append((value,))
        book.active.cell(book.active.max_row, 1).number_format = form
    table = read(saved(book))[0]["Sheet"]
    assert [row["share"] for row in table.rows] == ["12.5%", "7%", "12.5", "100%", "9"]
    problems: list[Problem] = []
    assert files.number(table.rows[0], "share", problems, percent=True) == 0.125
    assert files.number(table.rows[0], "share", problems) is None
    assert [(each.code, each.where.cell) for each in problems] == [("number-percent", "A2")]


def test_times_are_no_numbers() -> None:
    table = read(made(("a",), (time(8, 30),), (timedelta(hours=30),)))[0]["活动数据"]
    assert [files.number(row, "a", []) for row in table.rows] == [None, None]
    assert all(row["a"] for row in table.rows)


def test_the_headings_may_stand_anywhere_and_empty_rows_keep_the_count() -> None:
    data = made((), ("# 说明", "x"), (None, None, "a", "b"), (), (None, None, 1, 2), ("# 例", 5))
    table = read(data)[0]["活动数据"]
    assert table.heading.captions == ("", "", "a", "b")
    assert [(row.line, row["b"], row.where("b").cell) for row in table.rows] == [(5, "2", "D5")]


def test_cells_outside_the_headings_are_a_problem_once_a_column() -> None:
    _, problems = read(made(("a", None, "c"), (1, 2, 3, 4), (1, 2, 3, 4)))
    assert [(each.code, each.where.cell) for each in problems] == [
        ("header-empty", "B2"),
        ("header-empty", "D2"),
    ]


def test_a_formula_gives_its_last_value_and_one_never_computed_is_a_problem() -> None:
    rows = """
        <row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>
                   <c r="B1" t="inlineStr"><is><t>b</t></is></c></row>
        <row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>
        <row r="3"><c r="A3"><f>1+1</f></c><c r="B3"><v>5</v></c></row>
        <row r="4"><c r="A4" t="inlineStr"><is><t># note</t></is></c><c r="B4"><f>1</f></c></row>
        <row r="5"><c r="A5" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"""
    tables, problems = read(with_rows(rows))
    table = tables["活动数据"]
    assert [row.cells for row in table.rows] == [("2", None), (None, "5"), (None, None)]
    assert [(each.code, each.where.cell) for each in problems] == [
        ("cell-not-computed", "A3"),
        ("cell-error-value", "A5"),
    ]
    assert files.filled(table.rows[1], "a", problems) is None
    assert not table.rows[0].is_broken("b")
    assert len(problems) == 2


def test_sheets_are_found_under_either_name_and_strangers_are_problems() -> None:
    book = Workbook()
    for title in ("活动數據", "Legs", "# 说明", "empty", "Lges", "legs 运输"):
        book.create_sheet(title).append(() if title == "empty" else ("a",))
    sheets = files.aliases_of(
        {"activity": Name(zh="活动数据"), "legs": Name(zh="运输", en="legs"), "more": Name()}
    )
    tables, problems = read(saved(book), sheets | {"legs 运输": "legs"})
    assert set(tables) == {"activity", "legs"}
    assert tables["legs"].heading.sheet == "Legs"
    assert [(each.code, each.where.item) for each in problems] == [
        ("sheet-unknown", "Lges"),
        ("sheet-twice", "legs 运输"),
    ]
    assert problems[0].candidates[0] == "legs"


def test_all_sheets_are_read_under_their_titles_where_none_are_asked_for() -> None:
    assert set(read(made(("a",)))[0]) == {"活动数据"}


def test_an_empty_workbook_is_a_problem() -> None:
    assert codes(made()) == ["file-empty"]


def test_a_wrong_dimension_neither_hides_nor_invents_cells() -> None:
    for dimension in (b"A1:A1", b"A1:XFD1048576", b"C3:D4"):
        data = changed(
            made(("a", "b"), (1, 2)), SHEET, lambda xml, d=dimension: xml.replace(b"A1:B2", d)
        )
        tables, problems = read(data)
        assert [row.cells for row in tables["活动数据"].rows] == [("1", "2")]
        assert problems == []


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "docProps/core.xml"]
)
@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "cp037"])
def test_a_document_type_in_any_part_is_refused(part: str, declared: str) -> None:
    def change(xml: bytes) -> bytes:
        text = BOMB.decode() + xml.decode("utf-8-sig").split("?>")[-1]
        return f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(declared)

    found = codes(changed(made(("a",), title="data"), part, change))
    # What expat does not decode it cannot read on either.
    assert found == ["workbook-doctype"] or (declared == "cp037" and found == ["workbook-damaged"])


def test_a_document_type_hidden_under_another_name_is_refused() -> None:
    data = changed(made(("a",)), "xl/media/image1.png", lambda _: BOMB + b"<x>&b;</x>")
    assert codes(data) == ["workbook-doctype"]


def test_a_picture_is_no_problem() -> None:
    assert codes(changed(made(("a",)), "xl/media/image1.png", lambda _: b"\x89PNG\0\0")) == []


@pytest.mark.parametrize(
    ("part", "change", "code"),
    [
        ("xl/vbaProject.bin", lambda _: b"\0", "workbook-macro"),
        ("xl/macrosheets/sheet1.xml", lambda _: b"<x/>", "workbook-macro"),
        (
            "[Content_Types].xml",
            lambda xml: xml.replace(
                b"openxmlformats-officedocument.spreadsheetml.sheet.main",
                b"ms-excel.sheet.macroEnabled.main",
            ),
            "workbook-macro",
        ),
        ("xl/externalLinks/externalLink1.xml", lambda _: b"<x/>", "workbook-external-link"),
        ("../evil.xml", lambda _: b"<x/>", "name-unsafe"),
        (SHEET, lambda xml: xml[:-20], "workbook-damaged"),
        (SHEET, lambda xml: xml.decode().encode("utf-16"), "workbook-damaged"),
        ("xl/workbook.xml", lambda _: b"<x/>", "file-empty"),
        ("[Content_Types].xml", lambda _: b"<x/>", "workbook-damaged"),
        ("xl/_rels/workbook.xml.rels", lambda _: b"<x/>", "workbook-damaged"),
        ("xl/styles.xml", lambda _: b"<x/>" * 2, "workbook-damaged"),
    ],
)
def test_a_hostile_or_damaged_part_is_refused(
    part: str, change: Callable[[bytes], bytes], code: str
) -> None:
    tables, problems = read(changed(made(("a",), ("x",)), part, change))
    assert tables == {}
    assert [each.code for each in problems] == [code]
    assert problems[0].where.file == "研究.xlsx"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook-old"),
        (b"a,b\n1,2\n", "archive-damaged"),
        (b"", "archive-damaged"),
        (files.pack({"a.txt": b"1"}), "workbook-damaged"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, code: str) -> None:
    assert codes(data) == [code]


def test_a_bomb_is_refused_before_openpyxl_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        pytest.fail("openpyxl was called")

    monkeypatch.setattr("openpyxl.load_workbook", never)
    bomb = changed(made(("a",)), SHEET, lambda xml: xml + b" " * 20 * 2**20)
    assert codes(bomb) == ["archive-ratio"]
    assert codes(bomb, unpacked=2**20, ratio=10**6) == ["archive-size"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ('<row r="1000"><c r="A1000"><v>1</v></c></row>', []),
        ('<row r="1001"><c r="A1001"><v>1</v></c></row>', ["sheet-too-large"]),
        ('<row r="99999999999999"><c><v>1</v></c></row>', ["sheet-too-large"]),
        ('<row r="2"><c r="ZZZ2"><v>1</v></c></row>', ["table-too-wide"]),
        ('<row r="2"><c r="AAAAAAAA2"><v>1</v></c></row>', ["workbook-damaged"]),
        ('<row r="2"><c r="A2"><v>1</v></c></row>' * 2, ["workbook-damaged"]),
        ('<row r="3"><c r="A3"><v>1</v></c></row><row r="2"/>', ["workbook-damaged"]),
        ('<row r="2"><c r="A2" t="s"><v>99</v></c></row>', ["workbook-damaged"]),
        ('<row r="2"><c r="A2"><v>x</v></c></row>', ["workbook-damaged"]),
    ],
)
def test_cells_at_impossible_places_are_refused(
    monkeypatch: pytest.MonkeyPatch, rows: str, found: list[str]
) -> None:
    monkeypatch.setattr("pcf.files.workbooks._ROWS", 1000)
    assert codes(with_rows(f'<row r="1">{TEXT_CELL}</row>{rows}')) == found


def test_sheets_full_of_empty_cells_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pcf.files.workbooks._CELLS", 50_000)
    rows = "".join(f'<row r="{line}"><c r="XFD{line}"/></row>' for line in range(2, 10))
    assert codes(with_rows(f'<row r="1">{TEXT_CELL}</row>{rows}')) == ["sheet-too-large"]


def test_the_number_of_sheets_is_bounded() -> None:
    book = Workbook()
    for number in range(64):
        book.create_sheet(f"s{number}")
    assert codes(saved(book)) == ["workbook-sheets"]


def test_a_workbook_that_openpyxl_warns_about_is_read_without_a_warning() -> None:
    book = Workbook()
    book.active.append(("a",))
    book.active.append((1,))
    data = changed(
        saved(book),
        SHEET,
        lambda xml: xml.replace(
            b"</worksheet>",
            b'<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>',
        ),
    )
    tables, problems = read(data)
    assert tables["Sheet"].rows[0]["a"] == "1"
    assert problems == []


def test_damaged_bytes_give_problems_or_tables_and_never_another_error() -> None:
    data = made(("过程", "数量"), ("焙烧", 0.1), ("电解", date(2024, 1, 1)))
    for place in range(0, len(data), 61):
        damaged = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        tables, problems = read(damaged)
        assert tables or problems
