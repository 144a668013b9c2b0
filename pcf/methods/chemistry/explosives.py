"""How much CO2 does blasting emit? The fossil carbon of the explosive; its making is apart."""

from __future__ import annotations

from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.declaration import Estimate, Method, Need, emitted, require
from pcf.methods.defaults import completed
from pcf.model.amounts import Amount
from pcf.text import Name

METHOD = Method(
    id="explosives",
    name=Name("CO2 of detonation", "炸药爆炸 CO2"),
    needs=(
        Need("mass", Name("explosive fired", "炸药消耗量"), "kg"),
        Need("kind", Name("kind of explosive", "炸药种类"), words=("ANFO", "emulsion", "other")),
        Need("carbon", Name("fossil carbon per explosive", "含碳量"), "1", high=0.5, optional=True),
    ),
    returns=Name("CO2 (kg)", "CO2（kg）"),
    equation="CO2 = mass x C x 44/12",
    source="conservation of carbon, all of it oxidised; CO and N2O of detonation not counted",
    editions=("derived",),
    tier="2",
)


def explode(*, mass: Amount, kind: str, carbon: Amount | None = None) -> Estimate:
    """Return the CO2 of firing an explosive by its fossil carbon (fuel oil, wax).

    For 'ANFO' and 'emulsion' a derived content stands in, with a finding; any other is given.

    >>> round(explode(mass=Amount(400.0, "kg"), kind="ANFO")["CO2"], 1)
    75.7
    """
    given = require(METHOD, mass=mass, kind=kind, carbon=carbon)
    found = completed(
        given,
        "chemistry",
        {"carbon": "carbon of explosive"},
        edition="derived",
        material=given.words["kind"],
    )
    co2 = given["mass"] * found["carbon"] * CO2_PER_C
    row = emitted("CO2, fossil", co2, source=found.said_by)
    values = {"CO2": Amount(co2, "kg")}
    findings = (*given.findings, *found.findings)
    return Estimate(METHOD, "derived", (row,), values, found.parameters, findings)
