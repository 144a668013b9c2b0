"""How much CO2 does a carbonate give off? By its pure mass and the share that is decomposed."""

from __future__ import annotations

from pcf.methods.declaration import Estimate, Method, Need, emitted, require
from pcf.methods.lookups import combined_spread, look_up
from pcf.model.amounts import Amount
from pcf.text import Name

MINERALS: tuple[str, ...] = (
    "calcite",
    "magnesite",
    "dolomite",
    "siderite",
    "ankerite",
    "rhodochrosite",
    "soda ash",
)
"""Limestone is calcite of some purity."""

METHOD = Method(
    id="carbonates",
    name=Name("CO2 of carbonates", "碳酸盐分解 CO2"),
    needs=(
        Need("mass", Name("rock or soda decomposed", "碳酸盐消耗量"), "kg"),
        Need("mineral", Name("carbonate", "碳酸盐种类"), words=MINERALS),
        Need("purity", Name("carbonate per rock, dry", "碳酸盐纯度"), "1", high=1.0),
        Need("calcined", Name("share decomposed", "分解率"), "1", high=1.0),
    ),
    returns=Name("CO2 (kg)", "CO2（kg）"),
    equation="CO2 = mass x purity x EF x calcined",
    source="IPCC 2006, Vol. 3, Ch. 2, eq. 2.16, Table 2.1",
    editions=("2006",),
    tier="3",
    family="IPCC minerals",
)


def calcine(*, mass: Amount, mineral: str, purity: Amount, calcined: Amount) -> Estimate:
    """Return the CO2 of a carbonate that is decomposed: flux, flue-gas cleaning, soda, lime rock.

    Purity and the decomposed share are stated: a rock is seldom pure, and slag may keep carbonate.

    >>> found = calcine(mass=Amount(1745.0, "kg"), mineral="calcite", purity=Amount(95.0, "%"),
    ...                 calcined=Amount(100.0, "%"))
    >>> round(found["CO2"], 1)
    728.9
    """
    given = require(METHOD, mass=mass, mineral=mineral, purity=purity, calcined=calcined)
    factor = look_up(
        "chemistry", "CO2 per carbonate", edition="2006", material=given.words["mineral"]
    )
    co2 = given["mass"] * given["purity"] * given["calcined"] * factor.value
    row = emitted("CO2, fossil", co2, spread=combined_spread(co2, factor), source=factor.said_by)
    values = {"CO2": Amount(co2, "kg")}
    return Estimate(METHOD, "2006", (row,), values, (factor,), given.findings)
