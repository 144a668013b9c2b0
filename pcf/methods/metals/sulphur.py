"""Where does the sulphur of a concentrate go? Into matte, slag, acid, and the air.

The acid that a smelter makes follows from the sulphur that it does not lose; a sulphur balance that
does not close shows acid, or a concentrate, that nobody weighed right.
"""

from __future__ import annotations

from pcf.errors import ModelError, problem
from pcf.findings import finding
from pcf.methods.balances.contents import content
from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.text import Name

METHOD = Method(
    id="sulphur to acid",
    name=Name("sulphur of smelting to acid", "冶炼硫制酸"),
    needs=(
        Need("concentrate", Name("sulphur in concentrate", "精矿含硫量"), "kg"),
        Need("matte", Name("sulphur kept in matte or metal", "冰铜或金属含硫量"), "kg"),
        Need("slag", Name("sulphur kept in slag", "渣含硫量"), "kg"),
        Need(
            "capture", Name("share of the off-gas sulphur captured", "烟气硫捕集率"), "1", high=1.0
        ),
    ),
    returns=Name("acid as H2SO4 (kg), SO2 to air (kg)", "硫酸（以 H2SO4 计）与排空 SO2（kg）"),
    equation="acid = capture x (S in - S matte - S slag) x M(H2SO4)/M(S)",
    source="conservation of sulphur; IUPAC atomic weights 2021",
    editions=(),
)


def sulphur_to_acid(
    *, concentrate: Amount, matte: Amount, slag: Amount, capture: Amount
) -> Estimate:
    """Return the sulphuric acid (100 % H2SO4) and the sulphur dioxide of a smelter, in kilograms.

    Sulphur dioxide is no greenhouse gas and becomes no exchange; the acid is a co-product, without
    credit by default. Raises ModelError where more sulphur stays than came in.

    >>> found = sulphur_to_acid(concentrate=Amount(1009.0, "kg"), matte=Amount(0.0, "kg"),
    ...     slag=Amount(0.0, "kg"), capture=Amount(100.0, "%"))
    >>> round(found["acid"])
    3087
    """
    given = require(METHOD, concentrate=concentrate, matte=matte, slag=slag, capture=capture)
    gas = given["concentrate"] - given["matte"] - given["slag"]
    if gas < 0:
        raise ModelError(problem("sulphur-negative", sulphur=f"{gas:.6g} kg"))
    captured = gas * given["capture"]
    values = {
        "sulphur in off-gas": Amount(gas, "kg"),
        "acid": Amount(captured / _share("H2SO4"), "kg"),
        "SO2": Amount((gas - captured) / _share("SO2"), "kg"),
    }
    findings = list(given.findings)
    if given["capture"] < 0.95:
        findings.append(finding("sulphur-capture", capture=capture))
    return Estimate(METHOD, "", (), values, (), tuple(findings))


def _share(compound: str) -> float:
    share = content("S", compound).value
    if share is None:
        raise ModelError(problem("amount-unknown", flow=compound))
    return share
