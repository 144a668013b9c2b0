"""A solved system as one provider keeps its flows, its meters, its bounds and its direction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pcf.inventory import as_process, intensities, solve
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.flows import bound_flow
from pcf.model.processes import Exchange, unit_process

OWN = CharacterisationSet.of("own", {"CO2": 1})


def test_meters_and_bounds_stay_rows_of_their_own() -> None:
    gap = bound_flow("paint")
    row = Exchange(gap.id, Amount(3.0, "kg CO2e"), "output", "elementary", elementary=gap)
    pots = unit_process("pots", "2 t", meters={"potline": "10 kWh"}, emits={"CO2": "1 kg"})
    pots = replace(pots, exchanges=(*pots.exchanges, row))
    ingot = unit_process("ingot", "1 t", takes={"pots": "4 t"})
    one = as_process(product_system([pots, ingot]), "ingot")
    assert [(each.flow, each.direction, str(each.amount)) for each in one.exchanges] == [
        ("CO2, fossil", "output", "2 kg"),
        ("kWh at potline", "input", "20 kWh"),
        ("upper bound of paint", "output", "6 kg CO2e"),
    ]
    assert not one.foreground
    again = product_system([one])
    assert again.meters == ("potline",)
    assert intensities(again, OWN, meters={"potline": 0.5}).tolist() == [2.0 + 10.0]


def test_it_makes_its_product_in_its_own_reference_amount() -> None:
    power = unit_process("power", "1 kWh", emits={"CO2": "1 kg"})
    steel = unit_process("steel works", ("steel", "5 t"), takes={"power": "10 kWh"})
    one = as_process(product_system([power, steel]), "steel")
    assert (one.id, one.product, str(one.amount)) == ("steel works", "steel", "5 t")
    car = unit_process("car", "1 item", takes={"steel": "500 kg"})
    assert solve(product_system([one, car]), {"car": 1.0}).amount("CO2, fossil") == 1.0


def test_a_treatment_stays_a_treatment() -> None:
    landfill = unit_process("landfill", ("ash", "2 t"), treats=True, emits={"CO2": "3 kg"})
    one = as_process(product_system([landfill]), "ash")
    works = unit_process("works", "1 t", sends={"ash": "1 t"})
    assert intensities(product_system([one, works]), OWN).tolist() == [1.5, 1.5]


@pytest.mark.parametrize(("credits_count", "expected"), [(True, -20.0), (False, 100.0)])
def test_what_credits_turn_around_is_no_negative_amount(
    credits_count: bool,
    expected: float,
) -> None:
    heat = unit_process("heat", "1 GJ", emits={"CO2": "60 kg"})
    power = unit_process("power", "1 kWh", avoids={"heat": "2 GJ"}, emits={"CO2": "100 kg"})
    one = as_process(product_system([heat, power]), "power", credits=credits_count)
    assert [str(each.amount) for each in one.exchanges] == [f"{abs(expected):g} kg"]
    assert intensities(product_system([one]), OWN).tolist() == [expected]


def test_avoided_metered_electricity_counts_against() -> None:
    pots = unit_process("pots", "1 t", meters={"potline": "10 kWh"})
    ingot = unit_process("ingot", "1 t", avoids={"pots": "2 t"}, emits={"CO2": "1 kg"})
    one = product_system([as_process(product_system([pots, ingot]), "ingot")])
    assert intensities(one, OWN, meters={"potline": 0.5}).tolist() == [1.0 - 10.0]
