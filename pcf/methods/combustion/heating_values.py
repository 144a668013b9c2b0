"""What is the lower heating value where the bill gives the higher one? By analysis, or a ratio."""

from __future__ import annotations

from pcf.errors import ModelError, problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.methods.lookups import look_up
from pcf.model.amounts import Amount
from pcf.text import Name

_HIGHER = Need("higher", Name("higher heating value", "高位发热量"), "MJ/kg", high=145.0)

BY_ANALYSIS = Method(
    id="lower heating value by analysis",
    name=Name("lower heating value from the analysis", "由元素分析求低位发热量"),
    needs=(
        _HIGHER,
        Need("hydrogen", Name("hydrogen, as received", "收到基氢"), "%", high=26.0),
        Need("moisture", Name("moisture, as received", "收到基水分"), "%", high=95.0),
        Need("oxygen", Name("oxygen, as received", "收到基氧"), "%", high=60.0),
    ),
    returns=Name("lower heating value (MJ/kg)", "低位发热量（MJ/kg）"),
    equation="lower = higher - 0.212 H - 0.0245 M - 0.0008 O (MJ/kg, percent as received)",
    source="IPCC 2006, Vol. 2, Ch. 1, Box 1.1 (read in copies)",
    editions=("2006",),
)

BY_RATIO = Method(
    id="lower heating value by ratio",
    name=Name("lower heating value by a usual ratio", "按常用比例求低位发热量"),
    needs=(
        Need("higher", Name("higher heating value", "高位发热量"), "MJ/kg"),
        Need("state", Name("state of the fuel", "燃料状态"), words=("solid", "liquid", "gas")),
    ),
    returns=Name("lower heating value (MJ/kg)", "低位发热量（MJ/kg）"),
    equation="lower = higher / ratio",
    source="IPCC 2006, Vol. 2, Ch. 1, 1.4.1.2; ratios of the GHG Protocol stationary tool",
    editions=("2006",),
)


def lower_by_analysis(
    *, higher: Amount, hydrogen: Amount, moisture: Amount, oxygen: Amount
) -> Estimate:
    """Return the lower heating value (`lower`) from the higher one and the ultimate analysis.

    All as received. Raises ModelError where a share is missing (it is not zero) or where less heat
    would remain than none.

    >>> found = lower_by_analysis(higher=Amount(25.0, "MJ/kg"), hydrogen=Amount(4.0, "%"),
    ...                           moisture=Amount(10.0, "%"), oxygen=Amount(8.0, "%"))
    >>> round(found["lower"], 4)
    23.9006
    """
    given = require(BY_ANALYSIS, higher=higher, hydrogen=hydrogen, moisture=moisture, oxygen=oxygen)
    water = 0.212 * given["hydrogen"] + 0.0245 * given["moisture"] + 0.0008 * given["oxygen"]
    lower = given["higher"] - water
    if lower <= 0:
        raise ModelError(problem("fuel-no-heat", higher=higher, lower=f"{lower:.4g} MJ/kg"))
    values = {"lower": Amount(lower, "MJ/kg")}
    return Estimate(BY_ANALYSIS, "2006", values=values, findings=given.findings)


def lower_from_higher(*, higher: Amount, state: str) -> Estimate:
    """Return the lower heating value (`lower`) by the usual ratio of solids, liquids or gases.

    It stands where no analysis is at hand, and says so in a finding.

    >>> round(lower_from_higher(higher=Amount(55.5, "MJ/kg"), state="gas")["lower"], 2)
    50.0
    """
    given = require(BY_RATIO, higher=higher, state=state)
    word = given.words["state"]
    ratio = look_up("combustion", "higher per lower heating value", edition="2006", fuel=word)
    found = finding("fuel-lower-by-ratio", state=word, ratio=f"{ratio.value:g}")
    values = {"lower": Amount(given["higher"] / ratio.value, "MJ/kg")}
    return Estimate(BY_RATIO, "2006", (), values, (ratio,), (*given.findings, found))
