"""Direct land-use change: the carbon that one use of land held more than the next, over 20 years.

Every pool must be stated with its source; a transition whose stocks cannot be sourced is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, check, require_edition
from pcf.methods.land.soil_carbon import C_TO_CO2, HECTARE, YEAR, carbon_row
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Checked

PERIOD = 20.0
"""Years over which a land-use change is counted, and after which it no longer is."""
POOLS = ("biomass", "dead_matter", "soil")

METHOD = Method(
    "direct land-use change",
    Name("direct land-use change over 20 years", "直接土地利用变化（20 年）"),
    (
        Need(
            "biomass",
            Name("carbon in biomass, above and below ground", "地上地下生物量碳"),
            "t/ha",
            usual=(0.0, 300.0),
        ),
        Need(
            "dead_matter",
            Name("carbon in dead wood and litter", "枯死木与凋落物碳"),
            "t/ha",
            usual=(0.0, 60.0),
        ),
        Need(
            "soil",
            Name("carbon in the soil, 0-30 cm", "0-30 cm 土壤碳"),
            "t/ha",
            usual=(5.0, 250.0),
        ),
        Need("since", Name("years since the conversion", "转化后年数"), "year"),
        Need("area", Name("area", "面积"), "ha"),
        Need("time", Name("time counted", "计入时间"), "year"),
    ),
    Name("CO2 of land-use change", "土地利用变化 CO2"),
    "CO2 = sum over pools (before - after) / 20 x 44/12 x area x time, for 20 years",
    "IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 2, eq. 2.15, 2.23, 2.25;"
    " ISO 14067:2018, 6.4.9.5",
    ("2006", "2019"),
    "tier 1",
    "IPCC land-use change",
)


@dataclass(frozen=True, slots=True)
class Stocks:
    """The carbon that a use of land holds, by pool, and who says so."""

    land: str
    biomass: Amount
    dead_matter: Amount
    soil: Amount
    source: str


def land_use_change(  # noqa: PLR0913 - two stocks, when, and for how much of it
    before: Stocks,
    after: Stocks,
    *,
    since: Amount,
    edition: str,
    area: Amount = HECTARE,
    time: Amount = YEAR,
) -> Estimate:
    """Return the CO2 of a change of land use on `area` over `time`, `since` years after it.

    More than 20 years after it there is none. Values, in kg per ha and year: 'CO2', and by pool.

    Raises ModelError with all problems of both stocks: a pool that is missing, a source that is.

    >>> grass = Stocks("grassland", Amount(3.1, "t/ha"), Amount(0.0, "t/ha"), Amount(43.0, "t/ha"),
    ...                "field survey 2019")
    >>> field = Stocks("annual crops", Amount(0.0, "t/ha"), Amount(0.0, "t/ha"),
    ...                Amount(33.11, "t/ha"), "IPCC 2019, tier 1")
    >>> found = land_use_change(grass, field, since=Amount(5.0, "year"), edition="2019")
    >>> round(found["soil"], 2), round(found["CO2"], 2), found.lines
    (1813.17, 2381.5, frozenset({'direct land-use change'}))
    """
    problems: list[Problem] = []
    times = {"since": since, "area": area, "time": time}
    first, second = (_checked(each, times, problems) for each in (before, after))
    require_edition(METHOD, edition, problems)
    if problems:
        raise ModelError(*problems)
    counted = first["since"] <= PERIOD
    pools = {
        pool: 1000 * (first[pool] - second[pool]) / PERIOD * C_TO_CO2 if counted else 0.0
        for pool in POOLS
    }
    yearly = math.fsum(pools.values())
    note = f"{before.land} to {after.land}"
    source = f"{before.source}; {after.source}"
    row = carbon_row(
        yearly * first["area"] * first["time"], land_use=True, note=note, source=source
    )
    values = {"CO2": yearly, **pools}
    found = () if counted else (finding("land-use-change-old", note, since=since),)
    return Estimate(
        METHOD,
        edition,
        (row,) if counted else (),
        {name: Amount(value, "kg/(ha*year)") for name, value in values.items()},
        findings=(*first.findings, *second.findings, *found),
    )


def _checked(stocks: Stocks, times: dict[str, Amount], problems: list[Problem]) -> Checked:
    if not stocks.source.strip():
        problems.append(problem("land-unsourced", stocks.land))
    pools = {pool: getattr(stocks, pool) for pool in POOLS}
    return check(METHOD, problems, pools | times, where=stocks.land)
