"""Inventories: by process and by product, treatments, what is asked and what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf.errors import ModelError, SolveError
from pcf.inventory import intensities, solve
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from pcf.model.systems import ProductSystem

OWN = CharacterisationSet.of("own", {"CO2": 1})


@pytest.fixture
def system() -> ProductSystem:
    """Return two makers of power, a works that burns its waste, and the incinerator."""
    return product_system(
        [
            unit_process("coal power", ("power", "10 kWh"), emits={"CO2": "9 kg"}),
            unit_process("hydro power", ("power", "1 MWh")),
            unit_process("works", ("steel", "2 t"), sends={"sludge": "6 kg"}),
            unit_process("incinerator", ("sludge", "3 kg"), treats=True, emits={"CO2": "12 kg"}),
        ]
    )


def test_a_reference_flow_is_named_by_process_or_by_product(system: ProductSystem) -> None:
    assert solve(system, {"works": 4.0}).scaling_of("works") == 2.0
    assert solve(system, {"steel": 4.0}).reference_flow == {"works": 4.0}
    both = solve(system, {"steel": 2.0, "coal power": 5.0})
    assert both.amount("CO2, fossil") == 24.0 + 4.5


def test_a_product_of_several_processes_must_be_told_apart(system: ProductSystem) -> None:
    with pytest.raises(ModelError) as caught:
        solve(system, {"power": 1.0})
    assert caught.value.problems[0].candidates == ("coal power", "hydro power")


def test_a_treatment_is_asked_for_in_waste_treated(system: ProductSystem) -> None:
    inventory = solve(system, {"sludge": 1.5})
    assert inventory.scaling_of("incinerator") == 0.5
    assert inventory.amount("CO2, fossil") == 6.0
    assert inventory.reference_flow == {"incinerator": 1.5}


def test_the_intensity_of_a_treatment_is_per_waste_treated(system: ProductSystem) -> None:
    assert intensities(system, OWN).tolist() == pytest.approx([0.9, 0.0, 12.0, 4.0])


def test_what_each_process_brings_is_told_by_id(system: ProductSystem) -> None:
    inventory = solve(system, {"steel": 2.0, "coal power": 10.0})
    brought = inventory.by_process("CO2, fossil")
    assert brought == {"coal power": 9, "hydro power": 0, "works": 0, "incinerator": 24}


def test_names_that_are_not_there_come_with_candidates(system: ProductSystem) -> None:
    inventory = solve(system, {"steel": 1.0})
    for ask in (
        lambda: inventory.amount("CO2, fosil"),
        lambda: inventory.scaling_of("work"),
        lambda: solve(system, {"steal": 1.0}),
    ):
        with pytest.raises(ModelError) as caught:
            ask()
        assert caught.value.problems[0].candidates


def test_the_table_has_one_row_an_elementary_flow(system: ProductSystem) -> None:
    table = solve(system, {"steel": 2.0}).table()
    assert table.to_dict("records") == [
        {
            "flow": "CO2, fossil",
            "direction": "output",
            "line": "fossil",
            "amount": 24.0,
            "unit": "kg",
        }
    ]


def test_an_inventory_is_frozen(system: ProductSystem) -> None:
    inventory = solve(system, {"steel": 2.0})
    for array in (inventory.scaling, inventory.flows):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_without_credits_nothing_is_avoided() -> None:
    heat = unit_process("heat", "1 GJ", emits={"CO2": "60 kg"})
    power = unit_process("power", "1 kWh", avoids={"heat": "2 GJ"}, emits={"CO2": "100 kg"})
    system = product_system([heat, power])
    assert solve(system, {"power": 1.0}).amount("CO2, fossil") == -20.0
    gross = solve(system, {"power": 1.0}, credits=False)
    assert gross.amount("CO2, fossil") == 100.0
    assert gross.by_process("CO2, fossil") == {"heat": 0.0, "power": 100.0}
    assert intensities(system, OWN).tolist() == [60.0, -20.0]
    assert intensities(system, OWN, credits=False).tolist() == [60.0, 100.0]


def test_a_system_that_credits_cancel_is_refused() -> None:
    """Nothing loops; the credit gives back exactly what the other process makes."""
    one = unit_process("one", "1 kg", takes={"two": "1 kg"})
    two = unit_process("two", "1 kg", avoids={"one": "1 kg"})
    circle = unit_process("three", "1 kg", takes={"one": "1 kg"})
    system = product_system([one, two, circle])
    assert solve(system, {"three": 1.0}).scaling_of("one") == pytest.approx(0.5)
    swap = product_system(
        [
            unit_process("a", "1 kg", avoids={"b": "1 kg"}),
            unit_process("b", "1 kg", avoids={"a": "1 kg"}),
        ]
    )
    with pytest.raises(SolveError) as caught:
        solve(swap, {"a": 1.0})
    assert caught.value.problems[0].code.endswith("singular")
