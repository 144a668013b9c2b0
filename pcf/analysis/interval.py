"""The 95 % interval to first order, until draws are asked for.

Each number with a stated spread moves the total by its contribution; to first order the variances
add (JCGM 100:2008, 5.1.2). A number used in many places is one number: it stands once in the
system, so its effect is summed before it is squared. Characterisation factors are held fixed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.analysis.accounting import link_signs, role_rows
from pcf.model.amounts import SPREAD_KINDS, Spread
from pcf.model.systems import ELEMENTARY, NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.analysis.accounting import Account

NORMAL_95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval, kg CO2e per declared unit, and on how many numbers it rests."""

    low: float
    high: float
    with_spread: int
    numbers: int


def analytic_interval(
    account: Account, factors: NDArray[np.float64], scaling: NDArray[np.float64], total: float
) -> Interval | None:
    """Return the first-order interval around `total`, or None when no number states a spread.

    `factors` (meters, g) is the treatment; `scaling` (n) counts the processes behind the meters
    too, so that the spread of an electricity factor is seen.

    No example: `footprint` shows it at work.
    """
    columns = account.system.exchanges
    effect = _effects(account, factors, scaling)
    used = effect != 0
    spread = used & (columns.spread != NONE)
    if not spread.any():
        return None
    variance = 0.0
    for e in np.flatnonzero(spread):
        kind = SPREAD_KINDS[columns.spread[e]]
        value = float(columns.amount[e])
        deviation = Spread(kind, float(columns.low[e]), float(columns.high[e])).deviation(value)
        variance += (float(effect[e]) * deviation / value) ** 2
    reach = NORMAL_95 * math.sqrt(variance)
    return Interval(total - reach, total + reach, int(spread.sum()), int(used.sum()))


def _effects(
    account: Account, factors: NDArray[np.float64], scaling: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (m): amount x derivative of the total by that amount, for every exchange."""
    system, columns = account.system, account.system.exchanges
    part = account.in_total
    price = (account.intensity + account.metered @ factors)[:, part].sum(axis=1)
    runs = scaling[columns.process]
    effect = runs * account.emitted
    for row, (k, turned) in enumerate(role_rows(system, "meter")):
        here = (columns.kind == ELEMENTARY) & (columns.target == k)
        effect[here] = turned * (runs * columns.amount)[here] * factors[row, part].sum()
    sign = link_signs(system)
    linked = (columns.kind != ELEMENTARY) & (columns.target != NONE)
    effect[linked] = (sign * runs * columns.amount)[linked] * price[columns.target[linked]]
    return effect
