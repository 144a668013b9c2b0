"""Which factors do the statistics of a year give? A set of background data, for accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.background.own import join
from pcf.background.values import Background, Edition
from pcf.electricity.provincial import (
    fossil_factor,
    fossil_factors,
    national_factor,
    provincial_factors,
    regional_factors,
)
from pcf.electricity.residual.factors import as_background
from pcf.model.coverage import Period, places
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.electricity.provincial import Statistics
    from pcf.electricity.provincial_statistics import YearOfPower
    from pcf.electricity.residual.factors import CombustionFactor

_UNANNOUNCED = "CN-XZ"


def power_factors(told: YearOfPower) -> tuple[CombustionFactor, ...]:
    """Return every factor that the statistics give: provinces, fossil power, regions, the nation.

    A region, and the nation, need all their provinces (Tibet may be missing, as it is in the
    announcements). Without a split of thermal power into fossil fuels and biomass there are no
    fossil factors. Raises ModelError as `provincial_factors` does.

    >>> from pcf.electricity.provincial import Statistics
    >>> from pcf.electricity.provincial_statistics import YearOfPower
    >>> from pcf.model.amounts import Amount
    >>> year = YearOfPower(2025, (Statistics("CN-GS", {"coal": Amount(1.0, "TWh")},
    ...                                      Amount(0.8, "Mt")),), {}, ("yearbook",))
    >>> [(each.kind, each.value) for each in power_factors(year)][:2]
    [('provincial average', 0.8), ('fossil power', 0.8)]
    """
    period, source = Period.read(str(told.year)), "; ".join(told.sources)
    rows, own = told.statistics, [row for row in told.statistics if row.place not in told.published]
    split = not any("thermal" in row.generation for row in own)
    averages = provincial_factors(rows, told.transfers, period=period, source=source)
    found = [each for place, each in averages.items() if place not in told.published]
    found += fossil_factors(own, period=period, source=source).values() if split else ()
    complete = {code for code in places() if code.startswith("CN-GRID-")} - _incomplete(own)
    if complete:
        regions = regional_factors(rows, told.transfers, period=period, source=source)
        named = [each for place, each in regions.items() if place in complete]
        found += [replace(each, kind="regional average") for each in named]
    if not _incomplete(own):
        found.append(national_factor(own, period=period, source=source))
        if split:
            found.append(fossil_factor(own, period=period, source=source))
    return tuple(found)


def _incomplete(rows: Iterable[Statistics]) -> set[str]:
    """Return the regional grids of which a province other than Tibet has no statistics."""
    there = {row.place for row in rows} | {_UNANNOUNCED}
    return {
        place.within
        for place in places().values()
        if place.within.startswith("CN-GRID-") and place.id not in there
    }


def power_background(
    name: str, factors: Iterable[CombustionFactor], *, edition: str = ""
) -> Background:
    """Return factors as one set called `name`: rows for accounts, which a product refuses.

    >>> from pcf.electricity.residual.factors import CombustionFactor
    >>> from pcf.model.coverage import Period
    >>> one = CombustionFactor(0.5, "CN-GS", Period.read("2025"), "provincial average")
    >>> power_background("Gansu power", [one]).processes[0].family
    'combustion'
    """
    made = []
    for each in factors:
        alone = as_background(each)
        (row,) = alone.processes
        made.append(replace(alone, processes=(replace(row, told=each.findings),)))
    joined = join(*made)
    return replace(
        joined, editions=(Edition(name, edition, draft=False, title=Name(name, name)),), homes={}
    )
