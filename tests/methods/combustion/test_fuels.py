"""Burning a fuel: measured or published, fossil or biogenic, on the basis that is meant."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError, UnitError
from pcf.methods.combustion import (
    burn,
    burn_carbon,
    lower_by_analysis,
    lower_from_higher,
    other_gases,
)
from pcf.methods.combustion.words import FUELS
from pcf.methods.lookups import read_table
from pcf.model.amounts import Amount

read = Amount.read
TONNE = read("1 t")


# Arithmetic of the reference table of Chinese fuels: three computed CO2 factors.
@pytest.mark.parametrize(
    ("fuel", "edition", "quantity", "equipment", "kilograms"),
    [
        ("diesel", "CN 2026", "1 t", "other", 3171.0),
        ("diesel", "GB/T 32150", "1 t", "other", 3095.9),
        ("natural gas", "CN 2026", "1 Nm3", "other", 2.154),
        ("natural gas", "GB/T 32150", "10000 Nm3", "other", 21650.0),
        ("anthracite", "GB/T 32150", "1 t", "power boiler", 2189.7 * 0.98 / 0.95),
    ],
)
def test_chinese_defaults_give_the_printed_factors(
    fuel: str, edition: str, quantity: str, equipment: str, kilograms: float
) -> None:
    found = burn(fuel=fuel, quantity=read(quantity), edition=edition, equipment=equipment)
    assert found["CO2"] == pytest.approx(kilograms, rel=2e-4)


# IPCC 2006, Vol. 2, Table 2.2 prints the CO2 of these fuels per TJ; computed here from Table 1.3.
@pytest.mark.parametrize(
    ("fuel", "printed"),
    [
        ("anthracite", 98300),
        ("bituminous coal", 94600),
        ("coke", 107000),
        ("diesel", 74100),
        ("natural gas", 56100),
        ("petroleum coke", 97500),
        ("blast-furnace gas", 260000),
        ("wood", 112000),
        ("charcoal", 112000),
    ],
)
def test_ipcc_carbon_contents_give_the_printed_co2_per_heat(fuel: str, printed: float) -> None:
    found = burn(fuel=fuel, quantity=TONNE, edition="2006")
    assert 1000 * found["CO2"] / found["heat"] == pytest.approx(printed, rel=2e-3)


def test_measured_values_replace_defaults_and_make_no_finding() -> None:
    found = burn(
        fuel="烟煤",
        quantity=TONNE,
        edition="GB/T 32150",
        heating_value=read("23.1 GJ/t"),
        carbon_content=read("25.9 kg/GJ"),
        oxidation=read("98.5 %"),
        biogenic_share=read("0 %"),
    )
    assert found["CO2"] == pytest.approx(23.1 * 25.9 * 0.985 * 44 / 12)
    assert found.findings == ()
    assert found.parameters == ()


def test_a_default_carries_its_range_and_its_source() -> None:
    found = burn(fuel="natural gas", quantity=TONNE, edition="2006")
    spread = found.exchanges[0].amount.spread
    assert spread is not None
    value = found["CO2"]
    # 46.5 .. 50.4 GJ/t and 14.8 .. 15.9 kg/GJ add in squares.
    assert spread.low == pytest.approx(value * (1 - math.hypot(1.5 / 48, 0.5 / 15.3)))
    assert {each.code for each in found.findings} == {"method-default"}


@given(st.sampled_from(FUELS[:20]), st.floats(0.01, 100), st.floats(0, 1))
def test_carbon_is_conserved_whatever_the_origin(fuel: str, tonnes: float, share: float) -> None:
    found = burn(
        fuel=fuel,
        quantity=Amount(tonnes, "t"),
        edition="2006",
        heating_value=read("20 GJ/t"),
        carbon_content=read("25 kg/GJ"),
        oxidation=read("100 %"),
        biogenic_share=Amount(share, "1"),
    )
    emitted = math.fsum(row.amount.value * 12 / 44 for row in found.exchanges)
    assert emitted == pytest.approx(tonnes * 500)


def test_biomass_stands_on_the_biogenic_lines_and_its_gases_are_counted() -> None:
    found = burn(fuel="wood", quantity=TONNE, edition="2006")
    gases = other_gases(heat=found.values["heat"], fuel="木材", sector="farm and household")
    assert found.lines == {"biogenic CO2 emitted"}
    assert gases.lines == {"biogenic CH4 and N2O"}
    assert gases["CH4"] == pytest.approx(0.0156 * 300)


def test_mixed_waste_fuel_splits_its_gases_by_origin() -> None:
    found = other_gases(
        heat=read("1 TJ"),
        fuel="bituminous coal",
        sector="manufacturing",
        biogenic_share=read("25 %"),
    )
    amounts = {row.flow: row.amount.value for row in found.exchanges}
    assert amounts == {
        "CH4, fossil": 7.5,
        "CH4, biogenic": 2.5,
        "N2O, fossil": pytest.approx(1.125),
        "N2O, biogenic": pytest.approx(0.375),
    }


# AR6 values and the arithmetic that the reference table of gap factors prints per GJ.
@pytest.mark.parametrize(
    ("fuel", "sector", "kg_co2e"),
    [
        ("bituminous coal", "manufacturing", 0.708),
        ("bituminous coal", "farm and household", 9.35),
        ("natural gas", "manufacturing", 0.057),
        ("diesel", "manufacturing", 0.253),
        ("wood", "manufacturing", 1.9),
    ],
)
def test_methane_and_nitrous_oxide_weigh_what_the_reference_prints(
    fuel: str, sector: str, kg_co2e: float
) -> None:
    found = other_gases(heat=read("1 GJ"), fuel=fuel, sector=sector)
    methane = 27.0 if fuel == "wood" else 29.8
    assert methane * found["CH4"] + 273 * found["N2O"] == pytest.approx(kg_co2e, rel=0.01)


def test_a_fluidised_bed_is_a_finding() -> None:
    found = other_gases(
        heat=read("1 GJ"),
        fuel="bituminous coal",
        sector="manufacturing",
        equipment="fluidised bed",
    )
    assert 273 * found["N2O"] == pytest.approx(16.7, rel=0.01)
    assert "fuel-fluidised-bed" in [each.code for each in found.findings]


def test_a_higher_heating_value_is_refused_with_the_cure() -> None:
    with pytest.raises(ModelError) as caught:
        burn(
            fuel="diesel",
            quantity=TONNE,
            edition="2006",
            heating_value=read("45.6 GJ/t"),
            heating_value_basis="高位发热量",
        )
    assert caught.value.problems[0].code == "fuel-higher-heating-value"
    assert "lower_by_analysis" in str(caught.value)


def test_a_gas_without_temperature_is_refused() -> None:
    with pytest.raises((UnitError, ModelError)):
        burn(fuel="natural gas", quantity=read("1000 m3"), edition="GB/T 32150")


def test_a_boiler_must_be_named_where_the_default_depends_on_it() -> None:
    with pytest.raises(ModelError) as caught:
        burn(fuel="烟煤", quantity=TONNE, edition="GB/T 32150")
    assert caught.value.problems[0].code == "published-none"


def test_all_problems_are_told_together() -> None:
    with pytest.raises(ModelError) as caught:
        burn(
            fuel="peat briquette",
            quantity=Amount(-1.0, "t"),
            edition="1996",
            oxidation=read("98 1"),
        )
    codes = [each.code for each in caught.value.problems]
    assert codes == ["method-edition", "method-need-range", "method-need-range", "method-need-word"]


def test_elemental_carbon_needs_one_basis() -> None:
    with pytest.raises(ModelError) as caught:
        burn_carbon(
            quantity=TONNE,
            quantity_basis="as received",
            carbon=read("62 %"),
            carbon_basis="干基",
            oxidation=read("99 %"),
            biogenic_share=read("0 %"),
        )
    assert caught.value.problems[0].code == "fuel-bases-differ"


def test_lower_heating_values_are_below_higher_ones() -> None:
    analysed = lower_by_analysis(
        higher=read("25 MJ/kg"), hydrogen=read("4 %"), moisture=read("10 %"), oxygen=read("8 %")
    )
    assert analysed["lower"] == pytest.approx(25 - 0.848 - 0.245 - 0.0064)
    by_ratio = lower_from_higher(higher=read("25 MJ/kg"), state="solid")
    assert by_ratio.findings[0].code == "fuel-lower-by-ratio"
    assert by_ratio["lower"] == pytest.approx(25 / 1.05)


def test_every_row_of_the_table_names_a_known_fuel_and_a_source() -> None:
    for row in read_table("combustion"):
        assert row.criteria["fuel"] in (*FUELS, "solid", "liquid", "gas")
        assert row.source
        assert row.locator
        assert row.low is None or row.low <= row.value <= row.high
