"""What does a waste emit in a landfill? Methane over the years, carbon dioxide; the rest stays.

A product's waste is charged with all that it will emit within the horizon, which is stated: at 0.03
per year a tenth of the decomposable carbon still lies there after 77 years. All carbon is found
again: as methane, as carbon dioxide, or stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.balances.contents import CH4_PER_C, CO2_PER_C
from pcf.methods.declaration import Estimate, Method, Need, check, emitted, require_edition
from pcf.methods.defaults import completed, joined, spread_of
from pcf.methods.waste.decay import decay
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pcf.methods.declaration import Given

WASTES: tuple[str, ...] = (
    "paper and cardboard",
    "textiles",
    "food waste",
    "wood",
    "garden waste",
    "nappies",
    "plastics",
    "metal",
    "glass",
    "other inert",
)
SITES: tuple[str, ...] = (
    "managed",
    "managed, covered",
    "semi-aerobic, well managed",
    "semi-aerobic, poorly managed",
    "actively aerated, well managed",
    "actively aerated, poorly managed",
    "unmanaged, deep",
    "unmanaged, shallow",
    "unknown",
)
CLIMATES: tuple[str, ...] = (
    "boreal or temperate, dry",
    "boreal or temperate, wet",
    "tropical, dry",
    "tropical, moist and wet",
)

METHOD = Method(
    id="landfill",
    name=Name("landfill by first-order decay", "填埋（一阶衰减）"),
    needs=(
        Need("mass", Name("waste landfilled", "填埋量"), "kg"),
        Need("basis", Name("basis of the mass", "质量基准"), words=("wet", "dry")),
        Need("waste", Name("kind of waste", "废物种类"), words=WASTES),
        Need("site", Name("kind of site", "填埋场类型"), words=SITES),
        Need("climate", Name("climate of the site", "气候区"), words=CLIMATES),
        Need("horizon", Name("years that are counted", "计算年限"), "year", low=1.0, high=500.0),
        Need(
            "recovered",
            Name("share of the methane recovered and burnt", "甲烷回收率"),
            "1",
            high=1.0,
        ),
        Need(
            "degradable", Name("degradable carbon (DOC)", "可降解碳"), "1", high=0.7, optional=True
        ),
        Need(
            "share",
            Name("share that decomposes (DOCf)", "可分解比例"),
            "1",
            high=1.0,
            optional=True,
        ),
        Need(
            "correction",
            Name("methane correction (MCF)", "甲烷修正因子"),
            "1",
            high=1.0,
            optional=True,
        ),
        Need(
            "methane",
            Name("methane in the gas (F)", "填埋气甲烷比例"),
            "1",
            high=1.0,
            optional=True,
        ),
        Need("rate", Name("decay rate k", "衰减速率"), "1/year", high=2.0, optional=True),
        Need(
            "oxidation",
            Name("oxidised in the cover (OX)", "氧化因子"),
            "1",
            high=1.0,
            optional=True,
        ),
    ),
    returns=Name(
        "CH4 and CO2, biogenic (kg); carbon stored (kg)", "生物源 CH4、CO2 与封存碳（kg）"
    ),
    equation="CH4 = W DOC DOCf MCF (1 - exp(-k (T - 1))) F 16/12 (1 - R)(1 - OX)",
    source="IPCC 2006, Vol. 5, Ch. 3, eq. 3.1 to 3.6, Tables 3.1 to 3.3, Ch. 2, Table 2.4; "
    "IPCC 2019 Refinement, Table 3.0 (DOCf)",
    editions=("2006", "2019"),
    tier="1, with measured parameters 2",
    family="IPCC solid waste",
)


def landfill(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    mass: Amount,
    basis: str,
    waste: str,
    site: str,
    climate: str,
    horizon: Amount,
    recovered: Amount,
    edition: str,
    unverified: Collection[str] = (),
    **measured: Given,
) -> Estimate:
    """Return what a waste emits in a landfill within `horizon` years, and the carbon it leaves.

    Decay starts in the year after the deposit. Methane stands on the biogenic line; the rest of the
    gas, what the cover oxidises, what is recovered and burnt, and what decays with air, is biogenic
    CO2. `recovered` is stated: zero where the gas is not caught. `measured` may hold `degradable`,
    `share`, `correction`, `methane`, `rate`, `oxidation`. The share that decomposes was recalled
    for 2006: it is given, or 'degradable share' named in `unverified`.

    >>> found = landfill(mass=Amount(1.0, "t"), basis="wet", waste="food waste", site="managed",
    ...     climate="boreal or temperate, wet", horizon=Amount(100.0, "year"),
    ...     recovered=Amount(0.0, "1"), edition="2019")
    >>> round(found["CH4"], 2), round(found["carbon stored"], 1)
    (70.0, 45.0)
    """
    problems: list[Problem] = []
    require_edition(METHOD, edition, problems)
    stated: dict[str, Given] = {
        "mass": mass,
        "basis": basis,
        "waste": waste,
        "site": site,
        "climate": climate,
        "horizon": horizon,
        "recovered": recovered,
    }
    given = check(METHOD, problems, stated | measured)
    if problems:
        raise ModelError(*problems)
    words = given.words
    found = joined(
        completed(
            given,
            "waste",
            {"degradable": "degradable carbon"},
            edition="2006",
            waste=words["waste"],
            basis=words["basis"],
        ),
        completed(given, "waste", _PARAMETERS, edition=edition, unverified=unverified, **words),
    )

    def methane(values: Mapping[str, float]) -> float:
        return _methane(given["mass"], given["horizon"], given["recovered"], values)

    values = _balance(given["mass"], given["horizon"], given["recovered"], found.values)
    rows = (
        emitted(
            "CH4, biogenic",
            values["CH4"],
            spread=spread_of(methane, found),
            source=found.said_by,
        ),
        emitted("CO2, biogenic", values["CO2"], source=found.said_by),
    )
    return Estimate(
        METHOD,
        edition,
        rows,
        {name: Amount(value, "kg") for name, value in values.items()},
        found.parameters,
        (*given.findings, *found.findings),
    )


_PARAMETERS = {
    "share": "degradable share",
    "correction": "methane correction",
    "methane": "methane in gas",
    "rate": "decay rate",
    "oxidation": "oxidation",
}


def _decayed(horizon: float, values: Mapping[str, float]) -> float:
    """Return the share of a deposit that decomposes within so many years."""
    until = round(horizon) - 1
    return sum(decay({0: 1.0}, rate=values["rate"], until=until).values())


def _generated(mass: float, horizon: float, values: Mapping[str, float]) -> float:
    """Return kg of carbon that becomes methane."""
    anaerobic = mass * values["degradable"] * values["share"] * values["correction"]
    return anaerobic * _decayed(horizon, values) * values["methane"]


def _methane(mass: float, horizon: float, recovered: float, values: Mapping[str, float]) -> float:
    left = (1 - recovered) * (1 - values["oxidation"])
    return _generated(mass, horizon, values) * CH4_PER_C * left


def _balance(
    mass: float, horizon: float, recovered: float, values: Mapping[str, float]
) -> dict[str, float]:
    carbon = mass * values["degradable"]
    decomposable = carbon * values["share"]
    gone = decomposable * _decayed(horizon, values)
    methane = _methane(mass, horizon, recovered, values)
    as_co2 = gone - methane / CH4_PER_C
    return {
        "carbon": carbon,
        "CH4": methane,
        "CO2": as_co2 * CO2_PER_C,
        "carbon stored": carbon - gone,
    }
