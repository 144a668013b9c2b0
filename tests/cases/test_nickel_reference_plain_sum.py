"""The reference studies of nickel by hand: amount x factor, summed, without the library.

Per tonne of nickel, in kg CO2e, AR6 under 0/0. `STUDIES` is imported by the test that compares the
library. Sources of every number: `product_rules/nickel/reference_study*`.
"""

from __future__ import annotations

import math

import pytest

GRID = 0.5777  # kg CO2e/kWh: national average 2024, delivered
CH4, N2O = 29.8, 273  # AR6, table 7.15
RAIL, TRUCK = 0.008, 0.0978  # kg CO2e/tkm

DIESEL_UP = 650.86 / 42.652  # kg CO2e/GJ
OFF_ROAD = 74.1 + 0.00415 * CH4 + 0.0286 * N2O + DIESEL_UP
DIESEL = 74.1 + 0.003 * CH4 + 0.0006 * N2O + DIESEL_UP
GAS = 56.1 + 0.001 * CH4 + 0.0001 * N2O + 0.608 / 38.931 * 1000
COAL = 94.6 + 0.01 * CH4 + 0.0015 * N2O + 164 / 20.908
COAL_CFB = COAL + (0.061 - 0.0015) * N2O

NITRATE = 0.436 * 2.41 + 0.0039375 * N2O
EXPLOSIVE = 0.94 * NITRATE + 0.00255912 * DIESEL_UP  # ANFO
LIME, BALLS, XANTHATE, SAND, SODA, CAUSTIC = 1.304, 2.3, 2.5, 0.01, 1.875, 1.59
OXYGEN = 0.417 * GRID / 1.429  # kg CO2e/kg
COKE, LIMESTONE = 0.74, 0.0036
ACID_US = 0.2436 + 0.00337 * CH4 + 3.4e-6 * N2O
SULPHUR_US = 0.58 + 0.0078 * CH4 + 7e-6 * N2O

# What the ore of 2.05 % and the one of 1.18 % need in mine and mill.
GENERIC = {
    "diesel": 3.59367, "mine": 2281.4, "explosive": 97.872, "blast": 18.596,
    "mill": 3061.6, "balls": 87, "lime": 96, "acid": 2.041, "soda": 21, "xanthate": 3.69,
}  # fmt: skip
JINCHUAN = {
    "diesel": 7.1073, "mine": 4520, "explosive": 170.0, "blast": 32.3,
    "mill": 6062.3, "balls": 151.1, "lime": 166.8, "acid": 3.571, "soda": 36.5, "xanthate": 6.41,
}  # fmt: skip

# Per tonne of nickel in the ore: t, and USD/t (mean prices of several years).
METALS = {
    "nickel": (1.0, 15_590), "copper": (0.5593, 6_900), "cobalt": (0.0263, 42_540),
    "gold": (29.7e-6, 51_793_000), "platinum": (19.5e-6, 30_895_811),
    "palladium": (9.3e-6, 43_136_519),
}  # fmt: skip
REVENUE = {name: mass * price for name, (mass, price) in METALS.items()}
PRECIOUS = ("gold", "platinum", "palladium")
PRECIOUS_SHARE = sum(REVENUE[name] for name in PRECIOUS) / sum(REVENUE.values())
BASE_SHARE = 1 / (1 + 0.5593 + 0.0263)

SHARES = {
    "": REVENUE["nickel"] / sum(REVENUE.values()),
    "base metals by mass, precious by price": (1 - PRECIOUS_SHARE) * BASE_SHARE,
    "base metals by mass": BASE_SHARE,
    "all to nickel": 1.0,
}


def whole_stages(use: dict[str, float], alternative: str = "") -> dict[str, float]:
    """Return kg CO2e per tonne of nickel by stage, nothing given to other metals."""
    ammonia = 1.9 if alternative == "ammonia from gas" else 2.41
    hydrogen = 23.79 if alternative == "hydrogen from coal" else 10.97
    coal = COAL_CFB if alternative == "coal in fluidised beds" else COAL
    acid, sulphur = 0.12, 0.1
    if alternative == "acid of the smelter itself":
        acid = 0.0
    if alternative == "sulphur and acid, USLCI":
        acid, sulphur = ACID_US, SULPHUR_US
    stages = {
        "mining": use["diesel"] * OFF_ROAD
        + use["mine"] * GRID
        + use["explosive"] * EXPLOSIVE
        + use["blast"],
        "concentrating": use["mill"] * GRID
        + use["balls"] * BALLS
        + use["lime"] * LIME
        + use["acid"] * acid
        + use["soda"] * SODA
        + use["xanthate"] * XANTHATE,
        "smelting": 6.16274 * DIESEL
        + 7.73162 * GAS
        + 10.744 * coal
        + 694.2 * GRID
        + 128 * LIME
        + 1745 * (LIMESTONE + 0.12 * 44 / 12)
        + 316 * (COKE + 0.83 * 44 / 12)
        + 611 * sulphur
        + 7 * CAUSTIC
        + 2529 * SAND
        + 1 * ammonia
        + 3093 * OXYGEN
        + 712.245 * acid
        + 4 * SODA,
        "refining": 17.444 * GAS
        + 2897.5 * GRID
        + 21 * LIME
        + 111 * CAUSTIC
        + 1 * SAND
        + 637 * ammonia
        + 333 * OXYGEN
        + 162.245 * acid
        + 190 * SODA
        + 70 * hydrogen,
    }
    matte = 1.4503 / (1.4503 + 7.38) if alternative == "acid by mass" else 1.0
    to_matte = (10.466 * 100 + 1.441 * 500) * RAIL
    to_matte += (0.22 * 500 + 0.1 * 300 + 4.274 * 100 + 0.23 * 300) * TRUCK
    return {
        stage: value if stage == "refining" else matte * value for stage, value in stages.items()
    } | {"transport": matte * to_matte + 1.1 * 800 * RAIL}


