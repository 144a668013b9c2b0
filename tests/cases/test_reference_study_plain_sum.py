"""The reference study of aluminium by hand: amount x factor, summed, without the library.

Per tonne of ingot, in kg CO2e, AR6 under 0/0. `plain_stages` and `plain_total` are imported by the
test that compares the library. Sources of every number: `product_rules/aluminium/reference_study`.
"""

from __future__ import annotations

import math

import pytest

GRID = 0.5777  # kg CO2e/kWh: national average 2024, delivered (MEE, life cycle)
WIND = 0.0324 + 0.0327  # wind at the generator + transmission and distribution with losses, 2024
POTLINE = 13_599  # kWh, comprehensive AC consumption of ingot (CNIA 2016)
CH4, N2O, CF4, C2F6 = 29.8, 273, 7380, 12400  # AR6: tables 7.15 and 7.SM.7

# Upstream in kg CO2e/GJ: record per tonne (or m3) over its lower heating value.
OIL_UPSTREAM = 650.86 / 41.816  # CPCD, diesel as proxy; GB/T 32150 default
DIESEL_UPSTREAM = 650.86 / 42.652
GAS_UPSTREAM = 0.608 / 38.931 * 1000
SHARES = {20_900: 0.6944, 6_350: 0.2536, 8_000: 0.052}  # km by sea: share of imported bauxite

CHOICES = {
    "potline": GRID,  # kg CO2e/kWh of the potline
    "refinery_kwh": 0.0,  # electricity apart from the 382 kgce
    "kgce": 382.0,  # comprehensive energy of alumina (CNIA 2016), all as coal
    "coal_co2": 94.6,  # kg/GJ, IPCC 2006 default
    "coal_n2o": 0.0015,  # kg/GJ, IPCC 2006 table 2.3
    "coal_upstream": 164 / 20.908,  # Zhou 2020, raw coal of 20.908 GJ/t
    "ore": 80.0,  # kg/t bauxite, CPCD record
    "soda": 1.59,  # CPCD
    "ocean": 0.005337,  # kg/tkm, CPCD
    "alumina": 1.9225,  # t/t, recalled
    "anode": 0.48,  # t/t gross, recalled
    "fluoride": 18.5,  # kg/t, recalled
    "pfc": 0.0179 * CF4 + 0.00205 * C2F6,  # EU27 2015
}


def burnt(co2: float, ch4: float, n2o: float, upstream: float) -> float:
    """Return kg CO2e/GJ of a fuel: three gases and its upstream."""
    return co2 + ch4 * CH4 + n2o * N2O + upstream


OIL = burnt(77.4, 0.003, 0.0006, OIL_UPSTREAM)
GAS = burnt(56.1, 0.001, 0.0001, GAS_UPSTREAM)
DIESEL = burnt(74.1, 0.003, 0.0006, DIESEL_UPSTREAM)


def plain_stages(**instead: float) -> dict[str, float]:
    """Return kg CO2e per tonne of ingot by stage; `instead` replaces choices by name."""
    use = CHOICES | instead
    coal = burnt(use["coal_co2"], 0.01, use["coal_n2o"], use["coal_upstream"])
    alumina = (
        use["kgce"] * 29.3076 / 1000 * coal  # MJ/kgce
        + 73.9 * use["soda"]
        + 45.7 * 1.304  # lime, CPCD
        + 1125 * 0.010  # red mud, assumption
        + use["refinery_kwh"] * GRID
    )
    coke = 1.3 * 0.45 + 0.324  # green coke and calcination, kg CO2e/kg
    chain = 692 * coke + 160 * 0.9 + 0.609 * OIL + 1.791 * GAS + 89 * GRID + 235  # per t anode
    imported = 2.64 * 0.65
    to_refinery = (
        sum(imported * share * km for km, share in SHARES.items()) * use["ocean"]
        + (imported * SHARES[20_900] * 135 + 0.535 * 500) * 0.008  # rail: Guinea, coal
        + (imported * 100 + 0.924 * 50 + 0.1196 * 200) * 0.0978  # truck: ports, mines, chemicals
    )
    record = use.get("anode_record")
    return {
        "bauxite": use["alumina"] * 2.64 * use["ore"],
        "alumina": use["alumina"] * alumina,
        "anode": use["anode"] * (chain if record is None else record),
        "electrolysis": POTLINE * use["potline"]
        + 1424  # anode consumption, ETS draft
        + use["pfc"]
        + use["fluoride"] * 2.35
        + 5.5 * 3.7  # cathode blocks
        + 22.5 * 0.5,  # spent lining
        "casting": 1.504 * GAS + 0.099 * OIL + 0.001 * DIESEL,
        "transport": use["alumina"] * to_refinery
        + (use["anode"] * 0.852 * 500 * 0.008 if record is None else 0)  # coke and pitch
        + (1.9225 + 0.48) * 1000 * 0.008  # alumina and anodes by rail, as typed in the legs
        + 0.0185 * 500 * 0.0978,  # aluminium fluoride by truck
    }


