"""What comes with hydrogen from electricity? Oxygen, or chlorine and lye, by stoichiometry.

The electricity carries nearly all of the burden: it stands on its meter, so that the treatment of
the study (location, market, physical) decides its factor and nothing here does.
"""

from __future__ import annotations

from pcf.errors import ModelError, problem
from pcf.methods.declaration import Method, Need, require
from pcf.model.amounts import Amount
from pcf.model.flows import meter_flow
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess
from pcf.text import Name

_HYDROGEN = Need("hydrogen", Name("hydrogen produced", "氢气产量"), "kg", low=1e-9)
_RETURNS = Name("process with co-products", "含共生产品的过程")
_H2, _O2, _CL2, _NAOH, _NACL = 2.016, 31.998, 70.90, 39.997, 58.44

WATER = Method(
    id="water electrolysis",
    name=Name("water electrolysis", "电解水制氢"),
    needs=(
        _HYDROGEN,
        Need("power", Name("electricity, auxiliaries included", "电耗（含辅机）"), "kWh"),
        Need("water", Name("water fed", "补水"), "kg"),
        Need("oxygen", Name("oxygen sold or used", "外供氧气"), "kg"),
    ),
    returns=_RETURNS,
    equation="2 H2O = 2 H2 + O2: 7.94 kg O2 and 8.94 kg H2O per kg H2",
    source="stoichiometry; IUPAC atomic weights 2021",
    editions=(),
)
BRINE = Method(
    id="chlor-alkali",
    name=Name("chlor-alkali electrolysis", "氯碱电解"),
    needs=(
        _HYDROGEN,
        Need("power", Name("electricity", "电耗"), "kWh"),
        Need("salt", Name("salt, as NaCl", "原盐（折 NaCl）"), "kg"),
    ),
    returns=_RETURNS,
    equation="2 NaCl + 2 H2O = Cl2 + H2 + 2 NaOH",
    source="stoichiometry; IUPAC atomic weights 2021",
    editions=(),
)


def electrolyse(  # noqa: PLR0913 - every quantity of the equation has its name
    id: str,  # noqa: A002 - the word users write
    *,
    meter: str,
    hydrogen: Amount,
    power: Amount,
    water: Amount,
    oxygen: Amount,
) -> MultiOutputProcess:
    """Return water electrolysis as a process with hydrogen and, if any leaves, oxygen.

    Oxygen that is vented is no product: state what is sold or used. Raises ModelError where more
    oxygen leaves than forms.

    >>> made = electrolyse("electrolyser", meter="stack", hydrogen=Amount(1.0, "kg"),
    ...     power=Amount(55.0, "kWh"), water=Amount(10.0, "kg"), oxygen=Amount(0.0, "kg"))
    >>> [row.product for row in made.products], made.exchanges[0].meter
    (['hydrogen'], 'stack')
    """
    given = require(WATER, hydrogen=hydrogen, power=power, water=water, oxygen=oxygen)
    formed = given["hydrogen"] * _O2 / (2 * _H2)
    if given["oxygen"] > formed * (1 + 1e-6):
        raise ModelError(problem("hydrogen-oxygen", id, oxygen=oxygen, formed=f"{formed:.6g} kg"))
    rows = [CoProduct("hydrogen", Amount(given["hydrogen"], "kg"))]
    if given["oxygen"] > 0:
        rows.append(CoProduct("oxygen", Amount(given["oxygen"], "kg")))
    exchanges = (_metered(meter, power), Exchange("water", Amount(given["water"], "kg")))
    return MultiOutputProcess(id, tuple(rows), exchanges)


def chlor_alkali(
    id: str,  # noqa: A002 - the word users write
    *,
    meter: str,
    hydrogen: Amount,
    power: Amount,
    salt: Amount,
) -> MultiOutputProcess:
    """Return chlor-alkali electrolysis with its three products in stoichiometric amounts.

    Raises ModelError where the salt does not suffice for the hydrogen.

    >>> made = chlor_alkali("cells", meter="cells", hydrogen=Amount(1.0, "kg"),
    ...     power=Amount(85.0, "MWh"), salt=Amount(60.0, "kg"))
    >>> [(row.product, round(row.amount.value, 2)) for row in made.products]
    [('hydrogen', 1.0), ('chlorine', 35.17), ('sodium hydroxide', 39.68)]
    """
    given = require(BRINE, hydrogen=hydrogen, power=power, salt=salt)
    moles = given["hydrogen"] / _H2
    needed = 2 * moles * _NACL
    if given["salt"] < needed * (1 - 1e-6):
        raise ModelError(problem("hydrogen-salt", id, salt=salt, needed=f"{needed:.6g} kg"))
    rows = {
        "hydrogen": given["hydrogen"],
        "chlorine": moles * _CL2,
        "sodium hydroxide": 2 * moles * _NAOH,
    }
    products = tuple(CoProduct(name, Amount(mass, "kg")) for name, mass in rows.items())
    exchanges = (_metered(meter, power), Exchange("salt", Amount(given["salt"], "kg")))
    return MultiOutputProcess(id, products, exchanges)


def _metered(meter: str, power: Amount) -> Exchange:
    row = meter_flow(meter)
    return Exchange(row.id, power.to("kWh"), kind="elementary", elementary=row)
