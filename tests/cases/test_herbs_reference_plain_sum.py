"""The reference studies of medicinal roots by hand: amount x factor, summed, without the library.

Per tonne of dried root at 12 % moisture, in kg CO2e, AR6 under 0/0. `plain_stages`, `plain_total`
and `plain_bounds` are imported by the test that compares the library. Sources of every number:
`product_rules/medicinal_herbs/reference_study` (danggui), `_huangqi` and `_dangshen`.
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
COAL = (94.6 + 0.3 * CH4_FOSSIL + 0.0015 * N2O + 164 / 20.908) / 1000  # per MJ in a farm stove
WOOD = (0.3 * CH4 + 0.004 * N2O) / 1000  # per MJ; its CO2 is biogenic
FILM = 2.865
TRUCK, LIGHT_TRUCK = 0.0978, 0.2611  # kg/tkm
SPRAYED = 1.0 * 20.6 + 1.5 * 16.9 + 0.5 * 22.4  # kg CO2e per hectare, by class
ORGANIC = 2 * (0.004 * CH4 + 0.00024 * N2O) + 0.03 * GRID  # commercial fertiliser, per kg
SERVES = 6.0  # hectares of field by one hectare of nursery

DANGGUI: dict[str, Any] = {
    "yield": 1998.5,  # kg dry per hectare
    "ratio": 3.5,  # fresh to dry
    "n": 76.5,
    "p": 195.5,
    "k": 0.0,
    "urea": 0.0,  # kg N of n that is urea
    "manure": 105.0,  # t/ha
    "nursery_manure": 52.5,
    "manure_n": 0.005,  # kg N per kg
    "seed": 75.0,  # kg/ha of nursery
    "film": 0.0,  # kg/ha
    "organic": 0.0,  # kg of commercial fertiliser per hectare
    "inputs": 0.425,  # t carried
    "drying": "coal",
    "ef1": {"synthetic": 0.005, "organic": 0.005, "residues": 0.005},
    "ef4": 0.005,
    "leached": 0.0,
    "opened": 0.0,
    "heap": 0.0,
    "root": 1 * 0.95 / (1 * 0.95 + 0.4 * 0.05),  # by price
}
HUANGQI = DANGGUI | {
    "yield": 2670.0,
    "ratio": 3.2,
    "n": 150.0,
    "p": 75.0,
    "k": 75.0,
    "urea": 150 - 75 * 18 / 46,
    "manure": 1.5,
    "nursery_manure": 1.5,
    "manure_n": 0.02,
    "seed": 60.0,
    "film": 1e-5 * 920 * 0.4 * 10_000,
    "organic": 1500.0,
    "inputs": 0.55,
    "drying": "sun",
}
DANGSHEN = DANGGUI | {
    "yield": 2230.0,
    "ratio": 3.0,
    "n": 47.25,
    "p": 120.75,
    "k": 112.5,
    "manure": 30.0,
    "nursery_manure": 30.0,
    "seed": 11.25,
    "inputs": 0.488,
    "drying": "sun",
}
STUDIES = {"danggui": DANGGUI, "huangqi": HUANGQI, "dangshen": DANGSHEN}

# The alternatives of study.toml by name: what they change.
ALTERNATIVES: dict[str, dict[str, Any]] = {
    "wet climate": {
        "ef1": {"synthetic": 0.016, "organic": 0.006, "residues": 0.006},
        "ef4": 0.014,
        "leached": 0.24 * 0.011,
    },
    "heat pump": {"drying": "pump"},
    "wood fire": {"drying": "wood"},
    "trimmings by dry mass": {"root": 0.95},
    "nursery on opened grassland": {"opened": 1.0},
    "soil carbon of manure": {},  # land management is never in the total
}
MANURED = {"manure composted by the farm": {"heap": 1.0}, "cattle manure": {"manure_n": 0.0038}}
ONLY: dict[str, dict[str, dict[str, Any]]] = {
    "danggui": MANURED | {"sun-dried": {"drying": "sun"}},
    "huangqi": {"coal stove": {"drying": "coal"}},
    "dangshen": MANURED | {"coal stove": {"drying": "coal"}},
}


def ways(study: str) -> dict[str, dict[str, Any]]:
    """Return every alternative of a study."""
    return ALTERNATIVES | ONLY[study]


def soil(use: dict[str, Any], synthetic: float, urea: float, manure: float, straw: float) -> float:
    """Return kg CO2e of the N2O of a hectare with these kg of nitrogen."""
    direct = (
        synthetic * use["ef1"]["synthetic"]
        + manure * use["ef1"]["organic"]
        + straw * use["ef1"]["residues"]
    )
    volatile = (synthetic - urea) * 0.11 + urea * 0.15 + manure * 0.21
    leached = (synthetic + manure + straw) * use["leached"]
    return (direct + volatile * use["ef4"] + leached) * N_TO_N2O * N2O


def nursery(use: dict[str, Any]) -> float:
    """Return kg CO2e of a hectare of nursery; it gets the fertiliser of the field."""
    opened = (3.1 + 43 - 33.11) * 1000 / 20 * C_TO_CO2  # t C/ha over 20 years, one year of it
    return (
        use["n"] * 7.76
        + use["p"] * 2.33
        + use["k"] * 0.66
        + use["organic"] * ORGANIC
        + use["seed"] * 2.0
        + 60 * DIESEL
        + use["nursery_manure"] * 5 * LIGHT_TRUCK
        + soil(use, use["n"], use["urea"], use["nursery_manure"] * 1000 * use["manure_n"], 0.0)
        + use["urea"] / UREA_N * 0.20 * C_TO_CO2
        + use["opened"] * opened
    )


def heap(use: dict[str, Any]) -> float:
    """Return kg CO2e per hectare of keeping the manure of the field in a static pile."""
    kept = use["manure"] * 1000 * use["manure_n"] / (1 - 0.65 - 0.01)
    nitrous = kept * (0.01 + 0.65 * use["ef4"]) * N_TO_N2O
    return use["heap"] * (nitrous * N2O + use["manure"] * 1000 * 0.15 * 0.13 * 0.67 * 0.01 * CH4)


def field_emissions(use: dict[str, Any]) -> float:
    """Return kg CO2e per hectare: N2O of both years, and CO2 of urea; no lime is spread."""
    dry = use["yield"] * 0.88
    above = dry * 0.5
    straw = above * 0.016 + (dry + above) * 0.2 * 0.014
    manure = use["manure"] * 1000 * use["manure_n"]
    urea = use["urea"] / UREA_N * 0.20 * C_TO_CO2
    return soil(use, use["n"], use["urea"], manure, straw) + urea


def drying(use: dict[str, Any]) -> dict[str, float]:
    """Return kg CO2e per tonne dried: of the fuel, and of the road that coal comes by."""
    water = (use["ratio"] - 1) * 1000
    coal = water * 8
    return {
        "coal": {"heat": coal * COAL, "road": coal / 20_908 * 300 * TRUCK},
        "pump": {"heat": water * 1.52 * GRID, "road": 0.0},
        "wood": {"heat": water * 4.5 * WOOD, "road": 0.0},
        "sun": {"heat": 0.0, "road": 0.0},
    }[use["drying"]]


def plain_stages(study: str, **instead: Any) -> dict[str, float]:
    """Return kg CO2e per tonne of dried root by stage; `instead` replaces numbers by name."""
    use = STUDIES[study] | instead
    dried = use["root"] / 0.95  # tonnes unsorted that the root answers for
    hectares = dried * 1000 / use["yield"]
    film = use["film"] * (FILM + 0.05 * 0.8563 * C_TO_CO2)
    carried = (
        use["inputs"] * (500 * TRUCK + 30 * LIGHT_TRUCK)
        + use["manure"] * 5 * LIGHT_TRUCK
        + 0.5 * 30 * LIGHT_TRUCK
    )
    fuel = drying(use)
    found = {
        "nursery": hectares / SERVES * nursery(use),
        "fertiliser": hectares
        * (use["n"] * 7.76 + use["p"] * 2.33 + use["k"] * 0.66 + use["organic"] * ORGANIC),
        "diesel": hectares * (60 + 54.8) * DIESEL,
        "pesticide": hectares * SPRAYED,
        "field emissions": hectares * field_emissions(use),
        "transport": hectares * carried
        + dried * (use["ratio"] * 10 * LIGHT_TRUCK + fuel["road"])
        + 30 * LIGHT_TRUCK,
        "drying and storing": dried * fuel["heat"] + 3 * 4.0,
    }
    if film:
        found["film"] = hectares * film
    if use["heap"]:
        found["manure"] = hectares * heap(use)
    return found


def plain_total(study: str, **instead: Any) -> float:
    """Return kg CO2e per tonne of dried root."""
    return math.fsum(plain_stages(study, **instead).values())


def plain_bounds(study: str) -> dict[str, float]:
    """Return the upper bounds of what is excluded, kg CO2e per tonne of dried root."""
    use = STUDIES[study]
    hectares = use["root"] / 0.95 * 1000 / use["yield"]
    found = {"packaging of farm inputs": hectares * 2 * 5}
    if use["film"]:
        found["used mulch film"] = hectares * use["film"] * 0.8421 * 0.2
    return found


@pytest.mark.parametrize(
    ("study", "total"), [("danggui", 4249.6), ("huangqi", 1466.7), ("dangshen", 978.9)]
)
def test_the_golden_totals(study: str, total: float) -> None:
    assert round(plain_total(study), 1) == total


def test_the_golden_stages() -> None:
    assert {stage: round(value, 1) for stage, value in plain_stages("danggui").items()} == {
        "nursery": 201.4,
        "fertiliser": 541.2,
        "diesel": 208.6,
        "pesticide": 29.5,
        "field emissions": 820.6,
        "transport": 131.4,
        "drying and storing": 2317.0,
    }


# The trial of the inventories, per kg dried and sun-dried, on dry factors: kg N synthetic and
# organic (nursery share inside), P2O5, K2O, film and yield; nothing else was in it but diesel.
TRIAL = {
    "danggui": (76.5, 525 + 43.75, 195.5, 0.0, 0.0, 1998.5, 1.5564),
    "dangshen": (47.2, 150.0, 120.8, 112.5, 0.0, 2230.0, 0.7294),
    "huangqi": (150.0, 30.0, 75.0, 75.0, 36.8, 2670.0, 0.8733),
}


@pytest.mark.parametrize("study", TRIAL)
def test_before_the_gaps_it_is_the_trial(study: str) -> None:
    n, organic, p, k, film, dry, expected = TRIAL[study]
    litre = 36.2 / 1000 * (74.1 + 0.00415 * 29.8 + 0.0286 * 273) + 0.651 * 0.83
    nitrous = (n + organic) * 0.005 + (n * 0.11 + organic * 0.21) * 0.005
    hectare = (
        n * 7.76 + p * 2.33 + k * 0.66 + film * FILM + 114.8 * litre + nitrous * N_TO_N2O * N2O
    )
    assert hectare / dry == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize("study", STUDIES)
def test_each_bound_is_below_one_percent_and_all_below_five(study: str) -> None:
    bounds = plain_bounds(study)
    whole = plain_total(study) + math.fsum(bounds.values())
    assert max(bounds.values()) / whole < 0.01
    assert math.fsum(bounds.values()) / whole <= 0.05
