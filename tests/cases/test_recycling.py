"""Recycling formulas against published results.

cf-001: Ecobalyse, documentation of the Circular Footprint Formula (2023), M1 and M2: a T-shirt of
recycled wool, printed 1.75. The other two are worked by hand from the formula with the parameters
of an open packaging service (steel and aluminium, EU packaging).
"""

from __future__ import annotations

import pytest

from pcf.methods.recycling import Recycling, circular_footprint, default_parameters
from pcf.model.amounts import Amount

ZERO = Amount(0.0, "1")


def _per_kg(**burdens: float) -> dict[str, Amount]:
    return {name.replace("_", " "): Amount(value, "kg CO2e/kg") for name, value in burdens.items()}


def _packaging(material: str, recycled_content: float) -> Recycling:
    defaults = {name: row.amount for name, row in default_parameters(material).items()}
    return circular_footprint(
        **defaults,
        recycled_content=Amount(recycled_content, "1"),
        recycled_at_end=Amount(0.7, "1"),
        energy_at_end=Amount(0.27 * (1 - 0.7), "1"),
        heat_efficiency=ZERO,
        electricity_efficiency=ZERO,
    )


def test_cf_001_recycled_wool() -> None:
    one = Amount(1.0, "1")
    formula = circular_footprint(
        allocation=Amount(0.8, "1"),
        energy_allocation=ZERO,
        recycled_content=one,
        recycled_at_end=ZERO,
        energy_at_end=ZERO,
        quality_in=Amount(0.5, "1"),
        quality_out=one,
        lower_heating_value=Amount(0.0, "MJ/kg"),
        heat_efficiency=ZERO,
        electricity_efficiency=ZERO,
    )
    impact = formula.impact(_per_kg(virgin=80.3, recycled=0.5), part="material")
    assert impact.net.value is not None
    assert 0.207 * impact.net.value == pytest.approx(1.74501, rel=1e-9)


def test_worked_example_steel_packaging() -> None:
    burdens = _per_kg(
        virgin=2.0949,
        recycling_at_end_of_life=0.539,
        virgin_avoided=1.8519,
        energy_recovery=0.0,
        disposal=0.0086,
    )
    assert _packaging("steel", 0.0).impact(burdens).net.value == pytest.approx(1.3616, abs=5e-5)


def test_worked_example_aluminium_packaging() -> None:
    burdens = _per_kg(
        virgin=19.611,
        recycled=1.0678,
        recycling_at_end_of_life=0.5703,
        virgin_avoided=19.4345,
        energy_recovery=0.0,
        disposal=0.0131,
    )
    assert _packaging("aluminium", 0.5).impact(burdens).net.value == pytest.approx(7.1956, abs=5e-5)
