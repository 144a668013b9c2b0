"""What does burning waste emit? Fossil and biogenic CO2 apart, methane and nitrous oxide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.combustion.fuels import by_origin
from pcf.methods.declaration import Estimate, Method, Need
from pcf.methods.defaults import completed, joined, required
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Given

WASTES: tuple[str, ...] = (
    "paper and cardboard",
    "textiles",
    "food waste",
    "wood",
    "garden waste",
    "nappies",
    "rubber",
    "leather",
    "plastics",
    "other inert",
    "industrial waste",
    "clinical waste",
    "sewage sludge",
    "fossil liquid waste",
)
TECHNOLOGIES: tuple[str, ...] = (
    "continuous, stoker",
    "continuous, fluidised bed",
    "semi-continuous, stoker",
    "semi-continuous, fluidised bed",
    "batch, stoker",
    "batch, fluidised bed",
    "open burning",
)

METHOD = Method(
    id="incineration",
    name=Name("incineration of waste", "废物焚烧"),
    needs=(
        Need("mass", Name("waste burnt, wet", "焚烧量（湿重）"), "kg"),
        Need("waste", Name("kind of waste", "废物种类"), words=WASTES),
        Need("technology", Name("way of burning", "焚烧方式"), words=TECHNOLOGIES),
        Need(
            "dry_matter",
            Name("dry matter of the waste", "干物质含量"),
            "1",
            high=1.0,
            optional=True,
        ),
        Need(
            "carbon", Name("carbon of the dry matter", "干基碳含量"), "1", high=1.0, optional=True
        ),
        Need(
            "fossil", Name("fossil share of the carbon", "化石碳比例"), "1", high=1.0, optional=True
        ),
        Need("burnt", Name("oxidised share", "氧化率"), "1", high=1.0, optional=True),
        Need("methane", Name("CH4 per waste", "单位废物 CH4"), "g/t", optional=True),
        Need("nitrous", Name("N2O per waste", "单位废物 N2O"), "g/t", optional=True),
    ),
    returns=Name("CO2, CH4, N2O by origin (kg)", "按来源的 CO2、CH4、N2O（kg）"),
    equation="CO2 = W dm CF FCF OF 44/12",
    source="IPCC 2006, Vol. 5, Ch. 5, eq. 5.1, 5.4, 5.5, Tables 5.2, 5.3, 5.6; Ch. 2, Table 2.4",
    editions=("2006",),
    tier="1, with measured parameters 2",
    family="IPCC solid waste",
)


def incinerate(*, mass: Amount, waste: str, technology: str, **measured: Given) -> Estimate:
    """Return the gases of burning a waste, of fossil and of biogenic carbon apart.

    `measured` may hold `dry_matter`, `carbon`, `fossil`, `burnt`, `methane`, `nitrous`; the dry
    matter of industrial wastes has no default. Heat and power that are recovered are co-products,
    without credit by default.

    >>> found = incinerate(mass=Amount(1.0, "t"), waste="plastics", technology="continuous, stoker")
    >>> round(found["CO2"]), round(found["N2O"], 3)
    (2750, 0.05)
    """
    stated: dict[str, Given] = {"mass": mass, "waste": waste, "technology": technology}
    given = required(METHOD, stated | measured)
    kind, way = given.words["waste"], given.words["technology"]
    found = joined(
        completed(given, "waste", _OF_WASTE, edition="2006", waste=kind),
        completed(given, "waste", _OF_FIRE, edition="2006", technology=way),
    )
    carbon = given["mass"] * found["dry_matter"] * found["carbon"]
    gases = {
        "CO2": carbon * found["burnt"] * CO2_PER_C,
        "CH4": given["mass"] * found["methane"] / 1e6,
        "N2O": given["mass"] * found["nitrous"] / 1e6,
    }
    biogenic = 1 - found["fossil"]
    exchanges = tuple(
        row for gas, amount in gases.items() for row in by_origin(gas, amount, biogenic)
    )
    values = {gas: Amount(amount, "kg") for gas, amount in gases.items()}
    return Estimate(
        METHOD,
        "2006",
        exchanges,
        values | {"carbon": Amount(carbon, "kg")},
        found.parameters,
        (*given.findings, *found.findings),
    )


_OF_WASTE = {"dry_matter": "dry matter", "carbon": "carbon", "fossil": "fossil share"}
_OF_FIRE = {
    "burnt": "burnt share",
    "methane": "CH4 of burning",
    "nitrous": "N2O of burning",
}
