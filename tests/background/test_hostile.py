"""What arrives from outside: one clear report with every fault in its place, and no long wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from pcf.background.own_sheet import read_factors
from pcf.background.received import read_received
from pcf.errors import BackgroundError
from tests.background.test_received import GOOD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.background.conftest import Folder


def told(error: BackgroundError) -> list[tuple[str, str]]:
    """Return codes with the file (and line or cell) of each."""
    return [
        (each.code, f"{each.where.file}:{each.where.line or each.where.cell}")
        for each in error.problems
    ]


def refused(folder: Folder) -> list[tuple[str, str]]:
    with pytest.raises(BackgroundError) as caught:
        folder.open()
    assert len(caught.value.says("zh").splitlines()) <= 40
    return told(caught.value)


def test_numbers_that_are_none_are_named_line_by_line(folder: Folder) -> None:
    rows = {
        "g23": "NaN",
        "g24": "1.234,5",
        "l1": "inf",
        "l2": "=1+1",
        "c1": "12 345",
        "c2": "1e999",
    }
    for id_, amount in rows.items():
        folder.row("exchanges", id_)["amount"] = amount
    found = refused(folder)
    lines = {folder.line("exchanges", id_) for id_ in rows}
    assert {place for _, place in found} == {f"small 1/exchanges.csv:{line}" for line in lines}


def test_a_comma_of_thousands_is_read_and_a_decimal_one_refused(folder: Folder) -> None:
    folder.row("exchanges", "l1")["amount"] = "1,234.5"
    row = folder.open().row("lime-cn")
    assert row is not None
    assert {each.amount.value for each in row.process.exchanges if each.id == "l1"} == {1234.5}
    folder.row("exchanges", "l1")["amount"] = "1,5"
    assert [code for code, _ in refused(folder)] == ["number-comma"]


def test_ids_that_stand_twice_name_both_lines(folder: Folder) -> None:
    folder.tables["processes"].append(dict(folder.row("processes", "lime-cn")))
    folder.tables["exchanges"].append(dict(folder.row("exchanges", "l1")))
    assert [code for code, _ in refused(folder)] == ["id-twice", "id-twice"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"id,document,confidence\nS1,\xff\xfe\x00broken,secondary\n", "file-encoding"),
        (
            b"id,document,confidence\nS1,\xe7\x9f\xb3\xe7\x81 and then,secondary\n",
            "file-encoding",
        ),
        (b"PK\x03\x04 a workbook by another name", "cell-control"),
        (b"", "file-empty"),
    ],
)
def test_a_table_that_is_no_text(folder: Folder, content: bytes, code: str) -> None:
    path = folder.write()
    (path / "sources.csv").write_bytes(content)
    from pcf.background import open_background  # noqa: PLC0415 - after the file is spoiled

    with pytest.raises(BackgroundError) as caught:
        open_background(folder=path)
    problems = caught.value.problems
    assert code in [each.code for each in problems]
    assert all("sources.csv" in each.where.file for each in problems)  # no row is blamed for it


def test_ten_million_columns_are_one_problem(folder: Folder) -> None:
    path = folder.write()
    (path / "sources.csv").write_bytes(b"id,document,confidence" + b"," * 10_000_000 + b"\nS1\n")
    from pcf.background import open_background  # noqa: PLC0415 - after the file is spoiled

    with pytest.raises(BackgroundError) as caught:
        open_background(folder=path)
    assert len(caught.value.problems) == 1


def test_a_workbook_of_formulas_dates_and_merged_cells_is_one_report(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(GOOD))
    cells = dict(GOOD)
    sheet.append([*cells.values()])
    columns = list(GOOD)
    for column, value in (("co2e", "=1/0"), ("valid_until", 45838), ("amount", "#N/A")):
        sheet.cell(2, columns.index(column) + 1, value)
    path = tmp_path / "供应商.xlsx"
    book.save(path)
    with pytest.raises(BackgroundError) as caught:
        read_received(path)
    places = {each.where.cell for each in caught.value.problems}
    assert len(places) >= 3
    assert all(each.says("zh") for each in caught.value.problems)


def test_a_list_of_factors_with_every_fault_is_one_report(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text(
        "产品,因子,来源\n石灰,1.2 kg CO2e/kg,信\n石灰,1.3 kg CO2e/kg,信\n盐,NaN kg CO2e/kg,信\n"
        "碱,=2+2,信\n,1 kg CO2e/kg,信\n水,1 kg CO2e/kg,\n",
        encoding="gb18030",
    )
    with pytest.raises(BackgroundError) as caught:
        read_factors(path)
    assert [each.where.line for each in caught.value.problems] == [3, 4, 5, 6, 7]


GOOD_LINE = "{id},lime-cn,elementary,output,CO2,{n},kg,,S1,"
EXCHANGES = {  # a row of exchanges that is wrong in one cell, and the code that says so
    "{id},lime-cm,elementary,output,CO2,1,kg,,S1,": "process-not-listed",
    "{id},,elementary,output,CO2,1,kg,,S1,": "cell-empty",
    "{id},lime-cn,gas,output,CO2,1,kg,,S1,": "choice-not",
    "{id},lime-cn,elementary,out,CO2,1,kg,,S1,": "choice-not",
    "{id},lime-cn,elementary,input,CO2,1,kg,,S1,": "direction-unfit",
    "{id},lime-cn,elementary,output,CO2-e,1,kg,,S1,": "gas-unknown",
    "{id},lime-cn,elementary,output,CH44,1,kg,,S1,": "gas-unknown",
    "{id},lime-cn,elementary,output,,1,kg,,S1,": "cell-empty",
    "{id},lime-cn,elementary,output,CO2,,kg,,S1,": "cell-empty",
    "{id},lime-cn,elementary,output,CO2,-1,kg,,S1,": "amount-negative",
    "{id},lime-cn,elementary,output,CO2,NaN,kg,,S1,": "number-not",
    "{id},lime-cn,elementary,output,CO2,1e400,kg,,S1,": "number-range",
    "{id},lime-cn,elementary,output,CO2,inf,kg,,S1,": "number-not",
    "{id},lime-cn,elementary,output,CO2,12 %,kg,,S1,": "number-percent",
    "{id},lime-cn,elementary,output,CO2,=1+1,kg,,S1,": "number-not",
    "{id},lime-cn,elementary,output,CO2,1.234.5,kg,,S1,": "number-not",
    "{id},lime-cn,elementary,output,CO2,800 kg,kg,,S1,": "number-not",
    "{id},lime-cn,elementary,output,CO2,10²,kg,,S1,": "number-not",
    "{id},lime-cn,elementary,output,CO2,#DIV/0!,kg,,S1,": "cell-error-value",
    "{id},lime-cn,elementary,output,CO2,1,ton,,S1,": "unit-ton",
    "{id},lime-cn,elementary,output,CO2,1,mt,,S1,": "unit-mt",
    "{id},lime-cn,elementary,output,CO2,1,kg CO2e,,S1,": "unit-unfit",
    "{id},lime-cn,elementary,output,CO2e,1,kg,,S1,": "unit-unfit",
    "{id},lime-cn,elementary,output,CO2,1,kWh,,S1,": "unit-unfit",
    "{id},lime-cn,elementary,output,CO2,1,,,S1,": "cell-empty",
    "{id},lime-cn,product,input,coal,1,kg,,S1,": "unit-unfit",
    "{id},lime-cn,product,input,coal,1,m3,,S1,": "unit-unfit",
    "{id},lime-cn,product,input,cole,1,GJ,,S1,": "product-not-listed",
    "{id},lime-cn,product,output,coal,1,GJ,,S1,": "direction-unfit",
    "{id},lime-cn,waste,input,slag,1,kg,,S1,": "direction-unfit",
    "{id},lime-cn,product,input,coal,1,GJ,coal-boilr,S1,": "provider-not-listed",
    "{id},lime-cn,product,input,coal,1,GJ,coal-mine,S1,": "provider-makes-other",
    "{id},lime-cn,elementary,output,CO2,1,kg,,S9,": "source-unknown",
    "l1,lime-cn,elementary,output,CO2,1,kg,,S1,": "id-twice",
    "l\u200b1,lime-cn,elementary,output,CO2,1,kg,,S1,": "name-invisible",
}
HEADS = {
    "amount": ("0", "reference-amount"),
    "unit": ("kWh", "unit-unfit"),
    "place": ("Atlantis", "place-unknown"),
    "start": ("soon", "period-unreadable"),
    "boundary": ("cradle to grave", "choice-not"),
    "family": ("both", "choice-not"),
    "product": ("limes", "product-not-listed"),
}
NEAR = {"process-not-listed", "gas-unknown", "unit-ton", "product-not-listed", "source-unknown"}


def test_a_product_that_cannot_be_read_is_told_once(folder: Folder) -> None:
    folder.row("products", "coal")["unit"] = "ton"
    assert [code for code, _ in refused(folder)] == ["unit-ton"]


def test_forty_mistakes_in_a_set_are_one_error(folder: Folder) -> None:
    """Each stands once, in its line, with candidates where there are any, in both languages."""
    wanted = []
    for n, (line, code) in enumerate(EXCHANGES.items()):
        folder.add(line.format(id=f"x{n}"))
        wanted.append(("exchanges", len(folder.tables["exchanges"]) + 1, code))
        folder.add(GOOD_LINE.format(id=f"good{n}", n=n))
    for column, (cell, code) in HEADS.items():
        copy = {**folder.row("processes", "lime-cn"), "id": f"of {column}", column: cell}
        folder.tables["processes"].append(copy)
        folder.add(f"in {column},of {column},elementary,output,CO2,1,kg,,S1,")
        wanted.append(("processes", len(folder.tables["processes"]) + 1, code))
    with pytest.raises(BackgroundError) as caught:
        folder.open()
    problems = caught.value.problems
    found = [(each.where.file.split("/")[-1][:-4], each.where.line, each.code) for each in problems]
    assert sorted(found) == sorted(wanted)  # and no row is blamed for one that could not be read
    assert len(wanted) == 42
    assert all(each.candidates for each in problems if each.code in NEAR)
    for told in (caught.value.says("en"), caught.value.says("zh")):
        assert all(f"[{code}]" in told for _, _, code in wanted)
