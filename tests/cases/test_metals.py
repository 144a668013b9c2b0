"""Metals with known answers: steel by route, PFC of a smelter, nickel per tonne of nickel."""

from __future__ import annotations

import pytest

from pcf.methods.balances import on_mass_basis
from pcf.methods.metals import anode_effect_minutes, pfc_by_slope, route_average
from pcf.model.amounts import Amount

read = Amount.read


# IPCC 2006, Vol. 3, Ch. 4, Table 4.1: 65 % BOF, 30 % EAF, 5 % OHF; printed 1.06 t CO2/t steel.
def test_global_average_steel_from_route_shares() -> None:
    found = route_average(
        edition="2006",
        shares={"BOF steel": read("65 %"), "EAF steel": read("30 %"), "OHF steel": read("5 %")},
    )
    average = found["average"] / 1000
    assert average == pytest.approx(1.059, rel=1e-9)
    assert round(average, 2) == 1.06


# IPCC 2006, Vol. 3, Table 4.16, as in the GHG Protocol aluminium workbook (github.com/
# mamhoff/datasets @b33b25b): 0.3 anode effects of 2 minutes a cell-day, 1 t of aluminium.
@pytest.mark.parametrize(
    ("technology", "cf4", "c2f6"), [("CWPB", 0.0858, 0.0103818), ("SWPB", 0.1632, 0.0411264)]
)
def test_pfc_by_the_slope_method(technology: str, cf4: float, c2f6: float) -> None:
    minutes = anode_effect_minutes(frequency=read("0.3 1/day"), duration=read("2 min"))
    found = pfc_by_slope(
        aluminium=read("1 t"), technology=technology, minutes=minutes, edition="2006"
    )
    assert found["CF4"] == pytest.approx(cf4, rel=1e-9)
    assert found["C2F6"] == pytest.approx(c2f6, rel=1e-9)


# Wei et al. 2020, Energies 13(21):5664, abstract: GJ and t CO2e per t of alloy and of nickel.
# The contents follow from the energy; printed per t of nickel: 14, 40, 18, 69 (rounded inputs).
@pytest.mark.parametrize(
    ("per_alloy", "per_nickel", "content", "co2_alloy", "co2_nickel"),
    [
        (174, 174, 1.0, 14, 14.0),
        (369, 485, 0.760825, 30, 39.43),
        (110, 309, 0.355987, 6, 16.85),
        (60, 598, 0.100334, 7, 69.77),
    ],
)
def test_nickel_products_per_tonne_of_alloy_and_of_nickel(
    per_alloy: float, per_nickel: float, content: float, co2_alloy: float, co2_nickel: float
) -> None:
    grade = per_alloy / per_nickel
    assert grade == pytest.approx(content, rel=1e-3)
    contained = on_mass_basis(
        mass=read("1 t"),
        from_basis="gross mass",
        to_basis="metal contained",
        grade=Amount(grade, "1"),
    )
    assert 1000 * co2_alloy / contained["mass"] == pytest.approx(co2_nickel, rel=1e-3)
