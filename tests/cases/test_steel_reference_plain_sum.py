"""The reference studies of steel by hand: amount x factor, summed, without the library.

Per tonne of crude steel, in kg CO2e, AR6 under 0/0. `STUDIES` is imported by the test that compares
the library. Sources of every number: `product_rules/steel/reference_study*`.
"""

from __future__ import annotations

import math

import pytest

GRID = 0.5777  # kg CO2e/kWh: national average 2024, delivered
CH4, N2O = 29.8, 273  # AR6, table 7.15
RAIL, TRUCK, SEA = 0.008, 0.0978, 0.005337  # kg CO2e/tkm
LIQUID = 1.032  # t of liquid steel per tonne of slab

CO2_PER_C = 44 / 12
# kg C/kg: IPCC 2006 table 4.3, injected coal and scrap of He et al.; kg C/MJ of the works' gases.
COKING_COAL, COKE, INJECTED, HOT_METAL, SCRAP, STEEL = 0.73, 0.83, 0.6021, 0.04, 0.0009, 0.01
FLUX_LIMESTONE, FLUX_DOLOMITE = 0.12, 0.13
BLAST_GAS, OVEN_GAS = 0.070092, 0.011979

COAL = {"": 0.164403, "coal mining, MPP": 0.3584}
FINES = 0.8 * 0.012 + 0.2 * 0.12
LUMP, LIMESTONE, DOLOMITE, LIME, DOLIME = 0.012, 0.0036, 0.0117, 1.304, 1.328
OXYGEN = 0.417 * GRID / 1.429  # kg CO2e/kg
NITROGEN, ALLOYS, REFRACTORY, ELECTRODE, SCRAP_YARD = 0.0908, 6.03, 3.0, 4.4, 0.03
GAS = 56.1 + 0.001 * CH4 + 0.0001 * N2O + 0.608 / 38.931 * 1000  # kg CO2e/GJ


def carbon_dioxide() -> dict[str, float]:
    """Return kg CO2 per tonne of liquid steel by process, from the carbon of each."""
    surplus = 2369.3 - 67.6 - 21.7
    carbon = {
        "coking": 447.3 * COKING_COAL
        + 1368.2 * BLAST_GAS
        - 337.3 * COKE
        - 2369.3 * OVEN_GAS
        + surplus * OVEN_GAS,
        "sintering": 63.7 * COKE + 87.8 * FLUX_LIMESTONE + 87.8 * FLUX_DOLOMITE + 67.6 * OVEN_GAS,
        "blast furnace": 273.6 * COKE + 194.8 * INJECTED - 950 * HOT_METAL - 1368.2 * BLAST_GAS,
        "steelmaking": 950 * HOT_METAL + 140 * SCRAP + 21.7 * OVEN_GAS - 1000 * STEEL,
    }
    return {process: value * CO2_PER_C for process, value in carbon.items()}


def blast_furnace_stages(alternative: str = "") -> dict[str, float]:
    """Return kg CO2e per tonne of crude steel by stage, blast furnace and converter."""
    power = 0.0 if alternative == "power from the works' own gases" else GRID
    coal = COAL.get(alternative, COAL[""])
    liquid, casting = (1.0, 0.0) if alternative == "liquid steel" else (LIQUID, 15.0)
    hot_metal = 1.0
    if alternative == "slag by price":
        hot_metal = 950 * 2800 / (950 * 2800 + 300 * 150)
    co2 = carbon_dioxide()
    upstream = {
        "coking": co2["coking"] + 447.3 * coal + 11.81 * power,
        "sintering": co2["sintering"]
        + 0.0874 * CH4
        + 1261 * FINES
        + 50.11 * power
        + 87.8 * (LIMESTONE + DOLOMITE),
        "blast furnace": co2["blast furnace"]
        + 255.7 * LUMP
        + 194.8 * coal
        + 104.5 * power
        + 57.2 * OXYGEN,
    }
    steelmaking = (
        co2["steelmaking"]
        + (140 - 31.008) * SCRAP_YARD
        + 73 * OXYGEN
        + 23.11 * NITROGEN
        + 35.5 * power
        + 45 * LIME
        + 12 * DOLIME
        + 11 * ALLOYS
        + 12 * REFRACTORY
    )
    to_iron = (
        (1.024 + 0.2557) * 6540 * SEA + (1.28 * 300 + 0.6421 * 700) * RAIL + 0.2326 * 100 * TRUCK
    )
    return {
        **{stage: liquid * hot_metal * value for stage, value in upstream.items()},
        "steelmaking": liquid * steelmaking,
        "casting": casting * power,
        "transport": liquid * (hot_metal * to_iron + 0.163 * 200 * TRUCK),
    }


