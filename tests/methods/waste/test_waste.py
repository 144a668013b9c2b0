"""Landfill, fire and water: carbon is found again, fossil and biogenic apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.waste import decay, incinerate, landfill, treat_water
from pcf.methods.waste.landfill import CLIMATES, SITES, WASTES
from pcf.model.amounts import Amount

read = Amount.read
DOCF = {"degradable share"}
TONNE = {"mass": read("1 t"), "basis": "wet", "recovered": read("0 %"), "unverified": DOCF}


def _codes(error: ModelError) -> list[str]:
    return [each.code for each in error.problems]


@given(
    st.dictionaries(st.integers(2000, 2030), st.floats(0, 1e3), min_size=1, max_size=6),
    st.floats(0, 1),
)
def test_decay_follows_the_recursion_of_the_guidelines(
    deposits: dict[int, float], rate: float
) -> None:
    # IPCC 2006, Vol. 5, Ch. 3, eq. 3.4 and 3.5, restated year by year.
    found = decay(deposits, rate=rate, until=2040)
    lying = 0.0
    for year in range(min(deposits), 2041):
        assert found[year] == pytest.approx(lying * (1 - math.exp(-rate)))
        lying = deposits.get(year, 0.0) + lying * math.exp(-rate)
    assert math.fsum(found.values()) + lying == pytest.approx(math.fsum(deposits.values()))


def test_nothing_decays_in_the_year_of_the_deposit() -> None:
    found = decay({2025: 10.0}, rate=math.log(2), until=2026)
    assert found == {2025: 0.0, 2026: pytest.approx(5.0)}


# IPCC 2006, Vol. 5: L0 = DOC DOCf MCF F 16/12; a covered managed site oxidises a tenth.
def test_over_a_long_horizon_the_methane_potential_is_reached() -> None:
    found = landfill(
        **TONNE,
        waste="paper and cardboard",
        site="managed, covered",
        climate="tropical, moist and wet",
        horizon=read("500 year"),
        edition="2006",
    )
    assert found["CH4"] == pytest.approx(1000 * 0.4 * 0.5 * 1.0 * 0.5 * 16 / 12 * 0.9, rel=1e-9)


@given(
    st.tuples(
        st.sampled_from(WASTES[:6]),
        st.sampled_from([site for site in SITES if "aer" not in site]),
        st.sampled_from(CLIMATES),
    ),
    st.integers(1, 300),
    st.floats(0, 1),
    st.sampled_from(["2006", "2019"]),
)
def test_landfilled_carbon_is_found_again(
    case: tuple[str, str, str], years: int, recovered: float, edition: str
) -> None:
    waste, site, climate = case
    found = landfill(
        mass=read("1 t"),
        basis="dry",
        waste=waste,
        site=site,
        climate=climate,
        horizon=Amount(float(years), "year"),
        recovered=Amount(recovered, "1"),
        edition=edition,
        unverified=DOCF,
    )
    out = found["CH4"] * 12 / 16 + found["CO2"] * 12 / 44 + found["carbon stored"]
    assert out == pytest.approx(found["carbon"])
    assert found["CO2"] >= 0
    assert found.lines == {"biogenic CH4 and N2O", "biogenic CO2 emitted"}


def test_fossil_waste_stays_in_the_ground() -> None:
    found = landfill(
        **TONNE,
        waste="plastics",
        site="managed",
        climate="tropical, dry",
        horizon=read("100 year"),
        edition="2006",
    )
    assert (found["CH4"], found["CO2"]) == (0, 0)


def test_the_refinement_lets_wood_decay_less() -> None:
    stated = {
        "waste": "wood",
        "site": "managed",
        "climate": "boreal or temperate, dry",
        "horizon": read("100 year"),
    }
    old, new = (landfill(**TONNE, **stated, edition=edition) for edition in ("2006", "2019"))
    assert new["CH4"] == pytest.approx(old["CH4"] / 5)


def test_a_missing_climate_and_an_aerated_site_of_2006_are_refused() -> None:
    stated = {"waste": "wood", "horizon": read("100 year"), "edition": "2006"}
    with pytest.raises(ModelError) as caught:
        landfill(**TONNE, **stated, site="managed", climate=None)
    assert _codes(caught.value) == ["method-need-missing"]
    with pytest.raises(ModelError) as caught:
        landfill(**TONNE, **stated, site="semi-aerobic, well managed", climate="tropical, dry")
    assert set(_codes(caught.value)) == {"published-none"}


def test_the_recalled_share_that_decomposes_must_be_named_or_given() -> None:
    stated = {
        "waste": "wood",
        "site": "managed",
        "climate": "tropical, dry",
        "horizon": read("100 year"),
        "edition": "2006",
    }
    with pytest.raises(ModelError) as caught:
        landfill(**TONNE | {"unverified": ()}, **stated)
    assert _codes(caught.value) == ["published-unverified"]
    named = landfill(**TONNE, **stated)
    own = landfill(**TONNE | {"unverified": ()}, **stated, share=read("50 %"))
    assert named["CH4"] == pytest.approx(own["CH4"])
    assert "published-unverified-used" in [each.code for each in named.findings]


def test_the_range_of_the_defaults_reaches_the_methane() -> None:
    found = landfill(
        **TONNE,
        waste="food waste",
        site="managed",
        climate="boreal or temperate, wet",
        horizon=read("100 year"),
        edition="2006",
    )
    spread = found.exchanges[0].amount.spread
    assert spread.low < 0.7 * found["CH4"]
    assert spread.high > 1.3 * found["CH4"]


# IPCC 2006, Vol. 5, Table 2.4: plastics 100 % dry, 75 % C, all fossil; textiles 80, 50, 20 %.
@pytest.mark.parametrize(
    ("waste", "fossil", "biogenic"),
    [
        ("plastics", 2750.0, 0.0),
        ("textiles", 800 * 0.5 * 0.2 * 44 / 12, 800 * 0.5 * 0.8 * 44 / 12),
        ("food waste", 0.0, 400 * 0.38 * 44 / 12),
    ],
)
def test_burnt_carbon_stands_on_its_own_line(waste: str, fossil: float, biogenic: float) -> None:
    found = incinerate(mass=read("1 t"), waste=waste, technology="continuous, stoker")
    amounts = {row.flow: row.amount.value for row in found.exchanges}
    assert amounts.get("CO2, fossil", 0) == pytest.approx(fossil)
    assert amounts.get("CO2, biogenic", 0) == pytest.approx(biogenic)
    assert found["N2O"] == pytest.approx(0.05)


def test_industrial_waste_needs_its_dry_matter() -> None:
    stated = {"mass": read("1 t"), "technology": "batch, stoker", "waste": "sewage sludge"}
    with pytest.raises(ModelError) as caught:
        incinerate(**stated)
    assert _codes(caught.value) == ["published-none"]
    found = incinerate(**stated, dry_matter=read("20 %"))
    assert found["carbon"] == pytest.approx(1000 * 0.2 * 0.45)


# IPCC 2006, Vol. 5, Tables 6.8 and 6.9: starch, 9 m3/t at 10 kg COD/m3, deep lagoon.
def test_starch_water_in_a_lagoon() -> None:
    none = read("0 kg")
    stated = {"sludge": none, "biogenic_share": read("100 %"), "system": "anaerobic deep lagoon"}
    found = treat_water(cod=read("90 kg"), recovered=none, nitrogen=none, **stated)
    assert found["CH4"] == pytest.approx(18.0)
    part = treat_water(cod=read("90 kg"), recovered=read("17 kg"), nitrogen=none, **stated)
    assert part["CH4"] == pytest.approx(1.0)
    with pytest.raises(ModelError) as caught:
        treat_water(cod=read("90 kg"), recovered=read("19 kg"), nitrogen=none, **stated)
    assert _codes(caught.value) == ["water-recovered"]


def test_nitrogen_of_the_effluent_needs_a_factor() -> None:
    none = read("0 kg")
    stated = {
        "cod": none,
        "sludge": none,
        "recovered": none,
        "nitrogen": read("100 kg"),
        "system": "aerobic plant, well managed",
        "biogenic_share": read("100 %"),
    }
    with pytest.raises(ModelError) as caught:
        treat_water(**stated)
    assert _codes(caught.value) == ["published-unverified"]
    found = treat_water(**stated, nitrous=read("0.005 1"))
    assert found["N2O"] == pytest.approx(100 * 0.005 * 44 / 28)
