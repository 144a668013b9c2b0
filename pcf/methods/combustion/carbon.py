"""How much carbon dioxide does a fuel emit whose carbon was measured? By its elemental analysis.

The method of power stations that analyse what they burn (China's guideline for power generation,
EU Annex II): nothing depends on a heating value, everything on one basis for mass and analysis.
"""

from __future__ import annotations

from pcf.errors import ModelError, Problem
from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.combustion.bases import require_same
from pcf.methods.combustion.fuels import by_origin
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.text import Name

METHOD = Method(
    id="CO2 of combustion by elemental carbon",
    name=Name("CO2 of combustion by elemental carbon", "按元素碳计算的燃烧 CO2"),
    needs=(
        Need("quantity", Name("fuel burnt", "燃料消耗量"), "t"),
        Need("carbon", Name("carbon per fuel", "元素碳含量"), "1", high=1.0),
        Need("oxidation", Name("oxidised share", "碳氧化率"), "1", high=1.0),
        Need("biogenic_share", Name("biogenic share of the carbon", "生物源碳份额"), "1", high=1.0),
    ),
    returns=Name("CO2, fossil and biogenic (kg)", "化石与生物源 CO2（kg）"),
    equation="CO2 = quantity x C x OF x 44/12",
    source="IPCC 2006, Vol. 2, Ch. 2, 2.3.1 (Tier 3); MEE guideline for power generation "
    "(elemental carbon as received; text not opened)",
    editions=("2006",),
    tier="3",
    family="combustion defaults",
)


def burn_carbon(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    quantity: Amount,
    quantity_basis: str,
    carbon: Amount,
    carbon_basis: str,
    oxidation: Amount,
    biogenic_share: Amount,
) -> Estimate:
    """Return the CO2 of a fuel by its measured carbon, fossil and biogenic apart.

    `quantity_basis` and `carbon_basis` are bases of coal ('as received', 'air-dried', 'dry') and
    must be the same: a dry analysis times a wet mass counts the water as carbon. Raises ModelError
    with the cure; `balances.on_basis` converts.

    >>> found = burn_carbon(
    ...     quantity=Amount(1000.0, "t"), quantity_basis="收到基", carbon=Amount(57.0, "%"),
    ...     carbon_basis="as received", oxidation=Amount(99.0, "%"),
    ...     biogenic_share=Amount(0.0, "1"))
    >>> round(found["CO2"])
    2069100
    """
    problems: list[Problem] = []
    require_same(quantity_basis, carbon_basis, problems)
    given = check(
        METHOD,
        problems,
        {
            "quantity": quantity,
            "carbon": carbon,
            "oxidation": oxidation,
            "biogenic_share": biogenic_share,
        },
    )
    if problems:
        raise ModelError(*problems)
    mass = 1000 * given["quantity"] * given["carbon"]
    co2 = mass * given["oxidation"] * CO2_PER_C
    values = {"carbon": Amount(mass, "kg"), "CO2": Amount(co2, "kg")}
    exchanges = by_origin("CO2", co2, given["biogenic_share"])
    return Estimate(METHOD, "2006", exchanges, values, (), given.findings)
