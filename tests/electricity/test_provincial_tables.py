"""Statistics as one table: factors of provinces, written as a set; another year is other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from pcf.background import join, link, open_background
from pcf.background.keeping import write_set
from pcf.electricity.provincial_statistics import YearOfPower, read_statistics
from pcf.electricity.provincial_tables import power_background, power_factors
from pcf.errors import LinkError, ModelError
from pcf.model.coverage import Period, places

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "年份,地区,类别,名称,数量,单位,低位发热量,单位热值含碳量（tC/GJ）,碳氧化率,来源\n"
GANSU = """\
{year},甘肃,发电量,煤电,{coal},亿kWh,,,,年鉴
{year},甘肃,发电量,风电,500,亿kWh,,,,年鉴
{year},甘肃,燃料,烟煤,{burnt},万t,21.0 GJ/t,0.02618,98%,年鉴
{year},青海,已公布因子,,0.15,kg/kWh,,,,公告
{year},青海,外送电量,甘肃,40,亿kWh,,,,电网
"""
CARBON = 21.0 * 0.02618 * 0.98 * 44 / 12


def table(folder: Path, *rows: str) -> Path:
    path = folder / "电力统计.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def gansu(year: int = 2024, coal: float = 900, burnt: float = 3700) -> str:
    return GANSU.format(year=year, coal=coal, burnt=burnt)


def values(told: YearOfPower) -> dict[tuple[str, str], float]:
    return {(each.kind, each.place): each.value for each in power_factors(told)}


def test_a_province_from_generation_fuels_and_what_flows_in(tmp_path: Path) -> None:
    """(3700 万t x CO2 of a tonne + 40 亿kWh x 0.15) / (1400 + 40 亿kWh), by hand."""
    found = values(read_statistics(table(tmp_path, gansu()), 2024))
    emitted = 3700e4 * CARBON
    assert found["provincial average", "CN-GS"] == pytest.approx(
        (emitted + 40e5 * 0.15) / (1440e5), rel=1e-12
    )
    assert found["fossil power", "CN-GS"] == pytest.approx(emitted / 900e5, rel=1e-12)
    assert {place for _, place in found} == {"CN-GS"}  # the published one is nobody's result


def test_another_year_is_other_rows_of_the_same_table(tmp_path: Path) -> None:
    path = table(tmp_path, gansu(), gansu(2025, coal=800, burnt=3200))
    new = values(read_statistics(path, 2025))
    assert new == values(read_statistics(table(tmp_path, gansu(2025, 800, 3200)), 2025))
    old = values(read_statistics(table(tmp_path, gansu(), gansu(2025, 800, 3200)), 2024))
    assert new["provincial average", "CN-GS"] < old["provincial average", "CN-GS"]


def test_all_provinces_give_regions_and_the_nation(tmp_path: Path) -> None:
    named = [code for code, place in places().items() if place.within.startswith("CN-GRID-")]
    rows = [
        f"2024,{code},generation,coal,{n + 10},TWh,,,,年鉴\n"
        f"2024,{code},emissions,,{n + 8},Mt,,,,年鉴\n"
        for n, code in enumerate(named)
        if code != "CN-XZ"
    ]
    found = values(read_statistics(table(tmp_path, *rows), 2024))
    assert len([kind for kind, _ in found if kind == "regional average"]) == 7
    assert len([kind for kind, _ in found if kind == "provincial average"]) == 30
    coal = sum(n + 10 for n, code in enumerate(named) if code != "CN-XZ")
    emitted = sum(n + 8 for n, code in enumerate(named) if code != "CN-XZ")
    assert found["national average", "CN"] == pytest.approx(emitted / coal)
    fewer = values(read_statistics(table(tmp_path, *rows[1:]), 2024))
    assert ("national average", "CN") not in fewer
    assert len([kind for kind, _ in fewer if kind == "regional average"]) == 6


def test_thermal_power_gives_an_average_and_no_fossil_factor(tmp_path: Path) -> None:
    rows = "2024,甘肃,发电量,火电,900,亿kWh,,,,年鉴\n2024,甘肃,排放量,,73,Mt,,,,年鉴\n"
    found = values(read_statistics(table(tmp_path, rows), 2024))
    assert list(found) == [("provincial average", "CN-GS")]


def test_the_set_is_for_accounts_and_a_product_refuses_it(tmp_path: Path) -> None:
    factors = power_factors(read_statistics(table(tmp_path, gansu()), 2024))
    made = power_background("gansu", factors, edition="2024")
    write_set(made, tmp_path / "gansu")
    again = open_background(folder=tmp_path / "gansu")
    assert again == made
    both = join(open_background(edition="2026.1"), again)
    asked = {"unit": "kWh", "background": both, "place": "CN-GS", "period": Period.read("2024")}
    name = "electricity provincial average CN-GS 2024 combustion"
    found = link("electricity", provider=name, family="combustion", **asked)  # type: ignore[arg-type]
    assert found.process.id == name
    with pytest.raises(LinkError, match="electricity-combustion"):
        link("electricity", provider=name, **asked)  # type: ignore[arg-type]


def test_generation_of_many_technologies_and_fuels_adds_up(tmp_path: Path) -> None:
    """Coal and gas burn fuels, refuse and wind do not: one average, one fossil factor, by hand."""
    rows = (
        "2024,山西,发电量,燃煤发电,3300,亿kWh,,,,年鉴\n2024,山西,发电量,气电,300,亿kWh,,,,年鉴\n"
        "2024,山西,发电量,生物质,50,亿kWh,,,,年鉴\n2024,山西,发电量,风电,600,亿kWh,,,,年鉴\n"
        "2024,山西,燃料,原煤,10000,万tce,,0.026,98%,年鉴\n"
        "2024,山西,燃料,原煤,1000,万t,20 GJ/t,0.027,98%,年鉴\n"
        "2024,山西,燃料,煤层气,60,亿Nm3,34 MJ/Nm3,0.0153,99%,年鉴\n"
    )
    found = values(read_statistics(table(tmp_path, rows), 2024))
    coal = 1e8 * 29.3076 * 0.026 * 0.98 + 1e7 * 20 * 0.027 * 0.98
    emitted = (coal + 6e9 * 0.034 * 0.0153 * 0.99) * 44 / 12
    assert found["provincial average", "CN-SX"] == pytest.approx(emitted / 4250e5, rel=1e-12)
    assert found["fossil power", "CN-SX"] == pytest.approx(emitted / 3600e5, rel=1e-12)


def test_two_provinces_that_generate_and_trade(tmp_path: Path) -> None:
    rows = (
        "2024,山西,发电量,煤电,100,亿kWh,,,,年鉴\n2024,山西,排放量,,900,万t,,,,年鉴\n"
        "2024,北京,发电量,气电,30,亿kWh,,,,年鉴\n2024,北京,排放量,,120,万t,,,,年鉴\n"
        "2024,山西,外送电量,北京,12,亿kWh,,,,电网\n2024,北京,外送电量,山西,2,亿kWh,,,,电网\n"
    )
    found = values(read_statistics(table(tmp_path, rows), 2024))
    assert found["provincial average", "CN-SX"] == pytest.approx(0.9)
    assert found["provincial average", "CN-BJ"] == pytest.approx((1.2 + 10 * 0.09) / 4)
    assert found["fossil power", "CN-BJ"] == pytest.approx(0.4)


HONEST = {
    "official names, a year in words": ("甘肃,", "甘肃省,", "2024,", "2024年,"),
    "words of any case and width": ("燃料", "Fuel", "发电量", "ＧＥＮＥＲＡＴＩＯＮ"),
    "ten thousand kWh": ("900,亿kWh", "９００００００,万千瓦时", "500,亿kWh", "5000000,万kWh"),
    "MWh and kg": ("900,亿kWh", "9e7,MWh", "3700,万t", "37000000000,千克"),
    "heat in kJ, oxidised as a number": ("21.0 GJ/t", "21000 kJ/kg", "98%", "0.98"),
    "standard coal": ("3700,万t,21.0 GJ/t", f"{3700 * 21 / 29.3076!r},万吨标准煤,"),
}


@pytest.mark.parametrize("how", HONEST)
def test_an_honest_table_says_the_same_in_other_words(tmp_path: Path, how: str) -> None:
    said, plain = gansu(), values(read_statistics(table(tmp_path, gansu()), 2024))
    for old, new in zip(HONEST[how][::2], HONEST[how][1::2], strict=True):
        assert old in said
        said = said.replace(old, new)
    assert values(read_statistics(table(tmp_path, said), 2024)) == pytest.approx(plain, rel=1e-12)


def test_captions_in_english_and_a_workbook_with_another_sheet(tmp_path: Path) -> None:
    plain = read_statistics(table(tmp_path, gansu()), 2024)
    captions = "year,place,kind,name,amount,unit,lower heating value,carbon,share oxidised,source"
    book = openpyxl.Workbook()
    book.active.append(["说明", "本表数据为虚构"])  # type: ignore[union-attr]
    english = book.create_sheet("power")
    english.append(captions.split(","))
    for line in gansu().splitlines():
        english.append([float(cell) if cell.isdigit() else cell for cell in line.split(",")])
    book.save(tmp_path / "power.xlsx")
    assert read_statistics(tmp_path / "power.xlsx", 2024) == plain
    book.copy_worksheet(english).sheet_state = "hidden"
    book.save(tmp_path / "power.xlsx")
    with pytest.raises(ModelError) as caught:
        read_statistics(tmp_path / "power.xlsx", 2024)
    (told,) = caught.value.problems
    assert (told.code, told.candidates) == ("list-sheets", ("power", "power Copy"))


COAL = "2024,甘肃,发电量,煤电,900,亿kWh,,,,年鉴\n"
WIND = "2024,甘肃,发电量,风电,500,亿kWh,,,,年鉴\n"
CO2 = "2024,甘肃,排放量,,7200,万t,,,,年鉴\n"
SENT = "2024,青海,外送电量,甘肃,40,亿kWh,,,,电网\n"


@pytest.mark.parametrize(
    ("rows", "code", "column"),
    [
        (COAL + CO2 + CO2.replace("7200", "720"), "id-twice", "类别"),
        (COAL + WIND + CO2 + WIND.replace("甘肃", "甘肃省"), "id-twice", "类别"),
        (gansu() + gansu().splitlines()[2] + "\n", "id-twice", "类别"),
        (gansu() + SENT, "id-twice", "类别"),
        (gansu() + "2024,青海,已公布因子,,0.2,kg/kWh,,,,公告\n", "id-twice", "类别"),
        (gansu() + CO2, "statistics-both", "类别"),
        (COAL + CO2 + gansu().splitlines()[2] + "\n", "statistics-both", "类别"),
        (
            COAL + CO2 + "2024,甘肃,已公布因子,,0.15,kg/kWh,,,,公告\n",
            "statistics-published",
            "类别",
        ),
        (COAL + COAL.replace("煤电", "火电") + CO2, "statistics-overlap", "名称"),
        (
            COAL.replace("煤电", "thermal") + COAL.replace("煤", "气") + CO2,
            "statistics-overlap",
            "名称",
        ),
        (
            COAL.replace("煤电", "火电") + COAL.replace("煤电", "生物质") + CO2,
            "statistics-overlap",
            "名称",
        ),
        (
            COAL + WIND.replace("风电", "太阳能") + WIND.replace("风电", "光伏") + CO2,
            "statistics-overlap",
            "名称",
        ),
        (COAL.replace("亿kWh", "万千瓦时") + CO2, "statistics-implausible", "地区"),
        (COAL.replace("煤电", "火电") + CO2.replace("万t", "t"), "statistics-implausible", "地区"),
        (COAL + CO2.replace("7200", "1964"), "statistics-implausible", "地区"),  # carbon, not CO2
        (COAL + CO2.replace("7200", "14400"), "statistics-implausible", "地区"),  # twice
        (WIND + CO2.replace("7200", "1"), "statistics-implausible", "地区"),
        (gansu().replace("0.02618", "26.18"), "statistics-carbon", "单位热值含碳量（tC/GJ）"),
        (gansu().replace("0.02618", "0.096"), "statistics-carbon", "单位热值含碳量（tC/GJ）"),
        (gansu().replace("烟煤", "玉米秸秆"), "statistics-biogenic", "名称"),
        (gansu().replace("0.15,kg/kWh", "150,kg/kWh"), "statistics-factor", "数量"),
        (gansu().replace("甘肃,40", "青海,40"), "statistics-itself", "名称"),
        (gansu() + CO2.replace("甘肃", "陕西"), "statistics-generation", "地区"),
        ((COAL + CO2).replace("甘肃", "西北区域电网"), "statistics-province", "地区"),
        ((COAL + CO2).replace("2024", "2024-06"), "statistics-no-year", "年份"),
        (gansu().replace("21.0 GJ/t", "21.0"), "unit-missing", "低位发热量"),
        (gansu().replace("40,亿kWh", "40,万kW"), "unit-dimension", "单位"),
        (gansu().replace("500,亿kWh", "500,万kW"), "unit-dimension", "单位"),
    ],
)
def test_what_is_wrong_and_plausible_is_refused_in_its_cell(
    tmp_path: Path, rows: str, code: str, column: str
) -> None:
    with pytest.raises(ModelError) as caught:
        read_statistics(table(tmp_path, rows), 2024)
    found = {(each.code, each.where.column) for each in caught.value.problems}
    assert found == {(code, column)}
    assert all(each.says("zh") for each in caught.value.problems)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("2023,甘肃,发电量,煤电,900,亿kWh,,,,年鉴\n", "statistics-year"),
        ("2024,甘肃,发电量,煤电,900,亿kWh,,,,年鉴\n", "statistics-emissions"),
        ("2024,甘肃,发电量,电,900,亿kWh,,,,年鉴\n", "choice-not"),
        ("2024,甘肃,发电量,煤电,-1,亿kWh,,,,年鉴\n", "amount-negative"),
        ("2024,Atlantis,发电量,煤电,1,亿kWh,,,,年鉴\n", "place-unknown"),
        ("2024,甘肃,燃料,煤,1,万t,21 GJ/t,0.026,98,年鉴\n", "oxidised-unfit"),
        ("2024,甘肃,燃料,煤,1,万t,,0.026,98%,年鉴\n", "unit-dimension"),
        ("2024,甘肃,发电量,煤电,1,亿kWh,,,,\n", "cell-empty"),
        (gansu() + "2024,甘肃,发电量,煤电,1,亿kWh,,,,年鉴\n", "id-twice"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, rows: str, code: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_statistics(table(tmp_path, rows), 2024)
    assert code in [each.code for each in caught.value.problems]
