"""Statistics as one table: factors of provinces, written as a set; another year is other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf.background import join, link, open_background
from pcf.background.keeping import write_set
from pcf.electricity.provincial_tables import (
    YearOfPower,
    power_background,
    power_factors,
    read_statistics,
)
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
