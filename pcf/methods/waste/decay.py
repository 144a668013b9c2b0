"""How much of a deposit decays in which year? First-order decay, from the year after it was laid.

IPCC 2006, Vol. 5, Ch. 3, eq. 3.4 and 3.5: what decomposes in a year is (1 - exp(-k)) of what lay
there at the end of the year before.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping


def decay(deposits: Mapping[int, float], *, rate: float, until: int) -> dict[int, float]:
    """Return what decomposes in each year up to `until`, from deposits by year.

    `deposits` are in any unit of mass (decomposable carbon), `rate` is k per year. Raises
    ModelError for a negative deposit or rate, or a year after `until`.

    >>> found = decay({2025: 100.0}, rate=0.06, until=2027)
    >>> [round(value, 3) for value in found.values()]
    [0.0, 5.824, 5.484]
    """
    wrong = [year for year, mass in deposits.items() if mass < 0 or year > until]
    if wrong or rate < 0 or not deposits:
        raise ModelError(problem("landfill-deposits", years=wrong, rate=f"{rate:g}"))
    kept = math.exp(-rate)
    lying = 0.0
    found: dict[int, float] = {}
    for year in range(min(deposits), until + 1):
        found[year] = lying * (1 - kept)
        lying = lying * kept + deposits.get(year, 0.0)
    return found
