"""How much carbon dioxide does burning a fuel emit? By heating value, carbon and oxidation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import ModelError, Problem
from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.combustion.bases import LOWER, require_lower
from pcf.methods.combustion.words import EQUIPMENT, FUELS, GASES, fuel_named
from pcf.methods.declaration import Estimate, Method, Need, check, emitted, require_edition
from pcf.methods.defaults import completed
from pcf.methods.lookups import combined_spread
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.lookups import Parameter
    from pcf.model.processes import Exchange

EDITIONS = ("2006", "GB/T 32150", "CN 2026")

MASS = Method(
    id="CO2 of combustion",
    name=Name("CO2 of combustion", "燃料燃烧 CO2"),
    needs=(
        Need("quantity", Name("fuel burnt", "燃料消耗量"), "t"),
        Need(
            "heating_value",
            Name("lower heating value", "低位发热量"),
            "GJ/t",
            high=125.0,
            usual=(2.0, 56.0),
            optional=True,
        ),
        Need(
            "carbon_content",
            Name("carbon per heat", "单位热值含碳量"),
            "kg/GJ",
            high=90.0,
            usual=(10.0, 75.0),
            optional=True,
        ),
        Need("oxidation", Name("oxidised share", "碳氧化率"), "1", high=1.0, optional=True),
        Need(
            "biogenic_share",
            Name("biogenic share of the carbon", "生物源碳份额"),
            "1",
            high=1.0,
            optional=True,
        ),
    ),
    returns=Name("CO2, fossil and biogenic (kg); heat (GJ)", "化石与生物源 CO2（kg）；热量（GJ）"),
    equation="CO2 = quantity x NCV x CC x OF x 44/12",
    source="IPCC 2006, Vol. 2, Ch. 2, eq. 2.1 with Ch. 1, Tables 1.2 and 1.3; GB/T 32150 and 32151",
    editions=EDITIONS,
    tier="1 or 2",
    family="combustion defaults",
)
"""For fuels by mass: solids and liquids."""

VOLUME = replace(
    MASS,
    id="CO2 of combustion of a gas",
    needs=(
        replace(MASS.needs[0], unit="Nm3"),
        replace(MASS.needs[1], unit="GJ/Nm3", high=0.15, usual=(0.002, 0.13)),
        *MASS.needs[2:],
    ),
)
"""For gases by volume at 0 °C; volumes at 15 and 20 °C convert."""


def burn(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    fuel: str,
    quantity: Amount,
    edition: str,
    equipment: str = "other",
    heating_value: Amount | None = None,
    heating_value_basis: str = LOWER,
    carbon_content: Amount | None = None,
    oxidation: Amount | None = None,
    biogenic_share: Amount | None = None,
) -> Estimate:
    """Return the CO2 of burning a fuel, fossil and biogenic apart, and its heat (`heat`, GJ).

    What was measured is given; the rest is the published default of `edition` ('2006' for the IPCC,
    'GB/T 32150', 'CN 2026'), with its range and a finding. CO2 from biogenic carbon stands on the
    biogenic line. Methane and nitrous oxide: `other_gases` with this heat.

    Raises ModelError with every problem: a higher heating value (convert it first), a gas without
    the temperature of its volume, a default that is not published for the fuel or the equipment.

    >>> diesel = burn(fuel="diesel", quantity=Amount(1.0, "t"), edition="CN 2026")
    >>> round(diesel["CO2"], 1), diesel.tier, len(diesel.findings)
    (3171.0, '1 or 2', 4)
    >>> wood = burn(fuel="wood", quantity=Amount(1.0, "t"), edition="2006")
    >>> sorted(wood.lines)
    ['biogenic CO2 emitted']
    """
    fuel = fuel_named(fuel)
    problems: list[Problem] = []
    require_edition(MASS, edition, problems)
    require_lower(heating_value_basis, problems)
    method = VOLUME if units.dimension(quantity.unit) == "gas volume" else MASS
    given = check(
        method,
        problems,
        {
            "quantity": quantity,
            "heating_value": heating_value,
            "carbon_content": carbon_content,
            "oxidation": oxidation,
            "biogenic_share": biogenic_share,
        },
        where=fuel,
    )
    check(_WORDS, problems, {"fuel": fuel, "equipment": equipment}, where=fuel)
    if fuel in GASES:
        units.require_gas_volume(quantity.unit, fuel)
    if problems:
        raise ModelError(*problems)
    found = completed(
        given, "combustion", _DEFAULTS, edition=edition, fuel=fuel, equipment=equipment
    )
    biogenic = completed(given, "combustion", _ORIGIN, edition="2006", fuel=fuel)
    heat = given["quantity"] * found["heating_value"]
    carbon = heat * found["carbon_content"]
    co2 = carbon * found["oxidation"] * CO2_PER_C
    values = {
        "heat": Amount(heat, "GJ"),
        "carbon": Amount(carbon, "kg"),
        "CO2": Amount(co2, "kg"),
    }
    return Estimate(
        method,
        edition,
        by_origin("CO2", co2, biogenic["biogenic_share"], found.parameters),
        values,
        (*found.parameters, *biogenic.parameters),
        (*given.findings, *found.findings, *biogenic.findings),
    )


def by_origin(
    gas: str, amount: float, biogenic: float, parameters: tuple[Parameter, ...] = ()
) -> tuple[Exchange, ...]:
    """Return kg of a gas as its fossil and its biogenic exchange, each with the parameters' range.

    >>> [str(row.amount) for row in by_origin("CO2", 100.0, 0.3)]
    ['70 kg', '30 kg']
    """
    source = "; ".join(dict.fromkeys(row.said_by for row in parameters))
    return tuple(
        emitted(
            f"{gas}, {origin}",
            amount * share,
            spread=combined_spread(amount * share, *parameters),
            source=source,
        )
        for origin, share in (("fossil", 1 - biogenic), ("biogenic", biogenic))
        if share > 0
    )


_DEFAULTS = {
    "heating_value": "lower heating value",
    "carbon_content": "carbon content",
    "oxidation": "oxidation",
}
_ORIGIN = {"biogenic_share": "biogenic share"}
_WORDS = replace(
    MASS,
    needs=(
        Need("fuel", Name("fuel", "燃料"), words=FUELS),
        Need("equipment", Name("equipment", "设备"), words=EQUIPMENT),
    ),
)
