"""Carbonates, lime, acid, explosives, leaks, mines: nothing counted twice, nothing lost."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.balances import content
from pcf.methods.chemistry import (
    burn_lime,
    calcine,
    coal_mine,
    explode,
    leak_at_disposal,
    leak_by_balance,
    leak_by_rate,
    nitric_acid,
)
from pcf.model.amounts import Amount

read = Amount.read
FORMULAE = {
    "calcite": "CaCO3",
    "magnesite": "MgCO3",
    "dolomite": "CaMg(CO3)2",
    "siderite": "FeCO3",
    "rhodochrosite": "MnCO3",
    "soda ash": "Na2CO3",
}


def _codes(error: ModelError) -> list[str]:
    return [each.code for each in error.problems]


# The printed factor of soda ash is 0.7 per mille below its stoichiometry, the others agree.
@pytest.mark.parametrize("mineral", sorted(FORMULAE))
def test_published_carbonate_factors_are_the_stoichiometry(mineral: str) -> None:
    found = calcine(
        mass=read("1 kg"), mineral=mineral, purity=read("100 %"), calcined=read("100 %")
    )
    carbon = content("C", FORMULAE[mineral]).value
    assert found["CO2"] == pytest.approx(carbon * 44.009 / 12.011, rel=1e-3)


@given(st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1))
def test_what_is_not_pure_or_not_decomposed_emits_nothing(
    mass: float, purity: float, calcined: float
) -> None:
    found = calcine(
        mass=Amount(mass, "kg"),
        mineral="dolomite",
        purity=Amount(purity, "1"),
        calcined=Amount(calcined, "1"),
    )
    assert found["CO2"] == pytest.approx(mass * purity * calcined * 0.47732)


# IPCC 2006, Vol. 3, Table 2.4 as the reference table computes it: 0.74575 and 0.58875 t/t.
def test_lime_by_its_oxides() -> None:
    stated = {"lime": read("1 t"), "dust": read("0 t")}
    assert burn_lime(**stated, kind="high-calcium lime")["CO2"] == pytest.approx(745.75)
    assert burn_lime(**stated, kind="hydraulic lime")["CO2"] == pytest.approx(588.75)
    with pytest.raises(ModelError) as caught:
        burn_lime(**stated, kind="dolomitic lime")
    assert _codes(caught.value) == ["published-unverified"]
    dolomitic = burn_lime(**stated, kind="dolomitic lime", oxides=read("95 %"))
    assert dolomitic["CO2"] == pytest.approx(1000 * 0.913 * 0.95)


def test_lost_kiln_dust_is_lime_too_and_must_be_stated() -> None:
    found = burn_lime(lime=read("980 kg"), dust=read("20 kg"), kind="high-calcium lime")
    assert found["CO2"] == pytest.approx(745.75)
    with pytest.raises(ModelError) as caught:
        burn_lime(lime=read("1 t"), dust=Amount(None, "t"), kind="high-calcium lime")
    assert _codes(caught.value) == ["method-need-missing"]


# IPCC 2006, Vol. 3, Ch. 3, Table 3.3; 8-gap-factors: 0.7875 t acid per t of ammonium nitrate.
def test_nitric_acid_with_and_without_abatement() -> None:
    stated = {"acid": read("0.7875 t"), "plant": "medium pressure"}
    bare = nitric_acid(**stated, destroyed=read("0 %"), running=read("0 %"))
    assert 273 * bare["N2O"] / 1000 == pytest.approx(1.505, abs=1e-3)
    cleaned = nitric_acid(**stated, destroyed=read("80 %"), running=read("90 %"))
    assert cleaned["N2O"] == pytest.approx(bare["N2O"] * 0.28)
    own = nitric_acid(
        **stated, destroyed=read("0 %"), running=read("0 %"), generated=read("6 kg/t")
    )
    assert own.findings == ()


def test_explosives_by_their_carbon() -> None:
    assert explode(mass=read("1 kg"), kind="ANFO")["CO2"] == pytest.approx(0.19, abs=2e-3)
    with pytest.raises(ModelError) as caught:
        explode(mass=read("1 kg"), kind="other")
    assert _codes(caught.value) == ["published-none"]
    tnt = explode(mass=read("1 kg"), kind="other", carbon=content("C", "C7H5N3O6"))
    assert tnt["CO2"] == pytest.approx(7 * 44.009 / 227.13, rel=1e-3)


@given(st.floats(0.1, 1e4), st.floats(0, 1), st.floats(0.01, 5))
def test_a_blend_leaks_as_its_gases(charge: float, rate: float, years: float) -> None:
    found = leak_by_rate(
        refrigerant="r407c",
        charge=Amount(charge, "kg"),
        equipment="chillers",
        time=Amount(years, "year"),
        rate=Amount(rate, "1/year"),
    )
    total = math.fsum(row.amount.value for row in found.exchanges)
    assert total == pytest.approx(charge * rate * years)
    assert found.findings == ()


def test_a_recalled_blend_must_be_named() -> None:
    stated = {"charge": read("10 kg"), "equipment": "chillers", "time": read("1 year")}
    with pytest.raises(ModelError) as caught:
        leak_by_rate(refrigerant="R-410A", **stated)
    assert set(_codes(caught.value)) == {"published-unverified"}
    found = leak_by_rate(refrigerant="R-410A", **stated, unverified={"R-410A"})
    assert "published-unverified-used" in [each.code for each in found.findings]
    with pytest.raises(ModelError) as caught:
        leak_by_rate(refrigerant="R-407D", **stated)
    assert caught.value.problems[0].candidates[0] in ("R-407A", "R-407C")


def test_switchgear_states_its_own_rate() -> None:
    stated = {"charge": read("100 kg"), "equipment": "switchgear", "time": read("1 year")}
    with pytest.raises(ModelError) as caught:
        leak_by_rate(refrigerant="SF6", **stated)
    assert _codes(caught.value) == ["published-none"]
    found = leak_by_rate(refrigerant="SF6", **stated, rate=read("0.5 %/year"))
    assert [(row.flow, row.amount.value) for row in found.exchanges] == [("SF6", 0.5)]


def test_disposal_loses_what_is_left_and_not_recovered() -> None:
    found = leak_at_disposal(
        refrigerant="R134a", charge=read("1 kg"), equipment="mobile air conditioning"
    )
    assert found["lost"] == pytest.approx(0.5 * 0.12)


def test_a_mass_balance_of_gas_below_zero_is_refused() -> None:
    stated = {
        "refrigerant": "SF6",
        "opening": read("10 kg"),
        "bought": read("5 kg"),
        "handed_on": read("0 kg"),
        "capacity_added": read("0 kg"),
        "capacity_retired": read("0 kg"),
    }
    assert leak_by_balance(**stated, closing=read("12 kg"))["lost"] == pytest.approx(3)
    with pytest.raises(ModelError) as caught:
        leak_by_balance(**stated, closing=read("16 kg"))
    assert _codes(caught.value) == ["leak-negative"]


# 8-gap-factors: 12.1 kg CH4/t for 18 m3/t at 0.67 kg/m3.
def test_mine_methane_by_depth_is_a_finding() -> None:
    none = read("0 m3@20C")
    found = coal_mine(
        coal=read("1 t"),
        mine="underground, 200 to 400 m",
        flared=none,
        used=none,
        post_mining=read("0 m3@20C/t"),
    )
    assert found["CH4"] == pytest.approx(12.06)
    assert "mine-tier-1" in [each.code for each in found.findings]
    assert [row.flow for row in found.exchanges] == ["CH4, fossil"]


@given(st.floats(1, 50), st.floats(0, 0.5), st.floats(0, 0.5))
def test_drained_methane_is_conserved(per_tonne: float, flared: float, used: float) -> None:
    found = coal_mine(
        coal=read("100 t"),
        mine="surface, 25 to 50 m",
        mining=Amount(per_tonne, "m3@20C/t"),
        post_mining=read("0 m3@20C/t"),
        flared=Amount(100 * per_tonne * flared, "m3@20C"),
        used=Amount(100 * per_tonne * used, "m3@20C"),
    )
    handed_on = 100 * per_tonne * used * 0.67
    carbon = (found["CH4"] + handed_on) * 12 / 16 + found["CO2"] * 12 / 44
    assert carbon == pytest.approx(100 * per_tonne * 0.67 * 12 / 16)


def test_more_drained_than_released_is_refused_and_a_bare_volume_too() -> None:
    stated = {"coal": read("1 t"), "mine": "surface, less than 25 m"}
    with pytest.raises(ModelError) as caught:
        coal_mine(**stated, flared=read("1 m3@20C"), used=read("0 m3@20C"))
    assert _codes(caught.value) == ["mine-drained"]
    with pytest.raises(ModelError) as caught:
        coal_mine(**stated, flared=read("0 m3"), used=read("0 m3@20C"))
    assert _codes(caught.value) == ["method-need-unit"]
