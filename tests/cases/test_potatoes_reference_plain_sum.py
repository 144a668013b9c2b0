"""The reference studies of potatoes by hand: amount x factor, summed, without the library.

Per tonne of ware potatoes from the store, in kg CO2e, AR6 under 0/0. `plain_stages`, `plain_total`
and `plain_bounds` are imported by the test that compares the library. Sources of every number:
`product_rules/potatoes/reference_study` and `reference_study_irrigated`.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

GRID = 0.5777  # kg CO2e/kWh: national average 2024, delivered (MEE, life cycle)
CH4_FOSSIL, CH4, N2O = 29.8, 27.0, 273.0  # AR6
N_TO_N2O, C_TO_CO2 = 44 / 28, 44 / 12
UREA_N = 0.4665  # kg N per kg urea

DIESEL = 36.2 / 1000 * (74.1 + 0.00415 * CH4_FOSSIL + 0.0286 * N2O + 650.86 / 42.652)  # per litre
FILM = 2.865
TRUCK, LIGHT_TRUCK = 0.0978, 0.2611  # kg/tkm

# Per hectare.
RAIN_FED: dict[str, Any] = {
    "harvest": 14.65,  # t, gross
    "seed": 2.25,  # t
    "n": 142.0,
    "p": 65.6,
    "k": 1.2,
    "manure": 107.0,  # kg N
    "loss": 0.175,  # of what is stored
    "diesel": 80.0,  # L
    "pesticide": 13.5 * 1.3244,  # kg CO2e per tonne of harvest
    "tape": 0.0,  # kg
    "water": 0.0,  # m3
    "head": 50.0,  # m
    "inputs": 0.49,  # t carried
    "dung": 21.4,  # t carried
    "bags": 3.0,
    "factor_n": 7.76,
    "factor_p": 2.33,
    "factor_k": 0.66,
    "ef1": {"synthetic": 0.005, "organic": 0.005, "residues": 0.005},
    "urea_volatile": 0.15,
    "dap_volatile": 0.11,
    "manure_volatile": 0.21,
    "ef4": 0.005,
    "leached": 0.0,  # kg N2O-N per kg N put on
    "residue": (0.4, 0.0),  # above-ground residue: share of the harvest, and t/ha, dry
    "heap": 0.0,  # manure composted by the farm: 1 counts it
    "ware": 0.85 / (0.85 + 0.15),  # by mass: one tonne of field per tonne of each
    "spray": None,  # kg CO2e per hectare in place of the pesticide record
}
IRRIGATED = RAIN_FED | {
    "harvest": 39.07,
    "n": 187.0,
    "p": 164.0,
    "k": 175.0,
    "manure": 65.0,
    "tape": 100.0,
    "water": 2250.0,
    "inputs": 1.11,
    "dung": 13.0,
}
STUDIES = {"rain-fed": RAIN_FED, "irrigated": IRRIGATED}

WET = {
    "ef1": {"synthetic": 0.016, "organic": 0.006, "residues": 0.006},
    "ef4": 0.014,
    "leached": 0.24 * 0.011,
}
BY_PRICE = 0.85 * 1.2 / (0.85 * 1.2 + 0.15 * 0.5)

# The alternatives of study.toml by name: what they change.
ALTERNATIVES: dict[str, dict[str, Any]] = {
    "wet climate": WET,
    "IPCC 2006 Guidelines": {
        "ef1": {"synthetic": 0.01, "organic": 0.01, "residues": 0.01},
        "urea_volatile": 0.1,
        "dap_volatile": 0.1,
        "manure_volatile": 0.2,
        "ef4": 0.01,
        "residue": (0.1, 1.06),
    },
    "fertiliser, CLCD": {"factor_n": 1.53, "factor_p": 1.63, "factor_k": 0.65},
    "pesticides by active ingredient": {"spray": 1.5 * 20.6 + 0.5 * 16.9 + 1.0 * 22.4},
    "crop protection by applications": {"spray": 6 * 20.5},
    "manure composted by the farm": {"heap": 1.0},
    "soil carbon of manure": {},  # land management is never in the total
    "storage loss of 5 %": {"loss": 0.05},
    "grades by price": {"ware": BY_PRICE},
}
ONLY: dict[str, dict[str, dict[str, Any]]] = {
    "rain-fed": {
        "Dingxi, mulched": {"harvest": 25.0, "n": 147.4, "p": 87.7, "k": 77.7, "manure": 0.0}
    },
    "irrigated": {
        "furrow irrigation": {"leached": 0.24 * 0.011},
        "deep groundwater": {"head": 100.0},
        "on polyethylene film": {"harvest": 34.4},
    },
}


def ways(study: str) -> dict[str, dict[str, Any]]:
    """Return every alternative of a study."""
    return ALTERNATIVES | ONLY[study]


def field_emissions(use: dict[str, Any]) -> float:
    """Return kg CO2e per hectare: N2O of the soil by way, and CO2 of urea; no lime is spread."""
    dap = use["p"] * 18 / 46
    urea = use["n"] - dap
    dry = use["harvest"] * 0.22
    share, more = use["residue"]
    above = dry * share + more
    below = (dry + above) * 0.2
    straw = 1000 * (above * 0.019 + below * 0.014)
    direct = (
        (urea + dap) * use["ef1"]["synthetic"]
        + use["manure"] * use["ef1"]["organic"]
        + straw * use["ef1"]["residues"]
    )
    volatile = (
        urea * use["urea_volatile"]
        + dap * use["dap_volatile"]
        + use["manure"] * use["manure_volatile"]
    )
    leached = (urea + dap + use["manure"] + straw) * use["leached"]
    nitrous = (direct + volatile * use["ef4"] + leached) * N_TO_N2O
    return nitrous * N2O + urea / UREA_N * 0.20 * C_TO_CO2


def heap(use: dict[str, Any]) -> float:
    """Return kg CO2e per hectare of keeping the manure in a static pile."""
    kept = use["manure"] / (1 - 0.65 - 0.01)
    nitrous = kept * (0.01 + 0.65 * use["ef4"]) * N_TO_N2O
    methane = use["manure"] / 0.005 * 0.15 * 0.13 * 0.67 * 0.01
    return use["heap"] * (nitrous * N2O + methane * CH4)


def shares(use: dict[str, Any]) -> tuple[float, float]:
    """Return hectares of field and tonnes dug behind one tonne from the store."""
    stored = 1 / (1 - use["loss"])
    dug = stored * use["ware"] / 0.85
    return dug / (use["harvest"] - use["seed"] / (1 - use["loss"])), dug


def plain_stages(study: str, **instead: Any) -> dict[str, float]:
    """Return kg CO2e per tonne from the store by stage; `instead` replaces numbers by name."""
    use = STUDIES[study] | instead
    hectares, dug = shares(use)
    spray = use["harvest"] * use["pesticide"] if use["spray"] is None else use["spray"]
    film = 77 * FILM + 77 * 0.05 * 0.8563 * C_TO_CO2
    pumped = use["water"] * 9.80665 * use["head"] / 3600 / (0.67 * 0.90)  # kWh, rho = 1 t/m3
    rot = use["loss"] / (1 - use["loss"]) / 2 * 1000  # kg, composted
    carried = use["inputs"] * (500 * TRUCK + 30 * LIGHT_TRUCK) + use["dung"] * 3 * LIGHT_TRUCK
    found = {
        "fertiliser": hectares
        * (use["n"] * use["factor_n"] + use["p"] * use["factor_p"] + use["k"] * use["factor_k"]),
        "diesel": hectares * use["diesel"] * DIESEL,
        "pesticide": hectares * spray,
        "film": hectares * film,
        "field emissions": hectares * field_emissions(use),
        "transport": hectares * carried + dug * 3 * LIGHT_TRUCK,
        "harvest and storage": rot * (0.004 * CH4 + 0.00024 * N2O),
    }
    if use["tape"]:
        found["drip tape"] = hectares * use["tape"] * 3.43
    if use["water"]:
        found["irrigation"] = hectares * pumped * GRID
    if use["heap"]:
        found["manure"] = hectares * heap(use)
    return found


def plain_total(study: str, **instead: Any) -> float:
    """Return kg CO2e per tonne from the store."""
    return math.fsum(plain_stages(study, **instead).values())


def plain_bounds(study: str) -> dict[str, float]:
    """Return the upper bounds of what is excluded, kg CO2e per tonne from the store."""
    use = STUDIES[study]
    hectares, _ = shares(use)
    found = {
        "used mulch film": hectares * 77 * 0.8421 * 0.2,
        "packaging of farm inputs": hectares * use["bags"] * 5,
    }
    if use["tape"]:
        found["used drip tape"] = hectares * use["tape"] * 0.2
    return found


@pytest.mark.parametrize(("study", "total"), [("rain-fed", 320.8), ("irrigated", 182.8)])
def test_the_golden_totals(study: str, total: float) -> None:
    assert round(plain_total(study), 1) == total


def test_the_golden_stages() -> None:
    assert {stage: round(value, 1) for stage, value in plain_stages("rain-fed").items()} == {
        "fertiliser": 127.6,
        "diesel": 28.6,
        "pesticide": 26.6,
        "film": 23.7,
        "field emissions": 90.3,
        "transport": 5.5,
        "harvest and storage": 18.4,
    }


def test_before_the_gaps_it_is_the_trial() -> None:
    """The trial: R1 of the inventories, its own factors and its own omissions, net of seed."""
    straw = 37.1
    nitrous = (142 + 107 + straw) * 0.005 + (142 * 0.11 + 107 * 0.21) * 0.005
    litre = 36.2 / 1000 * (74.1 + 0.00415 * 29.8 + 0.0286 * 273) + 0.651 * 0.83
    hectare = (
        142 * 7.76
        + 65.6 * 2.33
        + 1.2 * 0.66
        + 73.6 * FILM
        + 67.3 * litre
        + 19.4 * 13.5
        + nitrous * N_TO_N2O * N2O
    )
    assert hectare / 12_400 == pytest.approx(0.2145, rel=2e-4)


@pytest.mark.parametrize("study", ["rain-fed", "irrigated"])
def test_each_bound_is_below_one_percent_and_all_below_five(study: str) -> None:
    bounds = plain_bounds(study)
    whole = plain_total(study) + math.fsum(bounds.values())
    assert max(bounds.values()) / whole < 0.01
    assert math.fsum(bounds.values()) / whole <= 0.05
