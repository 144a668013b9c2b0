"""The 95 % interval to first order, until draws are asked for.

Each number with a stated spread moves the total by its contribution; to first order the variances
add (JCGM 100:2008, 5.1.2). A number used in many places is one number, and so are the parts into
which an allocation divided a measured one: effects are summed before they are squared. The interval
lies around what the total is when every number is at its mean (JCGM 100:2008, 4.1.4), which is not
the total where ranges reach further to one side. Characterisation factors are held fixed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.analysis.accounting import link_signs, role_rows
from pcf.analysis.contributions import with_meters
from pcf.inventory.sampling.identity import exchange_identities
from pcf.model.amounts import SPREAD_KINDS, Spread
from pcf.model.systems import ELEMENTARY, NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.analysis.accounting import Account
    from pcf.model.systems import ProductSystem

NORMAL_95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""
FAR = 0.5
"""How many standard deviations a mean may lie from the total unremarked."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval, kg CO2e per declared unit, and on how many numbers it rests.

    `shift`: how far its middle lies from the total, to which the numbers' own means would move it.
    """

    low: float
    high: float
    with_spread: int
    numbers: int
    shift: float = 0.0

    @property
    def lopsided(self) -> bool:
        """Whether its middle lies more than half a standard deviation from the total."""
        return abs(self.shift) > FAR * (self.high - self.low) / 2 / NORMAL_95


class Moves(NamedTuple):
    """How each number with a spread (k) moves the total, to first order; kg CO2e.

    `exchange`: the first exchange that holds the number. `deviation`: the total's standard
    deviation from it, signed as the number moves it. `shift`: how far the number's own mean lies
    from its value, as it moves the total.
    """

    exchange: NDArray[np.int64]
    deviation: NDArray[np.float64]
    shift: NDArray[np.float64]


def analytic_interval(
    account: Account, factors: NDArray[np.float64], scaling: NDArray[np.float64], total: float
) -> Interval | None:
    """Return the first-order interval of `total`, or None when no number states a spread.

    `factors` (meters, g) is the treatment; `scaling` (n) counts the processes behind the meters
    too, so that the spread of an electricity factor is seen.

    No example: `footprint` shows it at work.
    """
    part = account.priced
    price = with_meters(account, factors)[:, part].sum(axis=1)
    metered = factors[:, part].sum(axis=1)
    effect = effects(account.system, account.emitted, price, metered, scaling)
    spread = account.system.exchanges.spread != NONE
    if not (spread & (effect != 0)).any():
        return None
    moved = moves(account.system, effect)
    reach = NORMAL_95 * float(np.sqrt(np.square(moved.deviation).sum()))
    shift = float(moved.shift.sum())
    middle = total + shift
    with_spread, numbers = int((spread & (effect != 0)).sum()), int((effect != 0).sum())
    return Interval(middle - reach, middle + reach, with_spread, numbers, shift)


def moves(system: ProductSystem, effect: NDArray[np.float64]) -> Moves:
    """Return how the numbers with a spread move a total that `effect` (m) is the derivative of.

    Only parts of divided processes hold one number in several places: these are summed.

    No example: `Footprint.uncertain` shows it at work.
    """
    columns = system.exchanges
    at = np.flatnonzero((effect != 0) & (columns.spread != NONE))
    found = np.array([_moved(system, int(e), float(effect[e])) for e in at]).reshape(-1, 2)
    parts = system.processes.wholes[columns.process[at]] != ""
    identities = exchange_identities(system, at[parts])
    _, first, which = np.unique(identities, return_index=True, return_inverse=True)
    deviation, shift = (
        np.append(each[~parts], np.bincount(which, each[parts], len(first))) for each in found.T
    )
    return Moves(np.append(at[~parts], at[parts][first]), deviation, shift)


def _moved(system: ProductSystem, exchange: int, effect: float) -> tuple[float, float]:
    """Return how far the deviation of a number, and its mean less its value, move the total."""
    columns = system.exchanges
    value = float(columns.amount[exchange])
    kind = SPREAD_KINDS[columns.spread[exchange]]
    spread = Spread(kind, float(columns.low[exchange]), float(columns.high[exchange]))
    mean = spread.mean(value)
    shift = 0.0 if math.isclose(mean, value, rel_tol=1e-12) else mean - value
    return effect * spread.deviation(value) / value, effect * shift / value


def effects(
    system: ProductSystem,
    emitted: NDArray[np.float64],
    price: NDArray[np.float64],
    metered: NDArray[np.float64],
    scaling: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return (m): amount x derivative of the total by that amount, for every exchange.

    `emitted` (m), kg CO2e per run of its process; `price` (n), per unit of each product as its
    column has it; `metered` (meters), per kWh; `scaling` (n), runs of each process.

    No example: `footprint` shows it at work.
    """
    columns = system.exchanges
    runs = scaling[columns.process]
    effect = runs * emitted
    for row, (k, turned) in enumerate(role_rows(system, "meter")):
        here = (columns.kind == ELEMENTARY) & (columns.target == k)
        effect[here] = turned * (runs * columns.amount)[here] * metered[row]
    sign = link_signs(system)
    linked = (columns.kind != ELEMENTARY) & (columns.target != NONE)
    effect[linked] = (sign * runs * columns.amount)[linked] * price[columns.target[linked]]
    return effect
