"""What does a capture unit emit, take, and hand on? What it misses, its energy, its CO2.

The energy penalty is a burden of the plant that captures: heat, power and solvent are inputs with
providers of their own. What was captured is not yet stored: `follow` decides what may be deducted.
"""

from __future__ import annotations

from pcf.methods.combustion.fuels import by_origin
from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

METHOD = Method(
    id="CO2 capture",
    name=Name("CO2 capture", "二氧化碳捕集"),
    needs=(
        Need("co2", Name("CO2 in the gas treated", "处理烟气中的 CO2"), "t"),
        Need("captured", Name("share captured, net of slip", "捕集率"), "1", high=1.0),
        Need("biogenic_share", Name("biogenic share of the CO2", "生物源份额"), "1", high=1.0),
        Need("heat", Name("heat per CO2 captured", "再生热耗"), "GJ/t", usual=(0.0, 6.0)),
        Need("power", Name("power per CO2 captured, with compression", "电耗（含压缩）"), "kWh/t"),
        Need("solvent", Name("solvent make-up per CO2 captured", "溶剂补充"), "kg/t"),
    ),
    returns=Name("CO2 not captured; heat, power, solvent taken", "未捕集 CO2 及热、电、溶剂消耗"),
    equation="emitted = CO2 (1 - captured); heat = CO2 captured x q",
    source="conservation of mass; ISO 27917 (boundary of capture; text not opened)",
    editions=(),
)


def capture(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    co2: Amount,
    captured: Amount,
    biogenic_share: Amount,
    heat: Amount,
    power: Amount,
    solvent: Amount,
) -> Estimate:
    """Return what a capture unit emits and takes; `captured` (kg) of CO2 is handed on.

    Every part of the energy penalty is stated: what is missing is not zero.

    >>> found = capture(co2=Amount(100.0, "t"), captured=Amount(90.0, "%"),
    ...     biogenic_share=Amount(0.0, "1"), heat=Amount(3.5, "GJ/t"),
    ...     power=Amount(120.0, "kWh/t"), solvent=Amount(1.5, "kg/t"))
    >>> [(row.flow, str(row.amount)) for row in found.exchanges][:2]
    [('heat for capture', '315 GJ'), ('electricity for capture', '10,800 kWh')]
    >>> found["captured"], round(found.exchanges[-1].amount.value)
    (90000.0, 10000)
    """
    given = require(
        METHOD,
        co2=co2,
        captured=captured,
        biogenic_share=biogenic_share,
        heat=heat,
        power=power,
        solvent=solvent,
    )
    kept = given["co2"] * given["captured"]
    taken = (
        ("heat for capture", Amount(kept * given["heat"], "GJ")),
        ("electricity for capture", Amount(kept * given["power"], "kWh")),
        ("solvent for capture", Amount(kept * given["solvent"], "kg")),
    )
    missed = 1000 * given["co2"] * (1 - given["captured"])
    rows = [Exchange(flow, amount) for flow, amount in taken]
    rows += by_origin("CO2", missed, given["biogenic_share"])
    values = {"captured": Amount(1000 * kept, "kg"), "emitted": Amount(missed, "kg")}
    return Estimate(METHOD, "", tuple(rows), values, (), given.findings)
