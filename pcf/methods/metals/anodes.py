"""How much CO2 does the anode become? Consumption of prebaked anodes by their carbon.

Net consumption counts: butts go back to the anode plant. What of the anode is sulphur and ash is
no carbon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.declaration import Estimate, Method, Need, emitted, require
from pcf.methods.defaults import completed, spread_of
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD = Method(
    id="prebaked anode consumption",
    name=Name("CO2 of prebaked anodes", "预焙阳极消耗 CO2"),
    needs=(
        Need("gross", Name("anodes set, gross", "阳极毛耗"), "kg"),
        Need("butts", Name("butts taken back", "残极返回量"), "kg"),
        Need("sulphur", Name("sulphur of the anode", "阳极硫分"), "1", high=0.1, optional=True),
        Need("ash", Name("ash of the anode", "阳极灰分"), "1", high=0.1, optional=True),
    ),
    returns=Name("CO2 and the carbon consumed (kg)", "CO2 与碳耗（kg）"),
    equation="CO2 = (gross - butts) x (1 - S - ash) x 44/12",
    source="IPCC 2006, Vol. 3, Ch. 4, eq. 4.21, Table 4.11",
    editions=("2006",),
    tier="2, with measured sulphur and ash 3",
    family="IPCC aluminium CO2",
)


def anode_consumption(
    *, gross: Amount, butts: Amount, sulphur: Amount | None = None, ash: Amount | None = None
) -> Estimate:
    """Return the CO2 of prebaked anodes, from gross consumption less butts.

    Sulphur and ash are measured, or the published 2 % and 0.4 % with their range and a finding.
    Raises ModelError where more butts come back than anodes were set.

    >>> found = anode_consumption(gross=Amount(480.0, "kg"), butts=Amount(78.72, "kg"))
    >>> round(found["carbon"], 2), round(found["CO2"], 1)
    (391.65, 1436.0)
    """
    given = require(METHOD, gross=gross, butts=butts, sulphur=sulphur, ash=ash)
    net = given["gross"] - given["butts"]
    if net < 0:
        raise ModelError(problem("anode-butts", gross=gross, butts=butts))
    found = completed(
        given, "metals", {"sulphur": "anode sulphur", "ash": "anode ash"}, edition="2006"
    )

    def carbon(values: Mapping[str, float]) -> float:
        return net * (1 - values["sulphur"] - values["ash"])

    co2 = carbon(found.values) * CO2_PER_C
    spread = spread_of(lambda values: carbon(values) * CO2_PER_C, found)
    values = {
        "net": Amount(net, "kg"),
        "carbon": Amount(carbon(found.values), "kg"),
        "CO2": Amount(co2, "kg"),
    }
    row = emitted("CO2, fossil", co2, spread=spread, source=found.said_by)
    findings = (*given.findings, *found.findings)
    return Estimate(METHOD, "2006", (row,), values, found.parameters, findings)
