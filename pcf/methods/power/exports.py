"""Whose is the carbon of a waste gas that crosses the fence? It goes with the gas, and burns there.

The process that makes the gas does not emit what it hands on; who burns it does. For the maker the
gas is a co-product, without credit by default; for the burner a fuel with its own carbon and the
maker's upstream.
"""

from __future__ import annotations

from pcf.errors import ModelError, Problem
from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.combustion.bases import LOWER, require_lower
from pcf.methods.combustion.fuels import by_origin
from pcf.methods.declaration import Checked, Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import CoProduct, Exchange
from pcf.text import Name

METHOD = Method(
    id="waste gas over the fence",
    name=Name("waste gas over the fence", "外供或外购余气"),
    needs=(
        Need("volume", Name("gas handed over", "气体量"), "Nm3"),
        Need(
            "heating_value", Name("lower heating value", "低位发热量"), "MJ/Nm3", usual=(1.0, 45.0)
        ),
        Need("carbon", Name("carbon per gas (CO2, CO, CH4 ...)", "含碳量"), "kg/Nm3", high=2.0),
        Need("biogenic_share", Name("biogenic share of the carbon", "生物源碳份额"), "1", high=1.0),
    ),
    returns=Name("co-product or fuel with its carbon", "共生产品或燃料及其碳量"),
    equation="carbon = volume x C; heat = volume x NCV",
    source="IPCC 2006, Vol. 3, Ch. 1, 1.2.1 (waste gases burnt elsewhere) and Ch. 4, 4.2",
    editions=("2006",),
)


def export_gas(  # noqa: PLR0913 - every quantity of the equation has its name
    name: str,
    *,
    volume: Amount,
    heating_value: Amount,
    carbon: Amount,
    biogenic_share: Amount,
    heating_value_basis: str = LOWER,
) -> CoProduct:
    """Return the gas as a co-product by its heat, with `energy` and `carbon` per GJ as properties.

    The maker's carbon balance counts it as an output. No credit is given; substitution is a named
    alternative (`methods.substitute`).

    >>> row = export_gas("coke-oven gas", volume=Amount(1000.0, "Nm3"),
    ...     heating_value=Amount(17.4, "MJ/Nm3"), carbon=Amount(0.21, "kg/Nm3"),
    ...     biogenic_share=Amount(0.0, "1"))
    >>> str(row.amount), round(row.properties["carbon"].value, 3)
    ('17.4 GJ', 12.069)
    """
    given = _given(volume, heating_value, carbon, biogenic_share, heating_value_basis)
    heat = given["volume"] * given["heating_value"] / 1000
    per_heat = 1000 * given["carbon"] / given["heating_value"]
    properties = {
        "energy": Amount(1.0, "GJ/GJ"),
        "carbon": Amount(per_heat, "kg/GJ"),
    }
    # Allocation asks every co-product for its biogenic carbon once one of them states it.
    if given["biogenic_share"] > 0:
        biogenic = per_heat * given["biogenic_share"]
        properties["biogenic_carbon"] = Amount(biogenic, "kg/GJ")
    return CoProduct(name, Amount(heat, "GJ"), properties, basis=LOWER)


def import_gas(  # noqa: PLR0913 - as its sister
    name: str,
    *,
    volume: Amount,
    heating_value: Amount,
    carbon: Amount,
    biogenic_share: Amount,
    heating_value_basis: str = LOWER,
) -> Estimate:
    """Return the purchased gas as an input by its heat, and the CO2 of burning it.

    All carbon is taken as oxidised: CO2 that was in the gas already leaves with the rest.

    >>> found = import_gas("blast-furnace gas", volume=Amount(1000.0, "Nm3"),
    ...     heating_value=Amount(3.3, "MJ/Nm3"), carbon=Amount(0.23, "kg/Nm3"),
    ...     biogenic_share=Amount(0.0, "1"))
    >>> [(row.flow, round(row.amount.value, 1)) for row in found.exchanges]
    [('blast-furnace gas', 3.3), ('CO2, fossil', 843.3)]
    """
    given = _given(volume, heating_value, carbon, biogenic_share, heating_value_basis)
    heat = Amount(given["volume"] * given["heating_value"] / 1000, "GJ")
    mass = given["volume"] * given["carbon"]
    co2 = mass * CO2_PER_C
    fuel = Exchange(name, heat, basis=LOWER)
    values = {"heat": heat, "carbon": Amount(mass, "kg"), "CO2": Amount(co2, "kg")}
    exchanges = (fuel, *by_origin("CO2", co2, given["biogenic_share"]))
    return Estimate(METHOD, "2006", exchanges, values, (), given.findings)


def _given(
    volume: Amount, heating_value: Amount, carbon: Amount, biogenic_share: Amount, basis: str
) -> Checked:
    problems: list[Problem] = []
    require_lower(basis, problems)
    given = check(
        METHOD,
        problems,
        {
            "volume": volume,
            "heating_value": heating_value,
            "carbon": carbon,
            "biogenic_share": biogenic_share,
        },
    )
    if problems:
        raise ModelError(*problems)
    return given
