"""How much nitrous oxide does nitric acid carry? By the plant and its abatement.

Half the footprint of an explosive or a nitrate fertiliser can hang on it.
"""

from __future__ import annotations

from pcf.methods.declaration import Estimate, Method, Need, emitted, require
from pcf.methods.defaults import completed
from pcf.methods.lookups import combined_spread
from pcf.model.amounts import Amount
from pcf.text import Name

PLANTS: tuple[str, ...] = (
    "atmospheric pressure",
    "medium pressure",
    "high pressure",
    "NSCR",
    "process-integrated or tail-gas destruction",
)

METHOD = Method(
    id="nitric acid",
    name=Name("N2O of nitric acid", "硝酸生产 N2O"),
    needs=(
        Need("acid", Name("nitric acid produced, as 100 % HNO3", "硝酸产量（折百）"), "t"),
        Need("plant", Name("kind of plant", "装置类型"), words=PLANTS),
        Need("generated", Name("measured N2O per acid", "实测 N2O"), "kg/t", optional=True),
        Need("destroyed", Name("share destroyed by abatement", "N2O 去除率"), "1", high=1.0),
        Need("running", Name("share of time abatement runs", "减排装置运行率"), "1", high=1.0),
    ),
    returns=Name("N2O (kg)", "N2O（kg）"),
    equation="N2O = acid x EF x (1 - destroyed x running)",
    source="IPCC 2006, Vol. 3, Ch. 3, eq. 3.5 and 3.6, Table 3.3",
    editions=("2006",),
    tier="2, measured 3",
)


def nitric_acid(
    *,
    acid: Amount,
    plant: str,
    destroyed: Amount,
    running: Amount,
    generated: Amount | None = None,
) -> Estimate:
    """Return the N2O of making nitric acid, after abatement.

    The published factors of plants with NSCR or tail-gas destruction hold their abatement: then
    `destroyed` is zero, or the abatement would count twice.

    >>> found = nitric_acid(acid=Amount(0.7875, "t"), plant="medium pressure",
    ...     destroyed=Amount(0.0, "1"), running=Amount(0.0, "1"))
    >>> round(found["N2O"], 4)
    5.5125
    """
    given = require(
        METHOD, acid=acid, plant=plant, destroyed=destroyed, running=running, generated=generated
    )
    found = completed(
        given,
        "chemistry",
        {"generated": "N2O per nitric acid"},
        edition="2006",
        plant=given.words["plant"],
    )
    left = 1 - given["destroyed"] * given["running"]
    n2o = given["acid"] * found["generated"] * left
    spread = combined_spread(n2o, *found.parameters)
    row = emitted("N2O, fossil", n2o, spread=spread, source=found.said_by)
    values = {"N2O": Amount(n2o, "kg")}
    findings = (*given.findings, *found.findings)
    return Estimate(METHOD, "2006", (row,), values, found.parameters, findings)
