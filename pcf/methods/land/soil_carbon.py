"""Carbon in mineral soils: a reference stock times factors of land use, management and inputs.

What management changes goes to the line 'land management', what a change of land use changes to
'direct land-use change'. Stocks change over 20 years. A loss is a positive emission.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.crops.nitrogen import Nitrogen
from pcf.methods.declaration import Estimate, Method, Need, check, emitted, require_edition
from pcf.methods.lookups import combined_spread, find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.processes import Exchange

C_TO_CO2 = 44 / 12
HECTARE = Amount(1.0, "ha")
YEAR = Amount(1.0, "year")
TRANSITION = Amount(20.0, "year")

SOILS = ("high-activity clay", "low-activity clay", "sandy", "spodic", "volcanic", "wetland")
CLIMATES = (
    "cool temperate dry",
    "cool temperate moist",
    "warm temperate dry",
    "warm temperate moist",
    "boreal dry",
    "boreal moist",
    "tropical montane",
    "tropical dry",
    "tropical moist",
    "tropical wet",
)
LAND_USES = (
    "native",
    "annual crops",
    "annual crops wet",
    "perennial crops",
    "paddy rice",
    "set aside",
    "grassland",
)
MANAGEMENTS = (
    "none",
    "full tillage",
    "reduced tillage",
    "no tillage",
    "nominally managed grassland",
    "improved grassland",
    "intensively grazed grassland",
    "severely degraded grassland",
)
INPUTS = ("none", "low", "medium", "high without manure", "high with manure", "grassland high")

STOCK = Method(
    "soil carbon stock",
    Name("carbon stock of a mineral soil", "矿质土壤碳储量"),
    (
        Need("soil", Name("soil class", "土壤类别"), words=SOILS),
        Need("climate", Name("climate zone", "气候带"), words=CLIMATES),
        Need("land_use", Name("land use (FLU)", "土地利用（FLU）"), words=LAND_USES),
        Need("management", Name("management (FMG)", "管理方式（FMG）"), words=MANAGEMENTS),
        Need("carbon_input", Name("carbon input (FI)", "碳投入（FI）"), words=INPUTS),
        Need("edition", Name("edition of the guidelines", "指南版本"), words=("2006", "2019")),
    ),
    Name("t C per hectare in 0-30 cm", "0-30 cm 土层每公顷吨碳"),
    "SOC = SOCref x FLU x FMG x FI",
    "IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 2, eq. 2.25, Tables 2.3, 5.5, 6.2",
    ("2006", "2019"),
    "tier 1",
    "IPCC soil carbon",
)
CHANGE = Method(
    "soil carbon change",
    Name("change of soil carbon over 20 years", "土壤碳变化（20 年）"),
    (
        Need("before", Name("carbon stock before", "变化前碳储量"), "t/ha", usual=(5.0, 250.0)),
        Need("after", Name("carbon stock after", "变化后碳储量"), "t/ha", usual=(5.0, 250.0)),
        Need("cause", Name("what changed", "变化原因"), words=("management", "land use")),
        Need(
            "period",
            Name("time over which the stock changes", "变化历时"),
            "year",
            low=1.0,
            high=100.0,
            usual=(20.0, 20.0),
        ),
        Need("area", Name("area of the field", "田块面积"), "ha"),
        Need("time", Name("time counted", "计入时间"), "year"),
    ),
    Name("CO2, positive where carbon is lost", "CO2（碳损失为正）"),
    "CO2 = (before - after) / period x 44/12 x area x time",
    "IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 2, eq. 2.25;"
    " ISO 14067:2018, 6.4.9.5 and 6.4.9.6",
    ("2006", "2019"),
    "tier 1",
    "IPCC soil carbon",
)


def soil_stock(  # noqa: PLR0913 - the cases of the four tables
    *,
    soil: str | None,
    climate: str | None,
    land_use: str | None,
    management: str | None,
    carbon_input: str | None,
    edition: str | None,
) -> Estimate:
    """Return the carbon stock of a mineral soil after 20 years of one use; value 'stock', in t/ha.

    'none' is for uses that a factor does not speak of (native vegetation, paddy, set-aside).
    Raises ModelError with all problems: what is missing, a case that no source covers.

    >>> field = {"soil": "high-activity clay", "climate": "cool temperate dry", "edition": "2019"}
    >>> round(soil_stock(**field, land_use="annual crops", management="full tillage",
    ...                  carbon_input="medium")["stock"], 4)
    33.11
    """
    problems: list[Problem] = []
    words = {
        "soil": soil,
        "climate": climate,
        "land_use": land_use,
        "management": management,
        "carbon_input": carbon_input,
        "edition": edition,
    }
    given = check(STOCK, problems, words)
    if problems:
        raise ModelError(*problems)
    zone, version = given.words["climate"], given.words["edition"]
    rows = [
        find("land", "SOCref", problems, edition=version, climate=zone, soil=given.words["soil"])
    ]
    for factor, need in (("FLU", "land_use"), ("FMG", "management"), ("FI", "carbon_input")):
        case = given.words[need]
        rows.append(find("land", factor, problems, edition=version, climate=zone, case=case))
    if problems:
        raise ModelError(*problems)
    factors = tuple(row for row in rows if row is not None)
    stock = 1.0
    for row in factors:
        stock *= row.value
    amount = Amount(stock, "t/ha", combined_spread(stock, *factors), STOCK.source)
    return Estimate(STOCK, version, values={"stock": amount}, parameters=factors)


def soil_change(  # noqa: PLR0913 - the letters of the equation
    *,
    before: Amount,
    after: Amount,
    cause: str | None,
    edition: str,
    period: Amount = TRANSITION,
    area: Amount = HECTARE,
    time: Amount = YEAR,
) -> Estimate:
    """Return the CO2 of a change of soil carbon on `area` over `time`, on the line of its cause.

    A loss is emitted; a gain is an input of the same line (a removal), and a finding asks how long
    it will last. Value 'CO2', in kg per ha and year, is positive for a loss, below zero for a gain.

    Raises ModelError with all problems.

    >>> found = soil_change(before=Amount(43.0, "t/ha"), after=Amount(33.11, "t/ha"),
    ...                     cause="management", edition="2019")
    >>> round(found["CO2"] / 1000, 3), found.exchanges[0].flow
    (1.813, 'CO2, land management')
    """
    problems: list[Problem] = []
    words = {
        "before": before,
        "after": after,
        "cause": cause,
        "period": period,
        "area": area,
        "time": time,
    }
    given = check(CHANGE, problems, words)
    require_edition(CHANGE, edition, problems)
    if problems:
        raise ModelError(*problems)
    yearly = 1000 * (given["before"] - given["after"]) / given["period"] * C_TO_CO2
    row = carbon_row(
        yearly * given["area"] * given["time"],
        land_use=given.words["cause"] == "land use",
        note=CHANGE.id,
        source=CHANGE.source,
    )
    values = {"CO2": Amount(yearly, "kg/(ha*year)")}
    return Estimate(CHANGE, edition, (row,), values, findings=given.findings)


def carbon_row(kilograms: float, *, land_use: bool, note: str, source: str) -> Exchange:
    """Return CO2 lost (above zero) or gained (below zero) by land, on its line.

    >>> row = carbon_row(-5.0, land_use=True, note="regrowth", source="measured")
    >>> row.direction, row.amount.value, row.elementary.line
    ('input', 5.0, 'direct land-use change')
    """
    flow = "CO2, land-use change" if land_use else "CO2, land management"
    if kilograms >= 0:
        return emitted(flow, kilograms, note=note, source=source)
    if not land_use:
        return emitted("CO2, land management, removed", -kilograms, note=note, source=source)
    row = emitted(flow, -kilograms, note=note, source=source)
    elementary = row.elementary
    if elementary is not None:
        elementary = replace(elementary, direction="input", role="resource")
    return replace(row, direction="input", elementary=elementary)


def mineralised(change: Estimate, *, carbon_nitrogen: Amount) -> Nitrogen:
    """Return the nitrogen set free by a loss of soil carbon, an input for `n2o_direct`.

    `carbon_nitrogen` is the C:N ratio of the soil organic matter (IPCC 2006, Vol. 4, Ch. 11, eq.
    11.8). A gain of carbon sets nothing free.

    >>> loss = soil_change(before=Amount(43.0, "t/ha"), after=Amount(33.11, "t/ha"),
    ...                    cause="management", edition="2019")
    >>> round(mineralised(loss, carbon_nitrogen=Amount(10.0, "kg/kg")).rate, 2)
    49.45
    """
    need = Need("carbon_nitrogen", Name("C:N ratio", "碳氮比"), "kg/kg", low=5.0, high=40.0)
    method = replace(CHANGE, id="nitrogen mineralised", needs=(need,))
    problems: list[Problem] = []
    given = check(method, problems, {"carbon_nitrogen": carbon_nitrogen})
    if problems:
        raise ModelError(*problems)
    carbon = max(0.0, change["CO2"]) / C_TO_CO2
    return Nitrogen("mineralised", Amount(carbon / given["carbon_nitrogen"], "kg/ha"))
