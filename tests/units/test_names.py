"""Spelling of units: what is read, what is refused, and that nothing is guessed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import units
from pcf.errors import UnitError
from pcf.units.names import folded
from pcf.units.table import table

NAMES = sorted(table().units)
TENS = {
    "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8,
    "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
# Every prefix that a stock registry would take, long and short.
PREFIXES = (
    *("y", "z", "a", "f", "p", "n", "u", "µ", "m", "c", "d", "da", "h", "k", "M", "G", "T", "P"),
    *("E", "Z", "Y", "Ki", "Mi", "milli", "micro", "centi", "kilo", "mega", "giga", "tera", "exa"),
)

SPELLINGS = {
    "kWh": "kWh KWH kwh ＫＷＨ ｋＷｈ 度 千瓦时 千瓦時 kW·h kW*h kW⋅h kilowatt-hour",
    "MWh": "MWh 兆瓦时 兆瓦時 MW·h",
    "kg": "kg 千克 公斤 ㎏ ｋｇ KG kilogram",
    "t": "t 吨 噸 tonne 公吨",
    "jin": "斤 市斤",
    "lb": "lb lbs",
    "m2": "m2 m² m^2 m**2 ㎡ 平方米",
    "m3": "m3 m³ m^3 ㎥ 立方米 m2*m",
    "mu": "亩 mu",
    "ha": "ha 公顷 公頃 hectare",
    "tkm": "tkm t*km t·km 吨公里 噸公里 吨*公里 km*t",
    "kgce": "kgce 千克标煤 千克標煤 公斤标煤 千克标准煤",
    "tce": "tce 吨标煤 吨标准煤",
    "kcal": "kcal 大卡 千卡",
    "item": "item piece 件 个 個 头 頭 株 Item(s)",
    "CNY": "CNY 元 人民币 人民幣 RMB",
    "%": "% ％ percent",
    "kg CO2e": "kgCO2e;kg CO2e;kg CO2-eq;kgCO2eq;kg CO₂e;kg CO2 eq.;千克二氧化碳当量;KGCO2E",
    "t CO2e": "tCO2e;t CO2e;吨二氧化碳当量;噸二氧化碳當量;tCO2-e",
    "万t CO2e": "万吨CO2e;萬噸二氧化碳當量;10^4 tCO2e;10⁴t CO2e",
    "kg CO2e/kWh": "kgCO2e/kWh;kg CO2e per kWh;千克二氧化碳当量/度;kgCO2e/(kW·h);kgCO2e/kW·h",
    "kg CO2e/MWh": "kg CO2e / MWh;kgCO2-eq per MW·h",
    "kg CO2e/tkm": "kgCO2e/tkm;kg CO2e/t·km;kg CO2e/(t*km);千克二氧化碳当量/吨公里",
    "kg/(ha*year)": "kg/(ha*year);kg/(year*ha);kg/(公顷*年)",
    "GJ/万Nm3": "GJ/万Nm3;GJ/10^4 Nm3;GJ/10⁴Nm³;GJ/(10^4 Nm3)",
    "Nm3": "Nm3 Nm³ m3@0C m³(0℃) 标准立方米(0°C)",
    "Sm3": "Sm3 m3@15C m³（15℃）",
    "m3@20C": "m3@20C;m3@20°C;m³（20℃）;m3 (20 °C, 101.325 kPa);标准立方米(20℃);Nm3(20°C)",
    "m2*year": "m2a;m2*year;m²·yr",
    "1/year": "1/year;1/年",
}


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        (name, spelling)
        for name, written in SPELLINGS.items()
        for spelling in written.split(";" if ";" in written else " ")
    ],
)
def test_a_spelling_leads_to_its_name(name: str, spelling: str) -> None:
    assert units.unit(spelling) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("万kWh", "万kWh"), ("亿千瓦时", "亿kWh"), ("百万千瓦时", "百万kWh"), ("十万吨", "十万t"),
        ("万m³", "万m3"), ("万元", "万CNY"), ("亿元", "亿CNY"), ("千瓦^2", "kW^2"),
        ("万m^2", "万m2"), ("百千克", "百kg"), ("千千瓦时", "千kWh"), ("万亿千瓦时", "万亿kWh"),
    ],
)  # fmt: skip
def test_a_chinese_multiplier_stands_before_a_whole_unit(written: str, name: str) -> None:
    assert units.unit(written) == name


@given(st.sampled_from(NAMES), st.sampled_from(sorted(TENS)))
def test_a_multiplier_is_worth_its_power_of_ten_before_every_unit(name: str, tens: str) -> None:
    assert units.factor(tens + name, name) == 10.0 ** TENS[tens]
    assert units.factor(f"10^{TENS[tens]} {name}", tens + name) == 1.0


@pytest.mark.parametrize(
    ("written", "candidate"),
    [
        ("mWh", "MWh"), ("Mwh", "MWh"), ("mwh", "MWh"), ("mW·h", "MWh"), ("ton", "short ton"),
        ("tons", "t"), ("mt", "Mt"), ("MT", "t"), ("T", "t"), ("unit", "item"), ("单位", "item"),
        ("bbl", "L"), ("cal", "kcal"), ("Cal", "kcal"), ("gal", "L"), ("标方", "m3@20C"),
        ("万标方", "Nm3"), ("标准立方米", "Sm3"), ("month", "day"), ("a", "year"), ("方", "m3"),
        ("ton kilometer", "tkm"), ("kg/ton", "t"), ("mt CO2e", "Mt CO2e"), ("kWh/T", "t"),
    ],
)  # fmt: skip
def test_a_spelling_with_several_readings_is_refused_with_its_reason(
    written: str, candidate: str
) -> None:
    with pytest.raises(UnitError) as caught:
        units.unit(written)
    (told,) = caught.value.problems
    assert told.code not in {"unit-unknown", "unit-part-unknown"}
    assert candidate in told.candidates
    assert all(units.unit(each) == each for each in told.candidates)


@pytest.mark.parametrize("written", ["kgCO2", "kg CO2", "tCO2/MWh", "kg N", "tC", "千克二氧化碳"])
def test_a_mass_of_a_gas_is_not_a_unit(written: str) -> None:
    with pytest.raises(UnitError, match="unit-of-flow"):
        units.unit(written)


@pytest.mark.parametrize("written", ["GJ LHV", "kg/TJ LHV", "kg(干基)", "MJ 低位", "t dm"])
def test_a_basis_is_not_part_of_a_unit(written: str) -> None:
    with pytest.raises(UnitError, match="unit-with-basis"):
        units.unit(written)


@pytest.mark.parametrize(
    "written",
    [
        *("Tt", "Gh", "kilog", "kh", "Ma", "ka", "kkg", "mkg", "kWhs", "grammes", "KM", "Kwhr"),
        *("亿万元", "千百吨", "万", "10^4", "10^0 kg", "10^400 kg", "CO2e", "CO2", "°C", "K"),
        *("kg/", "/kg", "()", "*", "^", "**", "kg*", "kg^0", "kg^1.5", "2 kg", "kg/2", "kg+t"),
        *("kg/ha/year", "kg/ha*year", "kg/(ha)/(year)", "((kg))", "kg)(t", "kWh h", "t;kg", ""),
        *("pint", "byte", "__class__", "kg\n/t\x00", "m4", "кг", "ｋ" * 500, "kWh" * 50),
        *("short ton CO2e", "kgce CO2e", "Nm3(25°C)", "m3@16C", "kg^13", "km^9*t^9"),
    ],
)
def test_what_is_not_in_the_list_is_refused(written: str) -> None:
    with pytest.raises(UnitError):
        units.unit(written)


@given(st.sampled_from(PREFIXES), st.sampled_from(sorted(table().spellings)))
def test_no_prefix_is_taken_beyond_the_list(prefix: str, spelling: str) -> None:
    written = prefix + spelling
    known = folded(written) in table().spellings or folded(written).endswith(" CO2e")
    try:
        units.unit(written)
    except UnitError:
        return
    assert known


@given(st.text(max_size=30) | st.lists(st.sampled_from([*NAMES, *"*/^()万 1"])).map("".join))
def test_any_text_is_a_unit_or_a_unit_error(written: str) -> None:
    try:
        name = units.unit(written)
    except UnitError as error:
        refused = error
    else:
        assert units.unit(name) == name
        assert units.dimension(name)
        return
    assert refused.says("zh") != refused.says("en")


compounds = st.tuples(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
    st.lists(st.sampled_from(NAMES), max_size=2),
    st.sampled_from(["", *TENS]),
)


@given(compounds)
def test_a_canonical_name_reads_as_itself_and_means_the_same(
    parts: tuple[list[str], list[str], str],
) -> None:
    above, below, tens = parts
    written = tens + "*".join(above) + (f"/({'*'.join(below)})" if below else "")
    name = units.unit(written)
    assert units.unit(name) == name
    assert units.factor(written, name) == 1.0
    assert units.unit(unicodedata.normalize("NFKD", name)) == name
    in_another_order = tens + "*".join(reversed(above))
    assert units.unit(in_another_order) == units.unit(tens + "*".join(above))


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(written: str) -> None:
    assert folded(folded(written)) == folded(written)


def test_every_candidate_of_the_list_is_in_the_list() -> None:
    for refusal in table().refused.values():
        assert [units.unit(each) for each in refusal.candidates] == list(refusal.candidates)


def test_no_spelling_is_both_read_and_refused() -> None:
    assert set(table().spellings) & set(table().refused) == set()


def test_every_spelling_in_the_list_can_be_reached() -> None:
    """Wherever folding would change a spelling of the file, the list holds the folded one."""
    for spelling, name in table().spellings.items():
        assert units.unit(spelling) == units.unit(name)
    assert units.unit("長噸") == "long ton"