def generic_stages(alternative: str = "") -> dict[str, float]:
    """Return kg CO2e per tonne of nickel by stage: ore of 2.05 %."""
    return whole_stages(GENERIC, alternative)


def jinchuan_stages(alternative: str = "") -> dict[str, float]:
    """Return kg CO2e per tonne of nickel by stage: ore of 1.18 %, shared by price."""
    share = SHARES.get(alternative, SHARES[""])
    stages = whole_stages(JINCHUAN, alternative)
    return {stage: share * value for stage, value in stages.items()}


BOUNDS = {
    "mining: land cleared for mining": 1.5 * 30,
    "mining: steel, timber and cement of the mine": 50 * 1,
    "concentrating: frother, depressant and flocculant": 6.2 * 5,
    "concentrating: tailings": 51_046 * 0.0002,
    "smelting: furnace bricks": 15 * 3,
    "smelting: smelter slag": 9000 * 0.002,
    "refining: residues of refining": 200 * 0.1,
}
JINCHUAN_BOUNDS = {
    "refining: burden that the source may have allocated already": None,
    **{
        name: SHARES[""] * bound
        for name, bound in {
            "mining: land cleared for mining": 2.6 * 30,
            "mining: steel, timber and cement of the mine": 87 * 1,
            "concentrating: frother, depressant and flocculant": 10.7 * 5,
            "concentrating: tailings": 96_399 * 0.0002,
            "smelting: furnace bricks": 15 * 3,
            "smelting: smelter slag": 9000 * 0.002,
            "refining: residues of refining": 200 * 0.1,
        }.items()
    },
}
ALTERNATIVES = (
    "acid by mass",
    "acid credited",  # the credit stands beside the total: gross is unchanged
    "hydrogen from coal",
    "ammonia from gas",
    "acid of the smelter itself",
    "sulphur and acid, USLCI",
    "coal in fluidised beds",
)
STUDIES = {
    "": (generic_stages, ALTERNATIVES, BOUNDS),
    "jinchuan": (jinchuan_stages, (*ALTERNATIVES, *list(SHARES)[1:]), JINCHUAN_BOUNDS),
}


@pytest.mark.parametrize(("variant", "total"), [("", 15_443.9), ("jinchuan", 12_985.4)])
def test_the_totals(variant: str, total: float) -> None:
    stages, _, _ = STUDIES[variant]
    assert round(math.fsum(stages().values()), 1) == total


@pytest.mark.parametrize(
    ("variant", "name", "change"),
    [
        ("", "acid by mass", -8000.0),
        ("", "acid credited", 0.0),
        ("", "hydrogen from coal", 897.4),
        ("", "ammonia from gas", -325.4),
        ("", "acid of the smelter itself", -105.2),
        ("", "sulphur and acid, USLCI", 633.6),
        ("", "coal in fluidised beds", 174.5),
        ("jinchuan", "base metals by mass, precious by price", -2180.8),
        ("jinchuan", "base metals by mass", -845.6),
        ("jinchuan", "all to nickel", 6263.5),
    ],
)
def test_what_each_alternative_changes(variant: str, name: str, change: float) -> None:
    stages, _, _ = STUDIES[variant]
    assert round(math.fsum(stages(name).values()) - math.fsum(stages().values()), 1) == change


def test_the_shares_of_nickel() -> None:
    # 0.6746 by price and 0.631 by mass stand in the inventory that this study follows.
    assert round(SHARES[""], 4) == 0.6746
    assert round(SHARES["base metals by mass"], 3) == 0.631


def test_each_bound_is_below_half_a_percent() -> None:
    total = math.fsum(generic_stages().values()) + math.fsum(BOUNDS.values())
    assert max(BOUNDS.values()) / total < 0.005
    assert math.fsum(BOUNDS.values()) / total <= 0.05


def test_nickel_comes_out_as_it_goes_in() -> None:
    concentrate = 10.466 * 0.10
    assert pytest.approx(concentrate, rel=0.001) == 61.512 * 0.0205 * 0.83
    assert pytest.approx(concentrate, rel=0.001) == 106.865 * 0.0118 * 0.83
    assert concentrate * 0.97 == pytest.approx(1.4503 * 0.70, rel=0.001)
    assert pytest.approx(1, rel=0.001) == 1.4503 * 0.70 * 0.985
