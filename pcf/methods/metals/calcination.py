"""How much CO2 leaves the calciner of petroleum coke? Carbon in less carbon out, and volatiles.

The result hangs on the yield: 0.07 t of CO2 per tonne at 0.80 without dust, 0.32 at 0.68 with the
usual dust. So calcined coke, dust and under-calcined coke are weighed at the plant; there is no
default for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.methods.balances.contents import CH4_PER_C, CO2_PER_C
from pcf.methods.declaration import Estimate, Method, Need, emitted
from pcf.methods.defaults import completed, required, spread_of
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.methods.declaration import Given

_CONTENTS = {
    "moisture": "green coke moisture",
    "volatiles": "green coke volatiles",
    "sulphur": "green coke sulphur",
    "calcined_sulphur": "calcined coke sulphur",
    "methane": "volatiles burnt as methane",
}

_CHINESE = {
    "moisture": "生焦水分",
    "volatiles": "生焦挥发分",
    "sulphur": "生焦硫分",
    "calcined_sulphur": "煅后焦硫分",
    "methane": "以甲烷计的挥发分燃烧量",
}

METHOD = Method(
    id="coke calcination",
    name=Name("CO2 of coke calcination", "石油焦煅烧 CO2"),
    needs=(
        Need("green", Name("green coke fed", "生焦投料"), "kg"),
        Need("calcined", Name("calcined coke produced", "煅后焦产量"), "kg"),
        Need("under_calcined", Name("under-calcined coke collected", "欠煅焦"), "kg"),
        Need("dust", Name("coke dust emitted or collected", "焦粉"), "kg"),
        *(
            Need(need, Name(en, _CHINESE[need]), "1", high=0.4, optional=True)
            for need, en in _CONTENTS.items()
        ),
    ),
    returns=Name("CO2 (kg)", "CO2（kg）"),
    equation="CO2 = (GC (1 - M - V - S) - (CC + UCC + DE)(1 - Scc)) x 44/12 + GC x 0.035 x 44/16",
    source="IAI, The Aluminium Sector Greenhouse Gas Protocol, coke calcination",
    editions=("2006",),
    tier="2",
    family="IPCC aluminium CO2",
)


def coke_calcination(
    *, green: Amount, calcined: Amount, under_calcined: Amount, dust: Amount, **measured: Given
) -> Estimate:
    """Return the CO2 of calcining petroleum coke; contents are measured, or the published ones.

    `measured` may hold `moisture`, `volatiles`, `sulphur`, `calcined_sulphur`, `methane`. Raises
    ModelError where more carbon leaves than came in: then the defaults contradict the plant.

    >>> found = coke_calcination(green=Amount(1.0, "t"), calcined=Amount(0.68, "t"),
    ...     under_calcined=Amount(0.0, "t"), dust=Amount(0.075, "t"))
    >>> round(found["CO2"] / 680, 3)
    0.324
    """
    given = required(
        METHOD,
        {"green": green, "calcined": calcined, "under_calcined": under_calcined, "dust": dust}
        | measured,
    )
    found = completed(given, "metals", _CONTENTS, edition="2006")
    kept = given["calcined"] + given["under_calcined"] + given["dust"]

    def co2(values: Mapping[str, float]) -> float:
        carbon = given["green"] * (1 - values["moisture"] - values["volatiles"] - values["sulphur"])
        oxidised = carbon - kept * (1 - values["calcined_sulphur"])
        volatile = given["green"] * values["methane"] / CH4_PER_C
        return (oxidised + volatile) * CO2_PER_C

    amount = co2(found.values)
    if amount < 0:
        raise ModelError(problem("carbon-balance-negative", METHOD.id, carbon=f"{amount:.6g} kg"))
    row = emitted("CO2, fossil", amount, spread=spread_of(co2, found), source=found.said_by)
    findings = (*given.findings, *found.findings)
    values = {"CO2": Amount(amount, "kg")}
    return Estimate(METHOD, "2006", (row,), values, found.parameters, findings)
