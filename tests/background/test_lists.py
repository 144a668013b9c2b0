"""A user's list: forty mistakes are one report, no sheet is passed over, no gas taken for CO2e."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from pcf.background.own import factor_set
from pcf.background.own_sheet import read_factors
from pcf.background.received import read_received
from pcf.cli.main import main
from pcf.errors import BackgroundError
from tests.background.test_received import GOOD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.background.conftest import Folder

HEAD = "产品,因子,来源,同义词,地点,时期,置信等级"
FACTORS = {
    "14 kg CO2e": "factor-unreadable",
    "14": "factor-unreadable",
    "=1+1": "factor-unreadable",
    "1 kg CO2e/1": "factor-unreadable",
    "1 kg CO2e/kg CO2e": "factor-unreadable",
    "2 kWh/kg": "factor-unreadable",
    "5 元/kg": "factor-unreadable",
    "kg CO2e/kg": "number-missing",
    "NaN kg CO2e/kg": "number-missing",
    "inf kg CO2e/kg": "number-missing",
    "约 3 kg CO2e/kg": "number-missing",
    "1e400 kg CO2e/kg": "number-out-of-range",
    "-3 kg CO2e/kg": "amount-negative",
    '"1,5 kg CO2e/kg"': "number-ambiguous",
    "3～4 kg CO2e/kg": "unit-unknown",
    "0x10 kg CO2e/kg": "unit-unknown",
    "12 % CO2e/kg": "unit-unknown",
    "1 kg CO2e per bucket": "unit-unknown",
    "1 kg CO2e/1000 kg": "unit-unknown",
    "1 kg CO2e/kg;2 kg CO2e/kg": "unit-part-unknown",
    "1 kg CO2e/ton": "unit-ton",
    "1 kg CO2e/mt": "unit-mt",
    "1 kg CO2e/T": "unit-capital-t",
    "1 kg CO2e/mWh": "unit-milli-or-mega",
    "1 kg CO2e/桶": "unit-barrel",
    "1 kg CO2e/标方": "unit-standard-gas",
    "1 kg CO2e/月": "unit-month",
    "#REF!": "cell-error-value",
    "": "cell-empty",
    "2.6 kg CO2/L": "factor-one-gas",
    "2.6 kgCH4/L": "factor-one-gas",
    "0.5306 kgCO2/kWh": "factor-one-gas",
    "3 千克二氧化碳/千克": "factor-one-gas",
    "1 kg SF6/kg": "factor-one-gas",
}
ROWS = {
    ",1 kg CO2e/kg,信,,,,": "cell-empty",
    "b,1 kg CO2e/kg,,,,,": "cell-empty",
    "c,1 kg CO2e/kg,信,,Gansuu,,": "place-unknown",
    "d,1 kg CO2e/kg,信,,,2024-13,": "period-unreadable",
    "e,1 kg CO2e/kg,信,,,2024/2023,": "period-empty",
    "f,1 kg CO2e/kg,信,,,,sure": "choice-not",
    "铝\u200b锭,1 kg CO2e/kg,信,,,,": "name-invisible",
    "h,1 kg CO2e/kg,信,铝\u3164锭,,,": "name-invisible",
    "COKE,1 kg CO2e/kg,信,,,,": "factor-listed-twice",
}
WITH_CANDIDATES = {"unit-ton", "unit-mt", "unit-barrel", "place-unknown", "choice-not"}


def test_forty_mistakes_are_one_error_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [HEAD, "coke,1 kg CO2e/kg,信,,,,"]
    lines += [f"a{n},{factor},信,,,," for n, factor in enumerate(FACTORS)]
    path = tmp_path / "四十.csv"
    path.write_text("\n".join([*lines, *ROWS]), encoding="utf-8")
    with pytest.raises(BackgroundError) as caught:
        read_factors(path)
    found = {each.where.line: each for each in caught.value.problems}
    codes = [found[line].code for line in sorted(found) if line is not None]
    assert codes == [*FACTORS.values(), *ROWS.values()]
    assert len(caught.value.problems) == len(found) == 43
    assert all(each.candidates for each in found.values() if each.code in WITH_CANDIDATES)
    for language in ("en", "zh"):
        with pytest.raises(SystemExit) as ended:
            main(["data", "take", str(path), "--to", str(tmp_path / "out"), "--language", language])
        assert ended.value.code == 1
        told = capsys.readouterr().err
        assert "43" in told.splitlines()[0]
        assert all(f"[{code}]" in told for code in codes)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "factor",
    ["2 kg CO2e/kg", "2 kgCO2eq/kg", "2 kg CO2-eq/kg", "2 kg CO₂e/kg", "2 kg CO2当量/kg",
     "２ kg二氧化碳当量／kg", "2 千克二氧化碳当量/千克", "2 tCO2-e/t", "2 kg CO2 eq per kg"],
)  # fmt: skip
def test_co2e_in_any_spelling_is_not_one_gas(factor: str) -> None:
    (row,) = factor_set("own", {"coke": factor}, source="letter").processes
    (told,) = row.process.exchanges
    assert (told.flow, told.amount.value) == ("CO2e, not split", 2.0)


def test_one_gas_is_told_apart_where_gases_are_named() -> None:
    gases = {"CO2": "2.6 kg/L", "CH4": "0.1 g/L"}
    (row,) = factor_set("own", {"diesel": gases}, source="letter").processes
    assert len(row.process.exchanges) == 2


GOOD_ROW = ["铝锭", "14 kg CO2e/kg", "信"]
CAPTIONS = ["产品", "因子", "来源"]


def book(folder: Path, **sheets: list[list[str]]) -> Path:
    """Write a workbook; sheets whose title begins with '_' are hidden."""
    made = openpyxl.Workbook()
    del made["Sheet"]
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
        page.sheet_state = "hidden" if title.startswith("_") else "visible"
    path = folder / "ours.xlsx"
    made.save(path)
    return path


@pytest.mark.parametrize(
    "beside",
    [
        {"factors2": [CAPTIONS, GOOD_ROW]},
        {"_old": [["product", "factor", "source"], GOOD_ROW]},
        {"next": [["产品", "因子", "出处"], GOOD_ROW]},  # one caption wrong
    ],
)
def test_two_sheets_of_one_list_are_told_and_none_is_passed_over(
    tmp_path: Path, beside: dict[str, list[list[str]]]
) -> None:
    path = book(tmp_path, factors=[CAPTIONS, GOOD_ROW], **beside)
    with pytest.raises(BackgroundError) as caught:
        read_factors(path)
    (told,) = caught.value.problems
    assert told.code == "list-sheets"
    assert told.candidates == ("factors", *beside)


def test_a_sheet_of_notes_is_no_list_wherever_it_stands(tmp_path: Path) -> None:
    notes = [["说明", "来源"], ["虚构数据", "信"]]
    for sheets in ({"notes": notes, "factors": [CAPTIONS, GOOD_ROW]},
                   {"factors": [CAPTIONS, GOOD_ROW], "_notes": notes}):  # fmt: skip
        (row,) = read_factors(book(tmp_path, **sheets)).processes
        assert row.id == "ours: 铝锭"


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u202e", "\u2060", "\u3164", "\ufe0f"])
def test_a_character_that_nobody_sees_is_told_in_every_kind_of_name(
    hidden: str, folder: Folder, tmp_path: Path
) -> None:
    folder.row("exchanges", "l1")["id"] = f"l{hidden}1"
    with pytest.raises(BackgroundError) as caught:
        folder.open()
    assert [each.code for each in caught.value.problems] == ["name-invisible"]
    cells = GOOD | {"product": f"铝{hidden}锭"}
    path = tmp_path / "supplier.csv"
    path.write_text(
        ",".join(cells) + "\n" + ",".join(f'"{cell}"' for cell in cells.values()), encoding="utf-8"
    )
    with pytest.raises(BackgroundError) as received:
        read_received(path)
    (told,) = received.value.problems
    assert (told.code, told.facts["character"]) == ("name-invisible", f"U+{ord(hidden):04X}")


@pytest.mark.parametrize(
    "name", ["铝锭（本厂）", "aluminium, 99.7 %", "α-氧化铝", "H₂SO₄", "é", "Ａ００", "铝\u3000锭"]
)
def test_an_honest_name_is_no_hidden_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / "ours.csv"
    path.write_text(f'产品,因子,来源\n"{name}",1 kg CO2e/kg,信\n', encoding="utf-8")
    assert len(read_factors(path).processes) == 1
