"""CHP, captive plants and what crosses the fence: the parts sum to the whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.allocation import allocate
from pcf.methods.metals import CarbonStream, carbon_balance
from pcf.methods.power import (
    carnot_factor,
    export_gas,
    heat_of_steam,
    import_gas,
    power_plant,
    reference_efficiencies,
    site_power,
    split_by_efficiency,
    split_by_energy,
    split_by_exergy,
    split_by_heat_supply,
    splits,
)
from pcf.model.amounts import Amount
from pcf.model.flows import greenhouse_gases
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess

read = Amount.read
joules = st.floats(1e-3, 1e6)
fractions = st.floats(0.05, 1.0)


def _codes(error: ModelError) -> list[str]:
    return [each.code for each in error.problems]


@given(joules, joules, fractions, fractions, fractions)
def test_every_split_sums_to_the_fuel(
    heat: float, power: float, carnot: float, heat_reference: float, power_reference: float
) -> None:
    found = splits(
        heat=Amount(heat, "GJ"),
        power=Amount(power, "GJ"),
        carnot=Amount(carnot, "1"),
        efficiencies=(Amount(heat_reference, "1"), Amount(power_reference, "1")),
        boiler_heat=Amount(heat + power, "GJ"),
    )
    assert len(found) == 4
    for each in found.values():
        assert each.heat + each.power == pytest.approx(1)
        assert 0 <= each.heat <= 1


@given(joules, joules, fractions)
def test_limiting_cases_agree(heat: float, power: float, reference: float) -> None:
    stated = {"heat": Amount(heat, "GJ"), "power": Amount(power, "GJ")}
    by_energy = split_by_energy(**stated).heat
    assert split_by_exergy(**stated, carnot=read("1 1")).heat == pytest.approx(by_energy)
    assert split_by_exergy(**stated, carnot=read("0 1")).heat == 0
    same = Amount(reference, "1")
    by_efficiency = split_by_efficiency(**stated, heat_efficiency=same, power_efficiency=same)
    assert by_efficiency.heat == pytest.approx(by_energy)


# GHG Protocol, Allocation of emissions from a CHP plant, 1.0 (as coded in AMEE chp/ghgp): steam =
# E x (steam/0.8) / (steam/0.8 + power/0.35). DEFRA: heat twice as efficient as power.
def test_the_efficiency_method_of_the_ghg_protocol() -> None:
    stated = {"heat": read("1000 kWh"), "power": read("500 kWh")}
    us = split_by_efficiency(
        **stated,
        heat_efficiency=reference_efficiencies("US EPA Climate Leaders")[0],
        power_efficiency=reference_efficiencies("US EPA Climate Leaders")[1],
    )
    assert us.heat == pytest.approx((1000 / 0.8) / (1000 / 0.8 + 500 / 0.35))
    assert us.findings == ()
    assert all(each.source for each in us.references)
    uk = split_by_efficiency(
        **stated,
        heat_efficiency=reference_efficiencies("UK ETS, DEFRA")[0],
        power_efficiency=reference_efficiencies("UK ETS, DEFRA")[1],
    )
    assert uk.heat == pytest.approx(1000 / (2 * 500 + 1000))


def test_reference_efficiencies_without_a_name_are_a_finding() -> None:
    found = split_by_efficiency(
        heat=read("1 GJ"),
        power=read("1 GJ"),
        heat_efficiency=read("90 %"),
        power_efficiency=read("45 %"),
    )
    assert [each.code for each in found.findings] == ["chp-references-unnamed"]


def test_units_of_power_and_heat_are_converted() -> None:
    found = split_by_energy(heat=read("3.6 GJ"), power=read("1000 kWh"))
    assert found.heat == pytest.approx(0.5)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        split_by_heat_supply(heat=read("1001 GJ"), boiler_heat=read("1000 GJ"))
    assert _codes(caught.value) == ["chp-heat-supply"]
    with pytest.raises(ModelError) as caught:
        carnot_factor(heat_celsius=20, ambient_celsius=25)
    assert _codes(caught.value) == ["chp-temperatures"]
    with pytest.raises(ModelError) as caught:
        split_by_energy(heat=read("0 GJ"), power=read("0 GJ"))
    assert _codes(caught.value) == ["chp-nothing"]


def _fuel(coal: float) -> list[Exchange]:
    co2 = greenhouse_gases()["CO2, fossil"]
    return [
        Exchange("coal", Amount(coal, "t")),
        Exchange(co2.id, Amount(2 * coal, "t"), "output", "elementary", elementary=co2),
    ]


@given(joules, fractions, st.floats(0, 0.4), st.floats(0, 0.4), joules)
def test_a_captive_plant_divides_its_fuel_whole(
    gross: float, carnot: float, own: float, losses: float, heat: float
) -> None:
    split = split_by_exergy(
        heat=Amount(heat, "GJ"), power=Amount(gross, "GJ"), carnot=Amount(carnot, "1")
    )
    plant = power_plant(
        "captive",
        exchanges=_fuel(100.0),
        gross=Amount(gross, "kWh"),
        own_use=Amount(gross * own, "kWh"),
        losses=Amount(gross * losses, "kWh"),
        heat=Amount(heat, "GJ"),
        split=split,
    )
    assert plant.net.value == pytest.approx(gross * (1 - own - losses))
    for row in range(2):
        parts = [each.exchanges[row].amount.value for each in plant.processes]
        assert math.fsum(parts) == pytest.approx((100.0, 200.0)[row])


def test_own_use_burdens_the_net_power() -> None:
    plant = power_plant(
        "captive",
        exchanges=_fuel(1.0),
        gross=read("2500 kWh"),
        own_use=read("400 kWh"),
        losses=read("100 kWh"),
    )
    (process,) = plant.processes
    assert (process.amount.value, process.exchanges[0].amount.value) == (2000.0, 1.0)
    assert [each.code for each in plant.findings] == ["power-own-use"]


def test_heat_without_a_method_is_refused_and_missing_own_use_is_not_zero() -> None:
    stated = {"exchanges": _fuel(1.0), "gross": read("1 MWh"), "losses": read("0 MWh")}
    with pytest.raises(ModelError) as caught:
        power_plant("captive", **stated, own_use=read("0.05 MWh"), heat=read("1 GJ"))
    assert _codes(caught.value) == ["chp-split-missing"]
    with pytest.raises(ModelError) as caught:
        power_plant("captive", **stated, own_use=Amount(None, "MWh"))
    assert _codes(caught.value) == ["method-need-missing"]


def test_sold_power_never_lowers_what_is_bought() -> None:
    found = site_power(purchased=read("30 MWh"), generated=read("100 MWh"), sold=read("100 MWh"))
    assert (found.purchased.value, found.self_generated.value) == (30000, 0)
    with pytest.raises(ModelError) as caught:
        site_power(purchased=read("30 MWh"), generated=read("100 MWh"), sold=read("101 MWh"))
    assert _codes(caught.value) == ["power-sold"]


@given(st.floats(1, 1e6), st.floats(1, 40), st.floats(0.01, 1), st.floats(0, 1))
def test_carbon_of_a_gas_is_the_same_on_both_sides_of_the_fence(
    volume: float, heating: float, carbon: float, biogenic: float
) -> None:
    stated = {
        "volume": Amount(volume, "Nm3"),
        "heating_value": Amount(heating, "MJ/Nm3"),
        "carbon": Amount(carbon, "kg/Nm3"),
        "biogenic_share": Amount(biogenic, "1"),
    }
    sold, bought = export_gas("gas", **stated), import_gas("gas", **stated)
    assert sold.amount == bought.exchanges[0].amount
    handed_on = sold.amount.value * sold.properties["carbon"].value
    burnt = math.fsum(row.amount.value for row in bought.exchanges[1:]) * 12 / 44
    assert handed_on == pytest.approx(burnt)
    assert handed_on == pytest.approx(volume * carbon)


def test_exported_gas_lowers_the_makers_emission_by_its_carbon_and_gets_no_credit() -> None:
    def coking(gas: str) -> float:
        stated = {"coke": CarbonStream(read("1 t")), "coal tar": CarbonStream(read("0 kg"))}
        return carbon_balance(
            "coking",
            edition="2006",
            inputs={"coking coal": CarbonStream(read("1400 kg"))},
            outputs=stated | {"coke-oven gas": CarbonStream(read(gas), read("47 %"))},
        )["CO2"]

    assert coking("0 kg") - coking("100 kg") == pytest.approx(47 * 44 / 12)
    row = export_gas(
        "gas",
        volume=read("100 Nm3"),
        heating_value=read("17 MJ/Nm3"),
        carbon=read("0.2 kg/Nm3"),
        biogenic_share=read("0 1"),
    )
    coke = CoProduct("coke", read("1 t"), {"energy": read("28.4 GJ/t")})
    divided = allocate(MultiOutputProcess("coking", (coke, row)), by="energy", reason="fuel")
    assert sum(divided.shares.values()) == pytest.approx(1)
    assert all(each.kind != "credit" for part in divided.processes for each in part.exchanges)


def test_a_higher_heating_value_is_refused_at_the_fence() -> None:
    with pytest.raises(ModelError) as caught:
        import_gas(
            "gas",
            volume=read("1 Nm3"),
            heating_value=read("39 MJ/Nm3"),
            carbon=read("0.5 kg/Nm3"),
            biogenic_share=read("0 1"),
            heating_value_basis="高位热值",
        )
    assert _codes(caught.value) == ["fuel-higher-heating-value"]


def test_heat_of_steam_is_net_of_the_return() -> None:
    stated = {
        "mass": read("10 t"),
        "enthalpy": read("2800 kJ/kg"),
        "return_enthalpy": read("400 kJ/kg"),
        "feed_enthalpy": read("84 kJ/kg"),
    }
    whole = heat_of_steam(**stated, returned=read("100 %"))
    none = heat_of_steam(**stated, returned=read("0 %"))
    assert (whole["heat"], none["heat"]) == (pytest.approx(24), pytest.approx(27.16))
    assert [each.code for each in none.findings] == ["steam-no-return"]
