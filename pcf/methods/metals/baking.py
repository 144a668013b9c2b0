"""How much CO2 leaves the anode bake furnace besides its fuel? Pitch volatiles and packing coke.

The volatiles burn in the furnace and replace fuel: where the furnace's heat is metered as fuel, the
same heat is not counted twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.declaration import Estimate, Method, Need, emitted
from pcf.methods.defaults import completed, joined, required, spread_of
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.methods.declaration import Given

_CONTENTS = {
    "hydrogen": "green anode hydrogen",
    "packing": "packing coke consumption",
    "sulphur": "packing coke sulphur",
    "ash": "packing coke ash",
}

METHOD = Method(
    id="anode baking",
    name=Name("CO2 of anode baking, fuel apart", "阳极焙烧过程 CO2（不含燃料）"),
    needs=(
        Need("green", Name("green anodes loaded", "生阳极装炉量"), "kg"),
        Need("baked", Name("baked anodes produced", "焙烧阳极产量"), "kg"),
        Need(
            "furnace",
            Name("kind of furnace", "炉型"),
            words=("Riedhammer furnace", "other furnace"),
        ),
        Need(
            "hydrogen", Name("hydrogen of green anodes", "生阳极氢"), "1", high=0.2, optional=True
        ),
        Need("tar", Name("waste tar per green anode", "废焦油"), "1", high=0.2, optional=True),
        Need(
            "packing",
            Name("packing coke per baked anode", "填充焦耗"),
            "1",
            high=0.2,
            optional=True,
        ),
        Need("sulphur", Name("sulphur of packing coke", "填充焦硫"), "1", high=0.2, optional=True),
        Need("ash", Name("ash of packing coke", "填充焦灰分"), "1", high=0.2, optional=True),
    ),
    returns=Name("CO2 of volatiles and of packing coke (kg)", "挥发分与填充焦 CO2（kg）"),
    equation="CO2 = (GA - H GA - BA - WT GA) x 44/12 + PCC BA (1 - S - ash) x 44/12",
    source="IPCC 2006, Vol. 3, Ch. 4, eq. 4.22 and 4.23, Tables 4.12 and 4.13",
    editions=("2006",),
    tier="2, with measured contents 3",
    family="IPCC aluminium CO2",
)


def anode_baking(*, green: Amount, baked: Amount, furnace: str, **measured: Given) -> Estimate:
    """Return the process CO2 of anode baking; contents are measured, or the published ones.

    `measured` may hold `hydrogen`, `tar`, `packing`, `sulphur`, `ash`. Raises ModelError where more
    comes out of the furnace than went in as carbon.

    >>> found = anode_baking(green=Amount(1055.0, "kg"), baked=Amount(1000.0, "kg"),
    ...                      furnace="other furnace")
    >>> round(found["volatiles"], 2), round(found["packing coke"], 2)
    (182.32, 52.52)
    """
    stated: dict[str, Given] = {"green": green, "baked": baked, "furnace": furnace}
    given = required(METHOD, stated | measured)
    found = joined(
        completed(given, "metals", _CONTENTS, edition="2006"),
        completed(
            given,
            "metals",
            {"tar": "waste tar"},
            edition="2006",
            technology=given.words["furnace"],
        ),
    )

    def volatiles(values: Mapping[str, float]) -> float:
        left = given["green"] * (1 - values["hydrogen"] - values["tar"])
        return (left - given["baked"]) * CO2_PER_C

    def packing(values: Mapping[str, float]) -> float:
        carbon = values["packing"] * (1 - values["sulphur"] - values["ash"])
        return given["baked"] * carbon * CO2_PER_C

    if volatiles(found.values) < 0:
        raise ModelError(problem("anode-baking-negative", green=green, baked=baked))
    parts = {"volatiles": volatiles(found.values), "packing coke": packing(found.values)}
    parts["CO2"] = parts["volatiles"] + parts["packing coke"]
    spread = spread_of(lambda values: volatiles(values) + packing(values), found)
    row = emitted("CO2, fossil", parts["CO2"], spread=spread, source=found.said_by)
    values = {name: Amount(amount, "kg") for name, amount in parts.items()}
    findings = (*given.findings, *found.findings)
    return Estimate(METHOD, "2006", (row,), values, found.parameters, findings)