def electric_arc_stages(alternative: str = "") -> dict[str, float]:
    """Return kg CO2e per tonne of crude steel by stage, scrap in an electric arc furnace."""
    scrap, iron, power, gas, steam = 1058.992, 0.0, 465.0, 0.43, 0.0
    if alternative == "model plant of MPP":
        scrap, power, gas, steam = 1107.312, 635.0, 1.48308, 0.306
    if alternative == "hot metal charge":
        scrap, iron = 758.992, 300.0
    furnace = (
        scrap * SCRAP_YARD
        + iron * 1.7
        + power * GRID
        + gas * GAS
        + steam * 110
        + 50 * LIME
        + 3 * (ELECTRODE + 0.82 * CO2_PER_C)
        + 17.34 * (COAL[""] + 0.67 * CO2_PER_C)
        + 71.45 * OXYGEN
        + 11 * ALLOYS
        + 10 * REFRACTORY
    )
    return {
        "steelmaking": LIQUID * furnace,
        "casting": 15 * GRID,
        "transport": LIQUID * (1.09 + 0.0914) * 200 * TRUCK,
    }


BOUNDS = {
    "basic oxygen furnace: argon": LIQUID * 1.8 * 1,
    "basic oxygen furnace: carbon of alloys": LIQUID * 0.7 * 3.67,
    "basic oxygen furnace: converter slag and dust": LIQUID * 130 * 0.02,
    "basic oxygen furnace: fresh water": LIQUID * 418.6 * 0.001,
    "casting: casting powder and mould copper": 1 * 4,
}
ARC_BOUNDS = {
    "electric arc furnace: electric furnace slag": LIQUID * 183.6 * 0.01,
    "electric arc furnace: electric furnace dust": LIQUID * 18 * 0.15,
    "electric arc furnace: argon and nitrogen": LIQUID * 5 * 0.5,
    "casting: casting powder and mould copper": 1 * 2,
}
ALTERNATIVES = (
    "power from the works' own gases",
    "coal mining, MPP",
    "slag by price",
    "liquid steel",
)
STUDIES = {
    "": (blast_furnace_stages, ALTERNATIVES, BOUNDS),
    "electric_arc": (electric_arc_stages, ("model plant of MPP", "hot metal charge"), ARC_BOUNDS),
}


@pytest.mark.parametrize(("variant", "total"), [("", 2283.5), ("electric_arc", 623.3)])
def test_the_totals(variant: str, total: float) -> None:
    stages, _, _ = STUDIES[variant]
    assert round(math.fsum(stages().values()), 1) == total


@pytest.mark.parametrize(
    ("variant", "name", "change"),
    [
        ("", "power from the works' own gases", -129.1),
        ("", "coal mining, MPP", 128.5),
        ("", "slag by price", -32.3),
        ("", "liquid steel", -79.2),
        ("electric_arc", "model plant of MPP", 215.6),
        ("electric_arc", "hot metal charge", 517.0),
    ],
)
def test_what_each_alternative_changes(variant: str, name: str, change: float) -> None:
    stages, _, _ = STUDIES[variant]
    found = math.fsum(stages(name).values()) - math.fsum(stages().values())
    assert found == pytest.approx(change, abs=0.06)


def test_the_carbon_of_the_works_is_that_of_the_paper() -> None:
    direct = math.fsum(carbon_dioxide().values())
    # What enters and leaves the fence, without the gases between its processes.
    fence = 447.3 * 0.73 + 194.8 * 0.6021 + 175.6 * 0.125 + 140 * 0.0009 - 1000 * 0.01
    assert direct == pytest.approx(fence * CO2_PER_C, rel=1e-12)
    assert round(direct, 1) == 1671.6
    assert direct == pytest.approx(0.46 * CO2_PER_C * 1000, rel=0.01)  # 0.46 t C, the abstract


def test_each_bound_is_below_half_a_percent() -> None:
    for stages, _, bounds in STUDIES.values():
        total = math.fsum(stages().values()) + math.fsum(bounds.values())
        assert max(bounds.values()) / total < 0.005
        assert math.fsum(bounds.values()) / total <= 0.05