def plain_total(**instead: float) -> float:
    """Return kg CO2e per tonne of ingot."""
    return math.fsum(plain_stages(**instead).values())


# The alternatives of study.toml by name: the choices that they change.
ALTERNATIVES: dict[str, dict[str, float]] = {
    "coal, 85 % oxidised": {"coal_co2": 26.18 * 44 / 12 * 0.85},
    "coal, 98 % oxidised": {"coal_co2": 26.18 * 44 / 12 * 0.98},
    "coal in fluidised beds": {"coal_n2o": 0.061},
    "coal mining, CPCD": {"coal_upstream": 80 / 20.908},
    "refinery electricity apart": {"kgce": 364.6711, "refinery_kwh": 141},
    "bauxite by fuels": {
        "ore": 0.021 * OIL + 0.078 * burnt(74.1, 0.00415, 0.0286, DIESEL_UPSTREAM) + 1.5 * GRID
    },
    "soda, allocated": {"soda": 1.0},
    "ocean, Capesize": {"ocean": 0.0036},
    "anode record": {"anode_record": 376},
    "PFC of the ETS draft": {"pfc": 145.4},
    "low consumptions": {"alumina": 1.908, "anode": 0.455, "fluoride": 16.4},
}

# Upper bounds of what is excluded, kg CO2e per tonne of ingot: amount x bound.
BOUNDS: dict[str, float] = {
    "land cleared for mining": 1.9225 * 2.64 * 0.1 * 30,
    "coal ash": 1.9225 * 134 * 0.02,
    "flocculant": 1.9225 * 1 * 4,
    "packing coke": 0.48 * 15 * 1.5,
    "steel, cathode bars": 5.3 * 3,
    "refractory lining": 10 * 3,
    "cryolite": 1 * 5,
    "fuel of site vehicles": 100 * 0.12,
    "casting auxiliaries": 2 * 3,
    "dross": 15 * 0.5,
}


def before_the_gaps(potline: float) -> float:
    """Return the sum of the trial: composite C with the anode chain of A, nothing added."""
    coal = 382 * 29.3076 / 1000 * (94.6 + 80 / 20.908)
    alumina = coal + 73.9 * 1.59 + 45.7 * 1.304
    gas = (2.16 + 0.608) / 38.931 * 1000  # CPCD per m3
    anode = 0.609 * (77.4 + OIL_UPSTREAM) + 1.791 * gas + 89 * GRID
    return POTLINE * potline + 1424 + 145.4 + 0.48 * anode + 1.9225 * (alumina + 2.64 * 80)


def test_the_base_before_the_gaps_is_that_of_the_trial() -> None:
    assert round(before_the_gaps(GRID), 1) == 12_403.5
    assert round(before_the_gaps(WIND), 1) == 5_432.6


def test_the_golden_totals() -> None:
    assert round(plain_total(), 1) == 13_580.8
    assert round(plain_total(potline=WIND), 1) == 6_609.9


def test_the_golden_stages() -> None:
    assert {stage: round(value, 1) for stage, value in plain_stages().items()} == {
        "bauxite": 406.0,
        "alumina": 2582.3,
        "anode": 597.5,
        "electrolysis": 9512.7,
        "casting": 117.3,
        "transport": 365.0,
    }


def test_wind_changes_the_potline_and_nothing_else() -> None:
    assert math.isclose(plain_total() - plain_total(potline=WIND), 13_599 * (0.5777 - 0.0651))
    grid, wind = plain_stages(), plain_stages(potline=WIND)
    assert [stage for stage in grid if grid[stage] != wind[stage]] == ["electrolysis"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("coal, 85 % oxidised", -279.9),
        ("coal, 98 % oxidised", -11.3),
        ("coal in fluidised beds", 349.6),
        ("coal mining, CPCD", -86.5),
        ("refinery electricity apart", 55.9),
        ("bauxite by fuels", -353.2),
        ("soda, allocated", -83.8),
        ("ocean, Capesize", -94.8),
        ("anode record", -418.6),
        ("PFC of the ETS draft", -12.1),
        ("low consumptions", -61.3),
    ],
)
def test_what_each_alternative_changes(name: str, change: float) -> None:
    assert round(plain_total(**ALTERNATIVES[name]) - plain_total(), 1) == change


@pytest.mark.parametrize("potline", [GRID, WIND])
def test_each_bound_is_below_one_percent_and_all_below_five(potline: float) -> None:
    bounds = math.fsum(BOUNDS.values())
    whole = plain_total(potline=potline) + bounds
    assert max(BOUNDS.values()) / whole < 0.01
    assert bounds / whole <= 0.05
    assert round(bounds, 1) == 115.3


def test_the_carbon_of_the_anode_balances_within_ten_percent() -> None:
    carbon = (0.48 - 0.164 * 0.48) * (1 - 0.020 - 0.004)  # sulphur and ash: 40 CFR 98 table F-2
    assert abs(carbon * 1000 * 44 / 12 / 1424 - 1) < 0.10
